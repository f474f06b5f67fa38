// getters.hpp: the types of `_operator`.
#pragma once

#include "object/class_system.hpp"

namespace hog::operators {

extern const TypeRegistration kGetterTypes[];  // itemgetter, attrgetter, methodcaller
constexpr size_t kGetterCount = 3;

}  // namespace hog::operators
