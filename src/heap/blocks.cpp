// blocks.cpp: where blocks come from, and the runs of cells that allocation takes from them.
//
// Invariant: every page of a block in use or once used, and of a large cell, is in the page table;
// bytes_from_system is the sum of the chunks, the large cells and the tables.
#include <cassert>
#include <cstdlib>

#include "heap/heap.hpp"
#include "heap/poison.hpp"

namespace hog {

using namespace heap_detail;

namespace {

// Memory is cleared and counted in pieces of this size, so that a tiny isolate touches few pages of its
// blocks and the piece is still in the nearest cache when its cells are filled in.
constexpr size_t kPiece = 4096;
constexpr uint64_t kSmallestChunk = 32 * 1024;
constexpr uint64_t kLargestChunk = 1024 * 1024;
constexpr size_t kPage = 4096;

// Grows a table of pointers or small structs to hold one more; false when there is no memory.
template <typename T>
bool reserve_one(T*& table, size_t count, size_t& capacity, uint64_t& bytes) {
  if (count < capacity) return true;
  size_t bigger = capacity == 0 ? 8 : capacity * 2;
  void* memory = std::realloc(table, bigger * sizeof(T));
  if (memory == nullptr) return false;
  table = static_cast<T*>(memory);
  bytes += (bigger - capacity) * sizeof(T);
  capacity = bigger;
  return true;
}

bool reserve_pages(PageTable& table, size_t pages, uint64_t& bytes) {
  size_t before = table.bytes();
  if (!table.reserve(pages)) return false;
  bytes += table.bytes() - before;
  return true;
}

}  // namespace

bool Heap::take_run(unsigned lane) {
  Block* block = lanes_[lane].current;
  size_t begin, end;
  if (!block->find_gap(&begin, &end)) return false;
  size_t cell_bytes = block->cell_bytes;
  // The rest of the page that the gap begins in, or one cell; always the latter where each cell is watched.
  size_t most = kPiece - begin % kPiece;
  if (kAddressSanitizer || stress_every_ != 0 || most < cell_bytes) most = cell_bytes;
  if (end - begin > most) end = begin + most / cell_bytes * cell_bytes;
  Cell* first = block->cell_at_offset(begin);
  unpoison(first, end - begin);
  std::memset(static_cast<void*>(first), 0, end - begin);
  block->frontier = static_cast<uint16_t>(end);
  runs_[lane].cursor = reinterpret_cast<uintptr_t>(first);
  runs_[lane].limit = runs_[lane].cursor + (end - begin);
  note_use(end - begin);
  return true;
}

// Gives the unused part of every run back to its block.
void Heap::retire_runs() {
  for (unsigned lane = 0; lane < kLaneCount; ++lane) {
    Run& run = runs_[lane];
    size_t left = run.limit - run.cursor;
    if (left == 0) continue;
    Block* block = lanes_[lane].current;
    block->frontier = static_cast<uint16_t>(block->frontier - left);
    poison(reinterpret_cast<void*>(run.cursor), left);
    statistics_.bytes_in_use -= left;
    allocated_since_ -= left < allocated_since_ ? left : allocated_since_;
    run = Run{};
  }
}

Heap::Obtained Heap::refill(unsigned lane) {
  if (!fits(0)) return Obtained::OverLimit;  // the limit was lowered
  Lane& blocks = lanes_[lane];
  for (;;) {
    if (blocks.current != nullptr && take_run(lane)) return Obtained::Yes;
    if (blocks.partial != nullptr) {
      blocks.current = blocks.partial;
      blocks.partial = blocks.partial->next;
      continue;
    }
    blocks.current = nullptr;
    runs_[lane] = Run{};
    Block* block = nullptr;
    Obtained obtained = obtain_block(&block);
    if (obtained != Obtained::Yes) return obtained;
    uint8_t flags = mode_ == Mode::Permanent ? Block::kPermanent : 0;
    if (lane >= kClassCount) flags |= Block::kHasDestroy;
    block->initialise(lane % kClassCount, flags);
    blocks.current = block;
  }
}

Heap::Obtained Heap::obtain_block(Block** block) {
  if (free_blocks_ != nullptr) {
    *block = free_blocks_;
    free_blocks_ = free_blocks_->next;
    free_bytes_ -= kBlockSize;
    return Obtained::Yes;
  }
  if (chunk_count_ == 0 || chunks_[chunk_count_ - 1].carved == chunks_[chunk_count_ - 1].blocks) {
    Obtained obtained = obtain_chunk();
    if (obtained != Obtained::Yes) return obtained;
  }
  Chunk& chunk = chunks_[chunk_count_ - 1];
  *block = block_of_chunk(chunk, chunk.carved++);
  unpoison(*block, kBlockHeader);
  pages_.insert(PageTable::page_of(reinterpret_cast<uintptr_t>(*block)), *block);
  return Obtained::Yes;
}

Heap::Obtained Heap::obtain_chunk() {
  uint64_t bytes = statistics_.bytes_from_system / 4;
  uint64_t largest = kLargestChunk;
  if (limit_ != 0 && limit_ / 256 < largest) largest = limit_ / 256;
  if (bytes > largest) bytes = largest;
  if (bytes < kSmallestChunk) bytes = kSmallestChunk;
  if (!fits(bytes)) bytes = held() < limit_ ? limit_ - held() : 0;
  bytes -= bytes % kBlockSize;
  if (bytes == 0) return Obtained::OverLimit;
  uint32_t blocks = static_cast<uint32_t>(bytes / kBlockSize);
  if (!reserve_one(chunks_, chunk_count_, chunk_capacity_, statistics_.bytes_from_system) ||
      !reserve_pages(pages_, blocks, statistics_.bytes_from_system)) {
    return Obtained::NoMemory;
  }
  void* memory = nullptr;
  if (posix_memalign(&memory, kBlockSize, bytes) != 0) return Obtained::NoMemory;
  poison(memory, bytes);
  chunks_[chunk_count_++] = Chunk{static_cast<char*>(memory), blocks, 0};
  statistics_.bytes_from_system += bytes;
  return Obtained::Yes;
}

void Heap::release_chunk(const Chunk& chunk) {
  for (uint32_t i = 0; i < chunk.carved; ++i) {
    pages_.erase(PageTable::page_of(reinterpret_cast<uintptr_t>(block_of_chunk(chunk, i))));
  }
  statistics_.bytes_from_system -= chunk.blocks * kBlockSize;
  unpoison(chunk.memory, chunk.blocks * kBlockSize);
  std::free(chunk.memory);
}

// Makes the list of free blocks anew, and gives back to the system chunks of which no block is in use: up to
// about `most` bytes of them.
void Heap::release_empty_chunks(uint64_t most) {
  Block** tail = &free_blocks_;
  size_t kept = 0;
  free_bytes_ = 0;
  for (size_t c = 0; c < chunk_count_; ++c) {
    Chunk chunk = chunks_[c];
    Block** tail_before = tail;
    uint32_t free = 0;
    for (uint32_t i = 0; i < chunk.carved; ++i) {
      Block* block = block_of_chunk(chunk, i);
      if (!block->is_free()) continue;
      ++free;
      *tail = block;
      tail = &block->next;
    }
    if (free == chunk.carved && most != 0) {
      uint64_t bytes = chunk.blocks * kBlockSize;
      most -= bytes < most ? bytes : most;
      tail = tail_before;
      release_chunk(chunk);
    } else {
      free_bytes_ += free * kBlockSize;
      chunks_[kept++] = chunk;
    }
  }
  *tail = nullptr;
  chunk_count_ = kept;
}

// ---- Large cells. ----

// Malloc's own header is in the page before the block, which counts as held.
static size_t held_for(size_t cell_bytes) { return (kBlockHeader + cell_bytes + kPage - 1) / kPage * kPage + kPage; }
static size_t pages_covered(size_t cell_bytes) { return (kBlockHeader + cell_bytes + kBlockBytes - 1) / kBlockBytes; }

// Four lists for each power of two.
static unsigned spare_list_of(size_t held_bytes, unsigned lists) {
  size_t pages = held_bytes / kPage;
  unsigned power = 63 - static_cast<unsigned>(__builtin_clzll(pages));
  unsigned quarter = power < 2 ? 0 : static_cast<unsigned>(pages >> (power - 2) & 3);
  unsigned list = power * 4 + quarter;
  return list < lists ? list : lists - 1;
}

// Memory for a large block, which knows what it holds and where that begins; null: there is none.
Block* Heap::fresh_large(size_t held_bytes, Fill fill) {
  // A big request is left to calloc, which knows memory that is fresh from the system to be zero already; it
  // does not align, so that costs a block's worth of address space.
  constexpr size_t kLeaveToCalloc = 256 * 1024;
  size_t span = held_bytes - kPage;
  void* memory = nullptr;
  uintptr_t start;
  if (span >= kLeaveToCalloc) {
    memory = fill == Fill::Zero ? std::calloc(1, span + kBlockSize) : std::malloc(span + kBlockSize);
    if (memory == nullptr) return nullptr;
    start = (reinterpret_cast<uintptr_t>(memory) + kBlockSize - 1) & ~uintptr_t{kBlockSize - 1};
  } else {
    if (posix_memalign(&memory, kBlockSize, span) != 0) return nullptr;
    if (fill == Fill::Zero) std::memset(memory, 0, span);
    start = reinterpret_cast<uintptr_t>(memory);
  }
  Block* large = reinterpret_cast<Block*>(start);
  large->memory = memory;
  large->held_bytes = held_bytes;
  return large;
}

// A spare that holds so much and not much more, or null.
Block* Heap::take_spare(size_t held_bytes) {
  constexpr unsigned kMostLooks = 8;
  unsigned list = spare_list_of(held_bytes, kSpareLists);
  Block** link = &spares_[list];
  for (unsigned looks = 0; *link != nullptr && (*link)->held_bytes < held_bytes && looks < kMostLooks; ++looks)
    link = &(*link)->next;
  if (*link == nullptr || (*link)->held_bytes < held_bytes) {
    if (++list >= kSpareLists - 1 || spares_[list] == nullptr) return nullptr;
    link = &spares_[list];
  }
  Block* spare = *link;
  if (spare->held_bytes / 2 > held_bytes) return nullptr;  // of the last list
  *link = spare->next;
  spare_bytes_ -= spare->held_bytes;
  return spare;
}

// The caller takes it out of large_.
void Heap::keep_spare(Block* block) {
  uintptr_t first = PageTable::page_of(reinterpret_cast<uintptr_t>(block));
  for (size_t i = 0, pages = pages_covered(block->cell_bytes); i < pages; ++i) pages_.erase(first + i);
  // Its beginning will do: there may be pages that were never touched.
  if (kFillDeadCells) fill_dead_cell(block->first_cell(), block->cell_bytes < kPage ? block->cell_bytes : kPage);
  poison(block->first_cell(), block->cell_bytes);
  Block*& list = spares_[spare_list_of(block->held_bytes, kSpareLists)];
  block->next = list;
  list = block;
  spare_bytes_ += block->held_bytes;
}

// Gives spares back to the system, the largest first, until about `keep` bytes of them are left.
void Heap::release_spares(uint64_t keep) {
  for (unsigned list = kSpareLists; list-- != 0 && spare_bytes_ > keep;) {
    while (spares_[list] != nullptr && spare_bytes_ > keep) {
      Block* block = spares_[list];
      spares_[list] = block->next;
      spare_bytes_ -= block->held_bytes;
      statistics_.bytes_from_system -= block->held_bytes;
      unpoison(block->first_cell(), block->cell_bytes);
      std::free(block->memory);
    }
  }
}

// Gives back all that is held for later; false when there is nothing.
bool Heap::release_unused() {
  if (free_blocks_ == nullptr && spare_bytes_ == 0) return false;
  release_spares(0);
  release_empty_chunks(UINT64_MAX);
  return true;
}

Heap::Obtained Heap::obtain_large(size_t bytes, uint8_t flags, Fill fill, Block** block) {
  size_t cell_bytes = (bytes + kGranule - 1) / kGranule * kGranule;
  size_t held_bytes = held_for(cell_bytes);
  size_t pages = pages_covered(cell_bytes);
  bool may_be_spare = fits(0) && held_bytes <= spare_bytes_;
  if (!may_be_spare && !fits(held_bytes)) return Obtained::OverLimit;
  if (!reserve_one(large_, large_count_, large_capacity_, statistics_.bytes_from_system) ||
      !reserve_pages(pages_, pages, statistics_.bytes_from_system)) {
    return Obtained::NoMemory;
  }
  Block* large = may_be_spare ? take_spare(held_bytes) : nullptr;
  if (large != nullptr) {
    unpoison(large->first_cell(), large->cell_bytes);
    if (fill == Fill::Zero) std::memset(static_cast<void*>(large->first_cell()), 0, cell_bytes);
  } else {
    if (!fits(held_bytes)) return Obtained::OverLimit;
    large = fresh_large(held_bytes, fill);
    if (large == nullptr) return Obtained::NoMemory;
    statistics_.bytes_from_system += held_bytes;
  }
  if (mode_ == Mode::Permanent) flags |= Block::kPermanent;
  if (fill == Fill::None) std::memset(static_cast<void*>(large->first_cell()), 0, kClearedBytes);
  large->initialise(0, flags | Block::kLarge);
  large->cell_bytes = cell_bytes;
  uintptr_t first = PageTable::page_of(reinterpret_cast<uintptr_t>(large));
  for (size_t i = 0; i < pages; ++i) pages_.insert(first + i, large);
  large_[large_count_++] = large;
  *block = large;
  return Obtained::Yes;
}

}  // namespace hog
