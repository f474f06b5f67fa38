// parser.cpp: the parser's tokens and errors, and parse(). Ref: library/ast, library/functions "compile".
#include "syntax/parser.hpp"

#include "syntax/diagnose_impl.hpp"
#include "syntax/lexer.hpp"
#include "syntax/message.hpp"
#include "syntax/parser_impl.hpp"
#include "syntax/source_encoding.hpp"
#include "syntax/source_position.hpp"
#include "text/utf.hpp"

namespace hog {

static constexpr int kDefaultDepth = 1500;

Parser::Parser(Arena& arena, TokenFeed& feed, ast::IdentifierTable& identifiers, const ParseOptions& options)
    : arena_(arena),
      feed_(feed),
      lexer_(feed.lexer()),
      identifiers_(identifiers),
      options_(options),
      window_(arena),
      scratch_(arena),
      max_depth_(options.max_depth > 0 ? options.max_depth : kDefaultDepth),
      stack_(options.max_stack_bytes),
      barry_as_bdfl_(options.barry_as_bdfl) {}

// --- tokens -----------------------------------------------------------------------------------------------------

bool Parser::read_token() {
  Token next;
  feed_.next(next);
  window_.push_back(next);
  if (arena_.exhausted()) [[unlikely]] {
    fail(ParseErrorKind::Memory, "", next, next);
    // push_back may have refused; the last token stands for it.
    if (window_.size() > 0) window_.back().type = TokenType::ErrorToken;
  }
  if (at_ >= window_.size()) at_ = window_.size() - 1;
  return next.type != TokenType::ErrorToken;
}

// Forgets the tokens before the current one.
void Parser::new_window() {
  if (at_ == 0) return;
  size_t kept = window_.size() - at_;
  for (size_t i = 0; i < kept; ++i) window_[i] = window_[at_ + i];
  window_.resize_down(kept);
  at_ = 0;
}

// --- errors -----------------------------------------------------------------------------------------------------

void Parser::fail(ParseErrorKind kind, std::string_view message, const Token& from, const Token& to) {
  if (failed()) return;
  error_.kind = kind;
  error_.message = message;
  set_error_range(error_, lexer_, from.line, from.col + 1, to.end_line, to.end_col + 1);
}

void Parser::fail_here(std::string_view message) {
  if (failed()) return;
  error_.kind = ParseErrorKind::Syntax;
  error_.message = message;
  set_error_at(error_, lexer_, window_.back());
}

void Parser::fail_at_node(std::string_view message, const Expr* node) {
  Token place;
  place.line = node->location.line;
  place.col = node->location.col;
  place.end_line = node->location.end_line;
  place.end_col = node->location.end_col;
  fail(ParseErrorKind::Syntax, message, place, place);
}

void Parser::fail_too_deep() {
  if (failed()) return;
  error_.kind = ParseErrorKind::TooDeep;
  error_.message = "Parser stack overflowed - Python source too complex to parse";
  error_.has_location = false;
}

bool Parser::check_version(int minor, const char* what) {
  if (options_.feature_minor >= minor) [[likely]]
    return true;
  fail_here(concatenate(arena_, {what, " only supported in Python 3.",
                                 NumberText::decimal(static_cast<uint64_t>(minor)), " and greater"}));
  return false;
}

// --- parse() ----------------------------------------------------------------------------------------------------

// Whether something other than comments follows the statement of a `single` input.
static bool more_follows(const char* at) {
  for (;; ++at) {
    if (*at == '#') {
      while (*at != '\0' && *at != '\n') ++at;
    }
    if (*at == '\0') return false;
    if (*at != ' ' && *at != '\t' && *at != '\n' && *at != '\f') return true;
  }
}

ParseResult parse(Arena& arena, std::string_view source, const ParseOptions& options) {
  ParseResult result;
  result.identifiers = arena.make<ast::IdentifierTable>(arena);
  if (std::memchr(source.data(), '\0', source.size()) != nullptr) {
    result.error.kind = ParseErrorKind::Syntax;
    result.error.message = "source code string cannot contain null bytes";
    result.error.has_location = false;
    return result;
  }
  if (!options.ignore_coding_declaration) {
    DecodedSource decoded = decode_source(arena, source);
    if (decoded.error.kind != ParseErrorKind::None) {
      result.error = decoded.error;
      return result;
    }
    source = decoded.text;
  } else if (utf::scan_utf8(source).fault != utf::Fault::kNone) {
    result.error.kind = ParseErrorKind::Unicode;
    result.error.message = "(unicode error) the source is not valid UTF-8";
    result.error.has_location = false;
    return result;
  }
  std::string_view text = prepare_source(arena, source, options.mode == ParseMode::Exec);
  if (text.data() == nullptr) {
    result.error.kind = ParseErrorKind::Memory;
    return result;
  }
  Lexer::Place restart;
  bool barry_as_bdfl = false;
  LexerOptions lexer_options;
  lexer_options.type_comments = options.type_comments;
  {
    Lexer lexer(arena, text, lexer_options);
    TokenFeed feed(arena, lexer, options);
    Parser parser(arena, feed, *result.identifiers, options);
    result.tree = parser.parse_root();
    result.warnings = lexer.warnings().span();
    result.error = parser.error();
    if (result.error.kind == ParseErrorKind::Value) {
      result.tree = nullptr;
      return result;
    }
    restart = parser.restart_place();
    barry_as_bdfl = parser.barry_as_bdfl();
    if (result.tree == nullptr && options.allow_incomplete_input && lexer.saw_end()) result.error = {};
    prefer_lexer_error(result.error, arena, feed, parser.last_line());
    if (result.tree != nullptr && options.mode == ParseMode::Single && more_follows(lexer.cursor())) {
      result.tree = nullptr;
      parser.fail_here("multiple statements found while compiling a single statement");
      result.error = parser.error();
    }
  }
  if (result.tree != nullptr) return result;
  if (arena.exhausted()) result.error.kind = ParseErrorKind::Memory;
  if (result.error.kind != ParseErrorKind::None) return result;
  // The first reading stays fast because it says nothing; a second one finds out what is wrong.
  Lexer lexer(arena, text, lexer_options);
  if (restart.line_start != nullptr) lexer.start_at(restart);
  TokenFeed feed(arena, lexer, options);
  result.error = Diagnoser(arena, feed, options, barry_as_bdfl).run();
  return result;
}

}  // namespace hog
