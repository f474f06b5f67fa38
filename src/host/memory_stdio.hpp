// memory_stdio.hpp: standard streams that are no process's: input from a text in memory, output kept (at most so many bytes) or handed
// on to a function as it is written.
#pragma once

#include <string_view>

#include "host/host.hpp"

namespace hog {

// For one isolate: it does not lock.
class MemoryStdio final : public Stdio {
 public:
  // Takes the bytes of one write; errno, 0: taken.
  using Sink = int (*)(void* context, Stream stream, const char* data, size_t size);
  // What is beyond the limit: an error of the program's write (ENOSPC), or silently dropped, and counted.
  enum class Overflow : uint8_t { Refuse, Drop };

  explicit MemoryStdio(size_t limit = 1 << 20, Overflow overflow = Overflow::Refuse) : limit_(limit), overflow_(overflow) {}
  ~MemoryStdio();
  MemoryStdio(const MemoryStdio&) = delete;
  MemoryStdio& operator=(const MemoryStdio&) = delete;

  // The text is not copied.
  void set_input(std::string_view text) {
    input_ = text;
    read_ = 0;
  }
  // From now on output goes there, without a limit; null: it is kept again.
  void set_sink(Sink sink, void* context) {
    sink_ = sink;
    context_ = context;
  }
  void set_terminal(bool terminal) { terminal_ = terminal; }
  // What was written since clear(); valid until the next write. stream: Output or Error.
  std::string_view text(Stream stream) const;
  uint64_t dropped() const { return dropped_; }
  void clear();

  HostResult<size_t> read(void* buffer, size_t size) override;
  HostResult<size_t> write(Stream stream, const void* data, size_t size) override;
  HostResult<bool> flush(Stream stream) override;
  bool is_terminal(Stream stream) override;

 private:
  struct Buffer {
    char* data = nullptr;
    size_t size = 0, capacity = 0;
  };
  static bool reserve(Buffer* buffer, size_t capacity);

  Buffer buffers_[2];  // Output, Error
  size_t limit_;       // of both together
  Overflow overflow_;
  bool terminal_ = false;
  Sink sink_ = nullptr;
  void* context_ = nullptr;
  std::string_view input_;
  size_t read_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace hog
