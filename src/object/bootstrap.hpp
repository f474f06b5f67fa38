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

// Builds the permanent heap: internal shapes, names, built-in types, then the types of native modules; then seals it. The
// first call does the work, later and concurrent ones wait for it. Everything it fills is constant afterwards.
void initialize_runtime(std::span<const TypeRegistration> module_types,
                        std::span<const InternalShapeRegistration> internal_shapes);

}  // namespace hog
