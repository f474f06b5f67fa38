// generate_name.cpp: what a name means here, and the instructions to load, store and delete it.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;
namespace flag = symbol_flag;

void CodeGenerator::emit_named(Opcode op, uint16_t a, uint16_t b, Identifier* name, bool cached, uint16_t c, uint8_t x) {
  if (!code().reachable()) return;
  uint32_t index = code().name(name);
  code().emit(op, {.a = a, .b = b, .c = c, .p = index, .q = cached ? code().next_cache() : 0, .x = x});
}

CodeGenerator::Variable CodeGenerator::resolve(Identifier* source_name) {
  using Access = Variable::Access;
  Identifier* name = mangle(source_name);
  bool in_comprehension = unit_->comprehension != nullptr;
  Scope* scope = unit_->scope;
  const Symbol* symbol = nullptr;
  for (InlinedComprehension* inner = unit_->comprehension; inner != nullptr; inner = inner->outer) {
    symbol = inner->scope->find(name);
    if (symbol == nullptr) continue;
    if (symbol->scope == NameScope::Local || symbol->scope == NameScope::Cell) {
      for (const auto& variable : *inner->variables)
        if (variable.name == name) return {variable.cell ? Access::Cell : Access::Local, variable.reg, name};
    }
    if (symbol->scope == NameScope::GlobalExplicit) return {Access::Global, kNoRegister, name};
    if (symbol->scope == NameScope::GlobalImplicit) break;
    symbol = nullptr;
  }
  bool implicit_in_comprehension = symbol != nullptr;
  if (symbol == nullptr) symbol = scope->find(name);
  NameScope meaning = symbol != nullptr ? symbol->scope : NameScope::Unknown;
  if (!implicit_in_comprehension) {
    uint32_t cell = unit_->cells.get(name);
    bool is_cell = cell != PointerMap::kAbsent && (meaning == NameScope::Cell || meaning == NameScope::Unknown);
    uint32_t free = unit_->frees.get(name);
    bool is_free = free != PointerMap::kAbsent &&
                   (meaning == NameScope::Free || (in_comprehension && scope->type == BlockType::Class));
    if (is_cell || is_free) {
      Register reg{static_cast<uint16_t>(is_cell ? cell : free)};
      bool mapped = (scope->type == BlockType::Class && !in_comprehension) ||
                    (scope->can_see_class_scope && name != names_.classdict &&
                     unit_->frees.get(names_.classdict) != PointerMap::kAbsent);
      return {mapped ? Access::CellThroughMapping : Access::Cell, reg, name};
    }
  }
  bool function_like = scope->is_function_like();
  switch (meaning) {
    case NameScope::Local:
      if (function_like) return {Access::Local, local_register(name), name};
      break;
    case NameScope::GlobalImplicit:
      if (!function_like) break;
      return {scope->can_see_class_scope && unit_->frees.get(names_.classdict) != PointerMap::kAbsent
                  ? Access::GlobalThroughMapping
                  : Access::Global,
              kNoRegister, name};
    case NameScope::GlobalExplicit: return {Access::Global, kNoRegister, name};
    default:
      if (function_like) return {Access::Global, kNoRegister, name};
  }
  if (scope->type == BlockType::Class && in_comprehension) return {Access::Global, kNoRegister, name};
  return {Access::Name, kNoRegister, name};
}

Register CodeGenerator::local_register(Identifier* name) {
  uint32_t known = unit_->locals.get(name);
  if (known != PointerMap::kAbsent) return {static_cast<uint16_t>(known)};
  Register reg = code().add_local(name, false, !unit_->scope->is_function_like());
  unit_->locals.set(name, reg.raw);
  if ((unit_->scope->flags_of(name) & flag::kMayUnbind) != 0) code().set_may_unbind(reg);
  return reg;
}

Register CodeGenerator::cell_register(Identifier* name) {
  for (InlinedComprehension* inner = unit_->comprehension; inner != nullptr; inner = inner->outer) {
    const Symbol* symbol = inner->scope->find(name);
    if (symbol == nullptr || symbol->scope != NameScope::Cell) continue;
    for (const auto& variable : *inner->variables)
      if (variable.name == name) return variable.reg;
  }
  uint32_t reg = unit_->cells.get(name);
  if (reg == PointerMap::kAbsent) reg = unit_->frees.get(name);
  if (reg == PointerMap::kAbsent) {
    context_.error_without_location(ParseErrorKind::Syntax,
                                    context_.text({"compiler_lookup_arg: no cell for '", name->utf8, "'"}));
    return {kCellSpace};
  }
  return {static_cast<uint16_t>(reg)};
}

Register CodeGenerator::plain_local(Identifier* name) {
  Variable variable = resolve(name);
  return variable.access == Variable::Access::Local ? variable.reg : kNoRegister;
}

void CodeGenerator::check_bound(Register local) {
  if (code().is_bound(local)) return;
  code().emit(Opcode::CHECK_BOUND, local);
  code().set_bound(local);
}

void CodeGenerator::load_class_mapping(Register dst) {
  if (unit_->scope->type == BlockType::Class) code().emit(Opcode::LOAD_LOCALS, dst);
  else code().emit(Opcode::LOAD_CELL, dst, cell_register(names_.classdict));
}

void CodeGenerator::load_name(Identifier* source_name, Register dst) {
  Variable variable = resolve(source_name);
  Temporaries temporaries(*this);
  switch (variable.access) {
    case Variable::Access::Local:
      check_bound(variable.reg);
      return move(dst, variable.reg);
    case Variable::Access::Cell: return code().emit(Opcode::LOAD_CELL, dst, variable.reg);
    case Variable::Access::CellThroughMapping: {
      Register mapping = dst.is_temporary() ? dst : code().temporary();
      load_class_mapping(mapping);
      return emit_named(Opcode::LOAD_FROM_DICT_OR_CELL, dst.raw, mapping.raw, variable.name, false, variable.reg.raw);
    }
    case Variable::Access::Global: return emit_named(Opcode::LOAD_GLOBAL, dst.raw, 0, variable.name, true);
    case Variable::Access::GlobalThroughMapping: {
      Register mapping = dst.is_temporary() ? dst : code().temporary();
      load_class_mapping(mapping);
      return emit_named(Opcode::LOAD_FROM_DICT_OR_GLOBALS, dst.raw, mapping.raw, variable.name, true);
    }
    case Variable::Access::Name: return emit_named(Opcode::LOAD_NAME, dst.raw, 0, variable.name, true);
  }
}

void CodeGenerator::store_name(Identifier* source_name, Register value) {
  Variable variable = resolve(source_name);
  switch (variable.access) {
    case Variable::Access::Local:
      move(variable.reg, value);
      return code().set_bound(variable.reg);
    case Variable::Access::Cell:
    case Variable::Access::CellThroughMapping: return code().emit(Opcode::STORE_CELL, variable.reg, value);
    case Variable::Access::Global:
    case Variable::Access::GlobalThroughMapping:
      return emit_named(Opcode::STORE_GLOBAL, value.raw, 0, variable.name, true);
    case Variable::Access::Name: return emit_named(Opcode::STORE_NAME, value.raw, 0, variable.name, true);
  }
}

void CodeGenerator::delete_name(Identifier* source_name) {
  Variable variable = resolve(source_name);
  switch (variable.access) {
    case Variable::Access::Local:
      code().emit(Opcode::DELETE_LOCAL, variable.reg);
      return code().set_unbound(variable.reg);
    case Variable::Access::Cell:
    case Variable::Access::CellThroughMapping: return code().emit(Opcode::DELETE_CELL, variable.reg);
    case Variable::Access::Global:
    case Variable::Access::GlobalThroughMapping:
      return emit_named(Opcode::DELETE_GLOBAL, 0, 0, variable.name, false);
    case Variable::Access::Name: return emit_named(Opcode::DELETE_NAME, 0, 0, variable.name, false);
  }
}

}  // namespace hog
