// all_modules.cpp: the tables of all_modules.hpp, from all_modules.def.
#include "modules/all_modules.hpp"
#include "modules/stdio_stream.hpp"
#include "object/struct_sequence.hpp"
#include "types/generic_alias.hpp"

namespace hog {

#define HOG_MODULE(name) extern const ModuleSpec k_module_##name;
#include "modules/all_modules.def"
#include "modules/module_parts.def"
#undef HOG_MODULE

const ModuleSpec* const kAllModules[] = {
#define HOG_MODULE(name) &k_module_##name,
#include "modules/all_modules.def"
#undef HOG_MODULE
    nullptr};

std::span<const ModuleSpec* const> all_modules() {
  static constexpr const ModuleSpec* kWithParts[] = {
#define HOG_MODULE(name) &k_module_##name,
#include "modules/all_modules.def"
#include "modules/module_parts.def"
#undef HOG_MODULE
  };
  return kWithParts;
}

std::span<const TypeRegistration> module_types() {
  static const TypeRegistration kTypes[] = {
      {&generic_alias_iterator_type, &k_generic_alias_iterator_spec},
      {&struct_sequence_base, &k_struct_sequence_base_spec},
      {&stdio_stream_type, &k_stdio_stream_spec},
      {&stdio_buffer_type, &k_stdio_buffer_spec},
  };
  return kTypes;
}

}  // namespace hog
