// cursor.cpp: Cursor: executing statements and fetching rows. Invariant: while locked_, Python runs in the midst of the cursor's own work,
// and every method refuses. What stands in statement_ is busy (it has rows left) whenever Python is not in the cursor.
// Ref: library/sqlite3 "Cursor objects"; PEP 249.
#include <cstddef>
#include <cstring>

#include "modules/sqlite/sqlite.hpp"
#include "object/bytes_objects.hpp"
#include "object/codecs.hpp"
#include "types/container_support.hpp"

namespace hog::sqlite {

Type* cursor_type;

const Layout Cursor::kLayout = {
    .name = "Cursor",
    .trace =
        [](Cell* cell, Marker& marker) {
          auto* self = static_cast<Cursor*>(cell);
          marker.visit(self->connection_.get());
          marker.visit(self->statement_.get());
          marker.visit(self->converters_.get());
          marker.visit(self->first_row_.get());
          for (ValueField* field : {&self->description_, &self->row_factory_, &self->last_row_id_})
            marker.visit_word(field->get().raw());
        },
    .destroy =
        [](Cell* cell) {
          Resource* rows = static_cast<Cursor*>(cell)->rows_;
          if (rows == nullptr) return;
          Turn turn(rows->owner->heap, nullptr, rows->owner);
          stop_using(rows);
        },
    .base_size = sizeof(Cursor)};

namespace {

Fallible<void> check(Thread& t, Cursor* self) {
  if (!self->initialized_) return raise_programming(t, "Base Cursor.__init__ not called.");
  if (self->closed_) return raise_programming(t, "Cannot operate on a closed cursor.");
  TRY(check_open(t, self->connection_.get()));
  if (self->locked_) return raise_programming(t, "Recursive use of cursors not allowed.");
  return {};
}

// For the time of the cursor's own work.
class Locked {
 public:
  explicit Locked(Cursor* cursor) : cursor_(cursor) { cursor->locked_ = true; }
  ~Locked() { cursor_->locked_ = false; }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  Cursor* cursor_;
};

void reset(Statement* statement) {
  if (statement != nullptr && statement->handle() != nullptr) sqlite3_reset(statement->handle());
}
void take(Cursor* self, Statement* statement) {
  self->statement_.set(self, statement);
  self->rows_ = statement->native_;
  ++statement->native_->references;
}
// In an Entry.
void leave_statement(Cursor* self) {
  self->statement_.clear();
  Resource* rows = self->rows_;
  self->rows_ = nullptr;
  if (rows != nullptr) abandon(rows);
}
void let_go(Cursor* self) {
  self->first_row_.clear();
  reset(self->statement_.get());
  leave_statement(self);
}

// ---- Rows. ----

Fallible<Value> find_converter_py(Thread& t, Connection* connection, const char* name, size_t length) {
  Bytes* upper = TRY(Bytes::from(t, name, length));
  for (size_t i = 0; i < length; ++i) {
    uint8_t& c = upper->mutable_data()[i];
    if (c >= 'a' && c <= 'z') c = static_cast<uint8_t>(c - 32);
  }
  Str* key = TRY(Str::from_utf8(t, upper->view()));
  return connection->state_->converters_->get_py(t, Value(key));
}

Fallible<void> find_converters_py(Thread& t, Cursor* self) {
  Connection* connection = self->connection_.get();
  self->converters_.clear();
  if (connection->detect_types_ == 0) return {};
  sqlite3_stmt* handle = self->statement_->handle();
  int count = sqlite3_column_count(handle);
  List* list = TRY(List::make(t, static_cast<size_t>(count)));
  for (int i = 0; i < count; ++i) {
    Value converter = Value::absent();
    if ((connection->detect_types_ & kParseColumnNames) != 0) {
      const char* name = sqlite3_column_name(handle, i);
      const char* start = name == nullptr ? nullptr : std::strchr(name, '[');
      const char* end = start == nullptr ? nullptr : std::strchr(start, ']');
      if (end != nullptr)
        converter = TRY(find_converter_py(t, connection, start + 1, static_cast<size_t>(end - start - 1)));
    }
    if (converter.is_absent() && (connection->detect_types_ & kParseDeclaredTypes) != 0) {
      const char* type = sqlite3_column_decltype(handle, i);
      if (type != nullptr) {
        size_t length = 0;
        while (type[length] != 0 && type[length] != ' ' && type[length] != '(') ++length;
        converter = TRY(find_converter_py(t, connection, type, length));
      }
    }
    TRY(list->append(t, converter.is_absent() ? Value::none() : converter));
  }
  self->converters_.set(self, list);
  return {};
}

Fallible<Value> column_name_py(Thread& t, Connection* connection, const char* name) {
  size_t length = std::strlen(name);
  if ((connection->detect_types_ & kParseColumnNames) != 0) {
    for (size_t i = 0; i < length; ++i)
      if (name[i] == '[') {
        length = i > 0 && name[i - 1] == ' ' ? i - 1 : i;
        break;
      }
  }
  return Value(TRY(codecs::decode_utf8_py(t, codecs::Input(name, length), nullptr)));
}

Fallible<void> describe_py(Thread& t, Cursor* self) {
  sqlite3_stmt* handle = self->statement_->handle();
  int count = sqlite3_column_count(handle);
  if (count == 0) return {};
  Tuple* description = TRY(Tuple::make(t, static_cast<size_t>(count)));
  for (int i = 0; i < count; ++i) {
    const char* name = sqlite3_column_name(handle, i);
    if (name == nullptr) return t.raise_memory_error();
    Tuple* column = TRY(Tuple::make(t, 7));
    column->initialize(0, TRY(column_name_py(t, self->connection_.get(), name)));
    for (size_t k = 1; k < 7; ++k) column->initialize(k, Value::none());
    description->initialize(static_cast<size_t>(i), Value(column));
  }
  self->description_.set(self, Value(description));
  return {};
}

Fallible<Value> text_column_py(Thread& t, Cursor* self, sqlite3_stmt* handle, int i) {
  const auto* text = sqlite3_column_text(handle, i);
  auto size = static_cast<size_t>(sqlite3_column_bytes(handle, i));
  if (text == nullptr) return t.raise_memory_error();
  Value factory = self->connection_->text_factory_.get();
  if (factory == Value(core.str)) {
    Fallible<Str*> decoded = codecs::decode_utf8_py(t, codecs::Input(text, size), nullptr);
    if (!decoded.failed()) return Value(decoded.get());
    if (!clear_exception_if(t, core.UnicodeDecodeError)) return Failure{};
    Str* name = TRY(Str::from_utf8(t, sqlite3_column_name(handle, i)));
    Str* shown = TRY(codecs::decode_utf8_py(t, codecs::Input(text, std::strlen(reinterpret_cast<const char*>(text))),
                                            TRY(Str::intern_utf8(t, "replace"))));
    return raise_operational(t, "Could not decode to UTF-8 column '{}' with text '{}'", name, shown);
  }
  if (factory == Value(core.bytes)) return Value(TRY(Bytes::from(t, text, size)));
  if (factory == Value(core.bytearray)) return Value(TRY(ByteArrayObject::from(t, text, size)));
  Value bytes(TRY(Bytes::from(t, text, size)));
  return call_py(t, factory, bytes);
}

Fallible<Value> blob_column(Thread& t, sqlite3_stmt* handle, int i) {
  const void* data = sqlite3_column_blob(handle, i);
  auto size = static_cast<size_t>(sqlite3_column_bytes(handle, i));
  if (data == nullptr && size != 0) return t.raise_memory_error();
  return Value(TRY(Bytes::from(t, data, size)));
}

Fallible<Value> column_py(Thread& t, Cursor* self, sqlite3_stmt* handle, int i) {
  List* converters = self->converters_.get();
  int type = sqlite3_column_type(handle, i);
  if (converters != nullptr && static_cast<size_t>(i) < converters->length() &&
      !converters->at(static_cast<size_t>(i)).is_none()) {
    Value converter = converters->at(static_cast<size_t>(i));
    if (type == SQLITE_NULL) return Value::none();
    if (sqlite3_column_blob(handle, i) == nullptr) return Value::none();  // also for one without a byte
    Value bytes = TRY(blob_column(t, handle, i));
    return call_py(t, converter, bytes);
  }
  switch (type) {
    case SQLITE_INTEGER: return make_int(t, sqlite3_column_int64(handle, i));
    case SQLITE_FLOAT: return make_float(t, sqlite3_column_double(handle, i));
    case SQLITE_TEXT: return text_column_py(t, self, handle, i);
    case SQLITE_BLOB: return blob_column(t, handle, i);
    default: return Value::none();
  }
}

// In an Entry: the statement stays as it is, whatever converters do.
Fallible<Value> fetch_row_py(Thread& t, Cursor* self, Statement* statement) {
  int count = sqlite3_data_count(statement->handle());
  Tuple* row = TRY(Tuple::make(t, static_cast<size_t>(count)));
  for (int i = 0; i < count; ++i) {
    if (statement->handle() == nullptr) return raise_programming(t, "Cannot operate on a closed database.");
    row->initialize(static_cast<size_t>(i), TRY(column_py(t, self, statement->handle(), i)));
  }
  return Value(row);
}

// ---- Executing. ----

Fallible<void> begin_transaction(Thread& t, Connection* connection, sqlite3* db) {
  Value level = connection->isolation_level_.get();
  if (connection->autocommit_ != kLegacyAutocommit || level.is_none() || !sqlite3_get_autocommit(db)) return {};
  constexpr struct {
    const char *level, *sql;
  } kBegin[] = {{"", "BEGIN "},
                {"DEFERRED", "BEGIN DEFERRED"},
                {"IMMEDIATE", "BEGIN IMMEDIATE"},
                {"EXCLUSIVE", "BEGIN EXCLUSIVE"}};
  for (const auto& b : kBegin)
    if (as<Str>(level)->equals_ascii(b.level)) return execute_simply(t, connection, b.sql);
  return {};
}

// One step, again after a collection where only statements of dead cursors stood in the way.
int step(Thread& t, sqlite3_stmt* handle) {
  if (handle == nullptr) return SQLITE_DONE;  // nothing but blanks and comments
  int code = sqlite3_step(handle);
  if (code != SQLITE_LOCKED && code != SQLITE_BUSY) return code;
  if (failed(t) || !collect_statements(t)) return code;
  sqlite3_reset(handle);
  return sqlite3_step(handle);
}

struct Execution {
  Thread& t;
  Cursor* self;
  Connection* connection;
  sqlite3* db;
  bool many;

  Fallible<void> run_once_py(Value parameters) {
    Statement* statement = self->statement_.get();
    sqlite3_stmt* handle = statement->handle();
    TRY(bind_parameters_py(t, connection, statement, parameters));
    if (handle != nullptr) TRY(t.poll(32));
    int code = step(t, handle);
    if (failed(t)) return Failure{};
    if (code != SQLITE_DONE && code != SQLITE_ROW) return raise_library_error(t, db);
    if (handle == nullptr) return {};
    TRY(find_converters_py(t, self));
    if (self->description_.get().is_none()) TRY(describe_py(t, self));
    if (code == SQLITE_DONE) {
      if (statement->changes_data_) self->row_count_ += sqlite3_changes(db);
      reset(statement);
    } else if (!many && !sqlite3_stmt_readonly(handle)) {
      return read_ahead_py(statement);
    }
    return {};
  }

  // A statement that writes and has one row more to say (RETURNING, PRAGMA) is not over, and nothing is committed, before it has said it.
  // Whoever drops the cursor would have it wait for a collection: so the first row is read now, and the statement ended when it was all.
  Fallible<void> read_ahead_py(Statement* statement) {
    Value row = TRY(fetch_row_py(t, self, statement));
    int code = sqlite3_step(statement->handle());
    if (failed(t)) return Failure{};
    if (code != SQLITE_DONE && code != SQLITE_ROW) return raise_library_error(t, db);
    self->final_count_ = -1;
    if (code == SQLITE_DONE) {
      if (statement->changes_data_) self->final_count_ = sqlite3_changes(db);
      let_go(self);
    }
    self->first_row_.set(self, as<Tuple>(row));
    return {};
  }

  Fallible<void> run_py(Str* sql, Value parameters) {
    self->description_.set(self, Value::none());
    let_go(self);
    Statement* statement = TRY(cached_statement(t, connection, sql));
    if (statement->handle() != nullptr && sqlite3_stmt_busy(statement->handle()))
      statement = TRY(make_statement(t, connection, sql));
    reset(statement);
    take(self, statement);
    if (many &&
        (statement->handle() == nullptr || (sqlite3_stmt_readonly(statement->handle()) && !statement->changes_data_)))
      return raise_programming(t, "executemany() can only execute DML statements.");
    self->row_count_ = statement->changes_data_ ? 0 : -1;
    if (statement->changes_data_) TRY(begin_transaction(t, connection, db));
    if (!many) return run_once_py(parameters);
    return for_each_py(t, parameters, [&](Value set) -> Fallible<bool> {
      if (self->statement_.get() != statement) return raise_programming(t, "Recursive use of cursors not allowed.");
      reset(statement);
      TRY(run_once_py(set));
      return true;
    });
  }
};

Fallible<Value> query_py(Thread& t, Cursor* self, Str* sql, Value parameters, bool many) {
  TRY(check(t, self));
  Connection* connection = self->connection_.get();
  // An iterable that is none fails before anything happens.
  if (many && !is<List>(parameters) && !is<Tuple>(parameters)) parameters = TRY(iter_py(t, parameters));
  Entry entry(t, connection->native_);
  TRY(entry.acquire());
  TRY(check(t, self));
  Locked locked(self);
  Execution execution{t, self, connection, entry.db(), many};
  Fallible<void> done = execution.run_py(sql, parameters);
  if (!done.failed() && !many) self->last_row_id_.set(self, TRY(make_int(t, sqlite3_last_insert_rowid(entry.db()))));
  if (done.failed()) {
    let_go(self);
    self->row_count_ = -1;
    return Failure{};
  }
  Statement* statement = self->statement_.get();
  if (statement != nullptr && !self->first_row_ &&
      (statement->handle() == nullptr || !sqlite3_stmt_busy(statement->handle())))
    leave_statement(self);
  return Value(self);
}

Fallible<Value> execute(Thread& t, Cursor* self, Value sql, Value parameters) {
  if (!is<Str>(sql)) return t.raise_type_error("execute() argument 1 must be str, not {}", type_of(sql));
  return query_py(t, self, as<Str>(sql), parameters.is_absent() ? Value(empty_tuple()) : parameters, false);
}
Fallible<Value> executemany(Thread& t, Cursor* self, Value sql, Value parameters) {
  if (!is<Str>(sql)) return t.raise_type_error("executemany() argument 1 must be str, not {}", type_of(sql));
  return query_py(t, self, as<Str>(sql), parameters, true);
}

Fallible<Value> executescript(Thread& t, Cursor* self, Value script) {
  if (!is<Str>(script))
    return t.raise_type_error("executescript() argument must be str, not {}", type_of(script)->name());
  TRY(check(t, self));
  Text text(t);
  TRY(text.open(as<Str>(script)));
  Connection* connection = self->connection_.get();
  Entry entry(t, connection->native_);
  TRY(entry.acquire());
  TRY(check(t, self));
  size_t longest = static_cast<size_t>(sqlite3_limit(entry.db(), SQLITE_LIMIT_SQL_LENGTH, -1));
  if (text.length() > longest) return t.raise(error_type(ErrorClass::DataError), "query string is too large");
  if (connection->autocommit_ == kLegacyAutocommit && !sqlite3_get_autocommit(entry.db()))
    TRY(execute_simply(t, connection, "COMMIT"));
  Locked locked(self);
  install_limits(t, connection->native_);
  for (const char* at = text.get(); *at != 0;) {
    sqlite3_stmt* handle = nullptr;
    const char* tail = nullptr;
    int code = sqlite3_prepare_v2(entry.db(), at, -1, &handle, &tail);
    if (failed(t)) {
      sqlite3_finalize(handle);
      return Failure{};
    }
    if (code != SQLITE_OK) return raise_library_error(t, entry.db());
    if (handle != nullptr) {
      do code = step(t, handle);
      while (code == SQLITE_ROW && !failed(t));
      if (failed(t)) {
        sqlite3_finalize(handle);
        return Failure{};
      }
      code = sqlite3_finalize(handle);
      if (failed(t)) return Failure{};
      if (code != SQLITE_OK) return raise_library_error(t, entry.db());
    }
    at = tail;
    TRY(t.poll(32));
  }
  return Value(self);
}

// ---- Fetching. ----

Fallible<Value> next_row_py(Thread& t, Cursor* self) {
  TRY(check(t, self));
  if (self->first_row_) {
    Value first(self->first_row_.get());
    self->first_row_.clear();
    if (self->final_count_ >= 0) self->row_count_ = self->final_count_;
    Value factory = self->row_factory_.get();
    return factory.is_none() ? Fallible<Value>(first) : call_py(t, factory, Value(self), first);
  }
  if (!self->statement_) return Value::absent();
  // The statement's own connection, which after a second __init__ is not the object's.
  Entry entry(t, self->statement_->native_->owner);
  TRY(entry.acquire());
  TRY(check(t, self));
  Statement* statement = self->statement_.get();
  if (statement == nullptr) return Value::absent();
  if (statement->handle() == nullptr || sqlite3_data_count(statement->handle()) == 0) {
    let_go(self);
    return Value::absent();
  }
  Value row;
  {
    Locked locked(self);
    Fallible<Value> fetched = fetch_row_py(t, self, statement);
    if (fetched.failed()) {
      let_go(self);
      return Failure{};
    }
    row = fetched.get();
    int code = statement->handle() == nullptr ? SQLITE_DONE : sqlite3_step(statement->handle());
    if (failed(t)) {
      let_go(self);
      return Failure{};
    }
    if (code == SQLITE_DONE) {
      if (statement->changes_data_) self->row_count_ = sqlite3_changes(entry.db());
      let_go(self);
    } else if (code != SQLITE_ROW) {
      Failure failure = raise_library_error(t, entry.db());
      let_go(self);
      return failure;
    }
  }
  Value factory = self->row_factory_.get();
  if (factory.is_none() || factory.is_empty()) return row;
  return call_py(t, factory, Value(self), row);
}
Fallible<Value> cursor_next(Thread& t, Value self) { return next_row_py(t, as<Cursor>(self)); }
Fallible<Value> fetchone(Thread& t, Cursor* self) {
  Value row = TRY(next_row_py(t, self));
  return row.is_absent() ? Value::none() : row;
}
Fallible<Value> fetch_py(Thread& t, Cursor* self, int64_t most) {
  List* rows = TRY(List::make(t));
  while (most < 0 || static_cast<int64_t>(rows->length()) < most) {
    TRY(t.poll());
    Value row = TRY(next_py(t, Value(self)));
    if (row.is_absent()) break;
    TRY(rows->append(t, row));
  }
  return Value(rows);
}
Fallible<Value> fetchall(Thread& t, Cursor* self) { return fetch_py(t, self, -1); }
Fallible<int64_t> uint32_py(Thread& t, Value v) {
  Value number = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(number);
  if (n.overflow < 0 || (n.overflow == 0 && n.value < 0)) return t.raise_value_error("Cannot convert negative int");
  if (n.overflow > 0 || n.value > int64_t{UINT32_MAX})
    return t.raise(core.OverflowError, "Python int too large for C uint32_t");
  return n.value;
}
Fallible<Value> fetchmany(Thread& t, Cursor* self, Value size) {
  int64_t most = size.is_absent() ? self->array_size_ : TRY(uint32_py(t, size));
  TRY(check(t, self));
  return fetch_py(t, self, most);
}

Fallible<void> close(Thread& t, Cursor* self) {
  if (!self->initialized_) return raise_programming(t, "Base Cursor.__init__ not called.");
  if (self->locked_) return raise_programming(t, "Recursive use of cursors not allowed.");
  TRY(check_open(t, self->connection_.get()));
  if (self->statement_) {
    Entry entry(t, self->statement_->native_->owner);
    TRY(entry.acquire());
    if (self->statement_) let_go(self);
  }
  self->first_row_.clear();
  self->closed_ = true;
  return {};
}
Fallible<void> ignore_one(Thread&, Cursor*, Value) { return {}; }
Fallible<void> ignore_two(Thread&, Cursor*, Value, Value) { return {}; }

// ---- Attributes. ----

Fallible<Value> cursor_new(Thread& t, Type* type, const Arguments&) {
  auto* self = static_cast<Cursor*>(TRY(new_instance(t, type)));
  self->description_.set(self, Value::none());
  self->row_factory_.set(self, Value::none());
  self->last_row_id_.set(self, Value::none());
  return Value(self);
}
Fallible<void> cursor_start(Thread& t, Cursor* self, Connection* connection) {
  if (self->locked_) return raise_programming(t, "Recursive use of cursors not allowed.");
  if (self->statement_) {
    Entry entry(t, self->statement_->native_->owner);
    TRY(entry.acquire());
    if (self->statement_) let_go(self);
  }
  self->connection_.set(self, connection);
  self->first_row_.clear();
  self->converters_.clear();
  self->description_.set(self, Value::none());
  self->last_row_id_.set(self, Value::none());
  self->row_factory_.set(self, Value::none());
  self->array_size_ = 1;
  self->row_count_ = -1;
  self->closed_ = false;
  TRY(check_thread(t, connection));
  self->initialized_ = true;
  return {};
}
constexpr NativeMethod kConstructors[] = {{"Cursor", HOG_NATIVE(cursor_start), "($self, connection, /)", "A cursor."},
                                          {}};
Fallible<void> cursor_init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}
Fallible<Value> get_connection(Thread&, Value self) {
  Connection* connection = as<Cursor>(self)->connection_.get();
  return connection == nullptr ? Value::none() : Value(connection);
}
Fallible<Value> get_row_count(Thread& t, Value self) { return make_int(t, as<Cursor>(self)->row_count_); }
Fallible<Value> get_array_size(Thread& t, Value self) { return make_int(t, as<Cursor>(self)->array_size_); }
Fallible<void> set_array_size(Thread& t, Value self, Value value) {
  if (value.is_absent())
    return t.raise(core.AttributeError, "attribute 'arraysize' of 'sqlite3.Cursor' objects cannot be deleted");
  as<Cursor>(self)->array_size_ = TRY(uint32_py(t, value));
  return {};
}
Fallible<Value> get_row_factory(Thread&, Value self) { return as<Cursor>(self)->row_factory_.get(); }
Fallible<void> set_row_factory(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise(core.AttributeError, "cannot delete row_factory attribute");
  as<Cursor>(self)->row_factory_.set(as<Cursor>(self), value);
  return {};
}

constexpr NativeMethod kMethods[] = {
    {"close", HOG_NATIVE(close), "($self, /)", "Closes the cursor."},
    {"execute", HOG_NATIVE(execute), "($self, sql, parameters=(), /)", "Executes one statement."},
    {"executemany", HOG_NATIVE(executemany), "($self, sql, seq_of_parameters, /)",
     "Executes one statement for each set of parameters."},
    {"executescript", HOG_NATIVE(executescript), "($self, sql_script, /)", "Executes several statements."},
    {"fetchall", HOG_NATIVE(fetchall), "($self, /)", "All rows that are left."},
    {"fetchmany", HOG_NATIVE(fetchmany), "($self, /, size=<unrepresentable>)", "Some of the rows that are left."},
    {"fetchone", HOG_NATIVE(fetchone), "($self, /)", "The next row."},
    {"setinputsizes", HOG_NATIVE(ignore_one), "($self, sizes, /)", "Does nothing."},
    {"setoutputsize", HOG_NATIVE(ignore_two), "($self, size, column=None, /)", "Does nothing."},
    {}};
constexpr GetSet kGetSets[] = {{"connection", get_connection, nullptr, nullptr},
                               {"rowcount", get_row_count, nullptr, nullptr},
                               {"arraysize", get_array_size, set_array_size, nullptr},
                               {"row_factory", get_row_factory, set_row_factory, nullptr},
                               {}};
constexpr Member kMembers[] = {
    {"description", offsetof(Cursor, description_), Member::Kind::ReadOnlyObjectOrNone, nullptr},
    {"lastrowid", offsetof(Cursor, last_row_id_), Member::Kind::ReadOnlyObjectOrNone, nullptr},
    {}};

}  // namespace

const TypeSpec kCursorSpec = {
    .name = "sqlite3.Cursor",
    .doc = "Executes statements and walks over their rows.",
    .layout = &Cursor::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
    .slots = {.iter = iterator_self, .next = cursor_next, .init = cursor_init, .new_ = cursor_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
    .constructors = kConstructors};

}  // namespace hog::sqlite
