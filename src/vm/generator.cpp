// generator.cpp: making and resuming generators, and the delegation protocol behind `yield from` and `await`.
//
// Invariant: a generator's frame is linked to a caller only while it runs. A suspended one stands on its YIELD instruction;
// resuming stores the sent value into that instruction's register and goes on behind it.
#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

// Where a coroutine was made: (file, line, function) of the frames from its caller outwards.
Fallible<void> note_origin(Thread& t, Generator* g, Frame* caller) {
  List* places = TRY(List::make(t));
  for (int64_t left = t.coroutine_origin_depth_; caller != nullptr && left > 0; --left, caller = caller->previous) {
    TRY(t.poll());
    Code* code = caller->code;
    Value line = Value::from_small_int(frame_line(caller));
    Value file = Value(TRY(code->filename(t)));
    TRY(places->append(t, Value(TRY(Tuple::of(t, file, line, Value(code->name_.get()))))));
  }
  Tuple* origin = TRY(Tuple::make(t, places->length()));
  for (size_t i = 0; i < places->length(); ++i) origin->initialize(i, places->at(i));
  g->origin_.set(g, Value(origin));
  return {};
}

// The library's own function adds the origin to the message.
Fallible<void> warn_of_origin_py(Thread& t, Generator* g) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "warnings"))));
  TRY(call_method_py(t, module, TRY(Str::intern_utf8(t, "_warn_unawaited_coroutine")), Value(g)));
  return {};
}

}  // namespace

Fallible<Generator*> make_generator(Thread& t, Frame* frame) {
  Code* code = frame->code;
  Shape* shape = code->has(code_flag::kCoroutine)        ? shapes.coroutine
                 : code->has(code_flag::kAsyncGenerator) ? shapes.async_generator
                                                         : shapes.generator;
  uint32_t count = code->register_count_;
  auto* g = TRY(t.allocate<Generator>(shape, count * sizeof(Value)));
  g->kind_ = code->has(code_flag::kCoroutine)        ? GeneratorKind::Coroutine
             : code->has(code_flag::kAsyncGenerator) ? GeneratorKind::AsyncGenerator
                                                     : GeneratorKind::Generator;
  g->register_count_ = count;
  g->state_ = GeneratorState::Created;
  Function* function = frame->function;
  g->name_.set(g, function != nullptr ? function->name_.get() : code->name_.get());
  g->qualified_name_.set(g, function != nullptr ? function->qualified_name_.get() : code->qualified_name_.get());
  for (uint32_t i = 0; i < count; ++i) g->registers_[i] = frame->registers[i];
  g->frame_ = *frame;
  g->frame_.registers = g->registers_;
  g->frame_.previous = nullptr;
  g->frame_.generator = g;
  g->frame_.object = nullptr;
  g->frame_.instance = Value();
  g->frame_.owns_stack = false;
  if (t.coroutine_origin_depth_ > 0 && g->kind_ == GeneratorKind::Coroutine) [[unlikely]] TRY(note_origin(t, g, frame->previous));
  // Dropped half-way, it must be closed: its finally blocks run.
  TRY(t.isolate().services->register_finalizer(t, g));
  return g;
}

Fallible<ResumeResult> resume_generator(Thread& t, Generator* g, Value value, bool throwing) {
  TRY(check_native_recursion(t));
  if (t.depth_ >= t.isolate().recursion_limit) return t.raise_recursion_error("");
  Frame* frame = &g->frame_;
  frame->previous = t.frame_;
  frame->mode = ReturnMode::Native;
  bool fresh = g->state_ == GeneratorState::Created;
  g->state_ = GeneratorState::Running;
  t.frame_ = frame;
  ++t.depth_;
  Fallible<Value> v = Failure{};
  if (throwing) {
    // What the generator is handling where it stands becomes the context of what is thrown in.
    if (!frame->handled.is_empty() && !frame->handled.is_none() && t.has_exception())
      (void)t.raise_object_py(t.take_exception(), Value::absent());
    v = run_frame_throwing(t, frame);
  } else {
    if (!fresh) {
      frame->registers[frame->pc->a] = value;
      ++frame->pc;
    }
    v = run_frame(t, frame);
  }
  if (v.failed()) return Failure{};
  return ResumeResult{v.get(), g->state_ == GeneratorState::Suspended ? ResumeOutcome::Yielded : ResumeOutcome::Returned};
}

Fallible<ResumeResult> resume_generator_at(Thread& t, Generator* g) {
  TRY(check_native_recursion(t));
  if (t.depth_ >= t.isolate().recursion_limit) return t.raise_recursion_error("");
  Frame* frame = &g->frame_;
  frame->previous = t.frame_;
  frame->mode = ReturnMode::Native;
  ++frame->pc;
  g->state_ = GeneratorState::Running;
  t.frame_ = frame;
  ++t.depth_;
  Value v = TRY(run_frame(t, frame));
  return ResumeResult{v, g->state_ == GeneratorState::Suspended ? ResumeOutcome::Yielded : ResumeOutcome::Returned};
}

namespace {

// The value that a StopIteration pending in the thread carries; clears it. Fails when something else is pending.
Fallible<Value> take_stop_value(Thread& t) {
  if (t.terminated() || !t.exception_is(core.StopIteration)) return Failure{};
  Value e = t.take_exception();
  Value v = as<BaseException>(e)->extra_[exception_field::kValue].get();
  return v.is_empty() ? Value::none() : v;
}

void trace_send_iterator(Cell* cell, Marker& marker) {
  marker.visit_word(static_cast<SendIterator*>(cell)->subject_.get().raw());
}

}  // namespace

const Layout SendIterator::kLayout = {
    .name = "send iterator", .trace = trace_send_iterator, .base_size = sizeof(SendIterator)};

Fallible<ResumeResult> send_py(Thread& t, Value receiver, Value value) {
  if (is<SendIterator>(receiver)) return as<SendIterator>(receiver)->step_py_(t, as<SendIterator>(receiver));
  if (is<Generator>(receiver) && as<Generator>(receiver)->kind_ != GeneratorKind::AsyncGenerator) {
    Fallible<Value> v = generator_send_py(t, as<Generator>(receiver), value);
    if (v.failed()) return ResumeResult{TRY(take_stop_value(t)), ResumeOutcome::Returned};
    return ResumeResult{v.get(), ResumeOutcome::Yielded};
  }
  Fallible<Value> step = Failure{};
  if (value.is_none()) {
    auto next = type_of(receiver)->slots().next;
    if (next == nullptr) return t.raise_type_error("'{}' object is not an iterator", type_of(receiver));
    step = next(t, receiver);
    if (!step.failed() && step.get().is_absent()) return ResumeResult{Value::none(), ResumeOutcome::Returned};
  } else {
    step = call_method_py(t, receiver, names.send, value);
  }
  if (step.failed()) return ResumeResult{TRY(take_stop_value(t)), ResumeOutcome::Returned};
  return ResumeResult{step.get(), ResumeOutcome::Yielded};
}

Fallible<Value> get_yield_from_iterator_py(Thread& t, Frame* frame, Value v) {
  bool may_take_coroutine = (frame->code->flags() & (code_flag::kCoroutine | code_flag::kIterableCoroutine)) != 0;
  if (is<Generator>(v)) {
    auto* g = as<Generator>(v);
    if (g->kind_ == GeneratorKind::Coroutine && !may_take_coroutine)
      return t.raise_type_error("cannot 'yield from' a coroutine object in a non-coroutine generator");
    if (g->kind_ != GeneratorKind::AsyncGenerator) return v;
  }
  return iter_py(t, v);
}

Fallible<Value> get_awaitable_py(Thread& t, Value v, uint8_t context) {
  Value iterator = v;
  if (is<Generator>(v) && as<Generator>(v)->kind_ == GeneratorKind::Coroutine) {
    // Awaiting one coroutine twice at the same time would interleave it.
    if (!coroutine_delegate(as<Generator>(v)).is_absent())
      return t.raise(core.RuntimeError, "coroutine is being awaited already");
    return v;
  }
  if (is<Generator>(v) && as<Generator>(v)->frame_.code->has(code_flag::kIterableCoroutine)) return v;
  auto await = type_of(v)->slots().await;
  if (await == nullptr) {
    switch (context) {
      case 1:
        return t.raise_type_error("'async with' received an object from __aenter__ that does not implement __await__: {}",
                                  type_of(v));
      case 2:
        return t.raise_type_error("'async with' received an object from __aexit__ that does not implement __await__: {}",
                                  type_of(v));
      default: return t.raise_type_error("'{}' object can't be awaited", type_of(v));
    }
  }
  iterator = TRY(await(t, v));
  if (is<Generator>(iterator) && (as<Generator>(iterator)->kind_ == GeneratorKind::Coroutine ||
                                  as<Generator>(iterator)->frame_.code->has(code_flag::kIterableCoroutine)))
    return t.raise_type_error("__await__() returned a coroutine");
  if (type_of(iterator)->slots().next == nullptr)
    return t.raise_type_error("__await__() returned non-iterator of type '{}'", type_of(iterator));
  return iterator;
}

Fallible<Value> get_async_iterator_py(Thread& t, Value v) {
  auto iter = type_of(v)->slots().async_iter;
  if (iter == nullptr)
    return t.raise_type_error("'async for' requires an object with __aiter__ method, got {}", type_of(v));
  Value iterator = TRY(iter(t, v));
  if (type_of(iterator)->slots().async_next == nullptr)
    return t.raise_type_error("'async for' received an object from __aiter__ that does not implement __anext__: {}",
                              type_of(iterator));
  return iterator;
}

Fallible<Value> get_async_next_py(Thread& t, Value v) {
  auto next = type_of(v)->slots().async_next;
  if (next == nullptr)
    return t.raise_type_error("'async for' requires an iterator with __anext__ method, got {}", type_of(v));
  Value step = TRY(next(t, v));
  if (is<Generator>(v)) return step;  // our own awaitables need no check
  Fallible<Value> awaitable = get_awaitable_py(t, step, 0);
  if (awaitable.failed() && !t.terminated()) {
    Value cause = t.take_exception();
    (void)t.raise_type_error("'async for' received an invalid object from __anext__: {}", type_of(step));
    if (is_exception(t.exception_)) {
      auto* e = as<BaseException>(t.exception_);
      e->cause_.set(e, cause);
      e->context_.set(e, cause);
      e->suppress_context_ = true;
    }
    return Failure{};
  }
  return awaitable;
}

Fallible<Value> stop_iteration_error(Thread& t, Frame* frame, Value exception) {
  // A generator that lets StopIteration out would look finished to its caller: it becomes a RuntimeError.
  Code* code = frame->code;
  const char* message = nullptr;
  if (is_instance(exception, core.StopIteration)) {
    message = code->has(code_flag::kCoroutine)        ? "coroutine raised StopIteration"
              : code->has(code_flag::kAsyncGenerator) ? "async generator raised StopIteration"
                                                      : "generator raised StopIteration";
  } else if (code->has(code_flag::kAsyncGenerator) && is_instance(exception, core.StopAsyncIteration)) {
    message = "async generator raised StopAsyncIteration";
  }
  if (message == nullptr) return exception;
  (void)t.raise(core.RuntimeError, message);
  if (t.terminated()) return Failure{};
  Value error = t.take_exception();
  auto* e = as<BaseException>(error);
  e->cause_.set(e, exception);
  e->context_.set(e, exception);
  e->suppress_context_ = true;
  return error;
}

// ---- send, throw, close as natives see them. ----

Value coroutine_delegate(Generator* g) {
  if (g->state_ != GeneratorState::Suspended) return Value::absent();
  const Instruction* pc = g->frame_.pc;
  if (pc->op != Opcode::YIELD || pc->x == 0) return Value::absent();
  return g->registers_[pc->c];
}

namespace {

const char* kind_name(Generator* g) {
  switch (g->kind_) {
    case GeneratorKind::Coroutine: return "coroutine";
    case GeneratorKind::AsyncGenerator: return "async generator";
    default: return "generator";
  }
}

// The outcome of a resumption as send()/throw() give it: a yielded value, or StopIteration with the returned one.
Fallible<Value> as_step(Thread& t, Generator* g, Fallible<ResumeResult> outcome) {
  if (outcome.failed()) return Failure{};
  if (outcome.get().outcome == ResumeOutcome::Yielded) return outcome.get().value;
  if (g->kind_ == GeneratorKind::AsyncGenerator) return t.raise_bare(core.StopAsyncIteration);
  Value v = outcome.get().value;
  if (v.is_none()) return t.raise_bare(core.StopIteration);
  return t.raise_value(core.StopIteration, v);
}

}  // namespace

Fallible<Value> generator_send_py(Thread& t, Generator* g, Value value) {
  switch (g->state_) {
    case GeneratorState::Running: return t.raise_value_error("{} already executing", kind_name(g));
    case GeneratorState::Finished:
      if (g->kind_ == GeneratorKind::Coroutine)
        return t.raise(core.RuntimeError, "cannot reuse already awaited coroutine");
      if (g->kind_ == GeneratorKind::AsyncGenerator) return t.raise_bare(core.StopAsyncIteration);
      return t.raise_bare(core.StopIteration);
    case GeneratorState::Created:
      if (!value.is_none())
        return t.raise_type_error("can't send non-None value to a just-started {}", kind_name(g));
      break;
    case GeneratorState::Suspended: break;
  }
  return as_step(t, g, resume_generator(t, g, value, false));
}

namespace {

// Raises the pending exception where the generator stands.
Fallible<Value> throw_here(Thread& t, Generator* g) {
  switch (g->state_) {
    case GeneratorState::Running: {
      t.take_exception();
      return t.raise_value_error("{} already executing", kind_name(g));
    }
    case GeneratorState::Finished:
      if (g->kind_ == GeneratorKind::Coroutine) {
        t.take_exception();
        return t.raise(core.RuntimeError, "cannot reuse already awaited coroutine");
      }
      return Failure{};
    default: break;
  }
  return as_step(t, g, resume_generator(t, g, Value(), true));
}

// After a delegate finished (value) or raised (pending exception) during throw or close: the generator goes on behind its
// delegation, as if SEND had ended.
Fallible<Value> continue_after_delegate(Thread& t, Generator* g, Value result) {
  // The YIELD of a delegation is followed by JUMP_BACK to its SEND: the SEND's own jump is where the result goes.
  const Instruction* back = g->frame_.pc + 1;
  const Instruction* send = back + 1 + back->signed_wide();
  if (back->op != Opcode::JUMP_BACK || send->op != Opcode::SEND) {
    (void)t.raise(core.SystemError, "delegation has no SEND");
    return throw_here(t, g);
  }
  uint32_t jump = reinterpret_cast<const SecondWord*>(send + 1)->p;
  g->registers_[send->a] = result;
  g->frame_.pc = send + 2 + jump - 1;
  return as_step(t, g, resume_generator_at(t, g));
}

}  // namespace

Fallible<void> close_iterator_py(Thread& t, Value iterator) {
  if (is<Generator>(iterator) && as<Generator>(iterator)->kind_ != GeneratorKind::AsyncGenerator) {
    TRY(generator_close_py(t, as<Generator>(iterator)));
    return {};
  }
  Fallible<Value> found = find_attribute_py(t, iterator, names.close);
  if (found.failed()) {  // closing goes on without it, as in CPython
    if (t.terminated()) return Failure{};
    t.isolate().services->write_unraisable(t, nullptr, iterator);
    return {};
  }
  Value close = found.get();
  if (close.is_absent()) return {};
  TRY(call_py(t, close));
  return {};
}

Fallible<Value> generator_throw_py(Thread& t, Generator* g, Value exception) {
  Value delegate = coroutine_delegate(g);
  if (!delegate.is_absent()) {
    TRY(check_native_recursion(t));
    if (is_instance(exception, core.GeneratorExit)) {
      g->state_ = GeneratorState::Running;
      Fallible<void> closed = close_iterator_py(t, delegate);
      g->state_ = GeneratorState::Suspended;
      if (closed.failed()) {
        if (t.terminated()) return Failure{};
        return throw_here(t, g);
      }
      (void)t.restore_exception(exception);
      return throw_here(t, g);
    }
    Fallible<Value> step = Failure{};
    g->state_ = GeneratorState::Running;
    Frame* saved = t.frame_;
    g->frame_.previous = t.frame_;
    t.frame_ = &g->frame_;  // so that the delegate's caller is seen to be this generator
    if (is<Generator>(delegate) && as<Generator>(delegate)->kind_ != GeneratorKind::AsyncGenerator) {
      step = generator_throw_py(t, as<Generator>(delegate), exception);
    } else {
      Fallible<Value> method = find_attribute_py(t, delegate, names.throw_);
      if (!method.failed()) {
        if (method.get().is_absent()) {
          t.frame_ = saved;
          g->frame_.previous = nullptr;
          g->state_ = GeneratorState::Suspended;
          (void)t.restore_exception(exception);
          return throw_here(t, g);
        }
        step = call_py(t, method.get(), exception);
      }
    }
    t.frame_ = saved;
    g->frame_.previous = nullptr;
    g->state_ = GeneratorState::Suspended;
    if (!step.failed()) return step;
    if (t.terminated()) return Failure{};
    Fallible<Value> result = take_stop_value(t);
    if (result.failed()) return throw_here(t, g);
    return continue_after_delegate(t, g, result.get());
  }
  if (g->state_ == GeneratorState::Created) {
    // Nothing of it has run: it ends at its first line.
    (void)t.restore_exception(exception);
    return throw_here(t, g);
  }
  (void)t.restore_exception(exception);
  return throw_here(t, g);
}

Fallible<Value> generator_close_py(Thread& t, Generator* g) {
  if (g->state_ == GeneratorState::Created) {
    g->state_ = GeneratorState::Finished;
    return Value::none();
  }
  if (g->state_ == GeneratorState::Finished) return Value::none();
  if (g->state_ == GeneratorState::Running) return t.raise_value_error("{} already executing", kind_name(g));
  Value delegate = coroutine_delegate(g);
  bool exit_raised = false;
  if (!delegate.is_absent()) {
    g->state_ = GeneratorState::Running;
    Fallible<void> closed = close_iterator_py(t, delegate);
    g->state_ = GeneratorState::Suspended;
    if (closed.failed()) {
      if (t.terminated()) return Failure{};
      exit_raised = true;
    }
  }
  if (!exit_raised) (void)t.raise_bare(core.GeneratorExit);
  if (t.terminated()) return Failure{};
  Fallible<ResumeResult> outcome = resume_generator(t, g, Value(), true);
  if (outcome.failed()) {
    if (t.terminated()) return Failure{};
    if (t.exception_is(core.GeneratorExit)) {
      t.take_exception();
      return Value::none();
    }
    if (t.exception_is(core.StopIteration)) return take_stop_value(t);
    return Failure{};
  }
  if (outcome.get().outcome == ResumeOutcome::Yielded)
    return t.raise(core.RuntimeError, "{} ignored GeneratorExit", kind_name(g));
  return outcome.get().value;
}

Fallible<void> finalize_generator_py(Thread& t, Generator* g) {
  if (g->state_ == GeneratorState::Finished || g->state_ == GeneratorState::Running) return {};
  if (g->kind_ == GeneratorKind::AsyncGenerator && !g->finalizer_.get().is_empty() && !g->closed_flag_) {
    TRY(call_py(t, g->finalizer_.get(), Value(g)));
    return {};
  }
  if (g->kind_ == GeneratorKind::Coroutine && g->state_ == GeneratorState::Created) {
    g->state_ = GeneratorState::Finished;
    if (!g->origin_.get().is_empty()) return warn_of_origin_py(t, g);
    return warn_py(t, core.RuntimeWarning, "coroutine '{}' was never awaited", g->qualified_name_.get());
  }
  if (g->state_ == GeneratorState::Created) return {};
  TRY(generator_close_py(t, g));
  return {};
}

Fallible<Value> generator_next(Thread& t, Generator* g) {
  if (g->state_ == GeneratorState::Finished) return Value::absent();
  if (g->state_ == GeneratorState::Running) return t.raise_value_error("{} already executing", kind_name(g));
  ResumeResult step = TRY(resume_generator(t, g, Value::none(), false));
  if (step.outcome == ResumeOutcome::Yielded) return step.value;
  if (step.value.is_none()) return Value::absent();
  return t.raise_value(core.StopIteration, step.value);
}

}  // namespace hog
