// parse_statement.cpp: the roots and the simple statements. Ref: reference/simple_stmts.
#include "syntax/parser_impl.hpp"

namespace hog {

using namespace ast;
using enum TokenType;

// --- roots ------------------------------------------------------------------------------------------------------

Mod* Parser::parse_root() {
  if (!read_token()) return nullptr;
  Mod* root = nullptr;
  switch (options_.mode) {
    case ParseMode::Exec: root = root_module(); break;
    case ParseMode::Eval: root = root_expression(); break;
    case ParseMode::Single: root = root_interactive(); break;
    case ParseMode::FuncType: root = root_function_type(); break;
  }
  return failed() || lexer_.failed() || arena_.exhausted() ? nullptr : root;
}

Mod* Parser::root_module() {
  Collector<Stmt> body(*this);
  while (!at(EndMarker)) {
    previous_start_ = last_start_;
    last_start_ = {token().start - (at(Indent) ? 0 : token().col), token().line};
    if (!statement(body)) return nullptr;
  }
  auto* root = ast::make<Module>(arena_);
  root->body = body.take();
  root->type_ignores = feed_.type_ignores();
  return root;
}

Mod* Parser::root_interactive() {
  Collector<Stmt> body(*this);
  if (at(Newline)) {
    auto* nothing = make<Pass>({token().line, token().col, token().end_line, token().end_col});
    body.add(nothing);
  } else {
    if (at(EndMarker)) return nullptr;
    // The token behind the end of the statement is not read: what follows is not this parser's business.
    Stmt* compound = compound_or_match();
    if (compound != nullptr) {
      body.add(compound);
    } else if (compound_failed_ || !simple_statements_to_newline(body)) {
      return nullptr;
    }
    if (!at(Newline)) return nullptr;
  }
  auto* root = ast::make<Interactive>(arena_);
  root->body = body.take();
  return root;
}

Mod* Parser::root_expression() {
  Expr* body = expressions();
  if (body == nullptr) return nullptr;
  while (accept(Newline)) {
  }
  if (!at(EndMarker)) return nullptr;
  auto* root = ast::make<Expression>(arena_);
  root->body = body;
  return root;
}

// "(" types ")" "->" type, the language of type comments.
Mod* Parser::root_function_type() {
  if (!accept(LeftParen)) return nullptr;
  Collector<Expr> types(*this);
  int stars = 0;
  while (!at(RightParen)) {
    int now = at(TokenType::Star) ? 1 : at(DoubleStar) ? 2 : 0;
    if (now <= stars && stars != 0) return nullptr;
    if (now != 0) advance();
    stars = now != 0 ? now : stars;
    Expr* type = expression();
    if (type == nullptr) return nullptr;
    types.add(type);
    if (!accept(Comma)) break;
    if (at(RightParen)) return nullptr;
  }
  if (!accept(RightParen) || !accept(Arrow)) return nullptr;
  Expr* returns = expression();
  if (returns == nullptr) return nullptr;
  while (accept(Newline)) {
  }
  if (!at(EndMarker)) return nullptr;
  auto* root = ast::make<FunctionType>(arena_);
  root->argtypes = types.take();
  root->returns = returns;
  return root;
}

// --- statements -------------------------------------------------------------------------------------------------

bool Parser::statement(Collector<Stmt>& out) {
  new_window();
  Stmt* compound = compound_or_match();
  if (compound == nullptr) return !compound_failed_ && simple_statements(out);
  out.add(compound);
  return true;
}

// Null when the statement is a simple one, or (compound_failed_) when a compound one is wrong.
Stmt* Parser::compound_or_match() {
  Stmt* node = nullptr;
  compound_failed_ = false;
  if (begins_compound()) {
    node = compound_statement();
    compound_failed_ = node == nullptr;
  } else if (at_word("match")) {
    bool committed = false;
    node = match_statement(&committed);
    compound_failed_ = committed && node == nullptr;
  }
  return node;
}

bool Parser::simple_statements(Collector<Stmt>& out) { return simple_statements_to_newline(out) && accept(Newline); }

bool Parser::simple_statements_to_newline(Collector<Stmt>& out) {
  do {
    Stmt* node = simple_statement();
    if (node == nullptr) return false;
    out.add(node);
  } while (accept(Semicolon) && !at(Newline));
  return at(Newline);
}

Stmt* Parser::simple_statement() {
  Start from = start();
  switch (type()) {
    case KwReturn: return return_statement();
    case KwImport: return import_statement();
    case KwFrom: return import_from_statement();
    case KwRaise: return raise_statement();
    case KwPass: advance(); return make<Pass>(since(from));
    case KwDel: return delete_statement();
    case KwYield: return expression_statement();
    case KwAssert: return assert_statement();
    case KwBreak: advance(); return make<Break>(since(from));
    case KwContinue: advance(); return make<Continue>(since(from));
    case KwGlobal:
    case KwNonlocal: return name_list_statement();
    case TokenType::Name:
      if (token().text() == "type" && peek(1) == TokenType::Name) return type_alias();
      return expression_statement();
    default: return expression_statement();
  }
}

static bool augmented_operator(TokenType type, BinaryOperator* op) {
  switch (type) {
    case PlusEqual: *op = BinaryOperator::Add; return true;
    case MinusEqual: *op = BinaryOperator::Sub; return true;
    case StarEqual: *op = BinaryOperator::Mult; return true;
    case AtEqual: *op = BinaryOperator::MatMult; return true;
    case SlashEqual: *op = BinaryOperator::Div; return true;
    case PercentEqual: *op = BinaryOperator::Mod; return true;
    case AmpersandEqual: *op = BinaryOperator::BitAnd; return true;
    case BarEqual: *op = BinaryOperator::BitOr; return true;
    case CaretEqual: *op = BinaryOperator::BitXor; return true;
    case LeftShiftEqual: *op = BinaryOperator::LShift; return true;
    case RightShiftEqual: *op = BinaryOperator::RShift; return true;
    case DoubleStarEqual: *op = BinaryOperator::Pow; return true;
    case DoubleSlashEqual: *op = BinaryOperator::FloorDiv; return true;
    default: return false;
  }
}

// Assignments of all kinds, and expressions as statements.
Stmt* Parser::expression_statement() {
  Start from = start();
  size_t first = at_;
  Expr* value = annotated_right_side();
  if (value == nullptr) return nullptr;
  if (at(Newline) || at(Semicolon)) {
    auto* node = make<ExprStmt>(since(from));
    node->value = value;
    return node;
  }
  if (at(Equal)) return assignment(from, value);
  BinaryOperator op;
  if (at(Colon)) {
    // Brackets around the name make the annotation one that is not recorded.
    bool plain_name = is<ast::Name>(value) && at_ == first + 1;
    return is_simple_target(value) ? annotated_assignment(from, value, plain_name) : nullptr;
  }
  if (augmented_operator(type(), &op)) return is_simple_target(value) ? augmented_assignment(from, value, op) : nullptr;
  auto* node = make<ExprStmt>(since(from));
  node->value = value;
  return node;
}

Stmt* Parser::annotated_assignment(Start from, Expr* target, bool simple) {
  advance();
  make_target(target, Target::Single, ExprContext::Store);
  Expr* annotation = expression();
  if (annotation == nullptr) return nullptr;
  Expr* value = nullptr;
  if (accept(Equal)) {
    value = annotated_right_side();
    if (value == nullptr) return nullptr;
  }
  if (!check_version(6, simple ? "Variable annotation syntax is" : "Variable annotations syntax is")) return nullptr;
  auto* node = make<AnnAssign>(since(from));
  node->target = target;
  node->annotation = annotation;
  node->value = value;
  node->simple = simple;
  return node;
}

Stmt* Parser::assignment(Start from, Expr* first) {
  Collector<Expr> targets(*this);
  Expr* value = first;
  while (accept(Equal)) {
    if (!make_target(value, Target::Star, ExprContext::Store)) return nullptr;
    targets.add(value);
    value = annotated_right_side();
    if (value == nullptr) return nullptr;
  }
  std::string_view comment = type_comment();
  auto* node = make<Assign>(since(from));
  node->targets = targets.take();
  node->value = value;
  node->type_comment = comment;
  return node;
}

Stmt* Parser::augmented_assignment(Start from, Expr* target, BinaryOperator op) {
  make_target(target, Target::Single, ExprContext::Store);
  if (op == BinaryOperator::MatMult && !check_version(5, "The '@' operator is")) return nullptr;
  advance();
  Expr* value = annotated_right_side();
  if (value == nullptr) return nullptr;
  auto* node = make<AugAssign>(since(from));
  node->target = target;
  node->op = op;
  node->value = value;
  return node;
}

std::string_view Parser::type_comment() {
  if (!at(TypeComment)) return {};
  std::string_view text = token().text();
  advance();
  return text;
}

Stmt* Parser::type_alias() {
  Start from = start();
  advance();
  Start name_from = start();
  Identifier* id = identifier();
  auto* name = make<ast::Name>(since(name_from));
  name->id = id;
  name->ctx = ExprContext::Store;
  std::span<TypeParam*> params;
  if (!type_parameters(&params) || !accept(Equal)) return nullptr;
  Expr* value = expression();
  if (value == nullptr || !check_version(12, "Type statement is")) return nullptr;
  auto* node = make<TypeAlias>(since(from));
  node->name = name;
  node->type_params = params;
  node->value = value;
  return node;
}

Stmt* Parser::return_statement() {
  Start from = start();
  advance();
  Expr* value = nullptr;
  if (begins_expression() || at(TokenType::Star)) {
    value = star_expressions();
    if (value == nullptr) return nullptr;
  }
  auto* node = make<Return>(since(from));
  node->value = value;
  return node;
}

Stmt* Parser::raise_statement() {
  Start from = start();
  advance();
  Expr* exception = nullptr;
  Expr* cause = nullptr;
  if (begins_expression()) {
    exception = expression();
    if (exception == nullptr) return nullptr;
    if (accept(KwFrom)) {
      cause = expression();
      if (cause == nullptr) return nullptr;
    }
  }
  auto* node = make<Raise>(since(from));
  node->exc = exception;
  node->cause = cause;
  return node;
}

Stmt* Parser::assert_statement() {
  Start from = start();
  advance();
  Expr* test = expression();
  if (test == nullptr) return nullptr;
  Expr* message = nullptr;
  if (accept(Comma)) {
    message = expression();
    if (message == nullptr) return nullptr;
  }
  auto* node = make<Assert>(since(from));
  node->test = test;
  node->msg = message;
  return node;
}

Stmt* Parser::delete_statement() {
  Start from = start();
  advance();
  Collector<Expr> targets(*this);
  do {
    if (!targets.empty() && (at(Semicolon) || at(Newline))) break;
    Expr* target = primary();
    if (target == nullptr || !make_target(target, Target::Delete, ExprContext::Del)) return nullptr;
    targets.add(target);
  } while (accept(Comma));
  if (!at(Semicolon) && !at(Newline)) return nullptr;
  auto* node = make<Delete>(since(from));
  node->targets = targets.take();
  return node;
}

// global and nonlocal.
Stmt* Parser::name_list_statement() {
  Start from = start();
  bool is_global = at(KwGlobal);
  advance();
  Collector<Identifier> names(*this);
  do {
    Identifier* name = identifier();
    if (name == nullptr) return nullptr;
    names.add(name);
  } while (accept(Comma));
  if (is_global) {
    auto* node = make<Global>(since(from));
    node->names = names.take();
    return node;
  }
  auto* node = make<Nonlocal>(since(from));
  node->names = names.take();
  return node;
}

// --- imports ----------------------------------------------------------------------------------------------------

// Dots included: "a.b.c" is one identifier of the tree.
Identifier* Parser::dotted_name() {
  Identifier* name = identifier();
  if (name == nullptr || !at(Dot)) return name;
  ArenaVector<char> text(arena_);
  auto append = [&text](std::string_view piece) {
    for (char c : piece) text.push_back(c);
  };
  append(name->utf8);
  while (accept(Dot)) {
    Identifier* part = identifier();
    if (part == nullptr) return nullptr;
    append(".");
    append(part->utf8);
  }
  return identifiers_.intern({text.begin(), text.size()});
}

Stmt* Parser::import_statement() {
  Start from = start();
  advance();
  Collector<Alias> names(*this);
  do {
    Start alias_from = start();
    Identifier* name = dotted_name();
    if (name == nullptr) return nullptr;
    Identifier* alias = nullptr;
    if (accept(KwAs)) {
      alias = identifier();
      if (alias == nullptr) return nullptr;
    }
    auto* node = make<Alias>(since(alias_from));
    node->name = name;
    node->asname = alias;
    names.add(node);
  } while (accept(Comma));
  auto* node = make<Import>(since(from));
  node->names = names.take();
  return node;
}

Stmt* Parser::import_from_statement() {
  Start from = start();
  advance();
  int32_t level = 0;
  for (;;) {
    if (accept(Dot)) {
      ++level;
    } else if (accept(Ellipsis)) {
      level += 3;
    } else {
      break;
    }
  }
  Identifier* module = nullptr;
  if (level == 0 || !at(KwImport)) {
    module = dotted_name();
    if (module == nullptr) return nullptr;
  }
  if (!accept(KwImport)) return nullptr;
  Collector<Alias> names(*this);
  if (at(TokenType::Star)) {
    Start star = start();
    advance();
    auto* all = make<Alias>(since(star));
    all->name = identifiers_.intern("*");
    names.add(all);
  } else if (accept(LeftParen)) {
    if (!import_names(names)) return nullptr;
    if (!accept(RightParen)) return nullptr;
  } else if (!import_names(names) || previous().type == Comma) {
    return nullptr;
  }
  if (level == 0 && module->utf8 == "__future__") {
    for (size_t i = 0; i < names.size(); ++i) barry_as_bdfl_ |= names[i]->name->utf8 == "barry_as_FLUFL";
  }
  auto* node = make<ImportFrom>(since(from));
  node->module = module;
  node->names = names.take();
  node->level = level;
  return node;
}

bool Parser::import_names(Collector<Alias>& out) {
  do {
    if (!out.empty() && !at(TokenType::Name)) break;
    Start from = start();
    Identifier* name = identifier();
    if (name == nullptr) return false;
    Identifier* alias = nullptr;
    if (accept(KwAs)) {
      alias = identifier();
      if (alias == nullptr) return false;
    }
    auto* node = make<Alias>(since(from));
    node->name = name;
    node->asname = alias;
    out.add(node);
  } while (accept(Comma));
  return true;
}

}  // namespace hog
