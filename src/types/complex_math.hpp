// complex_math.hpp: arithmetic of complex numbers as pairs of doubles, for complex and cmath.
#pragma once

#include "object/thread.hpp"

namespace hog {

struct ComplexPair {
  double real = 0;
  double imag = 0;
};
inline ComplexPair operator+(ComplexPair a, ComplexPair b) { return {a.real + b.real, a.imag + b.imag}; }
inline ComplexPair operator-(ComplexPair a, ComplexPair b) { return {a.real - b.real, a.imag - b.imag}; }

ComplexPair complex_product(ComplexPair a, ComplexPair b);
// b is not zero.
ComplexPair complex_quotient(ComplexPair a, ComplexPair b);
ComplexPair complex_quotient(double a, ComplexPair b);
// ZeroDivisionError, OverflowError.
Fallible<ComplexPair> complex_power(Thread& t, ComplexPair base, ComplexPair exponent);
Fallible<double> complex_absolute(Thread& t, ComplexPair z);

// Any value to a complex number: __complex__, __float__, __index__; TypeError "must be real number, not x".
Fallible<ComplexPair> to_complex_py(Thread& t, Value v);

}  // namespace hog
