// number_convert.cpp: any value to an int or a double, as int() and float() do it: __int__, __float__, __index__, text.
#include <cmath>
#include <cstring>

#include "object/exception.hpp"
#include "object/int_math.hpp"
#include "object/text_view.hpp"
#include "text/number.hpp"

namespace hog {

namespace {

bool is_ascii_space(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }

// `text` without white space around it and with ASCII digits for all others, in a cell.
Fallible<std::string_view> ascii_number(Thread& t, const Str* text, char** writable) {
  size_t n = text->length();
  TRY(t.poll(static_cast<int64_t>(n / 64 + 1)));
  ByteArray* room = TRY(ByteArray::make(t, n + 1));
  *writable = reinterpret_cast<char*>(room->data());
  return std::string_view(*writable, number::to_ascii_number(text_of(text), *writable));
}
Fallible<std::string_view> ascii_number(Thread& t, const uint8_t* bytes, size_t n, char** writable) {
  while (n > 0 && is_ascii_space(*bytes)) ++bytes, --n;
  while (n > 0 && is_ascii_space(bytes[n - 1])) --n;
  TRY(t.poll(static_cast<int64_t>(n / 64 + 1)));
  ByteArray* room = TRY(ByteArray::make(t, n + 1));
  *writable = reinterpret_cast<char*>(room->data());
  for (size_t i = 0; i < n; ++i) (*writable)[i] = bytes[i] < 0x80 ? static_cast<char>(bytes[i]) : '?';
  return std::string_view(*writable, n);
}

Fallible<Value> read_int(Thread& t, std::string_view text, int base, Value shown) {
  Value v = TRY(int_from_text(t, text, base));
  if (!v.is_absent()) return v;
  Str* repr = TRY(repr_py(t, shown));
  if (repr->length() > 200) repr = TRY(Str::slice(t, repr, 0, 200));
  return t.raise_value_error("invalid literal for int() with base {}: {}", base, repr);
}

Fallible<double> read_double(Thread& t, std::string_view text, char* writable, Value shown) {
  std::optional<double> d;
  if (std::optional<size_t> length = number::remove_underscores(writable, text.size()))
    d = number::parse_float({writable, *length});
  if (!d) return t.raise_value_error("could not convert string to float: {}", repr_of(shown));
  return *d;
}

}  // namespace

Fallible<Value> int_from_str(Thread& t, const Str* text, int base, Value shown) {
  char* writable;
  return read_int(t, TRY(ascii_number(t, text, &writable)), base, shown);
}
Fallible<Value> int_from_ascii_bytes(Thread& t, const uint8_t* bytes, size_t length, int base, Value shown) {
  char* writable;
  return read_int(t, TRY(ascii_number(t, bytes, length, &writable)), base, shown);
}
Fallible<double> double_from_str(Thread& t, const Str* text, Value shown) {
  char* writable;
  std::string_view ascii = TRY(ascii_number(t, text, &writable));
  return read_double(t, ascii, writable, shown);
}
Fallible<double> double_from_bytes(Thread& t, const uint8_t* bytes, size_t length, Value shown) {
  char* writable;
  std::string_view ascii = TRY(ascii_number(t, bytes, length, &writable));
  return read_double(t, ascii, writable, shown);
}

Failure raise_range_error(Thread& t) {
  constexpr int kRangeErrno = 34;
  Str* text = TRY(Str::from_ascii(t, "Numerical result out of range"));
  Tuple* args = TRY(Tuple::of(t, Value::from_small_int(kRangeErrno), text));
  BaseException* exception = TRY(make_exception(t, core.OverflowError, args));
  return t.raise_object_py(exception, Value::absent());
}

Fallible<Value> to_int_py(Thread& t, Value v) {
  if (is_exactly_int(v)) return v;
  if (auto slot = type_of(v)->slots().to_int; slot != nullptr) {
    Value result = TRY(slot(t, v));
    if (is_exactly_int(result)) return result;
    if (!is_int_or_bool(result)) return t.raise_type_error("__int__ returned non-int (type {})", type_of(result)->name());
    TRY(warn_py(t, core.DeprecationWarning,
                "__int__ returned non-int (type {}).  The ability to return an instance of a strict subclass of int is "
                "deprecated, and may be removed in a future version of Python.",
                type_of(result)->name()));
    return int_positive(t, result);
  }
  if (type_of(v)->slots().index != nullptr) {
    Value result = TRY(index_py(t, v));
    return int_positive(t, result);
  }
  if (is<Str>(v)) return int_from_str(t, as<Str>(v), 10, v);
  if (is<Bytes>(v)) return int_from_ascii_bytes(t, as<Bytes>(v)->data(), as<Bytes>(v)->length(), 10, v);
  if (supports_buffer(v)) {
    BytesLike bytes(t);
    TRY(bytes.open(v));
    // The message shows the bytes, whatever held them.
    Bytes* copy = TRY(Bytes::from(t, bytes.data(), bytes.size()));
    return int_from_ascii_bytes(t, copy->data(), copy->length(), 10, copy);
  }
  return t.raise_type_error("int() argument must be a string, a bytes-like object or a real number, not '{}'", type_of(v));
}

Fallible<double> call_to_float_py(Thread& t, Value v) {
  Value result = TRY(type_of(v)->slots().to_float(t, v));
  if (!is_float(result))
    return t.raise_type_error("{}.__float__ returned non-float (type {})", type_of(v)->name(), type_of(result)->name());
  if (!result.is_inline_float() && !is_exactly(result, shapes.float_))
    TRY(warn_py(t, core.DeprecationWarning,
                "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict subclass of "
                "float is deprecated, and may be removed in a future version of Python.",
                type_of(v)->name(), type_of(result)->name()));
  return float_value(result);
}

Fallible<double> to_double_py(Thread& t, Value v) {
  if (is_float(v)) return float_value(v);
  const Slots& slots = type_of(v)->slots();
  if (is_int_or_bool(v) && slots.to_float == core.int_->slots().to_float) return int_to_double(t, v);
  if (slots.to_float != nullptr) return call_to_float_py(t, v);
  if (slots.index != nullptr) {
    Value index = TRY(index_py(t, v));
    return int_to_double(t, index);
  }
  return t.raise_type_error("must be real number, not {}", type_of(v));
}

}  // namespace hog
