// itertools.hpp: the one cell behind all iterators of `itertools`, and what their files share.
//
// What the fields mean is said where each type is defined. Invariant: a finished iterator clears `first_`, so that it keeps
// nothing alive and stays finished.
#pragma once

#include "object/containers.hpp"
#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::itertools {

class Iterator : public Cell {
 public:
  static const Layout kLayout;
  ValueField first_, second_, third_, fourth_;
  int64_t number_, limit_, step_;
  bool started_, flag_;
};
inline Iterator* self_of(Value self) { return as<Iterator>(self); }

// Constructor arguments by position or name; absent where not given. TypeErrors as CPython words them.
Fallible<void> read_arguments(Thread& t, const char* function, const Arguments& arguments, const char* const* names,
                              uint32_t count, uint32_t required, Value* out);
// The input's next item. Python that ran since the caller looked (a poll, the input itself) may have ended the iterator and
// cleared its input: then there is none.
// Keywords are for a subclass's own __init__, if for anybody.
inline Fallible<void> refuse_keywords(Thread& t, const Type* type, const Type* base, const Arguments& arguments,
                                      const char* name) {
  if (!arguments.has_keywords() || (type != base && type->slots().init != base->slots().init)) return {};
  return t.raise_type_error("{}() takes no keyword arguments", name);
}
inline Fallible<Value> advance(Thread& t, Value input) {
  if (input.is_empty()) return Value::absent();
  return next_py(t, input);
}
Fallible<Iterator*> make(Thread& t, Type* type);
Fallible<Value> same(Thread& t, Value self);  // iter() of an iterator

extern const TypeRegistration kInfiniteTypes[];      // count, cycle, repeat
extern const TypeRegistration kFilteringTypes[];     // one input, item by item
extern const TypeRegistration kCombiningTypes[];     // several inputs, groups, tee
extern const TypeRegistration kCombinatoricTypes[];  // product, permutations, ...
constexpr size_t kInfiniteCount = 3, kFilteringCount = 8, kCombiningCount = 7, kCombinatoricCount = 4;

}  // namespace hog::itertools
