// bigint.hpp: magnitudes as arrays of limbs, and what the files that implement ints share.
//
// Kernels are GMP's mpn functions. Those take as long as they take and get scratch memory by themselves, so no single call
// is made for operands beyond kKernelLimbs (a few milliseconds): larger work is split here, polled between the pieces,
// with scratch memory in cells. Limbs are little-endian, counts exclude leading zero limbs unless said otherwise.
#pragma once

#include "object/numbers.hpp"

namespace hog::bigint {

constexpr size_t kLimbBits = 64;
constexpr size_t kKernelLimbs = 16384;      // of the larger factor, or of a divisor
constexpr size_t kMostLimbs = size_t{1} << 40;

// An int, bool or int subclass as sign and magnitude, whatever its representation. Keeps its cell alive by pointing to it.
class View {
 public:
  explicit View(Value v) {
    if (is<Int>(v)) {
      Int* cell = as<Int>(v);
      limbs_ = cell->limbs();
      count_ = cell->limb_count();
      negative_ = cell->negative();
      cell_ = cell;
      return;
    }
    int64_t n = v.is_small_int() ? v.small_int() : v.is_true() ? 1 : 0;
    negative_ = n < 0;
    inline_ = n < 0 ? -static_cast<Limb>(n) : static_cast<Limb>(n);
    limbs_ = &inline_;
    count_ = n != 0;
  }
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  const Limb* limbs() const { return limbs_; }
  size_t count() const { return count_; }
  bool negative() const { return negative_; }
  bool is_zero() const { return count_ == 0; }
  Limb operator[](size_t i) const { return limbs_[i]; }
  Limb low() const { return count_ == 0 ? 0 : limbs_[0]; }

 private:
  const Limb* limbs_;
  size_t count_;
  bool negative_;
  Limb inline_;
  Int* cell_ = nullptr;
};

inline size_t trimmed(const Limb* limbs, size_t count) {
  while (count > 0 && limbs[count - 1] == 0) --count;
  return count;
}
inline size_t bit_length(const Limb* limbs, size_t count) {
  return count == 0 ? 0 : count * kLimbBits - static_cast<size_t>(__builtin_clzll(limbs[count - 1]));
}
inline int compare(const Limb* a, size_t an, const Limb* b, size_t bn) {
  if (an != bn) return an < bn ? -1 : 1;
  for (size_t i = an; i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}
inline Fallible<void> poll_limbs(Thread& t, size_t count) { return t.poll(static_cast<int64_t>(count / 32 + 1)); }

// The int that a cell of exact type int holds, in its one representation: leading zero limbs go, small ints become words.
Value normalized(Int* cell);
Fallible<Value> make_signed(Thread& t, bool negative, Limb magnitude);
// A copy of a magnitude as an int.
Fallible<Value> from_limbs(Thread& t, const Limb* limbs, size_t count, bool negative);

// Scratch limbs (zeroed) in a cell that lives as long as something on the native stack points to it.
Fallible<Limb*> scratch(Thread& t, size_t count);

// result[an + bn] = a * b; no overlap; a and b may have leading zero limbs.
Fallible<void> multiply(Thread& t, Limb* result, const Limb* a, size_t an, const Limb* b, size_t bn);
// quotient[an - bn + 1] and remainder[bn] of a / b; an >= bn > 0, b's top limb is not zero; no overlap.
Fallible<void> divide(Thread& t, Limb* quotient, Limb* remainder, const Limb* a, size_t an, const Limb* b, size_t bn);

// The double nearest to limbs * 2**exponent, ties to even; `sticky` says that something below the last limb is not zero.
// Infinite when it is too large.
double round_to_double(const Limb* limbs, size_t count, bool sticky, int64_t exponent);

// |v| * 2**shift (floor of it for negative shifts) with v's sign of rounding ignored: magnitudes only.
Fallible<Value> shift_magnitude(Thread& t, const View& v, int64_t shift, bool negative);

}  // namespace hog::bigint
