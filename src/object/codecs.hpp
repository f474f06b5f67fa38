// codecs.hpp: encodings. str.encode, bytes.decode, str(bytes, ...) and the _codecs module share what is here: the codecs
// written in C++, the built-in error handlers, and the registries of search functions and error handlers.
//
// Rules: a codec calls Python only for an error handler that a program registered; whatever it read before is read again
// then (a handler may replace the input of a decoder). An error name of null means "strict".
// Ref: library/codecs; PEP 293 (error callbacks), PEP 383 (surrogateescape).
#pragma once

#include "object/bytes_builder.hpp"
#include "object/containers.hpp"
#include "object/str.hpp"

namespace hog {
struct NativeMethod;
}

namespace hog::codecs {

// ---- Error handlers. ----
enum class Handler : uint8_t {
  Strict, Ignore, Replace, BackslashReplace, NameReplace, XmlCharRefReplace, SurrogateEscape, SurrogatePass, Custom
};
Handler handler_named(const Str* name_or_null);

struct ErrorPolicy {
  explicit ErrorPolicy(Str* name_or_null) : kind(handler_named(name_or_null)), name(name_or_null) {}
  Handler kind;
  Str* name;
  Value callable;  // of a Custom handler, once looked up
  bool multibyte = false;  // the multibyte codecs check a handler's answer in their own way
};

// What stands for the part that could not be converted, and where in the input to go on.
struct Replacement {
  Value value;  // Str; for encoders also Bytes
  size_t next;
};
// Raises for Strict. `reason` and `encoding` are ASCII or (charmap) UTF-8 text.
Fallible<Replacement> resolve_encode_error_py(Thread& t, ErrorPolicy& policy, const char* encoding, Str* text,
                                              size_t start, size_t end, const char* reason);
struct Input {
  const uint8_t* data;
  size_t size;
  Value object;  // the Bytes that `data` belongs to, or empty: made when an exception needs it
  Input(const void* bytes, size_t count, Value owner = Value())
      : data(static_cast<const uint8_t*>(bytes)), size(count), object(owner) {}
  std::string_view view(size_t from = 0) const { return {reinterpret_cast<const char*>(data) + from, size - from}; }
};
Fallible<Replacement> resolve_decode_error_py(Thread& t, ErrorPolicy& policy, const char* encoding, Input& input,
                                              size_t start, size_t end, const char* reason);
Failure raise_encode_error(Thread& t, const char* encoding, Str* text, size_t start, size_t end, const char* reason);
Failure raise_decode_error(Thread& t, const char* encoding, Input& input, size_t start, size_t end, const char* reason);
// The built-in handlers as Python calls them: with a UnicodeError instance, giving (replacement, position).
Fallible<Value> call_builtin_handler_py(Thread& t, Handler kind, Value exception);

// ---- Encoders: Fallible<Bytes*>(text, errors). ----
enum class ByteOrder : int8_t { Little = -1, Native = 0, Big = 1 };  // Native: with a mark in front
Fallible<Bytes*> encode_utf8_py(Thread& t, Str* text, Str* errors);
Fallible<Bytes*> encode_ascii_py(Thread& t, Str* text, Str* errors);
Fallible<Bytes*> encode_latin1_py(Thread& t, Str* text, Str* errors);
Fallible<Bytes*> encode_utf16_py(Thread& t, Str* text, Str* errors, ByteOrder order);
Fallible<Bytes*> encode_utf32_py(Thread& t, Str* text, Str* errors, ByteOrder order);
Fallible<Bytes*> encode_utf7_py(Thread& t, Str* text);
Fallible<Bytes*> encode_unicode_escape(Thread& t, Str* text);
Fallible<Bytes*> encode_raw_unicode_escape(Thread& t, Str* text);
// mapping: None (Latin-1), an EncodingMap, or anything with __getitem__ from ordinals to bytes, ordinals or None.
Fallible<Bytes*> encode_charmap_py(Thread& t, Str* text, Str* errors, Value mapping);
// codecs.charmap_build(): a table from characters to the bytes at which `decoding` has them.
Fallible<Value> build_encoding_map(Thread& t, Str* decoding);

// ---- Decoders. `consumed` null: the input is all there is; otherwise a broken end is left over and *consumed says
// how much was used. ----
Fallible<Str*> decode_utf8_py(Thread& t, Input input, Str* errors, size_t* consumed = nullptr);
Fallible<Str*> decode_ascii_py(Thread& t, Input input, Str* errors);
inline Fallible<Str*> decode_latin1(Thread& t, const Input& input) { return Str::from_latin1(t, input.data, input.size); }
// *order: in: what to assume, Native looks for a mark; out: what was found.
Fallible<Str*> decode_utf16_py(Thread& t, Input input, Str* errors, ByteOrder* order, size_t* consumed = nullptr);
Fallible<Str*> decode_utf32_py(Thread& t, Input input, Str* errors, ByteOrder* order, size_t* consumed = nullptr);
Fallible<Str*> decode_utf7_py(Thread& t, Input input, Str* errors, size_t* consumed = nullptr);
Fallible<Str*> decode_unicode_escape_py(Thread& t, Input input, Str* errors, size_t* consumed = nullptr);
Fallible<Str*> decode_raw_unicode_escape_py(Thread& t, Input input, Str* errors, size_t* consumed = nullptr);
Fallible<Str*> decode_charmap_py(Thread& t, Input input, Str* errors, Value mapping);
// Backslash escapes of bytes literals (_codecs.escape_decode / escape_encode).
Fallible<Bytes*> decode_escape_py(Thread& t, Input input, Str* errors);

// ---- By name: what str.encode and bytes.decode do. Built-in encodings take a short cut; others ask the registry. ----
Fallible<Bytes*> encode_text_py(Thread& t, Str* text, Str* encoding_or_null, Str* errors);
Fallible<Str*> decode_text_py(Thread& t, Input input, Value object, Str* encoding_or_null, Str* errors);

// ---- Registries. ----
Fallible<Value> lookup_py(Thread& t, Str* encoding);  // the CodecInfo tuple; LookupError
Fallible<void> register_search_py(Thread& t, Value function);
Fallible<void> unregister_search(Thread& t, Value function);
Fallible<Value> lookup_error(Thread& t, Str* name);
Fallible<void> register_error(Thread& t, Str* name, Value handler);
Fallible<bool> unregister_error(Thread& t, Str* name);
Fallible<Value> encode_any_py(Thread& t, Value object, Str* encoding, Str* errors);  // codecs.encode()
Fallible<Value> decode_any_py(Thread& t, Value object, Str* encoding, Str* errors);
// Lower case, runs of anything but letters, digits and dots as one underscore.
Fallible<Str*> normalize_encoding(Thread& t, Str* encoding);

// The built-in error handlers as functions, in the order of Handler.
extern const NativeMethod kErrorHandlerFunctions[];

}  // namespace hog::codecs
