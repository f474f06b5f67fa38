// signals.hpp: handlers of signals, before and without the module _signal.
#pragma once

#include "object/thread.hpp"

namespace hog {

// Reads how the process treats signals, and has SIGINT raise KeyboardInterrupt in the main thread. Once per isolate; does no more
// the second time. The embedder calls it when the program it runs is the process's own.
Fallible<void> install_signal_handlers(Thread& t);

}  // namespace hog
