// compile_errors.hpp: errors and warnings of the parser and the compiler as Python's.
#pragma once

#include "syntax/parser.hpp"
#include "vm/isolate.hpp"

namespace hog {

// SyntaxError and its kin, MemoryError, RecursionError. `source` may be empty: the error then shows no line.
Failure raise_compile_error_py(Thread& t, const ParseError& error, Str* filename, std::string_view source);
// Through warnings.warn_explicit; one that a filter turns into an error becomes a SyntaxError.
Fallible<void> emit_compile_warnings_py(Thread& t, std::span<ParseWarning> warnings, const CompileRequest& request);

}  // namespace hog
