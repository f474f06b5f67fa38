// tracing.hpp: sys.settrace() and sys.setprofile(). The interpreter's loop calls these only while Thread::trace_mode_ is set.
#pragma once

#include "vm/frame.hpp"

namespace hog {

enum class TraceEvent : uint8_t { None, Call, Line, Return, Exception, Opcode, NativeCall, NativeReturn, NativeException };

// What Python sees of instructions begins with one that stands for the entry of the function, at its first line: an
// instruction's offset (f_lasti, tb_lasti, co_lines(), co_positions()) is 2 * (its word + this).
constexpr uint32_t kEntryWords = 1;
inline int32_t entry_line(const Code* code) {
  return code->record().parent == 0 && !code->has(code_flag::kNewLocals) ? 0 : static_cast<int32_t>(code->first_line_);
}

// Empty: none. Events begin with the next instruction.
void set_trace_function(Thread& t, Value function);
void set_profile_function(Thread& t, Value function);
// Runs function(*arguments) with events, though a trace function is running: sys.call_tracing().
Fallible<Value> call_tracing_py(Thread& t, Value function, const Arguments& arguments);

// Without events meanwhile.
Fallible<Value> call_untraced_py(Thread& t, Value function, const Arguments& arguments);

// The thread's top frame begins or goes on. A pending exception (throw()) is kept, unless the trace function raises.
Fallible<void> trace_call_py(Thread& t, Frame* frame);
// It returns or yields `result`.
Fallible<void> trace_return_py(Thread& t, Frame* frame, Value result);
// The pending exception has come to the frame; or leaves it.
void trace_exception_py(Thread& t, Frame* frame);
void trace_unwind_py(Thread& t, Frame* frame);
// What the frame awaits has ended by StopIteration(result), which the machine need not make otherwise.
Fallible<void> trace_stop_py(Thread& t, Frame* frame, Value result);
// Before the instruction at frame->pc: line and opcode. The trace function may set frame->pc.
Fallible<void> trace_instruction_py(Thread& t, Frame* frame);
// callee(arguments), a native function called by the frame's instruction, between c_call and c_return.
bool is_profiled_native(Value callee);
Fallible<Value> call_profiled_py(Thread& t, Frame* frame, Value callee, const Arguments& arguments);
// callee(*positional, **keywords), the same; keywords empty: none.
Fallible<Value> call_profiled_unpacked_py(Thread& t, Frame* frame, Value callee, Value positional, Value keywords);

// f_lineno = line, from a trace function: frame->pc moves to the first instruction of the line.
Fallible<void> set_frame_line(Thread& t, FrameObject* frame, Value line);

}  // namespace hog
