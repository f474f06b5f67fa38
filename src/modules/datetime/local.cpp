// local.cpp: what the host's clock and zone have to say: now(), timestamps, local time. Without a Clock there is no now, and
// local time is UTC.
#include <cmath>

#include "host/host.hpp"
#include "modules/datetime/datetime.hpp"
#include "vm/isolate.hpp"
#include "object/os_error.hpp"

namespace hog::datetime {

namespace {

constexpr int64_t kFoldSeconds = 24 * 3600;
constexpr int64_t kMostSeconds = int64_t{1} << 40;  // beyond any year that a datetime knows

hog::Clock* host_clock(Thread& t) {
  Host* host = Isolate::of(t).config().host;
  return host == nullptr ? nullptr : host->clock;
}

int64_t offset_at(Thread& t, int64_t seconds, const char** name = nullptr) {
  hog::Clock* clock = host_clock(t);
  bool daylight = false;
  const char* zone = "UTC";
  int64_t offset = clock == nullptr ? 0 : clock->utc_offset_seconds(seconds, &daylight, &zone);
  if (name != nullptr) *name = zone;
  return offset;
}

struct Instant {
  int64_t seconds;
  int microsecond;
};
enum class Rounding : uint8_t { HalfEven, Floor };

Failure raise_range(Thread& t) { return t.raise(core.OverflowError, "timestamp out of range for platform time_t"); }

Fallible<Instant> instant_of_py(Thread& t, Value v, Rounding rounding) {
  if (!is_float(v)) {
    Int64Result n = int_to_int64_nogc(TRY(index_py(t, v)));
    if (n.overflow != 0) return raise_range(t);
    return Instant{n.value, 0};
  }
  double d = float_value(v);
  if (std::isnan(d)) return t.raise_value_error("Invalid value NaN (not a number)");
  double whole, fraction = std::modf(d, &whole);
  if (rounding == Rounding::Floor) {
    whole = std::floor(d);
    fraction = 0;
  }
  fraction = std::nearbyint(fraction * 1e6);  // half to even
  if (fraction >= 1e6) {
    fraction -= 1e6;
    whole += 1;
  } else if (fraction < 0) {
    fraction += 1e6;
    whole -= 1;
  }
  if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0)) return raise_range(t);
  return Instant{static_cast<int64_t>(whole), static_cast<int>(fraction)};
}

// Date and clock of a number of seconds since 1970.
Fallible<void> split(Thread& t, int64_t seconds, Date* date, hog::datetime::Clock* clock) {
  constexpr int64_t kFirst = -kEpochSeconds + 86400, kLast = int64_t{kMostOrdinal} * 86400 - kEpochSeconds + 86400;
  if (seconds < kFirst || seconds >= kLast) {
    // As far as the message can be exact: years of the average length.
    int64_t year = 1970 + static_cast<int64_t>(std::floor(static_cast<double>(seconds) / 31556952.0));
    if (year > INT32_MAX || year < INT32_MIN) return raise_os_error(t, 75, Value::none());  // EOVERFLOW
    return t.raise_value_error("year {} is out of range", year);
  }
  int64_t since = seconds + kEpochSeconds, days = since / 86400, rest = since % 86400;
  *date = date_of_ordinal(days);
  *clock = {static_cast<int>(rest / 3600), static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60), 0};
  return {};
}

Fallible<Value> at_instant_py(Thread& t, Type* type, const Instant& instant, Value zone, bool utc_time) {
  Date date;
  hog::datetime::Clock clock;
  if (instant.seconds > kMostSeconds || instant.seconds < -kMostSeconds) TRY(split(t, instant.seconds, &date, &clock));
  int64_t local = instant.seconds;
  int fold = 0;
  if (!utc_time) {
    int64_t offset = offset_at(t, instant.seconds);
    local += offset;
    // Is this the second time that the clocks show it?
    if (zone.is_none() && instant.seconds > kFoldSeconds) {
      int64_t transition = offset - offset_at(t, instant.seconds - kFoldSeconds);
      if (transition < 0) {
        int64_t earlier = instant.seconds + transition;
        if (earlier + offset_at(t, earlier) == local) fold = 1;
      }
    }
  }
  TRY(split(t, local, &date, &clock));
  clock.microsecond = instant.microsecond;
  return make_datetime_py(t, type, date, clock, zone, fold);
}

// In a zone: UTC first, then what the zone makes of it.
Fallible<Value> in_zone_py(Thread& t, Type* type, const Instant& instant, Value zone, bool utc_time) {
  TRY(check_zone(t, zone));
  Value made = TRY(at_instant_py(t, type, instant, zone, utc_time || !zone.is_none()));
  if (zone.is_none()) return made;
  return call_method_py(t, zone, TRY(Str::intern_utf8(t, "fromutc")), made);
}

}  // namespace

Fallible<Value> from_timestamp_py(Thread& t, Type* type, Value timestamp, Value zone, bool utc_time) {
  TRY(check_zone(t, zone));
  Instant instant = TRY(instant_of_py(t, timestamp, Rounding::HalfEven));
  return in_zone_py(t, type, instant, zone, utc_time);
}

Fallible<Value> date_from_timestamp_py(Thread& t, Type* type, Value timestamp) {
  Instant instant = TRY(instant_of_py(t, timestamp, Rounding::Floor));
  Date date;
  hog::datetime::Clock clock;
  int64_t seconds = instant.seconds;
  if (seconds <= kMostSeconds && seconds >= -kMostSeconds) seconds += offset_at(t, seconds);
  TRY(split(t, seconds, &date, &clock));
  return make_date_py(t, type, date);
}

Fallible<Value> now_py(Thread& t, Type* type, Value zone, bool utc_time) {
  TRY(check_zone(t, zone));
  hog::Clock* clock = host_clock(t);
  if (clock == nullptr)
    return t.raise(core.RuntimeError, "this isolate has no clock: the Clock capability was not granted");
  int64_t now = clock->wall_nanoseconds();
  int64_t seconds = now / 1000000000 - (now % 1000000000 < 0 ? 1 : 0);
  Instant instant{seconds, static_cast<int>((now - seconds * 1000000000) / 1000)};
  return in_zone_py(t, type, instant, zone, utc_time);
}

// Seconds since 1970 of a local time; of two answers `fold` chooses, in a gap it says on which side to extrapolate.
Fallible<int64_t> local_to_seconds(Thread& t, const Date& date, const hog::datetime::Clock& clock, int fold) {
  int64_t wanted = seconds_of(date, clock) - kEpochSeconds;
  auto local = [&](int64_t u) { return u + offset_at(t, u); };
  int64_t a = local(wanted) - wanted, u1 = wanted - a, t1 = local(u1), b;
  if (t1 == wanted) {
    int64_t u2 = fold != 0 ? u1 + kFoldSeconds : u1 - kFoldSeconds;
    b = local(u2) - u2;
    if (a == b) return u1;
  } else {
    b = t1 - u1;
  }
  int64_t u2 = wanted - b;
  if (local(u2) == wanted) return u2;
  if (t1 == wanted) return u1;
  return fold != 0 ? (u1 < u2 ? u1 : u2) : (u1 > u2 ? u1 : u2);
}

Fallible<Value> local_zone_py(Thread& t, int64_t timestamp) {
  const char* name = "UTC";
  int64_t offset = offset_at(t, timestamp, &name);
  TimeDelta* delta = TRY(make_delta_parts(t, 0, offset, 0));
  return make_timezone(t, delta, TRY(Str::from_utf8(t, name)));
}

}  // namespace hog::datetime
