// zstd_parameters.cpp: levels and options of the module _zstd. There are no worker threads here: their parameters know one value, 0.
#include "modules/compression/zstd_support.hpp"

namespace hog {

namespace {

struct Parameter {
  int number;
  const char* name;
};
constexpr Parameter kCompression[] = {{ZSTD_c_compressionLevel, "compression_level"},
                                      {ZSTD_c_windowLog, "window_log"},
                                      {ZSTD_c_hashLog, "hash_log"},
                                      {ZSTD_c_chainLog, "chain_log"},
                                      {ZSTD_c_searchLog, "search_log"},
                                      {ZSTD_c_minMatch, "min_match"},
                                      {ZSTD_c_targetLength, "target_length"},
                                      {ZSTD_c_strategy, "strategy"},
                                      {ZSTD_c_enableLongDistanceMatching, "enable_long_distance_matching"},
                                      {ZSTD_c_ldmHashLog, "ldm_hash_log"},
                                      {ZSTD_c_ldmMinMatch, "ldm_min_match"},
                                      {ZSTD_c_ldmBucketSizeLog, "ldm_bucket_size_log"},
                                      {ZSTD_c_ldmHashRateLog, "ldm_hash_rate_log"},
                                      {ZSTD_c_contentSizeFlag, "content_size_flag"},
                                      {ZSTD_c_checksumFlag, "checksum_flag"},
                                      {ZSTD_c_dictIDFlag, "dict_id_flag"},
                                      {ZSTD_c_nbWorkers, "nb_workers"},
                                      {ZSTD_c_jobSize, "job_size"},
                                      {ZSTD_c_overlapLog, "overlap_log"}};
constexpr Parameter kDecompression[] = {{ZSTD_d_windowLogMax, "window_log_max"}};

template <size_t kCount>
const char* name_of(const Parameter (&parameters)[kCount], int number) {
  for (const Parameter& parameter : parameters)
    if (parameter.number == number) return parameter.name;
  return nullptr;
}
bool is_threading(int parameter) {
  return parameter == ZSTD_c_nbWorkers || parameter == ZSTD_c_jobSize || parameter == ZSTD_c_overlapLog;
}
ZSTD_bounds bounds_of(int parameter, bool is_compress) {
  if (!is_compress) return ZSTD_dParam_getBounds(static_cast<ZSTD_dParameter>(parameter));
  if (is_threading(parameter)) return {0, 0, 0};
  return ZSTD_cParam_getBounds(static_cast<ZSTD_cParameter>(parameter));
}

Failure raise_parameter_error(Thread& t, bool is_compress, int parameter, int64_t value) {
  const char* what = is_compress ? "compression" : "decompression";
  const char* name = is_compress ? name_of(kCompression, parameter) : name_of(kDecompression, parameter);
  if (name == nullptr) return t.raise_value_error("invalid {} parameter 'unknown parameter (key {})'", what, parameter);
  ZSTD_bounds bounds = bounds_of(parameter, is_compress);
  if (ZSTD_isError(bounds.error)) return raise_zstd_error(t, "Unable to get zstd parameter bounds: {}", bounds.error);
  return t.raise_value_error("{} parameter '{}' received an illegal value {}; the valid range is [{}, {}]", what, name,
                             value, bounds.lowerBound, bounds.upperBound);
}

Fallible<int> c_int_py(Thread& t, Value v) {
  int64_t n = TRY(index_to_int64_py(t, v));
  if (n < INT32_MIN || n > INT32_MAX) return t.raise(core.OverflowError, "Python int too large to convert to C int");
  return static_cast<int>(n);
}

bool is_named(Value key, const char* type_name) { return type_of(key)->name()->equals_ascii(type_name); }

}  // namespace

Failure raise_zstd_error(Thread& t, const char* what, size_t code) {
  if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation) return t.raise_memory_error();
  return t.raise(zstd_error_type, what, ZSTD_getErrorName(code));
}

Fallible<void> set_zstd_level_py(Thread& t, ZSTD_CCtx* context, Value level) {
  if (!is_int_or_bool(level)) return t.raise_type_error("invalid type for level, expected int");
  int low = ZSTD_minCLevel(), high = ZSTD_maxCLevel();
  Int64Result n = int_to_int64_nogc(level);
  if (n.overflow != 0 || n.value < INT32_MIN || n.value > INT32_MAX)
    return t.raise_value_error("illegal compression level; the valid range is [{}, {}]", low, high);
  if (n.value < low || n.value > high)
    return t.raise_value_error("illegal compression level {}; the valid range is [{}, {}]", n.value, low, high);
  size_t code = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, static_cast<int>(n.value));
  if (ZSTD_isError(code)) return raise_zstd_error(t, "Unable to set the compression level: {}", code);
  return {};
}

Fallible<void> set_zstd_options_py(Thread& t, ZSTD_CCtx* compressor, ZSTD_DCtx* decompressor, Value options) {
  bool is_compress = compressor != nullptr;
  if (!is<Dict>(options))
    return t.raise_type_error("{}() argument 'options' must be dict, not {}",
                              is_compress ? "ZstdCompressor" : "ZstdDecompressor", type_of(options));
  Dict* dict = as<Dict>(options);
  Value key, value;
  for (size_t i = 0; dict->next_nogc(&i, &key, &value);) {
    TRY(t.poll());
    if (is_compress && is_named(key, "DecompressionParameter"))
      return t.raise_type_error("compression options dictionary key must not be a DecompressionParameter attribute");
    if (!is_compress && is_named(key, "CompressionParameter"))
      return t.raise_type_error("decompression options dictionary key must not be a CompressionParameter attribute");
    int parameter = TRY(c_int_py(t, key));
    int number = TRY(c_int_py(t, value));
    if (is_compress && parameter == ZSTD_c_compressionLevel) {
      TRY(set_zstd_level_py(t, compressor, Value::from_small_int(number)));
      continue;
    }
    if (is_compress && is_threading(parameter)) {
      if (number != 0) return raise_parameter_error(t, true, parameter, number);
      continue;
    }
    size_t code = is_compress ? ZSTD_CCtx_setParameter(compressor, static_cast<ZSTD_cParameter>(parameter), number)
                              : ZSTD_DCtx_setParameter(decompressor, static_cast<ZSTD_dParameter>(parameter), number);
    if (ZSTD_isError(code)) return raise_parameter_error(t, is_compress, parameter, number);
  }
  return {};
}

Fallible<Value> zstd_parameter_bounds(Thread& t, int parameter, bool is_compress) {
  ZSTD_bounds bounds = bounds_of(parameter, is_compress);
  if (ZSTD_isError(bounds.error))
    return raise_zstd_error(t,
                            is_compress ? "Unable to get zstd compression parameter bounds: {}"
                                        : "Unable to get zstd decompression parameter bounds: {}",
                            bounds.error);
  return Value(TRY(Tuple::of(t, Value::from_small_int(bounds.lowerBound), Value::from_small_int(bounds.upperBound))));
}

Fallible<ZstdDict*> read_zstd_dict(Thread& t, Value argument, ZstdDictUse* use) {
  if (is<ZstdDict>(argument)) return as<ZstdDict>(argument);
  if (is<Tuple>(argument) && as<Tuple>(argument)->length() == 2) {
    Value dict = as<Tuple>(argument)->at(0), number = as<Tuple>(argument)->at(1);
    if (is<ZstdDict>(dict) && is_int_or_bool(number)) {
      Int64Result n = int_to_int64_nogc(number);
      if (n.overflow != 0 || n.value < INT32_MIN || n.value > INT32_MAX)
        return t.raise(core.OverflowError, "Python int too large to convert to C int");
    }
    if (is<ZstdDict>(dict) && number.is_small_int() && number.small_int() >= 0 && number.small_int() <= 2) {
      *use = static_cast<ZstdDictUse>(number.small_int());
      return as<ZstdDict>(dict);
    }
  }
  return t.raise_type_error("zstd_dict argument should be a ZstdDict object.");
}

}  // namespace hog
