// key_derivation.hpp: keys from passwords: PBKDF2 over HMAC (RFC 8018) and scrypt (RFC 7914).
#pragma once

#include "modules/hash/hmac_object.hpp"

namespace hog {

Fallible<Bytes*> derive_pbkdf2(Thread& t, const HashAlgorithm* algorithm, const BytesLike& password, const BytesLike& salt,
                               int64_t iterations, size_t size);

struct ScryptCost {
  uint64_t n;  // a power of 2, at least 2
  uint32_t r, p;  // not 0
  // Bytes that it works in; the caller has seen that they are no more than `limit` before it derives.
  bool needs_at_most(uint64_t limit) const;
};
Fallible<Bytes*> derive_scrypt(Thread& t, const BytesLike& password, const BytesLike& salt, const ScryptCost& cost, size_t size);

}  // namespace hog
