// file_system.hpp: the disk of this machine as a capability: every path, as the process's own rights allow.
#pragma once

#include "host/file_system.hpp"

namespace hog {

class SystemFileSystem final : public FileSystem {
 public:
  bool has_standard_streams() override { return true; }
  bool is_concurrent() override { return true; }
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
  HostResult<TerminalSize> terminal_size(int fd) override;
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
  Done make_node(const HostPath& path, uint32_t mode, uint64_t device) override;
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
  HostResult<size_t> real_path(const HostPath& path, char* buffer, size_t size) override;
  Done change_directory(const HostPath& path) override;
  Done change_directory(int fd) override;
  HostResult<uint32_t> set_creation_mask(uint32_t mask) override;
};

}  // namespace hog
