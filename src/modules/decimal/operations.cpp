// operations.cpp: calls of libmpdec on Decimals under a context, each with its work bounded before and its signals raised after.
#include "modules/decimal/decimal.hpp"

namespace hog::decimal {

Fallible<Value> apply(Thread& t, UnaryOperation operation, const Decimal* a, DecimalContext* context) {
  TRY(afford(t, operation.cost, context->settings_, &a->number_));
  Result r(t);
  operation.function(&r.number, &a->number_, &context->settings_, &r.status);
  return r.finish(context);
}

Fallible<Value> apply(Thread& t, BinaryOperation operation, const Decimal* a, const Decimal* b, DecimalContext* context) {
  TRY(afford(t, operation.cost, context->settings_, &a->number_, &b->number_));
  Result r(t);
  operation.function(&r.number, &a->number_, &b->number_, &context->settings_, &r.status);
  return r.finish(context);
}

Fallible<Value> apply_with_rounding(Thread& t, UnaryOperation operation, const Decimal* a, DecimalContext* context, Value rounding) {
  mpd_context_t settings = context->settings_;
  if (!rounding.is_none()) settings.round = TRY(rounding_of(t, rounding));
  TRY(afford(t, operation.cost, settings, &a->number_));
  Result r(t);
  operation.function(&r.number, &a->number_, &settings, &r.status);
  return r.finish(context);
}

Fallible<Value> fused(Thread& t, const Decimal* a, const Decimal* b, const Decimal* c, DecimalContext* context) {
  TRY(afford(t, Cost::Multiply, context->settings_, &a->number_, &b->number_));
  TRY(afford(t, Cost::Linear, context->settings_, &a->number_, &c->number_));
  Result r(t);
  mpd_qfma(&r.number, &a->number_, &b->number_, &c->number_, &context->settings_, &r.status);
  return r.finish(context);
}

Fallible<Value> divide_both(Thread& t, const Decimal* a, const Decimal* b, DecimalContext* context) {
  TRY(afford(t, Cost::DivideInt, context->settings_, &a->number_, &b->number_));
  Result q(t), r(t);
  mpd_qdivmod(&q.number, &r.number, &a->number_, &b->number_, &context->settings_, &q.status);
  TRY(add_status(t, context, q.status));
  Value quotient(TRY(q.take()));
  Value rest(TRY(r.take()));
  return Value(TRY(Tuple::of(t, quotient, rest)));
}

Fallible<Value> power(Thread& t, const Decimal* a, const Decimal* b, Value modulus, DecimalContext* context) {
  if (modulus.is_none()) return apply(t, kPower, a, b, context);
  auto* m = as<Decimal>(modulus);
  TRY(afford_power_modulo(t, &a->number_, &b->number_, &m->number_));
  Result r(t);
  mpd_qpowmod(&r.number, &a->number_, &b->number_, &m->number_, &context->settings_, &r.status);
  return r.finish(context);
}

Fallible<Value> number_class(Thread& t, const Decimal* a, DecimalContext* context) {
  return Value(TRY(Str::from_ascii(t, mpd_class(&a->number_, &context->settings_))));
}

Fallible<Value> copied(Thread& t, const Decimal* a, bool absolute) {
  Decimal* copy = TRY(new_decimal(t, nullptr, a->number_));
  if (absolute) mpd_set_positive(&copy->number_);
  else copy->number_.flags ^= MPD_NEG;
  return Value(copy);
}

}  // namespace hog::decimal
