// system_functions.cpp: the part of the module posix that is neither about files by name nor about processes: pipes, terminals, locks,
// copies within the kernel, extended attributes, the system's limits. Ref: library/os.
#include <fcntl.h>
#include <grp.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utmp.h>

#include <cstring>

#include "os_modules/support.hpp"

namespace hog {

using namespace posix;

namespace {

using os::attempt;
using os::raise_errno;

template <typename Call>
Fallible<void> simply(Thread& t, Call call) {
  TRY(attempt(t, call));
  return {};
}
template <typename Call>
Fallible<Value> counted(Thread& t, Call call) {
  return make_int(t, static_cast<int64_t>(TRY(attempt(t, call))));
}
Fallible<Value> text_value(Thread& t, const char* text) { return decode_host_text(t, text, std::strlen(text)); }

// ---- Pipes and the like. ----

Fallible<Value> pipe_with(Thread& t, int flags) {
  int ends[2];
  TRY(attempt(t, [&] { return ::pipe2(ends, flags); }));
  return Value(TRY(Tuple::of(t, Value::from_small_int(ends[0]), Value::from_small_int(ends[1]))));
}
Fallible<Value> posix_pipe(Thread& t) { return pipe_with(t, O_CLOEXEC); }
Fallible<Value> posix_pipe2(Thread& t, int flags) { return pipe_with(t, flags); }
Fallible<Value> posix_eventfd(Thread& t, uint32_t initial, int flags) {
  return counted(t, [&] { return ::eventfd(initial, flags); });
}
Fallible<Value> posix_eventfd_read(Thread& t, Value fd) {
  int number = TRY(descriptor_argument_py(t, fd));
  eventfd_t value = 0;
  TRY(simply(t, [&] { return ::eventfd_read(number, &value); }));
  return make_uint(t, value);
}
Fallible<void> posix_eventfd_write(Thread& t, Value fd, Value value) {
  int number = TRY(descriptor_argument_py(t, fd));
  Value index = TRY(index_py(t, value));
  Int64Result narrow = int_to_int64_nogc(index);
  if (narrow.value < 0) return t.raise_value_error("Cannot convert negative int");
  if (int_bit_length_nogc(index) > 64) return t.raise(core.OverflowError, "Python int too large for C unsigned long long");
  eventfd_t n = narrow.overflow == 0 ? static_cast<eventfd_t>(narrow.value) : as<Int>(index)->limbs()[0];
  return simply(t, [&] { return ::eventfd_write(number, n); });
}
Fallible<Value> posix_memfd_create(Thread& t, Value name, uint32_t flags) {
  ByteArray* text = TRY(encoded_argument_py(t, name));
  return counted(t, [&] { return ::memfd_create(reinterpret_cast<char*>(text->data()), flags); });
}
Fallible<Value> posix_pidfd_open(Thread& t, int pid, uint32_t flags) {
  return counted(t, [&] { return ::syscall(SYS_pidfd_open, pid, flags); });
}
// ---- Timers with descriptors. Times come as seconds or, in the _ns functions, as nanoseconds. ----

Fallible<Value> posix_timerfd_create(Thread& t, int clock, int flags) {
  return counted(t, [&] { return ::timerfd_create(clock, flags | TFD_CLOEXEC); });
}
constexpr int64_t kSecond = 1'000'000'000;
timespec time_of(int64_t nanoseconds) {
  int64_t seconds = nanoseconds / kSecond, rest = nanoseconds % kSecond;
  if (rest < 0) rest += kSecond, --seconds;
  return {static_cast<time_t>(seconds), static_cast<long>(rest)};
}
int64_t nanoseconds_of(const timespec& time) { return static_cast<int64_t>(time.tv_sec) * kSecond + time.tv_nsec; }
Fallible<int64_t> nanoseconds_py(Thread& t, Value v, bool is_whole) {
  if (is_whole) return index_to_int64_py(t, v);
  double seconds = TRY(to_double_py(t, v));
  if (seconds != seconds) return t.raise_value_error("Invalid value NaN (not a number)");
  if (seconds > 9.2e9 || seconds < -9.2e9) return t.raise(core.OverflowError, "timestamp out of range for platform time_t");
  return static_cast<int64_t>(__builtin_ceil(seconds * 1e9));
}
Fallible<Value> timer_times(Thread& t, const itimerspec& timer, bool is_whole) {
  Value v[2];
  size_t i = 0;
  for (const timespec& time : {timer.it_value, timer.it_interval}) {
    int64_t n = nanoseconds_of(time);
    v[i++] = is_whole ? TRY(make_int(t, n)) : TRY(make_float(t, static_cast<double>(n) / 1e9));
  }
  return Value(TRY(Tuple::from(t, v, 2)));
}
Fallible<Value> set_timer_py(Thread& t, Value fd, int flags, Value initial, Value interval, bool is_whole) {
  int number = TRY(descriptor_argument_py(t, fd));
  itimerspec wanted{}, before{};
  wanted.it_value = time_of(TRY(nanoseconds_py(t, initial, is_whole)));
  wanted.it_interval = time_of(TRY(nanoseconds_py(t, interval, is_whole)));
  TRY(simply(t, [&] { return ::timerfd_settime(number, flags, &wanted, &before); }));
  return timer_times(t, before, is_whole);
}
Fallible<Value> get_timer_py(Thread& t, Value fd, bool is_whole) {
  int number = TRY(descriptor_argument_py(t, fd));
  itimerspec now{};
  TRY(simply(t, [&] { return ::timerfd_gettime(number, &now); }));
  return timer_times(t, now, is_whole);
}
Fallible<Value> posix_timerfd_settime(Thread& t, Value fd, int flags, Value initial, Value interval) {
  return set_timer_py(t, fd, flags, initial, interval, false);
}
Fallible<Value> posix_timerfd_settime_ns(Thread& t, Value fd, int flags, Value initial, Value interval) {
  return set_timer_py(t, fd, flags, initial, interval, true);
}
Fallible<Value> posix_timerfd_gettime(Thread& t, Value fd) { return get_timer_py(t, fd, false); }
Fallible<Value> posix_timerfd_gettime_ns(Thread& t, Value fd) { return get_timer_py(t, fd, true); }

Fallible<void> posix_closerange(Thread&, int low, int high) {
  if (low < 0) low = 0;
  if (low < high) ::syscall(SYS_close_range, static_cast<unsigned>(low), static_cast<unsigned>(high - 1), 0u);
  return {};
}
Fallible<void> posix_sync(Thread&) {
  ::sync();
  return {};
}

// ---- Locks and copies. ----

Fallible<void> posix_lockf(Thread& t, int fd, int command, int64_t length) {
  TRY(t.audit_py("os.lockf", Value::from_small_int(fd), Value::from_small_int(command), Value::from_small_int(length)));
  return simply(t, [&] { return ::lockf(fd, command, length); });
}
Fallible<Value> posix_sendfile(Thread& t, int out, int in, Value offset, int64_t count) {
  if (count < 0) return t.raise_value_error("count must be non-negative");
  if (offset.is_none()) return counted(t, [&] { return ::sendfile(out, in, nullptr, static_cast<size_t>(count)); });
  off_t position = TRY(index_to_int64_py(t, offset));
  return counted(t, [&] { return ::sendfile(out, in, &position, static_cast<size_t>(count)); });
}
Fallible<Value> posix_copy_file_range(Thread& t, int from, int to, int64_t count, Value from_offset, Value to_offset) {
  if (count < 0) return t.raise_value_error("negative value for 'count' not allowed");
  off64_t a = from_offset.is_none() ? 0 : TRY(index_to_int64_py(t, from_offset));
  off64_t b = to_offset.is_none() ? 0 : TRY(index_to_int64_py(t, to_offset));
  return counted(t, [&] {
    return ::copy_file_range(from, from_offset.is_none() ? nullptr : &a, to, to_offset.is_none() ? nullptr : &b,
                             static_cast<size_t>(count), 0);
  });
}
Fallible<Value> posix_splice(Thread& t, int from, int to, int64_t count, Value from_offset, Value to_offset, uint32_t flags) {
  if (count < 0) return t.raise_value_error("negative value for 'count' not allowed");
  off64_t a = from_offset.is_none() ? 0 : TRY(index_to_int64_py(t, from_offset));
  off64_t b = to_offset.is_none() ? 0 : TRY(index_to_int64_py(t, to_offset));
  return counted(t, [&] {
    return ::splice(from, from_offset.is_none() ? nullptr : &a, to, to_offset.is_none() ? nullptr : &b, static_cast<size_t>(count),
                    flags);
  });
}
Fallible<void> posix_chroot(Thread& t, Value path) {
  PathArgument p("chroot", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  if (::chroot(p.at().bytes) < 0) return raise_path_error(t, errno, p);
  return {};
}

// ---- Terminals. ----

Fallible<Value> posix_ttyname(Thread& t, int fd) {
  char name[256];
  int error = ::ttyname_r(fd, name, sizeof name);
  if (error != 0) return raise_os_error(t, error);
  return text_value(t, name);
}
Fallible<Value> posix_ctermid(Thread& t) {
  char name[L_ctermid];
  return text_value(t, ::ctermid(name));
}
Fallible<Value> posix_openpty(Thread& t) {
  int main_fd, other_fd;
  TRY(attempt(t, [&] { return ::openpty(&main_fd, &other_fd, nullptr, nullptr, nullptr); }));
  for (int fd : {main_fd, other_fd}) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return Value(TRY(Tuple::of(t, Value::from_small_int(main_fd), Value::from_small_int(other_fd))));
}
Fallible<void> posix_login_tty(Thread& t, Value fd) {
  int number = TRY(descriptor_argument_py(t, fd));
  return simply(t, [&] { return ::login_tty(number); });
}
Fallible<Value> posix_tcgetpgrp(Thread& t, int fd) {
  return counted(t, [&] { return ::tcgetpgrp(fd); });
}
Fallible<void> posix_tcsetpgrp(Thread& t, int fd, int group) {
  return simply(t, [&] { return ::tcsetpgrp(fd, group); });
}
Fallible<Value> posix_posix_openpt(Thread& t, int flags) {
  return counted(t, [&] { return ::posix_openpt(flags | O_CLOEXEC); });
}
Fallible<void> posix_grantpt(Thread& t, Value fd) {
  int number = TRY(descriptor_argument_py(t, fd));
  return simply(t, [&] { return ::grantpt(number); });
}
Fallible<void> posix_unlockpt(Thread& t, Value fd) {
  int number = TRY(descriptor_argument_py(t, fd));
  return simply(t, [&] { return ::unlockpt(number); });
}
Fallible<Value> posix_ptsname(Thread& t, Value fd) {
  int number = TRY(descriptor_argument_py(t, fd));
  char name[256];
  int error = ::ptsname_r(number, name, sizeof name);
  if (error != 0) return raise_os_error(t, error);
  return text_value(t, name);
}

// ---- Extended attributes. Both ways: by path (following a link or not) and by descriptor. ----

struct AttributeArguments {
  AttributeArguments(const char* function, bool is_nullable)
      : path(function, "path", is_nullable ? kNullable | kDescriptor : kDescriptor) {}
  PathArgument path;
  ByteArray* name = nullptr;
  bool follow = true;
  const char* name_text() const { return reinterpret_cast<const char*>(name->data()); }
};
Fallible<void> read_py(Thread& t, AttributeArguments* a, Value path, Value name, bool follow) {
  TRY(a->path.convert_py(t, path));
  if (!name.is_absent()) a->name = TRY(encoded_argument_py(t, name));
  a->follow = follow;
  if (a->path.is_descriptor() && !follow)
    return t.raise_value_error("{}: cannot use fd and follow_symlinks together", a->path.function());
  return {};
}
// Calls until the result fits the room.
template <typename Call>
Fallible<Bytes*> sized_bytes(Thread& t, const PathArgument& path, Call call) {
  for (size_t size = 256;; size *= 16) {
    if (size > 65536) size = 65536;
    ByteArray* room = TRY(ByteArray::make(t, size));
    ssize_t n = call(reinterpret_cast<char*>(room->data()), size);
    if (n >= 0) return Bytes::from(t, room->data(), static_cast<size_t>(n));
    if (errno != ERANGE || size == 65536) return raise_path_error(t, errno, path);
  }
}
Fallible<Value> posix_getxattr(Thread& t, Value path, Value attribute, bool follow) {
  AttributeArguments a("getxattr", false);
  TRY(read_py(t, &a, path, attribute, follow));
  TRY(t.audit_py("os.getxattr", path, attribute));
  return Value(TRY(sized_bytes(t, a.path, [&](char* room, size_t size) {
    if (a.path.is_descriptor()) return ::fgetxattr(a.path.fd(), a.name_text(), room, size);
    return (a.follow ? ::getxattr : ::lgetxattr)(a.path.at().bytes, a.name_text(), room, size);
  })));
}
Fallible<Value> posix_listxattr(Thread& t, Value path, bool follow) {
  AttributeArguments a("listxattr", true);
  TRY(read_py(t, &a, path, Value::absent(), follow));
  TRY(t.audit_py("os.listxattr", path));
  Bytes* all = TRY(sized_bytes(t, a.path, [&](char* room, size_t size) {
    if (a.path.is_descriptor()) return ::flistxattr(a.path.fd(), room, size);
    return (a.follow ? ::listxattr : ::llistxattr)(a.path.at().bytes, room, size);
  }));
  List* list = TRY(List::make(t));
  for (std::string_view rest = all->view(); !rest.empty();) {
    size_t end = rest.find('\0');
    if (end == std::string_view::npos) end = rest.size();
    TRY(list->append(t, TRY(decode_host_text(t, rest.data(), end))));
    rest.remove_prefix(end < rest.size() ? end + 1 : end);
  }
  return Value(list);
}
Fallible<void> posix_setxattr(Thread& t, Value path, Value attribute, Value value, int flags, bool follow) {
  AttributeArguments a("setxattr", false);
  TRY(read_py(t, &a, path, attribute, follow));
  TRY(t.audit_py("os.setxattr", path, attribute, value, Value::from_small_int(flags)));
  BytesLike data(t);
  TRY(data.open(value));
  int result = a.path.is_descriptor()
                   ? ::fsetxattr(a.path.fd(), a.name_text(), data.data(), data.size(), flags)
                   : (a.follow ? ::setxattr : ::lsetxattr)(a.path.at().bytes, a.name_text(), data.data(), data.size(), flags);
  if (result < 0) return raise_path_error(t, errno, a.path);
  return {};
}
Fallible<void> posix_removexattr(Thread& t, Value path, Value attribute, bool follow) {
  AttributeArguments a("removexattr", false);
  TRY(read_py(t, &a, path, attribute, follow));
  TRY(t.audit_py("os.removexattr", path, attribute));
  int result = a.path.is_descriptor() ? ::fremovexattr(a.path.fd(), a.name_text())
                                      : (a.follow ? ::removexattr : ::lremovexattr)(a.path.at().bytes, a.name_text());
  if (result < 0) return raise_path_error(t, errno, a.path);
  return {};
}

// ---- Limits of the system. ----

struct SystemName {
  const char* name;
  int number;
};
constexpr SystemName kSysconf[] = {
#define HOG_SYSCONF(name) {#name, _##name},
#define HOG_PATHCONF(name)
#define HOG_CONFSTR(name)
#include "os_modules/system_names.def"
#undef HOG_SYSCONF
#undef HOG_PATHCONF
#undef HOG_CONFSTR
};
constexpr SystemName kPathconf[] = {
#define HOG_SYSCONF(name)
#define HOG_PATHCONF(name) {#name, _##name},
#define HOG_CONFSTR(name)
#include "os_modules/system_names.def"
#undef HOG_SYSCONF
#undef HOG_PATHCONF
#undef HOG_CONFSTR
};
constexpr SystemName kConfstr[] = {
#define HOG_SYSCONF(name)
#define HOG_PATHCONF(name)
#define HOG_CONFSTR(name) {#name, _##name},
#include "os_modules/system_names.def"
#undef HOG_SYSCONF
#undef HOG_PATHCONF
#undef HOG_CONFSTR
};

// A number, or a name of the table.
Fallible<int> name_argument_py(Thread& t, Value v, std::span<const SystemName> table) {
  if (is_index(v)) {
    int64_t n = TRY(index_to_int64_py(t, v));
    if (n < INT32_MIN || n > INT32_MAX) return t.raise(core.OverflowError, "Python int too large to convert to C int");
    return static_cast<int>(n);
  }
  if (!is<Str>(v)) return t.raise_type_error("configuration names must be strings or integers");
  for (const SystemName& row : table)
    if (as<Str>(v)->equals_ascii(row.name)) return row.number;
  return t.raise_value_error("unrecognized configuration name");
}
Fallible<Value> posix_sysconf(Thread& t, Value name) {
  int number = TRY(name_argument_py(t, name, kSysconf));
  errno = 0;
  long value = ::sysconf(number);
  if (value == -1 && errno != 0) return raise_errno(t);
  return make_int(t, value);
}
Fallible<Value> posix_confstr(Thread& t, Value name) {
  int number = TRY(name_argument_py(t, name, kConfstr));
  errno = 0;
  char room[1024];
  size_t size = ::confstr(number, room, sizeof room);
  if (size == 0) {
    if (errno != 0) return raise_errno(t);
    return Value::none();
  }
  return decode_host_text(t, room, (size < sizeof room ? size : sizeof room) - 1);
}
Fallible<Value> posix_pathconf(Thread& t, Value path, Value name) {
  PathArgument p("pathconf", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  int number = TRY(name_argument_py(t, name, kPathconf));
  errno = 0;
  long value = p.is_descriptor() ? ::fpathconf(p.fd(), number) : ::pathconf(p.at().bytes, number);
  if (value != -1 || errno == 0) return make_int(t, value);
  if (errno == EINVAL) return raise_errno(t);
  return raise_path_error(t, errno, p);
}
Fallible<Value> posix_fpathconf(Thread& t, Value fd, Value name) {
  int descriptor = TRY(descriptor_argument_py(t, fd));
  int number = TRY(name_argument_py(t, name, kPathconf));
  errno = 0;
  long value = ::fpathconf(descriptor, number);
  if (value == -1 && errno != 0) return raise_errno(t);
  return make_int(t, value);
}

// ---- Groups. ----

Fallible<void> posix_setgroups(Thread& t, Value groups) {
  if (!is<List>(groups) && !is<Tuple>(groups)) return t.raise_type_error("setgroups argument must be a sequence");
  List* list = TRY(list_from_iterable_py(t, groups));
  if (list->length() > 65536) return t.raise_value_error("too many groups");
  ByteArray* ids = TRY(ByteArray::make(t, (list->length() + 1) * sizeof(gid_t)));
  for (size_t i = 0; i < list->length(); ++i) {
    if (!is_int_or_bool(list->at(i))) return t.raise_type_error("groups must be integers");
    reinterpret_cast<gid_t*>(ids->data())[i] = static_cast<gid_t>(TRY(user_or_group_argument_py(t, list->at(i), "gid")));
  }
  return simply(t, [&] { return ::setgroups(list->length(), reinterpret_cast<gid_t*>(ids->data())); });
}
Fallible<void> posix_initgroups(Thread& t, Value user, Value group) {
  ByteArray* name = TRY(encoded_argument_py(t, user));
  auto id = static_cast<gid_t>(TRY(user_or_group_argument_py(t, group, "gid")));
  return simply(t, [&] { return ::initgroups(reinterpret_cast<char*>(name->data()), id); });
}
Fallible<Value> posix_getgrouplist(Thread& t, Value user, Value group) {
  ByteArray* name = TRY(encoded_argument_py(t, user));
  auto id = static_cast<gid_t>(TRY(user_or_group_argument_py(t, group, "gid")));
  for (int room = 64;; room *= 2) {
    ByteArray* ids = TRY(ByteArray::make(t, static_cast<size_t>(room) * sizeof(gid_t)));
    int count = room;
    auto* numbers = reinterpret_cast<gid_t*>(ids->data());
    if (::getgrouplist(reinterpret_cast<char*>(name->data()), id, numbers, &count) < 0 && room < 65536) continue;
    List* list = TRY(List::make(t));
    for (int i = 0; i < count && i < room; ++i) TRY(list->append(t, Value::from_small_int(numbers[i])));
    return Value(list);
  }
}

const NativeMethod kFunctions[] = {
    {"chroot", HOG_NATIVE(posix_chroot), "(path)", "Makes a directory the root."},
    {"closerange", HOG_NATIVE(posix_closerange), "(fd_low, fd_high, /)", "Closes all descriptors of a range, errors ignored."},
    {"confstr", HOG_NATIVE(posix_confstr), "(name, /)", "A text about the system, or None."},
    {"copy_file_range", HOG_NATIVE(posix_copy_file_range), "(src, dst, count, offset_src=None, offset_dst=None)",
     "Copies between files; gives how many bytes."},
    {"ctermid", HOG_NATIVE(posix_ctermid), "()", "Path of the controlling terminal."},
    {"eventfd", HOG_NATIVE(posix_eventfd), "(initval, flags=524288)", "A descriptor that counts events."},
    {"eventfd_read", HOG_NATIVE(posix_eventfd_read), "(fd)", "The count, which starts anew."},
    {"eventfd_write", HOG_NATIVE(posix_eventfd_write), "(fd, value)", "Adds to the count."},
    {"fpathconf", HOG_NATIVE(posix_fpathconf), "(fd, name, /)", "A limit of an open file."},
    {"getgrouplist", HOG_NATIVE(posix_getgrouplist), "(user, group, /)", "Groups that a user is in."},
    {"getxattr", HOG_NATIVE(posix_getxattr), "(path, attribute, *, follow_symlinks=True)", "An extended attribute."},
    {"grantpt", HOG_NATIVE(posix_grantpt), "(fd, /)", "Gives the user access to a pseudo-terminal."},
    {"initgroups", HOG_NATIVE(posix_initgroups), "(username, gid, /)", "Sets the groups to those of a user."},
    {"listxattr", HOG_NATIVE(posix_listxattr), "(path=None, *, follow_symlinks=True)", "Names of extended attributes."},
    {"lockf", HOG_NATIVE(posix_lockf), "(fd, command, length, /)", "Locks a part of a file, or lets go of it."},
    {"login_tty", HOG_NATIVE(posix_login_tty), "(fd, /)", "Makes a terminal this process's own, and its standard streams."},
    {"memfd_create", HOG_NATIVE(posix_memfd_create), "(name, flags=1)", "A file in memory."},
    {"openpty", HOG_NATIVE(posix_openpty), "()", "Both ends of a pseudo-terminal."},
    {"pathconf", HOG_NATIVE(posix_pathconf), "(path, name)", "A limit of a file."},
    {"pidfd_open", HOG_NATIVE(posix_pidfd_open), "(pid, flags=0)", "A descriptor that stands for a process."},
    {"pipe", HOG_NATIVE(posix_pipe), "()", "(reading end, writing end)"},
    {"pipe2", HOG_NATIVE(posix_pipe2), "(flags, /)", "(reading end, writing end)"},
    {"posix_openpt", HOG_NATIVE(posix_posix_openpt), "(oflag, /)", "The main end of a pseudo-terminal."},
    {"ptsname", HOG_NATIVE(posix_ptsname), "(fd, /)", "Path of the other end of a pseudo-terminal."},
    {"removexattr", HOG_NATIVE(posix_removexattr), "(path, attribute, *, follow_symlinks=True)", "Removes an extended attribute."},
    {"sendfile", HOG_NATIVE(posix_sendfile), "(out_fd, in_fd, offset, count)", "Copies to a descriptor; gives how many bytes."},
    {"setgroups", HOG_NATIVE(posix_setgroups), "(groups, /)", "Sets the further groups."},
    {"setxattr", HOG_NATIVE(posix_setxattr), "(path, attribute, value, flags=0, *, follow_symlinks=True)",
     "Sets an extended attribute."},
    {"splice", HOG_NATIVE(posix_splice), "(src, dst, count, offset_src=None, offset_dst=None, flags=0)",
     "Moves data to or from a pipe; gives how many bytes."},
    {"sync", HOG_NATIVE(posix_sync), "()", "Has everything written to the devices."},
    {"sysconf", HOG_NATIVE(posix_sysconf), "(name, /)", "A number about the system."},
    {"tcgetpgrp", HOG_NATIVE(posix_tcgetpgrp), "(fd, /)", "Process group in a terminal's foreground."},
    {"tcsetpgrp", HOG_NATIVE(posix_tcsetpgrp), "(fd, pgid, /)", "Puts a process group into a terminal's foreground."},
    {"timerfd_create", HOG_NATIVE(posix_timerfd_create), "(clockid, /, *, flags=0)", "A timer with a descriptor."},
    {"timerfd_gettime", HOG_NATIVE(posix_timerfd_gettime), "(fd, /)", "(seconds left, interval)"},
    {"timerfd_gettime_ns", HOG_NATIVE(posix_timerfd_gettime_ns), "(fd, /)", "(nanoseconds left, interval)"},
    {"timerfd_settime", HOG_NATIVE(posix_timerfd_settime), "(fd, /, *, flags=0, initial=0.0, interval=0.0)",
     "Sets a timer; gives what it was set to."},
    {"timerfd_settime_ns", HOG_NATIVE(posix_timerfd_settime_ns), "(fd, /, *, flags=0, initial=0, interval=0)",
     "Sets a timer; gives what it was set to."},
    {"ttyname", HOG_NATIVE(posix_ttyname), "(fd, /)", "Path of a terminal."},
    {"unlockpt", HOG_NATIVE(posix_unlockpt), "(fd, /)", "Lets the other end of a pseudo-terminal be opened."},
    {}};

Fallible<void> add_names(Thread& t, Module* module, const char* attribute, std::span<const SystemName> table) {
  Dict* dict = TRY(Dict::make(t));
  for (const SystemName& row : table)
    TRY(dict->set_name(t, TRY(Str::intern_utf8(t, row.name)), Value::from_small_int(row.number)));
  return module->add(t, attribute, Value(dict));
}
Fallible<void> initialize(Thread& t, Module* module) {
  TRY(add_names(t, module, "sysconf_names", kSysconf));
  TRY(add_names(t, module, "pathconf_names", kPathconf));
  return add_names(t, module, "confstr_names", kConfstr);
}

}  // namespace

extern const ModuleSpec k_module_posix_system;
const ModuleSpec k_module_posix_system = {.name = "posix", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
