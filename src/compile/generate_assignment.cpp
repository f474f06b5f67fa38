// generate_assignment.cpp: assignment to all kinds of targets.
#include "compile/code_generator.hpp"

namespace hog {

using namespace ast;

// Where a value for `target` may be computed at once.
Register CodeGenerator::destination(Expr* target) {
  auto* name = try_as<Name>(target);
  return name != nullptr ? plain_local(name->id) : kNoRegister;
}

void CodeGenerator::assign(Assign* node) {
  if (node->targets.size() == 1) {
    Expr* target = node->targets[0];
    Register local = destination(target);
    if (local.exists()) {
      to(node->value, local);
      return code().set_bound(local);
    }
    if (store_tuple_directly(target, node->value)) return;
    return store(target, value(node->value));
  }
  Register result = value(node->value);
  if (result.is_local()) {  // one of the targets may be that very variable
    Register copy = code().temporary();
    move(copy, result);
    result = copy;
  }
  for (Expr* target : node->targets) store(target, result);
}

static std::span<Expr*> items_of(Expr* node, bool& is_sequence) {
  is_sequence = true;
  if (auto* tuple = try_as<Tuple>(node)) return tuple->elts;
  if (auto* list = try_as<List>(node)) return list->elts;
  is_sequence = false;
  return {};
}

// a, b = b, a: no tuple is made.
bool CodeGenerator::store_tuple_directly(Expr* target, Expr* source) {
  bool is_sequence;
  std::span<Expr*> targets = items_of(target, is_sequence);
  constexpr size_t kMost = 16;
  if (!is_sequence || targets.size() > kMost || targets.empty()) return false;
  for (Expr* item : targets)
    if (is<Starred>(item)) return false;
  auto* tuple = try_as<Tuple>(source);
  auto* constant = try_as<Constant>(source);
  if (constant != nullptr && (constant->value.kind != ConstantKind::Tuple || constant->value.item_count != targets.size()))
    return false;
  if (constant == nullptr && (tuple == nullptr || tuple->elts.size() != targets.size())) return false;
  if (tuple != nullptr)
    for (Expr* item : tuple->elts)
      if (is<Starred>(item)) return false;
  Register first = code().temporaries(static_cast<unsigned>(targets.size()));
  for (unsigned i = 0; i < targets.size(); ++i) {
    code().at(source->location);
    if (constant != nullptr) load_constant(constant->value.items[i], first.next(i));
    else to(tuple->elts[i], first.next(i));
  }
  for (unsigned i = 0; i < targets.size(); ++i) store(targets[i], first.next(i));
  return true;
}

void CodeGenerator::store(Expr* target, Register from) {
  if (!context_.go_on()) return;
  CompileContext::Depth depth(context_);
  if (context_.failed()) return;
  Temporaries temporaries(*this);
  Location at = target->location;
  code().at(at);
  switch (target->kind) {
    case NodeKind::Name: return store_name(as<Name>(target)->id, from);
    case NodeKind::Attribute: {
      auto* attribute = as<Attribute>(target);
      maybe_static_attribute(attribute);
      Register object = value(attribute->value);
      code().at(attribute_location(attribute));
      return emit_named(Opcode::STORE_ATTR, object.raw, from.raw, mangle(attribute->attr), true);
    }
    case NodeKind::Subscript: {
      auto* item = as<Subscript>(target);
      Register object = protect(value(item->value), item->slice);
      auto* range = try_as<Slice>(item->slice);
      if (range != nullptr && range->step == nullptr) {
        Register bounds = code().temporaries(2);
        Expr* sources[2] = {range->lower, range->upper};
        for (unsigned i = 0; i < 2; ++i) {
          if (sources[i] != nullptr) to(sources[i], bounds.next(i));
          else code().emit(Opcode::LOAD_NONE, bounds.next(i));
        }
        code().at(at);
        return code().emit(Opcode::STORE_SLICE, object, bounds, from);
      }
      Register index = value(item->slice);
      code().at(at);
      return code().emit(Opcode::STORE_ITEM,
                         {.a = object.raw, .b = index.raw, .c = from.raw, .q = code().next_cache()});
    }
    case NodeKind::Tuple: return store_unpacked(target, as<Tuple>(target)->elts, from);
    case NodeKind::List: return store_unpacked(target, as<List>(target)->elts, from);
    case NodeKind::Starred: return context_.error(at, {"starred assignment target must be in a list or tuple"});
    default: return context_.error(at, {"cannot assign to this expression"});
  }
}

void CodeGenerator::store_unpacked(Expr* target, std::span<Expr*> items, Register from) {
  size_t star = items.size();
  for (size_t i = 0; i < items.size(); ++i) {
    if (!is<Starred>(items[i])) continue;
    if (star != items.size()) return context_.error(target->location, {"multiple starred expressions in assignment"});
    star = i;
  }
  constexpr size_t kMost = 0x3FFF;
  constexpr size_t kMostBeforeStar = 0xFF;  // CPython's limit
  bool too_many_before = star != items.size() && star > kMostBeforeStar;
  if (items.size() > kMost || too_many_before) return context_.error(target->location, {"too many expressions in star-unpacking assignment"});
  uint16_t count = static_cast<uint16_t>(items.size());
  if (star == items.size() && count != 0) {
    // Into the variables themselves, when their registers happen to be neighbours (`for key, value in ...`).
    Register first = destination(items[0]);
    bool neighbours = first.exists();
    for (uint16_t i = 1; i < count && neighbours; ++i) neighbours = destination(items[i]) == first.next(i);
    if (neighbours) {
      code().at(target->location);
      code().emit(Opcode::UNPACK, {.a = first.raw, .b = from.raw, .c = count});
      for (uint16_t i = 0; i < count; ++i) code().set_bound(first.next(i));
      return;
    }
  }
  Register first = code().temporaries(count == 0 ? 1 : count);
  code().at(target->location);
  if (star == items.size()) {
    code().emit(Opcode::UNPACK, {.a = first.raw, .b = from.raw, .c = count});
  } else {
    code().emit(Opcode::UNPACK_STAR, {.a = first.raw,
                                      .b = from.raw,
                                      .p = static_cast<uint32_t>(star),
                                      .q = static_cast<uint32_t>(items.size() - star - 1)});
  }
  for (uint16_t i = 0; i < count; ++i) {
    auto* starred = try_as<Starred>(items[i]);
    store(starred != nullptr ? starred->value : items[i], first.next(i));
  }
}

void CodeGenerator::augmented_assignment(AugAssign* node) {
  Location at = node->location;
  if (auto* name = try_as<Name>(node->target)) {
    Register local = plain_local(name->id);
    code().at(name->location);
    Register left = local;
    if (local.exists()) {
      check_bound(local);
      left = protect(local, node->value);
    } else {
      left = code().temporary();
      load_name(name->id, left);
    }
    code().at(at);
    Register result = local.exists() ? local : left;
    binary_operation(node->op, true, result, left, node->value, kNoRegister);
    if (local.exists()) return code().set_bound(local);
    code().at(name->location);
    return store_name(name->id, result);
  }
  Register result = code().temporary();
  if (auto* attribute = try_as<Attribute>(node->target)) {
    maybe_static_attribute(attribute);
    Register object = protect(value(attribute->value), node->value);
    Location position = attribute_location(attribute);
    code().at(position);
    emit_named(Opcode::LOAD_ATTR, result.raw, object.raw, mangle(attribute->attr), true);
    code().at(at);
    binary_operation(node->op, true, result, result, node->value, kNoRegister);
    code().at(position);
    return emit_named(Opcode::STORE_ATTR, object.raw, result.raw, mangle(attribute->attr), true);
  }
  auto* item = try_as<Subscript>(node->target);
  if (item == nullptr) return context_.error(at, {"illegal target for augmented assignment"});
  Register object = protect(protect(value(item->value), item->slice), node->value);
  auto* range = try_as<Slice>(item->slice);
  if (range != nullptr && range->step == nullptr) {
    Register bounds = code().temporaries(2);
    Expr* sources[2] = {range->lower, range->upper};
    for (unsigned i = 0; i < 2; ++i) {
      if (sources[i] != nullptr) to(sources[i], bounds.next(i));
      else code().emit(Opcode::LOAD_NONE, bounds.next(i));
    }
    code().at(item->location);
    code().emit(Opcode::LOAD_SLICE, result, object, bounds);
    code().at(at);
    binary_operation(node->op, true, result, result, node->value, kNoRegister);
    code().at(item->location);
    return code().emit(Opcode::STORE_SLICE, object, bounds, result);
  }
  Register index = protect(value(item->slice), node->value);
  code().at(item->location);
  code().emit(Opcode::LOAD_ITEM, {.a = result.raw, .b = object.raw, .c = index.raw, .q = code().next_cache()});
  code().at(at);
  binary_operation(node->op, true, result, result, node->value, kNoRegister);
  code().at(item->location);
  code().emit(Opcode::STORE_ITEM, {.a = object.raw, .b = index.raw, .c = result.raw, .q = code().next_cache()});
}

// Parts of an annotated target that are evaluated though nothing is stored.
void CodeGenerator::evaluate_for_effect_only(Expr* node) {
  Temporaries temporaries(*this);
  if (auto* attribute = try_as<Attribute>(node)) return effect(attribute->value);
  if (auto* item = try_as<Subscript>(node)) {
    effect(item->value);
    auto part = [&](Expr* expression) {
      if (expression != nullptr) effect(expression);
    };
    auto check = [&](Expr* index) {
      if (auto* range = try_as<Slice>(index)) {
        part(range->lower);
        part(range->upper);
        part(range->step);
      } else {
        part(index);
      }
    };
    if (auto* tuple = try_as<Tuple>(item->slice)) {
      for (Expr* index : tuple->elts) check(index);
    } else {
      check(item->slice);
    }
  }
}

void CodeGenerator::annotated_assignment(AnnAssign* node) {
  if (node->value != nullptr) {
    Register local = destination(node->target);
    if (local.exists()) {
      to(node->value, local);
      code().set_bound(local);
    } else {
      store(node->target, value(node->value));
    }
  }
  auto* name = try_as<Name>(node->target);
  bool module_or_class = !unit_->scope->is_function_like();
  bool future = (context_.future_flags & code_flag::kFutureAnnotations) != 0;
  if (name == nullptr) {
    if (node->value == nullptr) evaluate_for_effect_only(node->target);
    if (node->simple == 0 && module_or_class && !future) effect_of_annotation(node->annotation);
    return;
  }
  if (!module_or_class) return;
  code().at(node->location);
  if (node->simple == 0) {
    if (!future) effect_of_annotation(node->annotation);
    return;
  }
  Temporaries temporaries(*this);
  Identifier* mangled = mangle(name->id);
  if (future) {
    Register text = code().temporaries(3);
    annotation_value(node->annotation, text);
    emit_named(Opcode::LOAD_NAME, text.next().raw, 0, names_.annotations, true);
    load_string(mangled->utf8, text.next(2));
    code().emit(Opcode::STORE_ITEM,
                {.a = text.next().raw, .b = text.next(2).raw, .c = text.raw, .q = code().next_cache()});
    return;
  }
  bool conditional = unit_->scope->type == BlockType::Module || unit_->in_conditional_block;
  int32_t index = conditional ? unit_->conditional_annotations++ : -1;
  unit_->deferred_annotations.push_back({node, index});
  if (!conditional) return;
  Register set = code().temporaries(2);
  if (unit_->scope->type == BlockType::Class)
    code().emit(Opcode::LOAD_CELL, set, cell_register(names_.conditional_annotations));
  else
    emit_named(Opcode::LOAD_NAME, set.raw, 0, names_.conditional_annotations, true);
  load_constant(int_constant(index), set.next());
  code().emit(Opcode::SET_ADD, set, set.next());
}

// self.x = ... in a method makes x one of its class's __static_attributes__.
void CodeGenerator::maybe_static_attribute(Attribute* node) {
  auto* object = try_as<Name>(node->value);
  if (object == nullptr || object->id != names_.self) return;
  for (Unit* unit = unit_; unit != nullptr; unit = unit->outer) {
    if (unit->scope->type != BlockType::Class) continue;
    if (unit->static_attributes_seen.get(node->attr) != PointerMap::kAbsent) return;
    unit->static_attributes_seen.set(node->attr, 1);
    unit->static_attributes.push_back(node->attr);
    return;
  }
}

}  // namespace hog
