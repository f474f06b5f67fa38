// identifier_text.hpp: names in their normal form (PEP 3131).
#pragma once

#include <string_view>

#include "base/arena.hpp"

namespace hog {

// The NFKC form of a name that the lexer accepted; ASCII comes back as it is.
std::string_view normalised_identifier(Arena& arena, std::string_view utf8);

}  // namespace hog
