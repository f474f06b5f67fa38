// zone_rules.cpp: see zone_rules.hpp. Invariant of the reader: at_ <= text_.size(); a reader that failed may have moved.
#include "modules/zoneinfo/zone_rules.hpp"

#include "modules/datetime/datetime.hpp"

namespace hog::zoneinfo {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ == text_.size(); }
  char next() const { return at_end() ? '\0' : text_[at_]; }
  bool skip(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // Letters, or anything alphanumeric with signs in <>.
  bool abbreviation(std::string_view* out) {
    bool quoted = skip('<');
    size_t start = at_;
    while (!at_end() && (is_letter(next()) || (quoted && (is_digit(next()) || next() == '+' || next() == '-')))) ++at_;
    *out = text_.substr(start, at_ - start);
    return !out->empty() && (!quoted || skip('>'));
  }
  // A number of at least `least` and at most `most` digits; further digits are left.
  bool number(int least, int most, int* out) {
    int digits = 0;
    *out = 0;
    for (; digits < most && is_digit(next()); ++digits) *out = *out * 10 + (text_[at_++] - '0');
    return digits >= least;
  }
  // [+-]h[h[h]][:mm[:ss]]
  bool time(int most_hours, int32_t* out) {
    bool negative = skip('-');
    if (!negative) skip('+');
    int hours, minutes = 0, seconds = 0;
    if (!number(1, 3, &hours) || hours > most_hours) return false;
    if (skip(':')) {
      if (!number(2, 2, &minutes)) return false;
      if (skip(':') && !number(2, 2, &seconds)) return false;
    }
    *out = (hours * 60 + minutes) * 60 + seconds;
    if (negative) *out = -*out;
    return true;
  }
  bool day(Day* out) {
    *out = Day{};
    int n;
    if (skip('M')) {
      out->kind = Day::Kind::Month;
      int month, week, weekday;
      if (!number(1, 2, &month) || month < 1 || month > 12 || !skip('.')) return false;
      if (!number(1, 1, &week) || week < 1 || week > 5 || !skip('.')) return false;
      if (!number(1, 1, &weekday) || weekday > 6) return false;
      out->month = static_cast<uint8_t>(month);
      out->week = static_cast<uint8_t>(week);
      out->weekday = static_cast<uint8_t>(weekday);
    } else {
      out->kind = skip('J') ? Day::Kind::Julian : Day::Kind::Plain;
      if (!number(1, 3, &n) || n > 365 || (n == 0 && out->kind == Day::Kind::Julian)) return false;
      out->day = static_cast<uint16_t>(n);
    }
    out->seconds = 2 * 3600;
    return !skip('/') || time(167, &out->seconds);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

const char* parse_tz_string(std::string_view text, TzString* out) {
  Reader in(text);
  if (!in.abbreviation(&out->standard)) return "Invalid STD format in";
  if (!in.time(24, &out->standard_offset)) return "Invalid STD offset in";
  out->standard_offset = -out->standard_offset;  // POSIX counts west of Greenwich
  if (in.at_end()) return nullptr;
  out->has_daylight = true;
  if (!in.abbreviation(&out->daylight)) return "Invalid DST format in";
  out->daylight_offset = out->standard_offset + 3600;
  if (in.next() != ',' || in.at_end()) {
    if (!in.time(24, &out->daylight_offset)) return "Invalid DST offset in";
    out->daylight_offset = -out->daylight_offset;
  }
  for (Day* day : {&out->start, &out->end}) {
    if (!in.skip(',')) return "Missing transition rules in TZ string:";
    if (!in.day(day)) return "Malformed transition rule in TZ string:";
  }
  return in.at_end() ? nullptr : "Extraneous characters at end of TZ string:";
}

int64_t moment_of(const Day& day, int year) {
  constexpr int64_t kEpochOrdinal = 719163;
  int64_t days = datetime::ordinal_of(year, 1, 1) - kEpochOrdinal;  // before the year
  switch (day.kind) {
    // As CPython counts, a day earlier than POSIX: day 0 is 31 December, and J59 is 29 February where there is one.
    case Day::Kind::Plain: days += day.day - 1; break;
    case Day::Kind::Julian: days += day.day - 1 + (day.day >= 59 && datetime::is_leap(year) ? 1 : 0); break;
    case Day::Kind::Month: {
      int first = datetime::weekday_of({year, day.month, 1});             // Monday is 0
      int date = (day.weekday - (first + 1) + 14) % 7 + 1 + (day.week - 1) * 7;
      if (date > datetime::days_in_month(year, day.month)) date -= 7;
      days += datetime::days_before_month(year, day.month) + date - 1;
      break;
    }
  }
  return days * 86400 + day.seconds;
}

}  // namespace hog::zoneinfo
