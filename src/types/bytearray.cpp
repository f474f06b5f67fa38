// bytearray.cpp: the type bytearray and its iterator. Methods it shares with bytes: bytes_methods.cpp.
//
// Invariant: every change of the length goes through ByteArrayObject::resize or replace, which refuse while the bytes are
// exported. Ref: library/stdtypes "Bytearray Objects".
#include <algorithm>
#include <cstring>

#include "types/bytes_common.hpp"
#include "types/container_support.hpp"
#include "types/percent.hpp"

namespace hog {

Fallible<void> bind_bytes_arguments(Thread& t, const Arguments& arguments, const char* type_name, Value* source,
                                    Value* encoding, Value* errors);

namespace {

ByteArrayObject* self_of(Value v) { return as<ByteArrayObject>(v); }
constexpr const char* kRange = "byte must be in range(0, 256)";

// ---- Making. ----

Fallible<Value> bytearray_new(Thread& t, Type* type, const Arguments&) {
  if (type == core.bytearray) return Value(TRY(ByteArrayObject::make(t, 0)));
  return Value(TRY(new_instance(t, type)));
}

// Byte by byte, since the iterable may look at what is there already.
Fallible<void> fill_from_iterable_py(Thread& t, ByteArrayObject* array, Value iterable) {
  Fallible<Value> iterator = iter_py(t, iterable);
  if (iterator.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error("cannot convert '{}' object to bytearray", type_of(iterable));
  }
  return for_each_py(t, iterator.get(), [&](Value item) -> Fallible<bool> {
    uint8_t byte = TRY(byte_value_py(t, item, kRange));
    size_t n = array->length();
    TRY(array->resize(t, n + 1));
    array->data()[n] = byte;
    return true;
  });
}

Fallible<void> bytearray_init(Thread& t, Value self, const Arguments& arguments) {
  Value source = Value::absent(), encoding = Value::absent(), errors = Value::absent();
  TRY(bind_bytes_arguments(t, arguments, "bytearray", &source, &encoding, &errors));
  TRY(self_of(self)->resize(t, 0));
  if (source.is_absent() && encoding.is_absent() && errors.is_absent()) return {};
  if (encoding.is_absent() && errors.is_absent() && !is<Str>(source) && !supports_buffer(source) && !is_index(source))
    return fill_from_iterable_py(t, self_of(self), source);
  Bytes* bytes = TRY(bytes_from_arguments_py(t, source, encoding, errors, "bytearray", kRange));
  ByteArrayObject* array = self_of(self);
  return array->replace(t, 0, array->length(), bytes->data(), bytes->length());
}

// ---- Slots. ----

Fallible<Value> bytearray_repr(Thread& t, Value self) {
  TRY(check_native_recursion(t));
  Bytes* copy = TRY(Bytes::from(t, self_of(self)->data(), self_of(self)->length()));
  Str* name = type_of(self)->name();
  Str* inside = TRY(bytes_repr(t, span_of(copy), "(b", ")", false));
  return Value(TRY(Str::concat(t, name, inside)));
}

Fallible<Value> bytearray_str(Thread& t, Value self) {
  if (t.isolate().start_flags.bytes_warning != 0) TRY(warn_py(t, core.BytesWarning, "str() on a bytearray instance"));
  return bytearray_repr(t, self);
}

Fallible<Value> bytearray_compare(Thread& t, Value self, Value other, CompareOp op) {
  bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
  if (t.isolate().start_flags.bytes_warning != 0 && equality && is<Str>(other))
    TRY(warn_py(t, core.BytesWarning, "Comparison between bytearray and string"));
  if (!supports_buffer(self) || !supports_buffer(other)) return Value::not_implemented();
  BytesLike a(t), b(t);
  TRY(a.open(self));
  if (b.open(other).failed()) {
    if (t.terminated()) return Failure{};
    static_cast<void>(t.take_exception());
    return Value::not_implemented();
  }
  TRY(poll_text(t, std::min(a.size(), b.size())));
  if ((op == CompareOp::Eq || op == CompareOp::Ne) && a.size() != b.size()) return Value::from_bool(op == CompareOp::Ne);
  int order = std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
  if (order == 0) order = a.size() < b.size() ? -1 : a.size() > b.size();
  switch (op) {
    case CompareOp::Lt: return Value::from_bool(order < 0);
    case CompareOp::Le: return Value::from_bool(order <= 0);
    case CompareOp::Eq: return Value::from_bool(order == 0);
    case CompareOp::Ne: return Value::from_bool(order != 0);
    case CompareOp::Gt: return Value::from_bool(order > 0);
    default: return Value::from_bool(order >= 0);
  }
}

Fallible<int64_t> bytearray_length(Thread&, Value self) { return static_cast<int64_t>(self_of(self)->length()); }

// __index__ as a small int, or IndexError.
Fallible<Value> as_index_py(Thread& t, Value key) {
  Value n = TRY(index_py(t, key));
  Int64Result r = int_to_int64_nogc(n);
  if (r.overflow != 0 || !Value::fits_small_int(r.value))
    return t.raise(core.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
  return Value::from_small_int(r.value);
}

Fallible<Value> bytearray_get_item(Thread& t, Value self, Value key) {
  ByteArrayObject* array = self_of(self);
  if (!is_slice(key)) {
    if (!is_index(key)) return t.raise_type_error("bytearray indices must be integers or slices, not {}", type_of(key));
    if (!key.is_small_int()) key = TRY(as_index_py(t, key));  // may change the length
    size_t i = TRY(byte_index_py(t, key, array->length(), "bytearray index out of range"));
    return Value::from_small_int(array->data()[i]);
  }
  SliceBounds unpacked = TRY(unpack_slice_py(t, key));
  SliceBounds b = fit_slice(unpacked, static_cast<int64_t>(array->length()));  // __index__ may have changed it
  if (b.count <= 0) return Value(TRY(ByteArrayObject::make(t, 0)));
  TRY(t.check_fits(static_cast<uint64_t>(b.count)));
  TRY(poll_text(t, static_cast<size_t>(b.count)));
  if (b.step == 1) return Value(TRY(ByteArrayObject::from(t, array->data() + b.start, static_cast<size_t>(b.count))));
  ByteArrayObject* result = TRY(ByteArrayObject::make(t, static_cast<size_t>(b.count)));
  for (int64_t i = 0; i < b.count; ++i) result->data()[i] = array->data()[b.start + i * b.step];
  return Value(result);
}

// Deletes every step-th byte of a slice.
Fallible<void> delete_slice(Thread& t, ByteArrayObject* array, SliceBounds b) {
  TRY(array->check_resizable(t));
  if (b.step < 0) {
    b.start += (b.count - 1) * b.step;
    b.step = -b.step;
  }
  uint8_t* data = array->data();
  size_t to = static_cast<size_t>(b.start), n = array->length();
  int64_t next = b.start, left = b.count;
  for (size_t i = static_cast<size_t>(b.start); i < n; ++i) {
    if (left > 0 && static_cast<int64_t>(i) == next) {
      if (--left > 0) next += b.step;  // the step behind the last one may be beyond any index
      continue;
    }
    data[to++] = data[i];
  }
  return array->resize(t, to);
}

Fallible<void> set_slice_py(Thread& t, Value self, Value key, Value value) {
  ByteArrayObject* array = self_of(self);
  Bytes* bytes = nullptr;
  if (!value.is_absent()) {
    // Converted before anything is looked at: this may run Python, and the value may be this very bytearray.
    if (is_int_or_bool(value) || is<Str>(value))
      return t.raise_type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)");
    bytes = TRY(bytes_from_object_py(t, value, "bytearray", kRange));
  }
  SliceBounds unpacked = TRY(unpack_slice_py(t, key));
  int64_t n = static_cast<int64_t>(array->length());
  SliceBounds b = fit_slice(unpacked, n);
  TRY(poll_text(t, static_cast<size_t>(n)));
  size_t size = bytes == nullptr ? 0 : bytes->length();
  if (b.step == 1) {
    size_t start = static_cast<size_t>(b.start);
    return array->replace(t, start, start + static_cast<size_t>(std::max<int64_t>(b.count, 0)),
                          bytes == nullptr ? nullptr : bytes->data(), size);
  }
  if (size == 0) {  // nothing in place of the items: they go
    if (b.count <= 0) return {};
    return delete_slice(t, array, b);
  }
  if (static_cast<int64_t>(size) != b.count)
    return t.raise_value_error("attempt to assign bytes of size {} to extended slice of size {}", size, b.count);
  for (int64_t i = 0; i < b.count; ++i) array->data()[b.start + i * b.step] = bytes->data()[i];
  return {};
}

Fallible<void> bytearray_set_item(Thread& t, Value self, Value key, Value value) {
  if (is_slice(key)) return set_slice_py(t, self, key, value);
  if (!is_index(key)) return t.raise_type_error("bytearray indices must be integers or slices, not {}", type_of(key));
  if (!key.is_small_int()) key = TRY(as_index_py(t, key));
  uint8_t byte = 0;
  if (!value.is_absent()) byte = TRY(byte_value_py(t, value));
  ByteArrayObject* array = self_of(self);  // converting key and value may have changed the length
  size_t i = TRY(byte_index_py(t, key, array->length(), "bytearray index out of range"));
  if (!value.is_absent()) {
    array->data()[i] = byte;
    return {};
  }
  return array->replace(t, i, i + 1, nullptr, 0);
}

Fallible<Value> bytearray_concat(Thread& t, Value left, Value right) {
  if (!supports_buffer(right) || !supports_buffer(left))
    return t.raise_type_error("can't concat {} to {}", type_of(right), type_of(left));
  BytesLike a(t), b(t);
  TRY(a.open(left));
  TRY(b.open(right));
  TRY(t.check_fits(a.size() + b.size()));
  TRY(poll_text(t, a.size() + b.size()));
  ByteArrayObject* result = TRY(ByteArrayObject::make(t, a.size() + b.size()));
  std::memcpy(result->data(), a.data(), a.size());
  std::memcpy(result->data() + a.size(), b.data(), b.size());
  return Value(result);
}

// Appends bytes that may be this array's own.
Fallible<void> append_bytes(Thread& t, ByteArrayObject* array, const uint8_t* data, size_t size, bool own) {
  TRY(t.check_fits(size));
  TRY(poll_text(t, size));
  size_t old = array->length();
  TRY(array->resize(t, old + size));
  if (size != 0) std::memcpy(array->data() + old, own ? array->data() : data, size);
  return {};
}

Fallible<Value> bytearray_inplace_concat(Thread& t, Value self, Value other) {
  ByteArrayObject* array = self_of(self);
  if (!supports_buffer(other)) return t.raise_type_error("can't concat {} to {}", type_of(other), type_of(self));
  BytesLike b(t);
  TRY(b.open(other));
  TRY(append_bytes(t, array, b.data(), b.size(), false));
  return self;
}

Fallible<size_t> repeated_size(Thread& t, size_t n, int64_t count) {
  size_t times = count < 0 ? 0 : static_cast<size_t>(count);
  if (n != 0 && times > Str::kLongest / n) return t.raise_memory_error();
  TRY(t.check_fits(n * times));
  TRY(poll_text(t, n * times));
  return n * times;
}

void fill_by_doubling(uint8_t* out, size_t n, size_t total) {
  for (size_t done = n; done < total;) {
    size_t step = std::min(done, total - done);
    std::memcpy(out + done, out, step);
    done += step;
  }
}

Fallible<Value> bytearray_repeat(Thread& t, Value self, int64_t count) {
  ByteArrayObject* array = self_of(self);
  size_t n = array->length(), total = TRY(repeated_size(t, n, count));
  ByteArrayObject* result = TRY(ByteArrayObject::make(t, total));
  if (total == 0) return Value(result);
  std::memcpy(result->data(), array->data(), n);
  fill_by_doubling(result->data(), n, total);
  return Value(result);
}

Fallible<Value> bytearray_inplace_repeat(Thread& t, Value self, int64_t count) {
  ByteArrayObject* array = self_of(self);
  size_t n = array->length(), total = TRY(repeated_size(t, n, count));
  TRY(array->resize(t, total));
  if (n != 0) fill_by_doubling(array->data(), n, total);
  return self;
}

Fallible<Value> bytearray_remainder(Thread& t, Value left, Value right) {
  if (!is<ByteArrayObject>(left)) return Value::not_implemented();
  LengthLock lock(left);
  Bytes* format = TRY(Bytes::from(t, self_of(left)->data(), self_of(left)->length()));
  Bytes* result = TRY(percent_bytes_py(t, format->data(), format->length(), right));
  return Value(TRY(ByteArrayObject::from(t, result->data(), result->length())));
}

Fallible<void> bytearray_get_buffer(Thread&, Value self, BufferView* view, int) {
  ByteArrayObject* array = self_of(self);
  view->data = array->data();
  view->length = static_cast<int64_t>(array->length());
  view->read_only = false;
  view->object = self;
  view->keeper = array;
  view->export_count = &array->exports_;
  ++array->exports_;
  return {};
}
void bytearray_release_buffer(Thread&, Value, BufferView*) {}  // release_buffer() counts

// ---- Iterator. ----

Fallible<Value> bytearray_iter(Thread& t, Value self) {
  ByteArrayIterator* iterator = TRY(t.allocate<ByteArrayIterator>(shapes.bytearray_iterator));
  iterator->array_.set(iterator, self_of(self));
  return Value(iterator);
}
Fallible<Value> iterator_next(Thread&, Value self) {
  auto* iterator = as<ByteArrayIterator>(self);
  ByteArrayObject* array = iterator->array_.get();
  if (array == nullptr) return Value::absent();
  if (iterator->index_ >= array->length()) {
    iterator->array_.clear();
    return Value::absent();
  }
  return Value::from_small_int(array->data()[iterator->index_++]);
}
Fallible<int64_t> iterator_length_hint(Thread&, ByteArrayIterator* self) {
  if (!self->array_ || self->index_ >= self->array_->length()) return int64_t{0};
  return static_cast<int64_t>(self->array_->length() - self->index_);
}
Fallible<Tuple*> iterator_reduce(Thread& t, ByteArrayIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  if (!self->array_) return Tuple::of(t, iter, TRY(Tuple::of(t, empty_tuple())));
  return Tuple::of(t, iter, TRY(Tuple::of(t, self->array_.get())), Value::from_small_int(static_cast<int64_t>(self->index_)));
}
Fallible<void> iterator_setstate(Thread&, ByteArrayIterator* self, int64_t index) {
  if (!self->array_) return {};
  self->index_ = static_cast<size_t>(std::clamp<int64_t>(index, 0, static_cast<int64_t>(self->array_->length())));
  return {};
}
const NativeMethod kIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(iterator_length_hint), "($self, /)", "How many bytes are still to come."},
    {"__reduce__", HOG_NATIVE(iterator_reduce), "($self, /)", "For pickle and copy."},
    {"__setstate__", HOG_NATIVE(iterator_setstate), "($self, state, /)", "Set the position."},
    {}};

}  // namespace

// ---- Methods. ----

Fallible<void> bytearray_append(Thread& t, ByteArrayObject* self, Value item) {
  uint8_t byte = TRY(byte_value_py(t, item));
  size_t n = self->length();
  TRY(self->resize(t, n + 1));
  self->data()[n] = byte;
  return {};
}

Fallible<void> bytearray_clear(Thread& t, ByteArrayObject* self) { return self->resize(t, 0); }

Fallible<ByteArrayObject*> bytearray_copy(Thread& t, ByteArrayObject* self) {
  return ByteArrayObject::from(t, self->data(), self->length());
}

Fallible<void> bytearray_extend(Thread& t, ByteArrayObject* self, Value iterable) {
  if (iterable == Value(self)) return append_bytes(t, self, nullptr, self->length(), true);
  if (supports_buffer(iterable)) {
    size_t end = self->length();  // before __buffer__ may change it
    BytesLike bytes(t);
    TRY(bytes.open(iterable));
    end = std::min(end, self->length());
    TRY(t.check_fits(bytes.size()));
    TRY(poll_text(t, bytes.size()));
    return self->replace(t, end, end, bytes.data(), bytes.size());
  }
  if (is<Str>(iterable)) {
    if (as<Str>(iterable)->length() == 0) return {};
    return t.raise_type_error("expected iterable of integers; got: 'str'");
  }
  Fallible<Value> iterator = iter_py(t, iterable);
  if (iterator.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error("can't extend bytearray with {}", type_of(iterable));
  }
  TRY(length_hint_py(t, iterable, 0));  // no use for it here, but an object that fails to tell its length is refused
  Bytes* bytes = TRY(bytes_from_object_py(t, iterator.get(), "bytearray", kRange));
  return append_bytes(t, self, bytes->data(), bytes->length(), false);
}

Fallible<void> bytearray_insert(Thread& t, ByteArrayObject* self, int64_t index, Value item) {
  uint8_t byte = TRY(byte_value_py(t, item));
  int64_t n = static_cast<int64_t>(self->length());
  if (index < 0) index = std::max<int64_t>(index + n, 0);
  index = std::min(index, n);
  TRY(poll_text(t, static_cast<size_t>(n - index)));
  return self->replace(t, static_cast<size_t>(index), static_cast<size_t>(index), &byte, 1);
}

Fallible<int64_t> bytearray_pop(Thread& t, ByteArrayObject* self, int64_t index) {
  int64_t n = static_cast<int64_t>(self->length());
  if (n == 0) return t.raise(core.IndexError, "pop from empty bytearray");
  if (index < 0) index += n;
  if (index < 0 || index >= n) return t.raise(core.IndexError, "pop index out of range");
  TRY(self->check_resizable(t));
  int64_t byte = self->data()[index];
  TRY(poll_text(t, static_cast<size_t>(n - index)));
  TRY(self->replace(t, static_cast<size_t>(index), static_cast<size_t>(index) + 1, nullptr, 0));
  return byte;
}

Fallible<void> bytearray_remove(Thread& t, ByteArrayObject* self, Value value) {
  uint8_t byte = TRY(byte_value_py(t, value));
  TRY(poll_text(t, self->length()));
  size_t at = search::find_char(span_of(self).text(), byte);
  if (at == search::kNowhere) return t.raise_value_error("value not found in bytearray");
  return self->replace(t, at, at + 1, nullptr, 0);
}

Fallible<void> bytearray_resize(Thread& t, ByteArrayObject* self, int64_t size) {
  if (size < 0) return t.raise_value_error("Can only resize to positive sizes, got {}", size);
  if (static_cast<size_t>(size) > self->length()) TRY(t.check_fits(static_cast<size_t>(size) - self->length()));
  return self->resize(t, static_cast<size_t>(size));
}

Fallible<void> bytearray_reverse(Thread& t, ByteArrayObject* self) {
  TRY(poll_text(t, self->length()));
  std::reverse(self->data(), self->data() + self->length());
  return {};
}

Fallible<int64_t> bytearray_alloc(Thread&, ByteArrayObject* self) {
  return static_cast<int64_t>(self->storage_ ? self->storage_->capacity() + 1 : 0);
}

namespace {
Fallible<Value> reduce_state_py(Thread& t, ByteArrayObject* self) {
  return call_method_py(t, Value(self), names.dunder_getstate);
}
}  // namespace

Fallible<Tuple*> bytearray_reduce_ex(Thread& t, ByteArrayObject* self, int protocol) {
  Value state = TRY(reduce_state_py(t, self));
  if (self->length() == 0) return Tuple::of(t, type_of(Value(self)), empty_tuple(), state);
  if (protocol < 3) {
    Str* text = TRY(Str::from_latin1(t, self->data(), self->length()));
    Str* latin = TRY(Str::from_ascii(t, "latin-1"));
    return Tuple::of(t, type_of(Value(self)), TRY(Tuple::of(t, text, latin)), state);
  }
  Bytes* bytes = TRY(Bytes::from(t, self->data(), self->length()));
  return Tuple::of(t, type_of(Value(self)), TRY(Tuple::of(t, bytes)), state);
}
Fallible<Tuple*> bytearray_reduce(Thread& t, ByteArrayObject* self) { return bytearray_reduce_ex(t, self, 2); }

const Layout ByteArrayIterator::kLayout = {
    .name = "bytearray_iterator",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<ByteArrayIterator*>(cell)->array_.get()); },
    .base_size = sizeof(ByteArrayIterator),
};

extern const TypeSpec k_bytearray_iterator_spec;
const TypeSpec k_bytearray_iterator_spec = {
    .name = "bytearray_iterator",
    .layout = &ByteArrayIterator::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterator_self, .next = iterator_next},
    .methods = kIteratorMethods,
};

extern const TypeSpec k_bytearray_spec;
const TypeSpec k_bytearray_spec = {
    .name = "bytearray",
    .doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n"
           "bytearray(bytes_or_buffer) -> a mutable copy\nbytearray(int) -> that many zero bytes\nbytearray() -> no bytes\n\n"
           "A mutable sequence of bytes.",
    .layout = &ByteArrayObject::kLayout,
    .flags = type_flag::kBaseType | type_flag::kMatchSelf,
    .slots = {.repr = bytearray_repr,
              .str = bytearray_str,
              .compare = bytearray_compare,
              .iter = bytearray_iter,
              .init = bytearray_init,
              .new_ = bytearray_new,
              .remainder = bytearray_remainder,
              .length = bytearray_length,
              .get_item = bytearray_get_item,
              .set_item = bytearray_set_item,
              .contains = bytes_contains_py,
              .concat = bytearray_concat,
              .repeat = bytearray_repeat,
              .inplace_concat = bytearray_inplace_concat,
              .inplace_repeat = bytearray_inplace_repeat,
              .get_buffer = bytearray_get_buffer,
              .release_buffer = bytearray_release_buffer},
    .methods = kSharedByteArrayMethods,
};

}  // namespace hog
