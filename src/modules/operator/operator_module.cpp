// operator_module.cpp: the module `_operator`: the operators as functions. Ref: library/operator.
#include "modules/operator/getters.hpp"
#include "types/container_support.hpp"

namespace hog {

using namespace operators;

namespace {

template <BinaryOp kOp>
Fallible<Value> binary(Thread& t, Value a, Value b) {
  // OPTIMIZATION: small ints, whose sum and difference fit 64 bits.
  if (a.is_small_int() && b.is_small_int()) {
    if constexpr (kOp == BinaryOp::Add) return make_int(t, a.small_int() + b.small_int());
    if constexpr (kOp == BinaryOp::Subtract) return make_int(t, a.small_int() - b.small_int());
    if constexpr (kOp == BinaryOp::And) return Value::from_small_int(a.small_int() & b.small_int());
    if constexpr (kOp == BinaryOp::Or) return Value::from_small_int(a.small_int() | b.small_int());
    if constexpr (kOp == BinaryOp::Xor) return Value::from_small_int(a.small_int() ^ b.small_int());
  }
  return binary_py(t, kOp, a, b);
}
template <BinaryOp kOp>
Fallible<Value> inplace(Thread& t, Value a, Value b) {
  return inplace_py(t, kOp, a, b);
}
template <CompareOp kOp>
Fallible<Value> compare(Thread& t, Value a, Value b) {
  return compare_py(t, a, b, kOp);
}

Fallible<bool> truth(Thread& t, Value a) { return truth_py(t, a); }
Fallible<bool> not_(Thread& t, Value a) { return !TRY(truth_py(t, a)); }

// Identity of values that no cell holds is equality of words; a float beyond the inline exponents is a cell.
Fallible<bool> is_(Thread&, Value a, Value b) { return a == b; }
Fallible<bool> is_not(Thread&, Value a, Value b) { return !(a == b); }
Fallible<bool> is_none(Thread&, Value a) { return a.is_none(); }
Fallible<bool> is_not_none(Thread&, Value a) { return !a.is_none(); }

// An exact int, also of an instance of a subclass.
Fallible<Value> index(Thread& t, Value a) {
  Value n = TRY(index_py(t, a));
  if (n.is_small_int() || is_exactly(n, shapes.int_)) return n;
  return int_add(t, n, Value::from_small_int(0));
}

// ---- Sequences. ----

bool is_sequence(Value v) { return type_of(v)->slots().get_item != nullptr && !is<Dict>(v) && !is<MappingProxy>(v); }

Fallible<Value> concat_with(Thread& t, Value a, Value b, bool in_place) {
  const Slots& slots = type_of(a)->slots();
  if (in_place && slots.inplace_concat != nullptr) return slots.inplace_concat(t, a, b);
  if (slots.concat != nullptr) return slots.concat(t, a, b);
  // Classes have `__add__` as a number's slot only.
  bool may_add = slots.add != nullptr || type_of(b)->slots().add != nullptr || (in_place && slots.inplace_add != nullptr);
  if (is_sequence(a) && is_sequence(b) && may_add)
    return in_place ? inplace_py(t, BinaryOp::Add, a, b) : binary_py(t, BinaryOp::Add, a, b);
  return t.raise_type_error("'{}' object can't be concatenated", type_of(a));
}
Fallible<Value> concat(Thread& t, Value a, Value b) { return concat_with(t, a, b, false); }
Fallible<Value> inplace_concat(Thread& t, Value a, Value b) { return concat_with(t, a, b, true); }

Fallible<bool> contains(Thread& t, Value a, Value b) { return contains_py(t, a, b); }
Fallible<Value> get_item(Thread& t, Value a, Value b) { return get_item_py(t, a, b); }
Fallible<void> set_item(Thread& t, Value a, Value b, Value c) { return set_item_py(t, a, b, c); }
Fallible<void> delete_item(Thread& t, Value a, Value b) { return set_item_py(t, a, b, Value::absent()); }

Fallible<Value> iterator_of_py(Thread& t, Value v) {
  Fallible<Value> iterator = iter_py(t, v);
  if (!iterator.failed()) return iterator;
  if (!clear_exception_if(t, core.TypeError)) return Failure{};
  return t.raise_type_error("argument of type '{}' is not iterable", type_of(v));
}

Fallible<int64_t> count_of(Thread& t, Value a, Value b) {
  Value iterator = TRY(iterator_of_py(t, a));
  int64_t count = 0;
  for (;;) {
    Value item = TRY(next_quickly_py(t, iterator));
    if (item.is_absent()) return count;
    TRY(t.poll());
    if (TRY(equals_py(t, item, b))) ++count;
  }
}

Fallible<int64_t> index_of(Thread& t, Value a, Value b) {
  Value iterator = TRY(iterator_of_py(t, a));
  for (int64_t i = 0;; ++i) {
    Value item = TRY(next_quickly_py(t, iterator));
    if (item.is_absent()) return t.raise_value_error("sequence.index(x): x not in sequence");
    TRY(t.poll());
    if (TRY(equals_py(t, item, b))) return i;
  }
}

Fallible<int64_t> length_hint(Thread& t, Value object, int64_t otherwise) { return length_hint_py(t, object, otherwise); }

// ---- Calls. ----

Fallible<Value> call(Thread& t, Value, const Arguments& arguments) {
  if (arguments.positional == 0) return t.raise_type_error("call expected at least 1 argument, got 0");
  return call_py(t, arguments[0], arguments.without_first());
}

// ---- _compare_digest: the time depends on the lengths only. ----

bool equal_in_constant_time(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size) {
  // Always walks over b; a of another length is replaced by b, and the answer is no.
  volatile uint8_t difference = a_size == b_size ? 0 : 1;
  const uint8_t* left = a_size == b_size ? a : b;
  for (size_t i = 0; i < b_size; ++i) difference = static_cast<uint8_t>(difference | (left[i] ^ b[i]));
  return difference == 0;
}

Fallible<bool> compare_digest(Thread& t, Value a, Value b) {
  if (is<Str>(a) && is<Str>(b)) {
    Str *x = as<Str>(a), *y = as<Str>(b);
    if (!x->is_ascii() || !y->is_ascii())
      return t.raise_type_error("comparing strings with non-ASCII characters is not supported");
    TRY(t.poll(static_cast<int64_t>(y->length() / 8)));
    return equal_in_constant_time(x->data1(), x->length(), y->data1(), y->length());
  }
  if (!supports_buffer(a) && !supports_buffer(b))
    return t.raise_type_error("unsupported operand types(s) or combination of types: '{}' and '{}'", type_of(a), type_of(b));
  BytesLike x(t), y(t);
  TRY(x.open(a));
  TRY(y.open(b));
  TRY(t.poll(static_cast<int64_t>(y.size() / 8)));
  return equal_in_constant_time(x.data(), x.size(), y.data(), y.size());
}

#define HOG_BINARY(name, op, doc) {name, HOG_NATIVE(binary<BinaryOp::op>), "(a, b, /)", doc}
#define HOG_INPLACE(name, op, doc) {name, HOG_NATIVE(inplace<BinaryOp::op>), "(a, b, /)", doc}
#define HOG_COMPARE(name, op, doc) {name, HOG_NATIVE(compare<CompareOp::op>), "(a, b, /)", doc}
constexpr NativeMethod kFunctions[] = {
    {"_compare_digest", HOG_NATIVE(compare_digest), "(a, b, /)", "a == b in a time that does not tell where they differ."},
    {"abs", HOG_NATIVE(absolute_py), "(a, /)", "abs(a)"},
    HOG_BINARY("add", Add, "a + b"),
    HOG_BINARY("and_", And, "a & b"),
    {"call", HOG_RAW(call), "(obj, /, *args, **kwargs)", "obj(*args, **kwargs)"},
    {"concat", HOG_NATIVE(concat), "(a, b, /)", "a + b of sequences"},
    {"contains", HOG_NATIVE(contains), "(a, b, /)", "b in a"},
    {"countOf", HOG_NATIVE(count_of), "(a, b, /)", "How many items of a equal b."},
    {"delitem", HOG_NATIVE(delete_item), "(a, b, /)", "del a[b]"},
    HOG_COMPARE("eq", Eq, "a == b"),
    HOG_BINARY("floordiv", FloorDivide, "a // b"),
    HOG_COMPARE("ge", Ge, "a >= b"),
    {"getitem", HOG_NATIVE(get_item), "(a, b, /)", "a[b]"},
    HOG_COMPARE("gt", Gt, "a > b"),
    HOG_INPLACE("iadd", Add, "a += b"),
    HOG_INPLACE("iand", And, "a &= b"),
    {"iconcat", HOG_NATIVE(inplace_concat), "(a, b, /)", "a += b of sequences"},
    HOG_INPLACE("ifloordiv", FloorDivide, "a //= b"),
    HOG_INPLACE("ilshift", LeftShift, "a <<= b"),
    HOG_INPLACE("imatmul", MatrixMultiply, "a @= b"),
    HOG_INPLACE("imod", Remainder, "a %= b"),
    HOG_INPLACE("imul", Multiply, "a *= b"),
    {"index", HOG_NATIVE(index), "(a, /)", "a.__index__() as an int"},
    {"indexOf", HOG_NATIVE(index_of), "(a, b, /)", "Where the first item of a that equals b is."},
    {"inv", HOG_NATIVE(invert_py), "(a, /)", "~a"},
    {"invert", HOG_NATIVE(invert_py), "(a, /)", "~a"},
    HOG_INPLACE("ior", Or, "a |= b"),
    HOG_INPLACE("ipow", Power, "a **= b"),
    HOG_INPLACE("irshift", RightShift, "a >>= b"),
    {"is_", HOG_NATIVE(is_), "(a, b, /)", "a is b"},
    {"is_none", HOG_NATIVE(is_none), "(a, /)", "a is None"},
    {"is_not", HOG_NATIVE(is_not), "(a, b, /)", "a is not b"},
    {"is_not_none", HOG_NATIVE(is_not_none), "(a, /)", "a is not None"},
    HOG_INPLACE("isub", Subtract, "a -= b"),
    HOG_INPLACE("itruediv", TrueDivide, "a /= b"),
    HOG_INPLACE("ixor", Xor, "a ^= b"),
    HOG_COMPARE("le", Le, "a <= b"),
    {"length_hint", HOG_NATIVE(length_hint), "(obj, default=0, /)", "Length of obj, or about that, or the default."},
    HOG_BINARY("lshift", LeftShift, "a << b"),
    HOG_COMPARE("lt", Lt, "a < b"),
    HOG_BINARY("matmul", MatrixMultiply, "a @ b"),
    HOG_BINARY("mod", Remainder, "a % b"),
    HOG_BINARY("mul", Multiply, "a * b"),
    HOG_COMPARE("ne", Ne, "a != b"),
    {"neg", HOG_NATIVE(negative_py), "(a, /)", "-a"},
    {"not_", HOG_NATIVE(not_), "(a, /)", "not a"},
    HOG_BINARY("or_", Or, "a | b"),
    {"pos", HOG_NATIVE(positive_py), "(a, /)", "+a"},
    HOG_BINARY("pow", Power, "a ** b"),
    HOG_BINARY("rshift", RightShift, "a >> b"),
    {"setitem", HOG_NATIVE(set_item), "(a, b, c, /)", "a[b] = c"},
    HOG_BINARY("sub", Subtract, "a - b"),
    HOG_BINARY("truediv", TrueDivide, "a / b"),
    {"truth", HOG_NATIVE(truth), "(a, /)", "bool(a)"},
    HOG_BINARY("xor", Xor, "a ^ b"),
    {},
};
#undef HOG_BINARY
#undef HOG_INPLACE
#undef HOG_COMPARE

}  // namespace

extern const ModuleSpec k_module__operator;
const ModuleSpec k_module__operator = {
    .name = "_operator",
    .doc = "The operators as functions.",
    .functions = kFunctions,
    .types = kGetterTypes,
    .type_count = kGetterCount,
};

}  // namespace hog
