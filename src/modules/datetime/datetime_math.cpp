// datetime_math.cpp: the methods, arithmetic and comparison of datetime. Invariant: a zone's answers are asked for anew each
// time, and fields are those of immutable objects. Ref: library/datetime "datetime Objects"; PEP 495.
#include "modules/datetime/datetime.hpp"

namespace hog::datetime {

namespace {

constexpr int64_t kSecond = 1000000;

Moment* self_of(Value v) { return as<Moment>(v); }

Fallible<Offset> offset_of_py(Thread& t, Moment* m) { return utc_offset_py(t, m->zone(), Value(m)); }

}  // namespace

int64_t since_start(const Moment* m) { return seconds_of(date_of(m), clock_of(m)) * kSecond + m->microsecond_; }

int compare_fields(const Moment* a, const Moment* b) {
  int64_t x = since_start(a), y = since_start(b);
  return x < y ? -1 : x > y;
}

Fallible<Value> shifted_py(Thread& t, Type* type, const Moment* m, Wide microseconds) {
  constexpr int64_t kFirst = int64_t{86400} * kSecond, kEnd = (int64_t{kMostOrdinal} + 1) * 86400 * kSecond;
  if (microseconds > kEnd || microseconds < -kEnd) return t.raise(core.OverflowError, "date value out of range");
  int64_t us = since_start(m) + static_cast<int64_t>(microseconds);
  if (us < kFirst || us >= kEnd) return t.raise(core.OverflowError, "date value out of range");
  constexpr uint64_t kDay = uint64_t{86400} * kSecond;
  uint64_t days = static_cast<uint64_t>(us) / kDay, in_day = static_cast<uint64_t>(us) - days * kDay;
  auto seconds = static_cast<uint32_t>(in_day / kSecond), minutes = seconds / 60;
  Clock c{static_cast<int>(minutes / 60), static_cast<int>(minutes % 60), static_cast<int>(seconds % 60),
          static_cast<int>(in_day - uint64_t{seconds} * kSecond)};
  return make_datetime_py(t, type, date_of_ordinal(static_cast<int64_t>(days)), c, m->zone(), 0);
}

Fallible<Moment*> with_zone(Thread& t, const Moment* m, Value zone) {
  return new_moment(t, datetime_type, date_of(m), clock_of(m), zone, m->fold_);
}

// ---- Arithmetic. ----

Fallible<Value> datetime_add(Thread& t, Value a, Value b) {
  if (!is<Moment>(a)) std::swap(a, b);
  if (!is_datetime(a) || !is<TimeDelta>(b)) return Value::not_implemented();
  return shifted_py(t, type_of(a), self_of(a), as<TimeDelta>(b)->total());
}

namespace {

Fallible<Value> difference_py(Thread& t, Moment* a, Moment* b) {
  Wide shift = 0;
  if (!(a->zone() == b->zone())) {
    Offset p = TRY(offset_of_py(t, a)), q = TRY(offset_of_py(t, b));
    if ((p.delta == nullptr) != (q.delta == nullptr))
      return t.raise_type_error("can't subtract offset-naive and offset-aware datetimes");
    if (p.delta != nullptr) shift = q.delta->total() - p.delta->total();
  }
  return Value(TRY(make_delta(t, since_start(a) - since_start(b) + shift)));
}

// Does the offset depend on fold? Such a time equals none in another zone.
Fallible<bool> is_ambiguous_py(Thread& t, Moment* m, const Offset& offset) {
  Moment* flipped = TRY(new_moment(t, datetime_type, date_of(m), clock_of(m), m->zone(), m->fold_ == 0 ? 1 : 0));
  Offset other = TRY(offset_of_py(t, flipped));
  if (other.delta == nullptr || offset.delta == nullptr) return other.delta != offset.delta;
  return other.delta->total() != offset.delta->total();
}

}  // namespace

Fallible<Value> datetime_subtract(Thread& t, Value a, Value b) {
  if (!is_datetime(a)) return Value::not_implemented();
  if (is_datetime(b)) return difference_py(t, self_of(a), self_of(b));
  if (is<TimeDelta>(b)) return shifted_py(t, type_of(a), self_of(a), -as<TimeDelta>(b)->total());
  return Value::not_implemented();
}

Fallible<Value> datetime_compare(Thread& t, Value a, Value b, CompareOp op) {
  if (!is_datetime(a) || !is_datetime(b)) return Value::not_implemented();
  Moment *x = self_of(a), *y = self_of(b);
  if (x->zone() == y->zone()) return decide(op, compare_fields(x, y));
  Offset p = TRY(offset_of_py(t, x)), q = TRY(offset_of_py(t, y));
  bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
  if ((p.delta == nullptr) != (q.delta == nullptr)) {
    if (equality) return Value::from_bool(op == CompareOp::Ne);
    return t.raise_type_error("can't compare offset-naive and offset-aware datetimes");
  }
  Wide m = since_start(x), n = since_start(y);
  if (p.delta != nullptr) {
    m -= p.delta->total();
    n -= q.delta->total();
  }
  int order = m < n ? -1 : m > n;
  if (equality && order == 0 && (TRY(is_ambiguous_py(t, x, p)) || TRY(is_ambiguous_py(t, y, q)))) order = 1;
  return decide(op, order);
}

Fallible<int64_t> datetime_hash(Thread& t, Value self) {
  Moment* m = self_of(self);
  if (m->has_hash_) return m->hash_;
  Moment* plain = m;
  if (m->fold_ != 0) plain = TRY(new_moment(t, datetime_type, date_of(m), clock_of(m), m->zone(), 0));
  Offset offset = TRY(offset_of_py(t, plain));
  uint8_t state[10];
  pack_state(m, true, false, state);
  int64_t hash = offset.delta == nullptr ? hash_of_state(t, state, 10) : hash_of_delta(since_start(m) - offset.delta->total());
  if (!Heap::is_permanent(m)) {
    m->hash_ = hash;
    m->has_hash_ = true;
  }
  return hash;
}

namespace {

// ---- Other ways to a datetime. ----

Fallible<Value> now(Thread& t, Type* type, Value zone) { return now_py(t, type, zone, false); }
Fallible<Value> utc_now(Thread& t, Type* type) {
  TRY(warn_py(t, core.DeprecationWarning,
              "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware "
              "objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC)."));
  return now_py(t, type, Value::none(), true);
}
Fallible<Value> from_timestamp(Thread& t, Type* type, Value timestamp, Value zone) {
  return from_timestamp_py(t, type, timestamp, zone, false);
}
Fallible<Value> utc_from_timestamp(Thread& t, Type* type, Value timestamp) {
  TRY(warn_py(t, core.DeprecationWarning,
              "datetime.datetime.utcfromtimestamp() is deprecated and scheduled for removal in a future version. Use "
              "timezone-aware objects to represent datetimes in UTC: datetime.datetime.fromtimestamp(timestamp, datetime.UTC)."));
  return from_timestamp_py(t, type, timestamp, Value::none(), true);
}
Fallible<Value> combine(Thread& t, Type* type, Value date, Value time, Value zone) {
  if (!is<Moment>(date)) return t.raise_type_error("combine() argument 1 must be datetime.date, not {}", type_of(date));
  if (!is<TimeOfDay>(time)) return t.raise_type_error("combine() argument 2 must be datetime.time, not {}", type_of(time));
  auto* x = as<TimeOfDay>(time);
  if (zone.is_absent()) zone = x->zone();
  TRY(check_zone(t, zone));
  return make_datetime_py(t, type, date_of(self_of(date)), {x->hour_, x->minute_, x->second_, x->microsecond_}, zone, x->fold_);
}

Fallible<Value> from_iso_format(Thread& t, Type* type, Value text) {
  if (!is<Str>(text)) return t.raise_type_error("fromisoformat: argument must be str");
  char buffer[64];
  std::string_view ascii;
  Date date;
  if (as<Str>(text)->length() < 7 || !to_ascii(as<Str>(text), buffer, &ascii)) return raise_invalid_text(t, text);
  size_t n = date_length(ascii);
  if (n == 0 || n > ascii.size() || !parse_date(ascii.substr(0, n), &date)) return raise_invalid_text(t, text);
  ParsedTime parsed;
  if (ascii.size() > n) {
    if (ascii.size() == n + 1 || !TRY(parse_time_py(t, ascii.substr(n + 1), &parsed))) return raise_invalid_text(t, text);
  }
  if (parsed.next_day) {
    TRY(check_date(t, date.year, date.month, date.day));
    int64_t next = ordinal_of(date.year, date.month, date.day) + 1;
    if (next > kMostOrdinal) return t.raise_value_error("year must be in 1..9999, not 10000");
    date = date_of_ordinal(next);
  }
  return make_datetime_py(t, type, date, parsed.clock, parsed.zone, 0);
}
Fallible<Value> strptime(Thread& t, Value type, Value text, Value format) {
  return strptime_py(t, "_strptime_datetime_datetime", type, text, format);
}

// ---- Parts and text. ----

Fallible<Value> date_part(Thread& t, Moment* self) {
  return Value(TRY(new_moment(t, date_type, date_of(self), {}, Value::none(), 0)));
}
Fallible<Value> time_part(Thread& t, Moment* self) {
  return Value(TRY(new_time(t, time_type, clock_of(self), Value::none(), self->fold_)));
}
Fallible<Value> zoned_time_part(Thread& t, Moment* self) {
  return Value(TRY(new_time(t, time_type, clock_of(self), self->zone(), self->fold_)));
}

Fallible<Value> iso_format(Thread& t, Moment* self, Value separator, Value timespec) {
  char32_t c = 'T';
  if (!separator.is_absent()) {
    if (!is<Str>(separator))
      return t.raise_type_error("isoformat() argument 1 must be a unicode character, not {}", type_of(separator));
    if (as<Str>(separator)->length() != 1)
      return t.raise_type_error("isoformat() argument 1 must be a unicode character, not a string of length {}",
                                as<Str>(separator)->length());
    c = as<Str>(separator)->at(0);
  }
  if (!timespec.is_absent() && !is<Str>(timespec))
    return t.raise_type_error("isoformat() argument 2 must be str, not {}", type_of(timespec));
  StrBuilder out(t);
  TRY(out.append(TRY(iso_date_text(t, date_of(self)))));
  TRY(out.append(c));
  TRY(append_clock(t, out, clock_of(self), timespec));
  Offset offset = TRY(offset_of_py(t, self));
  TRY(append_offset(out, offset.delta, ":"));
  return Value(TRY(out.finish()));
}

Fallible<Value> time_tuple(Thread& t, Moment* self) {
  int daylight = -1;
  if (!self->zone().is_none()) {
    Offset dst = TRY(dst_py(t, self->zone(), Value(self)));
    if (dst.delta != nullptr) daylight = dst.delta->is_zero() ? 0 : 1;
  }
  return struct_time_py(t, date_of(self), clock_of(self), daylight);
}
Fallible<Value> utc_time_tuple(Thread& t, Moment* self) {
  Offset offset = TRY(offset_of_py(t, self));
  if (offset.delta == nullptr) return struct_time_py(t, date_of(self), clock_of(self), 0);
  Value shifted = TRY(shifted_py(t, datetime_type, self, -offset.delta->total()));
  return struct_time_py(t, date_of(self_of(shifted)), clock_of(self_of(shifted)), 0);
}

Fallible<Value> timestamp(Thread& t, Moment* self) {
  if (self->zone().is_none()) {
    int64_t seconds = TRY(local_to_seconds(t, date_of(self), clock_of(self), self->fold_));
    return make_float(t, static_cast<double>(seconds) + self->microsecond_ / 1e6);
  }
  Offset offset = TRY(offset_of_py(t, self));
  if (offset.delta == nullptr) {
    // A zone that knows no offset: subtracting the aware epoch is an error.
    return t.raise_type_error("can't subtract offset-naive and offset-aware datetimes");
  }
  Wide us = since_start(self) - offset.delta->total() - Wide{kEpochSeconds} * kSecond;
  TimeDelta* delta = TRY(make_delta(t, us));
  return call_method_py(t, Value(delta), TRY(Str::intern_utf8(t, "total_seconds")));
}

Fallible<Value> utc_offset(Thread& t, Moment* self) { return to_value(TRY(offset_of_py(t, self))); }
Fallible<Value> dst(Thread& t, Moment* self) { return to_value(TRY(dst_py(t, self->zone(), Value(self)))); }
Fallible<Value> zone_name(Thread& t, Moment* self) { return zone_name_py(t, self->zone(), Value(self)); }

Fallible<Value> replace(Thread& t, Moment* self, Value year, Value month, Value day, Value hour, Value minute, Value second,
                        Value microsecond, Value zone, Value fold) {
  auto part = [&](Value v, int64_t old) -> Fallible<int64_t> { return v.is_absent() ? old : index_to_int64_py(t, v); };
  int64_t y = TRY(part(year, self->year_)), mo = TRY(part(month, self->month_)), d = TRY(part(day, self->day_));
  int64_t h = TRY(part(hour, self->hour_)), mi = TRY(part(minute, self->minute_)), s = TRY(part(second, self->second_));
  int64_t us = TRY(part(microsecond, self->microsecond_)), f = TRY(part(fold, self->fold_));
  if (zone.is_absent()) zone = self->zone();
  TRY(check_date(t, y, mo, d));
  TRY(check_clock(t, h, mi, s, us, f));
  auto n = [](int64_t i) { return static_cast<int>(i); };
  return make_datetime_py(t, type_of(Value(self)), {n(y), n(mo), n(d)}, {n(h), n(mi), n(s), n(us)}, zone, n(f));
}

// ---- Zones. ----

Fallible<Value> local_zone_of_py(Thread& t, Moment* naive) {
  int64_t seconds = TRY(local_to_seconds(t, date_of(naive), clock_of(naive), naive->fold_));
  return local_zone_py(t, seconds);
}

Fallible<Value> as_timezone(Thread& t, Moment* self, Value zone) {
  TRY(check_zone(t, zone));
  Value own = self->zone();
  Offset offset;
  if (!own.is_none()) {
    if (own == zone) return Value(self);
    offset = TRY(offset_of_py(t, self));
  }
  if (offset.delta == nullptr) {  // naive: in local time
    own = TRY(local_zone_of_py(t, self));
    offset = TRY(utc_offset_py(t, own, Value::none()));
  }
  Type* type = type_of(Value(self));
  Value shifted = TRY(shifted_py(t, type, self, -offset.delta->total()));
  if (!is_datetime(shifted)) return t.raise_type_error("the class did not make a datetime");
  Moment* moved = self_of(shifted);
  if (zone.is_none()) {
    Wide since = since_start(moved) - Wide{kEpochSeconds} * kSecond;
    zone = TRY(local_zone_py(t, static_cast<int64_t>(since / kSecond - (since % kSecond < 0 ? 1 : 0))));
  }
  Value in_zone = TRY(make_datetime_py(t, type, date_of(moved), clock_of(moved), zone, moved->fold_));
  return call_method_py(t, zone, TRY(Str::intern_utf8(t, "fromutc")), in_zone);
}

// ---- Pickle. ----

Fallible<Value> reduce_with(Thread& t, Moment* self, bool with_fold) {
  uint8_t state[10];
  pack_state(self, true, with_fold, state);
  Value bytes(TRY(Bytes::from(t, state, 10)));
  Tuple* arguments = self->zone().is_none() ? TRY(Tuple::of(t, bytes)) : TRY(Tuple::of(t, bytes, self->zone()));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(arguments))));
}
Fallible<Value> reduce(Thread& t, Moment* self) { return reduce_with(t, self, false); }
Fallible<Value> reduce_ex(Thread& t, Moment* self, int protocol) { return reduce_with(t, self, protocol > 3); }

constexpr const char* kReplaceSignature =
    "($self, /, year=unchanged, month=unchanged, day=unchanged, hour=unchanged, minute=unchanged, second=unchanged, "
    "microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)";
constexpr uint16_t kOfClass = native_flag::kClassMethod;

}  // namespace

extern const NativeMethod kDateTimeMethods[];
const NativeMethod kDateTimeMethods[] = {
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "For pickle."},
    {"__reduce_ex__", HOG_NATIVE(reduce_ex), "($self, proto, /)", "For pickle."},
    {"__replace__", HOG_NATIVE(replace), kReplaceSignature, "For copy.replace()."},
    {"astimezone", HOG_NATIVE(as_timezone), "($self, /, tz=None)", "The same moment in another zone."},
    {"combine", HOG_NATIVE(combine), "($type, /, date, time, tzinfo=<unrepresentable>)", "From a date and a time.", kOfClass},
    {"date", HOG_NATIVE(date_part), "($self, /)", "The date alone."},
    {"dst", HOG_NATIVE(dst), "($self, /)", "What the zone says of daylight saving."},
    {"fromisoformat", HOG_NATIVE(from_iso_format), "($type, string, /)", "From ISO 8601 text.", kOfClass},
    {"fromtimestamp", HOG_NATIVE(from_timestamp), "($type, /, timestamp, tz=None)", "The moment at a timestamp.", kOfClass},
    {"isoformat", HOG_NATIVE(iso_format), "($self, /, sep=<unrepresentable>, timespec=<unrepresentable>)", "ISO 8601 text."},
    {"now", HOG_NATIVE(now), "($type, /, tz=None)", "The present moment.", kOfClass},
    {"replace", HOG_NATIVE(replace), kReplaceSignature, "A datetime with other fields."},
    {"strptime", HOG_NATIVE(strptime), "($type, string, format, /)", "From text by a format.", kOfClass},
    {"time", HOG_NATIVE(time_part), "($self, /)", "The time of day, without a zone."},
    {"timestamp", HOG_NATIVE(timestamp), "($self, /)", "Seconds since 1970 in UTC."},
    {"timetuple", HOG_NATIVE(time_tuple), "($self, /)", "A time.struct_time."},
    {"timetz", HOG_NATIVE(zoned_time_part), "($self, /)", "The time of day, with its zone."},
    {"tzname", HOG_NATIVE(zone_name), "($self, /)", "The zone's name."},
    {"utcfromtimestamp", HOG_NATIVE(utc_from_timestamp), "($type, timestamp, /)", "A timestamp in UTC, without a zone.", kOfClass},
    {"utcnow", HOG_NATIVE(utc_now), "($type, /)", "The present moment in UTC, without a zone.", kOfClass},
    {"utcoffset", HOG_NATIVE(utc_offset), "($self, /)", "The zone's distance from UTC."},
    {"utctimetuple", HOG_NATIVE(utc_time_tuple), "($self, /)", "A time.struct_time in UTC."},
    {}};

}  // namespace hog::datetime
