// heap.hpp: the isolate's memory. Non-moving, size-segregated blocks; mark-sweep with a side bitmap;
// conservative roots from the native stack, precise ones from HeapHooks.
//
// Rules:
//  1. allocate() is the only way to a cell. It charges real bytes (the size class, not the request) against
//     the limit, collects when due, and returns null when the limit stays exceeded: the caller turns that
//     into MemoryError.
//  2. A new cell's memory is zeroed. Its shape is set before allocate() returns, so that a collection can
//     trace it.
//  3. Collections happen only inside allocate(), charge() and collect(); `_nogc` functions never call these.
//  4. Marking uses an explicit worklist that cannot fail: when it cannot grow it falls back to rescanning
//     blocks.
//  5. Pointers into the inside of a cell keep it alive when found on the native stack or in saved registers.
//  6. Permanent heaps (Heap::Permanent) hold cells made once per process; they are never collected or written
//     after seal(), and cells in them count as marked, so that marking from any isolate stops there.
//
// How it could become generational (it is not): mark bits that are not cleared before a minor collection make
// every survivor old; the young are the cells behind a block's frontier without a live bit. The write barrier
// would go into Field::set and its siblings in object/: when `owner` is marked and the stored cell is not,
// push `owner` on a list that the next minor collection traces again. Nothing else would have to know.
#pragma once

#include "base/arena.hpp"
#include "heap/block.hpp"
#include "heap/cell.hpp"
#include "heap/page_table.hpp"

namespace hog {

class Heap;

// Handed to Layout::trace and to the hooks.
class Marker {
 public:
  // A reference that may be null or (for words) not a cell at all.
  void visit(const Cell* cell) {
    if (cell != nullptr) mark(const_cast<Cell*>(cell));
  }
  void visit_word(uint64_t word) {
    if (word_is_cell(word)) mark(reinterpret_cast<Cell*>(word));
  }
  void visit_words(const uint64_t* words, size_t count) {
    constexpr size_t kDistance = 8;
    size_t i = 0;
    for (; i + kDistance < count; ++i) {
      if (word_is_cell(words[i + kDistance])) Block::prefetch_mark(words[i + kDistance]);
      visit_word(words[i]);
    }
    for (; i < count; ++i) visit_word(words[i]);
  }
  // A range of native memory whose words may or may not be (interior) pointers to cells.
  void visit_conservatively(const void* low, const void* high);
  // Traces whatever was marked so far: for a hook that wants to know what its marking led to.
  void drain();

 private:
  friend class Heap;
  struct Segment;
  using Visitor = void (*)(void* context, Cell* cell);

  explicit Marker(Heap& heap) : heap_(heap) {}
  Marker(Heap& heap, Visitor visitor, void* context) : heap_(heap), visitor_(visitor), context_(context) {}
  Marker(const Marker&) = delete;

  void mark(Cell* cell) {
    if (visitor_ != nullptr) [[unlikely]]
      return visitor_(context_, cell);
    if (!Block::set_mark(cell)) return;
    if (top_ == end_) [[unlikely]]
      return push_slow(cell);
    *top_++ = cell;
  }
  void push_slow(Cell* cell);
  Cell* pop();
  void trace(Cell* cell);
  void drain_worklist();
  void rescan_blocks();
  void release_segments();

  Heap& heap_;
  Visitor visitor_ = nullptr;
  void* context_ = nullptr;
  Cell** top_ = nullptr;
  Cell** end_ = nullptr;
  Segment* segment_ = nullptr;
  size_t segments_ = 0;
  bool overflowed_ = false;
};

// What the owner of the heap (the isolate) adds to a collection. Called in this order.
class HeapHooks {
 public:
  // Precise roots: VM stacks, module table, interned tables that are strong, pending exceptions, handles.
  virtual void trace_roots(Marker& marker) = 0;
  // Everything reachable from the roots is marked; nothing is swept yet. Clears weak references to unmarked
  // cells and queues their callbacks, queues unmarked cells that have a finaliser and marks them (they are
  // resurrected until it has run). Whatever is marked here is traced before the next hook runs.
  virtual void process_unreachable(Heap& heap, Marker& marker) = 0;
  // Last look before the sweep: drop unmarked cells from weak tables (interned strings, shape transitions,
  // caches).
  virtual void clear_weak_tables(Heap& heap) = 0;
  // The collection is over (statistics; arrange for queued finalisers to run at the next safe point).
  virtual void collected(Heap& heap) = 0;
  // [low, high) of each parked thread's native stack, and registers, are visited by the implementation of
  // this hook.
  virtual void trace_native_stacks(Marker& marker, const void* current_stack_pointer) = 0;

 protected:
  ~HeapHooks() = default;
};

struct HeapStatistics {
  uint64_t collections = 0;
  uint64_t bytes_in_use = 0;       // blocks' live cells at the last collection plus what was allocated since
  uint64_t bytes_external = 0;     // charged by charge()
  uint64_t bytes_from_system = 0;  // blocks and large cells held, free, spare or not, and the heap's own tables
  uint64_t peak_bytes = 0;         // of bytes_in_use + bytes_external
};

// Calls fn(context, stack_pointer) with all callee-saved registers spilled to the stack above stack_pointer.
// A thread that parks itself (blocking call, end of its turn) records its stack this way.
void spill_registers_and_call(void (*fn)(void* context, const void* stack_pointer), void* context);

// The stack pointer where this is called, that is, the lowest address of the calling function's frame.
uintptr_t stack_pointer_here();
// fn(context), with nothing left in the callee-saved registers of what its callers kept there.
void call_with_clear_registers(void (*fn)(void* context), void* context);

class Heap {
 public:
  enum class Mode : uint8_t { Isolate, Permanent };
  static constexpr size_t kBlockSize = heap_detail::kBlockBytes;
  static constexpr size_t kLargestSmallCell = heap_detail::kLargestInlineCell;
  static constexpr size_t kCellAlignment = heap_detail::kGranule;

  explicit Heap(Mode mode = Mode::Isolate);
  ~Heap();  // frees every block wholesale; runs Layout::destroy where there is one, and no Python
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  void set_hooks(HeapHooks* hooks) { hooks_ = hooks; }  // nothing is ever collected without hooks
  // 0 = unlimited. What counts is bytes_from_system + bytes_external, so that fragmentation cannot defeat it.
  // Lowering it below what is in use makes the next allocation fail unless a collection helps.
  void set_limit(uint64_t bytes);
  uint64_t limit() const { return limit_; }

  // A zeroed cell of at least `bytes`, with its shape set; null when over the limit even after a collection.
  // May collect. `bytes` is checked against overflow by the caller only up to SIZE_MAX: any value is safe to
  // pass. `shape` may be null for the first cells of a bootstrap: such a cell is invisible to cell_at() until
  // it gets its shape.
  Cell* allocate(size_t bytes, Shape* shape) {
    if (bytes <= kLargestSmallCell && !has_destroy(shape)) [[likely]]
      return allocate_plain(bytes, shape);
    return allocate_slow(bytes, shape);
  }
  // The same for a shape whose layout is known to have no destroy; saves two loads.
  Cell* allocate_plain(size_t bytes, Shape* shape) {
    if (bytes <= kLargestSmallCell) [[likely]] {
      unsigned size_class = heap_detail::class_of(bytes);
      Run& run = runs_[size_class];
      uintptr_t at = run.cursor;
      if (at != run.limit) [[likely]] {
        run.cursor = at + heap_detail::kCellSizes[size_class];
        Cell* cell = reinterpret_cast<Cell*>(at);
        cell->shape_ = shape;
        return cell;
      }
    }
    return allocate_slow(bytes, shape);
  }

  // The same for a cell without references whose maker fills it before anything else can read it: a large one comes with its
  // first kClearedBytes zeroed and the rest as it was.
  Cell* allocate_unfilled(size_t bytes, Shape* shape) {
    if (bytes <= heap_detail::kLargestBlockCell) [[likely]] return allocate_plain(bytes, shape);
    return allocate_unfilled_slow(bytes, shape);
  }
  static constexpr size_t kClearedBytes = 64;

  // Bytes that a cell really occupies (its size class or large allocation).
  size_t cell_size(const Cell* cell) const { return Block::of(cell)->cell_bytes; }

  // Memory outside cells that belongs to the isolate (arenas, VM stacks, library streams). False = refused
  // (limit). May collect. uncharge never fails and never collects.
  [[nodiscard]] bool charge(size_t bytes);
  void uncharge(size_t bytes);
  // Could `bytes` more fit under the limit, if all cells turned out to be garbage? Refuses absurd sizes
  // before any work is done for them; that there really is room, only allocate() and charge() say. Never
  // collects.
  bool would_fit(uint64_t bytes) const;

  void collect();
  bool is_collecting() const { return collecting_; }
  // While non-zero no collection runs (allocation may then exceed its trigger, never its limit).
  void forbid_collection() { ++no_collect_; }
  void allow_collection() { --no_collect_; }
  // gc.disable(): automatic collections stop except when the limit is hit.
  void set_automatic(bool on) { automatic_ = on; }
  bool automatic() const { return automatic_; }
  // Tests: collect at every n-th allocation or charge when possible; 0 = off, the default unless built with
  // HOG_GC_STRESS.
  void set_stress(uint32_t every_n);
  // Tests: most cells that the worklist may hold (rounded up), 0 = the default.
  void set_worklist_limit(size_t cells) { worklist_limit_ = cells; }

  // Valid from the hooks only; permanent cells are always marked.
  static bool is_marked(const Cell* cell) { return Block::is_marked(cell); }
  static bool is_permanent(const Cell* cell) { return Block::of(cell)->has(Block::kPermanent); }
  bool makes_permanent_cells() const { return mode_ == Mode::Permanent; }
  // The cell that contains the address, or null: the conservative test. Any word is safe to pass.
  Cell* cell_at(uintptr_t address) const;

  // Calls visit(context, cell) for every live cell, and those that died since the last collection
  // (gc.get_objects, debugging). May not allocate within.
  void for_each_cell(void (*visit)(void* context, Cell* cell), void* context);
  // Calls visit(context, cell) for every reference that the cell holds, its shape first (gc.get_referents).
  void for_each_reference(Cell* cell, void (*visit)(void* context, Cell* cell), void* context);

  // Permanent mode only: nothing is allocated or written after it; then any number of threads may read and
  // mark.
  void seal();

  // Between collections bytes_in_use counts the cells that are ready to be taken, too: at most 4 KiB a size.
  const HeapStatistics& statistics() const { return statistics_; }

 private:
  friend class Marker;
  static constexpr unsigned kClassCount = heap_detail::kClassCount;
  static constexpr unsigned kLaneCount =
      2 * kClassCount;  // cells with destroy have lanes of their own, after the others

  // Zeroed cells ready to be taken: cursor == limit means none.
  struct Run {
    uintptr_t cursor = 0;
    uintptr_t limit = 0;
  };
  struct Lane {
    Block* current = nullptr;  // the block that the run comes from
    Block* partial = nullptr;  // blocks with gaps, not looked at since the last collection
  };
  // Blocks come from malloc by the chunk.
  struct Chunk {
    char* memory;
    uint32_t blocks;
    uint32_t carved;  // how many of them have ever been used
  };
  enum class Obtained : uint8_t { Yes, OverLimit, NoMemory };

  static bool has_destroy(Shape* shape) {
    return shape != nullptr && reinterpret_cast<ShapeBase*>(shape)->layout()->destroy != nullptr;
  }

  // heap.cpp
  Cell* allocate_slow(size_t bytes, Shape* shape);
  enum class Fill : uint8_t { Zero, None };
  Cell* allocate_unfilled_slow(size_t bytes, Shape* shape);
  Cell* allocate_large(size_t bytes, Shape* shape, Fill fill);
  bool make_room(uint64_t bytes);
  bool collect_for_room(uint64_t wanted);
  bool fits(uint64_t bytes) const;
  uint64_t held() const { return statistics_.bytes_from_system + statistics_.bytes_external; }
  void collect_if_due();
  bool can_collect() const;
  void collect_with_stack(const void* stack_pointer);
  void note_use(uint64_t bytes);
  // blocks.cpp
  Obtained refill(unsigned lane);
  bool take_run(unsigned lane);
  void retire_runs();
  Obtained obtain_block(Block** block);
  Obtained obtain_chunk();
  Obtained obtain_large(size_t bytes, uint8_t flags, Fill fill, Block** block);
  static Block* fresh_large(size_t held_bytes, Fill fill);
  Block* take_spare(size_t held_bytes);
  void keep_spare(Block* block);
  void release_spares(uint64_t keep);
  bool release_unused();
  void release_chunk(const Chunk& chunk);
  void release_empty_chunks(uint64_t most);
  Block* block_of_chunk(const Chunk& chunk, uint32_t index) const {
    return reinterpret_cast<Block*>(chunk.memory + size_t{index} * kBlockSize);
  }
  template <typename Visit>
  void for_each_block(Visit visit);
  // sweep.cpp
  void clear_marks();
  void sweep();
  void destroy_dead();
  void sweep_large();
  bool sweep_block(Block* block);
  void destroy_all();

  Run runs_[kLaneCount];
  Lane lanes_[kLaneCount];
  HeapHooks* hooks_ = nullptr;
  uint64_t limit_ = 0;
  uint64_t trigger_;              // collect when this much was allocated since the last collection
  uint64_t allocated_since_ = 0;  // ... and this is how much was, to within a run a class
  uint32_t no_collect_ = 0;
  uint32_t stress_every_ = 0;
  uint32_t stress_left_ = 0;
  uint32_t futile_collections_ = 0;  // in a row, made for want of room, that won hardly any
  uint32_t refusals_to_skip_ = 0;
  bool collecting_ = false;
  bool automatic_ = true;
  bool sealed_ = false;
  Mode mode_;
  HeapStatistics statistics_;

  PageTable pages_;
  Chunk* chunks_ = nullptr;
  size_t chunk_count_ = 0;
  size_t chunk_capacity_ = 0;
  Block* free_blocks_ = nullptr;
  uint64_t free_bytes_ = 0;  // of free_blocks_
  Block** large_ = nullptr;
  size_t large_count_ = 0;
  size_t large_capacity_ = 0;
  // Memory of large cells that the last collection found dead, by size, for the next ones.
  static constexpr unsigned kSpareLists = 64;
  Block* spares_[kSpareLists] = {};
  uint64_t spare_bytes_ = 0;
  size_t worklist_limit_ = 0;
  Marker::Segment* spare_segment_ = nullptr;
};

template <typename Visit>
void Heap::for_each_block(Visit visit) {
  for (size_t c = 0; c < chunk_count_; ++c) {
    for (uint32_t i = 0; i < chunks_[c].carved; ++i) visit(block_of_chunk(chunks_[c], i));
  }
  for (size_t i = 0; i < large_count_; ++i) visit(large_[i]);
}

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
