// code_layout.cpp: from emitted instructions to final words and tables (the last step of FunctionBuilder).
#include "compile/function_builder.hpp"

namespace hog {

namespace {

void put_varint(ArenaVector<uint8_t>& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<uint8_t>(value));
}
void put_signed_varint(ArenaVector<uint8_t>& out, int64_t value) {
  put_varint(out, (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

bool is_register(char operand) {
  return operand == 'r' || operand == 'w' || operand == 'm' || operand == 'R' || operand == 'W';
}

// Where the jump operand of an opcode is (3: 16 bits in c), 0: nowhere.
int jump_position(const OpcodeInfo& info) {
  for (int i = 2; i <= 4; ++i)
    if (info.operand(i) == 't') return i;
  return 0;
}

const OpcodeInfo& info_of(Opcode op) { return kOpcodeInfo[static_cast<size_t>(op)]; }

uint64_t pack(Opcode op, uint8_t x, uint16_t a, uint16_t b, uint16_t c) {
  Instruction word{op, x, a, b, c};
  uint64_t packed;
  std::memcpy(&packed, &word, sizeof packed);
  return packed;
}

}  // namespace

uint16_t FunctionBuilder::final_register(uint16_t raw) const {
  if (raw < kCellSpace) return raw;
  size_t base = locals_.size();
  if (raw < kFreeSpace) return static_cast<uint16_t>(base + raw - kCellSpace);
  base += cells_.size();
  if (raw < kTemporarySpace) return static_cast<uint16_t>(base + raw - kFreeSpace);
  base += frees_.size();
  return static_cast<uint16_t>(base + raw - kTemporarySpace);
}

uint32_t FunctionBuilder::label_word(int32_t label) const {
  int32_t position = labels_[label].position;
  if (position < 0 || static_cast<size_t>(position) >= code_.size()) return total_words_;
  return code_[position].word;
}

// Jumps to jumps go where those go.
void FunctionBuilder::thread_jumps() {
  auto target_of = [&](const EmittedInstruction& jump) -> const EmittedInstruction* {
    int32_t position = labels_[jump.label].position;
    return position >= 0 && static_cast<size_t>(position) < code_.size() ? &code_[position] : nullptr;
  };
  constexpr int kMostHops = 8;
  for (size_t i = 0; i < code_.size(); ++i) {
    EmittedInstruction& jump = code_[i];
    if (jump.label < 0 || jump.op == Opcode::JUMP_BACK) continue;
    const EmittedInstruction* target = target_of(jump);
    // A jump of another line must run, for those who trace lines.
    auto is_invisible = [&] { return !target->located || (jump.located && jump.location.line == target->location.line); };
    for (int hops = 0; hops < kMostHops && target != nullptr && target->op == Opcode::JUMP && is_invisible(); ++hops) {
      jump.label = target->label;
      target = target_of(jump);
    }
    if (jump.op != Opcode::JUMP || target == nullptr || target->op != Opcode::JUMP_BACK || !is_invisible()) continue;
    if (labels_[target->label].position > static_cast<int32_t>(i)) continue;
    uint32_t word = jump.word;
    jump = *target;
    jump.word = word;
  }
}

// NOP stands where a line has no other instruction, so that tracing sees it. Where a neighbour can stand for it, it goes.
void FunctionBuilder::remove_needless_nops() {
  std::span<uint8_t> is_target = context_.arena.make_array<uint8_t>(code_.size() + 1);
  std::span<uint32_t> moved = context_.arena.make_array<uint32_t>(code_.size() + 1);
  if (!context_.go_on()) return;
  auto mark = [&](int32_t label) {
    if (label >= 0 && labels_[label].position >= 0) is_target[static_cast<size_t>(labels_[label].position)] = 1;
  };
  for (const EmittedInstruction& instruction : code_) mark(instruction.label);
  for (const ExceptionHandler& handler : handlers_) mark(handler.target.id);
  auto ends = [](Opcode op) {
    return op == Opcode::JUMP || op == Opcode::JUMP_BACK || op == Opcode::RETURN || op == Opcode::RAISE ||
           op == Opcode::RERAISE;
  };
  size_t kept = 0;
  for (size_t i = 0; i < code_.size(); ++i) {
    moved[i] = static_cast<uint32_t>(kept);
    const EmittedInstruction nop = code_[i];
    if (nop.op == Opcode::NOP) {
      EmittedInstruction* next = i + 1 < code_.size() ? &code_[i + 1] : nullptr;
      const EmittedInstruction* before = kept > 0 ? &code_[kept - 1] : nullptr;
      bool needless = !nop.located || (next != nullptr && next->located && next->location.line == nop.location.line);
      if (!needless && before != nullptr && !is_target[i] && !ends(before->op))
        needless = before->located && before->location.line == nop.location.line;
      if (!needless && next != nullptr && !next->located && !is_target[i + 1]) {
        next->located = true;
        next->location = nop.location;
        needless = true;
      }
      if (needless && next != nullptr) {
        is_target[i + 1] |= is_target[i];
        continue;
      }
    }
    if (kept != i) code_[kept] = nop;
    ++kept;
  }
  moved[code_.size()] = static_cast<uint32_t>(kept);
  if (kept == code_.size()) return;
  for (size_t i = 0; i < labels_.size(); ++i)
    if (labels_[i].position >= 0) labels_[i].position = static_cast<int32_t>(moved[static_cast<size_t>(labels_[i].position)]);
  code_.resize_down(kept);
}

// Starts with the short forms and lengthens those that do not reach, until all do.
void FunctionBuilder::choose_jump_sizes() {
  for (bool changed = true; changed;) {
    changed = false;
    uint32_t word = 0;
    for (EmittedInstruction& instruction : code_) {
      instruction.word = word;
      word += info_of(instruction.op).words + (instruction.long_jump ? 1 : 0);
    }
    total_words_ = word;
    for (EmittedInstruction& instruction : code_) {
      if (instruction.label < 0 || instruction.long_jump || jump_position(info_of(instruction.op)) != 3) continue;
      uint32_t distance = label_word(instruction.label) - (instruction.word + 1);
      if (distance <= 0xFFFF) continue;
      instruction.long_jump = true;
      changed = true;
    }
    if (!context_.go_on()) return;
  }
}

void FunctionBuilder::write_words(std::span<uint64_t> words) {
  for (const EmittedInstruction& instruction : code_) {
    const OpcodeInfo& info = info_of(instruction.op);
    uint16_t fields[3] = {instruction.a, instruction.b, instruction.c};
    for (int i = 0; i < 3; ++i)
      if (is_register(info.operand(i + 1))) fields[i] = final_register(fields[i]);
    uint32_t p = instruction.p, q = instruction.q;
    if (is_register(info.operand(5))) q = final_register(static_cast<uint16_t>(q));
    uint8_t x = instruction.x;
    uint32_t next = instruction.word + info.words;
    if (instruction.label >= 0) {
      uint32_t target = label_word(instruction.label);
      uint32_t distance = target - next;
      switch (jump_position(info)) {
        case 2:
          fields[1] = static_cast<uint16_t>(distance);
          fields[2] = static_cast<uint16_t>(distance >> 16);
          break;
        case 3:
          if (instruction.long_jump) {
            x ^= 1;
            fields[2] = 1;
            uint32_t far = target - (next + 1);
            words[next] = pack(Opcode::JUMP, 0, 0, static_cast<uint16_t>(far), static_cast<uint16_t>(far >> 16));
          } else {
            fields[2] = static_cast<uint16_t>(distance);
          }
          break;
        default:
          p = distance;
      }
    }
    words[instruction.word] = pack(instruction.op, x, fields[0], fields[1], fields[2]);
    if (info.words == 2) words[instruction.word + 1] = p | static_cast<uint64_t>(q) << 32;
  }
}

void FunctionBuilder::write_tables(FinishedCode& out) {
  ArenaVector<ExceptionRecord> exceptions(context_.arena);
  ArenaVector<LivenessRecord> liveness(context_.arena);
  uint32_t named = static_cast<uint32_t>(locals_.size() + cells_.size() + frees_.size());
  int32_t handler = -1;
  uint32_t live = UINT32_MAX;
  for (const EmittedInstruction& instruction : code_) {
    int32_t covering = instruction.handler;
    while (covering >= 0 && !handlers_[covering].used) covering = handlers_[covering].outer;  // has no code
    if (covering != handler) {
      if (handler >= 0) exceptions.back().end = instruction.word;
      handler = covering;
      if (handler >= 0) {
        const ExceptionHandler& to = handlers_[handler];
        exceptions.push_back(
            {instruction.word, total_words_, label_word(to.target.id), final_register(to.exception.raw)});
      }
    }
    if (instruction.live != live) {
      live = instruction.live;
      liveness.push_back({instruction.word, named + live});
    }
  }
  out.exceptions = exceptions.span();
  out.liveness = liveness.span();
}

void FunctionBuilder::write_positions(FinishedCode& out) {
  ArenaVector<uint8_t> bytes(context_.arena);
  int64_t line = first_line;
  auto same = [](const EmittedInstruction& x, const EmittedInstruction& y) {
    if (x.located != y.located) return false;
    return !x.located || std::memcmp(&x.location, &y.location, sizeof x.location) == 0;
  };
  for (size_t i = 0; i < code_.size();) {
    size_t end = i + 1;
    while (end < code_.size() && same(code_[i], code_[end])) ++end;
    uint32_t end_word = end < code_.size() ? code_[end].word : total_words_;
    put_varint(bytes, end_word - code_[i].word);
    if (!code_[i].located) {
      bytes.push_back(0);
    } else {
      const ast::Location& at = code_[i].location;
      bytes.push_back(1);
      put_signed_varint(bytes, at.line - line);
      line = at.line;
      put_varint(bytes, static_cast<uint64_t>(at.end_line > at.line ? at.end_line - at.line : 0));
      put_varint(bytes, static_cast<uint64_t>(at.col + 1));
      put_varint(bytes, static_cast<uint64_t>(at.end_col + 1));
    }
    i = end;
  }
  out.positions = bytes.span();
}

bool FunctionBuilder::layout(FinishedCode& out) {
  if (too_many_registers_) return false;
  thread_jumps();
  remove_needless_nops();
  choose_jump_sizes();
  if (context_.failed()) return true;
  out.words = context_.arena.make_array<uint64_t>(total_words_);
  size_t named = locals_.size() + cells_.size() + frees_.size();
  out.locals = context_.arena.make_array<LocalRecord>(named);
  out.local_names = context_.arena.make_array<ast::Identifier*>(named);
  if (!context_.go_on()) return true;
  write_words(out.words);
  size_t n = 0;
  auto add = [&](const LocalVariable& variable) {
    out.local_names[n] = variable.name;
    out.locals[n++] = {0, variable.kind, static_cast<uint8_t>(variable.hidden ? 1 : 0), 0};
  };
  for (const LocalVariable& variable : locals_) add(variable);
  for (const LocalVariable& variable : cells_) add(variable);
  for (ast::Identifier* name : frees_) add({name, LocalKind::Free, false});
  write_tables(out);
  write_positions(out);
  out.register_count = static_cast<uint32_t>(named + max_height_);
  out.free_start = static_cast<uint32_t>(locals_.size() + cells_.size());
  out.cache_count = cache_count_;
  return true;
}

}  // namespace hog
