// source_position.hpp: from lines and byte columns to what SyntaxError shows.
#pragma once

#include <cstdint>
#include <string_view>

#include "syntax/lexer.hpp"

namespace hog {

// Line `line` (from 1) of the text, with its newline; empty behind the end.
std::string_view source_line(std::string_view text, int32_t line);

// Sets the place of an error from columns in bytes from 1 (0 and less stay what they are), and the text of its line;
// with the newline only if the lexer is still in that line, as in CPython.
void set_error_range(ParseError& error, const Lexer& lexer, int32_t line, int32_t col, int32_t end_line,
                     int32_t end_col);
// At a token, the last that the lexer has read if it has no text of its own.
void set_error_at(ParseError& error, const Lexer& lexer, const Token& token);

}  // namespace hog
