// diagnose.cpp: the two passes of the Diagnoser, its tokens and the places of errors.
#include "syntax/diagnose_impl.hpp"
#include "syntax/source_position.hpp"

namespace hog {

using enum TokenType;

static void set_unclosed_error(ParseError& error, Arena& arena, const Lexer& lexer) {
  const Lexer::OpenBracket& open = lexer.innermost_bracket();
  error.kind = ParseErrorKind::Syntax;
  error.message = concatenate(arena, {"'", {&open.bracket, 1}, "' was never closed"});
  set_error_range(error, lexer, open.line, open.col + 1, open.line, 0);
}

Diagnoser::Diagnoser(Arena& arena, TokenFeed& feed, const ParseOptions& options, bool barry_as_bdfl)
    : arena_(arena),
      feed_(feed),
      options_(options),
      tokens_(arena),
      memos_(arena),
      barry_as_bdfl_(barry_as_bdfl),
      stack_(options.max_stack_bytes) {}

ParseError Diagnoser::run() {
  search_root();
  if (options_.allow_incomplete_input && feed_.lexer().saw_end()) {
    error_ = {};
    stop_ = false;
    raise_last("incomplete input", ParseErrorKind::IncompleteInput);
    return error_;
  }
  if (!stop_) {
    size_t last = tokens_.size() - 1;
    restart();
    search_root();
    if (!stop_) {
      const Token& token = tokens_[last];
      if (token.type == Indent || token.type == Dedent) {
        raise_last(token.type == Indent ? "unexpected indent" : "unexpected unindent", ParseErrorKind::Indentation);
        return error_;
      }
      raise_range(static_cast<int32_t>(last), static_cast<int32_t>(last), "invalid syntax");
    }
  }
  if (tokens_.size() > 0) prefer_lexer_error(error_, arena_, feed_, tokens_[tokens_.size() - 1].line);
  return error_;
}

void Diagnoser::restart() {
  for (Memo*& memo : memos_) memo = nullptr;
  at_ = 0;
  invalid_ = true;
}

// The root rule of the mode.
bool Diagnoser::search_root() {
  switch (options_.mode) {
    case ParseMode::Exec: statements(); return tok(EndMarker);
    case ParseMode::Eval: return expressions() && any_number([&] { return tok(Newline); }) && tok(EndMarker);
    case ParseMode::Single:
      return alt([&] { return compound_statement() && tok(Newline); }) || simple_statements() ||
             alt([&] { return tok(Newline); }) || alt([&] { return tok(EndMarker); });
    case ParseMode::FuncType:
      return tok(LeftParen) && optional([&] { return type_expressions(); }) && tok(RightParen) && tok(Arrow) &&
             expression() && any_number([&] { return tok(Newline); }) && tok(EndMarker);
  }
  return false;
}

bool Diagnoser::type_expressions() {
  auto plain = [&] { return separated([&] { return expression(); }); };
  auto star = [&] { return tok(Star) && expression(); };
  auto double_star = [&] { return tok(DoubleStar) && expression(); };
  auto comma = [&] { return tok(Comma); };
  return alt([&] { return plain() && comma() && star() && comma() && double_star(); }) ||
         alt([&] { return plain() && comma() && star(); }) ||
         alt([&] { return plain() && comma() && double_star(); }) ||
         alt([&] { return star() && comma() && double_star(); }) || alt(star) || alt(double_star) || alt(plain);
}

// --- tokens -----------------------------------------------------------------------------------------------------

bool Diagnoser::step() {
  if (arena_.exhausted()) {
    error_.kind = ParseErrorKind::Memory;
    stop_ = true;
  } else if ((++steps_ & 0x3FF) == 0 && !arena_.source().poll()) {
    error_.kind = ParseErrorKind::Cancelled;
    stop_ = true;
  }
  return !stop_;
}

bool Diagnoser::fill(size_t index) {
  while (index >= tokens_.size()) {
    if (!step()) return false;
    size_t size = tokens_.size();
    Token token;
    feed_.next(token);
    tokens_.push_back(token);
    memos_.push_back(nullptr);
    if (tokens_.size() == size || memos_.size() == size) {
      step();
      return false;
    }
    if (token.type == ErrorToken) {
      raise_lexer_error();
      return false;
    }
  }
  return true;
}

bool Diagnoser::soft(std::string_view word) {
  if (!next_is(Name) || tokens_[at_].text() != word) return false;
  ++at_;
  return true;
}

// A token that must come here, in either pass.
bool Diagnoser::forced(TokenType type, const char* spelling) {
  if (tok(type)) return true;
  if (!stop_ && fill(at_)) raise_token(here(), text({"expected '", spelling, "'"}));
  return false;
}

Diagnoser::N Diagnoser::make(Kind kind, size_t first) {
  auto* node = arena_.make<Node>();
  node->kind = kind;
  node->first = static_cast<int32_t>(first);
  size_t last = at_;
  while (last > first + 1 && tokens_[last - 1].type >= Newline && tokens_[last - 1].type <= Dedent) --last;
  node->last = static_cast<int32_t>(last > first ? last - 1 : first);
  return node;
}

Diagnoser::N Diagnoser::make(Kind kind, size_t first, const ArenaVector<N>& items) {
  auto* node = const_cast<Node*>(make(kind, first));
  node->items = {items.begin(), items.size()};
  return node;
}

// --- errors -----------------------------------------------------------------------------------------------------

void Diagnoser::raise(ParseErrorKind kind, std::string_view message, int32_t line, int32_t col, int32_t end_line,
                      int32_t end_col) {
  if (stop_) return;
  stop_ = true;
  error_.kind = kind;
  error_.message = message;
  set_error_range(error_, feed_.lexer(), line, col, end_line, end_col);
}

void Diagnoser::raise_at(size_t index, std::string_view message, ParseErrorKind kind) {
  if (stop_) return;
  stop_ = true;
  error_.kind = kind;
  error_.message = message;
  set_error_at(error_, feed_.lexer(), tokens_[index]);
}

void Diagnoser::raise_last(std::string_view message, ParseErrorKind kind) {
  if (tokens_.size() == 0) return raise(kind, message, 0, 0, 0, -1);
  raise_at(tokens_.size() - 1, message, kind);
}

void Diagnoser::raise_next(std::string_view message) {
  if (fill(at_)) raise_at(at_, message, ParseErrorKind::Syntax);
}

void Diagnoser::raise_range(int32_t first, int32_t last, std::string_view message) {
  const Token& from = tokens_[static_cast<size_t>(first)];
  const Token& to = tokens_[static_cast<size_t>(last)];
  raise(ParseErrorKind::Syntax, message, from.line, from.col + 1, to.end_line, to.end_col + 1);
}

// From a token to where the lexer is.
void Diagnoser::raise_from(int32_t token, std::string_view message) {
  const Token& from = tokens_[static_cast<size_t>(token)];
  raise(ParseErrorKind::Syntax, message, from.line, from.col + 1, feed_.lexer().line(), feed_.lexer().column());
}

void Diagnoser::raise_block(const char* what, int32_t token) {
  NumberText line = NumberText::decimal(static_cast<uint64_t>(tokens_[static_cast<size_t>(token)].line));
  raise_last(text({"expected an indented block after ", what, " on line ", line}), ParseErrorKind::Indentation);
}

void Diagnoser::raise_lexer_error() {
  const Lexer& lexer = feed_.lexer();
  if (lexer.error().kind == ParseErrorKind::None) {
    if (lexer.level() > 0) {
      stop_ = true;
      return set_unclosed_error(error_, arena_, lexer);
    }
    return raise_last("unexpected EOF while parsing");
  }
  stop_ = true;
  error_ = lexer.error();
}

void Diagnoser::fail_too_deep() {
  if (stop_) return;
  stop_ = true;
  error_.kind = ParseErrorKind::TooDeep;
  error_.message = "Parser stack overflowed - Python source too complex to parse";
  error_.has_location = false;
}

void prefer_lexer_error(ParseError& error, Arena& arena, TokenFeed& feed, int32_t error_line) {
  const Lexer& lexer = feed.lexer();
  if (lexer.failed() || (error.kind != ParseErrorKind::Syntax && error.kind != ParseErrorKind::Indentation)) return;
  Token token;
  do {
    feed.next(token);
    if (arena.exhausted()) {
      error.kind = ParseErrorKind::Memory;
      return;
    }
  } while (token.type != TokenType::ErrorToken && token.type != TokenType::EndMarker);
  // Within an f-string, what is wrong in the field comes first.
  if (token.type == TokenType::EndMarker || lexer.inside_string()) return;
  if (lexer.error().kind != ParseErrorKind::None && !lexer.error_is_quiet()) {
    error = lexer.error();
  } else if (lexer.level() > 0 && error_line > lexer.innermost_bracket().line) {
    set_unclosed_error(error, arena, lexer);
  }
}

const char* Diagnoser::name_of(N node) const {
  switch (node->kind) {
    case Kind::Name: return "name";
    case Kind::Attribute: return "attribute";
    case Kind::Subscript: return "subscript";
    case Kind::Starred: return "starred";
    case Kind::List: return "list";
    case Kind::Tuple: return "tuple";
    case Kind::Lambda: return "lambda";
    case Kind::Call: return "function call";
    case Kind::Operation: return "expression";
    case Kind::Generator: return "generator expression";
    case Kind::Yield: return "yield expression";
    case Kind::Await: return "await expression";
    case Kind::ListComp: return "list comprehension";
    case Kind::SetComp: return "set comprehension";
    case Kind::DictComp: return "dict comprehension";
    case Kind::Dict: return "dict literal";
    case Kind::Set: return "set display";
    case Kind::FString: return "f-string expression";
    case Kind::TString: return "t-string expression";
    case Kind::None: return "None";
    case Kind::True: return "True";
    case Kind::False: return "False";
    case Kind::Ellipsis: return "ellipsis";
    case Kind::Literal: return "literal";
    case Kind::Comparison: return "comparison";
    case Kind::IfExp: return "conditional expression";
    case Kind::Named: return "named expression";
    default: return "expression";
  }
}

// The part of an expression that is no target; null when all of it is.
Diagnoser::N Diagnoser::invalid_target(N node, Targets kind) {
  switch (node->kind) {
    case Kind::List:
    case Kind::Tuple:
      for (N item : node->items) {
        if (N bad = invalid_target(item, kind)) return bad;
      }
      return nullptr;
    case Kind::Starred: return kind == Targets::Del ? node : invalid_target(node->items[0], kind);
    case Kind::Comparison:
      if (kind == Targets::For) return node->in_operator ? invalid_target(node->items[0], kind) : nullptr;
      return node;
    case Kind::Name:
    case Kind::Subscript:
    case Kind::Attribute: return nullptr;
    default: return node;
  }
}

void Diagnoser::raise_invalid_target(N node, Targets kind) {
  N bad = invalid_target(node, kind);
  if (bad == nullptr) return;
  raise_node(bad, text({kind == Targets::Del ? "cannot delete " : "cannot assign to ", name_of(bad)}));
}

}  // namespace hog
