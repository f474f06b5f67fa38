// tokenizer.cpp: see tokenizer.hpp. Ref: library/tokenize.
#include "syntax/tokenizer.hpp"

#include "text/utf.hpp"

namespace hog {

static LexerOptions lexer_options(bool extra) {
  LexerOptions options;
  options.extra_tokens = extra;
  return options;
}

Tokenizer::Tokenizer(Arena& arena, std::string_view source, ExtraTokens extra)
    : arena_(arena),
      source_(source),
      text_(prepare_source(arena, source, true)),
      extra_(extra == ExtraTokens::Yes),
      has_carriage_returns_(source.find('\r') != source.npos),
      has_nul_(source.find('\0') != source.npos),
      is_utf8_(utf::scan_utf8(source).fault == utf::Fault::kNone),
      lexer_(arena, text_.data() != nullptr ? text_ : std::string_view(""), lexer_options(extra_)) {}

std::string_view Tokenizer::lines_of(const char* start, const char* end) {
  const char* last = text_.data() + text_.size();
  const char* stop = counter_.line_end(end, last);
  // The newline that was added to the last line is nobody's.
  bool added = stop + 1 == last && (source_.empty() || (source_.back() != '\n' && source_.back() != '\r'));
  if (stop < last && !added) ++stop;
  return {start, static_cast<size_t>(stop - start)};
}

// A line as it came, with its own ending. Lines are asked for in ascending order.
std::string_view Tokenizer::original_line(int32_t line) {
  while (original_end_ == 0 || (original_number_ < line && original_end_ < source_.size())) {
    if (original_end_ != 0) {
      original_start_ = original_end_;
      ++original_number_;
    }
    size_t at = original_start_;
    while (at < source_.size() && source_[at] != '\n' && source_[at] != '\r') ++at;
    if (at < source_.size()) at += source_.substr(at).starts_with("\r\n") ? 2 : 1;
    original_end_ = at;
    if (at == 0) break;
  }
  return source_.substr(original_start_, original_end_ - original_start_);
}

// CPython's parser and its tokenize module place the errors that the lexer itself does not place each in their own way.
void Tokenizer::set_error() {
  error_ = lexer_.error();
  if (error_.kind == ParseErrorKind::None) {
    error_.kind = ParseErrorKind::Syntax;
    error_.message = "unexpected EOF in multi-line statement";
    error_.line = error_.end_line = lexer_.line();
  } else if (lexer_.error_is_quiet()) {
    if (error_.text.ends_with('\n')) error_.text.remove_suffix(1);
    error_.col = count_characters(error_.text) + 1;
    error_.end_line = error_.end_col = 0;
  }
}

Tokenizer::Outcome Tokenizer::next(TokenRecord& out) {
  if (has_nul_ || !is_utf8_) {
    error_.kind = has_nul_ ? ParseErrorKind::Syntax : ParseErrorKind::Unicode;
    error_.message =
        has_nul_ ? "source code cannot contain null bytes" : "(unicode error) the source is not valid UTF-8";
    error_.has_location = false;
    return Outcome::Error;
  }
  Token token;
  lexer_.next(token);
  if (arena_.exhausted()) {
    error_.kind = ParseErrorKind::Memory;
    return Outcome::Error;
  }
  TokenType type = is_keyword(token.type) ? TokenType::Name : token.type;
  if (type == TokenType::ErrorToken) {
    set_error();
    return Outcome::Error;
  }
  if (extra_ && type > TokenType::Dedent && type < TokenType::Op) type = TokenType::Op;
  out.type = static_cast<int>(type);
  out.text = token.text();
  out.line = token.line;
  out.end_line = token.end_line;
  bool trailing = extra_ && (type == TokenType::EndMarker || (type == TokenType::Dedent && lexer_.saw_end()));
  if (trailing) {
    out.line = out.end_line = token.line + 1;
    out.col = out.end_col = 0;
    out.text = {};
    out.source_line = {};
    return type == TokenType::EndMarker ? Outcome::End : Outcome::Token;
  }
  const char* first_line = token.col >= 0 ? token.start - token.col : lexer_.line_start();
  const char* last_line = first_line;
  if (token.end_line != token.line) {
    last_line = token.end;
    while (last_line[-1] != '\n') --last_line;
  }
  out.col = token.col < 0 ? -1 : counter_.characters(first_line, token.start);
  out.end_col = token.end_col < 0 ? -1 : counter_.characters(last_line, token.end);
  bool newline = type == TokenType::Newline || type == TokenType::NonlogicalNewline;
  if (newline && !extra_) {
    out.text = {};
    out.end_col = out.col;
  }
  if (type == TokenType::Indent && !extra_) out.text = {};
  out.source_line = lines_of(first_line, newline ? token.start : token.end);
  if (has_carriage_returns_ && out.line == out.end_line) out.source_line = original_line(out.line);
  if (newline && extra_) {
    bool has_ending = !out.source_line.empty() && (out.source_line.back() == '\n' || out.source_line.back() == '\r');
    if (!has_ending) {
      out.text = {};
    } else if (out.source_line.ends_with("\r\n")) {
      out.text = "\r\n";
      ++out.end_col;
    } else if (out.source_line.back() == '\r') {
      out.text = {};
      ++out.end_col;
    }
  }
  return type == TokenType::EndMarker ? Outcome::End : Outcome::Token;
}

}  // namespace hog
