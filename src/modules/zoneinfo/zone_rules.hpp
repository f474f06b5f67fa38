// zone_rules.hpp: what a TZ string says ("CET-1CEST,M3.5.0,M10.5.0/3"): offsets, and on which days of a year they change.
// Pure: knows no objects. Ref: POSIX "TZ"; RFC 9636 section 3.3.1 (hours beyond a day).
#pragma once

#include <cstdint>
#include <string_view>

namespace hog::zoneinfo {

struct Day {
  enum class Kind : uint8_t { Month, Julian, Plain } kind = Kind::Plain;
  uint8_t month = 0, week = 0, weekday = 0;  // Month: the week-th weekday (Sunday is 0) of a month, 5: the last
  uint16_t day = 0;                          // Julian: 1 to 365, 29 February is not counted; Plain: 0 to 365
  int32_t seconds = 0;                       // from midnight
};

struct TzString {
  std::string_view standard, daylight;  // abbreviations
  int32_t standard_offset = 0, daylight_offset = 0;  // seconds east
  bool has_daylight = false;
  Day start, end;
};

// Null, or the beginning of the complaint that a ValueError makes of it.
const char* parse_tz_string(std::string_view text, TzString* out);

// Seconds since 1970 in local time of a day and time in a year.
int64_t moment_of(const Day& day, int year);

}  // namespace hog::zoneinfo
