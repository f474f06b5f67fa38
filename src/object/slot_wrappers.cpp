// slot_wrappers.cpp: see slot_wrappers.hpp.
#include "object/slot_wrappers.hpp"

namespace hog {

namespace {

template <typename F>
F slot_as(SlotFunction slot) {
  return reinterpret_cast<F>(slot);
}

Fallible<void> check_count(Thread& t, const Arguments& arguments, size_t expected) {
  if (arguments.positional == expected) [[likely]] return {};
  return t.raise_type_error("expected {} argument{}, got {}", expected, expected == 1 ? "" : "s", arguments.positional);
}

// Methods of two arguments complain with their name.
Fallible<void> check_two(Thread& t, const Arguments& arguments, const char* name) {
  if (arguments.positional == 2) [[likely]] return {};
  return t.raise_type_error("{} expected 2 arguments, got {}", name, arguments.positional);
}

Fallible<void> check_power(Thread& t, const Arguments& arguments) {
  if (arguments.positional == 1 || arguments.positional == 2) [[likely]] return {};
  return t.raise_type_error("expected 1 or 2 arguments, got {}", arguments.positional);
}

Fallible<Str*> attribute_name(Thread& t, Value name) {
  if (!is<Str>(name)) return t.raise_type_error("attribute name must be string, not '{}'", type_of(name));
  return Str::intern(t, as<Str>(name));
}

// object.__setattr__ may not be used to get round the __setattr__ of a built-in type between (type, for example).
Fallible<void> check_set_attribute(Thread& t, Value self, SlotFunction slot, const char* what) {
  Type* type = type_of(self);
  Tuple* mro = type->mro();
  Type* defining = nullptr;
  for (size_t i = mro->length(); i-- > 0;) {
    Type* base = as<Type>(mro->at(i));
    if (slot_at(base->slots(), offsetof(Slots, set_attribute)) == slot) defining = base;
  }
  for (Type* base = defining; base != nullptr && base->is_heap_type(); base = base->base()) defining = base->base();
  for (Type* base = type; base != nullptr && base != defining; base = base->base()) {
    if (base->is_heap_type()) continue;
    if (slot_at(base->slots(), offsetof(Slots, set_attribute)) != slot)
      return t.raise_type_error("can't apply this {} to {} object", what, type);
    break;
  }
  return {};
}

// An object wants int64 for a sequence's index or count.
Fallible<int64_t> count_argument(Thread& t, Value v) { return index_to_int64_py(t, v); }

}  // namespace

#define HOG_WRAPPER(name) Fallible<Value> name(Thread& t, SlotFunction slot, Value self, const Arguments& arguments)

HOG_WRAPPER(wrap_get_attribute) {
  TRY(check_count(t, arguments, 1));
  Str* name = TRY(attribute_name(t, arguments[0]));
  Value found = TRY(slot_as<slot_kind::GetAttribute>(slot)(t, self, name));
  if (found.is_absent()) return raise_no_attribute(t, self, name);
  return found;
}

HOG_WRAPPER(wrap_set_attribute) {
  TRY(check_two(t, arguments, "__setattr__"));
  TRY(check_set_attribute(t, self, slot, "__setattr__"));
  Str* name = TRY(attribute_name(t, arguments[0]));
  TRY(slot_as<slot_kind::SetAttribute>(slot)(t, self, name, arguments[1]));
  return Value::none();
}

HOG_WRAPPER(wrap_delete_attribute) {
  TRY(check_count(t, arguments, 1));
  TRY(check_set_attribute(t, self, slot, "__delattr__"));
  Str* name = TRY(attribute_name(t, arguments[0]));
  TRY(slot_as<slot_kind::SetAttribute>(slot)(t, self, name, Value::absent()));
  return Value::none();
}

HOG_WRAPPER(wrap_unary) {
  TRY(check_count(t, arguments, 0));
  return slot_as<slot_kind::Unary>(slot)(t, self);
}

HOG_WRAPPER(wrap_hash) {
  TRY(check_count(t, arguments, 0));
  return make_int(t, TRY(slot_as<slot_kind::Hash>(slot)(t, self)));
}

HOG_WRAPPER(wrap_call) { return slot_as<slot_kind::Call>(slot)(t, self, arguments); }

HOG_WRAPPER(wrap_next) {
  TRY(check_count(t, arguments, 0));
  Value item = TRY(slot_as<slot_kind::Unary>(slot)(t, self));
  if (item.is_absent()) return t.raise_bare(core.StopIteration);
  return item;
}

HOG_WRAPPER(wrap_descriptor_get) {
  size_t given = arguments.positional;
  if (given < 1 || given > 2)
    return t.raise_type_error("__get__ expected at {}, got {}", given < 1 ? "least 1 argument" : "most 2 arguments", given);
  Value object = arguments[0].is_none() ? Value::absent() : arguments[0];
  Value owner = arguments.positional < 2 || arguments[1].is_none() ? Value::absent() : arguments[1];
  if (object.is_absent() && owner.is_absent()) return t.raise_type_error("__get__(None, None) is invalid");
  return slot_as<slot_kind::DescriptorGet>(slot)(t, self, object, owner);
}

HOG_WRAPPER(wrap_descriptor_set) {
  TRY(check_two(t, arguments, "__set__"));
  TRY(slot_as<slot_kind::DescriptorSet>(slot)(t, self, arguments[0], arguments[1]));
  return Value::none();
}

HOG_WRAPPER(wrap_descriptor_delete) {
  TRY(check_count(t, arguments, 1));
  TRY(slot_as<slot_kind::DescriptorSet>(slot)(t, self, arguments[0], Value::absent()));
  return Value::none();
}

HOG_WRAPPER(wrap_init) {
  TRY(slot_as<slot_kind::Init>(slot)(t, self, arguments));
  return Value::none();
}

HOG_WRAPPER(wrap_action) {
  TRY(check_count(t, arguments, 0));
  TRY(slot_as<slot_kind::Action>(slot)(t, self));
  return Value::none();
}

HOG_WRAPPER(wrap_left) {
  TRY(check_count(t, arguments, 1));
  return slot_as<slot_kind::Binary>(slot)(t, self, arguments[0]);
}

HOG_WRAPPER(wrap_right) {
  TRY(check_count(t, arguments, 1));
  return slot_as<slot_kind::Binary>(slot)(t, arguments[0], self);
}

HOG_WRAPPER(wrap_binary) {
  TRY(check_count(t, arguments, 1));
  return slot_as<slot_kind::Binary>(slot)(t, self, arguments[0]);
}

HOG_WRAPPER(wrap_power) {
  TRY(check_power(t, arguments));
  Value modulus = arguments.positional == 2 ? arguments[1] : Value::absent();
  return slot_as<slot_kind::Ternary>(slot)(t, self, arguments[0], modulus);
}

HOG_WRAPPER(wrap_power_right) {
  TRY(check_power(t, arguments));
  Value modulus = arguments.positional == 2 ? arguments[1] : Value::absent();
  return slot_as<slot_kind::Ternary>(slot)(t, arguments[0], self, modulus);
}

HOG_WRAPPER(wrap_inquiry) {
  TRY(check_count(t, arguments, 0));
  return Value::from_bool(TRY(slot_as<slot_kind::Inquiry>(slot)(t, self)));
}

HOG_WRAPPER(wrap_length) {
  TRY(check_count(t, arguments, 0));
  return make_int(t, TRY(slot_as<slot_kind::Length>(slot)(t, self)));
}

HOG_WRAPPER(wrap_set_item) {
  TRY(check_two(t, arguments, "__setitem__"));
  TRY(slot_as<slot_kind::SetItem>(slot)(t, self, arguments[0], arguments[1]));
  return Value::none();
}

HOG_WRAPPER(wrap_delete_item) {
  TRY(check_count(t, arguments, 1));
  TRY(slot_as<slot_kind::SetItem>(slot)(t, self, arguments[0], Value::absent()));
  return Value::none();
}

HOG_WRAPPER(wrap_contains) {
  TRY(check_count(t, arguments, 1));
  return Value::from_bool(TRY(slot_as<slot_kind::Contains>(slot)(t, self, arguments[0])));
}

HOG_WRAPPER(wrap_repeat) {
  TRY(check_count(t, arguments, 1));
  int64_t count = TRY(count_argument(t, arguments[0]));
  return slot_as<slot_kind::Repeat>(slot)(t, self, count);
}

// The slots work on a BufferView, which only a memoryview can show to Python.
HOG_WRAPPER(wrap_get_buffer) {
  TRY(check_count(t, arguments, 1));
  int64_t flags = TRY(index_to_int64_py(t, arguments[0]));
  if (flags != static_cast<int>(flags)) return t.raise(core.OverflowError, "buffer flags out of range");
  (void)slot;
  return call_py(t, core.memoryview, self);
}

HOG_WRAPPER(wrap_release_buffer) {
  TRY(check_count(t, arguments, 1));
  (void)slot;
  if (type_of(arguments[0]) != core.memoryview) return t.raise_type_error("expected a memoryview object");
  Value exporter = TRY(get_attribute_py(t, arguments[0], names.obj));
  if (exporter != self) return t.raise_value_error("memoryview's buffer is not this object");
  return call_method_py(t, arguments[0], names.release);
}
#undef HOG_WRAPPER

Fallible<Value> wrap_compare_op(Thread& t, SlotFunction slot, Value self, const Arguments& arguments, CompareOp op) {
  TRY(check_count(t, arguments, 1));
  return slot_as<slot_kind::Compare>(slot)(t, self, arguments[0], op);
}

}  // namespace hog
