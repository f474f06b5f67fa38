// core_types.hpp: the built-in types by name: core.list, core.TypeError. Built once per process before the first isolate
// (object/bootstrap.cpp), constant ever after.
#pragma once

namespace hog {

class Type;
class Shape;

struct CoreTypes {
#define HOG_CORE_TYPE(field) Type* field = nullptr;
#define HOG_CORE_EXCEPTION(field, base) Type* field = nullptr;
#include "object/core_types.def"
#undef HOG_CORE_TYPE
#undef HOG_CORE_EXCEPTION
};
extern CoreTypes core;

// Root shapes of the types that natives allocate or test most: shapes.list == core.list->root_shape(). An object with this
// shape is exactly a list, not a subclass.
struct CoreShapes {
#define HOG_CORE_TYPE(field) Shape* field = nullptr;
#define HOG_CORE_EXCEPTION(field, base) Shape* field = nullptr;
#include "object/core_types.def"
#undef HOG_CORE_TYPE
#undef HOG_CORE_EXCEPTION
  Shape* meta = nullptr;  // of shapes themselves
  // Cells that are no Python objects.
#define HOG_CORE_CELL(field, Class) Shape* field = nullptr;
#include "object/core_cells.def"
#undef HOG_CORE_CELL
};
extern CoreShapes shapes;

}  // namespace hog
