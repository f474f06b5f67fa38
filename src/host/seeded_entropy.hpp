// seeded_entropy.hpp: random bytes from a seed and nothing else: for isolates that may not learn anything from the host, and for
// programs that must run the same way twice. Whoever does not know the seed cannot tell the bytes from random ones, and what
// was given out earlier cannot be found from the object's memory.
#pragma once

#include "host/host.hpp"

namespace hog {

// For one isolate: it does not lock.
class SeededEntropy final : public Entropy {
 public:
  static constexpr size_t kSeedBytes = 32;
  SeededEntropy() { reseed(nullptr, 0); }
  // As many bytes as there are, at most kSeedBytes.
  SeededEntropy(const void* seed, size_t size) { reseed(seed, size); }
  void reseed(const void* seed, size_t size);
  void fill(void* buffer, size_t size) override;

 private:
  uint32_t key_[8];
};

}  // namespace hog
