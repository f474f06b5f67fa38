// text.cpp: dates and times as text, and from it: isoformat, fromisoformat, ctime, strftime (by way of time.strftime).
// Ref: ISO 8601; library/datetime "strftime() and strptime() Behavior".
#include <cstring>

#include "modules/datetime/datetime.hpp"

namespace hog::datetime {

// ---- Writing. ----

Fallible<void> append_two(StrBuilder& out, int n, int width) {
  char digits[12];
  for (int i = width; i-- > 0; n /= 10) digits[i] = static_cast<char>('0' + n % 10);
  return out.append_ascii({digits, static_cast<size_t>(width)});
}

Fallible<Str*> iso_date_text(Thread& t, const Date& d) {
  StrBuilder out(t);
  TRY(append_two(out, d.year, 4));
  TRY(out.append(U'-'));
  TRY(append_two(out, d.month));
  TRY(out.append(U'-'));
  TRY(append_two(out, d.day));
  return out.finish();
}

Fallible<void> append_clock(Thread& t, StrBuilder& out, const Clock& c, Value timespec) {
  constexpr const char* kSpecs[] = {"auto", "hours", "minutes", "seconds", "milliseconds", "microseconds"};
  size_t spec = 0;
  if (!timespec.is_absent()) {
    auto* text = as<Str>(timespec);
    while (spec < std::size(kSpecs) && !text->equals_ascii(kSpecs[spec])) ++spec;
    if (spec == std::size(kSpecs)) {
      if (!text->is_ascii()) TRY(call_method_py(t, timespec, names.encode));  // complains about lone surrogates
      return t.raise_value_error("Unknown timespec value");
    }
  }
  if (spec == 0) spec = c.microsecond == 0 ? 3 : 5;
  TRY(append_two(out, c.hour));
  if (spec == 1) return {};
  TRY(out.append(U':'));
  TRY(append_two(out, c.minute));
  if (spec == 2) return {};
  TRY(out.append(U':'));
  TRY(append_two(out, c.second));
  if (spec == 3) return {};
  TRY(out.append(U'.'));
  if (spec == 4) return append_two(out, c.microsecond / 1000, 3);
  return append_two(out, c.microsecond, 6);
}

Fallible<void> append_offset(StrBuilder& out, const TimeDelta* delta, std::string_view separator) {
  if (delta == nullptr) return {};
  Wide us = delta->total();
  TRY(out.append(us < 0 ? U'-' : U'+'));
  if (us < 0) us = -us;
  auto seconds = static_cast<int>(us / 1000000), rest = static_cast<int>(us % 1000000);
  TRY(append_two(out, seconds / 3600));
  TRY(out.append_ascii(separator));
  TRY(append_two(out, seconds / 60 % 60));
  if (seconds % 60 == 0 && rest == 0) return {};
  TRY(out.append_ascii(separator));
  TRY(append_two(out, seconds % 60));
  if (rest == 0) return {};
  TRY(out.append(U'.'));
  return append_two(out, rest, 6);
}

Fallible<Str*> ctime_text(Thread& t, const Date& d, const Clock& c) {
  constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  StrBuilder out(t);
  TRY(out.append(TRY(t.format("{} {} {}{} ", kDays[weekday_of(d)], kMonths[d.month - 1], d.day < 10 ? " " : "", d.day))));
  TRY(append_clock(t, out, {c.hour, c.minute, c.second, 0}, Value::absent()));
  TRY(out.append(U' '));
  TRY(append_two(out, d.year, 4));
  return out.finish();
}

Fallible<Str*> name_in_repr(Thread&, Value v) {
  Type* type = type_of(v);
  return type->is_heap_type() ? type->name() : type->qualified_name();
}

// ---- Reading. ----

Failure raise_invalid_text(Thread& t, Value text) {
  return t.raise_value_error("Invalid isoformat string: {}", repr_of(text));
}

bool to_ascii(const Str* text, char (&buffer)[64], std::string_view* out) {
  if (text->length() > sizeof buffer) return false;
  if (text->is_ascii()) {
    *out = text->ascii();
    return true;
  }
  for (size_t i = 0; i < text->length(); ++i) buffer[i] = text->at(i) < 128 ? static_cast<char>(text->at(i)) : '?';
  *out = {buffer, text->length()};
  return true;
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads exactly `count` digits; moves behind them.
bool take_digits(std::string_view text, size_t* at, size_t count, int* out) {
  if (text.size() - *at < count) return false;
  int n = 0;
  for (size_t i = 0; i < count; ++i, ++*at) {
    if (!is_digit(text[*at])) return false;
    n = n * 10 + (text[*at] - '0');
  }
  *out = n;
  return true;
}

}  // namespace

bool parse_date(std::string_view text, Date* out) {
  size_t at = 0;
  int year, month, day = 1;
  if (!take_digits(text, &at, 4, &year)) return false;
  bool separated = at < text.size() && text[at] == '-';
  if (separated) ++at;
  if (at < text.size() && text[at] == 'W') {
    int week;
    ++at;
    if (!take_digits(text, &at, 2, &week)) return false;
    if (at < text.size()) {
      if (separated && text[at++] != '-') return false;
      if (!take_digits(text, &at, 1, &day)) return false;
    }
    return at == text.size() && date_of_iso(year, week, day, out) == IsoOutcome::Fine;
  }
  if (!take_digits(text, &at, 2, &month)) return false;
  if (separated && (at >= text.size() || text[at++] != '-')) return false;
  if (!take_digits(text, &at, 2, &day)) return false;
  *out = {year, month, day};
  return at == text.size();
}

size_t date_length(std::string_view text) {
  // YYYY-MM-DD, YYYYMMDD, YYYY-Www-D, YYYYWwwD, YYYY-Www, YYYYWww; what follows a week number decides.
  if (text.size() == 7) return 7;
  if (text.size() < 7) return 0;
  if (text[4] == '-') {
    if (text[5] != 'W') return 10;
    if (text.size() < 8) return 0;
    if (text.size() > 8 && text[8] == '-') {
      if (text.size() == 9) return 0;
      // YYYY-Www-HH: the hyphen separates the time when two digits follow.
      if (text.size() > 10 && is_digit(text[10])) return 8;
      return 10;
    }
    return 8;
  }
  if (text[4] != 'W') return 8;
  size_t digits = 7;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits < 9) return digits;
  return digits % 2 == 0 ? 7 : 8;
}

namespace {

enum class ClockOutcome : uint8_t { Bad, Fine, FineWithMore };  // more: one separator, or what follows six digits of a fraction

ClockOutcome parse_clock(std::string_view text, Clock* out) {
  int parts[3] = {0, 0, 0};
  size_t at = 0;
  bool separated = true;
  for (int i = 0; i < 3; ++i) {
    if (!take_digits(text, &at, 2, &parts[i])) return ClockOutcome::Bad;
    *out = {parts[0], parts[1], parts[2], 0};
    if (at == text.size()) return ClockOutcome::Fine;
    char c = text[at++];
    if (i == 0) separated = c == ':';
    if (at == text.size()) return c == '.' || c == ',' ? ClockOutcome::Bad : ClockOutcome::FineWithMore;
    if (separated && c == ':') {
      if (i == 2) return ClockOutcome::Bad;
    } else if (c == '.' || c == ',') {
      if (i < 2) return ClockOutcome::Bad;
    } else if (separated) {
      return ClockOutcome::Bad;
    } else {
      --at;
    }
  }
  // A fraction, of which six digits count.
  size_t digits = 0;
  for (; at < text.size() && digits < 6; ++at, ++digits) {
    if (!is_digit(text[at])) return ClockOutcome::Bad;
    out->microsecond = out->microsecond * 10 + (text[at] - '0');
  }
  for (; digits < 6; ++digits) out->microsecond *= 10;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at == text.size() ? ClockOutcome::Fine : ClockOutcome::FineWithMore;
}

}  // namespace

Fallible<bool> parse_time_py(Thread& t, std::string_view text, ParsedTime* out) {
  size_t zone_at = 0;
  while (zone_at < text.size() && text[zone_at] != '+' && text[zone_at] != '-' && text[zone_at] != 'Z') ++zone_at;
  std::string_view clock = text.substr(0, zone_at);
  bool has_zone = zone_at < text.size();
  // CPython lets more stand before a zone, not at the end.
  ClockOutcome outcome = parse_clock(clock, &out->clock);
  if (outcome == ClockOutcome::Bad || (outcome == ClockOutcome::FineWithMore && !has_zone)) return false;
  if (has_zone) {
    std::string_view zone = text.substr(zone_at + 1);
    if (text[zone_at] == 'Z') {
      if (!zone.empty()) return false;
      out->zone = Value(utc);
    } else {
      Clock offset;
      if (zone.empty() || parse_clock(zone, &offset) != ClockOutcome::Fine) return false;
      if (offset.minute > 59 || offset.second > 59) {
        TRY(check_clock(t, 0, offset.minute, offset.second, 0, 0));
      }
      int64_t sign = text[zone_at] == '-' ? -1 : 1;
      TimeDelta* delta = TRY(make_delta_parts(t, 0, sign * seconds_of(offset), sign * offset.microsecond));
      out->zone = TRY(make_timezone(t, delta, nullptr));
    }
  }
  if (out->clock.hour == 24) {
    if (out->clock.minute != 0 || out->clock.second != 0 || out->clock.microsecond != 0)
      return t.raise_value_error("minute, second, and microsecond must be 0 when hour is 24");
    out->clock.hour = 0;
    out->next_day = true;
  }
  return true;
}

// ---- strftime. ----

namespace {

Fallible<Value> time_attribute_py(Thread& t, const char* name) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "time"))));
  return get_attribute_py(t, module, TRY(Str::intern_utf8(t, name)));
}

struct Zone {
  Value zone;      // None or a tzinfo
  Value argument;  // for its methods
  int microsecond;
};
Zone zone_of(Value object) {
  if (is<TimeOfDay>(object)) return {as<TimeOfDay>(object)->zone(), Value::none(), as<TimeOfDay>(object)->microsecond_};
  if (is_datetime(object)) return {as<Moment>(object)->zone(), object, as<Moment>(object)->microsecond_};
  return {Value::none(), Value::none(), 0};
}

Fallible<void> append_year(StrBuilder& out, Thread& t, Value year) {
  int64_t n = TRY(index_to_int64_py(t, year));
  return append_two(out, static_cast<int>(n < 0 ? 0 : n > 9999 ? 9999 : n), 4);
}

// %f %z %:z %Z, and years with four digits, which the C library does not give; false: left to time.strftime.
Fallible<bool> append_field_py(Thread& t, StrBuilder& out, char32_t code, bool colon, const Zone& zone, const Value* tuple) {
  switch (code) {
    case 'z': {
      Offset offset = TRY(utc_offset_py(t, zone.zone, zone.argument));
      TRY(append_offset(out, offset.delta, colon ? ":" : ""));
      return true;
    }
    case 'Z': {
      Value name = TRY(zone_name_py(t, zone.zone, zone.argument));
      if (!is<Str>(name)) return true;
      if (!is_exact_str(name)) {  // a subclass is asked to double its percent signs itself
        Value once(latin1_characters['%']), twice(TRY(Str::from_ascii(t, "%%")));
        name = TRY(call_method_py(t, name, names.replace, once, twice));
        if (!is<Str>(name)) return t.raise_type_error("tzname.replace() did not return a string");
        TRY(out.append(as<Str>(name)));
        return true;
      }
      for (size_t i = 0; i < as<Str>(name)->length(); ++i) {
        char32_t c = as<Str>(name)->at(i);
        if (c == '%') TRY(out.append(c));
        TRY(out.append(c));
      }
      return true;
    }
    case 'f':
      TRY(append_two(out, zone.microsecond, 6));
      return true;
    case 'Y':
      TRY(append_year(out, t, tuple[0]));
      return true;
    case 'F':
      TRY(append_year(out, t, tuple[0]));
      TRY(out.append_ascii("-%m-%d"));
      return true;
    case 'G': {
      Date date{static_cast<int>(TRY(index_to_int64_py(t, tuple[0]))), static_cast<int>(TRY(index_to_int64_py(t, tuple[1]))),
                static_cast<int>(TRY(index_to_int64_py(t, tuple[2])))};
      if (date.year < kMinYear || date.year > kMaxYear || date.month < 1 || date.month > 12) return false;
      TRY(append_two(out, iso_of(date).year, 4));
      return true;
    }
    default: return false;
  }
}

}  // namespace

Fallible<Value> format_py(Thread& t, Value object, Str* format, const Value* tuple) {
  StrBuilder out(t);
  Zone zone = zone_of(object);
  size_t n = format->length();
  TRY(t.poll(static_cast<int64_t>(n / 8 + 1)));
  for (size_t i = 0; i < n; ++i) {
    char32_t c = format->at(i);
    if (c != '%' || i + 1 == n) {
      TRY(out.append(c));
      continue;
    }
    c = format->at(++i);
    bool colon = c == ':' && i + 1 < n && format->at(i + 1) == 'z';
    if (colon) c = format->at(++i);
    if (TRY(append_field_py(t, out, c, colon, zone, tuple))) continue;
    TRY(out.append(U'%'));
    TRY(out.append(c));
  }
  Value function = TRY(time_attribute_py(t, "strftime"));
  Value rewritten(TRY(out.finish()));
  return call_py(t, function, rewritten, Value(TRY(Tuple::from(t, tuple, 9))));
}

Fallible<Value> struct_time_py(Thread& t, const Date& d, const Clock& c, int daylight) {
  auto n = [](int64_t i) { return Value::from_small_int(i); };
  Tuple* fields = TRY(Tuple::of(t, n(d.year), n(d.month), n(d.day), n(c.hour), n(c.minute), n(c.second), n(weekday_of(d)),
                                n(days_before_month(d.year, d.month) + d.day), n(daylight)));
  return call_py(t, TRY(time_attribute_py(t, "struct_time")), Value(fields));
}

Fallible<Value> call_time_py(Thread& t) { return call_py(t, TRY(time_attribute_py(t, "time"))); }

Fallible<Value> strptime_py(Thread& t, const char* function, Value type, Value text, Value format) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "_strptime"))));
  Value parse = TRY(get_attribute_py(t, module, TRY(Str::intern_utf8(t, function))));
  return call_py(t, parse, type, text, format);
}

}  // namespace hog::datetime
