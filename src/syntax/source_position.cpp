// source_position.cpp: see source_position.hpp. Runs once an error, so it simply scans.
#include "syntax/source_position.hpp"

#include <cstring>

#include "syntax/lexer.hpp"

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

static int32_t column_in(std::string_view line, int32_t col) {
  if (col < 0) return col;
  size_t bytes = static_cast<size_t>(col);
  if (bytes > line.size()) return count_characters(line) + static_cast<int32_t>(bytes - line.size()) + 1;
  return count_characters(line.substr(0, bytes)) + 1;
}

void set_error_range(ParseError& error, std::string_view text, int32_t line, int32_t col, int32_t end_line,
                     int32_t end_col) {
  error.text = source_line(text, line);
  error.line = line;
  error.col = column_in(error.text, col);
  error.end_line = end_line;
  error.end_col = column_in(end_line == line ? error.text : source_line(text, end_line), end_col);
}

}  // namespace hog
