// lzma_module.cpp: the module _lzma. Ref: library/lzma. Invariant: as zlib_objects.cpp has it. Only the single-threaded coders of the
// library are used.
#include "modules/compression/lzma_support.hpp"

namespace hog {

Type* lzma_error_type;

Fallible<void> check_lzma(Thread& t, lzma_ret outcome) {
  switch (outcome) {
    case LZMA_OK:
    case LZMA_GET_CHECK:
    case LZMA_NO_CHECK:
    case LZMA_STREAM_END: return {};
    case LZMA_UNSUPPORTED_CHECK: return t.raise(lzma_error_type, "Unsupported integrity check");
    case LZMA_MEM_ERROR: return t.raise_memory_error();
    case LZMA_MEMLIMIT_ERROR: return t.raise(lzma_error_type, "Memory usage limit exceeded");
    case LZMA_FORMAT_ERROR: return t.raise(lzma_error_type, "Input format not supported by decoder");
    case LZMA_OPTIONS_ERROR: return t.raise(lzma_error_type, "Invalid or unsupported options");
    case LZMA_DATA_ERROR: return t.raise(lzma_error_type, "Corrupt input data");
    case LZMA_BUF_ERROR: return t.raise(lzma_error_type, "Insufficient buffer space");
    case LZMA_PROG_ERROR: return t.raise(lzma_error_type, "Internal error");
    default: return t.raise(lzma_error_type, "Unrecognized error from liblzma: {}", static_cast<int>(outcome));
  }
}

namespace {

Type *compressor_type, *decompressor_type;

enum Format : int { kAuto, kXz, kAlone, kRaw };

void* allocate_items(void* heap, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  return allocate_for_library(heap, bytes);
}
lzma_allocator allocator_of(Thread& t) { return {allocate_items, free_for_library, &t.heap()}; }

constexpr size_t kPiece = size_t{64} << 10;

// One call of the library. `most` bounds the piece, so that the budget is asked in time.
lzma_ret run_step(lzma_stream* stream, lzma_action action, const uint8_t** in, size_t* size, OutputBuffer& out) {
  size_t piece = *size < kPiece ? *size : kPiece, room = out.room();
  stream->next_in = *in;
  stream->avail_in = piece;
  stream->next_out = out.next();
  stream->avail_out = room;
  lzma_ret outcome = lzma_code(stream, action);
  size_t read = piece - stream->avail_in;
  if (read != 0) *in += read;
  *size -= read;
  out.advance(room - stream->avail_out);
  stream->next_in = nullptr;
  stream->next_out = nullptr;
  stream->avail_in = 0;
  return outcome;
}

// ---- LZMACompressor. ----

class Compressor : public Cell {
 public:
  static const Layout kLayout;
  Thread* owner_;
  lzma_allocator allocator_;
  lzma_stream stream_;
  bool flushed_;
};
const Layout Compressor::kLayout = {.name = "_lzma.LZMACompressor",
                                    .trace = [](Cell*, Marker&) {},
                                    .destroy = [](Cell* cell) { lzma_end(&static_cast<Compressor*>(cell)->stream_); },
                                    .base_size = sizeof(Compressor)};

Fallible<lzma_ret> start_alone_py(Thread& t, lzma_stream* stream, uint32_t preset, Value filters) {
  if (filters.is_none()) {
    lzma_options_lzma options{};
    if (lzma_lzma_preset(&options, preset)) return t.raise(lzma_error_type, "Invalid compression preset: {}", preset);
    return lzma_alone_encoder(stream, &options);
  }
  LzmaChain chain;
  TRY(read_lzma_chain_py(t, filters, &chain));
  if (chain.filters[0].id != LZMA_FILTER_LZMA1 || chain.filters[1].id != kNoLzmaId)
    return t.raise_value_error("Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter");
  return lzma_alone_encoder(stream, &chain.options[0].lzma);
}

Fallible<Value> create_compressor(Thread& t, Type* type, int format, int check, Value preset_value, Value filters) {
  uint32_t preset = LZMA_PRESET_DEFAULT;
  if (!preset_value.is_none() && !filters.is_none())
    return t.raise_value_error("Cannot specify both preset and filter chain");
  if (!preset_value.is_none())
    preset = static_cast<uint32_t>(TRY(lzma_unsigned_py(t, preset_value, UINT32_MAX, "uint32_t")));
  if (format != kXz && check != -1 && check != LZMA_CHECK_NONE)
    return t.raise_value_error("Integrity checks are only supported by FORMAT_XZ");
  auto* self = static_cast<Compressor*>(TRY(new_instance(t, type)));
  TRY(t.isolate().services->poll_slow(t));  // a coder's tables are megabytes
  self->allocator_ = allocator_of(t);
  self->stream_.allocator = &self->allocator_;
  lzma_ret outcome;
  switch (format) {
    case kXz: {
      lzma_check kind = check == -1 ? LZMA_CHECK_CRC64 : static_cast<lzma_check>(check);
      if (filters.is_none()) {
        outcome = lzma_easy_encoder(&self->stream_, preset, kind);
      } else {
        LzmaChain chain;
        TRY(read_lzma_chain_py(t, filters, &chain));
        outcome = lzma_stream_encoder(&self->stream_, chain.filters, kind);
      }
      break;
    }
    case kAlone: outcome = TRY(start_alone_py(t, &self->stream_, preset, filters)); break;
    case kRaw: {
      if (filters.is_none()) return t.raise_value_error("Must specify filters for FORMAT_RAW");
      LzmaChain chain;
      TRY(read_lzma_chain_py(t, filters, &chain));
      outcome = lzma_raw_encoder(&self->stream_, chain.filters);
      break;
    }
    default: return t.raise_value_error("Invalid container format: {}", format);
  }
  TRY(check_lzma(t, outcome));
  return Value(self);
}
constexpr NativeMethod kCompressorConstructors[] = {{"LZMACompressor", HOG_NATIVE(create_compressor),
                                                     "($type, format=1, check=-1, preset=None, filters=None)", nullptr},
                                                    {}};
Fallible<Value> new_compressor(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kCompressorConstructors[0]), Value(type), arguments);
}

Fallible<Value> run_compressor(Thread& t, Compressor* self, const uint8_t* in, size_t size, lzma_action action) {
  OutputBuffer out(t, -1);
  for (;;) {
    (void)TRY(out.need_room());
    size_t before = size, made = out.size();
    lzma_ret outcome = run_step(&self->stream_, action, &in, &size, out);
    if (outcome == LZMA_BUF_ERROR && size == 0 && !out.full()) outcome = LZMA_OK;
    TRY(check_lzma(t, outcome));
    TRY(poll_codec(t, (before - size) * 16, out.size() - made));
    if (action == LZMA_RUN ? size == 0 && !out.full() : outcome == LZMA_STREAM_END) break;
  }
  return Value(TRY(out.finish()));
}
Fallible<Value> compress(Thread& t, Compressor* self, Value data) {
  BytesLike input(t);
  TRY(input.open(data));
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  if (self->flushed_) return t.raise_value_error("Compressor has been flushed");
  return run_compressor(t, self, input.data(), input.size(), LZMA_RUN);
}
Fallible<Value> flush(Thread& t, Compressor* self) {
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  if (self->flushed_) return t.raise_value_error("Repeated call to flush()");
  self->flushed_ = true;
  return run_compressor(t, self, nullptr, 0, LZMA_FINISH);
}
constexpr NativeMethod kCompressorMethods[] = {
    {"compress", HOG_NATIVE(compress), "($self, data, /)", "Takes data; what it made of it so far."},
    {"flush", HOG_NATIVE(flush), "($self, /)", "Ends the stream; what was still inside."},
    {}};
constexpr TypeSpec kCompressorSpec = {.name = "_lzma.LZMACompressor",
                                      .doc = "Compresses piece by piece.",
                                      .layout = &Compressor::kLayout,
                                      .slots = {.new_ = new_compressor},
                                      .methods = kCompressorMethods,
                                      .constructors = kCompressorConstructors};

// ---- LZMADecompressor. ----

class Decompressor : public StreamDecoder {
 public:
  static const Layout kLayout;
  lzma_allocator allocator_;
  lzma_stream stream_;

  Fallible<DecodeStep> step(Thread& t, const uint8_t** in, size_t* size, OutputBuffer& out) {
    lzma_ret outcome = run_step(&stream_, LZMA_RUN, in, size, out);
    if (outcome == LZMA_BUF_ERROR && *size == 0 && !out.full()) outcome = LZMA_OK;
    TRY(check_lzma(t, outcome));
    if (outcome == LZMA_GET_CHECK || outcome == LZMA_NO_CHECK) check_ = static_cast<int64_t>(lzma_get_check(&stream_));
    return outcome == LZMA_STREAM_END ? DecodeStep::End : DecodeStep::Going;
  }
};
const Layout Decompressor::kLayout = {
    .name = "_lzma.LZMADecompressor",
    .trace = StreamDecoder::trace,
    .destroy = [](Cell* cell) { lzma_end(&static_cast<Decompressor*>(cell)->stream_); },
    .base_size = sizeof(Decompressor)};
constexpr int64_t kUnknownCheck = LZMA_CHECK_ID_MAX + 1;

Fallible<Value> create_decompressor(Thread& t, Type* type, int format, Value memory_limit, Value filters) {
  uint64_t limit = UINT64_MAX;
  if (!memory_limit.is_none()) {
    if (format == kRaw) return t.raise_value_error("Cannot specify memory limit with FORMAT_RAW");
    limit = TRY(lzma_unsigned_py(t, memory_limit, UINT64_MAX, "unsigned long long"));
  }
  if (format == kRaw && filters.is_none()) return t.raise_value_error("Must specify filters for FORMAT_RAW");
  if (format != kRaw && !filters.is_none()) return t.raise_value_error("Cannot specify filters except with FORMAT_RAW");
  auto* self = static_cast<Decompressor*>(TRY(new_instance(t, type)));
  TRY(t.isolate().services->poll_slow(t));  // a coder's tables are megabytes
  self->allocator_ = allocator_of(t);
  self->stream_.allocator = &self->allocator_;
  TRY(self->start(t));
  self->check_ = kUnknownCheck;
  constexpr uint32_t kFlags = LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK;
  lzma_ret outcome;
  switch (format) {
    case kAuto: outcome = lzma_auto_decoder(&self->stream_, limit, kFlags); break;
    case kXz: outcome = lzma_stream_decoder(&self->stream_, limit, kFlags); break;
    case kAlone:
      self->check_ = LZMA_CHECK_NONE;
      outcome = lzma_alone_decoder(&self->stream_, limit);
      break;
    case kRaw: {
      self->check_ = LZMA_CHECK_NONE;
      LzmaChain chain;
      TRY(read_lzma_chain_py(t, filters, &chain));
      outcome = lzma_raw_decoder(&self->stream_, chain.filters);
      break;
    }
    default: return t.raise_value_error("Invalid container format: {}", format);
  }
  TRY(check_lzma(t, outcome));
  return Value(self);
}
constexpr NativeMethod kDecompressorConstructors[] = {
    {"LZMADecompressor", HOG_NATIVE(create_decompressor), "($type, format=0, memlimit=None, filters=None)", nullptr},
    {}};
Fallible<Value> new_decompressor(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kDecompressorConstructors[0]), Value(type), arguments);
}
Fallible<Value> decompress(Thread& t, Decompressor* self, Value data, int64_t max_length) {
  if (self->eof_.get().is_true() && self->owner_ == nullptr) return t.raise(core.EOFError, "Already at end of stream");
  return decompress_stream<DecoderTail::MayHoldOutput>(t, self, data, max_length);
}
constexpr NativeMethod kDecompressorMethods[] = {
    {"decompress", HOG_NATIVE(decompress), "($self, /, data, max_length=-1)",
     "Takes data; what it made of it, at most max_length bytes."},
    {}};
constexpr Member kDecompressorMembers[] = {kStreamDecoderMembers[0],
                                           kStreamDecoderMembers[1],
                                           kStreamDecoderMembers[2],
                                           {"check", offsetof(StreamDecoder, check_), Member::Kind::ReadOnlyInt64,
                                            "The kind of integrity check, as far as it is known."},
                                           {}};
constexpr TypeSpec kDecompressorSpec = {.name = "_lzma.LZMADecompressor",
                                        .doc = "Decompresses piece by piece.",
                                        .layout = &Decompressor::kLayout,
                                        .slots = {.new_ = new_decompressor},
                                        .methods = kDecompressorMethods,
                                        .members = kDecompressorMembers,
                                        .text_signature = "(format=FORMAT_AUTO, memlimit=None, filters=None)",
                                        .constructors = kDecompressorConstructors};
constexpr TypeSpec kErrorSpec = {.name = "_lzma.LZMAError", .base = &core.Exception, .flags = type_flag::kBaseType};
constexpr TypeRegistration kTypes[] = {
    {&compressor_type, &kCompressorSpec}, {&decompressor_type, &kDecompressorSpec}, {&lzma_error_type, &kErrorSpec}};

// ---- Functions. ----

Fallible<bool> is_check_supported(Thread&, int check) {
  return lzma_check_is_supported(static_cast<lzma_check>(check)) != 0;
}

Fallible<Value> encode_properties(Thread& t, Value specifier) {
  LzmaChain chain;
  TRY(read_lzma_filter_py(t, specifier, &chain.filters[0], &chain.options[0]));
  uint32_t size = 0;
  TRY(check_lzma(t, lzma_properties_size(&size, &chain.filters[0])));
  Bytes* out = TRY(Bytes::make(t, size));
  TRY(check_lzma(t, lzma_properties_encode(&chain.filters[0], out->mutable_data())));
  return Value(out);
}
Fallible<Value> decode_properties(Thread& t, Value id, Value encoded) {
  lzma_filter filter{};
  filter.id = TRY(lzma_unsigned_py(t, id, UINT64_MAX, "unsigned long long"));
  BytesLike bytes(t);
  TRY(bytes.open(encoded));
  lzma_allocator allocator = allocator_of(t);
  TRY(check_lzma(t, lzma_properties_decode(&filter, &allocator, bytes.data(), bytes.size())));
  Fallible<Value> result = lzma_filter_to_dict(t, filter);
  free_for_library(&t.heap(), filter.options);
  return result;
}
constexpr NativeMethod kFunctions[] = {
    {"is_check_supported", HOG_NATIVE(is_check_supported), "(check_id, /)", "Is this integrity check known?"},
    {"_encode_filter_properties", HOG_NATIVE(encode_properties), "(filter, /)",
     "A filter's options as bytes, without its id."},
    {"_decode_filter_properties", HOG_NATIVE(decode_properties), "(filter_id, encoded_props, /)",
     "A filter from such bytes."},
    {}};

struct Constant {
  const char* name;
  uint64_t value;
};
constexpr Constant kConstants[] = {{"FORMAT_AUTO", kAuto},
                                   {"FORMAT_XZ", kXz},
                                   {"FORMAT_ALONE", kAlone},
                                   {"FORMAT_RAW", kRaw},
                                   {"CHECK_NONE", LZMA_CHECK_NONE},
                                   {"CHECK_CRC32", LZMA_CHECK_CRC32},
                                   {"CHECK_CRC64", LZMA_CHECK_CRC64},
                                   {"CHECK_SHA256", LZMA_CHECK_SHA256},
                                   {"CHECK_ID_MAX", LZMA_CHECK_ID_MAX},
                                   {"CHECK_UNKNOWN", LZMA_CHECK_ID_MAX + 1},
                                   {"FILTER_LZMA1", LZMA_FILTER_LZMA1},
                                   {"FILTER_LZMA2", LZMA_FILTER_LZMA2},
                                   {"FILTER_DELTA", LZMA_FILTER_DELTA},
                                   {"FILTER_X86", LZMA_FILTER_X86},
                                   {"FILTER_IA64", LZMA_FILTER_IA64},
                                   {"FILTER_ARM", LZMA_FILTER_ARM},
                                   {"FILTER_ARMTHUMB", LZMA_FILTER_ARMTHUMB},
                                   {"FILTER_SPARC", LZMA_FILTER_SPARC},
                                   {"FILTER_POWERPC", LZMA_FILTER_POWERPC},
                                   {"MF_HC3", LZMA_MF_HC3},
                                   {"MF_HC4", LZMA_MF_HC4},
                                   {"MF_BT2", LZMA_MF_BT2},
                                   {"MF_BT3", LZMA_MF_BT3},
                                   {"MF_BT4", LZMA_MF_BT4},
                                   {"MODE_FAST", LZMA_MODE_FAST},
                                   {"MODE_NORMAL", LZMA_MODE_NORMAL},
                                   {"PRESET_DEFAULT", LZMA_PRESET_DEFAULT},
                                   {"PRESET_EXTREME", LZMA_PRESET_EXTREME}};

Fallible<void> initialize(Thread& t, Module* module) {
  for (const Constant& c : kConstants) TRY(module->add(t, c.name, TRY(make_uint(t, c.value))));
  return {};
}

}  // namespace

extern const ModuleSpec k_module__lzma;
const ModuleSpec k_module__lzma = {.name = "_lzma",
                                   .doc = "Compression as xz has it.",
                                   .functions = kFunctions,
                                   .types = kTypes,
                                   .type_count = std::size(kTypes),
                                   .initialize = initialize};

}  // namespace hog
