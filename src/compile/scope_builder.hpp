// scope_builder.hpp: the walk over the tree that collects scopes and their symbols (the first half of build_scopes()).
//
// Invariant: current_ is the scope whose code the visited node belongs to; private_ the class whose name mangles names there.
#pragma once

#include "compile/context.hpp"
#include "compile/scopes.hpp"

namespace hog {

class ScopeBuilder {
 public:
  ScopeBuilder(CompileContext& context, ScopeTree& tree) : context_(context), names_(context.names), tree_(tree) {}
  void build(ast::Mod* root);

 private:
  using Location = ast::Location;
  using Identifier = ast::Identifier;

  Scope* make_scope(Identifier* name, BlockType type, const ast::Node* node, ScopePart part, const Location& at);
  void enter(Scope* scope);
  Scope* enter_new(Identifier* name, BlockType type, const ast::Node* node, ScopePart part, const Location& at);
  void leave();

  Identifier* mangled(const Scope* scope, Identifier* name) {
    return mangled_in(context_, private_, scope, name);
  }
  uint32_t flags_in(const Scope* scope, Identifier* name) { return scope->flags_of(mangled(scope, name)); }
  void define(Identifier* name, uint32_t flags, const Location& at) { define_in(current_, name, flags, at); }
  void define_in(Scope* scope, Identifier* name, uint32_t flags, const Location& at);
  void mark_may_unbind(Identifier* name);
  void check_store(Identifier* name, const Location& at);
  void check_delete(Identifier* name, const Location& at);
  bool is_async_function() const { return current_->type == BlockType::Function && current_->coroutine; }
  bool allows_top_level_await() const {
    return context_.options.allow_top_level_await && current_->type == BlockType::Module;
  }

  template <typename T>
  void visit_all(std::span<T*> nodes) {
    for (T* node : nodes) {
      if (context_.failed()) return;
      if (node != nullptr) visit(node);
    }
  }
  void visit_optional(ast::Expr* node) {
    if (node != nullptr) visit(node);
  }

  void visit(ast::Stmt* node);
  void visit(ast::Expr* node);
  void visit(ast::Handler* node);
  void visit(ast::Pattern* node);
  void visit(ast::TypeParam* node);
  void visit(ast::Keyword* node);
  void visit(ast::WithItem* node);
  void visit(ast::MatchCase* node);
  void visit(ast::Alias* node);
  void visit_statements_conditionally(std::initializer_list<std::span<ast::Stmt*>> blocks);
  void visit_if(ast::If* node);

  template <typename T>
  void function(T* node, bool is_async);
  void class_definition(ast::ClassDef* node);
  void type_alias(ast::TypeAlias* node);
  void enter_type_parameters(Identifier* name, const ast::Node* node, bool has_defaults, bool has_keyword_defaults,
                             bool is_class, const Location& at);
  void bound_or_default(ast::Expr* expression, ast::TypeParam* owner, Identifier* name, ScopePart part,
                        const char* what);
  void arguments(ast::Arguments* args);
  void parameter_annotations(const ast::Stmt* node, ast::Arguments* args, ast::Expr* returns, Scope* function);
  void annotated_assignment(ast::AnnAssign* node);
  void variable_annotation(ast::Expr* annotation);
  void declare(std::span<Identifier*> names, const Location& at, bool is_global);
  void named_expression(ast::NamedExpr* node);
  void extend_to_walrus_scope(ast::Expr* target);
  void lambda(ast::Lambda* node);
  void comprehension(ast::Expr* node, Identifier* name, ComprehensionKind kind,
                     std::span<ast::Comprehension*> generators, ast::Expr* element, ast::Expr* value);
  void await(ast::Await* node);
  void yield(ast::Expr* node, ast::Expr* value, const char* what);
  void reject_in_annotation(std::string_view what, const ast::Expr* node);
  void name(ast::Name* node);
  void binary(ast::BinOp* node);

  CompileContext& context_;
  const KnownNames& names_;
  ScopeTree& tree_;
  Scope* current_ = nullptr;
  Scope* module_ = nullptr;
  Identifier* private_ = nullptr;
};

}  // namespace hog
