// interpreter_support.hpp: the slow halves of instructions, one family a file. Every function may run Python.
#pragma once

#include "vm/frame.hpp"

namespace hog {

// ---- attribute_cache.cpp ----
Fallible<Value> load_attribute_py(Thread& t, InlineCache* cache, Value object, Str* name);
Fallible<void> store_attribute_py(Thread& t, InlineCache* cache, Value object, Str* name, Value value);
// destination[0], [1] as LOAD_METHOD leaves them.
Fallible<void> load_method_py(Thread& t, InlineCache* cache, Value object, Str* name, Value* destination);
Fallible<void> load_super_attribute_py(Thread& t, const Value* inputs, Str* name, uint8_t x, Value* destination);
Fallible<void> load_special_py(Thread& t, uint8_t which, Value object, Value* destination);

// ---- names.cpp ----
Fallible<Value> load_global_py(Thread& t, InlineCache* cache, Frame* frame, Str* name);
Fallible<Value> load_name_py(Thread& t, Frame* frame, Str* name);
Fallible<void> store_name_py(Thread& t, Frame* frame, Str* name, Value value);
Fallible<void> delete_name_py(Thread& t, Frame* frame, Str* name);
Fallible<void> delete_global(Thread& t, Frame* frame, Str* name);
Fallible<Value> load_from_mapping_py(Thread& t, Value mapping, Str* name);  // absent when missing
Failure raise_unbound_local(Thread& t, Frame* frame, uint32_t reg);
Failure raise_name_error(Thread& t, Str* name);

// ---- unpack.cpp ----
Fallible<void> unpack_py(Thread& t, Value source, uint32_t count, Value* destination);
Fallible<void> unpack_star_py(Thread& t, Value source, uint32_t before, uint32_t after, Value* destination);
Fallible<void> list_extend_for_call_py(Thread& t, List* list, Value iterable);
Fallible<void> dict_merge_py(Thread& t, Dict* dict, Value mapping, Value callee);
Fallible<void> dict_display_update_py(Thread& t, Dict* dict, Value mapping);

// ---- matching.cpp ----
Fallible<Value> match_keys_py(Thread& t, Value subject, Tuple* keys);
Fallible<Value> match_class_py(Thread& t, Value subject, Value cls, uint32_t positional, Tuple* names);
Fallible<Value> copy_dict_without_py(Thread& t, Value mapping, Tuple* keys);

// ---- suggestions.cpp ----
// The candidate (all str) nearest to `wrong`, or absent when none is near.
Fallible<Value> suggest_name(Thread& t, List* candidates, Str* wrong);

// ---- raising.cpp ----
Fallible<bool> exception_matches_py(Thread& t, Value exception, Value type);
Fallible<void> match_exception_group_py(Thread& t, Value exception, Value type, Value* destination);
Fallible<Value> join_exception_star_py(Thread& t, Value original, List* results);
Failure raise_again(Thread& t, Frame* frame);  // bare `raise`
// The pending exception leaves the frame from where it entered the handler that only cleaned up.
void stand_where_raised(Frame* frame);
Value handled_exception(Thread& t);            // absent: none
Fallible<Value> call_exit_py(Thread& t, const Value* method, Value exception);

// ---- generators (generator.cpp) ----
Fallible<Value> get_yield_from_iterator_py(Thread& t, Frame* frame, Value v);
Fallible<Value> get_awaitable_py(Thread& t, Value v, uint8_t context);
Fallible<Value> get_async_iterator_py(Thread& t, Value v);
Fallible<Value> get_async_next_py(Thread& t, Value v);
Fallible<Value> wrap_async_yield(Thread& t, Value v);
Fallible<Value> make_anext_awaitable(Thread& t, Value awaitable, Value default_value);  // anext(it, default)
// An iterator in C++ that, awaited, finishes with a value and needs no StopIteration to say so: `await future`.
class SendIterator : public Cell {
 public:
  static const Layout kLayout;
  Fallible<ResumeResult> (*step_py_)(Thread& t, SendIterator* self);
  ValueField subject_;  // empty: it is over
};
// One step of a delegation to anything but a generator of ours: yields or finishes.
Fallible<ResumeResult> send_py(Thread& t, Value receiver, Value value);
Fallible<Value> stop_iteration_error(Thread& t, Frame* frame, Value exception);

// ---- importing.cpp ----
Fallible<Value> import_name_py(Thread& t, Frame* frame, Str* name, Value from_list, Value level);
Fallible<Value> import_from_py(Thread& t, Value module, Str* name);
Fallible<void> import_star_py(Thread& t, Frame* frame, Value module);

// ---- intrinsics.cpp ----
Fallible<Value> intrinsic_py(Thread& t, uint8_t which, Value first, Value second);
Fallible<Value> build_interpolation(Thread& t, const Value* inputs, uint8_t conversion);
Fallible<Value> build_template(Thread& t, Value strings, Value interpolations);
Fallible<void> print_expression_py(Thread& t, Value v);
Fallible<Value> call_unpacked_py(Thread& t, Value callee, Value arguments, Value keywords_or_empty);
Fallible<Value> load_common(Thread& t, uint8_t which);

}  // namespace hog
