// list.cpp: growable arrays of values. Invariant: size_ <= items_->capacity(), and items_ is null only while size_ is 0.
// Slots of the storage beyond size_ may hold stale values: harmless, never read.
#include <cstring>

#include "object/containers.hpp"

namespace hog {

namespace {
void trace_list(Cell* cell, Marker& marker) {
  // The storage traces its whole capacity; stale values beyond the size were cleared when they left.
  marker.visit(static_cast<List*>(cell)->items_.get());
}

void copy_values(ValueArray* to, size_t at, const Value* from, size_t count) {
  for (size_t i = 0; i < count; ++i) to->set(at + i, from[i]);
}

// Moves items within one storage cell; the ranges may overlap.
void move_values(ValueArray* array, size_t to, size_t from, size_t count) {
  std::memmove(static_cast<void*>(array->items_ + to), array->items_ + from, count * sizeof(ValueField));
}

void clear_values(ValueArray* array, size_t from, size_t to) {
  for (size_t i = from; i < to; ++i) array->items_[i].clear();
}

// Moving many items counts as steps, which the next poll sees. (A poll here could run a finaliser, and that could change the list.)
void note_moved(Thread& t, size_t count) {
  if (count > 8192) t.fuel_ -= static_cast<int64_t>(count / 32);
}

// Half as much again, so that a long row of appends moves each item about twice.
size_t grown_capacity(size_t needed) { return (needed + (needed >> 1) + 3) & ~size_t{3}; }
}  // namespace

const Layout List::kLayout = {.name = "list", .trace = trace_list, .base_size = sizeof(List)};

Fallible<List*> List::make(Thread& t, size_t capacity) {
  List* list = TRY(t.allocate<List>(shapes.list));
  if (capacity != 0) list->items_.set(list, TRY(ValueArray::make(t, capacity)));
  return list;
}

Fallible<List*> List::from(Thread& t, const Value* items, size_t length) {
  List* list = TRY(make(t, length));
  if (length != 0) copy_values(list->items_.get(), 0, items, length);
  list->size_ = length;
  return list;
}

Fallible<void> List::reserve(Thread& t, size_t capacity) {
  ValueArray* old = items_.get();
  if (capacity == 0 || (old != nullptr && old->capacity() >= capacity)) return {};
  ValueArray* items = TRY(ValueArray::make(t, capacity));
  if (old != nullptr) copy_values(items, 0, old->raw(), size_);
  items_.set(this, items);
  return {};
}

Fallible<void> List::append_slow(Thread& t, Value v) {
  TRY(reserve(t, grown_capacity(size_ + 1)));
  items_->set(size_++, v);
  return {};
}

Fallible<void> List::insert(Thread& t, size_t index, Value v) {
  if (index >= size_) return append(t, v);
  if (size_ == items_->capacity()) TRY(reserve(t, grown_capacity(size_ + 1)));
  note_moved(t, size_ - index);
  move_values(items_.get(), index + 1, index, size_ - index);
  items_->set(index, v);
  ++size_;
  return {};
}

Fallible<void> List::replace(Thread& t, size_t start, size_t end, const Value* values, size_t count) {
  HOG_ASSERT(start <= end && end <= size_);
  size_t tail = size_ - end;
  size_t new_size = 0;
  if (__builtin_add_overflow(start + tail, count, &new_size)) return t.raise_memory_error();
  if (new_size == 0) {
    clear();
    return {};
  }
  note_moved(t, size_);
  ValueArray* old = items_.get();
  size_t capacity = old == nullptr ? 0 : old->capacity();
  if (new_size > capacity || (capacity > 64 && new_size < capacity / 4)) {
    ValueArray* items = TRY(ValueArray::make(t, new_size > size_ ? grown_capacity(new_size) : new_size));
    if (start != 0) copy_values(items, 0, old->raw(), start);
    if (tail != 0) copy_values(items, start + count, old->raw() + end, tail);
    copy_values(items, start, values, count);
    items_.set(this, items);
  } else {
    move_values(old, start + count, end, tail);
    copy_values(old, start, values, count);
    if (new_size < size_) clear_values(old, new_size, size_);
  }
  size_ = new_size;
  return {};
}

}  // namespace hog
