// format_spec.cpp: parsing and checking of format specifications; see format_spec.hpp. Layout is in
// format_layout.cpp.
#include "text/format_spec.hpp"

#include <cstring>

#include "text/unicode.hpp"

namespace hog::format {

namespace {

bool is_align(char32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

// Reads a specification from left to right.
class Parser {
 public:
  Parser(TextView text, Align default_align, char32_t default_type) : text_(text) {
    spec_.align = default_align;
    spec_.type = default_type;
    default_align_ = default_align;
  }

  SpecError run() {
    take_alignment();
    take_flags();
    if (!take_integer(spec_.width)) return SpecError::kTooManyDigits;
    if (!take_grouping(spec_.grouping)) return SpecError::kCommaAndUnderscore;
    if (take('.')) {
      size_t start = at_;
      if (!take_integer(spec_.precision)) return SpecError::kTooManyDigits;
      if (!take_grouping(spec_.fraction_grouping)) return SpecError::kCommaAndUnderscore;
      if (at_ == start) return SpecError::kMissingPrecision;
    }
    if (text_.length - at_ > 1) return SpecError::kInvalidSpecifier;
    if (at_ < text_.length) spec_.type = text_[at_++];
    return check_grouping();
  }
  const Spec& spec() const { return spec_; }

 private:
  char32_t peek(size_t ahead = 0) const {
    return at_ + ahead < text_.length ? text_[at_ + ahead] : 0xFFFFFFFF;
  }
  bool take(char32_t c) {
    if (peek() != c) return false;
    at_++;
    return true;
  }

  void take_alignment() {
    if (is_align(peek(1))) {
      spec_.fill = peek();
      spec_.fill_given = true;
      at_++;
    }
    if (is_align(peek())) {
      spec_.align = static_cast<Align>(peek());
      align_given_ = true;
      at_++;
    }
  }

  void take_flags() {
    if (char32_t c = peek(); c == ' ' || c == '+' || c == '-') {
      spec_.sign = static_cast<Sign>(c);
      at_++;
    }
    spec_.no_negative_zero = take('z');
    spec_.alternate = take('#');
    if (!spec_.fill_given && take('0')) {
      spec_.fill = '0';
      if (!align_given_ && default_align_ == Align::kRight) spec_.align = Align::kAfterSign;
    }
  }

  // Leaves `value` alone when there is no digit. False on overflow.
  bool take_integer(int64_t& value) {
    for (int64_t result = 0;; at_++) {
      char32_t c = peek();
      int digit = c > unicode::kMaxCodePoint ? -1 : unicode::decimal_value(c);
      if (digit < 0) return true;
      if (__builtin_mul_overflow(result, 10, &result) || __builtin_add_overflow(result, digit, &result))
        return false;
      value = result;
    }
  }

  bool take_grouping(Grouping& grouping) {
    if (take(',')) grouping = Grouping::kComma;
    if (peek() == '_' && grouping == Grouping::kComma) return false;
    if (take('_')) grouping = Grouping::kUnderscore;
    return !(peek() == ',' && grouping == Grouping::kUnderscore);
  }

  SpecError check_grouping() const {
    char32_t type = spec_.type;
    if (spec_.grouping != Grouping::kNone) {
      bool decimal = type == 0 || type == 'd' || is_float_type(type);
      bool binary = type == 'b' || type == 'o' || type == 'x' || type == 'X';
      bool allowed = decimal || (binary && spec_.grouping == Grouping::kUnderscore);
      if (!allowed) return SpecError::kGroupingWithType;
    }
    if (type == 'n' && spec_.fraction_grouping != Grouping::kNone) return SpecError::kGroupingWithType;
    return SpecError::kNone;
  }

  TextView text_;
  Spec spec_;
  Align default_align_;
  bool align_given_ = false;
  size_t at_ = 0;
};

}  // namespace

ParsedSpec parse(TextView text, Align default_align, char32_t default_type) {
  Parser parser(text, default_align, default_type);
  SpecError error = parser.run();
  return {error, parser.spec()};
}

SpecError check_string(const Spec& spec) {
  if (spec.type != 's') return SpecError::kUnknownType;
  if (spec.sign == Sign::kSpace) return SpecError::kStringSpace;
  if (spec.sign != Sign::kNone) return SpecError::kStringSign;
  if (spec.no_negative_zero) return SpecError::kStringNegativeZero;
  if (spec.alternate) return SpecError::kStringAlternate;
  if (spec.align == Align::kAfterSign) return SpecError::kStringAlignment;
  return SpecError::kNone;
}

SpecError check_integer(const Spec& spec) {
  switch (spec.type) {
    case 'b':
    case 'c':
    case 'd':
    case 'n':
    case 'o':
    case 'x':
    case 'X': break;
    default: return SpecError::kUnknownType;
  }
  if (spec.precision != -1) return SpecError::kIntegerPrecision;
  if (spec.no_negative_zero) return SpecError::kIntegerNegativeZero;
  if (spec.type == 'c' && spec.sign != Sign::kNone) return SpecError::kCharacterSign;
  if (spec.type == 'c' && spec.alternate) return SpecError::kCharacterAlternate;
  return SpecError::kNone;
}

SpecError check_float(const Spec& spec) {
  if (spec.type != 0 && spec.type != 'n' && !is_float_type(spec.type)) return SpecError::kUnknownType;
  return spec.precision > INT32_MAX ? SpecError::kPrecisionTooBig : SpecError::kNone;
}

SpecError check_complex(const Spec& spec) {
  if (spec.type == '%') return SpecError::kUnknownType;
  SpecError error = check_float(spec);
  if (error != SpecError::kNone) return error;
  if (spec.fill == '0') return SpecError::kComplexZeroPadding;
  return spec.align == Align::kAfterSign ? SpecError::kComplexAlignment : SpecError::kNone;
}

// --- messages
// ---------------------------------------------------------------------------------------------------------

namespace {

// %T: the type character; %G: the grouping character; %S: the specifier; %N: the name of the type.
std::string_view pattern(SpecError error) {
  switch (error) {
    case SpecError::kNone: return "";
    case SpecError::kTooManyDigits: return "Too many decimal digits in format string";
    case SpecError::kMissingPrecision: return "Format specifier missing precision";
    case SpecError::kCommaAndUnderscore: return "Cannot specify both ',' and '_'.";
    case SpecError::kInvalidSpecifier: return "Invalid format specifier '%S' for object of type '%N'";
    case SpecError::kGroupingWithType: return "Cannot specify '%G' with '%T'.";
    case SpecError::kUnknownType: return "Unknown format code '%T' for object of type '%N'";
    case SpecError::kPrecisionTooBig: return "precision too big";
    case SpecError::kIntegerPrecision: return "Precision not allowed in integer format specifier";
    case SpecError::kIntegerNegativeZero:
      return "Negative zero coercion (z) not allowed in integer format specifier";
    case SpecError::kCharacterSign: return "Sign not allowed with integer format specifier 'c'";
    case SpecError::kCharacterAlternate:
      return "Alternate form (#) not allowed with integer format specifier 'c'";
    case SpecError::kStringSign: return "Sign not allowed in string format specifier";
    case SpecError::kStringSpace: return "Space not allowed in string format specifier";
    case SpecError::kStringNegativeZero:
      return "Negative zero coercion (z) not allowed in string format specifier";
    case SpecError::kStringAlternate: return "Alternate form (#) not allowed in string format specifier";
    case SpecError::kStringAlignment: return "'=' alignment not allowed in string format specifier";
    case SpecError::kComplexZeroPadding: return "Zero padding is not allowed in complex format specifier";
    case SpecError::kComplexAlignment: return "'=' alignment flag is not allowed in complex format specifier";
  }
  return "";
}

bool write_view(TextView text, CodePointSink& sink) {
  char32_t buffer[64];
  for (size_t i = 0; i < text.length;) {
    size_t count = 0;
    while (i < text.length && count < 64) buffer[count++] = text[i++];
    if (!sink.append(buffer, count)) return false;
  }
  return true;
}

// Printable ASCII as it is, anything else as \x and hexadecimal digits.
bool write_type(char32_t type, CodePointSink& sink) {
  if (type > 32 && type < 128) return sink.append(&type, 1);
  char text[2 + number::kIntSize] = {'\\', 'x'};
  char digits[number::kIntSize];
  size_t length = number::format_uint(type, 16, digits);
  std::memcpy(text + 2, digits, length);
  return write_view(TextView(std::string_view(text, length + 2)), sink);
}

}  // namespace

bool write_message(SpecError error, const Spec& spec, TextView specifier, TextView type_name,
                   CodePointSink& sink) {
  std::string_view text = pattern(error);
  while (!text.empty()) {
    size_t mark = text.find('%');
    if (!write_view(TextView(text.substr(0, mark)), sink)) return false;
    if (mark == std::string_view::npos) return true;
    Grouping grouping = spec.grouping != Grouping::kNone ? spec.grouping : spec.fraction_grouping;
    char32_t separator = static_cast<unsigned char>(grouping);
    bool written = false;
    switch (text[mark + 1]) {
      case 'T': written = write_type(spec.type, sink); break;
      case 'G': written = sink.append(&separator, 1); break;
      case 'S': written = write_view(specifier, sink); break;
      case 'N': written = write_view(type_name, sink); break;
    }
    if (!written) return false;
    text.remove_prefix(mark + 2);
  }
  return true;
}

}  // namespace hog::format
