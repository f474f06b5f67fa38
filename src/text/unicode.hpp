// unicode.hpp: what Unicode 16.0 says about a code point, as CPython 3.14 understands it.
//
// The tables are generated at build time (tools/generate_unicode.py) from Debian's unicode-data package.
// Everything here is a pure function of constant data: re-entrant, without allocation (normalisation takes
// its memory from the caller). Every function accepts any char32_t; above 0x10FFFF it answers as for an
// unassigned code point. Reference: UAX #44 (properties), UAX #15 (normalisation), UAX #31 (identifiers),
// library/unicodedata.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.hpp"
#include "text/view.hpp"

namespace hog::unicode {

inline constexpr std::string_view kVersion = "16.0.0";
inline constexpr char32_t kMaxCodePoint = 0x10FFFF;

// In the order in which the generator numbers them.
enum class Category : uint8_t {
  Cn,
  Lu,
  Ll,
  Lt,
  Mn,
  Mc,
  Me,
  Nd,
  Nl,
  No,
  Zs,
  Zl,
  Zp,
  Cc,
  Cf,
  Cs,
  Co,
  Lm,
  Lo,
  Pc,
  Pd,
  Ps,
  Pe,
  Pi,
  Pf,
  Po,
  Sm,
  Sc,
  Sk,
  So
};

enum Flag : uint32_t {
  kAlpha = 1u << 0,      // str.isalpha
  kDecimal = 1u << 1,    // str.isdecimal
  kDigit = 1u << 2,      // str.isdigit
  kNumeric = 1u << 3,    // str.isnumeric
  kLower = 1u << 4,      // str.islower
  kUpper = 1u << 5,      // str.isupper
  kTitle = 1u << 6,      // category Lt
  kSpace = 1u << 7,      // str.isspace, and what split() and strip() take away
  kLineBreak = 1u << 8,  // str.splitlines
  kPrintable = 1u << 9,  // str.isprintable; repr leaves it alone
  kXidStart = 1u << 10,  // `_` is not in it
  kXidContinue = 1u << 11,
  kCased = 1u << 12,  // for the rule of the final sigma
  kCaseIgnorable = 1u << 13,
  kMirrored = 1u << 14,
  kManyCase = 1u << 15,          // some case mapping has more than one character
  kIn3_2 = 1u << 16,             // assigned in Unicode 3.2
  kHasDecomposition = 1u << 17,  // Hangul syllables excepted
  kComposesBackward = 1u << 18,  // may be the second half of a composition
};

struct Record {
  int32_t upper_delta, lower_delta, title_delta, fold_delta;  // of the single-character mappings
  uint32_t flags;
  Category category;
  uint8_t bidirectional;  // index of bidirectional_name
  uint8_t combining;
  uint8_t east_asian_width;  // index of east_asian_width_name
  uint8_t quick_check;       // two bits a form, in the order of Form: 0 yes, 1 maybe, 2 no
  int8_t decimal;            // -1: none
  int8_t digit;              // -1: none
  uint8_t numeric;           // index of the table of numeric values; 0: none
};

namespace tables {
inline constexpr unsigned kShift = 7;
extern const uint16_t kRecordBlocks[(kMaxCodePoint + 1) >> kShift];
extern const uint16_t kRecordIndex[];
extern const Record kRecords[];
}  // namespace tables

inline const Record& record(char32_t c) {
  if (c > kMaxCodePoint) [[unlikely]]
    return tables::kRecords[0];
  size_t block = tables::kRecordBlocks[c >> tables::kShift];
  return tables::kRecords[tables::kRecordIndex[(block << tables::kShift) +
                                               (c & ((1u << tables::kShift) - 1))]];
}
inline bool has(char32_t c, Flag flag) { return (record(c).flags & flag) != 0; }

inline bool is_alpha(char32_t c) { return has(c, kAlpha); }
inline bool is_decimal(char32_t c) { return has(c, kDecimal); }
inline bool is_digit(char32_t c) { return has(c, kDigit); }
inline bool is_numeric(char32_t c) { return has(c, kNumeric); }
inline bool is_alnum(char32_t c) { return (record(c).flags & (kAlpha | kDecimal | kDigit | kNumeric)) != 0; }
inline bool is_lower(char32_t c) { return has(c, kLower); }
inline bool is_upper(char32_t c) { return has(c, kUpper); }
inline bool is_title(char32_t c) { return has(c, kTitle); }
inline bool is_space(char32_t c) { return has(c, kSpace); }
inline bool is_line_break(char32_t c) { return has(c, kLineBreak); }
inline bool is_printable(char32_t c) { return has(c, kPrintable); }
inline bool is_xid_start(char32_t c) { return has(c, kXidStart); }
inline bool is_xid_continue(char32_t c) { return has(c, kXidContinue); }
inline bool is_cased(char32_t c) { return has(c, kCased); }
inline bool is_case_ignorable(char32_t c) { return has(c, kCaseIgnorable); }
inline bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

inline int decimal_value(char32_t c) { return record(c).decimal; }  // -1: none
inline int digit_value(char32_t c) { return record(c).digit; }      // -1: none

struct Rational {
  int64_t numerator;
  int32_t denominator;
};
std::optional<double> numeric_value(char32_t c);
std::optional<Rational> numeric_exact(char32_t c);

// Mappings of one character to one.
inline char32_t to_upper_simple(char32_t c) { return c + static_cast<char32_t>(record(c).upper_delta); }
inline char32_t to_lower_simple(char32_t c) { return c + static_cast<char32_t>(record(c).lower_delta); }
inline char32_t to_title_simple(char32_t c) { return c + static_cast<char32_t>(record(c).title_delta); }

// Mappings of one character to at most three. The final sigma is the caller's: see is_final_sigma.
struct CaseMapping {
  uint8_t length;
  char32_t points[3];
};
CaseMapping to_upper(char32_t c);
CaseMapping to_lower(char32_t c);
CaseMapping to_title(char32_t c);
CaseMapping fold_case(char32_t c);
// Whether the capital sigma at `index` becomes a final sigma in lower case. Looks along Case_Ignorable
// characters on both sides; no run of them is looked at by more than two sigmas, so a whole text stays
// linear.
bool is_final_sigma(TextView text, size_t index);

// Property names as unicodedata gives them.
std::string_view category_name(Category category);
std::string_view bidirectional_name(uint8_t index);
std::string_view east_asian_width_name(uint8_t index);
inline std::string_view category(char32_t c) { return category_name(record(c).category); }
inline std::string_view bidirectional(char32_t c) { return bidirectional_name(record(c).bidirectional); }
inline std::string_view east_asian_width(char32_t c) {
  return east_asian_width_name(record(c).east_asian_width);
}
inline int combining(char32_t c) { return record(c).combining; }
inline bool is_mirrored(char32_t c) { return has(c, kMirrored); }

// One step of decomposition, as UnicodeData has it; of Hangul syllables all at once.
struct Decomposition {
  std::string_view tag;  // "<compat>", ...; empty: canonical
  uint8_t length;        // 0: none
  char32_t points[18];
};
Decomposition decomposition(char32_t c);

// --- names
// -----------------------------------------------------------------------------------------------------

inline constexpr size_t kMaxNameLength = 128;  // more than the longest name, alias or sequence name
// Writes the name of `c`, without aliases, into `to`; its length, or 0 when it has none.
size_t name(char32_t c, char (&to)[kMaxNameLength]);

struct NamedText {
  uint8_t length;  // 0: no such name; above 1: a named sequence
  char32_t points[4];
};
enum class Lookup : uint8_t { kNames, kNamesAndAliases, kEverything };  // the last with named sequences
NamedText lookup(std::string_view name, Lookup what);

// --- normalisation
// ----------------------------------------------------------------------------------------------

enum class Form : uint8_t { kNfc, kNfd, kNfkc, kNfkd };
enum class Quick : uint8_t { kYes, kMaybe, kNo };
// k3_2 is unicodedata.ucd_3_2_0: code points that came later are left alone, the corrigenda undone.
enum class Version : uint8_t { k16_0, k3_2 };
enum class Outcome : uint8_t { kDone, kNoMemory, kStopped };  // kStopped: the sink refused, or poll() said so

// "NFC" and so on; none for any other text.
std::optional<Form> form_named(std::string_view name);
// kYes and kNo are certain; kMaybe means: normalise and compare. Linear and without a poll: for short texts.
Quick quick_check(TextView text, Form form, Version version = Version::k16_0);
// Writes the normal form. Working memory (for long runs of combining characters only) comes from `memory`,
// which is also polled. Time is O(n log n) at worst.
Outcome normalise(TextView text, Form form, MemorySource& memory, CodePointSink& sink,
                  Version version = Version::k16_0);
// Whether `text` is its own normal form.
struct Normalised {
  Outcome outcome;
  bool yes;
};
Normalised is_normalised(TextView text, Form form, MemorySource& memory, Version version = Version::k16_0);

// --- Unicode 3.2 (unicodedata.ucd_3_2_0)
// --------------------------------------------------------------------------

namespace v3_2 {
inline bool is_assigned(char32_t c) { return has(c, kIn3_2); }
Category category(char32_t c);
uint8_t bidirectional(char32_t c);
uint8_t east_asian_width(char32_t c);
int combining(char32_t c);
bool is_mirrored(char32_t c);
int decimal_value(char32_t c);
int digit_value(char32_t c);
std::optional<double> numeric_value(char32_t c);
Decomposition decomposition(char32_t c);  // without the corrigenda, which only normalise() undoes
}  // namespace v3_2

}  // namespace hog::unicode
