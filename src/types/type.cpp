// type.cpp: type as Python sees it: calling classes, their attributes, and what they tell about themselves.
//
// Invariant: a change of a class's dict is followed by Type::modified() before any Python code runs.
#include "object/class_data.hpp"
#include "object/class_system.hpp"
#include "object/type_heap.hpp"

namespace hog {

Str* qualname_of(const Type* type) { return type->is_heap_type() ? type->qualified_name() : type->name(); }

// ---- Calling. ----

Fallible<Value> type_call(Thread& t, Value callee, const Arguments& arguments) {
  Type* type = as<Type>(callee);
  if (type == core.type) {
    if (arguments.positional == 1 && !arguments.has_keywords()) return Value(type_of(arguments[0]));
    if (arguments.positional != 3) return t.raise_type_error("type() takes 1 or 3 arguments");
  }
  auto make = type->slots().new_;
  if (make == nullptr) return t.raise_type_error("cannot create '{}' instances", type);
  Value made = TRY(make(t, type, arguments));
  Type* made_type = type_of(made);
  if (made_type != type && !made_type->is_subtype_of(type)) return made;
  if (auto init = made_type->slots().init; init != nullptr) TRY(init(t, made, arguments));
  return made;
}

// ---- Attributes. ----

// Data descriptors of the metaclass, the class and its bases, then the rest of the metaclass. Absent when there is none.
Fallible<Value> type_get_attribute(Thread& t, Value self, Str* name) {
  Type* type = as<Type>(self);
  Type* metatype = type_of(self);
  Value of_meta = metatype->lookup(t, name);
  slot_kind::DescriptorGet meta_get = nullptr;
  if (!of_meta.is_absent()) {
    const Slots& slots = type_of(of_meta)->slots();
    meta_get = slots.descriptor_get;
    if (meta_get != nullptr && slots.descriptor_set != nullptr) return meta_get(t, of_meta, self, Value(metatype));
  }
  Value found = type->lookup(t, name);
  if (!found.is_absent()) {
    if (auto get = type_of(found)->slots().descriptor_get; get != nullptr) return get(t, found, Value::absent(), self);
    return found;
  }
  if (meta_get != nullptr) return meta_get(t, of_meta, self, Value(metatype));
  return of_meta;
}

Fallible<void> type_set_attribute(Thread& t, Value self, Str* name, Value value) {
  Type* type = as<Type>(self);
  if (!type->is_heap_type() || type->has(type_flag::kImmutable))
    return t.raise_type_error("cannot set '{}' attribute of immutable type '{}'", name, type->name());
  Value of_meta = type_of(self)->lookup(t, name);
  if (!of_meta.is_absent())
    if (auto set = type_of(of_meta)->slots().descriptor_set; set != nullptr) return set(t, of_meta, self, value);
  if (value.is_absent()) {
    if (!TRY(type->dict()->remove_name(t, name))) return raise_no_attribute(t, self, name);
  } else {
    TRY(type->dict()->set_name(t, name, value));
  }
  return type->modified(t, name);
}

// __module__ of a class: in its dict, or before the last dot of a built-in type's name.
Fallible<Value> type_module(Thread& t, Type* type) {
  if (type->is_heap_type()) {
    Value module = type->dict()->get_name_nogc(names.dunder_module);
    return module;
  }
  Str* full = type->qualified_name();
  if (full->length() == type->name()->length()) return Value(names.builtins);
  return Value(TRY(Str::intern(t, TRY(Str::slice(t, full, 0, full->length() - type->name()->length() - 1)))));
}

namespace {

Type* self_type(Value self) { return as<Type>(self); }

// For setters: only classes made at run time may change, and __name__ and the like cannot be deleted.
Fallible<void> check_settable(Thread& t, Type* type, const char* name, Value value) {
  if (!type->is_heap_type() || type->has(type_flag::kImmutable))
    return t.raise_type_error("cannot set '{}' attribute of immutable type '{}'", name, type->name());
  if (value.is_absent())
    return t.raise_type_error("cannot delete '{}' attribute of immutable type '{}'", name, type->name());
  if (!t.isolate().audited) return {};
  return t.audit_py("object.__setattr__", Value(type), Value(TRY(Str::intern_utf8(t, name))), value);
}

Fallible<Value> get_name(Thread&, Value self) { return Value(self_type(self)->name()); }
Fallible<void> set_name(Thread& t, Value self, Value value) {
  Type* type = self_type(self);
  TRY(check_settable(t, type, "__name__", value));
  if (!is<Str>(value))
    return t.raise_type_error("can only assign string to {}.__name__, not '{}'", type->name(), type_of(value));
  TRY(check_type_name(t, as<Str>(value)));
  type->name_ = as<Str>(value);
  return {};
}

Fallible<Value> get_qualname(Thread&, Value self) { return Value(qualname_of(self_type(self))); }
Fallible<void> set_qualname(Thread& t, Value self, Value value) {
  Type* type = self_type(self);
  TRY(check_settable(t, type, "__qualname__", value));
  if (!is<Str>(value))
    return t.raise_type_error("can only assign string to {}.__qualname__, not '{}'", type->name(), type_of(value));
  type->qualified_name_ = as<Str>(value);
  return {};
}

Fallible<void> set_in_dict(Thread& t, Type* type, Str* name, Value value) {
  TRY(type->dict()->set_name(t, name, value));
  return type->modified(t, name);
}

Fallible<Value> get_module(Thread& t, Value self) {
  Value module = TRY(type_module(t, self_type(self)));
  if (module.is_absent()) return t.raise_value(core.AttributeError, Value(names.dunder_module));
  return module;
}
Fallible<void> set_module(Thread& t, Value self, Value value) {
  TRY(check_settable(t, self_type(self), "__module__", value));
  TRY(self_type(self)->dict()->remove_name(t, names.dunder_firstlineno));
  return set_in_dict(t, self_type(self), names.dunder_module, value);
}

Fallible<Value> get_doc(Thread& t, Value self) {
  Type* type = self_type(self);
  Value doc = type->lookup(t, names.dunder_doc);
  // Only the class's own one counts; a descriptor in it is asked.
  doc = type->dict()->get_name_nogc(names.dunder_doc);
  if (doc.is_absent()) return Value::none();
  if (auto get = type_of(doc)->slots().descriptor_get; get != nullptr) return get(t, doc, Value::absent(), self);
  return doc;
}
Fallible<void> set_doc(Thread& t, Value self, Value value) {
  TRY(check_settable(t, self_type(self), "__doc__", value));
  return set_in_dict(t, self_type(self), names.dunder_doc, value);
}

Fallible<Value> get_text_signature(Thread& t, Value self) {
  Type* type = self_type(self);
  if (type->is_heap_type() || type->spec_->text_signature == nullptr) return Value::none();
  return Value(TRY(Str::from_utf8(t, type->spec_->text_signature)));
}

Fallible<Value> get_dict(Thread& t, Value self) { return make_mapping_proxy(t, Value(self_type(self)->dict())); }

Fallible<Value> get_bases(Thread&, Value self) { return Value(self_type(self)->bases()); }
Fallible<void> set_bases(Thread& t, Value self, Value value) {
  Type* type = self_type(self);
  TRY(check_settable(t, type, "__bases__", value));
  if (!is<Tuple>(value))
    return t.raise_type_error("can only assign tuple to {}.__bases__, not {}", type->name(), type_of(value));
  if (as<Tuple>(value)->length() == 0)
    return t.raise_type_error("can only assign non-empty tuple to {}.__bases__, not ()", type->name());
  return set_bases_py(t, type, as<Tuple>(value));
}

Fallible<Value> get_mro(Thread&, Value self) {
  Tuple* mro = self_type(self)->mro();
  return mro->length() == 0 ? Value::none() : Value(mro);
}

Fallible<Value> get_abstract_methods(Thread& t, Value self) {
  Type* type = self_type(self);
  Value methods = type == core.type ? Value::absent() : type->dict()->get_name_nogc(names.dunder_abstractmethods);
  if (methods.is_absent()) return t.raise_value(core.AttributeError, Value(names.dunder_abstractmethods));
  return methods;
}
Fallible<void> set_abstract_methods(Thread& t, Value self, Value value) {
  Type* type = self_type(self);
  bool abstract = false;
  if (value.is_absent()) {
    if (!TRY(type->dict()->remove_name(t, names.dunder_abstractmethods)))
      return t.raise_value(core.AttributeError, Value(names.dunder_abstractmethods));
    TRY(type->modified(t, names.dunder_abstractmethods));
  } else {
    abstract = TRY(truth_py(t, value));
    TRY(set_in_dict(t, type, names.dunder_abstractmethods, value));
  }
  type->flags_ = abstract ? type->flags_ | type_flag::kAbstract : type->flags_ & ~type_flag::kAbstract;
  return {};
}

Fallible<Value> get_base(Thread&, Value self) {
  Type* base = self_type(self)->base();
  return base == nullptr ? Value::none() : Value(base);
}
Fallible<Value> get_basic_size(Thread& t, Value self) { return make_int(t, self_type(self)->instance_size()); }
Fallible<Value> get_item_size(Thread& t, Value self) { return make_int(t, self_type(self)->instance_layout()->item_size); }
Fallible<Value> get_dict_offset(Thread& t, Value self) {
  Type* type = self_type(self);
  bool at_end = type->instance_layout()->item_size != 0;
  return make_int(t, !type->has(type_flag::kHasDict) ? 0 : at_end ? -1 : int64_t{type->attributes_offset_});
}
Fallible<Value> get_weakref_offset(Thread& t, Value self) {
  return make_int(t, self_type(self)->has(type_flag::kWeakReferences) ? self_type(self)->instance_size() : 0);
}
// In CPython the types of a module are heap types, unless the interpreter itself knows them; copyreg asks.
bool belongs_to_module(const Type* type) {
  std::string_view name = type->spec_ == nullptr ? std::string_view() : type->spec_->name;
  if (type->is_heap_type() || name.find('.') == std::string_view::npos) return false;
  if (name == "typing.Generic") return true;
  for (std::string_view prefix : {"builtins.", "types.", "typing.", "weakref.", "_contextvars."})
    if (name.starts_with(prefix)) return false;
  return true;
}
// CPython's names of bits that programs (inspect, abc) look at.
Fallible<Value> get_flags(Thread& t, Value self) {
  Type* type = self_type(self);
  int64_t flags = 1 << 12;  // ready
  auto add = [&](uint32_t ours, int bit) {
    if (type->has(ours)) flags |= int64_t{1} << bit;
  };
  add(type_flag::kSequence, 5);
  add(type_flag::kMapping, 6);
  add(type_flag::kNoInstantiation, 7);
  add(type_flag::kImmutable, 8);
  add(type_flag::kHeapType, 9);
  if (belongs_to_module(type)) flags |= 1 << 9;
  add(type_flag::kBaseType, 10);
  add(type_flag::kMethodDescriptor, 17);
  add(type_flag::kAbstract, 20);
  add(type_flag::kMatchSelf, 22);
  add(type_flag::kIntSubclass, 24);
  add(type_flag::kListSubclass, 25);
  add(type_flag::kTupleSubclass, 26);
  add(type_flag::kBytesSubclass, 27);
  add(type_flag::kStrSubclass, 28);
  add(type_flag::kDictSubclass, 29);
  add(type_flag::kExceptionSubclass, 30);
  add(type_flag::kTypeSubclass, 31);
  return make_int(t, flags);
}

// ---- Annotations. ----

Fallible<Value> no_such_attribute(Thread& t, Type* type, Str* name) {
  return raise_attribute_error(t, Value(type), name, "type object '{}' has no attribute '{}'", type->name(), name);
}

Fallible<Value> get_annotate(Thread& t, Value self) {
  Type* type = self_type(self);
  if (!type->is_heap_type()) return no_such_attribute(t, type, names.dunder_annotate);
  // One that the class body defines comes before the compiler's.
  Value annotate = type->dict()->get_name_nogc(names.dunder_annotate);
  if (annotate.is_absent()) annotate = type->dict()->get_name_nogc(names.dunder_annotate_func);
  if (annotate.is_absent()) {
    TRY(set_in_dict(t, type, names.dunder_annotate_func, Value::none()));
    return Value::none();
  }
  if (auto get = type_of(annotate)->slots().descriptor_get; get != nullptr)
    return get(t, annotate, Value::absent(), self);
  return annotate;
}
Fallible<void> set_annotate(Thread& t, Value self, Value value) {
  Type* type = self_type(self);
  if (value.is_absent()) return t.raise_type_error("cannot delete __annotate__ attribute");
  if (!type->is_heap_type())
    return t.raise_type_error("cannot set '__annotate__' attribute of immutable type '{}'", type->name());
  if (!value.is_none() && !is_callable(value)) return t.raise_type_error("__annotate__ must be callable or None");
  TRY(set_in_dict(t, type, names.dunder_annotate_func, value));
  if (!value.is_none()) {
    TRY(type->dict()->remove_name(t, names.dunder_annotations));
    TRY(type->dict()->remove_name(t, names.dunder_annotations_cache));
    TRY(type->modified(t, names.dunder_annotations));
  }
  return {};
}

Fallible<Value> get_annotations(Thread& t, Value self) {
  Type* type = self_type(self);
  if (!type->is_heap_type()) return no_such_attribute(t, type, names.dunder_annotations);
  Value annotations = type->dict()->get_name_nogc(names.dunder_annotations);
  if (annotations.is_absent()) annotations = type->dict()->get_name_nogc(names.dunder_annotations_cache);
  if (!annotations.is_absent()) {
    if (auto get = type_of(annotations)->slots().descriptor_get; get != nullptr)
      return get(t, annotations, Value::absent(), self);
    return annotations;
  }
  Value annotate = TRY(get_attribute_py(t, self, names.dunder_annotate));
  if (is_callable(annotate)) {
    annotations = TRY(call_py(t, annotate, Value::from_small_int(1)));
    if (!is<Dict>(annotations))
      return t.raise_type_error("__annotate__ returned non-dict of type '{}'", type_of(annotations));
  } else {
    annotations = Value(TRY(Dict::make(t)));
  }
  TRY(set_in_dict(t, type, names.dunder_annotations_cache, annotations));
  return annotations;
}
Fallible<void> set_annotations(Thread& t, Value self, Value value) {
  Type* type = self_type(self);
  if (!type->is_heap_type())
    return t.raise_type_error("cannot set '__annotations__' attribute of immutable type '{}'", type->name());
  Dict* dict = type->dict();
  Str* where = dict->get_name_nogc(names.dunder_annotations).is_absent() ? names.dunder_annotations_cache
                                                                          : names.dunder_annotations;
  if (!value.is_absent()) {
    TRY(set_in_dict(t, type, where, value));
  } else {
    if (!TRY(dict->remove_name(t, where))) return t.raise_value(core.AttributeError, Value(names.dunder_annotations));
    TRY(type->modified(t, where));
  }
  if (where == names.dunder_annotations) TRY(dict->remove_name(t, names.dunder_annotations_cache));
  if (TRY(dict->remove_name(t, names.dunder_annotate))) TRY(type->modified(t, names.dunder_annotate));
  TRY(set_in_dict(t, type, names.dunder_annotate_func, Value::none()));
  return {};
}

Fallible<Value> get_type_params(Thread&, Value self) {
  Type* type = self_type(self);
  if (type == core.type) return Value(empty_tuple());
  Value params = type->dict()->get_name_nogc(names.dunder_type_params);
  return params.is_absent() ? Value(empty_tuple()) : params;
}
Fallible<void> set_type_params(Thread& t, Value self, Value value) {
  TRY(check_settable(t, self_type(self), "__type_params__", value));
  return set_in_dict(t, self_type(self), names.dunder_type_params, value);
}

constexpr Member kMembers[] = {
    {"__base__", 0, Member::Kind::Computed, nullptr, get_base},
    {"__basicsize__", 0, Member::Kind::Computed, nullptr, get_basic_size},
    {"__itemsize__", 0, Member::Kind::Computed, nullptr, get_item_size},
    {"__flags__", 0, Member::Kind::Computed, nullptr, get_flags},
    {"__dictoffset__", 0, Member::Kind::Computed, nullptr, get_dict_offset},
    {"__weakrefoffset__", 0, Member::Kind::Computed, nullptr, get_weakref_offset},
    {}};
constexpr GetSet kGetSets[] = {
    {"__name__", get_name, set_name, nullptr},
    {"__qualname__", get_qualname, set_qualname, nullptr},
    {"__bases__", get_bases, set_bases, nullptr},
    {"__mro__", get_mro, nullptr, nullptr},
    {"__module__", get_module, set_module, nullptr},
    {"__abstractmethods__", get_abstract_methods, set_abstract_methods, nullptr},
    {"__dict__", get_dict, nullptr, nullptr},
    {"__doc__", get_doc, set_doc, nullptr},
    {"__text_signature__", get_text_signature, nullptr, nullptr},
    {"__annotations__", get_annotations, set_annotations, nullptr},
    {"__annotate__", get_annotate, set_annotate, nullptr},
    {"__type_params__", get_type_params, set_type_params, nullptr},
    {}};

// ---- Methods. ----

Fallible<Value> type_repr(Thread& t, Value self) {
  Type* type = self_type(self);
  Value module = TRY(type_module(t, type));
  if (!module.is_absent() && is<Str>(module) && !as<Str>(module)->equals_ascii("builtins"))
    return Value(TRY(t.format("<class '{}.{}'>", as<Str>(module), qualname_of(type))));
  return Value(TRY(t.format("<class '{}'>", type->is_heap_type() ? qualname_of(type) : type->name())));
}

Fallible<Value> type_or(Thread& t, Value left, Value right) {
  auto make_union = core.union_type->slots().or_;
  return make_union == nullptr ? Value::not_implemented() : make_union(t, left, right);
}

Fallible<void> type_init(Thread& t, Value, const Arguments& arguments) {
  if (arguments.positional == 1 && arguments.has_keywords())
    return t.raise_type_error("type.__init__() takes no keyword arguments");
  if (arguments.positional != 1 && arguments.positional != 3)
    return t.raise_type_error("type.__init__() takes 1 or 3 arguments");
  return {};
}

Fallible<Value> type_mro(Thread& t, Type* self) {
  Tuple* mro = TRY(c3_linearization(t, self));
  return Value(TRY(List::from(t, mro->data(), mro->length())));
}

Fallible<Value> type_subclasses(Thread& t, Type* self) {
  List* result = TRY(List::make(t));
  for (uint32_t i = 0; !self->is_heap_type() && i < builtin_type_count(); ++i)
    if (builtin_type(i)->base() == self) TRY(result->append(t, Value(builtin_type(i))));
  // The list grows only with new classes, which appear at its end.
  for (uint32_t i = 0; i < (subclasses_of(t, self) == nullptr ? 0 : subclasses_of(t, self)->size()); ++i) {
    Cell* subclass = subclasses_of(t, self)->at(i);
    if (subclass != nullptr) TRY(result->append(t, Value(subclass)));
  }
  return Value(result);
}

Fallible<Value> type_prepare(Thread& t, Value, Arguments, Dict*) { return Value(TRY(Dict::make(t))); }

Fallible<bool> type_instancecheck(Thread& t, Value self, Value instance) { return plain_is_instance_py(t, instance, self); }
Fallible<bool> type_subclasscheck(Thread& t, Value self, Value subclass) { return plain_is_subclass_py(t, subclass, self); }

Fallible<void> merge_dicts(Thread& t, Dict* into, Type* type) {
  Tuple* mro = type->mro();
  for (size_t i = mro->length(); i-- > 0;) TRY(dict_update_py(t, into, Value(as<Type>(mro->at(i))->dict())));
  return {};
}

Fallible<Value> type_dir(Thread& t, Type* self) {
  Dict* all = TRY(Dict::make(t));
  TRY(merge_dicts(t, all, self));
  return Value(TRY(list_from_iterable_py(t, Value(all))));
}

Fallible<Value> type_sizeof(Thread& t, Type* self) { return make_int(t, static_cast<int64_t>(t.heap().cell_size(self))); }

constexpr NativeMethod kMethods[] = {
    {"mro", HOG_NATIVE(type_mro), "($self, /)", "The method resolution order, computed anew."},
    {"__subclasses__", HOG_NATIVE(type_subclasses), "($self, /)", "The direct subclasses that are alive."},
    {"__prepare__", HOG_NATIVE(type_prepare), "($cls, /, *args, **kwds)", "The namespace for a class body: a new dict.",
     native_flag::kClassMethod},
    {"__instancecheck__", HOG_NATIVE(type_instancecheck), "($self, instance, /)", "isinstance(instance, self)"},
    {"__subclasscheck__", HOG_NATIVE(type_subclasscheck), "($self, subclass, /)", "issubclass(subclass, self)"},
    {"__dir__", HOG_NATIVE(type_dir), "($self, /)", "Names of the attributes of a class and its bases."},
    {"__sizeof__", HOG_NATIVE(type_sizeof), "($self, /)", "Bytes of the class object."},
    {}};

}  // namespace

extern const TypeSpec k_type_spec;
const TypeSpec k_type_spec = {
    .name = "type",
    .doc = "The class of classes: type(object) tells an object's class, type(name, bases, dict) makes one.",
    .layout = &Type::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
    .slots = {.repr = type_repr,
              .call = type_call,
              .get_attribute = type_get_attribute,
              .set_attribute = type_set_attribute,
              .init = type_init,
              .new_ = type_new,
              .or_ = type_or},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
    .text_signature = nullptr,
};

}  // namespace hog
