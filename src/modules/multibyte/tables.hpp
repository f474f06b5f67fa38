// tables.hpp: the constant tables of the multibyte codecs, made at build time by tools/generate_codec_tables.py.
//
// A table is a trie: an index of blocks of 32 values. Decoding, its key is a byte, two bytes, or (after 8F in the EUC codecs) the two
// bytes that follow with the high bit of the last gone; its value is a character or one of the marks below. Encoding, the key is the
// character and the value the key that decoding would have. 0: nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hog::multibyte {

constexpr uint16_t kLead = 0xFFFF;  // decoding a byte: it wants a second one
// Decoding, in the range that characters leave free: an entry of kComposites.
constexpr bool is_composite(uint16_t value) { return (value & 0xF800) == 0xD800; }

struct Composite {
  char32_t first;   // 0: an error that is two bytes long
  char32_t second;  // 0: none
};
struct Pair {  // two characters that share one code
  char16_t first, second;
  uint16_t code;
};
struct FourByteRange {  // GB 18030's sequences of four bytes, numbered from 81 30 81 30 on
  uint16_t linear, first, count;
};

extern const uint16_t kPool[];
extern const Composite kComposites[];

struct Table {
  const uint16_t* decode_index;
  uint32_t decode_blocks;
  const uint16_t* encode_index;
  uint32_t encode_blocks;
  const Pair* pairs;  // sorted
  uint32_t pair_count;
  uint32_t pair_bits[8];  // a bit for the low byte of each pair's first character
  bool euc;           // codes without the high bit in the last byte follow an 8F

  uint16_t decode(uint32_t key) const {
    uint32_t block = key / 32;
    return block < decode_blocks ? kPool[decode_index[block] * 32u + key % 32] : uint16_t{0};
  }
  uint16_t encode(char32_t c) const {
    uint32_t block = c / 32;
    return block < encode_blocks ? kPool[encode_index[block] * 32u + c % 32] : uint16_t{0};
  }
  // Is there a pair that begins with this character?
  bool begins_pair(char32_t c) const {
    if ((pair_bits[c / 32 % 8] >> (c % 32) & 1) == 0) return false;
    for (uint32_t i = 0; i < pair_count; ++i)
      if (pairs[i].first == c) return true;
    return false;
  }
  uint16_t encode_pair(char32_t first, char32_t second) const {
    for (uint32_t i = 0; i < pair_count; ++i)
      if (pairs[i].first == first && pairs[i].second == second) return pairs[i].code;
    return 0;
  }
};

extern const Table k_gb2312, k_gbk, k_gb18030, k_big5, k_cp950, k_big5hkscs, k_shift_jis, k_cp932, k_shift_jis_2004, k_shift_jisx0213,
    k_euc_jp, k_euc_jis_2004, k_euc_jisx0213, k_euc_kr, k_cp949, k_johab;
extern const FourByteRange kRangesBy_linear[], kRangesBy_character[];
extern const size_t kRangeCount;
// The last bytes of a Hangul syllable's parts, where EUC-KR spells it out.
extern const uint8_t kInitials[], kVowels[], kFinals[];
extern const uint16_t kGreek[96];  // ISO 8859-7 from A0 on

}  // namespace hog::multibyte
