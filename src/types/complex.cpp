// complex.cpp: complex as Python sees it. Operations with a real operand leave the imaginary part's zero alone, as 3.14 has
// it. Ref: library/functions complex(), library/stdtypes "Numeric Types".
#include <cmath>

#include "object/int_math.hpp"
#include "object/native.hpp"
#include "object/text_view.hpp"
#include "text/number.hpp"
#include "types/complex_math.hpp"
#include "types/number_format.hpp"

namespace hog {

namespace {

ComplexPair pair_of(Value v) { return {as<Complex>(v)->real_, as<Complex>(v)->imag_}; }
Fallible<Value> make(Thread& t, ComplexPair z) { return make_complex(t, z.real, z.imag); }

// ---- Construction. ----

Fallible<Value> complex_of_type(Thread& t, Type* type, ComplexPair z) {
  if (type == core.complex_) return make(t, z);
  Cell* cell = TRY(new_instance(t, type));
  static_cast<Complex*>(cell)->real_ = z.real;
  static_cast<Complex*>(cell)->imag_ = z.imag;
  return Value(cell);
}

// v.__complex__(), or absent when there is none.
Fallible<Value> convert_by_method_py(Thread& t, Value v) {
  if (is_exactly(v, shapes.complex_)) return v;
  if (is_float(v) || is_int_or_bool(v)) {
    if (!v.is_cell() || is_exactly(v, shapes.float_) || is_exactly(v, shapes.int_)) return Value::absent();
  }
  Value method = TRY(find_special_py(t, v, names.dunder_complex));
  if (method.is_absent()) return method;
  Value result = TRY(call_py(t, method));
  if (is_exactly(result, shapes.complex_)) return result;
  if (!is<Complex>(result))
    return t.raise_type_error("__complex__ returned non-complex (type {})", type_of(result)->name());
  TRY(warn_py(t, core.DeprecationWarning,
              "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of "
              "complex is deprecated, and may be removed in a future version of Python.",
              type_of(result)->name()));
  return result;
}

bool is_real_number(Value v) {
  return type_of(v)->slots().to_float != nullptr || type_of(v)->slots().index != nullptr;
}

// The text of a complex number, from where `at` stands.
class ComplexReader {
 public:
  explicit ComplexReader(std::string_view text) : text_(text) {}

  bool read(ComplexPair* out) {
    skip_spaces();
    bool parentheses = take('(');
    skip_spaces();
    if (!read_parts(out)) return false;
    skip_spaces();
    if (parentheses) {
      if (!take(')')) return false;
      skip_spaces();
    }
    return text_.empty();
  }

 private:
  void skip_spaces() {
    while (!text_.empty() && (text_[0] == ' ' || (text_[0] >= 9 && text_[0] <= 13))) text_.remove_prefix(1);
  }
  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take_unit() { return take('j') || take('J'); }
  bool take_number(double* d) {
    number::Parsed parsed = number::parse_float_prefix(text_);
    if (parsed.consumed == 0) return false;
    *d = parsed.value;
    text_.remove_prefix(parsed.consumed);
    return true;
  }
  // "+" or "-" alone stands for one of that sign.
  double take_sign() { return take('-') ? -1.0 : (take('+'), 1.0); }

  bool read_parts(ComplexPair* out) {
    double first;
    if (!take_number(&first)) {
      out->imag = take_sign();
      return take_unit();
    }
    if (!text_.empty() && (text_[0] == '+' || text_[0] == '-')) {
      out->real = first;
      if (!take_number(&out->imag)) out->imag = take_sign();
      return take_unit();
    }
    (take_unit() ? out->imag : out->real) = first;
    return true;
  }

  std::string_view text_;
};

Fallible<ComplexPair> complex_from_text(Thread& t, Value v) {
  Str* text = as<Str>(v);
  TRY(t.poll(static_cast<int64_t>(text->length() / 16 + 1)));
  ByteArray* room = TRY(ByteArray::make(t, text->length() + 1));
  auto* ascii = reinterpret_cast<char*>(room->data());
  size_t length = number::to_ascii_number(text_of(text), ascii);
  std::optional<size_t> without = number::remove_underscores(ascii, length);
  if (!without) return t.raise_value_error("could not convert string to complex: {}", repr_of(v));
  ComplexPair z;
  if (!ComplexReader({ascii, *without}).read(&z)) return t.raise_value_error("complex() arg is a malformed string");
  return z;
}

Fallible<Value> from_one_py(Thread& t, Type* type, Value v) {
  if (type == core.complex_ && is_exactly(v, shapes.complex_)) return v;
  if (is<Str>(v)) return complex_of_type(t, type, TRY(complex_from_text(t, v)));
  Value converted = TRY(convert_by_method_py(t, v));
  if (!converted.is_absent()) return complex_of_type(t, type, pair_of(converted));
  if (is<Complex>(v)) return complex_of_type(t, type, pair_of(v));
  if (!is_real_number(v)) return t.raise_type_error("complex() argument must be a string or a number, not {}", type_of(v));
  double d = TRY(to_double_py(t, v));
  return complex_of_type(t, type, {d, 0});
}

Fallible<void> warn_of_complex_part_py(Thread& t, const char* part, Value v) {
  return warn_py(t, core.DeprecationWarning, "complex() argument '{}' must be a real number, not {}", part, type_of(v));
}

// complex(real, imag): either part may still be complex itself, which is deprecated.
Fallible<Value> from_parts_py(Thread& t, Type* type, Value given_real, Value imag) {
  Value real = given_real.is_absent() ? Value::from_small_int(0) : given_real;
  Value original = real;
  Value converted = TRY(convert_by_method_py(t, real));
  if (!converted.is_absent()) real = converted;
  constexpr const char* kRefused = "complex() argument '{}' must be a real number, not {}";
  if (!is<Complex>(real) && !is_real_number(real)) return t.raise_type_error(kRefused, "real", type_of(original));
  bool has_imag = !imag.is_absent();
  if (has_imag && !is<Complex>(imag) && !is_real_number(imag)) return t.raise_type_error(kRefused, "imag", type_of(imag));
  ComplexPair first, second;
  if (is<Complex>(real)) {
    TRY(warn_of_complex_part_py(t, "real", original));
    first = pair_of(real);
  } else {
    first.real = TRY(to_double_py(t, real));
  }
  if (has_imag && is<Complex>(imag)) {
    TRY(warn_of_complex_part_py(t, "imag", imag));
    second = pair_of(imag);
  } else if (has_imag) {
    second.real = TRY(to_double_py(t, imag));
  }
  if (!has_imag) return complex_of_type(t, type, first);
  if (is<Complex>(imag)) first.real -= second.imag;
  if (is<Complex>(real)) second.real += first.imag;
  return complex_of_type(t, type, {first.real, second.real});
}

Fallible<Value> complex_new(Thread& t, Type* type, const Arguments& arguments) {
  size_t given = arguments.positional + arguments.keyword_count();
  if (given > 2) return t.raise_type_error("complex() takes at most 2 arguments ({} given)", given);
  if (arguments.positional == 1 && !arguments.has_keywords()) return from_one_py(t, type, arguments[0]);
  Value parts[2] = {Value::absent(), Value::absent()};
  for (uint32_t i = 0; i < arguments.positional; ++i) parts[i] = arguments[i];
  constexpr const char* kNames[] = {"real", "imag"};
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    size_t i = name->equals_ascii(kNames[0]) ? 0 : name->equals_ascii(kNames[1]) ? 1 : 2;
    if (i == 2) return t.raise_type_error("complex() got an unexpected keyword argument '{}'", name);
    if (!parts[i].is_absent())
      return t.raise_type_error("argument for complex() given by name ('{}') and position ({})", kNames[i], i + 1);
    parts[i] = arguments[arguments.positional + k];
  }
  return from_parts_py(t, type, parts[0], parts[1]);
}

Fallible<Value> from_number(Thread& t, Type* type, Value number) {
  if (type == core.complex_ && is_exactly(number, shapes.complex_)) return number;
  ComplexPair z = TRY(to_complex_py(t, number));
  Value value = TRY(make(t, z));
  if (type == core.complex_) return value;
  return call_py(t, Value(type), value);
}

// ---- Arithmetic. ----

// An operand: complex, real, or nothing that complex knows.
struct Operand {
  enum class Kind : uint8_t { Complex, Real, Other } kind;
  ComplexPair z;
};
Fallible<Operand> operand(Thread& t, Value v) {
  if (is<Complex>(v)) return Operand{Operand::Kind::Complex, pair_of(v)};
  if (is_float(v)) return Operand{Operand::Kind::Real, {float_value(v), 0}};
  if (is_int_or_bool(v)) return Operand{Operand::Kind::Real, {TRY(int_to_double(t, v)), 0}};
  return Operand{Operand::Kind::Other, {}};
}

using Kind = Operand::Kind;

template <auto kOperation>
Fallible<Value> binary(Thread& t, Value a, Value b) {
  Operand x = TRY(operand(t, a));
  if (x.kind == Kind::Other) return Value::not_implemented();
  Operand y = TRY(operand(t, b));
  if (y.kind == Kind::Other) return Value::not_implemented();
  ComplexPair z = TRY(kOperation(t, x, y));
  return make(t, z);
}

Fallible<ComplexPair> add(Thread&, const Operand& x, const Operand& y) {
  if (y.kind == Kind::Real) return ComplexPair{x.z.real + y.z.real, x.z.imag};
  if (x.kind == Kind::Real) return ComplexPair{x.z.real + y.z.real, y.z.imag};
  return x.z + y.z;
}
Fallible<ComplexPair> subtract(Thread&, const Operand& x, const Operand& y) {
  if (y.kind == Kind::Real) return ComplexPair{x.z.real - y.z.real, x.z.imag};
  if (x.kind == Kind::Real) return ComplexPair{x.z.real - y.z.real, -y.z.imag};
  return x.z - y.z;
}
Fallible<ComplexPair> multiply(Thread&, const Operand& x, const Operand& y) {
  if (y.kind == Kind::Real) return ComplexPair{x.z.real * y.z.real, x.z.imag * y.z.real};
  if (x.kind == Kind::Real) return ComplexPair{x.z.real * y.z.real, x.z.real * y.z.imag};
  return complex_product(x.z, y.z);
}
Fallible<ComplexPair> divide(Thread& t, const Operand& x, const Operand& y) {
  if (y.z.real == 0 && y.z.imag == 0) return t.raise(core.ZeroDivisionError, "division by zero");
  if (y.kind == Kind::Real) return ComplexPair{x.z.real / y.z.real, x.z.imag / y.z.real};
  if (x.kind == Kind::Real) return complex_quotient(x.z.real, y.z);
  return complex_quotient(x.z, y.z);
}

Fallible<Value> power(Thread& t, Value a, Value b, Value modulus) {
  Operand x = TRY(operand(t, a));
  if (x.kind == Kind::Other) return Value::not_implemented();
  Operand y = TRY(operand(t, b));
  if (y.kind == Kind::Other) return Value::not_implemented();
  if (!modulus.is_absent() && !modulus.is_none()) return t.raise_value_error("complex modulo");
  return make(t, TRY(complex_power(t, x.z, y.z)));
}

Fallible<Value> compare(Thread&, Value a, Value b, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return Value::not_implemented();
  if (!is<Complex>(a)) {
    Value other = a;
    a = b;
    b = other;
  }
  if (!is<Complex>(a)) return Value::not_implemented();
  ComplexPair x = pair_of(a);
  bool equal;
  if (is<Complex>(b)) {
    equal = x.real == pair_of(b).real && x.imag == pair_of(b).imag;
  } else if (is_float(b)) {
    equal = x.imag == 0 && x.real == float_value(b);
  } else if (is_int_or_bool(b)) {
    equal = x.imag == 0 && int_compare_double_nogc(b, x.real) == 0;
  } else {
    return Value::not_implemented();
  }
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<Value> negative(Thread& t, Value self) { return make(t, {-pair_of(self).real, -pair_of(self).imag}); }
Fallible<Value> itself(Thread& t, Value self) {
  return is_exactly(self, shapes.complex_) ? Fallible<Value>(self) : make(t, pair_of(self));
}
Fallible<Value> absolute(Thread& t, Value self) { return make_float(t, TRY(complex_absolute(t, pair_of(self)))); }
Fallible<bool> truth(Thread&, Value self) { return pair_of(self).real != 0 || pair_of(self).imag != 0; }

Fallible<int64_t> hash(Thread&, Value self) {
  constexpr uint64_t kImaginaryFactor = 1000003;
  ComplexPair z = pair_of(self);
  auto real = static_cast<uint64_t>(float_hash_nogc(self, z.real));
  auto imag = static_cast<uint64_t>(float_hash_nogc(self, z.imag));
  auto combined = static_cast<int64_t>(real + kImaginaryFactor * imag);
  return combined == -1 ? -2 : combined;
}

// "1j", "(1+2j)": the shortest digits, without the ".0" that floats have.
Fallible<void> append_part(StrBuilder& out, double d, bool with_sign) {
  number::FloatText text(d, number::Style::kRepr);
  if (text.is_negative()) {
    TRY(out.append('-'));
  } else if (with_sign) {
    TRY(out.append('+'));
  }
  TRY(out.append_ascii(text.integer()));
  if (text.has_point()) TRY(out.append('.'));
  TRY(out.append_ascii(text.fraction()));
  TRY(out.append_repeated('0', text.zeros()));
  return out.append_ascii(text.exponent());
}
Fallible<Value> repr(Thread& t, Value self) {
  ComplexPair z = pair_of(self);
  StrBuilder out(t);
  bool only_imaginary = z.real == 0 && !std::signbit(z.real);
  if (!only_imaginary) {
    TRY(out.append('('));
    TRY(append_part(out, z.real, false));
  }
  TRY(append_part(out, z.imag, !only_imaginary));
  TRY(out.append('j'));
  if (!only_imaginary) TRY(out.append(')'));
  return Value(TRY(out.finish()));
}

// ---- Methods. ----

Fallible<Value> conjugate(Thread& t, Value self) { return make(t, {pair_of(self).real, -pair_of(self).imag}); }
Fallible<Value> get_real(Thread& t, Value self) { return make_float(t, pair_of(self).real); }
Fallible<Value> get_imag(Thread& t, Value self) { return make_float(t, pair_of(self).imag); }
Fallible<Value> get_new_arguments(Thread& t, Value self) {
  Value real = TRY(get_real(t, self));
  Value imag = TRY(get_imag(t, self));
  return Value(TRY(Tuple::of(t, real, imag)));
}
Fallible<Value> format(Thread& t, Value self, Str* spec) {
  if (spec->length() == 0) return Value(TRY(str_py(t, self)));
  return format_complex(t, pair_of(self).real, pair_of(self).imag, spec, type_of(self));
}

constexpr NativeMethod kMethods[] = {
    {"from_number", HOG_NATIVE(from_number), "($type, number, /)", "A complex number from a number, not from text.",
     native_flag::kClassMethod},
    {"conjugate", HOG_NATIVE(conjugate), "($self, /)", "The number with the other imaginary sign."},
    {"__complex__", HOG_NATIVE(itself), "($self, /)", "The number as an exact complex."},
    {"__getnewargs__", HOG_NATIVE(get_new_arguments), "($self, /)", nullptr},
    {"__format__", HOG_NATIVE(format), "($self, format_spec, /)", "The number as a format specification says."},
    {}};
constexpr Member kMembers[] = {{"real", 0, Member::Kind::Computed, "the real part of a complex number", get_real},
                               {"imag", 0, Member::Kind::Computed, "the imaginary part of a complex number", get_imag},
                               {}};

}  // namespace

Fallible<ComplexPair> to_complex_py(Thread& t, Value v) {
  if (is<Complex>(v)) return pair_of(v);
  Value converted = TRY(convert_by_method_py(t, v));
  if (!converted.is_absent()) return pair_of(converted);
  double d = TRY(to_double_py(t, v));
  return ComplexPair{d, 0};
}

extern const TypeSpec k_complex__spec = {
    .name = "complex",
    .doc = "A complex number, from a real and an imaginary part or from a text.",
    .layout = &Complex::kLayout,
    .flags = type_flag::kBaseType,
    .slots =
        {
            .repr = repr,
            .hash = hash,
            .compare = compare,
            .new_ = complex_new,
            .add = binary<add>,
            .subtract = binary<subtract>,
            .multiply = binary<multiply>,
            .power = power,
            .negative = negative,
            .positive = itself,
            .absolute = absolute,
            .truth = truth,
            .true_divide = binary<divide>,
        },
    .methods = kMethods,
    .members = kMembers,
    .text_signature = "(real=0, imag=0)",
};

}  // namespace hog
