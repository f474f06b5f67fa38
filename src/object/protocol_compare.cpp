// protocol_compare.cpp: rich comparison: the reflected method of a subclass first, then left, then right, then identity.
#include "object/class_system.hpp"

namespace hog {

namespace {

const char* const kSymbols[] = {"<", "<=", "==", "!=", ">", ">="};

bool holds(int order, CompareOp op) {
  switch (op) {
    case CompareOp::Lt: return order < 0;
    case CompareOp::Le: return order <= 0;
    case CompareOp::Eq: return order == 0;
    case CompareOp::Ne: return order != 0;
    case CompareOp::Gt: return order > 0;
    case CompareOp::Ge: return order >= 0;
  }
  return false;
}

Fallible<Value> compare_slow(Thread& t, Value a, Value b, CompareOp op) {
  TRY(check_native_recursion(t, " in comparison"));
  Type* a_type = type_of(a);
  Type* b_type = type_of(b);
  bool asked_right = false;
  if (a_type != b_type && b_type->is_subtype_of(a_type)) {
    if (auto compare = b_type->slots().compare; compare != nullptr) {
      asked_right = true;
      Value result = TRY(compare(t, b, a, swapped(op)));
      if (!result.is_not_implemented()) return result;
    }
  }
  if (auto compare = type_of(a)->slots().compare; compare != nullptr) {
    Value result = TRY(compare(t, a, b, op));
    if (!result.is_not_implemented()) return result;
  }
  if (!asked_right) {
    if (auto compare = type_of(b)->slots().compare; compare != nullptr) {
      Value result = TRY(compare(t, b, a, swapped(op)));
      if (!result.is_not_implemented()) return result;
    }
  }
  if (op == CompareOp::Eq) return Value::from_bool(a == b);
  if (op == CompareOp::Ne) return Value::from_bool(a != b);
  return t.raise_type_error("'{}' not supported between instances of '{}' and '{}'", kSymbols[static_cast<int>(op)],
                            type_of(a), type_of(b));
}

}  // namespace

Fallible<Value> compare_py(Thread& t, Value a, Value b, CompareOp op) {
  if (a.is_small_int() && b.is_small_int()) {
    int64_t x = a.small_int(), y = b.small_int();
    return Value::from_bool(holds(x < y ? -1 : x > y, op));
  }
  return compare_slow(t, a, b, op);
}

Fallible<bool> compare_bool_py(Thread& t, Value a, Value b, CompareOp op) {
  if (a == b) {
    if (op == CompareOp::Eq) return true;
    if (op == CompareOp::Ne) return false;
  }
  if (is_exact_str(a) && is_exact_str(b)) {
    if (op == CompareOp::Eq) return Str::equal_nogc(as<Str>(a), as<Str>(b));
    if (op == CompareOp::Ne) return !Str::equal_nogc(as<Str>(a), as<Str>(b));
  }
  Value result = TRY(compare_py(t, a, b, op));
  if (result.is_bool()) return result.is_true();
  return truth_py(t, result);
}

}  // namespace hog
