// names.cpp: names of code points, and back. The packed form is described at write_names in
// tools/generate_unicode.py.
#include <algorithm>
#include <cstring>

#include "text/unicode_tables.hpp"

namespace hog::unicode {

namespace {

using namespace tables;

constexpr unsigned kGroup = 16;  // names or words between two kept offsets

constexpr uint32_t kHangulFirst = 0xAC00, kHangulCount = 11172, kVowels = 21, kTrails = 28;
constexpr std::string_view kLeadNames[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                           "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
constexpr std::string_view kVowelNames[] = {"A",   "AE", "YA", "YAE", "EO", "E",  "YEO",
                                            "YE",  "O",  "WA", "WAE", "OE", "YO", "U",
                                            "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
constexpr std::string_view kTrailNames[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D", "L",  "LG",
                                            "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B", "BS", "S",
                                            "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};
constexpr std::string_view kHangulPrefix = "HANGUL SYLLABLE ";

// Appends to a name under construction; names of the tables always fit.
struct NameBuilder {
  char* to;
  size_t length = 0;
  void add(std::string_view text) {
    std::memcpy(to + length, text.data(), text.size());
    length += text.size();
  }
  void add_hexadecimal(uint32_t value) {
    int digits = value > 0xFFFF ? (value > 0xFFFFF ? 6 : 5) : 4;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
      to[length++] = "0123456789ABCDEF"[(value >> shift) & 15];
  }
};

// Reads one word code; 0 ends the name.
uint32_t next_code(const uint8_t*& at) {
  uint32_t code = *at++;
  if (code >= kNameCounts.short_codes)
    code = kNameCounts.short_codes + (code - kNameCounts.short_codes) * 256 + *at++;
  return code;
}

void add_word(NameBuilder& builder, uint32_t word) {
  const uint8_t* at = kNameLexicon + kNameWordBlocks[word / kGroup];
  for (uint32_t skip = word % kGroup; skip > 0; skip--) {
    while ((*at & 0x80) == 0) at++;
    at++;
  }
  for (; (*at & 0x80) == 0; at++) builder.to[builder.length++] = static_cast<char>(*at);
  builder.to[builder.length++] = static_cast<char>(*at & 0x7F);
}

// The name with a number: of a code point, an alias or a sequence.
std::string_view numbered_name(uint32_t number, char (&to)[kMaxNameLength]) {
  const uint8_t* at = kNamePhrases + kNamePhraseBlocks[number / kGroup];
  for (uint32_t skip = number % kGroup; skip > 0; skip--) {
    while (next_code(at) != 0) continue;
  }
  NameBuilder builder{to};
  while (uint32_t code = next_code(at)) {
    if (builder.length != 0) builder.add(" ");
    add_word(builder, code - 1);
  }
  return {to, builder.length};
}

char32_t point_of_number(uint32_t number) {
  const NameRun* end = kNameRuns + kNameRunCount;
  const NameRun* next = std::upper_bound(
      kNameRuns, end, number, [](uint32_t wanted, const NameRun& run) { return wanted < run.number; });
  return next[-1].first + (number - next[-1].number);
}

// The index of the longest of `names` that `text` starts with, taking it away; -1 when none does.
template <size_t N>
int take_longest(std::string_view& text, const std::string_view (&names)[N]) {
  int best = -1;
  for (size_t i = 0; i < N; i++) {
    if (text.starts_with(names[i]) && (best < 0 || names[i].size() > names[best].size()))
      best = static_cast<int>(i);
  }
  if (best >= 0) text.remove_prefix(names[best].size());
  return best;
}

NamedText one(char32_t c) { return {1, {c, 0, 0, 0}}; }

NamedText lookup_hangul(std::string_view rest) {
  int lead = take_longest(rest, kLeadNames);
  int vowel = take_longest(rest, kVowelNames);
  int trail = take_longest(rest, kTrailNames);
  if (lead < 0 || vowel < 0 || trail < 0 || !rest.empty()) return {};
  uint32_t index = (static_cast<uint32_t>(lead) * kVowels + static_cast<uint32_t>(vowel)) * kTrails;
  return one(kHangulFirst + index + static_cast<uint32_t>(trail));
}

// "PREFIX-4E00": the digits must be exactly those that the name has.
NamedText lookup_family(std::string_view name) {
  size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return {};
  std::string_view prefix = name.substr(0, dash + 1), digits = name.substr(dash + 1);
  if (digits.size() < 4 || digits.size() > 5 || (digits.size() == 5 && digits[0] == '0')) return {};
  uint32_t value = 0;
  for (char digit : digits) {
    if (digit >= '0' && digit <= '9') {
      value = value * 16 + static_cast<uint32_t>(digit - '0');
    } else if (digit >= 'A' && digit <= 'F') {
      value = value * 16 + static_cast<uint32_t>(digit - 'A' + 10);
    } else {
      return {};
    }
  }
  for (size_t i = 0; i < kNameFamilyCount; i++) {
    const NameFamily& family = kNameFamilies[i];
    if (value < family.first || value > family.last) continue;
    if (prefix == std::string_view(family.prefix, family.prefix_length)) return one(value);
  }
  // CPython 3.14 finds these by name, though it has no names for them.
  bool tangut = (value >= 0x17000 && value <= 0x187F7) || (value >= 0x18D00 && value <= 0x18D08);
  if (tangut && prefix == "TANGUT IDEOGRAPH-") return one(value);
  return {};
}

NamedText lookup_numbered(std::string_view name, Lookup what) {
  uint32_t low = 0, high = kNameCounts.names + kNameCounts.aliases + kNameCounts.sequences;
  while (low < high) {
    uint32_t middle = (low + high) / 2, number = kNameOrder[middle];
    char buffer[kMaxNameLength];
    int order = name.compare(numbered_name(number, buffer));
    if (order < 0) {
      high = middle;
    } else if (order > 0) {
      low = middle + 1;
    } else {
      if (number < kNameCounts.names) return one(point_of_number(number));
      number -= kNameCounts.names;
      if (number < kNameCounts.aliases)
        return what == Lookup::kNames ? NamedText{} : one(kAliasPoints[number]);
      if (what != Lookup::kEverything) return {};
      NamedText sequence{};
      for (char32_t c : kSequencePoints[number - kNameCounts.aliases]) {
        if (c != 0) sequence.points[sequence.length++] = c;
      }
      return sequence;
    }
  }
  return {};
}

}  // namespace

size_t name(char32_t c, char (&to)[kMaxNameLength]) {
  NameBuilder builder{to};
  if (c >= kHangulFirst && c < kHangulFirst + kHangulCount) {
    uint32_t index = c - kHangulFirst;
    builder.add(kHangulPrefix);
    builder.add(kLeadNames[index / (kVowels * kTrails)]);
    builder.add(kVowelNames[index / kTrails % kVowels]);
    builder.add(kTrailNames[index % kTrails]);
    return builder.length;
  }
  for (size_t i = 0; i < kNameFamilyCount; i++) {
    const NameFamily& family = kNameFamilies[i];
    if (c < family.first || c > family.last) continue;
    builder.add({family.prefix, family.prefix_length});
    builder.add_hexadecimal(c);
    return builder.length;
  }
  const NameRun* end = kNameRuns + kNameRunCount;
  const NameRun* next = std::upper_bound(
      kNameRuns, end, c, [](char32_t wanted, const NameRun& run) { return wanted < run.first; });
  if (next == kNameRuns) return 0;
  uint32_t number = next[-1].number + (c - next[-1].first);
  if (number >= next->number) return 0;  // in the gap after the run; the last run is followed by a sentinel
  return numbered_name(number, to).size();
}

NamedText lookup(std::string_view wanted, Lookup what) {
  char buffer[kMaxNameLength];
  if (wanted.empty() || wanted.size() >= sizeof buffer) return {};
  for (size_t i = 0; i < wanted.size(); i++) {
    char c = wanted[i];
    buffer[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  std::string_view name(buffer, wanted.size());
  if (name.starts_with(kHangulPrefix)) return lookup_hangul(name.substr(kHangulPrefix.size()));
  NamedText found = lookup_family(name);
  return found.length != 0 ? found : lookup_numbered(name, what);
}

}  // namespace hog::unicode
