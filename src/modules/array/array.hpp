// array.hpp: what the files of `array` share: the cell, the kinds of items, and conversion of single items.
//
// Invariants: length_ items of kind_->size bytes fit the storage; while exports_ > 0 neither changes. A value is converted to
// its bytes before the array is looked at, as conversion may run Python that changes it.
#pragma once

#include "object/class_system.hpp"
#include "object/numbers.hpp"

namespace hog::arrays {

struct ItemKind {
  char code;
  uint8_t size;
  bool is_integer;
  bool is_signed;
  bool is_text;
  uint8_t machine_format;  // as _array_reconstructor counts them
  const char* format;      // of a buffer
};
constexpr size_t kItemKindCount = 14;
extern const ItemKind kItemKinds[kItemKindCount];
const ItemKind* find_kind(char32_t code);  // null: no such typecode

class Array : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<Array*> make(Thread& t, Type* type, const ItemKind* kind, int64_t length);
  uint8_t* data() const { return storage_ ? storage_->data() : nullptr; }
  uint8_t* at(int64_t i) const { return data() + i * item_size(); }
  int64_t item_size() const { return kind_->size; }
  size_t byte_length() const { return static_cast<size_t>(length_ * item_size()); }
  // New items are zero. BufferError while exported.
  Fallible<void> resize(Thread& t, int64_t length);
  Fallible<void> check_resizable(Thread& t) const;
  Fallible<void> append_bytes(Thread& t, const uint8_t* bytes, int64_t count);

  Field<ByteArray> storage_;
  int64_t length_;
  int64_t exports_;
  int64_t stride_;  // == item_size(), for buffers
  const ItemKind* kind_;
};

struct ItemBytes {
  uint8_t bytes[8];
};
Fallible<ItemBytes> item_from_py(Thread& t, const ItemKind& kind, Value v);
Fallible<Value> item_to_value(Thread& t, const ItemKind& kind, const uint8_t* from);
inline Fallible<Value> item_at(Thread& t, const Array* array, int64_t i) {
  return item_to_value(t, *array->kind_, array->at(i));
}
Fallible<void> append_py(Thread& t, Array* array, Value v);
Fallible<void> extend_py(Thread& t, Array* array, Value iterable);
Fallible<void> append_text(Thread& t, Array* array, const Str* text);
Fallible<void> append_buffer(Thread& t, Array* array, const uint8_t* data, size_t size);
Fallible<Str*> text_of(Thread& t, const Array* array);

extern Type* array_type;
extern Type* iterator_type;
extern const NativeMethod kArrayMethods[];
Fallible<Value> reconstruct(Thread& t, Value module, Value type, Value code, Value machine_format, Value items);
Fallible<Value> make_array_py(Thread& t, Type* type, char32_t code, Value initial_or_absent);

}  // namespace hog::arrays
