// property.cpp: property.
#include "object/class_system.hpp"

namespace hog {

namespace {

Property* property_of(Value self) { return as<Property>(self); }

// The name for messages: given by __set_name__, or the getter's. Absent when there is none.
Fallible<Value> property_name_py(Thread& t, Property* property) {
  if (!property->name_.get().is_empty()) return property->name_.get();
  Value getter = property->get_;
  if (getter.is_empty()) return Value::absent();
  return find_attribute_py(t, getter, names.dunder_name);
}

Failure raise_missing(Thread& t, Property* property, Value object, const char* what) {
  Value name = TRY(property_name_py(t, property));
  Str* qualname = qualname_of(type_of(object));
  if (!name.is_absent())
    return t.raise(core.AttributeError, "property {} of {} object has no {}", repr_of(name), repr_of(Value(qualname)), what);
  return t.raise(core.AttributeError, "property of {} object has no {}", repr_of(Value(qualname)), what);
}

Fallible<Value> get(Thread& t, Value self, Value object, Value) {
  if (object.is_absent()) return self;
  Property* property = property_of(self);
  if (property->get_.get().is_empty()) return raise_missing(t, property, object, "getter");
  return call_py(t, property->get_, object);
}

Fallible<void> set(Thread& t, Value self, Value object, Value value) {
  Property* property = property_of(self);
  Value function = value.is_absent() ? property->delete_ : property->set_;
  if (function.is_empty()) return raise_missing(t, property, object, value.is_absent() ? "deleter" : "setter");
  if (value.is_absent()) {
    TRY(call_py(t, function, object));
  } else {
    TRY(call_py(t, function, object, value));
  }
  return {};
}

Value or_empty(Value v) { return v.is_absent() || v.is_none() ? Value() : v; }

Fallible<Value> initialize(Thread& t, Property* self, Value getter, Value setter, Value deleter, Value doc) {
  self->get_.set(self, or_empty(getter));
  self->set_.set(self, or_empty(setter));
  self->delete_.set(self, or_empty(deleter));
  self->doc_.clear();
  self->name_.clear();
  self->doc_from_getter_ = false;
  Value own_doc = doc.is_absent() || doc.is_none() ? Value() : doc;
  if (own_doc.is_empty() && !self->get_.get().is_empty()) {
    Value getter_doc = TRY(find_attribute_py(t, self->get_, names.dunder_doc));
    if (!getter_doc.is_absent() && !getter_doc.is_none()) {
      own_doc = getter_doc;
      self->doc_from_getter_ = true;
    }
  }
  if (type_of(Value(self)) == core.property) {
    self->doc_.set(self, own_doc);
    return Value::none();
  }
  // An instance of a subclass has its own __doc__, which hides the class's.
  Fallible<void> stored =
      set_attribute_py(t, Value(self), names.dunder_doc, own_doc.is_empty() ? Value::none() : own_doc);
  // A class without a place for it goes without, unless the getter has one: that has always been an error.
  if (stored.failed() && (self->doc_from_getter_ || !clear_exception_if(t, core.AttributeError))) return Failure{};
  return Value::none();
}

constexpr NativeMethod kConstructors[] = {
    {"property", HOG_NATIVE(initialize), "($self, /, fget=None, fset=None, fdel=None, doc=None)"}, {}};

Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<Value> make(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

// getter(), setter() and deleter() make a changed copy, of the same class.
Fallible<Value> copy_with(Thread& t, Property* self, Value getter, Value setter, Value deleter) {
  auto pick = [](Value given, Value old) { return !given.is_absent() && !given.is_none() ? given : old.is_empty() ? Value::none() : old; };
  getter = pick(getter, self->get_);
  setter = pick(setter, self->set_);
  deleter = pick(deleter, self->delete_);
  Value doc = Value::none();
  if (!(self->doc_from_getter_ && !getter.is_none()))
    doc = self->doc_.get().is_empty() ? Value::none() : self->doc_.get();
  Value made = TRY(call_py(t, Value(type_of(Value(self))), getter, setter, deleter, doc));
  if (auto* copy = try_as<Property>(made)) copy->name_.set(copy, self->name_);
  return made;
}
Fallible<Value> with_getter(Thread& t, Property* self, Value function) {
  return copy_with(t, self, function, Value::absent(), Value::absent());
}
Fallible<Value> with_setter(Thread& t, Property* self, Value function) {
  return copy_with(t, self, Value::absent(), function, Value::absent());
}
Fallible<Value> with_deleter(Thread& t, Property* self, Value function) {
  return copy_with(t, self, Value::absent(), Value::absent(), function);
}

Fallible<Value> set_name(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional != 2)
    return t.raise_type_error("__set_name__() takes 2 positional arguments but {} were given", arguments.positional);
  property_of(self)->name_.set(self.cell(), arguments[1]);
  return Value::none();
}

Fallible<Value> get_name(Thread& t, Value self) {
  Value name = TRY(property_name_py(t, property_of(self)));
  if (name.is_absent()) return raise_no_attribute(t, self, names.dunder_name);
  return name;
}
Fallible<void> store_name(Thread&, Value self, Value value) {
  property_of(self)->name_.set(self.cell(), value.is_absent() ? Value() : value);
  return {};
}

Fallible<Value> is_abstract(Thread& t, Value self) {
  Property* property = property_of(self);
  for (ValueField* field : {&property->get_, &property->set_, &property->delete_}) {
    Value function = *field;
    if (function.is_empty()) continue;
    Value flag = TRY(find_attribute_py(t, function, names.dunder_isabstractmethod));
    if (!flag.is_absent() && TRY(truth_py(t, flag))) return Value::true_value();
  }
  return Value::false_value();
}

constexpr Member kMembers[] = {{"fget", offsetof(Property, get_), Member::Kind::ReadOnlyObjectOrNone, nullptr},
                               {"fset", offsetof(Property, set_), Member::Kind::ReadOnlyObjectOrNone, nullptr},
                               {"fdel", offsetof(Property, delete_), Member::Kind::ReadOnlyObjectOrNone, nullptr},
                               {"__doc__", offsetof(Property, doc_), Member::Kind::ObjectOrNone, nullptr},
                               {}};
constexpr GetSet kGetSets[] = {{"__name__", get_name, store_name, nullptr},
                               {"__isabstractmethod__", is_abstract, nullptr, nullptr},
                               {}};
constexpr NativeMethod kMethods[] = {
    {"getter", HOG_NATIVE(with_getter), "($self, object, /)", "A copy with another getter."},
    {"setter", HOG_NATIVE(with_setter), "($self, object, /)", "A copy with another setter."},
    {"deleter", HOG_NATIVE(with_deleter), "($self, object, /)", "A copy with another deleter."},
    {"__set_name__", HOG_RAW(set_name), "($self, owner, name, /)", "Remembers the name the property was given in its class."},
    {}};

}  // namespace

extern const TypeSpec k_property_spec;
const TypeSpec k_property_spec = {
    .name = "property",
    .doc = "An attribute whose reading, assignment and deletion call functions.",
    .layout = &Property::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.descriptor_get = get, .descriptor_set = set, .init = init, .new_ = make},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
    .text_signature = "(fget=None, fset=None, fdel=None, doc=None)",
    .constructors = kConstructors,
};

}  // namespace hog
