// slots.hpp: the protocol functions of a type, in C++. A type's slots are filled from its TypeSpec, inherited from its
// bases, or, where a class defines the `__dunder__` in Python, point to the function that looks it up and calls it.
#pragma once

#include "object/value.hpp"

namespace hog {

class Thread;
class Type;
class Str;
class Tuple;
struct BufferView;

// A call's arguments: `positional` values, then one value for each name in `names` (null when there are none).
// The memory belongs to the caller and stays valid for the duration of the call.
struct Arguments {
  const Value* values = nullptr;
  uint32_t positional = 0;
  Tuple* names = nullptr;

  Arguments() = default;
  Arguments(const Value* v, size_t n, Tuple* k = nullptr) : values(v), positional(static_cast<uint32_t>(n)), names(k) {}
  Value operator[](size_t i) const { return values[i]; }
  inline uint32_t keyword_count() const;  // containers.hpp
  bool has_keywords() const { return names != nullptr && keyword_count() != 0; }
  Arguments without_first() const { return {values + 1, positional - 1u, names}; }
};

enum class CompareOp : uint8_t { Lt, Le, Eq, Ne, Gt, Ge };
constexpr CompareOp swapped(CompareOp op) {
  constexpr CompareOp kSwapped[] = {CompareOp::Gt, CompareOp::Ge, CompareOp::Eq,
                                    CompareOp::Ne, CompareOp::Lt, CompareOp::Le};
  return kSwapped[static_cast<int>(op)];
}

namespace slot_kind {
using Unary = Fallible<Value> (*)(Thread&, Value self);
using Binary = Fallible<Value> (*)(Thread&, Value left, Value right);
using Ternary = Fallible<Value> (*)(Thread&, Value, Value, Value);
using Inquiry = Fallible<bool> (*)(Thread&, Value self);
using Length = Fallible<int64_t> (*)(Thread&, Value self);
using Hash = Fallible<int64_t> (*)(Thread&, Value self);
using Contains = Fallible<bool> (*)(Thread&, Value self, Value item);
using SetItem = Fallible<void> (*)(Thread&, Value self, Value key, Value value);
using GetAttribute = Fallible<Value> (*)(Thread&, Value self, Str* name);
using SetAttribute = Fallible<void> (*)(Thread&, Value self, Str* name, Value value);
using Compare = Fallible<Value> (*)(Thread&, Value self, Value other, CompareOp op);
// object is absent for access through the class; owner may be absent.
using DescriptorGet = Fallible<Value> (*)(Thread&, Value descriptor, Value object, Value owner);
using DescriptorSet = Fallible<void> (*)(Thread&, Value descriptor, Value object, Value value);
using Call = Fallible<Value> (*)(Thread&, Value callee, const Arguments& arguments);
using Init = Fallible<void> (*)(Thread&, Value self, const Arguments& arguments);
using New = Fallible<Value> (*)(Thread&, Type* type, const Arguments& arguments);
using Action = Fallible<void> (*)(Thread&, Value self);
using Repeat = Fallible<Value> (*)(Thread&, Value self, int64_t count);
using GetBuffer = Fallible<void> (*)(Thread&, Value self, BufferView* view, int flags);
using ReleaseBuffer = void (*)(Thread&, Value self, BufferView* view);
}  // namespace slot_kind

struct Slots {
#define HOG_SLOT(field, kind) slot_kind::kind field = nullptr;
#include "object/slots.def"
#undef HOG_SLOT
};

}  // namespace hog
