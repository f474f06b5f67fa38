// math_integer.cpp: combinatorics and divisors. Long products are made of halves, so that their factors have like sizes.
#include "modules/math_functions.hpp"

namespace hog::math_functions {

namespace {

constexpr Value kZero = Value::from_small_int(0);
constexpr Value kOne = Value::from_small_int(1);

// from * (from + 1) * ... * (to - 1), from < to; the factors fit a word.
Fallible<Value> range_product(Thread& t, uint64_t from, uint64_t to) {
  constexpr uint64_t kFew = 16;
  if (to - from <= kFew) {
    TRY(t.poll(static_cast<int64_t>(to - from)));
    uint64_t word = from;
    Value result = kOne;
    for (uint64_t i = from + 1; i < to; ++i) {
      uint64_t next;
      if (__builtin_mul_overflow(word, i, &next)) {
        result = TRY(int_multiply(t, result, TRY(make_uint(t, word))));
        word = i;
      } else {
        word = next;
      }
    }
    return int_multiply(t, result, TRY(make_uint(t, word)));
  }
  uint64_t middle = from + (to - from) / 2;
  Value low = TRY(range_product(t, from, middle));
  Value high = TRY(range_product(t, middle, to));
  return int_multiply(t, low, high);
}

// n * (n - 1) * ... of k factors, for n of any size.
Fallible<Value> falling_product(Thread& t, Value n, uint64_t k) {
  if (k == 0) return kOne;
  if (k == 1) return int_positive(t, n);
  Int64Result word = int_to_int64_nogc(n);
  if (word.overflow == 0) {
    auto top = static_cast<uint64_t>(word.value);
    return range_product(t, top - k + 1, top + 1);
  }
  TRY(t.poll());
  uint64_t half = k / 2;
  Value first = TRY(falling_product(t, n, half));
  Value rest = TRY(int_subtract(t, n, TRY(make_uint(t, half))));
  Value second = TRY(falling_product(t, rest, k - half));
  return int_multiply(t, first, second);
}

// What k factors near n come to in bytes: refused before the work begins when no memory could hold it.
Fallible<void> check_product_fits(Thread& t, Value n, uint64_t k) {
  size_t bits = int_bit_length_nogc(n);
  // The product of k factors up to n has at least k * (log2(k) - 2) bits.
  size_t least_bits = k < 4 ? 1 : 64 - static_cast<size_t>(__builtin_clzll(k)) - 2;
  if (least_bits > bits) least_bits = bits;
  uint64_t total;
  if (__builtin_mul_overflow(k, least_bits, &total)) return t.raise_memory_error();
  return t.check_fits(total / 8);
}

bool is_negative(Value v) { return int_compare_nogc(v, kZero) < 0; }

}  // namespace

Fallible<Value> factorial(Thread& t, Value v) {
  Value n = TRY(index_py(t, v));
  if (is_negative(n)) return t.raise_value_error("factorial() not defined for negative values");
  Int64Result word = int_to_int64_nogc(n);
  if (word.overflow != 0)
    return t.raise(core.OverflowError, "factorial() argument should not exceed {}", INT64_MAX);
  auto count = static_cast<uint64_t>(word.value);
  if (count < 2) return kOne;
  TRY(check_product_fits(t, n, count));
  return range_product(t, 1, count + 1);
}

Fallible<Value> perm(Thread& t, Value n_value, Value k_value) {
  if (k_value.is_none()) return factorial(t, n_value);
  Value n = TRY(index_py(t, n_value));
  Value k = TRY(index_py(t, k_value));
  if (is_negative(n)) return t.raise_value_error("n must be a non-negative integer");
  if (is_negative(k)) return t.raise_value_error("k must be a non-negative integer");
  if (int_compare_nogc(n, k) < 0) return kZero;
  Int64Result count = int_to_int64_nogc(k);
  if (count.overflow != 0) return t.raise(core.OverflowError, "k must not exceed {}", INT64_MAX);
  TRY(check_product_fits(t, n, static_cast<uint64_t>(count.value)));
  return falling_product(t, n, static_cast<uint64_t>(count.value));
}

namespace {

// comb(n, k) as comb(n, j) * comb(n - j, k - j) / comb(k, j): no intermediate product is much longer than the result.
Fallible<Value> choose(Thread& t, Value n, uint64_t k) {
  if (k == 0) return kOne;
  if (k == 1) return int_positive(t, n);
  TRY(t.poll());
  constexpr uint64_t kDirect = 20;
  if (k <= kDirect) {
    Value product = TRY(falling_product(t, n, k));
    return int_floor_divide(t, product, TRY(range_product(t, 1, k + 1)));
  }
  uint64_t j = k / 2;
  Value first = TRY(choose(t, n, j));
  Value rest = TRY(int_subtract(t, n, TRY(make_uint(t, j))));
  Value second = TRY(choose(t, rest, k - j));
  Value both = TRY(int_multiply(t, first, second));
  return int_floor_divide(t, both, TRY(choose(t, TRY(make_uint(t, k)), j)));
}

}  // namespace

Fallible<Value> comb(Thread& t, Value n_value, Value k_value) {
  Value n = TRY(index_py(t, n_value));
  Value k = TRY(index_py(t, k_value));
  if (is_negative(n)) return t.raise_value_error("n must be a non-negative integer");
  if (is_negative(k)) return t.raise_value_error("k must be a non-negative integer");
  Value other = TRY(int_subtract(t, n, k));
  if (is_negative(other)) return kZero;
  Value least = int_compare_nogc(other, k) < 0 ? other : k;
  Int64Result count = int_to_int64_nogc(least);
  if (count.overflow != 0) return t.raise(core.OverflowError, "min(n - k, k) must not exceed {}", INT64_MAX);
  TRY(t.check_fits(static_cast<uint64_t>(count.value) / 8));  // at least one bit for each of them
  return choose(t, n, static_cast<uint64_t>(count.value));
}

Fallible<Value> gcd(Thread& t, Arguments integers) {
  Value result = kZero;
  for (uint32_t i = 0; i < integers.positional; ++i) {
    Value n = TRY(index_py(t, integers[i]));
    result = TRY(int_gcd(t, result, n));
  }
  return result;
}

Fallible<Value> lcm(Thread& t, Arguments integers) {
  Value result = kOne;
  for (uint32_t i = 0; i < integers.positional; ++i) {
    Value n = TRY(int_absolute(t, TRY(index_py(t, integers[i]))));
    if (int_is_zero_nogc(result)) continue;  // the rest is only looked at for its type
    Value divisor = TRY(int_gcd(t, result, n));
    if (int_is_zero_nogc(n)) {
      result = kZero;
      continue;
    }
    Value factor = TRY(int_floor_divide(t, result, divisor));
    result = TRY(int_multiply(t, factor, n));
  }
  return result;
}

Fallible<Value> isqrt(Thread& t, Value v) {
  Value n = TRY(index_py(t, v));
  if (is_negative(n)) return t.raise_value_error("isqrt() argument must be nonnegative");
  return int_square_root(t, n);
}

}  // namespace hog::math_functions
