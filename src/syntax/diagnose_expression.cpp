// diagnose_expression.cpp: expressions, in the Diagnoser's search.
#include "syntax/diagnose_impl.hpp"

namespace hog {

using enum TokenType;

Diagnoser::N Diagnoser::tuple_of(N (Diagnoser::*element)()) {
  size_t first = at_;
  N one = nullptr;
  ArenaVector<N> items(arena_);
  auto another = [&] {
    one = (this->*element)();
    if (one != nullptr) items.push_back(one);
    return one != nullptr;
  };
  if (alt([&] {
        return another() && some([&] { return tok(Comma) && another(); }) && optional([&] { return tok(Comma); });
      })) {
    return make(Kind::Tuple, first, items);
  }
  items.clear();
  if (alt([&] { return another() && tok(Comma); })) return make(Kind::Tuple, first, items);
  return stop_ ? nullptr : (this->*element)();
}

Diagnoser::N Diagnoser::expressions() { return tuple_of(&Diagnoser::expression); }
Diagnoser::N Diagnoser::star_expressions() { return tuple_of(&Diagnoser::star_expression); }

Diagnoser::N Diagnoser::expression() {
  return remember(Rule::Expression, [&]() -> N {
    check(&Diagnoser::invalid_expression);
    check(&Diagnoser::invalid_legacy_expression);
    if (N node = if_expression()) return node;
    if (N node = disjunction()) return node;
    return lambda();
  });
}

Diagnoser::N Diagnoser::if_expression() {
  size_t first = at_;
  bool found = alt([&] { return disjunction() && tok(KwIf) && disjunction() && tok(KwElse) && expression(); });
  return found ? make(Kind::IfExp, first) : nullptr;
}

Diagnoser::N Diagnoser::expression_without_invalid() {
  bool was = invalid_;
  invalid_ = false;
  N node = if_expression();
  if (node == nullptr && !stop_) node = disjunction();
  if (node == nullptr && !stop_) node = lambda();
  invalid_ = was;
  return node;
}

void Diagnoser::invalid_expression() {
  N a = nullptr;
  N b = nullptr;
  // A string that was cut in two by a quote inside it.
  if (alt([&] {
        return tok(String) && some([&] {
                 if (!not_ahead([&] { return tok(String); })) return false;
                 N part = expression_without_invalid();
                 if (part == nullptr) return false;
                 if (a == nullptr) a = part;
                 b = part;
                 return true;
               }) &&
               tok(String);
      })) {
    return raise_nodes(a, b, "invalid syntax. Is this intended to be part of the string?");
  }
  if (alt([&] {
        return not_ahead([&] {
                 return alt([&] { return tok(Name) && tok(String); }) || soft("_") || soft("case") || soft("match") ||
                        soft("type");
               }) &&
               (a = disjunction()) && (b = expression_without_invalid());
      })) {
    std::string_view name = tokens_[static_cast<size_t>(a->first)].text();
    bool legacy = a->kind == Kind::Name && (name == "print" || name == "exec");
    if (legacy || tokens_[at_ - 1].level == 0) return;
    return raise_nodes(a, b, "invalid syntax. Perhaps you forgot a comma?");
  }
  if (alt([&] {
        return (a = disjunction()) && tok(KwIf) && (b = disjunction()) &&
               not_ahead([&] { return one_of({KwElse, Colon}); });
      })) {
    return raise_nodes(a, b, "expected 'else' after 'if' expression");
  }
  if (alt([&] {
        return disjunction() && tok(KwIf) && disjunction() && tok(KwElse) && not_ahead([&] { return expression(); });
      })) {
    return raise_next("expected expression after 'else', but statement is given");
  }
  int32_t word = here();
  if (alt([&] {
        return one_of({KwPass, KwBreak, KwContinue}) && tok(KwIf) && disjunction() && tok(KwElse) && simple_statement();
      })) {
    return raise_token(word, "expected expression before 'if', but statement is given");
  }
  for (auto [middle, message] :
       {std::pair{FStringMiddle, "f-string: lambda expressions are not allowed without parentheses"},
        std::pair{TStringMiddle, "t-string: lambda expressions are not allowed without parentheses"}}) {
    if (alt([&] {
          return tok(KwLambda) && optional([&] { return params(true); }) && tok(Colon) &&
                 ahead([&] { return tok(middle); });
        })) {
      return raise_range(word, before(), message);
    }
  }
}

void Diagnoser::invalid_legacy_expression() {
  int32_t name = here();
  N rest = nullptr;
  if (!alt([&] { return tok(Name) && not_ahead([&] { return tok(LeftParen); }) && (rest = star_expressions()); })) {
    return;
  }
  std::string_view word = tokens_[static_cast<size_t>(name)].text();
  if (word != "print" && word != "exec") return;
  raise_range(name, rest->last, text({"Missing parentheses in call to '", word, "'. Did you mean ", word, "(...)?"}));
}

Diagnoser::N Diagnoser::lambda() {
  size_t first = at_;
  bool found =
      alt([&] { return tok(KwLambda) && optional([&] { return params(true); }) && tok(Colon) && expression(); });
  return found ? make(Kind::Lambda, first) : nullptr;
}

Diagnoser::N Diagnoser::yield_expression() {
  size_t first = at_;
  if (alt([&] { return tok(KwYield) && tok(KwFrom) && expression(); })) return make(Kind::Yield, first);
  if (alt([&] { return tok(KwYield) && optional([&] { return star_expressions(); }); })) {
    return make(Kind::Yield, first);
  }
  return nullptr;
}

Diagnoser::N Diagnoser::star_expression() {
  return remember(Rule::StarExpression, [&]() -> N {
    size_t first = at_;
    ArenaVector<N> items(arena_);
    N inner = nullptr;
    if (alt([&] { return tok(Star) && (inner = bitwise_or()); })) {
      items.push_back(inner);
      return make(Kind::Starred, first, items);
    }
    return expression();
  });
}

Diagnoser::N Diagnoser::star_named_expression() {
  size_t first = at_;
  N inner = nullptr;
  if (alt([&] { return tok(Star) && (inner = bitwise_or()); })) {
    ArenaVector<N> items(arena_);
    items.push_back(inner);
    return make(Kind::Starred, first, items);
  }
  return stop_ ? nullptr : named_expression();
}

// A list of them with an optional comma at the end; `out` gets the elements.
Diagnoser::N Diagnoser::star_named_expressions(ArenaVector<N>* out) {
  size_t first = at_;
  ArenaVector<N> items(arena_);
  bool found = alt([&] {
    return separated([&] {
             N one = star_named_expression();
             if (one != nullptr) items.push_back(one);
             return one != nullptr;
           }) &&
           optional([&] { return tok(Comma); });
  });
  if (!found) return nullptr;
  if (out != nullptr) {
    for (N item : items) out->push_back(item);
  }
  return make(Kind::Tuple, first, items);
}

Diagnoser::N Diagnoser::assignment_expression() {
  size_t first = at_;
  bool found = alt([&] { return tok(Name) && tok(ColonEqual) && expression(); });
  return found ? make(Kind::Named, first) : nullptr;
}

Diagnoser::N Diagnoser::named_expression() {
  return remember(Rule::NamedExpression, [&]() -> N {
    if (N node = assignment_expression()) return node;
    check(&Diagnoser::invalid_named_expression);
    N node = nullptr;
    bool found = alt([&] { return (node = expression()) && not_ahead([&] { return tok(ColonEqual); }); });
    return found ? node : nullptr;
  });
}

void Diagnoser::invalid_named_expression() {
  remember(Rule::NamedInvalid, [&]() -> N {
    N a = nullptr;
    N b = nullptr;
    if (alt([&] { return (a = expression()) && tok(ColonEqual) && expression(); })) {
      raise_node(a, text({"cannot use assignment expressions with ", name_of(a)}));
      return nullptr;
    }
    auto no_more_assignment = [&] { return not_ahead([&] { return one_of({Equal, ColonEqual}); }); };
    int32_t name = here();
    if (alt([&] { return tok(Name) && tok(Equal) && (b = bitwise_or()) && no_more_assignment(); })) {
      raise_range(name, b->last, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
      return nullptr;
    }
    if (alt([&] {
          return not_ahead([&] { return list() || tuple() || generator() || one_of({KwTrue, KwNone, KwFalse}); }) &&
                 (a = bitwise_or()) && tok(Equal) && bitwise_or() && no_more_assignment();
        })) {
      raise_node(a, text({"cannot assign to ", name_of(a), " here. Maybe you meant '==' instead of '='?"}));
    }
    return nullptr;
  });
}

// --- operators --------------------------------------------------------------------------------------------------

Diagnoser::N Diagnoser::disjunction() {
  return remember(Rule::Disjunction, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return conjunction() && some([&] { return tok(KwOr) && conjunction(); }); })) {
      return make(Kind::Operation, first);
    }
    return conjunction();
  });
}

Diagnoser::N Diagnoser::conjunction() {
  return remember(Rule::Conjunction, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return inversion() && some([&] { return tok(KwAnd) && inversion(); }); })) {
      return make(Kind::Operation, first);
    }
    return inversion();
  });
}

Diagnoser::N Diagnoser::inversion() {
  return remember(Rule::Inversion, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return tok(KwNot) && inversion(); })) return make(Kind::Operation, first);
    return comparison();
  });
}

bool Diagnoser::compare_pair(bool* in_operator) {
  *in_operator = false;
  auto not_equal = [&] {
    if (tok(NotEqual)) {
      if (barry_as_bdfl_) raise_last("with Barry as BDFL, use '<>' instead of '!='");
      return !stop_;
    }
    if (!tok(Less) || !tok(Greater) || tokens_[at_ - 2].end != tokens_[at_ - 1].start) return false;
    if (invalid_ && !barry_as_bdfl_) {
      raise_range(before() - 1, before(), "invalid syntax.  Maybe you meant '!=' instead of '<>'?");
    }
    return !stop_ && barry_as_bdfl_;
  };
  if (alt([&] { return tok(EqualEqual) && bitwise_or(); })) return true;
  if (alt([&] { return not_equal() && bitwise_or(); })) return true;
  for (TokenType plain : {LessEqual, Less, GreaterEqual, Greater}) {
    if (alt([&] { return tok(plain) && bitwise_or(); })) return true;
  }
  if (alt([&] { return tok(KwNot) && tok(KwIn) && bitwise_or(); })) return true;
  if (alt([&] { return tok(KwIn) && bitwise_or(); })) {
    *in_operator = true;
    return true;
  }
  return alt([&] { return tok(KwIs) && tok(KwNot) && bitwise_or(); }) || alt([&] { return tok(KwIs) && bitwise_or(); });
}

Diagnoser::N Diagnoser::comparison() {
  return remember(Rule::Comparison, [&]() -> N {
    size_t first = at_;
    N left = nullptr;
    int pairs = 0;
    bool in_operator = false;
    auto pair = [&] {
      bool is_in;
      if (!compare_pair(&is_in)) return false;
      if (pairs++ == 0) in_operator = is_in;
      return true;
    };
    if (alt([&] { return (left = bitwise_or()) && some(pair); })) {
      ArenaVector<N> items(arena_);
      items.push_back(left);
      auto* node = const_cast<Node*>(make(Kind::Comparison, first, items));
      node->in_operator = in_operator;
      return node;
    }
    return bitwise_or();
  });
}

// Operators of one precedence, left to right.
Diagnoser::N Diagnoser::operation(Rule rule, N (Diagnoser::*operand)(), std::initializer_list<TokenType> operators,
                                  void (Diagnoser::*invalid)()) {
  return remember(rule, [&]() -> N {
    size_t first = at_;
    if (invalid != nullptr) check(invalid);
    N node = stop_ ? nullptr : (this->*operand)();
    while (node != nullptr && alt([&] { return one_of(operators) && (this->*operand)(); })) {
      node = make(Kind::Operation, first);
    }
    return node;
  });
}

Diagnoser::N Diagnoser::bitwise_or() { return operation(Rule::BitwiseOr, &Diagnoser::bitwise_xor, {Bar}, nullptr); }
Diagnoser::N Diagnoser::bitwise_xor() { return operation(Rule::BitwiseXor, &Diagnoser::bitwise_and, {Caret}, nullptr); }
Diagnoser::N Diagnoser::bitwise_and() { return operation(Rule::BitwiseAnd, &Diagnoser::shift, {Ampersand}, nullptr); }
Diagnoser::N Diagnoser::shift() {
  return operation(Rule::Shift, &Diagnoser::sum, {LeftShift, RightShift}, &Diagnoser::invalid_arithmetic);
}
Diagnoser::N Diagnoser::sum() { return operation(Rule::Sum, &Diagnoser::term, {Plus, Minus}, nullptr); }
Diagnoser::N Diagnoser::term() {
  return operation(Rule::Term, &Diagnoser::factor, {Star, Slash, DoubleSlash, Percent, At}, &Diagnoser::invalid_factor);
}

void Diagnoser::invalid_arithmetic() {
  int32_t word = 0;
  N b = nullptr;
  if (alt([&] {
        if (!sum() || !one_of({Plus, Minus, Star, Slash, Percent, DoubleSlash, At})) return false;
        word = here();
        return tok(KwNot) && (b = inversion());
      })) {
    raise_range(word, b->last, "'not' after an operator must be parenthesized");
  }
}

void Diagnoser::invalid_factor() {
  int32_t word = 0;
  N b = nullptr;
  if (alt([&] {
        if (!one_of({Plus, Minus, Tilde})) return false;
        word = here();
        return tok(KwNot) && (b = factor());
      })) {
    raise_range(word, b->last, "'not' after an operator must be parenthesized");
  }
}

Diagnoser::N Diagnoser::factor() {
  return remember(Rule::Factor, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return one_of({Plus, Minus, Tilde}) && factor(); })) return make(Kind::Operation, first);
    return stop_ ? nullptr : power();
  });
}

Diagnoser::N Diagnoser::power() {
  size_t first = at_;
  if (alt([&] { return await_primary() && tok(DoubleStar) && factor(); })) return make(Kind::Operation, first);
  return stop_ ? nullptr : await_primary();
}

Diagnoser::N Diagnoser::await_primary() {
  return remember(Rule::AwaitPrimary, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return tok(KwAwait) && primary(); })) return make(Kind::Await, first);
    return stop_ ? nullptr : primary();
  });
}

// --- primaries --------------------------------------------------------------------------------------------------

Diagnoser::N Diagnoser::primary() {
  return remember(Rule::Primary, [&]() -> N {
    size_t first = at_;
    N node = atom();
    while (node != nullptr && step()) {
      if (alt([&] { return tok(Dot) && tok(Name); })) {
        node = make(Kind::Attribute, first);
      } else if (alt([&] { return generator(); }) ||
                 alt([&] { return tok(LeftParen) && optional([&] { return arguments(); }) && tok(RightParen); })) {
        node = make(Kind::Call, first);
      } else if (alt([&] { return tok(LeftBracket) && slices() && tok(RightBracket); })) {
        node = make(Kind::Subscript, first);
      } else {
        break;
      }
    }
    return node;
  });
}

Diagnoser::N Diagnoser::slices() {
  return remember(Rule::Slices, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return slice() && not_ahead([&] { return tok(Comma); }); })) return something(first);
    bool found = alt([&] {
      return separated([&] { return slice() || starred_expression(); }) && optional([&] { return tok(Comma); });
    });
    return found ? something(first) : nullptr;
  });
}

Diagnoser::N Diagnoser::slice() {
  size_t first = at_;
  auto bound = [&] { return optional([&] { return expression(); }); };
  if (alt([&] { return bound() && tok(Colon) && bound() && optional([&] { return tok(Colon) && bound(); }); })) {
    return something(first);
  }
  return stop_ ? nullptr : named_expression();
}

Diagnoser::N Diagnoser::atom() {
  return remember(Rule::Atom, [&] { return atom_search(); });
}

Diagnoser::N Diagnoser::atom_search() {
  size_t first = at_;
  if (tok(Name)) return make(Kind::Name, first);
  if (tok(KwTrue)) return make(Kind::True, first);
  if (tok(KwFalse)) return make(Kind::False, first);
  if (tok(KwNone)) return make(Kind::None, first);
  if (next_is(String) || next_is(FStringStart) || next_is(TStringStart)) {
    if (N node = strings()) return node;
  }
  if (tok(Number)) return make(Kind::Literal, first);
  using Search = N (Diagnoser::*)();
  auto any_of = [&](std::initializer_list<Search> searches) -> N {
    for (Search search : searches) {
      if (N node = stop_ ? nullptr : (this->*search)()) return node;
    }
    return nullptr;
  };
  if (next_is(LeftParen)) return any_of({&Diagnoser::tuple, &Diagnoser::group, &Diagnoser::generator});
  if (next_is(LeftBracket)) return any_of({&Diagnoser::list, &Diagnoser::list_comprehension});
  if (next_is(LeftBrace)) {
    return any_of({&Diagnoser::dict, &Diagnoser::set, &Diagnoser::dict_comprehension, &Diagnoser::set_comprehension});
  }
  if (tok(Ellipsis)) return make(Kind::Ellipsis, first);
  return nullptr;
}

}  // namespace hog
