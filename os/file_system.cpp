// file_system.cpp: see file_system.hpp. Each method is one system call, retried when a signal interrupts it, but for those that
// open or move bytes, which may take long: EINTR is for their callers. Errors are errno.
// New descriptors are not inherited by child processes unless the caller asks for it. Ref: POSIX.1-2017, Linux man-pages.
#include "os/file_system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace hog {

namespace {

using Done = FileSystem::Done;

// The call's result once it is not interrupted any more.
template <typename Call>
auto retried(Call call) {
  for (;;) {
    auto result = call();
    if (result != static_cast<decltype(result)>(-1) || errno != EINTR) return result;
  }
}

Done done(int64_t result) {
  if (result < 0) return {false, errno};
  return {true};
}
template <typename Call>
Done attempt(Call call) {
  return done(retried(call));
}
HostResult<size_t> counted(ssize_t n) {
  if (n < 0) return {0, errno};
  return {static_cast<size_t>(n)};
}
HostResult<int> descriptor(int fd) {
  if (fd < 0) return {-1, errno};
  return {fd};
}

int64_t nanoseconds(const timespec& time) { return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec; }
timespec time_of(int64_t nanoseconds) {
  if (nanoseconds == FileSystem::kNow) return {0, UTIME_NOW};
  int64_t seconds = nanoseconds / 1'000'000'000, rest = nanoseconds % 1'000'000'000;
  if (rest < 0) {
    rest += 1'000'000'000;
    --seconds;
  }
  return {static_cast<time_t>(seconds), static_cast<long>(rest)};
}

HostResult<FileStatus> status_of(int result, const struct stat& s) {
  if (result < 0) return {{}, errno};
  FileStatus status;
  status.mode = s.st_mode;
  status.inode = s.st_ino;
  status.device = s.st_dev;
  status.special_device = s.st_rdev;
  status.links = s.st_nlink;
  status.user = s.st_uid;
  status.group = s.st_gid;
  status.size = s.st_size;
  status.blocks = s.st_blocks;
  status.block_size = s.st_blksize;
  status.accessed = nanoseconds(s.st_atim);
  status.modified = nanoseconds(s.st_mtim);
  status.changed = nanoseconds(s.st_ctim);
  return {status};
}

HostResult<FileSystemStatus> volume_of(int result, const struct statvfs& s) {
  if (result < 0) return {{}, errno};
  return {{s.f_bsize, s.f_frsize, s.f_blocks, s.f_bfree, s.f_bavail, s.f_files, s.f_ffree, s.f_favail, s.f_flag, s.f_namemax,
           s.f_fsid}};
}

uint32_t type_of_entry(const dirent& entry) { return DTTOIF(static_cast<unsigned>(entry.d_type)); }

// Takes over the stream.
Done list_stream(DIR* directory, DirectoryEntries& entries) {
  Done outcome{true};
  for (;;) {
    errno = 0;
    dirent* entry = ::readdir(directory);
    if (entry == nullptr) {
      if (errno != 0) outcome = {false, errno};
      break;
    }
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (!entries.add(name.data(), name.size(), type_of_entry(*entry), entry->d_ino)) break;
  }
  ::closedir(directory);
  return outcome;
}

int at_flags(bool follow) { return follow ? 0 : AT_SYMLINK_NOFOLLOW; }
// Ids beyond 32 bits cannot be meant; -1 is "leave it".
uid_t id_of(int64_t id) { return static_cast<uid_t>(id); }

}  // namespace

// ---- Descriptors. ----

HostResult<int> SystemFileSystem::open(const HostPath& path, int flags, uint32_t mode) {
  return descriptor(::openat(path.directory, path.bytes, flags, mode));
}

// Not retried: on Linux the descriptor is gone, whatever close() says.
Done SystemFileSystem::close(int fd) {
  if (::close(fd) < 0 && errno != EINTR) return {false, errno};
  return {true};
}

HostResult<size_t> SystemFileSystem::read(int fd, void* buffer, size_t size) {
  return counted(::read(fd, buffer, size));
}
HostResult<size_t> SystemFileSystem::write(int fd, const void* data, size_t size) {
  return counted(::write(fd, data, size));
}
HostResult<size_t> SystemFileSystem::read_at(int fd, void* buffer, size_t size, int64_t offset) {
  return counted(::pread(fd, buffer, size, offset));
}
HostResult<size_t> SystemFileSystem::write_at(int fd, const void* data, size_t size, int64_t offset) {
  return counted(::pwrite(fd, data, size, offset));
}

HostResult<int64_t> SystemFileSystem::seek(int fd, int64_t offset, int whence) {
  off_t position = ::lseek(fd, offset, whence);
  if (position < 0) return {-1, errno};
  return {position};
}

Done SystemFileSystem::truncate(int fd, int64_t size) {
  return attempt([&] { return ::ftruncate(fd, size); });
}
Done SystemFileSystem::lock(int fd, FileLock kind, int64_t offset, int64_t size) {
#ifdef F_OFD_SETLK
  struct flock range = {};
  range.l_type = static_cast<short>(kind == FileLock::None ? F_UNLCK : kind == FileLock::Read ? F_RDLCK : F_WRLCK);
  range.l_whence = SEEK_SET;
  range.l_start = offset;
  range.l_len = size;
  HostResult<bool> locked = attempt([&] { return ::fcntl(fd, F_OFD_SETLK, &range); });
  if (locked.error == EACCES) locked.error = EAGAIN;
  return locked;
#else
  return FileSystem::lock(fd, kind, offset, size);
#endif
}
Done SystemFileSystem::allocate(int fd, int64_t offset, int64_t size) {
  int error;
  do error = ::posix_fallocate(fd, offset, size);
  while (error == EINTR);
  return {error == 0, error};
}
Done SystemFileSystem::synchronize(int fd, bool data_only) {
  return attempt([&] { return data_only ? ::fdatasync(fd) : ::fsync(fd); });
}

HostResult<FileStatus> SystemFileSystem::status(int fd) {
  struct stat s;
  int result = ::fstat(fd, &s);
  return status_of(result, s);
}
HostResult<FileSystemStatus> SystemFileSystem::file_system_status(int fd) {
  struct statvfs s;
  int result = retried([&] { return ::fstatvfs(fd, &s); });
  return volume_of(result, s);
}

HostResult<bool> SystemFileSystem::is_terminal(int fd) {
  if (::isatty(fd) == 1) return {true};
  return {false, errno == EBADF ? EBADF : 0};
}

HostResult<TerminalSize> SystemFileSystem::terminal_size(int fd) {
  winsize size;
  if (::ioctl(fd, TIOCGWINSZ, &size) < 0) return {{}, errno};
  return {{size.ws_col, size.ws_row}};
}

HostResult<int> SystemFileSystem::duplicate(int fd, bool inheritable) {
  return descriptor(::fcntl(fd, inheritable ? F_DUPFD : F_DUPFD_CLOEXEC, 0));
}
HostResult<int> SystemFileSystem::duplicate_to(int fd, int target, bool inheritable) {
  if (fd == target && ::fcntl(fd, F_GETFD) < 0) return {-1, errno};
  if (fd == target) return {fd};  // as dup2(): nothing changes
  return descriptor(retried([&] { return ::dup3(fd, target, inheritable ? 0 : O_CLOEXEC); }));
}

HostResult<bool> SystemFileSystem::inheritable(int fd) {
  int flags = ::fcntl(fd, F_GETFD);
  if (flags < 0) return {false, errno};
  return {(flags & FD_CLOEXEC) == 0};
}
Done SystemFileSystem::set_inheritable(int fd, bool inheritable) {
  int flags = ::fcntl(fd, F_GETFD);
  if (flags < 0) return {false, errno};
  return done(::fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC));
}

HostResult<bool> SystemFileSystem::blocking(int fd) {
  int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return {false, errno};
  return {(flags & O_NONBLOCK) == 0};
}
Done SystemFileSystem::set_blocking(int fd, bool blocking) {
  int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return {false, errno};
  return done(::fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK));
}

Done SystemFileSystem::set_mode(int fd, uint32_t mode) {
  return attempt([&] { return ::fchmod(fd, mode); });
}
Done SystemFileSystem::set_owner(int fd, int64_t user, int64_t group) {
  return attempt([&] { return ::fchown(fd, id_of(user), id_of(group)); });
}
Done SystemFileSystem::set_times(int fd, int64_t accessed, int64_t modified) {
  const timespec times[2] = {time_of(accessed), time_of(modified)};
  return done(::futimens(fd, times));
}

// The stream owns its descriptor, so it gets one of its own; it starts at the beginning.
Done SystemFileSystem::list(int fd, DirectoryEntries& entries) {
  int own = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return {false, errno};
  DIR* directory = ::fdopendir(own);
  if (directory == nullptr) {
    int error = errno;
    ::close(own);
    return {false, error};
  }
  ::rewinddir(directory);
  return list_stream(directory, entries);
}

// ---- Paths. ----

HostResult<FileStatus> SystemFileSystem::status(const HostPath& path, bool follow) {
  struct stat s;
  int result = ::fstatat(path.directory, path.bytes, &s, at_flags(follow));
  return status_of(result, s);
}
HostResult<FileSystemStatus> SystemFileSystem::file_system_status(const HostPath& path) {
  struct statvfs s;
  int result = retried([&] { return ::statvfs(path.bytes, &s); });
  return volume_of(result, s);
}

Done SystemFileSystem::access(const HostPath& path, int mode, bool effective, bool follow) {
  int flags = at_flags(follow) | (effective ? AT_EACCESS : 0);
  return done(::faccessat(path.directory, path.bytes, mode, flags));
}

Done SystemFileSystem::list(const HostPath& path, DirectoryEntries& entries) {
  int fd = retried([&] { return ::openat(path.directory, path.bytes, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC); });
  if (fd < 0) return {false, errno};
  DIR* directory = ::fdopendir(fd);
  if (directory == nullptr) {
    int error = errno;
    ::close(fd);
    return {false, error};
  }
  return list_stream(directory, entries);
}

Done SystemFileSystem::make_directory(const HostPath& path, uint32_t mode) {
  return done(::mkdirat(path.directory, path.bytes, mode));
}
Done SystemFileSystem::make_node(const HostPath& path, uint32_t mode, uint64_t device) {
  return attempt([&] { return ::mknodat(path.directory, path.bytes, mode, device); });
}
Done SystemFileSystem::remove_directory(const HostPath& path) {
  return done(::unlinkat(path.directory, path.bytes, AT_REMOVEDIR));
}
Done SystemFileSystem::remove(const HostPath& path) { return done(::unlinkat(path.directory, path.bytes, 0)); }
Done SystemFileSystem::rename(const HostPath& from, const HostPath& to) {
  return done(::renameat(from.directory, from.bytes, to.directory, to.bytes));
}
Done SystemFileSystem::link(const HostPath& existing, const HostPath& made, bool follow) {
  return done(::linkat(existing.directory, existing.bytes, made.directory, made.bytes, follow ? AT_SYMLINK_FOLLOW : 0));
}
Done SystemFileSystem::symbolic_link(const HostPath& text, const HostPath& made) {
  return done(::symlinkat(text.bytes, made.directory, made.bytes));
}
HostResult<size_t> SystemFileSystem::read_link(const HostPath& path, char* buffer, size_t size) {
  return counted(::readlinkat(path.directory, path.bytes, buffer, size));
}

Done SystemFileSystem::set_mode(const HostPath& path, uint32_t mode, bool follow) {
  return attempt([&] { return ::fchmodat(path.directory, path.bytes, mode, at_flags(follow)); });
}
Done SystemFileSystem::set_owner(const HostPath& path, int64_t user, int64_t group, bool follow) {
  return attempt([&] { return ::fchownat(path.directory, path.bytes, id_of(user), id_of(group), at_flags(follow)); });
}
Done SystemFileSystem::set_times(const HostPath& path, int64_t accessed, int64_t modified, bool follow) {
  const timespec times[2] = {time_of(accessed), time_of(modified)};
  return done(::utimensat(path.directory, path.bytes, times, at_flags(follow)));
}
Done SystemFileSystem::truncate(const HostPath& path, int64_t size) {
  return attempt([&] { return ::truncate(path.bytes, size); });
}

// ---- State. ----

HostResult<size_t> SystemFileSystem::current_directory(char* buffer, size_t size) {
  if (::getcwd(buffer, size) != nullptr) return {std::strlen(buffer)};
  if (errno == ERANGE) return {size};
  return {0, errno};
}
HostResult<size_t> SystemFileSystem::real_path(const HostPath& path, char* buffer, size_t size) {
  char* real = ::realpath(path.bytes, nullptr);
  if (real == nullptr) return {0, errno};
  size_t length = std::strlen(real), kept = length < size ? length : size;
  std::memcpy(buffer, real, kept);
  std::free(real);
  return {kept};
}
Done SystemFileSystem::change_directory(const HostPath& path) {
  return attempt([&] { return ::chdir(path.bytes); });
}
Done SystemFileSystem::change_directory(int fd) {
  return attempt([&] { return ::fchdir(fd); });
}
HostResult<uint32_t> SystemFileSystem::set_creation_mask(uint32_t mask) { return {::umask(mask)}; }

}  // namespace hog
