// stdio_methods.cpp: the Python side of the sandbox's standard streams. Ref: library/io "Text I/O" and "Binary I/O".
#include "modules/stdio_support.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

bool is_input(const StdioStream* s) { return s->which_ == Stream::Input; }

Fallible<void> check_open(Thread& t, const StdioStream* s) {
  if (s->closed_) return t.raise_value_error("I/O operation on closed file.");
  return {};
}
Fallible<void> check_readable(Thread& t, const StdioStream* s) {
  TRY(check_open(t, s));
  if (!is_input(s)) return raise_unsupported_operation(t, "not readable");
  return {};
}
Fallible<void> check_writable(Thread& t, const StdioStream* s) {
  TRY(check_open(t, s));
  if (is_input(s)) return raise_unsupported_operation(t, "not writable");
  return {};
}

Fallible<int64_t> limit_of_py(Thread& t, Value size) {
  if (size.is_none()) return int64_t{-1};
  int64_t n = TRY(index_clamped_py(t, size));
  return n < 0 ? int64_t{-1} : n;
}

StdioStream* binary_of(StdioStream* s) { return s->binary_ ? s : s->buffer_.get(); }

// ---- Writing. ----

Fallible<int64_t> text_write(Thread& t, StdioStream* self, Value text) {
  TRY(check_writable(t, self));
  if (!is<Str>(text)) return t.raise_type_error("write() argument must be str, not {}", type_of(text));
  TRY(stream_write(t, self, as<Str>(text)));
  return static_cast<int64_t>(as<Str>(text)->length());
}

Fallible<int64_t> bytes_write(Thread& t, StdioStream* self, Value data) {
  TRY(check_writable(t, self));
  if (is<Str>(data)) return t.raise_type_error("a bytes-like object is required, not 'str'");
  BytesLike buffer(t);
  TRY(buffer.open(data));
  TRY(binary_write(t, self, buffer.data(), buffer.size()));
  return static_cast<int64_t>(buffer.size());
}

Fallible<void> write_lines(Thread& t, StdioStream* self, Value lines) {
  TRY(check_writable(t, self));
  return for_each_py(t, lines, [&](Value line) -> Fallible<bool> {
    TRY(call_method_py(t, Value(self), names.write, line));
    return true;
  });
}

Fallible<void> flush(Thread& t, StdioStream* self) {
  TRY(check_open(t, self));
  return binary_flush(t, binary_of(self));
}

// ---- Reading. ----

Fallible<Value> read(Thread& t, StdioStream* self, Value size) {
  TRY(check_readable(t, self));
  int64_t limit = TRY(limit_of_py(t, size));
  if (self->binary_) return Value(TRY(binary_read(t, self, limit, ReadUntil::EndOfInput)));
  return Value(TRY(text_read(t, self, limit)));
}

Fallible<Value> read_some(Thread& t, StdioStream* self, Value size) {
  TRY(check_readable(t, self));
  int64_t limit = TRY(limit_of_py(t, size));
  return Value(TRY(binary_read(t, self, limit, ReadUntil::SomeBytes)));
}

Fallible<Value> readline(Thread& t, StdioStream* self, Value size) {
  TRY(check_readable(t, self));
  int64_t limit = TRY(limit_of_py(t, size));
  if (self->binary_) return Value(TRY(binary_read(t, self, limit, ReadUntil::EndOfLine)));
  return Value(TRY(text_readline(t, self, limit)));
}

Fallible<Value> next_line(Thread& t, Value self) {
  Value line = TRY(call_method_py(t, self, names.readline));
  bool end = is<Str>(line) ? as<Str>(line)->length() == 0 : !is<Bytes>(line) || as<Bytes>(line)->length() == 0;
  return end ? Value::absent() : line;
}

Fallible<Value> self_iterator(Thread& t, Value self) {
  TRY(check_open(t, as<StdioStream>(self)));
  return self;
}

Fallible<Value> readlines(Thread& t, StdioStream* self, Value hint) {
  TRY(check_readable(t, self));
  int64_t limit = TRY(limit_of_py(t, hint));
  List* lines = TRY(List::make(t));
  for (int64_t total = 0; limit <= 0 || total < limit;) {
    TRY(t.poll());
    Value line = TRY(next_line(t, Value(self)));
    if (line.is_absent()) break;
    total += TRY(length_py(t, line));
    TRY(lines->append(t, line));
  }
  return Value(lines);
}

// ---- State. ----

Fallible<void> close(Thread& t, StdioStream* self) {
  if (self->closed_) return {};
  Fallible<void> flushed = binary_flush(t, binary_of(self));
  self->closed_ = true;
  if (!self->binary_) self->buffer_->closed_ = true;
  return flushed;
}

Fallible<bool> isatty(Thread& t, StdioStream* self) {
  TRY(check_open(t, self));
  Host* host = Isolate::of(t).config().host;
  return host != nullptr && host->stdio != nullptr && host->stdio->is_terminal(self->which_);
}

Fallible<int64_t> fileno(Thread& t, StdioStream* self) {
  TRY(check_open(t, self));
  return static_cast<int64_t>(self->which_);
}
Fallible<bool> readable(Thread& t, StdioStream* self) {
  TRY(check_open(t, self));
  return is_input(self);
}
Fallible<bool> writable(Thread& t, StdioStream* self) {
  TRY(check_open(t, self));
  return !is_input(self);
}
Fallible<bool> seekable(Thread& t, StdioStream* self) {
  TRY(check_open(t, self));
  return false;
}
Fallible<Value> seek(Thread& t, StdioStream*, Value, Value) {
  return raise_unsupported_operation(t, "underlying stream is not seekable");
}
Fallible<Value> tell(Thread& t, StdioStream*) {
  return raise_unsupported_operation(t, "underlying stream is not seekable");
}
Fallible<Value> truncate(Thread& t, StdioStream*, Value) {
  return raise_unsupported_operation(t, "underlying stream is not seekable");
}
Fallible<Value> detach(Thread& t, StdioStream* self) {
  TRY(check_open(t, self));
  return raise_unsupported_operation(t, "detach");
}
Fallible<Value> enter(Thread& t, StdioStream* self) {
  TRY(check_open(t, self));
  return Value(self);
}
Fallible<void> exit(Thread& t, StdioStream* self, Arguments) { return close(t, self); }

Fallible<void> reconfigure(Thread& t, StdioStream* self, Value, Value errors, Value, Value line_buffering,
                           Value write_through) {
  TRY(check_open(t, self));
  if (is<Str>(errors)) self->errors_.set(self, as<Str>(errors));
  if (!line_buffering.is_none()) self->flush_every_line_ = TRY(truth_py(t, line_buffering));
  if (!write_through.is_none()) self->flush_every_write_ = TRY(truth_py(t, write_through));
  return binary_flush(t, self->buffer_.get());
}

// ---- Attributes. ----

StdioStream* stream_of(Value self) { return as<StdioStream>(self); }
Fallible<Value> text_value(Thread& t, const char* text) { return Value(TRY(Str::intern_utf8(t, text))); }

Fallible<Value> get_closed(Thread&, Value self) { return Value::from_bool(stream_of(self)->closed_); }
Fallible<Value> get_encoding(Thread& t, Value) { return text_value(t, "utf-8"); }
Fallible<Value> get_errors(Thread&, Value self) { return Value(stream_of(self)->errors_.get()); }
Fallible<Value> get_newlines(Thread&, Value) { return Value::none(); }
Fallible<Value> get_buffer(Thread&, Value self) { return Value(stream_of(self)->buffer_.get()); }
Fallible<Value> get_line_buffering(Thread&, Value self) {
  return Value::from_bool(stream_of(self)->flush_every_line_ || stream_of(self)->flush_every_write_);
}
Fallible<Value> get_write_through(Thread&, Value self) { return Value::from_bool(stream_of(self)->flush_every_write_); }
Fallible<Value> get_mode(Thread& t, Value self) {
  bool binary = stream_of(self)->binary_;
  if (is_input(stream_of(self))) return text_value(t, binary ? "rb" : "r");
  return text_value(t, binary ? "wb" : "w");
}
Fallible<Value> get_name(Thread& t, Value self) {
  static constexpr const char* kNames[] = {"<stdin>", "<stdout>", "<stderr>"};
  return text_value(t, kNames[static_cast<int>(stream_of(self)->which_)]);
}

Fallible<Value> stream_repr(Thread& t, Value self) {
  Value name = TRY(get_name(t, self));
  Value mode = TRY(get_mode(t, self));
  if (stream_of(self)->binary_)
    return Value(TRY(t.format("<{} name={} mode={}>", type_of(self), repr_of(name), repr_of(mode))));
  return Value(TRY(t.format("<{} name={} mode={} encoding='utf-8'>", type_of(self), repr_of(name), repr_of(mode))));
}

constexpr NativeMethod kTextMethods[] = {
    {"write", HOG_NATIVE(text_write), "($self, text, /)", "Write text; answers the number of characters."},
    {"writelines", HOG_NATIVE(write_lines), "($self, lines, /)", "Write each of the strings."},
    {"flush", HOG_NATIVE(flush), "($self, /)", "Hand what is buffered to the host."},
    {"read", HOG_NATIVE(read), "($self, size=-1, /)", "At most size characters, or all there are."},
    {"readline", HOG_NATIVE(readline), "($self, size=-1, /)", "The rest of the line, at most size characters of it."},
    {"readlines", HOG_NATIVE(readlines), "($self, hint=-1, /)", "The lines, at least hint characters of them."},
    {"close", HOG_NATIVE(close), "($self, /)", "Flush and refuse further use."},
    {"isatty", HOG_NATIVE(isatty), "($self, /)", "Is this a terminal?"},
    {"fileno", HOG_NATIVE(fileno), "($self, /)", "0, 1 or 2."},
    {"readable", HOG_NATIVE(readable), "($self, /)", "May this be read from?"},
    {"writable", HOG_NATIVE(writable), "($self, /)", "May this be written to?"},
    {"seekable", HOG_NATIVE(seekable), "($self, /)", "Never."},
    {"seek", HOG_NATIVE(seek), "($self, cookie, whence=0, /)", "Not possible here."},
    {"tell", HOG_NATIVE(tell), "($self, /)", "Not possible here."},
    {"truncate", HOG_NATIVE(truncate), "($self, pos=None, /)", "Not possible here."},
    {"detach", HOG_NATIVE(detach), "($self, /)", "Not possible here."},
    {"reconfigure", HOG_NATIVE(reconfigure),
     "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
     "Change error handling and buffering."},
    {"__enter__", HOG_NATIVE(enter), "($self, /)", "The stream."},
    {"__exit__", HOG_NATIVE(exit), "($self, /, *args)", "Closes the stream."},
    {},
};
constexpr GetSet kTextGetSets[] = {
    {"closed", get_closed},
    {"encoding", get_encoding},
    {"errors", get_errors},
    {"newlines", get_newlines},
    {"buffer", get_buffer},
    {"line_buffering", get_line_buffering},
    {"write_through", get_write_through},
    {"mode", get_mode},
    {"name", get_name},
    {},
};

constexpr NativeMethod kBinaryMethods[] = {
    {"write", HOG_NATIVE(bytes_write), "($self, data, /)", "Write bytes; answers how many."},
    {"writelines", HOG_NATIVE(write_lines), "($self, lines, /)", "Write each of the bytes-like objects."},
    {"flush", HOG_NATIVE(flush), "($self, /)", "Hand what is buffered to the host."},
    {"read", HOG_NATIVE(read), "($self, size=-1, /)", "At most size bytes, or all there are."},
    {"read1", HOG_NATIVE(read_some), "($self, size=-1, /)", "What one read of the host gives."},
    {"readline", HOG_NATIVE(readline), "($self, size=-1, /)", "The rest of the line, at most size bytes of it."},
    {"readlines", HOG_NATIVE(readlines), "($self, hint=-1, /)", "The lines, at least hint bytes of them."},
    {"close", HOG_NATIVE(close), "($self, /)", "Flush and refuse further use."},
    {"isatty", HOG_NATIVE(isatty), "($self, /)", "Is this a terminal?"},
    {"fileno", HOG_NATIVE(fileno), "($self, /)", "0, 1 or 2."},
    {"readable", HOG_NATIVE(readable), "($self, /)", "May this be read from?"},
    {"writable", HOG_NATIVE(writable), "($self, /)", "May this be written to?"},
    {"seekable", HOG_NATIVE(seekable), "($self, /)", "Never."},
    {"seek", HOG_NATIVE(seek), "($self, offset, whence=0, /)", "Not possible here."},
    {"tell", HOG_NATIVE(tell), "($self, /)", "Not possible here."},
    {"__enter__", HOG_NATIVE(enter), "($self, /)", "The stream."},
    {"__exit__", HOG_NATIVE(exit), "($self, /, *args)", "Closes the stream."},
    {},
};
constexpr GetSet kBinaryGetSets[] = {{"closed", get_closed}, {"mode", get_mode}, {"name", get_name}, {}};

}  // namespace

const TypeSpec k_stdio_stream_spec = {
    .name = "_hognose.StdioStream",
    .doc = "Text stream over the host's standard input or output.",
    .layout = &StdioStream::kLayout,
    .flags = type_flag::kNoInstantiation | type_flag::kWeakReferences,
    .slots = {.repr = stream_repr, .iter = self_iterator, .next = next_line},
    .methods = kTextMethods,
    .getsets = kTextGetSets,
};
const TypeSpec k_stdio_buffer_spec = {
    .name = "_hognose.StdioBuffer",
    .doc = "Byte stream over the host's standard input or output.",
    .layout = &StdioStream::kLayout,
    .flags = type_flag::kNoInstantiation | type_flag::kWeakReferences,
    .slots = {.repr = stream_repr, .iter = self_iterator, .next = next_line},
    .methods = kBinaryMethods,
    .getsets = kBinaryGetSets,
};

}  // namespace hog
