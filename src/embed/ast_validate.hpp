// ast_validate.hpp: is a tree that a program built one that the parser could have made? What the compiler relies on.
#pragma once

#include "embed/ast_from_objects.hpp"

namespace hog {

// ValueError or TypeError says what is wrong, RecursionError that the tree is nested too deeply.
Fallible<void> validate_tree(Thread& t, const TreeFromObjects& tree);

}  // namespace hog
