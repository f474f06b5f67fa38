// bytes_builder.hpp: BytesBuilder, collects bytes as StrBuilder collects text. Lives on the native stack only.
#pragma once

#include <cstring>

#include "object/containers.hpp"

namespace hog {

// A ByteArray whose bytes are what was there before: for storage of which nobody is shown more than was filled.
Fallible<ByteArray*> make_unfilled_storage(Thread& t, size_t capacity);

class BytesBuilder {
 public:
  explicit BytesBuilder(Thread& t) : t_(t) {}
  BytesBuilder(const BytesBuilder&) = delete;
  BytesBuilder& operator=(const BytesBuilder&) = delete;

  Fallible<void> reserve(size_t more) {
    if (more <= capacity_ - size_) [[likely]] return {};
    return grow(more);
  }
  // Room for `count` more bytes, which the caller fills at once.
  Fallible<uint8_t*> extend(size_t count) {
    TRY(reserve(count));
    uint8_t* room = data_ + size_;
    size_ += count;
    return room;
  }
  Fallible<void> append(const void* bytes, size_t count) {
    uint8_t* room = TRY(extend(count));
    if (count != 0) std::memcpy(room, bytes, count);
    return {};
  }
  Fallible<void> append(std::string_view bytes) { return append(bytes.data(), bytes.size()); }
  Fallible<void> append_byte(uint8_t byte) {
    TRY(reserve(1));
    data_[size_++] = byte;
    return {};
  }
  Fallible<void> append_repeated(uint8_t byte, size_t count) {
    uint8_t* room = TRY(extend(count));
    std::memset(room, byte, count);
    return {};
  }
  size_t size() const { return size_; }
  uint8_t* data() { return data_; }
  void truncate(size_t size) { size_ = size; }
  Fallible<Bytes*> finish() { return Bytes::from(t_, data_, size_); }

 private:
  Fallible<void> grow(size_t more);
  static constexpr size_t kInlineBytes = 256;
  Thread& t_;
  ByteArray* buffer_ = nullptr;  // null: the bytes are in inline_
  uint8_t* data_ = inline_;
  size_t size_ = 0;
  size_t capacity_ = kInlineBytes;
  alignas(8) uint8_t inline_[kInlineBytes];
};

}  // namespace hog
