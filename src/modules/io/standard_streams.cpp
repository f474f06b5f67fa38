// standard_streams.cpp: how the standard streams are built. Their descriptors stay open when the streams are closed or forgotten.
// Ref: library/sys "stdin".
#include "modules/io/standard_streams.hpp"

#include <cerrno>

#include "host/file_system.hpp"
#include "modules/io/buffered.hpp"
#include "vm/finalize.hpp"

namespace hog::io {

namespace {

struct Standard {
  const char* name;
  const char* raw_mode;
  const char* mode;
  const char* errors;
};
constexpr Standard kStandard[] = {{"<stdin>", "rb", "r", "strict"},
                                  {"<stdout>", "wb", "w", "strict"},
                                  {"<stderr>", "wb", "w", "backslashreplace"}};

// The descriptor that a stream of ours ends at, when closing it would leave it open; else -1.
int borrowed_descriptor(Value v) {
  if (is<TextWrapper>(v)) v = as<TextWrapper>(v)->buffer_;
  if (!v.is_empty() && is<Buffered>(v)) v = as<Buffered>(v)->raw_;
  if (v.is_empty() || !is<FileIO>(v) || !as<FileIO>(v)->keep_open_) return -1;
  return as<FileIO>(v)->fd();
}
bool is_forgotten(Cell* cell) {
  if (!cell->shape()->type()->is_subtype_of(io_base_type)) return false;
  int fd = borrowed_descriptor(Value(cell));
  return fd < 0 || fd > 2;  // the standard streams are flushed after everything else
}

}  // namespace

Fallible<void> finalize_at_exit_py(Thread& t) {
  // Objects of the program first: they may still write to their streams.
  TRY(finalize_chosen_py(t, FinalizeOrder::OldestFirst,
                         [](Cell* cell) { return !cell->shape()->type()->is_subtype_of(io_base_type); }));
  return finalize_chosen_py(t, FinalizeOrder::NewestFirst, is_forgotten);
}

Fallible<Value> make_standard_stream_py(Thread& t, Stream which, bool unbuffered) {
  const Standard& row = kStandard[static_cast<int>(which)];
  int fd = static_cast<int>(which);
  FileSystem* files = files_of(t);
  HostResult<FileStatus> status = files->status(fd);
  if (!status.ok() && status.error == EBADF) return Value::none();
  bool input = which == Stream::Input;
  Value raw = TRY(make_file_py(t, Value::from_small_int(fd), TRY(name_of(t, row.raw_mode)), false, Value::none()));
  TRY(set_attribute_py(t, raw, names.name, Value(TRY(name_of(t, row.name)))));
  unbuffered = unbuffered && !input;
  Value buffer = raw;
  if (!unbuffered)
    buffer = TRY(make_buffered_py(t, input ? buffered_reader_type : buffered_writer_type, raw, kDefaultBufferSize));
  HostResult<bool> terminal = files->is_terminal(fd);
  bool by_line = !unbuffered && (which == Stream::Error || (terminal.ok() && terminal.value));
  Value text = TRY(make_text_wrapper_py(t, buffer, TRY(name_of(t, "utf-8")), TRY(name_of(t, row.errors)),
                                        TRY(name_of(t, "\n")), by_line, unbuffered));
  TRY(set_attribute_py(t, text, names.mode, Value(TRY(name_of(t, row.mode)))));
  return text;
}

}  // namespace hog::io
