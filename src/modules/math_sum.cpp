// math_sum.cpp: sums and products over many values, with the rounding errors kept where the result is to be exact.
// Ref: library/math; T. J. Dekker 1971, J. R. Shewchuk 1997 for the error-free transformations.
#include <math.h>

#include "modules/math_functions.hpp"

namespace hog::math_functions {

namespace {

// A double and what it lost.
struct Pair {
  double high, low;
};
Pair two_sum(double a, double b) {
  double sum = a + b;
  double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}
Pair two_product(double a, double b) {
  double product = a * b;
  return {product, ::fma(a, b, -product)};
}

}  // namespace

// Shewchuk: partial sums that do not overlap, smallest first: at most one for each bit that a double can have.
Fallible<double> fsum(Thread& t, Value sequence) {
  constexpr size_t kMostPartials = 1024 + 1074 + 1;
  double partials[kMostPartials];
  size_t count = 0;
  double special = 0, infinities = 0;
  TRY(for_each_py(t, sequence, [&](Value item) -> Fallible<bool> {
    double x = TRY(to_double_py(t, item));
    double original = x;
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
      Pair sum = ::fabs(x) < ::fabs(partials[i]) ? two_sum(partials[i], x) : two_sum(x, partials[i]);
      if (sum.low != 0) partials[kept++] = sum.low;
      x = sum.high;
    }
    count = kept;
    if (x == 0) return true;
    if (!::isfinite(x)) {
      if (::isfinite(original)) return t.raise(core.OverflowError, "intermediate overflow in fsum");
      if (::isinf(original)) infinities += original;
      special += original;
      count = 0;
    } else {
      HOG_CHECK(count < kMostPartials);
      partials[count++] = x;
    }
    return true;
  }));
  if (special != 0) {
    if (::isnan(infinities)) return t.raise_value_error("-inf + inf in fsum");
    return special;
  }
  if (count == 0) return 0.0;
  // From the largest down until rounding takes effect; then the next partial's sign decides ties.
  double high = partials[--count];
  double low = 0;
  while (count > 0) {
    Pair sum = two_sum(high, partials[--count]);
    high = sum.high;
    low = sum.low;
    if (low != 0) break;
  }
  if (count > 0 && ((low < 0 && partials[count - 1] < 0) || (low > 0 && partials[count - 1] > 0))) {
    double doubled = low * 2;
    double rounded = high + doubled;
    if (doubled == rounded - high) high = rounded;
  }
  return high;
}

namespace {

bool is_exact_float(Value v) { return v.is_inline_float() || is_exactly(v, shapes.float_); }

}  // namespace

Fallible<Value> prod(Thread& t, Value iterable, Value start) {
  Value result = start;
  TRY(for_each_py(t, iterable, [&](Value item) -> Fallible<bool> {
    // OPTIMIZATION: two floats need no slots.
    if (is_exact_float(result) && is_exact_float(item)) {
      result = TRY(make_float(t, float_value(result) * float_value(item)));
    } else {
      result = TRY(binary_py(t, BinaryOp::Multiply, result, item));
    }
    return true;
  }));
  return result;
}

namespace {

// A running sum of products of doubles in three parts, exact for all practical purposes.
class TripleSum {
 public:
  void add_product(double x, double y) {
    Pair product = two_product(x, y);
    Pair sum = two_sum(high_, product.high);
    Pair lower = two_sum(middle_, product.low);
    Pair carried = two_sum(lower.high, sum.low);
    high_ = sum.high;
    middle_ = carried.high;
    low_ += lower.low + carried.low;
    plain_ += x * y;
  }
  double result() const {
    if (!::isfinite(high_) || !::isfinite(middle_) || !::isfinite(low_)) return plain_;
    Pair last = two_sum(middle_, low_);
    Pair top = two_sum(high_, last.high);
    return top.high + (top.low + last.low);
  }

 private:
  double high_ = 0, middle_ = 0, low_ = 0, plain_ = 0;
};

// The operands as doubles when both are floats or ints that a double holds, at least one of them a float.
bool as_doubles(Value a, Value b, double* x, double* y) {
  auto one = [](Value v, double* d) {
    if (is_exact_float(v)) {
      *d = float_value(v);
      return true;
    }
    if (v.is_bool()) {
      *d = v.is_true();
      return true;
    }
    if (!is_exactly_int(v)) return false;
    Int64Result n = int_to_int64_nogc(v);
    *d = static_cast<double>(n.value);
    return n.overflow == 0;
  };
  return (is_exact_float(a) || is_exact_float(b)) && one(a, x) && one(b, y);
}

}  // namespace

Fallible<Value> sumprod(Thread& t, Value p, Value q) {
  Value first = TRY(iter_py(t, p));
  Value second = TRY(iter_py(t, q));
  Value total = Value::from_small_int(0);
  TripleSum floats;
  bool in_floats = false;
  auto flush = [&]() -> Fallible<void> {
    if (!in_floats) return {};
    in_floats = false;
    Value part = TRY(make_float(t, floats.result()));
    floats = TripleSum();
    total = TRY(binary_py(t, BinaryOp::Add, total, part));
    return {};
  };
  for (;;) {
    TRY(t.poll());
    Value a = TRY(next_py(t, first));
    Value b = TRY(next_py(t, second));
    if (a.is_absent() != b.is_absent()) return t.raise_value_error("Inputs are not the same length");
    if (a.is_absent()) {
      TRY(flush());
      return total;
    }
    double x, y;
    if (as_doubles(a, b, &x, &y) && (in_floats || is_float(total) || total == Value::from_small_int(0))) {
      if (!in_floats && is_exact_float(total)) floats.add_product(float_value(total), 1.0);
      if (!in_floats) total = Value::from_small_int(0);
      in_floats = true;
      floats.add_product(x, y);
      continue;
    }
    TRY(flush());
    Value product = TRY(binary_py(t, BinaryOp::Multiply, a, b));
    total = TRY(binary_py(t, BinaryOp::Add, total, product));
  }
}

// ---- Lengths of vectors. ----

namespace {

// sqrt of the sum of squares: scaled by a power of two against overflow, summed with the errors kept, and the square root
// corrected once. Takes the values twice: first for the largest.
class VectorLength {
 public:
  void look_at(double x) {
    x = ::fabs(x);
    found_nan_ |= ::isnan(x);
    if (x > largest_) largest_ = x;
  }
  bool is_special() const { return ::isinf(largest_) || found_nan_ || largest_ == 0; }
  double special() const { return ::isinf(largest_) ? kInfinity : found_nan_ ? kNan : 0.0; }
  void start() {
    int exponent;
    ::frexp(largest_, &exponent);
    // Two steps for the smallest exponents, whose inverse is no double.
    scale_ = -exponent;
  }
  void add(double x) {
    x = ::ldexp(x, scale_);
    Pair square = two_product(x, x);
    Pair sum = two_sum(sum_, square.high);
    sum_ = sum.high;
    error_ += square.low + sum.low;
  }
  double result() const {
    double root = ::sqrt(sum_ + error_);
    Pair square = two_product(root, root);
    Pair difference = two_sum(sum_, -square.high);
    double rest = difference.high + (difference.low + (error_ - square.low));
    return ::ldexp(root + rest / (2 * root), -scale_);
  }

 private:
  double largest_ = 0, sum_ = 0, error_ = 0;
  int scale_ = 0;
  bool found_nan_ = false;
};

}  // namespace

Fallible<double> hypot(Thread& t, Arguments coordinates) {
  VectorLength length;
  constexpr uint32_t kFew = 16;
  double few[kFew];
  double* values = few;
  uint32_t n = coordinates.positional;
  if (n > kFew) values = reinterpret_cast<double*>(TRY(ByteArray::make(t, n * sizeof(double)))->data());
  for (uint32_t i = 0; i < n; ++i) {
    values[i] = TRY(to_double_py(t, coordinates[i]));
    length.look_at(values[i]);
  }
  if (length.is_special()) return length.special();
  if (n == 1) return ::fabs(values[0]);
  length.start();
  for (uint32_t i = 0; i < n; ++i) length.add(values[i]);
  return length.result();
}

Fallible<double> dist(Thread& t, Value p_value, Value q_value) {
  Tuple* p = TRY(tuple_from_iterable_py(t, p_value));
  Tuple* q = TRY(tuple_from_iterable_py(t, q_value));
  if (p->length() != q->length()) return t.raise_value_error("both points must have the same number of dimensions");
  size_t n = p->length();
  TRY(t.poll(static_cast<int64_t>(n)));
  auto* values = reinterpret_cast<double*>(TRY(ByteArray::make(t, (n + 1) * sizeof(double)))->data());
  VectorLength length;
  for (size_t i = 0; i < n; ++i) {
    double x = TRY(to_double_py(t, p->at(i)));
    double y = TRY(to_double_py(t, q->at(i)));
    values[i] = x - y;
    length.look_at(values[i]);
  }
  if (length.is_special()) return length.special();
  if (n == 1) return ::fabs(values[0]);
  length.start();
  for (size_t i = 0; i < n; ++i) length.add(values[i]);
  return length.result();
}

}  // namespace hog::math_functions
