// zones.cpp: the types tzinfo and timezone, and what a zone is asked. Invariant: whatever a tzinfo in Python answers is checked
// before it is used; an offset is shorter than a day. Ref: library/datetime "tzinfo Objects", "timezone Objects".
#include "modules/datetime/datetime.hpp"

namespace hog::datetime {

Type *tzinfo_type = nullptr, *timezone_type = nullptr;
TimeZone* utc = nullptr;

const Layout TimeZone::kLayout = {.name = "timezone",
                                  .trace =
                                      [](Cell* cell, Marker& marker) {
                                        marker.visit(static_cast<TimeZone*>(cell)->offset_.get());
                                        marker.visit(static_cast<TimeZone*>(cell)->name_.get());
                                      },
                                  .base_size = sizeof(TimeZone)};

namespace {

constexpr Wide kDay = Wide{86400} * 1000000;

Fallible<void> check_offset(Thread& t, TimeDelta* delta) {
  Wide n = delta->total();
  if (n > -kDay && n < kDay) return {};
  return t.raise_value_error(
      "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}", repr_of(Value(delta)));
}

Fallible<Offset> ask_py(Thread& t, Value zone, const char* method, Value argument) {
  if (zone.is_none()) return Offset{};
  TRY(check_native_recursion(t));
  Value answer = TRY(call_method_py(t, zone, TRY(Str::intern_utf8(t, method)), argument));
  if (answer.is_none()) return Offset{};
  if (!is<TimeDelta>(answer))
    return t.raise_type_error("tzinfo.{}() must return None or timedelta, not '{}'", method, type_of(answer));
  TRY(check_offset(t, as<TimeDelta>(answer)));
  return Offset{as<TimeDelta>(answer)};
}

Fallible<Str*> text_of(Thread& t, const TimeZone* zone) {
  if (zone->name_) return zone->name_.get();
  StrBuilder out(t);
  TRY(out.append_ascii("UTC"));
  if (!zone->offset_->is_zero()) TRY(append_offset(out, zone->offset_.get(), ":"));
  return out.finish();
}

Fallible<void> check_moment(Thread& t, const char* method, Value v) {
  if (v.is_none() || is_datetime(v)) return {};
  return t.raise_type_error("{}(dt) argument must be a datetime instance or None, not {}", method, type_of(v));
}

}  // namespace

Fallible<Offset> utc_offset_py(Thread& t, Value zone, Value argument) {
  if (is<TimeZone>(zone)) return Offset{as<TimeZone>(zone)->offset_.get()};
  return ask_py(t, zone, "utcoffset", argument);
}
Fallible<Offset> dst_py(Thread& t, Value zone, Value argument) {
  if (is<TimeZone>(zone)) return Offset{};
  return ask_py(t, zone, "dst", argument);
}
Fallible<Value> zone_name_py(Thread& t, Value zone, Value argument) {
  if (zone.is_none()) return zone;
  TRY(check_native_recursion(t));
  Value name = TRY(call_method_py(t, zone, TRY(Str::intern_utf8(t, "tzname")), argument));
  if (name.is_none() || is<Str>(name)) return name;
  return t.raise_type_error("tzinfo.tzname() must return None or a string, not '{}'", type_of(name));
}

Fallible<Value> make_timezone(Thread& t, TimeDelta* offset, Str* name) {
  if (name == nullptr && offset->is_zero()) return Value(utc);
  TRY(check_offset(t, offset));
  auto* zone = TRY(t.allocate<TimeZone>(timezone_type->root_shape()));
  zone->offset_.set(zone, offset);
  zone->name_.set(zone, name);
  return Value(zone);
}

namespace {

// ---- tzinfo. ----

Fallible<Value> tzinfo_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
Fallible<void> tzinfo_init(Thread&, Value, const Arguments&) { return {}; }

template <size_t which>
Fallible<Value> not_implemented(Thread& t, Value, Value) {
  constexpr const char* kNames[] = {"utcoffset", "dst", "tzname"};
  return t.raise(core.NotImplementedError, "a tzinfo subclass must implement {}()", kNames[which]);
}

Fallible<Value> tzinfo_from_utc(Thread& t, Value self, Value v) {
  if (!is_datetime(v)) return t.raise_type_error("fromutc: argument must be a datetime");
  auto* moment = as<Moment>(v);
  if (!(moment->zone() == self)) return t.raise_value_error("fromutc: dt.tzinfo is not self");
  Offset offset = TRY(utc_offset_py(t, self, v));
  if (offset.delta == nullptr) return t.raise_value_error("fromutc: non-None utcoffset() result required");
  Offset dst = TRY(dst_py(t, self, v));
  if (dst.delta == nullptr) return t.raise_value_error("fromutc: non-None dst() result required");
  Value result = TRY(shifted_py(t, type_of(v), moment, offset.delta->total() - dst.delta->total()));
  if (!is_datetime(result)) return t.raise_type_error("fromutc: the sum is no datetime");
  dst = TRY(dst_py(t, as<Moment>(result)->zone(), result));
  if (dst.delta == nullptr) return t.raise_value_error("fromutc: tz.dst() gave inconsistent results; cannot convert");
  if (dst.delta->is_zero()) return result;
  return shifted_py(t, type_of(result), as<Moment>(result), dst.delta->total());
}

Fallible<Value> tzinfo_reduce(Thread& t, Value self) {
  Value method = TRY(find_attribute_py(t, self, TRY(Str::intern_utf8(t, "__getinitargs__"))));
  Value arguments = Value(empty_tuple());
  if (!method.is_absent()) arguments = TRY(call_py(t, method));
  Value state = TRY(call_method_py(t, self, names.dunder_getstate));
  return Value(TRY(Tuple::of(t, Value(type_of(self)), arguments, state)));
}

constexpr NativeMethod kTzInfoMethods[] = {
    {"__reduce__", HOG_NATIVE(tzinfo_reduce), "($self, /)", "For pickle."},
    {"dst", HOG_NATIVE(not_implemented<1>), "($self, dt, /)", "Daylight saving time at a moment."},
    {"fromutc", HOG_NATIVE(tzinfo_from_utc), "($self, dt, /)", "A moment in UTC to this zone."},
    {"tzname", HOG_NATIVE(not_implemented<2>), "($self, dt, /)", "The zone's name at a moment."},
    {"utcoffset", HOG_NATIVE(not_implemented<0>), "($self, dt, /)", "Distance from UTC at a moment."},
    {}};

// ---- timezone. ----

Fallible<Value> construct(Thread& t, Type*, Value offset, Value name) {
  if (!is<TimeDelta>(offset))
    return t.raise_type_error("timezone() argument 1 must be datetime.timedelta, not {}", type_of(offset));
  if (!name.is_absent() && !is<Str>(name)) return t.raise_type_error("timezone() argument 2 must be str, not {}", type_of(name));
  return make_timezone(t, as<TimeDelta>(offset), name.is_absent() ? nullptr : as<Str>(name));
}
constexpr NativeMethod kConstructors[] = {
    {"timezone", HOG_NATIVE(construct), "($type, offset, name=<unrepresentable>)", nullptr}, {}};
Fallible<Value> timezone_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kConstructors[0]), Value(type), arguments);
}

Fallible<Value> timezone_repr(Thread& t, Value self) {
  auto* zone = as<TimeZone>(self);
  if (zone == utc) return Value(TRY(Str::from_ascii(t, "datetime.timezone.utc")));
  Str* name = TRY(name_in_repr(t, self));
  Value offset(zone->offset_.get());
  if (!zone->name_) return Value(TRY(t.format("{}({})", name, repr_of(offset))));
  return Value(TRY(t.format("{}({}, {})", name, repr_of(offset), repr_of(Value(zone->name_.get())))));
}
Fallible<Value> timezone_str(Thread& t, Value self) { return Value(TRY(text_of(t, as<TimeZone>(self)))); }
Fallible<int64_t> timezone_hash(Thread&, Value self) { return hash_of_delta(as<TimeZone>(self)->offset_->total()); }
Fallible<Value> timezone_compare(Thread&, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<TimeZone>(a) || !is<TimeZone>(b)) return Value::not_implemented();
  bool equal = as<TimeZone>(a)->offset_->total() == as<TimeZone>(b)->offset_->total();
  return Value::from_bool(equal == (op == CompareOp::Eq));
}

Fallible<Value> timezone_offset(Thread& t, TimeZone* self, Value v) {
  TRY(check_moment(t, "utcoffset", v));
  return Value(self->offset_.get());
}
Fallible<Value> timezone_dst(Thread& t, TimeZone*, Value v) {
  TRY(check_moment(t, "dst", v));
  return Value::none();
}
Fallible<Value> timezone_name(Thread& t, TimeZone* self, Value v) {
  TRY(check_moment(t, "tzname", v));
  return Value(TRY(text_of(t, self)));
}
Fallible<Value> timezone_from_utc(Thread& t, TimeZone* self, Value v) {
  if (!is_datetime(v)) return t.raise_type_error("fromutc: argument must be a datetime");
  if (!(as<Moment>(v)->zone() == Value(self))) return t.raise_value_error("fromutc: dt.tzinfo is not self");
  return shifted_py(t, type_of(v), as<Moment>(v), self->offset_->total());
}
Fallible<Value> timezone_init_arguments(Thread& t, TimeZone* self) {
  if (!self->name_) return Value(TRY(Tuple::of(t, Value(self->offset_.get()))));
  return Value(TRY(Tuple::of(t, Value(self->offset_.get()), Value(self->name_.get()))));
}
constexpr NativeMethod kTimeZoneMethods[] = {
    {"__getinitargs__", HOG_NATIVE(timezone_init_arguments), "($self, /)", "For pickle."},
    {"dst", HOG_NATIVE(timezone_dst), "($self, dt, /)", "Always None."},
    {"fromutc", HOG_NATIVE(timezone_from_utc), "($self, dt, /)", "A moment in UTC to this zone."},
    {"tzname", HOG_NATIVE(timezone_name), "($self, dt, /)", "The zone's name."},
    {"utcoffset", HOG_NATIVE(timezone_offset), "($self, dt, /)", "Distance from UTC."},
    {}};

}  // namespace

extern const TypeSpec kTzInfoSpec;
const TypeSpec kTzInfoSpec = {.name = "datetime.tzinfo",
                              .doc = "What knows a zone's distance from UTC.",
                              .flags = type_flag::kBaseType,
                              .slots = {.init = tzinfo_init, .new_ = tzinfo_new},
                              .methods = kTzInfoMethods};
extern const TypeSpec kTimeZoneSpec;
const TypeSpec kTimeZoneSpec = {.name = "datetime.timezone",
                                .doc = "A fixed distance from UTC.",
                                .layout = &TimeZone::kLayout,
                                .base = &tzinfo_type,
                                .slots = {.repr = timezone_repr,
                                          .str = timezone_str,
                                          .hash = timezone_hash,
                                          .compare = timezone_compare,
                                          .new_ = timezone_new},
                                .methods = kTimeZoneMethods,
                                .constructors = kConstructors};

}  // namespace hog::datetime
