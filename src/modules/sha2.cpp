// sha2.cpp: the module _sha2: SHA-224, SHA-256, SHA-384 and SHA-512. Ref: FIPS 180-4.
//
// The 32-bit hashes use the upper halves of the 64-bit ones' constants: fractions of cube and square roots of primes.
#include <bit>
#include <cstring>

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

constexpr uint64_t kRoundConstants[80] = {
    0x428a2f98d728ae22u, 0x7137449123ef65cdu, 0xb5c0fbcfec4d3b2fu, 0xe9b5dba58189dbbcu,
    0x3956c25bf348b538u, 0x59f111f1b605d019u, 0x923f82a4af194f9bu, 0xab1c5ed5da6d8118u,
    0xd807aa98a3030242u, 0x12835b0145706fbeu, 0x243185be4ee4b28cu, 0x550c7dc3d5ffb4e2u,
    0x72be5d74f27b896fu, 0x80deb1fe3b1696b1u, 0x9bdc06a725c71235u, 0xc19bf174cf692694u,
    0xe49b69c19ef14ad2u, 0xefbe4786384f25e3u, 0x0fc19dc68b8cd5b5u, 0x240ca1cc77ac9c65u,
    0x2de92c6f592b0275u, 0x4a7484aa6ea6e483u, 0x5cb0a9dcbd41fbd4u, 0x76f988da831153b5u,
    0x983e5152ee66dfabu, 0xa831c66d2db43210u, 0xb00327c898fb213fu, 0xbf597fc7beef0ee4u,
    0xc6e00bf33da88fc2u, 0xd5a79147930aa725u, 0x06ca6351e003826fu, 0x142929670a0e6e70u,
    0x27b70a8546d22ffcu, 0x2e1b21385c26c926u, 0x4d2c6dfc5ac42aedu, 0x53380d139d95b3dfu,
    0x650a73548baf63deu, 0x766a0abb3c77b2a8u, 0x81c2c92e47edaee6u, 0x92722c851482353bu,
    0xa2bfe8a14cf10364u, 0xa81a664bbc423001u, 0xc24b8b70d0f89791u, 0xc76c51a30654be30u,
    0xd192e819d6ef5218u, 0xd69906245565a910u, 0xf40e35855771202au, 0x106aa07032bbd1b8u,
    0x19a4c116b8d2d0c8u, 0x1e376c085141ab53u, 0x2748774cdf8eeb99u, 0x34b0bcb5e19b48a8u,
    0x391c0cb3c5c95a63u, 0x4ed8aa4ae3418acbu, 0x5b9cca4f7763e373u, 0x682e6ff3d6b2b8a3u,
    0x748f82ee5defb2fcu, 0x78a5636f43172f60u, 0x84c87814a1f0ab72u, 0x8cc702081a6439ecu,
    0x90befffa23631e28u, 0xa4506cebde82bde9u, 0xbef9a3f7b2c67915u, 0xc67178f2e372532bu,
    0xca273eceea26619cu, 0xd186b8c721c0c207u, 0xeada7dd6cde0eb1eu, 0xf57d4f7fee6ed178u,
    0x06f067aa72176fbau, 0x0a637dc5a2c898a6u, 0x113f9804bef90daeu, 0x1b710b35131c471bu,
    0x28db77f523047d84u, 0x32caab7b40c72493u, 0x3c9ebe0a15c9bebcu, 0x431d67c49c100d4cu,
    0x4cc5d4becb3e42b6u, 0x597f299cfc657e2au, 0x5fcb6fab3ad6faecu, 0x6c44198c4a475817u};
constexpr uint64_t kSquareRoots[16] = {
    0x6a09e667f3bcc908u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu, 0xa54ff53a5f1d36f1u,
    0x510e527fade682d1u, 0x9b05688c2b3e6c1fu, 0x1f83d9abfb41bd6bu, 0x5be0cd19137e2179u,
    0xcbbb9d5dc1059ed8u, 0x629a292a367cd507u, 0x9159015a3070dd17u, 0x152fecd8f70e5939u,
    0x67332667ffc00b31u, 0x8eb44a8768581511u, 0xdb0c2e0d64f98fa7u, 0x47b5481dbefa4fa4u};

struct Variant {
  const char* name;
  int64_t digest_size;
  int64_t block_size;
};
constexpr Variant kVariants[] = {{"sha224", 28, 64}, {"sha256", 32, 64}, {"sha384", 48, 128}, {"sha512", 64, 128}};
enum : uint8_t { kSha224, kSha256, kSha384, kSha512 };

class Sha2 : public Cell {
 public:
  static const Layout kLayout;

  const Variant& variant() const { return kVariants[variant_]; }
  bool wide() const { return variant_ >= kSha384; }
  size_t block_size() const { return wide() ? 128 : 64; }

  void start(uint8_t variant) {
    variant_ = variant;
    for (size_t i = 0; i < 8; ++i) {
      switch (variant) {
        case kSha224: state_[i] = static_cast<uint32_t>(kSquareRoots[8 + i]); break;
        case kSha256: state_[i] = kSquareRoots[i] >> 32; break;
        case kSha384: state_[i] = kSquareRoots[8 + i]; break;
        default: state_[i] = kSquareRoots[i]; break;
      }
    }
  }

  void update(const uint8_t* data, size_t size) {
    length_ += size;
    while (size != 0) {
      size_t room = block_size() - filled_;
      size_t part = size < room ? size : room;
      std::memcpy(buffer_ + filled_, data, part);
      filled_ += part;
      data += part;
      size -= part;
      if (filled_ == block_size()) compress();
    }
  }

  // Works on a copy: a hash may go on after its digest was taken.
  void digest(uint8_t* out) const {
    Sha2 last = *this;
    uint64_t bits = length_ * 8;
    size_t length_size = wide() ? 16 : 8;
    uint8_t byte = 0x80;
    last.update(&byte, 1);
    byte = 0;
    while (last.filled_ != block_size() - length_size) last.update(&byte, 1);
    uint8_t tail[16] = {};
    for (size_t i = 0; i < 8; ++i) tail[length_size - 1 - i] = static_cast<uint8_t>(bits >> (8 * i));
    if (wide()) tail[7] = static_cast<uint8_t>(length_ >> 61);
    last.update(tail, length_size);
    size_t word = wide() ? 8 : 4;
    for (size_t i = 0; i < static_cast<size_t>(variant().digest_size); ++i)
      out[i] = static_cast<uint8_t>(last.state_[i / word] >> (8 * (word - 1 - i % word)));
  }

  void copy_from(const Sha2& other) {
    std::memcpy(state_, other.state_, sizeof state_);
    std::memcpy(buffer_, other.buffer_, sizeof buffer_);
    length_ = other.length_;
    filled_ = other.filled_;
    variant_ = other.variant_;
  }

 private:
  void compress() {
    if (wide()) {
      rounds<uint64_t, 80>(0, {1, 8, 7}, {19, 61, 6}, {28, 34, 39}, {14, 18, 41});
    } else {
      rounds<uint32_t, 64>(32, {7, 18, 3}, {17, 19, 10}, {2, 13, 22}, {6, 11, 25});
    }
    filled_ = 0;
  }

  struct Turns {
    int a, b, c;
  };
  // The schedule's functions shift by their third number, the rounds' turn by it.
  template <typename Word, size_t kRounds>
  void rounds(unsigned constant_shift, Turns s0, Turns s1, Turns big0, Turns big1) {
    Word schedule[kRounds];
    for (size_t i = 0; i < 16; ++i) {
      Word word = 0;
      for (size_t k = 0; k < sizeof(Word); ++k) word = static_cast<Word>(word << 8 | buffer_[i * sizeof(Word) + k]);
      schedule[i] = word;
    }
    auto small = [](Word x, Turns t) { return std::rotr(x, t.a) ^ std::rotr(x, t.b) ^ (x >> t.c); };
    auto big = [](Word x, Turns t) { return std::rotr(x, t.a) ^ std::rotr(x, t.b) ^ std::rotr(x, t.c); };
    for (size_t i = 16; i < kRounds; ++i)
      schedule[i] = schedule[i - 16] + small(schedule[i - 15], s0) + schedule[i - 7] + small(schedule[i - 2], s1);
    Word v[8];
    for (size_t i = 0; i < 8; ++i) v[i] = static_cast<Word>(state_[i]);
    for (size_t i = 0; i < kRounds; ++i) {
      Word choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
      Word majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
      Word first = v[7] + big(v[4], big1) + choice + static_cast<Word>(kRoundConstants[i] >> constant_shift) + schedule[i];
      Word second = big(v[0], big0) + majority;
      for (size_t k = 7; k > 0; --k) v[k] = v[k - 1];
      v[4] += first;
      v[0] = first + second;
    }
    for (size_t i = 0; i < 8; ++i) state_[i] = static_cast<Word>(static_cast<Word>(state_[i]) + v[i]);
  }

  uint64_t state_[8];
  uint64_t length_;  // bytes
  size_t filled_;
  uint8_t variant_;
  uint8_t buffer_[128];
};

void trace_nothing(Cell*, Marker&) {}
const Layout Sha2::kLayout = {.name = "_sha2", .trace = trace_nothing, .base_size = sizeof(Sha2)};

Type* types[4];

Fallible<void> update_py(Thread& t, Sha2* self, Value data) {
  if (is<Str>(data)) return t.raise_type_error("Strings must be encoded before hashing");
  if (!supports_buffer(data)) return t.raise_type_error("object supporting the buffer API required");
  BytesLike bytes(t);
  TRY(bytes.open(data));
  constexpr size_t kPiece = size_t{1} << 16;
  for (size_t at = 0; at < bytes.size(); at += kPiece) {
    size_t length = bytes.size() - at < kPiece ? bytes.size() - at : kPiece;
    TRY(t.poll(static_cast<int64_t>(length / 16 + 1)));
    self->update(bytes.data() + at, length);
  }
  return {};
}

Fallible<Sha2*> make(Thread& t, uint8_t variant) {
  Cell* cell = TRY(new_instance(t, types[variant]));
  return static_cast<Sha2*>(cell);
}

template <uint8_t kVariant>
Fallible<Sha2*> create(Thread& t, Value data, bool, Value string) {
  if (data.is_absent()) {
    data = string;
  } else if (!string.is_absent()) {
    return t.raise_type_error("'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is "
                              "slated for removal in a future version.");
  }
  Sha2* self = TRY(make(t, kVariant));
  self->start(kVariant);
  if (!data.is_absent()) TRY(update_py(t, self, data));
  return self;
}

Fallible<void> update(Thread& t, Sha2* self, Value data) { return update_py(t, self, data); }
Fallible<Sha2*> copy(Thread& t, Sha2* self) {
  for (uint8_t i = 0; i < 4; ++i) {
    if (type_of(self) != types[i]) continue;
    Sha2* twin = TRY(make(t, i));
    twin->copy_from(*self);
    return twin;
  }
  return self;
}
Fallible<Bytes*> digest(Thread& t, Sha2* self) {
  uint8_t out[64];
  self->digest(out);
  return Bytes::from(t, out, static_cast<size_t>(self->variant().digest_size));
}
Fallible<Str*> hex_digest(Thread& t, Sha2* self) {
  uint8_t out[64];
  char text[128];
  self->digest(out);
  auto size = static_cast<size_t>(self->variant().digest_size);
  for (size_t i = 0; i < size; ++i) {
    text[2 * i] = "0123456789abcdef"[out[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[out[i] & 15];
  }
  return Str::from_ascii(t, {text, size * 2});
}
Fallible<Value> get_name(Thread& t, Value self) { return Value(TRY(Str::from_ascii(t, as<Sha2>(self)->variant().name))); }
Fallible<Value> get_digest_size(Thread&, Value self) { return Value::from_small_int(as<Sha2>(self)->variant().digest_size); }
Fallible<Value> get_block_size(Thread&, Value self) { return Value::from_small_int(as<Sha2>(self)->variant().block_size); }

constexpr NativeMethod kMethods[] = {
    {"copy", HOG_NATIVE(copy), "($self, /)", "A hash that goes on from here on its own."},
    {"digest", HOG_NATIVE(digest), "($self, /)", "The digest of everything so far, as bytes."},
    {"hexdigest", HOG_NATIVE(hex_digest), "($self, /)", "The digest as hexadecimal digits."},
    {"update", HOG_NATIVE(update), "($self, obj, /)", "Adds bytes."},
    {}};
constexpr GetSet kGetSets[] = {{"block_size", get_block_size, nullptr, nullptr},
                               {"digest_size", get_digest_size, nullptr, nullptr},
                               {"name", get_name, nullptr, nullptr},
                               {}};
constexpr TypeSpec spec_named(const char* name) {
  TypeSpec spec{};
  spec.name = name;
  spec.layout = &Sha2::kLayout;
  spec.flags = type_flag::kNoInstantiation;
  spec.methods = kMethods;
  spec.getsets = kGetSets;
  return spec;
}
constexpr TypeSpec kSpecs[] = {spec_named("_sha2.SHA224Type"), spec_named("_sha2.SHA256Type"), spec_named("_sha2.SHA384Type"),
                               spec_named("_sha2.SHA512Type")};
constexpr TypeRegistration kTypes[] = {
    {&types[0], &kSpecs[0]}, {&types[1], &kSpecs[1]}, {&types[2], &kSpecs[2]}, {&types[3], &kSpecs[3]}};

constexpr const char* kSignature =
    "(data=<unrepresentable>, *, usedforsecurity=True, string=<unrepresentable>)";
constexpr NativeMethod kFunctions[] = {
    {"sha224", HOG_NATIVE(create<kSha224>), kSignature, "A new SHA-224 hash."},
    {"sha256", HOG_NATIVE(create<kSha256>), kSignature, "A new SHA-256 hash."},
    {"sha384", HOG_NATIVE(create<kSha384>), kSignature, "A new SHA-384 hash."},
    {"sha512", HOG_NATIVE(create<kSha512>), kSignature, "A new SHA-512 hash."},
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  return module->add(t, "_GIL_MINSIZE", Value::from_small_int(2048));
}

}  // namespace

extern const ModuleSpec k_module__sha2;
const ModuleSpec k_module__sha2 = {.name = "_sha2",
                                   .doc = "The SHA-2 hashes.",
                                   .functions = kFunctions,
                                   .types = kTypes,
                                   .type_count = std::size(kTypes),
                                   .initialize = initialize};

}  // namespace hog
