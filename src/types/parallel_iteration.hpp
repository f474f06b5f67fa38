// parallel_iteration.hpp: what zip and map share: several iterators advanced together, and strict=True.
#pragma once

#include "types/container_support.hpp"

namespace hog {

// The keyword arguments of zip() and map(): nothing but strict.
Fallible<bool> strict_argument_py(Thread& t, const Arguments& arguments, const char* name);
// iter() of each.
Fallible<Tuple*> iterators_of_py(Thread& t, const Value* iterables, size_t count);
// The iterator at `position` ended first: with strict, checks that all others end with it. Absent, or ValueError.
Fallible<Value> end_together_py(Thread& t, Tuple* iterators, size_t position, bool strict, const char* name);

}  // namespace hog
