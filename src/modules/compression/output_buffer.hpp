// output_buffer.hpp: OutputBuffer, where a codec puts what it makes, block by block; each block is charged before it is filled, and the
// blocks are joined at the end. Lives on the native stack only.
#pragma once

#include "object/containers.hpp"

namespace hog {

class OutputBuffer {
 public:
  // most: bytes after which no more room is given; negative: no such number.
  OutputBuffer(Thread& t, int64_t most) : blocks_(t), t_(t), most_(most) {}

  // A new block; the present one must be full. False when `most` bytes are there.
  Fallible<bool> grow(size_t first = kFirstBlock);
  // Bytes of the present block that are not filled: next() .. next() + room().
  uint8_t* next() { return block_ == nullptr ? nullptr : block_->data() + filled_; }
  size_t room() const { return block_ == nullptr ? 0 : block_->capacity() - filled_; }
  void advance(size_t bytes) { filled_ += bytes; }
  bool full() const { return room() == 0; }
  size_t size() const { return earlier_ + filled_; }
  // Room in any case, unless `most` is reached: the usual beginning of a codec's step.
  Fallible<bool> need_room(size_t first = kFirstBlock) {
    if (!full()) return true;
    return grow(first);
  }
  Fallible<Bytes*> finish();

  static constexpr size_t kFirstBlock = size_t{32} << 10;
  static constexpr size_t kLargestBlock = size_t{1} << 20;

 private:
  RootVector blocks_;
  Thread& t_;
  int64_t most_;
  ByteArray* block_ = nullptr;  // Python never sees it: it is not cleared
  size_t filled_ = 0;
  size_t earlier_ = 0;  // bytes in blocks before the present one
};

// Steps of the budget for so many bytes read and written by a codec that does about `cost` steps for 32 of them.
inline Fallible<void> poll_codec(Thread& t, size_t read, size_t written, int64_t cost = 1) {
  return t.poll((static_cast<int64_t>((read + written) / 32) + 1) * cost);
}

}  // namespace hog
