// function_builder.hpp: the instructions of one code object while it is made.
//
// Invariants:
// 1. Registers are virtual until layout(): named locals, cells, free variables and temporaries each count in a space of
//    their own, since the number of named locals is known only at the end (they are numbered as they are first used).
// 2. Temporaries are a stack. The live count of an instruction is the height of that stack when it was emitted.
// 3. Nothing is emitted where control cannot come (reachable() is false): dead code costs nothing.
// 4. bound_ holds the named locals that are certainly bound at this point of the code.
#pragma once

#include "base/arena.hpp"
#include "bytecode/code_format.hpp"
#include "compile/constant_pool.hpp"
#include "compile/context.hpp"
#include "compile/pointer_map.hpp"

namespace hog {

struct Register {
  uint16_t raw = 0xFFFF;
  bool operator==(const Register&) const = default;
  bool is_temporary() const { return raw >= 0x8000 && raw != 0xFFFF; }
  bool is_local() const { return raw < 0x4000; }
  bool exists() const { return raw != 0xFFFF; }
  Register next(unsigned by = 1) const { return {static_cast<uint16_t>(raw + by)}; }
};
constexpr uint16_t kCellSpace = 0x4000;
constexpr uint16_t kFreeSpace = 0x6000;
constexpr uint16_t kTemporarySpace = 0x8000;
constexpr Register kNoRegister{};

struct Label {
  int32_t id = -1;
};

// A set of named locals.
class LocalSet {
 public:
  bool has(unsigned i) const { return i / 64 < words_.size() && (words_[i / 64] >> (i % 64) & 1) != 0; }
  void add(Arena& arena, unsigned i);
  void remove(unsigned i) {
    if (i / 64 < words_.size()) words_[i / 64] &= ~(uint64_t{1} << (i % 64));
  }
  void intersect(const LocalSet& other);
  void subtract(const LocalSet& other);
  LocalSet copy(Arena& arena) const;

 private:
  std::span<uint64_t> words_;
};

struct EmittedInstruction {
  Opcode op;
  uint8_t x = 0;
  uint16_t a = 0, b = 0, c = 0;
  uint32_t p = 0, q = 0;
  int32_t label = -1;    // what the jump operand means
  int32_t handler = -1;  // innermost exception handler
  uint32_t live = 0;     // temporaries
  bool located = false;
  bool long_jump = false;  // a 16-bit jump that has become an inverted one over a JUMP
  uint32_t word = 0;       // set by layout()
  ast::Location location;
};

struct ExceptionHandler {
  Label target;
  Register exception;
  bool used;  // something that may raise is covered
  int32_t outer;
};

struct LocalVariable {
  ast::Identifier* name;
  LocalKind kind;
  bool hidden;
};

// What layout() makes: final words, ready for the blob.
struct FinishedCode {
  std::span<uint64_t> words;
  std::span<LocalRecord> locals;  // `name` is left for the writer: see names
  std::span<ast::Identifier*> local_names;
  std::span<ExceptionRecord> exceptions;
  std::span<LivenessRecord> liveness;
  std::span<uint8_t> positions;
  uint32_t register_count = 0;
  uint32_t free_start = 0;
  uint32_t cache_count = 0;
};

class FunctionBuilder {
 public:
  FunctionBuilder(CompileContext& context, StringPool& strings);

  // ---- Registers. ----
  Register add_local(ast::Identifier* name, bool is_parameter, bool hidden);
  Register add_cell(ast::Identifier* name, bool hidden);
  Register add_free(ast::Identifier* name);
  Register temporary();
  Register temporaries(unsigned count);  // a run
  uint32_t height() const { return height_; }
  Register top() const { return {static_cast<uint16_t>(kTemporarySpace + height_)}; }
  void release_to(uint32_t height) { height_ = height; }
  void set_parameter_cell(Register local) { locals_[local.raw].kind = LocalKind::LocalAndCell; }
  size_t local_count() const { return locals_.size(); }
  size_t cell_count() const { return cells_.size(); }
  bool is_hidden(Register reg, bool cell) const {
    return cell ? cells_[reg.raw - kCellSpace].hidden : locals_[reg.raw].hidden;
  }
  std::span<ast::Identifier*> free_names() const { return frees_.span(); }
  const LocalVariable& local(Register reg) const { return locals_[reg.raw]; }
  void rename_local(size_t index, ast::Identifier* name) { locals_[index].name = name; }

  // ---- Bound locals. ----
  bool is_bound(Register local) const { return bound_.has(local.raw); }
  void set_bound(Register local) {
    if (reachable_) bound_.add(context_.arena, local.raw);
  }
  void set_unbound(Register local) { bound_.remove(local.raw); }
  void set_may_unbind(Register local) { may_unbind_.add(context_.arena, local.raw); }
  LocalSet bound_copy() const { return bound_.copy(context_.arena); }

  // ---- Positions. ----
  void at(const ast::Location& location) {
    location_ = location;
    located_ = true;
  }
  void at_no_location() { located_ = false; }
  const ast::Location& location() const { return location_; }
  bool located() const { return located_; }

  // ---- Instructions. ----
  struct Operands {
    uint16_t a = 0, b = 0, c = 0;
    uint32_t p = 0, q = 0;
    uint8_t x = 0;
  };
  void emit(Opcode op, const Operands& operands);
  void emit(Opcode op) { emit(op, Operands{}); }
  void emit(Opcode op, Register a) { emit(op, Operands{.a = a.raw}); }
  void emit(Opcode op, Register a, Register b) { emit(op, Operands{.a = a.raw, .b = b.raw}); }
  void emit(Opcode op, Register a, Register b, Register c) { emit(op, Operands{.a = a.raw, .b = b.raw, .c = c.raw}); }
  void emit_wide(Opcode op, Register a, uint32_t wide) {
    emit(op, Operands{.a = a.raw, .b = static_cast<uint16_t>(wide), .c = static_cast<uint16_t>(wide >> 16)});
  }
  void jump(Label target) { emit_jump(Opcode::JUMP, {}, target); }
  void jump_back(Label target);
  void emit_jump(Opcode op, const Operands& operands, Label target);
  void end_of_path() { reachable_ = false; }  // after RETURN, RAISE
  bool reachable() const { return reachable_; }
  size_t instruction_count() const { return code_.size(); }
  EmittedInstruction& instruction(size_t index) { return code_[index]; }
  uint32_t next_cache() { return cache_count_++; }

  // ---- Labels. ----
  Label new_label();
  void place(Label label);
  Label place_loop_head();  // a backward target
  Label place_entry() {     // a backward target that nothing falls into
    reachable_ = true;
    return place_loop_head();
  }
  bool is_used(Label label) const { return labels_[label.id].used; }

  // ---- Exceptions. ----
  struct Region {
    int32_t outer;
    int32_t handler;
    LocalSet bound;
  };
  Region begin_region(Register exception);  // what follows is covered, until end_region()
  void end_region(const Region& region) { handler_ = region.outer; }
  // The handler's code follows; it is unreachable when nothing was covered.
  void place_handler(const Region& region);
  int32_t current_handler() const { return handler_; }
  void set_current_handler(int32_t handler) { handler_ = handler; }
  // The handler around the region that is in force.
  int32_t outer_handler() const { return handler_ < 0 ? -1 : handlers_[handler_].outer; }

  // ---- Constants and names. ----
  uint32_t constant(const ast::ConstantValue& value) { return constants_.add(value); }
  uint32_t name(ast::Identifier* name);
  ConstantPool& constants() { return constants_; }
  std::span<ast::Identifier*> names() const { return names_.span(); }

  bool layout(FinishedCode& out);  // false: too large

 private:
  struct LabelInfo {
    int32_t position = -1;  // index of the instruction that follows
    bool used = false;
    LocalSet bound;
  };
  void merge_into(Label label);
  uint16_t final_register(uint16_t raw) const;
  void thread_jumps();
  void remove_needless_nops();
  void choose_jump_sizes();
  void write_words(std::span<uint64_t> words);
  void write_tables(FinishedCode& out);
  void write_positions(FinishedCode& out);
  uint32_t label_word(int32_t label) const;

  CompileContext& context_;
  ConstantPool constants_;
  ArenaVector<EmittedInstruction> code_;
  ArenaVector<LabelInfo> labels_;
  ArenaVector<ExceptionHandler> handlers_;
  ArenaVector<LocalVariable> locals_;
  ArenaVector<LocalVariable> cells_;
  ArenaVector<ast::Identifier*> frees_;
  ArenaVector<ast::Identifier*> names_;
  PointerMap name_index_;
  LocalSet bound_;
  LocalSet may_unbind_;
  ast::Location location_;
  bool located_ = false;
  bool reachable_ = true;
  bool too_many_registers_ = false;
  uint32_t height_ = 0;
  uint32_t max_height_ = 0;
  uint32_t cache_count_ = 0;
  uint32_t total_words_ = 0;
  int32_t handler_ = -1;

 public:
  int32_t first_line = 1;
};

}  // namespace hog
