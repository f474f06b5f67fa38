// time_of_day.cpp: the type time. Ref: library/datetime "time Objects".
#include "modules/datetime/datetime.hpp"

namespace hog::datetime {

Type* time_type = nullptr;

const Layout TimeOfDay::kLayout = {
    .name = "time",
    .trace = [](Cell* cell, Marker& marker) { marker.visit_word(static_cast<TimeOfDay*>(cell)->zone_.get().raw()); },
    .base_size = sizeof(TimeOfDay)};

Fallible<TimeOfDay*> new_time(Thread& t, Type* type, const Clock& c, Value zone, int fold) {
  TimeOfDay* self = type->is_heap_type() ? static_cast<TimeOfDay*>(TRY(new_instance(t, type)))
                                         : TRY(t.allocate<TimeOfDay>(type->root_shape()));
  self->hour_ = static_cast<uint8_t>(c.hour);
  self->minute_ = static_cast<uint8_t>(c.minute);
  self->second_ = static_cast<uint8_t>(c.second);
  self->microsecond_ = c.microsecond;
  self->fold_ = static_cast<uint8_t>(fold);
  if (!zone.is_none()) self->zone_.set(self, zone);
  return self;
}

Fallible<Value> make_time_py(Thread& t, Type* type, const Clock& c, Value zone, int fold) {
  if (type == time_type) {
    TRY(check_clock(t, c.hour, c.minute, c.second, c.microsecond, fold));
    TRY(check_zone(t, zone));
    return Value(TRY(new_time(t, type, c, zone, fold)));
  }
  auto n = [](int64_t i) { return Value::from_small_int(i); };
  Value made = TRY(call_py(t, Value(type), n(c.hour), n(c.minute), n(c.second), n(c.microsecond), zone));
  if (fold != 0 && is<TimeOfDay>(made) && !Heap::is_permanent(made.cell())) as<TimeOfDay>(made)->fold_ = 1;
  return made;
}

namespace {

TimeOfDay* self_of(Value v) { return as<TimeOfDay>(v); }
Clock clock_of(const TimeOfDay* self) { return {self->hour_, self->minute_, self->second_, self->microsecond_}; }

Fallible<Value> construct(Thread& t, Type* type, int hour, int minute, int second, int microsecond, Value zone, int fold) {
  TRY(check_clock(t, hour, minute, second, microsecond, fold));
  TRY(check_zone(t, zone));
  return Value(TRY(new_time(t, type, {hour, minute, second, microsecond}, zone, fold)));
}
constexpr NativeMethod kConstructors[] = {
    {"time", HOG_NATIVE(construct), "($type, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)", nullptr}, {}};

bool state_of(Value v, uint8_t (&state)[6]) {
  if (is<Bytes>(v) && as<Bytes>(v)->length() == 6) {
    for (size_t i = 0; i < 6; ++i) state[i] = as<Bytes>(v)->data()[i];
  } else if (is<Str>(v) && as<Str>(v)->length() == 6) {
    for (size_t i = 0; i < 6; ++i) {
      if (as<Str>(v)->at(i) > 255) return false;
      state[i] = static_cast<uint8_t>(as<Str>(v)->at(i));
    }
  } else {
    return false;
  }
  return (state[0] & 0x7F) < 24;
}

Fallible<Value> time_new(Thread& t, Type* type, const Arguments& arguments) {
  uint8_t s[6];
  uint32_t n = arguments.positional;
  if (n >= 1 && n <= 2 && !arguments.has_keywords() && state_of(arguments[0], s)) {
    Value zone = n == 2 ? arguments[1] : Value::none();
    if (!zone.is_none() && !is_zone(zone)) return t.raise_type_error("bad tzinfo state arg");
    Clock c{s[0] & 0x7F, s[1], s[2], s[3] << 16 | s[4] << 8 | s[5]};
    TRY(check_clock(t, c.hour, c.minute, c.second, c.microsecond, 0));
    return Value(TRY(new_time(t, type, c, zone, s[0] >> 7)));
  }
  return call_native(t, *signature_of(&kConstructors[0]), Value(type), arguments);
}
Fallible<void> time_init(Thread&, Value, const Arguments&) { return {}; }

Fallible<Offset> offset_of_py(Thread& t, const TimeOfDay* self) { return utc_offset_py(t, self->zone(), Value::none()); }

// ---- Looks. ----

Fallible<Value> time_repr(Thread& t, Value self) {
  TimeOfDay* x = self_of(self);
  StrBuilder out(t);
  TRY(out.append(TRY(t.format("{}({}, {}", TRY(name_in_repr(t, self)), int{x->hour_}, int{x->minute_}))));
  if (x->second_ != 0 || x->microsecond_ != 0) TRY(out.append(TRY(t.format(", {}", int{x->second_}))));
  if (x->microsecond_ != 0) TRY(out.append(TRY(t.format(", {}", x->microsecond_))));
  if (!x->zone().is_none()) TRY(out.append(TRY(t.format(", tzinfo={}", repr_of(x->zone())))));
  if (x->fold_ != 0) TRY(out.append_ascii(", fold=1"));
  TRY(out.append(U')'));
  return Value(TRY(out.finish()));
}
Fallible<Value> iso_format(Thread& t, TimeOfDay* self, Value timespec) {
  if (!timespec.is_absent() && !is<Str>(timespec))
    return t.raise_type_error("isoformat() argument 1 must be str, not {}", type_of(timespec));
  StrBuilder out(t);
  TRY(append_clock(t, out, clock_of(self), timespec));
  Offset offset = TRY(offset_of_py(t, self));
  TRY(append_offset(out, offset.delta, ":"));
  return Value(TRY(out.finish()));
}
Fallible<Value> time_str(Thread& t, Value self) { return call_method_py(t, self, TRY(Str::intern_utf8(t, "isoformat"))); }

Fallible<Value> strftime(Thread& t, TimeOfDay* self, Value format) {
  if (!is<Str>(format)) return t.raise_type_error("strftime() argument 1 must be str, not {}", type_of(format));
  auto n = [](int64_t i) { return Value::from_small_int(i); };
  const Value tuple[] = {n(1900), n(1), n(1), n(self->hour_), n(self->minute_), n(self->second_), n(0), n(1), n(-1)};
  return format_py(t, Value(self), as<Str>(format), tuple);
}
Fallible<Value> format(Thread& t, Value self, Value spec) {
  if (!is<Str>(spec)) return t.raise_type_error("__format__() argument 1 must be str, not {}", type_of(spec));
  if (as<Str>(spec)->length() == 0) return Value(TRY(str_py(t, self)));
  return call_method_py(t, self, TRY(Str::intern_utf8(t, "strftime")), spec);
}

// ---- Comparison. ----

Wide microseconds_of(const TimeOfDay* x, const TimeDelta* offset) {
  Wide n = Wide{seconds_of(clock_of(x))} * 1000000 + x->microsecond_;
  return offset == nullptr ? n : n - offset->total();
}

Fallible<Value> time_compare(Thread& t, Value a, Value b, CompareOp op) {
  if (!is<TimeOfDay>(a) || !is<TimeOfDay>(b)) return Value::not_implemented();
  TimeOfDay *x = self_of(a), *y = self_of(b);
  Offset p, q;
  if (!(x->zone() == y->zone())) {
    p = TRY(offset_of_py(t, x));
    q = TRY(offset_of_py(t, y));
  }
  if ((p.delta == nullptr) != (q.delta == nullptr)) {
    if (op == CompareOp::Eq || op == CompareOp::Ne) return Value::from_bool(op == CompareOp::Ne);
    return t.raise_type_error("can't compare offset-naive and offset-aware times");
  }
  Wide m = microseconds_of(x, p.delta), n = microseconds_of(y, q.delta);
  return decide(op, m < n ? -1 : m > n);
}

void pack(const TimeOfDay* x, bool with_fold, uint8_t (&state)[6]) {
  state[0] = static_cast<uint8_t>(x->hour_ | (with_fold && x->fold_ != 0 ? 0x80 : 0));
  state[1] = x->minute_;
  state[2] = x->second_;
  state[3] = static_cast<uint8_t>(x->microsecond_ >> 16);
  state[4] = static_cast<uint8_t>(x->microsecond_ >> 8);
  state[5] = static_cast<uint8_t>(x->microsecond_);
}

Fallible<int64_t> time_hash(Thread& t, Value self) {
  TimeOfDay* x = self_of(self);
  if (x->has_hash_) return x->hash_;
  TimeOfDay* plain = x;
  if (x->fold_ != 0) plain = TRY(new_time(t, time_type, clock_of(x), x->zone(), 0));
  Offset offset = TRY(offset_of_py(t, plain));
  uint8_t state[6];
  pack(x, false, state);
  int64_t hash = offset.delta == nullptr ? hash_of_state(t, state, 6) : hash_of_delta(microseconds_of(x, offset.delta));
  if (!Heap::is_permanent(x)) {
    x->hash_ = hash;
    x->has_hash_ = true;
  }
  return hash;
}

// ---- Methods. ----

Fallible<Value> utc_offset(Thread& t, TimeOfDay* self) { return to_value(TRY(offset_of_py(t, self))); }
Fallible<Value> dst(Thread& t, TimeOfDay* self) { return to_value(TRY(dst_py(t, self->zone(), Value::none()))); }
Fallible<Value> zone_name(Thread& t, TimeOfDay* self) { return zone_name_py(t, self->zone(), Value::none()); }

Fallible<Value> replace(Thread& t, TimeOfDay* self, Value hour, Value minute, Value second, Value microsecond, Value zone,
                        Value fold) {
  auto part = [&](Value v, int64_t old) -> Fallible<int64_t> { return v.is_absent() ? old : index_to_int64_py(t, v); };
  int64_t h = TRY(part(hour, self->hour_)), m = TRY(part(minute, self->minute_)), s = TRY(part(second, self->second_));
  int64_t us = TRY(part(microsecond, self->microsecond_)), f = TRY(part(fold, self->fold_));
  if (zone.is_absent()) zone = self->zone();
  TRY(check_clock(t, h, m, s, us, f));
  Type* type = type_of(Value(self));
  return make_time_py(t, type, {static_cast<int>(h), static_cast<int>(m), static_cast<int>(s), static_cast<int>(us)}, zone,
                      static_cast<int>(f));
}

Fallible<Value> from_iso_format(Thread& t, Type* type, Value text) {
  if (!is<Str>(text)) return t.raise_type_error("fromisoformat: argument must be str");
  char buffer[64];
  std::string_view ascii;
  if (!to_ascii(as<Str>(text), buffer, &ascii)) return raise_invalid_text(t, text);
  if (ascii.starts_with('T')) ascii.remove_prefix(1);
  ParsedTime parsed;
  if (!TRY(parse_time_py(t, ascii, &parsed))) return raise_invalid_text(t, text);
  return make_time_py(t, type, parsed.clock, parsed.zone, 0);
}
Fallible<Value> strptime(Thread& t, Value type, Value text, Value format) {
  return strptime_py(t, "_strptime_datetime_time", type, text, format);
}

Fallible<Value> reduce_with(Thread& t, TimeOfDay* self, bool with_fold) {
  uint8_t state[6];
  pack(self, with_fold, state);
  Value bytes(TRY(Bytes::from(t, state, 6)));
  Tuple* arguments = self->zone().is_none() ? TRY(Tuple::of(t, bytes)) : TRY(Tuple::of(t, bytes, self->zone()));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(arguments))));
}
Fallible<Value> reduce(Thread& t, TimeOfDay* self) { return reduce_with(t, self, false); }
Fallible<Value> reduce_ex(Thread& t, TimeOfDay* self, int protocol) { return reduce_with(t, self, protocol > 3); }

constexpr const char* kReplaceSignature =
    "($self, /, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)";
constexpr uint16_t kOfClass = native_flag::kClassMethod;
constexpr NativeMethod kMethods[] = {
    {"__format__", HOG_NATIVE(format), "($self, format, /)", "The time by a format, as strftime()."},
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "For pickle."},
    {"__reduce_ex__", HOG_NATIVE(reduce_ex), "($self, proto, /)", "For pickle."},
    {"__replace__", HOG_NATIVE(replace), kReplaceSignature, "For copy.replace()."},
    {"dst", HOG_NATIVE(dst), "($self, /)", "What the zone says of daylight saving."},
    {"fromisoformat", HOG_NATIVE(from_iso_format), "($type, string, /)", "From ISO 8601 text.", kOfClass},
    {"isoformat", HOG_NATIVE(iso_format), "($self, /, timespec=<unrepresentable>)", "ISO 8601 text."},
    {"replace", HOG_NATIVE(replace), kReplaceSignature, "A time with other fields."},
    {"strftime", HOG_NATIVE(strftime), "($self, /, format)", "Text by a format."},
    {"strptime", HOG_NATIVE(strptime), "($type, string, format, /)", "From text by a format.", kOfClass},
    {"tzname", HOG_NATIVE(zone_name), "($self, /)", "The zone's name."},
    {"utcoffset", HOG_NATIVE(utc_offset), "($self, /)", "The zone's distance from UTC."},
    {}};
Fallible<Value> small(int n) { return Value::from_small_int(n); }
constexpr GetSet kGetSets[] = {
    {"hour", [](Thread&, Value self) { return small(self_of(self)->hour_); }, nullptr, nullptr},
    {"minute", [](Thread&, Value self) { return small(self_of(self)->minute_); }, nullptr, nullptr},
    {"second", [](Thread&, Value self) { return small(self_of(self)->second_); }, nullptr, nullptr},
    {"microsecond", [](Thread&, Value self) { return small(self_of(self)->microsecond_); }, nullptr, nullptr},
    {"tzinfo", [](Thread&, Value self) -> Fallible<Value> { return self_of(self)->zone(); }, nullptr, nullptr},
    {"fold", [](Thread&, Value self) { return small(self_of(self)->fold_); }, nullptr, nullptr},
    {}};

}  // namespace

extern const TypeSpec kTimeSpec;
const TypeSpec kTimeSpec = {
    .name = "datetime.time",
    .doc = "A time of day.",
    .layout = &TimeOfDay::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.repr = time_repr, .str = time_str, .hash = time_hash, .compare = time_compare, .init = time_init, .new_ = time_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .constructors = kConstructors,
};

}  // namespace hog::datetime
