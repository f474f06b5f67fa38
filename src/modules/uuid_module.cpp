// uuid_module.cpp: the module _uuid: UUIDs of version 1, from Clock and Entropy. Ref: library/uuid, RFC 9562 section 5.1.
//
// Invariant: within an isolate no two are equal: a time that is not later than the last one counts on from it. Among processes only chance
// keeps them apart (node and sequence are random), and the answer says so (-1).
#include <cstring>

#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

struct Generator {
  uint64_t last;  // 100 nanoseconds since 1582-10-15; 0: none yet
  uint8_t sequence[2], node[6];
};
constexpr uint64_t kUnixEpoch = 0x01B21DD213814000;

Fallible<Value> generate_time_safe(Thread& t, Module* module) {
  const Host& host = *Isolate::of(t).config().host;
  auto* cell = static_cast<ByteArray*>(module->state_.get());
  Generator generator;
  std::memcpy(&generator, cell->data(), sizeof generator);
  if (generator.last == 0) {
    host.entropy->fill(generator.sequence, sizeof generator.sequence);
    host.entropy->fill(generator.node, sizeof generator.node);
    generator.sequence[0] = (generator.sequence[0] & 0x3F) | 0x80;  // the variant
    generator.node[0] |= 1;                                         // no address of a real card
  }
  uint64_t now = static_cast<uint64_t>(host.clock->wall_nanoseconds()) / 100 + kUnixEpoch;
  generator.last = now > generator.last ? now : generator.last + 1;
  std::memcpy(cell->data(), &generator, sizeof generator);
  Bytes* bytes = TRY(Bytes::make(t, 16));
  uint8_t* out = bytes->mutable_data();
  uint64_t time = generator.last;
  const int kOrder[] = {3, 2, 1, 0, 5, 4, 7, 6};  // low, middle and high part, each with its big end first
  for (int i = 0; i < 8; ++i) out[i] = static_cast<uint8_t>(time >> (8 * kOrder[i]));
  out[6] = (out[6] & 0x0F) | 0x10;  // the version
  std::memcpy(out + 8, generator.sequence, 2);
  std::memcpy(out + 10, generator.node, 6);
  return Value(TRY(Tuple::of(t, Value(bytes), Value::from_small_int(-1))));
}

constexpr NativeMethod kFunctions[] = {
    {"generate_time_safe", HOG_NATIVE(generate_time_safe), "($module, /)", "(a new UUID of version 1, -1: not safe among processes)"},
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  const Host* host = Isolate::of(t).config().host;
  bool granted = host != nullptr && host->clock != nullptr && host->entropy != nullptr;
  if (!granted) {
    TRY(module->dict()->remove_py(t, Value(TRY(Str::intern_utf8(t, "generate_time_safe")))));
  } else {
    module->state_.set(module, TRY(ByteArray::make(t, sizeof(Generator))));
  }
  TRY(module->add(t, "has_uuid_generate_time_safe", Value::from_small_int(granted ? 1 : 0)));
  return module->add(t, "has_stable_extractable_node", Value::from_small_int(0));
}

}  // namespace

extern const ModuleSpec k_module__uuid;
const ModuleSpec k_module__uuid = {
    .name = "_uuid", .doc = "UUIDs by time.", .functions = kFunctions, .initialize = initialize};

}  // namespace hog
