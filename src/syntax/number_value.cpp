// number_value.cpp: see number_value.hpp.
#include "syntax/number_value.hpp"

#include <charconv>
#include <cmath>

#include "syntax/character.hpp"

namespace hog {

using ast::ConstantKind;

static double to_double(std::string_view digits) {
  double value = 0;
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem == std::errc::result_out_of_range) {
    // Too big or too small: the exponent decides, and with it the leading digits. A literal has no sign.
    const char* mark = nullptr;
    for (const char& c : digits) {
      if (c == 'e' || c == 'E') mark = &c;
    }
    if (mark != nullptr && mark + 1 < digits.data() + digits.size() && mark[1] == '-') return 0.0;
    bool whole = false;
    for (char c : digits) {
      if (c == '.' || c == 'e' || c == 'E') break;
      whole |= c != '0';
    }
    return whole || mark != nullptr ? HUGE_VAL : 0.0;
  }
  return value;
}

static void integer_value(std::string_view digits, int base, ast::ConstantValue* out) {
  out->kind = ConstantKind::Int;
  out->base = static_cast<uint8_t>(base);
  while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
  out->text = digits;
  uint64_t value = 0;
  for (char c : digits) {
    if (value > (static_cast<uint64_t>(INT64_MAX) - 15) / static_cast<uint64_t>(base)) {
      // Rare; the last digit decides exactly.
      uint64_t next;
      if (__builtin_mul_overflow(value, static_cast<uint64_t>(base), &next) ||
          __builtin_add_overflow(next, static_cast<uint64_t>(hex_value(c)), &next) ||
          next > static_cast<uint64_t>(INT64_MAX)) {
        return;
      }
      value = next;
      continue;
    }
    value = value * static_cast<uint64_t>(base) + static_cast<uint64_t>(hex_value(c));
  }
  out->fits_int64 = true;
  out->integer = static_cast<int64_t>(value);
}

bool number_value(Arena& arena, std::string_view literal, ast::ConstantValue* out) {
  if (literal.find('_') != literal.npos) {
    std::span<char> clean = arena.make_array<char>(literal.size());
    if (clean.empty()) return false;
    size_t size = 0;
    for (char c : literal) {
      if (c != '_') clean[size++] = c;
    }
    literal = {clean.data(), size};
  }
  if (literal.size() > 2 && literal[0] == '0') {
    char kind = static_cast<char>(literal[1] | 0x20);
    int base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
    if (base != 0) {
      std::string_view digits = arena.copy(literal.substr(2));
      if (digits.empty()) return false;
      integer_value(digits, base, out);
      return true;
    }
  }
  char last = static_cast<char>(literal.back() | 0x20);
  if (last == 'j') {
    out->kind = ConstantKind::Complex;
    out->number = to_double(literal.substr(0, literal.size() - 1));
    out->real = 0;
    return true;
  }
  for (char c : literal) {
    if (c == '.' || c == 'e' || c == 'E') {
      out->kind = ConstantKind::Float;
      out->number = to_double(literal);
      return true;
    }
  }
  std::string_view digits = arena.copy(literal);
  if (digits.empty()) return false;
  integer_value(digits, 10, out);
  return true;
}

}  // namespace hog
