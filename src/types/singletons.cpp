// singletons.cpp: None, Ellipsis and NotImplemented: immediates with a type each.
#include "object/class_system.hpp"

namespace hog {

namespace {

Fallible<Value> text(Thread& t, const char* ascii) { return Value(TRY(Str::intern_utf8(t, ascii))); }

Fallible<Value> singleton_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional != 0 || arguments.has_keywords()) return t.raise_type_error("{} takes no arguments", type->name());
  if (type == core.none_type) return Value::none();
  return type == core.ellipsis_type ? Value::ellipsis() : Value::not_implemented();
}

Fallible<Value> none_repr(Thread& t, Value) { return text(t, "None"); }
Fallible<bool> none_truth(Thread&, Value) { return false; }
Fallible<int64_t> none_hash(Thread&, Value) { return int64_t{0xFCA86420}; }
Fallible<Value> ellipsis_repr(Thread& t, Value) { return text(t, "Ellipsis"); }
Fallible<Value> ellipsis_reduce(Thread& t, Value) { return text(t, "Ellipsis"); }
Fallible<Value> not_implemented_repr(Thread& t, Value) { return text(t, "NotImplemented"); }
Fallible<Value> not_implemented_reduce(Thread& t, Value) { return text(t, "NotImplemented"); }
Fallible<bool> not_implemented_truth(Thread& t, Value) {
  return t.raise_type_error("NotImplemented should not be used in a boolean context");
}
// Hashed by identity like plain objects; immediates have a word instead of an address.
Fallible<int64_t> singleton_hash(Thread&, Value self) { return static_cast<int64_t>(self.raw()) * 0x5DEECE66; }

constexpr NativeMethod kEllipsisMethods[] = {
    {"__reduce__", HOG_NATIVE(ellipsis_reduce), "($self, /)", "Helper for pickle."}, {}};
constexpr NativeMethod kNotImplementedMethods[] = {
    {"__reduce__", HOG_NATIVE(not_implemented_reduce), "($self, /)", "Helper for pickle."}, {}};

}  // namespace

extern const TypeSpec k_none_type_spec;
const TypeSpec k_none_type_spec = {
    .name = "NoneType",
    .doc = "The type of None.",
    .slots = {.repr = none_repr, .hash = none_hash, .new_ = singleton_new, .truth = none_truth},
};
extern const TypeSpec k_ellipsis_type_spec;
const TypeSpec k_ellipsis_type_spec = {
    .name = "ellipsis",
    .doc = "The type of Ellipsis.",
    .slots = {.repr = ellipsis_repr, .hash = singleton_hash, .new_ = singleton_new},
    .methods = kEllipsisMethods,
};
extern const TypeSpec k_not_implemented_type_spec;
const TypeSpec k_not_implemented_type_spec = {
    .name = "NotImplementedType",
    .doc = "The type of NotImplemented.",
    .slots = {.repr = not_implemented_repr, .hash = singleton_hash, .new_ = singleton_new, .truth = not_implemented_truth},
    .methods = kNotImplementedMethods,
};

}  // namespace hog
