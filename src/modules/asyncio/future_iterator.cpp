// future_iterator.cpp: FutureIter as Python sees it; its step is in future.cpp.
#include "modules/asyncio/asyncio.hpp"
#include "vm/frame.hpp"

namespace hog::asyncio {

Type* future_iterator_type;

namespace {

Fallible<Value> iterator_self(Thread&, Value self) { return self; }

Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* iterator = as<SendIterator>(self);
  ResumeResult step = TRY(iterator->step_py_(t, iterator));
  if (step.outcome == ResumeOutcome::Yielded) return step.value;
  if (step.value.is_none()) return Value::absent();
  return t.raise_value(core.StopIteration, step.value);
}

Fallible<Value> iterator_send(Thread& t, SendIterator* self, Value) {
  Value v = TRY(iterator_next(t, Value(self)));
  if (v.is_absent()) return t.raise_bare(core.StopIteration);
  return v;
}

Fallible<Value> iterator_throw(Thread& t, SendIterator* self, Value type, Value value, Value traceback) {
  Value exception = TRY(thrown_exception_py(t, type, value, traceback));
  self->subject_.clear();
  return t.restore_exception(exception);
}

Fallible<void> iterator_close(Thread&, SendIterator* self) {
  self->subject_.clear();
  return {};
}

constexpr NativeMethod kMethods[] = {
    {"send", HOG_NATIVE(iterator_send), "($self, object, /)", "As next()."},
    {"throw", HOG_NATIVE(iterator_throw), "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
     "Ends it with an exception."},
    {"close", HOG_NATIVE(iterator_close), "($self, /)", "Ends it."},
    {},
};

}  // namespace

const TypeSpec kFutureIteratorSpec = {
    .name = "_asyncio.FutureIter",
    .layout = &SendIterator::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterator_self, .next = iterator_next},
    .methods = kMethods,
};

}  // namespace hog::asyncio
