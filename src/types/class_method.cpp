// class_method.cpp: classmethod and staticmethod. Both copy the wrapped function's identity (__name__, __doc__, ...) into their
// own attributes when they are made.
#include "object/class_system.hpp"

namespace hog {

namespace {

template <typename Wrapper>
Wrapper* self_of(Value self) {
  return as<Wrapper>(self);
}

template <typename Wrapper>
Fallible<void> wrapper_init(Thread& t, Value self, const Arguments& arguments) {
  const char* name = std::is_same_v<Wrapper, ClassMethod> ? "classmethod" : "staticmethod";
  if (arguments.has_keywords()) return t.raise_type_error("{}() takes no keyword arguments", name);
  if (arguments.positional != 1)
    return t.raise_type_error("{} expected 1 argument, got {}", name, arguments.positional);
  Value callable = arguments[0];
  self_of<Wrapper>(self)->callable_.set(self.cell(), callable);
  for (Str* attribute : {names.dunder_module, names.dunder_name, names.dunder_qualname, names.dunder_doc}) {
    Value v = TRY(find_attribute_py(t, callable, attribute));
    if (!v.is_absent()) TRY(set_own_attribute(t, self.cell(), attribute, v));
  }
  return {};
}
template <typename Wrapper>
Fallible<Value> wrapper_new(Thread& t, Type* type, const Arguments&) {
  auto* wrapper = static_cast<Wrapper*>(TRY(new_instance(t, type)));
  wrapper->callable_.set(wrapper, Value::none());
  return Value(wrapper);
}
template <typename Wrapper>
Fallible<Value> get_function(Thread&, Value self) {
  return self_of<Wrapper>(self)->callable_.get();
}
template <typename Wrapper>
Fallible<Value> get_abstract(Thread& t, Value self) {
  Value flag = TRY(find_attribute_py(t, self_of<Wrapper>(self)->callable_.get(), names.dunder_isabstractmethod));
  return Value::from_bool(!flag.is_absent() && TRY(truth_py(t, flag)));
}
template <typename Wrapper>
Fallible<Value> get_dict(Thread& t, Value self) {
  return Value(TRY(instance_dict(t, self.cell())));
}
// Annotations are the function's, until somebody sets others.
template <typename Wrapper, bool annotate>
Fallible<Value> get_annotations(Thread& t, Value self) {
  Str* name = annotate ? names.dunder_annotate : names.dunder_annotations;
  Value own = own_attribute_nogc(self, name);
  if (!own.is_absent()) return own;
  Value v = TRY(get_attribute_py(t, self_of<Wrapper>(self)->callable_.get(), name));
  TRY(set_own_attribute(t, self.cell(), name, v));
  return v;
}
template <typename Wrapper, bool annotate>
Fallible<void> set_annotations(Thread& t, Value self, Value value) {
  Str* name = annotate ? names.dunder_annotate : names.dunder_annotations;
  if (value.is_absent()) {
    if (!TRY(remove_own_attribute(t, self.cell(), name))) return raise_no_attribute(t, self, name);
    return {};
  }
  return set_own_attribute(t, self.cell(), name, value);
}
template <typename Wrapper>
Fallible<Value> wrapper_repr(Thread& t, Value self) {
  const char* name = std::is_same_v<Wrapper, ClassMethod> ? "classmethod" : "staticmethod";
  return Value(TRY(t.format("<{}({})>", name, repr_of(self_of<Wrapper>(self)->callable_.get()))));
}

Fallible<Value> class_method_get(Thread& t, Value descriptor, Value object, Value owner) {
  Value type = owner.is_absent() || owner.is_none() ? Value(type_of(object)) : owner;
  return make_bound_method(t, self_of<ClassMethod>(descriptor)->callable_.get(), type);
}
Fallible<Value> static_method_get(Thread&, Value descriptor, Value, Value) {
  return self_of<StaticMethod>(descriptor)->callable_.get();
}
Fallible<Value> static_method_call(Thread& t, Value callee, const Arguments& arguments) {
  return call_py(t, self_of<StaticMethod>(callee)->callable_.get(), arguments);
}
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

template <typename Wrapper>
constexpr GetSet kGetSets[] = {
    {"__func__", get_function<Wrapper>},
    {"__wrapped__", get_function<Wrapper>},
    {"__isabstractmethod__", get_abstract<Wrapper>},
    {"__dict__", get_dict<Wrapper>},
    {"__annotations__", get_annotations<Wrapper, false>, set_annotations<Wrapper, false>},
    {"__annotate__", get_annotations<Wrapper, true>, set_annotations<Wrapper, true>},
    {},
};
constexpr NativeMethod kMethods[] = {
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};

}  // namespace


extern const TypeSpec k_classmethod_spec;
const TypeSpec k_classmethod_spec = {
    .name = "classmethod",
    .doc = "A method whose first argument is the class.",
    .layout = &ClassMethod::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.repr = wrapper_repr<ClassMethod>,
              .descriptor_get = class_method_get,
              .init = wrapper_init<ClassMethod>,
              .new_ = wrapper_new<ClassMethod>},
    .methods = kMethods,
    .getsets = kGetSets<ClassMethod>,
    .text_signature = "(function, /)",
};
extern const TypeSpec k_staticmethod_spec;
const TypeSpec k_staticmethod_spec = {
    .name = "staticmethod",
    .doc = "A function in a class that takes no object.",
    .layout = &StaticMethod::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.repr = wrapper_repr<StaticMethod>,
              .call = static_method_call,
              .descriptor_get = static_method_get,
              .init = wrapper_init<StaticMethod>,
              .new_ = wrapper_new<StaticMethod>},
    .methods = kMethods,
    .getsets = kGetSets<StaticMethod>,
    .text_signature = "(function, /)",
};

}  // namespace hog
