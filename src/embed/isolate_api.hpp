// isolate_api.hpp: hog_isolate and hog_grants as the library sees them.
#pragma once

#include <atomic>

#include "embed/compiler_service.hpp"
#include "embed/value_tree.hpp"
#include "host/embedding.hpp"
#include "host/memory_environment.hpp"
#include "host/memory_file_system.hpp"
#include "host/memory_stdio.hpp"
#include "host/mount_table.hpp"
#include "host/seeded_entropy.hpp"
#include "host/virtual_clock.hpp"
#include "vm/isolate.hpp"

namespace hog {

// hog_clock as a capability.
class EmbedderClock final : public Clock {
 public:
  hog_clock functions{};
  int64_t wall_nanoseconds() override { return functions.wall(functions.context); }
  int64_t monotonic_nanoseconds() override { return functions.monotonic(functions.context); }
  int64_t cpu_nanoseconds() override { return functions.monotonic(functions.context); }
  HostResult<bool> sleep(int64_t nanoseconds) override;
  int64_t utc_offset_seconds(int64_t wall_seconds, bool* daylight, const char** name) override;
};

// hog_limits::monotonic as a capability that only the budget sees.
class BudgetClock final : public Clock {
 public:
  int64_t (*now)(void*) = nullptr;
  void* context = nullptr;
  int64_t wall_nanoseconds() override { return 0; }
  int64_t monotonic_nanoseconds() override { return now == nullptr ? 0 : now(context); }
  int64_t cpu_nanoseconds() override { return 0; }
  HostResult<bool> sleep(int64_t) override { return {true}; }
  int64_t utc_offset_seconds(int64_t, bool* daylight, const char** name) override {
    *daylight = false;
    *name = "UTC";
    return 0;
  }
};

// A C++ function as Python calls it. Its address is kept by the NativeFunction: it lives as long as the isolate.
struct HostFunction {
  NativeMethod method;  // first: found again from NativeSignature::method
  NativeSignature* signature = nullptr;
  hog_function function = nullptr;
  void* context = nullptr;
  void (*free_context)(void*) = nullptr;
  hog_isolate* owner = nullptr;
  HostFunction* next = nullptr;
};

}  // namespace hog

// What an isolate may reach, as long as it lives. The file systems are made on demand.
struct hog_grants {
  bool no_stdio = false;
  hog::MemoryStdio* stdio = nullptr;
  hog_output_function output = nullptr;
  void* output_context = nullptr;
  char* input = nullptr;
  hog::Clock* clock = nullptr;  // one of the two
  hog::EmbedderClock embedder_clock;
  hog::VirtualClock* virtual_clock = nullptr;
  hog::SeededEntropy entropy;
  bool has_entropy = false;
  hog::MemoryEnvironment environment;
  bool has_environment = false;
  char** arguments = nullptr;
  size_t argument_count = 0;
  hog::MemoryFileSystem* memory = nullptr;
  hog::MountTable* mounts = nullptr;
  struct Mounted {
    hog_files* files;
    hog::MemoryFileSystem* overlay;
  };
  Mounted mounted[hog::MountTable::kMostMounts];
  size_t mounted_count = 0;
};

struct hog_isolate {
  hog::Isolate* isolate = nullptr;
  hog_grants* grants = nullptr;
  hog::Host host;
  hog::BudgetClock budget_clock;
  hog::SourceCompiler compiler;
  hog_limits limits{};
  hog::HandleRoom* room = nullptr;
  hog::HostFunction* functions = nullptr;
  std::atomic<const void*> owner{nullptr};  // the thread inside; null: none
  uint64_t inputs = 0;                      // texts run without a file name
  uint32_t depth = 0;                       // runs within each other on that thread
  hog::Thread& thread() const { return isolate->main_thread(); }
};

struct hog_call {
  hog_isolate* isolate;
  hog_value** arguments;
  size_t count;
  bool raised = false;
  hog::Value exception;  // raised; found through the native stack
};

namespace hog {

// Python values to trees and back. Fails with a Python exception: ValueError (too deep or too large), MemoryError.
constexpr int kDeepest = 100;
constexpr uint64_t kMostCrossingBytes = 64 << 20;
// bytes: what crossed together with it so far; the bound is for all.
Fallible<Box<hog_value*>> value_to_tree(Thread& t, hog_isolate* isolate, Value value, bool by_handle, uint64_t* bytes = nullptr);
Fallible<Value> tree_to_value_py(Thread& t, hog_isolate* isolate, const hog_value* tree);
// The object behind a handle of this isolate; TypeError for others.
Fallible<Value> object_of(Thread& t, hog_isolate* isolate, const hog_value* handle);

// The built-in function for a host function; its signature is parsed into memory that lives as long as `function`.
Fallible<NativeFunction*> make_host_function_py(Thread& t, HostFunction* function, Module* module);
// A new one in the isolate's list, its texts copied; null: no memory.
HostFunction* new_host_function(hog_isolate* isolate, const char* name, const char* signature, const char* doc);
void free_host_functions(hog_isolate* isolate);

Fallible<Box<hog_value*>> handle_to(Thread& t, hog_isolate* isolate, Value value);
void wire_grants(hog_isolate* isolate);

}  // namespace hog
