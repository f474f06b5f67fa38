// scope_resolution.cpp: the second half of build_scopes(): what each name of each scope refers to.
//
// Invariant: a scope is resolved before its children, so a look at the parents tells where a name is bound.
#include "compile/context.hpp"
#include "compile/scopes.hpp"

namespace hog {

using ast::Identifier;
namespace flag = symbol_flag;

namespace {

class Resolver {
 public:
  explicit Resolver(CompileContext& context) : context_(context), names_(context.names) {}

  void resolve(Scope* scope, Scope* class_entry) {
    if (!context_.go_on()) return;
    CompileContext::Depth depth(context_);
    if (context_.failed()) return;
    // The vector may grow: free names of children are added to it.
    for (size_t i = 0; i < scope->symbols.size(); ++i) {
      if (scope->symbols[i].scope == NameScope::Unknown) resolve_symbol(scope, i, class_entry);
      if (context_.failed()) return;
    }
    for (Scope* child : scope->children) {
      Scope* seen_class = nullptr;
      if (child->can_see_class_scope) seen_class = scope->type == BlockType::Class ? scope : class_entry;
      child->inlined = child->comprehension != ComprehensionKind::None &&
                       child->comprehension != ComprehensionKind::Generator && !scope->can_see_class_scope;
      resolve(child, seen_class);
      if (context_.failed()) return;
    }
  }

 private:
  bool is_class_special(Identifier* name) const {
    return name == names_.class_cell || name == names_.classdict || name == names_.conditional_annotations;
  }

  // The scope around `scope` that binds `name` for nested functions; null: none.
  Scope* binder_of(const Scope* scope, Identifier* name) const {
    for (Scope* outer = scope->parent; outer != nullptr; outer = outer->parent) {
      if (outer->type == BlockType::Module) return nullptr;
      if (outer->type == BlockType::Class) {
        if (is_class_special(name)) return outer;
        continue;
      }
      const Symbol* symbol = outer->find(name);
      if (symbol == nullptr) continue;
      if ((symbol->flags & flag::kGlobal) != 0) return nullptr;
      if (symbol->scope == NameScope::Local || symbol->scope == NameScope::Cell) return outer;
    }
    return nullptr;
  }

  bool is_type_parameter(const Scope* scope, Identifier* name) const {
    for (const Scope* outer = scope->parent; outer != nullptr; outer = outer->parent) {
      const Symbol* symbol = outer->find(name);
      if (symbol == nullptr || (symbol->flags & flag::kBound) == 0) continue;
      if ((symbol->flags & (flag::kGlobal | flag::kNonlocal)) != 0) continue;
      return (symbol->flags & flag::kTypeParameter) != 0;
    }
    return false;
  }

  void error_at_directive(const Scope* scope, Identifier* name, std::initializer_list<std::string_view> parts) {
    for (const Directive& directive : scope->directives)
      if (directive.name == name) return context_.error(directive.location, parts);
    context_.error(scope->location, parts);
  }

  void resolve_symbol(Scope* scope, size_t index, Scope* class_entry) {
    Symbol& symbol = scope->symbols[index];
    Identifier* name = symbol.name;
    if ((symbol.flags & flag::kGlobal) != 0) {
      if ((symbol.flags & flag::kNonlocal) != 0)
        return error_at_directive(scope, name, {"name '", name->utf8, "' is nonlocal and global"});
      symbol.scope = NameScope::GlobalExplicit;
      return;
    }
    if ((symbol.flags & flag::kNonlocal) != 0) {
      if (scope->parent == nullptr)
        return error_at_directive(scope, name, {"nonlocal declaration not allowed at module level"});
      if (binder_of(scope, name) == nullptr)
        return error_at_directive(scope, name, {"no binding for nonlocal '", name->utf8, "' found"});
      if (is_type_parameter(scope, name))
        return error_at_directive(scope, name,
                                  {"nonlocal binding not allowed for type parameter '", name->utf8, "'"});
      return make_free(scope, name);
    }
    if ((symbol.flags & flag::kBound) != 0) {
      symbol.scope = NameScope::Local;
      return;
    }
    symbol.scope = NameScope::GlobalImplicit;
    if (class_entry != nullptr) {
      uint32_t in_class = class_entry->flags_of(name);
      if ((in_class & flag::kGlobal) != 0) {
        symbol.scope = NameScope::GlobalExplicit;
        return;
      }
      if ((in_class & flag::kBound) != 0 && (in_class & flag::kNonlocal) == 0) return;
    }
    Scope* binder = binder_of(scope, name);
    if (binder == nullptr) return;
    // A comprehension in a class body has no cell for what belongs to the class itself.
    if (scope->inlined && binder->type == BlockType::Class && binder == frame_of(scope)) return;
    make_free(scope, name);
  }

  // The scope in whose frame `scope` runs.
  static Scope* frame_of(Scope* scope) {
    while (scope->inlined) scope = scope->parent;
    return scope;
  }

  void make_free(Scope* scope, Identifier* name) {
    scope->find(name)->scope = NameScope::Free;
    bool same_frame = scope->inlined;  // no closure between the user and `outer` so far
    for (Scope* outer = scope->parent; outer != nullptr; outer = outer->parent) {
      if (outer->type == BlockType::Class && is_class_special(name)) {
        if (name == names_.class_cell) outer->needs_class_closure = true;
        if (name == names_.classdict) outer->needs_classdict = true;
        if (name == names_.conditional_annotations) outer->has_conditional_annotations = true;
        return;
      }
      Symbol* symbol = outer->find(name);
      bool local = symbol != nullptr && (symbol->scope == NameScope::Local || symbol->scope == NameScope::Cell);
      if (symbol != nullptr && (outer->type == BlockType::Class || (outer->can_see_class_scope && !local)))
        symbol->flags |= flag::kFreeClass;
      bool binds = local && outer->type != BlockType::Class;
      if (binds) {
        if (!same_frame) symbol->scope = NameScope::Cell;
        return;
      }
      if (symbol == nullptr) outer->add(context_.arena, name).scope = NameScope::Free;
      if (!outer->inlined) same_frame = false;
    }
  }

  CompileContext& context_;
  const KnownNames& names_;
};

}  // namespace

void resolve_names(CompileContext& context, Scope* root) { Resolver(context).resolve(root, nullptr); }

}  // namespace hog
