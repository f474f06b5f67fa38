// hashlib_module.cpp: the module _hashlib. CPython's is OpenSSL; this one has the same functions over the hashes of this folder, in a sandbox and on
// a host alike, since hashlib has pbkdf2_hmac() and scrypt() from here only. Ref: library/hashlib, library/hmac.
#include "modules/hash/key_derivation.hpp"
#include "object/class_system.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

Type *hash_type, *xof_type, *openssl_hmac_type, *unsupported_type;

// ---- Hashes by name. ----

struct Named {
  const HashAlgorithm* algorithm;
  const char* names[5];  // in small letters, as OpenSSL knows it; the first is the name of its function here, if it has one
};
constexpr size_t kWithFunction = 12;
const Named kNamed[] = {
    {&kHashAlgorithms[static_cast<size_t>(Hash::Md5)], {"md5", "ssl3-md5"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha1)], {"sha1", "sha-1", "ssl3-sha1"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha224)], {"sha224", "sha-224", "sha2-224"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha256)], {"sha256", "sha-256", "sha2-256"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha384)], {"sha384", "sha-384", "sha2-384"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha512)], {"sha512", "sha-512", "sha2-512"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha3_224)], {"sha3_224", "sha3-224"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha3_256)], {"sha3_256", "sha3-256"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha3_384)], {"sha3_384", "sha3-384"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Sha3_512)], {"sha3_512", "sha3-512"}},
    {&kShake128, {"shake_128", "shake128", "shake-128"}},
    {&kShake256, {"shake_256", "shake256", "shake-256"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Blake2b)], {"blake2b", "blake2b512", "blake2b-512"}},
    {&kHashAlgorithms[static_cast<size_t>(Hash::Blake2s)], {"blake2s", "blake2s256", "blake2s-256"}},
    {&kSha512_224, {"sha512_224", "sha512-224", "sha-512/224", "sha2-512/224"}},
    {&kSha512_256, {"sha512_256", "sha512-256", "sha-512/256", "sha2-512/256"}},
    {&kRipemd160, {"ripemd160", "ripemd-160", "ripemd", "rmd160"}},
    {&kSm3, {"sm3"}},
};

bool same_name(const Str* text, std::string_view small) {
  if (text->length() != small.size()) return false;
  for (size_t i = 0; i < small.size(); ++i) {
    char32_t c = text->at(i);
    if (c >= 'A' && c <= 'Z') c += 32;
    if (c != static_cast<unsigned char>(small[i])) return false;
  }
  return true;
}
Fallible<const HashAlgorithm*> algorithm_named(Thread& t, const Str* name) {
  for (const Named& named : kNamed)
    for (const char* known : named.names)
      if (known != nullptr && same_name(name, known)) return named.algorithm;
  return t.raise(unsupported_type, "[digital envelope routines] unsupported");
}

Fallible<Value> make_hash(Thread& t, const HashAlgorithm* algorithm, Value data, Value string) {
  Value input = TRY(choose_hash_input(t, data, string.is_none() ? Value::absent() : string));
  HashObject* hash = TRY(new_hash_object(t, algorithm->digest_size == 0 ? xof_type : hash_type, algorithm));
  if (!input.is_absent()) TRY(update_hash_py(t, hash, input));
  return Value(hash);
}
Fallible<Value> new_hash(Thread& t, Str* name, Value data, bool, Value string) {
  return make_hash(t, TRY(algorithm_named(t, name)), data, string);
}
template <size_t kIndex>
Fallible<Value> new_named(Thread& t, Value data, bool, Value string) {
  return make_hash(t, kNamed[kIndex].algorithm, data, string);
}

// ---- HMAC. ----

extern const NativeMethod kFunctions[];
Fallible<const HashAlgorithm*> algorithm_for_hmac(Thread& t, Value digest) {
  const HashAlgorithm* found = nullptr;
  if (is<Str>(digest)) {
    found = TRY(algorithm_named(t, as<Str>(digest)));
  } else if (is<NativeFunction>(digest)) {
    const NativeMethod* method = as<NativeFunction>(digest)->signature_->method;
    for (size_t i = 0; i < kWithFunction && found == nullptr; ++i)
      if (method == &kFunctions[i]) found = kNamed[i].algorithm;
  }
  if (found == nullptr) return t.raise(unsupported_type, "Unsupported digestmod {}", repr_of(digest));
  if (found->digest_size == 0) return t.raise_value_error("[digital envelope routines] xof digests not allowed");
  return found;
}

Fallible<Value> hmac_new(Thread& t, Value key, Value message, Value digest) {
  if (digest.is_absent()) return t.raise_type_error("Missing required parameter 'digestmod'.");
  BytesLike key_bytes(t);
  TRY(key_bytes.open(key));
  const HashAlgorithm* algorithm = TRY(algorithm_for_hmac(t, digest));
  return new_hmac_py(t, openssl_hmac_type, algorithm, key_bytes, message.is_absent() ? Value::none() : message);
}
Fallible<Bytes*> hmac_once(Thread& t, Value key, Value message, Value digest) {
  BytesLike key_bytes(t), bytes(t);
  TRY(key_bytes.open(key));
  TRY(bytes.open(message));
  const HashAlgorithm* algorithm = TRY(algorithm_for_hmac(t, digest));
  HmacState state;
  TRY(state.start(t, algorithm, key_bytes.data(), key_bytes.size()));
  TRY(feed_hash(t, algorithm, state.inner, bytes.data(), bytes.size()));
  uint8_t out[kLargestDigest];
  state.finish(out);
  return Bytes::from(t, out, algorithm->digest_size);
}

// ---- Keys from passwords. ----

Fallible<Bytes*> pbkdf2_hmac(Thread& t, Str* hash_name, Value password, Value salt, int64_t iterations, Value length) {
  BytesLike password_bytes(t), salt_bytes(t);
  TRY(password_bytes.open(password));
  TRY(salt_bytes.open(salt));
  const HashAlgorithm* algorithm = TRY(algorithm_named(t, hash_name));
  if (algorithm->digest_size == 0) return t.raise_value_error("[Provider routines] xof digests not allowed");
  if (iterations < 1) return t.raise_value_error("iteration value must be greater than 0.");
  if (iterations > INT32_MAX) return t.raise(core.OverflowError, "iteration value is too great.");
  int64_t size = length.is_none() ? algorithm->digest_size : TRY(index_to_int64_py(t, length));
  if (size < 1) return t.raise_value_error("key length must be greater than 0.");
  if (size > INT32_MAX) return t.raise(core.OverflowError, "key length is too great.");
  return derive_pbkdf2(t, algorithm, password_bytes, salt_bytes, iterations, static_cast<size_t>(size));
}

Fallible<uint64_t> cost_number_py(Thread& t, Value v) {
  Value n = TRY(index_py(t, v));
  bool negative = n.is_small_int() ? n.small_int() < 0 : as<Int>(n)->negative();
  if (negative) return t.raise_value_error("Cannot convert negative int");
  if (n.is_small_int()) return static_cast<uint64_t>(n.small_int());
  if (as<Int>(n)->limb_count() > 1) return t.raise(core.OverflowError, "Python int too large for C unsigned long");
  return UINT64_MAX;  // more than anything that is allowed
}

Fallible<Bytes*> scrypt(Thread& t, Value password, Value salt, Value n_value, Value r_value, Value p_value, int64_t most_memory,
                        int64_t length) {
  BytesLike password_bytes(t), salt_bytes(t);
  TRY(password_bytes.open(password));
  TRY(salt_bytes.open(salt));
  uint64_t n = TRY(cost_number_py(t, n_value)), r = TRY(cost_number_py(t, r_value)), p = TRY(cost_number_py(t, p_value));
  if (n < 2 || (n & (n - 1)) != 0) return t.raise_value_error("n must be a power of 2.");
  if (most_memory < 0 || most_memory > INT32_MAX) return t.raise_value_error("maxmem must be positive and smaller than {}", INT32_MAX);
  if (length < 1 || length > INT32_MAX) return t.raise_value_error("dklen must be greater than 0 and smaller than {}", INT32_MAX);
  if (r == 0 || p == 0) return t.raise_value_error("Invalid parameter combination for n, r, p, maxmem.");
  if (r > UINT32_MAX || p > UINT32_MAX) return t.raise_value_error("[digital envelope routines] parameter too large");
  ScryptCost cost = {n, static_cast<uint32_t>(r), static_cast<uint32_t>(p)};
  constexpr uint64_t kUsual = uint64_t{32} << 20;
  if (!cost.needs_at_most(most_memory == 0 ? kUsual : static_cast<uint64_t>(most_memory)))
    return t.raise_value_error("[digital envelope routines] memory limit exceeded");
  return derive_scrypt(t, password_bytes, salt_bytes, cost, static_cast<size_t>(length));
}

Fallible<int64_t> fips_mode(Thread&) { return int64_t{0}; }

// ---- Types. ----

Fallible<Value> hash_repr(Thread& t, Value self) {
  const char* type = type_of(self) == xof_type ? "HASHXOF" : "HASH";
  return Value(TRY(t.format("<{} _hashlib.{} object @ {}>", as<HashObject>(self)->algorithm_->name, type, address_of(self))));
}

constexpr NativeMethod kHashMethods[] = {
    {"copy", HOG_NATIVE(hash_copy), "($self, /)", "A hash that goes on from here on its own."},
    {"digest", HOG_NATIVE(hash_digest), "($self, /)", "The digest of everything so far, as bytes."},
    {"hexdigest", HOG_NATIVE(hash_hex_digest), "($self, /)", "The digest as hexadecimal digits."},
    {"update", HOG_NATIVE(update_hash_py), "($self, obj, /)", "Adds bytes."},
    {}};
constexpr GetSet kHashGetSets[] = {{"block_size", hash_block_size, nullptr, nullptr},
                                   {"digest_size", hash_digest_size, nullptr, nullptr},
                                   {"name", hash_name, nullptr, nullptr},
                                   {}};
constexpr NativeMethod kXofMethods[] = {
    {"digest", HOG_NATIVE(shake_digest), "($self, /, length)", "So many bytes of digest."},
    {"hexdigest", HOG_NATIVE(shake_hex_digest), "($self, /, length)", "So many bytes of digest as hexadecimal digits."},
    {}};
constexpr GetSet kXofGetSets[] = {{"digest_size", hash_digest_size, nullptr, nullptr}, {}};
constexpr NativeMethod kHmacMethods[] = {
    {"copy", HOG_NATIVE(hmac_copy), "($self, /)", "An HMAC that goes on from here on its own."},
    {"digest", HOG_NATIVE(hmac_digest), "($self, /)", "The digest of everything so far, as bytes."},
    {"hexdigest", HOG_NATIVE(hmac_hex_digest), "($self, /)", "The digest as hexadecimal digits."},
    {"update", HOG_NATIVE(hmac_update), "($self, /, msg)", "Adds bytes."},
    {}};
constexpr GetSet kHmacGetSets[] = {{"block_size", hmac_block_size, nullptr, nullptr},
                                   {"digest_size", hmac_digest_size, nullptr, nullptr},
                                   {"name", hmac_name, nullptr, nullptr},
                                   {}};
constexpr uint32_t kHashFlags = type_flag::kBaseType | type_flag::kNoInstantiation;
constexpr TypeSpec kHashSpec = {.name = "_hashlib.HASH",
                                .layout = &HashObject::kLayout,
                                .flags = kHashFlags,
                                .slots = {.repr = hash_repr},
                                .methods = kHashMethods,
                                .getsets = kHashGetSets};
constexpr TypeSpec kXofSpec = {
    .name = "_hashlib.HASHXOF", .base = &hash_type, .flags = kHashFlags, .methods = kXofMethods, .getsets = kXofGetSets};
constexpr TypeSpec kHmacSpec = {.name = "_hashlib.HMAC",
                                .layout = &Hmac::kLayout,
                                .flags = type_flag::kNoInstantiation,
                                .slots = {.repr = hmac_repr},
                                .methods = kHmacMethods,
                                .getsets = kHmacGetSets};
constexpr TypeSpec kUnsupportedSpec = {
    .name = "_hashlib.UnsupportedDigestmodError", .base = &core.ValueError, .flags = type_flag::kBaseType};
constexpr TypeRegistration kTypes[] = {{&hash_type, &kHashSpec},
                                       {&xof_type, &kXofSpec},
                                       {&openssl_hmac_type, &kHmacSpec},
                                       {&unsupported_type, &kUnsupportedSpec}};

#define HOG_NAMED(index, name)                                                                                                  \
  {"openssl_" name, HOG_NATIVE(new_named<index>), "(data=<unrepresentable>, *, usedforsecurity=True, string=None)", \
   "A new hash of this kind."}
// The first kWithFunction rows are those of kNamed.
const NativeMethod kFunctions[] = {
    HOG_NAMED(0, "md5"),
    HOG_NAMED(1, "sha1"),
    HOG_NAMED(2, "sha224"),
    HOG_NAMED(3, "sha256"),
    HOG_NAMED(4, "sha384"),
    HOG_NAMED(5, "sha512"),
    HOG_NAMED(6, "sha3_224"),
    HOG_NAMED(7, "sha3_256"),
    HOG_NAMED(8, "sha3_384"),
    HOG_NAMED(9, "sha3_512"),
    HOG_NAMED(10, "shake_128"),
    HOG_NAMED(11, "shake_256"),
    {"new", HOG_NATIVE(new_hash), "(name, data=<unrepresentable>, *, usedforsecurity=True, string=None)", "A new hash by name."},
    {"hmac_new", HOG_NATIVE(hmac_new), "(key, msg=<unrepresentable>, digestmod=<unrepresentable>)", "A new HMAC."},
    {"hmac_digest", HOG_NATIVE(hmac_once), "(key, msg, digest)", "The HMAC of one message."},
    {"pbkdf2_hmac", HOG_NATIVE(pbkdf2_hmac), "(hash_name, password, salt, iterations, dklen=None)", "A key by PBKDF2 over HMAC."},
    {"scrypt", HOG_NATIVE(scrypt), "(password, *, salt, n, r, p, maxmem=0, dklen=64)", "A key by scrypt."},
    {"get_fips_mode", HOG_NATIVE(fips_mode), "()", "0: none."},
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  Set* all = TRY(Set::make(t, core.frozenset));
  Dict* functions = TRY(Dict::make(t));
  for (size_t i = 0; i < std::size(kNamed); ++i) {
    Str* name = TRY(Str::intern_utf8(t, kNamed[i].names[0]));
    TRY(all->add_py(t, Value(name)));
    if (i >= kWithFunction) continue;
    Value function = TRY(module->dict()->get_py(t, Value(TRY(Str::intern_utf8(t, kFunctions[i].name)))));
    if (!function.is_absent()) TRY(functions->set_py(t, function, Value(name)));
  }
  TRY(module->add(t, "openssl_md_meth_names", Value(all)));
  TRY(module->add(t, "_constructors", TRY(make_mapping_proxy(t, Value(functions)))));
  Value library = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "_operator"))));
  TRY(module->add(t, "compare_digest", TRY(get_attribute_py(t, library, TRY(Str::intern_utf8(t, "_compare_digest"))))));
  return module->add(t, "_GIL_MINSIZE", Value::from_small_int(kGilMinimum));
}

}  // namespace

extern const ModuleSpec k_module__hashlib;
const ModuleSpec k_module__hashlib = {.name = "_hashlib",
                                      .doc = "Hashes and what is made of them, by OpenSSL's names.",
                                      .functions = kFunctions,
                                      .types = kTypes,
                                      .type_count = std::size(kTypes),
                                      .initialize = initialize};

}  // namespace hog
