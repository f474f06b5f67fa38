// subprocess.cpp: the module _posixsubprocess: fork_exec(), which starts a program in a child process. Between fork() and exec() the
// child calls nothing but system functions, unless the caller asked for a preexec_fn. What fails in the child is told through a
// pipe as "Exception:errno in hexadecimal:detail", which the module subprocess reads. Ref: library/subprocess.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "os_modules/process.hpp"
#include "os_modules/support.hpp"

namespace hog {

namespace {

struct Request {
  os::StringArray arguments, executables, environment;
  bool has_environment = false;
  ByteArray* directory = nullptr;
  bool close_others = false;
  ByteArray* kept = nullptr;  // descriptors, ascending
  size_t kept_count = 0;
  int p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, error_read, error_write;
  bool restore_signals, set_session;
  int64_t process_group = -1;
  int64_t user = -1, group = -1;
  ByteArray* groups = nullptr;
  size_t group_count = 0;
  bool has_groups = false;
  int umask = -1;
  Value prepare = Value::none();  // preexec_fn

  const int* kept_descriptors() const { return reinterpret_cast<const int*>(kept->data()); }
};

// ---- In the child. ----

[[noreturn]] void tell_and_end(int pipe, const char* what, int error, const char* detail) {
  char text[96];
  size_t n = 0;
  for (const char* p = what; *p != 0; ++p) text[n++] = *p;
  text[n++] = ':';
  char digits[16];
  int count = 0;
  for (auto rest = static_cast<unsigned>(error); rest != 0 || count == 0; rest >>= 4) digits[count++] = "0123456789ABCDEF"[rest & 15];
  while (count > 0) text[n++] = digits[--count];
  text[n++] = ':';
  for (const char* p = detail; *p != 0 && n < sizeof text; ++p) text[n++] = *p;
  ssize_t written = ::write(pipe, text, n);
  (void)written;
  ::_exit(255);
}

bool make_inheritable(int fd) {
  int flags = ::fcntl(fd, F_GETFD);
  return flags >= 0 && ::fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) >= 0;
}

// Puts `fd` where the new program looks for it; -1: leaves that place alone.
bool place(int fd, int target) {
  if (fd == target) return make_inheritable(fd);
  return fd < 0 || ::dup2(fd, target) >= 0;
}

void close_range_of(int first, int last) {
  if (first > last) return;
  if (::syscall(SYS_close_range, static_cast<unsigned>(first), static_cast<unsigned>(last), 0u) == 0) return;
  long most = ::sysconf(_SC_OPEN_MAX);
  for (int fd = first; fd <= last && fd < most; ++fd) ::close(fd);
}

// Closes everything above 2 that is not kept. The kept ones are in ascending order.
void close_other_descriptors(const Request& r) {
  int from = 3;
  for (size_t i = 0; i < r.kept_count; ++i) {
    int fd = r.kept_descriptors()[i];
    if (fd < from) continue;
    close_range_of(from, fd - 1);
    from = fd + 1;
  }
  close_range_of(from, INT32_MAX);
}

bool wire_up(Request& r) {
  for (size_t i = 0; i < r.kept_count; ++i) {
    int fd = r.kept_descriptors()[i];
    if (fd != r.error_write && !make_inheritable(fd)) return false;
  }
  for (int fd : {r.p2cwrite, r.c2pread, r.errread})
    if (fd >= 0 && ::close(fd) < 0) return false;
  ::close(r.error_read);
  // Of low numbers: out of the way of 0, 1 and 2 first.
  if (r.c2pwrite == 0 && (r.c2pwrite = ::dup(r.c2pwrite)) < 0) return false;
  while (r.errwrite == 0 || r.errwrite == 1)
    if ((r.errwrite = ::dup(r.errwrite)) < 0) return false;
  return place(r.p2cread, 0) && place(r.c2pwrite, 1) && place(r.errwrite, 2);
}

bool change_identity(const Request& r) {
  if (r.has_groups && ::setgroups(r.group_count, r.groups == nullptr ? nullptr : reinterpret_cast<const gid_t*>(r.groups->data())) < 0)
    return false;
  if (r.group >= 0 && ::setregid(static_cast<gid_t>(r.group), static_cast<gid_t>(r.group)) < 0) return false;
  return r.user < 0 || ::setreuid(static_cast<uid_t>(r.user), static_cast<uid_t>(r.user)) >= 0;
}

[[noreturn]] void run_child(Thread& t, Request& r) {
  int pipe = r.error_write;
  if (!wire_up(r)) tell_and_end(pipe, "OSError", errno, "");
  if (r.directory != nullptr && ::chdir(reinterpret_cast<const char*>(r.directory->data())) < 0)
    tell_and_end(pipe, "OSError", errno, "noexec:chdir");
  if (r.umask >= 0) ::umask(static_cast<mode_t>(r.umask));
  if (r.restore_signals)
    for (int signal : {SIGPIPE, SIGXFSZ}) ::signal(signal, SIG_DFL);
  if (r.set_session && ::setsid() < 0) tell_and_end(pipe, "OSError", errno, "noexec");
  if (r.process_group >= 0 && ::setpgid(0, static_cast<pid_t>(r.process_group)) < 0) tell_and_end(pipe, "OSError", errno, "noexec");
  if (!change_identity(r)) tell_and_end(pipe, "OSError", errno, "noexec");
  if (!r.prepare.is_none() && call_py(t, r.prepare).failed())
    tell_and_end(pipe, "SubprocessError", 0, "Exception occurred in preexec_fn.");
  if (r.close_others) close_other_descriptors(r);
  int error = ENOENT;
  for (size_t i = 0; i < r.executables.size(); ++i) {
    const char* path = r.executables.data()[i];
    if (r.has_environment) {
      ::execve(path, r.arguments.data(), r.environment.data());
    } else {
      ::execv(path, r.arguments.data());
    }
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
  }
  tell_and_end(pipe, "OSError", error, "");
}

// ---- Arguments. ----

Fallible<void> read_strings_py(Thread& t, Value v, os::StringArray* out) {
  List* list = TRY(list_from_iterable_py(t, v));
  return out->fill_py(t, list);
}

Fallible<void> read_kept_py(Thread& t, Value v, Request* r) {
  if (!is<Tuple>(v)) return t.raise_type_error("fork_exec() argument 4 must be tuple, not {}", type_of(v)->name());
  auto* tuple = as<Tuple>(v);
  r->kept = TRY(ByteArray::make(t, (tuple->length() + 1) * sizeof(int)));
  int before = -1;
  for (size_t i = 0; i < tuple->length(); ++i) {
    Value item = tuple->at(i);
    int64_t fd = is_int_or_bool(item) ? int_to_int64_nogc(item).value : -1;
    if (fd < 0 || fd <= before || fd > INT32_MAX) return t.raise_value_error("bad value(s) in fds_to_keep");
    reinterpret_cast<int*>(r->kept->data())[i] = before = static_cast<int>(fd);
  }
  r->kept_count = tuple->length();
  return {};
}

Fallible<void> read_groups_py(Thread& t, Value v, Request* r) {
  if (v.is_none()) return {};
  if (!is<List>(v) && !is<Tuple>(v)) return t.raise_type_error("setgroups argument must be a sequence");
  List* list = TRY(list_from_iterable_py(t, v));
  if (list->length() > 65536) return t.raise_value_error("too many extra_groups");
  r->has_groups = true;
  r->groups = TRY(ByteArray::make(t, (list->length() + 1) * sizeof(gid_t)));
  for (size_t i = 0; i < list->length(); ++i) {
    if (!is_int_or_bool(list->at(i))) return t.raise_type_error("groups must be integers");
    Int64Result narrow = int_to_int64_nogc(list->at(i));
    int64_t id = narrow.value;
    if (narrow.overflow != 0 || id < 0 || id > UINT32_MAX) return t.raise_value_error("invalid group id");
    reinterpret_cast<gid_t*>(r->groups->data())[i] = static_cast<gid_t>(id);
    r->group_count = i + 1;
  }
  return {};
}

Fallible<Value> fork_exec(Thread& t, Value args, Value executables, bool close_fds, Value pass_fds, Value cwd, Value env,
                          int p2cread, int p2cwrite, int c2pread, int c2pwrite, int errread, int errwrite, int errpipe_read,
                          int errpipe_write, bool restore_signals, bool call_setsid, int64_t pgid_to_set, Value gid,
                          Value extra_groups, Value uid, int child_umask, Value preexec_fn) {
  Request r;
  if (close_fds && errpipe_write < 3) return t.raise_value_error("errpipe_write must be >= 3");
  TRY(read_kept_py(t, pass_fds, &r));
  TRY(read_strings_py(t, executables, &r.executables));
  if (!args.is_none()) TRY(read_strings_py(t, args, &r.arguments));
  r.has_environment = !env.is_none();
  if (r.has_environment) TRY(read_strings_py(t, env, &r.environment));
  if (!cwd.is_none()) r.directory = TRY(posix::encoded_argument_py(t, cwd));
  TRY(read_groups_py(t, extra_groups, &r));
  if (!gid.is_none()) r.group = TRY(posix::user_or_group_argument_py(t, gid, "gid"));
  if (!uid.is_none()) r.user = TRY(posix::user_or_group_argument_py(t, uid, "uid"));
  r.close_others = close_fds;
  r.p2cread = p2cread, r.p2cwrite = p2cwrite, r.c2pread = c2pread, r.c2pwrite = c2pwrite, r.errread = errread, r.errwrite = errwrite;
  r.error_read = errpipe_read, r.error_write = errpipe_write;
  r.restore_signals = restore_signals, r.set_session = call_setsid, r.process_group = pgid_to_set;
  r.umask = child_umask, r.prepare = preexec_fn;
  if (t.isolate().audited) {
    // Paths as bytes, which is what they are for the system.
    Value given = args.is_none() ? args : Value(TRY(list_from_iterable_py(t, args)));
    TRY(t.audit_py("_posixsubprocess.fork_exec", Value(TRY(list_from_iterable_py(t, executables))), given, env));
  }
  TRY(Isolate::of(t).count_host_call(t));
  bool hooks = !preexec_fn.is_none();
  if (hooks) TRY(os::run_fork_hooks_py(t, os::ForkMoment::Before));
  pid_t pid = ::fork();
  int error = errno;
  if (pid == 0) {
    forget_other_threads(t);
    if (hooks && os::run_fork_hooks_py(t, os::ForkMoment::InChild).failed())
      tell_and_end(errpipe_write, "SubprocessError", 0, "Exception occurred in preexec_fn.");
    run_child(t, r);
  }
  if (hooks) TRY(os::run_fork_hooks_py(t, os::ForkMoment::InParent));
  if (pid < 0) return raise_os_error(t, error);
  return Value::from_small_int(pid);
}

const NativeMethod kFunctions[] = {
    {"fork_exec", HOG_NATIVE(fork_exec),
     "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, "
     "errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)",
     "Starts a program in a child process; gives the child's number."},
    {}};

Fallible<void> initialize(Thread& t, Module*) { return os::require_process(t, "_posixsubprocess"); }

}  // namespace

extern const ModuleSpec k_module__posixsubprocess;
const ModuleSpec k_module__posixsubprocess = {
    .name = "_posixsubprocess",
    .doc = "Starting programs, for the module subprocess.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
