// parse_atom.cpp: names, displays, comprehensions. Ref: reference/expressions "Atoms".
#include "syntax/identifier_text.hpp"
#include "syntax/number_value.hpp"
#include "syntax/parser_impl.hpp"
#include "syntax/string_literals.hpp"

namespace hog {

using namespace ast;
using enum TokenType;

Expr* Parser::atom() {
  switch (type()) {
    case TokenType::Name: return name();
    case Number: return number();
    case String:
    case FStringStart:
    case TStringStart: return string_literals();
    case LeftParen: return parenthesised();
    case LeftBracket: return list_display();
    case LeftBrace: return brace_display();
    case KwNone: return simple_constant(ConstantKind::None);
    case KwTrue: return simple_constant(ConstantKind::True);
    case KwFalse: return simple_constant(ConstantKind::False);
    case Ellipsis: return simple_constant(ConstantKind::Ellipsis);
    default: return nullptr;
  }
}

Identifier* Parser::intern(const Token& name) {
  std::string_view text = normalised_identifier(arena_, name.text());
  // Written with other letters, these are no keywords, and yet no names.
  if (text.data() != name.text().data() && (text == "None" || text == "True" || text == "False") && !failed()) {
    error_.kind = ParseErrorKind::Value;
    error_.message = concatenate(arena_, {"identifier field can't represent '", text, "' constant"});
    error_.has_location = false;
  }
  return identifiers_.intern(text);
}

Identifier* Parser::identifier() {
  if (!at(TokenType::Name)) return nullptr;
  Identifier* id = intern(token());
  advance();
  return id;
}

Expr* Parser::name() {
  Start from = start();
  Identifier* id = identifier();
  auto* node = make<ast::Name>(since(from));
  node->id = id;
  return node;
}

Expr* Parser::simple_constant(ConstantKind kind) {
  Start from = start();
  advance();
  auto* node = make<Constant>(since(from));
  node->value.kind = kind;
  return node;
}

Expr* Parser::number() {
  Start from = start();
  ConstantValue value;
  const Token literal = token();
  if (!number_value(arena_, literal.text(), &value)) {
    fail_too_many_digits(value);
    return nullptr;
  }
  if (value.kind == ConstantKind::Int && !value.fits_int64 && value.base == 10 && options_.max_int_digits > 0 &&
      value.text.size() > static_cast<size_t>(options_.max_int_digits)) {
    fail_too_many_digits(value);
    return nullptr;
  }
  if (token().text().find('_') != std::string_view::npos && !check_version(6, "Underscores in numeric literals are"))
    return nullptr;
  advance();
  auto* node = make<Constant>(since(from));
  node->value = value;
  return node;
}

void Parser::fail_too_many_digits(const ConstantValue& value) {
  fail(
      ParseErrorKind::Syntax,
      concatenate(arena_, {"Exceeds the limit (", NumberText::decimal(static_cast<uint64_t>(options_.max_int_digits)),
                           " digits) for integer string conversion: value has ", NumberText::decimal(value.text.size()),
                           " digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for "
                           "huge integer literals to avoid decimal conversion limits."}),
      token(), token());
}

Expr* Parser::string_literals() { return StringLiterals(*this).parse(); }

// --- displays ---------------------------------------------------------------------------------------------------

// A group, a tuple or a generator expression.
Expr* Parser::parenthesised() {
  Start from = start();
  advance();
  if (accept(RightParen)) return make<Tuple>(since(from));
  if (at(KwYield)) {
    Expr* value = yield_expression();
    return value != nullptr && accept(RightParen) ? value : nullptr;
  }
  Expr* first = star_named_expression();
  if (first == nullptr) return nullptr;
  if (begins_comprehension()) {
    std::span<Comprehension*> generators;
    if (is<Starred>(first) || !comprehensions(&generators) || !accept(RightParen)) return nullptr;
    auto* node = make<GeneratorExp>(since(from));
    node->elt = first;
    node->generators = generators;
    return node;
  }
  if (!at(Comma)) return !is<Starred>(first) && accept(RightParen) ? first : nullptr;
  Collector<Expr> items(*this);
  items.add(first);
  if (!rest_of_display(items, RightParen)) return nullptr;
  auto* node = make<Tuple>(since(from));
  node->elts = items.take();
  return node;
}

// ", element" as often as it comes, an optional comma, and the closing bracket.
bool Parser::rest_of_display(Collector<Expr>& items, TokenType closing) {
  while (accept(Comma)) {
    if (at(closing)) break;
    Expr* next = star_named_expression();
    if (next == nullptr) return false;
    items.add(next);
  }
  return accept(closing);
}

Expr* Parser::list_display() {
  Start from = start();
  advance();
  Collector<Expr> items(*this);
  if (!accept(RightBracket)) {
    Expr* first = star_named_expression();
    if (first == nullptr) return nullptr;
    if (begins_comprehension()) {
      std::span<Comprehension*> generators;
      if (is<Starred>(first) || !comprehensions(&generators) || !accept(RightBracket)) return nullptr;
      auto* node = make<ListComp>(since(from));
      node->elt = first;
      node->generators = generators;
      return node;
    }
    items.add(first);
    if (!rest_of_display(items, RightBracket)) return nullptr;
  }
  auto* node = make<List>(since(from));
  node->elts = items.take();
  return node;
}

Expr* Parser::brace_display() {
  Start from = start();
  advance();
  if (accept(RightBrace)) return make<Dict>(since(from));
  if (at(DoubleStar)) return dict_rest(from, nullptr);
  size_t first_token = at_;
  Expr* first = at(TokenType::Star) ? star_bitwise_or() : expression();
  if (first == nullptr) return nullptr;
  if (at(Colon)) return is<Starred>(first) ? nullptr : dict_rest(from, first);
  if (!is<Starred>(first)) first = finish_named(first, first_token);
  if (first == nullptr) return nullptr;
  if (begins_comprehension()) {
    std::span<Comprehension*> generators;
    if (is<Starred>(first) || !comprehensions(&generators) || !accept(RightBrace)) return nullptr;
    auto* node = make<SetComp>(since(from));
    node->elt = first;
    node->generators = generators;
    return node;
  }
  Collector<Expr> items(*this);
  items.add(first);
  if (!rest_of_display(items, RightBrace)) return nullptr;
  auto* node = make<Set>(since(from));
  node->elts = items.take();
  return node;
}

// A dict display or comprehension whose first key was read, or that begins with `**` (no key).
Expr* Parser::dict_rest(Start from, Expr* key) {
  Collector<Expr> keys_and_values(*this);
  for (bool is_first = true;; is_first = false) {
    if (!is_first && !at(DoubleStar)) {
      key = expression();
      if (key == nullptr) return nullptr;
    }
    Expr* value;
    if (accept(DoubleStar)) {
      key = nullptr;
      value = bitwise_or();
    } else {
      if (!accept(Colon)) return nullptr;
      value = expression();
    }
    if (value == nullptr) return nullptr;
    if (is_first && key != nullptr && begins_comprehension()) {
      std::span<Comprehension*> generators;
      if (!comprehensions(&generators) || !accept(RightBrace)) return nullptr;
      auto* node = make<DictComp>(since(from));
      node->key = key;
      node->value = value;
      node->generators = generators;
      return node;
    }
    keys_and_values.add(key);
    keys_and_values.add(value);
    if (!accept(Comma) || at(RightBrace)) break;
  }
  if (!accept(RightBrace)) return nullptr;
  size_t count = keys_and_values.size() / 2;
  auto* node = make<Dict>(since(from));
  node->keys = arena_.make_array<Expr*>(count);
  node->values = arena_.make_array<Expr*>(count);
  if (arena_.exhausted()) return nullptr;
  for (size_t i = 0; i < count; ++i) {
    node->keys[i] = keys_and_values[2 * i];
    node->values[i] = keys_and_values[2 * i + 1];
  }
  return node;
}

bool Parser::comprehension_conditions(std::span<Expr*>* out) {
  Collector<Expr> conditions(*this);
  while (accept(KwIf)) {
    Expr* condition = disjunction();
    if (condition == nullptr) return false;
    conditions.add(condition);
  }
  *out = conditions.take();
  return true;
}

bool Parser::comprehensions(std::span<Comprehension*>* out) {
  Collector<Comprehension> loops(*this);
  while (begins_comprehension()) {
    bool is_async = at(KwAsync);
    if (is_async) advance();
    if (!accept(KwFor)) return false;
    auto* loop = ast::make<Comprehension>(arena_);
    loop->is_async = is_async;
    loop->target = star_targets();
    if (loop->target == nullptr || !accept(KwIn)) return false;
    loop->iter = disjunction();
    if (loop->iter == nullptr) return false;
    if (!comprehension_conditions(&loop->ifs)) return false;
    if (is_async && !check_version(6, "Async comprehensions are")) return false;
    loops.add(loop);
  }
  *out = loops.take();
  return true;
}

}  // namespace hog
