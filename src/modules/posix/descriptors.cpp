// descriptors.cpp: the functions of the module posix that work on descriptors. Sizes are a program's: memory is asked for before the
// host is, and what a read did not fill is given back. Ref: library/os "File Descriptor Operations".
#include "modules/posix/posix.hpp"

namespace hog {

using namespace posix;

namespace {

constexpr int64_t kLargestTransfer = 0x7ffff000;  // what one read or write of Linux moves at most

// ---- Open, close, copy. ----

Fallible<int64_t> posix_open(Thread& t, Value path, int flags, int mode, Value dir_fd) {
  PathArgument p("open", "path", kPathOnly);
  TRY(p.convert_py(t, path));
  int directory = TRY(directory_argument_py(t, dir_fd));
  TRY(t.audit_py("open", path, Value::none(), Value::from_small_int(flags)));
  FileSystem* fs = TRY(files(t));
  auto open = [&] { return fs->open(p.at(directory), flags | open_flag::kCloseOnExec, static_cast<uint32_t>(mode)); };
  for (;;) {  // the other end of a pipe may be waited for
    HostResult<int> fd = fs->is_concurrent() ? without_turn(t, open) : open();
    if (fd.ok()) return int64_t{fd.value};
    if (fd.error != EINTR) return raise_path_error(t, fd.error, p);
    TRY(safe_point_py(t));
  }
}
Fallible<void> posix_close(Thread& t, int fd) { return check(t, TRY(files(t))->close(fd)); }
Fallible<void> posix_closerange(Thread& t, int low, int high) {
  FileSystem* fs = TRY(files(t));
  for (int fd = low < 0 ? 0 : low; fd < high; ++fd) {
    TRY(t.poll());
    (void)fs->close(fd);
  }
  return {};
}
Fallible<int64_t> posix_dup(Thread& t, int fd) {
  HostResult<int> made = TRY(files(t))->duplicate(fd, false);
  TRY(check(t, made));
  return int64_t{made.value};
}
Fallible<int64_t> posix_dup2(Thread& t, int fd, int fd2, bool inheritable) {
  if (fd < 0 || fd2 < 0) return raise_os_error(t, EBADF);
  HostResult<int> made = TRY(files(t))->duplicate_to(fd, fd2, inheritable);
  TRY(check(t, made));
  return int64_t{made.value};
}
Fallible<bool> posix_get_inheritable(Thread& t, int fd) {
  HostResult<bool> result = TRY(files(t))->inheritable(fd);
  TRY(check(t, result));
  return result.value;
}
Fallible<void> posix_set_inheritable(Thread& t, int fd, int inheritable) {
  return check(t, TRY(files(t))->set_inheritable(fd, inheritable != 0));
}
Fallible<bool> posix_get_blocking(Thread& t, int fd) {
  HostResult<bool> result = TRY(files(t))->blocking(fd);
  TRY(check(t, result));
  return result.value;
}
Fallible<void> posix_set_blocking(Thread& t, int fd, bool blocking) {
  return check(t, TRY(files(t))->set_blocking(fd, blocking));
}
Fallible<bool> posix_isatty(Thread& t, int fd) { return TRY(files(t))->is_terminal(fd).value; }

Fallible<Value> posix_get_terminal_size(Thread& t, int fd) {
  HostResult<TerminalSize> size = TRY(files(t))->terminal_size(fd);
  TRY(check(t, size));
  const Value v[] = {Value::from_small_int(size.value.columns), Value::from_small_int(size.value.lines)};
  return make_struct_sequence(t, result_type(t, kTerminalKind), v);
}

// ---- Read and write. ----

// call(), while other threads run when the file system allows it; again when a signal came between and its handler raised nothing.
template <typename Call>
Fallible<HostResult<size_t>> transfer_py(Thread& t, FileSystem* fs, Call call) {
  for (;;) {
    HostResult<size_t> n = fs->is_concurrent() ? without_turn(t, call) : call();
    if (n.ok() || n.error != EINTR) return n;
    TRY(safe_point_py(t));
  }
}

// Reads by `call(buffer, size)` into fresh bytes.
template <typename Call>
Fallible<Value> read_bytes(Thread& t, FileSystem* fs, int64_t size, Call call) {
  if (size < 0) return raise_os_error(t, EINVAL);
  if (size > kLargestTransfer) size = kLargestTransfer;
  TRY(t.check_fits(static_cast<uint64_t>(size)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(size)));
  uint8_t* data = bytes->mutable_data();
  HostResult<size_t> n = TRY(transfer_py(t, fs, [&] { return call(data, static_cast<size_t>(size)); }));
  TRY(check(t, n));
  if (n.value == static_cast<size_t>(size)) return Value(bytes);
  return Value(TRY(Bytes::from(t, bytes->data(), n.value)));
}
Fallible<Value> posix_read(Thread& t, int fd, int64_t size) {
  FileSystem* fs = TRY(files(t));
  return read_bytes(t, fs, size, [&](void* buffer, size_t n) { return fs->read(fd, buffer, n); });
}
Fallible<Value> posix_pread(Thread& t, int fd, int64_t size, int64_t offset) {
  FileSystem* fs = TRY(files(t));
  return read_bytes(t, fs, size, [&](void* buffer, size_t n) { return fs->read_at(fd, buffer, n, offset); });
}
Fallible<int64_t> moved(Thread& t, const HostResult<size_t>& n) {
  TRY(check(t, n));
  return static_cast<int64_t>(n.value);
}
Fallible<int64_t> posix_readinto(Thread& t, int fd, Value buffer) {
  FileSystem* fs = TRY(files(t));
  BytesLike room(t);
  Fallible<void> opened = room.open(buffer, kBufferWritable);
  if (opened.failed()) {
    if (!clear_exception_if(t, core.BufferError) && !clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error("readinto() argument 2 must be read-write bytes-like object, not {}", type_of(buffer)->name());
  }
  return moved(t, TRY(transfer_py(t, fs, [&] { return fs->read(fd, room.data(), room.size()); })));
}
Fallible<int64_t> posix_write(Thread& t, int fd, Value data) {
  FileSystem* fs = TRY(files(t));
  BytesLike bytes(t);
  TRY(bytes.open(data));
  int64_t done = TRY(moved(t, TRY(transfer_py(t, fs, [&] { return fs->write(fd, bytes.data(), bytes.size()); }))));
  // Cut short, maybe by a signal: its handler is to run within this call.
  if (static_cast<size_t>(done) < bytes.size()) TRY(safe_point_py(t));
  return done;
}
Fallible<int64_t> posix_pwrite(Thread& t, int fd, Value data, int64_t offset) {
  FileSystem* fs = TRY(files(t));
  BytesLike bytes(t);
  TRY(bytes.open(data));
  return moved(t, TRY(transfer_py(t, fs, [&] { return fs->write_at(fd, bytes.data(), bytes.size(), offset); })));
}

// One buffer after the other, until one is not filled (or not written) wholly.
template <typename Call>
Fallible<int64_t> each_buffer_py(Thread& t, FileSystem* fs, Value buffers, const char* function, int flags, Call call) {
  if (!is<List>(buffers) && !is<Tuple>(buffers) && type_of(buffers)->slots().get_item == nullptr)
    return t.raise_type_error("{}() arg 2 must be a sequence", function);
  List* list = TRY(list_from_iterable_py(t, buffers));
  int64_t total = 0;
  for (size_t i = 0; i < list->length(); ++i) {
    TRY(t.poll());
    BytesLike bytes(t);
    TRY(bytes.open(list->at(i), flags));
    HostResult<size_t> n = TRY(transfer_py(t, fs, [&] { return call(bytes.data(), bytes.size(), total); }));
    if (!n.ok() && total != 0) break;
    TRY(check(t, n));
    total += static_cast<int64_t>(n.value);
    if (n.value < bytes.size()) break;
  }
  return total;
}
Fallible<int64_t> posix_readv(Thread& t, int fd, Value buffers) {
  FileSystem* fs = TRY(files(t));
  return each_buffer_py(t, fs, buffers, "readv", kBufferWritable,
                        [&](uint8_t* data, size_t size, int64_t) { return fs->read(fd, data, size); });
}
Fallible<int64_t> posix_writev(Thread& t, int fd, Value buffers) {
  FileSystem* fs = TRY(files(t));
  return each_buffer_py(t, fs, buffers, "writev", kBufferSimple,
                        [&](uint8_t* data, size_t size, int64_t) { return fs->write(fd, data, size); });
}
Fallible<int64_t> posix_preadv(Thread& t, int fd, Value buffers, int64_t offset, int) {
  FileSystem* fs = TRY(files(t));
  return each_buffer_py(t, fs, buffers, "preadv", kBufferWritable, [&](uint8_t* data, size_t size, int64_t done) {
    return fs->read_at(fd, data, size, offset + done);
  });
}
Fallible<int64_t> posix_pwritev(Thread& t, int fd, Value buffers, int64_t offset, int) {
  FileSystem* fs = TRY(files(t));
  return each_buffer_py(t, fs, buffers, "pwritev", kBufferSimple, [&](uint8_t* data, size_t size, int64_t done) {
    return fs->write_at(fd, data, size, offset + done);
  });
}

// A positional argument that may be any integer type, as offsets are.
Fallible<int64_t> posix_lseek(Thread& t, int fd, int64_t position, int whence) {
  HostResult<int64_t> result = TRY(files(t))->seek(fd, position, whence);
  TRY(check(t, result));
  return result.value;
}

// ---- Properties. ----

Fallible<void> posix_ftruncate(Thread& t, int fd, int64_t length) {
  TRY(t.audit_py("os.truncate", Value::from_small_int(fd), Value::from_small_int(length)));
  return check(t, TRY(files(t))->truncate(fd, length));
}
Fallible<void> posix_fallocate(Thread& t, int fd, int64_t offset, int64_t length) {
  return check(t, TRY(files(t))->allocate(fd, offset, length));
}
// Advice may be ignored; a descriptor that is none may not.
Fallible<void> posix_fadvise(Thread& t, int fd, int64_t, int64_t, int) { return check(t, TRY(files(t))->status(fd)); }
Fallible<void> synchronize_py(Thread& t, Value fd, bool data_only) {
  int number = TRY(descriptor_argument_py(t, fd));
  return check(t, TRY(files(t))->synchronize(number, data_only));
}
Fallible<void> posix_fsync(Thread& t, Value fd) { return synchronize_py(t, fd, false); }
Fallible<void> posix_fdatasync(Thread& t, Value fd) { return synchronize_py(t, fd, true); }
Fallible<Value> posix_fstat(Thread& t, int fd) {
  HostResult<FileStatus> result = TRY(files(t))->status(fd);
  TRY(check(t, result));
  return make_status(t, result.value);
}
Fallible<void> posix_fchmod(Thread& t, int fd, int mode) {
  TRY(t.audit_py("os.chmod", Value::from_small_int(fd), Value::from_small_int(mode), Value::from_small_int(-1)));
  return check(t, TRY(files(t))->set_mode(fd, static_cast<uint32_t>(mode)));
}
Fallible<void> posix_fchown(Thread& t, int fd, Value uid, Value gid) {
  int64_t user = TRY(user_or_group_argument_py(t, uid, "uid"));
  int64_t group = TRY(user_or_group_argument_py(t, gid, "gid"));
  TRY(t.audit_py("os.chown", Value::from_small_int(fd), Value::from_small_int(user), Value::from_small_int(group), Value::from_small_int(-1)));
  return check(t, TRY(files(t))->set_owner(fd, user, group));
}
Fallible<void> posix_fchdir(Thread& t, Value fd) {
  int number = TRY(descriptor_argument_py(t, fd));
  TRY(t.audit_py("os.chdir", Value::from_small_int(number)));
  return check(t, TRY(files(t))->change_directory(number));
}
Fallible<Value> posix_device_encoding(Thread& t, int fd) {
  if (!TRY(files(t))->is_terminal(fd).value) return Value::none();
  return Value(TRY(Str::intern_utf8(t, "utf-8")));
}

const NativeMethod kFunctions[] = {
    {"close", HOG_NATIVE(posix_close), "(fd)", "Closes a descriptor."},
    {"closerange", HOG_NATIVE(posix_closerange), "(fd_low, fd_high, /)", "Closes all descriptors of a range, errors ignored."},
    {"device_encoding", HOG_NATIVE(posix_device_encoding), "(fd)", "Encoding of a terminal, or None."},
    {"dup", HOG_NATIVE(posix_dup), "(fd, /)", "A second descriptor, not inherited."},
    {"dup2", HOG_NATIVE(posix_dup2), "(fd, fd2, inheritable=True)", "A second descriptor with that number."},
    {"fchdir", HOG_NATIVE(posix_fchdir), "(fd)", "Makes an open directory the current one."},
    {"fchmod", HOG_NATIVE(posix_fchmod), "(fd, mode)", "Sets the permissions."},
    {"fchown", HOG_NATIVE(posix_fchown), "(fd, uid, gid)", "Sets owner and group."},
    {"fdatasync", HOG_NATIVE(posix_fdatasync), "(fd)", "Waits until the data are on the device."},
    {"fstat", HOG_NATIVE(posix_fstat), "(fd)", "stat() of an open file."},
    {"fsync", HOG_NATIVE(posix_fsync), "(fd)", "Waits until everything is on the device."},
    {"ftruncate", HOG_NATIVE(posix_ftruncate), "(fd, length, /)", "Sets the size of a file."},
    {"get_blocking", HOG_NATIVE(posix_get_blocking), "(fd, /)", "Do calls wait for data?"},
    {"get_inheritable", HOG_NATIVE(posix_get_inheritable), "(fd, /)", "Do child processes get the descriptor?"},
    {"get_terminal_size", HOG_NATIVE(posix_get_terminal_size), "(fd=1, /)", "Columns and lines of a terminal."},
    {"isatty", HOG_NATIVE(posix_isatty), "(fd, /)", "Is it a terminal?"},
    {"lseek", HOG_NATIVE(posix_lseek), "(fd, position, whence, /)", "Sets the position; gives the new one."},
    {"open", HOG_NATIVE(posix_open), "(path, flags, mode=511, *, dir_fd=None)", "Opens a file; gives a descriptor."},
    {"posix_fadvise", HOG_NATIVE(posix_fadvise), "(fd, offset, length, advice, /)", "Announces how a file will be read."},
    {"posix_fallocate", HOG_NATIVE(posix_fallocate), "(fd, offset, length, /)", "Has space set aside on the device."},
    {"pread", HOG_NATIVE(posix_pread), "(fd, length, offset, /)", "Reads at a position."},
    {"preadv", HOG_NATIVE(posix_preadv), "(fd, buffers, offset, flags=0, /)", "Reads at a position into buffers."},
    {"pwrite", HOG_NATIVE(posix_pwrite), "(fd, buffer, offset, /)", "Writes at a position."},
    {"pwritev", HOG_NATIVE(posix_pwritev), "(fd, buffers, offset, flags=0, /)", "Writes buffers at a position."},
    {"read", HOG_NATIVE(posix_read), "(fd, length, /)", "Reads up to that many bytes."},
    {"readinto", HOG_NATIVE(posix_readinto), "(fd, buffer, /)", "Reads into a buffer."},
    {"readv", HOG_NATIVE(posix_readv), "(fd, buffers, /)", "Reads into buffers."},
    {"set_blocking", HOG_NATIVE(posix_set_blocking), "(fd, blocking, /)", "Says whether calls wait for data."},
    {"set_inheritable", HOG_NATIVE(posix_set_inheritable), "(fd, inheritable, /)", "Says whether child processes get it."},
    {"write", HOG_NATIVE(posix_write), "(fd, data, /)", "Writes; gives how many bytes."},
    {"writev", HOG_NATIVE(posix_writev), "(fd, buffers, /)", "Writes buffers; gives how many bytes."},
    {}};

}  // namespace

const ModuleSpec k_module_posix_files = {.name = "posix", .functions = kFunctions};

}  // namespace hog
