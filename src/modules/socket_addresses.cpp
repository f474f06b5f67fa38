// socket_addresses.cpp: see socket_addresses.hpp.
#include "modules/socket_addresses.hpp"

#include <cstring>

namespace hog {

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

// A number in C's notation; false when there is none or it has more than 32 bits. Takes it off the front of `text`.
bool take_number(std::string_view* text, uint64_t* out) {
  int base = 10;
  std::string_view s = *text;
  if (!s.empty() && s[0] == '0') {
    base = 8;
    if (s.size() > 1 && (s[1] == 'x' || s[1] == 'X')) {
      base = 16;
      s.remove_prefix(2);
    }
  }
  size_t n = 0;
  uint64_t value = 0;
  for (; n < s.size() && digit_of(s[n]) < base; ++n) {
    value = value * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit_of(s[n]));
    if (value > UINT32_MAX) return false;
  }
  if (n == 0) return false;
  text->remove_prefix(static_cast<size_t>(s.data() - text->data()) + n);
  *out = value;
  return true;
}

}  // namespace

bool parse_loose_ipv4(std::string_view text, uint8_t out[4]) {
  uint64_t parts[4];
  int count = 0;
  for (;;) {
    if (!take_number(&text, &parts[count++])) return false;
    if (text.empty() || text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')) break;  // what follows a blank is not read
    if (text[0] != '.' || count == 4) return false;
    text.remove_prefix(1);
  }
  uint64_t value = parts[count - 1];
  if (value >> (8 * (5 - count)) != 0) return false;
  for (int i = 0; i < count - 1; ++i) {
    if (parts[i] > 255) return false;
    value |= parts[i] << (24 - 8 * i);
  }
  for (int i = 0; i < 4; ++i) out[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
  return true;
}

bool parse_ipv4(std::string_view text, uint8_t out[4]) {
  for (int i = 0; i < 4; ++i) {
    unsigned value = 0;
    size_t n = 0;
    for (; n < text.size() && n < 3 && text[n] >= '0' && text[n] <= '9'; ++n) value = value * 10 + static_cast<unsigned>(text[n] - '0');
    if (n == 0 || value > 255 || (n > 1 && text[0] == '0')) return false;
    text.remove_prefix(n);
    out[i] = static_cast<uint8_t>(value);
    if (i == 3) break;
    if (text.empty() || text[0] != '.') return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

bool parse_ipv6(std::string_view text, uint8_t out[16]) {
  uint16_t words[8];
  int count = 0, gap = -1;
  if (text.size() >= 2 && text[0] == ':' && text[1] == ':') {
    gap = 0;
    text.remove_prefix(2);
  } else if (!text.empty() && text[0] == ':') {
    return false;
  }
  while (!text.empty()) {
    if (count == 8) return false;
    uint8_t tail[4];
    if (count <= 6 && parse_ipv4(text, tail)) {
      words[count++] = static_cast<uint16_t>(tail[0] << 8 | tail[1]);
      words[count++] = static_cast<uint16_t>(tail[2] << 8 | tail[3]);
      text = {};
      break;
    }
    unsigned value = 0;
    size_t n = 0;
    for (; n < text.size() && n < 4 && digit_of(text[n]) < 16; ++n) value = value * 16 + static_cast<unsigned>(digit_of(text[n]));
    if (n == 0) return false;
    words[count++] = static_cast<uint16_t>(value);
    text.remove_prefix(n);
    if (text.empty()) break;
    if (text[0] != ':') return false;
    text.remove_prefix(1);
    if (text.empty()) return false;
    if (text[0] == ':') {
      if (gap >= 0) return false;
      gap = count;
      text.remove_prefix(1);
    }
  }
  if (gap < 0 ? count != 8 : count > 7) return false;
  std::memset(out, 0, 16);
  int behind = gap < 0 ? 0 : count - gap;
  for (int i = 0; i < count; ++i) {
    int at = gap >= 0 && i >= gap ? 8 - behind + (i - gap) : i;
    out[2 * at] = static_cast<uint8_t>(words[i] >> 8);
    out[2 * at + 1] = static_cast<uint8_t>(words[i]);
  }
  return true;
}

size_t print_ipv4(const uint8_t address[4], char out[16]) {
  size_t length = 0;
  for (int i = 0; i < 4; ++i) {
    if (i != 0) out[length++] = '.';
    unsigned n = address[i];
    if (n >= 100) out[length++] = static_cast<char>('0' + n / 100);
    if (n >= 10) out[length++] = static_cast<char>('0' + n / 10 % 10);
    out[length++] = static_cast<char>('0' + n % 10);
  }
  return length;
}

size_t print_ipv6(const uint8_t address[16], char out[46]) {
  uint16_t words[8];
  for (int i = 0; i < 8; ++i) words[i] = static_cast<uint16_t>(address[2 * i] << 8 | address[2 * i + 1]);
  int best = -1, best_length = 1;  // the longest run of zeros, of two at least
  for (int i = 0; i < 8;) {
    int end = i;
    while (end < 8 && words[end] == 0) ++end;
    if (end - i > best_length) best = i, best_length = end - i;
    i = end == i ? i + 1 : end;
  }
  // IPv4 addresses within: ::a.b.c.d and ::ffff:a.b.c.d.
  bool has_ipv4 = best == 0 && (best_length == 6 || (best_length == 5 && words[5] == 0xFFFF));
  size_t length = 0;
  for (int i = 0; i < 8; ++i) {
    if (i == best) {
      out[length++] = ':';
      if (i + best_length == 8) out[length++] = ':';
      i += best_length - 1;
      continue;
    }
    if (i != 0) out[length++] = ':';
    if (has_ipv4 && i == 6) return length + print_ipv4(address + 12, out + length);
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      unsigned digit = words[i] >> shift & 15;
      if (digit != 0 || started || shift == 0) {
        out[length++] = "0123456789abcdef"[digit];
        started = true;
      }
    }
  }
  return length;
}

}  // namespace hog
