// builtins_iteration.cpp: all, any, iter, next, len, min, max, sorted and their asynchronous relatives.
// Ref: library/functions.
#include "modules/builtins_functions.hpp"
#include "object/iterators.hpp"
#include "types/list_sort.hpp"
#include "vm/interpreter_support.hpp"

namespace hog::builtin_functions {

Fallible<bool> all(Thread& t, Value iterable) {
  bool result = true;
  TRY(for_each_py(t, iterable, [&](Value item) -> Fallible<bool> {
    result = TRY(truth_py(t, item));
    return result;
  }));
  return result;
}

Fallible<bool> any(Thread& t, Value iterable) {
  bool result = false;
  TRY(for_each_py(t, iterable, [&](Value item) -> Fallible<bool> {
    result = TRY(truth_py(t, item));
    return !result;
  }));
  return result;
}

Fallible<Value> iter(Thread& t, Value object, Value sentinel) {
  if (sentinel.is_absent()) return iter_py(t, object);
  if (!is_callable(object)) return t.raise_type_error("iter(v, w): v must be callable");
  auto* iterator = TRY(t.allocate<CallableIterator>(shapes.callable_iterator));
  iterator->callable_.set(iterator, object);
  iterator->sentinel_.set(iterator, sentinel);
  return Value(iterator);
}

Fallible<Value> next(Thread& t, Value iterator, Value otherwise) {
  auto step = type_of(iterator)->slots().next;
  if (step == nullptr) return t.raise_type_error("'{}' object is not an iterator", type_of(iterator));
  if (otherwise.is_absent()) {
    // StopIteration goes through as the iterator raised it; a plain end has none yet.
    Value item = TRY(step(t, iterator));
    if (item.is_absent()) return t.raise_bare(core.StopIteration);
    return item;
  }
  Value item = TRY(next_py(t, iterator));
  return item.is_absent() ? otherwise : item;
}

Fallible<Value> aiter(Thread& t, Value async_iterable) {
  auto get = type_of(async_iterable)->slots().async_iter;
  if (get == nullptr) return t.raise_type_error("'{}' object is not an async iterable", type_of(async_iterable));
  Value iterator = TRY(get(t, async_iterable));
  if (type_of(iterator)->slots().async_next == nullptr)
    return t.raise_type_error("aiter() returned not an async iterator of type '{}'", type_of(iterator));
  return iterator;
}

Fallible<Value> anext(Thread& t, Value async_iterator, Value otherwise) {
  auto step = type_of(async_iterator)->slots().async_next;
  if (step == nullptr) return t.raise_type_error("'{}' object is not an async iterator", type_of(async_iterator));
  Value awaitable = TRY(step(t, async_iterator));
  if (otherwise.is_absent()) return awaitable;
  return make_anext_awaitable(t, awaitable, otherwise);
}

Fallible<int64_t> len(Thread& t, Value object) { return length_py(t, object); }

// ---- min and max ----

namespace {

struct ExtremumOptions {
  Value key = Value::none();
  Value otherwise = Value::absent();
};

Fallible<ExtremumOptions> extremum_options(Thread& t, const Arguments& arguments, const char* name) {
  ExtremumOptions options;
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    auto* keyword = as<Str>(arguments.names->at(i));
    Value v = arguments[arguments.positional + i];
    if (keyword->equals_ascii("key")) options.key = v;
    else if (keyword->equals_ascii("default")) options.otherwise = v;
    else return t.raise_type_error("{}() got an unexpected keyword argument '{}'", name, keyword);
  }
  return options;
}

Fallible<Value> extremum(Thread& t, const Arguments& arguments, const char* name, CompareOp op) {
  if (arguments.positional == 0) return t.raise_type_error("{} expected at least 1 argument, got 0", name);
  ExtremumOptions options = TRY(extremum_options(t, arguments, name));
  bool several = arguments.positional > 1;
  if (several && !options.otherwise.is_absent())
    return t.raise_type_error("Cannot specify a default for {}() with multiple positional arguments", name);

  Value best, best_key;
  auto consider = [&](Value item) -> Fallible<bool> {
    Value key = options.key.is_none() ? item : TRY(call_py(t, options.key, item));
    if (best.is_empty()) {
      best = item;
      best_key = key;
      return true;
    }
    bool better;
    if (key.is_small_int() && best_key.is_small_int()) {
      better = op == CompareOp::Gt ? key.small_int() > best_key.small_int() : key.small_int() < best_key.small_int();
    } else {
      Value answer = TRY(compare_py(t, key, best_key, op));
      better = TRY(truth_py(t, answer));
    }
    if (better) {
      best = item;
      best_key = key;
    }
    return true;
  };
  if (several) {
    for (uint32_t i = 0; i < arguments.positional; ++i) TRY(consider(arguments[i]));
    return best;
  }
  TRY(for_each_py(t, arguments[0], consider));
  if (!best.is_empty()) return best;
  if (!options.otherwise.is_absent()) return options.otherwise;
  return t.raise_value_error("{}() iterable argument is empty", name);
}

}  // namespace

Fallible<Value> min(Thread& t, Value, const Arguments& arguments) { return extremum(t, arguments, "min", CompareOp::Lt); }
Fallible<Value> max(Thread& t, Value, const Arguments& arguments) { return extremum(t, arguments, "max", CompareOp::Gt); }

// The keywords are those of list.sort(), whose name the messages have.
Fallible<Value> sorted(Thread& t, Value, const Arguments& arguments) {
  if (arguments.positional != 1)
    return t.raise_type_error("sorted expected 1 argument, got {}", arguments.positional);
  List* list = TRY(list_from_iterable_py(t, arguments[0]));
  Value key = Value::none();
  bool reverse = false;
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    auto* keyword = as<Str>(arguments.names->at(i));
    Value v = arguments[arguments.positional + i];
    if (keyword->equals_ascii("key")) key = v;
    else if (keyword->equals_ascii("reverse")) reverse = TRY(truth_py(t, v));
    else return t.raise_type_error("sort() got an unexpected keyword argument '{}'", keyword);
  }
  TRY(sort_list_py(t, list, key, reverse));
  return Value(list);
}

}  // namespace hog::builtin_functions
