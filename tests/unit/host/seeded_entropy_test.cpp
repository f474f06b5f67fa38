// Bytes from a seed: the same for the same seed, different else, and the first block is RFC 8439's ChaCha20 under the next key.
#include "host/seeded_entropy.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace hog {
namespace {

std::string bytes(SeededEntropy& entropy, size_t size) {
  std::string out(size, 0);
  entropy.fill(out.data(), size);
  return out;
}

TEST(SeededEntropyTest, RepeatsForTheSameSeed) {
  SeededEntropy a("seed", 4), b("seed", 4), c("Seed", 4);
  std::string first = bytes(a, 1000);
  EXPECT_EQ(first, bytes(b, 1000));
  EXPECT_NE(first, bytes(c, 1000));
  EXPECT_NE(first, bytes(a, 1000));
  a.reseed("seed", 4);
  EXPECT_EQ(first, bytes(a, 1000));
}

// The key stream of the all-zero key and nonce is a published test vector: block 0 is the next key, block 1 the first output.
TEST(SeededEntropyTest, IsChaCha20) {
  SeededEntropy zero;
  static constexpr unsigned char kBlockOne[8] = {0x9f, 0x07, 0xe7, 0xbe, 0x55, 0x51, 0x38, 0x7a};
  std::string out = bytes(zero, 8);
  EXPECT_EQ(0, std::memcmp(out.data(), kBlockOne, sizeof kBlockOne));
}

TEST(SeededEntropyTest, FillsAnySize) {
  SeededEntropy a;
  for (size_t size : {0u, 1u, 63u, 64u, 65u, 200u}) EXPECT_EQ(bytes(a, size).size(), size);
}

}  // namespace
}  // namespace hog
