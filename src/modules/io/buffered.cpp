// buffered.cpp: what the buffered streams have in common: their state, their turn at the raw stream, and the raw stream itself.
// Ref: library/io "Buffered Streams".
#include "modules/io/buffered.hpp"

#include <cerrno>
#include <cstring>

#include "object/bytes_objects.hpp"
#include "object/exception.hpp"
#include "vm/turns.hpp"

namespace hog::io {

namespace {
void trace_buffered(Cell* cell, Marker& marker) {
  auto* b = static_cast<Buffered*>(cell);
  marker.visit_word(b->raw_.get().raw());
  marker.visit(b->buffer_.get());
  marker.visit_word(b->attributes_.get().raw());
}
}  // namespace
const Layout Buffered::kLayout = {.name = "Buffered", .trace = trace_buffered, .base_size = sizeof(Buffered)};

Fallible<void> Turn::take(Thread& t, Buffered* b) {
  if (b->owner_ == &t) return t.raise(core.RuntimeError, "reentrant call inside {}", repr_of(Value(b)));
  // Another thread's turn ends when it runs. Few ever meet here, so there is no list of who waits.
  constexpr int64_t kNap = 1'000'000;
  while (b->owner_ != nullptr) TRY(nap_until(t, turns_clock(t) + kNap));
  b->owner_ = &t;
  stream_ = b;
  return {};
}

// ---- State. ----

Fallible<void> check_initialized(Thread& t, const Buffered* b) {
  if (b->ok_) [[likely]] return {};
  return t.raise_value_error(b->detached_ ? "raw stream has been detached" : "I/O operation on uninitialized object");
}
Fallible<bool> is_closed(Thread& t, Buffered* b) {
  if (b->gone_) return true;
  Value raw = b->raw_;
  if (raw.is_empty()) return true;
  if (is_plain_file(raw)) return as<FileIO>(raw)->fd() < 0;
  return is_closed_py(t, raw);
}
Fallible<void> check_open(Thread& t, Buffered* b, const char* closed_message) {
  TRY(check_initialized(t, b));
  if (b->read_ahead() > 0) return {};
  if (TRY(is_closed(t, b))) return t.raise_value_error("{}", closed_message);
  return check_initialized(t, b);
}
Fallible<void> ensure_buffer(Thread& t, Buffered* b) {
  if (b->buffer_) [[likely]] return {};
  b->buffer_.set(b, TRY(ByteArray::make(t, static_cast<size_t>(b->buffer_size_))));
  return {};
}
void reset_read(Buffered* b) { b->read_end_ = -1; }
void move_position(Buffered* b, int64_t pos) {
  b->pos_ = pos;
  if (b->valid_read() && b->read_end_ < pos) b->read_end_ = pos;
}
Fallible<void> start_buffered_py(Thread& t, Buffered* b, Value raw, int64_t buffer_size, bool readable, bool writable) {
  if (b->owner_ != nullptr) return t.raise(core.RuntimeError, "reentrant call inside {}", repr_of(Value(b)));
  b->raw_.set(b, raw);
  b->readable_ = readable;
  b->writable_ = writable;
  b->pos_ = b->raw_pos_ = b->write_pos_ = 0;
  b->read_end_ = b->write_end_ = b->abs_pos_ = -1;
  b->buffer_.clear();
  b->buffer_size_ = 0;
  if (buffer_size <= 0) return t.raise_value_error("buffer size must be strictly positive");
  TRY(t.check_fits(static_cast<uint64_t>(buffer_size)));
  b->buffer_size_ = buffer_size;
  b->gone_ = false;
  // A small buffer is made at once, so that memory that is refused shows here.
  if (buffer_size > (1 << 20)) TRY(ensure_buffer(t, b));
  if (raw_tell_py(t, b).failed() && !clear_exception_if(t, core.Exception)) return Failure{};
  b->ok_ = true;
  return {};
}

Failure raise_blocking_py(Thread& t, int64_t written) {
  Str* text = TRY(Str::from_ascii(t, "write could not complete without blocking"));
  Value count = TRY(make_int(t, written));
  Value exception = TRY(call_py(t, Value(core.BlockingIOError), Value::from_small_int(EAGAIN), Value(text), count));
  return t.raise_object_py(exception, Value::absent());
}

// ---- The raw stream. ----

namespace {

Fallible<Value> raw_of(Thread& t, Buffered* b) {
  if (b->raw_.get().is_empty()) return t.raise_value_error("raw stream has been detached");
  return b->raw_.get();
}
Fallible<int64_t> raw_position(Thread& t, Buffered* b, Value answer) {
  int64_t n = TRY(index_to_int64_py(t, answer));
  if (n < 0) return t.raise(core.OSError, "Raw stream returned invalid position {}", n);
  b->abs_pos_ = n;
  return n;
}
// What readinto() or write() answered, as a number of bytes out of `size`.
Fallible<int64_t> raw_count(Thread& t, Value answer, int64_t size, const char* method) {
  Fallible<int64_t> n = index_to_int64_py(t, answer);
  if (n.failed()) {
    if (t.terminated() || std::strcmp(method, "readinto") != 0) return Failure{};
    Value cause = t.take_exception();
    Str* text = TRY(Str::from_ascii(t, "raw readinto() failed"));
    Value exception = TRY(call_py(t, Value(core.OSError), Value(text)));
    return t.raise_object_py(exception, cause);
  }
  if (n.get() < 0 || n.get() > size)
    return t.raise(core.OSError, "raw {}() returned invalid length {} (should have been between 0 and {})", method, n.get(), size);
  return n;
}
void advance(Buffered* b, int64_t n) {
  if (n > 0 && b->abs_pos_ != -1) b->abs_pos_ += n;
}
// Calls a method with a view of bytes that stay ours: whoever keeps the view sees only these.
Fallible<Value> call_with_view_py(Thread& t, Value raw, Str* method, Value bytes) {
  for (;;) {
    MemoryView* view = TRY(MemoryView::from_object_py(t, bytes));
    Fallible<Value> answer = call_method_py(t, raw, method, Value(view));
    if (!answer.failed()) {
      view->let_go(t);
      return answer;
    }
    if (t.terminated()) return Failure{};
    view->let_go(t);
    if (!t.exception_is(core.InterruptedError)) return Failure{};
    t.take_exception();
    TRY(t.poll());
  }
}

}  // namespace

Fallible<int64_t> raw_tell_py(Thread& t, Buffered* b) {
  Value raw = TRY(raw_of(t, b));
  if (is_plain_file(raw)) {
    b->abs_pos_ = TRY(file_seek(t, as<FileIO>(raw), 0, 1));
    return b->abs_pos_;
  }
  return raw_position(t, b, TRY(call_method_py(t, raw, names.tell)));
}
Fallible<int64_t> raw_seek_py(Thread& t, Buffered* b, int64_t target, int64_t whence) {
  Value raw = TRY(raw_of(t, b));
  if (is_plain_file(raw)) {
    b->abs_pos_ = TRY(file_seek(t, as<FileIO>(raw), target, static_cast<int>(whence)));
    return b->abs_pos_;
  }
  return raw_position(t, b,
                      TRY(call_method_py(t, raw, names.seek, TRY(make_int(t, target)), Value::from_small_int(whence))));
}
Fallible<int64_t> raw_read_py(Thread& t, Buffered* b, uint8_t* room, int64_t size) {
  Value raw = TRY(raw_of(t, b));
  int64_t n;
  if (is_plain_file(raw)) {
    n = TRY(file_read(t, as<FileIO>(raw), room, static_cast<size_t>(size)));
    if (n < 0) return kWouldBlock;
  } else {
    ByteArrayObject* bytes = TRY(ByteArrayObject::make(t, static_cast<size_t>(size)));
    Value answer = TRY(call_with_view_py(t, raw, names.readinto, Value(bytes)));
    if (answer.is_none()) return kWouldBlock;
    n = TRY(raw_count(t, answer, size, "readinto"));
    if (static_cast<size_t>(n) > bytes->length()) n = static_cast<int64_t>(bytes->length());
    if (n != 0) std::memcpy(room, bytes->data(), static_cast<size_t>(n));
  }
  advance(b, n);
  return n;
}
Fallible<int64_t> raw_write_py(Thread& t, Buffered* b, const uint8_t* data, int64_t size) {
  Value raw = TRY(raw_of(t, b));
  int64_t n;
  if (is_plain_file(raw)) {
    n = TRY(file_write(t, as<FileIO>(raw), data, static_cast<size_t>(size)));
    if (n < 0) return kWouldBlock;
  } else {
    Bytes* bytes = TRY(Bytes::from(t, data, static_cast<size_t>(size)));
    Value answer = TRY(call_with_view_py(t, raw, names.write, Value(bytes)));
    if (answer.is_none()) return kWouldBlock;
    n = TRY(raw_count(t, answer, size, "write"));
  }
  advance(b, n);
  return n;
}

Fallible<int64_t> fill_py(Thread& t, Buffered* b) {
  TRY(ensure_buffer(t, b));
  int64_t start = b->valid_read() ? b->read_end_ : 0;
  ByteArray* buffer = b->buffer_.get();
  int64_t n = TRY(raw_read_py(t, b, buffer->data() + start, b->buffer_size_ - start));
  if (n <= 0) return n;
  b->read_end_ = start + n;
  b->raw_pos_ = start + n;
  if (b->pos_ > b->read_end_) b->pos_ = b->read_end_;
  return n;
}

// ---- Writing out. ----

Fallible<void> write_out_py(Thread& t, Buffered* b) {
  if (b->valid_write() && b->write_pos_ != b->write_end_) {
    int64_t rewind = b->raw_offset() + (b->pos_ - b->write_pos_);
    if (rewind != 0) {
      TRY(raw_seek_py(t, b, -rewind, 1));
      b->raw_pos_ -= rewind;
    }
    while (b->valid_write() && b->buffer_ && b->write_pos_ < b->write_end_) {
      ByteArray* buffer = b->buffer_.get();
      int64_t n = TRY(raw_write_py(t, b, buffer->data() + b->write_pos_, b->write_end_ - b->write_pos_));
      if (n == kWouldBlock) return raise_blocking_py(t, 0);
      int64_t at = b->write_pos_ + n;
      if (at > b->buffer_size_) at = b->buffer_size_;
      b->write_pos_ = b->raw_pos_ = at;
      TRY(poll_after_write_py(t, at < b->write_end_));
    }
  }
  b->write_pos_ = 0;
  b->write_end_ = -1;
  return {};
}
Fallible<void> write_out_and_rewind_py(Thread& t, Buffered* b) {
  TRY(write_out_py(t, b));
  if (!b->readable_) return {};
  int64_t offset = b->raw_offset();
  // The bytes read ahead are given back, so that the raw stream is where the program is.
  TRY(raw_seek_py(t, b, -offset, 1));
  reset_read(b);
  return {};
}

}  // namespace hog::io
