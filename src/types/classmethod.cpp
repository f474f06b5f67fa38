// classmethod.cpp: classmethod and staticmethod. Both take over their function's name, doc and the like into their own
// attributes, as functools.wraps does.
#include "object/class_system.hpp"

namespace hog {

namespace {

template <typename T>
ValueField& callable_of(Value self) {
  return as<T>(self)->callable_;
}

Fallible<Value> make_instance(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

Fallible<void> take_over(Thread& t, Cell* wrapper, Value function) {
  for (Str* name : {names.dunder_module, names.dunder_name, names.dunder_qualname, names.dunder_doc}) {
    Value v = TRY(find_attribute_py(t, function, name));
    if (!v.is_absent()) TRY(set_own_attribute(t, wrapper, name, v));
  }
  return {};
}

template <typename T>
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  const char* name = std::is_same_v<T, ClassMethod> ? "classmethod" : "staticmethod";
  if (arguments.has_keywords()) return t.raise_type_error("{}() takes no keyword arguments", name);
  if (arguments.positional != 1)
    return t.raise_type_error("{} expected 1 argument, got {}", name, arguments.positional);
  callable_of<T>(self).set(self.cell(), arguments[0]);
  return take_over(t, self.cell(), arguments[0]);
}

template <typename T>
Fallible<Value> get_function(Thread&, Value self) {
  Value v = callable_of<T>(self);
  return v.is_empty() ? Value::none() : v;
}

template <typename T>
Fallible<Value> is_abstract(Thread& t, Value self) {
  Value function = callable_of<T>(self);
  if (function.is_empty()) return Value::false_value();
  Value flag = TRY(find_attribute_py(t, function, names.dunder_isabstractmethod));
  return Value::from_bool(!flag.is_absent() && TRY(truth_py(t, flag)));
}

Fallible<Value> get_dict(Thread& t, Value self) { return Value(TRY(instance_dict(t, self.cell()))); }

// __annotations__ and __annotate__ are the function's, remembered once asked for.
template <typename T>
Fallible<Value> forwarded(Thread& t, Value self, Str* name) {
  Value own = own_attribute_nogc(self, name);
  if (!own.is_absent()) return own;
  Value function = callable_of<T>(self);
  Value v = TRY(get_attribute_py(t, function.is_empty() ? Value::none() : function, name));
  if (!Heap::is_permanent(self.cell())) TRY(set_own_attribute(t, self.cell(), name, v));
  return v;
}
Fallible<void> store_own(Thread& t, Value self, Str* name, Value value) {
  if (!value.is_absent()) return set_own_attribute(t, self.cell(), name, value);
  if (!TRY(remove_own_attribute(t, self.cell(), name))) return t.raise_value(core.AttributeError, Value(name));
  return {};
}
template <typename T>
Fallible<Value> get_annotations(Thread& t, Value self) { return forwarded<T>(t, self, names.dunder_annotations); }
Fallible<void> set_annotations(Thread& t, Value self, Value v) { return store_own(t, self, names.dunder_annotations, v); }
template <typename T>
Fallible<Value> get_annotate(Thread& t, Value self) { return forwarded<T>(t, self, names.dunder_annotate); }
Fallible<void> set_annotate(Thread& t, Value self, Value v) { return store_own(t, self, names.dunder_annotate, v); }

template <typename T>
constexpr GetSet kGetSets[] = {{"__func__", get_function<T>, nullptr, nullptr},
                               {"__wrapped__", get_function<T>, nullptr, nullptr},
                               {"__isabstractmethod__", is_abstract<T>, nullptr, nullptr},
                               {"__dict__", get_dict, nullptr, nullptr},
                               {"__annotations__", get_annotations<T>, set_annotations, nullptr},
                               {"__annotate__", get_annotate<T>, set_annotate, nullptr},
                               {}};

Fallible<Value> class_getitem(Thread& t, Value self, Value item) { return call_py(t, Value(core.generic_alias), self, item); }
constexpr NativeMethod kMethods[] = {{"__class_getitem__", HOG_NATIVE(class_getitem), "($type, object, /)",
                                      "A parameterised form, for annotations.", native_flag::kClassMethod},
                                     {}};

template <typename T>
Fallible<Value> repr(Thread& t, Value self) {
  const char* name = std::is_same_v<T, ClassMethod> ? "classmethod" : "staticmethod";
  Value function = callable_of<T>(self);
  return Value(TRY(t.format("<{}({})>", name, repr_of(function.is_empty() ? Value::none() : function))));
}

Fallible<Value> class_method_get(Thread& t, Value self, Value object, Value owner) {
  Value function = callable_of<ClassMethod>(self);
  if (function.is_empty()) return t.raise(core.RuntimeError, "uninitialized classmethod object");
  if (owner.is_absent()) owner = Value(type_of(object));
  return make_bound_method(t, function, owner);
}

Fallible<Value> static_method_get(Thread& t, Value self, Value, Value) {
  Value function = callable_of<StaticMethod>(self);
  if (function.is_empty()) return t.raise(core.RuntimeError, "uninitialized staticmethod object");
  return function;
}

Fallible<Value> static_method_call(Thread& t, Value self, const Arguments& arguments) {
  Value function = callable_of<StaticMethod>(self);
  if (function.is_empty()) return t.raise(core.RuntimeError, "uninitialized staticmethod object");
  return call_py(t, function, arguments);
}

using namespace type_flag;

}  // namespace

extern const TypeSpec k_classmethod_spec;
const TypeSpec k_classmethod_spec = {
    .name = "classmethod",
    .doc = "A method whose first argument is the class.",
    .layout = &ClassMethod::kLayout,
    .flags = kBaseType | kHasDict | kWeakReferences,
    .slots = {.repr = repr<ClassMethod>,
              .descriptor_get = class_method_get,
              .init = init<ClassMethod>,
              .new_ = make_instance},
    .methods = kMethods,
    .getsets = kGetSets<ClassMethod>,
    .text_signature = "(function, /)",
    .attributes_offset = offsetof(ClassMethod, attributes_),
};

extern const TypeSpec k_staticmethod_spec;
const TypeSpec k_staticmethod_spec = {
    .name = "staticmethod",
    .doc = "A function in a class that gets neither the instance nor the class.",
    .layout = &StaticMethod::kLayout,
    .flags = kBaseType | kHasDict | kWeakReferences,
    .slots = {.repr = repr<StaticMethod>,
              .call = static_method_call,
              .descriptor_get = static_method_get,
              .init = init<StaticMethod>,
              .new_ = make_instance},
    .methods = kMethods,
    .getsets = kGetSets<StaticMethod>,
    .text_signature = "(function, /)",
    .attributes_offset = offsetof(StaticMethod, attributes_),
};

}  // namespace hog
