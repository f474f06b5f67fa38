// parse_expression.cpp: operators, calls, subscripts. Ref: reference/expressions, reference/grammar.
#include "syntax/parser_impl.hpp"

namespace hog {

using namespace ast;
using enum TokenType;

namespace {

struct BinaryRow {
  uint8_t precedence = 0;  // 0: no binary operator
  BinaryOperator op = BinaryOperator::Add;
};
struct BinaryTable {
  BinaryRow rows[kTokenTypeCount] = {};
  constexpr BinaryTable() {
    auto set = [this](TokenType type, int precedence, BinaryOperator op) {
      rows[static_cast<size_t>(type)] = {static_cast<uint8_t>(precedence), op};
    };
    set(Bar, 1, BinaryOperator::BitOr);
    set(Caret, 2, BinaryOperator::BitXor);
    set(Ampersand, 3, BinaryOperator::BitAnd);
    set(LeftShift, 4, BinaryOperator::LShift);
    set(RightShift, 4, BinaryOperator::RShift);
    set(Plus, 5, BinaryOperator::Add);
    set(Minus, 5, BinaryOperator::Sub);
    set(TokenType::Star, 6, BinaryOperator::Mult);
    set(Slash, 6, BinaryOperator::Div);
    set(DoubleSlash, 6, BinaryOperator::FloorDiv);
    set(Percent, 6, BinaryOperator::Mod);
    set(At, 6, BinaryOperator::MatMult);
  }
};
constexpr BinaryTable kBinary;

}  // namespace

Expr* Parser::expression() {
  Depth depth(*this);
  if (!depth.ok()) return nullptr;
  if (at(KwLambda)) return lambda();
  Start from = start();
  Expr* body = disjunction();
  if (body == nullptr || !at(KwIf)) return body;
  advance();
  Expr* test = disjunction();
  if (test == nullptr || !accept(KwElse)) return nullptr;
  Expr* orelse = expression();
  if (orelse == nullptr) return nullptr;
  auto* node = make<IfExp>(since(from));
  node->test = test;
  node->body = body;
  node->orelse = orelse;
  return node;
}

Expr* Parser::lambda() {
  Start from = start();
  advance();
  Arguments* args = parameters(true, Colon);
  if (args == nullptr || !accept(Colon)) return nullptr;
  Expr* body = expression();
  if (body == nullptr) return nullptr;
  auto* node = make<Lambda>(since(from));
  node->args = args;
  node->body = body;
  return node;
}

Expr* Parser::disjunction() {
  Start from = start();
  Expr* first = conjunction();
  if (first == nullptr || !at(KwOr)) return first;
  Collector<Expr> values(*this);
  values.add(first);
  while (accept(KwOr)) {
    Expr* next = conjunction();
    if (next == nullptr) return nullptr;
    values.add(next);
  }
  auto* node = make<BoolOp>(since(from));
  node->op = BoolOperator::Or;
  node->values = values.take();
  return node;
}

Expr* Parser::conjunction() {
  Start from = start();
  Expr* first = inversion();
  if (first == nullptr || !at(KwAnd)) return first;
  Collector<Expr> values(*this);
  values.add(first);
  while (accept(KwAnd)) {
    Expr* next = inversion();
    if (next == nullptr) return nullptr;
    values.add(next);
  }
  auto* node = make<BoolOp>(since(from));
  node->op = BoolOperator::And;
  node->values = values.take();
  return node;
}

Expr* Parser::inversion() {
  if (!at(KwNot)) return comparison();
  Depth depth(*this);
  if (!depth.ok()) return nullptr;
  Start from = start();
  advance();
  Expr* operand = inversion();
  if (operand == nullptr) return nullptr;
  auto* node = make<UnaryOp>(since(from));
  node->op = UnaryOperator::Not;
  node->operand = operand;
  return node;
}

Expr* Parser::comparison() {
  Start from = start();
  Expr* left = bitwise_or();
  if (left == nullptr) return nullptr;
  ArenaVector<CompareOperator> ops(arena_);
  Collector<Expr> operands(*this);
  for (;;) {
    CompareOperator op;
    switch (type()) {
      case EqualEqual: op = CompareOperator::Eq; break;
      case NotEqual:
        // from __future__ import barry_as_FLUFL exchanges the two spellings.
        if (barry_as_bdfl_) {
          fail_here("with Barry as BDFL, use '<>' instead of '!='");
          return nullptr;
        }
        op = CompareOperator::NotEq;
        break;
      case Less:
        op = CompareOperator::Lt;
        if (barry_as_bdfl_ && peek(1) == Greater && token().end == window_[at_ + 1].start) {
          op = CompareOperator::NotEq;
          advance();
        }
        break;
      case LessEqual: op = CompareOperator::LtE; break;
      case Greater: op = CompareOperator::Gt; break;
      case GreaterEqual: op = CompareOperator::GtE; break;
      case KwIn: op = CompareOperator::In; break;
      case KwIs: op = peek(1) == KwNot ? CompareOperator::IsNot : CompareOperator::Is; break;
      case KwNot:
        if (peek(1) != KwIn) goto done;
        op = CompareOperator::NotIn;
        break;
      default: goto done;
    }
    advance();
    if (op == CompareOperator::IsNot || op == CompareOperator::NotIn) advance();
    Expr* right = bitwise_or();
    if (right == nullptr) return nullptr;
    ops.push_back(op);
    operands.add(right);
  }
done:
  if (operands.empty()) return left;
  auto* node = make<Compare>(since(from));
  node->left = left;
  node->ops = ops.span();
  node->comparators = operands.take();
  return node;
}

// Binary operators that bind at least as tightly as `minimum`, left to right.
Expr* Parser::arithmetic(int minimum) {
  Start from = start();
  Expr* left = factor();
  while (left != nullptr) {
    BinaryRow row = kBinary.rows[static_cast<size_t>(type())];
    if (row.precedence == 0 || row.precedence < minimum) break;
    advance();
    Expr* right = arithmetic(row.precedence + 1);
    if (right == nullptr) return nullptr;
    if (row.op == BinaryOperator::MatMult && !check_version(5, "The '@' operator is")) return nullptr;
    auto* node = make<BinOp>(since(from));
    node->left = left;
    node->op = row.op;
    node->right = right;
    left = node;
  }
  return left;
}

Expr* Parser::factor() {
  UnaryOperator op;
  switch (type()) {
    case Plus: op = UnaryOperator::UAdd; break;
    case Minus: op = UnaryOperator::USub; break;
    case Tilde: op = UnaryOperator::Invert; break;
    default: return power();
  }
  Depth depth(*this);
  if (!depth.ok()) return nullptr;
  Start from = start();
  advance();
  Expr* operand = factor();
  if (operand == nullptr) return nullptr;
  auto* node = make<UnaryOp>(since(from));
  node->op = op;
  node->operand = operand;
  return node;
}

Expr* Parser::power() {
  Start from = start();
  Expr* base;
  if (at(KwAwait)) {
    advance();
    Expr* value = primary();
    if (value == nullptr || !check_version(5, "Await expressions are")) return nullptr;
    auto* node = make<Await>(since(from));
    node->value = value;
    base = node;
  } else {
    base = primary();
  }
  if (base == nullptr || !at(DoubleStar)) return base;
  Depth depth(*this);
  if (!depth.ok()) return nullptr;
  advance();
  Expr* exponent = factor();
  if (exponent == nullptr) return nullptr;
  auto* node = make<BinOp>(since(from));
  node->left = base;
  node->op = BinaryOperator::Pow;
  node->right = exponent;
  return node;
}

Expr* Parser::primary() {
  Start from = start();
  Expr* value = atom();
  while (value != nullptr) {
    Expr* next;
    if (at(Dot)) {
      advance();
      Identifier* attr = identifier();
      if (attr == nullptr) return nullptr;
      auto* node = make<Attribute>(since(from));
      node->value = value;
      node->attr = attr;
      next = node;
    } else if (at(LeftParen)) {
      next = call(value);
      if (next != nullptr) {
        next->location.line = from.line;
        next->location.col = from.col;
      }
    } else if (at(LeftBracket)) {
      next = subscript(value);
      if (next != nullptr) {
        next->location.line = from.line;
        next->location.col = from.col;
      }
    } else {
      break;
    }
    value = next;
  }
  return value;
}

Expr* Parser::call(Expr* function) {
  Start open = start();
  advance();
  std::span<Expr*> args;
  std::span<Keyword*> keywords;
  if (!at(RightParen)) {
    size_t first = at_;
    Expr* value = nullptr;
    if (!at(TokenType::Star) && !at(DoubleStar)) {
      value = finish_named(expression(), first);
      if (value == nullptr) return nullptr;
      if (begins_comprehension()) {
        // f(x for x in y): the brackets of the call are those of the generator expression.
        std::span<Comprehension*> generators;
        if (!comprehensions(&generators) || !accept(RightParen)) return nullptr;
        auto* generator = make<GeneratorExp>(since(open));
        generator->elt = value;
        generator->generators = generators;
        args = arena_.make_array<Expr*>(1);
        if (!args.empty()) args[0] = generator;
        auto* node = make<Call>(since(open));
        node->func = function;
        node->args = args;
        return node;
      }
    }
    if (!arguments_after(first, value, &args, &keywords)) return nullptr;
  }
  if (!accept(RightParen)) return nullptr;
  auto* node = make<Call>(since(open));
  node->func = function;
  node->args = args;
  node->keywords = keywords;
  return node;
}

bool Parser::arguments(std::span<Expr*>* args, std::span<Keyword*>* keywords) {
  return arguments_after(at_, nullptr, args, keywords);
}

// Positional and starred arguments; then keywords and starred ones; then keywords and double-starred ones. `value` is the
// first argument when it was read before, from token `first` on.
bool Parser::arguments_after(size_t first, Expr* value, std::span<Expr*>* args_out, std::span<Keyword*>* keywords_out) {
  Collector<Expr> args(*this);
  ArenaVector<Keyword*> keywords(arena_);
  bool double_starred = false;
  for (;;) {
    if (value == nullptr && at(TokenType::Star)) {
      if (double_starred) return false;
      Start from = start();
      advance();
      Expr* inner = expression();
      if (inner == nullptr) return false;
      auto* node = make<Starred>(since(from));
      node->value = inner;
      args.add(node);
    } else if (value == nullptr && at(DoubleStar)) {
      Start from = start();
      advance();
      Expr* inner = expression();
      if (inner == nullptr) return false;
      auto* node = make<Keyword>(since(from));
      node->value = inner;
      keywords.push_back(node);
      double_starred = true;
    } else {
      if (value == nullptr) {
        first = at_;
        value = finish_named(expression(), first);
        if (value == nullptr) return false;
      }
      if (at(Equal)) {
        if (!is<ast::Name>(value) || at_ != first + 1) return false;
        advance();
        Expr* inner = expression();
        if (inner == nullptr) return false;
        auto* node = make<Keyword>(since(value));
        node->arg = as<ast::Name>(value)->id;
        node->value = inner;
        keywords.push_back(node);
      } else {
        if (!keywords.empty()) return false;
        args.add(value);
      }
      value = nullptr;
    }
    if (!accept(Comma) || at(RightParen)) break;
  }
  *args_out = args.take();
  *keywords_out = keywords.span();
  return true;
}

Expr* Parser::subscript(Expr* value) {
  Start from = start();
  advance();
  Expr* index = slices();
  if (index == nullptr || !accept(RightBracket)) return nullptr;
  auto* node = make<Subscript>(since(from));
  node->value = value;
  node->slice = index;
  return node;
}

Expr* Parser::slices() {
  Start from = start();
  auto element = [this]() -> Expr* { return at(TokenType::Star) ? starred_expression() : slice(); };
  Expr* first = element();
  if (first == nullptr) return nullptr;
  if (!at(Comma) && !is<Starred>(first)) return first;
  Collector<Expr> items(*this);
  items.add(first);
  while (accept(Comma)) {
    if (at(RightBracket)) break;
    Expr* next = element();
    if (next == nullptr) return nullptr;
    items.add(next);
  }
  auto* node = make<Tuple>(since(from));
  node->elts = items.take();
  return node;
}

Expr* Parser::slice() {
  Start from = start();
  Expr* lower = nullptr;
  if (!at(Colon)) {
    size_t first = at_;
    lower = expression();
    if (lower == nullptr) return nullptr;
    if (!at(Colon)) return finish_named(lower, first);
  }
  advance();
  auto bound = [this](Expr** out) {
    if (at(Colon) || at(Comma) || at(RightBracket)) return true;
    *out = expression();
    return *out != nullptr;
  };
  Expr* upper = nullptr;
  Expr* step = nullptr;
  if (!bound(&upper)) return nullptr;
  if (accept(Colon) && !bound(&step)) return nullptr;
  auto* node = make<Slice>(since(from));
  node->lower = lower;
  node->upper = upper;
  node->step = step;
  return node;
}

// --- the kinds of expressions that statements and displays are made of ----------------------------------------

Expr* Parser::starred_expression() {
  Start from = start();
  advance();
  Expr* value = expression();
  if (value == nullptr) return nullptr;
  auto* node = make<Starred>(since(from));
  node->value = value;
  return node;
}

// `value` was read from token `first` on; if it is a bare name before `:=`, this is an assignment expression.
Expr* Parser::finish_named(Expr* value, size_t first) {
  if (value == nullptr || !at(ColonEqual)) [[likely]]
    return value;
  if (!is<ast::Name>(value) || at_ != first + 1) return nullptr;
  advance();
  Expr* right = expression();
  if (right == nullptr || !check_version(8, "Assignment expressions are")) return nullptr;
  as<ast::Name>(value)->ctx = ExprContext::Store;
  auto* node = make<NamedExpr>(since(value));
  node->target = value;
  node->value = right;
  return node;
}

Expr* Parser::named_expression() {
  size_t first = at_;
  Expr* value = finish_named(expression(), first);
  return value == nullptr || at(ColonEqual) ? nullptr : value;
}

Expr* Parser::star_named_expression() {
  if (!at(TokenType::Star)) return named_expression();
  return star_bitwise_or();
}

Expr* Parser::star_bitwise_or() {
  Start from = start();
  advance();
  Expr* value = bitwise_or();
  if (value == nullptr) return nullptr;
  auto* node = make<Starred>(since(from));
  node->value = value;
  return node;
}

Expr* Parser::star_expression() { return at(TokenType::Star) ? star_bitwise_or() : expression(); }

bool Parser::begins_expression() const {
  switch (type()) {
    case TokenType::Name:
    case Number:
    case String:
    case LeftParen:
    case LeftBracket:
    case LeftBrace:
    case Plus:
    case Minus:
    case Tilde:
    case Ellipsis:
    case FStringStart:
    case TStringStart:
    case KwFalse:
    case KwNone:
    case KwTrue:
    case KwAwait:
    case KwLambda:
    case KwNot: return true;
    default: return false;
  }
}

// One expression, or a tuple without brackets.
Expr* Parser::tuple_of(Expr* (Parser::*element)(), bool stars) {
  Start from = start();
  Expr* first = (this->*element)();
  if (first == nullptr || !at(Comma)) return first;
  Collector<Expr> items(*this);
  items.add(first);
  while (accept(Comma)) {
    if (!begins_expression() && !(stars && at(TokenType::Star))) break;
    Expr* next = (this->*element)();
    if (next == nullptr) return nullptr;
    items.add(next);
  }
  auto* node = make<Tuple>(since(from));
  node->elts = items.take();
  return node;
}

Expr* Parser::star_expressions() { return tuple_of(&Parser::star_expression, true); }
Expr* Parser::expressions() { return tuple_of(&Parser::expression, false); }

Expr* Parser::yield_expression() {
  Start from = start();
  advance();
  if (accept(KwFrom)) {
    Expr* value = expression();
    if (value == nullptr) return nullptr;
    auto* node = make<YieldFrom>(since(from));
    node->value = value;
    return node;
  }
  Expr* value = nullptr;
  if (begins_expression() || at(TokenType::Star)) {
    value = star_expressions();
    if (value == nullptr) return nullptr;
  }
  auto* node = make<Yield>(since(from));
  node->value = value;
  return node;
}

Expr* Parser::annotated_right_side() { return at(KwYield) ? yield_expression() : star_expressions(); }

}  // namespace hog
