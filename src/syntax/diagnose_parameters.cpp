// diagnose_parameters.cpp: parameters of functions and lambdas, in the Diagnoser's search. The two differ in annotations,
// type comments and the token that ends them.
#include "syntax/diagnose_impl.hpp"

namespace hog {

using enum TokenType;

Diagnoser::N Diagnoser::params(bool lambda) {
  return remember(lambda ? Rule::LambdaParameters : Rule::Params, [&]() -> N {
    check(lambda ? &Diagnoser::invalid_lambda_parameters : &Diagnoser::invalid_parameters);
    return stop_ ? nullptr : parameters(lambda);
  });
}

bool Diagnoser::ends_params(bool lambda) {
  return ahead([&] { return tok(lambda ? Colon : RightParen); });
}

bool Diagnoser::bare_param(bool lambda, bool star_annotation) {
  if (lambda) return tok(Name);
  if (star_annotation) return tok(Name) && tok(Colon) && star_expression();
  return tok(Name) && optional([&] { return tok(Colon) && expression(); });
}

// One parameter with the comma behind it; the last one needs none.
bool Diagnoser::param(bool lambda, Default has) {
  auto head = [&] {
    if (!bare_param(lambda, has == Default::NoStarAnnotation)) return false;
    if (has == Default::Yes) return default_value();
    if (has == Default::Maybe) return optional([&] { return default_value(); });
    return true;
  };
  auto comment = [&] { return lambda || optional([&] { return tok(TypeComment); }); };
  return alt([&] { return head() && tok(Comma) && comment(); }) ||
         alt([&] { return head() && comment() && ends_params(lambda); });
}

bool Diagnoser::default_value() {
  if (alt([&] { return tok(Equal) && expression(); })) return true;
  check(&Diagnoser::invalid_default);
  return false;
}

void Diagnoser::invalid_default() {
  if (alt([&] { return tok(Equal) && ahead([&] { return one_of({RightParen, Comma}); }); })) {
    raise_token(before(), "expected default value expression");
  }
}

bool Diagnoser::slash_no_default(bool lambda) {
  auto head = [&] { return some([&] { return param(lambda, Default::No); }) && tok(Slash); };
  return alt([&] { return head() && tok(Comma); }) || alt([&] { return head() && ends_params(lambda); });
}

bool Diagnoser::slash_with_default(bool lambda) {
  auto head = [&] {
    return any_number([&] { return param(lambda, Default::No); }) &&
           some([&] { return param(lambda, Default::Yes); }) && tok(Slash);
  };
  return alt([&] { return head() && tok(Comma); }) || alt([&] { return head() && ends_params(lambda); });
}

Diagnoser::N Diagnoser::parameters(bool lambda) {
  size_t first = at_;
  auto no_default = [&] { return param(lambda, Default::No); };
  auto with_default = [&] { return param(lambda, Default::Yes); };
  auto rest = [&] { return optional([&] { return star_etc(lambda); }); };
  if (alt([&] { return slash_no_default(lambda) && any_number(no_default) && any_number(with_default) && rest(); }) ||
      alt([&] { return slash_with_default(lambda) && any_number(with_default) && rest(); }) ||
      alt([&] { return some(no_default) && any_number(with_default) && rest(); }) ||
      alt([&] { return some(with_default) && rest(); }) || alt([&] { return star_etc(lambda); })) {
    return something(first);
  }
  return nullptr;
}

bool Diagnoser::star_etc(bool lambda) {
  check(lambda ? &Diagnoser::invalid_lambda_star_etc : &Diagnoser::invalid_star_etc);
  auto maybe_defaults = [&] { return any_number([&] { return param(lambda, Default::Maybe); }); };
  auto rest = [&] { return optional([&] { return kwds(lambda); }); };
  if (alt([&] { return tok(Star) && param(lambda, Default::No) && maybe_defaults() && rest(); })) return true;
  if (!lambda &&
      alt([&] { return tok(Star) && param(false, Default::NoStarAnnotation) && maybe_defaults() && rest(); })) {
    return true;
  }
  if (alt([&] { return tok(Star) && tok(Comma) && some([&] { return param(lambda, Default::Maybe); }) && rest(); })) {
    return true;
  }
  return !stop_ && kwds(lambda);
}

bool Diagnoser::kwds(bool lambda) {
  check(lambda ? &Diagnoser::invalid_lambda_kwds : &Diagnoser::invalid_kwds);
  return alt([&] { return tok(DoubleStar) && param(lambda, Default::No); });
}

// --- what is wrong ----------------------------------------------------------------------------------------------

void Diagnoser::invalid_parameters_of(bool lambda) {
  auto no_default = [&] { return param(lambda, Default::No); };
  auto maybe_default = [&] { return param(lambda, Default::Maybe); };
  auto slash = [&] { return slash_no_default(lambda) || (!stop_ && slash_with_default(lambda)); };
  int32_t place = here();
  // Matches `type` and notes where it is.
  auto noted = [&](TokenType type) {
    place = here();
    return tok(type);
  };
  if (alt([&] { return tok(Slash) && tok(Comma); })) {
    return raise_token(place, "at least one argument must precede /");
  }
  if (alt([&] { return slash() && any_number(maybe_default) && noted(Slash); })) {
    return raise_token(place, "/ may appear only once");
  }
  size_t last = 0;
  if (alt([&] {
        if (!optional([&] { return slash_no_default(lambda); }) || !any_number(no_default)) return false;
        if (!slash_with_default(lambda) && !some([&] { return param(lambda, Default::Yes); })) return false;
        place = here();
        if (!no_default()) return false;
        last = at_;
        return true;
      })) {
    // The parameter without the comma or type comment that was taken with it.
    size_t before_param = static_cast<size_t>(place);
    at_ = before_param;
    bare_param(lambda, false);
    return raise_range(place, before(), "parameter without a default follows parameter with a default");
  }
  if (alt([&] {
        if (!any_number(no_default) || !noted(LeftParen)) return false;
        bool inner = lambda ? separated([&] { return bare_param(true, false); }) : some(no_default);
        return inner && optional([&] { return tok(Comma); }) && tok(RightParen);
      })) {
    return raise_range(place, before(),
                       lambda ? "Lambda expression parameters cannot be parenthesized"
                              : "Function parameters cannot be parenthesized");
  }
  if (alt([&] {
        return optional(slash) && any_number(maybe_default) && tok(Star) && (tok(Comma) || no_default()) &&
               any_number(maybe_default) && noted(Slash);
      })) {
    return raise_token(place, "/ must be ahead of *");
  }
  if (alt([&] { return some(maybe_default) && tok(Slash) && noted(Star); })) {
    raise_token(place, "expected comma between / and *");
  }
}

void Diagnoser::invalid_star_etc_of(bool lambda) {
  TokenType closing = lambda ? Colon : RightParen;
  int32_t star = here();
  if (alt([&] { return tok(Star) && (tok(closing) || (tok(Comma) && (tok(closing) || tok(DoubleStar)))); })) {
    constexpr const char* kMessage = "named arguments must follow bare *";
    return lambda ? raise_last(kMessage) : raise_token(star, kMessage);
  }
  if (!lambda && alt([&] { return tok(Star) && tok(Comma) && tok(TypeComment); })) {
    return raise_last("bare * has associated type comment");
  }
  if (alt([&] { return tok(Star) && bare_param(lambda, false) && tok(Equal); })) {
    return raise_token(before(), "var-positional argument cannot have default value");
  }
  auto name_or_comma = [&] { return param(lambda, Default::No) || (!stop_ && tok(Comma)); };
  if (alt([&] {
        if (!tok(Star) || !name_or_comma() || !any_number([&] { return param(lambda, Default::Maybe); })) return false;
        star = here();
        return tok(Star) && name_or_comma();
      })) {
    raise_token(star, "* argument may appear only once");
  }
}

void Diagnoser::invalid_kwds_of(bool lambda) {
  if (alt([&] { return tok(DoubleStar) && bare_param(lambda, false) && tok(Equal); })) {
    return raise_token(before(), "var-keyword argument cannot have default value");
  }
  int32_t place = 0;
  auto head = [&] {
    if (!tok(DoubleStar) || !bare_param(lambda, false) || !tok(Comma)) return false;
    place = here();
    return true;
  };
  constexpr const char* kMessage = "arguments cannot follow var-keyword argument";
  if (alt([&] { return head() && bare_param(lambda, false); })) return raise_range(place, before(), kMessage);
  if (alt([&] { return head() && one_of({Star, DoubleStar, Slash}); })) raise_token(place, kMessage);
}

}  // namespace hog
