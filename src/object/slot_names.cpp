// slot_names.cpp: keeps a type's slots in step with the dunders that lookup finds on it.
//
// Invariant: after update_slots() a slot is the C++ function itself when the dunders found are wrappers of one function
// that this type's layout may use, and the from_python function otherwise; without any dunder it is empty.
#include <cstddef>

#include "object/class_system.hpp"
#include "object/slot_wrappers.hpp"
#include "object/slots_from_python.hpp"

namespace hog {

namespace {

template <typename F>
SlotFunction erase(F function) {
  return reinterpret_cast<SlotFunction>(function);
}
SlotFunction erase(std::nullptr_t) { return nullptr; }

}  // namespace

const SlotName kSlotNames[] = {
#define HOG_SLOT_NAME(dunder, slot, wrapper, from_python, signature, doc) \
  {&Names::dunder_##dunder, offsetof(Slots, slot), wrapper, erase(from_python), signature, doc},
#include "object/slot_names.def"
#undef HOG_SLOT_NAME
};
const size_t kSlotNameCount = sizeof kSlotNames / sizeof *kSlotNames;

void set_slot_at(Slots* slots, size_t offset, SlotFunction function) {
  *reinterpret_cast<SlotFunction*>(reinterpret_cast<char*>(slots) + offset) = function;
}

Fallible<int64_t> hash_not_implemented(Thread& t, Value self) {
  return t.raise_type_error("unhashable type: '{}'", type_of(self));
}

void inherit_slots(Type* type, const Type* base) {
  bool own_identity = type->slots_.hash != nullptr || type->slots_.compare != nullptr;
  for (size_t offset = 0; offset < sizeof(Slots); offset += sizeof(SlotFunction)) {
    if (offset == offsetof(Slots, hash) || offset == offsetof(Slots, compare)) continue;
    if (slot_at(type->slots_, offset) == nullptr) set_slot_at(&type->slots_, offset, slot_at(base->slots_, offset));
  }
  // A type with its own == does not inherit a hash, nor the reverse.
  if (!own_identity) {
    type->slots_.hash = base->slots_.hash;
    type->slots_.compare = base->slots_.compare;
  }
}

bool is_slot_name(const Str* name) {
  if (!name->is_ascii() || name->length() < 6 || name->data1()[0] != '_' || name->data1()[1] != '_') return false;
  for (size_t i = 0; i < kSlotNameCount; ++i)
    if (names.*kSlotNames[i].name == name) return true;
  return false;
}

namespace {

struct SlotChoice {
  SlotFunction specific = nullptr;
  SlotFunction generic = nullptr;
  bool use_generic = false;
};

// __new__ of a built-in type is no wrapper but a function that remembers its type.
bool choose_new(Type* type, NativeFunction* function, SlotChoice* choice) {
  if (function->signature_->method != &kNewMethod) return false;
  Type* owner = as_type(function->self_);
  if (owner == nullptr || !type->is_subtype_of(owner)) return false;
  // Safe for the same layout, and for a built-in base with a layout of its own that makes its instances the same way.
  const Type* built_in = type;
  while (built_in->is_heap_type()) built_in = built_in->base();
  if (owner->instance_layout() != type->instance_layout() && built_in->slots_.new_ != owner->slots_.new_) return false;
  choice->specific = slot_at(owner->slots_, offsetof(Slots, new_));
  return true;
}

void choose(Type* type, const SlotName& row, Value found, SlotChoice* choice) {
  if (auto* wrapper = try_as<WrapperDescriptor>(found)) {
    bool usable = type->is_subtype_of(wrapper->owner_);
    if (wrapper->slot_name_ == &row && usable) {
      auto function = reinterpret_cast<SlotFunction>(const_cast<void*>(wrapper->function_));
      if (choice->specific == nullptr || choice->specific == function) {
        choice->specific = function;
        if (choice->generic == nullptr) choice->generic = row.from_python;
        return;
      }
    } else if (usable && wrapper->slot_name_->offset != row.offset && wrapper->slot_name_->name == row.name) {
      return;  // the other slot of this name, `+` as concatenation, is the one
    }
  } else if (auto* method = try_as<MethodDescriptor>(found);
             method != nullptr && (method->signature_->method->flags & native_flag::kCoexist) != 0 &&
             type->is_subtype_of(method->owner_) && slot_at(method->owner_->slots_, row.offset) != nullptr) {
    // The method says what the slot of its type does.
    SlotFunction function = slot_at(method->owner_->slots_, row.offset);
    if (choice->specific == nullptr || choice->specific == function) {
      choice->specific = function;
      if (choice->generic == nullptr) choice->generic = row.from_python;
      return;
    }
  } else if (found.is_none() && row.offset == offsetof(Slots, hash)) {
    choice->specific = erase(hash_not_implemented);
    return;
  } else if (row.offset == offsetof(Slots, new_) && is<NativeFunction>(found)) {
    if (choose_new(type, as<NativeFunction>(found), choice)) return;
  }
  choice->use_generic = true;
  choice->generic = row.from_python;
}

}  // namespace

void update_slots(Thread& t, Type* type, const Str* name) {
  for (size_t first = 0, next; first < kSlotNameCount; first = next) {
    bool concerned = name == nullptr;
    for (next = first; next < kSlotNameCount && kSlotNames[next].offset == kSlotNames[first].offset; ++next)
      concerned |= names.*kSlotNames[next].name == name;
    if (!concerned) continue;
    SlotChoice choice;
    for (size_t i = first; i < next; ++i) {
      Value found = type->lookup(t, names.*kSlotNames[i].name);
      if (!found.is_absent()) choose(type, kSlotNames[i], found, &choice);
    }
    bool specific = choice.specific != nullptr && !choice.use_generic;
    set_slot_at(&type->slots_, kSlotNames[first].offset, specific ? choice.specific : choice.generic);
  }
  update_slot_flags(type);
}

void update_slot_flags(Type* type) {
  using namespace type_flag;
  auto set = [&](uint32_t flag, bool on) { type->flags_ = on ? type->flags_ | flag : type->flags_ & ~flag; };
  set(kGenericGetAttribute, type->slots_.get_attribute == generic_get_attribute);
  set(kGenericSetAttribute, type->slots_.set_attribute == generic_set_attribute);
  set(kHasFinalizer, type->slots_.finalize != nullptr);
}

}  // namespace hog
