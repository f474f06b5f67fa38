// bytes.cpp: the type bytes and its iterator. Methods: bytes_methods.cpp. Ref: library/stdtypes "Bytes Objects".
#include <algorithm>
#include <cstring>

#include "object/text_hash.hpp"
#include "types/bytes_common.hpp"
#include "base/copy.hpp"
#include "types/container_support.hpp"
#include "types/percent.hpp"

namespace hog {

namespace {

// source, encoding, errors by position or name.
struct ConstructorArguments {
  Value source = Value::absent(), encoding = Value::absent(), errors = Value::absent();
};

}  // namespace

Fallible<void> bind_bytes_arguments(Thread& t, const Arguments& arguments, const char* type_name, Value* source,
                                    Value* encoding, Value* errors) {
  Value* const places[] = {source, encoding, errors};
  constexpr const char* kNames[] = {"source", "encoding", "errors"};
  size_t given = arguments.positional + arguments.keyword_count();
  if (given > 3)
    return t.raise_type_error("{}() takes at most 3 {}arguments ({} given)", type_name,
                              arguments.positional == 0 ? "keyword " : "", given);
  for (uint32_t i = 0; i < arguments.positional; ++i) *places[i] = arguments[i];
  for (uint32_t k = 0; k < arguments.keyword_count(); ++k) {
    Str* name = as<Str>(arguments.names->at(k));
    int found = -1;
    for (int i = 0; i < 3; ++i)
      if (name->equals_ascii(kNames[i])) found = i;
    if (found < 0) return t.raise_type_error("{}() got an unexpected keyword argument '{}'", type_name, name);
    if (!places[found]->is_absent())
      return t.raise_type_error("argument for {}() given by name ('{}') and position ({})", type_name, kNames[found],
                                found + 1);
    *places[found] = arguments[arguments.positional + k];
  }
  for (int i = 1; i < 3; ++i)
    if (!places[i]->is_absent() && !is<Str>(*places[i]))
      return t.raise_type_error("{}() argument '{}' must be str, not {}", type_name, kNames[i], type_of(*places[i]));
  return {};
}

namespace {

Fallible<Bytes*> copy_as(Thread& t, Type* type, const Bytes* bytes) {
  Cell* cell = TRY(new_instance(t, type, bytes->length()));
  auto* copy = static_cast<Bytes*>(cell);
  copy->length_ = bytes->length();
  std::memcpy(copy->bytes_, bytes->data(), bytes->length());
  return copy;
}

Fallible<Bytes*> make_bytes_py(Thread& t, const ConstructorArguments& a) {
  if (!a.source.is_absent() && a.encoding.is_absent() && a.errors.is_absent()) {
    if (is_exactly(a.source, shapes.bytes)) return as<Bytes>(a.source);
    Value method = TRY(find_special_py(t, a.source, names.dunder_bytes));
    if (!method.is_absent()) {
      Value made = TRY(call_py(t, method));
      if (!is<Bytes>(made)) return t.raise_type_error("__bytes__ returned non-bytes (type {})", type_of(made));
      return as<Bytes>(made);
    }
  }
  return bytes_from_arguments_py(t, a.source, a.encoding, a.errors, "bytes", "bytes must be in range(0, 256)");
}

Fallible<Value> bytes_new(Thread& t, Type* type, const Arguments& arguments) {
  ConstructorArguments a;
  TRY(bind_bytes_arguments(t, arguments, "bytes", &a.source, &a.encoding, &a.errors));
  Bytes* bytes = TRY(make_bytes_py(t, a));
  if (type == core.bytes) return Value(bytes);
  return Value(TRY(copy_as(t, type, bytes)));
}

Fallible<Value> bytes_repr_slot(Thread& t, Value self) {
  return Value(TRY(bytes_repr(t, span_of(as<Bytes>(self)), "b", "", true)));
}

Fallible<Value> bytes_str(Thread& t, Value self) {
  if (t.isolate().start_flags.bytes_warning != 0) TRY(warn_py(t, core.BytesWarning, "str() on a bytes instance"));
  return bytes_repr_slot(t, self);
}

Fallible<int64_t> bytes_hash(Thread& t, Value self) {
  Bytes* bytes = as<Bytes>(self);
  if (bytes->length() == 0) return int64_t{0};
  uint64_t raw = __atomic_load_n(&bytes->hash_, __ATOMIC_RELAXED);
  if (raw == 0) {
    TRY(poll_text(t, bytes->length()));
    raw = hash_bytes_as_text(t, bytes->data(), bytes->length());
    if (!Heap::is_permanent(bytes)) __atomic_store_n(&bytes->hash_, raw, __ATOMIC_RELAXED);
  }
  return mix_hash(raw, t.isolate().hash_seed);
}

// Under -b: what is never equal may have been meant to be.
Fallible<void> warn_about_comparison_py(Thread& t, Value other, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return {};
  if (is<Str>(other)) return warn_py(t, core.BytesWarning, "Comparison between bytes and string");
  if (is_int_or_bool(other)) return warn_py(t, core.BytesWarning, "Comparison between bytes and int");
  return {};
}

Fallible<Value> bytes_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is<Bytes>(self) || !is<Bytes>(other)) {
    if (t.isolate().start_flags.bytes_warning != 0) TRY(warn_about_comparison_py(t, other, op));
    return Value::not_implemented();
  }
  const Bytes *a = as<Bytes>(self), *b = as<Bytes>(other);
  TRY(t.poll(static_cast<int64_t>(std::min(a->length(), b->length()) / 64)));
  if (op == CompareOp::Eq || op == CompareOp::Ne) {
    bool same = a->length() == b->length() && std::memcmp(a->data(), b->data(), a->length()) == 0;
    return Value::from_bool(same == (op == CompareOp::Eq));
  }
  int order = std::memcmp(a->data(), b->data(), std::min(a->length(), b->length()));
  if (order == 0) order = a->length() < b->length() ? -1 : a->length() > b->length();
  switch (op) {
    case CompareOp::Lt: return Value::from_bool(order < 0);
    case CompareOp::Le: return Value::from_bool(order <= 0);
    case CompareOp::Gt: return Value::from_bool(order > 0);
    default: return Value::from_bool(order >= 0);
  }
}

Fallible<int64_t> bytes_length(Thread&, Value self) { return static_cast<int64_t>(as<Bytes>(self)->length()); }

Fallible<Value> bytes_get_item(Thread& t, Value self, Value key) {
  Bytes* bytes = as<Bytes>(self);
  int64_t n = static_cast<int64_t>(bytes->length());
  if (key.is_small_int()) {
    int64_t i = key.small_int();
    if (i < 0) i += n;
    if (i < 0 || i >= n) return t.raise(core.IndexError, "index out of range");
    return Value::from_small_int(bytes->data()[i]);
  }
  if (is_slice(key)) {
    SliceBounds b = TRY(slice_bounds_py(t, key, n));
    if (b.count <= 0) return Value(TRY(Bytes::make(t, 0)));
    if (b.count == n && b.step == 1 && self.cell()->shape() == shapes.bytes) return self;
    TRY(t.check_fits(static_cast<uint64_t>(b.count)));
    TRY(poll_text(t, static_cast<size_t>(b.count)));
    if (b.step == 1) return Value(TRY(Bytes::from(t, bytes->data() + b.start, static_cast<size_t>(b.count))));
    Bytes* result = TRY(Bytes::make(t, static_cast<size_t>(b.count)));
    for (int64_t i = 0; i < b.count; ++i) result->mutable_data()[i] = bytes->data()[b.start + i * b.step];
    return Value(result);
  }
  if (!is_index(key))
    return t.raise_type_error("byte indices must be integers or slices, not {}", type_of(key));
  size_t i = TRY(byte_index_py(t, key, bytes->length(), "index out of range"));
  return Value::from_small_int(bytes->data()[i]);
}

Fallible<Value> bytes_concat(Thread& t, Value left, Value right) {
  if (!supports_buffer(right) || !supports_buffer(left))
    return t.raise_type_error("can't concat {} to {}", type_of(right), type_of(left));
  BytesLike a(t), b(t);
  TRY(a.open(left));
  TRY(b.open(right));
  if (a.size() == 0 && is_exactly(right, shapes.bytes)) return right;
  if (b.size() == 0 && is_exactly(left, shapes.bytes)) return left;
  TRY(t.check_fits(a.size() + b.size()));
  TRY(poll_text(t, a.size() + b.size()));
  Bytes* result = TRY(Bytes::make(t, a.size() + b.size()));
  copy_bytes(result->mutable_data(), a.data(), a.size());
  copy_bytes(result->mutable_data() + a.size(), b.data(), b.size());
  return Value(result);
}

Fallible<Value> bytes_repeat(Thread& t, Value self, int64_t count) {
  Bytes* bytes = as<Bytes>(self);
  if (count < 0) count = 0;
  if (count == 1 && self.cell()->shape() == shapes.bytes) return self;
  size_t n = bytes->length(), times = static_cast<size_t>(count);
  if (n != 0 && times > Str::kLongest / n) return t.raise_memory_error();
  size_t total = n * times;
  TRY(t.check_fits(total));
  TRY(poll_text(t, total));
  Bytes* result = TRY(Bytes::make(t, total));
  uint8_t* out = result->mutable_data();
  if (total == 0) return Value(result);
  std::memcpy(out, bytes->data(), n);
  for (size_t done = n; done < total;) {
    size_t step = std::min(done, total - done);
    std::memcpy(out + done, out, step);
    done += step;
  }
  return Value(result);
}

Fallible<Value> bytes_remainder(Thread& t, Value left, Value right) {
  if (!is<Bytes>(left)) return Value::not_implemented();
  return Value(TRY(percent_bytes_py(t, as<Bytes>(left)->data(), as<Bytes>(left)->length(), right)));
}

Fallible<void> bytes_get_buffer(Thread& t, Value self, BufferView* view, int flags) {
  if ((flags & kBufferWritable) != 0) return t.raise(core.BufferError, "Object is not writable.");
  Bytes* bytes = as<Bytes>(self);
  view->data = bytes->mutable_data();
  view->length = static_cast<int64_t>(bytes->length());
  view->read_only = true;
  view->object = self;
  view->keeper = bytes;
  return {};
}

// ---- Iterator. ----

Fallible<Value> bytes_iter(Thread& t, Value self) {
  BytesIterator* iterator = TRY(t.allocate<BytesIterator>(shapes.bytes_iterator));
  iterator->bytes_.set(iterator, as<Bytes>(self));
  return Value(iterator);
}
Fallible<Value> bytes_iterator_next(Thread&, Value self) {
  auto* iterator = as<BytesIterator>(self);
  Bytes* bytes = iterator->bytes_.get();
  if (bytes == nullptr) return Value::absent();
  if (iterator->index_ >= bytes->length()) {
    iterator->bytes_.clear();
    return Value::absent();
  }
  return Value::from_small_int(bytes->data()[iterator->index_++]);
}
Fallible<int64_t> bytes_iterator_length_hint(Thread&, BytesIterator* self) {
  return self->bytes_ ? static_cast<int64_t>(self->bytes_->length() - self->index_) : 0;
}
Fallible<Tuple*> bytes_iterator_reduce(Thread& t, BytesIterator* self) {
  Value iter = TRY(builtin_by_name_py(t, "iter"));
  if (!self->bytes_) return Tuple::of(t, iter, TRY(Tuple::of(t, empty_tuple())));
  return Tuple::of(t, iter, TRY(Tuple::of(t, self->bytes_.get())), Value::from_small_int(static_cast<int64_t>(self->index_)));
}
Fallible<void> bytes_iterator_setstate(Thread&, BytesIterator* self, int64_t index) {
  if (!self->bytes_) return {};
  self->index_ = static_cast<size_t>(std::clamp<int64_t>(index, 0, static_cast<int64_t>(self->bytes_->length())));
  return {};
}
const NativeMethod kBytesIteratorMethods[] = {
    {"__length_hint__", HOG_NATIVE(bytes_iterator_length_hint), "($self, /)", "How many bytes are still to come."},
    {"__reduce__", HOG_NATIVE(bytes_iterator_reduce), "($self, /)", "For pickle and copy."},
    {"__setstate__", HOG_NATIVE(bytes_iterator_setstate), "($self, state, /)", "Set the position."},
    {}};

}  // namespace

const Layout BytesIterator::kLayout = {
    .name = "bytes_iterator",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<BytesIterator*>(cell)->bytes_.get()); },
    .base_size = sizeof(BytesIterator),
};

extern const TypeSpec k_bytes_iterator_spec;
const TypeSpec k_bytes_iterator_spec = {
    .name = "bytes_iterator",
    .layout = &BytesIterator::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterator_self, .next = bytes_iterator_next},
    .methods = kBytesIteratorMethods,
};

extern const TypeSpec k_bytes_spec;
const TypeSpec k_bytes_spec = {
    .name = "bytes",
    .doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> a copy\n"
           "bytes(int) -> that many zero bytes\nbytes() -> no bytes\n\nAn immutable sequence of bytes.",
    .layout = &Bytes::kLayout,
    .flags = type_flag::kBaseType | type_flag::kBytesSubclass | type_flag::kMatchSelf,
    .slots = {.repr = bytes_repr_slot,
              .str = bytes_str,
              .hash = bytes_hash,
              .compare = bytes_compare,
              .iter = bytes_iter,
              .new_ = bytes_new,
              .remainder = bytes_remainder,
              .length = bytes_length,
              .get_item = bytes_get_item,
              .contains = bytes_contains_py,
              .concat = bytes_concat,
              .repeat = bytes_repeat,
              .get_buffer = bytes_get_buffer},
    .methods = kSharedBytesMethods,
};

}  // namespace hog
