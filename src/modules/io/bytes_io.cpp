// bytes_io.cpp: io.BytesIO: bytes in memory, kept in a bytearray of its own, which also guards what getbuffer() exports.
// Invariant: an open stream has data_; its length is the stream's. Ref: library/io "BytesIO".
#include <cstddef>
#include <cstring>

#include "modules/io/io.hpp"
#include "object/bytes_objects.hpp"

namespace hog::io {

namespace {

class BytesIO : public Cell {
 public:
  static const Layout kLayout;
  Field<ByteArrayObject> data_;
  size_t position_;
  bool closed_;
  ValueField attributes_;
};
void trace_bytes_io(Cell* cell, Marker& marker) {
  auto* self = static_cast<BytesIO*>(cell);
  marker.visit(self->data_.get());
  marker.visit_word(self->attributes_.get().raw());
}
const Layout BytesIO::kLayout = {.name = "BytesIO", .trace = trace_bytes_io, .base_size = sizeof(BytesIO)};

Type* bytes_io_type;

Fallible<ByteArrayObject*> contents(Thread& t, BytesIO* s) {
  if (s->closed_ || !s->data_) return t.raise_value_error("I/O operation on closed file.");
  return s->data_.get();
}
Fallible<Value> new_(Thread& t, Type* type, const Arguments&) {
  auto* s = static_cast<BytesIO*>(TRY(new_instance(t, type)));
  s->data_.set(s, TRY(ByteArrayObject::make(t, 0)));
  return Value(s);
}
Fallible<int64_t> put(Thread& t, BytesIO* s, Value source) {
  BytesLike bytes(t);
  TRY(bytes.open(source));
  ByteArrayObject* data = TRY(contents(t, s));
  if (bytes.size() == 0) return int64_t{0};
  if (s->position_ > (size_t{1} << 46) || bytes.size() > (size_t{1} << 46)) return t.raise_memory_error();
  size_t end = s->position_ + bytes.size();
  TRY(t.poll(static_cast<int64_t>(bytes.size() / 256)));
  data = TRY(contents(t, s));
  if (end > data->length()) TRY(data->resize(t, end));
  std::memmove(data->data() + s->position_, bytes.data(), bytes.size());
  s->position_ = end;
  return static_cast<int64_t>(bytes.size());
}
Fallible<void> start(Thread& t, BytesIO* s, Value initial) {
  if (s->data_) TRY(s->data_->check_resizable(t));
  s->data_.set(s, TRY(ByteArrayObject::make(t, 0)));
  s->closed_ = false;
  s->position_ = 0;
  if (!initial.is_absent() && !initial.is_none()) TRY(put(t, s, initial));
  s->position_ = 0;
  return {};
}
constexpr NativeMethod kConstructors[] = {{"BytesIO", HOG_NATIVE(start), "($self, initial_bytes=None)", "Bytes in memory."}, {}};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}

Fallible<Value> take(Thread& t, BytesIO* s, size_t count) {
  ByteArrayObject* data = TRY(contents(t, s));
  size_t left = s->position_ < data->length() ? data->length() - s->position_ : 0;
  if (count > left) count = left;
  Bytes* bytes = TRY(Bytes::make(t, count));
  if (count != 0) std::memcpy(bytes->mutable_data(), data->data() + s->position_, count);
  s->position_ += count;
  return Value(bytes);
}
size_t as_count(int64_t n) { return n < 0 ? SIZE_MAX : static_cast<size_t>(n); }
Fallible<Value> read(Thread& t, BytesIO* s, Value size) {
  TRY(contents(t, s));
  return take(t, s, as_count(TRY(size_argument_py(t, size))));
}
Fallible<Value> take_line(Thread& t, BytesIO* s, size_t most) {
  ByteArrayObject* data = TRY(contents(t, s));
  if (s->position_ >= data->length()) return take(t, s, 0);
  std::string_view rest = data->view().substr(s->position_, most);
  TRY(t.poll(1));
  size_t at = rest.find('\n');
  return take(t, s, at == std::string_view::npos ? rest.size() : at + 1);
}
Fallible<Value> readline(Thread& t, BytesIO* s, Value size) {
  TRY(contents(t, s));
  return take_line(t, s, as_count(TRY(size_argument_py(t, size))));
}
Fallible<Value> readlines(Thread& t, BytesIO* s, Value size) {
  TRY(contents(t, s));
  int64_t limit = TRY(size_argument_py(t, size));
  List* lines = TRY(List::make(t));
  for (int64_t total = 0; limit <= 0 || total < limit;) {
    TRY(t.poll());
    Value line = TRY(take_line(t, s, SIZE_MAX));
    size_t n = as<Bytes>(line)->length();
    if (n == 0) break;
    TRY(lines->append(t, line));
    total += static_cast<int64_t>(n);
  }
  return Value(lines);
}
Fallible<Value> next(Thread& t, Value self) {
  Value line = TRY(take_line(t, as<BytesIO>(self), SIZE_MAX));
  return as<Bytes>(line)->length() == 0 ? Value::absent() : line;
}
Fallible<int64_t> readinto(Thread& t, BytesIO* s, Value buffer) {
  BytesLike room(t);
  TRY(room.open(buffer, kBufferWritable));
  ByteArrayObject* data = TRY(contents(t, s));
  size_t left = s->position_ < data->length() ? data->length() - s->position_ : 0;
  size_t n = room.size() < left ? room.size() : left;
  if (n != 0) std::memmove(room.data(), data->data() + s->position_, n);
  s->position_ += n;
  return static_cast<int64_t>(n);
}
Fallible<int64_t> write(Thread& t, BytesIO* s, Value bytes) {
  ByteArrayObject* data = TRY(contents(t, s));
  TRY(data->check_resizable(t));
  return put(t, s, bytes);
}
Fallible<void> writelines(Thread& t, BytesIO* s, Value lines) {
  TRY(contents(t, s));
  return for_each_py(t, lines, [&](Value line) -> Fallible<bool> {
    TRY(write(t, s, line));
    return true;
  });
}
Fallible<Value> getvalue(Thread& t, BytesIO* s) {
  ByteArrayObject* data = TRY(contents(t, s));
  Bytes* bytes = TRY(Bytes::make(t, data->length()));
  if (data->length() != 0) std::memcpy(bytes->mutable_data(), data->data(), data->length());
  return Value(bytes);
}
Fallible<Value> getbuffer(Thread& t, BytesIO* s) {
  ByteArrayObject* data = TRY(contents(t, s));
  return Value(TRY(MemoryView::from_object_py(t, Value(data))));
}
Fallible<int64_t> tell(Thread& t, BytesIO* s) {
  TRY(contents(t, s));
  return static_cast<int64_t>(s->position_);
}
Fallible<int64_t> truncate(Thread& t, BytesIO* s, Value size) {
  TRY(TRY(contents(t, s))->check_resizable(t));
  auto n = static_cast<int64_t>(s->position_);
  if (!size.is_absent() && !size.is_none()) n = TRY(size_argument_py(t, size));
  if (n < 0) return t.raise_value_error("negative size value {}", n);
  ByteArrayObject* data = TRY(contents(t, s));
  if (static_cast<size_t>(n) < data->length()) TRY(data->resize(t, static_cast<size_t>(n)));
  return n;
}
Fallible<int64_t> seek(Thread& t, BytesIO* s, int64_t position, Value whence_or_absent) {
  int64_t whence = whence_or_absent.is_absent() ? 0 : TRY(index_to_int64_py(t, whence_or_absent));
  ByteArrayObject* data = TRY(contents(t, s));
  if (whence == 0 && position < 0) return t.raise_value_error("negative seek value {}", position);
  if (whence < 0 || whence > 2) return t.raise_value_error("invalid whence ({}, should be 0, 1 or 2)", whence);
  auto base = static_cast<int64_t>(whence == 0 ? 0 : whence == 1 ? s->position_ : data->length());
  if (position > INT64_MAX - base) return t.raise(core.OverflowError, "new position too large");
  position += base;
  if (position < 0) position = 0;
  s->position_ = static_cast<size_t>(position);
  return position;
}
Fallible<void> close(Thread& t, BytesIO* s) {
  if (s->data_) TRY(s->data_->check_resizable(t));
  s->data_.clear();
  s->closed_ = true;
  return {};
}
Fallible<void> flush(Thread& t, BytesIO* s) {
  TRY(contents(t, s));
  return {};
}
Fallible<bool> yes(Thread& t, BytesIO* s) {
  TRY(contents(t, s));
  return true;
}
Fallible<bool> isatty(Thread& t, BytesIO* s) {
  TRY(contents(t, s));
  return false;
}
Fallible<Value> get_closed(Thread&, Value self) { return Value::from_bool(as<BytesIO>(self)->closed_); }
Fallible<Value> iterate(Thread& t, Value self) {
  TRY(contents(t, as<BytesIO>(self)));
  return self;
}

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
    .text_signature = "(initial_bytes=None)",
    .attributes_offset = offsetof(BytesIO, attributes_),
    .constructors = kConstructors,
};

}  // namespace

const TypeRegistration kBytesTypes[kBytesCount] = {{&bytes_io_type, &kSpec}};

}  // namespace hog::io
