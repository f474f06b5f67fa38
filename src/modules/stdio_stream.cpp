// stdio_stream.cpp: the machine side of the sandbox's standard streams: bytes to and from the host, text to and from bytes.
// Their methods are stdio_methods.cpp. Invariant: begin_ <= end_ <= pending_->capacity(); a character is never split, and what was read
// past a limit is kept.
#include "modules/stdio_stream.hpp"

#include <cerrno>
#include <cstring>

#include "modules/stdio_support.hpp"
#include "object/codecs.hpp"
#include "object/os_error.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

constexpr size_t kBufferBytes = 8192;

void trace_stream(Cell* cell, Marker& marker) {
  auto* s = static_cast<StdioStream*>(cell);
  marker.visit(s->buffer_.get());
  marker.visit(s->errors_.get());
  marker.visit(s->pending_.get());
  marker.visit(s->decoded_.get());
}

Stdio* stdio_of(Thread& t) {
  Host* host = Isolate::of(t).config().host;
  return host == nullptr ? nullptr : host->stdio;
}

Fallible<void> ensure_room(Thread& t, StdioStream* binary) {
  if (!binary->pending_) binary->pending_.set(binary, TRY(ByteArray::make(t, kBufferBytes)));
  return {};
}

}  // namespace

const Layout StdioStream::kLayout = {.name = "StdioStream", .trace = trace_stream, .base_size = sizeof(StdioStream)};
Type* stdio_stream_type;
Type* stdio_buffer_type;

Fallible<Value> make_stdio_stream(Thread& t, Stream which) {
  Stdio* stdio = stdio_of(t);
  if (stdio == nullptr) return Value::none();
  auto* binary = as<StdioStream>(TRY(new_instance(t, stdio_buffer_type)));
  binary->which_ = which;
  binary->binary_ = true;
  auto* text = as<StdioStream>(TRY(new_instance(t, stdio_stream_type)));
  text->which_ = which;
  text->buffer_.set(text, binary);
  text->errors_.set(text, TRY(Str::intern_utf8(t, which == Stream::Error ? "backslashreplace" : "strict")));
  text->flush_every_write_ = which == Stream::Error;
  text->flush_every_line_ = stdio->is_terminal(which);
  return Value(text);
}

StdioStream* plain_output_stream(Value file) {
  if (!file.is_cell() || file.cell()->shape() != stdio_stream_type->root_shape()) return nullptr;
  auto* stream = as<StdioStream>(file);
  return stream->closed_ || stream->which_ == Stream::Input ? nullptr : stream;
}

// ---- Errors. ----

Failure raise_stdio_error(Thread& t, int error) { return raise_os_error(t, error); }

Failure raise_unsupported_operation(Thread& t, const char* message) {
  Str* module_name = TRY(Str::intern_utf8(t, "_io"));
  Fallible<Value> module = t.isolate().services->import_module(t, module_name);
  if (module.failed()) {
    if (!clear_exception_if(t, core.ImportError)) return Failure{};
    return t.raise(core.OSError, "{}", message);
  }
  Str* name = TRY(Str::intern_utf8(t, "UnsupportedOperation"));
  Value type = TRY(get_attribute_py(t, module.get(), name));
  Str* text = TRY(Str::from_ascii(t, message));
  Value exception = TRY(call_py(t, type, Value(text)));
  return t.raise_object_py(exception, Value::absent());
}

// ---- Output. ----

namespace {

// Hands bytes to the host; answers how many it took before it failed.
Fallible<void> write_to_host(Thread& t, Stream which, const uint8_t* data, size_t size) {
  Stdio* stdio = stdio_of(t);
  if (stdio == nullptr) return raise_stdio_error(t, EBADF);
  while (size != 0) {
    TRY(t.poll());
    TRY(Isolate::of(t).count_host_call(t));
    HostResult<size_t> written = stdio->write(which, data, size);
    if (written.error == EINTR) continue;
    if (!written.ok()) return raise_stdio_error(t, written.error);
    if (written.value == 0) return raise_stdio_error(t, EIO);
    data += written.value;
    size -= written.value;
  }
  return {};
}

}  // namespace

Fallible<void> binary_flush(Thread& t, StdioStream* binary) {
  if (binary->which_ == Stream::Input || binary->begin_ == binary->end_) return {};
  ByteArray* pending = binary->pending_.get();
  size_t begin = binary->begin_, end = binary->end_;
  // Whatever happens, these bytes are not written twice.
  binary->begin_ = binary->end_ = 0;
  TRY(write_to_host(t, binary->which_, pending->data() + begin, end - begin));
  Stdio* stdio = stdio_of(t);
  HostResult<bool> flushed = stdio->flush(binary->which_);
  if (!flushed.ok() && flushed.error != EINTR) return raise_stdio_error(t, flushed.error);
  return {};
}

Fallible<void> binary_write(Thread& t, StdioStream* binary, const uint8_t* data, size_t size) {
  TRY(Isolate::of(t).count_output(t, size));
  TRY(ensure_room(t, binary));
  if (size > kBufferBytes - binary->end_) {
    TRY(binary_flush(t, binary));
    if (size >= kBufferBytes) return write_to_host(t, binary->which_, data, size);
  }
  std::memcpy(binary->pending_->data() + binary->end_, data, size);
  binary->end_ += size;
  return {};
}

Fallible<void> stream_write(Thread& t, StdioStream* stream, Str* text) {
  StdioStream* binary = stream->buffer_.get();
  const uint8_t* data;
  size_t size;
  Bytes* encoded = nullptr;
  if (text->is_ascii()) {
    data = text->data1();
    size = text->length();
  } else {
    encoded = TRY(codecs::encode_utf8_py(t, text, stream->errors_.get()));
    data = encoded->data();
    size = encoded->length();
  }
  TRY(t.poll(static_cast<int64_t>(size / 64)));
  bool flush = stream->flush_every_write_ ||
               (stream->flush_every_line_ && size != 0 && std::memchr(data, '\n', size) != nullptr);
  TRY(binary_write(t, binary, data, size));
  if (flush) TRY(binary_flush(t, binary));
  return {};
}

namespace {

void flush_quietly(Thread& t, Value stream) {
  if (!stream.is_cell() || !is<StdioStream>(stream)) return;
  StdioStream* binary = as<StdioStream>(stream)->binary_ ? as<StdioStream>(stream) : as<StdioStream>(stream)->buffer_.get();
  if (binary == nullptr || binary->which_ == Stream::Input || binary->begin_ == binary->end_) return;
  Stdio* stdio = stdio_of(t);
  const uint8_t* data = binary->pending_->data() + binary->begin_;
  size_t size = binary->end_ - binary->begin_;
  binary->begin_ = binary->end_ = 0;
  while (size != 0 && stdio != nullptr) {
    HostResult<size_t> written = stdio->write(binary->which_, data, size);
    if (written.error == EINTR) continue;
    if (!written.ok() || written.value == 0) return;
    data += written.value;
    size -= written.value;
  }
  if (stdio != nullptr) (void)stdio->flush(binary->which_);
}

}  // namespace

void flush_standard_streams(Thread& t) {
  Dict* sys = t.isolate().sys_dict;
  if (sys == nullptr) return;
  flush_quietly(t, sys->get_name_nogc(names.stdout));
  flush_quietly(t, sys->get_name_nogc(names.stderr));
}

// ---- Input. ----

// Makes at least one unread byte available; false at the end of input.
Fallible<bool> binary_fill(Thread& t, StdioStream* binary) {
  if (binary->begin_ != binary->end_) return true;
  TRY(ensure_room(t, binary));
  Stdio* stdio = stdio_of(t);
  if (stdio == nullptr) return raise_stdio_error(t, EBADF);
  for (;;) {
    TRY(t.poll());
    TRY(Isolate::of(t).count_host_call(t));
    HostResult<size_t> got = stdio->read(binary->pending_->data(), kBufferBytes);
    if (got.error == EINTR) continue;
    if (!got.ok()) return raise_stdio_error(t, got.error);
    binary->begin_ = 0;
    binary->end_ = got.value;
    return got.value != 0;
  }
}

namespace {

// \r\n and \r become \n. An \r at the end counts at once; the \n that may follow it is dropped then.
Fallible<Str*> translate_newlines(Thread& t, StdioStream* stream, Str* text) {
  bool any = stream->carriage_return_;
  for (size_t i = 0; i < text->length() && !any; ++i) any = text->at(i) == '\r';
  if (!any) return text;
  StrBuilder out(t);
  TRY(out.reserve(text->length(), text->kind()));
  for (size_t i = 0; i < text->length(); ++i) {
    char32_t c = text->at(i);
    bool after_return = stream->carriage_return_;
    stream->carriage_return_ = c == '\r';
    if (c == '\n' && after_return) continue;
    TRY(out.append(c == '\r' ? U'\n' : c));
  }
  return out.finish();
}

// Decodes more input behind what is there; false at the end.
Fallible<bool> decode_more(Thread& t, StdioStream* stream) {
  StdioStream* binary = stream->buffer_.get();
  Bytes* incomplete = nullptr;
  for (;;) {
    size_t kept = incomplete == nullptr ? 0 : incomplete->length();
    bool more = TRY(binary_fill(t, binary));
    if (!more && kept == 0) return false;
    size_t fresh = binary->end_ - binary->begin_;
    Bytes* raw = TRY(Bytes::make(t, kept + fresh));
    if (kept != 0) std::memcpy(raw->mutable_data(), incomplete->data(), kept);
    if (fresh != 0) std::memcpy(raw->mutable_data() + kept, binary->pending_->data() + binary->begin_, fresh);
    binary->begin_ = binary->end_ = 0;
    size_t consumed = raw->length();
    Str* text = TRY(codecs::decode_utf8_py(t, codecs::Input(raw->data(), raw->length(), Value(raw)), stream->errors_.get(),
                                           more ? &consumed : nullptr));
    if (consumed < raw->length()) {
      incomplete = TRY(Bytes::from(t, raw->data() + consumed, raw->length() - consumed));
      if (text->length() == 0) continue;
      // The begun character waits where the next read will find it.
      std::memcpy(binary->pending_->data(), incomplete->data(), incomplete->length());
      binary->end_ = incomplete->length();
    }
    text = TRY(translate_newlines(t, stream, text));
    Str* rest = stream->decoded_ ? TRY(Str::slice(t, stream->decoded_.get(), stream->position_, stream->decoded_->length()))
                                 : names.empty;
    stream->decoded_.set(stream, TRY(Str::concat(t, rest, text)));
    stream->position_ = 0;
    if (text->length() != 0) return true;
  }
}

Fallible<Str*> take(Thread& t, StdioStream* stream, size_t count) {
  if (!stream->decoded_) return names.empty;
  size_t start = stream->position_;
  stream->position_ = start + count;
  return Str::slice(t, stream->decoded_.get(), start, start + count);
}

size_t available(const StdioStream* stream) {
  return stream->decoded_ ? stream->decoded_->length() - stream->position_ : 0;
}

}  // namespace

Fallible<Str*> text_read(Thread& t, StdioStream* stream, int64_t limit) {
  while (limit < 0 || available(stream) < static_cast<size_t>(limit))
    if (!TRY(decode_more(t, stream))) break;
  size_t count = available(stream);
  if (limit >= 0 && count > static_cast<size_t>(limit)) count = static_cast<size_t>(limit);
  return take(t, stream, count);
}

Fallible<Str*> text_readline(Thread& t, StdioStream* stream, int64_t limit) {
  size_t looked_at = 0;
  for (;;) {
    size_t have = available(stream);
    for (; looked_at < have; ++looked_at) {
      if (limit >= 0 && looked_at >= static_cast<size_t>(limit)) return take(t, stream, static_cast<size_t>(limit));
      if (stream->decoded_->at(stream->position_ + looked_at) == '\n') return take(t, stream, looked_at + 1);
    }
    if (limit >= 0 && have >= static_cast<size_t>(limit)) return take(t, stream, static_cast<size_t>(limit));
    TRY(t.poll(64));
    if (!TRY(decode_more(t, stream))) return take(t, stream, available(stream));
  }
}

Fallible<Bytes*> binary_read(Thread& t, StdioStream* binary, int64_t limit, ReadUntil until) {
  BytesBuilder out(t);
  while (limit < 0 || out.size() < static_cast<size_t>(limit)) {
    if (!TRY(binary_fill(t, binary))) break;
    size_t count = binary->end_ - binary->begin_;
    if (limit >= 0 && count > static_cast<size_t>(limit) - out.size()) count = static_cast<size_t>(limit) - out.size();
    const uint8_t* data = binary->pending_->data() + binary->begin_;
    bool stop = until == ReadUntil::SomeBytes;
    if (until == ReadUntil::EndOfLine) {
      if (auto* newline = static_cast<const uint8_t*>(std::memchr(data, '\n', count))) {
        count = static_cast<size_t>(newline - data) + 1;
        stop = true;
      }
    }
    TRY(out.append(data, count));
    binary->begin_ += count;
    if (stop) break;
  }
  return out.finish();
}

}  // namespace hog
