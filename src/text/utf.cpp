// utf.cpp: characters, UTF-8, ASCII; see utf.hpp. UTF-16 and UTF-32 are in utf16.cpp.
#include "text/utf.hpp"

#include <cstring>
#include <type_traits>

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
    std::memcpy(to, at, plain);
    at += plain;
    to += plain;
  }
  while (at < end) {
    while (end - at >= 8 && (load8(at) & kHighBits) == 0) {
      convert_array(reinterpret_cast<const uint8_t*>(at), 8, to);
      at += 8;
      to += 8;
    }
    // Until the next word that may be all ASCII: characters one by one.
    for (const char* stop = end - at > 16 ? at + 16 : end; at < stop;) {
      auto lead = static_cast<uint8_t>(*at);
      if (lead < 0x80) {
        *to++ = lead;
        ++at;
      } else if (lead < 0xE0) {
        *to++ = static_cast<To>((lead & 0x1Fu) << 6 | (static_cast<uint8_t>(at[1]) & 0x3Fu));
        at += 2;
      } else {
        *to++ = static_cast<To>(next_utf8(at));
      }
    }
  }
}

template <typename From>
size_t utf8_size_of(const From* from, size_t count) {
  // One byte, and one more for each limit that a character reaches.
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
  for (size_t i = 0; i < count;) {
    size_t plain = encode_ascii_prefix(from + i, count - i, to);
    i += plain;
    to += plain;
    // What follows is likely to be of the same script: look for ASCII again only after a few characters.
    for (size_t stop = count - i < 16 ? count : i + 16; i < stop; i++) {
      char32_t c = from[i];
      if (c < 0x80) {
        *to++ = static_cast<char>(c);
      } else {
        if (c < 0x800) {
          *to++ = static_cast<char>(0xC0 | c >> 6);
        } else {
          if (c < 0x10000) {
            *to++ = static_cast<char>(0xE0 | c >> 12);
          } else {
            *to++ = static_cast<char>(0xF0 | c >> 18);
            *to++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
          }
          *to++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
        }
        *to++ = static_cast<char>(0x80 | (c & 0x3F));
      }
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
    std::memcpy(to, from.data, from.length * static_cast<size_t>(to_width));
    return;
  }
  with_characters(from, [&](const auto* characters) { convert_from(characters, from.length, to, to_width); });
}

namespace {

// What is wrong with sixteen bytes, given the three before them: no lane set when they go on a valid text.
blocks::Block1 faults_of_utf8(const uint8_t* at) {
  using blocks::Block1;
  Block1 now = blocks::load(at), before = blocks::load(at - 1);
  Block1 second = blocks::load(at - 2), third = blocks::load(at - 3);
  auto mask = [](auto comparison) { return reinterpret_cast<Block1>(comparison); };
  Block1 is_more = mask((now & 0xC0) == 0x80);
  Block1 should_be = mask(before >= 0xC0) | mask(second >= 0xE0) | mask(third >= 0xF0);
  Block1 never = mask((now & 0xFE) == 0xC0) | mask(now >= 0xF5);
  // Leads after which the second byte has a narrower range: no overlong forms, no surrogates, nothing above 0x10FFFF.
  Block1 narrow = (mask(before == 0xE0) & mask(now < 0xA0)) | (mask(before == 0xED) & mask(now >= 0xA0)) |
                  (mask(before == 0xF0) & mask(now < 0x90)) | (mask(before == 0xF4) & mask(now >= 0x90));
  return (is_more ^ should_be) | never | narrow;
}

// OPTIMIZATION: sixteen bytes at a time. Absent characters (SIZE_MAX): there is a fault, which the careful scan will find.
Scan scan_valid_utf8(std::string_view bytes) {
  constexpr size_t kLane = 16, kBefore = 3;
  Scan scan;
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t n = bytes.size(), continuations = 0;
  blocks::Block1 highest{};
  auto take = [&](const uint8_t* at) {
    blocks::Block1 now = blocks::load(at);
    highest = now > highest ? now : highest;
    continuations += static_cast<size_t>(__builtin_popcount(blocks::lane_bits<uint8_t>((now & 0xC0) == 0x80)));
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
