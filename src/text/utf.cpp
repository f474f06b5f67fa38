// utf.cpp: characters, UTF-8, ASCII; see utf.hpp. UTF-16 and UTF-32 are in utf16.cpp.
#include "text/utf.hpp"

#include <bit>
#include <cstring>
#include <type_traits>

#include "base/copy.hpp"
#include "text/blocks.hpp"

namespace hog::utf {

namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

uint64_t load8(const void* from) {
  uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}

template <typename From, typename To>
void convert_array(const From* from, size_t count, To* to) {
  for (size_t i = 0; i < count; i++) to[i] = static_cast<To>(from[i]);
}

template <typename From>
void convert_from(const From* from, size_t count, void* to, Width width) {
  if (width == Width::k1) return convert_array(from, count, static_cast<uint8_t*>(to));
  if (width == Width::k2) return convert_array(from, count, static_cast<uint16_t*>(to));
  return convert_array(from, count, static_cast<uint32_t*>(to));
}

// Calls `action` with the characters as a pointer of their own type.
template <typename Action>
auto with_characters(TextView text, Action action) {
  if (text.width == Width::k1) return action(text.bytes1());
  if (text.width == Width::k2) return action(text.bytes2());
  return action(text.bytes4());
}

bool is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// The sequence that starts with a byte above 0x7F at `at`: its length, or 0 and the fault.
struct Sequence {
  unsigned length;
  char32_t point;
  Fault fault;
  unsigned fault_length;
};

constexpr Sequence fault_of(Fault fault, unsigned length) { return {0, 0, fault, length}; }

Sequence read_sequence(const uint8_t* at, const uint8_t* end, Surrogates surrogates) {
  uint8_t lead = at[0];
  size_t left = static_cast<size_t>(end - at);
  if (lead < 0xC2 || lead > 0xF4) return fault_of(Fault::kInvalidStart, 1);
  unsigned length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte has a narrower range after some leads: no overlong forms, no surrogates, nothing above
  // 0x10FFFF.
  uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xF4 ? 0x8F : lead == 0xED && surrogates == Surrogates::kReject ? 0x9F : 0xBF;
  if (left < 2) return fault_of(Fault::kUnexpectedEnd, 1);
  if (at[1] < low || at[1] > high) return fault_of(Fault::kInvalidContinuation, 1);
  if (length == 2) return {2, (lead & 0x1Fu) << 6 | (at[1] & 0x3Fu), Fault::kNone, 0};
  if (left < 3) return fault_of(Fault::kUnexpectedEnd, 2);
  if (!is_continuation(at[2])) return fault_of(Fault::kInvalidContinuation, 2);
  char32_t upper = (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
  if (length == 3) return {3, (lead & 0x0Fu) << 12 | upper, Fault::kNone, 0};
  if (left < 4) return fault_of(Fault::kUnexpectedEnd, 3);
  if (!is_continuation(at[3])) return fault_of(Fault::kInvalidContinuation, 3);
  return {4, (lead & 0x07u) << 18 | upper << 6 | (at[3] & 0x3Fu), Fault::kNone, 0};
}

template <typename To>
void decode_utf8_into(std::string_view bytes, To* to) {
  const char* at = bytes.data();
  const char* end = at + bytes.size();
  if constexpr (sizeof(To) == 1) {
    size_t plain = ascii_prefix(bytes);
    copy_bytes(to, at, plain);
    at += plain;
    to += plain;
  }
  // OPTIMIZATION: runs of one script, so that the same branch is taken again and again.
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(at[i])); };
  while (at < end) {
    uint32_t lead = byte(0);
    if (lead < 0x80) {
      while (end - at >= 8 && (load8(at) & kHighBits) == 0) {
        convert_array(reinterpret_cast<const uint8_t*>(at), 8, to);
        at += 8;
        to += 8;
      }
      for (; at < end && (lead = byte(0)) < 0x80; ++at) *to++ = static_cast<To>(lead);
    } else if (lead < 0xE0) {
      do {
        *to++ = static_cast<To>((lead & 0x1F) << 6 | (byte(1) & 0x3F));
        at += 2;
      } while (at < end && (lead = byte(0)) - 0x80 < 0x60);
    } else if (lead < 0xF0) {
      do {
        *to++ = static_cast<To>((lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
        at += 3;
      } while (at < end && (lead = byte(0)) - 0xE0 < 0x10);
    } else {
      *to++ = static_cast<To>((lead & 7) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F));
      at += 4;
    }
  }
}

// One byte a character, and one more for each limit that it reaches. kNowhere: there are surrogates.
template <typename From>
size_t encodable_size_of(const From* from, size_t count) {
  using Wide = blocks::Block<From>;
  constexpr auto kTwo = static_cast<From>(~0x7Fu), kThree = static_cast<From>(~0x7FFu);
  size_t size = count, i = 0;
  Wide surrogates{};
  while (i + blocks::kLanes<From> <= count) {
    // Each lane counts downwards for itself.
    Wide counts{};
    for (unsigned round = 0; round < 32 && i + blocks::kLanes<From> <= count; round++, i += blocks::kLanes<From>) {
      Wide now = blocks::load(from + i);
      counts += reinterpret_cast<Wide>((now & kTwo) != 0);
      if constexpr (sizeof(From) >= 2) {
        Wide high = now & kThree;
        counts += reinterpret_cast<Wide>(high != 0);
        surrogates |= reinterpret_cast<Wide>(high == static_cast<From>(0xD800));
      }
      if constexpr (sizeof(From) >= 4) counts += reinterpret_cast<Wide>((now & static_cast<From>(~0xFFFFu)) != 0);
    }
    for (size_t lane = 0; lane < blocks::kLanes<From>; lane++) size += static_cast<From>(-counts[lane]);
  }
  if (blocks::any(surrogates)) return kNowhere;
  for (; i < count; i++) {
    char32_t c = from[i];
    if (c >= 0xD800 && c < 0xE000) return kNowhere;
    size += size_t{c >= 0x80} + size_t{c >= 0x800} + size_t{c >= 0x10000};
  }
  return size;
}

template <typename From>
size_t utf8_size_of(const From* from, size_t count) {
  auto reaching = [=](From limit) {
    return blocks::count_if(from, count, [limit](auto x) { return x >= limit; });
  };
  size_t size = count + reaching(0x80);
  if constexpr (sizeof(From) >= 2) size += reaching(0x800);
  if constexpr (sizeof(From) >= 4) size += reaching(0x10000);
  return size;
}

// Copies the ASCII at the start; returns how many characters it was.
template <typename From>
size_t encode_ascii_prefix(const From* from, size_t count, char* to) {
  if constexpr (sizeof(From) == 1) {
    size_t plain = ascii_prefix({reinterpret_cast<const char*>(from), count});
    std::memcpy(to, from, plain);
    return plain;
  } else {
    size_t i = 0;
    constexpr From kAbove = static_cast<From>(~From{0x7F});
    for (; i + 8 <= count; i += 8) {
      From all = 0;
      for (size_t j = 0; j < 8; j++) all |= from[i + j];
      if ((all & kAbove) != 0) break;
      for (size_t j = 0; j < 8; j++) to[i + j] = static_cast<char>(from[i + j]);
    }
    return i;
  }
}

template <typename From>
char* encode_utf8_from(const From* from, size_t count, char* to) {
  const From* end = from + count;
  auto put = [&](char32_t byte) { *to++ = static_cast<char>(byte); };
  // Both in one store.
  auto put_two = [&](char32_t first, char32_t second) {
    auto both = static_cast<uint16_t>(std::endian::native == std::endian::little ? first | second << 8 : first << 8 | second);
    std::memcpy(to, &both, 2);
    to += 2;
  };
  // OPTIMIZATION: runs of one script, so that the same branch is taken again and again.
  while (from < end) {
    char32_t c = *from;
    if (c < 0x80) {
      constexpr ptrdiff_t kFew = 8;
      const From* few = end - from < kFew ? end : from + kFew;
      do put(c);
      while (++from < few && (c = *from) < 0x80);
      if (from < few || from == end) continue;
      size_t plain = encode_ascii_prefix(from, static_cast<size_t>(end - from), to);
      from += plain;
      to += plain;
    } else if (c < 0x800) {
      do put_two(0xC0 | c >> 6, 0x80 | (c & 0x3F));
      while (++from < end && (c = *from) - 0x80 < 0x780);
    } else if (c < 0x10000) {
      do {
        put_two(0xE0 | c >> 12, 0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
      } while (++from < end && (c = *from) - 0x800 < 0xF800);
    } else {
      put_two(0xF0 | c >> 18, 0x80 | (c >> 12 & 0x3F));
      put_two(0x80 | (c >> 6 & 0x3F), 0x80 | (c & 0x3F));
      ++from;
    }
  }
  return to;
}

template <typename Character, typename Predicate>
Range find_run(const Character* text, size_t length, size_t from, Predicate wanted) {
  if (from >= length) return {kNowhere, kNowhere};
  size_t start = blocks::find_if(text, length, from, wanted);
  if (start == length) return {kNowhere, kNowhere};
  size_t end = start + 1;
  while (end < length && wanted(text[end])) end++;
  return {start, end};
}

template <typename Character>
Range find_surrogate_run(const Character* text, size_t length, size_t from) {
  const auto mask = static_cast<Character>(~Character{0x7FF});
  const Character pattern = 0xD800;
  return find_run(text, length, from, [mask, pattern](auto x) { return (x & mask) == pattern; });
}

}  // namespace

std::string_view reason(Fault fault) {
  switch (fault) {
    case Fault::kNone: return "";
    case Fault::kInvalidStart: return "invalid start byte";
    case Fault::kInvalidContinuation: return "invalid continuation byte";
    case Fault::kUnexpectedEnd: return "unexpected end of data";
    case Fault::kTruncated: return "truncated data";
    case Fault::kIllegalEncoding: return "illegal encoding";
    case Fault::kIllegalSurrogate: return "illegal UTF-16 surrogate";
    case Fault::kSurrogateCodePoint: return "code point in surrogate code point range(0xd800, 0xe000)";
    case Fault::kCodePointOutOfRange: return "code point not in range(0x110000)";
    case Fault::kNotAscii: return "ordinal not in range(128)";
  }
  return "";
}

char32_t bits_of(TextView text) {
  size_t bytes = text.length * static_cast<size_t>(text.width);
  const char* at = static_cast<const char*>(text.data);
  uint64_t all = 0, other = 0;
  size_t i = 0;
  for (; i + 16 <= bytes; i += 16) {
    all |= load8(at + i);
    other |= load8(at + i + 8);
  }
  all |= other;
  all |= all >> 32;
  if (text.width != Width::k4) all |= all >> 16;
  if (text.width == Width::k1) all |= all >> 8;
  constexpr uint64_t kMasks[] = {0, 0xFF, 0xFFFF, 0, 0xFFFFFFFF};
  auto bits = static_cast<char32_t>(all & kMasks[static_cast<size_t>(text.width)]);
  for (size_t c = i / static_cast<size_t>(text.width); c < text.length; c++) bits |= text[c];
  return bits;
}

size_t ascii_prefix(std::string_view bytes) {
  size_t i = 0;
  for (; i + 16 <= bytes.size(); i += 16) {
    if (((load8(bytes.data() + i) | load8(bytes.data() + i + 8)) & kHighBits) != 0) break;
  }
  while (i < bytes.size() && static_cast<uint8_t>(bytes[i]) < 0x80) i++;
  return i;
}

bool is_ascii(const void* bytes, size_t count) {
  return ascii_prefix({static_cast<const char*>(bytes), count}) == count;
}

void convert(TextView from, void* to, Width to_width) {
  if (from.length == 0) return;
  if (from.width == to_width) {
    copy_bytes(to, from.data, from.length * static_cast<size_t>(to_width));
    return;
  }
  with_characters(from, [&](const auto* characters) { convert_from(characters, from.length, to, to_width); });
}

namespace {

typedef signed char SignedBlock __attribute__((vector_size(16)));

// What is wrong with sixteen bytes, given the three before them: no lane set when they go on a valid text.
blocks::Block1 faults_of_utf8(const uint8_t* at) {
  using blocks::Block1;
  Block1 now = blocks::load(at), before = blocks::load(at - 1);
  Block1 second = blocks::load(at - 2), third = blocks::load(at - 3);
  auto mask = [](auto comparison) { return reinterpret_cast<Block1>(comparison); };
  // Signed comparisons are the cheap ones.
  auto biased = [](Block1 block) { return reinterpret_cast<SignedBlock>(block ^ 0x80); };
  auto limit = [](int byte) { return static_cast<signed char>(byte - 0x80); };
  SignedBlock now_biased = biased(now);
  Block1 is_more = mask(reinterpret_cast<SignedBlock>(now) < limit(0x40));
  Block1 should_be = mask(biased(before) >= limit(0xC0)) | mask(biased(second) >= limit(0xE0)) | mask(biased(third) >= limit(0xF0));
  Block1 never = mask((now & 0xFE) == 0xC0) | mask(now_biased >= limit(0xF5));
  Block1 faults = (is_more ^ should_be) | never;
  // Leads after which the second byte has a narrower range: no overlong forms, no surrogates, nothing above 0x10FFFF.
  Block1 e0 = mask(before == 0xE0), ed = mask(before == 0xED), f0 = mask(before == 0xF0), f4 = mask(before == 0xF4);
  if (blocks::any(e0 | ed | f0 | f4)) [[unlikely]] {
    faults |= (e0 & mask(now_biased < limit(0xA0))) | (ed & mask(now_biased >= limit(0xA0)));
    faults |= (f0 & mask(now_biased < limit(0x90))) | (f4 & mask(now_biased >= limit(0x90)));
  }
  return faults;
}

// OPTIMIZATION: sixteen bytes at a time. Absent characters (SIZE_MAX): there is a fault, which the careful scan will find.
Scan scan_valid_utf8(std::string_view bytes) {
  constexpr size_t kLane = 16, kBefore = 3;
  Scan scan;
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t n = bytes.size(), continuations = 0;
  blocks::Block1 highest{}, counts{};  // each lane counts for itself
  unsigned rounds = 0;
  auto add_counts = [&] {
    for (size_t lane = 0; lane < kLane; lane++) continuations += counts[lane];
    counts = blocks::Block1{};
    rounds = 0;
  };
  auto take = [&](const uint8_t* at) {
    blocks::Block1 now = blocks::load(at);
    highest = now > highest ? now : highest;
    counts -= reinterpret_cast<blocks::Block1>((now & 0xC0) == 0x80);
    if (++rounds == 255) add_counts();
    return !blocks::any(faults_of_utf8(at));
  };
  scan.characters = SIZE_MAX;
  // The first and the last bytes are looked at in a place with zeros around them.
  uint8_t edge[kBefore + kLane] = {};
  size_t i = n < kLane ? 0 : kLane;
  if (i != 0) {
    std::memcpy(edge + kBefore, data, kLane);
    if (!take(edge + kBefore)) return scan;
  }
  for (; i + kLane <= n; i += kLane)
    if (!take(data + i)) return scan;
  std::memset(edge, 0, sizeof edge);
  size_t before = i < kBefore ? 0 : kBefore;
  if (n != 0) std::memcpy(edge + kBefore - before, data + i - before, n - i + before);
  if (!take(edge + kBefore)) return scan;
  add_counts();
  uint8_t top = 0;
  for (size_t lane = 0; lane < kLane; lane++) top = highest[lane] > top ? highest[lane] : top;
  scan.characters = n - continuations;
  scan.bytes = n;
  // Bits enough to tell the width of the widest character.
  scan.bits = top < 0x80 ? 0x7F : top < 0xC4 ? 0xFF : top < 0xF0 ? 0xFFFF : 0x1FFFFF;
  return scan;
}

}  // namespace

Scan scan_utf8(std::string_view bytes, Surrogates surrogates) {
  if (surrogates == Surrogates::kReject) {
    Scan valid = scan_valid_utf8(bytes);
    if (valid.characters != SIZE_MAX) return valid;
  }
  Scan scan;
  const auto* begin = reinterpret_cast<const uint8_t*>(bytes.data());
  const uint8_t* end = begin + bytes.size();
  const uint8_t* at = begin;
  while (at < end) {
    const uint8_t* plain = at;
    while (end - at >= 8 && (load8(at) & kHighBits) == 0) at += 8;
    while (at < end && *at < 0x80) at++;
    scan.characters += static_cast<size_t>(at - plain);
    if (at != plain) scan.bits |= 0x7F;
    while (at < end && *at >= 0x80) {
      if (*at >= 0xC2 && *at < 0xE0 && end - at >= 2 && is_continuation(at[1])) {  // the most frequent of all
        scan.bits |= (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
        scan.characters++;
        at += 2;
        continue;
      }
      Sequence sequence = read_sequence(at, end, surrogates);
      if (sequence.length == 0) {
        scan.bytes = static_cast<size_t>(at - begin);
        scan.fault = sequence.fault;
        scan.fault_end = scan.bytes + sequence.fault_length;
        return scan;
      }
      at += sequence.length;
      scan.characters++;
      scan.bits |= sequence.point;
    }
  }
  scan.bytes = bytes.size();
  return scan;
}

char32_t next_utf8(const char*& at) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(at);
  uint8_t lead = bytes[0];
  if (lead < 0x80) {
    at += 1;
    return lead;
  }
  if (lead < 0xE0) {
    at += 2;
    return (lead & 0x1Fu) << 6 | (bytes[1] & 0x3Fu);
  }
  char32_t upper = (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
  if (lead < 0xF0) {
    at += 3;
    return (lead & 0x0Fu) << 12 | upper;
  }
  at += 4;
  return (lead & 0x07u) << 18 | upper << 6 | (bytes[3] & 0x3Fu);
}

void decode_utf8(std::string_view bytes, void* to, Width width) {
  if (bytes.empty()) return;
  if (width == Width::k1) return decode_utf8_into(bytes, static_cast<uint8_t*>(to));
  if (width == Width::k2) return decode_utf8_into(bytes, static_cast<uint16_t*>(to));
  return decode_utf8_into(bytes, static_cast<uint32_t*>(to));
}

size_t utf8_size(TextView text) {
  return with_characters(text, [&](const auto* characters) { return utf8_size_of(characters, text.length); });
}

size_t encodable_utf8_size(TextView text) {
  return with_characters(text, [&](const auto* characters) { return encodable_size_of(characters, text.length); });
}

size_t encode_utf8(char32_t c, char (&to)[4]) {
  if (c < 0x80) {
    to[0] = static_cast<char>(c);
    return 1;
  }
  if (c < 0x800) {
    to[0] = static_cast<char>(0xC0 | c >> 6);
    to[1] = static_cast<char>(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    to[0] = static_cast<char>(0xE0 | c >> 12);
    to[1] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    to[2] = static_cast<char>(0x80 | (c & 0x3F));
    return 3;
  }
  to[0] = static_cast<char>(0xF0 | c >> 18);
  to[1] = static_cast<char>(0x80 | (c >> 12 & 0x3F));
  to[2] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
  to[3] = static_cast<char>(0x80 | (c & 0x3F));
  return 4;
}

size_t encode_utf8(TextView text, char* to) {
  char* end = with_characters(
      text, [&](const auto* characters) { return encode_utf8_from(characters, text.length, to); });
  return static_cast<size_t>(end - to);
}

Range find_surrogates(TextView text, size_t from) {
  if (text.width == Width::k1) return {kNowhere, kNowhere};
  if (text.width == Width::k2) return find_surrogate_run(text.bytes2(), text.length, from);
  return find_surrogate_run(text.bytes4(), text.length, from);
}

Scan scan_ascii(std::string_view bytes) {
  Scan scan;
  scan.bytes = scan.characters = ascii_prefix(bytes);
  scan.bits = scan.bytes == 0 ? 0 : 0x7F;
  if (scan.bytes != bytes.size()) {
    scan.fault = Fault::kNotAscii;
    scan.fault_end = scan.bytes + 1;
  }
  return scan;
}

Range find_above(TextView text, char32_t limit, size_t from) {
  return with_characters(text, [&](const auto* characters) {
    using Character = std::remove_cvref_t<decltype(*characters)>;
    if (limit > static_cast<Character>(-1)) return Range{kNowhere, kNowhere};
    const auto most = static_cast<Character>(limit);
    return find_run(characters, text.length, from, [most](auto x) { return x > most; });
  });
}

}  // namespace hog::utf
