// finalize.cpp: the finaliser table. Registered objects are weak until found dead; then they wait in the queue, alive, until
// a safe point runs them, once.
// Invariant: the arrays are malloc'ed and charged to the isolate's heap; growth that is refused raises MemoryError before
// the object exists for Python.
#include "vm/finalize.hpp"

#include <cstdlib>

#include "object/protocol.hpp"
#include "vm/frame.hpp"
#include "vm/isolate.hpp"

namespace hog {

struct FinalizerTable {
  Cell** watched = nullptr;
  size_t watched_count = 0;
  size_t watched_capacity = 0;
  // Dead objects, due. Room for all watched ones is reserved when they are registered, so that a collection needs none.
  Cell** due = nullptr;
  size_t due_count = 0;
  size_t due_capacity = 0;
  bool running = false;
  size_t registered_since = 0;  // the last collection
  LinkedFinalizer linked;       // the end of the ring of linked cells
  size_t most_linked = 0;       // since the last collection
};

// With gc.disable() a program still counts on its finalisers (in CPython reference counts run them): so many new objects that have one
// are enough to look for the dead.
constexpr size_t kMostRegisteredWhenDisabled = 16'384;

namespace {

Fallible<void> grow(Thread& t, Cell*** array, size_t* capacity, size_t needed) {
  if (needed <= *capacity) return {};
  size_t bigger = *capacity == 0 ? 64 : *capacity * 2;
  while (bigger < needed) bigger *= 2;
  if (!t.heap().charge((bigger - *capacity) * sizeof(Cell*))) return t.raise_memory_error();
  auto* fresh = static_cast<Cell**>(std::realloc(*array, bigger * sizeof(Cell*)));
  if (fresh == nullptr) {
    t.heap().uncharge((bigger - *capacity) * sizeof(Cell*));
    return t.raise_memory_error();
  }
  *array = fresh;
  *capacity = bigger;
  return {};
}

Fallible<FinalizerTable*> table_of(Thread& t) {
  IsolateState& isolate = t.isolate();
  if (isolate.finalizers != nullptr) [[likely]] return isolate.finalizers;
  auto* table = new (std::nothrow) FinalizerTable;
  if (table == nullptr) return t.raise_memory_error();
  table->linked.next_linked_ = table->linked.previous_linked_ = &table->linked;
  return isolate.finalizers = table;
}

// Room for one more that may die. charge() may collect, and the collection moves entries between the arrays: sizes are read after it.
Fallible<void> reserve_due(Thread& t, FinalizerTable* table) {
  return grow(t, &table->due, &table->due_capacity, table->watched_count + table->most_linked + table->due_count + 1);
}

}  // namespace

Fallible<void> link_finalizer(Thread& t, LinkedFinalizer* cell) {
  if (cell->next_linked_ != nullptr) return {};
  FinalizerTable* table = TRY(table_of(t));
  TRY(reserve_due(t, table));
  ++table->most_linked;
  LinkedFinalizer* end = &table->linked;
  cell->previous_linked_ = end;
  cell->next_linked_ = end->next_linked_;
  end->next_linked_->previous_linked_ = cell;
  end->next_linked_ = cell;
  return {};
}

LinkedFinalizer* linked_finalizers_end(IsolateState& isolate) {
  return isolate.finalizers == nullptr ? nullptr : &isolate.finalizers->linked;
}

Fallible<void> register_finalizer(Thread& t, Cell* object) {
  IsolateState& isolate = t.isolate();
  FinalizerTable* table = TRY(table_of(t));
  if (++table->registered_since >= kMostRegisteredWhenDisabled && !isolate.heap.automatic()) isolate.heap.collect();
  TRY(grow(t, &table->watched, &table->watched_capacity, table->watched_count + 1));
  TRY(reserve_due(t, table));
  table->watched[table->watched_count++] = object;
  return {};
}

namespace {

void queue_dead_linked(FinalizerTable* table) {
  size_t kept = 0;
  for (LinkedFinalizer *cell = table->linked.next_linked_, *next; cell != &table->linked; cell = next) {
    next = cell->next_linked_;
    if (Heap::is_marked(cell)) {
      ++kept;
      continue;
    }
    unlink_finalizer(cell);
    if (!cell->watched_) table->due[table->due_count++] = cell;
  }
  table->most_linked = kept;
}

}  // namespace

void queue_dead_finalizers(IsolateState& isolate, Heap&, Marker& marker) {
  FinalizerTable* table = isolate.finalizers;
  if (table == nullptr) return;
  size_t kept = 0;
  for (size_t i = 0; i < table->watched_count; ++i) {
    Cell* cell = table->watched[i];
    if (Heap::is_marked(cell)) {
      table->watched[kept++] = cell;
      continue;
    }
    if (is<Generator>(cell)) {
      // Nothing to run for a generator that never started or is over.
      GeneratorState state = static_cast<Generator*>(cell)->state_;
      bool coroutine_never_awaited = state == GeneratorState::Created &&
                                     static_cast<Generator*>(cell)->kind_ == GeneratorKind::Coroutine;
      if (state != GeneratorState::Suspended && !coroutine_never_awaited) continue;
    }
    table->due[table->due_count++] = cell;
  }
  table->watched_count = kept;
  table->registered_since = 0;
  queue_dead_linked(table);
  for (size_t i = 0; i < table->due_count; ++i) marker.visit(table->due[i]);
}

void trace_finalizers(IsolateState& isolate, Marker& marker) {
  FinalizerTable* table = isolate.finalizers;
  if (table == nullptr) return;
  for (size_t i = 0; i < table->due_count; ++i) marker.visit(table->due[i]);
}

bool finalizers_are_due(const IsolateState& isolate) {
  return isolate.finalizers != nullptr && isolate.finalizers->due_count != 0 && !isolate.finalizers->running;
}

namespace {

// An exception that a finaliser raised, and nobody can catch.
void report_failure_py(Thread& t, Cell* cell) {
  const VmServices* services = t.isolate().services;
  if (is<Generator>(cell)) return services->write_unraisable(t, "Exception ignored while closing generator", Value(cell));
  Value exception = t.take_exception();
  Fallible<Str*> name = Str::intern_utf8(t, "__del__");
  Value method = name.failed() ? Value::absent() : cell->shape()->type()->lookup(t, name.get());
  if (t.has_exception()) t.take_exception();
  (void)t.restore_exception(exception);
  if (method.is_absent()) return services->write_unraisable(t, nullptr, Value(cell));
  services->write_unraisable(t, "Exception ignored while calling deallocator", method);
}

}  // namespace

Fallible<void> run_due_finalizers_py(Thread& t) {
  FinalizerTable* table = t.isolate().finalizers;
  if (table == nullptr || table->running) return {};
  table->running = true;
  Value pending = t.exception_;
  t.exception_ = Value();
  while (table->due_count != 0) {
    Cell* cell = table->due[--table->due_count];
    Fallible<void> done{};
    if (is<Generator>(cell)) {
      done = finalize_generator_py(t, static_cast<Generator*>(cell));
    } else if (auto finalize = cell->shape()->type()->slots().finalize; finalize != nullptr) {
      done = finalize(t, Value(cell));
    }
    if (done.failed()) {
      if (t.terminated()) {
        table->running = false;
        return Failure{};
      }
      report_failure_py(t, cell);
    }
  }
  table->running = false;
  t.exception_ = pending;
  return {};
}

Fallible<void> finalize_chosen_py(Thread& t, FinalizeOrder order, bool (*chosen)(Cell*)) {
  FinalizerTable* table = t.isolate().finalizers;
  if (table == nullptr) return {};
  TRY(run_due_finalizers_py(t));
  RootVector objects(t);
  for (size_t i = 0; i < table->watched_count; ++i)
    if (Cell* cell = table->watched[i]; !is<Generator>(cell) && chosen(cell)) TRY(objects.push(Value(cell)));
  for (size_t n = objects.size(), i = 0; i < n; ++i) {
    TRY(t.poll());
    Value object = objects[order == FinalizeOrder::OldestFirst ? i : n - 1 - i];
    auto finalize = object.cell()->shape()->type()->slots().finalize;
    if (finalize == nullptr || !finalize(t, object).failed()) continue;
    if (t.terminated()) return Failure{};
    t.isolate().services->write_unraisable(t, nullptr, object);
  }
  return run_due_finalizers_py(t);  // what a collection found dead meanwhile
}

void free_finalizers(IsolateState& isolate) {
  FinalizerTable* table = isolate.finalizers;
  if (table == nullptr) return;
  isolate.heap.uncharge((table->watched_capacity + table->due_capacity) * sizeof(Cell*));
  std::free(table->watched);
  std::free(table->due);
  delete table;
  isolate.finalizers = nullptr;
}

}  // namespace hog
