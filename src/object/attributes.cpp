// attributes.cpp: object's own way of getting, setting and deleting attributes, and where instances keep them.
//
// Invariant: an instance's shape and its storage change together, with nothing between that could fail or collect; a
// permanent cell is never written.
#include "object/class_system.hpp"
#include "object/exception.hpp"

namespace hog {

namespace {

Dict* dictionary_of(Cell* cell) {
  Value word = attributes_word(cell)->get();
  return word.is_empty() ? nullptr : as<Dict>(word);
}

ValueField* attribute_slot(Cell* cell, const Shape* shape, uint32_t index) {
  if (index < shape->inline_capacity()) return &inline_slots(cell, shape)[index];
  return &as<SlotArray>(attributes_word(cell)->get())->values_[index - shape->inline_capacity()];
}

bool is_shared_cell(const Cell* cell) {
  return !cell->shape()->type()->is_heap_type() && Heap::is_permanent(cell);
}

Failure raise_read_only(Thread& t, Cell* cell, Str* name) {
  return raise_attribute_error(t, cell, name, "'{}' object attribute '{}' is read-only", cell->shape()->type(), name);
}

// Makes room for overflow slot `index` of a cell that is about to get it.
Fallible<void> reserve_overflow(Thread& t, Cell* cell, uint32_t index) {
  Value word = attributes_word(cell)->get();
  uint32_t capacity = word.is_empty() ? 0 : as<SlotArray>(word)->capacity_;
  if (index < capacity) return {};
  uint32_t bigger = index < 4 ? 4 : index + index / 2;
  auto* array = TRY(t.allocate<SlotArray>(shapes.slot_array, bigger * sizeof(Value)));
  array->capacity_ = bigger;
  for (uint32_t i = 0; i < capacity; ++i) array->values_[i].set(array, as<SlotArray>(word)->values_[i]);
  attributes_word(cell)->set(cell, Value(array));
  return {};
}

}  // namespace

// ---- Own attributes. ----

Value own_attribute_nogc(Value object, const Str* name) {
  if (!object.is_cell()) return Value::absent();
  Cell* cell = object.cell();
  const Shape* shape = cell->shape();
  if (shape->attributes_offset() == 0) return Value::absent();
  if (shape->is_dictionary_mode()) {
    Dict* dict = dictionary_of(cell);
    return dict == nullptr ? Value::absent() : dict->get_name_nogc(name);
  }
  int32_t index = shape->find(name);
  return index < 0 ? Value::absent() : attribute_slot(cell, shape, static_cast<uint32_t>(index))->get();
}

Fallible<void> set_own_attribute(Thread& t, Cell* cell, Str* name, Value value) {
  Shape* shape = cell->shape();
  if (shape->is_dictionary_mode()) return TRY(instance_dict(t, cell))->set_name(t, name, value);
  int32_t known = shape->find(name);
  if (known >= 0) {
    attribute_slot(cell, shape, static_cast<uint32_t>(known))->set(cell, value);
    return {};
  }
  if (is_shared_cell(cell)) return raise_read_only(t, cell, name);
  bool dictionary_mode;
  Shape* next = TRY(shape->add_name(t, name, &dictionary_mode));
  if (dictionary_mode) return TRY(instance_dict(t, cell))->set_name(t, name, value);
  uint32_t index = shape->slot_count();
  if (index >= shape->inline_capacity()) TRY(reserve_overflow(t, cell, index - shape->inline_capacity()));
  cell->set_shape_nogc(next);
  attribute_slot(cell, next, index)->set(cell, value);
  return {};
}

Fallible<bool> remove_own_attribute(Thread& t, Cell* cell, Str* name) {
  Shape* shape = cell->shape();
  if (!shape->is_dictionary_mode()) {
    int32_t known = shape->find(name);
    if (known < 0) return false;
    auto index = static_cast<uint32_t>(known);
    // The newest attribute goes the way it came; any other makes a dictionary of the instance.
    if (index + 1 == shape->slot_count() && shape->parent() != nullptr) {
      attribute_slot(cell, shape, index)->clear();
      cell->set_shape_nogc(shape->parent());
      return true;
    }
  }
  return TRY(instance_dict(t, cell))->remove_name(t, name);
}

Fallible<Dict*> instance_dict(Thread& t, Cell* cell) {
  Shape* shape = cell->shape();
  if (shape->is_dictionary_mode()) {
    if (Dict* dict = dictionary_of(cell)) return dict;
    Dict* made = TRY(Dict::make(t));
    if (!is_shared_cell(cell)) attributes_word(cell)->set(cell, made);
    return made;
  }
  Dict* dict = TRY(Dict::make(t));
  for (uint32_t i = 0; i < shape->slot_count(); ++i)
    TRY(dict->set_name(t, shape->name_at(i), attribute_slot(cell, shape, i)->get()));
  if (is_shared_cell(cell)) return dict;  // constant and without attributes: a fresh empty dict each time
  Shape* twin = TRY(shape->dictionary_shape(t));
  for (uint32_t i = 0; i < shape->inline_capacity(); ++i) inline_slots(cell, shape)[i].clear();
  cell->set_shape_nogc(twin);
  attributes_word(cell)->set(cell, dict);
  return dict;
}

Fallible<void> set_instance_dict(Thread& t, Cell* cell, Dict* dict) {
  if (is_shared_cell(cell)) return raise_read_only(t, cell, names.dunder_dict);
  Shape* shape = cell->shape();
  if (!shape->is_dictionary_mode()) {
    Shape* twin = TRY(shape->dictionary_shape(t));
    for (uint32_t i = 0; i < shape->inline_capacity(); ++i) inline_slots(cell, shape)[i].clear();
    cell->set_shape_nogc(twin);
  }
  attributes_word(cell)->set(cell, dict);
  return {};
}

// `__class__ = type`; the caller has made sure that the layouts agree.
Fallible<void> move_to_type(Thread& t, Cell* cell, Type* type) {
  Shape* shape = cell->shape();
  Shape* root = type->root_shape();
  if (shape->attributes_offset() == 0) {
    cell->set_shape_nogc(root);
    return {};
  }
  bool same_places = shape->inline_capacity() == root->inline_capacity();
  if (!shape->is_dictionary_mode() && same_places) {
    Shape* next = root;
    bool dictionary_mode = root->is_dictionary_mode();
    for (uint32_t i = 0; i < shape->slot_count() && !dictionary_mode; ++i)
      next = TRY(next->add_name(t, shape->name_at(i), &dictionary_mode));
    if (!dictionary_mode) {
      cell->set_shape_nogc(next);
      return {};
    }
  }
  // A dictionary-mode cell may be smaller than the new type's instances: it uses none of the inline slots.
  TRY(instance_dict(t, cell));
  Shape* twin = root->is_dictionary_mode() ? root : TRY(root->dictionary_shape(t));
  cell->set_shape_nogc(twin);
  return {};
}

// ---- Errors. ----

Failure raise_attribute_error_formatted(Thread& t, Value object, Str* name, const char* format,
                                        const FormatArgument* arguments, size_t count) {
  Failure failure = t.raise_formatted(core.AttributeError, format, arguments, count);
  if (t.has_exception() && type_of(t.exception()) == core.AttributeError) {
    auto* error = as<BaseException>(t.exception());
    error->extra_[exception_field::kAttributeObj].set(error, object);
    error->extra_[exception_field::kAttributeName].set(error, Value(name));
  }
  return failure;
}

Failure raise_no_attribute(Thread& t, Value object, Str* name) {
  if (Type* type = as_type(object))
    return raise_attribute_error(t, object, name, "type object '{}' has no attribute '{}'", type, name);
  if (object.is_cell() && is<Module>(object) && type_of(object)->slots().get_attribute == core.module->slots().get_attribute)
    return raise_no_module_attribute_py(t, as<Module>(object), name);
  return raise_attribute_error(t, object, name, "'{}' object has no attribute '{}'", type_of(object), name);
}

// ---- object.__getattribute__, __setattr__, __delattr__. ----

Fallible<Value> generic_get_attribute(Thread& t, Value object, Str* name) {
  Type* type = type_of(object);
  Value found = type->lookup(t, name);
  slot_kind::DescriptorGet get = nullptr;
  if (!found.is_absent()) {
    const Slots& slots = type_of(found)->slots();
    get = slots.descriptor_get;
    if (get != nullptr && slots.descriptor_set != nullptr) return get(t, found, object, Value(type));
  }
  Value own = own_attribute_nogc(object, name);
  if (!own.is_absent()) return own;
  if (get != nullptr) return get(t, found, object, Value(type));
  return found;
}

Fallible<void> generic_set_attribute(Thread& t, Value object, Str* name, Value value) {
  Type* type = type_of(object);
  Value found = type->lookup(t, name);
  if (!found.is_absent())
    if (auto set = type_of(found)->slots().descriptor_set; set != nullptr) return set(t, found, object, value);
  if (!object.is_cell() || object.cell()->shape()->attributes_offset() == 0) {
    if (!found.is_absent())
      return raise_attribute_error(t, object, name, "'{}' object attribute '{}' is read-only", type, name);
    if (type->slots().set_attribute != generic_set_attribute && type->slots().set_attribute != nullptr)
      return raise_attribute_error(t, object, name, "'{}' object has no attribute '{}'", type, name);
    return raise_attribute_error(t, object, name,
                                 "'{}' object has no attribute '{}' and no __dict__ for setting new attributes", type, name);
  }
  if (!value.is_absent()) return set_own_attribute(t, object.cell(), name, value);
  if (!TRY(remove_own_attribute(t, object.cell(), name))) return raise_no_attribute(t, object, name);
  return {};
}

// ---- Through the slots. ----

Fallible<Value> get_attribute_py(Thread& t, Value object, Str* name) {
  Type* type = type_of(object);
  Value found = TRY(type->slots().get_attribute(t, object, name));
  if (found.is_absent()) [[unlikely]] return raise_no_attribute(t, object, name);
  return found;
}

Fallible<Value> find_attribute_py(Thread& t, Value object, Str* name) {
  Fallible<Value> found = type_of(object)->slots().get_attribute(t, object, name);
  if (found.failed() && clear_exception_if(t, core.AttributeError)) return Value::absent();
  return found;
}

Fallible<void> set_attribute_py(Thread& t, Value object, Str* name, Value value) {
  return type_of(object)->slots().set_attribute(t, object, name, value);
}

Fallible<Value> get_attribute_by_value_py(Thread& t, Value object, Value name) {
  if (!is<Str>(name)) return t.raise_type_error("attribute name must be string, not '{}'", type_of(name));
  return get_attribute_py(t, object, TRY(Str::intern(t, as<Str>(name))));
}

Fallible<Value> find_special_py(Thread& t, Value object, Str* name) {
  Type* type = type_of(object);
  Value found = type->lookup(t, name);
  if (found.is_absent()) return found;
  if (auto get = type_of(found)->slots().descriptor_get; get != nullptr) return get(t, found, object, Value(type));
  return found;
}

}  // namespace hog
