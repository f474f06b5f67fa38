// sandbox.cpp: see sandbox.hpp.
#include "sandbox.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "lockdown.hpp"
#include "script.hpp"

namespace hog::cli {

namespace {

constexpr std::string_view kNames[] = {"allow-read",   "allow-write", "mount",   "env",        "clock",         "seed", "max-memory",
                                       "max-instructions", "timeout",   "max-output", "max-host-calls"};

// A whole number, with K, M or G for binary multiples.
bool parse_size(std::string_view text, uint64_t* out) {
  uint64_t unit = 1;
  if (!text.empty()) {
    char last = text.back();
    unit = last == 'K' || last == 'k' ? 1 << 10 : last == 'M' || last == 'm' ? 1 << 20 : last == 'G' || last == 'g' ? 1 << 30 : 1;
    if (unit != 1) text.remove_suffix(1);
  }
  uint64_t number;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !__builtin_mul_overflow(number, unit, out);
}

// Seconds, perhaps with a fraction.
bool parse_seconds(std::string_view text, double* seconds) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *seconds);
  return error == std::errc() && end == text.data() + text.size() && *seconds >= 0 && *seconds < 9e9;
}

std::string take_mount(std::string_view value, SandboxOptions* options) {
  MountOption mount;
  size_t last = value.rfind(':');
  std::string_view mode = last == std::string_view::npos ? "" : value.substr(last + 1);
  if (mode == "ro" || mode == "rw" || mode == "overlay") {
    mount.mode = mode == "rw" ? MountMode::ReadWrite : mode == "overlay" ? MountMode::Overlay : MountMode::ReadOnly;
    value = value.substr(0, last);
  }
  size_t colon = value.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return "wants SRC:DST[:ro|rw|overlay]";
  mount.source = value.substr(0, colon);
  mount.target = value.substr(colon + 1);
  if (mount.target.empty() || mount.target[0] != '/') return "wants an absolute DST";
  options->mounts.push_back(std::move(mount));
  return "";
}

}  // namespace

bool is_sandbox_option(std::string_view name) {
  for (std::string_view known : kNames)
    if (name == known) return true;
  return false;
}

std::string take_sandbox_option(std::string_view name, std::string_view value, SandboxOptions* options) {
  if (name == "allow-read" || name == "allow-write") {
    std::string path = absolute_path(std::string(value).c_str());
    options->mounts.push_back({path, path, name == "allow-read" ? MountMode::ReadOnly : MountMode::ReadWrite});
    return "";
  }
  if (name == "mount") return take_mount(value, options);
  if (name == "env") {
    size_t equals = value.find('=');
    if (equals == 0 || equals == std::string_view::npos) return "wants NAME=VALUE";
    options->variables.emplace_back(value);
    return "";
  }
  if (name == "clock") {
    double seconds;
    if (value == "real") return options->fixed_clock = false, "";
    if (!value.starts_with("fixed:") || !parse_seconds(value.substr(6), &seconds)) return "wants real or fixed:SECONDS";
    options->fixed_clock = true;
    options->clock_nanoseconds = static_cast<int64_t>(seconds * 1e9);
    return "";
  }
  if (name == "seed") {
    if (value.size() > SeededEntropy::kSeedBytes) return "wants at most 32 characters";
    options->seeded = true;
    options->seed = value;
    return "";
  }
  if (name == "timeout") {
    double seconds;
    if (!parse_seconds(value, &seconds)) return "wants seconds";
    options->milliseconds = static_cast<uint64_t>(seconds * 1000);
    if (options->milliseconds == 0 && seconds > 0) options->milliseconds = 1;
    return "";
  }
  uint64_t* number = name == "max-memory"         ? &options->memory
                     : name == "max-instructions" ? &options->instructions
                     : name == "max-output"       ? &options->output
                                                  : &options->host_calls;
  return parse_size(value, number) ? "" : "wants a number (K, M, G: binary multiples)";
}

Limits limits_of(const SandboxOptions& options) {
  Limits limits;
  limits.heap_bytes = options.memory;
  limits.instructions = options.instructions;
  limits.milliseconds = options.milliseconds;
  limits.output_bytes = options.output;
  limits.host_calls = options.host_calls;
  return limits;
}

int SandboxGrants::grant(const SandboxOptions& options, const char* program_name, Clock* real_clock, Host* host) {
  Clock* clock = real_clock;
  if (options.fixed_clock) {
    clock_ = VirtualClock(options.clock_nanoseconds);
    clock = host->clock = &clock_;
  }
  for (const std::string& variable : options.variables) {
    size_t equals = variable.find('=');
    int error = environment_.set(std::string_view(variable).substr(0, equals), std::string_view(variable).substr(equals + 1));
    if (error != 0) {
      std::fprintf(stderr, "%s: --env %s: %s\n", program_name, quoted(variable).c_str(), std::strerror(error));
      return 2;
    }
    host->environment = &environment_;
  }
  for (const MountOption& option : options.mounts)
    if (int status = mount(option, program_name, clock); status >= 0) return status;
  if (mounts_ != nullptr) host->files = mounts_.get();
  return -1;
}

int SandboxGrants::mount(const MountOption& option, const char* program_name, Clock* clock) {
#ifdef HOG_HOST_ENV
  auto refuse = [&](int error) {
    std::fprintf(stderr, "%s: refused: cannot grant %s: %s\n", program_name, quoted(option.source).c_str(), std::strerror(error));
    return kExitRefused;
  };
  if (mounts_ == nullptr) {
    memory_.emplace_back(MemoryQuota{}, clock);
    memory_.front().put_null_device("/dev/null");
    mounts_ = std::make_unique<MountTable>(&memory_.front());
  }
  Opened& opened = directories_.emplace_back();
  opened.writable = option.mode == MountMode::ReadWrite;
  auto access = opened.writable ? ConfinedDirectory::Access::ReadWrite : ConfinedDirectory::Access::ReadOnly;
  if (int error = opened.files.open_root(absolute_path(option.source.c_str()).c_str(), access)) return refuse(error);
  FileSystem* shown = &opened.files;
  if (option.mode == MountMode::Overlay) shown = &memory_.emplace_back(MemoryQuota{}, clock, &opened.files);
  int error = mounts_->mount(option.target, shown, option.mode == MountMode::ReadOnly);
  return error == 0 ? -1 : refuse(error);
#else
  (void)option, (void)clock;
  std::fprintf(stderr, "%s: refused: this build has no host (HOGNOSE_HOST_ENV=OFF), so there are no --allow-read, --allow-write and --mount\n",
               program_name);
  return kExitRefused;
#endif
}

void SandboxGrants::lock_down() {
  std::vector<LockdownDirectory> directories;
#ifdef HOG_HOST_ENV
  for (const Opened& opened : directories_) directories.push_back({opened.files.root(), opened.writable});
#endif
  hog::lock_down({directories.data(), directories.size()});
}

}  // namespace hog::cli
