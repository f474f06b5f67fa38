// version.hpp: the version of the language and library that the interpreter reports, in this one place.
#pragma once

#include <cstdint>

#include "library_version.hpp"  // made by stdlib/CMakeLists.txt: HOG_LIBRARY_MICRO, that of the library that is frozen

namespace hog::version {

constexpr int kMajor = 3;
constexpr int kMinor = 14;
constexpr int kMicro = HOG_LIBRARY_MICRO;
constexpr int64_t kHex = (kMajor << 24) | (kMinor << 16) | (kMicro << 8) | 0xF0;  // final
constexpr const char* kText = "3.14." HOG_LIBRARY_MICRO_TEXT " (hognose 0.1.0, Jan  1 2026, 00:00:00) [C++20]";
constexpr const char* kImplementationName = "hognose";
constexpr const char* kCacheTag = "hognose-314";

}  // namespace hog::version
