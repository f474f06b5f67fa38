// text_wrapper.hpp: TextIOWrapper: text over a binary stream.
//
// Written text waits, encoded, in pending_; read text waits in decoded_ from used_ on. Invariants: used_ <= decoded_'s length (0
// without it); pending_size_ <= pending_'s capacity. While telling_, the snapshot says from which state of the decoder and which
// bytes decoded_ came, so that tell() can find the byte that a character began with.
// UTF-8, ASCII and Latin-1 are decoded and encoded here; every other encoding through incremental codecs of the registry. The
// binary stream is Python's to define: after every call of it, fields are read again.
#pragma once

#include "modules/io/newline_decoder.hpp"

namespace hog::io {

enum class TextCodec : uint8_t { Registry, Utf8, Ascii, Latin1 };
enum class TextNewline : uint8_t { Translate, Universal, Lf, Cr, CrLf };  // None, "", "\n", "\r", "\r\n"

class TextWrapper : public Cell {
 public:
  static const Layout kLayout;
  ValueField buffer_;  // the binary stream; empty: never initialised, or detached
  Field<Str> encoding_, errors_;
  ValueField encoder_, decoder_;  // of the registry's codecs
  Field<Str> decoded_;
  size_t used_;
  Field<Bytes> snapshot_input_;  // null: no snapshot
  int32_t snapshot_flags_;
  double bytes_per_character_;
  Field<ByteArray> pending_;
  size_t pending_size_;
  int64_t chunk_size_;
  NewlineState newlines_;
  uint8_t partial_[8];  // begun character of the decoders here
  uint8_t partial_size_;
  TextCodec codec_;
  TextNewline newline_;
  bool ok_, detached_, readable_, writable_, seekable_, telling_, has_read1_, line_buffering_, write_through_, finalizing_;
  ValueField attributes_;

  bool reads_universal() const { return newline_ == TextNewline::Translate || newline_ == TextNewline::Universal; }
  size_t available() const { return decoded_ ? decoded_->length() - used_ : 0; }
  void set_decoded(Str* text) {
    if (text == nullptr) decoded_.clear();
    else decoded_.set(this, text);
    used_ = 0;
  }
};
extern Type* text_wrapper_type;
extern const TypeRegistration kTextTypes[1];

// ---- text_codec.cpp ----
Fallible<TextNewline> text_newline_of(Thread& t, Str* text_or_null);
void set_text_newline(TextWrapper* w, TextNewline newline);
// A name without NULs and lone surrogates.
Fallible<void> check_codec_name_py(Thread& t, Str* name);
// Finds the codecs for an encoding and puts them in place.
Fallible<void> set_text_codec_py(Thread& t, TextWrapper* w, Str* encoding, Str* errors);
Fallible<Str*> decode_chunk_py(Thread& t, TextWrapper* w, Value bytes, bool final);
Fallible<void> get_decoder_state_py(Thread& t, TextWrapper* w, Bytes** buffered, int32_t* flags);
Fallible<void> set_decoder_state_py(Thread& t, TextWrapper* w, Bytes* buffered, int32_t flags);
Fallible<void> reset_decoder_py(Thread& t, TextWrapper* w);
// The encoder is at the start of the stream (a mark may be due), or in its middle.
Fallible<void> reset_encoder_py(Thread& t, TextWrapper* w, bool at_start);

// ---- text_write.cpp ----
Fallible<void> check_attached(Thread& t, const TextWrapper* w);
Fallible<void> check_usable_py(Thread& t, TextWrapper* w);  // attached and not closed
Fallible<int64_t> text_write(Thread& t, TextWrapper* w, Str* text);
Fallible<void> text_write_out_py(Thread& t, TextWrapper* w);  // hands pending bytes to the binary stream
Fallible<Value> text_flush(Thread& t, TextWrapper* w);

// ---- text_read.cpp ----
Fallible<bool> read_chunk_py(Thread& t, TextWrapper* w, size_t characters_wanted);  // false: the end
Fallible<Value> text_read(Thread& t, TextWrapper* w, Value size);
Fallible<Str*> text_read_line_py(Thread& t, TextWrapper* w, int64_t limit);

// ---- text_position.cpp ----
Fallible<Value> text_tell(Thread& t, TextWrapper* w);
Fallible<Value> text_seek(Thread& t, TextWrapper* w, Value cookie, int whence);

inline bool is_plain_text_wrapper(Value v) { return is<TextWrapper>(v) && type_of(v) == text_wrapper_type; }
// Is it a TextIOWrapper whose write() is the one here? (open() gives them an attribute, the mode.)
inline bool has_own_write(Value v) {
  return is_plain_text_wrapper(v) && own_attribute_nogc(v, names.write).is_absent();
}
Fallible<Value> make_text_wrapper_py(Thread& t, Value buffer, Str* encoding, Str* errors, Str* newline, bool line_buffering,
                                     bool write_through);

}  // namespace hog::io
