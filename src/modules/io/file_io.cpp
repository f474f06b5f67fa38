// file_io.cpp: io.FileIO: bytes of a descriptor of the isolate's FileSystem, unbuffered.
// Invariant: an object is closed exactly when fd() < 0, and every method that reaches the host asks that first; the host is
// asked for the descriptor that was read after the last call into Python. Ref: library/io "FileIO".
#include <cerrno>
#include <cstddef>

#include "host/file_system.hpp"
#include "modules/io/io.hpp"
#include "object/bytes_builder.hpp"
#include "object/codecs.hpp"
#include "object/exception.hpp"
#include "object/os_error.hpp"
#include "vm/finalize.hpp"
#include "vm/isolate.hpp"

namespace hog::io {

namespace {
void trace_file(Cell* cell, Marker& marker) { marker.visit_word(static_cast<FileIO*>(cell)->attributes_.get().raw()); }
}  // namespace
const Layout FileIO::kLayout = {.name = "FileIO", .trace = trace_file, .base_size = sizeof(FileIO)};
Type* file_io_type;

FileSystem* files_of(Thread& t) {
  Host* host = Isolate::of(t).config().host;
  return host == nullptr ? nullptr : host->files;
}

namespace {

constexpr size_t kMostAtOnce = 0x7ffff000;  // what Linux moves in one call

Failure raise_closed(Thread& t) { return t.raise_value_error("I/O operation on closed file"); }
Fallible<void> check_open(Thread& t, const FileIO* f) {
  if (f->fd() < 0) return raise_closed(t);
  return {};
}
Failure raise_mode_py(Thread& t, const char* what) {
  return raise_unsupported_text_py(t, TRY(t.format("File not open for {}", what)));
}
Fallible<FileSystem*> file_system(Thread& t) {
  FileSystem* files = files_of(t);
  if (files == nullptr) return raise_unsupported_py(t, "this isolate was not granted a FileSystem");
  return files;
}
// Before each request to the host. After it, the object may be closed.
Fallible<FileSystem*> begin_request(Thread& t) {
  TRY(t.poll());
  TRY(Isolate::of(t).count_host_call(t));
  return file_system(t);
}

// ---- Opening. ----

// A path as NUL-terminated bytes.
Fallible<Bytes*> path_bytes_py(Thread& t, Value path) {
  if (!is<Str>(path) && !is<Bytes>(path)) {
    Value method = TRY(find_special_py(t, path, TRY(name_of(t, "__fspath__"))));
    if (method.is_absent() || method.is_none())
      return t.raise_type_error("expected str, bytes or os.PathLike object, not {}", type_of(path)->name());
    Value text = TRY(call_py(t, method));
    if (!is<Str>(text) && !is<Bytes>(text))
      return t.raise_type_error("expected {}.__fspath__() to return str or bytes, not {}", type_of(path)->name(),
                                type_of(text)->name());
    path = text;
  }
  Bytes* bytes = is<Bytes>(path) ? as<Bytes>(path)
                                 : TRY(codecs::encode_utf8_py(t, as<Str>(path), TRY(name_of(t, "surrogateescape"))));
  if (bytes->view().find('\0') != std::string_view::npos) return t.raise_value_error("embedded null byte");
  Bytes* ended = TRY(Bytes::make(t, bytes->length() + 1));
  std::memcpy(ended->mutable_data(), bytes->data(), bytes->length());
  return ended;
}

struct Mode {
  bool created = false, readable = false, writable = false, appending = false;
  int flags = 0;
};
Failure raise_bad_mode(Thread& t) {
  return t.raise_value_error("Must have exactly one of create/read/write/append mode and at most one plus");
}
Fallible<Mode> parse_mode(Thread& t, Str* text) {
  Mode mode;
  bool chosen = false, plus = false;
  for (size_t i = 0; i < text->length(); ++i) {
    char32_t c = text->at(i);
    switch (c) {
      case 'x': case 'r': case 'w': case 'a':
        if (chosen) return raise_bad_mode(t);
        chosen = true;
        mode.readable = c == 'r';
        mode.writable = c != 'r';
        mode.created = c == 'x';
        mode.appending = c == 'a';
        if (c == 'x') mode.flags |= open_flag::kExclusive | open_flag::kCreate;
        if (c == 'w') mode.flags |= open_flag::kCreate | open_flag::kTruncate;
        if (c == 'a') mode.flags |= open_flag::kAppend | open_flag::kCreate;
        break;
      case 'b': break;
      case '+':
        if (plus) return raise_bad_mode(t);
        mode.readable = mode.writable = plus = true;
        break;
      default: return t.raise_value_error("invalid mode: {}", text);
    }
  }
  if (!chosen) return raise_bad_mode(t);
  mode.flags |= mode.readable && mode.writable ? open_flag::kReadWrite
                : mode.readable                ? open_flag::kReadOnly
                                               : open_flag::kWriteOnly;
  mode.flags |= open_flag::kCloseOnExec;
  return mode;
}

// Files that nobody holds any more still have their descriptors until a collection finds them.
Fallible<bool> collected_descriptors_py(Thread& t, int error, bool* tried) {
  if (*tried || (error != EMFILE && error != ENFILE)) return false;
  *tried = true;
  t.heap().collect();
  TRY(safe_point_py(t));
  return true;
}

Fallible<int> open_path_py(Thread& t, Value name, Bytes* path, int flags) {
  HostPath host_path{reinterpret_cast<const char*>(path->data()), path->length() - 1};
  for (bool collected = false;;) {
    FileSystem* files = TRY(begin_request(t));
    auto open = [&] { return files->open(host_path, flags, 0666); };  // the other end of a pipe may be waited for
    HostResult<int> opened = files->is_concurrent() ? without_turn(t, open) : open();
    if (opened.ok()) return opened.value;
    if (opened.error == EINTR) {
      TRY(safe_point_py(t));
      continue;
    }
    if (TRY(collected_descriptors_py(t, opened.error, &collected))) continue;
    return raise_os_error(t, opened.error, name);
  }
}
Fallible<int> open_with_py(Thread& t, Value opener, Value name, int flags) {
  Value result = TRY(call_py(t, opener, name, Value::from_small_int(flags)));
  if (!is_int_or_bool(result)) return t.raise_type_error("expected integer from opener");
  int64_t fd = TRY(index_to_int64_py(t, result));
  if (fd > INT32_MAX) return t.raise(core.OverflowError, "Python int too large to convert to C int");
  if (fd < 0) return t.raise_value_error("opener returned {}", fd);
  FileSystem* files = TRY(begin_request(t));
  HostResult<bool> kept = files->set_inheritable(static_cast<int>(fd), false);
  if (!kept.ok() && kept.error != ENOSYS) return raise_os_error(t, kept.error);
  return static_cast<int>(fd);
}

// A descriptor when `name` is a number that can be one; -1 when it is to be taken as a path.
Fallible<int> descriptor_of_py(Thread& t, Value name) {
  if (name.is_bool()) TRY(warn_py(t, core.RuntimeWarning, "bool is used as a file descriptor"));
  if (!is_index(name)) return -1;
  Fallible<int64_t> number = index_to_int64_py(t, name);
  if (number.failed()) {
    if (!clear_exception_if(t, core.Exception)) return Failure{};
    return -1;
  }
  if (number.get() < 0) return t.raise_value_error("negative file descriptor");
  if (number.get() > INT32_MAX) return -1;
  return static_cast<int>(number.get());
}

// What can only be known once the file is open.
Fallible<void> examine_py(Thread& t, FileIO* f, Value name) {
  FileSystem* files = TRY(begin_request(t));
  f->block_size_ = kDefaultBufferSize;
  HostResult<FileStatus> status = files->status(f->fd());
  if (!status.ok()) {
    if (status.error == EBADF) return raise_os_error(t, EBADF);
    return {};
  }
  uint32_t type = status.value.mode & file_mode::kTypeMask;
  if (type == file_mode::kDirectory) return raise_os_error(t, EISDIR, name);
  f->character_device_ = type == file_mode::kCharacterDevice;
  f->size_at_open_ = type == file_mode::kRegular ? status.value.size : 0;
  if (status.value.block_size > 1) f->block_size_ = status.value.block_size;
  return {};
}

HostResult<bool> close_descriptor(Thread& t, FileIO* f) {
  int fd = f->fd();
  f->fd_plus_one_ = 0;
  FileSystem* files = files_of(t);
  if (fd < 0 || files == nullptr) return {true, 0};
  return files->close(fd);
}

Fallible<void> finish_opening_py(Thread& t, FileIO* f, Value name) {
  TRY(examine_py(t, f, name));
  TRY(set_attribute_py(t, Value(f), names.name, name));
  if (!f->appending_ || f->fd() < 0) return {};
  FileSystem* files = TRY(begin_request(t));
  HostResult<int64_t> end = files->seek(f->fd(), 0, 2);
  if (!end.ok() && end.error != ESPIPE) return raise_os_error(t, end.error);
  return {};
}

Fallible<void> start(Thread& t, FileIO* f, Value name, Str* mode_text, bool close_fd, Value opener) {
  if (f->fd() >= 0) {
    if (!f->keep_open_) {
      HostResult<bool> closed = close_descriptor(t, f);
      if (!closed.ok()) return raise_os_error(t, closed.error);
    }
    f->fd_plus_one_ = 0;
  }
  int fd = TRY(descriptor_of_py(t, name));
  Bytes* path = fd < 0 ? TRY(path_bytes_py(t, name)) : nullptr;
  Mode mode = TRY(parse_mode(t, mode_text));
  TRY(t.audit_py("open", name, Value(mode_text), Value::from_small_int(mode.flags)));
  bool own = fd < 0;
  if (own) {
    if (!close_fd) return t.raise_value_error("Cannot use closefd=False with file name");
    fd = opener.is_none() ? TRY(open_path_py(t, name, path, mode.flags)) : TRY(open_with_py(t, opener, name, mode.flags));
  }
  f->created_ = mode.created;
  f->readable_ = mode.readable;
  f->writable_ = mode.writable;
  f->appending_ = mode.appending;
  f->seekable_ = 0;
  f->keep_open_ = !own && !close_fd;
  f->fd_plus_one_ = fd + 1;
  if (!finish_opening_py(t, f, name).failed()) return {};
  if (own) (void)close_descriptor(t, f);
  f->fd_plus_one_ = 0;
  return Failure{};
}

constexpr NativeMethod kConstructors[] = {
    {"FileIO", HOG_NATIVE(start), "($self, file, mode='r', closefd=True, opener=None)", "Open a file."}, {}};
Fallible<void> init(Thread& t, Value self, const Arguments& arguments) {
  TRY(call_native(t, *signature_of(&kConstructors[0]), self, arguments));
  return {};
}
Fallible<Value> new_(Thread& t, Type* type, const Arguments&) { return Value(TRY(new_instance(t, type))); }

}  // namespace

Fallible<Value> make_file_py(Thread& t, Value name, Str* mode, bool close_fd, Value opener) {
  auto* f = static_cast<FileIO*>(TRY(new_instance(t, file_io_type)));
  TRY(start(t, f, name, mode, close_fd, opener));
  return Value(f);
}

// ---- Moving bytes. ----

Fallible<int64_t> file_read(Thread& t, FileIO* f, void* room, size_t size) {
  for (;;) {
    TRY(check_open(t, f));
    if (!f->readable_) return raise_mode_py(t, "reading");
    FileSystem* files = TRY(begin_request(t));
    TRY(check_open(t, f));
    int fd = f->fd();
    size_t most = size < kMostAtOnce ? size : kMostAtOnce;
    HostResult<size_t> got = files->is_concurrent() ? without_turn(t, [&] { return files->read(fd, room, most); })
                                                    : files->read(fd, room, most);
    if (got.ok()) return static_cast<int64_t>(got.value < size ? got.value : size);
    if (got.error == EINTR) {
      TRY(safe_point_py(t));
      continue;
    }
    if (got.error == EAGAIN) return int64_t{-1};
    return raise_os_error(t, got.error);
  }
}
Fallible<int64_t> file_write(Thread& t, FileIO* f, const void* data, size_t size) {
  for (;;) {
    TRY(check_open(t, f));
    if (!f->writable_) return raise_mode_py(t, "writing");
    TRY(Isolate::of(t).count_output(t, size));
    FileSystem* files = TRY(begin_request(t));
    TRY(check_open(t, f));
    int fd = f->fd();
    size_t most = size < kMostAtOnce ? size : kMostAtOnce;
    HostResult<size_t> put = files->is_concurrent() ? without_turn(t, [&] { return files->write(fd, data, most); })
                                                    : files->write(fd, data, most);
    if (put.ok()) return static_cast<int64_t>(put.value < size ? put.value : size);
    if (put.error == EINTR) {
      TRY(safe_point_py(t));
      continue;
    }
    if (put.error == EAGAIN) return int64_t{-1};
    return raise_os_error(t, put.error);
  }
}
Fallible<int64_t> file_seek(Thread& t, FileIO* f, int64_t position, int whence) {
  TRY(check_open(t, f));
  FileSystem* files = TRY(begin_request(t));
  TRY(check_open(t, f));
  HostResult<int64_t> at = files->seek(f->fd(), position, whence);
  if (f->seekable_ == 0) f->seekable_ = at.ok() ? 1 : -1;
  if (!at.ok()) return raise_os_error(t, at.error);
  return at.value;
}

namespace {

// How much readall() expects, with one byte more to see the end. Only for a large file is it worth asking where one is.
size_t expected_rest(Thread& t, FileIO* f) {
  constexpr int64_t kLarge = 65536;
  if (f->size_at_open_ <= 0) return 8192;
  auto whole = static_cast<size_t>(f->size_at_open_) + 1;
  FileSystem* files = files_of(t);
  if (f->size_at_open_ < kLarge || files == nullptr) return whole;
  HostResult<int64_t> at = files->seek(f->fd(), 0, 1);
  if (!at.ok() || at.value < 0 || at.value > f->size_at_open_) return whole;
  return whole - static_cast<size_t>(at.value);
}
Fallible<Value> readall(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  if (!f->readable_) return raise_mode_py(t, "reading");
  size_t room = expected_rest(t, f);
  if (!t.heap().would_fit(room)) room = 8192;
  BytesBuilder all(t);
  for (bool any = false;; any = true) {
    TRY(all.reserve(room));
    int64_t got = TRY(file_read(t, f, all.data() + all.size(), room));
    if (got < 0) {
      if (!any) return Value::none();
      break;
    }
    if (got == 0) break;
    TRY(all.extend(static_cast<size_t>(got)));
    TRY(t.poll(got / 256));
    room -= static_cast<size_t>(got);
    if (room == 0) room = all.size() < 65536 ? 65536 : all.size() / 2;
  }
  return Value(TRY(all.finish()));
}
Fallible<Value> read(Thread& t, FileIO* f, Value size) {
  TRY(check_open(t, f));
  int64_t n = TRY(size_argument_py(t, size));
  TRY(check_open(t, f));
  if (!f->readable_) return raise_mode_py(t, "reading");
  if (n < 0) return readall(t, f);
  if (static_cast<size_t>(n) > kMostAtOnce) n = kMostAtOnce;
  TRY(t.check_fits(static_cast<uint64_t>(n)));
  Bytes* bytes = TRY(Bytes::make(t, static_cast<size_t>(n)));
  int64_t got = TRY(file_read(t, f, bytes->mutable_data(), static_cast<size_t>(n)));
  if (got < 0) return Value::none();
  if (got == n) return Value(bytes);
  return Value(TRY(Bytes::from(t, bytes->data(), static_cast<size_t>(got))));
}
Fallible<Value> readinto(Thread& t, FileIO* f, Value buffer) {
  BytesLike room(t);
  TRY(open_writable(t, &room, buffer, "readinto"));
  int64_t got = TRY(file_read(t, f, room.data(), room.size()));
  return got < 0 ? Value::none() : Value::from_small_int(got);
}
Fallible<Value> write(Thread& t, FileIO* f, Value source) {
  BytesLike bytes(t);
  TRY(bytes.open(source));
  int64_t put = TRY(file_write(t, f, bytes.data(), bytes.size()));
  // Cut short, maybe by a signal: its handler is to run within this call.
  if (put >= 0 && static_cast<size_t>(put) < bytes.size()) TRY(safe_point_py(t));
  return put < 0 ? Value::none() : Value::from_small_int(put);
}

// ---- Position and size. ----

Fallible<int64_t> seek(Thread& t, FileIO* f, Value position, Value whence_or_absent) {
  int64_t whence = whence_or_absent.is_absent() ? 0 : TRY(index_to_int64_py(t, whence_or_absent));
  TRY(check_open(t, f));
  int64_t offset = TRY(index_to_int64_py(t, position));
  if (whence < INT32_MIN || whence > INT32_MAX)
    return t.raise(core.OverflowError, "Python int too large to convert to C int");
  return file_seek(t, f, offset, static_cast<int>(whence));
}
Fallible<int64_t> tell(Thread& t, FileIO* f) { return file_seek(t, f, 0, 1); }
Fallible<Value> truncate(Thread& t, FileIO* f, Value size) {
  TRY(check_open(t, f));
  if (!f->writable_) return raise_mode_py(t, "writing");
  if (size.is_none()) size = TRY(make_int(t, TRY(tell(t, f))));
  int64_t n = TRY(index_to_int64_py(t, size));
  FileSystem* files = TRY(begin_request(t));
  TRY(check_open(t, f));
  HostResult<bool> done = files->truncate(f->fd(), n);
  if (!done.ok()) return raise_os_error(t, done.error);
  return size;
}

// ---- State. ----

Fallible<bool> readable(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  return f->readable_;
}
Fallible<bool> writable(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  return f->writable_;
}
Fallible<bool> seekable(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  if (f->seekable_ == 0 && tell(t, f).failed() && !clear_exception_if(t, core.OSError)) return Failure{};
  return f->seekable_ > 0;
}
Fallible<int64_t> fileno(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  return int64_t{f->fd()};
}
Fallible<bool> isatty(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  FileSystem* files = TRY(begin_request(t));
  TRY(check_open(t, f));
  HostResult<bool> answer = files->is_terminal(f->fd());
  return answer.ok() && answer.value;
}
Fallible<bool> isatty_open_only(Thread& t, FileIO* f) {
  TRY(check_open(t, f));
  if (!f->character_device_) return false;
  return isatty(t, f);
}

// A warning that filters turn into an error is shown, not raised: nobody could catch it.
Fallible<void> warn_unclosed_py(Thread& t, FileIO* f, Value source) {
  if (f->fd() < 0 || f->keep_open_) return {};
  Value pending = t.has_exception() ? t.take_exception() : Value::absent();
  Fallible<void> warned = warn_py(t, core.ResourceWarning, "unclosed file {}", repr_of(source));
  if (warned.failed()) {
    if (t.terminated()) return Failure{};
    t.isolate().services->write_unraisable(t, nullptr, Value(f));
  }
  if (!pending.is_absent()) t.exception_ = pending;
  return {};
}
Fallible<void> dealloc_warn(Thread& t, FileIO* f, Value source) { return warn_unclosed_py(t, f, source); }

Fallible<void> close(Thread& t, FileIO* f) {
  Fallible<void> flushed = base_close_py(t, Value(f));
  if (flushed.failed() && t.terminated()) return Failure{};
  if (f->keep_open_) {
    f->fd_plus_one_ = 0;
    return flushed;
  }
  Value earlier = flushed.failed() ? t.take_exception() : Value::absent();
  if (f->finalizing_) TRY(warn_unclosed_py(t, f, Value(f)));
  HostResult<bool> closed = close_descriptor(t, f);
  if (!closed.ok()) (void)raise_os_error(t, closed.error);
  return chain_failures(t, earlier, !closed.ok());
}

Fallible<Value> get_closed(Thread&, Value self) { return Value::from_bool(as<FileIO>(self)->fd() < 0); }
Fallible<Value> get_close_fd(Thread&, Value self) { return Value::from_bool(!as<FileIO>(self)->keep_open_); }
const char* mode_of(const FileIO* f) {
  if (f->created_) return f->readable_ ? "xb+" : "xb";
  if (f->appending_) return f->readable_ ? "ab+" : "ab";
  if (f->readable_) return f->writable_ ? "rb+" : "rb";
  return "wb";
}
Fallible<Value> get_mode(Thread& t, Value self) { return Value(TRY(name_of(t, mode_of(as<FileIO>(self))))); }
Fallible<Value> get_block_size(Thread& t, Value self) { return make_int(t, as<FileIO>(self)->block_size_); }
Fallible<Value> repr(Thread& t, Value self) {
  auto* f = as<FileIO>(self);
  if (f->fd() < 0) return Value(TRY(t.format("<{} [closed]>", type_of(self))));
  Value name = TRY(find_attribute_py(t, self, names.name));
  const char* close_fd = f->keep_open_ ? "False" : "True";
  if (name.is_absent())
    return Value(TRY(t.format("<{} fd={} mode='{}' closefd={}>", type_of(self), f->fd(), mode_of(f), close_fd)));
  ReprScope scope(t, self);
  if (scope.recursive()) return t.raise(core.RuntimeError, "reentrant call inside {}.__repr__", type_of(self));
  return Value(TRY(t.format("<{} name={} mode='{}' closefd={}>", type_of(self), repr_of(name), mode_of(f), close_fd)));
}

constexpr NativeMethod kMethods[] = {
    {"read", HOG_NATIVE(read), "($self, size=-1, /)", "Up to that many bytes, in one request; all when it is negative."},
    {"readall", HOG_NATIVE(readall), "($self, /)", "All bytes to the end."},
    {"readinto", HOG_NATIVE(readinto), "($self, buffer, /)", "Read into a buffer, in one request."},
    {"write", HOG_NATIVE(write), "($self, b, /)", "Write bytes in one request; how many were."},
    {"seek", HOG_NATIVE(seek), "($self, pos, whence=0, /)", "Move to a position."},
    {"tell", HOG_NATIVE(tell), "($self, /)", "The position."},
    {"truncate", HOG_NATIVE(truncate), "($self, size=None, /)", "Set the file's size."},
    {"close", HOG_NATIVE(close), "($self, /)", "Close the file."},
    {"seekable", HOG_NATIVE(seekable), "($self, /)", "Can the position be moved?"},
    {"readable", HOG_NATIVE(readable), "($self, /)", "Was it opened for reading?"},
    {"writable", HOG_NATIVE(writable), "($self, /)", "Was it opened for writing?"},
    {"fileno", HOG_NATIVE(fileno), "($self, /)", "The descriptor."},
    {"isatty", HOG_NATIVE(isatty), "($self, /)", "Is it a terminal?"},
    {"_isatty_open_only", HOG_NATIVE(isatty_open_only), "($self, /)", "isatty(), for a file that was just opened."},
    {"_dealloc_warn", HOG_NATIVE(dealloc_warn), "($self, object, /)", "Warn that it was never closed."},
    {"__getstate__", HOG_NATIVE(refuse_pickling), "($self, /)", "TypeError: files cannot be pickled."},
    {},
};
constexpr GetSet kGetSets[] = {{"closed", get_closed, nullptr, "Is it closed?"},
                               {"closefd", get_close_fd, nullptr, "Will close() close the descriptor?"},
                               {"mode", get_mode, nullptr, "The mode."},
                               {"_blksize", get_block_size, nullptr, "The block size that open() goes by."},
                               {}};
constexpr Member kMembers[] = {{"_finalizing", offsetof(FileIO, finalizing_), Member::Kind::Bool, nullptr}, {}};
const TypeSpec kSpec = {
    .name = "_io.FileIO",
    .doc = "A file, unbuffered.",
    .layout = &FileIO::kLayout,
    .base = &raw_base_type,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .slots = {.repr = repr, .init = init, .new_ = new_},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
    .text_signature = "(file, mode='r', closefd=True, opener=None)",
    .attributes_offset = offsetof(FileIO, attributes_),
    .constructors = kConstructors,
};

}  // namespace

const TypeRegistration kFileTypes[kFileCount] = {{&file_io_type, &kSpec, false}};

}  // namespace hog::io
