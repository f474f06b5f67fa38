// future.hpp: `from __future__ import` statements.
#pragma once

#include "compile/context.hpp"

namespace hog {

enum class LateImports : uint8_t { Refuse, Ignore };
// Adds what the module asks for to context.future_flags; SyntaxErrors for unknown features. One of the module that comes too late
// is an error here (unless ignored), one inside a function where it is compiled.
void find_future_statements(CompileContext& context, ast::Mod* tree, LateImports late = LateImports::Refuse);

}  // namespace hog
