// text_hash.hpp: what bytes have in common with texts.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hog {

class Thread;

// The hash of these bytes before the seed is mixed in, never 0: what a text with the same bytes has, permanent names included, so
// that hash(b"a") == hash("a") as in CPython. Any other text's is hash_bytes().
uint64_t hash_bytes_as_text(const Thread& t, const void* data, size_t size);

}  // namespace hog
