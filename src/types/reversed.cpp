// reversed.cpp: reversed(x): what x.__reversed__() answers, or an iterator over x[n-1] ... x[0].
#include "types/container_support.hpp"

namespace hog {

namespace {
// A sequence, as far as reversed() is concerned: items by position and a length, and no mapping.
bool is_sequence(Type* type) {
  return type->slots().get_item != nullptr && !type->has(type_flag::kDictSubclass) && !type->is_subtype_of(core.mapping_proxy);
}

Fallible<Value> reversed_new(Thread& t, Type* type, const Arguments& arguments) {
  if (type == core.reversed || type->slots().init == core.reversed->slots().init)
    TRY(reject_keywords(t, arguments, "reversed"));
  TRY(check_positional(t, arguments, "reversed", 1, 1));
  Value sequence = arguments[0];
  Value method = TRY(find_special_py(t, sequence, names.dunder_reversed));
  if (method.is_none()) return t.raise_type_error("'{}' object is not reversible", type_of(sequence));
  if (!method.is_absent()) return call_py(t, method);
  if (!is_sequence(type_of(sequence))) return t.raise_type_error("'{}' object is not reversible", type_of(sequence));
  int64_t length = TRY(length_py(t, sequence));
  Cell* cell = TRY(new_instance(t, type));
  auto* self = as<SequenceIterator>(cell);
  self->sequence_.set(self, sequence);
  self->index_ = length - 1;
  return self;
}

Fallible<Value> reversed_next(Thread& t, Value value) {
  auto* self = as<SequenceIterator>(value);
  Value sequence = self->sequence_;
  if (sequence.is_empty()) return Value::absent();
  if (self->index_ >= 0) {
    Value index = TRY(make_int(t, self->index_));
    Fallible<Value> item = get_item_py(t, sequence, index);
    if (!item.failed()) {
      --self->index_;
      return item;
    }
    if (!clear_exception_if(t, core.IndexError) && !clear_exception_if(t, core.StopIteration)) return Failure{};
  }
  self->index_ = -1;
  self->sequence_.clear();
  return Value::absent();
}

Fallible<int64_t> reversed_length_hint(Thread& t, SequenceIterator* self) {
  Value sequence = self->sequence_;
  if (sequence.is_empty()) return int64_t{0};
  int64_t length = TRY(length_py(t, sequence));
  int64_t left = self->index_ + 1;
  return length < left ? 0 : left;
}

Fallible<Value> reversed_reduce(Thread& t, SequenceIterator* self) {
  Value type = type_of(self);
  if (self->sequence_.get().is_empty()) return TRY(Tuple::of(t, type, Value(TRY(Tuple::of(t, Value(empty_tuple()))))));
  Value index = TRY(make_int(t, self->index_));
  return TRY(Tuple::of(t, type, Value(TRY(Tuple::of(t, self->sequence_.get()))), index));
}

Fallible<void> reversed_setstate(Thread& t, SequenceIterator* self, Value state) {
  int64_t index = TRY(index_to_int64_py(t, state));
  Value sequence = self->sequence_;
  if (sequence.is_empty()) return {};
  int64_t length = TRY(length_py(t, sequence));
  self->index_ = index < -1 ? -1 : index > length - 1 ? length - 1 : index;
  return {};
}

constexpr NativeMethod kMethods[] = {
    {"__length_hint__", HOG_NATIVE(reversed_length_hint), "($self, /)", "How many items are still to come."},
    {"__reduce__", HOG_NATIVE(reversed_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(reversed_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
}  // namespace

extern const TypeSpec k_reversed_spec;
const TypeSpec k_reversed_spec = {.name = "reversed",
                                  .doc = "An iterator over a sequence from its end.",
                                  .layout = &SequenceIterator::kLayout,
                                  .flags = type_flag::kBaseType,
                                  .slots = {.iter = iterator_self, .next = reversed_next, .new_ = reversed_new},
                                  .methods = kMethods,
                                  .text_signature = "(object, /)"};

}  // namespace hog
