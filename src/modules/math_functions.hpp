// math_functions.hpp: the families of functions that math.cpp's table brings together.
#pragma once

#include "object/int_math.hpp"
#include "object/native.hpp"

namespace hog::math_functions {

constexpr double kInfinity = __builtin_inf();
constexpr double kNan = __builtin_nan("");

// math_float.cpp: doubles in, doubles out.
#define HOG_MATH_UNARY(name) Fallible<double> name(Thread& t, Value x);
HOG_MATH_UNARY(acos)
HOG_MATH_UNARY(acosh)
HOG_MATH_UNARY(asin)
HOG_MATH_UNARY(asinh)
HOG_MATH_UNARY(atan)
HOG_MATH_UNARY(atanh)
HOG_MATH_UNARY(cbrt)
HOG_MATH_UNARY(cos)
HOG_MATH_UNARY(cosh)
HOG_MATH_UNARY(degrees)
HOG_MATH_UNARY(erf)
HOG_MATH_UNARY(erfc)
HOG_MATH_UNARY(exp)
HOG_MATH_UNARY(exp2)
HOG_MATH_UNARY(expm1)
HOG_MATH_UNARY(fabs)
HOG_MATH_UNARY(gamma)
HOG_MATH_UNARY(lgamma)
HOG_MATH_UNARY(log1p)
HOG_MATH_UNARY(log2)
HOG_MATH_UNARY(log10)
HOG_MATH_UNARY(radians)
HOG_MATH_UNARY(sin)
HOG_MATH_UNARY(sinh)
HOG_MATH_UNARY(sqrt)
HOG_MATH_UNARY(tan)
HOG_MATH_UNARY(tanh)
HOG_MATH_UNARY(ulp)
#undef HOG_MATH_UNARY
Fallible<Value> log(Thread& t, Value self, const Arguments& arguments);
Fallible<double> atan2(Thread& t, Value y_value, Value x_value);
Fallible<double> copysign(Thread& t, Value x_value, Value y_value);
Fallible<double> fma(Thread& t, Value x_value, Value y_value, Value z_value);
Fallible<double> fmod(Thread& t, Value x_value, Value y_value);
Fallible<double> remainder(Thread& t, Value x_value, Value y_value);
Fallible<double> pow(Thread& t, Value x_value, Value y_value);
Fallible<double> ldexp(Thread& t, double x, Value exponent);
Fallible<double> nextafter(Thread& t, Value x_value, Value y_value, Value steps);
Fallible<Value> frexp(Thread& t, double x);
Fallible<Value> modf(Thread& t, double x);
Fallible<bool> isclose(Thread& t, Value a_value, Value b_value, double relative, double absolute);
Fallible<bool> isfinite(Thread& t, double x);
Fallible<bool> isinf(Thread& t, double x);
Fallible<bool> isnan(Thread& t, double x);
Fallible<Value> ceil(Thread& t, Value x);
Fallible<Value> floor(Thread& t, Value x);
Fallible<Value> trunc(Thread& t, Value x);

// math_integer.cpp
Fallible<Value> comb(Thread& t, Value n, Value k);
Fallible<Value> perm(Thread& t, Value n, Value k);
Fallible<Value> factorial(Thread& t, Value n);
Fallible<Value> gcd(Thread& t, Arguments integers);
Fallible<Value> lcm(Thread& t, Arguments integers);
Fallible<Value> isqrt(Thread& t, Value n);

// math_sum.cpp: over many values.
Fallible<double> fsum(Thread& t, Value sequence);
Fallible<Value> prod(Thread& t, Value iterable, Value start);
Fallible<Value> sumprod(Thread& t, Value p, Value q);
Fallible<double> hypot(Thread& t, Arguments coordinates);
Fallible<double> dist(Thread& t, Value p, Value q);

}  // namespace hog::math_functions
