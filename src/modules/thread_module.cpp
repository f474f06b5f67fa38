// thread_module.cpp: the module _thread for an isolate with one thread: locks, thread-local data, handles. Starting a thread
// needs the Threads capability. Ref: library/_thread.
//
// A lock that is held can only be released by somebody else's turn, and with one thread there is nobody else: waiting
// for ever is reported as the deadlock that it is, waiting with a timeout times out.
#include <cmath>

#include "host/host.hpp"
#include "modules/thread_types.hpp"
#include "object/struct_sequence.hpp"
#include "vm/isolate.hpp"

namespace hog {

Type* thread_lock_type;
Type* thread_rlock_type;
Type* thread_local_type;
Type* thread_handle_type;

namespace {

constexpr double kLongestTimeout = 9223372036.0;  // seconds

void trace_nothing(Cell*, Marker&) {}

uint64_t ident_of(Thread& t) { return reinterpret_cast<uintptr_t>(&t); }

// ---- Waiting. ----

struct Wait {
  bool blocking;
  double timeout;  // negative: for ever
};

Fallible<Wait> wait_of_py(Thread& t, Value blocking, Value timeout) {
  Wait wait{TRY(truth_py(t, blocking)), TRY(to_double_py(t, timeout))};
  if (std::isnan(wait.timeout)) return t.raise_value_error("Invalid value NaN (not a number)");
  if (!wait.blocking && wait.timeout != -1.0) return t.raise_value_error("can't specify a timeout for a non-blocking call");
  if (wait.timeout < 0 && wait.timeout != -1.0) return t.raise_value_error("timeout value must be a non-negative number");
  if (wait.timeout > kLongestTimeout) return t.raise(core.OverflowError, "timeout value is too large");
  return wait;
}

// What waiting for a lock that is held comes to.
Fallible<bool> wait_in_vain(Thread& t, const Wait& wait) {
  if (!wait.blocking) return false;
  if (wait.timeout < 0)
    return t.raise(core.RuntimeError, "deadlock: the lock is held and there is no other thread to release it");
  Host* host = Isolate::of(t).config().host;
  if (host != nullptr && host->clock != nullptr) {
    int64_t end = host->clock->monotonic_nanoseconds() + static_cast<int64_t>(wait.timeout * 1e9);
    for (;;) {
      int64_t left = end - host->clock->monotonic_nanoseconds();
      if (left <= 0) break;
      constexpr int64_t kSlice = 10'000'000;
      if (!host->clock->sleep(left < kSlice ? left : kSlice).ok()) break;
      TRY(t.poll(1000));
    }
  }
  return false;
}

// ---- lock ----

Fallible<bool> lock_acquire(Thread& t, Lock* self, Value blocking, Value timeout) {
  Wait wait = TRY(wait_of_py(t, blocking, timeout));
  if (self->locked_) return wait_in_vain(t, wait);
  self->locked_ = true;
  return true;
}
Fallible<void> lock_release(Thread& t, Lock* self) {
  if (!self->locked_) return t.raise(core.RuntimeError, "release unlocked lock");
  self->locked_ = false;
  return {};
}
Fallible<bool> lock_locked(Thread&, Lock* self) { return self->locked_; }
Fallible<bool> lock_enter(Thread& t, Lock* self) {
  return lock_acquire(t, self, Value::true_value(), Value::from_small_int(-1));
}
Fallible<void> lock_exit(Thread& t, Lock* self, Arguments) { return lock_release(t, self); }
Fallible<void> lock_reinit(Thread&, Lock* self) {
  self->locked_ = false;
  return {};
}
Fallible<Value> lock_repr(Thread& t, Value self) {
  const char* state = as<Lock>(self)->locked_ ? "locked" : "unlocked";
  Str* address = TRY(int_to_text(t, TRY(make_uint(t, self.raw())), 16));
  return Value(TRY(t.format("<{} {} object at 0x{}>", state, TRY(full_type_name(t, type_of(self))), address)));
}
Fallible<Value> lock_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional != 0 || arguments.has_keywords())
    return t.raise_type_error("lock expected 0 arguments, got {}", arguments.positional + arguments.keyword_count());
  return Value(TRY(new_instance(t, type)));
}

constexpr NativeMethod kLockMethods[] = {
    {"acquire", HOG_NATIVE(lock_acquire), "($self, /, blocking=True, timeout=-1)", "Takes the lock; False when it was in vain."},
    {"acquire_lock", HOG_NATIVE(lock_acquire), "($self, /, blocking=True, timeout=-1)", "Old name of acquire()."},
    {"release", HOG_NATIVE(lock_release), "($self, /)", "Gives the lock back."},
    {"release_lock", HOG_NATIVE(lock_release), "($self, /)", "Old name of release()."},
    {"locked", HOG_NATIVE(lock_locked), "($self, /)", "Is the lock held?"},
    {"locked_lock", HOG_NATIVE(lock_locked), "($self, /)", "Old name of locked()."},
    {"_at_fork_reinit", HOG_NATIVE(lock_reinit), "($self, /)", "Unlocks whoever holds it."},
    {"__enter__", HOG_NATIVE(lock_enter), "($self, /)", "Takes the lock."},
    {"__exit__", HOG_NATIVE(lock_exit), "($self, /, *exc_info)", "Gives the lock back."},
    {},
};

// ---- RLock ----

Fallible<bool> rlock_acquire(Thread& t, RLock* self, Value blocking, Value timeout) {
  TRY(wait_of_py(t, blocking, timeout));
  if (self->count_ == INT64_MAX) return t.raise(core.OverflowError, "Internal lock count overflowed");
  ++self->count_;
  self->owner_ = ident_of(t);
  return true;
}
Fallible<void> rlock_release(Thread& t, RLock* self) {
  if (self->count_ == 0) return t.raise(core.RuntimeError, "cannot release un-acquired lock");
  if (--self->count_ == 0) self->owner_ = 0;
  return {};
}
Fallible<bool> rlock_locked(Thread&, RLock* self) { return self->count_ > 0; }
Fallible<bool> rlock_is_owned(Thread& t, RLock* self) { return self->count_ > 0 && self->owner_ == ident_of(t); }
Fallible<int64_t> rlock_recursion_count(Thread& t, RLock* self) {
  return self->owner_ == ident_of(t) ? self->count_ : int64_t{0};
}
Fallible<bool> rlock_enter(Thread& t, RLock* self) {
  return rlock_acquire(t, self, Value::true_value(), Value::from_small_int(-1));
}
Fallible<void> rlock_exit(Thread& t, RLock* self, Arguments) { return rlock_release(t, self); }
Fallible<Value> rlock_release_save(Thread& t, RLock* self) {
  if (self->count_ == 0) return t.raise(core.RuntimeError, "cannot release un-acquired lock");
  Value count = TRY(make_int(t, self->count_));
  Value owner = TRY(make_uint(t, self->owner_));
  self->count_ = 0;
  self->owner_ = 0;
  return Value(TRY(Tuple::of(t, count, owner)));
}
Fallible<void> rlock_acquire_restore(Thread& t, RLock* self, Tuple* state) {
  if (state->length() != 2) return t.raise_type_error("_acquire_restore() argument must be a pair");
  int64_t count = TRY(index_to_int64_py(t, state->at(0)));
  if (count < 0) return t.raise_value_error("negative lock count");
  self->count_ = count;
  self->owner_ = count == 0 ? 0 : ident_of(t);
  return {};
}
Fallible<void> rlock_reinit(Thread&, RLock* self) {
  self->count_ = 0;
  self->owner_ = 0;
  return {};
}
Fallible<Value> rlock_repr(Thread& t, Value self) {
  auto* lock = as<RLock>(self);
  Str* address = TRY(int_to_text(t, TRY(make_uint(t, self.raw())), 16));
  return Value(TRY(t.format("<{} {} object owner={} count={} at 0x{}>", lock->count_ > 0 ? "locked" : "unlocked",
                            TRY(full_type_name(t, type_of(self))), lock->owner_, lock->count_, address)));
}
Fallible<Value> rlock_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional != 0 || arguments.has_keywords())
    return t.raise_type_error("RLock expected 0 arguments, got {}", arguments.positional + arguments.keyword_count());
  return Value(TRY(new_instance(t, type)));
}

constexpr NativeMethod kRLockMethods[] = {
    {"acquire", HOG_NATIVE(rlock_acquire), "($self, /, blocking=True, timeout=-1)", "Takes the lock once more."},
    {"release", HOG_NATIVE(rlock_release), "($self, /)", "Undoes one acquire()."},
    {"locked", HOG_NATIVE(rlock_locked), "($self, /)", "Is the lock held?"},
    {"_is_owned", HOG_NATIVE(rlock_is_owned), "($self, /)", "Does this thread hold it?"},
    {"_recursion_count", HOG_NATIVE(rlock_recursion_count), "($self, /)", "How often this thread holds it."},
    {"_release_save", HOG_NATIVE(rlock_release_save), "($self, /)", "Releases all at once, for condition variables."},
    {"_acquire_restore", HOG_NATIVE(rlock_acquire_restore), "($self, state, /)", "Undoes _release_save()."},
    {"_at_fork_reinit", HOG_NATIVE(rlock_reinit), "($self, /)", "Unlocks whoever holds it."},
    {"__enter__", HOG_NATIVE(rlock_enter), "($self, /)", "Takes the lock."},
    {"__exit__", HOG_NATIVE(rlock_exit), "($self, /, *exc_info)", "Gives the lock back."},
    {},
};

// ---- _local: with one thread, its attributes are simply the instance's. ----

Fallible<Value> local_new(Thread& t, Type* type, const Arguments& arguments) {
  bool any = arguments.positional != 0 || arguments.has_keywords();
  if (any && type->slots().init == core.object->slots().init)
    return t.raise_type_error("Initialization arguments are not supported");
  return Value(TRY(new_instance(t, type)));
}

// ---- _ThreadHandle ----

Fallible<void> handle_join(Thread& t, ThreadHandle* self, Value timeout) {
  if (!timeout.is_none()) TRY(to_double_py(t, timeout));
  if (!self->started_) return t.raise(core.RuntimeError, "thread not started");
  if (self->done_) return {};
  return t.raise(core.RuntimeError, "Cannot join current thread");
}
Fallible<bool> handle_is_done(Thread&, ThreadHandle* self) { return self->done_; }
Fallible<void> handle_set_done(Thread& t, ThreadHandle* self) {
  if (!self->started_) return t.raise(core.RuntimeError, "thread not started");
  self->done_ = true;
  return {};
}
Fallible<Value> handle_ident(Thread& t, Value self) { return make_uint(t, as<ThreadHandle>(self)->ident_); }
Fallible<Value> handle_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

constexpr NativeMethod kHandleMethods[] = {
    {"join", HOG_NATIVE(handle_join), "($self, timeout=None, /)", "Waits for the thread's end."},
    {"is_done", HOG_NATIVE(handle_is_done), "($self, /)", "Has the thread ended?"},
    {"_set_done", HOG_NATIVE(handle_set_done), "($self, /)", "Marks the thread as ended."},
    {},
};
constexpr GetSet kHandleGetSets[] = {{"ident", handle_ident}, {}};

}  // namespace

const Layout Lock::kLayout = {.name = "lock", .trace = trace_nothing, .base_size = sizeof(Lock)};
const Layout RLock::kLayout = {.name = "RLock", .trace = trace_nothing, .base_size = sizeof(RLock)};
const Layout ThreadHandle::kLayout = {.name = "_ThreadHandle", .trace = trace_nothing, .base_size = sizeof(ThreadHandle)};

namespace {

const TypeSpec kLockSpec = {
    .name = "_thread.lock",
    .doc = "A lock: held by nobody or by somebody.",
    .layout = &Lock::kLayout,
    .flags = type_flag::kWeakReferences,
    .slots = {.repr = lock_repr, .new_ = lock_new},
    .methods = kLockMethods,
};
const TypeSpec kRLockSpec = {
    .name = "_thread.RLock",
    .doc = "A lock that its owner may take several times.",
    .layout = &RLock::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kBaseType,
    .slots = {.repr = rlock_repr, .new_ = rlock_new},
    .methods = kRLockMethods,
};
const TypeSpec kLocalSpec = {
    .name = "_thread._local",
    .doc = "An object whose attributes are each thread's own.",
    .flags = type_flag::kWeakReferences | type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.new_ = local_new},
};
const TypeSpec kHandleSpec = {
    .name = "_thread._ThreadHandle",
    .doc = "A thread that can be waited for.",
    .layout = &ThreadHandle::kLayout,
    .slots = {.new_ = handle_new},
    .methods = kHandleMethods,
    .getsets = kHandleGetSets,
};

const TypeRegistration kTypes[] = {
    {&thread_lock_type, &kLockSpec},
    {&thread_rlock_type, &kRLockSpec},
    {&thread_local_type, &kLocalSpec},
    {&thread_handle_type, &kHandleSpec},
};

// ---- Functions. ----

Fallible<Value> allocate_lock(Thread& t) { return Value(TRY(new_instance(t, thread_lock_type))); }
Fallible<Value> get_ident(Thread& t) { return make_uint(t, ident_of(t)); }
Fallible<int64_t> thread_count(Thread&) { return int64_t{0}; }
Fallible<bool> yes(Thread&) { return true; }
Fallible<void> nothing(Thread&) { return {}; }
Fallible<void> exit_thread(Thread& t) { return t.raise_bare(core.SystemExit); }
Fallible<void> set_name(Thread&, Str*) { return {}; }
Fallible<Value> get_name(Thread&) { return Value(names.empty); }
Fallible<void> interrupt_main(Thread& t, int signal) {
  constexpr int kMostSignals = 64;
  if (signal < 1 || signal > kMostSignals) return t.raise_value_error("signal number out of range");
  return {};
}

Fallible<int64_t> stack_size(Thread& t, int64_t size) {
  if (size < 0) return t.raise_value_error("size must be 0 or a positive value");
  return int64_t{0};
}

Failure raise_no_threads(Thread& t) {
  return t.raise(core.RuntimeError, "can't start new thread: this isolate was not granted Threads");
}
Fallible<Value> start_new_thread(Thread& t, Value function, Value arguments, Value keywords) {
  if (!is_callable(function)) return t.raise_type_error("first arg must be callable");
  if (!is<Tuple>(arguments)) return t.raise_type_error("2nd arg must be a tuple");
  if (!keywords.is_absent() && !is<Dict>(keywords)) return t.raise_type_error("optional 3rd arg must be a dictionary");
  return raise_no_threads(t);
}
Fallible<Value> start_joinable_thread(Thread& t, Value function, Value handle, bool) {
  if (!is_callable(function)) return t.raise_type_error("thread function must be callable");
  if (!handle.is_none() && !is<ThreadHandle>(handle)) return t.raise_type_error("'handle' must be a _ThreadHandle");
  return raise_no_threads(t);
}

Fallible<Value> make_thread_handle(Thread& t, Value ident) {
  if (!is_int(ident)) return t.raise_type_error("ident must be an integer");
  auto* handle = as<ThreadHandle>(TRY(new_instance(t, thread_handle_type)));
  handle->ident_ = static_cast<uint64_t>(int_to_int64_nogc(ident).value);
  handle->started_ = true;
  return Value(handle);
}

// An exception that a thread's function let go: reported and dropped.
Fallible<void> except_hook(Thread& t, Value arguments) {
  if (!is<Tuple>(arguments) || as<Tuple>(arguments)->length() != 4)
    return t.raise_type_error("_thread._excepthook argument type must be ExceptHookArgs");
  Value exception = as<Tuple>(arguments)->at(1);
  if (exception.is_none() || is_instance(exception, core.SystemExit)) return {};
  (void)t.restore_exception(exception);
  t.isolate().services->write_unraisable(t, "Exception in thread", Value::none());
  if (t.terminated()) return Failure{};
  return {};
}

const NativeMethod kFunctions[] = {
    {"_count", HOG_NATIVE(thread_count), "()", "How many threads were started and run."},
    {"_excepthook", HOG_NATIVE(except_hook), "(args, /)", "Reports a thread's uncaught exception."},
    {"_get_main_thread_ident", HOG_NATIVE(get_ident), "()", "Number of the main thread."},
    {"_get_name", HOG_NATIVE(get_name), "()", "Name of the thread."},
    {"_is_main_interpreter", HOG_NATIVE(yes), "()", "True."},
    {"_make_thread_handle", HOG_NATIVE(make_thread_handle), "(ident, /)", "A handle of a running thread."},
    {"_shutdown", HOG_NATIVE(nothing), "()", "Waits for all threads but daemons."},
    {"allocate", HOG_NATIVE(allocate_lock), "()", "Old name of allocate_lock()."},
    {"allocate_lock", HOG_NATIVE(allocate_lock), "()", "A new lock."},
    {"daemon_threads_allowed", HOG_NATIVE(yes), "()", "True."},
    {"exit", HOG_NATIVE(exit_thread), "()", "Raises SystemExit."},
    {"exit_thread", HOG_NATIVE(exit_thread), "()", "Old name of exit()."},
    {"get_ident", HOG_NATIVE(get_ident), "()", "Number of this thread."},
    {"get_native_id", HOG_NATIVE(get_ident), "()", "Number of this thread."},
    {"interrupt_main", HOG_NATIVE(interrupt_main), "(signum=2, /)", "As if a signal had arrived: nobody listens here."},
    {"set_name", HOG_NATIVE(set_name), "(name)", "Names the thread for the system."},
    {"stack_size", HOG_NATIVE(stack_size), "(size=0, /)", "Native stack of new threads."},
    {"start_joinable_thread", HOG_NATIVE(start_joinable_thread), "(function, handle=None, daemon=True)",
     "Starts a thread that can be waited for."},
    {"start_new", HOG_NATIVE(start_new_thread), "(function, args, kwargs=<unrepresentable>, /)", "Old name of start_new_thread()."},
    {"start_new_thread", HOG_NATIVE(start_new_thread), "(function, args, kwargs=<unrepresentable>, /)", "Starts a thread."},
    {}};

constexpr StructField kHookFields[] = {{"exc_type"}, {"exc_value"}, {"exc_traceback"}, {"thread"}};
constexpr StructSequenceSpec kHookArgs = {"_thread._ExceptHookArgs", "What threading.excepthook is given.", kHookFields, 4, 4};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "LockType", Value(thread_lock_type)));
  TRY(module->add(t, "error", Value(core.RuntimeError)));
  TRY(module->add(t, "TIMEOUT_MAX", TRY(make_float(t, kLongestTimeout))));
  TRY(module->add(t, "_NAME_MAXLEN", Value::from_small_int(15)));
  return module->add(t, "_ExceptHookArgs", Value(TRY(make_struct_sequence_type(t, &kHookArgs))));
}

}  // namespace

extern const ModuleSpec k_module__thread;
const ModuleSpec k_module__thread = {
    .name = "_thread",
    .doc = "Threads and locks.",
    .functions = kFunctions,
    .types = kTypes,
    .type_count = std::size(kTypes),
    .initialize = initialize,
};

}  // namespace hog
