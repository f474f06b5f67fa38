// probe_numbers.cpp: answers questions about number text, one a line (fields separated by tabs), for
// compare_numbers.py.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "text/format_spec.hpp"
#include "text/number.hpp"
#include "text/utf.hpp"

namespace {

using namespace hog;

class StringSink final : public format::FillSink {
 public:
  bool append(const char* bytes, size_t count) override {
    text.append(bytes, count);
    return true;
  }
  bool fill(char32_t c, size_t count) override {
    char bytes[4];
    size_t size = utf::encode_utf8(c, bytes);
    for (size_t i = 0; i < count; i++) text.append(bytes, size);
    return true;
  }
  std::string text;
};

class MessageSink final : public CodePointSink {
 public:
  bool append(const char32_t* points, size_t count) override {
    for (size_t i = 0; i < count; i++) {
      char bytes[4];
      text.append(bytes, utf::encode_utf8(points[i], bytes));
    }
    return true;
  }
  std::string text;
};

double double_of(const std::string& bits) {
  uint64_t word = std::strtoull(bits.c_str(), nullptr, 16);
  double value;
  std::memcpy(&value, &word, 8);
  return value;
}

std::string bits_of(double value) {
  if (value != value) return "nan";
  uint64_t word;
  std::memcpy(&word, &value, 8);
  char text[32];
  snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(word));
  return text;
}

std::string laid_out(const format::Number& number, const format::Spec& spec) {
  format::Layout layout(number, spec);
  StringSink sink;
  layout.write(sink);
  size_t characters = 0;
  for (char c : sink.text) characters += (c & 0xC0) != 0x80;
  return characters == layout.length() ? sink.text : "wrong length for " + sink.text;
}

std::string format_float(double value, const std::u32string& text) {
  auto [error, spec] = format::parse(TextView(std::u32string_view(text)), format::Align::kRight, 0);
  if (error == format::SpecError::kNone) error = format::check_float(spec);
  if (error == format::SpecError::kNone) return laid_out(format::FloatNumber(value, spec).number(), spec);
  MessageSink sink;
  format::write_message(error, spec, TextView(std::u32string_view(text)), TextView("float"), sink);
  return "ValueError " + sink.text;
}

std::string format_integer(int64_t value, const std::u32string& text) {
  auto [error, spec] = format::parse(TextView(std::u32string_view(text)), format::Align::kRight, 'd');
  if (error == format::SpecError::kNone && format::is_float_type(spec.type)) {
    return format_float(static_cast<double>(value), text);
  }
  if (error == format::SpecError::kNone) error = format::check_integer(spec);
  if (error != format::SpecError::kNone) {
    MessageSink sink;
    format::write_message(error, spec, TextView(std::u32string_view(text)), TextView("int"), sink);
    return "ValueError " + sink.text;
  }
  unsigned base = spec.type == 'b'                       ? 2
                  : spec.type == 'o'                     ? 8
                  : spec.type == 'x' || spec.type == 'X' ? 16
                                                         : 10;
  char digits[number::kIntSize];
  format::Number parts;
  parts.negative = value < 0;
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  size_t length = number::format_uint(magnitude, base, digits);
  if (spec.type == 'X') {
    for (char& c : digits) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  parts.integer = {digits, length};
  char prefix[2] = {'0', static_cast<char>(spec.type)};
  if (spec.alternate && base != 10) parts.prefix = {prefix, 2};
  char character[1] = {static_cast<char>(value)};
  if (spec.type == 'c') {
    parts.negative = false;
    parts.integer = {};
    parts.suffix = {character, 1};
  }
  return laid_out(parts, spec);
}

std::u32string wide(const std::string& utf8) {
  std::u32string text;
  for (const char* at = utf8.data(); at < utf8.data() + utf8.size();) text += utf::next_utf8(at);
  return text;
}

std::string parsed_float(const std::string& utf8) {
  std::u32string text = wide(utf8);
  std::string ascii(text.size(), 0);
  ascii.resize(number::to_ascii_number(TextView(std::u32string_view(text)), ascii.data()));
  auto length = number::remove_underscores(ascii.data(), ascii.size());
  if (!length) return "ValueError";
  auto value = number::parse_float({ascii.data(), *length});
  return value ? bits_of(*value) : "ValueError";
}

std::string percent(double value, const std::string& style, size_t precision, bool alternate) {
  number::FloatOptions options;
  options.precision = precision;
  options.alternate = alternate;
  auto kind = style == "e"   ? number::Style::kExponent
              : style == "f" ? number::Style::kFixed
                             : number::Style::kGeneral;
  number::FloatText text(value, kind, options);
  StringSink sink;
  text.write(sink);
  return sink.text.size() == text.length() ? sink.text : "wrong length for " + sink.text;
}

std::string answer(const std::vector<std::string>& f) {
  char text[number::kReprSize];
  switch (f[0][0]) {
    case 'r': return std::string(text, number::repr(double_of(f[1]), text));
    case 'h': return std::string(text, number::to_hex(double_of(f[1]), text));
    case 'H': {
      number::HexParsed parsed = number::parse_hex(f[1]);
      if (parsed.outcome == number::HexOutcome::kInvalid) return "ValueError";
      if (parsed.outcome == number::HexOutcome::kOverflow) return "OverflowError";
      return bits_of(parsed.value);
    }
    case 'p': return parsed_float(f[1]);
    case 'R': return bits_of(number::round_to(double_of(f[1]), std::strtoll(f[2].c_str(), nullptr, 10)));
    case '%': return percent(double_of(f[1]), f[2], std::strtoull(f[3].c_str(), nullptr, 10), f[4] == "1");
    case 'F': return format_float(double_of(f[1]), wide(f[2]));
    case 'I': return format_integer(std::strtoll(f[1].c_str(), nullptr, 10), wide(f[2]));
    case 'b': {
      char digits[number::kIntSize];
      int64_t value = std::strtoll(f[1].c_str(), nullptr, 10);
      auto base = static_cast<unsigned>(std::strtoul(f[2].c_str(), nullptr, 10));
      std::string_view all(digits, number::format_int(value, base, digits));
      if (value >= 0 && number::parse_uint(all, base) != static_cast<uint64_t>(value))
        return "does not read back";
      if (base == 10 && number::parse_int(all) != value) return "does not read back";
      return std::string(all);
    }
  }
  return "?";
}

}  // namespace

int main() {
  char* line = nullptr;
  size_t room = 0;
  for (ssize_t length; (length = getline(&line, &room, stdin)) >= 0;) {
    std::string text(line, static_cast<size_t>(length) - 1);
    std::vector<std::string> fields;
    size_t start = 0;
    for (size_t tab; (tab = text.find('\t', start)) != std::string::npos; start = tab + 1) {
      fields.push_back(text.substr(start, tab - start));
    }
    fields.push_back(text.substr(start));
    puts(answer(fields).c_str());
  }
  free(line);
}
