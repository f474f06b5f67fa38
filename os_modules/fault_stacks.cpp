// fault_stacks.cpp: see fault_stacks.hpp. Runs in signal handlers and beside running threads, so what it reads may change under it or be
// gone. Invariants: it allocates nothing, locks nothing, and reads the isolate through peek() alone, into copies of its own; every count
// and length it finds is bounded before it is used.
#include "os_modules/fault_stacks.hpp"

#include <pthread.h>

#include <cstring>

#include "os/faults.hpp"
#include "vm/code.hpp"
#include "vm/frame.hpp"
#include "vm/isolate.hpp"

namespace hog::os {

namespace {

constexpr int kMostFrames = 100, kMostThreads = 100;
constexpr size_t kMostText = 500;

// Collects what is written, so that a line is one system call.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}
  ~Output() { flush(); }
  Output(const Output&) = delete;
  void byte(char c) {
    if (used_ == sizeof buffer_) flush();
    buffer_[used_++] = c;
  }
  void text(const char* s) {
    while (*s != '\0') byte(*s++);
  }
  void decimal(uint64_t n) {
    char digits[20];
    size_t count = 0;
    do digits[count++] = static_cast<char>('0' + n % 10);
    while ((n /= 10) != 0);
    while (count != 0) byte(digits[--count]);
  }
  void hex(uint64_t n, int width) {
    while (width-- > 0) byte("0123456789abcdef"[(n >> (4 * width)) & 15]);
  }
  void character(char32_t c) {
    if (c >= ' ' && c < 127) return byte(static_cast<char>(c));
    int width = c <= 0xFF ? 2 : c <= 0xFFFF ? 4 : 8;
    byte('\\');
    byte(width == 2 ? 'x' : width == 4 ? 'u' : 'U');
    hex(c, width);
  }
  void flush() {
    write_all(descriptor_, buffer_, used_);
    used_ = 0;
  }

 private:
  int descriptor_;
  size_t used_ = 0;
  char buffer_[512];
};

// A copy of an object that may be anything by now. Only its plain members are looked at.
template <typename T>
class Copy {
 public:
  explicit Copy(const T* from) : good_(peek(from, bytes_, sizeof(T))) {}
  explicit operator bool() const { return good_; }
  const T* operator->() const { return reinterpret_cast<const T*>(bytes_); }

 private:
  alignas(T) unsigned char bytes_[sizeof(T)];
  bool good_;
};
template <typename T>
bool peek_value(const T* from, T* to) {
  return peek(from, to, sizeof(T));
}

void write_unknown(Output& out) { out.text("???"); }

void write_string(Output& out, const Str* s) {
  Copy<Str> copy(s);
  auto kind = copy ? static_cast<size_t>(copy->kind()) : 0;
  if (kind != 1 && kind != 2 && kind != 4) return write_unknown(out);
  const auto* start = reinterpret_cast<const unsigned char*>(copy.operator->());
  const auto* data = static_cast<const unsigned char*>(copy->data());
  if (data >= start && data < start + sizeof(Str)) data = reinterpret_cast<const unsigned char*>(s) + (data - start);
  size_t length = copy->length();
  size_t shown = length < kMostText ? length : kMostText;
  alignas(8) unsigned char bytes[kMostText * 4];
  if (shown != 0 && !peek(data, bytes, shown * kind)) return write_unknown(out);
  for (size_t i = 0; i < shown; ++i) {
    char32_t c = 0;
    std::memcpy(&c, bytes + i * kind, kind);  // little-endian
    out.character(c);
  }
  if (shown < length) out.text("...");
}

// A name that no Str was made of yet, from the blob. Bytes beyond ASCII show as they are escaped.
void write_blob_string(Output& out, const CodeBlob& blob, uint32_t index) {
  CodeBlobHeader header;
  uint32_t offset, length;
  if (!peek_value(blob.header(), &header) || index >= header.string_count ||
      !peek_value(blob.at<uint32_t>(header.string_offsets) + index, &offset) || !peek_value(blob.at<uint32_t>(offset), &length))
    return write_unknown(out);
  size_t shown = length < kMostText ? length : kMostText;
  unsigned char bytes[kMostText];
  if (shown != 0 && !peek(blob.at<unsigned char>(offset + 4), bytes, shown)) return write_unknown(out);
  for (size_t i = 0; i < shown; ++i) out.character(bytes[i]);
  if (shown < length) out.text("...");
}

// The bytes of a position table, a piece at a time.
class TableReader {
 public:
  TableReader(const uint8_t* from, uint32_t size) : from_(from), left_(size) {}
  bool at_end() const { return failed_ || (at_ == filled_ && left_ == 0); }
  uint8_t byte() {
    if (at_ == filled_) refill();
    return at_ < filled_ ? bytes_[at_++] : 0;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      uint8_t b = byte();
      value |= static_cast<uint64_t>(b & 0x7F) << shift;
      if ((b & 0x80) == 0) break;
    }
    return value;
  }

 private:
  void refill() {
    uint32_t n = left_ < sizeof bytes_ ? left_ : static_cast<uint32_t>(sizeof bytes_);
    at_ = filled_ = 0;
    if (n == 0 || !peek(from_, bytes_, n)) {
      failed_ = true;
      left_ = 0;
      return;
    }
    filled_ = n;
    from_ += n;
    left_ -= n;
  }
  const uint8_t* from_;
  uint32_t left_, at_ = 0, filled_ = 0;
  bool failed_ = false;
  uint8_t bytes_[256];
};

// As Code::line_at().
int64_t line_of(const Code& code, const CodeRecord& record, const CodeBlob& blob, uint32_t word) {
  TableReader table(blob.at<uint8_t>(record.positions), record.positions_size);
  int64_t line = record.first_line, found = code.first_line_;
  for (uint64_t covered = 0; !table.at_end() && covered <= word;) {
    covered += table.varint();
    if (table.byte() != 1) continue;
    uint64_t raw = table.varint();
    line += static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
    for (int i = 0; i < 3; ++i) (void)table.varint();
    found = line;
  }
  return found;
}

void write_frame(Output& out, const Frame& frame) {
  out.text("  File ");
  Copy<Code> code(frame.code);
  Copy<CodeSource> source(code ? code->source_.get() : nullptr);
  Copy<CodeRecord> record(code ? code->record_ : nullptr);
  if (!code || !source || !record) {
    out.text("??? in ???\n");
    return;
  }
  out.byte('"');
  if (code->filename_) write_string(out, code->filename_.get());
  else write_blob_string(out, source->blob_, record->filename);
  out.text("\", line ");
  uint32_t word = 0;
  if (frame.pc != nullptr && code->instructions_ != nullptr && frame.pc >= code->instructions_ &&
      frame.pc - code->instructions_ <= record->instruction_words)
    word = static_cast<uint32_t>(frame.pc - code->instructions_);
  int64_t line = line_of(*code.operator->(), *record.operator->(), source->blob_, word);
  if (line < 0) write_unknown(out);
  else out.decimal(static_cast<uint64_t>(line));
  out.text(" in ");
  write_string(out, code->name_.get());
  out.byte('\n');
}

void write_frames(Output& out, const Thread* thread) {
  Frame* at = nullptr;
  if (!peek_value(&thread->frame_, &at) || at == nullptr) {
    out.text("  <no Python frame>\n");
    return;
  }
  for (int count = 0; at != nullptr; ++count) {
    Copy<Frame> frame(at);
    if (!frame) return;
    if (count == kMostFrames) {
      out.text("  ...\n");
      return;
    }
    write_frame(out, *frame.operator->());
    at = frame->previous;
  }
}

}  // namespace

void write_stacks(void* context, int descriptor, bool all_threads, bool on_python_thread) {
  auto* isolate = static_cast<Isolate*>(context);
  Output out(descriptor);
  auto own = static_cast<uint64_t>(::pthread_self());
  Thread* first = nullptr;
  if (!peek_value(&isolate->threads, &first)) return;
  // Which of the threads this is. The only one has never asked for its handle, maybe.
  auto is_current = [&](const Thread* t) {
    uint64_t handle = 0;
    Thread* next = nullptr;
    if (!on_python_thread || !peek_value(&t->handle_, &handle) || !peek_value(&t->next_, &next)) return false;
    return handle == own || (handle == 0 && t == first && next == nullptr);
  };
  int count = 0;
  for (Thread* t = first; t != nullptr && count < kMostThreads; ++count) {
    bool current = is_current(t);
    if (all_threads) {
      uint64_t handle = 0;
      (void)peek_value(&t->handle_, &handle);
      if (count != 0) out.byte('\n');
      out.text(current ? "Current thread 0x" : "Thread 0x");
      out.hex(handle == 0 ? own : handle, 16);
      out.text(" (most recent call first):\n");
    } else if (current) {
      out.text("Stack (most recent call first):\n");
    }
    if (all_threads || current) write_frames(out, t);
    if (!peek_value(&t->next_, &t)) return;
  }
}

}  // namespace hog::os
