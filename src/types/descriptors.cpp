// descriptors.cpp: the descriptors of built-in types (methods, slots, C++ attributes) and of __slots__.
//
// Invariant: a descriptor's C++ function is called only with a self whose type derives from the descriptor's owner; this
// check is what makes the casts in native methods safe.
#include "object/class_system.hpp"
#include "object/signature.hpp"
#include "object/slot_wrappers.hpp"

namespace hog {

namespace {

// Name, owner and qualified name are the same for all.
template <typename T>
T* self_as(Value self) {
  return as<T>(self);
}
template <typename T>
Fallible<Value> get_name(Thread&, Value self) {
  return Value(self_as<T>(self)->name_);
}
template <typename T>
Fallible<Value> get_object_class(Thread&, Value self) {
  return Value(self_as<T>(self)->owner_);
}
template <typename T>
Fallible<Value> get_qualname(Thread& t, Value self) {
  T* descriptor = self_as<T>(self);
  return Value(TRY(t.format("{}.{}", qualname_of(descriptor->owner_), descriptor->name_)));
}

// getattr(owner, name)
template <typename T>
Fallible<Value> reduce(Thread& t, Value self) {
  T* descriptor = self_as<T>(self);
  Value getattr = TRY(builtin_by_name_py(t, "getattr"));
  Tuple* arguments = TRY(Tuple::of(t, Value(descriptor->owner_), Value(descriptor->name_)));
  return Value(TRY(Tuple::of(t, getattr, Value(arguments))));
}

template <typename T>
Fallible<void> check_instance(Thread& t, T* descriptor, Value object) {
  if (type_of(object)->is_subtype_of(descriptor->owner_)) [[likely]] return {};
  return t.raise_type_error("descriptor '{}' for '{}' objects doesn't apply to a '{}' object", descriptor->name_,
                            descriptor->owner_, type_of(object));
}

Fallible<Value> text_or_none(Thread& t, const char* text) {
  if (text == nullptr || *text == 0) return Value::none();
  return Value(TRY(Str::from_utf8(t, text)));
}

// ---- method_descriptor: list.append ----

Fallible<Value> method_repr(Thread& t, Value self) {
  auto* method = as<MethodDescriptor>(self);
  return Value(TRY(t.format("<method '{}' of '{}' objects>", method->name_, method->owner_)));
}

Fallible<Value> method_call(Thread& t, Value callee, const Arguments& arguments) {
  auto* method = as<MethodDescriptor>(callee);
  if (arguments.positional == 0) {
    Str* name = TRY(qualified_native_name(t, *method->signature_));
    return t.raise_type_error("unbound method {}() needs an argument", name);
  }
  TRY(check_instance(t, method, arguments[0]));
  return call_native_with_self(t, *method->signature_, arguments);
}

Fallible<Value> bind(Thread& t, MethodDescriptor* method, Value self) {
  auto* function = TRY(t.allocate<NativeFunction>(shapes.builtin_function));
  function->signature_ = method->signature_;
  function->self_.set(function, self);
  return Value(function);
}

Fallible<Value> method_get(Thread& t, Value descriptor, Value object, Value) {
  if (object.is_absent()) return descriptor;
  auto* method = as<MethodDescriptor>(descriptor);
  TRY(check_instance(t, method, object));
  return bind(t, method, object);
}

Fallible<Value> method_doc(Thread& t, Value self) { return text_or_none(t, as<MethodDescriptor>(self)->signature_->method->doc); }
Fallible<Value> method_text_signature(Thread& t, Value self) {
  return text_or_none(t, as<MethodDescriptor>(self)->signature_->method->signature);
}

constexpr GetSet kMethodGetSets[] = {{"__name__", get_name<MethodDescriptor>, nullptr, nullptr},
                                     {"__objclass__", get_object_class<MethodDescriptor>, nullptr, nullptr},
                                     {"__qualname__", get_qualname<MethodDescriptor>, nullptr, nullptr},
                                     {"__doc__", method_doc, nullptr, nullptr},
                                     {"__text_signature__", method_text_signature, nullptr, nullptr},
                                     {}};
constexpr NativeMethod kMethodMethods[] = {
    {"__reduce__", HOG_NATIVE(reduce<MethodDescriptor>), "($self, /)", "What pickle stores."}, {}};

// ---- classmethod_descriptor: dict.fromkeys as the dict has it ----

Fallible<Value> class_method_get(Thread& t, Value descriptor, Value object, Value owner) {
  auto* method = as<MethodDescriptor>(descriptor);
  if (owner.is_absent()) {
    if (object.is_absent())
      return t.raise_type_error("descriptor '{}' for type '{}' needs either an object or a type", method->name_,
                                method->owner_);
    owner = Value(type_of(object));
  }
  Type* type = as_type(owner);
  if (type == nullptr)
    return t.raise_type_error("descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2", method->name_,
                              method->owner_, type_of(owner));
  if (!type->is_subtype_of(method->owner_))
    return t.raise_type_error("descriptor '{}' requires a subtype of '{}' but received '{}'", method->name_,
                              method->owner_, type);
  return bind(t, method, owner);
}

Fallible<Value> class_method_call(Thread& t, Value callee, const Arguments& arguments) {
  auto* method = as<MethodDescriptor>(callee);
  if (arguments.positional == 0) {
    Str* name = TRY(qualified_native_name(t, *method->signature_));
    return t.raise_type_error("unbound method {}() needs an argument", name);
  }
  Value bound = TRY(class_method_get(t, callee, Value::absent(), arguments[0]));
  return call_py(t, bound, arguments.without_first());
}

// ---- wrapper_descriptor: list.__len__ ----

Fallible<Value> call_slot(Thread& t, WrapperDescriptor* wrapper, Value self, const Arguments& arguments) {
  SlotWrapper wrap = wrapper->slot_name_->wrapper;
  if (arguments.has_keywords() && wrap != wrap_init && wrap != wrap_call)
    return t.raise_type_error("wrapper {}() takes no keyword arguments", wrapper->name_);
  auto function = reinterpret_cast<SlotFunction>(const_cast<void*>(wrapper->function_));
  return wrap(t, function, self, arguments);
}

Fallible<Value> wrapper_repr(Thread& t, Value self) {
  auto* wrapper = as<WrapperDescriptor>(self);
  return Value(TRY(t.format("<slot wrapper '{}' of '{}' objects>", wrapper->name_, wrapper->owner_)));
}

Fallible<Value> wrapper_call(Thread& t, Value callee, const Arguments& arguments) {
  auto* wrapper = as<WrapperDescriptor>(callee);
  if (arguments.positional == 0)
    return t.raise_type_error("descriptor '{}' of '{}' object needs an argument", wrapper->name_, wrapper->owner_);
  if (!type_of(arguments[0])->is_subtype_of(wrapper->owner_))
    return t.raise_type_error("descriptor '{}' requires a '{}' object but received a '{}'", wrapper->name_,
                              wrapper->owner_, type_of(arguments[0]));
  return call_slot(t, wrapper, arguments[0], arguments.without_first());
}

Fallible<Value> wrapper_get(Thread& t, Value descriptor, Value object, Value) {
  if (object.is_absent()) return descriptor;
  auto* wrapper = as<WrapperDescriptor>(descriptor);
  TRY(check_instance(t, wrapper, object));
  auto* bound = TRY(t.allocate<MethodWrapper>(shapes.method_wrapper));
  bound->descriptor_.set(bound, wrapper);
  bound->self_.set(bound, object);
  return Value(bound);
}

Fallible<Value> wrapper_doc(Thread& t, Value self) { return text_or_none(t, as<WrapperDescriptor>(self)->slot_name_->doc); }
Fallible<Value> wrapper_text_signature(Thread& t, Value self) {
  return text_or_none(t, as<WrapperDescriptor>(self)->slot_name_->text_signature);
}

constexpr GetSet kWrapperGetSets[] = {{"__name__", get_name<WrapperDescriptor>, nullptr, nullptr},
                                      {"__objclass__", get_object_class<WrapperDescriptor>, nullptr, nullptr},
                                      {"__qualname__", get_qualname<WrapperDescriptor>, nullptr, nullptr},
                                      {"__doc__", wrapper_doc, nullptr, nullptr},
                                      {"__text_signature__", wrapper_text_signature, nullptr, nullptr},
                                      {}};
constexpr NativeMethod kWrapperMethods[] = {
    {"__reduce__", HOG_NATIVE(reduce<WrapperDescriptor>), "($self, /)", "What pickle stores."}, {}};

// ---- method-wrapper: [].__len__ ----

WrapperDescriptor* descriptor_of(Value self) { return as<MethodWrapper>(self)->descriptor_.get(); }

Fallible<Value> bound_wrapper_repr(Thread& t, Value self) {
  auto* bound = as<MethodWrapper>(self);
  Str* where = TRY(address_text(t, reinterpret_cast<void*>(bound->self_.get().raw())));
  return Value(TRY(t.format("<method-wrapper '{}' of {} object at {}>", bound->descriptor_->name_,
                            type_of(bound->self_), where)));
}

Fallible<Value> bound_wrapper_call(Thread& t, Value callee, const Arguments& arguments) {
  auto* bound = as<MethodWrapper>(callee);
  return call_slot(t, bound->descriptor_.get(), bound->self_, arguments);
}

Fallible<Value> bound_wrapper_compare(Thread&, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<MethodWrapper>(other)) return Value::not_implemented();
  bool equal = descriptor_of(self) == descriptor_of(other) && as<MethodWrapper>(self)->self_.get() == as<MethodWrapper>(other)->self_.get();
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<int64_t> bound_wrapper_hash(Thread& t, Value self) {
  int64_t a = TRY(object_hash(t, as<MethodWrapper>(self)->self_));
  int64_t b = TRY(object_hash(t, Value(descriptor_of(self))));
  int64_t hash = a ^ b;
  return hash == -1 ? int64_t{-2} : hash;
}

Fallible<Value> bound_wrapper_self(Thread&, Value self) { return as<MethodWrapper>(self)->self_.get(); }
Fallible<Value> bound_wrapper_name(Thread&, Value self) { return Value(descriptor_of(self)->name_); }
Fallible<Value> bound_wrapper_class(Thread&, Value self) { return Value(descriptor_of(self)->owner_); }
Fallible<Value> bound_wrapper_qualname(Thread& t, Value self) { return get_qualname<WrapperDescriptor>(t, Value(descriptor_of(self))); }
Fallible<Value> bound_wrapper_doc(Thread& t, Value self) { return wrapper_doc(t, Value(descriptor_of(self))); }
Fallible<Value> bound_wrapper_text_signature(Thread& t, Value self) {
  return wrapper_text_signature(t, Value(descriptor_of(self)));
}
Fallible<Value> bound_wrapper_reduce(Thread& t, Value self) {
  Value getattr = TRY(builtin_by_name_py(t, "getattr"));
  Tuple* arguments = TRY(Tuple::of(t, as<MethodWrapper>(self)->self_.get(), Value(descriptor_of(self)->name_)));
  return Value(TRY(Tuple::of(t, getattr, Value(arguments))));
}

constexpr GetSet kBoundWrapperGetSets[] = {{"__self__", bound_wrapper_self, nullptr, nullptr},
                                           {"__name__", bound_wrapper_name, nullptr, nullptr},
                                           {"__objclass__", bound_wrapper_class, nullptr, nullptr},
                                           {"__qualname__", bound_wrapper_qualname, nullptr, nullptr},
                                           {"__doc__", bound_wrapper_doc, nullptr, nullptr},
                                           {"__text_signature__", bound_wrapper_text_signature, nullptr, nullptr},
                                           {}};
constexpr NativeMethod kBoundWrapperMethods[] = {
    {"__reduce__", HOG_NATIVE(bound_wrapper_reduce), "($self, /)", "What pickle stores."}, {}};

// ---- getset_descriptor: int.real ----

Fallible<Value> getset_repr(Thread& t, Value self) {
  auto* descriptor = as<GetSetDescriptor>(self);
  return Value(TRY(t.format("<attribute '{}' of '{}' objects>", descriptor->name_, descriptor->owner_)));
}

Fallible<Value> getset_get(Thread& t, Value self, Value object, Value) {
  if (object.is_absent()) return self;
  auto* descriptor = as<GetSetDescriptor>(self);
  TRY(check_instance(t, descriptor, object));
  if (descriptor->getset_->get == nullptr)
    return t.raise(core.AttributeError, "attribute '{}' of '{}' objects is not readable", descriptor->name_,
                   descriptor->owner_);
  return descriptor->getset_->get(t, object);
}

template <typename T>
Failure raise_not_writable(Thread& t, T* descriptor) {
  return t.raise(core.AttributeError, "attribute '{}' of '{}' objects is not writable", descriptor->name_,
                 descriptor->owner_);
}

template <typename T>
Fallible<void> check_target(Thread& t, T* descriptor, Value object) {
  if (type_of(object)->is_subtype_of(descriptor->owner_)) [[likely]] return {};
  return t.raise_type_error("descriptor '{}' for '{}' objects doesn't apply to a '{}' object", descriptor->name_,
                            descriptor->owner_, type_of(object));
}

Fallible<void> getset_set(Thread& t, Value self, Value object, Value value) {
  auto* descriptor = as<GetSetDescriptor>(self);
  TRY(check_target(t, descriptor, object));
  if (descriptor->getset_->set == nullptr) return raise_not_writable(t, descriptor);
  return descriptor->getset_->set(t, object, value);
}

Fallible<Value> getset_doc(Thread& t, Value self) { return text_or_none(t, as<GetSetDescriptor>(self)->getset_->doc); }

constexpr GetSet kGetSetGetSets[] = {{"__name__", get_name<GetSetDescriptor>, nullptr, nullptr},
                                     {"__objclass__", get_object_class<GetSetDescriptor>, nullptr, nullptr},
                                     {"__qualname__", get_qualname<GetSetDescriptor>, nullptr, nullptr},
                                     {"__doc__", getset_doc, nullptr, nullptr},
                                     {}};

// ---- member_descriptor: C++ fields and __slots__ ----

Fallible<Value> member_repr(Thread& t, Value self) {
  auto* descriptor = as<MemberDescriptor>(self);
  return Value(TRY(t.format("<member '{}' of '{}' objects>", descriptor->name_, descriptor->owner_)));
}

Failure raise_unset(Thread& t, Value object, Str* name) {
  Str* type = TRY(full_type_name(t, type_of(object)));
  return raise_attribute_error(t, object, name, "'{}' object has no attribute '{}'", type, name);
}

template <typename F>
F* field_at(Cell* cell, uint32_t offset) {
  return reinterpret_cast<F*>(reinterpret_cast<char*>(cell) + offset);
}

Fallible<Value> member_get(Thread& t, Value self, Value object, Value) {
  if (object.is_absent()) return self;
  auto* descriptor = as<MemberDescriptor>(self);
  TRY(check_instance(t, descriptor, object));
  if (descriptor->member_ != nullptr && descriptor->member_->kind == Member::Kind::Computed)
    return descriptor->member_->get(t, object);
  Cell* cell = object.cell();
  if (descriptor->member_ == nullptr) {
    Value v = extra_field(cell, descriptor->offset_)->get();
    if (v.is_empty()) return raise_unset(t, object, descriptor->name_);
    return v;
  }
  using Kind = Member::Kind;
  switch (descriptor->member_->kind) {
    case Kind::Object:
    case Kind::ReadOnlyObject: {
      Value v = field_at<ValueField>(cell, descriptor->offset_)->get();
      if (v.is_empty()) return raise_unset(t, object, descriptor->name_);
      return v;
    }
    case Kind::ObjectOrNone:
    case Kind::ReadOnlyObjectOrNone: {
      Value v = field_at<ValueField>(cell, descriptor->offset_)->get();
      return v.is_empty() ? Value::none() : v;
    }
    case Kind::Int64:
    case Kind::ReadOnlyInt64: return make_int(t, *field_at<int64_t>(cell, descriptor->offset_));
    case Kind::Bool: return Value::from_bool(*field_at<bool>(cell, descriptor->offset_));
    case Kind::Computed: break;
  }
  return Value::none();
}

Fallible<void> set_object_member(Thread& t, MemberDescriptor* descriptor, ValueField* field, Cell* cell, Value value) {
  if (!value.is_absent()) {
    field->set(cell, value);
    return {};
  }
  if (field->get().is_empty()) return t.raise_value(core.AttributeError, Value(descriptor->name_));
  field->clear();
  return {};
}

Fallible<void> member_set(Thread& t, Value self, Value object, Value value) {
  auto* descriptor = as<MemberDescriptor>(self);
  TRY(check_target(t, descriptor, object));
  Cell* cell = object.cell();
  if (descriptor->member_ == nullptr)
    return set_object_member(t, descriptor, extra_field(cell, descriptor->offset_), cell, value);
  using Kind = Member::Kind;
  switch (descriptor->member_->kind) {
    case Kind::Object: return set_object_member(t, descriptor, field_at<ValueField>(cell, descriptor->offset_), cell, value);
    case Kind::ObjectOrNone:
      field_at<ValueField>(cell, descriptor->offset_)->set(cell, value.is_absent() ? Value() : value);
      return {};
    case Kind::Int64:
      if (value.is_absent()) return t.raise_type_error("can't delete numeric/char attribute");
      *field_at<int64_t>(cell, descriptor->offset_) = TRY(index_to_int64_py(t, value));
      return {};
    case Kind::Bool:
      if (value.is_absent()) return t.raise_type_error("can't delete numeric/char attribute");
      if (!value.is_bool()) return t.raise_type_error("attribute value type must be bool");
      *field_at<bool>(cell, descriptor->offset_) = value.is_true();
      return {};
    default: return t.raise(core.AttributeError, "readonly attribute");
  }
}

Fallible<Value> member_doc(Thread& t, Value self) {
  const Member* member = as<MemberDescriptor>(self)->member_;
  return text_or_none(t, member == nullptr ? nullptr : member->doc);
}

constexpr GetSet kMemberGetSets[] = {{"__name__", get_name<MemberDescriptor>, nullptr, nullptr},
                                     {"__objclass__", get_object_class<MemberDescriptor>, nullptr, nullptr},
                                     {"__qualname__", get_qualname<MemberDescriptor>, nullptr, nullptr},
                                     {"__doc__", member_doc, nullptr, nullptr},
                                     {}};
constexpr NativeMethod kMemberMethods[] = {
    {"__reduce__", HOG_NATIVE(reduce<MemberDescriptor>), "($self, /)", "What pickle stores."}, {}};

using namespace type_flag;

}  // namespace

extern const TypeSpec k_method_descriptor_spec;
const TypeSpec k_method_descriptor_spec = {
    .name = "method_descriptor",
    .layout = &MethodDescriptor::kLayout,
    .flags = kNoInstantiation | kMethodDescriptor,
    .slots = {.repr = method_repr, .call = method_call, .descriptor_get = method_get},
    .methods = kMethodMethods,
    .getsets = kMethodGetSets,
};

extern const TypeSpec k_classmethod_descriptor_spec;
const TypeSpec k_classmethod_descriptor_spec = {
    .name = "classmethod_descriptor",
    .layout = &MethodDescriptor::kLayout,
    .flags = kNoInstantiation,
    .slots = {.repr = method_repr, .call = class_method_call, .descriptor_get = class_method_get},
    .getsets = kMethodGetSets,
};

extern const TypeSpec k_wrapper_descriptor_spec;
const TypeSpec k_wrapper_descriptor_spec = {
    .name = "wrapper_descriptor",
    .layout = &WrapperDescriptor::kLayout,
    .flags = kNoInstantiation | kMethodDescriptor,
    .slots = {.repr = wrapper_repr, .call = wrapper_call, .descriptor_get = wrapper_get},
    .methods = kWrapperMethods,
    .getsets = kWrapperGetSets,
};

extern const TypeSpec k_method_wrapper_spec;
const TypeSpec k_method_wrapper_spec = {
    .name = "method-wrapper",
    .layout = &MethodWrapper::kLayout,
    .flags = kNoInstantiation,
    .slots = {.repr = bound_wrapper_repr,
              .hash = bound_wrapper_hash,
              .call = bound_wrapper_call,
              .compare = bound_wrapper_compare},
    .methods = kBoundWrapperMethods,
    .getsets = kBoundWrapperGetSets,
};

extern const TypeSpec k_getset_descriptor_spec;
const TypeSpec k_getset_descriptor_spec = {
    .name = "getset_descriptor",
    .layout = &GetSetDescriptor::kLayout,
    .flags = kNoInstantiation,
    .slots = {.repr = getset_repr, .descriptor_get = getset_get, .descriptor_set = getset_set},
    .getsets = kGetSetGetSets,
};

extern const TypeSpec k_member_descriptor_spec;
const TypeSpec k_member_descriptor_spec = {
    .name = "member_descriptor",
    .layout = &MemberDescriptor::kLayout,
    .flags = kNoInstantiation,
    .slots = {.repr = member_repr, .descriptor_get = member_get, .descriptor_set = member_set},
    .methods = kMemberMethods,
    .getsets = kMemberGetSets,
};

}  // namespace hog
