// collections_module.cpp: the module `_collections`.
#include "modules/collections/collections.hpp"
#include "object/dict_lookup.hpp"
#include "types/container_support.hpp"

namespace hog {

using namespace collections;

namespace {

// One more of a key in a dict that is read and written as dicts are.
Fallible<void> count_in_dict(Thread& t, Dict* counts, Value key) {
  uint64_t hash = TRY(DictAccess::hash_key_py(t, key));
  int64_t position = TRY(DictAccess::find_py(t, counts, key, hash));
  Value one = Value::from_small_int(1);
  if (position < 0) return DictAccess::append(t, counts, key, hash, one);
  DictEntries* entries = counts->entries();
  Value old = entries->entries_[position].value;
  if (old.is_small_int()) [[likely]] {
    entries->entries_[position].value.set(entries, TRY(make_int(t, old.small_int() + 1)));
    return {};
  }
  Value sum = TRY(binary_py(t, BinaryOp::Add, old, one));  // may change the dict
  return counts->set_stored_py(t, key, hash, sum);
}

// Counter's inner loop: counts the items of an iterable into a mapping.
Fallible<void> count_elements(Thread& t, Value mapping, Value iterable) {
  Type* type = type_of(mapping);
  // By name, not by slot: Counter has a __delitem__ of its own, which shares its slot with __setitem__.
  bool plain = is<Dict>(mapping) && type->lookup(t, names.dunder_setitem) == core.dict->lookup(t, names.dunder_setitem) &&
               type->lookup(t, names.get) == core.dict->lookup(t, names.get);
  Value iterator = TRY(iter_py(t, iterable));
  Value get = plain ? Value::absent() : TRY(get_attribute_py(t, mapping, names.get));
  for (;;) {
    Value key = TRY(next_quickly_py(t, iterator));
    if (key.is_absent()) return {};
    TRY(t.poll());
    if (plain) {
      TRY(count_in_dict(t, as<Dict>(mapping), key));
      continue;
    }
    Value old = TRY(call_py(t, get, key, Value::from_small_int(0)));
    TRY(set_item_py(t, mapping, key, TRY(binary_py(t, BinaryOp::Add, old, Value::from_small_int(1)))));
  }
}

constexpr NativeMethod kFunctions[] = {
    {"_count_elements", HOG_NATIVE(count_elements), "(mapping, iterable, /)", "Count items into a mapping."},
    {},
};

constexpr size_t kTypeCount = kDequeCount + kDefaultDictCount + kOrderedDictCount + kTupleGetterCount;
struct AllTypes {
  TypeRegistration list[kTypeCount];
  AllTypes() {
    size_t n = 0;
    for (size_t i = 0; i < kDequeCount; ++i) list[n++] = kDequeTypes[i];
    for (size_t i = 0; i < kDefaultDictCount; ++i) list[n++] = kDefaultDictTypes[i];
    for (size_t i = 0; i < kOrderedDictCount; ++i) list[n++] = kOrderedDictTypes[i];
    for (size_t i = 0; i < kTupleGetterCount; ++i) list[n++] = kTupleGetterTypes[i];
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
