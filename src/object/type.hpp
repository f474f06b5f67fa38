// type.hpp: Type, the class of every Python type, and TypeSpec, the constant from which a built-in type is made.
#pragma once

#include "object/shape.hpp"
#include "object/slots.hpp"

namespace hog {

class Dict;
struct NativeMethod;
struct GetSet;
struct Member;

namespace type_flag {
constexpr uint32_t kBaseType = 1u << 0;         // may be subclassed
constexpr uint32_t kHeapType = 1u << 1;         // made by a class statement or type(): mutable, per isolate
constexpr uint32_t kImmutable = 1u << 2;        // attributes may not be assigned
constexpr uint32_t kNoInstantiation = 1u << 3;  // "cannot create 'x' instances"
constexpr uint32_t kWeakReferences = 1u << 4;   // instances may be weakly referenced
constexpr uint32_t kHasDict = 1u << 5;          // instances have a __dict__
constexpr uint32_t kAbstract = 1u << 6;         // __abstractmethods__ is not empty
constexpr uint32_t kSequence = 1u << 7;         // match: [...] patterns
constexpr uint32_t kMapping = 1u << 8;          // match: {...} patterns
constexpr uint32_t kMatchSelf = 1u << 9;        // match: int(x) binds the subject itself
constexpr uint32_t kMethodDescriptor = 1u << 10;  // calling obj.f(...) may skip the bound method
constexpr uint32_t kHasFinalizer = 1u << 11;    // instances are registered for __del__ when made
constexpr uint32_t kDictionaryInstances = 1u << 12;  // instances keep attributes in a Dict from the start (modules)
// Fast subclass tests, inherited.
constexpr uint32_t kIntSubclass = 1u << 16;
constexpr uint32_t kStrSubclass = 1u << 17;
constexpr uint32_t kBytesSubclass = 1u << 18;
constexpr uint32_t kTupleSubclass = 1u << 19;
constexpr uint32_t kListSubclass = 1u << 20;
constexpr uint32_t kDictSubclass = 1u << 21;
constexpr uint32_t kTypeSubclass = 1u << 22;
constexpr uint32_t kExceptionSubclass = 1u << 23;
// Set by slot updating: the type uses object's own behaviour (nothing overridden in Python).
constexpr uint32_t kGenericGetAttribute = 1u << 24;
constexpr uint32_t kGenericSetAttribute = 1u << 25;
}  // namespace type_flag

// What a built-in type is, as a constant. Every table is ended by a row of nulls, or is null.
struct TypeSpec {
  const char* name;               // "list", "collections.deque": as repr shows it, module before the last dot
  const char* doc = nullptr;
  const Layout* layout = nullptr;     // null: inherited from the base
  Type* const* base = nullptr;        // address of the core type (or of a module's type) it derives from; null: object
  uint32_t flags = 0;                 // type_flag; kImmutable is implied
  Slots slots{};
  const NativeMethod* methods = nullptr;
  const GetSet* getsets = nullptr;
  const Member* members = nullptr;
  const char* text_signature = nullptr;  // of the constructor: "(iterable=(), /)"
  // kHasDict: where the C++ struct has its attributes word (a ValueField, best the last field, so that subclasses get
  // inline slots behind it). 0: inherited from the base; without one there either, the word follows the struct and
  // instances must come from new_instance().
  uint32_t attributes_offset = 0;
  // Rows that are no attributes: signatures for the new_ and init slots to bind with (call_native(t, *signature_of(&row),
  // self, arguments)). A row's name is what messages call the function.
  const NativeMethod* constructors = nullptr;
};

class Type : public Cell {
 public:
  static const Layout kLayout;

  // The name as __name__ has it (after the last dot), and with its module as error messages' %T has it.
  Str* name() const { return name_; }
  Str* qualified_name() const { return qualified_name_; }
  Type* base() const { return base_; }
  Tuple* bases() const { return bases_; }
  Tuple* mro() const { return mro_; }  // empty while the class is being made: lookups find nothing
  bool is_finished() const;
  Dict* dict() const { return dict_; }
  Shape* root_shape() const { return root_shape_; }
  const Layout* instance_layout() const { return root_shape_->layout(); }
  uint32_t flags() const { return flags_; }
  bool has(uint32_t flag) const { return (flags_ & flag) != 0; }
  bool is_heap_type() const { return has(type_flag::kHeapType); }
  const Slots& slots() const { return slots_; }
  uint32_t version() const { return version_; }
  uint32_t instance_size() const { return instance_size_; }

  // Does the method resolution order contain `other`? No Python runs (isinstance() with __instancecheck__ is
  // is_instance_py in protocol.hpp).
  bool is_subtype_of(const Type* other) const;

  // First definition along the method resolution order, or absent. Cached. No Python runs.
  Value lookup(Thread& t, Str* interned_name) const;

  // After a change of dict(): new version and stamps here and in all subclasses, slots of `name` updated.
  Fallible<void> modified(Thread& t, Str* name);

  // Members below are for the object/ and types/type_*.cpp implementation of classes.
  Str* name_;
  Str* qualified_name_;
  Type* base_;
  Tuple* bases_;
  Tuple* mro_;
  Dict* dict_;
  Shape* root_shape_;
  Shape* shapes_;            // all of them, chained
  uint32_t shape_count_;
  uint32_t flags_;
  uint32_t version_;         // unique among all versions of all types an isolate has seen; 0 never
  uint32_t instance_size_;   // bytes without tail items
  uint32_t attributes_offset_;
  uint32_t member_count_;    // __slots__ of this class and its bases
  Type* work_next_;          // links the types that modified() is at; null otherwise
  uint16_t inline_capacity_;
  uint16_t core_index_;      // of a built-in type: its place in per-isolate side tables; 0: none
  class WeakList* subclasses_;  // direct subclasses (heap types; those of built-in types: BuiltinTypeTable)
  const TypeSpec* spec_;     // of the nearest built-in type
  ValueField module_state_;  // native heap types: their module
  Slots slots_;

 private:
  static void trace(Cell*, Marker&);
};

// A zeroed instance of a type: its C++ struct, `tail_bytes` of items, members and attributes. For `new_` slots that
// may be asked for a subclass. The C++ part must be made valid before anything else runs. Registers finalisers.
Fallible<Cell*> new_instance(Thread& t, Type* type, size_t tail_bytes = 0);

// Bytes by which the tail moves the members and the attributes word of this cell; 0 for layouts without a tail.
inline size_t tail_bytes(const Cell* cell) {
  const Layout* layout = cell->layout();
  if (layout->item_size == 0) return 0;
  size_t base = (layout->base_size + size_t{7}) & ~size_t{7};
  return ((layout->base_size + layout->item_count(cell) * layout->item_size + 7) & ~size_t{7}) - base;
}
// A field of the part beyond the C++ struct, by its offset in the type.
inline ValueField* extra_field(Cell* cell, uint32_t offset) {
  return reinterpret_cast<ValueField*>(reinterpret_cast<char*>(cell) + offset + tail_bytes(cell));
}
// The attributes word of an instance; its type must have kHasDict.
inline ValueField* attributes_word(Cell* cell) { return extra_field(cell, cell->shape()->attributes_offset()); }

inline ValueField* inline_slots(Cell* cell, const Shape* shape) {
  return reinterpret_cast<ValueField*>(reinterpret_cast<char*>(cell) + shape->attributes_offset() + 8);
}

}  // namespace hog
