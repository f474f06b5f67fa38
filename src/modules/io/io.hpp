// io.hpp: what the files of the module `_io` share. Nothing here reaches a host: files come from capabilities only.
#pragma once

#include "modules/all_modules.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::io {

extern Type *io_base_type, *raw_base_type, *buffered_base_type, *text_base_type;
constexpr size_t kBaseCount = 4, kStringCount = 1, kBytesCount = 1;
extern const TypeRegistration kBaseTypes[kBaseCount], kStringTypes[kStringCount], kBytesTypes[kBytesCount];

// Newlines that were met: IncrementalNewlineDecoder.newlines.
enum Seen : uint8_t { kSeenCr = 1, kSeenLf = 2, kSeenCrLf = 4 };
Fallible<Value> seen_newlines(Thread& t, uint8_t seen);
// Adds what `text` contains to *seen, and with `translate` answers the text with each newline as "\n".
Fallible<Str*> scan_newlines(Thread& t, Str* text, bool translate, uint8_t* seen);

Failure raise_unsupported_py(Thread& t, const char* what);
// An optional size: absent and None mean -1, as does any negative number.
Fallible<int64_t> size_argument_py(Thread& t, Value v);
Fallible<Str*> name_of(Thread& t, const char* name);  // interned
// New capacity for `needed` items of `width` bytes, grown by an eighth; MemoryError when it cannot be.
Fallible<size_t> grown_capacity(Thread& t, size_t needed, size_t width);

}  // namespace hog::io
