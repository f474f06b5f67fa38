// generate_condition.cpp: tests that jump, without making a bool where none is wanted.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;

namespace {

enum class Truth { Unknown, True, False };

Truth truth_of(const Expr* node) {
  auto* constant = try_as<Constant>(node);
  if (constant == nullptr) return Truth::Unknown;
  const ConstantValue& value = constant->value;
  bool truth = true;
  switch (value.kind) {
    case ConstantKind::None:
    case ConstantKind::False: truth = false; break;
    case ConstantKind::Int: truth = !value.fits_int64 || value.integer != 0; break;
    case ConstantKind::Float:
    case ConstantKind::Complex: truth = value.number != 0; break;
    case ConstantKind::Str:
    case ConstantKind::Bytes: truth = !value.text.empty(); break;
    case ConstantKind::Tuple: truth = value.item_count != 0; break;
    case ConstantKind::FrozenSet:
    case ConstantKind::External: return Truth::Unknown;
    default: break;
  }
  return truth ? Truth::True : Truth::False;
}

struct JumpOpcodes {
  Opcode general;
  Opcode immediate;
};

JumpOpcodes ordering_jump(CompareOperator op) {
  switch (op) {
    case CompareOperator::Lt: return {Opcode::JUMP_LT, Opcode::JUMP_LT_I};
    case CompareOperator::LtE: return {Opcode::JUMP_LE, Opcode::JUMP_LE_I};
    case CompareOperator::Eq: return {Opcode::JUMP_EQ, Opcode::JUMP_EQ_I};
    case CompareOperator::NotEq: return {Opcode::JUMP_NE, Opcode::JUMP_NE_I};
    case CompareOperator::Gt: return {Opcode::JUMP_GT, Opcode::JUMP_GT_I};
    default: return {Opcode::JUMP_GE, Opcode::JUMP_GE_I};
  }
}

bool is_none(const Expr* node) {
  auto* constant = try_as<Constant>(node);
  return constant != nullptr && constant->value.kind == ConstantKind::None;
}

}  // namespace

void CodeGenerator::jump_on_value(Register reg, Label target, bool outcome) {
  code().emit_jump(outcome ? Opcode::JUMP_IF_TRUE : Opcode::JUMP_IF_FALSE, {.a = reg.raw}, target);
}

// Jumps to `target` when the truth of `test` is `outcome`, else falls through.
void CodeGenerator::jump_if(Expr* test, Label target, bool outcome) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  if (Truth truth = truth_of(test); truth != Truth::Unknown) {
    code().at(test->location);
    code().emit(Opcode::NOP);
    if ((truth == Truth::True) == outcome) code().jump(target);
    return;
  }
  if (auto* negation = try_as<UnaryOp>(test); negation != nullptr && negation->op == UnaryOperator::Not)
    return jump_if(negation->operand, target, !outcome);
  if (auto* operation = try_as<BoolOp>(test)) {
    bool stop = operation->op == BoolOperator::Or;
    std::span<Expr*> values = operation->values;
    Label end = code().new_label();
    Label early = stop == outcome ? target : end;
    for (Expr* operand : values.first(values.size() - 1)) jump_if(operand, early, stop);
    jump_if(values.back(), target, outcome);
    return code().place(end);
  }
  if (auto* choice = try_as<IfExp>(test)) {
    Label otherwise = code().new_label();
    Label end = code().new_label();
    jump_if(choice->test, otherwise, false);
    jump_if(choice->body, target, outcome);
    code().at(choice->location);
    code().jump(end);
    code().place(otherwise);
    jump_if(choice->orelse, target, outcome);
    return code().place(end);
  }
  if (auto* comparison = try_as<Compare>(test)) return jump_if_compare(comparison, target, outcome);
  Temporaries temporaries(*this);
  Register reg = value(test);
  code().at(test->location);
  jump_on_value(reg, target, outcome);
}

void CodeGenerator::jump_if_compare(Compare* node, Label target, bool outcome) {
  warn_compare(node);
  Temporaries temporaries(*this);
  size_t count = node->ops.size();
  Label end = code().new_label();
  Register left = value(node->left);
  for (size_t i = 0; i < count; ++i) {
    bool last = i + 1 == count;
    left = protect(left, node->comparators[i]);
    Register right;
    code().at(node->location);
    if (last) {
      jump_if_comparison(node->ops[i], left, node->comparators[i], target, outcome, nullptr);
    } else {
      jump_if_comparison(node->ops[i], left, node->comparators[i], outcome ? end : target, false, &right);
      left = protect(right, node->comparators[i + 1]);
    }
  }
  code().place(end);
}

// `right_out`: where the right operand is wanted again (a chain); null: it may be folded into the instruction.
void CodeGenerator::jump_if_comparison(CompareOperator op, Register left, Expr* right_node, Label target, bool outcome,
                                       Register* right_out) {
  Location at = code().location();
  auto jump = [&](Opcode opcode, uint16_t b, bool when) {
    code().emit_jump(opcode, {.a = left.raw, .b = b, .x = static_cast<uint8_t>(when ? 1 : 0)}, target);
  };
  bool negated = op == CompareOperator::IsNot || op == CompareOperator::NotIn;
  bool identity = op == CompareOperator::Is || op == CompareOperator::IsNot;
  if (right_out == nullptr && identity && is_none(right_node)) {
    bool when_none = outcome != negated;
    return code().emit_jump(when_none ? Opcode::JUMP_IF_NONE : Opcode::JUMP_IF_NOT_NONE, {.a = left.raw}, target);
  }
  if (identity || op == CompareOperator::In || op == CompareOperator::NotIn) {
    Register right = identity ? value(right_node) : membership_operand(right_node);
    code().at(at);
    jump(identity ? Opcode::JUMP_IS : Opcode::JUMP_IN, right.raw, outcome != negated);
    if (right_out != nullptr) *right_out = right;
    return;
  }
  JumpOpcodes opcodes = ordering_jump(op);
  auto* constant = try_as<Constant>(right_node);
  if (right_out == nullptr && constant != nullptr && constant->value.kind == ConstantKind::Int &&
      constant->value.fits_int64 && constant->value.integer == static_cast<int16_t>(constant->value.integer))
    return jump(opcodes.immediate, static_cast<uint16_t>(constant->value.integer), outcome);
  Register right = value(right_node);
  code().at(at);
  jump(opcodes.general, right.raw, outcome);
  if (right_out != nullptr) *right_out = right;
}

}  // namespace hog
