// slots_from_python.hpp: the slot functions of classes that define dunders in Python: each looks its dunder up on the
// type and calls it, as the language reference's data model says.
#pragma once

#include "object/class_system.hpp"

namespace hog {

Fallible<Value> repr_from_python(Thread& t, Value self);
Fallible<Value> str_from_python(Thread& t, Value self);
Fallible<int64_t> hash_from_python(Thread& t, Value self);
Fallible<Value> call_from_python(Thread& t, Value callee, const Arguments& arguments);
Fallible<void> set_attribute_from_python(Thread& t, Value self, Str* name, Value value);
Fallible<Value> compare_from_python(Thread& t, Value self, Value other, CompareOp op);
Fallible<Value> iter_from_python(Thread& t, Value self);
Fallible<Value> next_from_python(Thread& t, Value self);
Fallible<Value> descriptor_get_from_python(Thread& t, Value descriptor, Value object, Value owner);
Fallible<void> descriptor_set_from_python(Thread& t, Value descriptor, Value object, Value value);
Fallible<void> finalize_from_python(Thread& t, Value self);
Fallible<Value> await_from_python(Thread& t, Value self);
Fallible<Value> aiter_from_python(Thread& t, Value self);
Fallible<Value> anext_from_python(Thread& t, Value self);

#define HOG_BINARY(name) Fallible<Value> name##_from_python(Thread& t, Value left, Value right);
HOG_BINARY(add)
HOG_BINARY(subtract)
HOG_BINARY(multiply)
HOG_BINARY(remainder)
HOG_BINARY(divmod)
HOG_BINARY(left_shift)
HOG_BINARY(right_shift)
HOG_BINARY(and)
HOG_BINARY(xor)
HOG_BINARY(or)
HOG_BINARY(floor_divide)
HOG_BINARY(true_divide)
HOG_BINARY(matrix_multiply)
HOG_BINARY(inplace_add)
HOG_BINARY(inplace_subtract)
HOG_BINARY(inplace_multiply)
HOG_BINARY(inplace_remainder)
HOG_BINARY(inplace_left_shift)
HOG_BINARY(inplace_right_shift)
HOG_BINARY(inplace_and)
HOG_BINARY(inplace_xor)
HOG_BINARY(inplace_or)
HOG_BINARY(inplace_floor_divide)
HOG_BINARY(inplace_true_divide)
HOG_BINARY(inplace_matrix_multiply)
HOG_BINARY(get_item)
#undef HOG_BINARY
Fallible<Value> power_from_python(Thread& t, Value base, Value exponent, Value modulus);
Fallible<Value> inplace_power_from_python(Thread& t, Value base, Value exponent, Value modulus);

Fallible<Value> negative_from_python(Thread& t, Value self);
Fallible<Value> positive_from_python(Thread& t, Value self);
Fallible<Value> absolute_from_python(Thread& t, Value self);
Fallible<Value> invert_from_python(Thread& t, Value self);
Fallible<Value> to_int_from_python(Thread& t, Value self);
Fallible<Value> to_float_from_python(Thread& t, Value self);
Fallible<Value> index_from_python(Thread& t, Value self);
Fallible<bool> truth_from_python(Thread& t, Value self);
Fallible<int64_t> length_from_python(Thread& t, Value self);
Fallible<void> set_item_from_python(Thread& t, Value self, Value key, Value value);
Fallible<bool> contains_from_python(Thread& t, Value self, Value item);
Fallible<void> get_buffer_from_python(Thread& t, Value self, BufferView* view, int flags);
void release_buffer_from_python(Thread& t, Value self, BufferView* view);

}  // namespace hog
