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
  // Cells that are no Python objects.
  Shape* meta = nullptr;  // of shapes themselves
  Shape* name_array = nullptr;
  Shape* slot_array = nullptr;
  Shape* value_array = nullptr;
  Shape* dict_entries = nullptr;
  Shape* byte_array = nullptr;
  Shape* str_buffer = nullptr;
  Shape* weak_list = nullptr;
  Shape* set_entries = nullptr;
  Shape* native_data = nullptr;
};
extern CoreShapes shapes;

}  // namespace hog
