// signal_functions.cpp: the part of the module _signal that is about the process: timers, masks, waiting. Ref: library/signal.
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmath>

#include "object/exception.hpp"
#include "os_modules/support.hpp"

namespace hog {

namespace {

using os::blocking;
using os::raise_errno;

constexpr int kSignalCount = 65;

Fallible<void> poll_now_py(Thread& t) { return safe_point_py(t); }

Fallible<void> check_number(Thread& t, int number) {
  if (number < 1 || number >= kSignalCount)
    return t.raise_value_error("signal number {} out of range [1; {}]", number, kSignalCount - 1);
  return {};
}

// ---- Timers. ----

double seconds_of(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; }

Fallible<timeval> interval_py(Thread& t, Value v) {
  if (!is_float(v) && !is_index(v)) return t.raise_type_error("'{}' object cannot be interpreted as an integer or float", type_of(v));
  double seconds = TRY(to_double_py(t, v));
  if (std::isnan(seconds)) return t.raise_value_error("Invalid value NaN (not a number)");
  if (std::fabs(seconds) > 9.2e18) return t.raise(core.OverflowError, "timestamp out of range for platform time_t");
  double whole = std::floor(seconds);
  auto micro = static_cast<int64_t>(std::ceil((seconds - whole) * 1e6));
  auto seconds_part = static_cast<int64_t>(whole);
  if (micro >= 1'000'000) {
    ++seconds_part;
    micro -= 1'000'000;
  }
  return timeval{static_cast<time_t>(seconds_part), static_cast<suseconds_t>(micro)};
}

Fallible<Value> timer_pair(Thread& t, const itimerval& timer) {
  Value left = TRY(make_float(t, seconds_of(timer.it_value)));
  Value interval = TRY(make_float(t, seconds_of(timer.it_interval)));
  return Value(TRY(Tuple::of(t, left, interval)));
}

// ItimerError, which is an OSError.
Failure raise_timer_error_py(Thread& t, Module* module) {
  int error = errno;
  Value type = module->dict()->get_name_nogc(TRY(Str::intern_utf8(t, "ItimerError")));
  Str* text = TRY(Str::from_utf8(t, ::strerrordesc_np(error) == nullptr ? "" : ::strerrordesc_np(error)));
  if (type.is_absent()) return raise_os_error(t, error);
  Value made = TRY(call_py(t, type, Value::from_small_int(error), Value(text)));
  return t.raise_object_py(made, Value::absent());
}

Fallible<Value> signal_setitimer(Thread& t, Module* module, int which, Value seconds, Value interval) {
  itimerval wanted{}, before{};
  wanted.it_value = TRY(interval_py(t, seconds));
  if (!interval.is_absent()) wanted.it_interval = TRY(interval_py(t, interval));
  if (::setitimer(static_cast<__itimer_which_t>(which), &wanted, &before) != 0) return raise_timer_error_py(t, module);
  return timer_pair(t, before);
}
Fallible<Value> signal_getitimer(Thread& t, Module* module, int which) {
  itimerval now{};
  if (::getitimer(static_cast<__itimer_which_t>(which), &now) != 0) return raise_timer_error_py(t, module);
  return timer_pair(t, now);
}
Fallible<int64_t> signal_alarm(Thread&, int seconds) { return int64_t{::alarm(static_cast<unsigned>(seconds))}; }

Fallible<void> signal_pause(Thread& t) {
  blocking(t, [] { return ::pause(); });
  return poll_now_py(t);
}

Fallible<void> signal_siginterrupt(Thread& t, int number, bool flag) {
  TRY(check_number(t, number));
  struct sigaction action {};
  if (::sigaction(number, nullptr, &action) != 0) return raise_errno(t);
  if (flag) action.sa_flags &= ~SA_RESTART;
  else action.sa_flags |= SA_RESTART;
  if (::sigaction(number, &action, nullptr) != 0) return raise_errno(t);
  return {};
}

// ---- Sets of signals. ----

Fallible<void> set_from_py(Thread& t, Value iterable, sigset_t* out) {
  ::sigemptyset(out);
  List* numbers = TRY(list_from_iterable_py(t, iterable));
  for (size_t i = 0; i < numbers->length(); ++i) {
    TRY(t.poll());
    Fallible<int64_t> converted = index_to_int64_py(t, numbers->at(i));
    if (converted.failed() && !clear_exception_if(t, core.OverflowError)) return Failure{};
    int64_t number = converted.failed() ? 0 : converted.get();
    if (number < 1 || number >= kSignalCount)
      return t.raise_value_error("signal number {} out of range [1; {}]", number, kSignalCount - 1);
    ::sigaddset(out, static_cast<int>(number));  // 32 and 33 are libc's own, and refused
  }
  return {};
}
Fallible<Value> set_to_py(Thread& t, const sigset_t& from) {
  Set* set = TRY(Set::make(t, core.set));
  for (int number = 1; number < kSignalCount; ++number)
    if (::sigismember(&from, number) == 1) TRY(set->add_py(t, Value::from_small_int(number)));
  return Value(set);
}

Fallible<Value> signal_mask(Thread& t, int how, Value mask) {
  sigset_t wanted, before;
  TRY(set_from_py(t, mask, &wanted));
  if (int error = ::pthread_sigmask(how, &wanted, &before); error != 0) return raise_os_error(t, error);
  TRY(poll_now_py(t));  // what was let through
  return set_to_py(t, before);
}
Fallible<Value> signal_pending(Thread& t) {
  sigset_t pending;
  if (::sigpending(&pending) != 0) return raise_errno(t);
  return set_to_py(t, pending);
}
Fallible<int64_t> signal_wait(Thread& t, Value set) {
  sigset_t wanted;
  TRY(set_from_py(t, set, &wanted));
  int number = 0;
  int error = blocking(t, [&] { return ::sigwait(&wanted, &number); });
  if (error != 0) return raise_os_error(t, error);
  return int64_t{number};
}

constexpr StructField kInfoFields[] = {{"si_signo"}, {"si_code"}, {"si_errno"}, {"si_pid"}, {"si_uid"}, {"si_status"}, {"si_band"}};
constexpr StructSequenceSpec kInfo = {"signal.struct_siginfo", "What is known of a signal.", kInfoFields, 7, 7};

Fallible<Value> make_info(Thread& t, Module* module, const siginfo_t& info) {
  Value type = module->dict()->get_name_nogc(TRY(Str::intern_utf8(t, "struct_siginfo")));
  if (as_type(type) == nullptr) return t.raise(core.RuntimeError, "signal.struct_siginfo is gone");
  Value v[] = {Value::from_small_int(info.si_signo), Value::from_small_int(info.si_code), Value::from_small_int(info.si_errno),
               Value::from_small_int(info.si_pid),   Value::from_small_int(info.si_uid),  Value::from_small_int(info.si_status),
               TRY(make_int(t, info.si_band))};
  return make_struct_sequence(t, as_type(type), v);
}
Fallible<Value> signal_wait_info(Thread& t, Module* module, Value set) {
  sigset_t wanted;
  TRY(set_from_py(t, set, &wanted));
  siginfo_t info{};
  TRY(os::attempt(t, [&] { return ::sigwaitinfo(&wanted, &info); }));
  return make_info(t, module, info);
}
Fallible<Value> signal_timed_wait(Thread& t, Module* module, Value set, Value timeout) {
  sigset_t wanted;
  TRY(set_from_py(t, set, &wanted));
  if (!is_float(timeout) && !is_index(timeout))
    return t.raise_type_error("'{}' object cannot be interpreted as an integer or float", type_of(timeout));
  double seconds = TRY(to_double_py(t, timeout));
  if (std::isnan(seconds)) return t.raise_value_error("Invalid value NaN (not a number)");
  if (seconds < 0) return t.raise_value_error("timeout must be non-negative");
  if (seconds > 9.2e9) return t.raise(core.OverflowError, "timestamp out of range for C PyTime_t");
  auto now = [] {
    timespec ts{};
    ::clock_gettime(CLOCK_MONOTONIC, &ts);
    return static_cast<int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
  };
  int64_t end = now() + static_cast<int64_t>(std::ceil(seconds * 1e9));
  for (;;) {
    int64_t left = end - now();
    if (left < 0) left = 0;
    timespec time{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
    siginfo_t info{};
    int number = blocking(t, [&] { return ::sigtimedwait(&wanted, &info, &time); });
    if (number >= 0) return make_info(t, module, info);
    if (errno == EAGAIN) return Value::none();
    if (errno != EINTR) return raise_errno(t);
    TRY(poll_now_py(t));
  }
}

// ---- Sending. ----

// Which thread _thread.get_ident() means; 0: none of this isolate's.
uint64_t handle_of(Thread& t, uint64_t ident) {
  for (Thread* each = t.isolate().threads; each != nullptr; each = each->next_)
    if (reinterpret_cast<uintptr_t>(each) == ident && make_ready_to_wait(t)) return each->handle_;
  return 0;
}
Fallible<void> signal_pthread_kill(Thread& t, Value ident, int number) {
  if (!is_int(ident)) return t.raise_type_error("'{}' object cannot be interpreted as an integer", type_of(ident));
  TRY(t.audit_py("signal.pthread_kill", ident, Value::from_small_int(number)));
  uint64_t handle = handle_of(t, static_cast<uint64_t>(int_to_int64_nogc(ident).value));
  if (handle == 0) return raise_os_error(t, ESRCH);
  if (int error = ::pthread_kill(static_cast<pthread_t>(handle), number); error != 0) return raise_os_error(t, error);
  return poll_now_py(t);
}
Fallible<void> signal_pidfd_send(Thread& t, int descriptor, int number, Value info, int flags) {
  if (!info.is_none()) return t.raise_type_error("siginfo must be None");
  if (::syscall(SYS_pidfd_send_signal, descriptor, number, nullptr, flags) < 0) return raise_errno(t);
  return poll_now_py(t);
}

const NativeMethod kFunctions[] = {
    {"alarm", HOG_NATIVE(signal_alarm), "(seconds, /)", "Has SIGALRM sent after so many seconds; gives what was left of the one before."},
    {"getitimer", HOG_NATIVE(signal_getitimer), "($module, which, /)", "A timer: (seconds left, interval)."},
    {"pause", HOG_NATIVE(signal_pause), "()", "Waits for a signal."},
    {"pidfd_send_signal", HOG_NATIVE(signal_pidfd_send), "(pidfd, signalnum, siginfo=None, flags=0, /)", "Sends a signal to a process."},
    {"pthread_kill", HOG_NATIVE(signal_pthread_kill), "(thread_id, signalnum, /)", "Sends a signal to a thread."},
    {"pthread_sigmask", HOG_NATIVE(signal_mask), "(how, mask, /)", "Changes which signals this thread holds off; gives those before."},
    {"setitimer", HOG_NATIVE(signal_setitimer), "($module, which, seconds, interval=<unrepresentable>, /)",
     "Sets a timer; gives the one before."},
    {"siginterrupt", HOG_NATIVE(signal_siginterrupt), "(signalnum, flag, /)", "Does the signal interrupt system calls?"},
    {"sigpending", HOG_NATIVE(signal_pending), "()", "The signals that were sent and are held off."},
    {"sigtimedwait", HOG_NATIVE(signal_timed_wait), "($module, sigset, timeout, /)", "Like sigwaitinfo(), for so long at most."},
    {"sigwait", HOG_NATIVE(signal_wait), "(sigset, /)", "Waits for one of those signals; gives its number."},
    {"sigwaitinfo", HOG_NATIVE(signal_wait_info), "($module, sigset, /)", "Waits for one of those signals; gives what is known of it."},
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "struct_siginfo", Value(TRY(make_struct_sequence_type(t, &kInfo)))));
  Dict* attributes = TRY(Dict::make(t));
  TRY(attributes->set_name(t, names.dunder_module, Value(TRY(Str::intern_utf8(t, "signal")))));
  Tuple* bases = TRY(Tuple::of(t, Value(core.OSError)));
  Value name = Value(TRY(Str::intern_utf8(t, "itimer_error")));
  return module->add(t, "ItimerError", TRY(call_py(t, Value(core.type), name, Value(bases), Value(attributes))));
}

}  // namespace

extern const ModuleSpec k_module_signal_process;
const ModuleSpec k_module_signal_process = {.name = "_signal", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
