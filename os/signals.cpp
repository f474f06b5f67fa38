// signals.cpp: see signals.hpp. Invariant: everything the handler touches is a lock-free atomic or async-signal-safe.
#include "os/signals.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace hog {

namespace {

std::atomic<uint64_t> noted{0};
std::atomic<int> wakeup_descriptor{-1};
std::atomic<bool> warns_when_full{true};
std::atomic<int> wakeup_error{0};
std::atomic<Parker*> sleeper{nullptr};

void note_signal(int number) {
  int saved = errno;
  noted.fetch_or(uint64_t{1} << (number - 1), std::memory_order_relaxed);
  if (int fd = wakeup_descriptor.load(std::memory_order_relaxed); fd >= 0) {
    auto byte = static_cast<unsigned char>(number);
    ssize_t written;
    do written = ::write(fd, &byte, 1);
    while (written < 0 && errno == EINTR);
    bool full = written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (written < 0 && (!full || warns_when_full.load(std::memory_order_relaxed)))
      wakeup_error.store(errno, std::memory_order_relaxed);
  }
  if (Parker* parker = sleeper.load(std::memory_order_relaxed)) parker->unpark();
  errno = saved;
}

class SystemSignals final : public Signals {
 public:
  Action action(int number) override {
    struct sigaction known {};
    if (::sigaction(number, nullptr, &known) != 0) return Action::Foreign;
    if ((known.sa_flags & SA_SIGINFO) != 0) return Action::Foreign;
    if (known.sa_handler == SIG_DFL) return Action::Default;
    if (known.sa_handler == SIG_IGN) return Action::Ignore;
    return known.sa_handler == note_signal ? Action::Note : Action::Foreign;
  }
  HostResult<bool> set_action(int number, Action action) override {
    struct sigaction wanted {};
    ::sigemptyset(&wanted.sa_mask);
    wanted.sa_handler = action == Action::Note ? note_signal : action == Action::Ignore ? SIG_IGN : SIG_DFL;
    bool done = ::sigaction(number, &wanted, nullptr) == 0;
    return {done, done ? 0 : errno};
  }
  bool any_noted() override { return noted.load(std::memory_order_relaxed) != 0; }
  uint64_t take_noted() override { return noted.exchange(0, std::memory_order_acquire); }
  void note(int number) override { note_signal(number); }
  void set_parker(Parker* parker) override { sleeper.store(parker, std::memory_order_relaxed); }
  HostResult<int> set_wakeup(int descriptor, bool warn_when_full) override {
    warns_when_full.store(warn_when_full, std::memory_order_relaxed);
    return {wakeup_descriptor.exchange(descriptor, std::memory_order_relaxed), 0};
  }
  int take_wakeup_error() override { return wakeup_error.exchange(0, std::memory_order_relaxed); }
  HostResult<bool> raise(int number) override {
    bool done = ::raise(number) == 0;
    return {done, done ? 0 : errno};
  }
};

constinit SystemSignals signals;

}  // namespace

Signals& system_signals() { return signals; }

}  // namespace hog
