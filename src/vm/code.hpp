// code.hpp: Code (a code object) and the inline caches of its instructions.
//
// A Code begins as a reference into a blob; materialize() decodes it when it is first called: an own copy of the
// instructions (so that they may be quickened), constants, names and caches. Nothing of it is shared between isolates.
#pragma once

#include "bytecode/code_format.hpp"
#include "object/containers.hpp"

namespace hog {

class Function;

// A blob in memory and what has been made of its strings. `keeper` keeps run-time blobs alive; frozen ones have none.
class CodeSource : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<CodeSource*> make(Thread& t, CodeBlob blob, Cell* keeper, Value externals);
  Fallible<Str*> string(Thread& t, uint32_t index);  // interned

  CodeBlob blob_;
  Field<Cell> keeper_;
  Field<ValueArray> strings_;   // interned Str by string index, empty until asked for
  ValueField externals_;        // tuple for ConstantTag::External, or empty
  ValueField source_text_;      // str for tracebacks, or empty
};

// One inline cache. Guards: `shape` and its `stamp`, or the versions of two dicts. References are weak: the collector
// clears a cache that refers to something dead.
struct InlineCache {
  enum class Kind : uint8_t {
    Empty,
    InlineSlot,     // value at byte offset `offset` of the object
    OverflowSlot,   // SlotArray element `offset`
    TypeValue,      // `value` itself (class attribute seen through an instance)
    Member,         // __slots__ member at `offset`; empty means AttributeError
    Method,         // function `value`, self is the object
    PropertyGet,    // property whose getter is the Python function `value`
    ModuleValue,    // entry `offset` of the module's dict, guarded by `version`
    ClassValue,     // object is the type `shape` (as a cell) at version `stamp`: `value`
    Global,         // entry `offset` of globals, guarded by `version`
    Builtin,        // entry `offset` of builtins, guarded by both versions
    StoreInline,    // existing inline slot
    StoreOverflow,
    StoreNew,       // new inline slot: object moves to the shape in `value`
    StoreMember,
    BoundType,      // LOAD_METHOD found a plain attribute
    Init,           // CALL of a class: `value` is its Python __init__
    Megamorphic,    // too many misses: no more filling
  };
  Shape* shape;
  uint32_t stamp;
  uint32_t offset;
  Value value;
  uint64_t version;
  uint64_t second_version;
  Kind kind;
  uint8_t misses;
};

class Code : public Cell {
 public:
  static const Layout kLayout;
  static Fallible<Code*> make(Thread& t, CodeSource* source, const CodeRecord* record);

  const CodeRecord& record() const { return *record_; }
  uint32_t flags() const { return flags_; }
  bool has(uint32_t flag) const { return (flags_ & flag) != 0; }
  bool is_materialized() const { return instructions_ != nullptr; }
  Fallible<void> materialize(Thread& t);
  const Instruction* begin() const { return instructions_; }
  Value constant(uint32_t i) const { return constants_->at(i); }
  Str* name(uint32_t i) const { return as<Str>(names_->at(i)); }
  uint32_t index_of(const Instruction* pc) const { return static_cast<uint32_t>(pc - instructions_); }
  Str* local_name(Thread& t, uint32_t reg);  // of registers below local_count
  const LocalRecord* locals() const { return source_->blob_.at<LocalRecord>(record_->locals); }
  const ExceptionRecord* exceptions() const { return source_->blob_.at<ExceptionRecord>(record_->exceptions); }

  Fallible<Str*> filename(Thread& t);

  Field<CodeSource> source_;
  const CodeRecord* record_;
  uint32_t flags_;
  uint32_t register_count_;
  uint16_t positional_count_;
  uint16_t keyword_only_count_;
  bool simple_parameters_;       // no * ** and no keyword-only: arguments are copied as they are
  Field<Str> name_;
  Field<Str> qualified_name_;
  Field<Str> filename_;          // replaced by code.replace(co_filename=...)
  Instruction* instructions_;    // into storage_
  Field<ByteArray> storage_;
  Field<ValueArray> constants_;
  Field<ValueArray> names_;
  InlineCache* caches_;          // into cache_storage_
  Field<ByteArray> cache_storage_;
  Code* next_with_caches_;       // weak chain of materialised codes, from the isolate
  uint32_t first_line_;
  ValueField locals_tuple_;      // co_varnames etc. once asked for

  // Position of the instruction at word index; line 0: none.
  struct Position {
    int32_t line, end_line, col, end_col;  // -1: unknown
  };
  Position position_at(uint32_t word) const;
  // The same with the words [start, end) that share it.
  struct Run {
    uint32_t start, end;
    Position position;
  };
  Run run_at(uint32_t word) const;
  // The line of the instruction; of one without any, that of the latest before it that has one.
  int32_t line_at(uint32_t word) const;
};

}  // namespace hog
