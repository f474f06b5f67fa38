// type_heap.hpp: what type_heap.cpp shares with the types/ of classes.
#pragma once

#include "object/class_system.hpp"

namespace hog {

// __dict__ and __weakref__ of classes that add them (types/instance_descriptors.cpp).
extern const GetSet kInstanceDictGetSet;
extern const GetSet kBuiltinDictGetSet;  // of built-in types, whose instances cannot lose their __dict__
extern const GetSet kInstanceWeakrefGetSet;

// No null characters or lone surrogates.
Fallible<void> check_type_name(Thread& t, Str* name);
// May instances of one class become instances of the other?
bool layouts_agree(const Type* a, const Type* b);
// Have both the same __slots__ at the same places?
bool same_members(const Type* a, const Type* b);

}  // namespace hog
