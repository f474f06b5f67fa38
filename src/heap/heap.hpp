// heap.hpp: the isolate's memory. Non-moving, size-segregated blocks; mark-sweep with a side bitmap; conservative
// roots from the native stack, precise ones from HeapHooks.
//
// Rules:
//  1. allocate() is the only way to a cell. It charges real bytes (the size class, not the request) against the limit,
//     collects when due, and returns null when the limit stays exceeded: the caller turns that into MemoryError.
//  2. A new cell's memory is zeroed. Its shape is set before allocate() returns, so that a collection can trace it.
//  3. Collections happen only inside allocate(), charge() and collect(); `_nogc` functions never call these.
//  4. Marking uses an explicit worklist that cannot fail: when it cannot grow it falls back to rescanning blocks.
//  5. Pointers into the inside of a cell keep it alive when found on the native stack or in saved registers.
//  6. Permanent heaps (Heap::Permanent) hold cells made once per process; they are never collected or written after
//     seal(), and cells in them count as marked, so that marking from any isolate stops there.
#pragma once

#include "base/arena.hpp"
#include "heap/cell.hpp"

namespace hog {

class Heap;
class Block;

// Handed to Layout::trace and to the hooks.
class Marker {
 public:
  explicit Marker(Heap& heap) : heap_(heap) {}
  // A reference that may be null or (for words) not a cell at all.
  void visit(const Cell* cell) {
    if (cell != nullptr) mark(const_cast<Cell*>(cell));
  }
  void visit_word(uint64_t word) {
    if (word_is_cell(word)) mark(reinterpret_cast<Cell*>(word));
  }
  void visit_words(const uint64_t* words, size_t count) {
    for (size_t i = 0; i < count; ++i) visit_word(words[i]);
  }
  // A range of native memory whose words may or may not be (interior) pointers to cells.
  void visit_conservatively(const void* low, const void* high);

 private:
  friend class Heap;
  void mark(Cell* cell);
  Heap& heap_;
};

// What the owner of the heap (the isolate) adds to a collection. Called in this order.
class HeapHooks {
 public:
  // Precise roots: VM stacks, module table, interned tables that are strong, pending exceptions, handles.
  virtual void trace_roots(Marker& marker) = 0;
  // Everything reachable from the roots is marked; nothing is swept yet. Clears weak references to unmarked cells and
  // queues their callbacks, queues unmarked cells that have a finaliser and marks them (they are resurrected until it has
  // run). Whatever is marked here is traced before the next hook runs.
  virtual void process_unreachable(Heap& heap, Marker& marker) = 0;
  // Last look before the sweep: drop unmarked cells from weak tables (interned strings, shape transitions, caches).
  virtual void clear_weak_tables(Heap& heap) = 0;
  // The collection is over (statistics; arrange for queued finalisers to run at the next safe point).
  virtual void collected(Heap& heap) = 0;
  // [low, high) of each parked thread's native stack, and registers, are visited by the implementation of this hook.
  virtual void trace_native_stacks(Marker& marker, const void* current_stack_pointer) = 0;

 protected:
  ~HeapHooks() = default;
};

struct HeapStatistics {
  uint64_t collections = 0;
  uint64_t bytes_in_use = 0;       // blocks' live cells at the last collection plus what was allocated since
  uint64_t bytes_external = 0;     // charged by charge()
  uint64_t bytes_from_system = 0;  // blocks held, free or not
  uint64_t peak_bytes = 0;         // of bytes_in_use + bytes_external
};

class Heap {
 public:
  enum class Mode : uint8_t { Isolate, Permanent };
  static constexpr size_t kBlockSize = 16 * 1024;
  static constexpr size_t kLargestSmallCell = 2048;
  static constexpr size_t kCellAlignment = 16;

  explicit Heap(Mode mode = Mode::Isolate);
  ~Heap();  // frees every block wholesale; runs Layout::destroy where there is one, and no Python
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  void set_hooks(HeapHooks* hooks) { hooks_ = hooks; }
  // 0 = unlimited. Lowering it below what is in use makes the next allocation fail unless a collection helps.
  void set_limit(uint64_t bytes);
  uint64_t limit() const { return limit_; }

  // A zeroed cell of at least `bytes`, with its shape set; null when over the limit even after a collection.
  // May collect. `bytes` is checked against overflow by the caller only up to SIZE_MAX: any value is safe to pass.
  Cell* allocate(size_t bytes, Shape* shape) {
    if (bytes <= kLargestSmallCell) [[likely]] {
      size_t index = (bytes + kCellAlignment - 1) / kCellAlignment;
      FreeList& list = free_lists_[kClassOfIndex[index]];
      if (FreeCell* cell = list.head) [[likely]] {
        list.head = cell->next;
        return finish_small(cell, list, shape);
      }
    }
    return allocate_slow(bytes, shape);
  }

  // Bytes that a cell really occupies (its size class or large allocation).
  size_t cell_size(const Cell* cell) const;

  // Memory outside cells that belongs to the isolate (arenas, VM stacks, library streams). False = refused (limit).
  // May collect. uncharge never fails and never collects.
  [[nodiscard]] bool charge(size_t bytes);
  void uncharge(size_t bytes);
  // Would `bytes` more fit under the limit? Never collects.
  bool would_fit(uint64_t bytes) const;

  void collect();
  bool is_collecting() const { return collecting_; }
  // While non-zero no collection runs (allocation may then exceed its trigger, never its limit).
  void forbid_collection() { ++no_collect_; }
  void allow_collection() { --no_collect_; }
  // gc.disable(): automatic collections stop except when the limit is hit.
  void set_automatic(bool on) { automatic_ = on; }
  bool automatic() const { return automatic_; }

  static bool is_marked(const Cell* cell);  // valid from the hooks only; permanent cells are always marked
  static bool is_permanent(const Cell* cell);
  // The cell that contains the address, or null: the conservative test. Any word is safe to pass.
  Cell* cell_at(uintptr_t address) const;

  // Calls visit(context, cell) for every live cell (gc.get_objects, debugging). Sweeps first; may not allocate within.
  void for_each_cell(void (*visit)(void* context, Cell* cell), void* context);

  // Permanent mode only: makes everything read-only in spirit (all mark bits set), after which nothing is allocated.
  void seal();

  const HeapStatistics& statistics() const { return statistics_; }

  // Not for use: members of the inline fast path, a write barrier's future home.
  struct FreeCell {
    uint64_t zero;  // a free cell's first word stays null
    FreeCell* next;
  };
  struct FreeList {
    FreeCell* head = nullptr;
    uint32_t cell_size = 0;
  };

 private:
  friend class Marker;
  static constexpr size_t kClassCount = 28;
  static const uint8_t kClassOfIndex[kLargestSmallCell / kCellAlignment + 1];
  Cell* finish_small(FreeCell* cell, FreeList& list, Shape* shape);
  Cell* allocate_slow(size_t bytes, Shape* shape);

  FreeList free_lists_[kClassCount];
  HeapHooks* hooks_ = nullptr;
  uint64_t limit_ = 0;
  uint32_t no_collect_ = 0;
  bool collecting_ = false;
  bool automatic_ = true;
  Mode mode_;
  HeapStatistics statistics_;
  struct Impl;  // block tables, large cells, worklist, sweep cursor: heap.cpp
  Impl* impl_;
};

// Every store of a reference into a cell goes through here, so that a write barrier has one place to live.
// `owner` is the cell that holds the field.
template <typename T>
class Field {
 public:
  Field() = default;
  T* get() const { return pointer_; }
  T* operator->() const { return pointer_; }
  explicit operator bool() const { return pointer_ != nullptr; }
  void set([[maybe_unused]] const Cell* owner, T* pointer) { pointer_ = pointer; }
  void clear() { pointer_ = nullptr; }

 private:
  T* pointer_;
};

}  // namespace hog
