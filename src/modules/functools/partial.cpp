// partial.cpp: functools.partial and Placeholder. Invariants: args_ is an exact tuple that does not end in a Placeholder,
// keywords_ a dict (a program can reach and change it), placeholder_count_ the number of Placeholders in args_.
// Placeholder is known by its type, which has one instance per isolate.
#include "modules/functools/functools.hpp"
#include "vm/isolate.hpp"

namespace hog::functools {

namespace {

Type *partial_type, *placeholder_type;

class Partial : public Cell {
 public:
  static const Layout kLayout;
  ValueField function_;
  Field<Tuple> args_;
  Field<Dict> keywords_;
  size_t placeholder_count_;
  Field<Tuple> names_;       // the keys of keywords_ while its keys_version is names_version_
  uint64_t names_version_;
  ValueField attributes_;    // the attributes word
};
void trace(Cell* cell, Marker& marker) {
  auto* partial = static_cast<Partial*>(cell);
  marker.visit_word(partial->function_.get().raw());
  marker.visit(partial->args_.get());
  marker.visit(partial->keywords_.get());
  marker.visit(partial->names_.get());
  marker.visit_word(partial->attributes_.get().raw());
}
const Layout Partial::kLayout = {.name = "functools.partial", .trace = trace, .base_size = sizeof(Partial)};

bool is_placeholder(Value v) { return type_of(v) == placeholder_type; }
bool has_attributes(const Partial* p) { return p->shape()->is_dictionary_mode() || p->shape()->slot_count() != 0; }

size_t count_placeholders(const Tuple* args) {
  size_t count = 0;
  for (size_t i = 0; i < args->length(); ++i) count += is_placeholder(args->at(i));
  return count;
}
Failure raise_trailing(Thread& t) { return t.raise_type_error("trailing Placeholders are not allowed"); }

// The arguments of an inner partial with its holes filled by those that follow.
Fallible<Tuple*> merge_arguments(Thread& t, Tuple* inner, size_t holes, const Value* added, size_t count) {
  size_t filled = holes < count ? holes : count;
  Tuple* merged = TRY(Tuple::make(t, inner->length() + count - filled));
  size_t next = 0;
  for (size_t i = 0; i < inner->length(); ++i) {
    Value v = inner->at(i);
    if (next < filled && is_placeholder(v)) v = added[next++];
    merged->initialize(i, v);
  }
  for (size_t i = inner->length(); next < count; ++i) merged->initialize(i, added[next++]);
  return merged;
}

Fallible<Value> partial_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional == 0) return t.raise_type_error("type 'partial' takes at least one argument");
  Value function = arguments[0];
  if (!is_callable(function)) return t.raise_type_error("the first argument must be callable");
  const Value* added = arguments.values + 1;
  size_t count = arguments.positional - size_t{1};
  if (count != 0 && is_placeholder(added[count - 1])) return raise_trailing(t);
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k)
    if (is_placeholder(added[count + k])) return t.raise_type_error("Placeholder cannot be passed as a keyword argument");
  Tuple* inner = empty_tuple();
  Dict* keywords = nullptr;
  size_t holes = 0;
  // A partial of a partial is one: calls go straight to the function.
  if (is<Partial>(function) && !has_attributes(as<Partial>(function))) {
    auto* part = as<Partial>(function);
    inner = part->args_.get();
    holes = part->placeholder_count_;
    keywords = TRY(Dict::copy(t, part->keywords_.get()));
    function = part->function_;
  } else {
    keywords = TRY(Dict::make(t));
  }
  Tuple* args = TRY(merge_arguments(t, inner, holes, added, count));
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k)
    TRY(keywords->set_py(t, arguments.names->at(k), added[count + k]));
  auto* self = static_cast<Partial*>(TRY(new_instance(t, type)));
  self->function_.set(self, function);
  self->args_.set(self, args);
  self->keywords_.set(self, keywords);
  self->placeholder_count_ = count_placeholders(args);
  return Value(self);
}

// ---- Calls. ----

// The keys of a dict of keywords as a tuple; kept until the keys change.
Fallible<Tuple*> keyword_names(Thread& t, Dict* keywords) {
  Tuple* keys = TRY(Tuple::make(t, keywords->length()));
  Value key, value;
  size_t count = 0;
  for (size_t position = 0; keywords->next_nogc(&position, &key, &value);) {
    if (!is<Str>(key)) return t.raise_type_error("keywords must be strings");
    keys->initialize(count++, key);
  }
  return keys;
}
Fallible<Tuple*> kept_keyword_names(Thread& t, Partial* p, Dict* keywords) {
  if (p->names_ && p->keywords_.get() == keywords && p->names_version_ == keywords->keys_version()) return p->names_.get();
  Tuple* keys = TRY(keyword_names(t, keywords));
  if (p->keywords_.get() == keywords) {
    p->names_.set(p, keys);
    p->names_version_ = keywords->keys_version();
  }
  return keys;
}

Fallible<Value> partial_call(Thread& t, Value self, const Arguments& arguments) {
  auto* p = as<Partial>(self);
  Value function = p->function_;
  Tuple* stored = p->args_.get();
  Dict* keywords = p->keywords_.get();
  size_t holes = p->placeholder_count_;
  if (arguments.positional < holes)
    return t.raise_type_error("missing positional arguments in 'partial' call; expected at least {}, got {}", holes,
                              arguments.positional);
  Tuple* call_names = arguments.names;
  if (keywords->length() != 0) {
    if (arguments.has_keywords()) {
      keywords = TRY(Dict::copy(t, keywords));
      for (uint32_t k = 0; k < arguments.keyword_count(); ++k)
        TRY(keywords->set_py(t, arguments.names->at(k), arguments.values[arguments.positional + k]));
      call_names = TRY(keyword_names(t, keywords));
    } else {
      call_names = TRY(kept_keyword_names(t, p, keywords));
    }
  }
  size_t keyword_count = call_names == nullptr ? 0 : call_names->length();
  size_t positional = stored->length() + arguments.positional - holes;
  if (positional == arguments.positional && call_names == arguments.names && holes == 0)
    return call_py(t, function, arguments);
  constexpr size_t kInline = 8;
  Value inline_values[kInline];
  Value* values = inline_values;
  if (positional + keyword_count > kInline) values = TRY(ValueArray::make(t, positional + keyword_count))->raw();
  size_t next = 0;
  for (size_t i = 0; i < stored->length(); ++i) {
    Value v = stored->at(i);
    values[i] = holes != 0 && is_placeholder(v) ? arguments.values[next++] : v;
  }
  for (size_t i = stored->length(); i < positional; ++i) values[i] = arguments.values[next++];
  if (call_names == arguments.names) {
    for (size_t k = 0; k < keyword_count; ++k) values[positional + k] = arguments.values[arguments.positional + k];
  } else {
    Value key, value;
    size_t k = 0;
    for (size_t position = 0; k < keyword_count && keywords->next_nogc(&position, &key, &value); ++k)
      values[positional + k] = value;
  }
  return call_py(t, function, Arguments(values, positional, call_names));
}

Fallible<Value> partial_get(Thread& t, Value self, Value object, Value) {
  if (object.is_absent() || object.is_none()) return self;
  return make_bound_method(t, self, object);
}

// ---- Text, pickling. ----

Fallible<Value> partial_repr(Thread& t, Value self) {
  ReprScope scope(t, self);
  if (scope.recursive()) return Value(TRY(Str::from_ascii(t, "...")));
  auto* p = as<Partial>(self);
  Value function = p->function_;
  Tuple* args = p->args_.get();
  Dict* keywords = p->keywords_.get();
  StrBuilder text(t);
  Value module = TRY(type_module(t, type_of(self)));
  TRY(text.append(TRY(t.format("{}.{}(", str_of(module), qualname_of(type_of(self))))));
  TRY(text.append(TRY(repr_py(t, function))));
  for (size_t i = 0; i < args->length(); ++i) {
    TRY(t.poll());
    TRY(text.append_ascii(", "));
    TRY(text.append(TRY(repr_py(t, args->at(i)))));
  }
  Value key, value;
  for (size_t position = 0; keywords->next_nogc(&position, &key, &value);) {
    TRY(t.poll());
    TRY(text.append_ascii(", "));
    TRY(text.append(TRY(str_py(t, key))));
    TRY(text.append('='));
    TRY(text.append(TRY(repr_py(t, value))));
  }
  TRY(text.append(')'));
  return Value(TRY(text.finish()));
}

Fallible<Value> reduce(Thread& t, Partial* self) {
  Value dict = has_attributes(self) ? Value(TRY(instance_dict(t, self))) : Value::none();
  Value function = self->function_;
  Tuple* state = TRY(Tuple::of(t, function, Value(self->args_.get()), Value(self->keywords_.get()), dict));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(TRY(Tuple::of(t, function))), Value(state))));
}

Fallible<void> set_state(Thread& t, Partial* self, Value state) {
  Tuple* parts = try_as<Tuple>(state);
  if (parts == nullptr || parts->length() != 4) return t.raise_type_error("invalid partial state");
  Value function = parts->at(0), args = parts->at(1), keywords = parts->at(2), dict = parts->at(3);
  if (!is_callable(function) || !is<Tuple>(args) || (!keywords.is_none() && !is<Dict>(keywords)) ||
      (!dict.is_none() && !is<Dict>(dict)))
    return t.raise_type_error("invalid partial state");
  size_t count = as<Tuple>(args)->length();
  if (count != 0 && is_placeholder(as<Tuple>(args)->at(count - 1))) return raise_trailing(t);
  Tuple* exact = as<Tuple>(args);
  if (!is_exactly(args, shapes.tuple)) exact = TRY(Tuple::from(t, exact->data(), exact->length()));
  Dict* named = keywords.is_none() ? TRY(Dict::make(t)) : as<Dict>(keywords);
  if (!is_exactly(Value(named), shapes.dict)) named = TRY(Dict::copy(t, named));
  if (!dict.is_none() || has_attributes(self))
    TRY(set_instance_dict(t, self, dict.is_none() ? TRY(Dict::make(t)) : as<Dict>(dict)));
  self->function_.set(self, function);
  self->args_.set(self, exact);
  self->keywords_.set(self, named);
  self->names_.set(self, nullptr);
  self->placeholder_count_ = count_placeholders(exact);
  return {};
}

Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "What pickle stores."},
    {"__setstate__", HOG_NATIVE(set_state), "($self, state, /)", "Undoes __reduce__."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr Member kMembers[] = {
    {"func", offsetof(Partial, function_), Member::Kind::ReadOnlyObject, "The function of future calls."},
    {"args", offsetof(Partial, args_), Member::Kind::ReadOnlyObject, "Positional arguments of future calls."},
    {"keywords", offsetof(Partial, keywords_), Member::Kind::ReadOnlyObject, "Keyword arguments of future calls."},
    {},
};

const TypeSpec kPartialSpec = {
    .name = "functools.partial",
    .doc = "A function with some of its arguments already given.",
    .layout = &Partial::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasDict | type_flag::kWeakReferences,
    .slots = {.repr = partial_repr, .call = partial_call, .descriptor_get = partial_get, .new_ = partial_new},
    .methods = kMethods,
    .members = kMembers,
    .text_signature = "(func, /, *args, **keywords)",
    .attributes_offset = offsetof(Partial, attributes_),
};

// ---- Placeholder. ----

Fallible<Value> placeholder_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.positional != 0 || arguments.has_keywords()) return t.raise_type_error("PlaceholderType takes no arguments");
  return placeholder(t);
}
Fallible<Value> placeholder_repr(Thread& t, Value) { return Value(TRY(Str::from_ascii(t, "Placeholder"))); }
Fallible<Value> placeholder_reduce(Thread& t, Value self) { return placeholder_repr(t, self); }
constexpr NativeMethod kPlaceholderMethods[] = {
    {"__reduce__", HOG_NATIVE(placeholder_reduce), "($self, /)", "Its name."}, {}};

const TypeSpec kPlaceholderSpec = {
    .name = "functools._PlaceholderType",
    .doc = "The type of Placeholder, which keeps a place among a partial's positional arguments free.",
    .slots = {.repr = placeholder_repr, .new_ = placeholder_new},
    .methods = kPlaceholderMethods,
};

}  // namespace

Fallible<Value> placeholder(Thread& t) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kPlaceholder];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(new_instance(t, placeholder_type))));
  return slot.get();
}

const TypeRegistration kPartialTypes[] = {{&partial_type, &kPartialSpec}, {&placeholder_type, &kPlaceholderSpec}};

}  // namespace hog::functools
