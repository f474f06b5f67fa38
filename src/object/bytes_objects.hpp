// bytes_objects.hpp: the cells behind bytearray, memoryview and the byte iterators.
//
// Invariants: a bytearray's bytes are [start_, start_ + size_) of its storage, and its storage neither moves nor shrinks
// while exports_ > 0. A memoryview's shape, strides and offset stay inside its buffer; whoever exports memory counts in a
// cell field that BufferView::export_count points to, so that a forgotten memoryview gives its buffer back when it is
// collected (drop_dead_buffers_nogc).
#pragma once

#include "object/containers.hpp"
#include "object/protocol.hpp"

namespace hog {

class ByteArrayObject : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<ByteArrayObject*> make(Thread& t, size_t size);  // zeroed
  static Fallible<ByteArrayObject*> from(Thread& t, const void* data, size_t size);
  size_t length() const { return size_; }
  uint8_t* data() const;
  std::string_view view() const { return {reinterpret_cast<const char*>(data()), size_}; }
  // Changes the length; new bytes are zero. BufferError while the bytes are exported.
  Fallible<void> resize(Thread& t, size_t size);
  // Replaces [start, end) by `size` bytes, which must not be this array's own.
  Fallible<void> replace(Thread& t, size_t start, size_t end, const void* bytes, size_t size);
  Fallible<void> check_resizable(Thread& t);

  Field<ByteArray> storage_;
  size_t start_;
  size_t size_;
  int64_t exports_;

 private:
  Fallible<void> reallocate(Thread& t, size_t capacity);
};

class BytesIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Bytes> bytes_;  // cleared at the end
  size_t index_;
};
class ByteArrayIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<ByteArrayObject> array_;
  size_t index_;
};

constexpr int kMostDimensions = 64;

// One buffer that memoryviews look at. Found by them; released when the last one lets go.
class ManagedBuffer : public Cell {
 public:
  static const Layout kLayout;
  BufferView view_;
  int64_t views_;         // memoryviews that are not released
  bool released_;
  ManagedBuffer* next_;   // weak chain of the isolate's
};

class MemoryView : public Cell {
 public:
  static const Layout kLayout;
  // A view of an object's whole buffer.
  static Fallible<MemoryView*> from_object_py(Thread& t, Value object, int flags = kBufferFull);
  static Fallible<MemoryView*> make(Thread& t, ManagedBuffer* base, int ndim);
  Fallible<void> check_released(Thread& t) const;
  // Releases the view whatever its exports, and the buffer when it was the last.
  void let_go(Thread& t);

  Field<ManagedBuffer> base_;  // cleared when released
  uint8_t* data_;          // of the first item
  int64_t item_size_;
  int64_t exports_;        // buffers handed out by this view
  uint64_t hash_;          // 0: not computed
  Field<Bytes> format_;    // NUL-terminated text
  int32_t ndim_;
  bool released_;
  bool read_only_;
  int64_t shape_and_strides_[];  // ndim lengths, then ndim strides
  int64_t* shape() { return shape_and_strides_; }
  int64_t* strides() { return shape_and_strides_ + ndim_; }
  const int64_t* shape() const { return shape_and_strides_; }
  const int64_t* strides() const { return shape_and_strides_ + ndim_; }
  const char* format() const { return reinterpret_cast<const char*>(format_->data()); }
  int64_t byte_length() const;
  bool is_contiguous() const;
  bool is_fortran_contiguous() const;
};

class MemoryIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<MemoryView> view_;
  int64_t index_;
};

// From HeapHooks::clear_weak_tables: takes the exports of dead memoryviews back.
void drop_dead_buffers_nogc(IsolateState& isolate);

}  // namespace hog
