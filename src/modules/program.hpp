// program.hpp: for embedders that run whole programs: how a program ends.
#pragma once

#include "object/thread.hpp"

namespace hog {

// Exit statuses beside those that a program chooses.
constexpr int kExitUncaught = 1;
constexpr int kExitTerminated = 120;

// What comes after a program's last statement. `failed`: it ended with an exception (pending) or a termination. Handles
// SystemExit, shows an uncaught exception, runs atexit functions, flushes the standard streams. Answers the exit status.
int end_program_py(Thread& t, bool failed);

}  // namespace hog
