// float_parse.cpp: text to double; see number.hpp. Decimal text is checked here and converted by
// std::from_chars, which rounds correctly and knows no locale; hexadecimal text is converted here.
#include <charconv>
#include <cmath>
#include <cstring>

#include "text/number.hpp"
#include "text/unicode.hpp"

namespace hog::number {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool starts_with_word(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); i++) {
    if (lower(text[i]) != word[i]) return false;
  }
  return true;
}

// inf, infinity or nan at the start: its length and value.
Parsed parse_special(std::string_view text) {
  if (starts_with_word(text, "infinity")) return {INFINITY, 8};
  if (starts_with_word(text, "inf")) return {INFINITY, 3};
  if (starts_with_word(text, "nan")) return {NAN, 3};
  return {};
}

constexpr int64_t kHugeExponent = int64_t{1} << 40;  // beyond any text that fits in memory

// Digits of an exponent, held at kHugeExponent. Advances `at`.
int64_t take_exponent_digits(std::string_view text, size_t& at) {
  int64_t value = 0;
  for (; at < text.size() && is_digit(text[at]); at++) {
    if (value < kHugeExponent) value = value * 10 + (text[at] - '0');
  }
  return value;
}

// The shape of a decimal number at the start of a text, and where its first non-zero digit stands.
struct Shape {
  size_t length = 0;      // 0: no number
  int64_t magnitude = 0;  // the value is below 10 ** magnitude and not below a tenth of it
  bool zero = true;
};

Shape shape_of(std::string_view text) {
  Shape shape;
  size_t at = 0, digits = 0;
  int64_t before_point = 0, zeros_after_point = 0;
  for (; at < text.size() && is_digit(text[at]); at++, digits++) {
    if (text[at] != '0') shape.zero = false;
    if (!shape.zero) before_point++;
  }
  if (at < text.size() && text[at] == '.') {
    at++;
    for (; at < text.size() && is_digit(text[at]); at++, digits++) {
      if (text[at] != '0') shape.zero = false;
      if (shape.zero) zeros_after_point++;
    }
  }
  if (digits == 0) return shape;
  shape.length = at;
  int64_t exponent = 0;
  if (at < text.size() && lower(text[at]) == 'e') {
    at++;
    bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) at++;
    size_t first = at;
    exponent = take_exponent_digits(text, at);
    if (negative) exponent = -exponent;
    if (at != first) {
      shape.length = at;
    } else {
      exponent = 0;
    }
  }
  shape.magnitude = (before_point != 0 ? before_point : -zeros_after_point) + exponent;
  return shape;
}

}  // namespace

Parsed parse_float_prefix(std::string_view text) {
  size_t sign = 0;
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    sign = 1;
  }
  text.remove_prefix(sign);
  Shape shape = shape_of(text);
  Parsed parsed;
  if (shape.length == 0) {
    parsed = parse_special(text);
    if (parsed.consumed == 0) return parsed;
  } else {
    parsed.consumed = shape.length;
    if (shape.zero || shape.magnitude < -400) {
      parsed.value = 0;
    } else if (shape.magnitude > 400) {
      parsed.value = INFINITY;
    } else if (std::from_chars(text.data(), text.data() + shape.length, parsed.value).ec != std::errc()) {
      parsed.value = shape.magnitude > 0 ? INFINITY : 0.0;
    }
  }
  if (negative) parsed.value = -parsed.value;
  parsed.consumed += sign;
  return parsed;
}

std::optional<double> parse_float(std::string_view text) {
  Parsed parsed = parse_float_prefix(text);
  if (parsed.consumed == 0 || parsed.consumed != text.size()) return std::nullopt;
  return parsed.value;
}

// --- hexadecimal
// ------------------------------------------------------------------------------------------------------

namespace {

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// 64 leading bits of a number of any length; `sticky` remembers whether anything was cut off.
struct HexMantissa {
  uint64_t bits = 0;
  int64_t exponent = 0;  // the value is bits * 2 ** exponent
  bool sticky = false;
  size_t digits = 0;

  void add(int digit, bool after_point) {
    digits++;
    if (bits >> 60 == 0) {
      bits = bits << 4 | static_cast<uint64_t>(digit);
      if (after_point) exponent -= 4;
    } else {
      sticky = sticky || digit != 0;
      if (!after_point) exponent += 4;
    }
  }
};

// Rounds half to even to the precision that a double has at that size. Returns infinity on overflow.
double to_double(const HexMantissa& mantissa, int64_t exponent) {
  if (mantissa.bits == 0) return 0;
  uint64_t bits = mantissa.bits;
  int shift_up = __builtin_clzll(bits);
  bits <<= shift_up;
  exponent -= shift_up;
  int64_t top = exponent + 63;  // the value is in [2 ** top, 2 ** (top + 1))
  if (top > 1023) return INFINITY;
  if (top < -1076) return 0;
  int64_t lowest = top < -1022 ? -1074 : top - 52;  // the exponent of the last bit kept
  auto dropped = static_cast<unsigned>(lowest - exponent);
  uint64_t kept, rest, half;
  if (dropped < 64) {
    kept = bits >> dropped;
    rest = bits & ((uint64_t{1} << dropped) - 1);
    half = uint64_t{1} << (dropped - 1);
  } else {
    // Below the smallest number: the first bit counts as its half, or as less.
    kept = 0;
    rest = dropped == 64 ? bits : 1;
    half = uint64_t{1} << 63;
  }
  if (rest > half || (rest == half && (mantissa.sticky || (kept & 1) != 0))) kept++;
  return std::ldexp(static_cast<double>(kept), static_cast<int>(lowest));
}

}  // namespace

HexParsed parse_hex(std::string_view text) {
  const HexParsed invalid{HexOutcome::kInvalid, 0};
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  Parsed special = parse_special(text);
  if (special.consumed != 0) {
    if (special.consumed != text.size()) return invalid;
    return {HexOutcome::kDone, negative ? -special.value : special.value};
  }
  if (text.size() >= 2 && text[0] == '0' && lower(text[1]) == 'x') text.remove_prefix(2);
  HexMantissa mantissa;
  size_t at = 0;
  for (; at < text.size() && hex_digit(text[at]) >= 0; at++) mantissa.add(hex_digit(text[at]), false);
  if (at < text.size() && text[at] == '.') {
    for (at++; at < text.size() && hex_digit(text[at]) >= 0; at++) mantissa.add(hex_digit(text[at]), true);
  }
  if (mantissa.digits == 0) return invalid;
  int64_t exponent = 0;
  if (at < text.size() && lower(text[at]) == 'p') {
    at++;
    bool down = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) at++;
    size_t first = at;
    exponent = take_exponent_digits(text, at);
    if (at == first) return invalid;
    if (down) exponent = -exponent;
  }
  if (at != text.size()) return invalid;
  double value = to_double(mantissa, mantissa.exponent + exponent);
  if (std::isinf(value)) return {HexOutcome::kOverflow, 0};
  return {HexOutcome::kDone, negative ? -value : value};
}

// --- preparation
// ------------------------------------------------------------------------------------------------------

size_t to_ascii_number(TextView text, char* to) {
  size_t start = 0, end = text.length, written = 0;
  while (start < end && unicode::is_space(text[start])) start++;
  while (end > start && unicode::is_space(text[end - 1])) end--;
  for (size_t i = start; i < end; i++) {
    char32_t c = text[i];
    char ascii = '?';
    if (c < 0x80) {
      ascii = static_cast<char>(c);
    } else if (unicode::is_space(c)) {
      ascii = ' ';
    } else if (int digit = unicode::decimal_value(c); digit >= 0) {
      ascii = static_cast<char>('0' + digit);
    }
    to[written++] = ascii;
  }
  return written;
}

std::optional<size_t> remove_underscores(char* text, size_t length) {
  size_t kept = 0;
  char last = 0;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (c == '_' ? !is_digit(last) : last == '_' && !is_digit(c)) return std::nullopt;
    last = c;
    if (c != '_') text[kept++] = c;
  }
  if (last == '_') return std::nullopt;
  return kept;
}

}  // namespace hog::number
