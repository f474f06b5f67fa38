// list_sort.hpp: sorting lists.
#pragma once

#include "object/protocol.hpp"

namespace hog {

// list.sort(): stable, in place. key is None (or absent) or callable. While it runs the list looks empty; a list that was
// changed meanwhile gives ValueError. On failure the list holds all its items in some order.
Fallible<void> sort_list_py(Thread& t, List* list, Value key, bool reverse);

}  // namespace hog
