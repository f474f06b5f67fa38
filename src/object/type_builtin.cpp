// type_builtin.cpp: see type_builtin.hpp.
//
// Invariant: everything made here is permanent and refers to permanent cells only.
#include "object/type_builtin.hpp"

#include <cstring>
#include <iterator>

#include "object/class_data.hpp"
#include "object/signature.hpp"
#include "object/type_heap.hpp"

namespace hog {

namespace {

using namespace type_flag;

constexpr uint32_t kInherited = kWeakReferences | kHasDict | kSequence | kMapping | kMatchSelf | kDictionaryInstances |
                                kIntSubclass | kStrSubclass | kBytesSubclass | kTupleSubclass | kListSubclass |
                                kDictSubclass | kTypeSubclass | kExceptionSubclass;

constexpr uint32_t kMostBuiltinTypes = 1024;
// Set while the process starts, constant afterwards.
uint32_t built_in_types = 0;
Type* built_in_type_table[kMostBuiltinTypes];

uint32_t rounded(uint32_t bytes) { return (bytes + 7) & ~uint32_t{7}; }

void lay_out(Type* type, const TypeSpec* spec, const Layout* layout) {
  Type* base = type->base_;
  type->instance_size_ = rounded(layout->base_size);
  uint32_t offset = spec->attributes_offset;
  if (type->has(kHasDict)) {
    bool same_layout = base != nullptr && base->root_shape_->layout() == layout;
    if (offset == 0 && same_layout) offset = base->attributes_offset_;
    if (offset == 0) offset = type->instance_size_;
    if (offset == type->instance_size_) type->instance_size_ += 8;
  }
  type->attributes_offset_ = offset;
  ShapeAccess::set_layout_of_attributes(type->root_shape_, offset, 0);
}

// dict[name] = value unless it is there already.
Fallible<void> add(Thread& t, Type* type, Str* name, Value value, bool replace = false) {
  if (!replace && !type->dict_->get_name_nogc(name).is_absent()) return {};
  return type->dict_->set_name(t, name, value);
}

// OPTIMIZATION: where the rows of kSlotNames find their slots, close together, since most slots of most types are empty.
constexpr uint16_t kSlotOffsets[] = {
#define HOG_SLOT_NAME(dunder, slot, ...) offsetof(Slots, slot),
#include "object/slot_names.def"
#undef HOG_SLOT_NAME
};

Fallible<void> add_wrappers(Thread& t, Type* type, const Slots& own) {
  for (size_t i = 0; i < std::size(kSlotOffsets); ++i) {
    SlotFunction function = slot_at(own, kSlotOffsets[i]);
    if (function == nullptr) continue;
    const SlotName& row = kSlotNames[i];
    if (row.wrapper == nullptr) continue;
    Str* name = names.*row.name;
    if (own.hash == hash_not_implemented && name == names.dunder_hash) continue;
    auto* wrapper = TRY(t.allocate<WrapperDescriptor>(shapes.wrapper_descriptor));
    wrapper->slot_name_ = &row;
    wrapper->function_ = reinterpret_cast<const void*>(function);
    wrapper->owner_ = type;
    wrapper->name_ = name;
    TRY(add(t, type, name, wrapper));
  }
  return {};
}

Fallible<void> add_methods(Thread& t, Type* type, const TypeSpec* spec) {
  for (const NativeMethod* m = spec->methods; m != nullptr && m->name != nullptr; ++m) {
    const NativeSignature* signature = TRY(parse_signature(t, m, spec->name));
    Str* name = TRY(Str::intern_utf8(t, m->name));
    bool replace = (m->flags & native_flag::kCoexist) != 0;
    if ((m->flags & native_flag::kStatic) != 0) {
      auto* function = TRY(make_native_function(t, m, Value(type), Value()));
      TRY(add(t, type, name, TRY(make_static_method(t, function)), replace));
      continue;
    }
    bool of_class = (m->flags & native_flag::kClassMethod) != 0;
    auto* method = TRY(t.allocate<MethodDescriptor>(of_class ? shapes.classmethod_descriptor : shapes.method_descriptor));
    method->signature_ = signature;
    method->owner_ = type;
    method->name_ = name;
    TRY(add(t, type, name, method, replace));
  }
  return {};
}

Fallible<void> add_data_descriptors(Thread& t, Type* type, const TypeSpec* spec) {
  for (const GetSet* g = spec->getsets; g != nullptr && g->name != nullptr; ++g) {
    auto* descriptor = TRY(t.allocate<GetSetDescriptor>(shapes.getset_descriptor));
    descriptor->getset_ = g;
    descriptor->owner_ = type;
    descriptor->name_ = TRY(Str::intern_utf8(t, g->name));
    TRY(add(t, type, descriptor->name_, descriptor));
  }
  for (const Member* m = spec->members; m != nullptr && m->name != nullptr; ++m) {
    auto* descriptor = TRY(t.allocate<MemberDescriptor>(shapes.member_descriptor));
    descriptor->member_ = m;
    descriptor->offset_ = m->offset;
    descriptor->owner_ = type;
    descriptor->name_ = TRY(Str::intern_utf8(t, m->name));
    TRY(add(t, type, descriptor->name_, descriptor));
  }
  return {};
}

Fallible<void> add_dict(Thread& t, Type* type, const TypeSpec* spec) {
  Slots own = spec->slots;
  if (own.compare != nullptr && own.hash == nullptr) own.hash = hash_not_implemented;
  type->slots_ = own;
  if (own.new_ != nullptr && !type->has(kNoInstantiation))
    TRY(add(t, type, names.dunder_new, TRY(make_native_function(t, &kNewMethod, Value(type), Value()))));
  TRY(add_wrappers(t, type, own));
  TRY(add_methods(t, type, spec));
  TRY(add_data_descriptors(t, type, spec));
  bool adds_dict = type->has(kHasDict) && !type->base_->has(kHasDict) && !type->has(kDictionaryInstances);
  if (adds_dict && type->dict_->get_name_nogc(names.dunder_dict).is_absent()) {
    auto* descriptor = TRY(t.allocate<GetSetDescriptor>(shapes.getset_descriptor));
    descriptor->getset_ = &kBuiltinDictGetSet;
    descriptor->owner_ = type;
    descriptor->name_ = names.dunder_dict;
    TRY(add(t, type, names.dunder_dict, descriptor));
  }
  if (own.hash == hash_not_implemented) TRY(add(t, type, names.dunder_hash, Value::none()));
  Value doc = Value::none();
  if (spec->doc != nullptr) doc = TRY(Str::from_utf8(t, spec->doc));
  return add(t, type, names.dunder_doc, doc);
}

// How many names the type's own dictionary will hold, about.
size_t count_of_attributes(const TypeSpec* spec) {
  size_t count = 1;  // __doc__
  for (size_t offset : kSlotOffsets) count += slot_at(spec->slots, offset) != nullptr;
  for (const NativeMethod* m = spec->methods; m != nullptr && m->name != nullptr; ++m) ++count;
  for (const GetSet* g = spec->getsets; g != nullptr && g->name != nullptr; ++g) ++count;
  for (const Member* m = spec->members; m != nullptr && m->name != nullptr; ++m) ++count;
  return count;
}

// The one built-in class, structured sequences and syntax trees aside, whose patterns take positions.
Fallible<void> add_match_arguments(Thread& t, Type* type) {
  static constexpr const char* kParts[] = {"value", "expression", "conversion", "format_spec"};
  Tuple* parts = TRY(Tuple::make(t, std::size(kParts)));
  for (size_t i = 0; i < std::size(kParts); ++i) parts->initialize(i, Value(TRY(Str::intern_utf8(t, kParts[i]))));
  return add(t, type, names.dunder_match_args, Value(parts));
}

uint32_t subclass_flag(const Type* type) {
  if (type == core.int_) return kIntSubclass;
  if (type == core.str) return kStrSubclass;
  if (type == core.bytes) return kBytesSubclass;
  if (type == core.tuple) return kTupleSubclass;
  if (type == core.list) return kListSubclass;
  if (type == core.dict) return kDictSubclass;
  if (type == core.type) return kTypeSubclass;
  if (type == core.BaseException) return kExceptionSubclass;
  return 0;
}

}  // namespace

uint32_t builtin_type_count() { return built_in_types; }
Type* builtin_type(uint32_t index) { return built_in_type_table[index]; }

Fallible<Type*> allocate_builtin_type(Thread& t, const TypeSpec* spec, Type* base, const Layout* layout) {
  auto* type = TRY(t.allocate<Type>(shapes.type));
  type->spec_ = spec;
  type->base_ = base;
  HOG_CHECK(built_in_types < kMostBuiltinTypes);
  built_in_type_table[built_in_types] = type;
  type->core_index_ = static_cast<uint16_t>(++built_in_types);
  type->version_ = built_in_types;
  type->flags_ = spec->flags | kImmutable;
  if (base != nullptr) type->flags_ |= base->flags_ & kInherited;
  type->root_shape_ = Shape::make_root(t.heap(), shapes.meta, type, layout);
  if (type->root_shape_ == nullptr) return t.raise_memory_error();
  ShapeAccess::set_stamp(type->root_shape_, type->version_);
  lay_out(type, spec, layout);
  if (type->has(kDictionaryInstances)) ShapeAccess::set_dictionary_mode(type->root_shape_);
  if (type->has(kHasDict) && !type->has(kDictionaryInstances) &&
      !ShapeAccess::make_dictionary_shape(t.heap(), type->root_shape_))
    return t.raise_memory_error();
  return type;
}

Fallible<void> fill_builtin_type(Thread& t, Type* type) {
  const TypeSpec* spec = type->spec_;
  Type* base = type->base_;
  const char* dot = std::strrchr(spec->name, '.');
  type->name_ = TRY(Str::intern_utf8(t, dot != nullptr ? dot + 1 : spec->name));
  type->qualified_name_ = TRY(Str::intern_utf8(t, spec->name));
  type->flags_ |= subclass_flag(type);
  if (base != nullptr) type->flags_ |= base->flags_ & kInherited;
  type->bases_ = base == nullptr ? empty_tuple() : TRY(Tuple::of(t, Value(base)));
  if (type == core.ExceptionGroup) {  // the one built-in type with two bases; Exception adds nothing but its place
    type->bases_ = TRY(Tuple::of(t, Value(base), Value(core.Exception)));
    type->mro_ = TRY(c3_linearization(t, type));
  } else {
    size_t above = base == nullptr ? 0 : base->mro_->length();
    type->mro_ = TRY(Tuple::make(t, above + 1));
    type->mro_->initialize(0, type);
    for (size_t i = 0; i < above; ++i) type->mro_->initialize(i + 1, base->mro_->at(i));
  }
  for (const NativeMethod* m = spec->constructors; m != nullptr && m->name != nullptr; ++m)
    TRY(parse_signature(t, m, nullptr));
  type->dict_ = TRY(Dict::make_sized(t, count_of_attributes(spec)));
  TRY(add_dict(t, type, spec));
  if (type == core.interpolation) TRY(add_match_arguments(t, type));
  if (base != nullptr) inherit_slots(type, base);
  if (type->has(kNoInstantiation)) type->slots_.new_ = nullptr;
  update_slot_flags(type);
  return {};
}

}  // namespace hog
