// row.cpp: Row: a row that knows its columns' names. Invariant: data_ and description_ never change. Ref: library/sqlite3 "Row objects".
#include "modules/sqlite/sqlite.hpp"

namespace hog::sqlite {

Type* row_type;

const Layout Row::kLayout = {.name = "Row",
                             .trace =
                                 [](Cell* cell, Marker& marker) {
                                   marker.visit(static_cast<Row*>(cell)->data_.get());
                                   marker.visit_word(static_cast<Row*>(cell)->description_.get().raw());
                                 },
                             .base_size = sizeof(Row)};

namespace {

Fallible<Value> row_new(Thread& t, Type* type, const Arguments& arguments) {
  if (type == row_type && arguments.has_keywords()) return t.raise_type_error("Row() takes no keyword arguments");
  if (arguments.positional != 2) return t.raise_type_error("Row expected 2 arguments, got {}", arguments.positional);
  if (!is<Cursor>(arguments[0]))
    return t.raise_type_error("Row() argument 1 must be sqlite3.Cursor, not {}", type_of(arguments[0]));
  if (!is<Tuple>(arguments[1]))
    return t.raise_type_error("Row() argument 2 must be tuple, not {}", type_of(arguments[1]));
  auto* self = static_cast<Row*>(TRY(new_instance(t, type)));
  self->data_.set(self, as<Tuple>(arguments[1]));
  self->description_.set(self, as<Cursor>(arguments[0])->description_.get());
  return Value(self);
}
Fallible<void> row_init(Thread&, Value, const Arguments&) { return {}; }

size_t column_count(const Row* self) {
  return is<Tuple>(self->description_.get()) ? as<Tuple>(self->description_.get())->length() : 0;
}
Value column_name(const Row* self, size_t i) { return as<Tuple>(as<Tuple>(self->description_.get())->at(i))->at(0); }

char32_t lower(char32_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
bool same_name(Value name, const Str* key) {
  if (!is<Str>(name)) return false;
  const Str* text = as<Str>(name);
  if (text->length() != key->length()) return false;
  for (size_t i = 0; i < key->length(); ++i)
    if (lower(text->at(i)) != lower(key->at(i))) return false;
  return true;
}
Fallible<Value> row_get_item(Thread& t, Value v, Value key) {
  auto* self = as<Row>(v);
  if (is_int_or_bool(key)) {
    Int64Result number = int_to_int64_nogc(key);
    auto length = static_cast<int64_t>(self->data_->length());
    if (number.overflow != 0)
      return t.raise(core.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
    int64_t i = number.value < 0 ? number.value + length : number.value;
    if (i < 0 || i >= length) return t.raise(core.IndexError, "tuple index out of range");
    return self->data_->at(static_cast<size_t>(i));
  }
  if (is<Str>(key)) {
    for (size_t i = 0; i < column_count(self); ++i)
      if (same_name(column_name(self, i), as<Str>(key)) && i < self->data_->length()) return self->data_->at(i);
    if (!is<Tuple>(self->description_.get())) return t.raise(core.IndexError, "No item with key {}", repr_of(key));
    return t.raise(core.IndexError, "No item with that key");
  }
  if (is_slice(key)) return get_item_py(t, Value(self->data_.get()), key);
  return t.raise(core.IndexError, "Index must be int or string");
}
Fallible<int64_t> row_length(Thread&, Value v) { return static_cast<int64_t>(as<Row>(v)->data_->length()); }
Fallible<Value> row_iterate(Thread& t, Value v) { return iter_py(t, Value(as<Row>(v)->data_.get())); }
Fallible<int64_t> row_hash(Thread& t, Value v) {
  int64_t names = TRY(hash_py(t, as<Row>(v)->description_.get()));
  int64_t hash = names ^ TRY(hash_py(t, Value(as<Row>(v)->data_.get())));
  return hash == -1 ? int64_t{-2} : hash;
}
Fallible<Value> row_compare(Thread& t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !is<Row>(a) || !is<Row>(b)) return Value::not_implemented();
  bool same = TRY(equals_py(t, as<Row>(a)->description_.get(), as<Row>(b)->description_.get()));
  if (same) return compare_py(t, Value(as<Row>(a)->data_.get()), Value(as<Row>(b)->data_.get()), op);
  return Value::from_bool(op == CompareOp::Ne);
}
Fallible<Value> keys(Thread& t, Row* self) {
  List* list = TRY(List::make(t, column_count(self)));
  for (size_t i = 0; i < column_count(self); ++i) TRY(list->append(t, column_name(self, i)));
  return Value(list);
}
constexpr NativeMethod kMethods[] = {{"keys", HOG_NATIVE(keys), "($self, /)", "The names of the columns."}, {}};

}  // namespace

const TypeSpec kRowSpec = {.name = "sqlite3.Row",
                           .layout = &Row::kLayout,
                           .flags = type_flag::kBaseType,
                           .slots = {.hash = row_hash,
                                     .compare = row_compare,
                                     .iter = row_iterate,
                                     .init = row_init,
                                     .new_ = row_new,
                                     .length = row_length,
                                     .get_item = row_get_item},
                           .methods = kMethods};

}  // namespace hog::sqlite
