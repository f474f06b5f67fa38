// ast_validate.cpp: see ast_validate.hpp. Runs no Python. One function for a family of nodes; the order of the checks
// decides which complaint a tree with several faults gets.
#include "embed/ast_validate.hpp"

#include <initializer_list>

// Plain names are those of the tree here; a value's are written hog::.
namespace hog::ast {

namespace {

const char* context_name(ExprContext context) {
  return enumerator_name(FieldType::ExprContext, static_cast<uint8_t>(context));
}

class Validator {
 public:
  Validator(Thread& t, const hog::List* externals) : t_(t), externals_(externals) {}

  Fallible<void> root(const Mod* tree) {
    if (auto* module = try_as<Module>(tree)) return statements(module->body);
    if (auto* interactive = try_as<Interactive>(tree)) return statements(interactive->body);
    if (auto* expression = try_as<Expression>(tree)) return load(expression->body);
    auto* signature = as<FunctionType>(tree);
    TRY(loads(signature->argtypes));
    return load(signature->returns);
  }

 private:
  Fallible<void> enter() {
    TRY(check_native_recursion(t_, " during compilation"));
    return t_.poll();
  }

  Fallible<void> position(const Location& at) {
    if (at.line > at.end_line)
      return t_.raise_value_error("AST node line range ({}, {}) is not valid", at.line, at.end_line);
    if ((at.line < 0 && at.end_line != at.line) || (at.col < 0 && at.col != at.end_col))
      return t_.raise_value_error("AST node column range ({}, {}) for line range ({}, {}) is not valid", at.col,
                                  at.end_col, at.line, at.end_line);
    if (at.line == at.end_line && at.col > at.end_col)
      return t_.raise_value_error("line {}, column {}-{} is not a valid range", at.line, at.col, at.end_col);
    return {};
  }

  Fallible<void> not_empty(size_t size, const char* field, const char* owner) {
    if (size == 0) return t_.raise_value_error("empty {} on {}", field, owner);
    return {};
  }

  Fallible<void> name(const Identifier* name) {
    for (const char* word : {"None", "True", "False"})
      if (name->utf8 == word) return t_.raise_value_error("identifier field can't represent '{}' constant", word);
    return {};
  }

  // ---- Statements. ----

  Fallible<void> statements(std::span<Stmt* const> list) {
    for (const Stmt* statement : list) {
      if (statement == nullptr) return t_.raise_value_error("None disallowed in statement list");
      TRY(this->statement(statement));
    }
    return {};
  }

  Fallible<void> body(std::span<Stmt* const> list, const char* owner) {
    TRY(not_empty(list.size(), "body", owner));
    return statements(list);
  }

  Fallible<void> statement(const Stmt* node) {
    TRY(enter());
    TRY(position(node->location));
    switch (node->kind) {
      case NodeKind::FunctionDef: return function(as<FunctionDef>(node), "FunctionDef");
      case NodeKind::AsyncFunctionDef: return function(as<AsyncFunctionDef>(node), "AsyncFunctionDef");
      case NodeKind::ClassDef: return class_definition(as<ClassDef>(node));
      case NodeKind::For: return loop(as<For>(node), "For");
      case NodeKind::AsyncFor: return loop(as<AsyncFor>(node), "AsyncFor");
      case NodeKind::With: return with(as<With>(node), "With");
      case NodeKind::AsyncWith: return with(as<AsyncWith>(node), "AsyncWith");
      case NodeKind::Try: return try_statement(as<Try>(node), "Try");
      case NodeKind::TryStar: return try_statement(as<TryStar>(node), "TryStar");
      case NodeKind::Match: return match(as<Match>(node));
      case NodeKind::While: {
        auto* loop = as<While>(node);
        TRY(load(loop->test));
        TRY(body(loop->body, "While"));
        return statements(loop->orelse);
      }
      case NodeKind::If: {
        auto* branch = as<If>(node);
        TRY(load(branch->test));
        TRY(body(branch->body, "If"));
        return statements(branch->orelse);
      }
      case NodeKind::Import:
        TRY(not_empty(as<Import>(node)->names.size(), "names", "Import"));
        return aliases(as<Import>(node)->names);
      case NodeKind::ImportFrom:
        if (as<ImportFrom>(node)->level < 0) return t_.raise_value_error("Negative ImportFrom level");
        TRY(not_empty(as<ImportFrom>(node)->names.size(), "names", "ImportFrom"));
        return aliases(as<ImportFrom>(node)->names);
      case NodeKind::Global: return not_empty(as<Global>(node)->names.size(), "names", "Global");
      case NodeKind::Nonlocal: return not_empty(as<Nonlocal>(node)->names.size(), "names", "Nonlocal");
      default: return simple_statement(node);
    }
  }

  Fallible<void> simple_statement(const Stmt* node) {
    switch (node->kind) {
      case NodeKind::Return: return optional(as<Return>(node)->value);
      case NodeKind::ExprStmt: return load(as<ExprStmt>(node)->value);
      case NodeKind::Delete: return targets(as<Delete>(node)->targets, ExprContext::Del, "Delete");
      case NodeKind::Assign:
        TRY(targets(as<Assign>(node)->targets, ExprContext::Store, "Assign"));
        return load(as<Assign>(node)->value);
      case NodeKind::AugAssign: TRY(store(as<AugAssign>(node)->target)); return load(as<AugAssign>(node)->value);
      case NodeKind::AnnAssign: {
        auto* assignment = as<AnnAssign>(node);
        if (!is<Name>(assignment->target) && assignment->simple != 0)
          return t_.raise_type_error("AnnAssign with simple non-Name target");
        TRY(store(assignment->target));
        TRY(optional(assignment->value));
        return load(assignment->annotation);
      }
      case NodeKind::TypeAlias: {
        auto* alias = as<TypeAlias>(node);
        if (!is<Name>(alias->name)) return t_.raise_type_error("TypeAlias with non-Name name");
        TRY(store(alias->name));
        TRY(type_parameters(alias->type_params));
        return load(alias->value);
      }
      case NodeKind::Raise: {
        auto* raise = as<Raise>(node);
        if (raise->exc == nullptr && raise->cause != nullptr)
          return t_.raise_value_error("Raise with cause but no exception");
        TRY(optional(raise->exc));
        return optional(raise->cause);
      }
      case NodeKind::Assert: TRY(load(as<Assert>(node)->test)); return optional(as<Assert>(node)->msg);
      default: return {};  // pass, break, continue
    }
  }

  template <typename T>
  Fallible<void> function(const T* node, const char* owner) {
    TRY(name(node->name));
    TRY(body(node->body, owner));
    TRY(type_parameters(node->type_params));
    TRY(arguments(node->args));
    TRY(loads(node->decorator_list));
    return optional(node->returns);
  }

  Fallible<void> class_definition(const ClassDef* node) {
    TRY(name(node->name));
    TRY(body(node->body, "ClassDef"));
    TRY(type_parameters(node->type_params));
    TRY(loads(node->bases));
    TRY(keywords(node->keywords));
    return loads(node->decorator_list);
  }

  template <typename T>
  Fallible<void> loop(const T* node, const char* owner) {
    TRY(store(node->target));
    TRY(load(node->iter));
    TRY(body(node->body, owner));
    return statements(node->orelse);
  }

  template <typename T>
  Fallible<void> with(const T* node, const char* owner) {
    TRY(not_empty(node->items.size(), "items", owner));
    for (const WithItem* item : node->items) {
      TRY(load(item->context_expr));
      if (item->optional_vars != nullptr) TRY(store(item->optional_vars));
    }
    return body(node->body, owner);
  }

  template <typename T>
  Fallible<void> try_statement(const T* node, const char* owner) {
    TRY(body(node->body, owner));
    if (node->handlers.empty() && node->finalbody.empty())
      return t_.raise_value_error("{} has neither except handlers nor finalbody", owner);
    if (node->handlers.empty() && !node->orelse.empty())
      return t_.raise_value_error("{} has orelse but no except handlers", owner);
    for (const Handler* item : node->handlers) {
      auto* handler = as<ExceptHandler>(item);
      TRY(position(handler->location));
      TRY(optional(handler->type));
      if (handler->name != nullptr) TRY(name(handler->name));
      TRY(body(handler->body, "ExceptHandler"));
    }
    TRY(statements(node->orelse));
    return statements(node->finalbody);
  }

  Fallible<void> match(const Match* node) {
    TRY(load(node->subject));
    TRY(not_empty(node->cases.size(), "cases", "Match"));
    for (const MatchCase* item : node->cases) {
      TRY(pattern(item->pattern, false));
      TRY(optional(item->guard));
      TRY(body(item->body, "match_case"));
    }
    return {};
  }

  Fallible<void> aliases(std::span<Alias* const> list) {
    for (const Alias* item : list) {
      TRY(name(item->name));
      if (item->asname != nullptr) TRY(name(item->asname));
    }
    return {};
  }

  Fallible<void> targets(std::span<Expr* const> list, ExprContext context, const char* owner) {
    TRY(not_empty(list.size(), "targets", owner));
    return expressions(list, context);
  }

  // ---- Parts. ----

  Fallible<void> type_parameters(std::span<TypeParam* const> list) {
    for (const TypeParam* item : list) {
      TRY(position(item->location));
      const Expr* bound = nullptr;
      const Expr* otherwise = nullptr;
      if (auto* variable = try_as<TypeVar>(item)) {
        TRY(name(variable->name));
        bound = variable->bound;
        otherwise = variable->default_value;
      } else if (auto* specification = try_as<ParamSpec>(item)) {
        TRY(name(specification->name));
        otherwise = specification->default_value;
      } else {
        TRY(name(as<TypeVarTuple>(item)->name));
        otherwise = as<TypeVarTuple>(item)->default_value;
      }
      TRY(optional(bound));
      TRY(optional(otherwise));
    }
    return {};
  }

  Fallible<void> parameter(const Arg* parameter) {
    if (parameter == nullptr) return {};
    return optional(parameter->annotation);
  }
  Fallible<void> parameters(std::span<Arg* const> list) {
    for (const Arg* item : list) {
      TRY(position(item->location));
      TRY(parameter(item));
    }
    return {};
  }

  Fallible<void> arguments(const Arguments* node) {
    TRY(parameters(node->posonlyargs));
    TRY(parameters(node->args));
    TRY(parameter(node->vararg));
    TRY(parameters(node->kwonlyargs));
    TRY(parameter(node->kwarg));
    if (node->defaults.size() > node->posonlyargs.size() + node->args.size())
      return t_.raise_value_error("more positional defaults than args on arguments");
    if (node->kw_defaults.size() != node->kwonlyargs.size())
      return t_.raise_value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
    TRY(loads(node->defaults));
    return expressions_or_none(node->kw_defaults);
  }

  Fallible<void> keywords(std::span<Keyword* const> list) {
    for (const Keyword* item : list) TRY(load(item->value));
    return {};
  }

  Fallible<void> comprehensions(std::span<Comprehension* const> list) {
    if (list.empty()) return t_.raise_value_error("comprehension with no generators");
    for (const Comprehension* item : list) {
      TRY(store(item->target));
      TRY(load(item->iter));
      TRY(loads(item->ifs));
    }
    return {};
  }

  // ---- Expressions. ----

  Fallible<void> load(const Expr* node) { return expression(node, ExprContext::Load); }
  Fallible<void> store(const Expr* node) { return expression(node, ExprContext::Store); }
  Fallible<void> optional(const Expr* node) {
    if (node == nullptr) return {};
    return load(node);
  }
  Fallible<void> loads(std::span<Expr* const> list) { return expressions(list, ExprContext::Load); }
  Fallible<void> expressions(std::span<Expr* const> list, ExprContext context) {
    for (const Expr* item : list) {
      if (item == nullptr) return t_.raise_value_error("None disallowed in expression list");
      TRY(expression(item, context));
    }
    return {};
  }
  Fallible<void> expressions_or_none(std::span<Expr* const> list) {
    for (const Expr* item : list) TRY(optional(item));
    return {};
  }

  // The context that a node carries; false for nodes that can only be read.
  static bool own_context(const Expr* node, ExprContext* out) {
    switch (node->kind) {
      case NodeKind::Attribute: *out = as<Attribute>(node)->ctx; return true;
      case NodeKind::Subscript: *out = as<Subscript>(node)->ctx; return true;
      case NodeKind::Starred: *out = as<Starred>(node)->ctx; return true;
      case NodeKind::Name: *out = as<Name>(node)->ctx; return true;
      case NodeKind::List: *out = as<List>(node)->ctx; return true;
      case NodeKind::Tuple: *out = as<Tuple>(node)->ctx; return true;
      default: return false;
    }
  }

  Fallible<void> expression(const Expr* node, ExprContext context) {
    TRY(enter());
    TRY(position(node->location));
    ExprContext own;
    if (node->kind == NodeKind::Name) TRY(name(as<Name>(node)->id));
    if (own_context(node, &own)) {
      if (own != context)
        return t_.raise_value_error("expression must have {} context but has {} instead", context_name(context),
                                    context_name(own));
    } else if (context != ExprContext::Load) {
      return t_.raise_value_error("expression which can't be assigned to in {} context", context_name(context));
    }
    switch (node->kind) {
      case NodeKind::Attribute: return load(as<Attribute>(node)->value);
      case NodeKind::Subscript: TRY(load(as<Subscript>(node)->slice)); return load(as<Subscript>(node)->value);
      case NodeKind::Starred: return expression(as<Starred>(node)->value, context);
      case NodeKind::List: return expressions(as<List>(node)->elts, context);
      case NodeKind::Tuple: return expressions(as<Tuple>(node)->elts, context);
      case NodeKind::Name: return {};
      case NodeKind::Constant: return constant(as<Constant>(node)->value);
      default: return operation(node);
    }
  }

  Fallible<void> operation(const Expr* node) {
    switch (node->kind) {
      case NodeKind::BoolOp:
        if (as<BoolOp>(node)->values.size() < 2) return t_.raise_value_error("BoolOp with less than 2 values");
        return loads(as<BoolOp>(node)->values);
      case NodeKind::BinOp: TRY(load(as<BinOp>(node)->left)); return load(as<BinOp>(node)->right);
      case NodeKind::UnaryOp: return load(as<UnaryOp>(node)->operand);
      case NodeKind::Lambda: TRY(arguments(as<Lambda>(node)->args)); return load(as<Lambda>(node)->body);
      case NodeKind::IfExp:
        TRY(load(as<IfExp>(node)->test));
        TRY(load(as<IfExp>(node)->body));
        return load(as<IfExp>(node)->orelse);
      case NodeKind::Compare: return comparison(as<Compare>(node));
      case NodeKind::Call:
        TRY(load(as<Call>(node)->func));
        TRY(loads(as<Call>(node)->args));
        return keywords(as<Call>(node)->keywords);
      case NodeKind::NamedExpr:
        if (!is<Name>(as<NamedExpr>(node)->target)) return t_.raise_type_error("NamedExpr target must be a Name");
        return load(as<NamedExpr>(node)->value);
      case NodeKind::Await: return load(as<Await>(node)->value);
      case NodeKind::Yield: return optional(as<Yield>(node)->value);
      case NodeKind::YieldFrom: return load(as<YieldFrom>(node)->value);
      default: return display(node);
    }
  }

  Fallible<void> comparison(const Compare* node) {
    if (node->comparators.empty()) return t_.raise_value_error("Compare with no comparators");
    if (node->comparators.size() != node->ops.size())
      return t_.raise_value_error("Compare has a different number of comparators and operands");
    TRY(loads(node->comparators));
    return load(node->left);
  }

  Fallible<void> display(const Expr* node) {
    switch (node->kind) {
      case NodeKind::Dict: {
        auto* dict = as<Dict>(node);
        if (dict->keys.size() != dict->values.size())
          return t_.raise_value_error("Dict doesn't have the same number of keys as values");
        TRY(expressions_or_none(dict->keys));
        return loads(dict->values);
      }
      case NodeKind::Set: return loads(as<Set>(node)->elts);
      case NodeKind::ListComp:
        TRY(comprehensions(as<ListComp>(node)->generators));
        return load(as<ListComp>(node)->elt);
      case NodeKind::SetComp: TRY(comprehensions(as<SetComp>(node)->generators)); return load(as<SetComp>(node)->elt);
      case NodeKind::GeneratorExp:
        TRY(comprehensions(as<GeneratorExp>(node)->generators));
        return load(as<GeneratorExp>(node)->elt);
      case NodeKind::DictComp:
        TRY(comprehensions(as<DictComp>(node)->generators));
        TRY(load(as<DictComp>(node)->key));
        return load(as<DictComp>(node)->value);
      case NodeKind::JoinedStr: return loads(as<JoinedStr>(node)->values);
      case NodeKind::TemplateStr: return loads(as<TemplateStr>(node)->values);
      case NodeKind::FormattedValue:
        TRY(conversion(as<FormattedValue>(node)->conversion));
        TRY(load(as<FormattedValue>(node)->value));
        return optional(as<FormattedValue>(node)->format_spec);
      case NodeKind::Interpolation:
        TRY(conversion(as<Interpolation>(node)->conversion));
        TRY(constant(as<Interpolation>(node)->str));
        TRY(load(as<Interpolation>(node)->value));
        return optional(as<Interpolation>(node)->format_spec);
      default:
        TRY(optional(as<Slice>(node)->lower));
        TRY(optional(as<Slice>(node)->upper));
        return optional(as<Slice>(node)->step);
    }
  }

  Fallible<void> conversion(int32_t kind) {
    if (kind == -1 || kind == 's' || kind == 'r' || kind == 'a') return {};
    return t_.raise(core.SystemError, "Unrecognized conversion character {}", kind);
  }

  // ---- Constants: what the converter did not understand is looked at here. ----

  Fallible<void> constant(const ConstantValue& value) {
    if (value.kind != ConstantKind::External) return {};
    return constant_object(externals_->at(value.external));
  }

  Fallible<void> constant_object(Value v) {
    TRY(enter());
    if (!v.is_cell() || is_exact_str(v)) return {};
    Type* type = type_of(v);
    if (type == core.int_ || type == core.float_ || type == core.complex_ || type == core.bytes) return {};
    if (is_exactly(v, shapes.tuple)) {
      for (size_t i = 0; i < hog::as<hog::Tuple>(v)->length(); ++i) TRY(constant_object(hog::as<hog::Tuple>(v)->at(i)));
      return {};
    }
    if (type == core.frozenset) {
      Value item;
      for (size_t at = 0; hog::as<hog::Set>(v)->next_nogc(&at, &item);) TRY(constant_object(item));
      return {};
    }
    return t_.raise_type_error("got an invalid type in Constant: {}", type->name());
  }

  // ---- Patterns. ----

  Fallible<void> patterns(std::span<Pattern* const> list, bool star_allowed) {
    for (const Pattern* item : list) TRY(pattern(item, star_allowed));
    return {};
  }

  Fallible<void> capture(const Identifier* name) {
    if (name->utf8 == "_") return t_.raise_value_error("can't capture name '_' in patterns");
    return this->name(name);
  }

  Fallible<void> pattern(const Pattern* node, bool star_allowed) {
    TRY(enter());
    TRY(position(node->location));
    switch (node->kind) {
      case NodeKind::MatchValue: return pattern_value(as<MatchValue>(node)->value);
      case NodeKind::MatchSingleton: {
        ConstantKind kind = as<MatchSingleton>(node)->value.kind;
        if (kind == ConstantKind::None || kind == ConstantKind::True || kind == ConstantKind::False) return {};
        return t_.raise_value_error("MatchSingleton can only contain True, False and None");
      }
      case NodeKind::MatchSequence: return patterns(as<MatchSequence>(node)->patterns, true);
      case NodeKind::MatchMapping: return mapping_pattern(as<MatchMapping>(node));
      case NodeKind::MatchClass: return class_pattern(as<MatchClass>(node));
      case NodeKind::MatchStar:
        if (!star_allowed) return t_.raise_value_error("can't use MatchStar here");
        if (as<MatchStar>(node)->name == nullptr) return {};
        return capture(as<MatchStar>(node)->name);
      case NodeKind::MatchAs: {
        auto* capturing = as<MatchAs>(node);
        if (capturing->name != nullptr) TRY(capture(capturing->name));
        if (capturing->pattern == nullptr) return {};
        if (capturing->name == nullptr)
          return t_.raise_value_error("MatchAs must specify a target name if a pattern is given");
        return pattern(capturing->pattern, false);
      }
      default:
        if (as<MatchOr>(node)->patterns.size() < 2) return t_.raise_value_error("MatchOr requires at least 2 patterns");
        return patterns(as<MatchOr>(node)->patterns, false);
    }
  }

  Fallible<void> mapping_pattern(const MatchMapping* node) {
    if (node->keys.size() != node->patterns.size())
      return t_.raise_value_error("MatchMapping doesn't have the same number of keys as patterns");
    if (node->rest != nullptr) TRY(capture(node->rest));
    for (const Expr* key : node->keys) {
      if (key == nullptr) return t_.raise_value_error("None disallowed in expression list");
      if (auto* constant = try_as<Constant>(key)) {
        ConstantKind kind = constant->value.kind;
        if (kind == ConstantKind::None || kind == ConstantKind::True || kind == ConstantKind::False) continue;
      }
      TRY(pattern_value(key));
    }
    return patterns(node->patterns, false);
  }

  Fallible<void> class_pattern(const MatchClass* node) {
    if (node->kwd_attrs.size() != node->kwd_patterns.size())
      return t_.raise_value_error("MatchClass doesn't have the same number of keyword attributes as patterns");
    TRY(load(node->cls));
    const Expr* part = node->cls;
    while (auto* attribute = try_as<Attribute>(part)) part = attribute->value;
    if (!is<Name>(part)) return t_.raise_value_error("MatchClass cls field can only contain Name or Attribute nodes.");
    for (const Identifier* attribute : node->kwd_attrs) TRY(name(attribute));
    TRY(patterns(node->patterns, false));
    return patterns(node->kwd_patterns, false);
  }

  // A number: real, imaginary, or of either kind.
  bool is_number(const Expr* node, bool real, bool imaginary) const {
    auto* constant = try_as<Constant>(node);
    if (constant == nullptr) return false;
    const ConstantValue& value = constant->value;
    switch (value.kind) {
      case ConstantKind::Int:
      case ConstantKind::Float: return real;
      case ConstantKind::Complex: return imaginary;
      case ConstantKind::External: {
        Type* type = type_of(externals_->at(value.external));
        return (type == core.int_ && real) || (type == core.complex_ && imaginary);
      }
      default: return false;
    }
  }
  bool is_negative_number(const Expr* node, bool real, bool imaginary) const {
    auto* sign = try_as<UnaryOp>(node);
    return sign != nullptr && sign->op == UnaryOperator::USub && is_number(sign->operand, real, imaginary);
  }
  bool is_complex_literal(const BinOp* node) const {
    if (node->op != BinaryOperator::Add && node->op != BinaryOperator::Sub) return false;
    if (!is_number(node->left, true, false) && !is_negative_number(node->left, true, false)) return false;
    return is_number(node->right, false, true);
  }

  Fallible<void> pattern_value(const Expr* node) {
    TRY(load(node));
    switch (node->kind) {
      case NodeKind::Constant: {
        ConstantKind kind = as<Constant>(node)->value.kind;
        if (is_number(node, true, true) || kind == ConstantKind::Str || kind == ConstantKind::Bytes) return {};
        return t_.raise_value_error("unexpected constant inside of a literal pattern");
      }
      case NodeKind::Attribute:
      case NodeKind::JoinedStr:
      case NodeKind::TemplateStr: return {};
      case NodeKind::UnaryOp:
        if (is_negative_number(node, true, true)) return {};
        break;
      case NodeKind::BinOp:
        if (is_complex_literal(as<BinOp>(node))) return {};
        break;
      default: break;
    }
    return t_.raise_value_error("patterns may only match literals and attribute lookups");
  }

  Thread& t_;
  const hog::List* externals_;
};

}  // namespace

}  // namespace hog::ast

namespace hog {

Fallible<void> validate_tree(Thread& t, const TreeFromObjects& tree) {
  return ast::Validator(t, tree.externals).root(tree.tree);
}

}  // namespace hog
