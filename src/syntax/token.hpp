// token.hpp: the tokens of Python 3.14. The numbers up to ErrorToken are those of the `token` module.
#pragma once

#include <cstdint>
#include <string_view>

namespace hog {

enum class TokenType : uint8_t {
  EndMarker,
  Name,
  Number,
  String,
  Newline,
  Indent,
  Dedent,
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  Colon,
  Comma,
  Semicolon,
  Plus,
  Minus,
  Star,
  Slash,
  Bar,
  Ampersand,
  Less,
  Greater,
  Equal,
  Dot,
  Percent,
  LeftBrace,
  RightBrace,
  EqualEqual,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Tilde,
  Caret,
  LeftShift,
  RightShift,
  DoubleStar,
  PlusEqual,
  MinusEqual,
  StarEqual,
  SlashEqual,
  PercentEqual,
  AmpersandEqual,
  BarEqual,
  CaretEqual,
  LeftShiftEqual,
  RightShiftEqual,
  DoubleStarEqual,
  DoubleSlash,
  DoubleSlashEqual,
  At,
  AtEqual,
  Arrow,
  Ellipsis,
  ColonEqual,
  Exclamation,
  Op,
  TypeIgnore,
  TypeComment,
  SoftKeyword,
  FStringStart,
  FStringMiddle,
  FStringEnd,
  TStringStart,
  TStringMiddle,
  TStringEnd,
  Comment,
  NonlogicalNewline,
  ErrorToken,
  // Keywords: NAME to the `tokenize` module.
  KwFalse,
  KwNone,
  KwTrue,
  KwAnd,
  KwAs,
  KwAssert,
  KwAsync,
  KwAwait,
  KwBreak,
  KwClass,
  KwContinue,
  KwDef,
  KwDel,
  KwElif,
  KwElse,
  KwExcept,
  KwFinally,
  KwFor,
  KwFrom,
  KwGlobal,
  KwIf,
  KwImport,
  KwIn,
  KwIs,
  KwLambda,
  KwNonlocal,
  KwNot,
  KwOr,
  KwPass,
  KwRaise,
  KwReturn,
  KwTry,
  KwWhile,
  KwWith,
  KwYield,
};
static_assert(static_cast<int>(TokenType::ErrorToken) == 67);
inline constexpr size_t kTokenTypeCount = static_cast<size_t>(TokenType::KwYield) + 1;

constexpr bool is_keyword(TokenType type) { return type >= TokenType::KwFalse; }

// Lines from 1, columns in bytes from 0. Col and end_col are -1 for tokens without text of their own (INDENT, DEDENT,
// ENDMARKER), unless the lexer was asked for extra tokens.
struct Token {
  TokenType type = TokenType::ErrorToken;
  uint16_t level = 0;  // open brackets after this token
  int32_t line = 0;
  int32_t col = 0;
  int32_t end_line = 0;
  int32_t end_col = 0;
  const char* start = nullptr;  // in the lexer's copy of the source
  const char* end = nullptr;

  std::string_view text() const { return {start, static_cast<size_t>(end - start)}; }
};

}  // namespace hog
