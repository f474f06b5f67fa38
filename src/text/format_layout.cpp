// format_layout.cpp: laying out numbers as a format specification says; see format_spec.hpp.
#include <cstring>

#include "text/format_spec.hpp"

namespace hog::format {

namespace {

unsigned group_size(char32_t type) {
  return type == 'b' || type == 'o' || type == 'x' || type == 'X' ? 4 : 3;
}

char sign_for(bool negative, Sign sign) {
  if (negative) return '-';
  return sign == Sign::kPlus || sign == Sign::kSpace ? static_cast<char>(sign) : '\0';
}

size_t separators(size_t digits, unsigned group) { return digits == 0 ? 0 : (digits - 1) / group; }

// The fewest digits that fill `width` together with their separators; a separator never comes first.
size_t digits_to_fill(size_t width, bool grouped, unsigned group) {
  if (!grouped) return width;
  return width - width / (group + 1) + (width != 0 && width % (group + 1) == 0 ? 1 : 0);
}

// Collects single characters into larger pieces for a sink.
class Batch {
 public:
  explicit Batch(FillSink& sink) : sink_(sink) {}
  bool put(char c) {
    buffer_[count_++] = c;
    return count_ < sizeof buffer_ || flush();
  }
  bool flush() {
    size_t count = count_;
    count_ = 0;
    return count == 0 || sink_.append(buffer_, count);
  }

 private:
  FillSink& sink_;
  char buffer_[240];
  size_t count_ = 0;
};

}  // namespace

Padding padding_for(size_t length, const Spec& spec) {
  size_t width = spec.width < 0 ? 0 : static_cast<size_t>(spec.width);
  if (width <= length) return {0, 0};
  size_t total = width - length;
  if (spec.align == Align::kLeft) return {0, total};
  if (spec.align == Align::kCentre) return {total / 2, total - total / 2};
  return {total, 0};
}

Layout::Layout(const Number& number, const Spec& spec)
    : number_(number),
      fill_(spec.fill),
      sign_(sign_for(number.negative, spec.sign)),
      separator_(static_cast<char>(spec.grouping)),
      fraction_separator_(static_cast<char>(spec.fraction_grouping)),
      group_(group_size(spec.type)),
      digits_(number.integer.size()) {
  size_t fraction = number.fraction.size() + number.zeros;
  size_t others =
      (sign_ != 0 ? 1 : 0) + number.prefix.size() + (number.point ? 1 : 0) + fraction + number.suffix.size();
  if (fraction_separator_ != 0) others += separators(fraction, 3);
  const size_t width = spec.width < 0 ? 0 : static_cast<size_t>(spec.width);
  if (digits_ != 0 && spec.fill == '0' && spec.align == Align::kAfterSign && width > others) {
    size_t filled = digits_to_fill(width - others, separator_ != 0, group_);
    if (filled > digits_) digits_ = filled;
  }
  length_ = others + digits_ + (separator_ != 0 ? separators(digits_, group_) : 0);
  Padding padding = padding_for(length_, spec);
  length_ += padding.left + padding.right;
  left_ = spec.align == Align::kAfterSign ? 0 : padding.left;
  after_sign_ = padding.left - left_;
  right_ = padding.right;
}

bool Layout::write(FillSink& sink) const {
  if (left_ != 0 && !sink.fill(fill_, left_)) return false;
  if (sign_ != 0 && !sink.append(&sign_, 1)) return false;
  if (!number_.prefix.empty() && !sink.append(number_.prefix.data(), number_.prefix.size())) return false;
  if (after_sign_ != 0 && !sink.fill(fill_, after_sign_)) return false;
  if (!write_integer(sink)) return false;
  if (number_.point && !sink.append(".", 1)) return false;
  if (!write_fraction(sink)) return false;
  if (!number_.suffix.empty() && !sink.append(number_.suffix.data(), number_.suffix.size())) return false;
  return right_ == 0 || sink.fill(fill_, right_);
}

bool Layout::write_integer(FillSink& sink) const {
  size_t leading = digits_ - number_.integer.size();
  if (separator_ == 0) {
    if (leading != 0 && !sink.fill('0', leading)) return false;
    return number_.integer.empty() || sink.append(number_.integer.data(), number_.integer.size());
  }
  Batch batch(sink);
  for (size_t i = 0; i < digits_; i++) {
    if (i != 0 && (digits_ - i) % group_ == 0 && !batch.put(separator_)) return false;
    if (!batch.put(i < leading ? '0' : number_.integer[i - leading])) return false;
  }
  return batch.flush();
}

bool Layout::write_fraction(FillSink& sink) const {
  if (fraction_separator_ == 0) {
    if (!number_.fraction.empty() && !sink.append(number_.fraction.data(), number_.fraction.size()))
      return false;
    return number_.zeros == 0 || sink.fill('0', number_.zeros);
  }
  Batch batch(sink);
  const size_t given = number_.fraction.size(), total = given + number_.zeros;
  for (size_t i = 0; i < total; i++) {
    if (i != 0 && i % 3 == 0 && !batch.put(fraction_separator_)) return false;
    if (!batch.put(i < given ? number_.fraction[i] : '0')) return false;
  }
  return batch.flush();
}

namespace {

number::Style style_for(const Spec& spec) {
  switch (spec.type) {
    case 'e':
    case 'E': return number::Style::kExponent;
    case 'f':
    case 'F':
    case '%': return number::Style::kFixed;
    case 0: return spec.precision < 0 ? number::Style::kRepr : number::Style::kGeneral;
    default: return number::Style::kGeneral;
  }
}

number::FloatOptions options_for(const Spec& spec, bool dot_zero) {
  number::FloatOptions options;
  options.precision = spec.precision_or(6);
  options.alternate = spec.alternate;
  options.add_dot_zero = spec.type == 0 && dot_zero;
  options.no_negative_zero = spec.no_negative_zero;
  return options;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

}  // namespace

FloatNumber::FloatNumber(double value, const Spec& spec, bool dot_zero)
    : text_(spec.type == '%' ? value * 100 : value, style_for(spec), options_for(spec, dot_zero)) {
  const bool capitals = spec.type == 'E' || spec.type == 'F' || spec.type == 'G';
  std::string_view tail = text_.is_finite() ? text_.exponent() : text_.integer();
  size_t length = 0;
  for (char c : tail) suffix_[length++] = capitals ? upper(c) : c;
  if (spec.type == '%') suffix_[length++] = '%';
  number_.suffix = {suffix_, length};
  number_.negative = text_.is_negative();
  if (text_.is_finite()) {
    number_.integer = text_.integer();
    number_.point = text_.has_point();
    number_.fraction = text_.fraction();
    number_.zeros = text_.zeros();
  }
}

}  // namespace hog::format
