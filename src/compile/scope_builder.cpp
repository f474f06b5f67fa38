// scope_builder.cpp: scopes and definitions of statements. Ref: reference/executionmodel "Naming and binding".
#include "compile/scope_builder.hpp"

#include "bytecode/code_format.hpp"

namespace hog {

using namespace ast;
namespace flag = symbol_flag;

Scope* ScopeBuilder::make_scope(Identifier* name, BlockType type, const Node* node, ScopePart part, const Location& at) {
  Scope* scope = context_.arena.make<Scope>(context_.arena);
  scope->name = name;
  scope->type = type;
  scope->node = node;
  scope->location = at;
  scope->parent = current_;
  scope->id = static_cast<uint32_t>(tree_.all.size());
  if (current_ != nullptr) {
    scope->nested = current_->nested || current_->is_function_like();
    scope->method = type == BlockType::Function && current_->type == BlockType::Class;
    scope->iteration_expression = current_->iteration_expression;
    if (type != BlockType::Class) scope->mangling_scope = current_->mangling_scope;
  }
  tree_.all.push_back(scope);
  tree_.insert(node, part, scope);
  return scope;
}

void ScopeBuilder::enter(Scope* scope) {
  scope->iteration_expression = current_ != nullptr ? current_->iteration_expression : 0;
  current_ = scope;
  if (scope->type == BlockType::Annotation || scope->type == BlockType::TypeVariable ||
      scope->type == BlockType::TypeAlias) {
    if (scope->parameters.empty()) define(names_.dot_format, flag::kParameter | flag::kUse, scope->location);
  }
  // Under `from __future__ import annotations` annotations are text and their names belong to nobody.
  if (scope->type == BlockType::Annotation && (context_.future_flags & code_flag::kFutureAnnotations) != 0) return;
  if (scope->parent == nullptr || scope->parent->annotation_block == scope) return;  // the latter: entered again
  scope->parent->children.push_back(scope);
}

Scope* ScopeBuilder::enter_new(Identifier* name, BlockType type, const Node* node, ScopePart part, const Location& at) {
  Scope* scope = make_scope(name, type, node, part, at);
  enter(scope);
  return scope;
}

void ScopeBuilder::leave() { current_ = current_->parent; }

void ScopeBuilder::define_in(Scope* scope, Identifier* name, uint32_t flags, const Location& at) {
  if (context_.failed()) return;
  if ((flags & flag::kTypeParameter) != 0 && scope->mangling_scope == scope) scope->mangled_names.push_back(name);
  Identifier* id = mangled(scope, name);
  Symbol& symbol = scope->add(context_.arena, id);
  if ((flags & symbol.flags & flag::kParameter) != 0)
    return context_.error(at, {"duplicate argument '", name->utf8, "' in function definition"});
  if ((flags & symbol.flags & flag::kTypeParameter) != 0)
    return context_.error(at, {"duplicate type parameter '", name->utf8, "'"});
  symbol.flags |= flags;
  if (scope->in_iteration_target) {
    if ((symbol.flags & (flag::kGlobal | flag::kNonlocal)) != 0)
      return context_.error(
          at, {"comprehension inner loop cannot rebind assignment expression target '", name->utf8, "'"});
    symbol.flags |= flag::kIterationVariable;
  }
  if ((flags & flag::kParameter) != 0) scope->parameters.push_back(id);
  else if ((flags & flag::kGlobal) != 0) module_->add(context_.arena, id).flags |= flags;
}

void ScopeBuilder::mark_may_unbind(Identifier* name) {
  if (Symbol* symbol = current_->find(mangled(current_, name))) symbol->flags |= flag::kMayUnbind;
}

void ScopeBuilder::check_store(Identifier* name, const Location& at) {
  if (name == names_.debug) context_.error(at, {"cannot assign to __debug__"});
}
void ScopeBuilder::check_delete(Identifier* name, const Location& at) {
  if (name == names_.debug) context_.error(at, {"cannot delete __debug__"});
}

void ScopeBuilder::build(Mod* root) {
  enter_new(names_.top, BlockType::Module, root, ScopePart::Body, Location{});
  module_ = current_;
  tree_.root = current_;
  if (auto* module = try_as<Module>(root)) visit_all(module->body);
  else if (auto* interactive = try_as<Interactive>(root)) visit_all(interactive->body);
  else if (auto* expression = try_as<Expression>(root)) visit(expression->body);
  else context_.error(Location{}, {"this compiler does not handle FunctionTypes"});
}

static bool has_docstring(std::span<Stmt*> body) {
  if (body.empty()) return false;
  auto* statement = try_as<ExprStmt>(body[0]);
  if (statement == nullptr) return false;
  auto* constant = try_as<Constant>(statement->value);
  return constant != nullptr && constant->value.kind == ConstantKind::Str;
}

// Variables annotated in a branch exist only when the branch runs.
void ScopeBuilder::visit_statements_conditionally(std::initializer_list<std::span<Stmt*>> blocks) {
  bool before = current_->in_conditional_block;
  current_->in_conditional_block = true;
  for (std::span<Stmt*> block : blocks) visit_all(block);
  current_->in_conditional_block = before;
}

// An elif chain is as long as the program likes, so it costs no recursion.
void ScopeBuilder::visit_if(If* node) {
  bool before = current_->in_conditional_block;
  for (;;) {
    visit(node->test);
    current_->in_conditional_block = true;
    visit_all(node->body);
    if (node->orelse.size() != 1 || !is<If>(node->orelse[0]) || context_.failed()) break;
    node = as<If>(node->orelse[0]);
  }
  visit_all(node->orelse);
  current_->in_conditional_block = before;
}

void ScopeBuilder::visit(Stmt* node) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  switch (node->kind) {
    case NodeKind::FunctionDef: return function(as<FunctionDef>(node), false);
    case NodeKind::AsyncFunctionDef: return function(as<AsyncFunctionDef>(node), true);
    case NodeKind::ClassDef: return class_definition(as<ClassDef>(node));
    case NodeKind::TypeAlias: return type_alias(as<TypeAlias>(node));
    case NodeKind::Return:
      if (Expr* value = as<Return>(node)->value) {
        visit(value);
        current_->returns_value = true;
      }
      return;
    case NodeKind::Delete: return visit_all(as<Delete>(node)->targets);
    case NodeKind::Assign:
      visit_all(as<Assign>(node)->targets);
      return visit(as<Assign>(node)->value);
    case NodeKind::AnnAssign: return annotated_assignment(as<AnnAssign>(node));
    case NodeKind::AugAssign:
      visit(as<AugAssign>(node)->target);
      return visit(as<AugAssign>(node)->value);
    case NodeKind::For: {
      auto* loop = as<For>(node);
      visit(loop->target);
      visit(loop->iter);
      return visit_statements_conditionally({loop->body, loop->orelse});
    }
    case NodeKind::AsyncFor: {
      auto* loop = as<AsyncFor>(node);
      if (allows_top_level_await()) current_->coroutine = true;
      visit(loop->target);
      visit(loop->iter);
      return visit_statements_conditionally({loop->body, loop->orelse});
    }
    case NodeKind::While: {
      auto* loop = as<While>(node);
      visit(loop->test);
      return visit_statements_conditionally({loop->body, loop->orelse});
    }
    case NodeKind::If: return visit_if(as<If>(node));
    case NodeKind::With:
      visit_all(as<With>(node)->items);
      return visit_statements_conditionally({as<With>(node)->body});
    case NodeKind::AsyncWith:
      if (allows_top_level_await()) current_->coroutine = true;
      visit_all(as<AsyncWith>(node)->items);
      return visit_statements_conditionally({as<AsyncWith>(node)->body});
    case NodeKind::Match: {
      visit(as<Match>(node)->subject);
      bool before = current_->in_conditional_block;
      current_->in_conditional_block = true;
      visit_all(as<Match>(node)->cases);
      current_->in_conditional_block = before;
      return;
    }
    case NodeKind::Raise:
      visit_optional(as<Raise>(node)->exc);
      return visit_optional(as<Raise>(node)->cause);
    case NodeKind::Try:
    case NodeKind::TryStar: {
      bool star = node->kind == NodeKind::TryStar;
      bool before = current_->in_conditional_block;
      current_->in_conditional_block = true;
      visit_all(star ? as<TryStar>(node)->body : as<Try>(node)->body);
      visit_all(star ? as<TryStar>(node)->handlers : as<Try>(node)->handlers);
      visit_all(star ? as<TryStar>(node)->orelse : as<Try>(node)->orelse);
      visit_all(star ? as<TryStar>(node)->finalbody : as<Try>(node)->finalbody);
      current_->in_conditional_block = before;
      return;
    }
    case NodeKind::Assert:
      visit(as<Assert>(node)->test);
      return visit_optional(as<Assert>(node)->msg);
    case NodeKind::Import: return visit_all(as<Import>(node)->names);
    case NodeKind::ImportFrom: return visit_all(as<ImportFrom>(node)->names);
    case NodeKind::Global: return declare(as<Global>(node)->names, node->location, true);
    case NodeKind::Nonlocal: return declare(as<Nonlocal>(node)->names, node->location, false);
    case NodeKind::ExprStmt: return visit(as<ExprStmt>(node)->value);
    default: return;  // pass, break, continue
  }
}

template <typename T>
void ScopeBuilder::function(T* node, bool is_async) {
  const Location& at = node->location;
  check_store(node->name, at);
  define(node->name, flag::kLocal, at);
  visit_all(node->args->defaults);
  visit_all(node->args->kw_defaults);
  visit_all(node->decorator_list);
  bool generic = !node->type_params.empty();
  if (generic) {
    bool keyword_defaults = false;
    for (Expr* value : node->args->kw_defaults) keyword_defaults = keyword_defaults || value != nullptr;
    enter_type_parameters(node->name, node, !node->args->defaults.empty(), keyword_defaults, false, at);
    visit_all(node->type_params);
  }
  if (context_.failed()) return;
  Scope* scope = make_scope(node->name, BlockType::Function, node, ScopePart::Body, at);
  scope->has_docstring = has_docstring(node->body);
  parameter_annotations(node, node->args, node->returns, scope);
  if (context_.failed()) return;
  enter(scope);
  arguments(node->args);
  scope->coroutine = is_async;
  visit_all(node->body);
  leave();
  if (generic) leave();
}

void ScopeBuilder::class_definition(ClassDef* node) {
  const Location& at = node->location;
  check_store(node->name, at);
  define(node->name, flag::kLocal, at);
  visit_all(node->decorator_list);
  Identifier* outer = private_;
  bool generic = !node->type_params.empty();
  if (generic) {
    enter_type_parameters(node->name, node, false, false, true, at);
    private_ = node->name;
    current_->mangling_scope = current_;
    visit_all(node->type_params);
  }
  visit_all(node->bases);
  visit_all(node->keywords);
  if (context_.failed()) return;
  enter_new(node->name, BlockType::Class, node, ScopePart::Body, at);
  private_ = node->name;
  if (generic) {
    define(names_.type_params, flag::kLocal, at);
    define(names_.dot_type_params, flag::kUse, at);
  }
  visit_all(node->body);
  leave();
  if (generic) leave();
  private_ = outer;
}

void ScopeBuilder::enter_type_parameters(Identifier* name, const Node* node, bool has_defaults,
                                         bool has_keyword_defaults, bool is_class, const Location& at) {
  bool in_class = current_->type == BlockType::Class;
  enter_new(name, BlockType::TypeParameters, node, ScopePart::TypeParameters, at);
  if (in_class) {
    current_->can_see_class_scope = true;
    define(names_.classdict, flag::kUse, at);
  }
  if (is_class) {
    define(names_.dot_type_params, flag::kLocal | flag::kUse, at);
    define(names_.dot_generic_base, flag::kLocal | flag::kUse, at);
  }
  if (has_defaults) define(names_.dot_defaults, flag::kParameter, at);
  if (has_keyword_defaults) define(names_.dot_kwdefaults, flag::kParameter, at);
}

void ScopeBuilder::type_alias(TypeAlias* node) {
  visit(node->name);
  bool in_class = current_->type == BlockType::Class;
  bool generic = !node->type_params.empty();
  auto* target = try_as<Name>(node->name);
  Identifier* name = target != nullptr ? target->id : names_.empty;
  if (generic) {
    enter_type_parameters(name, node, false, false, false, node->location);
    visit_all(node->type_params);
  }
  if (context_.failed()) return;
  enter_new(name, BlockType::TypeAlias, node, ScopePart::Body, node->location);
  current_->can_see_class_scope = in_class;
  if (in_class) define(names_.classdict, flag::kUse, node->value->location);
  visit(node->value);
  leave();
  if (generic) leave();
}

void ScopeBuilder::visit(TypeParam* node) {
  if (!context_.go_on()) return;
  auto reserved = [&](Identifier* name) {
    if (name != names_.classdict && name != names_.conditional_annotations && name != names_.class_cell) return false;
    context_.error(node->location, {"reserved name '", name->utf8, "' cannot be used for type parameter"});
    return true;
  };
  constexpr uint32_t flags = flag::kTypeParameter | flag::kLocal;
  if (auto* variable = try_as<TypeVar>(node)) {
    if (reserved(variable->name)) return;
    check_store(variable->name, node->location);
    define(variable->name, flags, node->location);
    bool constraints = variable->bound != nullptr && is<Tuple>(variable->bound);
    bound_or_default(variable->bound, node, variable->name, ScopePart::Bound,
                     constraints ? "a TypeVar constraint" : "a TypeVar bound");
    bound_or_default(variable->default_value, node, variable->name, ScopePart::Default, "a TypeVar default");
  } else if (auto* spec = try_as<ParamSpec>(node)) {
    if (reserved(spec->name)) return;
    check_store(spec->name, node->location);
    define(spec->name, flags, node->location);
    bound_or_default(spec->default_value, node, spec->name, ScopePart::Default, "a ParamSpec default");
  } else if (auto* tuple = try_as<TypeVarTuple>(node)) {
    if (reserved(tuple->name)) return;
    check_store(tuple->name, node->location);
    define(tuple->name, flags, node->location);
    bound_or_default(tuple->default_value, node, tuple->name, ScopePart::Default, "a TypeVarTuple default");
  }
}

void ScopeBuilder::bound_or_default(Expr* expression, TypeParam* owner, Identifier* name, ScopePart part,
                                    const char* what) {
  if (expression == nullptr || context_.failed()) return;
  bool in_class = current_->can_see_class_scope;
  enter_new(name, BlockType::TypeVariable, owner, part, expression->location);
  current_->can_see_class_scope = in_class;
  if (in_class) define(names_.classdict, flag::kUse, expression->location);
  current_->type_variable_part = what;
  visit(expression);
  leave();
}

void ScopeBuilder::arguments(Arguments* args) {
  auto parameter = [&](Arg* arg) {
    if (arg == nullptr || context_.failed()) return;
    check_store(arg->arg, arg->location);
    define(arg->arg, flag::kParameter, arg->location);
  };
  for (Arg* arg : args->posonlyargs) parameter(arg);
  for (Arg* arg : args->args) parameter(arg);
  for (Arg* arg : args->kwonlyargs) parameter(arg);
  parameter(args->vararg);
  current_->var_args = args->vararg != nullptr;
  parameter(args->kwarg);
  current_->var_keywords = args->kwarg != nullptr;
}

void ScopeBuilder::parameter_annotations(const Stmt* node, Arguments* args, Expr* returns, Scope* function) {
  bool in_class = current_->can_see_class_scope || current_->type == BlockType::Class;
  Scope* scope = enter_new(names_.annotate, BlockType::Annotation, node, ScopePart::Annotations, node->location);
  if (in_class) {
    scope->can_see_class_scope = true;
    define(names_.classdict, flag::kUse, node->location);
  }
  auto annotation = [&](Arg* arg) {
    if (arg == nullptr || arg->annotation == nullptr || context_.failed()) return;
    scope->annotations_used = true;
    visit(arg->annotation);
  };
  for (Arg* arg : args->posonlyargs) annotation(arg);
  for (Arg* arg : args->args) annotation(arg);
  annotation(args->vararg);
  annotation(args->kwarg);
  for (Arg* arg : args->kwonlyargs) annotation(arg);
  if (returns != nullptr && !context_.failed()) {
    scope->annotations_used = true;
    visit(returns);
  }
  function->annotations_used = scope->annotations_used;
  leave();
}

void ScopeBuilder::annotated_assignment(AnnAssign* node) {
  current_->annotations_used = true;
  if (auto* target = try_as<Name>(node->target)) {
    uint32_t known = flags_in(current_, target->id);
    if ((known & (flag::kGlobal | flag::kNonlocal)) != 0 && current_ != module_ && node->simple != 0) {
      bool global = (known & flag::kGlobal) != 0;
      return context_.error(node->location, {"annotated name '", target->id->utf8, "' can't be ",
                                             global ? "global" : "nonlocal"});
    }
    check_store(target->id, target->location);
    if (node->simple != 0) define(target->id, flag::kAnnotated | flag::kLocal, target->location);
    else if (node->value != nullptr) define(target->id, flag::kLocal, target->location);
  } else {
    visit(node->target);
  }
  variable_annotation(node->annotation);
  visit_optional(node->value);
}

void ScopeBuilder::variable_annotation(Expr* annotation) {
  if (context_.failed()) return;
  Scope* owner = current_;
  const Location& at = annotation->location;
  if (((owner->type == BlockType::Class && owner->in_conditional_block) || owner->type == BlockType::Module) &&
      !owner->has_conditional_annotations && (context_.future_flags & code_flag::kFutureAnnotations) == 0) {
    owner->has_conditional_annotations = true;
    define(names_.conditional_annotations, flag::kUse, at);
  }
  // Nothing uses it then, but CPython's symbol table of a module has it.
  if (owner->type == BlockType::Module && (context_.future_flags & code_flag::kFutureAnnotations) != 0)
    define(names_.conditional_annotations, flag::kUse, at);
  if (owner->annotation_block == nullptr) {
    owner->annotation_block = enter_new(names_.annotate, BlockType::Annotation, annotation, ScopePart::Annotations, at);
    if (owner->type == BlockType::Class && (context_.future_flags & code_flag::kFutureAnnotations) == 0) {
      current_->can_see_class_scope = true;
      define(names_.classdict, flag::kUse, at);
    }
  } else {
    enter(owner->annotation_block);
  }
  if (owner->type == BlockType::Class && owner->has_conditional_annotations)
    define(names_.conditional_annotations, flag::kUse, at);
  bool before = current_->in_unevaluated_annotation;
  current_->in_unevaluated_annotation = owner->type == BlockType::Function;
  visit(annotation);
  current_->in_unevaluated_annotation = before;
  leave();
}

void ScopeBuilder::declare(std::span<Identifier*> names, const Location& at, bool is_global) {
  for (Identifier* name : names) {
    if (context_.failed()) return;
    std::string_view word = is_global ? "global" : "nonlocal";
    uint32_t known = flags_in(current_, name);
    if ((known & flag::kParameter) != 0)
      return context_.error(at, {"name '", name->utf8, "' is parameter and ", word});
    if ((known & flag::kUse) != 0)
      return context_.error(at, {"name '", name->utf8, "' is used prior to ", word, " declaration"});
    if ((known & flag::kAnnotated) != 0)
      return context_.error(at, {"annotated name '", name->utf8, "' can't be ", word});
    if ((known & flag::kLocal) != 0)
      return context_.error(at, {"name '", name->utf8, "' is assigned to before ", word, " declaration"});
    define(name, is_global ? flag::kGlobal : flag::kNonlocal, at);
    current_->directives.push_back({mangled(current_, name), at});
  }
}

void ScopeBuilder::visit(Handler* handler) {
  if (context_.failed()) return;
  auto* node = as<ExceptHandler>(handler);
  visit_optional(node->type);
  if (node->name != nullptr) {
    check_store(node->name, node->location);
    define(node->name, flag::kLocal, node->location);
    mark_may_unbind(node->name);
  }
  visit_all(node->body);
}

void ScopeBuilder::visit(WithItem* node) {
  visit(node->context_expr);
  visit_optional(node->optional_vars);
}

void ScopeBuilder::visit(MatchCase* node) {
  visit(node->pattern);
  visit_optional(node->guard);
  visit_all(node->body);
}

void ScopeBuilder::visit(Alias* node) {
  Identifier* name = node->asname != nullptr ? node->asname : node->name;
  std::string_view text = name->utf8;
  if (text == "*") {
    if (current_->type != BlockType::Module) context_.error(node->location, {"import * only allowed at module level"});
    return;
  }
  size_t dot = text.find('.');
  if (dot != text.npos) name = context_.intern(text.substr(0, dot));
  check_store(name, node->location);
  define(name, flag::kImport, node->location);
}

void ScopeBuilder::visit(Pattern* node) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  auto capture = [&](Identifier* name) {
    if (name == nullptr) return;
    check_store(name, node->location);
    define(name, flag::kLocal, node->location);
  };
  switch (node->kind) {
    case NodeKind::MatchValue: return visit(as<MatchValue>(node)->value);
    case NodeKind::MatchSequence: return visit_all(as<MatchSequence>(node)->patterns);
    case NodeKind::MatchStar: return capture(as<MatchStar>(node)->name);
    case NodeKind::MatchMapping:
      visit_all(as<MatchMapping>(node)->keys);
      visit_all(as<MatchMapping>(node)->patterns);
      return capture(as<MatchMapping>(node)->rest);
    case NodeKind::MatchClass:
      visit(as<MatchClass>(node)->cls);
      visit_all(as<MatchClass>(node)->patterns);
      for (Identifier* name : as<MatchClass>(node)->kwd_attrs) check_store(name, node->location);
      return visit_all(as<MatchClass>(node)->kwd_patterns);
    case NodeKind::MatchAs:
      if (Pattern* pattern = as<MatchAs>(node)->pattern) visit(pattern);
      return capture(as<MatchAs>(node)->name);
    case NodeKind::MatchOr: return visit_all(as<MatchOr>(node)->patterns);
    default: return;
  }
}

ScopeTree* build_scopes(CompileContext& context, Mod* tree) {
  ScopeTree* scopes = context.arena.make<ScopeTree>(context.arena);
  ScopeBuilder(context, *scopes).build(tree);
  if (!context.go_on()) return nullptr;
  resolve_names(context, scopes->root);
  return context.go_on() ? scopes : nullptr;
}

}  // namespace hog
