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
  // Reads anew which zone is the local one; false where that is fixed.
  virtual bool reload_zone() { return false; }

 protected:
  ~Clock() = default;
};

class Entropy {
 public:
  virtual void fill(void* buffer, size_t size) = 0;

 protected:
  ~Entropy() = default;
};

struct SystemName {  // uname
  char system[65] = "", node[65] = "", release[65] = "", version[65] = "", machine[65] = "";
};

// What a program is told about where it runs. Names and values are bytes without NUL.
class Environment {
 public:
  virtual size_t variable_count() = 0;
  // "NAME=VALUE", NUL-terminated, valid until the next call on this object; null past the end.
  virtual const char* variable(size_t index) = 0;
  // For child processes and for later isolates of this host; the isolate that set it keeps its own os.environ.
  virtual HostResult<bool> set_variable(const char* name, const char* value) = 0;  // value null: remove
  // Identity; a sandbox's are 0 and made-up names.
  virtual int64_t process_id() = 0;
  virtual int64_t parent_process_id() = 0;
  virtual uint32_t user_id(bool effective) = 0;
  virtual uint32_t group_id(bool effective) = 0;
  virtual const char* user_name() = 0;  // login name; null: unknown
  virtual const char* host_name() = 0;
  // Where the sources of the frozen library lie on a disk that this environment's FileSystem shows; null: nowhere.
  virtual const char* library_directory() { return nullptr; }
  virtual HostResult<SystemName> system_name() = 0;
  // The process's further groups; with size 0, how many there are.
  virtual HostResult<size_t> groups(uint32_t* room, size_t size) = 0;
  virtual int64_t processor_count() = 0;  // 0: unknown

 protected:
  ~Environment() = default;
};

// A place where one thread sleeps until another wakes it.
class Parker {
 public:
  // Sleeps until unpark(), at most that long (negative: without end); not at all when unpark() came first. May return early.
  virtual void park(int64_t nanoseconds) = 0;
  virtual void unpark() = 0;  // from any thread, and from a signal's handler

 protected:
  ~Parker() = default;
};
class Mutex {
 public:
  virtual void lock() = 0;
  virtual void unlock() = 0;

 protected:
  ~Mutex() = default;
};

// The right to start threads, and what they need to wait for one another. Parkers, mutexes and this object outlive a thread that
// never comes back from a call of the system.
class Threads {
 public:
  using Entry = void (*)(void* argument);
  // Runs entry(argument) on a new thread that nobody joins; stack_bytes 0: the platform's usual size.
  virtual HostResult<bool> start(Entry entry, void* argument, size_t stack_bytes) = 0;
  virtual Parker* new_parker() = 0;  // null: no memory
  virtual void free_parker(Parker* parker) = 0;
  virtual Mutex* new_mutex() = 0;
  virtual void free_mutex(Mutex* mutex) = 0;
  virtual int64_t monotonic_nanoseconds() = 0;
  // Of the calling thread: its number in the system, and what interrupt() takes.
  virtual uint64_t system_id() = 0;
  virtual uint64_t handle() = 0;
  // Has the blocking call that a thread may be in return with EINTR.
  virtual void interrupt(uint64_t handle) = 0;
  virtual void set_name(const char* name) = 0;  // of the calling thread; the system cuts it

 protected:
  ~Threads() = default;
};

// The right to catch the signals of the process. They are noted when they arrive, and looked at when the program is at a safe point.
class Signals {
 public:
  enum class Action : uint8_t { Default, Ignore, Note, Foreign };  // Foreign: somebody else's handler
  virtual Action action(int number) = 0;
  virtual HostResult<bool> set_action(int number, Action action) = 0;
  virtual bool any_noted() = 0;
  virtual uint64_t take_noted() = 0;  // bit n - 1: signal n was noted since the last time
  virtual void note(int number) = 0;  // as if it had arrived
  // To be woken by each signal: the parker of the thread that runs handlers; null: nobody.
  virtual void set_parker(Parker* parker) = 0;
  // A descriptor that each noted signal's number is written to, -1: none; answers the one before.
  virtual HostResult<int> set_wakeup(int descriptor, bool warn_when_full) = 0;
  virtual int take_wakeup_error() = 0;  // errno of a write to it that failed, 0: none
  virtual HostResult<bool> raise(int number) = 0;

 protected:
  ~Signals() = default;
};

// The right to all that a process of the operating system may do beyond its files: start programs, signal, wait, set limits. Not a
// thing to implement in another way: the modules of os_modules/ look whether it was granted, and call the system themselves.
class Process {};
// The right to open sockets, in the same way.
class Network {};

class FileSystem;  // host/file_system.hpp
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
