// stdio_stream.hpp: the light streams that sys.stdin, sys.stdout and sys.stderr are in a sandbox: UTF-8 straight over the
// Stdio capability, and the byte streams that are their `buffer`.
#pragma once

#include "host/host.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

// A text stream has a binary one behind it, which owns the bytes; both have this layout.
class StdioStream : public Cell {
 public:
  static const Layout kLayout;
  Stream which_;
  bool binary_;
  bool closed_;
  bool flush_every_write_;     // stderr
  bool flush_every_line_;      // terminals
  bool at_end_;                // input: the last read gave nothing
  Field<StdioStream> buffer_;  // of a text stream
  Field<Str> errors_;          // of a text stream: "strict", "backslashreplace", ...
  // Binary: bytes [begin_, end_) of pending_ wait to be written, or were read and wait to be taken.
  Field<ByteArray> pending_;
  size_t begin_;
  size_t end_;
  // Text input: what was decoded and not taken begins at position_.
  Field<Str> decoded_;
  size_t position_;
  bool carriage_return_;       // the last character decoded was \r, which an \n may follow
};

extern Type* stdio_stream_type;
extern Type* stdio_buffer_type;
extern const TypeSpec k_stdio_stream_spec;
extern const TypeSpec k_stdio_buffer_spec;

// A text stream over a stream of the host; None without the capability.
Fallible<Value> make_stdio_stream(Thread& t, Stream which);
// The stream when `file` is exactly one of ours, open and for output; else null.
StdioStream* plain_output_stream(Value file);
Fallible<void> stream_write(Thread& t, StdioStream* stream, Str* text);
// Writes out what sys.stdout and sys.stderr as the isolate made them still hold: for the end of a run. Ignores errors; runs
// no Python.
void flush_standard_streams(Thread& t);

}  // namespace hog
