// thread_module.cpp: the module _thread: locks, handles, starting threads. Starting one needs the Threads capability.
// Ref: library/_thread.
//
// A lock that is held can only be released by another thread. An isolate that can have none reports waiting for ever as the deadlock
// that it is; waiting with a timeout times out.
#include <cmath>

#include "host/host.hpp"
#include "modules/sleep.hpp"
#include "modules/thread_types.hpp"
#include "modules/traceback_print.hpp"
#include "object/exception.hpp"
#include "object/struct_sequence.hpp"
#include "vm/finalize.hpp"
#include "vm/isolate.hpp"

namespace hog {

Type* thread_lock_type;
Type* thread_rlock_type;
Type* thread_local_type;
Type* thread_handle_type;

namespace {

constexpr double kLongestTimeout = 9223372036.0;  // seconds

void trace_nothing(Cell*, Marker&) {}

// wait_in() for the main thread, which may wait for what the end of a dropped object brings about: another thread's connection that
// closes, for example. Where references are counted that object has ended by now; here, once in a long wait, a collection looks for it.
template <typename Ready>
Fallible<bool> wait_and_collect(Thread& t, WaitList& list, int64_t until, Ready ready) {
  constexpr int64_t kIdle = 100'000'000, kLong = 5'000'000'000;  // nanoseconds
  constexpr uint64_t kMostHeap = 64 << 20;                       // beyond this, collections take too long for it
  int64_t now = turns_clock(t);
  bool is_long = until < 0 || until > now + kLong;
  if (is_long && &t == &Isolate::of(t).main_thread() && t.heap().statistics().bytes_in_use < kMostHeap) {
    if (TRY(wait_in(t, list, now + kIdle, ready))) return true;
    (void)Isolate::of(t).collect_and_count(t, false);
    TRY(safe_point_py(t));  // finalizers
  }
  return wait_in(t, list, until, ready);
}

// The moment that many seconds from now, rounded up.
int64_t after(Thread& t, double seconds) { return turns_clock(t) + static_cast<int64_t>(std::ceil(seconds * 1e9)); }

}  // namespace

Fallible<Wait> wait_of_py(Thread& t, Value blocking, Value timeout) {
  bool blocks = TRY(truth_py(t, blocking));
  if (!is_float(timeout) && !is_index(timeout))
    return t.raise_type_error("'{}' object cannot be interpreted as an integer or float", type_of(timeout));
  double seconds = TRY(to_double_py(t, timeout));
  if (std::isnan(seconds)) return t.raise_value_error("Invalid value NaN (not a number)");
  if (std::fabs(seconds) > 9.2233720368547758e9) return t.raise(core.OverflowError, "timestamp out of range for C PyTime_t");
  if (!blocks && seconds != -1.0) return t.raise_value_error("can't specify a timeout for a non-blocking call");
  if (seconds < 0 && seconds != -1.0) return t.raise_value_error("timeout value must be a non-negative number");
  if (seconds > kLongestTimeout) return t.raise(core.OverflowError, "timeout value is too large");
  return Wait{blocks, seconds < 0 ? -1 : after(t, seconds), seconds};
}

Fallible<bool> wait_in_vain_py(Thread& t, const Wait& wait) {
  if (!wait.blocking) return false;
  if (wait.seconds < 0)
    return t.raise(core.RuntimeError, "deadlock: the lock is held and there is no other thread to release it");
  Host* host = Isolate::of(t).config().host;
  if (host != nullptr && host->clock != nullptr)
    TRY(sleep_py(t, host->clock, static_cast<int64_t>(wait.seconds * 1e9)));
  return false;
}

namespace {

// ---- lock ----

Fallible<bool> lock_acquire(Thread& t, Lock* self, Value blocking, Value timeout) {
  Wait wait = TRY(wait_of_py(t, blocking, timeout));
  if (self->locked_) {
    if (!wait.blocking) return false;
    if (!can_wait(t)) return wait_in_vain_py(t, wait);
    if (!TRY(wait_and_collect(t, self->waiting_, wait.until, [&] { return !self->locked_; }))) return false;
  }
  self->locked_ = true;
  return true;
}
Fallible<void> lock_release(Thread& t, Lock* self) {
  if (!self->locked_) return t.raise(core.RuntimeError, "release unlocked lock");
  self->locked_ = false;
  wake_first(self->waiting_);
  return {};
}
Fallible<bool> lock_locked(Thread&, Lock* self) { return self->locked_; }
Fallible<bool> lock_enter(Thread& t, Lock* self) {
  return lock_acquire(t, self, Value::true_value(), Value::from_small_int(-1));
}
Fallible<void> lock_exit(Thread& t, Lock* self, Arguments) { return lock_release(t, self); }
Fallible<void> lock_reinit(Thread&, Lock* self) {
  self->locked_ = false;
  self->waiting_ = {};
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
  Wait wait = TRY(wait_of_py(t, blocking, timeout));
  if (self->count_ != 0 && self->owner_ != ident_of(t)) {
    if (!wait.blocking) return false;
    if (!can_wait(t)) return wait_in_vain_py(t, wait);
    if (!TRY(wait_in(t, self->waiting_, wait.until, [&] { return self->count_ == 0; }))) return false;
  }
  if (self->count_ == INT64_MAX) return t.raise(core.OverflowError, "Internal lock count overflowed");
  ++self->count_;
  self->owner_ = ident_of(t);
  return true;
}
Fallible<void> rlock_release(Thread& t, RLock* self) {
  if (self->count_ == 0 || self->owner_ != ident_of(t)) return t.raise(core.RuntimeError, "cannot release un-acquired lock");
  if (--self->count_ == 0) {
    self->owner_ = 0;
    wake_first(self->waiting_);
  }
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
  wake_first(self->waiting_);
  return Value(TRY(Tuple::of(t, count, owner)));
}
Fallible<void> rlock_acquire_restore(Thread& t, RLock* self, Tuple* state) {
  if (state->length() != 2) return t.raise_type_error("_acquire_restore() argument must be a pair");
  int64_t count = TRY(index_to_int64_py(t, state->at(0)));
  if (count < 0) return t.raise_value_error("negative lock count");
  if (self->count_ != 0 && can_wait(t)) TRY(wait_in(t, self->waiting_, -1, [&] { return self->count_ == 0; }));
  self->count_ = count;
  self->owner_ = count == 0 ? 0 : ident_of(t);
  return {};
}
Fallible<void> rlock_reinit(Thread&, RLock* self) {
  self->count_ = 0;
  self->owner_ = 0;
  self->waiting_ = {};
  return {};
}
Fallible<Value> rlock_repr(Thread& t, Value self) {
  auto* lock = as<RLock>(self);
  Str* address = TRY(int_to_text(t, TRY(make_uint(t, self.raw())), 16));
  return Value(TRY(t.format("<{} {} object owner={} count={} at 0x{}>", lock->count_ > 0 ? "locked" : "unlocked",
                            TRY(full_type_name(t, type_of(self))), lock->owner_, lock->count_, address)));
}
// Takes any arguments, as it always has: threading.RLock() is who warns of them.
Fallible<Value> rlock_new(Thread& t, Type* type, const Arguments&) {
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

// ---- _ThreadHandle ----

// Waits for the end of a thread; false when the time came first.
Fallible<bool> join_py(Thread& t, ThreadHandle* self, int64_t until) {
  if (self->state_ == ThreadState::Done) return true;
  if (self->ident_ == ident_of(t)) return t.raise(core.RuntimeError, "Cannot join current thread");
  if (Isolate::of(t).finalizing) return t.raise(core.PythonFinalizationError, "cannot join thread at interpreter shutdown");
  if (!can_wait(t)) return t.raise(core.RuntimeError, "deadlock: there is no other thread to wait for");
  return wait_and_collect(t, self->waiting_, until, [&] { return self->state_ == ThreadState::Done; });
}

Fallible<void> handle_join(Thread& t, ThreadHandle* self, Value timeout) {
  int64_t until = -1;
  if (!timeout.is_none()) {
    if (!is_float(timeout) && !is_index(timeout))
      return t.raise_type_error("'{}' object cannot be interpreted as an integer or float", type_of(timeout));
    double seconds = TRY(to_double_py(t, timeout));
    if (std::isnan(seconds)) return t.raise_value_error("Invalid value NaN (not a number)");
    if (std::fabs(seconds) > 9.2233720368547758e9) return t.raise(core.OverflowError, "timestamp out of range for C PyTime_t");
    if (seconds >= 0) until = after(t, seconds);
  }
  if (self->state_ == ThreadState::NotStarted) return t.raise(core.RuntimeError, "thread not started");
  TRY(join_py(t, self, until));
  return {};
}
Fallible<bool> handle_is_done(Thread&, ThreadHandle* self) { return self->state_ == ThreadState::Done; }
void end_handle(ThreadHandle* handle) {
  handle->state_ = ThreadState::Done;
  wake_all(handle->waiting_);
}
}  // namespace

void end_forgotten_threads(Thread& t) {
  t.heap().for_each_cell(
      [](void* context, Cell* cell) {
        if (!is<ThreadHandle>(cell)) return;
        auto* handle = as<ThreadHandle>(cell);
        bool running = handle->state_ == ThreadState::Running || handle->state_ == ThreadState::Starting;
        if (!running || handle->ident_ == ident_of(*static_cast<Thread*>(context))) return;
        handle->state_ = ThreadState::Done;
        handle->waiting_ = {};
      },
      &t);
}

namespace {

Fallible<void> handle_set_done(Thread& t, ThreadHandle* self) {
  if (self->state_ == ThreadState::NotStarted) return t.raise(core.RuntimeError, "thread not started");
  end_handle(self);
  return {};
}
Fallible<Value> handle_ident(Thread& t, Value self) { return make_uint(t, as<ThreadHandle>(self)->ident_); }
Fallible<Value> handle_repr(Thread& t, Value self) {
  return Value(TRY(t.format("<_ThreadHandle object: ident={}>", as<ThreadHandle>(self)->ident_)));
}
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
const TypeSpec kHandleSpec = {
    .name = "_thread._ThreadHandle",
    .doc = "A thread that can be waited for.",
    .layout = &ThreadHandle::kLayout,
    .slots = {.repr = handle_repr, .new_ = handle_new},
    .methods = kHandleMethods,
    .getsets = kHandleGetSets,
};

const TypeRegistration kTypes[] = {
    {&thread_lock_type, &kLockSpec},
    {&thread_rlock_type, &kRLockSpec},
    {&thread_local_type, &kThreadLocalSpec},
    {&thread_handle_type, &kHandleSpec},
};

// ---- Functions. ----

Fallible<Value> allocate_lock(Thread& t) { return Value(TRY(new_instance(t, thread_lock_type))); }
Fallible<Value> get_ident(Thread& t) { return make_uint(t, ident_of(t)); }
Fallible<Value> get_main_ident(Thread& t) { return make_uint(t, ident_of(Isolate::of(t).main_thread())); }
Fallible<Value> get_native_id(Thread& t) {
  if (!make_ready_to_wait(t)) return get_ident(t);
  return make_uint(t, t.system_id_);
}
Fallible<int64_t> count_threads(Thread& t) { return thread_count(t.isolate()); }
Fallible<bool> yes(Thread&) { return true; }
Fallible<void> exit_thread(Thread& t) { return t.raise_bare(core.SystemExit); }
Fallible<void> set_name(Thread& t, Str* name) {
  constexpr size_t kLongest = 15;
  char text[kLongest * 4 + 1];
  Str* cut = name->length() <= kLongest ? name : TRY(Str::slice(t, name, 0, kLongest));
  text[cut->write_utf8(text)] = '\0';
  if (Threads* host = Isolate::of(t).turns.host) host->set_name(text);
  return {};
}
Fallible<Value> get_name(Thread&) { return Value(names.empty); }
// Where no signals arrive, handlers are there all the same.
Fallible<void> run_handler_py(Thread& t, int signal) {
  if (&t != &Isolate::of(t).main_thread()) return {};
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "_signal"))));
  Value number = Value::from_small_int(signal);
  Value handler = TRY(call_method_py(t, module, TRY(Str::intern_utf8(t, "getsignal")), number));
  if (!is_callable(handler)) return {};
  TRY(call_method_py(t, module, TRY(Str::intern_utf8(t, "raise_signal")), number));
  return {};
}
Fallible<void> interrupt_main(Thread& t, int signal) {
  constexpr int kMostSignals = 64;
  if (signal < 1 || signal > kMostSignals) return t.raise_value_error("signal number out of range");
  Isolate& isolate = Isolate::of(t);
  Host* host = isolate.config().host;
  if (host == nullptr || host->signals == nullptr) return run_handler_py(t, signal);
  // Only a signal that somebody handles: others would do nothing.
  if (host->signals->action(signal) == Signals::Action::Note) host->signals->note(signal);
  isolate.interrupt.store(1, std::memory_order_relaxed);
  return safe_point_py(t);  // at once, when this is the main thread
}

// The module's state: the stack size for threads to come, then the handles of those that are not daemons.
List* state_of(Module* module) { return static_cast<List*>(module->state_.get()); }

Fallible<int64_t> stack_size(Thread& t, Module* module, int64_t size) {
  if (size < 0) return t.raise_value_error("size must be 0 or a positive value");
  constexpr int64_t kLeast = 32 * 1024, kMost = int64_t{1} << 40;
  if (size != 0 && size < kLeast) return t.raise_value_error("size not valid: {} bytes", size);
  if (size > kMost) return t.raise_value_error("size not valid: {} bytes", size);
  int64_t before = state_of(module)->at(0).small_int();
  state_of(module)->set(0, Value::from_small_int(size));
  return before;
}

// ---- Starting. ----

// What a thread does: start is (function, arguments, keywords or None).
void run_started(Thread& t) {
  auto* start = as<Tuple>(t.own_[Thread::kStart]);
  Value handle = t.own_[Thread::kHandle];
  if (!handle.is_empty()) as<ThreadHandle>(handle)->state_ = ThreadState::Running;
  Value function = start->at(0);
  Value keywords = start->at(2);
  auto* arguments = as<Tuple>(start->at(1));
  Fallible<Value> done = safe_point_py(t).failed() ? Failure{}
                         : keywords.is_none() ? call_py(t, function, Arguments(arguments->data(), arguments->length()))
                                              : call_with_dict_py(t, function, arguments, as<Dict>(keywords));
  if (done.failed() && !t.terminated()) {
    if (t.exception_is(core.SystemExit)) t.take_exception();
    else t.isolate().services->write_unraisable(t, "Exception ignored in thread started by", function);
  }
  if (t.has_exception()) t.exception_ = Value();
  t.own_[Thread::kStart] = Value();
  forget_locals_of(t);
  // A daemon that was stopped at the program's end was never done, as far as Python is concerned.
  if (!handle.is_empty() && !(t.stopping_ && Isolate::of(t).finalizing)) end_handle(as<ThreadHandle>(handle));
}

Fallible<Value> start_py(Thread& t, Module* module, Value function, Value arguments, Value keywords, ThreadHandle* handle) {
  Isolate& isolate = Isolate::of(t);
  if (isolate.finalizing)
    return t.raise(core.PythonFinalizationError, "can't create new thread at interpreter shutdown");
  Tuple* start = TRY(Tuple::of(t, function, arguments, keywords));
  auto size = static_cast<size_t>(state_of(module)->at(0).small_int());
  Thread* thread = TRY(start_thread(t, run_started, Value(start), handle == nullptr ? Value() : Value(handle), size));
  if (handle != nullptr) handle->ident_ = ident_of(*thread);
  return make_uint(t, ident_of(*thread));
}

Fallible<Value> start_new_thread(Thread& t, Module* module, Value function, Value arguments, Value keywords) {
  if (!is_callable(function)) return t.raise_type_error("first arg must be callable");
  if (!is<Tuple>(arguments)) return t.raise_type_error("2nd arg must be a tuple");
  if (!keywords.is_absent() && !is<Dict>(keywords)) return t.raise_type_error("optional 3rd arg must be a dictionary");
  Value given = keywords.is_absent() ? Value::none() : keywords;
  TRY(t.audit_py("_thread.start_new_thread", function, arguments, given));
  return start_py(t, module, function, arguments, given, nullptr);
}
Fallible<Value> start_joinable_thread(Thread& t, Module* module, Value function, Value given, bool daemon) {
  if (!is_callable(function)) return t.raise_type_error("thread function must be callable");
  if (!given.is_none() && !is<ThreadHandle>(given)) return t.raise_type_error("'handle' must be a _ThreadHandle");
  TRY(t.audit_py("_thread.start_joinable_thread", function, Value::from_small_int(daemon), given));
  auto* handle = as<ThreadHandle>(given.is_none() ? Value(TRY(new_instance(t, thread_handle_type))) : given);
  if (handle->state_ != ThreadState::NotStarted) return t.raise(core.RuntimeError, "thread already started");
  handle->state_ = ThreadState::Starting;
  handle->daemon_ = daemon;
  Fallible<Value> started = start_py(t, module, function, Value(empty_tuple()), Value::none(), handle);
  if (started.failed()) {
    handle->state_ = ThreadState::NotStarted;
    return Failure{};
  }
  if (!daemon) {
    // Those that are over are left out, so that the list does not grow with the threads of a life.
    List* list = state_of(module);
    size_t kept = 1;
    for (size_t i = 1; i < list->length(); ++i) {
      if (as<ThreadHandle>(list->at(i))->state_ == ThreadState::Done) continue;
      list->set(kept++, list->at(i));
    }
    TRY(list->replace(t, kept, list->length(), nullptr, 0));
    TRY(list->append(t, Value(handle)));
  }
  return Value(handle);
}

// Waits for all threads but daemons.
Fallible<void> shut_down(Thread& t, Module* module) {
  List* list = state_of(module);
  for (;;) {
    ThreadHandle* waited = nullptr;
    for (size_t i = 1; i < list->length() && waited == nullptr; ++i) {
      auto* handle = as<ThreadHandle>(list->at(i));
      if (handle->state_ != ThreadState::Done && handle->ident_ != ident_of(t)) waited = handle;
    }
    if (waited == nullptr) return {};
    if (!join_py(t, waited, -1).failed()) continue;
    if (t.terminated()) return Failure{};
    t.isolate().services->write_unraisable(t, "Exception ignored while joining a thread in _thread._shutdown()", Value::none());
    return {};
  }
}

Fallible<Value> make_thread_handle(Thread& t, Value ident) {
  if (!is_int(ident)) return t.raise_type_error("ident must be an integer");
  auto* handle = as<ThreadHandle>(TRY(new_instance(t, thread_handle_type)));
  handle->ident_ = static_cast<uint64_t>(int_to_int64_nogc(ident).value);
  handle->state_ = ThreadState::Running;
  return Value(handle);
}

// The file that a thread's end is told on: sys.stderr, or the one that the thread object has kept.
Fallible<Value> error_stream_py(Thread& t, Value thread) {
  Value file = t.isolate().sys_dict->get_name_nogc(names.stderr);
  if (!file.is_absent() && !file.is_none()) return file;
  if (thread.is_none()) return Value::none();
  Fallible<Value> kept = get_attribute_py(t, thread, TRY(Str::intern_utf8(t, "_stderr")));
  if (!kept.failed()) return kept.get();
  if (t.terminated()) return Failure{};
  t.take_exception();
  return Value::none();
}

// An exception that a thread's function let go: printed and dropped.
Fallible<void> except_hook(Thread& t, Value arguments) {
  if (!is<Tuple>(arguments) || as<Tuple>(arguments)->length() != 4)
    return t.raise_type_error("_thread.excepthook argument type must be ExceptHookArgs");
  auto* fields = as<Tuple>(arguments);
  if (fields->at(0) == Value(core.SystemExit)) return {};
  Value thread = fields->at(3);
  Value file = TRY(error_stream_py(t, thread));
  if (file.is_none()) return {};
  Value name;
  if (thread.is_none()) {
    name = TRY(make_uint(t, ident_of(t)));
  } else {
    Fallible<Value> found = get_attribute_py(t, thread, TRY(Str::intern_utf8(t, "_name")));
    if (found.failed() && t.terminated()) return Failure{};
    if (found.failed()) t.take_exception();
    name = found.failed() ? TRY(make_uint(t, ident_of(t))) : found.get();
  }
  Str* line = TRY(t.format("Exception in thread {}:\n", str_of(name)));
  TRY(call_method_py(t, file, names.write, Value(line)));
  Value exception = fields->at(1);
  if (exception.is_none()) {
    if (Type* type = as_type(fields->at(0))) exception = TRY(call_py(t, Value(type)));
  }
  if (is_exception(exception)) {
    if (file == t.isolate().sys_dict->get_name_nogc(names.stderr)) {
      TRY(print_exception_py(t, exception));
    } else {
      Str* text = TRY(traceback_text_py(t, exception));
      TRY(call_method_py(t, file, names.write, Value(text)));
    }
  }
  TRY(call_method_py(t, file, names.flush));
  return {};
}

const NativeMethod kFunctions[] = {
    {"_count", HOG_NATIVE(count_threads), "()", "How many threads were started and run."},
    {"_excepthook", HOG_NATIVE(except_hook), "(args, /)", "Reports a thread's uncaught exception."},
    {"_get_main_thread_ident", HOG_NATIVE(get_main_ident), "()", "Number of the main thread."},
    {"_get_name", HOG_NATIVE(get_name), "()", "Name of the thread."},
    {"_is_main_interpreter", HOG_NATIVE(yes), "()", "True."},
    {"_make_thread_handle", HOG_NATIVE(make_thread_handle), "(ident, /)", "A handle of a running thread."},
    {"_shutdown", HOG_NATIVE(shut_down), "($module, /)", "Waits for all threads but daemons."},
    {"allocate", HOG_NATIVE(allocate_lock), "()", "Old name of allocate_lock()."},
    {"allocate_lock", HOG_NATIVE(allocate_lock), "()", "A new lock."},
    {"daemon_threads_allowed", HOG_NATIVE(yes), "()", "True."},
    {"exit", HOG_NATIVE(exit_thread), "()", "Raises SystemExit."},
    {"exit_thread", HOG_NATIVE(exit_thread), "()", "Old name of exit()."},
    {"get_ident", HOG_NATIVE(get_ident), "()", "Number of this thread."},
    {"get_native_id", HOG_NATIVE(get_native_id), "()", "The system's number of this thread."},
    {"interrupt_main", HOG_NATIVE(interrupt_main), "(signum=2, /)", "As if a signal had arrived."},
    {"set_name", HOG_NATIVE(set_name), "(name)", "Names the thread for the system."},
    {"stack_size", HOG_NATIVE(stack_size), "($module, size=0, /)", "Native stack of new threads."},
    {"start_joinable_thread", HOG_NATIVE(start_joinable_thread), "($module, /, function, handle=None, daemon=True)",
     "Starts a thread that can be waited for."},
    {"start_new", HOG_NATIVE(start_new_thread), "($module, function, args, kwargs=<unrepresentable>, /)", "Old name of start_new_thread()."},
    {"start_new_thread", HOG_NATIVE(start_new_thread), "($module, function, args, kwargs=<unrepresentable>, /)", "Starts a thread."},
    {}};

constexpr StructField kHookFields[] = {{"exc_type"}, {"exc_value"}, {"exc_traceback"}, {"thread"}};
constexpr StructSequenceSpec kHookArgs = {"_thread._ExceptHookArgs", "What threading.excepthook is given.", kHookFields, 4, 4};

Fallible<void> initialize(Thread& t, Module* module) {
  List* state = TRY(List::make(t));
  TRY(state->append(t, Value::from_small_int(0)));
  module->state_.set(module, state);
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
