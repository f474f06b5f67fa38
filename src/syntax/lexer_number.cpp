// lexer_number.cpp: number literals. The cursor's place at a failure is the place that is reported.
#include "syntax/character.hpp"
#include "syntax/lexer.hpp"
#include "syntax/message.hpp"

namespace hog {

// Digits, single underscores between them; the cursor is on or behind the first digit.
bool Lexer::decimal_tail() {
  for (;;) {
    while (is_digit(*cursor_)) ++cursor_;
    if (*cursor_ != '_') return true;
    ++cursor_;
    if (!is_digit(*cursor_)) {
      fail("invalid decimal literal");
      return false;
    }
  }
}

// A number must not run into a name. Into a keyword that may follow a number it still may, with a warning.
bool Lexer::end_of_number(const char* kind) {
  char c = *cursor_;
  if (!is_name_character(c)) [[likely]]
    return true;
  if (options_.extra_tokens && static_cast<unsigned char>(c) < 0x80) return true;
  auto follows = [this](std::string_view word) {
    for (size_t i = 0; i < word.size(); ++i) {
      if (cursor_[i] != word[i]) return false;
    }
    // As in CPython, the two-letter words with i are not told from longer names.
    return word[0] == 'i' || !is_name_character(cursor_[word.size()]);
  };
  bool keyword = follows("and") || follows("else") || follows("for") || follows("if") || follows("in") ||
                 follows("is") || follows("or") || follows("not");
  std::string_view message = concatenate(arena_, {"invalid ", kind, " literal"});
  if (keyword) {
    warn(message);
    return true;
  }
  if (static_cast<unsigned char>(c) >= 0x80) return true;
  fail(message);
  return false;
}

bool Lexer::radix_number(int radix, const char* kind) {
  auto is_own_digit = [radix](char c) { return radix == 16 ? is_hex_digit(c) : c >= '0' && c < '0' + radix; };
  auto bad_digit = [&] {
    std::string_view digit(cursor_, 1);
    ++cursor_;
    fail(concatenate(arena_, {"invalid digit '", digit, "' in ", kind, " literal"}));
    return false;
  };
  do {
    if (*cursor_ == '_') ++cursor_;
    if (!is_own_digit(*cursor_)) {
      if (is_digit(*cursor_)) return bad_digit();
      fail(concatenate(arena_, {"invalid ", kind, " literal"}));
      return false;
    }
    while (is_own_digit(*cursor_)) ++cursor_;
  } while (*cursor_ == '_');
  if (is_digit(*cursor_)) return bad_digit();
  return end_of_number(kind);
}

// From the '.', the exponent or the end of the whole part on.
bool Lexer::fraction_and_exponent() {
  if (*cursor_ == '.') {
    ++cursor_;
    if (is_digit(*cursor_) && !decimal_tail()) return false;
  }
  if (*cursor_ == 'e' || *cursor_ == 'E') {
    const char* exponent = cursor_++;
    if (*cursor_ == '+' || *cursor_ == '-') {
      ++cursor_;
      if (!is_digit(*cursor_)) {
        fail("invalid decimal literal");
        return false;
      }
    } else if (!is_digit(*cursor_)) {
      cursor_ = exponent;
      return end_of_number("decimal");
    }
    if (!decimal_tail()) return false;
  }
  if (*cursor_ == 'j' || *cursor_ == 'J') {
    ++cursor_;
    return end_of_number("imaginary");
  }
  return end_of_number("decimal");
}

bool Lexer::zero_number() {
  const char* start = cursor_++;
  switch (*cursor_) {
    case 'x':
    case 'X': ++cursor_; return radix_number(16, "hexadecimal");
    case 'o':
    case 'O': ++cursor_; return radix_number(8, "octal");
    case 'b':
    case 'B': ++cursor_; return radix_number(2, "binary");
    default: break;
  }
  for (;;) {
    if (*cursor_ == '_') {
      ++cursor_;
      if (!is_digit(*cursor_)) {
        fail("invalid decimal literal");
        return false;
      }
    }
    if (*cursor_ != '0') break;
    ++cursor_;
  }
  const char* zeros_end = cursor_ + 1;
  bool nonzero = is_digit(*cursor_);
  if (nonzero && !decimal_tail()) return false;
  char c = *cursor_;
  bool is_float = c == '.' || c == 'e' || c == 'E' || c == 'j' || c == 'J';
  if (nonzero && !is_float && !options_.extra_tokens) {
    fail_range(static_cast<int32_t>(start - line_start_) + 1, static_cast<int32_t>(zeros_end - line_start_),
               "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers");
    return false;
  }
  return fraction_and_exponent();
}

void Lexer::scan_number(Token& out) {
  bool good;
  if (*cursor_ == '0') {
    good = zero_number();
  } else {
    good = (*cursor_ == '.' || decimal_tail()) && fraction_and_exponent();
  }
  if (good) give(out, TokenType::Number);
}

}  // namespace hog
