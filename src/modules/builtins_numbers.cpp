// builtins_numbers.cpp: abs, divmod, pow, round, sum and the number bases. Ref: library/functions.
#include <cmath>

#include "modules/builtins_functions.hpp"
#include "object/bytes_objects.hpp"

namespace hog::builtin_functions {

Fallible<Value> abs(Thread& t, Value x) { return absolute_py(t, x); }
Fallible<Value> divmod(Thread& t, Value x, Value y) { return divmod_py(t, x, y); }
Fallible<Value> pow(Thread& t, Value base, Value exponent, Value modulus) {
  return power_py(t, base, exponent, modulus);
}

Fallible<Value> round(Thread& t, Value number, Value digits) {
  Value method = TRY(find_special_py(t, number, names.dunder_round));
  if (method.is_absent()) return t.raise_type_error("type {} doesn't define __round__ method", type_of(number));
  if (digits.is_none()) return call_py(t, method);
  return call_py(t, method, digits);
}

// ---- sum ----

namespace {

// A running sum of doubles and what rounding took from it (Neumaier's variant of Kahan's method).
struct CompensatedSum {
  double high;
  double low = 0.0;
  void add(double x) {
    double total = high + x;
    if (std::fabs(high) >= std::fabs(x)) low += (high - total) + x;
    else low += (x - total) + high;
    high = total;
  }
  // Infinities and NaN make the correction meaningless.
  double result() const { return low != 0.0 && std::isfinite(low) ? high + low : high; }
};

class Summation {
 public:
  Summation(Thread& t, Value start) : t_(t), result_(start) { look_at_start(); }

  Fallible<bool> add(Value item) {
    for (;;) {
      switch (mode_) {
        case Mode::Ints: {
          if (item.is_small_int() || item.is_bool()) {
            int64_t n = item.is_small_int() ? item.small_int() : (item.is_true() ? 1 : 0);
            int64_t total;
            if (!__builtin_add_overflow(int_, n, &total)) {
              int_ = total;
              return true;
            }
          }
          TRY(leave_ints(item));
          break;
        }
        case Mode::Floats: {
          if (is_exact_float(item)) {
            float_.add(float_value(item));
            return true;
          }
          if (is_int_or_bool(item)) {
            Int64Result n = int_to_int64_nogc(item);
            if (n.overflow == 0) {
              float_.add(static_cast<double>(n.value));
              return true;
            }
          }
          TRY(leave_floats(item));
          break;
        }
        case Mode::Complex: {
          if (is_exactly(item, shapes.complex_)) {
            float_.add(as<Complex>(item)->real_);
            imaginary_.add(as<Complex>(item)->imag_);
            return true;
          }
          if (is_exact_float(item)) {
            float_.add(float_value(item));
            return true;
          }
          if (item.is_small_int() || item.is_bool()) {
            float_.add(static_cast<double>(int_to_int64_nogc(item).value));
            return true;
          }
          result_ = TRY(make_complex(t_, float_.result(), imaginary_.result()));
          mode_ = Mode::Objects;
          break;
        }
        case Mode::Objects:
          result_ = TRY(binary_py(t_, BinaryOp::Add, result_, item));
          return true;
      }
    }
  }

  Fallible<Value> finish() {
    switch (mode_) {
      case Mode::Ints: return make_int(t_, int_);
      case Mode::Floats: return make_float(t_, float_.result());
      case Mode::Complex: return make_complex(t_, float_.result(), imaginary_.result());
      default: return result_;
    }
  }

 private:
  enum class Mode : uint8_t { Ints, Floats, Complex, Objects };

  static bool is_exact_float(Value v) { return v.is_inline_float() || is_exactly(v, shapes.float_); }

  void look_at_start() {
    if (result_.is_small_int()) {
      mode_ = Mode::Ints;
      int_ = result_.small_int();
    } else if (is_exact_float(result_)) {
      mode_ = Mode::Floats;
      float_.high = float_value(result_);
    } else if (is_exactly(result_, shapes.complex_)) {
      mode_ = Mode::Complex;
      float_.high = as<Complex>(result_)->real_;
      imaginary_.high = as<Complex>(result_)->imag_;
    }
  }

  // The first item that is no small int decides how to go on.
  Fallible<void> leave_ints(Value item) {
    if (is_exact_float(item)) {
      mode_ = Mode::Floats;
      float_.high = static_cast<double>(int_);
      return {};
    }
    if (is_exactly(item, shapes.complex_)) {
      mode_ = Mode::Complex;
      float_.high = static_cast<double>(int_);
      imaginary_.high = -0.0;  // adds nothing, not even a sign
      return {};
    }
    result_ = TRY(make_int(t_, int_));
    mode_ = Mode::Objects;
    return {};
  }
  Fallible<void> leave_floats(Value item) {
    if (is_exactly(item, shapes.complex_)) {
      mode_ = Mode::Complex;
      imaginary_.high = -0.0;  // adds nothing, not even a sign
      return {};
    }
    result_ = TRY(make_float(t_, float_.result()));
    mode_ = Mode::Objects;
    return {};
  }

  Thread& t_;
  Value result_;
  Mode mode_ = Mode::Objects;
  int64_t int_ = 0;
  CompensatedSum float_{0.0};
  CompensatedSum imaginary_{0.0};
};

}  // namespace

Fallible<Value> sum(Thread& t, Value iterable, Value start) {
  if (is<Str>(start)) return t.raise_type_error("sum() can't sum strings [use ''.join(seq) instead]");
  if (is<Bytes>(start)) return t.raise_type_error("sum() can't sum bytes [use b''.join(seq) instead]");
  if (is<ByteArrayObject>(start)) return t.raise_type_error("sum() can't sum bytearray [use b''.join(seq) instead]");
  Summation summation(t, start);
  TRY(for_each_py(t, iterable, [&](Value item) { return summation.add(item); }));
  return summation.finish();
}

// ---- Number bases. ----

namespace {

Fallible<Str*> in_base(Thread& t, Value number, int base, const char* prefix) {
  Value n = TRY(index_py(t, number));
  Str* digits = TRY(int_to_text(t, n, base));
  if (digits->length() != 0 && digits->at(0) == '-') {
    Str* magnitude = TRY(Str::slice(t, digits, 1, digits->length()));
    return t.format("-{}{}", prefix, magnitude);
  }
  return t.format("{}{}", prefix, digits);
}

}  // namespace

Fallible<Str*> bin(Thread& t, Value number) { return in_base(t, number, 2, "0b"); }
Fallible<Str*> oct(Thread& t, Value number) { return in_base(t, number, 8, "0o"); }
Fallible<Str*> hex(Thread& t, Value number) { return in_base(t, number, 16, "0x"); }

}  // namespace hog::builtin_functions
