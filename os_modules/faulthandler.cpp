// faulthandler.cpp: the module faulthandler: stacks of Python frames, at a fatal signal, another one, or after a time.
// What it sets is the process's (os/faults.hpp); the module's state ends that with the isolate, and keeps the files that are written to.
// Ref: library/faulthandler.
#include <signal.h>

#include <cstdio>

#include "object/class_system.hpp"
#include "object/exception.hpp"
#include "os/faults.hpp"
#include "os_modules/fault_stacks.hpp"
#include "os_modules/support.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr int kSignalCount = 65;

class FaultState : public Cell {
 public:
  static const Layout kLayout;
  ValueField fatal_file_, later_file_;
  Field<Dict> signal_files_;
  Isolate* isolate_;
};
const Layout FaultState::kLayout = {
    .name = "faulthandler state",
    .trace =
        [](Cell* cell, Marker& marker) {
          auto* state = static_cast<FaultState*>(cell);
          marker.visit_word(state->fatal_file_.get().raw());
          marker.visit_word(state->later_file_.get().raw());
          marker.visit(state->signal_files_.get());
        },
    .destroy = [](Cell* cell) { forget_reports_of(static_cast<FaultState*>(cell)->isolate_); },
    .base_size = sizeof(FaultState)};
Type* state_type;

FaultState* state_of(Module* module) { return static_cast<FaultState*>(module->state_.get()); }
StackWriter writer_for(Thread& t) { return {os::write_stacks, &Isolate::of(t)}; }

// ---- Where to. ----

struct Target {
  int descriptor;
  Value file;  // to be kept
};

Fallible<Target> standard_error_py(Thread& t) {
  Dict* dict = t.isolate().sys_dict;
  Value file = TRY(dict->get_py(t, Value(TRY(Str::intern_utf8(t, "stderr")))));
  if (file.is_absent()) return t.raise(core.RuntimeError, "unable to get sys.stderr");
  if (file.is_none()) return t.raise(core.RuntimeError, "sys.stderr is None");
  return Target{-1, file};
}
Fallible<Target> target_py(Thread& t, Value file) {
  if (file.is_absent() || file.is_none()) file = TRY(standard_error_py(t)).file;
  if (is_int_or_bool(file)) {
    if (file.is_bool()) TRY(warn_py(t, core.RuntimeWarning, "bool is used as a file descriptor"));
    int64_t fd = TRY(index_to_int64_py(t, file));
    if (fd < 0 || fd > INT32_MAX) return t.raise_value_error("file is not a valid file descriptor");
    return Target{static_cast<int>(fd), Value::none()};
  }
  Value number = TRY(call_method_py(t, file, TRY(Str::intern_utf8(t, "fileno"))));
  int64_t fd = -1;
  if (is_int_or_bool(number)) {
    Int64Result n = int_to_int64_nogc(TRY(index_py(t, number)));
    if (n.overflow == 0) fd = n.value;
  }
  if (fd < 0 || fd > INT32_MAX) return t.raise(core.RuntimeError, "file.fileno() is not a valid file descriptor");
  // What was written before comes first; a file that cannot do that is written to all the same.
  if (call_method_py(t, file, names.flush).failed() && !clear_exception_if(t, core.Exception)) return Failure{};
  return Target{static_cast<int>(fd), file};
}

Fallible<void> check(Thread& t, int error) {
  if (error != 0) return raise_os_error(t, error);
  return {};
}

// ---- The functions. ----

Fallible<void> dump_traceback(Thread& t, Value file, bool all_threads) {
  TRY(os::require_process(t, "faulthandler"));
  Target target = TRY(target_py(t, file));
  (void)can_wait(t);  // a thread with a handle is known again
  os::write_stacks(&Isolate::of(t), target.descriptor, all_threads, true);
  return {};
}
Fallible<void> dump_native_stack(Thread& t, Value file) {
  TRY(os::require_process(t, "faulthandler"));
  write_native_stack(TRY(target_py(t, file)).descriptor);
  return {};
}

Fallible<void> enable(Thread& t, Module* module, Value file, bool all_threads) {
  TRY(os::require_process(t, "faulthandler"));
  Target target = TRY(target_py(t, file));
  (void)can_wait(t);
  TRY(check(t, enable_fault_reports(writer_for(t), target.descriptor, all_threads)));
  state_of(module)->fatal_file_.set(state_of(module), target.file);
  return {};
}
Fallible<bool> disable(Thread& t, Module* module) {
  bool was_enabled = disable_fault_reports();
  state_of(module)->fatal_file_.set(state_of(module), Value::none());
  (void)t;
  return was_enabled;
}
Fallible<bool> is_enabled(Thread&) { return fault_reports_enabled(); }

Fallible<int64_t> microseconds_py(Thread& t, Value v) {
  if (!is_float(v) && !is_index(v)) return t.raise_type_error("'{}' object cannot be interpreted as an integer or float", type_of(v));
  double seconds = TRY(to_double_py(t, v));
  if (seconds != seconds) return t.raise_value_error("Invalid value NaN (not a number)");
  if (seconds >= 9.2e9) return t.raise(core.OverflowError, "timestamp out of range for C PyTime_t");
  if (!(seconds > 0)) return t.raise_value_error("timeout must be greater than 0");
  auto n = static_cast<int64_t>(__builtin_ceil(seconds * 1e6));
  return n;
}
Fallible<void> dump_traceback_later(Thread& t, Module* module, Value timeout, bool repeat, Value file, bool exit) {
  TRY(os::require_process(t, "faulthandler"));
  int64_t n = TRY(microseconds_py(t, timeout));
  Target target = TRY(target_py(t, file));
  int64_t seconds = n / 1'000'000, rest = n % 1'000'000;
  char header[64];
  int used = std::snprintf(header, sizeof header - 16, "Timeout (%lld:%02d:%02d", static_cast<long long>(seconds / 3600),
                           static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  if (rest != 0) used += std::snprintf(header + used, 8, ".%06d", static_cast<int>(rest));
  std::snprintf(header + used, 5, ")!\n");
  (void)can_wait(t);
  TRY(check(t, report_later(writer_for(t), target.descriptor, n * 1000, repeat, exit, header)));
  state_of(module)->later_file_.set(state_of(module), target.file);
  return {};
}
Fallible<void> cancel_dump_traceback_later(Thread&, Module* module) {
  cancel_report_later();
  state_of(module)->later_file_.set(state_of(module), Value::none());
  return {};
}

Fallible<void> check_signal(Thread& t, int number) {
  if (is_fatal_signal(number))
    return t.raise(core.RuntimeError, "signal {} cannot be registered, use enable() instead", number);
  if (number < 1 || number >= kSignalCount) return t.raise_value_error("signal number out of range");
  return {};
}
Fallible<void> register_signal(Thread& t, Module* module, int number, Value file, bool all_threads, bool chain) {
  TRY(os::require_process(t, "faulthandler"));
  TRY(check_signal(t, number));
  Target target = TRY(target_py(t, file));
  (void)can_wait(t);
  TRY(state_of(module)->signal_files_->set_py(t, Value::from_small_int(number), target.file));
  return check(t, report_at_signal(number, writer_for(t), target.descriptor, all_threads, chain));
}
Fallible<bool> unregister_signal(Thread& t, Module* module, int number) {
  TRY(os::require_process(t, "faulthandler"));
  TRY(check_signal(t, number));
  bool was_registered = stop_reporting_at_signal(number);
  TRY(state_of(module)->signal_files_->remove_py(t, Value::from_small_int(number)));
  return was_registered;
}

// Ways to die, to see what is reported.
template <int Number>
Fallible<void> die(Thread& t) {
  TRY(os::require_process(t, "faulthandler"));
  ::raise(Number);
  return {};
}
Fallible<void> die_by_fault(Thread& t, bool release_gil) {
  TRY(os::require_process(t, "faulthandler"));
  if (release_gil) (void)without_turn(t, [] { return ::raise(SIGSEGV); });
  else ::raise(SIGSEGV);
  return {};
}

constexpr NativeMethod kFunctions[] = {
    {"_read_null", HOG_NATIVE(die<SIGSEGV>), "()", "Ends the process as reading at address 0 does."},
    {"_sigabrt", HOG_NATIVE(die<SIGABRT>), "()", "Ends the process with SIGABRT."},
    {"_sigfpe", HOG_NATIVE(die<SIGFPE>), "()", "Ends the process with SIGFPE."},
    {"_sigsegv", HOG_NATIVE(die_by_fault), "(release_gil=False, /)", "Ends the process with SIGSEGV."},
    {"cancel_dump_traceback_later", HOG_NATIVE(cancel_dump_traceback_later), "($module, /)", "Takes dump_traceback_later() back."},
    {"disable", HOG_NATIVE(disable), "($module, /)", "Ends reports at fatal signals; were there any?"},
    {"dump_c_stack", HOG_NATIVE(dump_native_stack), "(file=<unrepresentable>)", "Writes the native stack of this thread."},
    {"dump_traceback", HOG_NATIVE(dump_traceback), "(file=<unrepresentable>, all_threads=True)", "Writes where threads stand."},
    {"dump_traceback_later", HOG_NATIVE(dump_traceback_later),
     "($module, /, timeout, repeat=False, file=<unrepresentable>, exit=False)", "Writes where threads stand, after a time."},
    {"enable", HOG_NATIVE(enable), "($module, /, file=<unrepresentable>, all_threads=True)",
     "Writes where threads stand when a fatal signal comes."},
    {"is_enabled", HOG_NATIVE(is_enabled), "()", "Are fatal signals reported?"},
    {"register", HOG_NATIVE(register_signal), "($module, /, signum, file=<unrepresentable>, all_threads=True, chain=False)",
     "Writes where threads stand when a signal comes."},
    {"unregister", HOG_NATIVE(unregister_signal), "($module, signum, /)", "Takes register() back; was it called?"},
    {}};

constexpr TypeSpec kStateSpec = {
    .name = "faulthandler._state", .layout = &FaultState::kLayout, .flags = type_flag::kNoInstantiation};
constexpr TypeRegistration kTypes[] = {{&state_type, &kStateSpec, false}};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(os::require_process(t, "faulthandler"));
  auto* state = TRY(t.allocate<FaultState>(state_type->root_shape()));
  state->isolate_ = &Isolate::of(t);
  state->signal_files_.set(state, TRY(Dict::make(t)));
  module->state_.set(module, state);
  return {};
}

}  // namespace

extern const ModuleSpec k_module_faulthandler;
const ModuleSpec k_module_faulthandler = {.name = "faulthandler",
                                          .doc = "Where a program stands when it dies, at a signal, or after a time.",
                                          .functions = kFunctions,
                                          .types = kTypes,
                                          .type_count = std::size(kTypes),
                                          .initialize = initialize};

}  // namespace hog
