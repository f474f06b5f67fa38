// classes.hpp: which characters an instruction of a regular expression takes. For engine.cpp and tables.cpp.
#pragma once

#include "modules/sre/sre.hpp"
#include "text/unicode.hpp"

namespace hog::sre {

inline bool is_word_ascii(uint32_t c) {
  return c < 128 && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
}
inline bool is_space_ascii(uint32_t c) { return c == ' ' || (c >= 9 && c <= 13); }
inline bool is_word_unicode(uint32_t c) { return c < 128 ? is_word_ascii(c) : unicode::is_alnum(c); }
inline bool is_digit_ascii(uint32_t c) { return c >= '0' && c <= '9'; }

inline bool in_category(uint32_t category, uint32_t c) {
  switch (category) {
    case 0: return is_digit_ascii(c);
    case 1: return !is_digit_ascii(c);
    case 2: return is_space_ascii(c);
    case 3: return !is_space_ascii(c);
    case 4: return is_word_ascii(c);
    case 5: return !is_word_ascii(c);
    case 6: return c == '\n';
    case 7: return c != '\n';
    case 8: return is_word_ascii(c);  // the C locale, the only one there is
    case 9: return !is_word_ascii(c);
    case 10: return c < 128 ? is_digit_ascii(c) : unicode::is_decimal(c);
    case 11: return !(c < 128 ? is_digit_ascii(c) : unicode::is_decimal(c));
    case 12: return unicode::is_space(c);
    case 13: return !unicode::is_space(c);
    case 14: return is_word_unicode(c);
    case 15: return !is_word_unicode(c);
    case 16: return unicode::is_line_break(c);
    default: return !unicode::is_line_break(c);
  }
}
// Is c in the set, or (kPair) the other case of it? One of the two is enough for a member, so a negated set must lack both.
template <bool kPair>
bool in_charset_of(const uint32_t* set, uint32_t c, uint32_t other) {
  auto either = [&](auto matches) { return matches(c) || (kPair && matches(other)); };
  bool found = true;
  for (;;) {
    switch (static_cast<Op>(*set++)) {
      case Op::FAILURE: return !found;
      case Op::LITERAL:
        if (either([&](uint32_t one) { return one == set[0]; })) return found;
        set += 1;
        break;
      case Op::CATEGORY:
        if (either([&](uint32_t one) { return in_category(set[0], one); })) return found;
        set += 1;
        break;
      case Op::CHARSET:
        if (either([&](uint32_t one) { return one < 256 && ((set[one >> 5] >> (one & 31)) & 1) != 0; })) return found;
        set += 8;
        break;
      case Op::RANGE:
        if (either([&](uint32_t one) { return set[0] <= one && one <= set[1]; })) return found;
        set += 2;
        break;
      case Op::RANGE_UNI_IGNORE: {
        if (set[0] <= c && c <= set[1]) return found;
        uint32_t upper = upper_unicode(c);
        if (set[0] <= upper && upper <= set[1]) return found;
        set += 2;
        break;
      }
      case Op::NEGATE: found = !found; break;
      case Op::BIGCHARSET: {
        uint32_t count = *set++;
        if (c < 0x10000) {
          uint32_t block = reinterpret_cast<const uint8_t*>(set)[c >> 8];
          const uint32_t* bits = set + 64 + block * 8;
          if (((bits[(c & 255) >> 5] >> (c & 31)) & 1) != 0) return found;
        }
        set += 64 + count * 8;
        break;
      }
      default: return false;
    }
  }
}
inline bool in_charset(const uint32_t* set, uint32_t c) { return in_charset_of<false>(set, c, c); }

// The instructions that take one character: does the one at pc take c?
inline bool matches_one(const uint32_t* code, uint32_t pc, uint32_t c) {
  switch (static_cast<Op>(code[pc])) {
    case Op::ANY: return c != '\n';
    case Op::ANY_ALL: return true;
    case Op::LITERAL: return c == code[pc + 1];
    case Op::NOT_LITERAL: return c != code[pc + 1];
    case Op::LITERAL_IGNORE:
    case Op::LITERAL_LOC_IGNORE: return lower_ascii(c) == lower_ascii(code[pc + 1]);
    case Op::NOT_LITERAL_IGNORE:
    case Op::NOT_LITERAL_LOC_IGNORE: return lower_ascii(c) != lower_ascii(code[pc + 1]);
    case Op::LITERAL_UNI_IGNORE: return lower_unicode(c) == code[pc + 1];
    case Op::NOT_LITERAL_UNI_IGNORE: return lower_unicode(c) != code[pc + 1];
    case Op::IN: return in_charset(code + pc + 2, c);
    case Op::IN_IGNORE: return in_charset(code + pc + 2, lower_ascii(c));
    case Op::IN_LOC_IGNORE:
      return in_charset_of<true>(code + pc + 2, lower_ascii(c), c >= 'a' && c <= 'z' ? c - 32 : c);
    case Op::IN_UNI_IGNORE: return in_charset(code + pc + 2, lower_unicode(c));
    case Op::CATEGORY: return in_category(code[pc + 1], c);
    default: return false;
  }
}

}  // namespace hog::sre
