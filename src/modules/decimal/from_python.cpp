// from_python.cpp: Decimals from ints, floats, text and tuples; and operands of other types.
//
// Long ints are split in halves at powers of 10**19, so that the polled and charged arithmetic of ints does the work.
#include <bit>
#include <cmath>

#include "modules/decimal/decimal.hpp"
#include "object/bigint.hpp"
#include "object/bytes_builder.hpp"
#include "object/int_math.hpp"
#include "text/unicode.hpp"

namespace hog::decimal {

namespace {

constexpr size_t kFewWords = 24;  // converted by the school method

// The words of a magnitude, `count` of them (leading ones may be zero).
Fallible<void> split_int(Thread& t, Value n, mpd_uint_t* words, size_t count) {
  TRY(check_native_recursion(t));
  if (count <= kFewWords) {
    bigint::View view(n);
    Limb limbs[kFewWords + 1];
    size_t left = view.count();
    HOG_ASSERT(left <= kFewWords);
    for (size_t i = 0; i < left; ++i) limbs[i] = view[i];
    for (size_t w = 0; w < count; ++w) {
      unsigned __int128 rest = 0;
      for (size_t i = left; i-- > 0;) {
        rest = rest << 64 | limbs[i];
        limbs[i] = static_cast<Limb>(rest / MPD_RADIX);
        rest %= MPD_RADIX;
      }
      left = bigint::trimmed(limbs, left);
      words[w] = static_cast<mpd_uint_t>(rest);
    }
    return t.poll(static_cast<int64_t>(count));
  }
  size_t half = count / 2;
  Value unit = TRY(int_power(t, Value::from_small_int(10), TRY(make_int(t, static_cast<int64_t>(half * MPD_RDIGITS))), Value::absent()));
  IntDivision d = TRY(int_divmod(t, n, unit));
  TRY(split_int(t, d.remainder, words, half));
  return split_int(t, d.quotient, words + half, count - half);
}

Fallible<void> set_double_py(Thread& t, Result& r, double d) {
  if (!std::isfinite(d)) {
    if (std::isnan(d)) mpd_setspecial(&r.number, MPD_POS, MPD_NAN);
    else mpd_setspecial(&r.number, MPD_POS, MPD_INF);
    mpd_set_sign(&r.number, std::signbit(d) ? MPD_NEG : MPD_POS);
    return {};
  }
  int exponent;
  double fraction = std::frexp(std::fabs(d), &exponent);
  auto mantissa = static_cast<int64_t>(std::ldexp(fraction, 53));
  exponent -= 53;
  if (mantissa != 0) {
    int zeros = std::countr_zero(static_cast<uint64_t>(mantissa));
    mantissa >>= zeros;
    exponent += zeros;
  } else {
    exponent = 0;
  }
  Value n = Value::from_small_int(mantissa);
  if (exponent > 0) n = TRY(int_left_shift(t, n, Value::from_small_int(exponent)));
  if (exponent < 0)
    n = TRY(int_multiply(t, n, TRY(int_power(t, Value::from_small_int(5), Value::from_small_int(-exponent), Value::absent()))));
  TRY(set_int_py(t, r, n));
  if (exponent < 0) r.number.exp = exponent;
  mpd_set_sign(&r.number, std::signbit(d) ? MPD_NEG : MPD_POS);
  return {};
}

// The text as libmpdec reads it, ended by a zero byte: decimal digits of every script become ASCII. What cannot be part of a number
// makes it empty, which is a syntax error.
enum class Strictness : uint8_t { Strict, Lenient };  // Lenient: spaces around it and underscores are left out
Fallible<void> to_ascii(Thread& t, const Str* text, Strictness strictness, BytesBuilder& out) {
  size_t begin = 0, end = text->length();
  TRY(t.poll(static_cast<int64_t>(end / 16 + 1)));
  bool lenient = strictness == Strictness::Lenient;
  if (lenient) {
    while (begin < end && unicode::is_space(text->at(begin))) ++begin;
    while (end > begin && unicode::is_space(text->at(end - 1))) --end;
  }
  TRY(out.reserve(end - begin + 1));
  for (size_t i = begin; i < end; ++i) {
    char32_t c = text->at(i);
    if (lenient && c == U'_') continue;
    if (c > 127) {
      int digit = unicode::decimal_value(c);
      c = digit < 0 ? 0 : static_cast<char32_t>('0' + digit);
    }
    if (c == 0) {
      out.truncate(0);
      break;
    }
    TRY(out.append_byte(static_cast<uint8_t>(c)));
  }
  return out.append_byte(0);
}

// (sign, digits, exponent) as text.
Fallible<void> tuple_text(Thread& t, Value v, BytesBuilder& out) {
  Tuple* parts = TRY(tuple_from_iterable_py(t, v));
  if (parts->length() != 3) return t.raise_value_error("argument must be a sequence of length 3");
  Value sign = parts->at(0), exponent = parts->at(2);
  Int64Result s = is_int_or_bool(sign) ? int_to_int64_nogc(sign) : Int64Result{-1, 0};
  if (s.overflow != 0 || (s.value != 0 && s.value != 1))
    return t.raise_value_error("sign must be an integer with the value 0 or 1");
  if (s.value == 1) TRY(out.append("-"));
  bool infinite = false;
  int64_t e = 0;
  if (is<Str>(exponent)) {
    auto* kind = as<Str>(exponent);
    if (kind->equals_ascii("F")) {
      TRY(out.append("Inf"));
      infinite = true;
    } else if (kind->equals_ascii("n")) {
      TRY(out.append("NaN"));
    } else if (kind->equals_ascii("N")) {
      TRY(out.append("sNaN"));
    } else {
      return t.raise_value_error("string argument in the third position must be 'F', 'n' or 'N'");
    }
  } else {
    if (!is_int_or_bool(exponent)) return t.raise_value_error("exponent must be an integer");
    Int64Result n = int_to_int64_nogc(exponent);
    if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
    e = n.value;
  }
  if (!is<Tuple>(parts->at(1)) && !is<List>(parts->at(1)))
    return t.raise_value_error("coefficient must be a tuple of digits");
  Tuple* digits = TRY(tuple_from_iterable_py(t, parts->at(1)));
  for (size_t i = 0; i < digits->length(); ++i) {
    Value d = digits->at(i);
    Int64Result n = is_int_or_bool(d) ? int_to_int64_nogc(d) : Int64Result{-1, 0};
    if (n.overflow != 0 || n.value < 0 || n.value > 9) return t.raise_value_error("coefficient must be a tuple of digits");
    if (!infinite) TRY(out.append_byte(static_cast<uint8_t>('0' + n.value)));
    TRY(t.poll());
  }
  if (!is<Str>(exponent)) {
    if (digits->length() == 0) TRY(out.append("0"));
    Str* suffix = TRY(t.format("E{}", e));
    TRY(out.append(suffix->ascii()));
  }
  return out.append_byte(0);
}

Fallible<Value> exactly_from_text(Thread& t, Type* type, BytesBuilder& text, DecimalContext* context) {
  TRY(t.poll(static_cast<int64_t>(text.size() / 16 + 1)));
  Result r(t);
  mpd_qset_string(&r.number, reinterpret_cast<const char*>(text.data()), &most_exact(), &r.status);
  return r.finish_exact(context, type);
}
Fallible<Value> rounded_from_text(Thread& t, BytesBuilder& text, DecimalContext* context) {
  TRY(t.poll(static_cast<int64_t>(text.size() / 16 + 1)));
  Result r(t);
  mpd_qset_string(&r.number, reinterpret_cast<const char*>(text.data()), &context->settings_, &r.status);
  return r.finish(context);
}

Fallible<Value> rounded_from_decimal(Thread& t, Decimal* d, DecimalContext* context) {
  const mpd_context_t& settings = context->settings_;
  if (!mpd_isnan(&d->number_) || d->number_.digits <= settings.prec - settings.clamp) return finalized(t, d, context);
  Result r(t);
  mpd_seterror(&r.number, MPD_Conversion_syntax, &r.status);
  return r.finish(context);
}

}  // namespace

Fallible<void> set_int_py(Thread& t, Result& r, Value v) {
  bigint::View view(v);
  r.number.exp = 0;
  if (view.count() <= 1) {
    Limb n = view.low();
    r.number.data[0] = n % MPD_RADIX;
    r.number.data[1] = n / MPD_RADIX;
    r.number.len = n < MPD_RADIX ? 1 : 2;
  } else {
    size_t bits = bigint::bit_length(view.limbs(), view.count());
    auto count = static_cast<size_t>(static_cast<double>(bits) * 0.30103 / MPD_RDIGITS) + 2;
    TRY(t.check_fits(count * sizeof(mpd_uint_t)));
    Value magnitude = v;
    if (view.negative()) magnitude = TRY(int_absolute(t, v));
    if (!mpd_qresize(&r.number, static_cast<mpd_ssize_t>(count), &r.status)) return t.raise_memory_error();
    TRY(split_int(t, magnitude, r.number.data, count));
    while (count > 1 && r.number.data[count - 1] == 0) --count;
    r.number.len = static_cast<mpd_ssize_t>(count);
  }
  mpd_setdigits(&r.number);
  mpd_set_sign(&r.number, view.negative() ? MPD_NEG : MPD_POS);
  return {};
}

Fallible<Value> from_int(Thread& t, Value v, DecimalContext* context, Type* type) {
  Result r(t);
  TRY(set_int_py(t, r, v));
  mpd_qfinalize(&r.number, &most_exact(), &r.status);
  return r.finish_exact(context, type);
}

Fallible<Value> from_double(Thread& t, double d, DecimalContext* context, Type* type) {
  Result r(t);
  TRY(set_double_py(t, r, d));
  return r.finish_exact(context, type);
}

Fallible<Value> finalized(Thread& t, const Decimal* d, DecimalContext* context) {
  TRY(t.poll(d->number_.len / 16 + 1));
  Result r(t);
  if (!mpd_qcopy(&r.number, &d->number_, &r.status)) return t.raise_memory_error();
  mpd_qfinalize(&r.number, &context->settings_, &r.status);
  return r.finish(context);
}

Failure raise_no_conversion(Thread& t, Value v) {
  return t.raise_type_error("conversion from {} to Decimal is not supported", type_of(v));
}

Fallible<Value> operand(Thread& t, Value v, DecimalContext* context) {
  if (is<Decimal>(v)) [[likely]] return v;
  if (is_int_or_bool(v)) return from_int(t, v, context);
  return Value::absent();
}
Fallible<Decimal*> operand_or_raise(Thread& t, Value v, DecimalContext* context) {
  Value d = TRY(operand(t, v, context));
  if (d.is_absent()) return raise_no_conversion(t, v);
  return as<Decimal>(d);
}

Fallible<Value> exactly_from_py(Thread& t, Type* type, Value v, DecimalContext* context) {
  if (is<Decimal>(v)) {
    if (type == decimal_type && type_of(v) == decimal_type) return v;
    return Value(TRY(new_decimal(t, type, as<Decimal>(v)->number_)));
  }
  if (is<Str>(v)) {
    BytesBuilder text(t);
    TRY(to_ascii(t, as<Str>(v), Strictness::Lenient, text));
    return exactly_from_text(t, type, text, context);
  }
  if (is_int_or_bool(v)) return from_int(t, v, context, type);
  if (is<Tuple>(v) || is<List>(v)) {
    BytesBuilder text(t);
    TRY(tuple_text(t, v, text));
    return exactly_from_text(t, type, text, context);
  }
  if (is_float(v)) {
    TRY(add_status(t, context, kFloatOperation));
    return from_double(t, float_value(v), context, type);
  }
  return raise_no_conversion(t, v);
}

Fallible<Value> rounded_from_number(Thread& t, Value v, DecimalContext* context) {
  Result r(t);
  if (is_int_or_bool(v)) TRY(set_int_py(t, r, v));
  else if (is_float(v)) TRY(set_double_py(t, r, float_value(v)));
  else return t.raise_type_error("argument must be int or float");
  mpd_qfinalize(&r.number, &context->settings_, &r.status);
  return r.finish(context);
}

Fallible<Value> rounded_from_py(Thread& t, Value v, DecimalContext* context) {
  if (is<Decimal>(v)) return rounded_from_decimal(t, as<Decimal>(v), context);
  if (is<Str>(v)) {
    BytesBuilder text(t);
    TRY(to_ascii(t, as<Str>(v), Strictness::Strict, text));
    return rounded_from_text(t, text, context);
  }
  if (is_int_or_bool(v)) return rounded_from_number(t, v, context);
  if (is<Tuple>(v) || is<List>(v)) {
    BytesBuilder text(t);
    TRY(tuple_text(t, v, text));
    return rounded_from_text(t, text, context);
  }
  if (is_float(v)) {
    TRY(add_status(t, context, kFloatOperation));
    return rounded_from_number(t, v, context);
  }
  return raise_no_conversion(t, v);
}

}  // namespace hog::decimal
