// lzma_support.hpp: what the objects and the filter chains of the module _lzma share.
#pragma once

#include <lzma.h>

#include "modules/compression/stream_decoder.hpp"

namespace hog {

extern Type* lzma_error_type;

// Nothing for LZMA_OK and what only informs; else the exception that tells what is wrong.
Fallible<void> check_lzma(Thread& t, lzma_ret outcome);

constexpr uint64_t kNoLzmaId = LZMA_VLI_UNKNOWN;

// A filter chain with its options; ends in kNoLzmaId.
struct LzmaChain {
  lzma_filter filters[LZMA_FILTERS_MAX + 1];
  union Options {
    lzma_options_lzma lzma;
    lzma_options_delta delta;
    lzma_options_bcj bcj;
  } options[LZMA_FILTERS_MAX];
};
Fallible<void> read_lzma_filter_py(Thread& t, Value specifier, lzma_filter* filter, LzmaChain::Options* options);
Fallible<void> read_lzma_chain_py(Thread& t, Value specifiers, LzmaChain* chain);
Fallible<Value> lzma_filter_to_dict(Thread& t, const lzma_filter& filter);
// An int of 0 ... most; OverflowError says what C type it is too large for.
Fallible<uint64_t> lzma_unsigned_py(Thread& t, Value v, uint64_t most, const char* c_type);

}  // namespace hog
