// provided_files.hpp: files that the embedder makes up (hog_file_provider): an archive, a database, whatever answers to paths. The
// provider knows paths only; descriptors, positions and modes of opening are kept here.
//
// Paths come from the mount table: absolute beneath the mount, without `.` and `..`. No links, no permissions, no times but the
// modification. What the provider says is not trusted to be consistent: sizes and counts are checked against the buffers.
// One isolate at a time; it does not lock.
#pragma once

#include "hognose/hognose.h"
#include "host/file_system.hpp"

struct hog_entries {
  hog::DirectoryEntries* entries;
  bool full;
};

namespace hog {

class ProvidedFiles final : public FileSystem {
 public:
  static constexpr int kMostDescriptors = 256;
  static constexpr int kFirst = 3;

  explicit ProvidedFiles(const hog_file_provider& provider) : provider_(provider) {}
  ~ProvidedFiles();
  ProvidedFiles(const ProvidedFiles&) = delete;
  ProvidedFiles& operator=(const ProvidedFiles&) = delete;

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
  Done list(int fd, DirectoryEntries& entries) override;
  HostResult<FileStatus> status(const HostPath&, bool follow) override;
  Done access(const HostPath&, int mode, bool effective, bool follow) override;
  Done list(const HostPath&, DirectoryEntries& entries) override;
  Done make_directory(const HostPath&, uint32_t mode) override;
  Done remove_directory(const HostPath&) override;
  Done remove(const HostPath&) override;
  Done rename(const HostPath& from, const HostPath& to) override;
  Done truncate(const HostPath&, int64_t size) override;

 private:
  struct OpenFile {
    char* path = nullptr;  // null: free
    int flags = 0;
    int64_t position = 0;
  };

  OpenFile* file(int fd);
  int make_ready(const char* path, int flags);
  Done remove_as(const HostPath&, bool directory);

  hog_file_provider provider_;
  OpenFile files_[kMostDescriptors];
};

}  // namespace hog
