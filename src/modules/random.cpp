// random.cpp: the module _random: the Mersenne twister MT19937 behind random.Random. Ref: M. Matsumoto and T. Nishimura,
// "Mersenne Twister", 1998.
#include "host/host.hpp"
#include "object/int_math.hpp"
#include "object/native.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr uint32_t kWords = 624;
constexpr uint32_t kShift = 397;

class RandomState : public Cell {
 public:
  static const Layout kLayout;

  void seed_with(uint32_t seed) {
    words_[0] = seed;
    for (uint32_t i = 1; i < kWords; ++i)
      words_[i] = 1812433253u * (words_[i - 1] ^ (words_[i - 1] >> 30)) + i;
    index_ = kWords;
  }

  void seed_with(const uint32_t* key, size_t length) {
    seed_with(19650218u);
    uint32_t i = 1;
    size_t j = 0;
    for (size_t k = length > kWords ? length : kWords; k > 0; --k) {
      words_[i] = (words_[i] ^ ((words_[i - 1] ^ (words_[i - 1] >> 30)) * 1664525u)) + key[j] + static_cast<uint32_t>(j);
      advance(&i);
      if (++j >= length) j = 0;
    }
    for (uint32_t k = kWords - 1; k > 0; --k) {
      words_[i] = (words_[i] ^ ((words_[i - 1] ^ (words_[i - 1] >> 30)) * 1566083941u)) - i;
      advance(&i);
    }
    words_[0] = 0x80000000u;
  }

  uint32_t next() {
    if (index_ >= kWords) refill();
    uint32_t y = words_[index_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
  }

  uint32_t words_[kWords];
  uint32_t index_;

 private:
  void advance(uint32_t* i) {
    if (++*i < kWords) return;
    words_[0] = words_[kWords - 1];
    *i = 1;
  }
  void refill() {
    for (uint32_t i = 0; i < kWords; ++i) {
      uint32_t y = (words_[i] & 0x80000000u) | (words_[(i + 1) % kWords] & 0x7fffffffu);
      words_[i] = words_[(i + kShift) % kWords] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0dfu : 0u);
    }
    index_ = 0;
  }
};

void trace_nothing(Cell*, Marker&) {}
const Layout RandomState::kLayout = {.name = "_random.Random", .trace = trace_nothing, .base_size = sizeof(RandomState)};

// ---- Seeding. ----

// As much as the state holds.
void seed_from_isolate(Thread& t, RandomState* self) {
  uint32_t key[kWords];
  Isolate::of(t).seeds().fill(key, sizeof key);
  self->seed_with(key, kWords);
}

Fallible<void> seed_from_py(Thread& t, RandomState* self, Value v) {
  if (v.is_absent() || v.is_none()) {
    seed_from_isolate(t, self);
    return {};
  }
  Value magnitude;
  if (is_int_or_bool(v)) {
    magnitude = TRY(int_absolute(t, v));
  } else {
    int64_t hash = TRY(hash_py(t, v));
    magnitude = TRY(make_uint(t, static_cast<uint64_t>(hash)));
  }
  size_t bits = int_bit_length_nogc(magnitude);
  size_t length = bits == 0 ? 1 : (bits - 1) / 32 + 1;
  TRY(t.poll(static_cast<int64_t>(length / 8 + 1)));
  ByteArray* key = TRY(ByteArray::make(t, length * 4));
  TRY(int_to_bytes(t, magnitude, {key->data(), length * 4}, ByteOrder::Little, Signedness::Unsigned));
  self->seed_with(reinterpret_cast<const uint32_t*>(key->data()), length);
  return {};
}

Fallible<Value> random_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

Fallible<void> random_init(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("Random() takes no keyword arguments");
  if (arguments.positional > 1) return t.raise_type_error("Random expected at most 1 argument, got {}", arguments.positional);
  return seed_from_py(t, as<RandomState>(self), arguments.positional == 0 ? Value::none() : arguments[0]);
}

// ---- Methods. ----

Fallible<void> seed(Thread& t, RandomState* self, Value n) { return seed_from_py(t, self, n); }

Fallible<double> random(Thread&, RandomState* self) {
  uint32_t high = self->next() >> 5, low = self->next() >> 6;
  return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
}

Fallible<Value> get_random_bits(Thread& t, RandomState* self, Value count) {
  Value index = TRY(index_py(t, count));
  Int64Result k = int_to_int64_nogc(index);
  if (k.value < 0) return t.raise_value_error("Cannot convert negative int");
  if (k.overflow != 0) return t.raise(core.OverflowError, "Python int too large for C uint64_t");
  auto bits = static_cast<uint64_t>(k.value);
  if (bits == 0) return Value::from_small_int(0);
  if (bits <= 32) return Value::from_small_int(self->next() >> (32 - bits));
  uint64_t words = (bits - 1) / 32 + 1;
  TRY(t.check_fits(words * 4));
  ByteArray* memory = TRY(ByteArray::make(t, words * 4));
  auto* out = reinterpret_cast<uint32_t*>(memory->data());
  for (uint64_t i = 0; i < words; ++i, bits -= 32) {
    if (i % 4096 == 0) TRY(t.poll(256));
    uint32_t word = self->next();
    if (bits < 32) word >>= 32 - bits;
    out[i] = word;
  }
  return int_from_bytes(t, {memory->data(), words * 4}, ByteOrder::Little, Signedness::Unsigned);
}

Fallible<Value> get_state(Thread& t, RandomState* self) {
  Tuple* state = TRY(Tuple::make(t, kWords + 1));
  for (uint32_t i = 0; i < kWords; ++i) state->initialize(i, Value::from_small_int(self->words_[i]));
  state->initialize(kWords, Value::from_small_int(self->index_));
  return Value(state);
}

Fallible<void> set_state(Thread& t, RandomState* self, Value state) {
  if (!is<Tuple>(state)) return t.raise_type_error("state vector must be a tuple");
  Tuple* tuple = as<Tuple>(state);
  if (tuple->length() != kWords + 1) return t.raise_value_error("state vector is the wrong size");
  uint32_t words[kWords + 1];
  for (uint32_t i = 0; i <= kWords; ++i) {
    Value v = tuple->at(i);
    if (!is_int_or_bool(v)) return t.raise_type_error("an integer is required");
    Int64Result n = int_to_int64_nogc(v);
    if (n.value < 0) return t.raise(core.OverflowError, "can't convert negative value to unsigned int");
    if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C unsigned long");
    words[i] = static_cast<uint32_t>(n.value);
    if (i == kWords && n.value > kWords) return t.raise_value_error("invalid state");
  }
  __builtin_memcpy(self->words_, words, sizeof self->words_);
  self->index_ = words[kWords];
  return {};
}

constexpr NativeMethod kMethods[] = {
    {"random", HOG_NATIVE(random), "($self, /)", "A float in [0, 1)."},
    {"seed", HOG_NATIVE(seed), "($self, n=None, /)", "Starts from an int, a hash, or the host's entropy."},
    {"getstate", HOG_NATIVE(get_state), "($self, /)", "The generator's state as a tuple."},
    {"setstate", HOG_NATIVE(set_state), "($self, state, /)", "Takes up a state that getstate() gave."},
    {"getrandbits", HOG_NATIVE(get_random_bits), "($self, k, /)", "An int of k random bits."},
    {}};

constexpr TypeSpec kRandomSpec = {
    .name = "_random.Random",
    .doc = "A generator of random numbers.",
    .layout = &RandomState::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.init = random_init, .new_ = random_new},
    .methods = kMethods,
};
Type* random_type = nullptr;
constexpr TypeRegistration kTypes[] = {{&random_type, &kRandomSpec}};

}  // namespace

extern const ModuleSpec k_module__random;
const ModuleSpec k_module__random = {
    .name = "_random", .doc = "The Mersenne twister.", .types = kTypes, .type_count = std::size(kTypes)};

}  // namespace hog
