// stdio.hpp: the process's own standard streams as a capability.
#pragma once

#include "host/host.hpp"

namespace hog {

class ProcessStdio final : public Stdio {
 public:
  HostResult<size_t> read(void* buffer, size_t size) override;
  HostResult<size_t> write(Stream stream, const void* data, size_t size) override;
  HostResult<bool> flush(Stream stream) override;
  bool is_terminal(Stream stream) override;
};

}  // namespace hog
