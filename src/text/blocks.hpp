// blocks.hpp: sixteen bytes of characters at a time, with the compilers' vector extension (no instruction set
// is named, so this builds for any processor). For src/text/*.cpp alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hog::blocks {

typedef uint8_t Block1 __attribute__((vector_size(16)));
typedef uint16_t Block2 __attribute__((vector_size(16)));
typedef uint32_t Block4 __attribute__((vector_size(16)));

template <typename Character>
struct BlockOf;
template <>
struct BlockOf<uint8_t> {
  using Type = Block1;
};
template <>
struct BlockOf<uint16_t> {
  using Type = Block2;
};
template <>
struct BlockOf<uint32_t> {
  using Type = Block4;
};
template <typename Character>
using Block = typename BlockOf<Character>::Type;
template <typename Character>
constexpr size_t kLanes = 16 / sizeof(Character);

template <typename Character>
Block<Character> load(const Character* from) {
  Block<Character> block;
  std::memcpy(&block, from, 16);
  return block;
}

// Comparisons give blocks whose lanes are all ones or zero.
template <typename Mask>
bool any(Mask mask) {
  uint64_t halves[2];
  static_assert(sizeof mask == sizeof halves);
  std::memcpy(halves, &mask, 16);
  return (halves[0] | halves[1]) != 0;
}

// One bit for each lane of a mask, the first lane's lowest.
template <typename Character, typename Mask>
uint32_t lane_bits(Mask mask) {
#ifdef __SSE2__
  typedef char Bytes __attribute__((vector_size(16)));
  auto bits = static_cast<uint32_t>(__builtin_ia32_pmovmskb128(reinterpret_cast<Bytes>(mask)));
  if constexpr (sizeof(Character) == 1) return bits;
  uint32_t lanes = 0;
  for (size_t lane = 0; lane < kLanes<Character>; lane++) lanes |= (bits >> (lane * sizeof(Character)) & 1) << lane;
  return lanes;
#else
  uint32_t lanes = 0;
  for (size_t lane = 0; lane < kLanes<Character>; lane++) lanes |= static_cast<uint32_t>(mask[lane] != 0) << lane;
  return lanes;
#endif
}

// How many characters satisfy `matches`, which is given blocks and single characters alike and returns a mask
// or a bool.
template <typename Character, typename Matches>
size_t count_if(const Character* text, size_t length, Matches matches) {
  size_t found = 0, i = 0;
  while (i + kLanes<Character> <= length) {
    // Each lane counts for itself; a lane of one byte overflows after 255 rounds.
    Block<Character> counts{};
    for (unsigned round = 0; round < 255 && i + kLanes<Character> <= length;
         round++, i += kLanes<Character>) {
      counts -= reinterpret_cast<Block<Character>>(matches(load(text + i)));
    }
    for (size_t lane = 0; lane < kLanes<Character>; lane++) found += counts[lane];
  }
  for (; i < length; i++) found += static_cast<size_t>(matches(text[i]));
  return found;
}

// The first character at or after `from` that satisfies `matches`; `length` when none does.
template <typename Character, typename Matches>
size_t find_if(const Character* text, size_t length, size_t from, Matches matches) {
  size_t i = from;
  while (i + kLanes<Character> <= length && !any(matches(load(text + i)))) i += kLanes<Character>;
  while (i < length && !matches(text[i])) i++;
  return i;
}

}  // namespace hog::blocks
