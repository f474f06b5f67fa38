// codec_charmap.cpp: 8-bit encodings by table. Ref: library/codecs, _codecs.charmap_encode and charmap_decode.
#include "object/codecs.hpp"
#include "object/protocol.hpp"

namespace hog::codecs {

namespace {

constexpr const char* kUndefined = "character maps to <undefined>";

Fallible<Value> map_item_py(Thread& t, Value mapping, uint32_t key) {
  if (is_exactly(mapping, shapes.dict)) return as<Dict>(mapping)->get_py(t, Value::from_small_int(key));
  Fallible<Value> found = get_item_py(t, mapping, Value::from_small_int(key));
  if (found.failed()) {
    if (!clear_exception_if(t, core.LookupError)) return Failure{};
    return Value::absent();
  }
  return found;
}

// What the mapping has for a character, appended; false: nothing.
Fallible<bool> encode_char_py(Thread& t, Value mapping, char32_t c, BytesBuilder& out) {
  Value found = TRY(map_item_py(t, mapping, c));
  if (found.is_absent() || found.is_none()) return false;
  if (is_int_or_bool(found)) {
    Int64Result n = int_to_int64_nogc(found);
    if (n.overflow != 0 || n.value < 0 || n.value > 255)
      return t.raise_type_error("character mapping must be in range(256)");
    TRY(out.append_byte(static_cast<uint8_t>(n.value)));
    return true;
  }
  if (!is<Bytes>(found))
    return t.raise_type_error("character mapping must return integer, bytes or None, not {}", type_of(found));
  TRY(out.append(as<Bytes>(found)->view()));
  return true;
}

}  // namespace

Fallible<Bytes*> encode_charmap_py(Thread& t, Str* text, Str* errors, Value mapping) {
  if (mapping.is_none() || mapping.is_absent()) return encode_latin1_py(t, text, errors);
  ErrorPolicy policy(errors);
  BytesBuilder out(t);
  TRY(out.reserve(text->length()));
  size_t at = 0;
  while (at < text->length()) {
    TRY(t.poll());
    if (TRY(encode_char_py(t, mapping, text->at(at), out))) {
      ++at;
      continue;
    }
    // The whole run of characters without a mapping is reported at once.
    size_t end = at + 1;
    BytesBuilder probe(t);
    while (end < text->length()) {
      TRY(t.poll());
      if (TRY(encode_char_py(t, mapping, text->at(end), probe))) break;
      ++end;
    }
    Replacement r = TRY(resolve_encode_error_py(t, policy, "charmap", text, at, end, kUndefined));
    if (is<Bytes>(r.value)) {
      TRY(out.append(as<Bytes>(r.value)->view()));
    } else {
      Str* with = as<Str>(r.value);
      for (size_t i = 0; i < with->length(); ++i)
        if (!TRY(encode_char_py(t, mapping, with->at(i), out)))
          return raise_encode_error(t, "charmap", text, at, end, kUndefined);
    }
    at = r.next;
  }
  return out.finish();
}

Fallible<Value> build_encoding_map(Thread& t, Str* decoding) {
  Dict* map = TRY(Dict::make(t));
  size_t n = decoding->length() < 256 ? decoding->length() : 256;
  for (size_t i = 0; i < n; ++i) {
    char32_t c = decoding->at(i);
    if (c == 0xFFFE) continue;
    TRY(map->set_py(t, Value::from_small_int(c), Value::from_small_int(static_cast<int64_t>(i))));
  }
  return Value(map);
}

namespace {

// Appends what a byte stands for; false: nothing.
Fallible<bool> decode_byte_py(Thread& t, Value mapping, uint8_t byte, StrBuilder& out) {
  Value found = TRY(map_item_py(t, mapping, byte));
  if (found.is_absent() || found.is_none()) return false;
  if (is_int_or_bool(found)) {
    Int64Result n = int_to_int64_nogc(found);
    if (n.overflow == 0 && n.value == 0xFFFE) return false;
    if (n.overflow != 0 || n.value < 0 || n.value > 0x10FFFF)
      return t.raise_type_error("character mapping must be in range(0x110000)");
    TRY(out.append(static_cast<char32_t>(n.value)));
    return true;
  }
  if (!is<Str>(found)) return t.raise_type_error("character mapping must return integer, None or str");
  Str* text = as<Str>(found);
  if (text->length() == 1 && text->at(0) == 0xFFFE) return false;
  TRY(out.append(text));
  return true;
}

}  // namespace

Fallible<Str*> decode_charmap_py(Thread& t, Input input, Str* errors, Value mapping) {
  if (mapping.is_none() || mapping.is_absent()) return decode_latin1(t, input);
  ErrorPolicy policy(errors);
  StrBuilder out(t);
  TRY(out.reserve(input.size));
  const Str* table = is_exact_str(mapping) ? as<Str>(mapping) : nullptr;
  size_t at = 0;
  while (at < input.size) {
    if (table != nullptr) {
      if (at % 64 == 0) TRY(t.poll());
      char32_t c = input.data[at] < table->length() ? table->at(input.data[at]) : 0xFFFE;
      if (c != 0xFFFE) {
        TRY(out.append(c));
        ++at;
        continue;
      }
    } else {
      TRY(t.poll());
      if (TRY(decode_byte_py(t, mapping, input.data[at], out))) {
        ++at;
        continue;
      }
    }
    Replacement r = TRY(resolve_decode_error_py(t, policy, "charmap", input, at, at + 1, kUndefined));
    TRY(out.append(as<Str>(r.value)));
    at = r.next;
  }
  return out.finish();
}

}  // namespace hog::codecs
