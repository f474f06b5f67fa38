// memo.cpp: what a pickler has pickled, by identity, and small helpers. Invariant: at most half of the table is in use.
#include "modules/pickle/pickle.hpp"

namespace hog::pickle {

namespace {
size_t slots_of(const ByteArray* table) { return table->capacity() / sizeof(uint32_t); }
uint32_t* entries_of(ByteArray* table) { return reinterpret_cast<uint32_t*>(table->data()); }
size_t place_of(Value v, size_t mask) { return (v.raw() * 0x9E3779B97F4A7C15u >> 24) & mask; }
}  // namespace

// There is a table.
int64_t Memo::look_up_nogc(Value v) {
  size_t mask = slots_of(table_.get()) - 1;
  const uint32_t* entries = entries_of(table_.get());
  const ValueArray* objects = objects_.get();
  for (size_t i = place_of(v, mask);; i = (i + 1) & mask) {
    if (entries[i] == 0) return -1;
    size_t place = entries[i] - 1;
    if (objects->at(place * 2) != v) continue;
    latest_ = place;
    return objects->at(place * 2 + 1).small_int();
  }
}

Fallible<void> Memo::grow(Thread& t, const Cell* owner) {
  size_t slots = table_ ? slots_of(table_.get()) * 2 : 64;
  if (slots > (size_t{1} << 31)) return t.raise_memory_error();
  TRY(t.check_fits(slots * (sizeof(uint32_t) + sizeof(Value))));
  ByteArray* table = TRY(ByteArray::make(t, slots * sizeof(uint32_t)));
  ValueArray* objects = TRY(ValueArray::make(t, slots));  // half as many pairs
  for (size_t i = 0; i < count_; ++i) {
    objects->set(i * 2, objects_->at(i * 2));
    objects->set(i * 2 + 1, objects_->at(i * 2 + 1));
    size_t k = place_of(objects_->at(i * 2), slots - 1);
    while (entries_of(table)[k] != 0) k = (k + 1) & (slots - 1);
    entries_of(table)[k] = static_cast<uint32_t>(i + 1);
  }
  table_.set(owner, table);
  objects_.set(owner, objects);
  return {};
}

Fallible<void> Memo::add(Thread& t, const Cell* owner, Value v, size_t index) {
  if (!table_ || count_ * 2 >= slots_of(table_.get())) TRY(grow(t, owner));
  size_t mask = slots_of(table_.get()) - 1, k = place_of(v, mask);
  uint32_t* entries = entries_of(table_.get());
  while (entries[k] != 0) k = (k + 1) & mask;
  objects_->set(count_ * 2, v);
  objects_->set(count_ * 2 + 1, Value::from_small_int(static_cast<int64_t>(index)));
  entries[k] = static_cast<uint32_t>(++count_);
  return {};
}


Failure add_note_py(Thread& t, const char* what, Value object, const char* after) {
  if (!t.has_exception() || t.terminated()) return Failure{};
  Value exception = t.take_exception();
  Fallible<Str*> name = full_type_name(t, type_of(object));
  if (!name.failed()) {
    Fallible<Str*> note = t.format("{} {}{}", what, name.get(), after);
    if (!note.failed() && !call_method_py(t, exception, names.add_note, Value(note.get())).failed())
      return t.restore_exception(exception);
  }
  if (t.terminated()) return Failure{};
  static_cast<void>(t.take_exception());
  return t.restore_exception(exception);
}

Fallible<Value> module_attribute_py(Thread& t, const char* module, const char* name) {
  Value m = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, module))));
  return get_attribute_py(t, m, TRY(Str::intern_utf8(t, name)));
}

bool is_native(Value v, const NativeMethod* method) {
  return is<NativeFunction>(v) && as<NativeFunction>(v)->signature_->method == method;
}

}  // namespace hog::pickle
