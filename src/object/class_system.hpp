// class_system.hpp: the functions that the files of the class system share: object/type_*.cpp, object/slot*.cpp,
// object/attributes.cpp and the types/ of classes and descriptors. Nobody else needs it.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog {

// A plain object: no C++ fields.
class Instance : public Cell {
 public:
  static const Layout kLayout;
};

// Memory without references: what is made once per process beside objects.
class NativeData : public Cell {
 public:
  static const Layout kLayout;
};

// ---- shape.cpp ----
struct ShapeAccess {
  static void set_layout_of_attributes(Shape* shape, uint32_t offset, uint32_t inline_capacity);
  static void set_stamp(Shape* shape, uint32_t stamp);
  static void set_has_members(Shape* shape);
  static void set_dictionary_mode(Shape* shape);
  static void set_meta(Shape* meta);
  static Shape* next_of_type(Shape* shape);
  // Premakes the dictionary-mode twin of a permanent root shape.
  static bool make_dictionary_shape(Heap& heap, Shape* root);
};

// ---- attributes.cpp ----
Fallible<void> move_to_type(Thread& t, Cell* cell, Type* type);
Failure raise_no_module_attribute_py(Thread& t, Module* module, Str* name);  // module.cpp
// AttributeError that knows its object and name.
Failure raise_attribute_error_formatted(Thread& t, Value object, Str* name, const char* format,
                                        const FormatArgument* arguments, size_t count);
template <typename... Args>
Failure raise_attribute_error(Thread& t, Value object, Str* name, const char* format, const Args&... args) {
  const FormatArgument list[] = {FormatArgument(0), FormatArgument(args)...};
  return raise_attribute_error_formatted(t, object, name, format, list + 1, sizeof...(args));
}

// ---- type.cpp ----
uint32_t next_type_version(Thread& t);
Fallible<void> bump_versions(Thread& t, Type* type);

// ---- slot_names.cpp: dunders and slots, both directions. ----
using SlotFunction = void (*)();
using SlotWrapper = Fallible<Value> (*)(Thread&, SlotFunction slot, Value self, const Arguments& arguments);
struct SlotName {
  Str* Names::*name;
  uint16_t offset;             // in Slots
  SlotWrapper wrapper;         // calls the C++ slot with Python arguments; null: no wrapper
  SlotFunction from_python;    // the slot's function that calls the dunder; null: the slot becomes empty
  const char* text_signature;
  const char* doc;
};
extern const SlotName kSlotNames[];
extern const size_t kSlotNameCount;
inline SlotFunction slot_at(const Slots& slots, size_t offset) {
  return *reinterpret_cast<const SlotFunction*>(reinterpret_cast<const char*>(&slots) + offset);
}
void set_slot_at(Slots* slots, size_t offset, SlotFunction function);
// Fills each slot that `type` leaves empty from its bases, in their order, as C++ types inherit them.
void inherit_slots(Type* type, const Type* base);
// Sets the slots that answer to `name` (null: all slots) of one type from what lookup finds.
void update_slots(Thread& t, Type* type, const Str* name);
bool is_slot_name(const Str* name);
// Flags that follow from the slots.
void update_slot_flags(Type* type);
Fallible<int64_t> hash_not_implemented(Thread& t, Value self);

// ---- slots_from_python.cpp ----
// type(self).name(self, arguments...) without the instance dictionary; absent when the type has no such attribute.
Fallible<Value> call_special_py(Thread& t, Value self, Str* name, const Value* arguments, size_t count);
// The same with what lookup found.
Fallible<Value> call_found_special_py(Thread& t, Value self, Value found, const Value* arguments, size_t count);
Fallible<Value> get_attribute_hook_py(Thread& t, Value self, Str* name);
Fallible<Value> new_from_python(Thread& t, Type* type, const Arguments& arguments);
Fallible<void> init_from_python(Thread& t, Value self, const Arguments& arguments);

// ---- type_create.cpp, type_heap.cpp, mro.cpp ----
extern const NativeMethod kNewMethod;  // __new__ of built-in types
Fallible<Value> type_new(Thread& t, Type* metatype, const Arguments& arguments);
Fallible<Type*> calculate_metaclass(Thread& t, Type* metatype, Tuple* bases);
Fallible<Type*> best_base(Thread& t, Tuple* bases);
Type* solid_base(Type* type);
Fallible<Tuple*> compute_mro_py(Thread& t, Type* type);
Fallible<Tuple*> c3_linearization(Thread& t, Type* type);
Fallible<void> set_bases_py(Thread& t, Type* type, Tuple* bases);
// Class creation from C++: type(name, (bases,), {}) without running Python; for native heap types and tests.
Fallible<Type*> make_class_py(Thread& t, const char* name, Tuple* bases, Dict* dict);

// ---- types/object.cpp ----
Fallible<Value> object_new(Thread& t, Type* type, const Arguments& arguments);
Fallible<void> object_init(Thread& t, Value self, const Arguments& arguments);
Fallible<Value> object_compare(Thread& t, Value self, Value other, CompareOp op);
Fallible<int64_t> object_hash(Thread& t, Value self);
Fallible<Value> object_repr(Thread& t, Value self);
// ---- types/type.cpp ----
Fallible<Value> type_call(Thread& t, Value callee, const Arguments& arguments);
Fallible<Value> type_get_attribute(Thread& t, Value self, Str* name);
Fallible<void> type_set_attribute(Thread& t, Value self, Str* name, Value value);
Fallible<Value> type_module(Thread& t, Type* type);  // absent: has none
Str* qualname_of(const Type* type);                   // __qualname__
Fallible<Str*> address_text(Thread& t, const void* address);  // 0x7f...
// ---- protocol_object.cpp: without __instancecheck__ and __subclasscheck__. ----
Fallible<bool> plain_is_instance_py(Thread& t, Value v, Value cls);
Fallible<bool> plain_is_subclass_py(Thread& t, Value derived, Value cls);

// Extra parts of classes that are descriptors.
class Property : public Cell {
 public:
  static const Layout kLayout;
  ValueField get_, set_, delete_, doc_, name_;  // empty: none
  bool doc_from_getter_;
};
class ClassMethod : public Cell {
 public:
  static const Layout kLayout;
  ValueField callable_;
  ValueField attributes_;  // the attributes word
};
class StaticMethod : public Cell {
 public:
  static const Layout kLayout;
  ValueField callable_;
  ValueField attributes_;  // the attributes word
};
class Super : public Cell {
 public:
  static const Layout kLayout;
  Field<Type> type_;
  ValueField object_;
  Field<Type> object_type_;
};
class BoundMethod : public Cell {
 public:
  static const Layout kLayout;
  ValueField function_;
  ValueField self_;
};
class MappingProxy : public Cell {
 public:
  static const Layout kLayout;
  ValueField mapping_;
};
Fallible<Value> make_mapping_proxy(Thread& t, Value mapping);
Fallible<Value> make_class_method(Thread& t, Value callable);
Fallible<Value> make_static_method(Thread& t, Value callable);

// `values` after `first`, in one array: for calls that put self before the arguments. Lives on the native stack.
class Prepended {
 public:
  explicit Prepended(Thread& t) : t_(t) {}
  Fallible<void> set(Value first, const Arguments& rest);
  const Arguments& arguments() const { return arguments_; }

 private:
  static constexpr size_t kInline = 10;
  Thread& t_;
  Value inline_[kInline];
  Arguments arguments_;
};

}  // namespace hog
