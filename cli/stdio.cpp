// stdio.cpp: see stdio.hpp. Unbuffered: buffering is the streams' business.
#include "stdio.hpp"

#include <cerrno>
#include <unistd.h>

namespace hog {

HostResult<size_t> ProcessStdio::read(void* buffer, size_t size) {
  ssize_t n = ::read(0, buffer, size);
  if (n < 0) return {0, errno};
  return {static_cast<size_t>(n)};
}

HostResult<size_t> ProcessStdio::write(Stream stream, const void* data, size_t size) {
  ssize_t n = ::write(static_cast<int>(stream), data, size);
  if (n < 0) return {0, errno};
  return {static_cast<size_t>(n)};
}

HostResult<bool> ProcessStdio::flush(Stream) { return {true}; }

bool ProcessStdio::is_terminal(Stream stream) { return ::isatty(static_cast<int>(stream)) != 0; }

}  // namespace hog
