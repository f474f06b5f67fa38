// hmac_object.hpp: HMAC over the hashes of this folder, as a plain state and as the cell of both modules that have it. Ref: RFC 2104.
#pragma once

#include "modules/hash/hash_object.hpp"

namespace hog {

struct HmacState {
  const HashAlgorithm* algorithm;
  alignas(16) uint8_t inner[kLargestHashState];
  alignas(16) uint8_t outer[kLargestHashState];

  Fallible<void> start(Thread& t, const HashAlgorithm* hash, const uint8_t* key, size_t key_size);
  void finish(uint8_t* digest);  // the state is of no more use
};

class Hmac : public Cell {
 public:
  static const Layout kLayout;
  HmacState state_;
};

// message: bytes, or None.
Fallible<Value> new_hmac_py(Thread& t, Type* type, const HashAlgorithm* algorithm, const BytesLike& key, Value message);

// Rows of the types.
Fallible<void> hmac_update(Thread& t, Hmac* self, Value message);
Fallible<Value> hmac_copy(Thread& t, Hmac* self);
Fallible<Bytes*> hmac_digest(Thread& t, Hmac* self);
Fallible<Str*> hmac_hex_digest(Thread& t, Hmac* self);
Fallible<Value> hmac_repr(Thread& t, Value self);
Fallible<Value> hmac_name(Thread& t, Value self);
Fallible<Value> hmac_digest_size(Thread& t, Value self);
Fallible<Value> hmac_block_size(Thread& t, Value self);

}  // namespace hog
