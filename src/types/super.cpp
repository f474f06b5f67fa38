// super.cpp: super(). The form without arguments is compiled to the explicit one; called as a plain function it asks the
// running frame through VmServices::super_arguments.
#include "object/class_system.hpp"

namespace hog {

namespace {

Super* super_of(Value self) { return as<Super>(self); }

// The class whose order is searched: the object itself when it is a class deriving from `type`, else the object's class
// (as it claims it by __class__).
Fallible<Type*> check_object_py(Thread& t, Type* type, Value object) {
  Type* as_class = as_type(object);
  if (as_class != nullptr && as_class->is_subtype_of(type)) return as_class;
  if (type_of(object)->is_subtype_of(type)) return type_of(object);
  Value claimed = TRY(find_attribute_py(t, object, names.dunder_class));
  Type* claimed_type = claimed.is_absent() ? nullptr : as_type(claimed);
  if (claimed_type != nullptr && claimed_type != type_of(object) && claimed_type->is_subtype_of(type)) return claimed_type;
  bool is_class = as_class != nullptr;
  return t.raise_type_error(
      "super(type, obj): obj ({} {}) is not an instance or subtype of type ({}).", is_class ? "type" : "instance of",
      is_class ? as_class : type_of(object), type);
}

}  // namespace

// What super(type, object).name finds behind `type` in the order of start, bound to object; absent when there is nothing.
Fallible<Value> super_lookup(Thread& t, Type* type, Value object, Type* start, Str* name) {
  Tuple* mro = start->mro();
  size_t i = 0;
  while (i < mro->length() && mro->at(i) != Value(type)) ++i;
  for (++i; i < mro->length(); ++i) {
    Value found = as<Type>(mro->at(i))->dict()->get_name_nogc(name);
    if (found.is_absent()) continue;
    auto get = type_of(found)->slots().descriptor_get;
    if (get == nullptr) return found;
    return get(t, found, object == Value(start) ? Value::absent() : object, Value(start));
  }
  return Value::absent();
}

namespace {

Fallible<Value> get_attribute(Thread& t, Value self, Str* name) {
  Super* super = super_of(self);
  // __class__ is super's own, so that isinstance(super(), super) holds.
  if (super->object_type_ && name != names.dunder_class) {
    Value found = TRY(super_lookup(t, super->type_.get(), super->object_, super->object_type_.get(), name));
    if (!found.is_absent()) return found;
  }
  return generic_get_attribute(t, self, name);
}

Fallible<void> initialize_py(Thread& t, Value self, Type* type, Value object) {
  Super* super = super_of(self);
  Type* object_type = nullptr;
  if (object.is_none()) object = Value::absent();
  if (!object.is_absent()) object_type = TRY(check_object_py(t, type, object));
  super->type_.set(super, type);
  super->object_.set(super, object.is_absent() ? Value() : object);
  super->object_type_.set(super, object_type);
  return {};
}

Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("super() takes no keyword arguments");
  if (arguments.positional > 2)
    return t.raise_type_error("super() expected at most 2 arguments, got {}", arguments.positional);
  Value type_value, object = Value::absent();
  if (arguments.positional == 0) {
    TRY(t.isolate().services->super_arguments(t, &type_value, &object));
  } else {
    type_value = arguments[0];
    if (arguments.positional == 2) object = arguments[1];
  }
  Type* type = as_type(type_value);
  if (type == nullptr) return t.raise_type_error("super() argument 1 must be a type, not {}", type_of(type_value));
  return initialize_py(t, self, type, object);
}

Fallible<Value> make(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

// An unbound super in a class binds to the instance it is reached through.
Fallible<Value> descriptor_get(Thread& t, Value self, Value object, Value) {
  Super* super = super_of(self);
  if (object.is_absent() || object.is_none() || !super->object_.get().is_empty()) return self;
  if (!super->type_) return t.raise(core.RuntimeError, "super(): uninitialized");
  if (type_of(self) != core.super) return call_py(t, Value(type_of(self)), Value(super->type_.get()), object);
  Cell* cell = TRY(new_instance(t, core.super));
  TRY(initialize_py(t, Value(cell), super->type_.get(), object));
  return Value(cell);
}

Fallible<Value> repr(Thread& t, Value self) {
  Super* super = super_of(self);
  FormatArgument type_name = super->type_ ? FormatArgument(super->type_->name()) : FormatArgument("NULL");
  if (super->object_type_)
    return Value(TRY(t.format("<super: <class '{}'>, <{} object>>", type_name, super->object_type_->name())));
  return Value(TRY(t.format("<super: <class '{}'>, NULL>", type_name)));
}

template <Field<Type> Super::*kField>
Fallible<Value> get_type(Thread&, Value self) {
  Type* type = (super_of(self)->*kField).get();
  return type == nullptr ? Value::none() : Value(type);
}
Fallible<Value> get_self(Thread&, Value self) {
  Value object = super_of(self)->object_;
  return object.is_empty() ? Value::none() : object;
}

constexpr GetSet kGetSets[] = {{"__thisclass__", get_type<&Super::type_>, nullptr, "The class given to super()."},
                               {"__self__", get_self, nullptr, "The object given to super(), or None."},
                               {"__self_class__", get_type<&Super::object_type_>, nullptr, "The class that is searched."},
                               {}};

}  // namespace

extern const TypeSpec k_super_spec;
const TypeSpec k_super_spec = {
    .name = "super",
    .doc = "Attributes as the classes behind a class in the method resolution order have them.",
    .layout = &Super::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.repr = repr,
              .get_attribute = get_attribute,
              .descriptor_get = descriptor_get,
              .init = init,
              .new_ = make},
    .getsets = kGetSets,
};

}  // namespace hog
