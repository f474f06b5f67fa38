// int_math.hpp: operations on ints that only int's own methods, math and a few natives need. As in numbers.hpp, operands are
// ints of any representation (bool counts) and results are exact ints; work is polled and charged.
#pragma once

#include <span>

#include "object/numbers.hpp"
#include "object/protocol.hpp"

namespace hog {

inline bool is_exactly_int(Value v) { return v.is_small_int() || is_exactly(v, shapes.int_); }

struct IntDivision {
  Value quotient;
  Value remainder;
};
Fallible<IntDivision> int_divmod(Thread& t, Value a, Value b);

Fallible<Value> int_positive(Thread& t, Value a);  // the value as an exact int
Fallible<Value> int_absolute(Thread& t, Value a);
Fallible<Value> int_invert(Thread& t, Value a);
Fallible<Value> int_gcd(Thread& t, Value a, Value b);
Fallible<Value> int_square_root(Thread& t, Value a);  // floor; a is not negative
// round(a, -digits): to the nearest multiple of 10**digits, ties to even; digits > 0.
Fallible<Value> int_round_to_multiple(Thread& t, Value a, Value digits);
uint64_t int_bit_count_nogc(Value a);

enum class ByteOrder : uint8_t { Little, Big };
enum class Signedness : uint8_t { Unsigned, Signed };
Fallible<Value> int_from_bytes(Thread& t, std::span<const uint8_t> bytes, ByteOrder order, Signedness sign);
// OverflowError when the value does not fit.
Fallible<void> int_to_bytes(Thread& t, Value v, std::span<uint8_t> out, ByteOrder order, Signedness sign);

// An int and a double, exactly: <0, 0, >0; kUnordered for nan.
constexpr int kUnordered = 2;
int int_compare_double_nogc(Value v, double d);

// int() of text or bytes, white space around it allowed; ValueError "invalid literal ...". `shown` is what the message shows.
Fallible<Value> int_from_str(Thread& t, const Str* text, int base, Value shown);
Fallible<Value> int_from_ascii_bytes(Thread& t, const uint8_t* bytes, size_t length, int base, Value shown);
// float() of text or bytes.
Fallible<double> double_from_str(Thread& t, const Str* text, Value shown);
Fallible<double> double_from_bytes(Thread& t, const uint8_t* bytes, size_t length, Value shown);
// v.__float__() with its result checked; the type has the slot.
Fallible<double> call_to_float_py(Thread& t, Value v);
// OverflowError(34, 'Numerical result out of range').
Failure raise_range_error(Thread& t);

// The instance of a subclass of int (or int itself) with the value of `v`.
Fallible<Value> int_of_type(Thread& t, Type* type, Value v);

}  // namespace hog
