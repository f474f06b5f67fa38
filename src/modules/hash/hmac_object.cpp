// hmac_object.cpp: see hmac_object.hpp.
#include "modules/hash/hmac_object.hpp"

namespace hog {

const Layout Hmac::kLayout = {.name = "HMAC", .trace = [](Cell*, Marker&) {}, .base_size = sizeof(Hmac)};

Fallible<void> HmacState::start(Thread& t, const HashAlgorithm* hash, const uint8_t* key, size_t key_size) {
  constexpr size_t kLargestBlock = 144;
  uint8_t block[kLargestBlock] = {};
  algorithm = hash;
  if (key_size > hash->block_size) {
    hash->start(inner);
    TRY(feed_hash(t, hash, inner, key, key_size));
    hash->finish(inner, block);
  } else if (key_size != 0) {
    std::memcpy(block, key, key_size);
  }
  for (uint8_t& byte : block) byte ^= 0x36;
  hash->start(inner);
  hash->update(inner, block, hash->block_size);
  for (uint8_t& byte : block) byte ^= 0x36 ^ 0x5C;
  hash->start(outer);
  hash->update(outer, block, hash->block_size);
  return {};
}
void HmacState::finish(uint8_t* digest) {
  algorithm->finish(inner, digest);
  algorithm->update(outer, digest, algorithm->digest_size);
  algorithm->finish(outer, digest);
}

Fallible<Value> new_hmac_py(Thread& t, Type* type, const HashAlgorithm* algorithm, const BytesLike& key, Value message) {
  HmacState state;
  TRY(state.start(t, algorithm, key.data(), key.size()));
  if (!message.is_none()) {
    BytesLike bytes(t);
    TRY(open_hash_input_py(t, &bytes, message));
    TRY(feed_hash(t, algorithm, state.inner, bytes.data(), bytes.size()));
  }
  auto* self = static_cast<Hmac*>(TRY(new_instance(t, type)));
  self->state_ = state;
  return Value(self);
}

Fallible<void> hmac_update(Thread& t, Hmac* self, Value message) {
  BytesLike bytes(t);
  TRY(open_hash_input_py(t, &bytes, message));
  return feed_hash(t, self->state_.algorithm, self->state_.inner, bytes.data(), bytes.size());
}
Fallible<Value> hmac_copy(Thread& t, Hmac* self) {
  auto* twin = static_cast<Hmac*>(TRY(new_instance(t, type_of(Value(self)))));
  twin->state_ = self->state_;
  return Value(twin);
}

namespace {
// Works on a copy: an HMAC may go on after its digest was taken.
void take_digest(const Hmac* self, uint8_t* digest) {
  HmacState state = self->state_;
  state.finish(digest);
}
}  // namespace

Fallible<Bytes*> hmac_digest(Thread& t, Hmac* self) {
  uint8_t bytes[kLargestDigest];
  take_digest(self, bytes);
  return Bytes::from(t, bytes, self->state_.algorithm->digest_size);
}
Fallible<Str*> hmac_hex_digest(Thread& t, Hmac* self) {
  uint8_t bytes[kLargestDigest];
  take_digest(self, bytes);
  return to_hex(t, bytes, self->state_.algorithm->digest_size);
}
Fallible<Value> hmac_repr(Thread& t, Value self) {
  return Value(TRY(t.format("<{} HMAC object @ {}>", as<Hmac>(self)->state_.algorithm->name, address_of(self))));
}
Fallible<Value> hmac_name(Thread& t, Value self) {
  return Value(TRY(t.format("hmac-{}", as<Hmac>(self)->state_.algorithm->name)));
}
Fallible<Value> hmac_digest_size(Thread&, Value self) {
  return Value::from_small_int(as<Hmac>(self)->state_.algorithm->digest_size);
}
Fallible<Value> hmac_block_size(Thread&, Value self) {
  return Value::from_small_int(as<Hmac>(self)->state_.algorithm->block_size);
}

}  // namespace hog
