// awaited_by.cpp: who waits for a future, for the call graphs of asyncio.graph. One waiter, which is the rule, is stored as it is; several
// are a set.
#include "modules/asyncio/asyncio.hpp"

namespace hog::asyncio {

Fallible<void> add_awaited_by(Thread& t, Value awaited, Value waiter) {
  if (!is_future(awaited) || !is_future(waiter)) return {};
  Future* future = as_future(awaited);
  Value known = future->awaited_by_;
  if (known.is_empty()) {
    future->awaited_by_.set(future, waiter);
    return {};
  }
  if (known == waiter) return {};
  if (is<Set>(known)) {
    TRY(as<Set>(known)->add_py(t, waiter));
    return {};
  }
  Set* several = TRY(Set::make(t, core.set));
  TRY(several->add_py(t, known));
  TRY(several->add_py(t, waiter));
  future->awaited_by_.set(future, Value(several));
  return {};
}

Fallible<void> discard_awaited_by(Thread& t, Value awaited, Value waiter) {
  if (!is_future(awaited) || !is_future(waiter)) return {};
  Future* future = as_future(awaited);
  Value known = future->awaited_by_;
  if (known == waiter) future->awaited_by_.clear();
  else if (!known.is_empty() && is<Set>(known)) TRY(as<Set>(known)->remove_py(t, waiter));
  return {};
}

Fallible<Value> awaited_by(Thread& t, Future* future) {
  Value known = future->awaited_by_;
  if (known.is_empty()) return Value::none();
  if (is<Set>(known)) return Value(TRY(Set::copy(t, core.frozenset, as<Set>(known))));
  Set* one = TRY(Set::make(t, core.frozenset));
  TRY(one->add_py(t, known));
  return Value(one);
}

}  // namespace hog::asyncio
