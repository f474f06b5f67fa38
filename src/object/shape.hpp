// shape.hpp: hidden classes. A cell's first word is its Shape: its type, its C++ layout, and, for instances with
// attributes, the names of those attributes and where their values are.
//
// Each type has a root shape (no attributes yet). Storing a new attribute moves the instance along a transition to the
// shape that has one name more. Attribute i of a cell lives in its inline slots while i < inline_capacity, beyond that
// in its SlotArray; both hang on the cell's `attributes` word at attributes_offset (0: the type has no __dict__):
//
//   [C++ struct][__slots__ members][attributes word][inline slots ...]
//
// The attributes word holds nothing, a SlotArray, or, in dictionary mode (somebody asked for __dict__, deleted an
// attribute, or stored very many), the Dict that then is the only home of the attributes.
// A layout with a tail (int, tuple, str) has its tail before the members, and no inline slots. Offsets of members and of
// the attributes word are as if the tail were empty; extra_part() adds what is there.
// Invariants: names in a shape are interned; a shape never changes but for `stamp_`, which moves when the type (or a
// base) changes, so that (shape, stamp) guards everything an inline cache can know.
#pragma once

#include "object/value.hpp"

namespace hog {

class Type;
class Str;
class Dict;
class Thread;

// The names of a chain of shapes in order; a shape uses the first slot_count of them.
class NameArray : public Cell {
 public:
  static const Layout kLayout;
  uint32_t capacity() const { return capacity_; }
  uint32_t used() const { return used_; }
  Str* at(uint32_t i) const { return names_[i]; }

 private:
  friend class Shape;
  uint32_t capacity_;
  uint32_t used_;
  Str* names_[];
};

// Values of attributes beyond the inline ones.
class SlotArray : public Cell {
 public:
  static const Layout kLayout;
  uint32_t capacity_;
  uint32_t padding_;
  ValueField values_[];
};

class Shape : public ShapeBase {
 public:
  static const Layout kLayout;
  static constexpr uint32_t kMostSlots = 128;          // more attributes: dictionary mode
  static constexpr uint32_t kMostShapesPerType = 512;  // more variety: dictionary mode

  Type* type() const { return type_; }
  uint32_t stamp() const { return stamp_; }
  uint32_t slot_count() const { return slot_count_; }
  bool is_dictionary_mode() const { return dictionary_mode_; }
  uint32_t attributes_offset() const { return attributes_offset_; }
  uint32_t inline_capacity() const { return inline_capacity_; }
  Str* name_at(uint32_t i) const { return names_->at(i); }
  Shape* parent() const { return parent_; }  // the shape with one name less; null for roots

  // Index of an interned name, or -1.
  int32_t find(const Str* interned_name) const {
    for (uint32_t i = 0; i < slot_count_; ++i)
      if (names_->at(i) == interned_name) return static_cast<int32_t>(i);
    return -1;
  }

  // The shape with one more name; null means "go to dictionary mode" (too many), failure means out of memory.
  Fallible<Shape*> add_name(Thread& t, Str* interned_name, bool* dictionary_mode);
  static Shape* make_root(Heap& heap, Shape* meta, Type* type, const Layout* layout);  // null: out of memory
  Fallible<Shape*> dictionary_shape(Thread& t);

 private:
  friend class Type;
  friend struct ShapeAccess;
  static void trace(Cell*, Marker&);
  Shape* make_twin(Heap& heap) const;
  Fallible<NameArray*> names_with(Thread& t, Str* name);

  Type* type_;
  uint32_t stamp_;              // the type's version
  uint32_t slot_count_;
  uint32_t attributes_offset_;  // bytes; for layouts with a tail: see Type::attributes_word
  uint16_t inline_capacity_;
  bool dictionary_mode_;
  bool variable_;               // members and attributes follow a tail of items
  NameArray* names_;
  Shape* parent_;
  Shape* next_of_type_;         // all shapes of a type, from Type::shapes_
  Shape* dictionary_shape_;     // of the root: its dictionary-mode twin
  // Transitions: the first one inline, further ones chained through their sibling_.
  Shape* first_child_;
  Shape* sibling_;
};

}  // namespace hog
