// iterators.cpp: iterator (over __getitem__) and callable_iterator. Both forget what they iterate when it has ended.
#include "types/container_support.hpp"

namespace hog {

// ---- iterator: sequence[0], sequence[1], ... until IndexError or StopIteration. ----

namespace {
void trace_sequence(Cell* cell, Marker& marker) {
  marker.visit_word(static_cast<SequenceIterator*>(cell)->sequence_.get().raw());
}

Fallible<Value> sequence_next(Thread& t, Value self) {
  auto* iterator = as<SequenceIterator>(self);
  Value sequence = iterator->sequence_;
  if (sequence.is_empty()) return Value::absent();
  if (iterator->index_ == INT64_MAX) return t.raise(core.OverflowError, "iter index too large");
  Value index = TRY(make_int(t, iterator->index_));
  Fallible<Value> item = get_item_py(t, sequence, index);
  if (!item.failed()) {
    ++iterator->index_;
    return item;
  }
  if (!clear_exception_if(t, core.IndexError) && !clear_exception_if(t, core.StopIteration)) return Failure{};
  iterator->sequence_.clear();
  return Value::absent();
}

Fallible<Value> sequence_length_hint(Thread& t, SequenceIterator* self) {
  Value sequence = self->sequence_;
  if (sequence.is_empty()) return Value::from_small_int(0);
  if (type_of(sequence)->slots().length == nullptr) return Value::not_implemented();
  int64_t left = TRY(length_py(t, sequence)) - self->index_;
  return make_int(t, left < 0 ? 0 : left);
}

Fallible<Value> sequence_reduce(Thread& t, SequenceIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  if (self->sequence_.get().is_empty()) return reduced_to(t, iter, empty_tuple());
  return reduced_to(t, iter, self->sequence_, TRY(make_int(t, self->index_)));
}

Fallible<void> sequence_setstate(Thread& t, SequenceIterator* self, Value state) {
  int64_t index = TRY(index_to_int64_py(t, state));
  if (!self->sequence_.get().is_empty()) self->index_ = index < 0 ? 0 : index;
  return {};
}

constexpr NativeMethod kSequenceMethods[] = {
    {"__length_hint__", HOG_NATIVE(sequence_length_hint), "($self, /)", "How many items are still to come."},
    {"__reduce__", HOG_NATIVE(sequence_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(sequence_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
}  // namespace

const Layout SequenceIterator::kLayout = {.name = "iterator", .trace = trace_sequence, .base_size = sizeof(SequenceIterator)};

extern const TypeSpec k_sequence_iterator_spec;
const TypeSpec k_sequence_iterator_spec = {.name = "iterator",
                                           .layout = &SequenceIterator::kLayout,
                                           .flags = type_flag::kNoInstantiation,
                                           .slots = {.iter = iterator_self, .next = sequence_next},
                                           .methods = kSequenceMethods};

// ---- callable_iterator: callable() until the sentinel comes. ----

namespace {
void trace_callable(Cell* cell, Marker& marker) {
  auto* iterator = static_cast<CallableIterator*>(cell);
  marker.visit_word(iterator->callable_.get().raw());
  marker.visit_word(iterator->sentinel_.get().raw());
}

void end_callable(CallableIterator* iterator) {
  iterator->callable_.clear();
  iterator->sentinel_.clear();
}

Fallible<Value> callable_next(Thread& t, Value self) {
  auto* iterator = as<CallableIterator>(self);
  Value callable = iterator->callable_;
  if (callable.is_empty()) return Value::absent();
  Fallible<Value> result = call_py(t, callable);
  if (result.failed()) {
    if (!clear_exception_if(t, core.StopIteration)) return Failure{};
    end_callable(iterator);
    return Value::absent();
  }
  Value sentinel = iterator->sentinel_;
  if (sentinel.is_empty()) return Value::absent();  // ended from within the call
  if (!TRY(equals_py(t, sentinel, result.get()))) return result;
  end_callable(iterator);
  return Value::absent();
}

Fallible<Value> callable_reduce(Thread& t, CallableIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  Value callable = self->callable_, sentinel = self->sentinel_;
  if (callable.is_empty() || sentinel.is_empty()) return reduced_to(t, iter, empty_tuple());
  return TRY(Tuple::of(t, iter, Value(TRY(Tuple::of(t, callable, sentinel)))));
}

constexpr NativeMethod kCallableMethods[] = {{"__reduce__", HOG_NATIVE(callable_reduce), "($self, /)", "State for pickling."}, {}};
}  // namespace

const Layout CallableIterator::kLayout = {.name = "callable_iterator", .trace = trace_callable, .base_size = sizeof(CallableIterator)};

extern const TypeSpec k_callable_iterator_spec;
const TypeSpec k_callable_iterator_spec = {.name = "callable_iterator",
                                           .layout = &CallableIterator::kLayout,
                                           .flags = type_flag::kNoInstantiation,
                                           .slots = {.iter = iterator_self, .next = callable_next},
                                           .methods = kCallableMethods};

}  // namespace hog
