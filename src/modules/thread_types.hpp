// thread_types.hpp: the cells of the module _thread.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/turns.hpp"

namespace hog {

class Lock : public Cell {
 public:
  static const Layout kLayout;
  bool locked_;
  WaitList waiting_;
};
// Invariant: owner_ is 0 exactly when count_ is 0.
class RLock : public Cell {
 public:
  static const Layout kLayout;
  int64_t count_;
  uint64_t owner_;
  WaitList waiting_;
};
enum class ThreadState : uint8_t { NotStarted, Starting, Running, Done };
class ThreadHandle : public Cell {
 public:
  static const Layout kLayout;
  uint64_t ident_;
  ThreadState state_;
  bool daemon_;
  WaitList waiting_;
};
// _thread._local. Its attributes are in a dictionary per thread.
class ThreadLocal : public Cell {
 public:
  static const Layout kLayout;
  Field<LocalEntry> entries_;
  Field<Tuple> arguments_;  // for __init__, which each thread that comes by runs
  Field<Dict> keywords_;
};

extern Type* thread_lock_type;
extern Type* thread_rlock_type;
extern Type* thread_local_type;
extern Type* thread_handle_type;
extern const TypeSpec kThreadLocalSpec;

// In the child of a fork(): the handles of the threads that are not there any more are done.
void end_forgotten_threads(Thread& t);

inline uint64_t ident_of(const Thread& t) { return reinterpret_cast<uintptr_t>(&t); }

// ---- Waiting. ----
struct Wait {
  bool blocking;
  int64_t until;   // on turns_clock(); negative: for ever
  double seconds;
};
// blocking= and timeout= of acquire(). Raises as they do.
Fallible<Wait> wait_of_py(Thread& t, Value blocking, Value timeout);
// Without Threads nobody can end the wait: waiting for ever is reported as the deadlock that it is, and a timeout goes by.
Fallible<bool> wait_in_vain_py(Thread& t, const Wait& wait);

}  // namespace hog
