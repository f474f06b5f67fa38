// posix.hpp: what the files of the module posix share. The functions are in parts, one ModuleSpec each; a part's functions are put
// into the module only when the isolate was granted the capability that they use. Invariant: a function of a part that needs a
// capability is never reachable from Python without it, so that it may take the capability for granted.
#pragma once

#include "host/file_system.hpp"
#include "object/os_error.hpp"
#include "object/protocol.hpp"
#include "object/struct_sequence.hpp"
#include "vm/finalize.hpp"
#include "vm/isolate.hpp"

namespace hog::posix {

inline Host* host_of(Thread& t) { return Isolate::of(t).config().host; }
// The capability, with the call that is about to be made counted.
Fallible<FileSystem*> files(Thread& t);
Fallible<Environment*> environment(Thread& t);

// ---- Paths. ----

enum PathAccepts : unsigned { kPathOnly = 0, kNullable = 1, kDescriptor = 2, kNonStrict = 4 };

// An argument that is a path: str, bytes, os.PathLike; where accepted a descriptor, or None. Lives on the native stack only.
class PathArgument {
 public:
  PathArgument(const char* function, const char* argument, unsigned accepts)
      : function_(function), argument_(argument), accepts_(accepts) {}
  Fallible<void> convert_py(Thread& t, Value v);

  bool is_descriptor() const { return fd_ != -1 || is_fd_; }
  int fd() const { return fd_; }
  bool is_given() const { return given_; }
  bool is_bytes() const { return is<Bytes>(text_); }  // results are bytes as well
  std::string_view view() const { return {bytes_, length_}; }
  HostPath at(int directory = HostPath::kCurrentDirectory) const { return {bytes_, length_, directory}; }
  Value object() const { return object_; }  // for errors: what the caller gave, or its __fspath__()
  Value text() const { return text_; }      // str or bytes
  const char* function() const { return function_; }

 private:
  Fallible<void> take_descriptor_py(Thread& t, Value v);
  Fallible<void> take_text(Thread& t, Value text);
  Failure raise_wrong_type(Thread& t, Value v);
  const char* function_;
  const char* argument_;
  unsigned accepts_;
  Value object_ = Value::none();
  Value text_ = Value::none();
  ByteArray* storage_ = nullptr;
  const char* bytes_ = ".";
  size_t length_ = 1;
  int fd_ = -1;
  bool is_fd_ = false;
  bool given_ = false;
};

// dir_fd=: an int, or None for the current directory.
Fallible<int> directory_argument_py(Thread& t, Value v);
// An int or an object with fileno().
Fallible<int> descriptor_argument_py(Thread& t, Value v);
// uid and gid: -1 means "leave it".
Fallible<int64_t> user_or_group_argument_py(Thread& t, Value v, const char* what);
// A name or value for the environment: str, bytes or os.PathLike as bytes without NUL, in a NUL-terminated array.
Fallible<ByteArray*> encoded_argument_py(Thread& t, Value v);
// Bytes from the host as str (or as bytes).
Fallible<Value> decode_host_text(Thread& t, const void* data, size_t size, bool as_bytes = false);
Fallible<Value> fspath_py(Thread& t, Value path);

Failure raise_path_error(Thread& t, int error, const PathArgument& path);
Failure raise_path_error(Thread& t, int error, const PathArgument& path, const PathArgument& path2);
template <typename T>
Fallible<void> check(Thread& t, const HostResult<T>& result, const PathArgument& path) {
  if (!result.ok()) return raise_path_error(t, result.error, path);
  return {};
}
template <typename T>
Fallible<void> check(Thread& t, const HostResult<T>& result) {
  if (!result.ok()) return raise_os_error(t, result.error);
  return {};
}

// ---- Types of results, one set per isolate. ----

enum ResultKind : uint8_t { kStatKind, kVolumeKind, kTerminalKind, kTimesKind, kUnameKind, kSchedulerKind, kWaitKind, kResultKinds };
Type* result_type(Thread& t, ResultKind kind);
Fallible<void> make_result_types(Thread& t, Module* module);

// What os.register_at_fork() was given: tuples (before, in the child, in the parent) with None for what was not.
List* fork_hooks(Thread& t);

Fallible<Value> make_status(Thread& t, const FileStatus& status);
// stat(path) as os.stat() does it, errors included.
Fallible<FileStatus> status_py(Thread& t, const PathArgument& path, int directory, bool follow);

Fallible<void> add_constants(Thread& t, Module* module);
// os.environ as the host has it: bytes to bytes; empty without an Environment.
Fallible<Dict*> make_environ(Thread& t);

}  // namespace hog::posix

namespace hog {
extern const ModuleSpec k_module_posix_files, k_module_posix_paths, k_module_posix_directories, k_module_posix_environment,
    k_module_posix_entropy;
}
