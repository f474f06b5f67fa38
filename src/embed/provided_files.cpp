// provided_files.cpp: see provided_files.hpp.
#include "embed/provided_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>

#include "host/embedding.hpp"

namespace hog {

namespace {

constexpr int kMostErrno = 4095;

// The provider's answer as an errno: nonsense is an input/output error.
int checked(int error) { return error >= 0 && error <= kMostErrno ? error : EIO; }

template <typename T>
HostResult<T> failed(int error) {
  return {T{}, error};
}
FileSystem::Done done(int error) { return {error == 0, error}; }

// Absolute text in a buffer of its own, for the provider: a path that starts at a directory's descriptor does not come here.
class PathText {
 public:
  explicit PathText(const HostPath& path) {
    bool absolute = path.length != 0 && path.bytes[0] == '/';
    if (path.length + 2 > sizeof text_ || std::memchr(path.bytes, 0, path.length) != nullptr) return;
    if (!absolute && path.directory != HostPath::kCurrentDirectory) return;
    size_t at = 0;
    if (!absolute) text_[at++] = '/';
    std::memcpy(text_ + at, path.bytes, path.length);
    at += path.length;
    while (at > 1 && text_[at - 1] == '/') --at;
    text_[at] = '\0';
    good_ = true;
  }
  bool good() const { return good_; }
  const char* get() const { return text_; }

 private:
  char text_[4096 + 2];
  bool good_ = false;
};

int info_of(const hog_file_provider& provider, const char* path, FileStatus* status) {
  hog_file_info info{};
  if (int error = checked(provider.info(provider.context, path, &info)); error != 0) return error;
  *status = FileStatus();
  bool writable = provider.write != nullptr;
  uint32_t type = info.is_directory != 0 ? file_mode::kDirectory : file_mode::kRegular;
  uint32_t permissions = (info.is_directory != 0 ? 0555u : 0444u) | (writable ? 0200u : 0u);
  status->mode = type | permissions;
  status->links = 1;
  status->size = static_cast<int64_t>(std::min<uint64_t>(info.size, INT64_MAX));
  status->block_size = 4096;
  status->blocks = (status->size / 512) + (status->size % 512 != 0);
  status->modified = status->accessed = status->changed = info.modified_nanoseconds;
  // The same path is the same file: samefile() and the import system compare inodes.
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char* c = path; *c != '\0'; ++c) hash = (hash ^ static_cast<uint8_t>(*c)) * 0x100000001b3u;
  status->inode = hash;
  return 0;
}

bool is_directory(const FileStatus& status) { return (status.mode & file_mode::kTypeMask) == file_mode::kDirectory; }

int list_path(const hog_file_provider& provider, const char* path, DirectoryEntries& entries) {
  FileStatus status;
  if (int error = info_of(provider, path, &status); error != 0) return error;
  if (!is_directory(status)) return ENOTDIR;
  if (provider.list == nullptr) return ENOSYS;
  hog_entries sink{&entries, false};
  int error = checked(provider.list(provider.context, path, &sink));
  return sink.full ? ENOMEM : error;
}

}  // namespace

ProvidedFiles::~ProvidedFiles() {
  for (OpenFile& open : files_) std::free(open.path);
  if (provider_.release != nullptr) provider_.release(provider_.context);
}

ProvidedFiles::OpenFile* ProvidedFiles::file(int fd) {
  if (fd < kFirst || fd >= kFirst + kMostDescriptors || files_[fd - kFirst].path == nullptr) return nullptr;
  return &files_[fd - kFirst];
}

// What open() asks of the path before there is a descriptor. An errno, 0: go on.
int ProvidedFiles::make_ready(const char* path, int flags) {
  bool writes = (flags & open_flag::kAccessMask) != open_flag::kReadOnly;
  bool changes = writes || (flags & (open_flag::kCreate | open_flag::kTruncate)) != 0;
  FileStatus status;
  int error = info_of(provider_, path, &status);
  if (error == ENOENT && (flags & open_flag::kCreate) != 0) {
    if (provider_.create == nullptr) return EROFS;
    return checked(provider_.create(provider_.context, path, 0));
  }
  if (error != 0) return error;
  if ((flags & open_flag::kCreate) != 0 && (flags & open_flag::kExclusive) != 0) return EEXIST;
  if (is_directory(status)) return changes ? EISDIR : 0;
  if ((flags & open_flag::kDirectory) != 0) return ENOTDIR;
  if (writes && provider_.write == nullptr) return EROFS;
  if ((flags & open_flag::kTruncate) == 0) return 0;
  return provider_.resize == nullptr ? EROFS : checked(provider_.resize(provider_.context, path, 0));
}

HostResult<int> ProvidedFiles::open(const HostPath& path, int flags, uint32_t) {
  PathText text(path);
  if (!text.good()) return failed<int>(ENAMETOOLONG);
  OpenFile* free_one = std::find_if(std::begin(files_), std::end(files_), [](const OpenFile& f) { return f.path == nullptr; });
  if (free_one == std::end(files_)) return failed<int>(EMFILE);
  if (int error = make_ready(text.get(), flags); error != 0) return failed<int>(error);
  size_t length = std::strlen(text.get());
  auto* copy = static_cast<char*>(std::malloc(length + 1));
  if (copy == nullptr) return failed<int>(ENOMEM);
  std::memcpy(copy, text.get(), length + 1);
  *free_one = {copy, flags, 0};
  return {static_cast<int>(free_one - files_) + kFirst, 0};
}

FileSystem::Done ProvidedFiles::close(int fd) {
  OpenFile* open = file(fd);
  if (open == nullptr) return done(EBADF);
  std::free(open->path);
  *open = OpenFile();
  return done(0);
}

HostResult<size_t> ProvidedFiles::read_at(int fd, void* buffer, size_t size, int64_t offset) {
  OpenFile* open = file(fd);
  if (open == nullptr || (open->flags & open_flag::kAccessMask) == open_flag::kWriteOnly) return failed<size_t>(EBADF);
  if (offset < 0) return failed<size_t>(EINVAL);
  if (provider_.read == nullptr) return failed<size_t>(ENOSYS);
  size_t count = 0;
  int error = checked(provider_.read(provider_.context, open->path, static_cast<uint64_t>(offset), buffer, size, &count));
  if (error != 0) return failed<size_t>(error);
  return {std::min(count, size), 0};
}

HostResult<size_t> ProvidedFiles::write_at(int fd, const void* data, size_t size, int64_t offset) {
  OpenFile* open = file(fd);
  if (open == nullptr || (open->flags & open_flag::kAccessMask) == open_flag::kReadOnly) return failed<size_t>(EBADF);
  if (offset < 0) return failed<size_t>(EINVAL);
  if (provider_.write == nullptr) return failed<size_t>(EROFS);
  size_t count = 0;
  int error = checked(provider_.write(provider_.context, open->path, static_cast<uint64_t>(offset), data, size, &count));
  if (error != 0) return failed<size_t>(error);
  // Nothing written of something would make its writer try forever.
  if (count == 0 && size != 0) return failed<size_t>(EIO);
  return {std::min(count, size), 0};
}

HostResult<size_t> ProvidedFiles::read(int fd, void* buffer, size_t size) {
  OpenFile* open = file(fd);
  if (open == nullptr) return failed<size_t>(EBADF);
  HostResult<size_t> result = read_at(fd, buffer, size, open->position);
  if (result.ok()) open->position += static_cast<int64_t>(result.value);
  return result;
}

HostResult<size_t> ProvidedFiles::write(int fd, const void* data, size_t size) {
  OpenFile* open = file(fd);
  if (open == nullptr) return failed<size_t>(EBADF);
  if ((open->flags & open_flag::kAppend) != 0) {
    FileStatus status;
    if (int error = info_of(provider_, open->path, &status); error != 0) return failed<size_t>(error);
    open->position = status.size;
  }
  if (static_cast<int64_t>(std::min<uint64_t>(size, INT64_MAX)) > INT64_MAX - open->position) return failed<size_t>(EFBIG);
  HostResult<size_t> result = write_at(fd, data, size, open->position);
  if (result.ok()) open->position += static_cast<int64_t>(result.value);
  return result;
}

HostResult<int64_t> ProvidedFiles::seek(int fd, int64_t offset, int whence) {
  OpenFile* open = file(fd);
  if (open == nullptr) return failed<int64_t>(EBADF);
  int64_t from = whence == 1 ? open->position : 0, to = 0;
  if (whence == 2) {
    FileStatus status;
    if (int error = info_of(provider_, open->path, &status); error != 0) return failed<int64_t>(error);
    from = status.size;
  }
  if (whence < 0 || whence > 2 || __builtin_add_overflow(from, offset, &to) || to < 0) return failed<int64_t>(EINVAL);
  open->position = to;
  return {to, 0};
}

FileSystem::Done ProvidedFiles::truncate(int fd, int64_t size) {
  OpenFile* open = file(fd);
  if (open == nullptr || (open->flags & open_flag::kAccessMask) == open_flag::kReadOnly) return done(EBADF);
  if (size < 0) return done(EINVAL);
  if (provider_.resize == nullptr) return done(EROFS);
  return done(checked(provider_.resize(provider_.context, open->path, static_cast<uint64_t>(size))));
}

FileSystem::Done ProvidedFiles::truncate(const HostPath& path, int64_t size) {
  PathText text(path);
  if (!text.good()) return done(ENAMETOOLONG);
  if (size < 0) return done(EINVAL);
  FileStatus status;
  if (int error = info_of(provider_, text.get(), &status); error != 0) return done(error);
  if (is_directory(status)) return done(EISDIR);
  if (provider_.resize == nullptr) return done(EROFS);
  return done(checked(provider_.resize(provider_.context, text.get(), static_cast<uint64_t>(size))));
}

FileSystem::Done ProvidedFiles::synchronize(int fd, bool) { return done(file(fd) == nullptr ? EBADF : 0); }

HostResult<FileStatus> ProvidedFiles::status(int fd) {
  OpenFile* open = file(fd);
  if (open == nullptr) return failed<FileStatus>(EBADF);
  FileStatus status;
  int error = info_of(provider_, open->path, &status);
  return {status, error};
}

HostResult<FileStatus> ProvidedFiles::status(const HostPath& path, bool) {
  PathText text(path);
  if (!text.good()) return failed<FileStatus>(ENAMETOOLONG);
  FileStatus status;
  int error = info_of(provider_, text.get(), &status);
  return {status, error};
}

FileSystem::Done ProvidedFiles::access(const HostPath& path, int mode, bool, bool) {
  HostResult<FileStatus> found = status(path, true);
  if (!found.ok()) return done(found.error);
  bool directory = is_directory(found.value);
  if ((mode & 2) != 0 && provider_.write == nullptr) return done(EROFS);
  if ((mode & 1) != 0 && !directory) return {false, 0};
  return done(0);
}

FileSystem::Done ProvidedFiles::list(int fd, DirectoryEntries& entries) {
  OpenFile* open = file(fd);
  return done(open == nullptr ? EBADF : list_path(provider_, open->path, entries));
}

FileSystem::Done ProvidedFiles::list(const HostPath& path, DirectoryEntries& entries) {
  PathText text(path);
  return done(text.good() ? list_path(provider_, text.get(), entries) : ENAMETOOLONG);
}

FileSystem::Done ProvidedFiles::make_directory(const HostPath& path, uint32_t) {
  PathText text(path);
  if (!text.good()) return done(ENAMETOOLONG);
  if (provider_.create == nullptr) return done(EROFS);
  FileStatus status;
  int error = info_of(provider_, text.get(), &status);
  if (error == 0) return done(EEXIST);
  if (error != ENOENT) return done(error);
  return done(checked(provider_.create(provider_.context, text.get(), 1)));
}

FileSystem::Done ProvidedFiles::remove_as(const HostPath& path, bool directory) {
  PathText text(path);
  if (!text.good()) return done(ENAMETOOLONG);
  FileStatus status;
  if (int error = info_of(provider_, text.get(), &status); error != 0) return done(error);
  if (is_directory(status) != directory) return done(directory ? ENOTDIR : EISDIR);
  if (provider_.remove == nullptr) return done(EROFS);
  return done(checked(provider_.remove(provider_.context, text.get())));
}

FileSystem::Done ProvidedFiles::remove(const HostPath& path) { return remove_as(path, false); }
FileSystem::Done ProvidedFiles::remove_directory(const HostPath& path) { return remove_as(path, true); }

FileSystem::Done ProvidedFiles::rename(const HostPath& from, const HostPath& to) {
  PathText old_text(from), new_text(to);
  if (!old_text.good() || !new_text.good()) return done(ENAMETOOLONG);
  if (provider_.rename == nullptr) return done(EROFS);
  return done(checked(provider_.rename(provider_.context, old_text.get(), new_text.get())));
}

namespace {

struct Provided {
  hog_files files;  // first: destroy() gets its address
  ProvidedFiles provided;
};

void destroy(hog_files* files) { delete reinterpret_cast<Provided*>(files); }

}  // namespace

}  // namespace hog

int hog_entries_add(hog_entries* entries, const char* name, int is_directory) {
  if (entries->full) return 0;
  size_t length = name == nullptr ? 0 : std::strlen(name);
  // A name that is none would lead elsewhere when a program joins it to the directory.
  if (length == 0 || std::strchr(name, '/') != nullptr || std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) return 1;
  uint32_t type = is_directory != 0 ? hog::file_mode::kDirectory : hog::file_mode::kRegular;
  if (entries->entries->add(name, length, type, 0)) return 1;
  entries->full = true;
  return 0;
}

hog_files* hog_files_from(const hog_file_provider* provider) {
  if (provider == nullptr || provider->info == nullptr) return nullptr;
  auto* made = new (std::nothrow) hog::Provided{{}, hog::ProvidedFiles(*provider)};
  if (made == nullptr) return nullptr;
  made->files = {&made->provided, hog::destroy};
  return &made->files;
}
