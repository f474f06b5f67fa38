// combinatoric.cpp: product, permutations, combinations, combinations_with_replacement. first_ is the pool (for product: a tuple
// of pools), second_ a list of indices, third_ (permutations) the list of cycles; number_ is the length of a result. An iterator
// that is over has an empty first_.
#include "modules/itertools/itertools.hpp"

namespace hog::itertools {

namespace {

Type *product_type, *permutations_type, *combinations_type, *replacement_type;

int64_t index_at(Iterator* it, size_t i) { return as<List>(it->second_.get())->at(i).small_int(); }
void set_index(Iterator* it, size_t i, int64_t n) { as<List>(it->second_.get())->set(i, Value::from_small_int(n)); }
Tuple* pool_of(Iterator* it) { return as<Tuple>(it->first_.get()); }

Fallible<List*> number_list(Thread& t, int64_t count, bool ascending) {
  TRY(t.check_fits(static_cast<uint64_t>(count) * sizeof(Value)));
  List* list = TRY(List::make(t, static_cast<size_t>(count)));
  for (int64_t i = 0; i < count; ++i) TRY(list->append(t, Value::from_small_int(ascending ? i : 0)));
  return list;
}
Fallible<Value> finish(Iterator* it) {
  it->first_.clear();
  return Value::absent();
}
// The items of the pool at the first number_ indices.
Fallible<Value> result_of(Thread& t, Iterator* it) {
  auto count = static_cast<size_t>(it->number_);
  Tuple* result = TRY(Tuple::make(t, count));
  for (size_t i = 0; i < count; ++i) result->initialize(i, pool_of(it)->at(static_cast<size_t>(index_at(it, i))));
  return Value(result);
}

// (iterable, r) with r optional for permutations.
Fallible<Value> selection_new(Thread& t, Type* type, const Arguments& arguments, const char* name, bool r_required) {
  static constexpr const char* kNames[] = {"iterable", "r"};
  Value v[2];
  TRY(read_arguments(t, name, arguments, kNames, 2, r_required ? 2 : 1, v));
  // CPython converts a required r before it looks at the iterable, an optional one afterwards.
  auto is_count = [&] { return is_int_or_bool(v[1]) || (r_required && type_of(v[1])->slots().index != nullptr); };
  int64_t r = 0;
  if (r_required) {
    if (!is_count()) return t.raise_type_error("'{}' object cannot be interpreted as an integer", type_of(v[1]));
    r = TRY(index_to_int64_py(t, v[1]));
  }
  Tuple* pool = TRY(tuple_from_iterable_py(t, v[0]));
  if (!r_required) {
    r = static_cast<int64_t>(pool->length());
    if (!v[1].is_absent() && !v[1].is_none()) {
      if (!is_count()) return t.raise_type_error("Expected int as r");
      r = TRY(index_to_int64_py(t, v[1]));
    }
  }
  if (r < 0) return t.raise_value_error("r must be non-negative");
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, Value(pool));
  it->number_ = r;
  return Value(it);
}

// ---- product ----

Fallible<Value> product_new(Thread& t, Type* type, const Arguments& arguments) {
  int64_t repeat = 1;
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    if (!as<Str>(arguments.names->at(k))->equals_ascii("repeat"))
      return t.raise_type_error("product() got an unexpected keyword argument '{}'", as<Str>(arguments.names->at(k)));
    repeat = TRY(index_to_int64_py(t, arguments.values[arguments.positional + k]));
    if (repeat < 0) return t.raise_value_error("repeat argument cannot be negative");
  }
  int64_t count;
  if (__builtin_mul_overflow(static_cast<int64_t>(arguments.positional), repeat, &count) || count > (int64_t{1} << 40))
    return t.raise(core.OverflowError, "repeat argument too large");
  TRY(t.check_fits(static_cast<uint64_t>(count) * sizeof(Value)));
  List* pools = TRY(List::make(t));
  if (repeat > 0)
    for (uint32_t i = 0; i < arguments.positional; ++i)
      TRY(pools->append(t, Value(TRY(tuple_from_iterable_py(t, arguments[i])))));
  size_t base = pools->length();
  for (int64_t round = 1; round < repeat; ++round)
    for (size_t i = 0; i < base; ++i) {
      TRY(pools->append(t, pools->at(i)));
      TRY(t.poll());
    }
  Iterator* it = TRY(make(t, type));
  it->first_.set(it, Value(TRY(Tuple::from(t, pools->data(), pools->length()))));
  it->number_ = static_cast<int64_t>(pools->length());
  it->second_.set(it, Value(TRY(number_list(t, it->number_, false))));
  return Value(it);
}
Fallible<Value> product_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  Tuple* pools = pool_of(it);
  auto count = static_cast<size_t>(it->number_);
  if (!it->started_) {
    for (size_t i = 0; i < count; ++i)
      if (as<Tuple>(pools->at(i))->length() == 0) return finish(it);
    it->started_ = true;
  } else {
    size_t i = count;
    for (;;) {
      if (i == 0) return finish(it);
      --i;
      int64_t next = index_at(it, i) + 1;
      if (next < static_cast<int64_t>(as<Tuple>(pools->at(i))->length())) {
        set_index(it, i, next);
        break;
      }
      set_index(it, i, 0);
    }
  }
  Tuple* result = TRY(Tuple::make(t, count));
  for (size_t i = 0; i < count; ++i)
    result->initialize(i, as<Tuple>(pools->at(i))->at(static_cast<size_t>(index_at(it, i))));
  return Value(result);
}

// ---- combinations ----

Fallible<Value> combinations_new(Thread& t, Type* type, const Arguments& a) {
  return selection_new(t, type, a, "combinations", true);
}
Fallible<Value> combinations_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  auto n = static_cast<int64_t>(pool_of(it)->length());
  int64_t r = it->number_;
  if (!it->started_) {
    if (r > n) return finish(it);
    it->second_.set(it, Value(TRY(number_list(t, r, true))));
    it->started_ = true;
    return result_of(t, it);
  }
  int64_t i = r - 1;
  while (i >= 0 && index_at(it, static_cast<size_t>(i)) == i + n - r) --i;
  if (i < 0) return finish(it);
  int64_t value = index_at(it, static_cast<size_t>(i)) + 1;
  for (; i < r; ++i, ++value) set_index(it, static_cast<size_t>(i), value);
  return result_of(t, it);
}

// ---- combinations_with_replacement ----

Fallible<Value> replacement_new(Thread& t, Type* type, const Arguments& a) {
  return selection_new(t, type, a, "combinations_with_replacement", true);
}
Fallible<Value> replacement_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  auto n = static_cast<int64_t>(pool_of(it)->length());
  int64_t r = it->number_;
  if (!it->started_) {
    if (n == 0 && r > 0) return finish(it);
    it->second_.set(it, Value(TRY(number_list(t, r, false))));
    it->started_ = true;
    return result_of(t, it);
  }
  int64_t i = r - 1;
  while (i >= 0 && index_at(it, static_cast<size_t>(i)) == n - 1) --i;
  if (i < 0) return finish(it);
  int64_t value = index_at(it, static_cast<size_t>(i)) + 1;
  for (; i < r; ++i) set_index(it, static_cast<size_t>(i), value);
  return result_of(t, it);
}

// ---- permutations ----

Fallible<Value> permutations_new(Thread& t, Type* type, const Arguments& a) {
  return selection_new(t, type, a, "permutations", false);
}
Fallible<Value> permutations_next(Thread& t, Value self) {
  auto* it = self_of(self);
  if (it->first_.get().is_empty()) return Value::absent();
  auto n = static_cast<int64_t>(pool_of(it)->length());
  int64_t r = it->number_;
  if (!it->started_) {
    if (r > n) return finish(it);
    it->second_.set(it, Value(TRY(number_list(t, n, true))));
    List* cycles = TRY(List::make(t));
    for (int64_t i = 0; i < r; ++i) TRY(cycles->append(t, Value::from_small_int(n - i)));
    it->third_.set(it, Value(cycles));
    it->started_ = true;
    return result_of(t, it);
  }
  auto* cycles = as<List>(it->third_.get());
  for (int64_t i = r - 1; i >= 0; --i) {
    auto at = static_cast<size_t>(i);
    int64_t left = cycles->at(at).small_int() - 1;
    if (left == 0) {
      // Rotate indices[i:] by one.
      int64_t first = index_at(it, at);
      for (int64_t k = i; k < n - 1; ++k)
        set_index(it, static_cast<size_t>(k), index_at(it, static_cast<size_t>(k) + 1));
      set_index(it, static_cast<size_t>(n - 1), first);
      cycles->set(at, Value::from_small_int(n - i));
      continue;
    }
    cycles->set(at, Value::from_small_int(left));
    auto other = static_cast<size_t>(n - left);
    int64_t a = index_at(it, at), b = index_at(it, other);
    set_index(it, at, b);
    set_index(it, other, a);
    return result_of(t, it);
  }
  return finish(it);
}

#define HOG_ITERATOR_SPEC(variable, python_name, doc_text, new_function, next_function)        \
  const TypeSpec variable = {.name = "itertools." python_name,                                 \
                             .doc = doc_text,                                                  \
                             .layout = &Iterator::kLayout,                                     \
                             .flags = type_flag::kBaseType,                                    \
                             .slots = {.iter = same, .next = next_function, .new_ = new_function}};
HOG_ITERATOR_SPEC(kProductSpec, "product", "The Cartesian product.", product_new, product_next)
HOG_ITERATOR_SPEC(kPermutationsSpec, "permutations", "Arrangements of r items.", permutations_new, permutations_next)
HOG_ITERATOR_SPEC(kCombinationsSpec, "combinations", "Selections of r items.", combinations_new, combinations_next)
HOG_ITERATOR_SPEC(kReplacementSpec, "combinations_with_replacement", "Selections of r items, each any number of times.",
                  replacement_new, replacement_next)

}  // namespace

const TypeRegistration kCombinatoricTypes[] = {{&product_type, &kProductSpec},
                                               {&permutations_type, &kPermutationsSpec},
                                               {&combinations_type, &kCombinationsSpec},
                                               {&replacement_type, &kReplacementSpec}};

}  // namespace hog::itertools
