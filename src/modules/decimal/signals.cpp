// signals.cpp: signals, conditions and their exceptions, and SignalDict, a view of a context's flags or traps.
// Ref: library/decimal "Signals".
#include "modules/decimal/decimal.hpp"

namespace hog::decimal {

Type* signal_dict_type = nullptr;

const Layout SignalDict::kLayout = {
    .name = "SignalDict",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<SignalDict*>(cell)->context_.get()); },
    .base_size = sizeof(SignalDict)};

namespace {

struct Signal {
  const char* name;
  uint32_t flags;
  const char* bases[3];  // other exceptions of this table, or built-in ones
};
constexpr Signal kSignalTable[kSignals] = {
    {"InvalidOperation", MPD_IEEE_Invalid_operation, {}},
    {"FloatOperation", kFloatOperation, {"TypeError"}},
    {"DivisionByZero", MPD_Division_by_zero, {"ZeroDivisionError"}},
    {"Overflow", MPD_Overflow, {"Inexact", "Rounded"}},
    {"Underflow", MPD_Underflow, {"Inexact", "Rounded", "Subnormal"}},
    {"Subnormal", MPD_Subnormal, {}},
    {"Inexact", MPD_Inexact, {}},
    {"Rounded", MPD_Rounded, {}},
    {"Clamped", MPD_Clamped, {}},
};
constexpr Signal kConditionTable[kConditions] = {
    {"ConversionSyntax", MPD_Conversion_syntax, {}},
    {"DivisionImpossible", MPD_Division_impossible, {}},
    {"DivisionUndefined", MPD_Division_undefined, {"ZeroDivisionError"}},
    {"InvalidContext", MPD_Invalid_context, {}},
};

Fallible<Value> make_exception(Thread& t, const char* name, Tuple* bases) {
  Dict* attributes = TRY(Dict::make(t));
  Str* module_name = TRY(Str::intern_utf8(t, "decimal"));
  TRY(attributes->set_name(t, names.dunder_module, Value(module_name)));
  Str* text = TRY(Str::intern_utf8(t, name));
  return call_py(t, Value(core.type), Value(text), Value(bases), Value(attributes));
}

Value* slot_of_base(const char* name) {
  if (__builtin_strcmp(name, "TypeError") == 0) return reinterpret_cast<Value*>(&core.TypeError);
  if (__builtin_strcmp(name, "ZeroDivisionError") == 0) return reinterpret_cast<Value*>(&core.ZeroDivisionError);
  return nullptr;
}

// The base that a name in the table means; absent when it was not made yet.
Value base_named(State* state, const char* name) {
  if (Value* built_in = slot_of_base(name)) return *built_in;
  for (size_t i = 0; i < kSignals; ++i)
    if (__builtin_strcmp(kSignalTable[i].name, name) == 0)
      return state->signals_[i].get().is_empty() ? Value::absent() : state->signals_[i].get();
  return Value::absent();
}

// False: a base is still missing.
Fallible<bool> make_one(Thread& t, State* state, const Signal& signal, Value first, ValueField* place) {
  bool overflow_like = signal.bases[0] != nullptr && slot_of_base(signal.bases[0]) == nullptr;
  Value bases[4];
  size_t count = 0;
  if (!overflow_like) bases[count++] = first;  // else it comes through the others
  for (const char* name : signal.bases) {
    if (name == nullptr) break;
    Value base = base_named(state, name);
    if (base.is_absent()) return false;
    bases[count++] = base;
  }
  Value made = TRY(make_exception(t, signal.name, TRY(Tuple::from(t, bases, count))));
  place->set(state, made);
  return true;
}

Failure raise_unknown_signal(Thread& t) {
  return t.raise(core.KeyError, "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n"
                                "   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]");
}
// The bits of a signal; 0 for no signal.
Fallible<uint32_t> flag_of(Thread& t, Value v) {
  State* state = TRY(state_of(t));
  for (size_t i = 0; i < kSignals; ++i)
    if (state->signals_[i].get() == v) return kSignalTable[i].flags;
  return uint32_t{0};
}

Failure raise_invalid_dict(Thread& t) { return t.raise_value_error("invalid signal dict"); }

Fallible<uint32_t> flags_in(Thread& t, Value self) {
  auto* dict = as<SignalDict>(self);
  if (dict->context_.get() == nullptr) return raise_invalid_dict(t);
  return *dict->word();
}

Fallible<Value> dict_repr(Thread& t, Value self) {
  uint32_t flags = TRY(flags_in(t, self));
  State* state = TRY(state_of(t));
  StrBuilder out(t);
  for (size_t i = 0; i < kSignals; ++i) {
    TRY(out.append_ascii(i == 0 ? "{" : ", "));
    Str* name = TRY(repr_py(t, state->signals_[i].get()));
    TRY(out.append(name));
    TRY(out.append_ascii((flags & kSignalTable[i].flags) != 0 ? ":True" : ":False"));
  }
  TRY(out.append_ascii("}"));
  return Value(TRY(out.finish()));
}
Fallible<int64_t> dict_length(Thread& t, Value self) {
  TRY(flags_in(t, self));
  return static_cast<int64_t>(kSignals);
}
Fallible<Value> dict_iter(Thread& t, Value self) {
  TRY(flags_in(t, self));
  State* state = TRY(state_of(t));
  return iter_py(t, state->signal_tuple_.get());
}
Fallible<Value> dict_get_item(Thread& t, Value self, Value key) {
  uint32_t flags = TRY(flags_in(t, self));
  uint32_t flag = TRY(flag_of(t, key));
  if (flag == 0) return raise_unknown_signal(t);
  return Value::from_bool((flags & flag) != 0);
}
Fallible<void> dict_set_item(Thread& t, Value self, Value key, Value value) {
  TRY(flags_in(t, self));
  if (value.is_absent()) return t.raise_value_error("signal keys cannot be deleted");
  uint32_t flag = TRY(flag_of(t, key));
  if (flag == 0) return raise_unknown_signal(t);
  bool on = TRY(truth_py(t, value));
  uint32_t* word = as<SignalDict>(self)->word();
  *word = on ? *word | flag : *word & ~flag;
  return {};
}
Fallible<Value> dict_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return Value::not_implemented();
  uint32_t mine = TRY(flags_in(t, self)), theirs;
  if (is<SignalDict>(other)) {
    theirs = TRY(flags_in(t, other));
  } else if (is<Dict>(other)) {
    Fallible<uint32_t> flags = flags_of_dict_py(t, other);
    if (flags.failed()) {
      if (!clear_exception_if(t, core.KeyError)) return Failure{};
      return Value::not_implemented();
    }
    theirs = flags.get();
  } else {
    return Value::not_implemented();
  }
  return Value::from_bool((mine == theirs) == (op == CompareOp::Eq));
}
Fallible<Value> dict_copy(Thread& t, SignalDict* self) {
  uint32_t flags = TRY(flags_in(t, Value(self)));
  State* state = TRY(state_of(t));
  Dict* copy = TRY(Dict::make_sized(t, kSignals));
  for (size_t i = 0; i < kSignals; ++i)
    TRY(copy->set_py(t, state->signals_[i].get(), Value::from_bool((flags & kSignalTable[i].flags) != 0)));
  return Value(copy);
}
Fallible<Value> dict_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
Fallible<void> dict_init(Thread&, Value, const Arguments&) { return {}; }

constexpr NativeMethod kDictMethods[] = {{"copy", HOG_NATIVE(dict_copy), "($self, /)", "The flags as a dict."}, {}};

}  // namespace

const TypeSpec kSignalDictSpec = {.name = "decimal.SignalDictMixin",
                                  .doc = "A context's flags or traps.",
                                  .layout = &SignalDict::kLayout,
                                  .flags = type_flag::kBaseType,
                                  .slots = {.repr = dict_repr,
                                            .hash = hash_not_implemented,
                                            .compare = dict_compare,
                                            .iter = dict_iter,
                                            .init = dict_init,
                                            .new_ = dict_new,
                                            .length = dict_length,
                                            .get_item = dict_get_item,
                                            .set_item = dict_set_item},
                                  .methods = kDictMethods};

Fallible<void> make_signals(Thread& t, State* state) {
  Tuple* base = TRY(Tuple::of(t, Value(core.ArithmeticError)));
  state->base_exception_.set(state, TRY(make_exception(t, "DecimalException", base)));
  for (bool missing = true; missing;) {
    missing = false;
    for (size_t i = 0; i < kSignals; ++i)
      if (state->signals_[i].get().is_empty() &&
          !TRY(make_one(t, state, kSignalTable[i], state->base_exception_.get(), &state->signals_[i])))
        missing = true;
  }
  for (size_t i = 0; i < kConditions; ++i)
    TRY(make_one(t, state, kConditionTable[i], state->signals_[0].get(), &state->conditions_[i]));
  Value all[kSignals];
  for (size_t i = 0; i < kSignals; ++i) all[i] = state->signals_[i].get();
  state->signal_tuple_.set(state, Value(TRY(Tuple::from(t, all, kSignals))));
  return {};
}

Fallible<void> add_signals(Thread& t, State* state, Module* module) {
  TRY(module->add(t, "DecimalException", state->base_exception_.get()));
  for (size_t i = 0; i < kSignals; ++i) TRY(module->add(t, kSignalTable[i].name, state->signals_[i].get()));
  for (size_t i = 0; i < kConditions; ++i) TRY(module->add(t, kConditionTable[i].name, state->conditions_[i].get()));
  return {};
}

Fallible<void> add_status_slow(Thread& t, DecimalContext* context, uint32_t status) {
  if ((status & MPD_Malloc_error) != 0) return t.raise_memory_error();
  uint32_t trapped = context->settings_.traps & status;
  State* state = TRY(state_of(t));
  Value exception;
  List* list = TRY(List::make(t));
  // The list has the conditions behind an invalid operation, then the other signals.
  if ((trapped & MPD_Invalid_operation) != 0) TRY(list->append(t, state->signals_[0].get()));
  for (size_t i = 0; i < kConditions; ++i)
    if ((trapped & kConditionTable[i].flags) != 0) TRY(list->append(t, state->conditions_[i].get()));
  for (size_t i = 0; i < kSignals; ++i) {
    if ((trapped & kSignalTable[i].flags) == 0) continue;
    if (exception.is_empty()) exception = state->signals_[i].get();
    if (i != 0) TRY(list->append(t, state->signals_[i].get()));
  }
  if (exception.is_empty()) return {};
  return t.raise_value(as<Type>(exception), Value(list));
}

Fallible<uint32_t> flags_of_list(Thread& t, List* list) {
  uint32_t flags = 0;
  for (size_t i = 0; i < list->length(); ++i) {
    uint32_t flag = TRY(flag_of(t, list->at(i)));
    if (flag == 0) return raise_unknown_signal(t);
    flags |= flag;
    TRY(t.poll());
  }
  return flags;
}

Fallible<uint32_t> flags_of_dict_py(Thread& t, Value v) {
  if (is<SignalDict>(v)) return flags_in(t, v);
  if (!is<Dict>(v)) return t.raise_type_error("argument must be a signal dict");
  auto* dict = as<Dict>(v);
  if (dict->length() != kSignals) return t.raise(core.KeyError, "invalid signal dict");
  uint32_t flags = 0;
  Value key, value;
  for (size_t i = 0; dict->next_nogc(&i, &key, &value);) {
    uint32_t flag = TRY(flag_of(t, key));
    if (flag == 0) return raise_unknown_signal(t);
    if (TRY(truth_py(t, value))) flags |= flag;
  }
  return flags;
}

Fallible<List*> list_of_flags(Thread& t, uint32_t flags) {
  State* state = TRY(state_of(t));
  List* list = TRY(List::make(t));
  for (size_t i = 0; i < kSignals; ++i)
    if ((flags & kSignalTable[i].flags) != 0) TRY(list->append(t, state->signals_[i].get()));
  return list;
}

// "[Clamped, InvalidOperation]": in the order of the bits, each name once.
Fallible<Str*> text_of_flags(Thread& t, uint32_t flags) {
  StrBuilder out(t);
  TRY(out.append_ascii("["));
  for (uint32_t bit = 1; bit <= flags && bit <= MPD_Max_status; bit <<= 1) {
    if ((flags & bit) == 0) continue;
    for (const Signal& signal : kSignalTable) {
      if ((signal.flags & bit) == 0) continue;
      if ((signal.flags & flags & (bit - 1)) != 0) break;  // written before
      if (out.length() > 1) TRY(out.append_ascii(", "));
      TRY(out.append_ascii(signal.name));
      break;
    }
  }
  TRY(out.append_ascii("]"));
  return out.finish();
}

}  // namespace hog::decimal
