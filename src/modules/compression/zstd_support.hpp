// zstd_support.hpp: what the objects and the parameters of the module _zstd share.
#pragma once

#define ZSTD_STATIC_LINKING_ONLY  // the functions that take an allocator
#include <zstd.h>
#include <zstd_errors.h>

#include "modules/compression/stream_decoder.hpp"

namespace hog {

extern Type* zstd_error_type;
extern Type* zstd_dict_type;

// A dictionary: plain content that any number of streams load.
class ZstdDict : public Cell {
 public:
  static const Layout kLayout;
  ValueField content_;  // Bytes
  int64_t dict_id_;
};
enum class ZstdDictUse : uint8_t { Digested, Undigested, Prefix };

Failure raise_zstd_error(Thread& t, const char* what, size_t code);
Fallible<void> set_zstd_level_py(Thread& t, ZSTD_CCtx* context, Value level);
Fallible<void> set_zstd_options_py(Thread& t, ZSTD_CCtx* compressor, ZSTD_DCtx* decompressor, Value options);
Fallible<Value> zstd_parameter_bounds(Thread& t, int parameter, bool is_compress);
// The dictionary and its use from a ZstdDict or a pair (ZstdDict, int); TypeError for others.
Fallible<ZstdDict*> read_zstd_dict(Thread& t, Value argument, ZstdDictUse* use);

}  // namespace hog
