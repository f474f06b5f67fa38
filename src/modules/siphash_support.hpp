// siphash_support.hpp: SipHash-1-3 with a key of the caller's. Ref: Aumasson and Bernstein, "SipHash: a fast short-input PRF".
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hog {

inline uint64_t sip_hash_13(uint64_t key0, uint64_t key1, const uint8_t* data, size_t size) {
  uint64_t v0 = key0 ^ 0x736f6d6570736575u, v1 = key1 ^ 0x646f72616e646f6du;
  uint64_t v2 = key0 ^ 0x6c7967656e657261u, v3 = key1 ^ 0x7465646279746573u;
  auto round = [&] {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32) + v3;
    v2 += v1;
    v3 = std::rotl(v3, 21) ^ v0;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  };
  size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    uint64_t word;
    std::memcpy(&word, data + at, 8);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  uint64_t last = static_cast<uint64_t>(size) << 56;
  for (size_t i = 0; at + i < size; ++i) last |= static_cast<uint64_t>(data[at + i]) << (8 * i);
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xFF;
  for (int i = 0; i < 3; ++i) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace hog
