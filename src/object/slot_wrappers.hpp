// slot_wrappers.hpp: a C++ slot called as the Python method of its dunder: argument counts, conversions, results.
#pragma once

#include "object/class_system.hpp"

namespace hog {

#define HOG_WRAPPER(name) Fallible<Value> name(Thread& t, SlotFunction slot, Value self, const Arguments& arguments)
HOG_WRAPPER(wrap_get_attribute);
HOG_WRAPPER(wrap_set_attribute);
HOG_WRAPPER(wrap_delete_attribute);
HOG_WRAPPER(wrap_unary);
HOG_WRAPPER(wrap_hash);
HOG_WRAPPER(wrap_call);
HOG_WRAPPER(wrap_next);
HOG_WRAPPER(wrap_descriptor_get);
HOG_WRAPPER(wrap_descriptor_set);
HOG_WRAPPER(wrap_descriptor_delete);
HOG_WRAPPER(wrap_init);
HOG_WRAPPER(wrap_action);
HOG_WRAPPER(wrap_left);
HOG_WRAPPER(wrap_right);
HOG_WRAPPER(wrap_binary);
HOG_WRAPPER(wrap_power);
HOG_WRAPPER(wrap_power_right);
HOG_WRAPPER(wrap_inquiry);
HOG_WRAPPER(wrap_length);
HOG_WRAPPER(wrap_set_item);
HOG_WRAPPER(wrap_delete_item);
HOG_WRAPPER(wrap_contains);
HOG_WRAPPER(wrap_repeat);
HOG_WRAPPER(wrap_get_buffer);
HOG_WRAPPER(wrap_release_buffer);

Fallible<Value> wrap_compare_op(Thread& t, SlotFunction slot, Value self, const Arguments& arguments, CompareOp op);
template <CompareOp kOp>
HOG_WRAPPER(wrap_compare) {
  return wrap_compare_op(t, slot, self, arguments, kOp);
}
#undef HOG_WRAPPER

}  // namespace hog
