// generic_alias.cpp: types.GenericAlias. Invariant: arguments_ is a tuple (a single argument was wrapped).
#include "types/generic_alias.hpp"

namespace hog {

namespace {

void trace_alias(Cell* cell, Marker& marker) {
  auto* alias = static_cast<GenericAlias*>(cell);
  marker.visit_word(alias->origin_.get().raw());
  marker.visit(alias->arguments_.get());
  marker.visit(alias->parameters_.get());
}

GenericAlias* self_of(Value self) { return as<GenericAlias>(self); }

Fallible<Str*> name(Thread& t, const char* ascii) { return Str::intern_utf8(t, ascii); }

Fallible<Value> find_named(Thread& t, Value object, const char* attribute) {
  return find_attribute_py(t, object, TRY(name(t, attribute)));
}

bool is_sequence(Value v) { return is_exactly(v, shapes.tuple) || is_exactly(v, shapes.list); }
Fallible<Tuple*> as_tuple(Thread& t, Value sequence) { return tuple_from_iterable_py(t, sequence); }

Fallible<GenericAlias*> make(Thread& t, Type* type, Value origin, Value arguments) {
  Tuple* tuple = is<Tuple>(arguments) ? as<Tuple>(arguments) : TRY(Tuple::of(t, arguments));
  auto* alias = static_cast<GenericAlias*>(TRY(new_instance(t, type)));
  alias->origin_.set(alias, origin);
  alias->arguments_.set(alias, tuple);
  return alias;
}

Fallible<Tuple*> parameters_of_py(Thread& t, GenericAlias* alias) {
  if (!alias->parameters_) alias->parameters_.set(alias, TRY(collect_parameters_py(t, alias->arguments_.get())));
  return alias->parameters_.get();
}

// *tuple[...] among the items of a subscript stands for its own arguments, unless it ends in `...`.
Fallible<Value> unpack_items_py(Thread& t, Value item) {
  List* list = TRY(List::make(t));
  bool is_tuple = is<Tuple>(item);
  size_t count = is_tuple ? as<Tuple>(item)->length() : 1;
  for (size_t i = 0; i < count; ++i) {
    Value v = is_tuple ? as<Tuple>(item)->at(i) : item;
    if (!is<Type>(v)) {
      Value inner = TRY(find_named(t, v, "__typing_unpacked_tuple_args__"));
      if (!inner.is_absent() && is<Tuple>(inner)) {
        auto* tuple = as<Tuple>(inner);
        if (tuple->length() == 0 || !tuple->at(tuple->length() - 1).is_ellipsis()) {
          for (size_t k = 0; k < tuple->length(); ++k) TRY(list->append(t, tuple->at(k)));
          continue;
        }
      }
    }
    TRY(list->append(t, v));
  }
  return Value(TRY(Tuple::from(t, list->data(), list->length())));
}

// A nested generic: its own parameters take their values from ours.
Fallible<Value> substitute_nested_py(Thread& t, Value argument, Tuple* parameters, const Value* items, size_t count) {
  Value inner = TRY(find_attribute_py(t, argument, names.dunder_parameters));
  if (inner.is_absent() || !is<Tuple>(inner) || as<Tuple>(inner)->length() == 0) return argument;
  auto* inner_parameters = as<Tuple>(inner);
  List* list = TRY(List::make(t));
  for (size_t i = 0; i < inner_parameters->length(); ++i) {
    Value p = inner_parameters->at(i);
    size_t index = 0;
    while (index < parameters->length() && parameters->at(index) != p) ++index;
    if (index < parameters->length() && index < count) {
      Value v = items[index];
      // A TypeVarTuple stands for all its values.
      Value is_many = TRY(find_named(t, Value(type_of(p)), "__iter__"));
      if (!is_many.is_absent() && is<Tuple>(v)) {
        for (size_t k = 0; k < as<Tuple>(v)->length(); ++k) TRY(list->append(t, as<Tuple>(v)->at(k)));
        continue;
      }
      p = v;
    }
    TRY(list->append(t, p));
  }
  Tuple* key = TRY(Tuple::from(t, list->data(), list->length()));
  return get_item_py(t, argument, Value(key));
}

Fallible<bool> is_unpacked_type_var_tuple_py(Thread& t, Value v) {
  if (is<Type>(v)) return false;
  Value flag = TRY(find_named(t, v, "__typing_is_unpacked_typevartuple__"));
  return !flag.is_absent() && TRY(truth_py(t, flag));
}

Fallible<void> substitute_into_py(Thread& t, List* result, Tuple* arguments, Tuple* parameters, const Value* items,
                                  size_t count) {
  TRY(check_native_recursion(t));
  for (size_t i = 0; i < arguments->length(); ++i) {
    TRY(t.poll());
    Value argument = arguments->at(i);
    if (is<Type>(argument)) {
      TRY(result->append(t, argument));
      continue;
    }
    if (is_sequence(argument)) {
      List* nested = TRY(List::make(t));
      TRY(substitute_into_py(t, nested, TRY(as_tuple(t, argument)), parameters, items, count));
      if (is_exactly(argument, shapes.list)) {
        TRY(result->append(t, Value(nested)));
      } else {
        TRY(result->append(t, Value(TRY(Tuple::from(t, nested->data(), nested->length())))));
      }
      continue;
    }
    bool unpack = TRY(is_unpacked_type_var_tuple_py(t, argument));
    Value substitute = TRY(find_attribute_py(t, argument, names.dunder_typing_subst));
    Value v;
    if (!substitute.is_absent()) {
      size_t index = 0;
      while (index < parameters->length() && parameters->at(index) != argument) ++index;
      if (index == parameters->length())  // it gained its __typing_subst__ after the parameters were collected
        return t.raise_type_error("{} is not found in __parameters__", repr_of(argument));
      v = index < count ? TRY(call_py(t, substitute, items[index])) : argument;
    } else {
      v = TRY(substitute_nested_py(t, argument, parameters, items, count));
    }
    if (!unpack) {
      TRY(result->append(t, v));
      continue;
    }
    if (!is<Tuple>(v))
      return t.raise_type_error("expected __typing_subst__ of {} objects to return a tuple, not {}", type_of(argument),
                                type_of(v));
    for (size_t k = 0; k < as<Tuple>(v)->length(); ++k) TRY(result->append(t, as<Tuple>(v)->at(k)));
  }
  return {};
}

// ---- The type. ----

Fallible<Value> alias_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("GenericAlias() takes no keyword arguments");
  if (arguments.positional != 2)
    return t.raise_type_error("GenericAlias expected 2 arguments, got {}", arguments.positional);
  return Value(TRY(make(t, type, arguments[0], arguments[1])));
}

Fallible<Value> alias_repr(Thread& t, Value self) {
  TRY(check_native_recursion(t));
  auto* alias = self_of(self);
  StrBuilder out(t);
  if (alias->starred_) TRY(out.append_ascii("*"));
  TRY(append_type_repr_py(t, out, alias->origin_.get()));
  TRY(out.append_ascii("["));
  Tuple* arguments = alias->arguments_.get();
  for (size_t i = 0; i < arguments->length(); ++i) {
    if (i != 0) TRY(out.append_ascii(", "));
    Value v = arguments->at(i);
    if (is_exactly(v, shapes.list)) {
      TRY(out.append_ascii("["));
      for (size_t k = 0, count = as<List>(v)->length(); k < count; ++k) {
        if (k >= as<List>(v)->length()) return t.raise(core.IndexError, "list index out of range");  // a repr took items out
        if (k != 0) TRY(out.append_ascii(", "));
        TRY(append_type_repr_py(t, out, as<List>(v)->at(k)));
      }
      TRY(out.append_ascii("]"));
    } else {
      TRY(append_type_repr_py(t, out, v));
    }
  }
  if (arguments->length() == 0) TRY(out.append_ascii("()"));
  TRY(out.append_ascii("]"));
  return Value(TRY(out.finish()));
}

Fallible<int64_t> alias_hash(Thread& t, Value self) {
  auto* alias = self_of(self);
  int64_t origin = TRY(hash_py(t, alias->origin_.get()));
  int64_t arguments = TRY(hash_py(t, Value(alias->arguments_.get())));
  int64_t hash = origin ^ arguments;
  return hash == -1 ? -2 : hash;
}

Fallible<Value> alias_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<GenericAlias>(other)) return Value::not_implemented();
  auto* a = self_of(self);
  auto* b = self_of(other);
  bool equal = a->starred_ == b->starred_ && TRY(equals_py(t, a->origin_.get(), b->origin_.get())) &&
               TRY(equals_py(t, Value(a->arguments_.get()), Value(b->arguments_.get())));
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

// Everything but the alias's own attributes is asked of the origin.
bool is_own(const Str* attribute) {
  static constexpr const char* kOwn[] = {"__class__",      "__origin__",    "__args__",
                                         "__unpacked__",   "__parameters__", "__typing_unpacked_tuple_args__",
                                         "__mro_entries__", "__reduce_ex__", "__reduce__",
                                         "__bases__",      "__copy__",      "__deepcopy__"};
  for (const char* own : kOwn)
    if (attribute->equals_ascii(own)) return true;
  return false;
}
Fallible<Value> alias_get_attribute(Thread& t, Value self, Str* attribute) {
  if (is_own(attribute)) return generic_get_attribute(t, self, attribute);
  return find_attribute_py(t, self_of(self)->origin_.get(), attribute);
}

Fallible<Value> alias_call(Thread& t, Value self, const Arguments& arguments) {
  Value made = TRY(call_py(t, self_of(self)->origin_.get(), arguments));
  if (set_attribute_py(t, made, names.dunder_orig_class, self).failed()) {
    if (!clear_exception_if(t, core.AttributeError) && !clear_exception_if(t, core.TypeError)) return Failure{};
  }
  return made;
}

Fallible<Value> alias_get_item(Thread& t, Value self, Value item) {
  auto* alias = self_of(self);
  Tuple* parameters = TRY(parameters_of_py(t, alias));
  Tuple* arguments = TRY(substitute_parameters_py(t, self, alias->arguments_.get(), parameters, item));
  auto* result = TRY(make(t, core.generic_alias, alias->origin_.get(), Value(arguments)));
  result->starred_ = alias->starred_;
  return Value(result);
}

// iter(list[int]) gives *list[int] once.
class GenericAliasIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<GenericAlias> alias_;  // null: finished
};
void trace_alias_iterator(Cell* cell, Marker& marker) {
  marker.visit(static_cast<GenericAliasIterator*>(cell)->alias_.get());
}
const Layout GenericAliasIterator::kLayout = {
    .name = "generic alias iterator", .trace = trace_alias_iterator, .base_size = sizeof(GenericAliasIterator)};

Fallible<Value> alias_iter(Thread& t, Value self) {
  auto* iterator = TRY(t.allocate<GenericAliasIterator>(generic_alias_iterator_type->root_shape()));
  iterator->alias_.set(iterator, self_of(self));
  return Value(iterator);
}
Fallible<Value> iterator_iter(Thread&, Value self) { return self; }
Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* iterator = as<GenericAliasIterator>(self);
  GenericAlias* alias = iterator->alias_.get();
  if (alias == nullptr) return Value::absent();
  auto* starred = TRY(make(t, core.generic_alias, alias->origin_.get(), Value(alias->arguments_.get())));
  starred->starred_ = true;
  iterator->alias_.clear();
  return Value(starred);
}
// Pickled by what it goes over: the alias that *alias comes from has no stars.
Fallible<Value> iterator_reduce(Thread& t, GenericAliasIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));  // may run Python, which may exhaust this iterator
  Value over = self->alias_ ? Value(self->alias_.get()) : Value(empty_tuple());
  return Value(TRY(Tuple::of(t, iter, Value(TRY(Tuple::of(t, over))))));
}
constexpr NativeMethod kIteratorMethods[] = {
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "Helper for pickle."},
    {},
};

Fallible<Value> alias_mro_entries(Thread& t, GenericAlias* self, Value) {
  return Value(TRY(Tuple::of(t, self->origin_.get())));
}
Fallible<Value> alias_instance_check(Thread& t, Value, Value) {
  return t.raise_type_error("isinstance() argument 2 cannot be a parameterized generic");
}
Fallible<Value> alias_subclass_check(Thread& t, Value, Value) {
  return t.raise_type_error("issubclass() argument 2 cannot be a parameterized generic");
}
Fallible<Value> alias_reduce(Thread& t, GenericAlias* self) {
  Value arguments = Value(self->arguments_.get());
  if (self->starred_) {
    Value plain = Value(TRY(make(t, core.generic_alias, self->origin_.get(), arguments)));
    Value iterator = TRY(iter_py(t, plain));
    Value next = TRY(builtin_by_name_py(t, "next"));
    return Value(TRY(Tuple::of(t, next, Value(TRY(Tuple::of(t, iterator))))));
  }
  Tuple* parts = TRY(Tuple::of(t, self->origin_.get(), arguments));
  return Value(TRY(Tuple::of(t, Value(core.generic_alias), Value(parts))));
}
Fallible<Value> alias_dir(Thread& t, GenericAlias* self) {
  Value dir = TRY(builtin_by_name_py(t, "dir"));
  Value list = TRY(call_py(t, dir, self->origin_.get()));
  static constexpr const char* kOwn[] = {"__origin__",     "__args__",      "__unpacked__",
                                         "__parameters__", "__typing_unpacked_tuple_args__", "__mro_entries__",
                                         "__reduce_ex__",  "__reduce__"};
  for (const char* own : kOwn) {
    Value item = Value(TRY(name(t, own)));
    if (!TRY(contains_py(t, list, item))) TRY(as<List>(list)->append(t, item));
  }
  return list;
}

Fallible<Value> get_origin(Thread&, Value self) { return self_of(self)->origin_.get(); }
Fallible<Value> get_arguments(Thread&, Value self) { return Value(self_of(self)->arguments_.get()); }
Fallible<Value> get_parameters(Thread& t, Value self) { return Value(TRY(parameters_of_py(t, self_of(self)))); }
Fallible<Value> get_unpacked(Thread&, Value self) { return Value::from_bool(self_of(self)->starred_); }
Fallible<Value> get_unpacked_arguments(Thread&, Value self) {
  auto* alias = self_of(self);
  if (alias->starred_ && alias->origin_.get() == Value(core.tuple)) return Value(alias->arguments_.get());
  return Value::none();
}

constexpr NativeMethod kMethods[] = {
    {"__mro_entries__", HOG_NATIVE(alias_mro_entries), "($self, bases, /)", "The origin, as a base class."},
    {"__instancecheck__", HOG_NATIVE(alias_instance_check), "($self, instance, /)", "Refused."},
    {"__subclasscheck__", HOG_NATIVE(alias_subclass_check), "($self, subclass, /)", "Refused."},
    {"__reduce__", HOG_NATIVE(alias_reduce), "($self, /)", "Helper for pickle."},
    {"__dir__", HOG_NATIVE(alias_dir), "($self, /)", "The origin's names and the alias's own."},
    {},
};
constexpr GetSet kGetSets[] = {
    {"__origin__", get_origin},
    {"__args__", get_arguments},
    {"__parameters__", get_parameters},
    {"__unpacked__", get_unpacked},
    {"__typing_unpacked_tuple_args__", get_unpacked_arguments},
    {},
};

}  // namespace

Type* generic_alias_iterator_type;
const TypeSpec k_generic_alias_iterator_spec = {.name = "generic_alias_iterator",
                                                .layout = &GenericAliasIterator::kLayout,
                                                .flags = type_flag::kNoInstantiation,
                                                .slots = {.iter = iterator_iter, .next = iterator_next},
                                                .methods = kIteratorMethods};

const Layout GenericAlias::kLayout = {.name = "generic alias", .trace = trace_alias, .base_size = sizeof(GenericAlias)};

Fallible<Value> make_generic_alias(Thread& t, Value origin, Value arguments) {
  return Value(TRY(make(t, core.generic_alias, origin, arguments)));
}

Fallible<Tuple*> collect_parameters_py(Thread& t, Tuple* arguments) {
  TRY(check_native_recursion(t));
  List* list = TRY(List::make(t));
  auto add = [&](Value v) -> Fallible<void> {
    for (size_t k = 0; k < list->length(); ++k)
      if (list->at(k) == v) return {};
    return list->append(t, v);
  };
  for (size_t i = 0; i < arguments->length(); ++i) {
    TRY(t.poll());
    Value v = arguments->at(i);
    if (is<Type>(v)) continue;
    Tuple* inner = nullptr;
    if (is_sequence(v)) {
      inner = TRY(collect_parameters_py(t, TRY(as_tuple(t, v))));
    } else {
      Value substitute = TRY(find_attribute_py(t, v, names.dunder_typing_subst));
      if (!substitute.is_absent()) {
        TRY(add(v));
        continue;
      }
      Value parameters = TRY(find_attribute_py(t, v, names.dunder_parameters));
      if (!parameters.is_absent() && is<Tuple>(parameters)) inner = as<Tuple>(parameters);
    }
    if (inner != nullptr)
      for (size_t k = 0; k < inner->length(); ++k) TRY(add(inner->at(k)));
  }
  return Tuple::from(t, list->data(), list->length());
}

Fallible<Tuple*> substitute_parameters_py(Thread& t, Value self, Tuple* arguments, Tuple* parameters, Value item) {
  size_t count = parameters->length();
  if (count == 0) return t.raise_type_error("{} is not a generic class", repr_of(self));
  item = TRY(unpack_items_py(t, item));
  Str* prepare_name = TRY(name(t, "__typing_prepare_subst__"));
  for (size_t i = 0; i < count; ++i) {
    Value prepare = TRY(find_attribute_py(t, parameters->at(i), prepare_name));
    if (prepare.is_absent() || prepare.is_none()) continue;
    Value tuple = is<Tuple>(item) ? item : Value(TRY(Tuple::of(t, item)));
    item = TRY(call_py(t, prepare, self, tuple));
  }
  Tuple* items = is<Tuple>(item) ? as<Tuple>(item) : TRY(Tuple::of(t, item));
  if (items->length() != count)
    return t.raise_type_error("Too {} arguments for {}; actual {}, expected {}", items->length() > count ? "many" : "few",
                              repr_of(self), items->length(), count);
  List* result = TRY(List::make(t, arguments->length()));
  TRY(substitute_into_py(t, result, arguments, parameters, items->data(), items->length()));
  return Tuple::from(t, result->data(), result->length());
}

Fallible<void> append_type_repr_py(Thread& t, StrBuilder& out, Value v) {
  if (v.is_ellipsis()) return out.append_ascii("...");
  if (is<GenericAlias>(v)) return out.append(TRY(repr_py(t, v)));
  Value origin = TRY(find_attribute_py(t, v, names.dunder_origin));
  if (!origin.is_absent()) {
    Value arguments = TRY(find_attribute_py(t, v, names.dunder_args));
    if (!arguments.is_absent()) return out.append(TRY(repr_py(t, v)));
  }
  Value qualified = TRY(find_attribute_py(t, v, names.dunder_qualname));
  if (qualified.is_absent() || !is<Str>(qualified)) return out.append(TRY(repr_py(t, v)));
  Value module = TRY(find_attribute_py(t, v, names.dunder_module));
  if (module.is_absent() || module.is_none()) return out.append(TRY(repr_py(t, v)));
  if (is<Str>(module) && as<Str>(module)->equals_ascii("builtins")) return out.append(as<Str>(qualified));
  TRY(out.append(TRY(str_py(t, module))));
  TRY(out.append_ascii("."));
  return out.append(as<Str>(qualified));
}

extern const TypeSpec k_generic_alias_spec;
const TypeSpec k_generic_alias_spec = {
    .name = "types.GenericAlias",
    .doc = "A parameterised type, such as list[int].",
    .layout = &GenericAlias::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
    .slots = {.repr = alias_repr,
              .hash = alias_hash,
              .call = alias_call,
              .get_attribute = alias_get_attribute,
              .compare = alias_compare,
              .iter = alias_iter,
              .new_ = alias_new,
              .or_ = type_or_py,
              .get_item = alias_get_item},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(origin, args, /)",
};

}  // namespace hog
