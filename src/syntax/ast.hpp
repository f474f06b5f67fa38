// ast.hpp: the syntax tree as C++ structs, one for each class of ast_nodes.def.
//
// Invariant: a node lives in an Arena, owns nothing, and its `kind` always names its struct, so that as<T>() is a plain
// cast. (Constant has a field of that name, which hides it: ask is<T>(), or a Node* or Expr*.) Required fields of a tree that parse() returned are never null. Names: the Python class `Expr` is ExprStmt here
// (Expr is the family of expressions); lower-case product types are capitalised (arg -> Arg, withitem -> WithItem).
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.hpp"

namespace hog::ast {

// A name of the source, NFKC-normalised and interned in one IdentifierTable: equal names are equal pointers.
struct Identifier {
  std::string_view utf8;
  uint32_t hash;
  uint32_t index;  // 0, 1, 2, ... in order of first appearance in its table; for side arrays
};

// The intern table of one compilation. Everything lives in the arena.
class IdentifierTable {
 public:
  explicit IdentifierTable(Arena& arena) : arena_(arena), all_(arena) {}
  // Never null; when the arena is exhausted, some identifier (the caller checks the arena).
  Identifier* intern(std::string_view utf8);
  size_t size() const { return all_.size(); }
  Identifier* operator[](size_t index) const { return all_[index]; }

 private:
  void grow();

  Arena& arena_;
  ArenaVector<Identifier*> all_;
  std::span<Identifier*> slots_;  // open addressing, power of two
  Identifier fallback_{};
};

// Lines count from 1; columns are UTF-8 byte offsets from 0, as in the `ast` module.
struct Location {
  int32_t line = 0;
  int32_t col = 0;
  int32_t end_line = 0;
  int32_t end_col = 0;
};

enum class ConstantKind : uint8_t {
  None, True, False, Ellipsis, Int, Float, Complex, Str, Bytes,
  // The parser never makes the rest; compile() of a tree that Python code built may.
  Tuple, FrozenSet, External,
};

// The value of a literal.
struct ConstantValue {
  ConstantKind kind = ConstantKind::None;
  bool fits_int64 = false;      // Int: `integer` holds it
  uint8_t base = 10;            // Int: of the digits in `text` (2, 8, 10, 16)
  bool is_ascii = false;        // Str
  bool has_surrogates = false;  // Str: `text` holds lone surrogates as 3-byte sequences (WTF-8)
  // Int: digits without prefix and underscores. Str: UTF-8. Bytes: the bytes.
  std::string_view text;
  union {
    int64_t integer = 0;
    struct {
      double number;  // Float; Complex: the imaginary part
      double real;    // Complex; 0 but where match patterns were folded
    };
    uint32_t external;  // External: index into a table of the converter's
    struct {
      ConstantValue* items;  // Tuple, FrozenSet
      size_t item_count;
    };
  };
};


#define HOG_AST_ENUM_BEGIN(Name, py_name) enum class Name : uint8_t {
#define HOG_AST_ENUMERATOR(Enum, Name) Name,
#define HOG_AST_ENUM_END(Name) };
#include "syntax/ast_nodes.def"

enum class NodeKind : uint8_t {
#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) Name,
#include "syntax/ast_nodes.def"
};

inline constexpr size_t kNodeKindCount = 0
#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) +1
#include "syntax/ast_nodes.def"
    ;

struct Node {
  NodeKind kind;
};

struct LocatedNode : Node {
  Location location;
};

namespace detail {
struct Bare : Node {};
struct Located : LocatedNode {};
}  // namespace detail

#define HOG_AST_SUM(Base, py_name, Attributes) struct Base : detail::Attributes {};
#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) struct Name;
#include "syntax/ast_nodes.def"

namespace detail {

// Which C++ type a field of the table has.
template <typename T> struct Item { using Plain = T*; };
template <> struct Item<ExprContext> { using Plain = ExprContext; };
template <> struct Item<BoolOperator> { using Plain = BoolOperator; };
template <> struct Item<BinaryOperator> { using Plain = BinaryOperator; };
template <> struct Item<UnaryOperator> { using Plain = UnaryOperator; };
template <> struct Item<CompareOperator> { using Plain = CompareOperator; };
struct Int {};
struct String {};
template <> struct Item<Int> { using Plain = int32_t; };
// No string (None) is a view whose data() is null.
template <> struct Item<String> { using Plain = std::string_view; };
template <> struct Item<ast::Constant> { using Plain = ConstantValue; };

template <typename T> using Required = typename Item<T>::Plain;
// An absent node or identifier is null; an absent int is 0.
template <typename T> using Optional = typename Item<T>::Plain;
template <typename T> using List = std::span<typename Item<T>::Plain>;
template <typename T> using ListOfOptional = std::span<typename Item<T>::Plain>;

// The base of a product type depends on its attributes only.
template <typename Base, typename Attributes> struct BaseOf { using Type = Base; };
template <typename Attributes> struct BaseOf<Node, Attributes> { using Type = Attributes; };

#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) \
  }                                                    \
  struct Name : detail::BaseOf<Base, detail::Attributes>::Type { \
    static constexpr NodeKind kKind = NodeKind::Name;  \
    using Int = detail::Int;                           \
    using String = detail::String;
#define HOG_AST_FIELD(Arity, Type, name) detail::Arity<Type> name{};
#define HOG_AST_END(Name) \
  };                      \
  namespace detail {
#include "syntax/ast_nodes.def"

}  // namespace detail

template <typename T>
bool is(const Node* node) {
  return node->kind == T::kKind;
}

template <typename T>
T* as(Node* node) {
  assert(node->kind == T::kKind);
  return static_cast<T*>(node);
}
template <typename T>
const T* as(const Node* node) {
  assert(node->kind == T::kKind);
  return static_cast<const T*>(node);
}

// Null when the node is absent or of another class.
template <typename T>
T* try_as(Node* node) {
  return node != nullptr && node->kind == T::kKind ? static_cast<T*>(node) : nullptr;
}
template <typename T>
const T* try_as(const Node* node) {
  return node != nullptr && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

template <typename T>
T* make(Arena& arena) {
  T* node = arena.make<T>();
  static_cast<Node*>(node)->kind = T::kKind;
  return node;
}
template <typename T>
T* make(Arena& arena, const Location& location) {
  T* node = arena.make<T>();
  static_cast<Node*>(node)->kind = T::kKind;
  node->location = location;
  return node;
}

// visit(node, visitor): calls visitor(T*) with the node's own class. The visitor is an overload set; take a base class
// (Expr*, Stmt*, Node*) for the kinds that it handles alike.
template <typename Visitor>
decltype(auto) visit(Node* node, Visitor&& visitor) {
  switch (node->kind) {
#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) \
  case NodeKind::Name:                                 \
    return visitor(static_cast<Name*>(node));
#include "syntax/ast_nodes.def"
  }
  __builtin_unreachable();
}

// The table at run time, for generic walks (dump, conversion from and to Python objects).
enum class FieldArity : uint8_t { Required, Optional, List, ListOfOptional };
enum class FieldType : uint8_t {
  Identifier, Int, String, Constant,
#define HOG_AST_ENUM_BEGIN(Name, py_name) Name,
#define HOG_AST_SUM(Base, py_name, Attributes) Base,
#include "syntax/ast_nodes.def"
  Comprehension, Arguments, Arg, Keyword, Alias, WithItem, MatchCase,
};
enum class Family : uint8_t {
  Node,
#define HOG_AST_SUM(Base, py_name, Attributes) Base,
#include "syntax/ast_nodes.def"
};

struct FieldInfo {
  const char* name;
  FieldType type;
  FieldArity arity;
  uint16_t offset;  // of the field in its struct
};
struct NodeInfo {
  const char* name;  // the Python class
  Family family;
  bool located;  // derives from LocatedNode
  uint16_t size;
  std::span<const FieldInfo> fields;
};

const NodeInfo& node_info(NodeKind kind);
const char* family_name(Family family);  // "expr", ...; "AST" for Node
// The Python class of an enumerator, for the enumeration types only ("Load", "Add", ...).
const char* enumerator_name(FieldType type, uint8_t value);
size_t enumerator_count(FieldType type);
bool is_enumeration(FieldType type);

template <typename T>
T& field(Node* node, const FieldInfo& info) {
  return *reinterpret_cast<T*>(reinterpret_cast<unsigned char*>(node) + info.offset);
}
template <typename T>
const T& field(const Node* node, const FieldInfo& info) {
  return *reinterpret_cast<const T*>(reinterpret_cast<const unsigned char*>(node) + info.offset);
}

}  // namespace hog::ast
