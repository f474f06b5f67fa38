// signal_module.cpp: the module _signal. Handlers belong to the isolate, and run in its main thread at polls. Without the Signals
// capability no signal comes from outside, but a program may still send one to itself (raise_signal), and what it installed runs at
// once. What needs a process is a part of its own (os_modules/signal_functions.cpp). Ref: library/signal.
#include "modules/signals.hpp"

#include "host/file_system.hpp"
#include "host/host.hpp"
#include "object/os_error.hpp"
#include "object/protocol.hpp"
#include "vm/finalize.hpp"
#include "vm/frame.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr int kSignalCount = 65;  // NSIG: valid numbers are 1 to 64
constexpr int kDefault = 0, kIgnore = 1;
constexpr int kInterrupt = 2;

struct Row {
  const char* name;
  int number;
  const char* description;  // null: an alias
};
constexpr Row kSignals[] = {
    {"SIGHUP", 1, "Hangup"},
    {"SIGINT", 2, "Interrupt"},
    {"SIGQUIT", 3, "Quit"},
    {"SIGILL", 4, "Illegal instruction"},
    {"SIGTRAP", 5, "Trace/breakpoint trap"},
    {"SIGABRT", 6, "Aborted"},
    {"SIGIOT", 6, nullptr},
    {"SIGBUS", 7, "Bus error"},
    {"SIGFPE", 8, "Floating point exception"},
    {"SIGKILL", 9, "Killed"},
    {"SIGUSR1", 10, "User defined signal 1"},
    {"SIGSEGV", 11, "Segmentation fault"},
    {"SIGUSR2", 12, "User defined signal 2"},
    {"SIGPIPE", 13, "Broken pipe"},
    {"SIGALRM", 14, "Alarm clock"},
    {"SIGTERM", 15, "Terminated"},
    {"SIGSTKFLT", 16, "Stack fault"},
    {"SIGCHLD", 17, "Child exited"},
    {"SIGCLD", 17, nullptr},
    {"SIGCONT", 18, "Continued"},
    {"SIGSTOP", 19, "Stopped (signal)"},
    {"SIGTSTP", 20, "Stopped"},
    {"SIGTTIN", 21, "Stopped (tty input)"},
    {"SIGTTOU", 22, "Stopped (tty output)"},
    {"SIGURG", 23, "Urgent I/O condition"},
    {"SIGXCPU", 24, "CPU time limit exceeded"},
    {"SIGXFSZ", 25, "File size limit exceeded"},
    {"SIGVTALRM", 26, "Virtual timer expired"},
    {"SIGPROF", 27, "Profiling timer expired"},
    {"SIGWINCH", 28, "Window changed"},
    {"SIGIO", 29, "I/O possible"},
    {"SIGPOLL", 29, nullptr},
    {"SIGPWR", 30, "Power failure"},
    {"SIGSYS", 31, "Bad system call"},
    {"SIGRTMIN", 34, nullptr},
    {"SIGRTMAX", 64, nullptr},
    {"NSIG", kSignalCount, nullptr},
    {"SIG_DFL", kDefault, nullptr},
    {"SIG_IGN", kIgnore, nullptr},
    {"SIG_BLOCK", 0, nullptr},
    {"SIG_UNBLOCK", 1, nullptr},
    {"SIG_SETMASK", 2, nullptr},
    {"ITIMER_REAL", 0, nullptr},
    {"ITIMER_VIRTUAL", 1, nullptr},
    {"ITIMER_PROF", 2, nullptr},
};

Signals* signals_of(Thread& t) {
  Host* host = Isolate::of(t).config().host;
  return host == nullptr ? nullptr : host->signals;
}

// What the isolate has installed: NSIG handlers.
List* handlers_of(Thread& t) { return as<List>(Isolate::of(t).slots[Isolate::kSignalHandlers].get()); }

Fallible<void> check_number(Thread& t, int number) {
  if (number < 1 || number >= kSignalCount) return t.raise_value_error("signal number out of range");
  return {};
}

Fallible<Value> default_int_handler(Thread& t, Value, Value) { return t.raise_bare(core.KeyboardInterrupt); }

Fallible<void> call_handler_py(Thread& t, Value handler, int number) {
  Frame* frame = t.frame_;
  Value caller = frame == nullptr ? Value::none() : Value(TRY(frame_object(t, frame)));
  TRY(call_py(t, handler, Value::from_small_int(number), caller));
  return {};
}

bool is_handler(Value v) { return !v.is_small_int() && !v.is_none(); }

// What isolates do at polls of their main thread.
Fallible<void> handle_signals_py(Thread& t) {
  Isolate& isolate = Isolate::of(t);
  Signals& signals = *signals_of(t);
  if (isolate.noted_signals == 0 && !signals.any_noted()) return {};
  isolate.noted_signals |= signals.take_noted();
  while (isolate.noted_signals != 0) {
    int number = __builtin_ctzll(isolate.noted_signals) + 1;
    isolate.noted_signals &= isolate.noted_signals - 1;
    Value handler = handlers_of(t)->at(static_cast<size_t>(number));
    if (!is_handler(handler) || isolate.finalizing) {  // it was taken away meanwhile, or the program is over
      (void)t.raise(core.OSError, "Signal {} ignored due to race condition", number);
      t.isolate().services->write_unraisable(t, nullptr, Value());
      if (t.terminated()) return Failure{};
      continue;
    }
    if (call_handler_py(t, handler, number).failed()) {
      if (isolate.noted_signals != 0) isolate.interrupt.store(1, std::memory_order_relaxed);
      return Failure{};
    }
  }
  if (int error = signals.take_wakeup_error(); error != 0) {
    (void)raise_os_error(t, error);
    t.isolate().services->write_unraisable(t, "Exception ignored when trying to write to the signal wakeup fd", Value());
    if (t.terminated()) return Failure{};
  }
  return {};
}

Fallible<Value> getsignal(Thread& t, int number) {
  TRY(check_number(t, number));
  return handlers_of(t)->at(static_cast<size_t>(number));
}

bool is_main_thread(Thread& t) { return &t == &Isolate::of(t).main_thread(); }

Fallible<Value> set_signal(Thread& t, int number, Value handler) {
  if (!is_main_thread(t)) return t.raise_value_error("signal only works in main thread of the main interpreter");
  TRY(check_number(t, number));
  Signals::Action action = Signals::Action::Note;
  if (!is_callable(handler)) {
    bool is_default = TRY(equals_py(t, handler, Value::from_small_int(kDefault)));
    if (!is_default && !TRY(equals_py(t, handler, Value::from_small_int(kIgnore))))
      return t.raise_type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
    handler = Value::from_small_int(is_default ? kDefault : kIgnore);
    action = is_default ? Signals::Action::Default : Signals::Action::Ignore;
  }
  if (number == 9 || number == 19) return raise_os_error(t, 22);  // EINVAL: SIGKILL and SIGSTOP cannot be caught
  TRY(safe_point_py(t));  // what came before is the old handler's
  if (Signals* signals = signals_of(t)) {
    HostResult<bool> done = signals->set_action(number, action);
    if (!done.ok()) return raise_os_error(t, done.error);
  }
  List* handlers = handlers_of(t);
  Value before = handlers->at(static_cast<size_t>(number));
  handlers->set(static_cast<size_t>(number), handler);
  return before;
}

bool is_ignored_by_default(int number) { return number == 17 || number == 18 || number == 23 || number == 28; }

Fallible<void> raise_signal(Thread& t, int number) {
  if (Signals* signals = signals_of(t)) {
    HostResult<bool> done = signals->raise(number);
    if (!done.ok()) return raise_os_error(t, done.error);
    return safe_point_py(t);
  }
  TRY(check_number(t, number));
  Value handler = handlers_of(t)->at(static_cast<size_t>(number));
  if (handler.is_small_int()) {
    if (handler.small_int() == kIgnore || is_ignored_by_default(number)) return {};
    return t.raise(core.RuntimeError, "the default action of signal {} needs Signals, which this isolate was not granted", number);
  }
  return call_handler_py(t, handler, number);
}

Fallible<int64_t> set_wakeup_fd(Thread& t, int descriptor, bool warn_on_full_buffer) {
  if (!is_main_thread(t)) return t.raise_value_error("set_wakeup_fd only works in main thread of the main interpreter");
  Host* host = Isolate::of(t).config().host;
  if (descriptor >= 0 && host != nullptr && host->files != nullptr) {
    HostResult<FileStatus> status = host->files->status(descriptor);
    if (status.error == EBADF) return t.raise_value_error("invalid fd");
    if (!status.ok()) return raise_os_error(t, status.error);
    HostResult<bool> blocking = host->files->blocking(descriptor);
    if (!blocking.ok()) return raise_os_error(t, blocking.error);
    if (blocking.value) return t.raise_value_error("the fd {} must be in non-blocking mode", descriptor);
  }
  Signals* signals = signals_of(t);
  if (signals == nullptr)
    return t.raise(core.RuntimeError, "set_wakeup_fd() needs Signals, which this isolate was not granted");
  return int64_t{signals->set_wakeup(descriptor < 0 ? -1 : descriptor, warn_on_full_buffer).value};
}

Fallible<Value> strsignal(Thread& t, int number) {
  TRY(check_number(t, number));
  for (const Row& row : kSignals)
    if (row.number == number && row.description != nullptr) return Value(TRY(Str::from_ascii(t, row.description)));
  if (number >= 34) return Value(TRY(t.format("Real-time signal {}", number - 34)));
  return Value::none();
}

Fallible<Value> valid_signals(Thread& t) {
  Set* numbers = TRY(Set::make(t, core.set));
  for (int number = 1; number < kSignalCount; ++number)
    if (number != 32 && number != 33) TRY(numbers->add_py(t, Value::from_small_int(number)));  // those are libc's own
  return Value(numbers);
}

constexpr NativeMethod kFunctions[] = {
    {"signal", HOG_NATIVE(set_signal), "(signalnum, handler, /)", "Install a handler; return the one before."},
    {"getsignal", HOG_NATIVE(getsignal), "(signalnum, /)", "The handler installed for a signal."},
    {"default_int_handler", HOG_NATIVE(default_int_handler), "(signalnum, frame, /)", "Raise KeyboardInterrupt."},
    {"raise_signal", HOG_NATIVE(raise_signal), "(signalnum, /)", "Send a signal to this program."},
    {"set_wakeup_fd", HOG_NATIVE(set_wakeup_fd), "(fd, /, *, warn_on_full_buffer=True)",
     "Have each signal's number written to a descriptor; return the one before."},
    {"strsignal", HOG_NATIVE(strsignal), "(signalnum, /)", "What a signal means, or None."},
    {"valid_signals", HOG_NATIVE(valid_signals), "()", "The set of the valid signal numbers."},
    {}};

// Parts that were listed for the isolate as further modules of this name: what needs a process.
Fallible<void> add_outer_parts(Thread& t, Module* module) {
  const ModuleSpec* const* spec = Isolate::of(t).config().modules;
  for (; spec != nullptr && *spec != nullptr; ++spec) {
    if (*spec == module->spec_ || std::string_view((*spec)->name) != "_signal") continue;
    Value name = Value(TRY(Str::intern_utf8(t, (*spec)->name)));
    for (const NativeMethod* row = (*spec)->functions; row->name != nullptr; ++row)
      TRY(module->add(t, row->name, Value(TRY(make_native_function(t, row, Value(module), name)))));
    if ((*spec)->initialize != nullptr) TRY((*spec)->initialize(t, module));
  }
  return {};
}

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(install_signal_handlers(t));
  for (const Row& row : kSignals) TRY(module->add(t, row.name, Value::from_small_int(row.number)));
  // The handler of SIGINT was made before the module: both are the same function.
  Str* name = TRY(Str::intern_utf8(t, "default_int_handler"));
  List* handlers = handlers_of(t);
  Value interrupt = handlers->at(kInterrupt);
  if (is_handler(interrupt) && is<NativeFunction>(interrupt)) TRY(module->dict()->set_name(t, name, interrupt));
  Host* host = Isolate::of(t).config().host;
  if (host != nullptr && host->signals != nullptr && host->process != nullptr) TRY(add_outer_parts(t, module));
  return {};
}

}  // namespace

Fallible<void> install_signal_handlers(Thread& t) {
  Isolate& isolate = Isolate::of(t);
  if (!isolate.slots[Isolate::kSignalHandlers].get().is_empty()) return {};
  List* handlers = TRY(List::make(t, kSignalCount));
  Signals* signals = signals_of(t);
  for (int number = 0; number < kSignalCount; ++number) {
    Value handler = Value::from_small_int(number == 13 ? kIgnore : kDefault);  // a closed pipe is an error of write, not the end
    if (signals != nullptr && number != 0) {
      Signals::Action action = signals->action(number);
      handler = action == Signals::Action::Default  ? Value::from_small_int(kDefault)
                : action == Signals::Action::Ignore ? Value::from_small_int(kIgnore)
                                                    : Value::none();
    }
    TRY(handlers->append(t, handler));
  }
  isolate.slots[Isolate::kSignalHandlers].set(nullptr, Value(handlers));
  const NativeMethod* interrupt = kFunctions;
  while (std::string_view(interrupt->name) != "default_int_handler") ++interrupt;
  Value module_name = Value(TRY(Str::intern_utf8(t, "_signal")));
  Value known = handlers->at(kInterrupt);
  if (known.is_small_int() && known.small_int() == kDefault)
    handlers->set(kInterrupt, Value(TRY(make_native_function(t, interrupt, Value(), module_name))));
  if (signals == nullptr) return {};
  isolate.handle_signals_py = handle_signals_py;
  if (is_handler(handlers->at(kInterrupt))) (void)signals->set_action(kInterrupt, Signals::Action::Note);
  return {};
}

extern const ModuleSpec k_module__signal;
const ModuleSpec k_module__signal = {
    .name = "_signal",
    .doc = "Signals: handlers, names and numbers.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
