// buffered.hpp: BufferedReader, BufferedWriter and BufferedRandom: one cell, three types.
//
// The buffer holds bytes of the raw stream around its position. Invariants while a buffer is there: pos_, read_end_, write_pos_
// and write_end_ are -1 or within [0, buffer_size_]; buffer_ has buffer_size_ bytes or is null (made when first needed).
// Only a thread that entered the stream (Turn) calls the raw stream; whatever the raw stream's Python does meanwhile, buffer_ is
// not replaced, but positions may move: every copy is bounded by what is read after the call.
#pragma once

#include "modules/io/io.hpp"
#include "vm/finalize.hpp"

namespace hog::io {

class Buffered : public Cell {
 public:
  static const Layout kLayout;
  ValueField raw_;  // empty: never initialised, or detached
  Field<ByteArray> buffer_;
  int64_t buffer_size_;
  int64_t pos_;        // where the program is, in the buffer
  int64_t raw_pos_;    // where the raw stream is, in the buffer; -1: elsewhere
  int64_t read_end_;   // end of what was read; -1: nothing valid
  int64_t write_pos_;  // begin of what is to be written
  int64_t write_end_;  // its end; -1: nothing
  int64_t abs_pos_;    // where the raw stream is; -1: not known
  Thread* owner_;      // whose turn it is
  bool ok_, detached_, readable_, writable_, gone_, finalizing_;
  ValueField attributes_;

  bool valid_read() const { return readable_ && read_end_ != -1; }
  bool valid_write() const { return writable_ && write_end_ != -1; }
  int64_t read_ahead() const { return valid_read() && read_end_ > pos_ ? read_end_ - pos_ : 0; }
  int64_t raw_offset() const { return (valid_read() || valid_write()) && raw_pos_ >= 0 ? raw_pos_ - pos_ : 0; }
  const uint8_t* here() { return buffer_->data() + pos_; }
};
extern Type *buffered_reader_type, *buffered_writer_type, *buffered_random_type;
constexpr size_t kBufferedCount = 3;
extern const TypeRegistration kBufferedTypes[kBufferedCount], kPairTypes[1];

// The right to use the raw stream, for a scope. RuntimeError when this thread has it already.
class Turn {
 public:
  Turn() = default;
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  Fallible<void> take(Thread& t, Buffered* b);
  void give_back() {
    if (stream_ != nullptr) stream_->owner_ = nullptr;
    stream_ = nullptr;
  }
  ~Turn() { give_back(); }

 private:
  Buffered* stream_ = nullptr;
};

// ---- buffered.cpp: state and the raw stream. ----
constexpr int64_t kWouldBlock = -2;
Fallible<void> check_initialized(Thread& t, const Buffered* b);
Fallible<void> check_open(Thread& t, Buffered* b, const char* closed_message);
Fallible<bool> is_closed(Thread& t, Buffered* b);
Fallible<void> ensure_buffer(Thread& t, Buffered* b);
// kWouldBlock, or how many bytes were moved. `room` and `data` belong to a cell that the caller holds.
Fallible<int64_t> raw_read_py(Thread& t, Buffered* b, uint8_t* room, int64_t size);
// A write that was cut short may have been so by a signal, whose handler must not wait for the rest.
inline Fallible<void> poll_after_write_py(Thread& t, bool cut_short) {
  return cut_short ? safe_point_py(t) : t.poll();
}
Fallible<int64_t> raw_write_py(Thread& t, Buffered* b, const uint8_t* data, int64_t size);
Fallible<int64_t> raw_tell_py(Thread& t, Buffered* b);
Fallible<int64_t> raw_seek_py(Thread& t, Buffered* b, int64_t target, int64_t whence);
Fallible<int64_t> fill_py(Thread& t, Buffered* b);  // reads behind read_end_
void reset_read(Buffered* b);
void move_position(Buffered* b, int64_t pos);
Fallible<void> write_out_py(Thread& t, Buffered* b);        // writes what is pending
Fallible<void> write_out_and_rewind_py(Thread& t, Buffered* b);
Failure raise_blocking_py(Thread& t, int64_t written);
Fallible<void> start_buffered_py(Thread& t, Buffered* b, Value raw, int64_t buffer_size, bool readable, bool writable);

// ---- buffered_read.cpp and buffered_write.cpp. ----
Fallible<Value> buffered_read(Thread& t, Buffered* b, Value size);
Fallible<Value> buffered_read1(Thread& t, Buffered* b, int64_t size);
Fallible<Value> buffered_peek(Thread& t, Buffered* b, int64_t size);
Fallible<Value> buffered_readinto(Thread& t, Buffered* b, Value room);
Fallible<Value> buffered_readinto1(Thread& t, Buffered* b, Value room);
Fallible<Value> buffered_readline(Thread& t, Buffered* b, Value size);
Fallible<Value> read_line_py(Thread& t, Buffered* b, int64_t limit);
// All of `data`, or BlockingIOError; the data belongs to a cell that the caller holds and Python cannot change.
Fallible<int64_t> buffered_write_bytes(Thread& t, Buffered* b, const uint8_t* data, size_t size);
Fallible<int64_t> buffered_write(Thread& t, Buffered* b, Value source);
Fallible<void> buffered_flush(Thread& t, Buffered* b);

// Is it one of these types itself, with no attributes of its own, so that its methods are the ones here?
inline bool is_plain_buffered(Value v) {
  if (!is<Buffered>(v)) return false;
  Type* type = type_of(v);
  return (type == buffered_reader_type || type == buffered_writer_type || type == buffered_random_type) &&
         v.cell()->shape() == type->root_shape();
}
Fallible<Value> make_buffered_py(Thread& t, Type* type, Value raw, int64_t buffer_size);

}  // namespace hog::io
