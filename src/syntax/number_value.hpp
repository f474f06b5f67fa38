// number_value.hpp: what a number literal stands for.
#pragma once

#include <string_view>

#include "syntax/ast.hpp"

namespace hog {

// `literal` was accepted by the lexer. False only when memory is short.
bool number_value(Arena& arena, std::string_view literal, ast::ConstantValue* out);

}  // namespace hog
