// simple_namespace.cpp: types.SimpleNamespace: an object that is nothing but its attributes.
#include "object/class_system.hpp"

namespace hog {

namespace {

Fallible<void> add_all_py(Thread& t, Value self, Value mapping) {
  Dict* copy = TRY(Dict::make(t));
  TRY(dict_update_py(t, copy, mapping));
  Value key, value;
  for (size_t i = 0; copy->next_nogc(&i, &key, &value);) {
    if (!is<Str>(key)) return t.raise_type_error("keywords must be strings");
    TRY(set_own_attribute(t, self.cell(), TRY(Str::intern(t, as<Str>(key))), value));
  }
  return {};
}

Fallible<void> namespace_init(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional > 1)
    return t.raise_type_error("{} expected at most 1 argument, got {}", type_of(self), arguments.positional);
  if (arguments.positional == 1) TRY(add_all_py(t, self, arguments[0]));
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = TRY(Str::intern(t, as<Str>(arguments.names->at(k))));
    TRY(set_own_attribute(t, self.cell(), name, arguments.values[arguments.positional + k]));
  }
  return {};
}

Fallible<Value> namespace_repr(Thread& t, Value self) {
  bool exact = type_of(self) == core.simple_namespace;
  Str* name = exact ? TRY(Str::from_ascii(t, "namespace")) : type_of(self)->name();
  ReprScope scope(t, self);
  if (scope.recursive()) return Value(TRY(t.format("{}(...)", name)));
  TRY(check_native_recursion(t));
  Dict* dict = TRY(instance_dict(t, self.cell()));
  StrBuilder out(t);
  TRY(out.append(name));
  TRY(out.append_ascii("("));
  bool first = true;
  Value key, value;
  for (size_t i = 0; dict->next_nogc(&i, &key, &value);) {
    if (!is<Str>(key) || as<Str>(key)->length() == 0) continue;
    if (!first) TRY(out.append_ascii(", "));
    first = false;
    TRY(out.append(as<Str>(key)));
    TRY(out.append_ascii("="));
    TRY(out.append(TRY(repr_py(t, value))));
  }
  TRY(out.append_ascii(")"));
  return Value(TRY(out.finish()));
}

Fallible<Value> namespace_compare(Thread& t, Value a, Value b, CompareOp op) {
  if (!is_instance(a, core.simple_namespace) || !is_instance(b, core.simple_namespace)) return Value::not_implemented();
  Dict* x = TRY(instance_dict(t, a.cell()));
  Dict* y = TRY(instance_dict(t, b.cell()));
  return compare_py(t, Value(x), Value(y), op);
}

Fallible<Value> namespace_reduce(Thread& t, Value self) {
  Dict* dict = TRY(instance_dict(t, self.cell()));
  return Value(TRY(Tuple::of(t, Value(type_of(self)), Value(empty_tuple()), Value(dict))));
}
Fallible<Value> namespace_replace(Thread& t, Value self, Dict* changes) {
  Value copy = TRY(call_py(t, Value(type_of(self))));
  TRY(add_all_py(t, copy, Value(TRY(instance_dict(t, self.cell())))));
  TRY(add_all_py(t, copy, Value(changes)));
  return copy;
}
Fallible<Value> get_dict(Thread& t, Value self) { return Value(TRY(instance_dict(t, self.cell()))); }
Fallible<Value> namespace_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(namespace_reduce), "($self, /)", "Helper for pickle."},
    {"__replace__", HOG_NATIVE(namespace_replace), "($self, /, **changes)", "A copy with changes."},
    {},
};
constexpr GetSet kGetSets[] = {{"__dict__", get_dict}, {}};

}  // namespace

extern const TypeSpec k_simple_namespace_spec;
const TypeSpec k_simple_namespace_spec = {
    .name = "types.SimpleNamespace",
    .doc = "An object with the attributes it is given.",
    .layout = &Instance::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.repr = namespace_repr, .compare = namespace_compare, .init = namespace_init, .new_ = namespace_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(mapping_or_iterable=(), /, **kwargs)",
};

}  // namespace hog
