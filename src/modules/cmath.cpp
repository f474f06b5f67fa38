// cmath.cpp: functions of complex numbers. The C library's follow annex G for special values; what is added here are Python's
// errors: where C raises "invalid" or "divide by zero" a ValueError, where finite input overflows an OverflowError.
// Ref: library/cmath.
#include <math.h>

#include "modules/native_constants.hpp"
#include "object/int_math.hpp"
#include "types/complex_math.hpp"

namespace hog {

namespace {

using CNumber = _Complex double;

CNumber to_c(ComplexPair z) {
  CNumber c;
  __real__ c = z.real;
  __imag__ c = z.imag;
  return c;
}
ComplexPair from_c(CNumber z) { return {__real__ z, __imag__ z}; }
bool finite(ComplexPair z) { return isfinite(z.real) && isfinite(z.imag); }
bool infinite(ComplexPair z) { return isinf(z.real) || isinf(z.imag); }

Failure raise_domain(Thread& t) { return t.raise_value_error("math domain error"); }
Failure raise_range(Thread& t) { return t.raise(core.OverflowError, "math range error"); }

Fallible<Value> make(Thread& t, ComplexPair z) { return make_complex(t, z.real, z.imag); }

// Is z outside the function's domain?
using Test = bool (*)(ComplexPair z);
bool nowhere(ComplexPair) { return false; }
bool is_zero(ComplexPair z) { return z.real == 0 && z.imag == 0; }
bool is_real_one(ComplexPair z) { return fabs(z.real) == 1 && z.imag == 0; }
bool is_imaginary_one(ComplexPair z) { return z.real == 0 && fabs(z.imag) == 1; }
// An infinite angle means nothing, unless the length is zero or unknown.
bool exp_undefined(ComplexPair z) { return isinf(z.imag) && (isfinite(z.real) || z.real > 0); }
bool hyperbolic_undefined(ComplexPair z) { return isinf(z.imag) && !isnan(z.real); }
bool tanh_undefined(ComplexPair z) { return isinf(z.imag) && isfinite(z.real); }
bool circular_undefined(ComplexPair z) { return isinf(z.real) && !isnan(z.imag); }
bool tan_undefined(ComplexPair z) { return isinf(z.real) && isfinite(z.imag); }

template <CNumber (*kFunction)(CNumber), Test kUndefined>
Fallible<Value> unary(Thread& t, Value v) {
  ComplexPair z = TRY(to_complex_py(t, v));
  if (kUndefined(z)) return raise_domain(t);
  ComplexPair result = from_c(kFunction(to_c(z)));
  if (infinite(result) && finite(z)) return raise_range(t);
  return make(t, result);
}

#define HOG_CMATH(name) \
  CNumber c_##name(CNumber z) { return __builtin_c##name(z); }
HOG_CMATH(acos)
HOG_CMATH(acosh)
HOG_CMATH(asin)
HOG_CMATH(asinh)
HOG_CMATH(atan)
HOG_CMATH(atanh)
HOG_CMATH(cos)
HOG_CMATH(cosh)
HOG_CMATH(exp)
HOG_CMATH(log)
HOG_CMATH(sin)
HOG_CMATH(sinh)
HOG_CMATH(sqrt)
HOG_CMATH(tan)
HOG_CMATH(tanh)
#undef HOG_CMATH

Fallible<ComplexPair> natural_log(Thread& t, Value v) {
  ComplexPair z = TRY(to_complex_py(t, v));
  if (is_zero(z)) return raise_domain(t);
  return from_c(c_log(to_c(z)));
}

Fallible<Value> log(Thread& t, Value, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("cmath.log() takes no keyword arguments");
  if (arguments.positional < 1) return t.raise_type_error("log expected at least 1 argument, got 0");
  if (arguments.positional > 2) return t.raise_type_error("log expected at most 2 arguments, got {}", arguments.positional);
  ComplexPair numerator = TRY(natural_log(t, arguments[0]));
  if (arguments.positional == 1) return make(t, numerator);
  ComplexPair denominator = TRY(natural_log(t, arguments[1]));
  if (is_zero(denominator)) return raise_domain(t);
  return make(t, complex_quotient(numerator, denominator));
}
Fallible<Value> log10(Thread& t, Value v) {
  constexpr double kLogTen = 2.302585092994045684;
  ComplexPair z = TRY(natural_log(t, v));
  return make(t, {z.real / kLogTen, z.imag / kLogTen});
}

Fallible<double> phase(Thread& t, Value v) {
  ComplexPair z = TRY(to_complex_py(t, v));
  return atan2(z.imag, z.real);
}
Fallible<Value> polar(Thread& t, Value v) {
  ComplexPair z = TRY(to_complex_py(t, v));
  double length = hypot(z.real, z.imag);
  if (isinf(length) && finite(z)) return raise_range(t);
  Value first = TRY(make_float(t, length));
  Value second = TRY(make_float(t, atan2(z.imag, z.real)));
  return Value(TRY(Tuple::of(t, first, second)));
}
Fallible<Value> rect(Thread& t, Value length_value, Value angle_value) {
  double length = TRY(to_double_py(t, length_value));
  double angle = TRY(to_double_py(t, angle_value));
  if (isfinite(length) && isfinite(angle)) {
    // Without an angle the imaginary part keeps its zero's sign, whatever the length.
    if (angle == 0) return make(t, {length, length * angle});
    return make(t, {length * cos(angle), length * sin(angle)});
  }
  if (isinf(angle) && length != 0 && !isnan(length)) return raise_domain(t);
  if (isinf(length) && isfinite(angle) && angle != 0) {
    double real = copysign(__builtin_inf(), cos(angle)), imag = copysign(__builtin_inf(), sin(angle));
    return length > 0 ? make(t, {real, imag}) : make(t, {-real, -imag});
  }
  if (isinf(length) && angle == 0) return make(t, {length, length > 0 ? angle : -angle});
  if (length == 0) return make(t, {0.0, 0.0});
  if (isinf(length)) return make(t, {fabs(length), __builtin_nan("")});
  if (angle == 0) return make(t, {length, angle});
  return make(t, {__builtin_nan(""), __builtin_nan("")});
}

Fallible<bool> is_close(Thread& t, Value a_value, Value b_value, double relative, double absolute) {
  ComplexPair a = TRY(to_complex_py(t, a_value));
  ComplexPair b = TRY(to_complex_py(t, b_value));
  if (relative < 0 || absolute < 0) return t.raise_value_error("tolerances must be non-negative");
  if (a.real == b.real && a.imag == b.imag) return true;
  if (infinite(a) || infinite(b)) return false;
  double difference = hypot(a.real - b.real, a.imag - b.imag);
  return difference <= relative * hypot(b.real, b.imag) || difference <= relative * hypot(a.real, a.imag) ||
         difference <= absolute;
}
Fallible<bool> is_finite(Thread& t, Value v) { return finite(TRY(to_complex_py(t, v))); }
Fallible<bool> is_inf(Thread& t, Value v) { return infinite(TRY(to_complex_py(t, v))); }
Fallible<bool> is_nan(Thread& t, Value v) {
  ComplexPair z = TRY(to_complex_py(t, v));
  return isnan(z.real) || isnan(z.imag);
}

constexpr NativeMethod kFunctions[] = {
    {"acos", HOG_NATIVE((unary<c_acos, nowhere>)), "(z, /)", "Arc cosine."},
    {"acosh", HOG_NATIVE((unary<c_acosh, nowhere>)), "(z, /)", "Inverse hyperbolic cosine."},
    {"asin", HOG_NATIVE((unary<c_asin, nowhere>)), "(z, /)", "Arc sine."},
    {"asinh", HOG_NATIVE((unary<c_asinh, nowhere>)), "(z, /)", "Inverse hyperbolic sine."},
    {"atan", HOG_NATIVE((unary<c_atan, is_imaginary_one>)), "(z, /)", "Arc tangent."},
    {"atanh", HOG_NATIVE((unary<c_atanh, is_real_one>)), "(z, /)", "Inverse hyperbolic tangent."},
    {"cos", HOG_NATIVE((unary<c_cos, circular_undefined>)), "(z, /)", "Cosine."},
    {"cosh", HOG_NATIVE((unary<c_cosh, hyperbolic_undefined>)), "(z, /)", "Hyperbolic cosine."},
    {"exp", HOG_NATIVE((unary<c_exp, exp_undefined>)), "(z, /)", "e to the power z."},
    {"isclose", HOG_NATIVE(is_close), "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", "Are two numbers nearly equal?"},
    {"isfinite", HOG_NATIVE(is_finite), "(z, /)", "Are both parts finite?"},
    {"isinf", HOG_NATIVE(is_inf), "(z, /)", "Is a part infinite?"},
    {"isnan", HOG_NATIVE(is_nan), "(z, /)", "Is a part nan?"},
    {"log", HOG_RAW(log), "(z, base=<unrepresentable>, /)", "Logarithm, natural unless a base is given."},
    {"log10", HOG_NATIVE(log10), "(z, /)", "Logarithm to base 10."},
    {"phase", HOG_NATIVE(phase), "(z, /)", "The angle of a number."},
    {"polar", HOG_NATIVE(polar), "(z, /)", "Length and angle of a number."},
    {"rect", HOG_NATIVE(rect), "(r, phi, /)", "The number of a length and an angle."},
    {"sin", HOG_NATIVE((unary<c_sin, circular_undefined>)), "(z, /)", "Sine."},
    {"sinh", HOG_NATIVE((unary<c_sinh, hyperbolic_undefined>)), "(z, /)", "Hyperbolic sine."},
    {"sqrt", HOG_NATIVE((unary<c_sqrt, nowhere>)), "(z, /)", "Square root."},
    {"tan", HOG_NATIVE((unary<c_tan, tan_undefined>)), "(z, /)", "Tangent."},
    {"tanh", HOG_NATIVE((unary<c_tanh, tanh_undefined>)), "(z, /)", "Hyperbolic tangent."},
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(add_math_constants(t, module));
  Value infinite_j = TRY(make_complex(t, 0.0, __builtin_inf()));
  TRY(module->add(t, "infj", infinite_j));
  Value nan_j = TRY(make_complex(t, 0.0, __builtin_nan("")));
  return module->add(t, "nanj", nan_j);
}

}  // namespace

extern const ModuleSpec k_module_cmath;
const ModuleSpec k_module_cmath = {
    .name = "cmath", .doc = "Mathematical functions of complex numbers.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
