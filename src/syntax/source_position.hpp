// source_position.hpp: from lines and byte columns to what SyntaxError shows.
#pragma once

#include <cstdint>
#include <string_view>

#include "syntax/parser.hpp"

namespace hog {

// Line `line` (from 1) of the text, with its newline; empty behind the end.
std::string_view source_line(std::string_view text, int32_t line);

// Sets the place of an error from byte columns (from 0; an end of -1 is kept) and fills in the line.
void set_error_range(ParseError& error, std::string_view text, int32_t line, int32_t col, int32_t end_line,
                     int32_t end_col);

}  // namespace hog
