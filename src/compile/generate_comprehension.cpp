// generate_comprehension.cpp: comprehensions in the frame around them, and generator expressions in their own.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;
namespace flag = symbol_flag;

CodeGenerator::ComprehensionParts CodeGenerator::parts_of(Expr* node) {
  switch (node->kind) {
    case NodeKind::ListComp:
      return {node, ComprehensionKind::List, as<ListComp>(node)->generators, as<ListComp>(node)->elt, nullptr};
    case NodeKind::SetComp:
      return {node, ComprehensionKind::Set, as<SetComp>(node)->generators, as<SetComp>(node)->elt, nullptr};
    case NodeKind::DictComp:
      return {node, ComprehensionKind::Dict, as<DictComp>(node)->generators, as<DictComp>(node)->key,
              as<DictComp>(node)->value};
    default: {
      auto* expression = as<GeneratorExp>(node);
      return {node, ComprehensionKind::Generator, expression->generators, expression->elt, nullptr};
    }
  }
}

static bool is_name_local(Expr* node) { return is<Name>(node); }

void CodeGenerator::comprehension(Expr* node, Register dst) {
  Scope* scope = scopes_.find(node, ScopePart::Body);
  if (scope == nullptr) return;
  ComprehensionParts parts = parts_of(node);
  if (scope->inlined) inlined_comprehension(parts, scope, dst);
  else nested_comprehension(parts, scope, dst);
}

// Gives each variable of the comprehension a register of this frame: the one of its name, unless that is in use here.
void CodeGenerator::bind_comprehension_variables(InlinedComprehension& comprehension) {
  bool function_like = unit_->scope->is_function_like();
  auto in_use = [&](Identifier* name) {
    for (InlinedComprehension* outer = comprehension.outer; outer != nullptr; outer = outer->outer)
      for (const auto& variable : *outer->variables)
        if (variable.name == name) return true;
    const Symbol* symbol = unit_->scope->find(name);
    return symbol != nullptr && function_like && symbol->scope != NameScope::GlobalImplicit &&
           symbol->scope != NameScope::GlobalExplicit;
  };
  for (const Symbol& symbol : comprehension.scope->symbols) {
    bool cell = symbol.scope == NameScope::Cell;
    if ((!cell && symbol.scope != NameScope::Local) || (symbol.flags & flag::kParameter) != 0) continue;
    bool hidden = in_use(symbol.name) || !function_like;
    Register reg = kNoRegister;
    // A register that an earlier comprehension has finished with.
    for (auto& known : unit_->hidden_registers) {
      if (known.name != symbol.name || known.busy || known.cell != cell) continue;
      if (code_hidden(known.reg, cell) != hidden) continue;
      known.busy = true;
      reg = known.reg;
      break;
    }
    if (!reg.exists()) {
      reg = cell ? code().add_cell(symbol.name, hidden) : code().add_local(symbol.name, false, hidden);
      unit_->hidden_registers.push_back({symbol.name, reg, true, cell});
    }
    comprehension.variables->push_back({symbol.name, reg, cell});
    if (cell) {
      code().emit(Opcode::CLEAR, reg);
      code().emit(Opcode::MAKE_CELL, reg);
    } else {
      code().set_unbound(reg);
    }
  }
}

void CodeGenerator::release_comprehension_variables(InlinedComprehension& comprehension) {
  for (const auto& variable : *comprehension.variables) {
    code().emit(Opcode::CLEAR, variable.reg);
    if (!variable.cell) code().set_unbound(variable.reg);
    for (auto& known : unit_->hidden_registers)
      if (known.reg == variable.reg) known.busy = false;
  }
}

void CodeGenerator::inlined_comprehension(const ComprehensionParts& parts, Scope* scope, Register dst) {
  Temporaries temporaries(*this);
  Location at = parts.node->location;
  Register result = code().temporary();
  Register iterator = code().temporary();
  Comprehension* outermost = parts.generators[0];
  Register source = iterated(outermost->iter, iterator);
  code().at(outermost->iter->location);
  code().emit(outermost->is_async != 0 ? Opcode::GET_AITER : Opcode::GET_ITER, iterator, source);
  code().at(at);
  ArenaVector<InlinedComprehension::Variable> variables(context_.arena);
  InlinedComprehension inlined{unit_->comprehension, scope, &variables};
  bind_comprehension_variables(inlined);
  unit_->comprehension = &inlined;
  Opcode build = parts.kind == ComprehensionKind::List  ? Opcode::BUILD_LIST
                 : parts.kind == ComprehensionKind::Set ? Opcode::BUILD_SET
                                                        : Opcode::BUILD_DICT;
  bool hidden = false;
  for (const auto& variable : variables) hidden = hidden || code_hidden(variable.reg, variable.cell);
  FunctionBuilder::Region region{};
  if (hidden) region = code().begin_region(code().top());
  code().emit(build, {.a = result.raw, .b = result.raw, .c = 0});
  comprehension_loop(parts, 0, result, iterator);
  unit_->comprehension = inlined.outer;
  if (hidden) code().end_region(region);
  code().at(at);
  release_comprehension_variables(inlined);
  move(dst, result);
  if (!hidden || context_.failed()) return;
  // Hidden variables show in locals() while they are bound, so an exception must unbind them too.
  Label end = code().new_label();
  code().jump(end);
  code().place_handler(region);
  Register exception = code().temporary();
  code().at_no_location();
  release_comprehension_variables(inlined);
  code().emit(Opcode::RERAISE, exception);
  code().end_of_path();
  code().place(end);
  code().at(at);
}

// The loops from `depth` on. `outermost` holds the first iterator, which the surroundings have made.
void CodeGenerator::comprehension_loop(const ComprehensionParts& parts, size_t depth, Register result,
                                       Register outermost) {
  if (!context_.go_on()) return;
  CompileContext::Depth nesting(context_);
  if (context_.failed()) return;
  if (depth == parts.generators.size()) return comprehension_element(parts, result);
  Comprehension* generator = parts.generators[depth];
  Temporaries temporaries(*this);
  Register iterator = outermost;
  if (depth != 0) {
    iterator = code().temporary();
    // `for y in [expression]` is an assignment.
    Expr* only = nullptr;
    if (generator->is_async == 0) {
      if (auto* list = try_as<List>(generator->iter); list != nullptr && list->elts.size() == 1) only = list->elts[0];
      if (auto* tuple = try_as<Tuple>(generator->iter); tuple != nullptr && tuple->elts.size() == 1)
        only = tuple->elts[0];
      if (only != nullptr && is<Starred>(only)) only = nullptr;
    }
    if (only != nullptr) {
      to(only, iterator);
      store(generator->target, iterator);
      Label skip = code().new_label();
      for (Expr* condition : generator->ifs) jump_if(condition, skip, false);
      comprehension_loop(parts, depth + 1, result, kNoRegister);
      return code().place(skip);
    }
    Register source = iterated(generator->iter, iterator);
    code().at(generator->iter->location);
    code().emit(generator->is_async != 0 ? Opcode::GET_AITER : Opcode::GET_ITER, iterator, source);
  }
  Label end = code().new_label();
  Label next = code().new_label();
  bool is_async = generator->is_async != 0;
  FunctionBuilder::Region region{};
  Label loop = code().place_loop_head();
  if (is_async) {
    Temporaries inner(*this);
    Register item = code().temporary();
    code().at(parts.node->location);
    begin_async_iteration(iterator, region, item);
    store(generator->target, item);
  } else {
    Register direct = is_name_local(generator->target) ? destination(generator->target) : kNoRegister;
    Temporaries inner(*this);
    Register item = direct.exists() ? direct : code().temporary();
    code().at(generator->iter->location);
    code().emit_jump(Opcode::FOR_ITER, {.a = item.raw, .b = iterator.raw}, end);
    if (direct.exists()) code().set_bound(direct);
    else store(generator->target, item);
  }
  for (Expr* condition : generator->ifs) jump_if(condition, next, false);
  comprehension_loop(parts, depth + 1, result, kNoRegister);
  code().place(next);
  code().at(parts.element->location);
  code().jump_back(loop);
  if (is_async) {
    Temporaries inner(*this);
    code().place_handler(region);
    Register exception = code().temporary();
    code().at(generator->iter->location);
    code().emit(Opcode::END_ASYNC_FOR, exception);
  }
  code().place(end);
}

void CodeGenerator::comprehension_element(const ComprehensionParts& parts, Register result) {
  Temporaries temporaries(*this);
  Location at = parts.element->location;
  if (parts.kind == ComprehensionKind::Dict) {
    Register key = protect(value(parts.element), parts.value);
    Register item = value(parts.value);
    at.end_line = parts.value->location.end_line;
    at.end_col = parts.value->location.end_col;
    code().at(at);
    return code().emit(Opcode::DICT_SET, result, key, item);
  }
  Register item = value(parts.element);
  code().at(at);
  switch (parts.kind) {
    case ComprehensionKind::List: return code().emit(Opcode::LIST_APPEND, result, item);
    case ComprehensionKind::Set: return code().emit(Opcode::SET_ADD, result, item);
    default: break;
  }
  Register scratch = code().temporary();
  if ((unit_->flags & code_flag::kAsyncGenerator) != 0) {
    code().emit(Opcode::ASYNC_GEN_WRAP, scratch, item);
    item = scratch;
  }
  code().emit(Opcode::YIELD, {.a = scratch.raw, .b = item.raw, .c = item.raw, .x = 0});
}

// A generator expression (or a comprehension in an annotation scope of a class): a function of the outermost iterator.
void CodeGenerator::nested_comprehension(const ComprehensionParts& parts, Scope* scope, Register dst) {
  Location at = parts.node->location;
  Comprehension* outermost = parts.generators[0];
  bool generator = parts.kind == ComprehensionKind::Generator;
  Unit* unit = context_.arena.make<Unit>(context_, blob_.strings());
  bool outer_is_async = unit_->is_async;
  enter_unit(*unit, scope, scope->name, at.line);
  unit->positional_count = 1;
  unit->is_async = outer_is_async;
  begin_code(at);
  {
    Temporaries temporaries(*this);
    Register result = kNoRegister;
    code().at(at);
    if (!generator) {
      result = code().temporary();
      Opcode build = parts.kind == ComprehensionKind::List  ? Opcode::BUILD_LIST
                     : parts.kind == ComprehensionKind::Set ? Opcode::BUILD_SET
                                                            : Opcode::BUILD_DICT;
      code().emit(build, {.a = result.raw, .b = result.raw, .c = 0});
    }
    Register iterator = code().temporary();
    // A generator expression gets its iterable already iterated when it is a plain one; see the caller's side below.
    load_name(names_.dot_zero, iterator);
    comprehension_loop(parts, 0, result, iterator);
    code().at(at);
    if (generator) {
      return_none();
    } else {
      code().emit(Opcode::RETURN, result);
      code().end_of_path();
    }
  }
  UnitResult finished = leave_unit();
  Temporaries temporaries(*this);
  Register window = code().temporaries(2);
  code().at(at);
  make_closure(window, finished);
  Register source = iterated(outermost->iter, window.next());
  code().at(outermost->iter->location);
  code().emit(outermost->is_async != 0 ? Opcode::GET_AITER : Opcode::GET_ITER, window.next(), source);
  code().at(at);
  Register result = dst;
  bool awaited = scope->coroutine && !generator;
  if (awaited) result = window;
  code().emit(Opcode::CALL, {.a = result.raw, .b = window.raw, .c = 1});
  if (awaited) await_value(dst, window, 0);
}

}  // namespace hog
