// mount_table.cpp: which file system a path or a descriptor belongs to, and handing the call on.
#include "host/mount_table.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace hog {

namespace {

constexpr int kFirstDescriptor = 3;
constexpr int kMostLinks = 40;
constexpr uint32_t kKindBits = 0170000, kDirectory = 0040000, kLink = 0120000;

}  // namespace

MountTable::MountTable(FileSystem* root, bool read_only) {
  mounts_[0] = {"", 0, root, read_only};
  mount_count_ = 1;
}

MountTable::~MountTable() {
  for (Descriptor& d : descriptors_) {
    if (d.mount != nullptr) d.mount->files->close(d.fd);
    std::free(d.path);
  }
}

int MountTable::mount(std::string_view path, FileSystem* files, bool read_only) {
  if (mount_count_ == kMostMounts) return ENOSPC;
  if (path.empty() || path[0] != '/') return EINVAL;
  Target target;
  size_t length = 0;
  Walk walk{sizeof(Mount::path) - 1};
  if (int error = add_components(target.text, &length, HostPath{path.data(), path.size()}, &walk)) return error;
  if (length == 0) return EINVAL;
  char whole[sizeof(Mount::path)];
  std::memcpy(whole, target.text, length);
  for (size_t end = 1; end <= length; ++end) {
    if (end != length && whole[end] != '/') continue;
    int error = resolve(HostPath{whole, end}, &target);
    if (error == 0) error = target.mount->files->make_directory(target.path, 0777).error;
    if (error != 0 && error != EEXIST && error != EROFS) return error;
  }
  Mount& mount = mounts_[mount_count_++];
  std::memcpy(mount.path, whole, length);
  mount.path[length] = '\0';
  mount.length = length;
  mount.files = files;
  mount.read_only = read_only;
  return 0;
}

// Adds the components of `path` to `text`, which is absolute and has no `..`: `.` goes, `..` takes one away. errno, 0: done.
int MountTable::add_components(char* text, size_t* length, const HostPath& path, Walk* walk) {
  size_t at = 0;
  while (at < path.length) {
    while (at < path.length && path.bytes[at] == '/') ++at;
    size_t begin = at;
    while (at < path.length && path.bytes[at] != '/') ++at;
    std::string_view name(path.bytes + begin, at - begin);
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (int error = take_parent(text, length, walk)) return error;
      continue;
    }
    if (*length + 1 + name.size() > walk->room) return ENAMETOOLONG;
    text[(*length)++] = '/';
    std::memcpy(text + *length, name.data(), name.size());
    *length += name.size();
  }
  return 0;
}

// To the directory above, which for a link is above what it leads to. What is no directory has none.
int MountTable::take_parent(char* text, size_t* length, Walk* walk) {
  if (*length == walk->floor) return 0;
  Mount* mount = mount_of(text, *length);
  HostPath inner = mount->length == *length ? HostPath{"/", 1} : HostPath{text + mount->length, *length - mount->length};
  text[*length] = '\0';
  auto status = mount->files->status(inner, false);
  if (!status.ok()) return status.error;
  uint32_t kind = status.value.mode & kKindBits;
  if (kind != kDirectory && kind != kLink) return ENOTDIR;
  size_t end = *length;
  if (kind == kLink) {
    if (++walk->links > kMostLinks) return ELOOP;
    auto* to = static_cast<char*>(std::malloc(kLongestPath));
    if (to == nullptr) return ENOMEM;
    auto read = mount->files->read_link(inner, to, kLongestPath);
    int error = !read.ok() ? read.error : read.value >= kLongestPath ? ENAMETOOLONG : 0;
    while (end > 0 && text[end - 1] != '/') --end;
    *length = end - (end > 0 ? 1 : 0);
    // As the file system behind reads it: its own root is the root, and nothing is above that.
    Walk within = *walk;
    within.floor = mount->length;
    if (error == 0 && read.value != 0 && to[0] == '/') *length = within.floor;
    if (error == 0) error = add_components(text, length, HostPath{to, read.value}, &within);
    walk->links = within.links;
    std::free(to);
    return error != 0 ? error : take_parent(text, length, walk);
  }
  while (end > 0 && text[end - 1] != '/') --end;
  *length = end - (end > 0 ? 1 : 0);
  return 0;
}

MountTable::Mount* MountTable::mount_of(const char* text, size_t length) {
  Mount* best = &mounts_[0];
  for (size_t i = 1; i < mount_count_; ++i) {
    Mount& mount = mounts_[i];
    bool matches = mount.length <= length && std::memcmp(mount.path, text, mount.length) == 0 &&
                   (mount.length == length || text[mount.length] == '/');
    if (matches && mount.length >= best->length) best = &mount;
  }
  return best;
}

int MountTable::resolve(const HostPath& path, Target* target) {
  if (path.length == 0) return ENOENT;
  if (path.length > kLongestPath) return ENAMETOOLONG;
  size_t length = 0;
  if (path.bytes[0] != '/') {
    const char* start = current_;
    if (path.directory != HostPath::kCurrentDirectory) {
      Descriptor* d = descriptor(path.directory);
      if (d == nullptr) return EBADF;
      if (d->path == nullptr) return ENOTDIR;
      start = d->path;
    }
    length = std::strlen(start);
    if (length == 1) length = 0;  // the root
    std::memcpy(target->text, start, length);
  }
  Walk walk{kLongestPath - 1};
  if (int error = add_components(target->text, &length, path, &walk)) return error;
  Mount* best = mount_of(target->text, length);
  // A slash or a dot at the end says "a directory"; the file systems behind judge that.
  bool dot = path.bytes[path.length - 1] == '.' && (path.length == 1 || path.bytes[path.length - 2] == '/');
  if (length == 0 || dot || path.bytes[path.length - 1] == '/') target->text[length++] = '/';
  target->text[length] = '\0';
  target->mount = best;
  size_t rest = length - best->length;
  target->path = rest == 0 ? HostPath{"/", 1} : HostPath{target->text + best->length, rest};
  return 0;
}

int MountTable::resolve_for_change(const HostPath& path, Target* target) {
  if (int error = resolve(path, target)) return error;
  if (!target->writable()) return EROFS;
  // A mount point itself is neither removed nor replaced.
  return target->path.length == 1 && target->path.bytes[0] == '/' ? EBUSY : 0;
}

// ---- Descriptors. ----

MountTable::Descriptor* MountTable::descriptor(int fd) {
  int at = fd - kFirstDescriptor;
  if (at < 0 || static_cast<size_t>(at) >= kMostDescriptors || descriptors_[at].mount == nullptr) return nullptr;
  return &descriptors_[at];
}

HostResult<int> MountTable::install(Mount* mount, int fd, const char* directory_path) {
  for (size_t i = 0; i < kMostDescriptors; ++i) {
    Descriptor& d = descriptors_[i];
    if (d.mount != nullptr) continue;
    char* path = nullptr;
    if (directory_path != nullptr) {
      size_t size = std::strlen(directory_path) + 1;
      path = static_cast<char*>(std::malloc(size));
      if (path == nullptr) break;
      std::memcpy(path, directory_path, size);
    }
    d.mount = mount;
    d.fd = fd;
    d.path = path;
    return {static_cast<int>(i) + kFirstDescriptor, 0};
  }
  mount->files->close(fd);
  return {-1, EMFILE};
}

HostResult<int> MountTable::open(const HostPath& path, int flags, uint32_t mode) {
  Target target;
  if (int error = resolve(path, &target)) return {-1, error};
  bool writes = (flags & open_flag::kAccessMask) != 0 || (flags & (open_flag::kTruncate)) != 0;
  if (writes && !target.writable()) return {-1, EROFS};
  if ((flags & open_flag::kCreate) != 0 && !target.writable()) {
    flags &= ~(open_flag::kCreate | open_flag::kExclusive);  // what is there may be opened
  }
  auto opened = target.mount->files->open(target.path, flags, mode);
  if (!opened.ok()) return opened;
  auto status = target.mount->files->status(opened.value);
  bool is_directory = status.ok() && (status.value.mode & file_mode::kTypeMask) == file_mode::kDirectory;
  return install(target.mount, opened.value, is_directory ? target.text : nullptr);
}

FileSystem::Done MountTable::close(int fd) {
  Descriptor* d = descriptor(fd);
  if (d == nullptr) return {false, EBADF};
  auto done = d->mount->files->close(d->fd);
  std::free(d->path);
  *d = Descriptor();
  return done;
}

#define HOG_HAND_ON(Result, call)                 \
  {                                               \
    Descriptor* d = descriptor(fd);               \
    if (d == nullptr) return {Result{}, EBADF};   \
    return d->mount->files->call;                 \
  }
HostResult<size_t> MountTable::read(int fd, void* buffer, size_t size) HOG_HAND_ON(size_t, read(d->fd, buffer, size))
HostResult<size_t> MountTable::write(int fd, const void* data, size_t size) HOG_HAND_ON(size_t, write(d->fd, data, size))
HostResult<size_t> MountTable::read_at(int fd, void* buffer, size_t size, int64_t offset)
    HOG_HAND_ON(size_t, read_at(d->fd, buffer, size, offset))
HostResult<size_t> MountTable::write_at(int fd, const void* data, size_t size, int64_t offset)
    HOG_HAND_ON(size_t, write_at(d->fd, data, size, offset))
HostResult<int64_t> MountTable::seek(int fd, int64_t offset, int whence) HOG_HAND_ON(int64_t, seek(d->fd, offset, whence))
FileSystem::Done MountTable::truncate(int fd, int64_t size) HOG_HAND_ON(bool, truncate(d->fd, size))
FileSystem::Done MountTable::lock(int fd, FileLock kind, int64_t offset, int64_t size) HOG_HAND_ON(bool, lock(d->fd, kind, offset, size))
FileSystem::Done MountTable::allocate(int fd, int64_t offset, int64_t size) HOG_HAND_ON(bool, allocate(d->fd, offset, size))
FileSystem::Done MountTable::synchronize(int fd, bool data_only) HOG_HAND_ON(bool, synchronize(d->fd, data_only))
HostResult<FileStatus> MountTable::status(int fd) HOG_HAND_ON(FileStatus, status(d->fd))
HostResult<FileSystemStatus> MountTable::file_system_status(int fd) HOG_HAND_ON(FileSystemStatus, file_system_status(d->fd))
HostResult<bool> MountTable::is_terminal(int fd) HOG_HAND_ON(bool, is_terminal(d->fd))
HostResult<bool> MountTable::inheritable(int fd) HOG_HAND_ON(bool, inheritable(d->fd))
FileSystem::Done MountTable::set_inheritable(int fd, bool inheritable) HOG_HAND_ON(bool, set_inheritable(d->fd, inheritable))
HostResult<bool> MountTable::blocking(int fd) HOG_HAND_ON(bool, blocking(d->fd))
FileSystem::Done MountTable::set_blocking(int fd, bool blocking) HOG_HAND_ON(bool, set_blocking(d->fd, blocking))
FileSystem::Done MountTable::list(int fd, DirectoryEntries& entries) HOG_HAND_ON(bool, list(d->fd, entries))
#undef HOG_HAND_ON

#define HOG_HAND_ON_CHANGE(call)                    \
  {                                                 \
    Descriptor* d = descriptor(fd);                 \
    if (d == nullptr) return {false, EBADF};        \
    if (d->mount->read_only) return {false, EROFS}; \
    return d->mount->files->call;                   \
  }
FileSystem::Done MountTable::set_mode(int fd, uint32_t mode) HOG_HAND_ON_CHANGE(set_mode(d->fd, mode))
FileSystem::Done MountTable::set_owner(int fd, int64_t user, int64_t group) HOG_HAND_ON_CHANGE(set_owner(d->fd, user, group))
FileSystem::Done MountTable::set_times(int fd, int64_t accessed, int64_t modified)
    HOG_HAND_ON_CHANGE(set_times(d->fd, accessed, modified))
#undef HOG_HAND_ON_CHANGE

HostResult<int> MountTable::duplicate(int fd, bool inheritable) {
  Descriptor* d = descriptor(fd);
  if (d == nullptr) return {-1, EBADF};
  auto copy = d->mount->files->duplicate(d->fd, inheritable);
  return copy.ok() ? install(d->mount, copy.value, d->path) : copy;
}

HostResult<int> MountTable::duplicate_to(int fd, int target, bool inheritable) {
  Descriptor* d = descriptor(fd);
  int at = target - kFirstDescriptor;
  if (d == nullptr || at < 0 || static_cast<size_t>(at) >= kMostDescriptors) return {-1, EBADF};
  if (fd == target) return {target, 0};
  auto copy = duplicate(fd, inheritable);
  if (!copy.ok()) return copy;
  if (copy.value == target) return copy;
  close(target);
  Descriptor& made = descriptors_[copy.value - kFirstDescriptor];
  descriptors_[at] = made;
  made = Descriptor();
  return {target, 0};
}

// ---- Paths. ----

HostResult<FileStatus> MountTable::status(const HostPath& path, bool follow) {
  Target target;
  if (int error = resolve(path, &target)) return {{}, error};
  return target.mount->files->status(target.path, follow);
}

HostResult<FileSystemStatus> MountTable::file_system_status(const HostPath& path) {
  Target target;
  if (int error = resolve(path, &target)) return {{}, error};
  return target.mount->files->file_system_status(target.path);
}

FileSystem::Done MountTable::access(const HostPath& path, int mode, bool effective, bool follow) {
  Target target;
  if (int error = resolve(path, &target)) return {false, error == ENOENT ? 0 : error};
  if ((mode & 2) != 0 && !target.writable()) return {false};
  return target.mount->files->access(target.path, mode, effective, follow);
}

FileSystem::Done MountTable::list(const HostPath& path, DirectoryEntries& entries) {
  Target target;
  if (int error = resolve(path, &target)) return {false, error};
  return target.mount->files->list(target.path, entries);
}

#define HOG_CHANGE(call)                                                     \
  {                                                                          \
    Target target;                                                           \
    if (int error = resolve_for_change(path, &target)) return {false, error}; \
    return target.mount->files->call;                                        \
  }
FileSystem::Done MountTable::remove_directory(const HostPath& path) HOG_CHANGE(remove_directory(target.path))
FileSystem::Done MountTable::remove(const HostPath& path) HOG_CHANGE(remove(target.path))
FileSystem::Done MountTable::set_mode(const HostPath& path, uint32_t mode, bool follow)
    HOG_CHANGE(set_mode(target.path, mode, follow))
FileSystem::Done MountTable::set_owner(const HostPath& path, int64_t user, int64_t group, bool follow)
    HOG_CHANGE(set_owner(target.path, user, group, follow))
FileSystem::Done MountTable::set_times(const HostPath& path, int64_t accessed, int64_t modified, bool follow)
    HOG_CHANGE(set_times(target.path, accessed, modified, follow))
FileSystem::Done MountTable::truncate(const HostPath& path, int64_t size) HOG_CHANGE(truncate(target.path, size))
#undef HOG_CHANGE

FileSystem::Done MountTable::make_directory(const HostPath& path, uint32_t mode) {
  Target target;
  int error = resolve_for_change(path, &target);
  if (error != 0) return {false, error == EBUSY ? EEXIST : error};
  return target.mount->files->make_directory(target.path, mode);
}

FileSystem::Done MountTable::rename(const HostPath& from, const HostPath& to) {
  Target source, target;
  int error = resolve_for_change(from, &source);
  if (error == 0) error = resolve_for_change(to, &target);
  if (error == 0 && source.mount != target.mount) error = EXDEV;
  if (error != 0) return {false, error};
  return source.mount->files->rename(source.path, target.path);
}

FileSystem::Done MountTable::link(const HostPath& existing, const HostPath& name, bool follow) {
  Target source, target;
  int error = resolve_for_change(existing, &source);
  if (error == 0) error = resolve_for_change(name, &target);
  if (error == 0 && source.mount != target.mount) error = EXDEV;
  if (error != 0) return {false, error};
  return source.mount->files->link(source.path, target.path, follow);
}

// The text of a link is kept as it is: it is read within the mount that it lies in, whose root is its "/".
FileSystem::Done MountTable::symbolic_link(const HostPath& text, const HostPath& name) {
  Target target;
  if (int error = resolve_for_change(name, &target)) return {false, error};
  return target.mount->files->symbolic_link(text, target.path);
}

HostResult<size_t> MountTable::read_link(const HostPath& path, char* buffer, size_t size) {
  Target target;
  if (int error = resolve(path, &target)) return {0, error};
  return target.mount->files->read_link(target.path, buffer, size);
}

// ---- State. ----

HostResult<size_t> MountTable::current_directory(char* buffer, size_t size) {
  size_t length = std::strlen(current_);
  if (size > length) size = length;
  std::memcpy(buffer, current_, size);
  return {size, 0};
}

FileSystem::Done MountTable::change_directory(const HostPath& path) {
  Target target;
  if (int error = resolve(path, &target)) return {false, error};
  auto status = target.mount->files->status(target.path, true);
  if (!status.ok()) return {false, status.error};
  if ((status.value.mode & file_mode::kTypeMask) != file_mode::kDirectory) return {false, ENOTDIR};
  size_t length = std::strlen(target.text);
  while (length > 1 && target.text[length - 1] == '/') --length;
  std::memcpy(current_, target.text, length);
  current_[length] = '\0';
  return {true};
}

FileSystem::Done MountTable::change_directory(int fd) {
  Descriptor* d = descriptor(fd);
  if (d == nullptr) return {false, EBADF};
  if (d->path == nullptr) return {false, ENOTDIR};
  return change_directory(HostPath{d->path, std::strlen(d->path)});
}

HostResult<uint32_t> MountTable::set_creation_mask(uint32_t mask) {
  uint32_t before = 022;
  for (size_t i = mount_count_; i-- > 0;) {
    auto done = mounts_[i].files->set_creation_mask(mask);
    if (done.ok()) before = done.value;
  }
  return {before, 0};
}

}  // namespace hog
