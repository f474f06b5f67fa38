// mapping_proxy.cpp: read-only view of a mapping (a class's __dict__).
#include "object/class_system.hpp"

namespace hog {

namespace {

Value mapping_of(Value self) { return as<MappingProxy>(self)->mapping_.get(); }
// Operands of |: a proxy stands for its mapping.
Value unwrapped(Value v) { return v.is_cell() && is<MappingProxy>(v) ? mapping_of(v) : v; }

Fallible<Value> proxy_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.positional + arguments.keyword_count() != 1)
    return t.raise_type_error(arguments.positional == 0 ? "mappingproxy() missing required argument 'mapping' (pos 1)"
                                                        : "mappingproxy() takes at most 1 argument ({} given)",
                              arguments.positional + arguments.keyword_count());
  if (arguments.has_keywords() && !as<Str>(arguments.names->at(0))->equals_ascii("mapping"))
    return t.raise_type_error("mappingproxy() got an unexpected keyword argument '{}'", as<Str>(arguments.names->at(0)));
  Value mapping = arguments.values[0];
  if (is<List>(mapping) || is<Tuple>(mapping) || type_of(mapping)->slots().get_item == nullptr)
    return t.raise_type_error("mappingproxy() argument must be a mapping, not {}", type_of(mapping));
  return make_mapping_proxy(t, mapping);
}
Fallible<Value> proxy_repr(Thread& t, Value self) {
  return Value(TRY(t.format("mappingproxy({})", repr_of(mapping_of(self)))));
}
Fallible<Value> proxy_str(Thread& t, Value self) { return Value(TRY(str_py(t, mapping_of(self)))); }
Fallible<int64_t> proxy_hash(Thread& t, Value self) { return hash_py(t, mapping_of(self)); }
Fallible<Value> proxy_compare(Thread& t, Value a, Value b, CompareOp op) {
  return compare_py(t, mapping_of(a), unwrapped(b), op);
}
Fallible<Value> proxy_iter(Thread& t, Value self) { return iter_py(t, mapping_of(self)); }
Fallible<int64_t> proxy_length(Thread& t, Value self) { return length_py(t, mapping_of(self)); }
Fallible<Value> proxy_get_item(Thread& t, Value self, Value key) { return get_item_py(t, mapping_of(self), key); }
Fallible<bool> proxy_contains(Thread& t, Value self, Value key) { return contains_py(t, mapping_of(self), key); }
Fallible<Value> proxy_or(Thread& t, Value a, Value b) { return binary_py(t, BinaryOp::Or, unwrapped(a), unwrapped(b)); }
Fallible<Value> proxy_inplace_or(Thread& t, Value a, Value) {
  return t.raise_type_error("'|=' is not supported by {}; use '|' instead", type_of(a));

}

Fallible<Value> method(Thread& t, MappingProxy* self, const char* name) {
  return call_method_py(t, self->mapping_.get(), TRY(Str::intern_utf8(t, name)));
}
Fallible<Value> proxy_get(Thread& t, MappingProxy* self, Value key, Value otherwise) {
  return call_method_py(t, self->mapping_.get(), names.get, key, otherwise);
}
Fallible<Value> proxy_keys(Thread& t, MappingProxy* self) { return method(t, self, "keys"); }
Fallible<Value> proxy_values(Thread& t, MappingProxy* self) { return method(t, self, "values"); }
Fallible<Value> proxy_items(Thread& t, MappingProxy* self) { return method(t, self, "items"); }
Fallible<Value> proxy_copy(Thread& t, MappingProxy* self) { return method(t, self, "copy"); }
Fallible<Value> proxy_reversed(Thread& t, MappingProxy* self) { return method(t, self, "__reversed__"); }
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kMethods[] = {
    {"get", HOG_NATIVE(proxy_get), "($self, key, default=None, /)", "The value, or the default."},
    {"keys", HOG_NATIVE(proxy_keys), "($self, /)", "The mapping's keys."},
    {"values", HOG_NATIVE(proxy_values), "($self, /)", "The mapping's values."},
    {"items", HOG_NATIVE(proxy_items), "($self, /)", "The mapping's items."},
    {"copy", HOG_NATIVE(proxy_copy), "($self, /)", "A copy of the mapping."},
    {"__reversed__", HOG_NATIVE(proxy_reversed), "($self, /)", "Keys from last to first."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};

}  // namespace

extern const TypeSpec k_mapping_proxy_spec;
const TypeSpec k_mapping_proxy_spec = {
    .name = "mappingproxy",
    .doc = "Read-only view of a mapping.",
    .layout = &MappingProxy::kLayout,
    .flags = type_flag::kMapping,
    .slots = {.repr = proxy_repr,
              .str = proxy_str,
              .hash = proxy_hash,
              .compare = proxy_compare,
              .iter = proxy_iter,
              .new_ = proxy_new,
              .or_ = proxy_or,
              .inplace_or = proxy_inplace_or,
              .length = proxy_length,
              .get_item = proxy_get_item,
              .contains = proxy_contains},
    .methods = kMethods,
};

}  // namespace hog
