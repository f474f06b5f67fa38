// host.hpp: everything an isolate can reach beyond its own memory. One abstract class per capability; a null pointer means
// "not granted". Nothing here knows Python; errors are errno values in HostResult. Implementations: os/ (the real ones) and
// src/host/ (in memory, fixed, captured).
//
// Threads: an isolate calls its host from whichever thread runs it; a capability shared by isolates must lock for itself.
// Ownership: the embedder owns every capability and keeps it alive as long as an isolate uses it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hog {

template <typename T>
struct HostResult {
  T value{};
  int error = 0;  // errno; 0: success
  bool ok() const { return error == 0; }
};

enum class Stream : uint8_t { Input, Output, Error };

class Stdio {
 public:
  // Bytes read, 0 at the end of input.
  virtual HostResult<size_t> read(void* buffer, size_t size) = 0;
  virtual HostResult<size_t> write(Stream stream, const void* data, size_t size) = 0;
  virtual HostResult<bool> flush(Stream stream) = 0;
  virtual bool is_terminal(Stream stream) = 0;

 protected:
  ~Stdio() = default;
};

class Clock {
 public:
  virtual int64_t wall_nanoseconds() = 0;       // since 1970-01-01 UTC
  virtual int64_t monotonic_nanoseconds() = 0;  // from any start, never backwards
  virtual int64_t cpu_nanoseconds() = 0;
  // Returns early with EINTR when a signal arrives.
  virtual HostResult<bool> sleep(int64_t nanoseconds) = 0;
  // Offset of local time from UTC at that moment, and the zone's name (static storage).
  virtual int64_t utc_offset_seconds(int64_t wall_seconds, bool* daylight, const char** name) = 0;

 protected:
  ~Clock() = default;
};

class Entropy {
 public:
  virtual void fill(void* buffer, size_t size) = 0;

 protected:
  ~Entropy() = default;
};

class Environment;
class FileSystem;
class Threads;
class Process;
class Network;
class Signals;
class DynamicLibraries;

struct Host {
  Stdio* stdio = nullptr;
  Clock* clock = nullptr;
  Entropy* entropy = nullptr;
  Environment* environment = nullptr;
  FileSystem* files = nullptr;
  Threads* threads = nullptr;
  Process* process = nullptr;
  Network* network = nullptr;
  Signals* signals = nullptr;
  DynamicLibraries* libraries = nullptr;
};

}  // namespace hog
