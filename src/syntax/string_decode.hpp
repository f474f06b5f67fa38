// string_decode.hpp: the escapes of string literals.
#pragma once

#include <string_view>

#include "base/arena.hpp"

namespace hog {

// The parts of a string literal.
struct StringLiteral {
  std::string_view body;  // between the quotes
  bool raw = false;
  bool bytes = false;
  bool unicode_prefix = false;  // a small u
};
StringLiteral split_literal(std::string_view literal);

struct DecodedString {
  std::string_view text;             // WTF-8, or bytes; the source itself when it has no escape
  const char* bad_escape = nullptr;  // the first escape that is none (or octal and above \377), behind its backslash
  bool bad_escape_is_octal = false;
  std::string_view error;        // what is wrong; empty: nothing
  bool wrong_character = false;  // the error is about a character beyond ASCII in bytes
};

// The warning about an escape that is none: `escape` is what stands behind the backslash.
std::string_view invalid_escape_message(Arena& arena, std::string_view escape, bool octal);

// `body` is what stands between the quotes.
DecodedString decode_string_escapes(Arena& arena, std::string_view body);
DecodedString decode_bytes_escapes(Arena& arena, std::string_view body);
// What the literal stands for.
DecodedString decode_literal(Arena& arena, const StringLiteral& literal);

}  // namespace hog
