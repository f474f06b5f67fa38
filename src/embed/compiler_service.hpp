// compiler_service.hpp: source text (or an `ast` tree) to code objects: the parser and compiler behind vm's
// CompilerService.
#pragma once

#include "vm/isolate.hpp"

namespace hog {

class SourceCompiler final : public CompilerService {
 public:
  Fallible<Value> compile_py(Thread& t, const CompileRequest& request) override;
};

}  // namespace hog
