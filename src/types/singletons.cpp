// singletons.cpp: None, Ellipsis and NotImplemented.
#include "object/class_system.hpp"

namespace hog {

namespace {

Fallible<Value> constant_text(Thread& t, const char* text) { return Value(TRY(Str::intern_utf8(t, text))); }

Fallible<void> check_no_arguments(Thread& t, const char* name, const Arguments& arguments) {
  if (arguments.positional == 0 && !arguments.has_keywords()) return {};
  return t.raise_type_error("{} takes no arguments", name);
}

Fallible<Value> none_repr(Thread& t, Value) { return constant_text(t, "None"); }
Fallible<bool> none_truth(Thread&, Value) { return false; }
Fallible<int64_t> none_hash(Thread&, Value) { return int64_t{0xFCA86420}; }
Fallible<Value> none_new(Thread& t, Type*, const Arguments& arguments) {
  TRY(check_no_arguments(t, "NoneType", arguments));
  return Value::none();
}
Fallible<Value> ellipsis_repr(Thread& t, Value) { return constant_text(t, "Ellipsis"); }
Fallible<Value> ellipsis_new(Thread& t, Type*, const Arguments& arguments) {
  TRY(check_no_arguments(t, "EllipsisType", arguments));
  return Value::ellipsis();
}

Fallible<Value> not_implemented_repr(Thread& t, Value) { return constant_text(t, "NotImplemented"); }
Fallible<bool> not_implemented_truth(Thread& t, Value) {
  return t.raise_type_error("NotImplemented should not be used in a boolean context");
}
Fallible<Value> not_implemented_new(Thread& t, Type*, const Arguments& arguments) {
  TRY(check_no_arguments(t, "NotImplementedType", arguments));
  return Value::not_implemented();
}

Fallible<Value> reduce(Thread& t, Value self) { return Value(TRY(repr_py(t, self))); }
constexpr NativeMethod kMethods[] = {{"__reduce__", HOG_NATIVE(reduce), "($self, /)", "What pickle stores."}, {}};

}  // namespace

extern const TypeSpec k_none_type_spec;
const TypeSpec k_none_type_spec = {
    .name = "NoneType",
    .doc = "The class of None.",
    .layout = &Instance::kLayout,
    .slots = {.repr = none_repr, .hash = none_hash, .new_ = none_new, .truth = none_truth},
};

extern const TypeSpec k_ellipsis_type_spec;
const TypeSpec k_ellipsis_type_spec = {
    .name = "ellipsis",
    .doc = "The class of Ellipsis.",
    .layout = &Instance::kLayout,
    .slots = {.repr = ellipsis_repr, .new_ = ellipsis_new},
    .methods = kMethods,
};

extern const TypeSpec k_not_implemented_type_spec;
const TypeSpec k_not_implemented_type_spec = {
    .name = "NotImplementedType",
    .doc = "The class of NotImplemented.",
    .layout = &Instance::kLayout,
    .slots = {.repr = not_implemented_repr, .new_ = not_implemented_new, .truth = not_implemented_truth},
    .methods = kMethods,
};

}  // namespace hog
