// Names, case and normal forms. Properties of all code points are compared by tests/text/compare_unicode.py.
#include "text/unicode.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace hog::unicode {
namespace {

class Collect final : public CodePointSink {
 public:
  bool append(const char32_t* points, size_t count) override {
    text.append(points, count);
    return text.size() <= limit;
  }
  std::u32string text;
  size_t limit = SIZE_MAX;
};

std::u32string normal(std::u32string_view text, Form form, Version version = Version::k16_0) {
  MallocSource memory;
  Collect out;
  EXPECT_EQ(normalise(TextView(text), form, memory, out, version), Outcome::kDone);
  return out.text;
}

bool is_normal(std::u32string_view text, Form form) {
  MallocSource memory;
  return is_normalised(TextView(text), form, memory).yes;
}

std::string name_of(char32_t c) {
  char buffer[kMaxNameLength];
  return std::string(buffer, name(c, buffer));
}

TEST(Unicode, NamesAndBack) {
  EXPECT_EQ(name_of('a'), "LATIN SMALL LETTER A");
  EXPECT_EQ(name_of(0xAD97), "HANGUL SYLLABLE GWEOLH");
  EXPECT_EQ(name_of(0x4E00), "CJK UNIFIED IDEOGRAPH-4E00");
  EXPECT_EQ(name_of(0x18B00), "KHITAN SMALL SCRIPT CHARACTER-18B00");
  EXPECT_EQ(name_of('\n'), "");
  EXPECT_EQ(name_of(0x17000), "");
  EXPECT_EQ(name_of(0x110000), "");
  EXPECT_EQ(name_of(0xFFFFFFFF), "");
  EXPECT_EQ(lookup("latin small letter a", Lookup::kNames).points[0], U'a');
  EXPECT_EQ(lookup("hangul syllable gweolh", Lookup::kNames).points[0], char32_t{0xAD97});
  EXPECT_EQ(lookup("LINE FEED", Lookup::kNames).length, 0);
  EXPECT_EQ(lookup("LF", Lookup::kNamesAndAliases).points[0], U'\n');
  EXPECT_EQ(lookup("KEYCAP NUMBER SIGN", Lookup::kNamesAndAliases).length, 0);
  EXPECT_EQ(lookup("KEYCAP NUMBER SIGN", Lookup::kEverything).length, 3);
  for (const char* wrong :
       {"", "HANGUL SYLLABLE ", "CJK UNIFIED IDEOGRAPH-04E00", "CJK UNIFIED IDEOGRAPH-FFFF",
        "HANGUL SYLLABLE GAX", "LATIN", "CJK UNIFIED IDEOGRAPH-"}) {
    EXPECT_EQ(lookup(wrong, Lookup::kEverything).length, 0) << wrong;
  }
  EXPECT_EQ(lookup(std::string(5000, 'A'), Lookup::kEverything).length, 0);
}

TEST(Unicode, EveryNameIsFoundAgain) {
  size_t named = 0;
  for (char32_t c = 0; c <= kMaxCodePoint; c++) {
    std::string own = name_of(c);
    if (own.empty()) continue;
    named++;
    NamedText found = lookup(own, Lookup::kNames);
    ASSERT_EQ(found.length, 1) << own;
    ASSERT_EQ(found.points[0], c) << own;
  }
  EXPECT_GT(named, 140000u);
}

TEST(Unicode, CaseMappings) {
  CaseMapping sharp = to_upper(0xDF);
  EXPECT_EQ(std::u32string(sharp.points, sharp.length), U"SS");
  EXPECT_EQ(to_title(0x1C6).points[0], char32_t{0x1C5});
  EXPECT_EQ(fold_case(0x13A0).points[0], char32_t{0x13A0});
  EXPECT_EQ(to_lower(0x130).length, 2);
  EXPECT_EQ(to_upper(0x110000).points[0], char32_t{0x110000});
  EXPECT_TRUE(is_final_sigma(TextView(std::u32string_view(U"ΑΣ")), 1));
  EXPECT_FALSE(is_final_sigma(TextView(std::u32string_view(U"Σ")), 0));
  EXPECT_FALSE(is_final_sigma(TextView(std::u32string_view(U"ΑΣΑ")), 1));
  EXPECT_TRUE(is_final_sigma(TextView(std::u32string_view(U"Α.Σ. Α")), 2));
}

TEST(Unicode, NumericValues) {
  EXPECT_EQ(numeric_value(0xBD), 0.5);
  EXPECT_EQ(numeric_exact(0x2153)->denominator, 3);
  EXPECT_EQ(decimal_value(0x663), 3);
  EXPECT_EQ(decimal_value('a'), -1);
  EXPECT_FALSE(numeric_value('a').has_value());
}

TEST(Unicode, NormalFormsInSmall) {
  EXPECT_EQ(normal(U"e\u0301", Form::kNfc), U"\u00e9");
  EXPECT_EQ(normal(U"\u00e9\u0323", Form::kNfc), U"\u1eb9\u0301");
  EXPECT_EQ(normal(U"\uFDFA", Form::kNfkd).size(), 18u);
  EXPECT_EQ(normal(U"\u1100\u1161\u11A8", Form::kNfc), U"\uAC01");
  EXPECT_EQ(normal(U"\U0002F868", Form::kNfc), U"\u36FC");
  EXPECT_EQ(normal(U"\U0002F868", Form::kNfc, Version::k3_2), U"\U0002136A");
  EXPECT_TRUE(is_normal(U"", Form::kNfc));
  EXPECT_FALSE(is_normal(U"e\u0301", Form::kNfc));
  EXPECT_FALSE(is_normal(U"\u0301\u0323", Form::kNfd));
}

TEST(Unicode, LongRunsOfMarksAreSortedInLinearTime) {
  std::u32string text = U"e";
  constexpr size_t kMarks = 200000;
  for (size_t i = 0; i < kMarks; i++) text += i % 2 == 0 ? U'\u0301' : U'\u0323';
  std::u32string out = normal(text, Form::kNfd);
  ASSERT_EQ(out.size(), kMarks + 1);
  EXPECT_EQ(out[1], U'\u0323');
  EXPECT_EQ(out[kMarks / 2], U'\u0323');
  EXPECT_EQ(out[kMarks / 2 + 1], U'\u0301');
  EXPECT_EQ(normal(text, Form::kNfc).size(), kMarks);
  EXPECT_FALSE(is_normal(text, Form::kNfd));
}

// Refuses after a number of bytes, and stops after a number of polls.
class Miser final : public MemorySource {
 public:
  explicit Miser(size_t bytes, int polls) : bytes_(bytes), polls_(polls) {}
  void* allocate(size_t bytes) override {
    if (bytes > bytes_) return nullptr;
    bytes_ -= bytes;
    return std::malloc(bytes);
  }
  void release(void* memory, size_t) override { std::free(memory); }
  bool poll() override { return polls_-- > 0; }

 private:
  size_t bytes_;
  int polls_;
};

TEST(Unicode, RefusalsComeThrough) {
  std::u32string marks(1000, U'\u0301'), letters(100000, U'a');
  Collect out;
  Miser poor(1000, 1000), impatient(1 << 20, 3);
  EXPECT_EQ(normalise(TextView(std::u32string_view(marks)), Form::kNfd, poor, out), Outcome::kNoMemory);
  EXPECT_EQ(normalise(TextView(std::u32string_view(letters)), Form::kNfd, impatient, out), Outcome::kStopped);
  MallocSource memory;
  Collect narrow;
  narrow.limit = 10;
  EXPECT_EQ(normalise(TextView(std::u32string_view(letters)), Form::kNfd, memory, narrow), Outcome::kStopped);
}

// --- NormalizationTest.txt
// -------------------------------------------------------------------------------------------

std::u32string parse_points(const std::string& text) {
  std::u32string points;
  const char* at = text.c_str();
  for (char* end; *at != 0; at = end) {
    points += static_cast<char32_t>(std::strtoul(at, &end, 16));
    if (end == at) break;
  }
  return points;
}

bool all_known(const std::u32string& text) {
  for (char32_t c : text) {
    if (record(c).category == Category::Cn) return false;
  }
  return true;
}

void check_row(const std::u32string (&c)[5], const std::string& line) {
  for (int i = 0; i < 5; i++) {
    ASSERT_EQ(normal(c[i], Form::kNfc), c[i < 3 ? 1 : 3]) << line;
    ASSERT_EQ(normal(c[i], Form::kNfd), c[i < 3 ? 2 : 4]) << line;
    ASSERT_EQ(normal(c[i], Form::kNfkc), c[3]) << line;
    ASSERT_EQ(normal(c[i], Form::kNfkd), c[4]) << line;
    ASSERT_EQ(is_normal(c[i], Form::kNfc), c[i] == c[i < 3 ? 1 : 3]) << line;
    ASSERT_EQ(is_normal(c[i], Form::kNfd), c[i] == c[i < 3 ? 2 : 4]) << line;
    ASSERT_EQ(is_normal(c[i], Form::kNfkc), c[i] == c[3]) << line;
    ASSERT_EQ(is_normal(c[i], Form::kNfkd), c[i] == c[4]) << line;
  }
}

TEST(Unicode, NormalizationTest) {
  FILE* file = popen("bzcat " HOG_UNICODE_DATA "/NormalizationTest.txt.bz2 2>/dev/null", "r");
  ASSERT_NE(file, nullptr);
  char buffer[2048];
  size_t rows = 0;
  while (fgets(buffer, sizeof buffer, file) != nullptr) {
    if (buffer[0] == '#' || buffer[0] == '@') continue;
    std::string line(buffer);
    std::u32string columns[5];
    size_t start = 0;
    for (auto& column : columns) {
      size_t end = line.find(';', start);
      if (end == std::string::npos) break;
      column = parse_points(line.substr(start, end - start));
      start = end + 1;
    }
    if (!all_known(columns[0])) continue;
    rows++;
    check_row(columns, line);
    if (HasFatalFailure()) break;
  }
  if (pclose(file) != 0 && rows == 0) GTEST_SKIP() << "bzcat is missing";
  EXPECT_GT(rows, 19000u);
}

}  // namespace
}  // namespace hog::unicode
