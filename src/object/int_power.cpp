// int_power.cpp: powers, modular powers and inverses, greatest common divisors, square roots.
#include <gmp.h>

#include <cmath>
#include <cstring>

#include "object/bigint.hpp"
#include "object/int_math.hpp"

namespace hog {

using bigint::View;

namespace {

constexpr Value kOne = Value::from_small_int(1);
constexpr Value kZero = Value::from_small_int(0);

bool bit_at(const View& v, size_t i) { return (v[i / 64] >> (i % 64) & 1) != 0; }

// Would |base| ** exponent be larger than any memory? Raises at once rather than after the work.
Fallible<void> check_power_fits(Thread& t, Value base, Value exponent) {
  size_t bits = int_bit_length_nogc(base);
  if (bits <= 1) return {};
  Int64Result n = int_to_int64_nogc(exponent);
  uint64_t total;
  if (n.overflow != 0 || __builtin_mul_overflow(static_cast<uint64_t>(n.value), bits - 1, &total) ||
      total / 64 > bigint::kMostLimbs)
    return t.raise_memory_error();
  return t.check_fits(total / 8);
}

// base ** exponent, exponent >= 0.
Fallible<Value> power(Thread& t, Value base, Value exponent) {
  TRY(check_power_fits(t, base, exponent));
  View e(exponent);
  if (e.is_zero()) return kOne;
  if (int_bit_length_nogc(base) <= 1) {  // 0, 1, -1
    bool odd = (e.low() & 1) != 0;
    if (int_is_zero_nogc(base) || odd) return int_positive(t, base);
    return kOne;
  }
  // A power of two inside the base is only a shift.
  View b(base);
  size_t zeros = 0;
  while (b[zeros / 64] == 0) zeros += 64;
  zeros += static_cast<size_t>(__builtin_ctzll(b[zeros / 64]));
  Value root = TRY(bigint::shift_magnitude(t, b, -static_cast<int64_t>(zeros), b.negative()));
  Value result = root;
  for (size_t i = bigint::bit_length(e.limbs(), e.count()) - 1; i-- > 0;) {
    result = TRY(int_multiply(t, result, result));
    if (bit_at(e, i)) result = TRY(int_multiply(t, result, root));
  }
  if (zeros == 0) return result;
  return int_left_shift(t, result, Value::from_small_int(static_cast<int64_t>(zeros * e.low())));
}

// base ** exponent % modulus for modulus > 1, 0 <= base < modulus, exponent >= 0: windows of four bits for long exponents.
Fallible<Value> modular_power(Thread& t, Value base, Value exponent, Value modulus) {
  View e(exponent);
  size_t bits = bigint::bit_length(e.limbs(), e.count());
  auto times = [&](Value a, Value b) -> Fallible<Value> {
    Value product = TRY(int_multiply(t, a, b));
    return int_remainder(t, product, modulus);
  };
  Value result = kOne;
  if (bits <= 60) {
    for (size_t i = bits; i-- > 0;) {
      TRY(t.poll());
      result = TRY(times(result, result));
      if (bit_at(e, i)) result = TRY(times(result, base));
    }
    return result;
  }
  constexpr size_t kWindow = 4;
  Value table[1 << kWindow];
  table[0] = kOne;
  for (size_t i = 1; i < std::size(table); ++i) table[i] = TRY(times(table[i - 1], base));
  for (size_t i = (bits + kWindow - 1) / kWindow; i-- > 0;) {
    TRY(t.poll(4));
    for (size_t k = 0; k < kWindow; ++k) result = TRY(times(result, result));
    size_t at = i * kWindow;
    size_t digit = e[at / 64] >> (at % 64) & ((1u << kWindow) - 1);
    if (digit != 0) result = TRY(times(result, table[digit]));
  }
  return result;
}

// x with a * x % modulus == 1, by Euclid's algorithm.
Fallible<Value> modular_inverse(Thread& t, Value a, Value modulus) {
  Value x = kOne, next_x = kZero;
  Value r = a, next_r = modulus;
  while (!int_is_zero_nogc(next_r)) {
    TRY(t.poll());
    IntDivision d = TRY(int_divmod(t, r, next_r));
    r = next_r;
    next_r = d.remainder;
    Value product = TRY(int_multiply(t, d.quotient, next_x));
    Value difference = TRY(int_subtract(t, x, product));
    x = next_x;
    next_x = difference;
  }
  if (r != kOne) return t.raise_value_error("base is not invertible for the given modulus");
  return x;
}

Fallible<Value> power_modulo(Thread& t, Value base, Value exponent, Value modulus) {
  View m(modulus);
  if (m.is_zero()) return t.raise_value_error("pow() 3rd argument cannot be 0");
  Value magnitude = TRY(int_absolute(t, modulus));
  if (magnitude == kOne) return kZero;
  Value root = base;
  Value e = exponent;
  if (View(exponent).negative()) {
    e = TRY(int_negative(t, exponent));
    root = TRY(modular_inverse(t, TRY(int_remainder(t, base, magnitude)), magnitude));
  }
  root = TRY(int_remainder(t, root, magnitude));
  Value result = TRY(modular_power(t, root, e, magnitude));
  if (m.negative() && !int_is_zero_nogc(result)) return int_subtract(t, result, magnitude);
  return result;
}

}  // namespace

Fallible<Value> int_power(Thread& t, Value a, Value b, Value modulus) {
  if (!modulus.is_absent()) return power_modulo(t, a, b, modulus);
  if (!View(b).negative()) return power(t, a, b);
  double x = TRY(int_to_double(t, a));
  double y = TRY(int_to_double(t, b));
  if (x == 0) return t.raise(core.ZeroDivisionError, "zero to a negative power");
  return make_float(t, std::pow(x, y));  // |x| >= 1 and y < 0: neither too large nor a special case
}

// ---- Greatest common divisor. ----

namespace {

// Up to this length GMP's own takes a few milliseconds.
constexpr size_t kGcdKernelLimbs = 3000;

uint64_t small_gcd(uint64_t a, uint64_t b) {
  while (b != 0) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

Fallible<Value> kernel_gcd(Thread& t, const View& a, const View& b) {
  TRY(t.poll(static_cast<int64_t>(b.count() * (b.count() / 8 + 1))));
  auto trailing = [](const View& v) {
    size_t i = 0;
    while (v[i] == 0) ++i;
    return i * 64 + static_cast<size_t>(__builtin_ctzll(v[i]));
  };
  size_t a_zeros = trailing(a), b_zeros = trailing(b);
  size_t shift = a_zeros < b_zeros ? a_zeros : b_zeros;
  // mpn_gcd destroys its operands, wants both odd here, and the longer one first.
  Value x = TRY(bigint::shift_magnitude(t, a, -static_cast<int64_t>(a_zeros), false));
  Value y = TRY(bigint::shift_magnitude(t, b, -static_cast<int64_t>(b_zeros), false));
  if (int_compare_nogc(x, y) < 0) {
    Value other = x;
    x = y;
    y = other;
  }
  View u(x), v(y);
  Limb* work = TRY(bigint::scratch(t, u.count() + 2 * v.count() + 2));
  Limb* second = work + u.count() + 1;
  Limb* result = second + v.count();
  std::memcpy(work, u.limbs(), u.count() * sizeof(Limb));
  std::memcpy(second, v.limbs(), v.count() * sizeof(Limb));
  auto mp = [](Limb* limbs) { return reinterpret_cast<mp_limb_t*>(limbs); };
  auto count = static_cast<size_t>(
      mpn_gcd(mp(result), mp(work), static_cast<mp_size_t>(u.count()), mp(second), static_cast<mp_size_t>(v.count())));
  Value odd = TRY(bigint::from_limbs(t, result, count, false));
  return bigint::shift_magnitude(t, View(odd), static_cast<int64_t>(shift), false);
}

// One of Lehmer's steps: what many of Euclid's steps do to the top bits, done to the whole at once. Answers no when the
// tops do not say enough.
struct Cofactors {
  int64_t a, b, c, d;
};
bool lehmer_cofactors(const View& x, const View& y, Cofactors* out) {
  size_t n = bigint::bit_length(x.limbs(), x.count());
  auto top = [&](const View& v) -> int64_t {  // 62 bits from bit n - 62 on
    size_t at = n - 62;
    size_t limb = at / 64, bit = at % 64;
    uint64_t low = limb < v.count() ? v[limb] >> bit : 0;
    if (bit != 0 && limb + 1 < v.count()) low |= v[limb + 1] << (64 - bit);
    return static_cast<int64_t>(low & ((uint64_t{1} << 62) - 1));
  };
  int64_t p = top(x), q = top(y);
  int64_t a = 1, b = 0, c = 0, d = 1;
  constexpr int64_t kMost = int64_t{1} << 30;
  while (q + c != 0 && q + d != 0) {
    int64_t quotient = (p + a) / (q + c);
    if (quotient != (p + b) / (q + d) || quotient >= kMost) break;
    int64_t next_a = a - quotient * c, next_b = b - quotient * d;
    if (next_a > kMost || next_a < -kMost || next_b > kMost || next_b < -kMost) break;
    int64_t rest = p - quotient * q;
    a = c, b = d, c = next_a, d = next_b;
    p = q, q = rest;
  }
  *out = {a, b, c, d};
  return b != 0;
}

Fallible<Value> combine(Thread& t, Value x, int64_t a, Value y, int64_t b) {
  Value left = TRY(int_multiply(t, x, Value::from_small_int(a)));
  Value right = TRY(int_multiply(t, y, Value::from_small_int(b)));
  return int_add(t, left, right);
}

}  // namespace

Fallible<Value> int_gcd(Thread& t, Value a, Value b) {
  Value x = TRY(int_absolute(t, a));
  Value y = TRY(int_absolute(t, b));
  if (int_compare_nogc(x, y) < 0) {
    Value other = x;
    x = y;
    y = other;
  }
  for (;;) {
    TRY(t.poll());
    if (int_is_zero_nogc(y)) return x;
    View u(x), v(y);
    if (u.count() == 1) return make_uint(t, small_gcd(u.low(), v.low()));
    if (v.count() + 4 < u.count() || v.count() == 1) {
      Value rest = TRY(int_remainder(t, x, y));
      x = y;
      y = rest;
      continue;
    }
    if (u.count() <= kGcdKernelLimbs) return kernel_gcd(t, u, v);
    Cofactors k;
    if (!lehmer_cofactors(u, v, &k)) {
      Value rest = TRY(int_remainder(t, x, y));
      x = y;
      y = rest;
      continue;
    }
    Value next_x = TRY(combine(t, x, k.a, y, k.b));
    y = TRY(combine(t, x, k.c, y, k.d));
    x = next_x;
  }
}

// ---- Square root: Newton's method from above, each step with twice the bits. ----

Fallible<Value> int_square_root(Thread& t, Value a) {
  size_t bits = int_bit_length_nogc(a);
  if (bits <= 64) {
    uint64_t n = View(a).low();
    auto root = static_cast<uint64_t>(std::sqrt(static_cast<double>(n)));
    while (static_cast<unsigned __int128>(root) * root > n) --root;
    while (static_cast<unsigned __int128>(root + 1) * (root + 1) <= n) ++root;
    return make_uint(t, root);
  }
  // After `done` bits of the root are known, the next round gets about twice as many: root = (root*2**k + n>>... /root) / 2.
  size_t c = (bits - 1) / 2;
  Value root = kOne;
  size_t d = 0;
  int rounds = 64 - __builtin_clzll(c);
  for (int s = rounds; s-- > 0;) {
    TRY(t.poll());
    size_t e = d;
    d = c >> s;
    Value high = TRY(int_left_shift(t, root, Value::from_small_int(static_cast<int64_t>(d - e - 1))));
    Value top = TRY(int_right_shift(t, a, Value::from_small_int(static_cast<int64_t>(2 * c - e - d + 1))));
    Value quotient = TRY(int_floor_divide(t, top, root));
    root = TRY(int_add(t, high, quotient));
  }
  Value square = TRY(int_multiply(t, root, root));
  return int_compare_nogc(square, a) > 0 ? int_subtract(t, root, kOne) : Fallible<Value>(root);
}

// ---- Rounding to tens. ----

Fallible<Value> int_round_to_multiple(Thread& t, Value a, Value digits) {
  // More digits than the number has: nothing is left but zero.
  Int64Result n = int_to_int64_nogc(digits);
  auto most = static_cast<int64_t>(int_bit_length_nogc(a) / 3 + 2);
  if (n.overflow != 0 || n.value > most) return kZero;
  Value unit = TRY(int_power(t, Value::from_small_int(10), digits, Value::absent()));
  IntDivision d = TRY(int_divmod(t, a, unit));
  Value doubled = TRY(int_add(t, d.remainder, d.remainder));
  int order = int_compare_nogc(doubled, unit);
  bool odd = (View(d.quotient).low() & 1) != 0;
  Value base = TRY(int_subtract(t, a, d.remainder));
  return order > 0 || (order == 0 && odd) ? int_add(t, base, unit) : Fallible<Value>(base);
}

}  // namespace hog
