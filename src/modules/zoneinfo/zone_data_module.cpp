// zone_data_module.cpp: the module `_tzdata`: what the library's zoneinfo (stdlib/adjustments.txt) asks for zones that are on no disk and in no
// package `tzdata`. Ref: library/zoneinfo "Data sources".
#include <cstring>

#include "modules/compression/zlib_support.hpp"
#include "modules/zoneinfo/zone_data.hpp"

namespace hog {

namespace zoneinfo {

namespace {

const FrozenZone* find_zone(std::string_view name) {
  size_t low = 0, high = kFrozenZoneCount;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = name.compare(kFrozenZones[middle].name);
    if (order == 0) return &kFrozenZones[middle];
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return nullptr;
}

Fallible<Value> load(Thread& t, Str* name) {
  const FrozenZone* zone = name->is_ascii() ? find_zone(name->ascii()) : nullptr;
  if (zone == nullptr) return Value::none();
  TRY(t.poll(static_cast<int64_t>(zone->size / 16)));
  Bytes* bytes = TRY(Bytes::make(t, zone->size));
  z_stream stream;
  prepare_zlib_stream(t, &stream);
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return t.raise_memory_error();
  stream.next_in = const_cast<Bytef*>(zone->packed);
  stream.avail_in = zone->packed_size;
  stream.next_out = bytes->mutable_data();
  stream.avail_out = zone->size;
  int outcome = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (outcome == Z_MEM_ERROR) return t.raise_memory_error();
  if (outcome != Z_STREAM_END) return t.raise(core.SystemError, "a built-in time zone is broken");
  return Value(bytes);
}

Fallible<Value> keys(Thread& t) {
  Tuple* names = TRY(Tuple::make(t, kFrozenZoneCount));
  for (size_t i = 0; i < kFrozenZoneCount; ++i) {
    Str* name = TRY(Str::from_ascii(t, kFrozenZones[i].name));
    names->initialize(i, Value(name));
  }
  return Value(names);
}

constexpr NativeMethod kFunctions[] = {
    {"load", HOG_NATIVE(load), "(key, /)", "The zone's TZif file; None if there is none of this name."},
    {"keys", HOG_NATIVE(keys), "()", "The names of all zones."},
    {}};

Fallible<void> initialize(Thread& t, Module* module) {
  return module->add(t, "version", Value(TRY(Str::from_ascii(t, kFrozenZoneVersion))));
}

}  // namespace

}  // namespace zoneinfo

extern const ModuleSpec k_module__tzdata;
const ModuleSpec k_module__tzdata = {.name = "_tzdata",
                                     .doc = "The time zones that are built in.",
                                     .functions = zoneinfo::kFunctions,
                                     .initialize = zoneinfo::initialize};

}  // namespace hog
