// matching.cpp: the match statement's mapping and class patterns.
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

Fallible<Value> match_keys_py(Thread& t, Value subject, Tuple* keys) {
  size_t count = keys->length();
  Tuple* values = TRY(Tuple::make(t, count));
  for (size_t i = 0; i < count; ++i) values->initialize(i, Value::none());
  if (count == 0) return Value(values);
  // mapping.get(key, sentinel): a defaultdict must not make entries, and None is a value like any other.
  Value get = TRY(get_attribute_py(t, subject, names.get));
  Set* seen = TRY(Set::make(t, core.set));
  Value sentinel = Value(TRY(List::make(t)));
  for (size_t i = 0; i < count; ++i) {
    Value key = keys->at(i);
    if (!TRY(seen->add_py(t, key)))
      return t.raise_value_error("mapping pattern checks duplicate key ({})", repr_of(key));
    Value v = TRY(call_py(t, get, key, sentinel));
    if (v == sentinel) return Value::none();
    values->initialize(i, v);
  }
  return Value(values);
}

namespace {

// One attribute of a class pattern; absent when the subject has none.
Fallible<Value> match_attribute_py(Thread& t, Value subject, Type* type, Value name, Set* seen) {
  if (!TRY(seen->add_py(t, name)))
    return t.raise_type_error("{}() got multiple sub-patterns for attribute {}", type, repr_of(name));
  Str* interned = TRY(Str::intern(t, as<Str>(name)));
  return find_attribute_py(t, subject, interned);
}

}  // namespace

Fallible<Value> match_class_py(Thread& t, Value subject, Value cls, uint32_t positional, Tuple* keyword_names) {
  if (!is<Type>(cls)) return t.raise_type_error("called match pattern must be a class");
  auto* type = as<Type>(cls);
  if (!TRY(is_instance_py(t, subject, cls))) return Value::none();
  size_t keyword_count = keyword_names->length();
  Tuple* values = TRY(Tuple::make(t, positional + keyword_count));
  for (size_t i = 0; i < values->length(); ++i) values->initialize(i, Value::none());
  Set* seen = TRY(Set::make(t, core.set));
  if (positional != 0) {
    Value match_args = TRY(find_attribute_py(t, cls, names.dunder_match_args));
    bool match_self = false;
    size_t allowed = 0;
    if (match_args.is_absent()) {
      match_self = type->has(type_flag::kMatchSelf);
      allowed = match_self ? 1 : 0;
    } else {
      if (!is_exactly(match_args, shapes.tuple))
        return t.raise_type_error("{}.__match_args__ must be a tuple (got {})", type, type_of(match_args));
      allowed = as<Tuple>(match_args)->length();
    }
    if (allowed < positional)
      return t.raise_type_error("{}() accepts {} positional sub-pattern{} ({} given)", type, allowed,
                                allowed == 1 ? "" : "s", positional);
    if (match_self) {
      values->initialize(0, subject);
    } else {
      for (uint32_t i = 0; i < positional; ++i) {
        Value name = as<Tuple>(match_args)->at(i);
        if (!is_exact_str(name))
          return t.raise_type_error("__match_args__ elements must be strings (got {})", type_of(name));
        Value v = TRY(match_attribute_py(t, subject, type, name, seen));
        if (v.is_absent()) return Value::none();
        values->initialize(i, v);
      }
    }
  }
  for (size_t i = 0; i < keyword_count; ++i) {
    Value v = TRY(match_attribute_py(t, subject, type, keyword_names->at(i), seen));
    if (v.is_absent()) return Value::none();
    values->initialize(positional + i, v);
  }
  return Value(values);
}

Fallible<Value> copy_dict_without_py(Thread& t, Value mapping, Tuple* keys) {
  Dict* copy = TRY(Dict::make(t));
  TRY(dict_update_py(t, copy, mapping));
  for (size_t i = 0; i < keys->length(); ++i) TRY(copy->remove_py(t, keys->at(i)));
  return Value(copy);
}

}  // namespace hog
