// bytes_io.cpp: io.BytesIO: bytes in memory. What it starts with is shared with the bytes object it came from until the first
// write. Invariant: length_ bytes are there, in shared_ or in storage_ (at most one of them is set); storage_ is neither
// replaced nor shortened while exports_ > 0. position_ may be beyond the end. Ref: library/io "BytesIO".
#include <cstddef>
#include <cstring>

#include "base/copy.hpp"
#include "modules/io/io.hpp"
#include "object/bytes_builder.hpp"
#include "object/bytes_objects.hpp"

namespace hog::io {

namespace {

constexpr size_t kLongest = size_t{1} << 46;

class BytesIO : public Cell {
 public:
  static const Layout kLayout;
  Field<Bytes> shared_;
  Field<ByteArray> storage_;
  size_t length_, position_;
  int64_t exports_;
  bool closed_;
  ValueField attributes_;

  const uint8_t* data() const { return shared_ ? shared_->data() : storage_ ? storage_->data() : nullptr; }
  size_t left() const { return position_ < length_ ? length_ - position_ : 0; }
};
void trace_bytes_io(Cell* cell, Marker& marker) {
  auto* self = static_cast<BytesIO*>(cell);
  marker.visit(self->shared_.get());
  marker.visit(self->storage_.get());
  marker.visit_word(self->attributes_.get().raw());
}
const Layout BytesIO::kLayout = {.name = "BytesIO", .trace = trace_bytes_io, .base_size = sizeof(BytesIO)};

// What getbuffer() is a view of.
class BytesIOBuffer : public Cell {
 public:
  static const Layout kLayout;
  Field<BytesIO> stream_;
};
void trace_buffer(Cell* cell, Marker& marker) { marker.visit(static_cast<BytesIOBuffer*>(cell)->stream_.get()); }
const Layout BytesIOBuffer::kLayout = {.name = "BytesIOBuffer", .trace = trace_buffer, .base_size = sizeof(BytesIOBuffer)};

Type *bytes_io_type, *bytes_io_buffer_type;

// ---- Storage. ----

Failure raise_closed(Thread& t) { return t.raise_value_error("I/O operation on closed file."); }
Fallible<void> check_open(Thread& t, const BytesIO* s) {
  if (s->closed_) [[unlikely]] return raise_closed(t);
  return {};
}
Fallible<void> check_resizable(Thread& t, BytesIO* s) {
  if (s->exports_ == 0) [[likely]] return {};
  // A memoryview that nobody refers to any more may still be counted.
  TRY(t.poll(1000));
  t.isolate().services->collect_buffers(t);
  if (s->exports_ == 0) return {};
  return t.raise(core.BufferError, "Existing exports of data: object cannot be re-sized");
}
// storage_ of at least `needed` bytes, with the contents in it.
Fallible<void> make_room(Thread& t, BytesIO* s, size_t needed) {
  if (s->storage_ && needed <= s->storage_->capacity()) [[likely]] return {};
  size_t capacity = needed <= 64 && s->length_ == 0 ? 64 : TRY(grown_capacity(t, needed, 1));
  ByteArray* larger = TRY(make_unfilled_storage(t, capacity));  // beyond length_ nobody is shown it
  copy_bytes(larger->data(), s->data(), s->length_);
  s->storage_.set(s, larger);
  s->shared_.clear();
  return {};
}
Fallible<void> put(Thread& t, BytesIO* s, const uint8_t* bytes, size_t count) {
  if (count == 0) return {};
  if (s->position_ > kLongest || count > kLongest) return t.raise(core.OverflowError, "new buffer size too large");
  size_t end = s->position_ + count;
  TRY(make_room(t, s, end > s->length_ ? end : s->length_));
  uint8_t* data = s->storage_->data();
  if (s->position_ > s->length_) std::memset(data + s->length_, 0, s->position_ - s->length_);
  std::memmove(data + s->position_, bytes, count);
  s->position_ = end;
  if (end > s->length_) s->length_ = end;
  return {};
}
Fallible<int64_t> write(Thread& t, BytesIO* s, Value source) {
  TRY(check_open(t, s));
  TRY(check_resizable(t, s));
  if (is<Bytes>(source)) {
    Bytes* bytes = as<Bytes>(source);
    TRY(t.poll(static_cast<int64_t>(bytes->length() / 256)));
    TRY(check_open(t, s));
    TRY(put(t, s, bytes->data(), bytes->length()));
    return static_cast<int64_t>(bytes->length());
  }
  BytesLike bytes(t);
  TRY(bytes.open(source));
  TRY(t.poll(static_cast<int64_t>(bytes.size() / 256)));
  TRY(check_open(t, s));
  TRY(check_resizable(t, s));
  TRY(put(t, s, bytes.data(), bytes.size()));
  return static_cast<int64_t>(bytes.size());
}

// ---- Construction. ----

Fallible<Value> new_(Thread& t, Type* type, const Arguments&) {
  // OPTIMIZATION: a BytesIO itself needs no finaliser, which would cost each of them a place in a table.
  if (type == bytes_io_type) return Value(TRY(t.allocate<BytesIO>(type->root_shape(), type->instance_size() - sizeof(BytesIO))));
  return Value(TRY(new_instance(t, type)));
}
Fallible<void> start(Thread& t, BytesIO* s, Value initial) {
  TRY(check_resizable(t, s));
  s->closed_ = false;
  s->shared_.clear();
  s->storage_.clear();
  s->length_ = s->position_ = 0;
  if (initial.is_absent() || initial.is_none()) return {};
  if (is_exactly(initial, shapes.bytes)) {
    s->shared_.set(s, as<Bytes>(initial));
    s->length_ = as<Bytes>(initial)->length();
    return {};
  }
  TRY(write(t, s, initial));
  s->position_ = 0;
  return {};
}
constexpr NativeMethod kConstructors[] = {{"BytesIO", HOG_NATIVE(start), "($self, initial_bytes=None)", "Bytes in memory."}, {}};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

// ---- Reading. ----

Fallible<Value> take(Thread& t, BytesIO* s, size_t count) {
  size_t left = s->left();
  if (count > left) count = left;
  if (s->shared_ && s->position_ == 0 && count == s->length_) {
    s->position_ = count;
    return Value(s->shared_.get());
  }
  Bytes* bytes = TRY(Bytes::from(t, count == 0 ? nullptr : s->data() + s->position_, count));
  s->position_ += count;
  return Value(bytes);
}
size_t as_count(int64_t n) { return n < 0 ? SIZE_MAX : static_cast<size_t>(n); }
Fallible<Value> read(Thread& t, BytesIO* s, Value size) {
  TRY(check_open(t, s));
  int64_t n = TRY(size_argument_py(t, size));
  TRY(check_open(t, s));
  return take(t, s, as_count(n));
}
// The length of the line at the position, at most `most`.
size_t line_length(const BytesIO* s, size_t most) {
  size_t left = s->left();
  if (left > most) left = most;
  if (left == 0) return 0;
  const uint8_t* start = s->data() + s->position_;
  auto* end = static_cast<const uint8_t*>(std::memchr(start, '\n', left));
  return end == nullptr ? left : static_cast<size_t>(end - start) + 1;
}
Fallible<Value> readline(Thread& t, BytesIO* s, Value size) {
  TRY(check_open(t, s));
  int64_t n = TRY(size_argument_py(t, size));
  TRY(check_open(t, s));
  return take(t, s, line_length(s, as_count(n)));
}
Fallible<Value> readlines(Thread& t, BytesIO* s, Value size) {
  TRY(check_open(t, s));
  if (!size.is_none() && !is_index(size))
    return t.raise_type_error("integer argument expected, got '{}'", type_of(size)->name());
  int64_t limit = TRY(size_argument_py(t, size));
  List* lines = TRY(List::make(t));
  for (int64_t total = 0; limit <= 0 || total < limit;) {
    TRY(t.poll());
    TRY(check_open(t, s));
    size_t n = line_length(s, SIZE_MAX);
    if (n == 0) break;
    TRY(lines->append(t, TRY(take(t, s, n))));
    total += static_cast<int64_t>(n);
  }
  return Value(lines);
}
Fallible<Value> next(Thread& t, Value self) {
  auto* s = as<BytesIO>(self);
  TRY(check_open(t, s));
  size_t n = line_length(s, SIZE_MAX);
  if (n == 0) return Value::absent();
  return take(t, s, n);
}
Fallible<int64_t> readinto(Thread& t, BytesIO* s, Value buffer) {
  BytesLike room(t);
  if (room.open(buffer, kBufferWritable).failed()) {
    if (!clear_exception_if(t, core.Exception)) return Failure{};
    return t.raise_type_error("readinto() argument must be read-write bytes-like object, not {}", type_of(buffer)->name());
  }
  TRY(check_open(t, s));
  size_t left = s->left(), n = room.size() < left ? room.size() : left;
  if (n != 0) std::memmove(room.data(), s->data() + s->position_, n);
  s->position_ += n;
  return static_cast<int64_t>(n);
}
Fallible<Value> getvalue(Thread& t, BytesIO* s) {
  TRY(check_open(t, s));
  if (s->shared_) return Value(s->shared_.get());
  TRY(t.poll(static_cast<int64_t>(s->length_ / 256)));
  return Value(TRY(Bytes::from(t, s->data(), s->length_)));
}
Fallible<Value> getbuffer(Thread& t, BytesIO* s) {
  TRY(check_open(t, s));
  auto* buffer = static_cast<BytesIOBuffer*>(TRY(new_instance(t, bytes_io_buffer_type)));
  buffer->stream_.set(buffer, s);
  return Value(TRY(MemoryView::from_object_py(t, Value(buffer))));
}

// ---- Position, size, state. ----

Fallible<void> writelines(Thread& t, BytesIO* s, Value lines) {
  TRY(check_open(t, s));
  return for_each_py(t, lines, [&](Value line) -> Fallible<bool> {
    TRY(write(t, s, line));
    return true;
  });
}
Fallible<int64_t> tell(Thread& t, BytesIO* s) {
  TRY(check_open(t, s));
  return static_cast<int64_t>(s->position_);
}
Fallible<int64_t> truncate(Thread& t, BytesIO* s, Value size) {
  TRY(check_open(t, s));
  TRY(check_resizable(t, s));
  auto n = static_cast<int64_t>(s->position_);
  if (!size.is_none()) n = TRY(index_to_int64_py(t, size));
  if (n < 0) return t.raise_value_error("negative size value {}", n);
  TRY(check_open(t, s));
  TRY(check_resizable(t, s));
  if (static_cast<size_t>(n) >= s->length_) return n;
  if (s->shared_) TRY(make_room(t, s, s->length_));
  s->length_ = static_cast<size_t>(n);
  // Memory is given back when most of it is not needed any more.
  if (s->storage_ && s->storage_->capacity() > 4096 && s->length_ < s->storage_->capacity() / 4) {
    ByteArray* smaller = TRY(ByteArray::make(t, s->length_));
    if (s->length_ != 0) std::memcpy(smaller->data(), s->storage_->data(), s->length_);
    s->storage_.set(s, smaller);
  }
  return n;
}
Fallible<int64_t> seek(Thread& t, BytesIO* s, int64_t position, Value whence_or_absent) {
  int64_t whence = whence_or_absent.is_absent() ? 0 : TRY(index_to_int64_py(t, whence_or_absent));
  TRY(check_open(t, s));
  if (whence == 0 && position < 0) return t.raise_value_error("negative seek value {}", position);
  if (whence < 0 || whence > 2) return t.raise_value_error("invalid whence ({}, should be 0, 1 or 2)", whence);
  auto base = static_cast<int64_t>(whence == 0 ? 0 : whence == 1 ? s->position_ : s->length_);
  if (position > INT64_MAX - base) return t.raise(core.OverflowError, "new position too large");
  position += base;
  if (position < 0) position = 0;
  s->position_ = static_cast<size_t>(position);
  return position;
}
Fallible<void> close(Thread& t, BytesIO* s) {
  TRY(check_resizable(t, s));
  s->shared_.clear();
  s->storage_.clear();
  s->length_ = 0;
  s->closed_ = true;
  return {};
}
Fallible<void> flush(Thread& t, BytesIO* s) { return check_open(t, s); }
Fallible<bool> yes(Thread& t, BytesIO* s) {
  TRY(check_open(t, s));
  return true;
}
Fallible<bool> isatty(Thread& t, BytesIO* s) {
  TRY(check_open(t, s));
  return false;
}
Fallible<Value> getstate(Thread& t, BytesIO* s) {
  Value bytes = TRY(getvalue(t, s));
  Value attributes = Value::none();
  if (s->shape() != type_of(Value(s))->root_shape()) attributes = Value(TRY(Dict::copy(t, TRY(instance_dict(t, s)))));
  return Value(TRY(Tuple::of(t, bytes, TRY(make_int(t, static_cast<int64_t>(s->position_))), attributes)));
}
Fallible<void> setstate(Thread& t, BytesIO* s, Value state) {
  if (!is<Tuple>(state) || as<Tuple>(state)->length() < 3)
    return t.raise_type_error("{}.__setstate__ argument should be 3-tuple, got {}", type_of(Value(s)), type_of(state)->name());
  Tuple* fields = as<Tuple>(state);
  TRY(check_resizable(t, s));
  TRY(check_open(t, s));
  s->position_ = s->length_ = 0;
  s->shared_.clear();
  s->storage_.clear();
  TRY(write(t, s, fields->at(0)));
  s->position_ = 0;
  if (!is_int_or_bool(fields->at(1)))
    return t.raise_type_error("second item of state must be an integer, not {}", type_of(fields->at(1))->name());
  int64_t position = TRY(index_to_int64_py(t, fields->at(1)));
  if (position < 0) return t.raise_value_error("position value cannot be negative");
  s->position_ = static_cast<size_t>(position);
  Value attributes = fields->at(2);
  if (attributes.is_none()) return {};
  if (!is<Dict>(attributes))
    return t.raise_type_error("third item of state should be a dict, got a {}", type_of(attributes)->name());
  return dict_update_py(t, TRY(instance_dict(t, s)), attributes);
}
Fallible<int64_t> size_of(Thread&, BytesIO* s) {
  return static_cast<int64_t>(sizeof(BytesIO)) + static_cast<int64_t>(s->storage_ ? s->storage_->capacity() : s->length_);
}
Fallible<Value> get_closed(Thread&, Value self) { return Value::from_bool(as<BytesIO>(self)->closed_); }
Fallible<Value> iterate(Thread&, Value self) { return self; }

// ---- The buffer. ----

Fallible<void> get_buffer(Thread& t, Value self, BufferView* view, int) {
  BytesIO* s = as<BytesIOBuffer>(self)->stream_.get();
  if (s == nullptr) return t.raise(core.BufferError, "no stream behind this buffer");
  TRY(make_room(t, s, s->length_));
  view->data = s->storage_->data();
  view->length = static_cast<int64_t>(s->length_);
  view->read_only = false;
  view->object = self;
  view->keeper = s;
  view->export_count = &s->exports_;
  ++s->exports_;
  return {};
}
void release_buffer(Thread&, Value, BufferView*) {}  // the count goes down by itself

constexpr NativeMethod kMethods[] = {
    {"getvalue", HOG_NATIVE(getvalue), "($self, /)", "All the bytes."},
    {"getbuffer", HOG_NATIVE(getbuffer), "($self, /)", "A view of the bytes, writable in place."},
    {"read", HOG_NATIVE(read), "($self, size=-1, /)", "Up to that many bytes."},
    {"read1", HOG_NATIVE(read), "($self, size=-1, /)", "Up to that many bytes."},
    {"readinto", HOG_NATIVE(readinto), "($self, buffer, /)", "Read into a buffer."},
    {"readline", HOG_NATIVE(readline), "($self, size=-1, /)", "One line, or a part of it."},
    {"readlines", HOG_NATIVE(readlines), "($self, size=None, /)", "A list of lines."},
    {"write", HOG_NATIVE(write), "($self, b, /)", "Put bytes at the position."},
    {"writelines", HOG_NATIVE(writelines), "($self, lines, /)", "Write each."},
    {"tell", HOG_NATIVE(tell), "($self, /)", "The position."},
    {"truncate", HOG_NATIVE(truncate), "($self, size=None, /)", "Cut the bytes; the position stays."},
    {"seek", HOG_NATIVE(seek), "($self, pos, whence=0, /)", "Move to a position."},
    {"close", HOG_NATIVE(close), "($self, /)", "Close, and forget the bytes."},
    {"flush", HOG_NATIVE(flush), "($self, /)", "Nothing to do."},
    {"isatty", HOG_NATIVE(isatty), "($self, /)", "False."},
    {"seekable", HOG_NATIVE(yes), "($self, /)", "True."},
    {"readable", HOG_NATIVE(yes), "($self, /)", "True."},
    {"writable", HOG_NATIVE(yes), "($self, /)", "True."},
    {"__getstate__", HOG_NATIVE(getstate), "($self, /)", "Bytes, position and attributes."},
    {"__setstate__", HOG_NATIVE(setstate), "($self, object, /)", "What __getstate__() gave."},
    {"__sizeof__", HOG_NATIVE(size_of), "($self, /)", "Bytes of memory."},
    {},
};
constexpr GetSet kGetSets[] = {{"closed", get_closed, nullptr, "Is it closed?"}, {}};
const TypeSpec kSpec = {
    .name = "_io.BytesIO",
    .doc = "A binary stream in memory.",
    .layout = &BytesIO::kLayout,
    .base = &buffered_base_type,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.iter = iterate, .next = next, .init = init, .new_ = new_},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(initial_bytes=b'')",
    .attributes_offset = offsetof(BytesIO, attributes_),
    .constructors = kConstructors,
};
const TypeSpec kBufferSpec = {
    .name = "_io._BytesIOBuffer",
    .doc = "What a view of a BytesIO looks at.",
    .layout = &BytesIOBuffer::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.get_buffer = get_buffer, .release_buffer = release_buffer},
};

}  // namespace

bool is_plain_bytes_io(Value v) { return type_of(v) == bytes_io_type; }
bool is_closed_bytes_io(Value v) { return as<BytesIO>(v)->closed_; }

const TypeRegistration kBytesTypes[kBytesCount] = {{&bytes_io_type, &kSpec}, {&bytes_io_buffer_type, &kBufferSpec}};

}  // namespace hog::io
