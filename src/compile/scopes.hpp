// scopes.hpp: the scopes of a compilation (what CPython calls the symbol table): which name means what where.
//
// Invariant after analysis: every symbol of every scope has a NameScope; a Free symbol is Free or Cell/Local (in the frame that
// an inlined comprehension shares) in each scope up to the one that binds it.
#pragma once

#include "base/arena.hpp"
#include "syntax/ast.hpp"

namespace hog {

class CompileContext;

// The values are those of the `_symtable` module.
enum class BlockType : uint8_t { Function, Class, Module, Annotation, TypeAlias, TypeParameters, TypeVariable };
enum class NameScope : uint8_t { Unknown, Local, GlobalExplicit, GlobalImplicit, Free, Cell };
enum class ComprehensionKind : uint8_t { None, List, Dict, Set, Generator };

namespace symbol_flag {
constexpr uint32_t kGlobal = 1;
constexpr uint32_t kLocal = 2;
constexpr uint32_t kParameter = 4;
constexpr uint32_t kNonlocal = 8;
constexpr uint32_t kUse = 16;
constexpr uint32_t kFreeClass = 64;  // free in a method, while the class itself binds the name
constexpr uint32_t kImport = 128;
constexpr uint32_t kAnnotated = 256;
constexpr uint32_t kIterationVariable = 512;
constexpr uint32_t kTypeParameter = 1024;
constexpr uint32_t kBound = kLocal | kParameter | kImport;
constexpr uint32_t kPublicMask = 0xFFF;
constexpr uint32_t kMayUnbind = 1 << 16;  // ours: `del`, or the name of an except clause
}  // namespace symbol_flag

struct Symbol {
  ast::Identifier* name;
  uint32_t flags;
  NameScope scope;
};

struct Directive {  // a global or nonlocal declaration
  ast::Identifier* name;
  ast::Location location;
};

struct Scope {
  explicit Scope(Arena& arena)
      : symbols(arena), parameters(arena), children(arena), directives(arena), mangled_names(arena) {}

  Symbol* find(ast::Identifier* name);
  const Symbol* find(ast::Identifier* name) const { return const_cast<Scope*>(this)->find(name); }
  uint32_t flags_of(ast::Identifier* name) const {
    const Symbol* symbol = find(name);
    return symbol == nullptr ? 0 : symbol->flags;
  }
  Symbol& add(Arena& arena, ast::Identifier* name);
  bool is_function_like() const { return type != BlockType::Class && type != BlockType::Module; }

  BlockType type = BlockType::Module;
  ComprehensionKind comprehension = ComprehensionKind::None;
  ast::Identifier* name = nullptr;
  const ast::Node* node = nullptr;
  Scope* parent = nullptr;
  ast::Location location;
  uint32_t id = 0;
  ArenaVector<Symbol> symbols;  // in order of first appearance
  ArenaVector<ast::Identifier*> parameters;
  ArenaVector<Scope*> children;
  ArenaVector<Directive> directives;
  ArenaVector<ast::Identifier*> mangled_names;  // of the type parameters of a class
  const Scope* mangling_scope = nullptr;  // in and below such a scope only its mangled_names are mangled
  Scope* annotation_block = nullptr;  // of a class or module
  const char* type_variable_part = nullptr;  // "a TypeVar bound", ...

  bool nested = false;
  bool generator = false;
  bool coroutine = false;
  bool var_args = false;
  bool var_keywords = false;
  bool returns_value = false;
  bool has_docstring = false;
  bool method = false;
  bool annotations_used = false;
  bool needs_class_closure = false;
  bool needs_classdict = false;
  bool can_see_class_scope = false;
  bool has_conditional_annotations = false;
  bool in_conditional_block = false;
  bool in_unevaluated_annotation = false;
  bool in_iteration_target = false;
  bool inlined = false;       // a comprehension that runs in its parent's frame
  bool has_walrus = false;    // assignment expressions here or in inlined comprehensions
  int iteration_expression = 0;  // depth of comprehension iterables around the present node

 private:
  void index_symbols(Arena& arena, size_t capacity);
  std::span<uint32_t> index_;  // open addressing over symbols, from nine symbols on; position + 1
};

// Several scopes may belong to one node.
enum class ScopePart : uint8_t { Body, TypeParameters, Annotations, Bound, Default };

struct ScopeTree {
  explicit ScopeTree(Arena& arena) : arena(arena), all(arena) {}
  Scope* find(const ast::Node* node, ScopePart part) const;
  void insert(const ast::Node* node, ScopePart part, Scope* scope);

  Arena& arena;
  Scope* root = nullptr;
  ArenaVector<Scope*> all;

 private:
  struct Slot {
    uintptr_t key;
    Scope* scope;
  };
  void grow();
  std::span<Slot> slots_;
  size_t used_ = 0;
};

// Null when the context has failed.
ScopeTree* build_scopes(CompileContext& context, ast::Mod* tree);
void resolve_names(CompileContext& context, Scope* root);

// The name under which `scope` knows `name`, class-private names mangled.
ast::Identifier* mangled_in(CompileContext& context, ast::Identifier* private_class, const Scope* scope,
                            ast::Identifier* name);

}  // namespace hog
