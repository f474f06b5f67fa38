// scope_expressions.cpp: what expressions do to scopes: uses, assignment expressions, lambdas, comprehensions, yield, await.
#include "compile/scope_builder.hpp"

namespace hog {

using namespace ast;
namespace flag = symbol_flag;

void ScopeBuilder::visit(Expr* node) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  switch (node->kind) {
    case NodeKind::NamedExpr: return named_expression(as<NamedExpr>(node));
    case NodeKind::BoolOp: return visit_all(as<BoolOp>(node)->values);
    case NodeKind::BinOp: return binary(as<BinOp>(node));
    case NodeKind::UnaryOp: return visit(as<UnaryOp>(node)->operand);
    case NodeKind::Lambda: return lambda(as<Lambda>(node));
    case NodeKind::IfExp:
      visit(as<IfExp>(node)->test);
      visit(as<IfExp>(node)->body);
      return visit(as<IfExp>(node)->orelse);
    case NodeKind::Dict:
      visit_all(as<Dict>(node)->keys);
      return visit_all(as<Dict>(node)->values);
    case NodeKind::Set: return visit_all(as<Set>(node)->elts);
    case NodeKind::ListComp:
      return comprehension(node, names_.listcomp, ComprehensionKind::List, as<ListComp>(node)->generators,
                           as<ListComp>(node)->elt, nullptr);
    case NodeKind::SetComp:
      return comprehension(node, names_.setcomp, ComprehensionKind::Set, as<SetComp>(node)->generators,
                           as<SetComp>(node)->elt, nullptr);
    case NodeKind::DictComp:
      return comprehension(node, names_.dictcomp, ComprehensionKind::Dict, as<DictComp>(node)->generators,
                           as<DictComp>(node)->key, as<DictComp>(node)->value);
    case NodeKind::GeneratorExp:
      return comprehension(node, names_.genexpr, ComprehensionKind::Generator, as<GeneratorExp>(node)->generators,
                           as<GeneratorExp>(node)->elt, nullptr);
    case NodeKind::Await: return await(as<Await>(node));
    case NodeKind::Yield: return yield(node, as<Yield>(node)->value, "yield expression");
    case NodeKind::YieldFrom: return yield(node, as<YieldFrom>(node)->value, "yield expression");
    case NodeKind::Compare:
      visit(as<Compare>(node)->left);
      return visit_all(as<Compare>(node)->comparators);
    case NodeKind::Call:
      visit(as<Call>(node)->func);
      visit_all(as<Call>(node)->args);
      return visit_all(as<Call>(node)->keywords);
    case NodeKind::FormattedValue:
      visit(as<FormattedValue>(node)->value);
      return visit_optional(as<FormattedValue>(node)->format_spec);
    case NodeKind::Interpolation:
      visit(as<Interpolation>(node)->value);
      return visit_optional(as<Interpolation>(node)->format_spec);
    case NodeKind::JoinedStr: return visit_all(as<JoinedStr>(node)->values);
    case NodeKind::TemplateStr: return visit_all(as<TemplateStr>(node)->values);
    case NodeKind::Attribute: {
      auto* attribute = as<Attribute>(node);
      if (attribute->ctx == ExprContext::Store) check_store(attribute->attr, node->location);
      if (attribute->ctx == ExprContext::Del) check_delete(attribute->attr, node->location);
      return visit(attribute->value);
    }
    case NodeKind::Subscript:
      visit(as<Subscript>(node)->value);
      return visit(as<Subscript>(node)->slice);
    case NodeKind::Starred: return visit(as<Starred>(node)->value);
    case NodeKind::Name: return name(as<Name>(node));
    case NodeKind::List: return visit_all(as<List>(node)->elts);
    case NodeKind::Tuple: return visit_all(as<Tuple>(node)->elts);
    case NodeKind::Slice:
      visit_optional(as<Slice>(node)->lower);
      visit_optional(as<Slice>(node)->upper);
      return visit_optional(as<Slice>(node)->step);
    default: return;
  }
}

// a + b + c + ... nests on the left, as deep as the program likes.
void ScopeBuilder::binary(BinOp* node) {
  ArenaVector<BinOp*> spine(context_.arena);
  Expr* leftmost = node;
  while (auto* next = try_as<BinOp>(leftmost)) {
    spine.push_back(next);
    leftmost = next->left;
  }
  visit(leftmost);
  while (!spine.empty() && !context_.failed()) visit(spine.pop_back()->right);
}

void ScopeBuilder::name(Name* node) {
  if (current_->in_unevaluated_annotation) return;
  if (node->ctx == ExprContext::Store) check_store(node->id, node->location);
  if (node->ctx == ExprContext::Del) check_delete(node->id, node->location);
  define(node->id, node->ctx == ExprContext::Load ? flag::kUse : flag::kLocal, node->location);
  if (node->ctx == ExprContext::Del) mark_may_unbind(node->id);
  // super() finds its class through the cell.
  if (node->ctx == ExprContext::Load && node->id == names_.super && current_->is_function_like())
    define(names_.class_cell, flag::kUse, node->location);
}

void ScopeBuilder::visit(Keyword* node) {
  if (node->arg != nullptr) check_store(node->arg, node->location);
  visit(node->value);
}

void ScopeBuilder::lambda(Lambda* node) {
  visit_all(node->args->defaults);
  visit_all(node->args->kw_defaults);
  if (context_.failed()) return;
  enter_new(names_.lambda_scope, BlockType::Function, node, ScopePart::Body, node->location);
  arguments(node->args);
  visit(node->body);
  leave();
}

void ScopeBuilder::reject_in_annotation(std::string_view what, const Expr* node) {
  const Location& at = node->location;
  switch (current_->type) {
    case BlockType::Annotation: return context_.error(at, {what, " cannot be used within an annotation"});
    case BlockType::TypeVariable:
      return context_.error(at, {what, " cannot be used within ", current_->type_variable_part});
    case BlockType::TypeAlias: return context_.error(at, {what, " cannot be used within a type alias"});
    case BlockType::TypeParameters:
      return context_.error(at, {what, " cannot be used within the definition of a generic"});
    default: return;
  }
}

void ScopeBuilder::named_expression(NamedExpr* node) {
  reject_in_annotation("named expression", node);
  if (context_.failed()) return;
  if (current_->iteration_expression > 0)
    return context_.error(node->location,
                          {"assignment expression cannot be used in a comprehension iterable expression"});
  for (Scope* scope = current_; scope != nullptr; scope = scope->parent) {
    scope->has_walrus = true;
    if (scope->comprehension == ComprehensionKind::None) break;
  }
  if (current_->comprehension != ComprehensionKind::None) extend_to_walrus_scope(node->target);
  visit(node->value);
  visit(node->target);
}

// An assignment expression in a comprehension binds its name in the function or module around it.
void ScopeBuilder::extend_to_walrus_scope(Expr* target) {
  Identifier* id = as<Name>(target)->id;
  const Location& at = target->location;
  for (Scope* scope = current_; scope != nullptr; scope = scope->parent) {
    if (scope->comprehension != ComprehensionKind::None) {
      uint32_t known = flags_in(scope, id);
      if ((known & flag::kIterationVariable) != 0 && (known & (flag::kLocal | flag::kGlobal)) != 0)
        return context_.error(
            at, {"assignment expression cannot rebind comprehension iteration variable '", id->utf8, "'"});
      continue;
    }
    auto bind_here = [&](uint32_t in_comprehension, uint32_t there) {
      define(id, in_comprehension, at);
      current_->directives.push_back({mangled(current_, id), at});
      define_in(scope, id, there, at);
    };
    switch (scope->type) {
      case BlockType::Function:
        return bind_here((flags_in(scope, id) & flag::kGlobal) != 0 ? flag::kGlobal : flag::kNonlocal, flag::kLocal);
      case BlockType::Module: return bind_here(flag::kGlobal, flag::kGlobal);
      case BlockType::Class:
        return context_.error(at,
                              {"assignment expression within a comprehension cannot be used in a class body"});
      case BlockType::TypeParameters:
        return context_.error(at, {"assignment expression within a comprehension cannot be used within the "
                                   "definition of a generic"});
      case BlockType::TypeAlias:
        return context_.error(at, {"assignment expression within a comprehension cannot be used in a type alias"});
      case BlockType::TypeVariable:
        return context_.error(at, {"assignment expression within a comprehension cannot be used in a TypeVar bound"});
      case BlockType::Annotation:
        return context_.error(at, {"named expression cannot be used within an annotation"});
    }
  }
}

void ScopeBuilder::comprehension(Expr* node, Identifier* name, ComprehensionKind kind,
                                 std::span<Comprehension*> generators, Expr* element, Expr* value) {
  if (generators.empty()) return context_.error(node->location, {"comprehension with no generators"});
  if (current_->can_see_class_scope) define(names_.classdict, flag::kUse, node->location);
  // The outermost iterable is evaluated in the scope around the comprehension.
  ++current_->iteration_expression;
  visit(generators[0]->iter);
  --current_->iteration_expression;
  if (context_.failed()) return;
  Scope* scope = enter_new(name, BlockType::Function, node, ScopePart::Body, node->location);
  scope->comprehension = kind;
  scope->coroutine = generators[0]->is_async != 0;
  define(names_.dot_zero, flag::kParameter, node->location);
  for (Comprehension* generator : generators) {
    if (context_.failed()) return;
    scope->in_iteration_target = true;
    visit(generator->target);
    scope->in_iteration_target = false;
    if (generator != generators[0]) {
      ++scope->iteration_expression;
      visit(generator->iter);
      --scope->iteration_expression;
      if (generator->is_async != 0) scope->coroutine = true;
    }
    visit_all(generator->ifs);
  }
  visit_optional(value);
  visit(element);
  bool is_generator = kind == ComprehensionKind::Generator;
  scope->generator = is_generator;
  bool is_async = scope->coroutine && !is_generator;
  leave();
  if (!is_async || context_.failed()) return;
  if (!is_async_function() && current_->comprehension == ComprehensionKind::None && !allows_top_level_await())
    return context_.error(node->location, {"asynchronous comprehension outside of an asynchronous function"});
  current_->coroutine = true;
}

void ScopeBuilder::await(Await* node) {
  reject_in_annotation("await expression", node);
  if (context_.failed()) return;
  if (!allows_top_level_await()) {
    if (!current_->is_function_like()) return context_.error(node->location, {"'await' outside function"});
    if (!is_async_function() && current_->comprehension == ComprehensionKind::None)
      return context_.error(node->location, {"'await' outside async function"});
  }
  visit(node->value);
  current_->coroutine = true;
}

void ScopeBuilder::yield(Expr* node, Expr* value, const char* what) {
  reject_in_annotation(what, node);
  if (context_.failed()) return;
  visit_optional(value);
  current_->generator = true;
  std::string_view where;
  switch (current_->comprehension) {
    case ComprehensionKind::None: return;
    case ComprehensionKind::List: where = "'yield' inside list comprehension"; break;
    case ComprehensionKind::Dict: where = "'yield' inside dict comprehension"; break;
    case ComprehensionKind::Set: where = "'yield' inside set comprehension"; break;
    case ComprehensionKind::Generator: where = "'yield' inside generator expression"; break;
  }
  context_.error(node->location, {where});
}

}  // namespace hog
