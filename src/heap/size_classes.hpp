// size_classes.hpp: the sizes that small cells come in, and where the cells of each size lie in a block.
//
// Invariant: sizes are multiples of the granule and tile a block's room of kBlockRoom bytes with little left
// over; many are a power of two plus 16, since a backing store of 2^n words has a header of two words.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hog::heap_detail {

inline constexpr size_t kBlockBytes = 16 * 1024;
inline constexpr size_t kGranule = 16;
inline constexpr size_t kBlockHeader = 320;
inline constexpr size_t kBlockRoom = kBlockBytes - kBlockHeader;
inline constexpr size_t kBitmapWords = kBlockBytes / kGranule / 64;

// The last six are too seldom to deserve the inline path, but far too small for an allocation of their own.
inline constexpr uint16_t kCellSizes[] = {16,   32,   48,   64,   80,   96,   112,  128,  144,  176,  208,
                                          240,  272,  336,  400,  464,  528,  656,  800,  944,  1056, 1328,
                                          1600, 2000, 2288, 2672, 3200, 4016, 5344, 8032, 16064};
inline constexpr unsigned kClassCount = sizeof(kCellSizes) / sizeof(kCellSizes[0]);
inline constexpr size_t kLargestInlineCell = 2048;
inline constexpr size_t kLargestBlockCell = kCellSizes[kClassCount - 1];

// Class of a request of n granules (rounded up).
struct ClassTable {
  uint8_t of_granules[kLargestBlockCell / kGranule + 1];
};
constexpr ClassTable make_class_table() {
  ClassTable table{};
  unsigned size_class = 0;
  for (size_t granules = 0; granules <= kLargestBlockCell / kGranule; ++granules) {
    while (kCellSizes[size_class] < granules * kGranule) ++size_class;
    table.of_granules[granules] = static_cast<uint8_t>(size_class);
  }
  return table;
}
inline constexpr ClassTable kClassTable = make_class_table();

constexpr unsigned class_of(size_t bytes) {
  return kClassTable.of_granules[(bytes + kGranule - 1) / kGranule];
}
constexpr unsigned cells_per_block(unsigned size_class) {
  return static_cast<unsigned>(kBlockRoom / kCellSizes[size_class]);
}

}  // namespace hog::heap_detail
