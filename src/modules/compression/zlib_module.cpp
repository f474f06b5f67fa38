// zlib_module.cpp: the module zlib: functions and constants; its objects are in zlib_objects.cpp. Ref: library/zlib.
#include "modules/compression/zlib_support.hpp"

namespace hog {

Type* zlib_error_type;
Type* zlib_compress_type;
Type* zlib_decompress_type;
Type* zlib_decompressor_type;

Failure raise_zlib_error(Thread& t, const z_stream& stream, int error, const char* what) {
  if (error == Z_MEM_ERROR) return t.raise_memory_error();
  // Without a state there is nothing that could have set the message.
  const char* why = error == Z_VERSION_ERROR ? "library version mismatch" : stream.msg;
  if (why == nullptr) {
    switch (error) {
      case Z_BUF_ERROR: why = "incomplete or truncated stream"; break;
      case Z_STREAM_ERROR: why = "inconsistent stream state"; break;
      case Z_DATA_ERROR: why = "invalid input data"; break;
      default: break;
    }
  }
  if (why == nullptr) return t.raise(zlib_error_type, "Error {} {}", error, what);
  return t.raise(zlib_error_type, "Error {} {}: {}", error, what, why);
}

namespace {

void* allocate_items(void* heap, unsigned count, unsigned size) {
  return allocate_for_library(heap, size_t{count} * size);
}
void free_items(void* heap, void* memory) { free_for_library(heap, memory); }

}  // namespace

void prepare_zlib_stream(Thread& t, z_stream* stream) {
  stream->opaque = &t.heap();
  stream->zalloc = allocate_items;
  stream->zfree = free_items;
}

int zlib_step(int (*work)(z_stream*, int), z_stream* stream, int flush, const uint8_t** in, size_t* size,
              OutputBuffer& out) {
  size_t piece = *size < kZlibPiece ? *size : kZlibPiece;
  size_t room = out.room();
  stream->next_in = const_cast<uint8_t*>(*in);
  stream->avail_in = static_cast<unsigned>(piece);
  stream->next_out = out.next();
  stream->avail_out = static_cast<unsigned>(room);
  int outcome = work(stream, flush);
  size_t read = piece - stream->avail_in;
  if (read != 0) *in += read;
  *size -= read;
  out.advance(room - stream->avail_out);
  stream->next_in = nullptr;
  stream->next_out = nullptr;
  stream->avail_in = 0;
  return outcome;
}

Fallible<int> deflate_all(Thread& t, z_stream* stream, const uint8_t* in, size_t size, int flush, OutputBuffer& out) {
  for (;;) {
    (void)TRY(out.need_room());
    size_t before = size, made = out.size();
    bool last = size <= kZlibPiece;
    int outcome = zlib_step(deflate, stream, last ? flush : Z_NO_FLUSH, &in, &size, out);
    TRY(poll_codec(t, (before - size) * 4, out.size() - made));
    if (outcome == Z_STREAM_ERROR || outcome == Z_STREAM_END) return outcome;
    // Room that is left means that all of this piece was taken.
    if (!out.full() && size == 0) return outcome;
  }
}

namespace {

constexpr TypeSpec kErrorSpec = {.name = "zlib.error", .base = &core.Exception, .flags = type_flag::kBaseType};
constexpr TypeRegistration kTypes[] = {{&zlib_error_type, &kErrorSpec},
                                       {&zlib_compress_type, &kZlibCompressSpec, false},
                                       {&zlib_decompress_type, &kZlibDecompressSpec, false},
                                       {&zlib_decompressor_type, &kZlibDecompressorSpec}};

// Ends the stream however the function is left.
class DeflateScope {
 public:
  explicit DeflateScope(z_stream* stream) : stream_(stream) {}
  ~DeflateScope() { deflateEnd(stream_); }

 private:
  z_stream* stream_;
};
class InflateScope {
 public:
  explicit InflateScope(z_stream* stream) : stream_(stream) {}
  ~InflateScope() { inflateEnd(stream_); }

 private:
  z_stream* stream_;
};

Fallible<Value> compress(Thread& t, Value data, int level, int bits) {
  BytesLike input(t);
  TRY(input.open(data));
  z_stream stream{};
  prepare_zlib_stream(t, &stream);
  int outcome = deflateInit2(&stream, level, Z_DEFLATED, bits, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY);
  if (outcome == Z_STREAM_ERROR) return t.raise(zlib_error_type, "Bad compression level");
  if (outcome != Z_OK) return raise_zlib_error(t, stream, outcome, "while compressing data");
  DeflateScope scope(&stream);
  OutputBuffer out(t, -1);
  outcome = TRY(deflate_all(t, &stream, input.data(), input.size(), Z_FINISH, out));
  if (outcome != Z_STREAM_END) return raise_zlib_error(t, stream, outcome, "while compressing data");
  return Value(TRY(out.finish()));
}

Fallible<Value> decompress(Thread& t, Value data, int bits, int64_t buffer_size) {
  BytesLike input(t);
  TRY(input.open(data));
  if (buffer_size < 0) return t.raise_value_error("bufsize must be non-negative");
  z_stream stream{};
  prepare_zlib_stream(t, &stream);
  int outcome = inflateInit2(&stream, bits);
  if (outcome != Z_OK) return raise_zlib_error(t, stream, outcome, "while preparing to decompress data");
  InflateScope scope(&stream);
  OutputBuffer out(t, -1);
  const uint8_t* in = input.data();
  size_t size = input.size();
  for (;;) {
    auto first = static_cast<size_t>(buffer_size);
    (void)TRY(out.need_room(first < OutputBuffer::kLargestBlock ? first : OutputBuffer::kLargestBlock));
    size_t before = size, made = out.size();
    outcome = zlib_step(inflate, &stream, Z_SYNC_FLUSH, &in, &size, out);
    TRY(poll_codec(t, before - size, out.size() - made));
    if (outcome == Z_STREAM_END) return Value(TRY(out.finish()));
    if (outcome != Z_OK && outcome != Z_BUF_ERROR)
      return raise_zlib_error(t, stream, outcome, "while decompressing data");
    if (size == 0 && !out.full()) return raise_zlib_error(t, stream, Z_BUF_ERROR, "while decompressing data");
  }
}

// The low 32 bits of any int.
Fallible<unsigned long> checksum_start_py(Thread& t, Value value) {
  Value low = TRY(int_and(t, TRY(index_py(t, value)), Value::from_small_int(0xFFFFFFFF)));
  return static_cast<unsigned long>(low.small_int());
}

template <unsigned long (*kSum)(unsigned long, const unsigned char*, size_t)>
Fallible<Value> checksum(Thread& t, Value data, Value value) {
  BytesLike input(t);
  TRY(input.open(data));
  unsigned long sum = TRY(checksum_start_py(t, value));
  for (size_t at = 0; at < input.size(); at += kZlibPiece) {
    size_t length = input.size() - at < kZlibPiece ? input.size() - at : kZlibPiece;
    sum = kSum(sum, input.data() + at, length);
    TRY(t.poll(static_cast<int64_t>(length / 64 + 1)));
  }
  return Value::from_small_int(static_cast<int64_t>(sum & 0xFFFFFFFF));
}

Fallible<Value> compress_object(Thread& t, int level, int method, int bits, int memory_level, int strategy,
                                Value dictionary) {
  return make_zlib_compressor(t, level, method, bits, memory_level, strategy, dictionary);
}
Fallible<Value> decompress_object(Thread& t, int bits, Value dictionary) {
  return make_zlib_decompressor(t, bits, dictionary);
}

constexpr NativeMethod kFunctions[] = {
    {"adler32", HOG_NATIVE(checksum<adler32_z>), "(data, value=1, /)", "Adler-32 checksum, going on from value."},
    {"compress", HOG_NATIVE(compress), "(data, /, level=-1, wbits=15)", "Data compressed as one stream."},
    {"compressobj", HOG_NATIVE(compress_object),
     "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=<unrepresentable>)",
     "An object that compresses piece by piece."},
    {"crc32", HOG_NATIVE(checksum<crc32_z>), "(data, value=0, /)", "CRC-32 checksum, going on from value."},
    {"decompress", HOG_NATIVE(decompress), "(data, /, wbits=15, bufsize=16384)", "The data of a whole stream."},
    {"decompressobj", HOG_NATIVE(decompress_object), "(wbits=15, zdict=<unrepresentable>)",
     "An object that decompresses piece by piece."},
    {}};

struct Constant {
  const char* name;
  int value;
};
constexpr Constant kConstants[] = {
    {"MAX_WBITS", MAX_WBITS},
    {"DEFLATED", Z_DEFLATED},
    {"DEF_MEM_LEVEL", 8},
    {"DEF_BUF_SIZE", 16384},
    {"Z_NO_COMPRESSION", Z_NO_COMPRESSION},
    {"Z_BEST_SPEED", Z_BEST_SPEED},
    {"Z_BEST_COMPRESSION", Z_BEST_COMPRESSION},
    {"Z_DEFAULT_COMPRESSION", Z_DEFAULT_COMPRESSION},
    {"Z_FILTERED", Z_FILTERED},
    {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY},
    {"Z_RLE", Z_RLE},
    {"Z_FIXED", Z_FIXED},
    {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
    {"Z_NO_FLUSH", Z_NO_FLUSH},
    {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH},
    {"Z_SYNC_FLUSH", Z_SYNC_FLUSH},
    {"Z_FULL_FLUSH", Z_FULL_FLUSH},
    {"Z_FINISH", Z_FINISH},
    {"Z_BLOCK", Z_BLOCK},
    {"Z_TREES", Z_TREES},
};

Fallible<void> initialize(Thread& t, Module* module) {
  for (const Constant& c : kConstants) TRY(module->add(t, c.name, Value::from_small_int(c.value)));
  TRY(module->add(t, "ZLIB_VERSION", Value(TRY(Str::from_ascii(t, ZLIB_VERSION)))));
  TRY(module->add(t, "ZLIB_RUNTIME_VERSION", Value(TRY(Str::from_ascii(t, zlibVersion())))));
  return module->add(t, "__version__", Value(TRY(Str::from_ascii(t, "1.0"))));
}

}  // namespace

extern const ModuleSpec k_module_zlib;
const ModuleSpec k_module_zlib = {.name = "zlib",
                                  .doc = "Compression as gzip has it (zlib).",
                                  .functions = kFunctions,
                                  .types = kTypes,
                                  .type_count = std::size(kTypes),
                                  .initialize = initialize};

}  // namespace hog
