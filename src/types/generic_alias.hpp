// generic_alias.hpp: parameterised types: what list[int] is, and the substitution that unions share with it.
#pragma once

#include "object/class_system.hpp"

namespace hog {

class GenericAlias : public Cell {
 public:
  static const Layout kLayout;
  ValueField origin_;
  Field<Tuple> arguments_;
  Field<Tuple> parameters_;  // null until asked for
  bool starred_;             // *tuple[int, ...]
};

// Of what iter(alias) gives: *alias, once. Set while the process starts.
extern Type* generic_alias_iterator_type;
extern const TypeSpec k_generic_alias_iterator_spec;

// The type parameters in args, each once, in order of appearance.
Fallible<Tuple*> collect_parameters_py(Thread& t, Tuple* arguments);
// args with each of `parameters` replaced by what `item` gives for it.
Fallible<Tuple*> substitute_parameters_py(Thread& t, Value self, Tuple* arguments, Tuple* parameters, Value item);
// How a type shows in the repr of an alias or union: builtins without their module, "..." for Ellipsis.
Fallible<void> append_type_repr_py(Thread& t, StrBuilder& out, Value type);
// Union[X, Y] for objects that are no classes themselves (type variables).
Fallible<Value> make_union_py(Thread& t, Value left, Value right);
// X | Y of types; NotImplemented when one of them is no type.
Fallible<Value> type_or_py(Thread& t, Value left, Value right);

}  // namespace hog
