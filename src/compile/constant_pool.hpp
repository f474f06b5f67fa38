// constant_pool.hpp: the strings of a blob and the constants of a code object, each kept once.
//
// A constant is known by its serialised bytes (ConstantTag and what follows), so 1, 1.0 and True, 0.0 and -0.0 are distinct.
#pragma once

#include "base/arena.hpp"
#include "bytecode/code_format.hpp"
#include "compile/context.hpp"

namespace hog {

// Byte strings in order of first appearance.
class ByteStringTable {
 public:
  explicit ByteStringTable(Arena& arena) : arena_(arena), entries_(arena) {}
  uint32_t add(std::string_view bytes);  // copies what is new
  size_t size() const { return entries_.size(); }
  std::string_view operator[](size_t i) const { return entries_[i].bytes; }

 private:
  struct Entry {
    std::string_view bytes;
    uint32_t hash;
  };
  void grow();
  Arena& arena_;
  ArenaVector<Entry> entries_;
  std::span<uint32_t> slots_;  // position + 1
};

using StringPool = ByteStringTable;

class ConstantPool {
 public:
  ConstantPool(CompileContext& context, StringPool& strings)
      : context_(context), strings_(strings), table_(context.arena) {}
  uint32_t add(const ast::ConstantValue& value);
  uint32_t add_code(uint32_t record_offset);
  uint32_t add_slice(const ast::ConstantValue& start, const ast::ConstantValue& stop, const ast::ConstantValue& step);
  size_t size() const { return table_.size(); }
  std::string_view bytes(size_t i) const { return table_[i]; }

 private:
  void serialize(ArenaVector<uint8_t>& out, const ast::ConstantValue& value, int depth);
  void big_int(ArenaVector<uint8_t>& out, const ast::ConstantValue& value);

  CompileContext& context_;
  StringPool& strings_;
  ByteStringTable table_;
};

inline ast::ConstantValue string_constant(std::string_view text) {
  ast::ConstantValue value;
  value.kind = ast::ConstantKind::Str;
  value.text = text;
  return value;
}
inline ast::ConstantValue int_constant(int64_t number) {
  ast::ConstantValue value;
  value.kind = ast::ConstantKind::Int;
  value.fits_int64 = true;
  value.integer = number;
  return value;
}
inline ast::ConstantValue none_constant() { return {}; }
inline ast::ConstantValue bool_constant(bool truth) {
  ast::ConstantValue value;
  value.kind = truth ? ast::ConstantKind::True : ast::ConstantKind::False;
  return value;
}
inline ast::ConstantValue tuple_constant(std::span<ast::ConstantValue> items) {
  ast::ConstantValue value;
  value.kind = ast::ConstantKind::Tuple;
  value.items = items.data();
  value.item_count = items.size();
  return value;
}

}  // namespace hog
