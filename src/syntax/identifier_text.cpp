// identifier_text.cpp: see identifier_text.hpp.
#include "syntax/identifier_text.hpp"

#include "syntax/character.hpp"
#include "text/unicode.hpp"

namespace hog {

namespace {
class Utf8Sink final : public CodePointSink {
 public:
  explicit Utf8Sink(Arena& arena) : bytes(arena) {}
  bool append(const char32_t* points, size_t count) override {
    for (size_t i = 0; i < count; ++i) {
      char utf8[4];
      size_t size = encode_utf8(points[i], utf8);
      for (size_t k = 0; k < size; ++k) bytes.push_back(utf8[k]);
    }
    return true;
  }
  ArenaVector<char> bytes;
};
}  // namespace

std::string_view normalised_identifier(Arena& arena, std::string_view utf8) {
  bool ascii = true;
  for (char c : utf8) ascii &= static_cast<unsigned char>(c) < 0x80;
  if (ascii) [[likely]]
    return utf8;
  std::span<char32_t> points = arena.make_array<char32_t>(utf8.size());
  if (points.empty()) return utf8;
  size_t count = 0;
  const char* at = utf8.data();
  const char* end = at + utf8.size();
  while (at < end) at = decode_utf8(at, end, &points[count++]);
  Utf8Sink sink(arena);
  TextView view(points.data(), count, Width::k4);
  if (unicode::normalise(view, unicode::Form::kNfkc, arena.source(), sink) != unicode::Outcome::kDone) return utf8;
  return {sink.bytes.begin(), sink.bytes.size()};
}

}  // namespace hog
