// weak.cpp: the table of weak references and the queue of their callbacks.
// Invariant: the table maps each referent that has weak references to the first of them; neither the referent nor the
// references are kept alive by it. All of it is malloc'ed and charged; a collection only shrinks it.
#include "object/weak.hpp"

#include <cstdlib>
#include <new>

#include "object/protocol.hpp"

namespace hog {

struct WeakTable {
  struct Entry {
    const Cell* referent;  // null: free
    WeakReference* first;
  };
  Entry* entries = nullptr;
  size_t capacity = 0;  // power of two
  size_t count = 0;
  // Dead references whose callbacks wait; alive through trace_weak_callbacks. Room for one more than there are references.
  WeakReference** due = nullptr;
  size_t due_count = 0;
  size_t due_capacity = 0;
  size_t reference_count = 0;  // references with a callback ever listed and not yet dead: bounds `due`
  bool running = false;
};

namespace {

size_t hash_address(const Cell* cell) {
  return (reinterpret_cast<uintptr_t>(cell) >> 4) * size_t{0x9E3779B97F4A7C15} >> 20;
}

WeakTable::Entry* find_entry(WeakTable* table, const Cell* referent) {
  if (table == nullptr || table->capacity == 0) return nullptr;
  for (size_t i = hash_address(referent);; ++i) {
    WeakTable::Entry* entry = &table->entries[i & (table->capacity - 1)];
    if (entry->referent == referent) return entry;
    if (entry->referent == nullptr) return nullptr;
  }
}

void put_entry(WeakTable::Entry* entries, size_t capacity, const Cell* referent, WeakReference* first) {
  size_t i = hash_address(referent);
  while (entries[i & (capacity - 1)].referent != nullptr) ++i;
  entries[i & (capacity - 1)] = {referent, first};
}

Fallible<void> grow_table(Thread& t, WeakTable* table) {
  if ((table->count + 1) * 2 <= table->capacity) return {};
  size_t capacity = table->capacity == 0 ? 64 : table->capacity * 2;
  if (!t.heap().charge(capacity * sizeof(WeakTable::Entry))) return t.raise_memory_error();
  auto* entries = static_cast<WeakTable::Entry*>(std::calloc(capacity, sizeof(WeakTable::Entry)));
  if (entries == nullptr) {
    t.heap().uncharge(capacity * sizeof(WeakTable::Entry));
    return t.raise_memory_error();
  }
  // charge() may have collected and removed entries: what is moved is read now.
  for (size_t i = 0; i < table->capacity; ++i)
    if (table->entries[i].referent != nullptr)
      put_entry(entries, capacity, table->entries[i].referent, table->entries[i].first);
  std::free(table->entries);
  t.heap().uncharge(table->capacity * sizeof(WeakTable::Entry));
  table->entries = entries;
  table->capacity = capacity;
  return {};
}

Fallible<void> reserve_due(Thread& t, WeakTable* table) {
  size_t needed = table->reference_count + table->due_count + 1;
  if (needed <= table->due_capacity) return {};
  size_t capacity = table->due_capacity == 0 ? 32 : table->due_capacity * 2;
  while (capacity < needed) capacity *= 2;
  size_t more = (capacity - table->due_capacity) * sizeof(WeakReference*);
  if (!t.heap().charge(more)) return t.raise_memory_error();
  auto* due = static_cast<WeakReference**>(std::realloc(table->due, capacity * sizeof(WeakReference*)));
  if (due == nullptr) {
    t.heap().uncharge(more);
    return t.raise_memory_error();
  }
  table->due = due;
  table->due_capacity = capacity;
  return {};
}

// 0: the plain reference without callback, 1: such a proxy, of both of which there is one each; 2: any other.
int sharing_rank(const WeakReference* reference) {
  if (!reference->callback_.get().is_empty()) return 2;
  const Type* type = reference->shape()->type();
  if (type == core.weakref) return 0;
  return type == core.weak_proxy || type == core.weak_callable_proxy ? 1 : 2;
}

void trace_weak_reference(Cell* cell, Marker& marker) {
  marker.visit_word(static_cast<WeakReference*>(cell)->callback_.get().raw());
}

}  // namespace

const Layout WeakReference::kLayout = {.name = "weakref", .trace = trace_weak_reference, .base_size = sizeof(WeakReference)};

WeakReference* first_weak_reference(IsolateState& isolate, const Cell* referent) {
  WeakTable::Entry* entry = find_entry(isolate.weak_table, referent);
  return entry == nullptr ? nullptr : entry->first;
}

Fallible<WeakReference*> make_weak_reference(Thread& t, Type* type, Value referent, Value callback) {
  Type* referent_type = type_of(referent);
  if (!referent.is_cell() || !referent_type->has(type_flag::kWeakReferences))
    return t.raise_type_error("cannot create weak reference to '{}' object", referent_type);
  IsolateState& isolate = t.isolate();
  if (isolate.weak_table == nullptr) {
    isolate.weak_table = new (std::nothrow) WeakTable;
    if (isolate.weak_table == nullptr) return t.raise_memory_error();
  }
  auto* reference = static_cast<WeakReference*>(TRY(new_instance(t, type)));
  WeakTable* table = isolate.weak_table;
  TRY(grow_table(t, table));
  bool has_callback = !callback.is_absent() && !callback.is_none();
  if (has_callback) TRY(reserve_due(t, table));
  reference->referent_ = referent.cell();
  if (has_callback) {
    reference->callback_.set(reference, callback);
    ++table->reference_count;
  }
  WeakTable::Entry* entry = find_entry(table, referent.cell());
  if (entry != nullptr) {
    // The reference and the proxy that are shared come first, then the others, the newest before the older.
    WeakReference** link = &entry->first;
    while (*link != nullptr && sharing_rank(*link) < sharing_rank(reference)) link = &(*link)->next_;
    reference->next_ = *link;
    *link = reference;
  } else {
    put_entry(table->entries, table->capacity, referent.cell(), reference);
    ++table->count;
  }
  return reference;
}

void clear_dead_weak_references(IsolateState& isolate, Heap&, Marker& marker) {
  WeakTable* table = isolate.weak_table;
  if (table == nullptr) return;
  for (size_t i = 0; i < table->capacity; ++i) {
    WeakTable::Entry& entry = table->entries[i];
    if (entry.referent == nullptr || Heap::is_marked(entry.referent)) continue;
    for (WeakReference* r = entry.first; r != nullptr;) {
      WeakReference* next = r->next_;
      r->referent_ = nullptr;
      r->next_ = nullptr;
      if (!r->callback_.get().is_empty()) {
        --table->reference_count;
        // A reference that is itself dead has nobody to call.
        if (Heap::is_marked(r)) table->due[table->due_count++] = r;
      }
      r = next;
    }
    entry.first = nullptr;
  }
  for (size_t i = 0; i < table->due_count; ++i) marker.visit(table->due[i]);
}

void clear_dead_weak_entries(IsolateState& isolate) {
  WeakTable* table = isolate.weak_table;
  if (table == nullptr || table->capacity == 0) return;
  bool removed = false;
  for (size_t i = 0; i < table->capacity; ++i) {
    WeakTable::Entry& entry = table->entries[i];
    if (entry.referent == nullptr) continue;
    WeakReference** link = &entry.first;
    while (WeakReference* r = *link) {
      if (Heap::is_marked(r)) {
        link = &r->next_;
        continue;
      }
      if (!r->callback_.get().is_empty()) --table->reference_count;
      *link = r->next_;
    }
    if (entry.first == nullptr) removed = true;
  }
  if (!removed) return;
  // Linear probing leaves no holes: what stays is put in anew. In place, from a copy when memory allows, else later.
  auto* fresh = static_cast<WeakTable::Entry*>(std::calloc(table->capacity, sizeof(WeakTable::Entry)));
  if (fresh == nullptr) {
    // Without memory the dead entries stay as entries of a referent that no live cell is: their key must not match a new
    // cell at the same address, so the table is rebuilt in place by insertion from a rotating start.
    size_t mask = table->capacity - 1;
    size_t start = 0;
    while (table->entries[start].referent != nullptr) ++start;
    for (size_t step = 1; step <= mask; ++step) {
      size_t i = (start + step) & mask;
      WeakTable::Entry entry = table->entries[i];
      if (entry.referent == nullptr) continue;
      table->entries[i] = {};
      if (entry.first != nullptr) put_entry(table->entries, table->capacity, entry.referent, entry.first);
      else --table->count;
    }
    return;
  }
  size_t count = 0;
  for (size_t i = 0; i < table->capacity; ++i) {
    WeakTable::Entry& entry = table->entries[i];
    if (entry.referent == nullptr || entry.first == nullptr) continue;
    put_entry(fresh, table->capacity, entry.referent, entry.first);
    ++count;
  }
  std::free(table->entries);
  table->entries = fresh;
  table->count = count;
}

void trace_weak_callbacks(IsolateState& isolate, Marker& marker) {
  WeakTable* table = isolate.weak_table;
  if (table == nullptr) return;
  for (size_t i = 0; i < table->due_count; ++i) marker.visit(table->due[i]);
}

bool weak_callbacks_are_due(const IsolateState& isolate) {
  return isolate.weak_table != nullptr && isolate.weak_table->due_count != 0 && !isolate.weak_table->running;
}

Fallible<void> run_due_weak_callbacks_py(Thread& t) {
  WeakTable* table = t.isolate().weak_table;
  if (table == nullptr || table->running) return {};
  table->running = true;
  Value pending = t.exception_;
  t.exception_ = Value();
  while (table->due_count != 0) {
    WeakReference* reference = table->due[--table->due_count];
    Value callback = reference->callback_.get();
    if (callback.is_empty()) continue;
    reference->callback_.clear();
    if (call_py(t, callback, Value(reference)).failed()) {
      if (t.terminated()) {
        table->running = false;
        return Failure{};
      }
      t.isolate().services->write_unraisable(t, "Exception ignored while calling weakref callback", callback);
    }
  }
  table->running = false;
  t.exception_ = pending;
  return {};
}

void free_weak_table(IsolateState& isolate) {
  WeakTable* table = isolate.weak_table;
  if (table == nullptr) return;
  isolate.heap.uncharge(table->capacity * sizeof(WeakTable::Entry) + table->due_capacity * sizeof(WeakReference*));
  std::free(table->entries);
  std::free(table->due);
  delete table;
  isolate.weak_table = nullptr;
}

}  // namespace hog
