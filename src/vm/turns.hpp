// turns.hpp: the threads of an isolate take turns. Who has the turn may touch the heap and run Python; nobody else may.
//
// Invariants:
//  1. A thread without its turn has parked_at_ set: its native stack from there up is scanned by another's collection. One that has
//     not begun yet has no stack (native_stack_base_ is 0).
//  2. The turn is handed on in the order in which it was asked for. It is given up at a poll when its time is over
//     (sys.setswitchinterval) and somebody waits, and around calls that may block.
//  3. An isolate with one thread never locks anything.
//  4. What threads wait for (a lock, an item, an end) is read and written by the one who has the turn; waking is only a hint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "heap/heap.hpp"
#include "object/thread.hpp"

namespace hog {

class Clock;
class Threads;
class Mutex;
class Dict;

// Who has the turn and who wants it. What is marked * is guarded by the mutex.
struct Turns {
  Threads* host = nullptr;  // null: no thread may be started
  Mutex* mutex = nullptr;
  Thread* holder = nullptr;                       // *
  Thread *first = nullptr, *last = nullptr;       // * the queue
  std::atomic<uint32_t> wanted{0};                // length of the queue
  int64_t began = 0;                              // when this turn began
  uint64_t next_serial = 1;
  bool closed = false;                            // * the isolate is given up: nobody gets a turn any more
};

inline bool has_other_threads(const Thread& t) { return t.isolate().threads->next_ != nullptr; }

void leave_turn(Thread& t, const void* stack_pointer);
void take_turn(Thread& t);

// call(), and others may have their turn meanwhile. `call` must not touch the heap; it may move bytes in a cell that the caller keeps.
template <typename Call>
auto without_turn(Thread& t, Call call) -> decltype(call()) {
  using Result = decltype(call());
  if (!has_other_threads(t)) return call();
  struct Context {
    Thread& t;
    Call& call;
    Result result;
  } context{t, call, {}};
  t.blocked_ = true;
  spill_registers_and_call(
      [](void* raw, const void* stack_pointer) {
        auto* c = static_cast<Context*>(raw);
        leave_turn(c->t, stack_pointer);
        c->result = c->call();
        take_turn(c->t);
      },
      &context);
  t.blocked_ = false;
  return context.result;
}

// Lets the others run. Fails as a poll does.
void pass_turn(Thread& t);

// The threads that wait for the same thing, first come first. One may wait for a second thing while it waits for the first: in a
// handler of a signal.
struct Waiter {
  Thread* thread;
  Waiter* next;
};
struct WaitList {
  Waiter* first = nullptr;
};
void enlist(Waiter& waiter, WaitList& list);
void unlist(Waiter& waiter, WaitList& list);
void wake_first(WaitList& list);
void wake_all(WaitList& list);

// May this thread wait at all? Without Threads nobody could ever end it.
bool can_wait(Thread& t);
int64_t turns_clock(Thread& t);
// Sleeps, without the turn, until it is woken, or the time has come (negative: no end), or earlier; then polls.
Fallible<void> nap_until(Thread& t, int64_t until);

// Waits until `ready()`; false when the time has come first. `ready` runs with the turn.
template <typename Ready>
Fallible<bool> wait_in(Thread& t, WaitList& list, int64_t until, Ready ready) {
  Waiter waiter{&t, nullptr};
  enlist(waiter, list);
  for (;;) {
    bool is_ready = ready();
    if (is_ready || (until >= 0 && turns_clock(t) >= until)) {
      unlist(waiter, list);
      return is_ready;
    }
    if (nap_until(t, until).failed()) break;
  }
  unlist(waiter, list);
  if (ready()) wake_first(list);  // the hint was for another
  return Failure{};
}

// A lock that its owner may take again. Without other threads it only counts.
struct RecursiveLock {
  Thread* owner = nullptr;
  int64_t depth = 0;
  WaitList waiting;
};
Fallible<void> acquire(Thread& t, RecursiveLock& lock);
bool release(Thread& t, RecursiveLock& lock);  // false: it is not this thread's

// A new thread of the isolate that runs `run` with own_[kStart] = start and own_[kHandle] = handle. RuntimeError when there can be none.
Fallible<Thread*> start_thread(Thread& t, void (*run)(Thread&), Value start, Value handle, size_t stack_bytes);
size_t default_stack_bytes(Thread& t);
int64_t thread_count(const IsolateState& isolate);
// In the child of a fork() there is this thread alone.
void forget_other_threads(Thread& t);
// Every thread gets a parker and a mutex when it first needs one. False: no Threads, or no memory.
bool make_ready_to_wait(Thread& t);

// What one thread keeps in one `_thread._local`. Weak in the isolate's chain, strong in the local's.
class LocalEntry : public Cell {
 public:
  static const Layout kLayout;
  LocalEntry* next_entry_;      // of the isolate, weak
  Field<LocalEntry> sibling_;   // of the same local
  Field<Dict> dict_;            // null: the thread is over
  uint64_t serial_;
};
void forget_locals_of(Thread& t);

}  // namespace hog
