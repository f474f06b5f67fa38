// array_items.cpp: the kinds of items, and single items to bytes and back. Ref: library/array.
#include <bit>
#include <cstring>

#include "modules/array/array.hpp"

namespace hog::arrays {

const ItemKind kItemKinds[kItemKindCount] = {
    {'b', 1, true, true, false, 1, "b"},   {'B', 1, true, false, false, 0, "B"},  {'u', 4, false, false, true, 20, "w"},
    {'w', 4, false, false, true, 20, "w"}, {'h', 2, true, true, false, 4, "h"},   {'H', 2, true, false, false, 2, "H"},
    {'i', 4, true, true, false, 8, "i"},   {'I', 4, true, false, false, 6, "I"},  {'l', 8, true, true, false, 12, "l"},
    {'L', 8, true, false, false, 10, "L"}, {'q', 8, true, true, false, 12, "q"},  {'Q', 8, true, false, false, 10, "Q"},
    {'f', 4, false, false, false, 14, "f"}, {'d', 8, false, false, false, 16, "d"},
};

const ItemKind* find_kind(char32_t code) {
  for (const ItemKind& kind : kItemKinds)
    if (static_cast<char32_t>(kind.code) == code) return &kind;
  return nullptr;
}

namespace {

template <typename T>
T load(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

Failure raise_range(Thread& t, const char* what, bool low) {
  return t.raise(core.OverflowError, "{} is {} than {}imum", what, low ? "less" : "greater", low ? "min" : "max");
}

// Which C types a value is squeezed through decides the message.
Fallible<int64_t> small_item(Thread& t, char code, Int64Result n) {
  if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C long");
  int64_t v = n.value;
  switch (code) {
    case 'b':
      if (v < INT16_MIN || v > INT16_MAX) return raise_range(t, "signed short integer", v < 0);
      if (v < INT8_MIN || v > INT8_MAX) return raise_range(t, "signed char", v < 0);
      return v;
    case 'B':
      if (v < 0 || v > UINT8_MAX) return raise_range(t, "unsigned byte integer", v < 0);
      return v;
    case 'h':
      if (v < INT16_MIN || v > INT16_MAX) return raise_range(t, "signed short integer", v < 0);
      return v;
    case 'H':
      if (v < INT32_MIN || v > INT32_MAX) return raise_range(t, "signed integer", v < 0);
      if (v < 0 || v > UINT16_MAX) return raise_range(t, "unsigned short", v < 0);
      return v;
    default:
      if (code == 'i' && (v < INT32_MIN || v > INT32_MAX)) return raise_range(t, "signed integer", v < 0);
      return v;
  }
}

Fallible<uint64_t> unsigned_item(Thread& t, char code, Value v) {
  Int64Result n = int_to_int64_nogc(v);
  if (n.value < 0) {
    if (code == 'Q') return t.raise(core.OverflowError, "can't convert negative int to unsigned");
    return t.raise(core.OverflowError, "can't convert negative value to unsigned int");
  }
  auto bits = static_cast<uint64_t>(n.value);
  if (n.overflow != 0) {
    if (!is<Int>(v) || as<Int>(v)->limb_count() != 1) {
      if (code == 'Q') return t.raise(core.OverflowError, "int too big to convert");
      return t.raise(core.OverflowError, "Python int too large to convert to C unsigned long");
    }
    bits = as<Int>(v)->limbs()[0];
  }
  if (code == 'I' && bits > UINT32_MAX) return t.raise(core.OverflowError, "unsigned int is greater than maximum");
  return bits;
}

Fallible<uint64_t> int_item_py(Thread& t, const ItemKind& kind, Value v) {
  if (!v.is_small_int()) v = TRY(index_py(t, v));
  if (kind.code == 'I' || kind.code == 'L' || kind.code == 'Q') return unsigned_item(t, kind.code, v);
  Int64Result n = int_to_int64_nogc(v);
  if (kind.code == 'q' && n.overflow != 0) return t.raise(core.OverflowError, "int too big to convert");
  return static_cast<uint64_t>(TRY(small_item(t, kind.code, n)));
}

}  // namespace

Fallible<ItemBytes> item_from_py(Thread& t, const ItemKind& kind, Value v) {
  ItemBytes item{};
  uint64_t bits;
  if (kind.is_integer) {
    bits = TRY(int_item_py(t, kind, v));
  } else if (kind.is_text) {
    if (!is<Str>(v)) return t.raise_type_error("array item must be a unicode character, not {}", type_of(v));
    if (as<Str>(v)->length() != 1)
      return t.raise_type_error("array item must be a unicode character, not a string of length {}", as<Str>(v)->length());
    bits = as<Str>(v)->at(0);
  } else {
    double d = is_float(v) ? float_value(v) : TRY(to_double_py(t, v));
    bits = kind.code == 'd' ? std::bit_cast<uint64_t>(d) : std::bit_cast<uint32_t>(static_cast<float>(d));
  }
  std::memcpy(item.bytes, &bits, sizeof bits);  // little-endian: the low bytes come first
  return item;
}

Fallible<Value> item_to_value(Thread& t, const ItemKind& kind, const uint8_t* from) {
  switch (kind.code) {
    case 'b': return Value::from_small_int(load<int8_t>(from));
    case 'B': return Value::from_small_int(*from);
    case 'h': return Value::from_small_int(load<int16_t>(from));
    case 'H': return Value::from_small_int(load<uint16_t>(from));
    case 'i': return Value::from_small_int(load<int32_t>(from));
    case 'I': return Value::from_small_int(load<uint32_t>(from));
    case 'l': case 'q': return make_int(t, load<int64_t>(from));
    case 'L': case 'Q': return make_uint(t, load<uint64_t>(from));
    case 'f': return make_float(t, load<float>(from));
    case 'd': return make_float(t, load<double>(from));
    default: break;
  }
  auto c = load<uint32_t>(from);
  if (c > 0x10FFFF) return t.raise_value_error("chr() arg not in range(0x110000)");
  return Value(TRY(Str::from_char(t, c)));
}

Fallible<Str*> text_of(Thread& t, const Array* array) {
  TRY(t.poll(array->length_ / 8 + 1));
  auto n = static_cast<size_t>(array->length_);
  if (n == 0) return names.empty;
  const auto* characters = reinterpret_cast<const uint32_t*>(array->data());
  for (size_t i = 0; i < n; ++i) {
    uint32_t c = characters[i];
    if (c <= 0x10FFFF && (array->kind_->code == 'u' || c < 0xD800 || c > 0xDFFF)) continue;
    if (array->kind_->code == 'u') {
      char digits[9];
      size_t at = sizeof digits;
      do digits[--at] = "0123456789abcdef"[c & 15];
      while ((c >>= 4) != 0);
      return t.raise_value_error("character U+{} is not in range [U+0000; U+10ffff]",
                                 std::string_view(digits + at, sizeof digits - at));
    }
    // The codec's own complaint.
    Bytes* bytes = TRY(Bytes::from(t, characters, n * 4));
    Str* codec = TRY(Str::intern_utf8(t, "utf-32-le"));
    Value text = TRY(call_method_py(t, Value(bytes), names.decode, Value(codec)));
    if (!is<Str>(text)) return t.raise_type_error("decoder should return a string result, not '{}'", type_of(text));
    return as<Str>(text);
  }
  return Str::from_ucs4(t, characters, n);
}

}  // namespace hog::arrays
