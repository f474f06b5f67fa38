// lexer.cpp: indentation, words, operators, brackets and comments. Numbers are in lexer_number.cpp, strings in
// lexer_string.cpp. Ref: reference/lexical_analysis.
#include "syntax/lexer.hpp"

#include "syntax/character.hpp"
#include "syntax/message.hpp"

namespace hog {

Lexer::Lexer(Arena& arena, std::string_view text, const LexerOptions& options)
    : arena_(arena),
      options_(options),
      begin_(text.data()),
      end_(text.data() + text.size()),
      cursor_(begin_),
      line_start_(begin_),
      joined_start_(begin_),
      line_(text.empty() ? 0 : 1),
      warnings_(arena),
      modes_(arena) {
  indents_[0] = 0;
  alternate_indents_[0] = 0;
}

std::string_view prepare_source(Arena& arena, std::string_view source, bool add_newline) {
  std::span<char> room = arena.make_array<char>(source.size() + 2);
  if (room.empty()) return {};
  char* to = room.data();
  const char* from = source.data();
  const char* end = from + source.size();
  while (from < end) {
    const void* found = std::memchr(from, '\r', static_cast<size_t>(end - from));
    const char* stop = found != nullptr ? static_cast<const char*>(found) : end;
    std::memcpy(to, from, static_cast<size_t>(stop - from));
    to += stop - from;
    from = stop;
    if (from < end) {
      *to++ = '\n';
      ++from;
      if (from < end && *from == '\n') ++from;
    }
  }
  if (add_newline && to > room.data() && to[-1] != '\n') *to++ = '\n';
  *to = '\0';
  return {room.data(), static_cast<size_t>(to - room.data())};
}

int32_t count_characters(std::string_view text) {
  int32_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

// --- giving tokens and errors ---------------------------------------------------------------------------------

void Lexer::give(Token& out, TokenType type) const {
  out.type = type;
  out.level = static_cast<uint16_t>(level_);
  out.line = out.end_line = line_;
  out.col = static_cast<int32_t>(token_start_ - line_start_);
  out.end_col = static_cast<int32_t>(cursor_ - line_start_);
  out.start = token_start_;
  out.end = cursor_;
}

void Lexer::give_plain(Token& out, TokenType type) const {
  give(out, type);
  out.start = out.end = cursor_;
  if (!options_.extra_tokens) out.col = out.end_col = -1;
}

std::string_view Lexer::line_text() const {
  const char* stop = line_start_;
  while (stop < end_ && *stop != '\n') ++stop;
  return {line_start_, static_cast<size_t>(stop - line_start_)};
}

void Lexer::fail_kind(ParseErrorKind kind, std::string_view message, int32_t col, int32_t end_col) {
  if (failed_) return;
  failed_ = true;
  error_.kind = kind;
  error_.message = message;
  error_.line = error_.end_line = line_;
  error_.col = col;
  error_.end_col = end_col;
  error_.text = line_text();
}

void Lexer::fail(std::string_view message) {
  int32_t col = count_characters({line_start_, static_cast<size_t>(cursor_ - line_start_)});
  fail_kind(ParseErrorKind::Syntax, message, col, col);
}

void Lexer::fail_range(int32_t col, int32_t end_col, std::string_view message) {
  auto characters = [this](int32_t bytes) { return count_characters({line_start_, static_cast<size_t>(bytes)}); };
  fail_kind(ParseErrorKind::Syntax, message, characters(col), characters(end_col));
}

// CPython's parser reports this error, not its lexer: only where the grammar runs into it, and with the newline.
void Lexer::fail_quietly() {
  quiet_ = true;
  const char* end = error_.text.data() + error_.text.size();
  if (end < end_) error_.text = {error_.text.data(), error_.text.size() + 1};
}

int32_t Lexer::column() const {
  const char* start = line_start_;
  if (just_behind_newline()) {
    do --start;
    while (start > begin_ && start[-1] != '\n');
  }
  return static_cast<int32_t>(cursor_ - start);
}

void Lexer::fail_end() {
  failed_ = true;
  saw_end_ = true;
}

void Lexer::fail_character(char32_t c) {
  NumberText code = NumberText::hex(c, 4);
  if (!is_printable_character(c)) {
    fail(concatenate(arena_, {"invalid non-printable character U+", code}));
    return;
  }
  char utf8[4];
  size_t size = encode_utf8(c, utf8);
  fail(concatenate(arena_, {"invalid character '", {utf8, size}, "' (U+", code, ")"}));
}

void Lexer::warn(std::string_view message) {
  ParseWarning warning;
  warning.message = message;
  warning.line = warning.end_line = line_;
  warning.col = warning.end_col = counter_.characters(line_start_, cursor_);
  warning.text = {line_start_, static_cast<size_t>(counter_.line_end(cursor_, end_) - line_start_)};
  warnings_.push_back(warning);
}

void Lexer::warn_at(const Token& token, int32_t line, std::string_view message) {
  ParseWarning warning;
  const char* first = token.start - token.col;
  const char* stop = counter_.line_end(token.start, end_);
  if (stop < end_) ++stop;
  warning.message = message;
  warning.line = line;
  warning.col = counter_.characters(first, token.start) + 1;
  warning.end_line = token.end_line;
  // The end counts in the first line, too.
  const char* last = token.end_line == token.line   ? token.end
                     : stop - first < token.end_col ? stop
                                                    : first + token.end_col;
  warning.end_col = counter_.characters(first, last) + 1;
  warning.text = {first, static_cast<size_t>(stop - first)};
  warnings_.push_back(warning);
}

int32_t LineCounter::characters(const char* line, const char* at) {
  if (line_ != line || to_ > at) {
    line_ = to_ = line;
    count_ = 0;
  }
  count_ += count_characters({to_, static_cast<size_t>(at - to_)});
  to_ = at;
  return count_;
}

const char* LineCounter::line_end(const char* at, const char* end) {
  if (line_end_ != nullptr && scanned_from_ <= at && at <= line_end_) return line_end_;
  const void* found = at < end ? std::memchr(at, '\n', static_cast<size_t>(end - at)) : nullptr;
  scanned_from_ = at;
  line_end_ = found != nullptr ? static_cast<const char*>(found) : end;
  return line_end_;
}

bool Lexer::poll() {
  if (arena_.exhausted()) {
    fail_kind(ParseErrorKind::Memory, "", 0, 0);
    return false;
  }
  if ((++steps_ & 0xFFF) == 0 && !arena_.source().poll()) {
    fail_kind(ParseErrorKind::Cancelled, "", 0, 0);
    return false;
  }
  return true;
}

void Lexer::next(Token& out) {
  if (!failed_ && poll()) [[likely]] {
    if (mode_ > 0 && mode().in_text) {
      scan_template_text(out);
    } else {
      scan(out);
    }
  }
  if (failed_) [[unlikely]] {
    give_plain(out, TokenType::ErrorToken);
    peeks_behind_last_ = false;
  } else if (cursor_ == end_) [[unlikely]] {
    // CPython reads one character behind indentation, names, numbers, the shorter operators and the first quote of an f-string.
    bool operator_or_quote = out.type >= TokenType::LeftParen && out.type <= TokenType::Op;
    if (out.type == TokenType::FStringStart || out.type == TokenType::TStringStart) {
      operator_or_quote = mode().quote_size == 1;
    }
    peeks_behind_last_ = out.type == TokenType::Name || out.type == TokenType::Number || is_keyword(out.type) ||
                         out.type == TokenType::Indent || out.type == TokenType::Dedent ||
                         (operator_or_quote && out.end - out.start < 3);
  }
}

void Lexer::start_at(const Place& place) {
  cursor_ = line_start_ = joined_start_ = place.line_start;
  line_ = place.line;
}

void Lexer::imply_dedents() {
  pending_ = -indent_;
  indent_ = 0;
}

// --- lines ------------------------------------------------------------------------------------------------------

// After a backslash: goes on to the next line.
bool Lexer::continue_line() {
  if (*cursor_ != '\n') {
    if (cursor_ < end_) ++cursor_;
    // CPython counts from the first of the lines that were joined, but not behind the end of this one.
    std::string_view line = line_text();
    int32_t last = count_characters(line) + (line.data() + line.size() < end_) + 1;
    int32_t col = count_characters({joined_start_, static_cast<size_t>(cursor_ - joined_start_)});
    if (col > last) col = last;
    fail_kind(ParseErrorKind::Syntax, "unexpected character after line continuation character", col, 0);
    fail_quietly();
    return false;
  }
  ++cursor_;
  if (cursor_ == end_) {
    fail_end();
    return false;
  }
  note_newline();
  return true;
}

// Reads the white space that begins a line and counts the INDENT or DEDENT tokens that it means.
bool Lexer::measure_indentation(bool* blank) {
  int32_t col = 0;
  int32_t alternate = 0;  // with tabs as wide as one blank; both measures must agree
  int32_t continued_col = 0;
  for (;; ++cursor_) {
    char c = *cursor_;
    if (c == ' ') {
      ++col;
      ++alternate;
    } else if (c == '\t') {
      col = (col / 8 + 1) * 8;
      ++alternate;
    } else if (c == '\f') {
      col = alternate = 0;
    } else if (c == '\\') {
      // The indentation of a line that goes on behind a backslash is that of its first part.
      if (continued_col == 0) continued_col = col;
      ++cursor_;
      if (!continue_line()) return false;
      joined_start_ = cursor_;
      --cursor_;
    } else {
      break;
    }
  }
  if (*cursor_ == '#' || *cursor_ == '\n') {
    *blank = true;
    return true;
  }
  if (level_ > 0) return true;
  if (continued_col != 0) col = alternate = continued_col;
  auto inconsistent = [this] {
    fail_kind(ParseErrorKind::Tab, "inconsistent use of tabs and spaces in indentation", 1, 0);
    fail_quietly();
    return false;
  };
  if (col > indents_[indent_]) {
    if (indent_ + 1 >= kMaxIndent) {
      fail_kind(ParseErrorKind::Indentation, "too many levels of indentation", 1, 0);
      fail_quietly();
      return false;
    }
    if (alternate <= alternate_indents_[indent_]) return inconsistent();
    ++pending_;
    ++indent_;
    indents_[indent_] = col;
    alternate_indents_[indent_] = alternate;
    return true;
  }
  while (indent_ > 0 && col < indents_[indent_]) {
    --pending_;
    --indent_;
  }
  if (col != indents_[indent_]) {
    std::string_view line = line_text();
    bool newline = line.data() + line.size() < end_;
    fail_kind(ParseErrorKind::Indentation, "unindent does not match any outer indentation level",
              count_characters(line) + newline, -1);
    fail_quietly();
    return false;
  }
  return alternate == alternate_indents_[indent_] || inconsistent();
}

void Lexer::scan(Token& out) {
  for (;;) {
    bool blank = false;
    if (at_line_start_) {
      at_line_start_ = false;
      if (cursor_ == end_ && line_ > 1 && cursor_ == line_start_) {
        // The end of the text belongs to the last line, not to an empty one behind it.
        --line_;
        do --line_start_;
        while (line_start_ > begin_ && line_start_[-1] != '\n');
      }
      if (!measure_indentation(&blank)) return;
    }
    if (pending_ != 0) {
      bool indent = pending_ > 0;
      pending_ += indent ? -1 : 1;
      token_start_ = indent ? line_start_ : cursor_;
      give(out, indent ? TokenType::Indent : TokenType::Dedent);
      if (!options_.extra_tokens) out.col = out.end_col = -1;
      return;
    }
    for (;;) {
      while (*cursor_ == ' ' || *cursor_ == '\t' || *cursor_ == '\f') ++cursor_;
      token_start_ = cursor_;
      if (*cursor_ == '#') {
        if (scan_comment(out, blank) == CommentResult::Give) return;
      }
      if (*cursor_ != '\\') break;
      ++cursor_;
      if (!continue_line()) return;
    }
    char c = *cursor_;
    if (c != '\n') [[likely]] {
      if (is_name_start(c)) return scan_word(out);
      if (is_digit(c) || (c == '.' && is_digit(cursor_[1]))) return scan_number(out);
      if (c == '"' || c == '\'') return scan_string(out, cursor_);
      if (cursor_ == end_) {
        if (level_ > 0) return fail_end();
        saw_end_ = true;
        return give_plain(out, TokenType::EndMarker);
      }
      return scan_operator(out);
    }
    // A line that ends inside brackets or holds no token is no logical line.
    ++cursor_;
    at_line_start_ = true;
    bool logical = !blank && !behind_lone_comment_ && level_ == 0;
    behind_lone_comment_ = false;
    if (logical || options_.extra_tokens) {
      give(out, logical ? TokenType::Newline : TokenType::NonlogicalNewline);
      note_newline();
      joined_start_ = cursor_;
      return;
    }
    note_newline();
    joined_start_ = cursor_;
    if (!poll()) return;
  }
}

Lexer::CommentResult Lexer::scan_comment(Token& out, bool blank) {
  const char* newline = static_cast<const char*>(std::memchr(cursor_, '\n', static_cast<size_t>(end_ - cursor_)));
  const char* stop = newline != nullptr ? newline : end_;
  if (options_.type_comments) {
    // "# type: ", with any amount of white space at the blanks.
    const char* at = cursor_ + 1;
    auto skip_blanks = [&at] {
      while (*at == ' ' || *at == '\t') ++at;
    };
    skip_blanks();
    if (stop - at >= 5 && std::memcmp(at, "type:", 5) == 0 && at + 5 < end_) {
      at += 5;
      skip_blanks();
      cursor_ = stop;
      bool ignore = stop - at >= 6 && std::memcmp(at, "ignore", 6) == 0 &&
                    (stop - at == 6 || !(is_name_character(at[6]) && at[6] != '_'));
      give(out, ignore ? TokenType::TypeIgnore : TokenType::TypeComment);
      out.start = ignore ? at + 6 : at;
      out.end = stop;
      out.col = static_cast<int32_t>(out.start - line_start_);
      if (ignore && blank && cursor_ < end_) {
        ++cursor_;
        note_newline();
        at_line_start_ = true;
      }
      return CommentResult::Give;
    }
  }
  cursor_ = stop;
  if (!options_.extra_tokens) return CommentResult::Skip;
  give(out, TokenType::Comment);
  behind_lone_comment_ = blank;
  return CommentResult::Give;
}

// --- words and operators ----------------------------------------------------------------------------------------

void Lexer::scan_word(Token& out) {
  const char* start = cursor_;
  unsigned char all = 0;
  // The prefixes of strings, while they can still become one.
  bool b = false, u = false, r = false, f = false, t = false;
  const char* at = start;
  for (;; ++at) {
    char c = static_cast<char>(*at | 0x20);
    if (c == 'b' && !b && !u && !f && !t) b = true;
    else if (c == 'u' && !b && !u && !r && !f && !t) u = true;
    else if (c == 'r' && !r && !u) r = true;
    else if (c == 'f' && !f && !b && !u && !t) f = true;
    else if (c == 't' && !t && !b && !u && !f) t = true;
    else break;
    if (at[1] == '"' || at[1] == '\'') {
      ++at;
      if (f || t) return scan_template_start(out, at, r, t);
      return scan_string(out, at);
    }
  }
  while (is_name_character(*at)) all |= static_cast<unsigned char>(*at++);
  cursor_ = at;
  if (all >= 0x80 && !options_.extra_tokens && !check_identifier(start)) return;
  if (*at == '"' || *at == '\'') [[unlikely]] {
    // Only prefixes, but some that do not go together?
    bool seen[5] = {};
    std::string_view letters = "ubrft";
    size_t used = 0;
    for (const char* p = start; p < at && at - start <= 5; ++p) {
      size_t which = letters.find(static_cast<char>(*p | 0x20));
      if (which == letters.npos || seen[which] || static_cast<unsigned char>(*p) >= 0x80) break;
      seen[which] = true;
      ++used;
    }
    if (used == static_cast<size_t>(at - start)) {
      constexpr uint8_t kPairs[][2] = {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 3}, {1, 4}, {3, 4}};
      for (auto [first, second] : kPairs) {
        if (seen[first] && seen[second]) return fail_prefixes(letters[first], letters[second]);
      }
    }
  }
  TokenType type = TokenType::Name;
  size_t size = static_cast<size_t>(at - start);
  if (size >= 2 && size <= 8) type = keyword_type({start, size});
  give(out, type);
}

void Lexer::fail_prefixes(char first, char second) {
  int32_t col = static_cast<int32_t>(token_start_ - line_start_) + 1;
  // CPython has read the quote by now and counts up to it.
  int32_t end_col = static_cast<int32_t>(cursor_ - line_start_) + 1;
  fail_range(col, end_col - 0,
             concatenate(arena_, {"'", {&first, 1}, "' and '", {&second, 1}, "' prefixes are incompatible"}));
}

// A name with characters beyond ASCII: are they letters?
bool Lexer::check_identifier(const char* start) {
  const char* at = start;
  while (at < cursor_) {
    char32_t c;
    const char* next = decode_utf8(at, cursor_, &c);
    bool good = at == start ? is_identifier_start(c) : is_identifier_continue(c);
    if (!good) {
      cursor_ = next;
      fail_character(c);
      return false;
    }
    at = next;
  }
  return true;
}

// Whether `c`, just before the cursor, may end the expression of a replacement field.
bool Lexer::field_ends_at(char c) const {
  return inside_template() && c == ':' && mode().bracket_depth == mode().field_depth + 1;
}

void Lexer::open_bracket(Token& out, TokenType type) {
  if (level_ >= kMaxLevel) return fail("too many nested parentheses");
  brackets_[level_++] = {cursor_[-1], line_, static_cast<int32_t>(token_start_ - line_start_)};
  if (inside_template()) ++mode().bracket_depth;
  give(out, type);
}

static char partner(char closing) { return closing == ')' ? '(' : closing == ']' ? '[' : '{'; }

void Lexer::close_bracket(Token& out, TokenType type) {
  char c = cursor_[-1];
  std::string_view text(&cursor_[-1], 1);
  if (inside_template() && mode().bracket_depth == 0 && c == '}') {
    return fail(concatenate(arena_, {string_name(), ": single '}' is not allowed"}));
  }
  if (level_ == 0 && !options_.extra_tokens) return fail(concatenate(arena_, {"unmatched '", text, "'"}));
  if (level_ > 0) {
    const OpenBracket& open = brackets_[--level_];
    if (open.bracket != partner(c) && !options_.extra_tokens) {
      if (inside_template() && open.bracket == '{' && mode().bracket_depth - 1 == mode().field_depth) {
        return fail(concatenate(arena_, {string_name(), ": unmatched '", text, "'"}));
      }
      std::string_view opening(&open.bracket, 1);
      if (open.line == line_) {
        return fail(concatenate(
            arena_, {"closing parenthesis '", text, "' does not match opening parenthesis '", opening, "'"}));
      }
      return fail(concatenate(arena_, {"closing parenthesis '", text, "' does not match opening parenthesis '", opening,
                                       "' on line ", NumberText::decimal(static_cast<uint64_t>(open.line))}));
    }
  }
  if (inside_template()) {
    StringMode& string = mode();
    if (--string.bracket_depth < 0) {
      return fail(concatenate(arena_, {string_name(), ": unmatched '", text, "'"}));
    }
    if (c == '}' && string.bracket_depth == string.field_depth) {
      --string.field_depth;
      string.in_text = true;
      string.in_format_spec = false;
    }
  }
  give(out, type);
}

void Lexer::scan_operator(Token& out) {
  using enum TokenType;
  const char c = *cursor_++;
  // The longest of up to three spellings.
  auto one = [&](TokenType type) { give(out, type); };
  auto equals = [&](TokenType plain, TokenType with_equal) {
    if (*cursor_ == '=') {
      ++cursor_;
      plain = with_equal;
    }
    give(out, plain);
  };
  auto twice = [&](TokenType plain, TokenType plain_equal, TokenType doubled, TokenType doubled_equal) {
    if (*cursor_ != c) return equals(plain, plain_equal);
    ++cursor_;
    equals(doubled, doubled_equal);
  };
  switch (c) {
    case '(': return open_bracket(out, LeftParen);
    case '[': return open_bracket(out, LeftBracket);
    case '{': return open_bracket(out, LeftBrace);
    case ')': return close_bracket(out, RightParen);
    case ']': return close_bracket(out, RightBracket);
    case '}': return close_bracket(out, RightBrace);
    case ',': return one(Comma);
    case ';': return one(Semicolon);
    case '~': return one(Tilde);
    case ':':
      if (field_ends_at(c)) {
        mode().in_text = true;
        mode().in_format_spec = true;
        return one(Colon);
      }
      return equals(Colon, ColonEqual);
    case '.':
      if (cursor_[0] == '.' && cursor_[1] == '.') {
        cursor_ += 2;
        return one(Ellipsis);
      }
      if (cursor_[0] == '.' && cursor_ + 1 == end_) saw_end_ = true;
      return one(Dot);
    case '=': return equals(Equal, EqualEqual);
    case '!': return equals(Exclamation, NotEqual);
    case '+': return equals(Plus, PlusEqual);
    case '-':
      if (*cursor_ == '>') {
        ++cursor_;
        return one(Arrow);
      }
      return equals(Minus, MinusEqual);
    case '%': return equals(Percent, PercentEqual);
    case '&': return equals(Ampersand, AmpersandEqual);
    case '|': return equals(Bar, BarEqual);
    case '^': return equals(Caret, CaretEqual);
    case '@': return equals(At, AtEqual);
    case '*': return twice(Star, StarEqual, DoubleStar, DoubleStarEqual);
    case '/': return twice(Slash, SlashEqual, DoubleSlash, DoubleSlashEqual);
    case '>': return twice(Greater, GreaterEqual, RightShift, RightShiftEqual);
    case '<': return twice(Less, LessEqual, LeftShift, LeftShiftEqual);
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return fail_character(static_cast<unsigned char>(c));
      return one(Op);
  }
}

}  // namespace hog
