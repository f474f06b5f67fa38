// convert.cpp: Decimals as ints, floats, text, tuples and hashes; and comparison, which converts the other side.
#include "modules/decimal/decimal.hpp"
#include "object/bigint.hpp"
#include "object/int_math.hpp"
#include "vm/isolate.hpp"

namespace hog::decimal {

namespace {

constexpr size_t kFewWords = 24;

// The value of a coefficient. The words belong to a cell that the native stack points to, or to a Result.
Fallible<Value> join_words(Thread& t, const mpd_uint_t* words, size_t count) {
  TRY(check_native_recursion(t));
  if (count <= kFewWords) {
    Limb limbs[kFewWords + 1];
    size_t used = 0;
    for (size_t w = count; w-- > 0;) {
      Limb carry = words[w];
      for (size_t i = 0; i < used; ++i) {
        unsigned __int128 product = static_cast<unsigned __int128>(limbs[i]) * MPD_RADIX + carry;
        limbs[i] = static_cast<Limb>(product);
        carry = static_cast<Limb>(product >> 64);
      }
      if (carry != 0) limbs[used++] = carry;
    }
    TRY(t.poll(static_cast<int64_t>(count)));
    return bigint::from_limbs(t, limbs, used, false);
  }
  size_t half = count / 2;
  Value low = TRY(join_words(t, words, half));
  Value high = TRY(join_words(t, words + half, count - half));
  Value unit = TRY(int_power(t, Value::from_small_int(10), TRY(make_int(t, static_cast<int64_t>(half * MPD_RDIGITS))), Value::absent()));
  return int_add(t, TRY(int_multiply(t, high, unit)), low);
}
Fallible<Value> coefficient(Thread& t, const mpd_t& n) { return join_words(t, n.data, static_cast<size_t>(n.len)); }

Fallible<Value> power_of_ten(Thread& t, int64_t exponent) {
  return int_power(t, Value::from_small_int(10), TRY(make_int(t, exponent)), Value::absent());
}

Failure raise_special(Thread& t, const Decimal* d, const char* what) {
  if (mpd_isnan(&d->number_)) return t.raise_value_error("cannot convert NaN to {}", what);
  return t.raise(core.OverflowError, "cannot convert Infinity to {}", what);
}

// ---- Hash: the number modulo 2**61 - 1, as all numbers hash. ----

constexpr uint64_t kModulus = (uint64_t{1} << 61) - 1;
uint64_t multiply_modulo(uint64_t a, uint64_t b) {
  unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  auto sum = static_cast<uint64_t>(product & kModulus) + static_cast<uint64_t>(product >> 61);
  return sum >= kModulus ? sum - kModulus : sum;
}
uint64_t power_modulo(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1, base = multiply_modulo(base, base))
    if ((exponent & 1) != 0) result = multiply_modulo(result, base);
  return result;
}

}  // namespace

Fallible<int64_t> hash_of(Thread& t, Value self) {
  const mpd_t& n = as<Decimal>(self)->number_;
  if (mpd_isspecial(&n)) {
    if (mpd_issnan(&n)) return t.raise_type_error("Cannot hash a signaling NaN value");
    if (mpd_isnan(&n)) return core.object->slots().hash(t, self);
    return mpd_isnegative(&n) ? int64_t{-314159} : int64_t{314159};
  }
  uint64_t hash = 0;
  for (mpd_ssize_t i = n.len; i-- > 0;)
    hash = (multiply_modulo(hash, MPD_RADIX % kModulus) + n.data[i] % kModulus) % kModulus;
  uint64_t ten = n.exp < 0 ? power_modulo(10, kModulus - 2) : 10;
  auto size = static_cast<uint64_t>(n.exp < 0 ? -n.exp : n.exp);
  hash = multiply_modulo(hash, power_modulo(ten, size));
  TRY(t.poll(n.len / 16 + 1));
  auto result = static_cast<int64_t>(hash);
  if (mpd_isnegative(&n)) result = -result;
  return result == -1 ? int64_t{-2} : result;
}

Fallible<Value> to_int(Thread& t, const Decimal* d, DecimalContext* context, int rounding) {
  if (mpd_isspecial(&d->number_)) return raise_special(t, d, "integer");
  mpd_context_t settings = context->settings_;
  settings.round = rounding;
  TRY(t.poll(d->number_.len / 16 + 1));
  Result r(t);
  mpd_qround_to_int(&r.number, &d->number_, &settings, &r.status);
  TRY(add_status(t, context, r.status));
  Value n = TRY(coefficient(t, r.number));
  if (r.number.exp > 0 && !mpd_iszero(&r.number)) n = TRY(int_multiply(t, n, TRY(power_of_ten(t, r.number.exp))));
  return mpd_isnegative(&r.number) ? int_negative(t, n) : Fallible<Value>(n);
}

Fallible<Value> to_ratio(Thread& t, const Decimal* d) {
  const mpd_t& n = d->number_;
  if (mpd_isspecial(&n)) return raise_special(t, d, "integer ratio");
  Value one = Value::from_small_int(1);
  if (mpd_iszero(&n)) return Value(TRY(Tuple::of(t, Value::from_small_int(0), one)));
  Value numerator = TRY(coefficient(t, n)), denominator = one;
  Value scale = TRY(power_of_ten(t, n.exp < 0 ? -n.exp : n.exp));
  if (n.exp >= 0) {
    numerator = TRY(int_multiply(t, numerator, scale));
  } else {
    Value common = TRY(int_gcd(t, numerator, scale));
    numerator = TRY(int_floor_divide(t, numerator, common));
    denominator = TRY(int_floor_divide(t, scale, common));
  }
  if (mpd_isnegative(&n)) numerator = TRY(int_negative(t, numerator));
  return Value(TRY(Tuple::of(t, numerator, denominator)));
}

Fallible<Value> to_tuple(Thread& t, const Decimal* d) {
  const mpd_t& n = d->number_;
  State* state = TRY(state_of(t));
  Value exponent;
  Tuple* digits;
  if (mpd_isinfinite(&n)) {
    exponent = Value(TRY(Str::from_ascii(t, "F")));
    digits = TRY(Tuple::of(t, Value::from_small_int(0)));
  } else {
    exponent = mpd_isnan(&n) ? Value(TRY(Str::from_ascii(t, mpd_issnan(&n) ? "N" : "n"))) : TRY(make_int(t, n.exp));
    auto count = static_cast<size_t>(n.len == 0 ? 0 : n.digits);
    digits = TRY(Tuple::make(t, count));
    mpd_uint_t word = 0;
    for (size_t i = 0; i < count; ++i) {
      word = i % MPD_RDIGITS == 0 ? n.data[i / MPD_RDIGITS] : word / 10;
      digits->initialize(count - 1 - i, Value::from_small_int(static_cast<int64_t>(word % 10)));
    }
    TRY(t.poll(static_cast<int64_t>(count / 8 + 1)));
  }
  return call_py(t, state->tuple_type_.get(), Value::from_small_int(mpd_isnegative(&n) ? 1 : 0), Value(digits), exponent);
}

// OPTIMIZATION: plain notation of a short number, without libmpdec's memory. Absent when it is another kind.
static Fallible<Value> short_text(Thread& t, const mpd_t& n) {
  if (mpd_isspecial(&n) || n.exp > 0 || n.digits > 38 || n.digits + n.exp < -5) return Value::absent();
  char digits[40], text[64];
  auto count = static_cast<size_t>(n.digits);
  mpd_uint_t word = 0;
  for (size_t i = 0; i < count; ++i) {
    word = i % MPD_RDIGITS == 0 ? n.data[i / MPD_RDIGITS] : word / 10;
    digits[count - 1 - i] = static_cast<char>('0' + word % 10);
  }
  size_t used = 0;
  if (mpd_isnegative(&n)) text[used++] = '-';
  int64_t point = n.digits + n.exp;
  if (point <= 0) {
    text[used++] = '0';
    text[used++] = '.';
    for (int64_t i = point; i < 0; ++i) text[used++] = '0';
  }
  for (size_t i = 0; i < count; ++i) {
    if (point > 0 && i == static_cast<size_t>(point)) text[used++] = '.';
    text[used++] = digits[i];
  }
  return Value(TRY(Str::from_ascii(t, {text, used})));
}

Fallible<Value> to_text(Thread& t, const Decimal* d, bool capitals, bool engineering) {
  Value plain = TRY(short_text(t, d->number_));  // the same in engineering notation
  if (!plain.is_absent()) return plain;
  TRY(t.poll(d->number_.len / 2 + 1));
  Turn turn(t);
  char* text = nullptr;
  mpd_ssize_t length = engineering ? mpd_to_eng_size(&text, &d->number_, capitals) : mpd_to_sci_size(&text, &d->number_, capitals);
  return take_text(t, length < 0 ? nullptr : text, static_cast<size_t>(length < 0 ? 0 : length));
}

Fallible<double> to_double(Thread& t, const Decimal* d) {
  const mpd_t& n = d->number_;
  if (mpd_isnan(&n)) {
    if (mpd_issnan(&n)) return t.raise_value_error("cannot convert signaling NaN to float");
    return mpd_isnegative(&n) ? -__builtin_nan("") : __builtin_nan("");
  }
  Value text = TRY(to_text(t, d, true));
  return double_from_str(t, as<Str>(text), text);
}

// ---- Comparison. ----

namespace {

struct Pair {
  Decimal *a, *b;  // b is null: cannot be compared
};

// a number of numbers.Rational on the other side: both sides times its denominator.
Fallible<Pair> against_rational_py(Thread& t, Decimal* a, Value other, DecimalContext* context) {
  Str* name = TRY(Str::intern_utf8(t, "denominator"));
  Value denominator = TRY(get_attribute_py(t, other, name));
  if (!is_int_or_bool(denominator)) return t.raise_type_error("denominator must be an integer");
  name = TRY(Str::intern_utf8(t, "numerator"));
  Value numerator = TRY(get_attribute_py(t, other, name));
  if (!is_int_or_bool(numerator)) return t.raise_type_error("numerator must be an integer");
  auto* b = as<Decimal>(TRY(from_int(t, numerator, context)));
  if (mpd_isspecial(&a->number_)) return Pair{a, b};
  auto* factor = as<Decimal>(TRY(from_int(t, denominator, context)));
  mpd_t plain = a->number_;  // without its exponent, so that nothing overflows
  plain.exp = 0;
  TRY(afford(t, Cost::Multiply, most_exact(), &plain, &factor->number_));
  Result r(t);
  mpd_qmul(&r.number, &plain, &factor->number_, &most_exact(), &r.status);
  if ((r.status & MPD_Malloc_error) != 0) return t.raise_memory_error();
  r.number.exp += a->number_.exp;
  Decimal* product = TRY(r.take());
  return Pair{product, b};
}

Fallible<Pair> pair_py(Thread& t, Value self, Value other, CompareOp op, DecimalContext* context) {
  auto* a = as<Decimal>(self);
  if (is<Decimal>(other)) return Pair{a, as<Decimal>(other)};
  if (is_int_or_bool(other)) return Pair{a, as<Decimal>(TRY(from_int(t, other, context)))};
  bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
  if (is<Complex>(other)) {
    if (!equality || as<Complex>(other)->imag_ != 0) return Pair{a, nullptr};
    other = TRY(make_float(t, as<Complex>(other)->real_));
  }
  if (is_float(other)) {
    if (equality) context->settings_.status |= kFloatOperation;
    else TRY(add_status(t, context, kFloatOperation));
    return Pair{a, as<Decimal>(TRY(from_double(t, float_value(other), context)))};
  }
  State* state = TRY(state_of(t));
  if (TRY(is_instance_py(t, other, state->rational_.get()))) return against_rational_py(t, a, other, context);
  return Pair{a, nullptr};
}

}  // namespace

static Value truth_of_order(int order, CompareOp op) {
  switch (op) {
    case CompareOp::Lt: return Value::from_bool(order < 0);
    case CompareOp::Le: return Value::from_bool(order <= 0);
    case CompareOp::Eq: return Value::from_bool(order == 0);
    case CompareOp::Ne: return Value::from_bool(order != 0);
    case CompareOp::Gt: return Value::from_bool(order > 0);
    case CompareOp::Ge: return Value::from_bool(order >= 0);
  }
  return Value::not_implemented();
}

Fallible<Value> compare_values_py(Thread& t, Value self, Value other, CompareOp op) {
  uint32_t status = 0;
  // OPTIMIZATION: two numbers have an order whatever the context says.
  if (is<Decimal>(other)) {
    const mpd_t &a = as<Decimal>(self)->number_, &b = as<Decimal>(other)->number_;
    if (!mpd_isspecial(&a) && !mpd_isspecial(&b)) {
      TRY(t.poll((a.len + b.len) / 16 + 1));
      Turn turn(t);
      return truth_of_order(mpd_qcmp(&a, &b, &status), op);
    }
  }
  DecimalContext* context = TRY(current_decimal_context(t));
  Pair pair = TRY(pair_py(t, self, other, op, context));
  if (pair.b == nullptr) return Value::not_implemented();
  const mpd_t &a = pair.a->number_, &b = pair.b->number_;
  TRY(t.poll((a.len + b.len) / 16 + 1));
  Turn turn(t);
  int order = mpd_qcmp(&a, &b, &status);
  if (order == INT_MAX) {
    bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
    // Signaling NaNs, and quiet ones where an order is asked for, are invalid.
    if (mpd_issnan(&a) || mpd_issnan(&b) || !equality) TRY(add_status(t, context, status));
    return Value::from_bool(op == CompareOp::Ne);
  }
  return truth_of_order(order, op);
}

}  // namespace hog::decimal
