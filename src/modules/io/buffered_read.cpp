// buffered_read.cpp: reading from BufferedReader and BufferedRandom. Bytes that are in the buffer are handed out without the
// raw stream; everything else takes its turn. Ref: library/io "BufferedReader".
#include <cstring>

#include "modules/io/buffered.hpp"
#include "object/bytes_builder.hpp"

namespace hog::io {

namespace {

Fallible<Value> take(Thread& t, Buffered* b, int64_t count) {
  Bytes* bytes = TRY(Bytes::from(t, b->read_ahead() == 0 ? nullptr : b->here(), static_cast<size_t>(count)));
  b->pos_ += count;
  return Value(bytes);
}
// Before the raw stream is read past what the buffer has.
Fallible<void> leave_buffer_py(Thread& t, Buffered* b) {
  if (b->writable_) TRY(write_out_and_rewind_py(t, b));
  reset_read(b);
  return {};
}

// ---- read(-1). ----

Fallible<Value> read_pieces_py(Thread& t, Buffered* b, BytesBuilder& all) {
  for (bool any = all.size() != 0;; any = true) {
    TRY(t.poll());
    if (b->raw_.get().is_empty()) return t.raise_value_error("raw stream has been detached");
    Value piece = TRY(call_method_py(t, b->raw_, names.read));
    if (!piece.is_none() && !is<Bytes>(piece)) return t.raise_type_error("read() should return bytes");
    if (piece.is_none() || as<Bytes>(piece)->length() == 0) {
      if (!any) return piece;
      return Value(TRY(all.finish()));
    }
    if (b->abs_pos_ != -1) b->abs_pos_ += static_cast<int64_t>(as<Bytes>(piece)->length());
    TRY(all.append(as<Bytes>(piece)->view()));
  }
}
Fallible<Value> read_all_py(Thread& t, Buffered* b) {
  BytesBuilder all(t);
  if (int64_t have = b->read_ahead(); have != 0) {
    TRY(all.append(b->here(), static_cast<size_t>(have)));
    b->pos_ += have;
  }
  TRY(leave_buffer_py(t, b));
  if (b->raw_.get().is_empty()) return t.raise_value_error("raw stream has been detached");
  Value readall = TRY(find_attribute_py(t, b->raw_, names.readall));
  if (readall.is_absent()) return read_pieces_py(t, b, all);
  Value rest = TRY(call_py(t, readall));
  b->abs_pos_ = -1;
  if (!rest.is_none() && !is<Bytes>(rest)) return t.raise_type_error("readall() should return bytes");
  if (all.size() == 0) return rest;
  if (!rest.is_none()) TRY(all.append(as<Bytes>(rest)->view()));
  return Value(TRY(all.finish()));
}

// ---- read(n). ----

// Reads straight into `room` whole buffers' worth of what is wanted, then through the buffer. kWouldBlock: nothing was there.
Fallible<int64_t> read_through_py(Thread& t, Buffered* b, uint8_t* room, int64_t size) {
  int64_t done = 0;
  while (int64_t whole = (size - done) / b->buffer_size_ * b->buffer_size_) {
    int64_t n = TRY(raw_read_py(t, b, room + done, whole));
    if (n <= 0) return n == 0 || done > 0 ? done : kWouldBlock;
    done += n;
    TRY(t.poll());
  }
  b->pos_ = b->raw_pos_ = 0;
  while (done < size && b->read_end_ < b->buffer_size_) {
    int64_t n = TRY(fill_py(t, b));
    if (n <= 0) return n == 0 || done > 0 ? done : kWouldBlock;
    int64_t have = b->read_ahead(), part = have < size - done ? have : size - done;
    std::memcpy(room + done, b->here(), static_cast<size_t>(part));
    b->pos_ += part;
    done += part;
    TRY(t.poll());
  }
  return done;
}
Fallible<Value> read_some_py(Thread& t, Buffered* b, int64_t size) {
  TRY(t.check_fits(static_cast<uint64_t>(size)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(size)));
  int64_t have = b->read_ahead();
  if (have > size) have = size;
  if (have != 0) std::memcpy(bytes->mutable_data(), b->here(), static_cast<size_t>(have));
  b->pos_ += have;
  TRY(leave_buffer_py(t, b));
  int64_t n = TRY(read_through_py(t, b, bytes->mutable_data() + have, size - have));
  if (n == kWouldBlock) {
    if (have == 0) return Value::none();
    n = 0;
  }
  if (have + n == size) return Value(bytes);
  return Value(TRY(Bytes::from(t, bytes->data(), static_cast<size_t>(have + n))));
}

}  // namespace

Fallible<Value> buffered_read(Thread& t, Buffered* b, Value size) {
  int64_t n = TRY(size_argument_py(t, size));
  TRY(check_initialized(t, b));
  if (n < -1) return t.raise_value_error("read length must be non-negative or -1");
  TRY(check_open(t, b, "read of closed file"));
  if (n >= 0 && n <= b->read_ahead()) return take(t, b, n);
  Turn turn;
  TRY(turn.take(t, b));
  if (n < 0) return read_all_py(t, b);
  if (n <= b->read_ahead()) return take(t, b, n);
  return read_some_py(t, b, n);
}

Fallible<Value> buffered_read1(Thread& t, Buffered* b, int64_t n) {
  TRY(check_initialized(t, b));
  if (n < 0) n = b->buffer_size_;
  TRY(check_open(t, b, "read of closed file"));
  if (n == 0) return Value(TRY(Bytes::from(t, nullptr, 0)));
  int64_t have = b->read_ahead();
  if (have > 0) return take(t, b, n < have ? n : have);
  TRY(t.check_fits(static_cast<uint64_t>(n)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(n)));
  Turn turn;
  TRY(turn.take(t, b));
  TRY(leave_buffer_py(t, b));
  int64_t got = TRY(raw_read_py(t, b, bytes->mutable_data(), n));
  if (got == kWouldBlock) got = 0;
  if (got == n) return Value(bytes);
  return Value(TRY(Bytes::from(t, bytes->data(), static_cast<size_t>(got))));
}

Fallible<Value> buffered_peek(Thread& t, Buffered* b, int64_t) {
  TRY(check_open(t, b, "peek of closed file"));
  Turn turn;
  TRY(turn.take(t, b));
  if (b->writable_) TRY(write_out_and_rewind_py(t, b));
  int64_t have = b->read_ahead();
  if (have == 0) {
    reset_read(b);
    b->pos_ = 0;
    have = TRY(fill_py(t, b));
    if (have < 0) have = 0;
    if (have > b->read_ahead()) have = b->read_ahead();
  }
  return Value(TRY(Bytes::from(t, have == 0 ? nullptr : b->here(), static_cast<size_t>(have))));
}

namespace {

// The rest of a readinto() beyond what was read ahead. kWouldBlock: nothing was there and nothing was read.
Fallible<int64_t> read_rest_into_py(Thread& t, Buffered* b, uint8_t* room, int64_t size, int64_t written, bool once) {
  TRY(leave_buffer_py(t, b));
  b->pos_ = 0;
  while (written < size) {
    int64_t left = size - written, n = 0;
    if (left > b->buffer_size_) {
      n = TRY(raw_read_py(t, b, room + written, left));
    } else if (!(once && written != 0)) {
      if (b->read_end_ >= b->buffer_size_) {
        reset_read(b);
        b->pos_ = 0;
      }
      n = TRY(fill_py(t, b));
      if (n > 0) {
        int64_t have = b->read_ahead();
        n = have < left ? have : left;
        std::memcpy(room + written, b->here(), static_cast<size_t>(n));
        b->pos_ += n;
        written += n;
        TRY(t.poll());
        continue;
      }
    }
    if (n == 0 || (n == kWouldBlock && written > 0)) break;
    if (n == kWouldBlock) return kWouldBlock;
    written += n;
    if (once) break;
    TRY(t.poll());
  }
  return written;
}
Fallible<Value> read_into_py(Thread& t, Buffered* b, Value target, bool once) {
  TRY(check_initialized(t, b));
  BytesLike room(t);
  TRY(open_writable(t, &room, target, once ? "readinto1" : "readinto"));
  TRY(check_open(t, b, "readinto of closed file"));
  auto size = static_cast<int64_t>(room.size());
  int64_t have = b->read_ahead();
  if (have > size) have = size;
  if (have > 0) {
    std::memmove(room.data(), b->here(), static_cast<size_t>(have));
    b->pos_ += have;
  }
  if (have == size) return make_int(t, have);
  Turn turn;
  TRY(turn.take(t, b));
  int64_t n = TRY(read_rest_into_py(t, b, room.data(), size, have, once));
  return n == kWouldBlock ? Value::none() : Value::from_small_int(n);
}

}  // namespace

Fallible<Value> buffered_readinto(Thread& t, Buffered* b, Value room) { return read_into_py(t, b, room, false); }
Fallible<Value> buffered_readinto1(Thread& t, Buffered* b, Value room) { return read_into_py(t, b, room, true); }

// ---- Lines. ----

namespace {
// How much of what was read ahead belongs to the line; *whole: its end is there, or the limit.
int64_t line_part(Buffered* b, int64_t limit, bool* whole) {
  int64_t n = b->read_ahead();
  *whole = false;
  if (limit >= 0 && n >= limit) {
    n = limit;
    *whole = true;
  }
  if (n == 0) return 0;
  const uint8_t* start = b->here();
  auto* end = static_cast<const uint8_t*>(std::memchr(start, '\n', static_cast<size_t>(n)));
  if (end == nullptr) return n;
  *whole = true;
  return end - start + 1;
}
}  // namespace

Fallible<Value> read_line_py(Thread& t, Buffered* b, int64_t limit) {
  bool whole;
  int64_t n = line_part(b, limit, &whole);
  if (whole) return take(t, b, n);
  TRY(check_open(t, b, "readline of closed file"));
  Turn turn;
  TRY(turn.take(t, b));
  BytesBuilder line(t);
  for (n = line_part(b, limit, &whole);; n = line_part(b, limit, &whole)) {
    if (n != 0) TRY(line.append(b->here(), static_cast<size_t>(n)));
    b->pos_ += n;
    if (limit >= 0) limit -= n;
    if (whole) break;
    TRY(leave_buffer_py(t, b));
    b->pos_ = 0;
    TRY(t.poll());
    if (TRY(fill_py(t, b)) <= 0) break;
  }
  return Value(TRY(line.finish()));
}
Fallible<Value> buffered_readline(Thread& t, Buffered* b, Value size) {
  TRY(check_initialized(t, b));
  int64_t limit = TRY(size_argument_py(t, size));
  TRY(check_initialized(t, b));
  return read_line_py(t, b, limit < 0 ? -1 : limit);
}

}  // namespace hog::io
