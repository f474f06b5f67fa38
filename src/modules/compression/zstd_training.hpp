// zstd_training.hpp: see zstd_training.cpp.
#pragma once

#include "object/containers.hpp"
#include "object/thread.hpp"

namespace hog {

// A dictionary of at most `size` bytes from samples that follow one another in `content`.
Fallible<Value> train_zstd_dict(Thread& t, Bytes* content, Tuple* sizes, int64_t size);
// The same from content that somebody has chosen already.
Fallible<Value> finalize_zstd_dict(Thread& t, Bytes* custom, Bytes* content, Tuple* sizes, int64_t size, int level);

}  // namespace hog
