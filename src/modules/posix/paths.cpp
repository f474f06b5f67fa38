// paths.cpp: the functions of the module posix that work on paths. Ref: library/os "Files and Directories".
#include "modules/posix/posix.hpp"

namespace hog {

using namespace posix;

namespace posix {

Fallible<FileStatus> status_py(Thread& t, const PathArgument& path, int directory, bool follow) {
  bool relative = directory != HostPath::kCurrentDirectory;
  if (path.is_descriptor() && relative)
    return t.raise_value_error("{}: can't specify dir_fd without matching path", path.function());
  if (path.is_descriptor() && !follow)
    return t.raise_value_error("{}: cannot use fd and follow_symlinks together", path.function());
  FileSystem* fs = TRY(files(t));
  HostResult<FileStatus> result = path.is_descriptor() ? fs->status(path.fd()) : fs->status(path.at(directory), follow);
  TRY(check(t, result, path));
  return result.value;
}

}  // namespace posix

namespace {

// ---- Status. ----

Fallible<Value> posix_stat(Thread& t, Value path, Value dir_fd, bool follow) {
  PathArgument p("stat", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  return make_status(t, TRY(status_py(t, p, directory, follow)));
}
Fallible<Value> posix_lstat(Thread& t, Value path, Value dir_fd) {
  PathArgument p("lstat", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  return make_status(t, TRY(status_py(t, p, directory, false)));
}

Fallible<bool> posix_access(Thread& t, Value path, int mode, Value dir_fd, bool effective, bool follow) {
  PathArgument p("access", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  return TRY(files(t))->access(p.at(directory), mode, effective, follow).ok();
}

Fallible<Value> make_volume(Thread& t, const FileSystemStatus& s) {
  const uint64_t numbers[] = {s.block_size, s.fragment_size, s.blocks, s.blocks_free, s.blocks_available, s.files,
                              s.files_free, s.files_available, s.flags, s.name_max, s.id};
  Value v[11];
  for (size_t i = 0; i < 11; ++i) v[i] = TRY(make_uint(t, numbers[i]));
  return make_struct_sequence(t, result_type(t, kVolumeKind), v);
}
Fallible<Value> posix_statvfs(Thread& t, Value path) {
  PathArgument p("statvfs", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  FileSystem* fs = TRY(files(t));
  HostResult<FileSystemStatus> result = p.is_descriptor() ? fs->file_system_status(p.fd()) : fs->file_system_status(p.at());
  TRY(check(t, result, p));
  return make_volume(t, result.value);
}
Fallible<Value> posix_fstatvfs(Thread& t, int fd) {
  HostResult<FileSystemStatus> result = TRY(files(t))->file_system_status(fd);
  TRY(check(t, result));
  return make_volume(t, result.value);
}

// ---- Properties. ----

// Of audit events: -1 where no directory was given.
Value audited_directory(int fd) { return Value::from_small_int(fd == HostPath::kCurrentDirectory ? -1 : fd); }

Fallible<void> posix_chmod(Thread& t, Value path, int mode, Value dir_fd, bool follow) {
  PathArgument p("chmod", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  TRY(t.audit_py("os.chmod", path, Value::from_small_int(mode), audited_directory(directory)));
  FileSystem* fs = TRY(files(t));
  auto bits = static_cast<uint32_t>(mode);
  if (p.is_descriptor()) return check(t, fs->set_mode(p.fd(), bits), p);
  FileSystem::Done done = fs->set_mode(p.at(directory), bits, follow);
  if (done.error == EOPNOTSUPP && !follow) {
    if (directory != HostPath::kCurrentDirectory)
      return t.raise_value_error("chmod: cannot use dir_fd and follow_symlinks together");
    return t.raise(core.NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
  }
  return check(t, done, p);
}

Fallible<void> change_owner_py(Thread& t, const PathArgument& p, Value path, Value uid, Value gid, int directory, bool follow) {
  int64_t user = TRY(user_or_group_argument_py(t, uid, "uid"));
  int64_t group = TRY(user_or_group_argument_py(t, gid, "gid"));
  if (p.is_descriptor() && directory != HostPath::kCurrentDirectory)
    return t.raise_value_error("chown: can't specify both dir_fd and fd");
  if (p.is_descriptor() && !follow) return t.raise_value_error("chown: cannot use fd and follow_symlinks together");
  TRY(t.audit_py("os.chown", path, Value::from_small_int(user), Value::from_small_int(group), audited_directory(directory)));
  FileSystem* fs = TRY(files(t));
  if (p.is_descriptor()) return check(t, fs->set_owner(p.fd(), user, group), p);
  return check(t, fs->set_owner(p.at(directory), user, group, follow), p);
}
Fallible<void> posix_chown(Thread& t, Value path, Value uid, Value gid, Value dir_fd, bool follow) {
  PathArgument p("chown", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  return change_owner_py(t, p, path, uid, gid, directory, follow);
}
Fallible<void> posix_lchown(Thread& t, Value path, Value uid, Value gid) {
  PathArgument p("lchown", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  return change_owner_py(t, p, path, uid, gid, HostPath::kCurrentDirectory, false);
}

constexpr int64_t kSecond = 1'000'000'000;
Failure raise_time_overflow(Thread& t) { return t.raise(core.OverflowError, "timestamp out of range for platform time_t"); }

// Seconds as int or float to nanoseconds, rounded down.
Fallible<int64_t> seconds_to_nanoseconds_py(Thread& t, Value v) {
  if (is_float(v)) {
    double d = float_value(v);
    if (d != d) return t.raise_value_error("Invalid value NaN (not a number)");
    double whole = __builtin_floor(d);
    double rest = __builtin_floor((d - whole) * 1e9);
    if (whole < -9.2e9 || whole > 9.2e9) return raise_time_overflow(t);
    return static_cast<int64_t>(whole) * kSecond + static_cast<int64_t>(rest);
  }
  if (!is_index(v)) return t.raise_type_error("argument must be int or float, not {}", type_of(v)->name());
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  int64_t result;
  if (n.overflow != 0 || __builtin_mul_overflow(n.value, kSecond, &result)) return raise_time_overflow(t);
  return result;
}
Fallible<int64_t> nanoseconds_py(Thread& t, Value v) {
  Value index = TRY(index_py(t, v));
  Int64Result n = int_to_int64_nogc(index);
  if (n.overflow != 0) return raise_time_overflow(t);
  return n.value;
}

Fallible<void> posix_utime(Thread& t, Value path, Value times, Value ns, Value dir_fd, bool follow) {
  PathArgument p("utime", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  bool has_times = !times.is_absent() && !times.is_none();
  if (has_times && !ns.is_absent())
    return t.raise_value_error("utime: you may specify either 'times' or 'ns' but not both");
  int64_t accessed, modified;
  if (has_times) {
    if (!is<Tuple>(times) || as<Tuple>(times)->length() != 2)
      return t.raise_type_error("utime: 'times' must be either a tuple of two ints or None");
    accessed = TRY(seconds_to_nanoseconds_py(t, as<Tuple>(times)->at(0)));
    modified = TRY(seconds_to_nanoseconds_py(t, as<Tuple>(times)->at(1)));
  } else if (!ns.is_absent()) {
    if (!is<Tuple>(ns) || as<Tuple>(ns)->length() != 2) return t.raise_type_error("utime: 'ns' must be a tuple of two ints");
    accessed = TRY(nanoseconds_py(t, as<Tuple>(ns)->at(0)));
    modified = TRY(nanoseconds_py(t, as<Tuple>(ns)->at(1)));
  } else {
    accessed = modified = FileSystem::kNow;
  }
  if (p.is_descriptor() && directory != HostPath::kCurrentDirectory)
    return t.raise_value_error("utime: can't specify dir_fd without matching path");
  TRY(t.audit_py("os.utime", path, has_times ? times : Value::none(), ns.is_absent() ? Value::none() : ns, audited_directory(directory)));
  if (p.is_descriptor() && !follow) return t.raise_value_error("utime: cannot use fd and follow_symlinks together");
  FileSystem* fs = TRY(files(t));
  if (p.is_descriptor()) return check(t, fs->set_times(p.fd(), accessed, modified), p);
  return check(t, fs->set_times(p.at(directory), accessed, modified, follow), p);
}

Fallible<void> posix_truncate(Thread& t, Value path, int64_t length) {
  PathArgument p("truncate", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  TRY(t.audit_py("os.truncate", path, Value::from_small_int(length)));
  FileSystem* fs = TRY(files(t));
  if (p.is_descriptor()) return check(t, fs->truncate(p.fd(), length), p);
  return check(t, fs->truncate(p.at(), length), p);
}

// ---- Make, remove, rename. ----

Fallible<void> posix_mkdir(Thread& t, Value path, int mode, Value dir_fd) {
  PathArgument p("mkdir", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  TRY(t.audit_py("os.mkdir", path, Value::from_small_int(mode), audited_directory(directory)));
  return check(t, TRY(files(t))->make_directory(p.at(directory), static_cast<uint32_t>(mode)), p);
}
Fallible<void> posix_mkfifo(Thread& t, Value path, int mode, Value dir_fd) {
  PathArgument p("mkfifo", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  uint32_t bits = file_mode::kPipe | (static_cast<uint32_t>(mode) & 07777);
  return check(t, TRY(files(t))->make_node(p.at(directory), bits, 0));
}
Fallible<void> posix_mknod(Thread& t, Value path, int mode, Value device, Value dir_fd) {
  PathArgument p("mknod", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int64_t number = device.is_absent() ? 0 : TRY(index_to_int64_py(t, device));
  int directory = TRY(directory_argument_py(t, dir_fd));
  return check(t, TRY(files(t))->make_node(p.at(directory), static_cast<uint32_t>(mode), static_cast<uint64_t>(number)));
}
Fallible<void> posix_rmdir(Thread& t, Value path, Value dir_fd) {
  PathArgument p("rmdir", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  TRY(t.audit_py("os.rmdir", path, audited_directory(directory)));
  return check(t, TRY(files(t))->remove_directory(p.at(directory)), p);
}
Fallible<void> remove_py(Thread& t, const char* function, Value path, Value dir_fd) {
  PathArgument p(function, "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  TRY(t.audit_py("os.remove", path, audited_directory(directory)));
  return check(t, TRY(files(t))->remove(p.at(directory)), p);
}
Fallible<void> posix_unlink(Thread& t, Value path, Value dir_fd) { return remove_py(t, "unlink", path, dir_fd); }
Fallible<void> posix_remove(Thread& t, Value path, Value dir_fd) { return remove_py(t, "remove", path, dir_fd); }

Fallible<void> rename_py(Thread& t, const char* function, Value src, Value dst, Value src_fd, Value dst_fd) {
  PathArgument from(function, "src", kPathOnly), to(function, "dst", kPathOnly);
  TRY(from.convert_py(t, src));
  TRY(to.convert_py(t, dst));
  int from_directory = TRY(directory_argument_py(t, src_fd));
  int to_directory = TRY(directory_argument_py(t, dst_fd));
  TRY(t.audit_py("os.rename", src, dst, audited_directory(from_directory), audited_directory(to_directory)));
  FileSystem::Done done = TRY(files(t))->rename(from.at(from_directory), to.at(to_directory));
  if (!done.ok()) return raise_path_error(t, done.error, from, to);
  return {};
}
Fallible<void> posix_rename(Thread& t, Value src, Value dst, Value src_fd, Value dst_fd) {
  return rename_py(t, "rename", src, dst, src_fd, dst_fd);
}
Fallible<void> posix_replace(Thread& t, Value src, Value dst, Value src_fd, Value dst_fd) {
  return rename_py(t, "replace", src, dst, src_fd, dst_fd);
}

Fallible<void> posix_link(Thread& t, Value src, Value dst, Value src_fd, Value dst_fd, bool follow) {
  PathArgument from("link", "src", kPathOnly), to("link", "dst", kPathOnly);
  TRY(from.convert_py(t, src));
  TRY(to.convert_py(t, dst));
  int from_directory = TRY(directory_argument_py(t, src_fd));
  int to_directory = TRY(directory_argument_py(t, dst_fd));
  TRY(t.audit_py("os.link", src, dst, audited_directory(from_directory), audited_directory(to_directory)));
  FileSystem::Done done = TRY(files(t))->link(from.at(from_directory), to.at(to_directory), follow);
  if (!done.ok()) return raise_path_error(t, done.error, from, to);
  return {};
}
Fallible<void> posix_symlink(Thread& t, Value src, Value dst, bool, Value dir_fd) {
  PathArgument text("symlink", "src", kPathOnly), to("symlink", "dst", kPathOnly);
  TRY(text.convert_py(t, src));
  TRY(to.convert_py(t, dst));
  int directory = TRY(directory_argument_py(t, dir_fd));
  TRY(t.audit_py("os.symlink", src, dst, audited_directory(directory)));
  FileSystem::Done done = TRY(files(t))->symbolic_link(text.at(), to.at(directory));
  if (!done.ok()) return raise_path_error(t, done.error, text, to);
  return {};
}
Fallible<Value> posix_readlink(Thread& t, Value path, Value dir_fd) {
  PathArgument p("readlink", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  FileSystem* fs = TRY(files(t));
  for (size_t size = 4096;; size *= 2) {
    ByteArray* room = TRY(ByteArray::make(t, size));
    HostResult<size_t> n = fs->read_link(p.at(directory), reinterpret_cast<char*>(room->data()), size);
    TRY(check(t, n, p));
    if (n.value < size) return decode_host_text(t, room->data(), n.value, p.is_bytes());
  }
}

// ---- The current directory. ----

Fallible<void> posix_chdir(Thread& t, Value path) {
  PathArgument p("chdir", "path", kDescriptor);
  TRY(p.convert_py(t, path));
  TRY(t.audit_py("os.chdir", path));
  FileSystem* fs = TRY(files(t));
  return check(t, p.is_descriptor() ? fs->change_directory(p.fd()) : fs->change_directory(p.at()), p);
}
Fallible<Value> current_directory(Thread& t, bool as_bytes) {
  FileSystem* fs = TRY(files(t));
  for (size_t size = 4096;; size *= 2) {
    ByteArray* room = TRY(ByteArray::make(t, size));
    HostResult<size_t> n = fs->current_directory(reinterpret_cast<char*>(room->data()), size);
    TRY(check(t, n));
    if (n.value < size) return decode_host_text(t, room->data(), n.value, as_bytes);
  }
}
Fallible<Value> posix_getcwd(Thread& t) { return current_directory(t, false); }
Fallible<Value> posix_getcwdb(Thread& t) { return current_directory(t, true); }
Fallible<int64_t> posix_umask(Thread& t, int mask) {
  HostResult<uint32_t> before = TRY(files(t))->set_creation_mask(static_cast<uint32_t>(mask));
  TRY(check(t, before));
  return int64_t{before.value};
}

const NativeMethod kFunctions[] = {
    {"access", HOG_NATIVE(posix_access), "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
     "May the file be used in that mode?"},
    {"chdir", HOG_NATIVE(posix_chdir), "(path)", "Changes the current directory."},
    {"chmod", HOG_NATIVE(posix_chmod), "(path, mode, *, dir_fd=None, follow_symlinks=True)", "Sets the permissions."},
    {"chown", HOG_NATIVE(posix_chown), "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)", "Sets owner and group."},
    {"fstatvfs", HOG_NATIVE(posix_fstatvfs), "(fd, /)", "What there is to know of the file system of an open file."},
    {"getcwd", HOG_NATIVE(posix_getcwd), "()", "The current directory."},
    {"getcwdb", HOG_NATIVE(posix_getcwdb), "()", "The current directory as bytes."},
    {"lchown", HOG_NATIVE(posix_lchown), "(path, uid, gid)", "Sets owner and group, of a link itself."},
    {"link", HOG_NATIVE(posix_link),
     "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)", "Makes a hard link."},
    {"lstat", HOG_NATIVE(posix_lstat), "(path, *, dir_fd=None)", "stat(), of a link itself."},
    {"mkdir", HOG_NATIVE(posix_mkdir), "(path, mode=511, *, dir_fd=None)", "Makes a directory."},
    {"mkfifo", HOG_NATIVE(posix_mkfifo), "(path, mode=438, *, dir_fd=None)", "Makes a named pipe."},
    {"mknod", HOG_NATIVE(posix_mknod), "(path, mode=384, device=0, *, dir_fd=None)", "Makes a node of the file system."},
    {"readlink", HOG_NATIVE(posix_readlink), "(path, *, dir_fd=None)", "The path that a symbolic link holds."},
    {"remove", HOG_NATIVE(posix_remove), "(path, *, dir_fd=None)", "Removes a file."},
    {"rename", HOG_NATIVE(posix_rename), "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", "Renames a file or directory."},
    {"replace", HOG_NATIVE(posix_replace), "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
     "Renames a file or directory, in the place of what is there."},
    {"rmdir", HOG_NATIVE(posix_rmdir), "(path, *, dir_fd=None)", "Removes an empty directory."},
    {"stat", HOG_NATIVE(posix_stat), "(path, *, dir_fd=None, follow_symlinks=True)", "What there is to know of a file."},
    {"statvfs", HOG_NATIVE(posix_statvfs), "(path)", "What there is to know of a file system."},
    {"symlink", HOG_NATIVE(posix_symlink), "(src, dst, target_is_directory=False, *, dir_fd=None)", "Makes a symbolic link."},
    {"truncate", HOG_NATIVE(posix_truncate), "(path, length)", "Sets the size of a file."},
    {"umask", HOG_NATIVE(posix_umask), "(mask, /)", "Sets the permissions that new files do not get; gives the old ones."},
    {"unlink", HOG_NATIVE(posix_unlink), "(path, *, dir_fd=None)", "Removes a file."},
    {"utime", HOG_NATIVE(posix_utime),
     "(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)", "Sets the times of access and change."},
    {}};

}  // namespace

const ModuleSpec k_module_posix_paths = {.name = "posix", .functions = kFunctions};

}  // namespace hog
