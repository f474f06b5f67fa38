// unicode.cpp: lookups in the generated tables; see unicode.hpp.
#include "text/unicode.hpp"

#include <algorithm>

#include "text/unicode_tables.hpp"

namespace hog::unicode {

namespace {

// The row of `c`, which must have kManyCase.
const tables::CaseRow& case_row(char32_t c) {
  const tables::CaseRow* end = tables::kCaseRows + tables::kCaseRowCount;
  return *std::lower_bound(tables::kCaseRows, end, c,
                           [](const tables::CaseRow& row, char32_t wanted) { return row.point < wanted; });
}

CaseMapping mapping_of(const uint16_t (&points)[3]) {
  CaseMapping mapping{0, {}};
  while (mapping.length < 3 && points[mapping.length] != 0) {
    mapping.points[mapping.length] = points[mapping.length];
    mapping.length++;
  }
  return mapping;
}

CaseMapping single(char32_t c, int32_t delta) { return {1, {c + static_cast<char32_t>(delta), 0, 0}}; }

// The value that a sorted list of ranges has for `c`, or `now` where nothing has changed since.
double old_value(const tables::OldValue* table, size_t count, char32_t c, double now) {
  const tables::OldValue* end = table + count;
  const tables::OldValue* found = std::lower_bound(
      table, end, c, [](const tables::OldValue& range, char32_t wanted) { return range.last < wanted; });
  return found != end && found->first <= c ? found->value : now;
}

}  // namespace

CaseMapping to_upper(char32_t c) {
  const Record& r = record(c);
  return (r.flags & kManyCase) != 0 ? mapping_of(case_row(c).upper) : single(c, r.upper_delta);
}
CaseMapping to_lower(char32_t c) {
  const Record& r = record(c);
  return (r.flags & kManyCase) != 0 ? mapping_of(case_row(c).lower) : single(c, r.lower_delta);
}
CaseMapping to_title(char32_t c) {
  const Record& r = record(c);
  return (r.flags & kManyCase) != 0 ? mapping_of(case_row(c).title) : single(c, r.title_delta);
}
CaseMapping fold_case(char32_t c) {
  const Record& r = record(c);
  return (r.flags & kManyCase) != 0 ? mapping_of(case_row(c).fold) : single(c, r.fold_delta);
}

bool is_final_sigma(TextView text, size_t index) {
  size_t before = index;
  while (before > 0 && is_case_ignorable(text[before - 1])) before--;
  if (before == 0 || !is_cased(text[before - 1])) return false;
  size_t after = index + 1;
  while (after < text.length && is_case_ignorable(text[after])) after++;
  return after == text.length || !is_cased(text[after]);
}

std::optional<double> numeric_value(char32_t c) {
  uint8_t index = record(c).numeric;
  if (index == 0) return std::nullopt;
  return tables::kNumericValues[index];
}

std::optional<Rational> numeric_exact(char32_t c) {
  Rational value = tables::kNumericRationals[record(c).numeric];
  if (value.denominator == 0) return std::nullopt;
  return value;
}

std::string_view category_name(Category category) {
  return tables::kCategoryNames[static_cast<size_t>(category)];
}
std::string_view bidirectional_name(uint8_t index) { return tables::kBidirectionalNames[index]; }
std::string_view east_asian_width_name(uint8_t index) { return tables::kWidthNames[index]; }

Decomposition decomposition(char32_t c) {
  Decomposition result{{}, 0, {}};
  if (c >= 0xAC00 && c < 0xAC00 + 11172) {
    char32_t index = c - 0xAC00, trail = index % 28;
    return {{},
            static_cast<uint8_t>(trail == 0 ? 2 : 3),
            {0x1100 + index / 588, 0x1161 + index / 28 % 21, 0x11A7 + trail}};
  }
  if (!has(c, kHasDecomposition)) return result;
  size_t block = tables::kDecompositionBlocks[c >> tables::kShift];
  size_t offset = tables::kDecompositionIndex[(block << tables::kShift) + (c & ((1u << tables::kShift) - 1))];
  uint16_t header = tables::kDecompositionData[offset++];
  result.tag = tables::kDecompositionTags[header >> 8];
  for (size_t end = offset + (header & 0xFF); offset < end;) {
    char32_t point = tables::kDecompositionData[offset++];
    if (point >= 0xD800 && point <= 0xDBFF) {
      point = 0x10000 + ((point - 0xD800) << 10) + (tables::kDecompositionData[offset++] - 0xDC00u);
    }
    result.points[result.length++] = point;
  }
  return result;
}

namespace v3_2 {

Category category(char32_t c) {
  if (!is_assigned(c)) return Category::Cn;
  int32_t now = static_cast<int32_t>(record(c).category);
  return static_cast<Category>(
      static_cast<int>(old_value(tables::kOldCategories, tables::kOldCategoriesCount, c, now)));
}
uint8_t bidirectional(char32_t c) {
  if (!is_assigned(c)) return 0;
  int32_t now = record(c).bidirectional;
  return static_cast<uint8_t>(old_value(tables::kOldBidirectional, tables::kOldBidirectionalCount, c, now));
}
uint8_t east_asian_width(char32_t c) {
  const Record& r = record(c);
  if (!is_assigned(c) && r.category != Category::Cn) return 0;
  int32_t now = r.east_asian_width;
  return static_cast<uint8_t>(old_value(tables::kOldWidths, tables::kOldWidthsCount, c, now));
}
int combining(char32_t c) { return is_assigned(c) ? record(c).combining : 0; }
bool is_mirrored(char32_t c) {
  int32_t now = is_assigned(c) && has(c, kMirrored);
  return old_value(tables::kOldMirrored, tables::kOldMirroredCount, c, now) != 0;
}
int decimal_value(char32_t c) {
  int32_t now = is_assigned(c) ? record(c).decimal : -1;
  return static_cast<int>(old_value(tables::kOldDecimals, tables::kOldDecimalsCount, c, now));
}
// As CPython has it: the digit value alone is that of the newer version.
int digit_value(char32_t c) { return record(c).digit; }
std::optional<double> numeric_value(char32_t c) {
  constexpr double kUnchanged = -2;
  double changed = old_value(tables::kOldNumerics, tables::kOldNumericsCount, c, kUnchanged);
  if (changed == -1 || (changed == kUnchanged && !is_assigned(c))) return std::nullopt;
  if (changed != kUnchanged) return changed;
  return unicode::numeric_value(c);
}
Decomposition decomposition(char32_t c) {
  return is_assigned(c) ? unicode::decomposition(c) : Decomposition{{}, 0, {}};
}

}  // namespace v3_2

}  // namespace hog::unicode
