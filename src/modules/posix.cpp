// posix.cpp: the host-free part of the module posix, so that `import os` works in every isolate: paths, constants, types, an
// empty environment. What needs a capability is absent, and its AttributeError names that capability. Ref: library/os.
#include "host/host.hpp"
#include "object/codecs.hpp"
#include "object/os_error.hpp"
#include "object/struct_sequence.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

Host* host_of(Thread& t) { return Isolate::of(t).config().host; }

// ---- What is not here, by the capability that would bring it. ----

struct Missing {
  std::string_view names;  // separated by blanks
  const char* capability;
};
constexpr Missing kMissing[] = {
    {" stat lstat open close read write listdir scandir mkdir rmdir unlink remove rename replace link symlink readlink access chmod "
     "chown chdir fstat ftruncate truncate utime lseek fsync statvfs mkfifo pipe dup dup2 walk ",
     "FileSystem"},
    {" fork execv execve kill wait waitpid system popen posix_spawn getppid _exit abort nice ", "Process"},
    {" getuid geteuid getgid getegid getlogin putenv unsetenv uname getpid umask ", "Environment"},
    {" urandom getrandom ", "Entropy"},
};

Fallible<Value> posix_getattr(Thread& t, Str* name) {
  Str* padded = TRY(t.format(" {} ", name));
  if (padded->is_ascii())
    for (const Missing& row : kMissing)
      if (row.names.find(padded->ascii()) != std::string_view::npos)
        return t.raise(core.AttributeError, "module 'posix' has no attribute '{}': this isolate was not granted {}", name,
                       row.capability);
  return t.raise(core.AttributeError, "module 'posix' has no attribute '{}'", name);
}

// ---- Paths. ----

Fallible<Value> fspath(Thread& t, Value path) {
  if (is<Str>(path) || is<Bytes>(path)) return path;
  Str* name = TRY(Str::intern_utf8(t, "__fspath__"));
  Value method = TRY(find_special_py(t, path, name));
  if (method.is_absent())
    return t.raise_type_error("expected str, bytes or os.PathLike object, not {}", type_of(path));
  Value text = TRY(call_py(t, method));
  if (is<Str>(text) || is<Bytes>(text)) return text;
  return t.raise_type_error("expected {}.__fspath__() to return str or bytes, not {}", type_of(path), type_of(text));
}

Fallible<Value> getcwd(Thread& t) { return Value(TRY(Str::from_ascii(t, "/"))); }
Fallible<Value> getcwdb(Thread& t) { return Value(TRY(Bytes::from(t, "/", 1))); }

// ---- Other. ----

Fallible<Value> strerror(Thread& t, int number) {
  ErrorTextRoom room;
  std::string_view text = os_error_text(number, &room);
  return Value(TRY(Str::from_utf8(t, text)));
}
Fallible<Value> cpu_count(Thread&) { return Value::from_small_int(1); }
Fallible<void> register_at_fork(Thread& t, Value before, Value in_child, Value in_parent) {
  for (Value v : {before, in_child, in_parent})
    if (!v.is_absent() && !is_callable(v)) return t.raise_type_error("'{}' object is not callable", type_of(v));
  return {};
}

Fallible<Value> urandom(Thread& t, int64_t size) {
  if (size < 0) return t.raise_value_error("negative argument not allowed");
  TRY(t.check_fits(static_cast<uint64_t>(size)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(size)));
  TRY(t.poll(size / 64));
  host_of(t)->entropy->fill(bytes->mutable_data(), static_cast<size_t>(size));
  return Value(bytes);
}

const NativeMethod kFunctions[] = {
    {"__getattr__", HOG_NATIVE(posix_getattr), "(name, /)", "Says what a missing function needs."},
    {"cpu_count", HOG_NATIVE(cpu_count), "()", "1: an isolate runs one thread at a time."},
    {"fspath", HOG_NATIVE(fspath), "(path)", "A path as str or bytes."},
    {"getcwd", HOG_NATIVE(getcwd), "()", "'/'"},
    {"getcwdb", HOG_NATIVE(getcwdb), "()", "b'/'"},
    {"register_at_fork", HOG_NATIVE(register_at_fork),
     "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)",
     "Accepted: an isolate never forks."},
    {"strerror", HOG_NATIVE(strerror), "(code, /)", "The text of an error number."},
    {"urandom", HOG_NATIVE(urandom), "(size, /)", "Random bytes."},
    {}};

// ---- Types. ----

constexpr StructField kStatFields[] = {
    {"st_mode"},     {"st_ino"},      {"st_dev"},      {"st_nlink"},    {"st_uid"},      {"st_gid"},  {"st_size"},
    {nullptr},       {nullptr},       {nullptr},       {"st_atime"},    {"st_mtime"},    {"st_ctime"}, {"st_atime_ns"},
    {"st_mtime_ns"}, {"st_ctime_ns"}, {"st_blksize"},  {"st_blocks"},   {"st_rdev"}};
constexpr StructSequenceSpec kStatResult = {"os.stat_result", "What stat() tells of a file.", kStatFields, 19, 10};
constexpr StructField kTerminalFields[] = {{"columns"}, {"lines"}};
constexpr StructSequenceSpec kTerminalSize = {"os.terminal_size", "Size of a terminal window.", kTerminalFields, 2, 2};
constexpr StructField kTimesFields[] = {{"user"}, {"system"}, {"children_user"}, {"children_system"}, {"elapsed"}};
constexpr StructSequenceSpec kTimesResult = {"posix.times_result", "What times() tells.", kTimesFields, 5, 5};
constexpr StructField kUnameFields[] = {{"sysname"}, {"nodename"}, {"release"}, {"version"}, {"machine"}};
constexpr StructSequenceSpec kUnameResult = {"posix.uname_result", "What uname() tells.", kUnameFields, 5, 5};
constexpr StructField kSchedFields[] = {{"sched_priority"}};
constexpr StructSequenceSpec kSchedParam = {"posix.sched_param", "Scheduling parameter.", kSchedFields, 1, 1};

// ---- Constants, with Linux's values. ----

struct Constant {
  const char* name;
  int64_t value;
};
constexpr Constant kConstants[] = {
    {"F_OK", 0}, {"R_OK", 4}, {"W_OK", 2}, {"X_OK", 1},
    {"O_RDONLY", 0}, {"O_WRONLY", 1}, {"O_RDWR", 2}, {"O_CREAT", 0x40}, {"O_EXCL", 0x80}, {"O_NOCTTY", 0x100},
    {"O_TRUNC", 0x200}, {"O_APPEND", 0x400}, {"O_NONBLOCK", 0x800}, {"O_NDELAY", 0x800}, {"O_DSYNC", 0x1000},
    {"O_ASYNC", 0x2000}, {"O_DIRECT", 0x4000}, {"O_LARGEFILE", 0}, {"O_DIRECTORY", 0x10000}, {"O_NOFOLLOW", 0x20000},
    {"O_NOATIME", 0x40000}, {"O_CLOEXEC", 0x80000}, {"O_SYNC", 0x101000}, {"O_RSYNC", 0x101000}, {"O_PATH", 0x200000},
    {"O_TMPFILE", 0x410000}, {"O_ACCMODE", 3},
    {"EX_OK", 0}, {"EX_USAGE", 64}, {"EX_DATAERR", 65}, {"EX_NOINPUT", 66}, {"EX_NOUSER", 67}, {"EX_NOHOST", 68},
    {"EX_UNAVAILABLE", 69}, {"EX_SOFTWARE", 70}, {"EX_OSERR", 71}, {"EX_OSFILE", 72}, {"EX_CANTCREAT", 73}, {"EX_IOERR", 74},
    {"EX_TEMPFAIL", 75}, {"EX_PROTOCOL", 76}, {"EX_NOPERM", 77}, {"EX_CONFIG", 78},
    {"SEEK_DATA", 3}, {"SEEK_HOLE", 4}, {"NGROUPS_MAX", 65536}, {"TMP_MAX", 238328},
    {"WNOHANG", 1}, {"WUNTRACED", 2}, {"WCONTINUED", 8}, {"P_ALL", 0}, {"P_PID", 1}, {"P_PGID", 2}, {"P_PIDFD", 3},
    {"WEXITED", 4}, {"WSTOPPED", 2}, {"WNOWAIT", 0x1000000}, {"CLD_EXITED", 1}, {"CLD_KILLED", 2}, {"CLD_DUMPED", 3},
    {"CLD_TRAPPED", 4}, {"CLD_STOPPED", 5}, {"CLD_CONTINUED", 6}, {"PRIO_PROCESS", 0}, {"PRIO_PGRP", 1}, {"PRIO_USER", 2},
    {"SCHED_OTHER", 0}, {"SCHED_FIFO", 1}, {"SCHED_RR", 2}, {"SCHED_BATCH", 3}, {"SCHED_IDLE", 5},
    {"RTLD_LAZY", 1}, {"RTLD_NOW", 2}, {"RTLD_GLOBAL", 0x100}, {"RTLD_LOCAL", 0}, {"RTLD_NODELETE", 0x1000},
    {"RTLD_NOLOAD", 4}, {"RTLD_DEEPBIND", 8}, {"GRND_RANDOM", 2}, {"GRND_NONBLOCK", 1},
    {"F_LOCK", 1}, {"F_TLOCK", 2}, {"F_ULOCK", 0}, {"F_TEST", 3}, {"ST_RDONLY", 1}, {"ST_NOSUID", 2},
};

Fallible<void> initialize(Thread& t, Module* module) {
  for (const Constant& row : kConstants) TRY(module->add(t, row.name, Value::from_small_int(row.value)));
  for (const StructSequenceSpec* spec : {&kStatResult, &kTerminalSize, &kTimesResult, &kUnameResult, &kSchedParam}) {
    Type* type = TRY(make_struct_sequence_type(t, spec));
    TRY(module->dict()->set_name(t, TRY(Str::intern(t, type->name())), Value(type)));
  }
  TRY(module->add(t, "error", Value(core.OSError)));
  TRY(module->add(t, "environ", Value(TRY(Dict::make(t)))));
  if (host_of(t) == nullptr || host_of(t)->entropy == nullptr) {
    Str* name = TRY(Str::intern_utf8(t, "urandom"));
    TRY(module->dict()->remove_name(t, name));
  }
  return {};
}

}  // namespace

extern const ModuleSpec k_module_posix;
const ModuleSpec k_module_posix = {
    .name = "posix",
    .doc = "The operating system, as far as this isolate was granted it.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
