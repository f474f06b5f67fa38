// text_codec.cpp: the codecs of a TextIOWrapper. A decoder's state is what it has not decoded yet and a number, which in universal
// newline mode is the codec's own number, shifted, with a bit for a "\r" that waits. Ref: library/io "TextIOWrapper"; library/codecs.
#include <cstring>

#include "modules/io/text_wrapper.hpp"
#include "object/codecs.hpp"

namespace hog::io {

Fallible<TextNewline> text_newline_of(Thread& t, Str* text) {
  if (text == nullptr) return TextNewline::Translate;
  if (text->length() == 0) return TextNewline::Universal;
  if (text->equals_ascii("\n")) return TextNewline::Lf;
  if (text->equals_ascii("\r")) return TextNewline::Cr;
  if (text->equals_ascii("\r\n")) return TextNewline::CrLf;
  return t.raise_value_error("illegal newline value: {}", text);
}
void set_text_newline(TextWrapper* w, TextNewline newline) {
  w->newline_ = newline;
  w->newlines_ = {0, false, newline == TextNewline::Translate};
}

// ---- Which codec. ----

namespace {

TextCodec codec_named(const Str* encoding) {
  if (!encoding->is_ascii() || encoding->length() > 10) return TextCodec::Registry;
  char name[12];
  size_t n = 0;
  for (char c : encoding->ascii()) name[n++] = c == '_' || c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  std::string_view text(name, n);
  if (text == "utf-8" || text == "utf8") return TextCodec::Utf8;
  if (text == "ascii" || text == "us-ascii") return TextCodec::Ascii;
  if (text == "latin-1" || text == "latin1" || text == "iso-8859-1" || text == "iso8859-1") return TextCodec::Latin1;
  return TextCodec::Registry;
}
}  // namespace
Fallible<void> check_codec_name_py(Thread& t, Str* text) {
  if (!text->is_ascii()) TRY(codecs::encode_utf8_py(t, text, nullptr));  // UnicodeEncodeError for lone surrogates
  for (size_t i = 0; i < text->length(); ++i)
    if (text->at(i) == 0) return t.raise_value_error("embedded null character");
  return {};
}
namespace {
Fallible<Value> text_codec_py(Thread& t, Str* encoding) {
  Value info = TRY(codecs::lookup_py(t, encoding));
  Value flag = TRY(find_attribute_py(t, info, TRY(name_of(t, "_is_text_encoding"))));
  if (!flag.is_absent() && !TRY(truth_py(t, flag)))
    return t.raise(core.LookupError, "'{}' is not a text encoding; use codecs.open() to handle arbitrary codecs", encoding);
  return info;
}
Fallible<Value> make_incremental_py(Thread& t, Value info, const char* which, Str* errors) {
  Value factory = TRY(get_attribute_py(t, info, TRY(name_of(t, which))));
  return call_py(t, factory, Value(errors));
}

}  // namespace

Fallible<void> set_text_codec_py(Thread& t, TextWrapper* w, Str* encoding, Str* errors) {
  TextCodec codec = codec_named(encoding);
  Value encoder, decoder;
  if (codec == TextCodec::Registry) {
    if (!encoding->is_ascii()) TRY(check_codec_name_py(t, encoding));
    Value info = TRY(text_codec_py(t, encoding));
    if (w->readable_) decoder = TRY(make_incremental_py(t, info, "incrementaldecoder", errors));
    if (w->writable_) encoder = TRY(make_incremental_py(t, info, "incrementalencoder", errors));
  }
  if (!errors->is_ascii()) TRY(check_codec_name_py(t, errors));
  w->codec_ = codec;
  w->encoding_.set(w, encoding);
  w->errors_.set(w, errors);
  w->decoder_.set(w, decoder);
  w->encoder_.set(w, encoder);
  w->partial_size_ = 0;
  return {};
}

// ---- Decoding. ----

namespace {

Fallible<Str*> decode_utf8_piece_py(Thread& t, TextWrapper* w, const uint8_t* data, size_t size, Value owner, bool final) {
  Bytes* joined = nullptr;
  if (w->partial_size_ != 0) {
    size_t kept = w->partial_size_;
    joined = TRY(Bytes::make(t, kept + size));
    std::memcpy(joined->mutable_data(), w->partial_, kept);
    if (size != 0) std::memcpy(joined->mutable_data() + kept, data, size);
    data = joined->data();
    size += kept;
    owner = Value(joined);
  }
  size_t consumed = size;
  Str* text = TRY(codecs::decode_utf8_py(t, codecs::Input(data, size, owner), w->errors_.get(), final ? nullptr : &consumed));
  size_t left = size > consumed ? size - consumed : 0;
  if (left > sizeof w->partial_) left = 0;
  if (left != 0) std::memcpy(w->partial_, data + consumed, left);
  w->partial_size_ = static_cast<uint8_t>(left);
  return text;
}
Fallible<Str*> decode_here_py(Thread& t, TextWrapper* w, Value source, bool final) {
  BytesLike bytes(t);
  TRY(bytes.open(source));
  TRY(t.poll(static_cast<int64_t>(bytes.size() / 64)));
  Value owner = is<Bytes>(source) ? source : Value();
  codecs::Input input(bytes.data(), bytes.size(), owner);
  switch (w->codec_) {
    case TextCodec::Ascii: return codecs::decode_ascii_py(t, input, w->errors_.get());
    case TextCodec::Latin1: return codecs::decode_latin1(t, input);
    default: return decode_utf8_piece_py(t, w, bytes.data(), bytes.size(), owner, final);
  }
}

}  // namespace

Fallible<Str*> decode_chunk_py(Thread& t, TextWrapper* w, Value bytes, bool final) {
  Str* text;
  if (w->codec_ != TextCodec::Registry) {
    text = TRY(decode_here_py(t, w, bytes, final));
  } else {
    Value decoder = w->decoder_;
    if (decoder.is_empty()) return raise_unsupported_py(t, "not readable");
    Value answer = TRY(call_method_py(t, decoder, names.decode, bytes, Value::from_bool(final)));
    if (!is<Str>(answer))
      return t.raise_type_error("decoder should return a string result, not '{}'", type_of(answer)->name());
    text = as<Str>(answer);
  }
  return w->reads_universal() ? pass_newlines(t, &w->newlines_, text, final) : Fallible<Str*>(text);
}

// ---- State. ----

Fallible<void> get_decoder_state_py(Thread& t, TextWrapper* w, Bytes** buffered, int32_t* flags) {
  int64_t number = 0;
  if (w->codec_ != TextCodec::Registry) {
    *buffered = TRY(Bytes::from(t, w->partial_, w->partial_size_));
  } else {
    Value state = TRY(call_method_py(t, w->decoder_, names.getstate));
    if (!is<Tuple>(state) || as<Tuple>(state)->length() != 2) return t.raise_type_error("illegal decoder state");
    Value first = as<Tuple>(state)->at(0), second = as<Tuple>(state)->at(1);
    if (!is<Bytes>(first))
      return t.raise_type_error("illegal decoder state: the first item should be a bytes object, not '{}'",
                                type_of(first)->name());
    number = TRY(index_to_int64_py(t, second));
    *buffered = as<Bytes>(first);
  }
  if (w->reads_universal()) number = static_cast<int64_t>(static_cast<uint64_t>(number) << 1) | (w->newlines_.pending_return ? 1 : 0);
  *flags = static_cast<int32_t>(number);
  return {};
}
Fallible<void> set_decoder_state_py(Thread& t, TextWrapper* w, Bytes* buffered, int32_t flags) {
  int64_t number = flags;
  if (w->reads_universal()) {
    w->newlines_.pending_return = (number & 1) != 0;
    number >>= 1;
  }
  if (w->codec_ != TextCodec::Registry) {
    size_t n = buffered->length();
    if (n > sizeof w->partial_) n = 0;
    std::memcpy(w->partial_, buffered->data(), n);
    w->partial_size_ = static_cast<uint8_t>(n);
    return {};
  }
  Tuple* state = TRY(Tuple::of(t, Value(buffered), Value::from_small_int(number)));
  TRY(call_method_py(t, w->decoder_, names.setstate, Value(state)));
  return {};
}
Fallible<void> reset_decoder_py(Thread& t, TextWrapper* w) {
  w->partial_size_ = 0;
  w->newlines_.pending_return = false;
  w->newlines_.seen = 0;
  if (!w->decoder_.get().is_empty()) TRY(call_method_py(t, w->decoder_, names.reset));
  return {};
}
Fallible<void> reset_encoder_py(Thread& t, TextWrapper* w, bool at_start) {
  if (w->encoder_.get().is_empty()) return {};
  if (at_start) TRY(call_method_py(t, w->encoder_, names.reset));
  else TRY(call_method_py(t, w->encoder_, names.setstate, Value::from_small_int(0)));
  return {};
}

}  // namespace hog::io
