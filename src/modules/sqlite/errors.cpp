// errors.cpp: the exceptions of the DB-API, and what the library's result codes are called. Ref: PEP 249 "Exceptions"; sqlite.org/rescode.html.
#include "modules/sqlite/sqlite.hpp"

#include <cstring>

#include "object/exception.hpp"

namespace hog::sqlite {

Type* error_types[static_cast<size_t>(ErrorClass::kCount)];

namespace {

struct Code {
  const char* name;
  int value;
};
// The extended ones first: some have the number of a plain one of another family.
constexpr Code kCodes[] = {
#define HOG_SQLITE_CODE(name) {"SQLITE_" #name, SQLITE_##name},
#include "modules/sqlite/result_codes.def"
#undef HOG_SQLITE_CODE
};

ErrorClass class_of(int code) {
  switch (code & 0xff) {
    case SQLITE_INTERNAL:
    case SQLITE_NOTFOUND: return ErrorClass::InternalError;
    case SQLITE_ERROR:
    case SQLITE_PERM:
    case SQLITE_ABORT:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_EMPTY:
    case SQLITE_SCHEMA: return ErrorClass::OperationalError;
    case SQLITE_TOOBIG: return ErrorClass::DataError;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH: return ErrorClass::IntegrityError;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return ErrorClass::InterfaceError;
    default: return ErrorClass::DatabaseError;
  }
}

}  // namespace

const char* error_name(int code) {
  for (const Code& c : kCodes)
    if (c.value == code) return c.name;
  return nullptr;
}

Failure raise_library_error(Thread& t, sqlite3* db, int code) {
  if (failed(t)) return Failure{};
  if ((code & 0xff) == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM) return t.raise_memory_error();
  const char* text = db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db);
  Str* message = TRY(Str::from_utf8(t, text != nullptr ? text : "unknown error"));
  Value error = TRY(call_py(t, Value(error_type(class_of(code))), Value(message)));
  const char* name = error_name(code);
  TRY(set_attribute_py(t, error, TRY(Str::intern_utf8(t, "sqlite_errorcode")), Value::from_small_int(code)));
  TRY(set_attribute_py(t, error, TRY(Str::intern_utf8(t, "sqlite_errorname")),
                       Value(TRY(Str::from_ascii(t, name != nullptr ? name : "unknown")))));
  return t.raise_object_py(error, Value::absent());
}

Fallible<void> add_error_constants(Thread& t, Module* module) {
  for (const Code& c : kCodes) TRY(module->add(t, c.name, Value::from_small_int(c.value)));
  return {};
}

}  // namespace hog::sqlite
