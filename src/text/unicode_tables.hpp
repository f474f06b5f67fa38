// unicode_tables.hpp: the shape of the generated tables, for src/text/unicode*.cpp and the generated files
// alone.
#pragma once

#include "text/unicode.hpp"

namespace hog::unicode::tables {

extern const char kCategoryNames[][3];
extern const char kBidirectionalNames[][4];
extern const char kWidthNames[][3];

extern const double kNumericValues[];
extern const Rational kNumericRationals[];  // denominator 0: does not fit

// The characters with a case mapping of several characters, sorted; mappings end with 0 when shorter than
// three.
struct CaseRow {
  uint16_t point;
  uint16_t upper[3], lower[3], title[3], fold[3];
};
extern const CaseRow kCaseRows[];
extern const size_t kCaseRowCount;

// Ranges, sorted, of what was different in Unicode 3.2.
struct OldValue {
  uint32_t first, last;
  double value;  // a name's index, a flag or a number; -1: absent
};
extern const OldValue kOldCategories[], kOldBidirectional[], kOldWidths[], kOldMirrored[], kOldDecimals[],
    kOldNumerics[];
extern const size_t kOldCategoriesCount, kOldBidirectionalCount, kOldWidthsCount, kOldMirroredCount,
    kOldDecimalsCount, kOldNumericsCount;

// 16-bit units: a header (tag << 8 | number of units), then UTF-16. Index 0: no decomposition.
extern const uint16_t kDecompositionBlocks[];
extern const uint16_t kDecompositionIndex[];
extern const uint16_t kDecompositionData[];
extern const char kDecompositionTags[][12];
struct Composition {
  uint32_t first, second, result;
};
extern const Composition kCompositions[];  // sorted
extern const size_t kCompositionCount;
struct OldDecomposition {
  uint32_t point, single;
};
extern const OldDecomposition kOldDecompositions[];
extern const size_t kOldDecompositionCount;

// Names: see write_names in the generator.
struct NameRun {
  uint32_t first, number;
};
struct NameCounts {
  uint32_t names, aliases, sequences;
  uint32_t short_codes;  // the first code that takes two bytes
};
struct NameFamily {
  uint32_t first, last;
  const char* prefix;
  uint32_t prefix_length;
};
extern const uint8_t kNamePhrases[];
extern const uint32_t kNamePhraseBlocks[];
extern const uint8_t kNameLexicon[];
extern const uint32_t kNameWordBlocks[];
extern const NameRun kNameRuns[];
extern const size_t kNameRunCount;
extern const uint16_t kNameOrder[];
extern const uint32_t kAliasPoints[];
extern const char32_t kSequencePoints[][4];
extern const NameCounts kNameCounts;
extern const NameFamily kNameFamilies[];
extern const size_t kNameFamilyCount;

}  // namespace hog::unicode::tables
