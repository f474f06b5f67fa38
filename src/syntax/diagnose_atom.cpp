// diagnose_atom.cpp: strings, displays, comprehensions and call arguments, in the Diagnoser's search.
#include "syntax/diagnose_impl.hpp"
#include "syntax/string_decode.hpp"

namespace hog {

using enum TokenType;

// --- strings ----------------------------------------------------------------------------------------------------

Diagnoser::N Diagnoser::strings() {
  return remember(Rule::Strings, [&]() -> N {
    check(&Diagnoser::invalid_string_concatenation);
    size_t first = at_;
    bool formatted = false;
    bool bytes = false;
    bool text = false;
    if (some([&] {
          size_t token = at_;
          N part = string_or_fstring();
          if (part == nullptr) return false;
          formatted |= part->kind == Kind::FString;
          bool is_bytes = part->kind == Kind::Literal && split_literal(tokens_[token].text()).bytes;
          (is_bytes ? bytes : text) = true;
          return true;
        })) {
      if (bytes && text) raise_last("cannot mix bytes and nonbytes literals");
      if (stop_) return nullptr;
      return make(formatted ? Kind::FString : Kind::Literal, first);
    }
    if (some([&] { return tstring(); })) return make(Kind::TString, first);
    return nullptr;
  });
}

void Diagnoser::invalid_string_concatenation() {
  constexpr const char* kMessage = "cannot mix t-string literals with string or bytes literals";
  N a = nullptr;
  N b = nullptr;
  if (alt([&] {
        return some([&] {
                 N part = string_or_fstring();
                 if (part != nullptr) a = part;
                 return part != nullptr;
               }) &&
               (b = tstring());
      })) {
    return raise_nodes(a, b, kMessage);
  }
  if (alt([&] {
        return some([&] {
                 N part = tstring();
                 if (part != nullptr) a = part;
                 return part != nullptr;
               }) &&
               (b = string_or_fstring());
      })) {
    raise_nodes(a, b, kMessage);
  }
}

Diagnoser::N Diagnoser::string_or_fstring() {
  size_t first = at_;
  if (N node = fstring()) return node;
  if (!tok(String)) return nullptr;
  DecodedString decoded = decode_literal(arena_, split_literal(tokens_[first].text()));
  if (decoded.error.empty()) return make(Kind::Literal, first);
  if (decoded.wrong_character) {
    raise_token(before(), decoded.error);
  } else {
    raise_last(decoded.error);
  }
  return nullptr;
}

// The text between fields is only decoded when the string has ended.
bool Diagnoser::texts_decode(size_t first) {
  for (char c : tokens_[first].text()) {
    if (c == 'r' || c == 'R') return true;
  }
  int depth = 0;
  for (size_t i = first; i < at_; ++i) {
    TokenType type = tokens_[i].type;
    if (type == FStringStart || type == TStringStart) ++depth;
    if (type == FStringEnd || type == TStringEnd) --depth;
    if (depth != 1 || (type != FStringMiddle && type != TStringMiddle)) continue;
    DecodedString decoded = decode_string_escapes(arena_, tokens_[i].text());
    if (decoded.error.empty()) continue;
    raise_last(decoded.error);
    return false;
  }
  return true;
}

Diagnoser::N Diagnoser::fstring() {
  size_t first = at_;
  bool found = alt([&] {
    return tok(FStringStart) && any_number([&] { return field(false) || tok(FStringMiddle); }) && tok(FStringEnd) &&
           texts_decode(first);
  });
  return found ? make(Kind::FString, first) : nullptr;
}

Diagnoser::N Diagnoser::tstring() {
  return remember(Rule::TString, [&]() -> N {
    size_t first = at_;
    bool found = alt([&] {
      return tok(TStringStart) && any_number([&] { return field(true) || tok(TStringMiddle); }) && tok(TStringEnd) &&
             texts_decode(first);
    });
    return found ? make(Kind::TString, first) : nullptr;
  });
}

bool Diagnoser::format_spec(bool is_template) {
  return tok(Colon) &&
         any_number([&] { return tok(is_template ? TStringMiddle : FStringMiddle) || field(is_template); });
}

bool Diagnoser::field(bool is_template) {
  if (alt([&] {
        return tok(LeftBrace) && annotated_right_side() && optional([&] { return tok(Equal); }) &&
               optional([&] { return tok(Exclamation) && tok(Name); }) &&
               optional([&] { return format_spec(is_template); }) && tok(RightBrace);
      })) {
    return true;
  }
  if (invalid_ && !stop_) {
    size_t start = at_;
    invalid_field(is_template);
    at_ = start;
  }
  return false;
}

void Diagnoser::invalid_field(bool is_template) {
  std::string_view kind = is_template ? "t-string: " : "f-string: ";
  if (!tok(LeftBrace)) return;
  size_t inside = at_;
  for (auto [type, spelling] :
       {std::pair{Equal, "="}, std::pair{Exclamation, "!"}, std::pair{Colon, ":"}, std::pair{RightBrace, "}"}}) {
    if (tok(type)) {
      return raise_token(before(), text({kind, "valid expression required before '", spelling, "'"}));
    }
  }
  if (!annotated_right_side()) {
    at_ = inside;
    return raise_next(text({kind, "expecting a valid expression after '{'"}));
  }
  auto follows = [&](std::initializer_list<TokenType> types) { return ahead([&] { return one_of(types); }); };
  if (!follows({Equal, Exclamation, Colon, RightBrace})) {
    return raise_next(text({kind, "expecting '=', or '!', or ':', or '}'"}));
  }
  if (tok(Equal) && !follows({Exclamation, Colon, RightBrace})) {
    return raise_next(text({kind, "expecting '!', or ':', or '}'"}));
  }
  invalid_conversion(kind);
  optional([&] { return tok(Exclamation) && tok(Name); });
  if (stop_) return;
  if (!follows({Colon, RightBrace})) return raise_next(text({kind, "expecting ':' or '}'"}));
  size_t spec = at_;
  // The format specification of a t-string is looked for with the tokens of an f-string, in CPython too.
  if (format_spec(false)) {
    if (!follows({RightBrace})) return raise_next(text({kind, "expecting '}', or format specs"}));
  }
  at_ = spec;
  if (!follows({RightBrace})) raise_next(text({kind, "expecting '}'"}));
}

void Diagnoser::invalid_conversion(std::string_view kind) {
  size_t mark = at_;
  if (tok(Exclamation)) {
    if (ahead([&] { return one_of({Colon, RightBrace}); })) {
      return raise_next(text({kind, "missing conversion character"}));
    }
    if (not_ahead([&] { return tok(Name); })) return raise_next(text({kind, "invalid conversion character"}));
  }
  at_ = mark;
}

// --- displays ---------------------------------------------------------------------------------------------------

Diagnoser::N Diagnoser::group() {
  N inner = nullptr;
  bool found = alt([&] {
    if (!tok(LeftParen)) return false;
    inner = yield_expression();
    if (inner == nullptr && !stop_) inner = named_expression();
    return inner != nullptr && tok(RightParen);
  });
  if (found) return inner;
  check(&Diagnoser::invalid_group);
  return nullptr;
}

void Diagnoser::invalid_group() {
  N a = nullptr;
  int32_t stars = here() + 1;
  if (alt([&] { return tok(LeftParen) && (a = starred_expression()) && tok(RightParen); })) {
    return raise_node(a, "cannot use starred expression here");
  }
  if (alt([&] { return tok(LeftParen) && tok(DoubleStar) && expression() && tok(RightParen); })) {
    raise_token(stars, "cannot use double starred expression here");
  }
}

Diagnoser::N Diagnoser::tuple() {
  size_t first = at_;
  ArenaVector<N> items(arena_);
  bool found = alt([&] {
    return tok(LeftParen) && optional([&] {
             N one = star_named_expression();
             if (one == nullptr || !tok(Comma)) return false;
             items.push_back(one);
             return optional([&] { return star_named_expressions(&items); });
           }) &&
           tok(RightParen);
  });
  return found ? make(Kind::Tuple, first, items) : nullptr;
}

Diagnoser::N Diagnoser::list() {
  size_t first = at_;
  ArenaVector<N> items(arena_);
  bool found = alt([&] {
    return tok(LeftBracket) && optional([&] { return star_named_expressions(&items); }) && tok(RightBracket);
  });
  return found ? make(Kind::List, first, items) : nullptr;
}

Diagnoser::N Diagnoser::set() {
  size_t first = at_;
  bool found = alt([&] { return tok(LeftBrace) && star_named_expressions() && tok(RightBrace); });
  return found ? make(Kind::Set, first) : nullptr;
}

Diagnoser::N Diagnoser::dict() {
  size_t first = at_;
  auto pairs = [&] { return separated([&] { return double_starred_pair(); }) && optional([&] { return tok(Comma); }); };
  if (alt([&] { return tok(LeftBrace) && optional(pairs) && tok(RightBrace); })) return make(Kind::Dict, first);
  // This invalid rule stands between braces, which makes CPython try it in the first pass too.
  size_t start = at_;
  if (tok(LeftBrace)) invalid_double_starred_pairs();
  at_ = start;
  return nullptr;
}

bool Diagnoser::double_starred_pair() {
  return alt([&] { return tok(DoubleStar) && bitwise_or(); }) || pair();
}

bool Diagnoser::pair() {
  return alt([&] { return expression() && tok(Colon) && expression(); });
}

void Diagnoser::invalid_double_starred_pairs() {
  alt([&] {
    if (!separated([&] { return double_starred_pair(); }) || !tok(Comma)) return false;
    invalid_pair();
    return false;
  });
  int32_t star = 0;
  N value = nullptr;
  if (alt([&] {
        if (!expression() || !tok(Colon)) return false;
        star = here();
        return tok(Star) && (value = bitwise_or());
      })) {
    return raise_from(star, "cannot use a starred expression in a dictionary value");
  }
  if (alt([&] { return expression() && tok(Colon) && ahead([&] { return one_of({RightBrace, Comma}); }); })) {
    raise_token(before(), "expression expected after dictionary key and ':'");
  }
}

void Diagnoser::invalid_pair() {
  N a = nullptr;
  if (alt([&] { return (a = expression()) && not_ahead([&] { return tok(Colon); }); })) {
    const Token& from = tokens_[static_cast<size_t>(a->first)];
    const Token& to = tokens_[static_cast<size_t>(a->last)];
    return raise(ParseErrorKind::Syntax, "':' expected after dictionary key", from.line, to.end_col, to.end_line, 0);
  }
  int32_t star = 0;
  if (alt([&] {
        if (!expression() || !tok(Colon)) return false;
        star = here();
        return tok(Star) && bitwise_or();
      })) {
    return raise_from(star, "cannot use a starred expression in a dictionary value");
  }
  if (alt([&] { return expression() && tok(Colon) && ahead([&] { return one_of({RightBrace, Comma}); }); })) {
    raise_token(before(), "expression expected after dictionary key and ':'");
  }
}

// --- comprehensions -----------------------------------------------------------------------------------------------

Diagnoser::N Diagnoser::for_if_clauses() {
  return remember(Rule::ForIf, [&]() -> N {
    size_t first = at_;
    ArenaVector<N> clauses(arena_);
    bool found = some([&] {
      N clause = for_if_clause();
      if (clause != nullptr) clauses.push_back(clause);
      return clause != nullptr;
    });
    return found ? make(Kind::Comprehension, first, clauses) : nullptr;
  });
}

Diagnoser::N Diagnoser::for_if_clause() {
  size_t first = at_;
  bool committed = false;
  bool found = alt([&] {
    if (!optional([&] { return tok(KwAsync); }) || !tok(KwFor) || !star_targets() || !tok(KwIn)) return false;
    committed = true;
    return disjunction() && any_number([&] { return tok(KwIf) && disjunction(); });
  });
  if (found) return make(Kind::Comprehension, first);
  if (committed) return nullptr;
  check(&Diagnoser::invalid_for_if_clause);
  check(&Diagnoser::invalid_for_target);
  return nullptr;
}

void Diagnoser::invalid_for_if_clause() {
  if (alt([&] {
        return optional([&] { return tok(KwAsync); }) && tok(KwFor) && separated([&] { return bitwise_or(); }) &&
               optional([&] { return tok(Comma); }) && not_ahead([&] { return tok(KwIn); });
      })) {
    raise_last("'in' expected after for-loop variables");
  }
}

Diagnoser::N Diagnoser::list_comprehension() {
  size_t first = at_;
  if (alt([&] { return tok(LeftBracket) && named_expression() && for_if_clauses() && tok(RightBracket); })) {
    return make(Kind::ListComp, first);
  }
  check(&Diagnoser::invalid_comprehension);
  return nullptr;
}

Diagnoser::N Diagnoser::set_comprehension() {
  size_t first = at_;
  if (alt([&] { return tok(LeftBrace) && named_expression() && for_if_clauses() && tok(RightBrace); })) {
    return make(Kind::SetComp, first);
  }
  check(&Diagnoser::invalid_comprehension);
  return nullptr;
}

Diagnoser::N Diagnoser::generator() {
  size_t first = at_;
  if (alt([&] { return tok(LeftParen) && positional() && for_if_clauses() && tok(RightParen); })) {
    return make(Kind::Generator, first);
  }
  check(&Diagnoser::invalid_comprehension);
  return nullptr;
}

Diagnoser::N Diagnoser::dict_comprehension() {
  size_t first = at_;
  if (alt([&] { return tok(LeftBrace) && pair() && for_if_clauses() && tok(RightBrace); })) {
    return make(Kind::DictComp, first);
  }
  check(&Diagnoser::invalid_dict_comprehension);
  return nullptr;
}

void Diagnoser::invalid_dict_comprehension() {
  int32_t stars = here() + 1;
  if (alt([&] { return tok(LeftBrace) && tok(DoubleStar) && bitwise_or() && for_if_clauses() && tok(RightBrace); })) {
    raise_token(stars, "dict unpacking cannot be used in dict comprehension");
  }
}

void Diagnoser::invalid_comprehension() {
  constexpr const char* kTarget = "did you forget parentheses around the comprehension target?";
  N a = nullptr;
  if (alt([&] {
        return one_of({LeftBracket, LeftParen, LeftBrace}) && (a = starred_expression()) && for_if_clauses();
      })) {
    return raise_node(a, "iterable unpacking cannot be used in comprehension");
  }
  ArenaVector<N> rest(arena_);
  if (alt([&] {
        return one_of({LeftBracket, LeftBrace}) && (a = star_named_expression()) && tok(Comma) &&
               star_named_expressions(&rest) && for_if_clauses();
      })) {
    return raise_nodes(a, rest.back(), kTarget);
  }
  int32_t comma = 0;
  if (alt([&] {
        if (!one_of({LeftBracket, LeftBrace}) || (a = star_named_expression()) == nullptr) return false;
        comma = here();
        return tok(Comma) && for_if_clauses();
      })) {
    raise_range(a->first, comma, kTarget);
  }
}

// --- arguments ----------------------------------------------------------------------------------------------------

Diagnoser::N Diagnoser::starred_expression() {
  check(&Diagnoser::invalid_starred_unpacking);
  size_t first = at_;
  N inner = nullptr;
  if (alt([&] { return tok(Star) && (inner = expression()); })) {
    ArenaVector<N> items(arena_);
    items.push_back(inner);
    return make(Kind::Starred, first, items);
  }
  check(&Diagnoser::invalid_starred_expression);
  return nullptr;
}

void Diagnoser::invalid_starred_unpacking() {
  int32_t star = here();
  N b = nullptr;
  if (alt([&] { return tok(Star) && expression() && tok(Equal) && (b = expression()); })) {
    raise_range(star, b->last, "cannot assign to iterable argument unpacking");
  }
}

void Diagnoser::invalid_starred_expression() {
  if (tok(Star)) raise_last("Invalid star expression");
}

// An argument that is neither starred nor a keyword; also what a generator expression yields.
Diagnoser::N Diagnoser::positional() {
  if (N node = assignment_expression()) return node;
  N node = nullptr;
  bool found = alt([&] { return (node = expression()) && not_ahead([&] { return tok(ColonEqual); }); });
  return found ? node : nullptr;
}

Diagnoser::N Diagnoser::arguments() {
  return remember(Rule::Arguments, [&]() -> N {
    N node = nullptr;
    if (alt([&] {
          return (node = args()) && optional([&] { return tok(Comma); }) && ahead([&] { return tok(RightParen); });
        })) {
      return node;
    }
    check(&Diagnoser::invalid_arguments);
    return nullptr;
  });
}

Diagnoser::N Diagnoser::args() {
  return remember(Rule::Args, [&]() -> N {
    size_t first = at_;
    ArenaVector<N> items(arena_);
    auto one = [&] {
      N node = starred_expression();
      if (node == nullptr && !stop_) {
        bool found = alt([&] { return (node = positional()) && not_ahead([&] { return tok(Equal); }); });
        if (!found) node = nullptr;
      }
      if (node != nullptr) items.push_back(node);
      return node != nullptr;
    };
    if (alt([&] { return separated(one) && optional([&] { return tok(Comma) && kwargs(&items); }); })) {
      return make(Kind::Arguments, first, items);
    }
    items.clear();
    if (alt([&] { return kwargs(&items); })) return make(Kind::Arguments, first, items);
    return nullptr;
  });
}

bool Diagnoser::kwargs(ArenaVector<N>* out) {
  size_t kept = out->size();
  auto each = [&](bool double_star) {
    return separated([&] {
      N node = kwarg_or_starred(double_star);
      if (node != nullptr) out->push_back(node);
      return node != nullptr;
    });
  };
  if (alt([&] { return each(false) && tok(Comma) && each(true); })) return true;
  out->resize_down(kept);
  if (alt([&] { return each(false); })) return true;
  out->resize_down(kept);
  return alt([&] { return each(true); });
}

Diagnoser::N Diagnoser::kwarg_or_starred(bool double_star) {
  check(&Diagnoser::invalid_kwarg);
  size_t first = at_;
  if (alt([&] { return tok(Name) && tok(Equal) && expression(); })) return make(Kind::Keyword, first);
  if (!double_star) return stop_ ? nullptr : starred_expression();
  return alt([&] { return tok(DoubleStar) && expression(); }) ? make(Kind::Unpacking, first) : nullptr;
}

void Diagnoser::invalid_kwarg() {
  int32_t first = here();
  if (alt([&] { return one_of({KwTrue, KwFalse, KwNone}) && tok(Equal); })) {
    return raise_range(first, before(), text({"cannot assign to ", tokens_[static_cast<size_t>(first)].text()}));
  }
  if (alt([&] { return tok(Name) && tok(Equal) && expression() && for_if_clauses(); })) {
    return raise_range(first, first + 1, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
  }
  N a = nullptr;
  if (alt([&] { return not_ahead([&] { return tok(Name) && tok(Equal); }) && (a = expression()) && tok(Equal); })) {
    return raise_range(a->first, before(), "expression cannot contain assignment, perhaps you meant \"==\"?");
  }
  N b = nullptr;
  if (alt([&] { return tok(DoubleStar) && expression() && tok(Equal) && (b = expression()); })) {
    raise_range(first, b->last, "cannot assign to keyword argument unpacking");
  }
}

void Diagnoser::invalid_arguments() {
  constexpr const char* kGenerator = "Generator expression must be parenthesized";
  N a = nullptr;
  N b = nullptr;
  int32_t comma = 0;
  ArenaVector<N> ignored(arena_);
  auto plain_arguments = [&] {
    return separated([&] {
      return starred_expression() || alt([&] { return positional() && not_ahead([&] { return tok(Equal); }); });
    });
  };
  if (alt([&] {
        if (!alt([&] { return plain_arguments() && tok(Comma) && kwargs(&ignored); }) &&
            !alt([&] { return kwargs(&ignored); })) {
          return false;
        }
        comma = here();
        return tok(Comma) && separated([&] { return starred_expression() && not_ahead([&] { return tok(Equal); }); });
      })) {
    return raise_from(comma, "iterable argument unpacking follows keyword argument unpacking");
  }
  auto last_of = [&](N clauses) { return clauses->items.back()->last; };
  if (alt([&] {
        return (a = expression()) && (b = for_if_clauses()) && tok(Comma) &&
               optional([&] { return args() || alt([&] { return expression() && for_if_clauses(); }); });
      })) {
    return raise_range(a->first, last_of(b), kGenerator);
  }
  int32_t first = here();
  if (alt([&] { return tok(Name) && tok(Equal) && expression() && for_if_clauses(); })) {
    return raise_range(first, first + 1, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
  }
  if (alt([&] {
        return optional([&] { return args() && tok(Comma); }) && tok(Name) && tok(Equal) &&
               ahead([&] { return one_of({Comma, RightParen}); });
      })) {
    return raise_range(before() - 1, before(), "expected argument value expression");
  }
  if (alt([&] { return (a = args()) && (b = for_if_clauses()); })) {
    // One argument and a comprehension are a generator expression; with more, the last one is its element.
    N element = nullptr;
    size_t count = 0;
    for (N item : a->items) {
      if (item->kind == Kind::Keyword || item->kind == Kind::Unpacking) continue;
      ++count;
      element = item;
    }
    if (count > 1) raise_range(element->first, last_of(b), kGenerator);
    return;
  }
  if (alt([&] { return args() && tok(Comma) && (a = expression()) && (b = for_if_clauses()); })) {
    return raise_range(a->first, last_of(b), kGenerator);
  }
  if (alt([&] { return (a = args()) && tok(Comma) && args(); })) {
    bool unpacking = false;
    for (N item : a->items) unpacking |= item->kind == Kind::Unpacking;
    raise_last(unpacking ? "positional argument follows keyword argument unpacking"
                         : "positional argument follows keyword argument");
  }
}

}  // namespace hog
