// value.hpp: Value, the one 64-bit word that every Python value is. All bit work on values lives here.
//
//   ...xxx000  pointer to a Cell (never null in a live Value)
//   ...xxxxx1  small int: 63-bit two's complement in the upper bits
//   ...xxxx10  inline double whose exponent is common (about 1e-77..1e77, and +0.0), bits rotated left by three;
//              any other double is a Float cell
//   ...xxx100  immediates: None, False, True, Ellipsis, NotImplemented, absent
//   0          empty: an unbound local, zeroed memory, and the failure of Fallible<Value>. No Python value.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/fallible.hpp"
#include "heap/cell.hpp"
#include "heap/heap.hpp"

namespace hog {

class Value {
 public:
  constexpr Value() : raw_(0) {}
  Value(const Cell* cell) : raw_(reinterpret_cast<uint64_t>(cell)) {}

  static constexpr Value from_raw(uint64_t raw) {
    Value v;
    v.raw_ = raw;
    return v;
  }
  constexpr uint64_t raw() const { return raw_; }

  static constexpr Value none() { return from_raw(0x04); }
  static constexpr Value false_value() { return from_raw(0x0C); }
  static constexpr Value true_value() { return from_raw(0x1C); }
  static constexpr Value ellipsis() { return from_raw(0x24); }
  static constexpr Value not_implemented() { return from_raw(0x2C); }
  // "Nothing here", where a function may find nothing without failing: end of iteration, attribute not found, argument
  // not given. Never visible to Python.
  static constexpr Value absent() { return from_raw(0x34); }
  static constexpr Value from_bool(bool b) { return b ? true_value() : false_value(); }

  constexpr bool is_empty() const { return raw_ == 0; }
  constexpr bool is_absent() const { return raw_ == 0x34; }
  constexpr bool is_none() const { return raw_ == 0x04; }
  constexpr bool is_true() const { return raw_ == 0x1C; }
  constexpr bool is_false() const { return raw_ == 0x0C; }
  constexpr bool is_bool() const { return (raw_ & ~uint64_t{0x10}) == 0x0C; }
  constexpr bool is_not_implemented() const { return raw_ == 0x2C; }
  constexpr bool is_ellipsis() const { return raw_ == 0x24; }
  constexpr bool is_cell() const { return (raw_ & 7) == 0; }  // of non-empty values
  constexpr bool is_small_int() const { return (raw_ & 1) != 0; }
  constexpr bool is_inline_float() const { return (raw_ & 3) == 2; }
  Cell* cell() const { return reinterpret_cast<Cell*>(raw_); }

  // Small ints.
  static constexpr int64_t kSmallIntMax = INT64_MAX >> 1;
  static constexpr int64_t kSmallIntMin = INT64_MIN >> 1;
  static constexpr bool fits_small_int(int64_t n) { return n >= kSmallIntMin && n <= kSmallIntMax; }
  static constexpr Value from_small_int(int64_t n) { return from_raw((static_cast<uint64_t>(n) << 1) | 1); }
  constexpr int64_t small_int() const { return static_cast<int64_t>(raw_) >> 1; }

  // Inline doubles. try_from_double gives an empty Value when the double needs a Float cell.
  static constexpr Value try_from_double(double d) {
    uint64_t bits = std::bit_cast<uint64_t>(d);
    if (bits == 0) return from_raw(kPlusZero);
    uint64_t top = (bits >> 60) & 7;
    // Exponents 011... and 100...; the one double whose encoding would be kPlusZero is excluded.
    if ((top == 3 || top == 4) && bits != 0x3000000000000000u)
      return from_raw((std::rotl(bits, 3) & ~uint64_t{3}) | 2);
    return Value();
  }
  constexpr double inline_float() const {
    if (raw_ == kPlusZero) return 0.0;
    uint64_t b63 = raw_ >> 63;
    return std::bit_cast<double>(std::rotr((2 - b63) | (raw_ & ~uint64_t{3}), 3));
  }

  friend constexpr bool operator==(Value a, Value b) { return a.raw_ == b.raw_; }  // identity of words, not `==`

 private:
  static constexpr uint64_t kPlusZero = 0x8000000000000002u;
  uint64_t raw_;
};
static_assert(sizeof(Value) == 8);

template <>
struct FailureNiche<Value> {
  static constexpr bool kExists = true;
  static constexpr Value failure() { return Value(); }
  static constexpr bool is_failure(Value v) { return v.is_empty(); }
};

// A Value stored inside a cell; the one place for a write barrier.
class ValueField {
 public:
  ValueField() = default;
  Value get() const { return value_; }
  operator Value() const { return value_; }
  void set([[maybe_unused]] const Cell* owner, Value v) { value_ = v; }
  void clear() { value_ = Value(); }

 private:
  Value value_;
};
static_assert(sizeof(ValueField) == 8);

// Is the value a cell of exactly this C++ class (its Python type may be any subclass)?
template <typename T>
inline bool is(Value v) {
  return v.is_cell() && v.cell()->layout() == &T::kLayout;
}
template <typename T>
inline bool is(const Cell* cell) {
  return cell->layout() == &T::kLayout;
}
// Cast without a check: after is<T>() or where the type is known.
template <typename T>
inline T* as(Value v) {
  return static_cast<T*>(v.cell());
}
template <typename T>
inline T* as(Cell* cell) {
  return static_cast<T*>(cell);
}
// as<T> when it is one, else null.
template <typename T>
inline T* try_as(Value v) {
  return is<T>(v) ? as<T>(v) : nullptr;
}

}  // namespace hog
