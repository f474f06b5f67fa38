// hmac_module.cpp: the module _hmac: HMAC over the hashes of this folder. Ref: library/hmac, RFC 2104.
#include "modules/hash/hash_object.hpp"

namespace hog {

namespace {

Type *hmac_type, *unknown_hash_error_type;

class Hmac : public Cell {
 public:
  static const Layout kLayout;
  const HashAlgorithm* algorithm_;
  alignas(16) uint8_t inner_[kLargestHashState];
  alignas(16) uint8_t outer_[kLargestHashState];
};
const Layout Hmac::kLayout = {.name = "_hmac.HMAC", .trace = [](Cell*, Marker&) {}, .base_size = sizeof(Hmac)};

struct State {
  const HashAlgorithm* algorithm;
  alignas(16) uint8_t inner[kLargestHashState];
  alignas(16) uint8_t outer[kLargestHashState];
};

Fallible<void> start(Thread& t, State* state, const HashAlgorithm* algorithm, const BytesLike& key) {
  constexpr size_t kLargestBlock = 144;
  uint8_t block[kLargestBlock] = {};
  state->algorithm = algorithm;
  if (key.size() > algorithm->block_size) {
    algorithm->start(state->inner);
    TRY(feed_hash(t, algorithm, state->inner, key.data(), key.size()));
    algorithm->finish(state->inner, block);
  } else if (key.size() != 0) {
    std::memcpy(block, key.data(), key.size());
  }
  for (uint8_t& byte : block) byte ^= 0x36;
  algorithm->start(state->inner);
  algorithm->update(state->inner, block, algorithm->block_size);
  for (uint8_t& byte : block) byte ^= 0x36 ^ 0x5C;
  algorithm->start(state->outer);
  algorithm->update(state->outer, block, algorithm->block_size);
  return {};
}
void finish(State* state, uint8_t* digest) {
  state->algorithm->finish(state->inner, digest);
  state->algorithm->update(state->outer, digest, state->algorithm->digest_size);
  state->algorithm->finish(state->outer, digest);
}

// A hash by name, in small or in capital letters.
const HashAlgorithm* find_algorithm(Str* name) {
  // As constructors for the hash of full length are called.
  if (name->equals_ascii("blake2s_32")) return algorithm_of(Hash::Blake2s);
  if (name->equals_ascii("blake2b_32")) return algorithm_of(Hash::Blake2b);
  for (const HashAlgorithm& algorithm : kHashAlgorithms) {
    std::string_view known = algorithm.name;
    if (name->length() != known.size()) continue;
    bool small = true, capital = true;
    for (size_t i = 0; i < known.size(); ++i) {
      auto letter = static_cast<char32_t>(known[i]);
      char32_t upper = letter >= 'a' && letter <= 'z' ? letter - 32 : letter;
      small = small && name->at(i) == letter;
      capital = capital && name->at(i) == upper;
    }
    if (small || capital) return &algorithm;
  }
  return nullptr;
}
Fallible<const HashAlgorithm*> algorithm_named(Thread& t, Value digest) {
  const HashAlgorithm* found = is<Str>(digest) ? find_algorithm(as<Str>(digest)) : nullptr;
  if (found == nullptr) return t.raise(unknown_hash_error_type, "unsupported hash type: {}", repr_of(digest));
  return found;
}

Fallible<Value> create(Thread& t, Value key, Value message, Value digest) {
  if (digest.is_absent()) return t.raise_type_error("new() missing 1 required argument 'digestmod'");
  const HashAlgorithm* algorithm = TRY(algorithm_named(t, digest));
  BytesLike key_bytes(t);
  TRY(open_hash_input_py(t, &key_bytes, key));
  State state;
  TRY(start(t, &state, algorithm, key_bytes));
  if (!message.is_none()) {
    BytesLike bytes(t);
    TRY(open_hash_input_py(t, &bytes, message));
    TRY(feed_hash(t, algorithm, state.inner, bytes.data(), bytes.size()));
  }
  auto* self = static_cast<Hmac*>(TRY(new_instance(t, hmac_type)));
  self->algorithm_ = algorithm;
  std::memcpy(self->inner_, state.inner, sizeof state.inner);
  std::memcpy(self->outer_, state.outer, sizeof state.outer);
  return Value(self);
}

Fallible<Bytes*> compute(Thread& t, const HashAlgorithm* algorithm, Value key, Value message) {
  BytesLike key_bytes(t), bytes(t);
  TRY(open_hash_input_py(t, &key_bytes, key));
  TRY(open_hash_input_py(t, &bytes, message));
  State state;
  TRY(start(t, &state, algorithm, key_bytes));
  TRY(feed_hash(t, algorithm, state.inner, bytes.data(), bytes.size()));
  uint8_t digest[kLargestDigest];
  finish(&state, digest);
  return Bytes::from(t, digest, algorithm->digest_size);
}
Fallible<Bytes*> compute_digest(Thread& t, Value key, Value message, Value digest) {
  return compute(t, TRY(algorithm_named(t, digest)), key, message);
}
template <Hash kHash>
Fallible<Bytes*> compute_with(Thread& t, Value key, Value message) {
  return compute(t, algorithm_of(kHash), key, message);
}

Fallible<void> update(Thread& t, Hmac* self, Value message) {
  BytesLike bytes(t);
  TRY(open_hash_input_py(t, &bytes, message));
  return feed_hash(t, self->algorithm_, self->inner_, bytes.data(), bytes.size());
}
Fallible<Value> copy(Thread& t, Hmac* self) {
  auto* twin = static_cast<Hmac*>(TRY(new_instance(t, hmac_type)));
  twin->algorithm_ = self->algorithm_;
  std::memcpy(twin->inner_, self->inner_, sizeof twin->inner_);
  std::memcpy(twin->outer_, self->outer_, sizeof twin->outer_);
  return Value(twin);
}
void take_digest(const Hmac* self, uint8_t* digest) {
  State state;
  state.algorithm = self->algorithm_;
  std::memcpy(state.inner, self->inner_, sizeof state.inner);
  std::memcpy(state.outer, self->outer_, sizeof state.outer);
  finish(&state, digest);
}
Fallible<Bytes*> digest(Thread& t, Hmac* self) {
  uint8_t bytes[kLargestDigest];
  take_digest(self, bytes);
  return Bytes::from(t, bytes, self->algorithm_->digest_size);
}
Fallible<Str*> hex_digest(Thread& t, Hmac* self) {
  uint8_t bytes[kLargestDigest];
  take_digest(self, bytes);
  return to_hex(t, bytes, self->algorithm_->digest_size);
}
Fallible<Value> repr(Thread& t, Value self) {
  return Value(TRY(t.format("<{} HMAC object @ {}>", as<Hmac>(self)->algorithm_->name, address_of(self))));
}
Fallible<Value> get_name(Thread& t, Value self) {
  return Value(TRY(t.format("hmac-{}", as<Hmac>(self)->algorithm_->name)));
}
Fallible<Value> get_digest_size(Thread&, Value self) {
  return Value::from_small_int(as<Hmac>(self)->algorithm_->digest_size);
}
Fallible<Value> get_block_size(Thread&, Value self) {
  return Value::from_small_int(as<Hmac>(self)->algorithm_->block_size);
}

constexpr NativeMethod kMethods[] = {
    {"copy", HOG_NATIVE(copy), "($self, /)", "An HMAC that goes on from here on its own."},
    {"digest", HOG_NATIVE(digest), "($self, /)", "The digest of everything so far, as bytes."},
    {"hexdigest", HOG_NATIVE(hex_digest), "($self, /)", "The digest as hexadecimal digits."},
    {"update", HOG_NATIVE(update), "($self, /, msg)", "Adds bytes."},
    {}};
constexpr GetSet kGetSets[] = {{"block_size", get_block_size, nullptr, nullptr},
                               {"digest_size", get_digest_size, nullptr, nullptr},
                               {"name", get_name, nullptr, nullptr},
                               {}};
constexpr TypeSpec kHmacSpec = {.name = "_hmac.HMAC",
                                .layout = &Hmac::kLayout,
                                .flags = type_flag::kNoInstantiation,
                                .slots = {.repr = repr},
                                .methods = kMethods,
                                .getsets = kGetSets};
constexpr TypeSpec kErrorSpec = {
    .name = "_hmac.UnknownHashError", .base = &core.ValueError, .flags = type_flag::kBaseType};
constexpr TypeRegistration kTypes[] = {{&hmac_type, &kHmacSpec}, {&unknown_hash_error_type, &kErrorSpec}};

#define HOG_COMPUTE(name, hash) \
  {"compute_" name, HOG_NATIVE(compute_with<Hash::hash>), "(key, msg, /)", "The HMAC of one message."}
constexpr NativeMethod kFunctions[] = {
    {"new", HOG_NATIVE(create), "(key, msg=None, digestmod=<unrepresentable>)", "A new HMAC."},
    {"compute_digest", HOG_NATIVE(compute_digest), "(key, msg, digest)", "The HMAC of one message."},
    HOG_COMPUTE("md5", Md5),
    HOG_COMPUTE("sha1", Sha1),
    HOG_COMPUTE("sha224", Sha224),
    HOG_COMPUTE("sha256", Sha256),
    HOG_COMPUTE("sha384", Sha384),
    HOG_COMPUTE("sha512", Sha512),
    HOG_COMPUTE("sha3_224", Sha3_224),
    HOG_COMPUTE("sha3_256", Sha3_256),
    HOG_COMPUTE("sha3_384", Sha3_384),
    HOG_COMPUTE("sha3_512", Sha3_512),
    HOG_COMPUTE("blake2s_32", Blake2s),
    HOG_COMPUTE("blake2b_32", Blake2b),
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  return module->add(t, "_GIL_MINSIZE", Value::from_small_int(kGilMinimum));
}

}  // namespace

extern const ModuleSpec k_module__hmac;
const ModuleSpec k_module__hmac = {.name = "_hmac",
                                   .doc = "Keyed hashes for message authentication.",
                                   .functions = kFunctions,
                                   .types = kTypes,
                                   .type_count = std::size(kTypes),
                                   .initialize = initialize};

}  // namespace hog
