// finalize.hpp: objects with finalisers (__del__, generators that are suspended) and what runs for them.
#pragma once

#include "object/thread.hpp"

namespace hog {

// Called by services->register_finalizer.
Fallible<void> register_finalizer(Thread& t, Cell* object);
// From HeapHooks::process_unreachable: moves dead objects to the queue and keeps them alive once more.
void queue_dead_finalizers(IsolateState& isolate, Heap& heap, Marker& marker);
void trace_finalizers(IsolateState& isolate, Marker& marker);
bool finalizers_are_due(const IsolateState& isolate);
// At a safe point: runs what is queued. Exceptions are reported as unraisable; only a termination fails.
Fallible<void> run_due_finalizers_py(Thread& t);
// At the end of a program: runs the finalisers of the watched objects that are chosen, whether anybody still refers to them or
// not. Generators are never chosen: nothing waits for what they hold.
enum class FinalizeOrder : uint8_t { OldestFirst, NewestFirst };
Fallible<void> finalize_chosen_py(Thread& t, FinalizeOrder order, bool (*chosen)(Cell*));
void free_finalizers(IsolateState& isolate);

}  // namespace hog
