// codec_object.hpp: the Python objects of the multibyte codecs.
#pragma once

#include "modules/multibyte/engine.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::multibyte {

// What getcodec() gives.
class CodecHandle : public Cell {
 public:
  static const Layout kLayout;
  const Codec* codec_;
};

constexpr size_t kLongestPending = 8;       // bytes that a decoder keeps back
constexpr size_t kLongestPendingText = 2;   // characters that an encoder keeps back

// An incremental encoder or decoder, a stream reader or writer: which fields it uses follows from its type.
class CodecObject : public Cell {
 public:
  static const Layout kLayout;
  const Codec* codec_;
  Field<Str> errors_;
  ValueField stream_;
  Field<Str> pending_text_;  // null: none
  State state_;
  uint8_t pending_[kLongestPending];
  uint8_t pending_size_;
};

extern Type *handle_type, *encoder_type, *decoder_type, *reader_type, *writer_type;
extern const TypeSpec kReaderSpec, kWriterSpec;
Fallible<Value> make_handle(Thread& t, const Codec* codec);

// For the `new_` slots: an instance of a type that has an attribute `codec`.
enum class Direction : uint8_t { Encode, Decode };
Fallible<CodecObject*> new_codec_object_py(Thread& t, Type* type, Str* errors, Direction direction);
Fallible<void> accept_anything(Thread& t, Value self, const Arguments& arguments);
// The attribute `errors`.
Fallible<Value> get_errors(Thread& t, Value self);
Fallible<void> set_errors(Thread& t, Value self, Value value);
// Any object as text: itself or its str().
Fallible<Str*> text_of_py(Thread& t, Value v);

// One more piece of text, with what was kept back before.
Fallible<Bytes*> encode_piece_py(Thread& t, CodecObject* self, Value input, bool final);
// Keeps back what `d` has not decoded.
Fallible<void> keep_pending(Thread& t, CodecObject* self, Decoding& d);
// What was kept back, and then these bytes; forgets what was kept back.
Fallible<Bytes*> with_pending(Thread& t, CodecObject* self, const uint8_t* data, size_t size);

}  // namespace hog::multibyte
