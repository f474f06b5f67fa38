// turns.cpp: see turns.hpp.
#include "vm/turns.hpp"

#include <new>

#include "host/host.hpp"
#include "object/containers.hpp"
#include "object/protocol.hpp"
#include "vm/finalize.hpp"
#include "vm/frame.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr size_t kStackReserve = 256 * 1024;        // of a thread's native stack, beyond what Python may use
constexpr size_t kLeastStack = 512 * 1024;
constexpr size_t kThreadCost = 64 * 1024;           // charged for each thread
constexpr int64_t kSecond = 1'000'000'000;

Turns& turns_of(Thread& t) { return Isolate::of(t).turns; }

// The mutex is held. Gives the turn to who asked for it first.
void hand_on(Turns& turns) {
  Thread* next = turns.closed ? nullptr : turns.first;
  turns.holder = next;
  if (next == nullptr) return;
  turns.first = next->next_for_turn_;
  if (turns.first == nullptr) turns.last = nullptr;
  next->next_for_turn_ = nullptr;
  turns.wanted.fetch_sub(1, std::memory_order_relaxed);
  next->parker_->unpark();
}

// The mutex is held.
void queue_for_turn(Turns& turns, Thread& t) {
  if (turns.last != nullptr) turns.last->next_for_turn_ = &t;
  else turns.first = &t;
  turns.last = &t;
  turns.wanted.fetch_add(1, std::memory_order_relaxed);
}

void begin_turn(Thread& t) {
  t.parked_at_ = 0;
  turns_of(t).began = turns_of(t).host->monotonic_nanoseconds();
  Isolate::of(t).resume_fuel(t);
}

}  // namespace

void leave_turn(Thread& t, const void* stack_pointer) {
  Turns& turns = turns_of(t);
  Isolate::of(t).settle_fuel(t);
  t.parked_at_ = reinterpret_cast<uintptr_t>(stack_pointer);
  turns.mutex->lock();
  hand_on(turns);
  turns.mutex->unlock();
}

void take_turn(Thread& t) {
  Turns& turns = turns_of(t);
  turns.mutex->lock();
  if (turns.holder == nullptr && turns.first == nullptr && !turns.closed) {
    turns.holder = &t;
  } else {
    queue_for_turn(turns, t);
    while (turns.holder != &t) {
      turns.mutex->unlock();
      t.parker_->park(-1);
      turns.mutex->lock();
    }
  }
  turns.mutex->unlock();
  begin_turn(t);
}

void pass_turn(Thread& t) {
  if (!has_other_threads(t) || turns_of(t).wanted.load(std::memory_order_relaxed) == 0) return;
  spill_registers_and_call(
      [](void* raw, const void* stack_pointer) {
        Thread& self = *static_cast<Thread*>(raw);
        Turns& turns = turns_of(self);
        Isolate::of(self).settle_fuel(self);
        self.parked_at_ = reinterpret_cast<uintptr_t>(stack_pointer);
        turns.mutex->lock();
        queue_for_turn(turns, self);
        hand_on(turns);
        while (turns.holder != &self) {
          turns.mutex->unlock();
          self.parker_->park(-1);
          turns.mutex->lock();
        }
        turns.mutex->unlock();
        begin_turn(self);
      },
      &t);
}

// ---- Waiting. ----

bool make_ready_to_wait(Thread& t) {
  Turns& turns = turns_of(t);
  if (turns.host == nullptr) return false;
  if (turns.mutex == nullptr) turns.mutex = turns.host->new_mutex();
  if (t.parker_ == nullptr) {
    t.parker_ = turns.host->new_parker();
    t.system_id_ = turns.host->system_id();
    t.handle_ = turns.host->handle();
  }
  if (turns.holder == nullptr) turns.holder = &t;
  return turns.mutex != nullptr && t.parker_ != nullptr;
}

bool can_wait(Thread& t) { return make_ready_to_wait(t); }

int64_t turns_clock(Thread& t) {
  Turns& turns = turns_of(t);
  return turns.host == nullptr ? 0 : turns.host->monotonic_nanoseconds();
}

void enlist(Waiter& waiter, WaitList& list) {
  Waiter** link = &list.first;
  while (*link != nullptr) link = &(*link)->next;
  *link = &waiter;
}
void unlist(Waiter& waiter, WaitList& list) {
  for (Waiter** link = &list.first; *link != nullptr; link = &(*link)->next) {
    if (*link != &waiter) continue;
    *link = waiter.next;
    return;
  }
}
void wake_first(WaitList& list) {
  while (list.first != nullptr && list.first->thread->forgotten_) list.first = list.first->next;
  if (list.first != nullptr) list.first->thread->parker_->unpark();
}
void wake_all(WaitList& list) {
  for (Waiter* waiter = list.first; waiter != nullptr; waiter = waiter->next) waiter->thread->parker_->unpark();
}

Fallible<void> nap_until(Thread& t, int64_t until) {
  Isolate& isolate = Isolate::of(t);
  Turns& turns = isolate.turns;
  if (!make_ready_to_wait(t)) return t.raise_memory_error();
  int64_t left = until < 0 ? -1 : until - turns.host->monotonic_nanoseconds();
  if (until >= 0 && left < 0) left = 0;
  // The budget's clock goes on while nobody runs.
  if (isolate.deadline_nanoseconds() != 0) {
    int64_t most = isolate.deadline_nanoseconds() - isolate.budget_clock()->monotonic_nanoseconds();
    if (most < 0) most = 0;
    if (left < 0 || most < left) left = most;
  }
  Host* host = isolate.config().host;
  bool attention = t.stopping_ || isolate.is_cancelled();
  if (host != nullptr && host->signals != nullptr && isolate.handle_signals_py != nullptr && &t == &isolate.main_thread()) {
    host->signals->set_parker(t.parker_);  // before the look: what comes after it wakes
    attention = attention || isolate.noted_signals != 0 || host->signals->any_noted();
  }
  if (!attention && left != 0) {
    Parker* parker = t.parker_;
    without_turn(t, [&] {
      parker->park(left);
      return 0;
    });
  }
  return safe_point_py(t);
}

Fallible<void> acquire(Thread& t, RecursiveLock& lock) {
  if (lock.depth != 0 && lock.owner != &t)
    TRY(wait_in(t, lock.waiting, -1, [&] { return lock.depth == 0; }));
  lock.owner = &t;
  ++lock.depth;
  return {};
}
bool release(Thread& t, RecursiveLock& lock) {
  if (lock.depth == 0 || lock.owner != &t) return false;
  if (--lock.depth == 0) {
    lock.owner = nullptr;
    wake_first(lock.waiting);
  }
  return true;
}

// ---- Beginning and end. ----

namespace {

struct Beginning {
  Thread* thread;
  void (*run)(Thread&);
};

void unlink_thread(Thread& t) {
  for (Thread** link = &t.isolate().threads; *link != nullptr; link = &(*link)->next_)
    if (*link == &t) {
      *link = t.next_;
      return;
    }
}

// Has the turn, and the thread no frames any more.
void free_thread(Thread* thread) {
  Isolate& isolate = Isolate::of(*thread);
  release_vm_stack(*thread);
  if (thread->parker_ != nullptr) isolate.turns.host->free_parker(thread->parker_);
  delete thread;
  isolate.heap.uncharge(kThreadCost);
}

__attribute__((noinline)) void run_thread(Thread& t, void (*run)(Thread&)) {
  run(t);
  forget_locals_of(t);
}

void begin_thread(void* argument) {
  auto* beginning = static_cast<Beginning*>(argument);
  Thread* thread = beginning->thread;
  void (*run)(Thread&) = beginning->run;
  delete beginning;
  take_turn(*thread);
  Isolate& isolate = Isolate::of(*thread);
  Turns& turns = isolate.turns;
  thread->system_id_ = turns.host->system_id();
  thread->handle_ = turns.host->handle();
  isolate.enter(*thread);
  run_thread(*thread, run);
  isolate.settle_fuel(*thread);
  // The list is read by the holder only, and by cancel() under the mutex.
  turns.mutex->lock();
  unlink_thread(*thread);
  turns.mutex->unlock();
  if (thread != &isolate.main_thread()) free_thread(thread);  // it is, in the child of its fork()
  Mutex* mutex = turns.mutex;
  mutex->lock();
  hand_on(turns);
  mutex->unlock();  // from here on the isolate may be gone
}

}  // namespace

size_t default_stack_bytes(Thread& t) {
  uint64_t python = Isolate::of(t).config().limits.native_stack_bytes;
  size_t bytes = (python == 0 ? kStackReserve : static_cast<size_t>(python)) + kStackReserve;
  return bytes < kLeastStack ? kLeastStack : bytes;
}

Fallible<Thread*> start_thread(Thread& t, void (*run)(Thread&), Value start, Value handle, size_t stack_bytes) {
  Isolate& isolate = Isolate::of(t);
  if (!make_ready_to_wait(t)) {
    if (isolate.turns.host == nullptr)
      return t.raise(core.RuntimeError, "can't start new thread: this isolate was not granted Threads");
    return t.raise_memory_error();
  }
  if (!isolate.heap.charge(kThreadCost)) return t.raise_memory_error();
  auto* beginning = new (std::nothrow) Beginning;
  auto* thread = new (std::nothrow) Thread;
  Parker* parker = isolate.turns.host->new_parker();
  bool began = false;
  if (beginning != nullptr && thread != nullptr && parker != nullptr) {
    if (stack_bytes == 0) stack_bytes = default_stack_bytes(t);
    if (stack_bytes < kLeastStack) stack_bytes = kLeastStack;
    *beginning = {thread, run};
    thread->isolate_ = &isolate;
    thread->parker_ = parker;
    thread->serial_ = isolate.turns.next_serial++;
    thread->stack_bytes_ = stack_bytes;
    thread->own_[Thread::kStart] = start;
    thread->own_[Thread::kHandle] = handle;
    isolate.turns.mutex->lock();
    thread->next_ = isolate.threads;
    isolate.threads = thread;
    isolate.turns.mutex->unlock();
    began = isolate.turns.host->start(begin_thread, beginning, stack_bytes).ok();
    if (!began) {
      isolate.turns.mutex->lock();
      unlink_thread(*thread);
      isolate.turns.mutex->unlock();
    }
  }
  if (began) return thread;
  delete beginning;
  delete thread;
  if (parker != nullptr) isolate.turns.host->free_parker(parker);
  isolate.heap.uncharge(kThreadCost);
  return t.raise(core.RuntimeError, "can't start new thread");
}

int64_t thread_count(const IsolateState& isolate) {
  int64_t count = -1;
  for (const Thread* t = isolate.threads; t != nullptr; t = t->next_) ++count;
  return count;
}

bool Isolate::stop_threads() {
  Thread& t = *main_thread_;
  if (!has_other_threads(t)) return true;
  constexpr int64_t kNap = 5'000'000, kPatience = kSecond / 2;
  int64_t begun = turns.host->monotonic_nanoseconds();
  while (has_other_threads(t)) {
    for (Thread* other = threads; other != nullptr; other = other->next_) {
      if (other == &t) continue;
      other->stopping_ = true;
      other->parker_->unpark();
      if (other->blocked_ && other->handle_ != 0) turns.host->interrupt(other->handle_);
    }
    if (turns.host->monotonic_nanoseconds() - begun > kPatience) return false;
    without_turn(t, [&] {
      t.parker_->park(kNap);
      return 0;
    });
  }
  return true;
}

void forget_other_threads(Thread& t) {
  Isolate& isolate = Isolate::of(t);
  Turns& turns = isolate.turns;
  if (turns.mutex == nullptr) return;
  // Another thread may have been within the mutex: a new one. What the others' memory held stays lost to this process.
  turns.mutex = turns.host->new_mutex();
  turns.first = turns.last = nullptr;
  turns.wanted.store(0, std::memory_order_relaxed);
  turns.holder = &t;
  for (Thread* other = isolate.threads; other != nullptr; other = other->next_) other->forgotten_ = other != &t;
  isolate.threads = &t;
  isolate.adopt_main_thread(t);
  t.next_ = nullptr;
  t.system_id_ = turns.host->system_id();
  t.handle_ = turns.host->handle();
  if (isolate.import_lock.owner != &t) isolate.import_lock = {};
  if (isolate.warning_lock.owner != &t) isolate.warning_lock = {};
  isolate.import_lock.waiting = isolate.warning_lock.waiting = {};
  for (LocalEntry* entry = isolate.local_entries; entry != nullptr; entry = entry->next_entry_)
    if (entry->serial_ != t.serial_) entry->dict_.clear();
}

// ---- Thread-local data. ----

namespace {
void trace_local_entry(Cell* cell, Marker& marker) {
  auto* entry = static_cast<LocalEntry*>(cell);
  marker.visit(entry->sibling_.get());
  marker.visit(entry->dict_.get());
}
}  // namespace

const Layout LocalEntry::kLayout = {.name = "local entry", .trace = trace_local_entry, .base_size = sizeof(LocalEntry)};

void forget_locals_of(Thread& t) {
  for (LocalEntry* entry = Isolate::of(t).local_entries; entry != nullptr; entry = entry->next_entry_)
    if (entry->serial_ == t.serial_) entry->dict_.clear();
}

}  // namespace hog
