// vm_shapes.hpp: shapes of the machine's own cells that are no Python objects.
#pragma once

#include <span>

#include "object/bootstrap.hpp"

namespace hog {

struct VmShapes {
  Shape* code_source = nullptr;
  Shape* local_entry = nullptr;
};
extern VmShapes vm_shapes;
std::span<const InternalShapeRegistration> vm_internal_shapes();

}  // namespace hog
