// bytes.cpp: making Bytes and ByteArrayObject. Invariant of bytearray: see bytes_objects.hpp; room that was deleted at the
// front is used again, so that a queue of bytes costs no copying for each step.
#include <algorithm>
#include <cstring>

#include "base/copy.hpp"
#include "object/bytes_objects.hpp"

namespace hog {

namespace {
constexpr size_t kLongest = size_t{1} << 46;
uint8_t no_bytes[1];  // never written: what data() of an empty bytearray points to
void trace_nothing(Cell*, Marker&) {}
size_t bytes_length(const Cell* cell) { return static_cast<const Bytes*>(cell)->length_; }
}  // namespace

const Layout Bytes::kLayout = {.name = "bytes",
                               .trace = trace_nothing,
                               .base_size = sizeof(Bytes),
                               .item_size = 1,
                               .item_count = bytes_length};

Fallible<Bytes*> Bytes::make(Thread& t, size_t length) {
  if (length > kLongest) [[unlikely]] return t.raise_memory_error();
  Bytes* bytes = TRY(t.allocate<Bytes>(shapes.bytes, length));
  bytes->length_ = length;
  return bytes;
}

Fallible<Bytes*> Bytes::make_unfilled(Thread& t, size_t length) {
  if (length > kLongest) [[unlikely]] return t.raise_memory_error();
  auto* bytes = static_cast<Bytes*>(t.heap().allocate_unfilled(sizeof(Bytes) + length, shapes.bytes));
  if (bytes == nullptr) [[unlikely]] return t.raise_memory_error();
  bytes->length_ = length;
  return bytes;
}

Fallible<Bytes*> Bytes::from(Thread& t, const void* data, size_t length) {
  Bytes* bytes = TRY(make_unfilled(t, length));
  copy_bytes(bytes->bytes_, data, length);
  return bytes;
}

const Layout ByteArrayObject::kLayout = {
    .name = "bytearray",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<ByteArrayObject*>(cell)->storage_.get()); },
    .base_size = sizeof(ByteArrayObject),
};

uint8_t* ByteArrayObject::data() const { return storage_ ? storage_->data() + start_ : no_bytes; }

Fallible<ByteArrayObject*> ByteArrayObject::make(Thread& t, size_t size) {
  ByteArrayObject* array = TRY(t.allocate<ByteArrayObject>(shapes.bytearray));
  if (size != 0) {
    if (size > kLongest) return t.raise_memory_error();
    array->storage_.set(array, TRY(ByteArray::make(t, size)));
    array->size_ = size;
  }
  return array;
}

Fallible<ByteArrayObject*> ByteArrayObject::from(Thread& t, const void* data, size_t size) {
  ByteArrayObject* array = TRY(make(t, size));
  copy_bytes(array->data(), data, size);
  return array;
}

Fallible<void> ByteArrayObject::check_resizable(Thread& t) {
  if (exports_ == 0) [[likely]] return {};
  // A memoryview that nobody refers to any more may still be counted.
  TRY(t.poll(1000));
  t.isolate().services->collect_buffers(t);
  if (exports_ == 0) return {};
  return t.raise(core.BufferError, "Existing exports of data: object cannot be re-sized");
}

Fallible<void> ByteArrayObject::reallocate(Thread& t, size_t capacity) {
  if (capacity > kLongest) return t.raise_memory_error();
  ByteArray* storage = TRY(ByteArray::make(t, capacity));
  copy_bytes(storage->data(), data(), std::min(size_, capacity));
  storage_.set(this, storage);
  start_ = 0;
  return {};
}

Fallible<void> ByteArrayObject::resize(Thread& t, size_t size) {
  if (size == size_) return {};
  TRY(check_resizable(t));
  size_t capacity = storage_ ? storage_->capacity() : 0;
  if (size > size_) {
    if (size > kLongest) return t.raise_memory_error();
    if (size <= capacity && start_ + size > capacity) {
      std::memmove(storage_->data(), data(), size_);
      start_ = 0;
    } else if (start_ + size > capacity) {
      size_t wanted = size + (size_ != 0 ? size / 8 + 8 : 0);
      if (!t.heap().would_fit(wanted)) wanted = size;
      TRY(reallocate(t, wanted));
    }
    std::memset(data() + size_, 0, size - size_);
    size_ = size;
    return {};
  }
  size_ = size;
  if (size == 0) {
    storage_.clear();
    start_ = 0;
  } else if (capacity >= 1024 && size < capacity / 4) {
    return reallocate(t, size);
  }
  return {};
}

Fallible<void> ByteArrayObject::replace(Thread& t, size_t start, size_t end, const void* bytes, size_t size) {
  size_t removed = end - start, tail = size_ - end;
  if (tail > (size_t{1} << 16)) t.fuel_ -= static_cast<int64_t>(tail / 256);  // the next poll sees it
  if (size > removed) {
    TRY(resize(t, size_ + (size - removed)));
    std::memmove(data() + start + size, data() + end, tail);
  } else if (size < removed) {
    TRY(check_resizable(t));
    size_t less = removed - size;
    if (start == 0) {
      start_ += less;  // from the front: nothing moves
      size_ -= less;
      if (size_ == 0) storage_.clear(), start_ = 0;
    } else {
      std::memmove(data() + start + size, data() + end, tail);
      TRY(resize(t, size_ - less));
    }
  }
  if (size != 0) std::memcpy(data() + start, bytes, size);
  return {};
}

}  // namespace hog
