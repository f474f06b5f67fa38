// number_format.hpp: __format__ of numbers, as int, bool, float and complex share it.
#pragma once

#include "object/protocol.hpp"
#include "types/format_support.hpp"

namespace hog {

// format(value, spec) with a spec that is not empty. `type` is the value's, for messages.
Fallible<Value> format_int(Thread& t, Value v, Str* spec, Type* type);
Fallible<Value> format_float(Thread& t, double d, Str* spec, Type* type);
Fallible<Value> format_complex(Thread& t, double real, double imag, Str* spec, Type* type);

// repr() of a double: "1.0", "1e+16".
Fallible<Value> double_repr(Thread& t, double d);

}  // namespace hog
