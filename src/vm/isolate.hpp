// isolate.hpp: Isolate, one Python interpreter: a heap, modules, threads, a budget and what its embedder granted.
#pragma once

#include <string_view>

#include "base/arena.hpp"
#include "host/seeded_entropy.hpp"
#include "object/containers.hpp"
#include "object/native.hpp"
#include "object/thread.hpp"
#include "vm/code.hpp"
#include "vm/turns.hpp"

namespace hog {

class Isolate;

// Source text to code: implemented above vm (embed/) over the compiler, or absent in isolates that only run blobs.
enum class CompileMode : uint8_t { Exec, Eval, Single, FunctionType };
struct CompileRequest {
  std::string_view source;  // UTF-8
  Str* filename = nullptr;
  CompileMode mode = CompileMode::Exec;
  uint32_t flags = 0;       // PyCF_* and future flags
  int optimize = -1;
  bool only_ast = false;
  bool last_value = false;  // Exec: the code answers the value of its last statement when that is an expression
  int feature_minor = -1;
  Value tree;               // an `ast` object instead of source, or empty
  Str* module_name = nullptr;
};
class CompilerService {
 public:
  // A code object (or an ast object). Raises SyntaxError; emits warnings.
  virtual Fallible<Value> compile_py(Thread& t, const CompileRequest& request) = 0;

 protected:
  ~CompilerService() = default;
};

// The standard library as frozen into the program.
struct FrozenModule {
  std::string_view name;
  bool is_package;
  CodeBlob blob;
};
class FrozenLibrary {
 public:
  virtual bool find(std::string_view name, FrozenModule* out) const = 0;
  virtual size_t count() const = 0;
  virtual std::string_view name_at(size_t i) const = 0;
  // Source text of a frozen module, for tracebacks and linecache; empty str value when there is none.
  virtual Fallible<Value> source(Thread& t, std::string_view name) const = 0;

 protected:
  ~FrozenLibrary() = default;
};

struct Limits {
  uint64_t instructions = 0;  // 0: unlimited
  uint64_t heap_bytes = 0;
  uint64_t milliseconds = 0;
  uint64_t output_bytes = 0;
  uint64_t host_calls = 0;
  uint64_t native_stack_bytes = 0;  // 0: from the thread's real stack
};

struct IsolateConfig {
  Host* host = nullptr;                 // capabilities; null pointers inside are not granted
  CompilerService* compiler = nullptr;
  const FrozenLibrary* library = nullptr;
  const ModuleSpec* const* modules = nullptr;  // native modules, ended by null
  Limits limits;
  Clock* budget_clock = nullptr;  // measures Limits::milliseconds; no program sees it. Null: the host's clock
  uint64_t hash_seed = 0;
};

class Isolate final : public IsolateState, private HeapHooks, private MemorySource {
 public:
  // Null when the memory limit does not even allow an empty isolate.
  static Isolate* create(const IsolateConfig& config);
  static void destroy(Isolate* isolate);

  Thread& main_thread() { return *main_thread_; }
  Thread& running_thread();  // whose turn it is
  const IsolateConfig& config() const { return config_; }
  MemorySource& memory() { return *this; }
  static Isolate& of(Thread& t) { return static_cast<Isolate&>(t.isolate()); }

  // Runs code with these globals (and locals mapping, when given) to its end.
  Fallible<Value> run_code(Thread& t, Code* code, Dict* globals, Value locals);
  Fallible<Code*> load_blob(Thread& t, CodeBlob blob, Cell* keeper, Value externals = Value());
  const ModuleSpec* find_native_module(std::string_view name) const;

  // Every entry from outside (a new native stack, perhaps a new native thread) begins with this.
  void enter(Thread& t);

  // ---- Threads (turns.hpp). ----
  Turns turns;
  class LocalEntry* local_entries = nullptr;  // weak chain (turns.hpp)
  // Takes signals and calls their handlers, at a safe point of the main thread; the module _signal sets it.
  Fallible<void> (*handle_signals_py)(Thread& t) = nullptr;
  uint64_t noted_signals = 0;  // taken from the host, their handlers not called yet
  bool finalizing = false;  // the program is over: no new threads
  // Ends all threads but the main one. False: some did not come back from a call of the system in time, and never will here.
  bool stop_threads();
  void adopt_main_thread(Thread& t) { main_thread_ = &t; }  // in the child of a fork()
  // Between two turns the budget belongs to nobody.
  void settle_fuel(Thread& t);
  void resume_fuel(Thread& t) { grant_fuel(t); }
  int64_t deadline_nanoseconds() const { return deadline_nanoseconds_; }
  Clock* budget_clock() const;
  bool is_cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  // ---- Budget. ----
  void cancel();                       // from any thread
  void reset_after_termination();      // the isolate may run again, with a fresh budget
  void clear_cancel() { cancelled_.store(false, std::memory_order_relaxed); }
  void begin_run(Thread& t);           // a fresh budget; a cancellation that came before ends this run
  void open_memory_reserve() { heap.set_limit(config_.limits.heap_bytes); }  // for telling how a run ended
  void set_limits(const Limits& limits);  // counted from the next run on; heap_bytes at once
  uint64_t instructions_used(Thread& t) const;
  uint64_t host_calls_used() const { return host_calls_; }
  uint64_t output_bytes_used() const { return output_bytes_; }
  // Before each call of the host, and before writing that many bytes: a termination when the budget has no more.
  Fallible<void> count_host_call(Thread& t);
  Fallible<void> count_output(Thread& t, size_t bytes);

  // Random bytes for what wants to differ, not to be secret (random.seed()): the host's when it granted any, else reproducible
  // ones from the isolate's hash seed.
  Entropy& seeds() { return config_.host != nullptr && config_.host->entropy != nullptr ? *config_.host->entropy : own_entropy_; }

  // Values that belong to the isolate and have no better home; roots.
  enum Slot : uint8_t {
    kMainModule, kImportFunction, kBootstrap, kBootstrapExternal, kDisplayHook, kExceptHook, kCodecState, kWarnings,
    kThreadingHook, kSysModule, kBuiltinsModule, kUnraisableHook,
    kAuditHooks, kAtExit, kCopyReg, kWarnFilters, kWarnOnce, kWarnDefault, kGcCallbacks, kContextToken,
    kMarshalledCode,  // dict: (blob, offset) -> code that marshal has dumped
    kSources,  // dict: file name -> text of programs that the embedder ran; None -> what linecache has yet to ask for
    kColors,   // True or False: what the embedder said about coloured output; empty: the stream decides
    kSyntaxClasses,  // array: the classes of `_ast` (embed/ast_classes.hpp)
    kPlaceholder,  // functools.Placeholder
    kPosix,  // tuple: result types of the module posix, and os.register_at_fork()'s functions
    kEmbedder,       // list: the objects behind the embedder's handles (embed/value_tree.hpp)
    kEmbedderRoots,  // list: names and defaults of host functions
    kSignalHandlers,  // list: by number (modules/signals.hpp)
    kAsyncio,      // asyncio::State (modules/asyncio)
    kRunningLoops,  // asyncio::RunningEntry chain; none is left when a run was terminated
    kElementTree,  // what _elementtree knows of xml.etree (modules/xml)
    kZoneInfo,     // zoneinfo::ZoneCache (modules/zoneinfo)
    kDecimal,      // decimal::State (modules/decimal)

    kSlotCount = 64
  };
  ValueField slots[kSlotCount];

  Code* codes_with_caches = nullptr;   // weak chain
  bool gc_enabled = true;
  double switch_interval = 0.005;      // seconds; sys.setswitchinterval()
  RecursiveLock import_lock;           // _imp.acquire_lock()
  int64_t gc_debug = 0;                // gc.set_debug()
  int64_t warning_filters_version = 1; // registries of another version are void
  RecursiveLock warning_lock;
  // gc.collect(): collects as exactly as can be; the number of objects that were garbage because of cycles. `direct`: only
  // frames that keep nothing of their own lie between the interpreter's loop and the caller's.
  int64_t collect_and_count(Thread& t, bool direct);
  void collect_buffers(Thread& t);  // VmServices

  // HeapHooks
  void trace_roots(Marker& marker) override;
  void process_unreachable(Heap& heap, Marker& marker) override;
  void clear_weak_tables(Heap& heap) override;
  void collected(Heap& heap) override;
  void trace_native_stacks(Marker& marker, const void* stack_pointer) override;

  // MemorySource
  void* allocate(size_t bytes) override;
  void release(void* memory, size_t bytes) override;
  bool poll() override;

  Fallible<void> poll_slow(Thread& t);

 private:
  Isolate() = default;
  ~Isolate() = default;
  bool start(const IsolateConfig& config);

  IsolateConfig config_;
  Thread* main_thread_ = nullptr;
  std::atomic<bool> cancelled_{false};
  void begin_budget(Thread& t);
  void keep_memory_reserve();
  void grant_fuel(Thread& t);
  void trace_all_native_stacks(Marker& marker, uintptr_t stack_pointer);

  SeededEntropy own_entropy_;
  uint64_t instructions_spent_ = 0;  // before the current portion of fuel
  int64_t fuel_granted_ = 0;
  int64_t deadline_nanoseconds_ = 0;
  uint64_t host_calls_ = 0;
  uint64_t output_bytes_ = 0;
  bool counting_cycles_ = false;
  bool skip_to_collection_ = false;
  bool dropping_buffers_ = false;
  int64_t cycles_counted_ = 0;
};

extern const VmServices kVmServices;

}  // namespace hog
