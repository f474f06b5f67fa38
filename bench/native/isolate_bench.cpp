// isolate_bench.cpp: what an isolate costs: create, run `1+1`, destroy; the median of many, and the heap that it took.
// Aims: 200 microseconds, 300 KiB. `--check` fails beyond them.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "hognose/hognose.hpp"

int main(int argc, char** argv) {
  using namespace hognose;
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 2000;
  std::vector<double> whole, made, ran;
  uint64_t heap = 0;
  for (int i = 0; i < kRounds; ++i) {
    auto begin = Clock::now();
    Clock::time_point created, done;
    {
      Isolate python;
      created = Clock::now();
      Result r = python.run("1+1");
      done = Clock::now();
      if (r.value.try_as<int>() != 2) return 1;
      heap = r.usage.peak_heap_bytes;
    }
    auto microseconds = [](auto a, auto b) { return std::chrono::duration<double, std::micro>(b - a).count(); };
    whole.push_back(microseconds(begin, Clock::now()));
    made.push_back(microseconds(begin, created));
    ran.push_back(microseconds(created, done));
  }
  auto median = [](std::vector<double>& v) {
    std::nth_element(v.begin(), v.begin() + v.size() / 2, v.end());
    return v[v.size() / 2];
  };
  double all = median(whole);
  std::printf("create + run 1+1 + destroy: median %.1f us (create %.1f, run %.1f); heap %.1f KiB\n", all, median(made), median(ran),
              static_cast<double>(heap) / 1024);
  bool check = argc > 1 && std::strcmp(argv[1], "--check") == 0;
  return check && (all > 200 || heap > 300 * 1024) ? 1 : 0;
}
