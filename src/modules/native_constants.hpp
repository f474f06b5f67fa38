// native_constants.hpp: constants that math and cmath share.
#pragma once

#include "object/native.hpp"

namespace hog {

inline Fallible<void> add_math_constants(Thread& t, Module* module) {
  struct Constant {
    const char* name;
    double value;
  };
  constexpr Constant kConstants[] = {{"pi", 3.141592653589793},
                                     {"e", 2.718281828459045},
                                     {"tau", 6.283185307179586},
                                     {"inf", __builtin_inf()},
                                     {"nan", __builtin_nan("")}};
  for (const Constant& constant : kConstants) {
    Value v = TRY(make_float(t, constant.value));
    TRY(module->add(t, constant.name, v));
  }
  return {};
}

}  // namespace hog
