// generate_expression.cpp: expressions to registers.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;

void CodeGenerator::move(Register dst, Register from) {
  if (dst != from) code().emit(Opcode::MOVE, dst, from);
}

void CodeGenerator::load_constant(const ConstantValue& value, Register dst) {
  if (!code().reachable()) return;
  if (value.kind == ConstantKind::None) return code().emit(Opcode::LOAD_NONE, dst);
  if (value.kind == ConstantKind::Int && value.fits_int64 && value.integer == static_cast<int32_t>(value.integer))
    return code().emit_wide(Opcode::LOAD_INT, dst, static_cast<uint32_t>(value.integer));
  code().emit_wide(Opcode::LOAD_CONST, dst, code().constant(value));
}

// The value in some register: the variable's own for a named local, else `scratch` or a new temporary.
Register CodeGenerator::value(Expr* node, Register scratch) {
  if (auto* name = try_as<Name>(node)) {
    Register local = plain_local(name->id);
    if (local.exists()) {
      code().at(node->location);
      check_bound(local);
      return local;
    }
  }
  if (auto* assignment = try_as<NamedExpr>(node)) {
    Register local = plain_local(as<Name>(assignment->target)->id);
    if (local.exists()) {
      named_expression(assignment, local);
      return local;
    }
  }
  Register dst = scratch.is_temporary() ? scratch : code().temporary();
  to(node, dst);
  return dst;
}

void CodeGenerator::effect(Expr* node) {
  Temporaries temporaries(*this);
  value(node);
}

void CodeGenerator::to(Expr* node, Register dst) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  UnitGuard guard(*this);
  code().at(node->location);
  switch (node->kind) {
    case NodeKind::Constant: return load_constant(as<Constant>(node)->value, dst);
    case NodeKind::Name: return load_name(as<Name>(node)->id, dst);
    case NodeKind::BinOp: return binary(as<BinOp>(node), dst);
    case NodeKind::UnaryOp: return unary(as<UnaryOp>(node), dst);
    case NodeKind::BoolOp: return bool_operation(as<BoolOp>(node), dst);
    case NodeKind::Compare: return compare(as<Compare>(node), dst);
    case NodeKind::IfExp: return conditional(as<IfExp>(node), dst);
    case NodeKind::NamedExpr: return named_expression(as<NamedExpr>(node), dst);
    case NodeKind::Call: return call(as<Call>(node), dst);
    case NodeKind::Attribute: return attribute(as<Attribute>(node), dst);
    case NodeKind::Subscript: return subscript(as<Subscript>(node), dst);
    case NodeKind::Slice: return slice(as<Slice>(node), dst);
    case NodeKind::Tuple: return sequence_display(node, as<Tuple>(node)->elts, dst);
    case NodeKind::List: return sequence_display(node, as<List>(node)->elts, dst);
    case NodeKind::Set: return set_display(as<Set>(node), dst);
    case NodeKind::Dict: return dict_display(as<Dict>(node), dst);
    case NodeKind::ListComp:
    case NodeKind::SetComp:
    case NodeKind::DictComp:
    case NodeKind::GeneratorExp: return comprehension(node, dst);
    case NodeKind::Lambda: return lambda(as<Lambda>(node), dst);
    case NodeKind::Await: return await(as<Await>(node), dst);
    case NodeKind::Yield: return yield(as<Yield>(node), dst);
    case NodeKind::YieldFrom: return yield_from(as<YieldFrom>(node), dst);
    case NodeKind::JoinedStr: return joined_string(as<JoinedStr>(node), dst);
    case NodeKind::FormattedValue: return formatted_value(as<FormattedValue>(node), dst);
    case NodeKind::TemplateStr: return template_string(as<TemplateStr>(node), dst);
    case NodeKind::Interpolation: return interpolation(as<Interpolation>(node), dst);
    case NodeKind::Starred:
      return context_.error(node->location, {"can't use starred expression here"});
    default: return;
  }
}

// True when evaluating `node` may bind a name of this frame.
bool CodeGenerator::may_rebind(Expr* node) {
  struct Search {
    CompileContext& context;
    bool found = false;
    void visit(Node* node) {
      if (node == nullptr || found || !context.go_on()) return;
      CompileContext::Depth depth(context);
      if (is<NamedExpr>(node)) {
        found = true;
        return;
      }
      for (const FieldInfo& info : node_info(node->kind).fields) {
        if (info.type == FieldType::Identifier || info.type == FieldType::Int || info.type == FieldType::String ||
            info.type == FieldType::Constant || is_enumeration(info.type))
          continue;
        if (info.arity == FieldArity::List || info.arity == FieldArity::ListOfOptional) {
          for (Node* item : field<std::span<Node*>>(node, info)) visit(item);
        } else {
          visit(field<Node*>(node, info));
        }
      }
    }
  };
  if (is<Constant>(node) || is<Name>(node)) return false;
  Search search{context_};
  search.visit(node);
  return search.found;
}

// A named local that a later operand may rebind is copied first.
Register CodeGenerator::protect(Register reg, Expr* later) {
  if (!reg.is_local() || !unit_->scope->has_walrus || !may_rebind(later)) return reg;
  Register copy = code().temporary();
  move(copy, reg);
  return copy;
}

namespace {

struct BinaryOpcodes {
  Opcode general;
  Opcode immediate;  // the same when there is none
};

BinaryOpcodes opcodes_of(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::Add: return {Opcode::ADD, Opcode::ADD_I};
    case BinaryOperator::Sub: return {Opcode::SUBTRACT, Opcode::SUBTRACT_I};
    case BinaryOperator::Mult: return {Opcode::MULTIPLY, Opcode::MULTIPLY_I};
    case BinaryOperator::MatMult: return {Opcode::MATRIX_MULTIPLY, Opcode::MATRIX_MULTIPLY};
    case BinaryOperator::Div: return {Opcode::TRUE_DIVIDE, Opcode::TRUE_DIVIDE};
    case BinaryOperator::Mod: return {Opcode::REMAINDER, Opcode::REMAINDER_I};
    case BinaryOperator::Pow: return {Opcode::POWER, Opcode::POWER};
    case BinaryOperator::LShift: return {Opcode::LEFT_SHIFT, Opcode::LEFT_SHIFT_I};
    case BinaryOperator::RShift: return {Opcode::RIGHT_SHIFT, Opcode::RIGHT_SHIFT_I};
    case BinaryOperator::BitOr: return {Opcode::OR, Opcode::OR};
    case BinaryOperator::BitXor: return {Opcode::XOR, Opcode::XOR};
    case BinaryOperator::BitAnd: return {Opcode::AND, Opcode::AND_I};
    case BinaryOperator::FloorDiv: return {Opcode::FLOOR_DIVIDE, Opcode::FLOOR_DIVIDE_I};
  }
  return {Opcode::ADD, Opcode::ADD_I};
}

bool fits_immediate(BinaryOperator op, int64_t number) {
  switch (op) {
    case BinaryOperator::FloorDiv:
    case BinaryOperator::Mod:
      if (number == 0) return false;
      break;
    case BinaryOperator::LShift:
    case BinaryOperator::RShift:
      if (number < 0 || number >= 63) return false;
      break;
    default: break;
  }
  return number == static_cast<int16_t>(number);
}

}  // namespace

void CodeGenerator::binary_operation(BinaryOperator op, bool in_place, Register dst, Register left, Expr* right_node,
                                     Register scratch) {
  BinaryOpcodes opcodes = opcodes_of(op);
  Location at = code().location();
  uint8_t x = in_place ? 1 : 0;
  auto* constant = try_as<Constant>(right_node);
  if (constant != nullptr && constant->value.kind == ConstantKind::Int && constant->value.fits_int64 &&
      opcodes.immediate != opcodes.general && fits_immediate(op, constant->value.integer)) {
    uint16_t immediate = static_cast<uint16_t>(constant->value.integer);
    return code().emit(opcodes.immediate, {.a = dst.raw, .b = left.raw, .c = immediate, .x = x});
  }
  Register right = value(right_node, scratch);
  code().at(at);
  code().emit(opcodes.general, {.a = dst.raw, .b = left.raw, .c = right.raw, .x = x});
}

// a + b + c + ... nests on the left, as deep as the program likes.
void CodeGenerator::binary(BinOp* node, Register dst) {
  ArenaVector<BinOp*> spine(context_.arena);
  Expr* leftmost = node;
  while (auto* next = try_as<BinOp>(leftmost)) {
    spine.push_back(next);
    leftmost = next->left;
  }
  Temporaries temporaries(*this);
  Register scratch = dst.is_temporary() ? dst : code().temporary();
  Register left = value(leftmost, scratch);
  while (!spine.empty() && context_.go_on()) {
    BinOp* next = spine.pop_back();
    Temporaries inner(*this);
    left = protect(left, next->right);
    code().at(next->location);
    Register target = spine.empty() ? dst : scratch;
    binary_operation(next->op, false, target, left, next->right, left == scratch ? kNoRegister : scratch);
    left = target;
  }
}

void CodeGenerator::unary(UnaryOp* node, Register dst) {
  Temporaries temporaries(*this);
  Location at = node->location;
  Register operand = value(node->operand, dst);
  code().at(at);
  switch (node->op) {
    case UnaryOperator::Invert: return code().emit(Opcode::INVERT, dst, operand);
    case UnaryOperator::Not: return code().emit(Opcode::NOT, dst, operand);
    case UnaryOperator::UAdd: return code().emit(Opcode::POSITIVE, dst, operand);
    case UnaryOperator::USub: return code().emit(Opcode::NEGATIVE, dst, operand);
  }
}

// result = node; to `target` when its truth is `stop`. An operand of `and` within `or` (or the reverse) whose truth is known
// already is not asked again.
void CodeGenerator::operand_or_jump(Expr* node, Register result, Label target, bool stop) {
  auto* operation = try_as<BoolOp>(node);
  if (operation == nullptr) {
    to(node, result);
    code().at(node->location);
    return jump_on_value(result, target, stop);
  }
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  bool inner_stop = operation->op == BoolOperator::Or;
  Label decided = code().new_label();
  Label early = inner_stop == stop ? target : decided;
  std::span<Expr*> values = operation->values;
  for (Expr* operand : values.first(values.size() - 1)) operand_or_jump(operand, result, early, inner_stop);
  operand_or_jump(values.back(), result, target, stop);
  code().place(decided);
}

void CodeGenerator::bool_operation(BoolOp* node, Register dst) {
  Temporaries temporaries(*this);
  bool stop = node->op == BoolOperator::Or;
  Label end = code().new_label();
  size_t last = node->values.size() - 1;
  // Into a named local nothing may be written before its operand has been chosen.
  Register result = dst.is_temporary() ? dst : code().temporary();
  for (size_t i = 0; i < last; ++i) {
    Temporaries inner(*this);
    if (is<BoolOp>(node->values[i])) {
      operand_or_jump(node->values[i], result, end, stop);
      continue;
    }
    Register operand = value(node->values[i], result);
    code().at(node->values[i]->location);
    if (operand == result) {
      jump_on_value(operand, end, stop);
      continue;
    }
    Label next = code().new_label();
    jump_on_value(operand, next, !stop);
    move(result, operand);
    code().jump(end);
    code().place(next);
  }
  to(node->values[last], result);
  code().place(end);
  code().at(node->location);
  move(dst, result);
}

void CodeGenerator::compare_operation(CompareOperator op, Register dst, Register left, Register right) {
  auto emit = [&](Opcode opcode, uint8_t x = 0) {
    code().emit(opcode, {.a = dst.raw, .b = left.raw, .c = right.raw, .x = x});
  };
  switch (op) {
    case CompareOperator::Eq: return emit(Opcode::EQ);
    case CompareOperator::NotEq: return emit(Opcode::NE);
    case CompareOperator::Lt: return emit(Opcode::LT);
    case CompareOperator::LtE: return emit(Opcode::LE);
    case CompareOperator::Gt: return emit(Opcode::GT);
    case CompareOperator::GtE: return emit(Opcode::GE);
    case CompareOperator::Is: return emit(Opcode::IS, 0);
    case CompareOperator::IsNot: return emit(Opcode::IS, 1);
    case CompareOperator::In: return emit(Opcode::IN, 0);
    case CompareOperator::NotIn: return emit(Opcode::IN, 1);
  }
}

void CodeGenerator::compare(Compare* node, Register dst) {
  warn_compare(node);
  Temporaries temporaries(*this);
  size_t count = node->ops.size();
  Register result = dst.is_temporary() || count == 1 ? dst : code().temporary();
  Label end = code().new_label();
  Register left = value(node->left, count == 1 ? result : kNoRegister);
  for (size_t i = 0; i < count; ++i) {
    left = protect(left, node->comparators[i]);
    bool membership = node->ops[i] == CompareOperator::In || node->ops[i] == CompareOperator::NotIn;
    Register right = membership ? membership_operand(node->comparators[i]) : value(node->comparators[i]);
    if (i + 1 < count) right = protect(right, node->comparators[i + 1]);
    code().at(node->location);
    compare_operation(node->ops[i], result, left, right);
    if (i + 1 < count) jump_on_value(result, end, false);
    left = right;
  }
  if (count == 1) return;
  code().place(end);
  move(dst, result);
}

void CodeGenerator::conditional(IfExp* node, Register dst) {
  Label otherwise = code().new_label();
  Label end = code().new_label();
  jump_if(node->test, otherwise, false);
  to(node->body, dst);
  code().at(node->location);
  code().jump(end);
  code().place(otherwise);
  to(node->orelse, dst);
  code().place(end);
}

void CodeGenerator::named_expression(NamedExpr* node, Register dst) {
  Identifier* name = as<Name>(node->target)->id;
  Register local = plain_local(name);
  if (local.exists()) {
    to(node->value, local);
    code().set_bound(local);
    code().at(node->location);
    return move(dst, local);
  }
  Temporaries temporaries(*this);
  Register result = value(node->value, dst);
  code().at(node->location);
  store_name(name, result);
  move(dst, result);
}

// The position of the attribute's name alone, when the expression spans lines.
Location CodeGenerator::attribute_location(const Attribute* node) {
  Location at = node->location;
  if (at.line == at.end_line) return at;
  at.line = at.end_line;
  int32_t length = static_cast<int32_t>(node->attr->utf8.size());
  if (length <= at.end_col) at.col = at.end_col - length;
  else at.col = at.end_col = -1;
  return at;
}

void CodeGenerator::attribute(Attribute* node, Register dst) {
  if (super_attribute(node, dst, false)) return;
  Temporaries temporaries(*this);
  Register object = value(node->value, dst);
  code().at(attribute_location(node));
  emit_named(Opcode::LOAD_ATTR, dst.raw, object.raw, mangle(node->attr), true);
}

void CodeGenerator::subscript(Subscript* node, Register dst) {
  warn_subscript(node->value, node->slice);
  Temporaries temporaries(*this);
  Register object = protect(value(node->value, dst), node->slice);
  auto* range = try_as<Slice>(node->slice);
  if (range != nullptr && range->step == nullptr) {
    Register constant = code().temporary();
    if (constant_slice(range, constant)) {
      code().at(node->location);
      code().emit(Opcode::LOAD_ITEM, {.a = dst.raw, .b = object.raw, .c = constant.raw, .q = code().next_cache()});
      return;
    }
    Register bounds = constant;
    code().temporary();
    auto bound = [&](Expr* expression, Register reg) {
      if (expression != nullptr) return to(expression, reg);
      code().at(range->location);
      code().emit(Opcode::LOAD_NONE, reg);
    };
    bound(range->lower, bounds);
    bound(range->upper, bounds.next());
    code().at(node->location);
    return code().emit(Opcode::LOAD_SLICE, dst, object, bounds);
  }
  Register index = value(node->slice);
  code().at(node->location);
  code().emit(Opcode::LOAD_ITEM, {.a = dst.raw, .b = object.raw, .c = index.raw, .q = code().next_cache()});
}

bool CodeGenerator::constant_slice(Slice* node, Register dst) {
  ConstantValue parts[3];
  Expr* sources[3] = {node->lower, node->upper, node->step};
  for (int i = 0; i < 3; ++i) {
    if (sources[i] == nullptr) continue;
    auto* constant = try_as<Constant>(sources[i]);
    if (constant == nullptr) return false;
    parts[i] = constant->value;
  }
  if (!code().reachable()) return true;
  code().at(node->location);
  code().emit_wide(Opcode::LOAD_CONST, dst, code().constants().add_slice(parts[0], parts[1], parts[2]));
  return true;
}

void CodeGenerator::slice(Slice* node, Register dst) {
  if (constant_slice(node, dst)) return;
  Temporaries temporaries(*this);
  Register parts = code().temporaries(3);
  Expr* sources[3] = {node->lower, node->upper, node->step};
  for (unsigned i = 0; i < 3; ++i) {
    if (sources[i] != nullptr) to(sources[i], parts.next(i));
    else code().emit(Opcode::LOAD_NONE, parts.next(i));
  }
  code().at(node->location);
  code().emit(Opcode::BUILD_SLICE, dst, parts);
}

// ---- Suspension. ----

// The shape that opcodes.def promises: SEND; YIELD; JUMP_BACK to the SEND.
void CodeGenerator::delegate(Register iterator, Register dst) {
  Temporaries temporaries(*this);
  Register sent = code().temporary();
  code().emit(Opcode::LOAD_NONE, sent);
  Label done = code().new_label();
  Label loop = code().place_loop_head();
  code().emit_jump(Opcode::SEND, {.a = sent.raw, .b = iterator.raw, .c = sent.raw}, done);
  code().emit(Opcode::YIELD, {.a = sent.raw, .b = sent.raw, .c = iterator.raw, .x = 1});
  code().jump_back(loop);
  code().place(done);
  move(dst, sent);
}

void CodeGenerator::await_value(Register dst, Register awaitable, uint8_t kind) {
  Temporaries temporaries(*this);
  Register iterator = code().temporary();
  code().emit(Opcode::GET_AWAITABLE, {.a = iterator.raw, .b = awaitable.raw, .x = kind});
  delegate(iterator, dst);
}

void CodeGenerator::await(Await* node, Register dst) {
  Temporaries temporaries(*this);
  Register awaitable = value(node->value, dst);
  code().at(node->location);
  await_value(dst, awaitable, 0);
}

void CodeGenerator::yield(Yield* node, Register dst) {
  if (!unit_->scope->is_function_like()) return context_.error(node->location, {"'yield' outside function"});
  Temporaries temporaries(*this);
  Register result;
  if (node->value != nullptr) {
    result = value(node->value, dst);
  } else {
    result = code().temporary();
    code().emit(Opcode::LOAD_NONE, result);
  }
  code().at(node->location);
  if ((unit_->flags & code_flag::kAsyncGenerator) != 0) {
    Register wrapped = code().temporary();
    code().emit(Opcode::ASYNC_GEN_WRAP, wrapped, result);
    result = wrapped;
  }
  code().emit(Opcode::YIELD, {.a = dst.raw, .b = result.raw, .c = result.raw, .x = 0});
}

void CodeGenerator::yield_from(YieldFrom* node, Register dst) {
  if (!unit_->scope->is_function_like()) return context_.error(node->location, {"'yield from' outside function"});
  if (unit_->is_async) return context_.error(node->location, {"'yield from' inside async function"});
  Temporaries temporaries(*this);
  Register iterator = code().temporary();
  Register source = value(node->value, iterator);
  code().at(node->location);
  code().emit(Opcode::GET_YIELD_FROM_ITER, iterator, source);
  delegate(iterator, dst);
}

}  // namespace hog
