// jumping.cpp: frame.f_lineno = n in a trace function.
//
// Invariant: a jump is made only where every temporary that the target reads was written by the same instruction that wrote it
// for the place the frame leaves: the same loop's iterator, the same `with`, the same handler. Named variables that might be
// unbound where the compiler knows them bound become None. Ref: reference/datamodel "Frame objects".
#include "bytecode/liveness.hpp"
#include "object/protocol.hpp"
#include "vm/isolate.hpp"
#include "vm/position_reader.hpp"
#include "vm/tracing.hpp"

namespace hog {

namespace {

// Which instruction wrote each temporary, at each word; by data flow, forward.
class Writers {
 public:
  Writers(Thread& t, Code* code)
      : t_(t), r_(code->record()), code_(code->begin()), handlers_(code->exceptions()),
        temps_(r_.register_count - r_.local_count) {}
  ~Writers() {
    if (rows_ != nullptr) memory().release(rows_, bytes_);
    if (live_ != nullptr) memory().release(live_, live_bytes_);
  }
  Writers(const Writers&) = delete;

  static constexpr uint32_t kUnreached = UINT32_MAX, kSeveral = UINT32_MAX - 1, kHandler = 0x80000000;

  Fallible<void> solve(CodeBlob blob) {
    constexpr size_t kMostBytes = size_t{64} << 20;
    bytes_ = size_t{r_.instruction_words + 1} * (temps_ + 1) * sizeof(uint32_t);
    live_bytes_ = liveness_scratch_words(r_) * sizeof(uint64_t);
    if (bytes_ > kMostBytes || live_bytes_ > kMostBytes) return t_.raise_value_error("stack to deep to analyze");
    rows_ = static_cast<uint32_t*>(memory().allocate(bytes_));
    live_ = static_cast<uint64_t*>(memory().allocate(live_bytes_));
    if (rows_ == nullptr || live_ == nullptr) return t_.raise_memory_error();
    solve_liveness(blob, r_, live_);
    std::memset(rows_, 0xFF, bytes_);
    std::memset(row(0), 0, (temps_ + 1) * sizeof(uint32_t));
    for (changed_ = true; changed_;) {
      changed_ = false;
      TRY(t_.poll(r_.instruction_words));
      for (uint32_t at = 0; at < r_.instruction_words;) at = flow(at);
    }
    return {};
  }
  bool is_reached(uint32_t at) const { return row(at)[temps_] != kUnreached; }
  bool live(uint32_t at, uint32_t temp) const { return is_live(r_, live_, at, r_.local_count + temp); }
  uint32_t writer(uint32_t at, uint32_t temp) const { return row(at)[temp]; }
  uint32_t count() const { return temps_; }

 private:
  MemorySource& memory() { return Isolate::of(t_).memory(); }
  uint32_t* row(uint32_t at) const { return rows_ + size_t{at} * (temps_ + 1); }

  void join(uint32_t at, const uint32_t* from, uint32_t changed_temp, uint32_t value) {
    uint32_t* to = row(at);
    for (uint32_t i = 0; i <= temps_; ++i) {
      uint32_t v = i == changed_temp ? value : from[i];
      uint32_t joined = to[i] == kUnreached || to[i] == v ? v : kSeveral;
      if (joined == to[i]) continue;
      to[i] = joined;
      changed_ = true;
    }
  }

  uint32_t flow(uint32_t at) {
    const Instruction& i = code_[at];
    const OpcodeInfo& info = kOpcodeInfo[static_cast<size_t>(i.op)];
    uint32_t next = at + info.words;
    if (!is_reached(at)) return next;
    SecondWord second{0, 0};
    if (info.words == 2) std::memcpy(&second, &code_[at + 1], sizeof second);
    uint32_t* state = row(at);
    if (!is_quiet(i.op)) {
      for (uint32_t n = 0; n < r_.exception_count; ++n) {
        if (at < handlers_[n].start || at >= handlers_[n].end) continue;
        join(handlers_[n].target, state, handlers_[n].reg - r_.local_count, kHandler | handlers_[n].target);
        break;
      }
    }
    // The row behind the last instruction serves as scratch.
    uint32_t* after = row(r_.instruction_words);
    std::memcpy(after, state, (temps_ + 1) * sizeof(uint32_t));
    const uint32_t fields[6] = {i.x, i.a, i.b, i.c, second.p, second.q};
    for (int n = 1; n < 6; ++n) {
      char kind = info.operand(n);
      if (kind != 'w' && kind != 'm' && kind != 'W') continue;
      uint32_t length = kind == 'W' ? run_length(i, second, n) : 1;
      for (uint32_t k = 0; k < length; ++k)
        if (fields[n] + k >= r_.local_count) after[fields[n] + k - r_.local_count] = at + 1;
    }
    for (int n = 2; n <= 4; ++n) {
      if (info.operand(n) != 't') continue;
      int64_t distance = n == 2 ? i.signed_wide() : n == 3 ? i.c : static_cast<int32_t>(second.p);
      join(static_cast<uint32_t>(next + distance), after, UINT32_MAX, 0);
    }
    bool ends = i.op == Opcode::JUMP || i.op == Opcode::JUMP_BACK || i.op == Opcode::RETURN || i.op == Opcode::RAISE ||
                i.op == Opcode::RERAISE;
    if (!ends) join(next, after, UINT32_MAX, 0);
    return next;
  }

  Thread& t_;
  const CodeRecord& r_;
  const Instruction* code_;
  const ExceptionRecord* handlers_;
  uint32_t temps_;
  uint32_t* rows_ = nullptr;
  uint64_t* live_ = nullptr;
  size_t bytes_ = 0, live_bytes_ = 0;
  bool changed_ = false;
};

// Another loop's iterator, or another `with` block's method, does as well.
bool are_alike(const Code* code, uint32_t one, uint32_t other) {
  if (one == 0 || one >= Writers::kHandler || other >= Writers::kHandler) return false;
  const Instruction& x = code->begin()[one - 1];
  const Instruction& y = code->begin()[other - 1];
  if (x.op != y.op || x.a != y.a) return false;
  return x.op == Opcode::GET_ITER || x.op == Opcode::GET_AITER || (x.op == Opcode::LOAD_SPECIAL && x.x == y.x);
}

// Why the frame cannot go from one place to the other, or null.
const char* obstacle(const Writers& writers, Code* code, uint32_t from, uint32_t to) {
  for (uint32_t i = writers.count(); i-- > 0;) {
    if (!writers.live(to, i)) continue;
    uint32_t writer = writers.writer(to, i);
    if (writer != Writers::kSeveral && writers.live(from, i) && writers.writer(from, i) == writer) continue;
    if (writer == Writers::kSeveral || writer == 0) return "incompatible stacks";
    if (writers.live(from, i) && are_alike(code, writers.writer(from, i), writer)) continue;
    if ((writer & Writers::kHandler) != 0) return "can't jump into an 'except' block as there's no exception";
    switch (code->begin()[writer - 1].op) {
      case Opcode::GET_ITER:
      case Opcode::GET_AITER: return "can't jump into the body of a for loop";
      case Opcode::PUSH_HANDLED: return "can't jump into an 'except' block as there's no exception";
      default: return "incompatible stacks";
    }
  }
  return nullptr;
}

// Unbound variables become None: the code at the target may rely on them.
Fallible<void> bind_unbound_py(Thread& t, Frame* frame) {
  Code* code = frame->code;
  if (!code->has(code_flag::kOptimized)) return {};
  int64_t count = 0;
  for (uint32_t i = 0; i < code->record().free_start; ++i)
    if (frame->registers[i].is_empty() && code->locals()[i].kind == LocalKind::Local && code->locals()[i].hidden == 0) ++count;
  if (count != 0) {
    TRY(warn_py(t, core.RuntimeWarning, count == 1 ? "assigning None to {} unbound local" : "assigning None to {} unbound locals",
                count));
  }
  for (uint32_t i = 0; i < code->record().free_start; ++i)
    if (frame->registers[i].is_empty() && code->locals()[i].kind == LocalKind::Local) frame->registers[i] = Value::none();
  return {};
}

}  // namespace

Fallible<void> set_frame_line(Thread& t, FrameObject* object, Value value) {
  if (!is_int(value)) return t.raise_value_error("lineno must be an integer");
  auto event = static_cast<TraceEvent>(t.trace_event_);
  Frame* frame = object->live_;
  if (event == TraceEvent::None || frame == nullptr)
    return t.raise_value_error("f_lineno can only be set in a trace function");
  if (event == TraceEvent::Call) return t.raise_value_error("can't jump from the 'call' trace event of a new frame");
  if (event != TraceEvent::Line || object->event_line_ == FrameObject::kNoEventLine)
    return t.raise_value_error("can only jump from a 'line' trace event");
  int64_t wanted = TRY(index_to_int64_py(t, value));
  Code* code = object->code_.get();
  if (wanted < static_cast<int64_t>(code->first_line_))
    return t.raise_value_error("line {} comes before the current code block", wanted);

  // The nearest line from there on that has code.
  int64_t line = INT64_MAX;
  for (PositionReader run(code); run.next();) {
    if (run.position.line >= wanted && run.position.line < line) line = run.position.line;
    TRY(t.poll());
  }
  if (line == INT64_MAX) return t.raise_value_error("line {} comes after the current code block", wanted);

  Writers writers(t, code);
  TRY(writers.solve(code->source_->blob_));
  uint32_t from = code->index_of(frame->pc);
  const char* why = "can't jump to unreachable code";
  uint32_t best = UINT32_MAX, best_live = 0;
  int64_t previous = -1;
  for (PositionReader run(code); run.next();) {
    uint32_t at = run.start;
    bool starts_line = run.position.line == line && previous != line;
    if (run.position.line >= 0) previous = run.position.line;
    if (starts_line && writers.is_reached(at)) {
      const char* here = obstacle(writers, code, from, at);
      uint32_t live = 1;
      for (uint32_t i = 0; i < writers.count(); ++i) live += writers.live(at, i) ? 1 : 0;
      if (here != nullptr) {
        if (best == UINT32_MAX) why = here;
      } else if (live > best_live) {
        best = at;
        best_live = live;
      }
    }
    TRY(t.poll());
  }
  if (best == UINT32_MAX) return t.raise_value_error("{}", why);
  TRY(bind_unbound_py(t, frame));
  // Handlers that are left give back what was being handled around them: the outermost of them knows.
  for (uint32_t i = 0; i < writers.count(); ++i) {
    uint32_t writer = writers.writer(from, i);
    if (!writers.live(from, i) || writers.live(best, i) || writer == 0 || writer >= Writers::kHandler) continue;
    if (code->begin()[writer - 1].op != Opcode::PUSH_HANDLED) continue;
    frame->handled = frame->registers[code->record().local_count + i];
    break;
  }
  frame->pc = code->begin() + best;
  object->event_line_ = static_cast<int32_t>(line);
  return {};
}

}  // namespace hog
