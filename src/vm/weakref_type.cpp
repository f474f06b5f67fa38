// weakref_type.cpp: weakref.ref, weakref.proxy and callable proxies as Python sees them.
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "object/weak.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

WeakReference* self_of(Value self) { return as<WeakReference>(self); }
Value referent_of(Value self) {
  Cell* cell = self_of(self)->referent_;
  return cell == nullptr ? Value::none() : Value(cell);
}

// A reference of exactly this type without callback is shared by all who ask for one.
WeakReference* shared_reference(Thread& t, Type* type, Value referent) {
  if (!referent.is_cell()) return nullptr;
  for (WeakReference* r = first_weak_reference(t.isolate(), referent.cell()); r != nullptr; r = r->next_)
    if (r->callback_.get().is_empty() && r->shape()->type() == type) return r;
  return nullptr;
}

Fallible<Value> reference_new(Thread& t, Type* type, const Arguments& arguments) {
  if (type == core.weakref && arguments.has_keywords()) return t.raise_type_error("ref() takes no keyword arguments");
  if (arguments.positional < 1 || arguments.positional > 2)
    return t.raise_type_error("__new__ expected at {} {} argument{}, got {}", arguments.positional < 1 ? "least" : "most",
                              arguments.positional < 1 ? 1 : 2, arguments.positional < 1 ? "" : "s", arguments.positional);
  Value callback = arguments.positional == 2 ? arguments[1] : Value::absent();
  bool plain = callback.is_absent() || callback.is_none();
  if (plain && type == core.weakref)
    if (WeakReference* shared = shared_reference(t, type, arguments[0])) return Value(shared);
  return Value(TRY(make_weak_reference(t, type, arguments[0], callback)));
}

Fallible<void> reference_init(Thread& t, Value, const Arguments& arguments) {
  if (arguments.positional > 2)
    return t.raise_type_error("__init__ expected at most 2 arguments, got {}", arguments.positional);
  return {};
}

Fallible<Value> reference_call(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("weakref.ReferenceType() takes no keyword arguments");
  if (arguments.positional != 0)
    return t.raise_type_error("weakref.ReferenceType() takes no arguments ({} given)", arguments.positional);
  return referent_of(self);
}

Fallible<int64_t> reference_hash(Thread& t, Value self) {
  WeakReference* r = self_of(self);
  if (r->has_hash_) return static_cast<int64_t>(r->hash_);
  if (r->referent_ == nullptr) return t.raise_type_error("weak object has gone away");
  int64_t hash = TRY(hash_py(t, Value(r->referent_)));
  r->hash_ = static_cast<uint64_t>(hash);
  r->has_hash_ = true;
  return hash;
}

Fallible<Value> reference_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<WeakReference>(other)) return Value::not_implemented();
  Value a = referent_of(self), b = referent_of(other);
  if (a.is_none() || b.is_none()) return Value::from_bool((self == other) == (op == CompareOp::Eq));
  return compare_py(t, a, b, op);
}

Fallible<Value> reference_repr(Thread& t, Value self) {
  Value referent = referent_of(self);
  if (referent.is_none()) return Value(TRY(t.format("<weakref at {}; dead>", address_of(self))));
  Value name = TRY(find_special_py(t, referent, names.dunder_name));
  if (!name.is_absent() && is<Str>(name))
    return Value(TRY(t.format("<weakref at {}; to '{}' at {} ({})>", address_of(self), type_of(referent),
                              address_of(referent), as<Str>(name))));
  return Value(TRY(t.format("<weakref at {}; to '{}' at {}>", address_of(self), type_of(referent), address_of(referent))));
}

Fallible<Value> reference_callback(Thread&, Value self) {
  Value callback = self_of(self)->callback_.get();
  return callback.is_empty() || self_of(self)->referent_ == nullptr ? Value::none() : callback;
}
Fallible<Value> reference_class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }
constexpr NativeMethod kReferenceMethods[] = {
    {"__class_getitem__", HOG_NATIVE(reference_class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr GetSet kReferenceGetSets[] = {{"__callback__", reference_callback}, {}};

// ---- Proxies: every operation goes to the referent. ----

Fallible<Value> target(Thread& t, Value v) {
  if (!v.is_cell() || v.is_empty() || !is<WeakReference>(v)) return v;
  Type* type = type_of(v);
  if (type != core.weak_proxy && type != core.weak_callable_proxy) return v;
  Cell* cell = self_of(v)->referent_;
  if (cell == nullptr) return t.raise(core.ReferenceError, "weakly-referenced object no longer exists");
  return Value(cell);
}

template <BinaryOp op>
Fallible<Value> proxy_binary(Thread& t, Value a, Value b) {
  Value x = TRY(target(t, a));
  Value y = TRY(target(t, b));
  return binary_py(t, op, x, y);
}
template <BinaryOp op>
Fallible<Value> proxy_inplace(Thread& t, Value a, Value b) {
  Value x = TRY(target(t, a));
  Value y = TRY(target(t, b));
  return inplace_py(t, op, x, y);
}
template <auto F>
Fallible<Value> proxy_unary(Thread& t, Value self) {
  Value x = TRY(target(t, self));
  return F(t, x);
}
Fallible<Value> proxy_str(Thread& t, Value self) { return Value(TRY(str_py(t, TRY(target(t, self))))); }
Fallible<Value> proxy_repr(Thread& t, Value self) {
  Value referent = referent_of(self);
  if (referent.is_none()) return Value(TRY(t.format("<weakproxy at {}; dead>", address_of(self))));
  return Value(TRY(t.format("<weakproxy at {}; to '{}' at {}>", address_of(self), type_of(referent), address_of(referent))));
}
Fallible<int64_t> proxy_hash(Thread& t, Value self) {
  return t.raise_type_error("unhashable type: '{}'", type_of(self));
}
Fallible<Value> proxy_get_attribute(Thread& t, Value self, Str* name) {
  return get_attribute_py(t, TRY(target(t, self)), name);
}
Fallible<void> proxy_set_attribute(Thread& t, Value self, Str* name, Value value) {
  return set_attribute_py(t, TRY(target(t, self)), name, value);
}
Fallible<Value> proxy_compare(Thread& t, Value a, Value b, CompareOp op) {
  Value x = TRY(target(t, a));
  Value y = TRY(target(t, b));
  return compare_py(t, x, y, op);
}
Fallible<Value> proxy_iter(Thread& t, Value self) { return iter_py(t, TRY(target(t, self))); }
Fallible<Value> proxy_next(Thread& t, Value self) {
  Value x = TRY(target(t, self));
  if (type_of(x)->slots().next == nullptr)
    return t.raise_type_error("Weakref proxy referenced a non-iterator '{}' object", type_of(x));
  return next_py(t, x);
}
Fallible<bool> proxy_truth(Thread& t, Value self) { return truth_py(t, TRY(target(t, self))); }
Fallible<int64_t> proxy_length(Thread& t, Value self) { return length_py(t, TRY(target(t, self))); }
Fallible<Value> proxy_get_item(Thread& t, Value self, Value key) { return get_item_py(t, TRY(target(t, self)), key); }
Fallible<void> proxy_set_item(Thread& t, Value self, Value key, Value value) {
  return set_item_py(t, TRY(target(t, self)), key, value);
}
Fallible<bool> proxy_contains(Thread& t, Value self, Value item) { return contains_py(t, TRY(target(t, self)), item); }
Fallible<Value> proxy_call(Thread& t, Value self, const Arguments& arguments) {
  return call_py(t, TRY(target(t, self)), arguments);
}
Fallible<Value> proxy_power(Thread& t, Value a, Value b, Value modulus) {
  Value x = TRY(target(t, a));
  Value y = TRY(target(t, b));
  return power_py(t, x, y, modulus.is_absent() ? Value::none() : modulus);
}
Fallible<Value> proxy_float(Thread& t, Value self) { return make_float(t, TRY(to_double_py(t, TRY(target(t, self))))); }

constexpr Slots proxy_slots(bool callable) {
  Slots s{};
  s.repr = proxy_repr;
  s.str = proxy_str;
  s.hash = proxy_hash;
  s.call = callable ? proxy_call : nullptr;
  s.get_attribute = proxy_get_attribute;
  s.set_attribute = proxy_set_attribute;
  s.compare = proxy_compare;
  s.iter = proxy_iter;
  s.next = proxy_next;
  s.add = proxy_binary<BinaryOp::Add>;
  s.subtract = proxy_binary<BinaryOp::Subtract>;
  s.multiply = proxy_binary<BinaryOp::Multiply>;
  s.remainder = proxy_binary<BinaryOp::Remainder>;
  s.divmod = [](Thread& t, Value a, Value b) -> Fallible<Value> {
    Value x = TRY(target(t, a));
    Value y = TRY(target(t, b));
    return divmod_py(t, x, y);
  };
  s.power = proxy_power;
  s.negative = proxy_unary<negative_py>;
  s.positive = proxy_unary<positive_py>;
  s.absolute = proxy_unary<absolute_py>;
  s.truth = proxy_truth;
  s.invert = proxy_unary<invert_py>;
  s.left_shift = proxy_binary<BinaryOp::LeftShift>;
  s.right_shift = proxy_binary<BinaryOp::RightShift>;
  s.and_ = proxy_binary<BinaryOp::And>;
  s.xor_ = proxy_binary<BinaryOp::Xor>;
  s.or_ = proxy_binary<BinaryOp::Or>;
  s.to_int = proxy_unary<to_int_py>;
  s.to_float = proxy_float;
  s.inplace_add = proxy_inplace<BinaryOp::Add>;
  s.inplace_subtract = proxy_inplace<BinaryOp::Subtract>;
  s.inplace_multiply = proxy_inplace<BinaryOp::Multiply>;
  s.inplace_remainder = proxy_inplace<BinaryOp::Remainder>;
  s.inplace_left_shift = proxy_inplace<BinaryOp::LeftShift>;
  s.inplace_right_shift = proxy_inplace<BinaryOp::RightShift>;
  s.inplace_and = proxy_inplace<BinaryOp::And>;
  s.inplace_xor = proxy_inplace<BinaryOp::Xor>;
  s.inplace_or = proxy_inplace<BinaryOp::Or>;
  s.floor_divide = proxy_binary<BinaryOp::FloorDivide>;
  s.true_divide = proxy_binary<BinaryOp::TrueDivide>;
  s.inplace_floor_divide = proxy_inplace<BinaryOp::FloorDivide>;
  s.inplace_true_divide = proxy_inplace<BinaryOp::TrueDivide>;
  s.index = proxy_unary<index_py>;
  s.matrix_multiply = proxy_binary<BinaryOp::MatrixMultiply>;
  s.inplace_matrix_multiply = proxy_inplace<BinaryOp::MatrixMultiply>;
  s.length = proxy_length;
  s.get_item = proxy_get_item;
  s.set_item = proxy_set_item;
  s.contains = proxy_contains;
  return s;
}

// Methods that no slot stands for.
Fallible<Value> proxy_bytes(Thread& t, Value self) {
  return call_method_py(t, TRY(target(t, self)), names.dunder_bytes);
}
Fallible<Value> proxy_reversed(Thread& t, Value self) {
  return call_py(t, Value(core.reversed), TRY(target(t, self)));
}
constexpr NativeMethod kProxyMethods[] = {
    {"__bytes__", HOG_NATIVE(proxy_bytes), "($self, /)", "bytes() of the object referred to."},
    {"__reversed__", HOG_NATIVE(proxy_reversed), "($self, /)", "reversed() of the object referred to."},
    {},
};

}  // namespace

Fallible<Value> make_weak_proxy(Thread& t, Value referent, Value callback) {
  Type* type = is_callable(referent) ? core.weak_callable_proxy : core.weak_proxy;
  if (callback.is_absent() || callback.is_none())
    if (WeakReference* shared = shared_reference(t, type, referent)) return Value(shared);
  return Value(TRY(make_weak_reference(t, type, referent, callback)));
}

extern const TypeSpec k_weakref_spec;
const TypeSpec k_weakref_spec = {
    .name = "weakref.ReferenceType",
    .doc = "A reference that does not keep its object alive.",
    .layout = &WeakReference::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.repr = reference_repr,
              .hash = reference_hash,
              .call = reference_call,
              .compare = reference_compare,
              .init = reference_init,
              .new_ = reference_new},
    .methods = kReferenceMethods,
    .getsets = kReferenceGetSets,
};
extern const TypeSpec k_weak_proxy_spec;
const TypeSpec k_weak_proxy_spec = {
    .name = "weakref.ProxyType",
    .layout = &WeakReference::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = proxy_slots(false),
    .methods = kProxyMethods,
};
extern const TypeSpec k_weak_callable_proxy_spec;
const TypeSpec k_weak_callable_proxy_spec = {
    .name = "weakref.CallableProxyType",
    .layout = &WeakReference::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = proxy_slots(true),
    .methods = kProxyMethods,
};

}  // namespace hog
