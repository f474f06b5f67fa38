// standard_streams.hpp: sys.stdin, sys.stdout and sys.stderr of an isolate that has files: text over a buffer over a descriptor.
#pragma once

#include "host/host.hpp"
#include "modules/io/text_wrapper.hpp"

namespace hog::io {

// The stream over descriptor 0, 1 or 2; None where that is not open. `unbuffered`: each write goes to the host at once (-u).
Fallible<Value> make_standard_stream_py(Thread& t, Stream which, bool unbuffered = false);
// At the end of a program: runs the finalisers of what is left, and closes the streams that were left open, so that what they
// hold is written.
Fallible<void> finalize_at_exit_py(Thread& t);

}  // namespace hog::io
