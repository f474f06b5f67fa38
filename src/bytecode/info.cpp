// info.cpp: the opcode table at run time, from opcodes.def.
#include "bytecode/instruction.hpp"

namespace hog {

const OpcodeInfo kOpcodeInfo[] = {
#define HOG_OPCODE(name, words, operands, text) {#name, words, operands, text},
#include "bytecode/opcodes.def"
#undef HOG_OPCODE
};

const char* const kIntrinsicNames[] = {
#define HOG_INTRINSIC(name, count) #name,
#include "bytecode/intrinsics.def"
#undef HOG_INTRINSIC
};
const uint8_t kIntrinsicCount = sizeof(kIntrinsicNames) / sizeof(kIntrinsicNames[0]);

}  // namespace hog
