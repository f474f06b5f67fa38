// codecs.cpp: ASCII, Latin-1 and the UTF encodings. The conversions themselves are text/utf.hpp's; here are allocation,
// error handlers and the budget. Ref: library/codecs; RFC 3629, RFC 2781.
#include "object/codecs.hpp"

#include <algorithm>

#include "object/protocol.hpp"
#include "object/str_internal.hpp"
#include "object/text_view.hpp"
#include "text/utf.hpp"

namespace hog::codecs {

namespace {

Fallible<void> poll_bytes(Thread& t, size_t n) { return t.poll(static_cast<int64_t>(n / 64 + 1)); }

CharKind kind_of(Width width) { return static_cast<CharKind>(width); }

// ---- Encoding in pieces: what can be converted, then whatever the error handler makes of the rest. ----

// Encoder: find_bad(text, from) -> utf::Range; write(text, BytesBuilder&) converts good text;
// accepts(const Str*) says whether a handler's text may be written.
template <typename Encoder>
Fallible<Bytes*> encode_in_pieces_py(Thread& t, Str* text, Str* errors, const char* encoding, const char* reason,
                                     const Encoder& encoder) {
  ErrorPolicy policy(errors);
  BytesBuilder out(t);
  TextView view = text_of(text);
  size_t at = 0;
  for (;;) {
    utf::Range bad = encoder.find_bad(view, at);
    size_t good_end = bad.start == utf::kNowhere ? view.length : bad.start;
    TRY(poll_bytes(t, good_end - at));
    TRY(encoder.write(view.slice(at, good_end - at), out));
    if (bad.start == utf::kNowhere) return out.finish();
    size_t start = bad.start;
    if (policy.kind == Handler::SurrogateEscape) {  // bytes one after the other, up to the first that is none
      while (start < bad.end && text->at(start) >= 0xDC80 && text->at(start) <= 0xDCFF) {
        TRY(encoder.write_byte(t, static_cast<uint8_t>(text->at(start) - 0xDC00), out, text, bad));
        ++start;
      }
      if (start == bad.end) {
        at = start;
        continue;
      }
    }
    Replacement r = TRY(resolve_encode_error_py(t, policy, encoding, text, start, bad.end, reason));
    if (is<Bytes>(r.value)) {
      Bytes* bytes = as<Bytes>(r.value);
      if (bytes->length() % encoder.unit() != 0) return raise_encode_error(t, encoding, text, start, bad.end, reason);
      TRY(out.append(bytes->data(), bytes->length()));
    } else {
      Str* with = as<Str>(r.value);
      if (!encoder.accepts(with)) return raise_encode_error(t, encoding, text, start, bad.end, reason);
      TRY(encoder.write(text_of(with), out));
    }
    at = r.next;
  }
}

// ASCII and Latin-1.
struct NarrowEncoder {
  char32_t limit;
  size_t unit() const { return 1; }
  utf::Range find_bad(TextView text, size_t from) const { return utf::find_above(text, limit, from); }
  bool accepts(const Str* s) const { return find_bad(text_of(s), 0).start == utf::kNowhere; }
  Fallible<void> write(TextView text, BytesBuilder& out) const {
    uint8_t* room = TRY(out.extend(text.length));
    if (text.length != 0) utf::convert(text, room, Width::k1);
    return {};
  }
  Fallible<void> write_byte(Thread&, uint8_t byte, BytesBuilder& out, Str*, utf::Range) const {
    return out.append_byte(byte);
  }
};

struct Utf8Encoder {
  size_t unit() const { return 1; }
  utf::Range find_bad(TextView text, size_t from) const { return utf::find_surrogates(text, from); }
  bool accepts(const Str* s) const { return s->is_ascii(); }  // as CPython has it
  Fallible<void> write(TextView text, BytesBuilder& out) const {
    uint8_t* room = TRY(out.extend(utf::utf8_size(text)));
    if (text.length != 0) utf::encode_utf8(text, reinterpret_cast<char*>(room));
    return {};
  }
  Fallible<void> write_byte(Thread&, uint8_t byte, BytesBuilder& out, Str*, utf::Range) const {
    return out.append_byte(byte);
  }
};

// UTF-16 and UTF-32; faults are reported one character at a time.
struct WideEncoder {
  bool utf32;
  utf::Endian endian;
  const char* encoding;
  bool accepts(const Str* s) const { return s->is_ascii(); }
  size_t unit() const { return utf32 ? 4 : 2; }
  utf::Range find_bad(TextView text, size_t from) const {
    utf::Range bad = utf::find_surrogates(text, from);
    if (bad.start != utf::kNowhere) bad.end = bad.start + 1;
    return bad;
  }
  Fallible<void> write(TextView text, BytesBuilder& out) const {
    uint8_t* room = TRY(out.extend(utf32 ? utf::utf32_size(text) : utf::utf16_size(text)));
    if (text.length == 0) return {};
    if (utf32)
      utf::encode_utf32(text, endian, reinterpret_cast<char*>(room));
    else
      utf::encode_utf16(text, endian, reinterpret_cast<char*>(room));
    return {};
  }
  // A single byte is no unit of these encodings.
  Fallible<void> write_byte(Thread& t, uint8_t, BytesBuilder&, Str* text, utf::Range bad) const {
    return raise_encode_error(t, encoding, text, bad.start, bad.end, "surrogates not allowed");
  }
};

}  // namespace

Fallible<Bytes*> encode_ascii_py(Thread& t, Str* text, Str* errors) {
  TRY(poll_bytes(t, text->length()));
  if (text->is_ascii()) return Bytes::from(t, text->data(), text->length());
  return encode_in_pieces_py(t, text, errors, "ascii", "ordinal not in range(128)", NarrowEncoder{0x7F});
}

Fallible<Bytes*> encode_latin1_py(Thread& t, Str* text, Str* errors) {
  TRY(poll_bytes(t, text->length()));
  if (text->kind() == CharKind::One) return Bytes::from(t, text->data(), text->length());
  return encode_in_pieces_py(t, text, errors, "latin-1", "ordinal not in range(256)", NarrowEncoder{0xFF});
}

Fallible<Bytes*> encode_utf8_py(Thread& t, Str* text, Str* errors) {
  TRY(poll_bytes(t, text->length()));
  if (text->is_ascii()) return Bytes::from(t, text->data(), text->length());
  size_t size = utf::encodable_utf8_size(text_of(text));
  if (size == utf::kNowhere) return encode_in_pieces_py(t, text, errors, "utf-8", "surrogates not allowed", Utf8Encoder{});
  TRY(t.check_fits(size));
  Bytes* bytes = TRY(Bytes::make_unfilled(t, size));
  utf::encode_utf8(text_of(text), reinterpret_cast<char*>(bytes->mutable_data()));
  return bytes;
}

namespace {

Fallible<Bytes*> encode_wide_py(Thread& t, Str* text, Str* errors, ByteOrder order, bool utf32) {
  bool big = order == ByteOrder::Big;
  const char* names16[] = {"utf-16-le", "utf-16", "utf-16-be"};
  const char* names32[] = {"utf-32-le", "utf-32", "utf-32-be"};
  const char* encoding = (utf32 ? names32 : names16)[static_cast<int>(order) + 1];
  WideEncoder encoder{utf32, big ? utf::Endian::kBig : utf::Endian::kLittle, encoding};
  TextView view = text_of(text);
  TRY(poll_bytes(t, view.length * 4));
  size_t mark = order == ByteOrder::Native ? encoder.unit() : 0;
  Bytes* body = nullptr;
  if (utf::find_surrogates(view).start == utf::kNowhere) {
    size_t size = utf32 ? utf::utf32_size(view) : utf::utf16_size(view);
    TRY(t.check_fits(size + mark));
    body = TRY(Bytes::make(t, size + mark));
    char* out = reinterpret_cast<char*>(body->mutable_data());
    if (mark != 0) out[0] = static_cast<char>(0xFF), out[1] = static_cast<char>(0xFE);
    if (view.length != 0) {
      if (utf32)
        utf::encode_utf32(view, encoder.endian, out + mark);
      else
        utf::encode_utf16(view, encoder.endian, out + mark);
    }
    return body;
  }
  body = TRY(encode_in_pieces_py(t, text, errors, encoding, "surrogates not allowed", encoder));
  if (mark == 0) return body;
  Bytes* marked = TRY(Bytes::make(t, body->length() + mark));
  marked->mutable_data()[0] = 0xFF;
  marked->mutable_data()[1] = 0xFE;
  std::memcpy(marked->mutable_data() + mark, body->data(), body->length());
  return marked;
}

}  // namespace

Fallible<Bytes*> encode_utf16_py(Thread& t, Str* text, Str* errors, ByteOrder order) {
  return encode_wide_py(t, text, errors, order, false);
}
Fallible<Bytes*> encode_utf32_py(Thread& t, Str* text, Str* errors, ByteOrder order) {
  return encode_wide_py(t, text, errors, order, true);
}

// ---- Decoding. ----

namespace {

// Scan: scan(bytes) -> utf::Scan; decode(bytes, to, width).
template <typename Decoder>
Fallible<Str*> decode_in_pieces_py(Thread& t, Input& input, size_t at, Str* errors, const char* encoding,
                                   const Decoder& decoder, size_t* consumed) {
  ErrorPolicy policy(errors);
  StrBuilder out(t);
  bool first = true;
  for (;;) {
    utf::Scan scan = decoder.scan(input.view(at));
    TRY(poll_bytes(t, scan.bytes));
    bool done = scan.fault == utf::Fault::kNone ||
                (consumed != nullptr && (utf::is_incomplete(scan.fault) || decoder.may_go_on(input.view(at + scan.bytes))));
    if (first && done) {  // the usual case: one piece, of the right kind at once
      if (consumed != nullptr) *consumed = at + scan.bytes;
      if (scan.characters == 0) return names.empty;
      CharKind kind = chars::kind_for(scan.bits);
      TRY(t.check_fits(scan.characters * static_cast<size_t>(kind)));
      Str* text = TRY(Str::make_uninitialized(t, scan.characters, kind, scan.bits < 0x80));
      decoder.decode(input.view(at).substr(0, scan.bytes), text->mutable_data(), static_cast<Width>(kind));
      if (scan.characters == 1 && kind == CharKind::One) return Str::from_char(t, text->at(0));
      return text;
    }
    first = false;
    if (scan.characters != 0) {
      void* room = TRY(out.extend(scan.characters, kind_of(utf::width_for(scan.bits))));
      decoder.decode(input.view(at).substr(0, scan.bytes), room, static_cast<Width>(out.kind()));
    }
    if (done) {
      if (consumed != nullptr) *consumed = at + scan.bytes;
      return out.finish();
    }
    char reason[64];
    std::string_view text = utf::reason(scan.fault);
    size_t length = std::min(text.size(), sizeof reason - 1);
    std::memcpy(reason, text.data(), length);
    reason[length] = 0;
    Replacement r = TRY(resolve_decode_error_py(t, policy, encoding, input, at + scan.bytes, at + scan.fault_end, reason));
    TRY(out.append(as<Str>(r.value)));
    at = r.next;
  }
}

struct AsciiDecoder {
  bool may_go_on(std::string_view) const { return false; }
  utf::Scan scan(std::string_view bytes) const { return utf::scan_ascii(bytes); }
  void decode(std::string_view bytes, void* to, Width width) const { utf::convert(TextView(bytes), to, width); }
};
struct Utf8Decoder {
  // The first two bytes of a surrogate: an error handler may want to see all three.
  bool may_go_on(std::string_view rest) const {
    return rest.size() == 2 && rest[0] == '\xED' && static_cast<uint8_t>(rest[1]) >= 0xA0 && static_cast<uint8_t>(rest[1]) <= 0xBF;
  }
  utf::Scan scan(std::string_view bytes) const { return utf::scan_utf8(bytes); }
  void decode(std::string_view bytes, void* to, Width width) const { utf::decode_utf8(bytes, to, width); }
};
struct Utf16Decoder {
  bool may_go_on(std::string_view) const { return false; }
  utf::Endian endian;
  utf::Scan scan(std::string_view bytes) const { return utf::scan_utf16(bytes, endian); }
  void decode(std::string_view bytes, void* to, Width width) const { utf::decode_utf16(bytes, endian, to, width); }
};
struct Utf32Decoder {
  bool may_go_on(std::string_view) const { return false; }
  utf::Endian endian;
  utf::Scan scan(std::string_view bytes) const { return utf::scan_utf32(bytes, endian); }
  void decode(std::string_view bytes, void* to, Width width) const { utf::decode_utf32(bytes, endian, to, width); }
};

}  // namespace

Fallible<Str*> decode_ascii_py(Thread& t, Input input, Str* errors) {
  return decode_in_pieces_py(t, input, 0, errors, "ascii", AsciiDecoder{}, nullptr);
}

Fallible<Str*> decode_utf8_py(Thread& t, Input input, Str* errors, size_t* consumed) {
  if (utf::is_ascii(input.view())) {
    TRY(poll_bytes(t, input.size));
    if (consumed != nullptr) *consumed = input.size;
    return Str::from_ascii(t, input.view());
  }
  return decode_in_pieces_py(t, input, 0, errors, "utf-8", Utf8Decoder{}, consumed);
}

Fallible<Str*> decode_utf16_py(Thread& t, Input input, Str* errors, ByteOrder* order, size_t* consumed) {
  size_t at = 0;
  if (*order == ByteOrder::Native && input.size >= 2) {
    if (input.data[0] == 0xFF && input.data[1] == 0xFE) *order = ByteOrder::Little, at = 2;
    else if (input.data[0] == 0xFE && input.data[1] == 0xFF) *order = ByteOrder::Big, at = 2;
  }
  bool big = *order == ByteOrder::Big;
  Utf16Decoder decoder{big ? utf::Endian::kBig : utf::Endian::kLittle};
  return decode_in_pieces_py(t, input, at, errors, big ? "utf-16-be" : "utf-16-le", decoder, consumed);
}

Fallible<Str*> decode_utf32_py(Thread& t, Input input, Str* errors, ByteOrder* order, size_t* consumed) {
  size_t at = 0;
  if (*order == ByteOrder::Native && input.size >= 4) {
    const uint8_t* p = input.data;
    if (p[0] == 0xFF && p[1] == 0xFE && p[2] == 0 && p[3] == 0) *order = ByteOrder::Little, at = 4;
    else if (p[0] == 0 && p[1] == 0 && p[2] == 0xFE && p[3] == 0xFF) *order = ByteOrder::Big, at = 4;
  }
  bool big = *order == ByteOrder::Big;
  Utf32Decoder decoder{big ? utf::Endian::kBig : utf::Endian::kLittle};
  return decode_in_pieces_py(t, input, at, errors, big ? "utf-32-be" : "utf-32-le", decoder, consumed);
}

}  // namespace hog::codecs
