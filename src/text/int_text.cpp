// int_text.cpp: machine integers to text and back; see number.hpp.
#include <cstring>

#include "text/number.hpp"

namespace hog::number {

namespace {

constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

// The value of a digit; 36 for any other character.
unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A' + 10);
  return 36;
}

// Two decimal digits at a time.
struct Pairs {
  char text[200];
  constexpr Pairs() : text{} {
    for (int i = 0; i < 100; i++) {
      text[2 * i] = static_cast<char>('0' + i / 10);
      text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
  }
};
constexpr Pairs kPairs;

char* write_backwards(uint64_t value, unsigned base, char* end) {
  if (base == 10) {
    while (value >= 100) {
      end -= 2;
      std::memcpy(end, kPairs.text + 2 * (value % 100), 2);
      value /= 100;
    }
    if (value >= 10) {
      end -= 2;
      std::memcpy(end, kPairs.text + 2 * value, 2);
    } else {
      *--end = static_cast<char>('0' + value);
    }
    return end;
  }
  do {
    *--end = kDigits[value % base];
    value /= base;
  } while (value != 0);
  return end;
}

}  // namespace

size_t format_uint(uint64_t value, unsigned base, char (&to)[kIntSize]) {
  char buffer[64];
  char* end = buffer + sizeof buffer;
  char* start = write_backwards(value, base, end);
  auto length = static_cast<size_t>(end - start);
  std::memcpy(to, start, length);
  return length;
}

size_t format_int(int64_t value, unsigned base, char (&to)[kIntSize]) {
  char buffer[kIntSize];
  char* end = buffer + sizeof buffer;
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  char* start = write_backwards(magnitude, base, end);
  if (value < 0) *--start = '-';
  auto length = static_cast<size_t>(end - start);
  std::memcpy(to, start, length);
  return length;
}

std::optional<uint64_t> parse_uint(std::string_view digits, unsigned base) {
  if (digits.empty()) return std::nullopt;
  uint64_t value = 0;
  for (char c : digits) {
    unsigned digit = digit_value(c);
    if (digit >= base) return std::nullopt;
    if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit, &value))
      return std::nullopt;
  }
  return value;
}

std::optional<int64_t> parse_int(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  std::optional<uint64_t> magnitude = parse_uint(text, 10);
  const uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (!magnitude || *magnitude > limit) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - *magnitude : *magnitude);
}

}  // namespace hog::number
