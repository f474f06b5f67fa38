// file_system.hpp: files and directories as a capability. The same bindings (`posix`, `_io.FileIO`, imports) run over a real disk,
// a directory confined beneath its root, an overlay and an in-memory tree.
//
// Paths are bytes without NUL, `/`-separated, UTF-8 by convention; a relative one starts at `directory`, or at the current directory.
// Descriptors are small integers that the file system hands out; it owns what is behind them until close(). 0, 1 and 2 belong to the
// program's own streams and are valid only where the implementation says so.
// Flags, modes and file types have Linux's values on every platform, because Python programs see them as constants.
// A method that is not overridden answers ENOSYS: such a file system cannot do that.
#pragma once

#include <cerrno>

#include "host/host.hpp"

namespace hog {

namespace open_flag {  // O_*
constexpr int kReadOnly = 0, kWriteOnly = 1, kReadWrite = 2, kAccessMask = 3;
constexpr int kCreate = 0100, kExclusive = 0200, kNoTerminal = 0400, kTruncate = 01000, kAppend = 02000, kNonBlocking = 04000;
constexpr int kDirectory = 0200000, kNoFollow = 0400000, kCloseOnExec = 02000000, kPathOnly = 010000000;
}  // namespace open_flag

namespace file_mode {  // S_IF*
constexpr uint32_t kTypeMask = 0170000, kSocket = 0140000, kLink = 0120000, kRegular = 0100000, kBlockDevice = 0060000;
constexpr uint32_t kDirectory = 0040000, kCharacterDevice = 0020000, kPipe = 0010000;
}  // namespace file_mode

struct FileStatus {
  uint32_t mode = 0;  // type and permissions
  uint64_t inode = 0, device = 0, special_device = 0, links = 0;
  uint32_t user = 0, group = 0;
  int64_t size = 0, blocks = 0, block_size = 0;  // blocks of 512 bytes
  int64_t accessed = 0, modified = 0, changed = 0;  // nanoseconds since 1970-01-01 UTC
};

struct TerminalSize {
  uint16_t columns = 0, lines = 0;
};

struct FileSystemStatus {  // statvfs
  uint64_t block_size = 0, fragment_size = 0, blocks = 0, blocks_free = 0, blocks_available = 0;
  uint64_t files = 0, files_free = 0, files_available = 0, flags = 0, name_max = 0, id = 0;
};

// A path as the file system gets it: NUL-terminated, `length` without the NUL.
struct HostPath {
  static constexpr int kCurrentDirectory = -100;  // AT_FDCWD
  const char* bytes = "";
  size_t length = 0;
  int directory = kCurrentDirectory;  // descriptor that a relative path starts at
};

// Advisory locks of a range of bytes, between open files (not processes): closing a descriptor gives back those of its file alone.
enum class FileLock : uint8_t { None, Read, Write };

// Receives the entries of a directory, without `.` and `..`. type: file_mode's S_IF bits, 0 when unknown.
class DirectoryEntries {
 public:
  // false: no more, please (memory ran out).
  virtual bool add(const char* name, size_t length, uint32_t type, uint64_t inode) = 0;

 protected:
  ~DirectoryEntries() = default;
};

class FileSystem {
 public:
  using Done = HostResult<bool>;
  static constexpr int64_t kNow = INT64_MIN;  // for set_times()

  // Are descriptors 0, 1 and 2 here the program's standard streams? Otherwise those are the Stdio capability's.
  virtual bool has_standard_streams() { return false; }
  // May reads and writes wait for somebody else, and be called by several threads at once?
  virtual bool is_concurrent() { return false; }

  // ---- Descriptors
  virtual HostResult<int> open(const HostPath&, int flags, uint32_t mode) { return refuse<int>(flags, mode); }
  virtual Done close(int fd) { return refuse<bool>(fd); }
  virtual HostResult<size_t> read(int fd, void*, size_t) { return refuse<size_t>(fd); }  // 0 at the end
  virtual HostResult<size_t> write(int fd, const void*, size_t) { return refuse<size_t>(fd); }
  virtual HostResult<size_t> read_at(int fd, void*, size_t, int64_t) { return refuse<size_t>(fd); }
  virtual HostResult<size_t> write_at(int fd, const void*, size_t, int64_t) { return refuse<size_t>(fd); }
  virtual HostResult<int64_t> seek(int fd, int64_t, int) { return refuse<int64_t>(fd); }  // whence: 0, 1, 2
  virtual Done truncate(int fd, int64_t) { return refuse<bool>(fd); }
  virtual Done allocate(int fd, int64_t, int64_t) { return refuse<bool>(fd); }  // offset, size: space that writes will need
  // offset, size. EAGAIN: somebody else has it; never waits.
  virtual Done lock(int fd, FileLock, int64_t, int64_t) { return refuse<bool>(fd); }
  virtual Done synchronize(int fd, bool) { return refuse<bool>(fd); }  // true: data only
  virtual HostResult<FileStatus> status(int fd) { return refuse<FileStatus>(fd); }
  virtual HostResult<FileSystemStatus> file_system_status(int fd) { return refuse<FileSystemStatus>(fd); }
  virtual HostResult<bool> is_terminal(int fd) { return {false, fd < 0 ? EBADF : 0}; }
  virtual HostResult<TerminalSize> terminal_size(int fd) { return {{}, fd < 0 ? EBADF : ENOTTY}; }
  virtual HostResult<int> duplicate(int fd, bool) { return refuse<int>(fd); }  // true: inheritable
  virtual HostResult<int> duplicate_to(int fd, int, bool) { return refuse<int>(fd); }
  virtual HostResult<bool> inheritable(int fd) { return refuse<bool>(fd); }
  virtual Done set_inheritable(int fd, bool) { return refuse<bool>(fd); }
  virtual HostResult<bool> blocking(int fd) { return {true, fd < 0 ? EBADF : 0}; }
  virtual Done set_blocking(int fd, bool) { return refuse<bool>(fd); }
  virtual Done set_mode(int fd, uint32_t) { return refuse<bool>(fd); }
  virtual Done set_owner(int fd, int64_t, int64_t) { return refuse<bool>(fd); }  // -1: leave
  virtual Done set_times(int fd, int64_t, int64_t) { return refuse<bool>(fd); }   // accessed, modified: nanoseconds
  virtual Done list(int fd, DirectoryEntries&) { return refuse<bool>(fd); }

  // ---- Paths
  virtual HostResult<FileStatus> status(const HostPath&, bool) { return refuse<FileStatus>(0); }  // true: follow a link
  virtual HostResult<FileSystemStatus> file_system_status(const HostPath&) { return refuse<FileSystemStatus>(0); }
  // mode: 4 read, 2 write, 1 execute, 0 existence. false: not allowed (an error that is not about permission is an error)
  virtual Done access(const HostPath&, int, bool, bool) { return refuse<bool>(0); }  // effective ids, follow
  virtual Done list(const HostPath&, DirectoryEntries&) { return refuse<bool>(0); }
  virtual Done make_directory(const HostPath&, uint32_t) { return refuse<bool>(0); }
  virtual Done make_node(const HostPath&, uint32_t, uint64_t) { return refuse<bool>(0); }  // type and mode, device
  virtual Done remove_directory(const HostPath&) { return refuse<bool>(0); }
  virtual Done remove(const HostPath&) { return refuse<bool>(0); }
  virtual Done rename(const HostPath&, const HostPath&) { return refuse<bool>(0); }  // replaces the target
  virtual Done link(const HostPath&, const HostPath&, bool) { return refuse<bool>(0); }  // existing, new; follow
  virtual Done symbolic_link(const HostPath&, const HostPath&) { return refuse<bool>(0); }  // text, new
  // The link's whole text; a result as long as the buffer may have been cut.
  virtual HostResult<size_t> read_link(const HostPath&, char*, size_t) { return refuse<size_t>(0); }
  virtual Done set_mode(const HostPath&, uint32_t, bool) { return refuse<bool>(0); }             // follow
  virtual Done set_owner(const HostPath&, int64_t, int64_t, bool) { return refuse<bool>(0); }   // follow
  virtual Done set_times(const HostPath&, int64_t, int64_t, bool) { return refuse<bool>(0); }   // follow
  virtual Done truncate(const HostPath&, int64_t) { return refuse<bool>(0); }

  // ---- State
  // The absolute path; a result as long as the buffer may have been cut.
  virtual HostResult<size_t> current_directory(char*, size_t) { return refuse<size_t>(0); }
  // The absolute path without links; a result as long as the buffer may have been cut.
  virtual HostResult<size_t> real_path(const HostPath&, char*, size_t) { return refuse<size_t>(0); }
  virtual Done change_directory(const HostPath&) { return refuse<bool>(0); }
  virtual Done change_directory(int fd) { return refuse<bool>(fd); }
  virtual HostResult<uint32_t> set_creation_mask(uint32_t) { return refuse<uint32_t>(0); }  // the mask before

 protected:
  ~FileSystem() = default;

 private:
  template <typename T, typename... Ignored>
  static HostResult<T> refuse(Ignored...) {
    return {T{}, ENOSYS};
  }
};

}  // namespace hog
