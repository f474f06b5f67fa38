// bigint_text.cpp: ints to digits and back. Bases that are powers of two are bit shuffling; the others divide and conquer:
// pieces of kUnit digits by GMP, joined and parted by powers base**(kUnit * 2**k). Ref: library/stdtypes "Integer string
// conversion length limitation".
#include <gmp.h>

#include <cmath>
#include <cstring>

#include "object/bigint.hpp"
#include "object/containers.hpp"
#include "object/int_math.hpp"
#include "text/number.hpp"

namespace hog {

using bigint::View;

namespace {

constexpr size_t kUnit = 8192;  // digits that one call of a kernel makes or reads
constexpr int kMostLevels = 48;
constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

bool is_power_of_two(int base) { return (base & (base - 1)) == 0; }
double bits_per_digit(int base) { return std::log2(base); }

// base**(kUnit * 2**level), made as needed. Lives on the native stack.
class Powers {
 public:
  Powers(Thread& t, int base) : t_(t), base_(base) {}
  Fallible<Value> at(int level) {
    if (known_ == 0) {
      powers_[0] = TRY(int_power(t_, Value::from_small_int(base_), Value::from_small_int(kUnit), Value::absent()));
      known_ = 1;
    }
    for (; known_ <= level; ++known_) powers_[known_] = TRY(int_multiply(t_, powers_[known_ - 1], powers_[known_ - 1]));
    return powers_[level];
  }

 private:
  Thread& t_;
  int base_;
  int known_ = 0;
  Value powers_[kMostLevels];
};

// ---- To text. ----

class DigitWriter {
 public:
  DigitWriter(Thread& t, int base, StrBuilder& out) : t_(t), base_(base), out_(out), powers_(t, base) {}

  // magnitude < base**(kUnit * 2**level). Until something was written, leading zeros are left out.
  Fallible<void> write(Value magnitude, int level) {
    if (level == 0) return write_unit(magnitude);
    Value power = TRY(powers_.at(level - 1));
    if (!started_ && int_compare_nogc(magnitude, power) < 0) return write(magnitude, level - 1);
    IntDivision d = TRY(int_divmod(t_, magnitude, power));
    TRY(write(d.quotient, level - 1));
    return write(d.remainder, level - 1);
  }

 private:
  [[gnu::noinline]] Fallible<void> write_unit(Value magnitude) {
    View v(magnitude);
    TRY(t_.poll(static_cast<int64_t>(v.count() * 8 + 1)));
    Limb limbs[kUnit * 6 / 64 + 2];  // a digit has less than six bits
    unsigned char digits[kUnit + 16];
    std::memcpy(limbs, v.limbs(), v.count() * sizeof(Limb));
    size_t count = 0;
    if (v.count() != 0)
      count = mpn_get_str(digits, base_, reinterpret_cast<mp_limb_t*>(limbs), static_cast<mp_size_t>(v.count()));
    size_t skip = 0;
    while (skip < count && digits[skip] == 0) ++skip;
    if (started_) TRY(out_.append_repeated('0', kUnit - (count - skip)));
    for (size_t i = skip; i < count; ++i) digits[i] = static_cast<unsigned char>(kDigits[digits[i]]);
    started_ = started_ || count != skip;
    return out_.append_ascii({reinterpret_cast<char*>(digits) + skip, count - skip});
  }

  Thread& t_;
  int base_;
  StrBuilder& out_;
  Powers powers_;
  bool started_ = false;
};

Failure raise_too_many_digits(Thread& t) {
  return t.raise_value_error(
      "Exceeds the limit ({} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
      t.isolate().int_max_str_digits);
}

Fallible<Str*> binary_text(Thread& t, const View& v, int base) {
  auto bits = static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(base)));
  size_t digits = (bigint::bit_length(v.limbs(), v.count()) + bits - 1) / bits;
  size_t sign = v.negative();
  Str* text = TRY(Str::make_uninitialized(t, digits + sign, CharKind::One, true));
  auto* out = static_cast<uint8_t*>(text->mutable_data());
  if (sign != 0) out[0] = '-';
  for (size_t i = 0; i < digits; ++i) {
    if (i % 4096 == 0) TRY(t.poll(4096 / 16));
    size_t at = i * bits;
    Limb digit = v[at / 64] >> (at % 64);
    if (at % 64 + bits > 64 && at / 64 + 1 < v.count()) digit |= v[at / 64 + 1] << (64 - at % 64);
    out[sign + digits - 1 - i] = static_cast<uint8_t>(kDigits[digit & ((1u << bits) - 1)]);
  }
  return text;
}

}  // namespace

Fallible<Str*> int_to_text(Thread& t, Value v, int base) {
  View view(v);
  if (view.count() <= 1 && !(view.count() == 1 && static_cast<int64_t>(view.low()) < 0)) {
    char digits[number::kIntSize];
    auto n = static_cast<int64_t>(view.low());
    size_t length = number::format_int(view.negative() ? -n : n, static_cast<unsigned>(base), digits);
    return Str::from_ascii(t, {digits, length});
  }
  if (is_power_of_two(base)) return binary_text(t, view, base);
  auto bits = static_cast<double>(bigint::bit_length(view.limbs(), view.count()));
  int64_t limit = base == 10 ? t.isolate().int_max_str_digits : 0;
  double least_digits = std::floor((bits - 1) / bits_per_digit(base));
  if (limit > 0 && least_digits > static_cast<double>(limit)) return raise_too_many_digits(t);
  TRY(t.check_fits(static_cast<uint64_t>(least_digits)));
  StrBuilder out(t);
  if (view.negative()) TRY(out.append('-'));
  int level = 0;
  while (bits / bits_per_digit(base) + 1 > std::ldexp(static_cast<double>(kUnit), level)) ++level;
  Value magnitude = TRY(int_absolute(t, v));
  DigitWriter writer(t, base, out);
  TRY(writer.write(magnitude, level));
  if (limit > 0 && static_cast<int64_t>(out.length() - view.negative()) > limit) return raise_too_many_digits(t);
  return out.finish();
}

// ---- From text. ----

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

// A literal taken apart: its digits with underscores still in them.
struct Literal {
  bool valid;
  bool negative;
  int base;
  std::string_view digits;
};

Literal take_apart(std::string_view text, int base) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int prefix_base = 0;
  if (text.size() >= 2 && text[0] == '0') {
    char c = static_cast<char>(text[1] | 0x20);
    prefix_base = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
  }
  bool only_zeros = false;
  if (base == 0) {
    base = prefix_base != 0 ? prefix_base : 10;
    only_zeros = prefix_base == 0 && !text.empty() && text[0] == '0';
  }
  if (prefix_base != 0 && prefix_base == base) {
    text.remove_prefix(2);
    if (!text.empty() && text[0] == '_') text.remove_prefix(1);
  }
  Literal literal{!text.empty() && text.front() != '_' && text.back() != '_', negative, base, text};
  // "012" is no int literal, but "000" is.
  if (only_zeros)
    for (char c : text) literal.valid = literal.valid && (c == '0' || c == '_');
  return literal;
}

// The digits' values, without underscores, in a cell. An empty view: not digits of this base.
Fallible<std::string_view> digit_values(Thread& t, std::string_view text, int base) {
  ByteArray* values = TRY(ByteArray::make(t, text.size() + 1));
  auto* out = reinterpret_cast<char*>(values->data());
  size_t count = 0;
  char previous = '_';
  for (size_t i = 0; i < text.size(); ++i) {
    if (i % 4096 == 0) TRY(t.poll(4096 / 16));
    char c = text[i];
    if (c == '_') {
      if (previous == '_') return std::string_view{};
    } else {
      int value = digit_value(c);
      if (value >= base) return std::string_view{};
      out[count++] = static_cast<char>(value);
    }
    previous = c;
  }
  return std::string_view(out, count);
}

Fallible<Value> read_binary(Thread& t, std::string_view digits, int base) {
  auto bits = static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(base)));
  Int* result = TRY(Int::make(t, digits.size() * bits / 64 + 1, false));
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i % 4096 == 0) TRY(t.poll(4096 / 16));
    size_t at = i * bits;
    auto digit = static_cast<Limb>(digits[digits.size() - 1 - i]);
    result->limbs_[at / 64] |= digit << (at % 64);
    if (at % 64 + bits > 64) result->limbs_[at / 64 + 1] |= digit >> (64 - at % 64);
  }
  return bigint::normalized(result);
}

// Apart from the recursion, whose frames are not to hold its room.
[[gnu::noinline]] Fallible<Value> read_unit(Thread& t, std::string_view digits, int base) {
  TRY(t.poll(static_cast<int64_t>(digits.size() / 8 + 1)));
  size_t skip = 0;
  while (skip < digits.size() && digits[skip] == 0) ++skip;
  digits.remove_prefix(skip);
  if (digits.empty()) return Value::from_small_int(0);
  Limb limbs[kUnit * 6 / 64 + 2];
  auto count = static_cast<size_t>(mpn_set_str(reinterpret_cast<mp_limb_t*>(limbs),
                                               reinterpret_cast<const unsigned char*>(digits.data()), digits.size(),
                                               base));
  return bigint::from_limbs(t, limbs, count, false);
}

Fallible<Value> read_digits(Thread& t, std::string_view digits, int base, Powers& powers) {
  if (digits.size() <= kUnit) return read_unit(t, digits, base);
  int level = 0;
  while (kUnit << (level + 1) < digits.size()) ++level;
  size_t low_length = kUnit << level;
  Value high = TRY(read_digits(t, digits.substr(0, digits.size() - low_length), base, powers));
  Value low = TRY(read_digits(t, digits.substr(digits.size() - low_length), base, powers));
  Value scaled = TRY(int_multiply(t, high, TRY(powers.at(level))));
  return int_add(t, scaled, low);
}

}  // namespace

Fallible<Value> int_from_text(Thread& t, std::string_view text, int base) {
  Literal literal = take_apart(text, base);
  if (!literal.valid) return Value::absent();
  if (literal.base == 10 && literal.digits.size() <= 18) {  // OPTIMIZATION: the common case needs no cells
    if (std::optional<uint64_t> n = number::parse_uint(literal.digits, 10))
      return Value::from_small_int(literal.negative ? -static_cast<int64_t>(*n) : static_cast<int64_t>(*n));
  }
  std::string_view digits = TRY(digit_values(t, literal.digits, literal.base));
  if (digits.empty()) return Value::absent();
  Value magnitude;
  if (is_power_of_two(literal.base)) {
    magnitude = TRY(read_binary(t, digits, literal.base));
  } else {
    int64_t limit = t.isolate().int_max_str_digits;
    if (limit > 0 && digits.size() > static_cast<uint64_t>(limit))
      return t.raise_value_error(
          "Exceeds the limit ({} digits) for integer string conversion: value has {} digits; use "
          "sys.set_int_max_str_digits() to increase the limit",
          limit, digits.size());
    Powers powers(t, literal.base);
    magnitude = TRY(read_digits(t, digits, literal.base, powers));
  }
  return literal.negative ? int_negative(t, magnitude) : Fallible<Value>(magnitude);
}

}  // namespace hog
