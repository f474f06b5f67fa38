// date.cpp: the type date, and IsoCalendarDate. Ref: library/datetime "date Objects".
#include "modules/datetime/datetime.hpp"

namespace hog::datetime {

Type *date_type = nullptr, *iso_date_type = nullptr;

const Layout Moment::kLayout = {
    .name = "date",
    .trace = [](Cell* cell, Marker& marker) { marker.visit_word(static_cast<Moment*>(cell)->zone_.get().raw()); },
    .base_size = sizeof(Moment)};

Fallible<Moment*> new_moment(Thread& t, Type* type, const Date& d, const Clock& c, Value zone, int fold) {
  Moment* m = type->is_heap_type() ? static_cast<Moment*>(TRY(new_instance(t, type)))
                                   : TRY(t.allocate<Moment>(type->root_shape()));
  m->year_ = static_cast<int16_t>(d.year);
  m->month_ = static_cast<uint8_t>(d.month);
  m->day_ = static_cast<uint8_t>(d.day);
  m->hour_ = static_cast<uint8_t>(c.hour);
  m->minute_ = static_cast<uint8_t>(c.minute);
  m->second_ = static_cast<uint8_t>(c.second);
  m->microsecond_ = c.microsecond;
  m->fold_ = static_cast<uint8_t>(fold);
  if (!zone.is_none()) m->zone_.set(m, zone);
  return m;
}

Fallible<Value> make_date_py(Thread& t, Type* type, const Date& d) {
  if (type == date_type) {
    TRY(check_date(t, d.year, d.month, d.day));
    return Value(TRY(new_moment(t, type, d, {}, Value::none(), 0)));
  }
  auto n = [](int64_t i) { return Value::from_small_int(i); };
  return call_py(t, Value(type), n(d.year), n(d.month), n(d.day));
}

void pack_state(const Moment* m, bool with_time, bool with_fold, uint8_t (&out)[10]) {
  out[0] = static_cast<uint8_t>(m->year_ >> 8);
  out[1] = static_cast<uint8_t>(m->year_);
  out[2] = static_cast<uint8_t>(m->month_ | (with_fold && m->fold_ != 0 ? 0x80 : 0));
  out[3] = m->day_;
  if (!with_time) return;
  out[4] = m->hour_;
  out[5] = m->minute_;
  out[6] = m->second_;
  out[7] = static_cast<uint8_t>(m->microsecond_ >> 16);
  out[8] = static_cast<uint8_t>(m->microsecond_ >> 8);
  out[9] = static_cast<uint8_t>(m->microsecond_);
}

namespace {

Moment* self_of(Value v) { return as<Moment>(v); }

// ---- Construction. ----

Fallible<Value> construct(Thread& t, Type* type, int year, int month, int day) {
  TRY(check_date(t, year, month, day));
  return Value(TRY(new_moment(t, type, {year, month, day}, {}, Value::none(), 0)));
}
constexpr NativeMethod kConstructors[] = {{"date", HOG_NATIVE(construct), "($type, year, month, day)", nullptr}, {}};

// The state of a pickle: four bytes, or as many characters in pickles of Python 2.
bool state_of(Value v, uint8_t (&state)[4]) {
  if (is<Bytes>(v) && as<Bytes>(v)->length() == 4) {
    for (size_t i = 0; i < 4; ++i) state[i] = as<Bytes>(v)->data()[i];
  } else if (is<Str>(v) && as<Str>(v)->length() == 4) {
    for (size_t i = 0; i < 4; ++i) {
      if (as<Str>(v)->at(i) > 255) return false;
      state[i] = static_cast<uint8_t>(as<Str>(v)->at(i));
    }
  } else {
    return false;
  }
  return state[2] >= 1 && state[2] <= 12;
}

Fallible<Value> date_new(Thread& t, Type* type, const Arguments& arguments) {
  uint8_t state[4];
  if (arguments.positional == 1 && !arguments.has_keywords() && state_of(arguments[0], state)) {
    // Pickles are made by anybody: the fields are checked like others.
    Date d{state[0] << 8 | state[1], state[2], state[3]};
    TRY(check_date(t, d.year, d.month, d.day));
    return Value(TRY(new_moment(t, type, d, {}, Value::none(), 0)));
  }
  return call_native(t, *signature_of(&kConstructors[0]), Value(type), arguments);
}
Fallible<void> date_init(Thread&, Value, const Arguments&) { return {}; }

Fallible<Value> today(Thread& t, Type* type) {
  Value now = TRY(call_time_py(t));
  return call_method_py(t, Value(type), TRY(Str::intern_utf8(t, "fromtimestamp")), now);
}
Fallible<Value> from_timestamp(Thread& t, Type* type, Value timestamp) { return date_from_timestamp_py(t, type, timestamp); }

Fallible<Value> from_ordinal(Thread& t, Type* type, Value ordinal) {
  Int64Result n = int_to_int64_nogc(TRY(index_py(t, ordinal)));
  if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C long");
  if (n.value != static_cast<int32_t>(n.value))
    return t.raise(core.OverflowError, "signed integer is {} than {}imum", n.value < 0 ? "less" : "greater",
                   n.value < 0 ? "min" : "max");
  if (n.value < 1) return t.raise_value_error("ordinal must be >= 1");
  return make_date_py(t, type, date_of_ordinal(n.value));
}

Fallible<Value> from_iso_format(Thread& t, Type* type, Value text) {
  if (!is<Str>(text)) return t.raise_type_error("fromisoformat: argument must be str");
  char buffer[64];
  std::string_view ascii;
  size_t n = as<Str>(text)->length();
  Date d;
  if ((n != 7 && n != 8 && n != 10) || !to_ascii(as<Str>(text), buffer, &ascii) || !parse_date(ascii, &d))
    return raise_invalid_text(t, text);
  return make_date_py(t, type, d);
}

Fallible<Value> from_iso_calendar(Thread& t, Type* type, Value year, Value week, Value day) {
  int64_t parts[3];
  const Value given[] = {year, week, day};
  for (int i = 0; i < 3; ++i) {
    Int64Result n = int_to_int64_nogc(TRY(index_py(t, given[i])));
    if (n.overflow != 0 || n.value != static_cast<int32_t>(n.value))
      return t.raise_value_error("ISO calendar component out of range");
    parts[i] = n.value;
  }
  Date d;
  switch (date_of_iso(static_cast<int>(parts[0]), static_cast<int>(parts[1]), static_cast<int>(parts[2]), &d)) {
    case IsoOutcome::BadYear:
      return t.raise_value_error("year must be in {}..{}, not {}", kMinYear, kMaxYear, parts[0]);
    case IsoOutcome::BadWeek: return t.raise_value_error("Invalid week: {}", parts[1]);
    case IsoOutcome::BadDay: return t.raise_value_error("Invalid weekday: {} (range is [1, 7])", parts[2]);
    case IsoOutcome::Fine: break;
  }
  return make_date_py(t, type, d);
}

// ---- Looks. ----

Fallible<Value> date_repr(Thread& t, Value self) {
  Moment* m = self_of(self);
  return Value(TRY(t.format("{}({}, {}, {})", TRY(name_in_repr(t, self)), int{m->year_}, int{m->month_}, int{m->day_})));
}
Fallible<Value> iso_format(Thread& t, Moment* self) { return Value(TRY(iso_date_text(t, date_of(self)))); }
Fallible<Value> date_str(Thread& t, Value self) {
  return call_method_py(t, self, TRY(Str::intern_utf8(t, "isoformat")));
}
Fallible<int64_t> date_hash(Thread& t, Value self) {
  uint8_t state[10];
  pack_state(self_of(self), false, false, state);
  return hash_of_state(t, state, 4);
}
Fallible<Value> date_compare(Thread&, Value a, Value b, CompareOp op) {
  if (!is<Moment>(a) || !is<Moment>(b) || is_datetime(a) != is_datetime(b)) return Value::not_implemented();
  int64_t x = ordinal_of(self_of(a)), y = ordinal_of(self_of(b));
  return decide(op, x < y ? -1 : x > y);
}

Fallible<Value> time_tuple(Thread& t, Moment* self) { return struct_time_py(t, date_of(self), {}, -1); }
Fallible<Value> strftime(Thread& t, Moment* self, Value format) {
  if (!is<Str>(format)) return t.raise_type_error("strftime() argument 1 must be str, not {}", type_of(format));
  Value tuple = TRY(call_method_py(t, Value(self), TRY(Str::intern_utf8(t, "timetuple"))));
  if (!is<Tuple>(tuple) || as<Tuple>(tuple)->length() != 9) return t.raise_type_error("timetuple() did not return 9 items");
  return format_py(t, Value(self), as<Str>(format), as<Tuple>(tuple)->data());
}
Fallible<Value> format(Thread& t, Value self, Value spec) {
  if (!is<Str>(spec)) return t.raise_type_error("__format__() argument 1 must be str, not {}", type_of(spec));
  if (as<Str>(spec)->length() == 0) return Value(TRY(str_py(t, self)));
  return call_method_py(t, self, TRY(Str::intern_utf8(t, "strftime")), spec);
}
Fallible<Value> ctime(Thread& t, Moment* self) { return Value(TRY(ctime_text(t, date_of(self), clock_of(self)))); }
Fallible<int64_t> to_ordinal(Thread&, Moment* self) { return ordinal_of(self); }
Fallible<int64_t> weekday(Thread&, Moment* self) { return int64_t{weekday_of(date_of(self))}; }
Fallible<int64_t> iso_weekday(Thread&, Moment* self) { return int64_t{weekday_of(date_of(self)) + 1}; }

Fallible<Value> make_iso_date(Thread& t, Type* type, Value year, Value week, Value weekday) {
  Tuple* tuple = TRY(Tuple::make_of_type(t, type, 3));
  tuple->initialize(0, year);
  tuple->initialize(1, week);
  tuple->initialize(2, weekday);
  return Value(tuple);
}
Fallible<Value> iso_calendar(Thread& t, Moment* self) {
  IsoDate iso = iso_of(date_of(self));
  auto n = [](int i) { return Value::from_small_int(i); };
  return make_iso_date(t, iso_date_type, n(iso.year), n(iso.week), n(iso.weekday));
}

Fallible<Value> replace(Thread& t, Moment* self, Value year, Value month, Value day) {
  auto part = [&](Value v, int old) -> Fallible<Value> { return v.is_absent() ? Value::from_small_int(old) : index_py(t, v); };
  Value y = TRY(part(year, self->year_)), m = TRY(part(month, self->month_)), d = TRY(part(day, self->day_));
  return call_py(t, Value(type_of(Value(self))), y, m, d);
}

Fallible<Value> date_reduce(Thread& t, Moment* self) {
  uint8_t state[10];
  pack_state(self, false, false, state);
  Tuple* arguments = TRY(Tuple::of(t, Value(TRY(Bytes::from(t, state, 4)))));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(arguments))));
}
Fallible<Value> strptime(Thread& t, Value type, Value text, Value format) {
  return strptime_py(t, "_strptime_datetime_date", type, text, format);
}

// ---- Arithmetic. ----

Fallible<Value> date_plus(Thread& t, Value date, int64_t days) {
  int64_t ordinal = ordinal_of(self_of(date)) + days;
  if (ordinal < 1 || ordinal > kMostOrdinal) return t.raise(core.OverflowError, "date value out of range");
  return make_date_py(t, type_of(date), date_of_ordinal(ordinal));
}
Fallible<Value> date_add(Thread& t, Value a, Value b) {
  if (!is<Moment>(a)) std::swap(a, b);
  if (!is_date_only(a) || !is<TimeDelta>(b)) return Value::not_implemented();
  return date_plus(t, a, as<TimeDelta>(b)->days_);
}
Fallible<Value> date_subtract(Thread& t, Value a, Value b) {
  if (!is_date_only(a)) return Value::not_implemented();
  if (is_date_only(b)) return Value(TRY(make_delta_parts(t, ordinal_of(self_of(a)) - ordinal_of(self_of(b)), 0, 0)));
  if (is<TimeDelta>(b)) return date_plus(t, a, -int64_t{as<TimeDelta>(b)->days_});
  return Value::not_implemented();
}

constexpr uint16_t kOfClass = native_flag::kClassMethod;
constexpr NativeMethod kMethods[] = {
    {"__format__", HOG_NATIVE(format), "($self, format, /)", "The date by a format, as strftime()."},
    {"__reduce__", HOG_NATIVE(date_reduce), "($self, /)", "For pickle."},
    {"__replace__", HOG_NATIVE(replace), "($self, /, year=unchanged, month=unchanged, day=unchanged)", "For copy.replace()."},
    {"ctime", HOG_NATIVE(ctime), "($self, /)", "The moment as C's ctime() has it."},
    {"fromisocalendar", HOG_NATIVE(from_iso_calendar), "($type, /, year, week, day)", "From ISO year, week and weekday.", kOfClass},
    {"fromisoformat", HOG_NATIVE(from_iso_format), "($type, string, /)", "From ISO 8601 text.", kOfClass},
    {"fromordinal", HOG_NATIVE(from_ordinal), "($type, ordinal, /)", "From the number of days, 0001-01-01 being 1.", kOfClass},
    {"fromtimestamp", HOG_NATIVE(from_timestamp), "($type, timestamp, /)", "The local date at a timestamp.", kOfClass},
    {"isocalendar", HOG_NATIVE(iso_calendar), "($self, /)", "ISO year, week and weekday."},
    {"isoformat", HOG_NATIVE(iso_format), "($self, /)", "ISO 8601 text."},
    {"isoweekday", HOG_NATIVE(iso_weekday), "($self, /)", "The weekday, Monday being 1."},
    {"replace", HOG_NATIVE(replace), "($self, /, year=unchanged, month=unchanged, day=unchanged)", "A date with other fields."},
    {"strftime", HOG_NATIVE(strftime), "($self, /, format)", "Text by a format."},
    {"strptime", HOG_NATIVE(strptime), "($type, string, format, /)", "From text by a format.", kOfClass},
    {"timetuple", HOG_NATIVE(time_tuple), "($self, /)", "A time.struct_time."},
    {"today", HOG_NATIVE(today), "($type, /)", "The current local date.", kOfClass},
    {"toordinal", HOG_NATIVE(to_ordinal), "($self, /)", "The number of days, 0001-01-01 being 1."},
    {"weekday", HOG_NATIVE(weekday), "($self, /)", "The weekday, Monday being 0."},
    {}};
constexpr GetSet kGetSets[] = {
    {"year", [](Thread&, Value self) -> Fallible<Value> { return Value::from_small_int(self_of(self)->year_); }, nullptr, nullptr},
    {"month", [](Thread&, Value self) -> Fallible<Value> { return Value::from_small_int(self_of(self)->month_); }, nullptr, nullptr},
    {"day", [](Thread&, Value self) -> Fallible<Value> { return Value::from_small_int(self_of(self)->day_); }, nullptr, nullptr},
    {}};

// ---- IsoCalendarDate. ----

Fallible<Value> iso_construct(Thread& t, Type* type, int year, int week, int weekday) {
  auto n = [](int i) { return Value::from_small_int(i); };
  return make_iso_date(t, type, n(year), n(week), n(weekday));
}
constexpr NativeMethod kIsoConstructors[] = {
    {"IsoCalendarDate", HOG_NATIVE(iso_construct), "($type, year, week, weekday)", nullptr}, {}};
Fallible<Value> iso_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kIsoConstructors[0]), Value(type), arguments);
}
Fallible<Value> iso_repr(Thread& t, Value self) {
  auto* tuple = as<Tuple>(self);
  return Value(TRY(t.format("{}(year={}, week={}, weekday={})", TRY(name_in_repr(t, self)), repr_of(tuple->at(0)),
                            repr_of(tuple->at(1)), repr_of(tuple->at(2)))));
}
Fallible<Value> iso_reduce(Thread& t, Tuple* self) {
  Tuple* plain = TRY(Tuple::from(t, self->data(), self->length()));
  return Value(TRY(Tuple::of(t, Value(core.tuple), Value(TRY(Tuple::of(t, Value(plain)))))));
}
constexpr NativeMethod kIsoMethods[] = {{"__reduce__", HOG_NATIVE(iso_reduce), "($self, /)", "For pickle."}, {}};
template <size_t i>
Fallible<Value> iso_item(Thread&, Value self) {
  return as<Tuple>(self)->at(i);
}
constexpr GetSet kIsoGetSets[] = {{"year", iso_item<0>, nullptr, "ISO year."},
                                  {"week", iso_item<1>, nullptr, "ISO week."},
                                  {"weekday", iso_item<2>, nullptr, "ISO weekday."},
                                  {}};

}  // namespace

extern const TypeSpec kDateSpec;
const TypeSpec kDateSpec = {
    .name = "datetime.date",
    .doc = "A day of the Gregorian calendar.",
    .layout = &Moment::kLayout,
    .flags = type_flag::kBaseType,
    .slots = {.repr = date_repr,
              .str = date_str,
              .hash = date_hash,
              .compare = date_compare,
              .init = date_init,
              .new_ = date_new,
              .add = date_add,
              .subtract = date_subtract},
    .methods = kMethods,
    .getsets = kGetSets,
    .constructors = kConstructors,
};
extern const TypeSpec kIsoDateSpec;
const TypeSpec kIsoDateSpec = {.name = "datetime.IsoCalendarDate",
                               .doc = "A day in terms of ISO 8601 weeks.",
                               .base = &core.tuple,
                               .slots = {.repr = iso_repr, .new_ = iso_new},
                               .methods = kIsoMethods,
                               .getsets = kIsoGetSets,
                               .constructors = kIsoConstructors};

}  // namespace hog::datetime
