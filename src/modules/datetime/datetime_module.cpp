// datetime_module.cpp: the module `_datetime`, and the constants of its types, which live in the permanent heap.
#include "modules/datetime/datetime.hpp"

namespace hog {

namespace datetime {

namespace {

constexpr TypeRegistration kTypes[] = {
    {&delta_type, &kDeltaSpec},   {&date_type, &kDateSpec},         {&datetime_type, &kDateTimeSpec},
    {&time_type, &kTimeSpec},     {&tzinfo_type, &kTzInfoSpec},     {&timezone_type, &kTimeZoneSpec},
    {&iso_date_type, &kIsoDateSpec, false},
};

Fallible<void> set_constant(Thread& t, Type* type, const char* name, Value v) {
  Str* interned = TRY(Str::intern_utf8(t, name));
  return type->dict_->set_name(t, interned, v);
}

Fallible<TimeZone*> permanent_zone(Thread& t, int64_t minutes) {
  auto* zone = TRY(t.allocate<TimeZone>(timezone_type->root_shape()));
  zone->offset_.set(zone, TRY(make_delta_parts(t, 0, minutes * 60, 0)));
  return zone;
}

Fallible<void> make_constants(Thread& t) {
  constexpr Clock kLatest{23, 59, 59, 999999};
  constexpr Date kFirst{kMinYear, 1, 1}, kLast{kMaxYear, 12, 31};
  Value none = Value::none();
  Value microsecond(TRY(make_delta_parts(t, 0, 0, 1)));
  TRY(set_constant(t, delta_type, "min", Value(TRY(make_delta_parts(t, -kMostDeltaDays, 0, 0)))));
  TRY(set_constant(t, delta_type, "max", Value(TRY(make_delta_parts(t, kMostDeltaDays, 86399, 999999)))));
  TRY(set_constant(t, delta_type, "resolution", microsecond));
  TRY(set_constant(t, date_type, "min", Value(TRY(new_moment(t, date_type, kFirst, {}, none, 0)))));
  TRY(set_constant(t, date_type, "max", Value(TRY(new_moment(t, date_type, kLast, {}, none, 0)))));
  TRY(set_constant(t, date_type, "resolution", Value(TRY(make_delta_parts(t, 1, 0, 0)))));
  TRY(set_constant(t, datetime_type, "min", Value(TRY(new_moment(t, datetime_type, kFirst, {}, none, 0)))));
  TRY(set_constant(t, datetime_type, "max", Value(TRY(new_moment(t, datetime_type, kLast, kLatest, none, 0)))));
  TRY(set_constant(t, datetime_type, "resolution", microsecond));
  TRY(set_constant(t, time_type, "min", Value(TRY(new_time(t, time_type, {}, none, 0)))));
  TRY(set_constant(t, time_type, "max", Value(TRY(new_time(t, time_type, kLatest, none, 0)))));
  TRY(set_constant(t, time_type, "resolution", microsecond));
  utc = TRY(permanent_zone(t, 0));
  TRY(set_constant(t, timezone_type, "utc", Value(utc)));
  TRY(set_constant(t, timezone_type, "min", Value(TRY(permanent_zone(t, -(23 * 60 + 59))))));
  return set_constant(t, timezone_type, "max", Value(TRY(permanent_zone(t, 23 * 60 + 59))));
}

Fallible<void> initialize_module(Thread& t, Module* module) {
  TRY(module->add(t, "MINYEAR", Value::from_small_int(kMinYear)));
  TRY(module->add(t, "MAXYEAR", Value::from_small_int(kMaxYear)));
  return module->add(t, "UTC", Value(utc));
}

}  // namespace

}  // namespace datetime

extern const ModuleSpec k_module__datetime;
const ModuleSpec k_module__datetime = {.name = "_datetime",
                                       .doc = "Dates and times.",
                                       .types = datetime::kTypes,
                                       .type_count = std::size(datetime::kTypes),
                                       .initialize = datetime::initialize_module,
                                       .make_constants = datetime::make_constants};

}  // namespace hog
