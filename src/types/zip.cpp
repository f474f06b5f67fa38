// zip.cpp: zip(*iterables, strict=False).
#include "types/parallel_iteration.hpp"

namespace hog {

namespace {
void trace_zip(Cell* cell, Marker& marker) { marker.visit(static_cast<Zip*>(cell)->iterators_.get()); }

Fallible<Value> zip_new(Thread& t, Type* type, const Arguments& arguments) {
  bool strict = false;
  if (type == core.zip || type->slots().init == core.zip->slots().init) strict = TRY(strict_argument_py(t, arguments, "zip"));
  Tuple* iterators = TRY(iterators_of_py(t, arguments.values, arguments.positional));
  Cell* cell = TRY(new_instance(t, type));
  auto* self = as<Zip>(cell);
  self->iterators_.set(self, iterators);
  self->strict_ = strict;
  return self;
}

Fallible<Value> zip_next(Thread& t, Value value) {
  auto* self = as<Zip>(value);
  Tuple* iterators = self->iterators_.get();
  size_t count = iterators == nullptr ? 0 : iterators->length();
  if (count == 0) return Value::absent();
  Tuple* row = TRY(Tuple::make(t, count));
  for (size_t i = 0; i < count; ++i) {
    Value item = TRY(next_quickly_py(t, iterators->at(i)));
    if (item.is_absent()) return end_together_py(t, iterators, i, self->strict_, "zip");
    row->initialize(i, item);
  }
  return row;
}

Fallible<Value> zip_reduce(Thread& t, Zip* self) {
  Value type = type_of(self), iterators = self->iterators_ ? self->iterators_.get() : empty_tuple();
  if (self->strict_) return TRY(Tuple::of(t, type, iterators, Value::true_value()));
  return TRY(Tuple::of(t, type, iterators));
}

Fallible<void> zip_setstate(Thread& t, Zip* self, Value state) {
  self->strict_ = TRY(truth_py(t, state));
  return {};
}

constexpr NativeMethod kMethods[] = {
    {"__reduce__", HOG_NATIVE(zip_reduce), "($self, /)", "State for pickling."},
    {"__setstate__", HOG_NATIVE(zip_setstate), "($self, state, /)", "Set state from pickling."},
    {}};
}  // namespace

const Layout Zip::kLayout = {.name = "zip", .trace = trace_zip, .base_size = sizeof(Zip)};

extern const TypeSpec k_zip_spec;
const TypeSpec k_zip_spec = {.name = "zip",
                             .doc = "Yields tuples of the items of several iterables, until the shortest ends.\n\n"
                                    "With strict, ValueError when one ends before the others.\n\n"
                                    ">>> list(zip('ab', range(9)))\n[('a', 0), ('b', 1)]",
                             .layout = &Zip::kLayout,
                             .flags = type_flag::kBaseType,
                             .slots = {.iter = iterator_self, .next = zip_next, .new_ = zip_new},
                             .methods = kMethods,
                             .text_signature = "(*iterables, strict=False)"};

}  // namespace hog
