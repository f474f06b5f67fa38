// unicode_error.cpp: UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError. A program may assign anything to their
// fields: the texts check types and ranges again.
#include "types/exceptions/exception_common.hpp"

namespace hog {

using namespace exception_field;

namespace {

Value field(Value self, int index) { return exception_of(self)->extra_[index]; }

int64_t number(Value self, int index) {
  Value v = field(self, index);
  return v.is_empty() ? 0 : int_to_int64_nogc(v).value;
}

// ---- Construction. ----

Failure raise_argument(Thread& t, size_t index, const char* expected, Value got) {
  return t.raise_type_error("argument {} must be {}, not {}", index, expected, type_of(got));
}

Fallible<void> check_count(Thread& t, const Arguments& arguments, size_t count) {
  if (arguments.positional == count) return {};
  return t.raise_type_error("function takes exactly {} arguments ({} given)", count, arguments.positional);
}

// start, end and reason, which begin at argument `first`.
Fallible<void> set_range_and_reason_py(Thread& t, BaseException* self, const Arguments& arguments, size_t first) {
  int64_t start = TRY(index_to_int64_py(t, arguments[first]));
  int64_t end = TRY(index_to_int64_py(t, arguments[first + 1]));
  Value reason = arguments[first + 2];
  if (!is<Str>(reason)) return raise_argument(t, first + 3, "str", reason);
  Value start_value = TRY(make_int(t, start));
  Value end_value = TRY(make_int(t, end));
  self->extra_[kUnicodeStart].set(self, start_value);
  self->extra_[kUnicodeEnd].set(self, end_value);
  self->extra_[kUnicodeReason].set(self, reason);
  return {};
}

Fallible<void> encode_error_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(base_exception_init(t, self, arguments));
  TRY(check_count(t, arguments, 5));
  BaseException* e = exception_of(self);
  for (size_t i = 0; i < 2; ++i)
    if (!is<Str>(arguments[i])) return raise_argument(t, i + 1, "str", arguments[i]);
  TRY(set_range_and_reason_py(t, e, arguments, 2));
  e->extra_[kUnicodeEncoding].set(e, arguments[0]);
  e->extra_[kUnicodeObject].set(e, arguments[1]);
  return {};
}

Fallible<void> decode_error_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(base_exception_init(t, self, arguments));
  TRY(check_count(t, arguments, 5));
  BaseException* e = exception_of(self);
  if (!is<Str>(arguments[0])) return raise_argument(t, 1, "str", arguments[0]);
  TRY(set_range_and_reason_py(t, e, arguments, 2));
  Value object = arguments[1];
  if (!is<Bytes>(object)) {
    BytesLike bytes(t);
    TRY(bytes.open(object));
    object = Value(TRY(Bytes::from(t, bytes.data(), bytes.size())));
  }
  e->extra_[kUnicodeEncoding].set(e, arguments[0]);
  e->extra_[kUnicodeObject].set(e, object);
  return {};
}

Fallible<void> translate_error_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(base_exception_init(t, self, arguments));
  TRY(check_count(t, arguments, 4));
  BaseException* e = exception_of(self);
  if (!is<Str>(arguments[0])) return raise_argument(t, 1, "str", arguments[0]);
  TRY(set_range_and_reason_py(t, e, arguments, 1));
  e->extra_[kUnicodeObject].set(e, arguments[0]);
  return {};
}

// ---- Text. ----

Fallible<Str*> text_of_field(Thread& t, Value self, int index) {
  Value v = field(self, index);
  if (v.is_empty()) return Str::from_ascii(t, "<NULL>");
  return str_py(t, v);
}

bool is_one_item(int64_t start, int64_t end, size_t length) {
  return start >= 0 && static_cast<uint64_t>(start) < length && end >= 0 && static_cast<uint64_t>(end) <= length &&
         end == start + 1;
}

struct Hex {
  char text[12];
};
// "\x41", "\u20ac", "\U0001f40d"
Hex escaped(char32_t c) {
  Hex hex;
  int digits = c <= 0xFF ? 2 : c <= 0xFFFF ? 4 : 8;
  hex.text[0] = '\\';
  hex.text[1] = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
  for (int i = 0; i < digits; ++i) hex.text[2 + i] = "0123456789abcdef"[c >> (4 * (digits - 1 - i)) & 15];
  hex.text[2 + digits] = 0;
  return hex;
}

// str() of the other fields runs first: it may run Python that assigns to this exception.
Fallible<Value> encode_error_str(Thread& t, Value self) {
  if (field(self, kUnicodeObject).is_empty()) return Value(names.empty);
  Str* reason = TRY(text_of_field(t, self, kUnicodeReason));
  Str* encoding = TRY(text_of_field(t, self, kUnicodeEncoding));
  Value object = field(self, kUnicodeObject);
  if (object.is_empty() || !is<Str>(object))
    return t.raise_type_error("UnicodeError 'object' attribute must be a string");
  int64_t start = number(self, kUnicodeStart), end = number(self, kUnicodeEnd);
  if (is_one_item(start, end, as<Str>(object)->length()))
    return Value(TRY(t.format("'{}' codec can't encode character '{}' in position {}: {}", encoding,
                              escaped(as<Str>(object)->at(static_cast<size_t>(start))).text, start, reason)));
  return Value(TRY(t.format("'{}' codec can't encode characters in position {}-{}: {}", encoding, start,
                            static_cast<int64_t>(static_cast<uint64_t>(end) - 1), reason)));
}

Fallible<Value> decode_error_str(Thread& t, Value self) {
  if (field(self, kUnicodeObject).is_empty()) return Value(names.empty);
  Str* reason = TRY(text_of_field(t, self, kUnicodeReason));
  Str* encoding = TRY(text_of_field(t, self, kUnicodeEncoding));
  Value object = field(self, kUnicodeObject);
  if (object.is_empty() || !is<Bytes>(object))
    return t.raise_type_error("UnicodeError 'object' attribute must be a bytes");
  int64_t start = number(self, kUnicodeStart), end = number(self, kUnicodeEnd);
  if (is_one_item(start, end, as<Bytes>(object)->length())) {
    uint8_t byte = as<Bytes>(object)->data()[start];
    const char hex[] = {'0', 'x', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15], 0};
    return Value(TRY(t.format("'{}' codec can't decode byte {} in position {}: {}", encoding, hex, start, reason)));
  }
  return Value(TRY(t.format("'{}' codec can't decode bytes in position {}-{}: {}", encoding, start,
                            static_cast<int64_t>(static_cast<uint64_t>(end) - 1), reason)));
}

Fallible<Value> translate_error_str(Thread& t, Value self) {
  if (field(self, kUnicodeObject).is_empty()) return Value(names.empty);
  Str* reason = TRY(text_of_field(t, self, kUnicodeReason));
  Value object = field(self, kUnicodeObject);
  if (object.is_empty() || !is<Str>(object))
    return t.raise_type_error("UnicodeError 'object' attribute must be a string");
  int64_t start = number(self, kUnicodeStart), end = number(self, kUnicodeEnd);
  if (is_one_item(start, end, as<Str>(object)->length()))
    return Value(TRY(t.format("can't translate character '{}' in position {}: {}",
                              escaped(as<Str>(object)->at(static_cast<size_t>(start))).text, start, reason)));
  return Value(TRY(t.format("can't translate characters in position {}-{}: {}", start,
                            static_cast<int64_t>(static_cast<uint64_t>(end) - 1), reason)));
}

// ---- Attributes. ----

template <int kIndex>
Fallible<Value> get_number(Thread&, Value self) {
  Value v = field(self, kIndex);
  return v.is_empty() ? Value::from_small_int(0) : v;
}
template <int kIndex>
Fallible<void> set_number(Thread& t, Value self, Value v) {
  if (v.is_absent()) return t.raise_type_error("can't delete numeric/char attribute");
  if (!is_int_or_bool(v)) return t.raise_type_error("an integer is required");
  int64_t n = TRY(index_to_int64_py(t, v));
  Value plain = TRY(make_int(t, n));
  exception_of(self)->extra_[kIndex].set(exception_of(self), plain);
  return {};
}

constexpr GetSet kGetSets[] = {
    {"start", get_number<kUnicodeStart>, set_number<kUnicodeStart>, "Where the trouble begins."},
    {"end", get_number<kUnicodeEnd>, set_number<kUnicodeEnd>, "Where it ends."},
    {}};
constexpr Member kMembers[] = {exception_member("encoding", kUnicodeEncoding, "The encoding's name."),
                               exception_member("object", kUnicodeObject, "What could not be converted."),
                               exception_member("reason", kUnicodeReason, "What is wrong with it."),
                               {}};

}  // namespace

extern const TypeSpec k_UnicodeDecodeError_spec = {
    .name = "UnicodeDecodeError",
    .doc = "Bytes are not valid in an encoding.",
    .base = &core.UnicodeError,
    .flags = type_flag::kBaseType,
    .slots = {.str = decode_error_str, .init = decode_error_init},
    .getsets = kGetSets,
    .members = kMembers,
};
extern const TypeSpec k_UnicodeEncodeError_spec = {
    .name = "UnicodeEncodeError",
    .doc = "Text cannot be written in an encoding.",
    .base = &core.UnicodeError,
    .flags = type_flag::kBaseType,
    .slots = {.str = encode_error_str, .init = encode_error_init},
    .getsets = kGetSets,
    .members = kMembers,
};
extern const TypeSpec k_UnicodeTranslateError_spec = {
    .name = "UnicodeTranslateError",
    .doc = "Text cannot be translated.",
    .base = &core.UnicodeError,
    .flags = type_flag::kBaseType,
    .slots = {.str = translate_error_str, .init = translate_error_init},
    .getsets = kGetSets,
    .members = kMembers,
};

}  // namespace hog
