// enumerate.cpp: enumerate(iterable, start). The count is an int of any size.
#include "types/container_support.hpp"

namespace hog {

namespace {
void trace_enumerate(Cell* cell, Marker& marker) {
  auto* self = static_cast<Enumerate*>(cell);
  marker.visit_word(self->iterator_.get().raw());
  marker.visit_word(self->count_.get().raw());
}

// Takes iterable and start from positions or by name, and complains in the reference implementation's words.
Fallible<void> bind(Thread& t, const Arguments& arguments, Value* iterable, Value* start) {
  uint32_t given = arguments.positional + arguments.keyword_count();
  if (given > 2) return t.raise_type_error("enumerate() takes at most 2 arguments ({} given)", given);
  *iterable = *start = Value();
  if (arguments.positional > 0) *iterable = arguments[0];
  if (arguments.positional > 1) *start = arguments[1];
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    Str* name = as<Str>(arguments.names->at(i));
    Value* place = name->equals_ascii("iterable") ? iterable : name->equals_ascii("start") ? start : nullptr;
    bool start_alone = place == start && arguments.positional == 0 && given == 1;
    if (place == nullptr || !place->is_empty() || start_alone)
      return t.raise_type_error("'{}' is an invalid keyword argument for enumerate()", name);
    *place = arguments[arguments.positional + i];
  }
  if (iterable->is_empty()) return t.raise_type_error("enumerate() missing required argument 'iterable'");
  return {};
}

Fallible<Value> enumerate_new(Thread& t, Type* type, const Arguments& arguments) {
  Value iterable, start;
  TRY(bind(t, arguments, &iterable, &start));
  Value count = start.is_empty() ? Value::from_small_int(0) : TRY(index_py(t, start));
  Value iterator = TRY(iter_py(t, iterable));
  Cell* cell = TRY(new_instance(t, type));
  auto* self = as<Enumerate>(cell);
  self->iterator_.set(self, iterator);
  self->count_.set(self, count);
  return self;
}

Fallible<Value> enumerate_next(Thread& t, Value value) {
  auto* self = as<Enumerate>(value);
  Value item = TRY(next_quickly_py(t, self->iterator_));
  if (item.is_absent()) return item;
  Value count = self->count_;
  Value next = count.is_small_int() ? TRY(make_int(t, count.small_int() + 1)) : TRY(int_add(t, count, Value::from_small_int(1)));
  Tuple* pair = TRY(Tuple::make(t, 2));
  pair->initialize(0, count);
  pair->initialize(1, item);
  self->count_.set(self, next);
  return pair;
}

Fallible<Value> enumerate_reduce(Thread& t, Enumerate* self) {
  Tuple* arguments = TRY(Tuple::of(t, self->iterator_.get(), self->count_.get()));
  return TRY(Tuple::of(t, Value(type_of(self)), Value(arguments)));
}

constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(enumerate_reduce), "($self, /)", "State for pickling."},
    {"__class_getitem__", HOG_RAW(generic_class_getitem), "($type, item, /)", "A generic alias.", native_flag::kClassMethod},
    {}};
}  // namespace

const Layout Enumerate::kLayout = {.name = "enumerate", .trace = trace_enumerate, .base_size = sizeof(Enumerate)};

extern const TypeSpec k_enumerate_spec;
const TypeSpec k_enumerate_spec = {.name = "enumerate",
                                   .doc = "Yields (count, item) for each item; the count begins at start.",
                                   .layout = &Enumerate::kLayout,
                                   .flags = type_flag::kBaseType,
                                   .slots = {.iter = iterator_self, .next = enumerate_next, .new_ = enumerate_new},
                                   .methods = kMethods,
                                   .text_signature = "(iterable, start=0)"};

}  // namespace hog
