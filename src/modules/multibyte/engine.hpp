// engine.hpp: what a multibyte codec is, and the two loops that drive one.
//
// A codec converts as far as it can and then says why it stopped; the loops (engine.cpp) ask the error handler and go on. Bytes and text are
// read through the structures below only, which the loops keep up to date.
// Ref: library/codecs; the errors' extents and the state's bytes (a program sees them in getstate()) are CPython's.
#pragma once

#include "modules/multibyte/tables.hpp"
#include "object/codecs.hpp"

namespace hog::multibyte {

// What a stateful codec remembers between characters: for HZ, byte 0: are two bytes a character? For ISO 2022, bytes 0 to 2: the
// sets designated to G0 to G2; byte 4: flags.
struct State {
  uint8_t bytes[8];
};

// Why a codec stopped: kDone, kIncomplete, or the length of what it cannot convert.
using Stop = int;
constexpr Stop kDone = 0, kIncomplete = -1, kInternal = -2;

struct Decoding {
  Thread& t;
  const uint8_t* data;
  size_t size;
  size_t at;  // the next byte
  StrBuilder out;
  State* state;
  Value object;  // bytes with the same content, once a handler has asked for them
  Decoding(Thread& thread, const uint8_t* bytes, size_t count, State* s)
      : t(thread), data(bytes), size(count), at(0), out(thread), state(s) {}
  size_t left() const { return size - at; }
};
struct Encoding {
  Thread& t;
  Str* text;
  size_t at;  // the next character
  BytesBuilder& out;
  State* state;
  bool flush;  // nothing follows: the beginning of a pair may be written as a single character
  size_t left() const { return text->length() - at; }
};

struct Codec {
  const char* name;
  Fallible<Stop> (*decode)(const Codec&, Decoding&);
  Fallible<Stop> (*encode)(const Codec&, Encoding&);
  const Table* table = nullptr;
  const struct Designations* designations = nullptr;  // ISO 2022
  // A new state, from all zero; and what reset() does. null: nothing.
  void (*start_decoder)(State&) = nullptr;
  void (*start_encoder)(State&) = nullptr;
  void (*reset_decoder)(State&) = nullptr;
  Fallible<void> (*reset_encoder)(State&, BytesBuilder&) = nullptr;
};
inline State initial_state(void (*start)(State&)) {
  State state{};
  if (start != nullptr) start(state);
  return state;
}

// Each codec module's codecs, ended by one without a name.
extern const Codec kChineseCodecs[], kHongKongCodecs[], kIso2022Codecs[], kJapaneseCodecs[], kKoreanCodecs[], kTaiwaneseCodecs[];

// ---- The loops. ----
enum class Piece : uint8_t { More, Flush, Last };  // Flush: as if nothing follows; Last: and back to the initial state

// Text from *at on, which is moved to where a pair may still be begun.
Fallible<Bytes*> encode_py(Thread& t, const Codec& codec, State* state, Str* text, size_t* at, Str* errors, Piece piece);
// Decodes as far as there are whole characters.
Fallible<void> decode_py(const Codec& codec, Decoding& decoding, Str* errors);
// Handles what is left as an incomplete character.
Fallible<void> decode_rest_py(const Codec& codec, Decoding& decoding, Str* errors);

// For codecs: poll now and then.
inline Fallible<void> poll_sometimes(Thread& t, size_t count) {
  if (count % 256 == 255) return t.poll(64);
  return {};
}

}  // namespace hog::multibyte
