// frame.cpp: the VM stack, frame objects and tracebacks.
// Invariant: a FrameObject whose frame has ended has `live_` null and its own copy of the registers.
#include "vm/frame.hpp"

#include <cstdlib>

#include "bytecode/liveness.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"

namespace hog {

// A piece of a thread's VM stack. Pieces are kept when the stack shrinks, except one beyond the next.
struct VmStackChunk {
  VmStackChunk* previous;
  VmStackChunk* next;
  size_t bytes;
  char* saved_top;  // where this piece was filled to when the next one was begun
  char* begin() { return reinterpret_cast<char*>(this + 1); }
  char* end() { return reinterpret_cast<char*>(this) + bytes; }
};

namespace {

constexpr size_t kFirstChunk = 8 * 1024;
constexpr size_t kLargestChunk = 256 * 1024;

Fallible<void> next_chunk(Thread& t, size_t needed) {
  VmStackChunk* current = t.vm_chunk_;
  if (current != nullptr) current->saved_top = t.vm_top_;
  if (current != nullptr && current->next != nullptr) {
    VmStackChunk* next = current->next;
    if (static_cast<size_t>(next->end() - next->begin()) >= needed) {
      t.vm_chunk_ = next;
      t.vm_begin_ = t.vm_top_ = next->begin();
      t.vm_end_ = next->end();
      return {};
    }
    Isolate::of(t).memory().release(next, next->bytes);
    current->next = nullptr;
  }
  size_t bytes = current == nullptr ? kFirstChunk : current->bytes * 2;
  if (bytes > kLargestChunk) bytes = kLargestChunk;
  if (bytes < needed + sizeof(VmStackChunk)) bytes = needed + sizeof(VmStackChunk);
  auto* chunk = static_cast<VmStackChunk*>(Isolate::of(t).memory().allocate(bytes));
  if (chunk == nullptr) return t.raise_memory_error();
  chunk->previous = current;
  chunk->next = nullptr;
  chunk->bytes = bytes;
  if (current != nullptr) current->next = chunk;
  t.vm_chunk_ = chunk;
  t.vm_begin_ = t.vm_top_ = chunk->begin();
  t.vm_end_ = chunk->end();
  return {};
}

}  // namespace

void release_vm_stack(Thread& t) {
  VmStackChunk* chunk = t.vm_chunk_;
  if (chunk == nullptr) return;
  while (chunk->next != nullptr) chunk = chunk->next;
  while (chunk != nullptr) {
    VmStackChunk* previous = chunk->previous;
    Isolate::of(t).memory().release(chunk, chunk->bytes);
    chunk = previous;
  }
  t.vm_chunk_ = nullptr;
  t.vm_begin_ = t.vm_top_ = t.vm_end_ = nullptr;
}

Fallible<Frame*> push_frame_slow(Thread& t, Code* code, uint32_t registers) {
  size_t needed = sizeof(Frame) + registers * sizeof(Value);
  TRY(next_chunk(t, needed));
  return push_frame(t, code, registers);
}

void pop_frame_to_previous_chunk(Thread& t) {
  VmStackChunk* previous = t.vm_chunk_->previous;
  if (previous == nullptr) return;
  t.vm_chunk_ = previous;
  t.vm_begin_ = previous->begin();
  t.vm_top_ = previous->saved_top;
  t.vm_end_ = previous->end();
}

// ---- Frame objects. ----

FrameObject* existing_frame_object(Frame* frame) { return frame->object; }

Fallible<FrameObject*> frame_object(Thread& t, Frame* frame) {
  if (frame->object != nullptr) return frame->object;
  auto* object = TRY(t.allocate<FrameObject>(shapes.frame));
  object->live_ = frame;
  object->code_.set(object, frame->code);
  object->function_.set(object, frame->function);
  object->globals_.set(object, frame->globals);
  object->builtins_.set(object, frame->builtins);
  object->locals_.set(object, frame->locals);
  object->generator_.set(object, frame->generator);
  object->trace_lines_ = true;
  object->event_line_ = FrameObject::kNoEventLine;
  frame->object = object;
  return object;
}

void detach_frame_object(Thread& t, Frame* frame) {
  FrameObject* object = frame->object;
  frame->object = nullptr;
  object->live_ = nullptr;
  object->last_word_ = frame->pc == nullptr ? 0 : frame->code->index_of(frame->pc);
  // Without memory the frame object only forgets its variables and its caller: nothing Python could not also see
  // after frame.clear().
  Value pending = t.exception_;
  t.exception_ = Value();
  if (frame->generator == nullptr || frame->generator->state_ == GeneratorState::Finished) {
    uint32_t count = frame->code->record().local_count;
    Fallible<ValueArray*> copy = ValueArray::make(t, count);
    if (!copy.failed()) {
      for (uint32_t i = 0; i < count; ++i) copy.get()->set(i, frame->registers[i]);
      object->registers_.set(object, copy.get());
    }
  }
  if (frame->previous != nullptr && frame->generator == nullptr) {
    Fallible<FrameObject*> back = frame_object(t, frame->previous);
    if (!back.failed()) object->back_.set(object, back.get());
  }
  if (t.termination_ == Limit::None) t.exception_ = pending;
}

int32_t frame_line(const Frame* frame) {
  bool not_begun = frame->generator != nullptr && frame->generator->state_ == GeneratorState::Created;
  if (frame->pc == nullptr || !frame->code->is_materialized() || not_begun)
    return static_cast<int32_t>(frame->code->first_line_);
  return frame->code->line_at(frame->code->index_of(frame->pc));
}

void add_traceback(Thread& t, Frame* frame, BaseException* exception) {
  Value pending = t.exception_;
  Fallible<FrameObject*> object = frame_object(t, frame);
  if (object.failed()) {
    if (t.termination_ == Limit::None) t.exception_ = pending;
    return;
  }
  Fallible<Traceback*> entry = t.allocate<Traceback>(shapes.traceback);
  if (entry.failed()) {
    if (t.termination_ == Limit::None) t.exception_ = pending;
    return;
  }
  Traceback* tb = entry.get();
  Value next = exception->traceback_.get();
  tb->next_.set(tb, next.is_empty() || next.is_none() ? nullptr : as<Traceback>(next));
  tb->frame_.set(tb, object.get());
  tb->last_word_ = frame->pc == nullptr ? 0 : frame->code->index_of(frame->pc);
  tb->line_ = -1;
  exception->traceback_.set(exception, tb);
}

// ---- Tracing. ----

namespace {

// The registers that may still be read: the named ones, and the temporaries that the compiler counts where the frame stands.
// `entered`: the instruction is a call, and the Python function it called runs on its own copy of the arguments.
uint32_t live_registers(const Frame* frame, bool entered) {
  const Code* code = frame->code;
  if (frame->pc == nullptr || !code->is_materialized()) return code->register_count_;
  uint32_t word = code->index_of(frame->pc);
  uint32_t live = live_registers_at(code->source_->blob_, code->record(), word);
  if (entered && is_call_window(frame->pc->op) && frame->pc->b < live) live = frame->pc->b;
  uint32_t named = code->record().local_count;
  HOG_ASSERT(live <= code->register_count_);
  return live < named ? named : live;
}

}  // namespace

void trace_frame(Frame* frame, Marker& marker, bool entered) {
  marker.visit(frame->code);
  marker.visit(frame->function);
  marker.visit(frame->globals);
  marker.visit(frame->builtins);
  marker.visit_word(frame->locals.raw());
  marker.visit_word(frame->handled.raw());
  marker.visit(frame->object);
  marker.visit(frame->generator);
  marker.visit_word(frame->instance.raw());
  if (frame->registers == nullptr || frame->code == nullptr) return;
  uint32_t live = live_registers(frame, entered);
  marker.visit_words(reinterpret_cast<const uint64_t*>(frame->registers), live);
  // What the dead ones refer to may be gone after this collection, and a later one may count them before they are written.
  for (uint32_t i = live; i < frame->code->register_count_; ++i) frame->registers[i] = Value();
}

void trace_frames(Frame* top, Marker& marker) {
  bool entered = false;
  for (Frame* frame = top; frame != nullptr; frame = frame->previous) {
    trace_frame(frame, marker, entered);
    entered = frame->mode == ReturnMode::Register || frame->mode == ReturnMode::Instance;
  }
}

namespace {

// Clears the registers of one frame after another that nobody reads again.
class DeadRegisters {
 public:
  explicit DeadRegisters(Thread& t) : t_(t) {}
  ~DeadRegisters() { release(); }
  DeadRegisters(const DeadRegisters&) = delete;

  void clear(Frame* frame, bool entered) {
    Code* code = frame->code;
    if (frame->registers == nullptr || code == nullptr || frame->pc == nullptr || !code->is_materialized()) return;
    if (code != code_ && !solve(code)) return;
    uint32_t word = code->index_of(frame->pc);
    uint32_t window = entered && is_call_window(frame->pc->op) ? frame->pc->b : code->register_count_;
    for (uint32_t i = code->record().local_count; i < code->register_count_; ++i)
      if (i >= window || !is_live(code->record(), scratch_, word, i)) frame->registers[i] = Value();
  }

 private:
  static constexpr size_t kMostWords = 1 << 17;
  static constexpr size_t kMostWork = 1 << 21;  // a program that suspends in very many functions waits no longer than this

  bool solve(Code* code) {
    code_ = nullptr;
    size_t words = liveness_scratch_words(code->record());
    if (words > kMostWords || work_ > kMostWork) return false;
    work_ += words;
    if (words > capacity_) {
      release();
      scratch_ = static_cast<uint64_t*>(Isolate::of(t_).memory().allocate(words * sizeof(uint64_t)));
      capacity_ = scratch_ == nullptr ? 0 : words;
      if (scratch_ == nullptr) return false;
    }
    solve_liveness(code->source_->blob_, code->record(), scratch_);
    code_ = code;
    return true;
  }
  void release() {
    if (scratch_ != nullptr) Isolate::of(t_).memory().release(scratch_, capacity_ * sizeof(uint64_t));
    scratch_ = nullptr;
    capacity_ = 0;
  }

  Thread& t_;
  Code* code_ = nullptr;
  uint64_t* scratch_ = nullptr;
  size_t capacity_ = 0;
  size_t work_ = 0;
};

}  // namespace

void clear_dead_registers(Thread& t) {
  DeadRegisters dead(t);
  for (Thread* each = t.isolate().threads; each != nullptr; each = each->next_) {
    bool entered = false;
    for (Frame* frame = each->frame_; frame != nullptr; frame = frame->previous) {
      dead.clear(frame, entered);
      entered = frame->mode == ReturnMode::Register || frame->mode == ReturnMode::Instance;
    }
  }
  t.heap().for_each_cell(
      [](void* context, Cell* cell) {
        if (!is<Generator>(cell)) return;
        auto* g = static_cast<Generator*>(cell);
        if (g->state_ == GeneratorState::Suspended) static_cast<DeadRegisters*>(context)->clear(&g->frame_, false);
      },
      &dead);
}

namespace {

void trace_frame_object(Cell* cell, Marker& marker) {
  auto* object = static_cast<FrameObject*>(cell);
  marker.visit(object->code_.get());
  marker.visit(object->function_.get());
  marker.visit(object->globals_.get());
  marker.visit(object->builtins_.get());
  marker.visit_word(object->locals_.get().raw());
  marker.visit(object->registers_.get());
  marker.visit(object->back_.get());
  marker.visit_word(object->trace_.get().raw());
  marker.visit_word(object->extra_locals_.get().raw());
  marker.visit(object->generator_.get());
}

void trace_traceback(Cell* cell, Marker& marker) {
  auto* tb = static_cast<Traceback*>(cell);
  marker.visit(tb->next_.get());
  marker.visit(tb->frame_.get());
}

void trace_generator(Cell* cell, Marker& marker) {
  auto* g = static_cast<Generator*>(cell);
  marker.visit(g->name_.get());
  marker.visit(g->qualified_name_.get());
  marker.visit_word(g->finalizer_.get().raw());
  marker.visit_word(g->origin_.get().raw());
  if (g->state_ == GeneratorState::Running && g->frame_.previous != nullptr) {
    marker.visit(g->frame_.code);  // linked: the thread's frames are traced where they run
    marker.visit(g->frame_.object);
  } else if (g->state_ != GeneratorState::Finished) {
    trace_frame(&g->frame_, marker, false);
  } else {
    marker.visit(g->frame_.code);
    marker.visit(g->frame_.object);
  }
}

size_t generator_items(const Cell* cell) { return static_cast<const Generator*>(cell)->register_count_; }

}  // namespace

const Layout FrameObject::kLayout = {.name = "frame", .trace = trace_frame_object, .base_size = sizeof(FrameObject)};
const Layout Traceback::kLayout = {.name = "traceback", .trace = trace_traceback, .base_size = sizeof(Traceback)};
const Layout Generator::kLayout = {.name = "generator",
                                   .trace = trace_generator,
                                   .base_size = sizeof(Generator),
                                   .item_size = 8,
                                   .item_count = generator_items};

}  // namespace hog
