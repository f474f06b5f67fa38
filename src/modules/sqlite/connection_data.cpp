// connection_data.cpp: whole databases: backup() into another connection, bytes and back; and Blob, one value read and written in place.
// Ref: library/sqlite3 "Connection.backup", "Blob objects".
#include <cstring>

#include "host/host.hpp"
#include "modules/sleep.hpp"
#include "modules/sqlite/sqlite.hpp"
#include "object/slice.hpp"
#include "vm/isolate.hpp"

namespace hog::sqlite {

Type* blob_type;

const Layout Blob::kLayout = {
    .name = "Blob",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<Blob*>(cell)->connection_.get()); },
    .destroy =
        [](Cell* cell) {
          Resource* native = static_cast<Blob*>(cell)->native_;
          if (native == nullptr) return;
          Turn turn(native->owner->heap, nullptr, native->owner);
          abandon(native);
        },
    .base_size = sizeof(Blob)};

namespace {

Fallible<const char*> name_text(Thread& t, Text& text, Value name, const char* function) {
  if (!is<Str>(name)) return t.raise_type_error("{}() argument 'name' must be str, not {}", function, type_of(name));
  TRY(text.open(as<Str>(name)));
  return text.get();
}

// ---- Backup. ----

Fallible<void> copy_pages_py(Thread& t, sqlite3_backup* copy, int pages, Value progress, double sleep, int* result) {
  for (;;) {
    // All at once would not be interrupted: a few at a time, as far as nobody counts them.
    constexpr int kAtOnce = 1024;
    int code;
    int left = pages;
    do {
      int now = left < 0 || left > kAtOnce ? kAtOnce : left;
      code = sqlite3_backup_step(copy, now);
      if (left > 0) left -= now;
      TRY(t.poll(256));
      if (failed(t)) return Failure{};
    } while (code == SQLITE_OK && left != 0);
    *result = code;
    if (!progress.is_none()) {
      TRY(call_py(t, progress, Value::from_small_int(code), Value::from_small_int(sqlite3_backup_remaining(copy)),
                  Value::from_small_int(sqlite3_backup_pagecount(copy))));
    }
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
      Host* host = Isolate::of(t).config().host;
      if (sleep > 0 && host != nullptr && host->clock != nullptr) {
        TRY(Isolate::of(t).count_host_call(t));
        TRY(sleep_py(t, host->clock, static_cast<int64_t>(sleep * 1e9)));
      }
      TRY(t.poll(1000));
    } else if (code != SQLITE_OK) {
      return {};
    }
  }
}

}  // namespace

Fallible<Value> backup(Thread& t, Connection* self, Value target_value, Value pages_value, Value progress, Value name,
                       Value sleep_value) {
  if (!is<Connection>(target_value))
    return t.raise_type_error("backup() argument 'target' must be sqlite3.Connection, not {}", type_of(target_value));
  auto* target = as<Connection>(target_value);
  int64_t pages = TRY(index_to_int64_py(t, pages_value));
  if (pages > INT32_MAX || pages < INT32_MIN)
    return t.raise(core.OverflowError, "Python int too large to convert to C int");
  double sleep = TRY(to_double_py(t, sleep_value));
  if (!(sleep >= 0) || sleep > 1e6) sleep = sleep > 0 ? 1e6 : 0;
  Text text(t);
  const char* database = TRY(name_text(t, text, name, "backup"));
  TRY(check_open(t, self));
  TRY(check_open(t, target));
  if (target == self) return t.raise_value_error("target cannot be the same connection instance");
  if (!progress.is_none() && !is_callable(progress)) return t.raise_type_error("progress argument must be a callable");
  if (pages == 0) pages = -1;
  Entry from(t, self->native_), to(t, target->native_);
  TRY(from.acquire());
  TRY(to.acquire());
  TRY(check_open(t, self));
  TRY(check_open(t, target));
  sqlite3_backup* copy = sqlite3_backup_init(to.db(), "main", from.db(), database);
  if (failed(t)) {
    if (copy != nullptr) sqlite3_backup_finish(copy);
    return Failure{};
  }
  if (copy == nullptr) return raise_library_error(t, to.db());
  int code = SQLITE_OK;
  Fallible<void> done = copy_pages_py(t, copy, static_cast<int>(pages), progress, sleep, &code);
  int finished = sqlite3_backup_finish(copy);
  if (done.failed() || failed(t)) return Failure{};
  if (finished != SQLITE_OK) return raise_library_error(t, to.db(), finished);
  return Value::none();
}

Fallible<Value> serialize(Thread& t, Connection* self, Value name) {
  Text text(t);
  const char* database = TRY(name_text(t, text, name, "serialize"));
  TRY(check_open(t, self));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  sqlite3_int64 size = 0;
  auto* data = sqlite3_serialize(entry.db(), database, &size, SQLITE_SERIALIZE_NOCOPY);
  bool own = data == nullptr;
  if (own) data = sqlite3_serialize(entry.db(), database, &size, 0);
  if (failed(t)) {
    if (own) sqlite3_free(data);
    return Failure{};
  }
  if (data == nullptr) return raise_operational(t, "unable to serialize '{}'", as<Str>(name));
  Fallible<Bytes*> bytes = Bytes::from(t, data, static_cast<size_t>(size));
  if (own) sqlite3_free(data);
  return Value(TRY(bytes));
}

Fallible<void> deserialize(Thread& t, Connection* self, Value data, Value name) {
  Text text(t);
  const char* database = TRY(name_text(t, text, name, "deserialize"));
  TRY(check_open(t, self));
  BytesLike bytes(t);
  TRY(bytes.open(data));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
  if (copy == nullptr) return t.raise_memory_error();
  std::memcpy(copy, bytes.data(), bytes.size());
  auto size = static_cast<sqlite3_int64>(bytes.size());
  int code = sqlite3_deserialize(entry.db(), database, copy, size, size,
                                 SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
  if (code != SQLITE_OK) return raise_library_error(t, entry.db());
  return {};
}

// ---- Blob. ----

Fallible<Value> open_blob(Thread& t, Connection* self, Str* table, Str* column, Value row, bool read_only, Value name) {
  Text table_text(t), column_text(t), name_room(t);
  TRY(table_text.open(table));
  TRY(column_text.open(column));
  if (!is_int_or_bool(row)) return t.raise_type_error("blobopen() argument 3 must be int, not {}", type_of(row));
  Int64Result number = int_to_int64_nogc(row);
  if (number.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to SQLite INTEGER");
  const char* database = TRY(name_text(t, name_room, name, "blobopen"));
  TRY(check_open(t, self));
  Entry entry(t, self->native_);
  TRY(entry.acquire());
  TRY(check_open(t, self));
  auto* blob = TRY(t.allocate<Blob>(blob_type->root_shape()));
  blob->connection_.set(blob, self);
  blob->native_ = TRY(new_resource(t, self->native_, Resource::Kind::Blob));
  sqlite3_blob* handle = nullptr;
  int code =
      sqlite3_blob_open(entry.db(), database, table_text.get(), column_text.get(), number.value, !read_only, &handle);
  blob->native_->handle = handle;
  if (failed(t)) return Failure{};
  if (code != SQLITE_OK) return raise_library_error(t, entry.db());
  return Value(blob);
}

namespace {

Fallible<void> check_blob(Thread& t, Blob* self) {
  TRY(check_open(t, self->connection_.get()));
  if (self->native_ == nullptr || self->native_->handle == nullptr)
    return raise_programming(t, "Cannot operate on a closed blob.");
  return {};
}
int64_t size_of(Blob* self) { return sqlite3_blob_bytes(self->native_->blob()); }

Fallible<void> close_blob(Thread& t, Blob* self) {
  TRY(check_open(t, self->connection_.get()));
  if (self->native_ == nullptr) return {};
  Entry entry(t, self->connection_->native_);
  TRY(entry.acquire());
  if (self->native_ != nullptr) finish(self->native_);
  return {};
}
Fallible<Value> read_range(Thread& t, Blob* self, int64_t size, int64_t offset) {
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(size)));
  Entry entry(t, self->connection_->native_);
  TRY(entry.acquire());
  TRY(check_blob(t, self));
  int code =
      sqlite3_blob_read(self->native_->blob(), bytes->mutable_data(), static_cast<int>(size), static_cast<int>(offset));
  if (failed(t)) return Failure{};
  if (code != SQLITE_OK) return raise_library_error(t, entry.db());
  return Value(bytes);
}
Fallible<void> write_range(Thread& t, Blob* self, const void* data, int64_t size, int64_t offset) {
  Entry entry(t, self->connection_->native_);
  TRY(entry.acquire());
  TRY(check_blob(t, self));
  if (size > size_of(self) - offset) return t.raise_value_error("data longer than blob length");
  int code = sqlite3_blob_write(self->native_->blob(), data, static_cast<int>(size), static_cast<int>(offset));
  if (failed(t)) return Failure{};
  if (code != SQLITE_OK) return raise_library_error(t, entry.db());
  return {};
}
Fallible<Value> read(Thread& t, Blob* self, int length) {
  TRY(check_blob(t, self));
  int64_t left = size_of(self) - self->position_;
  int64_t size = length < 0 || length > left ? left : length;
  if (size == 0) return Value(TRY(Bytes::make(t, 0)));
  Value bytes = TRY(read_range(t, self, size, self->position_));
  self->position_ += size;
  return bytes;
}
Fallible<void> write(Thread& t, Blob* self, Value data) {
  BytesLike bytes(t);
  TRY(bytes.open(data));
  TRY(check_blob(t, self));
  auto size = static_cast<int64_t>(bytes.size());
  if (size > size_of(self) - self->position_) return t.raise_value_error("data longer than blob length");
  TRY(write_range(t, self, bytes.data(), size, self->position_));
  self->position_ += size;
  return {};
}
Fallible<void> seek(Thread& t, Blob* self, int offset, int origin) {
  TRY(check_blob(t, self));
  int64_t position = offset;
  int64_t start = 0;
  switch (origin) {
    case 0: break;
    case 1: start = self->position_; break;
    case 2: start = size_of(self); break;
    default: return t.raise_value_error("'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END");
  }
  if (position > INT32_MAX - start) return t.raise(core.OverflowError, "seek offset results in offset overflow");
  position += start;
  if (position < 0 || position > size_of(self)) return t.raise_value_error("offset out of blob range");
  self->position_ = position;
  return {};
}
Fallible<int64_t> tell(Thread& t, Blob* self) {
  TRY(check_blob(t, self));
  return self->position_;
}
Fallible<Value> enter(Thread& t, Blob* self) {
  TRY(check_blob(t, self));
  return Value(self);
}
Fallible<bool> exit(Thread& t, Blob* self, Value, Value, Value) {
  TRY(check_blob(t, self));
  TRY(close_blob(t, self));
  return false;
}

Fallible<int64_t> length(Thread& t, Value v) {
  TRY(check_blob(t, as<Blob>(v)));
  return size_of(as<Blob>(v));
}
Fallible<int64_t> index_of(Thread& t, Blob* self, Value key) {
  Fallible<int64_t> given = index_to_int64_py(t, key);
  if (given.failed()) {
    if (!clear_exception_if(t, core.OverflowError)) return Failure{};
    return t.raise(core.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
  }
  TRY(check_blob(t, self));
  int64_t i = given.get();
  if (i < 0) i += size_of(self);
  if (i < 0 || i >= size_of(self)) return t.raise(core.IndexError, "Blob index out of range");
  return i;
}
Fallible<Value> get_item(Thread& t, Value v, Value key) {
  auto* self = as<Blob>(v);
  TRY(check_blob(t, self));
  if (is_index(key)) {
    int64_t i = TRY(index_of(t, self, key));
    Value byte = TRY(read_range(t, self, 1, i));
    return Value::from_small_int(as<Bytes>(byte)->data()[0]);
  }
  if (!is_slice(key)) return t.raise_type_error("Blob indices must be integers");
  SliceBounds bounds = TRY(unpack_slice_py(t, key));
  TRY(check_blob(t, self));
  bounds = fit_slice(bounds, size_of(self));
  if (bounds.count == 0) return Value(TRY(Bytes::make(t, 0)));
  if (bounds.step == 1) return read_range(t, self, bounds.count, bounds.start);
  int64_t low = bounds.step > 0 ? bounds.start : bounds.start + (bounds.count - 1) * bounds.step;
  int64_t high = bounds.step > 0 ? bounds.start + (bounds.count - 1) * bounds.step : bounds.start;
  Value whole = TRY(read_range(t, self, high - low + 1, low));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(bounds.count)));
  for (int64_t i = 0; i < bounds.count; ++i)
    bytes->mutable_data()[i] = as<Bytes>(whole)->data()[bounds.start + i * bounds.step - low];
  TRY(t.poll(bounds.count / 64 + 1));
  return Value(bytes);
}
Fallible<void> set_item(Thread& t, Value v, Value key, Value value) {
  auto* self = as<Blob>(v);
  TRY(check_blob(t, self));
  if (is_index(key)) {
    if (value.is_absent()) return t.raise_type_error("Blob doesn't support item deletion");
    if (!is_int_or_bool(value))
      return t.raise_type_error("'{}' object cannot be interpreted as an integer", type_of(value)->name());
    int64_t i = TRY(index_of(t, self, key));
    Int64Result byte = int_to_int64_nogc(value);
    if (byte.overflow != 0 || byte.value < 0 || byte.value > 255)
      return t.raise_value_error("byte must be in range(0, 256)");
    auto c = static_cast<uint8_t>(byte.value);
    return write_range(t, self, &c, 1, i);
  }
  if (!is_slice(key)) return t.raise_type_error("Blob indices must be integers");
  if (value.is_absent()) return t.raise_type_error("Blob doesn't support slice deletion");
  SliceBounds bounds = TRY(unpack_slice_py(t, key));
  BytesLike bytes(t);
  TRY(bytes.open(value));
  TRY(check_blob(t, self));
  bounds = fit_slice(bounds, size_of(self));
  if (static_cast<int64_t>(bytes.size()) != bounds.count)
    return t.raise(core.IndexError, "Blob slice assignment is wrong size");
  if (bounds.count == 0) return {};
  if (bounds.step == 1) return write_range(t, self, bytes.data(), bounds.count, bounds.start);
  int64_t low = bounds.step > 0 ? bounds.start : bounds.start + (bounds.count - 1) * bounds.step;
  int64_t high = bounds.step > 0 ? bounds.start + (bounds.count - 1) * bounds.step : bounds.start;
  Value whole = TRY(read_range(t, self, high - low + 1, low));
  for (int64_t i = 0; i < bounds.count; ++i)
    as<Bytes>(whole)->mutable_data()[bounds.start + i * bounds.step - low] = bytes.data()[i];
  return write_range(t, self, as<Bytes>(whole)->data(), high - low + 1, low);
}

// Items by index are no sequence.
Fallible<bool> contains(Thread& t, Value, Value) {
  return t.raise_type_error("argument of type 'sqlite3.Blob' is not a container or iterable");
}
Fallible<Value> iterate(Thread& t, Value) { return t.raise_type_error("'sqlite3.Blob' object is not iterable"); }

constexpr NativeMethod kMethods[] = {
    {"close", HOG_NATIVE(close_blob), "($self, /)", "Closes it."},
    {"read", HOG_NATIVE(read), "($self, length=-1, /)", "Bytes from the position on."},
    {"write", HOG_NATIVE(write), "($self, data, /)", "Puts bytes at the position; the length stays."},
    {"seek", HOG_NATIVE(seek), "($self, offset, origin=0, /)", "Moves to a position."},
    {"tell", HOG_NATIVE(tell), "($self, /)", "The position."},
    {"__enter__", HOG_NATIVE(enter), "($self, /)", "The blob."},
    {"__exit__", HOG_NATIVE(exit), "($self, type, val, tb, /)", "Closes it."},
    {}};

}  // namespace

const TypeSpec kBlobSpec = {
    .name = "sqlite3.Blob",
    .layout = &Blob::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterate, .length = length, .get_item = get_item, .set_item = set_item, .contains = contains},
    .methods = kMethods};

}  // namespace hog::sqlite
