// character.hpp: classes of characters for the lexer, and UTF-8 one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "text/unicode.hpp"

namespace hog {

namespace character_detail {
enum : uint8_t { kStart = 1, kDigit = 2, kHex = 4 };
struct Table {
  uint8_t bits[256] = {};
  constexpr Table() {
    for (int c = 0; c < 256; ++c) {
      bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
      bool digit = c >= '0' && c <= '9';
      bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      bits[c] = static_cast<uint8_t>((letter ? kStart : 0) | (digit ? kDigit : 0) | (hex ? kHex : 0));
    }
  }
};
inline constexpr Table kTable;
}  // namespace character_detail

// Every byte beyond ASCII may be part of a name; the decoded characters are checked afterwards.
inline bool is_name_start(char c) {
  return (character_detail::kTable.bits[static_cast<unsigned char>(c)] & character_detail::kStart) != 0;
}
inline bool is_name_character(char c) {
  return (character_detail::kTable.bits[static_cast<unsigned char>(c)] &
          (character_detail::kStart | character_detail::kDigit)) != 0;
}
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_hex_digit(char c) {
  return (character_detail::kTable.bits[static_cast<unsigned char>(c)] & character_detail::kHex) != 0;
}
inline int hex_value(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

inline bool is_identifier_start(char32_t c) { return c == '_' || unicode::is_xid_start(c); }
inline bool is_identifier_continue(char32_t c) { return unicode::is_xid_continue(c); }
inline bool is_printable_character(char32_t c) { return unicode::is_printable(c); }

// One character of text that is known to be valid UTF-8; where the next one begins.
inline const char* decode_utf8(const char* at, const char* end, char32_t* c) {
  auto byte = [](const char* p) { return static_cast<char32_t>(static_cast<unsigned char>(*p)); };
  char32_t first = byte(at);
  int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  char32_t value = more == 0 ? first : first & (0x3Fu >> more);
  for (++at; more > 0 && at < end; --more, ++at) value = value << 6 | (byte(at) & 0x3F);
  *c = value;
  return at;
}

// Writes one code point; surrogates as three bytes (WTF-8).
inline size_t encode_utf8(char32_t c, char* to) {
  auto put = [&](size_t i, char32_t value) { to[i] = static_cast<char>(static_cast<unsigned char>(value)); };
  if (c < 0x80) {
    put(0, c);
    return 1;
  }
  if (c < 0x800) {
    put(0, 0xC0 | c >> 6);
    put(1, 0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    put(0, 0xE0 | c >> 12);
    put(1, 0x80 | (c >> 6 & 0x3F));
    put(2, 0x80 | (c & 0x3F));
    return 3;
  }
  put(0, 0xF0 | c >> 18);
  put(1, 0x80 | (c >> 12 & 0x3F));
  put(2, 0x80 | (c >> 6 & 0x3F));
  put(3, 0x80 | (c & 0x3F));
  return 4;
}

}  // namespace hog
