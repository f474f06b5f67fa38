// sandbox.hpp: what the options grant a sandboxed program beyond its streams, and what they let it use. Ref: docs/sandbox.md.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "host/host.hpp"
#include "host/memory_environment.hpp"
#include "host/memory_file_system.hpp"
#include "host/mount_table.hpp"
#include "host/virtual_clock.hpp"
#ifdef HOG_HOST_ENV
#include "os/confined_directory.hpp"
#endif
#include "vm/isolate.hpp"

namespace hog::cli {

constexpr int kExitLimit = 124;    // a limit ended the program
constexpr int kExitRefused = 125;  // a grant that this build or this machine cannot give

enum class MountMode : uint8_t { ReadOnly, ReadWrite, Overlay };
struct MountOption {
  std::string source, target;
  MountMode mode = MountMode::ReadOnly;
};

struct SandboxOptions {
  std::vector<MountOption> mounts;
  std::vector<std::string> variables;  // NAME=VALUE
  bool fixed_clock = false;
  int64_t clock_nanoseconds = 0;
  bool seeded = false;
  std::string seed;
  // 0: no limit.
  uint64_t memory = uint64_t{1} << 30;
  uint64_t instructions = 0;
  uint64_t milliseconds = 600'000;
  uint64_t output = uint64_t{1} << 30;
  uint64_t host_calls = 100'000'000;
};

// Is it an option of the sandbox (`--allow-read`, ...) that takes a value?
bool is_sandbox_option(std::string_view name);
// Empty: taken. Else what is wrong with the value.
std::string take_sandbox_option(std::string_view name, std::string_view value, SandboxOptions* options);

Limits limits_of(const SandboxOptions& options);

// The capabilities behind the options; they live as long as the isolate.
class SandboxGrants {
 public:
  // Adds to `host`. -1: done; else the exit status, with everything said.
  int grant(const SandboxOptions& options, const char* program_name, Clock* real_clock, Host* host);
  // Gives up the process's rights to everything else.
  void lock_down();

 private:
  int mount(const MountOption& option, const char* program_name, Clock* clock);

  VirtualClock clock_;
  MemoryEnvironment environment_;
  // In this order: a file system outlives what is stacked upon it, which closes what is still open.
#ifdef HOG_HOST_ENV
  struct Opened {
    ConfinedDirectory files;
    bool writable = false;
  };
  std::deque<Opened> directories_;
#endif
  std::deque<MemoryFileSystem> memory_;  // the root first, then overlays
  std::unique_ptr<MountTable> mounts_;
};

}  // namespace hog::cli
