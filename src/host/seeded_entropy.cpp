// seeded_entropy.cpp: see seeded_entropy.hpp. Each fill() runs ChaCha20 under a key that it uses once: the first half of the first
// block is the next key, so that earlier output cannot be computed again. Ref: RFC 8439.
#include "host/seeded_entropy.hpp"

#include <bit>
#include <cstring>

namespace hog {

namespace {

constexpr size_t kWords = 16;
constexpr size_t kBlockBytes = kWords * sizeof(uint32_t);

void quarter_round(uint32_t& a, uint32_t& b, uint32_t& c, uint32_t& d) {
  a += b;
  d = std::rotl(d ^ a, 16);
  c += d;
  b = std::rotl(b ^ c, 12);
  a += b;
  d = std::rotl(d ^ a, 8);
  c += d;
  b = std::rotl(b ^ c, 7);
}

void make_block(const uint32_t (&key)[8], uint64_t counter, uint32_t (&out)[kWords]) {
  const uint32_t start[kWords] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, key[0], key[1], key[2], key[3], key[4], key[5],
                                  key[6], key[7], static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0};
  uint32_t s[kWords];
  std::memcpy(s, start, sizeof s);
  for (int round = 0; round < 10; ++round) {
    for (size_t i = 0; i < 4; ++i) quarter_round(s[i], s[4 + i], s[8 + i], s[12 + i]);
    for (size_t i = 0; i < 4; ++i) quarter_round(s[i], s[4 + (i + 1) % 4], s[8 + (i + 2) % 4], s[12 + (i + 3) % 4]);
  }
  for (size_t i = 0; i < kWords; ++i) out[i] = s[i] + start[i];
}

}  // namespace

void SeededEntropy::reseed(const void* seed, size_t size) {
  std::memset(key_, 0, sizeof key_);
  if (size != 0) std::memcpy(key_, seed, size < kSeedBytes ? size : kSeedBytes);
}

void SeededEntropy::fill(void* buffer, size_t size) {
  uint32_t key[8];
  std::memcpy(key, key_, sizeof key);
  uint32_t block[kWords];
  make_block(key, 0, block);
  std::memcpy(key_, block, sizeof key_);
  auto* out = static_cast<unsigned char*>(buffer);
  for (uint64_t counter = 1; size != 0; ++counter) {
    make_block(key, counter, block);
    size_t n = size < kBlockBytes ? size : kBlockBytes;
    std::memcpy(out, block, n);
    out += n;
    size -= n;
  }
}

}  // namespace hog
