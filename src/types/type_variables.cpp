// type_variables.cpp: TypeVar, ParamSpec, TypeVarTuple, TypeAliasType, Generic and their small companions. Bounds, constraints,
// defaults and alias values are evaluated when first asked for. Substitution rules live in the library's `typing`, which is
// called by name, as in CPython.
#include "types/type_variables.hpp"

#include "types/generic_alias.hpp"

namespace hog {

namespace {

// One cell for all kinds of type parameter and for aliases; which fields count follows from the type.
class TypeParameter : public Cell {
 public:
  static const Layout kLayout;
  ValueField name_;
  ValueField bound_;            // value once known; empty: none or not evaluated
  ValueField bound_function_;
  ValueField constraints_;      // tuple
  ValueField constraints_function_;
  ValueField default_;          // empty: not evaluated
  ValueField default_function_;
  ValueField module_;           // where it was made: a str, or empty
  ValueField type_parameters_;  // aliases: tuple or empty
  ValueField value_;            // aliases
  ValueField value_function_;
  bool covariant_, contravariant_, infer_variance_;
};
void trace_parameter(Cell* cell, Marker& marker) {
  auto* p = static_cast<TypeParameter*>(cell);
  for (Value v : {p->name_.get(), p->bound_.get(), p->bound_function_.get(), p->constraints_.get(),
                  p->constraints_function_.get(), p->default_.get(), p->default_function_.get(), p->module_.get(),
                  p->type_parameters_.get(), p->value_.get(), p->value_function_.get()})
    marker.visit_word(v.raw());
}
const Layout TypeParameter::kLayout = {.name = "type parameter", .trace = trace_parameter, .base_size = sizeof(TypeParameter)};
TypeParameter* self_of(Value self) { return as<TypeParameter>(self); }
Value or_none(Value v) { return v.is_empty() ? Value::none() : v; }

Fallible<Value> typing_function(Thread& t, const char* name) {
  Value typing = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "typing"))));
  return get_attribute_py(t, typing, TRY(Str::intern_utf8(t, name)));
}

// The single object that stands for "no default": an instance made on demand and kept by the isolate's typing module would
// differ between importers, so the type itself is the marker's type and its one instance is an immediate-like interned name.
Fallible<Value> no_default(Thread& t) {
  Str* key = TRY(Str::intern_utf8(t, "_hognose_no_default"));
  Value known = t.isolate().sys_dict->get_name_nogc(key);
  if (!known.is_absent()) return known;
  Value fresh = Value(TRY(new_instance(t, core.no_default_type)));
  TRY(t.isolate().sys_dict->set_name(t, key, fresh));
  return fresh;
}
Fallible<Value> no_default_new(Thread& t, Type*, const Arguments& arguments) {
  if (arguments.positional != 0 || arguments.has_keywords()) return t.raise_type_error("NoDefaultType takes no arguments");
  return no_default(t);
}
Fallible<Value> no_default_repr(Thread& t, Value) { return Value(TRY(Str::from_ascii(t, "typing.NoDefault"))); }
Fallible<Value> no_default_reduce(Thread& t, Value) { return Value(TRY(Str::from_ascii(t, "NoDefault"))); }
constexpr NativeMethod kNoDefaultMethods[] = {
    {"__reduce__", HOG_NATIVE(no_default_reduce), "($self, /)", "Helper for pickle."}, {}};

// Empty when the calling code has no __name__.
Value caller_module(Thread& t) {
  Dict* globals = t.isolate().services->current_globals(t);
  if (globals == nullptr) return Value();
  Value name = globals->get_name_nogc(names.dunder_name);
  return name.is_absent() ? Value() : name;
}

Fallible<TypeParameter*> make(Thread& t, Type* type, Value name) {
  if (!is<Str>(name)) return t.raise_type_error("{}() argument 'name' must be str, not {}", type->name(), type_of(name));
  auto* p = static_cast<TypeParameter*>(TRY(new_instance(t, type)));
  p->name_.set(p, name);
  p->module_.set(p, caller_module(t));
  return p;
}

// Keyword arguments of the constructors, by name; what is missing stays absent.
struct ConstructorArguments {
  const char* const* names_;
  Value* values_;
  int count_;
};
Fallible<void> read_keywords(Thread& t, const char* function, const Arguments& arguments, const ConstructorArguments& out) {
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    int index = -1;
    for (int i = 0; i < out.count_; ++i)
      if (name->equals_ascii(out.names_[i])) index = i;
    if (index < 0) return t.raise_type_error("{}() got an unexpected keyword argument '{}'", function, name);
    out.values_[index] = arguments.values[arguments.positional + k];
  }
  return {};
}

Fallible<void> set_variance(Thread& t, TypeParameter* p, Value covariant, Value contravariant, Value infer) {
  p->covariant_ = !covariant.is_absent() && TRY(truth_py(t, covariant));
  p->contravariant_ = !contravariant.is_absent() && TRY(truth_py(t, contravariant));
  p->infer_variance_ = !infer.is_absent() && TRY(truth_py(t, infer));
  if (p->covariant_ && p->contravariant_) return t.raise_value_error("Bivariant types are not supported.");
  if (p->infer_variance_ && (p->covariant_ || p->contravariant_))
    return t.raise_value_error("Variance cannot be specified with infer_variance.");
  return {};
}

Fallible<Value> checked_bound_py(Thread& t, Value bound) {
  if (bound.is_none()) return Value();
  Value check = TRY(typing_function(t, "_type_check"));
  return call_py(t, check, bound, Value(TRY(Str::from_ascii(t, "Bound must be a type."))));
}

Fallible<Value> type_var_new(Thread& t, Type*, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"name", "bound", "default", "covariant", "contravariant", "infer_variance"};
  Value v[6];
  for (Value& x : v) x = Value::absent();
  TRY(read_keywords(t, "typevar", arguments, {kNames, v, 6}));
  if (arguments.positional > 0) v[0] = arguments[0];
  if (v[0].is_absent()) return t.raise_type_error("typevar() missing required argument 'name' (pos 1)");
  size_t constraint_count = arguments.positional > 1 ? arguments.positional - 1 : 0;
  TypeParameter* p = TRY(make(t, core.type_var, v[0]));
  TRY(set_variance(t, p, v[3], v[4], v[5]));
  bool has_bound = !v[1].is_absent() && !v[1].is_none();
  if (constraint_count == 1) return t.raise_type_error("A single constraint is not allowed");
  if (constraint_count != 0 && has_bound) return t.raise_type_error("Constraints cannot be combined with bound=...");
  if (has_bound) p->bound_.set(p, TRY(checked_bound_py(t, v[1])));
  p->constraints_.set(p, Value(TRY(Tuple::from(t, arguments.values + 1, constraint_count))));
  p->default_.set(p, v[2].is_absent() ? TRY(no_default(t)) : v[2]);
  return Value(p);
}

Fallible<Value> param_spec_new(Thread& t, Type*, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"name", "bound", "default", "covariant", "contravariant", "infer_variance"};
  Value v[6];
  for (Value& x : v) x = Value::absent();
  TRY(read_keywords(t, "paramspec", arguments, {kNames, v, 6}));
  if (arguments.positional > 1)
    return t.raise_type_error("paramspec() takes exactly 1 positional argument ({} given)", arguments.positional);
  if (arguments.positional == 1) v[0] = arguments[0];
  if (v[0].is_absent()) return t.raise_type_error("paramspec() missing required argument 'name' (pos 1)");
  TypeParameter* p = TRY(make(t, core.param_spec, v[0]));
  TRY(set_variance(t, p, v[3], v[4], v[5]));
  if (!v[1].is_absent() && !v[1].is_none()) p->bound_.set(p, v[1]);
  p->default_.set(p, v[2].is_absent() ? TRY(no_default(t)) : v[2]);
  return Value(p);
}

Fallible<Value> type_var_tuple_new(Thread& t, Type*, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"name", "default"};
  Value v[2] = {Value::absent(), Value::absent()};
  TRY(read_keywords(t, "typevartuple", arguments, {kNames, v, 2}));
  if (arguments.positional > 1)
    return t.raise_type_error("typevartuple() takes exactly 1 positional argument ({} given)", arguments.positional);
  if (arguments.positional == 1) v[0] = arguments[0];
  if (v[0].is_absent()) return t.raise_type_error("typevartuple() missing required argument 'name' (pos 1)");
  TypeParameter* p = TRY(make(t, core.type_var_tuple, v[0]));
  p->default_.set(p, v[1].is_absent() ? TRY(no_default(t)) : v[1]);
  return Value(p);
}

// ---- Shared attributes. ----

Fallible<Value> get_name(Thread&, Value self) { return self_of(self)->name_.get(); }
Fallible<Value> get_module(Thread&, Value self) { return or_none(self_of(self)->module_.get()); }
Fallible<Value> get_covariant(Thread&, Value self) { return Value::from_bool(self_of(self)->covariant_); }
Fallible<Value> get_contravariant(Thread&, Value self) { return Value::from_bool(self_of(self)->contravariant_); }
Fallible<Value> get_infer_variance(Thread&, Value self) { return Value::from_bool(self_of(self)->infer_variance_); }

Fallible<Value> evaluated(Thread& t, TypeParameter* p, ValueField TypeParameter::*value, ValueField TypeParameter::*function,
                          Value otherwise) {
  if (!(p->*value).get().is_empty()) return (p->*value).get();
  if ((p->*function).get().is_empty()) return otherwise;
  Value v = TRY(call_py(t, (p->*function).get(), Value::from_small_int(1)));
  (p->*value).set(p, v);
  return v;
}
Fallible<Value> get_bound(Thread& t, Value self) {
  return evaluated(t, self_of(self), &TypeParameter::bound_, &TypeParameter::bound_function_, Value::none());
}
Fallible<Value> get_constraints(Thread& t, Value self) {
  return evaluated(t, self_of(self), &TypeParameter::constraints_, &TypeParameter::constraints_function_,
                   Value(empty_tuple()));
}
Fallible<Value> get_default(Thread& t, Value self) {
  return evaluated(t, self_of(self), &TypeParameter::default_, &TypeParameter::default_function_, TRY(no_default(t)));
}

class ConstEvaluator : public Cell {
 public:
  static const Layout kLayout;
  ValueField value_;
};
void trace_evaluator(Cell* cell, Marker& marker) {
  marker.visit_word(static_cast<ConstEvaluator*>(cell)->value_.get().raw());
}
const Layout ConstEvaluator::kLayout = {
    .name = "constevaluator", .trace = trace_evaluator, .base_size = sizeof(ConstEvaluator)};
Fallible<Value> make_evaluator(Thread& t, Value v) {
  auto* e = TRY(t.allocate<ConstEvaluator>(shapes.const_evaluator));
  e->value_.set(e, v);
  return Value(e);
}
// Called as an annotate function: format 4 (STRING) wants source text.
Fallible<Value> evaluator_call(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional != 1)
    return t.raise_type_error("_typing._ConstEvaluator() takes exactly one argument ({} given)", arguments.positional);
  Value v = as<ConstEvaluator>(self)->value_.get();
  int64_t format = TRY(index_to_int64_py(t, arguments[0]));
  constexpr int64_t kString = 4;
  if (format != kString) return v;
  StrBuilder out(t);
  if (is<Tuple>(v)) {
    TRY(out.append_ascii("("));
    for (size_t i = 0; i < as<Tuple>(v)->length(); ++i) {
      if (i != 0) TRY(out.append_ascii(", "));
      TRY(append_type_repr_py(t, out, as<Tuple>(v)->at(i)));
    }
    if (as<Tuple>(v)->length() == 1) TRY(out.append_ascii(","));
    TRY(out.append_ascii(")"));
  } else {
    TRY(append_type_repr_py(t, out, v));
  }
  return Value(TRY(out.finish()));
}
Fallible<Value> evaluator_repr(Thread& t, Value self) {
  return Value(TRY(t.format("<constevaluator {}>", repr_of(as<ConstEvaluator>(self)->value_.get()))));
}

Fallible<Value> evaluator_of(Thread& t, TypeParameter* p, ValueField TypeParameter::*value,
                             ValueField TypeParameter::*function) {
  if (!(p->*function).get().is_empty()) return (p->*function).get();
  if (!(p->*value).get().is_empty()) return make_evaluator(t, (p->*value).get());
  return Value::none();
}
Fallible<Value> get_evaluate_bound(Thread& t, Value self) {
  return evaluator_of(t, self_of(self), &TypeParameter::bound_, &TypeParameter::bound_function_);
}
Fallible<Value> get_evaluate_constraints(Thread& t, Value self) {
  auto* p = self_of(self);
  if (p->constraints_function_.get().is_empty() && !p->constraints_.get().is_empty() &&
      as<Tuple>(p->constraints_.get())->length() == 0)
    return Value::none();
  return evaluator_of(t, p, &TypeParameter::constraints_, &TypeParameter::constraints_function_);
}
Fallible<Value> get_evaluate_default(Thread& t, Value self) {
  auto* p = self_of(self);
  if (p->default_function_.get().is_empty() && p->default_.get() == TRY(no_default(t))) return Value::none();
  return evaluator_of(t, p, &TypeParameter::default_, &TypeParameter::default_function_);
}
Fallible<bool> has_default(Thread& t, Value self) {
  auto* p = self_of(self);
  if (!p->default_function_.get().is_empty()) return true;
  return !p->default_.get().is_empty() && p->default_.get() != TRY(no_default(t));
}

Fallible<Value> parameter_repr(Thread& t, Value self) {
  auto* p = self_of(self);
  if (p->infer_variance_) return p->name_.get();
  const char* sign = p->covariant_ ? "+" : p->contravariant_ ? "-" : "~";
  return Value(TRY(t.format("{}{}", sign, as<Str>(p->name_.get()))));
}
Fallible<Value> plain_repr(Thread&, Value self) { return self_of(self)->name_.get(); }
Fallible<Value> parameter_reduce(Thread&, Value self) { return self_of(self)->name_.get(); }
Fallible<Value> refuse_subclassing(Thread& t, Value self, Value) {
  return t.raise_type_error("Cannot subclass an instance of {}", type_of(self)->name());
}
Fallible<Value> parameter_or(Thread& t, Value a, Value b) { return make_union_py(t, a, b); }

template <const char* kFunction>
Fallible<Value> through_typing(Thread& t, Value self, Value argument) {
  return call_py(t, TRY(typing_function(t, kFunction)), self, argument);
}
template <const char* kFunction>
Fallible<Value> prepare_through_typing(Thread& t, Value self, Value alias, Value arguments) {
  return call_py(t, TRY(typing_function(t, kFunction)), self, alias, arguments);
}
constexpr char kTypeVarSubst[] = "_typevar_subst";
constexpr char kParamSpecSubst[] = "_paramspec_subst";
constexpr char kParamSpecPrepare[] = "_paramspec_prepare_subst";
constexpr char kTypeVarTuplePrepare[] = "_typevartuple_prepare_subst";

// A TypeVar with a default may be left out at the end of a subscript.
Fallible<Value> type_var_prepare(Thread& t, Value self, Value alias, Value arguments) {
  Value parameters = TRY(get_attribute_py(t, alias, names.dunder_parameters));
  auto* tuple = as<Tuple>(arguments);
  size_t index = 0;
  while (index < as<Tuple>(parameters)->length() && as<Tuple>(parameters)->at(index) != self) ++index;
  if (index < tuple->length()) return arguments;
  if (index == tuple->length() && TRY(has_default(t, self))) {
    Value v = TRY(get_default(t, self));
    List* list = TRY(list_from_iterable_py(t, arguments));
    TRY(list->append(t, v));
    return Value(TRY(Tuple::from(t, list->data(), list->length())));
  }
  // Itself and those before it that have no default are needed.
  size_t needed = as<Tuple>(parameters)->length() < index + 1 ? index : index + 1;
  return t.raise_type_error("Too few arguments for {}; actual {}, expected at least {}", str_of(alias), tuple->length(), needed);
}
Fallible<Value> type_var_tuple_subst(Thread& t, Value, Value) {
  return t.raise_type_error("Substitution of bare TypeVarTuple is not supported");
}
Fallible<Value> type_var_tuple_iter(Thread& t, Value self) {
  Value unpack = TRY(typing_function(t, "Unpack"));
  Value item = TRY(get_item_py(t, unpack, self));
  return iter_py(t, Value(TRY(Tuple::of(t, item))));
}

constexpr NativeMethod kTypeVarMethods[] = {
    {"__typing_subst__", HOG_NATIVE((through_typing<kTypeVarSubst>)), "($self, arg, /)", "See typing."},
    {"__typing_prepare_subst__", HOG_NATIVE(type_var_prepare), "($self, alias, args, /)", "See typing."},
    {"__reduce__", HOG_NATIVE(parameter_reduce), "($self, /)", "Helper for pickle."},
    {"has_default", HOG_NATIVE(has_default), "($self, /)", "Has it a default?"},
    {"__mro_entries__", HOG_NATIVE(refuse_subclassing), "($self, bases, /)", "Refused."},
    {},
};
constexpr NativeMethod kParamSpecMethods[] = {
    {"__typing_subst__", HOG_NATIVE((through_typing<kParamSpecSubst>)), "($self, arg, /)", "See typing."},
    {"__typing_prepare_subst__", HOG_NATIVE((prepare_through_typing<kParamSpecPrepare>)), "($self, alias, args, /)",
     "See typing."},
    {"__reduce__", HOG_NATIVE(parameter_reduce), "($self, /)", "Helper for pickle."},
    {"has_default", HOG_NATIVE(has_default), "($self, /)", "Has it a default?"},
    {"__mro_entries__", HOG_NATIVE(refuse_subclassing), "($self, bases, /)", "Refused."},
    {},
};
constexpr NativeMethod kTypeVarTupleMethods[] = {
    {"__typing_subst__", HOG_NATIVE(type_var_tuple_subst), "($self, arg, /)", "See typing."},
    {"__typing_prepare_subst__", HOG_NATIVE((prepare_through_typing<kTypeVarTuplePrepare>)), "($self, alias, args, /)",
     "See typing."},
    {"__reduce__", HOG_NATIVE(parameter_reduce), "($self, /)", "Helper for pickle."},
    {"has_default", HOG_NATIVE(has_default), "($self, /)", "Has it a default?"},
    {"__mro_entries__", HOG_NATIVE(refuse_subclassing), "($self, bases, /)", "Refused."},
    {},
};

// ---- P.args and P.kwargs. ----

class ParamSpecPart : public Cell {
 public:
  static const Layout kLayout;
  ValueField origin_;
};
void trace_part(Cell* cell, Marker& marker) { marker.visit_word(static_cast<ParamSpecPart*>(cell)->origin_.get().raw()); }
const Layout ParamSpecPart::kLayout = {.name = "paramspec part", .trace = trace_part, .base_size = sizeof(ParamSpecPart)};

Fallible<Value> make_part(Thread& t, Type* type, Value origin) {
  auto* part = static_cast<ParamSpecPart*>(TRY(new_instance(t, type)));
  part->origin_.set(part, origin);
  return Value(part);
}
Fallible<Value> part_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional + arguments.keyword_count() != 1)
    return t.raise_type_error("{}() missing required argument 'origin' (pos 1)", type->name());
  return make_part(t, type, arguments.values[0]);
}
Fallible<Value> get_part_args(Thread& t, Value self) { return make_part(t, core.param_spec_args, self); }
Fallible<Value> get_part_kwargs(Thread& t, Value self) { return make_part(t, core.param_spec_kwargs, self); }
Fallible<Value> part_origin(Thread&, Value self) { return as<ParamSpecPart>(self)->origin_.get(); }
Fallible<Value> part_repr(Thread& t, Value self) {
  const char* suffix = type_of(self) == core.param_spec_args ? "args" : "kwargs";
  Value origin = as<ParamSpecPart>(self)->origin_.get();
  if (is<TypeParameter>(origin)) return Value(TRY(t.format("{}.{}", as<Str>(self_of(origin)->name_.get()), suffix)));
  return Value(TRY(t.format("{}.{}", repr_of(origin), suffix)));
}
Fallible<Value> part_compare(Thread& t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || type_of(a) != type_of(b)) return Value::not_implemented();
  bool equal = TRY(equals_py(t, as<ParamSpecPart>(a)->origin_.get(), as<ParamSpecPart>(b)->origin_.get()));
  return Value::from_bool(equal == (op == CompareOp::Eq));
}
constexpr NativeMethod kPartMethods[] = {
    {"__mro_entries__", HOG_NATIVE(refuse_subclassing), "($self, bases, /)", "Refused."}, {}};
constexpr GetSet kPartGetSets[] = {{"__origin__", part_origin}, {}};

constexpr GetSet kTypeVarGetSets[] = {
    {"__name__", get_name},
    {"__module__", get_module},
    {"__bound__", get_bound},
    {"__constraints__", get_constraints},
    {"__default__", get_default},
    {"__covariant__", get_covariant},
    {"__contravariant__", get_contravariant},
    {"__infer_variance__", get_infer_variance},
    {"evaluate_bound", get_evaluate_bound},
    {"evaluate_constraints", get_evaluate_constraints},
    {"evaluate_default", get_evaluate_default},
    {},
};
constexpr GetSet kParamSpecGetSets[] = {
    {"__name__", get_name},
    {"__module__", get_module},
    {"__bound__", get_bound},
    {"__default__", get_default},
    {"__covariant__", get_covariant},
    {"__contravariant__", get_contravariant},
    {"__infer_variance__", get_infer_variance},
    {"evaluate_default", get_evaluate_default},
    {"args", get_part_args},
    {"kwargs", get_part_kwargs},
    {},
};
constexpr GetSet kTypeVarTupleGetSets[] = {
    {"__name__", get_name},
    {"__module__", get_module},
    {"__default__", get_default},
    {"evaluate_default", get_evaluate_default},
    {},
};

// ---- TypeAliasType. ----

Fallible<Tuple*> checked_parameters(Thread& t, Value parameters) {
  if (!is<Tuple>(parameters)) return t.raise_type_error("type_params must be a tuple");
  bool default_seen = false;
  auto* tuple = as<Tuple>(parameters);
  for (size_t i = 0; i < tuple->length(); ++i) {
    Value p = tuple->at(i);
    if (!is<TypeParameter>(p) || type_of(p) == core.type_alias)
      return t.raise_type_error("Expected a type param, got {}", repr_of(p));
    bool has = TRY(has_default(t, p));
    if (default_seen && !has)
      return t.raise_type_error("non-default type parameter '{}' follows default type parameter", repr_of(p));
    default_seen = has;
  }
  return tuple;
}
Fallible<Value> alias_new(Thread& t, Type*, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"name", "value", "type_params"};
  Value v[3] = {Value::absent(), Value::absent(), Value::absent()};
  TRY(read_keywords(t, "typealias", arguments, {kNames, v, 3}));
  if (arguments.positional > 2)
    return t.raise_type_error("typealias() takes exactly 2 positional arguments ({} given)", arguments.positional);
  for (uint32_t i = 0; i < arguments.positional; ++i) v[i] = arguments[i];
  if (v[0].is_absent()) return t.raise_type_error("typealias() missing required argument 'name' (pos 1)");
  if (v[1].is_absent()) return t.raise_type_error("typealias() missing required argument 'value' (pos 2)");
  TypeParameter* alias = TRY(make(t, core.type_alias, v[0]));
  alias->value_.set(alias, v[1]);
  if (!v[2].is_absent()) alias->type_parameters_.set(alias, Value(TRY(checked_parameters(t, v[2]))));
  return Value(alias);
}
Fallible<Value> alias_value(Thread& t, Value self) {
  return evaluated(t, self_of(self), &TypeParameter::value_, &TypeParameter::value_function_, Value::none());
}
Fallible<Value> alias_evaluate(Thread& t, Value self) {
  return evaluator_of(t, self_of(self), &TypeParameter::value_, &TypeParameter::value_function_);
}
Fallible<Value> alias_type_parameters(Thread&, Value self) {
  Value v = self_of(self)->type_parameters_.get();
  return v.is_empty() ? Value(empty_tuple()) : v;
}
// A TypeVarTuple among the parameters appears unpacked in __parameters__.
Fallible<Value> alias_parameters(Thread& t, Value self) {
  Value v = self_of(self)->type_parameters_.get();
  if (v.is_empty()) return Value(empty_tuple());
  List* list = TRY(List::make(t));
  for (size_t i = 0; i < as<Tuple>(v)->length(); ++i) {
    Value p = as<Tuple>(v)->at(i);
    if (type_of(p) == core.type_var_tuple) {
      Value iterator = TRY(type_var_tuple_iter(t, p));
      p = TRY(next_py(t, iterator));
    }
    TRY(list->append(t, p));
  }
  return Value(TRY(Tuple::from(t, list->data(), list->length())));
}
Fallible<Value> alias_get_item(Thread& t, Value self, Value item) {
  if (self_of(self)->type_parameters_.get().is_empty() ||
      as<Tuple>(self_of(self)->type_parameters_.get())->length() == 0)
    return t.raise_type_error("Only generic type aliases are subscriptable");
  return make_generic_alias(t, self, item);
}
Fallible<Value> alias_or(Thread& t, Value a, Value b) { return make_union_py(t, a, b); }
Fallible<Value> alias_iter(Thread& t, Value self) {
  Value unpack = TRY(typing_function(t, "Unpack"));
  Value item = TRY(get_item_py(t, unpack, self));
  return iter_py(t, Value(TRY(Tuple::of(t, item))));
}
constexpr NativeMethod kAliasMethods[] = {
    {"__reduce__", HOG_NATIVE(parameter_reduce), "($self, /)", "Helper for pickle."}, {}};
constexpr GetSet kAliasGetSets[] = {
    {"__name__", get_name},
    {"__module__", get_module},
    {"__value__", alias_value},
    {"__type_params__", alias_type_parameters},
    {"__parameters__", alias_parameters},
    {"evaluate_value", alias_evaluate},
    {},
};

// ---- Generic. ----

Fallible<Value> generic_class_item(Thread& t, Type* type, Arguments arguments) {
  Value function = TRY(typing_function(t, "_generic_class_getitem"));
  Prepended all(t);
  TRY(all.set(Value(type), arguments));
  return call_py(t, function, all.arguments());
}
Fallible<Value> generic_init_subclass(Thread& t, Type* type, Arguments arguments, Dict* keywords) {
  Value function = TRY(typing_function(t, "_generic_init_subclass"));
  Prepended all(t);
  TRY(all.set(Value(type), arguments));
  Tuple* tuple = TRY(Tuple::from(t, all.arguments().values, all.arguments().positional));
  return call_with_dict_py(t, function, tuple, keywords);
}
constexpr NativeMethod kGenericMethods[] = {
    {"__class_getitem__", HOG_NATIVE(generic_class_item), "($type, /, *args)", "Generic[T].", native_flag::kClassMethod},
    {"__init_subclass__", HOG_NATIVE(generic_init_subclass), "($type, /, *args, **kwargs)", "See typing.",
     native_flag::kClassMethod},
    {},
};

}  // namespace

// ---- For the machine. ----

Fallible<Value> make_type_var(Thread& t, Value name, Value bound_function, Value constraints_function, bool infer) {
  TypeParameter* p = TRY(make(t, core.type_var, name));
  if (!bound_function.is_absent()) p->bound_function_.set(p, bound_function);
  if (!constraints_function.is_absent()) p->constraints_function_.set(p, constraints_function);
  else p->constraints_.set(p, Value(empty_tuple()));
  p->infer_variance_ = infer;
  return Value(p);
}
Fallible<Value> make_param_spec(Thread& t, Value name) {
  TypeParameter* p = TRY(make(t, core.param_spec, name));
  p->infer_variance_ = true;
  return Value(p);
}
Fallible<Value> make_type_var_tuple(Thread& t, Value name) { return Value(TRY(make(t, core.type_var_tuple, name))); }
Fallible<Value> set_type_parameter_default(Thread&, Value parameter, Value function) {
  self_of(parameter)->default_function_.set(parameter.cell(), function);
  return parameter;
}
Fallible<Value> make_type_alias(Thread& t, Value name, Value parameters, Value function) {
  TypeParameter* alias = TRY(make(t, core.type_alias, name));
  if (!parameters.is_none()) alias->type_parameters_.set(alias, parameters);
  alias->value_function_.set(alias, function);
  return Value(alias);
}
Fallible<Value> subscript_generic_py(Thread& t, Value parameters) {
  // TypeVarTuples are unpacked on the way.
  List* list = TRY(List::make(t));
  auto* tuple = as<Tuple>(parameters);
  for (size_t i = 0; i < tuple->length(); ++i) {
    Value p = tuple->at(i);
    if (type_of(p) == core.type_var_tuple) {
      Value iterator = TRY(type_var_tuple_iter(t, p));
      p = TRY(next_py(t, iterator));
    }
    TRY(list->append(t, p));
  }
  Tuple* unpacked = TRY(Tuple::from(t, list->data(), list->length()));
  Value typing_alias = TRY(typing_function(t, "_GenericAlias"));
  return call_py(t, typing_alias, Value(core.generic), Value(unpacked));
}

#define HOG_PARAMETER_TYPE(field, python_name, ...)                                                          \
  extern const TypeSpec k_##field##_spec;                                                                    \
  const TypeSpec k_##field##_spec = {.name = python_name, __VA_ARGS__};

HOG_PARAMETER_TYPE(type_var, "typing.TypeVar", .doc = "A type variable.", .layout = &TypeParameter::kLayout,
                   .flags = type_flag::kWeakReferences | type_flag::kHasDict,
                   .slots = {.repr = parameter_repr, .new_ = type_var_new, .or_ = parameter_or},
                   .methods = kTypeVarMethods, .getsets = kTypeVarGetSets)
HOG_PARAMETER_TYPE(param_spec, "typing.ParamSpec", .doc = "A variable for the parameters of a callable.",
                   .layout = &TypeParameter::kLayout, .flags = type_flag::kWeakReferences | type_flag::kHasDict,
                   .slots = {.repr = parameter_repr, .new_ = param_spec_new, .or_ = parameter_or},
                   .methods = kParamSpecMethods, .getsets = kParamSpecGetSets)
HOG_PARAMETER_TYPE(type_var_tuple, "typing.TypeVarTuple", .doc = "A variable for any number of types.",
                   .layout = &TypeParameter::kLayout, .flags = type_flag::kWeakReferences | type_flag::kHasDict,
                   .slots = {.repr = plain_repr, .iter = type_var_tuple_iter, .new_ = type_var_tuple_new},
                   .methods = kTypeVarTupleMethods, .getsets = kTypeVarTupleGetSets)
HOG_PARAMETER_TYPE(param_spec_args, "typing.ParamSpecArgs", .layout = &ParamSpecPart::kLayout,
                   .flags = type_flag::kWeakReferences,
                   .slots = {.repr = part_repr, .compare = part_compare, .new_ = part_new}, .methods = kPartMethods,
                   .getsets = kPartGetSets)
HOG_PARAMETER_TYPE(param_spec_kwargs, "typing.ParamSpecKwargs", .layout = &ParamSpecPart::kLayout,
                   .flags = type_flag::kWeakReferences,
                   .slots = {.repr = part_repr, .compare = part_compare, .new_ = part_new}, .methods = kPartMethods,
                   .getsets = kPartGetSets)
HOG_PARAMETER_TYPE(type_alias, "typing.TypeAliasType", .doc = "What a type statement makes.",
                   .layout = &TypeParameter::kLayout, .flags = type_flag::kWeakReferences,
                   .slots = {.repr = plain_repr, .iter = alias_iter, .new_ = alias_new, .or_ = alias_or,
                             .get_item = alias_get_item},
                   .methods = kAliasMethods, .getsets = kAliasGetSets)
HOG_PARAMETER_TYPE(generic, "typing.Generic", .doc = "Base class of generic classes.",
                   .flags = type_flag::kBaseType, .methods = kGenericMethods)
HOG_PARAMETER_TYPE(no_default_type, "NoDefaultType", .doc = "The type of typing.NoDefault.",
                   .slots = {.repr = no_default_repr, .new_ = no_default_new}, .methods = kNoDefaultMethods)
HOG_PARAMETER_TYPE(const_evaluator, "_typing._ConstEvaluator", .layout = &ConstEvaluator::kLayout,
                   .flags = type_flag::kNoInstantiation, .slots = {.repr = evaluator_repr, .call = evaluator_call})

}  // namespace hog
