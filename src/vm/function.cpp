// function.cpp: making functions and closure cells.
#include "vm/function.hpp"

#include "object/protocol.hpp"
#include "vm/frame.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

void trace_cell_variable(Cell* cell, Marker& marker) {
  marker.visit_word(static_cast<CellVariable*>(cell)->contents_.get().raw());
}

void trace_function(Cell* cell, Marker& marker) {
  auto* f = static_cast<Function*>(cell);
  marker.visit(f->code_.get());
  marker.visit(f->globals_.get());
  marker.visit(f->builtins_.get());
  marker.visit(f->closure_.get());
  marker.visit(f->defaults_.get());
  marker.visit(f->keyword_defaults_.get());
  marker.visit(f->name_.get());
  marker.visit(f->qualified_name_.get());
  marker.visit_word(f->doc_.get().raw());
  marker.visit_word(f->module_.get().raw());
  marker.visit_word(f->annotations_.get().raw());
  marker.visit_word(f->annotate_.get().raw());
  marker.visit_word(f->type_params_.get().raw());
}

}  // namespace

const Layout CellVariable::kLayout = {.name = "cell", .trace = trace_cell_variable, .base_size = sizeof(CellVariable)};
const Layout Function::kLayout = {.name = "function", .trace = trace_function, .base_size = sizeof(Function)};

Fallible<CellVariable*> CellVariable::make(Thread& t, Value contents) {
  auto* cell = TRY(t.allocate<CellVariable>(shapes.cell));
  cell->contents_.set(cell, contents);
  return cell;
}

Fallible<Dict*> builtins_for_globals(Thread& t, Dict* globals) {
  Value builtins = globals->get_name_nogc(names.dunder_builtins);
  if (!builtins.is_absent()) {
    if (is<Module>(builtins)) return as<Module>(builtins)->dict();
    if (is<Dict>(builtins)) return as<Dict>(builtins);
    // Any other mapping counts as what it holds now: never may it bring the isolate's own builtins back.
    if (type_of(builtins)->slots().get_item == nullptr)
      return t.raise_type_error("'{}' object is not subscriptable", type_of(builtins));
    Dict* copy = TRY(Dict::make(t));
    TRY(dict_update_py(t, copy, builtins));
    return copy;
  }
  return t.isolate().builtins;
}

Fallible<Function*> Function::make(Thread& t, Code* code, Dict* globals) {
  Value doc = Value::none();
  if (code->has(code_flag::kHasDocstring)) {
    TRY(code->materialize(t));
    doc = code->constant(0);
  }
  Dict* builtins = TRY(builtins_for_globals(t, globals));
  auto* f = static_cast<Function*>(TRY(new_instance(t, core.function)));
  f->code_.set(f, code);
  f->globals_.set(f, globals);
  f->builtins_.set(f, builtins);
  f->name_.set(f, code->name_.get());
  f->qualified_name_.set(f, code->qualified_name_.get());
  f->doc_.set(f, doc);
  Value module = globals->get_name_nogc(names.dunder_name);
  f->module_.set(f, module.is_absent() ? Value::none() : module);
  return f;
}

}  // namespace hog
