// os_modules.cpp: see os_modules.hpp.
#include "os_modules/os_modules.hpp"

namespace hog {

#define HOG_MODULE(name) extern const ModuleSpec k_module_##name;
#include "os_modules/os_modules.def"
#undef HOG_MODULE

std::span<const ModuleSpec* const> os_modules() {
  static constexpr const ModuleSpec* kModules[] = {
#define HOG_MODULE(name) &k_module_##name,
#include "os_modules/os_modules.def"
#undef HOG_MODULE
  };
  return kModules;
}

}  // namespace hog
