// hash_algorithms.cpp: MD5, SHA-1 and SHA-2 are nettle's (plain structures, no allocation); SHA-3 is a sponge around its permutation.
#include <nettle/md5.h>
#include <nettle/ripemd160.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/sha3.h>
#include <nettle/sm3.h>

#include <bit>
#include <cstring>

#include "modules/hash/hash_algorithm.hpp"

namespace hog {

static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(Sponge) <= kLargestHashState && sizeof(Blake2b) <= kLargestHashState &&
              sizeof(sha512_ctx) <= kLargestHashState);
static_assert(sizeof(sha3_state) == sizeof(Sponge::lanes));

void start_sponge(Sponge* sponge, uint32_t rate) {
  std::memset(sponge, 0, sizeof *sponge);
  sponge->rate = rate;
}

namespace {

void permute(Sponge* sponge) {
  sha3_permute(reinterpret_cast<sha3_state*>(sponge->lanes));
  sponge->position = 0;
}

}  // namespace

void absorb(Sponge* sponge, const uint8_t* data, size_t size) {
  auto* bytes = reinterpret_cast<uint8_t*>(sponge->lanes);
  while (size != 0) {
    if (sponge->position == 0 && size >= sponge->rate) {
      for (uint32_t i = 0; i < sponge->rate / 8; ++i) {
        uint64_t lane;
        std::memcpy(&lane, data + size_t{8} * i, 8);
        sponge->lanes[i] ^= lane;
      }
      data += sponge->rate;
      size -= sponge->rate;
      permute(sponge);
      continue;
    }
    bytes[sponge->position] ^= *data;
    ++data;
    --size;
    if (++sponge->position == sponge->rate) permute(sponge);
  }
}

void pad_sponge(Sponge* sponge, uint8_t suffix) {
  auto* bytes = reinterpret_cast<uint8_t*>(sponge->lanes);
  bytes[sponge->position] ^= suffix;
  bytes[sponge->rate - 1] ^= 0x80;
  permute(sponge);
}

void squeeze(Sponge* sponge, uint8_t* out, size_t size) {
  while (size != 0) {
    if (sponge->position == sponge->rate) permute(sponge);
    size_t part = sponge->rate - sponge->position;
    if (part > size) part = size;
    std::memcpy(out, reinterpret_cast<uint8_t*>(sponge->lanes) + sponge->position, part);
    sponge->position += static_cast<uint32_t>(part);
    out += part;
    size -= part;
  }
}

namespace {

template <uint32_t kDigest>
void start_sha3(void* state) {
  start_sponge(static_cast<Sponge*>(state), 200 - 2 * kDigest);
}
void update_sha3(void* state, const uint8_t* data, size_t size) { absorb(static_cast<Sponge*>(state), data, size); }
template <uint32_t kDigest>
void finish_sha3(void* state, uint8_t* digest) {
  pad_sponge(static_cast<Sponge*>(state), 0x06);
  squeeze(static_cast<Sponge*>(state), digest, kDigest);
}

template <typename State>
void start_blake2(void* state) {
  Blake2Parameters parameters;
  parameters.digest_size = sizeof(State::chain);
  static_cast<State*>(state)->start(parameters);
}
template <typename State>
void update_blake2(void* state, const uint8_t* data, size_t size) {
  static_cast<State*>(state)->update(data, size);
}
template <typename State>
void finish_blake2(void* state, uint8_t* digest) {
  static_cast<State*>(state)->finish(digest);
}

#define HOG_NETTLE(name, context, family, size)                      \
  [](void* state) { name##_init(static_cast<context*>(state)); },    \
      [](void* state, const uint8_t* data, size_t length) {          \
        family##_update(static_cast<context*>(state), length, data); \
      },                                                             \
      [](void* state, uint8_t* digest) { name##_digest(static_cast<context*>(state), size, digest); }
#define HOG_SHA3(size) start_sha3<size>, update_sha3, finish_sha3<size>
#define HOG_BLAKE2(state) start_blake2<state>, update_blake2<state>, finish_blake2<state>

template <uint32_t kRate>
void start_shake(void* state) {
  start_sponge(static_cast<Sponge*>(state), kRate);
}

}  // namespace

const HashAlgorithm kHashAlgorithms[kHashCount] = {
    {"md5", 16, 64, HOG_NETTLE(md5, md5_ctx, md5, 16)},
    {"sha1", 20, 64, HOG_NETTLE(sha1, sha1_ctx, sha1, 20)},
    {"sha224", 28, 64, HOG_NETTLE(sha224, sha224_ctx, sha224, 28)},
    {"sha256", 32, 64, HOG_NETTLE(sha256, sha256_ctx, sha256, 32)},
    {"sha384", 48, 128, HOG_NETTLE(sha384, sha384_ctx, sha384, 48)},
    {"sha512", 64, 128, HOG_NETTLE(sha512, sha512_ctx, sha512, 64)},
    {"sha3_224", 28, 144, HOG_SHA3(28)},
    {"sha3_256", 32, 136, HOG_SHA3(32)},
    {"sha3_384", 48, 104, HOG_SHA3(48)},
    {"sha3_512", 64, 72, HOG_SHA3(64)},
    {"blake2s", 32, 64, HOG_BLAKE2(Blake2s)},
    {"blake2b", 64, 128, HOG_BLAKE2(Blake2b)},
};

const HashAlgorithm kSha512_224 = {"sha512_224", 28, 128, HOG_NETTLE(sha512_224, sha512_ctx, sha512, 28)};
const HashAlgorithm kSha512_256 = {"sha512_256", 32, 128, HOG_NETTLE(sha512_256, sha512_ctx, sha512, 32)};
const HashAlgorithm kRipemd160 = {"ripemd160", 20, 64, HOG_NETTLE(ripemd160, ripemd160_ctx, ripemd160, 20)};
const HashAlgorithm kSm3 = {"sm3", 32, 64, HOG_NETTLE(sm3, sm3_ctx, sm3, 32)};
const HashAlgorithm kShake128 = {"shake_128", 0, 168, start_shake<168>, update_sha3, nullptr};
const HashAlgorithm kShake256 = {"shake_256", 0, 136, start_shake<136>, update_sha3, nullptr};

}  // namespace hog
