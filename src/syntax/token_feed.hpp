// token_feed.hpp: the lexer's tokens as the grammar sees them.
//
// Takes out `# type: ignore` comments, and ends the statement (and the blocks around it) where the text of a `single`
// input ends.
#pragma once

#include "syntax/lexer.hpp"

namespace hog {

class TokenFeed {
 public:
  TokenFeed(Arena& arena, Lexer& lexer, const ParseOptions& options)
      : arena_(arena), lexer_(lexer), options_(options), type_ignores_(arena) {}

  void next(Token& out) {
    do lexer_.next(out);
    while (out.type == TokenType::TypeIgnore && note_type_ignore(out));
    if (options_.mode == ParseMode::Single) [[unlikely]]
      end_single_input(out);
  }

  Lexer& lexer() { return lexer_; }
  std::span<ast::TypeIgnoreBase*> type_ignores() const { return type_ignores_.span(); }

 private:
  bool note_type_ignore(const Token& token) {
    auto* node = ast::make<ast::TypeIgnore>(arena_);
    node->lineno = token.line;
    node->tag = token.text();
    type_ignores_.push_back(node);
    return true;
  }
  void end_single_input(Token& token) {
    if (token.type != TokenType::EndMarker || !started_) {
      started_ = true;
      return;
    }
    started_ = false;
    token.type = TokenType::Newline;
    if (!options_.dont_imply_dedent) lexer_.imply_dedents();
  }

  Arena& arena_;
  Lexer& lexer_;
  const ParseOptions& options_;
  ArenaVector<ast::TypeIgnoreBase*> type_ignores_;
  bool started_ = false;
};

}  // namespace hog
