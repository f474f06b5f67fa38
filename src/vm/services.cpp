// services.cpp: the table through which object/ and types/ reach the machine, and reports of exceptions nobody can catch.
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/auditing.hpp"
#include "vm/finalize.hpp"
#include "vm/frame.hpp"
#include "vm/importing.hpp"
#include "vm/interpreter_support.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

Fallible<void> warn(Thread& t, Type* category, Str* message, int64_t stack_level) {
  Str* name = TRY(Str::intern_utf8(t, "_warnings"));
  Value module = TRY(import_module_py(t, name));
  Str* function_name = TRY(Str::intern_utf8(t, "warn"));
  Value function = TRY(get_attribute_py(t, module, function_name));
  Value level = Value::from_small_int(stack_level);
  TRY(call_py(t, function, Value(message), Value(category), level));
  return {};
}

Value absent_when_failed(Thread& t, Fallible<Value> v) {
  if (!v.failed()) return v.get();
  if (!t.terminated()) t.take_exception();
  return Value::absent();
}

// sys.unraisablehook(UnraisableHookArgs). Whatever goes wrong on the way is dropped: there is nobody left to tell.
void write_unraisable(Thread& t, const char* where, Value object) {
  if (t.terminated()) return;
  Value exception = t.take_exception();
  Dict* sys = t.isolate().sys_dict;
  if (sys == nullptr) return;
  Fallible<Str*> hook_name = Str::intern_utf8(t, "unraisablehook");
  Fallible<Str*> make_name = Str::intern_utf8(t, "_make_unraisable");
  if (hook_name.failed() || make_name.failed()) return (void)absent_when_failed(t, Failure{});
  Value hook = sys->get_name_nogc(hook_name.get());
  if (hook.is_absent() || hook.is_none()) return;
  Value message = Value::none();
  if (where != nullptr) {
    bool has_object = !object.is_empty() && !object.is_absent() && !object.is_none();
    Fallible<Str*> text = has_object ? t.format("{} {}", where, repr_of(object)) : Str::from_utf8(t, where);
    if (text.failed() && !t.terminated() && has_object) {
      t.take_exception();
      text = Str::from_utf8(t, where);
    }
    object = Value();
    if (text.failed()) return (void)absent_when_failed(t, Failure{});
    message = Value(text.get());
  }
  Value traceback = as<BaseException>(exception)->traceback_.get();
  if (traceback.is_empty()) traceback = Value::none();
  Fallible<Tuple*> fields = Tuple::of(t, Value(type_of(exception)), exception, traceback, message,
                                      object.is_empty() || object.is_absent() ? Value::none() : object);
  if (fields.failed()) return (void)absent_when_failed(t, Failure{});
  Value make = Isolate::of(t).slots[Isolate::kUnraisableHook].get();
  Value arguments = make.is_empty() ? Value(fields.get()) : absent_when_failed(t, call_py(t, make, Value(fields.get())));
  if (arguments.is_absent()) return;
  if (absent_when_failed(t, t.audit_py("sys.unraisablehook", hook, arguments).failed() ? Fallible<Value>(Failure{}) : Value::none()).is_absent()) return;
  (void)absent_when_failed(t, call_py(t, hook, arguments));
}

Fallible<Value> import_module(Thread& t, Str* name) { return import_module_py(t, name); }
Fallible<void> poll_slow(Thread& t) { return Isolate::of(t).poll_slow(t); }
void collect_buffers(Thread& t) { Isolate::of(t).collect_buffers(t); }
Dict* current_globals(Thread& t) { return t.frame_ == nullptr ? nullptr : t.frame_->globals; }
void set_cell(Cell* cell, Value content) {
  auto* variable = static_cast<CellVariable*>(cell);
  variable->contents_.set(variable, content);
}

Fallible<void> super_arguments(Thread& t, Value* type, Value* object) {
  Frame* frame = t.frame_;
  if (frame == nullptr) return t.raise(core.RuntimeError, "super(): no current frame");
  Code* code = frame->code;
  if (code->record().positional_count == 0) return t.raise(core.RuntimeError, "super(): no arguments");
  Value self = frame->registers[0];
  if (!self.is_empty() && is<CellVariable>(self) && code->locals()[0].kind == LocalKind::LocalAndCell)
    self = as<CellVariable>(self)->contents_.get();
  if (self.is_empty()) return t.raise(core.RuntimeError, "super(): arg[0] deleted");
  uint32_t count = code->record().local_count;
  for (uint32_t i = code->record().free_start; i < count; ++i) {
    if (code->local_name(t, i) != names.dunder_class) continue;
    Value cell = frame->registers[i];
    if (cell.is_empty() || !is<CellVariable>(cell)) return t.raise(core.RuntimeError, "super(): bad __class__ cell");
    Value cls = as<CellVariable>(cell)->contents_.get();
    if (cls.is_empty()) return t.raise(core.RuntimeError, "super(): empty __class__ cell");
    if (!is<Type>(cls))
      return t.raise(core.RuntimeError, "super(): __class__ is not a type ({})", type_of(cls));
    *type = cls;
    *object = self;
    return {};
  }
  return t.raise(core.RuntimeError, "super(): __class__ cell not found");
}

}  // namespace

const VmServices kVmServices = {
    .warn = warn,
    .write_unraisable = write_unraisable,
    .import_module = import_module,
    .audit = audit_py,
    .poll_slow = poll_slow,
    .handled_exception = handled_exception,
    .current_globals = current_globals,
    .collect_buffers = collect_buffers,
    .register_finalizer = register_finalizer,
    .set_cell = set_cell,
    .super_arguments = super_arguments,
};

}  // namespace hog
