// position_reader.hpp: the positions of a code object's instructions, run after run. One pass, where Code::run_at() starts
// from the beginning each time. The form of the bytes: bytecode/code_format.hpp.
#pragma once

#include "vm/code.hpp"

namespace hog {

class PositionReader {
 public:
  explicit PositionReader(const Code* code)
      : at_(code->source_->blob_.data() + code->record().positions), end_(at_ + code->record().positions_size),
        line_(code->record().first_line) {}

  // Goes to the next run: words [start, end).
  bool next() {
    if (at_ >= end_) return false;
    start = end;
    end += static_cast<uint32_t>(varint());
    position = {-1, -1, -1, -1};
    if (*at_++ == 0) return true;
    uint64_t raw = varint();
    line_ += static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
    position.line = static_cast<int32_t>(line_);
    position.end_line = static_cast<int32_t>(line_ + static_cast<int64_t>(varint()));
    position.col = static_cast<int32_t>(varint()) - 1;
    position.end_col = static_cast<int32_t>(varint()) - 1;
    return true;
  }
  uint32_t start = 0, end = 0;
  Code::Position position{-1, -1, -1, -1};

 private:
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      uint8_t byte = *at_++;
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }
  const uint8_t* at_;
  const uint8_t* end_;
  int64_t line_;
};

}  // namespace hog
