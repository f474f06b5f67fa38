// constants.cpp: the numbers of the module posix, with Linux's values on every platform. They tell nothing of the host, so every
// isolate has them. Ref: library/os; POSIX.1-2017 <fcntl.h>, <sys/wait.h>, <sysexits.h>.
#include "modules/posix/posix.hpp"

namespace hog::posix {

namespace {

struct Constant {
  const char* name;
  int64_t value;
};
constexpr Constant kConstants[] = {
    {"CLD_CONTINUED", 6}, {"CLD_DUMPED", 3}, {"CLD_EXITED", 1}, {"CLD_KILLED", 2}, {"CLD_STOPPED", 5}, {"CLD_TRAPPED", 4},
    {"CLONE_FILES", 0x400}, {"CLONE_FS", 0x200}, {"CLONE_NEWCGROUP", 0x2000000}, {"CLONE_NEWIPC", 0x8000000},
    {"CLONE_NEWNET", 0x40000000}, {"CLONE_NEWNS", 0x20000}, {"CLONE_NEWPID", 0x20000000}, {"CLONE_NEWTIME", 128},
    {"CLONE_NEWUSER", 0x10000000}, {"CLONE_NEWUTS", 0x4000000}, {"CLONE_SIGHAND", 0x800}, {"CLONE_SYSVSEM", 0x40000},
    {"CLONE_THREAD", 0x10000}, {"CLONE_VM", 0x100}, {"EFD_CLOEXEC", 0x80000}, {"EFD_NONBLOCK", 0x800}, {"EFD_SEMAPHORE", 1},
    {"EX_CANTCREAT", 73}, {"EX_CONFIG", 78}, {"EX_DATAERR", 65}, {"EX_IOERR", 74}, {"EX_NOHOST", 68}, {"EX_NOINPUT", 66},
    {"EX_NOPERM", 77}, {"EX_NOUSER", 67}, {"EX_OK", 0}, {"EX_OSERR", 71}, {"EX_OSFILE", 72}, {"EX_PROTOCOL", 76},
    {"EX_SOFTWARE", 70}, {"EX_TEMPFAIL", 75}, {"EX_UNAVAILABLE", 69}, {"EX_USAGE", 64}, {"F_LOCK", 1}, {"F_OK", 0},
    {"F_TEST", 3}, {"F_TLOCK", 2}, {"F_ULOCK", 0}, {"GRND_NONBLOCK", 1}, {"GRND_RANDOM", 2}, {"MFD_ALLOW_SEALING", 2},
    {"MFD_CLOEXEC", 1}, {"MFD_HUGETLB", 4}, {"MFD_HUGE_16GB", 0x88000000}, {"MFD_HUGE_16MB", 0x60000000},
    {"MFD_HUGE_1GB", 0x78000000}, {"MFD_HUGE_1MB", 0x50000000}, {"MFD_HUGE_256MB", 0x70000000}, {"MFD_HUGE_2GB", 0x7c000000},
    {"MFD_HUGE_2MB", 0x54000000}, {"MFD_HUGE_32MB", 0x64000000}, {"MFD_HUGE_512KB", 0x4c000000}, {"MFD_HUGE_512MB", 0x74000000},
    {"MFD_HUGE_64KB", 0x40000000}, {"MFD_HUGE_8MB", 0x5c000000}, {"MFD_HUGE_MASK", 63}, {"MFD_HUGE_SHIFT", 26},
    {"NGROUPS_MAX", 0x10000}, {"O_ACCMODE", 3}, {"O_APPEND", 0x400}, {"O_ASYNC", 0x2000}, {"O_CLOEXEC", 0x80000},
    {"O_CREAT", 64}, {"O_DIRECT", 0x4000}, {"O_DIRECTORY", 0x10000}, {"O_DSYNC", 0x1000}, {"O_EXCL", 128}, {"O_FSYNC", 0x101000},
    {"O_LARGEFILE", 0}, {"O_NDELAY", 0x800}, {"O_NOATIME", 0x40000}, {"O_NOCTTY", 0x100}, {"O_NOFOLLOW", 0x20000},
    {"O_NONBLOCK", 0x800}, {"O_PATH", 0x200000}, {"O_RDONLY", 0}, {"O_RDWR", 2}, {"O_RSYNC", 0x101000}, {"O_SYNC", 0x101000},
    {"O_TMPFILE", 0x410000}, {"O_TRUNC", 0x200}, {"O_WRONLY", 1}, {"PIDFD_NONBLOCK", 0x800}, {"POSIX_FADV_DONTNEED", 4},
    {"POSIX_FADV_NOREUSE", 5}, {"POSIX_FADV_NORMAL", 0}, {"POSIX_FADV_RANDOM", 1}, {"POSIX_FADV_SEQUENTIAL", 2},
    {"POSIX_FADV_WILLNEED", 3}, {"POSIX_SPAWN_CLOSE", 1}, {"POSIX_SPAWN_CLOSEFROM", 3}, {"POSIX_SPAWN_DUP2", 2},
    {"POSIX_SPAWN_OPEN", 0}, {"PRIO_PGRP", 1}, {"PRIO_PROCESS", 0}, {"PRIO_USER", 2}, {"P_ALL", 0}, {"P_PGID", 2}, {"P_PID", 1},
    {"P_PIDFD", 3}, {"RTLD_DEEPBIND", 8}, {"RTLD_GLOBAL", 0x100}, {"RTLD_LAZY", 1}, {"RTLD_LOCAL", 0}, {"RTLD_NODELETE", 0x1000},
    {"RTLD_NOLOAD", 4}, {"RTLD_NOW", 2}, {"RWF_APPEND", 16}, {"RWF_DSYNC", 2}, {"RWF_HIPRI", 1}, {"RWF_NOWAIT", 8},
    {"RWF_SYNC", 4}, {"R_OK", 4}, {"SCHED_BATCH", 3}, {"SCHED_DEADLINE", 6}, {"SCHED_FIFO", 1}, {"SCHED_IDLE", 5},
    {"SCHED_NORMAL", 0}, {"SCHED_OTHER", 0}, {"SCHED_RESET_ON_FORK", 0x40000000}, {"SCHED_RR", 2}, {"SEEK_DATA", 3},
    {"SEEK_HOLE", 4}, {"SPLICE_F_MORE", 4}, {"SPLICE_F_MOVE", 1}, {"SPLICE_F_NONBLOCK", 2}, {"ST_APPEND", 0x100},
    {"ST_MANDLOCK", 64}, {"ST_NOATIME", 0x400}, {"ST_NODEV", 4}, {"ST_NODIRATIME", 0x800}, {"ST_NOEXEC", 8}, {"ST_NOSUID", 2},
    {"ST_RDONLY", 1}, {"ST_RELATIME", 0x1000}, {"ST_SYNCHRONOUS", 16}, {"ST_WRITE", 128}, {"TFD_CLOEXEC", 0x80000},
    {"TFD_NONBLOCK", 0x800}, {"TFD_TIMER_ABSTIME", 1}, {"TFD_TIMER_CANCEL_ON_SET", 2}, {"TMP_MAX", 0x3a2f8}, {"WCONTINUED", 8},
    {"WEXITED", 4}, {"WNOHANG", 1}, {"WNOWAIT", 0x1000000}, {"WSTOPPED", 2}, {"WUNTRACED", 2}, {"W_OK", 2}, {"XATTR_CREATE", 1},
    {"XATTR_REPLACE", 2}, {"XATTR_SIZE_MAX", 0x10000}, {"X_OK", 1},
};

}  // namespace

Fallible<void> add_constants(Thread& t, Module* module) {
  for (const Constant& row : kConstants) TRY(module->add(t, row.name, Value::from_small_int(row.value)));
  return {};
}

}  // namespace hog::posix
