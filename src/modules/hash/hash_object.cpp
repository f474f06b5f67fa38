// hash_object.cpp: see hash_object.hpp.
#include "modules/hash/hash_object.hpp"

namespace hog {

const Layout HashObject::kLayout = {.name = "hash", .trace = [](Cell*, Marker&) {}, .base_size = sizeof(HashObject)};

Fallible<void> open_hash_input_py(Thread& t, BytesLike* input, Value data) {
  if (is<Str>(data)) return t.raise_type_error("Strings must be encoded before hashing");
  if (!supports_buffer(data)) return t.raise_type_error("object supporting the buffer API required");
  return input->open(data);
}

Fallible<void> feed_hash(Thread& t, const HashAlgorithm* algorithm, void* state, const uint8_t* data, size_t size) {
  constexpr size_t kPiece = size_t{1} << 16;
  for (size_t at = 0; at < size; at += kPiece) {
    size_t length = size - at < kPiece ? size - at : kPiece;
    TRY(t.poll(static_cast<int64_t>(length / 16 + 1)));
    algorithm->update(state, data + at, length);
  }
  return {};
}

Fallible<void> update_hash_py(Thread& t, HashObject* hash, Value data) {
  BytesLike input(t);
  TRY(open_hash_input_py(t, &input, data));
  return feed_hash(t, hash->algorithm_, hash->state_, input.data(), input.size());
}

Fallible<Value> choose_hash_input(Thread& t, Value data, Value string) {
  if (data.is_absent()) return string;
  if (!string.is_absent())
    return t.raise_type_error(
        "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal "
        "in a future "
        "version.");
  return data;
}

Fallible<HashObject*> new_hash_object(Thread& t, Type* type, const HashAlgorithm* algorithm) {
  auto* hash = static_cast<HashObject*>(TRY(new_instance(t, type)));
  hash->algorithm_ = algorithm;
  hash->digest_size_ = algorithm->digest_size;
  algorithm->start(hash->state_);
  return hash;
}

Fallible<Str*> to_hex(Thread& t, const uint8_t* data, size_t size) {
  StrBuilder text(t);
  for (size_t i = 0; i < size; ++i) {
    TRY(text.append(static_cast<char32_t>("0123456789abcdef"[data[i] >> 4])));
    TRY(text.append(static_cast<char32_t>("0123456789abcdef"[data[i] & 15])));
    if (i % 4096 == 4095) TRY(t.poll(4096));
  }
  return text.finish();
}

Fallible<Value> hash_copy(Thread& t, HashObject* self) {
  auto* twin = static_cast<HashObject*>(TRY(new_instance(t, type_of(Value(self)))));
  twin->algorithm_ = self->algorithm_;
  twin->digest_size_ = self->digest_size_;
  std::memcpy(twin->state_, self->state_, sizeof twin->state_);
  return Value(twin);
}

namespace {

// Works on a copy: a hash may go on after its digest was taken.
void take_digest(const HashObject* self, uint8_t* digest) {
  alignas(16) uint8_t state[kLargestHashState];
  std::memcpy(state, self->state_, sizeof state);
  self->algorithm_->finish(state, digest);
}

}  // namespace

Fallible<Bytes*> hash_digest(Thread& t, HashObject* self) {
  uint8_t digest[kLargestDigest];
  take_digest(self, digest);
  return Bytes::from(t, digest, self->digest_size_);
}
Fallible<Str*> hash_hex_digest(Thread& t, HashObject* self) {
  uint8_t digest[kLargestDigest];
  take_digest(self, digest);
  return to_hex(t, digest, self->digest_size_);
}
Fallible<Value> hash_name(Thread& t, Value self) {
  return Value(TRY(Str::from_ascii(t, as<HashObject>(self)->algorithm_->name)));
}
Fallible<Value> hash_digest_size(Thread&, Value self) {
  return Value::from_small_int(as<HashObject>(self)->digest_size_);
}
Fallible<Value> hash_block_size(Thread&, Value self) {
  return Value::from_small_int(as<HashObject>(self)->algorithm_->block_size);
}

}  // namespace hog
