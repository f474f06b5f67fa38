// numbers.hpp: Int (beyond the small range, or a subclass of int), Float (outside the inline exponents, or a subclass),
// Complex, and the making and reading of numbers whatever their representation.
//
// Invariant: an int that fits Value::from_small_int is never an exact-type Int cell. Int is sign and magnitude, limbs
// little-endian without leading zero limbs; zero (only in subclass instances) has no limbs.
#pragma once

#include "object/thread.hpp"
#include "object/value.hpp"

namespace hog {

using Limb = uint64_t;

class Int : public Cell {
 public:
  static const Layout kLayout;
  bool negative() const { return (meta_ & 1) != 0; }
  size_t limb_count() const { return meta_ >> 1; }
  const Limb* limbs() const { return limbs_; }
  Limb* mutable_limbs() { return limbs_; }
  static Fallible<Int*> make(Thread& t, size_t limb_count, bool negative);  // exact int; normalise with normalized()

  uint64_t meta_;  // limb count << 1 | sign
  Limb limbs_[];
};

class Float : public Cell {
 public:
  static const Layout kLayout;
  double value_;
};

class Complex : public Cell {
 public:
  static const Layout kLayout;
  double real_;
  double imag_;
};

inline bool is_int(Value v) { return v.is_small_int() || is<Int>(v); }  // exact int or subclass, but not bool
inline bool is_int_or_bool(Value v) { return is_int(v) || v.is_bool(); }
inline bool is_float(Value v) { return v.is_inline_float() || is<Float>(v); }
inline double float_value(Value v) { return v.is_inline_float() ? v.inline_float() : as<Float>(v)->value_; }

Fallible<Value> float_cell(Thread& t, double d);
inline Fallible<Value> make_float(Thread& t, double d) {
  Value v = Value::try_from_double(d);
  if (!v.is_empty()) [[likely]] return v;
  return float_cell(t, d);
}
Fallible<Value> int_cell_from_int64(Thread& t, int64_t n);
Fallible<Value> make_uint(Thread& t, uint64_t n);
inline Fallible<Value> make_int(Thread& t, int64_t n) {
  if (Value::fits_small_int(n)) [[likely]] return Value::from_small_int(n);
  return int_cell_from_int64(t, n);
}
Fallible<Value> make_complex(Thread& t, double real, double imag);

// An int, bool or int subclass as int64: absent-like result when it does not fit.
struct Int64Result {
  int64_t value;
  int overflow;  // 0: value is exact; -1 / 1: below / above the range (value is clamped)
};
Int64Result int_to_int64_nogc(Value int_or_bool);
// __index__ then int64; raises OverflowError "Python int too large to convert to C ssize_t" (or `type`'s clamp).
Fallible<int64_t> index_to_int64_py(Thread& t, Value v);
// As slice indices and repeat counts: clamped instead of OverflowError.
Fallible<int64_t> index_clamped_py(Thread& t, Value v);
// operator.index(v): an int (exact or subclass) or TypeError "'x' object cannot be interpreted as an integer".
Fallible<Value> index_py(Thread& t, Value v);

// Arithmetic of ints of any representation (bool counts as int); results are exact ints. Polled and charged.
Fallible<Value> int_add(Thread& t, Value a, Value b);
Fallible<Value> int_subtract(Thread& t, Value a, Value b);
Fallible<Value> int_multiply(Thread& t, Value a, Value b);
Fallible<Value> int_floor_divide(Thread& t, Value a, Value b);  // ZeroDivisionError
Fallible<Value> int_remainder(Thread& t, Value a, Value b);
Fallible<Value> int_power(Thread& t, Value a, Value b, Value modulus_or_absent);  // float for negative exponents
Fallible<Value> int_left_shift(Thread& t, Value a, Value b);
Fallible<Value> int_right_shift(Thread& t, Value a, Value b);
Fallible<Value> int_and(Thread& t, Value a, Value b);
Fallible<Value> int_or(Thread& t, Value a, Value b);
Fallible<Value> int_xor(Thread& t, Value a, Value b);
Fallible<Value> int_negative(Thread& t, Value a);
Fallible<Value> int_true_divide(Thread& t, Value a, Value b);
int int_compare_nogc(Value a, Value b);  // <0, 0, >0
bool int_is_zero_nogc(Value v);
int64_t int_hash_nogc(Value v);
int64_t float_hash_nogc(Value self, double d);  // nan hashes by identity of self
// int -> double, correctly rounded; OverflowError "int too large to convert to float".
Fallible<double> int_to_double(Thread& t, Value v);
// Text of an int in a base of 2..36, digits lower case, no prefix; ValueError past the digit limit when base is 10.
Fallible<Str*> int_to_text(Thread& t, Value v, int base);
// Digits (underscores allowed as in source) in a base of 2..36 or 0; absent when the text is no int.
Fallible<Value> int_from_text(Thread& t, std::string_view ascii_digits, int base);
Fallible<Value> int_from_double(Thread& t, double d);  // truncates; OverflowError/ValueError for inf/nan
size_t int_bit_length_nogc(Value v);

}  // namespace hog
