// native_modules.cpp: the tables of native_modules.hpp, from native_modules.def and src/modules/all_modules.def.
#include "embed/native_modules.hpp"

namespace hog {

#define HOG_MODULE(name) extern const ModuleSpec k_module_##name;
#include "embed/native_modules.def"
#include "modules/all_modules.def"
#include "modules/module_parts.def"
#undef HOG_MODULE

namespace {

const ModuleSpec* const kModules[] = {
#define HOG_MODULE(name) &k_module_##name,
#include "embed/native_modules.def"
#include "modules/all_modules.def"
#undef HOG_MODULE
    nullptr};
const ModuleSpec* const kWithParts[] = {
#define HOG_MODULE(name) &k_module_##name,
#include "embed/native_modules.def"
#include "modules/all_modules.def"
#include "modules/module_parts.def"
#undef HOG_MODULE
};

}  // namespace

const ModuleSpec* const* native_modules() { return kModules; }
std::span<const ModuleSpec* const> native_module_list() { return kWithParts; }

}  // namespace hog
