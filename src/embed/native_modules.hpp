// native_modules.hpp: every native module that an isolate may import: those of src/modules, and those of src/embed that need the
// parser or the compiler, which src/modules does not see.
#pragma once

#include <span>

#include "object/native.hpp"

namespace hog {

// Ended by null: IsolateConfig::modules.
const ModuleSpec* const* native_modules();
// Those at its end that stand in for modules of os_modules/: whoever grants these puts them in front.
std::span<const ModuleSpec* const> stand_in_modules();
// The same without the null: for initialize_runtime().
std::span<const ModuleSpec* const> native_module_list();

}  // namespace hog
