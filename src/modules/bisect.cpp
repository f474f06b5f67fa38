// bisect.cpp: the module `_bisect`: binary search in sorted sequences, and insertion that keeps them sorted.
// Ref: library/bisect. The sequence is asked anew at each step: a comparison or a key function may change it.
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

namespace {

enum class Side : uint8_t { Left, Right };

// `hi`: None stands for the length.
Fallible<int64_t> upper_bound_py(Thread& t, Value v) {
  if (v.is_none()) return int64_t{-1};
  if (!is_index(v)) return t.raise_type_error("argument should be integer or None, not '{}'", type_of(v));
  return index_to_int64_py(t, v);
}

// OPTIMIZATION: lists and tuples of exactly these types are read in place.
inline Fallible<Value> item_py(Thread& t, Value sequence, int64_t i) {
  auto at = static_cast<size_t>(i);
  if (is_exactly(sequence, shapes.list) && at < as<List>(sequence)->length()) return as<List>(sequence)->at(at);
  if (is_exactly(sequence, shapes.tuple) && at < as<Tuple>(sequence)->length()) return as<Tuple>(sequence)->at(at);
  return get_item_py(t, sequence, TRY(make_int(t, i)));
}

inline Fallible<bool> less_py(Thread& t, Value a, Value b) {
  if (a.is_small_int() && b.is_small_int()) return a.small_int() < b.small_int();
  return compare_bool_py(t, a, b, CompareOp::Lt);
}

template <Side kSide>
Fallible<int64_t> search_py(Thread& t, Value a, Value x, int64_t low, int64_t high, Value key) {
  if (low < 0) return t.raise_value_error("lo must be non-negative");
  if (high == -1) high = TRY(length_py(t, a));
  if (is<Dict>(a)) return t.raise_type_error("{} is not a sequence", type_of(a));
  if (low < high && type_of(a)->slots().get_item == nullptr)
    return t.raise_type_error("'{}' object does not support indexing", type_of(a));
  while (low < high) {
    TRY(t.poll());
    int64_t middle = low + (high - low) / 2;
    Value item = TRY(item_py(t, a, middle));
    if (!key.is_none()) item = TRY(call_py(t, key, item));
    bool go_right = kSide == Side::Left ? TRY(less_py(t, item, x)) : !TRY(less_py(t, x, item));
    if (go_right) low = middle + 1;
    else high = middle;
  }
  return low;
}

template <Side kSide>
Fallible<int64_t> bisect(Thread& t, Value a, Value x, int64_t low, Value high, Value key) {
  return search_py<kSide>(t, a, x, low, TRY(upper_bound_py(t, high)), key);
}

template <Side kSide>
Fallible<void> insort(Thread& t, Value a, Value x, int64_t low, Value high, Value key) {
  int64_t end = TRY(upper_bound_py(t, high));
  Value sought = key.is_none() ? x : TRY(call_py(t, key, x));
  int64_t at = TRY(search_py<kSide>(t, a, sought, low, end, key));
  if (is_exactly(a, shapes.list)) {
    List* list = as<List>(a);
    auto place = static_cast<size_t>(at);
    return list->insert(t, place < list->length() ? place : list->length(), x);
  }
  TRY(call_method_py(t, a, TRY(Str::intern_utf8(t, "insert")), TRY(make_int(t, at)), x));
  return {};
}

constexpr const char* kSignature = "(a, x, lo=0, hi=None, *, key=None)";
constexpr NativeMethod kFunctions[] = {
    {"bisect_left", HOG_NATIVE(bisect<Side::Left>), kSignature, "Where x goes in a sorted sequence, before its equals."},
    {"bisect_right", HOG_NATIVE(bisect<Side::Right>), kSignature, "Where x goes in a sorted sequence, after its equals."},
    {"insort_left", HOG_NATIVE(insort<Side::Left>), kSignature, "Insert x into a sorted sequence, before its equals."},
    {"insort_right", HOG_NATIVE(insort<Side::Right>), kSignature, "Insert x into a sorted sequence, after its equals."},
    {},
};

}  // namespace

extern const ModuleSpec k_module__bisect;
const ModuleSpec k_module__bisect = {
    .name = "_bisect",
    .doc = "Binary search in sorted sequences.",
    .functions = kFunctions,
};

}  // namespace hog
