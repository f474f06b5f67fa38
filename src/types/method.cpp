// method.cpp: method, a function bound to an object.
#include "object/class_system.hpp"

namespace hog {

namespace {

BoundMethod* method_of(Value self) { return as<BoundMethod>(self); }

Fallible<Value> call(Thread& t, Value callee, const Arguments& arguments) {
  BoundMethod* method = method_of(callee);
  Prepended all(t);
  TRY(all.set(method->self_, arguments));
  return call_py(t, method->function_, all.arguments());
}

Fallible<Value> new_(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("method() takes no keyword arguments");
  if (arguments.positional != 2) return t.raise_type_error("method expected 2 arguments, got {}", arguments.positional);
  if (!is_callable(arguments[0])) return t.raise_type_error("first argument must be callable");
  if (arguments[1].is_none()) return t.raise_type_error("instance must not be None");
  return make_bound_method(t, arguments[0], arguments[1]);
}

Fallible<Value> repr(Thread& t, Value self) {
  Value function = method_of(self)->function_;
  Value name = TRY(find_attribute_py(t, function, names.dunder_qualname));
  if (name.is_absent()) name = TRY(find_attribute_py(t, function, names.dunder_name));
  Value bound = method_of(self)->self_;
  if (name.is_absent() || !is<Str>(name)) return Value(TRY(t.format("<bound method ? of {}>", repr_of(bound))));
  return Value(TRY(t.format("<bound method {} of {}>", as<Str>(name), repr_of(bound))));
}

Fallible<Value> compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<BoundMethod>(other)) return Value::not_implemented();
  bool equal = method_of(self)->self_.get() == method_of(other)->self_.get() &&
               TRY(equals_py(t, method_of(self)->function_, method_of(other)->function_));
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<int64_t> hash(Thread& t, Value self) {
  int64_t a = TRY(object_hash(t, method_of(self)->self_));
  int64_t b = TRY(hash_py(t, method_of(self)->function_));
  int64_t result = a ^ b;
  return result == -1 ? int64_t{-2} : result;
}

// Attributes the method lacks are the function's.
Fallible<Value> get_attribute(Thread& t, Value self, Str* name) {
  Value found = core.method->lookup(t, name);
  if (!found.is_absent()) {
    if (auto get = type_of(found)->slots().descriptor_get; get != nullptr) return get(t, found, self, Value(core.method));
    return found;
  }
  return get_attribute_py(t, method_of(self)->function_, name);
}

Fallible<Value> get_function(Thread&, Value self) { return method_of(self)->function_.get(); }
Fallible<Value> get_self(Thread&, Value self) { return method_of(self)->self_.get(); }
Fallible<Value> get_doc(Thread& t, Value self) {
  return get_attribute_py(t, method_of(self)->function_, names.dunder_doc);
}

Fallible<Value> reduce(Thread& t, Value self) {
  Value name = TRY(get_attribute_py(t, method_of(self)->function_, names.dunder_name));
  Value getattr = TRY(builtin_by_name_py(t, "getattr"));
  Tuple* arguments = TRY(Tuple::of(t, method_of(self)->self_.get(), name));
  return Value(TRY(Tuple::of(t, getattr, Value(arguments))));
}

constexpr GetSet kGetSets[] = {{"__func__", get_function, nullptr, "The function."},
                               {"__self__", get_self, nullptr, "The object it is bound to."},
                               {"__doc__", get_doc, nullptr, nullptr},
                               {}};
constexpr NativeMethod kMethods[] = {{"__reduce__", HOG_NATIVE(reduce), "($self, /)", "What pickle stores."}, {}};

}  // namespace

extern const TypeSpec k_method_spec;
const TypeSpec k_method_spec = {
    .name = "method",
    .doc = "A function bound to an object.",
    .layout = &BoundMethod::kLayout,
    .flags = type_flag::kWeakReferences,
    .slots = {.repr = repr,
              .hash = hash,
              .call = call,
              .get_attribute = get_attribute,
              .compare = compare,
              .descriptor_get = [](Thread&, Value self, Value, Value) -> Fallible<Value> { return self; },
              .new_ = new_},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(function, instance, /)",
};

}  // namespace hog
