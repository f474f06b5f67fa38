// generate_loop.cpp: loops, and leaving blocks early.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;

void CodeGenerator::push_block(Block& block, Block::Kind kind, const Location& at) {
  constexpr int kMostBlocks = 21;  // CPython's limit, which its tests know
  block.kind = kind;
  block.outer = unit_->blocks;
  block.handler = code().current_handler();
  block.location = at;
  unit_->blocks = &block;
  if (++unit_->block_depth > kMostBlocks) context_.error(at, {"too many statically nested blocks"});
}

void CodeGenerator::while_loop(While* node) {
  Block block;
  push_block(block, Block::Kind::Loop, node->location);
  Label orelse = code().new_label();
  block.leave = code().new_label();
  Label loop = block.again = code().place_loop_head();
  bool before = unit_->in_conditional_block;
  unit_->in_conditional_block = true;
  jump_if(node->test, orelse, false);
  statements(node->body);
  code().at_no_location();
  code().jump_back(loop);
  pop_block();
  code().place(orelse);
  statements(node->orelse);
  unit_->in_conditional_block = before;
  code().place(block.leave);
}

void CodeGenerator::for_loop(For* node) {
  Register iterator = code().temporary();
  Register source = iterated(node->iter, iterator);
  code().at(node->iter->location);
  code().emit(Opcode::GET_ITER, iterator, source);
  Block block;
  push_block(block, Block::Kind::Loop, node->location);
  Label exhausted = code().new_label();
  block.leave = code().new_label();
  Label loop = block.again = code().place_loop_head();
  bool before = unit_->in_conditional_block;
  unit_->in_conditional_block = true;
  {
    Temporaries temporaries(*this);
    Register local = destination(node->target);
    Register item = local.exists() ? local : code().temporary();
    code().at(node->iter->location);
    code().emit_jump(Opcode::FOR_ITER, {.a = item.raw, .b = iterator.raw}, exhausted);
    if (local.exists()) code().set_bound(local);
    else store(node->target, item);
  }
  statements(node->body);
  code().at_no_location();
  code().jump_back(loop);
  pop_block();
  code().place(exhausted);
  statements(node->orelse);
  unit_->in_conditional_block = before;
  code().place(block.leave);
}

// dst = the next item; `region` is to be closed by a handler that ends the loop.
void CodeGenerator::begin_async_iteration(Register iterator, FunctionBuilder::Region& region, Register dst) {
  region = code().begin_region(dst);
  code().emit(Opcode::GET_ANEXT, dst, iterator);
  delegate(dst, dst);
  code().end_region(region);
}

void CodeGenerator::async_for_loop(AsyncFor* node) {
  bool top_level = context_.options.allow_top_level_await && unit_->outer == nullptr;
  if (!unit_->is_async && !top_level) return context_.error(node->location, {"'async for' outside async function"});
  Register iterator = code().temporary();
  Register source = value(node->iter, iterator);
  code().at(node->iter->location);
  code().emit(Opcode::GET_AITER, iterator, source);
  Block block;
  push_block(block, Block::Kind::Loop, node->location);
  block.leave = code().new_label();
  Label loop = block.again = code().place_loop_head();
  bool before = unit_->in_conditional_block;
  unit_->in_conditional_block = true;
  FunctionBuilder::Region region{};
  {
    Temporaries temporaries(*this);
    Register item = code().temporary();
    code().at(node->iter->location);
    begin_async_iteration(iterator, region, item);
    store(node->target, item);
  }
  statements(node->body);
  code().at_no_location();
  code().jump_back(loop);
  pop_block();
  {
    Temporaries temporaries(*this);
    Register exception = code().temporary();
    code().place_handler(region);
    code().at(node->iter->location);
    code().emit(Opcode::END_ASYNC_FOR, exception);
  }
  statements(node->orelse);
  unit_->in_conditional_block = before;
  code().place(block.leave);
}

// ---- Leaving. ----

// The code that leaving `block` takes.
void CodeGenerator::leave_block(Block& block) {
  if (!code().reachable()) return;
  Location at = code().location();
  code().set_current_handler(block.handler);
  switch (block.kind) {
    case Block::Kind::Loop:
    case Block::Kind::TryExcept: return;
    case Block::Kind::Finally: {
      Temporaries temporaries(*this);
      ++context_.muted_warnings;
      statements(block.final_body);
      --context_.muted_warnings;
      return code().at(at);
    }
    case Block::Kind::FinallyHandler: return code().emit(Opcode::POP_HANDLED, block.reg);
    case Block::Kind::Except:
      code().emit(Opcode::POP_HANDLED, block.reg);
      if (block.name != nullptr) unbind_exception_name(block.name);
      return;
    case Block::Kind::With:
    case Block::Kind::AsyncWith:
      code().at(block.location);
      call_exit_with_none(block.reg, block.kind == Block::Kind::AsyncWith);
      return code().at(at);
  }
}

// Leaves all blocks inside `until` (null: all of the function). True when the program's code ran on the way.
bool CodeGenerator::leave_blocks(Block* until) {
  bool ran_code = false;
  Block* all = unit_->blocks;
  int depth = unit_->block_depth;
  int32_t handler = code().current_handler();
  for (Block* block = all; block != until && block != nullptr && !context_.failed(); block = block->outer) {
    unit_->blocks = block->outer;
    --unit_->block_depth;
    ran_code = ran_code || block->kind == Block::Kind::Finally || block->kind == Block::Kind::With ||
               block->kind == Block::Kind::AsyncWith;
    leave_block(*block);
  }
  unit_->blocks = all;
  unit_->block_depth = depth;
  code().set_current_handler(handler);
  return ran_code;
}

void CodeGenerator::break_or_continue(Stmt* node, bool is_break) {
  Block* loop = unit_->blocks;
  while (loop != nullptr && loop->kind != Block::Kind::Loop) loop = loop->outer;
  if (is_in_except_star(loop))
    return context_.error(node->location,
                          {"'break', 'continue' and 'return' cannot appear in an except* block"});
  if (loop == nullptr) {
    if (is_break) return context_.error(node->location, {"'break' outside loop"});
    return context_.error(node->location, {"'continue' not properly in loop"});
  }
  code().emit(Opcode::NOP);
  if (leave_blocks(loop)) code().at_no_location();
  else code().at(node->location);
  // The backward jump may be interrupted: by then all handlers in between have been left.
  int32_t handler = code().current_handler();
  code().set_current_handler(loop->handler);
  if (is_break) code().jump(loop->leave);
  else code().jump_back(loop->again);
  code().set_current_handler(handler);
}

// An except* clause between here and `outer` (null: anywhere).
bool CodeGenerator::is_in_except_star(Block* outer) const {
  for (Block* block = unit_->blocks; block != nullptr && block != outer; block = block->outer)
    if (block->is_except_star) return true;
  return false;
}

}  // namespace hog
