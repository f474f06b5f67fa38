// threads.hpp: threads of the operating system as a capability. The object has no state and lives as long as the process.
#pragma once

#include "host/host.hpp"

namespace hog {

Threads& system_threads();

}  // namespace hog
