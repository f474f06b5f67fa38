// builtin_function.cpp: builtin_function_or_method: module functions and bound methods of built-in types.
#include "object/class_system.hpp"
#include "object/signature.hpp"

namespace hog {

namespace {

NativeFunction* function_of(Value self) { return as<NativeFunction>(self); }
Value self_of(Value self) { return function_of(self)->self_.get(); }
bool is_plain_function(Value bound) { return bound.is_empty() || bound.is_none() || is<Module>(bound); }

Fallible<Value> call(Thread& t, Value callee, const Arguments& arguments) {
  NativeFunction* function = function_of(callee);
  return call_native(t, *function->signature_, function->self_, arguments);
}

Fallible<Value> repr(Thread& t, Value self) {
  Value bound = self_of(self);
  const char* name = function_of(self)->signature_->method->name;
  if (is_plain_function(bound)) return Value(TRY(t.format("<built-in function {}>", name)));
  Str* where = TRY(address_text(t, reinterpret_cast<void*>(bound.raw())));
  return Value(TRY(t.format("<built-in method {} of {} object at {}>", name, type_of(bound), where)));
}

Fallible<Value> compare(Thread&, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<NativeFunction>(other)) return Value::not_implemented();
  bool equal = self_of(self) == self_of(other) &&
               function_of(self)->signature_->method == function_of(other)->signature_->method;
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<int64_t> hash(Thread& t, Value self) {
  int64_t a = self_of(self).is_empty() ? 0 : TRY(object_hash(t, self_of(self)));
  int64_t result = a ^ static_cast<int64_t>(reinterpret_cast<uintptr_t>(function_of(self)->signature_) >> 4);
  return result == -1 ? int64_t{-2} : result;
}

Fallible<Value> get_name(Thread& t, Value self) {
  return Value(TRY(Str::intern_utf8(t, function_of(self)->signature_->method->name)));
}

Fallible<Value> get_qualname(Thread& t, Value self) {
  Value bound = self_of(self);
  if (is_plain_function(bound)) return get_name(t, self);
  Type* type = as_type(bound);
  Value qualname = TRY(get_attribute_py(t, type != nullptr ? bound : Value(type_of(bound)), names.dunder_qualname));
  if (!is<Str>(qualname)) return t.raise_type_error("<method>.__class__.__qualname__ is not a unicode object");
  return Value(TRY(t.format("{}.{}", as<Str>(qualname), function_of(self)->signature_->method->name)));
}

Fallible<Value> get_module(Thread&, Value self) {
  Value module = function_of(self)->module_;
  return module.is_empty() ? Value::none() : module;
}
Fallible<void> set_module(Thread& t, Value self, Value value) {
  if (Heap::is_permanent(self.cell()))
    return t.raise(core.AttributeError, "attribute '__module__' of 'builtin_function_or_method' objects is not writable");
  function_of(self)->module_.set(self.cell(), value.is_absent() ? Value() : value);
  return {};
}

Fallible<Value> get_self(Thread&, Value self) { return self_of(self).is_empty() ? Value::none() : self_of(self); }

Fallible<Value> text_or_none(Thread& t, const char* text) {
  if (text == nullptr) return Value::none();
  return Value(TRY(Str::from_utf8(t, text)));
}
Fallible<Value> get_doc(Thread& t, Value self) { return text_or_none(t, function_of(self)->signature_->method->doc); }
// A module's function has its module as first parameter, whether or not the C++ function wants it.
Fallible<Value> get_text_signature(Thread& t, Value self) {
  const NativeSignature& s = *function_of(self)->signature_;
  const char* text = s.method->signature;
  if (text == nullptr || s.binds_self || !is_plain_function(self_of(self))) return text_or_none(t, text);
  const char* separator = s.positional_only != 0 ? ", " : s.parameter_count != 0 ? ", /, " : ", /";
  return Value(TRY(t.format("($module{}{}", separator, text + 1)));
}

// A module's function by its name; a method through getattr(self, name).
Fallible<Value> reduce(Thread& t, Value self) {
  Value name = TRY(get_name(t, self));
  if (is_plain_function(self_of(self))) return name;
  Value getattr = TRY(builtin_by_name_py(t, "getattr"));
  Tuple* arguments = TRY(Tuple::of(t, self_of(self), name));
  return Value(TRY(Tuple::of(t, getattr, Value(arguments))));
}

constexpr GetSet kGetSets[] = {{"__name__", get_name, nullptr, nullptr},
                               {"__qualname__", get_qualname, nullptr, nullptr},
                               {"__self__", get_self, nullptr, nullptr},
                               {"__doc__", get_doc, nullptr, nullptr},
                               {"__text_signature__", get_text_signature, nullptr, nullptr},
                               {"__module__", get_module, set_module, nullptr},
                               {}};
constexpr NativeMethod kMethods[] = {{"__reduce__", HOG_NATIVE(reduce), "($self, /)", "What pickle stores."}, {}};

// __new__ of a built-in type, as an attribute: list.__new__(list).
Fallible<Value> call_new(Thread& t, Value self, const Arguments& arguments) {
  Type* owner = as<Type>(self);
  if (arguments.positional == 0) return t.raise_type_error("{}.__new__(): not enough arguments", owner);
  Type* type = as_type(arguments[0]);
  if (type == nullptr)
    return t.raise_type_error("{}.__new__(X): X is not a type object ({})", owner, type_of(arguments[0]));
  if (!type->is_subtype_of(owner))
    return t.raise_type_error("{}.__new__({}): {} is not a subtype of {}", owner, type, type, owner);
  // The nearest built-in base knows how to fill the C++ part; nobody else's __new__ may make the instance.
  Type* builtin = type;
  while (builtin->is_heap_type()) builtin = builtin->base();
  if (builtin->has(type_flag::kNoInstantiation)) return t.raise_type_error("cannot create '{}' instances", type);
  if (builtin->slots().new_ != owner->slots().new_)
    return t.raise_type_error("{}.__new__({}) is not safe, use {}.__new__()", owner, type, builtin);
  return owner->slots().new_(t, type, arguments.without_first());
}

}  // namespace

const NativeMethod kNewMethod = {"__new__", HOG_RAW(call_new), "($type, *args, **kwargs)",
                                 "Makes an instance.", 0};

extern const TypeSpec k_builtin_function_spec;
const TypeSpec k_builtin_function_spec = {
    .name = "builtin_function_or_method",
    .layout = &NativeFunction::kLayout,
    .flags = type_flag::kNoInstantiation | type_flag::kWeakReferences,
    .slots = {.repr = repr, .hash = hash, .call = call, .compare = compare},
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace hog
