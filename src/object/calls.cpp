// calls.cpp: calling any value, with arguments in any form.
#include "object/class_system.hpp"

namespace hog {

Fallible<void> Prepended::set(Value first, const Arguments& rest) {
  size_t keywords = rest.keyword_count();
  size_t total = rest.positional + keywords + size_t{1};
  Value* values = inline_;
  if (total > kInline) {
    ValueArray* array = TRY(ValueArray::make(t_, total));
    values = array->raw();  // found by the conservative scan through arguments_
  }
  values[0] = first;
  for (size_t i = 1; i < total; ++i) values[i] = rest.values[i - 1];
  arguments_ = Arguments(values, rest.positional + size_t{1}, rest.names);
  return {};
}

bool is_callable(Value v) { return type_of(v)->slots().call != nullptr; }

Fallible<Value> call_py(Thread& t, Value callee, const Arguments& arguments) {
  auto call = type_of(callee)->slots().call;
  if (call == nullptr) [[unlikely]] return t.raise_type_error("'{}' object is not callable", type_of(callee));
  TRY(check_native_recursion(t, " while calling a Python object"));
  Fallible<Value> result = call(t, callee, arguments);
  // Not a tail call: objects that call each other in a circle must run out of stack, not loop for ever.
  asm volatile("" ::: "memory");
  return result;
}

// OPTIMIZATION: a method found on the type is called with the object in front, without making a bound method.
Fallible<Value> call_method_py(Thread& t, Value object, Str* name, const Arguments& arguments) {
  Type* type = type_of(object);
  if (type->has(type_flag::kGenericGetAttribute)) {
    Value found = type->lookup(t, name);
    if (!found.is_absent() && type_of(found)->has(type_flag::kMethodDescriptor) &&
        own_attribute_nogc(object, name).is_absent()) {
      Prepended all(t);
      TRY(all.set(object, arguments));
      return call_py(t, found, all.arguments());
    }
  }
  Value method = TRY(get_attribute_py(t, object, name));
  return call_py(t, method, arguments);
}

Fallible<Value> call_with_dict_py(Thread& t, Value callee, Tuple* args, Dict* kwargs) {
  if (kwargs == nullptr || kwargs->length() == 0) return call_py(t, callee, Arguments(args->data(), args->length()));
  size_t keywords = kwargs->length();
  size_t positional = args->length();
  ValueArray* values = TRY(ValueArray::make(t, positional + keywords));
  Tuple* keyword_names = TRY(Tuple::make(t, keywords));
  for (size_t i = 0; i < positional; ++i) values->set(i, args->at(i));
  size_t count = 0;
  Value key, value;
  for (size_t position = 0; kwargs->next_nogc(&position, &key, &value) && count < keywords; ++count) {
    if (!is<Str>(key)) return t.raise_type_error("keywords must be strings");
    values->set(positional + count, value);
    keyword_names->initialize(count, key);
  }
  return call_py(t, callee, Arguments(values->raw(), positional, keyword_names));
}

}  // namespace hog
