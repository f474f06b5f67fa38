// bytes_builder.cpp: BytesBuilder. Invariant: data_ has room for capacity_ bytes, size_ of them in use.
#include "object/bytes_builder.hpp"

#include <algorithm>

#include "base/copy.hpp"

namespace hog {

Fallible<ByteArray*> make_unfilled_storage(Thread& t, size_t capacity) {
  if (capacity > (size_t{1} << 46)) [[unlikely]] return t.raise_memory_error();
  auto* storage = static_cast<ByteArray*>(t.heap().allocate_unfilled(sizeof(ByteArray) + capacity, shapes.byte_array));
  if (storage == nullptr) [[unlikely]] return t.raise_memory_error();
  storage->capacity_ = capacity;
  return storage;
}

Fallible<void> BytesBuilder::grow(size_t more) {
  constexpr size_t kLongest = size_t{1} << 46;
  if (more > kLongest || size_ + more > kLongest) return t_.raise_memory_error();
  size_t needed = size_ + more;
  constexpr size_t kDoubledBelow = 64 * 1024;
  size_t wanted = std::max({needed, size_ < kDoubledBelow ? size_ * 2 : size_ + size_ / 2, 2 * kInlineBytes});
  if (!t_.heap().would_fit(wanted)) wanted = needed;
  ByteArray* buffer = TRY(make_unfilled_storage(t_, wanted));
  copy_bytes(buffer->data(), data_, size_);
  buffer_ = buffer;
  data_ = buffer->data();
  capacity_ = wanted;
  return {};
}

}  // namespace hog
