// container_support.cpp: see container_support.hpp. Nothing here keeps state.
#include "types/container_support.hpp"

namespace hog {

Fallible<void> check_positional(Thread& t, const Arguments& arguments, const char* name, uint32_t least, uint32_t most) {
  uint32_t n = arguments.positional;
  if (n >= least && n <= most) [[likely]] return {};
  uint32_t wanted = n < least ? least : most;
  const char* how = least == most ? "" : n < least ? "at least " : "at most ";
  return t.raise_type_error("{} expected {}{} argument{}, got {}", name, how, wanted, wanted == 1 ? "" : "s", n);
}

Fallible<void> reject_keywords(Thread& t, const Arguments& arguments, const char* name) {
  if (!arguments.has_keywords()) [[likely]] return {};
  return t.raise_type_error("{}() takes no keyword arguments", name);
}

Fallible<Value> iterator_self(Thread&, Value self) { return self; }

Fallible<Value> generic_class_getitem(Thread& t, Value self, const Arguments& arguments) {
  TRY(reject_keywords(t, arguments, "__class_getitem__"));
  if (arguments.positional != 1)
    return t.raise_type_error("{}.__class_getitem__() takes exactly one argument ({} given)", as<Type>(self), arguments.positional);
  return make_generic_alias(t, self, arguments[0]);
}

Fallible<Value> reduced_to(Thread& t, Value function, Value argument, Value state_or_absent) {
  Tuple* arguments = TRY(Tuple::of(t, argument));
  if (state_or_absent.is_absent()) return TRY(Tuple::of(t, function, Value(arguments)));
  return TRY(Tuple::of(t, function, Value(arguments), state_or_absent));
}

int64_t clamp_index(int64_t index, int64_t length) {
  if (index < 0) index += length;
  return index < 0 ? 0 : index > length ? length : index;
}

Fallible<int64_t> bound_argument_py(Thread& t, Value v, int64_t otherwise) {
  if (v.is_absent()) return otherwise;
  if (v.is_small_int()) return v.small_int();
  if (!is_index(v)) return t.raise_type_error("slice indices must be integers or have an __index__ method");
  return index_clamped_py(t, v);
}

}  // namespace hog
