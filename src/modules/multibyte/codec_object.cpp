// codec_object.cpp: the module _multibytecodec: MultibyteCodec and the incremental encoder and decoder. Ref: library/codecs "IncrementalEncoder
// Objects", "IncrementalDecoder Objects". Invariant: pending_size_ <= kLongestPending, pending_text_ has at most kLongestPendingText characters.
#include "modules/multibyte/codec_object.hpp"

#include <cstring>

#include "object/int_math.hpp"

namespace hog::multibyte {

Type *handle_type, *encoder_type, *decoder_type, *reader_type, *writer_type;

const Layout CodecHandle::kLayout = {
    .name = "MultibyteCodec", .trace = [](Cell*, Marker&) {}, .base_size = sizeof(CodecHandle)};
const Layout CodecObject::kLayout = {.name = "MultibyteIncrementalCodec",
                                     .trace =
                                         [](Cell* cell, Marker& marker) {
                                           auto* self = static_cast<CodecObject*>(cell);
                                           marker.visit(self->errors_.get());
                                           marker.visit_word(self->stream_.get().raw());
                                           marker.visit(self->pending_text_.get());
                                         },
                                     .base_size = sizeof(CodecObject)};

Fallible<Value> make_handle(Thread& t, const Codec* codec) {
  auto* handle = TRY(t.allocate<CodecHandle>(handle_type->root_shape()));
  handle->codec_ = codec;
  return Value(handle);
}

// ---- What all of them share. ----

Fallible<CodecObject*> new_codec_object_py(Thread& t, Type* type, Str* errors, Direction direction) {
  Value codec = TRY(get_attribute_py(t, Value(type), TRY(Str::intern_utf8(t, "codec"))));
  if (!is<CodecHandle>(codec)) return t.raise_type_error("codec is unexpected type");
  auto* self = static_cast<CodecObject*>(TRY(new_instance(t, type)));
  self->codec_ = as<CodecHandle>(codec)->codec_;
  self->state_ = initial_state(direction == Direction::Encode ? self->codec_->start_encoder : self->codec_->start_decoder);
  self->errors_.set(self, errors);
  return self;
}
Fallible<void> accept_anything(Thread&, Value, const Arguments&) { return {}; }

Fallible<Str*> text_of_py(Thread& t, Value v) { return is<Str>(v) ? Fallible<Str*>(as<Str>(v)) : str_py(t, v); }

Fallible<Value> get_errors(Thread&, Value self) { return Value(as<CodecObject>(self)->errors_.get()); }
Fallible<void> set_errors(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise(core.AttributeError, "cannot delete attribute");
  if (!is<Str>(value)) return t.raise_type_error("errors must be a string");
  as<CodecObject>(self)->errors_.set(self.cell(), as<Str>(value));
  return {};
}

Fallible<Bytes*> encode_piece_py(Thread& t, CodecObject* self, Value input, bool final) {
  Str* text = TRY(text_of_py(t, input));
  if (self->pending_text_) text = TRY(Str::concat(t, self->pending_text_.get(), text));
  size_t used = 0;
  Bytes* bytes = TRY(encode_py(t, *self->codec_, &self->state_, text, &used, self->errors_.get(), final ? Piece::Last : Piece::More));
  if (text->length() - used > kLongestPendingText)
    return codecs::raise_encode_error(t, self->codec_->name, text, 0, text->length(), "pending buffer overflow");
  self->pending_text_.set(self, used < text->length() ? TRY(Str::slice(t, text, used, text->length())) : nullptr);
  return bytes;
}

Fallible<Bytes*> with_pending(Thread& t, CodecObject* self, const uint8_t* data, size_t size) {
  size_t kept = self->pending_size_;
  Bytes* all = TRY(Bytes::make(t, kept + size));
  std::memcpy(all->mutable_data(), self->pending_, kept);
  if (size != 0) std::memcpy(all->mutable_data() + kept, data, size);
  self->pending_size_ = 0;
  return all;
}
Fallible<void> keep_pending(Thread& t, CodecObject* self, Decoding& d) {
  size_t left = d.left();
  if (left > kLongestPending) {
    codecs::Input input(d.data, d.size, d.object);
    return codecs::raise_decode_error(t, self->codec_->name, input, 0, d.size, "pending buffer overflow");
  }
  if (left != 0) std::memcpy(self->pending_, d.data + d.at, left);
  self->pending_size_ = static_cast<uint8_t>(left);
  return {};
}

namespace {

// ---- MultibyteCodec. ----

Fallible<Value> encode(Thread& t, CodecHandle* self, Value input, NoneOr<Str*> errors) {
  Str* text = TRY(text_of_py(t, input));
  State state = initial_state(self->codec_->start_encoder);
  size_t used = 0;
  Bytes* bytes = TRY(encode_py(t, *self->codec_, &state, text, &used, errors, Piece::Last));
  return Value(TRY(Tuple::of(t, Value(bytes), Value::from_small_int(static_cast<int64_t>(text->length())))));
}
Fallible<Value> decode(Thread& t, CodecHandle* self, Value input, NoneOr<Str*> errors) {
  BytesLike bytes(t);
  TRY(bytes.open(input));
  State state = initial_state(self->codec_->start_decoder);
  Decoding d(t, bytes.data(), bytes.size(), &state);
  while (d.left() > 0) {  // more than once where a handler went back
    TRY(t.poll());
    TRY(decode_py(*self->codec_, d, errors));
    TRY(decode_rest_py(*self->codec_, d, errors));
  }
  return Value(TRY(Tuple::of(t, Value(TRY(d.out.finish())), Value::from_small_int(static_cast<int64_t>(bytes.size())))));
}

constexpr NativeMethod kHandleMethods[] = {
    {"encode", HOG_NATIVE(encode), "($self, /, input, errors=None)", "(bytes, how many characters were used)"},
    {"decode", HOG_NATIVE(decode), "($self, /, input, errors=None)", "(text, how many bytes were used)"},
    {}};
const TypeSpec kHandleSpec = {.name = "_multibytecodec.MultibyteCodec",
                              .layout = &CodecHandle::kLayout,
                              .flags = type_flag::kNoInstantiation,
                              .methods = kHandleMethods};

// ---- MultibyteIncrementalEncoder. ----

template <Direction direction>
Fallible<Value> make_incremental(Thread& t, Type* type, Str* errors) {
  return Value(TRY(new_codec_object_py(t, type, errors, direction)));
}
constexpr NativeMethod kEncoderConstructors[] = {
    {"IncrementalEncoder", HOG_NATIVE(make_incremental<Direction::Encode>), "($type, errors='strict')", nullptr}, {}};
Fallible<Value> encoder_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kEncoderConstructors[0]), Value(type), arguments);
}

Fallible<Value> encoder_encode(Thread& t, CodecObject* self, Value input, bool final) {
  return Value(TRY(encode_piece_py(t, self, input, final)));
}

// The state as a number, little end first: length of the pending text in UTF-8, that text, the codec's state.
constexpr size_t kLongestPendingUtf8 = kLongestPendingText * 4;
Fallible<Value> encoder_getstate(Thread& t, CodecObject* self) {
  uint8_t bytes[1 + kLongestPendingUtf8 + sizeof(State)];
  size_t size = 1;
  bytes[0] = 0;
  if (Str* pending = self->pending_text_.get()) {
    // UTF-8 has no lone surrogates.
    Bytes* utf8 = TRY(codecs::encode_utf8_py(t, pending, nullptr));
    if (utf8->length() > kLongestPendingUtf8) return t.raise(core.UnicodeError, "pending buffer too large");
    bytes[0] = static_cast<uint8_t>(utf8->length());
    std::memcpy(bytes + 1, utf8->data(), utf8->length());
    size += utf8->length();
  }
  std::memcpy(bytes + size, &self->state_, sizeof(State));
  return int_from_bytes(t, {bytes, size + sizeof(State)}, ByteOrder::Little, Signedness::Unsigned);
}
Fallible<void> encoder_setstate(Thread& t, CodecObject* self, Value number) {
  if (!is_int_or_bool(number)) return t.raise_type_error("setstate() argument must be int, not {}", type_of(number));
  uint8_t bytes[1 + kLongestPendingUtf8 + sizeof(State)];
  TRY(int_to_bytes(t, number, bytes, ByteOrder::Little, Signedness::Unsigned));
  size_t size = bytes[0];
  if (size > kLongestPendingUtf8) return t.raise(core.UnicodeError, "pending buffer too large");
  Str* pending = TRY(codecs::decode_utf8_py(t, codecs::Input(bytes + 1, size), nullptr));
  if (pending->length() > kLongestPendingText) return t.raise(core.UnicodeError, "pending buffer too large");
  self->pending_text_.set(self, pending->length() == 0 ? nullptr : pending);
  std::memcpy(&self->state_, bytes + 1 + size, sizeof(State));
  return {};
}
Fallible<void> encoder_reset(Thread& t, CodecObject* self) {
  BytesBuilder unused(t);
  if (self->codec_->reset_encoder != nullptr) TRY(self->codec_->reset_encoder(self->state_, unused));
  self->pending_text_.set(self, nullptr);
  return {};
}

constexpr NativeMethod kEncoderMethods[] = {
    {"encode", HOG_NATIVE(encoder_encode), "($self, /, input, final=False)", "The next piece."},
    {"getstate", HOG_NATIVE(encoder_getstate), "($self, /)", "The state as a number."},
    {"setstate", HOG_NATIVE(encoder_setstate), "($self, state, /)", "What getstate() gave."},
    {"reset", HOG_NATIVE(encoder_reset), "($self, /)", "Begin anew."},
    {}};
constexpr GetSet kGetSets[] = {{"errors", get_errors, set_errors, "How errors are treated."}, {}};
const TypeSpec kEncoderSpec = {.name = "_multibytecodec.MultibyteIncrementalEncoder",
                               .layout = &CodecObject::kLayout,
                               .flags = type_flag::kBaseType,
                               .slots = {.init = accept_anything, .new_ = encoder_new},
                               .methods = kEncoderMethods,
                               .getsets = kGetSets,
                               .constructors = kEncoderConstructors};

// ---- MultibyteIncrementalDecoder. ----

constexpr NativeMethod kDecoderConstructors[] = {
    {"IncrementalDecoder", HOG_NATIVE(make_incremental<Direction::Decode>), "($type, errors='strict')", nullptr}, {}};
Fallible<Value> decoder_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kDecoderConstructors[0]), Value(type), arguments);
}

// A failure at the end leaves what was pending as it was.
Fallible<void> decode_last_py(CodecObject* self, Decoding& d, size_t kept) {
  if (decode_rest_py(*self->codec_, d, self->errors_.get()).failed()) {
    std::memcpy(self->pending_, d.data, kept);
    self->pending_size_ = static_cast<uint8_t>(kept);
    return Failure{};
  }
  return {};
}
Fallible<Value> decoder_decode(Thread& t, CodecObject* self, Value input, bool final) {
  BytesLike bytes(t);
  TRY(bytes.open(input));
  const uint8_t* data = bytes.data();
  size_t size = bytes.size(), kept = self->pending_size_;
  Bytes* joined = nullptr;
  if (kept != 0) {
    joined = TRY(with_pending(t, self, data, size));
    data = joined->data();
    size = joined->length();
  }
  Decoding d(t, data, size, &self->state_);
  if (joined != nullptr) d.object = Value(joined);
  TRY(decode_py(*self->codec_, d, self->errors_.get()));
  if (final) TRY(decode_last_py(self, d, kept));
  TRY(keep_pending(t, self, d));
  return Value(TRY(d.out.finish()));
}
Fallible<Value> decoder_getstate(Thread& t, CodecObject* self) {
  Bytes* pending = TRY(Bytes::from(t, self->pending_, self->pending_size_));
  Value number = TRY(int_from_bytes(t, {self->state_.bytes, sizeof(State)}, ByteOrder::Little, Signedness::Unsigned));
  return Value(TRY(Tuple::of(t, Value(pending), number)));
}
Fallible<void> decoder_setstate(Thread& t, CodecObject* self, Value state) {
  if (!is<Tuple>(state)) return t.raise_type_error("setstate() argument must be tuple, not {}", type_of(state));
  auto* pair = as<Tuple>(state);
  if (pair->length() != 2 || !is<Bytes>(pair->at(0)) || !is_int_or_bool(pair->at(1)))
    return t.raise_type_error("setstate(): illegal state argument");
  State bytes;
  TRY(int_to_bytes(t, pair->at(1), bytes.bytes, ByteOrder::Little, Signedness::Unsigned));
  auto* pending = as<Bytes>(pair->at(0));
  if (pending->length() > kLongestPending) {
    codecs::Input input(pending->data(), pending->length(), pair->at(0));
    return codecs::raise_decode_error(t, self->codec_->name, input, 0, pending->length(), "pending buffer too large");
  }
  self->pending_size_ = static_cast<uint8_t>(pending->length());
  if (pending->length() != 0) std::memcpy(self->pending_, pending->data(), pending->length());
  self->state_ = bytes;
  return {};
}
Fallible<void> decoder_reset(Thread&, CodecObject* self) {
  if (self->codec_->reset_decoder != nullptr) self->codec_->reset_decoder(self->state_);
  self->pending_size_ = 0;
  return {};
}

constexpr NativeMethod kDecoderMethods[] = {
    {"decode", HOG_NATIVE(decoder_decode), "($self, /, input, final=False)", "The next piece."},
    {"getstate", HOG_NATIVE(decoder_getstate), "($self, /)", "(bytes not decoded yet, the state as a number)."},
    {"setstate", HOG_NATIVE(decoder_setstate), "($self, state, /)", "What getstate() gave."},
    {"reset", HOG_NATIVE(decoder_reset), "($self, /)", "Begin anew."},
    {}};
const TypeSpec kDecoderSpec = {.name = "_multibytecodec.MultibyteIncrementalDecoder",
                               .layout = &CodecObject::kLayout,
                               .flags = type_flag::kBaseType,
                               .slots = {.init = accept_anything, .new_ = decoder_new},
                               .methods = kDecoderMethods,
                               .getsets = kGetSets,
                               .constructors = kDecoderConstructors};

constexpr TypeRegistration kTypes[] = {{&handle_type, &kHandleSpec, false},
                                       {&encoder_type, &kEncoderSpec},
                                       {&decoder_type, &kDecoderSpec},
                                       {&reader_type, &kReaderSpec},
                                       {&writer_type, &kWriterSpec}};

// CPython makes codecs of capsules, which there are none of here.
Fallible<Value> create_codec(Thread& t, Value) { return t.raise_value_error("argument type invalid"); }
constexpr NativeMethod kFunctions[] = {{"__create_codec", HOG_NATIVE(create_codec), "(arg, /)", "Makes a codec of a capsule."}, {}};

// ---- The modules of the codecs. ----

Fallible<Value> find_codec(Thread& t, const Codec* codecs, Value name) {
  if (!is<Str>(name)) return t.raise_type_error("encoding name must be a string.");
  for (const Codec* codec = codecs; codec->name != nullptr; ++codec)
    if (as<Str>(name)->equals_ascii(codec->name)) return make_handle(t, codec);
  return t.raise(core.LookupError, "no such codec is supported.");
}
Fallible<Value> chinese(Thread& t, Value name) { return find_codec(t, kChineseCodecs, name); }
Fallible<Value> hong_kong(Thread& t, Value name) { return find_codec(t, kHongKongCodecs, name); }
Fallible<Value> iso2022(Thread& t, Value name) { return find_codec(t, kIso2022Codecs, name); }
Fallible<Value> japanese(Thread& t, Value name) { return find_codec(t, kJapaneseCodecs, name); }
Fallible<Value> korean(Thread& t, Value name) { return find_codec(t, kKoreanCodecs, name); }
Fallible<Value> taiwanese(Thread& t, Value name) { return find_codec(t, kTaiwaneseCodecs, name); }

#define HOG_GET_CODEC(table, function) \
  constexpr NativeMethod table[] = {{"getcodec", HOG_NATIVE(function), "(encoding, /)", "The codec of this name."}, {}};
HOG_GET_CODEC(kChinese, chinese)
HOG_GET_CODEC(kHongKong, hong_kong)
HOG_GET_CODEC(kIso2022, iso2022)
HOG_GET_CODEC(kJapanese, japanese)
HOG_GET_CODEC(kKorean, korean)
HOG_GET_CODEC(kTaiwanese, taiwanese)
#undef HOG_GET_CODEC

}  // namespace

}  // namespace hog::multibyte

namespace hog {

extern const ModuleSpec k_module__multibytecodec, k_module__codecs_cn, k_module__codecs_hk, k_module__codecs_iso2022,
    k_module__codecs_jp, k_module__codecs_kr, k_module__codecs_tw;
const ModuleSpec k_module__multibytecodec = {.name = "_multibytecodec",
                                             .functions = multibyte::kFunctions,
                                             .types = multibyte::kTypes,
                                             .type_count = std::size(multibyte::kTypes)};
const ModuleSpec k_module__codecs_cn = {.name = "_codecs_cn", .functions = multibyte::kChinese};
const ModuleSpec k_module__codecs_hk = {.name = "_codecs_hk", .functions = multibyte::kHongKong};
const ModuleSpec k_module__codecs_iso2022 = {.name = "_codecs_iso2022", .functions = multibyte::kIso2022};
const ModuleSpec k_module__codecs_jp = {.name = "_codecs_jp", .functions = multibyte::kJapanese};
const ModuleSpec k_module__codecs_kr = {.name = "_codecs_kr", .functions = multibyte::kKorean};
const ModuleSpec k_module__codecs_tw = {.name = "_codecs_tw", .functions = multibyte::kTaiwanese};

}  // namespace hog
