// program.hpp: for embedders that run whole programs: how a program ends.
#pragma once

#include <cstdint>

#include "object/thread.hpp"

namespace hog {

// Exit statuses beside those that a program chooses.
constexpr int kExitUncaught = 1;
constexpr int kExitTerminated = 120;

// sys.argv: the program's name and its arguments (bytes that are no UTF-8 become lone surrogates).
Fallible<void> set_program_arguments(Thread& t, const char* const* arguments, size_t count);

// What sys.path begins with.
enum class ImportStart : uint8_t {
  Nothing,           // -I, -P, or a sandbox
  CurrentDirectory,  // '': -c, -m, the interactive prompt
  Script,            // the folder of the script, links resolved
};
// sys.path, for isolates that were granted files: its start, then PYTHONPATH when the environment is to be looked at. The library
// is frozen and needs no place in it. `script` is the script's path as it was given.
Fallible<void> set_import_path(Thread& t, ImportStart start, const char* script, bool use_environment);

// What comes after a program's last statement. `failed`: it ended with an exception (pending) or a termination. Handles
// SystemExit, shows an uncaught exception, runs atexit functions, flushes the standard streams. Answers the exit status.
int end_program_py(Thread& t, bool failed);

}  // namespace hog
