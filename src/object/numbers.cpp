// numbers.cpp: the representations of int, float and complex, and the conversions between them.
//
// Invariant: whatever is made here is in its one representation: an int that fits is a small int, a double with a common
// exponent is inline. Ref: library/stdtypes "Numeric Types", "Hashing of numeric types".
#include "object/numbers.hpp"

#include <cmath>
#include <limits>

#include "object/bigint.hpp"
#include "object/int_math.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

void trace_nothing(Cell*, Marker&) {}
size_t limb_count_of(const Cell* cell) { return static_cast<const Int*>(cell)->limb_count(); }

}  // namespace

const Layout Int::kLayout = {.name = "int",
                             .trace = trace_nothing,
                             .base_size = sizeof(Int),
                             .item_size = sizeof(Limb),
                             .item_count = limb_count_of};
const Layout Float::kLayout = {.name = "float", .trace = trace_nothing, .base_size = sizeof(Float)};
const Layout Complex::kLayout = {.name = "complex", .trace = trace_nothing, .base_size = sizeof(Complex)};

Fallible<Int*> Int::make(Thread& t, size_t limb_count, bool negative) {
  if (limb_count > bigint::kMostLimbs) [[unlikely]] return t.raise_memory_error();
  Int* cell = TRY(t.allocate<Int>(shapes.int_, limb_count * sizeof(Limb)));
  cell->meta_ = limb_count << 1 | static_cast<uint64_t>(negative);
  return cell;
}

namespace bigint {

Value normalized(Int* cell) {
  size_t count = trimmed(cell->limbs(), cell->limb_count());
  if (count == 0) return Value::from_small_int(0);
  constexpr Limb kLargest = static_cast<Limb>(Value::kSmallIntMax);
  Limb low = cell->limbs()[0];
  if (count == 1 && low <= kLargest + cell->negative())
    return Value::from_small_int(cell->negative() ? -static_cast<int64_t>(low) : static_cast<int64_t>(low));
  cell->meta_ = count << 1 | (cell->meta_ & 1);
  return Value(cell);
}

Fallible<Value> make_signed(Thread& t, bool negative, Limb magnitude) {
  constexpr Limb kLargest = static_cast<Limb>(Value::kSmallIntMax);
  if (magnitude <= kLargest + negative)
    return Value::from_small_int(negative ? -static_cast<int64_t>(magnitude) : static_cast<int64_t>(magnitude));
  Int* cell = TRY(Int::make(t, 1, negative));
  cell->limbs_[0] = magnitude;
  return Value(cell);
}

Fallible<Value> from_limbs(Thread& t, const Limb* limbs, size_t count, bool negative) {
  count = trimmed(limbs, count);
  if (count <= 1) return make_signed(t, negative, count == 0 ? 0 : limbs[0]);
  Int* cell = TRY(Int::make(t, count, negative));
  __builtin_memcpy(cell->limbs_, limbs, count * sizeof(Limb));
  return Value(cell);
}

double round_to_double(const Limb* limbs, size_t count, bool sticky, int64_t exponent) {
  count = trimmed(limbs, count);
  if (count == 0) return 0.0;
  // The top 64 bits, and whether anything follows.
  int shift = __builtin_clzll(limbs[count - 1]);
  Limb top = limbs[count - 1] << shift;
  size_t below = count - 1;
  if (below > 0) {
    --below;
    if (shift != 0) top |= limbs[below] >> (64 - shift);
    if ((limbs[below] << shift) != 0) sticky = true;
  }
  while (below > 0 && !sticky) sticky = limbs[--below] != 0;
  // The value is in [2**(magnitude - 1), 2**magnitude).
  int64_t magnitude = static_cast<int64_t>(count * 64) - shift + exponent;
  if (magnitude > 1024) return std::numeric_limits<double>::infinity();
  int64_t precision = magnitude >= -1021 ? 53 : 53 - (-1021 - magnitude);
  if (precision < 0) return 0.0;
  uint64_t mantissa = precision == 0 ? 0 : top >> (64 - precision);
  uint64_t rest = top << precision;  // precision <= 53
  bool up = rest > (uint64_t{1} << 63) || (rest == (uint64_t{1} << 63) && (sticky || (mantissa & 1) != 0));
  return std::ldexp(static_cast<double>(mantissa + up), static_cast<int>(magnitude - precision));
}

}  // namespace bigint

using bigint::View;

Fallible<Value> float_cell(Thread& t, double d) {
  Float* cell = TRY(t.allocate<Float>(shapes.float_));
  cell->value_ = d;
  return Value(cell);
}

Fallible<Value> make_complex(Thread& t, double real, double imag) {
  Complex* cell = TRY(t.allocate<Complex>(shapes.complex_));
  cell->real_ = real;
  cell->imag_ = imag;
  return Value(cell);
}

Fallible<Value> int_cell_from_int64(Thread& t, int64_t n) {
  return bigint::make_signed(t, n < 0, n < 0 ? -static_cast<Limb>(n) : static_cast<Limb>(n));
}
Fallible<Value> make_uint(Thread& t, uint64_t n) { return bigint::make_signed(t, false, n); }

Int64Result int_to_int64_nogc(Value v) {
  if (v.is_small_int()) [[likely]] return {v.small_int(), 0};
  View view(v);
  if (view.count() <= 1) {
    Limb low = view.low();
    if (!view.negative() && low <= static_cast<Limb>(INT64_MAX)) return {static_cast<int64_t>(low), 0};
    if (view.negative() && low <= static_cast<Limb>(INT64_MAX) + 1) return {static_cast<int64_t>(-low), 0};
  }
  if (view.negative()) return {INT64_MIN, -1};
  return {INT64_MAX, 1};
}

// ---- __index__. ----

Fallible<Value> index_py(Thread& t, Value v) {
  if (is_int_or_bool(v)) [[likely]] return v;
  auto slot = type_of(v)->slots().index;
  if (slot == nullptr) return t.raise_type_error("'{}' object cannot be interpreted as an integer", type_of(v));
  Value result = TRY(slot(t, v));
  if (result.is_small_int() || is_exactly(result, shapes.int_)) return result;
  if (!is_int_or_bool(result)) return t.raise_type_error("__index__ returned non-int (type {})", type_of(result)->name());
  TRY(warn_py(t, core.DeprecationWarning,
              "__index__ returned non-int (type {}).  The ability to return an instance of a strict subclass of int is "
              "deprecated, and may be removed in a future version of Python.",
              type_of(result)->name()));
  return result;
}

Fallible<int64_t> index_to_int64_py(Thread& t, Value v) {
  if (v.is_small_int()) [[likely]] return v.small_int();
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
  return n.value;
}

Fallible<int64_t> index_clamped_py(Thread& t, Value v) {
  if (v.is_small_int()) [[likely]] return v.small_int();
  Value index = TRY(index_py(t, v));
  return int_to_int64_nogc(index).value;
}

// ---- Comparison and hash. ----

int int_compare_nogc(Value a, Value b) {
  if (a.is_small_int() && b.is_small_int()) [[likely]]
    return a.small_int() < b.small_int() ? -1 : a.small_int() > b.small_int();
  View x(a), y(b);
  if (x.negative() != y.negative()) return x.negative() ? -1 : 1;
  int magnitudes = bigint::compare(x.limbs(), x.count(), y.limbs(), y.count());
  return x.negative() ? -magnitudes : magnitudes;
}

bool int_is_zero_nogc(Value v) {
  if (is<Int>(v)) return as<Int>(v)->limb_count() == 0;
  return v.is_false() || v == Value::from_small_int(0);
}

namespace {

// Hashes are values modulo the prime 2**61 - 1, where multiplying by a power of two is a rotation.
constexpr unsigned kHashBits = 61;
constexpr uint64_t kHashModulus = (uint64_t{1} << kHashBits) - 1;

constexpr uint64_t reduced(uint64_t n) {
  n = (n & kHashModulus) + (n >> kHashBits);
  return n >= kHashModulus ? n - kHashModulus : n;
}
constexpr uint64_t rotated(uint64_t n, unsigned by) {
  return by == 0 ? n : (n << by & kHashModulus) | n >> (kHashBits - by);
}
constexpr int64_t signed_hash(uint64_t n, bool negative) {
  int64_t hash = negative ? -static_cast<int64_t>(n) : static_cast<int64_t>(n);
  return hash == -1 ? -2 : hash;
}

}  // namespace

int64_t int_hash_nogc(Value v) {
  if (v.is_small_int()) [[likely]] {
    int64_t n = v.small_int();
    uint64_t magnitude = n < 0 ? -static_cast<uint64_t>(n) : static_cast<uint64_t>(n);
    return signed_hash(reduced(magnitude), n < 0);
  }
  View view(v);
  uint64_t hash = 0;
  for (size_t i = view.count(); i-- > 0;) hash = reduced(rotated(hash, 64 % kHashBits) + reduced(view[i]));
  return signed_hash(hash, view.negative());
}

int64_t float_hash_nogc(Value self, double d) {
  constexpr int64_t kInfinityHash = 314159;
  if (std::isinf(d)) return d > 0 ? kInfinityHash : -kInfinityHash;
  if (std::isnan(d)) return static_cast<int64_t>(std::rotr(self.raw(), 4));  // as object.__hash__; never -1: cells are aligned
  int exponent;
  double fraction = std::frexp(std::fabs(d), &exponent);
  auto mantissa = static_cast<uint64_t>(std::ldexp(fraction, 53));
  int by = (exponent - 53) % static_cast<int>(kHashBits);
  if (by < 0) by += static_cast<int>(kHashBits);
  return signed_hash(rotated(mantissa, static_cast<unsigned>(by)), d < 0);
}

// ---- Doubles. ----

Fallible<double> int_to_double(Thread& t, Value v) {
  if (v.is_small_int()) [[likely]] return static_cast<double>(v.small_int());
  View view(v);
  double d = bigint::round_to_double(view.limbs(), view.count(), false, 0);
  if (std::isinf(d)) return t.raise(core.OverflowError, "int too large to convert to float");
  return view.negative() ? -d : d;
}

Fallible<Value> int_from_double(Thread& t, double d) {
  if (std::isinf(d)) return t.raise(core.OverflowError, "cannot convert float infinity to integer");
  if (std::isnan(d)) return t.raise_value_error("cannot convert float NaN to integer");
  if (std::fabs(d) < 9.2e18) return make_int(t, static_cast<int64_t>(d));
  int exponent;
  double fraction = std::frexp(std::fabs(d), &exponent);
  auto mantissa = static_cast<Limb>(std::ldexp(fraction, 53));
  Value whole = TRY(bigint::make_signed(t, d < 0, mantissa));
  return bigint::shift_magnitude(t, View(whole), exponent - 53, d < 0);
}

int int_compare_double_nogc(Value v, double d) {
  if (std::isnan(d)) return kUnordered;
  if (std::isinf(d)) return d > 0 ? -1 : 1;
  View view(v);
  int sign = view.negative() ? -1 : 1;
  double magnitude = view.negative() ? -d : d;
  if (view.is_zero()) return d > 0 ? -1 : d < 0;
  if (magnitude <= 0) return sign;
  // d in [2**(exponent - 1), 2**exponent), the int in [2**(bits - 1), 2**bits).
  int exponent;
  double fraction = std::frexp(magnitude, &exponent);
  auto bits = static_cast<int64_t>(bigint::bit_length(view.limbs(), view.count()));
  if (bits != exponent) return bits < exponent ? -sign : sign;
  auto wanted = static_cast<uint64_t>(std::ldexp(fraction, 64));
  size_t last = view.count() - 1;
  int shift = __builtin_clzll(view[last]);
  uint64_t top = view[last] << shift;
  if (shift != 0 && last > 0) top |= view[last - 1] >> (64 - shift);
  if (top != wanted) return top < wanted ? -sign : sign;
  if (last > 0 && shift != 0 && view[last - 1] << shift != 0) return sign;
  if (last > 0 && shift == 0 && view[last - 1] != 0) return sign;
  for (size_t i = 0; i + 1 < last; ++i)
    if (view[i] != 0) return sign;
  return 0;
}

size_t int_bit_length_nogc(Value v) {
  View view(v);
  return bigint::bit_length(view.limbs(), view.count());
}

}  // namespace hog
