// class_data.hpp: what an isolate knows of classes beside the classes themselves: weak lists of subclasses, the mutable
// side of built-in types (which are constant and shared by all isolates), and the lookup cache.
//
// Invariant: a permanent cell never refers to a cell of an isolate; the references in the other direction are here.
#pragma once

#include "object/shape.hpp"
#include "object/thread.hpp"
#include "object/type.hpp"

namespace hog {

// Cells that are not kept alive by being listed. Emptied places are null until the list grows or is compacted.
class WeakList : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<WeakList*> make(Thread& t, uint32_t capacity);
  // Adds a cell to *list, making or replacing the list as needed; the caller stores *list.
  static Fallible<void> add(Thread& t, WeakList** list, Cell* cell);
  void remove_nogc(const Cell* cell);
  uint32_t size() const { return size_; }
  Cell* at(uint32_t i) const { return items_[i]; }  // may be null

 private:
  friend struct ClassDataAccess;
  uint32_t size_;
  uint32_t capacity_;
  WeakList* next_;  // in IsolateState::weak_lists
  Cell* items_[];
};

class BuiltinTypeTable : public Cell {
 public:
  static const Layout kLayout;
  struct Entry {
    WeakList* subclasses;
    Shape* first_child;    // transitions from the type's root shape
    uint32_t shape_count;
  };
  uint32_t count_;
  Entry entries_[];
};

// ---- To be called by the owner of the isolate. ----
// After initialize_runtime(), before anything else runs in the isolate.
Fallible<void> set_up_classes(Thread& t);
// From HeapHooks::trace_roots and HeapHooks::clear_weak_tables.
void trace_class_roots(IsolateState& isolate, Marker& marker);
void clear_weak_class_data(IsolateState& isolate);

// ---- For object/ and types/. ----
BuiltinTypeTable::Entry* builtin_entry(Thread& t, const Type* type);  // null for heap types and during bootstrap
WeakList* subclasses_of(Thread& t, const Type* type);                 // null: none
Fallible<void> add_subclass(Thread& t, Type* base, Type* derived);
void remove_subclass(Thread& t, Type* base, const Type* derived);
uint32_t builtin_type_count();
Type* builtin_type(uint32_t index);  // in the order of their making

}  // namespace hog
