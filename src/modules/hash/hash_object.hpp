// hash_object.hpp: HashObject, the cell of every hash (and, twice the state, of HMAC), and what the hash modules share.
#pragma once

#include <cstring>

#include "modules/hash/hash_algorithm.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

class HashObject : public Cell {
 public:
  static const Layout kLayout;
  const HashAlgorithm* algorithm_;
  uint8_t digest_size_;
  alignas(16) uint8_t state_[kLargestHashState];
};

// Opens a buffer as the hash functions do, with their messages.
Fallible<void> open_hash_input_py(Thread& t, BytesLike* input, Value data);
// Feeds input in pieces, asking the budget between them.
Fallible<void> feed_hash(Thread& t, const HashAlgorithm* algorithm, void* state, const uint8_t* data, size_t size);
Fallible<void> update_hash_py(Thread& t, HashObject* hash, Value data);
// The one of `data` and `string` that was given, or absent.
Fallible<Value> choose_hash_input(Thread& t, Value data, Value string);
Fallible<HashObject*> new_hash_object(Thread& t, Type* type, const HashAlgorithm* algorithm);
Fallible<Str*> to_hex(Thread& t, const uint8_t* data, size_t size);

// Rows that every hash type has: copy, digest, hexdigest, update; name, digest_size, block_size.
Fallible<Value> hash_copy(Thread& t, HashObject* self);
Fallible<Bytes*> hash_digest(Thread& t, HashObject* self);
Fallible<Str*> hash_hex_digest(Thread& t, HashObject* self);
Fallible<Bytes*> shake_digest(Thread& t, HashObject* self, Value length);
Fallible<Str*> shake_hex_digest(Thread& t, HashObject* self, Value length);
Fallible<Value> hash_name(Thread& t, Value self);
Fallible<Value> hash_digest_size(Thread& t, Value self);
Fallible<Value> hash_block_size(Thread& t, Value self);

constexpr int kGilMinimum = 2048;  // what CPython's modules export; nothing here depends on it

}  // namespace hog
