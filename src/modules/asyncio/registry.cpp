// registry.cpp: what runs in which thread, and the functions of the module. Ref: library/asyncio-task "Introspection", PEP 3156.
//
// Invariant: a thread without a running loop runs no task. Tasks of ours that are not done are found through the ring of linked
// finalisers, weakly; those of other classes in a WeakSet of the library.
#include "modules/asyncio/asyncio.hpp"
#include "vm/isolate.hpp"

namespace hog::asyncio {

namespace {

void trace_running(Cell* cell, Marker& marker) {
  auto* entry = static_cast<RunningEntry*>(cell);
  marker.visit_word(entry->loop_.get().raw());
  marker.visit_word(entry->task_.get().raw());
  marker.visit(entry->next_.get());
}

Value or_none(Value v) { return v.is_empty() ? Value::none() : v; }

}  // namespace

const Layout RunningEntry::kLayout = {.name = "running loop", .trace = trace_running, .base_size = sizeof(RunningEntry)};

// Moves the entry to the front; those that run nothing are dropped on the way.
Fallible<RunningEntry*> running_entry(Thread& t) {
  ValueField& chain = Isolate::of(t).slots[Isolate::kRunningLoops];
  RunningEntry* first = chain.get().is_empty() ? nullptr : as<RunningEntry>(chain.get());
  if (first != nullptr && first->serial_ == t.serial_) [[likely]] return first;
  for (RunningEntry* before = first; before != nullptr;) {
    RunningEntry* entry = before->next_.get();
    if (entry == nullptr) break;
    if (entry->serial_ == t.serial_) {
      before->next_.set(before, entry->next_.get());
      entry->next_.set(entry, first);
      chain.set(nullptr, Value(entry));
      return entry;
    }
    if (entry->loop_.get().is_empty()) before->next_.set(before, entry->next_.get());
    else before = entry;
  }
  auto* entry = TRY(t.allocate<RunningEntry>(running_type->root_shape()));
  entry->serial_ = t.serial_;
  entry->next_.set(entry, first);
  chain.set(nullptr, Value(entry));
  return entry;
}

namespace {

Fallible<RunningEntry*> entry_of_loop(Thread& t, Value loop) {
  RunningEntry* entry = TRY(running_entry(t));
  if (entry->loop_.get() != loop) return t.raise(core.RuntimeError, "loop {} is not the running loop", repr_of(loop));
  return entry;
}

}  // namespace

Fallible<void> enter_task_py(Thread& t, Value loop, Value task) {
  RunningEntry* entry = TRY(entry_of_loop(t, loop));
  if (Value other = entry->task_; !other.is_empty())
    return t.raise(core.RuntimeError, "Cannot enter into task {} while another task {} is being executed.", repr_of(task),
                   repr_of(other));
  entry->task_.set(entry, task);
  return {};
}

Fallible<void> leave_task_py(Thread& t, Value loop, Value task) {
  RunningEntry* entry = TRY(entry_of_loop(t, loop));
  if (entry->task_.get() != task)
    return t.raise(core.RuntimeError, "Invalid attempt to leave task {} while task {} is entered.", repr_of(task),
                   repr_of(or_none(entry->task_)));
  entry->task_.clear();
  return {};
}

Fallible<Value> swap_task_py(Thread& t, Value loop, Value task) {
  RunningEntry* entry = TRY(entry_of_loop(t, loop));
  Value before = or_none(entry->task_);
  if (task.is_none()) entry->task_.clear();
  else entry->task_.set(entry, task);
  return before;
}

namespace {

Fallible<Value> foreign_tasks_py(Thread& t) {
  State* state = TRY(state_of(t));
  if (Value known = state->foreign_tasks_; !known.is_empty()) return known;
  Str* module_name = TRY(Str::intern_utf8(t, "_weakrefset"));
  Value module = TRY(t.isolate().services->import_module(t, module_name));
  Str* name = TRY(Str::intern_utf8(t, "WeakSet"));
  Value made = TRY(call_method_py(t, module, name));
  state->foreign_tasks_.set(state, made);
  return made;
}

}  // namespace

Fallible<void> register_task_py(Thread& t, Value task) {
  if (is_task(task)) {
    if (as_future(task)->state_ != FutureState::Pending) return {};
    as_future(task)->registered_ = true;
    return link_finalizer(t, as_future(task));
  }
  TRY(call_method_py(t, TRY(foreign_tasks_py(t)), names.add, task));
  return {};
}

Fallible<void> register_eager_task_py(Thread& t, Value task) {
  TRY(TRY(state_of(t))->eager_tasks_->add_py(t, task));
  return {};
}

Fallible<void> unregister_eager_task_py(Thread& t, Value task) {
  TRY(TRY(state_of(t))->eager_tasks_->remove_py(t, task));
  return {};
}

Fallible<Value> get_event_loop_py(Thread& t) {
  Value loop = TRY(running_entry(t))->loop_;
  if (!loop.is_empty()) return loop;
  Value policy = TRY(call_py(t, TRY(library_py(t, State::kPolicy))));
  return call_method_py(t, policy, TRY(state_of(t))->names_[State::kGetEventLoop].get());
}

namespace {

// ---- Running loops. ----

Fallible<Value> get_running_loop_or_none(Thread& t) { return or_none(TRY(running_entry(t))->loop_); }
Fallible<Value> get_running_loop(Thread& t) {
  Value loop = TRY(running_entry(t))->loop_;
  if (loop.is_empty()) return t.raise(core.RuntimeError, "no running event loop");
  return loop;
}
Fallible<void> set_running_loop(Thread& t, Value loop) {
  RunningEntry* entry = TRY(running_entry(t));
  entry->task_.clear();  // in the child of a fork() there may be one
  if (loop.is_none()) entry->loop_.clear();
  else entry->loop_.set(entry, loop);
  return {};
}
// ---- Tasks. ----

Fallible<Value> current_task(Thread& t, Value loop) {
  if (loop.is_none()) loop = TRY(get_running_loop(t));
  for (RunningEntry* entry = TRY(running_entry(t)); entry != nullptr; entry = entry->next_.get())
    if (entry->loop_.get() == loop) return or_none(entry->task_);
  return Value::none();
}

Fallible<void> unregister_task(Thread& t, Value task) {
  if (is_task(task)) {
    as_future(task)->registered_ = false;
    return {};
  }
  State* state = TRY(state_of(t));
  TRY(call_method_py(t, TRY(foreign_tasks_py(t)), state->names_[State::kDiscard].get(), task));
  return {};
}

// Those of the ring, as they are now.
Fallible<void> collect_linked(Thread& t, List* found) {
  LinkedFinalizer* end = linked_finalizers_end(t.isolate());
  if (end == nullptr) return {};
  size_t count = 0;
  for (LinkedFinalizer* cell = end->next_linked_; cell != end; cell = cell->next_linked_) ++count;
  TRY(t.poll(static_cast<int64_t>(count / 8) + 1));
  TRY(found->reserve(t, found->length() + count));  // may collect: there are fewer then
  size_t room = count;
  for (LinkedFinalizer* cell = end->next_linked_; cell != end && room != 0; cell = cell->next_linked_, --room) {
    if (!is<Task>(Value(cell)) || !static_cast<Task*>(cell)->registered_) continue;
    TRY(found->append(t, Value(cell)));
  }
  return {};
}

Fallible<bool> is_pending_py(Thread& t, Value task, Value loop) {
  State* state = TRY(state_of(t));
  if (is_exact_future(task)) {
    Future* future = as_future(task);
    return future->loop_.get() == loop && future->state_ == FutureState::Pending;
  }
  if (TRY(loop_of_py(t, task)) != loop) return false;
  Value done = TRY(call_method_py(t, task, state->names_[State::kDone].get()));
  return !TRY(truth_py(t, done));
}

Fallible<Value> all_tasks(Thread& t, Value loop) {
  if (loop.is_none()) loop = TRY(get_running_loop(t));
  State* state = TRY(state_of(t));
  List* found = TRY(List::make(t));
  Value key;
  for (size_t at = 0; state->eager_tasks_->next_nogc(&at, &key);) TRY(found->append(t, key));
  if (Value foreign = state->foreign_tasks_; !foreign.is_empty()) TRY(list_extend_py(t, found, foreign));
  TRY(collect_linked(t, found));
  Set* tasks = TRY(Set::make(t, core.set));
  for (size_t i = 0; i < found->length(); ++i) {
    TRY(t.poll());
    Value task = found->at(i);
    if (TRY(is_pending_py(t, task, loop))) TRY(tasks->add_py(t, task));
  }
  return Value(tasks);
}

Fallible<void> add_waiter(Thread& t, Value future, Value waiter) { return add_awaited_by(t, future, waiter); }
Fallible<void> discard_waiter(Thread& t, Value future, Value waiter) { return discard_awaited_by(t, future, waiter); }

}  // namespace

const NativeMethod kFunctions[] = {
    {"get_event_loop", HOG_NATIVE(get_event_loop_py), "()", "The running loop, or the policy's."},
    {"get_running_loop", HOG_NATIVE(get_running_loop), "()", "The loop that runs in this thread."},
    {"_get_running_loop", HOG_NATIVE(get_running_loop_or_none), "()", "The loop that runs in this thread, or None."},
    {"_set_running_loop", HOG_NATIVE(set_running_loop), "(loop, /)", "Says which loop runs in this thread."},
    {"_register_task", HOG_NATIVE(register_task_py), "(task)", "Lets all_tasks() find a task."},
    {"_unregister_task", HOG_NATIVE(unregister_task), "(task)", "Undoes _register_task()."},
    {"_register_eager_task", HOG_NATIVE(register_eager_task_py), "(task)", "Lets all_tasks() find a task that starts at once."},
    {"_unregister_eager_task", HOG_NATIVE(unregister_eager_task_py), "(task)", "Undoes _register_eager_task()."},
    {"_enter_task", HOG_NATIVE(enter_task_py), "(loop, task)", "Says that the task runs now."},
    {"_leave_task", HOG_NATIVE(leave_task_py), "(loop, task)", "Undoes _enter_task()."},
    {"_swap_current_task", HOG_NATIVE(swap_task_py), "(loop, task)", "Says which task runs now; the one before."},
    {"current_task", HOG_NATIVE(current_task), "(loop=None)", "The task that the loop runs now, or None."},
    {"all_tasks", HOG_NATIVE(all_tasks), "(loop=None)", "The loop's tasks that are not done."},
    {"future_add_to_awaited_by", HOG_NATIVE(add_waiter), "(fut, waiter, /)", "Records that `waiter` waits for `fut`."},
    {"future_discard_from_awaited_by", HOG_NATIVE(discard_waiter), "(fut, waiter, /)", "Undoes future_add_to_awaited_by()."},
    {},
};

}  // namespace hog::asyncio
