// function_type.cpp: functions and closure cells as Python sees them.
#include "object/class_system.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/frame.hpp"
#include "vm/interpreter_support.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

Function* self_of(Value self) { return as<Function>(self); }
Value or_none(Cell* cell) { return cell == nullptr ? Value::none() : Value(cell); }
Value or_none(Value v) { return v.is_empty() ? Value::none() : v; }

Fallible<Value> function_descriptor_get(Thread& t, Value descriptor, Value object, Value) {
  if (object.is_absent() || object.is_none()) return descriptor;
  return make_bound_method(t, descriptor, object);
}

Fallible<Value> function_repr(Thread& t, Value self) {
  return Value(TRY(t.format("<function {} at {}>", self_of(self)->qualified_name_.get(), address_of(self))));
}

// ---- Attributes. ----

// Reading and replacing what a function runs: "object.__getattr__" and its companions.
Fallible<void> audit_attribute_py(Thread& t, Value self, const char* name, Value value = Value()) {
  if (!t.isolate().audited) return {};
  Value text = Value(TRY(Str::intern_utf8(t, name)));
  if (value.is_absent()) return t.audit_py("object.__delattr__", self, text);
  if (value.is_empty()) return t.audit_py("object.__getattr__", self, text);
  return t.audit_py("object.__setattr__", self, text, value);
}

Fallible<Value> get_code(Thread& t, Value self) {
  TRY(audit_attribute_py(t, self, "__code__"));
  return Value(self_of(self)->code_.get());
}
Fallible<void> set_code(Thread& t, Value self, Value value) {
  if (value.is_absent() || !is<Code>(value)) return t.raise_type_error("__code__ must be set to a code object");
  auto* f = self_of(self);
  TRY(audit_attribute_py(t, self, "__code__", value));
  auto* code = as<Code>(value);
  size_t free_count = code->record().local_count - code->record().free_start;
  size_t closure = f->closure_ ? f->closure_->length() : 0;
  if (free_count != closure)
    return t.raise_value_error("{}() requires a code object with {} free vars, not {}", f->name_.get(), closure, free_count);
  f->code_.set(f, code);
  return {};
}
Fallible<Value> get_builtins(Thread&, Value self) { return Value(self_of(self)->builtins_.get()); }
Fallible<Value> get_closure(Thread&, Value self) { return or_none(self_of(self)->closure_.get()); }
Fallible<Value> get_defaults(Thread& t, Value self) {
  TRY(audit_attribute_py(t, self, "__defaults__"));
  return or_none(self_of(self)->defaults_.get());
}
Fallible<void> set_defaults(Thread& t, Value self, Value value) {
  auto* f = self_of(self);
  if (value.is_absent() || value.is_none()) {
    TRY(audit_attribute_py(t, self, "__defaults__", Value::absent()));
    f->defaults_.clear();
    return {};
  }
  if (!is<Tuple>(value)) return t.raise_type_error("__defaults__ must be set to a tuple object");
  TRY(audit_attribute_py(t, self, "__defaults__", value));
  f->defaults_.set(f, as<Tuple>(value));
  return {};
}
Fallible<Value> get_keyword_defaults(Thread& t, Value self) {
  TRY(audit_attribute_py(t, self, "__kwdefaults__"));
  return or_none(self_of(self)->keyword_defaults_.get());
}
Fallible<void> set_keyword_defaults(Thread& t, Value self, Value value) {
  auto* f = self_of(self);
  if (value.is_absent() || value.is_none()) {
    TRY(audit_attribute_py(t, self, "__kwdefaults__", Value::absent()));
    f->keyword_defaults_.clear();
    return {};
  }
  if (!is<Dict>(value)) return t.raise_type_error("__kwdefaults__ must be set to a dict object");
  TRY(audit_attribute_py(t, self, "__kwdefaults__", value));
  f->keyword_defaults_.set(f, as<Dict>(value));
  return {};
}
Fallible<Value> get_name(Thread&, Value self) { return Value(self_of(self)->name_.get()); }
Fallible<void> set_name(Thread& t, Value self, Value value) {
  if (value.is_absent() || !is<Str>(value)) return t.raise_type_error("__name__ must be set to a string object");
  self_of(self)->name_.set(self.cell(), as<Str>(value));
  return {};
}
Fallible<Value> get_qualified_name(Thread&, Value self) { return Value(self_of(self)->qualified_name_.get()); }
Fallible<void> set_qualified_name(Thread& t, Value self, Value value) {
  if (value.is_absent() || !is<Str>(value)) return t.raise_type_error("__qualname__ must be set to a string object");
  self_of(self)->qualified_name_.set(self.cell(), as<Str>(value));
  return {};
}
Fallible<Value> get_doc(Thread&, Value self) { return or_none(self_of(self)->doc_.get()); }
Fallible<void> set_doc(Thread&, Value self, Value value) {
  self_of(self)->doc_.set(self.cell(), value.is_absent() ? Value::none() : value);
  return {};
}
Fallible<Value> get_module(Thread&, Value self) { return or_none(self_of(self)->module_.get()); }
Fallible<void> set_module(Thread&, Value self, Value value) {
  self_of(self)->module_.set(self.cell(), value.is_absent() ? Value::none() : value);
  return {};
}
Fallible<Value> get_annotate(Thread&, Value self) { return or_none(self_of(self)->annotate_.get()); }
Fallible<void> set_annotate(Thread& t, Value self, Value value) {
  auto* f = self_of(self);
  if (value.is_absent()) return t.raise_type_error("__annotate__ cannot be deleted");
  if (value.is_none()) {
    f->annotate_.set(f, value);
    return {};
  }
  if (!is_callable(value)) return t.raise_type_error("__annotate__ must be callable or None");
  f->annotate_.set(f, value);
  f->annotations_.clear();
  return {};
}
Fallible<Value> get_annotations(Thread& t, Value self) {
  auto* f = self_of(self);
  if (!f->annotations_.get().is_empty()) return f->annotations_.get();
  Value annotate = f->annotate_.get();
  Value result;
  if (annotate.is_empty() || annotate.is_none()) {
    result = Value(TRY(Dict::make(t)));
  } else {
    result = TRY(call_py(t, annotate, Value::from_small_int(1)));
    if (!is<Dict>(result))
      return t.raise_type_error("__annotate__ returned non-dict of type '{}'", type_of(result));
  }
  f->annotations_.set(f, result);
  return result;
}
Fallible<void> set_annotations(Thread& t, Value self, Value value) {
  auto* f = self_of(self);
  if (value.is_absent() || value.is_none()) {
    f->annotations_.clear();
    f->annotate_.clear();
    return {};
  }
  if (!is<Dict>(value)) return t.raise_type_error("__annotations__ must be set to a dict object");
  f->annotations_.set(f, value);
  f->annotate_.clear();
  return {};
}
Fallible<Value> get_type_params(Thread&, Value self) {
  Value v = self_of(self)->type_params_.get();
  return v.is_empty() ? Value(empty_tuple()) : v;
}
Fallible<void> set_type_params(Thread& t, Value self, Value value) {
  if (value.is_absent() || !is<Tuple>(value)) return t.raise_type_error("__type_params__ must be set to a tuple");
  self_of(self)->type_params_.set(self.cell(), value);
  return {};
}
Fallible<Value> get_dict(Thread& t, Value self) { return Value(TRY(instance_dict(t, self.cell()))); }
Fallible<void> set_dict(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise_type_error("cannot delete __dict__");
  if (!is<Dict>(value))
    return t.raise_type_error("__dict__ must be set to a dictionary, not a '{}'", type_of(value));
  return set_instance_dict(t, self.cell(), as<Dict>(value));
}

constexpr GetSet kFunctionGetSets[] = {
    {"__code__", get_code, set_code},
    {"__defaults__", get_defaults, set_defaults},
    {"__kwdefaults__", get_keyword_defaults, set_keyword_defaults},
    {"__name__", get_name, set_name},
    {"__qualname__", get_qualified_name, set_qualified_name},
    {"__doc__", get_doc, set_doc},
    {"__module__", get_module, set_module},
    {"__annotate__", get_annotate, set_annotate},
    {"__annotations__", get_annotations, set_annotations},
    {"__type_params__", get_type_params, set_type_params},
    {"__dict__", get_dict, set_dict},
    {},
};

// FunctionType(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)
Fallible<Value> function_new(Thread& t, Type*, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"code", "globals", "name", "argdefs", "closure", "kwdefaults"};
  Value parts[6];
  for (Value& part : parts) part = Value::absent();
  if (arguments.positional > 6)
    return t.raise_type_error("function() takes at most 6 arguments ({} given)", arguments.positional);
  for (uint32_t i = 0; i < arguments.positional; ++i) parts[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    int index = -1;
    for (int i = 0; i < 6; ++i)
      if (name->equals_ascii(kNames[i])) index = i;
    if (index < 0) return t.raise_type_error("function() got an unexpected keyword argument '{}'", name);
    if (!parts[index].is_absent())
      return t.raise_type_error("argument for function() given by name ('{}') and position ({})", name, index + 1);
    parts[index] = arguments.values[arguments.positional + k];
  }
  if (parts[0].is_absent()) return t.raise_type_error("function() missing required argument 'code' (pos 1)");
  if (!is<Code>(parts[0]))
    return t.raise_type_error("function() argument 'code' must be code, not {}", type_of(parts[0]));
  if (parts[1].is_absent()) return t.raise_type_error("function() missing required argument 'globals' (pos 2)");
  if (!is<Dict>(parts[1]))
    return t.raise_type_error("function() argument 'globals' must be dict, not {}", type_of(parts[1]));
  auto given = [&](int i) { return !parts[i].is_absent() && !parts[i].is_none(); };
  if (given(2) && !is<Str>(parts[2])) return t.raise_type_error("arg 3 (name) must be None or string");
  if (given(3) && !is<Tuple>(parts[3])) return t.raise_type_error("arg 4 (defaults) must be None or tuple");
  if (given(5) && !is<Dict>(parts[5])) return t.raise_type_error("arg 6 (kwdefaults) must be None or dict");
  auto* code = as<Code>(parts[0]);
  size_t free_count = code->record().local_count - code->record().free_start;
  if (given(4) && !is<Tuple>(parts[4])) return t.raise_type_error("arg 5 (closure) must be None or tuple");
  if (!given(4) && free_count != 0) return t.raise_type_error("arg 5 (closure) must be tuple");
  size_t closure_length = given(4) ? as<Tuple>(parts[4])->length() : 0;
  if (closure_length != free_count)
    return t.raise_value_error("{} requires closure of length {}, not {}", code->name_.get(), free_count, closure_length);
  for (size_t i = 0; i < closure_length; ++i)
    if (!is<CellVariable>(as<Tuple>(parts[4])->at(i)))
      return t.raise_type_error("arg 5 (closure) expected cell, found {}", type_of(as<Tuple>(parts[4])->at(i)));
  Function* f = TRY(Function::make(t, code, as<Dict>(parts[1])));
  if (given(2)) f->name_.set(f, as<Str>(parts[2]));
  if (given(3)) f->defaults_.set(f, as<Tuple>(parts[3]));
  if (given(4) && free_count != 0) f->closure_.set(f, as<Tuple>(parts[4]));
  if (given(5)) f->keyword_defaults_.set(f, as<Dict>(parts[5]));
  return Value(f);
}

// ---- cell ----

Fallible<Value> cell_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("cell() takes no keyword arguments");
  if (arguments.positional > 1)
    return t.raise_type_error("cell expected at most 1 argument, got {}", arguments.positional);
  return Value(TRY(CellVariable::make(t, arguments.positional == 0 ? Value() : arguments[0])));
}
Fallible<Value> cell_get(Thread& t, Value self) {
  Value v = as<CellVariable>(self)->contents_.get();
  if (v.is_empty()) return t.raise_value_error("cell is empty");
  return v;
}
Fallible<void> cell_set(Thread&, Value self, Value value) {
  as<CellVariable>(self)->contents_.set(self.cell(), value.is_absent() ? Value() : value);
  return {};
}
Fallible<Value> cell_repr(Thread& t, Value self) {
  Value v = as<CellVariable>(self)->contents_.get();
  if (v.is_empty()) return Value(TRY(t.format("<cell at {}: empty>", address_of(self))));
  return Value(TRY(t.format("<cell at {}: {} object at {}>", address_of(self), type_of(v), address_of(v))));
}
Fallible<Value> cell_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<CellVariable>(other)) return Value::not_implemented();
  Value a = as<CellVariable>(self)->contents_.get();
  Value b = as<CellVariable>(other)->contents_.get();
  if (!a.is_empty() && !b.is_empty()) return compare_py(t, a, b, op);
  // An empty cell sorts before a full one.
  int order = (b.is_empty() ? 1 : 0) - (a.is_empty() ? 1 : 0);
  switch (op) {
    case CompareOp::Lt: return Value::from_bool(order < 0);
    case CompareOp::Le: return Value::from_bool(order <= 0);
    case CompareOp::Eq: return Value::from_bool(order == 0);
    case CompareOp::Ne: return Value::from_bool(order != 0);
    case CompareOp::Gt: return Value::from_bool(order > 0);
    case CompareOp::Ge: return Value::from_bool(order >= 0);
  }
  return Value::not_implemented();
}
// A member, for the module types takes the class of such descriptors from this one.
constexpr Member kFunctionMembers[] = {
    {"__builtins__", 0, Member::Kind::Computed, nullptr, get_builtins},
    {"__closure__", 0, Member::Kind::Computed, nullptr, get_closure},
    {"__globals__", offsetof(Function, globals_), Member::Kind::ReadOnlyObject, "The globals it runs with."}, {}};

constexpr GetSet kCellGetSets[] = {{"cell_contents", cell_get, cell_set}, {}};

}  // namespace

extern const TypeSpec k_function_spec;
const TypeSpec k_function_spec = {
    .name = "function",
    .doc = "A function made by def or lambda.",
    .layout = &Function::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kHasDict | type_flag::kMethodDescriptor,
    .slots = {.repr = function_repr, .call = call_function, .descriptor_get = function_descriptor_get, .new_ = function_new},
    .getsets = kFunctionGetSets,
    .members = kFunctionMembers,
    .text_signature = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)",
};

extern const TypeSpec k_cell_spec;
const TypeSpec k_cell_spec = {
    .name = "cell",
    .doc = "A variable shared between a function and the functions inside it.",
    .layout = &CellVariable::kLayout,
    .slots = {.repr = cell_repr, .compare = cell_compare, .new_ = cell_new},
    .getsets = kCellGetSets,
};

}  // namespace hog
