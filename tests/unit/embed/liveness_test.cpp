// The liveness tables of the frozen library count every temporary that is live: the collector relies on it.
#include <gtest/gtest.h>

#include <vector>

#include "bytecode/liveness.hpp"
#include "stdlib/frozen_code.hpp"

namespace hog {
namespace {

void check_record(CodeBlob blob, const CodeRecord& record, std::string_view module) {
  std::vector<uint64_t> scratch(liveness_scratch_words(record));
  uint32_t word = 0, reg = 0;
  const char* fault = check_liveness(blob, record, scratch.data(), &word, &reg);
  EXPECT_EQ(fault, nullptr) << module << " " << blob.string(record.qualified_name) << " word " << word << " register " << reg
                            << " live " << live_registers_at(blob, record, word) << " op "
                            << kOpcodeInfo[static_cast<size_t>(blob.at<Instruction>(record.instructions)[word].op)].name;
  for (uint32_t i = 0; i < record.constant_count; ++i) {
    const uint8_t* constant = blob.data() + blob.at<uint32_t>(record.constants)[i];
    if (static_cast<ConstantTag>(*constant) != ConstantTag::Code) continue;
    uint32_t offset;
    std::memcpy(&offset, constant + 1, sizeof offset);
    check_record(blob, *blob.at<CodeRecord>(offset), module);
  }
}

TEST(FrozenCode, CountsLiveRegisters) {
  for (const FrozenCode& entry : frozen_codes()) {
    std::span<const unsigned char> bytes = frozen_code_blob(entry);
    CodeBlob blob(bytes.data(), bytes.size());
    check_record(blob, *blob.root(), frozen_code_name(entry));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace hog
