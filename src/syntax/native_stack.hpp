// native_stack.hpp: how much of the native stack a recursion may still use.
//
// The depth of nesting is counted as well; this is the second line, because frames differ in size between compilers and
// sanitizers. The stack grows downwards on every machine that we build for.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hog {

class NativeStack {
 public:
  // `bytes` from where the caller's caller is now.
  explicit NativeStack(size_t bytes) {
    uintptr_t here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
#if defined(__SANITIZE_ADDRESS__)
    bytes *= 8;  // frames are that much bigger
#endif
    limit_ = here > bytes ? here - bytes : 0;
  }
  bool is_low() const { return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) < limit_; }

 private:
  uintptr_t limit_;
};

}  // namespace hog
