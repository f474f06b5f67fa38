// contextvars.hpp: the cells of the module _contextvars.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

// Variables and their values. Copies share the dict until one of them changes it. Invariant: vars_ is never null.
class Context : public Cell {
 public:
  static const Layout kLayout;
  Field<Dict> vars_;
  bool shared_;
  bool entered_;
};
class ContextVariable : public Cell {
 public:
  static const Layout kLayout;
  Field<Str> name_;
  ValueField default_;  // empty: none
};
class ContextToken : public Cell {
 public:
  static const Layout kLayout;
  Field<Context> context_;
  Field<ContextVariable> variable_;
  ValueField old_value_;  // empty: there was none
  bool used_;
};

extern Type* context_type;
extern Type* context_variable_type;
extern Type* context_token_type;
extern Type* context_missing_type;

// The context in force, made when there is none yet.
Fallible<Context*> current_context(Thread& t);
Fallible<Context*> copy_context(Thread& t, Context* context);
// What Context.run() does around its call: makes the context the current one, then puts `previous` (may be empty) back.
Fallible<void> enter_context_py(Thread& t, Context* context, Value* previous);
void leave_context(Thread& t, Context* context, Value previous);
Fallible<Value> make_context_variable(Thread& t, const char* name);
Fallible<Value> context_get(Thread& t, ContextVariable* variable);  // absent when it has no value and no default

}  // namespace hog
