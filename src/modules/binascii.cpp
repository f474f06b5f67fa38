// binascii.cpp: the module binascii: bytes as hexadecimal, base64 , uuencoded or quoted-printable text, and checksums.
// Ref: library/binascii; RFC 2045 6.7.
#include <zlib.h>

#include <cstring>

#include "object/bytes_builder.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

Type* error_type = nullptr;
Type* incomplete_type = nullptr;

constexpr TypeSpec kErrorSpec = {.name = "binascii.Error", .base = &core.ValueError, .flags = type_flag::kBaseType};
constexpr TypeSpec kIncompleteSpec = {
    .name = "binascii.Incomplete", .base = &core.Exception, .flags = type_flag::kBaseType};
constexpr TypeRegistration kTypes[] = {{&error_type, &kErrorSpec}, {&incomplete_type, &kIncompleteSpec}};

// What is to be decoded: bytes-like, or text of ASCII alone.
class AsciiSource {
 public:
  explicit AsciiSource(Thread& t) : t_(t), bytes_(t) {}
  Fallible<void> open(Value v) {
    if (is<Str>(v)) {
      text_ = as<Str>(v);
      if (!text_->is_ascii()) return t_.raise_value_error("string argument should contain only ASCII characters");
      return {};
    }
    if (supports_buffer(v)) {
      Fallible<void> opened = bytes_.open(v);
      if (!opened.failed() || !clear_exception_if(t_, core.BufferError)) return opened;
    }
    return t_.raise_type_error("argument should be bytes, buffer or ASCII string, not '{}'", type_of(v));
  }
  const uint8_t* data() const { return text_ != nullptr ? text_->data1() : bytes_.data(); }
  size_t size() const { return text_ != nullptr ? text_->length() : bytes_.size(); }

 private:
  Thread& t_;
  BytesLike bytes_;
  Str* text_ = nullptr;
};

Fallible<void> poll_bytes(Thread& t, size_t n) { return t.poll(static_cast<int64_t>(n / 32 + 1)); }

// ---- Hexadecimal: as bytes.hex() and back. ----

Fallible<Value> hexlify(Thread& t, Value data, Value separator, int64_t group) {
  uint8_t mark = 0;
  bool separated = !separator.is_absent() && group != 0;
  if (!separator.is_absent()) {
    int64_t length = TRY(length_py(t, separator));
    if (length != 1) return t.raise_value_error("sep must be length 1.");
    if (!is<Str>(separator) && !is<Bytes>(separator)) return t.raise_type_error("sep must be str or bytes.");
    char32_t c = is<Str>(separator) ? as<Str>(separator)->at(0) : as<Bytes>(separator)->data()[0];
    if (c > 0xFF) return t.raise_value_error("sep must be ASCII.");
    mark = static_cast<uint8_t>(c);
  }
  BytesLike bytes(t);
  TRY(bytes.open(data));
  size_t n = bytes.size();
  TRY(poll_bytes(t, n));
  uint64_t every = separated ? (group < 0 ? -static_cast<uint64_t>(group) : static_cast<uint64_t>(group)) : 0;
  // Groups are counted from the right, from the left for negative numbers.
  size_t offset = every != 0 && group > 0 ? n % every : 0;
  BytesBuilder out(t);
  TRY(t.check_fits(n * 3));
  TRY(out.reserve(n * (separated ? 3 : 2)));
  for (size_t i = 0; i < n; ++i) {
    if (every != 0 && i != 0 && (i + every - offset) % every == 0) TRY(out.append_byte(mark));
    TRY(out.append_byte(static_cast<uint8_t>("0123456789abcdef"[bytes.data()[i] >> 4])));
    TRY(out.append_byte(static_cast<uint8_t>("0123456789abcdef"[bytes.data()[i] & 15])));
  }
  return Value(TRY(out.finish()));
}

int hex_digit(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
Fallible<Value> unhexlify(Thread& t, Value text) {
  AsciiSource source(t);
  TRY(source.open(text));
  size_t n = source.size();
  TRY(poll_bytes(t, n));
  if (n % 2 != 0) return t.raise(error_type, "Odd-length string");
  Bytes* out = TRY(Bytes::make(t, n / 2));
  for (size_t i = 0; i < n; i += 2) {
    int high = hex_digit(source.data()[i]), low = hex_digit(source.data()[i + 1]);
    if (high < 0 || low < 0) return t.raise(error_type, "Non-hexadecimal digit found");
    out->mutable_data()[i / 2] = static_cast<uint8_t>(high << 4 | low);
  }
  return Value(out);
}

// ---- Base64. ----

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct Base64Digits {
  int8_t of[256];
};
constexpr Base64Digits make_base64_digits() {
  Base64Digits digits{};
  for (int8_t& digit : digits.of) digit = -1;
  for (int8_t i = 0; i < 64; ++i) digits.of[static_cast<uint8_t>(kBase64[i])] = i;
  return digits;
}
constexpr Base64Digits kBase64Digits = make_base64_digits();
int base64_digit(uint8_t c) { return kBase64Digits.of[c]; }

// OPTIMIZATION: the whole groups of four digits that follow. Returns how many bytes of the text they were.
size_t decode_base64_groups(const uint8_t* in, size_t n, uint8_t* out) {
  size_t i = 0;
  for (; i + 4 <= n; i += 4, out += 3) {
    int a = base64_digit(in[i]), b = base64_digit(in[i + 1]), c = base64_digit(in[i + 2]), d = base64_digit(in[i + 3]);
    if ((a | b | c | d) < 0) break;
    uint32_t bits = static_cast<uint32_t>(a << 18 | b << 12 | c << 6 | d);
    out[0] = static_cast<uint8_t>(bits >> 16);
    out[1] = static_cast<uint8_t>(bits >> 8);
    out[2] = static_cast<uint8_t>(bits);
  }
  return i;
}

Fallible<Value> b2a_base64(Thread& t, Value data, bool newline) {
  BytesLike bytes(t);
  TRY(bytes.open(data));
  size_t n = bytes.size();
  TRY(poll_bytes(t, n));
  const uint8_t* in = bytes.data();
  Bytes* out = TRY(Bytes::make(t, (n + 2) / 3 * 4 + newline));
  uint8_t* to = out->mutable_data();
  for (size_t i = 0; i < n; i += 3) {
    uint32_t word = static_cast<uint32_t>(in[i]) << 16;
    if (i + 1 < n) word |= static_cast<uint32_t>(in[i + 1]) << 8;
    if (i + 2 < n) word |= in[i + 2];
    *to++ = static_cast<uint8_t>(kBase64[word >> 18]);
    *to++ = static_cast<uint8_t>(kBase64[word >> 12 & 63]);
    *to++ = i + 1 < n ? static_cast<uint8_t>(kBase64[word >> 6 & 63]) : uint8_t{'='};
    *to++ = i + 2 < n ? static_cast<uint8_t>(kBase64[word & 63]) : uint8_t{'='};
  }
  if (newline) *to = '\n';
  return Value(out);
}

Fallible<Value> a2b_base64(Thread& t, Value data, bool strict) {
  AsciiSource source(t);
  TRY(source.open(data));
  size_t n = source.size();
  TRY(poll_bytes(t, n));
  BytesBuilder out(t);
  TRY(out.reserve(n / 4 * 3 + 3));
  unsigned position = 0, pads = 0, left = 0;
  bool padding = false;
  for (size_t i = 0; i < n; ++i) {
    if (position == 0 && !padding && n - i >= 4) {
      size_t before = out.size();
      uint8_t* room = TRY(out.extend((n - i) / 4 * 3));
      size_t done = decode_base64_groups(source.data() + i, n - i, room);
      out.truncate(before + done / 4 * 3);
      pads = done != 0 ? 0 : pads;
      i += done;
      if (i == n) break;
    }
    uint8_t c = source.data()[i];
    if (c == '=') {
      padding = true;
      ++pads;
      // Pad characters that nothing needs are ignored, as RFC 4648 allows, unless `strict`.
      if (!strict || (position >= 2 && position + pads <= 4)) continue;
      if (position == 1) break;
      return t.raise(error_type, i == 0 ? "Leading padding not allowed" : "Excess padding not allowed");
    }
    int digit = base64_digit(c);
    if (digit < 0) {
      if (strict) return t.raise(error_type, "Only base64 data is allowed");
      continue;
    }
    if (strict && padding)
      return t.raise(error_type,
                     position + pads == 4 ? "Excess data after padding" : "Discontinuous padding not allowed");
    pads = 0;
    auto bits = static_cast<unsigned>(digit);
    if (position != 0) TRY(out.append_byte(static_cast<uint8_t>(left << (2 * position) | bits >> (6 - 2 * position))));
    left = bits & ((1u << (6 - 2 * position)) - 1);
    if (position == 3) left = 0;
    position = (position + 1) % 4;
  }
  if (position == 1)
    return t.raise(
        error_type,
        "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
        out.size() / 3 * 4 + 1);
  if (position != 0 && position + pads < 4) return t.raise(error_type, "Incorrect padding");
  return Value(TRY(out.finish()));
}

// ---- Uuencode: a line of at most 45 bytes. ----

Fallible<Value> b2a_uu(Thread& t, Value data, bool backtick) {
  BytesLike bytes(t);
  TRY(bytes.open(data));
  size_t n = bytes.size();
  if (n > 45) return t.raise(error_type, "At most 45 bytes at once");
  BytesBuilder out(t);
  auto put = [&](unsigned bits) {
    return out.append_byte(backtick && bits == 0 ? uint8_t{'`'} : static_cast<uint8_t>(bits + ' '));
  };
  TRY(put(static_cast<unsigned>(n)));
  for (size_t i = 0; i < n; i += 3) {
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k) word = word << 8 | (i + k < n ? bytes.data()[i + k] : 0u);
    for (int shift = 18; shift >= 0; shift -= 6) TRY(put(word >> shift & 63));
  }
  TRY(out.append_byte('\n'));
  return Value(TRY(out.finish()));
}

Fallible<Value> a2b_uu(Thread& t, Value data) {
  AsciiSource source(t);
  TRY(source.open(data));
  size_t size = source.size();
  TRY(poll_bytes(t, size));
  const uint8_t* in = source.data();
  if (size == 0) return t.raise(error_type, "Missing length byte");
  size_t length = (in[0] - ' ') & 63u;
  Bytes* out = TRY(Bytes::make(t, length));
  size_t at = 1, made = 0;
  unsigned bits = 0, held = 0;
  for (; made < length; ++at) {
    uint8_t c = at < size ? in[at] : 0;
    unsigned digit = 0;
    // Trailing spaces may have been lost.
    if (c != '\n' && c != '\r' && at < size) {
      if (c < ' ' || c > ' ' + 64) return t.raise(error_type, "Illegal char");
      digit = (c - ' ') & 63u;
    }
    held = held << 6 | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out->mutable_data()[made++] = static_cast<uint8_t>(held >> bits);
      held &= (1u << bits) - 1;
    }
  }
  for (; at < size; ++at) {
    uint8_t c = in[at];
    if (c != ' ' && c != '`' && c != '\n' && c != '\r') return t.raise(error_type, "Trailing garbage");
  }
  return Value(out);
}

// ---- Quoted-printable. ----

Fallible<Value> a2b_qp(Thread& t, Value data, bool header) {
  AsciiSource source(t);
  TRY(source.open(data));
  size_t n = source.size();
  TRY(poll_bytes(t, n));
  BytesBuilder out(t);
  for (size_t i = 0; i < n;) {
    const uint8_t* in = source.data();
    uint8_t c = in[i++];
    if (c != '=') {
      TRY(out.append_byte(header && c == '_' ? uint8_t{' '} : c));
      continue;
    }
    if (i == n) break;
    if (in[i] == '\n' || in[i] == '\r') {  // a break that is only the line's
      while (i < n && in[i] != '\n') ++i;
      if (i < n) ++i;
    } else if (i + 1 < n && hex_digit(in[i]) >= 0 && hex_digit(in[i + 1]) >= 0) {
      TRY(out.append_byte(static_cast<uint8_t>(hex_digit(in[i]) << 4 | hex_digit(in[i + 1]))));
      i += 2;
    } else {
      if (in[i] == '=') ++i;  // '==' is what some programs wrote for '='
      TRY(out.append_byte('='));
    }
  }
  return Value(TRY(out.finish()));
}

class QuotedPrintable {
 public:
  QuotedPrintable(Thread& t, const uint8_t* in, size_t size) : in_(in), size_(size), out_(t) {
    const void* newline = size != 0 ? std::memchr(in, '\n', size) : nullptr;
    crlf_ = newline != nullptr && newline != in && static_cast<const uint8_t*>(newline)[-1] == '\r';
  }

  Fallible<Value> encode(bool quote_tabs, bool is_text, bool header) {
    for (size_t i = 0; i < size_;) {
      if (must_quote(i, quote_tabs, is_text, header)) {
        if (line_ + 3 >= kLongestLine) TRY(break_line());
        TRY(quote(in_[i++]));
        line_ += 3;
      } else if (is_text && is_line_end(i)) {
        TRY(end_line());
        i += in_[i] == '\r' ? 2 : 1;
      } else {
        if (i + 1 < size_ && in_[i + 1] != '\n' && line_ + 1 >= kLongestLine) TRY(break_line());
        TRY(out_.append_byte(header && in_[i] == ' ' ? uint8_t{'_'} : in_[i]));
        ++i;
        ++line_;
      }
    }
    return Value(TRY(out_.finish()));
  }

 private:
  static constexpr size_t kLongestLine = 76;

  bool is_line_end(size_t i) const { return in_[i] == '\n' || (in_[i] == '\r' && i + 1 < size_ && in_[i + 1] == '\n'); }
  bool must_quote(size_t i, bool quote_tabs, bool is_text, bool header) const {
    uint8_t c = in_[i];
    bool last = i + 1 == size_;
    if (c > '~' || c == '=' || (header && c == '_')) return true;
    // A mail server may take a lone full stop for the end.
    if (c == '.') return line_ == 0 && (last || in_[i + 1] == '\n' || in_[i + 1] == '\r' || in_[i + 1] == 0);
    if (c == '\r' || c == '\n') return !is_text;
    if (c == ' ' || c == '\t') return quote_tabs || last;
    return c < ' ';
  }
  Fallible<void> quote(uint8_t c) {
    TRY(out_.append_byte('='));
    TRY(out_.append_byte(static_cast<uint8_t>("0123456789ABCDEF"[c >> 4])));
    return out_.append_byte(static_cast<uint8_t>("0123456789ABCDEF"[c & 15]));
  }
  Fallible<void> newline() {
    line_ = 0;
    return out_.append(crlf_ ? "\r\n" : "\n");
  }
  Fallible<void> break_line() {
    TRY(out_.append_byte('='));
    return newline();
  }
  // Blanks at the end of a line would get lost on the way.
  Fallible<void> end_line() {
    if (out_.size() != 0) {
      uint8_t c = out_.data()[out_.size() - 1];
      if (c == ' ' || c == '\t') {
        out_.truncate(out_.size() - 1);
        TRY(quote(c));
      }
    }
    return newline();
  }

  const uint8_t* in_;
  size_t size_;
  size_t line_ = 0;  // characters in the line so far
  bool crlf_ = false;
  BytesBuilder out_;
};

Fallible<Value> b2a_qp(Thread& t, Value data, bool quote_tabs, bool is_text, bool header) {
  BytesLike bytes(t);
  TRY(bytes.open(data));
  TRY(poll_bytes(t, bytes.size()));
  return QuotedPrintable(t, bytes.data(), bytes.size()).encode(quote_tabs, is_text, header);
}

// ---- Checksums. ----

Fallible<Value> crc32(Thread& t, Value data, Value start) {
  Value index = TRY(index_py(t, start));
  // Only the low bits count, whatever the number.
  Value low = TRY(int_and(t, index, Value::from_small_int(0xFFFFFFFF)));
  BytesLike bytes(t);
  TRY(bytes.open(data));
  unsigned long crc = static_cast<unsigned long>(low.small_int());
  constexpr size_t kPiece = size_t{1} << 18;
  for (size_t at = 0; at < bytes.size(); at += kPiece) {
    size_t length = bytes.size() - at < kPiece ? bytes.size() - at : kPiece;
    crc = ::crc32_z(crc, bytes.data() + at, length);
    TRY(t.poll(static_cast<int64_t>(length / 64 + 1)));
  }
  return Value::from_small_int(static_cast<int64_t>(crc & 0xFFFFFFFF));
}

Fallible<Value> crc_hqx(Thread& t, Value data, Value start) {
  Value low = TRY(int_and(t, TRY(index_py(t, start)), Value::from_small_int(0xFFFF)));
  BytesLike bytes(t);
  TRY(bytes.open(data));
  auto crc = static_cast<uint32_t>(low.small_int());
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i % 65536 == 0) TRY(t.poll(4096));
    crc ^= static_cast<uint32_t>(bytes.data()[i]) << 8;
    for (int k = 0; k < 8; ++k) crc = (crc & 0x8000) != 0 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1;
  }
  return Value::from_small_int(crc);
}

constexpr NativeMethod kFunctions[] = {
    {"a2b_base64", HOG_NATIVE(a2b_base64), "(data, /, *, strict_mode=False)", "Decodes base64."},
    {"a2b_hex", HOG_NATIVE(unhexlify), "(hexstr, /)", "Bytes from hexadecimal digits."},
    {"a2b_qp", HOG_NATIVE(a2b_qp), "(data, header=False)", "Decodes quoted-printable."},
    {"a2b_uu", HOG_NATIVE(a2b_uu), "(data, /)", "Decodes a line of uuencoded data."},
    {"b2a_base64", HOG_NATIVE(b2a_base64), "(data, /, *, newline=True)", "Encodes as base64."},
    {"b2a_hex", HOG_NATIVE(hexlify), "(data, sep=<unrepresentable>, bytes_per_sep=1)", "Hexadecimal digits of bytes."},
    {"b2a_qp", HOG_NATIVE(b2a_qp), "(data, quotetabs=False, istext=True, header=False)", "Encodes as quoted-printable."},
    {"b2a_uu", HOG_NATIVE(b2a_uu), "(data, /, *, backtick=False)", "Uuencodes a line."},
    {"crc32", HOG_NATIVE(crc32), "(data, crc=0, /)", "CRC-32 checksum."},
    {"crc_hqx", HOG_NATIVE(crc_hqx), "(data, crc, /)", "CRC-CCITT checksum."},
    {"hexlify", HOG_NATIVE(hexlify), "(data, sep=<unrepresentable>, bytes_per_sep=1)", "Hexadecimal digits of bytes."},
    {"unhexlify", HOG_NATIVE(unhexlify), "(hexstr, /)", "Bytes from hexadecimal digits."},
    {}};

}  // namespace

extern const ModuleSpec k_module_binascii;
const ModuleSpec k_module_binascii = {.name = "binascii",
                                      .doc = "Binary data as text, and checksums.",
                                      .functions = kFunctions,
                                      .types = kTypes,
                                      .type_count = std::size(kTypes)};

}  // namespace hog
