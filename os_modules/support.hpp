// support.hpp: what the modules of os_modules/ share: the check that they were granted, and arguments as system calls want them.
#pragma once

#include <cerrno>

#include "modules/posix/posix.hpp"

namespace hog::os {

// First thing in the initialize of each module here: ImportError without the capability Process.
Fallible<void> require_process(Thread& t, const char* module);

struct Constant {
  const char* name;
  int64_t value;
};
Fallible<void> add_constants(Thread& t, Module* module, const Constant* rows, size_t count);

// call(), which may block, while other threads run; errno afterwards is the call's.
template <typename Call>
auto blocking(Thread& t, Call call) -> decltype(call()) {
  int error = 0;
  auto result = without_turn(t, [&] {
    auto r = call();
    error = errno;
    return r;
  });
  errno = error;
  return result;
}

// Raises OSError for errno. A call that a signal interrupted is to be made again: `retried` does so.
Failure raise_errno(Thread& t);
template <typename Call>
auto retried(Thread& t, Call call) -> Fallible<decltype(call())> {
  for (;;) {
    auto result = blocking(t, call);
    if (result != static_cast<decltype(result)>(-1) || errno != EINTR) return result;
    TRY(safe_point_py(t));
  }
}
// The same, with any other failure raised.
template <typename Call>
auto attempt(Thread& t, Call call) -> Fallible<decltype(call())> {
  auto result = TRY(retried(t, call));
  if (result == static_cast<decltype(result)>(-1)) return raise_errno(t);
  return result;
}

// An array of C strings, ended by null. The memory is the isolate's; keep the object on the native stack while it is used.
class StringArray {
 public:
  // Items are what os.fsencode takes.
  Fallible<void> fill_py(Thread& t, List* items);
  char* const* data() const { return pointers_ == nullptr ? nullptr : reinterpret_cast<char* const*>(pointers_->data()); }
  size_t size() const { return size_; }

 private:
  ByteArray* pointers_ = nullptr;
  List* texts_ = nullptr;  // the ByteArrays that the pointers lead to
  size_t size_ = 0;
};

}  // namespace hog::os
