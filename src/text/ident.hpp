// ident.hpp: what may be an identifier, and the form in which identifiers are compared (NFKC).
// Reference: "Identifiers and keywords" in the language reference; UAX #31.
#pragma once

#include <optional>
#include <string_view>

#include "base/arena.hpp"
#include "text/unicode.hpp"
#include "text/view.hpp"

namespace hog::ident {

inline bool may_start(char32_t c) { return c == '_' || unicode::is_xid_start(c); }
inline bool may_continue(char32_t c) { return unicode::is_xid_continue(c); }

// How many characters at the start form an identifier; 0: not even the first may start one.
size_t prefix_length(TextView text);
// str.isidentifier. Keywords are identifiers here.
bool is_identifier(TextView text);

// The same over valid UTF-8, in bytes. The character at which the prefix ends is utf::next_utf8's to read.
size_t utf8_prefix_length(std::string_view utf8);
inline bool is_utf8_identifier(std::string_view utf8) {
  return !utf8.empty() && utf8_prefix_length(utf8) == utf8.size();
}

// NFKC of an identifier in valid UTF-8: `utf8` itself when nothing changes, else a copy in the arena. None
// when memory ran out or poll() said stop.
std::optional<std::string_view> normalised(std::string_view utf8, Arena& arena);

}  // namespace hog::ident
