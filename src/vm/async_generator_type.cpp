// async_generator_type.cpp: asynchronous generators and the awaitables of their methods (asend, athrow, aclose), and what
// anext(iterator, default) returns.
//
// A `yield` wraps its value (ASYNC_GEN_WRAP), so that the awaitable can tell it from what an inner `await` passes up: a
// wrapped value ends the awaitable with StopIteration(value), anything else goes on to the event loop.
#include "object/exception.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/finalize.hpp"
#include "vm/frame.hpp"
#include "vm/interpreter_support.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

enum class AwaitableState : uint8_t { Initial, Iterating, Closed };
enum class Operation : uint8_t { Send, Throw, Close };

class WrappedValue : public Cell {
 public:
  static const Layout kLayout;
  ValueField value_;
};
void trace_wrapped(Cell* cell, Marker& marker) { marker.visit_word(static_cast<WrappedValue*>(cell)->value_.get().raw()); }
const Layout WrappedValue::kLayout = {
    .name = "async_generator_wrapped_value", .trace = trace_wrapped, .base_size = sizeof(WrappedValue)};

// asend(), athrow() and aclose(); the first has a type of its own. Linked until it is used: dropped before that, it warns.
class AsyncStep : public LinkedFinalizer {
 public:
  static const Layout kLayout;
  Field<Generator> generator_;
  ValueField value_;      // sent, or the exception thrown
  AwaitableState state_;
  Operation operation_;
};
void trace_step(Cell* cell, Marker& marker) {
  auto* step = static_cast<AsyncStep*>(cell);
  marker.visit(step->generator_.get());
  marker.visit_word(step->value_.get().raw());
}
const Layout AsyncStep::kLayout = {.name = "async_generator_step", .trace = trace_step, .base_size = sizeof(AsyncStep)};

class AnextAwaitable : public Cell {
 public:
  static const Layout kLayout;
  ValueField awaitable_;
  ValueField default_;
};
void trace_anext(Cell* cell, Marker& marker) {
  marker.visit_word(static_cast<AnextAwaitable*>(cell)->awaitable_.get().raw());
  marker.visit_word(static_cast<AnextAwaitable*>(cell)->default_.get().raw());
}
const Layout AnextAwaitable::kLayout = {
    .name = "anext_awaitable", .trace = trace_anext, .base_size = sizeof(AnextAwaitable)};

void leave_start(AsyncStep* step, AwaitableState state) {
  step->state_ = state;
  unlink_finalizer(step);
}

bool is_end(Thread& t) { return t.exception_is(core.StopAsyncIteration) || t.exception_is(core.GeneratorExit); }

// What the generator gave, as an awaitable gives it on: raw values pass, a yielded one becomes StopIteration.
Fallible<Value> unwrap(Thread& t, Generator* g, Fallible<Value> outcome) {
  if (outcome.failed()) {
    if (t.terminated()) return Failure{};
    if (is_end(t)) g->closed_flag_ = true;
    g->running_async_ = false;
    return Failure{};
  }
  Value v = outcome.get();
  if (v.is_cell() && is<WrappedValue>(v)) {
    g->running_async_ = false;
    return t.raise_value(core.StopIteration, as<WrappedValue>(v)->value_.get());
  }
  return v;
}

Failure raise_reused(Thread& t, AsyncStep* step) {
  return t.raise(core.RuntimeError, step->operation_ == Operation::Send ? "cannot reuse already awaited __anext__()/asend()"
                                                                        : "cannot reuse already awaited aclose()/athrow()");
}
Failure raise_running(Thread& t, AsyncStep* step) {
  leave_start(step, AwaitableState::Closed);
  const char* name = step->operation_ == Operation::Send ? "anext" : step->operation_ == Operation::Throw ? "athrow" : "aclose";
  return t.raise(core.RuntimeError, "{}(): asynchronous generator is already running", name);
}

// The outcome of an athrow() or aclose() step.
Fallible<Value> finish_throwing(Thread& t, AsyncStep* step, Fallible<Value> outcome) {
  Generator* g = step->generator_.get();
  if (step->operation_ == Operation::Close) {
    if (!outcome.failed()) {
      if (!(outcome.get().is_cell() && is<WrappedValue>(outcome.get()))) return outcome;
      g->running_async_ = false;
      leave_start(step, AwaitableState::Closed);
      return t.raise(core.RuntimeError, "async generator ignored GeneratorExit");
    }
  } else {
    outcome = unwrap(t, g, outcome);
    if (!outcome.failed()) return outcome;
  }
  if (t.terminated()) return Failure{};
  g->running_async_ = false;
  leave_start(step, AwaitableState::Closed);
  if (step->operation_ == Operation::Close && is_end(t)) {
    t.take_exception();
    return t.raise_bare(core.StopIteration);
  }
  return Failure{};
}

Fallible<Value> send_step(Thread& t, AsyncStep* step, Value argument) {
  Generator* g = step->generator_.get();
  if (step->state_ == AwaitableState::Closed) return raise_reused(t, step);
  if (step->state_ == AwaitableState::Initial) {
    if (g->running_async_) return raise_running(t, step);
    if (argument.is_none()) argument = step->value_.get();
    leave_start(step, AwaitableState::Iterating);
  }
  g->running_async_ = true;
  Fallible<Value> outcome = unwrap(t, g, generator_send_py(t, g, argument));
  if (outcome.failed()) leave_start(step, AwaitableState::Closed);
  return outcome;
}

Fallible<Value> throw_step(Thread& t, AsyncStep* step, Value argument) {
  Generator* g = step->generator_.get();
  if (step->state_ == AwaitableState::Closed) return raise_reused(t, step);
  if (g->state_ == GeneratorState::Finished) {
    leave_start(step, AwaitableState::Closed);
    return t.raise_bare(core.StopIteration);
  }
  if (step->state_ == AwaitableState::Initial) {
    if (g->running_async_) return raise_running(t, step);
    if (g->closed_flag_) {
      leave_start(step, AwaitableState::Closed);
      return t.raise_bare(core.StopAsyncIteration);
    }
    if (!argument.is_none())
      return t.raise(core.RuntimeError, "can't send non-None value to a just-started coroutine");
    leave_start(step, AwaitableState::Iterating);
    g->running_async_ = true;
    Value exception = step->value_.get();
    if (step->operation_ == Operation::Close) {
      g->closed_flag_ = true;
      exception = TRY(call_py(t, Value(core.GeneratorExit)));
    }
    return finish_throwing(t, step, generator_throw_py(t, g, exception));
  }
  return finish_throwing(t, step, generator_send_py(t, g, argument));
}

Fallible<Value> step_send_value(Thread& t, AsyncStep* self, Value value) {
  return self->operation_ == Operation::Send ? send_step(t, self, value) : throw_step(t, self, value);
}
Fallible<Value> step_next(Thread& t, Value self) { return step_send_value(t, as<AsyncStep>(self), Value::none()); }
Fallible<Value> step_iter(Thread&, Value self) { return self; }

Fallible<Value> step_throw(Thread& t, AsyncStep* self, Value type, Value value, Value traceback) {
  Generator* g = self->generator_.get();
  if (self->state_ == AwaitableState::Closed) return raise_reused(t, self);
  if (self->state_ == AwaitableState::Initial) {
    if (g->running_async_) return raise_running(t, self);
    leave_start(self, AwaitableState::Iterating);
    g->running_async_ = true;
  }
  Value exception = TRY(thrown_exception_py(t, type, value, traceback));
  Fallible<Value> outcome = generator_throw_py(t, g, exception);
  if (self->operation_ != Operation::Send) return finish_throwing(t, self, outcome);
  outcome = unwrap(t, g, outcome);
  if (outcome.failed()) leave_start(self, AwaitableState::Closed);
  return outcome;
}

Fallible<Value> step_close(Thread& t, AsyncStep* self) {
  if (self->state_ == AwaitableState::Closed) return Value::none();
  Fallible<Value> outcome = step_throw(t, self, Value(core.GeneratorExit), Value::absent(), Value::absent());
  if (!outcome.failed()) return t.raise(core.RuntimeError, "coroutine ignored GeneratorExit");
  if (t.terminated() || !(is_end(t) || t.exception_is(core.StopIteration))) return Failure{};
  t.take_exception();
  return Value::none();
}

Fallible<void> step_finalize(Thread& t, Value self) {
  auto* step = as<AsyncStep>(self);
  if (step->state_ != AwaitableState::Initial) return {};
  constexpr const char* kNames[] = {"asend", "athrow", "aclose"};
  return warn_py(t, core.RuntimeWarning, "coroutine method '{}' of {} was never awaited", kNames[static_cast<int>(step->operation_)],
                 repr_of(Value(step->generator_.get()->qualified_name_.get())));
}

constexpr NativeMethod kStepMethods[] = {
    {"send", HOG_NATIVE(step_send_value), "($self, value, /)", "Go on with a value."},
    {"throw", HOG_NATIVE(step_throw), "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
     "Go on with an exception."},
    {"close", HOG_NATIVE(step_close), "($self, /)", "Stop."},
    {},
};

// ---- The generator. ----

Generator* self_of(Value self) { return as<Generator>(self); }

// The first use of an asynchronous generator tells the event loop's hooks.
Fallible<void> call_hooks(Thread& t, Generator* g) {
  if (g->hooks_called_) return {};
  g->hooks_called_ = true;
  Value finalizer = t.own_[Thread::kAsyncFinal];
  if (!finalizer.is_empty() && !finalizer.is_none()) g->finalizer_.set(g, finalizer);
  Value first = t.own_[Thread::kAsyncFirst];
  if (!first.is_empty() && !first.is_none()) TRY(call_py(t, first, Value(g)));
  return {};
}

Fallible<Value> make_step(Thread& t, Generator* g, Operation operation, Value value) {
  TRY(call_hooks(t, g));
  Shape* shape = operation == Operation::Send ? shapes.async_generator_send : shapes.async_generator_throw;
  auto* step = TRY(t.allocate<AsyncStep>(shape));
  step->generator_.set(step, g);
  step->value_.set(step, value);
  step->operation_ = operation;
  TRY(link_finalizer(t, step));
  return Value(step);
}

Fallible<Value> generator_iter(Thread&, Value self) { return self; }
Fallible<Value> generator_anext(Thread& t, Value self) { return make_step(t, self_of(self), Operation::Send, Value::none()); }
Fallible<Value> generator_asend(Thread& t, Generator* self, Value value) {
  return make_step(t, self, Operation::Send, value);
}
Fallible<Value> generator_athrow(Thread& t, Generator* self, Value type, Value value, Value traceback) {
  Value exception = TRY(thrown_exception_py(t, type, value, traceback));
  return make_step(t, self, Operation::Throw, exception);
}
Fallible<Value> generator_aclose(Thread& t, Generator* self) { return make_step(t, self, Operation::Close, Value::none()); }

Fallible<Value> get_name(Thread&, Value self) { return Value(self_of(self)->name_.get()); }
Fallible<void> set_name(Thread& t, Value self, Value value) {
  if (value.is_absent() || !is<Str>(value)) return t.raise_type_error("__name__ must be set to a string object");
  self_of(self)->name_.set(self.cell(), as<Str>(value));
  return {};
}
Fallible<Value> get_qualified_name(Thread&, Value self) { return Value(self_of(self)->qualified_name_.get()); }
Fallible<void> set_qualified_name(Thread& t, Value self, Value value) {
  if (value.is_absent() || !is<Str>(value)) return t.raise_type_error("__qualname__ must be set to a string object");
  self_of(self)->qualified_name_.set(self.cell(), as<Str>(value));
  return {};
}
Fallible<Value> get_frame(Thread& t, Value self) {
  Generator* g = self_of(self);
  if (g->state_ == GeneratorState::Finished) return Value::none();
  return Value(TRY(frame_object(t, &g->frame_)));
}
Fallible<Value> get_code(Thread& t, Value self) {
  if (t.isolate().audited) TRY(t.audit_py("object.__getattr__", self, Value(TRY(Str::intern_utf8(t, "ag_code")))));
  return Value(self_of(self)->frame_.code);
}
Fallible<Value> get_running(Thread&, Value self) { return Value::from_bool(self_of(self)->running_async_); }
Fallible<Value> get_suspended(Thread&, Value self) {
  return Value::from_bool(self_of(self)->state_ == GeneratorState::Suspended);
}
Fallible<Value> get_await(Thread&, Value self) {
  Value v = coroutine_delegate(self_of(self));
  return v.is_absent() ? Value::none() : v;
}
Fallible<Value> generator_repr(Thread& t, Value self) {
  return Value(TRY(t.format("<async_generator object {} at {}>", self_of(self)->qualified_name_.get(), address_of(self))));
}
Fallible<void> generator_finalize(Thread& t, Value self) { return finalize_generator_py(t, self_of(self)); }

Fallible<Value> generator_class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kMethods[] = {
    {"asend", HOG_NATIVE(generator_asend), "($self, value, /)", "Awaitable: resume with a value."},
    {"athrow", HOG_NATIVE(generator_athrow), "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
     "Awaitable: raise an exception inside."},
    {"aclose", HOG_NATIVE(generator_aclose), "($self, /)", "Awaitable: raise GeneratorExit inside."},
    {"__class_getitem__", HOG_NATIVE(generator_class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};
constexpr GetSet kGetSets[] = {
    {"__name__", get_name, set_name},
    {"__qualname__", get_qualified_name, set_qualified_name},
    {"ag_frame", get_frame},
    {"ag_code", get_code},
    {"ag_running", get_running},
    {"ag_suspended", get_suspended},
    {"ag_await", get_await},
    {},
};

// ---- anext(iterator, default) ----

// The iterator behind the awaitable, as `await` would get it.
Fallible<Value> anext_iterator(Thread& t, AnextAwaitable* self) {
  Value awaitable = self->awaitable_.get();
  Value iterator = TRY(get_awaitable_py(t, awaitable, 0));
  if (is<Generator>(iterator) && as<Generator>(iterator)->kind_ == GeneratorKind::Coroutine) {
    iterator = TRY(type_of(iterator)->slots().await(t, iterator));
  }
  return iterator;
}
// The end of the iteration is the default, given as StopIteration.
Fallible<Value> with_default(Thread& t, AnextAwaitable* self, Fallible<Value> outcome) {
  if (!outcome.failed() && !outcome.get().is_absent()) return outcome;
  if (!outcome.failed()) return t.raise_bare(core.StopIteration);
  if (t.terminated() || !t.exception_is(core.StopAsyncIteration)) return Failure{};
  t.take_exception();
  return t.raise_value(core.StopIteration, self->default_.get());
}
Fallible<Value> anext_next(Thread& t, Value self) {
  auto* a = as<AnextAwaitable>(self);
  Value iterator = TRY(anext_iterator(t, a));
  return with_default(t, a, type_of(iterator)->slots().next(t, iterator));
}
Fallible<Value> anext_send(Thread& t, AnextAwaitable* self, Value value) {
  Value iterator = TRY(anext_iterator(t, self));
  return with_default(t, self, call_method_py(t, iterator, names.send, value));
}
Fallible<Value> anext_throw(Thread& t, AnextAwaitable* self, Arguments arguments) {
  Value iterator = TRY(anext_iterator(t, self));
  return with_default(t, self, call_method_py(t, iterator, names.throw_, arguments));
}
Fallible<Value> anext_close(Thread& t, AnextAwaitable* self) {
  Value iterator = TRY(anext_iterator(t, self));
  return with_default(t, self, call_method_py(t, iterator, names.close));
}
constexpr NativeMethod kAnextMethods[] = {
    {"send", HOG_NATIVE(anext_send), "($self, value, /)", "Go on with a value."},
    {"throw", HOG_NATIVE(anext_throw), "($self, /, *args)", "Go on with an exception."},
    {"close", HOG_NATIVE(anext_close), "($self, /)", "Stop."},
    {},
};

}  // namespace

Fallible<Value> wrap_async_yield(Thread& t, Value v) {
  auto* wrapped = TRY(t.allocate<WrappedValue>(shapes.async_generator_wrapped_value));
  wrapped->value_.set(wrapped, v);
  return Value(wrapped);
}

Fallible<Value> make_anext_awaitable(Thread& t, Value awaitable, Value default_value) {
  auto* a = TRY(t.allocate<AnextAwaitable>(shapes.anext_awaitable));
  a->awaitable_.set(a, awaitable);
  a->default_.set(a, default_value);
  return Value(a);
}

extern const TypeSpec k_async_generator_spec;
const TypeSpec k_async_generator_spec = {
    .name = "async_generator",
    .layout = &Generator::kLayout,
    .flags = type_flag::kWeakReferences | type_flag::kNoInstantiation,
    .slots = {.repr = generator_repr,
              .finalize = generator_finalize,
              .async_iter = generator_iter,
              .async_next = generator_anext},
    .methods = kMethods,
    .getsets = kGetSets,
};
extern const TypeSpec k_async_generator_send_spec;
const TypeSpec k_async_generator_send_spec = {
    .name = "async_generator_asend",
    .layout = &AsyncStep::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = step_iter, .next = step_next, .finalize = step_finalize, .await = step_iter},
    .methods = kStepMethods,
};
extern const TypeSpec k_async_generator_throw_spec;
const TypeSpec k_async_generator_throw_spec = {
    .name = "async_generator_athrow",
    .layout = &AsyncStep::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = step_iter, .next = step_next, .finalize = step_finalize, .await = step_iter},
    .methods = kStepMethods,
};
extern const TypeSpec k_async_generator_wrapped_value_spec;
const TypeSpec k_async_generator_wrapped_value_spec = {
    .name = "async_generator_wrapped_value",
    .layout = &WrappedValue::kLayout,
    .flags = type_flag::kNoInstantiation,
};
extern const TypeSpec k_anext_awaitable_spec;
const TypeSpec k_anext_awaitable_spec = {
    .name = "anext_awaitable",
    .layout = &AnextAwaitable::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = step_iter, .next = anext_next, .await = step_iter},
    .methods = kAnextMethods,
};

}  // namespace hog
