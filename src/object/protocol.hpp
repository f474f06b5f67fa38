// protocol.hpp: what can be done with any Value, as the language reference's data model has it. A name that ends in
// _py may run Python code: after such a call read everything again. Names without it run none.
#pragma once

#include "object/containers.hpp"
#include "object/numbers.hpp"
#include "object/slots.hpp"
#include "object/thread.hpp"
#include "object/type.hpp"

namespace hog {

// ---- Types. ----
Shape* shape_of_immediate(Value v);
// Immediates and small numbers have their type's root shape.
inline Shape* shape_of(Value v) { return v.is_cell() ? v.cell()->shape() : shape_of_immediate(v); }
inline Type* type_of(Value v) { return shape_of(v)->type(); }
inline bool is_exactly(Value v, Shape* root_shape) { return v.is_cell() && v.cell()->shape() == root_shape; }
inline bool is_exact_str(Value v) { return is_exactly(v, shapes.str); }
inline bool is_instance(Value v, const Type* type) { return type_of(v)->is_subtype_of(type); }
Fallible<bool> is_instance_py(Thread& t, Value v, Value class_or_tuple);    // isinstance()
Fallible<bool> is_subclass_py(Thread& t, Value type, Value class_or_tuple);  // issubclass()
inline Type* as_type(Value v) { return try_as<Type>(v); }

// The name as messages with a module have it: "list", "collections.deque", "A.B" for a class in __main__.
Fallible<Str*> full_type_name(Thread& t, Type* type);

// ---- Attributes. ----
Fallible<Value> get_attribute_py(Thread& t, Value object, Str* interned_name);             // AttributeError
Fallible<Value> find_attribute_py(Thread& t, Value object, Str* interned_name);            // absent when missing
Fallible<void> set_attribute_py(Thread& t, Value object, Str* interned_name, Value value);  // value absent: delete
Fallible<Value> get_attribute_by_value_py(Thread& t, Value object, Value name);            // getattr(): name checked, interned
Failure raise_no_attribute(Thread& t, Value object, Str* name);
// object.__getattribute__ / __setattr__ as slots. The first answers absent when there is no such attribute.
Fallible<Value> generic_get_attribute(Thread& t, Value object, Str* interned_name);
Fallible<void> generic_set_attribute(Thread& t, Value object, Str* interned_name, Value value);
// A special method as the interpreter looks it up: on the type, bound to the object; absent when missing.
Fallible<Value> find_special_py(Thread& t, Value object, Str* interned_dunder);
// Own attributes without the type: the instance's shape slots or dictionary. Absent when missing.
Value own_attribute_nogc(Value object, const Str* interned_name);
Fallible<void> set_own_attribute(Thread& t, Cell* cell, Str* interned_name, Value value);
Fallible<bool> remove_own_attribute(Thread& t, Cell* cell, Str* interned_name);
Fallible<Dict*> instance_dict(Thread& t, Cell* cell);  // __dict__: turns the instance to dictionary mode
Fallible<void> set_instance_dict(Thread& t, Cell* cell, Dict* dict);

// ---- Calls. ----
Fallible<Value> call_py(Thread& t, Value callee, const Arguments& arguments);
template <typename... V>
Fallible<Value> call_py(Thread& t, Value callee, V... values) {
  const Value list[] = {Value(values)..., Value()};
  return call_py(t, callee, Arguments(list, sizeof...(values)));
}
Fallible<Value> call_method_py(Thread& t, Value object, Str* interned_name, const Arguments& arguments);
template <typename... V>
Fallible<Value> call_method_py(Thread& t, Value object, Str* interned_name, V... values) {
  const Value list[] = {Value(values)..., Value()};
  return call_method_py(t, object, interned_name, Arguments(list, sizeof...(values)));
}
// callee(*args, **kwargs); kwargs may be null.
Fallible<Value> call_with_dict_py(Thread& t, Value callee, Tuple* args, Dict* kwargs);
bool is_callable(Value v);

// ---- Text, truth, comparison, hash. ----
Fallible<Str*> repr_py(Thread& t, Value v);
Fallible<Str*> str_py(Thread& t, Value v);
Fallible<Str*> ascii_py(Thread& t, Value v);
Fallible<Str*> format_py(Thread& t, Value v, Value spec_or_absent);
Fallible<bool> truth_py(Thread& t, Value v);
Fallible<Value> compare_py(Thread& t, Value a, Value b, CompareOp op);
Fallible<bool> compare_bool_py(Thread& t, Value a, Value b, CompareOp op);  // identical objects count as equal (==, !=)
inline Fallible<bool> equals_py(Thread& t, Value a, Value b) { return compare_bool_py(t, a, b, CompareOp::Eq); }
Fallible<int64_t> hash_py(Thread& t, Value v);

// ---- Arithmetic: the binary-operator protocol with reflected methods and TypeErrors. ----
enum class BinaryOp : uint8_t {
  Add, Subtract, Multiply, TrueDivide, FloorDivide, Remainder, Power, LeftShift, RightShift, And, Or, Xor, MatrixMultiply,
};
Fallible<Value> binary_py(Thread& t, BinaryOp op, Value a, Value b);
Fallible<Value> inplace_py(Thread& t, BinaryOp op, Value a, Value b);
Fallible<Value> divmod_py(Thread& t, Value a, Value b);
Fallible<Value> power_py(Thread& t, Value a, Value b, Value modulus_or_none);
Fallible<Value> negative_py(Thread& t, Value v);
Fallible<Value> positive_py(Thread& t, Value v);
Fallible<Value> invert_py(Thread& t, Value v);
Fallible<Value> absolute_py(Thread& t, Value v);
Fallible<Value> to_int_py(Thread& t, Value v);   // int(v)
Fallible<double> to_double_py(Thread& t, Value v);  // __float__ or __index__; TypeError "must be real number, not x"

// ---- Containers and iteration. ----
Fallible<int64_t> length_py(Thread& t, Value v);
Fallible<int64_t> length_hint_py(Thread& t, Value v, int64_t otherwise);  // believed only as a hint: cap it before use
Fallible<Value> get_item_py(Thread& t, Value object, Value key);
Fallible<void> set_item_py(Thread& t, Value object, Value key, Value value);  // value absent: delete
Fallible<bool> contains_py(Thread& t, Value container, Value item);
Fallible<Value> iter_py(Thread& t, Value v);
Fallible<Value> next_py(Thread& t, Value iterator);  // absent at the end (StopIteration is swallowed)
// Calls `visit(value)` -> Fallible<bool> (false: stop) for each item; fast for exact lists, tuples, dicts and ranges.
template <typename Visit>
Fallible<void> for_each_py(Thread& t, Value iterable, Visit visit) {
  if (is_exactly(iterable, shapes.list)) {
    List* list = as<List>(iterable);
    for (size_t i = 0; i < list->length(); ++i) {
      if (!TRY(visit(list->at(i)))) break;
      TRY(t.poll());
    }
    return {};
  }
  if (is_exactly(iterable, shapes.tuple)) {
    Tuple* tuple = as<Tuple>(iterable);
    for (size_t i = 0; i < tuple->length(); ++i) {
      if (!TRY(visit(tuple->at(i)))) break;
      TRY(t.poll());
    }
    return {};
  }
  Value iterator = TRY(iter_py(t, iterable));
  for (;;) {
    Value item = TRY(next_py(t, iterator));
    if (item.is_absent()) return {};
    TRY(t.poll());
    if (!TRY(visit(item))) return {};
  }
}
Fallible<List*> list_from_iterable_py(Thread& t, Value iterable);
Fallible<Tuple*> tuple_from_iterable_py(Thread& t, Value iterable);  // an exact tuple comes back itself
Fallible<void> dict_update_py(Thread& t, Dict* dict, Value mapping_or_pairs);
Fallible<void> list_extend_py(Thread& t, List* list, Value iterable);
// Slice arithmetic: start, stop, step of a slice object fitted to a length; count of items.
struct SliceBounds {
  int64_t start, stop, step, count;
};
Fallible<SliceBounds> slice_bounds_py(Thread& t, Value slice, int64_t length);
// The same in two steps, for sequences that __index__ may change: read the length in between.
Fallible<SliceBounds> unpack_slice_py(Thread& t, Value slice);  // count is 0
SliceBounds fit_slice(SliceBounds unpacked, int64_t length);
bool is_slice(Value v);
// Is the value an int or does it have __index__?
bool is_index(Value v);
// "list[key]" index handling: __index__, negative wrap; messages are made of `what` ("list": "list index out of range").
Fallible<int64_t> sequence_index_py(Thread& t, Value key, int64_t length, const char* what);
// Only the first step: any int64, TypeError for other keys, IndexError for ints beyond.
Fallible<int64_t> index_key_py(Thread& t, Value key, const char* what);

// ---- Buffers: the bytes of bytes-like objects. ----
struct BufferView {
  uint8_t* data = nullptr;
  int64_t length = 0;       // bytes
  int64_t item_size = 1;
  bool read_only = true;
  int ndim = 1;
  const char* format = "B";  // static or owned by `keeper`
  const int64_t* shape = nullptr;
  const int64_t* strides = nullptr;
  const int64_t* suboffsets = nullptr;
  Value object;              // whose buffer this is
  Cell* keeper = nullptr;    // keeps data alive; found through the native stack
  int64_t* export_count = nullptr;  // counted up when the view was made: release_buffer() takes it back
  int64_t internal = 0;
};
constexpr int kBufferSimple = 0;
constexpr int kBufferWritable = 1;
constexpr int kBufferFull = 0x11C;
bool supports_buffer(Value v);
Fallible<void> get_buffer_py(Thread& t, Value v, BufferView* view, int flags);  // TypeError "a bytes-like object is required, not 'x'"
void release_buffer(Thread& t, BufferView* view);
// Holds a contiguous buffer for a scope: BytesLike b(t); TRY(b.open(v)); b.data(), b.size().
class BytesLike {
 public:
  explicit BytesLike(Thread& t) : t_(t) {}
  ~BytesLike() {
    if (open_) release_buffer(t_, &view_);
  }
  BytesLike(const BytesLike&) = delete;
  BytesLike& operator=(const BytesLike&) = delete;
  Fallible<void> open(Value v, int flags = kBufferSimple);
  uint8_t* data() const { return view_.data; }
  size_t size() const { return static_cast<size_t>(view_.length); }
  std::string_view view() const { return {reinterpret_cast<const char*>(view_.data), size()}; }

 private:
  Thread& t_;
  BufferView view_;
  bool open_ = false;
};

// ---- Marks containers whose repr is running, so that a recursive one prints "[...]". ----
class ReprScope {
 public:
  ReprScope(Thread& t, Value v);
  ~ReprScope();
  bool recursive() const { return recursive_; }

 private:
  friend struct ReprGuard;
  Thread& t_;
  Value value_;
  ReprScope* previous_;
  bool recursive_;
};

// ---- Other. ----
Fallible<Value> make_slice(Thread& t, Value start, Value stop, Value step);
// origin[args], as list[int]: types/generic_alias.
Fallible<Value> make_generic_alias(Thread& t, Value origin, Value args);
// The built-in function of that name, for __reduce__ results (iter, reversed, ...). A program may have put keys into
// builtins that run code when compared: look at the object to reduce after this.
Fallible<Value> builtin_by_name_py(Thread& t, const char* name);
// A method bound to an object.
Fallible<Value> make_bound_method(Thread& t, Value function, Value self);
Fallible<void> warn_py(Thread& t, Type* category, const char* format, const FormatArgument* a, size_t n, int64_t level = 1);
template <typename... Args>
Fallible<void> warn_py(Thread& t, Type* category, const char* format, const Args&... args) {
  const FormatArgument list[] = {FormatArgument(0), FormatArgument(args)...};
  return warn_py(t, category, format, list + 1, sizeof...(args), int64_t{1});
}
// Clears a pending exception when it is of that type and says so; leaves others pending. Use as:
//   if (r.failed()) { if (!clear_exception_if(t, core.KeyError)) return Failure{}; ... }
bool clear_exception_if(Thread& t, Type* type);

}  // namespace hog
