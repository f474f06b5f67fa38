// io.hpp: what the files of the module `_io` share. Nothing here reaches a host by itself: files come from the capability
// FileSystem, when the isolate was granted one.
#pragma once

#include "modules/all_modules.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {
class FileSystem;
}

namespace hog::io {

extern Type *io_base_type, *raw_base_type, *buffered_base_type, *text_base_type;
constexpr size_t kBaseCount = 4, kStringCount = 1, kBytesCount = 2, kFileCount = 1;
extern const TypeRegistration kBaseTypes[kBaseCount], kStringTypes[kStringCount], kBytesTypes[kBytesCount],
    kFileTypes[kFileCount];

constexpr int64_t kDefaultBufferSize = 131072;

// Newlines that were met: IncrementalNewlineDecoder.newlines.
enum Seen : uint8_t { kSeenCr = 1, kSeenLf = 2, kSeenCrLf = 4 };
Fallible<Value> seen_newlines(Thread& t, uint8_t seen);
// Adds what `text` contains to *seen, and with `translate` answers the text with each newline as "\n".
Fallible<Str*> scan_newlines(Thread& t, Str* text, bool translate, uint8_t* seen);

Failure raise_unsupported_py(Thread& t, const char* what);
Failure raise_unsupported_text_py(Thread& t, Str* what);
// An optional size: absent and None mean -1, as does any negative number.
Fallible<int64_t> size_argument_py(Thread& t, Value v);
Fallible<Str*> name_of(Thread& t, const char* name);  // interned
// New capacity for `needed` items of `width` bytes, grown by an eighth; MemoryError when it cannot be.
Fallible<size_t> grown_capacity(Thread& t, size_t needed, size_t width);
// __getstate__ of streams: TypeError.
Fallible<Value> refuse_pickling(Thread& t, Value self);
// Opens a writable buffer; what else it is given is a TypeError in the name of `function`.
Fallible<void> open_writable(Thread& t, BytesLike* room, Value v, const char* function);

// Runs `close` of a stream whose flush has failed already: the earlier exception becomes the later one's context.
// `earlier` absent: nothing to chain. Answers a failure when either is one.
Fallible<void> chain_failures(Thread& t, Value earlier, bool later_failed);
// The pending exception, taken; must not be called for terminations.
inline Value take_pending(Thread& t) { return t.take_exception(); }

// _IOBase.close and _IOBase.readline as C++.
Fallible<void> base_close_py(Thread& t, Value self);
// Is `closed` true?
Fallible<bool> is_closed_py(Thread& t, Value self);
// Of a BytesIO (no subclass) the answer is at hand.
bool is_plain_bytes_io(Value v);
bool is_closed_bytes_io(Value v);

// The isolate's file system, or null.
FileSystem* files_of(Thread& t);

// ---- FileIO, for open() and the buffered streams. ----
class FileIO : public Cell {
 public:
  static const Layout kLayout;
  int fd() const { return fd_plus_one_ - 1; }
  int fd_plus_one_;  // so that a zeroed object is closed
  bool created_, readable_, writable_, appending_, keep_open_, finalizing_, character_device_;
  int8_t seekable_;       // 0: not known, 1: yes, -1: no
  int64_t block_size_;
  int64_t size_at_open_;  // for an estimate in readall(); 0 when not known
  ValueField attributes_;
};
extern Type* file_io_type;
// Is it a FileIO whose methods nobody has replaced?
inline bool is_plain_file(Value v) { return is<FileIO>(v) && type_of(v) == file_io_type; }
// read(2) and write(2) of an open FileIO: bytes moved; -1: it would block. Checks mode and closedness.
Fallible<int64_t> file_read(Thread& t, FileIO* file, void* room, size_t size);
Fallible<int64_t> file_write(Thread& t, FileIO* file, const void* data, size_t size);
Fallible<int64_t> file_seek(Thread& t, FileIO* file, int64_t position, int whence);
Fallible<Value> make_file_py(Thread& t, Value name, Str* mode, bool close_fd, Value opener);

}  // namespace hog::io
