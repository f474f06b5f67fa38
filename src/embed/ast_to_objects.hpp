// ast_to_objects.hpp: a syntax tree as objects of the classes of `_ast`.
#pragma once

#include "embed/ast_classes.hpp"

namespace hog {

// The objects for a tree of the parser's or of ast_from_objects.hpp, whose `externals` come
// along. RecursionError when it is nested too deeply.
Fallible<Value> tree_to_objects(Thread& t, const ast::Node* tree, const List* externals = nullptr);
// The value of a literal. `externals` has the objects that ConstantKind::External counts; null when there are none.
Fallible<Value> constant_to_object(Thread& t, const ast::ConstantValue& constant, const List* externals);

}  // namespace hog
