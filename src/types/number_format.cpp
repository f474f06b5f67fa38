// number_format.cpp: numbers laid out as the format mini-language says. Ref: library/string "Format Specification
// Mini-Language".
#include "types/number_format.hpp"

#include <cmath>

#include "object/int_math.hpp"
#include "text/number.hpp"

namespace hog {

using format::Number;
using format::Spec;
using format::SpecError;

namespace {

Fallible<Spec> parse_spec(Thread& t, Str* text, Type* type, char32_t default_type) {
  format::ParsedSpec parsed = format::parse(text_of(text), format::Align::kRight, default_type);
  if (parsed.error != SpecError::kNone) return raise_spec_error(t, parsed.error, parsed.spec, text, type);
  return parsed.spec;
}

Fallible<void> refuse_if(Thread& t, SpecError error, const Spec& spec, Str* text, Type* type) {
  if (error != SpecError::kNone) return raise_spec_error(t, error, spec, text, type);
  return {};
}

Fallible<Value> lay_out(Thread& t, const Number& number, const Spec& spec) {
  StrBuilder out(t);
  TRY(write_number(t, number, spec, out));
  return Value(TRY(out.finish()));
}

Fallible<Value> lay_out_double(Thread& t, double d, const Spec& spec) {
  format::FloatNumber number(d, spec);
  return lay_out(t, number.number(), spec);
}

// 'c': the character, padded as text is, but to the right.
Fallible<Value> lay_out_character(Thread& t, Value v, const Spec& spec) {
  Int64Result n = int_to_int64_nogc(v);
  if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C long");
  if (n.value < 0 || n.value > 0x10FFFF) return t.raise(core.OverflowError, "%c arg not in range(0x110000)");
  format::Padding padding = format::padding_for(1, spec);
  TRY(t.check_fits(padding.left + padding.right));
  StrBuilder out(t);
  TRY(out.append_repeated(spec.fill, padding.left));
  TRY(out.append(static_cast<char32_t>(n.value)));
  TRY(out.append_repeated(spec.fill, padding.right));
  return Value(TRY(out.finish()));
}

}  // namespace

Fallible<Value> format_int(Thread& t, Value v, Str* text, Type* type) {
  Spec spec = TRY(parse_spec(t, text, type, 'd'));
  if (format::is_float_type(spec.type)) {
    double d = TRY(int_to_double(t, v));
    TRY(refuse_if(t, format::check_float(spec), spec, text, type));
    return lay_out_double(t, d, spec);
  }
  int base = 10;
  const char* prefix = "";
  switch (spec.type) {
    case 'b': base = 2, prefix = "0b"; break;
    case 'o': base = 8, prefix = "0o"; break;
    case 'x': base = 16, prefix = "0x"; break;
    case 'X': base = 16, prefix = "0X"; break;
    case 'c': case 'd': case 'n': break;
    default: return raise_spec_error(t, SpecError::kUnknownType, spec, text, type);
  }
  TRY(refuse_if(t, format::check_integer(spec), spec, text, type));
  if (spec.type == 'c') return lay_out_character(t, v, spec);
  Str* digits = TRY(int_to_text(t, v, base));
  std::string_view ascii = digits->ascii();
  Number number;
  if (ascii[0] == '-') {
    number.negative = true;
    ascii.remove_prefix(1);
  }
  if (spec.type == 'X') {
    ByteArray* upper = TRY(ByteArray::make(t, ascii.size()));
    for (size_t i = 0; i < ascii.size(); ++i)
      upper->data()[i] = static_cast<uint8_t>(ascii[i] >= 'a' ? ascii[i] - 32 : ascii[i]);
    ascii = {reinterpret_cast<const char*>(upper->data()), ascii.size()};
  }
  number.integer = ascii;
  if (spec.alternate) number.prefix = prefix;
  return lay_out(t, number, spec);
}

Fallible<Value> format_float(Thread& t, double d, Str* text, Type* type) {
  Spec spec = TRY(parse_spec(t, text, type, 0));
  if (spec.type != 0 && spec.type != 'n' && !format::is_float_type(spec.type))
    return raise_spec_error(t, SpecError::kUnknownType, spec, text, type);
  TRY(refuse_if(t, format::check_float(spec), spec, text, type));
  return lay_out_double(t, d, spec);
}

Fallible<Value> format_complex(Thread& t, double real, double imag, Str* text, Type* type) {
  Spec spec = TRY(parse_spec(t, text, type, 0));
  if (spec.type != 0 && spec.type != 'n' && (!format::is_float_type(spec.type) || spec.type == '%'))
    return raise_spec_error(t, SpecError::kUnknownType, spec, text, type);
  TRY(refuse_if(t, format::check_complex(spec), spec, text, type));
  // Without a type it is laid out as repr() does: in parentheses unless there is no real part.
  bool like_repr = spec.type == 0;
  bool only_imaginary = like_repr && real == 0 && !std::signbit(real);
  bool parentheses = like_repr && !only_imaginary;
  Spec part = spec;
  part.width = -1;
  part.fill = ' ';
  part.align = format::Align::kLeft;
  StrBuilder out(t);
  if (parentheses) TRY(out.append('('));
  if (!only_imaginary) {
    format::FloatNumber number(real, part, false);
    TRY(write_number(t, number.number(), part, out));
    part.sign = format::Sign::kPlus;
  }
  format::FloatNumber number(imag, part, false);
  TRY(write_number(t, number.number(), part, out));
  TRY(out.append('j'));
  if (parentheses) TRY(out.append(')'));
  format::Padding padding = format::padding_for(out.length(), spec);
  TRY(t.check_fits(padding.left + padding.right));
  Str* body = TRY(out.finish());
  StrBuilder padded(t);
  TRY(padded.append_repeated(spec.fill, padding.left));
  TRY(padded.append(body));
  TRY(padded.append_repeated(spec.fill, padding.right));
  return Value(TRY(padded.finish()));
}

Fallible<Value> double_repr(Thread& t, double d) {
  char text[number::kReprSize];
  size_t length = number::repr(d, text);
  return Value(TRY(Str::from_ascii(t, {text, length})));
}

}  // namespace hog
