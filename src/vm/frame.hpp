// frame.hpp: activation records. Frames and their registers live in the thread's VM stack (a generator's in the generator),
// never on the native stack: a Python-to-Python call needs none of it.
//
//   [Frame][registers: locals, cells, free variables, temporaries]
//
// Registers hold Values; empty is "unbound". All are cleared when a frame begins. The collector scans those that are
// live where the frame stands and clears the others.
#pragma once

#include "object/containers.hpp"
#include "object/exception.hpp"
#include "vm/function.hpp"

namespace hog {

class FrameObject;
class Generator;

// What happens to the frame's result when it returns (or yields).
enum class ReturnMode : uint8_t {
  Native,    // ends the run loop that was entered for it
  Register,  // to register `result` of the previous frame, which goes on behind its call
  Instance,  // __init__: result must be None; the instance (register 0 at entry, kept in `instance`) is the value
  ForIter,   // a generator under FOR_ITER: a value goes to `result`; at the end the previous frame jumps
  Send,      // a generator or coroutine under SEND: yields fall through, the return value jumps
  Discard,   // result is dropped
};

struct Frame {
  const Instruction* pc;      // of the instruction being executed (when suspended in a call), as well for positions
  Value* registers;
  Code* code;
  Function* function;         // null for module and class bodies run from code alone
  Frame* previous;
  Dict* globals;
  Dict* builtins;
  Value locals;               // mapping of class bodies and exec(); empty in functions
  Value handled;              // exception being handled in this frame; empty: none
  FrameObject* object;        // the Python-visible frame, once made
  Generator* generator;       // owner, or null
  Value instance;             // ReturnMode::Instance
  uint16_t result;
  ReturnMode mode;
  uint8_t advance;            // words of the instruction in `previous` that called this frame
  bool owns_stack;            // registers are on the VM stack (not in a generator)
};

// A frame as Python sees it. While the frame runs it reads through `live`; afterwards it has its own copy.
class FrameObject : public Cell {
 public:
  static const Layout kLayout;
  Frame* live_;               // null when the frame is over
  Field<Code> code_;
  Field<Function> function_;
  Field<Dict> globals_;
  Field<Dict> builtins_;
  ValueField locals_;         // mapping or empty
  Field<ValueArray> registers_;  // after the end
  Field<FrameObject> back_;      // after the end
  ValueField trace_;
  ValueField extra_locals_;   // names set through the f_locals proxy that are no variables
  Field<Generator> generator_;
  uint32_t last_word_;        // after the end: word index of the last instruction
  // Tracing: where the last traced instruction stood (+ 1; 0: not known), and the positions' entry around it.
  uint32_t traced_word_;
  uint32_t line_start_, line_end_;
  int32_t line_;
  int32_t event_line_;        // f_lineno while a trace function runs; kNoEventLine: computed
  static constexpr int32_t kNoEventLine = INT32_MIN;
  bool trace_lines_;
  bool trace_opcodes_;
  bool cleared_;
};

class Traceback : public Cell {
 public:
  static const Layout kLayout;
  Field<Traceback> next_;
  Field<FrameObject> frame_;
  int64_t last_word_;
  int64_t line_;  // -1: computed from last_word_ when asked for
};

enum class GeneratorKind : uint8_t { Generator, Coroutine, AsyncGenerator };
enum class GeneratorState : uint8_t { Created, Suspended, Running, Finished };

class Generator : public Cell {
 public:
  static const Layout kLayout;
  GeneratorKind kind_;
  GeneratorState state_;
  bool closed_flag_;          // async generators: aclose() begun
  bool running_async_;        // async generators: an asend/athrow/aclose is in flight
  bool hooks_called_;         // async generators: firstiter hook has run
  bool finalizer_registered_;
  Field<Str> name_;
  Field<Str> qualified_name_;
  ValueField finalizer_;      // async generators
  ValueField origin_;         // coroutine origin tracking
  Frame frame_;
  uint32_t register_count_;
  Value registers_[];
};

// ---- The VM stack of a thread. ----
struct VmStackChunk;

// Python frames ran by the machine: entry points for natives.
Fallible<Value> run_frame(Thread& t, Frame* frame);
Fallible<Frame*> push_frame_slow(Thread& t, Code* code, uint32_t registers);
void pop_frame_to_previous_chunk(Thread& t);
void release_vm_stack(Thread& t);
void trace_frames(Frame* top, Marker& marker);  // a thread's frames, from the running one down
// The collector's idea of what is live is quick and generous. This is slow and exact: for gc.collect().
void clear_dead_registers(Thread& t);
// Room for a frame on the VM stack, everything cleared; the caller fills it and makes it the thread's top frame.
inline Fallible<Frame*> push_frame(Thread& t, Code* code, uint32_t registers) {
  size_t needed = sizeof(Frame) + registers * sizeof(Value);
  if (static_cast<size_t>(t.vm_end_ - t.vm_top_) < needed) [[unlikely]] return push_frame_slow(t, code, registers);
  auto* frame = reinterpret_cast<Frame*>(t.vm_top_);
  t.vm_top_ += needed;
  std::memset(static_cast<void*>(frame), 0, needed);
  frame->registers = reinterpret_cast<Value*>(frame + 1);
  frame->code = code;
  frame->owns_stack = true;
  return frame;
}
// Gives the room of the top frame back; t.frame_ is the frame below already.
inline void pop_frame(Thread& t, Frame* frame) {
  t.vm_top_ = reinterpret_cast<char*>(frame);
  if (t.vm_top_ == t.vm_begin_) [[unlikely]] pop_frame_to_previous_chunk(t);
}
FrameObject* existing_frame_object(Frame* frame);
Fallible<FrameObject*> frame_object(Thread& t, Frame* frame);
// Called when a frame that has a FrameObject ends.
void detach_frame_object(Thread& t, Frame* frame);
// frame.f_locals: the frame's own mapping, or a write-through proxy of a function's variables (frame_locals.cpp).
Fallible<Value> frame_object_locals_py(Thread& t, FrameObject* frame);
// locals(): the mapping itself, or a fresh dict of a function's variables.
Fallible<Value> frame_locals_py(Thread& t, Frame* frame);
int32_t frame_line(const Frame* frame);
void add_traceback(Thread& t, Frame* frame, BaseException* exception);

// Function arguments into registers (cleared, register_count of code): defaults, keywords, * and **; TypeErrors.
Fallible<void> bind_arguments(Thread& t, Function* function, const Arguments& arguments, Value* registers);
Fallible<Value> call_function(Thread& t, Value callee, const Arguments& arguments);  // Function's call slot

// ---- Generators. ----
Fallible<Generator*> make_generator(Thread& t, Frame* frame);
enum class ResumeOutcome : uint8_t { Yielded, Returned };
struct ResumeResult {
  Value value;
  ResumeOutcome outcome;
};
// Resumes from native code. Sends `value` (None to start), or raises the pending exception inside when `throwing`.
Fallible<ResumeResult> resume_generator(Thread& t, Generator* g, Value value, bool throwing);
// The same, going on at frame_.pc + 1 without storing a value.
Fallible<ResumeResult> resume_generator_at(Thread& t, Generator* g);
// run_frame, beginning with the pending exception raised at frame->pc.
Fallible<Value> run_frame_throwing(Thread& t, Frame* frame);
// What a suspended generator delegates to (`yield from`, `await`), or absent.
Value coroutine_delegate(Generator* g);
// The methods of generators and coroutines: a yielded value, or StopIteration raised.
Fallible<Value> generator_send_py(Thread& t, Generator* g, Value value);
Fallible<Value> generator_throw_py(Thread& t, Generator* g, Value exception);  // an exception instance
Fallible<Value> generator_close_py(Thread& t, Generator* g);
// Dropped by the program: closes it, warns about a coroutine never awaited, hands an async generator to its hook.
Fallible<void> finalize_generator_py(Thread& t, Generator* g);
// The exception that throw(type, value, traceback) means, old forms included.
Fallible<Value> thrown_exception_py(Thread& t, Value type, Value value, Value traceback);
Fallible<Value> generator_next(Thread& t, Generator* g);  // absent when it returns None

}  // namespace hog
