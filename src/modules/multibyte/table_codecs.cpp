// table_codecs.cpp: the codecs without state. One pair of functions serves all that are nothing but a table; EUC-KR and GB 18030 add sequences
// that are computed. Invariant: a byte is read only after its number was compared with what is left.
#include <cstring>
#include <iterator>

#include "modules/multibyte/engine.hpp"

namespace hog::multibyte {

namespace {

// ---- Decoding. ----

// ASCII as far as it goes. Only of codecs whose ASCII is ASCII.
Fallible<void> decode_ascii_run(Decoding& d) {
  size_t end = d.at;
  while (d.size - end >= 8) {
    uint64_t eight;
    std::memcpy(&eight, d.data + end, 8);
    if ((eight & 0x8080808080808080) != 0) break;
    end += 8;
  }
  while (end < d.size && d.data[end] < 0x80) ++end;
  TRY(d.out.append_chars(d.data + d.at, end - d.at, CharKind::One));
  TRY(d.t.poll(static_cast<int64_t>((end - d.at) / 64)));
  d.at = end;
  return {};
}

// The character or characters of a value that is not 0; the length of the error if it stands for one.
Fallible<Stop> put_value(Decoding& d, uint16_t value) {
  if (!is_composite(value)) [[likely]] {
    TRY(d.out.append(value));
    return kDone;
  }
  const Composite& c = kComposites[value - 0xD800];
  if (c.first == 0) return 2;
  TRY(d.out.append(c.first));
  if (c.second != 0) TRY(d.out.append(c.second));
  return kDone;
}

// The three bytes after 8F in an EUC codec.
Fallible<Stop> decode_third_set(const Codec& codec, Decoding& d) {
  if (d.left() < 3) return kIncomplete;
  uint8_t second = d.data[d.at + 1], third = d.data[d.at + 2];
  if (second < 0xA1 || third < 0xA1) return 1;
  uint16_t value = codec.table->decode(static_cast<uint32_t>(second << 8 | (third & 0x7F)));
  if (value == 0) return 1;
  Stop stop = TRY(put_value(d, value));
  if (stop == kDone) d.at += 3;
  return stop;
}

// A character that begins with a byte that is not ASCII, or one byte long.
Fallible<Stop> decode_character(const Codec& codec, Decoding& d) {
  const Table& table = *codec.table;
  uint8_t lead = d.data[d.at];
  uint16_t value = lead == 0 ? 0 : table.decode(lead);
  if (value != kLead) {
    if (value == 0 && lead != 0) return 1;
    TRY(d.out.append(value));
    ++d.at;
    return kDone;
  }
  if (d.left() < 2) return kIncomplete;
  if (table.euc && lead == 0x8F) return decode_third_set(codec, d);
  uint8_t trail = d.data[d.at + 1];
  // The codes of a third set lie where an EUC codec's second bytes cannot be.
  value = table.euc && trail < 0x80 ? 0 : table.decode(static_cast<uint32_t>(lead << 8 | trail));
  if (value == 0) return 1;
  Stop stop = TRY(put_value(d, value));
  if (stop == kDone) d.at += 2;
  return stop;
}

bool is_plain(const Table& table) { return table.decode('\\') == '\\' && table.decode('~') == '~'; }

// OPTIMIZATION: characters of one unit that the table knows, many at a time; stops at whatever is more than that. What a `special` of below
// has to say about is nothing that the table knows.
Fallible<void> decode_known_run(const Table& table, bool plain, Decoding& d) {
  uint16_t units[256];
  size_t count = 0, at = d.at;
  while (count < std::size(units) && at < d.size) {
    uint8_t lead = d.data[at];
    uint16_t value = 0;
    if (plain && lead < 0x80) {
      units[count++] = lead;
      ++at;
      continue;
    }
    if (lead >= 0x80 && at + 1 < d.size && !(table.euc && d.data[at + 1] < 0x80))
      value = table.decode(static_cast<uint32_t>(lead << 8 | d.data[at + 1]));
    if (value == 0 || is_composite(value)) break;
    units[count++] = value;
    at += 2;
  }
  TRY(d.out.append_chars(units, count, CharKind::Two));
  d.at = at;
  return d.t.poll(static_cast<int64_t>(count / 4));
}
bool is_ascii_next(const Decoding& d) {
  uint64_t eight;
  if (d.left() < 8) return false;
  std::memcpy(&eight, d.data + d.at, 8);
  return (eight & 0x8080808080808080) == 0;
}

// `special` has the first say about bytes that are not ASCII; it answers kNotMine for those that the table knows.
constexpr Stop kNotMine = -3;
template <typename Special>
Fallible<Stop> decode_with(const Codec& codec, Decoding& d, Special special) {
  bool plain = is_plain(*codec.table);
  for (size_t count = 0; d.at < d.size; ++count) {
    TRY(poll_sometimes(d.t, count));
    if (plain && is_ascii_next(d)) TRY(decode_ascii_run(d));
    TRY(decode_known_run(*codec.table, plain, d));
    if (d.at == d.size) break;
    Stop stop = TRY(special(d));
    if (stop == kNotMine) stop = TRY(decode_character(codec, d));
    if (stop != kDone) return stop;
  }
  return kDone;
}
Fallible<Stop> decode_table(const Codec& codec, Decoding& d) {
  return decode_with(codec, d, [](Decoding&) -> Fallible<Stop> { return kNotMine; });
}

// ---- Encoding. ----

Fallible<void> put_code(const Table& table, BytesBuilder& out, uint16_t code) {
  if (code < 0x100) return out.append_byte(static_cast<uint8_t>(code));
  bool third_set = table.euc && (code & 0x80) == 0;
  uint8_t* room = TRY(out.extend(third_set ? 3 : 2));
  if (third_set) *room++ = 0x8F;
  room[0] = static_cast<uint8_t>(code >> 8);
  room[1] = static_cast<uint8_t>(third_set ? code | 0x80 : code);
  return {};
}

// OPTIMIZATION: characters that the table has a code of one or two bytes for and that begin no pair, many at a time.
template <typename Char>
Fallible<void> encode_known_run(const Table& table, bool plain, Encoding& e, const Char* text) {
  constexpr size_t kRun = 1024;
  size_t most = e.left() < kRun ? e.left() : kRun, i = 0;
  uint8_t* const room = TRY(e.out.extend(2 * most));
  uint8_t* out = room;
  for (; i < most; ++i) {
    char32_t c = text[e.at + i];
    if (c < 0x80 && plain) {
      *out++ = static_cast<uint8_t>(c);
      continue;
    }
    uint16_t code = table.encode(c);
    if (code < 0x100 || (table.euc && (code & 0x80) == 0) || table.begins_pair(c)) break;
    out[0] = static_cast<uint8_t>(code >> 8);
    out[1] = static_cast<uint8_t>(code);
    out += 2;
  }
  e.out.truncate(e.out.size() - (2 * most - static_cast<size_t>(out - room)));
  e.at += i;
  return e.t.poll(static_cast<int64_t>(i / 4));
}
Fallible<void> encode_known(const Table& table, bool plain, Encoding& e) {
  switch (e.text->kind()) {
    case CharKind::One: return encode_known_run(table, plain, e, e.text->data1());
    case CharKind::Two: return encode_known_run(table, plain, e, e.text->data2());
    default: return encode_known_run(table, plain, e, e.text->data4());
  }
}

// `special(e, c)` writes characters that the table does not know, or answers 1.
template <typename Special>
Fallible<Stop> encode_with(const Codec& codec, Encoding& e, Special special) {
  const Table& table = *codec.table;
  bool plain = is_plain(table);
  for (size_t count = 0; e.left() > 0; ++count) {
    TRY(poll_sometimes(e.t, count));
    TRY(encode_known(table, plain, e));
    if (e.left() == 0) break;
    char32_t c = e.text->at(e.at);
    if (c == 0) {
      TRY(e.out.append_byte(0));
      ++e.at;
      continue;
    }
    if (table.begins_pair(c)) {
      if (e.left() < 2 && !e.flush) return kIncomplete;
      uint16_t code = e.left() < 2 ? uint16_t{0} : table.encode_pair(c, e.text->at(e.at + 1));
      if (code != 0) {
        TRY(put_code(table, e.out, code));
        e.at += 2;
        continue;
      }
    }
    uint16_t code = table.encode(c);
    if (code == 0) {
      if (Stop stop = TRY(special(e, c)); stop != kDone) return stop;
    } else {
      TRY(put_code(table, e.out, code));
    }
    ++e.at;
  }
  return kDone;
}
Fallible<Stop> encode_table(const Codec& codec, Encoding& e) {
  return encode_with(codec, e, [](Encoding&, char32_t) -> Fallible<Stop> { return 1; });
}

// ---- EUC-KR: syllables that have no code are spelled: A4D4 and three letters of two bytes. ----

constexpr int kVowelCount = 21, kFinalCount = 28, kInitialCount = 19;

int number_of(uint8_t byte, const uint8_t* bytes, int count) {
  for (int i = 0; i < count; ++i)
    if (bytes[i] == byte) return i;
  return -1;
}
Fallible<Stop> decode_spelled(Decoding& d) {
  const uint8_t* p = d.data + d.at;
  if (d.left() < 2 || p[0] != 0xA4 || p[1] != 0xD4) return kNotMine;
  if (d.left() < 8) return kIncomplete;
  if (p[2] != 0xA4 || p[4] != 0xA4 || p[6] != 0xA4) return 1;
  int initial = number_of(p[3], kInitials, kInitialCount), vowel = number_of(p[5], kVowels, kVowelCount);
  int final = number_of(p[7], kFinals, kFinalCount);
  if (initial < 0 || vowel < 0 || final < 0) return 1;
  TRY(d.out.append(static_cast<char32_t>(0xAC00 + (initial * kVowelCount + vowel) * kFinalCount + final)));
  d.at += 8;
  return kDone;
}
Fallible<Stop> decode_euc_kr(const Codec& codec, Decoding& d) { return decode_with(codec, d, decode_spelled); }

Fallible<Stop> encode_spelled(Encoding& e, char32_t c) {
  if (c < 0xAC00 || c > 0xD7A3) return 1;
  int number = static_cast<int>(c - 0xAC00);
  const uint8_t eight[] = {0xA4, 0xD4, 0xA4, kInitials[number / (kVowelCount * kFinalCount)],
                           0xA4, kVowels[number / kFinalCount % kVowelCount], 0xA4, kFinals[number % kFinalCount]};
  TRY(e.out.append(eight, sizeof eight));
  return kDone;
}
Fallible<Stop> encode_euc_kr(const Codec& codec, Encoding& e) { return encode_with(codec, e, encode_spelled); }

// ---- GB 18030: what has no code of two bytes has one of four, which are numbered through. ----

constexpr uint32_t kAstralStart = 189000;  // the number of 90 30 81 30

const FourByteRange* find_range(const FourByteRange* ranges, uint32_t key, uint16_t FourByteRange::*start) {
  size_t low = 0, high = kRangeCount;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ranges[middle].*start <= key) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return nullptr;
  const FourByteRange* range = &ranges[low - 1];
  return key - range->*start < range->count ? range : nullptr;
}
char32_t character_numbered(uint32_t linear) {
  if (linear >= kAstralStart) return linear - kAstralStart < 0x100000 ? 0x10000 + (linear - kAstralStart) : 0;
  if (linear > 0xFFFF) return 0;
  const FourByteRange* range = find_range(kRangesBy_linear, linear, &FourByteRange::linear);
  return range == nullptr ? 0 : range->first + (linear - range->linear);
}
Fallible<Stop> decode_four_bytes(Decoding& d) {
  const uint8_t* p = d.data + d.at;
  if (d.left() < 2 || p[1] < 0x30 || p[1] > 0x39) return kNotMine;
  if (d.left() < 4) return kIncomplete;
  if (p[0] < 0x81 || p[0] > 0xFE || p[2] < 0x81 || p[2] > 0xFE || p[3] < 0x30 || p[3] > 0x39) return 1;
  uint32_t linear = ((p[0] - 0x81u) * 10 + (p[1] - 0x30u)) * 1260 + (p[2] - 0x81u) * 10 + (p[3] - 0x30u);
  char32_t c = character_numbered(linear);
  if (c == 0) return 1;
  TRY(d.out.append(c));
  d.at += 4;
  return kDone;
}
Fallible<Stop> decode_gb18030(const Codec& codec, Decoding& d) { return decode_with(codec, d, decode_four_bytes); }

Fallible<Stop> encode_four_bytes(Encoding& e, char32_t c) {
  uint32_t linear;
  if (c >= 0x10000) {
    linear = kAstralStart + (c - 0x10000);
  } else {
    const FourByteRange* range = find_range(kRangesBy_character, c, &FourByteRange::first);
    if (range == nullptr) return 1;
    linear = range->linear + (c - range->first);
  }
  const uint8_t four[] = {static_cast<uint8_t>(0x81 + linear / 12600), static_cast<uint8_t>(0x30 + linear / 1260 % 10),
                          static_cast<uint8_t>(0x81 + linear / 10 % 126), static_cast<uint8_t>(0x30 + linear % 10)};
  TRY(e.out.append(four, sizeof four));
  return kDone;
}
Fallible<Stop> encode_gb18030(const Codec& codec, Encoding& e) { return encode_with(codec, e, encode_four_bytes); }

constexpr Codec by_table(const char* name, const Table* table) { return {name, decode_table, encode_table, table}; }

}  // namespace

Fallible<Stop> decode_hz(const Codec&, Decoding&);  // stateful_codecs.cpp
Fallible<Stop> encode_hz(const Codec&, Encoding&);
void reset_hz_decoder(State&);
Fallible<void> reset_hz_encoder(State&, BytesBuilder&);

const Codec kChineseCodecs[] = {by_table("gb2312", &k_gb2312),
                                by_table("gbk", &k_gbk),
                                {"gb18030", decode_gb18030, encode_gb18030, &k_gb18030},
                                {"hz", decode_hz, encode_hz, &k_gb2312, nullptr, nullptr, nullptr, reset_hz_decoder, reset_hz_encoder},
                                {}};
const Codec kHongKongCodecs[] = {by_table("big5hkscs", &k_big5hkscs), {}};
const Codec kJapaneseCodecs[] = {by_table("shift_jis", &k_shift_jis),
                                 by_table("cp932", &k_cp932),
                                 by_table("euc_jp", &k_euc_jp),
                                 by_table("shift_jis_2004", &k_shift_jis_2004),
                                 by_table("euc_jis_2004", &k_euc_jis_2004),
                                 by_table("euc_jisx0213", &k_euc_jisx0213),
                                 by_table("shift_jisx0213", &k_shift_jisx0213),
                                 {}};
const Codec kKoreanCodecs[] = {
    {"euc_kr", decode_euc_kr, encode_euc_kr, &k_euc_kr}, by_table("cp949", &k_cp949), by_table("johab", &k_johab), {}};
const Codec kTaiwaneseCodecs[] = {by_table("big5", &k_big5), by_table("cp950", &k_cp950), {}};

}  // namespace hog::multibyte
