// mmap.cpp: the module mmap: files and anonymous memory, mapped.
// Invariants: an object is closed exactly when data_ is null; while exports_ > 0 the mapping neither moves nor ends, and the memory ends
// with the object otherwise. Arguments are converted before the mapping is looked at, as conversion may run Python that closes it.
// Mapped memory is the system's, not the isolate's: who was granted Process may use it as it may start processes.
// A file that somebody else shortens takes pages away, and touching those ends the process (SIGBUS), as it does in CPython.
// Ref: library/mmap.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "modules/sys_functions.hpp"
#include "object/bytes_objects.hpp"
#include "object/class_system.hpp"
#include "os_modules/support.hpp"
#include "text/search.hpp"
#include "types/bytes_common.hpp"
#include "types/container_support.hpp"

namespace hog {

namespace {

enum class Access : uint8_t { Default, Read, Write, Copy };

class Mapping : public Cell {
 public:
  static const Layout kLayout;
  uint8_t* data_;
  int64_t size_;
  int64_t position_;
  int64_t offset_;  // of the file
  int64_t exports_;
  int fd_plus_one_;  // our own copy; 0: none
  int flags_;
  Access access_;
  bool tracks_;  // false: asked to forget the descriptor
  int fd() const { return fd_plus_one_ - 1; }
  bool is_writable() const { return access_ != Access::Read; }
  void end() {
    if (data_ != nullptr) ::munmap(data_, static_cast<size_t>(size_));
    if (fd() >= 0) ::close(fd());
    data_ = nullptr;
    fd_plus_one_ = 0;
  }

 private:
  static void trace(Cell*, Marker&) {}
  static void destroy(Cell* cell) { static_cast<Mapping*>(cell)->end(); }
};
const Layout Mapping::kLayout = {
    .name = "mmap.mmap", .trace = Mapping::trace, .destroy = Mapping::destroy, .base_size = sizeof(Mapping)};
Type* mapping_type;

class MappingIterator : public Cell {
 public:
  static const Layout kLayout;
  Field<Mapping> mapping_;  // cleared at the end
  int64_t index_;
};
const Layout MappingIterator::kLayout = {
    .name = "mmap iterator",
    .trace = [](Cell* cell, Marker& marker) { marker.visit(static_cast<MappingIterator*>(cell)->mapping_.get()); },
    .base_size = sizeof(MappingIterator)};
Type* iterator_type;

Mapping* self_of(Value v) { return as<Mapping>(v); }

Fallible<void> check_open(Thread& t, const Mapping* m) {
  if (m->data_ == nullptr) return t.raise_value_error("mmap closed or invalid");
  return {};
}
Fallible<void> check_writable(Thread& t, const Mapping* m) {
  if (!m->is_writable()) return t.raise_type_error("mmap can't modify a readonly memory map.");
  return {};
}
Fallible<bool> is_exported(Thread& t, const Mapping* m) {
  if (m->exports_ == 0) [[likely]] return false;
  // A memoryview that nobody refers to any more may still be counted.
  TRY(t.poll(1000));
  t.isolate().services->collect_buffers(t);
  return m->exports_ > 0;
}

// ---- Beginning and end. ----

struct Wanted {
  int fd;
  int64_t size;
  int flags, protection;
  Access access;
  int64_t offset;
};

Fallible<void> settle_access(Thread& t, Wanted* w) {
  switch (w->access) {
    case Access::Read: w->flags = MAP_SHARED, w->protection = PROT_READ; break;
    case Access::Write: w->flags = MAP_SHARED, w->protection = PROT_READ | PROT_WRITE; break;
    case Access::Copy: w->flags = MAP_PRIVATE, w->protection = PROT_READ | PROT_WRITE; break;
    case Access::Default:
      if ((w->protection & PROT_WRITE) == 0) w->access = Access::Read;
      else if ((w->protection & PROT_READ) == 0) w->access = Access::Write;
      break;
    default: return t.raise_value_error("mmap invalid access parameter.");
  }
  return {};
}

// A mapping must lie in its file.
Fallible<void> fit_to_file(Thread& t, Wanted* w) {
  struct stat status;
  if (w->fd < 0 || ::fstat(w->fd, &status) < 0 || !S_ISREG(status.st_mode)) return {};
  if (w->size == 0) {
    if (status.st_size == 0) return t.raise_value_error("cannot mmap an empty file");
    if (w->offset >= status.st_size) return t.raise_value_error("mmap offset is greater than file size");
    w->size = status.st_size - w->offset;
  } else if (w->offset > status.st_size || status.st_size - w->offset < w->size) {
    return t.raise_value_error("mmap length is greater than file size");
  }
  return {};
}

Fallible<Value> make_mapping(Thread& t, Type* type, int fd, int64_t size, int flags, int protection, int access, int64_t offset,
                             bool track) {
  TRY(os::require_process(t, "mmap"));
  if (size < 0) return t.raise(core.OverflowError, "memory mapped length must be positive");
  if (offset < 0) return t.raise(core.OverflowError, "memory mapped offset must be positive");
  if (access != 0 && (flags != MAP_SHARED || protection != (PROT_READ | PROT_WRITE)))
    return t.raise_value_error("mmap can't specify both access and flags, prot.");
  if (access < 0 || access > 3) return t.raise_value_error("mmap invalid access parameter.");
  Wanted w{fd, size, flags, protection, static_cast<Access>(access), offset};
  TRY(settle_access(t, &w));
  TRY(t.audit_py("mmap.__new__", Value::from_small_int(fd), TRY(make_int(t, size)), Value::from_small_int(access), TRY(make_int(t, offset))));
  TRY(fit_to_file(t, &w));
  auto* m = static_cast<Mapping*>(TRY(new_instance(t, type)));
  m->tracks_ = track;
  if (fd == -1) {
    w.flags |= MAP_ANONYMOUS;
  } else if (track) {
    int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return os::raise_errno(t);
    m->fd_plus_one_ = copy + 1;
    w.fd = copy;
  }
  void* data = ::mmap(nullptr, static_cast<size_t>(w.size), w.protection, w.flags, w.fd, w.offset);
  if (data == MAP_FAILED) {
    int error = errno;
    m->end();
    return raise_os_error(t, error);
  }
  m->data_ = static_cast<uint8_t*>(data);
  m->size_ = w.size;
  m->flags_ = w.flags;
  m->access_ = w.access;
  m->offset_ = w.offset;
  return Value(m);
}
constexpr NativeMethod kNew[] = {
    {"mmap", HOG_NATIVE(make_mapping), "($type, fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)", nullptr}, {}};
Fallible<Value> mapping_new(Thread& t, Type* type, const Arguments& arguments) {
  return call_native(t, *signature_of(&kNew[0]), Value(type), arguments);
}

Fallible<void> close(Thread& t, Mapping* m) {
  if (m->data_ == nullptr) return {};
  if (TRY(is_exported(t, m))) return t.raise(core.BufferError, "cannot close exported pointers exist");
  m->end();
  return {};
}
Fallible<Value> enter(Thread& t, Value self) {
  TRY(check_open(t, self_of(self)));
  return self;
}
Fallible<void> leave(Thread& t, Mapping* m, Value, Value, Value) { return close(t, m); }
Fallible<Value> get_closed(Thread&, Value self) { return Value::from_bool(self_of(self)->data_ == nullptr); }

Fallible<int64_t> file_size(Thread& t, Mapping* m) {
  TRY(check_open(t, m));
  struct stat status;
  if (::fstat(m->fd(), &status) < 0) return os::raise_errno(t);
  return int64_t{status.st_size};
}

Fallible<void> check_resizable(Thread& t, Mapping* m) {
  if (!m->tracks_) return t.raise_value_error("mmap can't resize with trackfd=False.");
  if (TRY(is_exported(t, m))) return t.raise(core.BufferError, "mmap can't resize with extant buffers exported.");
  if (m->access_ == Access::Read || m->access_ == Access::Copy)
    return t.raise_type_error("mmap can't resize a readonly or copy-on-write memory map.");
  return {};
}
Fallible<void> resize(Thread& t, Mapping* m, int64_t size) {
  TRY(check_open(t, m));
  TRY(check_resizable(t, m));
  if (size < 0 || INT64_MAX - size < m->offset_) return t.raise_value_error("new size out of range");
  if (m->fd() < 0 && (m->flags_ & MAP_PRIVATE) == 0 && size > m->size_)
    return t.raise_value_error("mmap: can't expand a shared anonymous mapping on Linux");
  if (m->fd() >= 0 && ::ftruncate(m->fd(), m->offset_ + size) < 0) return os::raise_errno(t);
  void* data = ::mremap(m->data_, static_cast<size_t>(m->size_), static_cast<size_t>(size), MREMAP_MAYMOVE);
  if (data == MAP_FAILED) return os::raise_errno(t);
  m->data_ = static_cast<uint8_t*>(data);
  m->size_ = size;
  return {};
}

// ---- What the system is told about the memory. ----

Fallible<void> flush(Thread& t, Mapping* m, int64_t offset, Value length) {
  int64_t n = length.is_none() ? 0 : TRY(index_to_int64_py(t, length));
  TRY(check_open(t, m));
  if (length.is_none()) n = m->size_ - offset;
  if (offset < 0 || n < 0 || offset > m->size_ || m->size_ - offset < n) return t.raise_value_error("flush values out of range");
  if (m->access_ == Access::Read || m->access_ == Access::Copy) return {};
  ++m->exports_;  // others run meanwhile
  int result = os::blocking(t, [&] { return ::msync(m->data_ + offset, static_cast<size_t>(n), MS_SYNC); });
  --m->exports_;
  if (result < 0) return os::raise_errno(t);
  return {};
}
Fallible<void> advise(Thread& t, Mapping* m, int option, int64_t start, Value length) {
  int64_t n = length.is_none() ? 0 : TRY(index_to_int64_py(t, length));
  TRY(check_open(t, m));
  if (length.is_none()) n = m->size_;
  if (start < 0 || start >= m->size_) return t.raise_value_error("madvise start out of bounds");
  if (n < 0) return t.raise_value_error("madvise length invalid");
  if (INT64_MAX - start < n) return t.raise(core.OverflowError, "madvise length too large");
  if (start + n > m->size_) n = m->size_ - start;
  if (::madvise(m->data_ + start, static_cast<size_t>(n), option) < 0) return os::raise_errno(t);
  return {};
}

// ---- As a file. ----

Fallible<int64_t> tell(Thread& t, Mapping* m) {
  TRY(check_open(t, m));
  return m->position_;
}
Fallible<int64_t> seek(Thread& t, Mapping* m, int64_t distance, int whence) {
  TRY(check_open(t, m));
  int64_t from = 0;
  switch (whence) {
    case 0: break;
    case 1: from = m->position_; break;
    case 2: from = m->size_; break;
    default: return t.raise_value_error("unknown seek type");
  }
  int64_t to;
  if (__builtin_add_overflow(from, distance, &to) || to < 0 || to > m->size_) return t.raise_value_error("seek out of range");
  m->position_ = to;
  return to;
}
Fallible<bool> seekable(Thread&, Mapping*) { return true; }

int64_t rest_of(const Mapping* m) { return m->position_ < m->size_ ? m->size_ - m->position_ : 0; }

Fallible<Value> take(Thread& t, Mapping* m, int64_t n) {
  TRY(t.check_fits(static_cast<uint64_t>(n)));
  Bytes* bytes = TRY(Bytes::from(t, m->data_ + m->position_, static_cast<size_t>(n)));
  m->position_ += n;
  return Value(bytes);
}
Fallible<Value> read(Thread& t, Mapping* m, Value size) {
  int64_t n = -1;
  if (!size.is_none()) {
    if (!is_index(size)) return t.raise_type_error("argument should be integer or None, not '{}'", type_of(size));
    n = TRY(index_to_int64_py(t, size));
  }
  TRY(check_open(t, m));
  int64_t rest = rest_of(m);
  return take(t, m, n < 0 || n > rest ? rest : n);
}
Fallible<Value> read_line(Thread& t, Mapping* m) {
  TRY(check_open(t, m));
  int64_t rest = rest_of(m);
  const uint8_t* from = m->data_ + m->position_;
  const void* end = rest == 0 ? nullptr : std::memchr(from, '\n', static_cast<size_t>(rest));
  return take(t, m, end == nullptr ? rest : static_cast<const uint8_t*>(end) - from + 1);
}
Fallible<int64_t> read_byte(Thread& t, Mapping* m) {
  TRY(check_open(t, m));
  if (rest_of(m) == 0) return t.raise_value_error("read byte out of range");
  return int64_t{m->data_[m->position_++]};
}
Fallible<int64_t> write(Thread& t, Mapping* m, Value source) {
  BytesLike bytes(t);
  TRY(bytes.open(source));
  TRY(check_open(t, m));
  TRY(check_writable(t, m));
  auto n = static_cast<int64_t>(bytes.size());
  if (rest_of(m) < n) return t.raise_value_error("data out of range");
  if (n != 0) std::memmove(m->data_ + m->position_, bytes.data(), bytes.size());
  m->position_ += n;
  return n;
}
Fallible<void> write_byte(Thread& t, Mapping* m, Value v) {
  int64_t n = TRY(index_to_int64_py(t, v));
  if (n < 0) return t.raise(core.OverflowError, "unsigned byte integer is less than minimum");
  if (n > 255) return t.raise(core.OverflowError, "unsigned byte integer is greater than maximum");
  TRY(check_open(t, m));
  TRY(check_writable(t, m));
  if (rest_of(m) == 0) return t.raise_value_error("write byte out of range");
  m->data_[m->position_++] = static_cast<uint8_t>(n);
  return {};
}
Fallible<void> move(Thread& t, Mapping* m, int64_t to, int64_t from, int64_t count) {
  TRY(check_open(t, m));
  TRY(check_writable(t, m));
  if (to < 0 || from < 0 || count < 0 || m->size_ - to < count || m->size_ - from < count)
    return t.raise_value_error("source, destination, or count out of range");
  std::memmove(m->data_ + to, m->data_ + from, static_cast<size_t>(count));
  return {};
}

// ---- Searching. ----

int64_t fitted(int64_t n, int64_t size) {
  if (n < 0) n = n < -size ? 0 : n + size;
  return n > size ? size : n;
}
template <size_t (*Search)(TextView, TextView)>
Fallible<int64_t> find(Thread& t, Mapping* m, Value wanted, Value start, Value end) {
  int64_t from = start.is_none() ? 0 : TRY(index_to_int64_py(t, start));
  int64_t to = end.is_none() ? 0 : TRY(index_to_int64_py(t, end));
  BytesLike bytes(t);
  TRY(bytes.open(wanted));
  TRY(check_open(t, m));
  from = start.is_none() ? m->position_ : fitted(from, m->size_);
  to = end.is_none() ? m->size_ : fitted(to, m->size_);
  if (from > to || to - from < static_cast<int64_t>(bytes.size())) return int64_t{-1};
  size_t at = Search({m->data_ + from, static_cast<size_t>(to - from), Width::k1}, {bytes.data(), bytes.size(), Width::k1});
  return at == search::kNowhere ? int64_t{-1} : from + static_cast<int64_t>(at);
}

// ---- As a sequence. ----

Fallible<int64_t> length(Thread& t, Value self) {
  TRY(check_open(t, self_of(self)));
  return self_of(self)->size_;
}
Fallible<int64_t> index_of_py(Thread& t, Value key) {
  Int64Result r = int_to_int64_nogc(TRY(index_py(t, key)));
  if (r.overflow != 0) return t.raise(core.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
  return r.value;
}
Fallible<Value> get_item(Thread& t, Value self, Value key) {
  Mapping* m = self_of(self);
  TRY(check_open(t, m));
  if (is_index(key)) {
    int64_t i = TRY(index_of_py(t, key));
    TRY(check_open(t, m));
    if (i < 0) i += m->size_;
    if (i < 0 || i >= m->size_) return t.raise(core.IndexError, "mmap index out of range");
    return Value::from_small_int(m->data_[i]);
  }
  if (!is_slice(key)) return t.raise_type_error("mmap indices must be integers");
  SliceBounds raw = TRY(unpack_slice_py(t, key));
  TRY(check_open(t, m));
  SliceBounds b = fit_slice(raw, m->size_);
  if (b.count <= 0) return Value(TRY(Bytes::make(t, 0)));
  TRY(t.check_fits(static_cast<uint64_t>(b.count)));
  if (b.step == 1) return Value(TRY(Bytes::from(t, m->data_ + b.start, static_cast<size_t>(b.count))));
  Bytes* out = TRY(Bytes::make(t, static_cast<size_t>(b.count)));
  for (int64_t i = 0; i < b.count; ++i) out->mutable_data()[i] = m->data_[b.start + i * b.step];
  return Value(out);
}

Fallible<void> set_byte_py(Thread& t, Mapping* m, Value key, Value value) {
  int64_t i = TRY(index_of_py(t, key));
  TRY(check_open(t, m));
  if (i < 0) i += m->size_;
  if (i < 0 || i >= m->size_) return t.raise(core.IndexError, "mmap index out of range");
  if (value.is_absent()) return t.raise_type_error("mmap doesn't support item deletion");
  if (!is_index(value)) return t.raise_type_error("mmap item value must be an int");
  Fallible<int64_t> n = index_to_int64_py(t, value);
  if (n.failed()) {
    if (t.terminated() || !t.exception_is(core.OverflowError)) return Failure{};
    t.take_exception();
  }
  if (n.failed() || n.get() < 0 || n.get() > 255) return t.raise_value_error("mmap item value must be in range(0, 256)");
  TRY(check_open(t, m));
  if (i >= m->size_) return t.raise(core.IndexError, "mmap index out of range");
  m->data_[i] = static_cast<uint8_t>(n.get());
  return {};
}
Fallible<void> set_item(Thread& t, Value self, Value key, Value value) {
  Mapping* m = self_of(self);
  TRY(check_open(t, m));
  TRY(check_writable(t, m));
  if (is_index(key)) return set_byte_py(t, m, key, value);
  if (!is_slice(key)) return t.raise_type_error("mmap indices must be integer");
  SliceBounds raw = TRY(unpack_slice_py(t, key));
  if (value.is_absent()) return t.raise_type_error("mmap object doesn't support slice deletion");
  BytesLike bytes(t);
  TRY(bytes.open(value));
  TRY(check_open(t, m));
  SliceBounds b = fit_slice(raw, m->size_);
  if (b.count < 0) b.count = 0;
  if (static_cast<int64_t>(bytes.size()) != b.count) return t.raise(core.IndexError, "mmap slice assignment is wrong size");
  if (b.step == 1) {
    if (b.count != 0) std::memmove(m->data_ + b.start, bytes.data(), bytes.size());
    return {};
  }
  for (int64_t i = 0; i < b.count; ++i) m->data_[b.start + i * b.step] = bytes.data()[i];
  return {};
}

Fallible<Value> iterate(Thread& t, Value self) {
  auto* iterator = TRY(t.allocate<MappingIterator>(iterator_type->root_shape()));
  iterator->mapping_.set(iterator, self_of(self));
  return Value(iterator);
}
// One byte after the other, each as bytes.
Fallible<Value> iterator_next(Thread& t, Value self) {
  auto* iterator = as<MappingIterator>(self);
  Mapping* m = iterator->mapping_.get();
  if (m == nullptr) return Value::absent();
  TRY(check_open(t, m));
  if (iterator->index_ >= m->size_) {
    iterator->mapping_.clear();
    return Value::absent();
  }
  return Value(TRY(Bytes::from(t, m->data_ + iterator->index_++, 1)));
}

Fallible<Str*> full_name(Thread& t, Type* type) {
  Value module = TRY(type_module(t, type));
  if (module.is_absent() || !is<Str>(module)) return qualname_of(type);
  return t.format("{}.{}", as<Str>(module), qualname_of(type));
}
Fallible<Value> mapping_repr(Thread& t, Value self) {
  constexpr const char* kNames[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"};
  Mapping* m = self_of(self);
  Str* name = TRY(full_name(t, type_of(self)));
  if (m->data_ == nullptr) return Value(TRY(t.format("<{} closed=True>", name)));
  return Value(TRY(t.format("<{} closed=False, access={}, length={}, pos={}, offset={}>", name,
                            kNames[static_cast<size_t>(m->access_)], m->size_, m->position_, m->offset_)));
}

Fallible<void> get_buffer(Thread& t, Value self, BufferView* view, int flags) {
  constexpr int kFormat = 4, kShape = 8, kStrides = 0x18;
  static constexpr int64_t kStride = 1;
  Mapping* m = self_of(self);
  TRY(check_open(t, m));
  if ((flags & kBufferWritable) != 0 && !m->is_writable()) return t.raise(core.BufferError, "Object is not writable.");
  view->data = m->data_;
  view->length = m->size_;
  view->read_only = !m->is_writable();
  view->format = (flags & kFormat) != 0 ? "B" : nullptr;
  view->shape = (flags & kShape) != 0 ? &m->size_ : nullptr;
  view->strides = (flags & kStrides) == kStrides ? &kStride : nullptr;
  view->object = self;
  view->keeper = m;
  view->export_count = &m->exports_;
  ++m->exports_;
  return {};
}
void release(Thread&, Value, BufferView*) {}  // release_buffer() counts

constexpr NativeMethod kMethods[] = {
    {"__enter__", HOG_NATIVE(enter), "($self, /)", "The object."},
    {"__exit__", HOG_NATIVE(leave), "($self, exc_type, exc_value, traceback, /)", "Ends the mapping."},
    {"close", HOG_NATIVE(close), "($self, /)", "Ends the mapping."},
    {"find", HOG_NATIVE(find<&search::find>), "($self, view, start=None, end=None, /)", "Where bytes are, from start on; -1: nowhere."},
    {"flush", HOG_NATIVE(flush), "($self, offset=0, size=None, /)", "Writes what changed to the file."},
    {"madvise", HOG_NATIVE(advise), "($self, option, start=0, length=None, /)", "Tells the system how the memory will be used."},
    {"move", HOG_NATIVE(move), "($self, dest, src, count, /)", "Copies bytes within the mapping."},
    {"read", HOG_NATIVE(read), "($self, n=None, /)", "Up to n bytes from the position on."},
    {"read_byte", HOG_NATIVE(read_byte), "($self, /)", "The byte at the position, as int."},
    {"readline", HOG_NATIVE(read_line), "($self, /)", "Bytes up to the end of the line."},
    {"resize", HOG_NATIVE(resize), "($self, newsize, /)", "Changes the size of the mapping and of its file."},
    {"rfind", HOG_NATIVE(find<&search::rfind>), "($self, view, start=None, end=None, /)", "Where bytes are last; -1: nowhere."},
    {"seek", HOG_NATIVE(seek), "($self, pos, whence=0, /)", "Sets the position; gives it."},
    {"seekable", HOG_NATIVE(seekable), "($self, /)", "Can the position be set? Yes."},
    {"size", HOG_NATIVE(file_size), "($self, /)", "Bytes of the file."},
    {"tell", HOG_NATIVE(tell), "($self, /)", "The position."},
    {"write", HOG_NATIVE(write), "($self, bytes, /)", "Writes at the position; gives how many bytes."},
    {"write_byte", HOG_NATIVE(write_byte), "($self, byte, /)", "Writes one byte, given as int."},
    {}};
constexpr GetSet kGetSets[] = {{"closed", get_closed, nullptr, "Has the mapping ended?"}, {}};
constexpr TypeSpec kMappingSpec = {
    .name = "mmap.mmap",
    .doc = "Bytes of a file, or fresh ones (fileno -1), as memory.",
    .layout = &Mapping::kLayout,
    .flags = type_flag::kBaseType | type_flag::kWeakReferences,
    .slots = {.repr = mapping_repr,
              .iter = iterate,
              .new_ = mapping_new,
              .length = length,
              .get_item = get_item,
              .set_item = set_item,
              .get_buffer = get_buffer,
              .release_buffer = release},
    .methods = kMethods,
    .getsets = kGetSets,
    .constructors = kNew,
};
constexpr TypeSpec kIteratorSpec = {.name = "mmap.mmap_iterator",
                                    .layout = &MappingIterator::kLayout,
                                    .flags = type_flag::kNoInstantiation,
                                    .slots = {.iter = iterator_self, .next = iterator_next}};
constexpr TypeRegistration kTypes[] = {{&mapping_type, &kMappingSpec}, {&iterator_type, &kIteratorSpec, false}};

constexpr os::Constant kConstants[] = {
    {"ACCESS_DEFAULT", 0}, {"ACCESS_READ", 1}, {"ACCESS_WRITE", 2}, {"ACCESS_COPY", 3},
#define HOG_CONSTANT(name) {#name, name},
    HOG_CONSTANT(PROT_EXEC) HOG_CONSTANT(PROT_READ) HOG_CONSTANT(PROT_WRITE) HOG_CONSTANT(MAP_SHARED) HOG_CONSTANT(MAP_PRIVATE)
    HOG_CONSTANT(MAP_DENYWRITE) HOG_CONSTANT(MAP_EXECUTABLE) HOG_CONSTANT(MAP_ANON) HOG_CONSTANT(MAP_ANONYMOUS)
    HOG_CONSTANT(MAP_POPULATE) HOG_CONSTANT(MAP_STACK) HOG_CONSTANT(MAP_NORESERVE)
#if defined(MAP_32BIT)
    HOG_CONSTANT(MAP_32BIT)
#endif
    HOG_CONSTANT(MADV_NORMAL) HOG_CONSTANT(MADV_RANDOM) HOG_CONSTANT(MADV_SEQUENTIAL) HOG_CONSTANT(MADV_WILLNEED)
    HOG_CONSTANT(MADV_DONTNEED) HOG_CONSTANT(MADV_REMOVE) HOG_CONSTANT(MADV_DONTFORK) HOG_CONSTANT(MADV_DOFORK)
    HOG_CONSTANT(MADV_HWPOISON) HOG_CONSTANT(MADV_MERGEABLE) HOG_CONSTANT(MADV_UNMERGEABLE) HOG_CONSTANT(MADV_HUGEPAGE)
    HOG_CONSTANT(MADV_NOHUGEPAGE) HOG_CONSTANT(MADV_DONTDUMP) HOG_CONSTANT(MADV_DODUMP) HOG_CONSTANT(MADV_FREE)
#undef HOG_CONSTANT
};

Fallible<void> initialize(Thread& t, Module* module) {
  TRY(os::require_process(t, "mmap"));
  TRY(os::add_constants(t, module, kConstants, std::size(kConstants)));
  int64_t page = ::sysconf(_SC_PAGESIZE);
  TRY(module->add(t, "PAGESIZE", Value::from_small_int(page)));
  TRY(module->add(t, "ALLOCATIONGRANULARITY", Value::from_small_int(page)));
  return module->add(t, "error", Value(core.OSError));
}

}  // namespace

extern const ModuleSpec k_module_mmap;
const ModuleSpec k_module_mmap = {.name = "mmap",
                                  .doc = "Files and anonymous memory, mapped.",
                                  .types = kTypes,
                                  .type_count = std::size(kTypes),
                                  .initialize = initialize};

}  // namespace hog
