// buffered_write.cpp: writing to BufferedWriter and BufferedRandom. What fits waits in the buffer; what does not goes out
// at once. A raw stream that would block leaves in the buffer as much as fits. Ref: library/io "BufferedWriter".
#include <cstring>

#include "modules/io/buffered.hpp"
#include "object/exception.hpp"

namespace hog::io {

namespace {

// Copies into the buffer at `at`; what does not fit there stays out. Answers how much was taken.
int64_t put_at(Buffered* b, int64_t at, const uint8_t* data, int64_t size) {
  int64_t room = b->buffer_size_ - at;
  if (size > room) size = room;
  if (size > 0) std::memcpy(b->buffer_->data() + at, data, static_cast<size_t>(size));
  return size > 0 ? size : 0;
}

// The buffer could not be emptied without waiting (BlockingIOError is pending): keeps what fits behind what it has.
Fallible<int64_t> keep_behind_py(Thread& t, Buffered* b, const uint8_t* data, int64_t size) {
  t.take_exception();
  if (b->readable_) reset_read(b);
  if (b->write_end_ < b->write_pos_) b->write_end_ = b->write_pos_;
  int64_t pending = b->write_end_ - b->write_pos_, shift = b->write_pos_;
  std::memmove(b->buffer_->data(), b->buffer_->data() + shift, static_cast<size_t>(pending));
  b->write_end_ -= shift;
  b->raw_pos_ -= shift;
  b->pos_ = b->pos_ < shift ? 0 : b->pos_ - shift;
  b->write_pos_ = 0;
  int64_t taken = put_at(b, b->write_end_, data, size);
  b->write_end_ += taken;
  b->pos_ += taken;
  if (b->pos_ > b->buffer_size_) b->pos_ = b->buffer_size_;
  if (taken == size) return size;
  return raise_blocking_py(t, taken);
}

// With the buffer empty: whole buffers' worth goes out, the rest waits.
Fallible<int64_t> write_through_py(Thread& t, Buffered* b, const uint8_t* data, int64_t size) {
  int64_t offset = b->raw_offset();
  if (offset != 0) {
    TRY(raw_seek_py(t, b, -offset, 1));
    b->raw_pos_ -= offset;
  }
  int64_t done = 0;
  while (size - done > b->buffer_size_) {
    int64_t n = TRY(raw_write_py(t, b, data + done, size - done));
    if (n == kWouldBlock) {
      if (size - done <= b->buffer_size_) break;
      if (b->readable_) reset_read(b);
      done += put_at(b, 0, data + done, b->buffer_size_);
      b->raw_pos_ = b->write_pos_ = 0;
      move_position(b, b->buffer_size_);
      b->write_end_ = b->buffer_size_;
      return raise_blocking_py(t, done);
    }
    done += n;
    TRY(poll_after_write_py(t, done < size));
  }
  if (b->readable_) reset_read(b);
  int64_t kept = put_at(b, 0, data + done, size - done);
  b->write_pos_ = b->raw_pos_ = 0;
  b->write_end_ = kept;
  move_position(b, kept);
  done += kept;
  return done;
}

}  // namespace

Fallible<int64_t> buffered_write_bytes(Thread& t, Buffered* b, const uint8_t* data, size_t count) {
  TRY(check_initialized(t, b));
  Turn turn;
  TRY(turn.take(t, b));
  if (TRY(is_closed(t, b))) return t.raise_value_error("write to closed file");
  TRY(check_initialized(t, b));
  TRY(ensure_buffer(t, b));
  auto size = static_cast<int64_t>(count);
  if (!b->valid_read() && !b->valid_write()) b->pos_ = b->raw_pos_ = 0;
  if (size <= b->buffer_size_ - b->pos_ && size < b->buffer_size_) {
    put_at(b, b->pos_, data, size);
    if (!b->valid_write() || b->write_pos_ > b->pos_) b->write_pos_ = b->pos_;
    move_position(b, b->pos_ + size);
    if (b->write_end_ < b->pos_) b->write_end_ = b->pos_;
    return size;
  }
  if (write_out_py(t, b).failed()) {
    if (t.terminated() || !t.exception_is(core.BlockingIOError)) return Failure{};
    return keep_behind_py(t, b, data, size);
  }
  return write_through_py(t, b, data, size);
}

Fallible<int64_t> buffered_write(Thread& t, Buffered* b, Value source) {
  TRY(check_initialized(t, b));
  if (is<Bytes>(source)) return buffered_write_bytes(t, b, as<Bytes>(source)->data(), as<Bytes>(source)->length());
  BytesLike bytes(t);
  TRY(bytes.open(source));
  return buffered_write_bytes(t, b, bytes.data(), bytes.size());
}

Fallible<void> buffered_flush(Thread& t, Buffered* b) {
  TRY(check_open(t, b, "flush of closed file"));
  Turn turn;
  TRY(turn.take(t, b));
  return write_out_and_rewind_py(t, b);
}

}  // namespace hog::io
