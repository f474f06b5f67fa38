// source_position.cpp: see source_position.hpp. Runs once an error, so it simply scans.
#include "syntax/source_position.hpp"

#include <cstring>

namespace hog {

std::string_view source_line(std::string_view text, int32_t line) {
  const char* at = text.data();
  const char* end = at + text.size();
  for (; line > 1 && at < end; --line) {
    const void* found = std::memchr(at, '\n', static_cast<size_t>(end - at));
    if (found == nullptr) return {end, 0};
    at = static_cast<const char*>(found) + 1;
  }
  const void* found = at < end ? std::memchr(at, '\n', static_cast<size_t>(end - at)) : nullptr;
  const char* stop = found != nullptr ? static_cast<const char*>(found) + 1 : end;
  return {at, static_cast<size_t>(stop - at)};
}

// CPython counts both columns in the line where the error begins, and never behind its end.
static int32_t characters_up_to(std::string_view line, int32_t col) {
  if (col <= 0) return col;
  size_t bytes = static_cast<size_t>(col);
  if (bytes > line.size()) return count_characters(line) + 1;
  return count_characters(line.substr(0, bytes));
}

void set_error_range(ParseError& error, const Lexer& lexer, int32_t line, int32_t col, int32_t end_line,
                     int32_t end_col) {
  error.text = source_line(lexer.text(), line);
  if (lexer.line() > line && !error.text.empty() && error.text.back() == '\n') error.text.remove_suffix(1);
  error.line = line;
  error.col = characters_up_to(error.text, col);
  error.end_line = end_line;
  error.end_col = characters_up_to(error.text, end_col);
}

void set_error_at(ParseError& error, const Lexer& lexer, const Token& token) {
  set_error_range(error, lexer, token.line, token.col >= 0 ? token.col + 1 : lexer.column(), token.end_line,
                  token.end_col >= 0 ? token.end_col + 1 : -1);
}

}  // namespace hog
