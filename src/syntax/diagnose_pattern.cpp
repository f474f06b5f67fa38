// diagnose_pattern.cpp: match statements and patterns, in the Diagnoser's search.
#include "syntax/diagnose_impl.hpp"

namespace hog {

using enum TokenType;

bool Diagnoser::match_statement() {
  if (alt([&] {
        return soft("match") && subject() && tok(Colon) && tok(Newline) && tok(Indent) &&
               some([&] { return case_block(); }) && tok(Dedent);
      })) {
    return true;
  }
  check(&Diagnoser::invalid_match);
  return false;
}

void Diagnoser::invalid_match() {
  int32_t word = here();
  if (alt([&] { return soft("match") && subject() && tok(Newline); })) return raise_last("expected ':'");
  if (alt([&] { return soft("match") && subject() && tok(Colon) && indent_missing(); })) {
    raise_block("'match' statement", word);
  }
}

bool Diagnoser::subject() {
  return alt([&] {
           return star_named_expression() && tok(Comma) && optional([&] { return star_named_expressions(); });
         }) ||
         (!stop_ && named_expression());
}

bool Diagnoser::guard() { return tok(KwIf) && named_expression(); }

bool Diagnoser::case_block() {
  check(&Diagnoser::invalid_case);
  return alt([&] { return soft("case") && patterns() && optional([&] { return guard(); }) && tok(Colon) && block(); });
}

void Diagnoser::invalid_case() {
  int32_t word = here();
  auto head = [&] { return soft("case") && patterns() && optional([&] { return guard(); }); };
  if (alt([&] { return head() && tok(Newline); })) return raise_last("expected ':'");
  if (alt([&] { return head() && tok(Colon) && indent_missing(); })) raise_block("'case' statement", word);
}

bool Diagnoser::patterns() {
  return alt([&] { return open_sequence(); }) || (!stop_ && pattern());
}

Diagnoser::N Diagnoser::pattern() {
  return remember(Rule::Pattern, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return or_pattern() && tok(KwAs) && capture_target(); })) return something(first);
    check(&Diagnoser::invalid_as_pattern);
    return stop_ ? nullptr : or_pattern();
  });
}

void Diagnoser::invalid_as_pattern() {
  if (alt([&] { return or_pattern() && tok(KwAs) && soft("_"); })) {
    return raise_token(before(), "cannot use '_' as a target");
  }
  N a = nullptr;
  if (alt([&] { return or_pattern() && tok(KwAs) && (a = expression()); })) {
    raise_node(a, text({"cannot use ", name_of(a), " as pattern target"}));
  }
}

Diagnoser::N Diagnoser::or_pattern() {
  return remember(Rule::OrPattern, [&]() -> N {
    size_t first = at_;
    bool found = alt([&] { return closed_pattern() && any_number([&] { return tok(Bar) && closed_pattern(); }); });
    return found ? something(first) : nullptr;
  });
}

Diagnoser::N Diagnoser::closed_pattern() {
  return remember(Rule::ClosedPattern, [&]() -> N {
    size_t first = at_;
    auto sequence = [&] {
      return alt([&] { return tok(LeftBracket) && optional([&] { return maybe_sequence(); }) && tok(RightBracket); }) ||
             alt([&] { return tok(LeftParen) && optional([&] { return open_sequence(); }) && tok(RightParen); });
    };
    if (literal_pattern() || alt([&] { return capture_target(); }) || (!stop_ && soft("_")) ||
        alt([&] { return name_or_attribute(true) && not_ahead([&] { return one_of({Dot, LeftParen, Equal}); }); }) ||
        alt([&] { return tok(LeftParen) && pattern() && tok(RightParen); }) || sequence() ||
        (!stop_ && mapping_pattern()) || (!stop_ && class_pattern())) {
      return something(first);
    }
    return nullptr;
  });
}

// --- literals ---------------------------------------------------------------------------------------------------

bool Diagnoser::signed_number() {
  return alt([&] { return tok(Number); }) || alt([&] { return tok(Minus) && tok(Number); });
}

bool Diagnoser::complex_number() {
  return alt([&] { return signed_number() && one_of({Plus, Minus}) && tok(Number); });
}

bool Diagnoser::literal_pattern() {
  return alt([&] { return signed_number() && not_ahead([&] { return one_of({Plus, Minus}); }); }) || complex_number() ||
         (!stop_ && strings()) || one_of({KwNone, KwTrue, KwFalse});
}

bool Diagnoser::literal_expression() { return literal_pattern(); }

bool Diagnoser::capture_target() {
  return not_ahead([&] { return soft("_"); }) && tok(Name) &&
         not_ahead([&] { return one_of({Dot, LeftParen, Equal}); });
}

Diagnoser::N Diagnoser::name_or_attribute(bool attribute_only) {
  N found = remember(Rule::NameOrAttr, [&]() -> N {
    size_t first = at_;
    if (!tok(Name)) return nullptr;
    Kind kind = Kind::Name;
    while (step() && alt([&] { return tok(Dot) && tok(Name); })) kind = Kind::Attribute;
    return make(kind, first);
  });
  if (found != nullptr && attribute_only && found->kind != Kind::Attribute) return nullptr;
  return found;
}

// --- sequences, mappings, classes -----------------------------------------------------------------------------------

bool Diagnoser::open_sequence() {
  return maybe_star_pattern() && tok(Comma) && optional([&] { return maybe_sequence(); });
}

bool Diagnoser::maybe_sequence() {
  return separated([&] { return maybe_star_pattern(); }) && optional([&] { return tok(Comma); });
}

Diagnoser::N Diagnoser::maybe_star_pattern() {
  if (N node = star_pattern()) return node;
  return stop_ ? nullptr : pattern();
}

Diagnoser::N Diagnoser::star_pattern() {
  return remember(Rule::StarPattern, [&]() -> N {
    size_t first = at_;
    bool found = alt([&] { return tok(Star) && capture_target(); }) || alt([&] { return tok(Star) && soft("_"); });
    return found ? something(first) : nullptr;
  });
}

bool Diagnoser::key_value_pattern() {
  return alt([&] {
    bool key = literal_expression() || (!stop_ && alt([&] { return name_or_attribute(true); }));
    return key && tok(Colon) && pattern();
  });
}

bool Diagnoser::mapping_pattern() {
  auto items = [&] { return separated([&] { return key_value_pattern(); }); };
  auto rest = [&] { return tok(DoubleStar) && capture_target(); };
  auto comma = [&] { return optional([&] { return tok(Comma); }); };
  return alt([&] { return tok(LeftBrace) && tok(RightBrace); }) ||
         alt([&] { return tok(LeftBrace) && rest() && comma() && tok(RightBrace); }) ||
         alt([&] { return tok(LeftBrace) && items() && tok(Comma) && rest() && comma() && tok(RightBrace); }) ||
         alt([&] { return tok(LeftBrace) && items() && comma() && tok(RightBrace); });
}

bool Diagnoser::keyword_patterns() {
  return separated([&] { return tok(Name) && tok(Equal) && pattern(); });
}

bool Diagnoser::positional_patterns(ArenaVector<N>* out) {
  return separated([&] {
    N one = pattern();
    if (one != nullptr && out != nullptr) out->push_back(one);
    return one != nullptr;
  });
}

bool Diagnoser::class_pattern() {
  auto open = [&] { return name_or_attribute(false) && tok(LeftParen); };
  auto close = [&] { return optional([&] { return tok(Comma); }) && tok(RightParen); };
  if (alt([&] { return open() && tok(RightParen); }) ||
      alt([&] { return open() && positional_patterns(nullptr) && close(); }) ||
      alt([&] { return open() && keyword_patterns() && close(); }) ||
      alt([&] { return open() && positional_patterns(nullptr) && tok(Comma) && keyword_patterns() && close(); })) {
    return true;
  }
  check(&Diagnoser::invalid_class_pattern);
  return false;
}

void Diagnoser::invalid_class_pattern() {
  ArenaVector<N> late(arena_);
  if (alt([&] {
        return name_or_attribute(false) && tok(LeftParen) &&
               optional([&] { return positional_patterns(nullptr) && tok(Comma); }) && keyword_patterns() &&
               tok(Comma) && positional_patterns(&late);
      })) {
    raise_nodes(late[0], late.back(), "positional patterns follow keyword patterns");
  }
}

}  // namespace hog
