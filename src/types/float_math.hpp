// float_math.hpp: arithmetic of doubles as Python defines it where C's differs.
#pragma once

#include "object/thread.hpp"

namespace hog {

struct DoubleDivision {
  double quotient;
  double remainder;
};
// Rounds down; b is not zero.
DoubleDivision divide_down(double a, double b);
// ZeroDivisionError for zero to a negative power, OverflowError for results out of range. A negative base needs a whole
// exponent (otherwise nan).
Fallible<double> double_power(Thread& t, double base, double exponent);

}  // namespace hog
