// lockdown.hpp: the process gives up what its sandboxed program does not need: system calls by seccomp, paths by Landlock. A second
// wall behind the first: a program has no way to a system call in any case. Irreversible; for the whole process. Ref: docs/sandbox.md.
#pragma once

#include <cstddef>

namespace hog {

struct LockdownDirectory {
  int fd;         // an open directory (O_PATH)
  bool writable;
};
struct LockdownPlan {
  // Empty: no path can be opened any more, and only descriptors 0 to 2 can be read and written.
  const LockdownDirectory* directories = nullptr;
  size_t directory_count = 0;
};
struct LockdownOutcome {
  bool filtered = false;  // system calls are
  bool confined = false;  // paths are; a kernel without Landlock leaves that to the filter and to ConfinedDirectory
};
LockdownOutcome lock_down(const LockdownPlan& plan);

}  // namespace hog
