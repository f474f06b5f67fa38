// zone_data.hpp: the time zones that are built in, made at build time by tools/pack_time_zones.py.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hog::zoneinfo {

struct FrozenZone {
  const char* name;  // null in the entry behind the last
  const unsigned char* packed;  // raw deflate
  uint32_t packed_size;
  uint32_t size;  // of the TZif file
};
extern const FrozenZone kFrozenZones[];  // by name
extern const size_t kFrozenZoneCount;
extern const char kFrozenZoneVersion[];

}  // namespace hog::zoneinfo
