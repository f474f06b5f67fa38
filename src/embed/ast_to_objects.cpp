// ast_to_objects.cpp: see ast_to_objects.hpp. One walk over the run-time table of ast.hpp; no node class is named here.
// Attributes are stored as the class's own, not through its descriptors, so no Python runs.
#include "embed/ast_to_objects.hpp"

#include "compile/fold.hpp"

namespace hog {

namespace {

using ast::ConstantKind;
using ast::ConstantValue;
using ast::FieldArity;
using ast::FieldInfo;
using ast::FieldType;

class TreeToObjects {
 public:
  TreeToObjects(Thread& t, SyntaxClasses classes, const List* externals)
      : t_(t), classes_(classes), externals_(externals) {}

  Fallible<Value> node(const ast::Node* node) {
    if (node == nullptr) return Value::none();
    TRY(check_native_recursion(t_, " during ast construction"));
    TRY(t_.poll());
    const ast::NodeInfo& info = ast::node_info(node->kind);
    Cell* made = TRY(new_instance(t_, classes_.node(node->kind)));
    for (size_t i = 0; i < info.fields.size(); ++i) {
      Value value = TRY(field_value(node, info.fields[i]));
      TRY(set_own_attribute(t_, made, classes_.field_name(node->kind, i), value));
    }
    if (info.located) TRY(set_location(made, static_cast<const ast::LocatedNode*>(node)->location));
    return Value(made);
  }

 private:
  Fallible<void> set_location(Cell* made, const ast::Location& location) {
    const int32_t numbers[kLocationFieldCount] = {location.line, location.col, location.end_line, location.end_col};
    for (size_t i = 0; i < kLocationFieldCount; ++i)
      TRY(set_own_attribute(t_, made, classes_.location_name(static_cast<LocationField>(i)),
                            Value::from_small_int(numbers[i])));
    return {};
  }

  Fallible<Value> field_value(const ast::Node* node, const FieldInfo& info) {
    bool many = info.arity == FieldArity::List || info.arity == FieldArity::ListOfOptional;
    switch (info.type) {
      case FieldType::Identifier:
        if (many)
          return list(ast::field<std::span<ast::Identifier*>>(node, info),
                      [&](ast::Identifier* item) { return identifier(item); });
        return identifier(ast::field<ast::Identifier*>(node, info));
      case FieldType::Int: return Value::from_small_int(ast::field<int32_t>(node, info));
      case FieldType::String: return text(ast::field<std::string_view>(node, info));
      case FieldType::Constant: return constant_to_object(t_, ast::field<ConstantValue>(node, info), externals_);
      default: break;
    }
    if (ast::is_enumeration(info.type)) {
      auto member = [&](uint8_t item) -> Fallible<Value> { return classes_.member(info.type, item); };
      if (many) return list(ast::field<std::span<uint8_t>>(node, info), member);
      return member(ast::field<uint8_t>(node, info));
    }
    if (many)
      return list(ast::field<std::span<ast::Node*>>(node, info), [&](ast::Node* item) { return this->node(item); });
    return this->node(ast::field<ast::Node*>(node, info));
  }

  template <typename Item, typename Convert>
  Fallible<Value> list(std::span<Item> items, Convert convert) {
    List* made = TRY(List::make(t_, items.size()));
    for (const Item& item : items) {
      Value value = TRY(convert(item));
      TRY(made->append(t_, value));
    }
    return Value(made);
  }

  Fallible<Value> identifier(const ast::Identifier* identifier) {
    if (identifier == nullptr) return Value::none();
    return Value(TRY(Str::intern_utf8(t_, identifier->utf8)));
  }
  Fallible<Value> text(std::string_view text) {
    if (text.data() == nullptr || text.data() == kFoldedKind.data()) return Value::none();
    return Value(TRY(Str::from_utf8(t_, text)));
  }

  Thread& t_;
  SyntaxClasses classes_;
  const List* externals_;
};

}  // namespace

Fallible<Value> constant_to_object(Thread& t, const ConstantValue& constant, const List* externals) {
  switch (constant.kind) {
    case ConstantKind::None: return Value::none();
    case ConstantKind::True: return Value::true_value();
    case ConstantKind::False: return Value::false_value();
    case ConstantKind::Ellipsis: return Value::ellipsis();
    case ConstantKind::Int:
      if (constant.fits_int64) return make_int(t, constant.integer);
      return int_from_text(t, constant.text, constant.base);
    case ConstantKind::Float: return make_float(t, constant.number);
    case ConstantKind::Complex: return make_complex(t, constant.real, constant.number);
    case ConstantKind::Str: return Value(TRY(Str::from_utf8(t, constant.text)));
    case ConstantKind::Bytes: return Value(TRY(Bytes::from(t, constant.text.data(), constant.text.size())));
    case ConstantKind::External: return externals->at(constant.external);
    case ConstantKind::Tuple: {
      TRY(check_native_recursion(t, " during ast construction"));
      Tuple* tuple = TRY(Tuple::make(t, constant.item_count));
      for (size_t i = 0; i < constant.item_count; ++i) {
        TRY(t.poll());
        tuple->initialize(i, TRY(constant_to_object(t, constant.items[i], externals)));
      }
      return Value(tuple);
    }
    case ConstantKind::FrozenSet: break;  // our converter keeps frozen sets as External
  }
  HOG_CHECK(false);
}

Fallible<Value> tree_to_objects(Thread& t, const ast::Node* tree, const List* externals) {
  return TreeToObjects(t, TRY(SyntaxClasses::of_py(t)), externals).node(tree);
}

}  // namespace hog
