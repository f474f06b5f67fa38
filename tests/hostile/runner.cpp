// runner.cpp: runs the programs of limited.txt (or those whose names are given), each in an isolate of its own under 64 MiB and 1
// second, and judges the answers. Ends with "N passed, N failed".
#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "hognose/hognose.hpp"

namespace {

using namespace hognose;
using Clock = std::chrono::steady_clock;

struct Program {
  std::string name, wanted, source;
};

std::vector<Program> read(const char* path) {
  std::ifstream file(path);
  std::vector<Program> programs;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("=== ", 0) == 0) {
      size_t colon = line.find(": ");
      programs.push_back({line.substr(4, colon - 4), " " + line.substr(colon + 2) + " ", ""});
    } else if (line.rfind("--- ", 0) != 0 && !programs.empty()) {
      programs.back().source += line + "\n";
    }
  }
  return programs;
}

std::string answer_of(const Result& r) {
  static const char* const kLimits[] = {"none", "instructions", "time", "memory", "stack", "output", "calls", "cancelled"};
  if (r.status == HOG_TERMINATED) return kLimits[r.limit];
  if (r.status == HOG_OK) return "ok";
  if (r.status != HOG_EXCEPTION) return r.describe();
  size_t dot = r.error.type.rfind('.');
  return dot == std::string::npos ? r.error.type : r.error.type.substr(dot + 1);
}

// Nothing: as it should be.
std::string judge(const Program& program, int64_t* milliseconds, std::string* answer, int64_t patience) {
  Grants grants;
  grants.fixed_clock(std::chrono::seconds(0)).seed(1);
  Isolate python(std::move(grants), Limits().with_time(std::chrono::milliseconds(1000)).with_heap_bytes(64 << 20).with_instructions(0));
  auto begin = Clock::now();
  Result r = python.run(program.source);
  *milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
  *answer = answer_of(r);
  bool ended = r.status == HOG_TERMINATED || r.status == HOG_EXCEPTION;
  bool expected = program.wanted.find(" " + *answer + " ") != std::string::npos ||
                  (ended && program.wanted.find(" ended ") != std::string::npos);
  if (!expected) return "came to " + *answer + ", not" + program.wanted + r.error.message;
  if (*milliseconds > patience) return "took " + std::to_string(*milliseconds) + " ms";
  if (r.usage.peak_heap_bytes > (64u << 20)) return "used " + std::to_string(r.usage.peak_heap_bytes) + " bytes";
  begin = Clock::now();
  Result after = python.run("1 + 1");
  if (after.value.try_as<int>() != 2) return "afterwards, 1 + 1 is " + after.describe() + " " + after.error.traceback;
  Result survived = python.run("'survived' in globals()");
  if (survived.value.try_as<bool>() == true) return "it outlived its end";
  auto then = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
  if (then > patience) return "the runs afterwards took " + std::to_string(then) + " ms";
  return "";
}

long resident_megabytes() {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace

// runner FILE [--patience MILLISECONDS] [-v] [NAME...]
int main(int argc, char** argv) {
  int passed = 0, failed = 0;
  int64_t patience = 1300;
  bool verbose = false;
  std::vector<std::string> names;
  for (int i = 2; i < argc; ++i) {
    if (std::string_view(argv[i]) == "-v") verbose = true;
    else if (std::string_view(argv[i]) == "--patience" && i + 1 < argc) patience = std::atoi(argv[++i]);
    else names.push_back(argv[i]);
  }
  for (const Program& program : read(argv[1])) {
    bool chosen = names.empty();
    for (const std::string& name : names) chosen = chosen || program.name.find(name) != std::string::npos;
    if (!chosen) continue;
    if (verbose) std::printf("%-28s", program.name.c_str()), std::fflush(stdout);
    int64_t milliseconds = 0;
    std::string answer;
    std::string fault = judge(program, &milliseconds, &answer, patience);
    // 64 MiB, the copy of the output, this process itself.
    if (fault.empty() && resident_megabytes() > 300) fault = "the process has grown to " + std::to_string(resident_megabytes()) + " MiB";
    if (verbose) std::printf("%6ld ms  %-16s %s\n", static_cast<long>(milliseconds), answer.c_str(), fault.c_str());
    if (!fault.empty()) std::printf("FAILED %s: %s\n", program.name.c_str(), fault.c_str());
    std::fflush(stdout);
    ++(fault.empty() ? passed : failed);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
