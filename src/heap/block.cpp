// block.cpp: see block.hpp.
#include "heap/block.hpp"

#include <cstring>

namespace hog {

namespace heap_detail {

static constexpr StartBits make_start_bits() {
  StartBits bits{};
  for (unsigned size_class = 0; size_class < kClassCount; ++size_class) {
    size_t granule = kBlockHeader / kGranule;
    for (unsigned cell = 0; cell < cells_per_block(size_class); ++cell) {
      bits.words[size_class][granule / 64] |= uint64_t{1} << (granule % 64);
      granule += kCellSizes[size_class] / kGranule;
    }
  }
  return bits;
}
constinit const StartBits kStartBits = make_start_bits();

}  // namespace heap_detail

using namespace heap_detail;

void Block::initialise(unsigned new_class, uint8_t new_flags) {
  flags = new_flags;
  std::memset(mark, has(kPermanent) ? 0xff : 0, sizeof mark);
  std::memset(live, 0, sizeof live);
  next = nullptr;
  size_class = static_cast<uint8_t>(new_class);
  frontier = kBlockHeader;
  if (new_class == kFree || has(kLarge)) {
    cell_count = has(kLarge) ? 1 : 0;
    return;
  }
  memory = nullptr;
  held_bytes = 0;
  cell_bytes = kCellSizes[new_class];
  cell_count = static_cast<uint16_t>(cells_per_block(new_class));
  // Exact for all offsets in a block: the error, below 2^14 / 2^32, is less than 1 / cell_bytes.
  reciprocal = static_cast<uint32_t>(((uint64_t{1} << 32) + cell_bytes - 1) / cell_bytes);
}

// The first set bit at or after `granule`, or the block's number of granules.
template <typename WordAt>
static unsigned next_bit(unsigned granule, WordAt word_at) {
  unsigned w = granule / 64;
  if (w >= kBitmapWords) return kBitmapWords * 64;
  uint64_t word = word_at(w) & (~uint64_t{0} << (granule % 64));
  while (word == 0) {
    if (++w == kBitmapWords) return kBitmapWords * 64;
    word = word_at(w);
  }
  return w * 64 + static_cast<unsigned>(__builtin_ctzll(word));
}

bool Block::find_gap(size_t* begin, size_t* end) const {
  const uint64_t* starts = kStartBits.words[size_class];
  unsigned first = next_bit(frontier / kGranule, [&](unsigned w) { return starts[w] & ~live[w]; });
  if (first == kBitmapWords * 64) return false;
  unsigned after = next_bit(first, [&](unsigned w) { return live[w]; });
  *begin = first * kGranule;
  size_t end_of_cells = kBlockHeader + cell_count * cell_bytes;
  *end = after * kGranule < end_of_cells ? after * kGranule : end_of_cells;
  return true;
}

Cell* Block::cell_around(size_t offset) {
  if (is_free() || offset < kBlockHeader) return nullptr;
  size_t within = offset - kBlockHeader;
  if (has(kLarge)) return within < cell_bytes && first_cell()->shape() != nullptr ? first_cell() : nullptr;
  size_t index = static_cast<size_t>((uint64_t{reciprocal} * within) >> 32);
  if (index >= cell_count) return nullptr;
  size_t start = kBlockHeader + index * cell_bytes;
  unsigned granule = static_cast<unsigned>(start / kGranule);
  bool survived = (live[granule / 64] >> (granule % 64) & 1) != 0;
  if (!survived && start >= frontier) return nullptr;
  Cell* cell = cell_at_offset(start);
  return cell->shape() != nullptr ? cell : nullptr;
}

}  // namespace hog
