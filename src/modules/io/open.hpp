// open.hpp: open() and what it is made of, for the module and for those who open files themselves.
#pragma once

#include "modules/io/io.hpp"

namespace hog::io {

Fallible<Value> open_py(Thread& t, Value file, Str* mode, int buffering, NoneOr<Str*> encoding, NoneOr<Str*> errors,
                        NoneOr<Str*> newline, bool close_fd, Value opener);
Fallible<Value> open_code_py(Thread& t, Str* path);

}  // namespace hog::io
