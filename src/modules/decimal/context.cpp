// context.cpp: the type Context, the context in force (a context variable), and `with localcontext()`.
// Ref: library/decimal "Context objects".
#include "modules/contextvars.hpp"
#include "modules/decimal/decimal.hpp"
#include "vm/isolate.hpp"

namespace hog::decimal {

Type* decimal_context_type = nullptr;
Type* context_manager_type = nullptr;

const Layout DecimalContext::kLayout = {.name = "decimal.Context",
                                        .trace =
                                            [](Cell* cell, Marker& marker) {
                                              auto* self = static_cast<DecimalContext*>(cell);
                                              marker.visit(self->traps_.get());
                                              marker.visit(self->flags_.get());
                                            },
                                        .base_size = sizeof(DecimalContext)};
const Layout ContextManager::kLayout = {.name = "decimal.ContextManager",
                                        .trace =
                                            [](Cell* cell, Marker& marker) {
                                              auto* self = static_cast<ContextManager*>(cell);
                                              marker.visit(self->local_.get());
                                              marker.visit(self->global_.get());
                                            },
                                        .base_size = sizeof(ContextManager)};

namespace {

constexpr mpd_context_t kDefault = {.prec = 28,
                                    .emax = 999999,
                                    .emin = -999999,
                                    .traps = MPD_IEEE_Invalid_operation | MPD_Division_by_zero | MPD_Overflow,
                                    .status = 0,
                                    .newtrap = 0,
                                    .round = MPD_ROUND_HALF_EVEN,
                                    .clamp = 0,
                                    .allcr = 1};

Fallible<SignalDict*> new_signal_dict(Thread& t, State* state, DecimalContext* context, bool traps) {
  auto* dict = static_cast<SignalDict*>(TRY(new_instance(t, as<Type>(state->signal_dict_type_.get()))));
  dict->context_.set(dict, context);
  dict->traps_ = traps;
  return dict;
}

Fallible<DecimalContext*> bare_context(Thread& t, State* state, Type* type) {
  auto* context = static_cast<DecimalContext*>(TRY(new_instance(t, type)));
  context->settings_ = kDefault;
  context->capitals_ = 1;
  context->traps_.set(context, TRY(new_signal_dict(t, state, context, true)));
  context->flags_.set(context, TRY(new_signal_dict(t, state, context, false)));
  return context;
}

Fallible<DecimalContext*> copy_of(Thread& t, const DecimalContext* context) {
  DecimalContext* copy = TRY(new_context(t, decimal_context_type));
  copy->settings_ = context->settings_;
  copy->capitals_ = context->capitals_;
  return copy;
}

// ---- Attributes. ----

Failure raise_no_delete(Thread& t) { return t.raise(core.AttributeError, "context attributes cannot be deleted"); }

Fallible<int64_t> number_of(Thread& t, Value v) {
  if (!is_int_or_bool(v)) return t.raise_type_error("an integer is required");
  Int64Result n = int_to_int64_nogc(v);
  if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
  return n.value;
}

mpd_context_t& settings(Value self) { return as<DecimalContext>(self)->settings_; }

Fallible<void> set_prec(Thread& t, Value self, Value v) {
  if (v.is_absent()) return raise_no_delete(t);
  int64_t n = TRY(number_of(t, v));
  if (!mpd_qsetprec(&settings(self), n)) return t.raise_value_error("valid range for prec is [1, MAX_PREC]");
  return {};
}
Fallible<void> set_emin(Thread& t, Value self, Value v) {
  if (v.is_absent()) return raise_no_delete(t);
  int64_t n = TRY(number_of(t, v));
  if (!mpd_qsetemin(&settings(self), n)) return t.raise_value_error("valid range for Emin is [MIN_EMIN, 0]");
  return {};
}
Fallible<void> set_emax(Thread& t, Value self, Value v) {
  if (v.is_absent()) return raise_no_delete(t);
  int64_t n = TRY(number_of(t, v));
  if (!mpd_qsetemax(&settings(self), n)) return t.raise_value_error("valid range for Emax is [0, MAX_EMAX]");
  return {};
}
Fallible<void> set_rounding(Thread& t, Value self, Value v) {
  if (v.is_absent()) return raise_no_delete(t);
  settings(self).round = TRY(rounding_of(t, v));
  return {};
}
Fallible<void> set_capitals(Thread& t, Value self, Value v) {
  if (v.is_absent()) return raise_no_delete(t);
  int64_t n = TRY(number_of(t, v));
  if (n != 0 && n != 1) return t.raise_value_error("valid values for capitals are 0 or 1");
  as<DecimalContext>(self)->capitals_ = static_cast<int>(n);
  return {};
}
Fallible<void> set_clamp(Thread& t, Value self, Value v) {
  if (v.is_absent()) return raise_no_delete(t);
  int64_t n = TRY(number_of(t, v));
  if (n != 0 && n != 1) return t.raise_value_error("valid values for clamp are 0 or 1");
  settings(self).clamp = static_cast<int>(n);
  return {};
}
Fallible<void> set_traps(Thread& t, Value self, Value v) {
  if (v.is_absent()) return raise_no_delete(t);
  settings(self).traps = TRY(flags_of_dict_py(t, v));
  return {};
}
Fallible<void> set_flags(Thread& t, Value self, Value v) {
  if (v.is_absent()) return raise_no_delete(t);
  settings(self).status = TRY(flags_of_dict_py(t, v));
  return {};
}

constexpr GetSet kGetSets[] = {
    {"Emax", [](Thread& t, Value self) { return make_int(t, settings(self).emax); }, set_emax, "The largest exponent."},
    {"Emin", [](Thread& t, Value self) { return make_int(t, settings(self).emin); }, set_emin, "The smallest exponent."},
    {"capitals", [](Thread& t, Value self) { return make_int(t, as<DecimalContext>(self)->capitals_); }, set_capitals, "E or e."},
    {"clamp", [](Thread& t, Value self) { return make_int(t, settings(self).clamp); }, set_clamp, "Are exponents clamped?"},
    {"flags", [](Thread&, Value self) -> Fallible<Value> { return Value(as<DecimalContext>(self)->flags_.get()); }, set_flags,
     "The signals that occurred."},
    {"prec", [](Thread& t, Value self) { return make_int(t, settings(self).prec); }, set_prec, "Digits of results."},
    {"rounding",
     [](Thread& t, Value self) -> Fallible<Value> {
       State* state = TRY(state_of(t));
       return state->roundings_[settings(self).round].get();
     },
     set_rounding, "How results are rounded."},
    {"traps", [](Thread&, Value self) -> Fallible<Value> { return Value(as<DecimalContext>(self)->traps_.get()); }, set_traps,
     "The signals that raise exceptions."},
    {}};

// What is None is left as it is.
struct Wanted {
  Value prec, rounding, emin, emax, capitals, clamp, flags, traps;
};
Fallible<void> set_signals(Thread& t, uint32_t* word, Value v) {
  *word = is<List>(v) ? TRY(flags_of_list(t, as<List>(v))) : TRY(flags_of_dict_py(t, v));
  return {};
}
Fallible<void> set_wanted(Thread& t, Value self, const Wanted& w) {
  if (!w.prec.is_none()) TRY(set_prec(t, self, w.prec));
  if (!w.rounding.is_none()) TRY(set_rounding(t, self, w.rounding));
  if (!w.emin.is_none()) TRY(set_emin(t, self, w.emin));
  if (!w.emax.is_none()) TRY(set_emax(t, self, w.emax));
  if (!w.capitals.is_none()) TRY(set_capitals(t, self, w.capitals));
  if (!w.clamp.is_none()) TRY(set_clamp(t, self, w.clamp));
  if (!w.traps.is_none()) TRY(set_signals(t, &settings(self).traps, w.traps));
  if (!w.flags.is_none()) TRY(set_signals(t, &settings(self).status, w.flags));
  return {};
}

Fallible<void> initialize(Thread& t, DecimalContext* self, Value prec, Value rounding, Value emin, Value emax, Value capitals,
                          Value clamp, Value flags, Value traps) {
  return set_wanted(t, Value(self), {prec, rounding, emin, emax, capitals, clamp, flags, traps});
}
constexpr NativeMethod kConstructors[] = {
    {"Context", HOG_NATIVE(initialize),
     "($self, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)", nullptr},
    {}};
Fallible<Value> context_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_context(t, type))); }
Fallible<void> context_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<Value> context_repr(Thread& t, Value self) {
  auto* context = as<DecimalContext>(self);
  const mpd_context_t& s = context->settings_;
  State* state = TRY(state_of(t));
  return Value(TRY(t.format("Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags={}, traps={})", s.prec,
                            as<Str>(state->roundings_[s.round].get()), s.emin, s.emax, context->capitals_, s.clamp,
                            TRY(text_of_flags(t, s.status)), TRY(text_of_flags(t, s.traps)))));
}

// ---- The context in force. ----

Fallible<void> set_current(Thread& t, DecimalContext* context) {
  State* state = TRY(state_of(t));
  Str* name = TRY(Str::intern_utf8(t, "set"));
  TRY(call_method_py(t, state->variable_.get(), name, Value(context)));
  return {};
}

// A template is never the context in force itself.
Fallible<DecimalContext*> fit_for_use(Thread& t, DecimalContext* context) {
  State* state = TRY(state_of(t));
  Value v(context);
  if (v == state->default_.get() || v == state->basic_.get() || v == state->extended_.get()) {
    context = TRY(copy_of(t, context));
    context->settings_.status = 0;
  }
  return context;
}

Fallible<Value> get_context(Thread& t) { return Value(TRY(current_decimal_context(t))); }
Fallible<void> set_context(Thread& t, Value v) {
  if (!is<DecimalContext>(v)) return t.raise_type_error("argument must be a context");
  return set_current(t, TRY(fit_for_use(t, as<DecimalContext>(v))));
}
// Attributes by keyword, in their fixed order; an unknown one is an error before any is set.
Fallible<Wanted> wanted_of(Thread& t, Dict* keywords) {
  constexpr const char* kNames[] = {"prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"};
  Value values[std::size(kNames)];
  for (Value& v : values) v = Value::none();
  Value key, value;
  for (size_t i = 0; keywords->next_nogc(&i, &key, &value);) {
    size_t at = 0;
    while (at < std::size(kNames) && !as<Str>(key)->equals_ascii(kNames[at])) ++at;
    if (at == std::size(kNames)) return t.raise_type_error("this function got an unexpected keyword argument '{}'", as<Str>(key));
    values[at] = value;
  }
  return Wanted{values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]};
}
Fallible<Value> local_context(Thread& t, Value ctx, Dict* keywords) {
  DecimalContext* global = TRY(current_decimal_context(t));
  DecimalContext* from = TRY(context_or_current(t, ctx));
  Wanted wanted = TRY(wanted_of(t, keywords));
  DecimalContext* local = TRY(copy_of(t, from));
  TRY(set_wanted(t, Value(local), wanted));
  auto* manager = TRY(t.allocate<ContextManager>(context_manager_type->root_shape()));
  manager->local_.set(manager, local);
  manager->global_.set(manager, global);
  return Value(manager);
}
Fallible<Value> ieee_context(Thread& t, int64_t bits) {
  mpd_context_t made;
  if (bits <= 0 || bits > MPD_IEEE_CONTEXT_MAX_BITS || mpd_ieee_context(&made, static_cast<int>(bits)) < 0)
    return t.raise_value_error("argument must be a multiple of 32, with a maximum of {}", MPD_IEEE_CONTEXT_MAX_BITS);
  DecimalContext* context = TRY(new_context(t, decimal_context_type));
  context->settings_ = made;
  return Value(context);
}

Fallible<Value> manager_enter(Thread& t, ContextManager* self) {
  TRY(set_current(t, self->local_.get()));
  return Value(self->local_.get());
}
Fallible<bool> manager_exit(Thread& t, ContextManager* self, Arguments) {
  TRY(set_current(t, self->global_.get()));
  return false;
}
constexpr NativeMethod kManagerMethods[] = {
    {"__enter__", HOG_NATIVE(manager_enter), "($self, /)", "Puts the context in force."},
    {"__exit__", HOG_NATIVE(manager_exit), "($self, /, *args)", "Puts the former context back."},
    {}};

}  // namespace

const NativeMethod kContextFunctions[] = {
    {"getcontext", HOG_NATIVE(get_context), "()", "The context in force."},
    {"setcontext", HOG_NATIVE(set_context), "(context, /)", "Puts a context in force."},
    {"localcontext", HOG_NATIVE(local_context), "(ctx=None, **kwargs)",
     "A context manager: a copy of a context for the length of a with statement."},
    {"IEEEContext", HOG_NATIVE(ieee_context), "(bits, /)", "The context of an IEEE 754 interchange format."},
    {}};

const TypeSpec kContextSpec = {.name = "decimal.Context",
                               .doc = "Settings of arithmetic: precision, rounding, range, signals.",
                               .layout = &DecimalContext::kLayout,
                               .flags = type_flag::kBaseType,
                               .slots = {.repr = context_repr, .init = context_init, .new_ = context_new},
                               .methods = kContextMethods,
                               .getsets = kGetSets,
                               .text_signature = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, "
                                                 "flags=None, traps=None)",
                               .constructors = kConstructors};
const TypeSpec kContextManagerSpec = {.name = "decimal.ContextManager",
                                      .doc = "What localcontext() returns.",
                                      .layout = &ContextManager::kLayout,
                                      .flags = type_flag::kNoInstantiation,
                                      .methods = kManagerMethods};

Fallible<int> rounding_of(Thread& t, Value v) {
  State* state = TRY(state_of(t));
  if (is<Str>(v))
    for (size_t i = 0; i < kRoundings; ++i)
      if (Str::equal_nogc(as<Str>(v), as<Str>(state->roundings_[i].get()))) return static_cast<int>(i);
  return t.raise_type_error(
      "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, "
      "ROUND_HALF_EVEN,\n   ROUND_05UP]");
}

Fallible<DecimalContext*> new_context(Thread& t, Type* type) {
  State* state = TRY(state_of(t));
  DecimalContext* context = TRY(bare_context(t, state, type));
  if (!state->default_.get().is_empty()) context->settings_ = as<DecimalContext>(state->default_.get())->settings_;
  return context;
}

Fallible<DecimalContext*> current_decimal_context(Thread& t) {
  State* state = TRY(state_of(t));
  Value v = TRY(context_get(t, as<ContextVariable>(state->variable_.get())));
  if (is<DecimalContext>(v)) [[likely]] return as<DecimalContext>(v);
  DecimalContext* context = TRY(copy_of(t, as<DecimalContext>(state->default_.get())));
  context->settings_.status = 0;
  TRY(set_current(t, context));
  return context;
}

Fallible<DecimalContext*> context_or_current(Thread& t, Value v) {
  if (v.is_absent() || v.is_none()) return current_decimal_context(t);
  if (!is<DecimalContext>(v)) return t.raise_type_error("optional argument must be a context");
  return as<DecimalContext>(v);
}

Fallible<void> make_templates(Thread& t, State* state) {
  state->variable_.set(state, TRY(make_context_variable(t, "decimal_context")));
  DecimalContext* standard = TRY(bare_context(t, state, decimal_context_type));
  DecimalContext* basic = TRY(bare_context(t, state, decimal_context_type));
  basic->settings_.prec = 9;
  basic->settings_.round = MPD_ROUND_HALF_UP;
  basic->settings_.traps |= MPD_Clamped | MPD_Underflow;
  DecimalContext* extended = TRY(bare_context(t, state, decimal_context_type));
  extended->settings_.prec = 9;
  extended->settings_.traps = 0;
  state->default_.set(state, Value(standard));
  state->basic_.set(state, Value(basic));
  state->extended_.set(state, Value(extended));
  return {};
}

}  // namespace hog::decimal
