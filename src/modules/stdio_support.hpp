// stdio_support.hpp: what stdio_stream.cpp does for the methods of the streams.
#pragma once

#include "modules/stdio_stream.hpp"
#include "object/bytes_builder.hpp"

namespace hog {

Failure raise_stdio_error(Thread& t, int error);
// io.UnsupportedOperation, or OSError where there is no io.
Failure raise_unsupported_operation(Thread& t, const char* message);

Fallible<void> binary_flush(Thread& t, StdioStream* binary);
Fallible<void> binary_write(Thread& t, StdioStream* binary, const uint8_t* data, size_t size);
Fallible<bool> binary_fill(Thread& t, StdioStream* binary);
enum class ReadUntil : uint8_t { EndOfInput, EndOfLine, SomeBytes };
Fallible<Bytes*> binary_read(Thread& t, StdioStream* binary, int64_t limit, ReadUntil until);
Fallible<Str*> text_read(Thread& t, StdioStream* stream, int64_t limit);
Fallible<Str*> text_readline(Thread& t, StdioStream* stream, int64_t limit);

}  // namespace hog
