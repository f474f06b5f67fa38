// os_error.hpp: the one place where an error number becomes an OSError. Knows Linux's numbers by itself (errno.def), so that
// a sandbox, whose errors come from a host it cannot see, says the same as a process would.
#pragma once

#include <string_view>

#include "object/thread.hpp"

namespace hog {

// strerror(): "Unknown error 4711" for numbers that mean nothing. `room` holds such a text.
struct ErrorTextRoom {
  char text[40];
};
std::string_view os_error_text(int64_t error_number, ErrorTextRoom* room);

// The class of OSError for a number: core.FileNotFoundError, ...; core.OSError when it has none of its own.
Type* os_error_type(int64_t error_number);

// Raises the OSError for an error number, with the file names it concerns or absent.
Failure raise_os_error(Thread& t, int error_number, Value filename, Value filename2);
Failure raise_os_error(Thread& t, int error_number, Value filename);
Failure raise_os_error(Thread& t, int error_number);

}  // namespace hog
