// finally_warnings.hpp: SyntaxWarnings of PEP 765.
#pragma once

#include "compile/context.hpp"

namespace hog {

void warn_about_finally(CompileContext& context, ast::Mod* tree);

}  // namespace hog
