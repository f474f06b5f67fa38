// vm_shapes.cpp: see vm_shapes.hpp.
#include "vm/vm_shapes.hpp"

#include "vm/code.hpp"
#include "vm/turns.hpp"

namespace hog {

VmShapes vm_shapes;

std::span<const InternalShapeRegistration> vm_internal_shapes() {
  static const InternalShapeRegistration kShapes[] = {
      {&vm_shapes.code_source, &CodeSource::kLayout},
      {&vm_shapes.local_entry, &LocalEntry::kLayout},
  };
  return kShapes;
}

}  // namespace hog
