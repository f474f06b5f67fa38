// Searching: against a plain search on small texts of every width, and for time on texts made to be slow.
#include "text/search.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace hog::search {
namespace {

// A text in each width that can hold it.
struct Widths {
  explicit Widths(std::u32string_view text) : four(text) {
    for (char32_t c : text) {
      narrow = narrow && c < 0x100;
      middle = middle && c < 0x10000;
      one += static_cast<char>(c);
      two += static_cast<char16_t>(c);
    }
  }
  std::vector<TextView> views() const {
    std::vector<TextView> all{TextView(std::u32string_view(four))};
    if (middle) all.push_back(TextView(std::u16string_view(two)));
    if (narrow) all.push_back(TextView(std::string_view(one)));
    return all;
  }
  std::u32string four;
  std::u16string two;
  std::string one;
  bool narrow = true, middle = true;
};

size_t plain_count(const std::u32string& text, const std::u32string& needle) {
  if (needle.empty()) return text.size() + 1;
  size_t found = 0;
  for (size_t at = text.find(needle); at != std::u32string::npos; at = text.find(needle, at + needle.size()))
    found++;
  return found;
}

void check(const std::u32string& text, const std::u32string& needle) {
  Widths texts(text), needles(needle);
  for (TextView t : texts.views()) {
    for (TextView n : needles.views()) {
      ASSERT_EQ(find(t, n), text.find(needle));
      ASSERT_EQ(rfind(t, n), text.rfind(needle));
      ASSERT_EQ(count(t, n), plain_count(text, needle));
      int order = text.compare(needle);
      ASSERT_EQ(compare(t, n), (order > 0) - (order < 0));
      ASSERT_EQ(equal(t, n), text == needle);
      ASSERT_EQ(starts_with(t, n), text.starts_with(needle));
      ASSERT_EQ(ends_with(t, n), text.ends_with(needle));
    }
  }
}

TEST(Search, AgreesWithPlainSearch) {
  std::mt19937 random(1);
  const std::u32string alphabets[] = {U"ab", U"abc\u00ff", U"a\u0100\u0161", U"ab\U00010061\U00010100"};
  for (int round = 0; round < 20000; round++) {
    const std::u32string& alphabet = alphabets[random() % 4];
    std::u32string text, needle;
    for (size_t n = random() % 60; n > 0; n--) text += alphabet[random() % alphabet.size()];
    for (size_t n = random() % 8; n > 0; n--) needle += alphabet[random() % alphabet.size()];
    check(text, needle);
    if (HasFatalFailure()) return;
  }
}

TEST(Search, TwoWayTakesOverAndAgrees) {
  std::mt19937 random(2);
  for (int round = 0; round < 300; round++) {
    // Long and nearly periodic, so that the fast scan loses patience.
    std::u32string unit, text, needle;
    for (size_t n = 1 + random() % 5; n > 0; n--) unit += U"ab"[random() % 2];
    while (text.size() < 5000) text += random() % 50 == 0 ? U"b" : unit;
    while (needle.size() < 40 + random() % 300) needle += unit;
    if (random() % 2 == 0) needle[random() % needle.size()] = U'b';
    if (random() % 2 == 0) text.insert(random() % text.size(), needle);
    check(text, needle);
    if (HasFatalFailure()) return;
  }
}

TEST(Search, SlowTextsAreLinear) {
  constexpr size_t kLength = 4000000;
  std::string text(kLength, 'a'), half(kLength / 2, 'a');
  std::string in_the_middle = half.substr(0, kLength / 4) + "b" + half.substr(0, kLength / 4);
  EXPECT_EQ(find(TextView(std::string_view(text)), TextView(std::string_view(in_the_middle))), kNowhere);
  EXPECT_EQ(rfind(TextView(std::string_view(text)), TextView(std::string_view(in_the_middle))), kNowhere);
  std::string first = "b" + half, last = half + "b";
  EXPECT_EQ(find(TextView(std::string_view(text)), TextView(std::string_view(first))), kNowhere);
  EXPECT_EQ(rfind(TextView(std::string_view(text)), TextView(std::string_view(last))), kNowhere);
  EXPECT_EQ(count(TextView(std::string_view(text)), TextView(std::string_view("aa"))), kLength / 2);
}

TEST(Search, Characters) {
  std::u32string text = U"xay\u0100a\U00010061z";
  EXPECT_EQ(find_char(TextView(std::u32string_view(text)), U'a'), 1u);
  EXPECT_EQ(rfind_char(TextView(std::u32string_view(text)), U'a'), 4u);
  EXPECT_EQ(find_char(TextView(std::string_view("aaa")), 0x161), kNowhere);
  EXPECT_EQ(rfind_char(TextView(std::u16string_view(u"aaa")), 0x10061), kNowhere);
  EXPECT_EQ(count_char(TextView(std::string_view("banana")), U'a', 2), 2u);
  EXPECT_EQ(find_char(TextView(), U'a'), kNowhere);
  for (size_t length : {0, 3, 16, 255 * 16, 100001}) {
    std::string narrow(length, 'a');
    std::u16string middle(length, u'a');
    EXPECT_EQ(count_char(TextView(std::string_view(narrow)), U'a'), length);
    EXPECT_EQ(count_char(TextView(std::string_view(narrow)), 0x161), 0u);
    EXPECT_EQ(count_char(TextView(std::u16string_view(middle)), U'a'), length);
  }
  EXPECT_EQ(find(TextView(), TextView()), 0u);
}

}  // namespace
}  // namespace hog::search
