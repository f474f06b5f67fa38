// Numbers as text: the corners. Random values are compared with CPython by tests/text/compare_numbers.py.
#include "text/number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "text/format_spec.hpp"

namespace hog {
namespace {

class StringSink final : public format::FillSink {
 public:
  bool append(const char* bytes, size_t count) override {
    text.append(bytes, count);
    return text.size() < 100000;
  }
  bool fill(char32_t c, size_t count) override {
    if (count > 100000) return false;
    text.append(count, static_cast<char>(c));
    return true;
  }
  std::string text;
};

std::string repr(double value) {
  char text[number::kReprSize];
  return std::string(text, number::repr(value, text));
}

std::string fixed(double value, size_t precision) {
  number::FloatOptions options;
  options.precision = precision;
  number::FloatText text(value, number::Style::kFixed, options);
  StringSink sink;
  text.write(sink);
  return sink.text;
}

std::string formatted(double value, std::string_view specifier) {
  auto [error, spec] = format::parse(TextView(specifier), format::Align::kRight, 0);
  if (error == format::SpecError::kNone) error = format::check_float(spec);
  if (error != format::SpecError::kNone) return "error";
  format::FloatNumber number(value, spec);
  format::Layout layout(number.number(), spec);
  StringSink sink;
  if (!layout.write(sink)) return "too long";
  EXPECT_EQ(sink.text.size(), layout.length());
  return sink.text;
}

TEST(Number, Repr) {
  EXPECT_EQ(repr(1.0), "1.0");
  EXPECT_EQ(repr(1e16), "1e+16");
  EXPECT_EQ(repr(1e-5), "1e-05");
  EXPECT_EQ(repr(0.0001), "0.0001");
  EXPECT_EQ(repr(-0.0), "-0.0");
  EXPECT_EQ(repr(5e-324), "5e-324");
  EXPECT_EQ(repr(-INFINITY), "-inf");
  EXPECT_EQ(repr(-NAN), "nan");
  EXPECT_EQ(repr(-1.7976931348623157e308), "-1.7976931348623157e+308");
}

TEST(Number, AnyPrecision) {
  EXPECT_EQ(fixed(1.7976931348623157e308, 1000).size(), 309u + 1 + 1000);
  EXPECT_EQ(fixed(5e-324, 1074).substr(1074), "25");
  EXPECT_EQ(fixed(5e-324, 5000).size(), 5002u);
  EXPECT_EQ(fixed(0.5, 0), "0");
  number::FloatOptions options;
  options.precision = SIZE_MAX / 4;
  for (auto style : {number::Style::kFixed, number::Style::kExponent, number::Style::kGeneral}) {
    options.alternate = true;
    EXPECT_GT(number::FloatText(1e300, style, options).length(), SIZE_MAX / 5);
    EXPECT_GT(number::FloatText(5e-324, style, options).length(), SIZE_MAX / 5);
    EXPECT_GT(number::FloatText(0, style, options).length(), SIZE_MAX / 5);
  }
}

TEST(Number, Rounding) {
  EXPECT_EQ(number::round_to(2.5, 0), 2.0);
  EXPECT_EQ(number::round_to(5.0, -1), 0.0);
  EXPECT_EQ(number::round_to(15.0, -1), 20.0);
  EXPECT_EQ(number::round_to(50.000001, -2), 100.0);
  EXPECT_EQ(number::round_to(2.675, 2), 2.67);
  EXPECT_TRUE(std::isinf(number::round_to(1.7e308, -308)));
  EXPECT_EQ(number::round_to(1.5, INT64_MIN), 0.0);
  EXPECT_EQ(number::round_to(1.5, INT64_MAX), 1.5);
}

TEST(Number, Parsing) {
  EXPECT_EQ(number::parse_float("+1.5e3"), 1500.0);
  EXPECT_EQ(number::parse_float("1e400"), INFINITY);
  EXPECT_EQ(number::parse_float("1e-400"), 0.0);
  EXPECT_FALSE(number::parse_float("1e").has_value());
  EXPECT_FALSE(number::parse_float("").has_value());
  EXPECT_EQ(number::parse_float_prefix("1e+x").consumed, 1u);
  EXPECT_EQ(number::parse_float_prefix("-infinitx").consumed, 4u);
  EXPECT_EQ(number::parse_float("0." + std::string(100000, '0') + "1e100001"), 1.0);
  EXPECT_EQ(number::parse_hex("0x1.8p1").value, 3.0);
  EXPECT_EQ(number::parse_hex("0x1p99999999999999999999").outcome, number::HexOutcome::kOverflow);
  std::string text = "1_000";
  EXPECT_EQ(number::remove_underscores(text.data(), text.size()), 4u);
}

TEST(Number, Integers) {
  char text[number::kIntSize];
  EXPECT_EQ(std::string(text, number::format_int(INT64_MIN, 2, text)), "-1" + std::string(63, '0'));
  EXPECT_EQ(std::string(text, number::format_int(35, 36, text)), "z");
  EXPECT_EQ(number::parse_int("-9223372036854775808"), INT64_MIN);
  EXPECT_FALSE(number::parse_int("9223372036854775808").has_value());
  EXPECT_FALSE(number::parse_int("-").has_value());
}

TEST(Format, Layouts) {
  EXPECT_EQ(formatted(1234567.1234567, "030,.5_f"), "000,000,000,001,234,567.123_46");
  EXPECT_EQ(formatted(INFINITY, "010,"), "0000000inf");
  EXPECT_EQ(formatted(-0.001, "z.1%"), "-0.1%");
  EXPECT_EQ(formatted(-1e-20, "z.3f"), "0.000");
  EXPECT_EQ(formatted(1, "9223372036854775807"), "too long");
  EXPECT_EQ(formatted(1, "09223372036854775807,"), "too long");
  EXPECT_EQ(formatted(1, "9223372036854775808"), "error");
  EXPECT_EQ(formatted(1, ".2147483648f"), "error");
  EXPECT_EQ(formatted(1, ".2147483647f"), "too long");
  EXPECT_EQ(formatted(1, ".2147483647_f"), "too long");
}

TEST(Format, Padding) {
  auto parsed = format::parse(TextView(std::string_view("^7")), format::Align::kLeft, 's');
  EXPECT_EQ(format::padding_for(4, parsed.spec).left, 1u);
  EXPECT_EQ(format::padding_for(4, parsed.spec).right, 2u);
  EXPECT_EQ(format::padding_for(9, parsed.spec).right, 0u);
}

}  // namespace
}  // namespace hog
