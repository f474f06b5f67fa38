// names.hpp: interned strings the runtime looks up itself: names.dunder_init, names.append. Constant after start-up.
// A trailing underscore in names.def (return_, errno_) keeps a C++ word free; the string is without it.
#pragma once

namespace hog {

class Str;

struct Names {
#define HOG_NAME(text) Str* text = nullptr;
#define HOG_DUNDER(text) Str* dunder_##text = nullptr;
#include "object/names.def"
#undef HOG_NAME
#undef HOG_DUNDER
  Str* empty = nullptr;
};
extern Names names;

// One-character strings for code points below 256: latin1_characters[c].
extern Str* latin1_characters[256];

}  // namespace hog
