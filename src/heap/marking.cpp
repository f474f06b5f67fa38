// marking.cpp: the worklist of cells that are marked but not yet traced.
//
// Invariant: a marked cell is on the worklist, or was traced, or its block has kRescan set and overflowed_ is
// true.
#include <cassert>
#include <cstdlib>

#include "heap/heap.hpp"

namespace hog {

// The worklist is a stack in pieces, so that growing it never copies and never needs twice the memory.
struct Marker::Segment {
  static constexpr size_t kCells = 4095;
  Segment* previous;
  Cell* cells[kCells];
};

namespace {

// The worklist may use this part of what the heap holds, so that marking cannot carry a process far past its
// limit.
constexpr uint64_t kWorklistPart = 16;
constexpr size_t kLeastSegments = 16;

}  // namespace

void Marker::push_slow(Cell* cell) {
  Segment* segment = heap_.spare_segment_;
  heap_.spare_segment_ = nullptr;
  if (segment == nullptr) {
    size_t most = static_cast<size_t>(heap_.statistics_.bytes_from_system / kWorklistPart / sizeof(Segment));
    if (most < kLeastSegments) most = kLeastSegments;
    if (heap_.worklist_limit_ != 0) most = (heap_.worklist_limit_ + Segment::kCells - 1) / Segment::kCells;
    if (segments_ < most) segment = static_cast<Segment*>(std::malloc(sizeof(Segment)));
    if (segment == nullptr) {
      overflowed_ = true;
      Block::of(cell)->flags |= Block::kRescan;
      return;
    }
    heap_.statistics_.bytes_from_system += sizeof(Segment);
    ++segments_;
  }
  segment->previous = segment_;
  segment_ = segment;
  top_ = segment->cells;
  end_ = segment->cells + Segment::kCells;
  *top_++ = cell;
}

// The latest cell, or null when the worklist is empty.
Cell* Marker::pop() {
  if (segment_ == nullptr) return nullptr;
  if (top_ == segment_->cells) {
    if (segment_->previous == nullptr) return nullptr;
    Segment* empty = segment_;
    segment_ = empty->previous;
    top_ = end_ = segment_->cells + Segment::kCells;
    if (heap_.spare_segment_ == nullptr) {
      heap_.spare_segment_ = empty;
    } else {
      std::free(empty);
      heap_.statistics_.bytes_from_system -= sizeof(Segment);
      --segments_;
    }
  }
  return *--top_;
}

void Marker::trace(Cell* cell) {
  Shape* shape = cell->shape();
  assert(shape != nullptr && "a reference to a free cell: see docs/gc-safe-code.md");
  if (shape == nullptr) return;
  mark(reinterpret_cast<Cell*>(shape));
  const auto* base = reinterpret_cast<const ShapeBase*>(shape);
  if (base->layout()->trace != nullptr) base->layout()->trace(cell, *this);
  if (base->trace_extra() != nullptr) base->trace_extra()(cell, *this);
}

// Between the stack and tracing stands a short queue, in which a cell waits while its first line is fetched.
void Marker::drain_worklist() {
  constexpr unsigned kDistance = 8;
  Cell* queue[kDistance] = {};
  unsigned at = 0;
  for (unsigned idle = 0; idle < kDistance;) {
    Cell* next = pop();
    if (next != nullptr) __builtin_prefetch(next);
    Cell* cell = queue[at];
    queue[at] = next;
    at = (at + 1) % kDistance;
    if (cell != nullptr) trace(cell);
    idle = cell != nullptr || next != nullptr ? 0 : idle + 1;
  }
}

void Marker::drain() {
  drain_worklist();
  while (overflowed_) {
    overflowed_ = false;
    rescan_blocks();
  }
}

void Marker::rescan_blocks() {
  heap_.for_each_block([this](Block* block) {
    if (!block->has(Block::kRescan)) return;
    block->flags &= static_cast<uint8_t>(~Block::kRescan);
    block->for_each_marked([this](Cell* cell) {
      trace(cell);
      drain_worklist();
    });
  });
}

// Keeps one segment for the next collection.
void Marker::release_segments() {
  Segment* segment = segment_;
  while (segment != nullptr) {
    Segment* previous = segment->previous;
    if (heap_.spare_segment_ == nullptr) {
      heap_.spare_segment_ = segment;
    } else {
      std::free(segment);
      heap_.statistics_.bytes_from_system -= sizeof(Segment);
    }
    segment = previous;
  }
  segment_ = nullptr;
  top_ = end_ = nullptr;
}

void Heap::for_each_reference(Cell* cell, void (*visit)(void*, Cell*), void* context) {
  Marker marker(*this, visit, context);
  marker.trace(cell);
}

}  // namespace hog
