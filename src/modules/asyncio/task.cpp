// task.cpp: the type Task: a coroutine that an event loop runs. Ref: library/asyncio-task "Task Object".
#include "modules/asyncio/asyncio.hpp"
#include "object/class_system.hpp"
#include "vm/frame.hpp"

namespace hog::asyncio {

Type* task_type;

namespace {

Task* task_of(Value self) { return as<Task>(self); }
Value or_none(Value v) { return v.is_empty() ? Value::none() : v; }

// ---- Making. ----

Fallible<bool> is_coroutine_py(Thread& t, Value v) {
  if (is<Generator>(v) && as<Generator>(v)->kind_ == GeneratorKind::Coroutine) return true;
  return truth_py(t, TRY(call_py(t, TRY(library_py(t, State::kIsCoroutine)), v)));
}

// Its first step at once, in its own context, instead of whatever task runs now.
Fallible<void> start_eagerly_py(Thread& t, Task* task) {
  Value before = TRY(swap_task_py(t, task->loop_, Value(task)));
  auto run = [&]() -> Fallible<void> {
    TRY(register_eager_task_py(t, Value(task)));
    Value context = task->task_context_;
    if (!is<Context>(context)) return t.raise_type_error("an instance of Context was expected");
    Value outer;
    TRY(enter_context_py(t, as<Context>(context), &outer));
    Fallible<void> stepped = step_coroutine_py(t, task, Value());
    leave_context(t, as<Context>(context), outer);
    return stepped;
  };
  Fallible<void> ran = run();
  if (ran.failed() && t.terminated()) return Failure{};
  Value pending = t.exception_;
  t.exception_ = Value();
  auto settle = [&]() -> Fallible<void> {
    TRY(unregister_eager_task_py(t, Value(task)));
    TRY(swap_task_py(t, task->loop_, before));
    if (task->state_ == FutureState::Pending) return register_task_py(t, Value(task));
    task->coroutine_.clear();
    return {};
  };
  if (settle().failed()) return Failure{};
  if (pending.is_empty()) return {};
  return t.restore_exception(pending);
}

Fallible<void> initialize(Thread& t, Task* task, Value coroutine, Value loop, Value name, Value context, bool eager) {
  task->coroutine_.clear();
  task->log_destroy_pending_ = false;
  task->registered_ = false;
  TRY(initialize_future_py(t, task, loop));
  if (!TRY(is_coroutine_py(t, coroutine)))
    return t.raise_type_error("a coroutine was expected, got {}", repr_of(coroutine));
  if (context.is_none()) context = Value(TRY(copy_context(t, TRY(current_context(t)))));
  task->task_context_.set(task, context);
  task->waits_for_.clear();
  task->must_cancel_ = false;
  task->cancel_requests_ = 0;
  if (name.is_none()) name = Value::from_small_int(++TRY(state_of(t))->task_names_);
  else if (!is_exact_str(name)) name = Value(TRY(str_py(t, name)));
  task->name_.set(task, name);
  task->coroutine_.set(task, coroutine);
  task->log_destroy_pending_ = true;
  TRY(link_finalizer(t, task));
  if (eager) {
    State* state = TRY(state_of(t));
    Value running = TRY(call_method_py(t, task->loop_, state->names_[State::kIsRunning].get()));
    if (TRY(truth_py(t, running))) return start_eagerly_py(t, task);
  }
  TRY(schedule_step_py(t, task, Value()));
  return register_task_py(t, Value(task));
}

Fallible<void> init_bound(Thread& t, Value self, Value coroutine, Value loop, Value name, Value context, bool eager_start) {
  return initialize(t, task_of(self), coroutine, loop, name, context, eager_start);
}
constexpr NativeMethod kRows[] = {
    {"Task", HOG_NATIVE(init_bound), "($self, /, coro, *, loop=None, name=None, context=None, eager_start=False)", nullptr}, {}};

Fallible<void> task_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kRows[0]), self, arguments));
  return {};
}
Fallible<Value> task_new(Thread& t, Type* type, const Arguments&) {
  return Value(TRY(make_future(t, type, type->instance_size())));
}
Fallible<void> task_finalize(Thread& t, Value self) {
  Task* task = task_of(self);
  if (task->state_ == FutureState::Pending && task->log_destroy_pending_) {
    Str* message = TRY(Str::from_ascii(t, "Task was destroyed but it is pending!"));
    TRY(report_py(t, task, State::kTask, message, Value()));
  }
  return finalize_future_py(t, task);
}

// ---- Methods. ----

Fallible<void> set_result(Thread& t, Value, Value) {
  return t.raise(core.RuntimeError, "Task does not support set_result operation");
}
Fallible<void> set_exception(Thread& t, Value, Value) {
  return t.raise(core.RuntimeError, "Task does not support set_exception operation");
}
Fallible<bool> cancel(Thread& t, Task* self, Value message) { return cancel_task_py(t, self, message); }
Fallible<int64_t> cancelling(Thread&, Task* self) { return self->cancel_requests_; }
Fallible<int64_t> uncancel(Thread&, Task* self) {
  if (self->cancel_requests_ > 0 && --self->cancel_requests_ == 0) self->must_cancel_ = false;
  return self->cancel_requests_;
}
Fallible<Value> get_stack(Thread& t, Task* self, Value limit) {
  if (!self->is_initialized()) return raise_not_initialized(t);
  return call_py(t, TRY(library_py(t, State::kTaskStack)), Value(self), limit);
}
Fallible<Value> print_stack(Thread& t, Task* self, Value limit, Value file) {
  if (!self->is_initialized()) return raise_not_initialized(t);
  return call_py(t, TRY(library_py(t, State::kTaskPrintStack)), Value(self), limit, file);
}
Fallible<Value> get_name(Thread& t, Task* self) {
  Value name = self->name_;
  if (!name.is_small_int()) return or_none(name);
  Str* made = TRY(t.format("Task-{}", name.small_int()));
  self->name_.set(self, Value(made));
  return Value(made);
}
Fallible<void> set_name(Thread& t, Task* self, Value name) {
  if (!is_exact_str(name)) name = Value(TRY(str_py(t, name)));
  self->name_.set(self, name);
  return {};
}
Fallible<Value> get_coro(Thread&, Task* self) { return or_none(self->coroutine_); }
Fallible<Value> get_context(Thread&, Task* self) { return or_none(self->task_context_); }
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kMethods[] = {
    {"set_result", HOG_NATIVE(set_result), "($self, result, /)", "Refused: a task's result is its coroutine's."},
    {"set_exception", HOG_NATIVE(set_exception), "($self, exception, /)", "Refused, as set_result()."},
    {"cancel", HOG_NATIVE(cancel), "($self, /, msg=None)", "Asks it to end with a CancelledError; False if it was done."},
    {"cancelling", HOG_NATIVE(cancelling), "($self, /)", "How many requests to cancel it are open."},
    {"uncancel", HOG_NATIVE(uncancel), "($self, /)", "Takes a request to cancel it back; how many are left."},
    {"get_stack", HOG_NATIVE(get_stack), "($self, /, *, limit=None)", "Frames: where it waits, or where its exception came from."},
    {"print_stack", HOG_NATIVE(print_stack), "($self, /, *, limit=None, file=None)", "Prints what get_stack() gives."},
    {"get_name", HOG_NATIVE(get_name), "($self, /)", "Its name."},
    {"set_name", HOG_NATIVE(set_name), "($self, value, /)", "Names it."},
    {"get_coro", HOG_NATIVE(get_coro), "($self, /)", "The coroutine it runs."},
    {"get_context", HOG_NATIVE(get_context), "($self, /)", "The context its coroutine runs in."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, object, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};

Fallible<Value> get_log_destroy_pending(Thread&, Value self) { return Value::from_bool(task_of(self)->log_destroy_pending_); }
Fallible<void> set_log_destroy_pending(Thread& t, Value self, Value value) {
  if (value.is_absent()) return raise_undeletable(t, "_log_destroy_pending", "Task");
  task_of(self)->log_destroy_pending_ = TRY(truth_py(t, value));
  return {};
}
Fallible<Value> get_must_cancel(Thread&, Value self) { return Value::from_bool(task_of(self)->must_cancel_); }
Fallible<Value> get_coroutine(Thread&, Value self) { return or_none(task_of(self)->coroutine_); }
Fallible<Value> get_waits_for(Thread&, Value self) { return or_none(task_of(self)->waits_for_); }

constexpr GetSet kGetSets[] = {
    {"_log_destroy_pending", get_log_destroy_pending, set_log_destroy_pending},
    {"_must_cancel", get_must_cancel},
    {"_coro", get_coroutine},
    {"_fut_waiter", get_waits_for},
    {},
};

Fallible<Value> task_repr(Thread& t, Value self) {
  if (!as_future(self)->is_initialized()) return raise_not_initialized(t);
  return call_py(t, TRY(library_py(t, State::kTaskRepr)), self);
}

}  // namespace

Fallible<bool> cancel_task_py(Thread& t, Task* task, Value message) {
  forget_traceback(Value(task));
  if (task->state_ != FutureState::Pending) return false;
  ++task->cancel_requests_;
  if (Value awaited = task->waits_for_; !awaited.is_empty()) {
    TRY(check_native_recursion(t));  // it may be a task that waits for a task ...
    State* state = TRY(state_of(t));
    Value arguments[] = {message.is_empty() ? Value::none() : message};
    Value answer = TRY(call_method_py(t, awaited, state->names_[State::kCancel].get(),
                                      Arguments(arguments, 0, state->message_keyword_.get())));
    if (TRY(truth_py(t, answer))) return true;
  }
  task->must_cancel_ = true;
  task->cancel_message_.set(task, message);
  return true;
}

const TypeSpec kTaskSpec = {
    .name = "_asyncio.Task",
    .doc = "A coroutine that an event loop runs; its result is a future's.",
    .layout = &Task::kLayout,
    .base = &future_type,
    .flags = type_flag::kBaseType,
    .slots = {.repr = task_repr, .init = task_init, .new_ = task_new, .finalize = task_finalize},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(coro, *, loop=None, name=None, context=None, eager_start=False)",
    .attributes_offset = offsetof(Task, attributes_),
    .constructors = kRows,
};

}  // namespace hog::asyncio
