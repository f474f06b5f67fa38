// lexer_string.cpp: string literals, and the text parts of f- and t-strings (PEP 701, PEP 750).
//
// Inside a replacement field the lexer works as always; mode().in_text says that the characters of the string itself
// come next. A backslash hides the character behind it, but not a brace.
#include "syntax/lexer.hpp"
#include "syntax/message.hpp"
#include "syntax/string_decode.hpp"

namespace hog {

static int quote_size_at(const char* quote) {
  if (quote[1] != quote[0]) return 1;
  return quote[2] == quote[0] ? 3 : 2;  // 2: an empty string
}

// The error belongs to the place where the string begins.
void Lexer::fail_unterminated(const char* what, bool escaped_quote, int32_t line, const char* line_start,
                              const char* start) {
  int32_t last_line = line_;
  bool at_end = cursor_ == end_;
  bool triple = what[1] == 'r';  // "triple-quoted ..."
  if (at_end && cursor_ == line_start_ && cursor_ > begin_) --last_line;
  cursor_ = start + 1;
  line_start_ = line_start;
  line_ = line;
  fail(concatenate(arena_, {"unterminated ", what, " literal (detected at line ",
                            NumberText::decimal(static_cast<uint64_t>(last_line)),
                            escaped_quote ? "); perhaps you escaped the end quote?" : ")"}));
  saw_end_ = at_end && (what[0] == 's' || triple);
}

void Lexer::scan_string(Token& out, const char* quote) {
  const char c = *quote;
  int32_t first_line = line_;
  const char* first_line_start = line_start_;
  int size = quote_size_at(quote);
  cursor_ = quote + size;
  if (size == 2) return give(out, TokenType::String);
  bool escaped_quote = false;
  int quotes = 0;
  while (quotes != size) {
    char now = *cursor_;
    if (now == c) {
      ++quotes;
      ++cursor_;
      continue;
    }
    quotes = 0;
    if (now == '\n') {
      if (size == 1) break;
      ++cursor_;
      note_newline();
      continue;
    }
    if (now == '\0' && cursor_ == end_) break;
    ++cursor_;
    if (now == '\\' && cursor_ < end_) {
      if (*cursor_ == c) escaped_quote = true;
      if (*cursor_++ == '\n') note_newline();
    }
  }
  if (quotes != size) {
    if (inside_template() && mode().quote == c && mode().quote_size == size) {
      // The quote was meant to end the f-string around us.
      cursor_ = token_start_ + 1;
      line_start_ = first_line_start;
      line_ = first_line;
      return fail(concatenate(arena_, {string_name(), ": expecting '}'"}));
    }
    return fail_unterminated(size == 3 ? "triple-quoted string" : "string", size == 1 && escaped_quote, first_line,
                             first_line_start, token_start_);
  }
  give(out, TokenType::String);
  out.line = first_line;
  out.col = static_cast<int32_t>(token_start_ - first_line_start);
}

void Lexer::scan_template_start(Token& out, const char* quote, bool raw, bool is_template) {
  int size = quote_size_at(quote);
  if (size == 2) size = 1;
  cursor_ = quote + size;
  if (mode_ + 1 >= kMaxStringNesting) return fail("too many nested f-strings or t-strings");
  StringMode string{};
  string.quote = *quote;
  string.quote_size = static_cast<uint8_t>(size);
  string.raw = raw;
  string.is_template = is_template;
  string.in_text = true;
  string.field_depth = -1;
  string.first_line = line_;
  string.start = token_start_;
  string.first_line_start = line_start_;
  if (modes_.size() == static_cast<size_t>(mode_)) {
    modes_.push_back(string);
    if (modes_.size() == static_cast<size_t>(mode_)) return fail_kind(ParseErrorKind::Memory, "", 0, 0);
  } else {
    modes_[static_cast<size_t>(mode_)] = string;
  }
  ++mode_;
  give(out, is_template ? TokenType::TStringStart : TokenType::FStringStart);
}

bool Lexer::enter_field() {
  StringMode& string = mode();
  if (++string.field_depth >= kMaxFieldNesting) {
    fail(concatenate(arena_, {string_name(), ": expressions nested too deeply"}));
    return false;
  }
  string.in_text = false;
  return true;
}

void Lexer::scan_template_text(Token& out) {
  token_start_ = cursor_;
  StringMode& string = mode();
  if (cursor_[0] == '{' && cursor_[1] != '{') {
    if (enter_field()) scan(out);
    return;
  }
  int quotes = 0;
  while (quotes < string.quote_size && cursor_[quotes] == string.quote) ++quotes;
  if (quotes == string.quote_size) {
    cursor_ += quotes;
    give(out, string.is_template ? TokenType::TStringEnd : TokenType::FStringEnd);
    --mode_;
    return;
  }
  template_middle(out);
}

void Lexer::give_middle(Token& out, const char* end) {
  out.type = mode().is_template ? TokenType::TStringMiddle : TokenType::FStringMiddle;
  out.level = static_cast<uint16_t>(level_);
  out.start = token_start_;
  out.end = end;
  out.end_line = line_;
  out.end_col = static_cast<int32_t>(end - line_start_);
}

// Text up to a doubled brace, of which the first was read: it stands for one, but the token covers both.
void Lexer::give_doubled_brace(Token& out) {
  give_middle(out, cursor_);
  ++cursor_;
  ++out.end_col;
}

void Lexer::template_middle(Token& out) {
  StringMode& string = mode();
  out.line = line_;
  out.col = static_cast<int32_t>(token_start_ - line_start_);
  bool unicode_name = false;
  int quotes = 0;
  while (quotes != string.quote_size) {
    const char c = *cursor_;
    bool in_spec = string.in_format_spec && string.field_depth >= 0;
    if ((c == '\0' && cursor_ == end_) || (c == '\n' && string.quote_size == 1)) {
      if (in_spec && c == '\n') {
        ++cursor_;
        std::string_view name = string_name();
        return fail(concatenate(
            arena_, {name, ": newlines are not allowed in format specifiers for single quoted ", name, "s"}));
      }
      const char* what = string.is_template ? (string.quote_size == 3 ? "triple-quoted t-string" : "t-string")
                                            : (string.quote_size == 3 ? "triple-quoted f-string" : "f-string");
      return fail_unterminated(what, false, string.first_line, string.first_line_start, string.start);
    }
    ++cursor_;
    if (c == string.quote) {
      ++quotes;
      continue;
    }
    quotes = 0;
    if (c == '\n') {
      note_newline();
    } else if (c == '{') {
      if (*cursor_ == '{' && !in_spec) {
        return give_doubled_brace(out);
      }
      --cursor_;
      if (!enter_field()) return;
      return give_middle(out, cursor_);
    } else if (c == '}') {
      if (unicode_name) return give_middle(out, cursor_);
      if (*cursor_ == '}' && !in_spec && string.bracket_depth == 0) {
        return give_doubled_brace(out);
      }
      --cursor_;
      string.in_text = false;
      return give_middle(out, cursor_);
    } else if (c == '\\') {
      char escaped = *cursor_;
      if (cursor_ == end_) continue;
      if (escaped == '{' || escaped == '}') {
        if (!string.raw && !options_.extra_tokens) warn(invalid_escape_message(arena_, {&escaped, 1}, false));
        continue;
      }
      ++cursor_;
      if (escaped == '\n') note_newline();
      if (!string.raw && escaped == 'N' && *cursor_ == '{') {
        ++cursor_;
        unicode_name = true;
      }
    }
  }
  cursor_ -= quotes;
  give_middle(out, cursor_);
}

}  // namespace hog
