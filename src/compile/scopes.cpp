// scopes.cpp: the containers of scopes.hpp.
#include "compile/scopes.hpp"

#include "compile/context.hpp"

namespace hog {

using ast::Identifier;

constexpr size_t kLinearSymbols = 8;

static size_t hash_pointer(uintptr_t key) { return (key * 0x9E3779B97F4A7C15u) >> 20; }

Symbol* Scope::find(Identifier* wanted) {
  if (index_.empty()) {
    for (Symbol& symbol : symbols)
      if (symbol.name == wanted) return &symbol;
    return nullptr;
  }
  size_t mask = index_.size() - 1;
  for (size_t i = hash_pointer(reinterpret_cast<uintptr_t>(wanted)) & mask; index_[i] != 0; i = (i + 1) & mask) {
    Symbol& symbol = symbols[index_[i] - 1];
    if (symbol.name == wanted) return &symbol;
  }
  return nullptr;
}

void Scope::index_symbols(Arena& arena, size_t capacity) {
  std::span<uint32_t> bigger = arena.make_array<uint32_t>(capacity);
  if (bigger.empty()) return;
  for (uint32_t& slot : bigger) slot = 0;
  for (size_t n = 0; n < symbols.size(); ++n) {
    size_t i = hash_pointer(reinterpret_cast<uintptr_t>(symbols[n].name)) & (capacity - 1);
    while (bigger[i] != 0) i = (i + 1) & (capacity - 1);
    bigger[i] = static_cast<uint32_t>(n + 1);
  }
  index_ = bigger;
}

Symbol& Scope::add(Arena& arena, Identifier* wanted) {
  if (Symbol* known = find(wanted)) return *known;
  size_t before = symbols.size();
  symbols.push_back({wanted, 0, NameScope::Unknown});
  if (symbols.size() == before) {  // the arena is exhausted; whoever asked will notice
    if (before == 0) return *arena.make<Symbol>(Symbol{wanted, 0, NameScope::Unknown});
    return symbols.back();
  }
  if (symbols.size() <= kLinearSymbols) return symbols.back();
  if (symbols.size() * 2 > index_.size()) {
    index_symbols(arena, index_.empty() ? 32 : index_.size() * 2);
  } else {
    size_t mask = index_.size() - 1;
    size_t i = hash_pointer(reinterpret_cast<uintptr_t>(wanted)) & mask;
    while (index_[i] != 0) i = (i + 1) & mask;
    index_[i] = static_cast<uint32_t>(symbols.size());
  }
  return symbols.back();
}

// Nodes are at least 8-byte aligned, which leaves room for the part.
static uintptr_t key_of(const ast::Node* node, ScopePart part) {
  static_assert(alignof(ast::FunctionDef) >= 8 && alignof(ast::TypeVar) >= 8 && alignof(ast::Arguments) >= 8);
  return reinterpret_cast<uintptr_t>(node) + static_cast<uintptr_t>(part);
}

Scope* ScopeTree::find(const ast::Node* node, ScopePart part) const {
  if (slots_.empty()) return nullptr;
  uintptr_t key = key_of(node, part);
  size_t mask = slots_.size() - 1;
  for (size_t i = hash_pointer(key) & mask; slots_[i].key != 0; i = (i + 1) & mask)
    if (slots_[i].key == key) return slots_[i].scope;
  return nullptr;
}

void ScopeTree::grow() {
  size_t capacity = slots_.empty() ? 64 : slots_.size() * 2;
  std::span<Slot> bigger = arena.make_array<Slot>(capacity);
  if (bigger.empty()) return;
  for (Slot& slot : bigger) slot = {0, nullptr};
  for (const Slot& slot : slots_) {
    if (slot.key == 0) continue;
    size_t i = hash_pointer(slot.key) & (capacity - 1);
    while (bigger[i].key != 0) i = (i + 1) & (capacity - 1);
    bigger[i] = slot;
  }
  slots_ = bigger;
}

void ScopeTree::insert(const ast::Node* node, ScopePart part, Scope* scope) {
  if ((used_ + 1) * 2 > slots_.size()) grow();
  if (used_ + 1 >= slots_.size()) return;
  uintptr_t key = key_of(node, part);
  size_t mask = slots_.size() - 1;
  size_t i = hash_pointer(key) & mask;
  while (slots_[i].key != 0 && slots_[i].key != key) i = (i + 1) & mask;
  if (slots_[i].key == 0) ++used_;
  slots_[i] = {key, scope};
}

Identifier* mangled_in(CompileContext& context, Identifier* private_class, const Scope* scope, Identifier* name) {
  if (scope != nullptr && scope->mangling_scope != nullptr) {
    bool listed = false;
    for (Identifier* candidate : scope->mangling_scope->mangled_names) listed = listed || candidate == name;
    if (!listed) return name;
  }
  return context.mangle(private_class, name);
}

}  // namespace hog
