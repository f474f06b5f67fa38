// bytes_common.hpp: what bytes and bytearray share. Operations take plain spans; results are of the type asked for.
//
// Rule: arguments are converted first (a class's __buffer__ or __index__ may run Python and change a bytearray), and only
// then is self looked at. Nothing runs Python after that, so spans stay valid.
#pragma once

#include "object/bytes_objects.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "types/str_common.hpp"

namespace hog {

struct ByteSpan {
  const uint8_t* data;
  size_t size;
  TextView text() const { return {data, size, Width::k1}; }
  ByteSpan part(size_t start, size_t end) const { return {data + start, end - start}; }
};
inline ByteSpan span_of(const Bytes* b) { return {b->data(), b->length()}; }
inline ByteSpan span_of(const ByteArrayObject* b) { return {b->data(), b->length()}; }
inline ByteSpan span_of(const BytesLike& b) { return {b.data(), b.size()}; }

// A new object of the same built-in type as `Self`, of these bytes. bytes itself comes back when nothing changed.
Fallible<Bytes*> new_like(Thread& t, const Bytes*, ByteSpan bytes);
Fallible<ByteArrayObject*> new_like(Thread& t, const ByteArrayObject*, ByteSpan bytes);
inline Fallible<Bytes*> unchanged(Thread& t, Bytes* self) {
  if (self->shape() == shapes.bytes) return self;
  return new_like(t, self, span_of(self));
}
inline Fallible<ByteArrayObject*> unchanged(Thread& t, ByteArrayObject* self) { return new_like(t, self, span_of(self)); }
// Uninitialised room.
Fallible<Bytes*> make_like(Thread& t, const Bytes*, size_t size);
Fallible<ByteArrayObject*> make_like(Thread& t, const ByteArrayObject*, size_t size);
inline uint8_t* writable(Bytes* b) { return b->mutable_data(); }
inline uint8_t* writable(ByteArrayObject* b) { return b->data(); }

// A byte value from an int; ValueError "byte must be in range(0, 256)".
Fallible<uint8_t> byte_value_py(Thread& t, Value v, const char* message = "byte must be in range(0, 256)");
// An index fitted to a length, negative ones from the end; IndexError `message`.
Fallible<size_t> byte_index_py(Thread& t, Value key, size_t length, const char* message);
// memoryview.tobytes().
Fallible<Bytes*> memory_contents(Thread& t, MemoryView* view);
// Keeps a bytearray's length for a scope: arguments that run Python and would change it get a BufferError.
class LengthLock {
 public:
  explicit LengthLock(ByteArrayObject* array) : array_(array) { ++array->exports_; }
  explicit LengthLock(const Bytes*) {}
  explicit LengthLock(Value v) : array_(try_as<ByteArrayObject>(v)) {
    if (array_ != nullptr) ++array_->exports_;
  }
  ~LengthLock() {
    if (array_ != nullptr) --array_->exports_;
  }
  LengthLock(const LengthLock&) = delete;
  LengthLock& operator=(const LengthLock&) = delete;

 private:
  ByteArrayObject* array_ = nullptr;
};

// What find() and its kin look for: bytes-like or one byte.
class Needle {
 public:
  explicit Needle(Thread& t) : buffer_(t) {}
  Fallible<void> open_py(Thread& t, Value v);
  ByteSpan span() const { return single_ ? ByteSpan{&byte_, 1} : span_of(buffer_); }

 private:
  BytesLike buffer_;
  bool single_ = false;
  uint8_t byte_ = 0;
};

// The bytes of anything bytes() takes but str: buffer or iterable of ints. `type_name`: "bytes", "bytearray".
Fallible<Bytes*> bytes_from_object_py(Thread& t, Value source, const char* type_name, const char* range_message);
// As many zero bytes as an int says; absent when `source` is no int.
Fallible<Value> zeros_py(Thread& t, Value source);
// bytes(source, encoding, errors) for both types. A count comes back as that many zero bytes.
Fallible<Bytes*> bytes_from_arguments_py(Thread& t, Value source, Value encoding, Value errors, const char* type_name,
                                         const char* range_message);
Fallible<Str*> bytes_repr(Thread& t, ByteSpan bytes, const char* prefix, const char* suffix, bool choose_quotes);
// bytes.hex and memoryview.hex. sep: absent or str/bytes.
Fallible<Str*> bytes_hex_py(Thread& t, ByteSpan bytes, Value sep, int group);
Fallible<Bytes*> bytes_from_hex_py(Thread& t, Value text);
Fallible<bool> bytes_contains_py(Thread& t, Value self, Value item);

// The methods that bytes and bytearray have in common; bytes_methods.cpp instantiates both.
extern const NativeMethod kSharedBytesMethods[];      // for bytes
extern const NativeMethod kSharedByteArrayMethods[];  // for bytearray

}  // namespace hog
