// code_format.hpp: compiled code as bytes. One CodeBlob holds a whole compilation (a module, an eval'd expression) with all
// its nested functions; the machine materialises each function when it is first called. The same bytes are frozen into the
// binary, made by compile() at run time, and checked by verify() when they come from anywhere else.
//
//   CodeBlobHeader | string table | code records ...       offsets are from the start of the blob; little-endian
//
// Strings: string_offsets[i] points at { uint32 byte_length; UTF-8 (WTF-8) bytes }.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "bytecode/instruction.hpp"

namespace hog {

constexpr uint32_t kCodeBlobMagic = 0x31474F48;  // "HOG1"

struct CodeBlobHeader {
  uint32_t magic;
  uint32_t total_size;
  uint32_t string_count;
  uint32_t string_offsets;  // offset of uint32[string_count]
  uint32_t root_code;       // offset of the outermost CodeRecord
  uint32_t reserved;
};

// CPython's co_flags, as inspect knows them.
namespace code_flag {
constexpr uint32_t kOptimized = 0x1;
constexpr uint32_t kNewLocals = 0x2;
constexpr uint32_t kVarArgs = 0x4;
constexpr uint32_t kVarKeywords = 0x8;
constexpr uint32_t kNested = 0x10;
constexpr uint32_t kGenerator = 0x20;
constexpr uint32_t kCoroutine = 0x80;
constexpr uint32_t kIterableCoroutine = 0x100;
constexpr uint32_t kAsyncGenerator = 0x200;
constexpr uint32_t kFutureBarryAsBdfl = 0x400000;
constexpr uint32_t kFutureAnnotations = 0x1000000;
constexpr uint32_t kHasDocstring = 0x4000000;
constexpr uint32_t kMethod = 0x8000000;
}  // namespace code_flag

enum class LocalKind : uint8_t { Local = 0, Cell = 1, Free = 2, LocalAndCell = 3 };  // LocalAndCell: a captured parameter
struct LocalRecord {
  uint32_t name;  // string index
  LocalKind kind;
  uint8_t hidden;  // a comprehension's inlined variable: not in locals()
  uint16_t padding;
};

// Instructions [start, end) (word indices): an exception there goes to `target` with the exception in `reg`.
// Inner entries come first.
struct ExceptionRecord {
  uint32_t start;
  uint32_t end;
  uint32_t target;
  uint32_t reg;
};

// Number of live temporaries (registers >= first_temp) when the instruction at `start` and those after it suspend in a call:
// lets the collector ignore what stale temporaries hold. Sorted by start.
struct LivenessRecord {
  uint32_t start;
  uint32_t live_registers;  // registers below this are live
};

// Positions: a run per instruction group, decoded lazily. Each entry: varint words covered, then a form byte
// (0: no location; 1: signed varint line delta, varint end_line - line, varint col, varint end_col (byte columns + 1, 0: none)).
// Lines are deltas from the entry before (the first from first_line).

struct CodeRecord {  // 4-byte aligned; instructions 8-byte aligned
  uint32_t name;             // string indices
  uint32_t qualified_name;
  uint32_t filename;
  uint32_t first_line;
  uint32_t flags;            // code_flag
  uint32_t positional_count;       // co_argcount
  uint32_t positional_only_count;
  uint32_t keyword_only_count;
  uint32_t register_count;
  uint32_t local_count;      // LocalRecords: registers 0 .. local_count-1
  uint32_t locals;           // offset
  uint32_t free_start;       // register of the first free variable; they are the last of the locals
  uint32_t instruction_words;
  uint32_t instructions;     // offset
  uint32_t constant_count;
  uint32_t constants;        // offset of uint32[constant_count]: offset of each constant
  uint32_t name_count;
  uint32_t names;            // offset of uint32[name_count]: string indices
  uint32_t cache_count;      // inline caches used by the instructions
  uint32_t exception_count;
  uint32_t exceptions;       // offset
  uint32_t liveness_count;
  uint32_t liveness;         // offset
  uint32_t positions_size;
  uint32_t positions;        // offset
  uint32_t parent;           // offset of the enclosing CodeRecord, 0: none
};

// A constant: a tag byte, then
enum class ConstantTag : uint8_t {
  None, True, False, Ellipsis,
  Int64,      // 8 bytes
  BigInt,     // uint32 byte count, then little-endian magnitude (source ints are never negative; folding may add sign: see Negative)
  NegativeBigInt,
  Float,      // 8 bytes
  Complex,    // 16 bytes
  Str,        // uint32 string index
  InternedStr,  // uint32 string index: looks like an identifier
  Bytes,      // uint32 length, bytes
  Tuple,      // uint32 count, then each item in place
  FrozenSet,  // the same
  Slice,      // three items
  Code,       // uint32 offset of a CodeRecord
  External,   // uint32 index into the objects handed to compile() (ast constants of foreign types)
};

class CodeBlob {
 public:
  CodeBlob() = default;
  CodeBlob(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  const CodeBlobHeader* header() const { return reinterpret_cast<const CodeBlobHeader*>(data_); }
  template <typename T>
  const T* at(uint32_t offset) const {
    return reinterpret_cast<const T*>(data_ + offset);
  }
  const CodeRecord* root() const { return at<CodeRecord>(header()->root_code); }
  std::string_view string(uint32_t index) const {
    const uint8_t* p = data_ + at<uint32_t>(header()->string_offsets)[index];
    uint32_t length;
    std::memcpy(&length, p, 4);
    return {reinterpret_cast<const char*>(p + 4), length};
  }

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// What verify() found wrong, or null: every offset, register, constant, name, jump and table entry is in range and
// instruction boundaries are respected, so that the machine may run the blob without checks.
const char* verify(CodeBlob blob);

}  // namespace hog
