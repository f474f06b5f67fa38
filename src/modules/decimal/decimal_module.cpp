// decimal_module.cpp: the module `_decimal`, and what it keeps for each isolate. Ref: library/decimal.
#include "modules/decimal/decimal.hpp"
#include "vm/isolate.hpp"

namespace hog::decimal {

const Layout State::kLayout = {
    .name = "decimal state",
    .trace =
        [](Cell* cell, Marker& marker) {
          auto* self = static_cast<State*>(cell);
          for (ValueField* f = self->signals_; f <= &self->extended_; ++f) marker.visit_word(f->get().raw());
        },
    .base_size = sizeof(State)};

namespace {

constexpr const char* kRoundingNames[kRoundings] = {"ROUND_UP",      "ROUND_DOWN",      "ROUND_CEILING",   "ROUND_FLOOR",
                                                    "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN", "ROUND_05UP"};
static_assert(MPD_ROUND_UP == 0 && MPD_ROUND_CEILING == 2 && MPD_ROUND_HALF_UP == 4 && MPD_ROUND_05UP == 7);

Type* state_type = nullptr;
constexpr TypeSpec kStateSpec = {.name = "_decimal.state", .layout = &State::kLayout, .flags = type_flag::kNoInstantiation};

const TypeRegistration kTypes[] = {{&decimal_type, &kDecimalSpec},
                                   {&decimal_context_type, &kContextSpec},
                                   {&signal_dict_type, &kSignalDictSpec, false},
                                   {&context_manager_type, &kContextManagerSpec, false},
                                   {&state_type, &kStateSpec, false}};

Fallible<Value> attribute_of_module_py(Thread& t, const char* module_name, const char* name) {
  Str* text = TRY(Str::intern_utf8(t, module_name));
  Value module = TRY(t.isolate().services->import_module(t, text));
  text = TRY(Str::intern_utf8(t, name));
  return get_attribute_py(t, module, text);
}

// class SignalDict(SignalDictMixin, MutableMapping): __slots__ = ()
Fallible<void> make_signal_dict_py(Thread& t, State* state) {
  Value mapping = TRY(attribute_of_module_py(t, "collections.abc", "MutableMapping"));
  Dict* attributes = TRY(Dict::make(t));
  Str* module_name = TRY(Str::intern_utf8(t, "decimal"));
  TRY(attributes->set_name(t, names.dunder_module, Value(module_name)));
  Tuple* bases = TRY(Tuple::of(t, Value(signal_dict_type), mapping));
  Str* name = TRY(Str::intern_utf8(t, "SignalDict"));
  Value made = TRY(call_py(t, Value(type_of(mapping)), Value(name), Value(bases), Value(attributes)));
  state->signal_dict_type_.set(state, made);
  return {};
}

Fallible<void> make_tuple_type_py(Thread& t, State* state) {
  Value namedtuple = TRY(attribute_of_module_py(t, "collections", "namedtuple"));
  Value name(TRY(Str::intern_utf8(t, "DecimalTuple")));
  Value fields(TRY(Str::from_ascii(t, "sign digits exponent")));
  Value module_name(TRY(Str::intern_utf8(t, "decimal")));
  Str* keyword = TRY(Str::intern_utf8(t, "module"));
  const Value arguments[] = {name, fields, module_name};
  Tuple* keywords = TRY(Tuple::of(t, Value(keyword)));
  Value made = TRY(call_py(t, namedtuple, Arguments(arguments, 2, keywords)));
  state->tuple_type_.set(state, made);
  return {};
}

Fallible<void> add_constants(Thread& t, State* state, Module* module) {
  for (size_t i = 0; i < kRoundings; ++i) TRY(module->add(t, kRoundingNames[i], state->roundings_[i].get()));
  TRY(module->add(t, "MAX_PREC", TRY(make_int(t, MPD_MAX_PREC))));
  TRY(module->add(t, "MAX_EMAX", TRY(make_int(t, MPD_MAX_EMAX))));
  TRY(module->add(t, "MIN_EMIN", TRY(make_int(t, MPD_MIN_EMIN))));
  TRY(module->add(t, "MIN_ETINY", TRY(make_int(t, MPD_MIN_ETINY))));
  TRY(module->add(t, "IEEE_CONTEXT_MAX_BITS", Value::from_small_int(MPD_IEEE_CONTEXT_MAX_BITS)));
  TRY(module->add(t, "HAVE_THREADS", Value::true_value()));
  TRY(module->add(t, "HAVE_CONTEXTVAR", Value::true_value()));
  TRY(module->add(t, "__version__", Value(TRY(Str::from_ascii(t, "1.70")))));
  return module->add(t, "__libmpdec_version__", Value(TRY(Str::from_ascii(t, mpd_version()))));
}

Fallible<void> make_state_py(Thread& t) {
  auto* state = TRY(t.allocate<State>(state_type->root_shape()));
  for (size_t i = 0; i < kRoundings; ++i) state->roundings_[i].set(state, Value(TRY(Str::intern_utf8(t, kRoundingNames[i]))));
  TRY(make_signal_dict_py(t, state));
  TRY(make_tuple_type_py(t, state));
  state->rational_.set(state, TRY(attribute_of_module_py(t, "numbers", "Rational")));
  Value number = TRY(attribute_of_module_py(t, "numbers", "Number"));
  Str* name = TRY(Str::intern_utf8(t, "register"));
  TRY(call_method_py(t, number, name, Value(decimal_type)));
  TRY(make_signals(t, state));
  ValueField& slot = Isolate::of(t).slots[Isolate::kDecimal];
  slot.set(nullptr, Value(state));
  Fallible<void> made = make_templates(t, state);
  if (made.failed()) slot.clear();
  return made;
}

// A module that is imported anew has the same exceptions and contexts: there is one of each type in the process.
Fallible<void> initialize(Thread& t, Module* module) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kDecimal];
  if (slot.get().is_empty()) TRY(make_state_py(t));
  auto* state = as<State>(slot.get());
  TRY(add_signals(t, state, module));
  TRY(module->add(t, "DecimalTuple", state->tuple_type_.get()));
  TRY(module->add(t, "DefaultContext", state->default_.get()));
  TRY(module->add(t, "BasicContext", state->basic_.get()));
  TRY(module->add(t, "ExtendedContext", state->extended_.get()));
  return add_constants(t, state, module);
}

}  // namespace

// The types can be found without the module (object.__subclasses__()): it is imported then.
Fallible<State*> state_of(Thread& t) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kDecimal];
  if (slot.get().is_empty()) [[unlikely]] {
    Str* name = TRY(Str::intern_utf8(t, "_decimal"));
    TRY(t.isolate().services->import_module(t, name));
    if (slot.get().is_empty()) return t.raise(core.RuntimeError, "_decimal is not initialised");
  }
  return as<State>(slot.get());
}

}  // namespace hog::decimal

namespace hog {

extern const ModuleSpec k_module__decimal;
const ModuleSpec k_module__decimal = {.name = "_decimal",
                                      .doc = "Decimal arithmetic.",
                                      .functions = decimal::kContextFunctions,
                                      .types = decimal::kTypes,
                                      .type_count = std::size(decimal::kTypes),
                                      .initialize = decimal::initialize};

}  // namespace hog
