// value_array.cpp: ValueArray and ByteArray, the storage behind growable things. Invariant: the capacity is set once, in
// the cell itself, so that whoever holds a storage cell knows its bounds.
#include "object/containers.hpp"

namespace hog {

namespace {
constexpr size_t kMostItems = size_t{1} << 58;

void trace_value_array(Cell* cell, Marker& marker) {
  auto* array = static_cast<ValueArray*>(cell);
  marker.visit_words(reinterpret_cast<const uint64_t*>(array->items_), array->capacity_);
}
void trace_nothing(Cell*, Marker&) {}
size_t value_array_length(const Cell* cell) { return static_cast<const ValueArray*>(cell)->capacity_; }
size_t byte_array_length(const Cell* cell) { return static_cast<const ByteArray*>(cell)->capacity_; }
}  // namespace

const Layout ValueArray::kLayout = {.name = "ValueArray",
                                    .trace = trace_value_array,
                                    .base_size = sizeof(ValueArray),
                                    .item_size = sizeof(ValueField),
                                    .item_count = value_array_length};
const Layout ByteArray::kLayout = {
    .name = "ByteArray", .trace = trace_nothing, .base_size = sizeof(ByteArray), .item_size = 1, .item_count = byte_array_length};

Fallible<ValueArray*> ValueArray::make(Thread& t, size_t capacity) {
  if (capacity > kMostItems) [[unlikely]] return t.raise_memory_error();
  ValueArray* array = TRY(t.allocate<ValueArray>(shapes.value_array, capacity * sizeof(ValueField)));
  array->capacity_ = capacity;
  return array;
}

Fallible<ByteArray*> ByteArray::make(Thread& t, size_t capacity) {
  if (capacity > (size_t{1} << 61)) [[unlikely]] return t.raise_memory_error();
  ByteArray* array = TRY(t.allocate<ByteArray>(shapes.byte_array, capacity));
  array->capacity_ = capacity;
  return array;
}

}  // namespace hog
