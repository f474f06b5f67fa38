// diagnose_compound.cpp: statements with blocks, in the Diagnoser's search.
#include "syntax/diagnose_impl.hpp"

namespace hog {

using enum TokenType;

static constexpr const char* kColon = "expected ':'";

bool Diagnoser::compound_statement() {
  if (stop_ || !fill(at_)) return false;
  if (++depth_ > max_depth_ || stack_.is_low()) fail_too_deep();
  bool found = false;
  switch (tokens_[at_].type) {
    case KwDef: found = function_definition(); break;
    case At: found = function_definition() || (!stop_ && class_definition()); break;
    case KwAsync: found = function_definition() || (!stop_ && with_statement()) || (!stop_ && for_statement()); break;
    case KwIf: found = if_statement(); break;
    case KwClass: found = class_definition(); break;
    case KwWith: found = with_statement(); break;
    case KwFor: found = for_statement(); break;
    case KwTry: found = try_statement(); break;
    case KwWhile: found = while_statement(); break;
    default: found = match_statement(); break;
  }
  --depth_;
  return found && !stop_;
}

Diagnoser::N Diagnoser::block() {
  return remember(Rule::Block, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return tok(Newline) && tok(Indent) && statements() && tok(Dedent); })) return something(first);
    if (!stop_ && simple_statements()) return something(first);
    check(&Diagnoser::invalid_block);
    return nullptr;
  });
}

void Diagnoser::invalid_block() {
  if (alt([&] { return indent_missing(); })) {
    raise_last("expected an indented block", ParseErrorKind::Indentation);
  }
}

bool Diagnoser::decorators() {
  return some([&] { return tok(At) && named_expression() && tok(Newline); });
}

// --- definitions ------------------------------------------------------------------------------------------------

bool Diagnoser::class_definition() {
  return alt([&] { return decorators() && class_raw(); }) || (!stop_ && class_raw());
}

// All before the colon.
bool Diagnoser::class_head() {
  return tok(KwClass) && tok(Name) && optional([&] { return type_params(); }) &&
         optional([&] { return tok(LeftParen) && optional([&] { return arguments(); }) && tok(RightParen); });
}

bool Diagnoser::class_raw() {
  check(&Diagnoser::invalid_class);
  return alt([&] { return class_head() && tok(Colon) && block(); });
}

void Diagnoser::invalid_class() {
  int32_t word = here();
  if (alt([&] { return class_head() && tok(Newline); })) return raise_last(kColon);
  if (alt([&] { return class_head() && tok(Colon) && indent_missing(); })) {
    raise_block("class definition", word);
  }
}

bool Diagnoser::function_definition() {
  return alt([&] { return decorators() && function_raw(); }) || (!stop_ && function_raw());
}

bool Diagnoser::function_head() {
  return optional([&] { return tok(KwAsync); }) && tok(KwDef) && tok(Name) && optional([&] { return type_params(); }) &&
         tok(LeftParen) && optional([&] { return params(false); }) && tok(RightParen) &&
         optional([&] { return tok(Arrow) && expression(); });
}

bool Diagnoser::function_raw() {
  if (invalid_ && invalid_function()) return true;
  return alt(
      [&] { return function_head() && tok(Colon) && optional([&] { return function_type_comment(); }) && block(); });
}

// CPython lets this rule for invalid definitions match valid ones too.
bool Diagnoser::invalid_function() {
  int32_t word = next_is(KwAsync) ? here() + 1 : here();
  if (alt([&] { return function_head() && tok(Colon) && indent_missing(); })) {
    raise_block("function definition", word);
    return false;
  }
  return alt([&] {
    return optional([&] { return tok(KwAsync); }) && tok(KwDef) && tok(Name) &&
           optional([&] { return type_params(); }) && forced(LeftParen, "(") &&
           optional([&] { return params(false); }) && tok(RightParen) &&
           optional([&] { return tok(Arrow) && expression(); }) && forced(Colon, ":") &&
           optional([&] { return function_type_comment(); }) && block();
  });
}

bool Diagnoser::function_type_comment() {
  if (alt([&] { return tok(Newline) && tok(TypeComment) && ahead([&] { return tok(Newline) && tok(Indent); }); })) {
    return true;
  }
  check(&Diagnoser::invalid_double_type_comments);
  return tok(TypeComment);
}

void Diagnoser::invalid_double_type_comments() {
  if (alt([&] { return tok(TypeComment) && tok(Newline) && tok(TypeComment) && tok(Newline) && tok(Indent); })) {
    raise_last("Cannot have two type comments on def");
  }
}

bool Diagnoser::type_params() {
  check(&Diagnoser::invalid_type_params);
  return alt([&] {
    return tok(LeftBracket) && separated([&] { return type_param(); }) && optional([&] { return tok(Comma); }) &&
           tok(RightBracket);
  });
}

void Diagnoser::invalid_type_params() {
  if (alt([&] { return tok(LeftBracket) && tok(RightBracket); })) {
    raise_from(before(), "Type parameter list cannot be empty");
  }
}

Diagnoser::N Diagnoser::type_param() {
  return remember(Rule::TypeParam, [&]() -> N {
    size_t first = at_;
    auto value = [&] { return optional([&] { return tok(Equal) && expression(); }); };
    if (alt([&] { return tok(Name) && optional([&] { return tok(Colon) && expression(); }) && value(); })) {
      return something(first);
    }
    check(&Diagnoser::invalid_type_param);
    if (alt([&] { return tok(Star) && tok(Name) && optional([&] { return tok(Equal) && star_expression(); }); }) ||
        alt([&] { return tok(DoubleStar) && tok(Name) && value(); })) {
      return something(first);
    }
    return nullptr;
  });
}

void Diagnoser::invalid_type_param() {
  for (auto [stars, kind] : {std::pair{Star, "TypeVarTuple"}, std::pair{DoubleStar, "ParamSpec"}}) {
    int32_t colon = here() + 2;
    N bound = nullptr;
    if (alt([&] { return tok(stars) && tok(Name) && tok(Colon) && (bound = expression()); })) {
      return raise_from(colon,
                        text({"cannot use ", bound->kind == Kind::Tuple ? "constraints" : "bound", " with ", kind}));
    }
  }
}

// --- if, while --------------------------------------------------------------------------------------------------

bool Diagnoser::if_statement() {
  check(&Diagnoser::invalid_if);
  auto head = [&] { return tok(KwIf) && named_expression() && tok(Colon) && block(); };
  return alt([&] { return head() && elif_statement(); }) ||
         alt([&] { return head() && optional([&] { return else_block(); }); });
}

void Diagnoser::invalid_if() {
  int32_t word = here();
  if (alt([&] { return tok(KwIf) && named_expression() && tok(Newline); })) return raise_last(kColon);
  if (alt([&] { return tok(KwIf) && named_expression() && tok(Colon) && indent_missing(); })) {
    raise_block("'if' statement", word);
  }
}

// CPython recurses along the chain of elif; what it finds is the same in a loop.
bool Diagnoser::elif_statement() {
  bool any = false;
  for (;;) {
    check(&Diagnoser::invalid_elif);
    if (!alt([&] { return tok(KwElif) && named_expression() && tok(Colon) && block(); })) break;
    any = true;
  }
  return any && optional([&] { return else_block(); });
}

void Diagnoser::invalid_elif() {
  int32_t word = here();
  if (alt([&] { return tok(KwElif) && named_expression() && tok(Newline); })) return raise_last(kColon);
  if (alt([&] { return tok(KwElif) && named_expression() && tok(Colon) && indent_missing(); })) {
    raise_block("'elif' statement", word);
  }
}

bool Diagnoser::else_block() {
  check(&Diagnoser::invalid_else);
  return alt([&] { return tok(KwElse) && forced(Colon, ":") && block(); });
}

void Diagnoser::invalid_else() {
  int32_t word = here();
  if (alt([&] { return tok(KwElse) && tok(Colon) && indent_missing(); })) return raise_block("'else' statement", word);
  if (alt([&] { return tok(KwElse) && tok(Colon) && block() && tok(KwElif); })) {
    raise_last("'elif' block follows an 'else' block");
  }
}

bool Diagnoser::while_statement() {
  check(&Diagnoser::invalid_while);
  return alt([&] {
    return tok(KwWhile) && named_expression() && tok(Colon) && block() && optional([&] { return else_block(); });
  });
}

void Diagnoser::invalid_while() {
  int32_t word = here();
  if (alt([&] { return tok(KwWhile) && named_expression() && tok(Newline); })) return raise_last(kColon);
  if (alt([&] { return tok(KwWhile) && named_expression() && tok(Colon) && indent_missing(); })) {
    raise_block("'while' statement", word);
  }
}

// --- for --------------------------------------------------------------------------------------------------------

bool Diagnoser::for_head() {
  return optional([&] { return tok(KwAsync); }) && tok(KwFor) && star_targets() && tok(KwIn);
}

bool Diagnoser::for_statement() {
  check(&Diagnoser::invalid_for);
  bool committed = false;
  if (alt([&] {
        if (!for_head()) return false;
        committed = true;
        return star_expressions() && tok(Colon) && optional([&] { return tok(TypeComment); }) && block() &&
               optional([&] { return else_block(); });
      })) {
    return true;
  }
  if (!committed) check(&Diagnoser::invalid_for_target);
  return false;
}

void Diagnoser::invalid_for() {
  int32_t word = next_is(KwAsync) ? here() + 1 : here();
  if (alt([&] { return for_head() && star_expressions() && tok(Newline); })) return raise_last(kColon);
  if (alt([&] { return for_head() && star_expressions() && tok(Colon) && indent_missing(); })) {
    raise_block("'for' statement", word);
  }
}

void Diagnoser::invalid_for_target() {
  N a = nullptr;
  if (alt([&] { return optional([&] { return tok(KwAsync); }) && tok(KwFor) && (a = star_expressions()); })) {
    raise_invalid_target(a, Targets::For);
  }
}

// --- with -------------------------------------------------------------------------------------------------------

bool Diagnoser::with_statement() {
  check(&Diagnoser::invalid_with_indent);
  auto word = [&] { return optional([&] { return tok(KwAsync); }) && tok(KwWith); };
  auto items = [&] { return separated([&] { return with_item(); }); };
  auto rest = [&] { return tok(Colon) && optional([&] { return tok(TypeComment); }) && block(); };
  if (alt([&] {
        return word() && tok(LeftParen) && items() && optional([&] { return tok(Comma); }) && tok(RightParen) && rest();
      })) {
    return true;
  }
  if (alt([&] { return word() && items() && rest(); })) return true;
  check(&Diagnoser::invalid_with);
  return false;
}

bool Diagnoser::with_item() {
  if (alt([&] {
        return expression() && tok(KwAs) && star_target() && ahead([&] { return one_of({Comma, RightParen, Colon}); });
      })) {
    return true;
  }
  check(&Diagnoser::invalid_with_item);
  return !stop_ && expression();
}

void Diagnoser::invalid_with_item() {
  N a = nullptr;
  if (alt([&] {
        return expression() && tok(KwAs) && (a = expression()) &&
               ahead([&] { return one_of({Comma, RightParen, Colon}); });
      })) {
    raise_invalid_target(a, Targets::Star);
  }
}

// The items as the invalid rules see them: without and within brackets.
bool Diagnoser::with_item_expressions() {
  return optional([&] { return tok(KwAsync); }) && tok(KwWith) &&
         separated([&] { return expression() && optional([&] { return tok(KwAs) && star_target(); }); });
}

bool Diagnoser::with_item_loose() {
  return optional([&] { return tok(KwAsync); }) && tok(KwWith) && tok(LeftParen) &&
         separated([&] { return expressions() && optional([&] { return tok(KwAs) && star_target(); }); }) &&
         optional([&] { return tok(Comma); }) && tok(RightParen);
}

void Diagnoser::invalid_with() {
  if (alt([&] { return with_item_expressions() && tok(Newline); }) ||
      alt([&] { return with_item_loose() && tok(Newline); })) {
    raise_last(kColon);
  }
}

void Diagnoser::invalid_with_indent() {
  int32_t word = next_is(KwAsync) ? here() + 1 : here();
  if (alt([&] { return with_item_expressions() && tok(Colon) && indent_missing(); }) ||
      alt([&] { return with_item_loose() && tok(Colon) && indent_missing(); })) {
    raise_block("'with' statement", word);
  }
}

// --- try --------------------------------------------------------------------------------------------------------

bool Diagnoser::try_statement() {
  check(&Diagnoser::invalid_try);
  auto head = [&] { return tok(KwTry) && forced(Colon, ":") && block(); };
  auto tail = [&] { return optional([&] { return else_block(); }) && optional([&] { return finally_block(); }); };
  return alt([&] { return head() && finally_block(); }) ||
         alt([&] { return head() && some([&] { return except_block(); }) && tail(); }) ||
         alt([&] { return head() && some([&] { return except_star_block(); }) && tail(); });
}

// ["as" NAME]
bool Diagnoser::except_name() {
  return optional([&] { return tok(KwAs) && tok(Name); });
}

void Diagnoser::invalid_try() {
  constexpr const char* kBoth = "cannot have both 'except' and 'except*' on the same 'try'";
  int32_t word = here();
  if (alt([&] { return tok(KwTry) && tok(Colon) && indent_missing(); })) return raise_block("'try' statement", word);
  if (alt([&] {
        return tok(KwTry) && tok(Colon) && block() && not_ahead([&] { return one_of({KwExcept, KwFinally}); });
      })) {
    return raise_last("expected 'except' or 'finally' block");
  }
  int32_t except = 0;
  auto blocks = [&] { return tok(KwTry) && tok(Colon) && any_number([&] { return block(); }); };
  if (alt([&] {
        if (!blocks() || !some([&] { return except_block(); })) return false;
        except = here();
        return tok(KwExcept) && tok(Star) && expression() && except_name() && tok(Colon);
      })) {
    return raise_range(except, except + 1, kBoth);
  }
  if (alt([&] {
        if (!blocks() || !some([&] { return except_star_block(); })) return false;
        except = here();
        return tok(KwExcept) && optional([&] { return expression() && except_name(); }) && tok(Colon);
      })) {
    raise_token(except, kBoth);
  }
}

bool Diagnoser::except_block() {
  check(&Diagnoser::invalid_except_indent);
  auto rest = [&] { return tok(Colon) && block(); };
  if (alt([&] { return tok(KwExcept) && expression() && rest(); }) ||
      alt([&] { return tok(KwExcept) && expression() && tok(KwAs) && tok(Name) && rest(); }) ||
      alt([&] { return tok(KwExcept) && expressions() && rest(); }) || alt([&] { return tok(KwExcept) && rest(); })) {
    return true;
  }
  check(&Diagnoser::invalid_except);
  return false;
}

void Diagnoser::invalid_except_indent() {
  int32_t word = here();
  if (alt([&] { return tok(KwExcept) && expression() && except_name() && tok(Colon) && indent_missing(); }) ||
      alt([&] { return tok(KwExcept) && tok(Colon) && indent_missing(); })) {
    raise_block("'except' statement", word);
  }
}

void Diagnoser::invalid_except() {
  N a = nullptr;
  if (alt([&] {
        return tok(KwExcept) && (a = expression()) && tok(Comma) && expressions() && tok(KwAs) && tok(Name) &&
               tok(Colon);
      })) {
    return raise_from(a->first, "multiple exception types must be parenthesized when using 'as'");
  }
  if (alt([&] { return tok(KwExcept) && expression() && except_name() && tok(Newline); }) ||
      alt([&] { return tok(KwExcept) && tok(Newline); })) {
    return raise_last(kColon);
  }
  if (alt([&] { return tok(KwExcept) && expression() && tok(KwAs) && (a = expression()) && tok(Colon) && block(); })) {
    raise_node(a, text({"cannot use except statement with ", name_of(a)}));
  }
}

bool Diagnoser::except_star_block() {
  check(&Diagnoser::invalid_except_star_indent);
  auto word = [&] { return tok(KwExcept) && tok(Star); };
  auto rest = [&] { return tok(Colon) && block(); };
  if (alt([&] { return word() && expression() && rest(); }) ||
      alt([&] { return word() && expression() && tok(KwAs) && tok(Name) && rest(); }) ||
      alt([&] { return word() && expressions() && rest(); })) {
    return true;
  }
  check(&Diagnoser::invalid_except_star);
  return false;
}

void Diagnoser::invalid_except_star_indent() {
  int32_t word = here();
  if (alt([&] {
        return tok(KwExcept) && tok(Star) && expression() && except_name() && tok(Colon) && indent_missing();
      })) {
    raise_block("'except*' statement", word);
  }
}

void Diagnoser::invalid_except_star() {
  N a = nullptr;
  auto word = [&] { return tok(KwExcept) && tok(Star); };
  if (alt([&] {
        return word() && (a = expression()) && tok(Comma) && expressions() && tok(KwAs) && tok(Name) && tok(Colon);
      })) {
    return raise_from(a->first, "multiple exception types must be parenthesized when using 'as'");
  }
  if (alt([&] { return word() && expression() && except_name() && tok(Newline); })) return raise_last(kColon);
  if (alt([&] { return word() && one_of({Newline, Colon}); })) {
    return raise_last("expected one or more exception types");
  }
  if (alt([&] { return word() && expression() && tok(KwAs) && (a = expression()) && tok(Colon) && block(); })) {
    raise_node(a, text({"cannot use except* statement with ", name_of(a)}));
  }
}

bool Diagnoser::finally_block() {
  check(&Diagnoser::invalid_finally);
  return alt([&] { return tok(KwFinally) && forced(Colon, ":") && block(); });
}

void Diagnoser::invalid_finally() {
  int32_t word = here();
  if (alt([&] { return tok(KwFinally) && tok(Colon) && indent_missing(); })) raise_block("'finally' statement", word);
}

}  // namespace hog
