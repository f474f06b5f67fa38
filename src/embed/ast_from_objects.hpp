// ast_from_objects.hpp: objects of the classes of `_ast`, whatever a program put into them, as a syntax tree.
#pragma once

#include "embed/ast_classes.hpp"
#include "vm/isolate.hpp"

namespace hog {

struct TreeFromObjects {
  ast::Mod* tree;
  List* externals;  // the values that ConstantKind::External counts; null: none
};

// The tree has the shape that ast_nodes.def demands: required fields are there, lists hold what they should. Whether it
// is a program is the question of ast_validate.hpp.
Fallible<TreeFromObjects> tree_from_objects_py(Thread& t, Arena& arena, ast::IdentifierTable& identifiers, Value object,
                                               CompileMode mode);

}  // namespace hog
