// default_dict.cpp: collections.defaultdict. The factory is an attribute of the instance, so that the cell stays a Dict for
// everybody who looks for one.
#include "modules/collections/collections.hpp"

namespace hog::collections {

namespace {

Type* default_dict_type;

Fallible<Str*> factory_name(Thread& t) { return Str::intern_utf8(t, "default_factory"); }
Fallible<Value> factory_of(Thread& t, Value self) {
  Value v = own_attribute_nogc(self, TRY(factory_name(t)));
  return v.is_absent() ? Value::none() : v;
}

Fallible<void> default_init(Thread& t, Value self, const Arguments& arguments) {
  Value factory = arguments.positional > 0 ? arguments[0] : Value::none();
  if (!factory.is_none() && !is_callable(factory)) return t.raise_type_error("first argument must be callable or None");
  TRY(set_own_attribute(t, self.cell(), TRY(factory_name(t)), factory));
  Arguments rest = arguments.positional > 0 ? arguments.without_first() : arguments;
  return core.dict->slots().init(t, self, rest);
}
Fallible<Value> missing(Thread& t, Value self, Value key) {
  Value factory = TRY(factory_of(t, self));
  if (factory.is_none()) return t.raise_value(core.KeyError, key);
  Value v = TRY(call_py(t, factory));
  TRY(set_item_py(t, self, key, v));
  return v;
}
Fallible<Value> default_repr(Thread& t, Value self) {
  Value base = TRY(core.dict->slots().repr(t, self));
  Value factory = TRY(factory_of(t, self));
  ReprScope scope(t, factory);
  if (scope.recursive()) return Value(TRY(t.format("{}(..., {})", type_of(self)->name(), as<Str>(base))));
  return Value(TRY(t.format("{}({}, {})", type_of(self)->name(), repr_of(factory), as<Str>(base))));
}
Fallible<Value> default_copy(Thread& t, Value self) {
  return call_py(t, Value(type_of(self)), TRY(factory_of(t, self)), self);
}
Fallible<Value> default_reduce(Thread& t, Value self) {
  Value factory = TRY(factory_of(t, self));
  Value arguments = factory.is_none() ? Value(empty_tuple()) : Value(TRY(Tuple::of(t, factory)));
  Value items = TRY(call_method_py(t, self, names.items));
  Value iterator = TRY(iter_py(t, items));
  return Value(TRY(Tuple::of(t, Value(type_of(self)), arguments, Value::none(), Value::none(), iterator)));
}
Fallible<Value> default_or(Thread& t, Value a, Value b) {
  if (!is<Dict>(a) || !is<Dict>(b)) return Value::not_implemented();
  Value self = is_instance(a, default_dict_type) ? a : b;
  Value result = TRY(call_py(t, Value(type_of(self)), TRY(factory_of(t, self)), a));
  TRY(dict_update_py(t, as<Dict>(result), b));
  return result;
}
Fallible<Value> get_factory(Thread& t, Value self) { return factory_of(t, self); }
Fallible<void> set_factory(Thread& t, Value self, Value v) {
  return set_own_attribute(t, self.cell(), TRY(factory_name(t)), v.is_absent() ? Value::none() : v);
}
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kMethods[] = {
    {"__missing__", HOG_NATIVE(missing), "($self, key, /)", "The factory's value, which is also stored."},
    {"copy", HOG_NATIVE(default_copy), "($self, /)", "A shallow copy."},
    {"__copy__", HOG_NATIVE(default_copy), "($self, /)", "A shallow copy."},
    {"__reduce__", HOG_NATIVE(default_reduce), "($self, /)", "Helper for pickle."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr GetSet kGetSets[] = {{"default_factory", get_factory, set_factory, "Makes the values of missing keys."}, {}};

const TypeSpec kDefaultDictSpec = {
    .name = "collections.defaultdict",
    .doc = "A dict that makes the values of missing keys.",
    .base = &core.dict,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.repr = default_repr, .init = default_init, .or_ = default_or},
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace

const TypeRegistration kDefaultDictTypes[] = {{&default_dict_type, &kDefaultDictSpec}};

}  // namespace hog::collections
