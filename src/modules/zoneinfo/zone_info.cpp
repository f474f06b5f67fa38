// zone_info.cpp: the module _zoneinfo: the class ZoneInfo. Ref: library/zoneinfo; PEP 615; PEP 495 (fold).
#include "modules/zoneinfo/zone_info.hpp"

namespace hog::zoneinfo {

Type* zone_type;

const Layout ZoneInfo::kLayout = {.name = "zoneinfo.ZoneInfo",
                                  .trace =
                                      [](Cell* cell, Marker& marker) {
                                        auto* zone = static_cast<ZoneInfo*>(cell);
                                        marker.visit_word(zone->key_.get().raw());
                                        marker.visit_word(zone->file_repr_.get().raw());
                                        marker.visit(zone->transitions_.get());
                                        marker.visit(zone->kinds_.get());
                                        marker.visit(zone->before_.get());
                                        marker.visit(zone->standard_.get());
                                        marker.visit(zone->daylight_.get());
                                      },
                                  .base_size = sizeof(ZoneInfo)};

namespace {

using datetime::Moment;

// ---- Which kind of time. ----

// Fields of what utcoffset() and its like were asked about: a datetime, or what has the same attributes.
struct Asked {
  int64_t seconds;  // since 1970, local
  int year;
  int fold;
};
Fallible<int64_t> number_py(Thread& t, Value object, const char* name) {
  return index_to_int64_py(t, TRY(get_attribute_py(t, object, TRY(Str::intern_utf8(t, name)))));
}
Fallible<Asked> asked_py(Thread& t, Value v) {
  if (datetime::is_datetime(v)) [[likely]] {
    auto* moment = as<Moment>(v);
    return Asked{datetime::seconds_of(datetime::date_of(moment), datetime::clock_of(moment)) - datetime::kEpochSeconds, moment->year_,
                 moment->fold_};
  }
  Value ordinal = TRY(call_method_py(t, v, TRY(Str::intern_utf8(t, "toordinal"))));
  int64_t days = TRY(index_to_int64_py(t, ordinal));
  int64_t hour = TRY(number_py(t, v, "hour")), minute = TRY(number_py(t, v, "minute")), second = TRY(number_py(t, v, "second"));
  int64_t year = TRY(number_py(t, v, "year")), fold = TRY(number_py(t, v, "fold"));
  if (days < 1 || days > datetime::kMostOrdinal || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
      year < datetime::kMinYear || year > datetime::kMaxYear || fold < 0 || fold > 1)
    return t.raise_value_error("not the fields of a datetime");
  return Asked{(days * 86400 + hour * 3600 + minute * 60 + second) - datetime::kEpochSeconds, static_cast<int>(year),
               static_cast<int>(fold)};
}

struct Bounds {
  int64_t start, end;  // of daylight saving time
  bool contains(int64_t seconds) const {
    return start < end ? seconds >= start && seconds < end : seconds < end || seconds >= start;
  }
};

Tuple* kind_by_rule(const ZoneInfo* zone, const Asked& asked) {
  const Rule& rule = zone->rule_;
  if (rule.fixed) return zone->standard_.get();
  Bounds daylight = {moment_of(rule.start, asked.year), moment_of(rule.end, asked.year)};
  int64_t saving = int64_t{rule.daylight_offset} - rule.standard_offset;
  // Local time that exists twice or never belongs to one side with fold 0, and to the other with fold 1.
  if ((asked.fold != 0) == (saving >= 0)) daylight.end -= saving;
  else daylight.start += saving;
  return daylight.contains(asked.seconds) ? zone->daylight_.get() : zone->standard_.get();
}

// How many transitions are not later than `seconds`, in UTC or in local time.
template <typename Get>
size_t count_until(const ZoneInfo* zone, int64_t seconds, Get get) {
  size_t low = 0, high = zone->transition_count_;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (get(zone->transitions()[middle]) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Null: nothing is known.
Fallible<Box<Tuple*>> kind_of_py(Thread& t, const ZoneInfo* zone, Value v) {
  if (v.is_none()) return Box<Tuple*>{zone->fixed_ ? zone->standard_.get() : nullptr};
  Asked asked = TRY(asked_py(t, v));
  size_t n = zone->transition_count_;
  if (n != 0 && asked.seconds < zone->transitions()[0].wall[asked.fold]) return Box<Tuple*>{zone->before_.get()};
  if (n == 0 || asked.seconds > zone->transitions()[n - 1].wall[asked.fold]) return Box<Tuple*>{kind_by_rule(zone, asked)};
  size_t until = count_until(zone, asked.seconds, [&](const Transition& x) { return x.wall[asked.fold]; });
  return Box<Tuple*>{zone->kind(until == 0 ? 0 : until - 1)};
}

template <size_t field>
Fallible<Value> ask(Thread& t, ZoneInfo* zone, Value v) {
  Tuple* kind = TRY(kind_of_py(t, zone, v)).value;
  return kind == nullptr ? Value::none() : kind->at(field);
}

// ---- From UTC. ----

struct Found {
  Tuple* kind;
  bool fold;  // is it the second time that this local time comes?
};

Found found_by_rule(const ZoneInfo* zone, int64_t seconds, int year) {
  const Rule& rule = zone->rule_;
  if (rule.fixed) return {zone->standard_.get(), false};
  Bounds daylight = {moment_of(rule.start, year) - rule.standard_offset, moment_of(rule.end, year) - rule.daylight_offset};
  int64_t saving = int64_t{rule.daylight_offset} - rule.standard_offset;
  // What exists twice begins with the end of a positive saving, with the start of a negative one.
  int64_t first = saving > 0 ? daylight.end : daylight.start, last = first + (saving > 0 ? saving : -saving);
  return {daylight.contains(seconds) ? zone->daylight_.get() : zone->standard_.get(), seconds >= first && seconds < last};
}

Found found_in_utc(const ZoneInfo* zone, int64_t seconds, int year) {
  size_t n = zone->transition_count_;
  const Transition* transitions = zone->transitions();
  if (n != 0 && seconds < transitions[0].utc) return {zone->before_.get(), false};
  if (n == 0 || seconds > transitions[n - 1].utc) {
    Found found = found_by_rule(zone, seconds, year);
    if (n == 0) return found;
    // The last transition may have led from a larger offset to what the rule says.
    Tuple* before = n == 1 ? zone->before_.get() : zone->kind(n - 2);
    int64_t shift = int64_t{offset_of(before)} - offset_of(found.kind);
    if (shift > 0 && seconds < transitions[n - 1].utc + shift) found.fold = true;
    return found;
  }
  size_t until = count_until(zone, seconds, [](const Transition& x) { return x.utc; });
  if (until == 0) until = 1;  // times that are not sorted
  Tuple* before = until >= 2 ? zone->kind(until - 2) : zone->before_.get();
  Tuple* kind = zone->kind(until - 1);
  int64_t shift = int64_t{offset_of(before)} - offset_of(kind);
  return {kind, shift > seconds - transitions[until - 1].utc};
}

Fallible<Value> with_fold_py(Thread& t, Value v) {
  if (datetime::is_datetime(v) && type_of(v) == datetime::datetime_type) {
    as<Moment>(v)->fold_ = 1;  // a sum: nobody else has seen it
    return v;
  }
  Dict* keywords = TRY(Dict::make(t));
  TRY(keywords->set_py(t, Value(TRY(Str::intern_utf8(t, "fold"))), Value::from_small_int(1)));
  return call_with_dict_py(t, TRY(get_attribute_py(t, v, names.replace)), TRY(Tuple::make(t, 0)), keywords);
}

Fallible<Value> from_utc(Thread& t, ZoneInfo* zone, Value v) {
  if (!datetime::is_datetime(v)) return t.raise_type_error("fromutc: argument must be a datetime");
  if (!(as<Moment>(v)->zone() == Value(zone))) return t.raise_value_error("fromutc: dt.tzinfo is not self");
  Asked asked = TRY(asked_py(t, v));
  Found found = found_in_utc(zone, asked.seconds, asked.year);
  Value sum = TRY(binary_py(t, BinaryOp::Add, v, found.kind->at(0)));
  return found.fold ? with_fold_py(t, sum) : sum;
}

// ---- Making, pickling, text. ----

Fallible<Value> construct(Thread& t, Type* type, Value key) { return cached_zone_py(t, type, key); }
constexpr NativeMethod kConstructors[] = {{"ZoneInfo", HOG_NATIVE(construct), "($type, key)", nullptr}, {}};
Fallible<Value> zone_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructors[0]), Value(type), arguments);
}
Fallible<void> zone_init(Thread&, Value, const Arguments&) { return {}; }

Fallible<Value> from_file(Thread& t, Type* type, Value file, Value key) {
  Str* shown = TRY(repr_py(t, file));
  auto* zone = static_cast<ZoneInfo*>(TRY(new_instance(t, type)));
  zone->key_.set(zone, key);
  zone->file_repr_.set(zone, Value(shown));
  zone->source_ = Source::File;
  TRY(load_zone_py(t, zone, file));
  return Value(zone);
}
Fallible<Value> no_cache(Thread& t, Type* type, Value key) { return new_zone_py(t, type, key); }
Fallible<void> clear_cache(Thread& t, Type* type, Value only_keys) { return clear_cache_py(t, type, only_keys); }
Fallible<void> init_subclass(Thread& t, Value type, Arguments, Dict*) {
  if (!is<Type>(type)) return t.raise_type_error("__init_subclass__() needs a class");
  return init_subclass_py(t, as<Type>(type));
}

Fallible<Value> unpickle(Thread& t, Type* type, Value key, bool from_cache) {
  return from_cache ? cached_zone_py(t, type, key) : new_zone_py(t, type, key);
}
Fallible<Value> reduce(Thread& t, ZoneInfo* zone) {
  if (zone->source_ == Source::File) {
    Value pickle = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "pickle"))));
    Value type = TRY(get_attribute_py(t, pickle, TRY(Str::intern_utf8(t, "PicklingError"))));
    Str* message = TRY(Str::from_ascii(t, "Cannot pickle a ZoneInfo file from a file stream."));
    return t.raise_object_py(TRY(call_py(t, type, Value(message))), Value::absent());
  }
  Value maker = TRY(get_attribute_py(t, Value(type_of(Value(zone))), TRY(Str::intern_utf8(t, "_unpickle"))));
  Tuple* arguments = TRY(Tuple::of(t, zone->key_.get(), Value::from_small_int(zone->source_ == Source::Cache ? 1 : 0)));
  return Value(TRY(Tuple::of(t, maker, Value(arguments))));
}

Fallible<Value> zone_repr(Thread& t, Value self) {
  auto* zone = as<ZoneInfo>(self);
  Type* type = type_of(self);
  StrBuilder out(t);
  if (type == zone_type) TRY(out.append_ascii("zoneinfo."));
  TRY(out.append(type->name()));
  if (!zone->key_.get().is_none()) {
    TRY(out.append_ascii("(key="));
    TRY(out.append(TRY(repr_py(t, zone->key_))));
  } else {
    TRY(out.append_ascii(".from_file("));
    if (is<Str>(zone->file_repr_.get())) TRY(out.append(as<Str>(zone->file_repr_.get())));
  }
  TRY(out.append(')'));
  return Value(TRY(out.finish()));
}
Fallible<Value> zone_str(Thread& t, Value self) {
  Value key = as<ZoneInfo>(self)->key_;
  return key.is_none() ? zone_repr(t, self) : Fallible<Value>(key);
}

constexpr NativeMethod kMethods[] = {
    {"clear_cache", HOG_NATIVE(clear_cache), "($type, /, *, only_keys=None)", "Forget zones.", native_flag::kClassMethod},
    {"no_cache", HOG_NATIVE(no_cache), "($type, /, key)", "A zone of its own.", native_flag::kClassMethod},
    {"from_file", HOG_NATIVE(from_file), "($type, file_obj, /, key=None)", "A zone from a TZif file.", native_flag::kClassMethod},
    {"utcoffset", HOG_NATIVE(ask<0>), "($self, dt, /)", "Distance from UTC at a moment."},
    {"dst", HOG_NATIVE(ask<1>), "($self, dt, /)", "Daylight saving time at a moment."},
    {"tzname", HOG_NATIVE(ask<2>), "($self, dt, /)", "The name of the time at a moment."},
    {"fromutc", HOG_NATIVE(from_utc), "($self, object, /)", "A moment in UTC to this zone."},
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "For pickle."},
    {"_unpickle", HOG_NATIVE(unpickle), "($type, key, from_cache, /)", "For pickle.", native_flag::kClassMethod},
    {"__init_subclass__", HOG_NATIVE(init_subclass), "($type, /, *args, **kwargs)", "Gives a subclass its cache.",
     native_flag::kClassMethod},
    {}};
constexpr Member kMembers[] = {
    {"key", offsetof(ZoneInfo, key_), Member::Kind::ReadOnlyObject, "What the zone was asked for by."}, {}};

}  // namespace

const TypeSpec kZoneSpec = {.name = "zoneinfo.ZoneInfo",
                            .doc = "A time zone of the IANA database.",
                            .layout = &ZoneInfo::kLayout,
                            .base = &datetime::tzinfo_type,
                            .flags = type_flag::kBaseType | type_flag::kWeakReferences,
                            .slots = {.repr = zone_repr, .str = zone_str, .init = zone_init, .new_ = zone_new},
                            .methods = kMethods,
                            .members = kMembers,
                            .text_signature = "(key)",
                            .constructors = kConstructors};

// Datetimes of another datetime than ours are not for this class: zoneinfo has one in Python then.
Fallible<void> initialize(Thread& t, Module*) {
  TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "_datetime"))));
  return {};
}

const TypeRegistration kTypes[] = {{&zone_type, &kZoneSpec}, {&cache_type, &kCacheSpec, false}};

}  // namespace hog::zoneinfo

namespace hog {

extern const ModuleSpec k_module__zoneinfo;
const ModuleSpec k_module__zoneinfo = {.name = "_zoneinfo",
                                       .doc = "What zoneinfo is made fast by.",
                                       .types = zoneinfo::kTypes,
                                       .type_count = std::size(zoneinfo::kTypes),
                                       .initialize = zoneinfo::initialize};

}  // namespace hog
