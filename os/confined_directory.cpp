// confined_directory.cpp: see confined_directory.hpp. Invariant: every system call that takes a name takes one component, relative to a
// descriptor that was reached from root_, and follows no link; only openat2() with RESOLVE_IN_ROOT gets whole paths.
#include "os/confined_directory.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "os/file_system.hpp"

namespace hog {

namespace {

constexpr int kFirstDescriptor = 3;
constexpr int kMostLinks = 40;
constexpr size_t kMostComponents = 128;  // directories within each other, each a descriptor while a path is walked

SystemFileSystem disk;  // has no state: the calls on descriptors

FileSystem::Done done(int64_t result) {
  if (result < 0) return {false, errno};
  return {true};
}

}  // namespace

ConfinedDirectory::Place::~Place() {
  if (directory >= 0) ::close(directory);
}

ConfinedDirectory::~ConfinedDirectory() {
  for (Descriptor& d : descriptors_) {
    if (d.real >= 0) ::close(d.real);
    std::free(d.path);
  }
  if (root_ >= 0) ::close(root_);
}

int ConfinedDirectory::open_root(const char* path, Access access) {
  if (root_ >= 0) return EBUSY;
  root_ = ::open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root_ < 0) return errno;
  read_only_ = access == Access::ReadOnly;
  return 0;
}

// ---- From a path to a name in an open directory. ----

// The path from the root, not looked at yet. text: kLongestPath bytes.
int ConfinedDirectory::absolute(const HostPath& path, char* text) const {
  if (root_ < 0) return ENODEV;
  if (path.length == 0) return ENOENT;
  const char* start = "";
  if (path.bytes[0] != '/') {
    start = current_;
    if (path.directory != HostPath::kCurrentDirectory) {
      int at = path.directory - kFirstDescriptor;
      if (at < 0 || at >= kMostDescriptors || descriptors_[at].real < 0) return EBADF;
      if (descriptors_[at].path == nullptr) return ENOTDIR;
      start = descriptors_[at].path;
    }
  }
  size_t length = std::strlen(start);
  if (length + 1 + path.length >= kLongestPath) return ENAMETOOLONG;
  std::memcpy(text, start, length);
  text[length++] = '/';
  std::memcpy(text + length, path.bytes, path.length);
  text[length + path.length] = '\0';
  return 0;
}

// Descriptors of the directories that lead to where a walk is; the root is below them and is not its own.
class ConfinedDirectory::Walk {
 public:
  explicit Walk(int root) : root_(root) {}
  ~Walk() {
    while (depth_ != 0) up();
  }
  int top() const { return depth_ == 0 ? root_ : fds_[depth_ - 1]; }
  void up() {
    if (depth_ != 0) ::close(fds_[--depth_]);
  }
  void to_root() {
    while (depth_ != 0) up();
  }
  int down(const char* name) {
    if (depth_ == kMostComponents) return ENAMETOOLONG;
    int fd = ::openat(top(), name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return errno;
    fds_[depth_++] = fd;
    return 0;
  }
  int take_top() { return ::fcntl(top(), F_DUPFD_CLOEXEC, 3); }

 private:
  int root_;
  size_t depth_ = 0;
  int fds_[kMostComponents];
};

// A directory by its path from the root, links followed; a descriptor, or -1 and errno.
int ConfinedDirectory::open_directory(const char* text) {
  struct open_how how = {};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  for (int attempt = 0; attempt < 16; ++attempt) {
    int fd = static_cast<int>(::syscall(SYS_openat2, root_, text, &how, sizeof how));
    if (fd >= 0) return fd;
    if (errno != EAGAIN && errno != EINTR) break;  // EAGAIN: a rename went on meanwhile
  }
  if (errno == ENOSYS || errno == EPERM) openat2_works_ = false;
  return -1;
}

int ConfinedDirectory::resolve(const HostPath& path, bool follow, Place* place) {
  char text[kLongestPath];
  if (int error = absolute(path, text)) return error;
  return resolve_text(text, follow, place);
}

int ConfinedDirectory::resolve_text(char* text, bool follow, Place* place) {
  int links = 0;
again:
  size_t length = std::strlen(text);
  std::memcpy(place->text, text, length + 1);
  size_t end = length;
  while (end > 0 && text[end - 1] == '/') --end;
  place->must_be_directory = end != length && end != 0;
  size_t begin = end;
  while (begin > 0 && text[begin - 1] != '/') --begin;
  std::string_view last(text + begin, end - begin);
  if (last.size() >= sizeof place->name) return ENAMETOOLONG;
  bool has_name = !last.empty() && last != "." && last != "..";
  char parent[kLongestPath];
  size_t parent_length = has_name ? begin : length;
  std::memcpy(parent, text, parent_length);
  parent[parent_length] = '\0';
  std::memcpy(place->name, has_name ? last.data() : ".", has_name ? last.size() : 1);
  place->name[has_name ? last.size() : 1] = '\0';
  if (place->directory >= 0) ::close(place->directory);
  place->directory = -1;
  if (openat2_works_) place->directory = open_directory(parent_length == 0 ? "." : parent);
  if (place->directory < 0 && openat2_works_) return errno;
  if (place->directory < 0) {
    Walk walk(root_);
    size_t at = 0, rest = parent_length;
    char name[256];
    while (true) {
      while (at < rest && parent[at] == '/') ++at;
      if (at == rest) break;
      size_t from = at;
      while (at < rest && parent[at] != '/') ++at;
      std::string_view component(parent + from, at - from);
      if (component == ".") continue;
      if (component == "..") {
        walk.up();
        continue;
      }
      if (component.size() >= sizeof name) return ENAMETOOLONG;
      std::memcpy(name, component.data(), component.size());
      name[component.size()] = '\0';
      int error = walk.down(name);
      if (error == 0) continue;
      if (error != ENOTDIR && error != ELOOP) return error;
      char target[kLongestPath];
      ssize_t size = ::readlinkat(walk.top(), name, target, sizeof target);
      if (size < 0) return errno == EINVAL ? ENOTDIR : errno;
      if (size == 0) return ENOENT;
      if (++links > kMostLinks) return ELOOP;
      size_t left = rest - at;
      if (static_cast<size_t>(size) + left >= kLongestPath) return ENAMETOOLONG;
      std::memmove(parent + size, parent + at, left);
      std::memcpy(parent, target, static_cast<size_t>(size));
      rest = static_cast<size_t>(size) + left;
      at = 0;
      if (parent[0] == '/') walk.to_root();
    }
    place->directory = walk.take_top();
    if (place->directory < 0) return errno;
  }
  if (!has_name || !(follow || place->must_be_directory)) return 0;
  // A link at the end: its text takes the place of the name.
  char target[kLongestPath];
  ssize_t size = ::readlinkat(place->directory, place->name, target, sizeof target);
  if (size <= 0) return 0;  // no link, or nothing: whoever uses the name will say
  if (++links > kMostLinks) return ELOOP;
  size_t keep = target[0] == '/' ? 0 : begin;
  size_t tail = length - end;
  if (keep + static_cast<size_t>(size) + tail >= kLongestPath) return ENAMETOOLONG;
  std::memmove(text + keep + size, text + end, tail);
  std::memcpy(text + keep, target, static_cast<size_t>(size));
  text[keep + static_cast<size_t>(size) + tail] = '\0';
  goto again;
}

// A slash behind a name is not handed to the kernel, which would follow a link there: it is checked here.
int ConfinedDirectory::check_directory(const Place& place) {
  if (!place.must_be_directory) return 0;
  struct stat s;
  if (::fstatat(place.directory, place.name, &s, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  return S_ISDIR(s.st_mode) ? 0 : ENOTDIR;
}

// For what changes something that is there.
int ConfinedDirectory::change_of(const HostPath& path, bool follow, Place* place) {
  int error = resolve(path, follow, place);
  if (error == 0) error = check_directory(*place);
  if (error == 0 && read_only_) error = EROFS;
  return error;
}

// ---- Descriptors. ----

ConfinedDirectory::Descriptor* ConfinedDirectory::find(int fd) {
  int at = fd - kFirstDescriptor;
  if (at < 0 || at >= kMostDescriptors || descriptors_[at].real < 0) return nullptr;
  return &descriptors_[at];
}

HostResult<int> ConfinedDirectory::install(int real, bool inheritable, const char* path) {
  if (real < 0) return {-1, errno};
  for (int i = 0; i < kMostDescriptors; ++i) {
    if (descriptors_[i].real >= 0) continue;
    char* copy = path == nullptr ? nullptr : ::strdup(path);
    if (path != nullptr && copy == nullptr) break;
    descriptors_[i] = {real, inheritable, copy};
    return {i + kFirstDescriptor};
  }
  ::close(real);
  return {-1, EMFILE};
}

// The name itself, following nothing. Answers the descriptor, or -1 and errno; *is_link: it is a link.
int ConfinedDirectory::open_place(const Place& place, int flags, uint32_t mode, bool* is_link) {
  bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
  bool exclusive = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0;
  int kept = flags & (O_ACCMODE | O_APPEND | O_DIRECTORY);
  if (place.must_be_directory) kept |= O_DIRECTORY;
  *is_link = false;
  auto refuse = [](int error) {
    errno = error;
    return -1;
  };
  for (int attempt = 0; attempt < 16; ++attempt) {
    struct stat s;
    if (::fstatat(place.directory, place.name, &s, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT || (flags & O_CREAT) == 0) return -1;
      if (read_only_) return refuse(EROFS);
      if (place.must_be_directory) return refuse(EISDIR);
      int fd = ::openat(place.directory, place.name, kept | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, mode & ~creation_mask_ & 0777);
      if (fd >= 0 || errno != EEXIST || exclusive) return fd;
      continue;  // somebody made it meanwhile
    }
    if (exclusive) return refuse(EEXIST);
    if (S_ISLNK(s.st_mode)) {
      *is_link = true;
      return refuse(ELOOP);
    }
    if (S_ISDIR(s.st_mode) && (writes || (flags & O_CREAT) != 0)) return refuse(EISDIR);
    if (!S_ISDIR(s.st_mode) && (kept & O_DIRECTORY) != 0) return refuse(ENOTDIR);
    if (!S_ISDIR(s.st_mode) && !S_ISREG(s.st_mode)) return refuse(ENXIO);
    if (read_only_ && writes) return refuse(EROFS);
    int fd = ::openat(place.directory, place.name, kept | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
      if (errno == ENOENT || errno == ELOOP || errno == EINTR) continue;
      return -1;
    }
    struct stat now;
    if (::fstat(fd, &now) != 0 || now.st_ino != s.st_ino || now.st_dev != s.st_dev || (now.st_mode & S_IFMT) != (s.st_mode & S_IFMT)) {
      ::close(fd);
      continue;
    }
    if ((flags & O_TRUNC) != 0 && ::ftruncate(fd, 0) != 0) {
      int error = errno;
      ::close(fd);
      return refuse(error);
    }
    return fd;
  }
  return refuse(EBUSY);
}

HostResult<int> ConfinedDirectory::open(const HostPath& path, int flags, uint32_t mode) {
  Place place;
  bool follow = (flags & open_flag::kNoFollow) == 0 && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
  for (int attempt = 0; attempt < 8; ++attempt) {
    if (int error = resolve(path, follow, &place)) return {-1, error};
    bool is_link;
    int fd = open_place(place, flags, mode, &is_link);
    if (fd < 0 && is_link && follow) continue;  // it has become one since
    if (fd < 0) return {-1, errno};
    struct stat s;
    bool is_directory = ::fstat(fd, &s) == 0 && S_ISDIR(s.st_mode);
    return install(fd, (flags & open_flag::kCloseOnExec) == 0, is_directory ? place.text : nullptr);
  }
  return {-1, ELOOP};
}

FileSystem::Done ConfinedDirectory::close(int fd) {
  Descriptor* d = find(fd);
  if (d == nullptr) return {false, EBADF};
  auto closed = disk.close(d->real);
  std::free(d->path);
  *d = Descriptor();
  return closed;
}

#define HOG_HAND_ON(Result, call)               \
  {                                             \
    Descriptor* d = find(fd);                   \
    if (d == nullptr) return {Result{}, EBADF}; \
    return disk.call;                           \
  }
HostResult<size_t> ConfinedDirectory::read(int fd, void* buffer, size_t size) HOG_HAND_ON(size_t, read(d->real, buffer, size))
HostResult<size_t> ConfinedDirectory::write(int fd, const void* data, size_t size) HOG_HAND_ON(size_t, write(d->real, data, size))
HostResult<size_t> ConfinedDirectory::read_at(int fd, void* buffer, size_t size, int64_t offset)
    HOG_HAND_ON(size_t, read_at(d->real, buffer, size, offset))
HostResult<size_t> ConfinedDirectory::write_at(int fd, const void* data, size_t size, int64_t offset)
    HOG_HAND_ON(size_t, write_at(d->real, data, size, offset))
HostResult<int64_t> ConfinedDirectory::seek(int fd, int64_t offset, int whence) HOG_HAND_ON(int64_t, seek(d->real, offset, whence))
FileSystem::Done ConfinedDirectory::synchronize(int fd, bool data_only) HOG_HAND_ON(bool, synchronize(d->real, data_only))
HostResult<FileStatus> ConfinedDirectory::status(int fd) HOG_HAND_ON(FileStatus, status(d->real))
HostResult<FileSystemStatus> ConfinedDirectory::file_system_status(int fd)
    HOG_HAND_ON(FileSystemStatus, file_system_status(d->real))
FileSystem::Done ConfinedDirectory::list(int fd, DirectoryEntries& entries) HOG_HAND_ON(bool, list(d->real, entries))
#undef HOG_HAND_ON

// Through a descriptor that may have been opened for reading only, on a file system that may be read-only.
#define HOG_HAND_ON_CHANGE(call)             \
  {                                          \
    Descriptor* d = find(fd);                \
    if (d == nullptr) return {false, EBADF}; \
    if (read_only_) return {false, EROFS};   \
    return disk.call;                        \
  }
// Who may only read cannot hold up those who write.
FileSystem::Done ConfinedDirectory::lock(int fd, FileLock kind, int64_t offset, int64_t size) {
  if (read_only_) return FileSystem::lock(fd, kind, offset, size);
  HOG_HAND_ON_CHANGE(lock(d->real, kind, offset, size))
}
FileSystem::Done ConfinedDirectory::truncate(int fd, int64_t size) HOG_HAND_ON_CHANGE(truncate(d->real, size))
FileSystem::Done ConfinedDirectory::allocate(int fd, int64_t offset, int64_t size)
    HOG_HAND_ON_CHANGE(allocate(d->real, offset, size))
FileSystem::Done ConfinedDirectory::set_mode(int fd, uint32_t mode) HOG_HAND_ON_CHANGE(set_mode(d->real, mode & 0777))
FileSystem::Done ConfinedDirectory::set_times(int fd, int64_t accessed, int64_t modified)
    HOG_HAND_ON_CHANGE(set_times(d->real, accessed, modified))
#undef HOG_HAND_ON_CHANGE

FileSystem::Done ConfinedDirectory::set_owner(int fd, int64_t, int64_t) {
  return {false, find(fd) == nullptr ? EBADF : read_only_ ? EROFS : EPERM};
}
HostResult<bool> ConfinedDirectory::is_terminal(int fd) { return {false, find(fd) == nullptr ? EBADF : 0}; }
HostResult<bool> ConfinedDirectory::blocking(int fd) { return {true, find(fd) == nullptr ? EBADF : 0}; }
FileSystem::Done ConfinedDirectory::set_blocking(int fd, bool) { return {true, find(fd) == nullptr ? EBADF : 0}; }

HostResult<int> ConfinedDirectory::duplicate(int fd, bool inheritable) {
  Descriptor* d = find(fd);
  if (d == nullptr) return {-1, EBADF};
  return install(::fcntl(d->real, F_DUPFD_CLOEXEC, 3), inheritable, d->path);
}

HostResult<int> ConfinedDirectory::duplicate_to(int fd, int target, bool inheritable) {
  int at = target - kFirstDescriptor;
  if (find(fd) == nullptr || at < 0 || at >= kMostDescriptors) return {-1, EBADF};
  if (fd == target) return {target};
  auto copy = duplicate(fd, inheritable);
  if (!copy.ok() || copy.value == target) return copy;
  if (find(target) != nullptr) close(target);
  Descriptor* made = find(copy.value);
  descriptors_[at] = *made;
  *made = Descriptor();
  return {target};
}

HostResult<bool> ConfinedDirectory::inheritable(int fd) {
  Descriptor* d = find(fd);
  return {d != nullptr && d->inheritable, d == nullptr ? EBADF : 0};
}
FileSystem::Done ConfinedDirectory::set_inheritable(int fd, bool inheritable) {
  Descriptor* d = find(fd);
  if (d == nullptr) return {false, EBADF};
  d->inheritable = inheritable;
  return {true};
}

// ---- Paths. ----

HostResult<FileStatus> ConfinedDirectory::status(const HostPath& path, bool follow) {
  Place place;
  int error = resolve(path, follow, &place);
  if (error == 0) error = check_directory(place);
  if (error != 0) return {{}, error};
  return disk.status(HostPath{place.name, std::strlen(place.name), place.directory}, false);
}

HostResult<FileSystemStatus> ConfinedDirectory::file_system_status(const HostPath& path) {
  Place place;
  int error = resolve(path, true, &place);
  if (error == 0) error = check_directory(place);
  if (error != 0) return {{}, error};
  return disk.file_system_status(place.directory);
}

FileSystem::Done ConfinedDirectory::access(const HostPath& path, int mode, bool effective, bool follow) {
  Place place;
  int error = resolve(path, follow, &place);
  if (error == 0) error = check_directory(place);
  if (error != 0) return {false, error};
  if ((mode & W_OK) != 0 && read_only_) return {false, EROFS};
  return disk.access(HostPath{place.name, std::strlen(place.name), place.directory}, mode, effective, false);
}

FileSystem::Done ConfinedDirectory::list(const HostPath& path, DirectoryEntries& entries) {
  Place place;
  if (int error = resolve(path, true, &place)) return {false, error};
  bool is_link;
  int fd = open_place(place, O_RDONLY | O_DIRECTORY, 0, &is_link);
  if (fd < 0) return {false, errno};
  auto listed = disk.list(fd, entries);
  ::close(fd);
  return listed;
}

FileSystem::Done ConfinedDirectory::make_directory(const HostPath& path, uint32_t mode) {
  Place place;
  char text[kLongestPath];
  int error = absolute(path, text);
  size_t length = error == 0 ? std::strlen(text) : 0;
  while (length > 1 && text[length - 1] == '/') text[--length] = '\0';  // a slash says nothing here
  if (error == 0) error = resolve_text(text, false, &place);
  if (error != 0) return {false, error};
  if (std::strcmp(place.name, ".") == 0) return {false, EEXIST};
  if (read_only_) return {false, EROFS};
  return done(::mkdirat(place.directory, place.name, mode & ~creation_mask_ & 0777));
}

FileSystem::Done ConfinedDirectory::remove_directory(const HostPath& path) {
  Place place;
  if (int error = change_of(path, false, &place)) return {false, error};
  return done(::unlinkat(place.directory, place.name, AT_REMOVEDIR));
}

FileSystem::Done ConfinedDirectory::remove(const HostPath& path) {
  Place place;
  if (int error = change_of(path, false, &place)) return {false, error};
  return done(::unlinkat(place.directory, place.name, 0));
}

FileSystem::Done ConfinedDirectory::rename(const HostPath& from, const HostPath& to) {
  Place source, target;
  int error = change_of(from, false, &source);
  if (error == 0) error = resolve(to, false, &target);
  if (error != 0) return {false, error};
  if (target.must_be_directory) {
    struct stat s;
    if (::fstatat(source.directory, source.name, &s, AT_SYMLINK_NOFOLLOW) != 0) return {false, errno};
    if (!S_ISDIR(s.st_mode)) return {false, ENOTDIR};
  }
  return done(::renameat(source.directory, source.name, target.directory, target.name));
}

FileSystem::Done ConfinedDirectory::link(const HostPath& existing, const HostPath& made, bool follow) {
  Place source, target;
  int error = change_of(existing, follow, &source);
  if (error == 0) error = resolve(made, false, &target);
  if (error != 0) return {false, error};
  if (target.must_be_directory) return {false, ENOENT};
  return done(::linkat(source.directory, source.name, target.directory, target.name, 0));
}

FileSystem::Done ConfinedDirectory::symbolic_link(const HostPath& text, const HostPath& made) {
  Place target;
  if (int error = resolve(made, false, &target)) return {false, error};
  if (read_only_) return {false, EROFS};
  if (target.must_be_directory) return {false, ENOENT};
  // Other programs follow it from the real root: neither absolute nor with `..` anywhere.
  std::string_view rest(text.bytes, text.length);
  if (rest.starts_with('/')) return {false, EPERM};
  while (!rest.empty()) {
    size_t slash = rest.find('/');
    if (rest.substr(0, slash) == "..") return {false, EPERM};
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  return done(::symlinkat(text.bytes, target.directory, target.name));
}

HostResult<size_t> ConfinedDirectory::read_link(const HostPath& path, char* buffer, size_t size) {
  Place place;
  if (int error = resolve(path, false, &place)) return {0, error};
  ssize_t length = ::readlinkat(place.directory, place.name, buffer, size);
  if (length < 0) return {0, errno};
  return {static_cast<size_t>(length)};
}

// Through a descriptor: a mode is set on what was opened, not on whatever has the name by then.
FileSystem::Done ConfinedDirectory::set_mode(const HostPath& path, uint32_t mode, bool follow) {
  Place place;
  if (int error = change_of(path, follow, &place)) return {false, error};
  bool is_link;
  int fd = open_place(place, O_RDONLY, 0, &is_link);
  if (fd < 0) return {false, is_link ? EOPNOTSUPP : errno};
  auto set = disk.set_mode(fd, mode & 0777);
  ::close(fd);
  return set;
}

FileSystem::Done ConfinedDirectory::set_owner(const HostPath& path, int64_t, int64_t, bool follow) {
  Place place;
  int error = change_of(path, follow, &place);
  return {false, error != 0 ? error : EPERM};
}

FileSystem::Done ConfinedDirectory::set_times(const HostPath& path, int64_t accessed, int64_t modified, bool follow) {
  Place place;
  if (int error = change_of(path, follow, &place)) return {false, error};
  return disk.set_times(HostPath{place.name, std::strlen(place.name), place.directory}, accessed, modified, false);
}

FileSystem::Done ConfinedDirectory::truncate(const HostPath& path, int64_t size) {
  Place place;
  if (int error = change_of(path, true, &place)) return {false, error};
  bool is_link;
  int fd = open_place(place, O_WRONLY, 0, &is_link);
  if (fd < 0) return {false, errno};
  auto cut = disk.truncate(fd, size);
  ::close(fd);
  return cut;
}

// ---- State. ----

HostResult<size_t> ConfinedDirectory::current_directory(char* buffer, size_t size) {
  size_t length = std::strlen(current_);
  if (size > length) size = length;
  std::memcpy(buffer, current_, size);
  return {size};
}

// The text is tidied as it stands, so that it stays short; links in it stay.
FileSystem::Done ConfinedDirectory::change_directory(const HostPath& path) {
  Place place;
  int error = resolve(path, true, &place);
  if (error != 0) return {false, error};
  struct stat s;
  if (::fstatat(place.directory, place.name, &s, AT_SYMLINK_NOFOLLOW) != 0) return {false, errno};
  if (!S_ISDIR(s.st_mode)) return {false, ENOTDIR};
  char tidy[kLongestPath];
  size_t length = 0;
  for (const char* at = place.text; *at != '\0';) {
    while (*at == '/') ++at;
    const char* begin = at;
    while (*at != '\0' && *at != '/') ++at;
    std::string_view name(begin, static_cast<size_t>(at - begin));
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      while (length > 0 && tidy[--length] != '/') {
      }
      continue;
    }
    tidy[length++] = '/';
    std::memcpy(tidy + length, name.data(), name.size());
    length += name.size();
  }
  if (length == 0) tidy[length++] = '/';
  std::memcpy(current_, tidy, length);
  current_[length] = '\0';
  return {true};
}

FileSystem::Done ConfinedDirectory::change_directory(int fd) {
  Descriptor* d = find(fd);
  if (d == nullptr) return {false, EBADF};
  if (d->path == nullptr) return {false, ENOTDIR};
  char path[kLongestPath];
  size_t length = std::strlen(d->path);
  std::memcpy(path, d->path, length + 1);
  return change_directory(HostPath{path, length});
}

HostResult<uint32_t> ConfinedDirectory::set_creation_mask(uint32_t mask) {
  uint32_t before = creation_mask_;
  creation_mask_ = mask & 0777;
  return {before};
}

}  // namespace hog
