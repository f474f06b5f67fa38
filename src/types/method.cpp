// method.cpp: bound methods: a function and the object that becomes its first argument.
#include "object/class_system.hpp"

namespace hog {

namespace {

BoundMethod* self_of(Value self) { return as<BoundMethod>(self); }

Fallible<Value> method_call(Thread& t, Value callee, const Arguments& arguments) {
  auto* method = self_of(callee);
  Value function = method->function_.get();
  Prepended with_self(t);
  TRY(with_self.set(method->self_.get(), arguments));
  return call_py(t, function, with_self.arguments());
}

// A bound method stays as it is when reached through an instance.
Fallible<Value> method_descriptor_get(Thread&, Value descriptor, Value, Value) { return descriptor; }

// Attributes it has not itself are the function's.
Fallible<Value> method_get_attribute(Thread& t, Value self, Str* name) {
  Value own = core.method->lookup(t, name);
  if (!own.is_absent()) {
    if (auto get = type_of(own)->slots().descriptor_get; get != nullptr) return get(t, own, self, Value(core.method));
    return own;
  }
  return find_attribute_py(t, self_of(self)->function_.get(), name);
}

Fallible<Value> method_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<BoundMethod>(other)) return Value::not_implemented();
  auto* a = self_of(self);
  auto* b = self_of(other);
  bool equal = a->self_.get() == b->self_.get() && TRY(equals_py(t, a->function_.get(), b->function_.get()));
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<int64_t> method_hash(Thread& t, Value self) {
  auto* method = self_of(self);
  int64_t function = TRY(hash_py(t, method->function_.get()));
  auto owner = static_cast<int64_t>(method->self_.get().raw() >> 4);
  int64_t hash = owner ^ function;
  return hash == -1 ? -2 : hash;
}

Fallible<Value> method_repr(Thread& t, Value self) {
  auto* method = self_of(self);
  Value name = TRY(find_attribute_py(t, method->function_.get(), names.dunder_qualname));
  if (name.is_absent() || !is<Str>(name)) name = TRY(find_attribute_py(t, method->function_.get(), names.dunder_name));
  Value shown = name.is_absent() || !is<Str>(name) ? Value(TRY(Str::from_ascii(t, "?"))) : name;
  return Value(TRY(t.format("<bound method {} of {}>", as<Str>(shown), repr_of(method->self_.get()))));
}

Fallible<Value> method_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("method() takes no keyword arguments");
  if (arguments.positional != 2)
    return t.raise_type_error("method expected 2 arguments, got {}", arguments.positional);
  if (!is_callable(arguments[0])) return t.raise_type_error("first argument must be callable");
  if (arguments[1].is_none()) return t.raise_type_error("instance must not be None");
  return make_bound_method(t, arguments[0], arguments[1]);
}

Fallible<Value> get_function(Thread&, Value self) { return self_of(self)->function_.get(); }
Fallible<Value> get_self(Thread&, Value self) { return self_of(self)->self_.get(); }
Fallible<Value> get_doc(Thread& t, Value self) {
  Value doc = TRY(find_attribute_py(t, self_of(self)->function_.get(), names.dunder_doc));
  return doc.is_absent() ? Value::none() : doc;
}
// Pickled as getattr(object, name).
Fallible<Value> method_reduce(Thread& t, BoundMethod* self) {
  Value name = TRY(get_attribute_py(t, self->function_.get(), names.dunder_name));
  Str* getattr_name = TRY(Str::intern_utf8(t, "getattr"));
  Value getattr = t.isolate().builtins->get_name_nogc(getattr_name);
  if (getattr.is_absent()) return t.raise(core.AttributeError, "getattr");
  Tuple* arguments = TRY(Tuple::of(t, self->self_.get(), name));
  return Value(TRY(Tuple::of(t, getattr, Value(arguments))));
}

constexpr GetSet kGetSets[] = {
    {"__func__", get_function, nullptr, "The function."},
    {"__self__", get_self, nullptr, "The object."},
    {"__doc__", get_doc},
    {},
};
constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(method_reduce), "($self, /)", "Helper for pickle."},
    {},
};

}  // namespace

extern const TypeSpec k_method_spec;
const TypeSpec k_method_spec = {
    .name = "method",
    .doc = "A function bound to an object.",
    .layout = &BoundMethod::kLayout,
    .flags = type_flag::kWeakReferences,
    .slots = {.repr = method_repr,
              .hash = method_hash,
              .call = method_call,
              .get_attribute = method_get_attribute,
              .compare = method_compare,
              .descriptor_get = method_descriptor_get,
              .new_ = method_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(function, instance, /)",
};

}  // namespace hog
