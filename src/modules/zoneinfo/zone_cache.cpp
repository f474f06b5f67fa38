// zone_cache.cpp: which zones are there already. A class keeps its zones in a weak dictionary: ZoneInfo itself in the isolate, a subclass in its
// attribute _weak_cache; ZoneInfo keeps the latest eight alive, too. Ref: library/zoneinfo "The ZoneInfo class".
//
// Comparing keys runs Python: count_ and the places are read again after it.
#include "modules/zoneinfo/zone_info.hpp"
#include "vm/isolate.hpp"

namespace hog::zoneinfo {

Type* cache_type;

const Layout ZoneCache::kLayout = {.name = "zone cache",
                                   .trace =
                                       [](Cell* cell, Marker& marker) {
                                         auto* cache = static_cast<ZoneCache*>(cell);
                                         marker.visit_word(cache->weak_.get().raw());
                                         for (size_t i = 0; i < ZoneCache::kSize; ++i) {
                                           marker.visit_word(cache->keys_[i].get().raw());
                                           marker.visit_word(cache->zones_[i].get().raw());
                                         }
                                       },
                                   .base_size = sizeof(ZoneCache)};
const TypeSpec kCacheSpec = {.name = "zoneinfo._Cache", .layout = &ZoneCache::kLayout, .flags = type_flag::kNoInstantiation};

namespace {

Fallible<Value> library_py(Thread& t, const char* module, const char* name) {
  Value library = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, module))));
  return get_attribute_py(t, library, TRY(Str::intern_utf8(t, name)));
}
Fallible<Value> new_weak_dictionary_py(Thread& t) { return call_py(t, TRY(library_py(t, "weakref", "WeakValueDictionary"))); }

Fallible<ZoneCache*> cache_of_py(Thread& t) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kZoneInfo];
  if (!slot.get().is_empty()) return as<ZoneCache>(slot.get());
  Value weak = TRY(new_weak_dictionary_py(t));
  if (!slot.get().is_empty()) return as<ZoneCache>(slot.get());
  auto* cache = TRY(t.allocate<ZoneCache>(cache_type->root_shape()));
  cache->weak_.set(cache, weak);
  slot.set(nullptr, Value(cache));
  return cache;
}
Fallible<Value> weak_cache_py(Thread& t, Type* type) {
  if (type == zone_type) return TRY(cache_of_py(t))->weak_.get();
  // Of the class's own: an attribute that was deleted is not to be found in a class above it.
  return get_attribute_py(t, Value(type), TRY(Str::intern_utf8(t, "_weak_cache")));
}

// ---- The latest. ----

void remove_at(ZoneCache* cache, size_t at) {
  for (size_t i = at; i + 1 < cache->count_; ++i) {
    cache->keys_[i].set(cache, cache->keys_[i + 1].get());
    cache->zones_[i].set(cache, cache->zones_[i + 1].get());
  }
  --cache->count_;
  cache->keys_[cache->count_].clear();
  cache->zones_[cache->count_].clear();
}
void put_first(ZoneCache* cache, Value key, Value zone) {
  if (cache->count_ < ZoneCache::kSize) ++cache->count_;
  for (size_t i = cache->count_ - 1; i > 0; --i) {
    cache->keys_[i].set(cache, cache->keys_[i - 1].get());
    cache->zones_[i].set(cache, cache->zones_[i - 1].get());
  }
  cache->keys_[0].set(cache, key);
  cache->zones_[0].set(cache, zone);
}
// Takes the zone of this key out; absent: not there.
Fallible<Value> take_out_py(Thread& t, ZoneCache* cache, Value key) {
  for (size_t i = 0; i < cache->count_; ++i) {
    Value other = cache->keys_[i];
    bool equal = TRY(equals_py(t, other, key));
    if (i >= cache->count_ || cache->keys_[i].get() != other) return Value::absent();  // Python has changed it
    if (!equal) continue;
    Value zone = cache->zones_[i];
    remove_at(cache, i);
    return zone;
  }
  return Value::absent();
}

Fallible<void> check_instance(Thread& t, Type* type, Value found, Value key) {
  if (is_instance(found, type)) return {};
  return t.raise(core.RuntimeError, "Unexpected instance of {} in {} weak cache for key {}", type_of(found), type->name(),
                 repr_of(key));
}

}  // namespace

Fallible<Value> cached_zone_py(Thread& t, Type* type, Value key) {
  bool keeps = type == zone_type;
  if (keeps) {
    ZoneCache* cache = TRY(cache_of_py(t));
    Value zone = TRY(take_out_py(t, cache, key));
    if (!zone.is_absent()) {
      put_first(cache, key, zone);
      return zone;
    }
  }
  Value weak = TRY(weak_cache_py(t, type));
  Value zone = TRY(call_method_py(t, weak, names.get, key, Value::none()));
  if (zone.is_none()) {
    Value made = TRY(new_zone_py(t, type, key));
    as<ZoneInfo>(made)->source_ = Source::Cache;
    zone = TRY(call_method_py(t, weak, names.setdefault, key, made));
  }
  TRY(check_instance(t, type, zone, key));
  if (keeps) put_first(TRY(cache_of_py(t)), key, zone);
  return zone;
}

Fallible<Value> new_zone_py(Thread& t, Type* type, Value key) {
  Value path = TRY(call_py(t, TRY(library_py(t, "zoneinfo._tzpath", "find_tzfile")), key));
  Value file;
  if (path.is_none()) {
    file = TRY(call_py(t, TRY(library_py(t, "zoneinfo._common", "load_tzdata")), key));
  } else {
    file = TRY(call_py(t, TRY(library_py(t, "_io", "open")), path, Value(TRY(Str::from_ascii(t, "rb")))));
  }
  auto* zone = static_cast<ZoneInfo*>(TRY(new_instance(t, type)));
  zone->key_.set(zone, key);
  bool failed = load_zone_py(t, zone, file).failed();
  if (failed && t.terminated()) return Failure{};
  Value error = failed ? t.take_exception() : Value();
  bool closed = !call_method_py(t, file, names.close).failed();
  if (failed && !t.terminated()) {
    if (!closed) t.take_exception();
    return t.restore_exception(error);
  }
  if (!closed) return Failure{};
  return Value(zone);
}

Fallible<void> clear_cache_py(Thread& t, Type* type, Value only_keys) {
  Value weak = TRY(weak_cache_py(t, type));
  if (only_keys.is_none()) {
    TRY(call_method_py(t, weak, names.clear));
    if (type == zone_type) {
      ZoneCache* cache = TRY(cache_of_py(t));
      while (cache->count_ != 0) remove_at(cache, cache->count_ - 1);
    }
    return {};
  }
  return for_each_py(t, only_keys, [&](Value key) -> Fallible<bool> {
    if (type == zone_type) TRY(take_out_py(t, TRY(cache_of_py(t)), key));
    TRY(call_method_py(t, weak, names.pop, key, Value::none()));
    return true;
  });
}

Fallible<void> init_subclass_py(Thread& t, Type* type) {
  Value weak = TRY(new_weak_dictionary_py(t));
  return set_attribute_py(t, Value(type), TRY(Str::intern_utf8(t, "_weak_cache")), weak);
}

}  // namespace hog::zoneinfo
