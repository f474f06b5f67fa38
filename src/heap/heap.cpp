// heap.cpp: what allocation does when its run is used up, the limit, and the order of a collection.
//
// Invariant: nothing is obtained from the system unless held() + its size stays within the limit; every
// failure of malloc comes out as a null cell or a false.
#include "heap/heap.hpp"

#include <cassert>
#include <cstdlib>

#include "heap/poison.hpp"

namespace hog {

using namespace heap_detail;

namespace {

constexpr uint64_t kSmallestTrigger = uint64_t{8} << 20;
// A collection for want of room should win this part of the limit...
constexpr uint64_t kWorthwhilePart = 64;
// ... and after so many in a row that did not, most requests are refused without another.
constexpr uint32_t kPatience = 8;
constexpr uint32_t kLongestRefusal = uint32_t{1} << 12;

}  // namespace

Heap::Heap(Mode mode) : trigger_(kSmallestTrigger), mode_(mode) {
#ifdef HOG_GC_STRESS
  set_stress(HOG_GC_STRESS);
#endif
}

Heap::~Heap() {
  assert(!collecting_);
  retire_runs();
  destroy_all();
  for (size_t i = 0; i < large_count_; ++i) std::free(large_[i]->memory);
  release_spares(0);
  for (size_t i = 0; i < chunk_count_; ++i) {
    unpoison(chunks_[i].memory, chunks_[i].blocks * kBlockSize);
    std::free(chunks_[i].memory);
  }
  std::free(large_);
  std::free(chunks_);
  std::free(spare_segment_);
}

void Heap::set_limit(uint64_t bytes) {
  limit_ = bytes;
  futile_collections_ = 0;
  refusals_to_skip_ = 0;
  retire_runs();  // so that the next allocation looks at the limit
}

void Heap::set_stress(uint32_t every_n) {
  stress_every_ = every_n;
  stress_left_ = every_n;
  retire_runs();  // under stress runs are one cell long, so that every allocation passes by collect_if_due()
}

void Heap::note_use(uint64_t bytes) {
  allocated_since_ += bytes;
  statistics_.bytes_in_use += bytes;
  uint64_t now = statistics_.bytes_in_use + statistics_.bytes_external;
  if (now > statistics_.peak_bytes) statistics_.peak_bytes = now;
}

Cell* Heap::allocate_slow(size_t bytes, Shape* shape) {
  assert(!collecting_ && !sealed_);
  if (collecting_ || sealed_) return nullptr;
  collect_if_due();
  if (bytes > kLargestBlockCell) return allocate_large(bytes, shape, Fill::Zero);
  unsigned size_class = class_of(bytes);
  unsigned lane = size_class + (has_destroy(shape) ? kClassCount : 0);
  Run& run = runs_[lane];
  if (run.cursor == run.limit) {
    Obtained obtained = refill(lane);
    if (obtained != Obtained::Yes && release_unused()) obtained = refill(lane);
    if (obtained != Obtained::Yes && collect_for_room(0)) obtained = refill(lane);
    if (obtained != Obtained::Yes) return nullptr;
  }
  Cell* cell = reinterpret_cast<Cell*>(run.cursor);
  run.cursor += kCellSizes[size_class];
  cell->shape_ = shape;
  return cell;
}

Cell* Heap::allocate_unfilled_slow(size_t bytes, Shape* shape) {
  assert(!collecting_ && !sealed_ && !has_destroy(shape));
  if (collecting_ || sealed_) return nullptr;
  collect_if_due();
  return allocate_large(bytes, shape, Fill::None);
}

Cell* Heap::allocate_large(size_t bytes, Shape* shape, Fill fill) {
  constexpr size_t kLargestRequest = size_t{1} << 46;
  if (bytes > kLargestRequest) return nullptr;
  uint8_t flags = static_cast<uint8_t>(has_destroy(shape) ? Block::kHasDestroy : 0);
  Block* block = nullptr;
  Obtained obtained = obtain_large(bytes, flags, fill, &block);
  if (obtained == Obtained::OverLimit && make_room(bytes)) obtained = obtain_large(bytes, flags, fill, &block);
  if (obtained == Obtained::NoMemory && release_unused()) obtained = obtain_large(bytes, flags, fill, &block);
  if (obtained == Obtained::NoMemory && collect_for_room(bytes)) {
    release_unused();
    obtained = obtain_large(bytes, flags, fill, &block);
  }
  if (obtained != Obtained::Yes) return nullptr;
  note_use(block->cell_bytes);
  Cell* cell = block->first_cell();
  cell->shape_ = shape;
  return cell;
}

bool Heap::fits(uint64_t bytes) const {
  return limit_ == 0 || (held() <= limit_ && bytes <= limit_ - held());
}

bool Heap::would_fit(uint64_t bytes) const {
  uint64_t external = statistics_.bytes_external;
  return limit_ == 0 || (external <= limit_ && bytes <= limit_ - external);
}

bool Heap::charge(size_t bytes) {
  collect_if_due();
  if (!fits(bytes) && !make_room(bytes)) return false;
  statistics_.bytes_external += bytes;
  allocated_since_ += bytes;
  uint64_t now = statistics_.bytes_in_use + statistics_.bytes_external;
  if (now > statistics_.peak_bytes) statistics_.peak_bytes = now;
  return true;
}

void Heap::uncharge(size_t bytes) {
  assert(bytes <= statistics_.bytes_external);
  statistics_.bytes_external -= bytes;
}

bool Heap::make_room(uint64_t bytes) {
  release_unused();
  if (fits(bytes)) return true;
  return collect_for_room(bytes) && fits(bytes);
}

// Collects because something was refused; false when it did not. A program whose live data nearly fill its
// limit must not spend its life in collections that win nothing: those come ever more seldom, and requests in
// between are refused.
bool Heap::collect_for_room(uint64_t wanted) {
  if (!can_collect() || (limit_ != 0 && wanted > limit_)) return false;
  uint64_t worthwhile = limit_ / kWorthwhilePart;
  if (allocated_since_ < worthwhile && futile_collections_ >= kPatience) {
    if (refusals_to_skip_ != 0) {
      --refusals_to_skip_;
      return false;
    }
    uint32_t doublings = futile_collections_ - kPatience;
    refusals_to_skip_ = doublings >= 12 ? kLongestRefusal : uint32_t{1} << doublings;
  }
  uint64_t before = statistics_.bytes_in_use + statistics_.bytes_external;
  collect();
  if (!fits(wanted)) release_unused();
  uint64_t after = statistics_.bytes_in_use + statistics_.bytes_external;
  bool futile = before < after || before - after < worthwhile;
  futile_collections_ = futile ? futile_collections_ + 1 : 0;
  if (!futile) refusals_to_skip_ = 0;
  return true;
}

bool Heap::can_collect() const {
  return hooks_ != nullptr && no_collect_ == 0 && !collecting_ && mode_ == Mode::Isolate;
}

void Heap::collect_if_due() {
  if (stress_every_ != 0) [[unlikely]] {
    if (--stress_left_ != 0) return;
    stress_left_ = stress_every_;
    collect();
  } else if (allocated_since_ >= trigger_ && automatic_) {
    collect();
  }
}

void Heap::collect() {
  if (!can_collect()) return;
  spill_registers_and_call(
      [](void* heap, const void* stack_pointer) {
        static_cast<Heap*>(heap)->collect_with_stack(stack_pointer);
      },
      this);
}

void Heap::collect_with_stack(const void* stack_pointer) {
  collecting_ = true;
  retire_runs();
  clear_marks();
  {
    Marker marker(*this);
    hooks_->trace_roots(marker);
    hooks_->trace_native_stacks(marker, stack_pointer);
    marker.drain();
    hooks_->process_unreachable(*this, marker);
    marker.drain();
    hooks_->clear_weak_tables(*this);
    marker.release_segments();
  }
  sweep();
  ++statistics_.collections;
  allocated_since_ = 0;
  uint64_t live = statistics_.bytes_in_use + statistics_.bytes_external;
  trigger_ = live > kSmallestTrigger ? live : kSmallestTrigger;
  collecting_ = false;
  ++no_collect_;
  hooks_->collected(*this);
  --no_collect_;
}

void Heap::seal() {
  assert(mode_ == Mode::Permanent);
  retire_runs();
  sealed_ = true;
}

}  // namespace hog
