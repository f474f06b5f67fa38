// blake2_module.cpp: the module _blake2. Ref: library/hashlib "BLAKE2".
#include "modules/hash/hash_object.hpp"

namespace hog {

namespace {

Type *blake2b_type, *blake2s_type;

struct Family {
  const char* name;
  size_t digest_size, salt_size;  // keys are as long as digests, personalisations as salts
  uint64_t largest_offset;
};
constexpr Family kWide = {"Blake2b", 64, 16, UINT64_MAX};
constexpr Family kNarrow = {"Blake2s", 32, 8, (uint64_t{1} << 48) - 1};

Fallible<uint64_t> unsigned_py(Thread& t, Value v, const char* c_type) {
  Value n = TRY(index_py(t, v));
  if (n.is_small_int()) {
    if (n.small_int() < 0) return t.raise_value_error("Cannot convert negative int");
    return static_cast<uint64_t>(n.small_int());
  }
  Int* big = as<Int>(n);
  if (big->negative()) return t.raise_value_error("Cannot convert negative int");
  if (big->limb_count() > 1) return t.raise(core.OverflowError, "Python int too large for C {}", c_type);
  return uint64_t{big->limbs()[0]};
}

Fallible<void> check_length(Thread& t, const BytesLike& bytes, size_t most, const char* what) {
  if (bytes.size() > most) return t.raise_value_error("maximum {} length is {} bytes", what, most);
  return {};
}
Fallible<uint8_t> check_range(Thread& t, int n, int low, int high, const char* what) {
  if (n < low || n > high) return t.raise_value_error("{} must be between {} and {}", what, low, high);
  return static_cast<uint8_t>(n);
}

Fallible<Value> create(Thread& t, Type* type, Value data, Value digest_size, Value key, Value salt, Value person,
                       int fanout, int depth, Value leaf_size, Value node_offset, int node_depth, int inner_size,
                       bool last_node, bool, Value string) {
  const Family& family = type == blake2b_type ? kWide : kNarrow;
  Value input = TRY(choose_hash_input(t, data, string));
  Blake2Parameters p;
  int64_t size =
      digest_size.is_absent() ? static_cast<int64_t>(family.digest_size) : TRY(index_to_int64_py(t, digest_size));
  if (size < 1 || size > static_cast<int64_t>(family.digest_size))
    return t.raise_value_error("digest_size for {} must be between 1 and {} bytes, here it is {}", family.name,
                               family.digest_size, size);
  p.digest_size = static_cast<uint8_t>(size);
  BytesLike key_bytes(t), salt_bytes(t), person_bytes(t);
  if (!key.is_absent()) TRY(key_bytes.open(key));
  if (!salt.is_absent()) TRY(salt_bytes.open(salt));
  if (!person.is_absent()) TRY(person_bytes.open(person));
  uint64_t leaf = TRY(unsigned_py(t, leaf_size, "unsigned long"));
  uint64_t offset = TRY(unsigned_py(t, node_offset, "unsigned long long"));
  TRY(check_length(t, salt_bytes, family.salt_size, "salt"));
  TRY(check_length(t, person_bytes, family.salt_size, "person"));
  p.fanout = TRY(check_range(t, fanout, 0, 255, "fanout"));
  p.depth = TRY(check_range(t, depth, 1, 255, "depth"));
  if (leaf > UINT32_MAX) return t.raise(core.OverflowError, "leaf_size is too large");
  p.leaf_size = static_cast<uint32_t>(leaf);
  if (offset > family.largest_offset) return t.raise(core.OverflowError, "node_offset is too large");
  p.node_offset = offset;
  p.node_depth = TRY(check_range(t, node_depth, 0, 255, "node_depth"));
  if (inner_size < 0 || inner_size > static_cast<int>(family.digest_size))
    return t.raise_value_error("inner_size must be between 0 and is {}", family.digest_size);
  p.inner_size = static_cast<uint8_t>(inner_size);
  TRY(check_length(t, key_bytes, family.digest_size, "key"));
  p.key = key_bytes.view();
  p.salt = salt_bytes.view();
  p.person = person_bytes.view();
  p.last_node = last_node;

  HashObject* hash = TRY(new_hash_object(t, type, algorithm_of(type == blake2b_type ? Hash::Blake2b : Hash::Blake2s)));
  hash->digest_size_ = p.digest_size;
  if (type == blake2b_type) {
    reinterpret_cast<Blake2b*>(hash->state_)->start(p);
  } else {
    reinterpret_cast<Blake2s*>(hash->state_)->start(p);
  }
  if (!input.is_absent()) TRY(update_hash_py(t, hash, input));
  return Value(hash);
}
constexpr const char* kSignature =
    "($type, data=<unrepresentable>, *, digest_size=<unrepresentable>, key=<unrepresentable>, "
    "salt=<unrepresentable>, "
    "person=<unrepresentable>, fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, "
    "last_node=False, "
    "usedforsecurity=True, string=<unrepresentable>)";
constexpr NativeMethod kWideConstructors[] = {{"blake2b", HOG_NATIVE(create), kSignature, nullptr}, {}};
constexpr NativeMethod kNarrowConstructors[] = {{"blake2s", HOG_NATIVE(create), kSignature, nullptr}, {}};
Fallible<Value> new_wide(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kWideConstructors[0]), Value(type), arguments);
}
Fallible<Value> new_narrow(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kNarrowConstructors[0]), Value(type), arguments);
}

constexpr NativeMethod kMethods[] = {
    {"copy", HOG_NATIVE(hash_copy), "($self, /)", "A hash that goes on from here on its own."},
    {"digest", HOG_NATIVE(hash_digest), "($self, /)", "The digest of everything so far, as bytes."},
    {"hexdigest", HOG_NATIVE(hash_hex_digest), "($self, /)", "The digest as hexadecimal digits."},
    {"update", HOG_NATIVE(update_hash_py), "($self, data, /)", "Adds bytes."},
    {}};
constexpr GetSet kGetSets[] = {{"block_size", hash_block_size, nullptr, nullptr},
                               {"digest_size", hash_digest_size, nullptr, nullptr},
                               {"name", hash_name, nullptr, nullptr},
                               {}};
constexpr TypeSpec kWideSpec = {.name = "_blake2.blake2b",
                                .doc = "BLAKE2b, with keys and tree hashing.",
                                .layout = &HashObject::kLayout,
                                .slots = {.new_ = new_wide},
                                .methods = kMethods,
                                .getsets = kGetSets,
                                .constructors = kWideConstructors};
constexpr TypeSpec kNarrowSpec = {.name = "_blake2.blake2s",
                                  .doc = "BLAKE2s, with keys and tree hashing.",
                                  .layout = &HashObject::kLayout,
                                  .slots = {.new_ = new_narrow},
                                  .methods = kMethods,
                                  .getsets = kGetSets,
                                  .constructors = kNarrowConstructors};
constexpr TypeRegistration kTypes[] = {{&blake2b_type, &kWideSpec}, {&blake2s_type, &kNarrowSpec}};

struct Constant {
  const char* name;
  size_t Family::* size;
};
constexpr Constant kConstants[] = {{"SALT_SIZE", &Family::salt_size},
                                   {"PERSON_SIZE", &Family::salt_size},
                                   {"MAX_KEY_SIZE", &Family::digest_size},
                                   {"MAX_DIGEST_SIZE", &Family::digest_size}};

Fallible<void> make_constants(Thread& t) {
  for (const Constant& c : kConstants) {
    Str* name = TRY(Str::intern_utf8(t, c.name));
    TRY(blake2b_type->dict()->set_name(t, name, Value::from_small_int(static_cast<int64_t>(kWide.*c.size))));
    TRY(blake2s_type->dict()->set_name(t, name, Value::from_small_int(static_cast<int64_t>(kNarrow.*c.size))));
  }
  return {};
}
Fallible<void> initialize(Thread& t, Module* module) {
  for (const char* name : {"BLAKE2B_SALT_SIZE", "BLAKE2B_PERSON_SIZE"})
    TRY(module->add(t, name, Value::from_small_int(16)));
  for (const char* name : {"BLAKE2B_MAX_KEY_SIZE", "BLAKE2B_MAX_DIGEST_SIZE"})
    TRY(module->add(t, name, Value::from_small_int(64)));
  for (const char* name : {"BLAKE2S_SALT_SIZE", "BLAKE2S_PERSON_SIZE"})
    TRY(module->add(t, name, Value::from_small_int(8)));
  for (const char* name : {"BLAKE2S_MAX_KEY_SIZE", "BLAKE2S_MAX_DIGEST_SIZE"})
    TRY(module->add(t, name, Value::from_small_int(32)));
  return module->add(t, "_GIL_MINSIZE", Value::from_small_int(kGilMinimum));
}

}  // namespace

extern const ModuleSpec k_module__blake2;
const ModuleSpec k_module__blake2 = {.name = "_blake2",
                                     .doc = "The BLAKE2 hashes.",
                                     .types = kTypes,
                                     .type_count = std::size(kTypes),
                                     .initialize = initialize,
                                     .make_constants = make_constants};

}  // namespace hog
