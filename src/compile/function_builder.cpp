// function_builder.cpp: registers, bound locals, labels, regions. The final layout is in code_layout.cpp.
#include "compile/function_builder.hpp"

#include "bytecode/liveness.hpp"

namespace hog {

using ast::Identifier;

void LocalSet::add(Arena& arena, unsigned i) {
  if (i / 64 >= words_.size()) {
    std::span<uint64_t> bigger = arena.make_array<uint64_t>(i / 64 + 1 + words_.size());
    if (bigger.empty()) return;
    for (size_t n = 0; n < bigger.size(); ++n) bigger[n] = n < words_.size() ? words_[n] : 0;
    words_ = bigger;
  }
  words_[i / 64] |= uint64_t{1} << (i % 64);
}

void LocalSet::intersect(const LocalSet& other) {
  for (size_t n = 0; n < words_.size(); ++n) words_[n] &= n < other.words_.size() ? other.words_[n] : 0;
}
void LocalSet::subtract(const LocalSet& other) {
  for (size_t n = 0; n < words_.size() && n < other.words_.size(); ++n) words_[n] &= ~other.words_[n];
}
LocalSet LocalSet::copy(Arena& arena) const {
  LocalSet result;
  result.words_ = arena.copy(std::span<const uint64_t>(words_));
  return result;
}

FunctionBuilder::FunctionBuilder(CompileContext& context, StringPool& strings)
    : context_(context),
      constants_(context, strings),
      code_(context.arena),
      labels_(context.arena),
      handlers_(context.arena),
      locals_(context.arena),
      cells_(context.arena),
      frees_(context.arena),
      names_(context.arena),
      name_index_(context.arena) {}

Register FunctionBuilder::add_local(Identifier* name, bool is_parameter, bool hidden) {
  if (locals_.size() >= kCellSpace - 1u) {
    too_many_registers_ = true;
    return {0};
  }
  locals_.push_back({name, LocalKind::Local, hidden});
  Register reg{static_cast<uint16_t>(locals_.size() - 1)};
  if (is_parameter) bound_.add(context_.arena, reg.raw);
  return reg;
}

Register FunctionBuilder::add_cell(Identifier* name, bool hidden) {
  if (cells_.size() >= kFreeSpace - kCellSpace - 1u) {
    too_many_registers_ = true;
    return {kCellSpace};
  }
  cells_.push_back({name, LocalKind::Cell, hidden});
  return {static_cast<uint16_t>(kCellSpace + cells_.size() - 1)};
}

Register FunctionBuilder::add_free(Identifier* name) {
  if (frees_.size() >= kTemporarySpace - kFreeSpace - 1u) {
    too_many_registers_ = true;
    return {kFreeSpace};
  }
  frees_.push_back(name);
  return {static_cast<uint16_t>(kFreeSpace + frees_.size() - 1)};
}

Register FunctionBuilder::temporaries(unsigned count) {
  constexpr uint32_t kMost = 0x7FF0;
  if (height_ + count > kMost) {
    too_many_registers_ = true;
    return {kTemporarySpace};
  }
  Register first = top();
  height_ += count;
  if (height_ > max_height_) max_height_ = height_;
  return first;
}

Register FunctionBuilder::temporary() { return temporaries(1); }

void FunctionBuilder::emit(Opcode op, const Operands& operands) { emit_jump(op, operands, {}); }

void FunctionBuilder::emit_jump(Opcode op, const Operands& operands, Label target) {
  if (!reachable_) return;
  EmittedInstruction instruction{.op = op,
                                 .x = operands.x,
                                 .a = operands.a,
                                 .b = operands.b,
                                 .c = operands.c,
                                 .p = operands.p,
                                 .q = operands.q,
                                 .label = target.id,
                                 .handler = handler_,
                                 .live = height_,
                                 .located = located_,
                                 .location = location_};
  if (handler_ >= 0 && !is_quiet(op)) handlers_[handler_].used = true;
  code_.push_back(instruction);
  if (target.id >= 0) merge_into(target);
  if (op == Opcode::JUMP) reachable_ = false;
}

void FunctionBuilder::jump_back(Label target) {
  emit_jump(Opcode::JUMP_BACK, {}, target);
  reachable_ = false;
}

Label FunctionBuilder::new_label() {
  labels_.push_back({});
  return {static_cast<int32_t>(labels_.size() - 1)};
}

void FunctionBuilder::merge_into(Label label) {
  LabelInfo& info = labels_[label.id];
  if (info.position >= 0) return;  // backward: the head has assumed the least already
  if (info.used) info.bound.intersect(bound_);
  else info.bound = bound_.copy(context_.arena);
  info.used = true;
}

void FunctionBuilder::place(Label label) {
  LabelInfo& info = labels_[label.id];
  info.position = static_cast<int32_t>(code_.size());
  if (!info.used) return;
  if (reachable_) bound_.intersect(info.bound);
  else bound_ = info.bound;
  reachable_ = true;
}

Label FunctionBuilder::place_loop_head() {
  Label label = new_label();
  labels_[label.id].position = static_cast<int32_t>(code_.size());
  bound_.subtract(may_unbind_);
  return label;
}

FunctionBuilder::Region FunctionBuilder::begin_region(Register exception) {
  handlers_.push_back({new_label(), exception, false, handler_});
  Region region{handler_, static_cast<int32_t>(handlers_.size() - 1), bound_.copy(context_.arena)};
  handler_ = region.handler;
  return region;
}

void FunctionBuilder::place_handler(const Region& region) {
  const ExceptionHandler& handler = handlers_[region.handler];
  labels_[handler.target.id].position = static_cast<int32_t>(code_.size());
  reachable_ = handler.used;
  bound_ = region.bound.copy(context_.arena);
  bound_.subtract(may_unbind_);
}

uint32_t FunctionBuilder::name(Identifier* identifier) {
  uint32_t known = name_index_.get(identifier);
  if (known != PointerMap::kAbsent) return known;
  uint32_t index = static_cast<uint32_t>(names_.size());
  names_.push_back(identifier);
  name_index_.set(identifier, index);
  return index;
}

}  // namespace hog
