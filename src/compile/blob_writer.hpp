// blob_writer.hpp: the bytes of a compilation (bytecode/code_format.hpp).
//
// Invariant: a record is written when its code object is complete, inner ones before the outer, so that constants may refer
// to records by offset; `parent` is patched when the outer record is written.
#pragma once

#include "compile/constant_pool.hpp"
#include "compile/function_builder.hpp"

namespace hog {

struct CodeDescription {
  std::string_view name;
  std::string_view qualified_name;
  std::string_view filename;
  uint32_t first_line = 1;
  uint32_t flags = 0;
  uint32_t positional_count = 0;
  uint32_t positional_only_count = 0;
  uint32_t keyword_only_count = 0;
  std::span<uint32_t> children;
};

class BlobWriter {
 public:
  explicit BlobWriter(Arena& arena);
  StringPool& strings() { return strings_; }
  uint32_t add(const CodeDescription& description, FunctionBuilder& builder, const FinishedCode& code);
  std::span<const uint8_t> finish(uint32_t root_record);

 private:
  template <typename T>
  uint32_t put_all(std::span<T> items) {
    align(alignof(T));
    uint32_t offset = size();
    put_bytes(items.data(), items.size_bytes());
    return offset;
  }
  void align(size_t alignment);
  void put_bytes(const void* data, size_t size);
  uint32_t size() const { return static_cast<uint32_t>(bytes_.size()); }

  Arena& arena_;
  StringPool strings_;
  ArenaVector<uint8_t> bytes_;
};

}  // namespace hog
