// int.cpp: int as Python sees it. The arithmetic is object/int_*.cpp. Slots get ints, bools and subclasses alike, in either
// place of a binary operation. Ref: library/stdtypes "Additional Methods on Integer Types", library/functions int().
#include "object/int_math.hpp"
#include "object/native.hpp"
#include "types/number_format.hpp"

namespace hog {

namespace {

// ---- Construction. ----

struct IntArguments {
  Value x, base;  // absent: not given
};
Fallible<IntArguments> parse_arguments(Thread& t, const Arguments& arguments) {
  size_t given = arguments.positional + arguments.keyword_count();
  if (given > 2 && !arguments.has_keywords()) return t.raise_type_error("int expected at most 2 arguments, got {}", given);
  if (given > 2) return t.raise_type_error("int() takes at most 2 arguments ({} given)", given);
  IntArguments result{Value::absent(), Value::absent()};
  if (arguments.positional > 0) result.x = arguments[0];
  if (arguments.positional > 1) result.base = arguments[1];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    if (!name->equals_ascii("base"))
      return t.raise_type_error("int() got an unexpected keyword argument '{}'", name);
    if (!result.base.is_absent())
      return t.raise_type_error("argument for int() given by name ('base') and position (2)");
    result.base = arguments[arguments.positional + k];
  }
  if (result.x.is_absent() && !result.base.is_absent()) return t.raise_type_error("int() missing string argument");
  return result;
}

Fallible<Value> value_with_base_py(Thread& t, Value x, Value base_value) {
  Value index = TRY(index_py(t, base_value));
  Int64Result base = int_to_int64_nogc(index);
  if (base.overflow != 0 || base.value < 0 || base.value == 1 || base.value > 36)
    return t.raise_value_error("int() base must be >= 2 and <= 36, or 0");
  int radix = static_cast<int>(base.value);
  if (is<Str>(x)) return int_from_str(t, as<Str>(x), radix, x);
  if (is<Bytes>(x)) return int_from_ascii_bytes(t, as<Bytes>(x)->data(), as<Bytes>(x)->length(), radix, x);
  if (is_instance(x, core.bytearray)) {
    BytesLike bytes(t);
    TRY(bytes.open(x));
    Bytes* copy = TRY(Bytes::from(t, bytes.data(), bytes.size()));
    return int_from_ascii_bytes(t, copy->data(), copy->length(), radix, copy);
  }
  return t.raise_type_error("int() can't convert non-string with explicit base");
}

Fallible<Value> int_new(Thread& t, Type* type, const Arguments& arguments) {
  IntArguments given = TRY(parse_arguments(t, arguments));
  Value value = Value::from_small_int(0);
  if (!given.base.is_absent()) {
    value = TRY(value_with_base_py(t, given.x, given.base));
  } else if (!given.x.is_absent()) {
    value = TRY(to_int_py(t, given.x));
  }
  if (type == core.int_) return value;
  return int_of_type(t, type, value);
}

// ---- Slots. ----

// What looks at every digit of a long number counts as steps, which the next poll sees.
void note_long(Thread& t, Value v) {
  size_t bits = int_bit_length_nogc(v);
  if (bits > (size_t{1} << 17)) t.fuel_ -= static_cast<int64_t>(bits / 512);
}

Fallible<Value> repr(Thread& t, Value self) { return Value(TRY(int_to_text(t, self, 10))); }
Fallible<int64_t> hash(Thread& t, Value self) {
  note_long(t, self);
  return int_hash_nogc(self);
}

Fallible<Value> compare(Thread& t, Value a, Value b, CompareOp op) {
  if (!is_int_or_bool(a) || !is_int_or_bool(b)) return Value::not_implemented();
  note_long(t, a);
  int order = int_compare_nogc(a, b);
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

template <auto kOperation>
Fallible<Value> binary(Thread& t, Value a, Value b) {
  if (!is_int_or_bool(a) || !is_int_or_bool(b)) return Value::not_implemented();
  return kOperation(t, a, b);
}
Fallible<Value> divmod(Thread& t, Value a, Value b) {
  if (!is_int_or_bool(a) || !is_int_or_bool(b)) return Value::not_implemented();
  IntDivision d = TRY(int_divmod(t, a, b));
  return Value(TRY(Tuple::of(t, d.quotient, d.remainder)));
}
Fallible<Value> power(Thread& t, Value a, Value b, Value modulus) {
  if (!is_int_or_bool(a) || !is_int_or_bool(b)) return Value::not_implemented();
  if (modulus.is_none()) modulus = Value::absent();
  if (!modulus.is_absent() && !is_int_or_bool(modulus)) return Value::not_implemented();
  return int_power(t, a, b, modulus);
}
Fallible<bool> truth(Thread&, Value self) { return !int_is_zero_nogc(self); }
Fallible<Value> to_float(Thread& t, Value self) {
  note_long(t, self);
  return make_float(t, TRY(int_to_double(t, self)));
}

// ---- Methods. ----

Fallible<Value> itself(Thread& t, Value self) { return int_positive(t, self); }
Fallible<Value> bit_length(Thread& t, Value self) { return make_uint(t, int_bit_length_nogc(self)); }
Fallible<Value> bit_count(Thread& t, Value self) {
  note_long(t, self);
  return make_uint(t, int_bit_count_nogc(self));
}

Fallible<ByteOrder> byte_order(Thread& t, Str* name) {
  if (name == nullptr || name->equals_ascii("big")) return ByteOrder::Big;
  if (name->equals_ascii("little")) return ByteOrder::Little;
  return t.raise_value_error("byteorder must be either 'little' or 'big'");
}

Fallible<Value> to_bytes(Thread& t, Value self, int64_t length, Str* order_name, bool is_signed) {
  ByteOrder order = TRY(byte_order(t, order_name));
  if (length < 0) return t.raise_value_error("length argument must be non-negative");
  TRY(t.check_fits(static_cast<uint64_t>(length)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(length)));
  TRY(int_to_bytes(t, self, {bytes->mutable_data(), bytes->length()}, order,
                   is_signed ? Signedness::Signed : Signedness::Unsigned));
  return Value(bytes);
}

// bytes(v), as from_bytes() takes it: __bytes__, buffers, iterables of ints.
Fallible<Value> as_bytes_py(Thread& t, Value v) {
  if (is<Bytes>(v)) return v;
  Value hook = TRY(find_special_py(t, v, names.dunder_bytes));
  if (!hook.is_absent()) {
    Value result = TRY(call_py(t, hook));
    if (!is<Bytes>(result)) return t.raise_type_error("__bytes__ returned non-bytes (type {})", type_of(result));
    return result;
  }
  if (is<Str>(v) || (!supports_buffer(v) && type_of(v)->slots().iter == nullptr && type_of(v)->slots().get_item == nullptr))
    return t.raise_type_error("cannot convert '{}' object to bytes", type_of(v));
  return call_py(t, Value(core.bytes), v);
}

Fallible<Value> from_bytes(Thread& t, Value type, Value source, Str* order_name, bool is_signed) {
  ByteOrder order = TRY(byte_order(t, order_name));
  Value bytes = TRY(as_bytes_py(t, source));
  Value result = TRY(int_from_bytes(t, {as<Bytes>(bytes)->data(), as<Bytes>(bytes)->length()}, order,
                                    is_signed ? Signedness::Signed : Signedness::Unsigned));
  if (type == Value(core.int_)) return result;
  return call_py(t, type, result);
}

Fallible<Value> as_integer_ratio(Thread& t, Value self) {
  Value n = TRY(int_positive(t, self));
  return Value(TRY(Tuple::of(t, n, Value::from_small_int(1))));
}

Fallible<Value> round(Thread& t, Value self, Value digits) {
  if (digits.is_none()) return int_positive(t, self);
  Value n = TRY(index_py(t, digits));
  if (int_compare_nogc(n, Value::from_small_int(0)) >= 0) return int_positive(t, self);
  return int_round_to_multiple(t, self, TRY(int_negative(t, n)));
}

Fallible<Value> get_new_arguments(Thread& t, Value self) { return Value(TRY(Tuple::of(t, TRY(int_positive(t, self))))); }

Fallible<Value> format(Thread& t, Value self, Str* spec) {
  if (spec->length() == 0) return Value(TRY(str_py(t, self)));
  return format_int(t, self, spec, type_of(self));
}

Fallible<int64_t> size_of(Thread&, Value self) {
  size_t limbs = is<Int>(self) ? as<Int>(self)->limb_count() : 1;
  return static_cast<int64_t>(sizeof(Int) + limbs * sizeof(Limb));
}

Fallible<bool> is_integer(Thread&, Value) { return true; }

Fallible<Value> get_zero(Thread&, Value) { return Value::from_small_int(0); }
Fallible<Value> get_one(Thread&, Value) { return Value::from_small_int(1); }

constexpr NativeMethod kMethods[] = {
    {"conjugate", HOG_NATIVE(itself), "($self, /)", "The number itself."},
    {"bit_length", HOG_NATIVE(bit_length), "($self, /)", "Bits of the absolute value.\n\n>>> (255).bit_length()\n8"},
    {"bit_count", HOG_NATIVE(bit_count), "($self, /)", "Ones in the absolute value.\n\n>>> (-11).bit_count()\n3"},
    {"to_bytes", HOG_NATIVE(to_bytes), "($self, /, length=1, byteorder='big', *, signed=False)", "The int as bytes."},
    {"from_bytes", HOG_NATIVE(from_bytes), "($type, /, bytes, byteorder='big', *, signed=False)", "An int from bytes.",
     native_flag::kClassMethod},
    {"as_integer_ratio", HOG_NATIVE(as_integer_ratio), "($self, /)", "The pair of the int and one.\n\n>>> (3).as_integer_ratio()\n(3, 1)"},
    {"__trunc__", HOG_NATIVE(itself), "($self, /)", "The int itself."},
    {"__floor__", HOG_NATIVE(itself), "($self, /)", "The int itself."},
    {"__ceil__", HOG_NATIVE(itself), "($self, /)", "The int itself."},
    {"__round__", HOG_NATIVE(round), "($self, ndigits=None, /)", "Rounds to tens, hundreds... for negative ndigits."},
    {"__getnewargs__", HOG_NATIVE(get_new_arguments), "($self, /)", nullptr},
    {"__format__", HOG_NATIVE(format), "($self, format_spec, /)", "The int as a format specification says."},
    {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Bytes in memory."},
    {"is_integer", HOG_NATIVE(is_integer), "($self, /)", "True."},
    {}};
constexpr GetSet kGetSets[] = {{"real", itself, nullptr, "the real part of a complex number"},
                               {"imag", get_zero, nullptr, "the imaginary part of a complex number"},
                               {"numerator", itself, nullptr, "the numerator of a rational number in lowest terms"},
                               {"denominator", get_one, nullptr, "the denominator of a rational number in lowest terms"},
                               {}};

}  // namespace

extern const TypeSpec k_int__spec = {
    .name = "int",
    .doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\nA whole number of any size: zero, another number cut to its "
           "whole part, or the one that a text shows.\n\n>>> int('0b100', base=0)\n4",
    .layout = &Int::kLayout,
    .flags = type_flag::kBaseType | type_flag::kIntSubclass | type_flag::kMatchSelf,
    .slots =
        {
            .repr = repr,
            .hash = hash,
            .compare = compare,
            .new_ = int_new,
            .add = binary<int_add>,
            .subtract = binary<int_subtract>,
            .multiply = binary<int_multiply>,
            .remainder = binary<int_remainder>,
            .divmod = divmod,
            .power = power,
            .negative = int_negative,
            .positive = int_positive,
            .absolute = int_absolute,
            .truth = truth,
            .invert = int_invert,
            .left_shift = binary<int_left_shift>,
            .right_shift = binary<int_right_shift>,
            .and_ = binary<int_and>,
            .xor_ = binary<int_xor>,
            .or_ = binary<int_or>,
            .to_int = int_positive,
            .to_float = to_float,
            .floor_divide = binary<int_floor_divide>,
            .true_divide = binary<int_true_divide>,
            .index = int_positive,
        },
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace hog
