// string_decode.cpp: see string_decode.hpp. Messages and positions are those of CPython's unicodeescape codec, which sees
// every character beyond ASCII as an escape of ten characters.
#include "syntax/string_decode.hpp"

#include "syntax/character.hpp"
#include "syntax/message.hpp"

namespace hog {

namespace {

// What one character escape means; 0 when the character is no simple escape.
char simple_escape(char c) {
  switch (c) {
    case '\\':
    case '\'':
    case '"': return c;
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return 0;
  }
}

class StringDecoder {
 public:
  StringDecoder(Arena& arena, std::string_view body, bool bytes)
      : arena_(arena), begin_(body.data()), at_(begin_), end_(begin_ + body.size()), bytes_(bytes) {}

  DecodedString run() {
    // An escape is never shorter than what it stands for: \u20AC (6) -> 3 bytes, \N{..} (5 or more) -> 4 at most a
    // character, and named sequences are no characters here.
    std::span<char> room = arena_.make_array<char>(static_cast<size_t>(end_ - begin_));
    if (room.empty()) return out_;
    to_ = room.data();
    while (at_ < end_ && out_.error.empty()) {
      const void* found = std::memchr(at_, '\\', static_cast<size_t>(end_ - at_));
      const char* stop = found != nullptr ? static_cast<const char*>(found) : end_;
      std::memcpy(to_, at_, static_cast<size_t>(stop - at_));
      to_ += stop - at_;
      at_ = stop;
      if (at_ < end_) escape();
    }
    out_.text = {room.data(), static_cast<size_t>(to_ - room.data())};
    return out_;
  }

 private:
  void put(char32_t c) {
    if (bytes_) {
      *to_++ = static_cast<char>(static_cast<unsigned char>(c));
    } else {
      to_ += encode_utf8(c, to_);
    }
  }

  void escape() {
    const char* backslash = at_++;
    if (at_ == end_) {
      // Before the brace of a replacement field it stands for itself.
      *to_++ = '\\';
      return;
    }
    char c = *at_++;
    if (char plain = simple_escape(c)) return put(static_cast<unsigned char>(plain));
    if (c == '\n') return;
    if (c >= '0' && c <= '7') return octal(c);
    if (c == 'x') return hex(backslash, 2, "truncated \\xXX escape");
    if (!bytes_) {
      if (c == 'u') return hex(backslash, 4, "truncated \\uXXXX escape");
      if (c == 'U') return hex(backslash, 8, "truncated \\UXXXXXXXX escape");
      if (c == 'N') return named(backslash);
    }
    // A backslash before a character beyond ASCII stays too, but CPython does not complain about it.
    if (out_.bad_escape == nullptr && static_cast<unsigned char>(c) < 0x80) out_.bad_escape = at_ - 1;
    *to_++ = '\\';
    *to_++ = c;
  }

  void octal(char first) {
    const char* digits = at_ - 1;
    unsigned value = static_cast<unsigned>(first - '0');
    for (int i = 0; i < 2 && at_ < end_ && *at_ >= '0' && *at_ <= '7'; ++i) {
      value = value * 8 + static_cast<unsigned>(*at_++ - '0');
    }
    if (value > 0377 && out_.bad_escape == nullptr) {
      out_.bad_escape = digits;
      out_.bad_escape_is_octal = true;
    }
    put(value);
  }

  void hex(const char* backslash, int count, const char* message) {
    char32_t value = 0;
    for (; count > 0 && at_ < end_ && is_hex_digit(*at_); --count) {
      value = value << 4 | static_cast<char32_t>(hex_value(*at_++));
    }
    if (count > 0) {
      if (bytes_) {
        out_.error = concatenate(arena_, {"(value error) invalid \\x escape at position ",
                                          NumberText::decimal(static_cast<uint64_t>(backslash - begin_))});
        return;
      }
      return fail_string(backslash, at_, message);
    }
    if (value > 0x10FFFF) return fail_string(backslash, at_, "illegal Unicode character");
    put(value);
  }

  void named(const char* backslash) {
    constexpr const char* kMalformed = "malformed \\N character escape";
    if (at_ == end_ || *at_ != '{') return fail_string(backslash, at_, kMalformed);
    const char* name = ++at_;
    while (at_ < end_ && *at_ != '}') ++at_;
    if (at_ == name || at_ == end_) return fail_string(backslash, at_, kMalformed);
    std::string_view text(name, static_cast<size_t>(at_ - name));
    ++at_;
    unicode::NamedText found = unicode::lookup(text, unicode::Lookup::kNamesAndAliases);
    if (found.length != 1) return fail_string(backslash, at_, "unknown Unicode character name");
    put(found.points[0]);
  }

  // Where the codec sees `to`.
  size_t codec_position(const char* to) const {
    size_t position = 0;
    for (const char* p = begin_; p < to; ++p) {
      unsigned char c = static_cast<unsigned char>(*p);
      if (c < 0x80) {
        ++position;
      } else if ((c & 0xC0) != 0x80) {
        position += 10;
      }
    }
    return position;
  }

  void fail_string(const char* from, const char* to, const char* message) {
    size_t first = codec_position(from);
    size_t last = codec_position(to);
    last = last > first ? last - 1 : first;
    if (first == last) {
      out_.error = concatenate(arena_, {"(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position ",
                                        NumberText::decimal(first), ": ", message});
      return;
    }
    out_.error = concatenate(arena_, {"(unicode error) 'unicodeescape' codec can't decode bytes in position ",
                                      NumberText::decimal(first), "-", NumberText::decimal(last), ": ", message});
  }

  Arena& arena_;
  const char* begin_;
  const char* at_;
  const char* end_;
  char* to_ = nullptr;
  bool bytes_;
  DecodedString out_;
};

DecodedString decode(Arena& arena, std::string_view body, bool bytes) {
  if (body.find('\\') == body.npos) {
    DecodedString plain;
    plain.text = body;
    return plain;
  }
  return StringDecoder(arena, body, bytes).run();
}

}  // namespace

std::string_view invalid_escape_message(Arena& arena, std::string_view escape, bool octal) {
  std::string_view kind = octal ? " is an invalid octal escape sequence." : " is an invalid escape sequence.";
  return concatenate(
      arena, {"\"\\", escape, "\"", kind, " Such sequences will not work in the future. Did you mean \"\\\\", escape,
              "\"? A raw string is also an option."});
}

StringLiteral split_literal(std::string_view text) {
  StringLiteral out;
  size_t prefix = 0;
  for (; text[prefix] != '"' && text[prefix] != '\''; ++prefix) {
    char c = static_cast<char>(text[prefix] | 0x20);
    out.raw |= c == 'r';
    out.bytes |= c == 'b';
    out.unicode_prefix |= text[prefix] == 'u';
  }
  text.remove_prefix(prefix);
  size_t quotes = text.size() >= 6 && text[1] == text[0] && text[2] == text[0] ? 3 : 1;
  out.body = text.substr(quotes, text.size() - 2 * quotes);
  return out;
}

DecodedString decode_literal(Arena& arena, const StringLiteral& literal) {
  DecodedString out;
  out.text = literal.body;
  if (literal.bytes) {
    for (char c : literal.body) {
      if (static_cast<unsigned char>(c) < 0x80) continue;
      out.error = "bytes can only contain ASCII literal characters";
      out.wrong_character = true;
      return out;
    }
  }
  return literal.raw ? out : decode(arena, literal.body, literal.bytes);
}

DecodedString decode_string_escapes(Arena& arena, std::string_view body) { return decode(arena, body, false); }
DecodedString decode_bytes_escapes(Arena& arena, std::string_view body) { return decode(arena, body, true); }

}  // namespace hog
