// container_support.hpp: what the files of the container types share: checks of constructor arguments, repr and
// comparison of sequences, the tuples that __reduce__ answers.
#pragma once

#include "object/class_system.hpp"
#include "object/iterators.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

// "f expected at most 2 arguments, got 3".
Fallible<void> check_positional(Thread& t, const Arguments& arguments, const char* name, uint32_t least, uint32_t most);
// "f() takes no keyword arguments".
Fallible<void> reject_keywords(Thread& t, const Arguments& arguments, const char* name);

// __iter__ of iterators.
Fallible<Value> iterator_self(Thread& t, Value self);
// __class_getitem__ of generic containers; rows of method tables use it with native_flag::kClassMethod.
Fallible<Value> generic_class_getitem(Thread& t, Value self, const Arguments& arguments);

// next_py, with the commonest iterators in line.
inline Fallible<Value> next_quickly_py(Thread& t, Value iterator) {
  Shape* shape = shape_of(iterator);
  if (shape == shapes.list_iterator) {
    auto* it = as<ListIterator>(iterator);
    List* list = it->list_.get();
    if (list != nullptr && static_cast<uint64_t>(it->index_) < list->length())
      return list->at(static_cast<size_t>(it->index_++));
  } else if (shape == shapes.range_iterator) {
    auto* it = as<RangeIterator>(iterator);
    if (it->remaining_ > 0) {
      int64_t n = it->next_;
      it->advance();
      return make_int(t, n);
    }
  }
  return next_py(t, iterator);
}

// (function, (argument,)) and (function, (argument,), state).
Fallible<Value> reduced_to(Thread& t, Value function, Value argument, Value state_or_absent = Value::absent());

// Sum, bounded, of an index given to index() and its like: clamped into [0, length].
int64_t clamp_index(int64_t index, int64_t length);
// An argument of index(): as a slice bound, None excluded.
Fallible<int64_t> bound_argument_py(Thread& t, Value v, int64_t otherwise);

// The ordering of two rows of items: == on pairs up to the first that differs, then `op` on these.
template <typename Sequence>
Fallible<Value> compare_sequences_py(Thread& t, Sequence* a, Sequence* b, CompareOp op) {
  TRY(check_native_recursion(t, " in comparison"));
  if (a->length() != b->length()) {
    if (op == CompareOp::Eq) return Value::false_value();
    if (op == CompareOp::Ne) return Value::true_value();
  }
  // Both lengths are read anew each time: == may change a list.
  for (size_t i = 0; i < a->length() && i < b->length(); ++i) {
    Value x = a->at(i), y = b->at(i);
    if (x == y) {
      if (i % 256 == 255) TRY(t.poll(64));
      continue;
    }
    TRY(t.poll());
    if (!(x.is_small_int() && y.is_small_int()) && TRY(equals_py(t, x, y))) continue;
    if (i >= a->length() || i >= b->length()) break;  // lists that == emptied: only the lengths are left to compare
    if (op == CompareOp::Eq) return Value::false_value();
    if (op == CompareOp::Ne) return Value::true_value();
    return compare_py(t, x, y, op);
  }
  size_t m = a->length(), n = b->length();
  switch (op) {
    case CompareOp::Lt: return Value::from_bool(m < n);
    case CompareOp::Le: return Value::from_bool(m <= n);
    case CompareOp::Eq: return Value::from_bool(m == n);
    case CompareOp::Ne: return Value::from_bool(m != n);
    case CompareOp::Gt: return Value::from_bool(m > n);
    default: return Value::from_bool(m >= n);
  }
}

// "open item, item close".
template <typename Sequence>
Fallible<void> append_reprs_py(Thread& t, StrBuilder& out, Sequence* sequence) {
  for (size_t i = 0; i < sequence->length(); ++i) {
    if (i != 0) TRY(out.append_ascii(", "));
    TRY(out.append(TRY(repr_py(t, sequence->at(i)))));
    TRY(t.poll());
  }
  return {};
}

}  // namespace hog
