// library.hpp: the frozen standard library as the machine sees it.
#pragma once

#include "vm/isolate.hpp"

namespace hog {

// The modules frozen into this program; never null (it may be empty).
const FrozenLibrary* frozen_library();

}  // namespace hog
