// parse_pattern.cpp: match statements and their patterns. Ref: reference/compound_stmts "The match statement", PEP 634.
#include "syntax/parser_impl.hpp"

namespace hog {

using namespace ast;
using enum TokenType;

// `match` is a name that only begins a statement of its own when a subject, a colon and the end of the line follow. When
// they do not, *committed stays false and no token is taken.
Stmt* Parser::match_statement(bool* committed) {
  switch (peek(1)) {
    case Equal:
    case Dot:
    case Comma:
    case Colon:
    case Newline:
    case Semicolon:
    case RightParen:
    case ColonEqual: return nullptr;
    default: break;
  }
  Depth depth(*this);
  if (!depth.ok()) return nullptr;
  Mark before = mark();
  Start from = start();
  advance();
  Expr* subject = match_subject();
  if (subject == nullptr || !at(Colon) || peek(1) != Newline) {
    reset(before);
    return nullptr;
  }
  *committed = true;
  advance();
  advance();
  if (!accept(Indent)) return nullptr;
  Collector<MatchCase> cases(*this);
  while (!at(Dedent)) {
    new_window();
    MatchCase* one = case_block();
    if (one == nullptr) return nullptr;
    cases.add(one);
  }
  if (cases.empty() || !check_version(10, "Pattern matching is")) return nullptr;
  advance();
  auto* node = make<Match>(since(from));
  node->subject = subject;
  node->cases = cases.take();
  return node;
}

Expr* Parser::match_subject() {
  Start from = start();
  Expr* first = star_named_expression();
  if (first == nullptr) return nullptr;
  if (!at(Comma)) return is<Starred>(first) ? nullptr : first;
  Collector<Expr> items(*this);
  items.add(first);
  while (accept(Comma)) {
    if (at(Colon)) break;
    Expr* next = star_named_expression();
    if (next == nullptr) return nullptr;
    items.add(next);
  }
  auto* node = make<Tuple>(since(from));
  node->elts = items.take();
  return node;
}

MatchCase* Parser::case_block() {
  if (!at_word("case")) return nullptr;
  advance();
  Pattern* pattern = top_pattern();
  if (pattern == nullptr) return nullptr;
  Expr* guard = nullptr;
  if (accept(KwIf)) {
    guard = named_expression();
    if (guard == nullptr) return nullptr;
  }
  auto* node = ast::make<MatchCase>(arena_);
  node->pattern = pattern;
  node->guard = guard;
  return accept(Colon) && block(&node->body) ? node : nullptr;
}

// A pattern, or a sequence without brackets.
Pattern* Parser::top_pattern() {
  Start from = start();
  Pattern* first = maybe_star_pattern();
  if (first == nullptr) return nullptr;
  if (!at(Comma)) return is<MatchStar>(first) ? nullptr : first;
  Collector<Pattern> items(*this);
  items.add(first);
  while (accept(Comma)) {
    if (at(Colon) || at(KwIf)) break;
    Pattern* next = maybe_star_pattern();
    if (next == nullptr) return nullptr;
    items.add(next);
  }
  auto* node = make<MatchSequence>(since(from));
  node->patterns = items.take();
  return node;
}

Pattern* Parser::maybe_star_pattern() { return at(TokenType::Star) ? star_pattern() : as_pattern(); }

// A name that a pattern binds: no `_`, and nothing that makes it part of something longer.
Identifier* Parser::capture_target() {
  if (!at(TokenType::Name) || token().text() == "_") return nullptr;
  Identifier* name = identifier();
  return at(Dot) || at(LeftParen) || at(Equal) ? nullptr : name;
}

Pattern* Parser::star_pattern() {
  Start from = start();
  advance();
  Identifier* name = nullptr;
  if (at_word("_")) {
    advance();
  } else {
    name = capture_target();
    if (name == nullptr) return nullptr;
  }
  auto* node = make<MatchStar>(since(from));
  node->name = name;
  return node;
}

Pattern* Parser::as_pattern() {
  Depth depth(*this);
  if (!depth.ok()) return nullptr;
  Start from = start();
  Pattern* pattern = or_pattern();
  if (pattern == nullptr || !accept(KwAs)) return pattern;
  Identifier* name = capture_target();
  if (name == nullptr) return nullptr;
  auto* node = make<MatchAs>(since(from));
  node->pattern = pattern;
  node->name = name;
  return node;
}

Pattern* Parser::or_pattern() {
  Start from = start();
  Pattern* first = closed_pattern();
  if (first == nullptr || !at(Bar)) return first;
  Collector<Pattern> items(*this);
  items.add(first);
  while (accept(Bar)) {
    Pattern* next = closed_pattern();
    if (next == nullptr) return nullptr;
    items.add(next);
  }
  auto* node = make<MatchOr>(since(from));
  node->patterns = items.take();
  return node;
}

Pattern* Parser::closed_pattern() {
  switch (type()) {
    case TokenType::Name: return name_or_class_pattern();
    case LeftParen: return group_or_sequence_pattern();
    case LeftBracket: {
      Start from = start();
      advance();
      return sequence_pattern(from, RightBracket);
    }
    case LeftBrace: return mapping_pattern();
    default: return literal_pattern();
  }
}

// --- literals ---------------------------------------------------------------------------------------------------

Pattern* Parser::literal_pattern() {
  Start from = start();
  ConstantKind kind;
  switch (type()) {
    case KwNone: kind = ConstantKind::None; break;
    case KwTrue: kind = ConstantKind::True; break;
    case KwFalse: kind = ConstantKind::False; break;
    default: {
      Expr* value = literal_key();
      if (value == nullptr) return nullptr;
      auto* node = make<MatchValue>(since(from));
      node->value = value;
      return node;
    }
  }
  advance();
  auto* node = make<MatchSingleton>(since(from));
  node->value.kind = kind;
  return node;
}

// A literal as an expression: also a key of a mapping pattern.
Expr* Parser::literal_key() {
  switch (type()) {
    case Number:
    case Minus: return complex_or_number();
    case String:
    case FStringStart:
    case TStringStart: return string_literals();
    case KwNone: return simple_constant(ConstantKind::None);
    case KwTrue: return simple_constant(ConstantKind::True);
    case KwFalse: return simple_constant(ConstantKind::False);
    default: return nullptr;
  }
}

Expr* Parser::signed_number() {
  Start from = start();
  if (!accept(Minus)) return at(Number) ? number() : nullptr;
  if (!at(Number)) return nullptr;
  Expr* operand = number();
  if (operand == nullptr) return nullptr;
  auto* node = make<UnaryOp>(since(from));
  node->op = UnaryOperator::USub;
  node->operand = operand;
  return node;
}

static bool is_imaginary(const Expr* number) {
  if (is<UnaryOp>(number)) number = as<UnaryOp>(number)->operand;
  return as<Constant>(number)->value.kind == ConstantKind::Complex;
}

Expr* Parser::complex_or_number() {
  Start from = start();
  Expr* real = signed_number();
  if (real == nullptr || (!at(Plus) && !at(Minus))) return real;
  if (is_imaginary(real)) {
    fail_at_node("real number required in complex literal", real);
    return nullptr;
  }
  BinaryOperator op = at(Plus) ? BinaryOperator::Add : BinaryOperator::Sub;
  advance();
  Expr* imaginary = at(Number) ? number() : nullptr;
  if (imaginary == nullptr) return nullptr;
  if (!is_imaginary(imaginary)) {
    fail_at_node("imaginary number required in complex literal", imaginary);
    return nullptr;
  }
  auto* node = make<BinOp>(since(from));
  node->left = real;
  node->op = op;
  node->right = imaginary;
  return node;
}

// --- names, classes -----------------------------------------------------------------------------------------------

// A capture, the wildcard, a dotted value or a class pattern.
Pattern* Parser::name_or_class_pattern() {
  Start from = start();
  const Token first = token();
  Expr* value = name();
  while (at(Dot)) {
    advance();
    Identifier* attr = identifier();
    if (attr == nullptr) return nullptr;
    auto* node = make<Attribute>(since(from));
    node->value = value;
    node->attr = attr;
    value = node;
  }
  if (at(LeftParen)) return class_pattern(from, value);
  if (at(Equal)) return nullptr;
  if (is<Attribute>(value)) {
    auto* node = make<MatchValue>(since(from));
    node->value = value;
    return node;
  }
  auto* node = make<MatchAs>(since(from));
  if (first.text() != "_") node->name = as<ast::Name>(value)->id;
  return node;
}

Pattern* Parser::class_pattern(Start from, Expr* cls) {
  advance();
  Collector<Pattern> positional(*this);
  ArenaVector<Identifier*> names(arena_);
  ArenaVector<Pattern*> values(arena_);
  while (!at(RightParen)) {
    if (at(TokenType::Name) && peek(1) == Equal) {
      names.push_back(identifier());
      advance();
      Pattern* value = as_pattern();
      if (value == nullptr) return nullptr;
      values.push_back(value);
    } else {
      Pattern* pattern = as_pattern();
      if (pattern == nullptr || names.size() != 0) return nullptr;
      positional.add(pattern);
    }
    if (!accept(Comma)) break;
  }
  if (!accept(RightParen)) return nullptr;
  auto* node = make<MatchClass>(since(from));
  node->cls = cls;
  node->patterns = positional.take();
  node->kwd_attrs = names.span();
  node->kwd_patterns = values.span();
  return node;
}

// --- groups, sequences, mappings ----------------------------------------------------------------------------------

Pattern* Parser::sequence_pattern(Start from, TokenType closing) {
  Collector<Pattern> items(*this);
  while (!at(closing)) {
    Pattern* item = maybe_star_pattern();
    if (item == nullptr) return nullptr;
    items.add(item);
    if (!accept(Comma)) break;
  }
  bool comma = previous().type == Comma;
  if (!accept(closing)) return nullptr;
  if (closing == RightParen && items.size() == 1 && !comma) return is<MatchStar>(items[0]) ? nullptr : items[0];
  auto* node = make<MatchSequence>(since(from));
  node->patterns = items.take();
  return node;
}

Pattern* Parser::group_or_sequence_pattern() {
  Start from = start();
  advance();
  return sequence_pattern(from, RightParen);
}

Pattern* Parser::mapping_pattern() {
  Start from = start();
  advance();
  Collector<Expr> keys(*this);
  ArenaVector<Pattern*> values(arena_);
  Identifier* rest = nullptr;
  while (!at(RightBrace)) {
    if (rest != nullptr) return nullptr;
    if (accept(DoubleStar)) {
      rest = capture_target();
      if (rest == nullptr) return nullptr;
    } else {
      Expr* key = at(TokenType::Name) ? attribute_key() : literal_key();
      if (key == nullptr || !accept(Colon)) return nullptr;
      Pattern* value = as_pattern();
      if (value == nullptr) return nullptr;
      keys.add(key);
      values.push_back(value);
    }
    if (!accept(Comma)) break;
  }
  if (!accept(RightBrace)) return nullptr;
  auto* node = make<MatchMapping>(since(from));
  node->keys = keys.take();
  node->patterns = values.span();
  node->rest = rest;
  return node;
}

// A dotted name as the key of a mapping pattern.
Expr* Parser::attribute_key() {
  Start from = start();
  Expr* value = name();
  if (!at(Dot)) return nullptr;
  while (accept(Dot)) {
    Identifier* attr = identifier();
    if (attr == nullptr) return nullptr;
    auto* node = make<Attribute>(since(from));
    node->value = value;
    node->attr = attr;
    value = node;
  }
  return value;
}

}  // namespace hog
