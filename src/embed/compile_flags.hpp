// compile_flags.hpp: the flags of compile() (PyCF_*), as the `ast` module knows them.
#pragma once

#include <cstdint>

namespace hog::compile_flag {

constexpr uint32_t kDontImplyDedent = 0x200;
constexpr uint32_t kOnlyAst = 0x400;
constexpr uint32_t kTypeComments = 0x1000;
constexpr uint32_t kAllowTopLevelAwait = 0x2000;
constexpr uint32_t kAllowIncompleteInput = 0x4000;
constexpr uint32_t kOptimizedAst = 0x8000 | kOnlyAst;

}  // namespace hog::compile_flag
