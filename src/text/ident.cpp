// ident.cpp: see ident.hpp.
#include "text/ident.hpp"

#include "text/utf.hpp"

namespace hog::ident {

namespace {

bool is_ascii_start(uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_ascii_continue(uint8_t c) { return is_ascii_start(c) || (c >= '0' && c <= '9'); }

// Encodes what comes, into room that is known to be enough.
class EncodingSink final : public CodePointSink {
 public:
  explicit EncodingSink(std::span<char> to) : to_(to) {}
  bool append(const char32_t* points, size_t count) override {
    for (size_t i = 0; i < count; i++) {
      char bytes[4];
      size_t size = utf::encode_utf8(points[i], bytes);
      if (size > to_.size() - used_) return false;
      std::memcpy(to_.data() + used_, bytes, size);
      used_ += size;
    }
    return true;
  }
  std::string_view text() const { return {to_.data(), used_}; }

 private:
  std::span<char> to_;
  size_t used_ = 0;
};

}  // namespace

size_t prefix_length(TextView text) {
  if (text.length == 0 || !may_start(text[0])) return 0;
  size_t length = 1;
  while (length < text.length && may_continue(text[length])) length++;
  return length;
}

bool is_identifier(TextView text) { return text.length != 0 && prefix_length(text) == text.length; }

size_t utf8_prefix_length(std::string_view utf8) {
  const char* at = utf8.data();
  const char* end = at + utf8.size();
  while (at < end) {
    const bool first = at == utf8.data();
    auto byte = static_cast<uint8_t>(*at);
    if (byte < 0x80) {
      if (first ? !is_ascii_start(byte) : !is_ascii_continue(byte)) break;
      at++;
      continue;
    }
    const char* next = at;
    char32_t c = utf::next_utf8(next);
    if (first ? !may_start(c) : !may_continue(c)) break;
    at = next;
  }
  return static_cast<size_t>(at - utf8.data());
}

std::optional<std::string_view> normalised(std::string_view utf8, Arena& arena) {
  if (utf::is_ascii(utf8)) return utf8;
  std::span<char32_t> points = arena.make_array<char32_t>(utf8.size());
  if (points.empty()) return std::nullopt;
  utf::Scan scan = utf::scan_utf8(utf8);
  utf::decode_utf8(utf8.substr(0, scan.bytes), points.data(), Width::k4);
  TextView text(points.data(), scan.characters, Width::k4);
  unicode::Normalised check = unicode::is_normalised(text, unicode::Form::kNfkc, arena.source());
  if (check.outcome != unicode::Outcome::kDone) return std::nullopt;
  if (check.yes) return utf8;
  // A character becomes at most 18, each of at most 4 bytes.
  constexpr size_t kLargestGrowth = 18 * 4;
  if (scan.characters > SIZE_MAX / kLargestGrowth) return std::nullopt;
  std::span<char> room = arena.make_array<char>(scan.characters * kLargestGrowth);
  if (room.empty()) return std::nullopt;
  EncodingSink sink(room);
  if (unicode::normalise(text, unicode::Form::kNfkc, arena.source(), sink) != unicode::Outcome::kDone) {
    return std::nullopt;
  }
  return sink.text();
}

}  // namespace hog::ident
