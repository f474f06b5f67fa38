// hash_algorithm.hpp: the hash functions as one table of constants over plain states: a state is copied with memcpy and owns nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hog {

constexpr size_t kLargestHashState = 304;
constexpr size_t kLargestDigest = 64;

struct HashAlgorithm {
  const char* name;
  uint8_t digest_size;  // 0: as long as asked for (SHAKE)
  uint8_t block_size;
  void (*start)(void* state);
  void (*update)(void* state, const uint8_t* data, size_t size);
  void (*finish)(void* state, uint8_t* digest);  // the state is of no more use
};

enum class Hash : uint8_t {
  Md5,
  Sha1,
  Sha224,
  Sha256,
  Sha384,
  Sha512,
  Sha3_224,
  Sha3_256,
  Sha3_384,
  Sha3_512,
  Blake2s,
  Blake2b
};
constexpr size_t kHashCount = 12;
extern const HashAlgorithm kHashAlgorithms[kHashCount];
// Hashes that only _hashlib has by name; those of SHAKE have no finish().
extern const HashAlgorithm kSha512_224, kSha512_256, kRipemd160, kSm3, kShake128, kShake256;
inline const HashAlgorithm* algorithm_of(Hash hash) { return &kHashAlgorithms[static_cast<size_t>(hash)]; }

// SHA-3 and SHAKE. Ref: FIPS 202.
struct Sponge {
  uint64_t lanes[25];
  uint32_t rate;      // bytes absorbed between permutations
  uint32_t position;  // in the present block
};
void start_sponge(Sponge* sponge, uint32_t rate);
void absorb(Sponge* sponge, const uint8_t* data, size_t size);
void pad_sponge(Sponge* sponge, uint8_t suffix);  // before the first squeeze
void squeeze(Sponge* sponge, uint8_t* out, size_t size);

// BLAKE2b and BLAKE2s. Ref: RFC 7693, and the parameter block of the BLAKE2 paper.
struct Blake2Parameters {
  uint8_t digest_size = 64, fanout = 1, depth = 1, node_depth = 0, inner_size = 0;
  uint32_t leaf_size = 0;
  uint64_t node_offset = 0;
  std::string_view key, salt, person;
  bool last_node = false;
};
template <typename Word>
struct Blake2 {
  Word chain[8];
  Word count[2];
  uint32_t filled;
  uint8_t digest_size;
  bool last_node;
  uint8_t block[sizeof(Word) * 16];

  void start(const Blake2Parameters& parameters);
  void update(const uint8_t* data, size_t size);
  void finish(uint8_t* digest);

 private:
  void compress(const uint8_t* data, bool last);
  void count_bytes(size_t bytes);
};
using Blake2b = Blake2<uint64_t>;
using Blake2s = Blake2<uint32_t>;

}  // namespace hog
