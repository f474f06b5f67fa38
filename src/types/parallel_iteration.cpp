// parallel_iteration.cpp: see parallel_iteration.hpp.
#include "types/parallel_iteration.hpp"

namespace hog {

Fallible<bool> strict_argument_py(Thread& t, const Arguments& arguments, const char* name) {
  bool strict = false;
  for (uint32_t i = 0; i < arguments.keyword_count(); ++i) {
    Str* keyword = as<Str>(arguments.names->at(i));
    if (!keyword->equals_ascii("strict")) return t.raise_type_error("{}() got an unexpected keyword argument '{}'", name, keyword);
    strict = TRY(truth_py(t, arguments[arguments.positional + i]));
  }
  return strict;
}

Fallible<Tuple*> iterators_of_py(Thread& t, const Value* iterables, size_t count) {
  RootVector iterators(t);
  for (size_t i = 0; i < count; ++i) TRY(iterators.push(TRY(iter_py(t, iterables[i]))));
  return Tuple::from(t, iterators.data(), iterators.size());
}

Fallible<Value> end_together_py(Thread& t, Tuple* iterators, size_t position, bool strict, const char* name) {
  if (!strict) return Value::absent();
  if (position > 0)
    return t.raise_value_error("{}() argument {} is shorter than argument{}{}", name, position + 1, position == 1 ? " " : "s 1-", position);
  for (size_t i = 1; i < iterators->length(); ++i) {
    Value item = TRY(next_py(t, iterators->at(i)));
    if (!item.is_absent())
      return t.raise_value_error("{}() argument {} is longer than argument{}{}", name, i + 1, i == 1 ? " " : "s 1-", i);
  }
  return Value::absent();
}

}  // namespace hog
