// parser_impl.hpp: the recursive-descent parser, for the parse_*.cpp files only.
//
// Every rule returns null when the source does not match it; nothing is reported then. The parser only decides whether a
// source is a program; what is wrong with one that is not, the Diagnoser finds out in a second run. Exceptions are
// errors that CPython also finds while it builds nodes (literals that cannot be decoded, feature versions): fail().
//
// Invariants: the current token is always read. Tokens from the last mark on stay in window_; a statement starts a new
// window, so a Token* must not be kept across statements. end_line_/end_col_ are the end of the last token that was
// taken and is not NEWLINE, INDENT, DEDENT or ENDMARKER: where a node that was just completed ends.
#pragma once

#include "syntax/lexer.hpp"
#include "syntax/message.hpp"
#include "syntax/native_stack.hpp"
#include "syntax/parser.hpp"
#include "syntax/token_feed.hpp"

namespace hog {

using ast::Expr;
using ast::ExprContext;
using ast::Identifier;
using ast::Location;
using ast::Pattern;
using ast::Stmt;

class StringLiterals;

class Parser {
 public:
  Parser(Arena& arena, TokenFeed& feed, ast::IdentifierTable& identifiers, const ParseOptions& options);

  ast::Mod* parse_root();
  void fail_here(std::string_view message);  // at the last token that was read

  // Why parse_root() gave null: an error of the parser's own (kind None: the tokens match no rule).
  const ParseError& error() const { return error_; }
  // Where reading again finds the error, too: at the statement before the one that failed (an `elif` behind an `else`
  // is the fault of a statement that is complete).
  const Lexer::Place& restart_place() const { return previous_start_; }
  bool barry_as_bdfl() const { return barry_as_bdfl_; }
  // Of the last token that was read.
  int32_t last_line() const { return window_.size() > 0 ? window_[window_.size() - 1].line : 0; }

 private:
  friend class StringLiterals;

  struct Start {
    int32_t line;
    int32_t col;
  };
  struct Mark {
    size_t at;
    int32_t end_line;
    int32_t end_col;
  };
  // Counts native recursion; too deep is an error like any other failure.
  class Depth {
   public:
    explicit Depth(Parser& parser)
        : parser_(parser), ok_(++parser.depth_ <= parser.max_depth_ && !parser.stack_.is_low()) {
      if (!ok_) parser_.fail_too_deep();
    }
    ~Depth() { --parser_.depth_; }
    bool ok() const { return ok_; }

   private:
    Parser& parser_;
    bool ok_;
  };
  // The elements of a list before their number is known. All share one stack, so only the innermost may grow.
  template <typename T>
  class Collector {
   public:
    explicit Collector(Parser& parser)
        : parser_(parser), base_(parser.scratch_.size()), number_(++parser.collectors_) {}
    ~Collector() {
      --parser_.collectors_;
      parser_.scratch_.resize_down(base_ <= parser_.scratch_.size() ? base_ : parser_.scratch_.size());
    }
    void add(T* item) {
      assert(number_ == parser_.collectors_);
      parser_.scratch_.push_back(item);
    }
    size_t size() const { return parser_.scratch_.size() - base_; }
    bool empty() const { return size() == 0; }
    T* operator[](size_t i) const { return static_cast<T*>(parser_.scratch_[base_ + i]); }
    std::span<T*> take() {
      std::span<T*> out = parser_.arena_.template make_array<T*>(size());
      for (size_t i = 0; i < out.size(); ++i) out[i] = (*this)[i];
      return out;
    }

   private:
    Parser& parser_;
    size_t base_;
    [[maybe_unused]] int number_;
  };

  // --- tokens
  const Token& token() const { return window_[at_]; }
  TokenType type() const { return window_[at_].type; }
  bool at(TokenType wanted) const { return type() == wanted; }
  bool at_word(std::string_view word) const { return at(TokenType::Name) && token().text() == word; }
  TokenType peek(size_t ahead) {
    while (at_ + ahead >= window_.size()) {
      if (!read_token()) return TokenType::ErrorToken;
    }
    return window_[at_ + ahead].type;
  }
  const Token& previous() const { return window_[at_ - 1]; }
  void advance() {
    const Token& now = window_[at_];
    if (now.type < TokenType::Newline || now.type > TokenType::Dedent) {
      end_line_ = now.end_line;
      end_col_ = now.end_col;
    }
    if (++at_ == window_.size()) read_token();
  }
  bool accept(TokenType wanted) {
    if (!at(wanted)) return false;
    advance();
    return true;
  }
  bool read_token();
  void new_window();
  Start start() const { return {token().line, token().col}; }
  Location since(Start from) const { return {from.line, from.col, end_line_, end_col_}; }
  Location since(const Expr* from) const { return {from->location.line, from->location.col, end_line_, end_col_}; }
  Mark mark() const { return {at_, end_line_, end_col_}; }
  void reset(const Mark& to) {
    at_ = to.at;
    end_line_ = to.end_line;
    end_col_ = to.end_col;
  }
  template <typename T>
  T* make(const Location& location) {
    return ast::make<T>(arena_, location);
  }

  // --- failures of the parser's own; the first one stays
  void fail(ParseErrorKind kind, std::string_view message, const Token& from, const Token& to);
  void fail_at_node(std::string_view message, const Expr* node);
  void fail_too_deep();
  bool failed() const { return error_.kind != ParseErrorKind::None; }
  // Features are checked when they are complete, as in CPython.
  bool check_version(int minor, const char* what);

  // --- parse_statement.cpp
  ast::Mod* root_module();
  ast::Mod* root_interactive();
  ast::Mod* root_expression();
  ast::Mod* root_function_type();
  bool statement(Collector<Stmt>& out);
  Stmt* compound_or_match();
  bool simple_statements(Collector<Stmt>& out);
  bool simple_statements_to_newline(Collector<Stmt>& out);
  Stmt* simple_statement();
  Stmt* expression_statement();
  Stmt* annotated_assignment(Start from, Expr* target, bool simple);
  Stmt* assignment(Start from, Expr* first);
  Stmt* augmented_assignment(Start from, Expr* target, ast::BinaryOperator op);
  Stmt* type_alias();
  Stmt* delete_statement();
  Stmt* assert_statement();
  Stmt* raise_statement();
  Stmt* return_statement();
  Stmt* name_list_statement();
  Stmt* import_statement();
  Stmt* import_from_statement();
  bool import_names(Collector<ast::Alias>& out);
  Identifier* dotted_name();
  std::string_view type_comment();

  // --- parse_compound.cpp
  Stmt* compound_statement();
  bool begins_compound() const;
  bool block(std::span<Stmt*>* out);
  bool else_block(std::span<Stmt*>* out);
  Stmt* if_statement();
  Stmt* while_statement();
  Stmt* for_statement(Start from, bool is_async);
  Stmt* with_statement(Start from, bool is_async);
  bool with_items(std::span<ast::WithItem*>* out);
  bool parenthesised_with_items(std::span<ast::WithItem*>* out);
  ast::WithItem* with_item();
  Stmt* try_statement();
  ast::Handler* except_clause(bool is_star);
  Stmt* decorated_definition();
  Stmt* function_definition(Start from, std::span<Expr*> decorators, bool is_async);
  Stmt* class_definition(Start from, std::span<Expr*> decorators);
  Stmt* async_statement();
  ast::Arguments* parameters(bool is_lambda, TokenType closing);
  ast::Arg* parameter(bool is_lambda, bool star_annotation);
  bool end_parameter(ast::Arg* parameter, bool is_lambda, TokenType closing);
  bool type_parameters(std::span<ast::TypeParam*>* out);
  ast::TypeParam* type_parameter();
  std::string_view function_type_comment();

  // --- parse_pattern.cpp
  Stmt* match_statement(bool* committed);
  ast::MatchCase* case_block();
  Expr* match_subject();
  Pattern* top_pattern();
  Pattern* as_pattern();
  Pattern* or_pattern();
  Pattern* closed_pattern();
  Pattern* maybe_star_pattern();
  Pattern* star_pattern();
  Identifier* capture_target();
  Expr* attribute_key();
  Pattern* sequence_pattern(Start from, TokenType closing);
  Pattern* group_or_sequence_pattern();
  Pattern* mapping_pattern();
  Pattern* name_or_class_pattern();
  Pattern* class_pattern(Start from, Expr* cls);
  Pattern* literal_pattern();
  Expr* literal_key();
  Expr* complex_or_number();
  Expr* signed_number();

  // --- parse_expression.cpp
  Expr* expression();
  Expr* lambda();
  Expr* disjunction();
  Expr* conjunction();
  Expr* inversion();
  Expr* comparison();
  Expr* arithmetic(int minimum);
  Expr* bitwise_or() { return arithmetic(1); }
  Expr* factor();
  Expr* power();
  Expr* primary();
  Expr* named_expression();
  Expr* finish_named(Expr* value, size_t first);
  Expr* star_expressions();
  Expr* star_expression();
  Expr* starred_expression();
  Expr* star_bitwise_or();
  Expr* star_named_expression();
  Expr* tuple_of(Expr* (Parser::*element)(), bool stars);
  bool begins_expression() const;
  Expr* yield_expression();
  Expr* annotated_right_side();  // yield or star expressions
  Expr* expressions();
  Expr* call(Expr* function);
  bool arguments(std::span<Expr*>* args, std::span<ast::Keyword*>* keywords);
  bool arguments_after(size_t first, Expr* value, std::span<Expr*>* args, std::span<ast::Keyword*>* keywords);
  Expr* subscript(Expr* value);
  Expr* slices();
  Expr* slice();

  // --- parse_atom.cpp
  Expr* atom();
  Expr* name();
  Expr* simple_constant(ast::ConstantKind kind);
  Expr* parenthesised();
  Expr* list_display();
  Expr* brace_display();
  Expr* dict_rest(Start from, Expr* key);
  bool rest_of_display(Collector<Expr>& items, TokenType closing);
  void fail_too_many_digits(const ast::ConstantValue& value);
  bool comprehension_conditions(std::span<Expr*>* out);
  bool comprehensions(std::span<ast::Comprehension*>* out);
  bool begins_comprehension() { return at(TokenType::KwFor) || (at(TokenType::KwAsync)); }
  Expr* number();
  Expr* string_literals();
  Identifier* identifier();  // of the NAME token, which it takes; null at any other
  Identifier* intern(const Token& name);

  // --- parse_target.cpp
  // Turns an expression into a target in place; false when it is none.
  enum class Target : uint8_t { Star, Single, Delete };
  bool make_target(Expr* node, Target kind, ExprContext context);
  Expr* star_targets();
  Expr* star_target();
  bool is_simple_target(const Expr* node) const;

  Arena& arena_;
  Lexer::Place previous_start_;
  Lexer::Place last_start_;
  TokenFeed& feed_;
  Lexer& lexer_;
  ast::IdentifierTable& identifiers_;
  const ParseOptions& options_;
  ArenaVector<Token> window_;
  size_t at_ = 0;
  ArenaVector<void*> scratch_;
  ParseError error_;
  int32_t end_line_ = 1;
  int32_t end_col_ = 0;
  int depth_ = 0;
  int collectors_ = 0;
  bool compound_failed_ = false;
  int max_depth_;
  NativeStack stack_;
  bool barry_as_bdfl_;
};

}  // namespace hog
