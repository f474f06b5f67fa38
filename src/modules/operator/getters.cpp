// getters.cpp: operator.itemgetter, attrgetter, methodcaller. Invariant: all three are constant once made.
#include "modules/operator/getters.hpp"

namespace hog::operators {

namespace {

Type *item_getter_type, *attribute_getter_type, *method_caller_type;

// One cell for the three; what the fields hold is said where each type is defined.
class Getter : public Cell {
 public:
  static const Layout kLayout;
  Field<Tuple> parts_, given_;
  ValueField only_;  // the one item or name, when there is just one; else empty
  Field<Tuple> keyword_names_;
};
void trace(Cell* cell, Marker& marker) {
  auto* getter = static_cast<Getter*>(cell);
  marker.visit(getter->parts_.get());
  marker.visit(getter->given_.get());
  marker.visit_word(getter->only_.get().raw());
  marker.visit(getter->keyword_names_.get());
}
const Layout Getter::kLayout = {.name = "operator getter", .trace = trace, .base_size = sizeof(Getter)};

Fallible<void> check_call(Thread& t, const Arguments& arguments, const char* name) {
  if (arguments.positional == 1 && !arguments.has_keywords()) [[likely]] return {};
  if (arguments.has_keywords()) return t.raise_type_error("{}() takes no keyword arguments", name);
  return t.raise_type_error("{} expected 1 argument, got {}", name, arguments.positional);
}
Fallible<void> check_new(Thread& t, const Arguments& arguments, const char* name) {
  if (arguments.has_keywords()) return t.raise_type_error("{}() takes no keyword arguments", name);
  if (arguments.positional == 0) return t.raise_type_error("{} expected 1 argument, got 0", name);
  return {};
}

// "operator.itemgetter(1, 'a')" of the tuple of what was given.
Fallible<Value> repr_of_parts(Thread& t, Value self, Tuple* given, Tuple* keyword_names) {
  ReprScope scope(t, self);
  if (scope.recursive()) return Value(TRY(t.format("{}(...)", type_of(self))));
  StrBuilder text(t);
  TRY(text.append(TRY(t.format("{}(", type_of(self)))));
  size_t named = keyword_names == nullptr ? 0 : keyword_names->length();
  size_t positional = given->length() - named;
  for (size_t i = 0; i < given->length(); ++i) {
    TRY(t.poll());
    if (i != 0) TRY(text.append_ascii(", "));
    if (i >= positional) {
      TRY(text.append(as<Str>(keyword_names->at(i - positional))));
      TRY(text.append('='));
    }
    TRY(text.append(TRY(repr_py(t, given->at(i)))));
  }
  TRY(text.append(')'));
  return Value(TRY(text.finish()));
}
Fallible<Value> plain_repr(Thread& t, Value self) { return repr_of_parts(t, self, as<Getter>(self)->given_.get(), nullptr); }
Fallible<Value> plain_reduce(Thread& t, Getter* self) {
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(self->given_.get()))));
}

// ---- itemgetter: given_ the keys. ----

Fallible<Value> item_new(Thread& t, Type* type, const Arguments& arguments) {
  TRY(check_new(t, arguments, "itemgetter"));
  Tuple* keys = TRY(Tuple::from(t, arguments.values, arguments.positional));
  auto* self = static_cast<Getter*>(TRY(new_instance(t, type)));
  self->given_.set(self, keys);
  if (keys->length() == 1) self->only_.set(self, keys->at(0));
  return Value(self);
}

// OPTIMIZATION: tuples and lists with an index that is there.
inline Fallible<Value> item_of(Thread& t, Value object, Value key) {
  if (key.is_small_int() && key.small_int() >= 0) {
    auto i = static_cast<uint64_t>(key.small_int());
    if (is_exactly(object, shapes.tuple)) {
      if (i < as<Tuple>(object)->length()) return as<Tuple>(object)->at(i);
    } else if (is_exactly(object, shapes.list)) {
      if (i < as<List>(object)->length()) return as<List>(object)->at(i);
    }
  }
  return get_item_py(t, object, key);
}

Fallible<Value> item_call(Thread& t, Value callee, const Arguments& arguments) {
  TRY(check_call(t, arguments, "itemgetter"));
  auto* self = as<Getter>(callee);
  Value object = arguments[0], only = self->only_;
  if (!only.is_empty()) return item_of(t, object, only);
  Tuple* keys = self->given_.get();
  Tuple* result = TRY(Tuple::make(t, keys->length()));
  for (size_t i = 0; i < keys->length(); ++i) {
    TRY(t.poll());
    result->initialize(i, TRY(item_of(t, object, keys->at(i))));
  }
  return Value(result);
}

// ---- attrgetter: given_ the names as they were given, parts_ for each its interned name or a tuple of those between dots. ----

Fallible<Value> split_name(Thread& t, Value name) {
  if (!is<Str>(name)) return t.raise_type_error("attribute name must be a string");
  Str* text = TRY(Str::exact(t, as<Str>(name)));
  List* names = nullptr;
  size_t begin = 0;
  for (size_t i = 0; i < text->length(); ++i) {
    if (text->at(i) != '.') continue;
    if (names == nullptr) names = TRY(List::make(t));
    TRY(names->append(t, Value(TRY(Str::intern(t, TRY(Str::slice(t, text, begin, i)))))));
    begin = i + 1;
    TRY(t.poll());
  }
  if (names == nullptr) return Value(TRY(Str::intern(t, text)));
  TRY(names->append(t, Value(TRY(Str::intern(t, TRY(Str::slice(t, text, begin, text->length())))))));
  return Value(TRY(Tuple::from(t, names->data(), names->length())));
}

Fallible<Value> attribute_new(Thread& t, Type* type, const Arguments& arguments) {
  TRY(check_new(t, arguments, "attrgetter"));
  Tuple* given = TRY(Tuple::from(t, arguments.values, arguments.positional));
  Tuple* parts = TRY(Tuple::make(t, given->length()));
  for (size_t i = 0; i < given->length(); ++i) parts->initialize(i, TRY(split_name(t, given->at(i))));
  auto* self = static_cast<Getter*>(TRY(new_instance(t, type)));
  self->given_.set(self, given);
  self->parts_.set(self, parts);
  if (parts->length() == 1) self->only_.set(self, parts->at(0));
  return Value(self);
}

Fallible<Value> attribute_of(Thread& t, Value object, Value part) {
  if (is<Str>(part)) return get_attribute_py(t, object, as<Str>(part));
  Tuple* path = as<Tuple>(part);
  for (size_t i = 0; i < path->length(); ++i) {
    TRY(t.poll());
    object = TRY(get_attribute_py(t, object, as<Str>(path->at(i))));
  }
  return object;
}

Fallible<Value> attribute_call(Thread& t, Value callee, const Arguments& arguments) {
  TRY(check_call(t, arguments, "attrgetter"));
  auto* self = as<Getter>(callee);
  Value object = arguments[0], only = self->only_;
  if (!only.is_empty()) return attribute_of(t, object, only);
  Tuple* parts = self->parts_.get();
  Tuple* result = TRY(Tuple::make(t, parts->length()));
  for (size_t i = 0; i < parts->length(); ++i) result->initialize(i, TRY(attribute_of(t, object, parts->at(i))));
  return Value(result);
}

// ---- methodcaller: only_ the interned name, given_ the name and all arguments, keyword_names_ the names of the last of them. ----

Fallible<Value> method_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional == 0) return t.raise_type_error("methodcaller needs at least one argument, the method name");
  if (!is<Str>(arguments[0])) return t.raise_type_error("method name must be a string");
  Str* name = TRY(Str::intern(t, TRY(Str::exact(t, as<Str>(arguments[0])))));
  Tuple* given = TRY(Tuple::from(t, arguments.values, arguments.positional + size_t{arguments.keyword_count()}));
  Tuple* keywords =
      arguments.has_keywords() ? TRY(Tuple::from(t, arguments.names->data(), arguments.names->length())) : nullptr;
  auto* self = static_cast<Getter*>(TRY(new_instance(t, type)));
  self->given_.set(self, given);
  self->only_.set(self, Value(name));
  self->keyword_names_.set(self, keywords);
  return Value(self);
}

Fallible<Value> method_call(Thread& t, Value callee, const Arguments& arguments) {
  if (arguments.positional != 1)
    return t.raise_type_error("methodcaller expected 1 argument, got {}", arguments.positional);
  TRY(check_call(t, arguments, "methodcaller"));
  auto* self = as<Getter>(callee);
  Tuple* given = self->given_.get();
  Tuple* keywords = self->keyword_names_.get();
  size_t positional = given->length() - 1 - (keywords == nullptr ? 0 : keywords->length());
  return call_method_py(t, arguments[0], as<Str>(self->only_.get()), Arguments(given->data() + 1, positional, keywords));
}

Fallible<Value> method_repr(Thread& t, Value self) {
  return repr_of_parts(t, self, as<Getter>(self)->given_.get(), as<Getter>(self)->keyword_names_.get());
}

// With keywords: a partial that gets the positional arguments when it is called.
Fallible<Value> method_reduce(Thread& t, Getter* self) {
  Tuple* given = self->given_.get();
  Tuple* keywords = self->keyword_names_.get();
  if (keywords == nullptr) return plain_reduce(t, self);
  Value functools = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "functools"))));
  Value partial = TRY(get_attribute_py(t, functools, TRY(Str::intern_utf8(t, "partial"))));
  size_t positional = given->length() - 1 - keywords->length();
  Dict* named = TRY(Dict::make(t));
  for (size_t k = 0; k < keywords->length(); ++k)
    TRY(named->set_py(t, keywords->at(k), given->at(1 + positional + k)));
  Tuple* first = TRY(Tuple::of(t, Value(type_of(Value(self))), given->at(0)));
  Value constructor = TRY(call_with_dict_py(t, partial, first, named));
  Tuple* rest = TRY(Tuple::from(t, given->data() + 1, positional));
  return Value(TRY(Tuple::of(t, constructor, Value(rest))));
}

// Of the instances: what inspect.signature() says of calling them.
Fallible<Value> text_signature(Thread& t, Value) { return Value(TRY(Str::from_ascii(t, "(obj, /)"))); }
constexpr GetSet kGetSets[] = {{"__text_signature__", text_signature}, {}};

constexpr NativeMethod kPlainMethods[] = {
    {"__reduce__", HOG_NATIVE(plain_reduce), "($self, /)", "What pickle stores."}, {}};
constexpr NativeMethod kMethodCallerMethods[] = {
    {"__reduce__", HOG_NATIVE(method_reduce), "($self, /)", "What pickle stores."}, {}};

const TypeSpec kItemGetterSpec = {
    .name = "operator.itemgetter",
    .doc = "A function that looks the given keys up in its argument.",
    .layout = &Getter::kLayout,
    .slots = {.repr = plain_repr, .call = item_call, .new_ = item_new},
    .methods = kPlainMethods,
    .getsets = kGetSets,
    .text_signature = "(item, /, *items)",
};
const TypeSpec kAttributeGetterSpec = {
    .name = "operator.attrgetter",
    .doc = "A function that looks the named attributes up on its argument.",
    .layout = &Getter::kLayout,
    .slots = {.repr = plain_repr, .call = attribute_call, .new_ = attribute_new},
    .methods = kPlainMethods,
    .getsets = kGetSets,
    .text_signature = "(attr, /, *attrs)",
};
const TypeSpec kMethodCallerSpec = {
    .name = "operator.methodcaller",
    .doc = "A function that calls the named method of its argument.",
    .layout = &Getter::kLayout,
    .slots = {.repr = method_repr, .call = method_call, .new_ = method_new},
    .methods = kMethodCallerMethods,
    .getsets = kGetSets,
    .text_signature = "(name, /, *args, **kwargs)",
};

}  // namespace

const TypeRegistration kGetterTypes[] = {{&item_getter_type, &kItemGetterSpec},
                                         {&attribute_getter_type, &kAttributeGetterSpec},
                                         {&method_caller_type, &kMethodCallerSpec}};

}  // namespace hog::operators
