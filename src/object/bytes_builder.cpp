// bytes_builder.cpp: BytesBuilder. Invariant: data_ has room for capacity_ bytes, size_ of them in use.
#include "object/bytes_builder.hpp"

#include <algorithm>

namespace hog {

Fallible<void> BytesBuilder::grow(size_t more) {
  constexpr size_t kLongest = size_t{1} << 46;
  if (more > kLongest || size_ + more > kLongest) return t_.raise_memory_error();
  size_t needed = size_ + more;
  size_t wanted = std::max({needed, size_ + size_ / 2, 2 * kInlineBytes});
  if (!t_.heap().would_fit(wanted)) wanted = needed;
  ByteArray* buffer = TRY(ByteArray::make(t_, wanted));
  std::memcpy(buffer->data(), data_, size_);
  buffer_ = buffer;
  data_ = buffer->data();
  capacity_ = wanted;
  return {};
}

}  // namespace hog
