// values.cpp: from Python's values to the library's and back, and adapters. Ref: library/sqlite3 "How to adapt custom Python types".
#include "modules/sqlite/sqlite.hpp"
#include "object/codecs.hpp"

namespace hog::sqlite {

Fallible<Value> adapt_py(Thread& t, ModuleState* state, Value object, Value protocol, Value otherwise) {
  Tuple* key = TRY(Tuple::of(t, Value(type_of(object)), protocol));
  Value adapter = TRY(state->adapters_->get_py(t, Value(key)));
  if (!adapter.is_absent()) return call_py(t, adapter, object);
  // The protocol may know how to adapt, then the object.
  const struct {
    Value from, argument;
    const char* name;
  } asked[] = {{protocol, object, "__adapt__"}, {object, protocol, "__conform__"}};
  for (const auto& a : asked) {
    Value method = TRY(find_attribute_py(t, a.from, TRY(Str::intern_utf8(t, a.name))));
    if (method.is_absent()) continue;
    Fallible<Value> adapted = call_py(t, method, a.argument);
    if (adapted.failed()) {
      if (!clear_exception_if(t, core.TypeError)) return Failure{};
    } else if (!adapted.get().is_none()) {
      return adapted;
    }
  }
  if (!otherwise.is_absent()) return otherwise;
  return raise_programming(t, "can't adapt");
}

Fallible<Value> value_from_library(Thread& t, sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return make_int(t, sqlite3_value_int64(value));
    case SQLITE_FLOAT: return make_float(t, sqlite3_value_double(value));
    case SQLITE_TEXT: {
      const void* text = sqlite3_value_text(value);
      if (text == nullptr) return t.raise_memory_error();
      return Value(TRY(
          codecs::decode_utf8_py(t, codecs::Input(text, static_cast<size_t>(sqlite3_value_bytes(value))), nullptr)));
    }
    case SQLITE_BLOB: {
      const void* data = sqlite3_value_blob(value);
      auto size = static_cast<size_t>(sqlite3_value_bytes(value));
      if (data == nullptr && size != 0) return t.raise_memory_error();
      return Value(TRY(Bytes::from(t, data, size)));
    }
    default: return Value::none();
  }
}

Fallible<void> set_result(Thread& t, sqlite3_context* context, Value value) {
  if (value.is_none()) {
    sqlite3_result_null(context);
  } else if (is_int_or_bool(value)) {
    Int64Result number = int_to_int64_nogc(value);
    if (number.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to SQLite INTEGER");
    sqlite3_result_int64(context, number.value);
  } else if (is_float(value)) {
    sqlite3_result_double(context, float_value(value));
  } else if (is<Str>(value)) {
    Bytes* bytes = TRY(codecs::encode_utf8_py(t, as<Str>(value), nullptr));
    if (bytes->length() > INT32_MAX) return t.raise(core.OverflowError, "string is longer than INT_MAX bytes");
    sqlite3_result_text(context, bytes->view().data(), static_cast<int>(bytes->length()), SQLITE_TRANSIENT);
  } else if (supports_buffer(value)) {
    BytesLike bytes(t);
    TRY(bytes.open(value));
    if (bytes.size() > INT32_MAX) return t.raise(core.OverflowError, "BLOB longer than INT_MAX bytes");
    sqlite3_result_blob(context, bytes.size() == 0 ? static_cast<const void*>("") : bytes.data(),
                        static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
  } else {
    return raise_programming(t, "User-defined functions cannot return type '{}' values", type_of(value)->name());
  }
  return {};
}

}  // namespace hog::sqlite
