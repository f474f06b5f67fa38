// fault_stacks.hpp: writes where the threads of an isolate stand, for faulthandler.
#pragma once

namespace hog {
class Isolate;

namespace os {

// A StackWriter's function (os/faults.hpp); context is the Isolate. on_python_thread: the caller is one of its threads.
void write_stacks(void* isolate, int descriptor, bool all_threads, bool on_python_thread);

}  // namespace os
}  // namespace hog
