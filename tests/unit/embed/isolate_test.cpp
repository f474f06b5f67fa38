// isolate_test.cpp: isolates as an embedder sees them: created, run, torn down, many of them, on several threads.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "embed/compiler_service.hpp"
#include "embed/library.hpp"
#include "embed/native_modules.hpp"
#include "host/host.hpp"
#include "modules/all_modules.hpp"
#include "object/bootstrap.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"
#include "vm/vm_shapes.hpp"

namespace hog {
namespace {

constexpr std::string_view kProgram =
    "class Point:\n"
    "    def __init__(self, x, y):\n"
    "        self.x, self.y = x, y\n"
    "points = [Point(i, i * i) for i in range(100)]\n"
    "total = sum(p.y for p in points)\n"
    "words = {str(i): i for i in range(50)}\n"
    "try:\n"
    "    words['x']\n"
    "except KeyError as error:\n"
    "    total += len(error.args)\n"
    "assert total == 328351, total\n";

SourceCompiler compiler;

IsolateConfig config_with(const Limits& limits = {}) {
  initialize_runtime(module_types(), vm_internal_shapes(), native_module_list());
  IsolateConfig config;
  config.compiler = &compiler;
  config.library = frozen_library();
  config.modules = native_modules();
  config.limits = limits;
  return config;
}

// Runs text in a fresh isolate; what it answers about success is read before the isolate goes.
struct Answer {
  bool created = false;
  bool succeeded = false;
  Limit termination = Limit::None;
};

Fallible<Value> run_text(Thread& t, Isolate& isolate, std::string_view text) {
  CompileRequest request;
  request.source = text;
  request.filename = TRY(Str::from_ascii(t, "<test>"));
  Value code = TRY(isolate.config().compiler->compile_py(t, request));
  auto* main = as<Module>(isolate.slots[Isolate::kMainModule].get());
  return isolate.run_code(t, as<Code>(code), main->dict(), Value());
}

Answer run_isolate(std::string_view text, const Limits& limits = {}) {
  Isolate* isolate = Isolate::create(config_with(limits));
  if (isolate == nullptr) return {};
  Thread& t = isolate->main_thread();
  isolate->enter(t);
  Answer answer{true, !run_text(t, *isolate, text).failed(), t.termination()};
  Isolate::destroy(isolate);
  return answer;
}

TEST(Isolate, RunsAProgram) {
  Answer answer = run_isolate(kProgram);
  EXPECT_TRUE(answer.created);
  EXPECT_TRUE(answer.succeeded);
}

TEST(Isolate, ReportsAFailure) { EXPECT_FALSE(run_isolate("1 / 0").succeeded); }

TEST(Isolate, AThousandOneAfterTheOther) {
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(run_isolate(i % 10 == 0 ? kProgram : "1 + 1").succeeded) << i;
}

TEST(Isolate, ManyOnFourThreadsAtOnce) {
  config_with();
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&failures] {
      for (int i = 0; i < 250; ++i)
        if (!run_isolate(kProgram).succeeded) ++failures;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures.load(), 0);
}

TEST(Isolate, StopsAnEndlessLoop) {
  Limits limits;
  limits.instructions = 1'000'000;
  Answer answer = run_isolate("while True:\n    try:\n        while True: pass\n    except BaseException: pass\n", limits);
  EXPECT_FALSE(answer.succeeded);
  EXPECT_EQ(answer.termination, Limit::Instructions);
}

TEST(Isolate, StopsAMemoryBomb) {
  Limits limits;
  limits.heap_bytes = 16 << 20;
  EXPECT_FALSE(run_isolate("x = []\nwhile True: x.append(bytes(1000))\n", limits).succeeded);
}

TEST(Isolate, RunsAgainAfterATermination) {
  Limits limits;
  limits.instructions = 200'000;
  Isolate* isolate = Isolate::create(config_with(limits));
  ASSERT_NE(isolate, nullptr);
  Thread& t = isolate->main_thread();
  isolate->enter(t);
  EXPECT_TRUE(run_text(t, *isolate, "while True: pass").failed());
  EXPECT_EQ(t.termination(), Limit::Instructions);
  isolate->reset_after_termination();
  EXPECT_FALSE(run_text(t, *isolate, "assert 1 + 1 == 2").failed());
  Isolate::destroy(isolate);
}

TEST(Isolate, SameInstructionsGiveTheSameCount) {
  uint64_t counts[2];
  for (uint64_t& count : counts) {
    Isolate* isolate = Isolate::create(config_with());
    Thread& t = isolate->main_thread();
    isolate->enter(t);
    ASSERT_FALSE(run_text(t, *isolate, kProgram).failed());
    count = isolate->instructions_used(t);
    Isolate::destroy(isolate);
  }
  EXPECT_EQ(counts[0], counts[1]);
}

}  // namespace
}  // namespace hog
