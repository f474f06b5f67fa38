// virtual_clock.cpp: see virtual_clock.hpp. Invariant: passed_ >= 0 and wall_ + passed_ does not overflow.
#include "host/virtual_clock.hpp"

namespace hog {

void VirtualClock::advance(int64_t nanoseconds) {
  int64_t passed, wall;
  if (nanoseconds <= 0 || __builtin_add_overflow(passed_, nanoseconds, &passed)) return;
  if (__builtin_add_overflow(wall_, passed, &wall)) return;  // the end of time: it stays there
  passed_ = passed;
}

int64_t VirtualClock::wall_nanoseconds() {
  int64_t seen = wall_ + passed_;
  advance(step_);
  return seen;
}

int64_t VirtualClock::monotonic_nanoseconds() {
  int64_t seen = passed_;
  advance(step_);
  return seen;
}

int64_t VirtualClock::cpu_nanoseconds() { return monotonic_nanoseconds(); }

HostResult<bool> VirtualClock::sleep(int64_t nanoseconds) {
  advance(nanoseconds);
  return {true};
}

int64_t VirtualClock::utc_offset_seconds(int64_t, bool* daylight, const char** name) {
  *daylight = false;
  *name = zone_;
  return utc_offset_;
}

}  // namespace hog
