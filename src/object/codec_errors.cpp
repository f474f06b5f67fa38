// codec_errors.cpp: what happens to text or bytes that a codec cannot convert: the built-in error handlers, the calling of
// others, and the UnicodeError instances for both. Ref: library/codecs "Error Handlers".
#include <algorithm>

#include "object/codecs.hpp"
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "object/text_view.hpp"
#include "text/unicode.hpp"
#include "text/utf.hpp"

namespace hog::codecs {

namespace {

using namespace exception_field;

constexpr const char* kHandlerNames[] = {"strict",      "ignore",            "replace",         "backslashreplace",
                                         "namereplace", "xmlcharrefreplace", "surrogateescape", "surrogatepass"};

Value index_value(size_t n) { return Value::from_small_int(static_cast<int64_t>(n)); }

Fallible<BaseException*> make_unicode_error(Thread& t, Type* type, const char* encoding, Value object, size_t start,
                                            size_t end, const char* reason) {
  Str* encoding_text = TRY(Str::from_utf8(t, encoding));
  Str* reason_text = TRY(Str::from_utf8(t, reason));
  Tuple* args = TRY(Tuple::of(t, encoding_text, object, index_value(start), index_value(end), reason_text));
  BaseException* exception = TRY(make_exception(t, type, args));
  for (int i = kUnicodeEncoding; i <= kUnicodeReason; ++i)
    exception->extra_[i].set(exception, args->at(static_cast<size_t>(i)));
  return exception;
}

// ---- Replacements. Each writes what stands for characters [start, end). ----

Fallible<void> append_hex(StrBuilder& out, uint32_t n, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    TRY(out.append(static_cast<char32_t>("0123456789abcdef"[n >> shift & 15])));
  return {};
}

Fallible<void> append_backslashed(StrBuilder& out, char32_t c) {
  if (c < 0x100) {
    TRY(out.append_ascii("\\x"));
    return append_hex(out, c, 2);
  }
  if (c < 0x10000) {
    TRY(out.append_ascii("\\u"));
    return append_hex(out, c, 4);
  }
  TRY(out.append_ascii("\\U"));
  return append_hex(out, c, 8);
}

Fallible<void> append_reference(StrBuilder& out, char32_t c) {
  char digits[8];
  size_t at = sizeof digits;
  do digits[--at] = static_cast<char>('0' + c % 10);
  while ((c /= 10) != 0);
  TRY(out.append_ascii("&#"));
  TRY(out.append_ascii({digits + at, sizeof digits - at}));
  return out.append(';');
}

Fallible<void> append_named(StrBuilder& out, char32_t c) {
  char name[unicode::kMaxNameLength];
  size_t length = unicode::name(c, name);
  if (length == 0) return append_backslashed(out, c);
  TRY(out.append_ascii("\\N{"));
  TRY(out.append_ascii({name, length}));
  return out.append('}');
}

template <typename Append>
Fallible<Value> each_character(Thread& t, const Str* text, size_t start, size_t end, Append append) {
  StrBuilder out(t);
  for (size_t i = start; i < end; ++i) {
    TRY(t.poll());
    TRY(append(out, text->at(i)));
  }
  return Value(TRY(out.finish()));
}

// The Unicode encodings that surrogatepass knows, by the name an exception carries.
struct Family {
  int bytes;  // 1, 2, 4 for UTF-8, -16, -32; 0: none of these
  bool big;
};
Family family_named(std::string_view name) {
  auto same = [](std::string_view a, const char* b) {
    size_t i = 0;
    for (char c : a) {
      char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == '_' ? '-' : c;
      if (b[i] == 0 || lower != b[i]) return false;
      ++i;
    }
    return b[i] == 0;
  };
  if (same(name, "utf-8") || same(name, "utf8") || same(name, "cp65001")) return {1, false};
  for (const char* n : {"utf-16", "utf16", "utf-16-le", "utf-16le", "utf16-le", "utf16le"})
    if (same(name, n)) return {2, false};
  for (const char* n : {"utf-16-be", "utf-16be", "utf16-be", "utf16be"})
    if (same(name, n)) return {2, true};
  for (const char* n : {"utf-32", "utf32", "utf-32-le", "utf-32le", "utf32-le", "utf32le"})
    if (same(name, n)) return {4, false};
  for (const char* n : {"utf-32-be", "utf-32be", "utf32-be", "utf32be"})
    if (same(name, n)) return {4, true};
  return {0, false};
}

void put_unit(uint8_t* out, uint32_t unit, int bytes, bool big) {
  for (int i = 0; i < bytes; ++i) out[big ? bytes - 1 - i : i] = static_cast<uint8_t>(unit >> (8 * i));
}

// Surrogates as the encoding would have them; absent when it is no Unicode encoding or a character is no surrogate.
Fallible<Value> pass_surrogates(Thread& t, std::string_view encoding, const Str* text, size_t start, size_t end) {
  Family family = family_named(encoding);
  if (family.bytes == 0) return Value::absent();
  BytesBuilder out(t);
  for (size_t i = start; i < end; ++i) {
    char32_t c = text->at(i);
    if (!unicode::is_surrogate(c)) return Value::absent();
    if (family.bytes == 1) {
      const uint8_t three[] = {static_cast<uint8_t>(0xE0 | (c >> 12)), static_cast<uint8_t>(0x80 | ((c >> 6) & 0x3F)),
                               static_cast<uint8_t>(0x80 | (c & 0x3F))};
      TRY(out.append(three, 3));
    } else {
      put_unit(TRY(out.extend(static_cast<size_t>(family.bytes))), c, family.bytes, family.big);
    }
  }
  return Value(TRY(out.finish()));
}

// Smuggled bytes back to bytes; absent when a character is none.
Fallible<Value> unescape_surrogates(Thread& t, const Str* text, size_t start, size_t end) {
  Bytes* bytes = TRY(Bytes::make(t, end - start));
  for (size_t i = start; i < end; ++i) {
    char32_t c = text->at(i);
    if (c < 0xDC80 || c > 0xDCFF) return Value::absent();
    bytes->mutable_data()[i - start] = static_cast<uint8_t>(c - 0xDC00);
  }
  return Value(bytes);
}

// Absent: the handler has no answer, which means strict.
Fallible<Value> encode_replacement(Thread& t, Handler kind, std::string_view encoding, Str* text, size_t start, size_t end) {
  switch (kind) {
    case Handler::Ignore: return Value(names.empty);
    case Handler::Replace: {
      StrBuilder out(t);
      TRY(out.append_repeated('?', end - start));
      return Value(TRY(out.finish()));
    }
    case Handler::BackslashReplace: return each_character(t, text, start, end, append_backslashed);
    case Handler::XmlCharRefReplace: return each_character(t, text, start, end, append_reference);
    case Handler::NameReplace: return each_character(t, text, start, end, append_named);
    case Handler::SurrogateEscape: return unescape_surrogates(t, text, start, end);
    case Handler::SurrogatePass: return pass_surrogates(t, encoding, text, start, end);
    default: return Value::absent();
  }
}

// One surrogate that a strict decoder refuses; 0: none at `p`.
size_t read_surrogate(const uint8_t* p, size_t left, Family family, char32_t* c) {
  if (family.bytes == 1) {
    if (left < 3 || (p[0] & 0xF0) != 0xE0 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
    *c = (p[0] & 15u) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    return unicode::is_surrogate(*c) ? 3 : 0;
  }
  size_t bytes = static_cast<size_t>(family.bytes);
  if (bytes == 0 || left < bytes) return 0;
  *c = 0;
  for (size_t i = 0; i < bytes; ++i) *c |= char32_t{p[i]} << (8 * (family.big ? bytes - 1 - i : i));
  return unicode::is_surrogate(*c) ? bytes : 0;
}

// The same for bytes [start, end); *next moves where the handler goes on. Absent: strict.
Fallible<Value> decode_replacement(Thread& t, Handler kind, std::string_view encoding, const uint8_t* data, size_t size,
                                   size_t start, size_t end, size_t* next) {
  StrBuilder out(t);
  switch (kind) {
    case Handler::Ignore: return Value(names.empty);
    case Handler::Replace: return Value(TRY(Str::from_char(t, 0xFFFD)));
    case Handler::BackslashReplace:
      for (size_t i = start; i < end; ++i) TRY(append_backslashed(out, data[i]));
      break;
    case Handler::SurrogateEscape: {
      size_t i = start;
      for (; i < end && i < start + 4 && data[i] >= 0x80; ++i) TRY(out.append(0xDC00u + data[i]));
      if (i == start) return Value::absent();
      *next = i;
      break;
    }
    case Handler::SurrogatePass: {
      char32_t c;
      size_t used = read_surrogate(data + start, size - start, family_named(encoding), &c);
      if (used == 0) return Value::absent();
      TRY(out.append(c));
      *next = start + used;
      break;
    }
    default: return Value::absent();
  }
  return Value(TRY(out.finish()));
}

// Calls a handler that a program registered and checks its answer's form; the position is fitted to `length()` afterwards.
Fallible<Value> call_custom_py(Thread& t, ErrorPolicy& policy, BaseException* exception, bool encoding, int64_t* position) {
  if (policy.callable.is_empty()) policy.callable = TRY(lookup_error(t, policy.name));
  Value answer = TRY(call_py(t, policy.callable, Value(exception)));
  const char* complaint = !encoding          ? "decoding error handler must return (str, int) tuple"
                          : policy.multibyte ? "encoding error handler must return (str, int) tuple"
                                             : "encoding error handler must return (str/bytes, int) tuple";
  Tuple* pair = try_as<Tuple>(answer);
  if (pair == nullptr || pair->length() != 2) return t.raise_type_error(complaint);
  Value replacement = pair->at(0);
  if (!is<Str>(replacement) && !(encoding && is<Bytes>(replacement))) return t.raise_type_error(complaint);
  Value index = pair->at(1);
  if (!is_int_or_bool(index) && (policy.multibyte || type_of(index)->slots().index == nullptr)) return t.raise_type_error(complaint);
  if (policy.multibyte && int_to_int64_nogc(index).overflow != 0)
    return t.raise(core.IndexError, "position -1 from error handler out of bounds");
  *position = TRY(index_to_int64_py(t, index));
  return replacement;
}

Fallible<size_t> fit_position(Thread& t, int64_t position, size_t length) {
  int64_t n = static_cast<int64_t>(length);
  int64_t fitted = position < 0 ? position + n : position;
  if (fitted < 0 || fitted > n)
    return t.raise(core.IndexError, "position {} from error handler out of bounds", position < 0 ? fitted : position);
  return static_cast<size_t>(fitted);
}

}  // namespace

Handler handler_named(const Str* name) {
  if (name == nullptr) return Handler::Strict;
  for (size_t i = 0; i < std::size(kHandlerNames); ++i)
    if (name->equals_ascii(kHandlerNames[i])) return static_cast<Handler>(i);
  return Handler::Custom;
}

Failure raise_encode_error(Thread& t, const char* encoding, Str* text, size_t start, size_t end, const char* reason) {
  BaseException* exception =
      TRY(make_unicode_error(t, core.UnicodeEncodeError, encoding, text, start, end, reason));
  return t.raise_object_py(exception, Value::absent());
}

namespace {
Fallible<Value> input_object(Thread& t, Input& input) {
  if (input.object.is_empty()) {
    Bytes* bytes = TRY(Bytes::from(t, input.data, input.size));
    input.object = bytes;
    input.data = bytes->data();
  }
  return input.object;
}
}  // namespace

Failure raise_decode_error(Thread& t, const char* encoding, Input& input, size_t start, size_t end, const char* reason) {
  Value object = TRY(input_object(t, input));
  BaseException* exception =
      TRY(make_unicode_error(t, core.UnicodeDecodeError, encoding, object, start, end, reason));
  return t.raise_object_py(exception, Value::absent());
}

Fallible<Replacement> resolve_encode_error_py(Thread& t, ErrorPolicy& policy, const char* encoding, Str* text,
                                              size_t start, size_t end, const char* reason) {
  if (policy.kind == Handler::Strict) return raise_encode_error(t, encoding, text, start, end, reason);
  TRY(t.poll(static_cast<int64_t>(end - start)));
  if (policy.kind != Handler::Custom) {
    Value value = TRY(encode_replacement(t, policy.kind, encoding, text, start, end));
    if (value.is_absent()) return raise_encode_error(t, encoding, text, start, end, reason);
    return Replacement{value, end};
  }
  BaseException* exception =
      TRY(make_unicode_error(t, core.UnicodeEncodeError, encoding, text, start, end, reason));
  int64_t position = 0;
  Value value = TRY(call_custom_py(t, policy, exception, true, &position));
  return Replacement{value, TRY(fit_position(t, position, text->length()))};
}

Fallible<Replacement> resolve_decode_error_py(Thread& t, ErrorPolicy& policy, const char* encoding, Input& input,
                                              size_t start, size_t end, const char* reason) {
  if (policy.kind == Handler::Strict) return raise_decode_error(t, encoding, input, start, end, reason);
  TRY(t.poll(static_cast<int64_t>(end - start)));
  if (policy.kind != Handler::Custom) {
    size_t next = end;
    Value value = TRY(decode_replacement(t, policy.kind, encoding, input.data, input.size, start, end, &next));
    if (value.is_absent()) {
      if (policy.kind == Handler::XmlCharRefReplace || policy.kind == Handler::NameReplace)
        return t.raise_type_error("don't know how to handle UnicodeDecodeError in error callback");
      return raise_decode_error(t, encoding, input, start, end, reason);
    }
    return Replacement{value, next};
  }
  Value object = TRY(input_object(t, input));
  BaseException* exception =
      TRY(make_unicode_error(t, core.UnicodeDecodeError, encoding, object, start, end, reason));
  int64_t position = 0;
  Value value = TRY(call_custom_py(t, policy, exception, false, &position));
  // The handler may have put another input into the exception.
  Value now = exception->extra_[kUnicodeObject];
  if (now.is_empty() || !is<Bytes>(now)) return t.raise_type_error("object attribute must be bytes");
  input.object = now;
  input.data = as<Bytes>(now)->data();
  input.size = as<Bytes>(now)->length();
  return Replacement{value, TRY(fit_position(t, position, input.size))};
}

// ---- The handlers as functions. ----

namespace {

// start and end of a UnicodeError fitted to its object, as CPython's accessors have them.
struct ErrorRange {
  size_t start, end, length;
};
Fallible<ErrorRange> error_range(Thread& t, BaseException* exception) {
  Value object = exception->extra_[kUnicodeObject];
  size_t length;
  if (!object.is_empty() && is<Str>(object)) {
    length = as<Str>(object)->length();
  } else if (!object.is_empty() && is<Bytes>(object)) {
    length = as<Bytes>(object)->length();
  } else {
    return t.raise_type_error("UnicodeError 'object' attribute is not set");
  }
  auto number = [](Value v) { return !v.is_empty() && is_int_or_bool(v) ? int_to_int64_nogc(v).value : int64_t{0}; };
  int64_t n = static_cast<int64_t>(length);
  int64_t start = std::clamp<int64_t>(number(exception->extra_[kUnicodeStart]), 0, std::max<int64_t>(n - 1, 0));
  int64_t end = std::min(std::max<int64_t>(number(exception->extra_[kUnicodeEnd]), 1), n);
  return ErrorRange{static_cast<size_t>(start), static_cast<size_t>(end), length};
}

}  // namespace

Fallible<Value> call_builtin_handler_py(Thread& t, Handler kind, Value exception) {
  if (kind == Handler::Strict) {
    if (!is_exception(exception)) return t.raise_type_error("codec must pass exception instance");
    return t.raise_object_py(exception, Value::absent());
  }
  bool encoding = is_instance(exception, core.UnicodeEncodeError);
  bool decoding = is_instance(exception, core.UnicodeDecodeError);
  bool translating = is_instance(exception, core.UnicodeTranslateError);
  bool decodes = kind != Handler::XmlCharRefReplace && kind != Handler::NameReplace;
  bool translates = kind == Handler::Ignore || kind == Handler::Replace || kind == Handler::BackslashReplace;
  if (!(encoding || (decoding && decodes) || (translating && translates)))
    return t.raise_type_error("don't know how to handle {} in error callback", type_of(exception));
  auto* error = as<BaseException>(exception);
  ErrorRange range = TRY(error_range(t, error));
  size_t next = range.end;
  Value replacement = Value(names.empty);
  if (range.start < range.end) {
    Value object = error->extra_[kUnicodeObject];
    char name[32] = {};
    Value encoding_name = error->extra_[kUnicodeEncoding];
    size_t name_length = 0;
    if (!encoding_name.is_empty() && is<Str>(encoding_name) && as<Str>(encoding_name)->is_ascii()) {
      std::string_view text = as<Str>(encoding_name)->ascii();
      name_length = std::min(text.size(), sizeof name);
      std::memcpy(name, text.data(), name_length);
    }
    std::string_view encoding_text(name, name_length);
    if (translating && kind == Handler::Replace) {
      StrBuilder out(t);
      TRY(out.append_repeated(0xFFFD, range.end - range.start));
      replacement = TRY(out.finish());
    } else if (decoding) {
      if (!is<Bytes>(object)) return t.raise_type_error("object attribute must be bytes");
      Bytes* bytes = as<Bytes>(object);
      replacement = TRY(decode_replacement(t, kind, encoding_text, bytes->data(), bytes->length(), range.start, range.end,
                                           &next));
    } else {
      if (!is<Str>(object)) return t.raise_type_error("object attribute must be str");
      replacement = TRY(encode_replacement(t, kind, encoding_text, as<Str>(object), range.start, range.end));
    }
    if (replacement.is_absent()) return t.raise_object_py(exception, Value::absent());
  } else if (kind == Handler::SurrogateEscape || kind == Handler::SurrogatePass) {
    return t.raise_object_py(exception, Value::absent());
  } else if (decoding && kind == Handler::Replace) {
    replacement = TRY(Str::from_char(t, 0xFFFD));
  }
  return Value(TRY(Tuple::of(t, replacement, index_value(next))));
}

}  // namespace hog::codecs
