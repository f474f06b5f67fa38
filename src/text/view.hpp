// view.hpp: how this folder sees text: characters of one fixed width that somebody else owns.
//
// Invariant: every character of a view is at most 0x10FFFF (lone surrogates may occur). Nothing here
// allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hog {

// Bytes a character takes; the value is the size.
enum class Width : uint8_t { k1 = 1, k2 = 2, k4 = 4 };

struct TextView {
  const void* data = nullptr;
  size_t length = 0;  // in characters
  Width width = Width::k1;

  constexpr TextView() = default;
  constexpr TextView(const void* characters, size_t count, Width size)
      : data(characters), length(count), width(size) {}
  // Latin-1, so in particular ASCII.
  explicit TextView(std::string_view latin1) : data(latin1.data()), length(latin1.size()) {}
  explicit TextView(std::u16string_view ucs2) : data(ucs2.data()), length(ucs2.size()), width(Width::k2) {}
  explicit TextView(std::u32string_view ucs4) : data(ucs4.data()), length(ucs4.size()), width(Width::k4) {}

  char32_t operator[](size_t i) const {
    if (width == Width::k1) return static_cast<const uint8_t*>(data)[i];
    if (width == Width::k2) return static_cast<const uint16_t*>(data)[i];
    return static_cast<const uint32_t*>(data)[i];
  }
  const uint8_t* bytes1() const { return static_cast<const uint8_t*>(data); }
  const uint16_t* bytes2() const { return static_cast<const uint16_t*>(data); }
  const uint32_t* bytes4() const { return static_cast<const uint32_t*>(data); }
  TextView slice(size_t start, size_t count) const {
    return {static_cast<const char*>(data) + start * static_cast<size_t>(width), count, width};
  }
};

// Where text goes, piece by piece. `append` returns false when it can take no more (memory, budget); the
// writer then stops at once and passes the refusal on, so a sink may keep its own reason.
class ByteSink {
 public:
  virtual bool append(const char* bytes, size_t count) = 0;

 protected:
  ~ByteSink() = default;
};

class CodePointSink {
 public:
  virtual bool append(const char32_t* points, size_t count) = 0;

 protected:
  ~CodePointSink() = default;
};

}  // namespace hog
