// thread_types.hpp: the cells of the module _thread.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

class Lock : public Cell {
 public:
  static const Layout kLayout;
  bool locked_;
};
// Invariant: owner_ is 0 exactly when count_ is 0.
class RLock : public Cell {
 public:
  static const Layout kLayout;
  int64_t count_;
  uint64_t owner_;
};
class ThreadHandle : public Cell {
 public:
  static const Layout kLayout;
  uint64_t ident_;
  bool started_;
  bool done_;
};

extern Type* thread_lock_type;
extern Type* thread_rlock_type;
extern Type* thread_local_type;
extern Type* thread_handle_type;

}  // namespace hog
