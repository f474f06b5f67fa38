// signals.hpp: the signals of this process as a capability. A handler only notes the number: what follows is done at a safe point.
// The state is the process's, as signals are: one isolate should hold it.
#pragma once

#include "host/host.hpp"

namespace hog {

Signals& system_signals();

}  // namespace hog
