// frozen_source.hpp: the source text of every module frozen into the binary.
//
// Invariant: plain constant data. The index is sorted by name (bytewise), needs no relocation and no start-up work;
// stdlib/pack_sources.py writes it and must agree with FrozenSource. Each source is one raw deflate stream.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hog {

struct FrozenSource {
  uint32_t name_offset;  // into the blob, as are all offsets
  uint16_t name_length;
  uint16_t is_package;
  uint32_t source_offset;
  uint32_t source_size;      // decoded, in bytes
  uint32_t compressed_size;  // in the blob
};

extern "C" {
extern const FrozenSource hog_frozen_source_index[];
extern const unsigned char hog_frozen_source_blob[];
extern const uint32_t hog_frozen_source_count;
}

inline std::span<const FrozenSource> frozen_sources() {
  return {hog_frozen_source_index, hog_frozen_source_count};
}
inline std::string_view frozen_name(const FrozenSource& entry) {
  return {reinterpret_cast<const char*>(hog_frozen_source_blob) + entry.name_offset, entry.name_length};
}
inline std::span<const unsigned char> frozen_compressed(const FrozenSource& entry) {
  return {hog_frozen_source_blob + entry.source_offset, entry.compressed_size};
}
// Null when nothing of that name is frozen.
inline const FrozenSource* find_frozen_source(std::string_view name) {
  std::span<const FrozenSource> all = frozen_sources();
  size_t low = 0, high = all.size();
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = frozen_name(all[middle]).compare(name);
    if (order == 0) return &all[middle];
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return nullptr;
}

}  // namespace hog
