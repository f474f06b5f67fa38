// virtual_clock.hpp: a clock that a program can read but that tells nothing of the host: it stands still, or goes on by a fixed step
// at each look, so that the same program sees the same times on every run. Sleeping moves it and takes no time.
#pragma once

#include "host/host.hpp"

namespace hog {

// For one isolate: it does not lock.
class VirtualClock final : public Clock {
 public:
  // wall: nanoseconds since 1970-01-01 UTC. step: how far it goes on with each look; 0: a fixed clock.
  explicit VirtualClock(int64_t wall = 0, int64_t step = 0, int64_t utc_offset = 0, const char* zone = "UTC")
      : wall_(wall), step_(step < 0 ? 0 : step), utc_offset_(utc_offset), zone_(zone) {}
  // Goes on by hand; never backwards.
  void advance(int64_t nanoseconds);

  int64_t wall_nanoseconds() override;
  int64_t monotonic_nanoseconds() override;
  int64_t cpu_nanoseconds() override;
  HostResult<bool> sleep(int64_t nanoseconds) override;
  int64_t utc_offset_seconds(int64_t wall_seconds, bool* daylight, const char** name) override;

 private:
  int64_t wall_;
  int64_t step_;
  int64_t utc_offset_;
  const char* zone_;
  int64_t passed_ = 0;
};

}  // namespace hog
