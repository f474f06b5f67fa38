// task_step.cpp: one step of a task: its coroutine goes on until it yields a future, which the task then waits for, or ends.
//
// Invariant: a task that is not done either waits for a future (waits_for_, whose callbacks wake it), or its next step is scheduled, or it
// runs now.
#include "modules/asyncio/asyncio.hpp"
#include "object/exception.hpp"
#include "object/iterators.hpp"
#include "vm/frame.hpp"

namespace hog::asyncio {

Type* step_type;

namespace {

void trace_step(Cell* cell, Marker& marker) {
  auto* step = static_cast<TaskStep*>(cell);
  marker.visit(step->task_.get());
  marker.visit_word(step->exception_.get().raw());
}

Fallible<Value> step_of(Thread& t, Task* task, Value exception) {
  if (exception.is_empty() && !task->step_.get().is_empty()) return task->step_.get();
  auto* step = TRY(t.allocate<TaskStep>(step_type->root_shape()));
  step->task_.set(step, task);
  step->exception_.set(step, exception);
  if (exception.is_empty()) task->step_.set(task, Value(step));
  return Value(step);
}

Fallible<Value> wakeup_of(Thread& t, Task* task) {
  if (Value known = task->wakeup_; !known.is_empty()) return known;
  Value made = Value(TRY(make_native_function(t, &kWakeup[0], Value(task), Value::none())));
  task->wakeup_.set(task, made);
  return made;
}

// ---- Going on. ----

Fallible<ResumeResult> returned_or_failed(Thread& t) {
  if (t.terminated() || !t.exception_is(core.StopIteration)) return Failure{};
  Value value = as<BaseException>(t.take_exception())->extra_[exception_field::kValue];
  return ResumeResult{value.is_empty() ? Value::none() : value, ResumeOutcome::Returned};
}

Fallible<ResumeResult> resume_py(Thread& t, Value coroutine, Value exception) {
  Generator* generator = is<Generator>(coroutine) ? as<Generator>(coroutine) : nullptr;
  Fallible<Value> yielded = Failure{};
  if (!exception.is_empty()) {
    yielded = generator != nullptr ? generator_throw_py(t, generator, exception)
                                   : call_method_py(t, coroutine, names.throw_, exception);
  } else if (generator != nullptr) {
    if (generator->state_ == GeneratorState::Created || generator->state_ == GeneratorState::Suspended) [[likely]]
      return resume_generator(t, generator, Value::none(), false);
    return send_py(t, coroutine, Value::none());
  } else {
    if (type_of(coroutine)->slots().next != nullptr) return send_py(t, coroutine, Value::none());
    yielded = call_method_py(t, coroutine, names.send, Value::none());
  }
  if (yielded.failed()) return returned_or_failed(t);
  return ResumeResult{yielded.get(), ResumeOutcome::Yielded};
}

Fallible<void> finish_with_exception_py(Thread& t, Task* task) {
  if (t.terminated()) return Failure{};
  Value exception = t.take_exception();
  Value cancelled = TRY(library_py(t, State::kCancelledError));
  if (is<Type>(cancelled) && is_instance(exception, as<Type>(cancelled))) {
    task->cancelled_exception_.set(task, exception);
    TRY(cancel_future_py(t, task, Value()));
    return {};
  }
  TRY(set_future_exception_py(t, task, exception));
  if (is_instance(exception, core.KeyboardInterrupt) || is_instance(exception, core.SystemExit))
    return t.restore_exception(exception);
  return {};
}

Fallible<void> finish_with_result_py(Thread& t, Task* task, Value result) {
  if (!task->must_cancel_) return set_future_result_py(t, task, result);
  task->must_cancel_ = false;  // cancelled just before it ended
  TRY(cancel_future_py(t, task, task->cancel_message_));
  return {};
}

// ---- What it yielded. ----

// The next step throws a RuntimeError into the coroutine.
Fallible<void> schedule_error_py(Thread& t, Task* task, Str* message) {
  BaseException* error = TRY(make_exception(t, core.RuntimeError, TRY(Tuple::of(t, Value(message)))));
  return schedule_step_py(t, task, Value(error));
}

Fallible<void> other_loop_py(Thread& t, Task* task, Value future) {
  return schedule_error_py(t, task, TRY(t.format("Task {} got Future {} attached to a different loop",
                                                 repr_of(Value(task)), repr_of(future))));
}
Fallible<void> not_awaited_py(Thread& t, Task* task, Value future) {
  return schedule_error_py(t, task, TRY(t.format("yield was used instead of yield from in task {} with {}",
                                                 repr_of(Value(task)), repr_of(future))));
}

// It was cancelled before it began to wait.
Fallible<void> pass_on_cancel_py(Thread& t, Task* task, Value future) {
  if (!task->must_cancel_) return {};
  State* state = TRY(state_of(t));
  Value message = task->cancel_message_;
  Value arguments[] = {message.is_empty() ? Value::none() : message};
  Value answer = TRY(call_method_py(t, future, state->names_[State::kCancel].get(),
                                    Arguments(arguments, 0, state->message_keyword_.get())));
  if (TRY(truth_py(t, answer))) task->must_cancel_ = false;
  return {};
}

Fallible<void> wait_for_own_py(Thread& t, Task* task, Value awaited) {
  Future* future = as_future(awaited);
  if (!future->blocking_) return not_awaited_py(t, task, awaited);
  if (future->loop_.get() != task->loop_.get()) return other_loop_py(t, task, awaited);
  TRY(add_awaited_by(t, awaited, Value(task)));
  future->blocking_ = false;
  TRY(add_callback_py(t, future, TRY(wakeup_of(t, task)), task->task_context_));
  task->waits_for_.set(task, awaited);
  return pass_on_cancel_py(t, task, awaited);
}

Fallible<void> wait_for_foreign_py(Thread& t, Task* task, Value awaited, Value blocking) {
  State* state = TRY(state_of(t));
  if (TRY(loop_of_py(t, awaited)) != task->loop_.get()) return other_loop_py(t, task, awaited);
  if (!TRY(truth_py(t, blocking))) return not_awaited_py(t, task, awaited);
  TRY(add_awaited_by(t, awaited, Value(task)));
  TRY(set_attribute_py(t, awaited, state->names_[State::kBlocking].get(), Value::false_value()));
  Value arguments[] = {TRY(wakeup_of(t, task)), task->task_context_};
  TRY(call_method_py(t, awaited, state->names_[State::kAddDoneCallback].get(),
                     Arguments(arguments, 1, state->context_keyword_.get())));
  task->waits_for_.set(task, awaited);
  return pass_on_cancel_py(t, task, awaited);
}

Fallible<void> handle_yielded_py(Thread& t, Task* task, Value yielded) {
  if (yielded == Value(task))
    return schedule_error_py(t, task, TRY(t.format("Task cannot await on itself: {}", repr_of(Value(task)))));
  if (is_exact_future(yielded)) return wait_for_own_py(t, task, yielded);
  if (yielded.is_none()) return schedule_step_py(t, task, Value());
  State* state = TRY(state_of(t));
  Value blocking = TRY(find_attribute_py(t, yielded, state->names_[State::kBlocking].get()));
  if (!blocking.is_absent() && !blocking.is_none()) return wait_for_foreign_py(t, task, yielded, blocking);
  if (is<Generator>(yielded) && as<Generator>(yielded)->kind_ == GeneratorKind::Generator)
    return schedule_error_py(t, task, TRY(t.format("yield was used instead of yield from for generator in task {} with {}",
                                                   repr_of(Value(task)), repr_of(yielded))));
  return schedule_error_py(t, task, TRY(t.format("Task got bad yield: {}", repr_of(yielded))));
}

}  // namespace

const Layout TaskStep::kLayout = {.name = "TaskStepMethWrapper", .trace = trace_step, .base_size = sizeof(TaskStep)};

Fallible<Value> loop_of_py(Thread& t, Value future) {
  if (is_exact_future(future)) {
    Value loop = as_future(future)->loop_;
    if (loop.is_empty()) return raise_not_initialized(t);
    return loop;
  }
  State* state = TRY(state_of(t));
  Value get_loop = TRY(find_attribute_py(t, future, state->names_[State::kGetLoop].get()));
  if (!get_loop.is_absent()) return call_py(t, get_loop);
  return get_attribute_py(t, future, state->names_[State::kLoop].get());
}

Fallible<void> schedule_step_py(Thread& t, Task* task, Value exception) {
  TRY(call_soon_py(t, task->loop_, TRY(step_of(t, task, exception)), Value::absent(), task->task_context_));
  return {};
}

Fallible<void> step_coroutine_py(Thread& t, Task* task, Value exception) {
  if (task->state_ != FutureState::Pending) {
    Str* message = TRY(t.format("__step(): already done: {} {}", repr_of(Value(task)),
                                repr_of(exception.is_empty() ? Value::none() : exception)));
    Value error = TRY(call_py(t, TRY(library_py(t, State::kInvalidStateError)), Value(message)));
    return t.raise_object_py(error, Value::absent());
  }
  if (task->must_cancel_) {
    Value cancelled = TRY(library_py(t, State::kCancelledError));
    bool is_cancelled = !exception.is_empty() && is<Type>(cancelled) && is_instance(exception, as<Type>(cancelled));
    if (!is_cancelled) exception = TRY(make_cancelled_error_py(t, task));
    task->must_cancel_ = false;
  }
  task->waits_for_.clear();
  Value coroutine = task->coroutine_;
  if (coroutine.is_empty()) return t.raise(core.RuntimeError, "uninitialized Task object");
  Fallible<ResumeResult> step = resume_py(t, coroutine, exception);
  if (step.failed()) return finish_with_exception_py(t, task);
  if (step.get().outcome == ResumeOutcome::Returned) return finish_with_result_py(t, task, step.get().value);
  return handle_yielded_py(t, task, step.get().value);
}

Fallible<void> run_step_py(Thread& t, Task* task, Value exception) {
  TRY(enter_task_py(t, task->loop_, Value(task)));
  Fallible<void> ran = step_coroutine_py(t, task, exception);
  if (!ran.failed()) return leave_task_py(t, task->loop_, Value(task));
  if (t.terminated()) return Failure{};
  Value pending = t.take_exception();
  TRY(leave_task_py(t, task->loop_, Value(task)));
  return t.restore_exception(pending);
}

namespace {

// The task's future is done: the next step, with its exception if it has one.
Fallible<void> task_wakeup(Thread& t, Task* self, Value awaited) {
  TRY(discard_awaited_by(t, awaited, Value(self)));
  if (is_exact_future(awaited)) {
    Future* future = as_future(awaited);
    if (future->state_ == FutureState::Finished && future->exception_.get().is_empty()) [[likely]] {
      forget_traceback(awaited);
      return run_step_py(t, self, Value());
    }
  }
  Fallible<Value> result = is_exact_future(awaited)
                               ? future_result_py(t, as_future(awaited))
                               : call_method_py(t, awaited, TRY(state_of(t))->names_[State::kResult].get());
  if (!result.failed()) return run_step_py(t, self, Value());
  if (t.terminated()) return Failure{};
  return run_step_py(t, self, t.take_exception());
}

Fallible<Value> step_call(Thread& t, Value self, const Arguments& arguments) {
  if (arguments.has_keywords()) return t.raise_type_error("function takes no keyword arguments");
  if (arguments.positional != 0) return t.raise_type_error("function takes no positional arguments");
  auto* step = as<TaskStep>(self);
  TRY(run_step_py(t, step->task_.get(), step->exception_));
  return Value::none();
}

Fallible<Value> get_self(Thread&, Value self) { return Value(as<TaskStep>(self)->task_.get()); }
constexpr GetSet kGetSets[] = {{"__self__", get_self}, {}};

}  // namespace

const NativeMethod kWakeup[] = {{"task_wakeup", HOG_NATIVE(task_wakeup), "($self, fut, /)", nullptr}, {}};

const TypeSpec kStepSpec = {
    .name = "_asyncio.TaskStepMethWrapper",
    .layout = &TaskStep::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.call = step_call},
    .getsets = kGetSets,
    .constructors = kWakeup,
};

}  // namespace hog::asyncio
