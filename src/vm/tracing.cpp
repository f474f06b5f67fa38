// tracing.cpp: events for trace and profile functions.
//
// Invariant: trace_mode_ is set exactly while there is a function to tell and none is running. A line event comes when an
// instruction of another line than the one before it is reached, or a jump goes back within a line. Ref: library/sys
// "settrace"; reference/datamodel "Frame objects".
#include "vm/tracing.hpp"

#include "object/exception.hpp"
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"
#include "vm/isolate.hpp"

namespace hog {

namespace {

void choose_mode(Thread& t) {
  bool wanted = t.trace_depth_ == 0 && (!t.trace_function_.is_empty() || !t.profile_function_.is_empty());
  t.trace_mode_ = wanted ? static_cast<uint32_t>(kOpcodeCount) : 0;
}

constexpr const char* kEventNames[] = {"",       "call",   "line",   "return",     "exception",
                                       "opcode", "c_call", "c_return", "c_exception"};

// function(frame, event, argument), without events meanwhile.
Fallible<Value> call_function_py(Thread& t, Value function, FrameObject* object, TraceEvent event, Value argument, int32_t line) {
  Str* name = TRY(Str::intern_utf8(t, kEventNames[static_cast<size_t>(event)]));
  int32_t saved_line = object->event_line_;
  uint8_t saved_event = t.trace_event_;
  object->event_line_ = line;
  t.trace_event_ = static_cast<uint8_t>(event);
  ++t.trace_depth_;
  choose_mode(t);
  Fallible<Value> result = call_py(t, function, Value(object), Value(name), argument);
  --t.trace_depth_;
  choose_mode(t);
  t.trace_event_ = saved_event;
  object->event_line_ = saved_line;
  return result;
}

int32_t line_at(FrameObject* object, Code* code, uint32_t word) {
  if (word < object->line_start_ || word >= object->line_end_) {
    Code::Run run = code->run_at(word);
    object->line_start_ = run.start;
    object->line_end_ = run.end;
    object->line_ = run.position.line;
  }
  return object->line_;
}

// Of the frame's instruction; one without a line of its own belongs to the line that was traced last.
int32_t current_line(FrameObject* object, Frame* frame) {
  int32_t line = line_at(object, frame->code, frame->code->index_of(frame->pc));
  if (line >= 0) return line;
  if (object->traced_word_ != 0 && object->traced_word_ != UINT32_MAX)
    line = line_at(object, frame->code, object->traced_word_ - 1);
  return line >= 0 ? line : frame->code->line_at(frame->code->index_of(frame->pc));
}

// Tells the profile function, if any.
Fallible<void> profile_py(Thread& t, FrameObject* object, TraceEvent event, Value argument, int32_t line) {
  if (t.profile_function_.is_empty()) return {};
  Fallible<Value> result = call_function_py(t, t.profile_function_, object, event, argument, line);
  if (!result.failed()) return {};
  if (!t.terminated()) set_profile_function(t, Value());
  return Failure{};
}

// Tells the frame's own trace function, or the thread's when a frame begins; what it returns is the frame's from now on.
Fallible<void> trace_py(Thread& t, FrameObject* object, TraceEvent event, Value argument, int32_t line) {
  if (t.trace_function_.is_empty()) return {};
  Value function = event == TraceEvent::Call ? t.trace_function_ : object->trace_.get();
  if (function.is_empty()) return {};
  Fallible<Value> result = call_function_py(t, function, object, event, argument, line);
  if (result.failed()) {
    if (!t.terminated()) {
      set_trace_function(t, Value());
      object->trace_.clear();
    }
    return Failure{};
  }
  if (!result.get().is_none()) object->trace_.set(object, result.get());
  return {};
}

Fallible<void> both_py(Thread& t, Frame* frame, TraceEvent event, Value argument, int32_t line) {
  FrameObject* object = TRY(frame_object(t, frame));
  TRY(profile_py(t, object, event, argument, line));
  return trace_py(t, object, event, argument, line);
}

bool is_suspending(const Code* code) {
  return (code->flags() & (code_flag::kGenerator | code_flag::kCoroutine | code_flag::kAsyncGenerator)) != 0;
}

// Instructions before the function proper.
bool is_prologue(Opcode op) { return op == Opcode::COPY_FREE || op == Opcode::MAKE_CELL || op == Opcode::RETURN_GENERATOR; }

}  // namespace

void set_trace_function(Thread& t, Value function) {
  t.trace_function_ = function;
  choose_mode(t);
}
void set_profile_function(Thread& t, Value function) {
  t.profile_function_ = function;
  choose_mode(t);
}

Fallible<Value> call_tracing_py(Thread& t, Value function, const Arguments& arguments) {
  int32_t depth = t.trace_depth_;
  uint8_t event = t.trace_event_;
  t.trace_depth_ = 0;
  t.trace_event_ = 0;
  choose_mode(t);
  Fallible<Value> result = call_py(t, function, arguments);
  t.trace_depth_ = depth;
  t.trace_event_ = event;
  choose_mode(t);
  return result;
}

Fallible<Value> call_untraced_py(Thread& t, Value function, const Arguments& arguments) {
  ++t.trace_depth_;
  choose_mode(t);
  Fallible<Value> result = call_py(t, function, arguments);
  --t.trace_depth_;
  choose_mode(t);
  return result;
}

Fallible<void> trace_call_py(Thread& t, Frame* frame) {
  Code* code = frame->code;
  bool began = false;
  if (frame->generator == nullptr) {
    if (is_suspending(code)) return {};  // only makes the generator
    began = true;
  } else {
    began = frame->pc == code->begin() || (frame->pc - 1)->op == Opcode::RETURN_GENERATOR;
  }
  Value pending = t.exception_;
  t.exception_ = Value();
  FrameObject* object = TRY(frame_object(t, frame));
  int32_t line;
  if (began) {
    line = entry_line(code);
    object->traced_word_ = 0;
  } else {
    uint32_t word = code->index_of(frame->pc);
    if (word > 0 && pending.is_empty()) --word;  // at the YIELD
    line = line_at(object, code, word);
    object->traced_word_ = word + 1;
  }
  TRY(profile_py(t, object, TraceEvent::Call, Value::none(), line));
  TRY(trace_py(t, object, TraceEvent::Call, Value::none(), line));
  if (began) object->traced_word_ = UINT32_MAX;  // whatever comes first begins a line
  t.exception_ = pending;
  return {};
}

Fallible<void> trace_return_py(Thread& t, Frame* frame, Value result) {
  FrameObject* object = TRY(frame_object(t, frame));
  return both_py(t, frame, TraceEvent::Return, result, current_line(object, frame));
}

void trace_exception_py(Thread& t, Frame* frame) {
  if (t.trace_function_.is_empty() || frame->object == nullptr || frame->object->trace_.get().is_empty()) return;
  Value exception = t.take_exception();
  Value traceback = as<BaseException>(exception)->traceback_.get();
  if (traceback.is_empty()) traceback = Value::none();
  Fallible<Tuple*> argument = Tuple::of(t, Value(type_of(exception)), exception, traceback);
  if (argument.failed()) return;
  FrameObject* object = frame->object;
  Fallible<void> told =
      trace_py(t, object, TraceEvent::Exception, Value(argument.get()), current_line(object, frame));
  if (!told.failed()) (void)t.restore_exception(exception);
}

Fallible<void> trace_stop_py(Thread& t, Frame* frame, Value result) {
  if (t.trace_function_.is_empty() || frame->object == nullptr || frame->object->trace_.get().is_empty()) return {};
  (void)t.raise_value(core.StopIteration, result);
  if (t.terminated()) return Failure{};
  Value stop = t.exception_;
  trace_exception_py(t, frame);
  if (t.exception_ != stop) return Failure{};  // the trace function's own
  t.take_exception();
  return {};
}

void trace_unwind_py(Thread& t, Frame* frame) {
  if (frame->generator == nullptr && is_suspending(frame->code)) return;
  Value exception = t.take_exception();
  Fallible<FrameObject*> object = frame_object(t, frame);
  if (object.failed()) return;
  Fallible<void> told = both_py(t, frame, TraceEvent::Return, Value::none(), current_line(object.get(), frame));
  if (!told.failed()) (void)t.restore_exception(exception);
}

Fallible<void> trace_instruction_py(Thread& t, Frame* frame) {
  FrameObject* object = frame->object;
  if (object == nullptr || object->trace_.get().is_empty() || t.trace_function_.is_empty()) return {};
  if (is_prologue(frame->pc->op)) return {};
  Code* code = frame->code;
  uint32_t word = code->index_of(frame->pc);
  uint32_t before = object->traced_word_;
  int32_t previous = -1;
  bool back = false;
  if (before == 0) {
    if (word > 0) previous = line_at(object, code, word - 1);
  } else if (before != UINT32_MAX) {
    previous = line_at(object, code, before - 1);
    back = word < before;
  }
  int32_t line = line_at(object, code, word);
  const Instruction* pc = frame->pc;
  // Events begin within a statement that has no instruction left here, though in Python's model it has: its value is thrown away.
  if (before == 0 && object->trace_opcodes_ && previous >= 0 && previous != line) {
    TRY(trace_py(t, object, TraceEvent::Opcode, Value::none(), previous));
    if (frame->pc != pc || t.trace_function_.is_empty() || object->trace_.get().is_empty()) return {};
  }
  if (line >= 0) object->traced_word_ = word + 1;
  else line = current_line(object, frame);
  if (object->traced_word_ == word + 1 && object->trace_lines_ && (line != previous || back)) {
    TRY(trace_py(t, object, TraceEvent::Line, Value::none(), line));
    if (frame->pc != pc) return {};
  }
  if (object->trace_opcodes_) TRY(trace_py(t, object, TraceEvent::Opcode, Value::none(), line));
  return {};
}

bool is_profiled_native(Value callee) {
  return is_exactly(callee, shapes.builtin_function) || is_exactly(callee, shapes.method_descriptor);
}

namespace {

// call(), between the events of a native call by the frame.
template <typename Call>
Fallible<Value> call_between_events_py(Thread& t, Frame* frame, Value shown, Call call) {
  FrameObject* object = TRY(frame_object(t, frame));
  int32_t line = current_line(object, frame);
  TRY(profile_py(t, object, TraceEvent::NativeCall, shown, line));
  Fallible<Value> result = call();
  if (t.terminated()) return Failure{};
  if (t.trace_mode_ == 0) return result;
  if (result.failed()) {
    Value exception = t.take_exception();
    if (!profile_py(t, object, TraceEvent::NativeException, shown, line).failed()) (void)t.restore_exception(exception);
    return Failure{};
  }
  TRY(profile_py(t, object, TraceEvent::NativeReturn, shown, line));
  return result;
}

// A method is shown bound to the object that it is called on.
Fallible<Value> shown_callee_py(Thread& t, Value callee, Value first) {
  if (!is_exactly(callee, shapes.method_descriptor) || first.is_absent()) return callee;
  if (!is_instance(first, as<MethodDescriptor>(callee)->owner_)) return callee;
  auto get = type_of(callee)->slots().descriptor_get;
  return get != nullptr ? get(t, callee, first, Value(type_of(first))) : callee;
}

}  // namespace

Fallible<Value> call_profiled_py(Thread& t, Frame* frame, Value callee, const Arguments& arguments) {
  Value shown = TRY(shown_callee_py(t, callee, arguments.positional > 0 ? arguments[0] : Value::absent()));
  return call_between_events_py(t, frame, shown, [&] { return call_py(t, callee, arguments); });
}

Fallible<Value> call_profiled_unpacked_py(Thread& t, Frame* frame, Value callee, Value positional, Value keywords) {
  bool known = is<Tuple>(positional) && as<Tuple>(positional)->length() != 0;
  Value shown = TRY(shown_callee_py(t, callee, known ? as<Tuple>(positional)->at(0) : Value::absent()));
  return call_between_events_py(t, frame, shown, [&] { return call_unpacked_py(t, callee, positional, keywords); });
}

}  // namespace hog
