// os_modules.hpp: every native module of os_modules/, for embedders that have an operating system to grant.
#pragma once

#include <span>

#include "object/native.hpp"

namespace hog {

// Modules, and parts of `posix` (by that name). Add them to IsolateConfig::modules and to initialize_runtime().
std::span<const ModuleSpec* const> os_modules();

}  // namespace hog
