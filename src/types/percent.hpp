// percent.hpp: printf-style formatting, for str, bytes and bytearray. Ref: library/stdtypes "printf-style String Formatting".
#pragma once

#include "object/containers.hpp"
#include "object/str.hpp"

namespace hog {

Fallible<Str*> percent_str_py(Thread& t, Str* format, Value arguments);
// `format` must stay where it is: an immutable copy or a locked buffer.
Fallible<Bytes*> percent_bytes_py(Thread& t, const uint8_t* format, size_t length, Value arguments);

}  // namespace hog
