// library_memory.hpp: memory for C libraries, charged to an isolate's heap. Libraries free without saying how much, so each
// piece remembers its size. The opaque pointer of these functions is the Heap: it outlives every cell, so that
// Layout::destroy may free through it while the isolate is torn down.
#pragma once

#include "object/thread.hpp"

namespace hog {

void* allocate_for_library(void* heap, size_t bytes);  // null when the limit is reached
void free_for_library(void* heap, void* memory);       // memory may be null
void* reallocate_for_library(void* heap, void* memory, size_t bytes);

// An object whose library state one thread at a time may work on: work polls, and a poll may let others run.
class InUse {
 public:
  InUse(Thread& t, Thread** owner) : t_(t), owner_(owner) {}
  ~InUse() {
    if (held_) *owner_ = nullptr;
  }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;
  // Waits for other threads. A finaliser or signal handler that comes back to what its own thread is in the midst of cannot wait.
  Fallible<void> acquire();

 private:
  Thread& t_;
  Thread** owner_;
  bool held_ = false;
};

}  // namespace hog
