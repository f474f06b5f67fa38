// map.cpp: map(function, iterable, *iterables, strict=False).
#include "types/parallel_iteration.hpp"

namespace hog {

namespace {
void trace_map(Cell* cell, Marker& marker) {
  auto* self = static_cast<Map*>(cell);
  marker.visit(self->iterators_.get());
  marker.visit_word(self->function_.get().raw());
}

Fallible<Value> map_new(Thread& t, Type* type, const Arguments& arguments) {
  bool strict = false;
  if (type == core.map || type->slots().init == core.map->slots().init) strict = TRY(strict_argument_py(t, arguments, "map"));
  if (arguments.positional < 2) return t.raise_type_error("map() must have at least two arguments.");
  Tuple* iterators = TRY(iterators_of_py(t, arguments.values + 1, arguments.positional - 1));
  Cell* cell = TRY(new_instance(t, type));
  auto* self = as<Map>(cell);
  self->iterators_.set(self, iterators);
  self->function_.set(self, arguments[0]);
  self->strict_ = strict;
  return self;
}

Fallible<Value> map_next(Thread& t, Value value) {
  auto* self = as<Map>(value);
  constexpr size_t kInline = 8;
  Tuple* iterators = self->iterators_.get();
  size_t count = iterators->length();
  Value inline_row[kInline];
  // A long row lives in a tuple that nobody else sees.
  Tuple* long_row = count > kInline ? TRY(Tuple::make(t, count)) : nullptr;
  for (size_t i = 0; i < count; ++i) {
    Value item = TRY(next_quickly_py(t, iterators->at(i)));
    if (item.is_absent()) return end_together_py(t, iterators, i, self->strict_, "map");
    if (long_row != nullptr) {
      long_row->initialize(i, item);
    } else {
      inline_row[i] = item;
    }
  }
  return call_py(t, self->function_, Arguments(long_row != nullptr ? long_row->data() : inline_row, count));
}

Fallible<Value> map_reduce(Thread& t, Map* self) {
  Tuple* iterators = self->iterators_.get();
  Tuple* arguments = TRY(Tuple::make(t, iterators->length() + 1));
  arguments->initialize(0, self->function_);
  for (size_t i = 0; i < iterators->length(); ++i) arguments->initialize(i + 1, iterators->at(i));
  if (self->strict_) return TRY(Tuple::of(t, Value(type_of(self)), Value(arguments), Value::true_value()));
  return TRY(Tuple::of(t, Value(type_of(self)), Value(arguments)));
}

Fallible<void> map_setstate(Thread& t, Map* self, Value state) {
  self->strict_ = TRY(truth_py(t, state));
  return {};
}

constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(map_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(map_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
}  // namespace

const Layout Map::kLayout = {.name = "map", .trace = trace_map, .base_size = sizeof(Map)};

extern const TypeSpec k_map_spec;
const TypeSpec k_map_spec = {.name = "map",
                             .doc = "Yields function(item, ...) for the items of the iterables, until the shortest ends.\n\n"
                                    "With strict, ValueError when one ends before the others.",
                             .layout = &Map::kLayout,
                             .flags = type_flag::kBaseType,
                             .slots = {.iter = iterator_self, .next = map_next, .new_ = map_new},
                             .methods = kMethods,
                             .text_signature = "(function, iterable, /, *iterables, strict=False)"};

}  // namespace hog
