// function.hpp: Function (def, lambda), CellVariable (a variable shared by closures) and BoundMethod.
#pragma once

#include "object/containers.hpp"
#include "vm/code.hpp"

namespace hog {

class CellVariable : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<CellVariable*> make(Thread& t, Value contents);
  ValueField contents_;  // empty: unbound
};

class Function : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<Function*> make(Thread& t, Code* code, Dict* globals);

  Field<Code> code_;
  Field<Dict> globals_;
  Field<Dict> builtins_;
  Field<Tuple> closure_;
  Field<Tuple> defaults_;
  Field<Dict> keyword_defaults_;
  Field<Str> name_;
  Field<Str> qualified_name_;
  ValueField doc_;
  ValueField module_;
  ValueField annotations_;   // dict, or empty until evaluated
  ValueField annotate_;      // function, None or empty
  ValueField type_params_;   // tuple or empty
};

// The builtins that code run with these globals sees: their __builtins__, or the isolate's.
Fallible<Dict*> builtins_for_globals(Thread& t, Dict* globals);

}  // namespace hog
