// digest_modules.cpp: the modules _md5, _sha1 and _sha2: a function for each hash, whose type cannot be instantiated. Ref: library/hashlib.
#include "modules/hash/hash_object.hpp"

namespace hog {

namespace {

Type *md5_type, *sha1_type, *sha224_type, *sha256_type, *sha384_type, *sha512_type;

Type* type_for(Hash hash) {
  switch (hash) {
    case Hash::Md5: return md5_type;
    case Hash::Sha1: return sha1_type;
    case Hash::Sha224: return sha224_type;
    case Hash::Sha256: return sha256_type;
    case Hash::Sha384: return sha384_type;
    default: return sha512_type;
  }
}

template <Hash kHash>
Fallible<Value> create(Thread& t, Value data, bool, Value string) {
  Value input = TRY(choose_hash_input(t, data, string));
  HashObject* hash = TRY(new_hash_object(t, type_for(kHash), algorithm_of(kHash)));
  if (!input.is_absent()) TRY(update_hash_py(t, hash, input));
  return Value(hash);
}

constexpr NativeMethod kMethods[] = {
    {"copy", HOG_NATIVE(hash_copy), "($self, /)", "A hash that goes on from here on its own."},
    {"digest", HOG_NATIVE(hash_digest), "($self, /)", "The digest of everything so far, as bytes."},
    {"hexdigest", HOG_NATIVE(hash_hex_digest), "($self, /)", "The digest as hexadecimal digits."},
    {"update", HOG_NATIVE(update_hash_py), "($self, obj, /)", "Adds bytes."},
    {}};
constexpr GetSet kGetSets[] = {{"block_size", hash_block_size, nullptr, nullptr},
                               {"digest_size", hash_digest_size, nullptr, nullptr},
                               {"name", hash_name, nullptr, nullptr},
                               {}};
constexpr TypeSpec spec_named(const char* name) {
  TypeSpec spec{};
  spec.name = name;
  spec.layout = &HashObject::kLayout;
  spec.flags = type_flag::kNoInstantiation;
  spec.methods = kMethods;
  spec.getsets = kGetSets;
  return spec;
}
constexpr TypeSpec kMd5Spec = spec_named("_md5.md5"), kSha1Spec = spec_named("_sha1.sha1");
constexpr TypeSpec kSha224Spec = spec_named("_sha2.SHA224Type"), kSha256Spec = spec_named("_sha2.SHA256Type"),
                   kSha384Spec = spec_named("_sha2.SHA384Type"), kSha512Spec = spec_named("_sha2.SHA512Type");
// md5 and sha1 are functions of their modules; the types have other names there.
constexpr TypeRegistration kMd5Types[] = {{&md5_type, &kMd5Spec, false}};
constexpr TypeRegistration kSha1Types[] = {{&sha1_type, &kSha1Spec, false}};
constexpr TypeRegistration kSha2Types[] = {{&sha224_type, &kSha224Spec},
                                           {&sha256_type, &kSha256Spec},
                                           {&sha384_type, &kSha384Spec},
                                           {&sha512_type, &kSha512Spec}};

constexpr const char* kSignature = "(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)";
constexpr NativeMethod kMd5Functions[] = {{"md5", HOG_NATIVE(create<Hash::Md5>), kSignature, "A new MD5 hash."}, {}};
constexpr NativeMethod kSha1Functions[] = {{"sha1", HOG_NATIVE(create<Hash::Sha1>), kSignature, "A new SHA-1 hash."},
                                           {}};
constexpr NativeMethod kSha2Functions[] = {
    {"sha224", HOG_NATIVE(create<Hash::Sha224>), kSignature, "A new SHA-224 hash."},
    {"sha256", HOG_NATIVE(create<Hash::Sha256>), kSignature, "A new SHA-256 hash."},
    {"sha384", HOG_NATIVE(create<Hash::Sha384>), kSignature, "A new SHA-384 hash."},
    {"sha512", HOG_NATIVE(create<Hash::Sha512>), kSignature, "A new SHA-512 hash."},
    {}};

Fallible<void> add_minimum(Thread& t, Module* module) {
  return module->add(t, "_GIL_MINSIZE", Value::from_small_int(kGilMinimum));
}
Fallible<void> initialize_md5(Thread& t, Module* module) {
  TRY(module->add(t, "MD5Type", Value(md5_type)));
  return add_minimum(t, module);
}
Fallible<void> initialize_sha1(Thread& t, Module* module) {
  TRY(module->add(t, "SHA1Type", Value(sha1_type)));
  return add_minimum(t, module);
}

}  // namespace

extern const ModuleSpec k_module__md5, k_module__sha1, k_module__sha2;
const ModuleSpec k_module__md5 = {.name = "_md5",
                                  .doc = "The hash MD5.",
                                  .functions = kMd5Functions,
                                  .types = kMd5Types,
                                  .type_count = std::size(kMd5Types),
                                  .initialize = initialize_md5};
const ModuleSpec k_module__sha1 = {.name = "_sha1",
                                   .doc = "The hash SHA-1.",
                                   .functions = kSha1Functions,
                                   .types = kSha1Types,
                                   .type_count = std::size(kSha1Types),
                                   .initialize = initialize_sha1};
const ModuleSpec k_module__sha2 = {.name = "_sha2",
                                   .doc = "The SHA-2 hashes.",
                                   .functions = kSha2Functions,
                                   .types = kSha2Types,
                                   .type_count = std::size(kSha2Types),
                                   .initialize = add_minimum};

}  // namespace hog
