// blake2.cpp: BLAKE2b and BLAKE2s with keys, salt, personalisation and tree parameters. Ref: RFC 7693.
// Invariant: a full block waits until more input shows that it is not the last.
#include <bit>
#include <cstring>

#include "modules/hash/hash_algorithm.hpp"

namespace hog {

namespace {

constexpr uint64_t kStart[8] = {0x6a09e667f3bcc908u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu, 0xa54ff53a5f1d36f1u,
                                0x510e527fade682d1u, 0x9b05688c2b3e6c1fu, 0x1f83d9abfb41bd6bu, 0x5be0cd19137e2179u};
constexpr uint8_t kOrder[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

// The 32-bit function starts from the upper halves of the 64-bit one's numbers.
template <typename Word>
constexpr Word start_word(size_t i) {
  return static_cast<Word>(kStart[i] >> (64 - 8 * sizeof(Word)));
}

template <typename Word>
struct Turns;
template <>
struct Turns<uint64_t> {
  static constexpr int a = 32, b = 24, c = 16, d = 63, rounds = 12;
};
template <>
struct Turns<uint32_t> {
  static constexpr int a = 16, b = 12, c = 8, d = 7, rounds = 10;
};

template <typename Word>
[[gnu::always_inline]] inline void mix(Word& a, Word& b, Word& c, Word& d, Word x, Word y) {
  using T = Turns<Word>;
  a += b + x;
  d = std::rotr(static_cast<Word>(d ^ a), T::a);
  c += d;
  b = std::rotr(static_cast<Word>(b ^ c), T::b);
  a += b + y;
  d = std::rotr(static_cast<Word>(d ^ a), T::c);
  c += d;
  b = std::rotr(static_cast<Word>(b ^ c), T::d);
}

template <typename Word, int kRound>
[[gnu::always_inline]] inline void round_of(Word* v, const Word* m) {
  if constexpr (kRound < Turns<Word>::rounds) {
    constexpr const uint8_t* s = kOrder[kRound % 10];
    mix(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
    mix(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
    mix(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
    mix(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
    mix(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
    mix(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
    mix(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
    mix(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
    round_of<Word, kRound + 1>(v, m);
  }
}

}  // namespace

template <typename Word>
void Blake2<Word>::compress(const uint8_t* data, bool last) {
  Word m[16], v[16];
  std::memcpy(m, data, sizeof m);
  for (size_t i = 0; i < 8; ++i) {
    v[i] = chain[i];
    v[8 + i] = start_word<Word>(i);
  }
  v[12] ^= count[0];
  v[13] ^= count[1];
  if (last) v[14] = static_cast<Word>(~v[14]);
  if (last && last_node) v[15] = static_cast<Word>(~v[15]);
  round_of<Word, 0>(v, m);
  for (size_t i = 0; i < 8; ++i) chain[i] ^= v[i] ^ v[8 + i];
}

template <typename Word>
void Blake2<Word>::count_bytes(size_t bytes) {
  count[0] += static_cast<Word>(bytes);
  if (count[0] < static_cast<Word>(bytes)) ++count[1];
}

template <typename Word>
void Blake2<Word>::update(const uint8_t* data, size_t size) {
  while (size != 0) {
    if (filled == sizeof block) {
      count_bytes(sizeof block);
      compress(block, false);
      filled = 0;
    }
    while (filled == 0 && size > sizeof block) {
      count_bytes(sizeof block);
      compress(data, false);
      data += sizeof block;
      size -= sizeof block;
    }
    size_t part = sizeof block - filled < size ? sizeof block - filled : size;
    std::memcpy(block + filled, data, part);
    filled += static_cast<uint32_t>(part);
    data += part;
    size -= part;
  }
}

template <typename Word>
void Blake2<Word>::finish(uint8_t* digest) {
  count_bytes(filled);
  std::memset(block + filled, 0, sizeof block - filled);
  compress(block, true);
  std::memcpy(digest, chain, digest_size);
}

template <typename Word>
void Blake2<Word>::start(const Blake2Parameters& p) {
  constexpr bool kWide = sizeof(Word) == 8;
  std::memset(static_cast<void*>(this), 0, sizeof *this);
  uint8_t bytes[sizeof chain] = {};
  bytes[0] = p.digest_size;
  bytes[1] = static_cast<uint8_t>(p.key.size());
  bytes[2] = p.fanout;
  bytes[3] = p.depth;
  std::memcpy(bytes + 4, &p.leaf_size, 4);
  std::memcpy(bytes + 8, &p.node_offset, kWide ? 8 : 6);
  bytes[kWide ? 16 : 14] = p.node_depth;
  bytes[kWide ? 17 : 15] = p.inner_size;
  if (!p.salt.empty()) std::memcpy(bytes + sizeof bytes / 2, p.salt.data(), p.salt.size());
  if (!p.person.empty()) std::memcpy(bytes + sizeof bytes / 4 * 3, p.person.data(), p.person.size());
  Word words[8];
  std::memcpy(words, bytes, sizeof words);
  for (size_t i = 0; i < 8; ++i) chain[i] = start_word<Word>(i) ^ words[i];
  digest_size = p.digest_size;
  last_node = p.last_node;
  if (p.key.empty()) return;
  std::memcpy(block, p.key.data(), p.key.size());
  filled = sizeof block;
}

template struct Blake2<uint64_t>;
template struct Blake2<uint32_t>;

}  // namespace hog
