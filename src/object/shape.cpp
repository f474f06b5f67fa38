// shape.cpp: transitions between shapes, and how the part of an instance beyond its C++ struct is traced.
//
// Invariant: a permanent shape is never written after bootstrap; the children of a permanent root hang in the isolate's
// BuiltinTypeTable.
#include "object/shape.hpp"

#include "object/class_data.hpp"
#include "object/class_system.hpp"

namespace hog {

namespace {

void trace_name_array(Cell* cell, Marker& marker) {
  auto* names = static_cast<NameArray*>(cell);
  for (uint32_t i = 0; i < names->used(); ++i) marker.visit(names->at(i));
}

void trace_slot_array(Cell* cell, Marker& marker) {
  auto* slots = static_cast<SlotArray*>(cell);
  marker.visit_words(reinterpret_cast<const uint64_t*>(slots->values_), slots->capacity_);
}

size_t name_count(const Cell* cell) { return static_cast<const NameArray*>(cell)->capacity(); }
size_t slot_count_of(const Cell* cell) { return static_cast<const SlotArray*>(cell)->capacity_; }

// Members, the attributes word (unless the C++ struct has it and traces it) and the inline slots are one run of words behind
// the struct; an instance has no other references there.
void trace_members(Cell* cell, Marker& marker) {
  const Shape* shape = cell->shape();
  const Type* type = shape->type();
  uint32_t begin = (shape->layout()->base_size + 7u) & ~7u;
  uint32_t words = type->member_count_;
  if (shape->attributes_offset() >= begin) ++words;
  words += shape->inline_capacity();
  marker.visit_words(reinterpret_cast<const uint64_t*>(extra_field(cell, begin)), words);
}

}  // namespace

const Layout NameArray::kLayout = {"name array", trace_name_array, nullptr, sizeof(NameArray), sizeof(Str*), name_count};
const Layout SlotArray::kLayout = {"slot array", trace_slot_array, nullptr, sizeof(SlotArray), sizeof(Value), slot_count_of};
const Layout Shape::kLayout = {"shape", Shape::trace, nullptr, sizeof(Shape)};

void Shape::trace(Cell* cell, Marker& marker) {
  auto* shape = static_cast<Shape*>(cell);
  marker.visit(shape->type_);
  marker.visit(shape->names_);
  marker.visit(shape->parent_);
  marker.visit(shape->next_of_type_);
  marker.visit(shape->dictionary_shape_);
  marker.visit(shape->first_child_);
  marker.visit(shape->sibling_);
}

Shape* Shape::make_root(Heap& heap, Shape* meta, Type* type, const Layout* layout) {
  auto* shape = static_cast<Shape*>(heap.allocate(sizeof(Shape), meta));
  if (shape == nullptr) return nullptr;
  shape->layout_ = layout;
  shape->type_ = type;
  shape->variable_ = layout != nullptr && layout->item_size != 0;
  return shape;
}

// A shape of the same type, layout and stamp.
Shape* Shape::make_twin(Heap& heap) const {
  Shape* twin = make_root(heap, shapes.meta, type_, layout_);
  if (twin == nullptr) return nullptr;
  twin->stamp_ = stamp_;
  twin->attributes_offset_ = attributes_offset_;
  twin->inline_capacity_ = inline_capacity_;
  twin->trace_extra_ = trace_extra_;
  if (type_->is_heap_type()) {
    twin->next_of_type_ = type_->shapes_;
    type_->shapes_ = twin;
  }
  return twin;
}

Fallible<Shape*> Shape::dictionary_shape(Thread& t) {
  Shape* root = type_->root_shape();
  if (root->dictionary_mode_) return root;
  if (root->dictionary_shape_ != nullptr) return root->dictionary_shape_;
  HOG_CHECK(type_->is_heap_type());
  Shape* twin = root->make_twin(t.heap());
  if (twin == nullptr) return t.raise_memory_error();
  twin->dictionary_mode_ = true;
  root->dictionary_shape_ = twin;
  return twin;
}

// The names of this shape and one more: in place when this shape is the last user of its array.
Fallible<NameArray*> Shape::names_with(Thread& t, Str* name) {
  if (names_ != nullptr && names_->used_ == slot_count_ && names_->used_ < names_->capacity_) {
    names_->names_[names_->used_++] = name;
    return names_;
  }
  uint32_t capacity = slot_count_ < 4 ? 6 : slot_count_ * 2;
  auto* bigger = TRY(t.allocate<NameArray>(shapes.name_array, capacity * sizeof(Str*)));
  bigger->capacity_ = capacity;
  for (uint32_t i = 0; i < slot_count_; ++i) bigger->names_[i] = names_->names_[i];
  bigger->names_[slot_count_] = name;
  bigger->used_ = slot_count_ + 1;
  return bigger;
}

Fallible<Shape*> Shape::add_name(Thread& t, Str* name, bool* dictionary_mode) {
  *dictionary_mode = false;
  BuiltinTypeTable::Entry* entry = type_->is_heap_type() ? nullptr : builtin_entry(t, type_);
  bool is_builtin_root = entry != nullptr && this == type_->root_shape();
  Shape* first = is_builtin_root ? entry->first_child : first_child_;
  for (Shape* child = first; child != nullptr; child = child->sibling_)
    if (child->names_->at(slot_count_) == name) return child;

  uint32_t& count = entry != nullptr ? entry->shape_count : type_->shape_count_;
  if (slot_count_ >= kMostSlots || count >= kMostShapesPerType) {
    *dictionary_mode = true;
    return dictionary_shape(t);
  }
  NameArray* names = TRY(names_with(t, name));
  Shape* child = make_twin(t.heap());
  if (child == nullptr) {
    // The name that names_with() may have put behind ours belongs to nobody: later shapes would inherit it.
    if (names == names_) --names->used_;
    return t.raise_memory_error();
  }
  child->names_ = names;
  child->slot_count_ = slot_count_ + 1;
  child->parent_ = this;
  ++count;
  // Allocation may have collected, but never adds children: the list heads are as they were.
  if (is_builtin_root) {
    child->sibling_ = entry->first_child;
    entry->first_child = child;
  } else {
    child->sibling_ = first_child_;
    first_child_ = child;
  }
  return child;
}

void ShapeAccess::set_layout_of_attributes(Shape* shape, uint32_t offset, uint32_t inline_capacity) {
  shape->attributes_offset_ = offset;
  shape->inline_capacity_ = static_cast<uint16_t>(inline_capacity);
  if (offset != 0) shape->trace_extra_ = trace_members;
}
void ShapeAccess::set_has_members(Shape* shape) { shape->trace_extra_ = trace_members; }
void ShapeAccess::set_dictionary_mode(Shape* shape) { shape->dictionary_mode_ = true; }
void ShapeAccess::set_stamp(Shape* shape, uint32_t stamp) { shape->stamp_ = stamp; }
Shape* ShapeAccess::next_of_type(Shape* shape) { return shape->next_of_type_; }
bool ShapeAccess::make_dictionary_shape(Heap& heap, Shape* root) {
  Shape* twin = root->make_twin(heap);
  if (twin == nullptr) return false;
  twin->dictionary_mode_ = true;
  root->dictionary_shape_ = twin;
  return true;
}
void ShapeAccess::set_meta(Shape* meta) { meta->set_shape_nogc(meta); }

}  // namespace hog
