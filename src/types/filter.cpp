// filter.cpp: filter(function or None, iterable).
#include "types/container_support.hpp"

namespace hog {

namespace {
void trace_filter(Cell* cell, Marker& marker) {
  auto* self = static_cast<Filter*>(cell);
  marker.visit_word(self->function_.get().raw());
  marker.visit_word(self->iterator_.get().raw());
}

Fallible<Value> filter_new(Thread& t, Type* type, const Arguments& arguments) {
  if (type == core.filter || type->slots().init == core.filter->slots().init) TRY(reject_keywords(t, arguments, "filter"));
  TRY(check_positional(t, arguments, "filter", 2, 2));
  Value iterator = TRY(iter_py(t, arguments[1]));
  Cell* cell = TRY(new_instance(t, type));
  auto* self = as<Filter>(cell);
  self->function_.set(self, arguments[0]);
  self->iterator_.set(self, iterator);
  return self;
}

Fallible<Value> filter_next(Thread& t, Value value) {
  auto* self = as<Filter>(value);
  Value function = self->function_;
  bool by_truth = function.is_none() || function == Value(core.bool_);
  for (;;) {
    Value item = TRY(next_quickly_py(t, self->iterator_));
    if (item.is_absent()) return item;
    Value verdict = by_truth ? item : TRY(call_py(t, function, item));
    if (TRY(truth_py(t, verdict))) return item;
    TRY(t.poll());
  }
}

Fallible<Value> filter_reduce(Thread& t, Filter* self) {
  Tuple* arguments = TRY(Tuple::of(t, self->function_.get(), self->iterator_.get()));
  return TRY(Tuple::of(t, Value(type_of(self)), Value(arguments)));
}

constexpr NativeMethod kMethods[] = {{"__reduce__", HOG_NATIVE(filter_reduce), "($self, /)", "State for pickling."}, {}};
}  // namespace

const Layout Filter::kLayout = {.name = "filter", .trace = trace_filter, .base_size = sizeof(Filter)};

extern const TypeSpec k_filter_spec;
const TypeSpec k_filter_spec = {.name = "filter",
                                .doc = "Yields the items for which function(item), or with None the item itself, is true.",
                                .layout = &Filter::kLayout,
                                .flags = type_flag::kBaseType,
                                .slots = {.iter = iterator_self, .next = filter_next, .new_ = filter_new},
                                .methods = kMethods,
                                .text_signature = "(function, iterable, /)"};

}  // namespace hog
