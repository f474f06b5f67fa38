// liveness.hpp: which registers an instruction touches, and whether a code record's liveness table tells the truth.
#pragma once

#include "bytecode/code_format.hpp"

namespace hog {

// How many registers a run operand (R or W) covers; 1 for the other register operands.
uint32_t run_length(const Instruction& i, const SecondWord& second, int position);

// Instructions that neither raise nor allocate nor call.
bool is_quiet(Opcode op);
// Calls whose callee and arguments stand in a run of registers from b, dead once a Python callee has its own copy.
bool is_call_window(Opcode op);

// How many registers of `record` are live while the instruction at word index `word` runs.
inline uint32_t live_registers_at(CodeBlob blob, const CodeRecord& record, uint32_t word) {
  const auto* table = blob.at<LivenessRecord>(record.liveness);
  uint32_t low = 0, high = record.liveness_count;  // the answer is the last entry that starts at or before `word`
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (table[middle].start <= word) low = middle + 1;
    else high = middle;
  }
  return low == 0 ? record.register_count : table[low - 1].live_registers;
}

// Solves the liveness of temporaries from the instructions alone, exactly: whether a register is read on some path before it
// is written. `scratch` has room for liveness_scratch_words(record) words, and is what is_live() looks into.
size_t liveness_scratch_words(const CodeRecord& record);
void solve_liveness(CodeBlob blob, const CodeRecord& record, uint64_t* scratch);
bool is_live(const CodeRecord& record, const uint64_t* solved, uint32_t word, uint32_t reg);
// For tests: null when the table counts every live temporary, at each instruction; else where it does not.
const char* check_liveness(CodeBlob blob, const CodeRecord& record, uint64_t* scratch, uint32_t* word_out,
                           uint32_t* register_out);

}  // namespace hog
