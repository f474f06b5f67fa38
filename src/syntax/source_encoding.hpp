// source_encoding.hpp: the encoding of a source that comes as bytes (PEP 263).
#pragma once

#include <string_view>

#include "base/arena.hpp"
#include "syntax/parser.hpp"

namespace hog {

struct DecodedSource {
  // UTF-8: the bytes themselves, or a copy in the arena. Without the byte order mark.
  std::string_view text;
  // "utf-8", "iso-8859-1", or what the source declares.
  std::string_view encoding = "utf-8";
  // Kind None: fine. NeedsCodec: only the caller can decode `encoding` (then: parse the result as decoded text).
  ParseError error;
};

// Finds the encoding and decodes UTF-8 and Latin-1.
DecodedSource decode_source(Arena& arena, std::string_view bytes);

}  // namespace hog
