// memory_items.cpp: single items of a memoryview. Ref: library/struct "Format Characters" (native sizes, unaligned).
#include "types/memory_items.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "object/native.hpp"

namespace hog {

int64_t native_item_size(std::string_view format, char* code) {
  if (!format.empty() && format[0] == '@') format.remove_prefix(1);
  if (format.size() != 1) return 0;
  *code = format[0];
  switch (format[0]) {
    case 'c': case 'b': case 'B': case '?': return 1;
    case 'h': case 'H': case 'e': return 2;
    case 'i': case 'I': case 'f': return 4;
    case 'l': case 'L': case 'q': case 'Q': case 'n': case 'N': case 'd': case 'P': return 8;
    default: return 0;
  }
}

namespace {

template <typename T>
T load(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace

double half_to_double(uint16_t h) {
  int exponent = h >> 10 & 31;
  double fraction = h & 1023;
  if (exponent == 31 && fraction != 0)
    return std::bit_cast<double>(uint64_t{h & 0x8000u} << 48 | 0x7FFull << 52 | uint64_t{h & 0x3FFu} << 42);
  double value = exponent == 0    ? std::ldexp(fraction, -24)
                 : exponent == 31 ? INFINITY
                                  : std::ldexp(fraction + 1024, exponent - 25);
  return (h & 0x8000) != 0 ? -value : value;
}

// Half to even; false: too large.
bool double_to_half(double d, uint16_t* h) {
  uint16_t sign = std::signbit(d) ? 0x8000 : 0;
  d = std::fabs(d);
  if (std::isnan(d)) {
    auto payload = static_cast<uint16_t>(std::bit_cast<uint64_t>(d) >> 42 & 0x3FF);
    return *h = static_cast<uint16_t>(sign | 0x7C00 | (payload == 0 ? 0x200 : payload)), true;
  }
  if (std::isinf(d)) return *h = static_cast<uint16_t>(sign | 0x7C00), true;
  if (d >= 65520) return false;
  int exponent;
  std::frexp(d, &exponent);  // d = m * 2^exponent, m in [0.5, 1)
  if (d == 0 || exponent < -13) {  // subnormal: multiples of 2^-24
    *h = static_cast<uint16_t>(sign | static_cast<uint16_t>(std::nearbyint(std::ldexp(d, 24))));
    return true;
  }
  auto scaled = static_cast<uint32_t>(std::nearbyint(std::ldexp(d, 11 - exponent)));  // 1024..2048
  *h = static_cast<uint16_t>(sign | ((static_cast<uint32_t>(exponent + 13) << 10) + scaled));
  return true;
}

Fallible<Value> load_item(Thread& t, const uint8_t* from, char code) {
  switch (code) {
    case 'c': return Value(TRY(Bytes::from(t, from, 1)));
    case 'b': return Value::from_small_int(load<int8_t>(from));
    case 'B': return Value::from_small_int(*from);
    case '?': return Value::from_bool(*from != 0);
    case 'h': return Value::from_small_int(load<int16_t>(from));
    case 'H': return Value::from_small_int(load<uint16_t>(from));
    case 'i': return Value::from_small_int(load<int32_t>(from));
    case 'I': return Value::from_small_int(load<uint32_t>(from));
    case 'l': case 'q': case 'n': return make_int(t, load<int64_t>(from));
    case 'L': case 'Q': case 'N': case 'P': return make_uint(t, load<uint64_t>(from));
    case 'e': return make_float(t, half_to_double(load<uint16_t>(from)));
    case 'f': return make_float(t, load<float>(from));
    default: return make_float(t, load<double>(from));
  }
}

namespace {

template <typename T>
Fallible<void> put(uint8_t* to, T value) {
  std::memcpy(to, &value, sizeof value);
  return {};
}

// The unsigned 64-bit pattern of an int; false: out of range.
bool to_uint64(Value n, uint64_t* out) {
  Int64Result r = int_to_int64_nogc(n);
  if (r.overflow == 0) {
    *out = static_cast<uint64_t>(r.value);
    return r.value >= 0;
  }
  if (r.overflow < 0 || !is<Int>(n) || as<Int>(n)->limb_count() != 1) return false;
  *out = as<Int>(n)->limbs()[0];
  return true;
}

Failure raise_type(Thread& t, const char* format) {
  return t.raise_type_error("memoryview: invalid type for format '{}'", format);
}
Failure raise_value(Thread& t, const char* format) {
  return t.raise_value_error("memoryview: invalid value for format '{}'", format);
}

Fallible<void> store_int_py(Thread& t, uint8_t* to, char code, const char* format, Value v) {
  Fallible<Value> index = index_py(t, v);
  if (index.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return raise_type(t, format);
  }
  if (code == 'L' || code == 'Q' || code == 'N' || code == 'P') {
    uint64_t bits = 0;
    // A pointer may be written as a negative number, too.
    bool fits = to_uint64(index.get(), &bits) || (code == 'P' && int_to_int64_nogc(index.get()).overflow == 0);
    if (!fits) return raise_value(t, format);
    return put(to, bits);
  }
  Int64Result n = int_to_int64_nogc(index.get());
  int64_t low = INT64_MIN, high = INT64_MAX;
  switch (code) {
    case 'b': low = INT8_MIN, high = INT8_MAX; break;
    case 'B': low = 0, high = UINT8_MAX; break;
    case 'h': low = INT16_MIN, high = INT16_MAX; break;
    case 'H': low = 0, high = UINT16_MAX; break;
    case 'i': low = INT32_MIN, high = INT32_MAX; break;
    case 'I': low = 0, high = UINT32_MAX; break;
    default: break;
  }
  if (n.overflow != 0 || n.value < low || n.value > high) return raise_value(t, format);
  return put(to, n.value);  // little-endian: the low bytes come first
}

}  // namespace

Fallible<void> store_item_py(Thread& t, uint8_t* to, char code, const char* format, Value v) {
  switch (code) {
    case 'c':
      if (!is<Bytes>(v)) return raise_type(t, format);
      if (as<Bytes>(v)->length() != 1) return raise_value(t, format);
      *to = as<Bytes>(v)->data()[0];
      return {};
    case '?': *to = TRY(truth_py(t, v)) ? 1 : 0; return {};
    case 'e': case 'f': case 'd': {
      Fallible<double> converted = to_double_py(t, v);
      if (converted.failed()) {
        if (clear_exception_if(t, core.OverflowError) || clear_exception_if(t, core.ValueError)) return raise_value(t, format);
        if (!clear_exception_if(t, core.TypeError)) return Failure{};
        return raise_type(t, format);
      }
      double d = converted.get();
      if (code == 'd') return put(to, d);
      if (code == 'f') return put(to, static_cast<float>(d));
      uint16_t half;
      if (!double_to_half(d, &half)) return raise_value(t, format);
      return put(to, half);
    }
    default: return store_int_py(t, to, code, format, v);
  }
}

}  // namespace hog
