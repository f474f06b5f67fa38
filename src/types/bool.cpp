// bool.cpp: bool, the subclass of int with two instances, which are immediates. Ref: library/stdtypes "Boolean Type".
#include "object/int_math.hpp"
#include "object/native.hpp"

namespace hog {

namespace {

Fallible<Value> bool_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("bool() takes no keyword arguments");
  if (arguments.positional > 1) return t.raise_type_error("bool expected at most 1 argument, got {}", arguments.positional);
  if (arguments.positional == 0) return Value::false_value();
  return Value::from_bool(TRY(truth_py(t, arguments[0])));
}

Fallible<Value> repr(Thread& t, Value self) { return Value(TRY(Str::intern_utf8(t, self.is_true() ? "True" : "False"))); }

// Two bools give a bool, anything else is int's business.
template <auto kIntOperation, auto kBoolOperation>
Fallible<Value> bitwise(Thread& t, Value a, Value b) {
  if (a.is_bool() && b.is_bool()) return Value::from_bool(kBoolOperation(a.is_true(), b.is_true()));
  if (!is_int_or_bool(a) || !is_int_or_bool(b)) return Value::not_implemented();
  return kIntOperation(t, a, b);
}
bool both(bool a, bool b) { return a && b; }
bool either(bool a, bool b) { return a || b; }
bool different(bool a, bool b) { return a != b; }

Fallible<Value> invert(Thread& t, Value self) {
  TRY(warn_py(t, core.DeprecationWarning,
              "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise "
              "inversion of the underlying int object and is usually not what you expect from negating a bool. Use the "
              "'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying "
              "int."));
  return int_invert(t, self);
}

}  // namespace

extern const TypeSpec k_bool__spec = {
    .name = "bool",
    .doc = "The truth of an object: True or False.",
    .base = &core.int_,
    .flags = type_flag::kMatchSelf,
    .slots = {.repr = repr,
              .new_ = bool_new,
              .invert = invert,
              .and_ = bitwise<int_and, both>,
              .xor_ = bitwise<int_xor, different>,
              .or_ = bitwise<int_or, either>},
    .text_signature = "(object=False, /)",
};

}  // namespace hog
