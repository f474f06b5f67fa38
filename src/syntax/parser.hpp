// parser.hpp: the way into the front end: source text in, syntax tree or one syntax error out.
//
// Everything that a result points to lives in the Arena (or in the source text for `text`-like views that say so), and
// dies with it. Thread-safe as long as each thread has its own arena.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.hpp"
#include "syntax/ast.hpp"

namespace hog {

enum class ParseMode : uint8_t { Exec, Eval, Single, FuncType };

struct ParseOptions {
  ParseMode mode = ParseMode::Exec;
  bool type_comments = false;           // PyCF_TYPE_COMMENTS
  bool allow_incomplete_input = false;  // PyCF_ALLOW_INCOMPLETE_INPUT: errors at the end become IncompleteInput
  bool dont_imply_dedent = false;       // PyCF_DONT_IMPLY_DEDENT
  bool barry_as_bdfl = false;           // from __future__ import barry_as_FLUFL is in force
  // The source was text, or was decoded by the caller: a coding declaration in it is ignored (PyCF_IGNORE_COOKIE). Else
  // `source` are bytes, with perhaps a byte order mark and a declaration; see source_encoding.hpp.
  bool ignore_coding_declaration = true;
  int feature_minor = 14;               // feature_version=(3, N)
  int max_int_digits = 4300;            // sys.get_int_max_str_digits(); 0: no limit
  int max_depth = 0;                    // nesting of nodes; 0: the default
  size_t max_stack_bytes = 640 * 1024;  // native stack that parse() may use
};

enum class ParseErrorKind : uint8_t {
  None,
  Syntax,
  Indentation,
  Tab,
  IncompleteInput,  // _IncompleteInputError
  Unicode,          // SyntaxError: the bytes do not agree with their encoding
  NeedsCodec,       // `message` is the name of the encoding that the source declares; decode and parse again
  Memory,           // the arena is exhausted
  TooDeep,          // MemoryError with `message`
  Cancelled,        // MemorySource::poll() said no
  Value,            // ValueError with `message`
};

// As the attributes of SyntaxError. Lines from 1; columns from 1 in characters; 0 or -1 where CPython has them.
struct ParseError {
  ParseErrorKind kind = ParseErrorKind::None;
  std::string_view message;
  int32_t line = 0;
  int32_t col = 0;
  int32_t end_line = 0;
  int32_t end_col = 0;
  bool has_location = true;
  std::string_view text;  // the source line, with its newline
};

struct ParseWarning {
  enum class Category : uint8_t { SyntaxWarning, DeprecationWarning };
  Category category = Category::SyntaxWarning;
  std::string_view message;
  int32_t line = 0;
  int32_t col = 0;      // of the token, as ParseError; what a warning turned into an error reports
  int32_t end_line = 0;
  int32_t end_col = 0;
  std::string_view text;
};

struct ParseResult {
  ast::Mod* tree = nullptr;  // Module, Expression, Interactive or FunctionType; null on error
  ParseError error;
  std::span<ParseWarning> warnings;  // in source order; filled on error as well
  ast::IdentifierTable* identifiers = nullptr;
  bool ok() const { return tree != nullptr; }
};

// `source` is UTF-8 (lone surrogates and NUL are reported as errors). It may be dropped after the call.
ParseResult parse(Arena& arena, std::string_view source, const ParseOptions& options);

}  // namespace hog
