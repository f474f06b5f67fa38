// time.cpp: the module time, over the Clock capability. Calendar arithmetic is our own (proleptic Gregorian, no C library state);
// the zone's offset comes from the clock. Without a Clock what needs one raises RuntimeError that says so.
#include <cerrno>
#include <cmath>

#include "modules/sleep.hpp"
#include "object/os_error.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "object/struct_sequence.hpp"
#include "vm/finalize.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr int64_t kNanoseconds = 1'000'000'000;

Fallible<Clock*> clock_of(Thread& t) {
  Host* host = Isolate::of(t).config().host;
  if (host == nullptr || host->clock == nullptr)
    return t.raise(core.RuntimeError, "this isolate has no clock: the Clock capability was not granted");
  return host->clock;
}

enum class Which : uint8_t { Wall, Monotonic, Cpu };
Fallible<int64_t> read_clock(Thread& t, Which which) {
  Clock* clock = TRY(clock_of(t));
  switch (which) {
    case Which::Wall: return clock->wall_nanoseconds();
    case Which::Monotonic: return clock->monotonic_nanoseconds();
    default: return clock->cpu_nanoseconds();
  }
}
template <Which which>
Fallible<int64_t> nanoseconds(Thread& t) {
  return read_clock(t, which);
}
template <Which which>
Fallible<double> seconds(Thread& t) {
  return static_cast<double>(TRY(read_clock(t, which))) / 1e9;
}

// ---- Clocks by their numbers, Linux's. ----

struct ClockNumber {
  const char* name;
  int number;
  Which which;
};
constexpr ClockNumber kClocks[] = {
    {"CLOCK_REALTIME", 0, Which::Wall},          {"CLOCK_MONOTONIC", 1, Which::Monotonic}, {"CLOCK_PROCESS_CPUTIME_ID", 2, Which::Cpu},
    {"CLOCK_THREAD_CPUTIME_ID", 3, Which::Cpu},  {"CLOCK_MONOTONIC_RAW", 4, Which::Monotonic}, {"CLOCK_BOOTTIME", 7, Which::Monotonic}};

Fallible<Which> clock_argument_py(Thread& t, Value v) {
  if (!is_index(v)) return t.raise_type_error("clk_id should be integer, not {}", type_of(v)->name());
  int64_t number = TRY(index_to_int64_py(t, v));
  for (const ClockNumber& clock : kClocks)
    if (clock.number == number) return clock.which;
  return raise_os_error(t, EINVAL);
}
Fallible<int64_t> clock_gettime_ns(Thread& t, Value id) { return read_clock(t, TRY(clock_argument_py(t, id))); }
Fallible<double> clock_gettime(Thread& t, Value id) { return static_cast<double>(TRY(clock_gettime_ns(t, id))) / 1e9; }
Fallible<double> clock_getres(Thread& t, Value id) {
  TRY(clock_argument_py(t, id));
  return 1e-9;
}

}  // namespace

Fallible<void> sleep_py(Thread& t, Clock* clock, int64_t nanoseconds) {
  // Other threads run meanwhile, and whoever wants this one's attention wakes it.
  if (has_other_threads(t)) {
    Turns& turns = Isolate::of(t).turns;
    int64_t end = turns.host->monotonic_nanoseconds() + nanoseconds;
    do TRY(nap_until(t, end));
    while (turns.host->monotonic_nanoseconds() < end);
    return {};
  }
  // In short naps, so that a cancelled or timed-out isolate wakes up.
  constexpr int64_t kNap = 20'000'000;
  int64_t end = clock->monotonic_nanoseconds() + nanoseconds;
  for (;;) {
    int64_t left = end - clock->monotonic_nanoseconds();
    if (left <= 0) return {};
    HostResult<bool> slept = clock->sleep(left < kNap ? left : kNap);
    if (!slept.ok() && slept.error != EINTR) return {};  // a clock that cannot
    TRY(safe_point_py(t));
  }
}

namespace {

Fallible<void> time_sleep(Thread& t, Value duration) {
  TRY(t.audit_py("time.sleep", duration));
  double d;
  if (is_int_or_bool(duration)) {
    d = TRY(int_to_double(t, duration));
  } else if (is_float(duration)) {
    d = float_value(duration);
  } else if (!is_index(duration)) {
    return t.raise_type_error("'{}' object cannot be interpreted as an integer or float", type_of(duration));
  } else {
    d = static_cast<double>(TRY(index_to_int64_py(t, duration)));
  }
  if (std::isnan(d)) return t.raise_value_error("Invalid value NaN (not a number)");
  if (d < 0) return t.raise_value_error("sleep length must be non-negative");
  if (d > 9.2e9) return t.raise(core.OverflowError, "timestamp too large to convert to C PyTime_t");
  Clock* clock = TRY(clock_of(t));
  return sleep_py(t, clock, static_cast<int64_t>(d * 1e9));
}

// ---- Calendar. ----

struct Moment {
  int64_t year;
  int month, day, hour, minute, second, weekday, year_day;  // month and day from 1, weekday from Monday 0, year_day from 1
  int daylight;
};

int64_t floor_div(int64_t a, int64_t b) { return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0); }
bool is_leap(int64_t y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }

// Days since 1970-01-01 of a date, months counted from March so that the leap day comes last.
int64_t days_from_date(int64_t year, int month, int day) {
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t era = floor_div(y, 400);
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

Moment moment_from_seconds(int64_t seconds) {
  int64_t days = floor_div(seconds, 86400);
  int64_t rest = seconds - days * 86400;
  int64_t z = days + 719468;
  int64_t era = floor_div(z, 146097);
  int64_t day_of_era = z - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_index = (5 * day_of_year + 2) / 153;
  Moment m{};
  m.day = static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1);
  m.month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  m.year = year_of_era + era * 400 + (m.month <= 2 ? 1 : 0);
  m.hour = static_cast<int>(rest / 3600);
  m.minute = static_cast<int>(rest / 60 % 60);
  m.second = static_cast<int>(rest % 60);
  m.weekday = static_cast<int>(((days + 3) % 7 + 7) % 7);
  m.year_day = static_cast<int>(days - days_from_date(m.year, 1, 1) + 1);
  return m;
}

constexpr StructField kTimeFields[] = {
    {"tm_year", "Year."},        {"tm_mon", "Month, 1 to 12."},       {"tm_mday", "Day, 1 to 31."},
    {"tm_hour", "Hour."},        {"tm_min", "Minute."},               {"tm_sec", "Second, up to 61."},
    {"tm_wday", "Weekday from Monday, 0."}, {"tm_yday", "Day of the year, 1 to 366."}, {"tm_isdst", "1, 0 or -1."},
    {"tm_zone", "Name of the zone."}, {"tm_gmtoff", "Offset from UTC in seconds."}};
constexpr StructSequenceSpec kStructTime = {"time.struct_time", "A moment in calendar terms.", kTimeFields, 11, 9};

// The module's struct_time type, which belongs to the isolate.
Fallible<Type*> struct_time_type(Thread& t) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "time"))));
  Value type = TRY(get_attribute_py(t, module, TRY(Str::intern_utf8(t, "struct_time"))));
  if (!is<Type>(type)) return t.raise_type_error("time.struct_time is no type");
  return as<Type>(type);
}

Fallible<Value> struct_time(Thread& t, const Moment& m, const char* zone, int64_t offset) {
  Str* name = TRY(Str::from_utf8(t, zone));
  auto n = [](int64_t v) { return Value::from_small_int(v); };
  const Value values[] = {n(m.year),    n(m.month),   n(m.day),      n(m.hour),     n(m.minute), n(m.second),
                          n(m.weekday), n(m.year_day), n(m.daylight), Value(name), n(offset)};
  return make_struct_sequence(t, TRY(struct_time_type(t)), values);
}

constexpr int64_t kLatest = 67767976233532799;  // the last second of a 32-bit year

Fallible<int64_t> seconds_py(Thread& t, Value v) {
  if (v.is_absent() || v.is_none()) return floor_div(TRY(read_clock(t, Which::Wall)), kNanoseconds);
  int64_t n;
  if (is_float(v)) {
    double d = std::floor(float_value(v));
    if (std::isnan(d)) return t.raise_value_error("Invalid value NaN (not a number)");
    if (d > 9.2e18 || d < -9.2e18) return t.raise(core.OverflowError, "timestamp out of range for platform time_t");
    n = static_cast<int64_t>(d);
  } else {
    Value index = TRY(index_py(t, v));
    Int64Result r = int_to_int64_nogc(index);
    if (r.overflow != 0) return t.raise(core.OverflowError, "timestamp out of range for platform time_t");
    n = r.value;
  }
  if (n > kLatest || n < -kLatest) return raise_os_error(t, EOVERFLOW);
  return n;
}

Fallible<Value> time_gmtime(Thread& t, Value v) {
  return struct_time(t, moment_from_seconds(TRY(seconds_py(t, v))), "GMT", 0);
}
Fallible<Value> time_localtime(Thread& t, Value v) {
  int64_t when = TRY(seconds_py(t, v));
  bool daylight = false;
  const char* zone = "UTC";
  int64_t offset = 0;
  Host* host = Isolate::of(t).config().host;
  if (host != nullptr && host->clock != nullptr) offset = host->clock->utc_offset_seconds(when, &daylight, &zone);
  Moment m = moment_from_seconds(when + offset);
  m.daylight = daylight ? 1 : 0;
  return struct_time(t, m, zone, offset);
}

// A time tuple's first nine fields, checked as C's functions need them.
struct Fields {
  int64_t f[9];
};
Fallible<Fields> read_fields(Thread& t, Value v, const char* function) {
  if (!is<Tuple>(v)) return t.raise_type_error("Tuple or struct_time argument required");
  auto* tuple = as<Tuple>(v);
  if (tuple->length() != 9) return t.raise_type_error("{}(): illegal time tuple argument", function);
  Fields fields;
  for (size_t i = 0; i < 9; ++i) {
    fields.f[i] = TRY(index_to_int64_py(t, tuple->at(i)));
    if (fields.f[i] > INT32_MAX || fields.f[i] < INT32_MIN)
      return t.raise(core.OverflowError, "Python int too large to convert to C int");
  }
  if (fields.f[0] < INT32_MIN + 1900) return t.raise(core.OverflowError, "year out of range");  // C counts from 1900
  return fields;
}
Fallible<void> check_fields(Thread& t, Fields& x) {
  int64_t* f = x.f;
  if (f[1] == 0) f[1] = 1;
  if (f[2] == 0) f[2] = 1;
  if (f[7] == 0) f[7] = 1;
  if (f[1] < 1 || f[1] > 12) return t.raise_value_error("month out of range");
  if (f[2] < 1 || f[2] > 31) return t.raise_value_error("day of month out of range");
  if (f[3] < 0 || f[3] > 23) return t.raise_value_error("hour out of range");
  if (f[4] < 0 || f[4] > 59) return t.raise_value_error("minute out of range");
  if (f[5] < 0 || f[5] > 61) return t.raise_value_error("seconds out of range");
  if (f[6] < -1) return t.raise_value_error("day of week out of range");
  if (f[7] < 1 || f[7] > 366) return t.raise_value_error("day of year out of range");
  f[6] = (f[6] + 7) % 7;
  return {};
}

constexpr const char* kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};

Fallible<void> append_number(StrBuilder& out, int64_t n, int width, char fill = '0') {
  char digits[24];
  int count = 0;
  bool negative = n < 0;
  uint64_t rest = negative ? -static_cast<uint64_t>(n) : static_cast<uint64_t>(n);
  do {
    digits[count++] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (negative) TRY(out.append(U'-'));
  for (int i = count + (negative ? 1 : 0); i < width; ++i) TRY(out.append(static_cast<char32_t>(fill)));
  while (count > 0) TRY(out.append(static_cast<char32_t>(digits[--count])));
  return {};
}

Fallible<Value> asctime_text(Thread& t, const Fields& x) {
  const int64_t* f = x.f;
  StrBuilder out(t);
  TRY(out.append_ascii(std::string_view(kDays[f[6]]).substr(0, 3)));
  TRY(out.append(U' '));
  TRY(out.append_ascii(std::string_view(kMonths[f[1] - 1]).substr(0, 3)));
  TRY(append_number(out, f[2], 3, ' '));
  TRY(out.append(U' '));
  TRY(append_number(out, f[3], 2));
  TRY(out.append(U':'));
  TRY(append_number(out, f[4], 2));
  TRY(out.append(U':'));
  TRY(append_number(out, f[5], 2));
  TRY(out.append(U' '));
  TRY(append_number(out, f[0], 1));
  return Value(TRY(out.finish()));
}
Fallible<Value> time_asctime(Thread& t, Value v) {
  if (v.is_absent()) v = TRY(time_localtime(t, Value::absent()));
  Fields fields = TRY(read_fields(t, v, "asctime"));
  TRY(check_fields(t, fields));
  return asctime_text(t, fields);
}
Fallible<Value> time_ctime(Thread& t, Value v) { return time_asctime(t, TRY(time_localtime(t, v))); }

Fallible<double> time_mktime(Thread& t, Value v) {
  Fields x = TRY(read_fields(t, v, "mktime"));
  int64_t* f = x.f;
  int64_t months = f[0] * 12 + f[1] - 1;
  int64_t days = days_from_date(floor_div(months, 12), static_cast<int>(months - floor_div(months, 12) * 12) + 1, 1) + f[2] - 1;
  int64_t local = days * 86400 + f[3] * 3600 + f[4] * 60 + f[5];
  Host* host = Isolate::of(t).config().host;
  if (host == nullptr || host->clock == nullptr) return static_cast<double>(local);
  bool daylight = false;
  const char* zone = nullptr;
  // Twice: the offset at the guess may differ from the one at the answer.
  int64_t guess = local - host->clock->utc_offset_seconds(local, &daylight, &zone);
  guess = local - host->clock->utc_offset_seconds(guess, &daylight, &zone);
  if (f[8] == 1 && !daylight) guess -= 3600;
  if (f[8] == 0 && daylight) guess += 3600;
  return static_cast<double>(guess);
}

// ISO 8601 week and its year.
void iso_week(const int64_t* f, int64_t* year, int64_t* week) {
  int64_t day = f[7] - 1, weekday = f[6];
  int64_t w = (day - weekday + 10) / 7;
  *year = f[0];
  if (w < 1) {
    --*year;
    int64_t days = is_leap(*year) ? 366 : 365;
    w = (day + days - weekday + 10) / 7;
  } else if (w == 53) {
    int64_t days = is_leap(*year) ? 366 : 365;
    if (day - weekday + 3 >= days) {
      w = 1;
      ++*year;
    }
  }
  *week = w;
}

Fallible<void> append_field(Thread& t, StrBuilder& out, char32_t code, const Fields& x, Value tuple, int depth) {
  const int64_t* f = x.f;
  auto nested = [&](std::string_view format) -> Fallible<void> {
    for (size_t i = 0; i < format.size(); ++i) {
      if (format[i] == '%') {
        TRY(append_field(t, out, static_cast<char32_t>(format[++i]), x, tuple, depth + 1));
      } else {
        TRY(out.append(static_cast<char32_t>(format[i])));
      }
    }
    return {};
  };
  int64_t hour12 = f[3] % 12 == 0 ? 12 : f[3] % 12;
  int64_t year, week;
  switch (code) {
    case '%': return out.append(U'%');
    case 'a': return out.append_ascii(std::string_view(kDays[f[6]]).substr(0, 3));
    case 'A': return out.append_ascii(kDays[f[6]]);
    case 'b':
    case 'h': return out.append_ascii(std::string_view(kMonths[f[1] - 1]).substr(0, 3));
    case 'B': return out.append_ascii(kMonths[f[1] - 1]);
    case 'c': return nested("%a %b %e %H:%M:%S %Y");
    case 'C': return append_number(out, floor_div(f[0], 100), 2);
    case 'd': return append_number(out, f[2], 2);
    case 'D':
    case 'x': return nested("%m/%d/%y");
    case 'e': return append_number(out, f[2], 2, ' ');
    case 'F': return nested("%Y-%m-%d");
    case 'g': iso_week(f, &year, &week); return append_number(out, ((year % 100) + 100) % 100, 2);
    case 'G': iso_week(f, &year, &week); return append_number(out, year, 1);
    case 'H': return append_number(out, f[3], 2);
    case 'I': return append_number(out, hour12, 2);
    case 'j': return append_number(out, f[7], 3);
    case 'k': return append_number(out, f[3], 2, ' ');
    case 'l': return append_number(out, hour12, 2, ' ');
    case 'm': return append_number(out, f[1], 2);
    case 'M': return append_number(out, f[4], 2);
    case 'n': return out.append(U'\n');
    case 'p': return out.append_ascii(f[3] < 12 ? "AM" : "PM");
    case 'P': return out.append_ascii(f[3] < 12 ? "am" : "pm");
    case 'r': return nested("%I:%M:%S %p");
    case 'R': return nested("%H:%M");
    case 's': return append_number(out, static_cast<int64_t>(TRY(time_mktime(t, tuple))), 1);
    case 'S': return append_number(out, f[5], 2);
    case 't': return out.append(U'\t');
    case 'T':
    case 'X': return nested("%H:%M:%S");
    case 'u': return append_number(out, f[6] + 1, 1);
    case 'U': return append_number(out, (f[7] + 6 - (f[6] + 1) % 7) / 7, 2);
    case 'V': iso_week(f, &year, &week); return append_number(out, week, 2);
    case 'w': return append_number(out, (f[6] + 1) % 7, 1);
    case 'W': return append_number(out, (f[7] + 6 - f[6]) / 7, 2);
    case 'y': return append_number(out, ((f[0] % 100) + 100) % 100, 2);
    case 'Y': return append_number(out, f[0], 1);
    case 'z':
    case 'Z': {
      // Known to struct_time objects; plain tuples are local time.
      Value zone = TRY(find_attribute_py(t, tuple, TRY(Str::intern_utf8(t, "tm_zone"))));
      Value offset = TRY(find_attribute_py(t, tuple, TRY(Str::intern_utf8(t, "tm_gmtoff"))));
      if (zone.is_absent() || zone.is_none() || offset.is_absent() || offset.is_none()) {
        Value local = TRY(time_localtime(t, TRY(make_int(t, static_cast<int64_t>(TRY(time_mktime(t, tuple)))))));
        zone = TRY(get_attribute_py(t, local, TRY(Str::intern_utf8(t, "tm_zone"))));
        offset = TRY(get_attribute_py(t, local, TRY(Str::intern_utf8(t, "tm_gmtoff"))));
      }
      if (code == 'Z') return is<Str>(zone) ? out.append(as<Str>(zone)) : Fallible<void>{};
      int64_t minutes = TRY(index_to_int64_py(t, offset)) / 60;
      TRY(out.append(minutes < 0 ? U'-' : U'+'));
      if (minutes < 0) minutes = -minutes;
      TRY(append_number(out, minutes / 60, 2));
      return append_number(out, minutes % 60, 2);
    }
    default:
      TRY(out.append(U'%'));
      return out.append(code);
  }
}

// What may stand between '%' and a field's letter, as the GNU library has it.
struct FieldForm {
  char32_t padding = 0;  // '-' none, '_' blanks, '0'
  bool upper = false, swapped = false;
  size_t width = 0;
  bool is_plain() const { return padding == 0 && !upper && !swapped && width == 0; }
};
FieldForm read_form(Str* format, size_t* at) {
  constexpr size_t kWidest = 100'000;
  FieldForm form;
  size_t n = format->length();
  for (; *at < n; ++*at) {
    char32_t c = format->at(*at);
    if (c == '-' || c == '_' || c == '0') form.padding = c;
    else if (c == '^') form.upper = true;
    else if (c == '#') form.swapped = true;
    else break;
  }
  for (; *at < n && format->at(*at) >= '0' && format->at(*at) <= '9'; ++*at)
    if (form.width < kWidest) form.width = form.width * 10 + (format->at(*at) - '0');
  // Alternative forms: the same in the C locale.
  if (*at + 1 < n && (format->at(*at) == 'E' || format->at(*at) == 'O')) ++*at;
  return form;
}

Fallible<void> append_formed(Thread& t, StrBuilder& out, const FieldForm& form, char32_t code, const Fields& fields, Value tuple) {
  StrBuilder field(t);
  TRY(append_field(t, field, code, fields, tuple, 0));
  Str* text = TRY(field.finish());
  size_t from = 0, natural = text->length();
  bool numeric = code < 128 && std::string_view("CdegGHIjklmMsSuUVwWyY").find(static_cast<char>(code)) != std::string_view::npos;
  bool negative = numeric && text->at(0) == '-';
  if (numeric) {
    from = negative ? 1 : 0;
    while (from + 1 < natural && (text->at(from) == '0' || text->at(from) == ' ')) ++from;
  }
  bool blanks = form.padding == '_' || form.padding == '-' || (form.padding == 0 && (!numeric || code == 'e' || code == 'k' || code == 'l'));
  size_t width = form.width != 0 ? form.width : form.padding == '-' ? 0 : natural;
  size_t used = natural - from + (negative ? 1 : 0);
  if (negative && !blanks) TRY(out.append(U'-'));
  for (size_t i = used; i < width; ++i) TRY(out.append(blanks ? U' ' : U'0'));
  if (negative && blanks) TRY(out.append(U'-'));
  bool lower = form.swapped && code == 'p';
  bool upper = form.upper || (form.swapped && !lower && code != 'Z');
  for (size_t i = from; i < natural; ++i) {
    char32_t c = text->at(i);
    if (upper && c >= 'a' && c <= 'z') c -= 32;
    if (lower && c >= 'A' && c <= 'Z') c += 32;
    TRY(out.append(c));
  }
  return {};
}

Fallible<Value> time_strftime(Thread& t, Str* format, Value v) {
  if (v.is_absent()) v = TRY(time_localtime(t, Value::absent()));
  Fields fields = TRY(read_fields(t, v, "strftime"));
  TRY(check_fields(t, fields));
  StrBuilder out(t);
  size_t n = format->length();
  for (size_t i = 0; i < n; ++i) {
    TRY(t.poll());
    char32_t c = format->at(i);
    if (c != '%' || i + 1 == n) {
      TRY(out.append(c));
      continue;
    }
    size_t at = i + 1;
    FieldForm form = read_form(format, &at);
    if (at == n) {  // no field after all
      TRY(out.append(c));
      continue;
    }
    i = at;
    c = format->at(i);
    if (!form.is_plain()) {
      TRY(append_formed(t, out, form, c, fields, v));
      continue;
    }
    TRY(append_field(t, out, c, fields, v, 0));
  }
  return Value(TRY(out.finish()));
}

Fallible<Value> time_strptime(Thread& t, Arguments arguments) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "_strptime"))));
  Value function = TRY(get_attribute_py(t, module, TRY(Str::intern_utf8(t, "_strptime_time"))));
  return call_py(t, function, arguments);
}

Fallible<Value> time_get_clock_info(Thread& t, Str* name) {
  struct Info {
    const char* name;
    const char* implementation;
    bool monotonic, adjustable;
  };
  static constexpr Info kInfos[] = {{"time", "clock_gettime(CLOCK_REALTIME)", false, true},
                                    {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", true, false},
                                    {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", true, false},
                                    {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false},
                                    {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false}};
  for (const Info& info : kInfos) {
    if (!name->equals_ascii(info.name)) continue;
    Value space = TRY(call_py(t, Value(core.simple_namespace)));
    struct Row {
      const char* key;
      Value value;
    };
    const Row rows[] = {{"implementation", Value(TRY(Str::from_ascii(t, info.implementation)))},
                        {"monotonic", Value::from_bool(info.monotonic)},
                        {"adjustable", Value::from_bool(info.adjustable)},
                        {"resolution", TRY(make_float(t, 1e-9))}};
    for (const Row& row : rows) TRY(set_attribute_py(t, space, TRY(Str::intern_utf8(t, row.key)), row.value));
    return space;
  }
  return t.raise_value_error("unknown clock");
}

// Offsets in January and July of this year tell standard from daylight saving time; the lesser is standard time.
Fallible<void> add_zone(Thread& t, Module* module) {
  int64_t offsets[2] = {0, 0};
  Str* zone_names[2];
  Host* host = Isolate::of(t).config().host;
  Clock* clock = host != nullptr ? host->clock : nullptr;
  int64_t year = clock != nullptr ? moment_from_seconds(floor_div(clock->wall_nanoseconds(), kNanoseconds)).year : 1970;
  for (int half : {0, 1}) {
    bool daylight = false;
    const char* zone = "UTC";
    if (clock != nullptr) offsets[half] = clock->utc_offset_seconds(days_from_date(year, half * 6 + 1, 1) * 86400, &daylight, &zone);
    zone_names[half] = TRY(Str::from_utf8(t, zone));
  }
  int standard = offsets[0] > offsets[1] ? 1 : 0;
  TRY(module->add(t, "timezone", Value::from_small_int(-offsets[standard])));
  TRY(module->add(t, "altzone", Value::from_small_int(-offsets[1 - standard])));
  TRY(module->add(t, "daylight", Value::from_small_int(offsets[0] != offsets[1] ? 1 : 0)));
  return module->add(t, "tzname", Value(TRY(Tuple::of(t, Value(zone_names[standard]), Value(zone_names[1 - standard])))));
}

Fallible<void> time_tzset(Thread& t, Module* module) {
  (void)Isolate::of(t).config().host->clock->reload_zone();
  return add_zone(t, module);
}

constexpr NativeMethod kFunctions[] = {
    {"clock_getres", HOG_NATIVE(clock_getres), "(clk_id, /)", "Seconds between two times of a clock."},
    {"clock_gettime", HOG_NATIVE(clock_gettime), "(clk_id, /)", "What a clock says, in seconds."},
    {"clock_gettime_ns", HOG_NATIVE(clock_gettime_ns), "(clk_id, /)", "The same in nanoseconds."},
    {"time", HOG_NATIVE(seconds<Which::Wall>), "()", "Seconds since the epoch."},
    {"time_ns", HOG_NATIVE(nanoseconds<Which::Wall>), "()", "Nanoseconds since the epoch."},
    {"monotonic", HOG_NATIVE(seconds<Which::Monotonic>), "()", "A clock that never goes back."},
    {"monotonic_ns", HOG_NATIVE(nanoseconds<Which::Monotonic>), "()", "The same in nanoseconds."},
    {"perf_counter", HOG_NATIVE(seconds<Which::Monotonic>), "()", "The best clock for short durations."},
    {"perf_counter_ns", HOG_NATIVE(nanoseconds<Which::Monotonic>), "()", "The same in nanoseconds."},
    {"process_time", HOG_NATIVE(seconds<Which::Cpu>), "()", "Processor time used."},
    {"process_time_ns", HOG_NATIVE(nanoseconds<Which::Cpu>), "()", "The same in nanoseconds."},
    {"thread_time", HOG_NATIVE(seconds<Which::Cpu>), "()", "Processor time used."},
    {"thread_time_ns", HOG_NATIVE(nanoseconds<Which::Cpu>), "()", "The same in nanoseconds."},
    {"sleep", HOG_NATIVE(time_sleep), "(seconds, /)", "Wait."},
    {"gmtime", HOG_NATIVE(time_gmtime), "(seconds=None, /)", "A moment in UTC."},
    {"localtime", HOG_NATIVE(time_localtime), "(seconds=None, /)", "A moment in local time."},
    {"mktime", HOG_NATIVE(time_mktime), "(time_tuple, /)", "Seconds since the epoch of a local time."},
    {"asctime", HOG_NATIVE(time_asctime), "(time_tuple=<unrepresentable>, /)", "Text of a time tuple."},
    {"ctime", HOG_NATIVE(time_ctime), "(seconds=None, /)", "Text of a moment."},
    {"strftime", HOG_NATIVE(time_strftime), "(format, time_tuple=<unrepresentable>, /)", "Formatted time."},
    {"strptime", HOG_NATIVE(time_strptime), "(*args)", "A time tuple from text."},
    {"tzset", HOG_NATIVE(time_tzset), "($module, /)", "Takes note of a new value of the variable TZ."},
    {"get_clock_info", HOG_NATIVE(time_get_clock_info), "(name, /)", "What is known of a clock."},
    {},
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(module->add(t, "_STRUCT_TM_ITEMS", Value::from_small_int(11)));
  for (const ClockNumber& clock : kClocks) TRY(module->add(t, clock.name, Value::from_small_int(clock.number)));
  TRY(module->add(t, "struct_time", Value(TRY(make_struct_sequence_type(t, &kStructTime)))));
  TRY(module->add(t, "_STRUCT_TM_ITEMS", Value::from_small_int(11)));
  TRY(add_zone(t, module));
  // Only where the clock asks for the zone again.
  Host* host = Isolate::of(t).config().host;
  if (host != nullptr && host->clock != nullptr && host->clock->reload_zone()) return {};
  (void)TRY(module->dict()->remove_name(t, TRY(Str::intern_utf8(t, "tzset"))));
  return {};
}

}  // namespace

extern const ModuleSpec k_module_time;
const ModuleSpec k_module_time = {
    .name = "time",
    .doc = "Clocks and calendar time.",
    .functions = kFunctions,
    .initialize = initialize,
};

}  // namespace hog
