// newline_decoder.hpp: universal newlines, piece by piece.
#pragma once

#include "modules/io/io.hpp"

namespace hog::io {

struct NewlineState {
  uint8_t seen;
  bool pending_return;  // a "\r" at the end of a piece waits for what follows it
  bool translate;
};
// The next piece of text: records its newlines, and makes each "\n" when they are translated.
Fallible<Str*> pass_newlines(Thread& t, NewlineState* state, Str* text, bool final);

extern Type* newline_decoder_type;
extern const TypeRegistration kNewlineTypes[1];

}  // namespace hog::io
