// complex_math.cpp: products, quotients and powers of complex numbers. Infinities survive where the textbook formulas make
// them nan: as C's annex G recommends. Ref: ISO C, G.5.1.
#include "types/complex_math.hpp"

#include <cmath>
#include <limits>

namespace hog {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool is_infinite(ComplexPair z) { return std::isinf(z.real) || std::isinf(z.imag); }
bool is_finite(ComplexPair z) { return std::isfinite(z.real) && std::isfinite(z.imag); }
bool is_nan(ComplexPair z) { return std::isnan(z.real) && std::isnan(z.imag); }

// Infinite parts become one, finite parts zero; signs stay.
ComplexPair boxed(ComplexPair z) {
  return {std::copysign(std::isinf(z.real) ? 1.0 : 0.0, z.real), std::copysign(std::isinf(z.imag) ? 1.0 : 0.0, z.imag)};
}
double zero_if_nan(double d) { return std::isnan(d) ? std::copysign(0.0, d) : d; }
ComplexPair zero_if_nan(ComplexPair z) { return {zero_if_nan(z.real), zero_if_nan(z.imag)}; }

}  // namespace

ComplexPair complex_product(ComplexPair a, ComplexPair b) {
  double ac = a.real * b.real, bd = a.imag * b.imag;
  double ad = a.real * b.imag, bc = a.imag * b.real;
  ComplexPair result{ac - bd, ad + bc};
  if (!is_nan(result)) return result;
  bool recompute = false;
  if (is_infinite(a)) {
    a = boxed(a);
    b = zero_if_nan(b);
    recompute = true;
  }
  if (is_infinite(b)) {
    b = boxed(b);
    a = zero_if_nan(a);
    recompute = true;
  }
  if (!recompute && (std::isinf(ac) || std::isinf(bd) || std::isinf(ad) || std::isinf(bc))) {
    a = zero_if_nan(a);
    b = zero_if_nan(b);
    recompute = true;
  }
  if (!recompute) return result;
  return {kInfinity * (a.real * b.real - a.imag * b.imag), kInfinity * (a.real * b.imag + a.imag * b.real)};
}

// Smith's method: by the larger part of the divisor first.
ComplexPair complex_quotient(ComplexPair a, ComplexPair b) {
  double real = std::fabs(b.real), imag = std::fabs(b.imag);
  ComplexPair result{kNan, kNan};
  if (real >= imag) {
    double ratio = b.imag / b.real;
    double denominator = b.real + b.imag * ratio;
    result = {(a.real + a.imag * ratio) / denominator, (a.imag - a.real * ratio) / denominator};
  } else if (imag >= real) {
    double ratio = b.real / b.imag;
    double denominator = b.real * ratio + b.imag;
    result = {(a.real * ratio + a.imag) / denominator, (a.imag * ratio - a.real) / denominator};
  }
  if (!is_nan(result)) return result;
  if (is_infinite(a) && is_finite(b)) {
    ComplexPair x = boxed(a);
    return {kInfinity * (x.real * b.real + x.imag * b.imag), kInfinity * (x.imag * b.real - x.real * b.imag)};
  }
  if (is_infinite(b) && is_finite(a)) {
    ComplexPair x = boxed(b);
    return {0.0 * (a.real * x.real + a.imag * x.imag), 0.0 * (a.imag * x.real - a.real * x.imag)};
  }
  return result;
}

ComplexPair complex_quotient(double a, ComplexPair b) {
  double real = std::fabs(b.real), imag = std::fabs(b.imag);
  ComplexPair result{kNan, kNan};
  if (real >= imag) {
    double ratio = b.imag / b.real;
    double denominator = b.real + b.imag * ratio;
    result = {a / denominator, (-a * ratio) / denominator};
  } else if (imag >= real) {
    double ratio = b.real / b.imag;
    double denominator = b.real * ratio + b.imag;
    result = {(a * ratio) / denominator, (-a) / denominator};
  }
  if (is_nan(result) && std::isfinite(a) && is_infinite(b)) {
    ComplexPair x = boxed(b);
    return {0.0 * (a * x.real), 0.0 * (-a * x.imag)};
  }
  return result;
}

namespace {

ComplexPair unsigned_power(ComplexPair base, uint32_t exponent) {
  ComplexPair result{1, 0};
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = complex_product(result, base);
    base = complex_product(base, base);
  }
  return result;
}

// What became of a power: CPython reads this off errno.
enum class Trouble : uint8_t { None, Domain, Range };

ComplexPair general_power(ComplexPair base, ComplexPair exponent, Trouble* trouble) {
  if (exponent.real == 0 && exponent.imag == 0) return {1, 0};
  if (base.real == 0 && base.imag == 0) {
    if (exponent.imag != 0 || exponent.real < 0) *trouble = Trouble::Domain;
    return {0, 0};
  }
  double length = std::hypot(base.real, base.imag);
  double angle = std::atan2(base.imag, base.real);
  double result_length = std::pow(length, exponent.real);
  double phase = angle * exponent.real;
  if (exponent.imag != 0) {
    result_length *= std::exp(-angle * exponent.imag);
    phase += exponent.imag * std::log(length);
  }
  if (std::isinf(phase)) *trouble = Trouble::Domain;
  return {result_length * std::cos(phase), result_length * std::sin(phase)};
}

}  // namespace

Fallible<ComplexPair> complex_power(Thread& t, ComplexPair base, ComplexPair exponent) {
  constexpr double kMostSteps = 100;
  Trouble trouble = Trouble::None;
  ComplexPair result;
  if (exponent.imag == 0 && exponent.real == std::floor(exponent.real) && std::fabs(exponent.real) <= kMostSteps) {
    auto n = static_cast<int>(exponent.real);
    result = unsigned_power(base, static_cast<uint32_t>(n < 0 ? -n : n));
    if (n <= 0) {
      if (result.real == 0 && result.imag == 0) {
        trouble = Trouble::Domain;
      } else {
        result = complex_quotient(ComplexPair{1, 0}, result);
      }
    }
  } else {
    result = general_power(base, exponent, &trouble);
  }
  if (trouble == Trouble::None && is_infinite(result)) trouble = Trouble::Range;
  if (trouble == Trouble::Domain) return t.raise(core.ZeroDivisionError, "zero to a negative or complex power");
  if (trouble == Trouble::Range) return t.raise(core.OverflowError, "complex exponentiation");
  return result;
}

Fallible<double> complex_absolute(Thread& t, ComplexPair z) {
  if (is_infinite(z)) return kInfinity;
  double length = std::hypot(z.real, z.imag);
  if (std::isinf(length)) return t.raise(core.OverflowError, "absolute value too large");
  return length;
}

}  // namespace hog
