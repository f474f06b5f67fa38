// generate_statement.cpp: simple statements, `if`, imports, deletion.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;

void CodeGenerator::statements(std::span<Stmt*> body) {
  for (Stmt* node : body) {
    if (context_.failed()) return;
    statement(node);
  }
}

void CodeGenerator::statement(Stmt* node) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  UnitGuard guard(*this);
  Temporaries temporaries(*this);
  code().at(node->location);
  switch (node->kind) {
    case NodeKind::FunctionDef: return function(as<FunctionDef>(node), false);
    case NodeKind::AsyncFunctionDef: return function(as<AsyncFunctionDef>(node), true);
    case NodeKind::ClassDef: return class_definition(as<ClassDef>(node));
    case NodeKind::TypeAlias: return type_alias(as<TypeAlias>(node));
    case NodeKind::Return: return return_statement(as<Return>(node));
    case NodeKind::Delete:
      for (Expr* target : as<Delete>(node)->targets) delete_target(target);
      return;
    case NodeKind::Assign: return assign(as<Assign>(node));
    case NodeKind::AugAssign: return augmented_assignment(as<AugAssign>(node));
    case NodeKind::AnnAssign: return annotated_assignment(as<AnnAssign>(node));
    case NodeKind::For: return for_loop(as<For>(node));
    case NodeKind::AsyncFor: return async_for_loop(as<AsyncFor>(node));
    case NodeKind::While: return while_loop(as<While>(node));
    case NodeKind::If: return if_statement(as<If>(node));
    case NodeKind::With: {
      auto* with = as<With>(node);
      return with_statement(with->items, 0, with->body, false, node->location);
    }
    case NodeKind::AsyncWith: {
      auto* with = as<AsyncWith>(node);
      return with_statement(with->items, 0, with->body, true, node->location);
    }
    case NodeKind::Match: return match_statement(as<Match>(node));
    case NodeKind::Raise: return raise_statement(as<Raise>(node));
    case NodeKind::Try: {
      auto* block = as<Try>(node);
      return try_statement(block->body, block->handlers, block->orelse, block->finalbody, false, node->location);
    }
    case NodeKind::TryStar: {
      auto* block = as<TryStar>(node);
      return try_statement(block->body, block->handlers, block->orelse, block->finalbody, true, node->location);
    }
    case NodeKind::Assert: return assert_statement(as<Assert>(node));
    case NodeKind::Import: return import_statement(as<Import>(node));
    case NodeKind::ImportFrom: return import_from(as<ImportFrom>(node));
    case NodeKind::ExprStmt: return expression_statement(as<ExprStmt>(node));
    case NodeKind::Break: return break_or_continue(node, true);
    case NodeKind::Continue: return break_or_continue(node, false);
    case NodeKind::Pass: return code().emit(Opcode::NOP);  // a line for trace functions; layout() drops it where it can
    default: return;  // global, nonlocal
  }
}

void CodeGenerator::expression_statement(ExprStmt* node) {
  if (interactive_ && unit_->outer == nullptr) {
    Register result = value(node->value);
    code().at(node->location);
    return code().emit(Opcode::PRINT_EXPRESSION, result);
  }
  if (is<Constant>(node->value)) return code().emit(Opcode::NOP);
  size_t before = code().instruction_count();
  effect(node->value);
  if (code().instruction_count() != before) return;
  code().at(node->location);  // a variable that is certainly bound: the line is there all the same
  code().emit(Opcode::NOP);
}

void CodeGenerator::return_statement(Return* node) {
  Location at = node->location;
  if (!unit_->scope->is_function_like()) return context_.error(at, {"'return' outside function"});
  if (node->value != nullptr && unit_->scope->coroutine && unit_->scope->generator)
    return context_.error(at, {"'return' with value in async generator"});
  if (is_in_except_star(nullptr))
    return context_.error(node->value != nullptr ? node->value->location : at, {"'break', 'continue' and 'return' cannot appear in an except* block"});
  bool constant = node->value == nullptr || is<Constant>(node->value);
  Register result = kNoRegister;
  if (!constant) {
    result = value(node->value);
    // What runs on the way out may rebind the variable.
    if (result.is_local() && unit_->blocks != nullptr) {
      Register copy = code().temporary();
      move(copy, result);
      result = copy;
    }
  }
  code().at(at);
  if (constant) code().emit(Opcode::NOP);
  // What comes after an inlined `finally` or __exit__ seems to belong to it.
  if (leave_blocks(nullptr)) code().at_no_location();
  else code().at(at);
  if (!code().reachable()) return;
  if (constant) {
    result = code().temporary();
    load_constant(node->value == nullptr ? none_constant() : as<Constant>(node->value)->value, result);
  }
  code().emit(Opcode::RETURN, result);
  code().end_of_path();
}

// An elif chain costs no recursion.
void CodeGenerator::if_statement(If* node) {
  Label end = code().new_label();
  bool before = unit_->in_conditional_block;
  unit_->in_conditional_block = true;
  for (;;) {
    Label next = code().new_label();
    jump_if(node->test, next, false);
    statements(node->body);
    bool more = !node->orelse.empty();
    if (more) {
      if (code().reachable()) code().at_no_location();
      code().jump(end);
    }
    code().place(next);
    if (!more || context_.failed()) break;
    if (node->orelse.size() != 1 || !is<If>(node->orelse[0])) {
      statements(node->orelse);
      break;
    }
    node = as<If>(node->orelse[0]);
    if (!context_.go_on()) break;
    code().at(node->location);
  }
  unit_->in_conditional_block = before;
  code().place(end);
}

void CodeGenerator::raise_statement(Raise* node) {
  uint8_t x = 0;
  Register exception = code().top(), cause = exception;
  if (node->exc != nullptr) {
    x = 1;
    exception = value(node->exc);
    if (node->cause != nullptr) {
      x = 2;
      exception = protect(exception, node->cause);
      cause = value(node->cause);
    }
  } else {
    exception = cause = code().temporary();  // not looked at, but a register that exists
  }
  code().at(node->location);
  if (x < 2) cause = exception;
  code().emit(Opcode::RAISE, {.a = exception.raw, .b = cause.raw, .x = x});
  code().end_of_path();
}

void CodeGenerator::assert_statement(Assert* node) {
  auto* tuple = try_as<Tuple>(node->test);
  auto* constant = try_as<Constant>(node->test);
  if ((tuple != nullptr && !tuple->elts.empty()) ||
      (constant != nullptr && constant->value.kind == ConstantKind::Tuple && constant->value.item_count != 0))
    context_.warn(node->location, {"assertion is always true, perhaps remove parentheses?"});
  if (optimizing_asserts()) return;
  Label end = code().new_label();
  jump_if(node->test, end, true);
  code().at(node->test->location);
  Register error = code().temporary();
  code().emit(Opcode::LOAD_COMMON, {.a = error.raw, .x = 0});
  if (node->msg != nullptr) {
    Register message = code().temporary();
    to(node->msg, message);
    code().at(node->test->location);
    code().emit(Opcode::CALL, {.a = error.raw, .b = error.raw, .c = 1});
  }
  code().at(node->test->location);
  code().emit(Opcode::RAISE, {.a = error.raw, .b = error.raw, .x = 1});
  code().end_of_path();
  code().place(end);
}

// ---- Imports. ----

// `import a.b.c as d` binds the innermost module, which is reached by attributes.
void CodeGenerator::import_as(Identifier* name, Identifier* as_name, Register module) {
  std::string_view path = name->utf8;
  size_t dot = path.find('.');
  Register current = module;
  while (dot != path.npos) {
    size_t start = dot + 1;
    dot = path.find('.', start);
    Identifier* part = context_.intern(path.substr(start, dot == path.npos ? path.npos : dot - start));
    emit_named(Opcode::IMPORT_FROM, current.raw, current.raw, part, false);
  }
  store_name(as_name, current);
}

void CodeGenerator::import_statement(Import* node) {
  for (Alias* alias : node->names) {
    if (!context_.go_on()) return;
    Temporaries temporaries(*this);
    Register module = code().temporaries(2);
    code().at(node->location);
    load_constant(int_constant(0), module);
    code().emit(Opcode::LOAD_NONE, module.next());
    emit_named(Opcode::IMPORT_NAME, module.raw, module.raw, alias->name, false, module.next().raw);
    if (alias->asname != nullptr) {
      import_as(alias->name, alias->asname, module);
    } else {
      std::string_view path = alias->name->utf8;
      size_t dot = path.find('.');
      store_name(dot == path.npos ? alias->name : context_.intern(path.substr(0, dot)), module);
    }
  }
}

void CodeGenerator::import_from(ImportFrom* node) {
  Identifier* module_name = node->module != nullptr ? node->module : names_.empty;
  if (node->level == 0 && node->module == names_.future && unit_->outer != nullptr)
    return context_.error(node->location, {"from __future__ imports must occur at the beginning of the file"});
  std::span<ConstantValue> names = context_.arena.make_array<ConstantValue>(node->names.size());
  if (names.size() != node->names.size()) return;
  for (size_t i = 0; i < names.size(); ++i)
    new (&names[i]) ConstantValue(string_constant(node->names[i]->name->utf8));
  Register module = code().temporaries(2);
  Register item = module.next();
  load_constant(int_constant(node->level), module);
  load_constant(tuple_constant(names), item);
  emit_named(Opcode::IMPORT_NAME, module.raw, module.raw, module_name, false, item.raw);
  for (Alias* alias : node->names) {
    if (!context_.go_on()) return;
    if (alias->name == names_.star) return code().emit(Opcode::IMPORT_STAR, module);
    emit_named(Opcode::IMPORT_FROM, item.raw, module.raw, alias->name, false);
    store_name(alias->asname != nullptr ? alias->asname : alias->name, item);
  }
}

// ---- del ----

void CodeGenerator::delete_target(Expr* target) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  Temporaries temporaries(*this);
  Location at = target->location;
  code().at(at);
  switch (target->kind) {
    case NodeKind::Name: return delete_name(as<Name>(target)->id);
    case NodeKind::Attribute: {
      auto* attribute = as<Attribute>(target);
      Register object = value(attribute->value);
      code().at(attribute_location(attribute));
      return emit_named(Opcode::DELETE_ATTR, object.raw, 0, mangle(attribute->attr), false);
    }
    case NodeKind::Subscript: {
      auto* item = as<Subscript>(target);
      Register object = protect(value(item->value), item->slice);
      Register index = value(item->slice);
      code().at(at);
      return code().emit(Opcode::DELETE_ITEM, object, index);
    }
    case NodeKind::Tuple:
      for (Expr* item : as<Tuple>(target)->elts) delete_target(item);
      return;
    case NodeKind::List:
      for (Expr* item : as<List>(target)->elts) delete_target(item);
      return;
    default: return context_.error(at, {"cannot delete this expression"});
  }
}

}  // namespace hog
