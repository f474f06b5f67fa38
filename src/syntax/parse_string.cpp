// parse_string.cpp: string literals, f-strings and t-strings, and their concatenation.
// Ref: reference/lexical_analysis "String literal concatenation", PEP 701, PEP 750.
#include "syntax/string_literals.hpp"

namespace hog {

using namespace ast;
using enum TokenType;

namespace {

bool is_text_constant(const Expr* node) {
  return is<Constant>(node) && as<Constant>(node)->value.kind == ConstantKind::Str;
}

void describe(ConstantValue& value) {
  value.is_ascii = true;
  value.has_surrogates = false;
  for (size_t i = 0; i < value.text.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(value.text[i]);
    if (c < 0x80) continue;
    value.is_ascii = false;
    if (c == 0xED && i + 1 < value.text.size() && static_cast<unsigned char>(value.text[i + 1]) >= 0xA0) {
      value.has_surrogates = true;
      return;
    }
  }
}

}  // namespace

Expr* StringLiterals::parse() {
  Parser::Start from = parser_.start();
  for (;;) {
    TokenType type = parser_.type();
    if (type == String) {
      if (!plain(parser_.token())) return nullptr;
      parser_.advance();
    } else if (type == FStringStart || type == TStringStart) {
      if (!templated(type == TStringStart)) return nullptr;
    } else {
      break;
    }
  }
  if (saw_template_ && (saw_text_ || saw_bytes_ || saw_joined_)) return nullptr;
  if (parser_.at(ErrorToken)) return nullptr;
  if (saw_bytes_ && (saw_text_ || saw_joined_)) {
    parser_.fail_here("cannot mix bytes and nonbytes literals");
    return nullptr;
  }
  Location location = parser_.since(from);
  if (saw_bytes_) return concatenate_bytes(location);
  if (saw_template_) {
    auto* node = parser_.make<TemplateStr>(location);
    node->values = merge(parts_);
    return node;
  }
  if (saw_joined_) {
    auto* node = parser_.make<JoinedStr>(location);
    node->values = merge(parts_);
    return node;
  }
  if (parts_.size() == 1) return parts_[0];
  return merge_run(parts_, 0, parts_.size());
}

// --- literals without fields -------------------------------------------------------------------------------------

bool StringLiterals::plain(const Token& token) {
  StringLiteral literal = split_literal(token.text());
  (literal.bytes ? saw_bytes_ : saw_text_) = true;
  DecodedString decoded = decode_literal(parser_.arena_, literal);
  if (!report(decoded, literal.body.data(), token)) return false;
  auto* node = parser_.make<Constant>({token.line, token.col, token.end_line, token.end_col});
  if (literal.unicode_prefix) node->kind = "u";
  node->value.kind = literal.bytes ? ConstantKind::Bytes : ConstantKind::Str;
  node->value.text = decoded.text;
  if (!literal.bytes) describe(node->value);
  parts_.add(node);
  return true;
}

bool StringLiterals::report(const DecodedString& decoded, const char* body, const Token& at) {
  if (!decoded.error.empty()) {
    parser_.fail(ParseErrorKind::Syntax, decoded.error, at, at);
    return false;
  }
  if (decoded.bad_escape != nullptr) warn_bad_escape(decoded, body, at);
  return true;
}

void StringLiterals::warn_bad_escape(const DecodedString& decoded, const char* body, const Token& at) {
  std::string_view escape(decoded.bad_escape, decoded.bad_escape_is_octal ? 3 : 1);
  bool in_template = at.type != String;
  // A backslash before a brace: the lexer has said so.
  if (in_template && (escape == "{" || escape == "}")) return;
  int32_t line = at.line;
  for (const char* p = body; p < decoded.bad_escape; ++p) line += *p == '\n';
  parser_.lexer_.warn_at(at, line, invalid_escape_message(parser_.arena_, escape, decoded.bad_escape_is_octal));
}

// The run parts[first, last) of text constants as one constant.
Expr* StringLiterals::merge_run(Parser::Collector<Expr>& parts, size_t first, size_t last) {
  if (last - first == 1) return parts[first];
  size_t size = 0;
  for (size_t i = first; i < last; ++i) size += as<Constant>(parts[i])->value.text.size();
  const Location& begin = parts[first]->location;
  const Location& end = parts[last - 1]->location;
  auto* node = parser_.make<Constant>({begin.line, begin.col, end.end_line, end.end_col});
  node->kind = as<Constant>(parts[first])->kind;
  node->value.kind = as<Constant>(parts[first])->value.kind;
  std::span<char> room = parser_.arena_.make_array<char>(size);
  char* to = room.data();
  for (size_t i = first; i < last && !room.empty(); ++i) {
    std::string_view text = as<Constant>(parts[i])->value.text;
    if (text.empty()) continue;
    std::memcpy(to, text.data(), text.size());
    to += text.size();
  }
  node->value.text = {room.data(), room.size()};
  if (node->value.kind == ConstantKind::Str) describe(node->value);
  return node;
}

Expr* StringLiterals::concatenate_bytes(const Location& location) {
  Expr* node = merge_run(parts_, 0, parts_.size());
  node->location = location;
  return node;
}

// Joins neighbouring constants; empty ones vanish.
std::span<Expr*> StringLiterals::merge(Parser::Collector<Expr>& parts) {
  Parser::Collector<Expr> out(parser_);
  size_t count = parts.size();
  // `out` grows behind `parts` on the same scratch stack, so the sizes are taken first.
  for (size_t i = 0; i < count;) {
    if (!is_text_constant(parts[i])) {
      out.add(parts[i++]);
      continue;
    }
    size_t last = i;
    while (last < count && is_text_constant(parts[last])) ++last;
    Expr* joined = merge_run(parts, i, last);
    if (!as<Constant>(joined)->value.text.empty()) out.add(joined);
    i = last;
  }
  return out.take();
}

// --- f-strings and t-strings ---------------------------------------------------------------------------------------

// Text between fields. It is decoded when the string has ended, where CPython reports its errors; until then it passes
// as Bytes.
Expr* StringLiterals::undecoded(const Token& middle) {
  auto* node = parser_.make<Constant>({middle.line, middle.col, middle.end_line, middle.end_col});
  node->value.kind = ConstantKind::Bytes;
  node->value.text = middle.text();
  return node;
}

bool StringLiterals::decode_text(Expr* item, bool raw, const Token& at) {
  if (!is<Constant>(item) || as<Constant>(item)->value.kind != ConstantKind::Bytes) return true;
  ConstantValue& value = as<Constant>(item)->value;
  value.kind = ConstantKind::Str;
  if (!raw) {
    std::string_view body = value.text;
    DecodedString decoded = decode_string_escapes(parser_.arena_, body);
    if (!report(decoded, body.data(), at)) return false;
    value.text = decoded.text;
  }
  describe(value);
  return true;
}

bool StringLiterals::templated(bool is_template) {
  Parser::Depth depth(parser_);
  if (!depth.ok()) return false;
  (is_template ? saw_template_ : saw_joined_) = true;
  bool raw = false;
  for (char c : parser_.token().text()) raw |= c == 'r' || c == 'R';
  parser_.advance();
  std::span<Expr*> items;
  {
    Parser::Collector<Expr> values(parser_);
    while (!parser_.at(is_template ? TStringEnd : FStringEnd)) {
      TokenType type = parser_.type();
      if (type == FStringMiddle || type == TStringMiddle) {
        values.add(undecoded(parser_.token()));
        parser_.advance();
      } else if (type != LeftBrace || !field(values, raw, is_template)) {
        return false;
      }
    }
    items = values.take();
  }
  if (is_template && !parser_.check_version(14, "t-strings are")) return false;
  const Token end = parser_.token();
  for (Expr* item : items) {
    if (!decode_text(item, raw, end)) return false;
    parts_.add(item);
  }
  parser_.advance();
  return !parser_.arena_.exhausted();
}

// The text of an expression as it was written, without comments.
std::string_view StringLiterals::field_text(const char* from, const char* to) {
  std::string_view text(from, static_cast<size_t>(to - from));
  if (text.find('#') == text.npos) return text;
  std::span<char> room = parser_.arena_.make_array<char>(text.size());
  if (room.empty()) return text;
  size_t size = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quote != 0) {
      if (c == '\\' && i + 1 < text.size()) {
        room[size++] = c;
        c = text[++i];
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      while (i < text.size() && text[i] != '\n') ++i;
      if (i == text.size()) break;
      c = '\n';
    }
    room[size++] = c;
  }
  return {room.data(), size};
}

bool StringLiterals::conversion(bool is_template, int32_t* out) {
  const Token mark = parser_.token();
  parser_.advance();
  if (!parser_.at(TokenType::Name)) return false;
  const Token name = parser_.token();
  std::string_view kind = is_template ? "t-string" : "f-string";
  if (mark.line != name.line || mark.end_col != name.col) {
    parser_.fail(ParseErrorKind::Syntax,
                 concatenate(parser_.arena_, {kind, ": conversion type must come right after the exclamation mark"}),
                 mark, name);
    return false;
  }
  std::string_view text = name.text();
  if (text != "s" && text != "r" && text != "a") {
    parser_.fail(
        ParseErrorKind::Syntax,
        concatenate(parser_.arena_, {kind, ": invalid conversion character '", text, "': expected 's', 'r', or 'a'"}),
        name, name);
    return false;
  }
  *out = text[0];
  parser_.advance();
  return true;
}

// One replacement field; with `=`, its text comes first.
bool StringLiterals::field(Parser::Collector<Expr>& out, bool raw, bool is_template) {
  Parser::Start from = parser_.start();
  const char* text_start = parser_.token().end;
  parser_.advance();
  Expr* value = parser_.annotated_right_side();
  if (value == nullptr) return false;
  const char* expression_end = parser_.token().start;
  bool debug = parser_.accept(Equal);
  Parser::Start text_end = parser_.start();
  std::string_view text = field_text(text_start, parser_.token().start);
  int32_t conversion_character = -1;
  if (parser_.at(Exclamation) && !conversion(is_template, &conversion_character)) return false;
  Expr* spec = nullptr;
  if (parser_.at(Colon)) {
    spec = format_spec(raw, is_template);
    if (spec == nullptr) return false;
  }
  if (!parser_.accept(RightBrace)) return false;
  if (debug) {
    auto* shown = parser_.make<Constant>({from.line, from.col + 1, text_end.line, text_end.col});
    shown->value.kind = ConstantKind::Str;
    shown->value.text = text;
    describe(shown->value);
    out.add(shown);
    if (conversion_character < 0 && spec == nullptr) conversion_character = 'r';
  }
  Location location = parser_.since(from);
  if (is_template) {
    auto* node = parser_.make<Interpolation>(location);
    node->value = value;
    node->str.kind = ConstantKind::Str;
    node->str.text = debug ? field_text(text_start, expression_end) : text;
    describe(node->str);
    node->conversion = conversion_character;
    node->format_spec = spec;
    out.add(node);
  } else {
    auto* node = parser_.make<FormattedValue>(location);
    node->value = value;
    node->conversion = conversion_character;
    node->format_spec = spec;
    out.add(node);
  }
  return true;
}

Expr* StringLiterals::format_spec(bool raw, bool is_template) {
  Parser::Depth depth(parser_);
  if (!depth.ok()) return nullptr;
  Parser::Start from = parser_.start();
  parser_.advance();
  Parser::Collector<Expr> parts(parser_);
  for (;;) {
    TokenType type = parser_.type();
    if (type == FStringMiddle || type == TStringMiddle) {
      const Token middle = parser_.token();
      Expr* text = undecoded(middle);
      if (!decode_text(text, raw, middle)) return nullptr;
      parts.add(text);
      parser_.advance();
    } else if (type == LeftBrace) {
      // Fields in a format specification are formatted, in t-strings too.
      if (!field(parts, raw, false)) return nullptr;
    } else {
      break;
    }
  }
  (void)is_template;
  auto* node = parser_.make<JoinedStr>(parser_.since(from));
  node->values = merge(parts);
  return node;
}

}  // namespace hog
