// all_modules.hpp: every native module of src/modules, for embedders.
#pragma once

#include <span>

#include "object/native.hpp"

namespace hog {

extern const ModuleSpec* const kAllModules[];  // ended by null: IsolateConfig::modules
std::span<const ModuleSpec* const> all_modules();  // and their parts, without the null: for initialize_runtime()
std::span<const TypeRegistration> module_types();  // types that belong to no module's table

}  // namespace hog
