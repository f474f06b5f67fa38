// context.cpp: see context.hpp.
#include "compile/context.hpp"

namespace hog {

using ast::Identifier;
using ast::Location;

KnownNames::KnownNames(ast::IdentifierTable& table) {
#define HOG_INTERN_NAME(field, text) field = table.intern(text);
  HOG_COMPILER_NAMES(HOG_INTERN_NAME)
#undef HOG_INTERN_NAME
}

constexpr int kDefaultDepth = 1500;

CompileContext::CompileContext(Arena& arena, ast::IdentifierTable& identifiers, const CompileOptions& options)
    : arena(arena),
      identifiers(identifiers),
      options(options),
      names(identifiers),
      future_flags(options.future_flags),
      warnings_(arena),
      max_depth_(options.max_depth > 0 ? options.max_depth : kDefaultDepth) {}

bool CompileContext::go_on() {
  if (failed()) return false;
  if (arena.exhausted()) {
    error_without_location(ParseErrorKind::Memory, "");
    return false;
  }
  if ((++steps_ & 0xFFF) == 0 && !arena.source().poll()) {
    error_without_location(ParseErrorKind::Cancelled, "");
    return false;
  }
  return true;
}

void CompileContext::enter() {
  if (++depth_ > max_depth_ && !failed())
    error_without_location(ParseErrorKind::TooDeep, "maximum recursion depth exceeded during compilation");
}

void CompileContext::error(const Location& at, std::initializer_list<std::string_view> parts) {
  if (failed()) return;
  error_.kind = ParseErrorKind::Syntax;
  error_.message = text(parts);
  error_.line = at.line;
  error_.col = at.col + 1;
  error_.end_line = at.end_line;
  error_.end_col = at.end_col + 1;
}

void CompileContext::error_without_location(ParseErrorKind kind, std::string_view message) {
  if (failed()) return;
  error_.kind = kind;
  error_.message = message;
  error_.has_location = false;
}

void CompileContext::warn(const Location& at, std::initializer_list<std::string_view> parts) {
  if (muted_warnings > 0) return;
  ParseWarning warning;
  warning.message = text(parts);
  warning.line = at.line;
  warning.col = at.col + 1;
  warning.end_line = at.end_line;
  warning.end_col = at.end_col + 1;
  warnings_.push_back(warning);
}

std::string_view CompileContext::text(std::initializer_list<std::string_view> parts) {
  size_t size = 0;
  for (std::string_view part : parts) size += part.size();
  std::span<char> room = arena.make_array<char>(size);
  if (room.empty()) return "";
  char* to = room.data();
  for (std::string_view part : parts) {
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  return {room.data(), room.size()};
}

Identifier* CompileContext::mangle(Identifier* private_class, Identifier* name) {
  if (private_class == nullptr) return name;
  std::string_view id = name->utf8;
  if (!id.starts_with("__") || id.ends_with("__") || id.find('.') != id.npos) return name;
  std::string_view owner = private_class->utf8;
  size_t underscores = owner.find_first_not_of('_');
  if (underscores == owner.npos) return name;
  return intern(text({"_", owner.substr(underscores), id}));
}

}  // namespace hog
