// dump.hpp: a syntax tree as the text of ast.dump(tree, include_attributes=True).
#pragma once

#include <string>

#include "syntax/ast.hpp"

std::string dump(const hog::ast::Node* node);
std::string python_repr(std::string_view wtf8);
