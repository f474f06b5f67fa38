// unpack.cpp: unpacking of iterables, and of * and ** arguments.
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

Fallible<Value> iterator_to_unpack(Thread& t, Value source) {
  Fallible<Value> iterator = iter_py(t, source);
  if (iterator.failed() && !t.terminated() && t.exception_is(core.TypeError)) {
    Type* type = type_of(source);
    if (type->slots().iter == nullptr && type->slots().get_item == nullptr) {
      t.take_exception();
      return t.raise_type_error("cannot unpack non-iterable {} object", type);
    }
  }
  return iterator;
}

}  // namespace

Fallible<void> unpack_py(Thread& t, Value source, uint32_t count, Value* destination) {
  if (is_exactly(source, shapes.tuple) || is_exactly(source, shapes.list)) {
    bool is_tuple = is_exactly(source, shapes.tuple);
    size_t length = is_tuple ? as<Tuple>(source)->length() : as<List>(source)->length();
    if (length == count) {
      for (uint32_t i = 0; i < count; ++i) destination[i] = is_tuple ? as<Tuple>(source)->at(i) : as<List>(source)->at(i);
      return {};
    }
    if (length < count)
      return t.raise_value_error("not enough values to unpack (expected {}, got {})", count, length);
    return t.raise_value_error("too many values to unpack (expected {}, got {})", count, length);
  }
  Value iterator = TRY(iterator_to_unpack(t, source));
  for (uint32_t i = 0; i < count; ++i) {
    Value item = TRY(next_py(t, iterator));
    if (item.is_absent()) return t.raise_value_error("not enough values to unpack (expected {}, got {})", count, i);
    destination[i] = item;
  }
  Value extra = TRY(next_py(t, iterator));
  if (extra.is_absent()) return {};
  if (is_exactly(source, shapes.dict))
    return t.raise_value_error("too many values to unpack (expected {}, got {})", count, as<Dict>(source)->length());
  return t.raise_value_error("too many values to unpack (expected {})", count);
}

Fallible<void> unpack_star_py(Thread& t, Value source, uint32_t before, uint32_t after, Value* destination) {
  Value iterator = TRY(iterator_to_unpack(t, source));
  for (uint32_t i = 0; i < before; ++i) {
    Value item = TRY(next_py(t, iterator));
    if (item.is_absent())
      return t.raise_value_error("not enough values to unpack (expected at least {}, got {})", before + after, i);
    destination[i] = item;
  }
  List* rest = TRY(list_from_iterable_py(t, iterator));
  size_t length = rest->length();
  if (length < after)
    return t.raise_value_error("not enough values to unpack (expected at least {}, got {})", before + after,
                               before + length);
  for (uint32_t i = 0; i < after; ++i) destination[before + 1 + i] = rest->at(length - after + i);
  rest->size_ = length - after;
  destination[before] = Value(rest);
  return {};
}

Fallible<void> list_extend_for_call_py(Thread& t, List* list, Value iterable) {
  Fallible<void> done = list_extend_py(t, list, iterable);
  if (done.failed() && !t.terminated() && t.exception_is(core.TypeError)) {
    Type* type = type_of(iterable);
    if (type->slots().iter == nullptr && type->slots().get_item == nullptr) {
      t.take_exception();
      return t.raise_type_error("Value after * must be an iterable, not {}", type);
    }
  }
  return done;
}

Fallible<void> dict_display_update_py(Thread& t, Dict* dict, Value mapping) {
  if (!is<Dict>(mapping) && TRY(find_attribute_py(t, mapping, names.keys)).is_absent())
    return t.raise_type_error("'{}' object is not a mapping", type_of(mapping));
  return dict_update_py(t, dict, mapping);
}

namespace {

// "module.f()" as messages about a call's arguments name it.
Fallible<Str*> callee_text_py(Thread& t, Value callee) {
  Value name = TRY(find_attribute_py(t, callee, names.dunder_qualname));
  if (name.is_absent() || !is<Str>(name)) return str_py(t, callee);
  Value module = TRY(find_attribute_py(t, callee, names.dunder_module));
  if (!module.is_absent() && is<Str>(module) && !as<Str>(module)->equals_ascii("builtins"))
    return t.format("{}.{}()", as<Str>(module), as<Str>(name));
  return t.format("{}()", as<Str>(name));
}

}  // namespace

Fallible<void> dict_merge_py(Thread& t, Dict* dict, Value mapping, Value callee) {
  Type* type = type_of(mapping);
  if (!is<Dict>(mapping) && TRY(find_attribute_py(t, mapping, names.keys)).is_absent()) {
    Str* text = TRY(callee_text_py(t, callee));
    return t.raise_type_error("{} argument after ** must be a mapping, not {}", text, type);
  }
  Dict* from;
  if (is_exactly(mapping, shapes.dict)) {
    from = as<Dict>(mapping);
  } else {
    from = TRY(Dict::make(t));
    TRY(dict_update_py(t, from, mapping));
  }
  Value key, value;
  for (size_t i = 0; from->next_nogc(&i, &key, &value);) {
    Value known = TRY(dict->get_py(t, key));
    if (!known.is_absent()) {
      Str* text = TRY(callee_text_py(t, callee));
      return t.raise_type_error("{} got multiple values for keyword argument '{}'", text, str_of(key));
    }
    TRY(dict->set_py(t, key, value));
    TRY(t.poll());
  }
  return {};
}

Fallible<Value> call_unpacked_py(Thread& t, Value callee, Value arguments, Value keywords) {
  Tuple* tuple;
  if (is_exactly(arguments, shapes.tuple)) {
    tuple = as<Tuple>(arguments);
  } else {
    if (type_of(arguments)->slots().iter == nullptr && type_of(arguments)->slots().get_item == nullptr) {
      Str* text = TRY(callee_text_py(t, callee));
      return t.raise_type_error("{} argument after * must be an iterable, not {}", text, type_of(arguments));
    }
    tuple = TRY(tuple_from_iterable_py(t, arguments));
  }
  Dict* dict = nullptr;
  if (!keywords.is_empty()) {
    if (is_exactly(keywords, shapes.dict)) {
      dict = as<Dict>(keywords);
    } else {
      dict = TRY(Dict::make(t));
      TRY(dict_merge_py(t, dict, keywords, callee));
    }
  }
  return call_with_dict_py(t, callee, tuple, dict);
}

}  // namespace hog
