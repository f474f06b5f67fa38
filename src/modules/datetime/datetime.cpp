// datetime.cpp: the type datetime: construction, text, comparison. Arithmetic and zones: datetime_math.cpp.
// Ref: library/datetime "datetime Objects"; PEP 495.
#include "modules/datetime/datetime.hpp"

namespace hog::datetime {

Type* datetime_type = nullptr;
extern const NativeMethod kDateTimeMethods[];
Fallible<Value> datetime_add(Thread& t, Value a, Value b);
Fallible<Value> datetime_subtract(Thread& t, Value a, Value b);
Fallible<Value> datetime_compare(Thread& t, Value a, Value b, CompareOp op);
Fallible<int64_t> datetime_hash(Thread& t, Value self);

Fallible<Value> make_datetime_py(Thread& t, Type* type, const Date& d, const Clock& c, Value zone, int fold) {
  if (type == datetime_type) {
    TRY(check_date(t, d.year, d.month, d.day));
    TRY(check_clock(t, c.hour, c.minute, c.second, c.microsecond, fold));
    TRY(check_zone(t, zone));
    return Value(TRY(new_moment(t, type, d, c, zone, fold)));
  }
  auto n = [](int64_t i) { return Value::from_small_int(i); };
  Value made = TRY(call_py(t, Value(type), n(d.year), n(d.month), n(d.day), n(c.hour), n(c.minute), n(c.second),
                           n(c.microsecond), zone));
  if (fold != 0 && is<Moment>(made) && !Heap::is_permanent(made.cell())) as<Moment>(made)->fold_ = 1;
  return made;
}

namespace {

Moment* self_of(Value v) { return as<Moment>(v); }

// ---- Construction. ----

Fallible<Value> construct(Thread& t, Type* type, int year, int month, int day, int hour, int minute, int second,
                          int microsecond, Value zone, int fold) {
  TRY(check_date(t, year, month, day));
  TRY(check_clock(t, hour, minute, second, microsecond, fold));
  TRY(check_zone(t, zone));
  return Value(TRY(new_moment(t, type, {year, month, day}, {hour, minute, second, microsecond}, zone, fold)));
}
constexpr NativeMethod kConstructors[] = {
    {"datetime", HOG_NATIVE(construct),
     "($type, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)", nullptr},
    {}};

bool state_of(Value v, uint8_t (&state)[10]) {
  if (is<Bytes>(v) && as<Bytes>(v)->length() == 10) {
    for (size_t i = 0; i < 10; ++i) state[i] = as<Bytes>(v)->data()[i];
  } else if (is<Str>(v) && as<Str>(v)->length() == 10) {
    for (size_t i = 0; i < 10; ++i) {
      if (as<Str>(v)->at(i) > 255) return false;
      state[i] = static_cast<uint8_t>(as<Str>(v)->at(i));
    }
  } else {
    return false;
  }
  return (state[2] & 0x7F) >= 1 && (state[2] & 0x7F) <= 12;
}

Fallible<Value> datetime_new(Thread& t, Type* type, const Arguments& arguments) {
  uint8_t s[10];
  uint32_t n = arguments.positional;
  if (n >= 1 && n <= 2 && !arguments.has_keywords() && state_of(arguments[0], s)) {
    Value zone = n == 2 ? arguments[1] : Value::none();
    if (!zone.is_none() && !is_zone(zone)) return t.raise_type_error("bad tzinfo state arg");
    Date d{s[0] << 8 | s[1], s[2] & 0x7F, s[3]};
    Clock c{s[4], s[5], s[6], s[7] << 16 | s[8] << 8 | s[9]};
    TRY(check_date(t, d.year, d.month, d.day));
    TRY(check_clock(t, c.hour, c.minute, c.second, c.microsecond, 0));
    return Value(TRY(new_moment(t, type, d, c, zone, s[2] >> 7)));
  }
  return call_native(t, *signature_of(&kConstructors[0]), Value(type), arguments);
}
Fallible<void> datetime_init(Thread&, Value, const Arguments&) { return {}; }

// ---- Looks. ----

Fallible<Value> datetime_repr(Thread& t, Value self) {
  Moment* m = self_of(self);
  StrBuilder out(t);
  TRY(out.append(TRY(t.format("{}({}, {}, {}, {}, {}", TRY(name_in_repr(t, self)), int{m->year_}, int{m->month_}, int{m->day_},
                              int{m->hour_}, int{m->minute_}))));
  if (m->second_ != 0 || m->microsecond_ != 0) TRY(out.append(TRY(t.format(", {}", int{m->second_}))));
  if (m->microsecond_ != 0) TRY(out.append(TRY(t.format(", {}", m->microsecond_))));
  if (m->fold_ != 0) TRY(out.append_ascii(", fold=1"));
  if (!m->zone().is_none()) TRY(out.append(TRY(t.format(", tzinfo={}", repr_of(m->zone())))));
  TRY(out.append(U')'));
  return Value(TRY(out.finish()));
}
Fallible<Value> datetime_str(Thread& t, Value self) {
  Value space(latin1_characters[' ']);
  return call_method_py(t, self, TRY(Str::intern_utf8(t, "isoformat")), space);
}

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

extern const TypeSpec kDateTimeSpec;
const TypeSpec kDateTimeSpec = {
    .name = "datetime.datetime",
    .doc = "A day and a time of day.",
    .base = &date_type,
    .flags = type_flag::kBaseType,
    .slots = {.repr = datetime_repr,
              .str = datetime_str,
              .hash = datetime_hash,
              .compare = datetime_compare,
              .init = datetime_init,
              .new_ = datetime_new,
              .add = datetime_add,
              .subtract = datetime_subtract},
    .methods = kDateTimeMethods,
    .getsets = kGetSets,
    .constructors = kConstructors,
};

}  // namespace hog::datetime
