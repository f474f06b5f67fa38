// heapq.cpp: the module `_heapq`: priority queues in lists, smallest or largest item first. Ref: library/heapq.
// Invariant: a comparison may run Python, which may change the list: after each one its length is what it was, or the function
// ends with RuntimeError; items are read from the list again every time.
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

enum class Order : uint8_t { SmallestFirst, LargestFirst };

// Does a come before b?
template <Order kOrder>
inline Fallible<bool> precedes_py(Thread& t, Value a, Value b) {
  if constexpr (kOrder == Order::LargestFirst) std::swap(a, b);
  TRY(t.poll());
  if (a.is_small_int() && b.is_small_int()) return a.small_int() < b.small_int();
  return compare_bool_py(t, a, b, CompareOp::Lt);
}

// The same for two items of a list that must not change its length meanwhile.
template <Order kOrder>
inline Fallible<bool> precedes_in_py(Thread& t, List* heap, size_t i, size_t k) {
  size_t length = heap->length();
  bool result = TRY(precedes_py<kOrder>(t, heap->at(i), heap->at(k)));
  if (heap->length() != length) return t.raise(core.RuntimeError, "list changed size during iteration");
  return result;
}

inline void swap_items(List* heap, size_t i, size_t k) {
  Value v = heap->at(i);
  heap->set(i, heap->at(k));
  heap->set(k, v);
}

// Moves the item at `at` towards the root, not beyond `start`. at < length.
template <Order kOrder>
Fallible<void> rise(Thread& t, List* heap, size_t start, size_t at) {
  while (at > start) {
    size_t parent = (at - 1) / 2;
    if (!TRY(precedes_in_py<kOrder>(t, heap, at, parent))) break;
    swap_items(heap, at, parent);
    at = parent;
  }
  return {};
}

// Moves the item at `at` down to a leaf along the children that come first, then up to its place.
template <Order kOrder>
Fallible<void> sink(Thread& t, List* heap, size_t at) {
  size_t start = at, length = heap->length();
  while (at < length / 2) {
    size_t child = 2 * at + 1;
    if (child + 1 < length && !TRY(precedes_in_py<kOrder>(t, heap, child, child + 1))) ++child;
    swap_items(heap, at, child);
    at = child;
  }
  return rise<kOrder>(t, heap, start, at);
}

Failure raise_empty(Thread& t) { return t.raise(core.IndexError, "index out of range"); }

template <Order kOrder>
Fallible<void> push(Thread& t, List* heap, Value item) {
  TRY(heap->append(t, item));
  return rise<kOrder>(t, heap, 0, heap->length() - 1);
}

template <Order kOrder>
Fallible<Value> replace(Thread& t, List* heap, Value item) {
  if (heap->length() == 0) return raise_empty(t);
  Value top = heap->at(0);
  heap->set(0, item);
  TRY(sink<kOrder>(t, heap, 0));
  return top;
}

template <Order kOrder>
Fallible<Value> pop(Thread& t, List* heap) {
  size_t length = heap->length();
  if (length == 0) return raise_empty(t);
  Value last = heap->at(length - 1);
  TRY(heap->replace(t, length - 1, length, nullptr, 0));
  if (length == 1) return last;
  return replace<kOrder>(t, heap, last);
}

template <Order kOrder>
Fallible<Value> push_and_pop(Thread& t, List* heap, Value item) {
  if (heap->length() == 0) return item;
  if (!TRY(precedes_py<kOrder>(t, heap->at(0), item))) return item;
  return replace<kOrder>(t, heap, item);  // complains when the comparison emptied the heap
}

template <Order kOrder>
Fallible<void> heapify(Thread& t, List* heap) {
  size_t length = heap->length();
  for (size_t i = length / 2; i-- > 0;) TRY(sink<kOrder>(t, heap, i));
  return {};
}

#define HOG_HEAP(suffix, order, which)                                                                                    \
  {"heapify" suffix, HOG_NATIVE(heapify<Order::order>), "(heap, /)", "Turn a list into a heap of " which " in place."},   \
      {"heappop" suffix, HOG_NATIVE(pop<Order::order>), "(heap, /)", "Take the " which " item."},                         \
      {"heappush" suffix, HOG_NATIVE(push<Order::order>), "(heap, item, /)", "Add an item."},                             \
      {"heappushpop" suffix, HOG_NATIVE(push_and_pop<Order::order>), "(heap, item, /)", "Add an item, then take one."},   \
      {"heapreplace" suffix, HOG_NATIVE(replace<Order::order>), "(heap, item, /)", "Take the " which " item, then add one."}
constexpr NativeMethod kFunctions[] = {
    HOG_HEAP("", SmallestFirst, "smallest"),
    HOG_HEAP("_max", LargestFirst, "largest"),
    {},
};
#undef HOG_HEAP

}  // namespace

extern const ModuleSpec k_module__heapq;
const ModuleSpec k_module__heapq = {
    .name = "_heapq",
    .doc = "Priority queues in lists.",
    .functions = kFunctions,
};

}  // namespace hog
