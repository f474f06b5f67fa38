// attribute_cache.cpp: the slow halves of LOAD_ATTR, STORE_ATTR and LOAD_METHOD: they do the work, and fill the site's
// inline cache when what they found is guarded by (shape, stamp).
//
// Invariant: a cache is filled from facts gathered *after* the last Python code ran; it holds nothing that a change of the
// type (a new stamp) or of the object's shape would not invalidate.
#include "object/class_system.hpp"
#include "object/protocol.hpp"
#include "vm/interpreter_support.hpp"

namespace hog {

namespace {

constexpr uint8_t kMostMisses = 200;

// Whether the site may still be filled; counts the miss.
bool may_fill(InlineCache* cache) {
  if (cache->kind == InlineCache::Kind::Megamorphic) return false;
  if (cache->shape != nullptr && ++cache->misses > kMostMisses) {
    *cache = InlineCache{};
    cache->kind = InlineCache::Kind::Megamorphic;
    return false;
  }
  return true;
}

void fill(InlineCache* cache, Shape* shape, InlineCache::Kind kind, uint32_t offset, Value value = Value()) {
  cache->shape = shape;
  cache->stamp = shape->stamp();
  cache->kind = kind;
  cache->offset = offset;
  cache->value = value;
}

bool is_data_descriptor(Value v) { return type_of(v)->slots().descriptor_set != nullptr; }

// Byte offset or overflow index of attribute `index` of cells with this shape.
bool fill_slot(InlineCache* cache, Shape* shape, uint32_t index, InlineCache::Kind inline_kind,
               InlineCache::Kind overflow_kind) {
  if (index < shape->inline_capacity()) {
    fill(cache, shape, inline_kind, shape->attributes_offset() + 8 + 8 * index);
  } else {
    fill(cache, shape, overflow_kind, index - shape->inline_capacity());
  }
  return true;
}

// Remembers what reading `name` from objects of this shape finds; false: nothing that can be cached.
bool fill_load(Thread& t, InlineCache* cache, Cell* cell, Str* name) {
  Shape* shape = cell->shape();
  Type* type = shape->type();
  if (!type->has(type_flag::kGenericGetAttribute)) return false;
  Value found = type->lookup(t, name);
  bool fixed_layout = cell->layout()->item_size == 0;
  if (!found.is_absent() && is_data_descriptor(found)) {
    if (is_exactly(found, shapes.member_descriptor) && fixed_layout) {
      auto* member = as<MemberDescriptor>(found);
      if (member->member_ != nullptr) return false;
      fill(cache, shape, InlineCache::Kind::Member, member->offset_);
      return true;
    }
    if (is_exactly(found, shapes.property)) {
      Value getter = as<Property>(found)->get_.get();
      if (getter.is_empty() || !is_exactly(getter, shapes.function)) return false;
      Code* code = as<Function>(getter)->code_.get();
      if (!code->simple_parameters_ || code->positional_count_ != 1) return false;
      fill(cache, shape, InlineCache::Kind::PropertyGet, 0, getter);
      return true;
    }
    return false;
  }
  if (shape->is_dictionary_mode()) return false;
  if (type->has(type_flag::kHasDict)) {
    if (!fixed_layout) return false;
    int32_t index = shape->find(name);
    if (index >= 0)
      return fill_slot(cache, shape, static_cast<uint32_t>(index), InlineCache::Kind::InlineSlot,
                       InlineCache::Kind::OverflowSlot);
  }
  if (found.is_absent() || type_of(found)->slots().descriptor_get != nullptr) return false;
  fill(cache, shape, InlineCache::Kind::TypeValue, 0, found);
  return true;
}

bool fill_module_load(Thread& t, InlineCache* cache, Cell* cell, Str* name) {
  auto* module = static_cast<Module*>(cell);
  if (module->shape() != shapes.module) return false;
  if (!core.module->lookup(t, name).is_absent()) return false;
  int64_t position = module->dict()->find_name_nogc(name);
  if (position < 0) return false;
  fill(cache, module->shape(), InlineCache::Kind::ModuleValue, static_cast<uint32_t>(position));
  cache->version = module->dict()->keys_version();
  return true;
}

// Class attributes read from the class itself: `Color.RED`, `Config.limit`, class and static methods excluded.
bool fill_class_load(Thread& t, InlineCache* cache, Type* type, Str* name) {
  Type* metatype = type->shape()->type();
  if (metatype->slots().get_attribute != &type_get_attribute) return false;
  Value in_metatype = metatype->lookup(t, name);
  if (!in_metatype.is_absent() && is_data_descriptor(in_metatype)) return false;
  Value found = type->lookup(t, name);
  if (found.is_absent()) return false;
  if (type_of(found)->slots().descriptor_get != nullptr && !is_exactly(found, shapes.function)) return false;
  // A metatype that changes later could hide the attribute: only plain `type` is safe without a second guard.
  if (metatype != core.type) return false;
  cache->shape = reinterpret_cast<Shape*>(static_cast<Cell*>(type));
  cache->stamp = type->version();
  cache->kind = InlineCache::Kind::ClassValue;
  cache->value = found;
  return true;
}

}  // namespace

Fallible<Value> load_attribute_py(Thread& t, InlineCache* cache, Value object, Str* name) {
  Value v = TRY(get_attribute_py(t, object, name));
  if (!object.is_cell() || !may_fill(cache)) return v;
  Cell* cell = object.cell();
  if (is<Module>(cell)) {
    fill_module_load(t, cache, cell, name);
  } else if (is<Type>(cell)) {
    fill_class_load(t, cache, static_cast<Type*>(cell), name);
  } else {
    fill_load(t, cache, cell, name);
  }
  return v;
}

Fallible<void> load_method_py(Thread& t, InlineCache* cache, Value object, Str* name, Value* destination) {
  Shape* shape = shape_of(object);
  Type* type = shape->type();
  if (type->has(type_flag::kGenericGetAttribute)) {
    Value found = type->lookup(t, name);
    if (!found.is_absent() && type_of(found)->has(type_flag::kMethodDescriptor)) {
      Value own = type->has(type_flag::kHasDict) ? own_attribute_nogc(object, name) : Value::absent();
      if (own.is_absent()) {
        destination[0] = found;
        destination[1] = object;
        // In dictionary mode the name may appear in the dict without a change of shape.
        if (object.is_cell() && !shape->is_dictionary_mode() && may_fill(cache) &&
            !(type->has(type_flag::kHasDict) && object.cell()->layout()->item_size != 0))
          fill(cache, shape, InlineCache::Kind::Method, 0, found);
        return {};
      }
      destination[0] = own;
      destination[1] = Value();
      return {};
    }
  }
  // Through the other kinds of cache: modules, classes, plain attributes.
  Value v;
  if (object.is_cell() && cache->shape == object.cell()->shape() && cache->shape->stamp() == cache->stamp &&
      cache->kind == InlineCache::Kind::ModuleValue &&
      as<Module>(object)->dict()->keys_version_ == cache->version && cache->version != 0) {
    v = as<Module>(object)->dict()->entries()->entries_[cache->offset].value.get();
  } else if (object.is_cell() && reinterpret_cast<Cell*>(cache->shape) == object.cell() &&
             cache->kind == InlineCache::Kind::ClassValue && as<Type>(object)->version() == cache->stamp) {
    v = cache->value;
  } else {
    v = TRY(load_attribute_py(t, cache, object, name));
  }
  destination[0] = v;
  destination[1] = Value();
  return {};
}

Fallible<void> store_attribute_py(Thread& t, InlineCache* cache, Value object, Str* name, Value value) {
  if (!object.is_cell()) return set_attribute_py(t, object, name, value);
  Cell* cell = object.cell();
  Shape* before = cell->shape();
  Type* type = before->type();
  bool cacheable = type->has(type_flag::kGenericSetAttribute) && cell->layout()->item_size == 0 &&
                   !before->is_dictionary_mode() && !is<Type>(cell) && !is<Module>(cell);
  if (!cacheable) return set_attribute_py(t, object, name, value);
  uint32_t stamp = before->stamp();
  Value found = type->lookup(t, name);
  bool data_descriptor = !found.is_absent() && is_data_descriptor(found);
  TRY(set_attribute_py(t, object, name, value));
  if (before->stamp() != stamp || before->type() != type || !may_fill(cache)) return {};
  if (data_descriptor) {
    if (is_exactly(found, shapes.member_descriptor) && as<MemberDescriptor>(found)->member_ == nullptr)
      fill(cache, before, InlineCache::Kind::StoreMember, as<MemberDescriptor>(found)->offset_);
    return {};
  }
  if (!type->has(type_flag::kHasDict)) return {};
  Shape* after = cell->shape();
  int32_t index = before->find(name);
  if (index >= 0) {
    if (after == before)
      fill_slot(cache, before, static_cast<uint32_t>(index), InlineCache::Kind::StoreInline,
                InlineCache::Kind::StoreOverflow);
    return {};
  }
  index = after->find(name);
  if (after->type() == type && !after->is_dictionary_mode() && index >= 0 &&
      after->slot_count() == before->slot_count() + 1 && static_cast<uint32_t>(index) < after->inline_capacity())
    fill(cache, before, InlineCache::Kind::StoreNew, before->attributes_offset() + 8 + 8 * static_cast<uint32_t>(index),
         Value(after));
  return {};
}

Fallible<void> load_super_attribute_py(Thread& t, const Value* inputs, Str* name, uint8_t x, Value* destination) {
  Value super = inputs[0], cls = inputs[1], self = inputs[2];
  bool method = (x & 1) != 0;
  if (super == Value(core.super) && is<Type>(cls)) {
    auto* start = as<Type>(cls);
    // super() proper: search the method resolution order of the object's type (or of the object, a class) behind `cls`.
    Type* object_type = type_of(self);
    bool through_class = false;
    if (is<Type>(self) && as<Type>(self)->is_subtype_of(start)) {
      object_type = as<Type>(self);
      through_class = true;
    }
    if (object_type->is_subtype_of(start) && name != names.dunder_class) {
      Tuple* mro = object_type->mro();
      size_t i = 0;
      while (i < mro->length() && mro->at(i) != cls) ++i;
      for (++i; i < mro->length(); ++i) {
        Value found = as<Type>(mro->at(i))->dict()->get_name_nogc(name);
        if (found.is_absent()) continue;
        if (method && !through_class && type_of(found)->has(type_flag::kMethodDescriptor)) {
          destination[0] = found;
          destination[1] = self;
          return {};
        }
        if (auto get = type_of(found)->slots().descriptor_get; get != nullptr)
          found = TRY(get(t, found, through_class ? Value::absent() : self, Value(object_type)));
        destination[0] = found;
        if (method) destination[1] = Value();
        return {};
      }
    }
  }
  Value object = TRY((x & 2) != 0 && super != Value(core.super) ? call_py(t, super) : call_py(t, super, cls, self));
  destination[0] = TRY(get_attribute_py(t, object, name));
  if (method) destination[1] = Value();
  return {};
}

Fallible<void> load_special_py(Thread& t, uint8_t which, Value object, Value* destination) {
  Str* const kNames[] = {names.dunder_enter, names.dunder_exit, names.dunder_aenter, names.dunder_aexit};
  Str* name = kNames[which];
  Type* type = type_of(object);
  Value found = type->lookup(t, name);
  if (!found.is_absent()) {
    if (type_of(found)->has(type_flag::kMethodDescriptor)) {
      destination[0] = found;
      destination[1] = object;
      return {};
    }
    if (auto get = type_of(found)->slots().descriptor_get; get != nullptr)
      found = TRY(get(t, found, object, Value(type)));
    destination[0] = found;
    destination[1] = Value();
    return {};
  }
  bool is_async = which >= 2;
  // The other protocol of the two is there: the program most likely forgot (or added) `async`.
  bool other = !type->lookup(t, is_async ? names.dunder_enter : names.dunder_aenter).is_absent() &&
               !type->lookup(t, is_async ? names.dunder_exit : names.dunder_aexit).is_absent();
  const char* protocol = is_async ? "asynchronous context manager" : "context manager";
  if (other && is_async)
    return t.raise_type_error("'{}' object does not support the {} protocol (missed {} method) but it supports the "
                              "context manager protocol. Did you mean to use 'with'?",
                              type, protocol, name);
  if (other)
    return t.raise_type_error("'{}' object does not support the {} protocol (missed {} method) but it supports the "
                              "asynchronous context manager protocol. Did you mean to use 'async with'?",
                              type, protocol, name);
  return t.raise_type_error("'{}' object does not support the {} protocol (missed {} method)", type, protocol, name);
}

}  // namespace hog
