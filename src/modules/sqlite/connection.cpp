// connection.cpp: Connection: opening, closing, transactions, and what it hands on to cursors. Ref: library/sqlite3 "Connection objects".
#include <cstddef>
#include <cstring>

#include "modules/sqlite/sqlite.hpp"
#include "object/codecs.hpp"
#include "types/container_support.hpp"
#include "vm/isolate.hpp"

namespace hog::sqlite {

Type *connection_type, *callback_type;

namespace {
void trace_callback(Cell* cell, Marker& marker) {
  auto* self = static_cast<Callback*>(cell);
  marker.visit(self->next_.get());
  marker.visit(self->previous_.get());
  marker.visit(self->connection_.get());
  marker.visit_word(self->callable_.get().raw());
}
void trace_connection(Cell* cell, Marker& marker) {
  auto* self = static_cast<Connection*>(cell);
  marker.visit(self->state_.get());
  marker.visit(self->cache_.get());
  for (auto* field : {&self->callbacks_, &self->authorizer_, &self->progress_, &self->trace_})
    marker.visit(field->get());
  marker.visit(self->aggregates_.get());
  for (ValueField* field : {&self->isolation_level_, &self->row_factory_, &self->text_factory_})
    marker.visit_word(field->get().raw());
}
void destroy_connection(Cell* cell) {
  NativeConnection* native = static_cast<Connection*>(cell)->native_;
  if (native == nullptr) return;
  Turn turn(native->heap, nullptr, native);
  native->progress = nullptr;
  close_native(native);
  release(native);
}
}  // namespace

const Layout Callback::kLayout = {.name = "Callback", .trace = trace_callback, .base_size = sizeof(Callback)};
const Layout Connection::kLayout = {
    .name = "Connection", .trace = trace_connection, .destroy = destroy_connection, .base_size = sizeof(Connection)};

Fallible<void> check_thread(Thread& t, Connection* self) {
  if (!self->initialized_) return raise_programming(t, "Base Connection.__init__ not called.");
  if (self->check_same_thread_ && self->thread_serial_ != t.serial_)
    return raise_programming(t,
                             "SQLite objects created in a thread can only be used in that same thread. "
                             "The object was created in thread id {} and this is thread id {}.",
                             self->thread_id_, t.handle_);
  return {};
}
Fallible<void> check_open(Thread& t, Connection* self) {
  TRY(check_thread(t, self));
  if (!self->is_open()) return raise_programming(t, "Cannot operate on a closed database.");
  return {};
}

bool collect_statements(Thread& t) {
  t.heap().collect();
  return true;
}

Fallible<void> execute_simply(Thread& t, Connection* self, const char* sql) {
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  for (bool again = false;; again = true) {
    sqlite3_stmt* handle = nullptr;
    int code = sqlite3_prepare_v2(entry.db(), sql, -1, &handle, nullptr);
    if (code == SQLITE_OK) {
      code = sqlite3_step(handle);
      int finished = sqlite3_finalize(handle);
      if (code == SQLITE_DONE || code == SQLITE_ROW) code = finished;
    }
    if (failed(t)) return Failure{};
    if (code == SQLITE_OK) return {};
    if (!again && (code == SQLITE_BUSY || code == SQLITE_LOCKED) && collect_statements(t)) continue;
    return raise_library_error(t, entry.db(), code);
  }
}

namespace {

// ---- Opening. ----

Fallible<Value> isolation_level_of(Thread& t, Value v) {
  if (v.is_none()) return v;
  if (!is<Str>(v)) return t.raise_type_error("isolation_level must be str or None");
  Text text(t);
  TRY(text.open(as<Str>(v)));
  constexpr const char* kLevels[] = {"", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"};
  for (const char* level : kLevels)
    if (sqlite3_stricmp(text.get(), level) == 0) return Value(TRY(Str::intern_utf8(t, level)));
  return t.raise_value_error("isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'");
}
Fallible<int> autocommit_of(Thread& t, Value v) {
  if (v.is_true()) return 1;
  if (v.is_false()) return 0;
  if (v.is_small_int() && v.small_int() == kLegacyAutocommit) return kLegacyAutocommit;
  return t.raise_value_error("autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL");
}

// A path as os.fspath() has it, NUL-terminated.
Fallible<Bytes*> path_of_py(Thread& t, Value path) {
  if (!is<Str>(path) && !is<Bytes>(path)) {
    Value method = TRY(find_special_py(t, path, TRY(Str::intern_utf8(t, "__fspath__"))));
    if (method.is_absent() || method.is_none())
      return t.raise_type_error("expected str, bytes or os.PathLike object, not {}", type_of(path)->name());
    Value text = TRY(call_py(t, method));
    if (!is<Str>(text) && !is<Bytes>(text))
      return t.raise_type_error("expected {}.__fspath__() to return str or bytes, not {}", type_of(path)->name(),
                                type_of(text)->name());
    path = text;
  }
  Bytes* bytes = is<Bytes>(path)
                     ? as<Bytes>(path)
                     : TRY(codecs::encode_utf8_py(t, as<Str>(path), TRY(Str::intern_utf8(t, "surrogateescape"))));
  if (bytes->view().find('\0') != std::string_view::npos) return t.raise_value_error("embedded null byte");
  Bytes* ended = TRY(Bytes::make(t, bytes->length() + 1));
  std::memcpy(ended->mutable_data(), bytes->data(), bytes->length());
  return ended;
}

// Waiting for a lock of another connection: only where somebody else can let it go meanwhile.
int on_busy(void* data, int count) {
  auto* native = static_cast<NativeConnection*>(data);
  Turn* turn = Turn::current();
  if (turn == nullptr || turn->thread == nullptr || failed(*turn->thread)) return 0;
  Thread& t = *turn->thread;
  Host* host = Isolate::of(t).config().host;
  if (native->timeout <= 0 || host == nullptr || host->clock == nullptr) return 0;
  Clock* clock = host->clock;
  int64_t now = clock->monotonic_nanoseconds();
  if (count == 0) native->busy_started = now;
  if (static_cast<double>(now - native->busy_started) >= native->timeout * 1e9) return 0;
  int64_t nap = count < 10 ? (count + 1) * int64_t{1000000} : 25000000;
  if (Isolate::of(t).count_host_call(t).failed()) return 0;
  without_turn(t, [&] { return clock->sleep(nap).error; });
  return t.poll(100).failed() ? 0 : 1;
}

Fallible<void> reopen_py(Thread& t, Connection* self);

Fallible<void> start_py(Thread& t, Connection* self, Value database, double timeout, int detect_types,
                        Value isolation_level, bool check_same_thread, int64_t cached_statements, bool uri,
                        Value autocommit) {
  TRY(t.audit_py("sqlite3.connect", database));
  Bytes* path = TRY(path_of_py(t, database));
  Value level = TRY(isolation_level_of(t, isolation_level));
  int mode = TRY(autocommit_of(t, autocommit));
  TRY(initialize_library(t));
  ModuleState* state = TRY(module_state_py(t));
  if (self->native_ != nullptr) TRY(reopen_py(t, self));
  self->initialized_ = false;
  NativeConnection* native = TRY(new_native_connection(t));
  native->locks = state->locks_;
  hold(native->locks);
  native->timeout = timeout;
  self->native_ = native;
  Entry entry(t, native);
  TRY(entry.acquire());
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | (uri ? SQLITE_OPEN_URI : 0);
  int code = sqlite3_open_v2(reinterpret_cast<const char*>(path->data()), &native->db, flags, nullptr);
  if (failed(t)) return Failure{};
  if (native->db == nullptr) return t.raise_memory_error();
  sqlite3_extended_result_codes(native->db, 1);
  if (code != SQLITE_OK) {
    Failure failure = raise_library_error(t, native->db);
    close_native(native);
    return failure;
  }
  // What the library is told in a database's own words is not to be trusted to stay in memory's bounds.
  sqlite3_busy_handler(native->db, on_busy, native);
  install_progress(native);
  native->expression_depth = sqlite3_limit(native->db, SQLITE_LIMIT_EXPR_DEPTH, -1);
  native->parser_depth = sqlite3_limit(native->db, SQLITE_LIMIT_PARSER_DEPTH, -1);
  install_limits(t, native);
  self->state_.set(self, state);
  self->cache_.set(self, TRY(Dict::make(t)));
  self->aggregates_.set(self, TRY(List::make(t)));
  self->authorizer_.clear();
  self->progress_.clear();
  self->trace_.clear();
  self->isolation_level_.set(self, level);
  self->row_factory_.set(self, Value::none());
  self->text_factory_.set(self, Value(core.str));
  self->cache_limit_ = cached_statements;
  self->detect_types_ = detect_types;
  self->autocommit_ = mode;
  self->check_same_thread_ = check_same_thread;
  self->thread_serial_ = t.serial_;
  self->thread_id_ = t.handle_;
  self->initialized_ = true;
  TRY(t.audit_py("sqlite3.connect/handle", Value(self)));
  if (mode == 0) TRY(execute_simply(t, self, "BEGIN"));
  return {};
}
constexpr NativeMethod kConstructors[] = {
    {"Connection", HOG_NATIVE(start_py),
     "($self, /, database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, "
     "cached_statements=128, uri=False, *, autocommit=-1)",
     "A database."},
    {}};
Fallible<Value> connection_new(Thread& t, Type* type, const Arguments&) {
  auto* self = static_cast<Connection*>(TRY(new_instance(t, type)));
  for (ValueField* field : {&self->isolation_level_, &self->row_factory_, &self->text_factory_})
    field->set(self, Value::none());
  return Value(self);
}
// connect() hands its arguments on, `factory` among them, the sixth by position: it has done its work there.
Fallible<void> connection_init(Thread& t, Value self, const Arguments& arguments) {
  constexpr size_t kFactory = 5, kMostPositional = 8;
  if (arguments.positional > 1) {
    TRY(warn_py(t, core.DeprecationWarning,
                "Passing more than 1 positional argument to _sqlite3.Connection() is deprecated. Parameters 'timeout', "
                "'detect_types', "
                "'isolation_level', 'check_same_thread', 'factory', 'cached_statements' and 'uri' will become "
                "keyword-only parameters in Python 3.15."));
  }
  if (arguments.positional > kMostPositional)
    return t.raise_type_error("Connection() takes at most 8 positional arguments ({} given)", arguments.positional);
  RootVector values(t);
  List* names = TRY(List::make(t));
  for (size_t i = 0; i < arguments.positional; ++i)
    if (i != kFactory) TRY(values.push(arguments[i]));
  size_t positional = values.size();
  for (size_t i = 0; i < arguments.keyword_count(); ++i) {
    Value name = arguments.names->at(i);
    if (as<Str>(name)->equals_ascii("factory")) continue;
    TRY(names->append(t, name));
    TRY(values.push(arguments[arguments.positional + i]));
  }
  Tuple* name_tuple = names->length() == 0 ? nullptr : TRY(Tuple::from(t, names->data(), names->length()));
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, Arguments(values.data(), positional, name_tuple)));
  return {};
}

// ---- Closing. ----

Fallible<void> close_py(Thread& t, Connection* self) {
  TRY(check_thread(t, self));
  if (!self->is_open()) return {};
  if (self->autocommit_ == 0) {
    bool in_transaction;
    {
      Entry entry(t, self->native_);
      TRY(entry.acquire());
      in_transaction = entry.db() != nullptr && !sqlite3_get_autocommit(entry.db());
    }
    if (in_transaction) TRY(execute_simply(t, self, "ROLLBACK"));
  }
  if (!self->is_open()) return {};
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  self->native_->progress = nullptr;
  close_native(self->native_);
  if (self->cache_) self->cache_.set(self, TRY(Dict::make(t)));
  return {};
}
// __init__ once more: the old database lives on for cursors that have rows of it left; its functions stay in the list of callbacks.
Fallible<void> reopen_py(Thread& t, Connection* self) {
  NativeConnection* native = self->native_;
  Entry entry(t, native);
  TRY(entry.acquire());
  if (self->native_ != native) return {};
  native->progress = nullptr;
  if (native->db != nullptr) {
    install_progress(native);
    sqlite3_set_authorizer(native->db, nullptr, nullptr);
    sqlite3_trace_v2(native->db, 0, nullptr, nullptr);
  }
  self->native_ = nullptr;
  self->initialized_ = false;
  if (self->cache_) self->cache_.set(self, TRY(Dict::make(t)));
  release(native);
  return {};
}
Fallible<void> finalize(Thread& t, Value v) {
  auto* self = as<Connection>(v);
  if (self->native_ == nullptr || !self->is_open()) return {};
  if (self->initialized_) {
    Fallible<void> warned = warn_py(t, core.ResourceWarning, "unclosed database in {}", repr_of(v));
    if (warned.failed()) {
      if (t.terminated()) return Failure{};
      t.isolate().services->write_unraisable(t, nullptr, v);
    }
  }
  if (self->native_ == nullptr || !self->is_open()) return {};
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  self->native_->progress = nullptr;
  close_native(self->native_);
  return {};
}

// ---- Transactions. ----

Fallible<bool> in_transaction_py(Thread& t, Connection* self) {
  TRY(check_open(t, self));
  return !sqlite3_get_autocommit(self->native_->db);
}
Fallible<void> commit_py(Thread& t, Connection* self) {
  TRY(check_open(t, self));
  if (self->autocommit_ == kLegacyAutocommit) {
    if (TRY(in_transaction_py(t, self))) TRY(execute_simply(t, self, "COMMIT"));
  } else if (self->autocommit_ == 0) {
    TRY(execute_simply(t, self, "COMMIT"));
    TRY(execute_simply(t, self, "BEGIN"));
  }
  return {};
}
Fallible<void> rollback_py(Thread& t, Connection* self) {
  TRY(check_open(t, self));
  if (self->autocommit_ == kLegacyAutocommit) {
    if (TRY(in_transaction_py(t, self))) TRY(execute_simply(t, self, "ROLLBACK"));
  } else if (self->autocommit_ == 0) {
    TRY(execute_simply(t, self, "ROLLBACK"));
    TRY(execute_simply(t, self, "BEGIN"));
  }
  return {};
}
Fallible<Value> enter(Thread& t, Connection* self) {
  TRY(check_open(t, self));
  return Value(self);
}
Fallible<Value> exit(Thread& t, Connection* self, Value type, Value, Value) {
  if (!type.is_none()) {
    TRY(rollback_py(t, self));
    return Value::false_value();
  }
  Fallible<void> done = commit_py(t, self);
  if (!done.failed()) return Value::false_value();
  if (t.terminated() || !self->is_open()) return Failure{};
  // The commit failed, and its transaction is not to stay open.
  Value error = t.take_exception();
  if (rollback_py(t, self).failed()) {
    if (t.terminated()) return Failure{};
    t.take_exception();
  }
  return t.restore_exception(error);
}

// ---- Cursors and statements. ----

Fallible<Value> make_cursor_py(Thread& t, Connection* self, Value factory) {
  TRY(check_open(t, self));
  Value cursor = TRY(call_py(t, factory.is_absent() ? Value(cursor_type) : factory, Value(self)));
  if (!is<Cursor>(cursor)) return t.raise_type_error("factory must return a cursor, not {}", type_of(cursor)->name());
  if (!self->row_factory_.get().is_none())
    as<Cursor>(cursor)->row_factory_.set(as<Cursor>(cursor), self->row_factory_.get());
  return cursor;
}
template <const char* const& kMethod>
Fallible<Value> hand_on_py(Thread& t, Connection* self, Value first, Value second) {
  Value cursor = TRY(call_method_py(t, Value(self), TRY(Str::intern_utf8(t, "cursor"))));
  Str* name = TRY(Str::intern_utf8(t, kMethod));
  if (second.is_absent()) return call_method_py(t, cursor, name, first);
  return call_method_py(t, cursor, name, first, second);
}
const char* const kExecute = "execute";
const char* const kExecuteMany = "executemany";
const char* const kExecuteScript = "executescript";
Fallible<Value> execute(Thread& t, Connection* self, Value sql, Value parameters) {
  return hand_on_py<kExecute>(t, self, sql, parameters);
}
Fallible<Value> executemany(Thread& t, Connection* self, Value sql, Value parameters) {
  return hand_on_py<kExecuteMany>(t, self, sql, parameters);
}
Fallible<Value> executescript(Thread& t, Connection* self, Value script) {
  return hand_on_py<kExecuteScript>(t, self, script, Value::absent());
}

Fallible<Value> connection_call(Thread& t, Value v, const Arguments& arguments) {
  auto* self = as<Connection>(v);
  if (!self->initialized_) return raise_programming(t, "Base Connection.__init__ not called.");
  TRY(check_open(t, self));
  if (arguments.has_keywords()) return t.raise_type_error("Connection() takes no keyword arguments");
  if (arguments.positional != 1)
    return t.raise_type_error("function takes exactly 1 argument ({} given)", arguments.positional);
  if (!is<Str>(arguments[0]))
    return t.raise_type_error("argument 1 must be str, not {}", type_of(arguments[0])->name());
  return Value(TRY(make_statement(t, self, as<Str>(arguments[0]))));
}

Fallible<Value> iterdump_py(Thread& t, Connection* self, Value filter) {
  TRY(check_open(t, self));
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "sqlite3.dump"))));
  Value function = TRY(find_attribute_py(t, module, TRY(Str::intern_utf8(t, "_iterdump"))));
  if (function.is_absent()) return raise_operational(t, "Failed to obtain _iterdump() reference");
  Dict* keywords = TRY(Dict::make(t));
  TRY(keywords->set_name(t, TRY(Str::intern_utf8(t, "filter")), filter));
  return call_with_dict_py(t, function, TRY(Tuple::of(t, Value(self))), keywords);
}

// ---- Limits and settings. ----

Fallible<void> interrupt(Thread& t, Connection* self) {
  if (!self->initialized_) return raise_programming(t, "Base Connection.__init__ not called.");
  if (!self->is_open()) return raise_programming(t, "Cannot operate on a closed database.");
  sqlite3_interrupt(self->native_->db);
  return {};
}
// Limits that install_limits() lowers at times.
int* own_limit(NativeConnection* native, int category) {
  if (category == SQLITE_LIMIT_EXPR_DEPTH) return &native->expression_depth;
  return category == SQLITE_LIMIT_PARSER_DEPTH ? &native->parser_depth : nullptr;
}
Fallible<int64_t> set_limit(Thread& t, Connection* self, int category, int limit) {
  TRY(check_open(t, self));
  NativeConnection* native = self->native_;
  int* own = own_limit(native, category);
  if (own != nullptr) sqlite3_limit(native->db, category, *own);
  int old = sqlite3_limit(native->db, category, limit);
  if (old < 0) return raise_programming(t, "'category' is out of bounds");
  if (own != nullptr) *own = sqlite3_limit(native->db, category, -1);
  install_limits(t, native);
  return int64_t{old};
}
Fallible<int64_t> get_limit(Thread& t, Connection* self, int category) {
  TRY(check_open(t, self));
  int* own = own_limit(self->native_, category);
  int now = own != nullptr ? *own : sqlite3_limit(self->native_->db, category, -1);
  if (now < 0) return raise_programming(t, "'category' is out of bounds");
  return int64_t{now};
}
bool is_setting(int operation) {
  switch (operation) {
    case SQLITE_DBCONFIG_ENABLE_FKEY:
    case SQLITE_DBCONFIG_ENABLE_TRIGGER:
    case SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER:
    case SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION:
    case SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE:
    case SQLITE_DBCONFIG_ENABLE_QPSG:
    case SQLITE_DBCONFIG_TRIGGER_EQP:
    case SQLITE_DBCONFIG_RESET_DATABASE:
    case SQLITE_DBCONFIG_DEFENSIVE:
    case SQLITE_DBCONFIG_WRITABLE_SCHEMA:
    case SQLITE_DBCONFIG_LEGACY_ALTER_TABLE:
    case SQLITE_DBCONFIG_DQS_DML:
    case SQLITE_DBCONFIG_DQS_DDL:
    case SQLITE_DBCONFIG_ENABLE_VIEW:
    case SQLITE_DBCONFIG_LEGACY_FILE_FORMAT:
    case SQLITE_DBCONFIG_TRUSTED_SCHEMA: return true;
    default: return false;
  }
}
Fallible<void> set_config(Thread& t, Connection* self, int operation, bool enable) {
  TRY(check_open(t, self));
  if (!is_setting(operation)) return t.raise_value_error("unknown config 'op': {}", operation);
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  int actual = 0;
  int code = sqlite3_db_config(entry.db(), operation, enable ? 1 : 0, &actual);
  if (code != SQLITE_OK) return raise_library_error(t, entry.db(), code);
  if ((actual != 0) != enable) return raise_operational(t, "Unable to set config");
  return {};
}
Fallible<bool> get_config(Thread& t, Connection* self, int operation) {
  TRY(check_open(t, self));
  if (!is_setting(operation)) return t.raise_value_error("unknown config 'op': {}", operation);
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  int actual = 0;
  int code = sqlite3_db_config(entry.db(), operation, -1, &actual);
  if (code != SQLITE_OK) return raise_library_error(t, entry.db(), code);
  return actual != 0;
}

// ---- Attributes. ----

Fallible<Value> get_isolation_level(Thread& t, Value v) {
  TRY(check_open(t, as<Connection>(v)));
  return as<Connection>(v)->isolation_level_.get();
}
Fallible<void> set_isolation_level(Thread& t, Value v, Value level) {
  auto* self = as<Connection>(v);
  if (level.is_absent()) return t.raise(core.AttributeError, "cannot delete attribute");
  if (level.is_none()) {
    self->isolation_level_.set(self, level);
    // Leaving the implicit transactions commits the one that is open.
    return commit_py(t, self);
  }
  self->isolation_level_.set(self, TRY(isolation_level_of(t, level)));
  return {};
}
Fallible<Value> get_autocommit(Thread& t, Value v) {
  auto* self = as<Connection>(v);
  TRY(check_open(t, self));
  return self->autocommit_ == kLegacyAutocommit ? Value::from_small_int(kLegacyAutocommit)
                                                : Value::from_bool(self->autocommit_ == 1);
}
Fallible<void> set_autocommit(Thread& t, Value v, Value mode) {
  auto* self = as<Connection>(v);
  TRY(check_open(t, self));
  if (mode.is_absent()) return t.raise(core.AttributeError, "cannot delete autocommit attribute");
  int now = TRY(autocommit_of(t, mode));
  if (now == 1) {
    if (TRY(in_transaction_py(t, self))) TRY(execute_simply(t, self, "COMMIT"));
  } else if (now == 0) {
    if (!TRY(in_transaction_py(t, self))) TRY(execute_simply(t, self, "BEGIN"));
  }
  self->autocommit_ = now;
  return {};
}
Fallible<Value> get_in_transaction(Thread& t, Value v) {
  return Value::from_bool(TRY(in_transaction_py(t, as<Connection>(v))));
}
Fallible<Value> get_total_changes(Thread& t, Value v) {
  TRY(check_open(t, as<Connection>(v)));
  return make_int(t, sqlite3_total_changes(as<Connection>(v)->native_->db));
}
template <ValueField Connection::* kField>
Fallible<Value> get_field(Thread&, Value v) {
  return (as<Connection>(v)->*kField).get();
}
template <ValueField Connection::* kField>
Fallible<void> set_field(Thread& t, Value v, Value value) {
  if (value.is_absent())
    return t.raise(core.AttributeError, "cannot delete {} attribute",
                   kField == &Connection::row_factory_ ? "row_factory" : "text_factory");
  (as<Connection>(v)->*kField).set(as<Connection>(v), value);
  return {};
}
Fallible<Value> get_text_signature(Thread& t, Value) { return Value(TRY(Str::from_ascii(t, "(sql, /)"))); }
template <ErrorClass kClass>
Fallible<Value> get_error(Thread&, Value) {
  return Value(error_type(kClass));
}

constexpr NativeMethod kMethods[] = {
    {"backup", HOG_NATIVE(backup), "($self, /, target, *, pages=-1, progress=None, name='main', sleep=0.25)",
     "Copies the database into another connection's."},
    {"blobopen", HOG_NATIVE(open_blob), "($self, table, column, rowid, /, *, readonly=False, name='main')",
     "Opens a value to read and write within it."},
    {"close", HOG_NATIVE(close_py), "($self, /)", "Closes the database; an open transaction is lost."},
    {"commit", HOG_NATIVE(commit_py), "($self, /)", "Ends the transaction."},
    {"create_aggregate", HOG_RAW(create_aggregate), "($self, /, name, n_arg, aggregate_class)",
     "Makes an aggregate function."},
    {"create_collation", HOG_NATIVE(create_collation), "($self, name, callback, /)", "Makes an order of texts."},
    {"create_function", HOG_RAW(create_function), "($self, /, name, narg, func, *, deterministic=False)",
     "Makes a function."},
    {"create_window_function", HOG_NATIVE(create_window_function), "($self, name, num_params, aggregate_class, /)",
     "Makes an aggregate window function."},
    {"cursor", HOG_NATIVE(make_cursor_py), "($self, /, factory=<unrepresentable>)", "A cursor."},
    {"deserialize", HOG_NATIVE(deserialize), "($self, data, /, *, name='main')", "Makes a database of bytes."},
    {"execute", HOG_NATIVE(execute), "($self, sql, parameters=<unrepresentable>, /)",
     "Executes one statement in a new cursor."},
    {"executemany", HOG_NATIVE(executemany), "($self, sql, parameters, /)",
     "Executes one statement often in a new cursor."},
    {"executescript", HOG_NATIVE(executescript), "($self, sql_script, /)",
     "Executes several statements in a new cursor."},
    {"getconfig", HOG_NATIVE(get_config), "($self, op, /)", "A setting."},
    {"getlimit", HOG_NATIVE(get_limit), "($self, category, /)", "A limit."},
    {"interrupt", HOG_NATIVE(interrupt), "($self, /)", "Ends what is being executed."},
    {"iterdump", HOG_NATIVE(iterdump_py), "($self, /, *, filter=None)", "The database as statements."},
    {"rollback", HOG_NATIVE(rollback_py), "($self, /)", "Undoes the transaction."},
    {"serialize", HOG_NATIVE(serialize), "($self, /, *, name='main')", "The database as bytes."},
    {"set_authorizer", HOG_RAW(set_authorizer), "($self, /, authorizer_callback)",
     "Sets who is asked what a statement may do."},
    {"set_progress_handler", HOG_RAW(set_progress_handler), "($self, /, progress_handler, n)",
     "Sets what is called in the midst of long work."},
    {"set_trace_callback", HOG_RAW(set_trace_callback), "($self, /, trace_callback)",
     "Sets who is told of each statement."},
    {"setconfig", HOG_NATIVE(set_config), "($self, op, enable=True, /)", "Changes a setting."},
    {"setlimit", HOG_NATIVE(set_limit), "($self, category, limit, /)", "Changes a limit; answers the old one."},
    {"__enter__", HOG_NATIVE(enter), "($self, /)", "The connection."},
    {"__exit__", HOG_NATIVE(exit), "($self, type, value, traceback, /)", "Commits, or rolls back after an exception."},
    {}};
constexpr GetSet kGetSets[] = {
    {"isolation_level", get_isolation_level, set_isolation_level, nullptr},
    {"autocommit", get_autocommit, set_autocommit, nullptr},
    {"in_transaction", get_in_transaction, nullptr, nullptr},
    {"total_changes", get_total_changes, nullptr, nullptr},
    {"row_factory", get_field<&Connection::row_factory_>, set_field<&Connection::row_factory_>, nullptr},
    {"text_factory", get_field<&Connection::text_factory_>, set_field<&Connection::text_factory_>, nullptr},
    {"__text_signature__", get_text_signature, nullptr, nullptr},
#define HOG_ERROR(name) {#name, get_error<ErrorClass::name>, nullptr, nullptr}
    HOG_ERROR(Warning),
    HOG_ERROR(Error),
    HOG_ERROR(InterfaceError),
    HOG_ERROR(DatabaseError),
    HOG_ERROR(DataError),
    HOG_ERROR(OperationalError),
    HOG_ERROR(IntegrityError),
    HOG_ERROR(InternalError),
    HOG_ERROR(ProgrammingError),
    HOG_ERROR(NotSupportedError),
#undef HOG_ERROR
    {}};

}  // namespace

// The rows that bind keyword arguments of connection_callbacks.cpp belong to the type, too.
extern const TypeSpec kConnectionSpec;
const TypeSpec kConnectionSpec = {
    .name = "sqlite3.Connection",
    .doc = "A database.",
    .layout = &Connection::kLayout,
    .flags = type_flag::kBaseType | type_flag::kHasFinalizer,
    .slots = {.call = connection_call, .init = connection_init, .new_ = connection_new, .finalize = finalize},
    .methods = kMethods,
    .getsets = kGetSets,
    .constructors = kConstructors};

}  // namespace hog::sqlite
