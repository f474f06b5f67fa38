// mapping_proxy.cpp: mappingproxy, a view of a mapping that cannot change it.
#include "object/class_system.hpp"

namespace hog {

namespace {

Value mapping_of(Value self) { return as<MappingProxy>(self)->mapping_; }

Fallible<Value> get_item(Thread& t, Value self, Value key) { return get_item_py(t, mapping_of(self), key); }
Fallible<int64_t> length(Thread& t, Value self) { return length_py(t, mapping_of(self)); }
Fallible<bool> contains(Thread& t, Value self, Value key) { return contains_py(t, mapping_of(self), key); }
Fallible<Value> iter(Thread& t, Value self) { return iter_py(t, mapping_of(self)); }
Fallible<Value> str(Thread& t, Value self) { return Value(TRY(str_py(t, mapping_of(self)))); }
Fallible<Value> repr(Thread& t, Value self) {
  ReprScope scope(t, self);
  if (scope.recursive()) return Value(TRY(Str::from_ascii(t, "mappingproxy(...)")));
  return Value(TRY(t.format("mappingproxy({})", repr_of(mapping_of(self)))));
}
Fallible<int64_t> hash(Thread& t, Value self) { return hash_py(t, mapping_of(self)); }
Value unwrapped(Value v) { return is<MappingProxy>(v) ? mapping_of(v) : v; }
bool is_plain_dict(Value v) { return type_of(v) == core.dict; }
// What a mapping of ours may be to an operation whose other side has methods of its own: they would be handed the dictionary itself,
// and it may be that of a built-in type, which no program may change.
Fallible<Value> shown_to(Thread& t, Value other, Value mapping) {
  if (!is_plain_dict(mapping) || is_plain_dict(unwrapped(other))) return mapping;
  return call_method_py(t, mapping, names.copy);
}
Fallible<Value> compare(Thread& t, Value self, Value other, CompareOp op) {
  return compare_py(t, TRY(shown_to(t, other, mapping_of(self))), other, op);
}
Fallible<Value> bit_or(Thread& t, Value left, Value right) {
  Value a = TRY(shown_to(t, right, unwrapped(left))), b = TRY(shown_to(t, left, unwrapped(right)));
  return binary_py(t, BinaryOp::Or, a, b);
}
Fallible<Value> inplace_or(Thread& t, Value self, Value) {
  return t.raise_type_error("'|=' is not supported by {}; use '|' instead", type_of(self));
}

Fallible<Value> make(Thread& t, Type*, Value mapping) {
  bool is_mapping = type_of(mapping)->slots().get_item != nullptr && !is<List>(mapping) && !is<Tuple>(mapping);
  if (!is_mapping) return t.raise_type_error("mappingproxy() argument must be a mapping, not {}", type_of(mapping));
  return make_mapping_proxy(t, mapping);
}
constexpr NativeMethod kConstructors[] = {{"mappingproxy", HOG_NATIVE(make), "($type, mapping)"}, {}};
Fallible<Value> new_(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(kConstructors), Value(type), arguments);
}

Fallible<Value> get(Thread& t, MappingProxy* self, Value key, Value otherwise) {
  return call_method_py(t, self->mapping_, names.get, key, otherwise.is_absent() ? Value::none() : otherwise);
}
Fallible<Value> keys(Thread& t, MappingProxy* self) { return call_method_py(t, self->mapping_, names.keys); }
Fallible<Value> values(Thread& t, MappingProxy* self) { return call_method_py(t, self->mapping_, names.values); }
Fallible<Value> items(Thread& t, MappingProxy* self) { return call_method_py(t, self->mapping_, names.items); }
Fallible<Value> copy(Thread& t, MappingProxy* self) { return call_method_py(t, self->mapping_, names.copy); }
Fallible<Value> reversed(Thread& t, MappingProxy* self) { return call_method_py(t, self->mapping_, names.dunder_reversed); }
Fallible<Value> class_getitem(Thread& t, Value self, Value item) {
  return call_py(t, core.generic_alias, self, item);
}

constexpr NativeMethod kMethods[] = {
    {"get", HOG_NATIVE(get), "($self, key, default=None, /)", "The value for key, else default."},
    {"keys", HOG_NATIVE(keys), "($self, /)", "A view of the keys."},
    {"values", HOG_NATIVE(values), "($self, /)", "A view of the values."},
    {"items", HOG_NATIVE(items), "($self, /)", "A view of the items."},
    {"copy", HOG_NATIVE(copy), "($self, /)", "A shallow copy of the mapping."},
    {"__class_getitem__", HOG_NATIVE(class_getitem), "($type, object, /)", "mappingproxy[...], for annotations.", native_flag::kClassMethod},
    {"__reversed__", HOG_NATIVE(reversed), "($self, /)", "The keys in reverse order."},
    {}};

}  // namespace

extern const TypeSpec k_mapping_proxy_spec;
const TypeSpec k_mapping_proxy_spec = {
    .name = "mappingproxy",
    .doc = "A read-only view of a mapping.",
    .layout = &MappingProxy::kLayout,
    .flags = type_flag::kMapping,
    .slots = {.repr = repr,
              .str = str,
              .hash = hash,
              .compare = compare,
              .iter = iter,
              .new_ = new_,
              .or_ = bit_or,
              .inplace_or = inplace_or,
              .length = length,
              .get_item = get_item,
              .contains = contains},
    .methods = kMethods,
    .text_signature = "(mapping)",
    .constructors = kConstructors,
};

}  // namespace hog
