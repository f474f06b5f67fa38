// finally_warnings.cpp: return, break and continue that leave a finally block silence its exception (PEP 765).
#include "compile/finally_warnings.hpp"

namespace hog {

using namespace ast;

namespace {

class Walker {
 public:
  explicit Walker(CompileContext& context) : context_(context) {}

  struct Place {
    bool in_finally = false;  // of this function
    bool in_loop = false;     // of this finally block
  };

  void statements(std::span<Stmt*> body, Place place) {
    for (Stmt* node : body) statement(node, place);
  }

 private:
  void statement(Stmt* node, Place place) {
    if (!context_.go_on()) return;
    CompileContext::Depth depth(context_);
    if (context_.failed()) return;
    Place loop = place;
    loop.in_loop = true;
    switch (node->kind) {
      case NodeKind::FunctionDef: return statements(as<FunctionDef>(node)->body, {});
      case NodeKind::AsyncFunctionDef: return statements(as<AsyncFunctionDef>(node)->body, {});
      case NodeKind::ClassDef: return statements(as<ClassDef>(node)->body, {});
      case NodeKind::Return: return report(node, place.in_finally, "'return' in a 'finally' block");
      case NodeKind::Break:
        return report(node, place.in_finally && !place.in_loop, "'break' in a 'finally' block");
      case NodeKind::Continue:
        return report(node, place.in_finally && !place.in_loop, "'continue' in a 'finally' block");
      case NodeKind::For:
        statements(as<For>(node)->body, loop);
        return statements(as<For>(node)->orelse, place);
      case NodeKind::AsyncFor:
        statements(as<AsyncFor>(node)->body, loop);
        return statements(as<AsyncFor>(node)->orelse, place);
      case NodeKind::While:
        statements(as<While>(node)->body, loop);
        return statements(as<While>(node)->orelse, place);
      case NodeKind::If:
        for (auto* branch = as<If>(node);;) {
          statements(branch->body, place);
          if (branch->orelse.size() != 1 || !is<If>(branch->orelse[0])) return statements(branch->orelse, place);
          branch = as<If>(branch->orelse[0]);
        }
      case NodeKind::With: return statements(as<With>(node)->body, place);
      case NodeKind::AsyncWith: return statements(as<AsyncWith>(node)->body, place);
      case NodeKind::Match:
        for (MatchCase* branch : as<Match>(node)->cases) statements(branch->body, place);
        return;
      case NodeKind::Try: {
        auto* block = as<Try>(node);
        return blocks(block->body, block->handlers, block->orelse, block->finalbody, place);
      }
      case NodeKind::TryStar: {
        auto* block = as<TryStar>(node);
        return blocks(block->body, block->handlers, block->orelse, block->finalbody, place);
      }
      default: return;
    }
  }

  void blocks(std::span<Stmt*> body, std::span<Handler*> handlers, std::span<Stmt*> orelse,
              std::span<Stmt*> final_body, Place place) {
    statements(body, place);
    for (Handler* handler : handlers) statements(as<ExceptHandler>(handler)->body, place);
    statements(orelse, place);
    statements(final_body, {true, false});
  }

  void report(Stmt* node, bool wanted, const char* message) {
    if (wanted) context_.warn(node->location, {message});
  }

  CompileContext& context_;
};

}  // namespace

void warn_about_finally(CompileContext& context, Mod* tree) {
  Walker walker(context);
  if (auto* module = try_as<Module>(tree)) walker.statements(module->body, {});
  if (auto* interactive = try_as<Interactive>(tree)) walker.statements(interactive->body, {});
}

}  // namespace hog
