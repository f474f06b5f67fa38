// hognose-dis: compiles Python files and prints what came out.
//   hognose-dis FILE...            disassembly
//   hognose-dis --check FILE...    compiles and verifies only; one line for each file that fails
//   hognose-dis --expression/--single FILE
#include <cstdio>
#include <string>
#include <vector>

#include "bytecode/disassemble.hpp"
#include "compile/compiler.hpp"
#include "syntax/parser.hpp"

namespace {

bool read_file(const char* path, std::string& out) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  char buffer[65536];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) != 0;) out.append(buffer, n);
  std::fclose(file);
  return true;
}

class Printer final : public hog::TextOutput {
 public:
  void write(std::string_view text) override { std::fwrite(text.data(), 1, text.size(), stdout); }
};

void report(const char* path, const hog::ParseError& error) {
  std::printf("%s:%d:%d-%d:%d: kind %d: %.*s\n", path, error.line, error.col, error.end_line, error.end_col,
              static_cast<int>(error.kind), static_cast<int>(error.message.size()), error.message.data());
}

void report_warnings(const char* path, std::span<hog::ParseWarning> warnings) {
  for (const hog::ParseWarning& warning : warnings)
    std::printf("%s:%d: warning: %.*s\n", path, warning.line, static_cast<int>(warning.message.size()),
                warning.message.data());
}

bool process(const char* path, hog::ParseMode mode, bool check_only) {
  std::string source;
  if (!read_file(path, source)) {
    std::printf("%s: cannot be read\n", path);
    return false;
  }
  hog::MallocSource memory;
  hog::Arena arena(memory);
  hog::ParseOptions parse_options;
  parse_options.mode = mode;
  parse_options.ignore_coding_declaration = false;
  hog::ParseResult parsed = hog::parse(arena, source, parse_options);
  if (!check_only) report_warnings(path, parsed.warnings);
  if (!parsed.ok()) {
    report(path, parsed.error);
    return false;
  }
  hog::CompileOptions options;
  options.filename = path;
  hog::CompileResult compiled = hog::compile(arena, parsed.tree, *parsed.identifiers, options);
  if (!check_only) report_warnings(path, compiled.warnings);
  if (!compiled.ok()) {
    report(path, compiled.error);
    return false;
  }
  hog::CodeBlob blob(compiled.blob.data(), compiled.blob.size());
  if (const char* fault = hog::verify(blob)) {
    std::printf("%s: not verified: %s\n", path, fault);
    return false;
  }
  if (check_only) return true;
  Printer printer;
  hog::disassemble(blob, printer);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  hog::ParseMode mode = hog::ParseMode::Exec;
  bool check_only = false;
  int failures = 0, files = 0;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--check") check_only = true;
    else if (argument == "--expression") mode = hog::ParseMode::Eval;
    else if (argument == "--single") mode = hog::ParseMode::Single;
    else {
      ++files;
      if (!process(argv[i], mode, check_only)) ++failures;
    }
  }
  if (check_only) std::printf("%d files, %d failures\n", files, failures);
  return failures == 0 ? 0 : 1;
}
