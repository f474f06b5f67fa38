// statement.cpp: prepared statements, the cache of a connection, and the binding of parameters.
#include <cstring>

#include "modules/sqlite/sqlite.hpp"
#include "object/codecs.hpp"

namespace hog::sqlite {

Type* statement_type;

const Layout Statement::kLayout = {.name = "Statement",
                                   .trace = [](Cell*, Marker&) {},
                                   .destroy =
                                       [](Cell* cell) {
                                         Resource* native = static_cast<Statement*>(cell)->native_;
                                         if (native == nullptr) return;
                                         Turn turn(native->owner->heap, nullptr, native->owner);
                                         abandon(native);
                                       },
                                   .base_size = sizeof(Statement)};

const TypeSpec kStatementSpec = {
    .name = "sqlite3.Statement", .layout = &Statement::kLayout, .flags = type_flag::kNoInstantiation};

Fallible<void> Text::open(Str* text, bool nul_allowed) {
  Bytes* bytes = TRY(codecs::encode_utf8_py(t_, text, nullptr));
  if (!nul_allowed && bytes->view().find('\0') != std::string_view::npos)
    return t_.raise_value_error("embedded null character");
  Bytes* ended = TRY(Bytes::make(t_, bytes->length() + 1));
  std::memcpy(ended->mutable_data(), bytes->data(), bytes->length());
  bytes_ = ended;
  return {};
}

namespace {

// What is left of a text behind blanks and comments; null: nothing.
const char* skip_comments(const char* sql) {
  for (const char* p = sql; *p != 0; ++p) {
    if (*p == ' ' || *p == '\t' || *p == '\f' || *p == '\n' || *p == '\r') continue;
    if (p[0] == '-' && p[1] == '-') {
      p += 2;
      while (*p != 0 && *p != '\n') ++p;
      if (*p == 0) return nullptr;
      continue;
    }
    if (p[0] == '/' && p[1] == '*') {
      p += 2;
      while (*p != 0 && !(p[0] == '*' && p[1] == '/')) ++p;
      if (*p == 0) return nullptr;
      ++p;
      continue;
    }
    return p;
  }
  return nullptr;
}
bool begins_with(const char* text, const char* word) {
  return sqlite3_strnicmp(text, word, static_cast<int>(std::strlen(word))) == 0;
}

}  // namespace

Fallible<Statement*> make_statement(Thread& t, Connection* connection, Str* sql) {
  Text text(t);
  TRY(text.open(sql, true));
  Entry entry(t, connection->native_);
  TRY(entry.acquire());
  TRY(check_open(t, connection));
  if (text.length() > static_cast<size_t>(sqlite3_limit(entry.db(), SQLITE_LIMIT_SQL_LENGTH, -1)))
    return t.raise(error_type(ErrorClass::DataError), "query string is too large");
  if (std::strlen(text.get()) != text.length()) return raise_programming(t, "the query contains a null character");
  auto* statement = TRY(t.allocate<Statement>(statement_type->root_shape()));
  statement->native_ = TRY(new_resource(t, connection->native_, Resource::Kind::Statement));
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  install_limits(t, connection->native_);
  int code = sqlite3_prepare_v2(entry.db(), text.get(), static_cast<int>(text.length() + 1), &handle, &tail);
  statement->native_->handle = handle;
  if (failed(t)) return Failure{};
  if (code != SQLITE_OK) return raise_library_error(t, entry.db());
  if (tail != nullptr && skip_comments(tail) != nullptr)
    return raise_programming(t, "You can only execute one statement at a time.");
  const char* start = skip_comments(text.get());
  statement->changes_data_ = start != nullptr && (begins_with(start, "insert") || begins_with(start, "update") ||
                                                  begins_with(start, "delete") || begins_with(start, "replace"));
  return statement;
}

Fallible<Statement*> cached_statement(Thread& t, Connection* connection, Str* sql) {
  Value key(TRY(Str::exact(t, sql)));
  Dict* cache = connection->cache_.get();
  if (cache == nullptr || connection->cache_limit_ <= 0) return make_statement(t, connection, sql);
  Value found = TRY(cache->pop_py(t, key));
  Statement* statement = found.is_absent() ? TRY(make_statement(t, connection, sql)) : as<Statement>(found);
  TRY(cache->set_py(t, key, Value(statement)));
  if (cache->length() > static_cast<size_t>(connection->cache_limit_)) {
    size_t position = 0;
    Value oldest, value;
    if (cache->next_nogc(&position, &oldest, &value)) TRY(cache->remove_py(t, oldest));
  }
  return statement;
}

// ---- Parameters. ----

namespace {

Fallible<Value> adapted_py(Thread& t, Connection* connection, Value value) {
  if (value.is_none()) return value;
  ModuleState* state = connection->state_.get();
  if (!state->base_types_adapted_) {
    if (value.is_small_int() || is_exactly(value, shapes.int_) || value.is_inline_float() ||
        is_exactly(value, shapes.float_) || is_exact_str(value) || is_exactly(value, core.bytearray->root_shape()))
      return value;
  }
  return adapt_py(t, state, value, Value(prepare_protocol_type), value);
}

// false: no type that the library has.
Fallible<bool> bind_value_py(Thread& t, sqlite3_stmt* handle, int place, Value value) {
  int code;
  if (value.is_none()) {
    code = sqlite3_bind_null(handle, place);
  } else if (is_int_or_bool(value)) {
    Int64Result number = int_to_int64_nogc(value);
    if (number.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to SQLite INTEGER");
    code = sqlite3_bind_int64(handle, place, number.value);
  } else if (is_float(value)) {
    code = sqlite3_bind_double(handle, place, float_value(value));
  } else if (is<Str>(value)) {
    Str* text = as<Str>(value);
    if (text->is_ascii()) {
      if (text->length() > INT32_MAX) return t.raise(core.OverflowError, "string longer than INT_MAX bytes");
      code = sqlite3_bind_text(handle, place, text->ascii().data(), static_cast<int>(text->length()), SQLITE_TRANSIENT);
    } else {
      Bytes* bytes = TRY(codecs::encode_utf8_py(t, text, nullptr));
      if (bytes->length() > INT32_MAX) return t.raise(core.OverflowError, "string longer than INT_MAX bytes");
      code =
          sqlite3_bind_text(handle, place, bytes->view().data(), static_cast<int>(bytes->length()), SQLITE_TRANSIENT);
    }
  } else if (supports_buffer(value)) {
    BytesLike bytes(t);
    TRY(bytes.open(value));
    if (bytes.size() > INT32_MAX) return t.raise(core.OverflowError, "BLOB longer than INT_MAX bytes");
    code = sqlite3_bind_blob(handle, place, bytes.size() == 0 ? static_cast<const void*>("") : bytes.data(),
                             static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
  } else {
    return false;
  }
  if (code != SQLITE_OK) return raise_library_error(t, sqlite3_db_handle(handle), code);
  return true;
}

Fallible<void> bind_one_py(Thread& t, Connection* connection, Statement* statement, int place, Value value,
                           const char* name) {
  Value adapted = TRY(adapted_py(t, connection, value));
  sqlite3_stmt* handle = statement->handle();
  if (handle == nullptr) return raise_programming(t, "Cannot operate on a closed database.");
  bool bound = TRY(bind_value_py(t, handle, place, adapted));
  if (bound) return {};
  if (name != nullptr)
    return raise_programming(t, "Error binding parameter ':{}': type '{}' is not supported", name,
                             type_of(adapted)->name());
  return raise_programming(t, "Error binding parameter {}: type '{}' is not supported", place,
                           type_of(adapted)->name());
}

bool is_sequence(Value v) {
  if (is<Tuple>(v) || is<List>(v)) return true;
  return !is<Dict>(v) && type_of(v)->slots().get_item != nullptr && type_of(v)->slots().length != nullptr;
}

Fallible<void> bind_sequence_py(Thread& t, Connection* connection, Statement* statement, Value parameters) {
  int needed = sqlite3_bind_parameter_count(statement->handle());
  int64_t supplied = TRY(length_py(t, parameters));
  if (supplied != needed)
    return raise_programming(
        t, "Incorrect number of bindings supplied. The current statement uses {}, and there are {} supplied.", needed,
        supplied);
  for (int i = 0; i < needed; ++i) {
    if (statement->handle() == nullptr) return raise_programming(t, "Cannot operate on a closed database.");
    const char* name = sqlite3_bind_parameter_name(statement->handle(), i + 1);
    if (name != nullptr && name[0] != '?') {
      return raise_programming(t,
                               "Binding {} ('{}') is a named parameter, but you supplied a sequence which requires "
                               "nameless (qmark) placeholders.",
                               i + 1, Str::from_utf8(t, name).failed() ? "?" : name);
    }
    Value item;
    auto place = static_cast<size_t>(i);
    if (is_exactly(parameters, shapes.tuple)) {
      item = as<Tuple>(parameters)->at(place);
    } else if (is_exactly(parameters, shapes.list) && place < as<List>(parameters)->length()) {
      item = as<List>(parameters)->at(place);
    } else {
      item = TRY(get_item_py(t, parameters, Value::from_small_int(i)));
    }
    TRY(bind_one_py(t, connection, statement, i + 1, item, nullptr));
  }
  return {};
}

Fallible<void> bind_mapping_py(Thread& t, Connection* connection, Statement* statement, Value parameters) {
  int needed = sqlite3_bind_parameter_count(statement->handle());
  for (int i = 0; i < needed; ++i) {
    if (statement->handle() == nullptr) return raise_programming(t, "Cannot operate on a closed database.");
    const char* name = sqlite3_bind_parameter_name(statement->handle(), i + 1);
    if (name == nullptr)
      return raise_programming(t, "Binding {} has no name, but you supplied a dictionary (which has only names).",
                               i + 1);
    Str* key = TRY(Str::from_utf8(t, name + 1));
    Value item;
    if (is_exactly(parameters, shapes.dict)) {
      item = TRY(as<Dict>(parameters)->get_py(t, Value(key)));
    } else {
      Fallible<Value> found = get_item_py(t, parameters, Value(key));
      if (!found.failed()) item = found.get();
      else if (clear_exception_if(t, core.LookupError)) item = Value::absent();
      else return Failure{};
    }
    if (item.is_absent()) return raise_programming(t, "You did not supply a value for binding parameter :{}.", key);
    TRY(bind_one_py(t, connection, statement, i + 1, item, nullptr));
  }
  return {};
}

}  // namespace

Fallible<void> bind_parameters_py(Thread& t, Connection* connection, Statement* statement, Value parameters) {
  if (statement->handle() == nullptr) return {};
  if (is_sequence(parameters) && !is<Dict>(parameters)) return bind_sequence_py(t, connection, statement, parameters);
  if (type_of(parameters)->slots().get_item != nullptr) return bind_mapping_py(t, connection, statement, parameters);
  return raise_programming(t, "parameters are of unsupported type");
}

}  // namespace hog::sqlite
