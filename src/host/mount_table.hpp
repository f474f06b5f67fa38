// mount_table.hpp: several file systems under one tree, as mount points of a first one. A path goes to the mount with the longest
// matching prefix once `..` is taken away from the text; a link before a `..` is read within its mount, so a path never leaves a mount through a link inside it. Renames and links across mounts are EXDEV. A mount may be read-only, whatever the file system behind it allows.
// The current directory is the table's own. One isolate at a time; it does not lock, and owns none of the file systems.
#pragma once

#include <string_view>

#include "host/file_system.hpp"

namespace hog {

class MountTable final : public FileSystem {
 public:
  static constexpr size_t kMostMounts = 32;
  static constexpr size_t kMostDescriptors = 1024;
  static constexpr size_t kLongestPath = 4096;

  explicit MountTable(FileSystem* root, bool read_only = false);

  // Puts `files` at an absolute path, over whatever is there; its directory is made in the file system that it lies in, so that
  // listings show it. errno, 0: done.
  int mount(std::string_view path, FileSystem* files, bool read_only);

  HostResult<int> open(const HostPath&, int flags, uint32_t mode) override;
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
  HostResult<FileStatus> status(const HostPath&, bool follow) override;
  HostResult<FileSystemStatus> file_system_status(const HostPath&) override;
  Done access(const HostPath&, int mode, bool effective, bool follow) override;
  Done list(const HostPath&, DirectoryEntries& entries) override;
  Done make_directory(const HostPath&, uint32_t mode) override;
  Done remove_directory(const HostPath&) override;
  Done remove(const HostPath&) override;
  Done rename(const HostPath& from, const HostPath& to) override;
  Done link(const HostPath& existing, const HostPath& name, bool follow) override;
  Done symbolic_link(const HostPath& text, const HostPath& name) override;
  HostResult<size_t> read_link(const HostPath&, char* buffer, size_t size) override;
  Done set_mode(const HostPath&, uint32_t mode, bool follow) override;
  Done set_owner(const HostPath&, int64_t user, int64_t group, bool follow) override;
  Done set_times(const HostPath&, int64_t accessed, int64_t modified, bool follow) override;
  Done truncate(const HostPath&, int64_t size) override;
  HostResult<size_t> current_directory(char* buffer, size_t size) override;
  Done change_directory(const HostPath&) override;
  Done change_directory(int fd) override;
  HostResult<uint32_t> set_creation_mask(uint32_t mask) override;

 private:
  struct Mount {
    char path[256];  // without a slash at its end; "" for the root
    size_t length = 0;
    FileSystem* files = nullptr;
    bool read_only = false;
  };
  struct Descriptor {
    Mount* mount = nullptr;  // null: free
    int fd = -1;
    char* path = nullptr;  // of a directory: its whole path, for relative paths that start there
  };
  // A path as its mount sees it.
  struct Target {
    Mount* mount = nullptr;
    HostPath path;
    char text[kLongestPath + 1];    // the whole path, without `.` and `..`
    bool writable() const { return !mount->read_only; }
  };

 public:
  ~MountTable();
  MountTable(const MountTable&) = delete;
  MountTable& operator=(const MountTable&) = delete;

 private:
  // Adding to a path: how long it may get, what `..` does not go above, and how many links were read.
  struct Walk {
    size_t room;
    size_t floor = 0;
    int links = 0;
  };
  int resolve(const HostPath& path, Target* target);
  int add_components(char* text, size_t* length, const HostPath& path, Walk* walk);
  int take_parent(char* text, size_t* length, Walk* walk);
  Mount* mount_of(const char* text, size_t length);
  int resolve_for_change(const HostPath& path, Target* target);
  Descriptor* descriptor(int fd);
  HostResult<int> install(Mount* mount, int fd, const char* directory_path);

  Mount mounts_[kMostMounts];
  size_t mount_count_ = 0;
  Descriptor descriptors_[kMostDescriptors];
  char current_[kLongestPath + 1] = "/";
};

}  // namespace hog
