// bz2_module.cpp: the module _bz2. Ref: library/bz2. Invariant: as zlib_objects.cpp has it.
#include <bzlib.h>

#include "modules/compression/stream_decoder.hpp"

namespace hog {

namespace {

Type *compressor_type, *decompressor_type;

void* allocate_items(void* heap, int count, int size) {
  if (count < 0 || size < 0) return nullptr;
  return allocate_for_library(heap, static_cast<size_t>(count) * static_cast<size_t>(size));
}
void free_items(void* heap, void* memory) { free_for_library(heap, memory); }
void prepare(Thread& t, bz_stream* stream) {
  stream->opaque = &t.heap();
  stream->bzalloc = allocate_items;
  stream->bzfree = free_items;
}

Failure raise_bz2_error(Thread& t, int error) {
  switch (error) {
    case BZ_PARAM_ERROR: return t.raise_value_error("Internal error - invalid parameters passed to libbzip2");
    case BZ_MEM_ERROR: return t.raise_memory_error();
    case BZ_DATA_ERROR:
    case BZ_DATA_ERROR_MAGIC: return t.raise(core.OSError, "Invalid data stream");
    case BZ_IO_ERROR: return t.raise(core.OSError, "Unknown I/O error");
    case BZ_UNEXPECTED_EOF:
      return t.raise(core.EOFError, "Compressed file ended before the logical end-of-stream was detected");
    case BZ_SEQUENCE_ERROR:
      return t.raise(core.RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2");
    default: return t.raise(core.OSError, "Unrecognized error from libbzip2: {}", error);
  }
}
bool is_bz2_error(int outcome) { return outcome < 0; }

constexpr size_t kPiece = size_t{256} << 10;

// One call of the library, whose counters are 32 bits wide.
template <typename Work>
int run_step(bz_stream* stream, const uint8_t** in, size_t* size, OutputBuffer& out, Work work) {
  size_t piece = *size < kPiece ? *size : kPiece, room = out.room();
  stream->next_in = const_cast<char*>(reinterpret_cast<const char*>(*in));
  stream->avail_in = static_cast<unsigned>(piece);
  stream->next_out = reinterpret_cast<char*>(out.next());
  stream->avail_out = static_cast<unsigned>(room);
  int outcome = work(stream, *size <= kPiece);
  size_t read = piece - stream->avail_in;
  if (read != 0) *in += read;
  *size -= read;
  out.advance(room - stream->avail_out);
  stream->next_in = stream->next_out = nullptr;
  stream->avail_in = 0;
  return outcome;
}

// ---- BZ2Compressor. ----

class Compressor : public Cell {
 public:
  static const Layout kLayout;
  Thread* owner_;
  bz_stream stream_;
  bool flushed_;
};
const Layout Compressor::kLayout = {
    .name = "_bz2.BZ2Compressor",
    .trace = [](Cell*, Marker&) {},
    .destroy = [](Cell* cell) { BZ2_bzCompressEnd(&static_cast<Compressor*>(cell)->stream_); },
    .base_size = sizeof(Compressor)};

Fallible<Value> create_compressor(Thread& t, Type* type, int level) {
  if (level < 1 || level > 9) return t.raise_value_error("compresslevel must be between 1 and 9");
  auto* self = static_cast<Compressor*>(TRY(new_instance(t, type)));
  TRY(t.isolate().services->poll_slow(t));  // its tables are megabytes
  prepare(t, &self->stream_);
  int outcome = BZ2_bzCompressInit(&self->stream_, level, 0, 0);
  if (is_bz2_error(outcome)) return raise_bz2_error(t, outcome);
  return Value(self);
}
constexpr NativeMethod kCompressorConstructors[] = {
    {"BZ2Compressor", HOG_NATIVE(create_compressor), "($type, compresslevel=9, /)", nullptr}, {}};
Fallible<Value> new_compressor(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kCompressorConstructors[0]), Value(type), arguments);
}

Fallible<Value> run_compressor(Thread& t, Compressor* self, const uint8_t* in, size_t size, int action) {
  OutputBuffer out(t, -1);
  for (;;) {
    if (action == BZ_RUN && size == 0) break;
    (void)TRY(out.need_room());
    size_t before = size, made = out.size();
    int outcome =
        run_step(&self->stream_, &in, &size, out, [action](bz_stream* s, bool) { return BZ2_bzCompress(s, action); });
    TRY(poll_codec(t, (before - size) * 8, out.size() - made));
    if (is_bz2_error(outcome)) return raise_bz2_error(t, outcome);
    if (outcome == BZ_STREAM_END) break;
  }
  return Value(TRY(out.finish()));
}
Fallible<Value> compress(Thread& t, Compressor* self, Value data) {
  BytesLike input(t);
  TRY(input.open(data));
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  if (self->flushed_) return t.raise_value_error("Compressor has been flushed");
  return run_compressor(t, self, input.data(), input.size(), BZ_RUN);
}
Fallible<Value> flush(Thread& t, Compressor* self) {
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  if (self->flushed_) return t.raise_value_error("Repeated call to flush()");
  self->flushed_ = true;
  return run_compressor(t, self, nullptr, 0, BZ_FINISH);
}

constexpr NativeMethod kCompressorMethods[] = {
    {"compress", HOG_NATIVE(compress), "($self, data, /)", "Takes data; what it made of it so far."},
    {"flush", HOG_NATIVE(flush), "($self, /)", "Ends the stream; what was still inside."},
    {}};
constexpr TypeSpec kCompressorSpec = {.name = "_bz2.BZ2Compressor",
                                      .doc = "Compresses piece by piece.",
                                      .layout = &Compressor::kLayout,
                                      .slots = {.new_ = new_compressor},
                                      .methods = kCompressorMethods,
                                      .text_signature = "(compresslevel=9, /)",
                                      .constructors = kCompressorConstructors};

// ---- BZ2Decompressor. ----

class Decompressor : public StreamDecoder {
 public:
  static const Layout kLayout;
  bz_stream stream_;
  bool broken_;

  Fallible<DecodeStep> step(Thread& t, const uint8_t** in, size_t* size, OutputBuffer& out) {
    int outcome = run_step(&stream_, in, size, out, [](bz_stream* s, bool) { return BZ2_bzDecompress(s); });
    if (is_bz2_error(outcome)) {
      broken_ = true;  // the library's state is inconsistent now
      needs_input_.set(this, Value::from_bool(false));
      return raise_bz2_error(t, outcome);
    }
    return outcome == BZ_STREAM_END ? DecodeStep::End : DecodeStep::Going;
  }
};
const Layout Decompressor::kLayout = {
    .name = "_bz2.BZ2Decompressor",
    .trace = StreamDecoder::trace,
    .destroy = [](Cell* cell) { BZ2_bzDecompressEnd(&static_cast<Decompressor*>(cell)->stream_); },
    .base_size = sizeof(Decompressor)};

Fallible<Value> new_decompressor(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.positional != 0) return t.raise_type_error("BZ2Decompressor() takes no positional arguments");
  if (arguments.has_keywords()) return t.raise_type_error("BZ2Decompressor() takes no keyword arguments");
  auto* self = static_cast<Decompressor*>(TRY(new_instance(t, type)));
  TRY(t.isolate().services->poll_slow(t));  // its tables are megabytes
  prepare(t, &self->stream_);
  TRY(self->start(t));
  int outcome = BZ2_bzDecompressInit(&self->stream_, 0, 0);
  if (is_bz2_error(outcome)) return raise_bz2_error(t, outcome);
  return Value(self);
}
Fallible<Value> decompress(Thread& t, Decompressor* self, Value data, int64_t max_length) {
  if (self->broken_) return t.raise_value_error("Decompressor is unusable after a previous error");
  return decompress_stream<DecoderTail::MayHoldOutput>(t, self, data, max_length);
}
constexpr NativeMethod kDecompressorMethods[] = {
    {"decompress", HOG_NATIVE(decompress), "($self, /, data, max_length=-1)",
     "Takes data; what it made of it, at most max_length bytes."},
    {}};
constexpr TypeSpec kDecompressorSpec = {.name = "_bz2.BZ2Decompressor",
                                        .doc = "Decompresses piece by piece.",
                                        .layout = &Decompressor::kLayout,
                                        .slots = {.new_ = new_decompressor},
                                        .methods = kDecompressorMethods,
                                        .members = kStreamDecoderMembers,
                                        .text_signature = "()"};

constexpr TypeRegistration kTypes[] = {{&compressor_type, &kCompressorSpec}, {&decompressor_type, &kDecompressorSpec}};

}  // namespace

extern const ModuleSpec k_module__bz2;
const ModuleSpec k_module__bz2 = {
    .name = "_bz2", .doc = "Compression as bzip2 has it.", .types = kTypes, .type_count = std::size(kTypes)};

}  // namespace hog
