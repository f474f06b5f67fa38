// auditing.cpp: the isolate's audit hooks: added one by one, never taken away.
//
// Invariant: IsolateState::audited says whether there are any. A hook is not traced, unless it asks for that by __cantrace__.
#include "vm/auditing.hpp"

#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"
#include "vm/tracing.hpp"

namespace hog {

Fallible<void> run_audit_hooks_py(Thread& t, Str* event, Tuple* arguments) {
  Value hooks = Isolate::of(t).slots[Isolate::kAuditHooks].get();
  if (hooks.is_empty()) return {};
  Str* may_trace = TRY(Str::intern_utf8(t, "__cantrace__"));
  for (size_t i = 0; i < as<List>(hooks)->length(); ++i) {
    Value hook = as<List>(hooks)->at(i);
    bool traced = true;
    if (t.trace_mode_ != 0) {
      Value wish = TRY(find_attribute_py(t, hook, may_trace));
      traced = !wish.is_absent() && TRY(truth_py(t, wish));
    }
    const Value passed[] = {Value(event), Value(arguments)};
    Arguments call(passed, 2);
    TRY(traced ? call_py(t, hook, call) : call_untraced_py(t, hook, call));
  }
  return {};
}

Fallible<void> audit_py(Thread& t, const char* event, const Value* arguments, size_t count) {
  Value pending = t.has_exception() ? t.take_exception() : Value();
  Str* name = TRY(Str::intern_utf8(t, event));
  TRY(run_audit_hooks_py(t, name, TRY(Tuple::from(t, arguments, count))));
  if (!pending.is_empty()) (void)t.restore_exception(pending);
  return {};
}

Fallible<void> add_audit_hook(Thread& t, Value hook) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kAuditHooks];
  if (slot.get().is_empty()) slot.set(nullptr, Value(TRY(List::make(t))));
  TRY(as<List>(slot.get())->append(t, hook));
  t.isolate().audited = true;
  return {};
}

}  // namespace hog
