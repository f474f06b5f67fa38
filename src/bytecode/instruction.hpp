// instruction.hpp: the instruction word. Little-endian; the second word of two-word instructions is {p, q}.
#pragma once

#include <cstdint>

namespace hog {

enum class Opcode : uint8_t {
#define HOG_OPCODE(name, words, operands, text) name,
#include "bytecode/opcodes.def"
#undef HOG_OPCODE
};
constexpr int kOpcodeCount = 0
#define HOG_OPCODE(name, words, operands, text) +1
#include "bytecode/opcodes.def"
#undef HOG_OPCODE
    ;
static_assert(kOpcodeCount < 255);

enum class Intrinsic : uint8_t {
#define HOG_INTRINSIC(name, count) name,
#include "bytecode/intrinsics.def"
#undef HOG_INTRINSIC
};

struct OpcodeInfo {
  const char* name;
  uint8_t words;
  const char* operands;
  const char* text;
  // Of the operand at `position` (0 x, 1 a, 2 b, 3 c, 4 p, 5 q); '-' past the end of the string.
  char operand(int position) const {
    for (int i = 0; i < position; ++i)
      if (operands[i] == 0) return '-';
    return operands[position] == 0 ? '-' : operands[position];
  }
};
extern const OpcodeInfo kOpcodeInfo[];
extern const char* const kIntrinsicNames[];
extern const uint8_t kIntrinsicCount;

struct Instruction {
  Opcode op;
  uint8_t x;
  uint16_t a;
  uint16_t b;
  uint16_t c;
  uint32_t wide() const { return b | static_cast<uint32_t>(c) << 16; }
  int32_t signed_wide() const { return static_cast<int32_t>(wide()); }
};
struct SecondWord {
  uint32_t p;
  uint32_t q;
};
static_assert(sizeof(Instruction) == 8 && sizeof(SecondWord) == 8);

}  // namespace hog
