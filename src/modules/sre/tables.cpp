// tables.cpp: what is known of a pattern before it runs: classes of characters as tables, and how its matches begin.
//
// Invariant: the code passed verify(). A table says of each of the first 256 characters what the code says.
#include "modules/sre/classes.hpp"

namespace hog::sre {

namespace {

constexpr uint16_t kMostTables = 32;
// Deeper than this nobody looks for the first characters.
constexpr int kDeepest = 4;

bool may_need_table(uint32_t word) {
  switch (static_cast<Op>(word)) {
    case Op::IN:
    case Op::IN_IGNORE:
    case Op::IN_LOC_IGNORE:
    case Op::IN_UNI_IGNORE:
    case Op::LITERAL_IGNORE:
    case Op::LITERAL_UNI_IGNORE:
    case Op::NOT_LITERAL_UNI_IGNORE: return true;
    default: return false;
  }
}

// Past what takes no character and does not change which one comes next.
uint32_t skip_empty(const uint32_t* code, uint32_t pc) {
  for (;;) {
    switch (static_cast<Op>(code[pc])) {
      case Op::MARK:
      case Op::AT: pc += 2; continue;
      case Op::ATOMIC_GROUP: pc += 2; continue;
      case Op::INFO:
      case Op::ASSERT:
      case Op::ASSERT_NOT: pc += 1 + code[pc + 1]; continue;
      case Op::REPEAT_ONE:
      case Op::MIN_REPEAT_ONE:
      case Op::POSSESSIVE_REPEAT_ONE:
        if (code[pc + 2] == 0) return pc;
        return pc + 4;
      case Op::REPEAT:
      case Op::POSSESSIVE_REPEAT:
        if (code[pc + 2] == 0) return pc;
        pc += 4;
        continue;
      default: return pc;
    }
  }
}

bool takes_one(Op op) {
  switch (op) {
    case Op::LITERAL:
    case Op::IN:
    case Op::CATEGORY:
    case Op::IN_IGNORE:
    case Op::IN_LOC_IGNORE:
    case Op::IN_UNI_IGNORE:
    case Op::LITERAL_IGNORE:
    case Op::LITERAL_LOC_IGNORE:
    case Op::LITERAL_UNI_IGNORE: return true;
    default: return false;  // nearly every character will do for the others: no use looking for it
  }
}

bool starts_with_class(const uint32_t* code, uint32_t pc, int depth) {
  pc = skip_empty(code, pc);
  Op op = static_cast<Op>(code[pc]);
  if (takes_one(op)) return true;
  if (op != Op::BRANCH || depth == kDeepest) return false;
  for (++pc; code[pc] != 0; pc += code[pc])
    if (!starts_with_class(code, pc + 1, depth + 1)) return false;
  return true;
}

}  // namespace

bool starts_with_class(const uint32_t* code, uint32_t pc) {
  // A plain literal is found faster by itself.
  return static_cast<Op>(code[pc]) != Op::LITERAL && starts_with_class(code, pc, 0);
}

bool can_start(const uint32_t* code, uint32_t pc, uint32_t c, int depth) {
  pc = skip_empty(code, pc);
  if (static_cast<Op>(code[pc]) != Op::BRANCH) return matches_one(code, pc, c);
  if (depth == kDeepest) return true;
  for (++pc; code[pc] != 0; pc += code[pc])
    if (can_start(code, pc + 1, c, depth + 1)) return true;
  return false;
}

uint32_t leading_run(const uint32_t* code, uint32_t pc) {
  while (static_cast<Op>(code[pc]) == Op::MARK) pc += 2;
  if (static_cast<Op>(code[pc]) != Op::REPEAT_ONE || code[pc + 2] == 0 || code[pc + 3] != kMaxRepeat) return 0;
  uint32_t tail = pc + 1 + code[pc + 1];
  while (static_cast<Op>(code[tail]) == Op::MARK) tail += 2;
  return static_cast<Op>(code[tail]) == Op::LITERAL ? pc : 0;
}

Fallible<void> ClassTables::prepare(Thread& t, Pattern* pattern) {
  uint16_t room = 2;  // for the pattern's start and its set
  const uint32_t* code = pattern->code();
  for (uint32_t i = 0; i < pattern->code_size_ && room < kMostTables; ++i) room = static_cast<uint16_t>(room + may_need_table(code[i]));
  size_t bytes = pattern->code_size_ * sizeof(uint16_t) + size_t{room} * kCharacters;
  pattern->tables_.set(pattern, TRY(ByteArray::make(t, bytes)));
  pattern->table_room_ = room;
  return {};
}

const uint8_t* ClassTables::make(uint32_t pc, Of what) const {
  const uint32_t* code = pattern_->code();
  index_[pc] = ++pattern_->table_count_;
  uint8_t* table = at(index_[pc]);
  for (uint32_t c = 0; c < kCharacters; ++c) {
    bool taken = what == Of::One   ? matches_one(code, pc, c)
                 : what == Of::Set ? in_charset(code + pc, c)
                                   : can_start(code, pc, c, 0);
    table[c] = taken ? 1 : 0;
  }
  return table;
}

}  // namespace hog::sre
