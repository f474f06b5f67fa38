// poison.hpp: makes the use of a dead cell visible: by a pattern in debug and stress builds, by
// AddressSanitizer in its own.
#pragma once

#include <cstddef>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#define HOG_HEAP_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOG_HEAP_ASAN 1
#endif
#endif
#ifndef HOG_HEAP_ASAN
#define HOG_HEAP_ASAN 0
#endif
#if HOG_HEAP_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace hog::heap_detail {

#if HOG_HEAP_ASAN
inline constexpr bool kAddressSanitizer = true;
inline void poison(void* memory, size_t bytes) { __asan_poison_memory_region(memory, bytes); }
inline void unpoison(void* memory, size_t bytes) { __asan_unpoison_memory_region(memory, bytes); }
#else
inline constexpr bool kAddressSanitizer = false;
inline void poison(void*, size_t) {}
inline void unpoison(void*, size_t) {}
#endif

#if !defined(NDEBUG) || defined(HOG_GC_STRESS)
inline constexpr bool kFillDeadCells = true;
#else
inline constexpr bool kFillDeadCells = false;
#endif
inline constexpr unsigned char kDeadByte = 0xdb;

// The first word of a free cell is null; whoever still uses the cell as one fails at once.
inline void fill_dead_cell(void* cell, size_t bytes) {
  std::memset(cell, 0, sizeof(void*));
  std::memset(static_cast<char*>(cell) + sizeof(void*), kDeadByte, bytes - sizeof(void*));
}

}  // namespace hog::heap_detail
