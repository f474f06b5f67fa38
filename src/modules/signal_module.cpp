// signal_module.cpp: the module _signal. Handlers belong to the isolate. Without the Signals capability no signal comes from
// outside, but a program may still send one to itself (raise_signal), and what it installed runs at once. Ref: library/signal.
#include "host/host.hpp"
#include "object/os_error.hpp"
#include "object/protocol.hpp"
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

// What the isolate has installed: a list of NSIG handlers, the state of the module.
List* handlers_of(Module* module) { return static_cast<List*>(module->state_.get()); }

Fallible<void> check_number(Thread& t, int number) {
  if (number < 1 || number >= kSignalCount) return t.raise_value_error("signal number out of range");
  return {};
}

Fallible<Value> getsignal(Thread& t, Module* module, int number) {
  TRY(check_number(t, number));
  return handlers_of(module)->at(static_cast<size_t>(number));
}

Fallible<Value> set_signal(Thread& t, Module* module, int number, Value handler) {
  TRY(check_number(t, number));
  if (!is_callable(handler)) {
    if (!TRY(equals_py(t, handler, Value::from_small_int(kDefault))) &&
        !TRY(equals_py(t, handler, Value::from_small_int(kIgnore))))
      return t.raise_type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
    handler = Value::from_small_int(TRY(truth_py(t, handler)) ? kIgnore : kDefault);
  }
  if (number == 9 || number == 19) return raise_os_error(t, 22);  // EINVAL: SIGKILL and SIGSTOP cannot be caught
  List* handlers = handlers_of(module);
  Value before = handlers->at(static_cast<size_t>(number));
  handlers->set(static_cast<size_t>(number), handler);
  return before;
}

Fallible<Value> default_int_handler(Thread& t, Value, Value) { return t.raise_bare(core.KeyboardInterrupt); }

bool is_ignored_by_default(int number) { return number == 17 || number == 18 || number == 23 || number == 28; }

Fallible<void> raise_signal(Thread& t, Module* module, int number) {
  TRY(check_number(t, number));
  Value handler = handlers_of(module)->at(static_cast<size_t>(number));
  if (handler.is_small_int()) {
    if (handler.small_int() == kIgnore || is_ignored_by_default(number)) return {};
    return t.raise(core.RuntimeError, "the default action of signal {} needs Signals, which this isolate was not granted", number);
  }
  Frame* frame = t.frame_;
  Value caller = frame == nullptr ? Value::none() : Value(TRY(frame_object(t, frame)));
  TRY(call_py(t, handler, Value::from_small_int(number), caller));
  return {};
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
    {"signal", HOG_NATIVE(set_signal), "($module, signalnum, handler, /)", "Install a handler; return the one before."},
    {"getsignal", HOG_NATIVE(getsignal), "($module, signalnum, /)", "The handler installed for a signal."},
    {"default_int_handler", HOG_NATIVE(default_int_handler), "($module, signalnum, frame, /)", "Raise KeyboardInterrupt."},
    {"raise_signal", HOG_NATIVE(raise_signal), "($module, signalnum, /)", "Send a signal to this program."},
    {"strsignal", HOG_NATIVE(strsignal), "($module, signalnum, /)", "What a signal means, or None."},
    {"valid_signals", HOG_NATIVE(valid_signals), "($module, /)", "The set of the valid signal numbers."},
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  for (const Row& row : kSignals) TRY(module->add(t, row.name, Value::from_small_int(row.number)));
  List* handlers = TRY(List::make(t));
  for (int number = 0; number < kSignalCount; ++number) TRY(handlers->append(t, Value::from_small_int(kDefault)));
  handlers->set(13, Value::from_small_int(kIgnore));  // a closed pipe is an error of write, not the end of the program
  Value name = Value(TRY(Str::intern_utf8(t, "default_int_handler")));
  handlers->set(kInterrupt, TRY(module->dict()->get_py(t, name)));
  module->state_.set(module, handlers);
  return {};
}

}  // namespace

extern const ModuleSpec k_module__signal;
const ModuleSpec k_module__signal = {
    .name = "_signal",
    .doc = "Signals: handlers, names and numbers.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
