// codec_utf7.cpp: UTF-7. Ref: RFC 2152.
#include "object/codecs.hpp"
#include "object/protocol.hpp"
#include "text/unicode.hpp"

namespace hog::codecs {

namespace {

bool is_base64(char32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}
uint32_t from_base64(uint8_t c) {
  return c >= 'a' ? c - 'a' + 26u : c >= 'A' ? c - 'A' + 0u : c >= '0' ? c - '0' + 52u : c == '+' ? 62u : 63u;
}
uint8_t to_base64(uint32_t n) {
  return static_cast<uint8_t>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[n & 63]);
}
// Written as it is: everything printable but + \ ~, and tab, newline, carriage return, space.
bool is_direct(char32_t c) {
  if (c >= 0x7F) return false;
  if (c < ' ') return c == '\t' || c == '\n' || c == '\r';
  return c != '+' && c != '\\' && c != '~';
}

}  // namespace

Fallible<Bytes*> encode_utf7_py(Thread& t, Str* text) {
  BytesBuilder out(t);
  TRY(out.reserve(text->length()));
  bool shifted = false;
  uint64_t buffer = 0;
  unsigned bits = 0;
  auto put_unit = [&](uint32_t unit) -> Fallible<void> {
    buffer = buffer << 16 | unit;
    bits += 16;
    for (; bits >= 6; bits -= 6) TRY(out.append_byte(to_base64(static_cast<uint32_t>(buffer >> (bits - 6)))));
    buffer &= (uint64_t{1} << bits) - 1;
    return {};
  };
  auto flush = [&]() -> Fallible<void> {
    if (bits != 0) TRY(out.append_byte(to_base64(static_cast<uint32_t>(buffer << (6 - bits)))));
    buffer = bits = 0;
    return {};
  };
  for (size_t i = 0; i < text->length(); ++i) {
    if (i % 64 == 0) TRY(t.poll(4));
    char32_t c = text->at(i);
    if (is_direct(c)) {
      if (shifted) {
        TRY(flush());
        shifted = false;
        if (is_base64(c) || c == '-') TRY(out.append_byte('-'));
      }
      TRY(out.append_byte(static_cast<uint8_t>(c)));
      continue;
    }
    if (!shifted) {
      TRY(out.append_byte('+'));
      if (c == '+') {
        TRY(out.append_byte('-'));
        continue;
      }
      shifted = true;
    }
    if (c >= 0x10000) {
      TRY(put_unit(0xD800 + ((c - 0x10000) >> 10)));
      c = 0xDC00 + ((c - 0x10000) & 0x3FF);
    }
    TRY(put_unit(c));
  }
  TRY(flush());
  if (shifted) TRY(out.append_byte('-'));
  return out.finish();
}

Fallible<Str*> decode_utf7_py(Thread& t, Input input, Str* errors, size_t* consumed) {
  ErrorPolicy policy(errors);
  StrBuilder out(t);
  TRY(out.reserve(input.size));
  bool shifted = false;
  size_t at = 0, start = 0, shift_length = 0;
  uint32_t buffer = 0, bits = 0;
  char32_t surrogate = 0;
  for (;;) {
    while (at < input.size) {
      if (at % 64 == 0) TRY(t.poll(4));
      uint8_t c = input.data[at];
      const char* problem = nullptr;
      if (shifted && is_base64(c)) {
        buffer = buffer << 6 | from_base64(c);
        bits += 6;
        ++at;
        if (bits < 16) continue;
        char32_t unit = buffer >> (bits - 16);
        bits -= 16;
        buffer &= (1u << bits) - 1;
        if (surrogate != 0) {
          char32_t high = surrogate;
          surrogate = 0;
          if (unit >= 0xDC00 && unit <= 0xDFFF) {
            TRY(out.append(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)));
            continue;
          }
          TRY(out.append(high));
        }
        if (unit >= 0xD800 && unit <= 0xDBFF) surrogate = unit;
        else TRY(out.append(unit));
        continue;
      }
      if (shifted) {
        shifted = false;
        if (bits >= 6) {
          ++at;
          problem = "partial character in base64 sequence";
        } else if (bits > 0 && buffer != 0) {
          ++at;
          problem = "non-zero padding bits in shift sequence";
        } else {
          if (surrogate != 0 && c <= 127 && c != '+') TRY(out.append(surrogate));
          surrogate = 0;
          if (c == '-') ++at;
          continue;
        }
      } else if (c == '+') {
        start = at++;
        if (at < input.size && input.data[at] == '-') {
          ++at;
          TRY(out.append('+'));
          continue;
        }
        if (at < input.size && !is_base64(input.data[at])) {
          ++at;
          problem = "ill-formed sequence";
        } else {
          shifted = true;
          surrogate = 0;
          shift_length = out.length();
          bits = buffer = 0;
          continue;
        }
      } else if (c <= 127) {
        ++at;
        TRY(out.append(c));
        continue;
      } else {
        start = at++;
        problem = "unexpected special character";
      }
      Replacement r = TRY(resolve_decode_error_py(t, policy, "utf7", input, start, at, problem));
      TRY(out.append(as<Str>(r.value)));
      at = r.next;
    }
    if (!shifted || consumed != nullptr) break;
    shifted = false;
    if (surrogate == 0 && bits < 6 && (bits == 0 || buffer == 0)) break;
    Replacement r = TRY(resolve_decode_error_py(t, policy, "utf7", input, start, input.size, "unterminated shift sequence"));
    TRY(out.append(as<Str>(r.value)));
    at = r.next;
    if (at >= input.size) break;
  }
  if (consumed != nullptr) {
    *consumed = shifted ? start : at;
    if (shifted) out.truncate(shift_length);
  }
  return out.finish();
}

}  // namespace hog::codecs
