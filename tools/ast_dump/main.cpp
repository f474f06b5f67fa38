// hognose-ast-dump: prints what the front end makes of a source.
//
//   hognose-ast-dump [options] FILE...     FILE may be "-"
//     --mode exec|eval|single|func_type    --type-comments   --incomplete   --no-imply-dedent   --minor N
//     --tokens       tokens instead of trees, as the tokenize module gives them
//     --bytes        the sources are bytes that may declare their encoding
//     --bench N      parse N times and print MB/s      --quiet    print nothing
//     --batch        read "NUMBER mode\n" and NUMBER bytes again and again; answer "NUMBER\n" and NUMBER bytes
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "dump.hpp"
#include "syntax/parser.hpp"
#include "syntax/tokenizer.hpp"

static bool token_mode = false;

static const char* kind_name(hog::ParseErrorKind kind) {
  switch (kind) {
    case hog::ParseErrorKind::None: return "None";
    case hog::ParseErrorKind::Syntax: return "SyntaxError";
    case hog::ParseErrorKind::Unicode: return "SyntaxError";
    case hog::ParseErrorKind::Indentation: return "IndentationError";
    case hog::ParseErrorKind::Tab: return "TabError";
    case hog::ParseErrorKind::IncompleteInput: return "_IncompleteInputError";
    case hog::ParseErrorKind::NeedsCodec: return "NeedsCodec";
    case hog::ParseErrorKind::Memory: return "MemoryError";
    case hog::ParseErrorKind::TooDeep: return "MemoryError";
    case hog::ParseErrorKind::Cancelled: return "Cancelled";
    case hog::ParseErrorKind::Value: return "ValueError";
  }
  return "?";
}

static std::string error_text(const hog::ParseError& error);

static std::string tokens(const std::string& source, bool quiet) {
  hog::MallocSource memory;
  hog::Arena arena(memory);
  hog::Tokenizer tokenizer(arena, source, hog::Tokenizer::ExtraTokens::Yes);
  std::string out;
  hog::TokenRecord record;
  for (;;) {
    hog::Tokenizer::Outcome outcome = tokenizer.next(record);
    if (outcome == hog::Tokenizer::Outcome::Error) return out + error_text(tokenizer.error());
    if (quiet) {
      // Every line is part of each of its tokens: the text would be quadratic.
      if (outcome == hog::Tokenizer::Outcome::End) return out;
      continue;
    }
    out += "(" + std::to_string(record.type) + ", " + python_repr(record.text) + ", " + std::to_string(record.line) +
           ", " + std::to_string(record.col) + ", " + std::to_string(record.end_line) + ", " +
           std::to_string(record.end_col) + ", " + python_repr(record.source_line) + ") ";
    if (outcome == hog::Tokenizer::Outcome::End) return out;
  }
}

static std::string answer(const std::string& source, const hog::ParseOptions& options, bool quiet) {
  if (token_mode) return tokens(source, quiet);
  hog::MallocSource memory;
  hog::Arena arena(memory);
  hog::ParseResult result = hog::parse(arena, source, options);
  if (quiet) return "";
  if (result.ok()) return dump(result.tree);
  return error_text(result.error);
}

static std::string error_text(const hog::ParseError& error) {
  std::string out = std::string("ERROR ") + kind_name(error.kind) + ": (" + python_repr(error.message);
  if (error.has_location) {
    out += ", (" + std::to_string(error.line) + ", " + std::to_string(error.col) + ", " + python_repr(error.text) +
           ", " + std::to_string(error.end_line) + ", " + std::to_string(error.end_col) + ")";
  }
  return out + ")";
}

static std::string warnings(const std::string& source, const hog::ParseOptions& options) {
  hog::MallocSource memory;
  hog::Arena arena(memory);
  std::string out;
  for (const hog::ParseWarning& warning : hog::parse(arena, source, options).warnings) {
    out += std::to_string(warning.line) + ": " + std::string(warning.message) + "\n";
  }
  return out;
}

static bool read_all(std::FILE* from, std::string* out) {
  char buffer[65536];
  size_t count;
  while ((count = std::fread(buffer, 1, sizeof buffer, from)) > 0) out->append(buffer, count);
  return std::ferror(from) == 0;
}

static bool set_mode(hog::ParseOptions& options, const char* name) {
  const char* names[] = {"exec", "eval", "single", "func_type"};
  for (int i = 0; i < 4; ++i) {
    if (std::strcmp(names[i], name) != 0) continue;
    options.mode = static_cast<hog::ParseMode>(i);
    return true;
  }
  return false;
}

static void bench(const std::string& source, const hog::ParseOptions& options, int rounds) {
  std::clock_t begin = std::clock();  // processor time: other work on the machine does not count
  size_t memory_used = 0;
  for (int i = 0; i < rounds; ++i) {
    hog::MallocSource memory;
    hog::Arena arena(memory);
    hog::parse(arena, source, options);
    memory_used = arena.bytes_used();
  }
  double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%.1f MB/s, %.1f bytes a source byte\n", static_cast<double>(source.size()) * rounds / seconds / 1e6,
              static_cast<double>(memory_used) / static_cast<double>(source.size()));
}

static int batch(hog::ParseOptions options) {
  size_t size;
  char mode[16];
  while (std::scanf("%zu %15s", &size, mode) == 2) {
    std::getchar();
    std::string source(size, '\0');
    if (std::fread(source.data(), 1, size, stdin) != size || !set_mode(options, mode)) return 1;
    std::string out = answer(source, options, false) + "\n" + warnings(source, options);
    std::printf("%zu\n", out.size());
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
  }
  return 0;
}

int main(int argc, char** argv) {
  hog::ParseOptions options;
  int rounds = 0;
  bool quiet = false;
  int status = 0;
  for (int i = 1; i < argc; ++i) {
    std::string arg = argv[i];
    auto next = [&] { return i + 1 < argc ? argv[++i] : ""; };
    if (arg == "--mode") {
      if (!set_mode(options, next())) return 2;
    } else if (arg == "--type-comments") {
      options.type_comments = true;
    } else if (arg == "--incomplete") {
      options.allow_incomplete_input = true;
    } else if (arg == "--no-imply-dedent") {
      options.dont_imply_dedent = true;
    } else if (arg == "--minor") {
      options.feature_minor = std::atoi(next());
    } else if (arg == "--bench") {
      rounds = std::atoi(next());
    } else if (arg == "--quiet") {
      quiet = true;
    } else if (arg == "--bytes") {
      options.ignore_coding_declaration = false;
    } else if (arg == "--tokens") {
      token_mode = true;
    } else if (arg == "--batch") {
      return batch(options);
    } else {
      std::FILE* file = arg == "-" ? stdin : std::fopen(arg.c_str(), "rb");
      std::string source;
      if (file == nullptr || !read_all(file, &source)) {
        std::fprintf(stderr, "cannot read %s\n", arg.c_str());
        status = 1;
        continue;
      }
      if (file != stdin) std::fclose(file);
      if (rounds > 0) {
        bench(source, options, rounds);
      } else {
        std::string out = answer(source, options, quiet);
        if (!quiet) std::printf("%s\n", out.c_str());
      }
    }
  }
  return status;
}
