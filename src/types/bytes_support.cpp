// bytes_support.cpp: construction, repr, hex and argument conversion for bytes and bytearray.
#include <algorithm>
#include <cstring>

#include "object/bytes_builder.hpp"
#include "object/codecs.hpp"
#include "types/bytes_common.hpp"

namespace hog {

Fallible<Bytes*> new_like(Thread& t, const Bytes*, ByteSpan bytes) { return Bytes::from(t, bytes.data, bytes.size); }
Fallible<ByteArrayObject*> new_like(Thread& t, const ByteArrayObject*, ByteSpan bytes) {
  return ByteArrayObject::from(t, bytes.data, bytes.size);
}
Fallible<Bytes*> make_like(Thread& t, const Bytes*, size_t size) {
  TRY(t.check_fits(size));
  return Bytes::make(t, size);
}
Fallible<ByteArrayObject*> make_like(Thread& t, const ByteArrayObject*, size_t size) {
  TRY(t.check_fits(size));
  return ByteArrayObject::make(t, size);
}

Fallible<uint8_t> byte_value_py(Thread& t, Value v, const char* message) {
  Value n = v;
  if (!v.is_small_int()) n = TRY(index_py(t, v));
  Int64Result r = int_to_int64_nogc(n);
  if (r.overflow != 0 || r.value < 0 || r.value > 255) return t.raise_value_error(message);
  return static_cast<uint8_t>(r.value);
}

Fallible<size_t> byte_index_py(Thread& t, Value key, size_t length, const char* message) {
  Value n = key;
  if (!key.is_small_int()) n = TRY(index_py(t, key));
  Int64Result r = int_to_int64_nogc(n);
  if (r.overflow != 0) return t.raise(core.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
  int64_t i = r.value < 0 ? r.value + static_cast<int64_t>(length) : r.value;
  if (i < 0 || i >= static_cast<int64_t>(length)) return t.raise(core.IndexError, message);
  return static_cast<size_t>(i);
}

Fallible<void> Needle::open_py(Thread& t, Value v) {
  if (is<Bytes>(v) || supports_buffer(v)) return buffer_.open(v);
  if (!is_int_or_bool(v) && type_of(v)->slots().index == nullptr)
    return t.raise_type_error("argument should be integer or bytes-like object, not '{}'", type_of(v));
  byte_ = TRY(byte_value_py(t, v));
  single_ = true;
  return {};
}

Fallible<bool> bytes_contains_py(Thread& t, Value self, Value item) {
  LengthLock lock(self);
  uint8_t byte = 0;
  ByteSpan needle{&byte, 1};
  BytesLike buffer(t);
  if (item.is_small_int() || (!is<Bytes>(item) && type_of(item)->slots().index != nullptr && !supports_buffer(item)) ||
      is_int_or_bool(item)) {
    byte = TRY(byte_value_py(t, item));
  } else {
    TRY(buffer.open(item));
    needle = span_of(buffer);
  }
  ByteSpan where = is<Bytes>(self) ? span_of(as<Bytes>(self)) : span_of(as<ByteArrayObject>(self));
  TRY(poll_text(t, where.size));
  if (needle.size == 1) return search::find_char(where.text(), needle.data[0]) != search::kNowhere;
  return search::find(where.text(), needle.text()) != search::kNowhere;
}

// ---- Construction. ----

Fallible<Bytes*> bytes_from_object_py(Thread& t, Value source, const char* type_name, const char* range_message) {
  if (is<Bytes>(source)) return Bytes::from(t, as<Bytes>(source)->data(), as<Bytes>(source)->length());
  if (supports_buffer(source)) {  // of any form
    MemoryView* view = TRY(MemoryView::from_object_py(t, source));
    Fallible<Bytes*> bytes = memory_contents(t, view);
    view->let_go(t);
    return bytes;
  }
  if (!is<Str>(source)) {
    BytesBuilder out(t);
    if (!is_exactly(source, shapes.list) && !is_exactly(source, shapes.tuple)) {
      Fallible<Value> iterator = iter_py(t, source);
      if (iterator.failed()) {
        if (!clear_exception_if(t, core.TypeError)) return Failure{};
        return t.raise_type_error("cannot convert '{}' object to {}", type_of(source), type_name);
      }
      int64_t hint = TRY(length_hint_py(t, source, 64));
      TRY(out.reserve(static_cast<size_t>(std::clamp<int64_t>(hint, 0, 1 << 16))));
      source = iterator.get();
    } else {
      TRY(out.reserve(is<List>(source) ? as<List>(source)->length() : as<Tuple>(source)->length()));
    }
    TRY(for_each_py(t, source, [&](Value item) -> Fallible<bool> {
      TRY(out.append_byte(TRY(byte_value_py(t, item, range_message))));
      return true;
    }));
    return out.finish();
  }
  return t.raise_type_error("cannot convert '{}' object to {}", type_of(source), type_name);
}

// bytes(n): absent when `source` is no count.
Fallible<Value> zeros_py(Thread& t, Value source) {
  if (!is_int_or_bool(source) && type_of(source)->slots().index == nullptr) return Value::absent();
  Fallible<Value> index = index_py(t, source);
  if (index.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return Value::absent();
  }
  Int64Result n = int_to_int64_nogc(index.get());
  if (n.overflow != 0) return t.raise(core.OverflowError, "cannot fit '{}' into an index-sized integer", type_of(source));
  if (n.value < 0) return t.raise_value_error("negative count");
  TRY(t.check_fits(static_cast<uint64_t>(n.value)));
  return Value(TRY(Bytes::make(t, static_cast<size_t>(n.value))));
}

Fallible<Bytes*> bytes_from_arguments_py(Thread& t, Value source, Value encoding, Value errors, const char* type_name,
                                         const char* range_message) {
  if (source.is_absent()) {
    if (!encoding.is_absent()) return t.raise_type_error("encoding without a string argument");
    if (!errors.is_absent()) return t.raise_type_error("errors without a string argument");
    return Bytes::make(t, 0);
  }
  if (!encoding.is_absent()) {
    if (!is<Str>(source)) return t.raise_type_error("encoding without a string argument");
    return codecs::encode_text_py(t, as<Str>(source), as<Str>(encoding),
                                  errors.is_absent() ? nullptr : as<Str>(errors));
  }
  if (is<Str>(source)) return t.raise_type_error("string argument without an encoding");
  if (!errors.is_absent()) return t.raise_type_error("errors without a string argument");
  Value zeros = TRY(zeros_py(t, source));
  if (!zeros.is_absent()) return as<Bytes>(zeros);
  return bytes_from_object_py(t, source, type_name, range_message);
}

// ---- repr and hex. ----

Fallible<Str*> bytes_repr(Thread& t, ByteSpan bytes, const char* prefix, const char* suffix, bool choose_quotes) {
  bool single = false, other = false;
  size_t escapes = 0;
  for (size_t i = 0; i < bytes.size; ++i) {
    uint8_t c = bytes.data[i];
    single |= c == '\'';
    other |= c == '"';
    escapes += c < ' ' || c >= 0x7F || c == '\\';
  }
  char quote = single && !other && choose_quotes ? '"' : '\'';
  if (!choose_quotes && single && !other) quote = '"';
  StrBuilder out(t);
  TRY(t.check_fits(bytes.size + escapes * 3));
  TRY(poll_text(t, bytes.size + escapes * 3));
  TRY(out.reserve(bytes.size + escapes * 3 + 16));
  TRY(out.append_ascii(prefix));
  TRY(out.append(static_cast<char32_t>(quote)));
  for (size_t i = 0; i < bytes.size; ++i) {
    uint8_t c = bytes.data[i];
    if (c >= ' ' && c < 0x7F) {
      // bytearray escapes an apostrophe whatever the quotes are
      if (c == '\\' || c == static_cast<uint8_t>(quote) || (!choose_quotes && c == '\'')) TRY(out.append('\\'));
      TRY(out.append(c));
      continue;
    }
    TRY(out.append('\\'));
    if (c == '\t' || c == '\n' || c == '\r') {
      TRY(out.append(c == '\t' ? 't' : c == '\n' ? 'n' : 'r'));
      continue;
    }
    const char hex[] = {'x', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]};
    TRY(out.append_ascii({hex, 3}));
  }
  TRY(out.append(static_cast<char32_t>(quote)));
  TRY(out.append_ascii(suffix));
  return out.finish();
}

Fallible<Str*> bytes_hex_py(Thread& t, ByteSpan bytes, Value sep, int group) {
  char32_t separator = 0;
  bool separated = !sep.is_absent();
  if (separated) {
    int64_t length = TRY(length_py(t, sep));
    if (length != 1) return t.raise_value_error("sep must be length 1.");
    if (is<Str>(sep)) separator = as<Str>(sep)->at(0);
    else if (is<Bytes>(sep)) separator = as<Bytes>(sep)->data()[0];
    else return t.raise_type_error("sep must be str or bytes.");
    if (separator > 127) return t.raise_value_error("sep must be ASCII.");
  }
  if (bytes.size == 0) return names.empty;
  size_t every = group == 0 || !separated ? 0 : static_cast<size_t>(group < 0 ? -static_cast<int64_t>(group) : group);
  size_t gaps = every == 0 ? 0 : (bytes.size - 1) / every;
  size_t length = bytes.size * 2 + gaps;
  TRY(t.check_fits(length));
  TRY(poll_text(t, length));
  Str* text = TRY(Str::make_uninitialized(t, length, CharKind::One, true));
  auto* out = static_cast<char*>(text->mutable_data());
  // Groups are counted from the right, or from the left for a negative group.
  size_t until_gap = every == 0 ? SIZE_MAX : group < 0 ? every : bytes.size - gaps * every;
  for (size_t i = 0; i < bytes.size; ++i) {
    if (until_gap == 0) {
      *out++ = static_cast<char>(separator);
      until_gap = every;
    }
    *out++ = "0123456789abcdef"[bytes.data[i] >> 4];
    *out++ = "0123456789abcdef"[bytes.data[i] & 15];
    --until_gap;
  }
  return text;
}

namespace {

int hex_value(char32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a' + 10) : -1;
}
bool is_ascii_space(char32_t c) { return c == ' ' || (c >= 9 && c <= 13); }

Fallible<Bytes*> parse_hex(Thread& t, TextView text) {
  TRY(poll_text(t, text.length));
  BytesBuilder out(t);
  TRY(out.reserve(text.length / 2));
  for (size_t i = 0; i < text.length;) {
    if (is_ascii_space(text[i])) {
      ++i;
      continue;
    }
    int high = text[i] < 128 ? hex_value(text[i]) : -1;
    if (high < 0)
      return t.raise_value_error("non-hexadecimal number found in fromhex() arg at position {}", i);
    if (i + 1 >= text.length)
      return t.raise_value_error("fromhex() arg must contain an even number of hexadecimal digits");
    int low = text[i + 1] < 128 ? hex_value(text[i + 1]) : -1;
    if (low < 0)
      return t.raise_value_error("non-hexadecimal number found in fromhex() arg at position {}", i + 1);
    TRY(out.append_byte(static_cast<uint8_t>(high << 4 | low)));
    i += 2;
  }
  return out.finish();
}

}  // namespace

Fallible<Bytes*> bytes_from_hex_py(Thread& t, Value text) {
  if (is<Str>(text)) return parse_hex(t, text_of(as<Str>(text)));
  if (!supports_buffer(text)) return t.raise_type_error("fromhex() argument must be str or bytes-like, not {}", type_of(text));
  BytesLike buffer(t);
  TRY(buffer.open(text));
  return parse_hex(t, span_of(buffer).text());
}

}  // namespace hog
