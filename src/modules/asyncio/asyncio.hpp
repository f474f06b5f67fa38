// asyncio.hpp: the cells of the module _asyncio and what its files share. Ref: library/asyncio-future, library/asyncio-task.
//
// Invariants:
//  1. A Future without loop_ was never initialised; nobody waits for it and its state is Pending.
//  2. callback_ is the first callback; callbacks_ has the later ones and is null or empty while callback_ is empty, unless
//     the first was removed.
//  3. A pending Task, and a Future whose exception nobody has seen, is linked for finalisation (vm/finalize.hpp); all_tasks()
//     finds the tasks there.
#pragma once

#include "modules/contextvars.hpp"
#include "vm/finalize.hpp"
#include "vm/interpreter_support.hpp"

namespace hog::asyncio {

enum class FutureState : uint8_t { Pending, Cancelled, Finished };

class Task;

class Future : public LinkedFinalizer {
 public:
  static const Layout kLayout;
  ValueField loop_;                  // empty: not initialised
  ValueField callback_, context_;    // the first callback; empty: none
  Field<List> callbacks_;            // callback, context, callback, context ...; null: none
  ValueField result_;                // empty: none
  ValueField exception_;             // empty: none
  ValueField exception_traceback_;
  ValueField source_traceback_;      // empty: none
  ValueField cancel_message_;        // empty: none
  ValueField cancelled_exception_;   // the CancelledError that ended it, for one who asks
  ValueField awaited_by_;            // a Future, a Set of them, or empty
  FutureState state_;
  bool log_traceback_;
  bool blocking_;                    // an `await` has handed it to its task
  // Of tasks:
  bool log_destroy_pending_;
  bool must_cancel_;
  bool registered_;                  // all_tasks() shows it

  bool is_initialized() const { return !loop_.get().is_empty(); }
};
class PlainFuture : public Future {
 public:
  ValueField attributes_;  // the attributes word
};
class Task : public Future {
 public:
  static const Layout kLayout;
  ValueField waits_for_;   // a future or empty
  ValueField coroutine_;   // empty: not initialised, or over
  ValueField name_;        // a str, or the int n of the name "Task-n"
  ValueField task_context_;
  ValueField step_, wakeup_;  // its callbacks, made when first needed
  int64_t cancel_requests_;
  ValueField attributes_;
};

// What the loop calls to run a task's next step, with the exception to throw into its coroutine or without.
class TaskStep : public Cell {
 public:
  static const Layout kLayout;
  Field<Task> task_;
  ValueField exception_;  // empty: none
};

// The loop and the task that one thread is running; the chain is in the isolate's slot kRunningLoops, the thread that asked last first.
class RunningEntry : public Cell {
 public:
  static const Layout kLayout;
  uint64_t serial_;          // Thread::serial_
  ValueField loop_, task_;   // empty: none
  Field<RunningEntry> next_;
};

// What an isolate keeps: functions and classes of the library, names, and what runs. Functions are looked up when first needed, as
// the library imports _asyncio while it is being imported itself.
class State : public Cell {
 public:
  static const Layout kLayout;
  enum Library : uint8_t {
    kPolicy, kCancelledError, kInvalidStateError, kFutureRepr, kTaskRepr, kTaskStack, kTaskPrintStack, kIsCoroutine, kExtractStack,
    kLibraryCount
  };
  enum Name : uint8_t {
    kGetDebug, kCallSoon, kIsRunning, kCallExceptionHandler, kGetLoop, kLoop, kCancel, kDone, kResult, kAddDoneCallback, kBlocking,
    kGetEventLoop, kMessage, kException, kFuture, kTask, kSourceTraceback, kDiscard, kNameCount
  };
  ValueField library_[kLibraryCount];
  Field<Str> names_[kNameCount];
  Field<Tuple> context_keyword_, message_keyword_;  // ("context",), ("msg",)
  Field<Set> eager_tasks_;
  ValueField foreign_tasks_;                        // a WeakSet, or empty
  int64_t task_names_;
};

extern Type *future_type, *task_type, *future_iterator_type, *step_type, *state_type, *running_type;

inline bool is_task(Value v) { return is<Task>(v); }
inline bool is_future(Value v) { return is<Future>(v) || is<Task>(v); }
inline bool is_exact_future(Value v) {
  return v.is_cell() && (v.cell()->shape()->type() == future_type || v.cell()->shape()->type() == task_type);
}
inline Future* as_future(Value v) { return as<Future>(v); }

// ---- state.cpp ----
Fallible<State*> state_of(Thread& t);
Fallible<Value> library_py(Thread& t, State::Library which);
Failure raise_library_py(Thread& t, State::Library type, const char* message);
Fallible<Value> call_soon_py(Thread& t, Value loop, Value callback, Value argument_or_absent, Value context);
// loop.call_exception_handler() with what a finaliser has to say; failures are reported as unraisable.
Fallible<void> report_py(Thread& t, Future* future, State::Name key, Str* message, Value exception_or_empty);

// ---- future.cpp ----
Fallible<void> initialize_future_py(Thread& t, Future* future, Value loop);
Failure raise_not_initialized(Thread& t);
Failure raise_undeletable(Thread& t, const char* attribute, const char* type);
// Somebody has seen its exception: what links a future for finalisation is a task that is not done, or one that nobody has seen.
void forget_traceback(Value future);
Fallible<Value> make_cancelled_error_py(Thread& t, Future* future);
Fallible<bool> cancel_future_py(Thread& t, Future* future, Value message_or_empty);
Fallible<void> set_future_result_py(Thread& t, Future* future, Value result);
Fallible<void> set_future_exception_py(Thread& t, Future* future, Value exception);
Fallible<void> add_callback_py(Thread& t, Future* future, Value callback, Value context);
// The result, or the exception raised.
Fallible<Value> future_result_py(Thread& t, Future* future);
Fallible<Cell*> make_future(Thread& t, Type* type, size_t size);
Fallible<void> finalize_future_py(Thread& t, Future* future);

// ---- task.cpp ----
Fallible<bool> cancel_task_py(Thread& t, Task* task, Value message);

extern const TypeSpec kFutureSpec, kFutureIteratorSpec, kTaskSpec, kStepSpec, kStateSpec, kRunningSpec;

// ---- task_step.cpp ----
Fallible<void> schedule_step_py(Thread& t, Task* task, Value exception_or_empty);
Fallible<void> run_step_py(Thread& t, Task* task, Value exception_or_empty);
// The part of a step without who runs it: for eager tasks, too.
Fallible<void> step_coroutine_py(Thread& t, Task* task, Value exception_or_empty);
Fallible<Value> loop_of_py(Thread& t, Value future);
extern const NativeMethod kWakeup[];

// ---- registry.cpp ----
Fallible<RunningEntry*> running_entry(Thread& t);
Fallible<Value> get_event_loop_py(Thread& t);
Fallible<void> enter_task_py(Thread& t, Value loop, Value task);
Fallible<void> leave_task_py(Thread& t, Value loop, Value task);
Fallible<Value> swap_task_py(Thread& t, Value loop, Value task_or_none);  // the one before, or None
Fallible<void> register_task_py(Thread& t, Value task);
Fallible<void> register_eager_task_py(Thread& t, Value task);
Fallible<void> unregister_eager_task_py(Thread& t, Value task);
extern const NativeMethod kFunctions[];

// ---- awaited_by.cpp: for futures of ours; others are passed over. ----
Fallible<void> add_awaited_by(Thread& t, Value future, Value waiter);
Fallible<void> discard_awaited_by(Thread& t, Value future, Value waiter);
Fallible<Value> awaited_by(Thread& t, Future* future);

}  // namespace hog::asyncio
