// builtins_objects.cpp: attributes, classes and identity: getattr, isinstance, id, dir, vars, __build_class__ and their
// relatives. Ref: library/functions; reference/datamodel "Metaclasses" for the steps of a class statement.
#include "modules/builtins_functions.hpp"
#include "modules/sys_functions.hpp"
#include "types/list_sort.hpp"
#include "vm/frame_locals.hpp"
#include "vm/function.hpp"

namespace hog::builtin_functions {

namespace {

Fallible<Str*> attribute_name(Thread& t, Value name) {
  if (!is<Str>(name)) return t.raise_type_error("attribute name must be string, not '{}'", type_of(name));
  return Str::intern(t, as<Str>(name));
}

}  // namespace

Fallible<Value> getattr(Thread& t, Value object, Value name, Value otherwise) {
  Str* interned = TRY(attribute_name(t, name));
  if (otherwise.is_absent()) return get_attribute_py(t, object, interned);
  Value found = TRY(find_attribute_py(t, object, interned));
  return found.is_absent() ? otherwise : found;
}

Fallible<bool> hasattr(Thread& t, Value object, Value name) {
  Str* interned = TRY(attribute_name(t, name));
  Value found = TRY(find_attribute_py(t, object, interned));
  return !found.is_absent();
}

Fallible<void> setattr(Thread& t, Value object, Value name, Value value) {
  Str* interned = TRY(attribute_name(t, name));
  return set_attribute_py(t, object, interned, value);
}

Fallible<void> delattr(Thread& t, Value object, Value name) {
  Str* interned = TRY(attribute_name(t, name));
  return set_attribute_py(t, object, interned, Value::absent());
}

Fallible<bool> isinstance(Thread& t, Value object, Value class_or_tuple) {
  return is_instance_py(t, object, class_or_tuple);
}
Fallible<bool> issubclass(Thread& t, Value cls, Value class_or_tuple) { return is_subclass_py(t, cls, class_or_tuple); }
Fallible<bool> callable(Thread&, Value object) { return is_callable(object); }
Fallible<int64_t> hash(Thread& t, Value object) { return hash_py(t, object); }

// Cells never move, and no cell has the address that an immediate's word would be: the word itself identifies.
Fallible<Value> id(Thread& t, Value object) {
  Value number = TRY(make_uint(t, object.raw()));
  TRY(t.audit_py("builtins.id", number));
  return number;
}

Fallible<Value> dir(Thread& t, Value object) {
  Value listing;
  if (object.is_absent()) {
    if (t.frame_ == nullptr) return t.raise(core.SystemError, "frame does not exist");
    Value locals = TRY(frame_locals_py(t, t.frame_));
    listing = TRY(call_method_py(t, locals, names.keys));
  } else {
    Value method = TRY(find_special_py(t, object, names.dunder_dir));
    if (method.is_absent()) return t.raise_type_error("object does not provide __dir__");
    listing = TRY(call_py(t, method));
  }
  List* sorted = TRY(list_from_iterable_py(t, listing));
  TRY(sort_list_py(t, sorted, Value::none(), false));
  return Value(sorted);
}

Fallible<Value> vars(Thread& t, Value object) {
  if (object.is_absent()) return locals(t);
  // What sys makes only when it is asked for counts as being there.
  if (object == Isolate::of(t).slots[Isolate::kSysModule].get()) TRY(make_all_lazy_sys_attributes(t));
  Value dict = TRY(find_attribute_py(t, object, names.dunder_dict));
  if (dict.is_absent()) return t.raise_type_error("vars() argument must have __dict__ attribute");
  return dict;
}

// ---- Class statements. ----

namespace {

// Bases as written, with __mro_entries__ asked of those that are no classes. The same tuple when nothing changed.
Fallible<Tuple*> resolve_bases_py(Thread& t, Tuple* bases) {
  List* resolved = nullptr;
  for (size_t i = 0; i < bases->length(); ++i) {
    Value base = bases->at(i);
    Value entries = is<Type>(base) ? Value::absent() : TRY(find_attribute_py(t, base, names.dunder_mro_entries));
    if (entries.is_absent()) {
      if (resolved != nullptr) TRY(resolved->append(t, base));
      continue;
    }
    Value replacement = TRY(call_py(t, entries, Value(bases)));
    if (!is<Tuple>(replacement)) return t.raise_type_error("__mro_entries__ must return a tuple");
    if (resolved == nullptr) resolved = TRY(List::from(t, bases->data(), i));
    Tuple* more = as<Tuple>(replacement);
    for (size_t k = 0; k < more->length(); ++k) TRY(resolved->append(t, more->at(k)));
  }
  if (resolved == nullptr) return bases;
  return Tuple::from(t, resolved->data(), resolved->length());
}

// The most derived of the metaclass and those of the bases.
Fallible<Type*> derive_metaclass(Thread& t, Type* metaclass, Tuple* bases) {
  Type* winner = metaclass;
  for (size_t i = 0; i < bases->length(); ++i) {
    Type* other = type_of(bases->at(i));
    if (winner->is_subtype_of(other)) continue;
    if (!other->is_subtype_of(winner))
      return t.raise_type_error(
          "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all "
          "its bases");
    winner = other;
  }
  return winner;
}

Fallible<Dict*> keywords_as_dict(Thread& t, const Arguments& arguments) {
  Dict* dict = TRY(Dict::make(t));
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    Str* name = TRY(Str::intern(t, as<Str>(arguments.names->at(i))));
    TRY(dict->set_name(t, name, arguments[arguments.positional + i]));
  }
  return dict;
}

Fallible<Value> prepare_namespace_py(Thread& t, Value metaclass, Str* name, Tuple* bases, Dict* keywords) {
  Value prepare = TRY(find_attribute_py(t, metaclass, names.dunder_prepare));
  if (prepare.is_absent()) return Value(TRY(Dict::make(t)));
  Tuple* arguments = TRY(Tuple::of(t, Value(name), Value(bases)));
  Value space = TRY(call_with_dict_py(t, prepare, arguments, keywords));
  if (type_of(space)->slots().get_item == nullptr) {
    bool is_class = is<Type>(metaclass);
    return t.raise_type_error("{}.__prepare__() must return a mapping, not {}",
                              is_class ? FormatArgument(as<Type>(metaclass)->name()) : FormatArgument("<metaclass>"),
                              type_of(space));
  }
  return space;
}

Fallible<void> check_class_cell(Thread& t, Value cell, Value cls, Str* name) {
  if (!is<CellVariable>(cell)) return {};
  Value content = as<CellVariable>(cell)->contents_.get();
  if (content == cls) return {};
  if (content.is_empty())
    return t.raise(core.RuntimeError,
                   "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                   repr_of(Value(name)), repr_of(cls));
  return t.raise_type_error("__class__ set to {} defining {} as {}", repr_of(content), repr_of(Value(name)), repr_of(cls));
}

}  // namespace

Fallible<Value> build_class(Thread& t, Value, const Arguments& arguments) {
  if (arguments.positional < 2) return t.raise_type_error("__build_class__: not enough arguments");
  if (!is<Function>(arguments[0])) return t.raise_type_error("__build_class__: func must be a function");
  if (!is<Str>(arguments[1])) return t.raise_type_error("__build_class__: name is not a string");
  auto* body = as<Function>(arguments[0]);
  auto* name = as<Str>(arguments[1]);
  Tuple* original_bases = TRY(Tuple::from(t, arguments.values + 2, arguments.positional - 2));
  Tuple* bases = TRY(resolve_bases_py(t, original_bases));

  Dict* keywords = TRY(keywords_as_dict(t, arguments));
  Value metaclass = keywords->get_name_nogc(names.metaclass);
  if (!metaclass.is_absent()) {
    TRY(keywords->remove_name(t, names.metaclass));
  } else {
    metaclass = bases->length() == 0 ? Value(core.type) : Value(type_of(bases->at(0)));
  }
  if (is<Type>(metaclass)) metaclass = Value(TRY(derive_metaclass(t, as<Type>(metaclass), bases)));

  Value space = TRY(prepare_namespace_py(t, metaclass, name, bases, keywords));
  Value cell = TRY(run_function_body_py(t, body, space));
  if (bases != original_bases) TRY(set_item_py(t, space, Value(names.dunder_orig_bases), Value(original_bases)));
  Tuple* class_arguments = TRY(Tuple::of(t, Value(name), Value(bases), space));
  Value cls = TRY(call_with_dict_py(t, metaclass, class_arguments, keywords));
  if (is<Type>(cls)) TRY(check_class_cell(t, cell, cls, name));
  return cls;
}

}  // namespace hog::builtin_functions
