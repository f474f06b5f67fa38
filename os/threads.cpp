// threads.cpp: see threads.hpp. POSIX threads, semaphores and mutexes; the signal that interrupts a blocking call is SIGURG, which
// nobody notices otherwise.
#include "os/threads.hpp"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <new>

namespace hog {

namespace {

int64_t now() {
  timespec ts{};
  ::clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
}

class SystemParker final : public Parker {
 public:
  SystemParker() { ::sem_init(&semaphore_, 0, 0); }
  ~SystemParker() { ::sem_destroy(&semaphore_); }
  SystemParker(const SystemParker&) = delete;

  void park(int64_t nanoseconds) override {
    if (nanoseconds < 0) {
      (void)::sem_wait(&semaphore_);
    } else {
      constexpr int64_t kLongest = int64_t{1} << 61;
      int64_t until = now() + (nanoseconds < kLongest ? nanoseconds : kLongest);
      timespec time{static_cast<time_t>(until / 1'000'000'000), static_cast<long>(until % 1'000'000'000)};
      (void)::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &time);
    }
    while (::sem_trywait(&semaphore_) == 0) {
    }
  }
  void unpark() override {
    int saved = errno;
    ::sem_post(&semaphore_);
    errno = saved;
  }

 private:
  sem_t semaphore_;
};

class SystemMutex final : public Mutex {
 public:
  SystemMutex() = default;
  ~SystemMutex() { ::pthread_mutex_destroy(&mutex_); }
  SystemMutex(const SystemMutex&) = delete;
  void lock() override { ::pthread_mutex_lock(&mutex_); }
  void unlock() override { ::pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

struct Start {
  Threads::Entry entry;
  void* argument;
};

void* begin(void* raw) {
  auto* start = static_cast<Start*>(raw);
  Start copy = *start;
  delete start;
  copy.entry(copy.argument);
  return nullptr;
}

void do_nothing(int) {}

// So that a blocking call returns with EINTR. Left alone when the program has a handler of its own, which does the same.
void install_interruption() {
  struct sigaction known {};
  if (::sigaction(SIGURG, nullptr, &known) != 0 || known.sa_handler != SIG_DFL) return;
  struct sigaction action {};
  action.sa_handler = do_nothing;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGURG, &action, nullptr);
}

class SystemThreads final : public Threads {
 public:
  HostResult<bool> start(Entry entry, void* argument, size_t stack_bytes) override {
    auto* start = new (std::nothrow) Start{entry, argument};
    if (start == nullptr) return {false, ENOMEM};
    pthread_attr_t attributes;
    int error = ::pthread_attr_init(&attributes);
    if (error == 0) {
      ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
      if (stack_bytes != 0) {
        auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
        error = ::pthread_attr_setstacksize(&attributes, (stack_bytes + page - 1) / page * page);
      }
      pthread_t thread;
      if (error == 0) error = ::pthread_create(&thread, &attributes, begin, start);
      ::pthread_attr_destroy(&attributes);
    }
    if (error != 0) delete start;
    return {error == 0, error};
  }
  Parker* new_parker() override { return new (std::nothrow) SystemParker; }
  void free_parker(Parker* parker) override { delete static_cast<SystemParker*>(parker); }
  Mutex* new_mutex() override { return new (std::nothrow) SystemMutex; }
  void free_mutex(Mutex* mutex) override { delete static_cast<SystemMutex*>(mutex); }
  int64_t monotonic_nanoseconds() override { return now(); }
  uint64_t system_id() override { return static_cast<uint64_t>(::syscall(SYS_gettid)); }
  uint64_t handle() override { return static_cast<uint64_t>(::pthread_self()); }
  void interrupt(uint64_t handle) override {
    install_interruption();
    ::pthread_kill(static_cast<pthread_t>(handle), SIGURG);
  }
  void set_name(const char* name) override {
    char cut[16];
    std::strncpy(cut, name, sizeof cut - 1);
    cut[sizeof cut - 1] = '\0';
    ::pthread_setname_np(::pthread_self(), cut);
  }
};

constinit SystemThreads threads;

}  // namespace

Threads& system_threads() { return threads; }

}  // namespace hog
