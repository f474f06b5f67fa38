// traceback_print.hpp: uncaught exceptions on sys.stderr.
#pragma once

#include "object/protocol.hpp"

namespace hog {

// Prints the exception with its traceback to sys.stderr: through the library's traceback module where it can be imported,
// else in plain form. Problems on the way are swallowed; only a termination fails.
Fallible<void> print_exception_py(Thread& t, Value exception);
// Remembers the text of a program that the embedder runs, for the source lines of its tracebacks.
Fallible<void> remember_source(Thread& t, Str* filename, std::string_view utf8);
// For the end of a program: gives the pending exception to sys.excepthook and flushes the streams.
void report_pending_exception_py(Thread& t);

}  // namespace hog
