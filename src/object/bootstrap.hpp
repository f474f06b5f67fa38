// bootstrap.hpp: what happens once per process, before the first isolate.
#pragma once

#include <span>

#include "object/native.hpp"

namespace hog {

// The root shape of a kind of cell that is no Python object and belongs to a layer above object/.
struct InternalShapeRegistration {
  Shape** destination;
  const Layout* layout;
};

// Builds the permanent heap: internal shapes, names, built-in types, then the types of native modules and the signatures
// of their functions; then seals it. The first call does the work, later and concurrent ones wait for it. Everything it
// fills is constant afterwards. (Defined in vm/core_specs.cpp, which knows the specs of all core types.)
void initialize_runtime(std::span<const TypeRegistration> module_types,
                        std::span<const InternalShapeRegistration> internal_shapes,
                        std::span<const ModuleSpec* const> modules = {});

struct RuntimeParts {
  std::span<const TypeSpec* const> core_specs;  // in the order of core_types.def
  std::span<const TypeRegistration> module_types;
  std::span<const InternalShapeRegistration> internal_shapes;
  std::span<const ModuleSpec* const> modules;   // their types (unless in module_types) and functions
};
void build_runtime(const RuntimeParts& parts);

}  // namespace hog
