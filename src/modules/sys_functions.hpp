// sys_functions.hpp: what the files of the module sys share.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"

namespace hog {

// ---- sys_info.cpp: attributes that are made when first asked for. ----
// The attribute of that name, or absent when it is none of these.
Fallible<Value> make_lazy_sys_attribute(Thread& t, Str* name);
// sys.stdlib_module_names, whatever the program has made of it; absent when it was deleted.
Fallible<Value> library_module_names(Thread& t);
Fallible<void> make_all_lazy_sys_attributes(Thread& t);
Fallible<void> add_sys_constants(Thread& t, Module* sys);
// sys.UnraisableHookArgs and the tuple of asyncgen hooks.
Fallible<Value> make_unraisable_type(Thread& t);
Fallible<Value> make_unraisable(Thread& t, Tuple* fields);
Fallible<Value> make_async_hooks(Thread& t, Value first, Value final);

// ---- sys_frames.cpp: frames, tracing, exceptions being handled. ----
Fallible<Value> sys_exc_info(Thread& t);
Fallible<Value> sys_exception(Thread& t);
Fallible<Value> sys_getframe(Thread& t, int depth);
Fallible<Value> sys_getframemodulename(Thread& t, int depth);
Fallible<Value> sys_current_frames(Thread& t);
Fallible<Value> sys_current_exceptions(Thread& t);
Fallible<void> sys_settrace(Thread& t, Value function);
Fallible<void> sys_settraceallthreads(Thread& t, Value function);
Fallible<void> sys_setprofileallthreads(Thread& t, Value function);
Fallible<Value> sys_gettrace(Thread& t);
Fallible<void> sys_setprofile(Thread& t, Value function);
Fallible<Value> sys_getprofile(Thread& t);
Fallible<Value> sys_call_tracing(Thread& t, Value function, Tuple* arguments);
Fallible<void> sys_setrecursionlimit(Thread& t, int limit);
Fallible<Value> sys_set_asyncgen_hooks(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> sys_get_asyncgen_hooks(Thread& t);
Fallible<int64_t> sys_get_origin_depth(Thread& t);
Fallible<void> sys_set_origin_depth(Thread& t, int depth);

// ---- sys_hooks.cpp: displayhook, excepthook and their companions; audit. ----
Fallible<void> sys_displayhook(Thread& t, Value object);
Fallible<void> sys_excepthook(Thread& t, Value type, Value value, Value traceback);
Fallible<void> sys_unraisablehook(Thread& t, Value unraisable);
Fallible<Value> sys_breakpointhook(Thread& t, Value self, const Arguments& arguments);
Fallible<void> sys_audit(Thread& t, Str* event, Arguments arguments);
Fallible<void> sys_addaudithook(Thread& t, Value hook);

}  // namespace hog
