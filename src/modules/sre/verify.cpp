// verify.cpp: checks that code handed to _sre.compile() is what re._compiler would emit: every skip stays inside, every
// instruction is complete, every group exists. The engine relies on it. Recursion is bounded by kDeepest.
#include "modules/sre/sre.hpp"

namespace hog::sre {

namespace {

constexpr int kDeepest = 2000;
constexpr uint32_t kCategoryCount = 18;
constexpr uint32_t kPositionCount = 12;

struct Verifier {
  const uint32_t* code;
  size_t groups;
  const char* problem = nullptr;

  bool fail(const char* what) {
    problem = what;
    return false;
  }

  // A set's members up to its FAILURE, exactly at end - 1.
  bool charset(size_t pc, size_t end) {
    while (pc < end) {
      Op op = static_cast<Op>(code[pc++]);
      size_t words = 0;
      switch (op) {
        case Op::FAILURE: return pc == end || fail("set is followed by more");
        case Op::NEGATE: break;
        case Op::LITERAL: words = 1; break;
        case Op::RANGE:
        case Op::RANGE_UNI_IGNORE: words = 2; break;
        case Op::CHARSET: words = 8; break;
        case Op::CATEGORY:
          words = 1;
          if (pc < end && code[pc] >= kCategoryCount) return fail("unknown category");
          break;
        case Op::BIGCHARSET: {
          if (pc >= end) return fail("set is cut off");
          size_t blocks = code[pc];
          if (blocks > 256 || end - pc < 1 + 64 + blocks * 8) return fail("set is cut off");
          auto* index = reinterpret_cast<const uint8_t*>(code + pc + 1);
          for (int i = 0; i < 256; ++i)
            if (index[i] >= blocks) return fail("set block out of range");
          words = 1 + 64 + blocks * 8;
          break;
        }
        default: return fail("unknown set member");
      }
      if (end - pc < words) return fail("set is cut off");
      pc += words;
    }
    return fail("set without end");
  }

  // The skip word at pc: its target, within [pc + 1, end].
  bool target(size_t pc, size_t end, size_t* out) {
    if (pc >= end) return fail("skip is cut off");
    uint64_t to = static_cast<uint64_t>(pc) + code[pc];
    if (code[pc] == 0 || to > end) return fail("skip out of range");
    *out = static_cast<size_t>(to);
    return true;
  }

  // Exactly one single-character instruction followed by SUCCESS, from pc to end.
  bool single(size_t pc, size_t end) {
    if (pc >= end) return fail("repeat body is cut off");
    size_t length;
    switch (static_cast<Op>(code[pc])) {
      case Op::ANY:
      case Op::ANY_ALL: length = 1; break;
      case Op::LITERAL:
      case Op::NOT_LITERAL:
      case Op::LITERAL_IGNORE:
      case Op::NOT_LITERAL_IGNORE:
      case Op::LITERAL_LOC_IGNORE:
      case Op::NOT_LITERAL_LOC_IGNORE:
      case Op::LITERAL_UNI_IGNORE:
      case Op::NOT_LITERAL_UNI_IGNORE: length = 2; break;
      case Op::CATEGORY:
        length = 2;
        if (pc + 1 < end && code[pc + 1] >= kCategoryCount) return fail("unknown category");
        break;
      case Op::IN:
      case Op::IN_IGNORE:
      case Op::IN_LOC_IGNORE:
      case Op::IN_UNI_IGNORE: {
        size_t after;
        if (!target(pc + 1, end, &after) || !charset(pc + 2, after)) return false;
        length = after - pc;
        break;
      }
      case Op::FAILURE: return fail("single repeat of nothing");
      default: return fail("single repeat of more than a character");
    }
    if (pc + length + 1 != end || static_cast<Op>(code[end - 1]) != Op::SUCCESS) return fail("repeat body has no end");
    return true;
  }

  bool run(size_t pc, size_t end, int depth) {
    if (depth > kDeepest) return fail("nested too deeply");
    while (pc < end) {
      Op op = static_cast<Op>(code[pc]);
      size_t after;
      switch (op) {
        case Op::MARK:
          if (end - pc < 2 || code[pc + 1] >= 2 * groups) return fail("mark out of range");
          pc += 2;
          break;
        case Op::LITERAL:
        case Op::NOT_LITERAL:
        case Op::LITERAL_IGNORE:
        case Op::NOT_LITERAL_IGNORE:
        case Op::LITERAL_LOC_IGNORE:
        case Op::NOT_LITERAL_LOC_IGNORE:
        case Op::LITERAL_UNI_IGNORE:
        case Op::NOT_LITERAL_UNI_IGNORE:
          if (end - pc < 2) return fail("literal is cut off");
          pc += 2;
          break;
        case Op::SUCCESS:
        case Op::FAILURE:
        case Op::ANY:
        case Op::ANY_ALL: pc += 1; break;
        case Op::AT:
          if (end - pc < 2 || code[pc + 1] >= kPositionCount) return fail("unknown position");
          pc += 2;
          break;
        case Op::CATEGORY:
          if (end - pc < 2 || code[pc + 1] >= kCategoryCount) return fail("unknown category");
          pc += 2;
          break;
        case Op::IN:
        case Op::IN_IGNORE:
        case Op::IN_LOC_IGNORE:
        case Op::IN_UNI_IGNORE:
          if (!target(pc + 1, end, &after) || !charset(pc + 2, after)) return false;
          pc = after;
          break;
        case Op::INFO: {
          if (end - pc < 5 || !target(pc + 1, end, &after)) return fail("info is cut off");
          uint32_t mask = code[pc + 2];
          if ((mask & ~7u) != 0) return fail("unknown info");
          if ((mask & 1) != 0) {
            if (after - pc < 7) return fail("prefix is cut off");
            size_t length = code[pc + 5];
            if (length == 0 || after - pc - 7 != 2 * length) return fail("prefix is cut off");
            if (code[pc + 6] > length) return fail("prefix skip out of range");
          } else if ((mask & 4) != 0) {
            if (!charset(pc + 5, after)) return false;
          }
          pc = after;
          break;
        }
        case Op::BRANCH: {
          size_t at = pc + 1;
          size_t tail = 0;
          for (;;) {
            if (at >= end) return fail("branch is cut off");
            if (code[at] == 0) break;
            if (!target(at, end, &after)) return false;
            // Each alternative ends in JUMP to the same tail.
            if (after - at < 3 || static_cast<Op>(code[after - 2]) != Op::JUMP) return fail("branch without jump");
            if (!run(at + 1, after - 2, depth + 1)) return false;
            size_t to;
            if (!target(after - 1, end, &to)) return false;
            if (tail == 0) tail = to;
            if (to != tail) return fail("branch with several ends");
            at = after;
          }
          if (tail == 0 || tail != at + 1) return fail("branch end out of place");
          pc = at + 1;
          break;
        }
        case Op::JUMP:
          // Only as written by GROUPREF_EXISTS, which checks its own.
          return fail("stray jump");
        case Op::GROUPREF:
        case Op::GROUPREF_IGNORE:
        case Op::GROUPREF_LOC_IGNORE:
        case Op::GROUPREF_UNI_IGNORE:
          if (end - pc < 2 || code[pc + 1] >= groups) return fail("group out of range");
          pc += 2;
          break;
        case Op::GROUPREF_EXISTS: {
          if (end - pc < 3 || code[pc + 1] >= groups) return fail("group out of range");
          uint64_t no = static_cast<uint64_t>(pc) + 1 + code[pc + 2];
          if (code[pc + 2] < 2 || no > end) return fail("conditional out of range");
          size_t yes_end = static_cast<size_t>(no);
          // With an else part the yes part ends in JUMP over it.
          if (yes_end >= pc + 5 && static_cast<Op>(code[yes_end - 2]) == Op::JUMP && code[yes_end - 1] != 0 &&
              static_cast<uint64_t>(yes_end) - 1 + code[yes_end - 1] <= end && ends_in_jump(pc + 3, yes_end)) {
            size_t over = yes_end - 1 + code[yes_end - 1];
            if (!run(pc + 3, yes_end - 2, depth + 1) || !run(yes_end, over, depth + 1)) return false;
            pc = over;
          } else {
            if (!run(pc + 3, yes_end, depth + 1)) return false;
            pc = yes_end;
          }
          break;
        }
        case Op::REPEAT_ONE:
        case Op::MIN_REPEAT_ONE:
        case Op::POSSESSIVE_REPEAT_ONE:
          if (end - pc < 5 || !target(pc + 1, end, &after)) return fail("repeat is cut off");
          if (code[pc + 2] > code[pc + 3]) return fail("repeat bounds out of order");
          if (!single(pc + 4, after)) return false;
          pc = after;
          break;
        case Op::REPEAT:
        case Op::POSSESSIVE_REPEAT: {
          if (end - pc < 5 || !target(pc + 1, end, &after) || after >= end) return fail("repeat is cut off");
          if (code[pc + 2] > code[pc + 3]) return fail("repeat bounds out of order");
          Op until = static_cast<Op>(code[after]);
          bool ok = op == Op::REPEAT ? until == Op::MAX_UNTIL || until == Op::MIN_UNTIL : until == Op::SUCCESS;
          if (!ok) return fail("repeat without until");
          if (!run(pc + 4, after, depth + 1)) return false;
          pc = after + 1;
          break;
        }
        case Op::ATOMIC_GROUP:
          if (!target(pc + 1, end, &after) || static_cast<Op>(code[after - 1]) != Op::SUCCESS || after < pc + 3)
            return fail("atomic group without end");
          if (!run(pc + 2, after - 1, depth + 1)) return false;
          pc = after;
          break;
        case Op::ASSERT:
        case Op::ASSERT_NOT:
          if (end - pc < 4 || !target(pc + 1, end, &after) || static_cast<Op>(code[after - 1]) != Op::SUCCESS || after < pc + 4)
            return fail("assertion without end");
          if (code[pc + 2] > INT32_MAX) return fail("looks too much behind");
          if (!run(pc + 3, after - 1, depth + 1)) return false;
          pc = after;
          break;
        default: return fail("unknown instruction");
      }
    }
    return pc == end || fail("instruction crosses its block");
  }

  // Does a walk over the instructions from pc arrive exactly at the JUMP two words before `end`?
  bool ends_in_jump(size_t pc, size_t end) {
    Verifier probe{code, groups};
    return probe.run(pc, end - 2, 0);
  }
};

}  // namespace

const char* verify(const uint32_t* code, size_t size, size_t groups) {
  if (size == 0 || static_cast<Op>(code[size - 1]) != Op::SUCCESS) return "code has no end";
  Verifier verifier{code, groups};
  return verifier.run(0, size - 1, 0) ? nullptr : verifier.problem;
}

}  // namespace hog::sre
