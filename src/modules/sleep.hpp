// sleep.hpp: a program sleeps, in such a way that its budget, a cancellation, a signal and other threads are not kept waiting.
#pragma once

#include "host/host.hpp"
#include "object/thread.hpp"

namespace hog {

// Any Python code may run meanwhile. Defined in time.cpp.
Fallible<void> sleep_py(Thread& t, Clock* clock, int64_t nanoseconds);

}  // namespace hog
