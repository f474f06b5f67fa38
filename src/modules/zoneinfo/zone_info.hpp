// zone_info.hpp: what the files of `_zoneinfo` share.
//
// Invariants of a ZoneInfo whose kinds_ is set: transitions_ has transition_count_ entries, whose `kind` is a place in kinds_;
// the entries of kinds_ are tuples (timedelta, timedelta, str). Nothing of it changes afterwards.
#pragma once

#include "modules/datetime/datetime.hpp"
#include "modules/zoneinfo/zone_rules.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::zoneinfo {

struct Transition {
  int64_t utc;      // seconds since 1970
  int64_t wall[2];  // the same in local time, by fold
  uint32_t kind;    // what begins here
};

// What holds after the last transition.
struct Rule {
  bool fixed;  // the standard kind always
  int32_t standard_offset, daylight_offset;
  Day start, end;
};

enum class Source : uint8_t { NoCache, Cache, File };

class ZoneInfo : public Cell {
 public:
  static const Layout kLayout;
  ValueField key_;        // None: none
  ValueField file_repr_;  // of a Source::File
  Field<ByteArray> transitions_;
  Field<Tuple> kinds_;
  Field<Tuple> before_;                    // the kind before the first transition; null: none
  Field<Tuple> standard_, daylight_;       // of the rule
  size_t transition_count_;
  Rule rule_;
  bool fixed_;  // does the answer not depend on the moment?
  Source source_;
  const Transition* transitions() const {
    return transition_count_ == 0 ? nullptr : reinterpret_cast<const Transition*>(transitions_->data());
  }
  Tuple* kind(size_t i) const { return as<Tuple>(kinds_->at(transitions()[i].kind)); }
};

// Per isolate: the zones that the class itself made.
class ZoneCache : public Cell {
 public:
  static const Layout kLayout;
  static constexpr size_t kSize = 8;
  ValueField weak_;  // a WeakValueDictionary: key -> zone
  size_t count_;
  ValueField keys_[kSize], zones_[kSize];  // the latest first
};

extern Type *zone_type, *cache_type;
extern const TypeSpec kZoneSpec, kCacheSpec;

inline int32_t offset_of(const Tuple* kind) {
  return static_cast<int32_t>(as<datetime::TimeDelta>(kind->at(0))->total() / 1000000);
}

// ---- zone_load.cpp ----
// Fills a new zone from a TZif file that is open.
Fallible<void> load_zone_py(Thread& t, ZoneInfo* zone, Value file);

// ---- zone_cache.cpp ----
Fallible<Value> cached_zone_py(Thread& t, Type* type, Value key);
Fallible<Value> new_zone_py(Thread& t, Type* type, Value key);  // past the caches
Fallible<void> clear_cache_py(Thread& t, Type* type, Value only_keys_or_none);
Fallible<void> init_subclass_py(Thread& t, Type* type);

}  // namespace hog::zoneinfo
