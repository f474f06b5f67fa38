// tokenizer.hpp: the tokens of a source as the `_tokenize` module gives them: exact types, text, places in characters.
#pragma once

#include "syntax/lexer.hpp"

namespace hog {

struct TokenRecord {
  int type;  // as in the `token` module
  std::string_view text;
  // Lines from 1, columns in characters from 0 (-1: a token without text of its own, when extra tokens are off).
  int32_t line;
  int32_t col;
  int32_t end_line;
  int32_t end_col;
  std::string_view source_line;  // all lines of the token
};

class Tokenizer {
 public:
  enum class ExtraTokens : uint8_t { No, Yes };

  // `source` is UTF-8 and must outlive the tokenizer. With extra tokens: COMMENT and NL, one type for all operators,
  // and a tolerant reading of brackets, as the `tokenize` module wants it.
  Tokenizer(Arena& arena, std::string_view source, ExtraTokens extra);

  enum class Outcome : uint8_t { Token, End, Error };
  // End: the token is ENDMARKER, after which there is none.
  Outcome next(TokenRecord& out);
  // Why: as for parse(); kind None does not occur. An end of 0 is None in Python, and so is an empty text.
  const ParseError& error() const { return error_; }

 private:
  void set_error();
  std::string_view original_line(int32_t line);
  std::string_view lines_of(const char* start, const char* end);

  Arena& arena_;
  std::string_view source_;  // as it came: with its own line endings
  std::string_view text_;    // as the lexer reads it
  bool extra_;
  bool has_carriage_returns_;
  bool has_nul_;
  bool is_utf8_;
  Lexer lexer_;
  ParseError error_;
  LineCounter counter_;
  size_t original_start_ = 0;
  size_t original_end_ = 0;
  int32_t original_number_ = 1;
};

}  // namespace hog
