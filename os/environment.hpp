// environment.hpp: the process's environment variables and identity as a capability.
#pragma once

#include "host/host.hpp"

namespace hog {

class ProcessEnvironment final : public Environment {
 public:
  size_t variable_count() override;
  const char* variable(size_t index) override;
  HostResult<bool> set_variable(const char* name, const char* value) override;
  int64_t process_id() override;
  int64_t parent_process_id() override;
  uint32_t user_id(bool effective) override;
  uint32_t group_id(bool effective) override;
  const char* user_name() override;
  const char* host_name() override;
  HostResult<SystemName> system_name() override;
  HostResult<size_t> groups(uint32_t* room, size_t size) override;
  int64_t processor_count() override;
  const char* library_directory() override;

 private:
  char name_[256];
};

}  // namespace hog
