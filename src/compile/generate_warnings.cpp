// generate_warnings.cpp: SyntaxWarnings about expressions that cannot mean what they say.
#include "compile/code_generator.hpp"
#include "compile/fold.hpp"

namespace hog {

using namespace ast;

static std::string_view type_of_constant(const ConstantValue& value) {
  switch (value.kind) {
    case ConstantKind::None: return "NoneType";
    case ConstantKind::True:
    case ConstantKind::False: return "bool";
    case ConstantKind::Ellipsis: return "ellipsis";
    case ConstantKind::Int: return "int";
    case ConstantKind::Float: return "float";
    case ConstantKind::Complex: return "complex";
    case ConstantKind::Str: return "str";
    case ConstantKind::Bytes: return "bytes";
    case ConstantKind::Tuple: return "tuple";
    case ConstantKind::FrozenSet: return "frozenset";
    case ConstantKind::External: return {};
  }
  return {};
}

// The type that an expression certainly has; empty: not known.
static std::string_view certain_type(const Expr* node) {
  switch (node->kind) {
    case NodeKind::Tuple: return "tuple";
    case NodeKind::List:
    case NodeKind::ListComp: return "list";
    case NodeKind::Dict:
    case NodeKind::DictComp: return "dict";
    case NodeKind::Set:
    case NodeKind::SetComp: return "set";
    case NodeKind::GeneratorExp: return "generator";
    case NodeKind::Lambda: return "function";
    case NodeKind::JoinedStr:
    case NodeKind::FormattedValue: return "str";
    case NodeKind::TemplateStr: return "string.templatelib.Template";
    case NodeKind::Interpolation: return "string.templatelib.Interpolation";
    case NodeKind::Constant:
      if (as<Constant>(node)->kind == kFoldedKind) return {};
      return type_of_constant(as<Constant>(node)->value);
    default: return {};
  }
}

void CodeGenerator::warn_call(Expr* callee) {
  if (is<Lambda>(callee)) return;
  std::string_view type = certain_type(callee);
  if (!type.empty())
    context_.warn(callee->location, {"'", type, "' object is not callable; perhaps you missed a comma?"});
}

static bool is_subscriptable(const Expr* node) {
  switch (node->kind) {
    case NodeKind::Set:
    case NodeKind::SetComp:
    case NodeKind::GeneratorExp:
    case NodeKind::Lambda:
    case NodeKind::TemplateStr:
    case NodeKind::Interpolation: return false;
    case NodeKind::Constant: {
      ConstantKind kind = as<Constant>(node)->value.kind;
      return as<Constant>(node)->kind == kFoldedKind || kind == ConstantKind::Str || kind == ConstantKind::Bytes ||
             kind == ConstantKind::Tuple || kind == ConstantKind::External;
    }
    default: return true;
  }
}

void CodeGenerator::warn_subscript(Expr* object, Expr* index) {
  if (!is_subscriptable(object))
    return context_.warn(object->location, {"'", certain_type(object),
                                            "' object is not subscriptable; perhaps you missed a comma?"});
  std::string_view index_type = certain_type(index);
  if (index_type.empty() || index_type == "int" || index_type == "bool" || is<Slice>(index)) return;
  switch (object->kind) {
    case NodeKind::Constant:
      if (as<Constant>(object)->kind == kFoldedKind) return;
      break;
    case NodeKind::Tuple:
    case NodeKind::List:
    case NodeKind::ListComp:
    case NodeKind::JoinedStr:
    case NodeKind::FormattedValue: break;
    default: return;
  }
  context_.warn(object->location, {certain_type(object), " indices must be integers or slices, not ", index_type,
                                   "; perhaps you missed a comma?"});
}

// `is` with a literal: what it gives depends on the implementation.
static bool is_literal(const Expr* node) {
  auto* constant = try_as<Constant>(node);
  if (constant == nullptr || constant->kind == kFoldedKind) return false;
  switch (constant->value.kind) {
    case ConstantKind::None:
    case ConstantKind::True:
    case ConstantKind::False:
    case ConstantKind::Ellipsis:
    case ConstantKind::External: return false;
    default: return true;
  }
}

void CodeGenerator::warn_compare(Compare* node) {
  Expr* left = node->left;
  for (size_t i = 0; i < node->ops.size(); ++i) {
    Expr* right = node->comparators[i];
    bool is = node->ops[i] == CompareOperator::Is;
    if ((is || node->ops[i] == CompareOperator::IsNot) && (is_literal(left) || is_literal(right))) {
      std::string_view type = certain_type(is_literal(right) ? right : left);
      if (is) context_.warn(node->location, {"\"is\" with '", type, "' literal. Did you mean \"==\"?"});
      else context_.warn(node->location, {"\"is not\" with '", type, "' literal. Did you mean \"!=\"?"});
      return;
    }
    left = right;
  }
}

}  // namespace hog
