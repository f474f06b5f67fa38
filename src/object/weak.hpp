// weak.hpp: weak references by referent, in a side table of the isolate (so that any cell may have them), and the queue of
// callbacks that are due.
#pragma once

#include "object/thread.hpp"

namespace hog {

class WeakReference : public Cell {
 public:
  static const Layout kLayout;
  Cell* referent_;         // not traced; null when dead
  ValueField callback_;    // empty: none
  WeakReference* next_;    // of the same referent; not traced
  uint64_t hash_;
  bool has_hash_;
};

Fallible<WeakReference*> make_weak_reference(Thread& t, Type* type, Value referent, Value callback_or_absent);
// First of the referent's weak references, or null.
WeakReference* first_weak_reference(IsolateState& isolate, const Cell* referent);

// weakref.proxy(): shares an existing one without callback.
Fallible<Value> make_weak_proxy(Thread& t, Value referent, Value callback_or_absent);

// From the collector's hooks. An object that a finaliser will resurrect loses its weak references first, as in CPython.
void clear_dead_weak_references(IsolateState& isolate, Heap& heap, Marker& marker);
void clear_dead_weak_entries(IsolateState& isolate);
void trace_weak_callbacks(IsolateState& isolate, Marker& marker);
bool weak_callbacks_are_due(const IsolateState& isolate);
Fallible<void> run_due_weak_callbacks_py(Thread& t);
void free_weak_table(IsolateState& isolate);

}  // namespace hog
