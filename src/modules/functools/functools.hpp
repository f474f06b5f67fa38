// functools.hpp: what the files of `_functools` share.
#pragma once

#include "object/class_system.hpp"

namespace hog::functools {

extern const TypeRegistration kPartialTypes[];   // partial, _PlaceholderType
extern const TypeRegistration kLruCacheTypes[];  // _lru_cache_wrapper, its links
extern const TypeRegistration kCompareKeyTypes[];
constexpr size_t kPartialCount = 2, kLruCacheCount = 2, kCompareKeyCount = 1;

// Placeholder, the isolate's only one.
Fallible<Value> placeholder(Thread& t);
// cmp_to_key(mycmp)
Fallible<Value> make_key_maker(Thread& t, Value compare);

}  // namespace hog::functools
