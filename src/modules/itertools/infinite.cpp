// infinite.cpp: count, cycle, repeat.
#include "modules/itertools/itertools.hpp"

namespace hog::itertools {

namespace {

Type* count_type;
Type* cycle_type;
Type* repeat_type;

// ---- count: first_ is the next value, second_ the step. ----

Fallible<Value> count_new(Thread& t, Type* type, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"start", "step"};
  Value v[2];
  TRY(read_arguments(t, "count", arguments, kNames, 2, 0, v));
  for (Value& x : v)
    if (x.is_absent()) x = Value::from_small_int(&x == v ? 0 : 1);
  for (Value x : v)
    if (!is_int_or_bool(x) && type_of(x)->slots().to_float == nullptr && type_of(x)->slots().index == nullptr &&
        !is_instance(x, core.complex_))
      return t.raise_type_error("a number is required");
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, v[0]);
  it->second_.set(it, v[1]);
  return Value(it);
}
Fallible<Value> count_next(Thread& t, Value self) {
  auto* it = self_of(self);
  Value now = it->first_.get();
  Value next = TRY(binary_py(t, BinaryOp::Add, now, it->second_.get()));
  it->first_.set(it, next);
  return now;
}
Fallible<Value> count_repr(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->second_.get() == Value::from_small_int(1)) return Value(TRY(t.format("count({})", repr_of(it->first_.get()))));
  return Value(TRY(t.format("count({}, {})", repr_of(it->first_.get()), repr_of(it->second_.get()))));
}

// ---- cycle: first_ the iterator, second_ the list of what it gave, number_ the position in it. ----

Fallible<Value> cycle_new(Thread& t, Type* type, const Arguments& arguments) {
  TRY(refuse_keywords(t, type, cycle_type, arguments, "cycle"));
  if (arguments.positional != 1) return t.raise_type_error("cycle expected 1 argument, got {}", arguments.positional);
  Value iterator = TRY(iter_py(t, arguments[0]));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, iterator);
  it->second_.set(it, Value(TRY(List::make(t))));
  return Value(it);
}
Fallible<Value> cycle_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (!it->first_.get().is_empty()) {
    Value item = TRY(advance(t, it->first_.get()));
    if (!item.is_absent()) {
      TRY(as<List>(it->second_.get())->append(t, item));
      return item;
    }
    it->first_.clear();
  }
  auto* saved = as<List>(it->second_.get());
  if (saved->length() == 0) return Value::absent();
  if (it->number_ >= static_cast<int64_t>(saved->length())) it->number_ = 0;
  return saved->at(static_cast<size_t>(it->number_++));
}

// ---- repeat: first_ the object, number_ how often still; -1: for ever. ----

Fallible<Value> repeat_new(Thread& t, Type* type, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"object", "times"};
  Value v[2];
  TRY(read_arguments(t, "repeat", arguments, kNames, 2, 1, v));
  int64_t times = -1;
  if (!v[1].is_absent()) {
    times = TRY(index_to_int64_py(t, v[1]));
    if (times < 0) times = 0;
  }
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, v[0]);
  it->number_ = times;
  return Value(it);
}
Fallible<Value> repeat_next(Thread&, Value self) {
  auto* it = self_of(self);
  if (it->number_ == 0) return Value::absent();
  if (it->number_ > 0) --it->number_;
  return it->first_.get();
}
Fallible<Value> repeat_repr(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->number_ < 0) return Value(TRY(t.format("repeat({})", repr_of(it->first_.get()))));
  return Value(TRY(t.format("repeat({}, {})", repr_of(it->first_.get()), it->number_)));
}
Fallible<int64_t> repeat_length_hint(Thread& t, Iterator* self) {
  if (self->number_ < 0) return t.raise_type_error("len() of unsized object");
  return self->number_;
}
constexpr NativeMethod kRepeatMethods[] = {
    {"__length_hint__", HOG_NATIVE(repeat_length_hint), "($self, /)", "How many are left."}, {}};

const TypeSpec kCountSpec = {.name = "itertools.count",
                             .doc = "start, start + step, start + 2 * step, ...",
                             .layout = &Iterator::kLayout,
                             .flags = type_flag::kBaseType,
                             .slots = {.repr = count_repr, .iter = same, .next = count_next, .new_ = count_new},
                             .text_signature = "(start=0, step=1)"};
const TypeSpec kCycleSpec = {.name = "itertools.cycle",
                             .doc = "The items again and again.",
                             .layout = &Iterator::kLayout,
                             .flags = type_flag::kBaseType,
                             .slots = {.iter = same, .next = cycle_next, .new_ = cycle_new},
                             .text_signature = "(iterable, /)"};
const TypeSpec kRepeatSpec = {.name = "itertools.repeat",
                              .doc = "One object again and again.",
                              .layout = &Iterator::kLayout,
                              .flags = type_flag::kBaseType,
                              .slots = {.repr = repeat_repr, .iter = same, .next = repeat_next, .new_ = repeat_new},
                              .methods = kRepeatMethods};

}  // namespace

const TypeRegistration kInfiniteTypes[] = {
    {&count_type, &kCountSpec}, {&cycle_type, &kCycleSpec}, {&repeat_type, &kRepeatSpec}};

}  // namespace hog::itertools
