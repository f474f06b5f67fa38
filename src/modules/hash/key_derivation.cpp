// key_derivation.cpp: see key_derivation.hpp. What is slow on purpose is polled against the budget, and its memory is the isolate's: cells, which
// nothing but this file refers to.
#include "modules/hash/key_derivation.hpp"

#include <bit>

namespace hog {

namespace {

// Blocks from `keyed`, which is an HMAC's state after its key.
Fallible<void> fill_pbkdf2(Thread& t, const HmacState& keyed, const uint8_t* salt, size_t salt_size, int64_t iterations, uint8_t* out,
                           size_t size) {
  const HashAlgorithm* hash = keyed.algorithm;
  size_t length = hash->digest_size;
  HmacState salted = keyed;
  TRY(feed_hash(t, hash, salted.inner, salt, salt_size));
  for (uint32_t number = 1; size != 0; ++number) {
    uint8_t last[kLargestDigest], block[kLargestDigest];
    const uint8_t index[] = {static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16), static_cast<uint8_t>(number >> 8),
                             static_cast<uint8_t>(number)};
    HmacState state = salted;
    hash->update(state.inner, index, 4);
    state.finish(last);
    std::memcpy(block, last, length);
    TRY(t.poll(16));
    for (int64_t i = 1; i < iterations; ++i) {
      if (i % 16 == 0) TRY(t.poll(128));
      state = keyed;
      hash->update(state.inner, last, length);
      state.finish(last);
      for (size_t k = 0; k < length; ++k) block[k] ^= last[k];
    }
    size_t part = size < length ? size : length;
    std::memcpy(out, block, part);
    out += part;
    size -= part;
  }
  return {};
}

// ---- scrypt. A block is 16 words; a row is 2r blocks. ----

constexpr size_t kBlockWords = 16;

void quarter(uint32_t* x, int a, int b, int c, int d) {
  x[b] ^= std::rotl(x[a] + x[d], 7);
  x[c] ^= std::rotl(x[b] + x[a], 9);
  x[d] ^= std::rotl(x[c] + x[b], 13);
  x[a] ^= std::rotl(x[d] + x[c], 18);
}
void salsa_8(uint32_t* block) {
  uint32_t x[kBlockWords];
  std::memcpy(x, block, sizeof x);
  for (int round = 0; round < 8; round += 2) {
    quarter(x, 0, 4, 8, 12);
    quarter(x, 5, 9, 13, 1);
    quarter(x, 10, 14, 2, 6);
    quarter(x, 15, 3, 7, 11);
    quarter(x, 0, 1, 2, 3);
    quarter(x, 5, 6, 7, 4);
    quarter(x, 10, 11, 8, 9);
    quarter(x, 15, 12, 13, 14);
  }
  for (size_t i = 0; i < kBlockWords; ++i) block[i] += x[i];
}
// Even blocks of the result go to the front half, odd ones to the back.
void mix_row(const uint32_t* in, uint32_t* out, size_t r) {
  uint32_t x[kBlockWords];
  std::memcpy(x, in + (2 * r - 1) * kBlockWords, sizeof x);
  for (size_t i = 0; i < 2 * r; ++i) {
    for (size_t k = 0; k < kBlockWords; ++k) x[k] ^= in[i * kBlockWords + k];
    salsa_8(x);
    std::memcpy(out + (i / 2 + (i % 2) * r) * kBlockWords, x, sizeof x);
  }
}

// Memory for scrypt: every row that ever was, and two to work in.
Fallible<void> mix_hard(Thread& t, uint32_t* row, uint32_t* rows, uint32_t* other, const ScryptCost& cost) {
  size_t words = 2 * kBlockWords * cost.r;
  auto polls = static_cast<int64_t>(cost.r < 1024 ? cost.r * 4 : 4096);
  for (uint64_t i = 0; i < cost.n; ++i) {
    TRY(t.poll(polls));
    std::memcpy(rows + i * words, row, words * 4);
    mix_row(row, other, cost.r);
    std::memcpy(row, other, words * 4);
  }
  for (uint64_t i = 0; i < cost.n; ++i) {
    TRY(t.poll(polls));
    uint64_t chosen;
    std::memcpy(&chosen, row + words - kBlockWords, sizeof chosen);
    const uint32_t* with = rows + (chosen & (cost.n - 1)) * words;
    for (size_t k = 0; k < words; ++k) row[k] ^= with[k];
    mix_row(row, other, cost.r);
    std::memcpy(row, other, words * 4);
  }
  return {};
}

}  // namespace

Fallible<Bytes*> derive_pbkdf2(Thread& t, const HashAlgorithm* algorithm, const BytesLike& password, const BytesLike& salt,
                               int64_t iterations, size_t size) {
  HmacState keyed;
  TRY(keyed.start(t, algorithm, password.data(), password.size()));
  TRY(t.check_fits(size));
  Bytes* key = TRY(Bytes::make(t, size));
  TRY(fill_pbkdf2(t, keyed, salt.data(), salt.size(), iterations, key->mutable_data(), size));
  return key;
}

bool ScryptCost::needs_at_most(uint64_t limit) const {
  uint64_t row = uint64_t{128} * r;
  if (p > ((uint32_t{1} << 30) - 1) / r) return false;
  if (r <= 3 && n >= uint64_t{1} << (16 * r)) return false;
  return n + 2 <= UINT64_MAX / row && p <= limit / row && row * (n + 2) <= limit - p * row;
}

Fallible<Bytes*> derive_scrypt(Thread& t, const BytesLike& password, const BytesLike& salt, const ScryptCost& cost, size_t size) {
  HmacState keyed;
  TRY(keyed.start(t, algorithm_of(Hash::Sha256), password.data(), password.size()));
  size_t row = size_t{128} * cost.r;
  TRY(t.check_fits(row * (cost.n + 2) + row * cost.p));
  ByteArray* blocks = TRY(ByteArray::make(t, row * cost.p));
  ByteArray* rows = TRY(ByteArray::make(t, row * cost.n));
  ByteArray* other = TRY(ByteArray::make(t, row));
  TRY(fill_pbkdf2(t, keyed, salt.data(), salt.size(), 1, blocks->data(), row * cost.p));
  for (uint32_t i = 0; i < cost.p; ++i)
    TRY(mix_hard(t, reinterpret_cast<uint32_t*>(blocks->data() + i * row), reinterpret_cast<uint32_t*>(rows->data()),
                 reinterpret_cast<uint32_t*>(other->data()), cost));
  Bytes* key = TRY(Bytes::make(t, size));
  TRY(fill_pbkdf2(t, keyed, blocks->data(), row * cost.p, 1, key->mutable_data(), size));
  return key;
}

}  // namespace hog
