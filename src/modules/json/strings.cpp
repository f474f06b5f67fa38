// strings.cpp: JSON's strings, both ways. Ref: RFC 8259 section 7; library/json.
#include <bit>
#include <cstring>

#include "modules/json/json.hpp"

namespace hog::json {

namespace {

constexpr uint64_t kOnes = 0x0101010101010101u, kHigh = 0x8080808080808080u;
constexpr uint64_t bytes_below(uint64_t word, uint8_t n) { return (word - kOnes * n) & ~word & kHigh; }
constexpr uint64_t bytes_equal(uint64_t word, uint8_t c) { return bytes_below(word ^ (kOnes * c), 1); }

// How many bytes at the start are neither control characters, quotes nor backslashes. Others beyond ASCII count.
size_t plain_length(const uint8_t* data, size_t length) {
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t word;
    std::memcpy(&word, data + i, 8);
    uint64_t special = bytes_below(word, 0x20) | bytes_equal(word, '"') | bytes_equal(word, '\\');
    if (special != 0) return i + static_cast<size_t>(std::countr_zero(special)) / 8;
  }
  for (; i < length; ++i)
    if (data[i] < 0x20 || data[i] == '"' || data[i] == '\\') break;
  return i;
}
template <typename Char>
size_t plain_length(const Char* data, size_t length) {
  size_t i = 0;
  while (i < length && data[i] >= 0x20 && data[i] != '"' && data[i] != '\\') ++i;
  return i;
}

int hex_digit(uint32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a' + 10) : -1;
}

template <typename Char>
struct StringScanner {
  Thread& t;
  Str* text;
  const Char* data;
  size_t length;
  size_t begin;
  bool strict;

  Failure raise_unterminated() {
    // The position of the opening quote; before the text's start it is -1 to Python.
    return raise_decode_error(t, "Unterminated string starting at", text, begin - 1);
  }

  Fallible<Str*> scan(size_t* end) {
    size_t i = begin + plain_length(data + begin, length - begin);
    TRY(t.poll(static_cast<int64_t>((i - begin) / 32)));
    if (i < length && data[i] == '"') {  // OPTIMIZATION: nothing to translate
      *end = i + 1;
      if constexpr (sizeof(Char) == 1) {
        const auto* from = reinterpret_cast<const uint8_t*>(data + begin);
        if (text->is_ascii()) return Str::from_ascii(t, {reinterpret_cast<const char*>(from), i - begin});
        return Str::from_latin1(t, from, i - begin);
      }
      return Str::from_chars(t, data + begin, i - begin, static_cast<CharKind>(sizeof(Char)));
    }
    StrBuilder out(t);
    size_t run = begin;
    for (;;) {
      if (i != run) TRY(out.append_chars(data + run, i - run, static_cast<CharKind>(sizeof(Char))));
      if (i == length) return raise_unterminated();
      if (data[i] == '"') {
        *end = i + 1;
        return out.finish();
      }
      if (data[i] == '\\') {
        TRY(out.append(TRY(escape(&i))));
        run = i;
      } else {
        if (strict) return raise_decode_error(t, "Invalid control character at", text, i);
        run = i++;
      }
      size_t plain = plain_length(data + i, length - i);
      TRY(t.poll(static_cast<int64_t>(plain / 32 + 1)));
      i += plain;
    }
  }

  // The character that the escape at *at stands for; moves behind it.
  Fallible<uint32_t> escape(size_t* at) {
    size_t i = *at + 1;
    if (i == length) return raise_unterminated();
    uint32_t c = data[i];
    *at = i + 1;
    switch (c) {
      case '"': case '\\': case '/': return c;
      case 'b': return uint32_t{'\b'};
      case 'f': return uint32_t{'\f'};
      case 'n': return uint32_t{'\n'};
      case 'r': return uint32_t{'\r'};
      case 't': return uint32_t{'\t'};
      case 'u': break;
      default: return raise_decode_error(t, "Invalid \\escape", text, i - 1);
    }
    uint32_t unit = TRY(code_unit(i));
    i += 5;
    if (unit >= 0xD800 && unit <= 0xDBFF && i + 6 <= length && data[i] == '\\' && data[i + 1] == 'u') {
      uint32_t low = TRY(code_unit(i + 1));
      if (low >= 0xDC00 && low <= 0xDFFF) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        i += 6;
      }
    }
    *at = i;
    return unit;
  }
  // Of the four digits behind the u at `at`.
  Fallible<uint32_t> code_unit(size_t at) {
    uint32_t unit = 0;
    bool valid = at + 5 <= length;
    for (size_t k = at + 1; valid && k < at + 5; ++k) {
      int digit = hex_digit(data[k]);
      valid = digit >= 0;
      unit = unit << 4 | static_cast<uint32_t>(digit & 15);
    }
    if (!valid) return raise_decode_error(t, "Invalid \\uXXXX escape", text, at);
    return unit;
  }
};

template <typename Char>
Fallible<Str*> scan_as(Thread& t, Str* text, const Char* data, size_t begin, bool strict, size_t* end) {
  return StringScanner<Char>{t, text, data, text->length(), begin, strict}.scan(end);
}

}  // namespace

Fallible<Str*> scan_string(Thread& t, Str* text, size_t begin, bool strict, size_t* end) {
  switch (text->kind()) {
    case CharKind::One: return scan_as(t, text, text->data1(), begin, strict, end);
    case CharKind::Two: return scan_as(t, text, text->data2(), begin, strict, end);
    default: return scan_as(t, text, text->data4(), begin, strict, end);
  }
}

// ---- Writing. ----

Fallible<void> Writer::escaped(uint32_t c) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"': return ascii("\\\"");
    case '\\': return ascii("\\\\");
    case '\b': return ascii("\\b");
    case '\f': return ascii("\\f");
    case '\n': return ascii("\\n");
    case '\r': return ascii("\\r");
    case '\t': return ascii("\\t");
    default: break;
  }
  char out[12];
  size_t n = 0;
  auto unit = [&](uint32_t u) {
    out[n++] = '\\';
    out[n++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) out[n++] = kDigits[u >> shift & 15];
  };
  if (c >= 0x10000) {
    unit(0xD800 + ((c - 0x10000) >> 10));
    unit(0xDC00 + ((c - 0x10000) & 0x3FF));
  } else {
    unit(c);
  }
  return ascii({out, n});
}

// Everything beyond ASCII as an escape.
template <typename Char>
Fallible<void> Writer::quoted_escaping(const Char* data, size_t length) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (size_t i = 0; i < length; ++i) {
    uint32_t c = data[i];
    if (c >= 0x7F && c < 0x10000) {
      if (kRoom - used_ < 6) TRY(flush());
      char* out = room_ + used_;
      out[0] = '\\';
      out[1] = 'u';
      out[2] = kDigits[c >> 12];
      out[3] = kDigits[c >> 8 & 15];
      out[4] = kDigits[c >> 4 & 15];
      out[5] = kDigits[c & 15];
      used_ += 6;
    } else if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
      TRY(character(static_cast<char>(c)));
    } else {
      TRY(escaped(c));
    }
  }
  return {};
}

// Bytes that are all ASCII.
Fallible<void> Writer::quoted_plain(const uint8_t* data, size_t length, bool escape_delete) {
  size_t i = 0;
  while (i < length) {
    size_t plain = plain_length(data + i, length - i);
    if (escape_delete)
      if (const void* found = std::memchr(data + i, 0x7F, plain))
        plain = static_cast<size_t>(static_cast<const uint8_t*>(found) - (data + i));
    TRY(ascii({reinterpret_cast<const char*>(data + i), plain}));
    i += plain;
    if (i == length) break;
    TRY(escaped(data[i++]));
  }
  return {};
}

Fallible<void> Writer::quoted(const Str* s, Escapes escapes) {
  size_t length = s->length();
  TRY(t_.poll(static_cast<int64_t>(length / 32)));
  TRY(character('"'));
  if (s->is_ascii()) {
    TRY(quoted_plain(s->data1(), length, escapes == Escapes::Ascii));
  } else if (escapes == Escapes::Ascii) {
    switch (s->kind()) {
      case CharKind::One: TRY(quoted_escaping(s->data1(), length)); break;
      case CharKind::Two: TRY(quoted_escaping(s->data2(), length)); break;
      default: TRY(quoted_escaping(s->data4(), length)); break;
    }
  } else {
    size_t run = 0;
    for (size_t i = 0; i < length; ++i) {
      uint32_t c = s->at(i);
      if (c >= 0x20 && c != '"' && c != '\\') continue;
      TRY(flush());
      TRY(builder_.append_slice(s, run, i));
      TRY(escaped(c));
      run = i + 1;
    }
    TRY(flush());
    TRY(builder_.append_slice(s, run, length));
  }
  return character('"');
}

namespace {
Fallible<Value> encoded(Thread& t, Value text, Escapes escapes) {
  if (!is<Str>(text)) return t.raise_type_error("first argument must be a string, not {}", type_of(text));
  Writer out(t);
  TRY(out.quoted(as<Str>(text), escapes));
  return Value(TRY(out.finish()));
}
}  // namespace

Fallible<Value> encode_basestring(Thread& t, Value text) { return encoded(t, text, Escapes::Unicode); }
Fallible<Value> encode_basestring_ascii(Thread& t, Value text) { return encoded(t, text, Escapes::Ascii); }

}  // namespace hog::json
