// ast_classes.cpp: see ast_classes.hpp. Places in the array: the root, the families, the node classes, the
// enumerations, their member classes, the members' instances, then the names of fields, locations and class attributes.
#include "embed/ast_classes.hpp"

#include "object/class_system.hpp"
#include "types/generic_alias.hpp"
#include "vm/isolate.hpp"

namespace hog {

using ast::Family;
using ast::FieldArity;
using ast::FieldInfo;
using ast::FieldType;
using ast::kNodeKindCount;
using ast::NodeInfo;
using ast::NodeKind;

namespace {

constexpr Family kFamilies[] = {
#define HOG_AST_SUM(Base, py_name, Attributes) Family::Base,
#include "syntax/ast_nodes.def"
};
constexpr bool Bare = false, Located = true;
constexpr bool kFamilyLocated[] = {
#define HOG_AST_SUM(Base, py_name, Attributes) Attributes,
#include "syntax/ast_nodes.def"
};
struct Enumeration {
  FieldType type;
  const char* name;
};
constexpr Enumeration kEnumerations[] = {
#define HOG_AST_ENUM_BEGIN(Name, py_name) {FieldType::Name, py_name},
#include "syntax/ast_nodes.def"
};
constexpr uint16_t kMemberCounts[] = {
#define HOG_AST_ENUM_BEGIN(Name, py_name) 0
#define HOG_AST_ENUMERATOR(Enum, Name) +1
#define HOG_AST_ENUM_END(Name) ,
#include "syntax/ast_nodes.def"
};
constexpr uint16_t kFieldCounts[] = {
#define HOG_AST_BEGIN(Base, Name, py_name, Attributes) 0
#define HOG_AST_FIELD(Arity, Type, name) +1
#define HOG_AST_END(Name) ,
#include "syntax/ast_nodes.def"
};

constexpr size_t kFamilyCount = std::size(kFamilies);
constexpr size_t kEnumerationCount = std::size(kEnumerations);

template <size_t N>
struct Starts {
  uint16_t at[N + 1];
};
template <size_t N>
constexpr Starts<N> running_sums(const uint16_t (&counts)[N]) {
  Starts<N> starts{};
  for (size_t i = 0; i < N; ++i) starts.at[i + 1] = static_cast<uint16_t>(starts.at[i] + counts[i]);
  return starts;
}
constexpr auto kMemberStarts = running_sums(kMemberCounts);
constexpr auto kFieldStarts = running_sums(kFieldCounts);
constexpr size_t kMemberCount = kMemberStarts.at[kEnumerationCount];

constexpr size_t kFirstFamily = 1;
constexpr size_t kFirstNode = kFirstFamily + kFamilyCount;
constexpr size_t kFirstEnumeration = kFirstNode + kNodeKindCount;
constexpr size_t kFirstMember = kFirstEnumeration + kEnumerationCount;
constexpr size_t kClassCount = kFirstMember + kMemberCount;
constexpr size_t kFirstInstance = kClassCount;
constexpr size_t kFirstFieldName = kFirstInstance + kMemberCount;
constexpr size_t kFirstLocationName = kFirstFieldName + kFieldStarts.at[kNodeKindCount];
constexpr size_t kFirstOtherName = kFirstLocationName + kLocationFieldCount;
constexpr const char* kLocationNames[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};
constexpr const char* kOtherNames[] = {"_fields", "_attributes", "_field_types"};
constexpr size_t kPlaceCount = kFirstOtherName + std::size(kOtherNames);

size_t enumeration_index(FieldType type) {
  for (size_t i = 0; i < kEnumerationCount; ++i)
    if (kEnumerations[i].type == type) return i;
  HOG_CHECK(false);
}

// Families and nodes by the type of a field; the array's place, or 0.
size_t place_of_field_type(FieldType type) {
  switch (type) {
#define HOG_AST_SUM(Base, py_name, Attributes) \
  case FieldType::Base: return kFirstFamily + static_cast<size_t>(Family::Base) - 1;
#include "syntax/ast_nodes.def"
#define HOG_PRODUCT(Name) \
  case FieldType::Name: return kFirstNode + static_cast<size_t>(NodeKind::Name);
    HOG_PRODUCT(Comprehension)
    HOG_PRODUCT(Arguments)
    HOG_PRODUCT(Arg)
    HOG_PRODUCT(Keyword)
    HOG_PRODUCT(Alias)
    HOG_PRODUCT(WithItem)
    HOG_PRODUCT(MatchCase)
#undef HOG_PRODUCT
    case FieldType::Identifier:
    case FieldType::Int:
    case FieldType::String:
    case FieldType::Constant: return 0;
    default: return kFirstEnumeration + enumeration_index(type);
  }
}

// "expr? value" and the like, as the abstract grammar writes a field.
Fallible<void> append_grammar(Thread&, StrBuilder& out, NodeKind kind) {
  const NodeInfo& info = ast::node_info(kind);
  TRY(out.append_ascii(info.name));
  const char* before = "(";
  for (const FieldInfo& field : info.fields) {
    constexpr const char* kMarks[] = {"", "?", "*", "?*"};
    TRY(out.append_ascii(before));
    TRY(out.append_ascii(grammar_name(field.type)));
    TRY(out.append_ascii(kMarks[static_cast<size_t>(field.arity)]));
    TRY(out.append(' '));
    TRY(out.append_ascii(field.name));
    before = ", ";
  }
  if (!info.fields.empty()) TRY(out.append(')'));
  return {};
}

}  // namespace

bool end_is_optional(Family family) { return family != Family::Pattern && family != Family::TypeParam; }

const char* grammar_name(FieldType type) {
  switch (type) {
    case FieldType::Identifier: return "identifier";
    case FieldType::Int: return "int";
    case FieldType::String: return "string";
    case FieldType::Constant: return "constant";
    default: break;
  }
  size_t place = place_of_field_type(type);
  if (place < kFirstNode) return ast::family_name(kFamilies[place - kFirstFamily]);
  if (place < kFirstEnumeration) return ast::node_info(static_cast<NodeKind>(place - kFirstNode)).name;
  return kEnumerations[place - kFirstEnumeration].name;
}

// ---- Reading the array. ----

size_t SyntaxClasses::class_count() { return kClassCount; }
Type* SyntaxClasses::family(Family family) const {
  return type_at(family == Family::Node ? 0 : kFirstFamily + static_cast<size_t>(family) - 1);
}
Type* SyntaxClasses::node(NodeKind kind) const { return type_at(kFirstNode + static_cast<size_t>(kind)); }
Type* SyntaxClasses::enumeration(FieldType type) const { return type_at(kFirstEnumeration + enumeration_index(type)); }
Type* SyntaxClasses::member_class(FieldType type, uint8_t member) const {
  return type_at(kFirstMember + kMemberStarts.at[enumeration_index(type)] + member);
}
Value SyntaxClasses::member(FieldType type, uint8_t member) const {
  return values_->at(kFirstInstance + kMemberStarts.at[enumeration_index(type)] + member);
}
Value SyntaxClasses::class_of_field(FieldType type) const {
  size_t place = place_of_field_type(type);
  return place == 0 ? Value::none() : values_->at(place);
}
Str* SyntaxClasses::field_name(NodeKind kind, size_t index) const {
  return as<Str>(values_->at(kFirstFieldName + kFieldStarts.at[static_cast<size_t>(kind)] + index));
}
Str* SyntaxClasses::location_name(LocationField field) const {
  return as<Str>(values_->at(kFirstLocationName + static_cast<size_t>(field)));
}
Str* SyntaxClasses::fields_name() const { return as<Str>(values_->at(kFirstOtherName)); }
Str* SyntaxClasses::attributes_name() const { return as<Str>(values_->at(kFirstOtherName + 1)); }
Str* SyntaxClasses::field_types_name() const { return as<Str>(values_->at(kFirstOtherName + 2)); }

bool SyntaxClasses::classify(const Type* type, SyntaxClass* out) const {
  const Tuple* order = type->mro();
  for (size_t i = 0; i < order->length(); ++i) {
    Type* candidate = as_type(order->at(i));
    if (candidate == nullptr) continue;
    Value word = candidate->module_state_.get();
    if (!word.is_small_int() || word.small_int() < 0 || word.small_int() >= static_cast<int64_t>(kClassCount)) continue;
    auto place = static_cast<size_t>(word.small_int());
    if (type_at(place) != candidate) continue;
    using Kind = SyntaxClass::Kind;
    *out = {};
    if (place == 0) {
      out->kind = Kind::Root;
    } else if (place < kFirstNode) {
      out->kind = Kind::Family;
      out->family = kFamilies[place - kFirstFamily];
    } else if (place < kFirstEnumeration) {
      out->kind = Kind::Node;
      out->node = static_cast<NodeKind>(place - kFirstNode);
    } else if (place < kFirstMember) {
      out->kind = Kind::Enumeration;
      out->type = kEnumerations[place - kFirstEnumeration].type;
    } else {
      size_t index = place - kFirstMember, enumeration = 0;
      while (index >= kMemberStarts.at[enumeration + 1]) ++enumeration;
      out->kind = Kind::Member;
      out->type = kEnumerations[enumeration].type;
      out->member = static_cast<uint8_t>(index - kMemberStarts.at[enumeration]);
    }
    return true;
  }
  return false;
}

// ---- Making the array. ----

class SyntaxClassMaker {
 public:
  explicit SyntaxClassMaker(Thread& t) : t_(t), classes_(nullptr) {}

  Fallible<SyntaxClasses> run() {
    classes_ = SyntaxClasses(TRY(ValueArray::make(t_, kPlaceCount)));
    TRY(make_names());
    TRY(make_root());
    for (size_t i = 0; i < kFamilyCount; ++i) TRY(make_family(i));
    for (size_t i = 0; i < kNodeKindCount; ++i) TRY(make_node(static_cast<NodeKind>(i)));
    for (size_t i = 0; i < kEnumerationCount; ++i) TRY(make_enumeration(i));
    for (size_t i = 0; i < kNodeKindCount; ++i) TRY(add_field_types(static_cast<NodeKind>(i)));
    return classes_;
  }

 private:
  Fallible<void> make_names() {
    auto put = [&](size_t place, const char* text) -> Fallible<void> {
      classes_.values_->set(place, Value(TRY(Str::intern_utf8(t_, text))));
      return {};
    };
    for (size_t kind = 0; kind < kNodeKindCount; ++kind) {
      std::span<const FieldInfo> fields = ast::node_info(static_cast<NodeKind>(kind)).fields;
      for (size_t i = 0; i < fields.size(); ++i) TRY(put(kFirstFieldName + kFieldStarts.at[kind] + i, fields[i].name));
    }
    for (size_t i = 0; i < kLocationFieldCount; ++i) TRY(put(kFirstLocationName + i, kLocationNames[i]));
    for (size_t i = 0; i < std::size(kOtherNames); ++i) TRY(put(kFirstOtherName + i, kOtherNames[i]));
    return {};
  }

  Fallible<void> set(Dict* dict, const char* name, Value v) {
    Str* interned = TRY(Str::intern_utf8(t_, name));
    return dict->set_name(t_, interned, v);
  }

  Fallible<Dict*> attributes(Tuple* fields, Value doc) {
    Dict* dict = TRY(Dict::make(t_));
    TRY(dict->set_name(t_, classes_.fields_name(), Value(fields)));
    TRY(dict->set_name(t_, names.dunder_match_args, Value(fields)));
    TRY(set(dict, "__module__", Value(TRY(Str::intern_utf8(t_, "ast")))));
    TRY(dict->set_name(t_, names.dunder_doc, doc));
    return dict;
  }

  // `dict` may hold __static_attributes__, for the room of instances only.
  Fallible<Type*> make_class(size_t place, const char* name, Type* base, Dict* dict) {
    Tuple* bases = TRY(Tuple::of(t_, Value(base)));
    Type* type = TRY(make_class_py(t_, name, bases, dict));
    type->module_state_.set(type, Value::from_small_int(static_cast<int64_t>(place)));
    TRY(type->dict()->remove_name(t_, names.dunder_static_attributes));
    classes_.values_->set(place, Value(type));
    return type;
  }

  Fallible<void> make_root() {
    Dict* dict = TRY(attributes(empty_tuple(), Value::none()));
    TRY(dict->set_name(t_, classes_.attributes_name(), Value(empty_tuple())));
    TRY(set(dict, "__slots__", Value(TRY(Tuple::of(t_, Value(names.dunder_dict))))));
    Type* root = TRY(make_class(0, "AST", core.object, dict));
    TRY(root->dict()->remove_name(t_, TRY(Str::intern_utf8(t_, "__slots__"))));
    TRY(add_wrapper(root, names.dunder_init, reinterpret_cast<const void*>(syntax_object_init)));
    TRY(add_wrapper(root, names.dunder_repr, reinterpret_cast<const void*>(syntax_object_repr)));
    for (const NativeMethod* m = kSyntaxObjectMethods; m->name != nullptr; ++m) {
      auto* method = TRY(t_.allocate<MethodDescriptor>(shapes.method_descriptor));
      method->signature_ = signature_of(m);
      method->owner_ = root;
      method->name_ = TRY(Str::intern_utf8(t_, m->name));
      TRY(root->dict()->set_name(t_, method->name_, Value(method)));
    }
    TRY(root->modified(t_, names.dunder_init));
    return root->modified(t_, names.dunder_repr);
  }

  Fallible<void> add_wrapper(Type* type, Str* name, const void* function) {
    size_t row = 0;
    while (names.*kSlotNames[row].name != name) ++row;
    auto* wrapper = TRY(t_.allocate<WrapperDescriptor>(shapes.wrapper_descriptor));
    wrapper->slot_name_ = &kSlotNames[row];
    wrapper->function_ = function;
    wrapper->owner_ = type;
    wrapper->name_ = name;
    return type->dict()->set_name(t_, name, Value(wrapper));
  }

  // _attributes, and None for those that may be left out.
  Fallible<void> add_location_attributes(Dict* dict, bool located, bool end_optional) {
    if (!located) return dict->set_name(t_, classes_.attributes_name(), Value(empty_tuple()));
    Tuple* attributes = TRY(Tuple::make(t_, kLocationFieldCount));
    for (size_t i = 0; i < kLocationFieldCount; ++i)
      attributes->initialize(i, Value(classes_.location_name(static_cast<LocationField>(i))));
    TRY(dict->set_name(t_, classes_.attributes_name(), Value(attributes)));
    if (!end_optional) return {};
    TRY(dict->set_name(t_, classes_.location_name(LocationField::EndLine), Value::none()));
    return dict->set_name(t_, classes_.location_name(LocationField::EndColumn), Value::none());
  }

  Fallible<void> make_family(size_t index) {
    Family family = kFamilies[index];
    const char* name = ast::family_name(family);
    StrBuilder doc(t_);
    TRY(doc.append_ascii(name));
    const char* before = " = ";
    for (size_t i = 0; i < kNodeKindCount; ++i) {
      auto kind = static_cast<NodeKind>(i);
      if (ast::node_info(kind).family != family) continue;
      TRY(doc.append_ascii(before));
      TRY(append_grammar(t_, doc, kind));
      TRY(doc.append('\n'));
      TRY(doc.append_repeated(' ', std::string_view(name).size() + 1));
      before = "| ";
    }
    doc.truncate(doc.length() - std::string_view(name).size() - 2);
    Dict* dict = TRY(attributes(empty_tuple(), Value(TRY(doc.finish()))));
    TRY(add_location_attributes(dict, kFamilyLocated[index], end_is_optional(family)));
    TRY(make_class(kFirstFamily + index, name, classes_.root(), dict));
    return {};
  }

  Fallible<void> make_node(NodeKind kind) {
    const NodeInfo& info = ast::node_info(kind);
    Tuple* fields = TRY(Tuple::make(t_, info.fields.size()));
    for (size_t i = 0; i < info.fields.size(); ++i) fields->initialize(i, Value(classes_.field_name(kind, i)));
    StrBuilder doc(t_);
    TRY(append_grammar(t_, doc, kind));
    Dict* dict = TRY(attributes(fields, Value(TRY(doc.finish()))));
    if (info.family == Family::Node) TRY(add_location_attributes(dict, info.located, true));
    for (size_t i = 0; i < info.fields.size(); ++i)
      if (info.fields[i].arity == FieldArity::Optional)
        TRY(dict->set_name(t_, classes_.field_name(kind, i), Value::none()));
    TRY(dict->set_name(t_, names.dunder_static_attributes, Value(fields)));
    TRY(make_class(kFirstNode + static_cast<size_t>(kind), info.name, classes_.family(info.family), dict));
    return {};
  }

  Fallible<void> make_enumeration(size_t index) {
    FieldType type = kEnumerations[index].type;
    StrBuilder doc(t_);
    TRY(doc.append_ascii(kEnumerations[index].name));
    for (uint8_t i = 0; i < kMemberCounts[index]; ++i) {
      TRY(doc.append_ascii(i == 0 ? " = " : " | "));
      TRY(doc.append_ascii(ast::enumerator_name(type, i)));
    }
    Dict* dict = TRY(attributes(empty_tuple(), Value(TRY(doc.finish()))));
    TRY(add_location_attributes(dict, false, false));
    Type* base = TRY(make_class(kFirstEnumeration + index, kEnumerations[index].name, classes_.root(), dict));
    for (uint8_t i = 0; i < kMemberCounts[index]; ++i) {
      const char* name = ast::enumerator_name(type, i);
      dict = TRY(attributes(empty_tuple(), Value(TRY(Str::intern_utf8(t_, name)))));
      size_t place = kMemberStarts.at[index] + size_t{i};
      Type* member = TRY(make_class(kFirstMember + place, name, base, dict));
      TRY(publish_field_types(member, TRY(Dict::make(t_))));
      classes_.values_->set(kFirstInstance + place, Value(TRY(new_instance(t_, member))));
    }
    return {};
  }

  Fallible<Value> plain_class(FieldType type) {
    switch (type) {
      case FieldType::Identifier:
      case FieldType::String: return Value(core.str);
      case FieldType::Int: return Value(core.int_);
      case FieldType::Constant: return Value(core.object);
      default: return classes_.class_of_field(type);
    }
  }

  Fallible<void> add_field_types(NodeKind kind) {
    Dict* types = TRY(Dict::make(t_));
    std::span<const FieldInfo> fields = ast::node_info(kind).fields;
    for (size_t i = 0; i < fields.size(); ++i) {
      Value type = TRY(plain_class(fields[i].type));
      if (fields[i].arity == FieldArity::Optional) type = TRY(type_or_py(t_, type, Value::none()));
      else if (fields[i].arity != FieldArity::Required) type = TRY(make_generic_alias(t_, Value(core.list), type));
      TRY(types->set_name(t_, classes_.field_name(kind, i), type));
    }
    return publish_field_types(classes_.node(kind), types);
  }

  Fallible<void> publish_field_types(Type* type, Dict* types) {
    TRY(type->dict()->set_name(t_, classes_.field_types_name(), Value(types)));
    TRY(type->dict()->set_name(t_, names.dunder_annotations_cache, Value(types)));
    return type->modified(t_, classes_.field_types_name());
  }

  Thread& t_;
  SyntaxClasses classes_;
};

Fallible<SyntaxClasses> SyntaxClasses::of_py(Thread& t) {
  ValueField& slot = Isolate::of(t).slots[Isolate::kSyntaxClasses];
  if (!slot.get().is_empty()) return SyntaxClasses(as<ValueArray>(slot.get().cell()));
  SyntaxClasses made = TRY(SyntaxClassMaker(t).run());
  slot.set(nullptr, Value(made.values_));
  return made;
}

bool SyntaxClasses::is_tree(Thread& t, Value v) {
  Value known = Isolate::of(t).slots[Isolate::kSyntaxClasses].get();
  return !known.is_empty() && is_instance(v, SyntaxClasses(as<ValueArray>(known.cell())).root());
}

FormatArgument shown_name(Thread& t, Type* type) {
  Value known = Isolate::of(t).slots[Isolate::kSyntaxClasses].get();
  if (!known.is_empty() && as<ValueArray>(known.cell())->at(0) == Value(type)) return "ast.AST";
  return type->name();
}

}  // namespace hog
