// UTF-8, UTF-16 and UTF-32: round trips of every character, and CPython's positions for faults.
#include "text/utf.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hog::utf {
namespace {

using namespace std::string_view_literals;

std::u32string decoded(std::string_view bytes, const Scan& scan) {
  std::u32string text(scan.characters, 0);
  decode_utf8(bytes.substr(0, scan.bytes), text.data(), Width::k4);
  return text;
}

void expect_fault(std::string_view bytes, size_t start, size_t end, Fault fault) {
  Scan scan = scan_utf8(bytes);
  EXPECT_EQ(scan.bytes, start);
  EXPECT_EQ(scan.fault_end, end);
  EXPECT_EQ(reason(scan.fault), reason(fault));
}

TEST(Utf, Utf8Faults) {
  expect_fault("\xff", 0, 1, Fault::kInvalidStart);
  expect_fault("a\xe0\x80", 1, 2, Fault::kInvalidContinuation);
  expect_fault("\xed\xa0\x80", 0, 1, Fault::kInvalidContinuation);
  expect_fault("\xf0\x90\x80", 0, 3, Fault::kUnexpectedEnd);
  expect_fault(
      "\xf0\x90\x80"sv
      "a",
      0, 3, Fault::kInvalidContinuation);
  expect_fault("0123456789abcdef\xe1\x80", 16, 18, Fault::kUnexpectedEnd);
  expect_fault("\xf4\x90\x80\x80", 0, 1, Fault::kInvalidContinuation);
  expect_fault("\xc0\x80", 0, 1, Fault::kInvalidStart);
  expect_fault("\xf5\x80\x80\x80", 0, 1, Fault::kInvalidStart);
  expect_fault("\x80", 0, 1, Fault::kInvalidStart);
  EXPECT_EQ(scan_utf8("\xed\xa0\x80", Surrogates::kAccept).fault, Fault::kNone);
  EXPECT_EQ(scan_utf8("").fault, Fault::kNone);
}

TEST(Utf, EveryCharacterRoundTrips) {
  std::u32string all;
  for (char32_t c = 0; c <= 0x10FFFF; c++) all += c;
  TextView view{std::u32string_view(all)};
  std::string bytes(utf8_size(view), 0);
  ASSERT_EQ(encode_utf8(view, bytes.data()), bytes.size());
  Scan scan = scan_utf8(bytes, Surrogates::kAccept);
  ASSERT_EQ(scan.bytes, bytes.size());
  EXPECT_EQ(scan.characters, all.size());
  EXPECT_EQ(decoded(bytes, scan), all);
  EXPECT_EQ(scan_utf8(bytes).characters, 0xD800u);
  Range run = find_surrogates(view);
  EXPECT_EQ(run.start, 0xD800u);
  EXPECT_EQ(run.end, 0xE000u);
  EXPECT_EQ(find_surrogates(view, run.end).start, kNowhere);
}

TEST(Utf, SixteenAndThirtyTwo) {
  std::u32string all;
  for (char32_t c = 0; c <= 0x10FFFF; c += c == 0xD7FF ? 0x801 : 1) all += c;
  TextView view{std::u32string_view(all)};
  for (Endian endian : {Endian::kLittle, Endian::kBig}) {
    std::string bytes(utf16_size(view), 0);
    ASSERT_EQ(encode_utf16(view, endian, bytes.data()), bytes.size());
    Scan scan = scan_utf16(bytes, endian);
    ASSERT_EQ(scan.fault, Fault::kNone);
    std::u32string back(scan.characters, 0);
    decode_utf16(bytes, endian, back.data(), Width::k4);
    EXPECT_EQ(back, all);
    bytes.assign(utf32_size(view), 0);
    encode_utf32(view, endian, bytes.data());
    scan = scan_utf32(bytes, endian);
    ASSERT_EQ(scan.fault, Fault::kNone);
    decode_utf32(bytes, endian, back.data(), Width::k4);
    EXPECT_EQ(back, all);
  }
}

void expect_fault16(std::string_view bytes, size_t start, size_t end, Fault fault) {
  Scan scan = scan_utf16(bytes, Endian::kLittle);
  EXPECT_EQ(scan.bytes, start);
  EXPECT_EQ(scan.fault_end, end);
  EXPECT_EQ(reason(scan.fault), reason(fault));
}

TEST(Utf, SixteenAndThirtyTwoFaults) {
  expect_fault16("a", 0, 1, Fault::kTruncated);
  expect_fault16("a\0b"sv, 2, 3, Fault::kTruncated);
  expect_fault16("\0\xd8"sv, 0, 2, Fault::kUnexpectedEnd);
  expect_fault16(
      "\0\xd8"sv
      "a",
      0, 3, Fault::kUnexpectedEnd);
  expect_fault16(
      "\0\xd8"sv
      "a\0"sv,
      0, 2, Fault::kIllegalSurrogate);
  expect_fault16(
      "\0\xdc"sv
      "a\0"sv,
      0, 2, Fault::kIllegalEncoding);
  EXPECT_EQ(scan_utf32("\0\xd8\0\0"sv, Endian::kLittle).fault, Fault::kSurrogateCodePoint);
  EXPECT_EQ(scan_utf32("\0\0\x11\0"sv, Endian::kLittle).fault, Fault::kCodePointOutOfRange);
  EXPECT_EQ(scan_utf32("\0\0\0"sv, Endian::kLittle).fault_end, 3u);
}

TEST(Utf, BitsAndConversion) {
  std::string ascii(37, 'a');
  EXPECT_LE(bits_of(TextView(std::string_view(ascii))), 0x7Fu);
  ascii[35] = '\xe9';
  EXPECT_GT(bits_of(TextView(std::string_view(ascii))), 0x7Fu);
  std::u32string wide(37, U'a');
  EXPECT_LE(bits_of(TextView(std::u32string_view(wide))), 0x7Fu);
  wide[3] = 0x10FFFF;
  EXPECT_GT(bits_of(TextView(std::u32string_view(wide))), 0xFFFFu);
  std::u16string middle(37, u'a');
  middle[9] = 0x161;
  EXPECT_EQ(width_for(bits_of(TextView(std::u16string_view(middle)))), Width::k2);
  EXPECT_EQ(bits_of(TextView()), 0u);
  char16_t to[37];
  convert(TextView(std::string_view(ascii)), to, Width::k2);
  EXPECT_EQ(to[35], 0xe9);
  EXPECT_EQ(scan_ascii(ascii).bytes, 35u);
  EXPECT_EQ(ascii_prefix(ascii), 35u);
  EXPECT_EQ(find_above(TextView(std::string_view(ascii)), 0x7F).end, 36u);
}

// Every length and width, so that blocks and remainders both count.
template <typename Text>
void check_sizes(typename Text::value_type special, size_t bytes) {
  for (size_t length : {0, 1, 7, 15, 16, 17, 33, 5000}) {
    Text text(length, 'a');
    for (size_t i = 0; i < length; i += 3) text[i] = special;
    TextView view{std::basic_string_view<typename Text::value_type>(text)};
    size_t specials = (length + 2) / 3;
    ASSERT_EQ(utf8_size(view), length + specials * (bytes - 1));
    std::string encoded(utf8_size(view) + 1, '!');
    ASSERT_EQ(encode_utf8(view, encoded.data()), encoded.size() - 1);
    ASSERT_EQ(encoded.back(), '!');
    encoded.pop_back();
    Text back(length, 0);
    decode_utf8(encoded, back.data(), view.width);
    ASSERT_EQ(back, text);
    Range above = find_above(view, 0x7F, length < 4 ? 0 : 4);
    ASSERT_EQ(above.start, length == 0 || (length >= 4 && length < 7) ? kNowhere : length < 4 ? 0 : 6);
  }
}

TEST(Utf, EveryWidth) {
  check_sizes<std::string>('\xe9', 2);
  check_sizes<std::u16string>(0xE9, 2);
  check_sizes<std::u16string>(0x65E5, 3);
  check_sizes<std::u32string>(0x65E5, 3);
  check_sizes<std::u32string>(0x1F600, 4);
  std::u16string text(100, u'a');
  EXPECT_EQ(find_surrogates(TextView(std::u16string_view(text))).start, kNowhere);
  text[97] = text[98] = 0xDC00;
  EXPECT_EQ(find_surrogates(TextView(std::u16string_view(text))).end, 99u);
}

}  // namespace
}  // namespace hog::utf
