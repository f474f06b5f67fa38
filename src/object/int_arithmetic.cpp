// int_arithmetic.cpp: + - * // % divmod, shifts, bitwise operations and true division of ints of any representation.
//
// Small ints are done in machine words; the rest is sign and magnitude over bigint's kernels. Results are exact ints.
#include <gmp.h>

#include <cmath>
#include <cstring>
#include <utility>

#include "object/bigint.hpp"
#include "object/int_math.hpp"

namespace hog {

using bigint::View;

namespace {

mp_limb_t* mp(Limb* limbs) { return reinterpret_cast<mp_limb_t*>(limbs); }
const mp_limb_t* mp(const Limb* limbs) { return reinterpret_cast<const mp_limb_t*>(limbs); }
mp_size_t size(size_t n) { return static_cast<mp_size_t>(n); }

bool both_small(Value a, Value b) { return a.is_small_int() && b.is_small_int(); }

// a + b, or a - b when `flip` turns b's sign.
Fallible<Value> add_signed(Thread& t, Value a, Value b, bool flip) {
  View left(a), right(b);
  const View* x = &left;
  const View* y = &right;
  bool x_negative = left.negative(), y_negative = right.negative() != flip;
  TRY(bigint::poll_limbs(t, x->count() + y->count()));
  if (x_negative == y_negative) {
    if (x->count() < y->count()) std::swap(x, y);
    Int* sum = TRY(Int::make(t, x->count() + 1, x_negative));
    std::memcpy(sum->limbs_, x->limbs(), x->count() * sizeof(Limb));
    if (y->count() != 0)
      sum->limbs_[x->count()] = mpn_add(mp(sum->limbs_), mp(x->limbs()), size(x->count()), mp(y->limbs()), size(y->count()));
    return bigint::normalized(sum);
  }
  int order = bigint::compare(x->limbs(), x->count(), y->limbs(), y->count());
  if (order == 0) return Value::from_small_int(0);
  if (order < 0) {
    std::swap(x, y);
    std::swap(x_negative, y_negative);
  }
  Int* difference = TRY(Int::make(t, x->count(), x_negative));
  std::memcpy(difference->limbs_, x->limbs(), x->count() * sizeof(Limb));
  if (y->count() != 0)
    mpn_sub(mp(difference->limbs_), mp(x->limbs()), size(x->count()), mp(y->limbs()), size(y->count()));
  return bigint::normalized(difference);
}

}  // namespace

Fallible<Value> int_add(Thread& t, Value a, Value b) {
  if (both_small(a, b)) [[likely]] return make_int(t, a.small_int() + b.small_int());
  return add_signed(t, a, b, false);
}
Fallible<Value> int_subtract(Thread& t, Value a, Value b) {
  if (both_small(a, b)) [[likely]] return make_int(t, a.small_int() - b.small_int());
  return add_signed(t, a, b, true);
}

Fallible<Value> int_multiply(Thread& t, Value a, Value b) {
  if (both_small(a, b)) [[likely]] {
    int64_t product;
    if (!__builtin_mul_overflow(a.small_int(), b.small_int(), &product)) [[likely]] return make_int(t, product);
  }
  View x(a), y(b);
  if (x.is_zero() || y.is_zero()) return Value::from_small_int(0);
  Int* product = TRY(Int::make(t, x.count() + y.count(), x.negative() != y.negative()));
  // The same object twice is a square, which is cheaper.
  const Limb* second = a == b && x.count() == y.count() ? x.limbs() : y.limbs();
  TRY(bigint::multiply(t, product->limbs_, x.limbs(), x.count(), second, y.count()));
  return bigint::normalized(product);
}

// ---- Division: rounds down, and the remainder has the divisor's sign. ----

namespace {

Fallible<IntDivision> divide_small(Thread& t, int64_t a, int64_t b) {
  int64_t quotient = a / b, remainder = a % b;
  if (remainder != 0 && (remainder < 0) != (b < 0)) {
    --quotient;
    remainder += b;
  }
  return IntDivision{TRY(make_int(t, quotient)), Value::from_small_int(remainder)};
}

}  // namespace

Fallible<IntDivision> int_divmod(Thread& t, Value a, Value b) {
  View x(a), y(b);
  if (y.is_zero()) return t.raise(core.ZeroDivisionError, "division by zero");
  if (both_small(a, b)) return divide_small(t, a.small_int(), b.small_int());
  bool apart = x.negative() != y.negative();
  if (bigint::compare(x.limbs(), x.count(), y.limbs(), y.count()) < 0) {
    Value whole = TRY(int_positive(t, a));
    if (x.is_zero() || !apart) return IntDivision{Value::from_small_int(0), whole};
    return IntDivision{Value::from_small_int(-1), TRY(int_add(t, a, b))};
  }
  // One limb more than the quotient needs, for the one that rounding down may add.
  size_t length = x.count() - y.count() + 1;
  Int* quotient = TRY(Int::make(t, length + 1, apart));
  Int* remainder = TRY(Int::make(t, y.count(), y.negative()));
  TRY(bigint::divide(t, quotient->limbs_, remainder->limbs_, x.limbs(), x.count(), y.limbs(), y.count()));
  if (apart && bigint::trimmed(remainder->limbs(), y.count()) != 0) {
    mpn_sub_n(mp(remainder->limbs_), mp(y.limbs()), mp(remainder->limbs_), size(y.count()));
    mpn_add_1(mp(quotient->limbs_), mp(quotient->limbs_), size(length + 1), 1);
  }
  return IntDivision{bigint::normalized(quotient), bigint::normalized(remainder)};
}

Fallible<Value> int_floor_divide(Thread& t, Value a, Value b) {
  if (both_small(a, b) && b.small_int() != 0) [[likely]] {
    int64_t x = a.small_int(), y = b.small_int();
    int64_t quotient = x / y;
    return make_int(t, quotient - (x % y != 0 && (x < 0) != (y < 0)));
  }
  return TRY(int_divmod(t, a, b)).quotient;
}
Fallible<Value> int_remainder(Thread& t, Value a, Value b) {
  if (both_small(a, b) && b.small_int() != 0) [[likely]] {
    int64_t y = b.small_int();
    int64_t remainder = a.small_int() % y;
    if (remainder != 0 && (remainder < 0) != (y < 0)) remainder += y;
    return Value::from_small_int(remainder);
  }
  return TRY(int_divmod(t, a, b)).remainder;
}

// Correctly rounded: a quotient of at least 66 bits and whether anything is left decide it.
Fallible<Value> int_true_divide(Thread& t, Value a, Value b) {
  View x(a), y(b);
  if (y.is_zero()) return t.raise(core.ZeroDivisionError, "division by zero");
  if (x.is_zero()) return make_float(t, y.negative() ? -0.0 : 0.0);
  constexpr size_t kExactBits = 53;
  auto x_bits = static_cast<int64_t>(bigint::bit_length(x.limbs(), x.count()));
  auto y_bits = static_cast<int64_t>(bigint::bit_length(y.limbs(), y.count()));
  bool negative = x.negative() != y.negative();
  if (x_bits <= static_cast<int64_t>(kExactBits) && y_bits <= static_cast<int64_t>(kExactBits)) {
    double quotient = static_cast<double>(x.low()) / static_cast<double>(y.low());
    return make_float(t, negative ? -quotient : quotient);
  }
  constexpr const char* kTooLarge = "integer division result too large for a float";
  if (x_bits - y_bits > 1025) return t.raise(core.OverflowError, kTooLarge);
  if (x_bits - y_bits < -1080) return make_float(t, negative ? -0.0 : 0.0);
  int64_t shift = 66 - (x_bits - y_bits);
  Value scaled = a;
  if (shift > 0) scaled = TRY(bigint::shift_magnitude(t, x, shift, false));
  if (shift < 0) shift = 0;
  View dividend(scaled);
  size_t length = dividend.count() - y.count() + 1;
  Limb* quotient = TRY(bigint::scratch(t, length));
  Limb* remainder = TRY(bigint::scratch(t, y.count()));
  TRY(bigint::divide(t, quotient, remainder, dividend.limbs(), dividend.count(), y.limbs(), y.count()));
  bool sticky = bigint::trimmed(remainder, y.count()) != 0;
  double d = bigint::round_to_double(quotient, length, sticky, -shift);
  if (std::isinf(d)) return t.raise(core.OverflowError, kTooLarge);
  return make_float(t, negative ? -d : d);
}

// ---- One operand. ----

Fallible<Value> int_positive(Thread& t, Value a) {
  if (a.is_small_int()) [[likely]] return a;
  if (is_exactly_int(a)) return a;
  View x(a);
  return bigint::from_limbs(t, x.limbs(), x.count(), x.negative());
}
Fallible<Value> int_negative(Thread& t, Value a) {
  if (a.is_small_int()) [[likely]] return make_int(t, -a.small_int());
  View x(a);
  return bigint::from_limbs(t, x.limbs(), x.count(), !x.negative());
}
Fallible<Value> int_absolute(Thread& t, Value a) {
  if (a.is_small_int()) [[likely]] return make_int(t, a.small_int() < 0 ? -a.small_int() : a.small_int());
  View x(a);
  if (!x.negative()) return int_positive(t, a);
  return bigint::from_limbs(t, x.limbs(), x.count(), false);
}
Fallible<Value> int_invert(Thread& t, Value a) {
  if (a.is_small_int()) [[likely]] return Value::from_small_int(~a.small_int());
  Value negated = TRY(int_negative(t, a));
  return int_subtract(t, negated, Value::from_small_int(1));
}

// ---- Shifts. ----

namespace bigint {

Fallible<Value> shift_magnitude(Thread& t, const View& v, int64_t shift, bool negative) {
  if (v.is_zero()) return Value::from_small_int(0);
  TRY(poll_limbs(t, v.count()));
  if (shift < 0) {
    auto by = static_cast<uint64_t>(-shift);
    size_t limbs = by / kLimbBits;
    if (limbs >= v.count()) return Value::from_small_int(0);
    size_t count = v.count() - limbs;
    Int* result = TRY(Int::make(t, count, negative));
    if (by % kLimbBits != 0) {
      mpn_rshift(mp(result->limbs_), mp(v.limbs() + limbs), size(count), by % kLimbBits);
    } else {
      std::memcpy(result->limbs_, v.limbs() + limbs, count * sizeof(Limb));
    }
    return normalized(result);
  }
  size_t limbs = static_cast<uint64_t>(shift) / kLimbBits;
  if (limbs > kMostLimbs) return t.raise_memory_error();
  unsigned bits = static_cast<unsigned>(shift) % kLimbBits;
  size_t count = v.count() + limbs + 1;
  TRY(t.check_fits(count * sizeof(Limb)));
  TRY(poll_limbs(t, count));
  Int* result = TRY(Int::make(t, count, negative));
  if (bits != 0) {
    result->limbs_[count - 1] = mpn_lshift(mp(result->limbs_ + limbs), mp(v.limbs()), size(v.count()), bits);
  } else {
    std::memcpy(result->limbs_ + limbs, v.limbs(), v.count() * sizeof(Limb));
  }
  return normalized(result);
}

}  // namespace bigint

Fallible<Value> int_left_shift(Thread& t, Value a, Value b) {
  View x(a);
  Int64Result by = int_to_int64_nogc(b);
  if (by.value < 0) return t.raise_value_error("negative shift count");
  if (x.is_zero()) return Value::from_small_int(0);
  if (by.overflow != 0) return t.raise(core.OverflowError, "too many digits in integer");
  if (a.is_small_int() && by.value < 63) {
    int64_t n = a.small_int();
    int64_t shifted = static_cast<int64_t>(static_cast<uint64_t>(n) << by.value);
    if (shifted >> by.value == n) return make_int(t, shifted);
  }
  return bigint::shift_magnitude(t, x, by.value, x.negative());
}

Fallible<Value> int_right_shift(Thread& t, Value a, Value b) {
  Int64Result by = int_to_int64_nogc(b);
  if (by.value < 0) return t.raise_value_error("negative shift count");
  if (a.is_small_int()) return Value::from_small_int(a.small_int() >> (by.value > 63 ? 63 : by.value));
  View x(a);
  Value shifted = TRY(bigint::shift_magnitude(t, x, -by.value, x.negative()));
  if (!x.negative()) return shifted;
  // Down, not towards zero: one less when a bit was lost.
  auto dropped = static_cast<uint64_t>(by.value);
  size_t limbs = dropped / bigint::kLimbBits;
  bool lost = limbs >= x.count();
  for (size_t i = 0; !lost && i < limbs; ++i) lost = x[i] != 0;
  if (!lost && dropped % bigint::kLimbBits != 0) lost = x[limbs] << (64 - dropped % bigint::kLimbBits) != 0;
  return lost ? int_subtract(t, shifted, Value::from_small_int(1)) : shifted;
}

// ---- Bitwise operations, on two's complements of unlimited length. ----

namespace {

// The limbs of an int's two's complement, from the lowest on.
class TwosComplement {
 public:
  explicit TwosComplement(const View& v) : view_(v), carry_(v.negative()) {}
  Limb next() {
    Limb limb = i_ < view_.count() ? view_[i_] : 0;
    ++i_;
    if (!view_.negative()) return limb;
    Limb flipped = ~limb + carry_;
    carry_ = carry_ && flipped == 0;
    return flipped;
  }

 private:
  const View& view_;
  size_t i_ = 0;
  bool carry_;
};

template <typename Operation>
Fallible<Value> bitwise(Thread& t, Value a, Value b, Operation operation) {
  if (both_small(a, b)) [[likely]]
    return Value::from_small_int(static_cast<int64_t>(
        operation(static_cast<Limb>(a.small_int()), static_cast<Limb>(b.small_int()))));
  View x(a), y(b);
  size_t count = (x.count() > y.count() ? x.count() : y.count()) + 1;
  TRY(bigint::poll_limbs(t, count * 4));
  bool negative = operation(x.negative() ? ~Limb{0} : 0, y.negative() ? ~Limb{0} : 0) != 0;
  Int* result = TRY(Int::make(t, count, negative));
  TwosComplement left(x), right(y);
  bool carry = negative;
  for (size_t i = 0; i < count; ++i) {
    Limb limb = operation(left.next(), right.next());
    if (negative) {
      limb = ~limb + carry;
      carry = carry && limb == 0;
    }
    result->limbs_[i] = limb;
  }
  return bigint::normalized(result);
}

}  // namespace

Fallible<Value> int_and(Thread& t, Value a, Value b) {
  return bitwise(t, a, b, [](Limb x, Limb y) { return x & y; });
}
Fallible<Value> int_or(Thread& t, Value a, Value b) {
  return bitwise(t, a, b, [](Limb x, Limb y) { return x | y; });
}
Fallible<Value> int_xor(Thread& t, Value a, Value b) {
  return bitwise(t, a, b, [](Limb x, Limb y) { return x ^ y; });
}

}  // namespace hog
