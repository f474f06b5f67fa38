// protocol_number.cpp: arithmetic over any values: which operand's slot is asked, in which order, and the TypeErrors.
#include "object/class_system.hpp"

namespace hog {

namespace {

struct Operator {
  slot_kind::Binary Slots::*slot;
  slot_kind::Binary Slots::*inplace;
  const char* symbol;
  const char* inplace_symbol;
};

// In the order of BinaryOp; power has its own slots.
constexpr Operator kOperators[] = {
    {&Slots::add, &Slots::inplace_add, "+", "+="},
    {&Slots::subtract, &Slots::inplace_subtract, "-", "-="},
    {&Slots::multiply, &Slots::inplace_multiply, "*", "*="},
    {&Slots::true_divide, &Slots::inplace_true_divide, "/", "/="},
    {&Slots::floor_divide, &Slots::inplace_floor_divide, "//", "//="},
    {&Slots::remainder, &Slots::inplace_remainder, "%", "%="},
    {nullptr, nullptr, "** or pow()", "**="},
    {&Slots::left_shift, &Slots::inplace_left_shift, "<<", "<<="},
    {&Slots::right_shift, &Slots::inplace_right_shift, ">>", ">>="},
    {&Slots::and_, &Slots::inplace_and, "&", "&="},
    {&Slots::or_, &Slots::inplace_or, "|", "|="},
    {&Slots::xor_, &Slots::inplace_xor, "^", "^="},
    {&Slots::matrix_multiply, &Slots::inplace_matrix_multiply, "@", "@="},
};
const Operator& operator_of(BinaryOp op) { return kOperators[static_cast<int>(op)]; }

Failure raise_unsupported(Thread& t, const char* symbol, Value a, Value b) {
  return t.raise_type_error("unsupported operand type(s) for {}: '{}' and '{}'", symbol, type_of(a), type_of(b));
}

// The slot of the left operand, unless the right one's class derives from the left's and has another.
Fallible<Value> try_binary(Thread& t, slot_kind::Binary Slots::*slot, Value a, Value b) {
  Type* a_type = type_of(a);
  Type* b_type = type_of(b);
  auto left = a_type->slots().*slot;
  auto right = b_type == a_type ? nullptr : b_type->slots().*slot;
  if (right == left) right = nullptr;
  if (left != nullptr) {
    if (right != nullptr && b_type->is_subtype_of(a_type)) {
      Value result = TRY(right(t, a, b));
      if (!result.is_not_implemented()) return result;
      right = nullptr;
    }
    Value result = TRY(left(t, a, b));
    if (!result.is_not_implemented()) return result;
  }
  if (right != nullptr) return right(t, a, b);
  return Value::not_implemented();
}

Fallible<Value> repeat_sequence(Thread& t, slot_kind::Repeat repeat, Value sequence, Value count) {
  if (!is_int_or_bool(count) && type_of(count)->slots().index == nullptr)
    return t.raise_type_error("can't multiply sequence by non-int of type '{}'", type_of(count));
  Value n = TRY(index_py(t, count));
  Int64Result times = int_to_int64_nogc(n);
  if (times.overflow != 0)
    return t.raise(core.OverflowError, "cannot fit '{}' into an index-sized integer", type_of(count));
  return repeat(t, sequence, times.value);
}

// What `+` and `*` mean for sequences, after the arithmetic slots have declined. absent: no sequence here.
Fallible<Value> sequence_fallback(Thread& t, BinaryOp op, Value a, Value b, bool inplace) {
  const Slots& left = type_of(a)->slots();
  if (op == BinaryOp::Add) {
    auto concat = inplace && left.inplace_concat != nullptr ? left.inplace_concat : left.concat;
    if (concat == nullptr) return Value::absent();
    return concat(t, a, b);
  }
  if (op == BinaryOp::Multiply) {
    auto repeat = inplace && left.inplace_repeat != nullptr ? left.inplace_repeat : left.repeat;
    if (repeat != nullptr) return repeat_sequence(t, repeat, a, b);
    // What is a sequence of some kind and cannot be repeated is no count either, when it is to be changed in place.
    bool is_sequence = type_of(a)->is_heap_type() || left.contains != nullptr || left.length != nullptr;
    if (inplace && is_sequence) return Value::absent();
    if (auto right = type_of(b)->slots().repeat; right != nullptr) return repeat_sequence(t, right, b, a);
  }
  return Value::absent();
}

// ternary: the modulus is absent for `**`.
Fallible<Value> try_power(Thread& t, Value a, Value b, Value modulus) {
  Type* a_type = type_of(a);
  Type* b_type = type_of(b);
  auto left = a_type->slots().power;
  auto right = b_type == a_type ? nullptr : b_type->slots().power;
  if (right == left) right = nullptr;
  if (left != nullptr) {
    if (right != nullptr && b_type->is_subtype_of(a_type)) {
      Value result = TRY(right(t, a, b, modulus));
      if (!result.is_not_implemented()) return result;
      right = nullptr;
    }
    Value result = TRY(left(t, a, b, modulus));
    if (!result.is_not_implemented()) return result;
  }
  if (right != nullptr) {
    Value result = TRY(right(t, a, b, modulus));
    if (!result.is_not_implemented()) return result;
  }
  if (!modulus.is_absent() && !modulus.is_none()) {
    auto third = type_of(modulus)->slots().power;
    if (third != nullptr && third != a_type->slots().power && third != b_type->slots().power)
      return third(t, a, b, modulus);
  }
  return Value::not_implemented();
}

}  // namespace

namespace {

// OPTIMIZATION: sums of truth values, as in counting what holds. Absent: something else.
Fallible<Value> add_truths(Thread& t, BinaryOp op, Value a, Value b) {
  auto is_small = [](Value v) { return v.is_bool() || v.is_small_int(); };
  if (op != BinaryOp::Add || !is_small(a) || !is_small(b)) return Value::absent();
  auto number = [](Value v) { return v.is_bool() ? int64_t{v.is_true()} : v.small_int(); };
  return make_int(t, number(a) + number(b));  // small ints leave room for the sum
}

}  // namespace

Fallible<Value> binary_py(Thread& t, BinaryOp op, Value a, Value b) {
  if (a.is_bool() || b.is_bool()) {
    Value sum = TRY(add_truths(t, op, a, b));
    if (!sum.is_absent()) return sum;
  }
  if (op == BinaryOp::Power) return power_py(t, a, b, Value::absent());
  Value result = TRY(try_binary(t, operator_of(op).slot, a, b));
  if (!result.is_not_implemented()) return result;
  result = TRY(sequence_fallback(t, op, a, b, false));
  if (!result.is_absent()) return result;
  return raise_unsupported(t, operator_of(op).symbol, a, b);
}

Fallible<Value> inplace_py(Thread& t, BinaryOp op, Value a, Value b) {
  if (op == BinaryOp::Power) {
    if (auto inplace = type_of(a)->slots().inplace_power; inplace != nullptr) {
      Value result = TRY(inplace(t, a, b, Value::absent()));
      if (!result.is_not_implemented()) return result;
    }
    Value result = TRY(try_power(t, a, b, Value::absent()));
    if (!result.is_not_implemented()) return result;
    return raise_unsupported(t, operator_of(op).inplace_symbol, a, b);
  }
  if (a.is_bool() || b.is_bool()) {
    Value sum = TRY(add_truths(t, op, a, b));
    if (!sum.is_absent()) return sum;
  }
  if (auto inplace = type_of(a)->slots().*operator_of(op).inplace; inplace != nullptr) {
    Value result = TRY(inplace(t, a, b));
    if (!result.is_not_implemented()) return result;
  }
  Value result = TRY(try_binary(t, operator_of(op).slot, a, b));
  if (!result.is_not_implemented()) return result;
  result = TRY(sequence_fallback(t, op, a, b, true));
  if (!result.is_absent()) return result;
  return raise_unsupported(t, operator_of(op).inplace_symbol, a, b);
}

Fallible<Value> divmod_py(Thread& t, Value a, Value b) {
  Value result = TRY(try_binary(t, &Slots::divmod, a, b));
  if (!result.is_not_implemented()) return result;
  return raise_unsupported(t, "divmod()", a, b);
}

Fallible<Value> power_py(Thread& t, Value a, Value b, Value modulus) {
  Value result = TRY(try_power(t, a, b, modulus));
  if (!result.is_not_implemented()) return result;
  if (modulus.is_absent() || modulus.is_none()) return raise_unsupported(t, "** or pow()", a, b);
  return t.raise_type_error("unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'", type_of(a), type_of(b),
                            type_of(modulus));
}

namespace {

Fallible<Value> unary(Thread& t, slot_kind::Unary slot, Value v, const char* what) {
  if (slot == nullptr) return t.raise_type_error("bad operand type for {}: '{}'", what, type_of(v));
  return slot(t, v);
}

}  // namespace

Fallible<Value> negative_py(Thread& t, Value v) { return unary(t, type_of(v)->slots().negative, v, "unary -"); }
Fallible<Value> positive_py(Thread& t, Value v) { return unary(t, type_of(v)->slots().positive, v, "unary +"); }
Fallible<Value> invert_py(Thread& t, Value v) { return unary(t, type_of(v)->slots().invert, v, "unary ~"); }
Fallible<Value> absolute_py(Thread& t, Value v) { return unary(t, type_of(v)->slots().absolute, v, "abs()"); }

}  // namespace hog
