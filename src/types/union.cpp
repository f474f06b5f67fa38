// union.cpp: typing.Union, what int | str is. Invariant: arguments_ holds at least two types, flattened, each once.
#include "types/generic_alias.hpp"

namespace hog {

namespace {

class Union : public Cell {
 public:
  static const Layout kLayout;
  Field<Tuple> arguments_;
  Field<Tuple> unhashable_;  // those of them that were not hashable then; null: none
  Field<Tuple> parameters_;
};
void trace_union(Cell* cell, Marker& marker) {
  marker.visit(static_cast<Union*>(cell)->arguments_.get());
  marker.visit(static_cast<Union*>(cell)->unhashable_.get());
  marker.visit(static_cast<Union*>(cell)->parameters_.get());
}
const Layout Union::kLayout = {.name = "union", .trace = trace_union, .base_size = sizeof(Union)};
Union* self_of(Value self) { return as<Union>(self); }

// Members in order, without doubles; those that cannot be hashed are compared among themselves.
struct Collector {
  Thread& t;
  List* members;
  Set* hashed;
  List* unhashable = nullptr;

  Fallible<void> add(Value v) {
    if (v.is_none()) v = Value(core.none_type);
    if (v.is_cell() && is<Union>(v)) {
      Tuple* inner = self_of(v)->arguments_.get();
      for (size_t i = 0; i < inner->length(); ++i) TRY(add(inner->at(i)));
      return {};
    }
    Fallible<bool> fresh = hashed->add_py(t, v);
    if (fresh.failed()) {
      if (!clear_exception_if(t, core.TypeError)) return Failure{};
      if (unhashable == nullptr) unhashable = TRY(List::make(t));
      for (size_t i = 0; i < unhashable->length(); ++i)
        if (TRY(equals_py(t, unhashable->at(i), v))) return {};
      TRY(unhashable->append(t, v));
      return members->append(t, v);
    }
    if (!fresh.get()) return {};
    return members->append(t, v);
  }
};

Fallible<Value> finish(Thread& t, const Collector& collector) {
  List* members = collector.members;
  if (members->length() == 1) return members->at(0);
  auto* u = TRY(t.allocate<Union>(shapes.union_type));
  u->arguments_.set(u, TRY(Tuple::from(t, members->data(), members->length())));
  if (List* rest = collector.unhashable) u->unhashable_.set(u, TRY(Tuple::from(t, rest->data(), rest->length())));
  return Value(u);
}

bool is_unionable(Value v) {
  if (v.is_none()) return true;
  if (!v.is_cell()) return false;
  Type* type = type_of(v);
  return is<Type>(v) || is<GenericAlias>(v) || is<Union>(v) || type == core.type_alias;
}

Fallible<Value> union_repr(Thread& t, Value self) {
  TRY(check_native_recursion(t));
  StrBuilder out(t);
  Tuple* arguments = self_of(self)->arguments_.get();
  for (size_t i = 0; i < arguments->length(); ++i) {
    if (i != 0) TRY(out.append_ascii(" | "));
    if (arguments->at(i) == Value(core.none_type)) {
      TRY(out.append_ascii("None"));
    } else {
      TRY(append_type_repr_py(t, out, arguments->at(i)));
    }
  }
  return Value(TRY(out.finish()));
}

Fallible<Value> as_set_py(Thread& t, Value self) {
  return call_py(t, Value(core.frozenset), Value(self_of(self)->arguments_.get()));
}

Fallible<int64_t> union_hash(Thread& t, Value self) {
  if (Tuple* unhashable = self_of(self)->unhashable_.get()) {
    // Each may complain for itself. If they all can be hashed by now, the union still cannot.
    for (size_t i = 0; i < unhashable->length(); ++i) TRY(hash_py(t, unhashable->at(i)));
    return t.raise_type_error("union contains {} unhashable element{}", unhashable->length(),
                              unhashable->length() == 1 ? "" : "s");
  }
  return hash_py(t, TRY(as_set_py(t, self)));
}

Fallible<Value> union_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<Union>(other)) return Value::not_implemented();
  Tuple* a = self_of(self)->arguments_.get();
  Tuple* b = self_of(other)->arguments_.get();
  bool equal = a->length() == b->length();
  for (size_t i = 0; equal && i < a->length(); ++i) {
    bool found = false;
    for (size_t k = 0; !found && k < b->length(); ++k) found = TRY(equals_py(t, a->at(i), b->at(k)));
    equal = found;
  }
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<Tuple*> parameters_of_py(Thread& t, Union* u) {
  if (!u->parameters_) u->parameters_.set(u, TRY(collect_parameters_py(t, u->arguments_.get())));
  return u->parameters_.get();
}

Fallible<Value> union_get_item(Thread& t, Value self, Value item) {
  auto* u = self_of(self);
  Tuple* parameters = TRY(parameters_of_py(t, u));
  if (parameters->length() == 0) return t.raise_type_error("{} is not a generic class", repr_of(self));
  Tuple* arguments = TRY(substitute_parameters_py(t, self, u->arguments_.get(), parameters, item));
  Collector collector{t, TRY(List::make(t)), TRY(Set::make(t, core.set))};
  for (size_t i = 0; i < arguments->length(); ++i) TRY(collector.add(arguments->at(i)));
  return finish(t, collector);
}

Fallible<Value> union_instance_check(Thread& t, Value self, Value instance) {
  Tuple* arguments = self_of(self)->arguments_.get();
  for (size_t i = 0; i < arguments->length(); ++i) {
    if (is<GenericAlias>(arguments->at(i)))
      return t.raise_type_error("isinstance() argument 2 cannot be a parameterized generic");
    if (TRY(is_instance_py(t, instance, arguments->at(i)))) return Value::true_value();
  }
  return Value::false_value();
}
Fallible<Value> union_subclass_check(Thread& t, Value self, Value cls) {
  Tuple* arguments = self_of(self)->arguments_.get();
  if (!is<Type>(cls)) return t.raise_type_error("issubclass() arg 1 must be a class");
  for (size_t i = 0; i < arguments->length(); ++i) {
    if (is<GenericAlias>(arguments->at(i)))
      return t.raise_type_error("issubclass() argument 2 cannot be a parameterized generic");
    if (TRY(is_subclass_py(t, cls, arguments->at(i)))) return Value::true_value();
  }
  return Value::false_value();
}
Fallible<Value> union_mro_entries(Thread& t, Value self, Value) {
  return t.raise_type_error("Cannot subclass {}", repr_of(self));
}

// Union[int, str]: strings are forward references, and each item must be acceptable as a type to `typing`.
Fallible<Value> union_class_item(Thread& t, Type*, Value items) {
  Collector collector{t, TRY(List::make(t)), TRY(Set::make(t, core.set))};
  Tuple* tuple = is<Tuple>(items) ? as<Tuple>(items) : TRY(Tuple::of(t, items));
  if (tuple->length() == 0) return t.raise_type_error("Cannot take a Union of no types.");
  for (size_t i = 0; i < tuple->length(); ++i) {
    Value v = tuple->at(i);
    if (!is_unionable(v)) {
      Value typing = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "typing"))));
      Value check = TRY(get_attribute_py(t, typing, TRY(Str::intern_utf8(t, "_type_check"))));
      v = TRY(call_py(t, check, v, Value(TRY(Str::from_ascii(t, "Union[arg, ...]: each arg must be a type.")))));
    }
    TRY(collector.add(v));
  }
  return finish(t, collector);
}

Str* interned(Thread& t, const char* text) {
  Fallible<Str*> s = Str::intern_utf8(t, text);
  return s.failed() ? names.empty : s.get();
}
Fallible<Value> get_arguments(Thread&, Value self) { return Value(self_of(self)->arguments_.get()); }
Fallible<Value> get_parameters(Thread& t, Value self) { return Value(TRY(parameters_of_py(t, self_of(self)))); }
Fallible<Value> get_origin(Thread&, Value) { return Value(core.union_type); }
Fallible<Value> get_name(Thread& t, Value) { return Value(interned(t, "Union")); }
Fallible<Value> get_module(Thread& t, Value) { return Value(interned(t, "typing")); }

Fallible<Value> union_get_attribute(Thread& t, Value self, Str* name) { return generic_get_attribute(t, self, name); }

constexpr NativeMethod kMethods[] = {
    {"__instancecheck__", HOG_NATIVE(union_instance_check), "($self, instance, /)", "Is it an instance of one of them?"},
    {"__subclasscheck__", HOG_NATIVE(union_subclass_check), "($self, cls, /)", "Is it a subclass of one of them?"},
    {"__mro_entries__", HOG_NATIVE(union_mro_entries), "($self, bases, /)", "Refused: a union is no base class."},
    {"__class_getitem__", HOG_NATIVE(union_class_item), "($type, items, /)", "Union[X, Y].", native_flag::kClassMethod},
    {},
};
constexpr GetSet kGetSets[] = {
    {"__args__", get_arguments},
    {"__parameters__", get_parameters},
    {"__origin__", get_origin},
    {"__name__", get_name},
    {"__qualname__", get_name},
    {"__module__", get_module},
    {},
};

}  // namespace

Fallible<Value> type_or_py(Thread& t, Value left, Value right) {
  if (is<Union>(left) || is<Union>(right)) return make_union_py(t, left, right);  // with a union, whatever typing accepts
  if (!is_unionable(left) || !is_unionable(right)) return Value::not_implemented();
  Collector collector{t, TRY(List::make(t)), TRY(Set::make(t, core.set))};
  TRY(collector.add(left));
  TRY(collector.add(right));
  return finish(t, collector);
}

Fallible<Value> make_union_py(Thread& t, Value left, Value right) {
  Collector collector{t, TRY(List::make(t)), TRY(Set::make(t, core.set))};
  for (Value v : {left, right}) {
    if (is<Str>(v)) {
      Value typing = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "typing"))));
      Value check = TRY(get_attribute_py(t, typing, TRY(Str::intern_utf8(t, "_type_check"))));
      v = TRY(call_py(t, check, v, Value(TRY(Str::from_ascii(t, "Union[arg, ...]: each arg must be a type.")))));
    }
    TRY(collector.add(v));
  }
  return finish(t, collector);
}

extern const TypeSpec k_union_type_spec;
const TypeSpec k_union_type_spec = {
    .name = "typing.Union",
    .doc = "The type of X | Y.",
    .layout = &Union::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kNoInstantiation,
    .slots = {.repr = union_repr,
              .hash = union_hash,
              .get_attribute = union_get_attribute,
              .compare = union_compare,
              .or_ = type_or_py,
              .get_item = union_get_item},
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace hog
