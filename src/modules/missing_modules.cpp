// missing_modules.cpp: why a module of the standard library is not there, for the message of ModuleNotFoundError. Asked only when an
// import has failed. Invariant: says nothing of names that are not here, which may be anybody's.
#include "modules/missing_modules.hpp"

#include "host/host.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

enum class Need : uint8_t { OperatingSystem, Build, Windows };

struct MissingModule {
  std::string_view name;
  Need need;
};
constexpr MissingModule kMissing[] = {
#define HOG_MISSING(name, need) {#name, Need::need},
#include "modules/missing_modules.def"
#undef HOG_MISSING
};

constexpr std::string_view kNames[] = {
#define HOG_MISSING(name, need) #name,
#include "modules/missing_modules.def"
#undef HOG_MISSING
};

}  // namespace

std::span<const std::string_view> missing_module_names() { return kNames; }

std::string_view why_module_is_missing(const Isolate& isolate, std::string_view name) {
  for (const MissingModule& module : kMissing) {
    if (module.name != name) continue;
    const Host* host = isolate.config().host;
    switch (module.need) {
      case Need::Windows: return ": it is there on Windows only";
      case Need::Build: return ": it is not part of this build";
      case Need::OperatingSystem:
        return host != nullptr && host->process != nullptr ? ": it is not part of this build"
                                                           : ": it needs an operating system, which this isolate was not granted";
    }
  }
  return {};
}

}  // namespace hog
