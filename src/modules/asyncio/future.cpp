// future.cpp: the type Future. Ref: library/asyncio-future.
#include "modules/asyncio/asyncio.hpp"

#include "object/class_system.hpp"

namespace hog::asyncio {

Type* future_type;

namespace {

void trace_future(Cell* cell, Marker& marker) {
  auto* future = static_cast<Future*>(cell);
  for (const ValueField* field :
       {&future->loop_, &future->callback_, &future->context_, &future->result_, &future->exception_, &future->exception_traceback_,
        &future->source_traceback_, &future->cancel_message_, &future->cancelled_exception_, &future->awaited_by_})
    marker.visit_word(field->get().raw());
  marker.visit(future->callbacks_.get());
}

void trace_plain_future(Cell* cell, Marker& marker) {
  trace_future(cell, marker);
  marker.visit_word(static_cast<PlainFuture*>(cell)->attributes_.get().raw());
}

void trace_task(Cell* cell, Marker& marker) {
  trace_future(cell, marker);
  auto* task = static_cast<Task*>(cell);
  for (const ValueField* field :
       {&task->waits_for_, &task->coroutine_, &task->name_, &task->task_context_, &task->step_, &task->wakeup_, &task->attributes_})
    marker.visit_word(field->get().raw());
}

Value or_none(Value v) { return v.is_empty() ? Value::none() : v; }

Fallible<void> schedule_callbacks_py(Thread& t, Future* future) {
  Value callback = future->callback_, context = future->context_;
  List* others = future->callbacks_.get();
  future->callback_.clear();
  future->context_.clear();
  future->callbacks_.clear();
  if (!callback.is_empty()) TRY(call_soon_py(t, future->loop_, callback, Value(future), context));
  if (others == nullptr) return {};
  for (size_t i = 0; i + 1 < others->length(); i += 2)
    TRY(call_soon_py(t, future->loop_, others->at(i), Value(future), others->at(i + 1)));
  return {};
}

// A future that is over has nobody to warn about; set_exception() links it again.
void finish(Future* future, FutureState state) {
  future->state_ = state;
  unlink_finalizer(future);
}

Fallible<void> check_pending(Thread& t, Future* future) {
  if (!future->is_initialized()) return raise_not_initialized(t);
  if (future->state_ != FutureState::Pending) return raise_library_py(t, State::kInvalidStateError, "invalid state");
  return {};
}

}  // namespace

const Layout Future::kLayout = {.name = "_asyncio.Future", .trace = trace_plain_future, .base_size = sizeof(PlainFuture)};
const Layout Task::kLayout = {.name = "_asyncio.Task", .trace = trace_task, .base_size = sizeof(Task)};

void forget_traceback(Value self) {
  Future* future = as_future(self);
  future->log_traceback_ = false;
  if (!is_task(self) || future->state_ != FutureState::Pending) unlink_finalizer(future);
}

Failure raise_undeletable(Thread& t, const char* attribute, const char* type) {
  return t.raise(core.AttributeError, "attribute '{}' of '_asyncio.{}' objects cannot be deleted", attribute, type);
}
Failure raise_not_initialized(Thread& t) { return t.raise(core.RuntimeError, "Future object is not initialized."); }

Fallible<void> initialize_future_py(Thread& t, Future* future, Value loop) {
  unlink_finalizer(future);
  for (ValueField* field :
       {&future->loop_, &future->callback_, &future->context_, &future->result_, &future->exception_, &future->exception_traceback_,
        &future->source_traceback_, &future->cancel_message_, &future->cancelled_exception_, &future->awaited_by_})
    field->clear();
  future->callbacks_.clear();
  future->state_ = FutureState::Pending;
  future->log_traceback_ = future->blocking_ = false;
  if (loop.is_none()) loop = TRY(get_event_loop_py(t));
  future->loop_.set(future, loop);
  State* state = TRY(state_of(t));
  Value debug = TRY(call_method_py(t, loop, state->names_[State::kGetDebug].get()));
  if (!TRY(truth_py(t, debug))) return {};
  Value stack = TRY(call_py(t, TRY(library_py(t, State::kExtractStack))));
  future->source_traceback_.set(future, stack);
  return {};
}

Fallible<Value> make_cancelled_error_py(Thread& t, Future* future) {
  if (Value saved = future->cancelled_exception_; !saved.is_empty()) {
    future->cancelled_exception_.clear();
    return saved;
  }
  Value cls = TRY(library_py(t, State::kCancelledError));
  Value message = future->cancel_message_;
  if (message.is_empty() || message.is_none()) return call_py(t, cls);
  return call_py(t, cls, message);
}

Fallible<bool> cancel_future_py(Thread& t, Future* future, Value message) {
  forget_traceback(Value(future));
  if (future->state_ != FutureState::Pending) return false;
  finish(future, FutureState::Cancelled);
  future->cancel_message_.set(future, message);
  TRY(schedule_callbacks_py(t, future));
  return true;
}

Fallible<void> set_future_result_py(Thread& t, Future* future, Value result) {
  TRY(check_pending(t, future));
  finish(future, FutureState::Finished);
  future->result_.set(future, result);
  return schedule_callbacks_py(t, future);
}

Fallible<void> set_future_exception_py(Thread& t, Future* future, Value exception) {
  TRY(check_pending(t, future));
  if (is<Type>(exception) && as<Type>(exception)->has(type_flag::kExceptionSubclass)) {
    exception = TRY(call_py(t, exception));
    TRY(check_pending(t, future));
  }
  if (!is_exception(exception)) return t.raise_type_error("invalid exception object");
  if (is_instance(exception, core.StopIteration)) {
    (void)t.raise(core.RuntimeError,
                  "StopIteration interacts badly with generators and cannot be raised into a Future");
    if (t.terminated()) return Failure{};
    Value instead = t.take_exception();
    auto* error = as<BaseException>(instead);
    error->cause_.set(error, exception);
    error->context_.set(error, exception);
    error->suppress_context_ = true;
    exception = instead;
  }
  finish(future, FutureState::Finished);
  future->exception_.set(future, exception);
  future->exception_traceback_.set(future, as<BaseException>(exception)->traceback_);
  TRY(schedule_callbacks_py(t, future));
  future->log_traceback_ = true;
  return link_finalizer(t, future);
}

Fallible<void> add_callback_py(Thread& t, Future* future, Value callback, Value context) {
  if (future->state_ != FutureState::Pending) {
    TRY(call_soon_py(t, future->loop_, callback, Value(future), context));
    return {};
  }
  if (future->callback_.get().is_empty() && !future->callbacks_) {
    future->callback_.set(future, callback);
    future->context_.set(future, context);
    return {};
  }
  if (!future->callbacks_) future->callbacks_.set(future, TRY(List::make(t, 4)));
  List* others = future->callbacks_.get();
  TRY(others->reserve(t, others->length() + 2));
  TRY(others->append(t, callback));
  return others->append(t, context);
}

Fallible<Value> future_result_py(Thread& t, Future* future) {
  if (!future->is_initialized())
    return raise_library_py(t, State::kInvalidStateError, "Future object is not initialized.");
  if (future->state_ == FutureState::Cancelled) {
    Value error = TRY(make_cancelled_error_py(t, future));
    return t.raise_object_py(error, Value::absent());
  }
  if (future->state_ == FutureState::Pending) return raise_library_py(t, State::kInvalidStateError, "Result is not set.");
  forget_traceback(Value(future));
  Value exception = future->exception_;
  if (exception.is_empty()) return future->result_.get();
  auto* error = as<BaseException>(exception);
  error->traceback_.set(error, future->exception_traceback_);
  future->exception_traceback_.clear();
  return t.raise_object_py(exception, Value::absent());
}

Fallible<void> finalize_future_py(Thread& t, Future* future) {
  if (!future->log_traceback_) return {};
  future->log_traceback_ = false;
  Str* message = TRY(t.format("{} exception was never retrieved", type_of(Value(future))->name()));
  return report_py(t, future, State::kFuture, message, future->exception_);
}

namespace {

// ---- Making. ----

Fallible<void> init_bound(Thread& t, Value self, Value loop) { return initialize_future_py(t, as_future(self), loop); }
constexpr NativeMethod kConstructor[] = {{"Future", HOG_NATIVE(init_bound), "($self, /, *, loop=None)", nullptr}, {}};

Fallible<void> future_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructor[0]), self, arguments));
  return {};
}
Fallible<void> future_finalize(Thread& t, Value self) { return finalize_future_py(t, as_future(self)); }
Fallible<Value> future_new(Thread& t, Type* type, const Arguments&) {
  return Value(TRY(make_future(t, type, type->instance_size())));
}

// ---- Methods. ----

Fallible<void> check_initialized(Thread& t, Future* future) {
  if (!future->is_initialized()) return raise_not_initialized(t);
  return {};
}

Fallible<Value> result(Thread& t, Value self) { return future_result_py(t, as_future(self)); }
Fallible<Value> exception(Thread& t, Value self) {
  Future* future = as_future(self);
  if (!future->is_initialized())
    return raise_library_py(t, State::kInvalidStateError, "Future object is not initialized.");
  if (future->state_ == FutureState::Cancelled) {
    Value error = TRY(make_cancelled_error_py(t, future));
    return t.raise_object_py(error, Value::absent());
  }
  if (future->state_ == FutureState::Pending)
    return raise_library_py(t, State::kInvalidStateError, "Exception is not set.");
  forget_traceback(self);
  return or_none(future->exception_);
}
Fallible<void> set_result(Thread& t, Value self, Value value) { return set_future_result_py(t, as_future(self), value); }
Fallible<void> set_exception(Thread& t, Value self, Value value) {
  return set_future_exception_py(t, as_future(self), value);
}
Fallible<void> add_done_callback(Thread& t, Value self, Value callback, Value context) {
  Future* future = as_future(self);
  if (!future->is_initialized()) return t.raise(core.RuntimeError, "uninitialized Future object");
  if (context.is_absent()) context = Value(TRY(copy_context(t, TRY(current_context(t)))));
  return add_callback_py(t, future, callback, context);
}

// `==` may do anything to the callbacks: what is kept is found in a copy of them.
Fallible<int64_t> remove_done_callback(Thread& t, Value self, Value callback) {
  Future* future = as_future(self);
  TRY(check_initialized(t, future));
  int64_t removed = 0;
  if (Value first = future->callback_; !first.is_empty() && TRY(equals_py(t, first, callback))) {
    if (future->callback_.get() == first) {
      future->callback_.clear();
      future->context_.clear();
    }
    ++removed;
  }
  if (!future->callbacks_) return removed;
  List* all = TRY(List::from(t, future->callbacks_->data(), future->callbacks_->length()));
  List* kept = TRY(List::make(t));
  for (size_t i = 0; i + 1 < all->length(); i += 2) {
    TRY(t.poll());
    if (TRY(equals_py(t, all->at(i), callback))) {
      ++removed;
      continue;
    }
    TRY(kept->append(t, all->at(i)));
    TRY(kept->append(t, all->at(i + 1)));
  }
  if (kept->length() == 0) future->callbacks_.clear();
  else if (kept->length() != all->length()) future->callbacks_.set(future, kept);
  return removed;
}

Fallible<bool> cancel(Thread& t, Value self, Value message) {
  TRY(check_initialized(t, as_future(self)));
  return cancel_future_py(t, as_future(self), message);
}
Fallible<bool> cancelled(Thread&, Value self) {
  return as_future(self)->is_initialized() && as_future(self)->state_ == FutureState::Cancelled;
}
Fallible<bool> done(Thread&, Value self) {
  return as_future(self)->is_initialized() && as_future(self)->state_ != FutureState::Pending;
}
Fallible<Value> get_loop(Thread& t, Value self) {
  TRY(check_initialized(t, as_future(self)));
  return as_future(self)->loop_.get();
}
Fallible<Value> make_cancelled_error(Thread& t, Value self) { return make_cancelled_error_py(t, as_future(self)); }
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

constexpr NativeMethod kMethods[] = {
    {"result", HOG_NATIVE(result), "($self, /)", "The result, or raises the exception."},
    {"exception", HOG_NATIVE(exception), "($self, /)", "The exception that was set, or None."},
    {"set_result", HOG_NATIVE(set_result), "($self, result, /)", "Finishes it with a result."},
    {"set_exception", HOG_NATIVE(set_exception), "($self, exception, /)", "Finishes it with an exception."},
    {"add_done_callback", HOG_NATIVE(add_done_callback), "($self, fn, /, *, context=<unrepresentable>)",
     "fn(self) is called soon after it is done."},
    {"remove_done_callback", HOG_NATIVE(remove_done_callback), "($self, fn, /)", "Forgets a callback; how often it was there."},
    {"cancel", HOG_NATIVE(cancel), "($self, /, msg=None)", "Cancels it; False if it was done."},
    {"cancelled", HOG_NATIVE(cancelled), "($self, /)", "Was it cancelled?"},
    {"done", HOG_NATIVE(done), "($self, /)", "Has it a result, an exception, or was it cancelled?"},
    {"get_loop", HOG_NATIVE(get_loop), "($self, /)", "Its event loop."},
    {"_make_cancelled_error", HOG_NATIVE(make_cancelled_error), "($self, /)", "The CancelledError to raise; once."},
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, object, /)", "See PEP 585.", native_flag::kClassMethod},
    {},
};

// ---- Attributes. ----

Fallible<Value> get_state(Thread& t, Value self) {
  TRY(check_initialized(t, as_future(self)));
  constexpr const char* kStates[] = {"PENDING", "CANCELLED", "FINISHED"};
  return Value(TRY(Str::intern_utf8(t, kStates[static_cast<int>(as_future(self)->state_)])));
}
Fallible<Value> get_blocking(Thread&, Value self) {
  return Value::from_bool(as_future(self)->is_initialized() && as_future(self)->blocking_);
}
Fallible<void> set_blocking(Thread& t, Value self, Value value) {
  if (value.is_absent()) return raise_undeletable(t, "_asyncio_future_blocking", "Future");
  TRY(check_initialized(t, as_future(self)));
  as_future(self)->blocking_ = TRY(truth_py(t, value));
  return {};
}
Fallible<Value> get_loop_attribute(Thread&, Value self) { return or_none(as_future(self)->loop_); }
Fallible<Value> get_callbacks(Thread& t, Value self) {
  Future* future = as_future(self);
  TRY(check_initialized(t, future));
  List* found = TRY(List::make(t));
  if (Value first = future->callback_; !first.is_empty())
    TRY(found->append(t, Value(TRY(Tuple::of(t, first, future->context_.get())))));
  if (List* others = future->callbacks_.get())
    for (size_t i = 0; i + 1 < others->length(); i += 2)
      TRY(found->append(t, Value(TRY(Tuple::of(t, others->at(i), others->at(i + 1))))));
  return found->length() == 0 ? Value::none() : Value(found);
}
Fallible<Value> get_result(Thread& t, Value self) {
  TRY(check_initialized(t, as_future(self)));
  return or_none(as_future(self)->result_);
}
Fallible<Value> get_exception(Thread& t, Value self) {
  TRY(check_initialized(t, as_future(self)));
  return or_none(as_future(self)->exception_);
}
Fallible<Value> get_log_traceback(Thread& t, Value self) {
  TRY(check_initialized(t, as_future(self)));
  return Value::from_bool(as_future(self)->log_traceback_);
}
Fallible<void> set_log_traceback(Thread& t, Value self, Value value) {
  if (value.is_absent()) return raise_undeletable(t, "_log_traceback", "Future");
  if (TRY(truth_py(t, value))) return t.raise_value_error("_log_traceback can only be set to False");
  forget_traceback(self);
  return {};
}
Fallible<Value> get_source_traceback(Thread&, Value self) { return or_none(as_future(self)->source_traceback_); }
Fallible<Value> get_cancel_message(Thread&, Value self) { return or_none(as_future(self)->cancel_message_); }
Fallible<void> set_cancel_message(Thread& t, Value self, Value value) {
  if (value.is_absent()) return raise_undeletable(t, "_cancel_message", "Future");
  as_future(self)->cancel_message_.set(self.cell(), value);
  return {};
}
Fallible<Value> get_awaited_by(Thread& t, Value self) { return awaited_by(t, as_future(self)); }

constexpr GetSet kGetSets[] = {
    {"_state", get_state},
    {"_asyncio_future_blocking", get_blocking, set_blocking},
    {"_loop", get_loop_attribute},
    {"_callbacks", get_callbacks},
    {"_result", get_result},
    {"_exception", get_exception},
    {"_log_traceback", get_log_traceback, set_log_traceback},
    {"_source_traceback", get_source_traceback},
    {"_cancel_message", get_cancel_message, set_cancel_message},
    {"_asyncio_awaited_by", get_awaited_by},
    {},
};

Fallible<Value> future_repr(Thread& t, Value self) {
  TRY(check_initialized(t, as_future(self)));
  return call_py(t, TRY(library_py(t, State::kFutureRepr)), self);
}

// ---- What `await` and iter() make of it. ----

Fallible<ResumeResult> iterator_step_py(Thread& t, SendIterator* self) {
  Value subject = self->subject_;
  if (subject.is_empty()) return ResumeResult{Value::none(), ResumeOutcome::Returned};
  Future* future = as_future(subject);
  if (future->state_ == FutureState::Pending) {
    if (future->blocking_) return t.raise(core.RuntimeError, "await wasn't used with future");
    future->blocking_ = true;
    return ResumeResult{subject, ResumeOutcome::Yielded};
  }
  self->subject_.clear();
  return ResumeResult{TRY(future_result_py(t, future)), ResumeOutcome::Returned};
}

Fallible<Value> future_iter(Thread& t, Value self) {
  TRY(check_initialized(t, as_future(self)));
  auto* iterator = TRY(t.allocate<SendIterator>(future_iterator_type->root_shape()));
  iterator->step_py_ = iterator_step_py;
  iterator->subject_.set(iterator, self);
  return Value(iterator);
}

}  // namespace

// Types with a finaliser of their own are registered; ours are linked when there is something to say.
Fallible<Cell*> make_future(Thread& t, Type* type, size_t size) {
  auto finalize = type->slots().finalize;
  if (finalize == future_type->slots().finalize || finalize == task_type->slots().finalize) [[likely]] {
    Cell* cell = t.heap().allocate(size, type->root_shape());
    if (cell == nullptr) return t.raise_memory_error();
    return cell;
  }
  Cell* cell = TRY(new_instance(t, type));
  static_cast<Future*>(cell)->watched_ = true;
  return cell;
}

const TypeSpec kFutureSpec = {
    .name = "_asyncio.Future",
    .doc = "What will have a result some time; for one event loop and one thread.",
    .layout = &Future::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences | type_flag::kHasDict,
    .slots = {.repr = future_repr,
              .iter = future_iter,
              .init = future_init,
              .new_ = future_new,
              .finalize = future_finalize,
              .await = future_iter},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(*, loop=None)",
    .attributes_offset = offsetof(PlainFuture, attributes_),
    .constructors = kConstructor,
};

}  // namespace hog::asyncio
