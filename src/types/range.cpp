// range.cpp: range and its iterators. Ref: library/stdtypes "Ranges". Invariant: is_fast_ says that start, stop, step and
// length all fit 64 bits, and then every item does; otherwise the arithmetic is on ints of any size.
#include "object/slice.hpp"
#include "types/container_support.hpp"

namespace hog {

namespace {
Value small(int64_t n) { return Value::from_small_int(n); }

void trace_range(Cell* cell, Marker& marker) {
  auto* range = static_cast<Range*>(cell);
  for (const ValueField* field : {&range->start_value_, &range->stop_value_, &range->step_value_, &range->length_value_})
    marker.visit_word(field->get().raw());
}

// Number of items; -1 when it does not fit.
int64_t fast_length(int64_t start, int64_t stop, int64_t step) {
  uint64_t span = 0, stride = 0;
  if (step > 0) {
    if (start >= stop) return 0;
    span = static_cast<uint64_t>(stop) - static_cast<uint64_t>(start);
    stride = static_cast<uint64_t>(step);
  } else {
    if (start <= stop) return 0;
    span = static_cast<uint64_t>(start) - static_cast<uint64_t>(stop);
    stride = 0 - static_cast<uint64_t>(step);
  }
  uint64_t count = (span - 1) / stride + 1;
  return count > static_cast<uint64_t>(INT64_MAX) ? -1 : static_cast<int64_t>(count);
}

Fallible<Value> long_length(Thread& t, Value start, Value stop, Value step) {
  bool down = int_compare_nogc(step, small(0)) < 0;
  Value low = down ? stop : start, high = down ? start : stop;
  if (int_compare_nogc(low, high) >= 0) return small(0);
  Value stride = down ? TRY(int_negative(t, step)) : step;
  Value span = TRY(int_subtract(t, TRY(int_subtract(t, high, low)), small(1)));
  return int_add(t, TRY(int_floor_divide(t, span, stride)), small(1));
}

// Item `index` of any range, index being in bounds.
Fallible<Value> long_item(Thread& t, Range* range, Value index) {
  return int_add(t, range->start_value_, TRY(int_multiply(t, index, range->step_value_)));
}

Fallible<Value> item_at(Thread& t, Range* range, int64_t index) {
  if (range->is_fast_) return make_int(t, range->fast_at(index));
  return long_item(t, range, TRY(make_int(t, index)));
}
}  // namespace

const Layout Range::kLayout = {.name = "range", .trace = trace_range, .base_size = sizeof(Range)};

Fallible<Range*> Range::make_fast(Thread& t, int64_t start, int64_t stop, int64_t step) {
  return make(t, TRY(make_int(t, start)), TRY(make_int(t, stop)), TRY(make_int(t, step)));
}

Fallible<Range*> Range::make(Thread& t, Value start, Value stop, Value step) {
  Int64Result a = int_to_int64_nogc(start), b = int_to_int64_nogc(stop), c = int_to_int64_nogc(step);
  int64_t length = -1;
  if (a.overflow == 0 && b.overflow == 0 && c.overflow == 0) length = fast_length(a.value, b.value, c.value);
  Value length_value = length >= 0 ? TRY(make_int(t, length)) : TRY(long_length(t, start, stop, step));
  Range* range = TRY(t.allocate<Range>(shapes.range));
  range->is_fast_ = length >= 0;
  range->start_ = a.value;
  range->stop_ = b.value;
  range->step_ = c.value;
  range->length_ = length;
  range->start_value_.set(range, start);
  range->stop_value_.set(range, stop);
  range->step_value_.set(range, step);
  range->length_value_.set(range, length_value);
  return range;
}

namespace {
// An exact int from an argument: bools and subclasses become plain.
Fallible<Value> plain_int_py(Thread& t, Value v) {
  if (v.is_small_int()) return v;
  Value index = TRY(index_py(t, v));
  if (is_exactly(index, shapes.int_)) return index;
  return int_add(t, index, small(0));
}

Fallible<Value> range_new(Thread& t, Type*, const Arguments& arguments) {
  TRY(reject_keywords(t, arguments, "range"));
  TRY(check_positional(t, arguments, "range", 1, 3));
  Value start = small(0), step = small(1), stop;
  if (arguments.positional == 1) {
    stop = TRY(plain_int_py(t, arguments[0]));
  } else {
    start = TRY(plain_int_py(t, arguments[0]));
    stop = TRY(plain_int_py(t, arguments[1]));
    if (arguments.positional == 3) step = TRY(plain_int_py(t, arguments[2]));
    if (int_is_zero_nogc(step)) return t.raise_value_error("range() arg 3 must not be zero");
  }
  return TRY(Range::make(t, start, stop, step));
}

Fallible<Value> range_repr(Thread& t, Value self) {
  auto* range = as<Range>(self);
  if (range->step_value_.get() == small(1))
    return TRY(t.format("range({}, {})", repr_of(range->start_value_), repr_of(range->stop_value_)));
  return TRY(t.format("range({}, {}, {})", repr_of(range->start_value_), repr_of(range->stop_value_), repr_of(range->step_value_)));
}

bool same_int(Value a, Value b) { return a == b || int_compare_nogc(a, b) == 0; }

// Equal when they yield the same items.
bool equal_ranges(const Range* a, const Range* b) {
  if (!same_int(a->length_value_, b->length_value_)) return false;
  if (int_is_zero_nogc(a->length_value_)) return true;
  if (!same_int(a->start_value_, b->start_value_)) return false;
  return a->length_value_.get() == small(1) || same_int(a->step_value_, b->step_value_);
}

Fallible<Value> range_compare(Thread&, Value self, Value other, CompareOp op) {
  if (!is<Range>(self) || !is<Range>(other) || (op != CompareOp::Eq && op != CompareOp::Ne)) return Value::not_implemented();
  return Value::from_bool(equal_ranges(as<Range>(self), as<Range>(other)) == (op == CompareOp::Eq));
}

Fallible<int64_t> range_hash(Thread& t, Value self) {
  auto* range = as<Range>(self);
  Value length = range->length_value_, none = Value::none();
  Value start = int_is_zero_nogc(length) ? none : range->start_value_.get();
  Value step = int_compare_nogc(length, small(1)) <= 0 ? none : range->step_value_.get();
  return hash_py(t, TRY(Tuple::of(t, length, start, step)));
}

Fallible<Value> make_fast_iterator(Thread& t, int64_t start, int64_t step, int64_t count) {
  auto* iterator = TRY(t.allocate<RangeIterator>(shapes.range_iterator));
  iterator->next_ = start;
  iterator->step_ = step;
  iterator->remaining_ = count;
  return iterator;
}

Fallible<Value> make_long_iterator(Thread& t, Value start, Value step, Value count) {
  auto* iterator = TRY(t.allocate<LongRangeIterator>(shapes.long_range_iterator));
  iterator->next_.set(iterator, start);
  iterator->step_.set(iterator, step);
  iterator->remaining_.set(iterator, count);
  return iterator;
}

Fallible<Value> range_iter(Thread& t, Value self) {
  auto* range = as<Range>(self);
  // As in CPython, which of the two it is depends on the number after the last one too.
  int64_t end;
  bool fits = range->is_fast_ && !__builtin_mul_overflow(range->step_, range->length_, &end) &&
              !__builtin_add_overflow(range->start_, end, &end);
  if (fits) return make_fast_iterator(t, range->start_, range->step_, range->length_);
  return make_long_iterator(t, range->start_value_, range->step_value_, range->length_value_);
}

Fallible<Value> range_reversed(Thread& t, Range* self) {
  if (self->is_fast_ && self->step_ != INT64_MIN) {
    if (self->length_ == 0) return make_fast_iterator(t, self->start_, self->step_, 0);
    return make_fast_iterator(t, self->fast_at(self->length_ - 1), -self->step_, self->length_);
  }
  Value last = TRY(long_item(t, self, TRY(int_subtract(t, self->length_value_, small(1)))));
  return make_long_iterator(t, last, TRY(int_negative(t, self->step_value_)), self->length_value_);
}

Fallible<int64_t> range_length(Thread& t, Value self) {
  auto* range = as<Range>(self);
  if (range->is_fast_) return range->length_;
  return index_to_int64_py(t, range->length_value_);
}

Fallible<bool> range_truth(Thread&, Value self) { return !int_is_zero_nogc(as<Range>(self)->length_value_); }

// ---- Items and slices. ----

// One bound of a slice as an int, fitted to [lowest, highest].
Fallible<Value> fit_bound(Thread& t, Value bound, Value length, Value lowest, Value highest) {
  if (!is_index(bound)) return t.raise_type_error("slice indices must be integers or None or have an __index__ method");
  bound = TRY(index_py(t, bound));
  if (int_compare_nogc(bound, small(0)) < 0) {
    bound = TRY(int_add(t, bound, length));
    return int_compare_nogc(bound, lowest) < 0 ? lowest : bound;
  }
  return int_compare_nogc(bound, highest) > 0 ? highest : bound;
}

Fallible<Value> range_slice(Thread& t, Range* range, Slice* slice) {
  Value length = range->length_value_;
  Value step = small(1);
  if (!slice->step_.get().is_none()) {
    if (!is_index(slice->step_)) return t.raise_type_error("slice indices must be integers or None or have an __index__ method");
    step = TRY(index_py(t, slice->step_));
    if (int_is_zero_nogc(step)) return t.raise_value_error("slice step cannot be zero");
  }
  bool down = int_compare_nogc(step, small(0)) < 0;
  Value lowest = small(down ? -1 : 0);
  Value highest = down ? TRY(int_subtract(t, length, small(1))) : length;
  Value start = down ? highest : lowest, stop = down ? lowest : highest;
  if (!slice->start_.get().is_none()) start = TRY(fit_bound(t, slice->start_, length, lowest, highest));
  if (!slice->stop_.get().is_none()) stop = TRY(fit_bound(t, slice->stop_, length, lowest, highest));
  return TRY(Range::make(t, TRY(long_item(t, range, start)), TRY(long_item(t, range, stop)),
                         TRY(int_multiply(t, range->step_value_, step))));
}

Fallible<Value> range_get_item(Thread& t, Value self, Value key) {
  auto* range = as<Range>(self);
  if (key.is_small_int() && range->is_fast_) [[likely]] {
    int64_t index = key.small_int();
    if (index < 0) index += range->length_;
    if (index >= 0 && index < range->length_) return make_int(t, range->fast_at(index));
    return t.raise(core.IndexError, "range object index out of range");
  }
  if (is_slice(key)) return range_slice(t, range, as<Slice>(key));
  if (!is_index(key)) return t.raise_type_error("range indices must be integers or slices, not {}", type_of(key));
  Value index = TRY(index_py(t, key));
  if (int_compare_nogc(index, small(0)) < 0) index = TRY(int_add(t, index, range->length_value_));
  if (int_compare_nogc(index, small(0)) < 0 || int_compare_nogc(index, range->length_value_) >= 0)
    return t.raise(core.IndexError, "range object index out of range");
  return long_item(t, range, index);
}

// ---- Membership: by arithmetic for ints, by search for whatever may equal one. ----

bool has_plain_equality(Value v) { return v.is_small_int() || v.is_bool() || is_exactly(v, shapes.int_); }

// Position of an int, or absent.
Fallible<Value> position_of_int(Thread& t, Range* range, Value v) {
  Int64Result n = int_to_int64_nogc(v);
  if (range->is_fast_ && n.overflow == 0) {
    if (range->length_ == 0) return Value::absent();
    bool up = range->step_ > 0;
    if (up ? n.value < range->start_ || n.value >= range->stop_ : n.value > range->start_ || n.value <= range->stop_)
      return Value::absent();
    uint64_t distance = up ? static_cast<uint64_t>(n.value) - static_cast<uint64_t>(range->start_)
                           : static_cast<uint64_t>(range->start_) - static_cast<uint64_t>(n.value);
    uint64_t stride = up ? static_cast<uint64_t>(range->step_) : 0 - static_cast<uint64_t>(range->step_);
    if (distance % stride != 0) return Value::absent();
    return make_int(t, static_cast<int64_t>(distance / stride));
  }
  Value distance = TRY(int_subtract(t, v, range->start_value_));
  if (!int_is_zero_nogc(TRY(int_remainder(t, distance, range->step_value_)))) return Value::absent();
  Value position = TRY(int_floor_divide(t, distance, range->step_value_));
  if (int_compare_nogc(position, small(0)) < 0 || int_compare_nogc(position, range->length_value_) >= 0) return Value::absent();
  return position;
}

// Calls visit(index) for every item equal to v; stops when it answers false.
template <typename Visit>
Fallible<void> search_py(Thread& t, Range* range, Value v, Visit visit) {
  Value index = small(0);
  for (int64_t i = 0; int_compare_nogc(index, range->length_value_) < 0; ++i, index = TRY(make_int(t, i))) {
    TRY(t.poll());
    if (TRY(equals_py(t, TRY(item_at(t, range, i)), v)) && !visit(index)) return {};
  }
  return {};
}

Fallible<bool> range_contains(Thread& t, Value self, Value item) {
  auto* range = as<Range>(self);
  if (has_plain_equality(item)) return !TRY(position_of_int(t, range, item)).is_absent();
  bool found = false;
  TRY(search_py(t, range, item, [&](Value) { return !(found = true); }));
  return found;
}

Fallible<Value> range_index(Thread& t, Range* self, Value value) {
  if (has_plain_equality(value)) {
    Value position = TRY(position_of_int(t, self, value));
    if (position.is_absent()) return t.raise_value_error("range.index(x): x not in range");
    return position;
  }
  Value found = Value::absent();
  TRY(search_py(t, self, value, [&](Value index) {
    found = index;
    return false;
  }));
  if (found.is_absent()) return t.raise_value_error("sequence.index(x): x not in sequence");
  return found;
}

Fallible<int64_t> range_count(Thread& t, Range* self, Value value) {
  if (has_plain_equality(value)) return int64_t{TRY(position_of_int(t, self, value)).is_absent() ? 0 : 1};
  int64_t count = 0;
  TRY(search_py(t, self, value, [&](Value) { return ++count, true; }));
  return count;
}

Fallible<Value> range_reduce(Thread& t, Range* self) {
  Tuple* parts = TRY(Tuple::of(t, self->start_value_.get(), self->stop_value_.get(), self->step_value_.get()));
  return TRY(Tuple::of(t, Value(core.range), Value(parts)));
}

constexpr NativeMethod kRangeMethods[] = {
    {"__reversed__", HOG_NATIVE(range_reversed), "($self, /)", "An iterator from the last item to the first."},
    {"__reduce__", HOG_NATIVE(range_reduce), "($self, /)", nullptr},
    {"count", HOG_NATIVE(range_count), "($self, value, /)", "How many items equal the value."},
    {"index", HOG_NATIVE(range_index), "($self, value, /)", "The position of the value; ValueError if it is not there."},
    {}};
constexpr Member kRangeMembers[] = {{"start", offsetof(Range, start_value_), Member::Kind::ReadOnlyObject},
                                    {"stop", offsetof(Range, stop_value_), Member::Kind::ReadOnlyObject},
                                    {"step", offsetof(Range, step_value_), Member::Kind::ReadOnlyObject},
                                    {}};
}  // namespace

extern const TypeSpec k_range_spec;
const TypeSpec k_range_spec = {
    .name = "range",
    .doc = "range(stop)\nrange(start, stop[, step])\n\nThe ints from start (0) up to, but not including, stop.",
    .layout = &Range::kLayout,
    .flags = type_flag::kSequence,
    .slots = {.repr = range_repr,
              .hash = range_hash,
              .compare = range_compare,
              .iter = range_iter,
              .new_ = range_new,
              .truth = range_truth,
              .length = range_length,
              .get_item = range_get_item,
              .contains = range_contains},
    .methods = kRangeMethods,
    .members = kRangeMembers};

// ---- Iterators. ----

namespace {
void trace_nothing(Cell*, Marker&) {}
void trace_long(Cell* cell, Marker& marker) {
  auto* iterator = static_cast<LongRangeIterator*>(cell);
  marker.visit_word(iterator->next_.get().raw());
  marker.visit_word(iterator->step_.get().raw());
  marker.visit_word(iterator->remaining_.get().raw());
}

Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* iterator = as<RangeIterator>(self);
  if (iterator->remaining_ <= 0) return Value::absent();
  int64_t n = iterator->next_;
  iterator->advance();
  return make_int(t, n);
}

Fallible<int64_t> iterator_length_hint(Thread&, RangeIterator* self) { return self->remaining_; }

// iter(range(...)) with the state None, as the reference implementation pickles it.
Fallible<Value> reduced(Thread& t, Value start, Value step, Value count) {
  Value stop = TRY(int_add(t, start, TRY(int_multiply(t, step, count))));
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  return reduced_to(t, iter, TRY(Range::make(t, start, stop, step)), Value::none());
}

Fallible<Value> iterator_reduce(Thread& t, RangeIterator* self) {
  return reduced(t, TRY(make_int(t, self->next_)), TRY(make_int(t, self->step_)), TRY(make_int(t, self->remaining_)));
}

Fallible<void> iterator_setstate(Thread& t, RangeIterator* self, Value state) {
  int64_t steps = TRY(index_to_int64_py(t, state));
  if (steps < 0) steps = 0;
  if (steps > self->remaining_) steps = self->remaining_;
  self->next_ = static_cast<int64_t>(static_cast<uint64_t>(self->next_) +
                                     static_cast<uint64_t>(steps) * static_cast<uint64_t>(self->step_));
  self->remaining_ -= steps;
  return {};
}

Fallible<Value> long_next(Thread& t, Value self) {
  auto* iterator = as<LongRangeIterator>(self);
  if (int_compare_nogc(iterator->remaining_, small(0)) <= 0) return Value::absent();
  Value n = iterator->next_;
  Value next = TRY(int_add(t, n, iterator->step_));
  Value remaining = TRY(int_subtract(t, iterator->remaining_, small(1)));
  iterator->next_.set(iterator, next);
  iterator->remaining_.set(iterator, remaining);
  return n;
}

Fallible<Value> long_length_hint(Thread&, LongRangeIterator* self) { return self->remaining_.get(); }

Fallible<Value> long_reduce(Thread& t, LongRangeIterator* self) {
  return reduced(t, self->next_, self->step_, self->remaining_);
}

Fallible<void> long_setstate(Thread& t, LongRangeIterator* self, Value state) {
  if (!is_int_or_bool(state)) return t.raise_type_error("'{}' object cannot be interpreted as an integer", type_of(state));
  if (int_compare_nogc(state, small(0)) < 0) state = small(0);
  if (int_compare_nogc(state, self->remaining_) > 0) state = self->remaining_;
  Value next = TRY(int_add(t, self->next_, TRY(int_multiply(t, state, self->step_))));
  Value remaining = TRY(int_subtract(t, self->remaining_, state));
  self->next_.set(self, next);
  self->remaining_.set(self, remaining);
  return {};
}

constexpr NativeMethod kIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(iterator_length_hint), "($self, /)", "How many items are still to come."},
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(iterator_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
constexpr NativeMethod kLongIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(long_length_hint), "($self, /)", "How many items are still to come."},
    {"__reduce__", HOG_NATIVE(long_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(long_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
}  // namespace

const Layout RangeIterator::kLayout = {.name = "range_iterator", .trace = trace_nothing, .base_size = sizeof(RangeIterator)};
const Layout LongRangeIterator::kLayout = {.name = "longrange_iterator", .trace = trace_long, .base_size = sizeof(LongRangeIterator)};

extern const TypeSpec k_range_iterator_spec;
const TypeSpec k_range_iterator_spec = {.name = "range_iterator",
                                        .layout = &RangeIterator::kLayout,
                                        .flags = type_flag::kNoInstantiation,
                                        .slots = {.iter = iterator_self, .next = iterator_next},
                                        .methods = kIteratorMethods};
extern const TypeSpec k_long_range_iterator_spec;
const TypeSpec k_long_range_iterator_spec = {.name = "longrange_iterator",
                                             .layout = &LongRangeIterator::kLayout,
                                             .flags = type_flag::kNoInstantiation,
                                             .slots = {.iter = iterator_self, .next = long_next},
                                             .methods = kLongIteratorMethods};

}  // namespace hog
