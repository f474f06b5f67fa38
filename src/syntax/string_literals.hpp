// string_literals.hpp: a run of adjacent string literals -> one node.
#pragma once

#include "syntax/parser_impl.hpp"
#include "syntax/string_decode.hpp"

namespace hog {

class StringLiterals {
 public:
  explicit StringLiterals(Parser& parser) : parser_(parser), parts_(parser) {}

  // Constant, JoinedStr or TemplateStr; the current token begins a literal.
  Expr* parse();

 private:
  bool plain(const Token& literal);
  bool templated(bool is_template);
  bool field(Parser::Collector<Expr>& out, bool raw, bool is_template);
  bool conversion(bool is_template, int32_t* out);
  Expr* format_spec(bool raw, bool is_template);
  Expr* undecoded(const Token& middle);
  bool decode_text(Expr* item, bool raw, const Token& at);
  bool report(const DecodedString& decoded, const char* body, const Token& at);
  void warn_bad_escape(const DecodedString& decoded, const char* body, const Token& at);
  std::string_view field_text(const char* from, const char* to);
  std::span<Expr*> merge(Parser::Collector<Expr>& parts);
  Expr* merge_run(Parser::Collector<Expr>& parts, size_t first, size_t last);
  Expr* concatenate_bytes(const Location& location);

  Parser& parser_;
  Parser::Collector<Expr> parts_;
  bool saw_bytes_ = false;
  bool saw_text_ = false;
  bool saw_joined_ = false;
  bool saw_template_ = false;
};

}  // namespace hog
