// contextvars.cpp: the module _contextvars. The context in force is the thread's own kContext. Ref: library/contextvars;
// PEP 567.
#include "modules/contextvars.hpp"

#include "vm/isolate.hpp"

namespace hog {

Type* context_type;
Type* context_variable_type;
Type* context_token_type;
Type* context_missing_type;

namespace {

void trace_context(Cell* cell, Marker& marker) { marker.visit(static_cast<Context*>(cell)->vars_.get()); }
void trace_variable(Cell* cell, Marker& marker) {
  auto* v = static_cast<ContextVariable*>(cell);
  marker.visit(v->name_.get());
  marker.visit_word(v->default_.get().raw());
}
void trace_token(Cell* cell, Marker& marker) {
  auto* token = static_cast<ContextToken*>(cell);
  marker.visit(token->context_.get());
  marker.visit(token->variable_.get());
  marker.visit_word(token->old_value_.get().raw());
}

// A field's way of being read and written, for a value of the thread.
struct OwnSlot {
  Value& value;
  Value get() const { return value; }
  void set(std::nullptr_t, Value v) { value = v; }
  void clear() { value = Value(); }
};
OwnSlot slot(Thread& t) { return {t.own_[Thread::kContext]}; }

Fallible<Context*> new_context(Thread& t) {
  auto* context = as<Context>(TRY(new_instance(t, context_type)));
  context->vars_.set(context, TRY(Dict::make(t)));
  return context;
}

Fallible<void> make_writable(Thread& t, Context* context) {
  if (!context->shared_) return {};
  context->vars_.set(context, TRY(Dict::copy(t, context->vars_.get())));
  context->shared_ = false;
  return {};
}

Fallible<Str*> address_text(Thread& t, Value v) { return int_to_text(t, TRY(make_uint(t, v.raw())), 16); }

}  // namespace

const Layout Context::kLayout = {.name = "Context", .trace = trace_context, .base_size = sizeof(Context)};
const Layout ContextVariable::kLayout = {
    .name = "ContextVar", .trace = trace_variable, .base_size = sizeof(ContextVariable)};
const Layout ContextToken::kLayout = {.name = "Token", .trace = trace_token, .base_size = sizeof(ContextToken)};

Fallible<Context*> current_context(Thread& t) {
  if (slot(t).get().is_empty()) slot(t).set(nullptr, Value(TRY(new_context(t))));
  return as<Context>(slot(t).get());
}

Fallible<Context*> copy_context(Thread& t, Context* context) {
  auto* copy = as<Context>(TRY(new_instance(t, context_type)));
  copy->vars_.set(copy, context->vars_.get());
  copy->shared_ = context->shared_ = true;
  return copy;
}

Fallible<void> enter_context_py(Thread& t, Context* context, Value* previous) {
  if (context->entered_)
    return t.raise(core.RuntimeError, "cannot enter context: {} is already entered", repr_of(Value(context)));
  *previous = slot(t).get();
  context->entered_ = true;
  slot(t).set(nullptr, Value(context));
  return {};
}

void leave_context(Thread& t, Context* context, Value previous) {
  context->entered_ = false;
  if (previous.is_empty()) slot(t).clear();
  else slot(t).set(nullptr, previous);
}

Fallible<Value> make_context_variable(Thread& t, const char* name) {
  auto* variable = as<ContextVariable>(TRY(new_instance(t, context_variable_type)));
  variable->name_.set(variable, TRY(Str::intern_utf8(t, name)));
  return Value(variable);
}

Fallible<Value> context_get(Thread& t, ContextVariable* variable) {
  Value current = slot(t).get();
  if (!current.is_empty()) {
    Value v = TRY(as<Context>(current)->vars_->get_py(t, Value(variable)));
    if (!v.is_absent()) return v;
  }
  return variable->default_.get().is_empty() ? Value::absent() : variable->default_.get();
}

namespace {

// ---- Context ----

Fallible<Value> context_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.positional != 0 || arguments.has_keywords())
    return t.raise_type_error("Context() does not accept any arguments");
  return Value(TRY(new_context(t)));
}

Fallible<Value> context_run(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional == 0) return t.raise_type_error("run() missing 1 required positional argument");
  auto* context = as<Context>(self);
  Value previous;
  TRY(enter_context_py(t, context, &previous));
  Fallible<Value> result = call_py(t, arguments[0], arguments.without_first());
  leave_context(t, context, previous);
  return result;
}

Fallible<void> check_key(Thread& t, Value key) {
  if (!is<ContextVariable>(key)) return t.raise_type_error("a ContextVar key was expected, got {}", repr_of(key));
  return {};
}
Fallible<Value> context_get_item(Thread& t, Value self, Value key) {
  TRY(check_key(t, key));
  Value v = TRY(as<Context>(self)->vars_->get_py(t, key));
  if (v.is_absent()) return t.raise_value(core.KeyError, key);
  return v;
}
Fallible<bool> context_contains(Thread& t, Value self, Value key) {
  TRY(check_key(t, key));
  Value v = TRY(as<Context>(self)->vars_->get_py(t, key));
  return !v.is_absent();
}
Fallible<Value> context_get_method(Thread& t, Context* self, Value key, Value otherwise) {
  TRY(check_key(t, key));
  Value v = TRY(self->vars_->get_py(t, key));
  return v.is_absent() ? otherwise : v;
}
Fallible<int64_t> context_length(Thread&, Value self) {
  return static_cast<int64_t>(as<Context>(self)->vars_->length());
}
// Views are over a dict that nobody will change, so iteration is never disturbed.
Fallible<Dict*> frozen_vars(Thread&, Context* self) {
  self->shared_ = true;
  return self->vars_.get();
}
Fallible<Value> context_iter(Thread& t, Value self) { return iter_py(t, Value(TRY(frozen_vars(t, as<Context>(self))))); }
Fallible<Value> context_keys(Thread& t, Context* self) {
  return call_method_py(t, Value(TRY(frozen_vars(t, self))), names.keys);
}
Fallible<Value> context_values(Thread& t, Context* self) {
  return call_method_py(t, Value(TRY(frozen_vars(t, self))), names.values);
}
Fallible<Value> context_items(Thread& t, Context* self) {
  return call_method_py(t, Value(TRY(frozen_vars(t, self))), names.items);
}
Fallible<Value> context_copy_method(Thread& t, Context* self) { return Value(TRY(copy_context(t, self))); }
Fallible<Value> context_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<Context>(other) || (op != CompareOp::Eq && op != CompareOp::Ne)) return Value::not_implemented();
  Dict* mine = TRY(frozen_vars(t, as<Context>(self)));
  Dict* theirs = TRY(frozen_vars(t, as<Context>(other)));
  bool equal = TRY(equals_py(t, Value(mine), Value(theirs)));
  return Value::from_bool(equal == (op == CompareOp::Eq));
}
Fallible<int64_t> context_hash(Thread& t, Value self) {
  return t.raise_type_error("unhashable type: '{}'", TRY(full_type_name(t, type_of(self))));
}

constexpr NativeMethod kContextMethods[] = {
    {"copy", HOG_NATIVE(context_copy_method), "($self, /)", "A copy; it takes no time."},
    {"get", HOG_NATIVE(context_get_method), "($self, key, default=None, /)", "The variable's value here, or default."},
    {"items", HOG_NATIVE(context_items), "($self, /)", "(variable, value) pairs."},
    {"keys", HOG_NATIVE(context_keys), "($self, /)", "The variables."},
    {"run", HOG_RAW(context_run), nullptr, "Calls a function in this context."},
    {"values", HOG_NATIVE(context_values), "($self, /)", "The values."},
    {},
};

// ---- ContextVar ----

Fallible<Value> variable_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional != 1)
    return t.raise_type_error("ContextVar() takes exactly 1 positional argument ({} given)", arguments.positional);
  Value otherwise;
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    auto* name = as<Str>(arguments.names->at(k));
    if (!name->equals_ascii("default"))
      return t.raise_type_error("ContextVar() got an unexpected keyword argument '{}'", name);
    otherwise = arguments[1 + k];
  }
  if (!is<Str>(arguments[0])) return t.raise_type_error("context variable name must be a str");
  TRY(hash_py(t, arguments[0]));  // a subclass of str may refuse
  auto* variable = as<ContextVariable>(TRY(new_instance(t, type)));
  variable->name_.set(variable, as<Str>(arguments[0]));
  if (!otherwise.is_empty()) variable->default_.set(variable, otherwise);
  return Value(variable);
}

Fallible<Value> variable_get(Thread& t, ContextVariable* self, Value otherwise) {
  Value current = slot(t).get();
  if (!current.is_empty()) {
    Value v = TRY(as<Context>(current)->vars_->get_py(t, Value(self)));
    if (!v.is_absent()) return v;
  }
  if (!otherwise.is_absent()) return otherwise;
  if (!self->default_.get().is_empty()) return self->default_.get();
  return t.raise_value(core.LookupError, Value(self));
}

// The type of tokens in this isolate: it has the attribute MISSING, which no type of the process can carry.
Fallible<Type*> token_type(Thread& t) {
  ValueField& known = Isolate::of(t).slots[Isolate::kContextToken];
  if (!known.get().is_empty()) return as<Type>(known.get());
  Dict* attributes = TRY(Dict::make(t));
  auto add = [&](const char* name, Value v) -> Fallible<void> {
    Str* interned = TRY(Str::intern_utf8(t, name));
    return attributes->set_name(t, interned, v);
  };
  TRY(add("__module__", Value(TRY(Str::intern_utf8(t, "_contextvars")))));
  TRY(add("__slots__", Value(empty_tuple())));
  TRY(add("MISSING", Value(TRY(new_instance(t, context_missing_type)))));
  Tuple* bases = TRY(Tuple::of(t, Value(context_token_type)));
  Str* name = TRY(Str::intern_utf8(t, "Token"));
  Value type = TRY(call_py(t, Value(core.type), Value(name), Value(bases), Value(attributes)));
  as<Type>(type)->flags_ &= ~type_flag::kBaseType;
  known.set(nullptr, type);
  return as<Type>(type);
}

Fallible<Value> variable_set(Thread& t, ContextVariable* self, Value value) {
  Context* context = TRY(current_context(t));
  Value old = TRY(context->vars_->get_py(t, Value(self)));
  Type* type = TRY(token_type(t));
  auto* token = as<ContextToken>(TRY(new_instance(t, type)));
  token->context_.set(token, context);
  token->variable_.set(token, self);
  if (!old.is_absent()) token->old_value_.set(token, old);
  TRY(make_writable(t, context));
  TRY(context->vars_->set_py(t, Value(self), value));
  return Value(token);
}

Fallible<void> variable_reset(Thread& t, ContextVariable* self, Value given) {
  if (!is<ContextToken>(given)) return t.raise_type_error("expected an instance of Token, got {}", repr_of(given));
  auto* token = as<ContextToken>(given);
  if (token->used_) return t.raise(core.RuntimeError, "{} has already been used once", repr_of(given));
  if (token->variable_.get() != self)
    return t.raise_value_error("{} was created by a different ContextVar", repr_of(given));
  Context* context = TRY(current_context(t));
  if (token->context_.get() != context)
    return t.raise_value_error("{} was created in a different Context", repr_of(given));
  TRY(make_writable(t, context));
  token->used_ = true;
  if (token->old_value_.get().is_empty()) {
    if (!TRY(context->vars_->remove_py(t, Value(self)))) return t.raise_value(core.LookupError, Value(self));
    return {};
  }
  return context->vars_->set_py(t, Value(self), token->old_value_.get());
}

Fallible<Value> variable_name(Thread&, Value self) { return Value(as<ContextVariable>(self)->name_.get()); }

Fallible<Value> variable_repr(Thread& t, Value self) {
  ReprScope scope(t, self);
  auto* variable = as<ContextVariable>(self);
  Str* address = TRY(address_text(t, self));
  Value name = Value(variable->name_.get());
  if (variable->default_.get().is_empty())
    return Value(TRY(t.format("<ContextVar name={} at 0x{}>", repr_of(name), address)));
  if (scope.recursive()) return Value(TRY(t.format("<ContextVar name={} default=... at 0x{}>", repr_of(name), address)));
  return Value(TRY(t.format("<ContextVar name={} default={} at 0x{}>", repr_of(name), repr_of(variable->default_.get()),
                            address)));
}

Fallible<Value> class_get_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kVariableMethods[] = {
    {"__class_getitem__", HOG_NATIVE(class_get_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {"get", HOG_NATIVE(variable_get), "($self, default=<unrepresentable>, /)", "The value in the current context."},
    {"reset", HOG_NATIVE(variable_reset), "($self, token, /)", "Undoes the set() that gave the token."},
    {"set", HOG_NATIVE(variable_set), "($self, value, /)", "Sets the value in the current context."},
    {},
};
constexpr GetSet kVariableGetSets[] = {{"name", variable_name}, {}};

// ---- Token ----

Fallible<Value> token_new(Thread& t, Type*, const Arguments&) {
  return t.raise(core.RuntimeError, "Tokens can only be created by ContextVars");
}
Fallible<Value> token_variable(Thread&, Value self) { return Value(as<ContextToken>(self)->variable_.get()); }
Fallible<Value> token_old_value(Thread& t, Value self) {
  Value old = as<ContextToken>(self)->old_value_.get();
  if (!old.is_empty()) return old;
  Str* name = TRY(Str::intern_utf8(t, "MISSING"));
  return get_attribute_py(t, Value(type_of(self)), name);
}
Fallible<Value> token_enter(Thread&, ContextToken* self) { return Value(self); }
Fallible<void> token_exit(Thread& t, ContextToken* self, Arguments) {
  return variable_reset(t, self->variable_.get(), Value(self));
}
Fallible<Value> token_repr(Thread& t, Value self) {
  auto* token = as<ContextToken>(self);
  return Value(TRY(t.format("<Token{} var={} at 0x{}>", token->used_ ? " used" : "", repr_of(Value(token->variable_.get())),
                            TRY(address_text(t, self)))));
}
Fallible<Value> missing_repr(Thread& t, Value) { return Value(TRY(Str::from_ascii(t, "<Token.MISSING>"))); }

constexpr NativeMethod kTokenMethods[] = {
    {"__class_getitem__", HOG_NATIVE(class_get_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {"__enter__", HOG_NATIVE(token_enter), "($self, /)", "The token."},
    {"__exit__", HOG_NATIVE(token_exit), "($self, /, *exc_info)", "Resets the variable."},
    {},
};
constexpr GetSet kTokenGetSets[] = {{"var", token_variable}, {"old_value", token_old_value}, {}};

const TypeSpec kContextSpec = {
    .name = "_contextvars.Context",
    .doc = "A mapping of context variables to their values.",
    .layout = &Context::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kMapping,
    .slots = {.hash = context_hash,
              .compare = context_compare,
              .iter = context_iter,
              .new_ = context_new,
              .length = context_length,
              .get_item = context_get_item,
              .contains = context_contains},
    .methods = kContextMethods,
};
const TypeSpec kVariableSpec = {
    .name = "_contextvars.ContextVar",
    .doc = "A variable whose value depends on the context.",
    .layout = &ContextVariable::kLayout,
    .slots = {.repr = variable_repr, .new_ = variable_new},
    .methods = kVariableMethods,
    .getsets = kVariableGetSets,
};
const TypeSpec kTokenSpec = {
    .name = "_contextvars.Token",
    .doc = "What reset() needs to undo a set().",
    .layout = &ContextToken::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.repr = token_repr, .new_ = token_new},
    .methods = kTokenMethods,
    .getsets = kTokenGetSets,
};
const TypeSpec kMissingSpec = {
    .name = "Token.MISSING", .flags = type_flag::kNoInstantiation, .slots = {.repr = missing_repr}};

const TypeRegistration kTypes[] = {
    {&context_type, &kContextSpec},
    {&context_variable_type, &kVariableSpec},
    {&context_token_type, &kTokenSpec, false},
    {&context_missing_type, &kMissingSpec, false},
};

Fallible<Value> copy_current(Thread& t) { return Value(TRY(copy_context(t, TRY(current_context(t))))); }

constexpr NativeMethod kFunctions[] = {
    {"copy_context", HOG_NATIVE(copy_current), "()", "A copy of the current context."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) { return module->add(t, "Token", Value(TRY(token_type(t)))); }

}  // namespace

extern const ModuleSpec k_module__contextvars;
const ModuleSpec k_module__contextvars = {
    .name = "_contextvars",
    .doc = "Context variables.",
    .functions = kFunctions,
    .types = kTypes,
    .type_count = std::size(kTypes),
    .initialize = initialize,
};

}  // namespace hog
