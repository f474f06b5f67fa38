// type_variables.hpp: what `def f[T]`, `class C[*Ts]` and `type X = ...` make; used by the machine's intrinsics.
#pragma once

#include "object/class_system.hpp"

namespace hog {

// bound_or_constraints: a function that evaluates it, or absent.
Fallible<Value> make_type_var(Thread& t, Value name, Value bound_function, Value constraints_function, bool infer_variance);
Fallible<Value> make_param_spec(Thread& t, Value name);
Fallible<Value> make_type_var_tuple(Thread& t, Value name);
Fallible<Value> set_type_parameter_default(Thread& t, Value parameter, Value function);
Fallible<Value> make_type_alias(Thread& t, Value name, Value type_parameters_or_none, Value function);
// Generic[parameters...]
Fallible<Value> subscript_generic_py(Thread& t, Value parameters);

}  // namespace hog
