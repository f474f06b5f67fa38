// connection_callbacks.cpp: Python that the library calls: functions, aggregates, collations, authorizer, progress handler, trace.
// Invariants: nothing of Python runs while an exception or a termination is pending; a termination stays pending, an exception becomes
// the library's error (or is shown and forgotten). A Callback is in its connection's list as long as the library may call it.
#include "modules/sqlite/sqlite.hpp"
#include "object/codecs.hpp"
#include "types/container_support.hpp"

namespace hog::sqlite {

namespace {

// ---- The list of callbacks. ----

Fallible<Callback*> new_callback(Thread& t, Connection* connection, Value callable) {
  auto* callback = TRY(t.allocate<Callback>(callback_type->root_shape()));
  callback->connection_.set(callback, connection);
  callback->callable_.set(callback, callable);
  return callback;
}
Callback* link(Connection* connection, Callback* callback) {
  Callback* first = connection->callbacks_.get();
  callback->next_.set(callback, first);
  if (first != nullptr) first->previous_.set(first, callback);
  connection->callbacks_.set(connection, callback);
  return callback;
}
// The library lets go of one.
void on_destroy(void* data) {
  Turn* turn = Turn::current();
  if (data == nullptr || turn == nullptr || turn->thread == nullptr) return;  // cells are being swept: it may be gone
  auto* callback = static_cast<Callback*>(data);
  Connection* connection = callback->connection_.get();
  Callback *previous = callback->previous_.get(), *next = callback->next_.get();
  if (previous != nullptr) previous->next_.set(previous, next);
  else if (connection->callbacks_.get() == callback) connection->callbacks_.set(connection, next);
  if (next != nullptr) next->previous_.set(next, previous);
  callback->next_.clear();
  callback->previous_.clear();
}

Thread* thread_for_python() {
  Turn* turn = Turn::current();
  Thread* t = turn == nullptr ? nullptr : turn->python_thread();
  if (t == nullptr) return nullptr;
  if (check_native_recursion(*t, " in a callback of SQLite").failed()) return nullptr;
  return t;
}
Callback* callback_of(sqlite3_context* context) { return static_cast<Callback*>(sqlite3_user_data(context)); }

// After a failure in Python: the library's error, by what kind of exception it was.
void report(Thread& t, sqlite3_context* context, const char* message) {
  Callback* callback = callback_of(context);
  if (t.terminated()) {
    sqlite3_result_error(context, message, -1);
    return;
  }
  if (t.exception_is(core.MemoryError)) sqlite3_result_error_nomem(context);
  else if (t.exception_is(core.OverflowError)) sqlite3_result_error_toobig(context);
  else sqlite3_result_error(context, message, -1);
  forget_exception(t, callback->connection_.get(), callback->callable_.get());
}

Fallible<Tuple*> arguments_of(Thread& t, int count, sqlite3_value** values) {
  Tuple* arguments = TRY(Tuple::make(t, static_cast<size_t>(count)));
  for (int i = 0; i < count; ++i) arguments->initialize(static_cast<size_t>(i), TRY(value_from_library(t, values[i])));
  return arguments;
}
Arguments spread(const Tuple* tuple) { return Arguments(tuple->data(), tuple->length()); }

// ---- Functions. ----

void on_function(sqlite3_context* context, int count, sqlite3_value** values) {
  Thread* t = thread_for_python();
  if (t == nullptr) return sqlite3_result_error(context, "interrupted", -1);
  auto work = [&]() -> Fallible<void> {
    TRY(t->poll(8));
    Tuple* arguments = TRY(arguments_of(*t, count, values));
    return set_result(*t, context, TRY(call_py(*t, callback_of(context)->callable_.get(), spread(arguments))));
  };
  if (work().failed()) report(*t, context, "user-defined function raised exception");
}

// ---- Aggregates: the library keeps 1 + an instance's place in the connection's list. ----

struct Place {
  size_t index_plus_one;
};
Fallible<void> keep_instance(Thread& t, Connection* connection, Place* place, Value instance) {
  List* list = connection->aggregates_.get();
  for (size_t i = 0; i < list->length(); ++i)
    if (list->at(i).is_none()) {
      list->set(i, instance);
      place->index_plus_one = i + 1;
      return {};
    }
  TRY(list->append(t, instance));
  place->index_plus_one = list->length();
  return {};
}
Value instance_of(Connection* connection, const Place* place) {
  List* list = connection->aggregates_.get();
  if (place == nullptr || place->index_plus_one == 0 || place->index_plus_one > list->length()) return Value::absent();
  Value instance = list->at(place->index_plus_one - 1);
  return instance.is_none() ? Value::absent() : instance;
}
void forget_instance(Connection* connection, Place* place) {
  List* list = connection->aggregates_.get();
  if (place != nullptr && place->index_plus_one != 0 && place->index_plus_one <= list->length())
    list->set(place->index_plus_one - 1, Value::none());
}

void on_step(sqlite3_context* context, int count, sqlite3_value** values) {
  Thread* t = thread_for_python();
  auto* place = static_cast<Place*>(sqlite3_aggregate_context(context, sizeof(Place)));
  if (place == nullptr) return sqlite3_result_error_nomem(context);
  if (t == nullptr) return sqlite3_result_error(context, "interrupted", -1);
  Callback* callback = callback_of(context);
  Connection* connection = callback->connection_.get();
  const char* message = "user-defined aggregate's '__init__' method raised error";
  auto work = [&]() -> Fallible<void> {
    TRY(t->poll(8));
    if (place->index_plus_one == 0)
      TRY(keep_instance(*t, connection, place, TRY(call_py(*t, callback->callable_.get()))));
    Value instance = instance_of(connection, place);
    if (instance.is_absent()) return {};
    message = "user-defined aggregate's 'step' method not defined";
    Value method = TRY(get_attribute_py(*t, instance, TRY(Str::intern_utf8(*t, "step"))));
    message = "user-defined aggregate's 'step' method raised error";
    Tuple* arguments = TRY(arguments_of(*t, count, values));
    TRY(call_py(*t, method, spread(arguments)));
    return {};
  };
  if (work().failed()) report(*t, context, message);
}

void finish_aggregate(sqlite3_context* context, const char* method, const char* missing, const char* raised,
                      bool last) {
  auto* place = static_cast<Place*>(sqlite3_aggregate_context(context, 0));
  Turn* turn = Turn::current();
  if (turn == nullptr || turn->thread == nullptr) return;  // cells are being swept
  Callback* callback = callback_of(context);
  Connection* connection = callback->connection_.get();
  Value instance = instance_of(connection, place);
  Thread* t = thread_for_python();
  if (t == nullptr) {
    if (last) forget_instance(connection, place);
    return sqlite3_result_error(context, "interrupted", -1);
  }
  if (instance.is_absent()) return;  // no rows, or __init__ failed
  auto work = [&]() -> Fallible<void> {
    TRY(t->poll(8));
    Value result = TRY(call_method_py(*t, instance, TRY(Str::intern_utf8(*t, method))));
    return set_result(*t, context, result);
  };
  if (work().failed()) report(*t, context, t->exception_is(core.AttributeError) ? missing : raised);
  if (last) forget_instance(connection, place);
}
void on_final(sqlite3_context* context) {
  finish_aggregate(context, "finalize", "user-defined aggregate's 'finalize' method not defined",
                   "user-defined aggregate's 'finalize' method raised error", true);
}
void on_value(sqlite3_context* context) {
  finish_aggregate(context, "value", "user-defined aggregate's 'value' method not defined",
                   "user-defined aggregate's 'value' method raised error", false);
}
void on_inverse(sqlite3_context* context, int count, sqlite3_value** values) {
  Thread* t = thread_for_python();
  if (t == nullptr) return sqlite3_result_error(context, "interrupted", -1);
  Callback* callback = callback_of(context);
  Value instance = instance_of(callback->connection_.get(), static_cast<Place*>(sqlite3_aggregate_context(context, 0)));
  if (instance.is_absent()) return;
  const char* message = "user-defined aggregate's 'inverse' method not defined";
  auto work = [&]() -> Fallible<void> {
    TRY(t->poll(8));
    Value method = TRY(get_attribute_py(*t, instance, TRY(Str::intern_utf8(*t, "inverse"))));
    message = "user-defined aggregate's 'inverse' method raised error";
    Tuple* arguments = TRY(arguments_of(*t, count, values));
    TRY(call_py(*t, method, spread(arguments)));
    return {};
  };
  if (work().failed()) report(*t, context, message);
}

// ---- Collations, authorizer, progress, trace. ----

int on_compare(void* data, int size_a, const void* a, int size_b, const void* b) {
  Thread* t = thread_for_python();
  if (t == nullptr) return 0;
  auto* callback = static_cast<Callback*>(data);
  auto work = [&]() -> Fallible<int64_t> {
    TRY(t->poll(8));
    Str* left = TRY(codecs::decode_utf8_py(*t, codecs::Input(a, static_cast<size_t>(size_a)), nullptr));
    Str* right = TRY(codecs::decode_utf8_py(*t, codecs::Input(b, static_cast<size_t>(size_b)), nullptr));
    Value answer = TRY(call_py(*t, callback->callable_.get(), Value(left), Value(right)));
    if (!is_int_or_bool(answer))
      return t->raise_type_error("an integer is required (got type {})", type_of(answer)->name());
    Int64Result number = int_to_int64_nogc(answer);
    return number.overflow != 0 ? int64_t{number.overflow} : number.value;
  };
  Fallible<int64_t> answer = work();
  // An exception stays pending: the library knows no error of a comparison, and whoever executes finds it.
  return answer.failed() || answer.get() == 0 ? 0 : answer.get() > 0 ? 1 : -1;
}

Fallible<Value> text_or_none(Thread& t, const char* text) {
  if (text == nullptr) return Value::none();
  return Value(TRY(Str::from_utf8(t, text)));
}
int on_authorize(void* data, int action, const char* a, const char* b, const char* database, const char* source) {
  Thread* t = thread_for_python();
  if (t == nullptr) return SQLITE_DENY;
  auto* callback = static_cast<Callback*>(data);
  auto work = [&]() -> Fallible<int64_t> {
    TRY(t->poll(8));
    Value arguments[5] = {Value::from_small_int(action)};
    const char* const texts[] = {a, b, database, source};
    for (size_t i = 0; i < 4; ++i) arguments[i + 1] = TRY(text_or_none(*t, texts[i]));
    Value answer = TRY(call_py(*t, callback->callable_.get(), Arguments(arguments, 5)));
    if (!is_int_or_bool(answer)) return int64_t{SQLITE_DENY};
    Int64Result number = int_to_int64_nogc(answer);
    if (number.overflow != 0 || number.value > INT32_MAX || number.value < INT32_MIN)
      return t->raise(core.OverflowError, "Python int too large to convert to C int");
    return number.value;
  };
  Fallible<int64_t> answer = work();
  if (!answer.failed()) return static_cast<int>(answer.get());
  forget_exception(*t, callback->connection_.get(), callback->callable_.get());
  return SQLITE_DENY;
}

int on_trace(unsigned, void* data, void* statement, void*) {
  Thread* t = thread_for_python();
  if (t == nullptr) return 0;
  auto* callback = static_cast<Callback*>(data);
  auto work = [&]() -> Fallible<void> {
    TRY(t->poll(8));
    auto* handle = static_cast<sqlite3_stmt*>(statement);
    char* expanded = sqlite3_expanded_sql(handle);
    Str* text;
    if (expanded != nullptr) {
      Fallible<Str*> decoded = Str::from_utf8(*t, expanded);
      sqlite3_free(expanded);
      text = TRY(decoded);
    } else {
      if (failed(*t)) return Failure{};
      (void)t->raise(error_type(ErrorClass::DataError), "Expanded SQL string exceeds the maximum string length");
      forget_exception(*t, callback->connection_.get(), callback->callable_.get());
      if (failed(*t)) return Failure{};
      const char* sql = sqlite3_sql(handle);
      text = TRY(Str::from_utf8(*t, sql == nullptr ? "" : sql));
    }
    TRY(call_py(*t, callback->callable_.get(), Value(text)));
    return {};
  };
  if (work().failed()) forget_exception(*t, callback->connection_.get(), callback->callable_.get());
  return 0;
}

// ---- Registering. ----

// The call's arguments, with a warning where the last `named` positional ones were given by name.
Fallible<void> warn_of_names_py(Thread& t, const Arguments& arguments, uint32_t positional, const char* warning) {
  if (arguments.positional >= positional || !arguments.has_keywords()) return {};
  return warn_py(t, core.DeprecationWarning, warning);
}

Fallible<void> function_py(Thread& t, Connection* self, Str* name, int count, Value function, bool deterministic) {
  TRY(check_open(t, self));
  Text text(t);
  TRY(text.open(name));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  Callback* callback = link(self, TRY(new_callback(t, self, function)));
  int flags = SQLITE_UTF8 | (deterministic ? SQLITE_DETERMINISTIC : 0);
  int code = sqlite3_create_function_v2(entry.db(), text.get(), count, flags, callback, on_function, nullptr, nullptr,
                                        on_destroy);
  if (code == SQLITE_OK) return {};
  if (count < -1 || count > sqlite3_limit(entry.db(), SQLITE_LIMIT_FUNCTION_ARG, -1))
    return raise_programming(t, "'narg' must be between -1 and {}, not {}",
                             sqlite3_limit(entry.db(), SQLITE_LIMIT_FUNCTION_ARG, -1), count);
  if (failed(t)) return Failure{};
  return raise_operational(t, "Error creating function");
}
Fallible<void> aggregate_py(Thread& t, Connection* self, Str* name, int count, Value factory) {
  TRY(check_open(t, self));
  Text text(t);
  TRY(text.open(name));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  Callback* callback = link(self, TRY(new_callback(t, self, factory)));
  int code = sqlite3_create_function_v2(entry.db(), text.get(), count, SQLITE_UTF8, callback, nullptr, on_step,
                                        on_final, on_destroy);
  if (code == SQLITE_OK) return {};
  if (count < -1 || count > sqlite3_limit(entry.db(), SQLITE_LIMIT_FUNCTION_ARG, -1))
    return raise_programming(t, "'n_arg' must be between -1 and {}, not {}",
                             sqlite3_limit(entry.db(), SQLITE_LIMIT_FUNCTION_ARG, -1), count);
  if (failed(t)) return Failure{};
  return raise_operational(t, "Error creating aggregate");
}
Fallible<void> authorizer_py(Thread& t, Connection* self, Value callable) {
  TRY(check_open(t, self));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  int code;
  if (callable.is_none()) {
    code = sqlite3_set_authorizer(entry.db(), nullptr, nullptr);
    self->authorizer_.clear();
  } else {
    Callback* callback = TRY(new_callback(t, self, callable));
    code = sqlite3_set_authorizer(entry.db(), on_authorize, callback);
    self->authorizer_.set(self, callback);
  }
  if (code != SQLITE_OK) return raise_operational(t, "Error setting authorizer callback");
  return {};
}
Fallible<void> progress_py(Thread& t, Connection* self, Value callable, int every) {
  TRY(check_open(t, self));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  Callback* callback = callable.is_none() || every <= 0 ? nullptr : TRY(new_callback(t, self, callable));
  self->progress_.set(self, callback);
  self->native_->progress = callback;
  self->native_->progress_every = callback == nullptr ? 0 : every;
  install_progress(self->native_);
  return {};
}
Fallible<void> trace_py(Thread& t, Connection* self, Value callable) {
  TRY(check_open(t, self));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  if (callable.is_none()) {
    sqlite3_trace_v2(entry.db(), 0, nullptr, nullptr);
    self->trace_.clear();
    return {};
  }
  Callback* callback = TRY(new_callback(t, self, callable));
  sqlite3_trace_v2(entry.db(), SQLITE_TRACE_STMT, on_trace, callback);
  self->trace_.set(self, callback);
  return {};
}

}  // namespace

const NativeMethod kCallbackRows[] = {
    {"create_function", HOG_NATIVE(function_py), "($self, /, name, narg, func, *, deterministic=False)", nullptr},
    {"create_aggregate", HOG_NATIVE(aggregate_py), "($self, /, name, n_arg, aggregate_class)", nullptr},
    {"set_authorizer", HOG_NATIVE(authorizer_py), "($self, /, authorizer_callback)", nullptr},
    {"set_progress_handler", HOG_NATIVE(progress_py), "($self, /, progress_handler, n)", nullptr},
    {"set_trace_callback", HOG_NATIVE(trace_py), "($self, /, trace_callback)", nullptr},
    {}};

// A type that nobody sees: it has the rows parsed.
extern const TypeSpec kCallbackSpec;
const TypeSpec kCallbackSpec = {.name = "_sqlite3.Callback",
                                .layout = &Callback::kLayout,
                                .flags = type_flag::kNoInstantiation,
                                .constructors = kCallbackRows};

Fallible<Value> create_function(Thread& t, Value self, const Arguments& arguments) {
  TRY(warn_of_names_py(
      t, arguments, 3,
      "Passing keyword arguments 'name', 'narg' and 'func' to _sqlite3.Connection.create_function() is deprecated. "
      "Parameters 'name', 'narg' and 'func' will become positional-only in Python 3.15."));
  return call_native(t, *signature_of(&kCallbackRows[0]), self, arguments);
}
Fallible<Value> create_aggregate(Thread& t, Value self, const Arguments& arguments) {
  TRY(warn_of_names_py(t, arguments, 3,
                       "Passing keyword arguments 'name', 'n_arg' and 'aggregate_class' to "
                       "_sqlite3.Connection.create_aggregate() is deprecated. "
                       "Parameters 'name', 'n_arg' and 'aggregate_class' will become positional-only in Python 3.15."));
  return call_native(t, *signature_of(&kCallbackRows[1]), self, arguments);
}
Fallible<Value> set_authorizer(Thread& t, Value self, const Arguments& arguments) {
  TRY(warn_of_names_py(
      t, arguments, 1,
      "Passing keyword argument 'authorizer_callback' to _sqlite3.Connection.set_authorizer() is deprecated. "
      "Parameter 'authorizer_callback' will become positional-only in Python 3.15."));
  return call_native(t, *signature_of(&kCallbackRows[2]), self, arguments);
}
Fallible<Value> set_progress_handler(Thread& t, Value self, const Arguments& arguments) {
  TRY(warn_of_names_py(
      t, arguments, 1,
      "Passing keyword argument 'progress_handler' to _sqlite3.Connection.set_progress_handler() is deprecated. "
      "Parameter 'progress_handler' will become positional-only in Python 3.15."));
  return call_native(t, *signature_of(&kCallbackRows[3]), self, arguments);
}
Fallible<Value> set_trace_callback(Thread& t, Value self, const Arguments& arguments) {
  TRY(warn_of_names_py(
      t, arguments, 1,
      "Passing keyword argument 'trace_callback' to _sqlite3.Connection.set_trace_callback() is deprecated. "
      "Parameter 'trace_callback' will become positional-only in Python 3.15."));
  return call_native(t, *signature_of(&kCallbackRows[4]), self, arguments);
}

Fallible<void> create_window_function(Thread& t, Connection* self, Str* name, int count, Value factory) {
  TRY(check_open(t, self));
  Text text(t);
  TRY(text.open(name));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  int code;
  if (factory.is_none()) {
    code = sqlite3_create_window_function(entry.db(), text.get(), count, SQLITE_UTF8, nullptr, nullptr, nullptr,
                                          nullptr, nullptr, nullptr);
  } else {
    Callback* callback = link(self, TRY(new_callback(t, self, factory)));
    code = sqlite3_create_window_function(entry.db(), text.get(), count, SQLITE_UTF8, callback, on_step, on_final,
                                          on_value, on_inverse, on_destroy);
  }
  if (code == SQLITE_OK) return {};
  if (count < -1 || count > sqlite3_limit(entry.db(), SQLITE_LIMIT_FUNCTION_ARG, -1))
    return raise_programming(t, "'num_params' must be between -1 and {}, not {}",
                             sqlite3_limit(entry.db(), SQLITE_LIMIT_FUNCTION_ARG, -1), count);
  return raise_library_error(t, entry.db(), code);
}
Fallible<void> create_collation(Thread& t, Connection* self, Str* name, Value callable) {
  TRY(check_open(t, self));
  Text text(t);
  TRY(text.open(name));
  if (!callable.is_none() && !is_callable(callable)) return t.raise_type_error("parameter must be callable");
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  int code;
  if (callable.is_none()) {
    code = sqlite3_create_collation_v2(entry.db(), text.get(), SQLITE_UTF8, nullptr, nullptr, nullptr);
  } else {
    Callback* callback = link(self, TRY(new_callback(t, self, callable)));
    code = sqlite3_create_collation_v2(entry.db(), text.get(), SQLITE_UTF8, callback, on_compare, on_destroy);
    if (code != SQLITE_OK) on_destroy(callback);  // this one the library leaves to us
  }
  if (code != SQLITE_OK) return raise_library_error(t, entry.db(), code);
  return {};
}

int call_progress(Callback* callback) {
  Thread* t = thread_for_python();
  if (t == nullptr) return 1;
  Fallible<Value> answer = call_py(*t, callback->callable_.get());
  if (!answer.failed()) {
    Fallible<bool> stop = truth_py(*t, answer.get());
    if (!stop.failed()) return stop.get() ? 1 : 0;
  }
  forget_exception(*t, callback->connection_.get(), callback->callable_.get());
  return 1;
}

void forget_exception(Thread& t, Connection* connection, Value callable) {
  if (t.terminated() || !t.has_exception()) return;
  ModuleState* state = connection->state_.get();
  if (state != nullptr && state->tracebacks_) {
    t.isolate().services->write_unraisable(t, "Exception ignored on sqlite3 callback", callable);
  } else {
    t.take_exception();
  }
}

}  // namespace hog::sqlite
