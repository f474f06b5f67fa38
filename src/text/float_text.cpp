// float_text.cpp: double to text; see number.hpp. The digits come from std::to_chars, which rounds correctly
// and knows no locale; their arrangement is Python's.
#include <charconv>
#include <cmath>
#include <cstring>

#include "text/number.hpp"

namespace hog::number {

namespace {

// No double has more significant digits, or more digits after the point; what is asked beyond them is zeros.
constexpr size_t kMostDigits = 767;
constexpr size_t kMostFraction = 1074;

// A text of std::to_chars in scientific form, taken apart in place: the digits without the point, and the
// exponent.
struct Scientific {
  char buffer[kMostDigits + 16];
  size_t count = 0;
  int exponent = 0;
  std::string_view digits() const { return {buffer, count}; }
};

void take_apart(Scientific& text, const char* end) {
  const char* e = end;
  while (e[-1] != 'e') e--;
  std::from_chars(e + (*e == '+' ? 1 : 0), end, text.exponent);
  text.count = static_cast<size_t>(e - 1 - text.buffer);
  if (text.count > 1) {
    text.count--;  // the point
    std::memmove(text.buffer + 1, text.buffer + 2, text.count - 1);
  }
}

void shortest(double magnitude, Scientific& text) {
  auto result =
      std::to_chars(text.buffer, text.buffer + sizeof text.buffer, magnitude, std::chars_format::scientific);
  take_apart(text, result.ptr);
}

void rounded(double magnitude, size_t fraction_digits, Scientific& text) {
  auto result = std::to_chars(text.buffer, text.buffer + sizeof text.buffer, magnitude,
                              std::chars_format::scientific, static_cast<int>(fraction_digits));
  take_apart(text, result.ptr);
}

bool all_zeros(std::string_view digits) { return digits.find_first_not_of('0') == std::string_view::npos; }

bool append_zeros(ByteSink& sink, size_t count) {
  static constexpr char kZeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
  while (count > 0) {
    size_t step = count < sizeof kZeros - 1 ? count : sizeof kZeros - 1;
    if (!sink.append(kZeros, step)) return false;
    count -= step;
  }
  return true;
}

}  // namespace

FloatText::FloatText(double value, Style style, const FloatOptions& options) {
  negative_ = std::signbit(value) && !std::isnan(value);
  finite_ = std::isfinite(value);
  if (!finite_) {
    std::memcpy(buffer_, std::isnan(value) ? "nan" : "inf", 3);
    integer_ = 3;
    return;
  }
  const double magnitude = std::fabs(value);
  if (style == Style::kFixed) {
    const size_t precision = options.precision < kMostFraction ? options.precision : kMostFraction;
    auto result = std::to_chars(buffer_, buffer_ + sizeof buffer_, magnitude, std::chars_format::fixed,
                                static_cast<int>(precision));
    integer_ = static_cast<size_t>(result.ptr - buffer_) - precision - (precision != 0 ? 1 : 0);
    fraction_ = precision;
    std::memmove(buffer_ + integer_, buffer_ + integer_ + 1, fraction_);
    zeros_ = options.precision - precision;
    point_ = options.precision != 0 || options.alternate;
  } else {
    Scientific text;
    size_t wanted = options.precision;
    if (style == Style::kGeneral) wanted = wanted == 0 ? 0 : wanted - 1;
    if (wanted > kMostDigits - 1) wanted = kMostDigits - 1;
    if (style == Style::kRepr) {
      shortest(magnitude, text);
    } else {
      rounded(magnitude, wanted, text);
    }
    set_digits(text.digits(), text.exponent, style, options);
  }
  if (options.no_negative_zero && negative_ && all_zeros(integer()) && all_zeros(fraction()))
    negative_ = false;
}

void FloatText::set_digits(std::string_view digits, int exponent, Style style, const FloatOptions& options) {
  size_t precision = options.precision;
  bool scientific = style == Style::kExponent;
  if (style == Style::kGeneral) {
    if (precision == 0) precision = 1;
    while (digits.size() > 1 && digits.back() == '0') digits.remove_suffix(1);
    // A number that would get ".0" leaves it one digit less.
    size_t most = precision - (options.add_dot_zero ? 1 : 0);
    scientific = exponent < -4 || (exponent >= 0 && static_cast<size_t>(exponent) >= most);
  } else if (style == Style::kRepr) {
    scientific = exponent < -4 || exponent >= 16;
  }
  if (scientific) {
    std::memcpy(buffer_, digits.data(), digits.size());
    integer_ = 1;
    fraction_ = digits.size() - 1;
    set_exponent(exponent);
  } else {
    set_positional(digits, exponent + 1);
  }
  if (style == Style::kExponent) {
    zeros_ = options.precision - fraction_;
  } else if (style == Style::kGeneral && options.alternate) {
    // All `precision` significant digits; zeros before the first other digit do not count.
    size_t shown =
        scientific || exponent >= 0 ? integer_ + fraction_ : fraction_ - static_cast<size_t>(-exponent - 1);
    zeros_ = precision > shown ? precision - shown : 0;
  }
  point_ = fraction_ + zeros_ != 0 || options.alternate;
  if (!scientific && fraction_ + zeros_ == 0 && options.add_dot_zero) {
    buffer_[integer_] = '0';
    fraction_ = 1;
    point_ = true;
  }
}

// `point_at` digits stand before the point; it may be negative or beyond the digits.
void FloatText::set_positional(std::string_view digits, int point_at) {
  char* at = buffer_;
  auto put = [&at](std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  };
  auto put_zeros = [&at](size_t count) {
    std::memset(at, '0', count);
    at += count;
  };
  if (point_at <= 0) {
    put_zeros(1);
    integer_ = 1;
    put_zeros(static_cast<size_t>(-point_at));
    put(digits);
  } else {
    const auto whole = static_cast<size_t>(point_at);
    put(digits.substr(0, whole));
    if (whole > digits.size()) put_zeros(whole - digits.size());
    integer_ = whole;
    if (whole < digits.size()) put(digits.substr(whole));
  }
  fraction_ = static_cast<size_t>(at - buffer_) - integer_;
}

void FloatText::set_exponent(int exponent) {
  char* at = exponent_text_;
  *at++ = 'e';
  *at++ = exponent < 0 ? '-' : '+';
  int magnitude = exponent < 0 ? -exponent : exponent;
  if (magnitude >= 100) *at++ = static_cast<char>('0' + magnitude / 100);
  *at++ = static_cast<char>('0' + magnitude / 10 % 10);
  *at++ = static_cast<char>('0' + magnitude % 10);
  exponent_ = static_cast<size_t>(at - exponent_text_);
}

bool FloatText::write(ByteSink& sink) const {
  if (negative_ && !sink.append("-", 1)) return false;
  if (!sink.append(buffer_, integer_)) return false;
  if (point_ && !sink.append(".", 1)) return false;
  if (fraction_ != 0 && !sink.append(buffer_ + integer_, fraction_)) return false;
  return append_zeros(sink, zeros_) && (exponent_ == 0 || sink.append(exponent_text_, exponent_));
}

size_t repr(double value, char (&to)[kReprSize]) {
  // At most a sign, 17 digits, a point, 4 zeros and an exponent.
  class Buffer final : public ByteSink {
   public:
    explicit Buffer(char* to) : at(to) {}
    bool append(const char* bytes, size_t count) override {
      std::memcpy(at, bytes, count);
      at += count;
      return true;
    }
    char* at;
  };
  Buffer buffer(to);
  FloatOptions options;
  options.add_dot_zero = true;
  FloatText(value, Style::kRepr, options).write(buffer);
  return static_cast<size_t>(buffer.at - to);
}

size_t to_hex(double value, char (&to)[kReprSize]) {
  if (!std::isfinite(value)) return repr(value, to);
  constexpr unsigned kMantissaBits = 52;
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  uint64_t mantissa = bits & ((uint64_t{1} << kMantissaBits) - 1);
  int exponent = static_cast<int>(bits >> kMantissaBits & 0x7FF);
  char* at = to;
  if ((bits >> 63) != 0) *at++ = '-';
  if (exponent == 0 && mantissa == 0) {
    std::memcpy(at, "0x0.0p+0", 8);
    return static_cast<size_t>(at - to) + 8;
  }
  *at++ = '0';
  *at++ = 'x';
  *at++ = exponent == 0 ? '0' : '1';
  *at++ = '.';
  for (int shift = kMantissaBits - 4; shift >= 0; shift -= 4)
    *at++ = "0123456789abcdef"[mantissa >> shift & 15];
  *at++ = 'p';
  exponent = exponent == 0 ? -1022 : exponent - 1023;
  *at++ = exponent < 0 ? '-' : '+';
  at = std::to_chars(at, to + sizeof to, exponent < 0 ? -exponent : exponent).ptr;
  return static_cast<size_t>(at - to);
}

namespace {

// Rounds to a power of ten above every digit or right at the first one: the result is 0 or that power.
double round_to_leading(double value, const Scientific& exact, int power) {
  bool up = exact.exponent == power - 1 &&
            (exact.buffer[0] > '5' || (exact.buffer[0] == '5' && !all_zeros(exact.digits().substr(1))));
  if (!up) return std::copysign(0.0, value);
  char text[8] = "1e";
  auto end = std::to_chars(text + 2, text + sizeof text, power).ptr;
  double result = 0;
  if (std::from_chars(text, end, result).ec != std::errc()) result = INFINITY;
  return std::copysign(result, value);
}

}  // namespace

double round_to(double value, int64_t digits) {
  if (!std::isfinite(value) || value == 0 || digits > 323) return value;
  if (digits < -308) return std::copysign(0.0, value);
  const double magnitude = std::fabs(value);
  char text[kMostDigits + 400];
  char* end;
  if (digits >= 0) {
    end =
        std::to_chars(text, text + sizeof text, magnitude, std::chars_format::fixed, static_cast<int>(digits))
            .ptr;
  } else {
    Scientific exact;
    rounded(magnitude, kMostDigits - 1, exact);
    int64_t kept = exact.exponent + digits;  // digits after the first
    if (kept < 0) return round_to_leading(value, exact, static_cast<int>(-digits));
    end = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific,
                        static_cast<int>(kept))
              .ptr;
  }
  double result = 0;
  auto parsed = std::from_chars(text, end, result);
  if (parsed.ec != std::errc()) result = digits < 0 ? INFINITY : 0.0;
  return std::copysign(result, value);
}

}  // namespace hog::number
