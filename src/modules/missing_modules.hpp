// missing_modules.hpp: why a module of the standard library cannot be imported here.
#pragma once

#include <string_view>

namespace hog {

class Isolate;

// What comes after "No module named 'NAME'", or nothing.
std::string_view why_module_is_missing(const Isolate& isolate, std::string_view name);

}  // namespace hog
