// hmac_module.cpp: the module _hmac: HMAC over the hashes of this folder. Ref: library/hmac, RFC 2104.
#include "modules/hash/hmac_object.hpp"

namespace hog {

namespace {

Type *hmac_type, *unknown_hash_error_type;

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
  return new_hmac_py(t, hmac_type, algorithm, key_bytes, message);
}

Fallible<Bytes*> compute(Thread& t, const HashAlgorithm* algorithm, Value key, Value message) {
  BytesLike key_bytes(t), bytes(t);
  TRY(open_hash_input_py(t, &key_bytes, key));
  TRY(open_hash_input_py(t, &bytes, message));
  HmacState state;
  TRY(state.start(t, algorithm, key_bytes.data(), key_bytes.size()));
  TRY(feed_hash(t, algorithm, state.inner, bytes.data(), bytes.size()));
  uint8_t digest[kLargestDigest];
  state.finish(digest);
  return Bytes::from(t, digest, algorithm->digest_size);
}
Fallible<Bytes*> compute_digest(Thread& t, Value key, Value message, Value digest) {
  return compute(t, TRY(algorithm_named(t, digest)), key, message);
}
template <Hash kHash>
Fallible<Bytes*> compute_with(Thread& t, Value key, Value message) {
  return compute(t, algorithm_of(kHash), key, message);
}

constexpr NativeMethod kMethods[] = {
    {"copy", HOG_NATIVE(hmac_copy), "($self, /)", "An HMAC that goes on from here on its own."},
    {"digest", HOG_NATIVE(hmac_digest), "($self, /)", "The digest of everything so far, as bytes."},
    {"hexdigest", HOG_NATIVE(hmac_hex_digest), "($self, /)", "The digest as hexadecimal digits."},
    {"update", HOG_NATIVE(hmac_update), "($self, /, msg)", "Adds bytes."},
    {}};
constexpr GetSet kGetSets[] = {{"block_size", hmac_block_size, nullptr, nullptr},
                               {"digest_size", hmac_digest_size, nullptr, nullptr},
                               {"name", hmac_name, nullptr, nullptr},
                               {}};
constexpr TypeSpec kHmacSpec = {.name = "_hmac.HMAC",
                                .layout = &Hmac::kLayout,
                                .flags = type_flag::kNoInstantiation,
                                .slots = {.repr = hmac_repr},
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
