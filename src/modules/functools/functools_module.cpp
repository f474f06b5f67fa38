// functools_module.cpp: reduce() and the module `_functools`. Ref: library/functools.
#include "modules/functools/functools.hpp"
#include "types/container_support.hpp"

namespace hog {

using namespace functools;

namespace {

Fallible<Value> reduce(Thread& t, Value function, Value iterable, Value initial) {
  Fallible<Value> iterator = iter_py(t, iterable);
  if (iterator.failed()) {
    if (!clear_exception_if(t, core.TypeError)) return Failure{};
    return t.raise_type_error("reduce() arg 2 must support iteration");
  }
  Value result = initial;
  for (;;) {
    Value item = TRY(next_quickly_py(t, iterator.get()));
    if (item.is_absent()) break;
    TRY(t.poll());
    result = result.is_absent() ? item : TRY(call_py(t, function, result, item));
  }
  if (result.is_absent()) return t.raise_type_error("reduce() of empty iterable with no initial value");
  return result;
}

constexpr NativeMethod kFunctions[] = {
    {"cmp_to_key", HOG_NATIVE(make_key_maker), "(mycmp)", "Make a key= function of a cmp= function."},
    {"reduce", HOG_NATIVE(reduce), "(function, iterable, /, initial=<unrepresentable>)",
     "Fold the items, from the left, with a function of two arguments."},
    {},
};

constexpr size_t kTypeCount = kPartialCount + kLruCacheCount + kCompareKeyCount;
struct AllTypes {
  TypeRegistration list[kTypeCount];
  AllTypes() {
    size_t n = 0;
    for (size_t i = 0; i < kPartialCount; ++i) list[n++] = kPartialTypes[i];
    for (size_t i = 0; i < kLruCacheCount; ++i) list[n++] = kLruCacheTypes[i];
    for (size_t i = 0; i < kCompareKeyCount; ++i) list[n++] = kCompareKeyTypes[i];
  }
};
const AllTypes kTypes;

Fallible<void> initialize(Thread& t, Module* module) {
  return module->add(t, "Placeholder", TRY(placeholder(t)));
}

}  // namespace

extern const ModuleSpec k_module__functools;
const ModuleSpec k_module__functools = {
    .name = "_functools",
    .doc = "Functions about functions.",
    .functions = kFunctions,
    .types = kTypes.list,
    .type_count = kTypeCount,
    .initialize = initialize,
};

}  // namespace hog
