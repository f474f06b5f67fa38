// copy.hpp: copy_bytes, memcpy for what may be large.
#pragma once

#include <cstddef>
#include <cstring>

namespace hog {

// OPTIMIZATION: in pieces that the C library copies with vector registers. Above about 2 KB it takes `rep movsb`, which is ten times
// slower on AMD's processors when the target lies a few bytes beyond the source modulo 4096; and so it does between large cells,
// whose headers are 16 bytes in one kind and 24 in another.
inline void copy_bytes(void* to, const void* from, size_t count) {
  constexpr size_t kPiece = 31 * 64;
  auto* target = static_cast<char*>(to);
  const auto* source = static_cast<const char*>(from);
  for (; count > kPiece; count -= kPiece, target += kPiece, source += kPiece) std::memcpy(target, source, kPiece);
  if (count != 0) std::memcpy(target, source, count);
}

}  // namespace hog
