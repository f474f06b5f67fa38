// format.cpp: from the text of a struct format to codes. Ref: library/struct "Format Strings".
#include <cstring>

#include "modules/struct/struct.hpp"

namespace hog::structs {

namespace {

constexpr int64_t kMost = INT64_MAX;

struct Item {
  Op op;
  uint8_t size;
  uint8_t alignment;  // native
};

// Of native mode; false: no such character.
bool native_item(char c, Item* item) {
  switch (c) {
    case 'x': *item = {Op::Pad, 1, 1}; return true;
    case 'b': *item = {Op::Signed, 1, 1}; return true;
    case 'B': *item = {Op::Unsigned, 1, 1}; return true;
    case 'c': *item = {Op::Char, 1, 1}; return true;
    case 's': *item = {Op::Text, 1, 1}; return true;
    case 'p': *item = {Op::Pascal, 1, 1}; return true;
    case '?': *item = {Op::Bool, 1, 1}; return true;
    case 'h': *item = {Op::Signed, 2, 2}; return true;
    case 'H': *item = {Op::Unsigned, 2, 2}; return true;
    case 'i': *item = {Op::Signed, 4, 4}; return true;
    case 'I': *item = {Op::Unsigned, 4, 4}; return true;
    case 'l': case 'q': case 'n': *item = {Op::Signed, 8, 8}; return true;
    case 'L': case 'Q': case 'N': *item = {Op::Unsigned, 8, 8}; return true;
    case 'P': *item = {Op::Pointer, 8, 8}; return true;
    case 'e': *item = {Op::Half, 2, 2}; return true;
    case 'f': *item = {Op::Float, 4, 4}; return true;
    case 'd': *item = {Op::Double, 8, 8}; return true;
    case 'F': *item = {Op::ComplexFloat, 8, 4}; return true;
    case 'D': *item = {Op::ComplexDouble, 16, 8}; return true;
    default: return false;
  }
}

bool standard_item(char c, Item* item) {
  if (c == 'n' || c == 'N' || c == 'P' || !native_item(c, item)) return false;
  if (c == 'l' || c == 'L') item->size = 4;
  return true;
}

struct FormatParser {
  Thread& t;
  std::string_view text;
  bool native = true;
  bool swapped = false;
  int64_t size = 0, length = 0, count = 0;

  Failure raise_too_long() { return t.raise(error_type, "total struct size too long"); }

  // Goes through the text; writes codes when there is room for them.
  Fallible<void> parse(Code* out) {
    size_t i = 0;
    size = length = count = 0;
    if (!text.empty()) {
      native = text[0] != '<' && text[0] != '>' && text[0] != '!' && text[0] != '=';
      swapped = text[0] == '>' || text[0] == '!';
      if (!native || text[0] == '@') i = 1;
    }
    while (i < text.size()) {
      char c = text[i++];
      if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
      int64_t repeat = 1;
      if (c >= '0' && c <= '9') {
        repeat = c - '0';
        for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
          if (__builtin_mul_overflow(repeat, int64_t{10}, &repeat) ||
              __builtin_add_overflow(repeat, int64_t{text[i] - '0'}, &repeat))
            return raise_too_long();
        if (i == text.size()) return t.raise(error_type, "repeat count given without format specifier");
        c = text[i++];
      }
      TRY(add(c, repeat, out));
    }
    return {};
  }

  Fallible<void> add(char c, int64_t repeat, Code* out) {
    Item item;
    if (!(native ? native_item(c, &item) : standard_item(c, &item)))
      return t.raise(error_type, "bad char in struct format");
    if (native && item.alignment > 1) {
      int64_t mask = item.alignment - 1;
      if (size > kMost - mask) return raise_too_long();
      size = (size + mask) & ~mask;
    }
    bool text_item = item.op == Op::Text || item.op == Op::Pascal;
    int64_t values = text_item ? 1 : item.op == Op::Pad ? 0 : repeat;
    int64_t bytes;
    if (__builtin_mul_overflow(repeat, int64_t{item.size}, &bytes) || bytes > kMost - size || values > kMost - length)
      return raise_too_long();
    if (item.op != Op::Pad && (repeat > 0 || text_item)) {
      if (out != nullptr)
        out[count] = {size, text_item ? bytes : item.size, values, item.op, c, swapped && item.size > 1};
      ++count;
    }
    size += bytes;
    length += values;
    return {};
  }
};

}  // namespace

Fallible<ByteArray*> compile_format(Thread& t, std::string_view text) {
  TRY(t.poll(static_cast<int64_t>(text.size())));
  FormatParser parser{t, text};
  TRY(parser.parse(nullptr));
  ByteArray* cell = TRY(ByteArray::make(t, sizeof(Format) + static_cast<size_t>(parser.count) * sizeof(Code)));
  auto* format = reinterpret_cast<Format*>(cell->data());
  TRY(parser.parse(format->codes_));
  format->size_ = parser.size;
  format->length_ = parser.length;
  format->count_ = parser.count;
  return cell;
}

}  // namespace hog::structs
