// sha3_module.cpp: the module _sha3: SHA-3, and SHAKE, whose digests are as long as asked for. Ref: library/hashlib.
#include "modules/hash/hash_object.hpp"

namespace hog {

namespace {

Type *sha3_224_type, *sha3_256_type, *sha3_384_type, *sha3_512_type, *shake_128_type, *shake_256_type;

const HashAlgorithm* algorithm_for(const Type* type) {
  if (type == sha3_224_type) return algorithm_of(Hash::Sha3_224);
  if (type == sha3_256_type) return algorithm_of(Hash::Sha3_256);
  if (type == sha3_384_type) return algorithm_of(Hash::Sha3_384);
  if (type == sha3_512_type) return algorithm_of(Hash::Sha3_512);
  return type == shake_128_type ? &kShake128 : &kShake256;
}

Fallible<Value> create(Thread& t, Type* type, Value data, bool, Value string) {
  Value input = TRY(choose_hash_input(t, data, string));
  HashObject* hash = TRY(new_hash_object(t, type, algorithm_for(type)));
  if (!input.is_absent()) TRY(update_hash_py(t, hash, input));
  return Value(hash);
}
#define HOG_CREATE(name)                                                                                           \
  {name, HOG_NATIVE(create), "($type, data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)", \
   nullptr}
constexpr NativeMethod kConstructors[][2] = {{HOG_CREATE("sha3_224"), {}},  {HOG_CREATE("sha3_256"), {}},
                                             {HOG_CREATE("sha3_384"), {}},  {HOG_CREATE("sha3_512"), {}},
                                             {HOG_CREATE("shake_128"), {}}, {HOG_CREATE("shake_256"), {}}};
template <size_t kIndex>
Fallible<Value> new_hash(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructors[kIndex][0]), Value(type), arguments);
}

Sponge finished_shake(const HashObject* self) {
  Sponge sponge;
  std::memcpy(&sponge, self->state_, sizeof sponge);
  pad_sponge(&sponge, 0x1F);
  return sponge;
}

Fallible<size_t> digest_length_py(Thread& t, Value length) {
  Value n = TRY(index_py(t, length));
  bool negative = n.is_small_int() ? n.small_int() < 0 : as<Int>(n)->negative();
  if (negative) return t.raise_value_error("Cannot convert negative int");
  if (!n.is_small_int()) {
    if (as<Int>(n)->limb_count() > 1) return t.raise(core.OverflowError, "Python int too large for C unsigned long");
    return t.raise_value_error("length is too large");
  }
  auto size = static_cast<uint64_t>(n.small_int());
  if (size >= uint64_t{1} << 29) return t.raise_value_error("length is too large");
  return static_cast<size_t>(size);
}

}  // namespace

Fallible<Bytes*> shake_digest(Thread& t, HashObject* self, Value length) {
  size_t size = TRY(digest_length_py(t, length));
  Sponge sponge = finished_shake(self);
  Bytes* out = TRY(Bytes::make(t, size));
  constexpr size_t kPiece = size_t{1} << 16;
  for (size_t at = 0; at < size; at += kPiece) {
    size_t part = size - at < kPiece ? size - at : kPiece;
    TRY(t.poll(static_cast<int64_t>(part / 16 + 1)));
    squeeze(&sponge, out->mutable_data() + at, part);
  }
  return out;
}
Fallible<Str*> shake_hex_digest(Thread& t, HashObject* self, Value length) {
  Bytes* digest = TRY(shake_digest(t, self, length));
  return to_hex(t, digest->data(), digest->length());
}

namespace {

uint32_t rate_of(Value self) {
  Sponge sponge;
  std::memcpy(&sponge, as<HashObject>(self)->state_, sizeof sponge);
  return sponge.rate * 8;
}
Fallible<Value> get_rate(Thread&, Value self) { return Value::from_small_int(rate_of(self)); }
Fallible<Value> get_capacity(Thread&, Value self) { return Value::from_small_int(int64_t{1600} - rate_of(self)); }
Fallible<Value> get_suffix(Thread& t, Value self) {
  uint8_t suffix = as<HashObject>(self)->algorithm_->digest_size != 0 ? 0x06 : 0x1F;
  return Value(TRY(Bytes::from(t, &suffix, 1)));
}

#define HOG_COMMON_METHODS                                                                    \
  {"copy", HOG_NATIVE(hash_copy), "($self, /)", "A hash that goes on from here on its own."}, \
      {"update", HOG_NATIVE(update_hash_py), "($self, data, /)", "Adds bytes."}
constexpr NativeMethod kMethods[] = {
    HOG_COMMON_METHODS,
    {"digest", HOG_NATIVE(hash_digest), "($self, /)", "The digest of everything so far, as bytes."},
    {"hexdigest", HOG_NATIVE(hash_hex_digest), "($self, /)", "The digest as hexadecimal digits."},
    {}};
constexpr NativeMethod kShakeMethods[] = {
    HOG_COMMON_METHODS,
    {"digest", HOG_NATIVE(shake_digest), "($self, /, length)", "So many bytes of digest."},
    {"hexdigest", HOG_NATIVE(shake_hex_digest), "($self, /, length)", "So many bytes of digest as hexadecimal digits."},
    {}};
constexpr GetSet kGetSets[] = {{"block_size", hash_block_size, nullptr, nullptr},
                               {"name", hash_name, nullptr, nullptr},
                               {"digest_size", hash_digest_size, nullptr, nullptr},
                               {"_capacity_bits", get_capacity, nullptr, nullptr},
                               {"_rate_bits", get_rate, nullptr, nullptr},
                               {"_suffix", get_suffix, nullptr, nullptr},
                               {}};
template <size_t kIndex>
constexpr TypeSpec spec_named(const char* name, const NativeMethod* methods) {
  TypeSpec spec{};
  spec.name = name;
  spec.layout = &HashObject::kLayout;
  spec.slots.new_ = new_hash<kIndex>;
  spec.methods = methods;
  spec.getsets = kGetSets;
  spec.constructors = kConstructors[kIndex];
  spec.text_signature = "(data=b'', *, usedforsecurity=True, string=None)";
  return spec;
}
constexpr TypeSpec kSpecs[] = {
    spec_named<0>("_sha3.sha3_224", kMethods),       spec_named<1>("_sha3.sha3_256", kMethods),
    spec_named<2>("_sha3.sha3_384", kMethods),       spec_named<3>("_sha3.sha3_512", kMethods),
    spec_named<4>("_sha3.shake_128", kShakeMethods), spec_named<5>("_sha3.shake_256", kShakeMethods)};
constexpr TypeRegistration kTypes[] = {{&sha3_224_type, &kSpecs[0]},  {&sha3_256_type, &kSpecs[1]},
                                       {&sha3_384_type, &kSpecs[2]},  {&sha3_512_type, &kSpecs[3]},
                                       {&shake_128_type, &kSpecs[4]}, {&shake_256_type, &kSpecs[5]}};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "implementation", Value(TRY(Str::from_ascii(t, "nettle")))));
  return module->add(t, "_GIL_MINSIZE", Value::from_small_int(kGilMinimum));
}

}  // namespace

extern const ModuleSpec k_module__sha3;
const ModuleSpec k_module__sha3 = {.name = "_sha3",
                                   .doc = "The SHA-3 hashes.",
                                   .types = kTypes,
                                   .type_count = std::size(kTypes),
                                   .initialize = initialize};

}  // namespace hog
