// diagnose_impl.hpp: what is wrong with a source that the Parser has refused? For the diagnose*.cpp files and parser.cpp.
//
// CPython's messages come out of the way its PEG parser searches: alternatives in order, results remembered a token, and
// in a second pass extra "invalid" rules, the first of which that matches makes the error. To give the same message at
// the same place, the Diagnoser searches the same way. It builds only as much of a tree as messages need. Speed does not
// matter here, time does: everything that can repeat is remembered, and every step counts against the budget.
//
// Invariants: a rule that fails leaves at_ where it was or its caller's alt() restores it; after an error (stop_) nothing
// matches any more, so that everything unwinds. Ref: reference/grammar; the messages are CPython 3.14's.
#pragma once

#include "syntax/message.hpp"
#include "syntax/native_stack.hpp"
#include "syntax/parser.hpp"
#include "syntax/token_feed.hpp"

namespace hog {

class Diagnoser {
 public:
  Diagnoser(Arena& arena, TokenFeed& feed, const ParseOptions& options, bool barry_as_bdfl);
  ParseError run();

 private:
  enum class Kind : uint8_t {
    Something,  // matched, of no interest
    Name,
    Attribute,
    Subscript,
    Starred,
    List,
    Tuple,
    Lambda,
    Call,
    Operation,
    Generator,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    FString,
    TString,
    None,
    True,
    False,
    Ellipsis,
    Literal,
    Comparison,
    IfExp,
    Named,
    Keyword,
    Unpacking,
    Arguments,
    Comprehension,
  };
  struct Node {
    Kind kind;
    bool in_operator;  // Comparison: the first operator is `in`
    int32_t first;     // tokens
    int32_t last;
    std::span<const Node* const> items;
  };
  using N = const Node*;

  // Rules whose results are remembered. Up to LastShared, the search without invalid rules shares its results with the
  // search with them, as in CPython; that decides which errors are found.
  enum class Rule : uint8_t {
    SimpleStatement,
    Block,
    Expression,
    StarExpression,
    Disjunction,
    Conjunction,
    Inversion,
    Factor,
    AwaitPrimary,
    Arguments,
    Strings,
    TString,
    StarTarget,
    TargetWithStarAtom,
    DelTarget,
    NamedInvalid,
    ClosedPattern,
    StarPattern,
    TypeParam,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    Shift,
    Sum,
    Term,
    Primary,
    TargetPrimary,
    DottedName,
    NameOrAttr,
    LastShared,
    NamedExpression,
    Atom,
    Slices,
    Args,
    Kwargs,
    Parameters,
    LambdaParameters,
    ForIf,
    OrPattern,
    Pattern,
    StarNamedExpressions,
    Comparison,
    Params,
    Statement,
  };
  struct Memo {
    Memo* next;
    N node;
    int32_t end;
    uint16_t key;
  };

  // --- searching
  template <typename F>
  bool alt(F&& match) {
    if (stop_) return false;
    size_t before = at_;
    if (match() && !stop_) return true;
    at_ = before;
    return false;
  }
  template <typename F>
  bool optional(F&& match) {
    alt(match);
    return !stop_;
  }
  template <typename F>
  bool any_number(F&& match) {
    while (alt(match)) {
      if (!step()) return false;
    }
    return !stop_;
  }
  template <typename F>
  bool some(F&& match) {
    return alt(match) && any_number(match);
  }
  template <typename F>
  bool separated(F&& match) {  // by commas
    return alt(match) && any_number([&] { return tok(TokenType::Comma) && match(); });
  }
  template <typename F>
  bool ahead(F&& match) {
    size_t before = at_;
    bool found = alt(match);
    at_ = before;
    return found && !stop_;
  }
  template <typename F>
  bool not_ahead(F&& match) {
    return !ahead(match) && !stop_;
  }
  template <typename F>
  N remember(Rule rule, F&& search) {
    if (stop_ || !fill(at_) || !step()) return nullptr;
    uint16_t key = static_cast<uint16_t>(static_cast<unsigned>(rule) * 2);
    if (rule > Rule::LastShared && invalid_) ++key;
    for (Memo* memo = memos_[at_]; memo != nullptr; memo = memo->next) {
      if (memo->key != key) continue;
      at_ = static_cast<size_t>(memo->end);
      return memo->node;
    }
    size_t start = at_;
    if (++depth_ > max_depth_ || stack_.is_low()) fail_too_deep();
    N node = search();
    --depth_;
    if (stop_) return nullptr;
    if (node == nullptr) at_ = start;
    auto* memo = arena_.make<Memo>();
    *memo = {memos_[start], node, static_cast<int32_t>(at_), key};
    memos_[start] = memo;
    return node;
  }
  // Tries a rule for invalid source; it may raise, and matches nothing otherwise.
  void check(void (Diagnoser::*rule)()) {
    if (!invalid_ || stop_) return;
    size_t before = at_;
    (this->*rule)();
    at_ = before;
  }

  bool fill(size_t index);
  bool step();
  bool tok(TokenType type) {
    if (stop_ || !fill(at_) || tokens_[at_].type != type) return false;
    ++at_;
    return true;
  }
  bool one_of(std::initializer_list<TokenType> types) {
    for (TokenType type : types) {
      if (tok(type)) return true;
    }
    return false;
  }
  bool next_is(TokenType type) { return !stop_ && fill(at_) && tokens_[at_].type == type; }
  bool soft(std::string_view word);
  bool forced(TokenType type, const char* spelling);
  int32_t here() const { return static_cast<int32_t>(at_); }
  int32_t before() const { return static_cast<int32_t>(at_) - 1; }
  N make(Kind kind, size_t first);
  N make(Kind kind, size_t first, const ArenaVector<N>& items);
  N something(size_t first) { return make(Kind::Something, first); }

  // --- errors
  void raise(ParseErrorKind kind, std::string_view message, int32_t line, int32_t col, int32_t end_line,
             int32_t end_col);  // columns in bytes from 1, as CPython has them on the way
  void raise_last(std::string_view message, ParseErrorKind kind = ParseErrorKind::Syntax);
  void raise_next(std::string_view message);
  void raise_at(size_t token, std::string_view message, ParseErrorKind kind);
  void raise_range(int32_t first, int32_t last, std::string_view message);
  void raise_token(int32_t token, std::string_view message) { raise_range(token, token, message); }
  void raise_node(N node, std::string_view message) { raise_range(node->first, node->last, message); }
  void raise_nodes(N first, N last, std::string_view message) { raise_range(first->first, last->last, message); }
  void raise_from(int32_t token, std::string_view message);
  void raise_block(const char* what, int32_t token);
  void raise_lexer_error();
  void fail_too_deep();
  std::string_view text(std::initializer_list<std::string_view> parts) { return concatenate(arena_, parts); }
  const char* name_of(N node) const;
  enum class Targets : uint8_t { Star, Del, For };
  N invalid_target(N node, Targets kind);
  void raise_invalid_target(N node, Targets kind);
  bool search_root();
  bool type_expressions();
  void restart();

  // --- diagnose_statement.cpp
  bool statements();
  bool statement();
  bool simple_statements();
  N simple_statement();
  bool assignment();
  void invalid_assignment();
  N invalid_annotation_target();
  bool augmented_operator();
  bool return_statement();
  bool raise_statement();
  bool delete_statement();
  void invalid_delete();
  bool assert_statement();
  bool name_list();
  bool import_statement();
  void invalid_import();
  void note_future(size_t first);
  bool import_targets();
  void invalid_import_targets();
  bool import_as_names();
  void invalid_import_as_name();
  void invalid_dotted_as_name();
  N dotted_name();
  bool type_alias();
  N annotated_right_side();
  // --- diagnose_compound.cpp
  bool compound_statement();
  N block();
  void invalid_block();
  bool indent_missing() {
    return tok(TokenType::Newline) && not_ahead([&] { return tok(TokenType::Indent); });
  }
  bool decorators();
  bool class_definition();
  bool class_raw();
  bool class_head();
  void invalid_class();
  bool function_definition();
  bool function_raw();
  bool function_head();
  bool invalid_function();
  bool function_type_comment();
  void invalid_double_type_comments();
  bool if_statement();
  void invalid_if();
  bool elif_statement();
  void invalid_elif();
  bool else_block();
  void invalid_else();
  bool while_statement();
  void invalid_while();
  bool for_statement();
  bool for_head();
  void invalid_for();
  void invalid_for_target();
  bool with_statement();
  bool with_item();
  bool with_item_expressions();
  bool with_item_loose();
  void invalid_with_item();
  void invalid_with();
  void invalid_with_indent();
  bool try_statement();
  void invalid_try();
  bool except_block();
  bool except_star_block();
  bool except_name();
  void invalid_except();
  void invalid_except_indent();
  void invalid_except_star();
  void invalid_except_star_indent();
  bool finally_block();
  void invalid_finally();
  bool type_params();
  void invalid_type_params();
  N type_param();
  void invalid_type_param();
  // --- diagnose_parameters.cpp: `lambda` chooses between the two sorts
  N params(bool lambda);
  N parameters(bool lambda);
  void invalid_parameters_of(bool lambda);
  void invalid_parameters() { invalid_parameters_of(false); }
  void invalid_lambda_parameters() { invalid_parameters_of(true); }
  bool slash_no_default(bool lambda);
  bool slash_with_default(bool lambda);
  bool star_etc(bool lambda);
  void invalid_star_etc_of(bool lambda);
  void invalid_star_etc() { invalid_star_etc_of(false); }
  void invalid_lambda_star_etc() { invalid_star_etc_of(true); }
  bool kwds(bool lambda);
  void invalid_kwds_of(bool lambda);
  void invalid_kwds() { invalid_kwds_of(false); }
  void invalid_lambda_kwds() { invalid_kwds_of(true); }
  enum class Default : uint8_t { No, Yes, Maybe, NoStarAnnotation };
  bool param(bool lambda, Default has);
  bool bare_param(bool lambda, bool star_annotation);
  bool default_value();
  void invalid_default();
  bool ends_params(bool lambda);
  // --- diagnose_pattern.cpp
  bool match_statement();
  void invalid_match();
  bool subject();
  bool case_block();
  void invalid_case();
  bool guard();
  bool patterns();
  N pattern();
  void invalid_as_pattern();
  N or_pattern();
  N closed_pattern();
  bool literal_pattern();
  bool literal_expression();
  bool signed_number();
  bool complex_number();
  bool capture_target();
  N name_or_attribute(bool attribute_only);
  bool open_sequence();
  bool maybe_sequence();
  N star_pattern();
  N maybe_star_pattern();
  bool mapping_pattern();
  bool key_value_pattern();
  bool class_pattern();
  void invalid_class_pattern();
  bool keyword_patterns();
  bool positional_patterns(ArenaVector<N>* out);
  // --- diagnose_expression.cpp
  N expressions();
  N expression();
  void invalid_expression();
  void invalid_legacy_expression();
  N expression_without_invalid();
  N if_expression();
  N lambda();
  N yield_expression();
  N star_expressions();
  N star_expression();
  N tuple_of(N (Diagnoser::*element)());
  N star_named_expression();
  N star_named_expressions(ArenaVector<N>* out = nullptr);
  N assignment_expression();
  N named_expression();
  void invalid_named_expression();
  N disjunction();
  N conjunction();
  N inversion();
  N comparison();
  bool compare_pair(bool* in_operator);
  N operation(Rule rule, N (Diagnoser::*operand)(), std::initializer_list<TokenType> operators,
              void (Diagnoser::*invalid)());
  N bitwise_or();
  N bitwise_xor();
  N bitwise_and();
  N shift();
  void invalid_arithmetic();
  N sum();
  N term();
  void invalid_factor();
  N factor();
  N power();
  N await_primary();
  N primary();
  N slices();
  N slice();
  N atom();
  N atom_search();
  // --- diagnose_atom.cpp
  N strings();
  void invalid_string_concatenation();
  N string_or_fstring();
  bool texts_decode(size_t first);
  N fstring();
  N tstring();
  bool field(bool is_template);
  bool format_spec(bool is_template);
  void invalid_field(bool is_template);
  void invalid_conversion(std::string_view kind);
  N group();
  void invalid_group();
  N tuple();
  N list();
  N list_comprehension();
  N generator();
  void invalid_comprehension();
  N dict();
  bool double_starred_pair();
  bool pair();
  void invalid_double_starred_pairs();
  void invalid_pair();
  N set();
  N dict_comprehension();
  void invalid_dict_comprehension();
  N set_comprehension();
  N for_if_clauses();
  N for_if_clause();
  void invalid_for_if_clause();
  N arguments();
  void invalid_arguments();
  N args();
  N positional();
  bool kwargs(ArenaVector<N>* out);
  N kwarg_or_starred(bool double_star);
  void invalid_kwarg();
  N starred_expression();
  void invalid_starred_expression();
  void invalid_starred_unpacking();
  // --- diagnose_target.cpp
  N star_targets();
  N star_target();
  N target_with_star_atom();
  N star_atom();
  N single_target();
  N single_subscript_attribute_target();
  N target_primary();
  bool target_lookahead();
  bool del_targets();
  N del_target();

  Arena& arena_;
  TokenFeed& feed_;
  const ParseOptions& options_;
  ArenaVector<Token> tokens_;
  ArenaVector<Memo*> memos_;
  size_t at_ = 0;
  bool invalid_ = false;  // the second pass
  bool stop_ = false;
  bool barry_as_bdfl_;
  int depth_ = 0;
  int max_depth_ = 6000;
  NativeStack stack_;
  uint32_t steps_ = 0;
  ParseError error_;
};

// After an error of the grammar at `error_line`: an error of the lexer further on, or a bracket that stays open, is more
// likely what is wrong, and replaces it.
void prefer_lexer_error(ParseError& error, Arena& arena, TokenFeed& feed, int32_t error_line);

}  // namespace hog
