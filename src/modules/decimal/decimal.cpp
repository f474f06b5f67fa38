// decimal.cpp: the type Decimal: its slots and methods. Ref: library/decimal "Decimal objects".
#include "modules/decimal/decimal.hpp"
#include "object/int_math.hpp"

namespace hog::decimal {

Type* decimal_type = nullptr;

namespace {

using Self = Decimal*;

// ---- Arithmetic. ----

struct Operands {
  Decimal *a = nullptr, *b = nullptr;  // a is null: not for us
  DecimalContext* context = nullptr;
};
Fallible<Operands> operands(Thread& t, Value a, Value b) {
  Operands o;
  o.context = TRY(current_decimal_context(t));
  Value left = TRY(operand(t, a, o.context));
  if (left.is_absent()) return Operands{};
  Value right = TRY(operand(t, b, o.context));
  if (right.is_absent()) return Operands{};
  o.a = as<Decimal>(left);
  o.b = as<Decimal>(right);
  return o;
}

template <const auto& Operation>
Fallible<Value> slot_binary(Thread& t, Value a, Value b) {
  Operands o = TRY(operands(t, a, b));
  if (o.a == nullptr) return Value::not_implemented();
  return apply(t, Operation, o.a, o.b, o.context);
}
template <const auto& Operation>
Fallible<Value> slot_unary(Thread& t, Value a) {
  return apply(t, Operation, as<Decimal>(a), TRY(current_decimal_context(t)));
}
Fallible<Value> slot_divmod(Thread& t, Value a, Value b) {
  Operands o = TRY(operands(t, a, b));
  if (o.a == nullptr) return Value::not_implemented();
  return divide_both(t, o.a, o.b, o.context);
}
Fallible<Value> slot_power(Thread& t, Value a, Value b, Value modulus) {
  Operands o = TRY(operands(t, a, b));
  if (o.a == nullptr) return Value::not_implemented();
  if (modulus.is_absent()) modulus = Value::none();
  if (!modulus.is_none()) {
    modulus = TRY(operand(t, modulus, o.context));
    if (modulus.is_absent()) return Value::not_implemented();
  }
  return power(t, o.a, o.b, modulus, o.context);
}
Fallible<bool> slot_truth(Thread&, Value self) { return !mpd_iszero(&as<Decimal>(self)->number_); }
Fallible<Value> slot_int(Thread& t, Value self) {
  return to_int(t, as<Decimal>(self), TRY(current_decimal_context(t)), MPD_ROUND_DOWN);
}
Fallible<Value> slot_float(Thread& t, Value self) { return make_float(t, TRY(to_double(t, as<Decimal>(self)))); }

Fallible<Value> slot_str(Thread& t, Value self) {
  DecimalContext* context = TRY(current_decimal_context(t));
  return to_text(t, as<Decimal>(self), context->capitals_ != 0);
}
Fallible<Value> slot_repr(Thread& t, Value self) {
  Value text = TRY(slot_str(t, self));
  return Value(TRY(t.format("Decimal('{}')", as<Str>(text))));
}

// ---- Construction. ----

Fallible<Value> construct(Thread& t, Type* type, Value value, Value context) {
  return exactly_from_py(t, type, value, TRY(context_or_current(t, context)));
}
constexpr NativeMethod kConstructors[] = {{"Decimal", HOG_NATIVE(construct), "($type, value='0', context=None)", nullptr}, {}};
Fallible<Value> decimal_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructors[0]), Value(type), arguments);
}
Fallible<void> decimal_init(Thread&, Value, const Arguments&) { return {}; }

Fallible<Value> as_type_py(Thread& t, Type* type, Value v) {
  return type == decimal_type ? v : call_py(t, Value(type), v);
}
Fallible<Value> from_float_method(Thread& t, Type* type, Value v) {
  DecimalContext* context = TRY(current_decimal_context(t));
  if (is_int_or_bool(v)) return as_type_py(t, type, TRY(from_int(t, v, context)));
  if (!is_float(v)) return t.raise_type_error("argument must be int or float");
  return as_type_py(t, type, TRY(from_double(t, float_value(v), context)));
}
Fallible<Value> from_number(Thread& t, Type* type, Value v) {
  DecimalContext* context = TRY(current_decimal_context(t));
  if (is<Decimal>(v)) return as_type_py(t, type, type == decimal_type ? TRY(exactly_from_py(t, type, v, context)) : v);
  if (is_int_or_bool(v)) return as_type_py(t, type, TRY(from_int(t, v, context)));
  if (is_float(v)) return as_type_py(t, type, TRY(from_double(t, float_value(v), context)));
  return raise_no_conversion(t, v);
}

// ---- Methods with a context of their own. ----

template <const auto& Operation>
struct unary {
  static Fallible<Value> call(Thread& t, Self self, Value context) {
    return apply(t, Operation, self, TRY(context_or_current(t, context)));
  }
};
template <const auto& Operation>
struct binary {
  static Fallible<Value> call(Thread& t, Self self, Value other, Value context) {
    DecimalContext* c = TRY(context_or_current(t, context));
    return apply(t, Operation, self, TRY(operand_or_raise(t, other, c)), c);
  }
};
template <const auto& Operation>
struct rounded {
  static Fallible<Value> call(Thread& t, Self self, Value rounding, Value context) {
    return apply_with_rounding(t, Operation, self, TRY(context_or_current(t, context)), rounding);
  }
};
template <int (*Test)(const mpd_t*)>
struct test {
  static Fallible<bool> call(Thread&, Self self) {
    return Test(&self->number_) != 0;
  }
};
Fallible<bool> is_normal(Thread& t, Self self, Value context) {
  DecimalContext* c = TRY(context_or_current(t, context));
  return mpd_isnormal(&self->number_, &c->settings_) != 0;
}
Fallible<bool> is_subnormal(Thread& t, Self self, Value context) {
  DecimalContext* c = TRY(context_or_current(t, context));
  return mpd_issubnormal(&self->number_, &c->settings_) != 0;
}
Fallible<Value> class_of(Thread& t, Self self, Value context) {
  return number_class(t, self, TRY(context_or_current(t, context)));
}
Fallible<Value> eng_string(Thread& t, Self self, Value context) {
  DecimalContext* c = TRY(context_or_current(t, context));
  return to_text(t, self, c->capitals_ != 0, true);
}
Fallible<Value> method_fma(Thread& t, Self self, Value other, Value third, Value context) {
  DecimalContext* c = TRY(context_or_current(t, context));
  Decimal* b = TRY(operand_or_raise(t, other, c));
  return fused(t, self, b, TRY(operand_or_raise(t, third, c)), c);
}
Fallible<Value> quantize(Thread& t, Self self, Value exp, Value rounding, Value context) {
  DecimalContext* c = TRY(context_or_current(t, context));
  mpd_context_t settings = c->settings_;
  if (!rounding.is_none()) settings.round = TRY(rounding_of(t, rounding));
  Decimal* b = TRY(operand_or_raise(t, exp, c));
  TRY(afford(t, Cost::Linear, settings, &self->number_, &b->number_));
  Result r(t);
  mpd_qquantize(&r.number, &self->number_, &b->number_, &settings, &r.status);
  return r.finish(c);
}
Fallible<bool> same_quantum(Thread& t, Self self, Value other, Value context) {
  DecimalContext* c = TRY(context_or_current(t, context));
  Decimal* b = TRY(operand_or_raise(t, other, c));
  return mpd_same_quantum(&self->number_, &b->number_) != 0;
}

// ---- Other methods. ----

Fallible<Value> itself(Thread&, Self self) { return Value(self); }
Fallible<Value> deep_copy(Thread&, Self self, Value) { return Value(self); }
Fallible<Value> copy_abs(Thread& t, Self self) { return copied(t, self, true); }
Fallible<Value> copy_negate(Thread& t, Self self) { return copied(t, self, false); }
Fallible<bool> is_canonical(Thread&, Self) { return true; }
Fallible<Value> radix(Thread& t, Self) { return from_int(t, Value::from_small_int(10), TRY(current_decimal_context(t))); }
Fallible<int64_t> adjusted(Thread&, Self self) {
  return mpd_isspecial(&self->number_) ? int64_t{0} : static_cast<int64_t>(mpd_adjexp(&self->number_));
}
Fallible<Value> as_tuple(Thread& t, Self self) { return to_tuple(t, self); }
Fallible<Value> as_ratio(Thread& t, Self self) { return to_ratio(t, self); }
template <int Rounding>
struct whole {
  static Fallible<Value> call(Thread& t, Self self) {
    return to_int(t, self, TRY(current_decimal_context(t)), Rounding);
  }
};
Fallible<Value> to_complex(Thread& t, Self self) { return make_complex(t, TRY(to_double(t, self)), 0); }
Fallible<Value> round_method(Thread& t, Self self, Value digits) {
  DecimalContext* context = TRY(current_decimal_context(t));
  if (digits.is_absent()) return to_int(t, self, context, MPD_ROUND_HALF_EVEN);
  if (!is_int_or_bool(digits)) return t.raise_type_error("optional arg must be an integer");
  Int64Result n = int_to_int64_nogc(digits);
  if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
  mpd_uint_t word = 1;
  mpd_t unit = {MPD_STATIC | MPD_CONST_DATA, n.value == INT64_MIN ? INT64_MAX : -n.value, 1, 1, 1, &word};
  TRY(afford(t, Cost::Linear, context->settings_, &self->number_, &unit));
  Result r(t);
  mpd_qquantize(&r.number, &self->number_, &unit, &context->settings_, &r.status);
  return r.finish(context);
}
Fallible<Value> reduce(Thread& t, Self self) {
  Value text = TRY(str_py(t, Value(self)));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(TRY(Tuple::of(t, text))))));
}
Fallible<Value> format_method(Thread& t, Self self, Value spec, Value override) { return formatted_py(t, self, spec, override); }
Fallible<int64_t> size_of(Thread&, Self self) {
  return static_cast<int64_t>(sizeof(Decimal) + (self->long_.get() == nullptr ? 0 : self->long_->capacity()));
}

#define HOG_UNARY(name, operation, doc) {name, HOG_NATIVE(unary<operation>::call), "($self, /, context=None)", doc}
#define HOG_BINARY(name, operation, doc) {name, HOG_NATIVE(binary<operation>::call), "($self, /, other, context=None)", doc}
#define HOG_ROUNDED(name, operation, doc) {name, HOG_NATIVE(rounded<operation>::call), "($self, /, rounding=None, context=None)", doc}
#define HOG_TEST(name, function, doc) {name, HOG_NATIVE(test<function>::call), "($self, /)", doc}
constexpr NativeMethod kMethods[] = {
    {"__ceil__", HOG_NATIVE(whole<MPD_ROUND_CEILING>::call), "($self, /)", "The next int above."},
    {"__complex__", HOG_NATIVE(to_complex), "($self, /)", "The value as a complex number."},
    {"__copy__", HOG_NATIVE(itself), "($self, /)", "The object itself."},
    {"__deepcopy__", HOG_NATIVE(deep_copy), "($self, memo, /)", "The object itself."},
    {"__floor__", HOG_NATIVE(whole<MPD_ROUND_FLOOR>::call), "($self, /)", "The next int below."},
    {"__format__", HOG_NATIVE(format_method), "($self, fmtarg, override=<unrepresentable>, /)", "As text, by a format specification."},
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "For pickle."},
    {"__round__", HOG_NATIVE(round_method), "($self, ndigits=<unrepresentable>, /)", "Rounded to an int, or to so many digits."},
    {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Bytes in memory."},
    {"__trunc__", HOG_NATIVE(whole<MPD_ROUND_DOWN>::call), "($self, /)", "The whole part as an int."},
    {"adjusted", HOG_NATIVE(adjusted), "($self, /)", "The exponent of the first digit."},
    {"as_integer_ratio", HOG_NATIVE(as_ratio), "($self, /)", "Numerator and denominator in lowest terms."},
    {"as_tuple", HOG_NATIVE(as_tuple), "($self, /)", "Sign, digits and exponent."},
    {"canonical", HOG_NATIVE(itself), "($self, /)", "The number itself."},
    HOG_BINARY("compare", kCompare, "-1, 0, 1 or NaN."),
    HOG_BINARY("compare_signal", kCompareSignal, "As compare; NaNs signal."),
    HOG_BINARY("compare_total", kCompareTotal, "By the total order of representations."),
    HOG_BINARY("compare_total_mag", kCompareTotalMag, "The same without signs."),
    {"conjugate", HOG_NATIVE(itself), "($self, /)", "The number itself."},
    {"copy_abs", HOG_NATIVE(copy_abs), "($self, /)", "A copy without the sign."},
    {"copy_negate", HOG_NATIVE(copy_negate), "($self, /)", "A copy with the other sign."},
    HOG_BINARY("copy_sign", kCopySign, "The number with the sign of the other."),
    HOG_UNARY("exp", kExp, "e to that power."),
    {"fma", HOG_NATIVE(method_fma), "($self, /, other, third, context=None)", "self * other + third, rounded once."},
    {"from_float", HOG_NATIVE(from_float_method), "($type, f, /)", "The exact value of a float or int.", native_flag::kClassMethod},
    {"from_number", HOG_NATIVE(from_number), "($type, number, /)", "The exact value of a number.", native_flag::kClassMethod},
    {"is_canonical", HOG_NATIVE(is_canonical), "($self, /)", "Always True."},
    HOG_TEST("is_finite", mpd_isfinite, "Neither infinite nor NaN?"),
    HOG_TEST("is_infinite", mpd_isinfinite, "Infinite?"),
    HOG_TEST("is_nan", mpd_isnan, "A NaN?"),
    {"is_normal", HOG_NATIVE(is_normal), "($self, /, context=None)", "Normal?"},
    HOG_TEST("is_qnan", mpd_isqnan, "A quiet NaN?"),
    HOG_TEST("is_signed", mpd_issigned, "With a minus sign?"),
    HOG_TEST("is_snan", mpd_issnan, "A signaling NaN?"),
    {"is_subnormal", HOG_NATIVE(is_subnormal), "($self, /, context=None)", "Subnormal?"},
    HOG_TEST("is_zero", mpd_iszero, "Zero?"),
    HOG_UNARY("ln", kLn, "The natural logarithm."),
    HOG_UNARY("log10", kLog10, "The logarithm to base ten."),
    HOG_UNARY("logb", kLogb, "The exponent of the first digit."),
    HOG_BINARY("logical_and", kAnd, "And, digit by digit."),
    HOG_UNARY("logical_invert", kInvert, "Each digit inverted."),
    HOG_BINARY("logical_or", kOr, "Or, digit by digit."),
    HOG_BINARY("logical_xor", kXor, "Exclusive or, digit by digit."),
    HOG_BINARY("max", kMax, "The larger."),
    HOG_BINARY("max_mag", kMaxMag, "The larger by absolute values."),
    HOG_BINARY("min", kMin, "The smaller."),
    HOG_BINARY("min_mag", kMinMag, "The smaller by absolute values."),
    HOG_UNARY("next_minus", kNextMinus, "The next smaller number."),
    HOG_UNARY("next_plus", kNextPlus, "The next larger number."),
    HOG_BINARY("next_toward", kNextToward, "The next number in the direction of the other."),
    HOG_UNARY("normalize", kReduce, "Without trailing zeros."),
    {"number_class", HOG_NATIVE(class_of), "($self, /, context=None)", "What kind of number, as text."},
    {"quantize", HOG_NATIVE(quantize), "($self, /, exp, rounding=None, context=None)", "The number with the exponent of another."},
    {"radix", HOG_NATIVE(radix), "($self, /)", "Ten."},
    HOG_BINARY("remainder_near", kRemainderNear, "The remainder nearest to zero."),
    HOG_BINARY("rotate", kRotate, "The digits rotated."),
    {"same_quantum", HOG_NATIVE(same_quantum), "($self, /, other, context=None)", "The same exponent?"},
    HOG_BINARY("scaleb", kScaleb, "The exponent moved."),
    HOG_BINARY("shift", kShift, "The digits shifted."),
    HOG_UNARY("sqrt", kSqrt, "The square root."),
    {"to_eng_string", HOG_NATIVE(eng_string), "($self, /, context=None)", "As text, exponents multiples of three."},
    HOG_ROUNDED("to_integral", kRoundToInt, "The nearest whole number."),
    HOG_ROUNDED("to_integral_exact", kRoundToIntExact, "The same; signals what was lost."),
    HOG_ROUNDED("to_integral_value", kRoundToInt, "The nearest whole number."),
    {}};

constexpr GetSet kGetSets[] = {
    {"imag",
     [](Thread& t, Value) -> Fallible<Value> { return from_int(t, Value::from_small_int(0), TRY(current_decimal_context(t))); },
     nullptr, "Zero."},
    {"real", [](Thread&, Value self) -> Fallible<Value> { return self; }, nullptr, "The number itself."},
    {}};

}  // namespace

const TypeSpec kDecimalSpec = {.name = "decimal.Decimal",
                               .doc = "A decimal floating-point number.",
                               .layout = &Decimal::kLayout,
                               .flags = type_flag::kBaseType,
                               .slots = {.repr = slot_repr,
                                         .str = slot_str,
                                         .hash = hash_of,
                                         .compare = compare_values_py,
                                         .init = decimal_init,
                                         .new_ = decimal_new,
                                         .add = slot_binary<kAdd>,
                                         .subtract = slot_binary<kSubtract>,
                                         .multiply = slot_binary<kMultiply>,
                                         .remainder = slot_binary<kRemainder>,
                                         .divmod = slot_divmod,
                                         .power = slot_power,
                                         .negative = slot_unary<kMinus>,
                                         .positive = slot_unary<kPlus>,
                                         .absolute = slot_unary<kAbs>,
                                         .truth = slot_truth,
                                         .to_int = slot_int,
                                         .to_float = slot_float,
                                         .floor_divide = slot_binary<kDivideInt>,
                                         .true_divide = slot_binary<kDivide>},
                               .methods = kMethods,
                               .getsets = kGetSets,
                               .text_signature = "(value='0', context=None)",
                               .constructors = kConstructors};

}  // namespace hog::decimal
