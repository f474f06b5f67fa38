// atexit.hpp: for embedders: what a program registered for its end.
#pragma once

#include "object/thread.hpp"

namespace hog {

// Runs the functions, the newest first, and forgets them. Exceptions are reported as unraisable.
Fallible<void> run_exit_functions_py(Thread& t);

}  // namespace hog
