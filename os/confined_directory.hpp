// confined_directory.hpp: one directory of the real disk as a whole file system: its root is "/", and no path leads out of it.
//
// How a path is followed: component by component, each opened in the directory before it without following links; a link's text is
// read and followed by us, "/" and `..` above the root being the root. `..` goes back to the descriptor we came from, so that a
// directory that is moved in mid-walk cannot open a way out. Where the kernel has openat2(), it walks the directories for us under the
// same rule (RESOLVE_IN_ROOT). The last component is always reached by name from a directory that is held open, never following.
//
// Beyond that: only regular files and directories can be opened (no devices, pipes, sockets); set-user-id bits and owners cannot be
// set; a symbolic link that other programs would follow out of the root cannot be made (EPERM). The program's descriptors are numbers of
// our own: it cannot name a descriptor of the process. Read-only: whatever would change something is EROFS.
#pragma once

#include "host/file_system.hpp"

namespace hog {

// One isolate at a time; it does not lock.
class ConfinedDirectory final : public FileSystem {
 public:
  enum class Access : uint8_t { ReadOnly, ReadWrite };
  static constexpr int kMostDescriptors = 256;
  static constexpr size_t kLongestPath = 4096;

  ConfinedDirectory() = default;
  ~ConfinedDirectory();
  ConfinedDirectory(const ConfinedDirectory&) = delete;
  ConfinedDirectory& operator=(const ConfinedDirectory&) = delete;

  // Once, before anything else. errno, 0: done.
  int open_root(const char* path, Access access);
  int root() const { return root_; }
  // Tests: walk by descriptors even where openat2() is there.
  void use_openat2(bool use) { openat2_works_ = use; }

  HostResult<int> open(const HostPath& path, int flags, uint32_t mode) override;
  Done close(int fd) override;
  HostResult<size_t> read(int fd, void* buffer, size_t size) override;
  HostResult<size_t> write(int fd, const void* data, size_t size) override;
  HostResult<size_t> read_at(int fd, void* buffer, size_t size, int64_t offset) override;
  HostResult<size_t> write_at(int fd, const void* data, size_t size, int64_t offset) override;
  HostResult<int64_t> seek(int fd, int64_t offset, int whence) override;
  Done truncate(int fd, int64_t size) override;
  Done lock(int fd, FileLock kind, int64_t offset, int64_t size) override;
  Done allocate(int fd, int64_t offset, int64_t size) override;
  Done synchronize(int fd, bool data_only) override;
  HostResult<FileStatus> status(int fd) override;
  HostResult<FileSystemStatus> file_system_status(int fd) override;
  HostResult<bool> is_terminal(int fd) override;
  HostResult<int> duplicate(int fd, bool inheritable) override;
  HostResult<int> duplicate_to(int fd, int target, bool inheritable) override;
  HostResult<bool> inheritable(int fd) override;
  Done set_inheritable(int fd, bool inheritable) override;
  HostResult<bool> blocking(int fd) override;
  Done set_blocking(int fd, bool blocking) override;
  Done set_mode(int fd, uint32_t mode) override;
  Done set_owner(int fd, int64_t user, int64_t group) override;
  Done set_times(int fd, int64_t accessed, int64_t modified) override;
  Done list(int fd, DirectoryEntries& entries) override;

  HostResult<FileStatus> status(const HostPath& path, bool follow) override;
  HostResult<FileSystemStatus> file_system_status(const HostPath& path) override;
  Done access(const HostPath& path, int mode, bool effective, bool follow) override;
  Done list(const HostPath& path, DirectoryEntries& entries) override;
  Done make_directory(const HostPath& path, uint32_t mode) override;
  Done remove_directory(const HostPath& path) override;
  Done remove(const HostPath& path) override;
  Done rename(const HostPath& from, const HostPath& to) override;
  Done link(const HostPath& existing, const HostPath& made, bool follow) override;
  Done symbolic_link(const HostPath& text, const HostPath& made) override;
  HostResult<size_t> read_link(const HostPath& path, char* buffer, size_t size) override;
  Done set_mode(const HostPath& path, uint32_t mode, bool follow) override;
  Done set_owner(const HostPath& path, int64_t user, int64_t group, bool follow) override;
  Done set_times(const HostPath& path, int64_t accessed, int64_t modified, bool follow) override;
  Done truncate(const HostPath& path, int64_t size) override;

  HostResult<size_t> current_directory(char* buffer, size_t size) override;
  Done change_directory(const HostPath& path) override;
  Done change_directory(int fd) override;
  HostResult<uint32_t> set_creation_mask(uint32_t mask) override;

 private:
  struct Descriptor {
    int real = -1;          // -1: free
    bool inheritable = false;
    char* path = nullptr;   // of a directory: from the root
  };
  class Walk;
  // What a path names: a name in a directory that is open.
  struct Place {
    Place() = default;
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    int directory = -1;
    char name[256] = ".";   // "." when the path is a directory without a last name
    bool must_be_directory = false;
    char text[kLongestPath];  // the path from the root as it was followed, for later relative paths
  };

  int absolute(const HostPath& path, char* text) const;
  int resolve(const HostPath& path, bool follow, Place* place);
  int resolve_text(char* text, bool follow, Place* place);
  int open_directory(const char* text);
  int check_directory(const Place& place);
  int change_of(const HostPath& path, bool follow, Place* place);
  int open_place(const Place& place, int flags, uint32_t mode, bool* is_link);
  Descriptor* find(int fd);
  HostResult<int> install(int real, bool inheritable, const char* path);

  int root_ = -1;
  bool read_only_ = true;
  bool openat2_works_ = true;
  uint32_t creation_mask_ = 022;
  char current_[kLongestPath] = "/";
  Descriptor descriptors_[kMostDescriptors];
};

}  // namespace hog
