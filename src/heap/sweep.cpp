// sweep.cpp: what is not marked is free again.
//
// Sweeping a block is copying its mark bits to its live bits: ordinary dead cells are never touched. That is
// so cheap (about 1 ms for 300 MB of blocks) that it is done for all blocks at once instead of when
// allocation gets to them, which leaves no state between collections in which dead cells look alive.
#include <cassert>

#include "heap/heap.hpp"
#include "heap/poison.hpp"

namespace hog {

using namespace heap_detail;

namespace {

constexpr uint64_t kKeepAtLeast = uint64_t{10} << 20;

unsigned count_bits(uint64_t word) {
  word -= word >> 1 & 0x5555555555555555u;
  word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return static_cast<unsigned>((word * 0x0101010101010101u) >> 56);
}

}  // namespace

void Heap::clear_marks() {
  for_each_block([](Block* block) { std::memset(block->mark, 0, sizeof block->mark); });
}

// Runs before any memory is reused, since destroy finds its layout through a shape that may be just as dead.
void Heap::destroy_dead() {
  for_each_block([](Block* block) {
    if (!block->has(Block::kHasDestroy)) return;
    block->for_each_live([](Cell* cell) {
      if (!is_marked(cell)) cell->layout()->destroy(cell);
    });
  });
}

void Heap::destroy_all() {
  for_each_block([](Block* block) {
    if (!block->has(Block::kHasDestroy)) return;
    block->for_each_live([](Cell* cell) { cell->layout()->destroy(cell); });
  });
}

// False when nothing in the block is alive.
bool Heap::sweep_block(Block* block) {
  if (kFillDeadCells || kAddressSanitizer) {
    block->for_each_live([block](Cell* cell) {
      if (is_marked(cell)) return;
      if (kFillDeadCells) fill_dead_cell(cell, block->cell_bytes);
      poison(cell, block->cell_bytes);
    });
  }
  unsigned survivors = 0;
  for (unsigned w = 0; w < kBitmapWords; ++w) {
    block->live[w] = block->mark[w];
    survivors += count_bits(block->mark[w]);
  }
  block->frontier = kBlockHeader;
  statistics_.bytes_in_use += survivors * block->cell_bytes;
  if (survivors == 0) return false;
  if (survivors < block->cell_count) {
    Lane& lane = lanes_[block->size_class + (block->has(Block::kHasDestroy) ? kClassCount : 0)];
    // `current` serves as the tail while the lists are being built.
    block->next = nullptr;
    (lane.current == nullptr ? lane.partial : lane.current->next) = block;
    lane.current = block;
  }
  return true;
}

void Heap::sweep_large() {
  size_t kept = 0;
  for (size_t i = 0; i < large_count_; ++i) {
    Block* block = large_[i];
    if (is_marked(block->first_cell())) {
      statistics_.bytes_in_use += block->cell_bytes;
      large_[kept++] = block;
    } else {
      keep_spare(block);
    }
  }
  large_count_ = kept;
}

void Heap::sweep() {
  destroy_dead();
  statistics_.bytes_in_use = 0;
  for (Lane& lane : lanes_) lane = Lane{};
  for (size_t c = 0; c < chunk_count_; ++c) {
    for (uint32_t i = 0; i < chunks_[c].carved; ++i) {
      Block* block = block_of_chunk(chunks_[c], i);
      if (block->is_free() || sweep_block(block)) continue;
      poison(block->first_cell(), kBlockRoom);
      block->initialise(Block::kFree, 0);
      free_bytes_ += kBlockSize;
    }
  }
  for (Lane& lane : lanes_) lane.current = nullptr;
  release_spares(0);  // they were of no use since the last collection
  sweep_large();
  // Empty blocks and spares serve the next round of allocation; what goes beyond its likely length goes back to
  // the system. Fresh memory costs a page fault for each page, which is more than clearing or copying it.
  uint64_t keep = (statistics_.bytes_in_use + statistics_.bytes_external) / 4 * 5;
  if (keep < kKeepAtLeast) keep = kKeepAtLeast;
  uint64_t spares = free_bytes_ < keep / 2 ? keep - free_bytes_ : keep / 2;
  release_spares(limit_ != 0 && limit_ / 8 < spares ? limit_ / 8 : spares);
  keep -= spare_bytes_;
  release_empty_chunks(free_bytes_ > keep ? free_bytes_ - keep : 0);
}

void Heap::for_each_cell(void (*visit)(void*, Cell*), void* context) {
  ++no_collect_;
  for_each_block([=](Block* block) { block->for_each_live([=](Cell* cell) { visit(context, cell); }); });
  --no_collect_;
}

}  // namespace hog
