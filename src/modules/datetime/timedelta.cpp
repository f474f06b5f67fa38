// timedelta.cpp: the type timedelta. Arithmetic is exact, in 128-bit microseconds, or in ints where those do not suffice.
// Ref: library/datetime "timedelta Objects".
#include <cmath>

#include "modules/datetime/datetime.hpp"
#include "object/int_math.hpp"

namespace hog::datetime {

Type* delta_type = nullptr;

const Layout TimeDelta::kLayout = {.name = "timedelta", .trace = [](Cell*, Marker&) {}, .base_size = sizeof(TimeDelta)};

namespace {

constexpr int64_t kSecond = 1000000;
constexpr Wide kDay = Wide{86400} * kSecond;

Wide floor_div(Wide a, Wide b) { return a / b - (a % b < 0 ? 1 : 0); }

Failure raise_no_int(Thread& t) { return t.raise(core.OverflowError, "Python int too large to convert to C int"); }

// An int of at most 80 bits.
Fallible<Wide> wide_of(Thread& t, Value v) {
  Int64Result n = int_to_int64_nogc(v);
  if (n.overflow == 0) return Wide{n.value};
  if (int_bit_length_nogc(v) > 80) return raise_no_int(t);
  auto* big = as<Int>(v);
  unsigned __int128 magnitude = 0;
  for (size_t i = big->limb_count(); i-- > 0;) magnitude = magnitude << 64 | big->limbs()[i];
  return big->negative() ? -static_cast<Wide>(magnitude) : static_cast<Wide>(magnitude);
}

Fallible<Value> to_int(Thread& t, Wide n) {
  if (n >= INT64_MIN && n <= INT64_MAX) return make_int(t, static_cast<int64_t>(n));
  Wide high = floor_div(n, Wide{1} << 62);
  Value shifted = TRY(int_multiply(t, TRY(make_int(t, static_cast<int64_t>(high))), TRY(make_int(t, int64_t{1} << 62))));
  return int_add(t, shifted, TRY(make_int(t, static_cast<int64_t>(n - (high << 62)))));
}
Fallible<Value> microseconds_of(Thread& t, Value delta) { return to_int(t, as<TimeDelta>(delta)->total()); }
Fallible<Value> delta_of_int(Thread& t, Value microseconds) {
  return Value(TRY(make_delta(t, TRY(wide_of(t, microseconds)))));
}

// ---- Construction. ----

struct Sum {
  Wide microseconds = 0;
  double leftover = 0;

  Fallible<void> add(Thread& t, const char* name, Value v, Wide factor) {
    if (is_int_or_bool(v)) {
      microseconds += TRY(wide_of(t, v)) * factor;
      return {};
    }
    if (!is_float(v))
      return t.raise_type_error("unsupported type for timedelta {} component: {}", name, type_of(v));
    double whole, fraction = std::modf(float_value(v), &whole);
    microseconds += TRY(wide_of(t, TRY(int_from_double(t, whole)))) * factor;
    if (fraction == 0) return {};
    double rest, part = static_cast<double>(factor) * fraction;
    rest = std::modf(part, &whole);
    microseconds += static_cast<Wide>(whole);
    leftover += rest;
    return {};
  }
  void round_leftover() {
    if (leftover == 0) return;
    double whole = std::round(leftover);
    if (std::fabs(whole - leftover) == 0.5) {  // to an even sum
      double odd = (microseconds & 1) != 0 ? 1 : 0;
      whole = 2.0 * std::round((leftover + odd) * 0.5) - odd;
    }
    microseconds += static_cast<Wide>(whole);
  }
};

Fallible<Value> construct(Thread& t, Type* type, Value days, Value seconds, Value microseconds, Value milliseconds,
                          Value minutes, Value hours, Value weeks) {
  Sum sum;
  struct Part {
    const char* name;
    Value value;
    Wide factor;
  };
  const Part parts[] = {{"microseconds", microseconds, 1},
                        {"milliseconds", milliseconds, 1000},
                        {"seconds", seconds, kSecond},
                        {"minutes", minutes, Wide{60} * kSecond},
                        {"hours", hours, Wide{3600} * kSecond},
                        {"days", days, kDay},
                        {"weeks", weeks, 7 * kDay}};
  for (const Part& part : parts)
    if (!part.value.is_absent()) TRY(sum.add(t, part.name, part.value, part.factor));
  sum.round_leftover();
  return Value(TRY(make_delta(t, sum.microseconds, type)));
}
constexpr NativeMethod kConstructors[] = {
    {"__new__", HOG_NATIVE(construct),
     "($type, days=<unrepresentable>, seconds=<unrepresentable>, microseconds=<unrepresentable>, "
     "milliseconds=<unrepresentable>, minutes=<unrepresentable>, hours=<unrepresentable>, weeks=<unrepresentable>)",
     nullptr},
    {}};
Fallible<Value> delta_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructors[0]), Value(type), arguments);
}
Fallible<void> delta_init(Thread&, Value, const Arguments&) { return {}; }

// ---- Looks. ----

Fallible<Value> delta_repr(Thread& t, Value self) {
  auto* d = as<TimeDelta>(self);
  StrBuilder out(t);
  TRY(out.append(TRY(name_in_repr(t, self))));
  TRY(out.append(U'('));
  bool first = true;
  auto part = [&](const char* name, int n) -> Fallible<void> {
    if (n == 0) return {};
    TRY(out.append(TRY(t.format("{}{}={}", first ? "" : ", ", name, n))));
    first = false;
    return {};
  };
  TRY(part("days", d->days_));
  TRY(part("seconds", d->seconds_));
  TRY(part("microseconds", d->microseconds_));
  if (first) TRY(out.append(U'0'));
  TRY(out.append(U')'));
  return Value(TRY(out.finish()));
}
Fallible<Value> delta_str(Thread& t, Value self) {
  auto* d = as<TimeDelta>(self);
  StrBuilder out(t);
  if (d->days_ != 0) TRY(out.append(TRY(t.format("{} day{}, ", d->days_, d->days_ == 1 || d->days_ == -1 ? "" : "s"))));
  TRY(out.append(TRY(t.format("{}:", d->seconds_ / 3600))));
  TRY(append_two(out, d->seconds_ / 60 % 60));
  TRY(out.append(U':'));
  TRY(append_two(out, d->seconds_ % 60));
  if (d->microseconds_ != 0) {
    TRY(out.append(U'.'));
    TRY(append_two(out, d->microseconds_, 6));
  }
  return Value(TRY(out.finish()));
}
Fallible<int64_t> delta_hash(Thread&, Value self) {
  auto* d = as<TimeDelta>(self);
  return hash_of_delta(d->days_, d->seconds_, d->microseconds_);
}
Fallible<Value> delta_compare(Thread&, Value a, Value b, CompareOp op) {
  if (!is<TimeDelta>(a) || !is<TimeDelta>(b)) return Value::not_implemented();
  Wide x = as<TimeDelta>(a)->total(), y = as<TimeDelta>(b)->total();
  return decide(op, x < y ? -1 : x > y);
}
Fallible<bool> delta_truth(Thread&, Value self) { return !as<TimeDelta>(self)->is_zero(); }

// ---- Arithmetic. ----

Fallible<Value> delta_add(Thread& t, Value a, Value b) {
  if (!is<TimeDelta>(a) || !is<TimeDelta>(b)) return Value::not_implemented();
  return Value(TRY(make_delta(t, as<TimeDelta>(a)->total() + as<TimeDelta>(b)->total())));
}
Fallible<Value> delta_subtract(Thread& t, Value a, Value b) {
  if (!is<TimeDelta>(a) || !is<TimeDelta>(b)) return Value::not_implemented();
  return Value(TRY(make_delta(t, as<TimeDelta>(a)->total() - as<TimeDelta>(b)->total())));
}
Fallible<Value> delta_negative(Thread& t, Value a) { return Value(TRY(make_delta(t, -as<TimeDelta>(a)->total()))); }
Fallible<Value> delta_positive(Thread& t, Value a) { return Value(TRY(make_delta(t, as<TimeDelta>(a)->total()))); }
Fallible<Value> delta_absolute(Thread& t, Value a) {
  Wide n = as<TimeDelta>(a)->total();
  return Value(TRY(make_delta(t, n < 0 ? -n : n)));
}

// a / b to the nearest int, ties to even.
Fallible<Value> nearest_quotient(Thread& t, Value a, Value b) {
  IntDivision d = TRY(int_divmod(t, a, b));
  Value twice = TRY(int_multiply(t, d.remainder, Value::from_small_int(2)));
  int order = int_compare_nogc(TRY(int_absolute(t, twice)), TRY(int_absolute(t, b)));
  bool odd = !int_is_zero_nogc(TRY(int_and(t, d.quotient, Value::from_small_int(1))));
  if (order > 0 || (order == 0 && odd)) return int_add(t, d.quotient, Value::from_small_int(1));
  return d.quotient;
}

// Numerator and denominator of a float.
Fallible<Tuple*> ratio_of_py(Thread& t, Value v) {
  Value ratio = TRY(call_method_py(t, v, TRY(Str::intern_utf8(t, "as_integer_ratio"))));
  if (!is<Tuple>(ratio))
    return t.raise_type_error("unexpected return type from as_integer_ratio(): expected tuple, not '{}'", type_of(ratio));
  if (as<Tuple>(ratio)->length() != 2 || !is_int_or_bool(as<Tuple>(ratio)->at(0)) || !is_int_or_bool(as<Tuple>(ratio)->at(1)))
    return t.raise_value_error("as_integer_ratio() must return a 2-tuple");
  return as<Tuple>(ratio);
}

Fallible<Value> times(Thread& t, Value delta, Value n) {
  if (is_int_or_bool(n)) return delta_of_int(t, TRY(int_multiply(t, TRY(microseconds_of(t, delta)), n)));
  Tuple* ratio = TRY(ratio_of_py(t, n));
  Value product = TRY(int_multiply(t, TRY(microseconds_of(t, delta)), ratio->at(0)));
  return delta_of_int(t, TRY(nearest_quotient(t, product, ratio->at(1))));
}
Fallible<Value> delta_multiply(Thread& t, Value a, Value b) {
  if (!is<TimeDelta>(a)) std::swap(a, b);
  if (!is<TimeDelta>(a) || !(is_int_or_bool(b) || is_float(b))) return Value::not_implemented();
  return times(t, a, b);
}
Fallible<Value> delta_true_divide(Thread& t, Value a, Value b) {
  if (!is<TimeDelta>(a)) return Value::not_implemented();
  Value us = TRY(microseconds_of(t, a));
  if (is<TimeDelta>(b)) return int_true_divide(t, us, TRY(microseconds_of(t, b)));
  if (is_int_or_bool(b)) {
    if (int_is_zero_nogc(b)) return t.raise(core.ZeroDivisionError, "division by zero");
    return delta_of_int(t, TRY(nearest_quotient(t, us, b)));
  }
  if (!is_float(b)) return Value::not_implemented();
  Tuple* ratio = TRY(ratio_of_py(t, b));
  if (int_is_zero_nogc(ratio->at(0))) return t.raise(core.ZeroDivisionError, "division by zero");
  return delta_of_int(t, TRY(nearest_quotient(t, TRY(int_multiply(t, us, ratio->at(1))), ratio->at(0))));
}
Fallible<Value> delta_floor_divide(Thread& t, Value a, Value b) {
  if (!is<TimeDelta>(a)) return Value::not_implemented();
  Value us = TRY(microseconds_of(t, a));
  if (is<TimeDelta>(b)) {
    if (as<TimeDelta>(b)->is_zero()) return t.raise(core.ZeroDivisionError, "division by zero");
    return int_floor_divide(t, us, TRY(microseconds_of(t, b)));
  }
  if (!is_int_or_bool(b)) return Value::not_implemented();
  if (int_is_zero_nogc(b)) return t.raise(core.ZeroDivisionError, "division by zero");
  return delta_of_int(t, TRY(int_floor_divide(t, us, b)));
}
Fallible<Value> delta_remainder(Thread& t, Value a, Value b) {
  if (!is<TimeDelta>(a) || !is<TimeDelta>(b)) return Value::not_implemented();
  Wide n = as<TimeDelta>(a)->total(), d = as<TimeDelta>(b)->total();
  if (d == 0) return t.raise(core.ZeroDivisionError, "division by zero");
  Wide rest = n % d;
  if (rest != 0 && (rest < 0) != (d < 0)) rest += d;
  return Value(TRY(make_delta(t, rest)));
}
Fallible<Value> delta_divmod(Thread& t, Value a, Value b) {
  if (!is<TimeDelta>(a) || !is<TimeDelta>(b)) return Value::not_implemented();
  Value rest = TRY(delta_remainder(t, a, b)), quotient = TRY(delta_floor_divide(t, a, b));
  return Value(TRY(Tuple::of(t, quotient, rest)));
}

Fallible<Value> total_seconds(Thread& t, TimeDelta* self) {
  return int_true_divide(t, TRY(to_int(t, self->total())), Value::from_small_int(kSecond));
}
Fallible<Value> reduce(Thread& t, TimeDelta* self) {
  Tuple* parts = TRY(Tuple::of(t, Value::from_small_int(self->days_), Value::from_small_int(self->seconds_),
                               Value::from_small_int(self->microseconds_)));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(parts))));
}

constexpr NativeMethod kMethods[] = {{"__reduce__", HOG_NATIVE(reduce), "($self, /)", "For pickle."},
                                     {"total_seconds", HOG_NATIVE(total_seconds), "($self, /)", "The length in seconds."},
                                     {}};
Failure raise_read_only(Thread& t) { return t.raise(core.AttributeError, "readonly attribute"); }
Fallible<void> refuse_set(Thread& t, Value, Value) { return raise_read_only(t); }
constexpr GetSet kGetSets[] = {
    {"days", [](Thread&, Value self) -> Fallible<Value> { return Value::from_small_int(as<TimeDelta>(self)->days_); },
     refuse_set, "Days."},
    {"seconds", [](Thread&, Value self) -> Fallible<Value> { return Value::from_small_int(as<TimeDelta>(self)->seconds_); },
     refuse_set, "Seconds, less than a day."},
    {"microseconds",
     [](Thread&, Value self) -> Fallible<Value> { return Value::from_small_int(as<TimeDelta>(self)->microseconds_); },
     refuse_set, "Microseconds, less than a second."},
    {}};

}  // namespace

Fallible<TimeDelta*> make_delta(Thread& t, Wide us, Type* type) {
  Wide seconds, days;
  if (us == static_cast<int64_t>(us)) [[likely]] {  // OPTIMIZATION: 64 bits divide much faster
    auto n = static_cast<int64_t>(us);
    int64_t s = n / kSecond - (n % kSecond < 0 ? 1 : 0);
    seconds = s;
    days = s / 86400 - (s % 86400 < 0 ? 1 : 0);
  } else {
    seconds = floor_div(us, kSecond);
    days = floor_div(seconds, 86400);
  }
  if (days < INT32_MIN || days > INT32_MAX) return raise_no_int(t);
  if (days < -kMostDeltaDays || days > kMostDeltaDays)
    return t.raise(core.OverflowError, "days={}; must have magnitude <= {}", static_cast<int64_t>(days), kMostDeltaDays);
  auto* d = type == nullptr || type == delta_type ? TRY(t.allocate<TimeDelta>(delta_type->root_shape()))
                                                  : static_cast<TimeDelta*>(TRY(new_instance(t, type)));
  d->days_ = static_cast<int32_t>(days);
  d->seconds_ = static_cast<int32_t>(seconds - days * 86400);
  d->microseconds_ = static_cast<int32_t>(us - seconds * kSecond);
  return d;
}
Fallible<TimeDelta*> make_delta_parts(Thread& t, int64_t days, int64_t seconds, int64_t us) {
  return make_delta(t, Wide{days} * kDay + Wide{seconds} * kSecond + us);
}

extern const TypeSpec kDeltaSpec;
const TypeSpec kDeltaSpec = {
    .name = "datetime.timedelta",
    .doc = "A length of time.",
    .layout = &TimeDelta::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.repr = delta_repr,
              .str = delta_str,
              .hash = delta_hash,
              .compare = delta_compare,
              .init = delta_init,
              .new_ = delta_new,
              .add = delta_add,
              .subtract = delta_subtract,
              .multiply = delta_multiply,
              .remainder = delta_remainder,
              .divmod = delta_divmod,
              .negative = delta_negative,
              .positive = delta_positive,
              .absolute = delta_absolute,
              .truth = delta_truth,
              .floor_divide = delta_floor_divide,
              .true_divide = delta_true_divide},
    .methods = kMethods,
    .getsets = kGetSets,
    .constructors = kConstructors,
};

}  // namespace hog::datetime
