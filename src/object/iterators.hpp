// iterators.hpp: the cells behind range and the iterators of the built-in containers. The interpreter advances the common
// ones in place, so their fields are public and plain; `next` slots in types/ do the same step for everybody else.
//
// Invariant of container iterators: the container field is cleared when the end was reached, and never set again.
#pragma once

#include "object/containers.hpp"

namespace hog {

// range. When everything fits 64 bits (is_fast_) only the int64 fields count; the Values of start, stop, step and length
// are kept for all, as a program may ask for them.
class Range : public Cell {
 public:
  static const Layout kLayout;
  // Any ints (step not zero).
  static Fallible<Range*> make(Thread& t, Value start, Value stop, Value step);
  static Fallible<Range*> make_fast(Thread& t, int64_t start, int64_t stop, int64_t step);
  // Item i, 0 <= i < length, of a fast range: cannot overflow.
  int64_t fast_at(int64_t i) const {
    return static_cast<int64_t>(static_cast<uint64_t>(start_) + static_cast<uint64_t>(i) * static_cast<uint64_t>(step_));
  }
  bool is_fast_;
  int64_t start_, stop_, step_, length_;
  ValueField start_value_, stop_value_, step_value_, length_value_;
};

// The next item is next_ while remaining_ > 0; next_ wraps silently past the last one.
class RangeIterator : public Cell {
 public:
  static const Layout kLayout;
  int64_t next_;
  int64_t step_;
  int64_t remaining_;
  void advance() {
    --remaining_;
    next_ = static_cast<int64_t>(static_cast<uint64_t>(next_) + static_cast<uint64_t>(step_));
  }
};

// Of a range beyond 64 bits: ints of any size.
class LongRangeIterator : public Cell {
 public:
  static const Layout kLayout;
  ValueField next_;
  ValueField step_;
  ValueField remaining_;
};

class ListIterator : public Cell {  // list_iterator and list_reverseiterator
 public:
  static const Layout kLayout;
  Field<List> list_;
  int64_t index_;  // of the next item; counts down in a reverse iterator, -1 when exhausted
};

class TupleIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Tuple> tuple_;
  int64_t index_;
};

// iter(dict), .keys(), .values(), .items() and their reverses: the type says which.
class DictIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Dict> dict_;
  size_t position_;     // for Dict::next_nogc / previous_nogc
  int64_t expected_;    // dict length when made; -1: changed since, which is reported for ever
  int64_t remaining_;   // items still to come
};

class SetIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Set> set_;
  size_t position_;
  int64_t expected_;
  int64_t remaining_;
};

// dict_keys, dict_values, dict_items.
class DictView : public Cell {
 public:
  static const Layout kLayout;
  Field<Dict> dict_;
};

// iter() over __getitem__ alone, and reversed() over __getitem__ and __len__ (index counts down, -1 when exhausted).
class SequenceIterator : public Cell {
 public:
  static const Layout kLayout;
  ValueField sequence_;  // empty: exhausted
  int64_t index_;
};

class CallableIterator : public Cell {
 public:
  static const Layout kLayout;
  ValueField callable_;  // empty: exhausted
  ValueField sentinel_;
};

class Enumerate : public Cell {
 public:
  static const Layout kLayout;
  ValueField iterator_;
  ValueField count_;  // an int of any size
};

class Zip : public Cell {
 public:
  static const Layout kLayout;
  Field<Tuple> iterators_;
  bool strict_;
};

class Map : public Cell {
 public:
  static const Layout kLayout;
  Field<Tuple> iterators_;
  ValueField function_;
  bool strict_;
};

class Filter : public Cell {
 public:
  static const Layout kLayout;
  ValueField function_;
  ValueField iterator_;
};

// One step of each, without the detour through slots. Absent at the end.
Fallible<Value> dict_iterator_next(Thread& t, DictIterator* iterator);
Fallible<Value> set_iterator_next(Thread& t, SetIterator* iterator);

}  // namespace hog
