// lexer.hpp: UTF-8 source -> tokens, one at a time.
//
// Invariant: the text is followed by a NUL and holds no other NUL, so that the scanner never asks whether it is at the
// end before it reads. After an error (or the end) every further next() gives an ErrorToken or ENDMARKER again.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.hpp"
#include "syntax/parser.hpp"
#include "syntax/token.hpp"

namespace hog {

struct LexerOptions {
  bool type_comments = false;
  // For the tokenize module: COMMENT and NL tokens, real positions of INDENT, DEDENT and ENDMARKER, and no complaint
  // about unbalanced brackets.
  bool extra_tokens = false;
};

// Columns in characters and ends of lines. Remembers the last answer, so that asking at every token of a long line costs
// no more than reading the line once.
class LineCounter {
 public:
  // How many characters of the line that starts at `line` stand before `at`.
  int32_t characters(const char* line, const char* at);
  // The newline of the line that `at` is in, or `end`.
  const char* line_end(const char* at, const char* end);

 private:
  const char* line_ = nullptr;
  const char* to_ = nullptr;
  int32_t count_ = 0;
  const char* scanned_from_ = nullptr;
  const char* line_end_ = nullptr;
};

class Lexer {
 public:
  static constexpr int kMaxLevel = 200;
  static constexpr int kMaxIndent = 100;
  static constexpr int kMaxStringNesting = 150;
  static constexpr int kMaxFieldNesting = 3;

  // `text` must be NUL-terminated, with \n as its only line ending; see prepare_source().
  Lexer(Arena& arena, std::string_view text, const LexerOptions& options);

  // Begins at a later line instead, where a statement outside all blocks begins.
  struct Place {
    const char* line_start = nullptr;
    int32_t line = 0;
  };
  void start_at(const Place& place);

  void next(Token& out);

  // Why next() gave an ErrorToken. Columns are in characters from 1. Kind None: the text ended too early (inside
  // brackets when level() > 0).
  const ParseError& error() const { return error_; }
  bool failed() const { return failed_; }

  int level() const { return level_; }
  struct OpenBracket {
    char bracket;
    int32_t line;
    int32_t col;
  };
  const OpenBracket& innermost_bracket() const { return brackets_[level_ - 1]; }
  int indentation() const { return indent_; }
  // Closes all blocks at the end of a `single` input: the DEDENTs come next.
  void imply_dedents();
  // Whether the error only counts where the grammar runs into it, and says nothing about a source with another error.
  bool error_is_quiet() const { return quiet_; }
  bool inside_string() const { return mode_ > 0; }
  // Where the scanner is. A newline that was read belongs to the line that it ends.
  int32_t line() const { return line_ - (just_behind_newline() ? 1 : 0); }
  int32_t column() const;
  // Whether the scanner has looked behind the end of the text: more text might have made another token.
  bool saw_end() const { return saw_end_ || (cursor_ >= end_ && cursor_ > begin_ && peeks_behind_last_); }
  const char* cursor() const { return cursor_; }
  std::string_view text() const { return {begin_, static_cast<size_t>(end_ - begin_)}; }
  const char* line_start() const { return line_start_; }

  ArenaVector<ParseWarning>& warnings() { return warnings_; }
  void warn(std::string_view message);  // SyntaxWarning at the cursor
  // About a token; `line` is the one that is reported.
  void warn_at(const Token& token, int32_t line, std::string_view message);

 private:
  // One f- or t-string that is being read.
  struct StringMode {
    char quote;
    uint8_t quote_size;
    bool raw;
    bool is_template;
    bool in_text;  // reading characters, not a replacement field
    bool in_format_spec;
    int16_t bracket_depth;  // brackets open since the string began
    int16_t field_depth;    // replacement fields open, less one
    int32_t first_line;
    const char* start;
    const char* first_line_start;
  };

  void scan(Token& out);
  bool measure_indentation(bool* blank);
  bool continue_line();
  void scan_word(Token& out);
  void scan_operator(Token& out);
  void open_bracket(Token& out, TokenType type);
  void close_bracket(Token& out, TokenType type);
  bool field_ends_at(char c) const;
  enum class CommentResult : uint8_t { Skip, Give };
  CommentResult scan_comment(Token& out, bool blank);

  // lexer_number.cpp
  void scan_number(Token& out);
  bool decimal_tail();
  bool fraction_and_exponent();
  bool end_of_number(const char* kind);
  bool radix_number(int radix, const char* kind);
  bool zero_number();
  bool decimal_number();

  // lexer_string.cpp
  void scan_string(Token& out, const char* quote);
  void scan_template_start(Token& out, const char* quote, bool raw, bool is_template);
  void scan_template_text(Token& out);
  void template_middle(Token& out);
  void give_middle(Token& out, const char* end);
  void give_doubled_brace(Token& out);
  bool enter_field();
  void fail_prefixes(char first, char second);
  void fail_unterminated(const char* what, bool escaped_quote, int32_t line, const char* line_start, const char* start);

  void give(Token& out, TokenType type) const;        // from token_start_ to the cursor, on one line
  void give_plain(Token& out, TokenType type) const;  // without text
  void fail(std::string_view message);                // at the cursor
  void fail_range(int32_t col, int32_t end_col, std::string_view message);  // byte columns from 1
  void fail_kind(ParseErrorKind kind, std::string_view message, int32_t col, int32_t end_col);
  void fail_quietly();
  void fail_end();  // the text ended too early
  std::string_view string_name() { return mode().is_template ? "t-string" : "f-string"; }
  bool check_identifier(const char* start);
  void fail_character(char32_t c);
  void note_newline() {
    ++line_;
    line_start_ = cursor_;
  }
  bool poll();
  bool just_behind_newline() const { return at_line_start_ && cursor_ == line_start_ && cursor_ > begin_; }
  std::string_view line_text() const;
  bool inside_template() const { return mode_ > 0; }
  StringMode& mode() { return modes_[mode_ - 1]; }
  const StringMode& mode() const { return modes_[mode_ - 1]; }

  Arena& arena_;
  LexerOptions options_;
  const char* begin_;
  const char* end_;
  const char* cursor_;
  const char* line_start_;
  const char* joined_start_;  // of the first of the lines that backslashes join to this one
  const char* token_start_ = nullptr;
  int32_t line_;
  bool at_line_start_ = true;
  bool failed_ = false;
  bool behind_lone_comment_ = false;  // the newline that comes next ends no statement
  int pending_ = 0;                   // INDENT (> 0) or DEDENT (< 0) tokens to give
  int level_ = 0;
  int indent_ = 0;
  int mode_ = 0;
  bool saw_end_ = false;
  bool quiet_ = false;
  bool peeks_behind_last_ = false;
  uint32_t steps_ = 0;
  ParseError error_;
  ArenaVector<ParseWarning> warnings_;
  LineCounter counter_;
  int32_t indents_[kMaxIndent];
  int32_t alternate_indents_[kMaxIndent];
  OpenBracket brackets_[kMaxLevel];
  ArenaVector<StringMode> modes_;
};

// NUL-terminated copy of `source` with \n line endings; `add_newline`: a last line gets its newline. Null data() when
// the arena is exhausted.
std::string_view prepare_source(Arena& arena, std::string_view source, bool add_newline);

TokenType keyword_type(std::string_view word);  // Name when it is none

// The number of characters in UTF-8 text.
int32_t count_characters(std::string_view text);

}  // namespace hog
