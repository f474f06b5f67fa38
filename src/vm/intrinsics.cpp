// intrinsics.cpp: rare operations of the machine.
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

Fallible<void> print_expression_py(Thread& t, Value v) {
  Str* name = TRY(Str::intern_utf8(t, "displayhook"));
  Value hook = t.isolate().sys_dict->get_name_nogc(name);
  if (hook.is_absent()) return t.raise(core.RuntimeError, "lost sys.displayhook");
  TRY(call_py(t, hook, v));
  return {};
}

Fallible<Value> load_common(Thread& t, uint8_t which) {
  switch (which) {
    case 0: return Value(core.AssertionError);
    case 1: return Value(core.NotImplementedError);
    case 2: return Value(core.tuple);
    case 5: return Value(core.list);
    case 6: return Value(core.set);
    default: break;
  }
  Str* name = TRY(Str::intern_utf8(t, which == 3 ? "all" : "any"));
  Value v = t.isolate().builtins->get_name_nogc(name);
  if (v.is_absent()) return raise_name_error(t, name);
  return v;
}

}  // namespace hog
