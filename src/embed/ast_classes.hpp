// ast_classes.hpp: the classes of the `_ast` module in one isolate, made from ast_nodes.def when they are first asked
// for.
//
// They are classes as `class` makes them, so a program may change them; each isolate has its own, in its slot
// kSyntaxClasses. Invariant: the array there is complete or absent, and never changes.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"
#include "syntax/ast.hpp"

namespace hog {

enum class LocationField : uint8_t { Line, Column, EndLine, EndColumn };
inline constexpr size_t kLocationFieldCount = 4;

// One class of the table: what stands at its place in the array.
struct SyntaxClass {
  enum class Kind : uint8_t { Root, Family, Node, Enumeration, Member } kind;
  ast::Family family;   // Family
  ast::NodeKind node;   // Node
  ast::FieldType type;  // Enumeration, Member
  uint8_t member;       // Member
};

class SyntaxClasses {
 public:
  // Those of the isolate, made now if need be.
  static Fallible<SyntaxClasses> of_py(Thread& t);
  // Is it an instance of AST? False as long as no class was made.
  static bool is_tree(Thread& t, Value v);

  Type* root() const { return type_at(0); }
  Type* family(ast::Family family) const;
  Type* node(ast::NodeKind kind) const;
  Type* enumeration(ast::FieldType type) const;
  Type* member_class(ast::FieldType type, uint8_t member) const;
  Value member(ast::FieldType type, uint8_t member) const;  // the shared instance
  // The class whose values a field holds: None for a type that has no class here.
  Value class_of_field(ast::FieldType type) const;
  // The most derived of our classes that `type` is or derives from; false when there is none.
  bool classify(const Type* type, SyntaxClass* out) const;

  Str* field_name(ast::NodeKind kind, size_t index) const;
  Str* location_name(LocationField field) const;
  Str* fields_name() const;       // _fields
  Str* attributes_name() const;   // _attributes
  Str* field_types_name() const;  // _field_types

  static size_t class_count();
  Type* type_at(size_t index) const { return as<Type>(values_->at(index)); }

 private:
  friend class SyntaxClassMaker;
  explicit SyntaxClasses(ValueArray* values) : values_(values) {}
  friend class Fallible<SyntaxClasses, false>;
  SyntaxClasses() = default;
  ValueArray* values_ = nullptr;
};

// The name of a field's type in the abstract grammar: "identifier", "expr", "arguments".
const char* grammar_name(ast::FieldType type);
// May a node of the family leave out where it ends?
bool end_is_optional(ast::Family family);
// The class name that messages show: "ast.AST" for the root, else the plain name.
FormatArgument shown_name(Thread& t, Type* type);

// ast_object.cpp: what instances can do.
Fallible<void> syntax_object_init(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> syntax_object_repr(Thread& t, Value self);
extern const NativeMethod kSyntaxObjectMethods[];
// Holds the signatures of the methods above; no class of Python's.
extern const TypeSpec k_syntax_methods_spec;

}  // namespace hog
