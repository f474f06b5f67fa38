// sys.cpp: the module sys: its table, and the small functions. Larger families are in sys_*.cpp. Ref: library/sys.
#include "host/file_system.hpp"
#include "modules/io/standard_streams.hpp"
#include "modules/stdio_stream.hpp"
#include "modules/sys_functions.hpp"

namespace hog {

namespace {

Fallible<Value> sys_getattr(Thread& t, Str* name) {
  Value v = TRY(make_lazy_sys_attribute(t, name));
  if (v.is_absent()) return raise_no_attribute(t, Isolate::of(t).slots[Isolate::kSysModule].get(), name);
  return v;
}

Fallible<Value> sys_dir(Thread& t) {
  TRY(make_all_lazy_sys_attributes(t));
  return Value(TRY(list_from_iterable_py(t, Value(t.isolate().sys_dict))));
}

// ---- Limits and sizes. ----

Fallible<int64_t> sys_getrecursionlimit(Thread& t) { return t.isolate().recursion_limit; }

Fallible<int64_t> sys_get_int_max_str_digits(Thread& t) { return t.isolate().int_max_str_digits; }
Fallible<void> sys_set_int_max_str_digits(Thread& t, int digits) {
  if (digits != 0 && digits < 640) return t.raise_value_error("maxdigits must be >= 640 or 0 for unlimited");
  t.isolate().int_max_str_digits = digits;
  return {};
}

Fallible<Value> sys_getsizeof(Thread& t, Value object, Value otherwise) {
  Value method = TRY(find_special_py(t, object, names.dunder_sizeof));
  if (method.is_absent()) {
    if (!otherwise.is_absent()) return otherwise;
    return t.raise_type_error("Type {} doesn't define __sizeof__", type_of(object));
  }
  Fallible<Value> size = call_py(t, method);
  if (!size.failed() && !is_int_or_bool(size.get()))
    size = t.raise_type_error("'{}' object cannot be interpreted as an integer", type_of(size.get()));
  if (size.failed()) {
    if (otherwise.is_absent() || !clear_exception_if(t, core.TypeError)) return Failure{};
    return otherwise;
  }
  Int64Result n = int_to_int64_nogc(size.get());
  if (n.overflow > 0) return t.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
  if (n.overflow < 0 || n.value < 0) return t.raise_value_error("__sizeof__() should return >= 0");
  return make_int(t, n.value);
}

// Nothing is counted here. What never goes away answers as immortal objects do elsewhere.
bool is_immortal(Value v) { return !v.is_cell() || Heap::is_permanent(v.cell()); }
Fallible<int64_t> sys_getrefcount(Thread&, Value object) { return is_immortal(object) ? int64_t{3221225472} : int64_t{2}; }
Fallible<bool> sys_is_immortal(Thread&, Value object) { return is_immortal(object); }
Fallible<int64_t> sys_getallocatedblocks(Thread& t) {
  return static_cast<int64_t>(t.heap().statistics().bytes_in_use / 64);
}

Fallible<double> sys_getswitchinterval(Thread& t) { return Isolate::of(t).switch_interval; }
Fallible<void> sys_setswitchinterval(Thread& t, double interval) {
  if (!(interval > 0)) return t.raise_value_error("switch interval must be strictly positive");
  Isolate::of(t).switch_interval = interval;
  return {};
}

// ---- Strings. ----

Fallible<Value> sys_intern(Thread& t, Value string) {
  if (!is<Str>(string)) return t.raise_type_error("intern() argument must be str, not {}", type_of(string));
  if (!is_exact_str(string)) return t.raise_type_error("can't intern {}", type_of(string));
  return Value(TRY(Str::intern(t, as<Str>(string))));
}
Fallible<bool> sys_is_interned(Thread&, Str* string) { return string->is_interned(); }
Fallible<int64_t> sys_getunicodeinternedsize(Thread&, bool) { return int64_t{0}; }
Fallible<Value> utf8_name(Thread& t) { return Value(TRY(Str::intern_utf8(t, "utf-8"))); }
Fallible<Value> encode_errors_name(Thread& t) { return Value(TRY(Str::intern_utf8(t, "surrogateescape"))); }

// ---- Other. ----

Fallible<Value> sys_exit(Thread& t, Value status) {
  if (status.is_none()) return t.raise_bare(core.SystemExit);
  if (!is<Tuple>(status)) return t.raise_value(core.SystemExit, status);
  auto* arguments = as<Tuple>(status);  // they are the exception's
  Value exception = TRY(call_py(t, Value(core.SystemExit), Arguments(arguments->data(), arguments->length())));
  return t.raise_object_py(exception, Value::absent());
}
Fallible<bool> sys_never(Thread&) { return false; }
Fallible<bool> sys_always(Thread&) { return true; }
Fallible<void> sys_nothing(Thread&) { return {}; }
// The descriptors of the instances' __dict__ and __weakref__: a copy of the class's dict is then fit for another class.
Fallible<void> sys_clear_type_descriptors(Thread& t, Type* type) {
  if (!type->is_heap_type() || type->has(type_flag::kImmutable)) return t.raise_type_error("argument is immutable");
  for (Str* name : {names.dunder_dict, names.dunder_weakref}) {
    if (!TRY(type->dict()->remove_name(t, name))) continue;
    TRY(type->modified(t, name));
  }
  return {};
}
Fallible<int64_t> sys_cpu_count_config(Thread&) { return int64_t{-1}; }
Fallible<Value> sys_activate_trampoline(Thread& t, Str*) {
  return t.raise_value_error("perf trampoline not available");
}

const NativeMethod kFunctions[] = {
    {"__getattr__", HOG_NATIVE(sys_getattr), "(name, /)", "Makes attributes that are seldom asked for."},
    {"__dir__", HOG_NATIVE(sys_dir), "()", "All names, those not made yet included."},
    {"_clear_internal_caches", HOG_NATIVE(sys_nothing), "()", "Drops what is cached for speed only."},
    {"_clear_type_cache", HOG_NATIVE(sys_nothing), "()", "Drops what is cached for speed only."},
    {"_clear_type_descriptors", HOG_NATIVE(sys_clear_type_descriptors), "(type, /)",
     "Takes __dict__ and __weakref__ out of a class that is to be made anew."},
    {"_current_exceptions", HOG_NATIVE(sys_current_exceptions), "()", "Exception being handled, by thread."},
    {"_current_frames", HOG_NATIVE(sys_current_frames), "()", "Top frame, by thread."},
    {"_debugmallocstats", HOG_NATIVE(sys_nothing), "()", "Nothing to show."},
    {"_get_cpu_count_config", HOG_NATIVE(sys_cpu_count_config), "()", "-1: not configured."},
    {"_getframe", HOG_NATIVE(sys_getframe), "(depth=0, /)", "A frame of the call stack."},
    {"_getframemodulename", HOG_NATIVE(sys_getframemodulename), "(depth=0)", "The module a frame's function is from."},
    {"_is_gil_enabled", HOG_NATIVE(sys_always), "()", "True: threads of an isolate take turns."},
    {"_is_immortal", HOG_NATIVE(sys_is_immortal), "(op, /)", "Does the object live as long as the process?"},
    {"_is_interned", HOG_NATIVE(sys_is_interned), "(string, /)", "Is the string interned?"},
    {"_make_unraisable", HOG_NATIVE(make_unraisable), "(fields, /)", "UnraisableHookArgs of a tuple."},
    {"_setprofileallthreads", HOG_NATIVE(sys_setprofileallthreads), "(function, /)", "setprofile() for all threads."},
    {"_settraceallthreads", HOG_NATIVE(sys_settraceallthreads), "(function, /)", "settrace() for all threads."},
    {"activate_stack_trampoline", HOG_NATIVE(sys_activate_trampoline), "(backend, /)", "Not available."},
    {"addaudithook", HOG_NATIVE(sys_addaudithook), "(hook)", "Adds a function that sees audit events."},
    {"audit", HOG_NATIVE(sys_audit), "(event, /, *args)", "Passes an event to the audit hooks."},
    {"breakpointhook", HOG_RAW(sys_breakpointhook), "(*args, **kwargs)", "What breakpoint() calls."},
    {"call_tracing", HOG_NATIVE(sys_call_tracing), "(func, args, /)", "Calls a function with tracing on."},
    {"deactivate_stack_trampoline", HOG_NATIVE(sys_nothing), "()", "Nothing to do."},
    {"displayhook", HOG_NATIVE(sys_displayhook), "(object, /)", "Prints the value of an interactive expression."},
    {"exc_info", HOG_NATIVE(sys_exc_info), "()", "(type, value, traceback) of the exception being handled."},
    {"excepthook", HOG_NATIVE(sys_excepthook), "(exctype, value, traceback, /)", "Prints an uncaught exception."},
    {"exception", HOG_NATIVE(sys_exception), "()", "The exception being handled, or None."},
    {"exit", HOG_NATIVE(sys_exit), "(status=None, /)", "Ends the program: raises SystemExit."},
    {"get_asyncgen_hooks", HOG_NATIVE(sys_get_asyncgen_hooks), "()", "Hooks of asynchronous generators."},
    {"get_coroutine_origin_tracking_depth", HOG_NATIVE(sys_get_origin_depth), "()", "Frames kept of a coroutine's origin."},
    {"get_int_max_str_digits", HOG_NATIVE(sys_get_int_max_str_digits), "()", "Most digits in int <-> str."},
    {"getallocatedblocks", HOG_NATIVE(sys_getallocatedblocks), "()", "About how many cells are in use."},
    {"getdefaultencoding", HOG_NATIVE(utf8_name), "()", "'utf-8'"},
    {"getfilesystemencodeerrors", HOG_NATIVE(encode_errors_name), "()", "'surrogateescape'"},
    {"getfilesystemencoding", HOG_NATIVE(utf8_name), "()", "'utf-8'"},
    {"getprofile", HOG_NATIVE(sys_getprofile), "()", "The profile function, or None."},
    {"getrecursionlimit", HOG_NATIVE(sys_getrecursionlimit), "()", "How deep Python calls may nest."},
    {"getrefcount", HOG_NATIVE(sys_getrefcount), "(object, /)", "A plausible number: nothing is counted."},
    {"getsizeof", HOG_NATIVE(sys_getsizeof), "(object, default=<unrepresentable>)", "Bytes of an object's own memory."},
    {"getswitchinterval", HOG_NATIVE(sys_getswitchinterval), "()", "Seconds between changes of thread."},
    {"gettrace", HOG_NATIVE(sys_gettrace), "()", "The trace function, or None."},
    {"getunicodeinternedsize", HOG_NATIVE(sys_getunicodeinternedsize), "(*, _only_immortal=False)", "Not counted."},
    {"intern", HOG_NATIVE(sys_intern), "(string, /)", "The one string with this text."},
    {"is_finalizing", HOG_NATIVE(sys_never), "()", "Is the interpreter going down?"},
    {"is_remote_debug_enabled", HOG_NATIVE(sys_never), "()", "False."},
    {"is_stack_trampoline_active", HOG_NATIVE(sys_never), "()", "False."},
    {"set_asyncgen_hooks", HOG_RAW(sys_set_asyncgen_hooks), nullptr, "Sets firstiter and finalizer."},
    {"set_coroutine_origin_tracking_depth", HOG_NATIVE(sys_set_origin_depth), "(depth)", "Frames to keep of origins."},
    {"set_int_max_str_digits", HOG_NATIVE(sys_set_int_max_str_digits), "(maxdigits)", "Limits int <-> str."},
    {"setprofile", HOG_NATIVE(sys_setprofile), "(function, /)", "Sets the profile function."},
    {"setrecursionlimit", HOG_NATIVE(sys_setrecursionlimit), "(limit, /)", "How deep Python calls may nest."},
    {"setswitchinterval", HOG_NATIVE(sys_setswitchinterval), "(interval, /)", "Seconds between changes of thread."},
    {"settrace", HOG_NATIVE(sys_settrace), "(function, /)", "Sets the trace function."},
    {"unraisablehook", HOG_NATIVE(sys_unraisablehook), "(unraisable, /)", "Reports an exception that nobody can catch."},
    {}};

Fallible<void> add_streams(Thread& t, Module* sys) {
  struct Row {
    Stream which;
    const char* name;
    const char* original;
  };
  for (const Row& row : {Row{Stream::Input, "stdin", "__stdin__"}, Row{Stream::Output, "stdout", "__stdout__"},
                         Row{Stream::Error, "stderr", "__stderr__"}}) {
    // Where there are files of a process, descriptors 0 to 2 are files like others.
    FileSystem* files = io::files_of(t);
    Value stream = TRY(files != nullptr && files->has_standard_streams() && Isolate::of(t).config().host->stdio != nullptr ? io::make_standard_stream_py(t, row.which) : make_stdio_stream(t, row.which));
    TRY(sys->add(t, row.name, stream));
    TRY(sys->add(t, row.original, stream));
  }
  return {};
}

Fallible<void> initialize(Thread& t, Module* sys) {
  TRY(add_sys_constants(t, sys));
  TRY(add_streams(t, sys));
  // What the machine calls to make the argument of sys.unraisablehook; not a function of the module.
  Str* make = TRY(Str::intern_utf8(t, "_make_unraisable"));
  Isolate::of(t).slots[Isolate::kUnraisableHook].set(nullptr, sys->dict()->get_name_nogc(make));
  TRY(sys->dict()->remove_name(t, make));
  for (const char* hook : {"displayhook", "excepthook", "breakpointhook", "unraisablehook"}) {
    Str* name = TRY(Str::intern_utf8(t, hook));
    Str* original = TRY(t.format("__{}__", name));
    original = TRY(Str::intern(t, original));
    TRY(sys->dict()->set_name(t, original, sys->dict()->get_name_nogc(name)));
  }
  return {};
}

}  // namespace

extern const ModuleSpec k_module_sys;
const ModuleSpec k_module_sys = {
    .name = "sys",
    .doc = "The interpreter and its state.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
