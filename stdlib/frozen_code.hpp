// frozen_code.hpp: the compiled modules frozen into the binary.
//
// Invariant: plain constant data, sorted by name (bytewise), made by hognose-freeze, which must agree with FrozenCode. Each
// blob (bytecode/code_format.hpp) is 8-byte aligned and has passed verify(). Code is compiled with optimize=0 and the filename
// "<frozen NAME>".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hog {

struct FrozenCode {
  uint32_t name_offset;  // into the blob, as is blob_offset
  uint16_t name_length;
  uint16_t is_package;
  uint32_t blob_offset;
  uint32_t blob_size;
};

extern "C" {
extern const FrozenCode hog_frozen_code_index[];
extern const unsigned char hog_frozen_code_blob[];
extern const uint32_t hog_frozen_code_count;
}

inline std::span<const FrozenCode> frozen_codes() { return {hog_frozen_code_index, hog_frozen_code_count}; }
inline std::string_view frozen_code_name(const FrozenCode& entry) {
  return {reinterpret_cast<const char*>(hog_frozen_code_blob) + entry.name_offset, entry.name_length};
}
inline std::span<const unsigned char> frozen_code_blob(const FrozenCode& entry) {
  return {hog_frozen_code_blob + entry.blob_offset, entry.blob_size};
}
// Null when nothing of that name is frozen.
inline const FrozenCode* find_frozen_code(std::string_view name) {
  std::span<const FrozenCode> all = frozen_codes();
  size_t low = 0, high = all.size();
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = frozen_code_name(all[middle]).compare(name);
    if (order == 0) return &all[middle];
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return nullptr;
}

}  // namespace hog
