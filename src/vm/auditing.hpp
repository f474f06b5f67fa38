// auditing.hpp: the isolate's audit hooks. Who raises an event calls Thread::audit_py. Ref: PEP 578.
#pragma once

#include "object/containers.hpp"

namespace hog {

// VmServices::audit: the hooks with event and arguments. An exception that is pending is kept, unless a hook raises one.
Fallible<void> audit_py(Thread& t, const char* event, const Value* arguments, size_t count);
// The hooks in turn; the first that raises ends it. No exception is pending.
Fallible<void> run_audit_hooks_py(Thread& t, Str* event, Tuple* arguments);
Fallible<void> add_audit_hook(Thread& t, Value hook);

}  // namespace hog
