// utf.hpp: UTF-8, UTF-16 and UTF-32 to and from characters of 1, 2 or 4 bytes.
//
// Decoding takes two passes: scan_* validates, counts and tells which bits occur, so that the caller can
// allocate the right string once; decode_* then fills it and cannot fail. A scan stops at the first fault and
// reports it with CPython's positions and reasons; an error handler goes on after it with another scan. All
// passes are linear in memory that the caller owns already and do not poll. Surrogates: the decoders reject
// them where CPython's codecs do, the encoders write them like any other character (so that utf-8 becomes
// WTF-8): ask find_surrogates first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/view.hpp"

namespace hog::utf {

inline constexpr size_t kNowhere = SIZE_MAX;

enum class Fault : uint8_t {
  kNone,
  // UTF-8
  kInvalidStart,
  kInvalidContinuation,
  kUnexpectedEnd,  // UTF-16 too: a high surrogate at the end
  // UTF-16 and UTF-32
  kTruncated,
  kIllegalEncoding,      // a low surrogate by itself
  kIllegalSurrogate,     // a high surrogate before something else
  kSurrogateCodePoint,   // UTF-32
  kCodePointOutOfRange,  // UTF-32
  // ASCII
  kNotAscii,
};
std::string_view reason(Fault fault);
// Whether more input could mend it: an incremental decoder keeps the bytes from `bytes` on.
inline bool is_incomplete(Fault fault) {
  return fault == Fault::kUnexpectedEnd || fault == Fault::kTruncated;
}

// The valid beginning of a text, and what ended it.
struct Scan {
  size_t bytes = 0;       // that are valid; a fault starts here
  size_t characters = 0;  // that they decode to
  char32_t bits = 0;      // all of them or'ed: at most 0x7F, 0xFF, 0xFFFF exactly when all characters are
  Fault fault = Fault::kNone;
  size_t fault_end = 0;  // the offending bytes are [bytes, fault_end)
};

inline Width width_for(char32_t bits) {
  return bits < 0x100 ? Width::k1 : bits < 0x10000 ? Width::k2 : Width::k4;
}

// --- characters
// -----------------------------------------------------------------------------------------------------

// All characters or'ed.
char32_t bits_of(TextView text);
bool is_ascii(const void* bytes, size_t count);
inline bool is_ascii(std::string_view bytes) { return is_ascii(bytes.data(), bytes.size()); }
// How many bytes at the start are ASCII.
size_t ascii_prefix(std::string_view bytes);
// Copies characters into another width, in which they must fit. No overlap.
void convert(TextView from, void* to, Width to_width);

// --- UTF-8
// ----------------------------------------------------------------------------------------------------------

enum class Surrogates : uint8_t { kReject, kAccept };
Scan scan_utf8(std::string_view bytes, Surrogates surrogates = Surrogates::kReject);
// `bytes` is what a scan found valid; `to` has room for its characters, `width` fits its bits.
void decode_utf8(std::string_view bytes, void* to, Width width);
// One character of valid UTF-8 or WTF-8; advances `at`.
char32_t next_utf8(const char*& at);

size_t utf8_size(TextView text);
// The same in one pass for a text without surrogates; kNowhere: it has some.
size_t encodable_utf8_size(TextView text);
// Writes utf8_size bytes; returns that many.
size_t encode_utf8(TextView text, char* to);
// One character, 1 to 4 bytes.
size_t encode_utf8(char32_t c, char (&to)[4]);

// The first run of surrogates at or after `from`; start == kNowhere: none.
struct Range {
  size_t start;
  size_t end;
};
Range find_surrogates(TextView text, size_t from = 0);

// --- UTF-16 and UTF-32
// ----------------------------------------------------------------------------------------------

enum class Endian : uint8_t { kLittle, kBig };
Scan scan_utf16(std::string_view bytes, Endian endian);
void decode_utf16(std::string_view bytes, Endian endian, void* to, Width width);
size_t utf16_size(TextView text);  // in bytes
size_t encode_utf16(TextView text, Endian endian, char* to);

Scan scan_utf32(std::string_view bytes, Endian endian);
void decode_utf32(std::string_view bytes, Endian endian, void* to, Width width);
inline size_t utf32_size(TextView text) { return text.length * 4; }
size_t encode_utf32(TextView text, Endian endian, char* to);

// --- ASCII and Latin-1
// ----------------------------------------------------------------------------------------------

Scan scan_ascii(std::string_view bytes);
// The first run of characters above `limit` (0x7F, 0xFF) at or after `from`.
Range find_above(TextView text, char32_t limit, size_t from = 0);

}  // namespace hog::utf
