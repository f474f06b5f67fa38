// memory_items.hpp: single items of a memoryview: native format characters, C values to Python values and back.
#pragma once

#include "object/bytes_objects.hpp"

namespace hog {

// The size of a native single-character format, prefixed with an optional '@'; *code is the character. 0: not such a one.
int64_t native_item_size(std::string_view format, char* code);
// `code` is one of those.
Fallible<Value> load_item(Thread& t, const uint8_t* from, char code);
// Converts first (this may run Python), into 8 bytes at `to`.
Fallible<void> store_item_py(Thread& t, uint8_t* to, char code, const char* format, Value v);

// IEEE 754 binary16. False: too large. A nan keeps its sign and the upper bits of its payload.
double half_to_double(uint16_t half);
bool double_to_half(double d, uint16_t* half);

}  // namespace hog
