// float.cpp: float as Python sees it. Small exponents are immediates, the rest cells; nobody here can tell.
// Ref: library/stdtypes "Additional Methods on Float", library/functions float() and round().
#include <cmath>

#include "object/int_math.hpp"
#include "object/native.hpp"
#include "text/number.hpp"
#include "types/float_math.hpp"
#include "types/number_format.hpp"

namespace hog {

// ---- Arithmetic on doubles that others need, too. ----

Fallible<double> double_power(Thread& t, double base, double exponent) {
  if (exponent == 0 || base == 1) return 1.0;
  if (std::isnan(base)) return base;
  if (std::isnan(exponent)) return exponent;
  if (base == 0 && exponent < 0 && std::isfinite(exponent)) return t.raise(core.ZeroDivisionError, "zero to a negative power");
  double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) return raise_range_error(t);
  return result;
}

// Quotient rounded down and the remainder with the divisor's sign; b is not zero.
DoubleDivision divide_down(double a, double b) {
  double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0) {
    if ((b < 0) != (remainder < 0)) {
      remainder += b;
      quotient -= 1.0;
    }
  } else {
    remainder = std::copysign(0.0, b);
  }
  if (quotient == 0) return {std::copysign(0.0, a / b), remainder};
  double whole = std::floor(quotient);
  if (quotient - whole > 0.5) whole += 1.0;
  return {whole, remainder};
}

namespace {

// ---- Construction. ----

Fallible<Value> float_of_type(Thread& t, Type* type, double d) {
  if (type == core.float_) return make_float(t, d);
  Cell* cell = TRY(new_instance(t, type));
  static_cast<Float*>(cell)->value_ = d;
  return Value(cell);
}

Fallible<double> double_from_any_py(Thread& t, Value v) {
  if (is<Str>(v)) return double_from_str(t, as<Str>(v), v);
  if (is_float(v) && (v.is_inline_float() || is_exactly(v, shapes.float_))) return float_value(v);
  const Slots& slots = type_of(v)->slots();
  if (slots.to_float != nullptr) return call_to_float_py(t, v);  // of a subclass, too: it may have its own
  if (slots.index != nullptr) return to_double_py(t, v);
  if (is<Bytes>(v)) return double_from_bytes(t, as<Bytes>(v)->data(), as<Bytes>(v)->length(), v);
  if (supports_buffer(v)) {
    BytesLike bytes(t);
    TRY(bytes.open(v));
    Bytes* copy = TRY(Bytes::from(t, bytes.data(), bytes.size()));
    return double_from_bytes(t, copy->data(), copy->length(), v);
  }
  return t.raise_type_error("float() argument must be a string or a real number, not '{}'", type_of(v));
}

Fallible<Value> float_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.has_keywords() && type->slots().init == core.object->slots().init)
    return t.raise_type_error("float() takes no keyword arguments");
  if (arguments.positional > 1) return t.raise_type_error("float expected at most 1 argument, got {}", arguments.positional);
  if (arguments.positional == 0) return float_of_type(t, type, 0.0);
  if (type == core.float_ && arguments[0].is_inline_float()) return arguments[0];
  double d = TRY(double_from_any_py(t, arguments[0]));
  // A cell's identity survives float(x), as an exact float's does everywhere.
  if (type == core.float_ && is_exactly(arguments[0], shapes.float_)) return arguments[0];
  return float_of_type(t, type, d);
}

Fallible<Value> from_number(Thread& t, Type* type, Value number) {
  if (type == core.float_ && is_exactly(number, shapes.float_)) return number;
  double d = TRY(to_double_py(t, number));
  Value value = TRY(make_float(t, d));
  if (type == core.float_) return value;
  return call_py(t, Value(type), value);
}

// ---- Slots. ----

// The operand of a float's operation as a double. Sets *other when it is no number that floats know.
Fallible<double> operand(Thread& t, Value v, bool* other) {
  if (is_float(v)) [[likely]] return float_value(v);
  if (is_int_or_bool(v)) return int_to_double(t, v);
  *other = true;
  return 0.0;
}

#define HOG_FLOAT_OPERANDS(t, a, b)          \
  bool other = false;                        \
  double x = TRY(operand(t, a, &other));     \
  double y = other ? 0.0 : TRY(operand(t, b, &other)); \
  if (other) return Value::not_implemented();

Fallible<Value> add(Thread& t, Value a, Value b) {
  HOG_FLOAT_OPERANDS(t, a, b)
  return make_float(t, x + y);
}
Fallible<Value> subtract(Thread& t, Value a, Value b) {
  HOG_FLOAT_OPERANDS(t, a, b)
  return make_float(t, x - y);
}
Fallible<Value> multiply(Thread& t, Value a, Value b) {
  HOG_FLOAT_OPERANDS(t, a, b)
  return make_float(t, x * y);
}
Fallible<Value> true_divide(Thread& t, Value a, Value b) {
  HOG_FLOAT_OPERANDS(t, a, b)
  if (y == 0) return t.raise(core.ZeroDivisionError, "division by zero");
  return make_float(t, x / y);
}
Fallible<Value> floor_divide(Thread& t, Value a, Value b) {
  HOG_FLOAT_OPERANDS(t, a, b)
  if (y == 0) return t.raise(core.ZeroDivisionError, "division by zero");
  return make_float(t, divide_down(x, y).quotient);
}
Fallible<Value> remainder(Thread& t, Value a, Value b) {
  HOG_FLOAT_OPERANDS(t, a, b)
  if (y == 0) return t.raise(core.ZeroDivisionError, "division by zero");
  return make_float(t, divide_down(x, y).remainder);
}
Fallible<Value> divmod(Thread& t, Value a, Value b) {
  HOG_FLOAT_OPERANDS(t, a, b)
  if (y == 0) return t.raise(core.ZeroDivisionError, "division by zero");
  DoubleDivision d = divide_down(x, y);
  Value quotient = TRY(make_float(t, d.quotient));
  Value rest = TRY(make_float(t, d.remainder));
  return Value(TRY(Tuple::of(t, quotient, rest)));
}
Fallible<Value> power(Thread& t, Value a, Value b, Value modulus) {
  if (!modulus.is_absent() && !modulus.is_none())
    return t.raise_type_error("pow() 3rd argument not allowed unless all arguments are integers");
  HOG_FLOAT_OPERANDS(t, a, b)
  // A root of a negative number is complex.
  if (x < 0 && std::isfinite(x) && std::isfinite(y) && y != std::floor(y)) {
    Value base = TRY(make_complex(t, x, 0));
    Value exponent = TRY(make_complex(t, y, 0));
    return core.complex_->slots().power(t, base, exponent, Value::absent());
  }
  return make_float(t, TRY(double_power(t, x, y)));
}
#undef HOG_FLOAT_OPERANDS

Fallible<Value> compare(Thread&, Value a, Value b, CompareOp op) {
  int order;
  if (is_float(a) && is_float(b)) {
    double x = float_value(a), y = float_value(b);
    order = x < y ? -1 : x > y ? 1 : x == y ? 0 : kUnordered;
  } else if (is_float(a) && is_int_or_bool(b)) {
    order = int_compare_double_nogc(b, float_value(a));
    if (order != kUnordered) order = -order;
  } else if (is_int_or_bool(a) && is_float(b)) {
    order = int_compare_double_nogc(a, float_value(b));
  } else {
    return Value::not_implemented();
  }
  if (order == kUnordered) return Value::from_bool(op == CompareOp::Ne);
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

Fallible<Value> repr(Thread& t, Value self) { return double_repr(t, float_value(self)); }
Fallible<int64_t> hash(Thread&, Value self) { return float_hash_nogc(self, float_value(self)); }
Fallible<Value> negative(Thread& t, Value self) { return make_float(t, -float_value(self)); }
Fallible<Value> absolute(Thread& t, Value self) { return make_float(t, std::fabs(float_value(self))); }
Fallible<bool> truth(Thread&, Value self) { return float_value(self) != 0; }
Fallible<Value> itself(Thread& t, Value self) {
  if (self.is_inline_float() || is_exactly(self, shapes.float_)) return self;
  return make_float(t, float_value(self));
}
Fallible<Value> to_int(Thread& t, Value self) { return int_from_double(t, float_value(self)); }

// ---- Methods. ----

Fallible<Value> floor(Thread& t, Value self) { return int_from_double(t, std::floor(float_value(self))); }
Fallible<Value> ceil(Thread& t, Value self) { return int_from_double(t, std::ceil(float_value(self))); }

Fallible<Value> round(Thread& t, Value self, Value digits) {
  double d = float_value(self);
  if (digits.is_none()) {
    double rounded = std::round(d);
    if (std::fabs(d - rounded) == 0.5) rounded = 2.0 * std::round(d / 2.0);
    return int_from_double(t, rounded);
  }
  int64_t n = TRY(index_clamped_py(t, digits));
  if (!std::isfinite(d)) return make_float(t, d);
  double rounded = number::round_to(d, n);
  if (!std::isfinite(rounded)) return t.raise(core.OverflowError, "rounded value too large to represent");
  return make_float(t, rounded);
}

Fallible<Value> as_integer_ratio(Thread& t, Value self) {
  double d = float_value(self);
  if (std::isinf(d)) return t.raise(core.OverflowError, "cannot convert Infinity to integer ratio");
  if (std::isnan(d)) return t.raise_value_error("cannot convert NaN to integer ratio");
  int exponent;
  double fraction = std::frexp(d, &exponent);
  while (fraction != std::floor(fraction)) {
    fraction *= 2;
    --exponent;
  }
  Value numerator = TRY(int_from_double(t, fraction));
  Value denominator = Value::from_small_int(1);
  Value shift = Value::from_small_int(std::abs(exponent));
  if (exponent > 0) {
    numerator = TRY(int_left_shift(t, numerator, shift));
  } else {
    denominator = TRY(int_left_shift(t, denominator, shift));
  }
  return Value(TRY(Tuple::of(t, numerator, denominator)));
}

Fallible<Value> from_hex(Thread& t, Type* type, Value text) {
  if (!is<Str>(text)) return t.raise_type_error("bad argument type for built-in operation");
  Str* s = as<Str>(text);
  number::HexParsed parsed{number::HexOutcome::kInvalid, 0};
  TRY(t.poll(static_cast<int64_t>(s->length() / 16 + 1)));
  if (s->is_ascii()) parsed = number::parse_hex(s->ascii());
  if (parsed.outcome == number::HexOutcome::kInvalid)
    return t.raise_value_error("invalid hexadecimal floating-point string");
  if (parsed.outcome == number::HexOutcome::kOverflow)
    return t.raise(core.OverflowError, "hexadecimal value too large to represent as a float");
  Value value = TRY(make_float(t, parsed.value));
  if (type == core.float_) return value;
  return call_py(t, Value(type), value);
}

Fallible<Value> hex(Thread& t, Value self) {
  char text[number::kReprSize];
  size_t length = number::to_hex(float_value(self), text);
  return Value(TRY(Str::from_ascii(t, {text, length})));
}

Fallible<bool> is_integer(Thread&, Value self) {
  double d = float_value(self);
  return std::isfinite(d) && std::floor(d) == d;
}

Fallible<Value> get_format(Thread& t, Type*, Str* kind) {
  if (!kind->equals_ascii("double") && !kind->equals_ascii("float"))
    return t.raise_value_error("__getformat__() argument 1 must be 'double' or 'float'");
  return Value(TRY(Str::from_ascii(t, "IEEE, little-endian")));
}

Fallible<Value> get_new_arguments(Thread& t, Value self) { return Value(TRY(Tuple::of(t, TRY(itself(t, self))))); }

Fallible<Value> format(Thread& t, Value self, Str* spec) {
  if (spec->length() == 0) return Value(TRY(str_py(t, self)));
  return format_float(t, float_value(self), spec, type_of(self));
}

Fallible<Value> get_zero(Thread& t, Value) { return make_float(t, 0.0); }

constexpr NativeMethod kMethods[] = {
    {"from_number", HOG_NATIVE(from_number), "($type, number, /)", "A float from a real number, not from text.",
     native_flag::kClassMethod},
    {"conjugate", HOG_NATIVE(itself), "($self, /)", "The number itself."},
    {"__trunc__", HOG_NATIVE(to_int), "($self, /)", "The whole part."},
    {"__floor__", HOG_NATIVE(floor), "($self, /)", "The largest int that is not larger."},
    {"__ceil__", HOG_NATIVE(ceil), "($self, /)", "The smallest int that is not smaller."},
    {"__round__", HOG_NATIVE(round), "($self, ndigits=None, /)", "The nearest int or decimal, ties to even."},
    {"as_integer_ratio", HOG_NATIVE(as_integer_ratio), "($self, /)", "Two ints whose ratio is exactly the float.\n\n>>> (0.75).as_integer_ratio()\n(3, 4)"},
    {"fromhex", HOG_NATIVE(from_hex), "($type, string, /)", "A float from a hexadecimal text.\n\n>>> float.fromhex('0x1.8p+1')\n3.0", native_flag::kClassMethod},
    {"hex", HOG_NATIVE(hex), "($self, /)", "The exact value as a hexadecimal text.\n\n>>> (1.5).hex()\n'0x1.8000000000000p+0'"},
    {"is_integer", HOG_NATIVE(is_integer), "($self, /)", "Is the value a whole number?"},
    {"__getnewargs__", HOG_NATIVE(get_new_arguments), "($self, /)", nullptr},
    {"__getformat__", HOG_NATIVE(get_format), "($type, typestr, /)", "How floats are stored; for tests.",
     native_flag::kClassMethod},
    {"__format__", HOG_NATIVE(format), "($self, format_spec, /)", "The float as a format specification says."},
    {}};
constexpr GetSet kGetSets[] = {{"real", itself, nullptr, "the real part of a complex number"},
                               {"imag", get_zero, nullptr, "the imaginary part of a complex number"},
                               {}};

}  // namespace

extern const TypeSpec k_float__spec = {
    .name = "float",
    .doc = "A double-precision floating-point number, from a number or a text.",
    .layout = &Float::kLayout,
    .flags = type_flag::kBaseType | type_flag::kMatchSelf,
    .slots =
        {
            .repr = repr,
            .hash = hash,
            .compare = compare,
            .new_ = float_new,
            .add = add,
            .subtract = subtract,
            .multiply = multiply,
            .remainder = remainder,
            .divmod = divmod,
            .power = power,
            .negative = negative,
            .positive = itself,
            .absolute = absolute,
            .truth = truth,
            .to_int = to_int,
            .to_float = itself,
            .floor_divide = floor_divide,
            .true_divide = true_divide,
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(x=0, /)",
};

}  // namespace hog
