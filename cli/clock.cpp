// clock.cpp: see clock.hpp.
#include "clock.hpp"

#include <cerrno>
#include <ctime>
#include <sys/random.h>

namespace hog {

namespace {

int64_t now(clockid_t clock) {
  timespec ts{};
  ::clock_gettime(clock, &ts);
  return static_cast<int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
}

}  // namespace

int64_t SystemClock::wall_nanoseconds() { return now(CLOCK_REALTIME); }
int64_t SystemClock::monotonic_nanoseconds() { return now(CLOCK_MONOTONIC); }
int64_t SystemClock::cpu_nanoseconds() { return now(CLOCK_PROCESS_CPUTIME_ID); }

HostResult<bool> SystemClock::sleep(int64_t nanoseconds) {
  timespec ts{static_cast<time_t>(nanoseconds / 1'000'000'000), static_cast<long>(nanoseconds % 1'000'000'000)};
  int error = ::clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, nullptr);
  return {error == 0, error};
}

int64_t SystemClock::utc_offset_seconds(int64_t wall_seconds, bool* daylight, const char** name) {
  time_t when = static_cast<time_t>(wall_seconds);
  tm local{};
  if (::localtime_r(&when, &local) == nullptr) {
    *daylight = false;
    *name = "UTC";
    return 0;
  }
  *daylight = local.tm_isdst > 0;
  *name = local.tm_zone;
  return local.tm_gmtoff;
}

bool SystemClock::reload_zone() {
  if (zone_follows_environment_) ::tzset();
  return zone_follows_environment_;
}

void SystemEntropy::fill(void* buffer, size_t size) {
  auto* p = static_cast<unsigned char*>(buffer);
  while (size != 0) {
    ssize_t n = ::getrandom(p, size, 0);
    if (n < 0) {
      if (errno == EINTR) continue;
      return;
    }
    p += n;
    size -= static_cast<size_t>(n);
  }
}

}  // namespace hog
