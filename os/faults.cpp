// faults.cpp: see faults.hpp. Invariant: what a handler reads is set before the handler is installed and stays as it is until it is gone.
#include "os/faults.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace hog {

namespace {

struct Report {
  StackWriter writer;
  int descriptor = -1;
  bool all_threads = false;
  bool chain = false;
  bool installed = false;
  struct sigaction previous {};
};

struct FatalSignal {
  int number;
  const char* name;
  bool installed = false;
  struct sigaction previous {};
};

constexpr int kSignals = 65;
pthread_mutex_t setters = PTHREAD_MUTEX_INITIALIZER;
class Setting {
 public:
  Setting() { ::pthread_mutex_lock(&setters); }
  ~Setting() { ::pthread_mutex_unlock(&setters); }
  Setting(const Setting&) = delete;
};

constinit FatalSignal fatal_signals[] = {{SIGBUS, "Bus error"},
                                         {SIGILL, "Illegal instruction"},
                                         {SIGFPE, "Floating-point exception"},
                                         {SIGABRT, "Aborted"},
                                         {SIGSEGV, "Segmentation fault"}};
constinit Report fatal_report;
constinit Report signal_reports[kSignals];
alignas(16) constinit char alternate_stack[64 * 1024] = {};

void write_text(int descriptor, const char* text) { write_all(descriptor, text, std::strlen(text)); }

// ---- Fatal signals. ----

void on_fatal_signal(int number) {
  int saved = errno;
  const char* name = "unknown";
  for (FatalSignal& fatal : fatal_signals)
    if (fatal.number == number) {
      name = fatal.name;
      ::sigaction(number, &fatal.previous, nullptr);  // another fault while this is written ends the process
      fatal.installed = false;
    }
  int fd = fatal_report.descriptor;
  write_text(fd, "Fatal Python error: ");
  write_text(fd, name);
  write_text(fd, "\n\n");
  fatal_report.writer.write(fatal_report.writer.context, fd, fatal_report.all_threads, true);
  write_text(fd, "\n");
  write_native_stack(fd);
  errno = saved;
  ::raise(number);
}

void on_signal(int number) {
  Report& report = signal_reports[number];
  if (!report.installed) return;
  int saved = errno;
  report.writer.write(report.writer.context, report.descriptor, report.all_threads, true);
  if (report.chain) {
    struct sigaction own {};
    ::sigaction(number, &report.previous, &own);
    errno = saved;
    ::raise(number);
    saved = errno;
    ::sigaction(number, &own, nullptr);
  }
  errno = saved;
}

bool disable_now() {
  if (!fatal_report.installed) return false;
  fatal_report.installed = false;
  for (FatalSignal& fatal : fatal_signals) {
    if (fatal.installed) ::sigaction(fatal.number, &fatal.previous, nullptr);
    fatal.installed = false;
  }
  return true;
}
bool stop_now(int number) {
  Report& report = signal_reports[number];
  if (!report.installed) return false;
  ::sigaction(number, &report.previous, nullptr);
  report.installed = false;
  return true;
}

// ---- After a time. ----

struct Watchdog {
  StackWriter writer;
  int descriptor = -1;
  int64_t nanoseconds = 0;
  bool repeat = false, exit = false;
  char header[64] = {};
  sem_t cancelled{};
  pthread_t thread{};
  pid_t process = 0;  // whose thread it is; 0: none
};
constinit Watchdog watchdog;

timespec moment_after(int64_t nanoseconds) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t fraction = now.tv_nsec + nanoseconds % 1'000'000'000;
  return {static_cast<time_t>(now.tv_sec + nanoseconds / 1'000'000'000 + fraction / 1'000'000'000),
          static_cast<long>(fraction % 1'000'000'000)};
}

void* watch(void*) {
  do {
    timespec until = moment_after(watchdog.nanoseconds);
    int result;
    do result = ::sem_clockwait(&watchdog.cancelled, CLOCK_MONOTONIC, &until);
    while (result < 0 && errno == EINTR);
    if (result == 0) return nullptr;
    write_text(watchdog.descriptor, watchdog.header);
    watchdog.writer.write(watchdog.writer.context, watchdog.descriptor, true, false);
    if (watchdog.exit) ::_exit(1);
  } while (watchdog.repeat);
  return nullptr;
}

void cancel_now() {
  if (watchdog.process == 0) return;
  if (watchdog.process == ::getpid()) {  // the child of a fork() does not have it
    ::sem_post(&watchdog.cancelled);
    ::pthread_join(watchdog.thread, nullptr);
    ::sem_destroy(&watchdog.cancelled);
  }
  watchdog.process = 0;
}

}  // namespace

bool is_fatal_signal(int number) {
  for (const FatalSignal& fatal : fatal_signals)
    if (fatal.number == number) return true;
  return false;
}

int enable_fault_reports(StackWriter writer, int descriptor, bool all_threads) {
  Setting setting;
  void* frames[1];
  (void)::backtrace(frames, 1);  // loads what it needs while that can be done
  (void)disable_now();
  fatal_report.writer = writer;
  fatal_report.descriptor = descriptor;
  fatal_report.all_threads = all_threads;
  stack_t stack{};
  stack.ss_sp = alternate_stack;
  stack.ss_size = sizeof alternate_stack;
  stack_t known{};
  if (::sigaltstack(nullptr, &known) == 0 && (known.ss_flags & SS_DISABLE) != 0) (void)::sigaltstack(&stack, nullptr);
  fatal_report.installed = true;
  for (FatalSignal& fatal : fatal_signals) {
    struct sigaction action {};
    action.sa_handler = on_fatal_signal;
    action.sa_flags = SA_NODEFER | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    if (::sigaction(fatal.number, &action, &fatal.previous) < 0) {
      int error = errno;
      (void)disable_now();
      return error;
    }
    fatal.installed = true;
  }
  return 0;
}
bool disable_fault_reports() {
  Setting setting;
  return disable_now();
}
bool fault_reports_enabled() {
  Setting setting;
  return fatal_report.installed;
}

int report_at_signal(int number, StackWriter writer, int descriptor, bool all_threads, bool chain) {
  if (number < 1 || number >= kSignals) return EINVAL;
  Setting setting;
  Report& report = signal_reports[number];
  (void)stop_now(number);
  report.writer = writer;
  report.descriptor = descriptor;
  report.all_threads = all_threads;
  report.chain = chain;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | SA_ONSTACK | (chain ? SA_NODEFER : 0);
  ::sigemptyset(&action.sa_mask);
  report.installed = true;
  if (::sigaction(number, &action, &report.previous) == 0) return 0;
  report.installed = false;
  return errno;
}
bool stop_reporting_at_signal(int number) {
  if (number < 1 || number >= kSignals) return false;
  Setting setting;
  return stop_now(number);
}

int report_later(StackWriter writer, int descriptor, int64_t nanoseconds, bool repeat, bool exit, const char* header) {
  Setting setting;
  cancel_now();
  watchdog.writer = writer;
  watchdog.descriptor = descriptor;
  watchdog.nanoseconds = nanoseconds;
  watchdog.repeat = repeat;
  watchdog.exit = exit;
  std::snprintf(watchdog.header, sizeof watchdog.header, "%s", header);
  if (::sem_init(&watchdog.cancelled, 0, 0) < 0) return errno;
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the program's own threads
  int error = ::pthread_create(&watchdog.thread, nullptr, watch, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error == 0) watchdog.process = ::getpid();
  else ::sem_destroy(&watchdog.cancelled);
  return error;
}
void cancel_report_later() {
  Setting setting;
  cancel_now();
}

void forget_reports_of(void* context) {
  Setting setting;
  if (fatal_report.installed && fatal_report.writer.context == context) (void)disable_now();
  for (int number = 1; number < kSignals; ++number)
    if (signal_reports[number].installed && signal_reports[number].writer.context == context) (void)stop_now(number);
  if (watchdog.process != 0 && watchdog.writer.context == context) cancel_now();
}

bool peek(const void* from, void* to, uint64_t size) {
  if (from == nullptr) return false;
  iovec local{to, size}, remote{const_cast<void*>(from), size};
  ssize_t n = ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0);
  if (n == static_cast<ssize_t>(size)) return true;
  if (n >= 0 || (errno != ENOSYS && errno != EPERM)) return false;
  std::memcpy(to, from, size);  // where the system refuses, there is nothing better
  return true;
}

void write_all(int descriptor, const char* text, uint64_t size) {
  while (size != 0) {
    ssize_t n = ::write(descriptor, text, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text += n;
    size -= static_cast<uint64_t>(n);
  }
}

namespace {

// Hexadecimal without the C library's formatting, which may lock.
size_t format_hex(uintptr_t n, char* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  char digits[16];
  size_t count = 0;
  do digits[count++] = kDigits[n & 15];
  while ((n >>= 4) != 0);
  out[0] = '0';
  out[1] = 'x';
  for (size_t i = 0; i < count; ++i) out[2 + i] = digits[count - 1 - i];
  out[2 + count] = '\0';
  return 2 + count;
}
void write_hex(int descriptor, uintptr_t n) {
  char text[19];
  write_all(descriptor, text, format_hex(n, text));
}

void write_native_frame(int fd, void* address) {
  Dl_info info{};
  if (::dladdr(address, &info) == 0 || info.dli_fname == nullptr) {
    write_text(fd, "  <unknown> [");
  } else {
    write_text(fd, "  Binary file \"");
    write_text(fd, info.dli_fname);
    write_text(fd, "\", at ");
    const void* base = info.dli_sname != nullptr ? info.dli_saddr : info.dli_fbase;
    if (info.dli_sname != nullptr) write_text(fd, info.dli_sname);
    write_text(fd, "+");
    write_hex(fd, reinterpret_cast<uintptr_t>(address) - reinterpret_cast<uintptr_t>(base));
    write_text(fd, " [");
  }
  write_hex(fd, reinterpret_cast<uintptr_t>(address));
  write_text(fd, "]\n");
}

}  // namespace

void write_native_stack(int descriptor) {
  constexpr int kMostFrames = 32;
  void* frames[kMostFrames];
  int count = ::backtrace(frames, kMostFrames);
  write_text(descriptor, "Current thread's C stack trace (most recent call first):\n");
  for (int i = 0; i < count; ++i) write_native_frame(descriptor, frames[i]);
  if (count == kMostFrames) write_text(descriptor, "  <truncated rest of calls>\n");
}

}  // namespace hog
