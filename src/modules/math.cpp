// math.cpp: the module math: its table. Ref: library/math.
#include "modules/math_functions.hpp"
#include "modules/native_constants.hpp"

namespace hog {

namespace {

using namespace math_functions;

constexpr NativeMethod kFunctions[] = {
    {"acos", HOG_NATIVE(acos), "(x, /)", "Arc cosine, in radians."},
    {"acosh", HOG_NATIVE(acosh), "(x, /)", "Inverse hyperbolic cosine."},
    {"asin", HOG_NATIVE(asin), "(x, /)", "Arc sine, in radians."},
    {"asinh", HOG_NATIVE(asinh), "(x, /)", "Inverse hyperbolic sine."},
    {"atan", HOG_NATIVE(atan), "(x, /)", "Arc tangent, in radians."},
    {"atan2", HOG_NATIVE(atan2), "(y, x, /)", "Angle of the point (x, y)."},
    {"atanh", HOG_NATIVE(atanh), "(x, /)", "Inverse hyperbolic tangent."},
    {"cbrt", HOG_NATIVE(cbrt), "(x, /)", "Cube root."},
    {"ceil", HOG_NATIVE(ceil), "(x, /)", "The smallest int that is not smaller."},
    {"comb", HOG_NATIVE(comb), "(n, k, /)", "Ways to choose k of n things, in no order."},
    {"copysign", HOG_NATIVE(copysign), "(x, y, /)", "The size of x with the sign of y."},
    {"cos", HOG_NATIVE(cos), "(x, /)", "Cosine of x radians."},
    {"cosh", HOG_NATIVE(cosh), "(x, /)", "Hyperbolic cosine."},
    {"degrees", HOG_NATIVE(degrees), "(x, /)", "Radians to degrees."},
    {"dist", HOG_NATIVE(dist), "(p, q, /)", "Distance of two points."},
    {"erf", HOG_NATIVE(erf), "(x, /)", "Error function."},
    {"erfc", HOG_NATIVE(erfc), "(x, /)", "One minus the error function."},
    {"exp", HOG_NATIVE(exp), "(x, /)", "e to the power x."},
    {"exp2", HOG_NATIVE(exp2), "(x, /)", "2 to the power x."},
    {"expm1", HOG_NATIVE(expm1), "(x, /)", "exp(x) - 1, precise for small x."},
    {"fabs", HOG_NATIVE(fabs), "(x, /)", "Absolute value, as a float."},
    {"factorial", HOG_NATIVE(factorial), "(n, /)", "Product of the first n ints."},
    {"floor", HOG_NATIVE(floor), "(x, /)", "The largest int that is not larger."},
    {"fma", HOG_NATIVE(fma), "(x, y, z, /)", "x * y + z, rounded once."},
    {"fmod", HOG_NATIVE(fmod), "(x, y, /)", "Remainder with the sign of x."},
    {"frexp", HOG_NATIVE(frexp), "(x, /)", "Mantissa and exponent."},
    {"fsum", HOG_NATIVE(fsum), "(seq, /)", "Sum without loss of precision."},
    {"gamma", HOG_NATIVE(gamma), "(x, /)", "Gamma function."},
    {"gcd", HOG_NATIVE(gcd), "(*integers)", "Greatest common divisor."},
    {"hypot", HOG_NATIVE(hypot), "(*coordinates)", "Distance from the origin."},
    {"isclose", HOG_NATIVE(isclose), "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", "Are two floats nearly equal?"},
    {"isfinite", HOG_NATIVE(isfinite), "(x, /)", "Neither infinite nor nan?"},
    {"isinf", HOG_NATIVE(isinf), "(x, /)", "Infinite?"},
    {"isnan", HOG_NATIVE(isnan), "(x, /)", "Not a number?"},
    {"isqrt", HOG_NATIVE(isqrt), "(n, /)", "Square root, rounded down."},
    {"lcm", HOG_NATIVE(lcm), "(*integers)", "Least common multiple."},
    {"ldexp", HOG_NATIVE(ldexp), "(x, i, /)", "x * 2**i."},
    {"lgamma", HOG_NATIVE(lgamma), "(x, /)", "Logarithm of the gamma function's absolute value."},
    {"log", HOG_RAW(log), nullptr, "log(x, [base=math.e])\nLogarithm, natural unless a base is given."},
    {"log10", HOG_NATIVE(log10), "(x, /)", "Logarithm to base 10."},
    {"log1p", HOG_NATIVE(log1p), "(x, /)", "log(1 + x), precise for small x."},
    {"log2", HOG_NATIVE(log2), "(x, /)", "Logarithm to base 2."},
    {"modf", HOG_NATIVE(modf), "(x, /)", "Fraction and whole part, both as floats."},
    {"nextafter", HOG_NATIVE(nextafter), "(x, y, /, *, steps=None)", "The next float after x towards y."},
    {"perm", HOG_NATIVE(perm), "(n, k=None, /)", "Ways to choose k of n things, in order."},
    {"pow", HOG_NATIVE(pow), "(x, y, /)", "x to the power y, as floats."},
    {"prod", HOG_NATIVE(prod), "(iterable, /, *, start=1)", "Product of all items."},
    {"radians", HOG_NATIVE(radians), "(x, /)", "Degrees to radians."},
    {"remainder", HOG_NATIVE(remainder), "(x, y, /)", "x minus the nearest multiple of y."},
    {"sin", HOG_NATIVE(sin), "(x, /)", "Sine of x radians."},
    {"sinh", HOG_NATIVE(sinh), "(x, /)", "Hyperbolic sine."},
    {"sqrt", HOG_NATIVE(sqrt), "(x, /)", "Square root."},
    {"sumprod", HOG_NATIVE(sumprod), "(p, q, /)", "Sum of the products of two sequences' items."},
    {"tan", HOG_NATIVE(tan), "(x, /)", "Tangent of x radians."},
    {"tanh", HOG_NATIVE(tanh), "(x, /)", "Hyperbolic tangent."},
    {"trunc", HOG_NATIVE(trunc), "(x, /)", "The whole part, by __trunc__."},
    {"ulp", HOG_NATIVE(ulp), "(x, /)", "Value of the last bit of x."},
    {}};

Fallible<void> initialize(Thread& t, Module* module) { return add_math_constants(t, module); }

}  // namespace

extern const ModuleSpec k_module_math;
const ModuleSpec k_module_math = {
    .name = "math", .doc = "Mathematical functions of real numbers.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
