// element.cpp: the type Element: making, attributes, the table of its methods.
#include "modules/etree/etree.hpp"

namespace hog::etree {

Type* element_type;

namespace {

void trace_element(Cell* cell, Marker& marker) {
  auto* element = static_cast<Element*>(cell);
  for (const ValueField* field : {&element->tag_, &element->text_, &element->tail_}) marker.visit_word(field->get().raw());
  marker.visit(element->attributes_.get());
  marker.visit(element->children_.get());
}

// attrib={}, **extra: one new dict, or null when there is nothing. `first` is the positional place of attrib.
Fallible<Dict*> bind_attributes(Thread& t, const Arguments& arguments, uint32_t first, const char* function) {
  Dict* attributes = nullptr;
  if (arguments.positional > first) {
    Value given = arguments[first];
    if (given.is_none()) return t.raise_type_error("{}() argument {} must be dict, not None", function, first + 1);
    if (!is<Dict>(given))
      return t.raise_type_error("{}() argument {} must be dict, not {}", function, first + 1, type_of(given));
    attributes = TRY(Dict::copy(t, as<Dict>(given)));
  }
  uint32_t count = arguments.keyword_count();
  for (uint32_t k = 0; attributes == nullptr && k < count; ++k) {
    if (!as<Str>(arguments.names->at(k))->equals_ascii("attrib")) continue;
    Value given = arguments[arguments.positional + k];
    if (!is<Dict>(given)) return t.raise_type_error("attrib must be dict, not {}", type_of(given));
    attributes = TRY(Dict::copy(t, as<Dict>(given)));
  }
  bool attrib_is_a_name = arguments.positional > first;
  if (attributes == nullptr) attributes = TRY(Dict::make(t));
  for (uint32_t k = 0; k < count; ++k) {
    Value name = arguments.names->at(k);
    if (!attrib_is_a_name && as<Str>(name)->equals_ascii("attrib")) continue;
    TRY(attributes->set_py(t, name, arguments[arguments.positional + k]));
  }
  return attributes;
}

Fallible<void> check_count(Thread& t, const Arguments& arguments, const char* function, uint32_t least, uint32_t most) {
  if (arguments.positional < least)
    return t.raise_type_error("{}() takes at least {} argument{} ({} given)", function, least, least == 1 ? "" : "s",
                              arguments.positional);
  if (arguments.positional > most)
    return t.raise_type_error("{}() takes at most {} arguments ({} given)", function, most, arguments.positional);
  return {};
}

Fallible<Value> element_new(Thread& t, Type* type, const Arguments&) {
  auto* element = static_cast<Element*>(TRY(new_instance(t, type)));
  element->tag_.set(element, Value::none());
  return Value(element);
}

Fallible<void> element_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(check_count(t, arguments, "Element", 1, 2));
  Dict* attributes = TRY(bind_attributes(t, arguments, 1, "Element"));
  auto* element = as<Element>(self);
  element->tag_.set(element, arguments[0]);
  element->text_.clear();
  element->tail_.clear();
  element->attributes_.set(element, attributes);
  element->attributes_known_ = false;
  return {};
}

Fallible<Value> element_repr(Thread& t, Value self) {
  TRY(check_native_recursion(t));
  ReprScope scope(t, self);
  if (scope.recursive()) return t.raise(core.RuntimeError, "reentrant call inside {}.__repr__", type_of(self));
  return Value(TRY(t.format("<Element {} at {}>", repr_of(or_none(as<Element>(self)->tag_)), address_of(self))));
}

Fallible<bool> element_truth(Thread& t, Value self) {
  TRY(warn_py(t, core.DeprecationWarning,
              "Testing an element's truth value will always return True in future versions.  Use specific 'len(elem)' or "
              "'elem is not None' test instead."));
  return as<Element>(self)->count_ != 0;
}

// ---- Methods. ----

Fallible<void> clear(Thread&, Element* self) {
  self->attributes_.clear();
  self->attributes_known_ = false;
  clear_children(self);
  self->text_.clear();
  self->tail_.clear();
  return {};
}
Fallible<Value> get(Thread& t, Element* self, Value key, Value otherwise) {
  if (!self->attributes_) return otherwise;
  Value found = TRY(self->attributes_->get_py(t, key));
  return found.is_absent() ? otherwise : found;
}
Fallible<void> set(Thread& t, Element* self, Value key, Value value) {
  Dict* attributes = TRY(attributes_of(t, self));
  return attributes->set_py(t, key, value);
}
Fallible<Value> items(Thread& t, Element* self) {
  List* list = TRY(List::make(t));
  Value key, value;
  if (Dict* attributes = self->attributes_.get())
    for (size_t at = 0; attributes->next_nogc(&at, &key, &value);)
      TRY(list->append(t, Value(TRY(Tuple::of(t, key, value)))));
  return Value(list);
}
Fallible<Value> keys(Thread& t, Element* self) {
  List* list = TRY(List::make(t));
  Value key, value;
  if (Dict* attributes = self->attributes_.get())
    for (size_t at = 0; attributes->next_nogc(&at, &key, &value);) TRY(list->append(t, key));
  return Value(list);
}
Fallible<Value> make_element_method(Thread& t, Element*, Value tag, Dict* attributes) {
  return Value(TRY(make_element(t, tag, TRY(Dict::copy(t, attributes)))));
}
Fallible<int64_t> size_of(Thread&, Element* self) {
  size_t bytes = sizeof(Element);
  if (self->children_) bytes += sizeof(ValueArray) + self->children_->capacity() * sizeof(Value);
  return static_cast<int64_t>(bytes);
}

constexpr NativeMethod kMethods[] = {
    {"clear", HOG_NATIVE(clear), "($self, /)", "Forgets attributes, children and text."},
    {"get", HOG_NATIVE(get), "($self, /, key, default=None)", "The value of an attribute."},
    {"set", HOG_NATIVE(set), "($self, key, value, /)", "Sets an attribute."},
    {"find", HOG_NATIVE(find), "($self, /, path, namespaces=None)", "The first child that a tag or path finds, or None."},
    {"findtext", HOG_NATIVE(find_text), "($self, /, path, default=None, namespaces=None)", "The text of what find() finds."},
    {"findall", HOG_NATIVE(find_all), "($self, /, path, namespaces=None)", "All that a tag or path finds."},
    {"append", HOG_NATIVE(append), "($self, subelement, /)", "Adds a child at the end."},
    {"extend", HOG_NATIVE(extend), "($self, elements, /)", "Adds children at the end."},
    {"insert", HOG_NATIVE(insert), "($self, index, subelement, /)", "Adds a child before another."},
    {"remove", HOG_NATIVE(remove), "($self, subelement, /)", "Takes a child away."},
    {"iter", HOG_NATIVE(iterate), "($self, /, tag=None)", "The element and all below it, in document order."},
    {"itertext", HOG_NATIVE(iterate_text), "($self, /)", "All text inside, in document order."},
    {"iterfind", HOG_NATIVE(iterate_found), "($self, /, path, namespaces=None)", "An iterator over what a path finds."},
    {"items", HOG_NATIVE(items), "($self, /)", "The attributes as pairs."},
    {"keys", HOG_NATIVE(keys), "($self, /)", "The names of the attributes."},
    {"makeelement", HOG_NATIVE(make_element_method), "($self, tag, attrib, /)", "A new element."},
    {"__copy__", HOG_NATIVE(copy), "($self, /)", "A copy with the same children."},
    {"__deepcopy__", HOG_NATIVE(deep_copy), "($self, memo, /)", "A copy with copies of the children."},
    {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Memory in bytes."},
    {"__getstate__", HOG_NATIVE(get_state), "($self, /)", "What pickle keeps."},
    {"__setstate__", HOG_NATIVE(set_state), "($self, state, /)", "Undoes __getstate__()."},
    {},
};

// ---- Attributes. ----

Fallible<Value> get_tag(Thread&, Value self) { return or_none(as<Element>(self)->tag_); }
Fallible<Value> get_text(Thread& t, Value self) { return text_of(t, as<Element>(self)->text_); }
Fallible<Value> get_tail(Thread& t, Value self) { return text_of(t, as<Element>(self)->tail_); }
Fallible<Value> get_attributes(Thread& t, Value self) { return Value(TRY(attributes_of(t, as<Element>(self)))); }
Failure raise_undeletable(Thread& t) { return t.raise(core.AttributeError, "can't delete element attribute"); }
template <ValueField Element::* kField>
Fallible<void> set_field(Thread& t, Value self, Value value) {
  if (value.is_absent()) return raise_undeletable(t);
  (as<Element>(self)->*kField).set(self.cell(), value);
  return {};
}
Fallible<void> set_attributes(Thread& t, Value self, Value value) {
  if (value.is_absent()) return raise_undeletable(t);
  if (!is<Dict>(value)) return t.raise_type_error("attrib must be dict, not {}", type_of(value));
  auto* element = as<Element>(self);
  element->attributes_.set(element, as<Dict>(value));
  element->attributes_known_ = true;
  return {};
}
constexpr GetSet kGetSets[] = {
    {"tag", get_tag, set_field<&Element::tag_>, "Its name."},
    {"text", get_text, set_field<&Element::text_>, "Text before the first child, or None."},
    {"tail", get_tail, set_field<&Element::tail_>, "Text behind its end, or None."},
    {"attrib", get_attributes, set_attributes, "Its attributes."},
    {},
};

}  // namespace

const Layout Element::kLayout = {
    .name = "xml.etree.ElementTree.Element", .trace = trace_element, .base_size = sizeof(Element)};

Fallible<Element*> make_element(Thread& t, Value tag, Dict* attributes) {
  auto* element = TRY(t.allocate<Element>(element_type->root_shape()));
  element->tag_.set(element, tag);
  element->attributes_.set(element, attributes);
  return element;
}

Fallible<Dict*> attributes_of(Thread& t, Element* element) {
  element->attributes_known_ = true;
  if (!element->attributes_) element->attributes_.set(element, TRY(Dict::make(t)));
  return element->attributes_.get();
}

Fallible<Value> text_of(Thread&, Value text) { return or_none(text); }

Fallible<Value> sub_element(Thread& t, Value, const Arguments& arguments) {
  TRY(check_count(t, arguments, "SubElement", 2, 3));
  if (!is<Element>(arguments[0]))
    return t.raise_type_error("SubElement() argument 1 must be xml.etree.ElementTree.Element, not {}", type_of(arguments[0]));
  Dict* attributes = TRY(bind_attributes(t, arguments, 2, "SubElement"));
  Element* element = TRY(make_element(t, arguments[1], attributes));
  TRY(append_child(t, as<Element>(arguments[0]), Value(element)));
  return Value(element);
}

const TypeSpec kElementSpec = {
    .name = "xml.etree.ElementTree.Element",
    .layout = &Element::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
    .slots = {.repr = element_repr,
              .init = element_init,
              .new_ = element_new,
              .truth = element_truth,
              .length = children_length,
              .get_item = children_get,
              .set_item = children_set},
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace hog::etree
