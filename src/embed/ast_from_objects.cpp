// ast_from_objects.cpp: see ast_from_objects.hpp. One walk over the run-time table of ast.hpp; no node class is named
// here.
//
// Invariant: attribute access runs Python, so nothing read from an object before is trusted after: a list's length is
// compared again after each item. Objects are only looked at through attributes; all that is kept is copied into the
// arena.
#include "embed/ast_from_objects.hpp"

#include <cmath>

namespace hog {

namespace {

using ast::ConstantKind;
using ast::ConstantValue;
using ast::Family;
using ast::FieldArity;
using ast::FieldInfo;
using ast::FieldType;
using ast::NodeInfo;
using ast::NodeKind;

ast::Node* make_node(Arena& arena, NodeKind kind) {
  switch (kind) {
#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) \
  case NodeKind::Name: return ast::make<ast::Name>(arena);
#include "syntax/ast_nodes.def"
  }
  __builtin_unreachable();
}

// A field type is a family, a class without one, or neither.
bool family_of(FieldType type, Family* out) {
  switch (type) {
#define HOG_AST_SUM(Base, py_name, Attributes) \
  case FieldType::Base: *out = Family::Base; return true;
#include "syntax/ast_nodes.def"
    default: return false;
  }
}
NodeKind product_of(FieldType type) {
  switch (type) {
    case FieldType::Comprehension: return NodeKind::Comprehension;
    case FieldType::Arguments: return NodeKind::Arguments;
    case FieldType::Arg: return NodeKind::Arg;
    case FieldType::Keyword: return NodeKind::Keyword;
    case FieldType::Alias: return NodeKind::Alias;
    case FieldType::WithItem: return NodeKind::WithItem;
    default: return NodeKind::MatchCase;
  }
}
bool is_located(Family family) {
  constexpr bool Bare = false, Located = true;
  switch (family) {
#define HOG_AST_SUM(Base, py_name, Attributes) \
  case Family::Base: return Attributes;
#include "syntax/ast_nodes.def"
    default: return false;
  }
}

class TreeReader {
 public:
  TreeReader(Thread& t, Arena& arena, ast::IdentifierTable& identifiers, SyntaxClasses classes)
      : t_(t), arena_(arena), identifiers_(identifiers), classes_(classes) {}

  Fallible<ast::Node*> root_py(Value object) { return TRY(of_family_py(Family::Mod, object)).value; }
  List* externals() const { return externals_; }

 private:
  Fallible<void> enter(const char* what) {
    if (t_.native_stack_is_low()) [[unlikely]] {
      char where[64];
      size_t size = 0;
      for (const char* part : {" while traversing '", what, "' node"})
        for (; *part != '\0' && size + 1 < sizeof where; ++part) where[size++] = *part;
      where[size] = '\0';
      return t_.raise_recursion_error(where);
    }
    if (arena_.exhausted()) return t_.raise_memory_error();
    return t_.poll();
  }

  // ---- Nodes. Null for None where the grammar's families take it; the owner of the field complains. ----

  Fallible<Box<ast::Node*>> of_family_py(Family family, Value object) {
    if (object.is_none()) return Box<ast::Node*>{nullptr};
    const char* name = ast::family_name(family);
    TRY(enter(name));
    ast::Location location;
    if (is_located(family)) TRY(read_location_py(object, name, end_is_optional(family), &location));
    SyntaxClass found;
    if (!classes_.classify(type_of(object), &found) || found.kind != SyntaxClass::Kind::Node ||
        ast::node_info(found.node).family != family)
      return t_.raise_type_error("expected some sort of {}, but got {}", name, repr_of(object));
    ast::Node* node = make_node(arena_, found.node);
    if (is_located(family)) static_cast<ast::LocatedNode*>(node)->location = location;
    TRY(read_fields_py(node, object));
    return Box<ast::Node*>{node};
  }

  // Any object with the attributes will do.
  Fallible<Box<ast::Node*>> product_py(NodeKind kind, Value object) {
    const NodeInfo& info = ast::node_info(kind);
    TRY(enter(info.name));
    ast::Node* node = make_node(arena_, kind);
    TRY(read_fields_py(node, object));
    if (info.located) TRY(read_location_py(object, info.name, true, &static_cast<ast::LocatedNode*>(node)->location));
    return Box<ast::Node*>{node};
  }

  Fallible<void> read_location_py(Value object, const char* owner, bool end_optional, ast::Location* out) {
    int32_t* const numbers[kLocationFieldCount] = {&out->line, &out->col, &out->end_line, &out->end_col};
    for (size_t i = 0; i < kLocationFieldCount; ++i) {
      Str* name = classes_.location_name(static_cast<LocationField>(i));
      Value value = TRY(find_attribute_py(t_, object, name));
      bool end = i >= 2;
      if (end && end_optional && (value.is_absent() || value.is_none())) {
        *numbers[i] = *numbers[i - 2];
        continue;
      }
      if (value.is_absent()) return missing(name, owner);
      *numbers[i] = TRY(integer(value));
    }
    return {};
  }

  Failure missing(Str* name, const char* owner) {
    return t_.raise_type_error("required field \"{}\" missing from {}", name, owner);
  }

  Fallible<void> read_fields_py(ast::Node* node, Value object) {
    const NodeInfo& info = ast::node_info(node->kind);
    for (size_t i = 0; i < info.fields.size(); ++i) {
      const FieldInfo& field = info.fields[i];
      Str* name = classes_.field_name(node->kind, i);
      Value value = TRY(find_attribute_py(t_, object, name));
      switch (field.arity) {
        case FieldArity::Required:
          if (value.is_absent()) return missing(name, info.name);
          TRY(read_one_py(node, field, value));
          break;
        case FieldArity::Optional:
          if (!value.is_absent() && !value.is_none()) TRY(read_one_py(node, field, value));
          break;
        case FieldArity::List:
        case FieldArity::ListOfOptional:
          if (!value.is_absent()) TRY(read_list_py(node, field, value));
          break;
      }
    }
    return check_required(node, info);
  }

  // None where something must be.
  Fallible<void> check_required(const ast::Node* node, const NodeInfo& info) {
    for (const FieldInfo& field : info.fields) {
      if (field.arity != FieldArity::Required || field.type == FieldType::Int || field.type == FieldType::Constant ||
          field.type == FieldType::String || ast::is_enumeration(field.type))
        continue;
      if (ast::field<const void*>(node, field) == nullptr)
        return t_.raise_value_error("field '{}' is required for {}", field.name, info.name);
    }
    return {};
  }

  // ---- Fields. ----

  Fallible<void> read_one_py(ast::Node* node, const FieldInfo& field, Value value) {
    switch (field.type) {
      case FieldType::Identifier: ast::field<ast::Identifier*>(node, field) = TRY(identifier(value)).value; return {};
      case FieldType::Int: ast::field<int32_t>(node, field) = TRY(integer(value)); return {};
      case FieldType::String: ast::field<std::string_view>(node, field) = TRY(text(value)).value; return {};
      case FieldType::Constant: return constant(value, &ast::field<ConstantValue>(node, field));
      default: break;
    }
    if (ast::is_enumeration(field.type)) ast::field<uint8_t>(node, field) = TRY(member_py(field.type, value));
    else ast::field<ast::Node*>(node, field) = TRY(node_py(field.type, value)).value;
    return {};
  }

  Fallible<Box<ast::Node*>> node_py(FieldType type, Value value) {
    Family family;
    if (family_of(type, &family)) return of_family_py(family, value);
    return product_py(product_of(type), value);
  }

  Fallible<void> read_list_py(ast::Node* node, const FieldInfo& field, Value value) {
    const char* owner = ast::node_info(node->kind).name;
    if (!is<List>(value))
      return t_.raise_type_error("{} field \"{}\" must be a list, not a {}", owner, field.name, type_of(value)->name());
    List* list = as<List>(value);
    if (field.type == FieldType::Identifier)
      return items_py<ast::Identifier*>(node, field, list, [&](Value v) { return this->identifier(v); });
    if (ast::is_enumeration(field.type))
      return items_py<uint8_t>(node, field, list, [&](Value v) -> Fallible<Box<uint8_t>> {
        return Box<uint8_t>{TRY(member_py(field.type, v))};
      });
    return items_py<ast::Node*>(node, field, list, [&](Value v) { return this->node_py(field.type, v); });
  }

  template <typename Item, typename Convert>
  Fallible<void> items_py(ast::Node* node, const FieldInfo& field, List* list, Convert convert) {
    size_t length = list->length();
    if (length == 0) return {};
    std::span<Item> items = arena_.make_array<Item>(length);
    if (items.empty()) return t_.raise_memory_error();
    for (size_t i = 0; i < length; ++i) {
      items[i] = TRY(convert(list->at(i))).value;
      TRY(t_.poll());
      if (list->length() != length)
        return t_.raise(core.RuntimeError, "{} field \"{}\" changed size during iteration",
                        ast::node_info(node->kind).name, field.name);
      if constexpr (std::is_pointer_v<Item>) TRY(check_item(node, field, items[i] == nullptr));
    }
    ast::field<std::span<Item>>(node, field) = items;
    return {};
  }

  // None in lists of statements and expressions is the validator's business.
  Fallible<void> check_item(const ast::Node* node, const FieldInfo& field, bool is_none) {
    if (!is_none || field.arity == FieldArity::ListOfOptional || field.type == FieldType::Stmt ||
        field.type == FieldType::Expr || field.type == FieldType::TypeIgnoreBase)
      return {};
    return t_.raise_value_error("None disallowed in field \"{}\" of {}", field.name, ast::node_info(node->kind).name);
  }

  // ---- What fields hold beside nodes. ----

  Fallible<uint8_t> member_py(FieldType type, Value value) {
    SyntaxClass found;
    if (classes_.classify(type_of(value), &found) && found.kind == SyntaxClass::Kind::Member && found.type == type)
      return found.member;
    return t_.raise_type_error("expected some sort of {}, but got {}", grammar_name(type), repr_of(value));
  }

  Fallible<int32_t> integer(Value value) {
    if (!is_int_or_bool(value)) return t_.raise_value_error("invalid integer value: {}", repr_of(value));
    Int64Result number = int_to_int64_nogc(value);
    if (number.overflow != 0 || number.value < INT32_MIN || number.value > INT32_MAX)
      return t_.raise(core.OverflowError, "Python int too large to convert to C int");
    return static_cast<int32_t>(number.value);
  }

  Fallible<std::string_view> copy_of(Str* text) {
    size_t size = text->utf8_length();
    if (size == 0) return std::string_view("");
    std::span<char> room = arena_.make_array<char>(size);
    if (room.empty()) return t_.raise_memory_error();
    text->write_utf8(room.data());
    return std::string_view(room.data(), size);
  }

  Fallible<Box<ast::Identifier*>> identifier(Value value) {
    if (value.is_none()) return Box<ast::Identifier*>{nullptr};
    if (!is_exact_str(value)) return t_.raise_type_error("AST identifier must be of type str");
    std::string_view text = TRY(copy_of(as<Str>(value)));
    return Box<ast::Identifier*>{identifiers_.intern(text)};
  }

  Fallible<Box<std::string_view>> text(Value value) {
    if (is_exact_str(value)) return Box<std::string_view>{TRY(copy_of(as<Str>(value)))};
    if (!is_exactly(value, shapes.bytes)) return t_.raise_type_error("AST string must be of type str");
    return Box<std::string_view>{TRY(bytes(as<Bytes>(value)))};
  }

  Fallible<std::string_view> bytes(Bytes* value) {
    if (value->length() == 0) return std::string_view("");
    std::string_view copy = arena_.copy(value->view());
    if (copy.size() != value->length()) return t_.raise_memory_error();
    return copy;
  }

  static bool has_surrogates(const Str* text) {
    if (text->kind() == CharKind::One) return false;
    for (size_t i = 0; i < text->length(); ++i)
      if (char32_t c = text->at(i); c >= 0xD800 && c <= 0xDFFF) return true;
    return false;
  }

  // Simple values are the compiler's to know; all others, right or wrong, pass through it as they are.
  Fallible<void> constant(Value value, ConstantValue* out) {
    *out = {};
    if (value.is_none()) return {};
    if (value.is_bool() || value.is_ellipsis()) {
      out->kind = value.is_ellipsis() ? ConstantKind::Ellipsis
                  : value.is_true()   ? ConstantKind::True
                                      : ConstantKind::False;
      return {};
    }
    if (value.is_small_int()) {
      out->kind = ConstantKind::Int;
      out->fits_int64 = true;
      out->integer = value.small_int();
      return {};
    }
    if (value.is_inline_float() || is_exactly(value, shapes.float_)) {
      out->kind = ConstantKind::Float;
      out->number = float_value(value);
      return {};
    }
    if (is_exactly(value, core.complex_->root_shape()) && as<Complex>(value)->real_ == 0 &&
        !std::signbit(as<Complex>(value)->real_)) {
      out->kind = ConstantKind::Complex;
      out->number = as<Complex>(value)->imag_;
      out->real = 0;
      return {};
    }
    if (is_exact_str(value)) {
      out->kind = ConstantKind::Str;
      out->is_ascii = as<Str>(value)->is_ascii();
      out->has_surrogates = has_surrogates(as<Str>(value));
      out->text = TRY(copy_of(as<Str>(value)));
      return {};
    }
    if (is_exactly(value, shapes.bytes)) {
      out->kind = ConstantKind::Bytes;
      out->text = TRY(bytes(as<Bytes>(value)));
      return {};
    }
    if (externals_ == nullptr) externals_ = TRY(List::make(t_));
    out->kind = ConstantKind::External;
    out->external = static_cast<uint32_t>(externals_->length());
    return externals_->append(t_, value);
  }

  Thread& t_;
  Arena& arena_;
  ast::IdentifierTable& identifiers_;
  SyntaxClasses classes_;
  List* externals_ = nullptr;  // found by the conservative scan
};

// Is the object a root for that mode?
Fallible<void> check_root(Thread& t, const SyntaxClasses& classes, Value object, CompileMode mode) {
  NodeKind wanted = mode == CompileMode::Exec     ? NodeKind::Module
                    : mode == CompileMode::Eval   ? NodeKind::Expression
                    : mode == CompileMode::Single ? NodeKind::Interactive
                                                  : NodeKind::FunctionType;
  SyntaxClass found;
  if (!classes.classify(type_of(object), &found) || found.kind != SyntaxClass::Kind::Node || found.node != wanted)
    return t.raise_type_error("expected {} node, got {}", ast::node_info(wanted).name, type_of(object)->name());
  return {};
}

}  // namespace

Fallible<TreeFromObjects> tree_from_objects_py(Thread& t, Arena& arena, ast::IdentifierTable& identifiers, Value object,
                                               CompileMode mode) {
  SyntaxClasses classes = TRY(SyntaxClasses::of_py(t));
  TRY(check_root(t, classes, object, mode));
  TreeReader reader(t, arena, identifiers, classes);
  auto* tree = static_cast<ast::Mod*>(TRY(reader.root_py(object)));
  if (arena.exhausted()) return t.raise_memory_error();
  return TreeFromObjects{tree, reader.externals()};
}

}  // namespace hog
