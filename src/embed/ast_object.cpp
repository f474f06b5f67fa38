// ast_object.cpp: what instances of the classes of `_ast` can do: __init__, __repr__, __reduce__, __replace__. All go
// by the _fields, _attributes and _field_types that the class has now, which a program may have changed to anything.
// Ref: library/ast "ast.AST".
#include "embed/ast_classes.hpp"
#include "object/class_system.hpp"
#include "types/generic_alias.hpp"

namespace hog {

namespace {

// The names of a class attribute such as _fields, with the errors of one that is no sequence.
Fallible<Tuple*> class_sequence_py(Thread& t, Type* type, Str* attribute) {
  Value names = TRY(get_attribute_py(t, Value(type), attribute));
  if (!is_exactly(names, shapes.tuple)) TRY(length_py(t, names));
  return tuple_from_iterable_py(t, names);
}

Fallible<bool> contains_name_py(Thread& t, Tuple* sequence, Value name) {
  for (size_t i = 0; i < sequence->length(); ++i) {
    TRY(t.poll());
    if (TRY(equals_py(t, sequence->at(i), name))) return true;
  }
  return false;
}

Fallible<void> set_attribute_by_value_py(Thread& t, Value object, Value name, Value value) {
  if (!is<Str>(name)) return t.raise_type_error("attribute name must be string, not '{}'", type_of(name));
  Str* interned = TRY(Str::intern(t, TRY(Str::exact(t, as<Str>(name)))));
  return set_attribute_py(t, object, interned, value);
}

struct FieldSet {
  Tuple* fields;
  Set* remaining;  // those without a value so far
};

Fallible<void> set_keyword_py(Thread& t, const SyntaxClasses& classes, Value self, const FieldSet& set, Value name,
                              Value value) {
  Type* type = type_of(self);
  if (TRY(contains_name_py(t, set.fields, name))) {
    if (!TRY(set.remaining->remove_py(t, name)))
      return t.raise_type_error("{} got multiple values for argument {}", shown_name(t, type), repr_of(name));
  } else {
    Tuple* attributes = TRY(class_sequence_py(t, type, classes.attributes_name()));
    if (!TRY(contains_name_py(t, attributes, name)))
      TRY(warn_py(t, core.DeprecationWarning,
                  "{}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments is "
                  "deprecated and will be removed in Python 3.15.",
                  shown_name(t, type), repr_of(name)));
  }
  return set_attribute_by_value_py(t, self, name, value);
}

// A field that the call did not name: its default by what the class says of its type.
Fallible<void> set_default_py(Thread& t, const SyntaxClasses& classes, Value self, Value types, Value name) {
  Type* type = type_of(self);
  Value field_type = is<Dict>(types) ? TRY(as<Dict>(types)->get_py(t, name)) : Value::absent();
  if (field_type.is_absent())
    return warn_py(t, core.DeprecationWarning,
                   "Field {} is missing from {}._field_types. This will become an error in Python 3.15.", repr_of(name),
                   shown_name(t, type));
  if (type_of(field_type) == core.union_type) return {};  // optional: the class says None
  if (is<GenericAlias>(field_type)) {
    Value list = Value(TRY(List::make(t)));
    return set_attribute_by_value_py(t, self, name, list);
  }
  if (field_type == Value(classes.enumeration(ast::FieldType::ExprContext)))
    return set_attribute_by_value_py(
        t, self, name, classes.member(ast::FieldType::ExprContext, static_cast<uint8_t>(ast::ExprContext::Load)));
  return warn_py(t, core.DeprecationWarning,
                 "{}.__init__ missing 1 required positional argument: '{}'. This will become an error in Python 3.15.",
                 shown_name(t, type), str_of(name));
}

}  // namespace

Fallible<void> syntax_object_init(Thread& t, Value self, const Arguments& arguments) {
  SyntaxClasses classes = TRY(SyntaxClasses::of_py(t));
  Type* type = type_of(self);
  FieldSet set;
  set.fields = TRY(class_sequence_py(t, type, classes.fields_name()));
  set.remaining = TRY(Set::make(t, core.set));
  for (size_t i = 0; i < set.fields->length(); ++i) {
    TRY(t.poll());
    TRY(set.remaining->add_py(t, set.fields->at(i)));
  }
  size_t most = set.fields->length();
  if (arguments.positional > most)
    return t.raise_type_error("{} constructor takes at most {} positional argument{}", type->name(), most,
                              most == 1 ? "" : "s");
  for (uint32_t i = 0; i < arguments.positional; ++i) {
    TRY(set_attribute_by_value_py(t, self, set.fields->at(i), arguments[i]));
    TRY(set.remaining->remove_py(t, set.fields->at(i)));
  }
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i)
    TRY(set_keyword_py(t, classes, self, set, arguments.names->at(i), arguments[arguments.positional + i]));
  if (set.remaining->length() == 0) return {};
  Value types = TRY(find_attribute_py(t, Value(type), classes.field_types_name()));
  if (types.is_absent()) return {};
  for (size_t i = 0; i < set.fields->length() && set.remaining->length() != 0; ++i) {
    TRY(t.poll());
    if (TRY(set.remaining->remove_py(t, set.fields->at(i))))
      TRY(set_default_py(t, classes, self, types, set.fields->at(i)));
  }
  return {};
}

// ---- repr(): three levels deep, of long lists the first and the last item. ----

namespace {

constexpr int kReprDepth = 3;

class TreeRepr {
 public:
  TreeRepr(Thread& t, SyntaxClasses classes) : t_(t), classes_(classes), out_(t) {}

  Fallible<void> node_py(Value node, int depth) {
    Type* type = type_of(node);
    TRY(name(type));
    if (depth <= 0) return out_.append_ascii("(...)");
    ReprScope scope(t_, node);
    if (scope.recursive()) return out_.append_ascii("(...)");
    Tuple* fields = TRY(class_sequence_py(t_, type, classes_.fields_name()));
    TRY(out_.append('('));
    for (size_t i = 0; i < fields->length(); ++i) {
      TRY(t_.poll());
      if (!is<Str>(fields->at(i)))
        return t_.raise_type_error("attribute name must be string, not '{}'", type_of(fields->at(i)));
      Value value = TRY(get_attribute_by_value_py(t_, node, fields->at(i)));
      if (i != 0) TRY(out_.append_ascii(", "));
      TRY(out_.append(as<Str>(fields->at(i))));
      TRY(out_.append('='));
      TRY(field_py(value, depth));
    }
    return out_.append(')');
  }

  Fallible<Str*> finish() { return out_.finish(); }

 private:
  Fallible<void> name(Type* type) { return out_.append(TRY(t_.format("{}", shown_name(t_, type)))); }

  Fallible<void> field_py(Value value, int depth) {
    if (is<List>(value) || is<Tuple>(value)) return sequence_py(value, depth);
    return item_py(value, depth);
  }
  Fallible<void> item_py(Value value, int depth) {
    if (is_instance(value, classes_.root())) return node_py(value, depth - 1);
    return out_.append(TRY(repr_py(t_, value)));
  }
  Fallible<void> sequence_py(Value sequence, int depth) {
    size_t length = is<List>(sequence) ? as<List>(sequence)->length() : as<Tuple>(sequence)->length();
    if (length == 0) return out_.append(TRY(repr_py(t_, sequence)));
    auto at = [&](size_t i) { return is<List>(sequence) ? as<List>(sequence)->at(i) : as<Tuple>(sequence)->at(i); };
    Value first = at(0), last = at(length - 1);
    TRY(out_.append(is<List>(sequence) ? '[' : '('));
    TRY(item_py(first, depth));
    if (length > 2) TRY(out_.append_ascii(", ..."));
    if (length > 1) {
      TRY(out_.append_ascii(", "));
      TRY(item_py(last, depth));
    }
    return out_.append(is<List>(sequence) ? ']' : ')');
  }

  Thread& t_;
  SyntaxClasses classes_;
  StrBuilder out_;
};

}  // namespace

Fallible<Value> syntax_object_repr(Thread& t, Value self) {
  TreeRepr text(t, TRY(SyntaxClasses::of_py(t)));
  TRY(text.node_py(self, kReprDepth));
  return Value(TRY(text.finish()));
}

namespace {

// (class, (None, ...), state): a None for each leading field that is there, so that the call gives no warning; the
// state then sets all of them.
Fallible<Value> reduce_py(Thread& t, Value self) {
  SyntaxClasses classes = TRY(SyntaxClasses::of_py(t));
  Type* type = type_of(self);
  Dict* state = TRY(Dict::copy(t, TRY(instance_dict(t, self.cell()))));
  Value fields = TRY(find_attribute_py(t, Value(type), classes.fields_name()));
  List* placeholders = TRY(List::make(t));
  if (!fields.is_absent()) {
    Tuple* names = TRY(class_sequence_py(t, type, classes.fields_name()));
    for (size_t i = 0; i < names->length(); ++i) {
      TRY(t.poll());
      if (TRY(state->get_py(t, names->at(i))).is_absent()) break;
      TRY(placeholders->append(t, Value::none()));
    }
  }
  Tuple* positional = TRY(Tuple::from(t, placeholders->data(), placeholders->length()));
  return Value(TRY(Tuple::of(t, Value(type), Value(positional), Value(state))));
}

// What __replace__ goes by.
struct Replacement {
  Tuple* fields;
  Tuple* attributes;
  Dict* state;    // of the original
  Dict* changes;  // the keywords
};

Fallible<bool> is_field_or_attribute_py(Thread& t, const Replacement& r, Value name) {
  if (TRY(contains_name_py(t, r.fields, name))) return true;
  return contains_name_py(t, r.attributes, name);
}

// May the call leave this field out: does the class give a value itself?
Fallible<bool> has_default_py(Thread& t, Type* type, Value name) {
  if (!is<Str>(name)) return false;
  Str* interned = TRY(Str::intern(t, TRY(Str::exact(t, as<Str>(name)))));
  return TRY(find_attribute_py(t, Value(type), interned)).is_none();
}

Fallible<void> check_replacement_py(Thread& t, Type* type, const Replacement& r) {
  Value key, value;
  for (size_t position = 0; r.changes->next_nogc(&position, &key, &value);)
    if (!TRY(is_field_or_attribute_py(t, r, key)))
      return t.raise_type_error("{}.__replace__ got an unexpected keyword argument {}.", shown_name(t, type),
                                repr_of(key));
  List* missing = TRY(List::make(t));
  for (size_t i = 0; i < r.fields->length(); ++i) {
    TRY(t.poll());
    Value name = r.fields->at(i);
    if (!TRY(r.state->get_py(t, name)).is_absent() || !TRY(r.changes->get_py(t, name)).is_absent()) continue;
    if (TRY(has_default_py(t, type, name))) continue;
    TRY(missing->append(t, Value(TRY(repr_py(t, name)))));
  }
  if (missing->length() == 0) return {};
  Str* sort = TRY(Str::intern_utf8(t, "sort"));
  TRY(call_method_py(t, Value(missing), sort));
  Str* join = TRY(Str::intern_utf8(t, "join"));
  Value listed = TRY(call_method_py(t, Value(TRY(Str::from_ascii(t, ", "))), join, Value(missing)));
  return t.raise_type_error("{}.__replace__ missing {} keyword argument{}: {}.", shown_name(t, type), missing->length(),
                            missing->length() == 1 ? "" : "s", str_of(listed));
}

Fallible<Value> replace_py(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.positional != 0) return t.raise_type_error("__replace__() takes no positional arguments");
  SyntaxClasses classes = TRY(SyntaxClasses::of_py(t));
  Type* type = type_of(self);
  Replacement r;
  r.fields = TRY(class_sequence_py(t, type, classes.fields_name()));
  r.attributes = TRY(class_sequence_py(t, type, classes.attributes_name()));
  r.state = TRY(Dict::copy(t, TRY(instance_dict(t, self.cell()))));
  r.changes = TRY(Dict::make(t));
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i)
    TRY(r.changes->set_py(t, arguments.names->at(i), arguments[i]));
  TRY(check_replacement_py(t, type, r));
  Dict* values = TRY(Dict::make(t));
  for (Tuple* names : {r.fields, r.attributes}) {
    for (size_t i = 0; i < names->length(); ++i) {
      TRY(t.poll());
      Value value = TRY(r.state->get_py(t, names->at(i)));
      if (!value.is_absent()) TRY(values->set_py(t, names->at(i), value));
    }
  }
  TRY(dict_update_py(t, values, Value(r.changes)));
  return call_with_dict_py(t, Value(type), empty_tuple(), values);
}

}  // namespace

const NativeMethod kSyntaxObjectMethods[] = {
    {"__reduce__", HOG_NATIVE(reduce_py), "($self, /)", "For pickle and copy."},
    {"__replace__", HOG_RAW(replace_py), "($self, /, **fields)", "A copy of the node with some fields changed."},
    {},
};

const TypeSpec k_syntax_methods_spec = {
    .name = "_hognose.syntax_methods",
    .flags = type_flag::kNoInstantiation,
    .methods = kSyntaxObjectMethods,
};

}  // namespace hog
