// marshal_format.hpp: what the two halves of the module marshal share: the type codes of the format, version 5.
// Ref: library/marshal; the format is CPython's, but for code objects.
#pragma once

#include "object/native.hpp"
#include "object/protocol.hpp"

namespace hog::marshal {

constexpr int kVersion = 5;
constexpr int kDeepest = 2000;
constexpr uint8_t kReferenceFlag = 0x80;

enum Code : uint8_t {
  kNull = '0', kNone = 'N', kFalse = 'F', kTrue = 'T', kStopIteration = 'S', kEllipsis = '.',
  kInt = 'i', kInt64 = 'I', kLong = 'l', kFloatText = 'f', kFloat = 'g', kComplexText = 'x', kComplex = 'y',
  kBytes = 's', kInterned = 't', kReference = 'r', kTuple = '(', kSmallTuple = ')', kList = '[', kDict = '{',
  kUnknown = '?', kSet = '<', kFrozenSet = '>', kUnicode = 'u', kAscii = 'a', kAsciiInterned = 'A',
  kShortAscii = 'z', kShortAsciiInterned = 'Z', kSlice = ':', kCode = 'c',
};

// The bytes of a value. ValueError for what the format cannot hold.
Fallible<Bytes*> dump_py(Thread& t, Value value, int version, bool allow_code);
// The value at the start of the data, or read piecewise from a file object.
Fallible<Value> load_py(Thread& t, Bytes* data, bool allow_code);
Fallible<Value> load_from_file_py(Thread& t, Value file, bool allow_code);

// Code objects. Bytecode is trusted by the machine, so the format only names code that this isolate has dumped itself:
// the blob's bytes and the record's offset must be ones that remember_code() has seen.
Fallible<void> remember_code(Thread& t, Bytes* blob, int64_t offset, Value code);
Fallible<Value> find_code_py(Thread& t, Bytes* blob, int64_t offset);  // absent when unknown

}  // namespace hog::marshal
