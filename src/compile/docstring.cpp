// docstring.cpp: see docstring.hpp.
#include "compile/docstring.hpp"

namespace hog {

static std::string_view expand_tabs(CompileContext& context, std::string_view text) {
  if (text.find('\t') == text.npos) return text;
  ArenaVector<char> out(context.arena);
  size_t column = 0;
  for (char c : text) {
    if (c == '\t') {
      do out.push_back(' ');
      while (++column % 8 != 0);
      continue;
    }
    out.push_back(c);
    if (c == '\n' || c == '\r') column = 0;
    else if ((c & 0xC0) != 0x80) ++column;
  }
  return {out.begin(), out.size()};
}

std::string_view clean_docstring(CompileContext& context, std::string_view original) {
  std::string_view text = expand_tabs(context, original);
  size_t margin = SIZE_MAX;
  for (size_t i = text.find('\n'); i != text.npos; i = text.find('\n', i)) {
    size_t start = ++i;
    while (i < text.size() && text[i] == ' ') ++i;
    if (i < text.size() && text[i] != '\n' && i - start < margin) margin = i - start;
  }
  if (margin == SIZE_MAX) margin = 0;
  size_t i = 0;
  while (i < text.size() && text[i] == ' ') ++i;
  if (i == 0 && margin == 0) return text;
  std::span<char> room = context.arena.make_array<char>(text.size());
  if (room.empty()) return text;
  size_t size = 0;
  auto copy_line = [&] {
    while (i < text.size()) {
      room[size++] = text[i];
      if (text[i++] == '\n') return;
    }
  };
  copy_line();
  while (i < text.size()) {
    for (size_t n = 0; n < margin && i < text.size() && text[i] == ' '; ++n) ++i;
    copy_line();
  }
  return {room.data(), size};
}

}  // namespace hog
