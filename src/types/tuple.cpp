// tuple.cpp: tuple as Python sees it. Ref: library/stdtypes "Tuples". A tuple never changes once Python has seen it, so
// its items may be read across calls of user code.
#include "types/container_support.hpp"

namespace hog {

namespace {
Fallible<Value> tuple_new(Thread& t, Type* type, const Arguments& arguments) {
  if (type == core.tuple || type->slots().init == core.tuple->slots().init) TRY(reject_keywords(t, arguments, "tuple"));
  TRY(check_positional(t, arguments, "tuple", 0, 1));
  Tuple* items = arguments.positional == 0 ? empty_tuple() : TRY(tuple_from_iterable_py(t, arguments[0]));
  if (type == core.tuple) return items;
  Tuple* tuple = TRY(Tuple::make_of_type(t, type, items->length()));
  for (size_t i = 0; i < items->length(); ++i) tuple->initialize(i, items->at(i));
  return tuple;
}

Fallible<Value> tuple_repr(Thread& t, Value self) {
  auto* tuple = as<Tuple>(self);
  if (tuple->length() == 0) return TRY(Str::from_ascii(t, "()"));
  TRY(check_native_recursion(t, " while getting the repr of an object"));
  ReprScope scope(t, self);
  if (scope.recursive()) return TRY(Str::from_ascii(t, "(...)"));
  StrBuilder out(t);
  TRY(out.append_ascii("("));
  TRY(append_reprs_py(t, out, tuple));
  TRY(out.append_ascii(tuple->length() == 1 ? ",)" : ")"));
  return TRY(out.finish());
}

// The reference implementation's mixing, as programs may print the hash of a tuple of numbers.
Fallible<int64_t> tuple_hash(Thread& t, Value self) {
  TRY(check_native_recursion(t));
  constexpr uint64_t kPrime1 = 11400714785074694791u, kPrime2 = 14029467366897019727u, kPrime5 = 2870177450012600261u;
  auto* tuple = as<Tuple>(self);
  uint64_t mixed = kPrime5;
  for (size_t i = 0; i < tuple->length(); ++i) {
    if (i % 64 == 63) TRY(t.poll(64));
    mixed += static_cast<uint64_t>(TRY(hash_py(t, tuple->at(i)))) * kPrime2;
    mixed = std::rotl(mixed, 31) * kPrime1;
  }
  mixed += tuple->length() ^ (kPrime5 ^ 3527539u);
  return mixed == UINT64_MAX ? 1546275796 : static_cast<int64_t>(mixed);
}

Fallible<Value> tuple_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<Tuple>(self) || !is<Tuple>(other)) return Value::not_implemented();
  return compare_sequences_py(t, as<Tuple>(self), as<Tuple>(other), op);
}

Fallible<Value> tuple_iter(Thread& t, Value self) {
  auto* iterator = TRY(t.allocate<TupleIterator>(shapes.tuple_iterator));
  iterator->tuple_.set(iterator, as<Tuple>(self));
  return iterator;
}

Fallible<int64_t> tuple_length(Thread&, Value self) { return static_cast<int64_t>(as<Tuple>(self)->length()); }

Fallible<Value> tuple_slice(Thread& t, Tuple* tuple, Value slice) {
  SliceBounds s = TRY(slice_bounds_py(t, slice, static_cast<int64_t>(tuple->length())));
  auto count = static_cast<size_t>(s.count);
  if (count == 0) return empty_tuple();
  if (s.step == 1 && count == tuple->length() && tuple->shape() == shapes.tuple) return tuple;
  TRY(t.poll(1 + s.count / 16));
  Tuple* result = TRY(Tuple::make(t, count));
  for (size_t i = 0; i < count; ++i)
    result->initialize(i, tuple->at(static_cast<size_t>(s.start + static_cast<int64_t>(i) * s.step)));
  return result;
}

Fallible<Value> tuple_get_item(Thread& t, Value self, Value key) {
  auto* tuple = as<Tuple>(self);
  if (is_slice(key)) return tuple_slice(t, tuple, key);
  int64_t index = TRY(sequence_index_py(t, key, static_cast<int64_t>(tuple->length()), "tuple"));
  return tuple->at(static_cast<size_t>(index));
}

Fallible<bool> tuple_contains(Thread& t, Value self, Value item) {
  auto* tuple = as<Tuple>(self);
  for (size_t i = 0; i < tuple->length(); ++i) {
    if (TRY(equals_py(t, tuple->at(i), item))) return true;
    TRY(t.poll());
  }
  return false;
}

Fallible<Value> tuple_concat(Thread& t, Value left, Value right) {
  if (!is<Tuple>(right)) return t.raise_type_error("can only concatenate tuple (not \"{}\") to tuple", type_of(right));
  auto *a = as<Tuple>(left), *b = as<Tuple>(right);
  if (a->length() == 0 && b->shape() == shapes.tuple) return b;
  if (b->length() == 0 && a->shape() == shapes.tuple) return a;
  TRY(t.poll(1 + static_cast<int64_t>((a->length() + b->length()) / 16)));
  Tuple* result = TRY(Tuple::make(t, a->length() + b->length()));
  for (size_t i = 0; i < a->length(); ++i) result->initialize(i, a->at(i));
  for (size_t i = 0; i < b->length(); ++i) result->initialize(a->length() + i, b->at(i));
  return result;
}

Fallible<Value> tuple_repeat(Thread& t, Value self, int64_t times) {
  auto* tuple = as<Tuple>(self);
  if (tuple->length() == 0 || times <= 0) {
    if (tuple->length() == 0 && tuple->shape() == shapes.tuple) return tuple;
    return empty_tuple();
  }
  if (times == 1 && tuple->shape() == shapes.tuple) return tuple;
  size_t count = 0, bytes = 0;
  if (__builtin_mul_overflow(tuple->length(), static_cast<size_t>(times), &count) ||
      __builtin_mul_overflow(count, sizeof(Value), &bytes))
    return t.raise_memory_error();
  TRY(t.check_fits(bytes));
  Tuple* result = TRY(Tuple::make(t, count));
  for (size_t i = 0, from = 0; i < count; ++i) {
    if (i % 1024 == 1023) TRY(t.poll(64));
    result->initialize(i, tuple->at(from));
    if (++from == tuple->length()) from = 0;
  }
  return result;
}

// ---- Methods. ----

Fallible<Value> tuple_index(Thread& t, Tuple* self, Value value, Value start, Value stop) {
  auto length = static_cast<int64_t>(self->length());
  int64_t i = clamp_index(TRY(bound_argument_py(t, start, 0)), length);
  int64_t end = clamp_index(TRY(bound_argument_py(t, stop, INT64_MAX)), length);
  for (; i < end; ++i) {
    if (TRY(equals_py(t, self->at(static_cast<size_t>(i)), value))) return make_int(t, i);
    TRY(t.poll());
  }
  return t.raise_value_error("tuple.index(x): x not in tuple");
}

Fallible<int64_t> tuple_count(Thread& t, Tuple* self, Value value) {
  int64_t count = 0;
  for (size_t i = 0; i < self->length(); ++i) {
    if (TRY(equals_py(t, self->at(i), value))) ++count;
    TRY(t.poll());
  }
  return count;
}

Fallible<Tuple*> tuple_getnewargs(Thread& t, Tuple* self) {
  return Tuple::of(t, Value(TRY(Tuple::from(t, self->data(), self->length()))));
}

constexpr NativeMethod kTupleMethods[] = {
    {"index", HOG_NATIVE(tuple_index), "($self, value, start=0, stop=sys.maxsize, /)",
     "The first position of the value; ValueError if there is none."},
    {"count", HOG_NATIVE(tuple_count), "($self, value, /)", "How many items equal the value."},
    {"__getnewargs__", HOG_NATIVE(tuple_getnewargs), "($self, /)", nullptr},
    {"__class_getitem__", HOG_RAW(generic_class_getitem), "($type, item, /)", "tuple[...]: a generic alias.", native_flag::kClassMethod},
    {}};
}  // namespace

extern const TypeSpec k_tuple_spec;
const TypeSpec k_tuple_spec = {
    .name = "tuple",
    .doc = "An immutable sequence.\n\nWithout an argument the empty tuple; otherwise the items of the iterable.",
    .layout = &Tuple::kLayout,
    .flags = type_flag::kBaseType | type_flag::kTupleSubclass | type_flag::kSequence | type_flag::kMatchSelf,
    .slots = {.repr = tuple_repr,
              .hash = tuple_hash,
              .compare = tuple_compare,
              .iter = tuple_iter,
              .new_ = tuple_new,
              .length = tuple_length,
              .get_item = tuple_get_item,
              .contains = tuple_contains,
              .concat = tuple_concat,
              .repeat = tuple_repeat},
    .methods = kTupleMethods,
    .text_signature = "(iterable=(), /)"};

// ---- tuple_iterator. ----

namespace {
void trace_iterator(Cell* cell, Marker& marker) { marker.visit(static_cast<TupleIterator*>(cell)->tuple_.get()); }

Fallible<Value> iterator_next(Thread&, Value self) {
  auto* iterator = as<TupleIterator>(self);
  Tuple* tuple = iterator->tuple_.get();
  if (tuple == nullptr) return Value::absent();
  if (static_cast<size_t>(iterator->index_) < tuple->length()) return tuple->at(static_cast<size_t>(iterator->index_++));
  iterator->tuple_.clear();
  return Value::absent();
}

Fallible<int64_t> iterator_length_hint(Thread&, TupleIterator* self) {
  if (!self->tuple_) return int64_t{0};
  return static_cast<int64_t>(self->tuple_->length()) - self->index_;
}

Fallible<Value> iterator_reduce(Thread& t, TupleIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  if (!self->tuple_) return reduced_to(t, iter, empty_tuple());
  return reduced_to(t, iter, self->tuple_.get(), TRY(make_int(t, self->index_)));
}

Fallible<void> iterator_setstate(Thread& t, TupleIterator* self, Value state) {
  int64_t index = TRY(index_to_int64_py(t, state));
  if (!self->tuple_) return {};
  self->index_ = clamp_index(index < 0 ? 0 : index, static_cast<int64_t>(self->tuple_->length()));
  return {};
}

constexpr NativeMethod kIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(iterator_length_hint), "($self, /)", "How many items are still to come."},
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(iterator_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
}  // namespace

const Layout TupleIterator::kLayout = {.name = "tuple_iterator", .trace = trace_iterator, .base_size = sizeof(TupleIterator)};

extern const TypeSpec k_tuple_iterator_spec;
const TypeSpec k_tuple_iterator_spec = {.name = "tuple_iterator",
                                        .layout = &TupleIterator::kLayout,
                                        .flags = type_flag::kNoInstantiation,
                                        .slots = {.iter = iterator_self, .next = iterator_next},
                                        .methods = kIteratorMethods};

}  // namespace hog
