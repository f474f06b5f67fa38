// memory_file_system.hpp: a file system that lives in memory, with quotas. Alone it is an empty disk; over a lower file system it
// is an overlay: reads fall through, writes stay in memory, and the lower one is never changed.
//
// Every byte is counted before it is allocated, names and bookkeeping included; a quota that is used up is ENOSPC, EMFILE or
// ENAMETOOLONG, as on a real disk. The program is the owner of everything and is never refused for permissions, except where
// the file system is read-only (EROFS).
// An overlay reads a directory of the lower file system when it is first looked at and remembers its names from then on; a file's
// contents are copied when it is first opened for writing. Changes below after that moment are not seen.
// One isolate at a time; it does not lock.
#pragma once

#include <string_view>

#include "host/file_system.hpp"

namespace hog {

struct MemoryQuota {
  uint64_t bytes = 64 << 20;      // contents, names and bookkeeping
  uint64_t files = 10'000;        // files, directories and links together
  uint32_t depth = 64;            // directories within each other
  uint32_t descriptors = 256;     // open at once
};

class MemoryFileSystem final : public FileSystem {
 public:
  // clock: for the times of files; null: they are all 0. lower: null, or what the overlay lies over, beginning at its path "/".
  explicit MemoryFileSystem(const MemoryQuota& quota = {}, Clock* clock = nullptr, FileSystem* lower = nullptr);
  ~MemoryFileSystem();
  MemoryFileSystem(const MemoryFileSystem&) = delete;
  MemoryFileSystem& operator=(const MemoryFileSystem&) = delete;

  // ---- For the embedder. ----
  // Writes a whole file, making the directories on its way. errno, 0: done.
  int put(std::string_view path, std::string_view contents);
  // What os.devnull names: nothing to read, and what is written is gone.
  int put_null_device(std::string_view path);
  // The contents of a regular file, valid until the file system changes; error: errno.
  HostResult<std::string_view> get(std::string_view path);
  int make_directories(std::string_view path);
  void set_read_only(bool read_only) { read_only_ = read_only; }
  uint64_t bytes_used() const { return bytes_used_; }
  uint64_t files_used() const { return files_used_; }

  // ---- FileSystem. ----
  HostResult<int> open(const HostPath&, int flags, uint32_t mode) override;
  Done close(int fd) override;
  HostResult<size_t> read(int fd, void* buffer, size_t size) override;
  HostResult<size_t> write(int fd, const void* data, size_t size) override;
  HostResult<size_t> read_at(int fd, void* buffer, size_t size, int64_t offset) override;
  HostResult<size_t> write_at(int fd, const void* data, size_t size, int64_t offset) override;
  HostResult<int64_t> seek(int fd, int64_t offset, int whence) override;
  Done truncate(int fd, int64_t size) override;
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
  struct Node;
  struct Entry;
  struct OpenFile;
  struct Place;
  class LowerEntries;

  // Memory, counted against the quota. Null: refused.
  void* allocate(uint64_t bytes);
  void release(void* memory, uint64_t bytes);
  int64_t now();

  Node* make_node(uint32_t mode, int* error);
  void hold(Node* node);
  void let_go(Node* node);
  void destroy(Node* node);
  int reserve_data(Node* node, uint64_t size);
  int resize(Node* node, uint64_t size);

  size_t position_of(const Node* directory, std::string_view name, bool* found) const;
  Node* child(const Node* directory, std::string_view name) const;
  int insert(Node* directory, std::string_view name, Node* node);
  void replace(Node* directory, std::string_view name, Node* node);
  void take_out(Node* directory, std::string_view name);
  static uint32_t depth_of(const Node* directory);
  uint32_t height_of(Node* directory);

  // The lower file system behind a node of an overlay.
  void lower_path(const Node* node, char* buffer) const;
  HostResult<size_t> read_below(OpenFile* file, void* buffer, size_t size, int64_t offset);
  int load_directory(Node* directory);
  int copy_up(Node* file, bool with_contents);

  int start_of(const HostPath& path, Node** start);
  int walk(const HostPath& path, bool follow, Place* place);
  HostResult<Node*> find(const HostPath& path, bool follow);
  HostResult<OpenFile*> file_of(int fd);
  bool has_free_descriptor() const;
  HostResult<int> install(OpenFile* file, bool inheritable);
  void drop(OpenFile* file);
  void fill_status(const Node* node, FileStatus* status) const;
  FileSystemStatus whole_status() const;
  int list_node(Node* node, DirectoryEntries& entries);
  void changed(Node* node);
  void note_access(Node* node);

  MemoryQuota quota_;
  Clock* clock_;
  FileSystem* lower_;
  Node* root_ = nullptr;
  Node* current_ = nullptr;
  Node* all_ = nullptr;  // every node, chained, for the end
  struct Descriptor {
    OpenFile* file = nullptr;  // null: free
    bool inheritable = false;
  };
  Descriptor* files_ = nullptr;
  uint64_t bytes_used_ = 0;
  uint64_t files_used_ = 0;
  uint64_t next_inode_ = 1;
  uint32_t creation_mask_ = 022;
  bool read_only_ = false;
};

}  // namespace hog
