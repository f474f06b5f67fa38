// stateful_codecs.cpp: HZ and the ISO 2022 family: seven bits, and escape sequences that say which set of characters follows. The sets are
// those of the EUC codecs' tables. Invariant: G0 and G1 hold ASCII or a set that the codec designates. Ref: RFC 1468, 1554, 1557, 1843, 2237.
#include "modules/multibyte/engine.hpp"

namespace hog::multibyte {

// ---- HZ: "~{" begins a run of GB 2312 without the high bits, "~}" ends it. ----

void reset_hz_decoder(State& state) { state.bytes[0] = 0; }

Fallible<void> reset_hz_encoder(State& state, BytesBuilder& out) {
  if (state.bytes[0] == 0) return {};
  state.bytes[0] = 0;
  return out.append("~}");
}

namespace {

uint8_t byte_of(uint32_t n) { return static_cast<uint8_t>(n); }

// "~" and what follows; 1: no sequence of ours.
Fallible<Stop> decode_tilde(Decoding& d) {
  if (d.left() < 2) return kIncomplete;
  uint8_t next = d.data[d.at + 1];
  bool in_gb = d.state->bytes[0] != 0;
  if (next == '~' && !in_gb) TRY(d.out.append('~'));
  else if (next == '{' && !in_gb) d.state->bytes[0] = 1;
  else if (next == '}' && in_gb) d.state->bytes[0] = 0;
  else if (next != '\n' || in_gb) return 1;
  d.at += 2;
  return kDone;
}

}  // namespace

Fallible<Stop> decode_hz(const Codec& codec, Decoding& d) {
  for (size_t count = 0; d.at < d.size; ++count) {
    TRY(poll_sometimes(d.t, count));
    uint8_t c = d.data[d.at];
    if (c == '~') {
      if (Stop stop = TRY(decode_tilde(d)); stop != kDone) return stop;
      continue;
    }
    if (c >= 0x80) return 1;
    if (d.state->bytes[0] == 0) {
      TRY(d.out.append(c));
      ++d.at;
      continue;
    }
    if (d.left() < 2) return kIncomplete;
    uint8_t second = d.data[d.at + 1];
    uint16_t value = second >= 0x80 ? 0 : codec.table->decode((c | 0x80u) << 8 | (second | 0x80u));
    if (value == 0) return 1;
    TRY(d.out.append(value));
    d.at += 2;
  }
  return kDone;
}

Fallible<Stop> encode_hz(const Codec& codec, Encoding& e) {
  for (size_t count = 0; e.left() > 0; ++count, ++e.at) {
    TRY(poll_sometimes(e.t, count));
    char32_t c = e.text->at(e.at);
    if (c < 0x80) {
      TRY(reset_hz_encoder(*e.state, e.out));
      TRY(e.out.append_byte(static_cast<uint8_t>(c)));
      if (c == '~') TRY(e.out.append_byte('~'));
      continue;
    }
    uint16_t code = codec.table->encode(c);
    if (code == 0) return 1;
    if (e.state->bytes[0] == 0) TRY(e.out.append("~{"));
    e.state->bytes[0] = 1;
    const uint8_t two[] = {byte_of((code >> 8) & 0x7F), byte_of(code & 0x7F)};
    TRY(e.out.append(two, 2));
  }
  return kDone;
}

// ---- ISO 2022. ----

namespace {

constexpr uint8_t kEscape = 0x1B, kShiftOut = 0x0E, kShiftIn = 0x0F;
constexpr uint8_t kDouble = 0x80;  // in a mark: two bytes a character
constexpr uint8_t kAscii = 'B', kLatin1 = 'A', kGreekSet = 'F';
constexpr int kFlags = 4;  // the byte of the state with:
constexpr uint8_t kShifted = 1, kPassing = 2;  // passing: inside an escape sequence of somebody else
constexpr size_t kLongestEscape = 16;

enum class Set : uint8_t { JisRoman, JisKana, Jis0208, Jis0212, Jis0213Plane1, Jis0213Pairs, Jis0213Plane2, Ksx1001, Gb2312, DecodeOnly };

}  // namespace

struct Designation {
  uint8_t mark;   // the final byte of its escape sequence | kDouble
  uint8_t plane;  // which of G0 to G2 the encoder uses
  Set set;
  const Table* table;
};
struct Designations {
  const Designation* list;  // in the order in which the encoder tries them, ended by mark 0
  bool shifts;              // SI and SO mean something
  bool uses_g2;
  bool long_form;           // ESC & @ ESC $ B means JIS X 0208, too
};

namespace {

// Rows of plane 2 of JIS X 0213; the EUC tables have JIS X 0212 in the others.
bool in_plane2(uint32_t row) {
  return row == 0x21 || (row >= 0x23 && row <= 0x25) || row == 0x28 || (row >= 0x2C && row <= 0x2F) || row >= 0x6E;
}

// The value in an EUC table of a code of seven-bit bytes; 0: none.
uint16_t decode_two(const Designation& set, uint32_t row, uint32_t cell) {
  if (row < 0x21 || row > 0x7E || cell < 0x21 || cell > 0x7E) return 0;
  if (set.set == Set::Jis0213Plane2 && !in_plane2(row)) return 0;
  bool third_set = set.set == Set::Jis0212 || set.set == Set::Jis0213Plane2;
  return set.table->decode((row | 0x80) << 8 | (third_set ? cell : cell | 0x80));
}
// The code of a character in a set, of one or two bytes; 0: none.
uint16_t encode_in(const Designation& set, char32_t c) {
  switch (set.set) {
    case Set::JisRoman: return c == 0xA5 ? '\\' : c == 0x203E ? '~' : 0;
    case Set::JisKana: return c >= 0xFF61 && c <= 0xFF9F ? static_cast<uint16_t>(c - 0xFF61 + 0x21) : uint16_t{0};
    case Set::Jis0213Pairs:
    case Set::DecodeOnly: return 0;
    case Set::Jis0213Plane1:
      if (c == 0xFF5E) return 0;  // only EUC has it
      break;
    default: break;
  }
  uint16_t code = set.table->encode(c);
  bool wants_third = set.set == Set::Jis0212 || set.set == Set::Jis0213Plane2;
  if (code < 0xA100 || (code & 0x7F) < 0x21 || ((code & 0x80) == 0) != wants_third) return 0;
  if (set.set == Set::Jis0213Plane2 && !in_plane2((code >> 8) & 0x7F)) return 0;
  return code & 0x7F7F;
}

const Designation* designation_of(const Designations& all, uint8_t mark) {
  for (const Designation* d = all.list; d->mark != 0; ++d)
    if (d->mark == mark) return d;
  return nullptr;
}

// ---- Decoding. ----

bool ends_escape(uint8_t c) { return (c >= 'A' && c <= 'Z') || c == '@'; }

// The length of the escape sequence here; 0: it does not end.
Fallible<Stop> escape_length(const Designations& all, const Decoding& d, size_t* length) {
  const uint8_t* p = d.data + d.at;
  *length = 0;
  for (size_t i = 1; i < kLongestEscape; ++i) {
    if (i >= d.left()) return kIncomplete;
    if (ends_escape(p[i])) {
      *length = i + 1;
      return kDone;
    }
    if (all.long_form && i + 1 < d.left() && p[i] == '&' && p[i + 1] == '@') i += 2;
  }
  return kDone;
}

// Which set an escape sequence designates, and to where; false: none.
bool parse_escape(const Designations& all, const uint8_t* p, size_t length, uint8_t* mark, int* to) {
  *to = 0;
  if (length == 3 && p[1] == '$') {
    *mark = p[2] | kDouble;
  } else if (length == 3) {
    *mark = p[2];
    if (p[1] == ')') *to = 1;
    else if (p[1] == '.' && all.uses_g2) *to = 2;
    else if (p[1] != '(') return false;
  } else if (length == 4) {
    *mark = p[3] | kDouble;
    if (p[2] == ')') *to = 1;
    else if (p[2] != '(') return false;
    if (p[1] != '$') return false;
  } else if (length == 6 && all.long_form && p[3] == kEscape && p[4] == '$' && p[5] == 'B') {
    *mark = 'B' | kDouble;
  } else {
    return false;
  }
  return *mark == kAscii || designation_of(all, *mark) != nullptr;
}

Fallible<Stop> decode_designation(const Designations& all, Decoding& d) {
  size_t length;
  if (Stop stop = TRY(escape_length(all, d, &length)); stop != kDone) return stop;
  if (length == 0) return 1;
  uint8_t mark;
  int to;
  if (!parse_escape(all, d.data + d.at, length, &mark, &to)) return static_cast<Stop>(length);
  d.state->bytes[to] = mark;
  d.at += length;
  return kDone;
}

// ESC N: one character of G2.
Fallible<Stop> decode_single_shift(Decoding& d) {
  if (d.left() < 3) return kIncomplete;
  uint8_t byte = d.data[d.at + 2];
  char32_t c = 0;
  switch (d.state->bytes[2]) {
    case kLatin1:
      if (byte >= 0x80) return 3;
      c = byte + 0x80u;
      break;
    case kGreekSet:
      c = byte < 0x20 || byte >= 0x80 ? byte ^ 0x80u : char32_t{kGreek[byte - 0x20]};
      if (byte == 0x80) break;  // NUL
      if (c == 0) return 3;
      break;
    case kAscii:
      if (byte >= 0x80) return 3;
      c = byte;
      break;
    default: return kInternal;
  }
  TRY(d.out.append(c));
  d.at += 3;
  return kDone;
}

Fallible<Stop> decode_escape(const Designations& all, Decoding& d) {
  if (d.left() < 2) return kIncomplete;
  uint8_t next = d.data[d.at + 1];
  if (next == '(' || next == ')' || next == '$' || next == '.' || next == '&') return decode_designation(all, d);
  if (all.uses_g2 && next == 'N') return decode_single_shift(d);
  TRY(d.out.append(char32_t{kEscape}));
  d.state->bytes[kFlags] |= kPassing;
  ++d.at;
  return kDone;
}

Fallible<Stop> decode_in_set(const Designation& set, Decoding& d) {
  const uint8_t* p = d.data + d.at;
  size_t width = (set.mark & kDouble) != 0 ? 2 : 1;
  if (d.left() < width) return kIncomplete;
  if (width == 1) {
    char32_t c = p[0];
    if (set.set == Set::JisRoman) c = c == '\\' ? 0xA5 : c == '~' ? 0x203E : c;
    else if (set.set == Set::JisKana && c >= 0x21 && c <= 0x5F) c = c - 0x21 + 0xFF61;
    else return 1;
    TRY(d.out.append(c));
  } else {
    uint16_t value = decode_two(set, p[0], p[1]);
    if (value == 0) return 2;
    if (is_composite(value)) {
      const Composite& c = kComposites[value - 0xD800];
      if (c.first == 0) return 2;
      TRY(d.out.append(c.first));
      if (c.second != 0) TRY(d.out.append(c.second));
    } else {
      TRY(d.out.append(value));
    }
  }
  d.at += width;
  return kDone;
}

Fallible<Stop> decode_one(const Designations& all, Decoding& d) {
  uint8_t c = d.data[d.at];
  uint8_t& flags = d.state->bytes[kFlags];
  if (c == kEscape) return decode_escape(all, d);
  if ((c == kShiftIn || c == kShiftOut) && all.shifts) {
    flags = c == kShiftIn ? flags & ~kShifted : flags | kShifted;
    ++d.at;
    return kDone;
  }
  if (c == '\n') flags &= ~kShifted;
  if (c >= 0x80) return 1;
  uint8_t mark = d.state->bytes[(flags & kShifted) != 0 ? 1 : 0];
  if (c < 0x20 || mark == kAscii) {
    TRY(d.out.append(c));
    ++d.at;
    return kDone;
  }
  const Designation* set = designation_of(all, mark);
  if (set == nullptr) return 1;  // a program put it into the state
  return decode_in_set(*set, d);
}

Fallible<Stop> decode_iso2022(const Codec& codec, Decoding& d) {
  uint8_t& flags = d.state->bytes[kFlags];
  for (size_t count = 0; d.at < d.size; ++count) {
    TRY(poll_sometimes(d.t, count));
    if ((flags & kPassing) != 0) {
      uint8_t c = d.data[d.at++];
      TRY(d.out.append(c));
      if (ends_escape(c)) flags &= ~kPassing;
      continue;
    }
    if (Stop stop = TRY(decode_one(*codec.designations, d)); stop != kDone) return stop;
  }
  return kDone;
}

// ---- Encoding. ----

Fallible<void> shift(Encoding& e, bool out) {
  uint8_t& flags = e.state->bytes[kFlags];
  if (((flags & kShifted) != 0) == out) return {};
  flags ^= kShifted;
  return e.out.append_byte(out ? kShiftOut : kShiftIn);
}
Fallible<void> designate(Encoding& e, const Designation& set) {
  uint8_t& now = e.state->bytes[set.plane];
  if (now == set.mark) return {};
  now = set.mark;
  TRY(e.out.append_byte(kEscape));
  if ((set.mark & kDouble) != 0) TRY(e.out.append_byte('$'));
  // The oldest set has a sequence without the third byte.
  if (set.set != Set::Jis0208) TRY(e.out.append_byte(set.plane == 0 ? '(' : ')'));
  return e.out.append_byte(set.mark & 0x7F);
}

// The first set that has the character, or the pair that begins with it; *used: how many characters. kIncomplete: a pair may follow.
Stop choose_set(const Designations& all, const Encoding& e, const Designation** set, uint16_t* code, size_t* used) {
  char32_t c = e.text->at(e.at);
  for (const Designation* d = all.list; d->mark != 0; ++d) {
    *set = d;
    *used = 1;
    bool plane1 = d->set == Set::Jis0213Pairs || d->set == Set::Jis0213Plane1;
    if (plane1 && d->table->begins_pair(c)) {
      if (e.left() < 2 && !e.flush) return kIncomplete;
      *code = e.left() < 2 ? uint16_t{0} : static_cast<uint16_t>(d->table->encode_pair(c, e.text->at(e.at + 1)) & 0x7F7F);
      *used = 2;
      if (*code != 0) return kDone;
      *used = 1;
    }
    *code = encode_in(*d, c);
    if (*code != 0) return kDone;
  }
  return 1;
}

Fallible<void> encode_ascii(Encoding& e, char32_t c) {
  static constexpr Designation kAsciiSet = {kAscii, 0, Set::DecodeOnly, nullptr};
  TRY(designate(e, kAsciiSet));
  TRY(shift(e, false));
  return e.out.append_byte(byte_of(c));
}

// OPTIMIZATION: a run of characters of the first set with two bytes, where that is designated already: no other set is asked before it.
Fallible<void> encode_run(const Designations& all, Encoding& e) {
  const Designation* set = all.list;
  const Table* pairs = set->set == Set::Jis0213Pairs ? set++->table : nullptr;
  if (set->plane != 0 || e.state->bytes[0] != set->mark || (e.state->bytes[kFlags] & kShifted) != 0) return {};
  size_t most = e.left() < 512 ? e.left() : 512, i = 0;
  uint8_t* room = TRY(e.out.extend(2 * most));
  for (; i < most; ++i) {
    char32_t c = e.text->at(e.at + i);
    if (c < 0x80 || (pairs != nullptr && pairs->begins_pair(c))) break;
    uint16_t code = encode_in(*set, c);
    if (code == 0) break;
    room[2 * i] = byte_of(code >> 8);
    room[2 * i + 1] = byte_of(code & 0xFF);
  }
  e.out.truncate(e.out.size() - 2 * (most - i));
  e.at += i;
  return e.t.poll(static_cast<int64_t>(i / 4));
}

Fallible<Stop> encode_iso2022(const Codec& codec, Encoding& e) {
  for (size_t count = 0; e.left() > 0; ++count) {
    TRY(poll_sometimes(e.t, count));
    TRY(encode_run(*codec.designations, e));
    if (e.left() == 0) break;
    char32_t c = e.text->at(e.at);
    if (c < 0x80) {
      TRY(encode_ascii(e, c));
      ++e.at;
      continue;
    }
    const Designation* set = nullptr;
    uint16_t code = 0;
    size_t used = 0;
    if (Stop stop = choose_set(*codec.designations, e, &set, &code, &used); stop != kDone) return stop;
    if (set->plane == 0) {
      TRY(shift(e, false));
      TRY(designate(e, *set));
    } else {
      TRY(designate(e, *set));
      TRY(shift(e, true));
    }
    if ((set->mark & kDouble) != 0) TRY(e.out.append_byte(byte_of(code >> 8)));
    TRY(e.out.append_byte(byte_of(code & 0xFF)));
    e.at += used;
  }
  return kDone;
}

void start_encoder(State& state) { state.bytes[0] = state.bytes[1] = kAscii; }
void start_decoder(State& state) { state.bytes[0] = state.bytes[1] = state.bytes[2] = kAscii; }
void reset_decoder(State& state) {
  state.bytes[0] = kAscii;
  state.bytes[kFlags] &= static_cast<uint8_t>(~kShifted);
}
Fallible<void> reset_encoder(State& state, BytesBuilder& out) {
  if ((state.bytes[kFlags] & kShifted) != 0) TRY(out.append_byte(kShiftIn));
  state.bytes[kFlags] &= static_cast<uint8_t>(~kShifted);
  if (state.bytes[0] != kAscii) TRY(out.append("\x1b(B"));
  state.bytes[0] = kAscii;
  return {};
}

constexpr Designation kRoman = {'J', 0, Set::JisRoman, nullptr}, kKana = {'I', 0, Set::JisKana, nullptr};
constexpr Designation k0208 = {'B' | kDouble, 0, Set::Jis0208, &k_euc_jp}, k0208Old = {'@' | kDouble, 0, Set::Jis0208, &k_euc_jp};
constexpr Designation k0212 = {'D' | kDouble, 0, Set::Jis0212, &k_euc_jp};
constexpr Designation kGb = {'A' | kDouble, 0, Set::Gb2312, &k_gb2312}, kKs = {'C' | kDouble, 0, Set::Ksx1001, &k_cp949};
constexpr Designation kEnd = {0, 0, Set::DecodeOnly, nullptr};

constexpr Designation kKoreanSets[] = {{'C' | kDouble, 1, Set::Ksx1001, &k_cp949}, kEnd};
constexpr Designation kJpSets[] = {k0208, kRoman, k0208Old, kEnd};
constexpr Designation kJp1Sets[] = {k0208, k0212, kRoman, k0208Old, kEnd};
constexpr Designation kJp2Sets[] = {k0208, k0212, kKs, kGb, kRoman, k0208Old, {kLatin1, 2, Set::DecodeOnly, nullptr},
                                    {kGreekSet, 2, Set::DecodeOnly, nullptr}, kEnd};
constexpr Designation kJp2004Sets[] = {{'Q' | kDouble, 0, Set::Jis0213Pairs, &k_euc_jis_2004}, k0208,
                                       {'Q' | kDouble, 0, Set::Jis0213Plane1, &k_euc_jis_2004},
                                       {'P' | kDouble, 0, Set::Jis0213Plane2, &k_euc_jis_2004}, kEnd};
constexpr Designation kJp3Sets[] = {{'O' | kDouble, 0, Set::Jis0213Pairs, &k_euc_jisx0213}, k0208,
                                    {'O' | kDouble, 0, Set::Jis0213Plane1, &k_euc_jisx0213},
                                    {'P' | kDouble, 0, Set::Jis0213Plane2, &k_euc_jisx0213}, kEnd};
constexpr Designation kJpExtSets[] = {k0208, k0212, kRoman, kKana, k0208Old, kEnd};

constexpr Designations kKorean = {kKoreanSets, true, false, false}, kJp = {kJpSets, false, false, true};
constexpr Designations kJp1 = {kJp1Sets, false, false, true}, kJp2 = {kJp2Sets, false, true, true};
constexpr Designations kJp2004 = {kJp2004Sets, false, false, true}, kJp3 = {kJp3Sets, false, false, true};
constexpr Designations kJpExt = {kJpExtSets, false, false, true};

constexpr Codec iso2022(const char* name, const Designations* sets) {
  return {name, decode_iso2022, encode_iso2022, nullptr, sets, start_decoder, start_encoder, reset_decoder, reset_encoder};
}

}  // namespace

const Codec kIso2022Codecs[] = {iso2022("iso2022_kr", &kKorean),     iso2022("iso2022_jp", &kJp),
                                iso2022("iso2022_jp_1", &kJp1),      iso2022("iso2022_jp_2", &kJp2),
                                iso2022("iso2022_jp_2004", &kJp2004), iso2022("iso2022_jp_3", &kJp3),
                                iso2022("iso2022_jp_ext", &kJpExt),  {}};

}  // namespace hog::multibyte
