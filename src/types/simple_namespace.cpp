// simple_namespace.cpp: types.SimpleNamespace: attributes and nothing else.
#include "object/class_system.hpp"

namespace hog {

namespace {

class SimpleNamespace : public Cell {
 public:
  static const Layout kLayout;
  ValueField attributes_;  // the attributes word
};

void trace(Cell* cell, Marker& marker) { marker.visit_word(static_cast<SimpleNamespace*>(cell)->attributes_.get().raw()); }

Fallible<Value> new_(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

Fallible<void> update_py(Thread& t, Value self, Dict* dict) {
  Dict* own = TRY(instance_dict(t, self.cell()));
  return dict_update_py(t, own, Value(dict));
}

Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional > 1)
    return t.raise_type_error("{} expected at most 1 argument, got {}", type_of(self)->name(), arguments.positional);
  if (arguments.positional == 1) {
    Dict* given = TRY(Dict::make(t));
    TRY(dict_update_py(t, given, arguments[0]));
    Value key, value;
    for (size_t position = 0; given->next_nogc(&position, &key, &value);)
      if (!is<Str>(key)) return t.raise_type_error("keywords must be strings");
    TRY(update_py(t, self, given));
  }
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    Str* name = TRY(Str::intern(t, as<Str>(arguments.names->at(i))));
    TRY(set_own_attribute(t, self.cell(), name, arguments.values[arguments.positional + i]));
  }
  return {};
}

Fallible<Value> repr(Thread& t, Value self) {
  bool exact = type_of(self) == core.simple_namespace;
  Str* name = exact ? TRY(Str::from_ascii(t, "namespace")) : type_of(self)->name();
  ReprScope scope(t, self);
  if (scope.recursive()) return Value(TRY(t.format("{}(...)", name)));
  Dict* dict = TRY(Dict::copy(t, TRY(instance_dict(t, self.cell()))));
  StrBuilder text(t);
  TRY(text.append(name));
  TRY(text.append('('));
  bool first = true;
  Value key, value;
  for (size_t position = 0; dict->next_nogc(&position, &key, &value);) {
    if (!is<Str>(key) || as<Str>(key)->length() == 0) continue;
    if (!first) TRY(text.append_ascii(", "));
    first = false;
    TRY(text.append(as<Str>(key)));
    TRY(text.append('='));
    TRY(text.append(TRY(repr_py(t, value))));
  }
  TRY(text.append(')'));
  return Value(TRY(text.finish()));
}

Fallible<Value> compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<SimpleNamespace>(self) || !is<SimpleNamespace>(other)) return Value::not_implemented();
  Dict* a = TRY(instance_dict(t, self.cell()));
  Dict* b = TRY(instance_dict(t, other.cell()));
  return compare_py(t, Value(a), Value(b), op);
}

Fallible<Value> get_dict(Thread& t, Value self) { return Value(TRY(instance_dict(t, self.cell()))); }

Fallible<Value> reduce(Thread& t, Value self) {
  Dict* dict = TRY(instance_dict(t, self.cell()));
  return Value(TRY(Tuple::of(t, Value(type_of(self)), Value(empty_tuple()), Value(dict))));
}

// copy.replace(): a new namespace with some attributes changed.
Fallible<Value> replace(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional != 0) return t.raise_type_error("__replace__() takes no positional arguments");
  Value made = TRY(call_py(t, Value(type_of(self))));
  if (!is<SimpleNamespace>(made))
    return t.raise_type_error("expect {} type, but {}() returned '{}' object", core.simple_namespace,
                              TRY(full_type_name(t, type_of(self))),
                              type_of(made));
  TRY(update_py(t, made, TRY(instance_dict(t, self.cell()))));
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    Str* name = TRY(Str::intern(t, as<Str>(arguments.names->at(i))));
    TRY(set_own_attribute(t, made.cell(), name, arguments.values[i]));
  }
  return made;
}

constexpr GetSet kGetSets[] = {{"__dict__", get_dict, nullptr, nullptr}, {}};
constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "What pickle stores."},
    {"__replace__", HOG_RAW(replace), "($self, /, **changes)", "A copy with some attributes changed."},
    {}};

}  // namespace

const Layout SimpleNamespace::kLayout = {"SimpleNamespace", trace, nullptr, sizeof(SimpleNamespace)};

extern const TypeSpec k_simple_namespace_spec;
const TypeSpec k_simple_namespace_spec = {
    .name = "types.SimpleNamespace",
    .doc = "An object with the attributes it is given.",
    .layout = &SimpleNamespace::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.repr = repr, .compare = compare, .init = init, .new_ = new_},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(mapping_or_iterable=(), /, **kwargs)",
    .attributes_offset = offsetof(SimpleNamespace, attributes_),
};

}  // namespace hog
