// native_modules.cpp: the tables of native_modules.hpp, from native_modules.def and src/modules/all_modules.def.
#include "embed/native_modules.hpp"

namespace hog {

#define HOG_MODULE(name) extern const ModuleSpec k_module_##name;
#include "embed/native_modules.def"
#include "modules/all_modules.def"
#include "modules/module_parts.def"
#include "modules/stand_ins.def"
#undef HOG_MODULE

namespace {

const ModuleSpec* const kModules[] = {
#define HOG_MODULE(name) &k_module_##name,
#include "embed/native_modules.def"
#include "modules/all_modules.def"
#include "modules/stand_ins.def"
#undef HOG_MODULE
    nullptr};
const ModuleSpec* const kStandIns[] = {
#define HOG_MODULE(name) &k_module_##name,
#include "modules/stand_ins.def"
#undef HOG_MODULE
};
const ModuleSpec* const kWithParts[] = {
#define HOG_MODULE(name) &k_module_##name,
#include "embed/native_modules.def"
#include "modules/all_modules.def"
#include "modules/module_parts.def"
#include "modules/stand_ins.def"
#undef HOG_MODULE
};

}  // namespace

const ModuleSpec* const* native_modules() { return kModules; }
std::span<const ModuleSpec* const> stand_in_modules() { return kStandIns; }
std::span<const ModuleSpec* const> native_module_list() { return kWithParts; }

}  // namespace hog
