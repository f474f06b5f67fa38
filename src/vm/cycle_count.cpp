// cycle_count.cpp: programs (and CPython's tests) ask gc.collect() whether there were cycles. Garbage without cycles would
// have died of reference counts there: it is taken away layer by layer, from what nothing refers to, and what stays counts.
//
// Invariant: nothing here allocates a cell or keeps one; the table lives on malloc and is freed before the sweep.
#include "vm/cycle_count.hpp"

#include <cstdlib>

#include "object/containers.hpp"
#include "vm/frame.hpp"

namespace hog {

namespace {

constexpr size_t kMostCells = 400'000;  // beyond, a rough answer is as good and much cheaper

bool is_countable(Cell* cell) {
  const auto* shape = static_cast<const Shape*>(cell->shape());
  const Type* type = shape->type();
  if (type == nullptr) return false;
  if (type->is_heap_type()) return true;
  constexpr uint32_t kAtoms = type_flag::kIntSubclass | type_flag::kStrSubclass | type_flag::kBytesSubclass;
  return !type->has(kAtoms) && type != core.float_ && type != core.complex_ && type != core.object &&
         type != core.bytearray && type != core.code && type != core.range;
}

class CycleCount {
 public:
  explicit CycleCount(Heap& heap) : heap_(heap) {}
  ~CycleCount() {
    std::free(entries_);
    std::free(work_);
  }
  CycleCount(const CycleCount&) = delete;

  int64_t run() {
    heap_.for_each_cell(
        [](void* self, Cell* cell) {
          if (Heap::is_marked(cell)) return;
          ++static_cast<CycleCount*>(self)->garbage_;
          if (is_countable(cell)) ++static_cast<CycleCount*>(self)->countable_;
        },
        this);
    if (garbage_ == 0 || garbage_ > kMostCells || !make_table()) return countable_;
    heap_.for_each_cell([](void* self, Cell* cell) { static_cast<CycleCount*>(self)->add(cell); }, this);
    for (size_t i = 0; i <= mask_; ++i)
      if (entries_[i].cell != nullptr) for_each_garbage_reference(entries_[i].cell, +1);
    for (size_t i = 0; i <= mask_; ++i)
      if (entries_[i].cell != nullptr && entries_[i].references == 0) work_[work_count_++] = entries_[i].cell;
    while (work_count_ != 0) for_each_garbage_reference(work_[--work_count_], -1);
    int64_t found = 0;
    for (size_t i = 0; i <= mask_; ++i)
      if (entries_[i].cell != nullptr && entries_[i].references != 0 && is_countable(entries_[i].cell)) ++found;
    return found;
  }

 private:
  struct Entry {
    Cell* cell;
    int64_t references;
  };

  bool make_table() {
    size_t capacity = 64;
    while (capacity < garbage_ * 2) capacity *= 2;
    mask_ = capacity - 1;
    entries_ = static_cast<Entry*>(std::calloc(capacity, sizeof(Entry)));
    work_ = static_cast<Cell**>(std::malloc(garbage_ * sizeof(Cell*)));
    return entries_ != nullptr && work_ != nullptr;
  }
  Entry* find(const Cell* cell) {
    size_t i = (reinterpret_cast<uintptr_t>(cell) / Heap::kCellAlignment * 0x9E3779B97F4A7C15u) >> 20 & mask_;
    while (entries_[i].cell != nullptr && entries_[i].cell != cell) i = (i + 1) & mask_;
    return &entries_[i];
  }
  void add(Cell* cell) {
    if (!Heap::is_marked(cell)) find(cell)->cell = cell;
  }

  void for_each_garbage_reference(Cell* from, int change) {
    change_ = change;
    // A generator's own frame is no reference to it, nor is that of its frame object.
    own_ = nullptr;
    if (is<Generator>(from)) own_ = from;
    else if (is<FrameObject>(from)) own_ = static_cast<FrameObject*>(from)->generator_.get();
    heap_.for_each_reference(
        from,
        [](void* context, Cell* to) {
          auto* self = static_cast<CycleCount*>(context);
          if (to == self->own_ || Heap::is_marked(to)) return;
          Entry* entry = self->find(to);
          if (entry->cell == nullptr) return;
          entry->references += self->change_;
          if (self->change_ < 0 && entry->references == 0) self->work_[self->work_count_++] = to;
        },
        this);
  }

  Heap& heap_;
  size_t garbage_ = 0;
  int64_t countable_ = 0;
  Entry* entries_ = nullptr;
  size_t mask_ = 0;
  Cell** work_ = nullptr;
  size_t work_count_ = 0;
  Cell* own_ = nullptr;
  int change_ = 0;
};

}  // namespace

int64_t count_cyclic_garbage(Heap& heap) { return CycleCount(heap).run(); }

}  // namespace hog
