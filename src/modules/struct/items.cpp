// items.cpp: packing and unpacking of values by a compiled format. Invariant: nothing is written or read outside the
// format.size_ bytes handed in, which the caller keeps where they are while values are converted.
#include <bit>
#include <cmath>
#include <cstring>

#include "modules/struct/struct.hpp"
#include "types/memory_items.hpp"

namespace hog::structs {

namespace {

static_assert(std::endian::native == std::endian::little);

uint64_t reversed(uint64_t bits, int64_t size) { return __builtin_bswap64(bits) >> (64 - 8 * size); }

uint64_t load_bits(const uint8_t* from, int64_t size, bool swapped) {
  uint64_t bits = 0;
  switch (size) {
    case 1: return *from;
    case 2: std::memcpy(&bits, from, 2); break;
    case 4: std::memcpy(&bits, from, 4); break;
    default: std::memcpy(&bits, from, 8); break;
  }
  return swapped ? reversed(bits, size) : bits;
}

void store_bits(uint8_t* to, uint64_t bits, int64_t size, bool swapped) {
  if (swapped) bits = reversed(bits, size);
  switch (size) {
    case 1: *to = static_cast<uint8_t>(bits); break;
    case 2: std::memcpy(to, &bits, 2); break;
    case 4: std::memcpy(to, &bits, 4); break;
    default: std::memcpy(to, &bits, 8); break;
  }
}

// ---- Packing. ----

Failure raise_range(Thread& t, const Code& code) {
  bool is_signed = code.op_ == Op::Signed;
  uint64_t all = code.size_ == 8 ? UINT64_MAX : (uint64_t{1} << (8 * code.size_)) - 1;
  if (is_signed) {
    auto high = static_cast<int64_t>(all >> 1);
    return t.raise(error_type, "'{}' format requires {} <= number <= {}", code.format_, -high - 1, high);
  }
  return t.raise(error_type, "'{}' format requires 0 <= number <= {}", code.format_, all);
}

Fallible<Value> integer_of_py(Thread& t, Value v) {
  if (is_int_or_bool(v)) return v;
  if (!is_index(v)) return t.raise(error_type, "required argument is not an integer");
  return index_py(t, v);
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

Fallible<uint64_t> int_bits_py(Thread& t, const Code& code, Value v) {
  if (!v.is_small_int()) v = TRY(integer_of_py(t, v));
  Int64Result r = v.is_small_int() ? Int64Result{v.small_int(), 0} : int_to_int64_nogc(v);
  if (code.op_ == Op::Signed) {
    int64_t high = INT64_MAX >> (64 - 8 * code.size_);
    if (r.overflow != 0 || r.value < -high - 1 || r.value > high) return raise_range(t, code);
    return static_cast<uint64_t>(r.value);
  }
  if (code.op_ == Op::Pointer) {
    uint64_t bits = static_cast<uint64_t>(r.value);
    if (r.overflow != 0 && !to_uint64(v, &bits)) return t.raise(error_type, "int too large to convert");
    return bits;
  }
  uint64_t bits = 0;
  if (!to_uint64(v, &bits) || (code.size_ < 8 && bits >> (8 * code.size_) != 0)) return raise_range(t, code);
  return bits;
}

Failure raise_overflow(Thread& t, const Code& code, Value v) {
  if (is_int_or_bool(v)) return t.raise(error_type, "int too large to convert");
  return t.raise(core.OverflowError, "float too large to pack with {} format", code.format_);
}

Fallible<double> to_number_py(Thread& t, Value v) {
  if (is_float(v)) return float_value(v);
  Fallible<double> d = to_double_py(t, v);
  if (!d.failed()) return d;
  if (t.terminated()) return Failure{};
  static_cast<void>(t.take_exception());
  return t.raise(error_type, "required argument is not a float");
}

Fallible<void> store_float_py(Thread& t, const Code& code, uint8_t* to, Value v) {
  double d = TRY(to_number_py(t, v));
  if (code.op_ == Op::Double) {
    store_bits(to, std::bit_cast<uint64_t>(d), 8, code.swapped_);
    return {};
  }
  if (code.op_ == Op::Half) {
    uint16_t half;
    if (!double_to_half(d, &half)) return raise_overflow(t, code, v);
    store_bits(to, half, 2, code.swapped_);
    return {};
  }
  auto f = static_cast<float>(d);
  if (std::isinf(f) && !std::isinf(d)) return raise_overflow(t, code, v);
  store_bits(to, std::bit_cast<uint32_t>(f), 4, code.swapped_);
  return {};
}

Fallible<void> store_complex_py(Thread& t, const Code& code, uint8_t* to, Value v) {
  double parts[2] = {0, 0};
  if (!is<Complex>(v)) {
    Value method = TRY(find_special_py(t, v, names.dunder_complex));
    if (!method.is_absent()) v = TRY(call_py(t, method));
  }
  if (is<Complex>(v)) {
    parts[0] = as<Complex>(v)->real_;
    parts[1] = as<Complex>(v)->imag_;
  } else {
    Fallible<double> d = to_double_py(t, v);
    if (d.failed()) {
      if (t.terminated()) return Failure{};
      static_cast<void>(t.take_exception());
      return t.raise(error_type, "required argument is not a complex");
    }
    parts[0] = d.get();
  }
  for (int i = 0; i < 2; ++i) {
    if (code.op_ == Op::ComplexDouble) store_bits(to + 8 * i, std::bit_cast<uint64_t>(parts[i]), 8, code.swapped_);
    else store_bits(to + 4 * i, std::bit_cast<uint32_t>(static_cast<float>(parts[i])), 4, code.swapped_);
  }
  return {};
}

Fallible<void> store_text(Thread& t, const Code& code, uint8_t* to, Value v) {
  const uint8_t* data;
  size_t n;
  if (is<Bytes>(v)) {
    data = as<Bytes>(v)->data();
    n = as<Bytes>(v)->length();
  } else if (is<ByteArrayObject>(v)) {
    data = as<ByteArrayObject>(v)->data();
    n = as<ByteArrayObject>(v)->length();
  } else {
    return t.raise(error_type, "argument for '{}' must be a bytes object", code.format_);
  }
  auto room = static_cast<size_t>(code.size_);
  if (code.op_ == Op::Pascal) {
    if (room == 0) return {};
    --room;
    if (n > room) n = room;
    *to++ = static_cast<uint8_t>(n > 255 ? 255 : n);
  } else if (n > room) {
    n = room;
  }
  if (n != 0) std::memcpy(to, data, n);
  return {};
}

Fallible<void> store_py(Thread& t, const Code& code, uint8_t* to, Value v) {
  switch (code.op_) {
    case Op::Signed: case Op::Unsigned: case Op::Pointer:
      store_bits(to, TRY(int_bits_py(t, code, v)), code.size_, code.swapped_);
      return {};
    case Op::Half: case Op::Float: case Op::Double: return store_float_py(t, code, to, v);
    case Op::Bool: *to = TRY(truth_py(t, v)) ? 1 : 0; return {};
    case Op::Char:
      if (!is<Bytes>(v) || as<Bytes>(v)->length() != 1)
        return t.raise(error_type, "char format requires a bytes object of length 1");
      *to = as<Bytes>(v)->data()[0];
      return {};
    case Op::Text: case Op::Pascal: return store_text(t, code, to, v);
    case Op::ComplexFloat: case Op::ComplexDouble: return store_complex_py(t, code, to, v);
    case Op::Pad: return {};
  }
  return {};
}

// ---- Unpacking. ----

Fallible<Value> load(Thread& t, const Code& code, const uint8_t* from) {
  switch (code.op_) {
    case Op::Signed: {
      uint64_t bits = load_bits(from, code.size_, code.swapped_);
      int shift = static_cast<int>(64 - 8 * code.size_);
      return make_int(t, static_cast<int64_t>(bits << shift) >> shift);
    }
    case Op::Unsigned: case Op::Pointer: return make_uint(t, load_bits(from, code.size_, code.swapped_));
    case Op::Half: return make_float(t, half_to_double(static_cast<uint16_t>(load_bits(from, 2, code.swapped_))));
    case Op::Float: return make_float(t, std::bit_cast<float>(static_cast<uint32_t>(load_bits(from, 4, code.swapped_))));
    case Op::Double: return make_float(t, std::bit_cast<double>(load_bits(from, 8, code.swapped_)));
    case Op::Bool: return Value::from_bool(*from != 0);
    case Op::Char: return Value(TRY(Bytes::from(t, from, 1)));
    case Op::Text: return Value(TRY(Bytes::from(t, from, static_cast<size_t>(code.size_))));
    case Op::Pascal: {
      if (code.size_ == 0) return Value(TRY(Bytes::make(t, 0)));
      size_t n = *from, room = static_cast<size_t>(code.size_) - 1;
      return Value(TRY(Bytes::from(t, from + 1, n < room ? n : room)));
    }
    case Op::ComplexFloat:
      return make_complex(t, std::bit_cast<float>(static_cast<uint32_t>(load_bits(from, 4, code.swapped_))),
                          std::bit_cast<float>(static_cast<uint32_t>(load_bits(from + 4, 4, code.swapped_))));
    case Op::ComplexDouble:
      return make_complex(t, std::bit_cast<double>(load_bits(from, 8, code.swapped_)),
                          std::bit_cast<double>(load_bits(from + 8, 8, code.swapped_)));
    case Op::Pad: break;
  }
  return Value::none();
}

}  // namespace

Fallible<void> pack_py(Thread& t, const Format& format, uint8_t* to, const Value* values) {
  TRY(t.poll(format.size_ / 64 + 1));
  if (format.size_ != 0) std::memset(to, 0, static_cast<size_t>(format.size_));
  for (int64_t k = 0; k < format.count_; ++k) {
    const Code& code = format.codes_[k];
    uint8_t* at = to + code.offset_;
    for (int64_t i = 0; i < code.repeat_; ++i, at += code.size_) TRY(store_py(t, code, at, *values++));
    TRY(t.poll(code.repeat_));
  }
  return {};
}

Fallible<Tuple*> unpack(Thread& t, const Format& format, const uint8_t* from) {
  TRY(t.poll(format.size_ / 64 + 1));
  Tuple* result = TRY(Tuple::make(t, static_cast<size_t>(format.length_)));
  size_t n = 0;
  for (int64_t k = 0; k < format.count_; ++k) {
    const Code& code = format.codes_[k];
    const uint8_t* at = from + code.offset_;
    for (int64_t i = 0; i < code.repeat_; ++i, at += code.size_) result->initialize(n++, TRY(load(t, code, at)));
  }
  TRY(t.poll(format.length_));
  return result;
}

}  // namespace hog::structs
