// bigint_multiply.cpp: products of magnitudes of any size, in pieces that the budget can stand. Above kKernelLimbs
// Karatsuba's three half-size products take over; unbalanced factors are cut into pieces of the shorter one's length.
#include <gmp.h>

#include <cstring>
#include <utility>

#include "object/bigint.hpp"
#include "object/containers.hpp"

namespace hog::bigint {

static_assert(sizeof(mp_limb_t) == sizeof(Limb) && GMP_NUMB_BITS == 64);

namespace {
mp_limb_t* mp(Limb* limbs) { return reinterpret_cast<mp_limb_t*>(limbs); }
const mp_limb_t* mp(const Limb* limbs) { return reinterpret_cast<const mp_limb_t*>(limbs); }
mp_size_t size(size_t n) { return static_cast<mp_size_t>(n); }
}  // namespace

Fallible<Limb*> scratch(Thread& t, size_t count) {
  if (count > kMostLimbs) return t.raise_memory_error();
  ByteArray* memory = TRY(ByteArray::make(t, (count + 1) * sizeof(Limb)));
  return reinterpret_cast<Limb*>(memory->data());
}

namespace {

// A kernel's own scratch memory is not seen by the heap: a few times its operands. Charged while it runs.
class KernelMemory {
 public:
  KernelMemory(Thread& t, size_t limbs) : t_(t), bytes_(limbs < 2048 ? 0 : limbs * sizeof(Limb) * 8) {}
  ~KernelMemory() {
    if (charged_) t_.heap().uncharge(bytes_);
  }
  Fallible<void> charge() {
    if (bytes_ == 0) return {};
    if (!t_.heap().charge(bytes_)) return t_.raise_memory_error();
    charged_ = true;
    return {};
  }

 private:
  Thread& t_;
  size_t bytes_;
  bool charged_ = false;
};

// About what a product of these lengths costs, in steps of the budget.
int64_t product_steps(size_t an, size_t bn) {
  size_t shorter = an < bn ? an : bn;
  size_t longer = an < bn ? bn : an;
  size_t per_limb = shorter < 64 ? shorter : 64 + (shorter - 64) / 16;
  return static_cast<int64_t>(longer * per_limb / 64 + 1);
}

Fallible<void> kernel_multiply(Thread& t, Limb* result, const Limb* a, size_t an, const Limb* b, size_t bn) {
  TRY(t.poll(product_steps(an, bn)));
  KernelMemory memory(t, an + bn);
  TRY(memory.charge());
  if (a == b && an == bn) {
    mpn_sqr(mp(result), mp(a), size(an));
  } else if (an >= bn) {
    mpn_mul(mp(result), mp(a), size(an), mp(b), size(bn));
  } else {
    mpn_mul(mp(result), mp(b), size(bn), mp(a), size(an));
  }
  return {};
}

// sum[n + 1] = low[n] + high[hn], hn <= n.
void add_halves(Limb* sum, const Limb* low, size_t n, const Limb* high, size_t hn) {
  sum[n] = mpn_add(mp(sum), mp(low), size(n), mp(high), size(hn));
}

// a * b with n/2 < bn <= an = n and bn > kKernelLimbs.
Fallible<void> karatsuba(Thread& t, Limb* result, const Limb* a, size_t an, const Limb* b, size_t bn) {
  size_t half = (an + 1) / 2;
  size_t ah = an - half, bh = bn - half;
  TRY(multiply(t, result, a, half, b, half));
  TRY(multiply(t, result + 2 * half, a + half, ah, b + half, bh));
  Limb* sums = TRY(scratch(t, 4 * half + 4));
  Limb* middle = sums + 2 * half + 2;
  add_halves(sums, a, half, a + half, ah);
  const Limb* second = sums;
  if (a != b || an != bn) {
    add_halves(sums + half + 1, b, half, b + half, bh);
    second = sums + half + 1;
  }
  TRY(multiply(t, middle, sums, half + 1, second, half + 1));
  TRY(poll_limbs(t, an * 4));
  mpn_sub(mp(middle), mp(middle), size(2 * half + 2), mp(result), size(2 * half));
  mpn_sub(mp(middle), mp(middle), size(2 * half + 2), mp(result + 2 * half), size(ah + bh));
  size_t room = an + bn - half;
  size_t length = trimmed(middle, 2 * half + 2);
  if (length != 0) mpn_add(mp(result + half), mp(result + half), size(room), mp(middle), size(length));
  return {};
}

}  // namespace

Fallible<void> multiply(Thread& t, Limb* result, const Limb* a, size_t an, const Limb* b, size_t bn) {
  if (an < bn) {
    std::swap(a, b);
    std::swap(an, bn);
  }
  if (bn == 0) {
    std::memset(result, 0, an * sizeof(Limb));
    return {};
  }
  if (an <= kKernelLimbs) return kernel_multiply(t, result, a, an, b, bn);
  if (bn > kKernelLimbs && bn > (an + 1) / 2) return karatsuba(t, result, a, an, b, bn);
  // Row by row: pieces of `a` of a length that suits b.
  size_t piece = bn > kKernelLimbs ? bn : kKernelLimbs;
  Limb* product = TRY(scratch(t, piece + bn));
  std::memset(result, 0, (an + bn) * sizeof(Limb));
  for (size_t at = 0; at < an; at += piece) {
    size_t length = an - at < piece ? an - at : piece;
    TRY(multiply(t, product, a + at, length, b, bn));
    // The sum so far does not reach beyond at + bn.
    Limb carry = mpn_add_n(mp(result + at), mp(result + at), mp(product), size(bn));
    std::memcpy(result + at + bn, product + bn, length * sizeof(Limb));
    if (carry != 0) mpn_add_1(mp(result + at + bn), mp(result + at + bn), size(length), 1);
  }
  return {};
}

// ---- Division. ----

namespace {

Fallible<void> kernel_divide(Thread& t, Limb* quotient, Limb* remainder, const Limb* a, size_t an, const Limb* b,
                             size_t bn) {
  TRY(t.poll(product_steps(an - bn + 1, bn) * 2));
  KernelMemory memory(t, an + bn);
  TRY(memory.charge());
  mpn_tdiv_qr(mp(quotient), mp(remainder), 0, mp(a), size(an), mp(b), size(bn));
  return {};
}

Fallible<void> divide_3_by_2(Thread& t, Limb* quotient, Limb* remainder, const Limb* a, const Limb* b, size_t n);

// Burnikel and Ziegler: quotient[n], remainder[n] of a[2n] / b[n]; b's top bit is set, a's upper half is less than b.
Fallible<void> divide_2_by_1(Thread& t, Limb* quotient, Limb* remainder, const Limb* a, const Limb* b, size_t n) {
  if (n % 2 != 0 || n <= kKernelLimbs / 2) {
    Limb* full = TRY(scratch(t, n + 1));
    TRY(kernel_divide(t, full, remainder, a, 2 * n, b, n));
    std::memcpy(quotient, full, n * sizeof(Limb));
    return {};
  }
  size_t half = n / 2;
  Limb* rest = TRY(scratch(t, 3 * half));
  TRY(divide_3_by_2(t, quotient + half, rest + half, a + half, b, half));
  std::memcpy(rest, a, half * sizeof(Limb));
  return divide_3_by_2(t, quotient, remainder, rest, b, half);
}

// quotient[n], remainder[2n] of a[3n] / b[2n], under the same conditions.
Fallible<void> divide_3_by_2(Thread& t, Limb* quotient, Limb* remainder, const Limb* a, const Limb* b, size_t n) {
  const Limb* upper = b + n;
  Limb* work = TRY(scratch(t, 4 * n + 1));
  Limb* product = work + 2 * n + 1;
  Limb* rest = work;  // 2n + 1 limbs: the remainder by the upper half, then the low limbs of a
  if (mpn_cmp(mp(a + 2 * n), mp(upper), size(n)) < 0) {
    TRY(divide_2_by_1(t, quotient, rest + n, a + n, upper, n));
    rest[2 * n] = 0;
  } else {
    // The quotient of the upper parts would be 2**(64n) or more: start at the largest that fits.
    std::memset(quotient, 0xFF, n * sizeof(Limb));
    std::memcpy(rest + n, a + n, n * sizeof(Limb));
    rest[2 * n] = mpn_add_n(mp(rest + n), mp(rest + n), mp(upper), size(n));
  }
  std::memcpy(rest, a, n * sizeof(Limb));
  TRY(multiply(t, product, quotient, n, b, n));
  // rest - product may be negative: at most two corrections.
  Limb borrow = mpn_sub(mp(rest), mp(rest), size(2 * n + 1), mp(product), size(2 * n));
  while (borrow != 0) {
    mpn_sub_1(mp(quotient), mp(quotient), size(n), 1);
    borrow -= mpn_add(mp(rest), mp(rest), size(2 * n + 1), mp(b), size(2 * n));
  }
  std::memcpy(remainder, rest, 2 * n * sizeof(Limb));
  return {};
}

// Long divisor: in blocks of its length, after both were shifted so that its top bit is set and its length can be halved
// down to a kernel's.
Fallible<void> divide_long(Thread& t, Limb* quotient, Limb* remainder, const Limb* a, size_t an, const Limb* b,
                           size_t bn) {
  size_t unit = 1;
  while ((bn + unit - 1) / unit > kKernelLimbs / 2) unit *= 2;
  size_t n = (bn + unit - 1) / unit * unit;
  size_t pad = n - bn;
  auto bits = static_cast<unsigned>(__builtin_clzll(b[bn - 1]));
  size_t blocks = (an + pad + 1 + n - 1) / n;
  Limb* divisor = TRY(scratch(t, n));
  Limb* dividend = TRY(scratch(t, (blocks + 1) * n));
  if (bits != 0) {
    mpn_lshift(mp(divisor + pad), mp(b), size(bn), bits);
    dividend[pad + an] = mpn_lshift(mp(dividend + pad), mp(a), size(an), bits);
  } else {
    std::memcpy(divisor + pad, b, bn * sizeof(Limb));
    std::memcpy(dividend + pad, a, an * sizeof(Limb));
  }
  Limb* block_quotient = TRY(scratch(t, n));
  Limb* rest = TRY(scratch(t, n));
  size_t quotient_length = an - bn + 1;
  // Block `blocks` is zero, so the first step's upper half is less than the divisor; each step leaves its remainder there.
  for (size_t i = blocks; i-- > 0;) {
    TRY(divide_2_by_1(t, block_quotient, rest, dividend + i * n, divisor, n));
    std::memcpy(dividend + i * n, rest, n * sizeof(Limb));
    size_t at = i * n;
    if (at >= quotient_length) continue;
    size_t length = quotient_length - at < n ? quotient_length - at : n;
    std::memcpy(quotient + at, block_quotient, length * sizeof(Limb));
  }
  if (bits != 0) {
    mpn_rshift(mp(remainder), mp(rest + pad), size(bn), bits);
  } else {
    std::memcpy(remainder, rest + pad, bn * sizeof(Limb));
  }
  return {};
}

}  // namespace

Fallible<void> divide(Thread& t, Limb* quotient, Limb* remainder, const Limb* a, size_t an, const Limb* b, size_t bn) {
  if (bn > kKernelLimbs / 2) return divide_long(t, quotient, remainder, a, an, b, bn);
  if (an <= 2 * kKernelLimbs) return kernel_divide(t, quotient, remainder, a, an, b, bn);
  // Short divisor, long dividend: from the top, a piece at a time.
  size_t piece = kKernelLimbs;
  Limb* work = TRY(scratch(t, piece + bn));
  Limb* part = TRY(scratch(t, piece + 1));
  std::memset(remainder, 0, bn * sizeof(Limb));
  size_t quotient_length = an - bn + 1;
  size_t pieces = (an + piece - 1) / piece;
  for (size_t i = pieces; i-- > 0;) {
    size_t at = i * piece;
    size_t length = an - at < piece ? an - at : piece;
    std::memcpy(work, a + at, length * sizeof(Limb));
    std::memcpy(work + length, remainder, bn * sizeof(Limb));
    TRY(kernel_divide(t, part, remainder, work, length + bn, b, bn));
    if (at >= quotient_length) continue;
    size_t wanted = quotient_length - at < length ? quotient_length - at : length;
    std::memcpy(quotient + at, part, wanted * sizeof(Limb));
  }
  return {};
}

}  // namespace hog::bigint
