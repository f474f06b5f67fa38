// Identifiers in UTF-8 and in characters, and their normal form.
#include "text/ident.hpp"

#include <gtest/gtest.h>

namespace hog::ident {
namespace {

TEST(Ident, Validity) {
  EXPECT_TRUE(is_utf8_identifier("_a1"));
  EXPECT_TRUE(is_utf8_identifier("\xc3\xa9t\xc3\xa9"));
  EXPECT_FALSE(is_utf8_identifier(""));
  EXPECT_FALSE(is_utf8_identifier("1a"));
  EXPECT_FALSE(is_utf8_identifier("a b"));
  EXPECT_FALSE(is_utf8_identifier("\xe2\x82\xac"));
  EXPECT_EQ(utf8_prefix_length("ab\xe2\x82\xac"), 2u);
  EXPECT_FALSE(is_identifier(TextView(std::u32string_view(U"\u0661"))));
  EXPECT_TRUE(is_identifier(TextView(std::u32string_view(U"a\u0661"))));
  EXPECT_TRUE(is_identifier(TextView(std::u16string_view(u"\u1885"))));
}

TEST(Ident, NormalForm) {
  MallocSource memory;
  Arena arena(memory);
  EXPECT_EQ(normalised("plain", arena), "plain");
  EXPECT_EQ(normalised("\xef\xac\x81x", arena), "fix");   // the ligature fi
  EXPECT_EQ(normalised("e\xcc\x81", arena), "\xc3\xa9");  // e and an acute accent
  EXPECT_EQ(normalised("\xf0\x9d\x94\x98", arena), "U");  // mathematical fraktur capital U
}

}  // namespace
}  // namespace hog::ident
