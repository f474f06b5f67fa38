// process_functions.cpp: the part of the module posix that starts, ends, awaits and arranges processes. Ref: library/os "Process
// Management"; POSIX.1-2017.
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "modules/thread_types.hpp"
#include "os_modules/process.hpp"
#include "os_modules/support.hpp"

namespace hog {

using namespace posix;

namespace os {

Fallible<void> run_fork_hooks_py(Thread& t, ForkMoment moment) {
  List* hooks = fork_hooks(t);
  // Registered ones stay; a function that registers another is not waited for.
  size_t count = hooks->length();
  for (size_t i = 0; i < count && i < hooks->length(); ++i) {
    size_t which = moment == ForkMoment::Before ? count - 1 - i : i;
    Value hook = as<Tuple>(hooks->at(which))->at(static_cast<size_t>(moment));
    if (hook.is_none() || !call_py(t, hook).failed()) continue;
    if (t.terminated()) return Failure{};
    t.isolate().services->write_unraisable(t, "Exception ignored in", hook);
  }
  return {};
}

}  // namespace os

namespace {

using os::attempt;
using os::raise_errno;

Fallible<Value> number(Thread& t, int64_t n) { return make_int(t, n); }

// ---- Start and end. ----

// What other threads hold stays held in the child for ever.
Fallible<void> warn_of_threads_py(Thread& t, pid_t child, const char* function) {
  if (child <= 0 || !has_other_threads(t)) return {};
  Str* message = TRY(t.format("This process (pid={}) is multi-threaded, use of {}() may lead to deadlocks in the child.",
                              static_cast<int64_t>(::getpid()), function));
  return t.isolate().services->warn(t, core.DeprecationWarning, message, 1);
}

void begin_child(Thread& t) {
  bool alone = !has_other_threads(t) && &t == &Isolate::of(t).main_thread();
  forget_other_threads(t);
  if (!alone) end_forgotten_threads(t);
}

Fallible<Value> posix_fork(Thread& t) {
  TRY(t.audit_py("os.fork"));
  TRY(Isolate::of(t).count_host_call(t));
  TRY(os::run_fork_hooks_py(t, os::ForkMoment::Before));
  TRY(acquire(t, Isolate::of(t).import_lock));  // the child sees no module that another thread is half through with
  pid_t pid = ::fork();
  int error = errno;
  if (pid == 0) begin_child(t);
  release(t, Isolate::of(t).import_lock);
  TRY(warn_of_threads_py(t, pid, "fork"));
  TRY(os::run_fork_hooks_py(t, pid == 0 ? os::ForkMoment::InChild : os::ForkMoment::InParent));
  if (pid < 0) return raise_os_error(t, error);
  return Value::from_small_int(pid);
}

Fallible<Value> posix_forkpty(Thread& t) {
  TRY(t.audit_py("os.forkpty"));
  TRY(Isolate::of(t).count_host_call(t));
  TRY(os::run_fork_hooks_py(t, os::ForkMoment::Before));
  TRY(acquire(t, Isolate::of(t).import_lock));
  int terminal = -1;
  pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  int error = errno;
  if (pid == 0) begin_child(t);
  release(t, Isolate::of(t).import_lock);
  TRY(warn_of_threads_py(t, pid, "forkpty"));
  TRY(os::run_fork_hooks_py(t, pid == 0 ? os::ForkMoment::InChild : os::ForkMoment::InParent));
  if (pid < 0) return raise_os_error(t, error);
  return Value(TRY(Tuple::of(t, Value::from_small_int(pid), Value::from_small_int(terminal))));
}

Fallible<void> read_arguments_py(Thread& t, const char* function, Value argv, os::StringArray* out) {
  if (!is<List>(argv) && !is<Tuple>(argv)) return t.raise_type_error("{}: argv must be a tuple or list", function);
  List* list = TRY(list_from_iterable_py(t, argv));
  if (list->length() == 0) return t.raise_value_error("{}: argv must not be empty", function);
  TRY(out->fill_py(t, list));
  if (out->data()[0] == nullptr || out->data()[0][0] == 0)
    return t.raise_value_error("{}: argv first element cannot be empty", function);
  return {};
}

// "NAME=value" for each item of a mapping.
Fallible<void> read_environment_py(Thread& t, Value env, os::StringArray* out) {
  Value keys = TRY(call_method_py(t, env, names.keys));
  List* names_list = TRY(list_from_iterable_py(t, keys));
  Value values = TRY(call_method_py(t, env, names.values));
  List* value_list = TRY(list_from_iterable_py(t, values));
  List* rows = TRY(List::make(t));
  for (size_t i = 0; i < names_list->length() && i < value_list->length(); ++i) {
    TRY(t.poll());
    Value value = value_list->at(i);
    ByteArray* name = TRY(encoded_argument_py(t, names_list->at(i)));
    ByteArray* text = TRY(encoded_argument_py(t, value));
    std::string_view key(reinterpret_cast<char*>(name->data()), name->capacity() - 1);
    std::string_view content(reinterpret_cast<char*>(text->data()), text->capacity() - 1);
    if (key.empty() || key.find('=', 1) != std::string_view::npos) return t.raise_value_error("illegal environment variable name");
    Bytes* row = TRY(Bytes::make(t, key.size() + 1 + content.size()));
    __builtin_memcpy(row->mutable_data(), key.data(), key.size());
    row->mutable_data()[key.size()] = '=';
    __builtin_memcpy(row->mutable_data() + key.size() + 1, content.data(), content.size());
    TRY(rows->append(t, Value(row)));
  }
  return out->fill_py(t, rows);
}

Fallible<Value> posix_execv(Thread& t, Value path, Value argv) {
  PathArgument p("execv", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  os::StringArray arguments;
  TRY(read_arguments_py(t, "execv", argv, &arguments));
  TRY(t.audit_py("os.exec", path, argv, Value::none()));
  ::execv(p.at().bytes, arguments.data());
  return raise_errno(t);
}
Fallible<Value> posix_execve(Thread& t, Value path, Value argv, Value env) {
  PathArgument p("execve", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  os::StringArray arguments, environment;
  TRY(read_arguments_py(t, "execve", argv, &arguments));
  if (type_of(env)->slots().get_item == nullptr) return t.raise_type_error("execve: environment must be a mapping object");
  TRY(read_environment_py(t, env, &environment));
  TRY(t.audit_py("os.exec", path, argv, env));
  if (p.is_descriptor()) {
    ::fexecve(p.fd(), arguments.data(), environment.data());
  } else {
    ::execve(p.at().bytes, arguments.data(), environment.data());
  }
  return raise_path_error(t, errno, p);
}
Fallible<Value> posix_exit(Thread&, int status) { ::_exit(status); }
Fallible<Value> posix_abort(Thread&) { std::abort(); }
Fallible<int64_t> posix_system(Thread& t, Value command) {
  ByteArray* text = TRY(encoded_argument_py(t, command));
  TRY(t.audit_py("os.system", command));
  TRY(Isolate::of(t).count_host_call(t));
  return int64_t{::system(reinterpret_cast<char*>(text->data()))};
}

// ---- posix_spawn. ----

struct SpawnActions {
  posix_spawn_file_actions_t list;
  SpawnActions() { ::posix_spawn_file_actions_init(&list); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&list); }
};
struct SpawnAttributes {
  posix_spawnattr_t list;
  SpawnAttributes() { ::posix_spawnattr_init(&list); }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&list); }
};
constexpr int64_t kSpawnOpen = 0, kSpawnClose = 1, kSpawnDup2 = 2, kSpawnCloseFrom = 3;

Fallible<int> int_item_py(Thread& t, Tuple* row, size_t i) { return static_cast<int>(TRY(index_to_int64_py(t, row->at(i)))); }

// Texts that the list refers to are kept in `texts`.
Fallible<void> read_file_actions_py(Thread& t, Value actions, SpawnActions* out, List* texts) {
  return for_each_py(t, actions, [&](Value item) -> Fallible<bool> {
    if (!is<Tuple>(item) || as<Tuple>(item)->length() == 0)
      return t.raise_type_error("Each file_actions element must be a non-empty tuple");
    auto* row = as<Tuple>(item);
    int64_t kind = TRY(index_to_int64_py(t, row->at(0)));
    int error = 0;
    if (kind == kSpawnOpen) {
      if (row->length() != 5) return t.raise_type_error("A open file_action tuple must have 5 elements");
      int fd = TRY(int_item_py(t, row, 1)), flags = TRY(int_item_py(t, row, 3)), mode = TRY(int_item_py(t, row, 4));
      ByteArray* path = TRY(encoded_argument_py(t, row->at(2)));
      TRY(texts->append(t, Value(path)));
      error = ::posix_spawn_file_actions_addopen(&out->list, fd, reinterpret_cast<char*>(path->data()), flags,
                                                 static_cast<mode_t>(mode));
    } else if (kind == kSpawnClose) {
      if (row->length() != 2) return t.raise_type_error("A close file_action tuple must have 2 elements");
      error = ::posix_spawn_file_actions_addclose(&out->list, TRY(int_item_py(t, row, 1)));
    } else if (kind == kSpawnDup2) {
      if (row->length() != 3) return t.raise_type_error("A dup2 file_action tuple must have 3 elements");
      int from = TRY(int_item_py(t, row, 1)), to = TRY(int_item_py(t, row, 2));
      error = ::posix_spawn_file_actions_adddup2(&out->list, from, to);
    } else if (kind == kSpawnCloseFrom) {
      if (row->length() != 2) return t.raise_type_error("A closefrom file_action tuple must have 2 elements");
      error = ::posix_spawn_file_actions_addclosefrom_np(&out->list, TRY(int_item_py(t, row, 1)));
    } else {
      return t.raise_type_error("Unknown file_actions identifier");
    }
    if (error != 0) return raise_os_error(t, error);
    return true;
  });
}

Fallible<void> read_signal_set_py(Thread& t, Value signals, sigset_t* out) {
  ::sigemptyset(out);
  return for_each_py(t, signals, [&](Value item) -> Fallible<bool> {
    int64_t n = TRY(index_to_int64_py(t, item));
    if (n < 1 || n > 64) return t.raise_value_error("signal number {} out of range [1; 64]", n);
    ::sigaddset(out, static_cast<int>(n));
    return true;
  });
}

Fallible<void> read_attributes_py(Thread& t, SpawnAttributes* out, const char* function, Value setpgroup, bool resetids, bool setsid,
                                  Value setsigmask, Value setsigdef, Value scheduler) {
  short flags = 0;
  if (!setpgroup.is_absent() && !setpgroup.is_none()) {
    ::posix_spawnattr_setpgroup(&out->list, static_cast<pid_t>(TRY(index_to_int64_py(t, setpgroup))));
    flags |= POSIX_SPAWN_SETPGROUP;
  }
  if (resetids) flags |= POSIX_SPAWN_RESETIDS;
  if (setsid) flags |= POSIX_SPAWN_SETSID;
  sigset_t set;
  if (!setsigmask.is_absent() && setsigmask != Value(empty_tuple())) {
    TRY(read_signal_set_py(t, setsigmask, &set));
    ::posix_spawnattr_setsigmask(&out->list, &set);
    flags |= POSIX_SPAWN_SETSIGMASK;
  }
  if (!setsigdef.is_absent() && setsigdef != Value(empty_tuple())) {
    TRY(read_signal_set_py(t, setsigdef, &set));
    ::posix_spawnattr_setsigdefault(&out->list, &set);
    flags |= POSIX_SPAWN_SETSIGDEF;
  }
  if (!scheduler.is_absent() && !scheduler.is_none()) {
    if (!is<Tuple>(scheduler) || as<Tuple>(scheduler)->length() != 2)
      return t.raise_type_error("{}: scheduler must be a tuple or None", function);
    Value policy = as<Tuple>(scheduler)->at(0), parameter = as<Tuple>(scheduler)->at(1);
    if (!policy.is_none()) {
      ::posix_spawnattr_setschedpolicy(&out->list, static_cast<int>(TRY(index_to_int64_py(t, policy))));
      flags |= POSIX_SPAWN_SETSCHEDULER;
    }
    Value priority = is<Tuple>(parameter) && as<Tuple>(parameter)->length() == 1 ? as<Tuple>(parameter)->at(0) : parameter;
    sched_param value{static_cast<int>(TRY(index_to_int64_py(t, priority)))};
    ::posix_spawnattr_setschedparam(&out->list, &value);
    flags |= POSIX_SPAWN_SETSCHEDPARAM;
  }
  ::posix_spawnattr_setflags(&out->list, flags);
  return {};
}

Fallible<Value> spawn_py(Thread& t, bool search, Value path, Value argv, Value env, Value file_actions, Value setpgroup, bool resetids,
                         bool setsid, Value setsigmask, Value setsigdef, Value scheduler) {
  const char* function = search ? "posix_spawnp" : "posix_spawn";
  PathArgument p(function, "path", kPathOnly);
  TRY(p.convert_py(t, path));
  os::StringArray arguments, environment;
  TRY(read_arguments_py(t, function, argv, &arguments));
  if (!env.is_none() && type_of(env)->slots().get_item == nullptr)
    return t.raise_type_error("{}: environment must be a mapping object or None", function);
  if (!env.is_none()) TRY(read_environment_py(t, env, &environment));
  SpawnActions actions;
  SpawnAttributes attributes;
  List* texts = TRY(List::make(t));
  if (!file_actions.is_absent() && !file_actions.is_none()) TRY(read_file_actions_py(t, file_actions, &actions, texts));
  TRY(read_attributes_py(t, &attributes, function, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler));
  TRY(Isolate::of(t).count_host_call(t));
  TRY(t.audit_py("os.posix_spawn", path, argv, env));
  pid_t pid = -1;
  char* const* variables = env.is_none() ? environ : environment.data();
  int error = search ? ::posix_spawnp(&pid, p.at().bytes, &actions.list, &attributes.list, arguments.data(), variables)
                     : ::posix_spawn(&pid, p.at().bytes, &actions.list, &attributes.list, arguments.data(), variables);
  if (error != 0) return raise_path_error(t, error, p);
  return Value::from_small_int(pid);
}
Fallible<Value> posix_spawn_plain(Thread& t, Value path, Value argv, Value env, Value actions, Value group, bool ids, bool session,
                                  Value mask, Value defaults, Value scheduler) {
  return spawn_py(t, false, path, argv, env, actions, group, ids, session, mask, defaults, scheduler);
}
Fallible<Value> posix_spawn_search(Thread& t, Value path, Value argv, Value env, Value actions, Value group, bool ids, bool session,
                                   Value mask, Value defaults, Value scheduler) {
  return spawn_py(t, true, path, argv, env, actions, group, ids, session, mask, defaults, scheduler);
}

// ---- Wait. ----

Fallible<Value> pair(Thread& t, int64_t pid, int status) {
  return Value(TRY(Tuple::of(t, Value::from_small_int(pid), Value::from_small_int(status))));
}
Fallible<Value> posix_waitpid(Thread& t, int pid, int options) {
  int status = 0;
  pid_t done = TRY(attempt(t, [&] { return ::waitpid(pid, &status, options); }));
  return pair(t, done, status);
}
Fallible<Value> posix_wait(Thread& t) { return posix_waitpid(t, -1, 0); }

// (pid, status, usage), the usage as the module resource has it.
Fallible<Value> wait_with_usage_py(Thread& t, int pid, int options) {
  int status = 0;
  rusage usage{};
  pid_t done = TRY(attempt(t, [&] { return ::wait4(pid, &status, options, &usage); }));
  return Value(TRY(Tuple::of(t, Value::from_small_int(done), Value::from_small_int(status), TRY(os::make_usage_py(t, usage)))));
}
Fallible<Value> posix_wait3(Thread& t, int options) { return wait_with_usage_py(t, -1, options); }
Fallible<Value> posix_wait4(Thread& t, int pid, int options) { return wait_with_usage_py(t, pid, options); }

Fallible<Value> posix_waitid(Thread& t, int kind, int64_t id, int options) {
  siginfo_t info{};
  TRY(attempt(t, [&] { return ::waitid(static_cast<idtype_t>(kind), static_cast<id_t>(id), &info, options); }));
  if (info.si_pid == 0) return Value::none();
  const Value v[] = {Value::from_small_int(info.si_pid), Value::from_small_int(info.si_uid), Value::from_small_int(info.si_signo),
                     Value::from_small_int(info.si_status), Value::from_small_int(info.si_code)};
  return make_struct_sequence(t, result_type(t, kWaitKind), v);
}

// ---- Signals, groups, sessions. ----

template <typename Call>
Fallible<void> simply(Thread& t, Call call) {
  if (call() < 0) return raise_errno(t);
  return {};
}
Fallible<void> posix_kill(Thread& t, int pid, int signal) {
  TRY(t.audit_py("os.kill", Value::from_small_int(pid), Value::from_small_int(signal)));
  TRY(simply(t, [&] { return ::kill(pid, signal); }));
  return safe_point_py(t);  // one to this process has come already
}
Fallible<void> posix_killpg(Thread& t, int group, int signal) {
  TRY(t.audit_py("os.killpg", Value::from_small_int(group), Value::from_small_int(signal)));
  TRY(simply(t, [&] { return ::killpg(group, signal); }));
  return safe_point_py(t);
}
Fallible<Value> posix_getpgid(Thread& t, int pid) { return number(t, TRY(attempt(t, [&] { return ::getpgid(pid); }))); }
Fallible<int64_t> posix_getpgrp(Thread&) { return int64_t{::getpgrp()}; }
Fallible<Value> posix_getsid(Thread& t, int pid) { return number(t, TRY(attempt(t, [&] { return ::getsid(pid); }))); }
Fallible<void> posix_setpgid(Thread& t, int pid, int group) { return simply(t, [&] { return ::setpgid(pid, group); }); }
Fallible<void> posix_setpgrp(Thread& t) { return simply(t, [] { return ::setpgid(0, 0); }); }
Fallible<void> posix_setsid(Thread& t) { return simply(t, [] { return ::setsid(); }); }

// ---- Priority and scheduling. ----

Fallible<Value> posix_nice(Thread& t, int increment) {
  errno = 0;
  int value = ::nice(increment);
  if (value == -1 && errno != 0) return raise_errno(t);
  return Value::from_small_int(value);
}
Fallible<Value> posix_getpriority(Thread& t, int which, int who) {
  errno = 0;
  int value = ::getpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who));
  if (errno != 0) return raise_errno(t);
  return Value::from_small_int(value);
}
Fallible<void> posix_setpriority(Thread& t, int which, int who, int priority) {
  return simply(t, [&] { return ::setpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who), priority); });
}
Fallible<void> posix_sched_yield(Thread& t) { return simply(t, [] { return ::sched_yield(); }); }
Fallible<Value> posix_sched_max(Thread& t, int policy) {
  return number(t, TRY(attempt(t, [&] { return ::sched_get_priority_max(policy); })));
}
Fallible<Value> posix_sched_min(Thread& t, int policy) {
  return number(t, TRY(attempt(t, [&] { return ::sched_get_priority_min(policy); })));
}
Fallible<Value> posix_sched_getscheduler(Thread& t, int pid) {
  return number(t, TRY(attempt(t, [&] { return ::sched_getscheduler(pid); })));
}
Fallible<Value> posix_sched_getparam(Thread& t, int pid) {
  sched_param value{};
  TRY(attempt(t, [&] { return ::sched_getparam(pid, &value); }));
  const Value v[] = {Value::from_small_int(value.sched_priority)};
  return make_struct_sequence(t, result_type(t, kSchedulerKind), v);
}
Fallible<Value> posix_sched_rr_get_interval(Thread& t, int pid) {
  timespec interval{};
  TRY(attempt(t, [&] { return ::sched_rr_get_interval(pid, &interval); }));
  return make_float(t, static_cast<double>(interval.tv_sec) + 1e-9 * static_cast<double>(interval.tv_nsec));
}
Fallible<int> priority_argument_py(Thread& t, Value parameter) {
  if (type_of(parameter) != result_type(t, kSchedulerKind)) return t.raise_type_error("must have a sched_param object");
  int64_t n = TRY(index_to_int64_py(t, as<Tuple>(parameter)->at(0)));
  if (n < INT32_MIN || n > INT32_MAX) return t.raise(core.OverflowError, "sched_priority out of range");
  return static_cast<int>(n);
}
Fallible<void> posix_sched_setparam(Thread& t, int pid, Value parameter) {
  sched_param value{TRY(priority_argument_py(t, parameter))};
  return simply(t, [&] { return ::sched_setparam(pid, &value); });
}
Fallible<void> posix_sched_setscheduler(Thread& t, int pid, int policy, Value parameter) {
  sched_param value{TRY(priority_argument_py(t, parameter))};
  return simply(t, [&] { return ::sched_setscheduler(pid, policy, &value); });
}
Fallible<Value> posix_sched_getaffinity(Thread& t, int pid) {
  cpu_set_t set;
  TRY(attempt(t, [&] { return ::sched_getaffinity(pid, sizeof set, &set); }));
  Set* result = TRY(Set::make(t, core.set));
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &set)) TRY(result->add_py(t, Value::from_small_int(i)));
  return Value(result);
}
Fallible<void> posix_sched_setaffinity(Thread& t, int pid, Value mask) {
  cpu_set_t set;
  CPU_ZERO(&set);
  TRY(for_each_py(t, mask, [&](Value item) -> Fallible<bool> {
    if (!is_index(item)) return t.raise_type_error("expected an iterator of ints, but iterator yielded {}", repr_of(Value(type_of(item))));
    int64_t n = TRY(index_to_int64_py(t, item));
    if (n < 0) return t.raise_value_error("negative CPU number");
    if (n >= CPU_SETSIZE) return t.raise(core.OverflowError, "CPU number too large");
    CPU_SET(n, &set);
    return true;
  }));
  return simply(t, [&] { return ::sched_setaffinity(pid, sizeof set, &set); });
}

// ---- What processes have used. ----

Fallible<Value> posix_times(Thread& t) {
  tms used{};
  auto elapsed = TRY(attempt(t, [&] { return ::times(&used); }));
  auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  Value v[5];
  size_t i = 0;
  for (clock_t n : {used.tms_utime, used.tms_stime, used.tms_cutime, used.tms_cstime, elapsed})
    v[i++] = TRY(make_float(t, static_cast<double>(n) / ticks));
  return make_struct_sequence(t, result_type(t, kTimesKind), v);
}
Fallible<Value> posix_getloadavg(Thread& t) {
  double load[3];
  if (::getloadavg(load, 3) != 3) return t.raise(core.OSError, "Load averages are unobtainable");
  return Value(TRY(Tuple::of(t, TRY(make_float(t, load[0])), TRY(make_float(t, load[1])), TRY(make_float(t, load[2])))));
}

// ---- Identity. ----

#define HOG_SET_ID(function, c_type, what)                                     \
  Fallible<void> posix_##function(Thread& t, Value id) {                       \
    int64_t n = TRY(user_or_group_argument_py(t, id, what));                   \
    return simply(t, [&] { return ::function(static_cast<c_type>(n)); });      \
  }
HOG_SET_ID(setuid, uid_t, "uid")
HOG_SET_ID(seteuid, uid_t, "uid")
HOG_SET_ID(setgid, gid_t, "gid")
HOG_SET_ID(setegid, gid_t, "gid")
#undef HOG_SET_ID
Fallible<void> posix_setreuid(Thread& t, Value real, Value effective) {
  int64_t r = TRY(user_or_group_argument_py(t, real, "uid")), e = TRY(user_or_group_argument_py(t, effective, "uid"));
  return simply(t, [&] { return ::setreuid(static_cast<uid_t>(r), static_cast<uid_t>(e)); });
}
Fallible<void> posix_setregid(Thread& t, Value real, Value effective) {
  int64_t r = TRY(user_or_group_argument_py(t, real, "gid")), e = TRY(user_or_group_argument_py(t, effective, "gid"));
  return simply(t, [&] { return ::setregid(static_cast<gid_t>(r), static_cast<gid_t>(e)); });
}
#define HOG_SET_THREE_IDS(function, c_type, what)                                                                     \
  Fallible<void> posix_##function(Thread& t, Value real, Value effective, Value saved) {                              \
    int64_t r = TRY(user_or_group_argument_py(t, real, what)), e = TRY(user_or_group_argument_py(t, effective, what)); \
    int64_t s = TRY(user_or_group_argument_py(t, saved, what));                                                       \
    return simply(t, [&] { return ::function(static_cast<c_type>(r), static_cast<c_type>(e), static_cast<c_type>(s)); }); \
  }
HOG_SET_THREE_IDS(setresuid, uid_t, "uid")
HOG_SET_THREE_IDS(setresgid, gid_t, "gid")
#undef HOG_SET_THREE_IDS
Fallible<void> posix_unshare(Thread& t, int flags) { return simply(t, [&] { return ::unshare(flags); }); }
Fallible<void> posix_setns(Thread& t, Value fd, int type) {
  int number = TRY(descriptor_argument_py(t, fd));
  return simply(t, [&] { return ::setns(number, type); });
}
Fallible<Value> three_ids(Thread& t, const uint32_t (&ids)[3]) {
  return Value(TRY(Tuple::of(t, Value::from_small_int(ids[0]), Value::from_small_int(ids[1]), Value::from_small_int(ids[2]))));
}
Fallible<Value> posix_getresuid(Thread& t) {
  uint32_t ids[3];
  TRY(simply(t, [&] { return ::getresuid(&ids[0], &ids[1], &ids[2]); }));
  return three_ids(t, ids);
}
Fallible<Value> posix_getresgid(Thread& t) {
  uint32_t ids[3];
  TRY(simply(t, [&] { return ::getresgid(&ids[0], &ids[1], &ids[2]); }));
  return three_ids(t, ids);
}

Fallible<void> posix_inputhook(Thread&) { return {}; }
Fallible<bool> posix_has_inputhook(Thread&) { return false; }

const NativeMethod kFunctions[] = {
    {"_exit", HOG_NATIVE(posix_exit), "(status)", "Ends the process at once."},
    {"_inputhook", HOG_NATIVE(posix_inputhook), "()", "Calls what wants to be called while input is waited for: nothing."},
    {"_is_inputhook_installed", HOG_NATIVE(posix_has_inputhook), "()", "Does anything want to be called while input is waited for?"},
    {"abort", HOG_NATIVE(posix_abort), "()", "Ends the process with SIGABRT."},
    {"execv", HOG_NATIVE(posix_execv), "(path, argv, /)", "Runs a program in this process's place."},
    {"execve", HOG_NATIVE(posix_execve), "(path, argv, env)", "Runs a program in this process's place."},
    {"fork", HOG_NATIVE(posix_fork), "()", "Makes a second process: 0 there, its number here."},
    {"forkpty", HOG_NATIVE(posix_forkpty), "()", "fork() whose child has a terminal: (number, the terminal's other end)."},
    {"getloadavg", HOG_NATIVE(posix_getloadavg), "()", "Processes that wanted to run, over 1, 5 and 15 minutes."},
    {"getpgid", HOG_NATIVE(posix_getpgid), "(pid)", "Process group of a process."},
    {"getpgrp", HOG_NATIVE(posix_getpgrp), "()", "Process group."},
    {"getpriority", HOG_NATIVE(posix_getpriority), "(which, who)", "Scheduling priority."},
    {"getresgid", HOG_NATIVE(posix_getresgid), "()", "Real, effective and saved group."},
    {"getresuid", HOG_NATIVE(posix_getresuid), "()", "Real, effective and saved user."},
    {"getsid", HOG_NATIVE(posix_getsid), "(pid, /)", "Session of a process."},
    {"kill", HOG_NATIVE(posix_kill), "(pid, signal, /)", "Sends a signal to a process."},
    {"killpg", HOG_NATIVE(posix_killpg), "(pgid, signal, /)", "Sends a signal to a process group."},
    {"nice", HOG_NATIVE(posix_nice), "(increment, /)", "Lowers the priority; gives the new one."},
    {"posix_spawn", HOG_NATIVE(posix_spawn_plain),
     "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), "
     "scheduler=None)",
     "Starts a program in a child process."},
    {"posix_spawnp", HOG_NATIVE(posix_spawn_search),
     "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), "
     "scheduler=None)",
     "Starts a program, looked for along PATH, in a child process."},
    {"sched_get_priority_max", HOG_NATIVE(posix_sched_max), "(policy)", "Highest priority of a policy."},
    {"sched_get_priority_min", HOG_NATIVE(posix_sched_min), "(policy)", "Lowest priority of a policy."},
    {"sched_getaffinity", HOG_NATIVE(posix_sched_getaffinity), "(pid, /)", "Processors that a process may run on."},
    {"sched_getparam", HOG_NATIVE(posix_sched_getparam), "(pid, /)", "Scheduling parameter of a process."},
    {"sched_getscheduler", HOG_NATIVE(posix_sched_getscheduler), "(pid, /)", "Scheduling policy of a process."},
    {"sched_rr_get_interval", HOG_NATIVE(posix_sched_rr_get_interval), "(pid, /)", "Seconds of a turn."},
    {"sched_setaffinity", HOG_NATIVE(posix_sched_setaffinity), "(pid, mask, /)", "Sets the processors a process may run on."},
    {"sched_setparam", HOG_NATIVE(posix_sched_setparam), "(pid, param, /)", "Sets the scheduling parameter."},
    {"sched_setscheduler", HOG_NATIVE(posix_sched_setscheduler), "(pid, policy, param, /)", "Sets policy and parameter."},
    {"sched_yield", HOG_NATIVE(posix_sched_yield), "()", "Lets others run."},
    {"setegid", HOG_NATIVE(posix_setegid), "(egid, /)", "Sets the effective group."},
    {"seteuid", HOG_NATIVE(posix_seteuid), "(euid, /)", "Sets the effective user."},
    {"setgid", HOG_NATIVE(posix_setgid), "(gid, /)", "Sets the group."},
    {"setpgid", HOG_NATIVE(posix_setpgid), "(pid, pgrp, /)", "Puts a process into a group."},
    {"setpgrp", HOG_NATIVE(posix_setpgrp), "()", "Makes this process the leader of a group of its own."},
    {"setpriority", HOG_NATIVE(posix_setpriority), "(which, who, priority)", "Sets the scheduling priority."},
    {"setregid", HOG_NATIVE(posix_setregid), "(rgid, egid, /)", "Sets real and effective group."},
    {"setresgid", HOG_NATIVE(posix_setresgid), "(rgid, egid, sgid, /)", "Sets real, effective and saved group."},
    {"setresuid", HOG_NATIVE(posix_setresuid), "(ruid, euid, suid, /)", "Sets real, effective and saved user."},
    {"setreuid", HOG_NATIVE(posix_setreuid), "(ruid, euid, /)", "Sets real and effective user."},
    {"setns", HOG_NATIVE(posix_setns), "(fd, nstype=0)", "Joins a namespace."},
    {"setsid", HOG_NATIVE(posix_setsid), "()", "Begins a session."},
    {"setuid", HOG_NATIVE(posix_setuid), "(uid, /)", "Sets the user."},
    {"system", HOG_NATIVE(posix_system), "(command)", "Runs a command in a shell; gives its wait status."},
    {"times", HOG_NATIVE(posix_times), "()", "Processor time used so far."},
    {"unshare", HOG_NATIVE(posix_unshare), "(flags)", "Leaves namespaces for new ones."},
    {"wait", HOG_NATIVE(posix_wait), "()", "Waits for a child; gives (number, status)."},
    {"wait3", HOG_NATIVE(posix_wait3), "(options)", "Waits for a child; gives (number, status, usage)."},
    {"wait4", HOG_NATIVE(posix_wait4), "(pid, options)", "Waits for that child; gives (number, status, usage)."},
    {"waitid", HOG_NATIVE(posix_waitid), "(idtype, id, options, /)", "Waits for a child's change; gives a waitid_result or None."},
    {"waitpid", HOG_NATIVE(posix_waitpid), "(pid, options, /)", "Waits for that child; gives (number, status)."},
    {}};

}  // namespace

extern const ModuleSpec k_module_posix_process;
const ModuleSpec k_module_posix_process = {.name = "posix", .functions = kFunctions};

}  // namespace hog
