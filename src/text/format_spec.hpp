// format_spec.hpp: the format mini-language, and laying out a number as it says.
//
// Parsing knows no types: check_integer, check_float, check_string and check_complex say what each of them
// refuses, with CPython's messages. A layout knows its length before it writes, so the caller can allocate
// once; text goes to a sink. Reference: library/string "Format Specification Mini-Language".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/number.hpp"
#include "text/view.hpp"

namespace hog::format {

// The value is the character; kNone: unspecified.
enum class Align : char { kLeft = '<', kRight = '>', kCentre = '^', kAfterSign = '=' };
enum class Sign : char { kNone = 0, kMinus = '-', kPlus = '+', kSpace = ' ' };
enum class Grouping : char { kNone = 0, kComma = ',', kUnderscore = '_' };

enum class SpecError : uint8_t {
  kNone,
  kTooManyDigits,
  kMissingPrecision,
  kCommaAndUnderscore,
  kInvalidSpecifier,  // the message needs the specifier and the type's name
  kGroupingWithType,
  kUnknownType,  // the message needs the type's name
  kPrecisionTooBig,
  kIntegerPrecision,
  kIntegerNegativeZero,
  kCharacterSign,
  kCharacterAlternate,
  kStringSign,
  kStringSpace,
  kStringNegativeZero,
  kStringAlternate,
  kStringAlignment,
  kComplexZeroPadding,
  kComplexAlignment,
};

struct Spec {
  char32_t fill = ' ';
  char32_t type = 0;  // 0: none given, and the type has no default
  Align align = Align::kRight;
  Sign sign = Sign::kNone;
  bool no_negative_zero = false;
  bool alternate = false;
  bool fill_given = false;
  Grouping grouping = Grouping::kNone;
  Grouping fraction_grouping = Grouping::kNone;
  int64_t width = -1;      // -1: not given
  int64_t precision = -1;  // -1: not given

  size_t precision_or(size_t otherwise) const {
    return precision < 0 ? otherwise : static_cast<size_t>(precision);
  }
};

struct ParsedSpec {
  SpecError error;
  Spec spec;
};
// Defaults: kLeft and 's' for str; kRight and 'd' for int; kRight and 0 for float and complex. A '0' before
// the width pads after the sign where the default is kRight.
ParsedSpec parse(TextView text, Align default_align, char32_t default_type);

// What a type refuses: kNone when it takes the specification.
SpecError check_string(const Spec& spec);
SpecError check_integer(const Spec& spec);  // is_float_type is the caller's to send on first
SpecError check_float(const Spec& spec);
SpecError check_complex(const Spec& spec);
inline bool is_float_type(char32_t type) {
  return type == 'e' || type == 'E' || type == 'f' || type == 'F' || type == 'g' || type == 'G' ||
         type == '%';
}

// The ValueError's message. `specifier` and `type_name` are used by the two errors that name them.
bool write_message(SpecError error, const Spec& spec, TextView specifier, TextView type_name,
                   CodePointSink& sink);

// --- layout
// -----------------------------------------------------------------------------------------------------------

// A sink that can also repeat one character. Bytes are ASCII.
class FillSink : public ByteSink {
 public:
  virtual bool fill(char32_t c, size_t count) = 0;

 protected:
  ~FillSink() = default;
};

// A number taken apart; the digits are ASCII.
struct Number {
  bool negative = false;
  std::string_view prefix;   // "0x"
  std::string_view integer;  // digits to be grouped; empty for inf and nan
  bool point = false;
  std::string_view fraction;  // digits after the point
  size_t zeros = 0;           // more of them
  std::string_view suffix;    // exponent, "%", or inf and nan
};

// Where the pieces of a number go. Lengths are in characters; they may be more than any allocation grants (a
// width is anything below 2**63), but they do not overflow. Every character but the fill is ASCII.
class Layout {
 public:
  Layout(const Number& number, const Spec& spec);
  size_t length() const { return length_; }
  bool has_padding() const { return left_ + after_sign_ + right_ != 0; }
  bool write(FillSink& sink) const;

 private:
  bool write_integer(FillSink& sink) const;
  bool write_fraction(FillSink& sink) const;

  Number number_;
  char32_t fill_;
  char sign_;
  char separator_ = 0, fraction_separator_ = 0;
  unsigned group_ = 3;
  size_t digits_;  // of the integer part, with the zeros that fill it up
  size_t left_ = 0, after_sign_ = 0, right_ = 0;
  size_t length_;
};

// The padding of a text of `length` characters (strings, and whatever formats itself first).
struct Padding {
  size_t left;
  size_t right;
};
Padding padding_for(size_t length, const Spec& spec);

// A double as format() writes it, ready for a Layout. Keep it alive while the Layout is used. `spec` must
// have passed check_float or check_complex.
class FloatNumber {
 public:
  // Without a type the shortest digits are written, with ".0" if `dot_zero` (float has it, complex has not).
  FloatNumber(double value, const Spec& spec, bool dot_zero = true);
  const Number& number() const { return number_; }

 private:
  number::FloatText text_;
  char suffix_[8];
  Number number_;
};

}  // namespace hog::format
