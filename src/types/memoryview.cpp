// memoryview.cpp: the type memoryview. Invariant: data_, shape and strides of a view never leave its buffer's memory; after
// anything that may run Python (an item's __index__) released_ is checked again. Ref: library/stdtypes "Memory Views".
#include <algorithm>
#include <cstring>

#include "object/bytes_builder.hpp"
#include "object/text_hash.hpp"
#include "types/bytes_common.hpp"
#include "types/container_support.hpp"
#include "types/memory_items.hpp"

namespace hog {

namespace {

MemoryView* self_of(Value v) { return as<MemoryView>(v); }

const char* const kByteFormat = "B";

int64_t product(const int64_t* lengths, int n) {
  int64_t p = 1;
  for (int i = 0; i < n; ++i) p *= lengths[i];
  return p;
}

void set_row_major_strides(MemoryView* view) {
  int64_t step = view->item_size_;
  for (int i = view->ndim_ - 1; i >= 0; --i) {
    view->strides()[i] = step;
    step *= view->shape()[i];
  }
}

// A view of the same memory with the same form, to be changed by the caller.
Fallible<MemoryView*> copy_view(Thread& t, MemoryView* from, int ndim) {
  MemoryView* view = TRY(MemoryView::make(t, from->base_.get(), ndim));
  view->data_ = from->data_;
  view->item_size_ = from->item_size_;
  view->read_only_ = from->read_only_;
  view->format_.set(view, from->format_.get());
  for (int i = 0; i < std::min(ndim, from->ndim_); ++i) {
    view->shape()[i] = from->shape()[i];
    view->strides()[i] = from->strides()[i];
  }
  return view;
}

Fallible<Bytes*> format_cell(Thread& t, const char* format) { return Bytes::from(t, format, std::strlen(format) + 1); }

Fallible<char> native_code(Thread& t, MemoryView* view) {
  char code = 0;
  if (native_item_size(view->format(), &code) == 0)
    return t.raise(core.NotImplementedError, "memoryview: format {} not supported", view->format());
  return code;
}

// Visits the first byte of every item in row-major order, or with the first index fastest for Fortran order.
template <typename Visit>
void for_each_item(const MemoryView* view, bool fortran, Visit visit) {
  int n = view->ndim_;
  int64_t index[kMostDimensions] = {};
  if (product(view->shape(), n) == 0) return;
  const uint8_t* at = view->data_;
  for (;;) {
    visit(at);
    int k = 0;
    for (; k < n; ++k) {
      int d = fortran ? k : n - 1 - k;
      at += view->strides()[d];
      if (++index[d] < view->shape()[d]) break;
      at -= view->strides()[d] * view->shape()[d];
      index[d] = 0;
    }
    if (k == n) return;
  }
}

Fallible<Bytes*> contents(Thread& t, MemoryView* view, bool fortran = false) {
  size_t size = static_cast<size_t>(view->byte_length());
  TRY(t.check_fits(size));
  TRY(poll_text(t, size * 4));
  Bytes* bytes = TRY(Bytes::make(t, size));
  if (fortran ? view->is_fortran_contiguous() : view->is_contiguous()) {
    if (size != 0) std::memcpy(bytes->mutable_data(), view->data_, size);
    return bytes;
  }
  uint8_t* out = bytes->mutable_data();
  size_t item = static_cast<size_t>(view->item_size_);
  for_each_item(view, fortran, [&](const uint8_t* at) {
    std::memcpy(out, at, item);
    out += item;
  });
  return bytes;
}

}  // namespace

Fallible<Bytes*> memory_contents(Thread& t, MemoryView* view) { return contents(t, view); }

// ---- Cells. ----

const Layout ManagedBuffer::kLayout = {
    .name = "managedbuffer",
    .trace =
        [](Cell* cell, Marker& marker) {
          auto* buffer = static_cast<ManagedBuffer*>(cell);
          marker.visit_word(buffer->view_.object.raw());
          marker.visit(buffer->view_.keeper);
        },
    .base_size = sizeof(ManagedBuffer),
};
const Layout MemoryView::kLayout = {
    .name = "memoryview",
    .trace =
        [](Cell* cell, Marker& marker) {
          auto* view = static_cast<MemoryView*>(cell);
          marker.visit(view->base_.get());
          marker.visit(view->format_.get());
        },
    .base_size = sizeof(MemoryView),
    .item_size = 16,
    .item_count = [](const Cell* cell) { return static_cast<size_t>(static_cast<const MemoryView*>(cell)->ndim_); },
};
const Layout MemoryIterator::kLayout = {
    .name = "memory_iterator",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<MemoryIterator*>(cell)->view_.get()); },
    .base_size = sizeof(MemoryIterator),
};

Fallible<MemoryView*> MemoryView::make(Thread& t, ManagedBuffer* base, int ndim) {
  MemoryView* view = TRY(t.allocate<MemoryView>(shapes.memoryview, static_cast<size_t>(ndim) * 16));
  view->ndim_ = ndim;
  view->base_.set(view, base);
  ++base->views_;
  return view;
}

int64_t MemoryView::byte_length() const { return product(shape(), ndim_) * item_size_; }

bool MemoryView::is_contiguous() const {
  int64_t step = item_size_;
  if (product(shape(), ndim_) == 0) return true;
  for (int i = ndim_ - 1; i >= 0; --i) {
    if (shape()[i] > 1 && strides()[i] != step) return false;
    step *= shape()[i];
  }
  return true;
}

bool MemoryView::is_fortran_contiguous() const {
  int64_t step = item_size_;
  if (product(shape(), ndim_) == 0) return true;
  for (int i = 0; i < ndim_; ++i) {
    if (shape()[i] > 1 && strides()[i] != step) return false;
    step *= shape()[i];
  }
  return true;
}

Fallible<void> MemoryView::check_released(Thread& t) const {
  if (released_ || base_->released_) return t.raise_value_error("operation forbidden on released memoryview object");
  return {};
}

Fallible<MemoryView*> MemoryView::from_object_py(Thread& t, Value object, int flags) {
  if (is<MemoryView>(object)) {
    TRY(as<MemoryView>(object)->check_released(t));
    return copy_view(t, as<MemoryView>(object), as<MemoryView>(object)->ndim_);
  }
  if (!supports_buffer(object))
    return t.raise_type_error("memoryview: a bytes-like object is required, not '{}'", type_of(object));
  ManagedBuffer* base = TRY(t.allocate<ManagedBuffer>(shapes.managed_buffer));
  TRY(get_buffer_py(t, object, &base->view_, flags));
  const BufferView& buffer = base->view_;
  base->next_ = t.isolate().managed_buffers;
  t.isolate().managed_buffers = base;
  int ndim = buffer.shape != nullptr ? std::clamp(buffer.ndim, 0, kMostDimensions) : 1;
  MemoryView* view = TRY(make(t, base, ndim));
  view->data_ = buffer.data;
  view->item_size_ = buffer.item_size;
  view->read_only_ = buffer.read_only;
  view->format_.set(view, TRY(format_cell(t, buffer.format == nullptr ? kByteFormat : buffer.format)));
  if (buffer.shape == nullptr) {
    view->shape()[0] = buffer.item_size != 0 ? buffer.length / buffer.item_size : 0;
    view->strides()[0] = buffer.item_size;
  } else {
    for (int i = 0; i < ndim; ++i) view->shape()[i] = buffer.shape[i];
    if (buffer.strides == nullptr) {
      set_row_major_strides(view);
    } else {
      for (int i = 0; i < ndim; ++i) view->strides()[i] = buffer.strides[i];
    }
  }
  return view;
}

namespace {

// ---- Slots. ----

Fallible<Value> memory_new(Thread& t, Type*, const Arguments& arguments) {
  Value object = Value::absent();
  size_t given = arguments.positional + arguments.keyword_count();
  if (given > 1) return t.raise_type_error("memoryview() takes at most 1 argument ({} given)", given);
  if (arguments.positional == 1) object = arguments[0];
  if (arguments.keyword_count() == 1) {
    Str* name = as<Str>(arguments.names->at(0));
    if (!name->equals_ascii("object"))
      return t.raise_type_error("memoryview() missing required argument 'object' (pos 1)");
    object = arguments[arguments.positional];
  }
  if (object.is_absent()) return t.raise_type_error("memoryview() missing required argument 'object' (pos 1)");
  return Value(TRY(MemoryView::from_object_py(t, object)));
}

Fallible<Value> memory_repr(Thread& t, Value self) {
  char digits[2 * sizeof(uintptr_t)];
  uint64_t n = self.raw();
  size_t at = sizeof digits;
  do digits[--at] = "0123456789abcdef"[n & 15];
  while ((n >>= 4) != 0);
  std::string_view hex(digits + at, sizeof digits - at);
  return Value(TRY(t.format(self_of(self)->released_ ? "<released memory at 0x{}>" : "<memory at 0x{}>", hex)));
}

Fallible<int64_t> memory_hash(Thread& t, Value self) {
  MemoryView* view = self_of(self);
  if (view->hash_ == 0) {
    TRY(view->check_released(t));
    if (!view->read_only_) return t.raise_value_error("cannot hash writable memoryview object");
    char code = 0;
    native_item_size(view->format(), &code);
    if (code != 'B' && code != 'b' && code != 'c')
      return t.raise_value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    ++view->exports_;  // the exporter's __hash__ may not release the memory that is about to be read
    Fallible<int64_t> exporter = hash_py(t, view->base_->view_.object);
    --view->exports_;
    if (exporter.failed()) return Failure{};
    TRY(view->check_released(t));
    Bytes* bytes = TRY(contents(t, view));
    view->hash_ = bytes->length() == 0 ? 1 : hash_bytes_as_text(t, bytes->data(), bytes->length());
  }
  if (view->hash_ == 1) return int64_t{0};
  return mix_hash(view->hash_, t.isolate().hash_seed);
}

Fallible<int64_t> memory_length(Thread& t, Value self) {
  MemoryView* view = self_of(self);
  TRY(view->check_released(t));
  if (view->ndim_ == 0) return t.raise_type_error("0-dim memory has no length");
  return view->shape()[0];
}

// ---- Items. ----

Fallible<uint8_t*> lookup(Thread& t, MemoryView* view, uint8_t* at, int dimension, int64_t index) {
  int64_t n = view->shape()[dimension];
  if (index < 0) index += n;
  if (index < 0 || index >= n)
    return t.raise(core.IndexError, "index out of bounds on dimension {}", dimension + 1);
  return at + index * view->strides()[dimension];
}

bool all_of_tuple(Value key, bool (*test)(Value)) {
  if (!is<Tuple>(key)) return false;
  for (Value v : as<Tuple>(key)->span())
    if (!test(v)) return false;
  return true;
}

// The item that a key names; null pointer wrapped in Value-free form: `*slice` is set when the key names a sub-view.
enum class KeyKind : uint8_t { Item, Slice, Whole };
struct Place {
  KeyKind kind;
  uint8_t* item;
};
Fallible<Place> locate_py(Thread& t, MemoryView* view, Value key, bool store) {
  TRY(view->check_released(t));
  if (view->ndim_ == 0) {
    if (is<Tuple>(key) && as<Tuple>(key)->length() == 0) return Place{KeyKind::Item, view->data_};
    if (key.is_ellipsis()) return Place{store ? KeyKind::Item : KeyKind::Whole, view->data_};
    return t.raise_type_error("invalid indexing of 0-dim memory");
  }
  if (is_index(key)) {
    if (view->ndim_ > 1)
      return t.raise(core.NotImplementedError, store ? "sub-views are not implemented"
                                                     : "multi-dimensional sub-views are not implemented");
    int64_t i = key.is_small_int() ? key.small_int() : TRY(index_to_int64_py(t, key));
    TRY(view->check_released(t));
    return Place{KeyKind::Item, TRY(lookup(t, view, view->data_, 0, i))};
  }
  if (is_slice(key)) return Place{KeyKind::Slice, nullptr};
  if (is<Tuple>(key) && all_of_tuple(key, is_index)) {
    Tuple* tuple = as<Tuple>(key);
    if (static_cast<int64_t>(tuple->length()) < view->ndim_)
      return t.raise(core.NotImplementedError, "sub-views are not implemented");
    if (static_cast<int64_t>(tuple->length()) > view->ndim_)
      return t.raise_type_error("cannot index {}-dimension view with {}-element tuple", view->ndim_, tuple->length());
    uint8_t* at = view->data_;
    for (int i = 0; i < view->ndim_; ++i)
      at = TRY(lookup(t, view, at, i, TRY(index_to_int64_py(t, tuple->at(static_cast<size_t>(i))))));
    TRY(view->check_released(t));
    return Place{KeyKind::Item, at};
  }
  if (is<Tuple>(key) && as<Tuple>(key)->length() != 0 && all_of_tuple(key, is_slice))
    return t.raise(core.NotImplementedError, store ? "memoryview slice assignments are currently restricted to ndim = 1"
                                                   : "multi-dimensional slicing is not implemented");
  return t.raise_type_error("memoryview: invalid slice key");
}

Fallible<MemoryView*> slice_view_py(Thread& t, MemoryView* view, Value key) {
  MemoryView* part = TRY(copy_view(t, view, view->ndim_));  // holds the memory even if __index__ releases the view
  SliceBounds b = TRY(slice_bounds_py(t, key, view->shape()[0]));
  if (b.count > 0) part->data_ += b.start * view->strides()[0];
  part->shape()[0] = std::max<int64_t>(b.count, 0);
  if (b.count > 1) part->strides()[0] = view->strides()[0] * b.step;
  else if (__builtin_mul_overflow(view->strides()[0], b.step, &part->strides()[0])) part->strides()[0] = view->item_size_;
  return part;
}

Fallible<Value> memory_get_item(Thread& t, Value self, Value key) {
  MemoryView* view = self_of(self);
  Place place = TRY(locate_py(t, view, key, false));
  if (place.kind == KeyKind::Whole) return self;
  if (place.kind == KeyKind::Slice) return Value(TRY(slice_view_py(t, view, key)));
  char code = TRY(native_code(t, view));
  return load_item(t, place.item, code);
}

Fallible<void> copy_into(Thread& t, MemoryView* to, MemoryView* from) {
  char a = 0, b = 0;
  native_item_size(to->format(), &a);
  native_item_size(from->format(), &b);
  bool same_format = a != 0 ? a == b : std::strcmp(to->format(), from->format()) == 0;
  bool same = same_format && to->item_size_ == from->item_size_ && to->ndim_ == from->ndim_ &&
              to->shape()[0] == from->shape()[0];
  if (!same) return t.raise_value_error("memoryview assignment: lvalue and rvalue have different structures");
  Bytes* copy = TRY(contents(t, from));  // they may overlap
  const uint8_t* at = copy->data();
  for (int64_t i = 0; i < to->shape()[0]; ++i, at += to->item_size_)
    std::memcpy(to->data_ + i * to->strides()[0], at, static_cast<size_t>(to->item_size_));
  return {};
}

Fallible<void> set_slice_py(Thread& t, MemoryView* view, Value key, Value value) {
  if (view->ndim_ != 1)
    return t.raise(core.NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
  if (!supports_buffer(value)) return t.raise_type_error("a bytes-like object is required, not '{}'", type_of(value));
  MemoryView* to = TRY(slice_view_py(t, view, key));
  Fallible<MemoryView*> from = MemoryView::from_object_py(t, value);
  Fallible<void> done = Failure{};
  if (!from.failed() && !view->check_released(t).failed()) done = copy_into(t, to, from.get());
  if (!from.failed()) from.get()->let_go(t);
  to->let_go(t);
  return done;
}

Fallible<void> memory_set_item(Thread& t, Value self, Value key, Value value) {
  MemoryView* view = self_of(self);
  TRY(view->check_released(t));
  if (view->read_only_) return t.raise_type_error("cannot modify read-only memory");
  if (value.is_absent()) return t.raise_type_error("cannot delete memory");
  char code = 0;
  if (view->ndim_ <= 1 && !is_slice(key)) code = TRY(native_code(t, view));
  Place place = TRY(locate_py(t, view, key, true));
  if (place.kind == KeyKind::Slice) return set_slice_py(t, view, key, value);
  if (code == 0) code = TRY(native_code(t, view));
  uint8_t item[8];
  TRY(store_item_py(t, item, code, view->format(), value));
  TRY(view->check_released(t));  // converting the value may have run Python
  std::memcpy(place.item, item, static_cast<size_t>(view->item_size_));
  return {};
}

// ---- Comparison. ----

// struct.Struct(format).unpack_from for formats that are not native characters; absent: struct refuses the format.
Fallible<Value> struct_unpacker_py(Thread& t, MemoryView* view) {
  Value module = TRY(t.isolate().services->import_module(t, TRY(Str::intern_utf8(t, "struct"))));
  Value maker = TRY(get_attribute_py(t, module, TRY(Str::intern_utf8(t, "Struct"))));
  Str* format = TRY(Str::from_utf8(t, view->format()));
  Fallible<Value> made = call_py(t, maker, Value(format));
  if (made.failed()) {
    if (t.terminated() || t.exception_is(core.MemoryError)) return Failure{};
    static_cast<void>(t.take_exception());
    return Value::absent();
  }
  return get_attribute_py(t, made.get(), TRY(Str::intern_utf8(t, "unpack")));
}

Fallible<Value> unpack_item_py(Thread& t, MemoryView* view, char code, Value unpacker, const uint8_t* at) {
  if (code != 0) return load_item(t, at, code);
  Bytes* bytes = TRY(Bytes::from(t, at, static_cast<size_t>(view->item_size_)));
  Value items = TRY(call_py(t, unpacker, Value(bytes)));
  if (is<Tuple>(items) && as<Tuple>(items)->length() == 1) return as<Tuple>(items)->at(0);
  return items;
}

Fallible<bool> equal_items_py(Thread& t, MemoryView* a, MemoryView* b) {
  char code_a = 0, code_b = 0;
  if (native_item_size(a->format(), &code_a) == 0) code_a = 0;
  if (native_item_size(b->format(), &code_b) == 0) code_b = 0;
  Value unpack_a, unpack_b;
  if (code_a == 0) unpack_a = TRY(struct_unpacker_py(t, a));
  if (code_b == 0) unpack_b = TRY(struct_unpacker_py(t, b));
  if ((code_a == 0 && unpack_a.is_absent()) || (code_b == 0 && unpack_b.is_absent())) return false;
  // Copies, in row-major order: comparing may run Python.
  Bytes *x = TRY(contents(t, a)), *y = TRY(contents(t, b));
  bool floats = code_a == 'f' || code_a == 'd' || code_a == 'e' || code_a == '?';
  if (code_a != 0 && code_a == code_b && !floats)
    return x->length() == y->length() && std::memcmp(x->data(), y->data(), x->length()) == 0;
  int64_t count = product(a->shape(), a->ndim_);
  for (int64_t i = 0; i < count; ++i) {
    TRY(t.poll());
    Value u = TRY(unpack_item_py(t, a, code_a, unpack_a, x->data() + i * a->item_size_));
    Value v = TRY(unpack_item_py(t, b, code_b, unpack_b, y->data() + i * b->item_size_));
    if (is_float(u) && is_float(v)) {
      if (float_value(u) != float_value(v)) return false;
    } else if (!TRY(equals_py(t, u, v))) {
      return false;
    }
  }
  return true;
}

Fallible<Value> memory_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return Value::not_implemented();
  if (!is<MemoryView>(self)) return Value::not_implemented();
  MemoryView* a = self_of(self);
  auto answer = [&](bool equal) { return Value::from_bool(equal == (op == CompareOp::Eq)); };
  auto released = [](MemoryView* v) { return v->released_ || v->base_->released_; };
  if (released(a)) return answer(self == other);
  MemoryView* b = try_as<MemoryView>(other);
  bool own = b == nullptr;
  if (own) {
    if (!supports_buffer(other)) return Value::not_implemented();
    Fallible<MemoryView*> made = MemoryView::from_object_py(t, other);
    if (made.failed()) {
      if (t.terminated()) return Failure{};
      static_cast<void>(t.take_exception());
      return Value::not_implemented();
    }
    b = made.get();
  } else if (released(b)) {
    return answer(self == other);
  }
  Fallible<bool> equal = false;
  if (a->ndim_ == b->ndim_ && std::equal(a->shape(), a->shape() + a->ndim_, b->shape())) equal = equal_items_py(t, a, b);
  if (own) b->let_go(t);
  if (equal.failed()) return Failure{};
  return answer(equal.get());
}

// ---- The buffer protocol: views can be looked at in turn. ----

Fallible<void> memory_get_buffer(Thread& t, Value self, BufferView* view, int flags) {
  constexpr int kShape = 8, kStrides = 0x10 | kShape, kCContiguous = 0x20 | kStrides, kFortran = 0x40 | kStrides,
                kAny = 0x80 | kStrides, kFormat = 4;
  MemoryView* from = self_of(self);
  TRY(from->check_released(t));
  if ((flags & kBufferWritable) != 0 && from->read_only_)
    return t.raise(core.BufferError, "memoryview: underlying buffer is not writable");
  bool c = from->is_contiguous(), f = from->is_fortran_contiguous();
  if ((flags & kCContiguous) == kCContiguous && !c)
    return t.raise(core.BufferError, "memoryview: underlying buffer is not C-contiguous");
  if ((flags & kFortran) == kFortran && !f)
    return t.raise(core.BufferError, "memoryview: underlying buffer is not Fortran contiguous");
  if ((flags & kAny) == kAny && !c && !f)
    return t.raise(core.BufferError, "memoryview: underlying buffer is not contiguous");
  if ((flags & kStrides) != kStrides && !c)
    return t.raise(core.BufferError, "memoryview: underlying buffer is not C-contiguous");
  if ((flags & kShape) != kShape && (flags & kFormat) != 0)
    return t.raise(core.BufferError, "memoryview: cannot cast to unsigned bytes if the format flag is present");
  view->data = from->data_;
  view->length = from->byte_length();
  view->item_size = (flags & kShape) != 0 ? from->item_size_ : 1;
  view->read_only = from->read_only_;
  view->ndim = from->ndim_;
  view->format = (flags & kFormat) != 0 ? from->format() : nullptr;
  view->shape = (flags & kShape) != 0 ? from->shape() : nullptr;
  view->strides = (flags & kStrides) == kStrides ? from->strides() : nullptr;
  view->object = self;
  view->keeper = from;
  view->export_count = &from->exports_;
  ++from->exports_;
  return {};
}
void memory_release_buffer(Thread&, Value, BufferView*) {}  // release_buffer() counts

// ---- Methods. ----

Fallible<void> memory_release(Thread& t, MemoryView* self) {
  if (self->released_) return {};
  if (self->exports_ > 0) {
    TRY(t.poll(1000));
    t.isolate().services->collect_buffers(t);  // a view that nobody refers to any more may still be counted
  }
  if (self->exports_ > 0)
    return t.raise(core.BufferError, self->exports_ == 1 ? "memoryview has {} exported buffer" : "memoryview has {} exported buffers",
                   self->exports_);
  self->let_go(t);
  return {};
}

Fallible<Value> memory_enter(Thread& t, Value self) {
  TRY(self_of(self)->check_released(t));
  return self;
}
Fallible<void> memory_exit(Thread& t, MemoryView* self, Arguments) { return memory_release(t, self); }

Fallible<Value> list_of(Thread& t, MemoryView* view, char code, const uint8_t* at, int dimension) {
  if (dimension == view->ndim_) return load_item(t, at, code);
  int64_t n = view->shape()[dimension];
  List* list = TRY(List::make(t, static_cast<size_t>(n)));
  for (int64_t i = 0; i < n; ++i) {
    TRY(t.poll());
    TRY(list->append(t, TRY(list_of(t, view, code, at + i * view->strides()[dimension], dimension + 1))));
  }
  return Value(list);
}

Fallible<Value> memory_tolist(Thread& t, MemoryView* self) {
  TRY(self->check_released(t));
  char code = TRY(native_code(t, self));
  return list_of(t, self, code, self->data_, 0);
}

Fallible<Bytes*> memory_tobytes(Thread& t, MemoryView* self, NoneOr<Str*> order) {
  TRY(self->check_released(t));
  Str* text = order;
  bool fortran = false;
  if (text != nullptr) {
    if (text->equals_ascii("F")) fortran = true;
    else if (text->equals_ascii("A")) fortran = self->is_fortran_contiguous() && !self->is_contiguous();
    else if (!text->equals_ascii("C")) return t.raise_value_error("order must be 'C', 'F' or 'A'");
  }
  return contents(t, self, fortran);
}

Fallible<Str*> memory_hex(Thread& t, MemoryView* self, Value sep, int group) {
  TRY(self->check_released(t));
  Bytes* bytes = TRY(contents(t, self));
  ++self->exports_;  // asking for the separator's length may run Python
  Fallible<Str*> text = bytes_hex_py(t, span_of(bytes), sep, group);
  --self->exports_;
  return text;
}

Fallible<MemoryView*> memory_toreadonly(Thread& t, MemoryView* self) {
  TRY(self->check_released(t));
  MemoryView* view = TRY(copy_view(t, self, self->ndim_));
  view->read_only_ = true;
  return view;
}

bool is_byte_code(char code) { return code == 'b' || code == 'B' || code == 'c'; }

// A flat view with another format.
Fallible<MemoryView*> cast_flat(Thread& t, MemoryView* self, Str* format, bool keep_dimensions) {
  char code = 0, old_code = 0;
  if (!format->is_ascii() || format->length() > 8)
    return t.raise_value_error("memoryview: destination format must be a native single character format prefixed with an "
                               "optional '@'");
  int64_t size = native_item_size(format->ascii(), &code);
  if (size == 0)
    return t.raise_value_error("memoryview: destination format must be a native single character format prefixed with an "
                               "optional '@'");
  if (native_item_size(self->format(), &old_code) == 0)
    return t.raise_value_error("memoryview: source format must be a native single character format prefixed with an "
                               "optional '@'");
  if (!is_byte_code(code) && !is_byte_code(old_code))
    return t.raise_type_error("memoryview: cannot cast between two non-byte formats");
  int64_t length = self->byte_length();
  if (length % size != 0) return t.raise_type_error("memoryview: length is not a multiple of itemsize");
  static_cast<void>(keep_dimensions);
  MemoryView* view = TRY(copy_view(t, self, 1));
  Bytes* text = TRY(Bytes::make(t, format->length() + 1));
  std::memcpy(text->mutable_data(), format->data(), format->length());
  view->format_.set(view, text);
  view->item_size_ = size;
  view->shape()[0] = length / size;
  view->strides()[0] = size;
  return view;
}

Fallible<MemoryView*> memory_cast(Thread& t, MemoryView* self, Str* format, Value shape) {
  TRY(self->check_released(t));
  if (!self->is_contiguous()) return t.raise_type_error("memoryview: casts are restricted to C-contiguous views");
  bool has_shape = !shape.is_absent();
  if ((has_shape || self->ndim_ != 1) && product(self->shape(), self->ndim_) == 0)
    return t.raise_type_error("memoryview: cannot cast view with zeros in shape or strides");
  size_t ndim = 1;
  Tuple* lengths = nullptr;
  if (has_shape) {
    if (!is<List>(shape) && !is<Tuple>(shape)) return t.raise_type_error("shape must be a list or a tuple");
    lengths = is<Tuple>(shape) ? as<Tuple>(shape) : TRY(Tuple::from(t, as<List>(shape)->data(), as<List>(shape)->length()));
    ndim = lengths->length();
    if (ndim > kMostDimensions) return t.raise_value_error("memoryview: number of dimensions must not exceed {}", kMostDimensions);
    if (self->ndim_ != 1 && ndim != 1) return t.raise_type_error("memoryview: cast must be 1D -> ND or ND -> 1D");
  }
  MemoryView* flat = TRY(cast_flat(t, self, format, false));
  if (!has_shape) return flat;
  int64_t dimensions[kMostDimensions];
  int64_t total = flat->item_size_;
  for (size_t i = 0; i < ndim; ++i) {
    Value v = lengths->at(i);
    if (!is_int_or_bool(v)) return t.raise_type_error("memoryview.cast(): elements of shape must be integers");
    Int64Result n = int_to_int64_nogc(v);
    if (n.overflow != 0) return t.raise(core.OverflowError, "Python int too large to convert to C ssize_t");
    if (n.value <= 0) return t.raise_value_error("memoryview.cast(): elements of shape must be integers > 0");
    if (__builtin_mul_overflow(total, n.value, &total))
      return t.raise_value_error("memoryview.cast(): product(shape) > SSIZE_MAX");
    dimensions[i] = n.value;
  }
  if (total != flat->byte_length()) return t.raise_type_error("memoryview: product(shape) * itemsize != buffer size");
  MemoryView* view = TRY(copy_view(t, flat, static_cast<int>(ndim)));
  std::copy_n(dimensions, ndim, view->shape());
  set_row_major_strides(view);
  TRY(memory_release(t, flat));
  return view;
}

Fallible<int64_t> memory_count(Thread& t, Value self, Value value) {
  int64_t count = 0;
  TRY(for_each_py(t, self, [&](Value item) -> Fallible<bool> {
    count += TRY(equals_py(t, item, value));
    return true;
  }));
  return count;
}

Fallible<int64_t> memory_index(Thread& t, MemoryView* self, Value value, Value start, Value stop) {
  TRY(self->check_released(t));
  if (self->ndim_ == 0) return t.raise_type_error("invalid lookup on 0-dim memory");
  if (self->ndim_ != 1) return t.raise(core.NotImplementedError, "multi-dimensional lookup is not implemented");
  int64_t first = TRY(bound_argument_py(t, start, 0)), last = TRY(bound_argument_py(t, stop, INT64_MAX));
  TRY(self->check_released(t));
  int64_t n = self->shape()[0];
  if (first < 0) first = std::max<int64_t>(first + n, 0);
  if (last < 0) last = std::max<int64_t>(last + n, 0);
  char code = TRY(native_code(t, self));
  for (int64_t i = first; i < std::min(last, n); ++i) {
    TRY(t.poll());
    TRY(self->check_released(t));
    Value item = TRY(load_item(t, self->data_ + i * self->strides()[0], code));
    if (TRY(equals_py(t, item, value))) return i;
  }
  return t.raise_value_error("memoryview.index(x): x not found");
}

Fallible<MemoryView*> memory_from_flags(Thread& t, Value, Value object, int flags) {
  return MemoryView::from_object_py(t, object, flags);
}

Fallible<int64_t> memory_sizeof(Thread& t, MemoryView* self) { return static_cast<int64_t>(t.heap().cell_size(self)); }

const NativeMethod kMemoryMethods[] = {
    {"cast", HOG_NATIVE(memory_cast), "($self, /, format, shape=<unrepresentable>)", "A view with another format or shape."},
    {"count", HOG_NATIVE(memory_count), "($self, value, /)", "How many items equal value."},
    {"hex", HOG_NATIVE(memory_hex), "($self, /, sep=<unrepresentable>, bytes_per_sep=1)", "As hexadecimal digits.\n\n>>> memoryview(b'\\x00\\xff').hex(':')\n'00:ff'"},
    {"index", HOG_NATIVE(memory_index), "($self, value, start=<unrepresentable>, stop=<unrepresentable>, /)",
     "First index of value, or ValueError."},
    {"release", HOG_NATIVE(memory_release), "($self, /)", "Let go of the memory."},
    {"tobytes", HOG_NATIVE(memory_tobytes), "($self, /, order='C')", "The memory as bytes."},
    {"tolist", HOG_NATIVE(memory_tolist), "($self, /)", "The items as a list, of lists for several dimensions."},
    {"toreadonly", HOG_NATIVE(memory_toreadonly), "($self, /)", "A view that does not allow writing."},
    {"_from_flags", HOG_NATIVE(memory_from_flags), "($type, /, object, flags)", "A view asked for with these flags.",
     native_flag::kClassMethod},
    {"__class_getitem__", HOG_RAW(generic_class_getitem), "($type, object, /)", "See PEP 585.", native_flag::kClassMethod},
    {"__enter__", HOG_NATIVE(memory_enter), "($self, /)", "The view itself."},
    {"__exit__", HOG_NATIVE(memory_exit), "($self, /, *exc_info)", "Release the view."},
    {"__sizeof__", HOG_NATIVE(memory_sizeof), "($self, /)", "Bytes in memory."},
    {}};

// ---- Attributes. ----

Fallible<Value> tuple_of(Thread& t, const int64_t* numbers, int n) {
  Tuple* tuple = TRY(Tuple::make(t, static_cast<size_t>(n)));
  for (int i = 0; i < n; ++i) tuple->initialize(static_cast<size_t>(i), Value::from_small_int(0));
  for (int i = 0; i < n; ++i) tuple->initialize(static_cast<size_t>(i), TRY(make_int(t, numbers[i])));
  return Value(tuple);
}

template <typename Get>
Fallible<Value> checked(Thread& t, Value self, Get get) {
  TRY(self_of(self)->check_released(t));
  return get(self_of(self));
}
Fallible<Value> get_c_contiguous(Thread& t, Value self) {
  return checked(t, self, [](MemoryView* v) { return Value::from_bool(v->is_contiguous()); });
}
Fallible<Value> get_f_contiguous(Thread& t, Value self) {
  return checked(t, self, [](MemoryView* v) { return Value::from_bool(v->is_fortran_contiguous()); });
}
Fallible<Value> get_contiguous(Thread& t, Value self) {
  return checked(t, self, [](MemoryView* v) { return Value::from_bool(v->is_contiguous() || v->is_fortran_contiguous()); });
}
Fallible<Value> get_format(Thread& t, Value self) {
  return checked(t, self, [&](MemoryView* v) -> Fallible<Value> { return Str::from_utf8(t, v->format()); });
}
Fallible<Value> get_itemsize(Thread& t, Value self) {
  return checked(t, self, [&](MemoryView* v) { return make_int(t, v->item_size_); });
}
Fallible<Value> get_nbytes(Thread& t, Value self) {
  return checked(t, self, [&](MemoryView* v) { return make_int(t, v->byte_length()); });
}
Fallible<Value> get_ndim(Thread& t, Value self) {
  return checked(t, self, [&](MemoryView* v) { return make_int(t, v->ndim_); });
}
Fallible<Value> get_obj(Thread& t, Value self) {
  return checked(t, self, [](MemoryView* v) {
    Value object = v->base_->view_.object;
    return object.is_empty() ? Value::none() : object;
  });
}
Fallible<Value> get_readonly(Thread& t, Value self) {
  return checked(t, self, [](MemoryView* v) { return Value::from_bool(v->read_only_); });
}
Fallible<Value> get_shape(Thread& t, Value self) {
  return checked(t, self, [&](MemoryView* v) { return tuple_of(t, v->shape(), v->ndim_); });
}
Fallible<Value> get_strides(Thread& t, Value self) {
  return checked(t, self, [&](MemoryView* v) { return tuple_of(t, v->strides(), v->ndim_); });
}
Fallible<Value> get_suboffsets(Thread& t, Value self) {
  return checked(t, self, [](MemoryView*) { return Value(empty_tuple()); });
}

const GetSet kMemoryGetSets[] = {
    {"c_contiguous", get_c_contiguous, nullptr, "Is the memory in row-major order without gaps?"},
    {"contiguous", get_contiguous, nullptr, "Is the memory without gaps?"},
    {"f_contiguous", get_f_contiguous, nullptr, "Is the memory in column-major order without gaps?"},
    {"format", get_format, nullptr, "The format of an item, as for struct."},
    {"itemsize", get_itemsize, nullptr, "Bytes of an item."},
    {"nbytes", get_nbytes, nullptr, "Bytes of all items."},
    {"ndim", get_ndim, nullptr, "How many dimensions there are."},
    {"obj", get_obj, nullptr, "The object whose memory this is."},
    {"readonly", get_readonly, nullptr, "Is writing forbidden?"},
    {"shape", get_shape, nullptr, "The length of each dimension."},
    {"strides", get_strides, nullptr, "Bytes from one item to the next in each dimension."},
    {"suboffsets", get_suboffsets, nullptr, "Always ()."},
    {}};

// ---- Iteration. ----

Fallible<Value> memory_iter(Thread& t, Value self) {
  MemoryView* view = self_of(self);
  TRY(view->check_released(t));
  if (view->ndim_ == 0) return t.raise_type_error("invalid indexing of 0-dim memory");
  if (view->ndim_ != 1) return t.raise(core.NotImplementedError, "multi-dimensional sub-views are not implemented");
  TRY(native_code(t, view));
  MemoryIterator* iterator = TRY(t.allocate<MemoryIterator>(shapes.memory_iterator));
  iterator->view_.set(iterator, view);
  return Value(iterator);
}

Fallible<Value> memory_iterator_next(Thread& t, Value self) {
  auto* iterator = as<MemoryIterator>(self);
  MemoryView* view = iterator->view_.get();
  if (view == nullptr) return Value::absent();
  if (iterator->index_ >= view->shape()[0]) {
    iterator->view_.clear();
    return Value::absent();
  }
  TRY(view->check_released(t));
  char code = TRY(native_code(t, view));
  return load_item(t, view->data_ + iterator->index_++ * view->strides()[0], code);
}

}  // namespace

extern const TypeSpec k_memory_iterator_spec;
const TypeSpec k_memory_iterator_spec = {
    .name = "memory_iterator",
    .layout = &MemoryIterator::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.iter = iterator_self, .next = memory_iterator_next},
};

extern const TypeSpec k_memoryview_spec;
const TypeSpec k_memoryview_spec = {
    .name = "memoryview",
    .doc = "The memory of a bytes-like object, without a copy.",
    .layout = &MemoryView::kLayout,
    .flags = type_flag::kSequence | type_flag::kWeakReferences,
    .slots = {.repr = memory_repr,
              .hash = memory_hash,
              .compare = memory_compare,
              .iter = memory_iter,
              .new_ = memory_new,
              .length = memory_length,
              .get_item = memory_get_item,
              .set_item = memory_set_item,
              .get_buffer = memory_get_buffer,
              .release_buffer = memory_release_buffer},
    .methods = kMemoryMethods,
    .getsets = kMemoryGetSets,
    .text_signature = "(object)",
};

}  // namespace hog
