// template.hpp: what t-strings make: string.templatelib.Template and Interpolation.
#pragma once

#include "object/containers.hpp"

namespace hog {

Fallible<Value> make_interpolation(Thread& t, Value value, Value expression, Value conversion, Value format_spec);
// strings has one item more than interpolations.
Fallible<Value> make_template(Thread& t, Tuple* strings, Tuple* interpolations);

}  // namespace hog
