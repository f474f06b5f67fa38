// traceback_print.hpp: uncaught exceptions on sys.stderr.
#pragma once

#include "object/protocol.hpp"

namespace hog {

class Code;

// Prints the exception with its traceback to sys.stderr: through the library's traceback module where it can be imported,
// else in plain form. Problems on the way are swallowed; only a termination fails.
Fallible<void> print_exception_py(Thread& t, Value exception);
// The same for an exception that nobody can catch: lines of text that is in no file (-c) are left out.
Fallible<void> print_unraisable_py(Thread& t, Value exception);
// The same in plain form as text, for embedders. Errors on the way are swallowed.
Fallible<Str*> traceback_text_py(Thread& t, Value exception);
// Remembers the text of a program's file that the embedder read, for the source lines of its tracebacks.
Fallible<void> remember_source(Thread& t, Str* filename, std::string_view utf8);
// The same for code whose text is in no file (-c, lines typed at a prompt): `linecache` asks for what came since it last asked.
Fallible<void> remember_program_text(Thread& t, Code* code, Str* filename, std::string_view utf8);
// For the end of a program: gives the pending exception to sys.excepthook and flushes the streams. Nothing is pending
// afterwards, unless the hook raised SystemExit.
void report_pending_exception_py(Thread& t);

}  // namespace hog
