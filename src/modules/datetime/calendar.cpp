// calendar.cpp: the proleptic Gregorian calendar, ISO weeks, and checks of fields. Ref: library/datetime; ISO 8601.
#include "modules/datetime/datetime.hpp"

namespace hog::datetime {

namespace {
constexpr int kDaysBefore[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
constexpr int kDays[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
int64_t days_before_year(int64_t year) {
  if (year >= 1 && year <= kMaxYear + 1) [[likely]] {  // division by a constant, of what is small and not negative, is cheap
    auto y = static_cast<uint32_t>(year - 1);
    return y * 365 + y / 4 - y / 100 + y / 400;
  }
  int64_t y = year - 1;
  auto floor = [](int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  return y * 365 + floor(y, 4) - floor(y, 100) + floor(y, 400);
}
}  // namespace

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
int days_in_month(int year, int month) { return month == 2 && is_leap(year) ? 29 : kDays[month]; }
int days_before_month(int year, int month) { return kDaysBefore[month] + (month > 2 && is_leap(year) ? 1 : 0); }

int64_t ordinal_of(int64_t year, int month, int day) {
  return days_before_year(year) + days_before_month(static_cast<int>(year), month) + day;
}

// Years and months begin with March here, so that the leap day is the last of its year and the lengths of months follow a line.
Date date_of_ordinal(int64_t ordinal) {
  constexpr uint32_t kCycle = 146097, kFour = 1461;  // days of 400 and of 4 years
  auto n = static_cast<uint32_t>(ordinal + 305);  // since March 1 of year 0
  uint32_t cycles = n / kCycle, in_cycle = n % kCycle;
  uint32_t centuries = (4 * in_cycle + 3) / kCycle;
  uint32_t in_century = in_cycle - centuries * kCycle / 4;
  uint32_t years = (4 * in_century + 3) / kFour;
  uint32_t day = in_century - years * kFour / 4;
  uint32_t month = (5 * day + 2) / 153;
  day -= (153 * month + 2) / 5;
  uint32_t year = cycles * 400 + centuries * 100 + years + (month >= 10 ? 1 : 0);
  return {static_cast<int>(year), static_cast<int>(month < 10 ? month + 3 : month - 9), static_cast<int>(day) + 1};
}

int weekday_of(const Date& d) { return static_cast<int>((ordinal_of(d.year, d.month, d.day) + 6) % 7); }

namespace {
// Ordinal of the Monday that starts ISO week 1.
int64_t first_monday(int64_t year) {
  int64_t first = ordinal_of(year, 1, 1), weekday = (first + 6) % 7;
  return first - weekday + (weekday > 3 ? 7 : 0);
}
}  // namespace

IsoDate iso_of(const Date& d) {
  int year = d.year;
  int64_t today = ordinal_of(d.year, d.month, d.day), start = first_monday(year);
  if (today < start) start = first_monday(--year);
  else if (today >= first_monday(year + 1)) start = first_monday(++year);
  return {year, static_cast<int>((today - start) / 7) + 1, static_cast<int>((today - start) % 7) + 1};
}

IsoOutcome date_of_iso(int year, int week, int day, Date* out) {
  if (year < kMinYear || year > kMaxYear) return IsoOutcome::BadYear;
  if (week <= 0 || week >= 53) {
    int64_t weeks = (first_monday(year + 1) - first_monday(year)) / 7;
    if (week <= 0 || week > weeks) return IsoOutcome::BadWeek;
  }
  if (day <= 0 || day >= 8) return IsoOutcome::BadDay;
  int64_t ordinal = first_monday(year) + (week - 1) * 7 + day - 1;
  // Before year 1 or after 9999: whoever makes a date of it complains.
  if (ordinal < 1) *out = {0, 12, 31};
  else *out = date_of_ordinal(ordinal);
  return IsoOutcome::Fine;
}

Fallible<void> check_date(Thread& t, int64_t year, int64_t month, int64_t day) {
  if (year < kMinYear || year > kMaxYear)
    return t.raise_value_error("year must be in {}..{}, not {}", kMinYear, kMaxYear, year);
  if (month < 1 || month > 12) return t.raise_value_error("month must be in 1..12, not {}", month);
  int most = days_in_month(static_cast<int>(year), static_cast<int>(month));
  if (day < 1 || day > most)
    return t.raise_value_error("day {} must be in range 1..{} for month {} in year {}", day, most, month, year);
  return {};
}

Fallible<void> check_clock(Thread& t, int64_t hour, int64_t minute, int64_t second, int64_t microsecond, int64_t fold) {
  if (hour < 0 || hour > 23) return t.raise_value_error("hour must be in 0..23, not {}", hour);
  if (minute < 0 || minute > 59) return t.raise_value_error("minute must be in 0..59, not {}", minute);
  if (second < 0 || second > 59) return t.raise_value_error("second must be in 0..59, not {}", second);
  if (microsecond < 0 || microsecond > 999999)
    return t.raise_value_error("microsecond must be in 0..999999, not {}", microsecond);
  if (fold != 0 && fold != 1) return t.raise_value_error("fold must be either 0 or 1, not {}", fold);
  return {};
}

Fallible<void> check_zone(Thread& t, Value zone) {
  if (zone.is_none() || is_zone(zone)) return {};
  return t.raise_type_error("tzinfo argument must be None or of a tzinfo subclass, not type '{}'", type_of(zone));
}

Value decide(CompareOp op, int order) {
  switch (op) {
    case CompareOp::Lt: return Value::from_bool(order < 0);
    case CompareOp::Le: return Value::from_bool(order <= 0);
    case CompareOp::Eq: return Value::from_bool(order == 0);
    case CompareOp::Ne: return Value::from_bool(order != 0);
    case CompareOp::Gt: return Value::from_bool(order > 0);
    default: return Value::from_bool(order >= 0);
  }
}

int64_t hash_of_state(Thread& t, const uint8_t* state, size_t size) {
  return mix_hash(hash_bytes(t, state, size), t.isolate().hash_seed);
}
int64_t hash_of_delta(int64_t days, int64_t seconds, int64_t microseconds) {
  uint64_t h = static_cast<uint64_t>(days) * 0x9E3779B97F4A7C15u;
  h = (h ^ (h >> 32) ^ static_cast<uint64_t>(seconds)) * 0xFF51AFD7ED558CCDu;
  h = (h ^ (h >> 29) ^ static_cast<uint64_t>(microseconds)) * 0xC4CEB9FE1A85EC53u;
  auto hash = static_cast<int64_t>(h ^ (h >> 32));
  return hash == -1 ? -2 : hash;
}
int64_t hash_of_delta(Wide us) {
  auto floor = [](Wide a, Wide b) { return a / b - (a % b < 0 ? 1 : 0); };
  Wide seconds = floor(us, 1000000), days = floor(seconds, 86400);
  return hash_of_delta(static_cast<int64_t>(days), static_cast<int64_t>(seconds - days * 86400),
                       static_cast<int64_t>(us - seconds * 1000000));
}

}  // namespace hog::datetime
