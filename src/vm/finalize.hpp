// finalize.hpp: objects with finalisers (__del__, generators that are suspended) and what runs for them.
#pragma once

#include "object/thread.hpp"

namespace hog {

// A cell whose finaliser matters for a part of its life only (a future while nobody has seen its exception): it is linked for that
// time, weakly, and dies like any other cell afterwards.
class LinkedFinalizer : public Cell {
 public:
  LinkedFinalizer* next_linked_;      // null: not linked. Not traced
  LinkedFinalizer* previous_linked_;
  bool watched_;  // registered as well (a subclass has __del__): its death is no news
};
Fallible<void> link_finalizer(Thread& t, LinkedFinalizer* cell);
inline void unlink_finalizer(LinkedFinalizer* cell) {
  if (cell->next_linked_ == nullptr) return;
  cell->next_linked_->previous_linked_ = cell->previous_linked_;
  cell->previous_linked_->next_linked_ = cell->next_linked_;
  cell->next_linked_ = cell->previous_linked_ = nullptr;
}
// The linked cells, the newest first: from linked_finalizers_end()->next_linked_ until it comes round. Null: none ever was.
LinkedFinalizer* linked_finalizers_end(IsolateState& isolate);

// Called by services->register_finalizer.
Fallible<void> register_finalizer(Thread& t, Cell* object);
// From HeapHooks::process_unreachable: moves dead objects to the queue and keeps them alive once more.
void queue_dead_finalizers(IsolateState& isolate, Heap& heap, Marker& marker);
void trace_finalizers(IsolateState& isolate, Marker& marker);
bool finalizers_are_due(const IsolateState& isolate);
// Where any Python code may run, and other threads, and only there: between two instructions of a program, at its calls, where it
// waits. What poll() does, then the turn is passed to another thread that wants it, signals are handled, finalisers and weak
// callbacks that are due run. A native in mid-work polls, and nobody meddles with what it works on.
Fallible<void> safe_point_py(Thread& t);
// poll() for natives whose work may be long and that hold nothing anybody could change: the slow path is a safe point.
inline Fallible<void> poll_py(Thread& t, int64_t steps) {
  t.fuel_ -= steps;
  if (t.fuel_ <= 0 || t.isolate().interrupt.load(std::memory_order_relaxed) != 0) [[unlikely]] return safe_point_py(t);
  return {};
}
// At a safe point: runs what is queued. Exceptions are reported as unraisable; only a termination fails.
Fallible<void> run_due_finalizers_py(Thread& t);
// At the end of a program: runs the finalisers of the watched objects that are chosen, whether anybody still refers to them or
// not. Generators are never chosen: nothing waits for what they hold.
enum class FinalizeOrder : uint8_t { OldestFirst, NewestFirst };
Fallible<void> finalize_chosen_py(Thread& t, FinalizeOrder order, bool (*chosen)(Cell*));
void free_finalizers(IsolateState& isolate);

}  // namespace hog
