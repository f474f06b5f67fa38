// cycle_count.hpp: what gc.collect() returns.
#pragma once

#include "heap/heap.hpp"

namespace hog {

// Of the cells that this collection found unreachable, how many objects a counting implementation would have had to look for:
// those in a cycle of references, or reachable only from one. Called while a collection runs, when marking is done.
// When there is no memory or far too much garbage: the number of all garbage that could be in a cycle.
int64_t count_cyclic_garbage(Heap& heap);

}  // namespace hog
