// type_builtin.hpp: built-in types from their TypeSpecs, while the process starts.
#pragma once

#include "object/class_system.hpp"

namespace hog {

// First step: the Type cell and its root shape, so that cells of it can be made. `type` has shape core.type has.
Fallible<Type*> allocate_builtin_type(Thread& bootstrap, const TypeSpec* spec, Type* base, const Layout* layout);
// Second step, when names and all core types are there: dict, bases, slots.
Fallible<void> fill_builtin_type(Thread& bootstrap, Type* type);

}  // namespace hog
