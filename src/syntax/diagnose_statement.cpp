// diagnose_statement.cpp: simple statements, in the Diagnoser's search.
#include "syntax/diagnose_impl.hpp"

namespace hog {

using enum TokenType;

bool Diagnoser::statements() {
  return some([&] { return statement(); });
}

bool Diagnoser::statement() { return compound_statement() || (!stop_ && simple_statements()); }

bool Diagnoser::simple_statements() {
  if (alt([&] { return simple_statement() && not_ahead([&] { return tok(Semicolon); }) && tok(Newline); })) return true;
  return alt([&] {
    return simple_statement() && any_number([&] { return tok(Semicolon) && simple_statement(); }) &&
           optional([&] { return tok(Semicolon); }) && tok(Newline);
  });
}

Diagnoser::N Diagnoser::simple_statement() {
  return remember(Rule::SimpleStatement, [&]() -> N {
    size_t first = at_;
    auto search = [&] {
      if (assignment()) return true;
      if (stop_) return false;
      if (next_is(Name) && tokens_[at_].text() == "type" && type_alias()) return true;
      if (star_expressions()) return true;
      if (stop_ || !fill(at_)) return false;
      switch (tokens_[at_].type) {
        case KwReturn: return return_statement();
        case KwImport:
        case KwFrom: return import_statement();
        case KwRaise: return raise_statement();
        case KwPass:
        case KwBreak:
        case KwContinue: ++at_; return true;
        case KwDel: return delete_statement();
        case KwYield: return yield_expression() != nullptr;
        case KwAssert: return assert_statement();
        case KwGlobal:
        case KwNonlocal: return name_list();
        default: return false;
      }
    };
    return search() ? something(first) : nullptr;
  });
}

Diagnoser::N Diagnoser::annotated_right_side() {
  if (N node = yield_expression()) return node;
  return stop_ ? nullptr : star_expressions();
}

bool Diagnoser::augmented_operator() {
  return one_of({PlusEqual, MinusEqual, StarEqual, AtEqual, SlashEqual, PercentEqual, AmpersandEqual, BarEqual,
                 CaretEqual, LeftShiftEqual, RightShiftEqual, DoubleStarEqual, DoubleSlashEqual});
}

bool Diagnoser::assignment() {
  auto value = [&] { return optional([&] { return tok(Equal) && annotated_right_side(); }); };
  if (alt([&] { return tok(Name) && tok(Colon) && expression() && value(); })) return true;
  if (alt([&] {
        bool target = alt([&] { return tok(LeftParen) && single_target() && tok(RightParen); }) ||
                      single_subscript_attribute_target();
        return target && tok(Colon) && expression() && value();
      })) {
    return true;
  }
  if (alt([&] {
        return some([&] { return star_targets() && tok(Equal); }) && annotated_right_side() &&
               not_ahead([&] { return tok(Equal); }) && optional([&] { return tok(TypeComment); });
      })) {
    return true;
  }
  bool committed = false;
  if (alt([&] {
        if (!single_target() || !augmented_operator()) return false;
        committed = true;
        return annotated_right_side() != nullptr;
      })) {
    return true;
  }
  if (!committed) check(&Diagnoser::invalid_assignment);
  return false;
}

Diagnoser::N Diagnoser::invalid_annotation_target() {
  if (N node = list()) return node;
  if (N node = stop_ ? nullptr : tuple()) return node;
  N inner = nullptr;
  if (++depth_ > max_depth_ || stack_.is_low()) fail_too_deep();
  bool found = alt([&] { return tok(LeftParen) && (inner = invalid_annotation_target()) && tok(RightParen); });
  --depth_;
  return found ? inner : nullptr;
}

void Diagnoser::invalid_assignment() {
  N a = nullptr;
  if (alt([&] { return (a = invalid_annotation_target()) && tok(Colon) && expression(); })) {
    return raise_node(a, text({"only single target (not ", name_of(a), ") can be annotated"}));
  }
  if (alt([&] {
        return (a = star_named_expression()) && tok(Comma) && any_number([&] { return star_named_expressions(); }) &&
               tok(Colon) && expression();
      })) {
    return raise_node(a, "only single target (not tuple) can be annotated");
  }
  if (alt([&] { return (a = expression()) && tok(Colon) && expression(); })) {
    return raise_node(a, "illegal target for annotation");
  }
  auto targets = [&] { return any_number([&] { return star_targets() && tok(Equal); }); };
  if (alt([&] { return targets() && (a = star_expressions()) && tok(Equal); })) {
    return raise_invalid_target(a, Targets::Star);
  }
  if (alt([&] { return targets() && (a = yield_expression()) && tok(Equal); })) {
    return raise_node(a, "assignment to yield expression not possible");
  }
  if (alt([&] { return (a = star_expressions()) && augmented_operator() && annotated_right_side(); })) {
    raise_node(a, text({"'", name_of(a), "' is an illegal expression for augmented assignment"}));
  }
}

bool Diagnoser::return_statement() {
  return alt([&] { return tok(KwReturn) && optional([&] { return star_expressions(); }); });
}

bool Diagnoser::raise_statement() {
  return alt([&] { return tok(KwRaise) && expression() && optional([&] { return tok(KwFrom) && expression(); }); }) ||
         alt([&] { return tok(KwRaise); });
}

bool Diagnoser::delete_statement() {
  if (alt([&] { return tok(KwDel) && del_targets() && ahead([&] { return one_of({Semicolon, Newline}); }); })) {
    return true;
  }
  check(&Diagnoser::invalid_delete);
  return false;
}

void Diagnoser::invalid_delete() {
  N a = nullptr;
  if (alt([&] { return tok(KwDel) && (a = star_expressions()); })) raise_invalid_target(a, Targets::Del);
}

bool Diagnoser::assert_statement() {
  return alt([&] { return tok(KwAssert) && expression() && optional([&] { return tok(Comma) && expression(); }); });
}

bool Diagnoser::name_list() {
  return alt([&] { return one_of({KwGlobal, KwNonlocal}) && separated([&] { return tok(Name); }); });
}

bool Diagnoser::type_alias() {
  return alt([&] {
    return soft("type") && tok(Name) && optional([&] { return type_params(); }) && tok(Equal) && expression();
  });
}

// --- imports ----------------------------------------------------------------------------------------------------

Diagnoser::N Diagnoser::dotted_name() {
  return remember(Rule::DottedName, [&]() -> N {
    size_t first = at_;
    if (!tok(Name)) return nullptr;
    any_number([&] { return tok(Dot) && tok(Name); });
    return something(first);
  });
}

bool Diagnoser::import_statement() {
  check(&Diagnoser::invalid_import);
  auto dotted_as_name = [&] {
    check(&Diagnoser::invalid_dotted_as_name);
    return dotted_name() && optional([&] { return tok(KwAs) && tok(Name); });
  };
  if (alt([&] { return tok(KwImport) && separated(dotted_as_name); })) return true;
  auto dots = [&] { return one_of({Dot, Ellipsis}); };
  size_t first = at_;
  if (alt([&] { return tok(KwFrom) && any_number(dots) && dotted_name() && tok(KwImport) && import_targets(); })) {
    note_future(first);
    return true;
  }
  return alt([&] { return tok(KwFrom) && some(dots) && tok(KwImport) && import_targets(); });
}

// The one future statement that changes the grammar.
void Diagnoser::note_future(size_t first) {
  if (tokens_[first + 1].text() != "__future__") return;
  for (size_t i = first + 3; i < at_; ++i) barry_as_bdfl_ |= tokens_[i].text() == "barry_as_FLUFL";
}

void Diagnoser::invalid_import() {
  int32_t word = here();
  if (alt([&] { return tok(KwImport) && separated([&] { return dotted_name(); }) && tok(KwFrom) && dotted_name(); })) {
    return raise_from(word, "Did you mean to use 'from ... import ...' instead?");
  }
  if (alt([&] { return tok(KwImport) && tok(Newline); })) {
    raise_from(before(), "Expected one or more names after 'import'");
  }
}

bool Diagnoser::import_targets() {
  if (alt([&] {
        return tok(LeftParen) && import_as_names() && optional([&] { return tok(Comma); }) && tok(RightParen);
      })) {
    return true;
  }
  if (alt([&] { return import_as_names() && not_ahead([&] { return tok(Comma); }); })) return true;
  if (tok(Star)) return true;
  check(&Diagnoser::invalid_import_targets);
  return false;
}

void Diagnoser::invalid_import_targets() {
  if (alt([&] { return import_as_names() && tok(Comma) && tok(Newline); })) {
    return raise_last("trailing comma not allowed without surrounding parentheses");
  }
  if (tok(Newline)) raise_from(before(), "Expected one or more names after 'import'");
}

bool Diagnoser::import_as_names() {
  return separated([&] {
    check(&Diagnoser::invalid_import_as_name);
    return tok(Name) && optional([&] { return tok(KwAs) && tok(Name); });
  });
}

void Diagnoser::invalid_import_as_name() {
  N a = nullptr;
  if (alt([&] {
        return tok(Name) && tok(KwAs) &&
               not_ahead([&] { return tok(Name) && one_of({Comma, RightParen, Semicolon, Newline}); }) &&
               (a = expression());
      })) {
    raise_node(a, text({"cannot use ", name_of(a), " as import target"}));
  }
}

void Diagnoser::invalid_dotted_as_name() {
  N a = nullptr;
  if (alt([&] {
        return dotted_name() && tok(KwAs) &&
               not_ahead([&] { return tok(Name) && one_of({Comma, RightParen, Semicolon, Newline}); }) &&
               (a = expression());
      })) {
    raise_node(a, text({"cannot use ", name_of(a), " as import target"}));
  }
}

}  // namespace hog
