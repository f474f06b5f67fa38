// slots_from_python_number.cpp: arithmetic dunders of Python classes, with their reflected twins.
//
// A binary slot is asked with the operands in source order and may belong to either: the function finds out which operand
// is ours, asks a subclass on the right first when it overrides the reflected method, and answers NotImplemented to let
// binary_py go on.
#include "object/slots_from_python.hpp"

namespace hog {

namespace {

Fallible<Value> call_maybe(Thread& t, Value self, Str* name, Value argument) {
  const Value arguments[] = {argument};
  Value result = TRY(call_special_py(t, self, name, arguments, 1));
  return result.is_absent() ? Value::not_implemented() : result;
}

// Does `right`'s class have its own reflected method, other than what `left`'s class has under that name?
Fallible<bool> overrides_py(Thread& t, Value left, Value right, Str* name) {
  Value b = type_of(right)->lookup(t, name);
  if (b.is_absent()) return false;
  Value a = type_of(left)->lookup(t, name);
  if (a.is_absent()) return true;
  if (a == b) return false;
  return compare_bool_py(t, a, b, CompareOp::Ne);
}

template <slot_kind::Binary Slots::*kSlot>
Fallible<Value> binary_from_python(Thread& t, Value left, Value right, slot_kind::Binary self_function, Str* name,
                                   Str* reflected) {
  Type* left_type = type_of(left);
  Type* right_type = type_of(right);
  bool ask_right = left_type != right_type && right_type->slots().*kSlot == self_function;
  if (left_type->slots().*kSlot == self_function) {
    if (ask_right && right_type->is_subtype_of(left_type)) {
      if (TRY(overrides_py(t, left, right, reflected))) {
        Value result = TRY(call_maybe(t, right, reflected, left));
        if (!result.is_not_implemented()) return result;
        ask_right = false;
      }
    }
    Value result = TRY(call_maybe(t, left, name, right));
    if (!result.is_not_implemented() || left_type == right_type) return result;
  }
  if (ask_right) return call_maybe(t, right, reflected, left);
  return Value::not_implemented();
}

Fallible<Value> inplace_from_python(Thread& t, Value left, Value right, Str* name) {
  const Value arguments[] = {right};
  Value result = TRY(call_special_py(t, left, name, arguments, 1));
  if (result.is_absent()) return t.raise_value(core.AttributeError, Value(name));
  return result;
}

Fallible<Value> unary_from_python(Thread& t, Value self, Str* name) {
  Value result = TRY(call_special_py(t, self, name, nullptr, 0));
  if (result.is_absent()) return t.raise_value(core.AttributeError, Value(name));
  return result;
}

}  // namespace

#define HOG_BINARY(function, slot, name, reflected)                                                             \
  Fallible<Value> function##_from_python(Thread& t, Value left, Value right) {                                  \
    return binary_from_python<&Slots::slot>(t, left, right, function##_from_python, names.dunder_##name,        \
                                            names.dunder_##reflected);                                          \
  }
HOG_BINARY(add, add, add, radd)
HOG_BINARY(subtract, subtract, sub, rsub)
HOG_BINARY(multiply, multiply, mul, rmul)
HOG_BINARY(remainder, remainder, mod, rmod)
HOG_BINARY(divmod, divmod, divmod, rdivmod)
HOG_BINARY(left_shift, left_shift, lshift, rlshift)
HOG_BINARY(right_shift, right_shift, rshift, rrshift)
HOG_BINARY(and, and_, and, rand)
HOG_BINARY(xor, xor_, xor, rxor)
HOG_BINARY(or, or_, or, ror)
HOG_BINARY(floor_divide, floor_divide, floordiv, rfloordiv)
HOG_BINARY(true_divide, true_divide, truediv, rtruediv)
HOG_BINARY(matrix_multiply, matrix_multiply, matmul, rmatmul)
#undef HOG_BINARY

#define HOG_INPLACE(function, name)                                                  \
  Fallible<Value> inplace_##function##_from_python(Thread& t, Value left, Value right) { \
    return inplace_from_python(t, left, right, names.dunder_##name);                 \
  }
HOG_INPLACE(add, iadd)
HOG_INPLACE(subtract, isub)
HOG_INPLACE(multiply, imul)
HOG_INPLACE(remainder, imod)
HOG_INPLACE(left_shift, ilshift)
HOG_INPLACE(right_shift, irshift)
HOG_INPLACE(and, iand)
HOG_INPLACE(xor, ixor)
HOG_INPLACE(or, ior)
HOG_INPLACE(floor_divide, ifloordiv)
HOG_INPLACE(true_divide, itruediv)
HOG_INPLACE(matrix_multiply, imatmul)
#undef HOG_INPLACE

#define HOG_UNARY(function, name)                              \
  Fallible<Value> function##_from_python(Thread& t, Value self) { \
    return unary_from_python(t, self, names.dunder_##name);    \
  }
HOG_UNARY(negative, neg)
HOG_UNARY(positive, pos)
HOG_UNARY(absolute, abs)
HOG_UNARY(invert, invert)
HOG_UNARY(to_int, int)
HOG_UNARY(to_float, float)
HOG_UNARY(index, index)
#undef HOG_UNARY

Fallible<Value> inplace_power_from_python(Thread& t, Value base, Value exponent, Value) {
  return inplace_from_python(t, base, exponent, names.dunder_ipow);
}

Fallible<Value> power_from_python(Thread& t, Value base, Value exponent, Value modulus) {
  Type* base_type = type_of(base);
  Type* exponent_type = type_of(exponent);
  bool ask_right = base_type != exponent_type && exponent_type->slots().power == power_from_python;
  bool has_modulus = !modulus.is_absent() && !modulus.is_none();
  auto call = [&](Value self, Str* name, Value other) -> Fallible<Value> {
    const Value arguments[] = {other, modulus};
    Value result = TRY(call_special_py(t, self, name, arguments, has_modulus ? 2 : 1));
    return result.is_absent() ? Value::not_implemented() : result;
  };
  if (base_type->slots().power == power_from_python) {
    if (ask_right && exponent_type->is_subtype_of(base_type)) {
      if (TRY(overrides_py(t, base, exponent, names.dunder_rpow))) {
        Value result = TRY(call(exponent, names.dunder_rpow, base));
        if (!result.is_not_implemented()) return result;
        ask_right = false;
      }
    }
    Value result = TRY(call(base, names.dunder_pow, exponent));
    if (!result.is_not_implemented() || base_type == exponent_type) return result;
  }
  if (ask_right) return call(exponent, names.dunder_rpow, base);
  return Value::not_implemented();
}

}  // namespace hog
