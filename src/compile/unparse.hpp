// unparse.hpp: expressions back to source, for annotations kept as text (PEP 563) and for messages.
#pragma once

#include "compile/context.hpp"

namespace hog {

// As str(annotation) under `from __future__ import annotations`. Lives in the context's arena.
std::string_view unparse(CompileContext& context, ast::Expr* node);

}  // namespace hog
