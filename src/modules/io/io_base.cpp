// io_base.cpp: _IOBase, _RawIOBase, _BufferedIOBase, _TextIOBase: the defaults that streams inherit. Invariant: a stream made
// of these alone is closed when it has the attribute __IOBase_closed. Ref: library/io "Class hierarchy".
#include "modules/io/io.hpp"

#include <cstring>

#include "object/bytes_builder.hpp"
#include "object/bytes_objects.hpp"
#include "object/exception.hpp"
#include "vm/importing.hpp"
#include "vm/isolate.hpp"

namespace hog::io {

Type *io_base_type, *raw_base_type, *buffered_base_type, *text_base_type;

Fallible<Str*> name_of(Thread& t, const char* name) { return Str::intern_utf8(t, name); }

Failure raise_unsupported_py(Thread& t, const char* what) {
  return raise_unsupported_text_py(t, TRY(Str::from_ascii(t, what)));
}
Failure raise_unsupported_text_py(Thread& t, Str* what) {
  auto name = name_of(t, "_io");
  if (name.failed()) return Failure{};
  auto module = import_module_py(t, name.get());
  if (module.failed()) return Failure{};
  auto attribute = name_of(t, "UnsupportedOperation");
  if (attribute.failed()) return Failure{};
  auto type = get_attribute_py(t, module.get(), attribute.get());
  if (type.failed()) return Failure{};
  auto instance = call_py(t, type.get(), Value(what));
  if (instance.failed()) return Failure{};
  return t.raise_object_py(instance.get(), Value::absent());
}

Fallible<int64_t> size_argument_py(Thread& t, Value v) {
  if (v.is_absent() || v.is_none()) return int64_t{-1};
  if (!is_index(v)) return t.raise_type_error("argument should be integer or None, not '{}'", type_of(v)->name());
  return index_to_int64_py(t, v);
}

Fallible<size_t> grown_capacity(Thread& t, size_t needed, size_t width) {
  if (needed > (size_t{1} << 46)) return t.raise_memory_error();
  size_t capacity = needed + needed / 8 + 16;
  TRY(t.check_fits(capacity * width));
  return capacity;
}

Fallible<Value> refuse_pickling(Thread& t, Value self) {
  return t.raise_type_error("cannot pickle '{}' instances", type_of(self)->name());
}

Fallible<void> open_writable(Thread& t, BytesLike* room, Value v, const char* function) {
  if (!room->open(v, kBufferWritable).failed()) return {};
  if (!clear_exception_if(t, core.Exception)) return Failure{};
  return t.raise_type_error("{}() argument 1 must be read-write bytes-like object, not {}", function, type_of(v)->name());
}

Fallible<void> chain_failures(Thread& t, Value earlier, bool later_failed) {
  if (t.terminated()) return Failure{};
  if (earlier.is_absent()) {
    if (later_failed) return Failure{};
    return {};
  }
  if (!later_failed) return t.restore_exception(earlier);
  auto* later = as<BaseException>(t.exception());
  if (Value(later) != earlier) later->context_.set(later, earlier);
  return Failure{};
}

namespace {

Fallible<void> check_open(Thread& t, Value self) {
  if (TRY(is_closed_py(t, self))) return t.raise_value_error("I/O operation on closed file.");
  return {};
}
Fallible<bool> marked_closed(Thread& t, Value self) {
  Value v = TRY(find_attribute_py(t, self, TRY(name_of(t, "__IOBase_closed"))));
  return !v.is_absent();
}
Fallible<Value> get_closed(Thread& t, Value self) { return Value::from_bool(TRY(marked_closed(t, self))); }

Fallible<Value> seek(Thread& t, Value, Value, Value) { return raise_unsupported_py(t, "seek"); }
Fallible<Value> truncate(Thread& t, Value, Value) { return raise_unsupported_py(t, "truncate"); }
Fallible<Value> fileno(Thread& t, Value) { return raise_unsupported_py(t, "fileno"); }
Fallible<Value> tell(Thread& t, Value self) {
  return call_method_py(t, self, names.seek, Value::from_small_int(0), Value::from_small_int(1));
}
Fallible<void> flush(Thread& t, Value self) {
  if (TRY(marked_closed(t, self))) return t.raise_value_error("I/O operation on closed file.");
  return {};
}
Fallible<void> close(Thread& t, Value self) { return base_close_py(t, self); }

// __del__: what was left open is closed; what goes wrong then is shown, since nobody is there to catch it.
Fallible<void> finalize(Thread& t, Value self) {
  Value pending = t.has_exception() ? t.take_exception() : Value::absent();
  Fallible<Value> closed = find_attribute_py(t, self, names.closed);
  bool known = !closed.failed() && !closed.get().is_absent();
  Fallible<bool> answer = known ? truth_py(t, closed.get()) : Fallible<bool>(true);
  if (!answer.failed() && !answer.get()) {
    // So that close() knows where it is called from.
    if (set_attribute_py(t, self, names._finalizing, Value::true_value()).failed()) {
      if (t.terminated()) return Failure{};
      t.take_exception();
    }
    if (call_method_py(t, self, names.close).failed() && !t.terminated()) {
      t.isolate().services->write_unraisable(t, nullptr, self);
    }
  }
  if (t.terminated()) return Failure{};
  if (t.has_exception()) t.take_exception();
  if (!pending.is_absent()) t.exception_ = pending;
  return {};
}

Fallible<bool> no(Thread&, Value) { return false; }
Fallible<bool> isatty(Thread& t, Value self) {
  TRY(check_open(t, self));
  return false;
}
Fallible<Value> demand(Thread& t, Value self, const char* method, const char* message) {
  Value answer = TRY(call_method_py(t, self, TRY(name_of(t, method))));
  if (answer != Value::true_value()) return raise_unsupported_py(t, message);
  return answer;
}
Fallible<Value> check_readable(Thread& t, Value self) { return demand(t, self, "readable", "File or stream is not readable."); }
Fallible<Value> check_writable(Thread& t, Value self) { return demand(t, self, "writable", "File or stream is not writable."); }
Fallible<Value> check_seekable(Thread& t, Value self) { return demand(t, self, "seekable", "File or stream is not seekable."); }
Fallible<void> check_closed(Thread& t, Value self) { return check_open(t, self); }
Fallible<Value> enter(Thread& t, Value self) {
  TRY(check_open(t, self));
  return self;
}
Fallible<void> leave(Thread& t, Value self, Arguments) {
  TRY(call_method_py(t, self, names.close));
  return {};
}

// How many bytes to read next without passing a newline: what peek() shows, or one.
Fallible<int64_t> bytes_ahead(Thread& t, Value self, Value peek, int64_t limit) {
  if (peek.is_absent()) return int64_t{1};
  Value seen = TRY(call_py(t, peek, Value::from_small_int(1)));
  if (!is<Bytes>(seen))
    return t.raise(core.OSError, "peek() should have returned a bytes object, not '{}'", type_of(seen)->name());
  std::string_view bytes = as<Bytes>(seen)->view();
  (void)self;
  if (bytes.empty()) return int64_t{1};
  if (limit >= 0) bytes = bytes.substr(0, static_cast<size_t>(limit));
  size_t at = bytes.find('\n');
  return static_cast<int64_t>(at == std::string_view::npos ? bytes.size() : at + 1);
}
Fallible<Value> readline(Thread& t, Value self, Value size) {
  int64_t limit = TRY(size_argument_py(t, size));
  Value peek = TRY(find_attribute_py(t, self, names.peek));
  BytesBuilder line(t);
  while (limit < 0 || line.size() < static_cast<size_t>(limit)) {
    TRY(t.poll());
    int64_t left = limit < 0 ? -1 : limit - static_cast<int64_t>(line.size());
    int64_t ahead = TRY(bytes_ahead(t, self, peek, left));
    Value got = TRY(call_method_py(t, self, names.read, TRY(make_int(t, ahead))));
    if (!is<Bytes>(got))
      return t.raise(core.OSError, "read() should have returned a bytes object, not '{}'", type_of(got)->name());
    std::string_view bytes = as<Bytes>(got)->view();
    if (bytes.empty()) break;
    TRY(line.append(bytes));
    if (bytes.back() == '\n') break;
  }
  return Value(TRY(line.finish()));
}
Fallible<Value> readlines(Thread& t, Value self, Value hint) {
  int64_t limit = TRY(size_argument_py(t, hint));
  List* lines = TRY(List::make(t));
  int64_t total = 0;
  TRY(for_each_py(t, self, [&](Value line) -> Fallible<bool> {
    TRY(lines->append(t, line));
    if (limit <= 0) return true;
    int64_t length = TRY(length_py(t, line));
    if (length > limit - total) return false;
    total += length;
    return total < limit;
  }));
  return Value(lines);
}
Fallible<void> writelines(Thread& t, Value self, Value lines) {
  TRY(check_open(t, self));
  return for_each_py(t, lines, [&](Value line) -> Fallible<bool> {
    TRY(call_method_py(t, self, names.write, line));
    return true;
  });
}
Fallible<Value> iterate(Thread& t, Value self) {
  TRY(check_open(t, self));
  return self;
}
Fallible<Value> next(Thread& t, Value self) {
  Value line = TRY(call_method_py(t, self, names.readline));
  if (TRY(length_py(t, line)) == 0) return Value::absent();
  return line;
}

}  // namespace

Fallible<bool> is_closed_py(Thread& t, Value self) { return truth_py(t, TRY(get_attribute_py(t, self, names.closed))); }

Fallible<void> base_close_py(Thread& t, Value self) {
  if (TRY(marked_closed(t, self))) return {};
  bool failed = call_method_py(t, self, names.flush).failed();
  if (failed && t.terminated()) return Failure{};
  // Closed even when flushing failed; only then is the failure worth telling.
  Value pending = failed ? t.take_exception() : Value::absent();
  bool unmarked = set_attribute_py(t, self, TRY(name_of(t, "__IOBase_closed")), Value::true_value()).failed();
  return chain_failures(t, pending, unmarked);
}

namespace {

constexpr NativeMethod kBaseMethods[] = {
    {"seek", HOG_NATIVE(seek), "($self, offset, whence=0, /)", "Move to a position."},
    {"tell", HOG_NATIVE(tell), "($self, /)", "The current position."},
    {"truncate", HOG_NATIVE(truncate), "($self, size=None, /)", "Cut the stream to a size."},
    {"flush", HOG_NATIVE(flush), "($self, /)", "Write out what is buffered."},
    {"close", HOG_NATIVE(close), "($self, /)", "Flush and close."},
    {"seekable", HOG_NATIVE(no), "($self, /)", "Can the position be moved?"},
    {"readable", HOG_NATIVE(no), "($self, /)", "Can it be read?"},
    {"writable", HOG_NATIVE(no), "($self, /)", "Can it be written?"},
    {"_checkClosed", HOG_NATIVE(check_closed), "($self, /)", "ValueError when closed."},
    {"_checkSeekable", HOG_NATIVE(check_seekable), "($self, /)", "UnsupportedOperation unless seekable."},
    {"_checkReadable", HOG_NATIVE(check_readable), "($self, /)", "UnsupportedOperation unless readable."},
    {"_checkWritable", HOG_NATIVE(check_writable), "($self, /)", "UnsupportedOperation unless writable."},
    {"fileno", HOG_NATIVE(fileno), "($self, /)", "The file descriptor."},
    {"isatty", HOG_NATIVE(isatty), "($self, /)", "Is it a terminal?"},
    {"__enter__", HOG_NATIVE(enter), "($self, /)", "The stream itself."},
    {"__exit__", HOG_NATIVE(leave), "($self, /, *args)", "Close."},
    {"readline", HOG_NATIVE(readline), "($self, size=-1, /)", "One line, or a part of it."},
    {"readlines", HOG_NATIVE(readlines), "($self, hint=-1, /)", "A list of lines."},
    {"writelines", HOG_NATIVE(writelines), "($self, lines, /)", "Write each line."},
    {},
};
constexpr GetSet kBaseGetSets[] = {{"closed", get_closed, nullptr, "Is the stream closed?"}, {}};
const TypeSpec kBaseSpec = {
    .name = "_io._IOBase",
    .doc = "The base of all streams.",
    .flags = type_flag::kBaseType | type_flag::kHasDict | type_flag::kWeakReferences,
    .slots = {.iter = iterate, .next = next, .finalize = finalize},
    .methods = kBaseMethods,
    .getsets = kBaseGetSets,
};

// ---- _RawIOBase: read() and readall() in terms of readinto() and read(). ----

Fallible<Value> raw_readall(Thread& t, Value self) {
  BytesBuilder all(t);
  bool any = false;
  for (;;) {
    TRY(t.poll());
    Value got = TRY(call_method_py(t, self, names.read, Value::from_small_int(131072)));
    if (got.is_none()) {
      if (!any) return got;
      break;
    }
    if (!is<Bytes>(got)) return t.raise_type_error("read() should return bytes");
    if (as<Bytes>(got)->length() == 0) break;
    any = true;
    TRY(all.append(as<Bytes>(got)->view()));
  }
  return Value(TRY(all.finish()));
}
Fallible<Value> raw_read(Thread& t, Value self, int64_t size) {
  if (size < 0) return call_method_py(t, self, names.readall);
  TRY(t.check_fits(static_cast<uint64_t>(size)));
  ByteArrayObject* room = TRY(ByteArrayObject::make(t, static_cast<size_t>(size)));
  Value count = TRY(call_method_py(t, self, names.readinto, Value(room)));
  if (count.is_none()) return count;
  int64_t n = TRY(index_to_int64_py(t, count));
  if (n < 0 || n > size || static_cast<size_t>(n) > room->length())
    return t.raise_value_error("readinto returned {} outside buffer size {}", n, static_cast<int64_t>(room->length()));
  return Value(TRY(Bytes::from(t, room->data(), static_cast<size_t>(n))));
}
constexpr NativeMethod kRawMethods[] = {
    {"read", HOG_NATIVE(raw_read), "($self, size=-1, /)", "Up to that many bytes."},
    {"readall", HOG_NATIVE(raw_readall), "($self, /)", "All bytes to the end."},
    {},
};
const TypeSpec kRawSpec = {
    .name = "_io._RawIOBase",
    .doc = "The base of unbuffered binary streams.",
    .base = &io_base_type,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .methods = kRawMethods,
};

// ---- _BufferedIOBase. ----

Fallible<Value> not_readable(Thread& t, Value, Arguments) { return raise_unsupported_py(t, "read"); }
Fallible<Value> not_read1(Thread& t, Value, Arguments) { return raise_unsupported_py(t, "read1"); }
Fallible<Value> not_writable(Thread& t, Value, Arguments) { return raise_unsupported_py(t, "write"); }
Fallible<Value> not_detachable(Thread& t, Value) { return raise_unsupported_py(t, "detach"); }
Fallible<Value> read_into(Thread& t, Value self, Value buffer, const char* method) {
  BytesLike room(t);
  TRY(room.open(buffer, kBufferWritable));
  Value got = TRY(call_method_py(t, self, TRY(name_of(t, method)), TRY(make_int(t, static_cast<int64_t>(room.size())))));
  if (!is<Bytes>(got)) return t.raise_type_error("read() should return bytes");
  Bytes* bytes = as<Bytes>(got);
  if (bytes->length() > room.size())
    return t.raise_value_error("read() returned too much data: {} bytes requested, {} returned",
                               static_cast<int64_t>(room.size()), static_cast<int64_t>(bytes->length()));
  if (bytes->length() != 0) std::memcpy(room.data(), bytes->data(), bytes->length());
  return make_int(t, static_cast<int64_t>(bytes->length()));
}
Fallible<Value> buffered_readinto(Thread& t, Value self, Value buffer) { return read_into(t, self, buffer, "read"); }
Fallible<Value> buffered_readinto1(Thread& t, Value self, Value buffer) { return read_into(t, self, buffer, "read1"); }
constexpr NativeMethod kBufferedMethods[] = {
    {"detach", HOG_NATIVE(not_detachable), "($self, /)", "Part from the raw stream."},
    {"read", HOG_NATIVE(not_readable), "($self, /, *args)", "Up to that many bytes."},
    {"read1", HOG_NATIVE(not_read1), "($self, /, *args)", "Up to that many bytes in one step."},
    {"readinto", HOG_NATIVE(buffered_readinto), "($self, buffer, /)", "Read into a buffer."},
    {"readinto1", HOG_NATIVE(buffered_readinto1), "($self, buffer, /)", "Read into a buffer in one step."},
    {"write", HOG_NATIVE(not_writable), "($self, /, *args)", "Write bytes."},
    {},
};
const TypeSpec kBufferedSpec = {
    .name = "_io._BufferedIOBase",
    .doc = "The base of buffered binary streams.",
    .base = &io_base_type,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .methods = kBufferedMethods,
};

// ---- _TextIOBase. ----

Fallible<Value> not_readline(Thread& t, Value, Arguments) { return raise_unsupported_py(t, "readline"); }
Fallible<Value> get_none(Thread&, Value) { return Value::none(); }
constexpr NativeMethod kTextMethods[] = {
    {"detach", HOG_NATIVE(not_detachable), "($self, /)", "Part from the binary stream."},
    {"read", HOG_NATIVE(not_readable), "($self, /, *args)", "Up to that many characters."},
    {"readline", HOG_NATIVE(not_readline), "($self, /, *args)", "One line."},
    {"write", HOG_NATIVE(not_writable), "($self, /, *args)", "Write text."},
    {},
};
constexpr GetSet kTextGetSets[] = {{"encoding", get_none, nullptr, "The name of the encoding."},
                                   {"newlines", get_none, nullptr, "Kinds of newline met."},
                                   {"errors", get_none, nullptr, "The error handler."},
                                   {}};
const TypeSpec kTextSpec = {
    .name = "_io._TextIOBase",
    .doc = "The base of text streams.",
    .base = &io_base_type,
    .flags = type_flag::kBaseType | type_flag::kHasDict,
    .methods = kTextMethods,
    .getsets = kTextGetSets,
};

}  // namespace

const TypeRegistration kBaseTypes[kBaseCount] = {{&io_base_type, &kBaseSpec},
                                                 {&raw_base_type, &kRawSpec},
                                                 {&buffered_base_type, &kBufferedSpec},
                                                 {&text_base_type, &kTextSpec}};

}  // namespace hog::io
