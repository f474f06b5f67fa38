// datetime.hpp: what the files of `_datetime` share: the cells, calendar arithmetic, and the operations on them.
//
// Invariants: the fields of a Moment, TimeOfDay and TimeDelta are in their ranges from the moment Python can see them; they
// never change but for the cached hash. A date and a datetime share one C++ class, since datetime derives from date; the
// Python type says which of them a Moment is. What a tzinfo answers is checked each time.
#pragma once

#include "object/class_system.hpp"

namespace hog::datetime {

constexpr int kMinYear = 1, kMaxYear = 9999, kMostOrdinal = 3652059, kMostDeltaDays = 999999999;
using Wide = __int128;  // microseconds of any timedelta, and their products

struct Clock {
  int hour = 0, minute = 0, second = 0, microsecond = 0;
};

class TimeDelta : public Cell {
 public:
  static const Layout kLayout;
  int32_t days_, seconds_, microseconds_;
  Wide total() const { return (Wide{days_} * 86400 + seconds_) * 1000000 + microseconds_; }
  bool is_zero() const { return days_ == 0 && seconds_ == 0 && microseconds_ == 0; }
};

class Moment : public Cell {  // date, datetime
 public:
  static const Layout kLayout;
  int16_t year_;
  uint8_t month_, day_, hour_, minute_, second_, fold_;
  int32_t microsecond_;
  bool has_hash_;
  int64_t hash_;
  ValueField zone_;  // empty: naive
  Value zone() const { return zone_.get().is_empty() ? Value::none() : zone_.get(); }
};

class TimeOfDay : public Cell {
 public:
  static const Layout kLayout;
  uint8_t hour_, minute_, second_, fold_;
  int32_t microsecond_;
  bool has_hash_;
  int64_t hash_;
  ValueField zone_;
  Value zone() const { return zone_.get().is_empty() ? Value::none() : zone_.get(); }
};

class TimeZone : public Cell {
 public:
  static const Layout kLayout;
  Field<TimeDelta> offset_;
  Field<Str> name_;  // null: none given
};

extern Type *delta_type, *date_type, *datetime_type, *time_type, *tzinfo_type, *timezone_type, *iso_date_type;
extern const TypeSpec kDeltaSpec, kDateSpec, kDateTimeSpec, kTimeSpec, kTzInfoSpec, kTimeZoneSpec, kIsoDateSpec;
extern TimeZone* utc;  // permanent

inline bool is_datetime(Value v) { return is<Moment>(v) && type_of(v)->is_subtype_of(datetime_type); }
inline bool is_date_only(Value v) { return is<Moment>(v) && !is_datetime(v); }
inline bool is_zone(Value v) { return is_instance(v, tzinfo_type); }

// ---- Calendar (calendar.cpp): proleptic Gregorian, ordinal 1 is 0001-01-01. ----
struct Date {
  int year, month, day;
};
bool is_leap(int year);
int days_in_month(int year, int month);
int days_before_month(int year, int month);
int64_t ordinal_of(int64_t year, int month, int day);
Date date_of_ordinal(int64_t ordinal);
int weekday_of(const Date& date);  // Monday is 0
struct IsoDate {
  int year, week, weekday;
};
IsoDate iso_of(const Date& date);
enum class IsoOutcome : uint8_t { Fine, BadYear, BadWeek, BadDay };
IsoOutcome date_of_iso(int year, int week, int day, Date* out);
inline Date date_of(const Moment* m) { return {m->year_, m->month_, m->day_}; }
inline int64_t ordinal_of(const Moment* m) { return ordinal_of(m->year_, m->month_, m->day_); }
inline Clock clock_of(const Moment* m) { return {m->hour_, m->minute_, m->second_, m->microsecond_}; }
inline int64_t seconds_of(const Clock& c) { return c.hour * 3600 + c.minute * 60 + c.second; }
// Whole seconds since 0001-01-01.
inline int64_t seconds_of(const Date& d, const Clock& c) { return ordinal_of(d.year, d.month, d.day) * 86400 + seconds_of(c); }
constexpr int64_t kEpochSeconds = int64_t{719163} * 86400;

Fallible<void> check_date(Thread& t, int64_t year, int64_t month, int64_t day);
Fallible<void> check_clock(Thread& t, int64_t hour, int64_t minute, int64_t second, int64_t microsecond, int64_t fold);
Fallible<void> check_zone(Thread& t, Value zone);  // None or a tzinfo

// ---- Making. ----
Fallible<TimeDelta*> make_delta(Thread& t, Wide microseconds, Type* type = nullptr);
Fallible<TimeDelta*> make_delta_parts(Thread& t, int64_t days, int64_t seconds, int64_t microseconds);
// An exact type's instance in place; of a subclass by calling it.
Fallible<Value> make_date_py(Thread& t, Type* type, const Date& date);
Fallible<Value> make_datetime_py(Thread& t, Type* type, const Date& date, const Clock& clock, Value zone, int fold);
Fallible<Value> make_time_py(Thread& t, Type* type, const Clock& clock, Value zone, int fold);
// The same for the types' own __new__: the fields are checked already.
Fallible<Moment*> new_moment(Thread& t, Type* type, const Date& date, const Clock& clock, Value zone, int fold);
Fallible<TimeOfDay*> new_time(Thread& t, Type* type, const Clock& clock, Value zone, int fold);
Fallible<Value> make_timezone(Thread& t, TimeDelta* offset, Str* name_or_null);

// ---- Zones (zones.cpp). The argument is a datetime or None. ----
Fallible<TimeDelta*> offset_py(Thread& t, Value zone, Str* method, Value argument, bool* none);
// null inside: None.
struct Offset {
  TimeDelta* delta = nullptr;
};
Fallible<Offset> utc_offset_py(Thread& t, Value zone, Value argument);
Fallible<Offset> dst_py(Thread& t, Value zone, Value argument);
Fallible<Value> zone_name_py(Thread& t, Value zone, Value argument);
inline Value to_value(const Offset& offset) { return offset.delta == nullptr ? Value::none() : Value(offset.delta); }
// moment + microseconds, of the type asked for; OverflowError "date value out of range".
Fallible<Value> shifted_py(Thread& t, Type* type, const Moment* moment, Wide microseconds);
// A copy in another zone, fields as they are.
Fallible<Moment*> with_zone(Thread& t, const Moment* moment, Value zone);
int compare_fields(const Moment* a, const Moment* b);
int64_t since_start(const Moment* moment);  // microseconds

// ---- Text (text.cpp). ----
Fallible<Str*> iso_date_text(Thread& t, const Date& date);
Fallible<void> append_two(StrBuilder& out, int n, int width = 2);
Fallible<void> append_clock(Thread& t, StrBuilder& out, const Clock& clock, Value timespec);
// "+02:00", with seconds and microseconds where needed; nothing for None.
Fallible<void> append_offset(StrBuilder& out, const TimeDelta* delta, std::string_view separator);
Fallible<Str*> ctime_text(Thread& t, const Date& date, const Clock& clock);
Failure raise_invalid_text(Thread& t, Value text);
struct ParsedTime {
  Clock clock;
  Value zone = Value::none();
  bool next_day = false;  // 24:00
};
// Length of the date at the start of a datetime's text; 0: none.
size_t date_length(std::string_view text);
bool parse_date(std::string_view text, Date* out);  // false: malformed; ranges of month and day are not checked
Fallible<bool> parse_time_py(Thread& t, std::string_view text, ParsedTime* out);
// ASCII, other characters as '?'; the buffer is the caller's. False: too long for any of our formats.
bool to_ascii(const Str* text, char (&buffer)[64], std::string_view* out);
// strftime of a date, datetime or time. `tuple`: nine ints; `object`: for %f, %z and %Z.
Fallible<Value> format_py(Thread& t, Value object, Str* format, const Value* tuple);
Fallible<Value> struct_time_py(Thread& t, const Date& date, const Clock& clock, int daylight);
Fallible<Value> strptime_py(Thread& t, const char* function, Value type, Value text, Value format);
Fallible<Str*> name_in_repr(Thread& t, Value v);

// ---- The host's clock (local.cpp). ----
Fallible<Value> from_timestamp_py(Thread& t, Type* type, Value timestamp, Value zone, bool utc_time);
Fallible<Value> date_from_timestamp_py(Thread& t, Type* type, Value timestamp);
Fallible<Value> now_py(Thread& t, Type* type, Value zone, bool utc_time);
Fallible<Value> call_time_py(Thread& t);  // time.time()
Fallible<int64_t> local_to_seconds(Thread& t, const Date& date, const Clock& clock, int fold);
Fallible<Value> local_zone_py(Thread& t, int64_t timestamp);

int64_t hash_of_state(Thread& t, const uint8_t* state, size_t size);
int64_t hash_of_delta(int64_t days, int64_t seconds, int64_t microseconds);
int64_t hash_of_delta(Wide microseconds);
Value decide(CompareOp op, int order);
void pack_state(const Moment* m, bool with_time, bool with_fold, uint8_t (&out)[10]);

}  // namespace hog::datetime
