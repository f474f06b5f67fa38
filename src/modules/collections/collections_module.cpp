// collections_module.cpp: the module `_collections`. OrderedDict and namedtuple's getters come from the library's own Python.
#include "modules/collections/collections.hpp"

namespace hog {

using namespace collections;

namespace {

// Counter's inner loop: counts the items of an iterable into a mapping.
Fallible<void> count_elements(Thread& t, Value mapping, Value iterable) {
  bool plain = is<Dict>(mapping) && type_of(mapping)->slots().set_item == core.dict->slots().set_item;
  Value one = Value::from_small_int(1);
  return for_each_py(t, iterable, [&](Value key) -> Fallible<bool> {
    Value old = plain ? TRY(as<Dict>(mapping)->get_py(t, key))
                      : TRY(call_method_py(t, mapping, names.get, key, Value::from_small_int(0)));
    Value now = old.is_absent() ? one : TRY(binary_py(t, BinaryOp::Add, old, one));
    if (plain) TRY(as<Dict>(mapping)->set_py(t, key, now));
    else TRY(set_item_py(t, mapping, key, now));
    return true;
  });
}

constexpr NativeMethod kFunctions[] = {
    {"_count_elements", HOG_NATIVE(count_elements), "(mapping, iterable, /)", "Count items into a mapping."},
    {},
};

constexpr size_t kTypeCount = kDequeCount + kDefaultDictCount;
struct AllTypes {
  TypeRegistration list[kTypeCount];
  AllTypes() {
    for (size_t i = 0; i < kDequeCount; ++i) list[i] = kDequeTypes[i];
    for (size_t i = 0; i < kDefaultDictCount; ++i) list[kDequeCount + i] = kDefaultDictTypes[i];
  }
};
const AllTypes kTypes;

}  // namespace

extern const ModuleSpec k_module__collections;
const ModuleSpec k_module__collections = {
    .name = "_collections",
    .functions = kFunctions,
    .types = kTypes.list,
    .type_count = kTypeCount,
};

}  // namespace hog
