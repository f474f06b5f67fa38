// frame_type.cpp: frame objects as Python sees them.
#include "object/native.hpp"
#include "object/protocol.hpp"
#include "vm/tracing.hpp"

namespace hog {

namespace {

FrameObject* self_of(Value self) { return as<FrameObject>(self); }

Fallible<Value> get_back(Thread& t, Value self) {
  FrameObject* frame = self_of(self);
  if (frame->live_ == nullptr) {
    FrameObject* back = frame->back_.get();
    return back == nullptr ? Value::none() : Value(back);
  }
  Frame* previous = frame->live_->previous;
  if (previous == nullptr) return Value::none();
  return Value(TRY(frame_object(t, previous)));
}
Fallible<Value> get_code(Thread& t, Value self) {
  if (t.isolate().audited) TRY(t.audit_py("object.__getattr__", self, Value(TRY(Str::intern_utf8(t, "f_code")))));
  return Value(self_of(self)->code_.get());
}
Fallible<Value> get_globals(Thread&, Value self) { return Value(self_of(self)->globals_.get()); }
Fallible<Value> get_builtins(Thread&, Value self) { return Value(self_of(self)->builtins_.get()); }
Fallible<Value> get_locals(Thread& t, Value self) { return frame_object_locals_py(t, self_of(self)); }
uint32_t word_of(FrameObject* frame) {
  if (frame->live_ == nullptr) return frame->last_word_;
  return frame->live_->pc == nullptr ? 0 : frame->code_->index_of(frame->live_->pc);
}
Fallible<Value> get_line(Thread&, Value self) {
  FrameObject* frame = self_of(self);
  if (frame->event_line_ != FrameObject::kNoEventLine)
    return frame->event_line_ < 0 ? Value::none() : Value::from_small_int(frame->event_line_);
  Code* code = frame->code_.get();
  Generator* generator = frame->generator_.get();
  bool not_begun = generator != nullptr && generator->state_ == GeneratorState::Created;
  if (!code->is_materialized() || not_begun) return Value::from_small_int(code->first_line_);
  return Value::from_small_int(code->line_at(word_of(frame)));
}
Fallible<void> set_line(Thread& t, Value self, Value line) {
  if (line.is_absent()) return t.raise(core.AttributeError, "attribute 'f_lineno' of 'frame' objects cannot be deleted");
  return set_frame_line(t, self_of(self), line);
}
Fallible<Value> get_last_instruction(Thread&, Value self) {
  FrameObject* frame = self_of(self);
  if (frame->live_ != nullptr && frame->live_->generator != nullptr &&
      frame->live_->generator->state_ == GeneratorState::Created)
    return Value::from_small_int(-1);
  uint32_t word = word_of(frame);
  if (frame->event_line_ != FrameObject::kNoEventLine && frame->code_->position_at(word).line != frame->event_line_) {
    // The event is not of the instruction that comes next: of the entry, or of what ran last.
    if (frame->traced_word_ != 0 && frame->traced_word_ != UINT32_MAX) word = frame->traced_word_ - 1;
    for (;;) {
      Code::Run run = frame->code_->run_at(word);
      if (run.position.line == frame->event_line_) break;
      if (run.start == 0) return Value::from_small_int(0);
      word = run.start - 1;
    }
  }
  return Value::from_small_int(static_cast<int64_t>(word + kEntryWords) * 2);
}
Fallible<Value> get_trace(Thread&, Value self) {
  Value v = self_of(self)->trace_.get();
  return v.is_empty() ? Value::none() : v;
}
Fallible<void> set_trace(Thread&, Value self, Value value) {
  self_of(self)->trace_.set(self.cell(), value.is_absent() || value.is_none() ? Value() : value);
  return {};
}
Fallible<Value> get_trace_lines(Thread&, Value self) { return Value::from_bool(self_of(self)->trace_lines_); }
Fallible<void> set_trace_lines(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise_type_error("can't delete numeric/char attribute");
  if (!value.is_bool()) return t.raise_type_error("attribute value type must be bool");
  self_of(self)->trace_lines_ = value.is_true();
  return {};
}
Fallible<Value> get_trace_opcodes(Thread&, Value self) { return Value::from_bool(self_of(self)->trace_opcodes_); }
Fallible<void> set_trace_opcodes(Thread& t, Value self, Value value) {
  if (value.is_absent()) return t.raise(core.AttributeError, "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted");
  if (!value.is_bool()) return t.raise_type_error("attribute value type must be bool");
  FrameObject* frame = self_of(self);
  // The next event is about the rest of the instruction that is running, whatever was traced before it.
  if (value.is_true() && !frame->trace_opcodes_ && frame->traced_word_ != UINT32_MAX) frame->traced_word_ = 0;
  frame->trace_opcodes_ = value.is_true();
  return {};
}
Fallible<Value> get_generator(Thread&, Value self) {
  Generator* g = self_of(self)->generator_.get();
  return g == nullptr ? Value::none() : Value(g);
}

Fallible<void> frame_clear(Thread& t, FrameObject* self) {
  if (self->live_ != nullptr) {
    Generator* g = self->live_->generator;
    if (g == nullptr || g->state_ == GeneratorState::Running)
      return t.raise(core.RuntimeError, "cannot clear an executing frame");
    if (g->state_ == GeneratorState::Suspended) return t.raise(core.RuntimeError, "cannot clear a suspended frame");
    g->state_ = GeneratorState::Finished;
    self->live_ = nullptr;
    g->frame_.object = nullptr;
  }
  self->registers_.clear();
  self->extra_locals_.clear();
  self->cleared_ = true;
  return {};
}

Fallible<Value> frame_repr(Thread& t, Value self) {
  FrameObject* frame = self_of(self);
  Str* filename = TRY(frame->code_->filename(t));
  Value line = TRY(get_line(t, self));
  return Value(TRY(t.format("<frame at {}, file {}, line {}, code {}>", address_of(self), repr_of(Value(filename)),
                            str_of(line), frame->code_->name_.get())));
}

constexpr NativeMethod kMethods[] = {
    {"clear", HOG_NATIVE(frame_clear), "($self, /)", "Drop what the frame's variables refer to."},
    {},
};
constexpr GetSet kGetSets[] = {
    {"f_back", get_back},
    {"f_code", get_code},
    {"f_globals", get_globals},
    {"f_builtins", get_builtins},
    {"f_locals", get_locals},
    {"f_lineno", get_line, set_line},
    {"f_lasti", get_last_instruction},
    {"f_trace", get_trace, set_trace},
    {"f_trace_lines", get_trace_lines, set_trace_lines},
    {"f_trace_opcodes", get_trace_opcodes, set_trace_opcodes},
    {"f_generator", get_generator},
    {},
};

}  // namespace

extern const TypeSpec k_frame_spec;
const TypeSpec k_frame_spec = {
    .name = "frame",
    .layout = &FrameObject::kLayout,
    .flags = type_flag::kNoInstantiation,
    .slots = {.repr = frame_repr},
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace hog
