// ast.cpp: the identifier table, and the table of node classes at run time.
#include "syntax/ast.hpp"

// The nodes are no standard-layout types, but single inheritance without virtual functions has the layout that offsetof
// assumes on every compiler that we support.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace hog::ast {

static uint32_t hash_bytes(std::string_view text) {
  uint32_t hash = 2166136261u;
  for (unsigned char c : text) hash = (hash ^ c) * 16777619u;
  return hash ^ (hash >> 15);
}

Identifier* IdentifierTable::intern(std::string_view utf8) {
  if ((all_.size() + 1) * 2 > slots_.size()) {
    grow();
    if (slots_.empty() || all_.size() + 1 >= slots_.size()) return &fallback_;
  }
  uint32_t hash = hash_bytes(utf8);
  size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  for (; slots_[slot] != nullptr; slot = (slot + 1) & mask) {
    if (slots_[slot]->hash == hash && slots_[slot]->utf8 == utf8) return slots_[slot];
  }
  auto* made = arena_.make<Identifier>();
  made->utf8 = arena_.copy(utf8);
  made->hash = hash;
  made->index = static_cast<uint32_t>(all_.size());
  all_.push_back(made);
  if (arena_.exhausted()) return &fallback_;
  slots_[slot] = made;
  return made;
}

void IdentifierTable::grow() {
  size_t wanted = slots_.empty() ? 64 : slots_.size() * 2;
  std::span<Identifier*> bigger = arena_.make_array<Identifier*>(wanted);
  if (bigger.empty()) return;
  for (Identifier*& slot : bigger) slot = nullptr;
  for (Identifier* identifier : all_) {
    size_t slot = identifier->hash & (wanted - 1);
    while (bigger[slot] != nullptr) slot = (slot + 1) & (wanted - 1);
    bigger[slot] = identifier;
  }
  slots_ = bigger;
}

namespace {

using Int = detail::Int;
using String = detail::String;

#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) \
  namespace fields_of_##Name {                         \
    using Self = ast::Name;                            \
    constexpr FieldInfo kFields[] = {
#define HOG_AST_FIELD(Arity, Type, name) \
  {#name, FieldType::Type, FieldArity::Arity, static_cast<uint16_t>(offsetof(Self, name))},
#define HOG_AST_END(Name)                                             \
  {nullptr, FieldType::Int, FieldArity::Required, 0},                 \
  }                                                                   \
  ;                                                                   \
  constexpr size_t kCount = sizeof(kFields) / sizeof(kFields[0]) - 1; \
  }
#include "syntax/ast_nodes.def"

constexpr bool kBare = false;
constexpr bool kLocated = true;

constexpr NodeInfo kNodes[] = {
#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) \
  {py_name,                                            \
   Family::Base,                                       \
   k##Attributes,                                      \
   static_cast<uint16_t>(sizeof(ast::Name)),           \
   {fields_of_##Name::kFields, fields_of_##Name::kCount}},
#include "syntax/ast_nodes.def"
};

}  // namespace

const NodeInfo& node_info(NodeKind kind) { return kNodes[static_cast<size_t>(kind)]; }

const char* family_name(Family family) {
  switch (family) {
    case Family::Node: return "AST";
#define HOG_AST_SUM(Base, py_name, Attributes) \
  case Family::Base: return py_name;
#include "syntax/ast_nodes.def"
  }
  return "";
}

#define HOG_AST_ENUM_BEGIN(Name, py_name) static constexpr const char* k##Name##Names[] = {
#define HOG_AST_ENUMERATOR(Enum, Name) #Name,
#define HOG_AST_ENUM_END(Name) \
  }                            \
  ;
#include "syntax/ast_nodes.def"

static std::span<const char* const> names_of(FieldType type) {
  switch (type) {
#define HOG_AST_ENUM_BEGIN(Name, py_name) \
  case FieldType::Name: return k##Name##Names;
#include "syntax/ast_nodes.def"
    default: return {};
  }
}

bool is_enumeration(FieldType type) { return !names_of(type).empty(); }
size_t enumerator_count(FieldType type) { return names_of(type).size(); }
const char* enumerator_name(FieldType type, uint8_t value) {
  std::span<const char* const> names = names_of(type);
  return value < names.size() ? names[value] : nullptr;
}

}  // namespace hog::ast
