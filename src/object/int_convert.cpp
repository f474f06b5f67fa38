// int_convert.cpp: ints to and from bytes, as instances of subclasses, and counting bits.
#include <algorithm>
#include <cstring>

#include "object/bigint.hpp"
#include "object/int_math.hpp"

namespace hog {

using bigint::View;

uint64_t int_bit_count_nogc(Value a) {
  View v(a);
  uint64_t count = 0;
  for (size_t i = 0; i < v.count(); ++i) count += static_cast<uint64_t>(__builtin_popcountll(v[i]));
  return count;
}

namespace {

// Byte i, counted from the lowest.
size_t place(size_t i, size_t length, ByteOrder order) { return order == ByteOrder::Little ? i : length - 1 - i; }

}  // namespace

Fallible<Value> int_from_bytes(Thread& t, std::span<const uint8_t> bytes, ByteOrder order, Signedness sign) {
  size_t n = bytes.size();
  if (n == 0) return Value::from_small_int(0);
  TRY(bigint::poll_limbs(t, n));
  bool negative = sign == Signedness::Signed && (bytes[place(n - 1, n, order)] & 0x80) != 0;
  Int* result = TRY(Int::make(t, n / 8 + 1, negative));
  unsigned carry = 1;
  for (size_t i = 0; i < n; ++i) {
    uint8_t byte = bytes[place(i, n, order)];
    if (negative) {  // the magnitude is the two's complement
      carry += static_cast<uint8_t>(~byte);
      byte = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
    result->limbs_[i / 8] |= static_cast<Limb>(byte) << (i % 8 * 8);
  }
  if (negative && carry != 0) result->limbs_[n / 8] |= Limb{1} << (n % 8 * 8);
  return bigint::normalized(result);
}

Fallible<void> int_to_bytes(Thread& t, Value v, std::span<uint8_t> out, ByteOrder order, Signedness sign) {
  View view(v);
  bool is_signed = sign == Signedness::Signed;
  if (view.negative() && !is_signed) return t.raise(core.OverflowError, "can't convert negative int to unsigned");
  size_t n = out.size();
  TRY(bigint::poll_limbs(t, n));
  size_t bits = bigint::bit_length(view.limbs(), view.count());
  // A negative power of two needs one bit less than its magnitude has.
  bool power_of_two = view.negative() && int_bit_count_nogc(v) == 1;
  size_t needed = is_signed && view.count() != 0 ? bits + 1 - power_of_two : bits;
  if (needed > n * 8) return t.raise(core.OverflowError, "int too big to convert");
  unsigned carry = 1;
  for (size_t i = 0; i < n; ++i) {
    auto byte = static_cast<uint8_t>(i / 8 < view.count() ? view[i / 8] >> (i % 8 * 8) : 0);
    if (view.negative()) {
      carry += static_cast<uint8_t>(~byte);
      byte = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
    out[place(i, n, order)] = byte;
  }
  return {};
}

Fallible<Value> int_of_type(Thread& t, Type* type, Value v) {
  if (type == core.int_) return int_positive(t, v);
  View view(v);
  Cell* cell = TRY(new_instance(t, type, view.count() * sizeof(Limb)));
  auto* result = static_cast<Int*>(cell);
  std::memcpy(result->limbs_, view.limbs(), view.count() * sizeof(Limb));
  result->meta_ = view.count() << 1 | static_cast<uint64_t>(view.negative());
  return Value(result);
}

}  // namespace hog
