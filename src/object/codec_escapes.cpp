// codec_escapes.cpp: encodings that spell characters with backslashes: unicode_escape, raw_unicode_escape and the escapes of
// bytes literals. Ref: library/codecs "Python Specific Encodings".
#include <algorithm>

#include "object/codecs.hpp"
#include "object/protocol.hpp"
#include "text/unicode.hpp"

namespace hog::codecs {

namespace {

int hex_digit(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void put_hex(uint8_t* out, char letter, uint32_t c, int digits) {
  *out++ = '\\';
  *out++ = static_cast<uint8_t>(letter);
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) *out++ = static_cast<uint8_t>("0123456789abcdef"[c >> shift & 15]);
}

Fallible<void> append_long_escape(BytesBuilder& out, char32_t c) {
  if (c < 0x10000) put_hex(TRY(out.extend(6)), 'u', c, 4);
  else put_hex(TRY(out.extend(10)), 'U', c, 8);
  return {};
}

}  // namespace

Fallible<Bytes*> encode_unicode_escape(Thread& t, Str* text) {
  BytesBuilder out(t);
  TRY(out.reserve(text->length()));
  for (size_t i = 0; i < text->length(); ++i) {
    if (i % 64 == 0) TRY(t.poll(4));
    char32_t c = text->at(i);
    if (c >= ' ' && c < 0x7F && c != '\\') {
      TRY(out.append_byte(static_cast<uint8_t>(c)));
    } else if (c == '\\' || c == '\t' || c == '\n' || c == '\r') {
      TRY(out.append_byte('\\'));
      TRY(out.append_byte(c == '\\' ? '\\' : c == '\t' ? 't' : c == '\n' ? 'n' : 'r'));
    } else if (c < 0x100) {
      put_hex(TRY(out.extend(4)), 'x', c, 2);
    } else {
      TRY(append_long_escape(out, c));
    }
  }
  return out.finish();
}

Fallible<Bytes*> encode_raw_unicode_escape(Thread& t, Str* text) {
  TRY(t.poll(static_cast<int64_t>(text->length() / 64 + 1)));
  if (text->kind() == CharKind::One) return Bytes::from(t, text->data(), text->length());
  BytesBuilder out(t);
  TRY(out.reserve(text->length()));
  for (size_t i = 0; i < text->length(); ++i) {
    char32_t c = text->at(i);
    if (c < 0x100)
      TRY(out.append_byte(static_cast<uint8_t>(c)));
    else
      TRY(append_long_escape(out, c));
  }
  return out.finish();
}

namespace {

// One decoder for both; `raw` knows \u and \U only.
class EscapeDecoder {
 public:
  EscapeDecoder(Thread& t, Input& input, Str* errors, bool raw, bool stateful)
      : t_(t), input_(input), policy_(errors), out_(t), raw_(raw), stateful_(stateful) {}

  Fallible<Str*> run_py(size_t* consumed) {
    TRY(out_.reserve(input_.size));
    while (at_ < input_.size) {
      size_t run = at_;
      while (run < input_.size && input_.data[run] != '\\') ++run;
      TRY(t_.poll(static_cast<int64_t>((run - at_) / 64 + 1)));
      TRY(out_.append_chars(input_.data + at_, run - at_, CharKind::One));
      at_ = run;
      if (at_ >= input_.size) break;
      size_t start = at_;
      problem_ = nullptr;
      incomplete_ = false;
      TRY(read_escape());
      if (problem_ == nullptr) continue;
      if (incomplete_ && stateful_) {
        at_ = start;
        break;
      }
      Replacement r = TRY(resolve_decode_error_py(t_, policy_, raw_ ? "rawunicodeescape" : "unicodeescape", input_, start, at_, problem_));
      TRY(out_.append(as<Str>(r.value)));
      at_ = r.next;
    }
    if (consumed != nullptr) *consumed = at_;
    Str* text = TRY(out_.finish());
    if (first_invalid_ >= 0) TRY(warn_invalid());
    return text;
  }

 private:
  // At a backslash. Appends what the escape means, or sets problem_ with at_ at the end of what is wrong.
  Fallible<void> read_escape() {
    ++at_;
    if (at_ >= input_.size) {
      if (raw_ && !stateful_) return out_.append('\\');
      problem_ = "\\ at end of string";
      incomplete_ = true;
      return {};
    }
    uint8_t c = input_.data[at_++];
    if (c == 'u') return read_hex(4, "truncated \\uXXXX escape");
    if (c == 'U') return read_hex(8, "truncated \\UXXXXXXXX escape");
    if (raw_) {
      TRY(out_.append('\\'));
      return out_.append(c);
    }
    switch (c) {
      case '\n': return {};
      case '\\': case '\'': case '"': return out_.append(c);
      case 'b': return out_.append('\b');
      case 'f': return out_.append('\f');
      case 't': return out_.append('\t');
      case 'n': return out_.append('\n');
      case 'r': return out_.append('\r');
      case 'v': return out_.append('\v');
      case 'a': return out_.append('\a');
      case 'x': return read_hex(2, "truncated \\xXX escape");
      case 'N': return read_name();
      default: break;
    }
    if (c >= '0' && c <= '7') return read_octal(c);
    if (first_invalid_ < 0) first_invalid_ = c;
    TRY(out_.append('\\'));
    return out_.append(c);
  }

  Fallible<void> read_octal(uint8_t first) {
    uint32_t n = first - '0';
    for (int i = 0; i < 2 && at_ < input_.size && input_.data[at_] >= '0' && input_.data[at_] <= '7'; ++i)
      n = n * 8 + (input_.data[at_++] - '0');
    if (n > 0xFF && first_invalid_ < 0) first_invalid_ = static_cast<int>(n);
    return out_.append(n);
  }

  Fallible<void> read_hex(int digits, const char* truncated) {
    uint32_t n = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      int digit = at_ < input_.size ? hex_digit(input_.data[at_]) : -1;
      if (digit < 0) {
        problem_ = truncated;
        incomplete_ = at_ >= input_.size;
        return {};
      }
      n = n << 4 | static_cast<uint32_t>(digit);
    }
    if (n > unicode::kMaxCodePoint) {
      problem_ = raw_ ? "\\Uxxxxxxxx out of range" : "illegal Unicode character";
      return {};
    }
    return out_.append(n);
  }

  Fallible<void> read_name() {
    problem_ = "malformed \\N character escape";
    if (at_ >= input_.size) {
      incomplete_ = true;
      return {};
    }
    if (input_.data[at_] != '{') return {};
    size_t start = ++at_;
    while (at_ < input_.size && input_.data[at_] != '}') ++at_;
    if (at_ >= input_.size) {
      incomplete_ = true;
      return {};
    }
    size_t length = at_ - start;
    if (length == 0) return {};
    ++at_;
    problem_ = "unknown Unicode character name";
    if (length > unicode::kMaxNameLength) return {};
    unicode::NamedText found = unicode::lookup({reinterpret_cast<const char*>(input_.data) + start, length},
                                               unicode::Lookup::kNamesAndAliases);
    if (found.length != 1) return {};
    problem_ = nullptr;
    return out_.append(found.points[0]);
  }

  Fallible<void> warn_invalid() {
    if (first_invalid_ <= 0xFF)
      return warn_py(t_, core.DeprecationWarning,
                     "\"\\{}\" is an invalid escape sequence. Such sequences will not work in the future. ",
                     static_cast<char>(first_invalid_));
    const char digits[] = {static_cast<char>('0' + (first_invalid_ >> 6)), static_cast<char>('0' + (first_invalid_ >> 3 & 7)),
                           static_cast<char>('0' + (first_invalid_ & 7)), 0};
    return warn_py(t_, core.DeprecationWarning,
                   "\"\\{}\" is an invalid octal escape sequence. Such sequences will not work in the future. ",
                   static_cast<const char*>(digits));
  }

  Thread& t_;
  Input& input_;
  ErrorPolicy policy_;
  StrBuilder out_;
  bool raw_, stateful_;
  size_t at_ = 0;
  const char* problem_ = nullptr;
  bool incomplete_ = false;  // more input could mend the problem
  int first_invalid_ = -1;   // character of the first unknown escape, or octal value above 0xFF
};

}  // namespace

Fallible<Str*> decode_unicode_escape_py(Thread& t, Input input, Str* errors, size_t* consumed) {
  return EscapeDecoder(t, input, errors, false, consumed != nullptr).run_py(consumed);
}
Fallible<Str*> decode_raw_unicode_escape_py(Thread& t, Input input, Str* errors, size_t* consumed) {
  return EscapeDecoder(t, input, errors, true, consumed != nullptr).run_py(consumed);
}

// ---- Escapes of bytes literals. ----

namespace {

// What stands for a broken \x escape.
Fallible<void> escape_problem(Thread& t, BytesBuilder& out, Str* errors, size_t position) {
  switch (handler_named(errors)) {
    case Handler::Strict: return t.raise_value_error("invalid \\x escape at position {}", position);
    case Handler::Replace: return out.append_byte('?');
    case Handler::Ignore: return {};
    default: return t.raise_value_error("decoding error; unknown error handling code: {}", errors);
  }
}

}  // namespace

Fallible<Bytes*> decode_escape_py(Thread& t, Input input, Str* errors) {
  BytesBuilder out(t);
  TRY(out.reserve(input.size));
  const uint8_t* p = input.data;
  int first_invalid = -1;
  for (size_t i = 0; i < input.size;) {
    if (i % 64 == 0) TRY(t.poll(2));
    if (p[i] != '\\') {
      TRY(out.append_byte(p[i++]));
      continue;
    }
    size_t start = i++;
    if (i >= input.size) return t.raise_value_error("Trailing \\ in string");
    uint8_t c = p[i++];
    constexpr std::string_view kLetters = "\\'\"bftnrva", kMeanings = "\\'\"\b\f\t\n\r\v\a";
    if (size_t known = kLetters.find(static_cast<char>(c)); known != kLetters.npos) {
      TRY(out.append_byte(static_cast<uint8_t>(kMeanings[known])));
    } else if (c == '\n') {
      continue;
    } else if (c >= '0' && c <= '7') {
      uint32_t n = c - '0';
      for (int k = 0; k < 2 && i < input.size && p[i] >= '0' && p[i] <= '7'; ++k) n = n * 8 + (p[i++] - '0');
      if (n > 0xFF && first_invalid < 0) first_invalid = static_cast<int>(n);
      TRY(out.append_byte(static_cast<uint8_t>(n)));
    } else if (c == 'x') {
      int high = i < input.size ? hex_digit(p[i]) : -1;
      int low = i + 1 < input.size ? hex_digit(p[i + 1]) : -1;
      if (high >= 0 && low >= 0) {
        TRY(out.append_byte(static_cast<uint8_t>(high << 4 | low)));
        i += 2;
      } else {
        if (high >= 0) ++i;
        TRY(escape_problem(t, out, errors, start));
      }
    } else {
      if (first_invalid < 0) first_invalid = c;
      TRY(out.append_byte('\\'));
      TRY(out.append_byte(c));
    }
  }
  Bytes* bytes = TRY(out.finish());
  if (first_invalid > 0xFF) {
    const char digits[] = {static_cast<char>('0' + (first_invalid >> 6)), static_cast<char>('0' + (first_invalid >> 3 & 7)),
                           static_cast<char>('0' + (first_invalid & 7)), 0};
    TRY(warn_py(t, core.DeprecationWarning,
                "\"\\{}\" is an invalid octal escape sequence. Such sequences will not work in the future. ",
                static_cast<const char*>(digits)));
  } else if (first_invalid >= 0) {
    TRY(warn_py(t, core.DeprecationWarning,
                "\"\\{}\" is an invalid escape sequence. Such sequences will not work in the future. ",
                static_cast<char>(first_invalid)));
  }
  return bytes;
}

}  // namespace hog::codecs
