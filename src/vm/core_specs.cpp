// core_specs.cpp: the specs of all core types in one table. It stands here because the specs are spread over object/,
// types/ and vm/, and only vm/ links all of them.
#include "object/bootstrap.hpp"

namespace hog {

#define HOG_CORE_TYPE(field) extern const TypeSpec k_##field##_spec;
#define HOG_CORE_EXCEPTION(field, base) extern const TypeSpec k_##field##_spec;
#include "object/core_types.def"
#undef HOG_CORE_TYPE
#undef HOG_CORE_EXCEPTION

namespace {
const TypeSpec* const kCoreSpecs[] = {
#define HOG_CORE_TYPE(field) &k_##field##_spec,
#define HOG_CORE_EXCEPTION(field, base) &k_##field##_spec,
#include "object/core_types.def"
#undef HOG_CORE_TYPE
#undef HOG_CORE_EXCEPTION
};
}  // namespace

void initialize_runtime(std::span<const TypeRegistration> module_types,
                        std::span<const InternalShapeRegistration> internal_shapes,
                        std::span<const ModuleSpec* const> modules) {
  build_runtime({kCoreSpecs, module_types, internal_shapes, modules});
}

}  // namespace hog
