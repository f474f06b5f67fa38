// _codecs.cpp: the module _codecs: the registry of encodings and the codecs that are written in C++ (object/codecs.hpp).
// Ref: library/codecs.
#include "object/codecs.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

using codecs::ByteOrder;
using codecs::Input;

// (result, how much of the input was used)
Fallible<Value> result_of(Thread& t, Value value, size_t used) {
  return Value(TRY(Tuple::of(t, value, Value::from_small_int(static_cast<int64_t>(used)))));
}

// ---- Registry. ----

Fallible<void> register_function(Thread& t, Value function) { return codecs::register_search_py(t, function); }
Fallible<void> unregister_function(Thread& t, Value function) { return codecs::unregister_search(t, function); }
Fallible<Value> lookup(Thread& t, Str* encoding) { return codecs::lookup_py(t, encoding); }
Fallible<Value> encode(Thread& t, Value object, Str* encoding, Str* errors) {
  return codecs::encode_any_py(t, object, encoding, errors);
}
Fallible<Value> decode(Thread& t, Value object, Str* encoding, Str* errors) {
  return codecs::decode_any_py(t, object, encoding, errors);
}
Fallible<void> register_error(Thread& t, Str* name, Value handler) { return codecs::register_error(t, name, handler); }
Fallible<bool> unregister_error(Thread& t, Str* name) { return codecs::unregister_error(t, name); }
Fallible<Value> lookup_error(Thread& t, Str* name) { return codecs::lookup_error(t, name); }

// ---- Encoders: (text, errors) -> (bytes, length). ----

template <typename Encode>
Fallible<Value> encoded(Thread& t, Str* text, Encode encode) {
  Bytes* bytes = TRY(encode());
  return result_of(t, bytes, text->length());
}

Fallible<Value> utf_8_encode(Thread& t, Str* s, NoneOr<Str*> e) {
  return encoded(t, s, [&] { return codecs::encode_utf8_py(t, s, e); });
}
Fallible<Value> utf_7_encode(Thread& t, Str* s, NoneOr<Str*>) {
  return encoded(t, s, [&] { return codecs::encode_utf7_py(t, s); });
}
ByteOrder order_of(int n) { return n < 0 ? ByteOrder::Little : n > 0 ? ByteOrder::Big : ByteOrder::Native; }
Fallible<Value> utf_16_encode(Thread& t, Str* s, NoneOr<Str*> e, int order) {
  return encoded(t, s, [&] { return codecs::encode_utf16_py(t, s, e, order_of(order)); });
}
Fallible<Value> utf_16_le_encode(Thread& t, Str* s, NoneOr<Str*> e) { return utf_16_encode(t, s, e, -1); }
Fallible<Value> utf_16_be_encode(Thread& t, Str* s, NoneOr<Str*> e) { return utf_16_encode(t, s, e, 1); }
Fallible<Value> utf_32_encode(Thread& t, Str* s, NoneOr<Str*> e, int order) {
  return encoded(t, s, [&] { return codecs::encode_utf32_py(t, s, e, order_of(order)); });
}
Fallible<Value> utf_32_le_encode(Thread& t, Str* s, NoneOr<Str*> e) { return utf_32_encode(t, s, e, -1); }
Fallible<Value> utf_32_be_encode(Thread& t, Str* s, NoneOr<Str*> e) { return utf_32_encode(t, s, e, 1); }
Fallible<Value> unicode_escape_encode(Thread& t, Str* s, NoneOr<Str*>) {
  return encoded(t, s, [&] { return codecs::encode_unicode_escape(t, s); });
}
Fallible<Value> raw_unicode_escape_encode(Thread& t, Str* s, NoneOr<Str*>) {
  return encoded(t, s, [&] { return codecs::encode_raw_unicode_escape(t, s); });
}
Fallible<Value> latin_1_encode(Thread& t, Str* s, NoneOr<Str*> e) {
  return encoded(t, s, [&] { return codecs::encode_latin1_py(t, s, e); });
}
Fallible<Value> ascii_encode(Thread& t, Str* s, NoneOr<Str*> e) {
  return encoded(t, s, [&] { return codecs::encode_ascii_py(t, s, e); });
}
Fallible<Value> charmap_encode(Thread& t, Str* s, NoneOr<Str*> e, Value mapping) {
  return encoded(t, s, [&] { return codecs::encode_charmap_py(t, s, e, mapping); });
}
Fallible<Value> charmap_build(Thread& t, Str* map) { return codecs::build_encoding_map(t, map); }

Fallible<Value> readbuffer_encode(Thread& t, Value data, NoneOr<Str*>) {
  if (is<Str>(data)) {
    Bytes* bytes = TRY(codecs::encode_utf8_py(t, as<Str>(data), nullptr));
    return result_of(t, bytes, bytes->length());
  }
  BytesLike buffer(t);
  TRY(buffer.open(data));
  return result_of(t, TRY(Bytes::from(t, buffer.data(), buffer.size())), buffer.size());
}

Fallible<Value> escape_encode(Thread& t, Bytes* data, NoneOr<Str*>) {
  BytesBuilder out(t);
  TRY(t.check_fits(data->length()));
  for (size_t i = 0; i < data->length(); ++i) {
    if (i % 64 == 0) TRY(t.poll(4));
    uint8_t c = data->data()[i];
    if (c == '\\' || c == '\'' || c == '\t' || c == '\n' || c == '\r') {
      TRY(out.append_byte('\\'));
      TRY(out.append_byte(c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c));
    } else if (c < ' ' || c >= 0x7F) {
      const char hex[] = {'\\', 'x', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]};
      TRY(out.append({hex, 4}));
    } else {
      TRY(out.append_byte(c));
    }
  }
  return result_of(t, TRY(out.finish()), data->length());
}

// ---- Decoders: (data, errors, final) -> (text, consumed). ----

// Opens data for reading while `decode(Input, consumed)` runs; text counts as its UTF-8 where the codec takes text.
template <typename Decode>
Fallible<Value> decoded(Thread& t, Value data, bool final, Decode decode, bool accepts_text = false) {
  if (accepts_text && is<Str>(data)) data = TRY(codecs::encode_utf8_py(t, as<Str>(data), nullptr));
  BytesLike buffer(t);
  TRY(buffer.open(data));
  size_t consumed = buffer.size();
  Input input(buffer.data(), buffer.size(), is<Bytes>(data) ? data : Value());
  Value result = TRY(decode(input, final ? nullptr : &consumed));
  return result_of(t, result, consumed);
}

Fallible<Value> utf_8_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  return decoded(t, data, final, [&](Input in, size_t* used) { return Fallible<Value>(codecs::decode_utf8_py(t, in, e, used)); });
}
Fallible<Value> utf_7_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  return decoded(t, data, final, [&](Input in, size_t* used) { return Fallible<Value>(codecs::decode_utf7_py(t, in, e, used)); });
}
Fallible<Value> unicode_escape_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  return decoded(t, data, final, [&](Input in, size_t* used) { return Fallible<Value>(codecs::decode_unicode_escape_py(t, in, e, used)); }, true);
}
Fallible<Value> raw_unicode_escape_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  return decoded(t, data, final, [&](Input in, size_t* used) { return Fallible<Value>(codecs::decode_raw_unicode_escape_py(t, in, e, used)); }, true);
}
Fallible<Value> latin_1_decode(Thread& t, Value data, NoneOr<Str*>) {
  return decoded(t, data, true, [&](Input in, size_t*) { return Fallible<Value>(codecs::decode_latin1(t, in)); });
}
Fallible<Value> ascii_decode(Thread& t, Value data, NoneOr<Str*> e) {
  return decoded(t, data, true, [&](Input in, size_t*) { return Fallible<Value>(codecs::decode_ascii_py(t, in, e)); });
}
Fallible<Value> charmap_decode(Thread& t, Value data, NoneOr<Str*> e, Value mapping) {
  return decoded(t, data, true, [&](Input in, size_t*) { return Fallible<Value>(codecs::decode_charmap_py(t, in, e, mapping)); });
}
Fallible<Value> escape_decode(Thread& t, Value data, NoneOr<Str*> e) {
  return decoded(t, data, true, [&](Input in, size_t*) { return Fallible<Value>(codecs::decode_escape_py(t, in, e)); }, true);
}

Fallible<Value> wide_decode(Thread& t, Value data, Str* errors, ByteOrder* order, bool final, bool utf32) {
  return decoded(t, data, final, [&](Input in, size_t* used) -> Fallible<Value> {
    if (utf32) return codecs::decode_utf32_py(t, in, errors, order, used);
    return codecs::decode_utf16_py(t, in, errors, order, used);
  });
}
Fallible<Value> utf_16_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  ByteOrder order = ByteOrder::Native;
  return wide_decode(t, data, e, &order, final, false);
}
Fallible<Value> utf_16_le_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  ByteOrder order = ByteOrder::Little;
  return wide_decode(t, data, e, &order, final, false);
}
Fallible<Value> utf_16_be_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  ByteOrder order = ByteOrder::Big;
  return wide_decode(t, data, e, &order, final, false);
}
Fallible<Value> utf_32_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  ByteOrder order = ByteOrder::Native;
  return wide_decode(t, data, e, &order, final, true);
}
Fallible<Value> utf_32_le_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  ByteOrder order = ByteOrder::Little;
  return wide_decode(t, data, e, &order, final, true);
}
Fallible<Value> utf_32_be_decode(Thread& t, Value data, NoneOr<Str*> e, bool final) {
  ByteOrder order = ByteOrder::Big;
  return wide_decode(t, data, e, &order, final, true);
}
// (text, consumed, byte order found)
Fallible<Value> wide_ex_decode(Thread& t, Value data, Str* errors, int order_number, bool final, bool utf32) {
  ByteOrder order = order_of(order_number);
  Value pair = TRY(wide_decode(t, data, errors, &order, final, utf32));
  return Value(TRY(Tuple::of(t, as<Tuple>(pair)->at(0), as<Tuple>(pair)->at(1),
                             Value::from_small_int(static_cast<int64_t>(order)))));
}
Fallible<Value> utf_16_ex_decode(Thread& t, Value data, NoneOr<Str*> e, int order, bool final) {
  return wide_ex_decode(t, data, e, order, final, false);
}
Fallible<Value> utf_32_ex_decode(Thread& t, Value data, NoneOr<Str*> e, int order, bool final) {
  return wide_ex_decode(t, data, e, order, final, true);
}

#define HOG_ENCODER(name, ...) \
  { #name, HOG_NATIVE(name), "(str, errors=None" __VA_ARGS__ ", /)", "(bytes, how many characters were used)" }
#define HOG_DECODER(name, ...) \
  { #name, HOG_NATIVE(name), "(data, errors=None" __VA_ARGS__ ", /)", "(text, how many bytes were used)" }

const NativeMethod kFunctions[] = {
    {"_unregister_error", HOG_NATIVE(unregister_error), "(errors, /)", "Forget an error handler."},
    HOG_DECODER(ascii_decode),
    HOG_ENCODER(ascii_encode),
    {"charmap_build", HOG_NATIVE(charmap_build), "(map, /)", "The encoding table for a decoding table."},
    HOG_DECODER(charmap_decode, ", mapping=None"),
    HOG_ENCODER(charmap_encode, ", mapping=None"),
    {"decode", HOG_NATIVE(decode), "(obj, encoding='utf-8', errors='strict')", "Decode with any registered codec."},
    {"encode", HOG_NATIVE(encode), "(obj, encoding='utf-8', errors='strict')", "Encode with any registered codec."},
    HOG_DECODER(escape_decode),
    HOG_ENCODER(escape_encode),
    HOG_DECODER(latin_1_decode),
    HOG_ENCODER(latin_1_encode),
    {"lookup", HOG_NATIVE(lookup), "(encoding, /)", "The functions of an encoding."},
    {"lookup_error", HOG_NATIVE(lookup_error), "(name, /)", "The error handler of this name."},
    HOG_DECODER(raw_unicode_escape_decode, ", final=True"),
    HOG_ENCODER(raw_unicode_escape_encode),
    {"readbuffer_encode", HOG_NATIVE(readbuffer_encode), "(data, errors=None, /)", "The bytes of a buffer."},
    {"register", HOG_NATIVE(register_function), "(search_function, /)", "Ask this function for encodings, too."},
    {"register_error", HOG_NATIVE(register_error), "(errors, handler, /)", "Name an error handler."},
    HOG_DECODER(unicode_escape_decode, ", final=True"),
    HOG_ENCODER(unicode_escape_encode),
    {"unregister", HOG_NATIVE(unregister_function), "(search_function, /)", "Ask this function no more."},
    HOG_DECODER(utf_16_be_decode, ", final=False"),
    HOG_ENCODER(utf_16_be_encode),
    HOG_DECODER(utf_16_decode, ", final=False"),
    HOG_ENCODER(utf_16_encode, ", byteorder=0"),
    HOG_DECODER(utf_16_ex_decode, ", byteorder=0, final=False"),
    HOG_DECODER(utf_16_le_decode, ", final=False"),
    HOG_ENCODER(utf_16_le_encode),
    HOG_DECODER(utf_32_be_decode, ", final=False"),
    HOG_ENCODER(utf_32_be_encode),
    HOG_DECODER(utf_32_decode, ", final=False"),
    HOG_ENCODER(utf_32_encode, ", byteorder=0"),
    HOG_DECODER(utf_32_ex_decode, ", byteorder=0, final=False"),
    HOG_DECODER(utf_32_le_decode, ", final=False"),
    HOG_ENCODER(utf_32_le_encode),
    HOG_DECODER(utf_7_decode, ", final=False"),
    HOG_ENCODER(utf_7_encode),
    HOG_DECODER(utf_8_decode, ", final=False"),
    HOG_ENCODER(utf_8_encode),
    {}};

}  // namespace

extern const ModuleSpec k_module__codecs;
const ModuleSpec k_module__codecs = {.name = "_codecs", .functions = kFunctions};

}  // namespace hog
