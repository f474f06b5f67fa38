// super.cpp: super objects: attribute lookup that starts behind a class in an object's method resolution order.
#include "object/class_system.hpp"

namespace hog {

namespace {

Super* self_of(Value self) { return as<Super>(self); }

// The class whose resolution order is searched for (type, object): the object's, or the object itself when it is a class
// below `type`.
Fallible<Type*> check_py(Thread& t, Type* type, Value object) {
  if (is<Type>(object) && as<Type>(object)->is_subtype_of(type)) return as<Type>(object);
  if (type_of(object)->is_subtype_of(type)) return type_of(object);
  // A proxy may claim another class.
  Value claimed = TRY(find_attribute_py(t, object, names.dunder_class));
  if (!claimed.is_absent() && is<Type>(claimed) && as<Type>(claimed) != type_of(object) &&
      as<Type>(claimed)->is_subtype_of(type))
    return as<Type>(claimed);
  return t.raise_type_error("super(type, obj): obj ({} {}) is not an instance or subtype of type ({}).",
                            is<Type>(object) ? "type" : "instance of",
                            is<Type>(object) ? as<Type>(object)->name() : type_of(object)->name(), type->name());
}

Fallible<Value> super_get_attribute(Thread& t, Value self, Str* name) {
  auto* super = self_of(self);
  Type* start = super->object_type_.get();
  if (start != nullptr && name != names.dunder_class) {
    Tuple* mro = start->mro();
    size_t i = 0;
    while (i < mro->length() && mro->at(i) != Value(super->type_.get())) ++i;
    for (++i; i < mro->length(); ++i) {
      Value found = as<Type>(mro->at(i))->dict()->get_name_nogc(name);
      if (found.is_absent()) continue;
      auto get = type_of(found)->slots().descriptor_get;
      if (get == nullptr) return found;
      Value object = super->object_.get();
      return get(t, found, object == Value(start) ? Value::absent() : object, Value(start));
    }
  }
  return generic_get_attribute(t, self, name);
}

Fallible<void> super_init(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("super() takes no keyword arguments");
  if (arguments.positional > 2)
    return t.raise_type_error("super() expected at most 2 arguments, got {}", arguments.positional);
  Value type = arguments.positional > 0 ? arguments[0] : Value::absent();
  Value object = arguments.positional > 1 ? arguments[1] : Value::absent();
  if (type.is_absent()) {
    TRY(t.isolate().services->super_arguments(t, &type, &object));
  }
  if (!is<Type>(type)) return t.raise_type_error("super() argument 1 must be a type, not {}", type_of(type));
  if (!object.is_absent() && object.is_none()) object = Value::absent();
  Type* object_type = object.is_absent() ? nullptr : TRY(check_py(t, as<Type>(type), object));
  auto* super = self_of(self);
  super->type_.set(super, as<Type>(type));
  super->object_.set(super, object.is_absent() ? Value() : object);
  super->object_type_.set(super, object_type);
  return {};
}

// An unbound super in a class binds to the instance it is reached through.
Fallible<Value> super_descriptor_get(Thread& t, Value descriptor, Value object, Value) {
  auto* super = self_of(descriptor);
  if (object.is_absent() || object.is_none() || !super->object_.get().is_empty()) return descriptor;
  if (type_of(descriptor) != core.super)
    return call_py(t, Value(type_of(descriptor)), Value(super->type_.get()), object);
  Type* object_type = TRY(check_py(t, super->type_.get(), object));
  auto* bound = static_cast<Super*>(TRY(new_instance(t, core.super)));
  bound->type_.set(bound, super->type_.get());
  bound->object_.set(bound, object);
  bound->object_type_.set(bound, object_type);
  return Value(bound);
}

Fallible<Value> super_repr(Thread& t, Value self) {
  auto* super = self_of(self);
  if (!super->type_) return Value(TRY(t.format("<super: <class 'NULL'>, NULL>")));
  if (super->object_type_)
    return Value(TRY(t.format("<super: <class '{}'>, <{} object>>", super->type_->name(), super->object_type_->name())));
  return Value(TRY(t.format("<super: <class '{}'>, NULL>", super->type_->name())));
}

Value or_none(Cell* cell) { return cell == nullptr ? Value::none() : Value(cell); }
Fallible<Value> get_this_class(Thread&, Value self) { return or_none(self_of(self)->type_.get()); }
Fallible<Value> get_self(Thread&, Value self) {
  Value v = self_of(self)->object_.get();
  return v.is_empty() ? Value::none() : v;
}
Fallible<Value> get_self_class(Thread&, Value self) { return or_none(self_of(self)->object_type_.get()); }
constexpr GetSet kGetSets[] = {
    {"__thisclass__", get_this_class, nullptr, "The class that was given."},
    {"__self__", get_self, nullptr, "The object, or None."},
    {"__self_class__", get_self_class, nullptr, "The class whose resolution order is searched."},
    {},
};

Fallible<Value> super_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

}  // namespace

extern const TypeSpec k_super_spec;
const TypeSpec k_super_spec = {
    .name = "super",
    .doc = "Attribute access that goes on behind a class in the method resolution order.",
    .layout = &Super::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.repr = super_repr,
              .get_attribute = super_get_attribute,
              .descriptor_get = super_descriptor_get,
              .init = super_init,
              .new_ = super_new},
    .getsets = kGetSets,
};

}  // namespace hog
