// lockdown.cpp: see lockdown.hpp. The filter is a list of calls that are let through; every other one fails with EPERM, one of another
// architecture ends the process. What the C library does for memory, time, locks and the end is on the list; so is, with
// directories, what ConfinedDirectory does. Ref: Linux Documentation/userspace-api/{seccomp_filter,landlock}.rst.
#include "lockdown.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#ifndef LANDLOCK_ACCESS_FS_REFER  // headers older than the kernel
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

// A sanitizer's runtime makes calls of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HOG_LOCKDOWN 0
#elif defined(__x86_64__) || defined(__aarch64__)
#define HOG_LOCKDOWN 1
#else
#define HOG_LOCKDOWN 0
#endif

namespace hog {

#if HOG_LOCKDOWN

namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

// Memory (mmap and mprotect are looked at further below), time, locks, the end.
constexpr uint32_t kAlways[] = {
    SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep,
    SYS_gettimeofday, SYS_exit, SYS_exit_group, SYS_futex, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_sched_yield, SYS_restart_syscall,
    SYS_close, SYS_fstat, SYS_lseek, SYS_getpid, SYS_gettid, SYS_getrandom,
};
// What ConfinedDirectory does with directories and files.
constexpr uint32_t kWithFiles[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_openat, SYS_openat2, SYS_newfstatat, SYS_readlinkat,
    SYS_getdents64, SYS_ftruncate, SYS_fallocate, SYS_fsync, SYS_fdatasync, SYS_fchmod, SYS_utimensat, SYS_mkdirat, SYS_unlinkat,
    SYS_renameat2, SYS_linkat, SYS_symlinkat, SYS_faccessat, SYS_fcntl, SYS_fstatfs, SYS_fadvise64,
#ifdef SYS_renameat
    SYS_renameat,
#endif
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
};

class Filter {
 public:
  void add(uint16_t code, uint32_t k, uint8_t yes = 0, uint8_t no = 0) { program_[length_++] = {code, yes, no, k}; }
  void load(uint32_t offset) { add(BPF_LD | BPF_W | BPF_ABS, offset); }
  void answer(uint32_t what) { add(BPF_RET | BPF_K, what); }
  void allow(uint32_t call) {
    add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
    answer(SECCOMP_RET_ALLOW);
  }
  // Only when argument `index` has none of the bits.
  void allow_without(uint32_t call, int index, uint32_t bits) {
    add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
    load(argument(index));
    add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    answer(SECCOMP_RET_ERRNO | EPERM);
    answer(SECCOMP_RET_ALLOW);
  }
  // Only when argument `index` is at most that.
  void allow_up_to(uint32_t call, int index, uint32_t most) {
    add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
    load(argument(index));
    add(BPF_JMP | BPF_JGT | BPF_K, most, 0, 1);
    answer(SECCOMP_RET_ERRNO | EPERM);
    answer(SECCOMP_RET_ALLOW);
  }
  bool install() {
    sock_fprog program = {static_cast<unsigned short>(length_), program_};
    return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
  }

 private:
  static uint32_t argument(int index) { return static_cast<uint32_t>(offsetof(seccomp_data, args) + 8 * static_cast<size_t>(index)); }
  sock_filter program_[192];
  size_t length_ = 0;
};

bool install_filter(bool files) {
  Filter filter;
  filter.load(offsetof(seccomp_data, arch));
  filter.add(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
  filter.answer(SECCOMP_RET_KILL_PROCESS);
  filter.load(offsetof(seccomp_data, nr));
  for (uint32_t call : kAlways) filter.allow(call);
  if (files) {
    for (uint32_t call : kWithFiles) filter.allow(call);
  } else {
    for (uint32_t call : {SYS_read, SYS_write, SYS_readv, SYS_writev}) filter.allow_up_to(call, 0, 2);
  }
  filter.allow_without(SYS_mmap, 2, PROT_EXEC);
  filter.allow_without(SYS_mprotect, 2, PROT_EXEC);
  filter.allow_up_to(SYS_ioctl, 0, 2);  // is a stream a terminal?
  filter.answer(SECCOMP_RET_ERRNO | EPERM);
  return filter.install();
}

bool confine_paths(const LockdownPlan& plan) {
#ifdef SYS_landlock_create_ruleset
  long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  uint64_t write = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                   LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM;
  if (version >= 2) write |= LANDLOCK_ACCESS_FS_REFER;  // renames and links between directories
  if (version >= 3) write |= LANDLOCK_ACCESS_FS_TRUNCATE;
  constexpr uint64_t kNever = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                              LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK;
  landlock_ruleset_attr attributes = {};
  attributes.handled_access_fs = kRead | write | kNever;
  int rules = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0));
  if (rules < 0) return false;
  bool done = true;
  for (size_t i = 0; i < plan.directory_count; ++i) {
    landlock_path_beneath_attr beneath = {};
    beneath.parent_fd = plan.directories[i].fd;
    beneath.allowed_access = plan.directories[i].writable ? kRead | write : kRead;
    done = done && ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
  }
  done = done && ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  ::close(rules);
  return done;
#else
  (void)plan;
  return false;
#endif
}

}  // namespace

LockdownOutcome lock_down(const LockdownPlan& plan) {
  LockdownOutcome outcome;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return outcome;
  outcome.confined = confine_paths(plan);
  outcome.filtered = install_filter(plan.directory_count != 0);
  return outcome;
}

#else

LockdownOutcome lock_down(const LockdownPlan&) { return {}; }

#endif

}  // namespace hog
