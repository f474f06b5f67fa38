// collections.hpp: what the files of `_collections` share.
#pragma once

#include "object/class_system.hpp"

namespace hog::collections {

extern const TypeRegistration kDequeTypes[];
extern const TypeRegistration kDefaultDictTypes[];
extern const TypeRegistration kOrderedDictTypes[];
extern const TypeRegistration kTupleGetterTypes[];
constexpr size_t kDequeCount = 3, kDefaultDictCount = 1, kOrderedDictCount = 5, kTupleGetterCount = 1;

// "unhashable type": the hash slot of mutable containers.
inline Fallible<int64_t> hash_refused(Thread& t, Value self) {
  return t.raise_type_error("unhashable type: '{}'", type_of(self));
}

}  // namespace hog::collections
