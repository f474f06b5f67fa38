// tuple.cpp: making tuples. Invariant: the items follow the length inline and are all set before Python sees the tuple;
// there is one exact empty tuple per process.
#include "object/containers.hpp"
#include "object/type.hpp"

namespace hog {

namespace {
Tuple* permanent_empty_tuple = nullptr;  // constant once bootstrap has set it
constexpr size_t kLongestTuple = (size_t{1} << 58);
}  // namespace

struct ContainerAccess {
  static void trace_tuple(Cell* cell, Marker& marker) {
    auto* tuple = static_cast<Tuple*>(cell);
    marker.visit_words(reinterpret_cast<const uint64_t*>(tuple->items_), tuple->length_);
  }
  static size_t tuple_length(const Cell* cell) { return static_cast<const Tuple*>(cell)->length_; }
  static void set_length(Tuple* tuple, size_t length) { tuple->length_ = length; }
};

const Layout Tuple::kLayout = {.name = "tuple",
                               .trace = ContainerAccess::trace_tuple,
                               .base_size = sizeof(Tuple),
                               .item_size = sizeof(ValueField),
                               .item_count = ContainerAccess::tuple_length};

Tuple* empty_tuple() { return permanent_empty_tuple; }
void set_empty_tuple(Tuple* tuple) { permanent_empty_tuple = tuple; }

Fallible<Tuple*> Tuple::make(Thread& t, size_t length) {
  if (length == 0 && permanent_empty_tuple != nullptr) return permanent_empty_tuple;
  if (length > kLongestTuple) [[unlikely]] return t.raise_memory_error();
  Tuple* tuple = TRY(t.allocate<Tuple>(shapes.tuple, length * sizeof(ValueField)));
  tuple->length_ = length;
  return tuple;
}

Fallible<Tuple*> Tuple::make_of_type(Thread& t, Type* type, size_t length) {
  if (type == core.tuple) return make(t, length);
  if (length > kLongestTuple) [[unlikely]] return t.raise_memory_error();
  Cell* cell = TRY(new_instance(t, type, length * sizeof(ValueField)));
  ContainerAccess::set_length(static_cast<Tuple*>(cell), length);
  return static_cast<Tuple*>(cell);
}

Fallible<Tuple*> Tuple::from(Thread& t, const Value* items, size_t length) {
  Tuple* tuple = TRY(make(t, length));
  for (size_t i = 0; i < length; ++i) tuple->initialize(i, items[i]);
  return tuple;
}

}  // namespace hog
