// property.cpp: property. Invariant: an empty field means "none given"; None is never stored as a function.
#include "object/class_system.hpp"

namespace hog {

namespace {

Property* self_of(Value self) { return as<Property>(self); }
Value or_none(Value v) { return v.is_empty() ? Value::none() : v; }

// The name it was given in its class, for messages; absent when unknown.
Fallible<Value> property_name_py(Thread& t, Property* p) {
  if (!p->name_.get().is_empty()) return p->name_.get();
  if (p->get_.get().is_empty()) return Value::absent();
  return find_attribute_py(t, p->get_.get(), names.dunder_name);
}

Failure raise_missing(Thread& t, Property* p, Value object, const char* what) {
  Fallible<Value> name = property_name_py(t, p);
  if (name.failed()) return Failure{};
  Fallible<Value> qualified = find_attribute_py(t, Value(type_of(object)), names.dunder_qualname);
  if (qualified.failed()) return Failure{};
  if (name.get().is_absent())
    return t.raise(core.AttributeError, "property of {} object has no {}", repr_of(qualified.get()), what);
  return t.raise(core.AttributeError, "property {} of {} object has no {}", repr_of(name.get()),
                 repr_of(qualified.get()), what);
}

Fallible<Value> property_get(Thread& t, Value descriptor, Value object, Value) {
  if (object.is_absent() || object.is_none()) return descriptor;
  auto* p = self_of(descriptor);
  if (p->get_.get().is_empty()) return raise_missing(t, p, object, "getter");
  return call_py(t, p->get_.get(), object);
}

Fallible<void> property_set(Thread& t, Value descriptor, Value object, Value value) {
  auto* p = self_of(descriptor);
  Value function = value.is_absent() ? p->delete_.get() : p->set_.get();
  if (function.is_empty()) return raise_missing(t, p, object, value.is_absent() ? "deleter" : "setter");
  if (value.is_absent()) {
    TRY(call_py(t, function, object));
  } else {
    TRY(call_py(t, function, object, value));
  }
  return {};
}

Fallible<void> property_init(Thread& t, Value self, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"fget", "fset", "fdel", "doc"};
  Value parts[4];
  if (arguments.positional > 4)
    return t.raise_type_error("property() takes at most 4 arguments ({} given)",
                              arguments.positional + arguments.keyword_count());
  for (uint32_t i = 0; i < arguments.positional; ++i) parts[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    int index = -1;
    for (int i = 0; i < 4; ++i)
      if (name->equals_ascii(kNames[i])) index = i;
    if (index < 0) return t.raise_type_error("property() got an unexpected keyword argument '{}'", name);
    if (!parts[index].is_empty())
      return t.raise_type_error("argument for property() given by name ('{}') and position ({})", name, index + 1);
    parts[index] = arguments.values[arguments.positional + k];
  }
  for (int i = 0; i < 3; ++i)
    if (!parts[i].is_empty() && parts[i].is_none()) parts[i] = Value();
  auto* p = self_of(self);
  p->get_.set(p, parts[0]);
  p->set_.set(p, parts[1]);
  p->delete_.set(p, parts[2]);
  p->doc_from_getter_ = false;
  p->name_.clear();
  Value doc = parts[3];
  if ((doc.is_empty() || doc.is_none()) && !parts[0].is_empty()) {
    Value from_getter = TRY(find_attribute_py(t, parts[0], names.dunder_doc));
    if (!from_getter.is_absent() && !from_getter.is_none()) {
      doc = from_getter;
      p->doc_from_getter_ = true;
    }
  }
  if (type_of(self) == core.property) {
    p->doc_.set(p, doc);
    return {};
  }
  // A subclass keeps its doc where its instances keep attributes, so that a class-level __doc__ does not hide it.
  if (doc.is_empty()) doc = Value::none();
  p->doc_.set(p, doc);
  if (!p->doc_from_getter_ && (parts[3].is_empty() || parts[3].is_none())) {
    if (!type_of(self)->has(type_flag::kHasDict)) return {};
  }
  if (type_of(self)->has(type_flag::kHasDict)) {
    Value in_class = type_of(self)->lookup(t, names.dunder_doc);
    if (!is_exactly(in_class, shapes.getset_descriptor)) TRY(set_own_attribute(t, self.cell(), names.dunder_doc, doc));
  }
  return {};
}

Fallible<Value> copy_with(Thread& t, Property* p, Value get, Value set, Value del) {
  Value doc = p->doc_from_getter_ && !get.is_empty() ? Value::none() : or_none(p->doc_.get());
  Value g = get.is_empty() ? or_none(p->get_.get()) : get;
  Value s = set.is_empty() ? or_none(p->set_.get()) : set;
  Value d = del.is_empty() ? or_none(p->delete_.get()) : del;
  if (p->doc_from_getter_ && !g.is_none()) doc = Value::none();
  Value copy = TRY(call_py(t, Value(type_of(Value(p))), g, s, d, doc));
  if (is<Property>(copy)) as<Property>(copy)->name_.set(copy.cell(), p->name_.get());
  return copy;
}
Fallible<Value> property_getter(Thread& t, Property* self, Value f) { return copy_with(t, self, f, Value(), Value()); }
Fallible<Value> property_setter(Thread& t, Property* self, Value f) { return copy_with(t, self, Value(), f, Value()); }
Fallible<Value> property_deleter(Thread& t, Property* self, Value f) { return copy_with(t, self, Value(), Value(), f); }
Fallible<void> property_set_name(Thread& t, Property* self, Arguments arguments) {
  if (arguments.positional != 2)
    return t.raise_type_error("__set_name__() takes 2 positional arguments but {} were given", arguments.positional);
  self->name_.set(self, arguments[1]);
  return {};
}

Fallible<Value> get_getter(Thread&, Value self) { return or_none(self_of(self)->get_.get()); }
Fallible<Value> get_setter(Thread&, Value self) { return or_none(self_of(self)->set_.get()); }
Fallible<Value> get_deleter(Thread&, Value self) { return or_none(self_of(self)->delete_.get()); }
Fallible<Value> get_doc(Thread&, Value self) { return or_none(self_of(self)->doc_.get()); }
Fallible<void> set_doc(Thread&, Value self, Value value) {
  self_of(self)->doc_.set(self.cell(), value.is_absent() ? Value() : value);
  return {};
}
Fallible<Value> get_name(Thread& t, Value self) {
  Value name = TRY(property_name_py(t, self_of(self)));
  if (name.is_absent())
    return t.raise(core.AttributeError, "'property' object has no attribute '__name__'");
  return name;
}
Fallible<void> set_name(Thread&, Value self, Value value) {
  self_of(self)->name_.set(self.cell(), value.is_absent() ? Value() : value);
  return {};
}
Fallible<Value> get_abstract(Thread& t, Value self) {
  auto* p = self_of(self);
  for (Value f : {p->get_.get(), p->set_.get(), p->delete_.get()}) {
    if (f.is_empty()) continue;
    Value flag = TRY(find_attribute_py(t, f, names.dunder_isabstractmethod));
    if (!flag.is_absent() && TRY(truth_py(t, flag))) return Value::true_value();
  }
  return Value::false_value();
}

constexpr NativeMethod kMethods[] = {
    {"getter", HOG_NATIVE(property_getter), "($self, function, /)", "A copy with another getter."},
    {"setter", HOG_NATIVE(property_setter), "($self, function, /)", "A copy with another setter."},
    {"deleter", HOG_NATIVE(property_deleter), "($self, function, /)", "A copy with another deleter."},
    {"__set_name__", HOG_NATIVE(property_set_name), "($self, /, *args)", "Remember the name in the class."},
    {},
};
constexpr GetSet kGetSets[] = {
    {"fget", get_getter},
    {"fset", get_setter},
    {"fdel", get_deleter},
    {"__doc__", get_doc, set_doc},
    {"__name__", get_name, set_name},
    {"__isabstractmethod__", get_abstract},
    {},
};

Fallible<Value> property_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

}  // namespace

extern const TypeSpec k_property_spec;
const TypeSpec k_property_spec = {
    .name = "property",
    .doc = "An attribute computed by functions.",
    .layout = &Property::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.descriptor_get = property_get, .descriptor_set = property_set, .init = property_init, .new_ = property_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(fget=None, fset=None, fdel=None, doc=None)",
};

}  // namespace hog
