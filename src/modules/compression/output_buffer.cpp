// output_buffer.cpp: see output_buffer.hpp.
#include "modules/compression/output_buffer.hpp"

#include "base/copy.hpp"
#include "object/bytes_builder.hpp"

namespace hog {

Fallible<bool> OutputBuffer::grow(size_t first) {
  HOG_ASSERT(full());
  size_t length = block_ == nullptr ? first : block_->capacity() * 2;
  if (length > kLargestBlock && (block_ != nullptr || length > first)) length = kLargestBlock;
  if (length == 0) length = 1;
  if (most_ >= 0) {
    size_t left = static_cast<size_t>(most_) - size();
    if (left == 0) return false;
    if (length > left) length = left;
  }
  ByteArray* block = TRY(make_unfilled_storage(t_, length));
  TRY(blocks_.push(Value(block)));
  earlier_ += filled_;
  filled_ = 0;
  block_ = block;
  return true;
}

Fallible<Bytes*> OutputBuffer::finish() {
  TRY(t_.poll(static_cast<int64_t>(size() / 256 + 1)));  // nothing may run once the bytes are there, unfilled
  Bytes* all = TRY(Bytes::make_unfilled(t_, size()));
  uint8_t* to = all->mutable_data();
  for (size_t i = 0; i < blocks_.size(); ++i) {
    auto* block = static_cast<ByteArray*>(blocks_[i].cell());
    size_t length = block == block_ ? filled_ : block->capacity();
    copy_bytes(to, block->data(), length);
    to += length;
  }
  return all;
}

}  // namespace hog
