// type.cpp: lookup along the method resolution order, versions, and the making of instances.
//
// Invariant: whenever what lookup() finds on a type may differ from before, the type's version (and with it the stamp of
// all its shapes) has moved, before any Python code can run.
#include "object/type.hpp"

#include "object/class_data.hpp"
#include "object/class_system.hpp"

namespace hog {

namespace {

void trace_nothing(Cell*, Marker&) {}

size_t cache_index(const Type* type, const Str* name) {
  uint64_t a = reinterpret_cast<uintptr_t>(type) >> 4;
  uint64_t b = reinterpret_cast<uintptr_t>(name) >> 4;
  return ((a * 31) ^ b) % IsolateState::kMethodCacheSize;
}

}  // namespace

const Layout Instance::kLayout = {"object", trace_nothing, nullptr, sizeof(Instance)};
const Layout NativeData::kLayout = {"native data", trace_nothing, nullptr, sizeof(NativeData)};
const Layout Type::kLayout = {"type", Type::trace, nullptr, sizeof(Type)};

void Type::trace(Cell* cell, Marker& marker) {
  auto* type = static_cast<Type*>(cell);
  marker.visit(type->name_);
  marker.visit(type->qualified_name_);
  marker.visit(type->base_);
  marker.visit(type->bases_);
  marker.visit(type->mro_);
  marker.visit(type->dict_);
  marker.visit(type->root_shape_);
  marker.visit(type->shapes_);
  marker.visit(type->subclasses_);
  marker.visit_word(type->module_state_.get().raw());
}

bool Type::is_finished() const { return mro_ != nullptr && mro_->length() != 0; }

bool Type::is_subtype_of(const Type* other) const {
  if (this == other) return true;
  if (!is_finished()) {
    for (const Type* type = base_; type != nullptr; type = type->base_)
      if (type == other) return true;
    return other == core.object;
  }
  for (size_t i = 0, n = mro_->length(); i < n; ++i)
    if (mro_->at(i) == Value(other)) return true;
  return false;
}

Value Type::lookup(Thread& t, Str* name) const {
  IsolateState::MethodCacheEntry& entry = t.isolate().method_cache[cache_index(this, name)];
  if (entry.type == this && entry.name == name && entry.version == version_) [[likely]] return entry.value;
  Value found = Value::absent();
  if (mro_ != nullptr) {
    for (size_t i = 0, n = mro_->length(); i < n; ++i) {
      Value v = as<Type>(mro_->at(i))->dict_->get_name_nogc(name);
      if (v.is_absent()) continue;
      found = v;
      break;
    }
  }
  // While the process starts, types are still changing; version 0 says so.
  if (version_ != 0) entry = {this, name, version_, found};
  return found;
}

uint32_t next_type_version(Thread& t) {
  IsolateState& isolate = t.isolate();
  return isolate.next_type_version == UINT32_MAX ? 0 : isolate.next_type_version++;
}

namespace {

Fallible<void> move_version(Thread& t, Type* type) {
  uint32_t version = next_type_version(t);
  // Four thousand million changes of classes: whoever does that has used up more than time.
  if (version == 0) return t.terminate(Limit::Instructions);
  type->version_ = version;
  for (Shape* shape = type->shapes_; shape != nullptr; shape = ShapeAccess::next_of_type(shape))
    ShapeAccess::set_stamp(shape, version);
  return {};
}

// All types whose lookups may go through `type`, each once, linked through work_next_; allocates nothing.
Fallible<Type*> bump_all(Thread& t, Type* type) {
  uint32_t before = t.isolate().next_type_version;
  TRY(move_version(t, type));
  type->work_next_ = nullptr;
  Type* last = type;
  for (Type* at = type; at != nullptr; at = at->work_next_) {
    WeakList* list = subclasses_of(t, at);
    for (uint32_t i = 0, n = list == nullptr ? 0 : list->size(); i < n; ++i) {
      auto* subclass = static_cast<Type*>(list->at(i));
      if (subclass == nullptr || subclass->version_ >= before) continue;
      TRY(move_version(t, subclass));
      subclass->work_next_ = nullptr;
      last->work_next_ = subclass;
      last = subclass;
    }
  }
  return type;
}

}  // namespace

Fallible<void> bump_versions(Thread& t, Type* type) {
  TRY(bump_all(t, type));
  return {};
}

Fallible<void> Type::modified(Thread& t, Str* name) {
  Type* first = TRY(bump_all(t, this));
  if (name != nullptr && !is_slot_name(name)) return {};
  for (Type* type = first; type != nullptr; type = type->work_next_) update_slots(t, type, name);
  return {};
}

Fallible<Cell*> new_instance(Thread& t, Type* type, size_t tail) {
  size_t bytes;
  if (__builtin_add_overflow(type->instance_size(), tail, &bytes)) return t.raise_memory_error();
  if (type->root_shape()->layout()->item_size != 0) bytes += 8;  // the tail ends anywhere, the members begin at a word
  Cell* cell = t.heap().allocate(bytes, type->root_shape());
  if (cell == nullptr) [[unlikely]] return t.raise_memory_error();
  if (type->has(type_flag::kHasFinalizer)) [[unlikely]] {
    TRY(t.isolate().services->register_finalizer(t, cell));
  }
  return cell;
}

}  // namespace hog
