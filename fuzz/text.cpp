// text.cpp: fuzzes src/text. The first byte chooses what is tried; each try checks a law, not a result.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

#include "text/format_spec.hpp"
#include "text/ident.hpp"
#include "text/number.hpp"
#include "text/search.hpp"
#include "text/unicode.hpp"
#include "text/utf.hpp"

namespace {

using namespace hog;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

class Collect final : public CodePointSink {
 public:
  bool append(const char32_t* points, size_t count) override {
    text.append(points, count);
    return true;
  }
  std::u32string text;
};

class Bounded final : public format::FillSink {
 public:
  bool append(const char* bytes, size_t count) override {
    text.append(bytes, count);
    return text.size() < kMost;
  }
  bool fill(char32_t c, size_t count) override {
    if (count > kMost) return false;
    text.append(count, static_cast<char>(c));
    return text.size() < kMost;
  }
  std::string text;
  static constexpr size_t kMost = 100000;
};

TextView view(const std::u32string& text) { return TextView(std::u32string_view(text)); }

// All valid stretches of the bytes, decoded.
std::u32string decode_all(std::string_view bytes, utf::Surrogates surrogates) {
  std::u32string all;
  while (!bytes.empty()) {
    utf::Scan scan = utf::scan_utf8(bytes, surrogates);
    std::u32string part(scan.characters, 0);
    utf::decode_utf8(bytes.substr(0, scan.bytes), part.data(), Width::k4);
    for (char32_t c : part) require(c <= unicode::kMaxCodePoint);
    std::string back(utf::utf8_size(view(part)), 0);
    require(utf::encode_utf8(view(part), back.data()) == back.size());
    require(back == bytes.substr(0, scan.bytes));
    all += part;
    if (scan.fault == utf::Fault::kNone) break;
    require(scan.fault_end > scan.bytes && scan.fault_end <= bytes.size());
    bytes.remove_prefix(scan.fault_end);
  }
  return all;
}

void try_wide_utf(std::string_view bytes) {
  for (utf::Endian endian : {utf::Endian::kLittle, utf::Endian::kBig}) {
    utf::Scan scan = utf::scan_utf16(bytes, endian);
    std::u32string text(scan.characters, 0);
    utf::decode_utf16(bytes.substr(0, scan.bytes), endian, text.data(), Width::k4);
    std::string back(utf::utf16_size(view(text)), 0);
    utf::encode_utf16(view(text), endian, back.data());
    require(back == bytes.substr(0, scan.bytes));
    scan = utf::scan_utf32(bytes, endian);
    text.assign(scan.characters, 0);
    utf::decode_utf32(bytes.substr(0, scan.bytes), endian, text.data(), Width::k4);
  }
}

void try_search(std::string_view bytes) {
  if (bytes.size() < 2) return;
  size_t split = std::min<size_t>(static_cast<uint8_t>(bytes[0]), bytes.size() - 1);
  std::string needle(bytes.substr(1, split)), text(bytes.substr(std::min(bytes.size(), 1 + split)));
  std::u32string wide_needle, wide_text;
  for (char c : needle) wide_needle += static_cast<uint8_t>(c);
  for (char c : text) wide_text += static_cast<uint8_t>(c);
  TextView n(std::string_view{needle}), t(std::string_view{text});
  require(search::find(t, n) == text.find(needle));
  require(search::rfind(t, n) == text.rfind(needle));
  require(search::find(view(wide_text), n) == text.find(needle));
  require(search::rfind(t, view(wide_needle)) == text.rfind(needle));
  require(search::equal(t, view(wide_text)) && search::compare(view(wide_text), t) == 0);
}

void try_normalising(const std::u32string& text) {
  MallocSource memory;
  for (unicode::Form form :
       {unicode::Form::kNfc, unicode::Form::kNfd, unicode::Form::kNfkc, unicode::Form::kNfkd}) {
    Collect once, twice;
    require(unicode::normalise(view(text), form, memory, once) == unicode::Outcome::kDone);
    require(unicode::normalise(view(once.text), form, memory, twice) == unicode::Outcome::kDone);
    require(once.text == twice.text);
    require(unicode::is_normalised(view(once.text), form, memory).yes);
    require(unicode::is_normalised(view(text), form, memory).yes == (once.text == text));
    Collect old;
    unicode::normalise(view(text), form, memory, old, unicode::Version::k3_2);
  }
}

void try_numbers(std::string_view bytes) {
  std::string text(bytes);
  if (auto value = number::parse_float(text); value && text.find_first_of("xX") == std::string::npos) {
    double expected = std::strtod(text.c_str(), nullptr);
    require(std::isnan(expected) ? std::isnan(*value) : *value == expected);
  }
  number::parse_hex(text);
  number::parse_int(text);
  std::string copy = text;
  number::remove_underscores(copy.data(), copy.size());
  double value;
  if (bytes.size() < sizeof value) return;
  std::memcpy(&value, bytes.data(), sizeof value);
  char shown[number::kReprSize];
  size_t length = number::repr(value, shown);
  auto back = number::parse_float({shown, length});
  require(back && (std::isnan(value) ? std::isnan(*back) : *back == value));
  length = number::to_hex(value, shown);
  number::HexParsed hex = number::parse_hex({shown, length});
  require(std::isnan(value) ? std::isnan(hex.value) : hex.value == value);
  number::round_to(value, static_cast<int8_t>(bytes[bytes.size() - 1]) * 3);
}

void try_format(std::string_view bytes) {
  double value;
  if (bytes.size() < sizeof value) return;
  std::memcpy(&value, bytes.data(), sizeof value);
  TextView specifier(bytes.substr(sizeof value));
  auto [error, spec] = format::parse(specifier, format::Align::kRight, 0);
  if (error == format::SpecError::kNone) error = format::check_float(spec);
  if (error != format::SpecError::kNone) {
    Collect message;
    require(format::write_message(error, spec, specifier, TextView("float"), message) &&
            !message.text.empty());
    return;
  }
  format::FloatNumber number(value, spec);
  format::Layout layout(number.number(), spec);
  Bounded sink;
  if (layout.write(sink)) require(sink.text.size() == layout.length());
  require(static_cast<int64_t>(layout.length()) >= spec.width);
}

void try_names(std::string_view bytes, const std::u32string& text) {
  unicode::lookup(bytes, unicode::Lookup::kEverything);
  for (char32_t c : text) {
    char name[unicode::kMaxNameLength];
    size_t length = unicode::name(c, name);
    if (length == 0) continue;
    require(unicode::lookup({name, length}, unicode::Lookup::kNames).points[0] == c);
  }
}

void try_identifiers(const std::u32string& text) {
  std::string utf8(utf::utf8_size(view(text)), 0);
  utf::encode_utf8(view(text), utf8.data());
  require(ident::is_identifier(view(text)) == ident::is_utf8_identifier(utf8));
  MallocSource memory;
  Arena arena(memory);
  ident::normalised(utf8, arena);
  for (size_t i = 0; i < text.size(); i++) unicode::is_final_sigma(view(text), i);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 7) {
    case 0: decode_all(bytes, utf::Surrogates::kReject); break;
    case 1: try_wide_utf(bytes); break;
    case 2: try_search(bytes); break;
    case 3: try_normalising(decode_all(bytes, utf::Surrogates::kAccept)); break;
    case 4: try_numbers(bytes); break;
    case 5: try_format(bytes); break;
    case 6: {
      std::u32string text = decode_all(bytes, utf::Surrogates::kReject);
      try_names(bytes, text);
      try_identifiers(text);
      break;
    }
  }
  return 0;
}
