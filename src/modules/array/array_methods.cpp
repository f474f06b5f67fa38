// array_methods.cpp: the methods of array.array, and what pickled arrays are made by. Invariant: after each call that may run
// Python (a conversion, ==, read(), write()) the array's length is read again.
#include <algorithm>
#include <cstring>

#include "modules/array/array.hpp"
#include "object/bytes_objects.hpp"
#include "types/container_support.hpp"

namespace hog::arrays {

namespace {

constexpr int64_t kBlock = 64 * 1024;  // bytes written to a file at once

Fallible<void> append(Thread& t, Array* self, Value v) { return append_py(t, self, v); }
Fallible<void> extend(Thread& t, Array* self, Value iterable) { return extend_py(t, self, iterable); }
Fallible<void> clear(Thread& t, Array* self) { return self->resize(t, 0); }

Fallible<void> insert(Thread& t, Array* self, int64_t i, Value v) {
  ItemBytes item = TRY(item_from_py(t, *self->kind_, v));
  int64_t n = self->length_;
  i = clamp_index(i, n);
  TRY(self->resize(t, n + 1));
  auto size = static_cast<size_t>(self->item_size());
  std::memmove(self->at(i + 1), self->at(i), static_cast<size_t>(n - i) * size);
  std::memcpy(self->at(i), item.bytes, size);
  return {};
}

Fallible<void> remove_at(Thread& t, Array* self, int64_t i) {
  TRY(self->check_resizable(t));
  int64_t n = self->length_;
  std::memmove(self->at(i), self->at(i + 1), static_cast<size_t>((n - i - 1) * self->item_size()));
  return self->resize(t, n - 1);
}

Fallible<Value> pop(Thread& t, Array* self, int64_t i) {
  if (self->length_ == 0) return t.raise(core.IndexError, "pop from empty array");
  if (i < 0) i += self->length_;
  if (i < 0 || i >= self->length_) return t.raise(core.IndexError, "pop index out of range");
  Value v = TRY(item_at(t, self, i));
  TRY(remove_at(t, self, i));
  return v;
}

// Index of the first equal item in [from, to), or -1.
Fallible<int64_t> find_py(Thread& t, Array* self, Value v, int64_t from, int64_t to) {
  for (int64_t i = from; i < to && i < self->length_; ++i) {
    if (TRY(equals_py(t, TRY(item_at(t, self, i)), v))) return i;
    TRY(t.poll());
  }
  return int64_t{-1};
}

Fallible<void> remove(Thread& t, Array* self, Value v) {
  int64_t i = TRY(find_py(t, self, v, 0, INT64_MAX));
  if (i < 0 || i >= self->length_) return t.raise_value_error("array.remove(x): x not in array");
  return remove_at(t, self, i);
}

Fallible<int64_t> index(Thread& t, Array* self, Value v, Value start, Value stop) {
  int64_t from = TRY(bound_argument_py(t, start, 0)), to = TRY(bound_argument_py(t, stop, INT64_MAX));
  int64_t n = self->length_;
  if (from < 0) from = std::max<int64_t>(from + n, 0);
  if (to < 0) to = std::max<int64_t>(to + n, 0);
  int64_t i = TRY(find_py(t, self, v, from, to));
  if (i < 0) return t.raise_value_error("array.index(x): x not in array");
  return i;
}

Fallible<int64_t> count(Thread& t, Array* self, Value v) {
  int64_t n = 0;
  for (int64_t i = 0; i < self->length_; ++i) {
    if (TRY(equals_py(t, TRY(item_at(t, self, i)), v))) ++n;
    TRY(t.poll());
  }
  return n;
}

Fallible<void> reverse(Thread& t, Array* self) {
  TRY(t.poll(self->length_ / 8 + 1));
  auto size = static_cast<size_t>(self->item_size());
  uint8_t held[8];
  for (int64_t i = 0, k = self->length_ - 1; i < k; ++i, --k) {
    std::memcpy(held, self->at(i), size);
    std::memcpy(self->at(i), self->at(k), size);
    std::memcpy(self->at(k), held, size);
  }
  return {};
}

Fallible<void> byteswap(Thread& t, Array* self) {
  TRY(t.poll(self->length_ / 8 + 1));
  auto size = static_cast<size_t>(self->item_size());
  for (int64_t i = 0; i < self->length_; ++i) std::reverse(self->at(i), self->at(i) + size);
  return {};
}

// ---- Lists, bytes, text, files. ----

Fallible<List*> to_list(Thread& t, Array* self) {
  List* list = TRY(List::make(t, static_cast<size_t>(self->length_)));
  for (int64_t i = 0; i < self->length_; ++i) {
    TRY(list->append(t, TRY(item_at(t, self, i))));
    TRY(t.poll());
  }
  return list;
}

Fallible<void> from_list(Thread& t, Array* self, Value list) {
  if (!is<List>(list)) return t.raise_type_error("arg must be list");
  auto* items = as<List>(list);
  size_t n = items->length();
  int64_t old = self->length_;
  TRY(t.check_fits(n * static_cast<size_t>(self->item_size())));
  TRY(self->resize(t, old + static_cast<int64_t>(n)));
  for (size_t i = 0; i < n; ++i) {
    Fallible<ItemBytes> item = item_from_py(t, *self->kind_, items->at(i));
    if (item.failed()) {
      // All or nothing, unless Python changed the length meanwhile.
      if (self->length_ == old + static_cast<int64_t>(n) && self->exports_ == 0) TRY(self->resize(t, old));
      return Failure{};
    }
    if (items->length() != n) return t.raise(core.RuntimeError, "list changed size during iteration");
    if (self->length_ < old + static_cast<int64_t>(n)) return t.raise(core.RuntimeError, "array changed size during iteration");
    std::memcpy(self->at(old + static_cast<int64_t>(i)), item.get().bytes, static_cast<size_t>(self->item_size()));
    TRY(t.poll());
  }
  return {};
}

Fallible<Bytes*> to_bytes(Thread& t, Array* self) {
  TRY(t.check_fits(self->byte_length()));
  return Bytes::from(t, self->data(), self->byte_length());
}

Fallible<void> from_bytes(Thread& t, Array* self, Value source) {
  if (!supports_buffer(source)) return t.raise_type_error("a bytes-like object is required, not '{}'", type_of(source));
  BufferView view;
  TRY(get_buffer_py(t, source, &view, kBufferFull));
  bool bytes = view.item_size == 1;
  release_buffer(t, &view);
  if (!bytes) return t.raise_type_error("a bytes-like object is required");
  BytesLike buffer(t);
  TRY(buffer.open(source));
  return append_buffer(t, self, buffer.data(), buffer.size());
}

Fallible<Value> to_unicode(Thread& t, Array* self) {
  if (!self->kind_->is_text)
    return t.raise_value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')");
  return Value(TRY(text_of(t, self)));
}
Fallible<void> from_unicode(Thread& t, Array* self, Str* text) {
  if (!self->kind_->is_text)
    return t.raise_value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')");
  return append_text(t, self, text);
}

Fallible<void> to_file(Thread& t, Array* self, Value file) {
  for (size_t at = 0; at < self->byte_length(); at += kBlock) {
    Bytes* block = TRY(Bytes::from(t, self->data() + at, std::min<size_t>(kBlock, self->byte_length() - at)));
    TRY(call_method_py(t, file, names.write, Value(block)));
  }
  return {};
}

Fallible<void> from_file(Thread& t, Array* self, Value file, int64_t n) {
  if (n < 0) return t.raise_value_error("negative count");
  int64_t bytes;
  if (__builtin_mul_overflow(n, self->item_size(), &bytes)) return t.raise_memory_error();
  Value size = TRY(make_int(t, bytes));
  Value read = TRY(call_method_py(t, file, names.read, size));
  if (!is<Bytes>(read)) return t.raise_type_error("read() didn't return bytes");
  bool enough = as<Bytes>(read)->length() == static_cast<size_t>(bytes);
  TRY(append_buffer(t, self, as<Bytes>(read)->data(), as<Bytes>(read)->length()));
  if (!enough) return t.raise(core.EOFError, "read() didn't return enough bytes");
  return {};
}

// ---- Copies and pickles. ----

Fallible<Value> copy(Thread& t, Array* self) {
  TRY(t.check_fits(self->byte_length()));
  Array* result = TRY(Array::make(t, array_type, self->kind_, 0));
  TRY(result->append_bytes(t, self->data(), self->length_));
  return Value(result);
}
Fallible<Value> deep_copy(Thread& t, Array* self, Value) { return copy(t, self); }

Fallible<Value> buffer_info(Thread& t, Array* self) {
  Value address = TRY(make_uint(t, reinterpret_cast<uint64_t>(self->data())));
  return Value(TRY(Tuple::of(t, address, TRY(make_int(t, self->length_)))));
}

Fallible<Value> reduce_ex(Thread& t, Array* self, Value protocol) {
  if (!is_int_or_bool(protocol)) return t.raise_type_error("__reduce_ex__ argument should be an integer");
  int64_t version = TRY(index_to_int64_py(t, protocol));
  Value state = TRY(find_attribute_py(t, Value(self), names.dunder_dict));
  if (state.is_absent()) state = Value::none();
  Value code(TRY(Str::from_char(t, static_cast<char32_t>(self->kind_->code))));
  Value type(type_of(Value(self)));
  if (version < 3) {
    Tuple* arguments = TRY(Tuple::of(t, code, Value(TRY(to_list(t, self)))));
    return Value(TRY(Tuple::of(t, type, Value(arguments), state)));
  }
  Str* module_name = TRY(Str::intern_utf8(t, "array"));
  Value module = TRY(t.isolate().services->import_module(t, module_name));
  Str* name = TRY(Str::intern_utf8(t, "_array_reconstructor"));
  Value function = TRY(get_attribute_py(t, module, name));
  Value bytes(TRY(to_bytes(t, self)));
  Value format = Value::from_small_int(self->kind_->machine_format);
  Tuple* arguments = TRY(Tuple::of(t, type, code, format, bytes));
  return Value(TRY(Tuple::of(t, function, Value(arguments), state)));
}

Fallible<int64_t> size_of(Thread& t, Array* self) {
  return static_cast<int64_t>(t.heap().cell_size(self) + self->byte_length());
}
Fallible<Value> class_item(Thread& t, Type* type, Value item) { return make_generic_alias(t, Value(type), item); }

// How the items of a pickle are written, by number.
struct MachineFormat {
  uint8_t size;  // bytes a pickle's length must be a multiple of
  bool is_signed;
  bool big_endian;
};
constexpr MachineFormat kMachineFormats[] = {
    {1, false, false}, {1, true, false},  {2, false, false}, {2, false, true}, {2, true, false}, {2, true, true},
    {4, false, false}, {4, false, true},  {4, true, false},  {4, true, true},  {8, false, false}, {8, false, true},
    {8, true, false},  {8, true, true},   {4, false, false}, {4, false, true}, {8, false, false}, {8, false, true},
    {4, false, false}, {4, false, true},  {8, false, false}, {8, false, true}};
constexpr uint8_t kFirstFloat = 14, kFirstDouble = 16, kFirstText = 18;

// Items of a format that is not the machine's own for that kind.
Fallible<Value> convert_items(Thread& t, Type* type, const ItemKind* kind, int64_t number, Bytes* items) {
  const MachineFormat& format = kMachineFormats[number];
  if (number >= kFirstText) {
    constexpr const char* kCodecs[] = {"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"};
    Str* codec = TRY(Str::intern_utf8(t, kCodecs[number - kFirstText]));
    Value text = TRY(call_method_py(t, Value(items), names.decode, Value(codec)));
    return make_array_py(t, type, static_cast<char32_t>(kind->code), text);
  }
  const ItemKind* source = find_kind(number >= kFirstDouble ? 'd' : 'f');
  if (number < kFirstFloat) {
    for (const ItemKind& candidate : kItemKinds)
      if (candidate.is_integer && candidate.size == format.size && candidate.is_signed == format.is_signed) source = &candidate;
    kind = source;
  }
  Array* array = TRY(Array::make(t, type, kind, 0));
  size_t size = format.size;
  for (size_t at = 0; at < items->length(); at += size) {
    uint8_t bytes[8];
    std::memcpy(bytes, items->data() + at, size);
    if (format.big_endian) std::reverse(bytes, bytes + size);
    TRY(append_py(t, array, TRY(item_to_value(t, *source, bytes))));
    TRY(t.poll());
  }
  return Value(array);
}

}  // namespace

Fallible<Value> reconstruct(Thread& t, Value, Value type, Value code, Value machine_format, Value items) {
  if (!is<Str>(code))
    return t.raise_type_error("_array_reconstructor() argument 2 must be a unicode character, not {}", type_of(code));
  if (as<Str>(code)->length() != 1)
    return t.raise_type_error("_array_reconstructor(): argument 2 must be a unicode character, not a string of length {}",
                              as<Str>(code)->length());
  Value index = TRY(index_py(t, machine_format));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow != 0 || n.value != static_cast<int32_t>(n.value))
    return t.raise(core.OverflowError, "Python int too large to convert to C int");
  Type* made_type = as_type(type);
  if (made_type == nullptr) return t.raise_type_error("first argument must be a type object, not {}", type_of(type));
  if (!made_type->is_subtype_of(array_type))
    return t.raise_type_error("{} is not a subtype of {}", TRY(full_type_name(t, made_type)), "array.array");
  const ItemKind* kind = find_kind(as<Str>(code)->at(0));
  if (kind == nullptr) return t.raise_value_error("second argument must be a valid type code");
  if (n.value < 0 || n.value >= static_cast<int64_t>(std::size(kMachineFormats)))
    return t.raise_value_error("third argument must be a valid machine format code.");
  if (!is<Bytes>(items)) return t.raise_type_error("fourth argument should be bytes, not {}", type_of(items));
  auto* bytes = as<Bytes>(items);
  if (kind->machine_format == n.value) return make_array_py(t, made_type, static_cast<char32_t>(kind->code), items);
  if (bytes->length() % kMachineFormats[n.value].size != 0)
    return t.raise_value_error("string length not a multiple of item size");
  return convert_items(t, made_type, kind, n.value, bytes);
}

const NativeMethod kArrayMethods[] = {
    {"__class_getitem__", HOG_NATIVE(class_item), "($type, item, /)", "See PEP 585.", native_flag::kClassMethod},
    {"__copy__", HOG_NATIVE(copy), "($self, /)", "A copy."},
    {"__deepcopy__", HOG_NATIVE(deep_copy), "($self, unused, /)", "A copy."},
    {"__reduce_ex__", HOG_NATIVE(reduce_ex), "($self, value, /)", "For pickle."},
    {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Bytes in memory."},
    {"append", HOG_NATIVE(append), "($self, v, /)", "Add an item at the end."},
    {"buffer_info", HOG_NATIVE(buffer_info), "($self, /)", "(address, length) of the items."},
    {"byteswap", HOG_NATIVE(byteswap), "($self, /)", "Turn the byte order of every item around."},
    {"clear", HOG_NATIVE(clear), "($self, /)", "Remove all items."},
    {"count", HOG_NATIVE(count), "($self, v, /)", "How many items equal a value."},
    {"extend", HOG_NATIVE(extend), "($self, bb, /)", "Add many items at the end."},
    {"frombytes", HOG_NATIVE(from_bytes), "($self, buffer, /)", "Add items from their bytes."},
    {"fromfile", HOG_NATIVE(from_file), "($self, f, n, /)", "Add n items read from a file."},
    {"fromlist", HOG_NATIVE(from_list), "($self, list, /)", "Add the items of a list, all or none."},
    {"fromunicode", HOG_NATIVE(from_unicode), "($self, ustr, /)", "Add the characters of a str."},
    {"index", HOG_NATIVE(index), "($self, v, start=0, stop=sys.maxsize, /)", "Where the first equal item is."},
    {"insert", HOG_NATIVE(insert), "($self, i, v, /)", "Add an item before an index."},
    {"pop", HOG_NATIVE(pop), "($self, i=-1, /)", "Take an item out and return it."},
    {"remove", HOG_NATIVE(remove), "($self, v, /)", "Remove the first item that equals a value."},
    {"reverse", HOG_NATIVE(reverse), "($self, /)", "Turn the order around."},
    {"tobytes", HOG_NATIVE(to_bytes), "($self, /)", "The items as bytes."},
    {"tofile", HOG_NATIVE(to_file), "($self, f, /)", "Write all items to a file."},
    {"tolist", HOG_NATIVE(to_list), "($self, /)", "The items as a list."},
    {"tounicode", HOG_NATIVE(to_unicode), "($self, /)", "The characters as a str."},
    {}};

}  // namespace hog::arrays
