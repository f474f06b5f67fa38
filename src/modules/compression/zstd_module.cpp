// zstd_module.cpp: the module _zstd. Ref: library/compression.zstd. Invariant: as zlib_objects.cpp has it.
#include "modules/compression/zstd_support.hpp"
#include "modules/compression/zstd_training.hpp"

namespace hog {

Type* zstd_error_type;
Type* zstd_dict_type;

namespace {

Type *compressor_type, *decompressor_type;

ZSTD_customMem memory_of(Thread& t) { return {allocate_for_library, free_for_library, &t.heap()}; }
constexpr size_t kPiece = size_t{256} << 10;

// ---- ZstdDict. ----

Fallible<Value> create_dict(Thread& t, Type* type, Value content, bool is_raw) {
  BytesLike bytes(t);
  TRY(bytes.open(content));
  if (bytes.size() < 8)
    return t.raise_value_error("Zstandard dictionary content too short (must have at least eight bytes)");
  unsigned id = ZSTD_getDictID_fromDict(bytes.data(), bytes.size());
  if (!is_raw && id == 0) return t.raise_value_error("invalid Zstandard dictionary");
  Bytes* copy = TRY(Bytes::from(t, bytes.data(), bytes.size()));
  auto* self = static_cast<ZstdDict*>(TRY(new_instance(t, type)));
  self->content_.set(self, Value(copy));
  self->dict_id_ = id;
  return Value(self);
}
constexpr NativeMethod kDictConstructors[] = {
    {"ZstdDict", HOG_NATIVE(create_dict), "($type, dict_content, /, *, is_raw=False)", nullptr}, {}};
Fallible<Value> new_dict(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kDictConstructors[0]), Value(type), arguments);
}
Fallible<int64_t> dict_length(Thread&, Value self) {
  return static_cast<int64_t>(as<Bytes>(as<ZstdDict>(self)->content_.get())->length());
}
Fallible<Value> dict_repr(Thread& t, Value self) {
  auto* dict = as<ZstdDict>(self);
  return Value(
      TRY(t.format("<ZstdDict dict_id={} dict_size={}>", dict->dict_id_, as<Bytes>(dict->content_.get())->length())));
}
template <ZstdDictUse kUse>
Fallible<Value> get_use(Thread& t, Value self) {
  return Value(TRY(Tuple::of(t, self, Value::from_small_int(static_cast<int64_t>(kUse)))));
}
constexpr GetSet kDictGetSets[] = {{"as_digested_dict", get_use<ZstdDictUse::Digested>, nullptr, nullptr},
                                   {"as_undigested_dict", get_use<ZstdDictUse::Undigested>, nullptr, nullptr},
                                   {"as_prefix", get_use<ZstdDictUse::Prefix>, nullptr, nullptr},
                                   {}};
constexpr Member kDictMembers[] = {
    {"dict_content", offsetof(ZstdDict, content_), Member::Kind::ReadOnlyObject, "The content, as bytes."},
    {"dict_id", offsetof(ZstdDict, dict_id_), Member::Kind::ReadOnlyInt64,
     "The dictionary's number; 0 when it is raw content."},
    {}};
constexpr TypeSpec kDictSpec = {.name = "compression.zstd.ZstdDict",
                                .doc = "A dictionary that streams share.",
                                .layout = &ZstdDict::kLayout,
                                .slots = {.repr = dict_repr, .new_ = new_dict, .length = dict_length},
                                .getsets = kDictGetSets,
                                .members = kDictMembers,
                                .text_signature = "(dict_content, /, *, is_raw=False)",
                                .constructors = kDictConstructors};

// ---- ZstdCompressor. ----

class Compressor : public Cell {
 public:
  static const Layout kLayout;
  Thread* owner_;
  ZSTD_CCtx* context_;
  ZSTD_CDict* digested_;   // refers to the dictionary's content; null: none
  ValueField dictionary_;  // whose content a prefix refers to
  int64_t last_mode_;
};
const Layout Compressor::kLayout = {
    .name = "_zstd.ZstdCompressor",
    .trace = [](Cell* cell,
                Marker& marker) { marker.visit_word(static_cast<Compressor*>(cell)->dictionary_.get().raw()); },
    .destroy =
        [](Cell* cell) {
          ZSTD_freeCCtx(static_cast<Compressor*>(cell)->context_);
          ZSTD_freeCDict(static_cast<Compressor*>(cell)->digested_);
        },
    .base_size = sizeof(Compressor)};

// What a dictionary has for the compressor's level, ready for any number of frames.
Fallible<void> use_digested(Thread& t, Compressor* self, const Bytes* content) {
  int level = ZSTD_CLEVEL_DEFAULT;
  (void)ZSTD_CCtx_getParameter(self->context_, ZSTD_c_compressionLevel, &level);
  TRY(t.poll(static_cast<int64_t>(content->length() / 16 + 1)));
  ZSTD_compressionParameters parameters = ZSTD_getCParams(level, ZSTD_CONTENTSIZE_UNKNOWN, content->length());
  self->digested_ = ZSTD_createCDict_advanced(content->data(), content->length(), ZSTD_dlm_byRef, ZSTD_dct_auto, parameters, memory_of(t));
  if (self->digested_ == nullptr)
    return t.raise(zstd_error_type, "Failed to create a ZSTD_CDict instance from Zstandard dictionary content.");
  size_t code = ZSTD_CCtx_refCDict(self->context_, self->digested_);
  if (ZSTD_isError(code))
    return raise_zstd_error(t, "Unable to load Zstandard dictionary or prefix for compression: {}", code);
  return {};
}

Fallible<Value> create_compressor(Thread& t, Type* type, Value level, Value options, Value dictionary) {
  auto* self = static_cast<Compressor*>(TRY(new_instance(t, type)));
  self->last_mode_ = ZSTD_e_end;
  if (!level.is_none() && !options.is_none()) return t.raise_type_error("Only one of level or options should be used.");
  self->context_ = ZSTD_createCCtx_advanced(memory_of(t));
  if (self->context_ == nullptr) return t.raise_memory_error();
  if (!level.is_none()) TRY(set_zstd_level_py(t, self->context_, level));
  if (!options.is_none()) TRY(set_zstd_options_py(t, self->context_, nullptr, options));
  if (dictionary.is_none()) return Value(self);
  ZstdDictUse use = ZstdDictUse::Undigested;
  ZstdDict* dict = TRY(read_zstd_dict(t, dictionary, &use));
  self->dictionary_.set(self, Value(dict));
  Bytes* content = as<Bytes>(dict->content_.get());
  if (use == ZstdDictUse::Digested) {
    TRY(use_digested(t, self, content));
    return Value(self);
  }
  size_t code = use == ZstdDictUse::Prefix
                    ? ZSTD_CCtx_refPrefix(self->context_, content->data(), content->length())
                    : ZSTD_CCtx_loadDictionary(self->context_, content->data(), content->length());
  if (ZSTD_isError(code))
    return raise_zstd_error(t, "Unable to load Zstandard dictionary or prefix for compression: {}", code);
  return Value(self);
}
constexpr NativeMethod kCompressorConstructors[] = {
    {"ZstdCompressor", HOG_NATIVE(create_compressor), "($type, level=None, options=None, zstd_dict=None)", nullptr},
    {}};
Fallible<Value> new_compressor(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kCompressorConstructors[0]), Value(type), arguments);
}

Fallible<Value> run_compressor(Thread& t, Compressor* self, const uint8_t* in, size_t size, ZSTD_EndDirective mode) {
  // A frame that is written in one go says how long it is.
  if (self->last_mode_ == ZSTD_e_end && mode == ZSTD_e_end) (void)ZSTD_CCtx_setPledgedSrcSize(self->context_, size);
  OutputBuffer out(t, -1);
  for (;;) {
    (void)TRY(out.need_room());
    bool last = size <= kPiece;
    ZSTD_inBuffer input = {in, last ? size : kPiece, 0};
    ZSTD_outBuffer output = {out.next(), out.room(), 0};
    size_t code = ZSTD_compressStream2(self->context_, &output, &input, last ? mode : ZSTD_e_continue);
    if (ZSTD_isError(code)) {
      ZSTD_CCtx_reset(self->context_, ZSTD_reset_session_only);
      self->last_mode_ = ZSTD_e_end;
      return raise_zstd_error(t, "Unable to compress Zstandard data: {}", code);
    }
    if (input.pos != 0) in += input.pos;
    size -= input.pos;
    out.advance(output.pos);
    self->last_mode_ = ZSTD_e_continue;  // until the end was reached
    TRY(poll_codec(t, input.pos * 2, output.pos));
    if (last && size == 0 && (mode == ZSTD_e_continue ? !out.full() : code == 0)) break;
  }
  self->last_mode_ = mode;
  return Value(TRY(out.finish()));
}
Fallible<Value> compress(Thread& t, Compressor* self, Value data, int mode) {
  BytesLike input(t);
  TRY(input.open(data));
  if (mode < ZSTD_e_continue || mode > ZSTD_e_end)
    return t.raise_value_error(
        "mode argument wrong value, it should be one of ZstdCompressor.CONTINUE, ZstdCompressor.FLUSH_BLOCK, "
        "ZstdCompressor.FLUSH_FRAME.");
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  return run_compressor(t, self, input.data(), input.size(), static_cast<ZSTD_EndDirective>(mode));
}
Fallible<Value> flush(Thread& t, Compressor* self, int mode) {
  if (mode != ZSTD_e_flush && mode != ZSTD_e_end)
    return t.raise_value_error(
        "mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK.");
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  return run_compressor(t, self, nullptr, 0, static_cast<ZSTD_EndDirective>(mode));
}
Fallible<void> set_pledged_size(Thread& t, Compressor* self, Value size) {
  uint64_t pledged = ZSTD_CONTENTSIZE_UNKNOWN;
  if (!size.is_none()) {
    if (!is_int_or_bool(size)) return t.raise_type_error("an integer is required");
    Value n = size.is_bool() ? Value::from_small_int(size.is_true()) : size;
    bool good = n.is_small_int() ? n.small_int() >= 0 : !as<Int>(n)->negative() && as<Int>(n)->limb_count() <= 1;
    if (good)
      pledged = n.is_small_int()                ? static_cast<uint64_t>(n.small_int())
                : as<Int>(n)->limb_count() == 0 ? 0
                                                : as<Int>(n)->limbs()[0];
    if (!good || pledged >= ZSTD_CONTENTSIZE_ERROR)
      return t.raise_value_error("size argument should be a positive int less than {}",
                                 uint64_t{ZSTD_CONTENTSIZE_ERROR});
  }
  InUse use(t, &self->owner_);
  TRY(use.acquire());
  if (self->last_mode_ != ZSTD_e_end)
    return t.raise_value_error("set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME");
  size_t code = ZSTD_CCtx_setPledgedSrcSize(self->context_, pledged);
  if (ZSTD_isError(code)) return raise_zstd_error(t, "Unable to set pledged uncompressed content size: {}", code);
  return {};
}
constexpr NativeMethod kCompressorMethods[] = {
    {"compress", HOG_NATIVE(compress), "($self, /, data, mode=0)", "Takes data; what it made of it so far."},
    {"flush", HOG_NATIVE(flush), "($self, /, mode=2)", "Ends the block or the frame; what was still inside."},
    {"set_pledged_input_size", HOG_NATIVE(set_pledged_size), "($self, size, /)",
     "Says how long the next frame's content will be."},
    {}};
constexpr Member kCompressorMembers[] = {
    {"last_mode", offsetof(Compressor, last_mode_), Member::Kind::ReadOnlyInt64, "The mode of the last call."}, {}};
constexpr TypeSpec kCompressorSpec = {.name = "compression.zstd.ZstdCompressor",
                                      .doc = "Compresses piece by piece.",
                                      .layout = &Compressor::kLayout,
                                      .slots = {.new_ = new_compressor},
                                      .methods = kCompressorMethods,
                                      .members = kCompressorMembers,
                                      .text_signature = "(level=None, options=None, zstd_dict=None)",
                                      .constructors = kCompressorConstructors};

// ---- ZstdDecompressor. ----

class Decompressor : public StreamDecoder {
 public:
  static const Layout kLayout;
  ZSTD_DCtx* context_;
  ZSTD_DDict* digested_;  // refers to the dictionary's content; null: none
  ValueField dictionary_;
  static constexpr bool kReadsWithoutRoom = true;

  Fallible<DecodeStep> step(Thread& t, const uint8_t** in, size_t* size, OutputBuffer& out) {
    ZSTD_inBuffer input = {*in, *size < kPiece ? *size : kPiece, 0};
    ZSTD_outBuffer output = {out.next(), out.room(), 0};
    size_t code = ZSTD_decompressStream(context_, &output, &input);
    if (ZSTD_isError(code)) {
      ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
      return raise_zstd_error(t, "Unable to decompress Zstandard data: {}", code);
    }
    if (input.pos != 0) *in += input.pos;
    *size -= input.pos;
    out.advance(output.pos);
    return code == 0 ? DecodeStep::End : DecodeStep::Going;
  }
};
const Layout Decompressor::kLayout = {
    .name = "_zstd.ZstdDecompressor",
    .trace =
        [](Cell* cell, Marker& marker) {
          StreamDecoder::trace(cell, marker);
          marker.visit_word(static_cast<Decompressor*>(cell)->dictionary_.get().raw());
        },
    .destroy =
        [](Cell* cell) {
          ZSTD_freeDCtx(static_cast<Decompressor*>(cell)->context_);
          ZSTD_freeDDict(static_cast<Decompressor*>(cell)->digested_);
        },
    .base_size = sizeof(Decompressor)};

Fallible<Value> create_decompressor(Thread& t, Type* type, Value dictionary, Value options) {
  auto* self = static_cast<Decompressor*>(TRY(new_instance(t, type)));
  TRY(self->start(t));
  self->context_ = ZSTD_createDCtx_advanced(memory_of(t));
  if (self->context_ == nullptr) return t.raise_memory_error();
  if (!dictionary.is_none()) {
    ZstdDictUse use = ZstdDictUse::Digested;
    ZstdDict* dict = TRY(read_zstd_dict(t, dictionary, &use));
    self->dictionary_.set(self, Value(dict));
    Bytes* content = as<Bytes>(dict->content_.get());
    size_t code;
    if (use == ZstdDictUse::Digested) {
      self->digested_ =
          ZSTD_createDDict_advanced(content->data(), content->length(), ZSTD_dlm_byRef, ZSTD_dct_auto, memory_of(t));
      if (self->digested_ == nullptr)
        return t.raise(zstd_error_type, "Failed to create a ZSTD_DDict instance from Zstandard dictionary content.");
      code = ZSTD_DCtx_refDDict(self->context_, self->digested_);
    } else {
      code = use == ZstdDictUse::Prefix ? ZSTD_DCtx_refPrefix(self->context_, content->data(), content->length())
                                        : ZSTD_DCtx_loadDictionary(self->context_, content->data(), content->length());
    }
    if (ZSTD_isError(code))
      return raise_zstd_error(t, "Unable to load Zstandard dictionary or prefix for decompression: {}", code);
  }
  if (!options.is_none()) TRY(set_zstd_options_py(t, nullptr, self->context_, options));
  return Value(self);
}
constexpr NativeMethod kDecompressorConstructors[] = {
    {"ZstdDecompressor", HOG_NATIVE(create_decompressor), "($type, zstd_dict=None, options=None)", nullptr}, {}};
Fallible<Value> new_decompressor(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kDecompressorConstructors[0]), Value(type), arguments);
}
Fallible<Value> decompress(Thread& t, Decompressor* self, Value data, int64_t max_length) {
  if (self->eof_.get().is_true() && self->owner_ == nullptr)
    return t.raise(core.EOFError, "Already at the end of a Zstandard frame.");
  return decompress_stream<DecoderTail::MayHoldOutput>(t, self, data, max_length);
}
constexpr NativeMethod kDecompressorMethods[] = {
    {"decompress", HOG_NATIVE(decompress), "($self, /, data, max_length=-1)",
     "Takes data; what it made of it, at most max_length bytes."},
    {}};
constexpr TypeSpec kDecompressorSpec = {.name = "compression.zstd.ZstdDecompressor",
                                        .doc = "Decompresses piece by piece.",
                                        .layout = &Decompressor::kLayout,
                                        .slots = {.new_ = new_decompressor},
                                        .methods = kDecompressorMethods,
                                        .members = kStreamDecoderMembers,
                                        .text_signature = "(zstd_dict=None, options=None)",
                                        .constructors = kDecompressorConstructors};

constexpr TypeSpec kErrorSpec = {
    .name = "compression.zstd.ZstdError", .base = &core.Exception, .flags = type_flag::kBaseType};

// ---- Functions. ----

Fallible<Value> frame_info(Thread& t, Value frame) {
  BytesLike bytes(t);
  TRY(bytes.open(frame));
  unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR)
    return t.raise(zstd_error_type,
                   "Error when getting information from the header of a Zstandard frame. Ensure the frame_buffer "
                   "argument starts from "
                   "the beginning of a frame, and its length is not less than the frame header (6~18 bytes).");
  Value length = size == ZSTD_CONTENTSIZE_UNKNOWN ? Value::none() : TRY(make_uint(t, size));
  return Value(TRY(Tuple::of(t, length, Value::from_small_int(ZSTD_getDictID_fromFrame(bytes.data(), bytes.size())))));
}
Fallible<Value> frame_size(Thread& t, Value frame) {
  BytesLike bytes(t);
  TRY(bytes.open(frame));
  TRY(t.poll(static_cast<int64_t>(bytes.size() / 4096 + 1)));
  size_t size = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  if (ZSTD_isError(size))
    return t.raise(
        zstd_error_type,
        "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer argument starts from the "
        "beginning of a frame, and its length is not less than this complete frame. Zstd error message: {}.",
        ZSTD_getErrorName(size));
  return make_uint(t, size);
}
// The parameters' classes are known by their names; this only checks what it is given.
Fallible<void> set_parameter_types(Thread&, Type*, Type*) { return {}; }

constexpr NativeMethod kFunctions[] = {
    {"finalize_dict", HOG_NATIVE(finalize_zstd_dict),
     "(custom_dict_bytes, samples_bytes, samples_sizes, dict_size, compression_level, /)", "A dictionary of chosen content."},
    {"get_frame_info", HOG_NATIVE(frame_info), "(frame_buffer)",
     "(length of the content or None, dictionary's number)"},
    {"get_frame_size", HOG_NATIVE(frame_size), "(frame_buffer)", "The length of a whole compressed frame."},
    {"get_param_bounds", HOG_NATIVE(zstd_parameter_bounds), "(parameter, is_compress)",
     "The least and the greatest value."},
    {"set_parameter_types", HOG_NATIVE(set_parameter_types), "(c_parameter_type, d_parameter_type)",
     "Takes the enumerations."},
    {"train_dict", HOG_NATIVE(train_zstd_dict), "(samples_bytes, samples_sizes, dict_size, /)", "A dictionary from samples."},
    {}};

#define HOG_PARAMETER(name) {#name, name}
struct Constant {
  const char* name;
  int64_t value;
};
constexpr Constant kConstants[] = {HOG_PARAMETER(ZSTD_c_compressionLevel),
                                   HOG_PARAMETER(ZSTD_c_windowLog),
                                   HOG_PARAMETER(ZSTD_c_hashLog),
                                   HOG_PARAMETER(ZSTD_c_chainLog),
                                   HOG_PARAMETER(ZSTD_c_searchLog),
                                   HOG_PARAMETER(ZSTD_c_minMatch),
                                   HOG_PARAMETER(ZSTD_c_targetLength),
                                   HOG_PARAMETER(ZSTD_c_strategy),
                                   HOG_PARAMETER(ZSTD_c_enableLongDistanceMatching),
                                   HOG_PARAMETER(ZSTD_c_ldmHashLog),
                                   HOG_PARAMETER(ZSTD_c_ldmMinMatch),
                                   HOG_PARAMETER(ZSTD_c_ldmBucketSizeLog),
                                   HOG_PARAMETER(ZSTD_c_ldmHashRateLog),
                                   HOG_PARAMETER(ZSTD_c_contentSizeFlag),
                                   HOG_PARAMETER(ZSTD_c_checksumFlag),
                                   HOG_PARAMETER(ZSTD_c_dictIDFlag),
                                   HOG_PARAMETER(ZSTD_c_nbWorkers),
                                   HOG_PARAMETER(ZSTD_c_jobSize),
                                   HOG_PARAMETER(ZSTD_c_overlapLog),
                                   HOG_PARAMETER(ZSTD_d_windowLogMax),
                                   HOG_PARAMETER(ZSTD_fast),
                                   HOG_PARAMETER(ZSTD_dfast),
                                   HOG_PARAMETER(ZSTD_greedy),
                                   HOG_PARAMETER(ZSTD_lazy),
                                   HOG_PARAMETER(ZSTD_lazy2),
                                   HOG_PARAMETER(ZSTD_btlazy2),
                                   HOG_PARAMETER(ZSTD_btopt),
                                   HOG_PARAMETER(ZSTD_btultra),
                                   HOG_PARAMETER(ZSTD_btultra2),
                                   HOG_PARAMETER(ZSTD_CLEVEL_DEFAULT)};

Fallible<void> make_constants(Thread& t) {
  constexpr Constant kModes[] = {
      {"CONTINUE", ZSTD_e_continue}, {"FLUSH_BLOCK", ZSTD_e_flush}, {"FLUSH_FRAME", ZSTD_e_end}};
  for (const Constant& c : kModes)
    TRY(compressor_type->dict()->set_name(t, TRY(Str::intern_utf8(t, c.name)), Value::from_small_int(c.value)));
  return {};
}
Fallible<void> initialize(Thread& t, Module* module) {
  for (const Constant& c : kConstants) TRY(module->add(t, c.name, Value::from_small_int(c.value)));
  TRY(module->add(t, "ZSTD_DStreamOutSize", Value::from_small_int(static_cast<int64_t>(ZSTD_DStreamOutSize()))));
  TRY(module->add(t, "zstd_version_number", Value::from_small_int(ZSTD_versionNumber())));
  return module->add(t, "zstd_version", Value(TRY(Str::from_ascii(t, ZSTD_versionString()))));
}

constexpr TypeRegistration kTypes[] = {{&zstd_dict_type, &kDictSpec},
                                       {&compressor_type, &kCompressorSpec},
                                       {&decompressor_type, &kDecompressorSpec},
                                       {&zstd_error_type, &kErrorSpec}};

}  // namespace

const Layout ZstdDict::kLayout = {
    .name = "_zstd.ZstdDict",
    .trace = [](Cell* cell, Marker& marker) { marker.visit_word(static_cast<ZstdDict*>(cell)->content_.get().raw()); },
    .base_size = sizeof(ZstdDict)};

extern const ModuleSpec k_module__zstd;
const ModuleSpec k_module__zstd = {.name = "_zstd",
                                   .doc = "Compression as zstd has it.",
                                   .functions = kFunctions,
                                   .types = kTypes,
                                   .type_count = std::size(kTypes),
                                   .initialize = initialize,
                                   .make_constants = make_constants};

}  // namespace hog
