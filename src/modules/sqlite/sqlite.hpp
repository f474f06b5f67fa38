// sqlite.hpp: what the files of `_sqlite3` share.
//
// Rules:
//  1. The library is called in a Turn only: it tells the library's hooks (memory, files, time, budget) whose isolate is at work on this
//     native thread. Whoever works on a connection makes an Entry, which is a Turn and keeps other threads out of that connection.
//  2. A call of the library may run Python: callbacks, and the poll of the progress handler. What a callback leaves pending (an exception
//     where the budget ends, a termination) is asked for after each call: failed().
//  3. What the library holds is a NativeConnection's: statements and blobs in its list. A cell that dies in the midst of a call only marks
//     its resource; close() in the midst of a call takes effect at its end. So no cell, in whatever order they die, leaves anything behind.
//  4. The library keeps pointers to Callback cells only while the Connection keeps them alive (its list of callbacks); without a thread in
//     the Turn (cells are being swept) they are not looked at.
#pragma once

#include <sqlite3_names.h>

#include <sqlite3.h>

#include "modules/compression/library_memory.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::sqlite {

class Connection;
class Callback;
class ModuleState;
struct NativeConnection;

// ---- library.cpp ----

struct Resource {
  enum class Kind : uint8_t { Statement, Blob };
  NativeConnection* owner;
  Resource *next, *previous;
  void* handle;  // sqlite3_stmt*, sqlite3_blob*; null: finished
  Kind kind;
  uint32_t references;  // cells: the Statement or Blob, and the Cursor that walks over a statement's rows
  bool reset_due;       // that cursor is gone
  sqlite3_stmt* statement() const { return static_cast<sqlite3_stmt*>(handle); }
  sqlite3_blob* blob() const { return static_cast<sqlite3_blob*>(handle); }
};

struct LockTable;  // file_system.cpp

struct NativeConnection {
  sqlite3* db;  // null: closed
  Heap* heap;
  size_t references;  // the cell, resources, entries
  size_t active;      // entries
  Thread* owner;      // who has entered
  Resource* resources;
  LockTable* locks;
  bool closing, has_orphans;
  // The user's progress handler: after so many steps.
  Callback* progress;
  int progress_every, progress_left, step;
  int expression_depth, parser_depth;  // the program's limits; the library's are lower while the native stack is short
  int64_t busy_started;
  double timeout;
};

Fallible<NativeConnection*> new_native_connection(Thread& t);
void release(NativeConnection* native);
// The cell is done with it. Closes at once, or when the last entry ends.
void close_native(NativeConnection* native);
Fallible<Resource*> new_resource(Thread& t, NativeConnection* owner, Resource::Kind kind);
void finish(Resource* resource);      // finalizes; the resource stays
void abandon(Resource* resource);     // a cell that had it is gone
void stop_using(Resource* resource);  // the same for a cursor: whoever executes the statement next finds it at rest

class Turn {
 public:
  Turn(Heap* heap, Thread* thread, NativeConnection* native = nullptr);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  static Turn* current();
  // Whose Python may run: null while cells are swept, after a termination and with an exception pending.
  Thread* python_thread() const;

  Heap* heap;
  Thread* thread;  // null: cells are being swept
  NativeConnection* native;

 private:
  Turn* outer_;
};

class Entry {
 public:
  Entry(Thread& t, NativeConnection* native);
  ~Entry();
  // Waits while another thread works on the connection; RecursionError when the native stack is too short for the library.
  Fallible<void> acquire();
  sqlite3* db() const { return native_->db; }

 private:
  Turn turn_;
  NativeConnection* native_;
  bool held_ = false;
};

Fallible<void> initialize_library(Thread& t);
// After a call of the library: something is pending that goes before its own error.
inline bool failed(Thread& t) { return t.terminated() || t.has_exception(); }
void install_progress(NativeConnection* native);
void install_limits(Thread& t, NativeConnection* native);

// ---- file_system.cpp ----
void register_file_system();
LockTable* new_lock_table(Heap* heap);
void hold(LockTable* table);
void release(LockTable* table);

// ---- errors.cpp ----
enum class ErrorClass : uint8_t {
  Warning,
  Error,
  InterfaceError,
  DatabaseError,
  InternalError,
  OperationalError,
  ProgrammingError,
  IntegrityError,
  DataError,
  NotSupportedError,
  kCount
};
extern Type* error_types[static_cast<size_t>(ErrorClass::kCount)];
inline Type* error_type(ErrorClass c) { return error_types[static_cast<size_t>(c)]; }
template <typename... A>
Failure raise_programming(Thread& t, const char* format, const A&... arguments) {
  return t.raise(error_type(ErrorClass::ProgrammingError), format, arguments...);
}
template <typename... A>
Failure raise_operational(Thread& t, const char* format, const A&... arguments) {
  return t.raise(error_type(ErrorClass::OperationalError), format, arguments...);
}
// The library's error `code` of a call on `db`, unless something else is pending already.
Failure raise_library_error(Thread& t, sqlite3* db, int code);
inline Failure raise_library_error(Thread& t, sqlite3* db) {
  return raise_library_error(t, db, sqlite3_extended_errcode(db));
}
const char* error_name(int code);
Fallible<void> add_error_constants(Thread& t, Module* module);

// ---- The cells. ----

class Callback : public Cell {
 public:
  static const Layout kLayout;
  Field<Callback> next_, previous_;  // of the connection
  Field<Connection> connection_;
  ValueField callable_;
};

class ModuleState : public Cell {
 public:
  static const Layout kLayout;
  Field<Dict> adapters_, converters_;
  LockTable* locks_;
  bool base_types_adapted_, tracebacks_;
};

constexpr int kLegacyAutocommit = -1;
constexpr int kParseDeclaredTypes = 1, kParseColumnNames = 2;

class Connection : public Cell {
 public:
  static const Layout kLayout;
  NativeConnection* native_;  // null: __init__ was not called
  Field<ModuleState> state_;
  Field<Dict> cache_;          // text -> Statement, oldest first
  Field<Callback> callbacks_;  // all that the library knows of
  Field<Callback> authorizer_, progress_, trace_;
  Field<List> aggregates_;      // instances at work; the library knows their places
  ValueField isolation_level_;  // str or None
  ValueField row_factory_, text_factory_;
  int64_t cache_limit_;
  int64_t detect_types_;
  int autocommit_;
  uint64_t thread_serial_, thread_id_;
  bool check_same_thread_, initialized_;

  bool is_open() const { return native_ != nullptr && native_->db != nullptr && !native_->closing; }
};

class Statement : public Cell {
 public:
  static const Layout kLayout;
  Resource* native_;
  bool changes_data_;  // INSERT, UPDATE, DELETE, REPLACE
  sqlite3_stmt* handle() const { return native_ == nullptr ? nullptr : native_->statement(); }
};

class Cursor : public Cell {
 public:
  static const Layout kLayout;
  Field<Connection> connection_;
  ValueField description_, row_factory_, last_row_id_;
  Field<Tuple> first_row_;  // of a statement that writes, read ahead
  int64_t final_count_;     // row_count_ once that row was fetched; -1: as it is
  Field<Statement> statement_;
  Resource* rows_;          // statement_'s, as long as that is set
  Field<List> converters_;  // of the columns; null: none
  int64_t array_size_, row_count_;
  bool initialized_, closed_, locked_;
};

class Row : public Cell {
 public:
  static const Layout kLayout;
  Field<Tuple> data_;
  ValueField description_;
};

class Blob : public Cell {
 public:
  static const Layout kLayout;
  Field<Connection> connection_;
  Resource* native_;
  int64_t position_;
};

extern Type *connection_type, *cursor_type, *statement_type, *row_type, *blob_type, *callback_type, *state_type,
    *prepare_protocol_type;
extern const TypeSpec kConnectionSpec, kCursorSpec, kStatementSpec, kRowSpec, kBlobSpec;

// ---- connection.cpp ----
Fallible<void> check_thread(Thread& t, Connection* self);
Fallible<void> check_open(Thread& t, Connection* self);                       // and the thread
Fallible<void> execute_simply(Thread& t, Connection* self, const char* sql);  // in an Entry of its own
// Statements of cursors that nobody refers to any more still hold locks until a collection finds them. True: try again.
bool collect_statements(Thread& t);
// ---- connection_callbacks.cpp ----
extern const NativeMethod kCallbackRows[];  // for the binding of keyword arguments
Fallible<Value> create_function(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> create_aggregate(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> set_authorizer(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> set_progress_handler(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> set_trace_callback(Thread& t, Value self, const Arguments& arguments);
Fallible<void> create_window_function(Thread& t, Connection* self, Str* name, int count, Value callable);
Fallible<void> create_collation(Thread& t, Connection* self, Str* name, Value callable);
int call_progress(Callback* callback);
// A callback failed: shows its exception if that was asked for, and forgets it. Terminations stay.
void forget_exception(Thread& t, Connection* connection, Value callable);
// ---- connection_data.cpp ----
Fallible<Value> backup(Thread& t, Connection* self, Value target, Value pages, Value progress, Value name, Value sleep);
Fallible<Value> serialize(Thread& t, Connection* self, Value name);
Fallible<void> deserialize(Thread& t, Connection* self, Value data, Value name);
Fallible<Value> open_blob(Thread& t, Connection* self, Str* table, Str* column, Value row, bool read_only, Value name);
// ---- statement.cpp ----
// What may stand in C text: UTF-8, NUL-terminated, without NUL in it.
class Text {
 public:
  explicit Text(Thread& t) : t_(t) {}
  Fallible<void> open(Str* text, bool nul_allowed = false);
  const char* get() const { return bytes_ == nullptr ? nullptr : reinterpret_cast<const char*>(bytes_->data()); }
  size_t length() const { return bytes_ == nullptr ? 0 : bytes_->length() - 1; }

 private:
  Thread& t_;
  Bytes* bytes_ = nullptr;
};
Fallible<Statement*> make_statement(Thread& t, Connection* connection, Str* sql);
Fallible<Statement*> cached_statement(Thread& t, Connection* connection, Str* sql);
Fallible<void> bind_parameters_py(Thread& t, Connection* connection, Statement* statement, Value parameters);
// ---- values.cpp ----
Fallible<Value> adapt_py(Thread& t, ModuleState* state, Value object, Value protocol, Value otherwise);
Fallible<Value> value_from_library(Thread& t, sqlite3_value* value);
Fallible<void> set_result(Thread& t, sqlite3_context* context, Value value);
// ---- module.cpp ----
Fallible<ModuleState*> module_state_py(Thread& t);

}  // namespace hog::sqlite
