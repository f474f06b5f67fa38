// docstring.hpp: finding and cleaning docstrings.
#pragma once

#include "compile/context.hpp"

namespace hog {

// The string that opens a body, or null.
inline const ast::Constant* docstring_of(std::span<ast::Stmt*> body) {
  if (body.empty()) return nullptr;
  auto* statement = ast::try_as<ast::ExprStmt>(body[0]);
  if (statement == nullptr) return nullptr;
  auto* constant = ast::try_as<ast::Constant>(statement->value);
  return constant != nullptr && constant->value.kind == ast::ConstantKind::Str ? constant : nullptr;
}

// Without the indentation that its lines share, tabs expanded. Ref: library/inspect "cleandoc" (blank lines stay).
std::string_view clean_docstring(CompileContext& context, std::string_view text);

}  // namespace hog
