// output_buffer.cpp: see output_buffer.hpp.
#include "modules/compression/output_buffer.hpp"

#include <cstring>

namespace hog {

Fallible<bool> OutputBuffer::grow(size_t first) {
  HOG_ASSERT(full());
  size_t length = block_ == nullptr ? first : block_->length() * 2;
  if (length > kLargestBlock && (block_ != nullptr || length > first)) length = kLargestBlock;
  if (length == 0) length = 1;
  if (most_ >= 0) {
    size_t left = static_cast<size_t>(most_) - size();
    if (left == 0) return false;
    if (length > left) length = left;
  }
  Bytes* block = TRY(Bytes::make(t_, length));
  TRY(blocks_.push(Value(block)));
  earlier_ += filled_;
  filled_ = 0;
  block_ = block;
  return true;
}

Fallible<Bytes*> OutputBuffer::finish() {
  if (block_ != nullptr && earlier_ == 0 && full()) return block_;
  Bytes* all = TRY(Bytes::make(t_, size()));
  uint8_t* to = all->mutable_data();
  for (size_t i = 0; i < blocks_.size(); ++i) {
    Bytes* block = as<Bytes>(blocks_[i]);
    size_t length = block == block_ ? filled_ : block->length();
    std::memcpy(to, block->data(), length);
    to += length;
    TRY(t_.poll(static_cast<int64_t>(length / 256 + 1)));
  }
  return all;
}

}  // namespace hog
