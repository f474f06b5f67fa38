// fold.cpp: see fold.hpp.
//
// Invariant: an expression is replaced only by a Constant of exactly the value that it would have had, of the same size
// order: nothing that a program multiplies grows here.
#include "compile/fold.hpp"

#include <cmath>

#include "bytecode/code_format.hpp"
#include "compile/constant_pool.hpp"

namespace hog {

using namespace ast;

namespace {

class Folder {
 public:
  explicit Folder(CompileContext& context)
      : context_(context),
        keep_annotations_((context.future_flags & code_flag::kFutureAnnotations) != 0) {}

  void fold_children(Node* node) {
    if (!context_.go_on()) return;
    CompileContext::Depth depth(context_);
    if (context_.failed()) return;
    for (;;) {
      const NodeInfo& info = node_info(node->kind);
      If* chained = nullptr;
      for (const FieldInfo& info : info.fields) {
        if (auto* branch = try_as<If>(node); branch != nullptr && std::string_view(info.name) == "orelse" &&
                                             branch->orelse.size() == 1 && is<If>(branch->orelse[0])) {
          chained = as<If>(branch->orelse[0]);
          continue;
        }
        fold_field(node, info);
        if (context_.failed()) return;
      }
      if (chained == nullptr) return;
      node = chained;
    }
  }

 private:
  static bool holds_nodes(FieldType type) {
    return type != FieldType::Identifier && type != FieldType::Int && type != FieldType::String &&
           type != FieldType::Constant && !is_enumeration(type);
  }

  void fold_field(Node* node, const FieldInfo& info) {
    if (!holds_nodes(info.type)) return;
    if (keep_annotations_ && (std::string_view(info.name) == "annotation" || std::string_view(info.name) == "returns"))
      return;
    if (info.arity == FieldArity::List || info.arity == FieldArity::ListOfOptional) {
      for (Node*& item : field<std::span<Node*>>(node, info)) fold_slot(item, info.type);
    } else {
      fold_slot(field<Node*>(node, info), info.type);
    }
  }

  void fold_slot(Node*& slot, FieldType type) {
    if (slot == nullptr || context_.failed()) return;
    if (type == FieldType::Expr) slot = fold(static_cast<Expr*>(slot));
    else fold_children(slot);
  }

  Expr* fold(Expr* node) {
    if (is<Constant>(node)) return node;
    if (auto* name = try_as<Name>(node)) {
      if (name->id != context_.names.debug || name->ctx != ExprContext::Load) return node;
      return make_constant(node, bool_constant(context_.options.optimize == 0));
    }
    if (auto* operation = try_as<BinOp>(node)) return fold_binary(operation);
    fold_children(node);
    if (context_.failed()) return node;
    if (auto* operation = try_as<UnaryOp>(node)) return fold_unary(operation);
    if (auto* tuple = try_as<Tuple>(node)) return fold_tuple(tuple);
    return node;
  }

  Expr* make_constant(const Expr* old, const ConstantValue& value) {
    auto* constant = make<Constant>(context_.arena, old->location);
    constant->value = value;
    if (is<BinOp>(old) || is<UnaryOp>(old)) constant->kind = kFoldedKind;
    return constant;
  }

  Expr* fold_tuple(Tuple* node) {
    if (node->ctx != ExprContext::Load) return node;
    for (Expr* item : node->elts)
      if (!is<Constant>(item) || tuple_depth(as<Constant>(item)->value) > 20) return node;
    std::span<ConstantValue> items = context_.arena.make_array<ConstantValue>(node->elts.size());
    if (items.size() != node->elts.size()) return node;
    for (size_t i = 0; i < items.size(); ++i) new (&items[i]) ConstantValue(as<Constant>(node->elts[i])->value);
    return make_constant(node, tuple_constant(items));
  }

  static int tuple_depth(const ConstantValue& value) {
    if (value.kind != ConstantKind::Tuple) return 0;
    int deepest = 0;
    for (size_t i = 0; i < value.item_count && i < 4; ++i) {
      int depth = tuple_depth(value.items[i]);
      if (depth > deepest) deepest = depth;
    }
    return deepest + 1;
  }

  Expr* fold_binary(BinOp* node) {
    ArenaVector<BinOp*> spine(context_.arena);
    Expr* left = node;
    while (auto* next = try_as<BinOp>(left)) {
      spine.push_back(next);
      left = next->left;
    }
    left = fold(left);
    while (!spine.empty()) {
      if (!context_.go_on()) return node;
      BinOp* next = spine.pop_back();
      next->left = left;
      next->right = fold(next->right);
      left = combine(next);
    }
    return left;
  }

  Expr* combine(BinOp* node) {
    auto* x = try_as<Constant>(node->left);
    auto* y = try_as<Constant>(node->right);
    if (x == nullptr || y == nullptr) return node;
    bool ints = x->value.kind == ConstantKind::Int && y->value.kind == ConstantKind::Int;
    ConstantValue result;
    if (ints ? combine_ints(node->op, x->value, y->value, result) : combine_floats(node->op, x->value, y->value, result))
      return make_constant(node, result);
    return node;
  }

  static bool combine_ints(BinaryOperator op, const ConstantValue& x, const ConstantValue& y, ConstantValue& result) {
    if (!x.fits_int64 || !y.fits_int64) return false;
    int64_t a = x.integer, b = y.integer, r = 0;
    constexpr int64_t kExact = int64_t{1} << 53;
    switch (op) {
      case BinaryOperator::Add: if (__builtin_add_overflow(a, b, &r)) return false; break;
      case BinaryOperator::Sub: if (__builtin_sub_overflow(a, b, &r)) return false; break;
      case BinaryOperator::Mult: if (__builtin_mul_overflow(a, b, &r)) return false; break;
      case BinaryOperator::BitAnd: r = a & b; break;
      case BinaryOperator::BitOr: r = a | b; break;
      case BinaryOperator::BitXor: r = a ^ b; break;
      case BinaryOperator::LShift:
        if (b < 0 || b > 62 || a < 0 || (a != 0 && b > __builtin_clzll(static_cast<uint64_t>(a)) - 1)) return false;
        r = a << b;
        break;
      case BinaryOperator::RShift:
        if (b < 0) return false;
        r = a >> (b > 63 ? 63 : b);
        break;
      case BinaryOperator::FloorDiv:
      case BinaryOperator::Mod: {
        if (b == 0 || (a == INT64_MIN && b == -1)) return false;
        int64_t quotient = a / b, remainder = a % b;
        if (remainder != 0 && (remainder < 0) != (b < 0)) {
          --quotient;
          remainder += b;
        }
        r = op == BinaryOperator::Mod ? remainder : quotient;
        break;
      }
      case BinaryOperator::Pow:
        if (b < 0 || b > 64) return false;
        r = 1;
        for (int64_t i = 0; i < b; ++i)
          if (__builtin_mul_overflow(r, a, &r)) return false;
        break;
      case BinaryOperator::Div:
        if (b == 0 || a > kExact || a < -kExact || b > kExact || b < -kExact) return false;
        result.kind = ConstantKind::Float;
        result.number = static_cast<double>(a) / static_cast<double>(b);
        return true;
      default: return false;
    }
    result = int_constant(r);
    return true;
  }

  static bool as_double(const ConstantValue& value, double& out) {
    constexpr int64_t kExact = int64_t{1} << 53;
    if (value.kind == ConstantKind::Float) {
      out = value.number;
      return true;
    }
    if (value.kind != ConstantKind::Int || !value.fits_int64 || value.integer > kExact || value.integer < -kExact)
      return false;
    out = static_cast<double>(value.integer);
    return true;
  }

  static bool combine_floats(BinaryOperator op, const ConstantValue& x, const ConstantValue& y, ConstantValue& result) {
    double a, b;
    if (!as_double(x, a) || !as_double(y, b)) return false;
    result.kind = ConstantKind::Float;
    switch (op) {
      case BinaryOperator::Add: result.number = a + b; return true;
      case BinaryOperator::Sub: result.number = a - b; return true;
      case BinaryOperator::Mult: result.number = a * b; return true;
      case BinaryOperator::Div:
        if (b == 0) return false;
        result.number = a / b;
        return true;
      default: return false;
    }
  }

  Expr* fold_unary(UnaryOp* node) {
    auto* operand = try_as<Constant>(node->operand);
    if (operand == nullptr) return node;
    const ConstantValue& value = operand->value;
    if (value.kind == ConstantKind::Int && value.fits_int64) {
      switch (node->op) {
        case UnaryOperator::USub:
          if (value.integer == INT64_MIN) return node;
          return make_constant(node, int_constant(-value.integer));
        case UnaryOperator::UAdd: return make_constant(node, value);
        case UnaryOperator::Invert: return make_constant(node, int_constant(~value.integer));
        default: return node;
      }
    }
    if (value.kind == ConstantKind::Float && (node->op == UnaryOperator::USub || node->op == UnaryOperator::UAdd)) {
      ConstantValue result = value;
      if (node->op == UnaryOperator::USub) result.number = -result.number;
      return make_constant(node, result);
    }
    if (value.kind == ConstantKind::Complex && node->op == UnaryOperator::USub) {
      ConstantValue result = value;
      result.number = -result.number;
      result.real = -result.real;
      return make_constant(node, result);
    }
    return node;
  }

  CompileContext& context_;
  bool keep_annotations_;
};

}  // namespace

void fold_tree(CompileContext& context, Mod* tree) { Folder(context).fold_children(tree); }

}  // namespace hog
