// missing_modules.hpp: why a module of the standard library cannot be imported here.
#pragma once

#include <span>
#include <string_view>

namespace hog {

class Isolate;

// What comes after "No module named 'NAME'", or nothing.
std::string_view why_module_is_missing(const Isolate& isolate, std::string_view name);

// The modules that may be missing: they are of the standard library all the same.
std::span<const std::string_view> missing_module_names();

}  // namespace hog
