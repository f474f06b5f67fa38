// thread.hpp: Thread (one Python thread of an isolate) and IsolateState (what object/ and types/ need to know of the
// isolate). Every function that may fail or allocate takes a Thread&.
//
// Failure has three channels. A Python exception: exception() is set. A termination (limit or cancel): terminated() is
// set, no handler sees it. A bug of ours: HOG_CHECK aborts; never reachable from a program's input.
#pragma once

#include <atomic>
#include <string_view>

#include "object/core_types.hpp"
#include "object/names.hpp"
#include "object/value.hpp"

namespace hog {

class Thread;
class Type;
class Str;
class Dict;
class Tuple;
class Int;
struct Frame;
class IsolateState;
struct Arguments;

// Where a native frame of the interpreter's loop lies. It keeps nothing there that the VM's registers do not hold, too, so the
// conservative scan leaves it out: what its spill slots remember would keep objects alive.
struct MachineFrame {
  MachineFrame* outer;
  uintptr_t low;   // lowest address of the frame
  uintptr_t high;  // first address beyond it
};

class Parker;  // host/host.hpp

enum class Limit : uint8_t { None, Instructions, Time, Memory, Stack, Output, HostCalls, Cancelled };

// One entry of an error message's `{}`. Formatting may run Python only for repr_of and str_of.
struct FormatArgument {
  enum class Kind : uint8_t { Signed, Unsigned, Text, String, TypeName, Repr, StrOf, Character, Address };
  Kind kind;
  union {
    int64_t signed_;
    uint64_t unsigned_;
    struct {
      const char* data;
      size_t size;
    } text;
    uint64_t raw;
  };
  FormatArgument(int n) : kind(Kind::Signed), signed_(n) {}
  FormatArgument(unsigned n) : kind(Kind::Unsigned), unsigned_(n) {}
  FormatArgument(long n) : kind(Kind::Signed), signed_(n) {}
  FormatArgument(long long n) : kind(Kind::Signed), signed_(n) {}
  FormatArgument(unsigned long n) : kind(Kind::Unsigned), unsigned_(n) {}
  FormatArgument(char c) : kind(Kind::Character), signed_(c) {}
  FormatArgument(const char* s) : kind(Kind::Text), text{s, __builtin_strlen(s)} {}
  FormatArgument(std::string_view s) : kind(Kind::Text), text{s.data(), s.size()} {}
  FormatArgument(Str* s) : kind(Kind::String), raw(reinterpret_cast<uint64_t>(s)) {}
  FormatArgument(Type* type) : kind(Kind::TypeName), raw(reinterpret_cast<uint64_t>(type)) {}
  FormatArgument(Kind k, Value v) : kind(k), raw(v.raw()) {}
};
inline FormatArgument repr_of(Value v) { return {FormatArgument::Kind::Repr, v}; }
inline FormatArgument str_of(Value v) { return {FormatArgument::Kind::StrOf, v}; }
// 0x7f..., what id() is in hexadecimal: for "<x object at {}>".
inline FormatArgument address_of(Value v) { return {FormatArgument::Kind::Address, v}; }

// What object/ and types/ ask of the machine above them; vm/ fills the table once per process.
struct VmServices {
  // warnings.warn(message, category, stacklevel): runs Python; fails when the filter turns it into an error.
  Fallible<void> (*warn)(Thread&, Type* category, Str* message, int64_t stack_level);
  // Reports an exception nobody can catch (in __del__, callbacks): sys.unraisablehook. Clears it.
  void (*write_unraisable)(Thread&, const char* where, Value object);
  Fallible<Value> (*import_module)(Thread&, Str* dotted_name);  // the module itself, not its top package
  // sys.audit: runs the hooks. Thread::audit_py asks first whether there are any.
  Fallible<void> (*audit)(Thread&, const char* event, const Value* arguments, size_t count);
  Fallible<void> (*poll_slow)(Thread&);  // fuel ran out or a flag is up: limits, and no more; vm/finalize.hpp has safe points
  Value (*handled_exception)(Thread&);   // sys.exception(), absent if none: __context__ of what is raised now
  Dict* (*current_globals)(Thread&);     // of the running Python frame, or null
  // A collection for somebody who may not go on while buffers are exported: exports that only a dead memoryview counts are taken
  // back, also when the native stack still mentions it.
  void (*collect_buffers)(Thread&);
  // A new object whose type has kHasFinalizer.
  Fallible<void> (*register_finalizer)(Thread&, Cell* object);
  // Fills a closure cell (core.cell): __classcell__ and __classdictcell__.
  void (*set_cell)(Cell* cell, Value content);
  // super() called without arguments as a function: the running frame's __class__ and first argument. Raises RuntimeError.
  Fallible<void> (*super_arguments)(Thread&, Value* type, Value* object);
};

// How the program was started: what sys.flags says. The rest of sys.flags (hash_randomization, gil, ...) never varies.
struct StartFlags {
  uint8_t debug = 0, inspect = 0, interactive = 0, optimize = 0, no_user_site = 0, no_site = 0, ignore_environment = 0;
  uint8_t verbose = 0, bytes_warning = 0, quiet = 0, isolated = 0, utf8_mode = 0;
  bool dont_write_bytecode = true, dev_mode = false, warn_default_encoding = false, safe_path = false;
  bool hash_randomization = true, thread_inherit_context = false, context_aware_warnings = false;
};

class IsolateState {
 public:
  Heap heap;
  const VmServices* services = nullptr;
  uint64_t hash_seed = 0;          // programs can learn it
  uint64_t hash_key[2] = {0, 0};   // ... but not this one (seed_hashes, object/str.hpp)
  uint32_t next_type_version = 0;
  uint64_t next_dict_version = 0;  // Dict::keys_version
  int64_t recursion_limit = 1000;
  int64_t int_max_str_digits = 4300;
  StartFlags start_flags;
  bool audited = false;  // there are audit hooks

  // Interned strings made in this isolate (the permanent ones are the process's): a weak open-addressing table.
  struct InternTable* interned = nullptr;
  // Type::lookup cache.
  struct MethodCacheEntry {
    const Type* type;
    const Str* name;
    uint32_t version;
    Value value;
  };
  static constexpr size_t kMethodCacheSize = 1024;
  MethodCacheEntry method_cache[kMethodCacheSize];

  // What this isolate knows of built-in types beyond their constant part (object/class_data.hpp).
  class BuiltinTypeTable* builtin_types = nullptr;
  class WeakList* weak_lists = nullptr;  // every WeakList of the isolate, chained
  // Weak references by referent; types/weakref.cpp owns the structure.
  struct WeakTable* weak_table = nullptr;
  // Objects with finalisers, and the queue of those due; vm/finalize.cpp owns the structure.
  struct FinalizerTable* finalizers = nullptr;

  // Buffers with memoryviews: a weak chain (object/bytes_objects.hpp).
  class ManagedBuffer* managed_buffers = nullptr;
  // Search functions, cache and error handlers of the codecs: object/codecs_registry.cpp; a root.
  Tuple* codec_state = nullptr;
  // A MemoryError made while there was memory, for when there is none: a root.
  Cell* spare_memory_error = nullptr;

  Dict* modules = nullptr;       // sys.modules
  Dict* builtins = nullptr;      // builtins.__dict__
  Dict* sys_dict = nullptr;

  Thread* threads = nullptr;     // all of the isolate, the main one last
  Limit stopped_by = Limit::None;  // a limit that ended one thread ends all

  std::atomic<uint32_t> interrupt{0};  // not 0: the next poll takes the slow path

 protected:
  explicit IsolateState(Heap::Mode mode = Heap::Mode::Isolate) : heap(mode) {}
  ~IsolateState() = default;
};

class Thread {
 public:
  IsolateState& isolate() const { return *isolate_; }
  Heap& heap() const { return isolate_->heap; }

  // ---- Failure. raise_* return Failure{} so that `return t.raise_type_error(...)` reads well. ----
  Value exception() const { return exception_; }      // empty when none is pending
  bool has_exception() const { return !exception_.is_empty(); }
  bool terminated() const { return termination_ != Limit::None; }
  Limit termination() const { return termination_; }
  // Takes the pending exception away; the caller handles it. Must not be called for terminations.
  Value take_exception() {
    Value e = exception_;
    exception_ = Value();
    return e;
  }
  // Makes `exception` (an exception instance) pending again, unchanged.
  Failure restore_exception(Value exception) {
    exception_ = exception;
    return Failure{};
  }
  // Pending exception is an instance of `type` (never true for terminations).
  bool exception_is(Type* type) const;

  // message: `{}` for each argument, as in "expected {} arguments, got {}".
  Failure raise_formatted(Type* type, const char* format, const FormatArgument* arguments, size_t count);
  template <typename... Args>
  Failure raise(Type* type, const char* format, const Args&... args) {
    const FormatArgument list[] = {FormatArgument(0), FormatArgument(args)...};
    return raise_formatted(type, format, list + 1, sizeof...(args));
  }
  template <typename... Args>
  Failure raise_type_error(const char* format, const Args&... args) {
    return raise(core.TypeError, format, args...);
  }
  template <typename... Args>
  Failure raise_value_error(const char* format, const Args&... args) {
    return raise(core.ValueError, format, args...);
  }
  // An instance made from one argument value (KeyError(key), StopIteration(value)) or without any.
  Failure raise_value(Type* type, Value argument);
  Failure raise_bare(Type* type);
  // Raises an exception instance or class as `raise x` does: instantiates, sets __context__.
  Failure raise_object_py(Value exception, Value cause_or_absent);
  Failure raise_memory_error();
  Failure terminate(Limit limit);

  // A str made of a format as in raise().
  Fallible<Str*> format_text(const char* format, const FormatArgument* arguments, size_t count);
  template <typename... Args>
  Fallible<Str*> format(const char* format, const Args&... args) {
    const FormatArgument list[] = {FormatArgument(0), FormatArgument(args)...};
    return format_text(format, list + 1, sizeof...(args));
  }

  // ---- Memory. ----
  // A zeroed cell of class T with `tail_bytes` beyond it. Raises MemoryError.
  template <typename T>
  Fallible<T*> allocate(Shape* shape, size_t tail_bytes = 0) {
    Cell* cell = heap().allocate(sizeof(T) + tail_bytes, shape);
    if (cell == nullptr) [[unlikely]] return raise_memory_error();
    return static_cast<T*>(cell);
  }
  // Before work or memory whose size a program chose: MemoryError when it cannot fit, even after a collection.
  Fallible<void> check_fits(uint64_t bytes) {
    if (!heap().would_fit(bytes)) [[unlikely]] return check_fits_slow(bytes);
    return {};
  }
  Fallible<void> check_fits_slow(uint64_t bytes);

  // Tells the audit hooks, which may run anything and may refuse by raising. Free while there are none; arguments that must be
  // made are worth a look at isolate().audited before.
  template <typename... Values>
  Fallible<void> audit_py(const char* event, const Values&... values) {
    if (!isolate_->audited) [[likely]] return {};
    const Value list[] = {Value(), Value(values)...};
    return isolate_->services->audit(*this, event, list + 1, sizeof...(values));
  }

  // ---- Budget. poll(n): n steps of work were done; call it in every loop whose length a program controls. ----
  Fallible<void> poll(int64_t steps = 1) {
    fuel_ -= steps;
    if (fuel_ <= 0 || isolate_->interrupt.load(std::memory_order_relaxed) != 0) [[unlikely]]
      return isolate_->services->poll_slow(*this);
    return {};
  }

  // ---- Native recursion. Use NativeRecursion below. ----
  bool native_stack_is_low() const {
    return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) < native_stack_limit_;
  }
  Failure raise_recursion_error(const char* where);  // where: " while calling a Python object" or ""

  Value exception_;
  Limit termination_ = Limit::None;
  int64_t fuel_ = 0;           // steps until the slow poll
  uintptr_t native_stack_limit_ = 0;
  uintptr_t native_stack_base_ = 0;
  struct MachineFrame* machine_frames_ = nullptr;  // native frames of the interpreter's loop, the innermost first
  Frame* frame_ = nullptr;     // top Python frame
  struct VmStackChunk* vm_chunk_ = nullptr;  // current piece of the VM stack (vm/frame.cpp)
  char* vm_begin_ = nullptr;   // its first byte
  char* vm_top_ = nullptr;     // the free part
  char* vm_end_ = nullptr;
  int64_t depth_ = 0;          // Python frames in this thread
  IsolateState* isolate_ = nullptr;
  // ---- Other threads (vm/turns.hpp). ----
  Thread* next_ = nullptr;             // IsolateState::threads
  Thread* next_for_turn_ = nullptr;    // the queue of those who want their turn
  Parker* parker_ = nullptr;
  uintptr_t parked_at_ = 0;            // stack pointer of a thread that is not at its turn; 0: it is, or has not begun
  uint64_t system_id_ = 0, handle_ = 0;
  uint64_t serial_ = 0;                // never used twice in an isolate
  size_t stack_bytes_ = 0;             // of a thread that the isolate started
  bool stopping_ = false;              // the next poll ends it
  bool blocked_ = false;               // in a call of the system
  bool forgotten_ = false;             // another process has it: this is the child of a fork()
  // What is each thread's own; roots.
  enum Own : uint8_t { kContext, kAsyncFirst, kAsyncFinal, kStart, kHandle, kOwnCount };
  Value own_[kOwnCount];
  int64_t coroutine_origin_depth_ = 0;  // sys.set_coroutine_origin_tracking_depth()
  // ---- Tracing (vm/tracing.cpp). ----
  uint32_t trace_mode_ = 0;    // not 0 while a trace or profile function wants events: offset into the dispatch table
  int32_t trace_depth_ = 0;    // trace functions that are running: no events meanwhile
  uint8_t trace_event_ = 0;    // what the running one was told (vm/tracing.hpp), 0: none
  Value trace_function_;       // sys.settrace(), empty: none
  Value profile_function_;     // sys.setprofile()
  // Objects whose repr is running (recursive containers print "..."): a small stack, types/repr_guard.
  struct ReprGuard* repr_guard_ = nullptr;
};

// Counts one level of native recursion: `TRY(check_native_recursion(t, " in comparison"))` at the top of every function
// that can come back to itself through program-shaped data.
inline Fallible<void> check_native_recursion(Thread& t, const char* where = "") {
  if (t.native_stack_is_low()) [[unlikely]] return t.raise_recursion_error(where);
  return {};
}

[[noreturn]] void check_failed(const char* file, int line, const char* condition);
#define HOG_CHECK(condition) \
  do {                       \
    if (!(condition)) [[unlikely]] ::hog::check_failed(__FILE__, __LINE__, #condition); \
  } while (0)
#ifdef NDEBUG
#define HOG_ASSERT(condition) ((void)0)
#else
#define HOG_ASSERT(condition) HOG_CHECK(condition)
#endif

}  // namespace hog
