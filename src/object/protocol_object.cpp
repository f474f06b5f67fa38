// protocol_object.cpp: what every value can do: text, truth, hash, and class membership.
#include "object/class_system.hpp"

namespace hog {

Shape* shape_of_immediate(Value v) {
  if (v.is_small_int()) return shapes.int_;
  if (v.is_inline_float()) return shapes.float_;
  if (v.is_none()) return shapes.none_type;
  if (v.is_bool()) return shapes.bool_;
  if (v.is_not_implemented()) return shapes.not_implemented_type;
  HOG_ASSERT(v.is_ellipsis());
  return shapes.ellipsis_type;
}

bool clear_exception_if(Thread& t, Type* type) {
  if (t.terminated() || !t.exception_is(type)) return false;
  t.take_exception();
  return true;
}

// ---- Text. ----

Fallible<Str*> repr_py(Thread& t, Value v) {
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  Value result = TRY(type_of(v)->slots().repr(t, v));
  if (is<Str>(result)) [[likely]] return as<Str>(result);
  return t.raise_type_error("__repr__ returned non-string (type {})", type_of(result));
}

Fallible<Str*> str_py(Thread& t, Value v) {
  if (is_exact_str(v)) return as<Str>(v);
  auto str = type_of(v)->slots().str;
  if (str == nullptr) return repr_py(t, v);
  TRY(check_native_recursion(t, " while getting the str of an object"));
  Value result = TRY(str(t, v));
  if (is<Str>(result)) [[likely]] return as<Str>(result);
  return t.raise_type_error("__str__ returned non-string (type {})", type_of(result));
}

Fallible<Str*> ascii_py(Thread& t, Value v) {
  Str* text = TRY(repr_py(t, v));
  if (text->is_ascii()) return text;
  StrBuilder out(t);
  constexpr char kHex[] = "0123456789abcdef";
  for (size_t i = 0, n = text->length(); i < n; ++i) {
    TRY(t.poll());
    char32_t c = text->at(i);
    if (c < 0x80) {
      TRY(out.append(c));
      continue;
    }
    int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    char escape[10] = {'\\', digits == 2 ? 'x' : digits == 4 ? 'u' : 'U'};
    for (int d = 0; d < digits; ++d) escape[2 + d] = kHex[(c >> (4 * (digits - 1 - d))) & 15];
    TRY(out.append_ascii({escape, static_cast<size_t>(2 + digits)}));
  }
  return out.finish();
}

Fallible<Str*> format_py(Thread& t, Value v, Value spec) {
  if (spec.is_absent()) spec = Value(names.empty);
  if (!is<Str>(spec)) return t.raise(core.SystemError, "Format specifier must be a string, not {}", type_of(spec));
  if (as<Str>(spec)->length() == 0) {
    if (is_exact_str(v)) return as<Str>(v);
    if (v.is_small_int()) return str_py(t, v);
  }
  const Value arguments[] = {spec};
  Value result = TRY(call_special_py(t, v, names.dunder_format, arguments, 1));
  if (result.is_absent()) return t.raise_type_error("Type {} doesn't define __format__", type_of(v));
  if (!is<Str>(result)) return t.raise_type_error("__format__ must return a str, not {}", type_of(result));
  return as<Str>(result);
}

// ---- Truth and hash. ----

Fallible<bool> truth_py(Thread& t, Value v) {
  if (v.is_bool()) return v.is_true();
  if (v.is_none()) return false;
  if (v.is_small_int()) return v.small_int() != 0;
  const Slots& slots = type_of(v)->slots();
  if (slots.truth != nullptr) return slots.truth(t, v);
  if (slots.length != nullptr) return TRY(slots.length(t, v)) != 0;
  return true;
}

Fallible<int64_t> hash_py(Thread& t, Value v) {
  auto hash = type_of(v)->slots().hash;
  if (hash == nullptr) return hash_not_implemented(t, v);
  return hash(t, v);
}

// ---- Recursive reprs. ----

ReprScope::ReprScope(Thread& t, Value v)
    : t_(t), value_(v), previous_(reinterpret_cast<ReprScope*>(t.repr_guard_)), recursive_(false) {
  // Only so far back, or a deep structure would take quadratic time; a longer cycle ends as a RecursionError.
  constexpr int kLongestCycle = 2048;
  int steps = 0;
  for (ReprScope* outer = previous_; outer != nullptr && !recursive_ && steps < kLongestCycle; outer = outer->previous_, ++steps)
    recursive_ = outer->value_ == v;
  t.repr_guard_ = reinterpret_cast<ReprGuard*>(this);
}

ReprScope::~ReprScope() { t_.repr_guard_ = reinterpret_cast<ReprGuard*>(previous_); }

// ---- isinstance() and issubclass(). ----

namespace {

// __bases__ of something that is no type; absent when it has none that is a tuple.
Fallible<Value> abstract_bases_py(Thread& t, Value v) {
  Value bases = TRY(find_attribute_py(t, v, names.dunder_bases));
  return !bases.is_absent() && is<Tuple>(bases) ? bases : Value::absent();
}

Fallible<bool> abstract_is_subclass_py(Thread& t, Value derived, Value base) {
  for (;;) {
    if (derived == base) return true;
    Value bases = TRY(abstract_bases_py(t, derived));
    if (bases.is_absent()) return false;
    Tuple* tuple = as<Tuple>(bases);
    if (tuple->length() == 0) return false;
    if (tuple->length() > 1) {
      TRY(check_native_recursion(t, " in __issubclass__"));
      for (size_t i = 0; i < tuple->length(); ++i)
        if (TRY(abstract_is_subclass_py(t, tuple->at(i), base))) return true;
      return false;
    }
    derived = tuple->at(0);
    TRY(t.poll());
  }
}

Fallible<void> check_class_py(Thread& t, Value v, const char* message) {
  if (TRY(abstract_bases_py(t, v)).is_absent()) return t.raise_type_error(message);
  return {};
}

// __class__ of the object when it says something else than its type does.
Fallible<Value> claimed_class_py(Thread& t, Value v) {
  Type* type = type_of(v);
  if (type->has(type_flag::kGenericGetAttribute) &&
      type->lookup(t, names.dunder_class) == core.object->lookup(t, names.dunder_class))
    return Value::absent();
  Value claimed = TRY(find_attribute_py(t, v, names.dunder_class));
  return claimed == Value(type) ? Value::absent() : claimed;
}

}  // namespace

// Without __instancecheck__: what type.__instancecheck__ answers.
Fallible<bool> plain_is_instance_py(Thread& t, Value v, Value cls) {
  if (Type* type = as_type(cls)) {
    if (type_of(v)->is_subtype_of(type)) return true;
    Value claimed = TRY(claimed_class_py(t, v));
    Type* claimed_type = claimed.is_absent() ? nullptr : as_type(claimed);
    return claimed_type != nullptr && claimed_type->is_subtype_of(type);
  }
  TRY(check_class_py(t, cls, "isinstance() arg 2 must be a type, a tuple of types, or a union"));
  Value claimed = TRY(find_attribute_py(t, v, names.dunder_class));
  if (claimed.is_absent()) return false;
  return abstract_is_subclass_py(t, claimed, cls);
}

Fallible<bool> plain_is_subclass_py(Thread& t, Value derived, Value cls) {
  Type* type = as_type(cls);
  Type* derived_type = as_type(derived);
  if (type != nullptr && derived_type != nullptr) return derived_type->is_subtype_of(type);
  TRY(check_class_py(t, derived, "issubclass() arg 1 must be a class"));
  TRY(check_class_py(t, cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union"));
  return abstract_is_subclass_py(t, derived, cls);
}

Fallible<bool> is_instance_py(Thread& t, Value v, Value cls) {
  if (Value(type_of(v)) == cls) return true;
  if (is_exactly(cls, shapes.type)) return plain_is_instance_py(t, v, cls);
  if (is<Tuple>(cls)) {
    TRY(check_native_recursion(t, " in __instancecheck__"));
    for (size_t i = 0; i < as<Tuple>(cls)->length(); ++i)
      if (TRY(is_instance_py(t, v, as<Tuple>(cls)->at(i)))) return true;
    return false;
  }
  TRY(check_native_recursion(t, " in __instancecheck__"));
  const Value arguments[] = {v};
  Value answer = TRY(call_special_py(t, cls, names.dunder_instancecheck, arguments, 1));
  if (!answer.is_absent()) return truth_py(t, answer);
  return plain_is_instance_py(t, v, cls);
}

Fallible<bool> is_subclass_py(Thread& t, Value derived, Value cls) {
  if (is_exactly(cls, shapes.type)) {
    if (derived == cls) return true;
    return plain_is_subclass_py(t, derived, cls);
  }
  TRY(check_native_recursion(t, " in __subclasscheck__"));
  if (is<Tuple>(cls)) {
    for (size_t i = 0; i < as<Tuple>(cls)->length(); ++i)
      if (TRY(is_subclass_py(t, derived, as<Tuple>(cls)->at(i)))) return true;
    return false;
  }
  const Value arguments[] = {derived};
  Value answer = TRY(call_special_py(t, cls, names.dunder_subclasscheck, arguments, 1));
  if (!answer.is_absent()) return truth_py(t, answer);
  return plain_is_subclass_py(t, derived, cls);
}

// ---- Warnings. ----

Fallible<void> warn_py(Thread& t, Type* category, const char* format, const FormatArgument* a, size_t n, int64_t level) {
  Str* message = TRY(t.format_text(format, a, n));
  const VmServices* services = t.isolate().services;
  if (services == nullptr || services->warn == nullptr) return {};
  return services->warn(t, category, message, level);
}

}  // namespace hog
