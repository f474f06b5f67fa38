// parse_compound.cpp: statements with blocks, except match. Ref: reference/compound_stmts.
#include "syntax/parser_impl.hpp"

namespace hog {

using namespace ast;
using enum TokenType;

bool Parser::begins_compound() const {
  switch (type()) {
    case KwDef:
    case At:
    case KwAsync:
    case KwClass:
    case KwWith:
    case KwFor:
    case KwTry:
    case KwWhile:
    case KwIf: return true;
    default: return false;
  }
}

Stmt* Parser::compound_statement() {
  Depth depth(*this);
  if (!depth.ok()) return nullptr;
  Start from = start();
  switch (type()) {
    case KwDef: return function_definition(from, {}, false);
    case At: return decorated_definition();
    case KwAsync: return async_statement();
    case KwClass: return class_definition(from, {});
    case KwWith: return with_statement(from, false);
    case KwFor: return for_statement(from, false);
    case KwTry: return try_statement();
    case KwWhile: return while_statement();
    case KwIf: return if_statement();
    default: return nullptr;
  }
}

Stmt* Parser::async_statement() {
  Start from = start();
  advance();
  switch (type()) {
    case KwDef: return function_definition(from, {}, true);
    case KwWith: return with_statement(from, true);
    case KwFor: return for_statement(from, true);
    default: return nullptr;
  }
}

bool Parser::block(std::span<Stmt*>* out) {
  Collector<Stmt> body(*this);
  if (at(Newline)) {
    advance();
    if (!accept(Indent)) return false;
    while (!at(Dedent)) {
      if (!statement(body)) return false;
    }
    advance();
  } else if (!simple_statements(body)) {
    return false;
  }
  *out = body.take();
  return true;
}

// The block behind "else" ":", if there is one.
bool Parser::else_block(std::span<Stmt*>* out) {
  if (!accept(KwElse)) return true;
  return accept(Colon) && block(out);
}

// A chain of elif is nested in the tree but not here. Each `If` ends where the chain ends.
Stmt* Parser::if_statement() {
  Collector<If> chain(*this);
  do {
    Start from = start();
    advance();
    Expr* test = named_expression();
    std::span<Stmt*> body;
    if (test == nullptr || !accept(Colon) || !block(&body)) return nullptr;
    auto* node = make<If>(since(from));
    node->test = test;
    node->body = body;
    chain.add(node);
  } while (at(KwElif));
  std::span<Stmt*> orelse;
  if (!else_block(&orelse)) return nullptr;
  for (size_t i = chain.size(); i-- > 0;) {
    If* node = chain[i];
    node->orelse = orelse;
    node->location.end_line = end_line_;
    node->location.end_col = end_col_;
    if (i == 0) return node;
    orelse = arena_.make_array<Stmt*>(1);
    if (orelse.empty()) return nullptr;
    orelse[0] = node;
  }
  return nullptr;
}

Stmt* Parser::while_statement() {
  Start from = start();
  advance();
  Expr* test = named_expression();
  std::span<Stmt*> body, orelse;
  if (test == nullptr || !accept(Colon) || !block(&body) || !else_block(&orelse)) return nullptr;
  auto* node = make<While>(since(from));
  node->test = test;
  node->body = body;
  node->orelse = orelse;
  return node;
}

Stmt* Parser::for_statement(Start from, bool is_async) {
  advance();
  Expr* target = star_targets();
  if (target == nullptr || !accept(KwIn)) return nullptr;
  Expr* iter = star_expressions();
  if (iter == nullptr || !accept(Colon)) return nullptr;
  std::string_view comment = type_comment();
  std::span<Stmt*> body, orelse;
  if (!block(&body) || !else_block(&orelse)) return nullptr;
  auto fill = [&](auto* node) {
    node->target = target;
    node->iter = iter;
    node->body = body;
    node->orelse = orelse;
    node->type_comment = comment;
    return node;
  };
  if (is_async && !check_version(5, "Async for loops are")) return nullptr;
  if (is_async) return fill(make<AsyncFor>(since(from)));
  return fill(make<For>(since(from)));
}

// --- with -------------------------------------------------------------------------------------------------------

WithItem* Parser::with_item() {
  Expr* context = expression();
  if (context == nullptr) return nullptr;
  auto* item = ast::make<WithItem>(arena_);
  item->context_expr = context;
  if (accept(KwAs)) {
    item->optional_vars = star_target();
    if (item->optional_vars == nullptr) return nullptr;
  }
  return item;
}

// "(" items ")" before the colon. False when the brackets are part of an expression; the caller goes back then.
bool Parser::parenthesised_with_items(std::span<WithItem*>* out) {
  Collector<WithItem> items(*this);
  advance();
  do {
    if (!items.empty() && at(RightParen)) break;
    WithItem* item = with_item();
    if (item == nullptr) return false;
    items.add(item);
  } while (accept(Comma));
  if (!accept(RightParen) || !at(Colon)) return false;
  *out = items.take();
  return true;
}

bool Parser::with_items(std::span<WithItem*>* out) {
  if (at(LeftParen)) {
    Mark before = mark();
    if (parenthesised_with_items(out)) return true;
    if (failed() || lexer_.failed()) return false;
    reset(before);
  }
  Collector<WithItem> items(*this);
  do {
    WithItem* item = with_item();
    if (item == nullptr) return false;
    items.add(item);
  } while (accept(Comma));
  *out = items.take();
  return true;
}

Stmt* Parser::with_statement(Start from, bool is_async) {
  advance();
  std::span<WithItem*> items;
  if (!with_items(&items) || !accept(Colon)) return nullptr;
  std::string_view comment = type_comment();
  std::span<Stmt*> body;
  if (!block(&body)) return nullptr;
  auto fill = [&](auto* node) {
    node->items = items;
    node->body = body;
    node->type_comment = comment;
    return node;
  };
  if (is_async && !check_version(5, "Async with statements are")) return nullptr;
  if (is_async) return fill(make<AsyncWith>(since(from)));
  return fill(make<With>(since(from)));
}

// --- try --------------------------------------------------------------------------------------------------------

Handler* Parser::except_clause(bool is_star) {
  Start from = start();
  advance();
  if (is_star && !accept(TokenType::Star)) return nullptr;
  Expr* type = nullptr;
  Identifier* name = nullptr;
  bool bare_tuple = false;
  if (is_star || !at(Colon)) {
    Start type_from = start();
    type = expression();
    if (type == nullptr) return nullptr;
    if (at(Comma)) {
      Collector<Expr> types(*this);
      types.add(type);
      while (accept(Comma)) {
        if (at(Colon)) break;
        Expr* next = expression();
        if (next == nullptr) return nullptr;
        types.add(next);
      }
      auto* tuple = make<Tuple>(since(type_from));
      tuple->elts = types.take();
      type = tuple;
      bare_tuple = true;
    } else if (accept(KwAs)) {
      name = identifier();
      if (name == nullptr) return nullptr;
    }
  }
  std::span<Stmt*> body;
  if (!accept(Colon) || !block(&body)) return nullptr;
  if (bare_tuple && !check_version(14, "except expressions without parentheses are")) return nullptr;
  auto* node = make<ExceptHandler>(since(from));
  node->type = type;
  node->name = name;
  node->body = body;
  return node;
}

Stmt* Parser::try_statement() {
  Start from = start();
  advance();
  std::span<Stmt*> body, orelse, finalbody;
  if (!accept(Colon) || !block(&body)) return nullptr;
  Collector<Handler> handlers(*this);
  bool is_star = at(KwExcept) && peek(1) == TokenType::Star;
  while (at(KwExcept)) {
    Handler* handler = except_clause(is_star);
    if (handler == nullptr) return nullptr;
    handlers.add(handler);
  }
  if (!handlers.empty() && !else_block(&orelse)) return nullptr;
  if (accept(KwFinally)) {
    if (!accept(Colon) || !block(&finalbody)) return nullptr;
  } else if (handlers.empty()) {
    return nullptr;
  }
  if (is_star && !check_version(11, "Exception groups are")) return nullptr;
  auto fill = [&](auto* node) {
    node->body = body;
    node->handlers = handlers.take();
    node->orelse = orelse;
    node->finalbody = finalbody;
    return node;
  };
  if (is_star) return fill(make<TryStar>(since(from)));
  return fill(make<Try>(since(from)));
}

// --- definitions ------------------------------------------------------------------------------------------------

Stmt* Parser::decorated_definition() {
  Collector<Expr> decorators(*this);
  while (accept(At)) {
    Expr* decorator = named_expression();
    if (decorator == nullptr || !accept(Newline)) return nullptr;
    decorators.add(decorator);
  }
  std::span<Expr*> taken = decorators.take();
  Start from = start();
  if (at(KwClass)) return class_definition(from, taken);
  bool is_async = accept(KwAsync);
  return at(KwDef) ? function_definition(from, taken, is_async) : nullptr;
}

Stmt* Parser::class_definition(Start from, std::span<Expr*> decorators) {
  advance();
  Identifier* name = identifier();
  std::span<TypeParam*> params;
  std::span<Expr*> bases;
  std::span<Keyword*> keywords;
  if (name == nullptr || !type_parameters(&params)) return nullptr;
  if (accept(LeftParen)) {
    if (!at(RightParen) && !arguments(&bases, &keywords)) return nullptr;
    if (!accept(RightParen)) return nullptr;
  }
  std::span<Stmt*> body;
  if (!accept(Colon) || !block(&body)) return nullptr;
  auto* node = make<ClassDef>(since(from));
  node->name = name;
  node->bases = bases;
  node->keywords = keywords;
  node->body = body;
  node->decorator_list = decorators;
  node->type_params = params;
  return node;
}

// A type comment behind the colon of a function, or on the line below it.
std::string_view Parser::function_type_comment() {
  if (at(TypeComment)) return type_comment();
  if (!options_.type_comments || !at(Newline) || peek(1) != TypeComment || peek(2) != Newline || peek(3) != Indent) {
    return {};
  }
  advance();
  return type_comment();
}

Stmt* Parser::function_definition(Start from, std::span<Expr*> decorators, bool is_async) {
  advance();
  Identifier* name = identifier();
  std::span<TypeParam*> params;
  if (name == nullptr || !type_parameters(&params) || !accept(LeftParen)) return nullptr;
  Arguments* args = parameters(false, RightParen);
  if (args == nullptr || !accept(RightParen)) return nullptr;
  Expr* returns = nullptr;
  if (accept(Arrow)) {
    returns = expression();
    if (returns == nullptr) return nullptr;
  }
  if (!accept(Colon)) return nullptr;
  std::string_view comment = function_type_comment();
  std::span<Stmt*> body;
  if (!block(&body)) return nullptr;
  auto fill = [&](auto* node) {
    node->name = name;
    node->args = args;
    node->body = body;
    node->decorator_list = decorators;
    node->returns = returns;
    node->type_comment = comment;
    node->type_params = params;
    return node;
  };
  if (is_async && !check_version(5, "Async functions are")) return nullptr;
  if (is_async) return fill(make<AsyncFunctionDef>(since(from)));
  return fill(make<FunctionDef>(since(from)));
}

Arg* Parser::parameter(bool is_lambda, bool star_annotation) {
  Start from = start();
  Identifier* name = identifier();
  if (name == nullptr) return nullptr;
  Expr* annotation = nullptr;
  if (!is_lambda && accept(Colon)) {
    annotation = star_annotation && at(TokenType::Star) ? starred_expression() : expression();
    if (annotation == nullptr) return nullptr;
  }
  auto* node = make<Arg>(since(from));
  node->arg = name;
  node->annotation = annotation;
  return node;
}

// What may follow a parameter: a comma and a type comment. False when neither a comma nor the closing token follows.
bool Parser::end_parameter(Arg* parameter, bool is_lambda, TokenType closing) {
  bool comma = accept(Comma);
  if (!is_lambda && at(TypeComment)) parameter->type_comment = type_comment();
  return comma || at(closing);
}

Arguments* Parser::parameters(bool is_lambda, TokenType closing) {
  Collector<Arg> plain(*this);
  ArenaVector<Arg*> positional_only(arena_);
  ArenaVector<Arg*> keyword_only(arena_);
  ArenaVector<Expr*> defaults(arena_);
  ArenaVector<Expr*> keyword_defaults(arena_);
  auto* out = ast::make<Arguments>(arena_);
  bool star = false;
  bool slash = false;
  while (!at(closing)) {
    if (at(Slash)) {
      if (slash || star || plain.empty()) return nullptr;
      slash = true;
      advance();
      for (size_t i = 0; i < plain.size(); ++i) positional_only.push_back(plain[i]);
      if (!accept(Comma) && !at(closing)) return nullptr;
    } else if (at(TokenType::Star)) {
      if (star) return nullptr;
      star = true;
      advance();
      if (accept(Comma)) {
        if (at(closing) || at(DoubleStar) || at(TypeComment)) return nullptr;
        continue;
      }
      out->vararg = parameter(is_lambda, true);
      if (out->vararg == nullptr || at(Equal) || !end_parameter(out->vararg, is_lambda, closing)) return nullptr;
    } else if (at(DoubleStar)) {
      advance();
      out->kwarg = parameter(is_lambda, false);
      if (out->kwarg == nullptr || !end_parameter(out->kwarg, is_lambda, closing) || !at(closing)) return nullptr;
    } else {
      Arg* now = parameter(is_lambda, false);
      if (now == nullptr) return nullptr;
      Expr* value = nullptr;
      if (accept(Equal)) {
        value = expression();
        if (value == nullptr) return nullptr;
      }
      if (star) {
        keyword_only.push_back(now);
        keyword_defaults.push_back(value);
      } else {
        if (value == nullptr && !defaults.empty()) return nullptr;
        if (value != nullptr) defaults.push_back(value);
        plain.add(now);
      }
      if (!end_parameter(now, is_lambda, closing)) return nullptr;
    }
  }
  if (slash && !check_version(8, "Positional-only parameters are")) return nullptr;
  std::span<Arg*> all = plain.take();
  out->posonlyargs = positional_only.span();
  out->args = all.subspan(positional_only.size() <= all.size() ? positional_only.size() : all.size());
  out->kwonlyargs = keyword_only.span();
  out->kw_defaults = keyword_defaults.span();
  out->defaults = defaults.span();
  return out;
}

// --- type parameters (PEP 695, 696) -----------------------------------------------------------------------------

bool Parser::type_parameters(std::span<TypeParam*>* out) {
  if (!at(LeftBracket)) return true;
  advance();
  Collector<TypeParam> params(*this);
  do {
    if (!params.empty() && at(RightBracket)) break;
    TypeParam* param = type_parameter();
    if (param == nullptr) return false;
    params.add(param);
  } while (accept(Comma));
  *out = params.take();
  return at(RightBracket) && check_version(12, "Type parameter lists are") && accept(RightBracket);
}

TypeParam* Parser::type_parameter() {
  Start from = start();
  TokenType stars = type();
  if (stars == TokenType::Star || stars == DoubleStar) advance();
  Identifier* name = identifier();
  if (name == nullptr) return nullptr;
  Expr* bound = nullptr;
  Expr* value = nullptr;
  if (stars == TokenType::Name && accept(Colon)) {
    bound = expression();
    if (bound == nullptr) return nullptr;
  }
  if (accept(Equal)) {
    value = stars == TokenType::Star && at(TokenType::Star) ? star_bitwise_or() : expression();
    if (value == nullptr || !check_version(13, "Type parameter defaults are")) return nullptr;
  }
  auto fill = [&](auto* node) {
    node->name = name;
    node->default_value = value;
    return node;
  };
  if (stars == TokenType::Star) return fill(make<TypeVarTuple>(since(from)));
  if (stars == DoubleStar) return fill(make<ParamSpec>(since(from)));
  TypeVar* node = fill(make<TypeVar>(since(from)));
  node->bound = bound;
  return node;
}

}  // namespace hog
