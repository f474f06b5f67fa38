// fold.hpp: constant folding, in place, before scopes are built.
#pragma once

#include "compile/context.hpp"

namespace hog {

// The `kind` of a Constant that was an operation in the source: it is no literal as far as warnings go.
inline constexpr std::string_view kFoldedKind = "=";

// Folds arithmetic on small numbers (when exact), negative literals, tuples of constants, `__debug__`.
void fold_tree(CompileContext& context, ast::Mod* tree);

}  // namespace hog
