// liveness.cpp: registers that an instruction touches; the liveness of temporaries, solved by data flow.
//
// Invariant: a register that check_liveness() calls live is read by some path before it is written; the collector may drop
// every other one. The blob has passed verify().
#include "bytecode/liveness.hpp"

namespace hog {

uint32_t run_length(const Instruction& i, const SecondWord& second, int position) {
  bool first = position == 1;  // operand a
  switch (i.op) {
    case Opcode::COPY_FREE: return i.b;
    case Opcode::LOAD_METHOD:
    case Opcode::LOAD_SPECIAL:
    case Opcode::MATCH_EXCEPTION_GROUP: return 2;
    case Opcode::LOAD_SUPER_ATTR: return first ? ((i.x & 1) != 0 ? 2 : 1) : 3;
    case Opcode::LOAD_SLICE:
    case Opcode::STORE_SLICE:
    case Opcode::CALL_EXIT: return 2;
    case Opcode::BUILD_SLICE:
    case Opcode::BUILD_INTERPOLATION: return 3;
    case Opcode::UNPACK: return i.c;
    case Opcode::UNPACK_STAR: {
      uint64_t count = uint64_t{second.p} + second.q + 1;
      return count > 0x10000 ? 0x10000 : static_cast<uint32_t>(count);
    }
    case Opcode::CALL:
    case Opcode::CALL_KEYWORDS: return 1u + i.c;
    case Opcode::CALL_METHOD:
    case Opcode::CALL_METHOD_KEYWORDS: return 2u + i.c;
    case Opcode::CALL_UNPACKED: return i.x != 0 ? 3 : 2;
    case Opcode::BUILD_DICT: return 2u * i.c;
    case Opcode::BUILD_TUPLE:
    case Opcode::BUILD_LIST:
    case Opcode::BUILD_SET:
    case Opcode::BUILD_STRING: return i.c;
    default: return 1;
  }
}

bool is_quiet(Opcode op) {
  switch (op) {
    case Opcode::NOP:
    case Opcode::MOVE:
    case Opcode::LOAD_CONST:
    case Opcode::LOAD_INT:
    case Opcode::LOAD_NONE:
    case Opcode::CLEAR:
    case Opcode::COPY_FREE:
    case Opcode::JUMP:
    case Opcode::JUMP_IF_NONE:
    case Opcode::JUMP_IF_NOT_NONE:
    case Opcode::JUMP_IS:
    case Opcode::IS:
    case Opcode::LOAD_COMMON:
    case Opcode::PUSH_HANDLED:
    case Opcode::POP_HANDLED:
    case Opcode::RETURN:
      return true;
    default:
      return false;
  }
}

bool is_call_window(Opcode op) {
  return op == Opcode::CALL || op == Opcode::CALL_METHOD || op == Opcode::CALL_KEYWORDS ||
         op == Opcode::CALL_METHOD_KEYWORDS;
}

namespace {

// One row of bits for each word of the code: the temporaries live before it.
class Liveness {
 public:
  Liveness(CodeBlob blob, const CodeRecord& r, uint64_t* scratch)
      : blob_(blob), r_(r), named_(r.local_count), row_words_(row_words(r)), rows_(scratch) {
    std::memset(scratch, 0, liveness_scratch_words(r) * sizeof *scratch);
  }
  static size_t row_words(const CodeRecord& r) { return (r.register_count - r.local_count) / 64 + 1; }

  void solve() {
    for (changed_ = true; changed_;) {
      changed_ = false;
      // Backwards, since that is how liveness flows: few rounds. Second words have empty rows and are skipped by walking
      // forward within a window that ends where the last one began.
      for (uint32_t end = r_.instruction_words; end > 0;) {
        uint32_t at = end - 1;
        if (at > 0 && is_second_word(at)) --at;
        flow(at);
        end = at;
      }
    }
  }

  const char* check(uint32_t* word_out, uint32_t* register_out) {
    solve();
    for (uint32_t at = 0; at < r_.instruction_words; at += words_of(at)) {
      uint32_t live = live_registers_at(blob_, r_, at);
      for (uint32_t reg = live; reg < r_.register_count; ++reg) {
        if (!bit(row(at), reg)) continue;
        *word_out = at;
        *register_out = reg;
        return "a live register is not counted";
      }
      if (const char* fault = check_window(at, register_out)) {
        *word_out = at;
        return fault;
      }
    }
    return nullptr;
  }

 private:
  // While a Python function runs that a call entered, nothing of the call's window is needed any more.
  const char* check_window(uint32_t at, uint32_t* register_out) {
    const Instruction& i = instruction(at);
    if (!is_call_window(i.op)) return nullptr;
    uint64_t* live = row(r_.instruction_words + 1);
    std::memcpy(live, row(at + words_of(at)), row_words_ * sizeof *live);
    set(live, i.a, false);
    join_handler(live, at);
    for (uint32_t reg = i.b; reg < r_.register_count; ++reg) {
      if (reg < named_ || !bit(live, reg)) continue;
      *register_out = reg;
      return "a register of a call's window is live behind it";
    }
    return nullptr;
  }

  const Instruction& instruction(uint32_t at) const { return blob_.at<Instruction>(r_.instructions)[at]; }
  uint32_t words_of(uint32_t at) const { return kOpcodeInfo[static_cast<size_t>(instruction(at).op)].words; }
  uint64_t* row(uint32_t at) const { return rows_ + at * row_words_; }
  uint64_t* boundaries() const { return rows_ + size_t{r_.instruction_words + 2} * row_words_; }
  bool is_second_word(uint32_t at) {
    uint64_t* marks = boundaries();
    if (!marked_) {
      for (uint32_t i = 0; i < r_.instruction_words; i += words_of(i)) marks[i / 64] |= uint64_t{1} << (i % 64);
      marked_ = true;
    }
    return (marks[at / 64] >> (at % 64) & 1) == 0;
  }
  bool bit(const uint64_t* bits, uint32_t reg) const {
    uint32_t i = reg - named_;
    return (bits[i / 64] >> (i % 64) & 1) != 0;
  }
  void set(uint64_t* bits, uint32_t reg, bool on) const {
    if (reg < named_) return;
    uint32_t i = reg - named_;
    if (on) bits[i / 64] |= uint64_t{1} << (i % 64);
    else bits[i / 64] &= ~(uint64_t{1} << (i % 64));
  }
  void join(uint64_t* bits, const uint64_t* other) const {
    for (size_t i = 0; i < row_words_; ++i) bits[i] |= other[i];
  }

  void flow(uint32_t at) {
    const Instruction& i = instruction(at);
    const OpcodeInfo& info = kOpcodeInfo[static_cast<size_t>(i.op)];
    uint32_t next = at + info.words;
    SecondWord second{0, 0};
    if (info.words == 2) std::memcpy(&second, &instruction(at + 1), sizeof second);
    const uint32_t fields[6] = {i.x, i.a, i.b, i.c, second.p, second.q};
    uint64_t* live = row(r_.instruction_words + 1);  // a spare row
    std::memset(live, 0, row_words_ * sizeof *live);
    bool ends = i.op == Opcode::JUMP || i.op == Opcode::JUMP_BACK || i.op == Opcode::RETURN || i.op == Opcode::RAISE ||
                i.op == Opcode::RERAISE;
    if (!ends) join(live, row(next));
    uint64_t* jumped = nullptr;
    for (int n = 2; n <= 4; ++n) {
      if (info.operand(n) != 't') continue;
      int64_t distance = n == 2 ? i.signed_wide() : n == 3 ? i.c : static_cast<int32_t>(second.p);
      jumped = row(static_cast<uint32_t>(next + distance));
    }
    // FOR_ITER writes only when it does not jump; SEND writes either way.
    bool writes_when_jumping = i.op == Opcode::SEND;
    if (jumped != nullptr && writes_when_jumping) join(live, jumped);
    for (int n = 1; n < 6; ++n) {
      char kind = info.operand(n);
      if (kind != 'w' && kind != 'm' && kind != 'W') continue;
      uint32_t length = kind == 'W' ? run_length(i, second, n) : 1;
      for (uint32_t k = 0; k < length; ++k) set(live, fields[n] + k, false);
    }
    if (jumped != nullptr && !writes_when_jumping) join(live, jumped);
    if (!is_quiet(i.op)) join_handler(live, at);
    for (int n = 1; n < 6; ++n) {
      char kind = info.operand(n);
      if (kind != 'r' && kind != 'm' && kind != 'R') continue;
      if (unused(i, n)) continue;
      uint32_t length = kind == 'R' ? run_length(i, second, n) : 1;
      for (uint32_t k = 0; k < length; ++k) set(live, fields[n] + k, true);
    }
    uint64_t* known = row(at);
    for (size_t k = 0; k < row_words_; ++k) {
      if ((live[k] & ~known[k]) == 0) continue;
      known[k] |= live[k];
      changed_ = true;
    }
  }

  // Register operands that an instruction has but does not look at in this form.
  static bool unused(const Instruction& i, int position) {
    switch (i.op) {
      case Opcode::RAISE: return position > i.x;
      case Opcode::YIELD: return position == 3 && i.x == 0;
      default: return false;
    }
  }

  void join_handler(uint64_t* live, uint32_t at) {
    const auto* handlers = blob_.at<ExceptionRecord>(r_.exceptions);
    for (uint32_t n = 0; n < r_.exception_count; ++n) {
      if (at < handlers[n].start || at >= handlers[n].end) continue;
      const uint64_t* target = row(handlers[n].target);
      for (size_t k = 0; k < row_words_; ++k) {
        uint64_t bits = target[k];
        if (handlers[n].reg >= named_ && (handlers[n].reg - named_) / 64 == k)
          bits &= ~(uint64_t{1} << ((handlers[n].reg - named_) % 64));
        live[k] |= bits;
      }
      return;
    }
  }

  CodeBlob blob_;
  const CodeRecord& r_;
  uint32_t named_;
  size_t row_words_;
  uint64_t* rows_;
  bool changed_ = false;
  bool marked_ = false;
};

}  // namespace

size_t liveness_scratch_words(const CodeRecord& r) {
  return Liveness::row_words(r) * (r.instruction_words + 2) + r.instruction_words / 64 + 1;
}

void solve_liveness(CodeBlob blob, const CodeRecord& record, uint64_t* scratch) { Liveness(blob, record, scratch).solve(); }

bool is_live(const CodeRecord& record, const uint64_t* solved, uint32_t word, uint32_t reg) {
  if (reg < record.local_count) return true;
  uint32_t i = reg - record.local_count;
  return (solved[word * Liveness::row_words(record) + i / 64] >> (i % 64) & 1) != 0;
}

const char* check_liveness(CodeBlob blob, const CodeRecord& record, uint64_t* scratch, uint32_t* word_out,
                           uint32_t* register_out) {
  return Liveness(blob, record, scratch).check(word_out, register_out);
}

}  // namespace hog
