// source_encoding.cpp: see source_encoding.hpp.
#include "syntax/source_encoding.hpp"

#include "syntax/character.hpp"
#include "syntax/lexer.hpp"
#include "syntax/message.hpp"
#include "text/utf.hpp"

namespace hog {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

// The first line of `text`, without its ending; `rest` gets what follows.
std::string_view take_line(std::string_view text, std::string_view* rest) {
  size_t end = 0;
  while (end < text.size() && text[end] != '\n' && text[end] != '\r') ++end;
  size_t next = end;
  if (next < text.size()) next += text[next] == '\r' && next + 1 < text.size() && text[next + 1] == '\n' ? 2 : 1;
  *rest = text.substr(next);
  return text.substr(0, end);
}

enum class LineKind : uint8_t { Blank, Comment, Code };

LineKind classify(std::string_view line) {
  size_t at = 0;
  while (at < line.size() && is_blank(line[at])) ++at;
  if (at == line.size()) return LineKind::Blank;
  return line[at] == '#' ? LineKind::Comment : LineKind::Code;
}

// The name behind "coding:" or "coding=" in a comment.
std::string_view declared_in(std::string_view line) {
  constexpr std::string_view kWord = "coding";
  for (size_t at = line.find(kWord); at != line.npos; at = line.find(kWord, at + 1)) {
    size_t name = at + kWord.size();
    if (name >= line.size() || (line[name] != ':' && line[name] != '=')) continue;
    do ++name;
    while (name < line.size() && (line[name] == ' ' || line[name] == '\t'));
    size_t end = name;
    while (end < line.size() && static_cast<unsigned char>(line[end]) < 0x80 &&
           (is_name_character(line[end]) || line[end] == '-' || line[end] == '.')) {
      ++end;
    }
    if (end > name) return line.substr(name, end - name);
  }
  return {};
}

std::string_view declared_encoding(std::string_view text, int32_t* line_number) {
  for (*line_number = 1; *line_number <= 2; ++*line_number) {
    std::string_view line = take_line(text, &text);
    LineKind kind = classify(line);
    if (kind == LineKind::Code) break;
    if (kind == LineKind::Blank) continue;
    std::string_view name = declared_in(line);
    if (!name.empty()) return name;
  }
  return {};
}

// The names that need no codec, as CPython tells them by their first twelve characters.
std::string_view well_known(std::string_view name) {
  char lower[12];
  size_t size = 0;
  for (char c : name.substr(0, sizeof lower)) {
    lower[size++] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  std::string_view text(lower, size);
  auto is = [&](std::string_view what) {
    return text.starts_with(what) && (text.size() == what.size() || text[what.size()] == '-');
  };
  if (is("utf-8")) return "utf-8";
  if (is("latin-1") || is("iso-8859-1") || is("iso-latin-1")) return "iso-8859-1";
  return {};
}

std::string_view latin1_to_utf8(Arena& arena, std::string_view bytes) {
  size_t more = 0;
  for (char c : bytes) more += static_cast<unsigned char>(c) >= 0x80;
  if (more == 0) return bytes;
  std::span<char> room = arena.make_array<char>(bytes.size() + more);
  if (room.empty()) return {};
  char* to = room.data();
  for (char c : bytes) to += encode_utf8(static_cast<unsigned char>(c), to);
  return {room.data(), room.size()};
}

// `line` with U+FFFD for each byte that is no UTF-8.
std::string_view shown(Arena& arena, std::string_view line) {
  std::span<char> room = arena.make_array<char>(line.size() * 3);
  char* to = room.data();
  while (!line.empty() && !room.empty()) {
    utf::Scan scan = utf::scan_utf8(line);
    std::memcpy(to, line.data(), scan.bytes);
    to += scan.bytes;
    line.remove_prefix(scan.bytes);
    if (scan.fault == utf::Fault::kNone) break;
    to += encode_utf8(U'\uFFFD', to);
    line.remove_prefix(scan.fault_end - scan.bytes);
  }
  return {room.data(), static_cast<size_t>(to - room.data())};
}

void fail_at_byte(Arena& arena, std::string_view text, size_t bad, ParseError* error) {
  int32_t number = 1;
  std::string_view rest = text;
  std::string_view line;
  for (;; ++number) {
    line = take_line(rest, &rest);
    if (bad <= static_cast<size_t>(line.data() + line.size() - text.data()) || rest.empty()) break;
  }
  unsigned char byte = static_cast<unsigned char>(text[bad]);
  char digits[] = {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  error->kind = ParseErrorKind::Unicode;
  error->message =
      concatenate(arena, {"Non-UTF-8 code starting with '\\x",
                          {digits, 2},
                          "' on line ",
                          NumberText::decimal(static_cast<uint64_t>(number)),
                          ", but no encoding declared; see https://peps.python.org/pep-0263/ for details"});
  error->text = shown(arena, line);
  error->line = error->end_line = number;
  error->col = error->end_col =
      count_characters(line.substr(0, bad - static_cast<size_t>(line.data() - text.data()))) + 1;
}

}  // namespace

DecodedSource decode_source(Arena& arena, std::string_view bytes) {
  DecodedSource out;
  bool mark = bytes.starts_with("\xEF\xBB\xBF");
  if (mark) bytes.remove_prefix(3);
  int32_t line_number = 0;
  std::string_view declared = declared_encoding(bytes, &line_number);
  std::string_view known = declared.empty() ? "utf-8" : well_known(declared);
  out.encoding = known.empty() ? arena.copy(declared) : known;
  out.text = bytes;
  if (mark && known != "utf-8") {
    out.error.kind = ParseErrorKind::Unicode;
    out.error.message = concatenate(arena, {"encoding problem: ", out.encoding, " with BOM"});
    std::string_view rest = bytes;
    for (int32_t i = 1; i <= line_number; ++i) out.error.text = take_line(rest, &rest);
    out.error.text = shown(arena, out.error.text);
    out.error.line = out.error.end_line = line_number;
    out.error.end_col = count_characters(out.error.text);
  } else if (known.empty()) {
    out.error.kind = ParseErrorKind::NeedsCodec;
    out.error.message = out.encoding;
    out.error.has_location = false;
  } else if (known == "utf-8") {
    utf::Scan scan = utf::scan_utf8(bytes);
    if (scan.fault != utf::Fault::kNone) fail_at_byte(arena, bytes, scan.bytes, &out.error);
  } else {
    out.text = latin1_to_utf8(arena, bytes);
  }
  if (arena.exhausted()) out.error.kind = ParseErrorKind::Memory;
  return out;
}

}  // namespace hog
