// clock.hpp: the system's clocks as a capability.
#pragma once

#include "host/host.hpp"

namespace hog {

class SystemClock final : public Clock {
 public:
  // zone_follows_environment: reload_zone() reads the process's TZ.
  explicit SystemClock(bool zone_follows_environment = false) : zone_follows_environment_(zone_follows_environment) {}
  int64_t wall_nanoseconds() override;
  int64_t monotonic_nanoseconds() override;
  int64_t cpu_nanoseconds() override;
  HostResult<bool> sleep(int64_t nanoseconds) override;
  int64_t utc_offset_seconds(int64_t wall_seconds, bool* daylight, const char** name) override;
  bool reload_zone() override;

 private:
  bool zone_follows_environment_;
};

class SystemEntropy final : public Entropy {
 public:
  void fill(void* buffer, size_t size) override;
};

}  // namespace hog
