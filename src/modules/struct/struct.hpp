// struct.hpp: what the files of `_struct` share: a compiled format, and packing and unpacking by it.
//
// Invariant: a compiled format never changes, so that whoever works by it keeps it whatever becomes of the Struct; the sum
// of what its codes cover is size_, which fits 63 bits.
#pragma once

#include "object/class_system.hpp"

namespace hog::structs {

extern Type* error_type;  // struct.error

enum class Op : uint8_t { Pad, Char, Bool, Signed, Unsigned, Pointer, Half, Float, Double, Text, Pascal, ComplexFloat, ComplexDouble };

// `repeat_` values of `size_` bytes each, from `offset_`; of Text and Pascal one value of size_ bytes.
struct Code {
  int64_t offset_;
  int64_t size_;
  int64_t repeat_;
  Op op_;
  char format_;   // the format's character, for messages
  bool swapped_;  // not in the machine's byte order
};
struct Format {
  int64_t size_;    // bytes
  int64_t length_;  // values
  int64_t count_;   // codes
  Code codes_[];
  static const Format* of(ByteArray* cell) { return reinterpret_cast<const Format*>(cell->data()); }
};

// The cell that holds the Format of a text without NULs.
Fallible<ByteArray*> compile_format(Thread& t, std::string_view text);

// Writes format.size_ bytes at `to`, which stays valid whatever Python the values run (the caller holds the buffer).
// There are format.length_ values. Bytes that nothing covers are zeroed.
Fallible<void> pack_py(Thread& t, const Format& format, uint8_t* to, const Value* values);
Fallible<Tuple*> unpack(Thread& t, const Format& format, const uint8_t* from);

}  // namespace hog::structs
