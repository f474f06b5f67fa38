// math_float.cpp: functions of one to three doubles, with Python's errors where C has errno: nan out of a number is a
// domain error, infinity out of finite numbers a range error. Ref: library/math.
#include <math.h>

#include "modules/math_functions.hpp"
#include "object/bigint.hpp"

namespace hog::math_functions {

namespace {

Failure raise_range(Thread& t) { return t.raise(core.OverflowError, "math range error"); }
Failure raise_domain(Thread& t) { return t.raise_value_error("math domain error"); }
// `message` has one `{}` for the input.
Failure raise_domain(Thread& t, const char* message, double x) {
  if (message == nullptr) return raise_domain(t);
  Value shown = TRY(make_float(t, x));
  return t.raise_value_error(message, repr_of(shown));
}

enum class Overflow : bool { No, Yes };

Fallible<double> checked(Thread& t, double x, double result, Overflow overflow, const char* message) {
  if (::isnan(result) && !::isnan(x)) return raise_domain(t, message, x);
  if (::isinf(result) && ::isfinite(x)) {
    if (overflow == Overflow::Yes) return raise_range(t);
    return raise_domain(t, message, x);
  }
  return result;
}

// Logarithms of ints beyond any double come from mantissa and exponent.
template <typename Log>
Fallible<double> logarithm(Thread& t, Value v, Log log, double log_of_two) {
  constexpr const char* kMessage = "expected a positive input, got {}";
  if (is_int_or_bool(v)) {
    bigint::View view(v);
    if (view.is_zero() || view.negative()) return t.raise_value_error("expected a positive input");
    double d = bigint::round_to_double(view.limbs(), view.count(), false, 0);
    if (::isfinite(d)) return log(d);
    auto bits = static_cast<int64_t>(bigint::bit_length(view.limbs(), view.count()));
    double mantissa = bigint::round_to_double(view.limbs(), view.count(), false, -bits);
    return log(mantissa) + log_of_two * static_cast<double>(bits);
  }
  double x = TRY(to_double_py(t, v));
  if (x == 0 || x < 0) return raise_domain(t, kMessage, x);
  return log(x);
}

}  // namespace

#define HOG_MATH(name, expression, overflow, message)                \
  Fallible<double> name(Thread& t, Value v) {                        \
    double x = TRY(to_double_py(t, v));                              \
    return checked(t, x, expression, Overflow::overflow, message);   \
  }
constexpr const char* kFinite = "expected a finite input, got {}";
constexpr const char* kUnitRange = "expected a number in range from -1 up to 1, got {}";
constexpr const char* kGammaRange = "expected a noninteger or positive integer, got {}";
HOG_MATH(acos, ::acos(x), No, kUnitRange)
HOG_MATH(acosh, ::acosh(x), No, "expected argument value not less than 1, got {}")
HOG_MATH(asin, ::asin(x), No, kUnitRange)
HOG_MATH(asinh, ::asinh(x), No, nullptr)
HOG_MATH(atan, ::atan(x), No, nullptr)
HOG_MATH(atanh, ::atanh(x), No, "expected a number between -1 and 1, got {}")
HOG_MATH(cbrt, ::cbrt(x), No, nullptr)
HOG_MATH(cos, ::cos(x), No, kFinite)
HOG_MATH(cosh, ::cosh(x), Yes, nullptr)
HOG_MATH(degrees, x * (180.0 / 3.141592653589793), Yes, nullptr)
HOG_MATH(erf, ::erf(x), No, nullptr)
HOG_MATH(erfc, ::erfc(x), No, nullptr)
HOG_MATH(exp, ::exp(x), Yes, nullptr)
HOG_MATH(exp2, ::exp2(x), Yes, nullptr)
HOG_MATH(expm1, ::expm1(x), Yes, nullptr)
HOG_MATH(fabs, ::fabs(x), No, nullptr)
HOG_MATH(log1p, ::log1p(x), No, "expected argument value > -1, got {}")
HOG_MATH(radians, x * (3.141592653589793 / 180.0), No, nullptr)
HOG_MATH(sin, ::sin(x), No, kFinite)
HOG_MATH(sinh, ::sinh(x), Yes, nullptr)
HOG_MATH(sqrt, ::sqrt(x), No, "expected a nonnegative input, got {}")
HOG_MATH(tan, ::tan(x), No, kFinite)
HOG_MATH(tanh, ::tanh(x), No, nullptr)
#undef HOG_MATH

Fallible<double> gamma(Thread& t, Value v) {
  double x = TRY(to_double_py(t, v));
  bool pole = x == 0 || x == -kInfinity || (x < 0 && x == ::floor(x));
  if (pole) return raise_domain(t, kGammaRange, x);
  if (x == ::floor(x) && x > 0 && x <= 23) {  // factorials that a double holds exactly
    double product = 1;
    for (double factor = 2; factor < x; ++factor) product *= factor;
    return product;
  }
  return checked(t, x, ::tgamma(x), Overflow::Yes, kGammaRange);
}
Fallible<double> lgamma(Thread& t, Value v) {
  double x = TRY(to_double_py(t, v));
  if (::isinf(x)) return kInfinity;
  if (x <= 0 && x == ::floor(x)) return raise_domain(t, kGammaRange, x);
  int sign;
  return checked(t, x, ::lgamma_r(x, &sign), Overflow::Yes, kGammaRange);
}

Fallible<double> log2(Thread& t, Value v) {
  return logarithm(t, v, [](double x) { return ::log2(x); }, 1.0);
}
Fallible<double> log10(Thread& t, Value v) {
  return logarithm(t, v, [](double x) { return ::log10(x); }, ::log10(2.0));
}
Fallible<Value> log(Thread& t, Value, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("math.log() takes no keyword arguments");
  if (arguments.positional < 1) return t.raise_type_error("log expected at least 1 argument, got 0");
  if (arguments.positional > 2) return t.raise_type_error("log expected at most 2 arguments, got {}", arguments.positional);
  auto natural = [&](Value v) { return logarithm(t, v, [](double x) { return ::log(x); }, ::log(2.0)); };
  double numerator = TRY(natural(arguments[0]));
  if (arguments.positional == 1) return make_float(t, numerator);
  double denominator = TRY(natural(arguments[1]));
  if (denominator == 0) return t.raise(core.ZeroDivisionError, "division by zero");
  return make_float(t, numerator / denominator);
}

Fallible<double> ulp(Thread& t, Value v) {
  double x = ::fabs(TRY(to_double_py(t, v)));
  if (!::isfinite(x)) return x;
  double next = ::nextafter(x, kInfinity);
  if (::isinf(next)) return x - ::nextafter(x, -kInfinity);
  return next - x;
}

// ---- Two and three operands: converted from left to right, and none after one that fails. ----

Fallible<double> atan2(Thread& t, Value y_value, Value x_value) {
  double y = TRY(to_double_py(t, y_value));
  double x = TRY(to_double_py(t, x_value));
  return ::atan2(y, x);
}
Fallible<double> copysign(Thread& t, Value x_value, Value y_value) {
  double x = TRY(to_double_py(t, x_value));
  double y = TRY(to_double_py(t, y_value));
  return ::copysign(x, y);
}
Fallible<double> fma(Thread& t, Value x_value, Value y_value, Value z_value) {
  double x = TRY(to_double_py(t, x_value));
  double y = TRY(to_double_py(t, y_value));
  double z = TRY(to_double_py(t, z_value));
  double result = ::fma(x, y, z);
  if (::isnan(result) && !::isnan(x) && !::isnan(y) && !::isnan(z)) return t.raise_value_error("invalid operation in fma");
  if (::isinf(result) && ::isfinite(x) && ::isfinite(y) && ::isfinite(z))
    return t.raise(core.OverflowError, "overflow in fma");
  return result;
}
Fallible<double> fmod(Thread& t, Value x_value, Value y_value) {
  double x = TRY(to_double_py(t, x_value));
  double y = TRY(to_double_py(t, y_value));
  if (::isinf(y) && ::isfinite(x)) return x;
  double result = ::fmod(x, y);
  if (::isnan(result) && !::isnan(x) && !::isnan(y)) return raise_domain(t);
  return result;
}
Fallible<double> remainder(Thread& t, Value x_value, Value y_value) {
  double x = TRY(to_double_py(t, x_value));
  double y = TRY(to_double_py(t, y_value));
  double result = ::remainder(x, y);
  if (::isnan(result) && !::isnan(x) && !::isnan(y)) return raise_domain(t);
  return result;
}
Fallible<double> pow(Thread& t, Value x_value, Value y_value) {
  double x = TRY(to_double_py(t, x_value));
  double y = TRY(to_double_py(t, y_value));
  double result = ::pow(x, y);
  if (!::isfinite(x) || !::isfinite(y)) return result;
  if (::isnan(result)) return raise_domain(t);
  if (::isinf(result)) {
    if (x == 0) return raise_domain(t);
    return raise_range(t);
  }
  return result;
}

Fallible<double> ldexp(Thread& t, double x, Value exponent) {
  if (!is_int_or_bool(exponent)) return t.raise_type_error("Expected an int as second argument to ldexp.");
  if (x == 0 || !::isfinite(x)) return x;
  int64_t n = int_to_int64_nogc(exponent).value;
  if (n > INT32_MAX) return raise_range(t);
  if (n < INT32_MIN) return ::copysign(0.0, x);
  double result = ::ldexp(x, static_cast<int>(n));
  if (::isinf(result)) return raise_range(t);
  return result;
}

Fallible<double> nextafter(Thread& t, Value x_value, Value y_value, Value steps) {
  double x = TRY(to_double_py(t, x_value));
  double y = TRY(to_double_py(t, y_value));
  if (steps.is_none()) return ::nextafter(x, y);
  Value index = TRY(index_py(t, steps));
  Int64Result n = int_to_int64_nogc(index);
  if (n.value < 0) return t.raise_value_error("steps must be a non-negative integer");
  auto left = static_cast<uint64_t>(n.value);
  if (left == 0) return x;
  if (::isnan(x)) return x;
  if (::isnan(y)) return y;
  // Doubles of one sign are ordered as their bits are; across zero, distances add up.
  constexpr uint64_t kSign = uint64_t{1} << 63;
  auto from = std::bit_cast<uint64_t>(x), to = std::bit_cast<uint64_t>(y);
  uint64_t size_from = from & ~kSign, size_to = to & ~kSign;
  if (size_from == 0 && size_to == 0) return y;
  if ((from & kSign) != (to & kSign)) {
    if (left >= size_from + size_to) return y;
    if (left <= size_from) return std::bit_cast<double>((size_from - left) | (from & kSign));
    return std::bit_cast<double>((left - size_from) | (to & kSign));
  }
  if (size_from <= size_to) return left >= size_to - size_from ? y : std::bit_cast<double>(from + left);
  return left >= size_from - size_to ? y : std::bit_cast<double>(from - left);
}

Fallible<Value> frexp(Thread& t, double x) {
  int exponent = 0;
  double mantissa = ::isfinite(x) ? ::frexp(x, &exponent) : x;
  Value value = TRY(make_float(t, mantissa));
  return Value(TRY(Tuple::of(t, value, Value::from_small_int(exponent))));
}
Fallible<Value> modf(Thread& t, double x) {
  double whole = x;
  double fraction = ::isinf(x) ? ::copysign(0.0, x) : ::modf(x, &whole);
  Value first = TRY(make_float(t, fraction));
  Value second = TRY(make_float(t, whole));
  return Value(TRY(Tuple::of(t, first, second)));
}

Fallible<bool> isclose(Thread& t, Value a_value, Value b_value, double relative, double absolute) {
  double a = TRY(to_double_py(t, a_value));
  double b = TRY(to_double_py(t, b_value));
  if (relative < 0 || absolute < 0) return t.raise_value_error("tolerances must be non-negative");
  if (a == b) return true;
  if (::isinf(a) || ::isinf(b)) return false;
  double difference = ::fabs(b - a);
  return difference <= ::fabs(relative * b) || difference <= ::fabs(relative * a) || difference <= absolute;
}
Fallible<bool> isfinite(Thread&, double x) { return ::isfinite(x) != 0; }
Fallible<bool> isinf(Thread&, double x) { return ::isinf(x) != 0; }
Fallible<bool> isnan(Thread&, double x) { return ::isnan(x) != 0; }

// ---- To whole numbers. ----

Fallible<Value> ceil(Thread& t, Value v) {
  if (!v.is_inline_float() && !is_exactly(v, shapes.float_)) {
    Value method = TRY(find_special_py(t, v, names.dunder_ceil));
    if (!method.is_absent()) return call_py(t, method);
  }
  return int_from_double(t, ::ceil(TRY(to_double_py(t, v))));
}
Fallible<Value> floor(Thread& t, Value v) {
  if (!v.is_inline_float() && !is_exactly(v, shapes.float_)) {
    Value method = TRY(find_special_py(t, v, names.dunder_floor));
    if (!method.is_absent()) return call_py(t, method);
  }
  return int_from_double(t, ::floor(TRY(to_double_py(t, v))));
}
Fallible<Value> trunc(Thread& t, Value v) {
  if (v.is_inline_float() || is_exactly(v, shapes.float_)) return int_from_double(t, float_value(v));
  Value method = TRY(find_special_py(t, v, names.dunder_trunc));
  if (method.is_absent()) return t.raise_type_error("type {} doesn't define __trunc__ method", type_of(v));
  return call_py(t, method);
}

}  // namespace hog::math_functions
