// disassemble.hpp: a blob as text, for people.
#pragma once

#include <string_view>

#include "bytecode/code_format.hpp"

namespace hog {

class TextOutput {
 public:
  virtual void write(std::string_view text) = 0;

 protected:
  ~TextOutput() = default;
};

// All code objects of a blob that verify() has passed, the outermost first.
void disassemble(CodeBlob blob, TextOutput& out);

}  // namespace hog
