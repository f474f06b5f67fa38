// deque.cpp: collections.deque: a ring in a ValueArray. Invariant: items are at (head_ + i) & (capacity - 1) for i < length_;
// version_ moves with every change of length or order, so that iterators notice.
#include "modules/collections/collections.hpp"

namespace hog::collections {

namespace {

class Deque : public Cell {
 public:
  static const Layout kLayout;
  Field<ValueArray> ring_;
  size_t head_, length_;
  int64_t most_;      // maxlen plus one; 0: none
  uint64_t version_;
  size_t capacity() const { return ring_ ? ring_->capacity() : 0; }
  Value at(size_t i) const { return ring_->at((head_ + i) & (capacity() - 1)); }
  void put(size_t i, Value v) { ring_->set((head_ + i) & (capacity() - 1), v); }
  bool bounded() const { return most_ != 0; }
  int64_t limit() const { return most_ - 1; }
};
void trace_deque(Cell* cell, Marker& marker) { marker.visit(static_cast<Deque*>(cell)->ring_.get()); }
const Layout Deque::kLayout = {.name = "deque", .trace = trace_deque, .base_size = sizeof(Deque)};

class DequeIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Deque> deque_;
  size_t index_;
  uint64_t version_;
  bool backward_;
};
void trace_deque_iterator(Cell* cell, Marker& marker) { marker.visit(static_cast<DequeIterator*>(cell)->deque_.get()); }
const Layout DequeIterator::kLayout = {
    .name = "deque iterator", .trace = trace_deque_iterator, .base_size = sizeof(DequeIterator)};

Type *deque_type, *iterator_type, *reverse_iterator_type;
Deque* self_of(Value self) { return as<Deque>(self); }

Fallible<void> grow(Thread& t, Deque* d) {
  size_t old = d->capacity();
  if (d->length_ < old) return {};
  size_t capacity = old == 0 ? 8 : old * 2;
  TRY(t.check_fits(capacity * sizeof(Value)));
  ValueArray* ring = TRY(ValueArray::make(t, capacity));
  for (size_t i = 0; i < d->length_; ++i) ring->set(i, d->at(i));
  d->ring_.set(d, ring);
  d->head_ = 0;
  return {};
}
Value take_left(Deque* d) {
  Value v = d->at(0);
  d->put(0, Value());
  d->head_ = (d->head_ + 1) & (d->capacity() - 1);
  --d->length_;
  ++d->version_;
  return v;
}
Value take_right(Deque* d) {
  Value v = d->at(d->length_ - 1);
  d->put(d->length_ - 1, Value());
  --d->length_;
  ++d->version_;
  return v;
}
Fallible<void> push_right(Thread& t, Deque* d, Value v) {
  if (d->bounded() && d->limit() == 0) return {};
  TRY(grow(t, d));
  ++d->length_;
  d->put(d->length_ - 1, v);
  ++d->version_;
  if (d->bounded() && static_cast<int64_t>(d->length_) > d->limit()) (void)take_left(d);
  return {};
}
Fallible<void> push_left(Thread& t, Deque* d, Value v) {
  if (d->bounded() && d->limit() == 0) return {};
  TRY(grow(t, d));
  d->head_ = (d->head_ - 1) & (d->capacity() - 1);
  ++d->length_;
  d->put(0, v);
  ++d->version_;
  if (d->bounded() && static_cast<int64_t>(d->length_) > d->limit()) (void)take_right(d);
  return {};
}
void clear(Deque* d) {
  d->ring_.clear();
  d->head_ = d->length_ = 0;
  ++d->version_;
}
Fallible<List*> as_list(Thread& t, Deque* d) {
  List* list = TRY(List::make(t, d->length_));
  for (size_t i = 0; i < d->length_; ++i) TRY(list->append(t, d->at(i)));
  return list;
}
Fallible<void> extend_right(Thread& t, Deque* d, Value iterable) {
  if (iterable == Value(d)) iterable = Value(TRY(as_list(t, d)));
  return for_each_py(t, iterable, [&](Value v) -> Fallible<bool> {
    TRY(push_right(t, d, v));
    return true;
  });
}

// ---- Construction. ----

Fallible<Value> deque_new(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }
Fallible<void> deque_init(Thread& t, Value self, const Arguments& arguments) {
  Value iterable = arguments.positional > 0 ? arguments[0] : Value::absent();
  Value most = arguments.positional > 1 ? arguments[1] : Value::absent();
  if (arguments.positional > 2)
    return t.raise_type_error("deque() takes at most 2 arguments ({} given)", arguments.positional);
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    Value v = arguments.values[arguments.positional + k];
    if (name->equals_ascii("iterable")) iterable = v;
    else if (name->equals_ascii("maxlen")) most = v;
    else return t.raise_type_error("deque() got an unexpected keyword argument '{}'", name);
  }
  auto* d = self_of(self);
  int64_t limit = 0;
  if (!most.is_absent() && !most.is_none()) {
    if (!is_int_or_bool(most)) return t.raise_type_error("an integer is required");
    int64_t n = TRY(index_to_int64_py(t, most));
    if (n < 0) return t.raise_value_error("maxlen must be non-negative");
    limit = n == INT64_MAX ? n : n + 1;
  }
  clear(d);
  d->most_ = limit;
  if (!iterable.is_absent()) TRY(extend_right(t, d, iterable));
  return {};
}
Fallible<Value> copy_of(Thread& t, Deque* d) {
  Value limit = d->bounded() ? Value::from_small_int(d->limit()) : Value::none();
  List* items = TRY(as_list(t, d));
  return call_py(t, Value(type_of(Value(d))), Value(items), limit);
}

// ---- Methods. ----

Fallible<void> append(Thread& t, Deque* d, Value v) { return push_right(t, d, v); }
Fallible<void> appendleft(Thread& t, Deque* d, Value v) { return push_left(t, d, v); }
Fallible<Value> pop(Thread& t, Deque* d) {
  if (d->length_ == 0) return t.raise(core.IndexError, "pop from an empty deque");
  return take_right(d);
}
Fallible<Value> popleft(Thread& t, Deque* d) {
  if (d->length_ == 0) return t.raise(core.IndexError, "pop from an empty deque");
  return take_left(d);
}
Fallible<void> extend(Thread& t, Deque* d, Value iterable) { return extend_right(t, d, iterable); }
Fallible<void> extendleft(Thread& t, Deque* d, Value iterable) {
  if (iterable == Value(d)) iterable = Value(TRY(as_list(t, d)));
  return for_each_py(t, iterable, [&](Value v) -> Fallible<bool> {
    TRY(push_left(t, d, v));
    return true;
  });
}
Fallible<void> clear_method(Thread&, Deque* d) {
  clear(d);
  return {};
}
Fallible<Value> copy(Thread& t, Deque* d) { return copy_of(t, d); }

// Index of the first equal item in [start, stop), or -1.
Fallible<int64_t> find(Thread& t, Deque* d, Value v, size_t start, size_t stop, Type* error, const char* changed) {
  uint64_t version = d->version_;
  for (size_t i = start; i < stop && i < d->length_; ++i) {
    bool equal = TRY(equals_py(t, d->at(i), v));
    if (d->version_ != version) return t.raise(error, changed);
    if (equal) return static_cast<int64_t>(i);
    TRY(t.poll());  // may run Python: the loop's condition reads the length again
  }
  return int64_t{-1};
}
constexpr const char* kMutated = "deque mutated during iteration";

Fallible<int64_t> count(Thread& t, Deque* d, Value v) {
  uint64_t version = d->version_;
  int64_t n = 0;
  for (size_t i = 0; i < d->length_; ++i) {
    if (TRY(equals_py(t, d->at(i), v))) ++n;
    TRY(t.poll());
    if (d->version_ != version) return t.raise(core.RuntimeError, kMutated);
  }
  return n;
}
Fallible<int64_t> index(Thread& t, Deque* d, Value v, Value start, Value stop) {
  auto n = static_cast<int64_t>(d->length_);
  int64_t from = start.is_absent() ? 0 : TRY(index_clamped_py(t, start));
  int64_t to = stop.is_absent() ? n : TRY(index_clamped_py(t, stop));
  if (from < 0) from = from + n < 0 ? 0 : from + n;
  if (to < 0) to = to + n < 0 ? 0 : to + n;
  int64_t at = TRY(find(t, d, v, static_cast<size_t>(from), static_cast<size_t>(to), core.RuntimeError, kMutated));
  if (at < 0) return t.raise_value_error("deque.index(x): x not in deque");
  return at;
}
void remove_at(Deque* d, size_t at) {
  for (size_t i = at; i + 1 < d->length_; ++i) d->put(i, d->at(i + 1));
  (void)take_right(d);
}
Fallible<void> insert(Thread& t, Deque* d, int64_t at, Value v) {
  if (d->bounded() && static_cast<int64_t>(d->length_) >= d->limit())
    return t.raise(core.IndexError, "deque already at its maximum size");
  auto n = static_cast<int64_t>(d->length_);
  if (at < 0) at = at + n < 0 ? 0 : at + n;
  if (at > n) at = n;
  TRY(push_right(t, d, v));
  for (int64_t i = n; i > at; --i) d->put(static_cast<size_t>(i), d->at(static_cast<size_t>(i - 1)));
  d->put(static_cast<size_t>(at), v);
  return {};
}
Fallible<void> remove(Thread& t, Deque* d, Value v) {
  int64_t at = TRY(find(t, d, v, 0, d->length_, core.IndexError, "deque mutated during remove()."));
  if (at < 0) return t.raise_value_error("deque.remove(x): x not in deque");
  remove_at(d, static_cast<size_t>(at));
  return {};
}
Fallible<void> reverse(Thread&, Deque* d) {
  for (size_t i = 0, k = d->length_; i + 1 < k; ++i) {
    --k;
    Value a = d->at(i);
    d->put(i, d->at(k));
    d->put(k, a);
  }
  return {};
}
Fallible<void> rotate(Thread& t, Deque* d, int64_t n) {
  if (d->length_ < 2) return {};
  auto length = static_cast<int64_t>(d->length_);
  n = ((n % length) + length) % length;
  for (; n > 0; --n) {
    TRY(t.poll());
    if (d->length_ == 0) break;  // emptied by Python that ran in the poll
    Value v = take_right(d);
    d->head_ = (d->head_ - 1) & (d->capacity() - 1);
    ++d->length_;
    d->put(0, v);
  }
  ++d->version_;
  return {};
}
Fallible<Value> make_iterator(Thread& t, Deque* d, bool backward) {
  Type* type = backward ? reverse_iterator_type : iterator_type;
  auto* it = TRY(t.allocate<DequeIterator>(type->root_shape()));
  it->deque_.set(it, d);
  it->version_ = d->version_;
  it->backward_ = backward;
  return Value(it);
}
Fallible<Value> reversed(Thread& t, Deque* d) { return make_iterator(t, d, true); }
Fallible<Value> reduce(Thread& t, Deque* d) {
  Value state = TRY(call_method_py(t, Value(d), names.dunder_getstate));
  Value arguments = d->bounded() ? Value(TRY(Tuple::of(t, Value(empty_tuple()), Value::from_small_int(d->limit()))))
                                 : Value(empty_tuple());
  Value items = TRY(make_iterator(t, d, false));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(d))), arguments, state, items)));
}
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }
Fallible<Value> get_maxlen(Thread&, Value self) {
  auto* d = self_of(self);
  return d->bounded() ? Value::from_small_int(d->limit()) : Value::none();
}

// ---- Slots. ----

Fallible<Value> deque_repr(Thread& t, Value self) {
  auto* d = self_of(self);
  Str* name = type_of(self)->name();
  ReprScope scope(t, self);
  if (scope.recursive()) return Value(TRY(Str::from_ascii(t, "[...]")));
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  Str* items = TRY(repr_py(t, Value(TRY(as_list(t, d)))));
  if (d->bounded()) return Value(TRY(t.format("{}({}, maxlen={})", name, items, d->limit())));
  return Value(TRY(t.format("{}({})", name, items)));
}
Fallible<Value> deque_compare(Thread& t, Value a, Value b, CompareOp op) {
  if (!is<Deque>(a) || !is<Deque>(b)) return Value::not_implemented();
  List* x = TRY(as_list(t, self_of(a)));
  List* y = TRY(as_list(t, self_of(b)));
  return compare_py(t, Value(x), Value(y), op);
}
Fallible<Value> deque_iter(Thread& t, Value self) { return make_iterator(t, self_of(self), false); }
Fallible<int64_t> deque_length(Thread&, Value self) { return static_cast<int64_t>(self_of(self)->length_); }
Fallible<bool> deque_truth(Thread&, Value self) { return self_of(self)->length_ != 0; }
Fallible<bool> deque_contains(Thread& t, Value self, Value v) {
  return TRY(find(t, self_of(self), v, 0, self_of(self)->length_, core.RuntimeError, kMutated)) >= 0;
}
Fallible<Value> deque_get_item(Thread& t, Value self, Value key) {
  int64_t i = TRY(sequence_index_py(t, key, static_cast<int64_t>(self_of(self)->length_), "deque"));
  if (i >= static_cast<int64_t>(self_of(self)->length_)) return t.raise(core.IndexError, "deque index out of range");
  return self_of(self)->at(static_cast<size_t>(i));
}
Fallible<void> deque_set_item(Thread& t, Value self, Value key, Value v) {
  auto* d = self_of(self);
  int64_t i = TRY(sequence_index_py(t, key, static_cast<int64_t>(d->length_), "deque"));
  if (i >= static_cast<int64_t>(d->length_)) return t.raise(core.IndexError, "deque index out of range");
  if (v.is_absent()) remove_at(d, static_cast<size_t>(i));
  else d->put(static_cast<size_t>(i), v);
  return {};
}
Fallible<Value> deque_concat(Thread& t, Value a, Value b) {
  if (!is<Deque>(b)) return t.raise_type_error("can only concatenate deque (not \"{}\") to deque", type_of(b));
  Value result = TRY(copy_of(t, self_of(a)));
  TRY(extend_right(t, self_of(result), b));
  return result;
}
Fallible<Value> deque_inplace_concat(Thread& t, Value a, Value b) {
  TRY(extend_right(t, self_of(a), b));
  return a;
}
Fallible<void> repeat_into(Thread& t, Deque* d, int64_t times) {
  List* items = TRY(as_list(t, d));
  if (times <= 0) {
    clear(d);
    return {};
  }
  if (items->length() == 0) return {};
  if (!d->bounded()) {
    uint64_t total;
    if (__builtin_mul_overflow(static_cast<uint64_t>(items->length()), static_cast<uint64_t>(times), &total) ||
        total > (uint64_t{1} << 59))
      return t.raise_memory_error();
    TRY(t.check_fits(total * sizeof(Value)));
  } else {
    // Only the last rounds can be seen.
    int64_t rounds = d->limit() / static_cast<int64_t>(items->length()) + 2;
    if (times > rounds) times = rounds;
  }
  for (int64_t round = 1; round < times; ++round)
    for (size_t i = 0; i < items->length(); ++i) {
      TRY(push_right(t, d, items->at(i)));
      TRY(t.poll());
    }
  return {};
}
Fallible<Value> deque_repeat(Thread& t, Value self, int64_t times) {
  Value result = TRY(copy_of(t, self_of(self)));
  TRY(repeat_into(t, self_of(result), times));
  return result;
}
Fallible<Value> deque_inplace_repeat(Thread& t, Value self, int64_t times) {
  TRY(repeat_into(t, self_of(self), times));
  return self;
}

Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* it = as<DequeIterator>(self);
  Deque* d = it->deque_.get();
  if (it->version_ != d->version_) {
    it->index_ = SIZE_MAX;
    return t.raise(core.RuntimeError, kMutated);
  }
  if (it->index_ >= d->length_) return Value::absent();
  size_t i = it->index_++;
  return d->at(it->backward_ ? d->length_ - 1 - i : i);
}
Fallible<Value> iterator_iter(Thread&, Value self) { return self; }
Fallible<int64_t> iterator_length_hint(Thread&, DequeIterator* self) {
  size_t length = self->deque_->length_;
  return self->index_ < length ? static_cast<int64_t>(length - self->index_) : int64_t{0};
}

// type(iter(deque))(deque, how many to pass over)
template <bool kBackward>
Fallible<Value> iterator_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("{}() takes no keyword arguments", type->spec_->name);
  if (arguments.positional < 1 || arguments.positional > 2)
    return t.raise_type_error("{} expected at {} argument{}, got {}", type->spec_->name,
                              arguments.positional < 1 ? "least 1" : "most 2", arguments.positional < 1 ? "" : "s",
                              arguments.positional);
  if (!is<Deque>(arguments[0]))
    return t.raise_type_error("argument 1 must be collections.deque, not {}", type_of(arguments[0]));
  int64_t skipped = arguments.positional == 2 ? TRY(index_to_int64_py(t, arguments[1])) : 0;
  Value made = TRY(make_iterator(t, as<Deque>(arguments[0]), kBackward));
  as<DequeIterator>(made)->index_ = skipped < 0 ? 0 : static_cast<size_t>(skipped);
  return made;
}
Fallible<Value> iterator_reduce(Thread& t, DequeIterator* self) {
  Deque* d = self->deque_.get();
  auto passed = static_cast<int64_t>(self->index_ < d->length_ ? self->index_ : d->length_);
  Tuple* state = TRY(Tuple::of(t, Value(d), Value::from_small_int(passed)));
  return Value(TRY(Tuple::of(t, Value(type_of(Value(self))), Value(state))));
}

constexpr NativeMethod kMethods[] = {
    {"append", HOG_NATIVE(append), "($self, item, /)", "Add at the right end."},
    {"appendleft", HOG_NATIVE(appendleft), "($self, item, /)", "Add at the left end."},
    {"pop", HOG_NATIVE(pop), "($self, /)", "Take from the right end."},
    {"popleft", HOG_NATIVE(popleft), "($self, /)", "Take from the left end."},
    {"extend", HOG_NATIVE(extend), "($self, iterable, /)", "Add many at the right end."},
    {"extendleft", HOG_NATIVE(extendleft), "($self, iterable, /)", "Add many at the left end, one by one."},
    {"clear", HOG_NATIVE(clear_method), "($self, /)", "Remove all."},
    {"copy", HOG_NATIVE(copy), "($self, /)", "A copy."},
    {"__copy__", HOG_NATIVE(copy), "($self, /)", "A copy."},
    {"count", HOG_NATIVE(count), "($self, value, /)", "How many equal a value."},
    {"index", HOG_NATIVE(index), "($self, value, start=<unrepresentable>, stop=<unrepresentable>, /)", "Where a value is."},
    {"insert", HOG_NATIVE(insert), "($self, index, value, /)", "Add before an index."},
    {"remove", HOG_NATIVE(remove), "($self, value, /)", "Remove the first that equals a value."},
    {"reverse", HOG_NATIVE(reverse), "($self, /)", "Turn the order around."},
    {"rotate", HOG_NATIVE(rotate), "($self, n=1, /)", "Move the right end to the left, n times."},
    {"__reversed__", HOG_NATIVE(reversed), "($self, /)", "Iterator from right to left."},
    {"__reduce__", HOG_NATIVE(reduce), "($self, /)", "Helper for pickle."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr GetSet kGetSets[] = {{"maxlen", get_maxlen}, {}};
constexpr NativeMethod kIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(iterator_length_hint), "($self, /)", "How many are left."},
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "Helper for pickle."},
    {}};

const TypeSpec kDequeSpec = {
    .name = "collections.deque",
    .doc = "A queue with two ends.",
    .layout = &Deque::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences | type_flag::kSequence,
    .slots = {.repr = deque_repr,
              .hash = hash_refused,
              .compare = deque_compare,
              .iter = deque_iter,
              .init = deque_init,
              .new_ = deque_new,
              .truth = deque_truth,
              .length = deque_length,
              .get_item = deque_get_item,
              .set_item = deque_set_item,
              .contains = deque_contains,
              .concat = deque_concat,
              .repeat = deque_repeat,
              .inplace_concat = deque_inplace_concat,
              .inplace_repeat = deque_inplace_repeat},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "([iterable[, maxlen]])",
};
const TypeSpec kIteratorSpec = {.name = "_collections._deque_iterator",
                                .layout = &DequeIterator::kLayout,
                                .slots = {.iter = iterator_iter, .next = iterator_next, .new_ = iterator_new<false>},
                                .methods = kIteratorMethods};
const TypeSpec kReverseIteratorSpec = {.name = "_collections._deque_reverse_iterator",
                                       .layout = &DequeIterator::kLayout,
                                       .slots = {.iter = iterator_iter, .next = iterator_next, .new_ = iterator_new<true>},
                                       .methods = kIteratorMethods};

}  // namespace

const TypeRegistration kDequeTypes[] = {{&deque_type, &kDequeSpec},
                                        {&iterator_type, &kIteratorSpec},
                                        {&reverse_iterator_type, &kReverseIteratorSpec}};

}  // namespace hog::collections
