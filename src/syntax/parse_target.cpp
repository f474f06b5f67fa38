// parse_target.cpp: what may stand left of `=`, after `for` and after `del`.
#include "syntax/parser_impl.hpp"

namespace hog {

using namespace ast;
using enum TokenType;

// A name, attribute or subscript: the only targets of augmented and annotated assignments.
bool Parser::is_simple_target(const Expr* node) const {
  return is<ast::Name>(node) || is<Attribute>(node) || is<Subscript>(node);
}

bool Parser::make_target(Expr* node, Target kind, ExprContext context) {
  Depth depth(*this);
  if (!depth.ok()) return false;
  auto all = [&](std::span<Expr*> items) {
    for (Expr* item : items) {
      if (!make_target(item, kind, context)) return false;
    }
    return true;
  };
  switch (node->kind) {
    case NodeKind::Name: as<ast::Name>(node)->ctx = context; return true;
    case NodeKind::Attribute: as<Attribute>(node)->ctx = context; return true;
    case NodeKind::Subscript: as<Subscript>(node)->ctx = context; return true;
    case NodeKind::Tuple: as<Tuple>(node)->ctx = context; return all(as<Tuple>(node)->elts);
    case NodeKind::List: as<List>(node)->ctx = context; return all(as<List>(node)->elts);
    case NodeKind::Starred: {
      if (kind != Target::Star) return false;
      auto* starred = as<Starred>(node);
      if (is<Starred>(starred->value)) return false;
      starred->ctx = context;
      return make_target(starred->value, kind, context);
    }
    default: return false;
  }
}

Expr* Parser::star_target() {
  Expr* node = at(TokenType::Star) ? star_bitwise_or() : bitwise_or();
  return node != nullptr && make_target(node, Target::Star, ExprContext::Store) ? node : nullptr;
}

// The targets of a `for`: one, or a tuple without brackets.
Expr* Parser::star_targets() {
  Start from = start();
  Expr* first = star_target();
  if (first == nullptr || !at(Comma)) return first;
  Collector<Expr> items(*this);
  items.add(first);
  while (accept(Comma)) {
    if (at(KwIn) || at(Equal)) break;
    Expr* next = star_target();
    if (next == nullptr) return nullptr;
    items.add(next);
  }
  auto* node = make<Tuple>(since(from));
  node->elts = items.take();
  node->ctx = ExprContext::Store;
  return node;
}

}  // namespace hog
