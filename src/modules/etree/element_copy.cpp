// element_copy.cpp: copies of elements, and what pickle keeps of them.
#include "modules/etree/etree.hpp"

namespace hog::etree {

namespace {

Fallible<Value> deep_copy_py(Thread& t, Value v, Dict* memo) {
  if (v.is_empty() || v.is_none() || is_exact_str(v)) return v.is_empty() ? Value::none() : v;
  if (is_plain_element(v)) {
    Value known = TRY(memo->get_py(t, TRY(make_uint(t, v.raw()))));
    if (known.is_absent()) return deep_copy(t, as<Element>(v), memo);
  }
  State* state = TRY(state_of(t));
  if (state->deepcopy_.get().is_empty()) {
    Value module = TRY(t.isolate().services->import_module(t, names.copy));
    Str* name = TRY(Str::intern_utf8(t, "deepcopy"));
    state->deepcopy_.set(state, TRY(get_attribute_py(t, module, name)));
  }
  return call_py(t, state->deepcopy_, v, Value(memo));
}

// A dict that no program has seen, with nothing in it that could be changed, needs no deepcopy().
bool is_simple(const Element* element) {
  if (element->attributes_known_) return false;
  Value key, value;
  for (size_t at = 0; element->attributes_->next_nogc(&at, &key, &value);)
    if (!is_exact_str(key) || !is_exact_str(value)) return false;
  return true;
}

Fallible<Dict*> deep_copy_attributes_py(Thread& t, Element* element, Dict* memo) {
  Dict* attributes = element->attributes_.get();
  if (is_simple(element)) return Dict::copy(t, attributes);
  Value copied = TRY(deep_copy_py(t, Value(attributes), memo));
  if (!is<Dict>(copied)) return t.raise_type_error("attrib must be dict, not {}", type_of(copied));
  return as<Dict>(copied);
}

Value stored(Value v) { return v.is_none() ? Value() : v; }

}  // namespace

Fallible<Value> copy(Thread& t, Element* self) {
  Dict* attributes = self->attributes_ ? TRY(Dict::copy(t, self->attributes_.get())) : nullptr;
  Element* made = TRY(make_element(t, or_none(self->tag_), attributes));
  made->text_.set(made, self->text_);
  made->tail_.set(made, self->tail_);
  if (self->count_ == 0) return Value(made);
  ValueArray* children = TRY(ValueArray::make(t, self->count_));
  auto count = static_cast<uint32_t>(self->count_ < children->capacity() ? self->count_ : children->capacity());
  for (size_t i = 0; i < count; ++i) children->set(i, self->children_->at(i));
  made->children_.set(made, children);
  made->count_ = count;
  return Value(made);
}

Fallible<Value> deep_copy(Thread& t, Element* self, Dict* memo) {
  TRY(check_native_recursion(t));
  TRY(t.poll());
  Value tag = TRY(deep_copy_py(t, self->tag_, memo));
  Element* made = TRY(make_element(t, tag, nullptr));
  if (self->attributes_) made->attributes_.set(made, TRY(deep_copy_attributes_py(t, self, memo)));
  made->text_.set(made, stored(TRY(deep_copy_py(t, self->text_, memo))));
  made->tail_.set(made, stored(TRY(deep_copy_py(t, self->tail_, memo))));
  for (size_t i = 0; i < self->count_; ++i) {  // read anew each time: copying may run Python
    Value child = TRY(deep_copy_py(t, Value(self->child(i)), memo));
    if (!is<Element>(child)) return raise_not_an_element(t, child);
    TRY(append_child(t, made, child));
  }
  TRY(memo->set_py(t, TRY(make_uint(t, Value(self).raw())), Value(made)));
  return Value(made);
}

Fallible<Value> get_state(Thread& t, Element* self) {
  List* children = TRY(List::make(t, self->count_));
  for (size_t i = 0; i < self->count_; ++i) TRY(children->append(t, Value(self->child(i))));
  Value attributes = self->attributes_ ? Value(self->attributes_.get()) : Value(TRY(Dict::make(t)));
  self->attributes_known_ = true;
  Dict* state = TRY(Dict::make(t));
  struct {
    const char* name;
    Value value;
  } const parts[] = {{"tag", or_none(self->tag_)},
                     {"_children", Value(children)},
                     {"attrib", attributes},
                     {"text", or_none(self->text_)},
                     {"tail", or_none(self->tail_)}};
  for (const auto& part : parts) TRY(state->set_name(t, TRY(Str::intern_utf8(t, part.name)), part.value));
  return Value(state);
}

Fallible<void> set_state(Thread& t, Element* self, Value given) {
  if (!is<Dict>(given)) return t.raise_type_error("Don't know how to unpickle \"{}\" as an Element", repr_of(given));
  constexpr const char* kNames[] = {"tag", "attrib", "text", "tail", "_children"};
  Value parts[5];
  Value key, value;
  for (size_t at = 0; as<Dict>(given)->next_nogc(&at, &key, &value);) {
    if (!is<Str>(key)) return t.raise_type_error("keywords must be strings");
    size_t n = 0;
    while (n < 5 && !as<Str>(key)->equals_ascii(kNames[n])) ++n;
    if (n == 5) return t.raise_type_error("this function got an unexpected keyword argument '{}'", as<Str>(key));
    parts[n] = value;
  }
  if (parts[0].is_empty()) return t.raise_type_error("tag may not be NULL");
  List* children = nullptr;
  if (!parts[4].is_empty()) {
    if (!is<List>(parts[4])) return t.raise_type_error("'_children' is not a list");
    children = as<List>(parts[4]);
    for (size_t i = 0; i < children->length(); ++i)
      if (!is<Element>(children->at(i))) return raise_not_an_element(t, children->at(i));
  }
  if (!parts[1].is_empty() && !is<Dict>(parts[1]))
    return t.raise_type_error("attrib must be dict, not {}", type_of(parts[1]));
  self->tag_.set(self, parts[0]);
  self->text_.set(self, parts[2].is_empty() ? Value() : stored(parts[2]));
  self->tail_.set(self, parts[3].is_empty() ? Value() : stored(parts[3]));
  self->attributes_.set(self, parts[1].is_empty() ? nullptr : as<Dict>(parts[1]));
  self->attributes_known_ = true;
  clear_children(self);
  if (children == nullptr) return {};
  List* snapshot = TRY(List::from(t, children->data(), children->length()));
  for (size_t i = 0; i < snapshot->length(); ++i)
    if (!is<Element>(snapshot->at(i))) return raise_not_an_element(t, snapshot->at(i));
  return replace_children(t, self, 0, self->count_, snapshot->data(), snapshot->length());
}

}  // namespace hog::etree
