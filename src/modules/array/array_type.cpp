// array_type.cpp: the type array.array: storage, construction, slots and iterator. Methods: array_methods.cpp.
// Invariant: every change of length_ goes through resize() or take_out(), which refuse while the items are exported.
#include <algorithm>
#include <cstring>

#include "modules/array/array.hpp"
#include "object/bytes_objects.hpp"
#include "types/bytes_common.hpp"
#include "types/container_support.hpp"

namespace hog {

namespace arrays {

Type* array_type = nullptr;
Type* iterator_type = nullptr;

const Layout Array::kLayout = {.name = "array",
                               .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<Array*>(cell)->storage_.get()); },
                               .base_size = sizeof(Array)};

namespace {
constexpr int64_t kMostBytes = int64_t{1} << 46;

class ArrayIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Array> array_;  // cleared at the end
  int64_t index_;
};
}  // namespace
const Layout ArrayIterator::kLayout = {
    .name = "arrayiterator",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<ArrayIterator*>(cell)->array_.get()); },
    .base_size = sizeof(ArrayIterator)};

// ---- Storage. ----

Fallible<Array*> Array::make(Thread& t, Type* type, const ItemKind* kind, int64_t length) {
  auto* array = static_cast<Array*>(TRY(new_instance(t, type)));
  array->kind_ = kind;
  array->stride_ = kind->size;
  TRY(array->resize(t, length));
  return array;
}

Fallible<void> Array::check_resizable(Thread& t) const {
  if (exports_ > 0) {
    TRY(t.poll(1000));
    t.isolate().services->collect_buffers(t);  // a view that nobody refers to any more may still be counted
  }
  if (exports_ > 0) return t.raise(core.BufferError, "cannot resize an array that is exporting buffers");
  return {};
}

Fallible<void> Array::resize(Thread& t, int64_t length) {
  if (length == length_) return {};
  TRY(check_resizable(t));
  if (length > kMostBytes / item_size()) return t.raise_memory_error();
  size_t needed = static_cast<size_t>(length * item_size()), capacity = storage_ ? storage_->capacity() : 0;
  if (needed > capacity || (capacity >= 1024 && needed < capacity / 4)) {
    size_t wanted = length_ == 0 || needed < capacity ? needed : needed + needed / 8 + 16;
    if (!t.heap().would_fit(wanted)) wanted = needed;
    TRY(t.check_fits(wanted));
    ByteArray* storage = TRY(ByteArray::make(t, wanted));
    size_t kept = std::min(byte_length(), needed);
    if (kept != 0) std::memcpy(storage->data(), data(), kept);
    storage_.set(this, storage);
  } else if (length > length_) {
    std::memset(at(length_), 0, needed - byte_length());
  }
  length_ = length;
  return {};
}

Fallible<void> Array::append_bytes(Thread& t, const uint8_t* bytes, int64_t count) {
  if (count == 0) return {};
  if (count > kMostBytes / item_size()) return t.raise_memory_error();
  int64_t old = length_;
  TRY(resize(t, old + count));
  std::memcpy(at(old), bytes, static_cast<size_t>(count * item_size()));
  return {};
}

Fallible<void> append_py(Thread& t, Array* array, Value v) {
  ItemBytes item = TRY(item_from_py(t, *array->kind_, v));
  // OPTIMIZATION: there is room already. (The conversion may have run Python: everything is read here.)
  size_t used = array->byte_length(), size = static_cast<size_t>(array->item_size());
  if (array->exports_ == 0 && array->storage_ && array->storage_->capacity() - used >= size) [[likely]] {
    std::memcpy(array->data() + used, item.bytes, size);
    ++array->length_;
    return {};
  }
  return array->append_bytes(t, item.bytes, 1);
}

Fallible<void> extend_py(Thread& t, Array* array, Value iterable) {
  if (is<Array>(iterable)) {
    auto* other = as<Array>(iterable);
    if (other->kind_ != array->kind_) return t.raise_type_error("can only extend with array of same kind");
    int64_t old = array->length_, count = other->length_;
    TRY(t.poll(count / 8 + 1));
    count = std::min(count, other->length_);
    if (count > kMostBytes / 8) return t.raise_memory_error();
    old = array->length_;
    if (count == 0) return {};
    TRY(array->resize(t, old + count));
    std::memcpy(array->at(old), other->data(), static_cast<size_t>(count * array->item_size()));
    return {};
  }
  return for_each_py(t, iterable, [&](Value v) -> Fallible<bool> {
    TRY(append_py(t, array, v));
    return true;
  });
}

Fallible<void> append_text(Thread& t, Array* array, const Str* text) {
  auto n = static_cast<int64_t>(text->length());
  if (n == 0) return {};
  TRY(t.poll(n / 8 + 1));
  int64_t old = array->length_;
  TRY(array->resize(t, old + n));
  auto* out = reinterpret_cast<uint32_t*>(array->at(old));
  for (int64_t i = 0; i < n; ++i) out[i] = text->at(static_cast<size_t>(i));
  return {};
}

Fallible<void> append_buffer(Thread& t, Array* array, const uint8_t* data, size_t size) {
  if (size % static_cast<size_t>(array->item_size()) != 0)
    return t.raise_value_error("bytes length not a multiple of item size");
  TRY(t.poll(static_cast<int64_t>(size / 64 + 1)));
  return array->append_bytes(t, data, static_cast<int64_t>(size) / array->item_size());
}

// ---- Making. ----

Fallible<Value> make_array_py(Thread& t, Type* type, char32_t code, Value initial) {
  const ItemKind* kind = find_kind(code);
  if (code == 'u')
    TRY(warn_py(t, core.DeprecationWarning, "The 'u' type code is deprecated and will be removed in Python 3.16"));
  bool text = kind != nullptr && kind->is_text;
  if (!initial.is_absent() && !text) {
    auto c = static_cast<char>(code);
    if (is<Str>(initial)) return t.raise_type_error("cannot use a str to initialize an array with typecode '{}'", c);
    if (is<Array>(initial) && as<Array>(initial)->kind_->is_text)
      return t.raise_type_error("cannot use a unicode array to initialize an array with typecode '{}'", c);
  }
  bool plain = initial.is_absent() || is<List>(initial) || is<Tuple>(initial) || is<Bytes>(initial) ||
               is<ByteArrayObject>(initial) || is<Str>(initial) || is<Array>(initial);
  if (!plain) initial = TRY(iter_py(t, initial));
  if (kind == nullptr)
    return t.raise_value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)");
  Array* array = TRY(Array::make(t, type, kind, 0));
  if (initial.is_absent()) return Value(array);
  if (is<Str>(initial)) {
    TRY(append_text(t, array, as<Str>(initial)));
  } else if (is<Bytes>(initial)) {
    TRY(append_buffer(t, array, as<Bytes>(initial)->data(), as<Bytes>(initial)->length()));
  } else if (is<ByteArrayObject>(initial)) {
    TRY(append_buffer(t, array, as<ByteArrayObject>(initial)->data(), as<ByteArrayObject>(initial)->length()));
  } else if (is<Array>(initial) && as<Array>(initial)->kind_ != kind) {
    auto* other = as<Array>(initial);
    for (int64_t i = 0; i < other->length_; ++i) {
      TRY(append_py(t, array, TRY(item_at(t, other, i))));
      TRY(t.poll());
    }
  } else {
    TRY(extend_py(t, array, initial));
  }
  return Value(array);
}

namespace {

Array* self_of(Value v) { return as<Array>(v); }

Fallible<void> array_init(Thread&, Value, const Arguments&) { return {}; }

Fallible<Value> array_new(Thread& t, Type* type, const Arguments& arguments) {
  if (arguments.has_keywords() && type->slots().init == array_init)
    return t.raise_type_error("array.array() takes no keyword arguments");
  uint32_t n = arguments.positional;
  if (n < 1 || n > 2)
    return t.raise_type_error("array() takes at {} argument{} ({} given)", n < 1 ? "least 1" : "most 2", n < 1 ? "" : "s", n);
  Value code = arguments[0];
  if (!is<Str>(code)) return t.raise_type_error("array() argument 1 must be a unicode character, not {}", type_of(code));
  if (as<Str>(code)->length() != 1)
    return t.raise_type_error("array() argument 1 must be a unicode character, not a string of length {}",
                              as<Str>(code)->length());
  return make_array_py(t, type, as<Str>(code)->at(0), n == 2 ? arguments[1] : Value::absent());
}

// ---- Slots. ----

Fallible<Value> array_repr(Thread& t, Value self) {
  Array* array = self_of(self);
  Str* name = type_of(self)->name();
  if (array->length_ == 0) return Value(TRY(t.format("{}('{}')", name, array->kind_->code)));
  if (array->kind_->is_text) {
    Str* text = TRY(text_of(t, array));
    return Value(TRY(t.format("{}('{}', {})", name, array->kind_->code, repr_of(Value(text)))));
  }
  StrBuilder out(t);
  TRY(out.append(TRY(t.format("{}('{}', [", name, array->kind_->code))));
  for (int64_t i = 0; i < array->length_; ++i) {
    if (i != 0) TRY(out.append_ascii(", "));
    TRY(out.append(TRY(repr_py(t, TRY(item_at(t, array, i))))));
    TRY(t.poll());
  }
  TRY(out.append_ascii("])"));
  return Value(TRY(out.finish()));
}

Value decide(CompareOp op, int64_t a, int64_t b) {
  switch (op) {
    case CompareOp::Lt: return Value::from_bool(a < b);
    case CompareOp::Le: return Value::from_bool(a <= b);
    case CompareOp::Eq: return Value::from_bool(a == b);
    case CompareOp::Ne: return Value::from_bool(a != b);
    case CompareOp::Gt: return Value::from_bool(a > b);
    default: return Value::from_bool(a >= b);
  }
}

Fallible<Value> array_compare(Thread& t, Value left, Value right, CompareOp op) {
  if (!is<Array>(left) || !is<Array>(right)) return Value::not_implemented();
  Array *a = self_of(left), *b = self_of(right);
  bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
  if (equality && a->length_ != b->length_) return Value::from_bool(op == CompareOp::Ne);
  // OPTIMIZATION: equal bytes are equal items, but for nan.
  if (equality && a->kind_ == b->kind_ && (a->kind_->is_integer || a->kind_->is_text)) {
    TRY(t.poll(a->length_ / 8 + 1));
    bool equal = a->length_ == b->length_ && (a->length_ == 0 || std::memcmp(a->data(), b->data(), a->byte_length()) == 0);
    return Value::from_bool(equal == (op == CompareOp::Eq));
  }
  for (int64_t i = 0; i < a->length_ && i < b->length_; ++i) {
    Value x = TRY(item_at(t, a, i)), y = TRY(item_at(t, b, i));
    TRY(t.poll());
    Value same = TRY(compare_py(t, x, y, CompareOp::Eq));
    if (same.is_true()) continue;
    if (equality) return Value::from_bool(op == CompareOp::Ne);
    return compare_py(t, x, y, op);
  }
  return decide(op, a->length_, b->length_);
}

Fallible<int64_t> array_length(Thread&, Value self) { return self_of(self)->length_; }

Fallible<int64_t> index_of_py(Thread& t, Value key) {
  if (key.is_small_int()) return key.small_int();
  Int64Result r = int_to_int64_nogc(TRY(index_py(t, key)));
  if (r.overflow != 0) return t.raise(core.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
  return r.value;
}

Fallible<Value> array_get_item(Thread& t, Value self, Value key) {
  Array* array = self_of(self);
  if (!is_slice(key)) {
    if (!is_index(key)) return t.raise_type_error("array indices must be integers");
    int64_t i = TRY(index_of_py(t, key));
    if (i < 0) i += array->length_;
    if (i < 0 || i >= array->length_) return t.raise(core.IndexError, "array index out of range");
    return item_at(t, array, i);
  }
  SliceBounds unpacked = TRY(unpack_slice_py(t, key));
  TRY(t.poll(array->length_ / 64 + 1));
  SliceBounds b = fit_slice(unpacked, array->length_);  // __index__ and polling may have run Python
  int64_t count = std::max<int64_t>(b.count, 0), size = array->item_size();
  TRY(t.check_fits(static_cast<uint64_t>(count * size)));
  Array* result = TRY(Array::make(t, array_type, array->kind_, count));
  if (count == 0) return Value(result);
  if (b.step == 1) {
    std::memcpy(result->data(), array->at(b.start), static_cast<size_t>(count * size));
  } else {
    for (int64_t i = 0; i < count; ++i)
      std::memcpy(result->at(i), array->at(b.start + i * b.step), static_cast<size_t>(size));
  }
  return Value(result);
}

// Takes `count` items out, every step-th from start.
Fallible<void> take_out(Thread& t, Array* array, SliceBounds b) {
  if (b.count <= 0) return {};
  TRY(array->check_resizable(t));
  if (b.step < 0) {
    b.start += (b.count - 1) * b.step;
    b.step = -b.step;
  }
  auto size = static_cast<size_t>(array->item_size());
  int64_t to = b.start;
  for (int64_t i = 0; i < b.count; ++i) {
    int64_t from = b.start + i * b.step + 1;
    int64_t end = i + 1 < b.count ? from - 1 + b.step : array->length_;
    std::memmove(array->at(to), array->at(from), static_cast<size_t>(end - from) * size);
    to += end - from;
  }
  return array->resize(t, to);
}

Fallible<void> set_slice_py(Thread& t, Array* array, Value key, Value value) {
  Array* source = nullptr;
  if (!value.is_absent()) {
    if (!is<Array>(value)) return t.raise_type_error("can only assign array (not \"{}\") to array slice", type_of(value));
    source = as<Array>(value);
    if (source->kind_ != array->kind_) return t.raise_type_error("bad argument type for built-in operation");
    if (source == array) source = as<Array>(TRY(array_get_item(t, value, TRY(make_slice(t, Value::none(), Value::none(), Value::none())))));
  }
  SliceBounds b = fit_slice(TRY(unpack_slice_py(t, key)), array->length_);
  b.count = std::max<int64_t>(b.count, 0);
  if (source == nullptr) return take_out(t, array, b);
  int64_t needed = source->length_, size = array->item_size();
  if (b.step == 1) {
    int64_t change = needed - b.count, rest = array->length_ - b.start - b.count;
    if (change != 0) TRY(array->check_resizable(t));
    if (change > 0) TRY(array->resize(t, array->length_ + change));
    if (change != 0 && rest > 0)
      std::memmove(array->at(b.start + needed), array->at(b.start + b.count), static_cast<size_t>(rest * size));
    if (needed != 0) std::memcpy(array->at(b.start), source->data(), static_cast<size_t>(needed * size));
    if (change < 0) TRY(array->resize(t, array->length_ + change));
    return {};
  }
  if (needed == 0) return take_out(t, array, b);
  if (needed != b.count)
    return t.raise_value_error("attempt to assign array of size {} to extended slice of size {}", needed, b.count);
  for (int64_t i = 0; i < needed; ++i)
    std::memcpy(array->at(b.start + i * b.step), source->at(i), static_cast<size_t>(size));
  return {};
}

Fallible<void> array_set_item(Thread& t, Value self, Value key, Value value) {
  Array* array = self_of(self);
  if (is_slice(key)) return set_slice_py(t, array, key, value);
  if (!is_index(key)) return t.raise_type_error("array indices must be integers");
  int64_t i = TRY(index_of_py(t, key));
  if (i < 0) i += array->length_;
  if (i < 0 || i >= array->length_) return t.raise(core.IndexError, "array assignment index out of range");
  if (value.is_absent()) return take_out(t, array, {i, i + 1, 1, 1});
  ItemBytes item = TRY(item_from_py(t, *array->kind_, value));
  if (i >= array->length_) return t.raise(core.IndexError, "array assignment index out of range");
  std::memcpy(array->at(i), item.bytes, static_cast<size_t>(array->item_size()));
  return {};
}

Fallible<bool> array_contains(Thread& t, Value self, Value item) {
  Array* array = self_of(self);
  for (int64_t i = 0; i < array->length_; ++i) {
    if (TRY(equals_py(t, TRY(item_at(t, array, i)), item))) return true;
    TRY(t.poll());
  }
  return false;
}

Fallible<Value> array_concat(Thread& t, Value left, Value right) {
  if (!is<Array>(right)) return t.raise_type_error("can only append array (not \"{}\") to array", type_of(right));
  Array *a = self_of(left), *b = self_of(right);
  if (a->kind_ != b->kind_) return t.raise_type_error("bad argument type for built-in operation");
  int64_t m = a->length_, n = b->length_;
  TRY(t.check_fits(a->byte_length() + b->byte_length()));
  Array* result = TRY(Array::make(t, array_type, a->kind_, m + n));
  if (m != 0) std::memcpy(result->data(), a->data(), static_cast<size_t>(m * a->item_size()));
  if (n != 0) std::memcpy(result->at(m), b->data(), static_cast<size_t>(n * a->item_size()));
  return Value(result);
}
Fallible<Value> array_inplace_concat(Thread& t, Value self, Value other) {
  if (!is<Array>(other)) return t.raise_type_error("can only extend array with array (not \"{}\")", type_of(other));
  TRY(extend_py(t, self_of(self), other));
  return self;
}

Fallible<int64_t> repeated_length(Thread& t, Array* array, int64_t count) {
  int64_t total;
  if (count < 0) count = 0;
  if (__builtin_mul_overflow(array->length_, count, &total) || total > kMostBytes / array->item_size())
    return t.raise_memory_error();
  TRY(t.check_fits(static_cast<uint64_t>(total * array->item_size())));
  TRY(t.poll(total / 8 + 1));
  return total;
}
void fill_by_doubling(uint8_t* out, size_t n, size_t total) {
  for (size_t done = n; done < total;) {
    size_t step = std::min(done, total - done);
    std::memcpy(out + done, out, step);
    done += step;
  }
}
Fallible<Value> array_repeat(Thread& t, Value self, int64_t count) {
  Array* array = self_of(self);
  int64_t total = TRY(repeated_length(t, array, count));
  Array* result = TRY(Array::make(t, array_type, array->kind_, total));
  size_t n = std::min(array->byte_length(), result->byte_length());
  if (n == 0) return Value(result);
  std::memcpy(result->data(), array->data(), n);
  fill_by_doubling(result->data(), n, result->byte_length());
  return Value(result);
}
Fallible<Value> array_inplace_repeat(Thread& t, Value self, int64_t count) {
  Array* array = self_of(self);
  if (array->length_ == 0) return self;
  int64_t total = TRY(repeated_length(t, array, count));
  size_t n = array->byte_length();
  TRY(array->resize(t, total));
  if (n != 0 && total != 0) fill_by_doubling(array->data(), n, array->byte_length());
  return self;
}

Fallible<void> array_get_buffer(Thread&, Value self, BufferView* view, int flags) {
  constexpr int kFormat = 4, kShape = 8, kStrides = 0x18;
  Array* array = self_of(self);
  view->data = array->data();
  view->length = static_cast<int64_t>(array->byte_length());
  view->read_only = false;
  bool shaped = (flags & kShape) != 0;
  view->item_size = shaped ? array->item_size() : 1;
  view->format = (flags & kFormat) != 0 ? array->kind_->format : nullptr;
  view->shape = shaped ? &array->length_ : nullptr;
  view->strides = (flags & kStrides) == kStrides ? &array->stride_ : nullptr;
  view->object = self;
  view->keeper = array;
  view->export_count = &array->exports_;
  ++array->exports_;
  return {};
}
void array_release_buffer(Thread&, Value, BufferView*) {}  // release_buffer() counts

// ---- Iterator. ----

Fallible<Value> array_iter(Thread& t, Value self) {
  auto* iterator = TRY(t.allocate<ArrayIterator>(iterator_type->root_shape()));
  iterator->array_.set(iterator, self_of(self));
  return Value(iterator);
}
Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* iterator = as<ArrayIterator>(self);
  Array* array = iterator->array_.get();
  if (array == nullptr) return Value::absent();
  if (iterator->index_ >= array->length_) {
    iterator->array_.clear();
    return Value::absent();
  }
  return item_at(t, array, iterator->index_++);
}
Fallible<Value> iterator_reduce(Thread& t, ArrayIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  if (!self->array_) return reduced_to(t, iter, Value(empty_tuple()));
  return reduced_to(t, iter, Value(self->array_.get()), TRY(make_int(t, self->index_)));
}
Fallible<void> iterator_setstate(Thread& t, ArrayIterator* self, Value state) {
  if (!is_int_or_bool(state)) return t.raise_type_error("an integer is required");
  int64_t index = TRY(index_to_int64_py(t, state));
  if (!self->array_) return {};
  self->index_ = std::clamp<int64_t>(index, 0, self->array_->length_);
  return {};
}
constexpr NativeMethod kIteratorMethods[] = {
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "For pickle and copy."},
    {"__setstate__", HOG_NATIVE(iterator_setstate), "($self, state, /)", "Set the position."},
    {}};

Fallible<Value> get_typecode(Thread& t, Value self) {
  char code = self_of(self)->kind_->code;
  return Value(TRY(Str::from_char(t, static_cast<char32_t>(code))));
}
Fallible<Value> get_item_size(Thread&, Value self) { return Value::from_small_int(self_of(self)->item_size()); }
constexpr GetSet kArrayGetSets[] = {{"itemsize", get_item_size, nullptr, "Bytes of an item."},
                                    {"typecode", get_typecode, nullptr, "The character that names the kind of the items."},
                                    {}};

Fallible<int64_t> hash_refused(Thread& t, Value self) {
  Str* name = TRY(full_type_name(t, type_of(self)));
  return t.raise_type_error("unhashable type: '{}'", name);
}

constexpr TypeSpec kArraySpec = {
    .name = "array.array",
    .doc = "A sequence of numbers or characters of one kind, kept as bytes.",
    .layout = &Array::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences | type_flag::kSequence,
    .slots = {.repr = array_repr,
              .hash = hash_refused,
              .compare = array_compare,
              .iter = array_iter,
              .init = array_init,
              .new_ = array_new,
              .length = array_length,
              .get_item = array_get_item,
              .set_item = array_set_item,
              .contains = array_contains,
              .concat = array_concat,
              .repeat = array_repeat,
              .inplace_concat = array_inplace_concat,
              .inplace_repeat = array_inplace_repeat,
              .get_buffer = array_get_buffer,
              .release_buffer = array_release_buffer},
    .methods = kArrayMethods,
    .getsets = kArrayGetSets,
};
constexpr TypeSpec kIteratorSpec = {.name = "array.arrayiterator",
                                    .layout = &ArrayIterator::kLayout,
                                    .flags = type_flag::kNoInstantiation,
                                    .slots = {.iter = iterator_self, .next = iterator_next},
                                    .methods = kIteratorMethods};
constexpr TypeRegistration kTypes[] = {{&array_type, &kArraySpec}, {&iterator_type, &kIteratorSpec, false}};

constexpr NativeMethod kFunctions[] = {
    {"_array_reconstructor", HOG_NATIVE(reconstruct), "($module, arraytype, typecode, mformat_code, items, /)",
     "What pickled arrays are made by."},
    {}};

Fallible<void> initialize_module(Thread& t, Module* module) {
  Str* codes = TRY(Str::from_ascii(t, "bBuwhHiIlLqQfd"));
  TRY(module->add(t, "typecodes", Value(codes)));
  TRY(module->add(t, "ArrayType", Value(array_type)));
  Str* name = TRY(Str::intern_utf8(t, "collections.abc"));
  Value abc = TRY(t.isolate().services->import_module(t, name));
  Str* attribute = TRY(Str::intern_utf8(t, "MutableSequence"));
  Value sequence = TRY(get_attribute_py(t, abc, attribute));
  Str* method = TRY(Str::intern_utf8(t, "register"));
  TRY(call_method_py(t, sequence, method, Value(array_type)));
  return {};
}

}  // namespace

}  // namespace arrays

extern const ModuleSpec k_module_array;
const ModuleSpec k_module_array = {.name = "array",
                                   .doc = "Compact sequences of numbers.",
                                   .functions = arrays::kFunctions,
                                   .types = arrays::kTypes,
                                   .type_count = std::size(arrays::kTypes),
                                   .initialize = arrays::initialize_module};

}  // namespace hog
