// text_view.hpp: a Str as the functions of text/ see it.
#pragma once

#include "object/str.hpp"
#include "text/view.hpp"

namespace hog {

inline TextView text_of(const Str* s) { return {s->data(), s->length(), static_cast<Width>(s->kind())}; }

}  // namespace hog
