// compiler.hpp: the way into the compiler: syntax tree in, one CodeBlob (bytecode/code_format.hpp) out.
//
// Everything that a result points to lives in the Arena. The tree is folded in place. Thread-safe as long as each thread has
// its own arena. Errors have the shape of the parser's; `text` of an error is left to the caller, who has the source.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.hpp"
#include "syntax/ast.hpp"
#include "syntax/parser.hpp"

namespace hog {

struct CompileOptions {
  std::string_view filename = "<string>";
  int optimize = 0;           // as -O: 1 drops asserts and clears __debug__, 2 drops docstrings as well
  uint32_t future_flags = 0;  // code_flag::kFuture...: those in force around the code (compile() inherits its caller's)
  bool allow_top_level_await = false;  // PyCF_ALLOW_TOP_LEVEL_AWAIT
  bool last_value = false;             // a module answers its last statement's value when that is an expression
  int max_depth = 0;                   // nesting of nodes; 0: the default
};

struct CompileResult {
  std::span<const uint8_t> blob;  // empty on error
  ParseError error;
  std::span<ParseWarning> warnings;  // in source order; filled on error as well
  uint32_t future_flags = 0;         // those of the code itself included
  bool ok() const { return !blob.empty(); }
};

// `tree` is a Module, Expression or Interactive whose identifiers are of `identifiers`.
CompileResult compile(Arena& arena, ast::Mod* tree, ast::IdentifierTable& identifiers, const CompileOptions& options);

// What stands between the parser and a caller who wants the tree itself: future statements are checked; with `optimized`, the
// tree is simplified in place as CPython's ast.parse(optimize=...) shows it.
ParseError preprocess(Arena& arena, ast::Mod* tree, ast::IdentifierTable& identifiers, const CompileOptions& options,
                      bool optimized);

struct ScopeTree;
struct ScopesResult {
  ScopeTree* scopes = nullptr;  // compile/scopes.hpp; null on error
  ParseError error;
};
// The scopes alone, for the `_symtable` module.
ScopesResult analyze_scopes(Arena& arena, ast::Mod* tree, ast::IdentifierTable& identifiers,
                            const CompileOptions& options);

}  // namespace hog
