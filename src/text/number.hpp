// number.hpp: numbers to text and back, as Python writes and reads them. Doubles are correctly rounded both
// ways.
//
// Nothing here allocates, consults a locale, or depends on a global. Big integers are not here (types/int).
// Reference: library/string "Format Specification Mini-Language", library/functions float() and round().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "text/view.hpp"

namespace hog::number {

// --- double to text
// ---------------------------------------------------------------------------------------------------

enum class Style : uint8_t {
  kRepr,      // the shortest digits that read back the same; precision is ignored
  kFixed,     // 'f'
  kExponent,  // 'e'
  kGeneral,   // 'g'
};

struct FloatOptions {
  size_t precision = 6;
  bool alternate = false;         // '#': keep the point, and the zeros of kGeneral
  bool add_dot_zero = false;      // a result without point or exponent gets ".0"
  bool no_negative_zero = false;  // 'z'
};

// The parts of a double's text. Precisions beyond what a double can fill cost nothing: the zeros are only
// counted.
class FloatText {
 public:
  FloatText(double value, Style style, const FloatOptions& options = {});
  FloatText(const FloatText&) = delete;
  FloatText& operator=(const FloatText&) = delete;

  bool is_negative() const { return negative_; }
  bool is_finite() const { return finite_; }
  std::string_view integer() const { return {buffer_, integer_}; }  // of a special value: "inf" or "nan"
  bool has_point() const { return point_; }
  std::string_view fraction() const { return {buffer_ + integer_, fraction_}; }
  size_t zeros() const { return zeros_; }                                    // that follow the fraction
  std::string_view exponent() const { return {exponent_text_, exponent_}; }  // "e+16", or empty

  // With the minus sign, if any.
  size_t length() const {
    return size_t{negative_} + integer_ + size_t{point_} + fraction_ + zeros_ + exponent_;
  }
  bool write(ByteSink& sink) const;

 private:
  void set_digits(std::string_view digits, int exponent, Style style, const FloatOptions& options);
  void set_positional(std::string_view digits, int point_at);
  void set_exponent(int exponent);

  // 309 integer digits and 1074 fraction digits hold every double exactly.
  char buffer_[1400];
  char exponent_text_[6];
  size_t integer_ = 0, fraction_ = 0, zeros_ = 0, exponent_ = 0;
  bool negative_ = false, finite_ = true, point_ = false;
};

inline constexpr size_t kReprSize = 32;
// repr(float): "1.0", "1e+16", "-inf", "nan". Returns the length.
size_t repr(double value, char (&to)[kReprSize]);
// float.hex()
size_t to_hex(double value, char (&to)[kReprSize]);

// round(value, digits): half to even on the exact value. Infinite when the result overflows.
double round_to(double value, int64_t digits);

// --- text to double
// ---------------------------------------------------------------------------------------------------

struct Parsed {
  double value = 0;
  size_t consumed = 0;  // 0: no number there
};
// The longest number at the start of `text`: sign, digits, point, exponent; or inf, infinity, nan in any
// case.
Parsed parse_float_prefix(std::string_view text);
// The whole of `text`, nothing before or after.
std::optional<double> parse_float(std::string_view text);

enum class HexOutcome : uint8_t { kDone, kInvalid, kOverflow };
struct HexParsed {
  HexOutcome outcome;
  double value;
};
// float.fromhex(), surrounding ASCII white space allowed.
HexParsed parse_hex(std::string_view text);

// --- preparing text for int(), float() and complex()
// -------------------------------------------------------------------

// Writes `text` without surrounding white space, decimal digits of any script as ASCII, other white space as
// ' ', anything else beyond ASCII as '?'. `to` has room for text.length bytes. Returns the length.
size_t to_ascii_number(TextView text, char* to);
// Takes out underscores that stand between two digits, in place. None: one stands elsewhere.
std::optional<size_t> remove_underscores(char* text, size_t length);

// --- integers
// ---------------------------------------------------------------------------------------------------------

inline constexpr size_t kIntSize = 65;  // a sign and 64 digits
// Digits below ten are 0-9, then a-z. base in 2..36. Returns the length.
size_t format_int(int64_t value, unsigned base, char (&to)[kIntSize]);
size_t format_uint(uint64_t value, unsigned base, char (&to)[kIntSize]);

// Digits alone, at least one. None: another character, or the value does not fit.
std::optional<uint64_t> parse_uint(std::string_view digits, unsigned base);
// An optional sign and decimal digits.
std::optional<int64_t> parse_int(std::string_view text);

}  // namespace hog::number
