// block.hpp: the unit that memory is divided by: 16 KiB of equal cells behind a header, aligned to its own
// size, so that the header of any cell is found by clearing low bits. A large cell has a block of its own, as
// long as it needs.
//
// Bits are indexed by granule (16 bytes), not by cell, so that no division stands between a cell and its bit;
// only the bit of a cell's first granule is ever set.
//
// Which cells of a block are live, outside marking and during it alike:
//   - those with a `live` bit: they survived the last collection;
//   - those before `frontier` without one, if their first word is not null: they were allocated since.
//     Allocation goes through a block once, front to back, through the gaps between live bits, and clears
//     each gap before it uses it.
// So neither allocation nor the sweep of a block touches dead cells, nor a bit of `live` for each new one.
#pragma once

#include "heap/cell.hpp"
#include "heap/size_classes.hpp"

namespace hog {

struct Block {
  static constexpr uint8_t kFree = 0xff;  // in size_class: no cells, waiting in the heap's list

  enum Flag : uint8_t {
    kPermanent = 1,   // of a permanent heap: all mark bits set from the start, never written after the seal
    kLarge = 2,       // one cell, which may extend over many 16 KiB pages
    kHasDestroy = 4,  // its cells have a Layout::destroy
    kRescan = 8,      // holds marked cells that the worklist had no room for
  };

  uint64_t mark[heap_detail::kBitmapWords];
  uint64_t live[heap_detail::kBitmapWords];
  Block* next;
  void* memory;         // large: what to free()
  size_t held_bytes;    // large: how much that is
  size_t cell_bytes;    // size of the cell(s)
  uint32_t reciprocal;  // of cell_bytes, for finding the cell around an address
  uint16_t cell_count;
  uint16_t frontier;  // offset from the block; see above
  uint8_t size_class;
  uint8_t flags;

  static Block* of(const void* address) {
    return reinterpret_cast<Block*>(reinterpret_cast<uintptr_t>(address) &
                                    ~uintptr_t{heap_detail::kBlockBytes - 1});
  }
  static unsigned granule_of(const void* address) {
    return static_cast<unsigned>((reinterpret_cast<uintptr_t>(address) / heap_detail::kGranule) %
                                 (heap_detail::kBlockBytes / heap_detail::kGranule));
  }
  Cell* cell_at_offset(size_t offset) {
    return reinterpret_cast<Cell*>(reinterpret_cast<char*>(this) + offset);
  }
  Cell* first_cell() { return cell_at_offset(heap_detail::kBlockHeader); }

  static bool is_marked(const void* cell) {
    unsigned granule = granule_of(cell);
    return (of(cell)->mark[granule / 64] >> (granule % 64) & 1) != 0;
  }
  // Any word is safe to pass.
  static void prefetch_mark(uint64_t word) {
    const void* address = reinterpret_cast<const void*>(word);
    __builtin_prefetch(&of(address)->mark[granule_of(address) / 64], 1);
  }
  // Sets the mark; false if it was set already.
  static bool set_mark(const void* cell) {
    unsigned granule = granule_of(cell);
    uint64_t& word = of(cell)->mark[granule / 64];
    uint64_t bit = uint64_t{1} << (granule % 64);
    if ((word & bit) != 0) return false;
    word |= bit;
    return true;
  }

  bool has(Flag flag) const { return (flags & flag) != 0; }
  bool is_free() const { return size_class == kFree; }

  // Makes this a block of `size_class` (or of one large cell) without any live cell.
  void initialise(unsigned size_class, uint8_t flags);
  // Finds the first gap between live cells at or after the frontier; false when there is none.
  bool find_gap(size_t* begin, size_t* end) const;
  // The live cell whose bytes include the offset, or null.
  Cell* cell_around(size_t offset);
  // visit(Cell*) for each live cell.
  template <typename Visit>
  void for_each_live(Visit visit);
  template <typename Visit>
  void for_each_marked(Visit visit);
};
static_assert(sizeof(Block) <= heap_detail::kBlockHeader);

namespace heap_detail {

// For each class, the granules at which its cells begin.
struct StartBits {
  uint64_t words[kClassCount][kBitmapWords];
};
extern const StartBits kStartBits;

}  // namespace heap_detail

template <typename Visit>
void Block::for_each_live(Visit visit) {
  if (is_free()) return;
  if (has(kLarge)) {
    if (first_cell()->shape() != nullptr) visit(first_cell());
    return;
  }
  const uint64_t* starts = heap_detail::kStartBits.words[size_class];
  for (unsigned w = 0; w < heap_detail::kBitmapWords; ++w) {
    for (uint64_t left = starts[w]; left != 0; left &= left - 1) {
      unsigned bit = static_cast<unsigned>(__builtin_ctzll(left));
      size_t offset = (w * 64 + bit) * heap_detail::kGranule;
      bool survived = (live[w] >> bit & 1) != 0;
      if (!survived && offset >= frontier) continue;
      Cell* cell = cell_at_offset(offset);
      if (cell->shape() != nullptr) visit(cell);
    }
  }
}

template <typename Visit>
void Block::for_each_marked(Visit visit) {
  if (is_free()) return;
  for (unsigned w = 0; w < heap_detail::kBitmapWords; ++w) {
    for (uint64_t left = mark[w]; left != 0; left &= left - 1) {
      visit(cell_at_offset((w * 64 + static_cast<unsigned>(__builtin_ctzll(left))) * heap_detail::kGranule));
    }
  }
}

}  // namespace hog
