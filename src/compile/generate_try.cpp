// generate_try.cpp: try in all forms, with.
//
// Registers of a handler, from the height at which the statement began: the exception, the outer handled exception.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;

void CodeGenerator::try_statement(std::span<Stmt*> body, std::span<Handler*> handlers, std::span<Stmt*> orelse,
                                  std::span<Stmt*> final_body, bool star, const Location& at) {
  bool before = unit_->in_conditional_block;
  unit_->in_conditional_block = true;
  code().emit(Opcode::NOP);
  if (!final_body.empty()) try_finally(body, handlers, orelse, final_body, star, at);
  else if (star) try_except_star(body, handlers, orelse);
  else try_except(body, handlers, orelse);
  unit_->in_conditional_block = before;
}

// The handler of `region`: the handled exception becomes the outer one, and the exception goes on.
void CodeGenerator::restore_and_reraise(const FunctionBuilder::Region& region, Register saved, Register scratch) {
  code().end_region(region);
  code().end_of_path();
  code().place_handler(region);
  Temporaries temporaries(*this);
  Register exception = code().temporary();
  (void)scratch;
  code().at_no_location();
  code().emit(Opcode::POP_HANDLED, saved);
  code().emit(Opcode::RERAISE, {.a = exception.raw, .x = 1});
  code().end_of_path();
}

void CodeGenerator::try_finally(std::span<Stmt*> body, std::span<Handler*> handlers, std::span<Stmt*> orelse,
                                std::span<Stmt*> final_body, bool star, const Location& at) {
  Block block;
  push_block(block, Block::Kind::Finally, at);
  block.final_body = final_body;
  FunctionBuilder::Region region = code().begin_region(code().top());
  if (handlers.empty()) {
    statements(body);
    statements(orelse);
  } else if (star) {
    try_except_star(body, handlers, orelse);
  } else {
    try_except(body, handlers, orelse);
  }
  code().end_region(region);
  pop_block();
  if (context_.failed()) return;
  Label end = code().new_label();
  statements(final_body);
  code().at_no_location();
  code().jump(end);

  code().place_handler(region);
  Temporaries temporaries(*this);
  Register exception = code().temporary();
  Register saved = code().temporary();
  code().at_no_location();
  code().emit(Opcode::PUSH_HANDLED, saved, exception);
  Block handler_block;
  push_block(handler_block, Block::Kind::FinallyHandler, at);
  handler_block.reg = saved;
  FunctionBuilder::Region cleanup = code().begin_region(code().top());
  ++context_.muted_warnings;
  statements(final_body);
  --context_.muted_warnings;
  pop_block();
  code().at_no_location();
  code().emit(Opcode::RERAISE, exception);
  restore_and_reraise(cleanup, saved, exception);
  code().place(end);
}

void CodeGenerator::try_except(std::span<Stmt*> body, std::span<Handler*> handlers, std::span<Stmt*> orelse) {
  Location at = code().location();
  Block block;
  push_block(block, Block::Kind::TryExcept, at);
  FunctionBuilder::Region region = code().begin_region(code().top());
  statements(body);
  code().end_region(region);
  pop_block();
  if (context_.failed()) return;
  Label end = code().new_label();
  statements(orelse);
  code().at_no_location();
  code().jump(end);

  code().place_handler(region);
  Temporaries temporaries(*this);
  Register exception = code().temporary();
  Register saved = code().temporary();
  if (!handlers.empty()) code().at(handlers[0]->location);
  code().emit(Opcode::PUSH_HANDLED, saved, exception);
  FunctionBuilder::Region cleanup = code().begin_region(code().top());
  for (size_t i = 0; i < handlers.size(); ++i) {
    auto* handler = as<ExceptHandler>(handlers[i]);
    if (handler->type == nullptr && i + 1 < handlers.size())
      return context_.error(handler->location, {"default 'except:' must be last"});
    except_clause(handler, exception, saved, end);
    if (context_.failed()) return;
  }
  if (handlers.empty()) code().at_no_location();
  else code().at(handlers.back()->location);
  code().emit(Opcode::RERAISE, exception);
  restore_and_reraise(cleanup, saved, exception);
  code().place(end);
}

void CodeGenerator::except_clause(ExceptHandler* handler, Register exception, Register saved, Label end) {
  Temporaries temporaries(*this);
  Label next = code().new_label();
  code().at(handler->location);
  if (handler->type != nullptr) {
    Temporaries inner(*this);
    Register matched = code().temporary();
    Register type = value(handler->type, matched);
    code().at(handler->type->location);
    code().emit(Opcode::MATCH_EXCEPTION, matched, exception, type);
    jump_on_value(matched, next, false);
  }
  code().at(handler->location);
  int32_t inner_handler = code().current_handler();
  int32_t outer_handler = code().outer_handler();
  Block block;
  push_block(block, Block::Kind::Except, handler->location);
  block.reg = saved;
  block.name = handler->name;
  block.handler = outer_handler;
  FunctionBuilder::Region named{};
  if (handler->name != nullptr) {
    store_name(handler->name, exception);
    named = code().begin_region(code().top());
  }
  statements(handler->body);
  if (handler->name != nullptr) code().end_region(named);
  pop_block();
  if (context_.failed()) return;
  code().at_no_location();
  code().set_current_handler(outer_handler);
  code().emit(Opcode::POP_HANDLED, saved);
  if (handler->name != nullptr) unbind_exception_name(handler->name);
  code().jump(end);
  code().set_current_handler(inner_handler);
  if (handler->name != nullptr) {
    code().place_handler(named);
    Temporaries inner(*this);
    Register raised = code().temporary();
    code().at_no_location();
    unbind_exception_name(handler->name);
    code().emit(Opcode::RERAISE, {.a = raised.raw, .x = 1});
    code().end_of_path();
  }
  code().place(next);
}

void CodeGenerator::unbind_exception_name(Identifier* name) {
  Register local = plain_local(name);
  if (local.exists()) {
    code().emit(Opcode::CLEAR, local);
    return code().set_unbound(local);
  }
  Temporaries temporaries(*this);
  Register none = code().temporary();
  code().emit(Opcode::LOAD_NONE, none);
  store_name(name, none);
  delete_name(name);
}

// ---- except* ----

// What the handlers leave behind, from `base` on: list of exceptions raised, the rest not matched yet, the match.
void CodeGenerator::try_except_star(std::span<Stmt*> body, std::span<Handler*> handlers, std::span<Stmt*> orelse) {
  Location at = code().location();
  Block block;
  push_block(block, Block::Kind::TryExcept, at);
  FunctionBuilder::Region region = code().begin_region(code().top());
  statements(body);
  code().end_region(region);
  pop_block();
  if (context_.failed()) return;
  Label end = code().new_label();
  statements(orelse);
  code().at_no_location();
  code().jump(end);

  code().place_handler(region);
  Temporaries temporaries(*this);
  Register exception = code().temporary();
  Register saved = code().temporary();
  Register base = code().temporaries(3);
  code().at(handlers[0]->location);
  code().emit(Opcode::PUSH_HANDLED, saved, exception);
  FunctionBuilder::Region cleanup = code().begin_region(code().top());
  code().emit(Opcode::BUILD_LIST, {.a = base.raw, .b = base.raw, .c = 0});
  move(base.next(), exception);
  for (Handler* handler : handlers) {
    except_star_clause(as<ExceptHandler>(handler), base);
    if (context_.failed()) return;
  }
  code().at_no_location();
  code().emit(Opcode::LIST_APPEND, base, base.next());
  Register joined = base.next(2);
  code().emit(Opcode::JOIN_EXCEPTION_STAR, joined, exception, base);
  Label nothing = code().new_label();
  code().emit_jump(Opcode::JUMP_IF_NONE, {.a = joined.raw}, nothing);
  code().emit(Opcode::POP_HANDLED, saved);
  int32_t inner_handler = code().current_handler();
  code().set_current_handler(code().outer_handler());
  code().emit(Opcode::RERAISE, joined);
  code().set_current_handler(inner_handler);
  code().end_of_path();
  code().place(nothing);
  code().emit(Opcode::POP_HANDLED, saved);
  code().jump(end);
  restore_and_reraise(cleanup, saved, exception);
  code().place(end);
}

void CodeGenerator::except_star_clause(ExceptHandler* handler, Register base) {
  Temporaries temporaries(*this);
  Register list = base, rest = base.next(), match = base.next(2);
  Label next = code().new_label();
  code().at(handler->location);
  if (handler->type == nullptr)
    return context_.error(handler->location, {"expected one or more exception types"});
  {
    Temporaries inner(*this);
    Register type = value(handler->type);
    code().at(handler->type->location);
    code().emit_jump(Opcode::JUMP_IF_NONE, {.a = rest.raw}, next);
    code().emit(Opcode::MATCH_EXCEPTION_GROUP, rest, rest, type);
    code().emit_jump(Opcode::JUMP_IF_NONE, {.a = match.raw}, next);
    // The matching part is what is being handled in the clause.
    Register previous = code().temporary();
    code().emit(Opcode::PUSH_HANDLED, previous, match);
  }
  code().at(handler->location);
  Block block;
  push_block(block, Block::Kind::Except, handler->location);
  block.is_except_star = true;
  block.name = handler->name;
  if (handler->name != nullptr) store_name(handler->name, match);
  FunctionBuilder::Region region = code().begin_region(code().top());
  statements(handler->body);
  code().end_region(region);
  pop_block();
  if (context_.failed()) return;
  code().at_no_location();
  if (handler->name != nullptr) unbind_exception_name(handler->name);
  code().jump(next);
  code().place_handler(region);
  Register raised = code().temporary();
  code().at_no_location();
  if (handler->name != nullptr) unbind_exception_name(handler->name);
  code().emit(Opcode::LIST_APPEND, list, raised);
  code().place(next);
}

// ---- with ----

void CodeGenerator::with_statement(std::span<WithItem*> items, size_t index, std::span<Stmt*> body, bool is_async,
                                   const Location& at) {
  bool top_level = context_.options.allow_top_level_await && unit_->outer == nullptr;
  if (is_async && !unit_->is_async && !top_level)
    return context_.error(at, {"'async with' outside async function"});
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  Temporaries temporaries(*this);
  WithItem* item = items[index];
  Location position = item->context_expr->location;
  Register manager = value(item->context_expr);
  Register exit = code().temporaries(2);
  Register window = code().temporaries(2);
  code().at(position);
  uint8_t async_offset = is_async ? 2 : 0;
  code().emit(Opcode::LOAD_SPECIAL,
              {.a = exit.raw, .b = manager.raw, .x = static_cast<uint8_t>(1 + async_offset)});
  code().emit(Opcode::LOAD_SPECIAL, {.a = window.raw, .b = manager.raw, .x = async_offset});
  code().emit(Opcode::CALL_METHOD, {.a = window.raw, .b = window.raw, .c = 0});
  if (is_async) await_value(window, window, 1);

  Block block;
  push_block(block, is_async ? Block::Kind::AsyncWith : Block::Kind::With, position);
  block.reg = exit;
  FunctionBuilder::Region region = code().begin_region(window);
  if (item->optional_vars != nullptr) store(item->optional_vars, window);
  code().release_to(window.raw - kTemporarySpace);
  bool before = unit_->in_conditional_block;
  unit_->in_conditional_block = true;
  if (index + 1 < items.size()) with_statement(items, index + 1, body, is_async, at);
  else statements(body);
  unit_->in_conditional_block = before;
  code().end_region(region);
  pop_block();
  if (context_.failed()) return;
  Label end = code().new_label();
  code().at(position);
  if (code().reachable()) call_exit_with_none(exit, is_async);
  code().jump(end);

  code().place_handler(region);
  Register exception = code().temporary();
  Register saved = code().temporary();
  code().at(position);
  code().emit(Opcode::PUSH_HANDLED, saved, exception);
  FunctionBuilder::Region cleanup = code().begin_region(code().top());
  Label swallowed = code().new_label();
  {
    Temporaries inner(*this);
    Register result = code().temporary();
    code().emit(Opcode::CALL_EXIT, result, exit, exception);
    if (is_async) await_value(result, result, 2);
    jump_on_value(result, swallowed, true);
    code().emit(Opcode::RERAISE, {.a = exception.raw, .x = 1});
    code().end_of_path();
  }
  code().place(swallowed);
  code().emit(Opcode::POP_HANDLED, saved);
  code().jump(end);
  restore_and_reraise(cleanup, saved, exception);
  code().place(end);
}

// __exit__(None, None, None); `exit` is the pair that LOAD_SPECIAL left.
void CodeGenerator::call_exit_with_none(Register exit, bool is_async) {
  Temporaries temporaries(*this);
  Register window = code().temporaries(5);
  move(window, exit);
  move(window.next(), exit.next());
  for (unsigned i = 2; i < 5; ++i) code().emit(Opcode::LOAD_NONE, window.next(i));
  code().emit(Opcode::CALL_METHOD, {.a = window.raw, .b = window.raw, .c = 3});
  if (is_async) await_value(window, window, 2);
}

}  // namespace hog
