// zlib_objects.cpp: the objects of the module zlib: Compress, Decompress, _ZlibDecompressor. Ref: library/zlib.
// Invariant: a stream's memory is the library's and is freed with the cell (Layout::destroy); no pointer to input or output stays in
// it between calls.
#include "modules/compression/stream_decoder.hpp"
#include "modules/compression/zlib_support.hpp"

namespace hog {

Fallible<void> set_zlib_dictionary_py(Thread& t, z_stream* stream, Value dictionary) {
  BytesLike bytes(t);
  TRY(bytes.open(dictionary));
  if (bytes.size() > UINT32_MAX) return t.raise(core.OverflowError, "zdict length does not fit in an unsigned int");
  int outcome = inflateSetDictionary(stream, bytes.data(), static_cast<unsigned>(bytes.size()));
  if (outcome != Z_OK) return raise_zlib_error(t, *stream, outcome, "while setting zdict");
  return {};
}

namespace {

class Compressor : public Cell {
 public:
  static const Layout kLayout;
  Thread* owner_;
  z_stream stream_;
};
void trace_nothing(Cell*, Marker&) {}
const Layout Compressor::kLayout = {.name = "zlib.Compress",
                                    .trace = trace_nothing,
                                    .destroy = [](Cell* cell) { deflateEnd(&static_cast<Compressor*>(cell)->stream_); },
                                    .base_size = sizeof(Compressor)};

class Decompressor : public Cell {
 public:
  static const Layout kLayout;
  Thread* owner_;
  z_stream stream_;
  ValueField dictionary_, unused_data_, unconsumed_tail_, eof_;
  Bytes* tail() const { return as<Bytes>(unconsumed_tail_.get()); }
};
void trace_decompressor(Cell* cell, Marker& marker) {
  auto* self = static_cast<Decompressor*>(cell);
  for (ValueField* field : {&self->dictionary_, &self->unused_data_, &self->unconsumed_tail_, &self->eof_})
    marker.visit_word(field->get().raw());
}
const Layout Decompressor::kLayout = {
    .name = "zlib.Decompress",
    .trace = trace_decompressor,
    .destroy = [](Cell* cell) { inflateEnd(&static_cast<Decompressor*>(cell)->stream_); },
    .base_size = sizeof(Decompressor)};

// ---- Compress. ----

Fallible<Compressor*> new_compressor(Thread& t) {
  auto* self = static_cast<Compressor*>(TRY(new_instance(t, zlib_compress_type)));
  prepare_zlib_stream(t, &self->stream_);
  return self;
}

Fallible<Value> compress(Thread& t, Compressor* self, Value data) {
  BytesLike input(t);
  TRY(input.open(data));
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  OutputBuffer out(t, -1);
  int outcome = TRY(deflate_all(t, &self->stream_, input.data(), input.size(), Z_NO_FLUSH, out));
  if (outcome == Z_STREAM_ERROR) return raise_zlib_error(t, self->stream_, outcome, "while compressing data");
  return Value(TRY(out.finish()));
}

Fallible<Value> compress_flush(Thread& t, Compressor* self, int mode) {
  if (mode == Z_NO_FLUSH) return Value(TRY(Bytes::make(t, 0)));
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  OutputBuffer out(t, -1);
  int outcome = TRY(deflate_all(t, &self->stream_, nullptr, 0, mode, out));
  if (outcome == Z_STREAM_END && mode == Z_FINISH) {
    deflateEnd(&self->stream_);
  } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
    return raise_zlib_error(t, self->stream_, outcome, "while flushing");
  }
  return Value(TRY(out.finish()));
}

Failure raise_no_copy(Thread& t, const z_stream& stream, int outcome, const char* what) {
  if (outcome == Z_STREAM_ERROR) return t.raise_value_error("Inconsistent stream state");
  return raise_zlib_error(t, stream, outcome, what);
}

Fallible<Value> compress_copy(Thread& t, Compressor* self) {
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  Compressor* twin = TRY(new_compressor(t));
  int outcome = deflateCopy(&twin->stream_, &self->stream_);
  if (outcome != Z_OK) return raise_no_copy(t, self->stream_, outcome, "while copying compression object");
  return Value(twin);
}
Fallible<Value> compress_deep_copy(Thread& t, Compressor* self, Value) { return compress_copy(t, self); }

constexpr NativeMethod kCompressMethods[] = {
    {"compress", HOG_NATIVE(compress), "($self, data, /)", "Takes data; what it made of it so far."},
    {"flush", HOG_NATIVE(compress_flush), "($self, mode=4, /)", "What is still inside, up to where mode says."},
    {"copy", HOG_NATIVE(compress_copy), "($self, /)", "An object that goes on from here on its own."},
    {"__copy__", HOG_NATIVE(compress_copy), "($self, /)", "As copy()."},
    {"__deepcopy__", HOG_NATIVE(compress_deep_copy), "($self, memo, /)", "As copy()."},
    {}};

// ---- Decompress. ----

Fallible<Decompressor*> new_decompressor(Thread& t) {
  auto* self = static_cast<Decompressor*>(TRY(new_instance(t, zlib_decompress_type)));
  prepare_zlib_stream(t, &self->stream_);
  self->eof_.set(self, Value::from_bool(false));
  Bytes* empty = TRY(Bytes::make(t, 0));
  self->unused_data_.set(self, Value(empty));
  self->unconsumed_tail_.set(self, Value(empty));
  return self;
}

// What the library left of its input belongs to unused_data after the end of the stream, else to unconsumed_tail.
Fallible<void> keep_rest(Thread& t, Decompressor* self, const uint8_t* in, size_t size, bool end) {
  if (end) {
    Bytes* old = as<Bytes>(self->unused_data_.get());
    if (size != 0) {
      Bytes* all = TRY(Bytes::make(t, old->length() + size));
      std::memcpy(all->mutable_data(), old->data(), old->length());
      std::memcpy(all->mutable_data() + old->length(), in, size);
      self->unused_data_.set(self, Value(all));
    }
    size = 0;
  }
  if (size != 0 || self->tail()->length() != 0) self->unconsumed_tail_.set(self, Value(TRY(Bytes::from(t, in, size))));
  return {};
}

// Inflates until the input is used up or `out` is full. The library's last answer.
Fallible<int> inflate_all(Thread& t, Decompressor* self, const uint8_t** in, size_t* size, int flush, OutputBuffer& out,
                          size_t first) {
  int outcome = Z_OK;
  for (;;) {
    if (!TRY(out.need_room(first))) return outcome;
    size_t before = *size, made = out.size();
    outcome = zlib_step(inflate, &self->stream_, *size <= kZlibPiece ? flush : int{Z_SYNC_FLUSH}, in, size, out);
    TRY(poll_codec(t, before - *size, out.size() - made));
    if (outcome == Z_NEED_DICT && !self->dictionary_.get().is_empty()) {
      TRY(set_zlib_dictionary_py(t, &self->stream_, self->dictionary_.get()));
      continue;
    }
    if (outcome != Z_OK && outcome != Z_BUF_ERROR) return outcome;
    if (*size == 0 && !out.full()) return outcome;
  }
}

Fallible<Value> decompress(Thread& t, Decompressor* self, Value data, int64_t max_length) {
  BytesLike input(t);
  TRY(input.open(data));
  if (max_length < 0) return t.raise_value_error("max_length must be non-negative");
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  OutputBuffer out(t, max_length == 0 ? -1 : max_length);
  const uint8_t* in = input.data();
  size_t size = input.size();
  int outcome = TRY(inflate_all(t, self, &in, &size, Z_SYNC_FLUSH, out, OutputBuffer::kFirstBlock));
  TRY(keep_rest(t, self, in, size, outcome == Z_STREAM_END));
  if (outcome == Z_STREAM_END) {
    self->eof_.set(self, Value::from_bool(true));
  } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
    return raise_zlib_error(t, self->stream_, outcome, "while decompressing data");
  }
  return Value(TRY(out.finish()));
}

Fallible<Value> decompress_flush(Thread& t, Decompressor* self, int64_t length) {
  if (length <= 0) return t.raise_value_error("length must be greater than zero");
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  OutputBuffer out(t, -1);
  Bytes* tail = self->tail();
  const uint8_t* in = tail->data();
  size_t size = tail->length();
  auto first = static_cast<size_t>(length);
  if (first > OutputBuffer::kLargestBlock) first = OutputBuffer::kLargestBlock;
  int outcome = TRY(inflate_all(t, self, &in, &size, Z_FINISH, out, first));
  TRY(keep_rest(t, self, in, size, outcome == Z_STREAM_END));
  if (outcome == Z_STREAM_END) {
    self->eof_.set(self, Value::from_bool(true));
    inflateEnd(&self->stream_);
  } else if (outcome == Z_DATA_ERROR || outcome == Z_NEED_DICT || outcome == Z_MEM_ERROR) {
    return raise_zlib_error(t, self->stream_, outcome, "while decompressing data");
  }
  return Value(TRY(out.finish()));
}

Fallible<Value> decompress_copy(Thread& t, Decompressor* self) {
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  Decompressor* twin = TRY(new_decompressor(t));
  int outcome = inflateCopy(&twin->stream_, &self->stream_);
  if (outcome != Z_OK) return raise_no_copy(t, self->stream_, outcome, "while copying decompression object");
  twin->dictionary_.set(twin, self->dictionary_.get());
  twin->unused_data_.set(twin, self->unused_data_.get());
  twin->unconsumed_tail_.set(twin, self->unconsumed_tail_.get());
  twin->eof_.set(twin, self->eof_.get());
  return Value(twin);
}
Fallible<Value> decompress_deep_copy(Thread& t, Decompressor* self, Value) { return decompress_copy(t, self); }

constexpr NativeMethod kDecompressMethods[] = {
    {"decompress", HOG_NATIVE(decompress), "($self, data, /, max_length=0)",
     "Takes data; what it made of it, at most max_length bytes."},
    {"flush", HOG_NATIVE(decompress_flush), "($self, length=16384, /)", "What unconsumed_tail still has."},
    {"copy", HOG_NATIVE(decompress_copy), "($self, /)", "An object that goes on from here on its own."},
    {"__copy__", HOG_NATIVE(decompress_copy), "($self, /)", "As copy()."},
    {"__deepcopy__", HOG_NATIVE(decompress_deep_copy), "($self, memo, /)", "As copy()."},
    {}};
constexpr Member kDecompressMembers[] = {
    {"unused_data", offsetof(Decompressor, unused_data_), Member::Kind::ReadOnlyObject,
     "What followed the end of the stream."},
    {"unconsumed_tail", offsetof(Decompressor, unconsumed_tail_), Member::Kind::ReadOnlyObject,
     "Input that max_length kept from use."},
    {"eof", offsetof(Decompressor, eof_), Member::Kind::ReadOnlyObject, "Was the end of the stream reached?"},
    {}};

// ---- _ZlibDecompressor, as gzip and zipfile want it. ----

class ZlibDecompressor : public StreamDecoder {
 public:
  static const Layout kLayout;
  z_stream stream_;
  ValueField dictionary_;

  Fallible<DecodeStep> step(Thread& t, const uint8_t** in, size_t* size, OutputBuffer& out) {
    int outcome = zlib_step(inflate, &stream_, Z_SYNC_FLUSH, in, size, out);
    if (outcome == Z_STREAM_END) return DecodeStep::End;
    if (outcome == Z_NEED_DICT && !dictionary_.get().is_empty()) {
      TRY(set_zlib_dictionary_py(t, &stream_, dictionary_.get()));
    } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
      return raise_zlib_error(t, stream_, outcome, "while decompressing data");
    }
    return DecodeStep::Going;
  }
};
const Layout ZlibDecompressor::kLayout = {
    .name = "zlib._ZlibDecompressor",
    .trace =
        [](Cell* cell, Marker& marker) {
          StreamDecoder::trace(cell, marker);
          marker.visit_word(static_cast<ZlibDecompressor*>(cell)->dictionary_.get().raw());
        },
    .destroy = [](Cell* cell) { inflateEnd(&static_cast<ZlibDecompressor*>(cell)->stream_); },
    .base_size = sizeof(ZlibDecompressor)};

Failure raise_no_start(Thread& t, const z_stream& stream, int outcome, const char* what) {
  if (outcome == Z_STREAM_ERROR) return t.raise_value_error("Invalid initialization option");
  return raise_zlib_error(t, stream, outcome, what);
}

Fallible<Value> create_decoder(Thread& t, Type* type, int bits, Value dictionary) {
  if (!dictionary.is_absent() && !supports_buffer(dictionary))
    return t.raise_type_error("zdict argument must support the buffer protocol");
  auto* self = static_cast<ZlibDecompressor*>(TRY(new_instance(t, type)));
  prepare_zlib_stream(t, &self->stream_);
  TRY(self->start(t));
  if (!dictionary.is_absent()) self->dictionary_.set(self, dictionary);
  int outcome = inflateInit2(&self->stream_, bits);
  if (outcome != Z_OK) return raise_no_start(t, self->stream_, outcome, "while creating decompression object");
  if (bits < 0 && !dictionary.is_absent()) TRY(set_zlib_dictionary_py(t, &self->stream_, dictionary));
  return Value(self);
}
constexpr NativeMethod kDecoderConstructors[] = {
    {"_ZlibDecompressor", HOG_NATIVE(create_decoder), "($type, wbits=15, zdict=<unrepresentable>)", nullptr}, {}};
Fallible<Value> decoder_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kDecoderConstructors[0]), Value(type), arguments);
}

Fallible<Value> decoder_decompress(Thread& t, ZlibDecompressor* self, Value data, int64_t max_length) {
  return decompress_stream<DecoderTail::MayHoldOutput>(t, self, data, max_length);
}
constexpr NativeMethod kDecoderMethods[] = {
    {"decompress", HOG_NATIVE(decoder_decompress), "($self, /, data, max_length=-1)",
     "Takes data; what it made of it, at most max_length bytes."},
    {}};

}  // namespace

Fallible<Value> make_zlib_compressor(Thread& t, int level, int method, int bits, int memory_level, int strategy,
                                     Value dictionary) {
  BytesLike bytes(t);
  if (!dictionary.is_absent()) {
    TRY(bytes.open(dictionary));
    if (bytes.size() > UINT32_MAX) return t.raise(core.OverflowError, "zdict length does not fit in an unsigned int");
  }
  Compressor* self = TRY(new_compressor(t));
  int outcome = deflateInit2(&self->stream_, level, method, bits, memory_level, strategy);
  if (outcome != Z_OK) return raise_no_start(t, self->stream_, outcome, "while creating compression object");
  if (!dictionary.is_absent()) {
    outcome = deflateSetDictionary(&self->stream_, bytes.data(), static_cast<unsigned>(bytes.size()));
    if (outcome == Z_STREAM_ERROR) return t.raise_value_error("Invalid dictionary");
    if (outcome != Z_OK) return t.raise_value_error("deflateSetDictionary()");
  }
  return Value(self);
}

Fallible<Value> make_zlib_decompressor(Thread& t, int bits, Value dictionary) {
  if (!dictionary.is_absent() && !supports_buffer(dictionary))
    return t.raise_type_error("zdict argument must support the buffer protocol");
  Decompressor* self = TRY(new_decompressor(t));
  if (!dictionary.is_absent()) self->dictionary_.set(self, dictionary);
  int outcome = inflateInit2(&self->stream_, bits);
  if (outcome != Z_OK) return raise_no_start(t, self->stream_, outcome, "while creating decompression object");
  if (bits < 0 && !dictionary.is_absent()) TRY(set_zlib_dictionary_py(t, &self->stream_, dictionary));
  return Value(self);
}

const TypeSpec kZlibCompressSpec = {.name = "zlib.Compress",
                                    .layout = &Compressor::kLayout,
                                    .flags = type_flag::kNoInstantiation,
                                    .methods = kCompressMethods};
const TypeSpec kZlibDecompressSpec = {.name = "zlib.Decompress",
                                      .layout = &Decompressor::kLayout,
                                      .flags = type_flag::kNoInstantiation,
                                      .methods = kDecompressMethods,
                                      .members = kDecompressMembers};
const TypeSpec kZlibDecompressorSpec = {.name = "zlib._ZlibDecompressor",
                                        .doc = "Decompresses piece by piece, as file objects want it.",
                                        .layout = &ZlibDecompressor::kLayout,
                                        .slots = {.new_ = decoder_new},
                                        .methods = kDecoderMethods,
                                        .members = kStreamDecoderMembers,
                                        .text_signature = "(wbits=15, zdict=b'')",
                                        .constructors = kDecoderConstructors};

}  // namespace hog
