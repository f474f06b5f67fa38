// memory_environment.hpp: an environment of chosen variables. Identity is made up: process 1, user and group 0 or as set, no groups.
#pragma once

#include <string_view>

#include "host/host.hpp"

namespace hog {

// For one isolate: it does not lock.
class MemoryEnvironment final : public Environment {
 public:
  static constexpr size_t kMostVariables = 4096;
  static constexpr size_t kLongestVariable = 128 * 1024;

  MemoryEnvironment() = default;
  ~MemoryEnvironment();
  MemoryEnvironment(const MemoryEnvironment&) = delete;
  MemoryEnvironment& operator=(const MemoryEnvironment&) = delete;

  // errno, 0: done. EINVAL: an empty name, one with `=`, or a NUL.
  int set(std::string_view name, std::string_view value);
  // name: static storage.
  void set_user(uint32_t user, uint32_t group, const char* name) {
    user_ = user;
    group_ = group;
    user_name_ = name;
  }

  size_t variable_count() override { return count_; }
  const char* variable(size_t index) override { return index < count_ ? variables_[index] : nullptr; }
  HostResult<bool> set_variable(const char* name, const char* value) override;
  int64_t process_id() override { return 1; }
  int64_t parent_process_id() override { return 0; }
  uint32_t user_id(bool) override { return user_; }
  uint32_t group_id(bool) override { return group_; }
  const char* user_name() override { return user_name_; }
  const char* host_name() override { return "sandbox"; }
  HostResult<SystemName> system_name() override;
  HostResult<size_t> groups(uint32_t*, size_t) override { return {0}; }
  int64_t processor_count() override { return 1; }

 private:
  size_t position_of(std::string_view name) const;
  int remove(std::string_view name);

  char** variables_ = nullptr;  // "NAME=VALUE"
  size_t count_ = 0, capacity_ = 0;
  uint32_t user_ = 0, group_ = 0;
  const char* user_name_ = "sandbox";
};

}  // namespace hog
