// hognose-dis: compiles Python files and prints what came out.
//   hognose-dis FILE...            disassembly
//   hognose-dis --check FILE...    compiles and verifies only; one line for each file that fails
//   hognose-dis --metadata FILE... names, flags and variables of each code object, as tests/compile/compare.py reads them
//   hognose-dis --snippets FILE    FILE holds snippets ended by NUL bytes: one line for each: error or warnings
#include <algorithm>
#include <cstdio>
#include <cstring>
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

void print_list(const char* title, const std::vector<std::string_view>& names) {
  std::printf(" %s=", title);
  for (std::string_view name : names) std::printf("%.*s,", static_cast<int>(name.size()), name.data());
}

void print_metadata(hog::CodeBlob blob, const hog::CodeRecord& r) {
  std::string_view name = blob.string(r.qualified_name);
  std::printf("%.*s line=%u flags=%x args=%u/%u/%u", static_cast<int>(name.size()), name.data(), r.first_line, r.flags,
              r.positional_count, r.positional_only_count, r.keyword_only_count);
  std::vector<std::string_view> variables, cells, frees, names;
  for (uint32_t i = 0; i < r.local_count; ++i) {
    const hog::LocalRecord& local = blob.at<hog::LocalRecord>(r.locals)[i];
    // A second register for a name that the frame has already.
    if (local.hidden != 0 && (r.flags & hog::code_flag::kOptimized) != 0) continue;
    std::string_view text = blob.string(local.name);
    if (local.kind == hog::LocalKind::Local || local.kind == hog::LocalKind::LocalAndCell) variables.push_back(text);
    if (local.kind == hog::LocalKind::Cell || local.kind == hog::LocalKind::LocalAndCell) cells.push_back(text);
    if (local.kind == hog::LocalKind::Free) frees.push_back(text);
  }
  size_t parameters = r.positional_count + r.keyword_only_count + ((r.flags & hog::code_flag::kVarArgs) != 0) +
                      ((r.flags & hog::code_flag::kVarKeywords) != 0);
  std::sort(variables.begin() + static_cast<ptrdiff_t>(parameters), variables.end());
  std::sort(cells.begin(), cells.end());
  for (uint32_t i = 0; i < r.name_count; ++i) names.push_back(blob.string(blob.at<uint32_t>(r.names)[i]));
  print_list("varnames", variables);
  print_list("cellvars", cells);
  print_list("freevars", frees);
  print_list("names", names);
  std::printf("\n");
  for (uint32_t i = 0; i < r.constant_count; ++i) {
    uint32_t at = blob.at<uint32_t>(r.constants)[i];
    if (static_cast<hog::ConstantTag>(blob.data()[at]) != hog::ConstantTag::Code) continue;
    uint32_t offset;
    std::memcpy(&offset, blob.data() + at + 1, 4);
    print_metadata(blob, *blob.at<hog::CodeRecord>(offset));
  }
}

void process_snippet(const std::string& source) {
  hog::MallocSource memory;
  hog::Arena arena(memory);
  hog::ParseResult parsed = hog::parse(arena, source, {});
  hog::ParseError error = parsed.error;
  auto print_warnings = [](std::span<hog::ParseWarning> warnings) {
    for (const hog::ParseWarning& warning : warnings)
      std::printf("[%d %.*s]", warning.line, static_cast<int>(warning.message.size()), warning.message.data());
  };
  print_warnings(parsed.warnings);
  if (parsed.ok()) {
    hog::CompileOptions options;
    hog::CompileResult compiled = hog::compile(arena, parsed.tree, *parsed.identifiers, options);
    error = compiled.error;
    print_warnings(compiled.warnings);
    if (compiled.ok()) {
      if (const char* fault = hog::verify(hog::CodeBlob(compiled.blob.data(), compiled.blob.size())))
        std::printf("NOT VERIFIED %s ", fault);
    }
  }
  if (error.kind == hog::ParseErrorKind::None) std::printf("ok%c", 0);
  else
    std::printf("%d:%d-%d:%d %.*s%c", error.line, error.col, error.end_line, error.end_col,
                static_cast<int>(error.message.size()), error.message.data(), 0);
}

int process_snippets(const char* path) {
  std::string all;
  if (!read_file(path, all)) return 1;
  for (size_t at = 0; at < all.size();) {
    size_t end = all.find('\0', at);
    if (end == std::string::npos) end = all.size();
    process_snippet(all.substr(at, end - at));
    std::fflush(stdout);
    at = end + 1;
  }
  return 0;
}

bool process(const char* path, hog::ParseMode mode, bool check_only, bool metadata) {
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
  if (!check_only && !metadata) report_warnings(path, parsed.warnings);
  if (!parsed.ok()) {
    report(path, parsed.error);
    return false;
  }
  hog::CompileOptions options;
  options.filename = path;
  hog::CompileResult compiled = hog::compile(arena, parsed.tree, *parsed.identifiers, options);
  if (!check_only && !metadata) report_warnings(path, compiled.warnings);
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
  if (metadata) {
    print_metadata(blob, *blob.root());
    return true;
  }
  Printer printer;
  hog::disassemble(blob, printer);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  hog::ParseMode mode = hog::ParseMode::Exec;
  bool check_only = false, metadata = false;
  int failures = 0, files = 0;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--check") check_only = true;
    else if (argument == "--metadata") metadata = true;
    else if (argument == "--snippets") return process_snippets(i + 1 < argc ? argv[i + 1] : "");
    else if (argument == "--expression") mode = hog::ParseMode::Eval;
    else if (argument == "--single") mode = hog::ParseMode::Single;
    else {
      ++files;
      if (!process(argv[i], mode, check_only, metadata)) ++failures;
    }
  }
  if (check_only) std::printf("%d files, %d failures\n", files, failures);
  return failures == 0 ? 0 : 1;
}
