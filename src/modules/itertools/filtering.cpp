// filtering.cpp: accumulate, compress, dropwhile, filterfalse, islice, pairwise, starmap, takewhile. In all of them first_ is the
// input iterator and second_ the function or second input.
#include "modules/itertools/itertools.hpp"

namespace hog::itertools {

namespace {

Type *accumulate_type, *compress_type, *dropwhile_type, *filterfalse_type, *islice_type, *pairwise_type, *starmap_type,
    *takewhile_type;

Fallible<Value> end(Iterator* it) {
  it->first_.clear();
  it->third_.clear();
  return Value::absent();
}

// f(predicate, iterable), positional only.
Fallible<Value> function_new(Thread& t, Type* type, const Arguments& arguments, const Type* base) {
  const char* name = base->spec_->name + sizeof "itertools." - 1;
  TRY(refuse_keywords(t, type, base, arguments, name));
  if (arguments.positional != 2) return t.raise_type_error("{} expected 2 arguments, got {}", name, arguments.positional);
  Value iterator = TRY(iter_py(t, arguments[1]));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, iterator);
  it->second_.set(it, arguments[0]);
  return Value(it);
}

// ---- accumulate: third_ is the total, fourth_ the initial value. ----

Fallible<Value> accumulate_new(Thread& t, Type* type, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"iterable", "func", "initial"};
  Value v[3];
  TRY(read_arguments(t, "accumulate", arguments, kNames, 3, 1, v));
  if (arguments.positional > 2)
    return t.raise_type_error("accumulate() takes at most 2 positional arguments ({} given)", arguments.positional);
  Value iterator = TRY(iter_py(t, v[0]));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, iterator);
  it->second_.set(it, v[1].is_absent() ? Value::none() : v[1]);
  it->fourth_.set(it, v[2].is_absent() || v[2].is_none() ? Value() : v[2]);
  return Value(it);
}
Fallible<Value> accumulate_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (!it->fourth_.get().is_empty()) {
    Value initial = it->fourth_.get();
    it->fourth_.clear();
    it->third_.set(it, initial);
    return initial;
  }
  if (it->first_.get().is_empty()) return Value::absent();
  Value item = TRY(advance(t, it->first_.get()));
  if (item.is_absent()) return end(it);
  if (it->third_.get().is_empty()) {
    it->third_.set(it, item);
    return item;
  }
  Value function = it->second_.get();
  Value total = function.is_none() ? TRY(binary_py(t, BinaryOp::Add, it->third_.get(), item))
                                   : TRY(call_py(t, function, it->third_.get(), item));
  it->third_.set(it, total);
  return total;
}

// ---- compress ----

Fallible<Value> compress_new(Thread& t, Type* type, const Arguments& arguments) {
  static constexpr const char* kNames[] = {"data", "selectors"};
  Value v[2];
  TRY(read_arguments(t, "compress", arguments, kNames, 2, 2, v));
  Value data = TRY(iter_py(t, v[0]));
  Value selectors = TRY(iter_py(t, v[1]));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, data);
  it->second_.set(it, selectors);
  return Value(it);
}
Fallible<Value> compress_next(Thread& t, Value self) {
  auto* it = self_of(self);
  while (!it->first_.get().is_empty()) {
    TRY(t.poll());
    Value item = TRY(advance(t, it->first_.get()));
    if (item.is_absent()) return end(it);
    Value selector = TRY(advance(t, it->second_.get()));
    if (selector.is_absent()) return end(it);
    if (TRY(truth_py(t, selector))) return item;
  }
  return Value::absent();
}

// ---- dropwhile (started_: passing everything), takewhile, filterfalse ----

Fallible<Value> dropwhile_new(Thread& t, Type* type, const Arguments& a) { return function_new(t, type, a, dropwhile_type); }
Fallible<Value> dropwhile_next(Thread& t, Value self) {
  auto* it = self_of(self);
  while (!it->first_.get().is_empty()) {
    TRY(t.poll());
    Value item = TRY(advance(t, it->first_.get()));
    if (item.is_absent()) return end(it);
    if (it->started_) return item;
    if (TRY(truth_py(t, TRY(call_py(t, it->second_.get(), item))))) continue;
    it->started_ = true;
    return item;
  }
  return Value::absent();
}
Fallible<Value> takewhile_new(Thread& t, Type* type, const Arguments& a) { return function_new(t, type, a, takewhile_type); }
Fallible<Value> takewhile_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  Value item = TRY(advance(t, it->first_.get()));
  if (item.is_absent()) return end(it);
  if (TRY(truth_py(t, TRY(call_py(t, it->second_.get(), item))))) return item;
  return end(it);
}
Fallible<Value> filterfalse_new(Thread& t, Type* type, const Arguments& a) {
  return function_new(t, type, a, filterfalse_type);
}
Fallible<Value> filterfalse_next(Thread& t, Value self) {
  auto* it = self_of(self);
  while (!it->first_.get().is_empty()) {
    TRY(t.poll());
    Value item = TRY(advance(t, it->first_.get()));
    if (item.is_absent()) return end(it);
    Value function = it->second_.get();
    bool truth = function.is_none() || function == Value(core.bool_) ? TRY(truth_py(t, item))
                                                                     : TRY(truth_py(t, TRY(call_py(t, function, item))));
    if (!truth) return item;
  }
  return Value::absent();
}

// ---- islice: number_ items seen, step_, limit_ stop (-1: none), third counter in fourth_: the next index wanted. ----

Fallible<int64_t> slice_bound_py(Thread& t, Value v, int64_t otherwise, const char* message) {
  if (v.is_none()) return otherwise;
  if (!is_int_or_bool(v) && type_of(v)->slots().index == nullptr) return t.raise_value_error(message);
  Fallible<int64_t> n = index_to_int64_py(t, v);
  if (n.failed()) {
    if (!clear_exception_if(t, core.OverflowError)) return Failure{};
    return t.raise_value_error(message);
  }
  if (n.get() < 0) return t.raise_value_error(message);
  return n;
}
Fallible<Value> islice_new(Thread& t, Type* type, const Arguments& arguments) {
  TRY(refuse_keywords(t, type, islice_type, arguments, "islice"));
  if (arguments.positional < 2)
    return t.raise_type_error("islice expected at least 2 arguments, got {}", arguments.positional);
  if (arguments.positional > 4)
    return t.raise_type_error("islice expected at most 4 arguments, got {}", arguments.positional);
  constexpr const char* kStop = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
  constexpr const char* kIndices = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
  constexpr const char* kStep = "Step for islice() must be a positive integer or None.";
  int64_t start = 0, stop, step = 1;
  if (arguments.positional == 2) {
    stop = TRY(slice_bound_py(t, arguments[1], -1, kStop));
  } else {
    stop = TRY(slice_bound_py(t, arguments[2], -1, kStop));
    start = TRY(slice_bound_py(t, arguments[1], 0, kIndices));
    if (arguments.positional == 4) step = TRY(slice_bound_py(t, arguments[3], 1, kStep));
    if (step < 1) return t.raise_value_error(kStep);
  }
  Value iterator = TRY(iter_py(t, arguments[0]));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, iterator);
  it->fourth_.set(it, Value::from_small_int(start < Value::kSmallIntMax ? start : Value::kSmallIntMax));
  it->limit_ = stop;
  it->step_ = step;
  return Value(it);
}
Fallible<Value> islice_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  int64_t wanted = it->fourth_.get().small_int();
  while (it->number_ < wanted) {
    if (it->limit_ >= 0 && it->number_ >= it->limit_) return end(it);
    TRY(t.poll());
    Value skipped = TRY(advance(t, it->first_.get()));
    if (skipped.is_absent()) return end(it);
    ++it->number_;
  }
  if (it->limit_ >= 0 && it->number_ >= it->limit_) return end(it);
  Value item = TRY(advance(t, it->first_.get()));
  if (item.is_absent()) return end(it);
  ++it->number_;
  int64_t next = wanted > Value::kSmallIntMax - it->step_ ? Value::kSmallIntMax : wanted + it->step_;
  if (it->limit_ >= 0 && next > it->limit_) next = it->limit_;
  it->fourth_.set(it, Value::from_small_int(next));
  return item;
}

// ---- pairwise: third_ is the item before. ----

Fallible<Value> pairwise_new(Thread& t, Type* type, const Arguments& arguments) {
  TRY(refuse_keywords(t, type, pairwise_type, arguments, "pairwise"));
  if (arguments.positional != 1) return t.raise_type_error("pairwise expected 1 argument, got {}", arguments.positional);
  Value iterator = TRY(iter_py(t, arguments[0]));
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, iterator);
  return Value(it);
}
Fallible<Value> pairwise_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  if (it->third_.get().is_empty()) {
    Value first = TRY(advance(t, it->first_.get()));
    if (first.is_absent()) return end(it);
    it->third_.set(it, first);
    if (it->first_.get().is_empty()) return end(it);  // it ran itself to its end meanwhile
  }
  Value before = it->third_.get();
  Value item = TRY(advance(t, it->first_.get()));
  if (item.is_absent()) return end(it);
  it->third_.set(it, item);
  return Value(TRY(Tuple::of(t, before, item)));
}

// ---- starmap ----

Fallible<Value> starmap_new(Thread& t, Type* type, const Arguments& a) { return function_new(t, type, a, starmap_type); }
Fallible<Value> starmap_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  Value item = TRY(advance(t, it->first_.get()));
  if (item.is_absent()) return end(it);
  Tuple* arguments = TRY(tuple_from_iterable_py(t, item));
  return call_with_dict_py(t, it->second_.get(), arguments, nullptr);
}

#define HOG_ITERATOR_SPEC(variable, python_name, doc_text, new_function, next_function)        \
  const TypeSpec variable = {.name = "itertools." python_name,                                 \
                             .doc = doc_text,                                                  \
                             .layout = &Iterator::kLayout,                                     \
                             .flags = type_flag::kBaseType,                                    \
                             .slots = {.iter = same, .next = next_function, .new_ = new_function}};
HOG_ITERATOR_SPEC(kAccumulateSpec, "accumulate", "Running totals.", accumulate_new, accumulate_next)
HOG_ITERATOR_SPEC(kCompressSpec, "compress", "Items whose selector is true.", compress_new, compress_next)
HOG_ITERATOR_SPEC(kDropwhileSpec, "dropwhile", "Items from the first that fails the predicate.", dropwhile_new, dropwhile_next)
HOG_ITERATOR_SPEC(kFilterfalseSpec, "filterfalse", "Items that fail the predicate.", filterfalse_new, filterfalse_next)
HOG_ITERATOR_SPEC(kIsliceSpec, "islice", "A slice of an iterable.", islice_new, islice_next)
HOG_ITERATOR_SPEC(kPairwiseSpec, "pairwise", "Overlapping pairs.", pairwise_new, pairwise_next)
HOG_ITERATOR_SPEC(kStarmapSpec, "starmap", "function(*item) for each item.", starmap_new, starmap_next)
HOG_ITERATOR_SPEC(kTakewhileSpec, "takewhile", "Items before the first that fails the predicate.", takewhile_new, takewhile_next)

}  // namespace

const TypeRegistration kFilteringTypes[] = {
    {&accumulate_type, &kAccumulateSpec}, {&compress_type, &kCompressSpec}, {&dropwhile_type, &kDropwhileSpec},
    {&filterfalse_type, &kFilterfalseSpec}, {&islice_type, &kIsliceSpec},   {&pairwise_type, &kPairwiseSpec},
    {&starmap_type, &kStarmapSpec},       {&takewhile_type, &kTakewhileSpec}};

}  // namespace hog::itertools
