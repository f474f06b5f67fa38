// context_methods.cpp: the methods of Context: each operation with this context, and the context's own.
#include "modules/decimal/decimal.hpp"

namespace hog::decimal {

namespace {

using Self = DecimalContext*;

template <const auto& Operation>
struct unary {
  static Fallible<Value> call(Thread& t, Self self, Value x) {
    return apply(t, Operation, TRY(operand_or_raise(t, x, self)), self);
  }
};
template <const auto& Operation>
struct binary {
  static Fallible<Value> call(Thread& t, Self self, Value x, Value y) {
    Decimal* a = TRY(operand_or_raise(t, x, self));
    return apply(t, Operation, a, TRY(operand_or_raise(t, y, self)), self);
  }
};
template <bool (*Test)(const mpd_t*, const mpd_context_t*)>
struct test {
  static Fallible<bool> call(Thread& t, Self self, Value x) {
    Decimal* a = TRY(operand_or_raise(t, x, self));
    return Test(&a->number_, &self->settings_);
  }
};

bool is_normal(const mpd_t* a, const mpd_context_t* c) { return mpd_isnormal(a, c) != 0; }
bool is_subnormal(const mpd_t* a, const mpd_context_t* c) { return mpd_issubnormal(a, c) != 0; }
bool is_finite(const mpd_t* a, const mpd_context_t*) { return mpd_isfinite(a) != 0; }
bool is_infinite(const mpd_t* a, const mpd_context_t*) { return mpd_isinfinite(a) != 0; }
bool is_nan(const mpd_t* a, const mpd_context_t*) { return mpd_isnan(a) != 0; }
bool is_qnan(const mpd_t* a, const mpd_context_t*) { return mpd_isqnan(a) != 0; }
bool is_snan(const mpd_t* a, const mpd_context_t*) { return mpd_issnan(a) != 0; }
bool is_signed(const mpd_t* a, const mpd_context_t*) { return mpd_issigned(a) != 0; }
bool is_zero(const mpd_t* a, const mpd_context_t*) { return mpd_iszero(a) != 0; }

Fallible<Value> canonical(Thread& t, Self, Value x) {
  if (!is<Decimal>(x)) return t.raise_type_error("argument must be a Decimal");
  return x;
}
Fallible<bool> is_canonical(Thread& t, Self, Value x) {
  if (!is<Decimal>(x)) return t.raise_type_error("argument must be a Decimal");
  return mpd_iscanonical(&as<Decimal>(x)->number_) != 0;
}
Fallible<Value> copy_abs(Thread& t, Self self, Value x) { return copied(t, TRY(operand_or_raise(t, x, self)), true); }
Fallible<Value> copy_negate(Thread& t, Self self, Value x) { return copied(t, TRY(operand_or_raise(t, x, self)), false); }
Fallible<Value> copy_decimal(Thread& t, Self self, Value x) { return Value(TRY(operand_or_raise(t, x, self))); }
Fallible<Value> class_of(Thread& t, Self self, Value x) { return number_class(t, TRY(operand_or_raise(t, x, self)), self); }
Fallible<Value> sci_string(Thread& t, Self self, Value x) {
  return to_text(t, TRY(operand_or_raise(t, x, self)), self->capitals_ != 0);
}
Fallible<Value> eng_string(Thread& t, Self self, Value x) {
  return to_text(t, TRY(operand_or_raise(t, x, self)), self->capitals_ != 0, true);
}
Fallible<bool> same_quantum(Thread& t, Self self, Value x, Value y) {
  Decimal* a = TRY(operand_or_raise(t, x, self));
  Decimal* b = TRY(operand_or_raise(t, y, self));
  return mpd_same_quantum(&a->number_, &b->number_) != 0;
}
Fallible<Value> both_quotients(Thread& t, Self self, Value x, Value y) {
  Decimal* a = TRY(operand_or_raise(t, x, self));
  return divide_both(t, a, TRY(operand_or_raise(t, y, self)), self);
}
Fallible<Value> context_fma(Thread& t, Self self, Value x, Value y, Value z) {
  Decimal* a = TRY(operand_or_raise(t, x, self));
  Decimal* b = TRY(operand_or_raise(t, y, self));
  return fused(t, a, b, TRY(operand_or_raise(t, z, self)), self);
}
Fallible<Value> context_power(Thread& t, Self self, Value x, Value y, Value modulo) {
  Decimal* a = TRY(operand_or_raise(t, x, self));
  Decimal* b = TRY(operand_or_raise(t, y, self));
  if (!modulo.is_none()) modulo = Value(TRY(operand_or_raise(t, modulo, self)));
  return power(t, a, b, modulo, self);
}
Fallible<Value> fit(Thread& t, Self self, Value x) { return finalized(t, TRY(operand_or_raise(t, x, self)), self); }
Fallible<Value> radix(Thread& t, Self self) { return from_int(t, Value::from_small_int(10), self); }
Fallible<int64_t> etiny(Thread&, Self self) { return mpd_etiny(&self->settings_); }
Fallible<int64_t> etop(Thread&, Self self) { return mpd_etop(&self->settings_); }
Fallible<Value> copy(Thread& t, Self self) {
  DecimalContext* copy = TRY(new_context(t, decimal_context_type));
  copy->settings_ = self->settings_;
  copy->capitals_ = self->capitals_;
  return Value(copy);
}
Fallible<Value> reduce(Thread& t, Self self) {
  const mpd_context_t& s = self->settings_;
  State* state = TRY(state_of(t));
  Value settings[] = {TRY(make_int(t, s.prec)),
                      state->roundings_[s.round].get(),
                      TRY(make_int(t, s.emin)),
                      TRY(make_int(t, s.emax)),
                      Value::from_small_int(self->capitals_),
                      Value::from_small_int(s.clamp),
                      Value(TRY(list_of_flags(t, s.status))),
                      Value(TRY(list_of_flags(t, s.traps)))};
  Tuple* arguments = TRY(Tuple::from(t, settings, std::size(settings)));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(arguments))));
}
Fallible<void> clear_flags(Thread&, Self self) {
  self->settings_.status = 0;
  return {};
}
Fallible<void> clear_traps(Thread&, Self self) {
  self->settings_.traps = 0;
  return {};
}
Fallible<Value> create_decimal(Thread& t, Self self, Value v) { return rounded_from_py(t, v, self); }
Fallible<Value> create_from_float(Thread& t, Self self, Value v) { return rounded_from_number(t, v, self); }

}  // namespace

#define HOG_UNARY(name, operation, doc) {name, HOG_NATIVE(unary<operation>::call), "($self, x, /)", doc}
#define HOG_BINARY(name, operation, doc) {name, HOG_NATIVE(binary<operation>::call), "($self, x, y, /)", doc}
#define HOG_TEST(name, function, doc) {name, HOG_NATIVE(test<function>::call), "($self, x, /)", doc}
const NativeMethod kContextMethods[] = {
    {"Etiny", HOG_NATIVE(etiny), "($self, /)", "The exponent of the smallest subnormal number."},
    {"Etop", HOG_NATIVE(etop), "($self, /)", "The largest exponent of a coefficient of full length."},
    {"__copy__", HOG_NATIVE(copy), "($self, /)", "A copy."},
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "For pickle."},
    {"_apply", HOG_NATIVE(fit), "($self, x, /)", "The number, rounded."},
    HOG_UNARY("abs", kAbs, "The absolute value."),
    HOG_BINARY("add", kAdd, "The sum."),
    {"canonical", HOG_NATIVE(canonical), "($self, x, /)", "The number itself."},
    {"clear_flags", HOG_NATIVE(clear_flags), "($self, /)", "Sets all flags to False."},
    {"clear_traps", HOG_NATIVE(clear_traps), "($self, /)", "Sets all traps to False."},
    HOG_BINARY("compare", kCompare, "-1, 0, 1 or NaN."),
    HOG_BINARY("compare_signal", kCompareSignal, "As compare; NaNs signal."),
    HOG_BINARY("compare_total", kCompareTotal, "By the total order of representations."),
    HOG_BINARY("compare_total_mag", kCompareTotalMag, "The same without signs."),
    {"copy", HOG_NATIVE(copy), "($self, /)", "A copy."},
    {"copy_abs", HOG_NATIVE(copy_abs), "($self, x, /)", "A copy without the sign."},
    {"copy_decimal", HOG_NATIVE(copy_decimal), "($self, x, /)", "The number as a Decimal."},
    {"copy_negate", HOG_NATIVE(copy_negate), "($self, x, /)", "A copy with the other sign."},
    HOG_BINARY("copy_sign", kCopySign, "The first with the sign of the second."),
    {"create_decimal", HOG_NATIVE(create_decimal), "($self, num='0', /)", "A new Decimal, rounded by this context."},
    {"create_decimal_from_float", HOG_NATIVE(create_from_float), "($self, f, /)", "The same of a float or int."},
    HOG_BINARY("divide", kDivide, "The quotient."),
    HOG_BINARY("divide_int", kDivideInt, "The quotient's whole part."),
    {"divmod", HOG_NATIVE(both_quotients), "($self, x, y, /)", "Whole quotient and remainder."},
    HOG_UNARY("exp", kExp, "e to that power."),
    {"fma", HOG_NATIVE(context_fma), "($self, x, y, z, /)", "x * y + z, rounded once."},
    {"is_canonical", HOG_NATIVE(is_canonical), "($self, x, /)", "Always True."},
    HOG_TEST("is_finite", is_finite, "Neither infinite nor NaN?"),
    HOG_TEST("is_infinite", is_infinite, "Infinite?"),
    HOG_TEST("is_nan", is_nan, "A NaN?"),
    HOG_TEST("is_normal", is_normal, "Normal?"),
    HOG_TEST("is_qnan", is_qnan, "A quiet NaN?"),
    HOG_TEST("is_signed", is_signed, "With a minus sign?"),
    HOG_TEST("is_snan", is_snan, "A signaling NaN?"),
    HOG_TEST("is_subnormal", is_subnormal, "Subnormal?"),
    HOG_TEST("is_zero", is_zero, "Zero?"),
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
    HOG_UNARY("minus", kMinus, "The negative, rounded."),
    HOG_BINARY("multiply", kMultiply, "The product."),
    HOG_UNARY("next_minus", kNextMinus, "The next smaller number."),
    HOG_UNARY("next_plus", kNextPlus, "The next larger number."),
    HOG_BINARY("next_toward", kNextToward, "The next number in the direction of the second."),
    HOG_UNARY("normalize", kReduce, "Without trailing zeros."),
    {"number_class", HOG_NATIVE(class_of), "($self, x, /)", "What kind of number, as text."},
    HOG_UNARY("plus", kPlus, "The number, rounded."),
    {"power", HOG_NATIVE(context_power), "($self, a, b, modulo=None)", "a to the power of b, modulo a third."},
    HOG_BINARY("quantize", kQuantize, "The first with the exponent of the second."),
    {"radix", HOG_NATIVE(radix), "($self, /)", "Ten."},
    HOG_BINARY("remainder", kRemainder, "The remainder, with the sign of the first."),
    HOG_BINARY("remainder_near", kRemainderNear, "The remainder nearest to zero."),
    HOG_BINARY("rotate", kRotate, "The digits rotated."),
    {"same_quantum", HOG_NATIVE(same_quantum), "($self, x, y, /)", "The same exponent?"},
    HOG_BINARY("scaleb", kScaleb, "The exponent moved."),
    HOG_BINARY("shift", kShift, "The digits shifted."),
    HOG_UNARY("sqrt", kSqrt, "The square root."),
    HOG_BINARY("subtract", kSubtract, "The difference."),
    {"to_eng_string", HOG_NATIVE(eng_string), "($self, x, /)", "As text, exponents multiples of three."},
    HOG_UNARY("to_integral", kRoundToInt, "The nearest whole number."),
    HOG_UNARY("to_integral_exact", kRoundToIntExact, "The same; signals what was lost."),
    HOG_UNARY("to_integral_value", kRoundToInt, "The nearest whole number."),
    {"to_sci_string", HOG_NATIVE(sci_string), "($self, x, /)", "As text."},
    {}};

}  // namespace hog::decimal
