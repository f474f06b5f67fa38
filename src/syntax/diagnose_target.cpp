// diagnose_target.cpp: targets of assignments, loops and del, in the Diagnoser's search.
#include "syntax/diagnose_impl.hpp"

namespace hog {

using enum TokenType;

Diagnoser::N Diagnoser::star_targets() {
  size_t first = at_;
  N one = nullptr;
  if (alt([&] { return (one = star_target()) && not_ahead([&] { return tok(Comma); }); })) return one;
  if (alt([&] { return separated([&] { return star_target(); }) && optional([&] { return tok(Comma); }); })) {
    return make(Kind::Tuple, first);
  }
  return nullptr;
}

Diagnoser::N Diagnoser::star_target() {
  return remember(Rule::StarTarget, [&]() -> N {
    size_t first = at_;
    if (alt([&] { return tok(Star) && not_ahead([&] { return tok(Star); }) && star_target(); })) {
      return make(Kind::Starred, first);
    }
    return stop_ ? nullptr : target_with_star_atom();
  });
}

Diagnoser::N Diagnoser::target_with_star_atom() {
  return remember(Rule::TargetWithStarAtom, [&]() -> N {
    if (N node = single_subscript_attribute_target()) return node;
    return stop_ ? nullptr : star_atom();
  });
}

Diagnoser::N Diagnoser::star_atom() {
  size_t first = at_;
  if (tok(Name)) return make(Kind::Name, first);
  if (alt([&] { return tok(LeftParen) && target_with_star_atom() && tok(RightParen); })) return something(first);
  auto targets = [&] { return separated([&] { return star_target(); }) && optional([&] { return tok(Comma); }); };
  auto tuple_targets = [&] {
    return alt([&] {
             return star_target() && some([&] { return tok(Comma) && star_target(); }) &&
                    optional([&] { return tok(Comma); });
           }) ||
           alt([&] { return star_target() && tok(Comma); });
  };
  if (alt([&] { return tok(LeftParen) && optional(tuple_targets) && tok(RightParen); }))
    return make(Kind::Tuple, first);
  if (alt([&] { return tok(LeftBracket) && optional(targets) && tok(RightBracket); })) return make(Kind::List, first);
  return nullptr;
}

Diagnoser::N Diagnoser::single_target() {
  size_t first = at_;
  if (N node = single_subscript_attribute_target()) return node;
  if (tok(Name)) return make(Kind::Name, first);
  N inner = nullptr;
  bool found = alt([&] { return tok(LeftParen) && (inner = single_target()) && tok(RightParen); });
  return found ? inner : nullptr;
}

bool Diagnoser::target_lookahead() {
  return ahead([&] { return one_of({LeftParen, LeftBracket, Dot}); });
}

Diagnoser::N Diagnoser::single_subscript_attribute_target() {
  size_t first = at_;
  if (alt([&] { return target_primary() && tok(Dot) && tok(Name) && !target_lookahead() && !stop_; })) {
    return make(Kind::Attribute, first);
  }
  if (alt([&] {
        return target_primary() && tok(LeftBracket) && slices() && tok(RightBracket) && !target_lookahead() && !stop_;
      })) {
    return make(Kind::Subscript, first);
  }
  return nullptr;
}

// A primary that something follows which makes it longer.
Diagnoser::N Diagnoser::target_primary() {
  return remember(Rule::TargetPrimary, [&]() -> N {
    size_t first = at_;
    if (!alt([&] { return atom() && target_lookahead(); })) return nullptr;
    N node = something(first);
    while (step()) {
      bool longer =
          alt([&] { return tok(Dot) && tok(Name) && target_lookahead(); }) ||
          alt([&] { return tok(LeftBracket) && slices() && tok(RightBracket) && target_lookahead(); }) ||
          alt([&] { return generator() && target_lookahead(); }) || alt([&] {
            return tok(LeftParen) && optional([&] { return arguments(); }) && tok(RightParen) && target_lookahead();
          });
      if (!longer) break;
      node = something(first);
    }
    return node;
  });
}

bool Diagnoser::del_targets() {
  return separated([&] { return del_target(); }) && optional([&] { return tok(Comma); });
}

Diagnoser::N Diagnoser::del_target() {
  return remember(Rule::DelTarget, [&]() -> N {
    size_t first = at_;
    if (N node = single_subscript_attribute_target()) return node;
    if (tok(Name)) return something(first);
    if (alt([&] { return tok(LeftParen) && del_target() && tok(RightParen); }) ||
        alt([&] { return tok(LeftParen) && optional([&] { return del_targets(); }) && tok(RightParen); }) ||
        alt([&] { return tok(LeftBracket) && optional([&] { return del_targets(); }) && tok(RightBracket); })) {
      return something(first);
    }
    return nullptr;
  });
}

}  // namespace hog
