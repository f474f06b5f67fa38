// utf16.cpp: UTF-16 and UTF-32 in either byte order; see utf.hpp.
#include <bit>
#include <cstring>

#include "text/utf.hpp"

namespace hog::utf {

namespace {

constexpr bool swaps(Endian endian) {
  return (endian == Endian::kBig) == (std::endian::native == std::endian::little);
}

uint16_t load16(const char* at, bool swap) {
  uint16_t unit;
  std::memcpy(&unit, at, 2);
  return swap ? __builtin_bswap16(unit) : unit;
}
uint32_t load32(const char* at, bool swap) {
  uint32_t unit;
  std::memcpy(&unit, at, 4);
  return swap ? __builtin_bswap32(unit) : unit;
}
void store16(char* at, char32_t c, bool swap) {
  auto unit = static_cast<uint16_t>(c);
  if (swap) unit = __builtin_bswap16(unit);
  std::memcpy(at, &unit, 2);
}
void store32(char* at, char32_t c, bool swap) {
  uint32_t unit = swap ? __builtin_bswap32(c) : static_cast<uint32_t>(c);
  std::memcpy(at, &unit, 4);
}

bool is_surrogate(char32_t unit) { return (unit & 0xF800) == 0xD800; }
bool is_high(char32_t unit) { return (unit & 0xFC00) == 0xD800; }
bool is_low(char32_t unit) { return (unit & 0xFC00) == 0xDC00; }
char32_t join(char32_t high, char32_t low) { return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF); }

Scan stopped(Scan scan, size_t at, Fault fault, size_t end) {
  scan.bytes = at;
  scan.fault = fault;
  scan.fault_end = end;
  return scan;
}

template <typename To>
void decode_utf16_into(std::string_view bytes, bool swap, To* to) {
  for (size_t at = 0; at + 2 <= bytes.size(); at += 2) {
    char32_t unit = load16(bytes.data() + at, swap);
    if (is_high(unit) && at + 4 <= bytes.size()) {
      at += 2;
      unit = join(unit, load16(bytes.data() + at, swap));
    }
    *to++ = static_cast<To>(unit);
  }
}

template <typename To>
void decode_utf32_into(std::string_view bytes, bool swap, To* to) {
  for (size_t at = 0; at + 4 <= bytes.size(); at += 4)
    *to++ = static_cast<To>(load32(bytes.data() + at, swap));
}

}  // namespace

Scan scan_utf16(std::string_view bytes, Endian endian) {
  Scan scan;
  const bool swap = swaps(endian);
  size_t at = 0;
  while (at + 2 <= bytes.size()) {
    char32_t unit = load16(bytes.data() + at, swap);
    size_t length = 2;
    if (is_surrogate(unit)) {
      if (is_low(unit)) return stopped(scan, at, Fault::kIllegalEncoding, at + 2);
      if (at + 4 > bytes.size()) return stopped(scan, at, Fault::kUnexpectedEnd, bytes.size());
      char32_t second = load16(bytes.data() + at + 2, swap);
      if (!is_low(second)) return stopped(scan, at, Fault::kIllegalSurrogate, at + 2);
      unit = join(unit, second);
      length = 4;
    }
    at += length;
    scan.characters++;
    scan.bits |= unit;
  }
  scan.bytes = at;
  return at == bytes.size() ? scan : stopped(scan, at, Fault::kTruncated, bytes.size());
}

void decode_utf16(std::string_view bytes, Endian endian, void* to, Width width) {
  const bool swap = swaps(endian);
  if (width == Width::k1) return decode_utf16_into(bytes, swap, static_cast<uint8_t*>(to));
  if (width == Width::k2) return decode_utf16_into(bytes, swap, static_cast<uint16_t*>(to));
  return decode_utf16_into(bytes, swap, static_cast<uint32_t*>(to));
}

size_t utf16_size(TextView text) {
  size_t units = text.length;
  if (text.width == Width::k4) {
    for (size_t i = 0; i < text.length; i++) units += static_cast<size_t>(text.bytes4()[i] >= 0x10000);
  }
  return units * 2;
}

size_t encode_utf16(TextView text, Endian endian, char* to) {
  const bool swap = swaps(endian);
  char* at = to;
  for (size_t i = 0; i < text.length; i++) {
    char32_t c = text[i];
    if (c >= 0x10000) {
      store16(at, 0xD800 + ((c - 0x10000) >> 10), swap);
      store16(at + 2, 0xDC00 + ((c - 0x10000) & 0x3FF), swap);
      at += 4;
    } else {
      store16(at, c, swap);
      at += 2;
    }
  }
  return static_cast<size_t>(at - to);
}

Scan scan_utf32(std::string_view bytes, Endian endian) {
  Scan scan;
  const bool swap = swaps(endian);
  size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    char32_t c = load32(bytes.data() + at, swap);
    if (c > 0x10FFFF) return stopped(scan, at, Fault::kCodePointOutOfRange, at + 4);
    if (c >= 0xD800 && c <= 0xDFFF) return stopped(scan, at, Fault::kSurrogateCodePoint, at + 4);
    scan.characters++;
    scan.bits |= c;
  }
  scan.bytes = at;
  return at == bytes.size() ? scan : stopped(scan, at, Fault::kTruncated, bytes.size());
}

void decode_utf32(std::string_view bytes, Endian endian, void* to, Width width) {
  const bool swap = swaps(endian);
  if (width == Width::k1) return decode_utf32_into(bytes, swap, static_cast<uint8_t*>(to));
  if (width == Width::k2) return decode_utf32_into(bytes, swap, static_cast<uint16_t*>(to));
  return decode_utf32_into(bytes, swap, static_cast<uint32_t*>(to));
}

size_t encode_utf32(TextView text, Endian endian, char* to) {
  const bool swap = swaps(endian);
  for (size_t i = 0; i < text.length; i++) store32(to + 4 * i, text[i], swap);
  return text.length * 4;
}

}  // namespace hog::utf
