// memory_stdio.cpp: see memory_stdio.hpp. Invariant: size <= capacity, and both buffers together hold at most limit_ bytes.
#include "host/memory_stdio.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace hog {

MemoryStdio::~MemoryStdio() { clear(); }

void MemoryStdio::clear() {
  for (Buffer& buffer : buffers_) {
    std::free(buffer.data);
    buffer = Buffer();
  }
  dropped_ = 0;
}

std::string_view MemoryStdio::text(Stream stream) const {
  const Buffer& buffer = buffers_[stream == Stream::Error ? 1 : 0];
  return {buffer.data, buffer.size};
}

HostResult<size_t> MemoryStdio::read(void* buffer, size_t size) {
  size_t left = input_.size() - read_;
  if (size > left) size = left;
  if (size != 0) std::memcpy(buffer, input_.data() + read_, size);
  read_ += size;
  return {size};
}

bool MemoryStdio::reserve(Buffer* buffer, size_t capacity) {
  if (capacity <= buffer->capacity) return true;
  if (capacity < buffer->capacity * 2) capacity = buffer->capacity * 2;
  auto* data = static_cast<char*>(std::realloc(buffer->data, capacity));
  if (data == nullptr) return false;
  buffer->data = data;
  buffer->capacity = capacity;
  return true;
}

HostResult<size_t> MemoryStdio::write(Stream stream, const void* data, size_t size) {
  if (stream == Stream::Input) return {0, EBADF};
  if (sink_ != nullptr) {
    int error = sink_(context_, stream, static_cast<const char*>(data), size);
    return {error == 0 ? size : 0, error};
  }
  Buffer* buffer = &buffers_[stream == Stream::Error ? 1 : 0];
  size_t room = limit_ - buffers_[0].size - buffers_[1].size;
  size_t taken = size < room ? size : room;
  if (taken != 0 && !reserve(buffer, buffer->size + taken)) return {0, ENOMEM};
  if (taken != 0) std::memcpy(buffer->data + buffer->size, data, taken);
  buffer->size += taken;
  if (taken == size) return {size};
  if (overflow_ == Overflow::Refuse) {
    if (taken == 0) return {0, ENOSPC};
    return {taken};
  }
  dropped_ += size - taken;
  return {size};
}

HostResult<bool> MemoryStdio::flush(Stream) { return {true}; }
bool MemoryStdio::is_terminal(Stream) { return terminal_; }

}  // namespace hog
