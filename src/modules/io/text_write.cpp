// text_write.cpp: writing to a TextIOWrapper. Bytes are handed on when a chunk's worth is there, and never two chunks at once.
// Ref: library/io "TextIOWrapper".
#include <cstring>

#include "modules/io/buffered.hpp"
#include "modules/io/text_wrapper.hpp"
#include "object/codecs.hpp"

namespace hog::io {

Fallible<void> check_attached(Thread& t, const TextWrapper* w) {
  if (w->ok_) [[likely]] return {};
  return t.raise_value_error(w->detached_ ? "underlying buffer has been detached" : "I/O operation on uninitialized object");
}
Fallible<void> check_usable_py(Thread& t, TextWrapper* w) {
  TRY(check_attached(t, w));
  bool closed;
  Value buffer = w->buffer_;
  if (is_plain_text_wrapper(Value(w)) && is_plain_buffered(buffer)) {
    auto* binary = as<Buffered>(buffer);
    TRY(check_initialized(t, binary));
    closed = TRY(is_closed(t, binary));
  } else if (is_plain_text_wrapper(Value(w)) && is_plain_bytes_io(buffer)) {
    closed = is_closed_bytes_io(buffer);
  } else {
    closed = TRY(is_closed_py(t, is_plain_text_wrapper(Value(w)) ? buffer : Value(w)));
  }
  if (closed) return t.raise_value_error("I/O operation on closed file.");
  return check_attached(t, w);
}

namespace {

Fallible<void> hand_on_py(Thread& t, Value buffer, const uint8_t* data, size_t size) {
  if (is_plain_buffered(buffer) && as<Buffered>(buffer)->writable_) {
    TRY(buffered_write_bytes(t, as<Buffered>(buffer), data, size));
    return {};
  }
  Bytes* bytes = TRY(Bytes::from(t, data, size));
  for (;;) {
    Fallible<Value> written = call_method_py(t, buffer, names.write, Value(bytes));
    if (!written.failed()) return {};
    if (!clear_exception_if(t, core.InterruptedError)) return Failure{};
    TRY(t.poll());
  }
}

// The bytes of a text. `keeper` keeps them alive.
struct Encoded {
  const uint8_t* data;
  size_t size;
  Cell* keeper;
};
Encoded from_bytes(Bytes* bytes) { return {bytes->data(), bytes->length(), bytes}; }
Fallible<Encoded> encode_py(Thread& t, TextWrapper* w, Str* text) {
  // OPTIMIZATION: ASCII is the same in the three encodings known here, and so is Latin-1 in itself.
  if (w->codec_ != TextCodec::Registry &&
      (text->is_ascii() || (w->codec_ == TextCodec::Latin1 && text->kind() == CharKind::One)))
    return Encoded{text->data1(), text->length(), text};
  Str* errors = w->errors_.get();
  switch (w->codec_) {
    case TextCodec::Utf8: return from_bytes(TRY(codecs::encode_utf8_py(t, text, errors)));
    case TextCodec::Ascii: return from_bytes(TRY(codecs::encode_ascii_py(t, text, errors)));
    case TextCodec::Latin1: return from_bytes(TRY(codecs::encode_latin1_py(t, text, errors)));
    case TextCodec::Registry: break;
  }
  Value answer = TRY(call_method_py(t, w->encoder_, names.encode, Value(text)));
  if (!is<Bytes>(answer))
    return t.raise_type_error("encoder should return a bytes object, not '{}'", type_of(answer)->name());
  return from_bytes(as<Bytes>(answer));
}

bool contains(const Str* text, char c) {
  if (text->kind() == CharKind::One) return text->length() != 0 && std::memchr(text->data1(), c, text->length()) != nullptr;
  for (size_t i = 0; i < text->length(); ++i)
    if (text->at(i) == static_cast<char32_t>(c)) return true;
  return false;
}
Fallible<Str*> expand_newlines(Thread& t, Str* text, const char* newline) {
  StrBuilder out(t);
  size_t kept = 0;
  for (size_t i = 0; i < text->length(); ++i) {
    if ((i & 1023) == 0) TRY(t.poll());
    if (text->at(i) != '\n') continue;
    TRY(out.append_slice(text, kept, i));
    TRY(out.append_ascii(newline));
    kept = i + 1;
  }
  TRY(out.append_slice(text, kept, text->length()));
  return out.finish();
}

// Puts bytes behind what is pending, writing out first what would make it more than a chunk.
Fallible<void> add_pending_py(Thread& t, TextWrapper* w, const Encoded& bytes) {
  auto chunk = static_cast<size_t>(w->chunk_size_);
  while (w->pending_size_ != 0 && w->pending_size_ + bytes.size > chunk) TRY(text_write_out_py(t, w));
  if (bytes.size >= chunk) return hand_on_py(t, w->buffer_, bytes.data, bytes.size);
  size_t needed = w->pending_size_ + bytes.size;
  if (!w->pending_ || w->pending_->capacity() < needed) {
    constexpr size_t kUsual = 8192;
    ByteArray* larger = TRY(ByteArray::make(t, needed > kUsual ? needed : kUsual));
    if (w->pending_size_ != 0) std::memcpy(larger->data(), w->pending_->data(), w->pending_size_);
    w->pending_.set(w, larger);
  }
  if (bytes.size != 0) std::memcpy(w->pending_->data() + w->pending_size_, bytes.data, bytes.size);
  w->pending_size_ += bytes.size;
  return {};
}

Fallible<void> flush_buffer_py(Thread& t, TextWrapper* w) {
  TRY(check_attached(t, w));
  if (is_plain_buffered(w->buffer_) && as<Buffered>(w->buffer_)->writable_)
    return buffered_flush(t, as<Buffered>(w->buffer_));
  TRY(call_method_py(t, w->buffer_, names.flush));
  return {};
}

}  // namespace

Fallible<void> text_write_out_py(Thread& t, TextWrapper* w) {
  if (w->pending_size_ == 0) return {};
  TRY(check_attached(t, w));
  // Taken away first: what the binary stream's Python writes here meanwhile comes after it.
  ByteArray* pending = w->pending_.get();
  size_t size = w->pending_size_;
  w->pending_.clear();
  w->pending_size_ = 0;
  TRY(hand_on_py(t, w->buffer_, pending->data(), size));
  if (!w->pending_) w->pending_.set(w, pending);
  return {};
}

Fallible<int64_t> text_write(Thread& t, TextWrapper* w, Str* text) {
  TRY(check_usable_py(t, w));
  if (!w->writable_) return raise_unsupported_py(t, "not writable");
  auto length = static_cast<int64_t>(text->length());
  TRY(t.poll(length / 64));
  bool expands = w->newline_ == TextNewline::Cr || w->newline_ == TextNewline::CrLf;
  bool has_newline = (expands || w->line_buffering_) && contains(text, '\n');
  bool ends_line = w->line_buffering_ && (has_newline || contains(text, '\r'));
  if (has_newline && expands) text = TRY(expand_newlines(t, text, w->newline_ == TextNewline::Cr ? "\r" : "\r\n"));
  Encoded bytes = TRY(encode_py(t, w, text));
  TRY(check_attached(t, w));
  TRY(add_pending_py(t, w, bytes));
  if (static_cast<int64_t>(w->pending_size_) >= w->chunk_size_ || ends_line || w->write_through_)
    TRY(text_write_out_py(t, w));
  if (ends_line) TRY(flush_buffer_py(t, w));
  if (w->snapshot_input_) {
    w->set_decoded(nullptr);
    w->snapshot_input_.clear();
  }
  if (w->readable_) TRY(reset_decoder_py(t, w));
  return length;
}

Fallible<Value> text_flush(Thread& t, TextWrapper* w) {
  TRY(check_usable_py(t, w));
  w->telling_ = w->seekable_;
  TRY(text_write_out_py(t, w));
  TRY(check_attached(t, w));
  return call_method_py(t, w->buffer_, names.flush);
}

}  // namespace hog::io
