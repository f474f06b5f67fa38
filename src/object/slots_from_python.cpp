// slots_from_python.cpp: see slots_from_python.hpp. Arithmetic is in slots_from_python_number.cpp.
//
// Every function here may run Python code; what it read before a call it does not use after.
#include "object/slots_from_python.hpp"

#include "object/exception.hpp"

namespace hog {

// OPTIMIZATION: a plain function is called with self in front of the arguments, without making the bound method.
Fallible<Value> call_special_py(Thread& t, Value self, Str* name, const Value* arguments, size_t count) {
  Value found = type_of(self)->lookup(t, name);
  if (found.is_absent()) return found;
  return call_found_special_py(t, self, found, arguments, count);
}

Fallible<Value> call_found_special_py(Thread& t, Value self, Value found, const Value* arguments, size_t count) {
  Type* found_type = type_of(found);
  if (found_type->has(type_flag::kMethodDescriptor)) {
    HOG_ASSERT(count <= 3);
    Value list[4] = {self};
    for (size_t i = 0; i < count; ++i) list[i + 1] = arguments[i];
    return call_py(t, found, Arguments(list, count + 1));
  }
  if (auto get = found_type->slots().descriptor_get; get != nullptr)
    found = TRY(get(t, found, self, Value(type_of(self))));
  return call_py(t, found, Arguments(arguments, count));
}

namespace {

// The dunder must be there; it may have gone away with a change of the class in mid-operation.
Fallible<Value> call_required(Thread& t, Value self, Str* name, const Value* arguments = nullptr, size_t count = 0) {
  Value result = TRY(call_special_py(t, self, name, arguments, count));
  if (result.is_absent()) return t.raise_value(core.AttributeError, Value(name));
  return result;
}

}  // namespace

Fallible<Value> repr_from_python(Thread& t, Value self) {
  Value result = TRY(call_special_py(t, self, names.dunder_repr, nullptr, 0));
  if (result.is_absent()) return object_repr(t, self);
  return result;
}

Fallible<Value> str_from_python(Thread& t, Value self) { return call_required(t, self, names.dunder_str); }

// hash() folds an int of any size as hash(int) would, so that the result is what the int itself hashes to.
Fallible<int64_t> hash_from_python(Thread& t, Value self) {
  Value function = type_of(self)->lookup(t, names.dunder_hash);
  if (function.is_absent() || function.is_none()) return hash_not_implemented(t, self);
  Value result = TRY(call_found_special_py(t, self, function, nullptr, 0));
  if (!is_int_or_bool(result)) return t.raise_type_error("__hash__ method should return an integer");
  Int64Result n = int_to_int64_nogc(result);
  if (n.overflow != 0) return int_hash_nogc(result);
  return n.value == -1 ? int64_t{-2} : n.value;
}

Fallible<Value> call_from_python(Thread& t, Value callee, const Arguments& arguments) {
  TRY(check_native_recursion(t, " while calling a Python object"));
  Value found = type_of(callee)->lookup(t, names.dunder_call);
  if (found.is_absent()) return t.raise_type_error("'{}' object is not callable", type_of(callee));
  Type* found_type = type_of(found);
  if (found_type->has(type_flag::kMethodDescriptor)) {
    Prepended all(t);
    TRY(all.set(callee, arguments));
    return call_py(t, found, all.arguments());
  }
  if (auto get = found_type->slots().descriptor_get; get != nullptr)
    found = TRY(get(t, found, callee, Value(type_of(callee))));
  return call_py(t, found, arguments);
}

namespace {

// An AttributeError that a hook raised by itself learns what was asked of whom, for suggestions.
Failure with_attribute_context(Thread& t, Value self, Str* name) {
  if (t.terminated() || !t.exception_is(core.AttributeError) || !is<BaseException>(t.exception())) return Failure{};
  auto* e = as<BaseException>(t.exception());
  if (!e->extra_[exception_field::kAttributeObj].get().is_empty() || !e->extra_[exception_field::kAttributeName].get().is_empty())
    return Failure{};
  e->extra_[exception_field::kAttributeObj].set(e, self);
  e->extra_[exception_field::kAttributeName].set(e, Value(name));
  return Failure{};
}

}  // namespace

// __getattribute__ (often object's own) and then, when that finds nothing, __getattr__. Without a __getattr__ the answer
// may be absent, so that hasattr() and getattr() with a default build no exception.
Fallible<Value> get_attribute_hook_py(Thread& t, Value self, Str* name) {
  Type* type = type_of(self);
  Value get_attribute = type->lookup(t, names.dunder_getattribute);
  Value get_attr = type->lookup(t, names.dunder_getattr);
  Value found = Value::absent();
  auto* wrapper = try_as<WrapperDescriptor>(get_attribute);
  if (wrapper != nullptr && wrapper->owner_ == core.object) {
    found = TRY(generic_get_attribute(t, self, name));
  } else if (get_attribute.is_absent()) {
    found = TRY(generic_get_attribute(t, self, name));
  } else {
    const Value arguments[] = {Value(name)};
    Fallible<Value> result = call_found_special_py(t, self, get_attribute, arguments, 1);
    if (!result.failed()) return result;
    if (get_attr.is_absent() || !clear_exception_if(t, core.AttributeError)) return with_attribute_context(t, self, name);
  }
  if (!found.is_absent() || get_attr.is_absent()) return found;
  const Value arguments[] = {Value(name)};
  Fallible<Value> result = call_found_special_py(t, self, get_attr, arguments, 1);
  if (result.failed()) return with_attribute_context(t, self, name);
  return result;
}

Fallible<void> set_attribute_from_python(Thread& t, Value self, Str* name, Value value) {
  const Value arguments[] = {Value(name), value};
  if (value.is_absent()) {
    TRY(call_required(t, self, names.dunder_delattr, arguments, 1));
  } else {
    TRY(call_required(t, self, names.dunder_setattr, arguments, 2));
  }
  return {};
}

Fallible<Value> compare_from_python(Thread& t, Value self, Value other, CompareOp op) {
  Str* const kNames[] = {names.dunder_lt, names.dunder_le, names.dunder_eq, names.dunder_ne, names.dunder_gt, names.dunder_ge};
  const Value arguments[] = {other};
  Value found = type_of(self)->lookup(t, kNames[static_cast<int>(op)]);
  if (found.is_absent()) return Value::not_implemented();
  auto get = type_of(found)->slots().descriptor_get;
  if (get == nullptr || type_of(found)->has(type_flag::kMethodDescriptor))
    return call_found_special_py(t, self, found, arguments, 1);
  // A descriptor that fails to bind counts as no method at all.
  Fallible<Value> bound = get(t, found, self, Value(type_of(self)));
  if (bound.failed()) {
    if (!clear_exception_if(t, core.BaseException)) return Failure{};
    return Value::not_implemented();
  }
  return call_py(t, bound.get(), Arguments(arguments, 1));
}

Fallible<Value> iter_from_python(Thread& t, Value self) {
  Value found = type_of(self)->lookup(t, names.dunder_iter);
  if (found.is_none()) return t.raise_type_error("'{}' object is not iterable", type_of(self));
  return call_required(t, self, names.dunder_iter);
}

Fallible<Value> next_from_python(Thread& t, Value self) { return call_required(t, self, names.dunder_next); }

Fallible<Value> descriptor_get_from_python(Thread& t, Value descriptor, Value object, Value owner) {
  Value found = type_of(descriptor)->lookup(t, names.dunder_get);
  if (found.is_absent()) return descriptor;
  const Value arguments[] = {object.is_absent() ? Value::none() : object, owner.is_absent() ? Value::none() : owner};
  return call_found_special_py(t, descriptor, found, arguments, 2);
}

Fallible<void> descriptor_set_from_python(Thread& t, Value descriptor, Value object, Value value) {
  const Value arguments[] = {object, value};
  if (value.is_absent()) {
    TRY(call_required(t, descriptor, names.dunder_delete, arguments, 1));
  } else {
    TRY(call_required(t, descriptor, names.dunder_set, arguments, 2));
  }
  return {};
}

Fallible<void> init_from_python(Thread& t, Value self, const Arguments& arguments) {
  Value found = type_of(self)->lookup(t, names.dunder_init);
  if (found.is_absent()) return t.raise_value(core.AttributeError, Value(names.dunder_init));
  Value result;
  if (type_of(found)->has(type_flag::kMethodDescriptor)) {
    Prepended all(t);
    TRY(all.set(self, arguments));
    result = TRY(call_py(t, found, all.arguments()));
  } else {
    if (auto get = type_of(found)->slots().descriptor_get; get != nullptr)
      found = TRY(get(t, found, self, Value(type_of(self))));
    result = TRY(call_py(t, found, arguments));
  }
  if (!result.is_none()) return t.raise_type_error("__init__() should return None, not '{}'", type_of(result));
  return {};
}

Fallible<Value> new_from_python(Thread& t, Type* type, const Arguments& arguments) {
  Value found = TRY(get_attribute_py(t, type, names.dunder_new));
  Prepended all(t);
  TRY(all.set(type, arguments));
  return call_py(t, found, all.arguments());
}

Fallible<void> finalize_from_python(Thread& t, Value self) {
  TRY(call_special_py(t, self, names.dunder_del, nullptr, 0));
  return {};
}

namespace {

Fallible<Value> call_async(Thread& t, Value self, Str* name, const char* message) {
  Value result = TRY(call_special_py(t, self, name, nullptr, 0));
  if (result.is_absent()) return t.raise_type_error(message, type_of(self));
  return result;
}

}  // namespace

Fallible<Value> await_from_python(Thread& t, Value self) {
  return call_async(t, self, names.dunder_await, "object {} does not have __await__ method");
}
Fallible<Value> aiter_from_python(Thread& t, Value self) {
  return call_async(t, self, names.dunder_aiter, "object {} does not have __aiter__ method");
}
Fallible<Value> anext_from_python(Thread& t, Value self) {
  return call_async(t, self, names.dunder_anext, "object {} does not have __anext__ method");
}

// __bool__, else __len__, else true.
Fallible<bool> truth_from_python(Thread& t, Value self) {
  bool by_length = false;
  Value found = type_of(self)->lookup(t, names.dunder_bool);
  if (found.is_absent()) {
    found = type_of(self)->lookup(t, names.dunder_len);
    if (found.is_absent()) return true;
    by_length = true;
  }
  Value result = TRY(call_found_special_py(t, self, found, nullptr, 0));
  if (by_length) return truth_py(t, result);
  if (!result.is_bool()) return t.raise_type_error("__bool__ should return bool, returned {}", type_of(result));
  return result.is_true();
}

Fallible<int64_t> length_from_python(Thread& t, Value self) {
  Value result = TRY(call_required(t, self, names.dunder_len));
  Value n = TRY(index_py(t, result));
  Int64Result length = int_to_int64_nogc(n);
  if (length.value < 0) return t.raise_value_error("__len__() should return >= 0");
  if (length.overflow != 0)
    return t.raise(core.OverflowError, "cannot fit '{}' into an index-sized integer", type_of(result));
  return length.value;
}

Fallible<Value> get_item_from_python(Thread& t, Value self, Value key) {
  const Value arguments[] = {key};
  return call_required(t, self, names.dunder_getitem, arguments, 1);
}

Fallible<void> set_item_from_python(Thread& t, Value self, Value key, Value value) {
  const Value arguments[] = {key, value};
  if (value.is_absent()) {
    TRY(call_required(t, self, names.dunder_delitem, arguments, 1));
  } else {
    TRY(call_required(t, self, names.dunder_setitem, arguments, 2));
  }
  return {};
}

Fallible<bool> contains_from_python(Thread& t, Value self, Value item) {
  Value found = type_of(self)->lookup(t, names.dunder_contains);
  if (found.is_none()) return t.raise_type_error("'{}' object is not a container", type_of(self));
  if (!found.is_absent()) {
    const Value arguments[] = {item};
    return truth_py(t, TRY(call_found_special_py(t, self, found, arguments, 1)));
  }
  bool contained = false;
  TRY(for_each_py(t, self, [&](Value v) -> Fallible<bool> {
    contained = TRY(equals_py(t, v, item));
    return !contained;
  }));
  return contained;
}

// The memoryview that __buffer__ answered stands for the object from here on: its slots release what was taken.
Fallible<void> get_buffer_from_python(Thread& t, Value self, BufferView* view, int flags) {
  const Value arguments[] = {Value::from_small_int(flags)};
  Value result = TRY(call_required(t, self, names.dunder_buffer, arguments, 1));
  if (type_of(result) != core.memoryview) return t.raise_type_error("__buffer__ returned non-memoryview object");
  return type_of(result)->slots().get_buffer(t, result, view, flags);
}

void release_buffer_from_python(Thread& t, Value self, BufferView* view) {
  // get_buffer_from_python() made the memoryview the view's object, so only a class with __release_buffer__ and a C++
  // buffer comes here.
  (void)t, (void)self, (void)view;
}

}  // namespace hog
