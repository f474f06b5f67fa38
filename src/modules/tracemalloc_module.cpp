// tracemalloc_module.cpp: the module `_tracemalloc` of an interpreter that does not trace allocations: everything that asks is
// told that no tracing is on, and start() says that there is none. Ref: library/tracemalloc.
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

constexpr int64_t kMostFrames = 65535;

Fallible<void> start(Thread& t, int frames) {
  if (frames < 1 || frames > kMostFrames)
    return t.raise_value_error("the number of frames must be in range [1; {}]", kMostFrames);
  return t.raise(core.NotImplementedError, "this interpreter does not trace memory allocations");
}
Fallible<void> nothing(Thread&) { return {}; }
Fallible<bool> is_tracing(Thread&) { return false; }
Fallible<int64_t> traceback_limit(Thread&) { return int64_t{1}; }
Fallible<int64_t> tracer_memory(Thread&) { return int64_t{0}; }
Fallible<Value> traced_memory(Thread& t) {
  return Value(TRY(Tuple::of(t, Value::from_small_int(0), Value::from_small_int(0))));
}
Fallible<Value> traces(Thread& t) { return Value(TRY(List::make(t))); }
Fallible<Value> object_traceback(Thread&, Value) { return Value::none(); }

constexpr NativeMethod kFunctions[] = {
    {"_get_object_traceback", HOG_NATIVE(object_traceback), "(obj, /)", "None: allocations are not traced."},
    {"_get_traces", HOG_NATIVE(traces), "()", "Always empty."},
    {"clear_traces", HOG_NATIVE(nothing), "()", "Nothing to clear."},
    {"get_traceback_limit", HOG_NATIVE(traceback_limit), "()", "Frames in a trace."},
    {"get_traced_memory", HOG_NATIVE(traced_memory), "()", "Present and greatest size of traced memory."},
    {"get_tracemalloc_memory", HOG_NATIVE(tracer_memory), "()", "Memory for traces."},
    {"is_tracing", HOG_NATIVE(is_tracing), "()", "False."},
    {"reset_peak", HOG_NATIVE(nothing), "()", "Nothing to reset."},
    {"start", HOG_NATIVE(start), "(nframe=1, /)", "Raises NotImplementedError."},
    {"stop", HOG_NATIVE(nothing), "()", "Nothing to stop."},
    {},
};

}  // namespace

extern const ModuleSpec k_module__tracemalloc;
const ModuleSpec k_module__tracemalloc = {
    .name = "_tracemalloc", .doc = "No tracing of memory allocations.", .functions = kFunctions};

}  // namespace hog
