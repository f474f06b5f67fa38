// process.hpp: what the files about processes share.
#pragma once

#include "object/thread.hpp"

struct rusage;

namespace hog::os {

// The functions of os.register_at_fork(). Their exceptions are reported and dropped; only a termination fails.
enum class ForkMoment : uint8_t { Before, InChild, InParent };
Fallible<void> run_fork_hooks_py(Thread& t, ForkMoment moment);

// resource.struct_rusage.
Fallible<Value> make_usage_py(Thread& t, const rusage& usage);

}  // namespace hog::os
